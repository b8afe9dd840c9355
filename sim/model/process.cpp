#include "sim/model/process.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/work.hpp"
#include "sim/model/container.hpp"
#include "sim/model/health.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/processor.hpp"
#include "sim/model/world.hpp"
#include "sim/shell/signals.hpp"

// The life of a process: start, steps, end. The states a row passes through:
//
//   start_process ──► living ──Exit, fatal signal──► ended ──reaped, told, forgotten──► erased
//
// An ended row stays while somebody may ask for its status: a child until its parent reaps it, an
// exec until its request has read it, a session until the front end has.

namespace podium::model {
namespace {

constexpr std::uint64_t kWordWork = 6;  // a word of a command line, which is passed on several times

/// What a process that exceeds kMostStepsAtOnce is made to use before its next step.
constexpr Duration kStepsExceeded = milliseconds(1);
/// Numbers the host gives away to what Podium does not show (the shim, runc's own steps).
constexpr std::uint32_t kPidsOfContainerStart = 21;
constexpr std::uint32_t kPidsOfExec = 9;

void erase_process(World& world, ProcessId id) {
    Process* process = world.processes.find(id);
    if (process == nullptr) return;
    if (process->stepping) {
        process->forget_after_step = true;
        return;
    }
    drop_timers(world, *process);
    std::vector<ProcessId>& list = process_list(world, process->host, process->container);
    count_work(list.size() / kRowsPerWork);
    list.erase(std::remove(list.begin(), list.end(), id), list.end());
    --world.host(process->host).process_count;
    world.processes.erase(id);
}

/// Gives back what a process holds: memory, descriptors, children. Its row is ended after it.
void end_row(World& world, ProcessId id, int exit_status, int killed_by) {
    Process& process = world.processes.at(id);
    process.cpu_used = processor_time_of(world, process);
    process.processor_left = {};
    process.processor_since = world.kernel.now();
    leave_processor(world, id);
    if (process.container) {
        Duration& ended = world.detail(process.container).cpu_of_ended;
        ended = ended + process.cpu_used;
    }
    process.ended = true;
    drop_timers(world, process);
    process.exit_status = exit_status;
    process.killed_by = killed_by;
    process.program.reset();
    process.pending_exec.reset();
    change_memory(world, process, -process.memory_bytes);
    const std::vector<Descriptor> descriptors = std::exchange(process.descriptors, {});
    const std::vector<ProcessId> children = std::exchange(process.children, {});
    for (const ProcessId child_id : children) {
        Process* child = world.processes.find(child_id);
        if (child == nullptr) continue;
        child->parent = {};
        child->orphan = true;
        if (child->ended) erase_process(world, child_id);
    }
    for (const Descriptor& descriptor : descriptors) {
        release_stream(world, descriptor.stream, descriptor.reading, descriptor.writing);
    }
}

void tell_request(World& world, ProcessId id) {
    const RequestId request = world.processes.at(id).request;
    if (const Request* row = world.requests.find(request)) {
        advance_request(world, request, row->serial);
    } else {
        erase_process(world, id);
    }
}

/// PID 1 of a container is gone: the kernel ends all others of its namespace at once.
void end_namespace(World& world, ProcessId main) {
    const Process& process = world.processes.at(main);
    const ContainerId container = process.container;
    const int exit_status = process.exit_status;
    const int killed_by = process.killed_by;
    std::vector<ProcessId> execs;
    for (const ProcessId id : std::vector<ProcessId>(world.detail(container).processes)) {
        if (id == main) continue;
        const Process* other = world.processes.find(id);
        if (other == nullptr) continue;
        if (!other->ended) {
            end_row(world, id, 128 + shell::kSigKill, shell::kSigKill);
            if (world.processes.at(id).role == ProcessRole::Probe) probe_lost(world, container, id, 128 + shell::kSigKill);
            if (world.processes.at(id).role == ProcessRole::Exec) {
                execs.push_back(id);
                continue;
            }
        }
        if (const Process* left = world.processes.find(id)) {
            if (left->role != ProcessRole::Exec) erase_process(world, id);
        }
    }
    erase_process(world, main);
    main_process_ended(world, container, exit_status, killed_by);
    for (const ProcessId id : execs)
        tell_request(world, id);
}

void tell_parent(World& world, ProcessId id) {
    const Process& process = world.processes.at(id);
    const ProcessId parent_id = process.parent;
    Process* parent = world.processes.find(parent_id);
    if (parent == nullptr || parent->ended || process.orphan) {
        erase_process(world, id);
        return;
    }
    const std::uint64_t child_signal = std::uint64_t{1} << shell::kSigChld;
    if ((parent->caught & child_signal) != 0) parent->pending |= child_signal;
    wake_process(world, parent_id);
}

void apply_exec(World& world, ProcessId id) {
    make_all_whole(world, world.processes.at(id).host);  // as for one that is started
    Process& process = world.processes.at(id);
    PODIUM_ASSERT(process.pending_exec, "a step ends with exec only after exec() succeeded");
    process.replaced = true;
    PendingExec next = std::move(*process.pending_exec);
    process.pending_exec.reset();
    process.program = std::move(next.program);
    process.argv = std::move(next.argv);
    process.environment = std::move(next.environment);
    process.caught = 0;
    process.pending = 0;
    process.busy_until = world.kernel.now() + kSpawn;
    if (std::exchange(process.wake_pending, false)) drop_timers(world, process);
    const std::vector<Descriptor> closed =
        std::exchange(process.descriptors, std::move(next.descriptors));
    for (const Descriptor& descriptor : closed) {
        release_stream(world, descriptor.stream, descriptor.reading, descriptor.writing);
    }
    process.leaked_bytes = 0;
    set_process_memory(world, id, kProcessMemory);
    const Process* after = world.processes.find(id);
    if (after != nullptr && !after->ended) schedule_step(world, id, after->busy_until);
}

/// Is there room for what every process needs, within its container's limit and the host's memory?
bool memory_suffices(const World& world, const Process& process) {
    const Host& host = world.host(process.host);
    if (host.memory_used_bytes + kProcessMemory > host.spec.memory_bytes) return false;
    if (!process.container) return true;
    const std::int64_t limit = world.spec(world.container(process.container)).memory_bytes;
    return limit <= 0 || world.detail(process.container).memory_bytes + kProcessMemory <= limit;
}

/// A process that found no room when it was started takes its memory with its first step: false when this was its end,
/// or it hangs.
bool take_first_memory(World& world, ProcessId id) {
    const Process& process = world.processes.at(id);
    if (process.memory_bytes > process.leaked_bytes) return true;
    set_process_memory(world, id, kProcessMemory);
    Process* left = world.processes.find(id);
    if (left == nullptr || left->ended) return false;
    left->missed_wake = cannot_run(world, *left);
    return !left->missed_wake;
}

/// Counts the steps of one instant; true when there were too many and the next has to wait.
bool too_many_steps(World& world, Process& process) {
    if (process.stepped_at != world.kernel.now()) {
        process.stepped_at = world.kernel.now();
        process.steps_at_instant = 0;
    }
    return ++process.steps_at_instant > kMostStepsAtOnce;
}

void finish_step(World& world, ProcessId id, Box<shell::Program> program, const shell::Step& step) {
    Process& process = world.processes.at(id);
    process.stepping = false;
    if (process.ended) {
        if (process.forget_after_step) erase_process(world, id);
        return;
    }
    switch (step.kind) {
        case shell::Step::Kind::Exit:
            end_process(world, id, step.status & 0xFF, 0);
            return;
        case shell::Step::Kind::Exec:
            apply_exec(world, id);
            return;
        case shell::Step::Kind::Block:
            process.program = std::move(program);
            if (step.deadline < kNever)
                schedule_step(world, id, std::max(step.deadline, world.kernel.now()));
            return;
        case shell::Step::Kind::Busy:
            process.program = std::move(program);
            begin_busy(world, id, step.cpu);
            return;
    }
}

}  // namespace

std::uint32_t take_host_pid(Host& host, ProcessRole role) {
    switch (role) {
        case ProcessRole::Main:
        case ProcessRole::Init:
            host.next_pid += kPidsOfContainerStart;
            break;
        case ProcessRole::Exec:
        case ProcessRole::Probe:
            host.next_pid += kPidsOfExec;
            break;
        case ProcessRole::Child:
        case ProcessRole::Session:
            break;
    }
    return host.next_pid++;
}

std::vector<ProcessId>& process_list(World& world, HostId host, ContainerId container) {
    return container ? world.detail(container).processes : world.host(host).processes;
}

const std::vector<ProcessId>& processes_of(const World& world, HostId host, ContainerId container) {
    return container ? world.detail(container).processes : world.host(host).processes;
}

bool cannot_run(const World& world, const Process& process) {
    const Host& host = world.host(process.host);
    if (!host.up || host.frozen || process.stopped || process.hung) return true;
    return process.container && world.container(process.container).state == ContainerState::Paused;
}

void drop_timers(World& world, Process& process) {
    ++process.wake_serial;
    world.dead_steps += std::exchange(process.steps_ahead, 0);
}

void schedule_step(World& world, ProcessId id, Time at) {
    Process& process = world.processes.at(id);
    ++process.steps_ahead;
    const FactId cause = world.kernel.cause() ? world.kernel.cause() : process.cause;
    CauseScope scope(world.kernel, cause);
    world.kernel.schedule_at(
        at, Phase::Runtime, kEventProcessStep, id.slot, id.generation, process.wake_serial);
}

ProcessId start_process(World& world, ProcessSpec spec) {
    if (spec.taken_up == 0) make_all_whole(world, spec.host);  // it may look at any of them
    Process process;
    shell::Errno error = shell::Errno::None;
    if (spec.program == nullptr) {
        spec.program =
            make_program(world, spec.host, spec.container, spec.argv, spec.environment, error, false);
        PODIUM_ASSERT(spec.program != nullptr, "a process is started with a program that exists");
    }
    process.program = std::move(spec.program);
    process.argv = std::move(spec.argv);
    process.environment = std::move(spec.environment);
    if (process.environment == nullptr)
        process.environment = std::make_shared<const std::vector<std::string>>();
    process.working_directory = std::move(spec.working_directory);
    process.host = spec.host;
    process.container = spec.container;
    process.parent = spec.parent;
    process.role = spec.role;
    process.descriptors = std::move(spec.descriptors);
    process.background = spec.background;
    process.host_pid = spec.taken_up != 0 ? spec.taken_up : take_host_pid(world.host(spec.host), spec.role);
    process.pid = spec.container ? world.detail(spec.container).next_pid++ : process.host_pid;
    process.cause = world.kernel.cause();
    process.started = world.kernel.now();
    process.busy_until = world.kernel.now() + spec.start_delay;
    if (const Process* parent = world.processes.find(spec.parent)) {
        process.ignored = parent->ignored;
        process.background = process.background || parent->background;
    }
    if (spec.background) {
        process.ignored |= std::uint64_t{1} << shell::kSigInt | std::uint64_t{1} << shell::kSigQuit;
    }
    count_work(kStartWork + kWordWork * process.argv.size());
    const ProcessId id = world.processes.add(std::move(process));
    process_list(world, spec.host, spec.container).push_back(id);
    ++world.host(spec.host).process_count;
    if (Process* parent = world.processes.find(spec.parent)) parent->children.push_back(id);
    schedule_step(world, id, world.kernel.now() + spec.start_delay);
    // Linux charges memory when it is touched (mm/memcontrol.c, try_charge): where there is no room, the OOM killer
    // comes when the new process runs, not while it is being made, so whoever starts one has it.
    if (spec.taken_up != 0) change_memory(world, world.processes.at(id), kProcessMemory);  // it has had it all along
    else if (memory_suffices(world, world.processes.at(id))) set_process_memory(world, id, kProcessMemory);
    return id;
}

shell::Pid take_pid(World& world, ProcessId parent) {
    const Process& process = world.processes.at(parent);
    const std::uint32_t host_pid = take_host_pid(world.host(process.host), ProcessRole::Child);
    return process.container ? world.detail(process.container).next_pid++ : host_pid;
}

void wake_process(World& world, ProcessId id) {
    Process* process = world.processes.find(id);
    if (process == nullptr || process->ended || process->wake_pending) return;
    if (cannot_run(world, *process) || process->full_pipe) {
        process->missed_wake = true;
        return;
    }
    // The step at the end of its busy time will see what it was woken for.
    if (process->busy_until > world.kernel.now()) return;
    process->wake_pending = true;
    schedule_step(world, id, world.kernel.now());
}

void handle_process_step(World& world, ProcessId id, std::uint32_t serial) {
    Process* process = world.processes.find(id);
    if (process == nullptr || process->wake_serial != serial) {
        --world.dead_steps;
        return;
    }
    --process->steps_ahead;
    process->wake_pending = false;
    if (cannot_run(world, *process) || process->full_pipe) {
        process->missed_wake = true;
        return;
    }
    if (process->cause > world.kernel.cause()) world.kernel.set_cause(process->cause);
    if (!take_first_memory(world, id)) return;
    process = world.processes.find(id);  // others may have gone, and rows with them
    drop_timers(world, *process);
    process->missed_wake = false;
    if (process->processor_left.nanoseconds > 0) leave_processor(world, id);
    if (too_many_steps(world, *process)) {
        begin_busy(world, id, kStepsExceeded);
        return;
    }
    PODIUM_ASSERT(process->program, "a living process has a program between its steps");
    process->stepping = true;
    count_work(kStepWork);
    // The row may move while others are started, and the program may end its own process.
    Box<shell::Program> program = std::move(process->program);
    ProcessContext context(world, id);
    const shell::Step step = program->step(context);
    finish_step(world, id, std::move(program), step);
}

void resume_process(World& world, ProcessId id) {
    const Process* process = world.processes.find(id);
    if (process == nullptr || process->ended || cannot_run(world, *process)) return;
    deliver_held_signals(world, id);
    Process* left = world.processes.find(id);
    if (left != nullptr && std::exchange(left->missed_wake, false)) wake_process(world, id);
}

void thaw_processes(World& world, ContainerId container) {
    for (const ProcessId id : std::vector<ProcessId>(world.detail(container).processes))
        resume_process(world, id);
}

void end_process(World& world, ProcessId id, int exit_status, int killed_by) {
    if (world.processes.at(id).ended) return;
    end_row(world, id, exit_status, killed_by);
    const Process& process = world.processes.at(id);
    if (!process.container) release_requests_of(world, id);
    switch (process.role) {
        case ProcessRole::Child:
            tell_parent(world, id);
            return;
        case ProcessRole::Main:
        case ProcessRole::Init:
            end_namespace(world, id);
            return;
        case ProcessRole::Exec:
            tell_request(world, id);
            return;
        case ProcessRole::Probe: {
            const ContainerId container = process.container;
            probe_ended(world, container, id, exit_status);
            erase_process(world, id);
            return;
        }
        case ProcessRole::Session:
            return;
    }
}

void end_processes_of(World& world, HostId host, ContainerId container) {
    std::vector<ProcessId> all = processes_of(world, host, container);
    if (!container) {
        for (const auto& [_, id] : world.host(host).engine.by_name) {
            const Container& c = world.container(id);
            if (c.detail) all.insert(all.end(), c.detail->processes.begin(), c.detail->processes.end());
        }
    }
    std::sort(all.begin(), all.end(), [](ProcessId a, ProcessId b) { return a.slot < b.slot; });  // in the order of the table
    for (const ProcessId id : all) {
        const Process* process = world.processes.find(id);
        if (process == nullptr) continue;
        if (!process->ended) end_row(world, id, 128 + shell::kSigKill, shell::kSigKill);
        erase_process(world, id);
    }
}

void forget_process(World& world, ProcessId id) {
    const Process* process = world.processes.find(id);
    PODIUM_ASSERT(process == nullptr || process->ended, "a process is forgotten when it has ended");
    erase_process(world, id);
}

ProcessId find_host_pid(const World& world, HostId host, std::uint32_t host_pid) {
    for (const ProcessId id : world.processes.keys()) {
        const Process& process = world.processes.at(id);
        if (process.host == host && process.host_pid == host_pid && !process.ended) return id;
    }
    return {};
}

}  // namespace podium::model
