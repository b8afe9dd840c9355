-- One host is one point of failure: alpha serves, alpha fails, beta has to take over.

-- What the list on a host holds, asked from the desk; nil when nobody answers.
local function items(host)
  local status, output = sh("curl -sf -m 5 http://" .. host .. ":8030/items")
  if status == 0 then return output end
end

local function has(list, item) return list ~= nil and list:find(item, 1, true) ~= nil end

local function serving(lists) return (lists.alpha and 1 or 0) + (lists.beta and 1 or 0) end

local function ask_both()
  return {alpha = items("alpha"), beta = items("beta")}
end

begin(function()
  sh("cat compose.yaml | ssh alpha 'mkdir -p todo && cat > todo/compose.yaml'")
  sh("ssh alpha 'cd todo && docker compose up -d'")
  wait("5s")
end)

step("use", function()
  local list
  trial(function() list = items("alpha") end)
  stable(function() return has(list, "milk") end, "0s", "milk is on alpha's list")
end)

step("dark", function()
  after("1s", function()
    narrate("A fuse blows. alpha has no power.")
    power_loss("alpha")
  end)
  local list
  trial(function()
    wait("5s")
    list = items("beta")
  end)
  stable(function() return service("web"):running() end, "0s", "the web application runs somewhere")
  stable(function() return list ~= nil end, "0s", "the list is served on beta")
  stable(function() return has(list, "bread") end, "0s", "bread is on beta's list")
end)

step("merge", function()
  narrate("The fuse is back in. alpha boots.")
  sh("lift power-loss alpha")
  local lists = {}
  trial(function()
    wait("45s")
    lists = ask_both()
  end)
  stable(function() return serving(lists) > 0 end, "0s", "the list is served")
  stable(function() return serving(lists) == 1 end, "0s", "only one host serves it")
  stable(function()
    local list = lists.alpha or lists.beta
    return has(list, "milk") and has(list, "bread")
  end, "0s", "milk and bread are on it")
end)

step("backup", function()
  local here, there = "", ""
  trial(function()
    local _, output = sh("cat backup")
    here = output or ""
  end)
  stable(function() return here ~= "" end, "0s", "there is a file backup on the desk")
  stable(function() return has(here, "milk") and has(here, "bread") end, "0s", "milk and bread are in it")
end)

step("ten-minutes", function()
  stable(function() return count("create web") > 1 end, "0s", "the web application was brought up a second time")
  within("10m", "host.down", function() return service("web"):running() end, "somebody served again within ten minutes of the failure")
end)

key("after-power-loss", function()
  power_loss("alpha")
  wait("3m")
  local lists = ask_both()
  if lists.beta then return "beta" end
  return lists.alpha and "alpha" or "nobody"
end)

key("list-on-beta", function()
  wait("5s")  -- what was just brought up takes a moment
  local list = items("beta")
  if list == nil then return "error" end
  return has(list, "milk") and "milk" or "empty"
end)

key("serving", function()
  sh("lift power-loss alpha")
  wait("2m")
  return serving(ask_both())
end)

key("both-items", function()
  sh("lift power-loss alpha")
  wait("2m")
  local lists = ask_both()
  local found = 0
  for _, list in pairs(lists) do
    if has(list, "milk") and has(list, "bread") then found = found + 1 end
  end
  return found
end)

hint("on-the-desk", function() return typed("docker compose up") > 0 and typed("ssh beta") == 0 end)
hint("on-alpha", function() return typed("ssh alpha") > 0 and typed("> backup'") > 0 end)
hint("alpha-was-asked", function() return typed("alpha") > 0 and not host("alpha"):up() end)
