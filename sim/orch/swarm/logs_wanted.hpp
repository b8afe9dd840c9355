#pragma once

// What GET /services/ID/logs and /tasks/ID/logs ask for, read from their query.

#include <cstdint>
#include <string>

#include "sim/orch/swarm/objects.hpp"

namespace podium::swarm {

struct LogsWanted {
    ServiceId service;  ///< All tasks of this service,
    TaskId task;        ///< or this one.
    bool standard_output = false;
    bool standard_error = false;
    bool follow = false;
    bool timestamps = false;
    bool details = false;
    bool terminal = false;   ///< Its containers have one: the lines come without frames.
    std::int64_t tail = -1;  ///< Of each task; -1: all.
    std::string since;       ///< As it was given; empty: from the beginning.

    /// swarmkit's LogSelector.
    [[nodiscard]] bool selects(TaskId id, const Task& row) const { return task ? id == task : row.service == service; }
};

}  // namespace podium::swarm
