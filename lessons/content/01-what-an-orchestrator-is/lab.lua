-- What an orchestrator is: the loop of looking, comparing and acting, by hand and by a script.

local function both_run() return service("web-1"):running() and service("web-2"):running() end

local function answers(port) return sh("curl -sf -o /dev/null http://localhost:" .. port .. "/") == 0 end

-- Registers that both servers can be reached, asked from the host as a customer would.
local function both_answer()
  local reached = false
  trial(function()
    wait("2s")
    reached = answers(8081) and answers(8082)
  end)
  stable(both_run, "0s", "two web servers run")
  stable(function() return reached end, "0s", "both answer")
end

step("two", both_answer)

step("on-duty", function()
  local deaths = service("web-2"):deaths()
  local names = ""
  trial(function()
    local _, output = sh("docker ps -a --format '{{.Names}}' | sort | tr '\\n' ' '")
    names = output
  end)
  after("20s", function() kill("web-2") end)
  stable(function() return service("web-2"):deaths() > deaths end, "0s", "your watch has lasted until something happened")
  stable(function() return names == "web-1 web-2 " end, "0s", "the shop has two web servers, and no third")
  stable(both_run, "0s", "two web servers run")
end)

step("keep", function()
  local watched, came_back = false, false
  trial(function()
    local _, processes = sh("ps aux")
    watched = processes:find("keep.sh", 1, true) ~= nil
    kill("web-1")
    kill("web-2")
    wait("1s")
    came_back = wait_until(both_run, {within = "15s"})
  end)
  stable(function() return watched end, "0s", "the script is on duty")
  stable(function() return came_back end, "0s", "whoever is killed comes back by itself")
end)

step("delete", function()
  local removed = count("destroy web-2")
  stable(function() return count("destroy web-2") > removed end, "0s", "web-2 was deleted")
  both_answer()
end)

key("running-after-crash", function()
  wait("30s")
  kill("web-2")
  wait("10m")
  return service("web-1"):count() + service("web-2"):count()
end)

key("after-delete", function()
  sh("docker rm -f web-2")
  wait("12s")
  if service("web-2"):running() then return "new" end
  local _, processes = sh("ps aux")
  return processes:find("keep.sh", 1, true) and "tries" or "ends"
end)

hint("in-foreground", function() return typed("keep.sh") > typed("cat keep.sh") and typed("&") == 0 end)
