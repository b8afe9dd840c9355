#include "sim/orch/swarm/hosts/facts.hpp"

namespace podium::swarm {

const FactTable& swarm_host_facts() {
    constexpr FieldType kText = FieldType::Text;
    constexpr FieldType kInteger = FieldType::Integer;
    static const FactTable kTable = {
        {kFactSwarmFormed, "swarm.formed", {{"node", kText}}},
        // role: a Role.
        {kFactNodeJoined, "swarm.node_joined", {{"node", kText}, {"role", kInteger}}},
        {kFactNodeLeft, "swarm.node_left", {{"node", kText}}},
        // state: a NodeState.
        {kFactNodeState, "swarm.node_state", {{"node", kText}, {"state", kInteger}, {"message", kText}}},
        {kFactNodeRole, "swarm.node_role", {{"node", kText}, {"role", kInteger}}},
        {kFactSessionLost, "swarm.session_lost", {{"node", kText}, {"reason", kInteger}}},
        {kFactTaskRefused, "swarm.task_refused", {{"task", kText}, {"node", kText}, {"error", kText}}},
    };
    return kTable;
}

}  // namespace podium::swarm
