#pragma once

// The kinds of facts of nodes, agents and membership. The subject is the node (by its number in the
// store) or, while there is none yet, the host; the first field is the host's name.

#include "sim/orch/swarm/facts.hpp"

namespace podium::swarm {

enum SwarmHostFact : FactKind {
    kFactSwarmFormed = kFactHosts,  ///< docker swarm init.
    kFactNodeJoined,                ///< A node is part of the swarm: it has its certificate.
    kFactNodeLeft,                  ///< docker swarm leave.
    kFactNodeState,                 ///< What the leader takes a node for has changed.
    kFactNodeRole,                  ///< Its role has changed.
    kFactSessionLost,               ///< An agent has lost its manager.
    kFactTaskRefused,               ///< An agent could not run a task, and no container tells why.
};

/// Field `reason` of swarm.session_lost.
enum class SessionLoss : std::uint32_t {
    Refused,   ///< The manager's process is gone, or leads no more.
    Silence,   ///< No answer for 5 s.
    Unknown,   ///< The manager does not know the session: it took the node for down.
};

const FactTable& swarm_host_facts();

}  // namespace podium::swarm
