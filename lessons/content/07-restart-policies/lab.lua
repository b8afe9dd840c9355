-- Restart policies one by one: who comes back after which end.

local all = {"none", "failure", "three", "always", "unless"}

local function each(f)
  for _, name in ipairs(all) do
    if not f(name) then return false end
  end
  return true
end

local function deaths(exit)
  local out = {}
  for _, name in ipairs(all) do out[name] = count{action = "die", service = name, exit = exit} end
  return out
end

local function running()
  local n = 0
  for _, name in ipairs(all) do n = n + service(name):count() end
  return n
end

step("well", function()
  local before = deaths(0)
  stable(function() return each(function(name) return service(name):starts() > 0 end) end, "0s", "all five were started")
  stable(function() return each(function(name) return deaths(0)[name] > before[name] end) end, "0s", "each has ended with status 0")
end)

step("fails", function()
  local before = deaths(1)
  stable(function() return each(function(name) return deaths(1)[name] > before[name] end) end, "0s", "each has ended with status 1")
end)

step("three", function()
  stable(function()
    return container("jobs-three-1"):state() == "exited" and container("jobs-three-1"):restarts() == 3
  end, "0s", "the engine has given up on it")
end)

step("pauses", function()
  local made = count("create always")
  stable(function() return count("create always") > made and container("jobs-always-1"):restarts() > 1 end, "0s", "it fails at once")
  stable(function() return container("jobs-always-1"):restarts() >= 9 end, "0s", "the pauses have become long")
end)

-- Follows the engine: what was so when it went down last, and whether it is back.
local function follow_engine(look)
  local seen = {down = false, before = false}
  local engine = "running"
  local last_look = false
  always(function()
    local now = host("host"):engine()
    if now == "running" then
      last_look = look()
    elseif engine == "running" then
      seen.down, seen.before = true, last_look
    end
    engine = now
    return true
  end, "the run can be watched")
  return seen
end

local function engine_was_restarted(seen) return seen.down and host("host"):engine() == "running" end

step("engine", function()
  local seen = follow_engine(function() return each(function(name) return container("servers-" .. name .. "-1"):running() end) end)
  stable(function() return engine_was_restarted(seen) end, "0s", "the engine was restarted")
  stable(function() return seen.before end, "0s", "all five servers ran before")
end)

step("by-hand", function()
  local stops = count("stop")
  local ran = false
  local seen = follow_engine(function()
    ran = ran or each(function(name) return container("servers-" .. name .. "-1"):running() end)
    return ran and each(function(name) return not container("servers-" .. name .. "-1"):running() end) and count("stop") >= stops + 5
  end)
  local stopped = false
  always(function()
    stopped = stopped or (host("host"):engine() == "running" and count("stop") >= stops + 5)
    return true
  end, "the run can be watched")
  stable(function() return stopped and (not seen.down or seen.before) end, "0s", "all five servers were stopped by hand")
  stable(function() return engine_was_restarted(seen) end, "0s", "the engine was restarted after that")
end)

step("never-by-itself", function()
  stable(function() return service("none"):deaths() > 0 end, "0s", "the one without a policy has ended")
  never(function() return service("none"):restarts() > 0 end, "the engine never restarted a container without a policy")
end)

-- Whoever is to come back is back after a short pause; a longer wait would see the next end of the program.
key("running", function()
  wait_until(function() return each(function(name) return container("jobs-" .. name .. "-1"):state() ~= "restarting" end) end, {within = "3s"})
  return running()
end)

key("running-servers", function()
  wait("10s")  -- what an engine starts again, it may still be starting
  return running()
end)

key("starts-of-three", function() return container("jobs-three-1"):restarts() + 1 end)

key("in-a-minute", function()
  sh("LASTS=0 STATUS=1 docker compose up -d always")
  wait("60s")
  local restarts = container("jobs-always-1"):restarts()
  return restarts > 150 and "hundreds" or restarts > 30 and "sixty" or "ten"
end)

key("after-by-hand", function()
  wait("10s")
  local always, unless = service("always"):running(), service("unless"):running()
  if service("failure"):running() then return "failure" end
  return always and unless and "both" or always and "always" or "nobody"
end)

hint("gave-status", function() return typed("STATUS=") > 0 end)
hint("no-status", function() return typed("STATUS=") == 0 end)
