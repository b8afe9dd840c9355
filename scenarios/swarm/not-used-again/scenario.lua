-- A worker is lost, comes back, and stays empty. --set then=force or scale.
scenario{
  title = "The node that comes back and is not used",
  goal = "Swarm never moves what runs: a node that comes back gets only what is started from then on. `docker service update --force` starts everything anew, and so spreads it.",
  watch = "How many copies each node runs: after the loss, after the return, and in the end.",
  duration = "4m",
}
local what = param("then", "force", {"force", "scale"})
images{"nginx:latest"}
cluster("three-host", {formed = true})
local web = service "web"
local nodes = {"swarm-larry", "swarm-curly", "swarm-moe"}

local function told(condition, name) always(function() return condition end, name) end

local function copies()
  local counts = {}
  for i, node in ipairs(nodes) do
    local _, out = sh("docker ps -q --filter label=com.docker.swarm.service.name=web", {host = node})
    counts[i] = select(2, out:gsub("%S+", ""))
  end
  local text = table.concat(counts, "/")
  narrate("Copies on larry, curly and moe: " .. text)
  return text
end

at("5s", function()
  sh "docker service create -d --name web --replicas 6 nginx"
  wait "10s"
  told(copies() == "2/2/2", "six copies are spread evenly")
end)

at("20s", function() power_loss("swarm-moe", {lasts = "40s"}) end)

at("110s", function()
  narrate "swarm-moe has been back for half a minute."
  told(copies() == "3/3/0", "after its return the node is ready, and empty")
  local starts = web:starts()
  if what == "force" then
    sh "docker service update --force -d web"
    wait "50s"
    told(copies() == "2/2/2", "an update that changes nothing but starts all six anew spreads them again")
    told(web:starts() == starts + 6, "at the cost of six starts")
  else
    sh "docker service scale -d web=9"
    wait "10s"
    told(copies() == "3/3/3", "three more copies all go to the empty node")
    told(web:starts() == starts + 3, "without touching the others")
  end
end)

within("16500ms", "begin id=power-loss", "node_state node=swarm-moe state=1", "down within 16.5 s")
within("6s", "node_state node=swarm-moe state=1", function() return web:count() == 6 end, "six run again 5 s later")
