-- Two managers, one of which loses its power. --set lost=leader or follower.
scenario{
  title = "Two managers",
  goal = "More than half of two is two: a second manager does not save a swarm, it is one more that must not be lost.",
  watch = "The one that is left can't even say which nodes there are, whichever of the two it was.",
  duration = "4m",
}
local lost = param("lost", "leader", {"leader", "follower"})
images{"nginx:latest"}
cluster("three-host", {formed = true})
local web = service "web"
local gone = lost == "leader" and "swarm-larry" or "swarm-curly"
local left = lost == "leader" and "swarm-curly" or "swarm-larry"

local function told(condition, name) always(function() return condition end, name) end
local function says(text, part) return text:find(part, 1, true) ~= nil end

at("5s", function()
  sh "docker node promote swarm-curly"
  sh "docker service create -d --name web --replicas 3 --constraint node.role==worker -p 8080:80 nginx"
end)

at("30s", function()
  narrate(gone .. " loses its power. No copy of web runs there: all three are on the only worker.")
  power_loss(gone, {lasts = "2m"})
  wait "40s"
  local began = now()
  local status, _, wrong = sh("docker node ls", {host = left})
  if lost == "leader" then
    told(status ~= 0 and now() - began > 19 and says(wrong, "context deadline exceeded"), "the follower that is left waits 20 s, each time: context deadline exceeded")
  else
    told(status ~= 0 and says(wrong, "The swarm does not have a leader"), "the leader that is left leads no more: The swarm does not have a leader")
  end
  narrate "A copy of web ends meanwhile."
  local before = web:starts()
  kill "web.1"
  wait "30s"
  told(web:starts() == before and web:count() == 2, "nobody replaces a copy that ends")
end)

within("11s", "begin id=power-loss", "quorum_lost", "there is no quorum without it")
within("41s", "engine.starting " .. gone, "quorum_regained", "there is one again when it is back")
at("230s", function() told(web:count() == 3, "and then the copy is replaced") end)
