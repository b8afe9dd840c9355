-- Stopping what does not answer TERM: PID 1 has no default for it.
scenario{
  title = "PID 1 that ignores TERM",
  goal = "The kernel spares PID 1 a signal that it does not handle: docker stop then waits out its grace and kills.",
  watch = "How long each stop takes, and with which status it ends; only one of the four could tidy up.",
  duration = "2m",
}
images{"busybox:latest"}
compose "compose.yaml"

local services = {
  {"plain", "sleep as PID 1: TERM does nothing, so docker waits 10 s and kills.", 137, 10, 11},
  {"trap", "a shell with a trap: it answers within its next round.", 0, 0, 1},
  {"init", "init: true puts a small PID 1 before sleep, which then is an ordinary process.", 143, 0, 1},
  {"patient", "a longer grace only means a longer wait.", 137, 30, 31},
}
wait_until(function() return service("patient"):running() end)

wait "10s"
narrate "First a kill from inside, with TERM and then with KILL: the kernel lets neither through to PID 1."
sh "docker compose exec -T plain kill -TERM 1"
sh "docker compose exec -T plain kill -KILL 1"
wait "5s"
local survived = service("plain"):running()
always(function() return survived end, "plain outlives TERM and even KILL from inside")

for _, row in ipairs(services) do
  local name, story, status, least, most = table.unpack(row)
  wait "5s"
  narrate(name .. ": " .. story)
  local began = now()
  sh("docker compose stop " .. name)
  local took = now() - began
  always(function() return took >= least and took <= most end, ("the stop of %s takes %d to %d s"):format(name, least, most))
  always(function() return service(name):exit() == status end, ("%s ends with status %d"):format(name, status))
end
