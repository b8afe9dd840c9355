#pragma once

// What a manager's engine tells in GET /events of what changes in its store: moby 20.10, daemon/events.go. It is kept as
// the rows were, and written out when somebody listens.

#include <optional>
#include <string>

#include "sim/orch/swarm/store.hpp"

namespace podium::swarm {

struct StoreEvent {
    Kind kind = Kind::Node;
    Touched::How how = Touched::How::Updated;
    AnyRow before;  ///< Of what was updated.
    AnyRow after;   ///< Of what was removed, what it was last.
    Time time;      ///< The object's own stamp; of what is removed, the moment.
};

/// None: tasks and the cluster have no events. `after` is the store once the change has applied, at `now`.
std::optional<StoreEvent> store_event(const Store& after, const Touched& touched, Time now);
/// JSON, with "scope" "swarm".
std::string event_line(const StoreEvent& event);

}  // namespace podium::swarm
