-- Ten questions. What can be tried is tried, in a copy of the learner's run.

local function items()
  local status, output = sh("curl -sf http://localhost:8030/items")
  return status == 0 and output or ""
end

local function up()
  sh("docker compose up -d")
  wait("10s")
end

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
