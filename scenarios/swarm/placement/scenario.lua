-- Two frail workers among six, and an update after each of their outages. Made to be compared:
-- podium compare swarm/placement --scheduler spread --scheduler consolidate --scheduler avoid-failed --seeds 50
scenario{
  title = "Where tasks are put",
  goal = "See what a placement costs and saves: hosts used, tasks moved, requests lost with the hosts that fail.",
  watch = "Each seed has its own two frail workers. Once they are back they are as good as any other to Swarm, and the next update gives them tasks again.",
  duration = "7m",
}
images{"nginx:latest", "redis:latest"}
cluster("hosts.yaml")

local function create(name, replicas, options, image)
  sh("docker service create -d --name " .. name .. " --replicas " .. replicas
     .. " --constraint node.role==worker --reserve-cpu 1 --reserve-memory 512M " .. options .. " " .. image)
end

at("10s", function()
  create("web", 6, "-p 8080:80", "nginx")
  create("cache", 4, "", "redis")
end)
at("20s", function() traffic("manager:8080", {rate = "20/s", lasts = "370s"}) end)

-- Both frail workers lose their power three times, for 40 s, each at moments of its own.
local workers = {1, 2, 3, 4, 5, 6}
for _ = 1, 2 do
  local number = choose(workers)
  for i = #workers, 1, -1 do
    if workers[i] == number then table.remove(workers, i) end
  end
  local frail = "worker-" .. number
  for _, window in ipairs{{"40s", "70s"}, {"160s", "190s"}, {"280s", "310s"}} do
    at(between(window[1], window[2]), function() power_loss(frail, {lasts = "40s"}) end)
  end
end

for _, moment in ipairs{"140s", "260s"} do
  at(moment, function()
    narrate "Both frail workers are back; a new version is rolled out."
    sh "docker service update --force -d web"
    sh "docker service update --force -d cache"
  end)
end

at("410s", function()
  local _, services = sh "docker service ls"
  for name, replicas in pairs{web = 6, cache = 4} do
    local complete = string.find(services, replicas .. "/" .. replicas, 1, true) ~= nil
    always(function() return complete end, "in the end all copies of " .. name .. " run")
  end
end)
