-- A database that needs longer to start than its health check allows: --set start_period=1m gives it the time.
scenario{
  title = "The slow dependency",
  goal = "Who waits for health waits for a verdict: a database that is only slow can be found unhealthy, and then up gives up.",
  watch = "At which moment the database is found unhealthy, what docker compose up makes of it, and that the database comes anyway.",
  duration = "3m",
}
local start_period = param("start_period", "0s", {"0s", "1m"})
images{"postgres:latest", "nginx:latest"}
compose("compose.yaml", {up = false, environment = {START_PERIOD = start_period}})
local db, shop = service "db", service "shop"

narrate "The first time, with a day's data, the database starts quickly."
local first = sh "docker compose up -d"
always(function() return first == 0 end, "up brings up both")
sh "docker compose stop"

narrate "Months later it has much to read before it answers: half a minute."
slow_start("db", {by = "30s"})
local status, _, errors = sh "docker compose up -d"
if start_period == "0s" then
  always(function() return status == 1 and errors:match "dependency failed to start: container .* is unhealthy" ~= nil end, "up gives up on it")
  eventually(function() return db:healthy() end, "30s", "but the database becomes healthy all the same")
  stable(function() return not shop:running() end, "1m", "and the shop stays down, as nobody asks again")
  narrate "docker compose up has given up; the database has not."
else
  always(function() return status == 0 end, "up waits for it")
  never(function() return db:health() == "unhealthy" end, "nothing in the start period counts against the database")
  stable(function() return shop:running() end, "1m", "the shop is open")
end
never(function() return db:restarts() > 0 end, "nothing restarts the database meanwhile")
