-- Why not docker run, one by one: the to-do list by hand, then with Compose.

local function running(name) return container(name):running() end

local function network(name)
  local status, output = sh("docker network inspect " .. name)
  return status == 0 and output or ""
end

local function on_network(name, other) return network(name):find('"Name": "' .. other .. '"', 1, true) ~= nil end

local function items(port)
  local status, output = sh("curl -sf http://localhost:" .. port .. "/items")
  return status == 0 and output or nil
end

local function has_milk(list) return list ~= nil and list:find("milk", 1, true) ~= nil end

step("first", function()
  local deaths = service("web"):deaths()
  stable(function() return running("db") end, "0s", "the database runs")
  stable(function() return service("web"):deaths() > deaths and service("web"):exit() == 1 end, "0s", "the web application has tried, and ended")
end)

step("network", function()
  local both, list = false, nil
  trial(function()
    wait("3s")
    both = on_network("shop", "web") and on_network("shop", "db")
    list = items(8030)
  end)
  stable(function() return running("web") and running("db") end, "0s", "both containers run")
  stable(function() return both end, "0s", "both are on the network shop")
  stable(function() return has_milk(list) end, "0s", "milk is on the list")
end)

step("change", function()
  local deaths = service("db"):deaths()
  local old, joined, list
  trial(function()
    wait("3s")
    old = items(8030)
    joined = on_network("shop", "web")
    list = items(8040)
  end)
  stable(function() return service("db"):deaths() == deaths and running("db") end, "0s", "the database was left alone")
  stable(function() return old == nil end, "0s", "port 8030 is free")
  stable(function() return joined end, "0s", "the web application is on the network shop")
  stable(function() return has_milk(list) end, "0s", "the list answers on port 8040, and milk is on it")
end)

local function project_runs() return running("todo-web-1") and running("todo-db-1") end

step("compose", function()
  local left = true
  trial(function()
    local _, names = sh("docker ps -a --format '{{.Names}}'")
    names = "\n" .. names
    left = network("shop") ~= "" or names:find("\nweb\n", 1, true) or names:find("\ndb\n", 1, true)
  end)
  stable(function() return not left end, "0s", "nothing made by hand is left")
  stable(project_runs, "0s", "the project runs")
end)

-- As Compose reads it, however it is written.
local function file_says(port)
  local status, config = sh("docker compose config")
  return status == 0 and config:find('published: "' .. port .. '"', 1, true) ~= nil
end

step("edit", function()
  local deaths = count("die todo-db-1")
  local changed, reached = false, false
  trial(function()
    wait("3s")
    changed = file_says("8040")
    reached = items(8040) ~= nil
  end)
  stable(function() return changed end, "0s", "the file says port 8040")
  stable(function() return reached end, "0s", "the list answers on port 8040")
  stable(function() return count("die todo-db-1") == deaths and running("todo-db-1") end, "0s", "the database was left alone")
end)

key("first-try", function()
  wait("40s")
  if running("web") then return "works" end
  return running("db") and "web-down" or "both-down"
end)

key("run-twice", function()
  local before = count("create")
  local status = sh("docker run -d --name web --network shop -p 8030:8080 -e DATABASE_URL=db:5432 podium/todo-web")
  if status ~= 0 then return "error" end
  return count("create") == before and "nothing" or "second"
end)

-- Compose makes the new container under another name and renames it when the old one is gone.
key("how-many-new", function()
  return (count("rename web") > 0 and 1 or 0) + (count("rename db") > 0 and 1 or 0)
end)

hint("made-network", function() return typed("network create") > 0 end)
hint("went-down", function() return typed("compose down") > 0 end)

