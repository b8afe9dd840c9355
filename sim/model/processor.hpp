#pragma once

// Processor time: what is busy on a host at once shares its processors. A fluid model of the Linux
// scheduler: each container is a control group with a weight (cpu.shares, 1024 unless --cpu-shares says
// otherwise) and perhaps a limit (--cpus); the host's own processes are one group more. Groups get what
// they want while there is enough; else the shares decide, and what one group does not need goes to
// the others. Within a group all processes are equal. Shares are worked out again whenever somebody
// comes, goes, is stopped or goes on. Written by processor.cpp alone.

#include "sim/model/world.hpp"

namespace podium::model {

/// A process that computes for `processor_time` and is stepped after that; how long it takes depends
/// on who else computes. Requires that it lives and is not busy.
void begin_busy(World& world, ProcessId process, Duration processor_time);
/// What a server's jobs under way want of the processor, in millicores; 0 when it has none.
void set_processor_demand(World& world, ProcessId process, std::int64_t millicores);
/// How long a job lasts that would take `alone` with `millicores` to itself, as things stand now.
Duration job_time(const World& world, ProcessId process, Duration alone, std::int64_t millicores);
/// A process leaves the processor: it ended, or its busy time is over.
void leave_processor(World& world, ProcessId process);
/// Somebody on the host was stopped or goes on, or a limit has changed.
void share_processor(World& world, HostId host);
/// What a container uses of the processor now, in millicores.
std::int64_t processor_use(const World& world, ContainerId container);
/// What all on a host use of its processors now, in millicores, at most what it has.
std::int64_t processor_use(const World& world, HostId host);

/// The processor time a process has used up to now, its children's apart.
Duration processor_time_of(const World& world, const Process& process);

}  // namespace podium::model
