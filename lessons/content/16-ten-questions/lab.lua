-- Ten questions. What can be tried is tried, in a copy of the learner's run.

local function items()
  local status, output = sh("curl -sf http://localhost:8030/items")
  return status == 0 and output or ""
end

local function up()
  sh("docker compose up -d")
  wait("10s")
end

step("mend", function()
  local started, back, back_again, revived = false, false, false, true
  trial(function()
    wait("5s")
    started = service("web"):containers() > 0 and service("db"):containers() > 0 and service("cache"):containers() > 0
    sh("docker compose start")
    wait(between("12s", "20s"))
    sh("docker compose stop cache")
    kill("db")
    wait("20s")
    back = service("db"):running()
    engine_restart("host")
    wait("40s")
    back_again = service("db"):running()
    revived = service("cache"):running()
  end)
  stable(function() return started end, "0s", "all three services have been started")
  stable(function() return back end, "0s", "the database comes back after a crash")
  stable(function() return back_again end, "0s", "the database comes back when the engine is restarted")
  stable(function() return not revived end, "0s", "a cache that was stopped stays down")
end)

key("how-many", function()
  up()
  return service("web"):count() + service("db"):count() + service("cache"):count()
end)

key("crashed", function()
  up()
  kill("db")
  wait("1m")
  if service("db"):running() then return "back" end
  return service("db"):containers() > 0 and "down" or "gone"
end)

key("stopped", function()
  up()
  sh("docker compose stop cache")
  wait("10s")
  sh("sudo service docker restart")
  wait("30s")
  if service("cache"):running() then return "runs" end
  return service("cache"):containers() > 0 and "down" or "gone"
end)

key("deleted", function()
  up()
  sh("curl -s -d item=milk http://localhost:8030/items")
  sh("docker rm -f todo-db-1")
  up()
  local list = items()
  if list == "" then return "error" end
  return list:find("milk", 1, true) and "milk" or "empty"
end)
