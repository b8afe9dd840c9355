-- Stacks: the to-do application on a swarm, from one file.

local hosts = {"swarm-larry", "swarm-curly", "swarm-moe"}

local function items(from)
  local status, out = sh("curl -sf -m 5 http://" .. from .. ":8030/items")
  return status == 0 and out or nil
end

local function services()
  local _, out = sh("docker service ls --format '{{.Name}} {{.Replicas}}'")
  return out or ""
end

-- The file as the program reads it, however it is written; empty when it can't.
local function stack_file()
  local status, out = sh("docker stack config -c stack.yaml")
  return status == 0 and out or ""
end

step("deploy", function()
  local list, answer = "", nil
  trial(function()
    list = services()
    answer = items("swarm-larry")
  end)
  stable(function()
    return list:find("todo_web") ~= nil and list:find("todo_db") ~= nil and list:find("todo_banner") ~= nil
  end, "0s", "todo_web, todo_db and todo_banner are services of the swarm")
  stable(function() return answer ~= nil end, "0s", "the list is served")
end)

step("use", function()
  local answer
  trial(function() answer = items("swarm-larry") end)
  stable(function() return answer ~= nil and answer:find("milk") ~= nil end, "0s", "milk is on the list")
end)

step("grow", function()
  local text, list, stacks = "", "", ""
  trial(function()
    text = stack_file()
    wait("10s")
    list = services()
    local _, out = sh("docker stack ls --format '{{.Name}}'")
    stacks = out or ""
  end)
  stable(function() return text ~= "" end, "0s", "docker stack can read the file")
  stable(function() return text:find("replicas: 3\n") ~= nil end, "0s", "the file asks for three")
  stable(function() return stacks == "todo\n" end, "0s", "there is one stack")
  stable(function() return list:find("todo_web 3/3") ~= nil end, "0s", "three tasks of the web application run")
end)

step("prune", function()
  local text, list, answer = "", "", nil
  trial(function()
    text = stack_file()
    wait("5s")
    list = services()
    answer = items("swarm-larry")
  end)
  stable(function() return text ~= "" end, "0s", "docker stack can read the file")
  stable(function() return not text:find("\n  banner:\n") end, "0s", "the file has no banner")
  stable(function() return list ~= "" and not list:find("todo_banner") end, "0s", "todo_banner is gone")
  stable(function() return answer ~= nil and answer:find("milk") ~= nil end, "0s", "the list is still served")
end)

step("away", function()
  local left = "?"
  trial(function()
    wait("3s")
    local _, stacks = sh("docker stack ls --format '{{.Name}}'")
    local _, networks = sh("docker network ls -q --filter name=todo_default")
    left = (stacks or "") .. (networks or "")
  end)
  stable(function() return left == "" end, "0s", "the stack and its network are gone")
  stable(function() return service("web"):count() + service("todo_web"):count() + service("todo_db"):count() == 0 end, "0s", "no container is left")
end)

key("restart-policy", function()
  local status, out, errors = sh("docker stack deploy -c stack.yaml todo")
  if status ~= 0 then return "refuse" end
  return ((out or "") .. (errors or "")):find("Ignoring unsupported options: restart") and "ignore" or "honour"
end)

key("answering-hosts", function()
  wait("15s")  -- the stack may just have been deployed
  local n = 0
  for _, each in ipairs(hosts) do
    if items(each) then n = n + 1 end
  end
  return n
end)

key("what-restarts", function()
  wait("10s")
  if service("todo_db"):deaths() > 0 then return "all" end
  return service("todo_web"):deaths() > 0 and "web" or "nothing"
end)

key("after-redeploy", function()
  sh("docker service scale -d todo_web=5")
  wait("15s")
  sh("docker stack deploy -c stack.yaml todo")
  wait("30s")
  return service("todo_web"):count()
end)

key("banner", function()
  sh("sed -i '/banner:/,/nginx/d' stack.yaml")
  sh("docker stack deploy -c stack.yaml todo")
  wait("15s")
  if not services():find("todo_banner") then return "removed" end
  return service("todo_banner"):running() and "stays" or "stopped"
end)

key("what-stays", function()
  wait("15s")  -- a stack goes bit by bit
  local _, networks = sh("docker network ls -q --filter name=todo_default")
  if networks and networks ~= "" then return "network" end
  return volume("todo_data"):exists() and "volume" or "nothing"
end)

hint("with-compose", function() return typed("docker compose") + typed("docker-compose") > 0 end)
hint("other-name", function() return typed("docker stack deploy") > 0 end)
hint("scaled-by-hand", function() return typed("scale") > 0 end)
hint("services-only", function() return typed("service rm") > 0 end)
