-- A crash under each restart policy: --set policy=no, on-failure:2, unless-stopped or always. To be compared:
-- podium compare restart/policies --set policy=no --set policy=always --seeds 50
scenario{
  title = "A server that crashes, under a restart policy",
  goal = "See which policies bring back what a signal killed, and how long each restart waits.",
  watch = "The delay before each restart doubles while the server does not run for 10 s.",
  duration = "2m",
}
local policy = param("policy", "always", {"no", "on-failure:2", "unless-stopped", "always"})
images{"nginx:latest"}
compose("compose.yaml", {environment = {POLICY = policy}})

local web = service "web"
wait_until(function() return web:running() end)

within("5s", "die web", function() return web:running() end, "it is back within five seconds of each death")
stable(function() return web:running() end, "30s", "it runs at the end")

-- The moments are the seed's, whatever the policy, so that variants are compared under the same crashes. Between two of
-- the row there is time for the longest of these delays (0.4 s) and none for a good run (10 s); before the row there is.
at(between("15s", "25s"), function() narrate "One crash after a good run: the first delay is short." kill "web" end)
local gaps = {between("1s", "3s"), between("1s", "3s")}
at(between("40s", "50s"), function()
  narrate "Three crashes in a row: each delay is twice the one before."
  kill "web"
  for _, gap in ipairs(gaps) do
    wait(gap)
    kill "web"
  end
end)
