-- A shop and its database: --set waits=started lets the shop wait for the start only, --set policy=on-failure lets it try again.
scenario{
  title = "Dependency order, with and without health",
  goal = "depends_on orders starts, and started is not ready: only a health check tells when the database answers.",
  watch = "The moment at which the shop starts, and what it finds there.",
  duration = "2m",
}
local waits = param("waits", "healthy", {"started", "healthy"})
local policy = param("policy", "no", {"no", "on-failure"})
images{"mysql:latest", "busybox:latest"}
compose("compose.yaml", {environment = {CONDITION = "service_" .. waits, POLICY = policy}})
local db, shop = service "db", service "shop"

wait_until(function() return shop:starts() > 0 end)
local ready = db:healthy()
if waits == "healthy" then
  narrate "The shop was held back until the database's health check passed."
  always(function() return ready end, "the shop starts when the database is healthy")
  never(function() return shop:deaths() > 0 and now() < 60 end, "and finds it at its first try")
else
  narrate "The shop was started right after the database, which is still making its files."
  always(function() return not ready end, "the shop starts before the database is ready")
  eventually(function() return shop:deaths() > 0 and shop:exit() == 1 end, "1s", "and does not find it")
end
eventually(function() return db:healthy() and shop:running() == (waits == "healthy" or policy == "on-failure") end, "30s",
  (waits == "healthy" or policy == "on-failure") and "in the end the shop is open" or "nobody opens the shop")

at("40s", function()
  narrate "Later the database crashes. depends_on is a matter of docker compose up: nobody tells the shop."
  local opened = shop:starts()
  kill "db"
  wait "10s"
  local untouched = shop:starts() == opened
  always(function() return untouched end, "a crash of the database does not touch the shop")
end)
at("1m", function()
  narrate "Everything is stopped, in the reverse order: first who needs, then what is needed."
  sh "docker compose up -d db"
  wait "20s"
  sh "docker compose stop"
  if last "stop shop" then
    always(function() return last("stop shop").time < last("kill db").time end, "the shop is stopped before its database gets a signal")
  end
end)
