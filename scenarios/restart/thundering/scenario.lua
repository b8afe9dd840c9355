-- A reboot starts everything at once: --set apps=wait lets the programs wait for the database themselves, --set n=20 adds more of them.
scenario{
  title = "The thundering restart",
  goal = "The engine knows no depends_on: after a reboot all start at once, fail together, and try again in step, as the back-off has no jitter.",
  watch = "The orderly start by docker compose up, and beside it what the engine does with the same containers.",
  duration = "3m",
}
local apps = param("apps", "fail", {"fail", "wait"})
local n = param("n", 5)
images{"mysql:latest", "busybox:latest"}
compose("compose.yaml", {environment = {
  N = n,
  OTHERWISE = apps == "fail" and "exit 1" or "while ! nc -z db 3306; do sleep 1; done",
}})
local app, db = service "app", service "db"

wait_until(function() return app:count() == n end)
local orderly = app:deaths()
always(function() return orderly == 0 end, "docker compose up starts the apps when the database is healthy: none fails")

at "1m"
narrate "The host is rebooted. Now the engine starts what was running, not docker compose."
host_reboot "host"
wait_until(function() return host("host"):up() and host("host"):engine() == "running" end)
local booted = now()

-- The restarts of each app, the fewest and the most.
local function step()
  local fewest, most = math.huge, 0
  for i = 1, n do
    local restarts = container("app." .. i):restarts()
    fewest, most = math.min(fewest, restarts), math.max(most, restarts)
  end
  return fewest, most
end
if apps == "fail" then
  always(function() local fewest, most = step() return most - fewest <= 1 end, "the apps try again in step")
end

wait_until(function() return db:healthy() end)
wait "10s"
local fewest, most = step()
local gap = last("start app").time - last("health_status db status=healthy").time
narrate(apps == "fail" and ("Each app was started %d times more than needed; the last came %.1f s after the database."):format(most, math.max(0, gap))
  or "No app failed: each waited for the database itself.")
always(function() return (apps == "fail" and fewest >= 3) or (apps == "wait" and most == 0) end,
  apps == "fail" and "each of them fails at least three times" or "none of them fails")
stable(function() return app:count() == n and db:healthy() end, "30s", "all run in the end")
