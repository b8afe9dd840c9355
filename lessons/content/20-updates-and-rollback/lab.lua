-- Updates and rollback of a service of three.

local function line(text)
  local status, out = sh(text)
  return status == 0 and out or ""
end

-- How many tasks of web run an image, as the manager sees it.
local function running(image)
  local n = 0
  local out = line("docker service ps --filter desired-state=running --format '{{.Image}} {{.CurrentState}}' web")
  for _ in out:gmatch(image:gsub("%.", "%%.") .. " Running") do n = n + 1 end
  return n
end

local function update_state()
  local status, out = sh("docker service inspect --format '{{.UpdateStatus.State}}' web")
  return status == 0 and out or ""
end

-- Watches web while f runs and for a while after: the fewest of its tasks at any moment.
local function fewest(f, span)
  local least, watching = 99, true
  every("100ms", function()
    least = math.min(least, service("web"):count())
    return watching
  end)
  f()
  wait(span)
  watching = false
  return least
end

begin(function()
  sh("docker service create -q --name web --replicas 3 -p 8080:80 nginx:1.27")
  wait("5s")
end)

step("update", function()
  local there = 0
  trial(function() wait("10s") there = running("nginx:1.28") end)
  always(function() return service("web"):running() end, "the service was never without a task")
  stable(function() return there == 3 end, "0s", "three tasks run with nginx:1.28")
end)

step("bad", function()
  local state = ""
  trial(function() wait("3s") state = update_state() end)
  stable(function() return state:find("paused") ~= nil end, "0s", "an update of web is paused")
end)

step("back", function()
  local there = 0
  trial(function() wait("10s") there = running("nginx:1.28") end)
  stable(function() return there == 3 end, "0s", "three tasks run with nginx:1.28")
end)

step("careful", function()
  local there, wanted = 0, ""
  trial(function()
    sh("docker service update -q --health-cmd 'exit 1' --health-interval 1s --health-retries 1 web")
    wait("20s")
    there = running("nginx:1.28")
    wanted = line("docker service inspect --format '{{json .Spec.TaskTemplate.ContainerSpec}}' web")
  end)
  stable(function() return there == 3 and not wanted:find("exit 1") end, "0s", "after a bad update three tasks run with nginx:1.28")
  always(function() return service("web"):count() >= 3 end, "three tasks run at every moment")
end)

step("right", function()
  local there = 0
  trial(function() wait("10s") there = running("nginx:1.29") end)
  stable(function() return there == 3 end, "0s", "three tasks run with nginx:1.29")
  always(function() return service("web"):count() >= 3 end, "three tasks ran at every moment")
end)

step("all-along", function()
  stable(function() return service("web"):starts() > 3 end, "0s", "the service was updated")
  local began = false
  always(function()
    began = began or service("web"):running()
    return not began or service("web"):running()
  end, "at every moment at least one task ran")
end)

key("least", function()
  return fewest(function() sh("docker service update -q --image nginx:1.28 web") end, "1s")
end)

key("takes", function()
  local before = now()
  sh("docker service update --image nginx:1.28 web")
  return now() - before
end)

key("after-bad", function()
  wait("30s")
  local left = service("web"):count()
  return left == 3 and "nothing" or left == 0 and "all-gone" or "one-less"
end)

key("broken", function()
  sh("docker service update -d --args \"sh -c 'exit 1'\" web")
  wait("30s")
  return 3 - running("nginx:1.28")
end)

hint("created-another", function() return typed("service create") > 0 end)
hint("other-image", function() return typed("--image") > 0 end)
hint("twice", function() return typed("rollback") > 1 end)
hint("another-version", function() return typed("1.27") + typed("1.29") > 0 end)
hint("typed-error", function() return typed("--image") > 0 and typed("1.29") == 0 end)
