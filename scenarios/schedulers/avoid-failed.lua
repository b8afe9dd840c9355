-- Avoid what failed: a host that was lost before gets tasks last, and so does one where the task's service has
-- just failed. Among the others it spreads them as Swarm does.
--
-- Swarm itself has a milder rule: only five failures of a service on one node within five minutes put that node last,
-- and a node that was lost and is back is as good as any other. What the difference is worth where some hosts are frail:
--   podium compare swarm/placement --scheduler spread --scheduler avoid-failed
--
-- A host is never refused, only taken last: it is better than none.

-- An outage weighs more than a failure, which may be the service's own fault.
local kOutage = 10

function score(task, host)
  return -(kOutage * host.outages + host.failures)
end

function explain(task, host)
  if host.outages == 0 and host.failures == 0 then return "it has not failed" end
  return string.format("lost %d times, %d failures of %s there of late", host.outages, host.failures, task.service)
end
