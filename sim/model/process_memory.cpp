#include <algorithm>

#include "sim/base/work.hpp"
#include "sim/model/container.hpp"
#include "sim/model/frozen.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/world.hpp"
#include "sim/shell/signals.hpp"

// Memory of processes, its limits, and the two OOM killers: a container's (its limit is reached)
// and the host's (its memory is used up).

namespace podium::model {
namespace {

/// How many processes can be gone through in a unit of work to find the largest: they lie far apart in memory.
constexpr std::size_t kProcessesPerWork = 4;

/// What a container may use; 0 is no limit. Linux takes a container's swap from the host's, and a
/// simulated host has none (`free` says so): whatever --memory-swap is, the limit of memory is all.
std::int64_t limit_of(const ContainerSpec& spec) {
    return std::max<std::int64_t>(0, spec.memory_bytes);
}

/// The living process of a list that uses most memory; the first of equals.
ProcessId largest(const World& world, const std::vector<ProcessId>& processes) {
    ProcessId found;
    std::int64_t most = -1;
    for (const ProcessId id : processes) {
        const Process* process = world.processes.find(id);
        if (process == nullptr || process->ended || process->memory_bytes <= most) continue;
        found = id;
        most = process->memory_bytes;
    }
    return found;
}

void kill_largest_of_host(World& world, HostId host) {
    make_all_whole(world, host);
    count_work(world.processes.count() / kProcessesPerWork);
    ProcessId victim;
    std::int64_t most = -1;
    for (const ProcessId id : world.processes.keys()) {
        const Process& process = world.processes.at(id);
        // The shell of a terminal is left: who types would lose the run with it.
        if (process.host != host || process.role == ProcessRole::Session || process.ended || process.memory_bytes <= most) continue;
        victim = id;
        most = process.memory_bytes;
    }
    if (!victim) return;
    const Process& process = world.processes.at(victim);
    if (!process.container) {
        send_signal(world, victim, shell::kSigKill, true);
        return;
    }
    const FactId fact =
        world.kernel.record(kFactProcessKilled,
                            Subject(SubjectType::Container, process.container.value),
                            world.container(process.container).name,
                            process.host_pid,
                            shell::kSigKill,
                            KillSource::HostOutOfMemory);
    CauseScope scope(world.kernel, fact);
    kill_frozen(world, victim);  // the kernel thaws whom it kills (mark_oom_victim)
}

/// The container's own OOM killer; true when the limit was reached.
bool keep_container_limit(World& world, ProcessId id) {
    const Process& process = world.processes.at(id);
    if (!process.container) return false;
    const ContainerSpec& spec = world.spec(world.container(process.container));
    ContainerDetail& detail = world.detail(process.container);
    const std::int64_t limit = limit_of(spec);
    const std::int64_t used = detail.memory_bytes;
    detail.memory_peak_bytes =
        std::max(detail.memory_peak_bytes, limit == 0 ? used : std::min(used, limit));
    if (limit == 0 || used <= limit) return false;
    if (spec.oom_kill_disable) {
        Process& row = world.processes.at(id);
        change_memory(world, row, limit - used);
        row.hung = true;
        return true;
    }
    out_of_memory(world, process.container, largest(world, detail.processes));
    return true;
}

}  // namespace

void change_memory(World& world, Process& process, std::int64_t change) {
    process.memory_bytes += change;
    if (process.container) world.detail(process.container).memory_bytes += change;
    world.host(process.host).memory_used_bytes += change;
}

void set_process_memory(World& world, ProcessId id, std::int64_t bytes) {
    Process* process = world.processes.find(id);
    if (process == nullptr || process->ended) return;
    PODIUM_ASSERT(bytes >= 0, "a process uses no less than no memory");
    const std::int64_t whole = bytes + process->leaked_bytes;
    const bool more = whole > process->memory_bytes;
    const HostId host = process->host;
    change_memory(world, *process, whole - process->memory_bytes);
    if (!more || keep_container_limit(world, id)) return;
    // Each kill gives something back; without a container's process left there is nothing to kill.
    for (std::size_t i = 0; i < kMostProcessesPerHost; ++i) {
        if (world.host(host).memory_used_bytes <= world.host(host).spec.memory_bytes) return;
        const std::size_t before = world.processes.count();
        const std::int64_t used = world.host(host).memory_used_bytes;
        kill_largest_of_host(world, host);
        if (world.processes.count() == before && world.host(host).memory_used_bytes == used) return;
    }
}

void leak_process_memory(World& world, ProcessId id, std::int64_t bytes) {
    Process* process = world.processes.find(id);
    if (process == nullptr || process->ended) return;
    // Cut back to its container's limit, whose OOM killer is off, it stands still and takes nothing more.
    if (process->memory_bytes < process->leaked_bytes) return;
    const std::int64_t own = process->memory_bytes - process->leaked_bytes;
    process->leaked_bytes += bytes;
    set_process_memory(world, id, own);
}

}  // namespace podium::model
