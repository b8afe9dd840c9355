-- A program that outgrows its memory limit, again and again: --set works=12 lets it work longer each time.
scenario{
  title = "The OOM loop",
  goal = "A restart does not make a limit larger: the program dies again, and how soon decides how long docker waits.",
  watch = "Deaths within 10 s of a start double the delay, up to a minute. A program that lasts longer is restarted at once, for ever.",
  duration = "5m",
}
local works = param("works", 2)
local policy = param("policy", "always", {"no", "on-failure:3", "always"})
images{"busybox:latest"}
compose("compose.yaml", {environment = {POLICY = policy, WORKS = works}})

-- Docker's rule: the delay doubles from 0.1 s to 1 min, and is 0.1 s again after a run of 10 s.
local expected, delay, time = 0, 0.1, 0
local most = policy == "no" and 0 or policy == "on-failure:3" and 3 or math.huge
while expected < most do
  time = time + works + 0.25 + delay  -- a quarter of a second, roughly, to start and to die
  if time > 300 then break end
  expected, delay = expected + 1, works >= 10 and 0.1 or math.min(2 * delay, 60)
end

local worker = service "worker"
wait_until(function() return worker:running() end)
always(function() return count "die worker" == 0 or worker:exit() == 137 end, "it always dies with status 137")
within("1s", "oom worker", "die worker exit=137", "each time the kernel kills it for its memory")

at("4m59s", function()
  local times = worker:restarts()
  always(function() return math.abs(times - expected) <= 1 end, ("it is restarted about %d times in 5 minutes"):format(expected))
  local _, flag = sh "docker inspect --format '{{.State.OOMKilled}} {{.RestartCount}}' oom-loop-worker-1"
  narrate("docker inspect says, OOMKilled and RestartCount: " .. flag)
  always(function() return count "oom worker" == count "die worker" end, "every death was for memory")
end)
