-- Finding a cause: five containers are down, each for a reason of its own.

local function inspect(container, what)
  local status, output = sh("docker inspect -f '{{" .. what .. "}}' " .. container)
  return status == 0 and output or ""
end

-- When the file was last changed, and when a container of the project was last made of it.
local function file_changed() return host("host"):changed("/root/shop/compose.yaml") or 0 end

local function last_made()
  local moment = 0
  for _, name in ipairs{"backup", "cache", "db", "mailer", "thumbs", "web"} do
    local fact = last("create " .. name)
    if fact ~= nil then moment = math.max(moment, fact.time) end
  end
  return moment
end

local begun, starts_before = 0, 0  -- of the step that is done now

begin(function()
  sh("docker compose up -d")
  wait("8m")
  sh("docker kill shop-cache-1")
  wait("4m")
end)

step("web", function()
  begun, starts_before = now(), count("start web")
  local starts = service("db"):starts()
  local answers = false
  trial(function()
    wait("40s")
    answers = sh("curl -sf -o /dev/null http://localhost:8030/items") == 0
  end)
  stable(function() return service("web"):running() end, "10s", "the web application runs and stays up")
  stable(function() return answers end, "0s", "it has its database, and answers on port 8030")
  always(function() return service("db"):running() and service("db"):starts() == starts end, "the database was left alone")
end)

step("others", function()
  local limit = 0
  trial(function()
    wait("30s")
    limit = tonumber(inspect("shop-thumbs-1", ".HostConfig.Memory")) or 0
  end)
  stable(function() return service("mailer"):running() end, "10s", "the mailer runs and stays up")
  stable(function() return service("thumbs"):running() end, "10s", "the thumbnails' service runs and stays up")
  stable(function() return limit > 0 end, "0s", "it still has a memory limit")
  stable(function() return service("cache"):running() end, "0s", "the cache runs")
end)

step("database", function()
  stable(function() return service("web"):running() end, "0s", "the shop is open again")
  never(function() return service("db"):deaths() > 0 end, "the database never went down")
end)

key("stop-status", function()
  sh("docker run -d --name nap busybox sleep 3600")
  sh("docker stop nap")
  return tonumber(inspect("nap", ".State.ExitCode"))
end)

hint("only-started", function() return count("start web") > starts_before and file_changed() <= begun end)
hint("not-applied", function() return file_changed() > last_made() end)
