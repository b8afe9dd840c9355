#include "sim/model/processor.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/int128.hpp"
#include "sim/base/work.hpp"
#include "sim/model/process_table.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kOneProcessor = 1000;  // millicores
constexpr std::int64_t kUsualShares = 1024;   // of a control group without --cpu-shares
constexpr std::int64_t kLeastShares = 2;         // what Linux makes of less and of more (MIN_SHARES,
constexpr std::int64_t kMostShares = 1LL << 18;  // MAX_SHARES)
constexpr std::int64_t kNanoPerMillicore = 1'000'000;

/// A control group that wants processor time: a container, or the host's own processes (0).
struct Group {
    ContainerId container;
    std::int64_t demand = 0;  ///< Of its processes together.
    std::int64_t wants = 0;   ///< The same, cut to its limit.
    std::int64_t weight = kUsualShares;
    std::int64_t gets = -1;
};

std::int64_t limit_of(const World& world, ContainerId container) {
    if (!container) return INT64_MAX;
    const std::int64_t limit = world.spec(world.container(container)).processor_limit_nano() / kNanoPerMillicore;
    return limit > 0 ? limit : INT64_MAX;
}

std::int64_t weight_of(const World& world, ContainerId container) {
    if (!container) return kUsualShares;
    const std::int64_t shares = world.spec(world.container(container)).cpu_shares;
    return shares > 0 ? std::clamp(shares, kLeastShares, kMostShares) : kUsualShares;
}

/// A host's groups by container: a vector, as it is made anew at every change.
using Groups = std::vector<Group>;

Groups::iterator place_of(Groups& groups, ContainerId container) {
    return std::lower_bound(groups.begin(), groups.end(), container, [](const Group& group, ContainerId id) { return group.container < id; });
}

Groups groups_of(const World& world, HostId host) {
    Groups groups;
    groups.reserve(world.host(host).on_processor.size() + 1);
    for (const ProcessId id : world.host(host).on_processor) {
        const Process& process = world.processes.at(id);
        if (process.processor_demand == 0 || cannot_run(world, process)) continue;
        groups.push_back({process.container, process.processor_demand, 0, 0, -1});
    }
    std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.container < b.container; });
    std::size_t count = 0;
    for (const Group& group : groups) {
        if (count > 0 && groups[count - 1].container == group.container) groups[count - 1].demand += group.demand;
        else groups[count++] = group;
    }
    groups.resize(count);
    for (Group& group : groups) {
        group.wants = std::min(group.demand, limit_of(world, group.container));
        group.weight = weight_of(world, group.container);
    }
    return groups;
}

/// Water-filling by weight: a group that wants no more than its share has what it wants, and the rest
/// is shared again among the others. True when somebody got less than it wants.
bool fill(Groups& groups, std::int64_t capacity) {
    std::int64_t left = capacity;
    while (true) {
        std::int64_t weights = 0;
        for (const Group& group : groups) {
            if (group.gets < 0) weights += group.weight;
        }
        if (weights == 0) return false;
        const std::int64_t before = left;
        bool someone = false;
        for (Group& group : groups) {
            if (group.gets >= 0) continue;
            const Int128 share = static_cast<Int128>(before) * group.weight / weights;
            if (group.wants > share) continue;
            group.gets = group.wants;
            left -= group.wants;
            someone = true;
        }
        if (someone) continue;
        for (Group& group : groups) {
            if (group.gets < 0) group.gets = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<Int128>(left) * group.weight / weights));
        }
        return true;
    }
}

Duration time_at(Duration processor_time, std::int64_t millicores) {
    const Int128 wall = (static_cast<Int128>(processor_time.nanoseconds) * kOneProcessor + millicores - 1) / millicores;
    return Duration{static_cast<std::int64_t>(wall)};
}

/// What a process has computed since its rate was last set.
Duration done_since(const World& world, const Process& process) {
    return Duration{static_cast<std::int64_t>(static_cast<Int128>((world.kernel.now() - process.processor_since).nanoseconds) * process.processor_rate / kOneProcessor)};
}

/// Books what a server has computed, whose work has no end known ahead; a busy process's is booked when
/// it begins.
void book_work(const World& world, Process& process) {
    if (process.processor_left.nanoseconds > 0) return;
    process.cpu_used = process.cpu_used + done_since(world, process);
    process.processor_since = world.kernel.now();
}

/// A busy process goes on at another rate: what it has done is taken off, and its next step moves.
void change_rate(World& world, ProcessId id, std::int64_t rate) {
    Process& process = world.processes.at(id);
    if (process.processor_rate == rate) return;
    book_work(world, process);
    const Time now = world.kernel.now();
    if (process.processor_left.nanoseconds > 0) {
        process.processor_left = Duration{std::max<std::int64_t>(1, (process.processor_left - done_since(world, process)).nanoseconds)};
        process.processor_since = now;
        drop_timers(world, process);  // the step at the old moment is dead
        process.busy_until = rate == 0 ? kNever : now + time_at(process.processor_left, rate);
        if (rate > 0) schedule_step(world, id, process.busy_until);
    }
    process.processor_rate = rate;
}

void forget_demand(Host& host, ProcessId id, Process& process) {
    host.processor_demand -= process.processor_demand;
    process.processor_demand = 0;
    process.processor_rate = 0;
    std::erase(host.on_processor, id);
}

/// Whether all on the host get what they want without a look at each: nobody is short, and no group
/// can be at its limit.
bool plenty(const World& world, const Host& host, const Process& process) {
    return !host.processor_short && host.processor_demand <= host.spec.cpu_millicores && limit_of(world, process.container) == INT64_MAX;
}

void begin_sharing(World& world, ProcessId id, std::int64_t demand) {
    Process& process = world.processes.at(id);
    Host& host = world.host(process.host);
    host.processor_demand += demand - process.processor_demand;
    if (process.processor_demand == 0) host.on_processor.push_back(id);
    process.processor_demand = demand;
}

}  // namespace

void share_processor(World& world, HostId host_id) {
    Host& host = world.host(host_id);
    if (host.on_processor.empty()) {
        host.processor_short = false;
        return;
    }
    count_work(host.on_processor.size() / kSharesPerWork);
    Groups groups = groups_of(world, host_id);
    host.processor_short = fill(groups, host.spec.cpu_millicores);
    for (const Group& group : groups) host.processor_short = host.processor_short || group.wants < group.demand;
    for (const ProcessId id : std::vector<ProcessId>(host.on_processor)) {
        const Process& process = world.processes.at(id);
        const auto group = cannot_run(world, process) ? groups.end() : place_of(groups, process.container);
        std::int64_t rate = 0;
        if (group != groups.end() && group->container == process.container) {
            rate = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<Int128>(group->gets) * process.processor_demand / group->demand));
        }
        change_rate(world, id, rate);
    }
}

void begin_busy(World& world, ProcessId id, Duration processor_time) {
    Process& process = world.processes.at(id);
    // What woke it in the step that ends here is seen at the end of its busy time; the step of that
    // wake would take the serial with it on which that end relies.
    if (std::exchange(process.wake_pending, false)) drop_timers(world, process);
    process.cpu_used = process.cpu_used + processor_time;
    if (processor_time.nanoseconds <= 0) {
        process.busy_until = world.kernel.now();
        schedule_step(world, id, process.busy_until);
        return;
    }
    process.processor_left = processor_time;
    process.processor_since = world.kernel.now();
    begin_sharing(world, id, kOneProcessor);
    if (plenty(world, world.host(process.host), process) && !cannot_run(world, process)) {
        process.processor_rate = kOneProcessor;
        process.busy_until = world.kernel.now() + processor_time;
        schedule_step(world, id, process.busy_until);
        return;
    }
    process.busy_until = kNever;
    share_processor(world, process.host);
}

void set_processor_demand(World& world, ProcessId id, std::int64_t millicores) {
    Process* process = world.processes.find(id);
    if (process == nullptr || process->ended || process->processor_demand == millicores) return;
    const HostId host = process->host;
    book_work(world, *process);
    const bool was_plenty = plenty(world, world.host(host), *process);
    if (millicores == 0) {
        forget_demand(world.host(host), id, *process);
    } else {
        begin_sharing(world, id, millicores);
        process->processor_rate = millicores;
    }
    if (!was_plenty || !plenty(world, world.host(host), *process)) share_processor(world, host);
}

Duration job_time(const World& world, ProcessId id, Duration alone, std::int64_t millicores) {
    const Process& process = world.processes.at(id);
    const Host& host = world.host(process.host);
    if (millicores <= 0 || alone.nanoseconds <= 0) return alone;
    if (!host.processor_short && host.processor_demand + millicores <= host.spec.cpu_millicores && limit_of(world, process.container) == INT64_MAX) return alone;
    Groups groups = groups_of(world, process.host);
    auto place = place_of(groups, process.container);
    if (place == groups.end() || place->container != process.container) place = groups.insert(place, {process.container, 0, 0, 0, -1});
    Group& own = *place;
    own.weight = weight_of(world, process.container);
    own.demand += millicores;
    own.wants = std::min(own.demand, limit_of(world, process.container));
    fill(groups, host.spec.cpu_millicores);
    const std::int64_t rate = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<Int128>(own.gets) * millicores / own.demand));
    return Duration{static_cast<std::int64_t>(static_cast<Int128>(alone.nanoseconds) * millicores / rate)};
}

void leave_processor(World& world, ProcessId id) {
    Process& process = world.processes.at(id);
    book_work(world, process);
    process.processor_left = {};
    if (process.processor_demand == 0) return;
    const bool was_plenty = plenty(world, world.host(process.host), process);
    forget_demand(world.host(process.host), id, process);
    if (!was_plenty) share_processor(world, process.host);
}

Duration processor_time_of(const World& world, const Process& process) {
    const Duration done = done_since(world, process);
    if (process.processor_left.nanoseconds <= 0) return process.cpu_used + done;
    return process.cpu_used - std::max(process.processor_left - done, Duration{});
}

std::int64_t processor_use(const World& world, ContainerId container) {
    std::int64_t use = 0;
    for (const ProcessId id : world.host(world.container(container).host).on_processor) {
        const Process& process = world.processes.at(id);
        if (process.container == container && !cannot_run(world, process)) use += process.processor_rate;
    }
    return use;
}

std::int64_t processor_use(const World& world, HostId id) {
    const Host& host = world.host(id);
    std::int64_t use = 0;
    for (const ProcessId process_id : host.on_processor) {
        const Process& process = world.processes.at(process_id);
        if (!cannot_run(world, process)) use += process.processor_rate;
    }
    // Whoever wants something gets a thousandth of a processor at least, so the sum may be a little more than there is.
    return std::min(use, host.spec.cpu_millicores);
}

}  // namespace podium::model
