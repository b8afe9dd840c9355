-- Discovery and the routing mesh: names inside, ports outside.

local hosts = {"swarm-larry", "swarm-curly", "swarm-moe"}

local function line(text)
  local status, out = sh(text)
  return status == 0 and out or ""
end

local function in_client(text) return sh("docker exec $(docker ps -q -f name=client) " .. text) end

local function served_by(host, port)
  return sh("curl -sf -m 5 -o /dev/null http://" .. host .. ":" .. port .. "/") == 0
end

local function doors(port)
  local n = 0
  for _, each in ipairs(hosts) do
    if served_by(each, port) then n = n + 1 end
  end
  return n
end

-- The service's line in docker service ls, "" without one.
local function listed(name)
  return line("docker service ls --filter name=" .. name .. " --format '{{.Name}} {{.Replicas}} {{.Ports}}'")
end

step("network", function()
  local seen = ""
  trial(function() seen = line("docker network ls --filter name=app --format '{{.Name}} {{.Driver}} {{.Scope}}'") end)
  stable(function() return seen:find("app overlay swarm") ~= nil end, "0s", "app is a network of the swarm")
end)

step("services", function()
  local web, here, answered = "", "", false
  trial(function()
    wait("3s")
    web = listed("web")
    here = line("docker ps -q -f name=client")
    answered = here ~= "" and in_client("wget -qO- http://web") == 0
  end)
  stable(function() return web:find("web 3/3") ~= nil end, "0s", "the service web runs three times")
  stable(function() return here ~= "" end, "0s", "the service client runs on swarm-larry")
  stable(function() return answered end, "0s", "the client gets an answer from http://web")
end)

step("publish", function()
  local web, open = "", 0
  trial(function()
    wait("5s")
    web, open = listed("web"), doors(8080)
  end)
  stable(function() return web:find("%*:8080%->80/tcp") ~= nil end, "0s", "port 8080 is published")
  stable(function() return open == 3 end, "0s", "the web server answers on port 8080 of all three hosts")
end)

step("fewer", function()
  local web = ""
  trial(function()
    wait("5s")
    web = listed("web")
  end)
  stable(function() return web ~= "" end, "0s", "the service web is still there")
  stable(function() return web:find("web 1/1") ~= nil end, "0s", "one task of web runs")
end)

step("host-mode", function()
  local mode, edge = "", ""
  trial(function()
    wait("3s")
    mode = line("docker service inspect --format '{{range .Endpoint.Ports}}{{.PublishedPort}} {{.PublishMode}}{{end}}' edge")
    edge = listed("edge")
  end)
  stable(function() return mode:find("8090 host") ~= nil end, "0s", "edge is published past the mesh")
  stable(function() return edge:find("edge 3/4") ~= nil end, "0s", "edge has four tasks, and three of them run")
end)

key("addresses", function()
  wait("5s")  -- the services may just have been created
  local _, out = in_client("nslookup web")
  local n = 0
  for _ in (out or ""):gmatch("Name:") do n = n + 1 end
  return n
end)

key("answering", function()
  wait("5s")
  local seen, n = {}, 0
  for _ = 1, 6 do
    local _, out = in_client("wget -qO- http://web")
    if out and out ~= "" and not seen[out] then
      seen[out] = true
      n = n + 1
    end
  end
  return n
end)

key("lone", function()
  sh("docker service create -q --name lone --constraint node.role==manager alpine sleep 1d")
  local status, _, errors = sh("docker exec $(docker ps -q -f name=lone) wget -qO- http://web")
  if status == 0 then return "page" end
  return (errors or ""):find("bad address") and "bad-name" or "refused"
end)

key("while-publishing", function()
  wait("10s")  -- an update that nobody waits for has only begun
  return service("web"):deaths() > 0 and "replaced" or "stay"
end)

key("doors", function()
  wait("10s")
  return doors(8080)
end)

hint("local-network", function() return typed("network create") > 0 and typed("overlay") == 0 end)
hint("not-on-network", function() return typed("--network app") < 2 end)
hint("reversed", function() return typed("80:8080") + typed("published=80,") > 0 end)
hint("no-host-mode", function() return typed("edge") > 0 and typed("mode=host") == 0 end)
