-- Volumes and data: what outlives what, and how to bring it back.

local function both_run() return service("web"):running() and service("db"):running() end

-- What the list holds, asked from the host as the learner would; nil when nobody answers.
local function items()
  local status, output = sh("curl -sf http://localhost:8030/items")
  if status == 0 then return output end
end

local function has_milk(list) return list ~= nil and list:find("milk", 1, true) ~= nil end

step("start", function()
  local list
  trial(function()
    wait("3s")
    list = items()
  end)
  stable(both_run, "0s", "both services run")
  stable(function() return has_milk(list) end, "0s", "milk is on the list")
end)

step("recreate", function()
  local made = count("create db")
  stable(function() return count("create db") > made end, "0s", "the database has a new container")
  stable(both_run, "0s", "both services run")
end)

step("down-up", function()
  local was_down = false
  always(function()
    was_down = was_down or service("web"):containers() + service("db"):containers() == 0
    return true
  end, "the run can be watched")
  stable(function() return was_down end, "0s", "the project was taken down")
  stable(both_run, "0s", "both services run")
end)

step("named", function()
  local readable, mounted, list = false, false, nil
  trial(function()
    readable = sh("docker compose config --quiet") == 0
    if not readable then return end
    mounted = volume("data"):exists() and volume("data"):mounted() == 1
    sh("docker compose down")
    sh("docker compose up -d")
    wait("3s")
    list = items()
  end)
  stable(function() return readable end, "0s", "Compose can read the file")
  stable(function() return mounted end, "0s", "the database keeps its files in the volume data")
  stable(function() return has_milk(list) end, "0s", "milk is on the list after down and up")
end)

-- Something that another run has otherwise, so that nobody can know it beforehand.
local things = {"bread", "cheese", "honey", "coffee", "apples", "soap"}

step("backup", function()
  local thing = things[math.random(#things)]
  sh("curl -s -d item=" .. thing .. " http://localhost:8030/items")
  narrate("Your flatmate has put something on the list: **" .. thing .. "**.")
  local status, copy = 1, nil
  trial(function() status, copy = sh("cat /root/todo/backup/data/rows") end)
  stable(function() return status == 0 end, "0s", "there is a copy in the folder backup")
  stable(function() return copy == volume("data"):read("rows") end, "0s", "the copy is as the list is now")
end)

step("lost", function()
  local before = volume("data"):read("rows")
  local gone = false
  always(function()
    gone = gone or not volume("data"):exists()
    return true
  end, "the run can be watched")
  local list, after
  trial(function()
    wait("3s")
    list = items()
    after = volume("data"):read("rows")
  end)
  stable(function() return gone end, "0s", "the volume was removed")
  stable(both_run, "0s", "both services run")
  stable(function() return list ~= nil and after == before end, "0s", "everything is on the list again")
end)

key("milk", function()
  wait("3s")
  return has_milk(items())
end)

key("volumes", function()
  local _, output = sh("docker volume ls --quiet | wc -l")
  return tonumber(output)
end)

key("list-after-down-v", function()
  sh("docker compose down -v")
  sh("docker compose up -d")
  wait("3s")
  local list = items()
  if list == nil then return "error" end
  return has_milk(list) and "milk" or "empty"
end)

hint("added", function() return typed("item=") > 0 end)
hint("copied-folder", function() return typed("/backup/data /data") > 0 end)
