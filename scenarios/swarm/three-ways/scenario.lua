-- One application under the same faults in three ways: --set under=compose, compose-restart (both on one host) or swarm (on three). To be compared:
-- podium compare swarm/three-ways --set under=compose --set under=compose-restart --set under=swarm --seeds 20
scenario{
  title = "One application, three ways",
  goal = "See what restart policies are worth, what two more hosts are worth on top of that, and what they cost: a database that moves leaves its data behind.",
  watch = "Each seed has its own faults, the same ones at the same moments in all three ways: eight crashes, and the three hosts' power once each.",
  duration = "40m",
}
local under = param("under", "swarm", {"compose", "compose-restart", "swarm"})
local in_swarm = under == "swarm"
images{"nginx:latest", "podium/todo-web:latest", "podium/todo-db:latest"}
cluster("three-host", {formed = in_swarm})
compose("compose.yaml", {up = false, environment = {RESTART = under == "compose" and "no" or "unless-stopped", COPIES = in_swarm and 2 or 1}})

local names = {"pages", "web", "db"}

-- The first copy of a service, and the first host, are hit alike in all three ways.
for _ = 1, 8 do
  local whom = choose(names) .. ".1"
  at(between("2m", "30m"), function() kill(whom) end)
end
-- One host after another, in any order, so that a swarm always keeps two of its three managers.
local hosts = {"swarm-larry", "swarm-curly", "swarm-moe"}
for _, from in ipairs{3, 13, 23} do
  local host = table.remove(hosts, math.random(#hosts))
  at(between(from .. "m", (from + 5) .. "m"), function() power_loss(host, {lasts = "2m"}) end)
end

at("10s", function()
  if in_swarm then
    sh "docker node promote swarm-curly swarm-moe"
    sh "docker stack deploy -c compose.yaml shop"
  else
    sh "docker compose up -d"
  end
end)
at("1m", function()
  traffic("pages:8080", {rate = "2/s", timeout = "2s"})
  traffic("web:8030", {name = "list", rate = "2/s", path = "/items", timeout = "2s"})
  traffic("web:8030", {name = "orders", method = "POST", rate = "6/m", path = "/items", body = "item=milk", timeout = "2s"})
end)

at("39m", function()
  local running = 0
  for _, name in ipairs(names) do
    if service(name):running() then running = running + 1 end
  end
  if under == "compose" then
    always(function() return running < 3 end, "without restart policies not all of it runs in the end")
  else
    always(function() return running == 3 end, "all of it runs in the end, with nobody's help")
  end
end)
