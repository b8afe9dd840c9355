// The events of this room go to the part that they are about.

#include <algorithm>
#include <span>

#include "sim/base/assert.hpp"
#include "sim/model/container.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/health.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/process.hpp"
#include "sim/model/request.hpp"
#include "sim/model/traffic.hpp"

namespace podium::model {
namespace {

constexpr bool is_about_container(EventKind kind) { return kind >= kEventContainerBackoffOver && kind <= kEventContainerBulkExit; }

// A row is anywhere in memory, and waiting for it is most of what an event of a container costs where there are a million: those of
// the next few events are sent for. (`podium bench churn`: with a million containers twice as many events a second.)
void fetch_ahead(World& world) {
    constexpr std::size_t kMostFetched = 64;
    constexpr std::size_t kLine = 64;
    const std::span<const Event> near = world.kernel.take_just_come_near();
    for (const Event& event : near.first(std::min(near.size(), kMostFetched))) {
        if (!is_about_container(event.kind)) continue;
        const char* row = reinterpret_cast<const char*>(&world.container(ContainerId{event.subject}));
        for (std::size_t at = 0; at < sizeof(Container); at += kLine) __builtin_prefetch(row + at, 1);
    }
}

}  // namespace

void handle_model_event(World& world, const Event& event) {
    fetch_ahead(world);
    if (world.frozen_hosts > 0 && hold_event(world, event)) return;
    switch (event.kind) {
        case kEventProcessStep:
            handle_process_step(world, ProcessId{event.subject, static_cast<std::uint32_t>(event.word)}, event.extra);
            return;
        case kEventRequest:
            advance_request(world, RequestId{event.subject, static_cast<std::uint32_t>(event.word)}, event.extra);
            return;
        case kEventContainerBackoffOver:
        case kEventContainerStartStage:
        case kEventContainerExitNoticed:
        case kEventContainerExitStage:
        case kEventContainerBulkExit: handle_container_event(world, event); return;
        case kEventHealthDue:
        case kEventHealthTimeout: handle_health_event(world, event); return;
        case kEventEngineStage: handle_engine_event(world, event); return;
        case kEventTransfer: handle_transfer_event(world, event); return;
        case kEventExchange:
        case kEventExchangeTimeout: handle_exchange_event(world, event); return;
        case kEventTraffic: handle_traffic_event(world, event); return;
        default: PODIUM_ASSERT(false, "an event of the model has a known kind");
    }
}

}  // namespace podium::model
