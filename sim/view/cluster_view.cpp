#include "sim/view/cluster_view.hpp"

namespace podium::view {

std::string_view phase_name(Phase phase) {
    switch (phase) {
        case Phase::Pending: return "waits for a node";
        case Phase::Pulling: return "is being prepared";
        case Phase::Created: return "created";
        case Phase::Starting: return "starting";
        case Phase::Running: return "running";
        case Phase::Unhealthy: return "unhealthy";
        case Phase::Paused: return "paused";
        case Phase::BackOff: return "waits for its restart";
        case Phase::Stopping: return "stopping";
        case Phase::OutOfMemory: return "killed, out of memory";
        case Phase::Failed: return "failed";
        case Phase::Exited: return "exited";
        case Phase::Lost: return "lost";
    }
    return {};
}

}  // namespace podium::view
