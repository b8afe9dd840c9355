-- A database whose container is deleted. --set volume=named keeps its data in a volume with a name.
scenario{
  title = "The lost database",
  goal = "A container's data outlives a crash, but not the container, unless it is in a named volume.",
  watch = "The same note is read after a crash and after the container was deleted.",
}
local where = param("volume", "none", {"none", "named"})
images{"redis:latest"}
if where == "named" then
  compose_text [[
services:
  db:
    image: redis
    restart: always
    volumes: ["data:/data"]
volumes:
  data:
]]
else
  compose "compose.yaml"
end

local function note()
  local status, text = sh "docker compose exec -T db cat /data/note"
  return status == 0 and text:match("%S+") or "nothing"
end

wait_until(function() return service("db"):running() end)
sh "docker compose exec -T db sh -c 'echo milk > /data/note'"
kill "db"
wait "5s"
local after_crash = note()
narrate("After a crash the note says: " .. after_crash)
sh "docker compose rm -sf db"
sh "docker compose up -d"
wait "5s"
local after_removal = note()
narrate("After the container was deleted it says: " .. after_removal)

always(function() return after_crash == "milk" end, "a crash loses nothing")
always(function() return after_removal == (where == "named" and "milk" or "nothing") end, "a deleted container keeps only what is in a named volume")
