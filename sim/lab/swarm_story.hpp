#pragma once

// What the facts tell of a swarm's task: which led to how it stands, which task it replaces and
// where that one was. Reads the journal and the store; decides nothing.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/lab/session.hpp"
#include "sim/view/explain.hpp"

namespace podium::lab {

/// The scheduler's decision that gave a task its node, as the facts have it.
struct Assignment {
    Time time{};
    std::vector<std::string> placed_before;  ///< "web.1 to moe": what it gave away in that moment before it.
    FactId fact = {};
};

/// The last one of a task of that number and name ("web.2", as facts have it), by the name of its node. None: the facts that are
/// kept tell of none.
std::optional<Assignment> assignment_of(const model::World& world,
                                        swarm::TaskId task,
                                        const std::string& name,
                                        const std::string& node);

struct TaskStory {
    swarm::TaskId task;
    std::vector<view::Explanation::Step>
        steps;                     ///< From the first cause to the last thing that happened to it.
    std::optional<Assignment> assigned;  ///< By which it got its node.
    std::string
        node_before;  ///< Of the task it replaces; empty: it replaces none, or that one had none.
    std::string data_on;  ///< Where the last task of its slot before it was that no agent refused; empty: there was none.
    bool lost_node =
        false;  ///< It replaces one whose node was lost, drained, removed or unsuitable.
    bool old_runs_on = false;  ///< That one's container still runs, whatever the leader thinks.
    std::size_t replaced_after_end =
        0;  ///< How often its slot's tasks were replaced for they had ended, of any version of the service.
    std::size_t replaced_of_version = 0;  ///< Those of them that were made since its service last changed what tasks are to be.
    bool given_up = false;   ///< It ended and is not replaced.
    std::string last_words;  ///< Of the last container on the way that ended in failure.
    bool port_taken =
        false;  ///< On the way a container could not start, for its port of the host is taken.
    std::string pull_failed;  ///< A sentence: the pull on the way that failed.
};

/// Requires a task of that store.
TaskStory story_of(const SimState& state, const swarm::SwarmRow& row, swarm::TaskId id);

/// When a task that waits for its restart delay may start; none when it waits for none.
std::optional<Time> start_due(const model::World& world,
                              const swarm::Store& store,
                              swarm::TaskId id);
Duration delay_of(const swarm::TaskRestartPolicy& policy);

/// The last fact by a moment about a service, about a task called so ("web.2"), and that a service
/// called so (or one of a stack whose file calls it so) was removed, if there is none of that name
/// again; 0: none.
FactId last_about_service(const model::World& world, const std::string& service, Time until);
FactId last_about_task(const model::World& world, const std::string& task, Time until);
FactId last_removal(const model::World& world, const std::string& name, Time until);

/// What led to a fact, in lines.
std::string chain_text(const model::World& world, FactId last, std::size_t width);

}  // namespace podium::lab
