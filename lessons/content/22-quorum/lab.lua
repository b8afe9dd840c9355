-- Managers and quorum: one, three, two gone.

local function line(text, where)
  local status, out = sh(text, {host = where or "swarm-larry"})
  return status == 0 and out or ""
end

local function managers(where)
  local n = 0
  for status in line("docker node ls --format '{{.Hostname}}={{.ManagerStatus}}'", where):gmatch("=(%w+)") do
    if status == "Leader" or status == "Reachable" then n = n + 1 end
  end
  return n
end

-- How many of web are wanted, as a manager says; -1 when it doesn't.
local function wanted(where)
  local out = line("docker service inspect --format '{{.Spec.Mode.Replicated.Replicas}}' web", where)
  return math.tointeger(tonumber(out:match("%d+") or "-1"))
end

begin(function()
  sh("docker service create -q --name web --replicas 3 -p 8080:80 nginx")
  wait("5s")
end)

step("promote", function()
  local n = 0
  trial(function() wait("5s") n = managers() end)
  stable(function() return n == 3 end, "0s", "all three are managers")
end)

step("leader", function()
  after("1s", function()
    narrate("The engine on swarm-larry has crashed.")
    engine_kill("swarm-larry")
  end)
  local asked, running = -1, 0
  trial(function()
    asked = wanted("swarm-curly")
    running = service("web"):count()
  end)
  stable(function() return asked == 5 end, "0s", "five web servers are wanted")
  stable(function() return running >= 5 end, "0s", "the new ones run")
end)

step("again", function()
  narrate("swarm-larry's engine is started again.")
  sh("lift engine-kill swarm-larry", {host = "swarm-curly"})
  local ready, n, here = 0, 0, ""
  trial(function()
    here = line("docker ps -q --filter label=com.docker.swarm.service.name=web")
    for _ in line("docker node ls --format '{{.Status}}'"):gmatch("Ready") do ready = ready + 1 end
    n = managers()
  end)
  stable(function() return ready == 3 end, "0s", "swarm-larry is back, and all three are ready")
  stable(function() return n == 3 end, "0s", "all three are still managers")
  stable(function() return here ~= "" end, "0s", "web servers run on swarm-larry, too")
end)

step("force", function()
  after("1s", function()
    narrate("swarm-curly and swarm-moe have lost their power, in one moment.")
    power_loss("swarm-curly")
    power_loss("swarm-moe")
  end)
  local answers, there, here = false, "", 0
  trial(function()
    wait("30s")
    answers = sh("docker node ls") == 0
    there = line("docker service ls --format '{{.Name}}'")
    here = service("web"):count()
  end)
  stable(function() return answers end, "0s", "the swarm answers on swarm-larry")
  stable(function() return there:find("web") ~= nil end, "0s", "the service web is still there")
  stable(function() return here == 5 end, "0s", "five web servers run on swarm-larry")
end)

step("tidy", function()
  local list = ""
  trial(function() list = line("docker node ls --format '{{.Hostname}}'") end)
  stable(function() return list == "swarm-larry\n" end, "0s", "only swarm-larry is on the list")
  stable(function() return service("web"):count() == 5 end, "0s", "the web servers go on")
end)

key("without-manager", function()
  engine_kill("swarm-larry")
  wait("1m")
  local before = service("web"):count()
  sh("docker rm -f $(docker ps -q)", {host = "swarm-curly"})
  wait("1m")
  local left = service("web"):count()
  return left == 0 and "all-stop" or left == before and "replaced" or "one-missing"
end)

key("election", function()
  wait("5s")  -- as its step's trial: who was just promoted joins first
  local before = now()
  engine_kill("swarm-larry")
  local function led()
    local list = line("docker node ls --format '{{.Hostname}} {{.ManagerStatus}}'", "swarm-curly")
    return list:find("curly Leader") or list:find("moe Leader")
  end
  repeat wait("200ms") until led() or now() > before + 90
  return now() - before
end)

key("majority", function()
  power_loss("swarm-curly")
  power_loss("swarm-moe")
  wait("40s")
  if service("web"):count() == 0 then return "nothing" end
  return sh("docker service scale -d web=6") == 0 and "all" or "containers"
end)

key("failed-write", function()
  -- The line goes to whoever leads; the two others lose their power.
  local names = {"swarm-larry", "swarm-curly", "swarm-moe"}
  local leader = "swarm-larry"
  for _, name in ipairs(names) do
    if line("docker node ls --format '{{.Hostname}} {{.ManagerStatus}}'", "swarm-larry"):find(name:gsub("%-", "%%-") .. " Leader") then leader = name end
  end
  for _, name in ipairs(names) do
    if name ~= leader then power_loss(name) end
  end
  wait("1s")
  sh("docker service scale -d web=8", {host = leader})
  for _, name in ipairs(names) do
    if name ~= leader then sh("lift power-loss " .. name, {host = leader}) end
  end
  wait("3m")
  return wanted(leader) == 8 and "eight" or "old"
end)

hint("promoted", function() return typed("promote") > 0 end)
hint("on-larry", function() return typed("scale") > 0 and typed("ssh") == 0 end)
hint("left-swarm", function() return typed("leave") > 0 end)
