-- An update under traffic. --set order=start-first, --set copies=1, --set check=no: what each is good for.
scenario{
  title = "An update under traffic",
  goal = "Copy by copy, an update is not noticed when others serve meanwhile, or the new copy starts first; and only when Swarm can see by a health check from when on a copy serves.",
  watch = "The requests that are lost. Grafana serves 4 s after its container has started; without a check it gets requests all the same.",
  duration = "2m",
}
local order = param("order", "stop-first", {"stop-first", "start-first"})
local copies = param("copies", 3)
local check = param("check", "yes", {"yes", "no"})
images{"grafana/grafana:11", "grafana/grafana:12"}
cluster("three-host", {formed = true})
local web = service "web"
local t

local function told(condition, name) always(function() return condition end, name) end

at("5s", function()
  sh(("docker service create -d --name web --replicas %d -p 3000:3000 --update-order %s%s grafana/grafana:11"):format(
    copies, order, check == "yes" and " --health-cmd 'curl -sf localhost:3000/api/health' --health-interval 1s --health-start-period 10s" or ""))
  wait "10s"
  t = traffic("swarm-larry:3000", {rate = "50/s", timeout = "2s", lasts = "80s"})
  wait "5s"
  sh "docker service update -d --image grafana/grafana:12 web"
end)

at_most(1, "update_completed", "2m", "the update comes to its end")
at("100s", function()
  local completed = last "update_completed"
  if not completed then
    told(false, "the update has come to its end before the requests do")
    return
  end
  local length = completed.time - last("update_started").time
  narrate(("The update took %.0f s. Lost of %d requests: %d."):format(length, t:sent(), t:lost()))
  told(web:starts() == 2 * copies and web:count() == copies, "every copy was replaced once")
  if order == "stop-first" then
    told(length > 5 + 3 * copies, "3 s and more for each copy, 2 of them for others to hear that it goes, and 5 s to watch the last one")
  end
  if check == "no" then
    told(t:lost() > 0, "without a check, requests reach new copies that do not serve yet")
  elseif copies == 1 and order == "stop-first" then
    told(t:lost() > 25, "the only copy is missed while it is replaced")
  else
    told(t:lost() == 0, "not one request is lost")
  end
end)
