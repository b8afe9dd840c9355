-- Dependencies and health: started, ready, running, healthy.

local function items()
  return sh("curl -sf -m 3 -o /dev/null http://localhost:8030/items") == 0
end

local begun = 0  -- the step that is done now

step("start", function()
  begun = now()
  local deaths = service("web"):deaths()
  stable(function() return service("db"):running() end, "0s", "the database runs")
  stable(function() return service("web"):deaths() > deaths and not service("web"):running() end, "0s", "the web application has given up")
end)

step("wait-for-health", function()
  local readable, up, has_check, tried = false, false, false, true
  trial(function()
    readable = sh("docker compose config --quiet") == 0
    if not readable then return end
    sh("docker compose down")
    local deaths = service("web"):deaths()
    up = sh("docker compose up -d") == 0
    has_check = service("db"):health() ~= "none"
    wait("45s")
    local _, log = sh("docker compose logs web")
    tried = log:find("cannot be reached", 1, true) ~= nil or service("web"):deaths() > deaths or not items()
  end)
  stable(function() return readable end, "0s", "Compose can read the file")
  stable(function() return has_check end, "0s", "the database has a health check")
  stable(function() return up end, "0s", "the project comes up")
  stable(function() return not tried end, "0s", "the web application does not try in vain")
end)

step("hang", function()
  local was_healthy, was_unhealthy = false, false
  local hung = false
  every("1s", function()
    if service("web"):health() ~= "healthy" then return true end
    was_healthy = true
    wait("12s")
    local deaths = service("web"):deaths()
    local fault = hang("web")
    hung = true
    narrate("The telephone rings: the to-do list does not answer any more.")
    wait_until(function() return service("web"):deaths() > deaths end, {within = "1h"})
    fault:lift()
    return false
  end)
  always(function()
    was_unhealthy = was_unhealthy or (hung and service("web"):health() == "unhealthy")
    return true
  end, "the run can be watched")
  stable(function() return was_healthy end, "0s", "the web application has been healthy before")
  stable(function() return was_unhealthy end, "0s", "the web application became unhealthy")
  stable(function() return service("web"):health() == "healthy" end, "0s", "the web application is healthy again")
end)

key("after-start", function()
  wait("60s")
  if service("web"):running() then return "works" end
  return service("db"):running() and "web-down" or "none"
end)

key("up-takes", function()
  sh("docker compose down")
  local begun = now()
  sh("docker compose up -d")
  return now() - begun
end)

-- What the engine did about the hanging program, before somebody restarted it.
key("after-hang", function()
  if service("web"):restarts() > 0 then return "restart" end
  return count{action = "health_status", service = "web", status = "unhealthy"} > 0 and "marks" or "nothing"
end)

key("engine-order", function()
  sh("sudo service docker restart")
  wait("5s")
  if service("web"):running() and service("db"):health() == "starting" then return "together" end
  wait("2m")
  return service("web"):running() and "waits" or "never"
end)

hint("file-changed", function() return (host("host"):changed("/root/todo/compose.yaml") or 0) > begun end)
hint("has-policy", function() return typed("restart:") > 0 or service("web"):restarts() > 0 end)
