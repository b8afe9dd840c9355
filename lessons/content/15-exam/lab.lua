-- The exam. What fails, and when, is chosen by the seed: on the hidden runs it is something else.

local function answers()
  return sh("curl -sf -m 5 -o /dev/null http://localhost:8030/items") == 0
end

local function both_run() return service("web"):running() and service("db"):running() end

-- The memory limit of a container of the project in bytes; 0 is none.
local function limit_of(name)
  local status, output = sh("docker inspect -f '{{.HostConfig.Memory}}' $(docker compose ps -aq " .. name .. ")")
  return status == 0 and math.tointeger(tonumber(output:match("%d+"))) or 0
end

-- Why the mailer went down in the night: by its first death, for what was done to it since is the learner's own affair.
local function cause_of_night()
  local death = first("die mailer")
  local function before(event)
    local fact = first(event)
    return fact ~= nil and fact.fact < death.fact
  end
  if before("oom mailer") then return "memory" end
  return before("kill mailer signal=15") and "stopped" or "killed"
end

begin(function()
  sh("docker run -d --name old-shop -p 8030:80 nginx")
  sh("docker run -d --name mailer -m 64m redis")
  local what = choose{"memory", "killed", "stopped"}
  wait(between("2h", "4h"))
  if what == "memory" then memory_leak("mailer", {rate = "30m", lasts = "10s"}) end
  if what == "killed" then sh("docker kill mailer") end
  if what == "stopped" then sh("docker stop mailer") end
  wait("1h")
end)

step("night", function()
  local removed = count("destroy mailer")
  stable(function() return container("mailer"):running() end, "0s", "the mailer runs again")
  stable(function() return count("destroy mailer") == removed end, "0s", "it is the same container")
end)

step("open", function()
  local answered = false
  trial(function()
    wait("40s")
    answered = answers()
  end)
  stable(both_run, "20s", "the web application and the database run, and stay up")
  stable(function() return answered end, "0s", "the shop answers on port 8030, with its database")
end)

step("sturdy", function()
  local answered = false
  trial(function()
    wait(between("12s", "40s"))
    local fault = choose{"kill web", "kill db", "restart the engine"}
    if fault == "kill web" then kill("web") end
    if fault == "kill db" then kill("db") end
    if fault == "restart the engine" then engine_restart("host") end
    wait("1m")
    answered = answers()
  end)
  stable(both_run, "30s", "whatever fails, both come back by themselves")
  stable(function() return answered end, "0s", "the shop answers again")
end)

step("keep", function()
  local kept = false
  trial(function()
    local item = choose{"apples", "rice", "tea"}
    wait("5s")
    sh("curl -s -d item=" .. item .. " http://localhost:8030/items")
    if choose{"by hand", "by compose"} == "by hand" then
      sh("docker rm -f $(docker compose ps -aq db)")
    else
      sh("docker compose down")
    end
    sh("docker compose up -d")
    wait("15s")
    local _, list = sh("curl -s http://localhost:8030/items")
    kept = list ~= nil and list:find(item, 1, true) ~= nil
  end)
  stable(both_run, "10s", "the web application and the database run")
  stable(function() return kept end, "0s", "an item outlives the database's container")
  stable(function() return volume("data"):exists() end, "0s", "the data is in a volume named data")
end)

step("limit", function()
  local web, db = 0, 0
  local other_deaths, deaths = 0, 0
  trial(function()
    web, db = limit_of("web"), limit_of("db")
    if web == 0 or db == 0 then return end
    wait("15s")
    local victim = choose{"web", "db"}
    local other = victim == "web" and "db" or "web"
    other_deaths = service(other):deaths()
    memory_leak(victim, {rate = "40m", lasts = "4s"})
    wait("40s")
    deaths = service(other):deaths()
  end)
  stable(function() return web > 0 and db > 0 end, "0s", "both have a memory limit")
  stable(function() return web + db <= 256 * 1024 * 1024 end, "0s", "both together get 256 MiB at most")
  stable(both_run, "10s", "one that leaks memory comes back")
  stable(function() return deaths == other_deaths end, "0s", "the other doesn't suffer")
end)

step("whole", function()
  stable(both_run, "0s", "the shop runs at the end")
  local had = false
  always(function()
    local there = volume("data"):exists()
    had = had or there
    return there or not had
  end, "the volume with the data was never thrown away")
end)

step("what-happened", function()
  local told = {
    memory = "In the night the mailer wanted **more memory than its limit** of 64 MiB: among its events, `oom` comes before the first `die`, and its status was 137.",
    killed = "In the night somebody **killed** the mailer with `docker kill mailer`: of its events, only `kill` with signal 9 comes before the first `die`, and its status was 137.",
    stopped = "In the night somebody **stopped** the mailer with `docker stop mailer`: its first events after the start are `kill` with signal 15, `die` and `stop`.",
  }
  narrate(told[cause_of_night()])
end)

key("starts", function()
  sh("docker run -d --name attempt --restart on-failure:3 busybox sh -c 'exit 1'")
  wait("1m")
  return service("attempt"):starts()
end)

key("killed-by-docker", function()
  sh("docker run -d --name always --restart always redis")
  wait("15s")
  sh("docker kill always")
  wait("1m")
  if container("always"):running() then return "back" end
  return container("always"):state() == "restarting" and "trying" or "down"
end)

key("unhealthy", function()
  sh("docker run -d --name sick --restart always --health-cmd false --health-interval 5s --health-retries 2 redis")
  wait("2m")
  return service("sick"):restarts()
end)

key("stop-takes", function()
  sh("docker run -d --name deaf busybox sleep 3600")
  wait("5s")
  sh("docker stop deaf")
  return last("die deaf").time - last("kill deaf signal=15").time
end)

key("cause", cause_of_night)
