-- The registry is away while a project is brought up, and again while it runs: --set how=refusing, failing or limiting.
scenario{
  title = "The registry's outage",
  goal = "What runs needs no registry, and neither do restarts; what is new does, and so does pull_policy: always.",
  watch = "One image that can't be pulled keeps the whole project down. Later a crash is no trouble, but a plain docker compose up is.",
  duration = "6m",
}
local how = param("how", "unreachable", {"unreachable", "refusing", "failing", "limiting"})
images{"nginx:latest"}
compose("compose.yaml", {up = false})
local web, cache, news = service "web", service "cache", service "news"

narrate "The registry is away on the day of the installation."
local outage = registry_outage("docker.io", {how = how})
wait "5s"
local first, _, complaint = sh "docker compose up -d"
local made = count "create"
always(function() return first == 1 and complaint:match "Error response from daemon" ~= nil end, "up fails at the pull")
always(function() return made == 0 end, "and makes nothing at all, though web's image is there")

at "1m"
outage:lift()
narrate "It is back: the same line works."
local second = sh "docker compose up -d"
always(function() return second == 0 end, "up works once the registry is back")
eventually(function() return web:running() and cache:running() and news:running() end, "10s", "all three run")

at "3m"
outage = registry_outage("docker.io", {how = how})
narrate "The next outage, and a crash in the middle of it: a restart needs no registry."
kill "cache"
wait "5s"
local again = cache:restarts() == 1 and cache:running()
always(function() return again end, "a restart takes the image that is on the host")

at "3m30s"
narrate "A plain docker compose up asks for the newest of news, and fails; it touches nothing that runs."
local third = sh "docker compose up -d"
always(function() return third == 1 end, "pull_policy: always needs the registry each time")
narrate "Content with what is here is docker compose up --pull missing."
local fourth = sh "docker compose up -d --pull missing"
always(function() return fourth == 0 end, "--pull missing does not need it")
stable(function() return web:running() and cache:running() and news:running() end, "2m", "all three run on through the outage")
