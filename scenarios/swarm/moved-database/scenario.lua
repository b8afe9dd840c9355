-- A database with a named volume moves to another node. --set why=drain or lost; --set pinned=yes keeps it where its data is.
scenario{
  title = "The moved database",
  goal = "A volume belongs to its node. A database that Swarm moves starts on an empty volume of the same name; its data waits where it was.",
  watch = "The item 'milk': who still knows it, and on which nodes there is a volume shop_data.",
  duration = "5m",
}
local why = param("why", "lost", {"lost", "drain"})
local pinned = param("pinned", "no", {"no", "yes"})
images{"podium/todo-web:latest", "podium/todo-db:latest"}
cluster("three-host", {formed = true})
compose("compose.yaml", {up = false})
local db = service "db"

local function told(condition, name) always(function() return condition end, name) end
local function items()
  local status, out = sh("curl -s -m 5 localhost:8030/items")
  return status == 0 and out or "no answer"
end

at("5s", function()
  if pinned == "yes" then
    sh "docker node update --label-add data=shop swarm-curly"
    sh "sed -i 's/constraints: .*/constraints: [node.labels.data == shop]/' compose.yaml"
  end
  sh "docker stack deploy -c compose.yaml shop"
  wait_until(function() return db:running() and service("web"):running() end)
  wait "10s"
  sh "curl -s -d item=milk localhost:8030/items"
  local before = items()
  narrate("The list: " .. before)
  told(before:find("milk", 1, true) ~= nil, "milk is on the list")
end)

local node
at("40s", function()
  for _, name in ipairs{"swarm-curly", "swarm-moe"} do
    local _, out = sh("docker volume ls -q", {host = name})
    if out:find("shop_data", 1, true) then node = name end
  end
  if not node then
    told(false, "the database runs on swarm-curly or swarm-moe")
    return
  end
  if why == "drain" then
    sh("docker node update --availability drain " .. node)
  else
    narrate(node .. ", where the database is, loses its power.")
    power_loss(node, {lasts = "1m"})
  end
end)

at("80s", function()
  if not node then return end
  if pinned == "yes" then
    told(not db:running(), "the database may run nowhere else, and waits")
    local _, tasks = sh "docker stack ps shop --no-trunc"
    told(tasks:find("no suitable node", 1, true) ~= nil, "no node suits it")
    return
  end
  local after = items()
  narrate("The list: " .. after)
  told(db:moves() == 1, "the database runs on another node")
  told(after ~= "no answer" and after:find("milk", 1, true) == nil, "and is empty: no error, no milk")
end)

at("180s", function()
  if not node then return end
  if why == "drain" then sh("docker node update --availability active " .. node) end
  wait "30s"
  local now = items()
  narrate("With the node back, the list: " .. now)
  if pinned == "yes" then
    told(now:find("milk", 1, true) ~= nil, "when its node is back, so is milk")
  else
    told(now:find("milk", 1, true) == nil, "the node's return changes nothing")
    local _, out = sh("docker volume ls -q", {host = node})
    told(out:find("shop_data", 1, true) ~= nil, "the old data is still there, in a volume that nobody uses")
  end
end)
