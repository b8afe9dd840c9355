-- The host's disk is full for a while: what goes on, what fails, and what is lost.
scenario{
  title = "The full disk",
  goal = "A full disk stops nothing that runs, so nobody sees it; it refuses what is new, and what is only in memory is lost in a crash.",
  watch = "Requests are answered all the time. The trouble is in what the database can't save, and in the update that fails.",
  duration = "4m",
}
images{"nginx:latest", "redis:latest"}
compose "compose.yaml"
local web, db = service "web", service "db"

local function redis(words) return select(2, sh("docker compose exec -T db redis-cli " .. words)):match "[^\n]*" end

wait_until(function() return web:running() and db:running() end)
wait "5s"
local users = traffic("web:8080", {name = "users", rate = "20/s"})
redis "set note milk"
local saved = redis "save"
always(function() return saved == "OK" end, "while there is room, milk is noted and saved")

at "30s"
local full = disk_full "host"
narrate "The disk is full. Nothing stops."
local taken, refused = redis "set note bread", redis "save"
narrate("The database takes bread down (" .. taken .. "), but can't save it (" .. refused .. ").")
always(function() return taken == "OK" and refused:match "ERR" ~= nil end, "bread is noted, but not saved")

at "1m"
narrate "Somebody wants to update web: the new container needs room, and the old one stays."
local status, _, complaint = sh "docker compose up -d --force-recreate web"
always(function() return status == 1 and complaint:match "no space left on device" ~= nil end, "an update fails for lack of room")
local pulled = sh "docker pull httpd"
always(function() return pulled == 1 end, "a pull fails, too")

at "1m30s"
narrate "Both crash. A restart needs no room."
kill "web"
kill "db"
wait "5s"
local running = web:running() and db:running()
always(function() return running end, "restarts work on a full disk")
local note = redis "get note"
narrate("The note says: " .. note)
always(function() return note == "milk" end, "what was not saved is lost: the note says milk again")

at "2m"
full:lift()
narrate "Somebody has made room. What was refused works now."
local updated, kept = sh "docker compose up -d --force-recreate web", redis "save"
always(function() return updated == 0 and kept == "OK" end, "with room again, the update and the save work")
availability(users, ">= 99%", "users notice little of all that")
