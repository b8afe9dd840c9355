-- The leader of three managers loses its power. --set leader=demoted hands the lead over in good order instead.
scenario{
  title = "The lost leader",
  goal = "Managers choose a new leader 10 to 20 s after they heard the last of the old one; until then nobody decides anything, and what runs goes on. The new leader then gives every node some 30 s to be heard of.",
  watch = "How long there is no leader, what becomes of a question asked meanwhile, and when the lost node's copy is replaced.",
  duration = "4m",
}
local how = param("leader", "lost", {"lost", "demoted"})
images{"nginx:latest"}
cluster("three-host", {formed = true})
local web = service "web"
local t

local function told(condition, name) always(function() return condition end, name) end

at("5s", function()
  sh "docker node promote swarm-curly swarm-moe"
  sh "docker service create -d --name web --replicas 3 -p 8080:80 nginx"
  wait "10s"
  t = traffic("swarm-curly:8080", {rate = "10/s", timeout = "2s"})
end)

at("30s", function()
  if how == "demoted" then
    narrate "The leader hands over before it goes."
    sh "docker node demote swarm-larry"
    wait "10s"
    told(last("leader").without < 1, "another one leads at once")
    told(t:lost() == 0 and web:starts() == 3, "and nobody has noticed anything")
    return
  end
  narrate "swarm-larry, who leads, loses its power. One copy of web is lost with it."
  power_loss("swarm-larry", {lasts = "2m"})
  wait "2s"
  local asked = now()
  local status, nodes = sh("docker node ls", {host = "swarm-curly"})
  local waited = now() - asked
  narrate(("A question waits for the new leader: it took %.0f s."):format(waited))
  told(status == 0 and waited > 5 or waited >= 20, "a command given meanwhile waits for the new leader, for 20 s at most")
  if status == 0 then told(nodes:match("swarm%-larry%s+Unknown") ~= nil, "who does not know yet how the old one is") end
end)

if how == "lost" then
  within("41s", "begin id=power-loss", function() return last("leader").member ~= "swarm-larry" end, "another manager leads, after 10 to 20 s or a second try")
  within("34s", "leader member=swarm-curly", "node_state node=swarm-larry state=1", "six heartbeats later, which are 27 to 33 s, the lost node is down")
  within("34s", "leader member=swarm-moe", "node_state node=swarm-larry state=1", "six heartbeats later, which are 27 to 33 s, the lost node is down")
  within("6s", "node_state node=swarm-larry state=1", "start web", "and its copy runs elsewhere in 5 s more")
  at("29s", function() never(function() return web:count() < 2 end, "the two other copies run all the time") end)
  at("220s", function()
    local _, nodes = sh "docker node ls"
    told(nodes:match("swarm%-larry%s+Ready%s+Active%s+Reachable") ~= nil, "once it is back, the old leader follows")
    told(web:moves() == 1, "and its copy has not come back to it")
    narrate(("Lost of %d requests: %d."):format(t:sent(), t:lost()))
  end)
end
