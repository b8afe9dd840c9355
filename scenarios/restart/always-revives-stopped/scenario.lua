-- What was stopped by hand, and the engine's next start: --set by=reboot reboots the whole host.
scenario{
  title = "Always revives what you stopped",
  goal = "The two policies differ in one thing: after the engine's restart, always starts again what a person had stopped.",
  watch = "blog (always) and shop (unless-stopped) are stopped in the same way. Weeks later the engine is updated.",
  duration = "3m",
}
local by = param("by", "engine", {"engine", "reboot"})
images{"nginx:latest"}
compose "compose.yaml"

local blog, shop = service "blog", service "shop"
wait_until(function() return blog:running() and shop:running() end)

at("20s", function()
  narrate "Both are stopped for good, as it seems."
  sh "docker compose stop"
  always(function() return blog:deaths() == 1 and shop:deaths() == 1 end, "each dies once, and no more")
  never(function() return shop:running() end, "shop stays stopped")
end)
at("1m", function()
  never(function() return blog:restarts() > 0 end, "nothing counts as a restart: it is the engine's start")
  if by == "engine" then
    narrate "An update of docker restarts the engine."
    engine_restart "host"
  else
    narrate "The host is rebooted."
    host_reboot "host"
  end
end)
at("1m30s", function()
  stable(function() return blog:running() end, "30s", "blog is back, though nobody asked for it")
  local _, list = sh "docker ps --format '{{.Names}} is up' "
  narrate("docker ps says: " .. list)
end)
