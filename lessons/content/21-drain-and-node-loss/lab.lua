-- Drain and node loss: six web servers and a global agent on three nodes.

local hosts = {"swarm-larry", "swarm-curly", "swarm-moe"}

local function line(text)
  local status, out = sh(text)
  return status == 0 and out or ""
end

local function node(name)
  return line("docker node ls --filter name=" .. name .. " --format '{{.Hostname}} {{.Status}} {{.Availability}}'")
end

-- So many containers of a service run on a host, as its own engine says.
local function copies(service_name, host)
  local status, out = sh("docker ps -q --filter label=com.docker.swarm.service.name=" .. service_name, {host = host})
  local n = 0
  if status ~= 0 then return 0 end
  for _ in (out or ""):gmatch("%w+") do n = n + 1 end
  return n
end

-- "2 2 2": of web on each host; a host without power has none.
local function spread()
  local out = {}
  for _, each in ipairs(hosts) do out[#out + 1] = host(each):up() and copies("web", each) or 0 end
  return table.concat(out, " ")
end

begin(function()
  sh("docker service create -q --name web --replicas 6 -p 8080:80 nginx")
  sh("docker service create -q --mode global --name agent alpine sleep 1d")
  wait("5s")
end)

step("drain", function()
  local seen, left = "", 1
  trial(function()
    seen = node("swarm-moe")
    local _, out = sh("docker ps -q", {host = "swarm-moe"})
    left = (out or ""):find("%w") and 1 or 0
  end)
  stable(function() return seen:find("Ready Drain") ~= nil end, "0s", "swarm-moe is drained")
  stable(function() return left == 0 end, "0s", "no container is left on swarm-moe")
end)

step("share", function()
  local seen, six, each = "", 0, ""
  trial(function()
    wait("10s")
    seen, six, each = node("swarm-moe"), service("web"):count(), spread()
  end)
  stable(function() return seen:find("Ready Active") ~= nil end, "0s", "swarm-moe is active")
  stable(function() return six == 6 end, "0s", "six web servers run")
  stable(function() return each == "2 2 2" end, "0s", "each of the three has two of the web servers")
end)

step("loss", function()
  after("1s", function()
    narrate("swarm-moe has lost its power. Nobody has told the manager.")
    power_loss("swarm-moe")
  end)
  local seen, there = "", 0
  trial(function()
    seen = node("swarm-moe")
    there = copies("web", "swarm-larry") + copies("web", "swarm-curly")
  end)
  stable(function() return seen:find("Down") ~= nil end, "0s", "the manager has noticed that swarm-moe is down")
  stable(function() return there == 6 end, "0s", "six web servers run on the other two")
end)

step("back", function()
  narrate("swarm-moe's power is back. It boots.")
  sh("lift power-loss swarm-moe")
  local seen, six, each = "", 0, ""
  trial(function()
    seen = node("swarm-moe")
    wait("10s")
    six, each = service("web"):count(), spread()
  end)
  stable(function() return seen:find("Ready Active") ~= nil end, "0s", "swarm-moe is ready again")
  stable(function() return six == 6 end, "0s", "six web servers run")
  stable(function() return each == "2 2 2" end, "0s", "each of the three has two of the web servers")
end)

key("drain-takes", function()
  local started = service("web"):starts()
  local before = now()
  sh("docker node update --availability drain swarm-moe")
  wait_until(function() return service("web"):starts() >= started + 2 and service("web"):count() == 6 end, {within = "1m"})
  return now() - before
end)

key("moved-back", function()
  sh("docker node update --availability active swarm-moe")
  wait("30s")
  return copies("web", "swarm-moe")
end)

key("noticed-after", function()
  local before = now()
  power_loss("swarm-moe")
  repeat wait("200ms") until node("swarm-moe"):find("Down") or now() > before + 60
  return now() - before
end)

key("moved-after", function()
  local started = service("web"):starts()
  local before = now()
  power_loss("swarm-moe")
  wait_until(function() return service("web"):starts() >= started + 2 and service("web"):count() >= 6 end, {within = "1m"})
  return now() - before
end)

-- As if swarm-moe were up again, with its share.
local function healthy()
  sh("lift power-loss swarm-moe")
  wait("1m")
  sh("docker service update -q --force web")
  wait("15s")
end

key("glitch", function()
  healthy()
  local started = service("web"):starts() + service("agent"):starts()
  link_cut("swarm-moe", {lasts = "8s"})
  wait("1m")
  return service("web"):starts() + service("agent"):starts() - started
end)

key("copies", function()
  healthy()
  link_cut("swarm-moe", {lasts = "1m"})
  wait("30s")
  return service("web"):count()
end)

hint("paused", function() return typed("pause") > 0 end)
hint("left", function() return typed("leave") > 0 end)
hint("scaled", function() return typed("scale") > 0 end)
hint("removed", function() return typed("node rm") > 0 end)
