-- What becomes of a note in each of three places, through all that is done to a database's container.
scenario{
  title = "The kept database",
  goal = "What is in the container's layer lives as long as the container; only a volume with a name is found again by a new one.",
  watch = "The same note stands in three places. Which act loses it where, and what it leaves behind in the end.",
}
images{"redis:latest"}
compose "compose.yaml"

local places = {{"its layer", "/note"}, {"the image's volume", "/data/note"}, {"the named volume", "/kept/note"}}

-- Which of the three notes is there afterwards.
local acts = {
  {"a crash", function() kill "db" end, {true, true, true}},
  {"a stop and a start", {"docker compose stop", "docker compose start"}, {true, true, true}},
  {"up --force-recreate", {"docker compose up -d --force-recreate"}, {false, true, true}},
  {"the same with --renew-anon-volumes", {"docker compose up -d --force-recreate --renew-anon-volumes"}, {false, false, true}},
  {"rm and up", {"docker compose rm -sf", "docker compose up -d"}, {false, false, true}},
  {"down and up", {"docker compose down", "docker compose up -d"}, {false, false, true}},
  {"down --volumes and up", {"docker compose down --volumes", "docker compose up -d"}, {false, false, false}},
}

wait_until(function() return service("db"):running() end)
for _, act in ipairs(acts) do
  local name, lines, kept = table.unpack(act)
  sh "docker compose exec -T db sh -c 'echo milk | tee /note /data/note > /kept/note'"
  if type(lines) == "function" then lines() else for _, line in ipairs(lines) do sh(line) end end
  wait "5s"
  local _, found = sh "docker compose exec -T db sh -c 'ls /note /data/note /kept/note 2> /dev/null; true'"
  local there, expected = {}, {}
  for i, place in ipairs(places) do
    if ("\n" .. found):find("\n" .. place[2] .. "\n", 1, true) then table.insert(there, place[1]) end
    if kept[i] then table.insert(expected, place[1]) end
  end
  local is, should = table.concat(there, ", "), table.concat(expected, ", ")
  narrate(("After %s the note is %s."):format(name, is == "" and "gone from everywhere" or "still in " .. is))
  always(function() return is == should end, ("after %s it is in %s"):format(name, should == "" and "none of them" or should))
end
local _, left = sh "docker volume ls --quiet --filter dangling=true | wc -l"
narrate(("Left behind: %d volumes without a name, which hold notes that nobody finds."):format(left))
always(function() return tonumber(left) == 3 end, "each new container that did not take its volume over left it behind")
