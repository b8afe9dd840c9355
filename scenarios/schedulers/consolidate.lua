-- Consolidate: a task goes to the fullest host that still has room for it, so that few hosts carry everything
-- and the others can be switched off.
--
-- The price: a host that is lost takes more with it. See both:
--   podium compare swarm/placement --scheduler spread --scheduler consolidate
--
-- Room is what tasks have reserved (--reserve-cpu, --reserve-memory; deploy.resources.reservations in a stack).
-- That there is enough of it is seen to by Swarm's own filter, so this policy needs none. What reserves nothing
-- would all end up on one host; of such tasks a host gets kMost at most.

local kMost = 20

-- The share of the host that is reserved once the task is there: of its processors or of its memory, whichever is more.
local function filled(task, host)
  local cpus = 1 - (host.free_cpus - task.cpus) / host.cpus
  local memory = 1 - (host.free_memory - task.memory) / host.memory
  return math.max(cpus, memory)
end

function filter(task, host)
  return task.cpus > 0 or task.memory > 0 or host.tasks < kMost
end

-- Of hosts that are equally full, the one with more tasks.
function score(task, host)
  return filled(task, host) * 1000 + host.tasks
end

function explain(task, host)
  if not filter(task, host) then
    return string.format("it has %d tasks already", host.tasks)
  end
  return string.format("%d %% of it are reserved then", math.floor(filled(task, host) * 100 + 0.5))
end
