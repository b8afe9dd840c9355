-- The leader of three managers is cut off from the two others for a minute and a half.
scenario{
  title = "The partition that runs too many copies",
  goal = "Swarm replaces what it can't see. What is cut off runs on, and its containers answer whoever reaches them: for as long as the cut lasts there are more copies than wanted.",
  watch = "The copies on either side: six are wanted. Which side believes what, and who is stopped when the cut is healed.",
  duration = "4m",
}
images{"nginx:latest"}
cluster("three-host", {formed = true})
local web = service "web"

local function told(condition, name) always(function() return condition end, name) end

-- So many copies of web run on a node, as its own engine sees it.
local function copies(node)
  local _, out = sh("docker ps -q --filter label=com.docker.swarm.service.name=web", {host = node})
  return select(2, out:gsub("%S+", ""))
end

at("5s", function()
  sh "docker node promote swarm-curly swarm-moe"
  sh "docker service create -d --name web --replicas 6 -p 8080:80 nginx"
end)

at("30s", function()
  narrate "swarm-larry, who leads, hears nobody any more, and nobody hears it. Its two copies run on."
  partition("swarm-larry|swarm-curly,swarm-moe", {lasts = "90s"})
end)

at("35s", function()
  local status, tasks = sh "docker service ls"
  told(status == 0 and tasks:find("6/6", 1, true) ~= nil, "for some seconds the old leader still tells what it knew: 6 of 6")
end)

at("115s", function()
  local alone, together = copies "swarm-larry", copies "swarm-curly" + copies "swarm-moe"
  local _, nodes = sh("docker node ls", {host = "swarm-curly"})
  local answered = sh("curl -s -o /dev/null localhost:8080", {host = "swarm-larry"})
  narrate(("%d copies on the side of one, %d on the side of two: %d of six wanted."):format(alone, together, alone + together))
  told(nodes:match("swarm%-larry%s+Down") ~= nil, "the two have a new leader, who takes the third for down")
  told(alone == 2 and together == 6, "eight copies run where six are wanted")
  told(answered == 0, "and the two that nobody counts answer those on their side")
  local _, services = sh("docker service ls", {host = "swarm-curly"})
  told(services:find("8/6", 1, true) ~= nil, "the two count 8 of 6: what they heard last of the two others is that they run")
end)

within("1s", "end id=partition", "leader_lost", "the cut heals, and the leader steps down: the one that was cut off is terms ahead by its failed elections")
within("45s", "end id=partition", function() return web:count() == 6 end, "once there is a leader again, the two that were replaced are stopped")
at("200s", function() told(copies "swarm-larry" == 0, "and nothing moves back") end)
