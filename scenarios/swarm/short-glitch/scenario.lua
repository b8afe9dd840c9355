-- Eight seconds without a network. --set glitch=engine restarts the worker's engine instead, --set glitch=long cuts it off for 20 s.
scenario{
  title = "The short glitch",
  goal = "A node is down only when three heartbeats of 5 s have not come; what is shorter moves nothing. An engine that restarts is shorter, too, and still ends what ran on it.",
  watch = "Whether swarm-moe is ever taken for down, and whether its copy of web is replaced.",
  duration = "90s",
}
local glitch = param("glitch", "cut", {"cut", "engine", "long"})
images{"nginx:latest"}
cluster("three-host", {formed = true})
local web = service "web"

at("5s", function() sh "docker service create -d --name web --replicas 3 -p 8080:80 nginx" end)

at("30s", function()
  if glitch == "engine" then
    narrate "swarm-moe's engine is restarted, which takes it less than two seconds."
    engine_restart "swarm-moe"
  else
    local lasts = glitch == "cut" and "8s" or "20s"
    narrate("swarm-moe is cut off for " .. lasts .. ".")
    link_cut("swarm-moe", {lasts = lasts})
  end
  wait_until(function() return web:running() end)
end)

at("80s", function()
  local _, nodes = sh "docker node ls"
  local _, tasks = sh "docker service ps web"
  local ready = nodes:match("swarm%-moe%s+Ready") ~= nil
  local history = select(2, tasks:gsub("\\_ web", ""))
  always(function() return ready end, "half a minute later it is ready")
  if glitch == "cut" then
    always(function() return history == 0 and web:starts() == 3 end, "nothing was replaced")
  elseif glitch == "engine" then
    always(function() return history == 1 and tasks:find("No such container", 1, true) ~= nil end, "its task has failed: No such container")
    always(function() return web:moves() == 0 end, "and was replaced on the same node")
  else
    always(function() return history == 1 and web:moves() == 1 end, "its task was replaced on another node, and stays there")
  end
end)

if glitch == "long" then
  within("16500ms", "begin id=link-cut", "node_state node=swarm-moe state=1", "it is down within 16.5 s")
  within("6s", "node_state node=swarm-moe state=1", "start web", "5 s later another copy starts")
else
  at_most(0, "node_state node=swarm-moe state=1", "90s", "it is never taken for down")
end
if glitch == "engine" then
  within("12s", "begin id=engine-restart", "start web", "its replacement runs within 12 s: the agent tells, then come 5 s")
end
