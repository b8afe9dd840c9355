-- The engine is restarted under each policy: --set before=stopped, killed or paused, and --set way=crash kills the engine instead.
scenario{
  title = "The engine's restart, under each restart policy",
  goal = "Know what comes back with the engine: that hangs on the policy, on what was asked before, and on how the engine went.",
  watch = "What each container does when the engine starts, and the status on-failure goes by: it forgets who asked for the stop.",
  duration = "2m30s",
}
local before = param("before", "running", {"running", "stopped", "killed", "paused"})
local way = param("way", "update", {"update", "crash"})
images{"busybox:latest"}
compose "compose.yaml"

local services = {"no", "on-failure", "unless-stopped", "always", "deaf"}
local all = table.concat(services, " ")

-- Docker's rules at the engine's start.
local function comes_back(name)
  local left_alone = before == "running" or before == "paused"
  if name == "no" then return false end
  if name == "always" then return true end
  -- The next engine finds the containers of a crashed one, and stops them first: that counts as a stop by hand.
  if name == "unless-stopped" then return left_alone and way == "update" end
  -- on-failure looks at the last status only: 137 of a kill is a failure, whoever asked for it.
  return name == "deaf" or before == "killed"
end

wait_until(function() return service("deaf"):running() end)
at "10s"
if before == "stopped" then
  narrate "A person stops all of them."
  sh("docker compose stop " .. all)
elseif before == "killed" then
  narrate "A person kills all of them through docker."
  sh("docker compose kill " .. all)
elseif before == "paused" then
  narrate "A person pauses all of them."
  sh("docker compose pause " .. all)
end

at "40s"
if way == "update" then
  narrate "The engine is updated: it stops in good order and starts again."
  engine_restart "host"
else
  narrate "The engine is killed, and started again ten seconds later."
  engine_kill("host", {lasts = "10s"})
end
wait_until(function() return host("host"):engine() ~= "running" end)
wait_until(function() return host("host"):engine() == "running" end)
wait "5s"
narrate "The engine is back. Whom did it start?"
local _, list = sh "docker ps -a --format '{{.Label \"com.docker.compose.service\"}}: {{.Status}}' | sort"
narrate(list)

for _, name in ipairs(services) do
  local back = comes_back(name)
  stable(function() return service(name):running() == back end, "30s", name .. (back and " is back" or " stays down"))
end
never(function() return container("always.1"):restarts() > 0 end, "what the engine's start brings back does not count as a restart")
