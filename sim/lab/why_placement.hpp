#pragma once

// A swarm's decision where a task goes, made again on copies for those who ask why: what the
// scheduler says of each node, and the nearest changes that would place a task that waits.

#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::lab {

/// A line of the table of nodes. A node that several filters refuse has as many lines, the others
/// without its name.
struct NodeAnswer {
    std::string node;
    std::string filter;    ///< That refuses it, or the policy that does; empty: it takes the task.
    std::string words;     ///< The filter's figures, or what the node has.
    bool shunned = false;  ///< It comes last, for what failed there of late.
    bool chosen = false;   ///< It got the task: on the first of its lines, in words of the past.

    bool operator==(const NodeAnswer&) const = default;
};

/// The nodes a task could go to (those of its own when it is bound to one) as its swarm's leader
/// knows them, and what each filter says, and then the policy by which tasks are placed, if there is
/// one: of tasks that are bound to no node. `taken`: the node it got, in words of the past; none: it
/// waits.
std::vector<NodeAnswer> ask_nodes(const swarm::SwarmRow& swarm,
                                  const scheduler::Policy* policy,
                                  const swarm::Task& task,
                                  swarm::NodeId taken,
                                  Time now);

/// A table of `width` columns at most (0: no limit); many nodes of which the same is said are put
/// together.
std::string nodes_text(std::vector<NodeAnswer> answers, std::size_t width);

/// Changes that would place the task, the nearest first, each with the command that makes it where
/// there is one. Every one was tried. Empty when a node takes it as things are, or nothing that is
/// known would help.
std::vector<std::string> ways_to_place(const swarm::SwarmRow& swarm, const swarm::Task& task);

}  // namespace podium::lab
