-- Finding a cause: five containers are down, each for a reason of its own.

local function inspect(container, what)
  local status, output = sh("docker inspect -f '{{" .. what .. "}}' " .. container)
  return status == 0 and output or ""
end

begin(function()
  sh("docker compose up -d")
  wait("8m")
  sh("docker kill shop-cache-1")
  wait("4m")
end)

step("web", function()
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

hint("only-started", function()
  return typed("compose.yaml") == 0 and typed("restart") + typed("docker start") + typed("compose start") + typed("up") > 0
end)
hint("not-applied", function() return typed("compose up") == 0 and typed("compose.yaml") > 0 end)
