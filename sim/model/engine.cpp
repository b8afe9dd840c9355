#include "sim/model/attachment.hpp"
#include "sim/model/engine.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/model/answers.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/container_start.hpp"
#include "sim/model/daemon_config.hpp"
#include "sim/model/daemon_file.hpp"
#include "sim/model/engine_process.hpp"
#include "sim/model/frozen.hpp"
#include "sim/model/health.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/overheads.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/volume.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

// Stages of an engine's life, in the low byte of kEventEngineStage's word; a container's id (or seconds left) above it.
constexpr std::uint64_t kStageKillLate = 1;
constexpr std::uint64_t kStageGone = 2;
constexpr std::uint64_t kStageRestore = 3;
constexpr std::uint64_t kStageStartOne = 4;
constexpr std::uint64_t kStageReady = 5;
constexpr std::uint64_t kStageHostDown = 6;
constexpr std::uint64_t kStageHostUp = 7;
constexpr std::uint64_t kStageStartsOver = 8;
constexpr std::uint64_t kStageOwnStop = 9;
constexpr std::uint64_t kStageApiOpens = 10;
constexpr std::uint64_t kStageUnitStart = 11;

// daemon/cluster/cluster.go, swarmConnectTimeout.
constexpr std::uint32_t kSwarmConnectSeconds = 20;

// Measured: so long after its agent's TERM a task's container gets the engine's own (median of 12).
constexpr Duration kOwnStop = milliseconds(12);

// Stands, among the containers an engine is starting, for the time that all of them take, and in one that runs for what its
// API waits for.
constexpr ContainerId kAllStarts{};

Subject subject_of(HostId id) { return {SubjectType::Host, id.value}; }

void tell_orchestrator(World& world, HostId id) {
    if (world.orchestrated) world.outbox.engines.push_back(id);
}

StringId host_name(World& world, HostId id) { return world.kernel.intern(world.host(id).spec.name); }

FactId record(World& world, HostId id, FactKind kind) {
    const FactId fact = world.kernel.record(kind, subject_of(id), host_name(world, id));
    world.kernel.set_cause(fact);
    return fact;
}

// The last fact of a kind about a host; none when the journal keeps it no more.
FactId last_fact_of(const World& world, HostId id, FactKind kind) {
    const Journal& journal = world.kernel.journal();
    for (FactId at = journal.last(); journal.has(at); --at.value) {
        const Fact fact = journal.at(at);
        if (fact.kind == kind && fact.subject == subject_of(id)) return at;
    }
    return {};
}

void stage_after(World& world, HostId id, Duration delay, std::uint64_t stage, ContainerId container = {}) {
    world.kernel.schedule(delay, Phase::Runtime, kEventEngineStage, id.value, stage | static_cast<std::uint64_t>(container.value) << 8, world.host(id).engine.serial);
}

// Every request still on its way gets no answer: the connection is gone. What waits at a socket that systemd holds was never
// taken from there.
void drop_requests(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    if (!engine.socket_listens) engine.queued.clear();
    std::erase_if(world.builds, [id](const Build& build) { return build.host == id; });
    for (const RequestId key : world.requests.keys()) {
        Request& request = world.requests.at(key);
        if (request.spec.host != id || request.done || std::find(engine.queued.begin(), engine.queued.end(), key) != engine.queued.end()) continue;
        // Who reads what the engine was sending comes to its end.
        if (request.writing) {
            request.writing = false;
            close_engine_stream(world, request.stream);
            if (request.error_stream) close_engine_stream(world, request.error_stream);
        }
        answer_request(world, key, 0, message_json("the connection to the engine was lost"));
    }
    for (const StreamId stream : engine.event_streams) close_engine_stream(world, stream);
    engine.event_streams.clear();
    engine.event_requests.clear();
}

// What has waited for the API goes on.
void take_up_requests(World& world, HostId id) {
    std::vector<RequestId> queued;
    queued.swap(world.host(id).engine.queued);
    for (const RequestId key : queued) {
        if (Request* request = world.requests.find(key)) advance_request(world, key, request->serial);
    }
}

// Nobody listens in the engine's place any more: of one that is down those who waited there are refused, one that still ends
// takes them with it.
void close_socket(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    engine.socket_listens = false;
    if (engine.state != EngineState::Stopped) return;
    for (const RequestId waiting : std::exchange(engine.queued, {})) {
        if (world.requests.find(waiting) != nullptr) request_timer(world, waiting, {});
    }
}

// What the engine holds in its own memory, of containers and of what has happened, is gone with it.
void forget_engine_memory(World& world, HostId id) {
    world.host(id).engine.events.clear();  // moby daemon/events/events.go keeps them in memory alone
    for (const ContainerId container : containers_of(world, id)) {
        Container& c = world.container(container);
        if (!c.detail) continue;
        ContainerDetail& d = *c.detail;
        d.locked_by = {};
        d.locked_by_engine = false;
        d.lock_queue.clear();
        d.waiters.clear();
        d.log_followers.clear();
        ++d.start_serial;
        d.start_stage = 0;
        d.start_request = {};
        ++c.timer_serial;
        if (d.health.open) {
            d.health.open = false;
            ++d.health.serial;
        }
    }
}

// TERM to one container with KILL after its grace (moby shutdownContainer, containerStop); the `stop`
// event comes when it is down.
void take_down(World& world, HostId id, ContainerId container) {
    Engine& engine = world.host(id).engine;
    Container& c = world.container(container);
    CauseScope scope(world.kernel, world.kernel.cause());
    if (c.detail->start_stage != 0) {  // the start holds the lock that the stop waits for
        engine.starting.insert(container);
        return;
    }
    const bool alive = signal_container(world, container, stop_signal_of(world, container));
    if (!alive) {
        if (c.state == ContainerState::Exited) record_container_event(world, container, kFactContainerStop);
        return;
    }
    engine.going_down.insert(container);
    const int grace = stop_timeout_of(world, container);
    if (grace >= 0) stage_after(world, id, seconds(grace), kStageKillLate, container);
}

// An agent's container is stopped twice by an engine that ends in good order: by the agent, which leaves
// (swarmkit Node.Stop, worker.Assign of nothing), and kOwnStop later by the engine itself (dockerd: Cleanup,
// then shutdownDaemon). Each says so when it is down.
bool was_stopped_twice(const World& world, HostId id, ContainerId container) {
    const Container& c = world.container(container);
    if (!world.spec(c).of_agent || world.host(id).engine.state != EngineState::Stopping) return false;
    const FactId began = last_fact_of(world, id, kFactEngineStopping);
    return began && c.finished >= world.kernel.journal().at(began).time + kOwnStop;
}

void engine_gone(World& world, HostId id) {
    Host& host = world.host(id);
    host.engine.state = EngineState::Stopped;
    ++host.engine.serial;
    host.engine.crashed = false;
    drop_requests(world, id);
    forget_engine_memory(world, id);
    record(world, id, kFactEngineStopped);
    tell_orchestrator(world, id);
    if (host.engine.power_off_after) {
        host.engine.power_off_after = false;
        stage_after(world, id, Duration{}, kStageHostDown);
    } else if (host.engine.restart_after_stop) {
        host.engine.restart_after_stop = false;
        start_engine(world, id);
    } else if (host.engine.unit_restarts) {
        stage_after(world, id, kUnitRestart, kStageUnitStart);
    } else if (!host.engine.queued.empty()) {
        start_engine(world, id);
    }
}

// The network, ports and mounts of a container without a process; nothing tells of it (moby restore:
// Cleanup while there is no network controller yet).
void release_resources(World& world, ContainerId container) {
    release_endpoints(world, container);
    unbind_ports(world, container);
    release_volumes(world, container);
}

// Brings the engine's view of a container that ended unseen in line with the truth. No event tells of
// it (moby restore: SetStopped).
void settle_dead(World& world, ContainerId container) {
    Container& c = world.container(container);
    ContainerDetail& d = *c.detail;
    // A container in back-off has no task: its status is taken as 0 (moby restore, process == nil).
    c.exit_code = c.state == ContainerState::Restarting ? 0 : d.pending_exit_code;
    // containerd remembers when a task ended while nobody listened; of one lost with its host it knows
    // nothing (moby restore, restoredProcess.Delete).
    c.finished = c.state == ContainerState::Restarting || d.pending_end == Time{} ? world.kernel.now() : d.pending_end;
    c.state = ContainerState::Exited;
    d.host_pid = 0;
    d.health.status = d.health_check ? HealthStatus::Unhealthy : HealthStatus::None;
    const PolicyOutput output{ExitDecision::EngineStopping, c.backoff};
    const Subject subject(SubjectType::Container, container.value);
    c.last_fact = world.kernel.record(kFactContainerFoundDead, subject, c.name, world.image_of(c), c.exit_code, ExitHow::Exited, d.pending_signal, output.decision, c.finished - c.started, output.backoff, c.restart_count);
    world.kernel.set_cause(c.last_fact);
    release_resources(world, container);
}

// A container that runs on under live-restore and is removed by its own wish is killed; its end does
// the rest.
void remove_unwanted(World& world, ContainerId container) {
    const Container& c = world.container(container);
    if (c.counts_as_running()) {
        signal_container(world, container, shell::kSigKill);
    } else {
        destroy_container(world, container, true);
    }
}

// What a new restart manager says of a container that an engine finds at its start (moby ShouldRestart).
PolicyOutput ask_new_manager(const Host& host, const Container& c) {
    return apply_restart_policy({.policy = c.policy,
                                 .maximum_retries = c.maximum_retries,
                                 .restarts = c.restart_count,
                                 .backoff = {},
                                 .exit_code = c.exit_code,
                                 .ran = host.stamped(c.finished) - host.stamped(c.started),
                                 .manually_stopped = c.manually_stopped,
                                 .cancelled = false});
}

// What runs on under live-restore gets a new restart manager too (moby ResetRestartManager(false)): the
// count is kept, and a cancellation is forgotten. It is asked once, though there is nothing to start, so
// its first delay is spent, and of on-failure's attempts none, as what runs has status 0.
void renew_policy(const Host& host, Container& c) {
    const PolicyOutput output = ask_new_manager(host, c);
    c.policy_restarts = c.restart_count + (output.decision == ExitDecision::Restart ? 1 : 0);
    c.backoff = output.backoff;
    c.policy_cancelled = false;
}

bool wanted_at_start(const World& world, const Container& c) {
    return c.ever_started && c.state == ContainerState::Exited && ask_new_manager(world.host(c.host), c).decision == ExitDecision::Restart;
}

void try_startup_done(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    if (engine.startup_done || !engine.starting.empty()) return;
    engine.startup_done = true;
    stage_after(world, id, kEngineReady, kStageReady);
}

// All starts go on at once and share the processors. Which is through first is chance; each is given
// the mean, and the last of them ends the start-up.
void start_wanted(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    engine.restored = true;
    std::vector<ContainerId> wanted;
    std::vector<ContainerId> to_remove;
    std::int64_t ended_since_start = 0;  // with it, or found dead by it
    for (const ContainerId container : containers_of(world, id)) {
        Container& c = world.container(container);
        if (!c.detail) continue;
        if (c.ever_started && c.finished >= world.host(id).next_restore_start) ++ended_since_start;
        if (wanted_at_start(world, c)) {
            if (!waits_for_swarm(world, container)) wanted.push_back(container);
        } else if (world.spec(c).auto_remove) {
            to_remove.push_back(container);
        }
    }
    for (const ContainerId container : to_remove) remove_unwanted(world, container);
    const Duration stale = overhead::kStaleSandbox * ended_since_start;
    const Duration share = kRestoreShare * static_cast<std::int64_t>(std::max<std::size_t>(wanted.size(), 1) - 1);
    std::reverse(wanted.begin(), wanted.end());  // oldest first
    for (const ContainerId container : wanted) {
        engine.starting.insert(container);
        stage_after(world, id, stale + share / 2, kStageStartOne, container);
    }
    engine.starting.insert(kAllStarts);
    stage_after(world, id, stale + share, kStageStartsOver);
}

void restore(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    const FactId cause = world.kernel.cause();
    for (const ContainerId container : containers_of(world, id)) {
        Container& c = world.container(container);
        if (!c.detail) continue;
        world.kernel.set_cause(cause);
        if (!c.counts_as_running()) {
            release_resources(world, container);  // of a start or a cleanup that the old engine left half done
            continue;
        }
        if (!c.process_alive) {
            settle_dead(world, container);
        } else if (!engine.live_restore) {
            take_down(world, id, container);
        } else {
            renew_policy(world.host(id), c);
        }
    }
    world.kernel.set_cause(cause);
    if (engine.going_down.empty()) start_wanted(world, id);
}

// Second by second, so that nothing is ahead once it serves.
void wait_for_swarm(World& world, HostId id, std::uint32_t seconds_left) {
    if (seconds_left == 0) return open_api(world, id);
    stage_after(world, id, seconds(1), kStageApiOpens, ContainerId{seconds_left - 1});
}

void engine_ready(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    engine.state = EngineState::Running;
    engine.starting.insert(kAllStarts);
    if (!engine.orchestrated) {
        open_api(world, id);
    } else {
        if (const FactId starting = last_fact_of(world, id, kFactEngineStarting)) world.kernel.set_cause(starting);
        wait_for_swarm(world, id, kSwarmConnectSeconds);
    }
    tell_orchestrator(world, id);
}

void boot(World& world, HostId id) {
    Host& host = world.host(id);
    host.up = true;
    ++host.boots;
    world.kernel.set_cause(world.kernel.record(kFactHostUp, subject_of(id), host_name(world, id), world.kernel.intern("booted")));
    world.network.set_node_up(host.node, true);
    host.engine.socket_listens = true;
    start_engine(world, id);
}

}  // namespace

bool api_waits(const World& world, HostId host) {
    const Engine& engine = world.host(host).engine;
    return engine.state == EngineState::Running && engine.starting.contains(kAllStarts);
}

bool socket_holds(const World& world, HostId host) {
    const Engine& engine = world.host(host).engine;
    return world.host(host).up && engine.socket_listens && engine.state != EngineState::Running && engine.state != EngineState::Frozen;
}

void hold_socket(World& world, HostId host) { world.host(host).engine.socket_listens = true; }

void activate_by_socket(World& world, HostId id) {
    const Engine& engine = world.host(id).engine;
    if (!socket_holds(world, id) || engine.state != EngineState::Stopped || engine.unit_restarts) return;  // a start waits for a restart that is planned
    start_engine(world, id);
}

void restart_unit_after_end(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    hold_socket(world, id);
    engine.unit_restarts = true;
    if (engine.state == EngineState::Stopped) stage_after(world, id, kUnitRestart, kStageUnitStart);
}

// dockerd starts the containers that need the swarm's networks, and then serves (cmd/dockerd/daemon.go, RestartSwarmContainers).
void open_api(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    const bool waited = engine.state == EngineState::Running || engine.state == EngineState::Frozen;
    if (!waited || engine.starting.erase(kAllStarts) == 0) return;
    const FactId starting = engine.orchestrated ? last_fact_of(world, id, kFactEngineStarting) : FactId{};
    CauseScope scope(world.kernel, starting ? starting : world.kernel.cause());
    record(world, id, kFactEngineUp);
    for (const ContainerId container : containers_of(world, id)) {
        const Container& c = world.container(container);
        if (c.detail && waits_for_swarm(world, container) && wanted_at_start(world, c)) stage_after(world, id, {}, kStageStartOne, container);
    }
    if (engine.state == EngineState::Running) take_up_requests(world, id);
}

bool engine_answers(const World& world, HostId host) {
    return world.host(host).up && world.host(host).engine.state == EngineState::Running;
}

bool engine_notices(const World& world, HostId host) {
    const EngineState state = world.host(host).engine.state;
    return world.host(host).up && (state == EngineState::Running || state == EngineState::Stopping || state == EngineState::Starting);
}

void stop_engine(World& world, HostId id, bool restart_after, bool socket_stays) {
    Host& host = world.host(id);
    Engine& engine = host.engine;
    if (!socket_stays) close_socket(world, id);
    engine.unit_restarts = false;
    engine.pending_signal = 0;
    if (!host.up || engine.state == EngineState::Stopped || engine.state == EngineState::Stopping) {
        // systemd: the later job takes the place of one that waits.
        host.engine.restart_after_stop = false;
        // Who waited for a planned restart is found at the socket now.
        if (restart_after || (engine.state == EngineState::Stopped && !engine.queued.empty())) start_engine(world, id);
        return;
    }
    if (engine.state == EngineState::Frozen) thaw_engine(world, id);
    make_all_whole(world, id);
    const bool has_looked = engine.state != EngineState::Starting || engine.restored;
    engine.state = EngineState::Stopping;
    engine.restart_after_stop = restart_after;
    ++engine.serial;
    engine.going_down.clear();
    engine.starting.clear();
    const FactId cause = record(world, id, kFactEngineStopping);
    tell_orchestrator(world, id);
    if (!engine.live_restore) {
        for (const ContainerId container : containers_of(world, id)) {
            const Container& c = world.container(container);
            world.kernel.set_cause(cause);
            // Of one that ended while there was no engine nobody will hear: the next start finds it dead.
            if (!has_looked && !c.process_alive) continue;
            if (c.detail && (c.counts_as_running() || c.detail->start_stage != 0)) {
                take_down(world, id, container);
                if (world.spec(c).of_agent && c.counts_as_running()) stage_after(world, id, kOwnStop, kStageOwnStop, container);
            } else if (c.detail && world.spec(c).of_agent && !c.detail->locked_by_engine) {
                // An agent that ends in good order takes its containers with it (swarmkit, Node.Stop: agent.Leave).
                destroy_container(world, container, true);
            }
        }
    }
    world.kernel.set_cause(cause);
    if (engine.going_down.empty() && engine.starting.empty()) stage_after(world, id, kEngineStopTail, kStageGone);
}

void kill_engine(World& world, HostId id, bool socket_stays) {
    Host& host = world.host(id);
    if (!host.up) return;
    if (!socket_stays) close_socket(world, id);
    host.engine.unit_restarts = false;
    host.engine.pending_signal = 0;
    host.engine.restart_after_stop = false;
    if (host.engine.state == EngineState::Stopped) return;
    if (!host.frozen) host.held.clear();  // what it had on its way when SIGSTOP stopped it
    make_all_whole(world, id);
    host.engine.state = EngineState::Stopped;
    host.engine.crashed = true;
    ++host.engine.serial;
    host.engine.going_down.clear();
    host.engine.starting.clear();
    drop_requests(world, id);
    forget_engine_memory(world, id);
    record(world, id, kFactEngineCrashed);
    tell_orchestrator(world, id);
    if (std::exchange(host.engine.power_off_after, false)) stage_after(world, id, Duration{}, kStageHostDown);  // a reboot goes on
}

void start_engine(World& world, HostId id) {
    Host& host = world.host(id);
    // systemd: a start that comes while the unit stops is done after it.
    if (host.up && host.engine.state == EngineState::Stopping) host.engine.restart_after_stop = true;
    if (!host.up || host.engine.state != EngineState::Stopped) return;
    host.engine.unit_restarts = false;
    make_all_whole(world, id);  // their addresses are given, whatever the file says of docker0
    host.engine.refused = daemon_file_mistake(world, id);
    if (!host.engine.refused.empty()) {
        // systemd would try twice more within a few seconds, with the same end; then it closes the socket, too.
        close_socket(world, id);
        world.kernel.record(kFactEngineRefused, subject_of(id), host_name(world, id), world.kernel.intern(host.engine.refused));
        return;
    }
    host.engine.state = EngineState::Starting;
    ++host.engine.serial;
    host.engine.restored = false;
    host.engine.startup_done = false;
    host.engine.pid = host.next_pid++;
    host.engine.started = world.kernel.now();
    host.next_restore_start = world.kernel.now();
    host.engine.pools.restart_engine();
    host.engine.port_table.restart_engine();
    record(world, id, kFactEngineStarting);
    read_daemon_file(world, id);
    set_up_networks(world, id);
    std::int64_t present = 0;
    std::int64_t shims = 0;
    for (const ContainerId container : containers_of(world, id)) {
        const Container& c = world.container(container);
        present += c.detail ? 1 : 0;
        shims += c.process_alive && c.detail ? 1 : 0;
    }
    stage_after(world, id, overhead::kEngineBoot + overhead::kLoadContainer * present + overhead::kShimReconnect * shims, kStageRestore);
}

void freeze_engine(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    if (engine.state != EngineState::Running) return;
    engine.state = EngineState::Frozen;
    tell_orchestrator(world, id);
}

bool hold_while_frozen(World& world, HostId id, const Event& event) {
    Host& host = world.host(id);
    if (host.engine.state != EngineState::Frozen) return false;
    host.held.push_back(event);
    return true;
}

void thaw_engine(World& world, HostId id) {
    Engine& engine = world.host(id).engine;
    if (engine.state != EngineState::Frozen) return;
    engine.state = EngineState::Running;
    tell_orchestrator(world, id);
    if (!world.host(id).frozen) {  // else with the host, when it goes on
        for (const Event& event : std::exchange(world.host(id).held, {})) {
            CauseScope scope(world.kernel, event.cause);
            world.kernel.schedule({}, event.phase(), event.kind, event.subject, event.word, event.extra);
        }
    }
    take_up_requests(world, id);
    if (const int signal = std::exchange(world.host(id).engine.pending_signal, 0)) signal_engine(world, id, signal);
}

namespace {

void go_down(World& world, HostId id, const char* reason) {
    thaw_host(world, id);
    Host& host = world.host(id);
    host.up = false;
    host.engine.socket_listens = false;
    host.engine.unit_restarts = false;
    host.engine.pending_signal = 0;
    host.engine.power_off_after = false;
    host.engine.restart_after_stop = false;
    host.engine.state = EngineState::Stopped;
    host.engine.crashed = true;
    ++host.engine.serial;
    host.engine.going_down.clear();
    host.engine.starting.clear();
    drop_requests(world, id);
    forget_engine_memory(world, id);
    lose_outlines(world, id);
    end_processes_of(world, id, {});
    for (const ContainerId container : containers_of(world, id)) {
        Container& c = world.container(container);
        if (!c.process_alive || !c.detail) continue;
        c.process_alive = false;
        c.detail->main = {};
        c.detail->memory_bytes = 0;
        c.detail->pending_exit_code = kLostWithHost;
        c.detail->pending_signal = 0;
        c.detail->pending_end = {};
        c.detail->oom_pending = false;
    }
    world.network.set_node_up(host.node, false);
    world.kernel.set_cause(world.kernel.record(kFactHostDown, subject_of(id), host_name(world, id), world.kernel.intern(reason)));
    tell_orchestrator(world, id);
}

}  // namespace

void power_off(World& world, HostId id) {
    Host& host = world.host(id);
    if (host.up) {
        go_down(world, id, "power loss");
    } else {
        ++host.engine.serial;  // it was about to boot
    }
}

void power_on(World& world, HostId id) {
    Host& host = world.host(id);
    if (host.up) return;
    ++host.engine.serial;
    stage_after(world, id, kHostBoot, kStageHostUp);
}

void reboot_host(World& world, HostId id) {
    Host& host = world.host(id);
    if (!host.up) return;
    host.engine.power_off_after = true;
    if (host.engine.state == EngineState::Stopped) {
        host.engine.power_off_after = false;
        stage_after(world, id, Duration{}, kStageHostDown);
        return;
    }
    stop_engine(world, id, false);
}

void engine_progress(World& world, HostId id, ContainerId container) {
    Engine& engine = world.host(id).engine;
    const bool was_starting = engine.starting.erase(container) > 0;
    if (was_starting && engine.starting.empty() && engine.state == EngineState::Starting) {
        try_startup_done(world, id);
        return;
    }
    const Container& c = world.container(container);
    if (engine.state == EngineState::Stopping && was_starting && c.counts_as_running()) {
        CauseScope scope(world.kernel, last_fact_of(world, id, kFactEngineStopping));
        take_down(world, id, container);
        return;
    }
    if (!was_starting) {
        if (c.counts_as_running() || engine.going_down.erase(container) == 0) return;
        record_container_event(world, container, kFactContainerStop);
        if (was_stopped_twice(world, id, container)) record_container_event(world, container, kFactContainerStop);
    }
    if (!engine.going_down.empty()) return;
    if (engine.state == EngineState::Stopping && engine.starting.empty()) stage_after(world, id, kEngineStopTail, kStageGone);
    if (engine.state == EngineState::Starting && !was_starting) start_wanted(world, id);
}

void publish_event(World& world, HostId id, FactId fact) {
    Engine& engine = world.host(id).engine;
    engine.events.push_back(fact);
    if (engine.events.size() > kMostKeptEvents) {
        engine.events.erase(engine.events.begin(), engine.events.begin() + kMostKeptEvents / 2);
    }
    for (const RequestId key : std::vector<RequestId>(engine.event_requests)) {
        if (Request* request = world.requests.find(key)) feed_event(world, *request, fact);
    }
}

void handle_engine_event(World& world, const Event& event) {
    const HostId id{event.subject};
    Host& host = world.host(id);
    if (host.engine.serial != event.extra) return;
    const ContainerId container{static_cast<std::uint32_t>(event.word >> 8)};
    switch (event.word & 0xFF) {
        case kStageKillLate:
            if (host.engine.going_down.contains(container) && world.container(container).process_alive) {
                signal_container(world, container, shell::kSigKill);
            }
            return;
        case kStageOwnStop:
            if (host.engine.going_down.contains(container)) signal_container(world, container, stop_signal_of(world, container));
            return;
        case kStageGone: engine_gone(world, id); return;
        case kStageRestore: restore(world, id); return;
        case kStageStartOne:
            if (world.container(container).state != ContainerState::Exited) return;
            world.detail(container).locked_by_engine = true;
            begin_start(world, container, StartReason::EngineStart, true, {});
            return;
        case kStageStartsOver:
            host.engine.starting.erase(kAllStarts);
            try_startup_done(world, id);
            return;
        case kStageReady: engine_ready(world, id); return;
        case kStageApiOpens:
            if (host.engine.starting.contains(kAllStarts)) wait_for_swarm(world, id, container.value);
            return;
        case kStageUnitStart:
            if (host.engine.unit_restarts) start_engine(world, id);
            return;
        case kStageHostDown:
            go_down(world, id, "reboot");
            power_on(world, id);
            return;
        case kStageHostUp:
            if (!host.up) boot(world, id);
            return;
        default: PODIUM_ASSERT(false, "an engine's life has known stages");
    }
}

HostId add_host(World& world, HostSpec spec) {
    Host host;
    host.node = world.network.add_host(spec.name);
    host.spec = std::move(spec);
    world.hosts.push_back(std::move(host));
    const HostId id{static_cast<std::uint32_t>(world.hosts.size())};
    add_predefined_networks(world, id);
    return id;
}

}  // namespace podium::model
