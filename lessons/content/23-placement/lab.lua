-- Placement: constraints, labels, reservations, a maximum, preferences.

local function line(text)
  local status, out = sh(text)
  return status == 0 and out or ""
end

local function of_service(name, what)
  return line("docker service inspect --format '{{" .. what .. "}}' " .. name)
end

-- The nodes on which tasks of a service run, as a text "a a b".
local function nodes_of(name)
  local out = line("docker service ps --filter desired-state=running --format '{{.Node}} {{.CurrentState}}' " .. name)
  local found = {}
  for node in out:gmatch("([%w-]+) Running") do found[#found + 1] = node end
  table.sort(found)
  return table.concat(found, " "), #found
end

local function number_of(text) return math.tointeger(tonumber(text:match("%d+") or "0")) end

step("manager", function()
  local rule, where = "", ""
  trial(function()
    wait("3s")
    rule = of_service("visualizer", ".Spec.TaskTemplate.Placement.Constraints")
    where = nodes_of("visualizer")
  end)
  stable(function() return rule:find("node.role%s*==%s*manager") ~= nil end, "0s", "the visualizer may run on managers only")
  stable(function() return where == "swarm-larry" end, "0s", "it runs on swarm-larry")
end)

step("label", function()
  local label, rule, where = "", "", ""
  trial(function()
    wait("3s")
    label = line("docker node inspect --format '{{.Spec.Labels}}' swarm-curly")
    rule = of_service("db", ".Spec.TaskTemplate.Placement.Constraints")
    where = nodes_of("db")
  end)
  stable(function() return label:find("disk:ssd") ~= nil end, "0s", "swarm-curly has the label disk=ssd")
  stable(function() return rule:find("node.labels.disk%s*==%s*ssd") ~= nil and not rule:find("hostname") end, "0s", "db is bound to the label disk=ssd")
  stable(function() return where == "swarm-curly" end, "0s", "db runs on swarm-curly")
end)

step("big", function()
  local wanted, reserved, running = 0, 0, 0
  trial(function()
    wait("5s")
    wanted = number_of(of_service("report", ".Spec.Mode.Replicated.Replicas"))
    reserved = number_of(of_service("report", ".Spec.TaskTemplate.Resources.Reservations.MemoryBytes"))
    local _, n = nodes_of("report")
    running = n
  end)
  stable(function() return wanted == 4 end, "0s", "four reports are wanted")
  stable(function() return reserved == 1024 * 1024 * 1024 end, "0s", "each has 1 GiB of memory reserved")
  stable(function() return running == 4 end, "0s", "four reports run")
end)

step("max", function()
  local most, running = 0, 0
  trial(function()
    wait("3s")
    most = number_of(of_service("shop", ".Spec.TaskTemplate.Placement.MaxReplicas"))
    local _, n = nodes_of("shop")
    running = n
  end)
  stable(function() return most == 2 end, "0s", "at most two of the shop are allowed on a node")
  stable(function() return running == 6 end, "0s", "six of the shop run")
end)

step("zones", function()
  local preference, where = "", ""
  trial(function()
    wait("3s")
    preference = of_service("front", "json .Spec.TaskTemplate.Placement.Preferences")
    where = nodes_of("front")
  end)
  stable(function() return preference:find("node.labels.zone") ~= nil end, "0s", "front is spread over the zones")
  stable(function() return where:find("swarm%-moe swarm%-moe$") ~= nil and where:find("^swarm%-curly swarm%-larry") ~= nil end, "0s", "two of front are in each room")
end)

key("label-removed", function()
  sh("docker node update --label-rm disk swarm-curly")
  wait("30s")
  local where = nodes_of("db")
  return where == "swarm-curly" and "stays" or where == "" and "stopped" or "moved"
end)

key("big-running", function()
  sh("docker service create -d --name report --replicas 4 --reserve-memory 3g nginx")
  wait("10s")
  local _, n = nodes_of("report")
  return n
end)

key("max-running", function()
  sh("docker service create -q --name shop --replicas 6 --replicas-max-per-node 2 nginx")
  power_loss("swarm-moe")
  wait("1m")
  return service("shop"):count()
end)

key("in-room-b", function()
  sh("docker node update --label-add zone=a swarm-larry; docker node update --label-add zone=a swarm-curly; docker node update --label-add zone=b swarm-moe")
  sh("docker service create -q --name front --replicas 4 --placement-pref spread=node.labels.zone nginx")
  local where = nodes_of("front")
  local n = 0
  for _ in where:gmatch("swarm%-moe") do n = n + 1 end
  return n
end)

hint("no-constraint", function() return typed("visualizer") > 0 and typed("constraint") == 0 end)
hint("by-name", function() return typed("node.hostname") > 0 end)
hint("scaled", function() return typed("scale") > 0 end)
hint("nothing-reserved", function() return typed("reserve-memory 0") + typed("limit") > 0 or typed("reserve") == 0 end)
hint("made-shop", function() return typed("--name shop") > 0 and typed("max-per-node") == 0 end)
hint("made-front", function() return typed("--name front") > 0 and typed("placement-pref") == 0 end)
