// A host's clock, and hosts that stand still as a whole.

#include <utility>

#include "sim/model/engine.hpp"
#include "sim/model/engine_state.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/processor.hpp"

namespace podium::model {
namespace {

HostId host_of_process(const World& world, ProcessId id) {
    const Process* process = world.processes.find(id);
    return process == nullptr ? HostId{} : process->host;
}

/// The host on which an event happens; none for one that is of no host, or whose row is gone.
HostId host_of_event(const World& world, const Event& event) {
    const std::uint32_t generation = static_cast<std::uint32_t>(event.word);
    switch (event.kind) {
        case kEventProcessStep: return host_of_process(world, ProcessId{event.subject, generation});
        case kEventRequest: {
            const Request* request = world.requests.find(RequestId{event.subject, generation});
            return request == nullptr ? HostId{} : request->spec.host;
        }
        case kEventContainerBackoffOver:
        case kEventContainerStartStage:
        case kEventContainerExitNoticed:
        case kEventContainerExitStage:
        case kEventContainerBulkExit:
        case kEventHealthDue:
        case kEventHealthTimeout: return world.container(ContainerId{event.subject}).host;
        case kEventEngineStage: return HostId{event.subject};
        case kEventExchange:
        case kEventExchangeTimeout: return exchange_event_host(world, event);
        case kEventTraffic: return traffic_event_host(world, event);
        default: return {};
    }
}

bool is_of_model(const Event& event) { return (event.kind & 0xFF00) == kRoomModel; }

}  // namespace

std::string_view engine_state_name(EngineState state) {
    switch (state) {
        case EngineState::Running: return "running";
        case EngineState::Stopping: return "stopping";
        case EngineState::Stopped: return "stopped";
        case EngineState::Starting: return "starting";
        case EngineState::Frozen: return "frozen";
    }
    return {};
}

std::string_view engine_standing(const Host& host) {
    return engine_state_name(host.frozen ? EngineState::Frozen : host.engine.state);
}

World::World(std::uint64_t seed) : kernel(seed) {}
World::World(const World&) = default;
World::World(World&&) noexcept = default;
World& World::operator=(const World&) = default;
World& World::operator=(World&&) noexcept = default;
World::~World() = default;

void set_clock_skew(World& world, HostId id, Duration skew) {
    Host& host = world.host(id);
    if (skew == host.clock_skew) return;
    host.clock_skew = skew;
    host.clock_steps.push_back({world.kernel.now(), skew});
}

bool hold_event(World& world, const Event& event) {
    const HostId id = host_of_event(world, event);
    if (!id || !world.host(id).frozen) return false;
    world.host(id).held.push_back(event);
    return true;
}

void freeze_host(World& world, HostId id) {
    Host& host = world.host(id);
    if (!host.up || host.frozen) return;
    host.frozen = true;
    if (world.orchestrated) world.outbox.engines.push_back(id);
    ++world.frozen_hosts;
    host.frozen_since = world.kernel.now();
    share_processor(world, id);  // takes everyone off the processor, with what is left to do
    // What its engine holds, stopped by a signal, comes after it.
    const std::vector<Event> of_engine = std::exchange(host.held, {});
    host.held = world.kernel.take_out([&](const Event& event) { return is_of_model(event) && host_of_event(world, event) == id; });
    host.held_ahead = host.held.size();
    host.held.insert(host.held.end(), of_engine.begin(), of_engine.end());
    update_downlink(world, id);
}

void thaw_host(World& world, HostId id) {
    Host& host = world.host(id);
    if (!host.frozen) return;
    const Time now = world.kernel.now();
    const Duration stood_still = now - host.frozen_since;
    host.frozen = false;
    if (world.orchestrated) world.outbox.engines.push_back(id);
    --world.frozen_hosts;
    set_clock_skew(world, id, host.clock_skew - stood_still);
    std::size_t ahead = std::exchange(host.held_ahead, 0);
    for (const Event& event : std::exchange(host.held, {})) {
        // What was ahead when it froze comes as much later; what came in meanwhile comes now.
        Time at = now;
        if (ahead > 0) {
            --ahead;
            at = stood_still < kNever - event.time ? event.time + stood_still : kNever - nanoseconds(1);
        }
        CauseScope scope(world.kernel, event.cause);
        world.kernel.schedule_at(at, event.phase(), event.kind, event.subject, event.word, event.extra);
    }
    update_downlink(world, id);
    share_processor(world, id);
    for (const ProcessId process : world.processes.keys()) {
        if (host_of_process(world, process) == id) resume_process(world, process);
    }
}

}  // namespace podium::model
