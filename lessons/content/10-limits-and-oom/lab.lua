-- Limits of memory and processors: a report that takes more and more.

local services = {"web", "db", "report"}

local function neighbours_run() return service("web"):running() and service("db"):running() end

local function all_run() return neighbours_run() and service("report"):running() end

-- The memory limit of a service's container in bytes; 0 is none.
local function limit_of(name)
  local status, output = sh("docker inspect -f '{{.HostConfig.Memory}}' todo-" .. name .. "-1")
  return status == 0 and math.tointeger(tonumber(output:match("%d+"))) or 0
end

-- How often the report's container was made anew or changed, and when that last happened to one of the project.
local function made_anew() return count("create report") + count("update report") end

local function last_made()
  local moment = 0
  for _, name in ipairs(services) do
    for _, event in ipairs{"create ", "update "} do
      local fact = last(event .. name)
      if fact ~= nil then moment = math.max(moment, fact.time) end
    end
  end
  return moment
end

local made_before = 0  -- the step that is done now

local function mebibytes(n) return n * 1024 * 1024 end

step("start", function()
  stable(all_run, "0s", "all three services run")
end)

step("limit", function()
  local starts = service("web"):starts() + service("db"):starts()
  local limit = 0
  trial(function() limit = limit_of("report") end)
  stable(function() return limit > 0 end, "0s", "the report has a memory limit")
  stable(function() return limit == mebibytes(20) end, "0s", "its limit is 20 MiB")
  always(function() return service("web"):starts() + service("db"):starts() == starts end, "the others were left alone")
end)

step("look", function()
  local found = ""
  trial(function()
    local _, output = sh("cat found")
    found = output or ""
  end)
  stable(function() return service("report"):oom() and not service("report"):running() end, "0s", "the report has come to its limit")
  stable(function() return found:find("137 true", 1, true) ~= nil end, "0s", "what you found is in the file found")
  stable(neighbours_run, "0s", "the others run")
end)

step("loop", function()
  made_before = made_anew()
  stable(function() return service("report"):restarts() >= 1 end, "0s", "the engine has restarted the report")
  stable(function() return service("report"):restarts() >= 2 end, "0s", "it has restarted it twice")
  always(neighbours_run, "the others run all the time")
end)

step("mend", function()
  local limits = {web = 0, db = 0, report = 0}
  local before, later = 0, 0
  trial(function()
    for _, name in ipairs(services) do limits[name] = limit_of(name) end
    wait("10s")
    before = host("host"):memory()
    wait("15s")
    later = host("host"):memory()
  end)
  stable(all_run, "25s", "all three services run")
  stable(function() return math.abs(later - before) < mebibytes(5) end, "0s", "the report takes no more and more memory")
  stable(function() return limits.report > 0 and limits.web > 0 and limits.db > 0 end, "0s", "every service has a limit")
  stable(function() return limits.report + limits.web + limits.db <= mebibytes(512) end, "0s", "the limits together fit the host")
end)

step("neighbours", function()
  stable(function() return count("oom report") > 0 end, "0s", "the report was killed for its memory")
  never(function() return service("web"):oom() or service("db"):oom() end, "nobody but the report was killed for its memory")
end)

key("at-the-limit", function()
  if service("report"):running() then return "goes-on" end
  return service("report"):oom() and "killed" or "refused"
end)

key("next-life", function()
  local deaths = service("report"):deaths()
  wait_until(function() return service("report"):deaths() > deaths end, {within = "2m"})
  return last("die report").time - last("start report").time
end)

key("half-a-processor", function()
  sh("docker run -d --name busy --cpus 0.5 busybox sh -c 'while true; do true; done'")
  wait("5s")
  local _, output = sh("docker stats --no-stream --format '{{.CPUPerc}}' busy")
  return tonumber(output:match("[%d.]+"))
end)

-- The file is newer than all that was made of it.
hint("file-only", function() return (host("host"):changed("/root/todo/compose.yaml") or 0) > last_made() end)
hint("not-made-anew", function() return made_anew() == made_before end)
hint("compose-restart", function() return typed("compose restart") > 0 and typed("compose up") == 0 end)
hint("looked-too-early", function() return typed("found") > 0 and not service("report"):oom() end)
hint("not-looked", function() return typed("found") == 0 end)
