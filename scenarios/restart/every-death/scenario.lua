-- Every restart policy against every kind of death: --set policy=no, on-failure, unless-stopped or always.
scenario{
  title = "Every kind of death, under one restart policy",
  goal = "Know which deaths a policy answers: it looks at the exit status, and at whether docker was asked for it.",
  watch = "Nine containers die in nine ways. Which come back, and what is the reason of each that does not?",
  duration = "2m",
}
local policy = param("policy", "always", {"no", "on-failure", "unless-stopped", "always"})
images{"busybox:latest"}
compose("compose.yaml", {environment = {POLICY = policy}})

-- The whole rule, as long as the engine runs.
local function comes_back(status, asked)
  if policy == "no" or asked then return false end
  return policy ~= "on-failure" or status ~= 0
end

-- How each dies, when it is due, with which status, and whether docker was asked to kill, stop or signal it.
local deaths = {
  {"exits-0", "its program ends well", 0},
  {"exits-1", "its program fails", 1},
  {"exits-127", "its program's command does not exist", 127},
  {"runs-oom", "it takes more memory than its limit", 137},
  {"kill-9", "somebody on the host types kill -9", 137, act = function() kill "kill-9" end},
  {"kill-1", "a kill from inside, which it answers with exit 0", 0, act = "docker compose exec -T kill-1 kill 1"},
  {"docker-stop", "docker stop", 137, asked = true, act = "docker compose stop docker-stop"},
  {"docker-kill", "docker kill", 137, asked = true, act = "docker compose kill docker-kill"},
  {"docker-hup", "docker kill -s HUP, which it outlives; later it fails", 1, asked = true,
    act = "docker compose kill -s HUP docker-hup"},
}

wait_until(function() return service("docker-hup"):running() end)
for i, death in ipairs(deaths) do
  local name, story, status = table.unpack(death)
  local web, back = service(name), comes_back(status, death.asked)
  at((i * 10) .. "s")
  narrate(name .. ": " .. story .. ".")
  if type(death.act) == "string" then sh(death.act) elseif death.act then death.act() end
  eventually(function() return web:deaths() == 1 and web:exit() == status end, "10s", name .. " dies, with status " .. status)
  stable(function() return web:running() == back end, "10s", name .. (back and " is back" or " stays down"))
end
