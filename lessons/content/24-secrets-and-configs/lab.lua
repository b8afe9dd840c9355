-- Secrets and configs: a database's password, and a web server's page.

local hosts = {"swarm-larry", "swarm-curly", "swarm-moe"}

local function line(text, where)
  local status, out = sh(text, {host = where or "swarm-larry"})
  return status == 0 and out or ""
end

-- On so many nodes a container can read the secret's file, and what it holds there.
local function holders()
  local n, content = 0, ""
  for _, each in ipairs(hosts) do
    for id in line("docker ps -q", each):gmatch("%w+") do
      local status, out = sh("docker exec " .. id .. " cat /run/secrets/db_password", {host = each})
      if status == 0 then n, content = n + 1, out end
    end
  end
  return n, content
end

local function page() return line("curl -sf -m 5 http://swarm-larry:8080/") end

begin(function()
  sh("docker service create -q --name db -e POSTGRES_PASSWORD=tulip-17 postgres:16")
  wait("10s")
end)

step("secret", function()
  local list = ""
  trial(function() list = line("docker secret ls --format '{{.Name}}'") end)
  stable(function() return list:find("db_password") ~= nil end, "0s", "there is a secret db_password")
end)

step("use", function()
  local env, content, running = "", "", false
  trial(function()
    wait("15s")
    env = line("docker service inspect --format '{{.Spec.TaskTemplate.ContainerSpec.Env}}' db")
    running = service("db"):running()
    local _, held = holders()
    content = held
  end)
  stable(function() return not env:find("tulip") end, "0s", "the password is in no variable")
  stable(function() return running end, "10s", "the database runs")
  stable(function() return content:find("tulip%-17") ~= nil end, "0s", "the container has the file /run/secrets/db_password")
end)

step("config", function()
  local given, shown = "", ""
  trial(function()
    wait("3s")
    given = line("docker service inspect --format '{{range .Spec.TaskTemplate.ContainerSpec.Configs}}{{.ConfigName}} {{end}}' web")
    shown = page()
  end)
  stable(function() return given ~= "" and given ~= "\n" end, "0s", "web gets its page from a config")
  stable(function() return shown:find("9 to 17") ~= nil end, "0s", "the page says when the shop is open in winter")
end)

step("summer", function()
  local shown, list = "", ""
  trial(function()
    wait("10s")
    shown = page()
    list = line("docker config ls --format '{{.Name}}'")
  end)
  always(function() return service("web"):running() end, "web was never without a task")
  stable(function() return shown:find("8 to 20") ~= nil end, "0s", "the page says when the shop is open in summer")
  stable(function() return not list:find("hours%-winter") end, "0s", "the old config is gone")
end)

key("shown", function()
  local out = line("docker secret inspect db_password")
  if out:find("tulip") then return "all" end
  return out:find('"Data"') and "coded" or "nothing"
end)

key("nodes-with-it", function()
  wait("15s")  -- the database may just be getting its new task
  local n = holders()
  return n
end)

key("same-name", function()
  local status = sh("docker config create hours-winter hours-summer.txt")
  if status ~= 0 then return "refused" end
  return page():find("8 to 20") and "replaced" or "next-task"
end)

hint("made-config", function() return typed("docker config create") > 0 end)
hint("bound", function() return typed("--mount") > 0 end)
