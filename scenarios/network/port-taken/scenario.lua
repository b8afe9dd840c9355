-- Two services publish the same port of the host; then one of them is scaled.
scenario{
  title = "A port taken twice",
  goal = "A port of the host has one owner; whoever can't have it is never started, and no restart policy looks at that.",
  watch = "What docker compose up leaves behind, and what mends it: that the owner goes, or a port that docker may choose.",
}
images{"nginx:latest"}
compose("compose.yaml", {up = false})

local shop, blog = service "shop", service "blog"
local function taken(errors) return errors:match "port is already allocated" ~= nil end
local function list() narrate((select(2, sh "docker compose ps --all --format '{{.Name}}  {{.Status}}  {{.Ports}}'"))) end

narrate "Both are asked for at once: one gets the port."
local first, _, complaint = sh "docker compose up -d"
always(function() return first == 1 and taken(complaint) end, "up fails, and says that the port is taken")
wait "1m"
narrate "A minute later the other still waits, whatever its restart policy."
list()
local started, waits = shop:starts() + blog:starts(), container("shop.1"):state()
always(function() return started == 1 and waits == "created" end, "one was started, the other only created")

narrate "The owner goes: now the port is free for the one that asks next."
sh "docker compose stop blog"
sh "docker compose up -d shop"
local gained = shop:running()
local third, _, again = sh "docker compose start blog"
always(function() return gained end, "shop runs once blog is stopped")
always(function() return third == 1 and taken(again) end, "and blog can't start any more")

narrate "A fixed port and more than one container: the same once more, with itself."
sh "docker compose stop shop"
local fourth, _, scaled = sh "docker compose up -d --scale blog=3 blog"
local running = blog:count()
always(function() return fourth == 1 and taken(scaled) and running == 1 end, "of three only one gets the port")

narrate "Mended: BLOG_PORTS=80 leaves the host's port to docker."
local fifth = sh "BLOG_PORTS=80 docker compose up -d --scale blog=3"
list()
stable(function() return shop:running() and blog:count() == 3 end, "5s", "then all of them run")
always(function() return fifth == 0 end, "and up is content")
wait "10s"
