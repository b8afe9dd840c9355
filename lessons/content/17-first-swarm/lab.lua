-- A first swarm: three bare hosts, one swarm of them, and services on it.

local hosts = {"swarm-larry", "swarm-curly", "swarm-moe"}

-- What docker node ls on swarm-larry says, a line a node; "" when it is no manager.
local function nodes()
  local status, out = sh("docker node ls --format '{{.Hostname}} {{.Status}} {{.ManagerStatus}}'")
  return status == 0 and out or ""
end

local function count_of(text, pattern)
  local n = 0
  for _ in text:gmatch(pattern) do n = n + 1 end
  return n
end

-- A line about a service, as docker service ls prints it; "" without it.
local function listed(name)
  local status, out = sh("docker service ls --filter name=" .. name .. " --format '{{.Name}} {{.Mode}} {{.Replicas}}'")
  return status == 0 and out or ""
end

-- On how many hosts containers of a service run.
local function hosts_with(name)
  local n = 0
  for _, each in ipairs(hosts) do
    local _, out = sh("docker ps -q --filter label=com.docker.swarm.service.name=" .. name, {host = each})
    if out:find("%w") then n = n + 1 end
  end
  return n
end

step("init", function()
  local list = ""
  trial(function() list = nodes() end)
  stable(function() return list:find("swarm%-larry Ready Leader") ~= nil end, "0s", "swarm-larry is a manager of a swarm")
end)

step("join", function()
  local list = ""
  trial(function() wait("1s") list = nodes() end)
  stable(function() return count_of(list, " Ready ") == 3 end, "0s", "three nodes are ready")
  stable(function() return count_of(list, "Leader") == 1 and not list:find("Reachable") end, "0s", "swarm-larry is the only manager")
end)

step("create", function()
  local line = ""
  trial(function() wait("3s") line = listed("helloworld") end)
  stable(function() return line ~= "" end, "0s", "the service helloworld is there")
  stable(function() return line:find("2/2") ~= nil and service("helloworld"):count() == 2 end, "0s", "two of its tasks run")
end)

step("scale", function()
  local line = ""
  trial(function() wait("3s") line = listed("helloworld") end)
  stable(function() return line:find("3/3") ~= nil and service("helloworld"):count() == 3 end, "0s", "three of its tasks run")
end)

step("loss", function()
  local deaths = service("helloworld"):deaths()
  local line = ""
  trial(function() line = listed("helloworld") end)
  stable(function() return service("helloworld"):deaths() > deaths and line:find("/3") ~= nil end, "0s", "a container of helloworld was lost, and not by your wish")
  stable(function() return line:find("3/3") ~= nil and service("helloworld"):count() == 3 end, "0s", "three tasks run again")
end)

step("global", function()
  local line, everywhere = "", 0
  trial(function()
    wait("3s")
    line, everywhere = listed("agent"), hosts_with("agent")
  end)
  stable(function() return line:find("agent global") ~= nil end, "0s", "the service agent is global")
  stable(function() return everywhere == 3 end, "0s", "one of its tasks runs on each of the three")
end)

step("clear", function()
  local left = "?"
  trial(function()
    wait("5s")
    local _, out = sh("docker service ls -q")
    left = out or ""
  end)
  stable(function() return left == "" end, "0s", "no service is left")
  stable(function() return service("helloworld"):count() + service("agent"):count() == 0 end, "0s", "no container is left")
end)

-- Who typed -d, or looked at once: what the swarm has just been told takes it a moment.
key("hosts-used", function()
  wait("10s")
  return hosts_with("helloworld")
end)

key("third", function()
  wait("10s")
  -- Whoever ran before was started once, and is there still.
  local moved = service("helloworld"):deaths() > 0
  if moved then return "moved" end
  return hosts_with("helloworld") == 3 and "empty" or "same"
end)

key("after-loss", function()
  wait("20s")
  local running = service("helloworld"):count()
  return running == 2 and "two" or running == 3 and "three" or "four"
end)

key("how-long", function()
  local died = last{action = "die", service = "helloworld"}
  local started
  wait_until(function()
    started = last{action = "start", service = "helloworld"}
    return started.fact > died.fact
  end, {within = "1m"})
  return started.time - died.time
end)

key("agents", function()
  wait("10s")
  local _, out = sh("docker service ps -q --filter desired-state=running agent")
  return count_of(out, "%w+")
end)

hint("elsewhere", function() return typed("ssh") > 0 and typed("init") > 0 end)
hint("one-joined", function() return typed("join --token") == 1 end)
hint("ran-container", function() return typed("docker run") > 0 end)
hint("second-service", function() return typed("service create") > 0 end)
hint("scaled", function() return typed("scale") > 0 end)
hint("replicated-agent", function() return typed("agent") > 0 and typed("global") == 0 end)
hint("removed-containers", function() return typed("rm -f") > 0 end)
hint("scaled-to-zero", function() return typed("=0") > 0 end)
