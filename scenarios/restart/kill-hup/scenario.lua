-- A reload by docker kill -s HUP, and a crash after it. --set by=inside sends the same signal from inside the container.
scenario{
  title = "The reload that cancels the restart policy",
  goal = "Any signal sent through docker counts as a stop: what dies afterwards, even much later, is not restarted.",
  watch = "The program outlives the signal by half a minute; then it fails, as it has failed before, and stays down.",
  duration = "3m",
}
local by = param("by", "docker", {"docker", "inside", "nobody"})
local policy = param("policy", "always", {"unless-stopped", "always"})
-- A container with a stop signal of its own (image or Compose file) is an exception: under always, other signals cancel nothing.
local stop_signal = param("stop_signal", "none", {"none", "TERM"})
images{"busybox:latest"}
compose("compose.yaml", {environment = {POLICY = policy, STOP_SIGNAL = stop_signal == "none" and "" or stop_signal}})
local spared = by ~= "docker" or (stop_signal ~= "none" and policy == "always")

local web = service "web"
eventually(function() return web:deaths() == 1 and web:restarts() == 1 end, "70s", "its first failure is answered")

at("90s", function()
  if by == "docker" then
    narrate "The settings have changed. Somebody asks for a reload, as the manual of many a server says."
    sh "docker compose kill -s HUP web"
  elseif by == "inside" then
    narrate "The settings have changed. Somebody sends the signal from inside the container."
    sh "docker compose exec -T web kill -HUP 1"
  end
  wait "5s"
  local _, log = sh "docker compose logs --no-log-prefix --tail 1 web"
  local reloaded = log:match "read anew" ~= nil
  always(function() return reloaded == (by ~= "nobody") end, "the program has read its settings anew, if it was told to")
end)

at("100s", function()
  stable(function() return web:deaths() == 2 end, "30s", "it fails a second time, just as it did the first")
  stable(function() return web:running() == spared end, "30s", spared and "it is restarted again" or "nothing restarts it now")
end)
