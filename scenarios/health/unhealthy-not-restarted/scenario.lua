-- A server that turns unhealthy: Docker says so, and restarts nothing.
scenario{
  title = "Unhealthy, but not restarted",
  goal = "A restart policy looks at exits, never at health.",
  watch = "The status turns to unhealthy after three failed checks; the server goes on all the same.",
  duration = "2m",
}
images{"nginx:latest"}
compose "compose.yaml"

local web = service "web"
wait_until(function() return web:healthy() end)

never(function() return web:restarts() > 0 end, "nothing is restarted")
eventually(function() return web:health() == "unhealthy" end, "40s", "it turns unhealthy")
within("30s", "fault.end web", function() return web:healthy() end, "it is healthy again soon after the fault")

at("20s", function()
  narrate "From here on its health check fails; its policy is always."
  failing_health("web", {lasts = "40s"})
end)
