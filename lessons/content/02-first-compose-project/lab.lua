-- A first Compose project.

local function both_run() return service("web"):running() and service("db"):running() end

-- What the list holds, asked from the host as the learner would.
local function items()
  local status, output = sh("curl -s http://localhost:8030/items")
  return status == 0 and output or ""
end

step("start", function()
  local answers = false
  trial(function()
    wait("5s")
    answers = sh("curl -sf -o /dev/null http://localhost:8030/") == 0
  end)
  stable(both_run, "0s", "both services run")
  stable(function() return answers end, "0s", "the to-do list answers on port 8030")
end)

step("use", function()
  local list = ""
  trial(function() list = items() end)
  stable(both_run, "0s", "both services run")
  stable(function() return list:find("milk", 1, true) ~= nil end, "0s", "milk is on the list")
end)

step("stop-one", function()
  stable(function() return service("db"):running() end, "0s", "the database runs")
  stable(function() return service("web"):containers() == 1 end, "0s", "the web application's container is still there")
  stable(function() return not service("web"):running() end, "0s", "the web application is stopped")
end)

step("clear", function()
  local networks = ""
  trial(function()
    local _, output = sh("docker network ls --format '{{.Name}}'")
    networks = output
  end)
  stable(function() return service("web"):containers() + service("db"):containers() == 0 end, "0s", "no containers are left")
  stable(function() return networks:find("todo_default", 1, true) == nil end, "0s", "the project's network is gone")
end)

key("running-containers", function() return service("web"):count() + service("db"):count() end)

key("after-down", function()
  sh("docker compose down")
  wait("5s")
  if both_run() then return "running" end
  return service("web"):containers() + service("db"):containers() > 0 and "stopped" or "nothing"
end)

hint("in-foreground", function() return typed("compose up") > 0 and typed("-d") == 0 and typed("--detach") == 0 end)
hint("by-hand", function() return typed("docker run") > 0 and typed("compose up") == 0 end)
hint("wrong-port", function() return typed("curl") > 0 and typed("8030") == 0 end)
