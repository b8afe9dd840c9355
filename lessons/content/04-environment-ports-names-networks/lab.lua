-- Environment, ports, names and networks.

local function running(name) return container(name):running() end

local function all_run() return running("todo-web-1") and running("todo-db-1") and running("todo-tools-1") end

-- What the list on a port holds; nil when nobody answers.
local function items(port)
  local status, output = sh("curl -sf http://localhost:" .. port .. "/items")
  if status == 0 then return output end
end

local function has_milk(list) return list ~= nil and list:find("milk", 1, true) ~= nil end

step("start", function()
  local list
  trial(function()
    wait("3s")
    list = items(8030)
  end)
  stable(all_run, "0s", "all three services run")
  stable(function() return has_milk(list) end, "0s", "milk is on the list")
end)

step("env", function()
  local same, before, after = false, nil, nil
  trial(function()
    local _, text = sh("cat compose.yaml")
    same = text:find("${WEB_PORT-8030}:8080", 1, true) ~= nil
    wait("3s")
    before = items(8040)
    sh("docker compose up -d")
    wait("3s")
    after = items(8040)
  end)
  stable(function() return same end, "0s", "compose.yaml is as it was")
  stable(function() return after ~= nil end, "0s", "the next plain up leaves it on port 8040")
  stable(function() return before ~= nil end, "0s", "the list answers on port 8040")
end)

step("second", function()
  local first, second = nil, nil
  trial(function()
    wait("3s")
    first, second = items(8040), items(8050)
  end)
  stable(function() return first ~= nil and running("todo-web-1") end, "0s", "the first one answers on port 8040")
  stable(function() return second ~= nil and running("second-web-1") end, "0s", "the second one answers on port 8050")
end)

local function from_tools(command) return sh("docker compose exec -T tools " .. command) end

-- Which networks the file puts a service on, as Compose understands it: "back", or "back front".
local function networks_of(config, name)
  local section = ("\n" .. config):match("\n  " .. name .. ":\n(.-)\n  ?[a-z]") or ""
  local out = {}
  for _, network in ipairs{"back", "default", "front"} do
    if section:find("      " .. network .. ": null", 1, true) then out[#out + 1] = network end
  end
  return table.concat(out, " ")
end

step("separate", function()
  local readable, said, found, web, list = false, false, true, 1, nil
  trial(function()
    local status, config = sh("docker compose config")
    readable = status == 0
    if not readable then return end
    said = networks_of(config, "db") == "back" and networks_of(config, "tools") == "front"
    wait("35s")
    found = from_tools("nslookup db") == 0
    web = from_tools("wget -q -O- -T 3 http://web:8080/health")
    list = items(8040)
  end)
  stable(function() return readable end, "0s", "Compose can read the file")
  stable(function() return said end, "0s", "the file puts db on back, and tools on front")
  stable(function() return not found end, "0s", "tools does not find the database")
  stable(function() return web == 0 or list == nil end, "0s", "tools finds the web application")
  stable(function() return list ~= nil end, "0s", "the list still answers on port 8040")
end)

key("which-port", function()
  sh("echo WEB_PORT=8040 > .env")
  sh("WEB_PORT=8050 docker compose up -d")
  local _, address = sh("docker compose port web 8080")
  return ({["8030"] = "default", ["8040"] = "env", ["8050"] = "shell"})[address:match(":(%d+)")]
end)

key("from-inside", function()
  local places = {localhost = "localhost:8040", ["web-host-port"] = "web:8040", web = "web:8080"}
  wait("3s")
  for name, place in pairs(places) do
    if from_tools("wget -q -O- -T 3 http://" .. place .. "/items") == 0 then return name end
  end
end)

key("second-time", function()
  local status = sh("docker compose -p second up -d")
  if not running("todo-web-1") then return "replaced" end
  return status ~= 0 and running("second-db-1") and "port" or "works"
end)

key("same-list", function()
  wait("3s")
  return has_milk(items(8050))
end)

key("tools-to-db", function()
  return from_tools("nslookup db") == 0 and "address" or "unknown"
end)

hint("in-the-shell", function() return typed("WEB_PORT=8040 docker") > 0 end)
hint("no-port", function() return typed("-p second") > 0 and typed("8050") == 0 end)

