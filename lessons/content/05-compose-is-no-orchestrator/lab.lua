-- Compose is not an orchestrator: nothing comes back by itself.

local function both_run() return service("web"):running() and service("db"):running() end

-- What the list holds, asked from the host as the learner would; nil when nobody answers.
local function items()
  local status, output = sh("curl -sf http://localhost:8030/items")
  if status == 0 then return output end
end

step("start", function()
  local list
  trial(function() list = items() end)
  stable(both_run, "0s", "both services run")
  stable(function() return list ~= nil and list:find("milk", 1, true) ~= nil end, "0s", "milk is on the list")
end)

-- A kill, a stop or a restart of the engine's, whoever asked for it, or a fault; a signal from within is none.
local kills_before = 0

local function kills() return count("kill web") + count("fault.begin") end

local function killed_from_outside() return kills() > kills_before end

step("kill", function()
  kills_before = kills()
  local starts = service("web"):starts()
  local deaths = service("web"):deaths()
  stable(function() return service("web"):deaths() > deaths end, "0s", "the web application has died")
  always(function() return service("web"):starts() == starts end, "nobody has brought it back")
  stable(function() return not service("web"):running() and service("db"):running() end, "0s", "only the web application is down")
  stable(function() return not killed_from_outside() end, "0s", "it died by itself")
end)

step("restart", function()
  local ran_before = false
  local went_down = false
  local started_after = false
  always(function()
    if host("host"):engine() == "running" then
      if both_run() and not went_down then ran_before = true end
      if went_down and (service("web"):running() or service("db"):running()) then started_after = true end
    else
      went_down = true
    end
    return true
  end, "the run can be watched")
  stable(function() return went_down and host("host"):engine() == "running" end, "0s", "the engine was restarted")
  stable(function() return ran_before end, "0s", "both ran before the engine went down")
  stable(function() return not started_after end, "0s", "nobody has brought them back")
end)

step("delete", function()
  local removed = count("destroy db")
  local list
  trial(function()
    wait("3s")  -- a new database takes a moment
    list = items()
  end)
  stable(function() return count("destroy db") > removed end, "0s", "the database's container was deleted")
  stable(both_run, "0s", "both services run again")
  stable(function() return list ~= nil and list:find("milk", 1, true) == nil end, "0s", "the list is as the new database made it")
end)

step("nobody-but-you", function()
  stable(function() return count("destroy db") > 0 end, "0s", "the database was deleted once")
  never(function() return service("web"):restarts() + service("db"):restarts() > 0 end, "no container was ever restarted by itself")
end)

key("web-after-kill", function()
  wait("20s")
  if service("web"):running() then return "back" end
  return service("web"):containers() > 0 and "down" or "gone"
end)

key("running", function()
  wait("10s")  -- what an engine starts again, it may still be starting
  return service("web"):count() + service("db"):count()
end)

key("list-after-delete", function()
  wait("3s")  -- a new database takes a moment
  local list = items()
  if list == nil then return "error" end
  return list:find("milk", 1, true) and "milk" or "empty"
end)

hint("asked-politely", killed_from_outside)
