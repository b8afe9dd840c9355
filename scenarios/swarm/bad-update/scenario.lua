-- An update to something that does not start. --set action=pause, continue or rollback; --set fails=late: it starts, and ends after 8 s.
scenario{
  title = "A bad update",
  goal = "By default an update pauses at the first task that fails, which is after two of three copies are gone; told to, it rolls itself back; told to continue, it goes through with it. A failure later than the monitor, 5 s, does not count.",
  watch = "How many copies still serve, and who ends the crash loop.",
  duration = "110s",
}
local action = param("action", "pause", {"pause", "continue", "rollback"})
local fails = param("fails", "at-once", {"at-once", "late"})
images{"nginx:latest"}
cluster("three-host", {formed = true})
local web = service "web"
local t

local function told(condition, name) always(function() return condition end, name) end

local function status()
  local _, out = sh "docker service inspect web --format '{{.UpdateStatus.State}}'"
  return out:match("%S+")
end

at("5s", function()
  sh(("docker service create -d --name web --replicas 3 -p 8080:80 --update-failure-action %s nginx"):format(action))
  wait "10s"
  t = traffic("swarm-larry:8080", {rate = "20/s", timeout = "2s", lasts = "90s"})
end)

at("20s", function()
  local crash = fails == "late" and "sleep 8; exit 1" or "exit 1"
  sh(("docker service update -d --args \"sh -c '%s'\" web"):format(crash))
end)

at("55s", function()
  local state = status()
  narrate("Half a minute later the update is " .. state .. ".")
  if fails == "late" then
    told(state == "completed", "it is called completed: no task failed within 5 s of its start")
    told(t:failing(), "and nothing serves")
  elseif action == "pause" then
    told(state == "paused", "it is paused")
    told(count("update_paused") == 1 and last("update_paused").failures == 1, "by the first task that failed")
    told(web:starts() > 8, "the two that were replaced crash every 5 s, with nobody to stop them")
  elseif action == "continue" then
    told(state == "completed", "it is called completed")
    told(t:failing(), "and nothing serves")
  else
    told(state == "rollback_completed", "it was rolled back")
    told(web:count() == 3 and not t:failing(), "and three copies of the old version serve")
  end
end)

at("60s", function()
  if action == "rollback" and fails == "at-once" then return end
  narrate "Somebody rolls it back."
  sh "docker service rollback -d web"
  wait "30s"
  told(status() == "rollback_completed" and web:count() == 3, "a rollback by hand puts it right")
  told(not t:failing(), "and all is answered again")
end)
