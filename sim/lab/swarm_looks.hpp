#pragma once

// What a swarm's managers agree on at this instant, read without asking them: for comparing a run with
// recorded tasks and nodes. Reads only.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::lab {

struct TaskLook {
    std::string id;       ///< 12 characters.
    std::string service;  ///< Its name.
    int slot = 0;         ///< 0: of a global service.
    std::string host;     ///< Of its node; empty without one.
    std::string state;
    std::string desired;
    Time since{};         ///< Of the state.
    std::string error;
    std::optional<int> exit_code;

    bool operator==(const TaskLook&) const = default;
};

/// A state that a task has come to on its host, also one that managers have not heard of because it was over
/// within a batch of reports.
struct PassedLook {
    std::string id;  ///< Of the task: 12 characters.
    std::string state;
    Time since{};
};

struct NodeLook {
    std::string id;  ///< 25 characters.
    std::string name;
    std::string state;
    std::string availability;
    std::string role;
    bool leader = false;

    bool operator==(const NodeLook&) const = default;
};

struct UpdateLook {
    std::string service;
    std::string state;  ///< "updating"; empty without an update.
    std::string message;

    bool operator==(const UpdateLook&) const = default;
};

/// The swarm that was begun last; empty when there is none.
struct SwarmLook {
    std::vector<TaskLook> tasks;
    std::vector<PassedLook> passed;
    std::vector<NodeLook> nodes;
    std::vector<UpdateLook> updates;
};
SwarmLook look_at_swarm(const Session& session);

/// Another number whenever what look_at_swarm() tells may be another.
std::uint64_t swarm_version(const Session& session);

}  // namespace podium::lab
