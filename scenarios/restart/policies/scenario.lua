-- A crash under each restart policy: --set policy=no, on-failure:2, unless-stopped or always.
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

at("20s", function() narrate "One crash after a good run: the first delay is short." kill "web" end)
at("40s", function()
  narrate "Three crashes in a row: each delay is twice the one before."
  for _ = 1, 3 do
    wait_until(function() return web:running() end, {within = "10s"})
    wait "1s"
    kill "web"
  end
end)
