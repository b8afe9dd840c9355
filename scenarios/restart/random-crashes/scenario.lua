-- Five crashes at random moments: --set policy=no, on-failure:2, unless-stopped or always. To be compared:
-- podium compare restart/random-crashes --set policy=no --set policy=always --seeds 50
scenario{
  title = "A server that crashes now and then",
  goal = "See what each restart policy is worth to those who ask the server something.",
  watch = "Each seed has its own crashes, at the same moments under every policy.",
  duration = "5m",
}
local policy = param("policy", "always", {"no", "on-failure:2", "unless-stopped", "always"})
images{"nginx:latest"}
compose("compose.yaml", {environment = {POLICY = policy}})

local web = service "web"
for _ = 1, 5 do
  at(between("20s", "4m"), function() kill "web" end)
end
at("10s", function() traffic("web:8080", {rate = "20/s", lasts = "280s"}) end)

stable(function() return web:running() end, "30s", "it runs at the end")
