-- Scaling on one host: what it gives, and where it ends.

local rate = "300/s"

-- How many of a hundred requests are answered now, each within a second.
local function answered(name)
  local t = traffic("web", {rate = rate, lasts = "2s", timeout = "1s", name = name})
  wait("4s")
  return t:sent() > 0 and 100 * t:answered() / t:sent() or 0
end

local function items()
  local status, output = sh("curl -s http://localhost:8030/items")
  return status == 0 and output or ""
end

step("one", function()
  local list = ""
  local most = 0
  trial(function() list = items() end)
  always(function()
    local summary = last("traffic.summary")
    if summary ~= nil then most = math.max(most, summary.sent) end
    return true
  end, "the run can be watched")
  stable(function() return service("web"):running() and service("db"):running() end, "0s", "both services run")
  stable(function() return list:find("milk", 1, true) ~= nil end, "0s", "milk is on the list")
  stable(function() return most >= 300 end, "0s", "300 requests a second have been sent for a while")
end)

step("clash", function()
  stable(function() return service("web"):containers() == 3 end, "0s", "there are three containers of the web application")
end)

step("three", function()
  local share = 0
  trial(function()
    wait("5s")  -- new ones take a moment
    share = answered("trial")
  end)
  stable(function() return service("web"):count() > 1 end, "0s", "several web containers run")
  stable(function() return share > 99 or service("web"):count() > 3 end, "0s", "they are enough for 300 requests a second")
  stable(function() return share > 99 end, "0s", "there are no more of them than the host can bear")
end)

local begun = 0  -- the step that is done now

step("stay", function()
  begun = now()
  local status
  trial(function() status = sh("docker compose up -d") end)
  stable(function() return status == 0 end, "0s", "docker compose up -d works")
  stable(function() return service("web"):count() == 3 end, "0s", "three web containers run after a plain docker compose up -d")
end)

step("kept", function()
  stable(function() return service("db"):running() end, "0s", "the database runs")
  never(function() return count("destroy db") > 0 end, "the database's container was never replaced")
end)

key("three-with-one-port", function() return service("web"):count() end)

key("ten", function()
  sh("docker compose up -d --scale web=10")
  wait("5s")
  local share = answered("ten")
  if share > 99 then return "same" end
  return share > 50 and "some" or "most"
end)

key("plain-up", function()
  sh("docker compose up -d")
  return service("web"):count()
end)

key("two-databases", function()
  sh("docker compose up -d --scale db=2")
  wait("10s")
  local found = 0
  for n = 1, 2 do
    local status, rows = sh("docker compose exec -T --index " .. n .. " db cat /var/lib/todo/rows")
    if status == 0 and rows:find("milk", 1, true) then found = found + 1 end
  end
  return found
end)

hint("scaled-again", function()
  return typed("--scale") > 0 and (host("host"):changed("/root/todo/compose.yaml") or 0) <= begun
end)
