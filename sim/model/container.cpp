#include "sim/model/container.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/work.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/container_start.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/frozen.hpp"
#include "sim/model/health.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/overheads.hpp"
#include "sim/model/processor.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/volume.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

// Lines kept of a log besides kMostLogBytes: a line is a row of its own, which for `yes` is 20 times its text.
constexpr std::size_t kMostLogLines = std::size_t{1} << 18;
// moby 20.10 daemon/logger/copier.go, defaultBufSize: what has no newline is passed on, and kept, in pieces of this size.
constexpr std::size_t kLogPieceBytes = 16U << 10;
constexpr std::uint64_t kLogLineWork = 1;     // a line of a log kept,
constexpr std::uint64_t kDroppedLineWork = 1;  // and the oldest dropped: of a long log's segments each moves up now and then

// Stages of the cleanup after an exit.
constexpr std::uint8_t kStageDisconnect = 1;
constexpr std::uint8_t kStageRelease = 2;

constexpr std::size_t kMostQueuedForLock = kMostRequests;  // each waits for one lock

Subject subject_of(ContainerId id) { return {SubjectType::Container, id.value}; }

}  // namespace

std::string_view container_state_name(ContainerState state) {
    switch (state) {
        case ContainerState::Created: return "created";
        case ContainerState::Running: return "running";
        case ContainerState::Paused: return "paused";
        case ContainerState::Restarting: return "restarting";
        case ContainerState::Exited: return "exited";
        case ContainerState::Removing: return "removing";
        case ContainerState::Removed: return "dead";
    }
    return "";
}

namespace {

bool legal(ContainerState from, ContainerState to) {
    using S = ContainerState;
    switch (from) {
        case S::Created: return to == S::Running || to == S::Removing || to == S::Exited;
        case S::Running: return to == S::Paused || to == S::Restarting || to == S::Exited;
        case S::Paused: return to == S::Running || to == S::Restarting || to == S::Exited;
        case S::Restarting: return to == S::Running || to == S::Exited;
        case S::Exited: return to == S::Running || to == S::Removing;
        case S::Removing: return to == S::Removed;
        case S::Removed: return false;
    }
    return false;
}

}  // namespace

void set_state(Container& c, ContainerState to) {
    PODIUM_ASSERT(c.state == to || legal(c.state, to), "a container's state changes along its state machine");
    c.state = to;
}

namespace {

void bulk_start(World& world, ContainerId id, StartReason reason) {
    Container& c = world.container(id);
    const ContainerSpec& spec = world.spec(c);
    const StringId image = world.image_of(c);
    ++c.run_generation;
    c.ever_started = true;
    c.exit_code = 0;
    c.started = world.kernel.now();
    set_state(c, ContainerState::Running);
    c.last_fact = world.kernel.record(kFactContainerStart, subject_of(id), c.name, image, reason, c.restart_count, c.backoff);
    world.kernel.set_cause(c.last_fact);
    RandomStream random = world.kernel.random("lifetime", static_cast<std::uint64_t>(id.value) << 32 | c.run_generation);
    world.kernel.schedule(random.exponential(spec.bulk_lifetime), Phase::Physics, kEventContainerBulkExit, id.value, 0, c.run_generation);
}

// The engine's decision after a run has ended; the die fact carries it (moby handleContainerExit).
PolicyOutput decide(World& world, Container& c, Duration ran) {
    const bool stopping = world.host(c.host).engine.state == EngineState::Stopping;
    PolicyOutput output = apply_restart_policy({.policy = c.policy,
                                                .maximum_retries = c.maximum_retries,
                                                .restarts = c.policy_restarts,
                                                .backoff = c.backoff,
                                                .exit_code = c.exit_code,
                                                .ran = ran,
                                                .manually_stopped = c.manually_stopped || stopping,
                                                .cancelled = c.policy_cancelled});
    c.backoff = output.backoff;
    if (output.decision == ExitDecision::ManuallyStopped && stopping && !c.manually_stopped) {
        output.decision = ExitDecision::EngineStopping;
    } else if (output.decision != ExitDecision::Restart && c.detail && c.detail->keep_after_exit) {
        output.decision = ExitDecision::RestartRequested;
    }
    if (output.decision == ExitDecision::Restart) {
        ++c.restart_count;
        ++c.policy_restarts;
    }
    return output;
}

void bulk_exit(World& world, ContainerId id) {
    Container& c = world.container(id);
    const ContainerSpec& spec = world.spec(c);
    const Duration ran = world.kernel.now() - c.started;
    c.exit_code = spec.bulk_exit_code;
    c.finished = world.kernel.now();
    const PolicyOutput output = decide(world, c, ran);
    c.last_fact = world.kernel.record(kFactContainerDie, subject_of(id), c.name, world.image_of(c), c.exit_code, ExitHow::Exited, 0, output.decision, ran, output.backoff, c.restart_count);
    if (output.decision != ExitDecision::Restart) {
        set_state(c, ContainerState::Exited);
        return;
    }
    set_state(c, ContainerState::Restarting);
    ++c.timer_serial;
    world.kernel.set_cause(c.last_fact);
    world.kernel.schedule(output.backoff + kContainerStart, Phase::Runtime, kEventContainerBackoffOver, id.value, 0, c.timer_serial);
}

void exit_noticed(World& world, ContainerId id) {
    Container& c = world.container(id);
    ContainerDetail& d = world.detail(id);
    Kernel& k = world.kernel;
    // By the host's clock: StartedAt is a wall clock's time (moby container/state.go: time.Now().UTC() has no monotonic part).
    const Host& host = world.host(c.host);
    const Duration ran = host.stamped(k.now()) - host.stamped(c.started);
    c.exit_code = d.pending_exit_code;
    // The shim says when it ended; an engine that was frozen hears of it late.
    c.finished = k.now() - d.pending_end > kExitNoticed ? d.pending_end : k.now();
    d.host_pid = 0;
    d.locked_by_engine = true;
    const PolicyOutput output = decide(world, c, ran);
    close_health_monitor(world, id);
    d.oom_killed = d.oom_pending;  // moby SetStopped, SetRestarting: of the run that ended
    const ExitHow how = d.oom_pending && d.pending_signal == shell::kSigKill ? ExitHow::OutOfMemory : d.pending_signal != 0 ? ExitHow::Signalled : ExitHow::Exited;
    d.oom_pending = false;
    if (output.decision == ExitDecision::Restart) {
        set_state(c, ContainerState::Restarting);
        d.nominal_backoff = output.backoff;
        ++c.timer_serial;
    } else {
        set_state(c, ContainerState::Exited);
    }
    if (d.pending_cause) k.set_cause(d.pending_cause);
    record_container_event(world, id, kFactContainerDie, c.exit_code, how, d.pending_signal, output.decision, c.finished - c.started, output.backoff, c.restart_count);
    if (output.decision == ExitDecision::Restart) {
        k.schedule(output.backoff, Phase::Runtime, kEventContainerBackoffOver, id.value, 0, c.timer_serial);
    }
    k.schedule(overhead::kExitNetwork, Phase::Runtime, kEventContainerExitStage, id.value, kStageDisconnect, c.run_generation);
}

void exit_stage(World& world, ContainerId id, std::uint8_t stage) {
    Container& c = world.container(id);
    ContainerDetail& d = world.detail(id);
    if (stage == kStageDisconnect) {
        const Engine& engine = world.host(c.host).engine;
        const bool no_controller = engine.state == EngineState::Starting && !engine.restored;  // moby releaseNetwork
        no_controller ? release_endpoints(world, id) : disconnect_endpoints(world, id);
        unbind_ports(world, id);
        world.kernel.schedule(overhead::kExitCleanup - overhead::kExitNetwork, Phase::Runtime, kEventContainerExitStage, id.value, kStageRelease, c.run_generation);
        return;
    }
    unmount_volumes(world, id);
    d.locked_by_engine = false;
    const HostId host = c.host;
    const bool swept = world.spec(c).of_agent && world.host(host).engine.state == EngineState::Stopping;
    const bool remove = (world.spec(c).auto_remove || swept) && c.state == ContainerState::Exited && !d.keep_after_exit;
    tell_waiters(world, id);
    engine_progress(world, host, id);
    // Before whoever waits for its lock: they find it marked for removal (moby autoRemove).
    if (remove && world.container(id).state == ContainerState::Exited && world.detail(id).start_stage == 0) destroy_container(world, id, true);
    unlock_container(world, id);
}

void backoff_over(World& world, ContainerId id) {
    Container& c = world.container(id);
    if (!c.detail) {
        bulk_start(world, id, StartReason::RestartPolicy);
        return;
    }
    ContainerDetail& d = world.detail(id);
    const EngineState engine = world.host(c.host).engine.state;
    const bool starting = world.host(c.host).up && engine == EngineState::Starting;  // moby waitForStartupDone
    if (!starting && !engine_answers(world, c.host)) return;  // a dead engine restarts nothing
    if (d.locked_by_engine || d.locked_by || (starting && !world.host(c.host).engine.startup_done)) {
        world.kernel.schedule(starting ? milliseconds(20) : milliseconds(1), Phase::Runtime, kEventContainerBackoffOver, id.value, 0, c.timer_serial);
        return;
    }
    d.locked_by_engine = true;
    begin_start(world, id, StartReason::RestartPolicy, false, {});
}

}  // namespace

void cancel_restart_policy(World& world, ContainerId id) {
    Container& c = world.container(id);
    c.policy_cancelled = true;
    if (c.state != ContainerState::Restarting) return;
    ++c.timer_serial;
    set_state(c, ContainerState::Exited);
    const StringId reason = world.kernel.intern("a stop or kill request came during the back-off");
    c.last_fact = world.kernel.record(kFactContainerRestartCancelled, subject_of(id), c.name, reason);
    world.kernel.set_cause(c.last_fact);
    tell_waiters(world, id);
}

bool signal_container(World& world, ContainerId id, int signal) {
    Container& c = world.container(id);
    ContainerDetail& d = world.detail(id);
    const std::string& configured = d.configured_stop_signal;
    bool unpause = false;
    if (configured.empty() || signal == shell::kSigKill || shell::signal_number(configured) == signal) {
        cancel_restart_policy(world, id);
        unpause = c.state == ContainerState::Paused;
    }
    if (world.host(c.host).engine.state != EngineState::Stopping) c.manually_stopped = true;
    if (c.state != ContainerState::Running && c.state != ContainerState::Paused) return false;
    record_container_event(world, id, kFactContainerKill, signal);
    if (signal == shell::kSigKill && c.state == ContainerState::Paused) {
        // runc thaws whom it kills itself (1.1 signalInit), so that resuming it then fails, without an event.
        kill_frozen(world, d.main);
        return true;
    }
    send_signal(world, d.main, signal, true);
    if (unpause && world.container(id).state == ContainerState::Paused) unpause_container(world, id);
    return true;
}

void pause_container(World& world, ContainerId id) {
    set_state(world.container(id), ContainerState::Paused);
    world.detail(id).paused_since = world.kernel.now();
    share_processor(world, world.container(id).host);
    update_health_monitor(world, id);
    record_container_event(world, id, kFactContainerPause);
}

void unpause_container(World& world, ContainerId id) {
    set_state(world.container(id), ContainerState::Running);
    ContainerDetail& d = world.detail(id);
    d.paused_for = d.paused_for + (world.kernel.now() - d.paused_since);
    update_health_monitor(world, id);
    record_container_event(world, id, kFactContainerUnpause);
    share_processor(world, world.container(id).host);
    thaw_processes(world, id);
}

namespace {

bool is_of_exec(FactKind kind) {
    return kind == kFactContainerExecCreate || kind == kFactContainerExecStart || kind == kFactContainerExecDie || kind == kFactContainerHealthProbe;
}

// What ended a run. A server that has been told to end and answers a health check meanwhile ends because of the
// signal, not of the check it was at last.
FactId cause_of_end(const World& world, ContainerId id) {
    const FactId cause = world.kernel.cause();
    const Journal& journal = world.kernel.journal();
    if (!journal.has(cause) || !is_of_exec(journal.at(cause).kind)) return cause;
    for (FactId at = journal.last(); at.value > 0 && journal.has(at); --at.value) {
        const Fact fact = journal.at(at);
        if (fact.subject != subject_of(id)) continue;
        if (fact.kind == kFactContainerKill || fact.kind == kFactProcessKilled) {
            const auto signal = static_cast<int>(fact.words[2]);  // of both kinds
            if (signal == shell::kSigKill || signal == shell::kSigTerm || signal == stop_signal_of(world, id)) return at;
        }
        if (fact.kind == kFactContainerStart) break;
    }
    return cause;
}

}  // namespace

void main_process_ended(World& world, ContainerId id, int exit_status, int killed_by) {
    Container& c = world.container(id);
    ContainerDetail& d = world.detail(id);
    c.process_alive = false;
    reset_exchanges(world, id);
    d.pending_exit_code = exit_status;
    d.pending_signal = killed_by;
    d.pending_end = world.kernel.now();
    d.pending_cause = cause_of_end(world, id);
    d.main = {};
    world.kernel.schedule(kExitNoticed, Phase::Runtime, kEventContainerExitNoticed, id.value, 0, c.run_generation);
}

void out_of_memory(World& world, ContainerId id, ProcessId process) {
    ContainerDetail& d = world.detail(id);
    d.oom_pending = true;
    record_container_event(world, id, kFactContainerOom);
    send_signal(world, process, shell::kSigKill, true);
}

void container_output(World& world, ContainerId id, bool standard_error, std::string_view data) {
    ContainerDetail& d = world.detail(id);
    Host& host = world.host(world.container(id).host);
    for (const StreamId stream : standard_error ? d.attached_error : d.attached) feed_stream(world, stream, data);
    // moby's json-file logger: a line that can't be written is lost; whoever is attached has seen it.
    if (static_cast<std::int64_t>(data.size()) > host.disk_free_bytes()) return;
    host.disk_used_bytes += static_cast<std::int64_t>(data.size());
    d.log_bytes_on_disk += static_cast<std::int64_t>(data.size());
    std::size_t from = 0;
    while (from < data.size()) {
        const bool goes_on = d.log_line_open && !d.log.empty() && d.log.back().standard_error == standard_error &&
                             d.log.back().text.size() < kLogPieceBytes;
        const std::size_t room = kLogPieceBytes - (goes_on ? d.log.back().text.size() : 0);
        std::string_view part = data.substr(from, room);
        const std::size_t newline = part.find('\n');
        if (newline != std::string_view::npos) part = part.substr(0, newline + 1);
        count_work(kLogLineWork);
        if (goes_on) {
            d.log.back().text += part;
        } else {
            d.log.push_back({world.kernel.now(), standard_error, std::string(part)});
        }
        d.log_line_open = newline == std::string_view::npos;
        d.log_bytes += part.size();
        from += part.size();
    }
    ++d.log_serial;
    while ((d.log_bytes > kMostLogBytes || d.log.size() > kMostLogLines) && d.log.size() > 1) {
        d.log_bytes -= d.log.front().text.size();
        d.log.pop_front();
        ++d.log_dropped;
        count_work(kDroppedLineWork);
    }
    for (const RequestId follower : std::vector<RequestId>(d.log_followers)) {
        if (Request* request = world.requests.find(follower)) advance_request(world, follower, request->serial);
    }
}

bool lock_container(World& world, ContainerId id, RequestId request) {
    ContainerDetail& d = world.detail(id);
    if (d.locked_by == request) return true;
    if (!d.locked_by && !d.locked_by_engine) {
        d.locked_by = request;
        return true;
    }
    PODIUM_ASSERT(d.lock_queue.size() < kMostQueuedForLock, "a container's lock has a limited queue");
    d.lock_queue.push_back(request);
    return false;
}

void unlock_container(World& world, ContainerId id) {
    ContainerDetail& d = world.detail(id);
    d.locked_by = {};
    d.locked_by_engine = false;
    while (!d.lock_queue.empty() && !d.locked_by && !d.locked_by_engine) {
        const RequestId next = d.lock_queue.front();
        d.lock_queue.pop_front();
        if (Request* request = world.requests.find(next)) {
            d.locked_by = next;
            CauseScope scope(world.kernel, request->cause);
            advance_request(world, next, request->serial);
            return;
        }
    }
}

void wait_for_container(World& world, ContainerId id, RequestId request) {
    std::vector<RequestId>& waiters = world.detail(id).waiters;
    if (std::find(waiters.begin(), waiters.end(), request) == waiters.end()) waiters.push_back(request);
}

void tell_waiters(World& world, ContainerId id) {
    std::vector<RequestId> waiters;
    waiters.swap(world.detail(id).waiters);
    for (const RequestId waiter : waiters) {
        if (Request* request = world.requests.find(waiter)) advance_request(world, waiter, request->serial);
    }
}

void destroy_container(World& world, ContainerId id, bool remove_volumes) {
    Container& c = world.container(id);
    ContainerDetail& d = world.detail(id);
    Host& host = world.host(c.host);
    if (c.state != ContainerState::Removing) set_state(c, ContainerState::Removing);
    cancel_restart_policy(world, id);
    set_state(c, ContainerState::Removed);
    host.engine.by_name.erase(c.name);
    host.disk_used_bytes -= d.layer.size_bytes() + d.log_bytes_on_disk;
    forget_endpoints(world, id);
    forget_mounts(world, id, remove_volumes);
    const std::int64_t bytes = d.layer.size_bytes();  // a layer holds what was written, nothing of the image
    d.layer = FileTree{};
    d.log.clear();
    if (d.standard_input) release_stream(world, d.standard_input, false, true);
    d.standard_input = {};
    for (auto it = host.engine.execs.begin(); it != host.engine.execs.end();) {
        it = it->second.container == id ? host.engine.execs.erase(it) : std::next(it);
    }
    record_container_event(world, id, kFactContainerDestroy, bytes);
    tell_waiters(world, id);
    for (const RequestId follower : std::vector<RequestId>(d.log_followers)) {
        if (Request* request = world.requests.find(follower)) advance_request(world, follower, request->serial);
    }
}

void create_bulk_containers(World& world, HostId host, std::shared_ptr<const ContainerSpec> spec, const std::string& prefix, std::uint32_t count) {
    PODIUM_ASSERT(spec->bulk_lifetime > Duration{}, "bulk containers live for a while and die");
    const SpecId spec_id = world.add_spec(std::move(spec));
    const ContainerSpec& shared = *world.specs.back();
    world.containers.reserve(world.containers.size() + count);
    for (std::uint32_t i = 1; i <= count; ++i) {
        Container c;
        c.name = world.kernel.intern(prefix + fmt::format_int(i).c_str());
        c.host = host;
        c.spec = spec_id;
        c.policy = shared.restart.kind;
        c.maximum_retries = shared.restart.maximum_retries;
        world.containers.push_back(std::move(c));
        bulk_start(world, ContainerId{static_cast<std::uint32_t>(world.containers.size())}, StartReason::Request);
        world.kernel.set_cause({});
    }
}

void handle_container_event(World& world, const Event& event) {
    const ContainerId id{event.subject};
    Container& c = world.container(id);
    if ((c.detail || c.outline) && hold_while_frozen(world, c.host, event)) return;
    switch (event.kind) {
        case kEventContainerBulkExit:
            if (c.run_generation == event.extra && c.state == ContainerState::Running) bulk_exit(world, id);
            return;
        case kEventContainerBackoffOver:
            if (c.timer_serial == event.extra && c.state == ContainerState::Restarting) backoff_over(world, id);
            return;
        case kEventContainerStartStage:
            if (c.outline) outline_start_stage(world, id, static_cast<std::uint8_t>(event.word));
            else if (c.detail && c.detail->start_serial == event.extra) start_stage(world, id, static_cast<std::uint8_t>(event.word));
            return;
        case kEventContainerExitNoticed:
            // An engine that is down notices nothing; it looks when it is back.
            if (c.run_generation != event.extra || !c.counts_as_running() || c.process_alive) return;
            if (engine_notices(world, c.host)) exit_noticed(world, id);
            return;
        case kEventContainerExitStage:
            // An engine that is gone cleans up nothing; the next one does when it restores.
            if (!world.host(c.host).up || world.host(c.host).engine.state == EngineState::Stopped) return;
            if (c.run_generation == event.extra && c.state != ContainerState::Removed) exit_stage(world, id, static_cast<std::uint8_t>(event.word));
            return;
        default: PODIUM_ASSERT(false, "an event of a container has a known kind");
    }
}

std::uint64_t container_id_key(const World& world, ContainerId id) {
    const Container& c = world.container(id);
    if (c.outline && c.outline->id_key != 0) return c.outline->id_key;
    std::string name = world.host(c.host).spec.name;
    name += '/';
    name += world.kernel.text(c.name);
    return make_id_key("container", name, c.ordinal);
}

std::string container_id_text(const World& world, ContainerId id) {
    const Container& c = world.container(id);
    return c.detail ? c.detail->id : id_text(id_words(container_id_key(world, id)));
}

std::string container_short_id(const World& world, ContainerId id) {
    const Container& c = world.container(id);
    if (c.detail) return short_id(c.detail->id);
    std::string digits(16, '0');
    write_digits(id_words(container_id_key(world, id)).front(), digits.data());
    digits.resize(kShortIdLength);
    return digits;
}

int stop_signal_of(const World& world, ContainerId id) {
    const std::string& configured = world.detail(id).configured_stop_signal;
    const int number = configured.empty() ? shell::kSigTerm : shell::signal_number(configured);
    return number > 0 ? number : shell::kSigTerm;
}

int stop_timeout_of(const World& world, ContainerId id) {
    const ContainerSpec& spec = world.spec(world.container(id));
    return spec.stop_timeout_seconds.value_or(static_cast<int>(kStopGrace.nanoseconds / 1'000'000'000));
}

}  // namespace podium::model
