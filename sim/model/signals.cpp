#include "sim/shell/signals.hpp"

#include <algorithm>
#include <utility>

#include "sim/model/frozen.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/processor.hpp"
#include "sim/model/world.hpp"

// Signals, as the kernel treats them. What a signal does to a process (signal(7), and for PID 1 of
// a container sig_task_ignored() of the kernel):
//
//   KILL ........................ ends it; PID 1 only when sent from outside its namespace
//   STOP ........................ stops it; PID 1 only when sent from outside
//   CONT ........................ lets a stopped one go on
//   ignored ..................... nothing
//   caught ...................... pending, and the process is woken
//   CHLD, WINCH, URG ............ nothing, unless caught
//   TSTP, TTIN, TTOU ............ stop it, but not PID 1
//   all others .................. end it with 128 + n, but not PID 1 (which has to catch what it
//   wants)
//
// One that arrives while the process is frozen or stopped acts when it goes on. KILL acts at once, but
// for one frozen with its container: the hosts have version 1 of control groups, where it does nothing
// until the group is thawed (runc 1.1 signalInit says so too).

namespace podium::model {
namespace {

using shell::Errno;

constexpr int kSigTtin = 21;
constexpr int kSigTtou = 22;
constexpr int kSigUrg = 23;

constexpr std::uint64_t bit(int signal) {
    return signal == 64 ? std::uint64_t{1} : std::uint64_t{1} << signal;
}

enum class DefaultAction : std::uint8_t { Nothing, Stop, Continue, End };

DefaultAction default_action(int signal) {
    switch (signal) {
        case shell::kSigChld:
        case shell::kSigWinch:
        case kSigUrg:
            return DefaultAction::Nothing;
        case shell::kSigCont:
            return DefaultAction::Continue;
        case shell::kSigStop:
        case shell::kSigTstp:
        case kSigTtin:
        case kSigTtou:
            return DefaultAction::Stop;
        default:
            return DefaultAction::End;
    }
}

bool is_namespace_init(const Process& process) {
    return process.container && process.pid == 1;
}

/// Whether a signal has any effect at all: PID 1 gets nothing it has no handler for, but for KILL
/// and STOP from outside.
bool is_dropped(const Process& process, int signal, bool from_outside) {
    const bool forced = signal == shell::kSigKill || signal == shell::kSigStop;
    if (forced) return is_namespace_init(process) && !from_outside;
    if ((process.ignored & bit(signal)) != 0) return true;
    if ((process.caught & bit(signal)) != 0) return false;
    return is_namespace_init(process) && signal != shell::kSigCont;
}

void continue_process(World& world, ProcessId id) {
    Process& process = world.processes.at(id);
    if (!process.stopped) return;
    process.stopped = false;
    if (process.processor_demand > 0) share_processor(world, process.host);
    resume_process(world, id);
}

void act_by_default(World& world, ProcessId id, int signal) {
    switch (default_action(signal)) {
        case DefaultAction::Nothing:
        case DefaultAction::Continue:
            return;
        case DefaultAction::Stop:
            world.processes.at(id).stopped = true;
            if (world.processes.at(id).processor_demand > 0) share_processor(world, world.processes.at(id).host);
            return;
        case DefaultAction::End:
            end_process(world, id, 128 + signal, signal);
            return;
    }
}

}  // namespace

void deliver_held_signals(World& world, ProcessId id) {
    std::uint64_t held = std::exchange(world.processes.at(id).held, 0);
    for (int signal = 1; signal <= shell::kHighestSignal && held != 0; ++signal) {
        if ((held & bit(signal)) == 0) continue;
        held &= ~bit(signal);
        act_by_default(world, id, signal);
        Process* process = world.processes.find(id);
        if (process == nullptr || process->ended) return;
        if (process->stopped) {
            process->held = held;
            return;
        }
    }
}

Errno send_signal(World& world, ProcessId id, int signal, bool from_outside) {
    Process* process = world.processes.find(id);
    if (process == nullptr) return Errno::NoProcess;
    if (signal < 0 || signal > shell::kHighestSignal) return Errno::Invalid;
    // A zombie takes any signal and stays one.
    if (signal == 0 || process->ended || is_dropped(*process, signal, from_outside))
        return Errno::None;
    if (process->cause < world.kernel.cause()) process->cause = world.kernel.cause();
    if (world.host(process->host).frozen && (process->caught & bit(signal)) == 0) {
        // Its kernel does not run: it acts when the host goes on.
        if (signal == shell::kSigCont) {
            process->held &= ~bit(shell::kSigStop);
            process->stopped = false;
        } else {
            process->held |= bit(signal);
        }
        return Errno::None;
    }
    if (signal == shell::kSigKill) {
        if (process->container && world.container(process->container).state == ContainerState::Paused) {
            process->held |= bit(signal);
            return Errno::None;
        }
        end_process(world, id, 128 + signal, signal);
        return Errno::None;
    }
    if (signal == shell::kSigCont) {
        process->held &= ~bit(shell::kSigStop);
        continue_process(world, id);
        process = world.processes.find(id);
        if (process == nullptr || process->ended) return Errno::None;
    }
    if ((process->caught & bit(signal)) != 0) {
        process->pending |= bit(signal);
        wake_process(world, id);
        return Errno::None;
    }
    // What waits for memory is let out of its wait by a signal that ends it.
    const bool held = cannot_run(world, *process) && !process->hung;
    if (held && default_action(signal) != DefaultAction::Nothing) {
        process->held |= bit(signal);
    } else {
        act_by_default(world, id, signal);
    }
    return Errno::None;
}

void kill_frozen(World& world, ProcessId id) {
    if (world.processes.find(id) != nullptr) end_process(world, id, 128 + shell::kSigKill, shell::kSigKill);
}

Errno signal_from_host(World& world, ProcessId id, int signal) {
    const Process* process = world.processes.find(id);
    if (process == nullptr || process->ended) return Errno::NoProcess;
    const bool main = process->role == ProcessRole::Main || process->role == ProcessRole::Init;
    if (!main || signal == 0) return send_signal(world, id, signal, true);
    if (signal < 0 || signal > shell::kHighestSignal) return Errno::Invalid;
    const Container& container = world.container(process->container);
    const FactId fact =
        world.kernel.record(kFactProcessKilled,
                            Subject(SubjectType::Container, process->container.value),
                            container.name,
                            process->host_pid,
                            signal,
                            KillSource::Host);
    CauseScope scope(world.kernel, fact);
    return send_signal(world, id, signal, true);
}

void interrupt_session(World& world, ProcessId session) {
    std::vector<ProcessId> targets;
    std::vector<ProcessId> left{session};
    while (!left.empty()) {
        const Process* process = world.processes.find(left.back());
        const ProcessId id = left.back();
        left.pop_back();
        if (process == nullptr || process->ended || (process->background && id != session))
            continue;
        if (id != session) targets.push_back(id);
        left.insert(left.end(), process->children.begin(), process->children.end());
    }
    if (targets.empty()) targets.push_back(session);
    for (const ProcessId target : targets)
        send_signal(world, target, shell::kSigInt, true);
}

}  // namespace podium::model
