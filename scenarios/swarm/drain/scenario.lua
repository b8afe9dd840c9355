-- A host has to be rebooted, under traffic. --set first=nothing reboots it without draining it before.
scenario{
  title = "Drain for maintenance",
  goal = "A drained node's tasks start elsewhere as soon as they have stopped there. Those of a node that just goes are missed until Swarm takes it for down, and then wait for the restart delay, too.",
  watch = "How long swarm-moe's copy of web is missing, and the requests that are lost.",
  duration = "3m",
}
local first = param("first", "drain", {"drain", "nothing"})
images{"nginx:latest"}
cluster("three-host", {formed = true})
local web = service "web"
local t

local function told(condition, name) always(function() return condition end, name) end

at("5s", function()
  sh "docker service create -d --name web --replicas 3 -p 8080:80 --health-cmd 'curl -sf localhost' --health-interval 1s nginx"
  sh "docker service create -d --name agent --mode global nginx"
  wait "10s"
  t = traffic("swarm-larry:8080", {rate = "20/s", timeout = "2s", lasts = "150s"})
end)

at("20s", function()
  if first == "drain" then
    narrate "swarm-moe is drained; when it is empty, it is rebooted."
    sh "docker node update --availability drain swarm-moe"
    wait "10s"
    local _, out = sh("docker ps -q", {host = "swarm-moe"})
    told(out == "", "ten seconds later the node is empty")
  else
    narrate "swarm-moe is rebooted, just so."
  end
  host_reboot "swarm-moe"
end)

at("120s", function()
  local started, ended = last "start web", last "die web"
  if not started or not ended then
    told(false, "a copy of web has ended and another one started")
    return
  end
  local missing = started.time - ended.time
  narrate(("The copy was missing for %.1f s."):format(missing))
  told(web:count() == 3, "three copies run")
  if first == "drain" then
    told(missing < 1, "the new copy starts within a second of the old one's end: it was made before")
    sh "docker node update --availability active swarm-moe"
    wait "10s"
    local _, out = sh("docker ps --format '{{.Names}}'", {host = "swarm-moe"})
    told(out:find("agent", 1, true) ~= nil, "made active, the node gets its task of the global service back")
    told(out:find("web", 1, true) == nil, "but none of the replicated one")
  else
    told(missing > 14 and missing < 22, "the new copy starts 14 to 22 s after the old one's end: 9 to 16 until the node is down, 5 of delay")
  end
end)

at("170s", function()
  narrate(("Lost of %d requests: %d."):format(t:sent(), t:lost()))
  if first == "drain" then told(t:lost() == 0, "not one request is lost") end
end)
