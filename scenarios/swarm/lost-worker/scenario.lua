-- A worker loses its power. --set worker=cut cuts its network instead: its containers go on, and nobody counts them.
scenario{
  title = "The lost worker",
  goal = "Swarm takes 11 to 16 seconds to notice that a node is gone, then 5 more before it starts the tasks elsewhere; when the node is back, nothing moves back to it.",
  watch = "Three copies stay wanted all the time. Count those that run, and look where they are once the worker is back.",
  duration = "3m",
}
local how = param("worker", "power", {"power", "cut"})
images{"nginx:latest"}
cluster("three-host", {formed = true})

-- So many copies of web run on a node, as its own engine sees it.
local function copies(node)
  local _, out = sh("docker ps -q --filter label=com.docker.swarm.service.name=web", {host = node})
  local count = 0
  for _ in string.gmatch(out, "%S+") do count = count + 1 end
  return count
end

local function told(condition, name) always(function() return condition end, name) end

at("5s", function() sh "docker service create -d --name web --replicas 3 -p 8080:80 nginx" end)

at("30s", function()
  if how == "power" then
    narrate "swarm-moe loses its power. Its copy is gone at once; the managers only miss its heartbeats."
    power_loss("swarm-moe", {lasts = "60s"})
  else
    narrate "swarm-moe's network cable is pulled. Its copy goes on, but nobody can reach it."
    link_cut("swarm-moe", {lasts = "60s"})
  end
end)

at("60s", function()
  local _, nodes = sh "docker node ls"
  told(string.match(nodes, "swarm%-moe%s+Down") ~= nil, "half a minute later the node counts as down")
  told(copies "swarm-larry" + copies "swarm-curly" == 3, "three copies run on the two others")
  if how == "cut" then told(copies "swarm-moe" == 1, "and a fourth where nobody sees it") end
end)

at("125s", function()
  narrate "swarm-moe is back, ready, and empty: Swarm never moves what runs."
  told(copies "swarm-moe" == 0, "nothing moves back by itself")
  sh "docker service update --force -d web"
  wait "40s"
  told(copies "swarm-moe" == 1, "an update with --force spreads them again")
end)
