-- Two of three managers are lost. --set way_out=force makes the last one a swarm of its own, instead of waiting for another.
scenario{
  title = "The lost quorum",
  goal = "Without more than half of its managers a swarm changes nothing: what runs goes on, what ends stays away. One more manager back is enough, or a new swarm of the one that is left.",
  watch = "The answers of the last manager, which get worse in three steps, and the copy of web that is killed meanwhile.",
  duration = "6m",
}
local way_out = param("way_out", "wait", {"wait", "force"})
images{"nginx:latest"}
cluster("three-host", {formed = true})
local web = service "web"

local function told(condition, name) always(function() return condition end, name) end
local function says(text, part) return text:find(part, 1, true) ~= nil end

at("5s", function()
  sh "docker node promote swarm-curly swarm-moe"
  sh "docker service create -d --name web --replicas 6 -p 8080:80 nginx"
end)

at("30s", function()
  narrate "Both followers lose their power. swarm-larry leads on, and does not know it yet."
  power_loss("swarm-curly", way_out == "wait" and {lasts = "2m"} or nil)
  power_loss "swarm-moe"
  wait "1s"
  local read = sh "docker service ls"
  told(read == 0, "for some seconds it still answers, with what it knew")
  local began = now()
  local status, _, wrong = sh "docker service scale -d web=8"
  narrate(("A change waits %.0f s, and fails."):format(now() - began))
  told(status ~= 0 and says(wrong, "node lost leader status"), "a change fails: node lost leader status")
  status, _, wrong = sh "docker node ls"
  told(status ~= 0 and says(wrong, "context deadline exceeded"), "the next question fails after 20 s: context deadline exceeded")
  status, _, wrong = sh "docker node ls"
  told(status ~= 0 and says(wrong, "The swarm does not have a leader"), "from then on each fails at once: The swarm does not have a leader")
  narrate "What runs goes on. A copy that is killed now is not replaced."
  local before = web:starts()
  kill "web.1"
  wait "20s"
  told(web:starts() == before, "nobody replaces the copy that was killed")
  told(sh "docker ps" == 0, "the engine itself works as ever")
end)

if way_out == "wait" then
  within("41s", "engine.starting swarm-curly", "quorum_regained", "one manager back, and there is a quorum")
  at("320s", function()
    local _, services = sh "docker service ls"
    told(says(services, "/8"), "the change that had failed has been made: 8 copies are wanted")
    told(web:count() == 8, "and run")
  end)
else
  at("2m30s", function()
    narrate "swarm-larry is made a swarm of its own. It keeps the services; its own containers are started anew."
    sh "docker swarm init --force-new-cluster --advertise-addr 10.77.0.11"
    wait "2s"
    local _, nodes = sh "docker node ls"
    told(nodes:match("swarm%-larry%s+Ready%s+Active%s+Leader") ~= nil, "it leads within seconds")
    told(nodes:match("swarm%-curly%s+Unknown%s+Active%s%s%s%s") ~= nil, "the others are workers of which nothing is known")
    wait "80s"
    local _, later = sh "docker node ls"
    told(later:match("swarm%-curly%s+Down") ~= nil, "30 s later they count as down")
    told(web:count() >= 6, "and all copies run on the one node that is left")
  end)
end
