-- A host whose firewall lets nothing in on 4789/udp, which carries the packets of overlay networks. --set port=7946: by which nodes hear what serves.
scenario{
  title = "A closed port",
  goal = "The swarm looks well with 4789 or 7946 closed, for managers and tasks use 2377: nodes are ready, tasks run. Only the containers can't reach each other, or don't know of each other.",
  watch = "docker node ls and docker service ls, which see nothing; and who is answered from where.",
  duration = "1m",
}
local port = param("port", "4789", {"4789", "7946"})
images{"nginx:latest", "busybox:latest"}
cluster("closed-" .. port .. ".yaml")

local function told(condition, name) always(function() return condition end, name) end
-- What curl on a host, or wget in a container there, gets.
local function mesh(node) return (sh("curl -s -m 3 -o /dev/null localhost:8080", {host = node})) end
local function inside(node, name)
  local status, _, errors = sh(("docker exec $(docker ps -q -f name=box) wget -T 3 -qO /dev/null http://%s"):format(name), {host = node})
  return status, errors
end

at("5s", function()
  sh "docker network create -d overlay app"
  sh "docker service create -d --name web --network app -p 8080:80 --constraint node.hostname==swarm-moe nginx"
  sh "docker service create -d --name box --network app --mode global busybox sleep 1000000"
end)

at("20s", function()
  local _, nodes = sh "docker node ls"
  told(select(2, nodes:gsub("Ready", "")) == 3, "all three nodes are ready")
  local _, services = sh "docker service ls"
  told(services:find("1/1", 1, true) ~= nil and services:find("3/3", 1, true) ~= nil, "all tasks run")
  told(mesh "swarm-moe" == 0, "where web runs, its port answers")
  local outcome = mesh "swarm-larry"
  local status, errors = inside("swarm-larry", "web")
  if port == "4789" then
    told(outcome == 28, "on another node it is taken, and nobody answers: a time-out")
    told(status ~= 0 and errors:find("timed out", 1, true) ~= nil, "a container there knows web's address, and reaches nobody")
  else
    told(outcome ~= 0, "on another node nothing answers: that web runs has not been heard there")
    told(status ~= 0 and errors:find("bad address", 1, true) ~= nil, "a container there does not even know the name")
  end
  status = inside("swarm-moe", "web")
  told(status == 0, "a container beside web reaches it")
end)
