-- The same as the lesson before, with restart policies and a volume: what comes back, and what is kept.

local function both_run() return service("web"):running() and service("db"):running() end

-- What the list holds, asked from the host as the learner would; nil when nobody answers.
local function items()
  local status, output = sh("curl -sf http://localhost:8030/items")
  if status == 0 then return output end
end

local function has_milk(list) return list ~= nil and list:find("milk", 1, true) ~= nil end

local function in_volume() return volume("data"):exists() and volume("data"):mounted() == 1 end

step("start", function()
  local list
  trial(function()
    wait("3s")
    list = items()
  end)
  stable(both_run, "0s", "both services run")
  stable(in_volume, "0s", "the database keeps its files in the volume")
  stable(function() return has_milk(list) end, "0s", "milk is on the list")
end)

step("kill", function()
  local deaths = service("web"):deaths()
  local starts, restarts = service("web"):starts(), service("web"):restarts()
  stable(function() return service("web"):deaths() > deaths and service("web"):restarts() > restarts end, "0s",
    "the web application has died, and nobody asked for it")
  stable(function() return service("web"):starts() - starts == service("web"):restarts() - restarts end, "0s", "you did not help")
  stable(both_run, "0s", "both services run")
end)

step("restart", function()
  local went_down, came_back = false, nil
  always(function()
    if host("host"):engine() ~= "running" then
      went_down, came_back = true, nil
    elseif went_down and came_back == nil then
      came_back = both_run()  -- what the engine starts, it starts before it answers
    end
    return true
  end, "the run can be watched")
  stable(function() return went_down and host("host"):engine() == "running" end, "0s", "the engine was restarted")
  stable(function() return came_back end, "0s", "both came back with the engine")
  stable(both_run, "0s", "both services run")
end)

step("delete", function()
  local removed = count("destroy db")
  local list
  trial(function()
    wait("3s")
    list = items()
  end)
  stable(function() return count("destroy db") > removed end, "0s", "the database's container was deleted")
  stable(both_run, "0s", "both services run again")
  stable(function() return has_milk(list) end, "0s", "milk is still on the list")
end)

step("colleague", function()
  local done, list = false, nil
  after("1s", function()
    sh("docker rm -f todo-db-1")
    sh("docker compose up -d")
    narrate("\"It works,\" says your colleague, \"I deleted the database and typed `docker compose up -d`. " ..
      "But the list is empty. Was there anything on it?\"")
    done = true
  end)
  trial(function()
    wait_until(function() return done end, {within = "1m"})
    wait("3s")
    list = items()
  end)
  stable(in_volume, "0s", "the database keeps its files in the volume")
  stable(both_run, "0s", "both services run")
  stable(function() return has_milk(list) end, "0s", "milk is on the list again")
end)

step("kept", function()
  stable(function() return volume("data"):exists() end, "0s", "there is a volume for the data")
  local made = false
  never(function()
    made = made or volume("data"):exists()
    return made and not volume("data"):exists()
  end, "the volume was never removed")
end)

key("web-after-kill", function()
  wait("20s")
  if not service("web"):running() then return "down" end
  return last("create web").time < last("die web").time and "back" or "new"
end)

key("after-stop", function()
  sh("docker compose stop web")
  wait("1m")
  return service("web"):running()
end)

key("running", function()
  wait("10s")  -- what an engine starts again, it may still be starting
  return service("web"):count() + service("db"):count()
end)

key("after-delete", function()
  sh("docker rm -f todo-db-1")
  wait("1m")
  if service("db"):running() then return "back" end
  return items() == nil and "gone" or "works"
end)

hint("asked-politely", function() return typed("stop") + typed("docker kill") + typed("compose kill") + typed("restart") > 0 end)
hint("added-milk", function() return typed("item=") > 0 end)
