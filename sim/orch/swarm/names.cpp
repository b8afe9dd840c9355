#include "sim/orch/swarm/names.hpp"

namespace podium::swarm {

std::string_view node_state_name(NodeState state) {
    switch (state) {
        case NodeState::Unknown:
            return "unknown";
        case NodeState::Down:
            return "down";
        case NodeState::Ready:
            return "ready";
        case NodeState::Disconnected:
            return "disconnected";
    }
    return "";
}

std::string_view availability_name(Availability availability) {
    switch (availability) {
        case Availability::Active:
            return "active";
        case Availability::Pause:
            return "pause";
        case Availability::Drain:
            return "drain";
    }
    return "";
}

std::string_view role_name(Role role) {
    return role == Role::Manager ? "manager" : "worker";
}

std::string_view update_state_name(UpdateState state) {
    switch (state) {
        case UpdateState::None:
            return "";
        case UpdateState::Updating:
            return "updating";
        case UpdateState::Paused:
            return "paused";
        case UpdateState::Completed:
            return "completed";
        case UpdateState::RollbackStarted:
            return "rollback_started";
        case UpdateState::RollbackPaused:
            return "rollback_paused";
        case UpdateState::RollbackCompleted:
            return "rollback_completed";
    }
    return "";
}

std::string_view mode_name(ModeKind mode) {
    switch (mode) {
        case ModeKind::Replicated:
            return "replicated";
        case ModeKind::Global:
            return "global";
        case ModeKind::ReplicatedJob:
            return "replicated-job";
        case ModeKind::GlobalJob:
            return "global-job";
    }
    return "";
}

}  // namespace podium::swarm
