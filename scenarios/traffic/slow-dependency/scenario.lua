-- A database that hangs under traffic, beside one that is dead: --set database=dead.
scenario{
  title = "A dependency that is slow, or dead",
  goal = "A dead dependency is refused at once; a slow one holds every request that waits for it, until there is no room for the others.",
  watch = "'about' asks for a page that needs no database. It is lost as well, once 64 others wait for one.",
  duration = "2m",
}
local database = param("database", "hangs", {"hangs", "dead"})
images{"podium/todo-web:latest", "podium/todo-db:latest"}
compose "compose.yaml"
local web, db = service "web", service "db"

wait_until(function() return web:running() and db:running() end)
wait "5s"
local items = traffic("web:8030", {name = "items", rate = "50/s", path = "/items", timeout = "5s"})
local about = traffic("web:8030", {name = "about", rate = "2/s", path = "/health", timeout = "2s"})

at "30s"
if database == "hangs" then
  narrate "The database stops answering, but it is there: requests to it wait."
  hang("db", {lasts = "30s"})
else
  narrate "The database is dead: whoever connects to it is refused."
  sh "docker compose kill db"
  after("30s", function() sh "docker compose start db" end)
end
at "35s"
local lost_items, lost_about = items:lost(), about:lost()
at "59s"
local more_items, more_about = items:lost() - lost_items, about:lost() - lost_about
narrate(("Lost in the last 24 s: %d of 1200 that need the database, %d of 48 that do not."):format(more_items, more_about))

always(function() return more_items >= 1190 end, "what needs the database is lost")
if database == "hangs" then
  always(function() return more_about >= 40 end, "and so is what does not need it: web is full of those who wait")
else
  always(function() return more_about == 0 end, "what does not need it is answered")
  latency(about, "longest <= 100ms", "and quickly")
end
never(function() return web:deaths() > 0 end, "web itself runs all the time, and says so")
eventually(function() return not items:failing() and not about:failing() end, "20s", "all is well once the database answers")
