#pragma once

// GET /events with what an orchestrator tells besides the engine's own events: dockerd has both in one list, and so
// shows them in the order of their times. Where somebody orchestrates, he opens the stream (the outbox has the request),
// so that he can add what he has kept.

#include <string>
#include <vector>

#include "sim/model/request.hpp"

namespace podium::model {

/// An event of an orchestrator's, as JSON without a newline.
struct ToldEvent {
    Time time;
    std::string line;
};

/// Opens the stream: first what has happened since the moment that is asked for. `told` is in order of time.
void begin_events(World& world, RequestId request, const std::vector<ToldEvent>& told);
/// Something new, to all who listen to a host's engine.
void tell_event(World& world, HostId host, const std::string& line);

}  // namespace podium::model
