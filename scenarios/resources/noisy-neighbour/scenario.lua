-- Batch jobs beside a server on a host with one processor: --set guard=cpus limits the jobs, guard=shares gives the server more weight.
scenario{
  title = "The noisy neighbour",
  goal = "Without limits containers share the processors equally, so whoever brings more containers gets more; a limit or a weight mends that.",
  watch = "The same requests in the calm and beside the jobs: how long their answers take, and how long the server needs to start again.",
  duration = "1m30s",
}
local guard = param("guard", "none", {"none", "cpus", "shares"})
local n = param("n", 6)
cluster{{name = "host", cpus = 1}}
images{"node:latest", "busybox:latest"}
compose("compose.yaml", {environment = {
  WEB_SHARES = guard == "shares" and 65536 or 1024,  -- of the web; a container has 1024
  BATCH_CPUS = guard == "cpus" and 0.5 / n or 0,     -- 0 is no limit; so all the jobs together have half of it
}})
local web = service "web"

local function how_long_until_it_answers(users)
  kill "web"
  local began = now()
  wait_until(function() return users:failing() end, {within = "2s"})
  wait_until(function() return not users:failing() end)
  return now() - began
end

wait_until(function() return web:running() end)
wait "5s"
narrate "The host is calm."
local calm = traffic("web:3000", {name = "calm", rate = "20/s", lasts = "20s"})
at "15s"
local quick = how_long_until_it_answers(calm)

at "30s"
narrate(n .. " batch jobs come.")
sh("docker compose --profile batch up -d --scale batch=" .. n)
wait "2s"
local noisy = traffic("web:3000", {name = "noisy", rate = "20/s", lasts = "10s"})
at "37s"
local slow = how_long_until_it_answers(noisy)
narrate(("Killed in the calm, the server answers again after %.1f s; beside the jobs after %.1f s."):format(quick, slow))

at "44s"
sh "docker compose --profile batch kill batch"
latency(calm, "p95 <= 10ms", "in the calm answers take a few milliseconds")
if guard == "none" then
  latency(noisy, "median >= 15ms", "beside the jobs they take three times as long")
  always(function() return slow > 3 * quick end, "and a start takes more than three times as long")
else
  latency(noisy, "p95 <= 10ms", "with the guard they take no longer beside the jobs")
  always(function() return slow < 2 * quick end, "and a start hardly longer")
end
