-- The same file for other programs. Docker's side runs; podman's and nerdctl's is told from recordings and documents.

local function runs(name) return container(name):running() end

step("old", function()
  stable(function() return runs("todo_web_1") and runs("todo_db_1") end, "0s", "both containers run, made by docker-compose")
end)

step("new", function()
  stable(function() return service("web"):running() and service("db"):running() end, "0s", "both services run")
  stable(function() return runs("todo-web-1") and runs("todo-db-1") end, "0s", "they were made by docker compose")
end)

step("change", function()
  local replaced = count("destroy web")
  local database = service("db"):starts() + count("destroy db")
  local setting = ""
  trial(function()
    local _, output = sh("docker compose exec -T web env")
    setting = output or ""
  end)
  stable(function() return setting:find("LANGUAGE=en", 1, true) ~= nil end, "0s", "the running web application has LANGUAGE set to en")
  stable(function() return count("destroy web") > replaced end, "0s", "its old container was replaced")
  stable(function() return service("db"):starts() + count("destroy db") == database end, "0s", "the database was left alone")
end)

step("one-at-a-time", function()
  stable(function() return service("web"):running() end, "0s", "the web application runs")
  never(function() return service("web"):count() > 1 end, "never did two web applications run at once")
end)

key("names", function()
  sh("docker-compose down")
  sh("docker compose up -d")
  if runs("todo-web-1") then return "hyphens" end
  return runs("todo_web_1") and "underscores" or "random"
end)

key("restarts-in-a-minute", function()
  sh("docker run -d --name loop --restart always busybox sh -c 'exit 1'")
  wait("60s")
  local _, output = sh("docker inspect -f '{{.RestartCount}}' loop")
  return tonumber(output)
end)

key("after-reboot", function()
  sh("docker run -d --name unless --restart unless-stopped redis")
  sh("docker run -d --name always --restart always redis")
  sh("docker stop always")
  host_reboot("host")
  wait("3m")
  local unless, always = runs("unless"), runs("always")
  if unless and always then return "both" end
  if unless then return "unless" end
  return always and "always" or "none"
end)

hint("hyphen", function() return typed("docker compose up") > 0 and typed("docker-compose up") == 0 end)
hint("underscore", function() return typed("docker-compose up") > 0 and typed("docker compose up") == 0 end)
hint("restarted", function() return typed("restart") > 0 and typed("up") == 0 end)
