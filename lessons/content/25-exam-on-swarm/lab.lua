-- The exam on Swarm. Which node fails, and when, is chosen by the seed: on the hidden runs it is another one.

local hosts = {"swarm-larry", "swarm-curly", "swarm-moe"}

local function line(text, where)
  local status, out = sh(text, {host = where or "swarm-larry"})
  return status == 0 and out or ""
end

local function count_of(text, pattern)
  local n = 0
  for _ in text:gmatch(pattern) do n = n + 1 end
  return n
end

local function items(where) return sh("curl -sf -m 5 -o /dev/null http://" .. where .. ":8030/items") == 0 end

local function nodes() return line("docker node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}'") end

local function number_of(text) return math.tointeger(tonumber(text:match("%d+") or "0")) end

local function shop_runs()
  local list = line("docker service ls --format '{{.Name}} {{.Replicas}}'")
  return list:find("shop_web 3/3") ~= nil and list:find("shop_db 1/1") ~= nil
end

begin(function()
  sh("docker swarm leave", {host = "swarm-moe"})
  wait("20s")
end)

step("join", function()
  local list = ""
  trial(function() wait("3s") list = nodes() end)
  stable(function() return count_of(list, "Ready Active") == 3 end, "0s", "three nodes are ready and active")
  stable(function() return count_of(list, "\n") == 3 end, "0s", "each node is listed once")
  stable(function() return count_of(list, "Leader") + count_of(list, "Reachable") == 1 end, "0s", "swarm-larry is the only manager")
end)

step("shop", function()
  local running, served, where = false, 0, ""
  trial(function()
    wait("30s")
    running = shop_runs()
    for _, each in ipairs(hosts) do
      if items(each) then served = served + 1 end
    end
    where = line("docker service ps --filter desired-state=running --format '{{.Node}}' shop_db")
  end)
  stable(function() return running end, "0s", "shop_web runs three times and shop_db once")
  stable(function() return served == 3 end, "0s", "the items are served on every host")
  stable(function() return where == "swarm-larry\n" end, "0s", "the database runs on swarm-larry")
end)

step("update", function()
  local running, wanted = false, ""
  local began = false
  trial(function()
    wait(between("5s", "20s"))
    began = true
    local bad = choose{"--image podium/todo-web:9.9", "--health-cmd 'exit 1' --health-interval 1s --health-retries 1"}
    sh("docker service update -q " .. bad .. " shop_web")
    wait("30s")
    running = shop_runs()
    wanted = line("docker service inspect --format '{{json .Spec.TaskTemplate.ContainerSpec}}' shop_web")
  end)
  stable(function() return running and wanted:find("podium/todo%-web:latest") ~= nil and not wanted:find("exit 1") end, "0s", "after the bad update the shop is as before")
  always(function() return not began or service("shop_web"):count() >= 3 end, "at least three of shop_web run at every moment")
end)

step("maintenance", function()
  local left, list, running = "?", "", false
  trial(function()
    wait("10s")
    left = line("docker ps -q", "swarm-moe")
    list = nodes()
    running = shop_runs() and items("swarm-curly")
  end)
  stable(function() return list:find("swarm%-moe Ready") ~= nil end, "0s", "swarm-moe is still a node")
  stable(function() return left == "" end, "0s", "nothing runs on swarm-moe")
  stable(function() return running end, "0s", "the shop runs")
end)

step("heads", function()
  local list, taken = "", false
  trial(function()
    wait(between("5s", "20s"))
    list = nodes()
    local victim = choose(hosts)
    power_loss(victim)
    wait("1m")
    for _, each in ipairs(hosts) do
      if each ~= victim and not taken then taken = sh("docker service update -d --label-add checked=yes shop_web", {host = each}) == 0 end
    end
  end)
  stable(function() return list:find("swarm%-moe Ready Active") ~= nil end, "0s", "swarm-moe is active")
  stable(function() return taken end, "0s", "with any one host lost the swarm takes orders")
end)

step("size", function()
  local reserved, most, running = 0, 0, ""
  trial(function()
    wait("5s")
    local what = "docker service inspect --format '{{.Spec.TaskTemplate."
    reserved = number_of(line(what .. "Resources.Reservations.MemoryBytes}}' report"))
    most = number_of(line(what .. "Placement.MaxReplicas}}' report"))
    running = line("docker service ls --filter name=report --format '{{.Name}} {{.Replicas}}'")
  end)
  stable(function() return reserved >= 1200 * 1000 * 1000 and reserved <= 1200 * 1024 * 1024 end, "0s", "each has 1200 MB reserved")
  stable(function() return most == 2 end, "0s", "at most two are allowed on a node")
  stable(function() return running:find("report 5/5") ~= nil end, "0s", "five of report run")
end)

step("whole", function()
  stable(function() return service("shop_web"):running() end, "0s", "the shop runs at the end")
  local had = false
  always(function()
    local there = volume("shop_data"):exists()
    had = had or there
    return there or not had
  end, "the volume with the data was never thrown away")
end)

-- The swarm of the questions, in a copy: three nodes, a service probe on them.
local function with_probe()
  sh("docker swarm join --token $(ssh swarm-larry docker swarm join-token -q worker) 10.77.0.11:2377", {host = "swarm-moe"})
  sh("docker service create -q --name probe --replicas 3 alpine sleep 1d")
  sh("docker service create -q --name everywhere --mode global alpine sleep 1d")
  wait("5s")
end

local function on_curly() return line("docker ps --format '{{.Names}}'", "swarm-curly") end

key("back-after", function()
  with_probe()
  sh("docker rm -f $(docker ps -q -f name=probe)", {host = "swarm-curly"})
  wait("20s")
  return last{action = "start", service = "probe"}.time - last{action = "die", service = "probe"}.time
end)

key("down-after", function()
  local before = now()
  power_loss("swarm-curly")
  repeat wait("200ms") until nodes():find("swarm%-curly Down") or now() > before + 60
  return now() - before
end)

key("on-return", function()
  with_probe()
  local lost = power_loss("swarm-curly")
  wait("1m")
  lost:lift()
  wait("90s")
  return count_of(on_curly(), "probe")
end)

key("after-drain", function()
  with_probe()
  sh("docker node update --availability drain swarm-curly")
  wait("1m")
  sh("docker node update --availability active swarm-curly")
  wait("1m")
  local list = on_curly()
  if list:find("probe") then return "all" end
  return list:find("everywhere") and "global" or "nobody"
end)
