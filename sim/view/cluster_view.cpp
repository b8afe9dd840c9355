#include "sim/view/cluster_view.hpp"

#include <algorithm>
#include <utility>

#include "sim/model/targets.hpp"

namespace podium::view {
namespace {

// How good a claim to its name a tile has.
int claim_of(const Tile& tile) {
    if (tile.container == 0) return 0;
    switch (tile.phase) {
        case Phase::Starting:
        case Phase::Running:
        case Phase::Unhealthy:
        case Phase::Paused:
        case Phase::Stopping: return 4;
        case Phase::Pending:
        case Phase::Pulling:
        case Phase::Created:
        case Phase::BackOff: return 3;
        case Phase::Lost: return 2;
        case Phase::OutOfMemory:
        case Phase::Failed:
        case Phase::Exited: return 1;
    }
    return 0;
}

int claim_of(const ClusterView& view, const TaskView& task) {
    if (task.tile == kNone) return 0;
    return view.tiles[task.tile].container == 0 ? 2 : 1;
}

}  // namespace

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

bool is_meant_before(const Tile& one, const Tile& other) {
    return std::pair(claim_of(one), one.container) > std::pair(claim_of(other), other.container);
}

std::uint32_t tile_meant(const ClusterView& view, std::string_view name) {
    std::uint32_t best = kNone;
    if (name.empty()) return kNone;
    for (std::uint32_t i = 0; i < view.tiles.size(); ++i) {
        if (view.tiles[i].id == name) return i;
        if (view.tiles[i].name != name && view.tiles[i].own_name != name) continue;
        if (best == kNone || is_meant_before(view.tiles[i], view.tiles[best])) best = i;
    }
    return best;
}

std::string ServiceView::called() const {
    return shares_name ? whole() : name;
}

std::string ServiceView::whole() const {
    return model::ServiceIdentity{name, project()}.whole();
}

bool ServiceView::is_called(std::string_view text) const {
    return model::names_service(text, name, project());
}

std::uint32_t service_meant(const ClusterView& view, std::string_view name) {
    std::uint32_t best = kNone;
    for (std::uint32_t i = 0; i < view.services.size(); ++i) {
        const ServiceView& service = view.services[i];
        if (service.is_called(name) && (best == kNone || service.project().empty())) best = i;
    }
    return best;
}

std::vector<bool> services_meant(const ClusterView& view, std::string_view name) {
    std::vector<bool> out(view.services.size());
    if (name.empty()) return out;
    const auto take = [&](const auto& is_meant) {
        std::transform(view.services.begin(), view.services.end(), out.begin(), is_meant);
        return std::find(out.begin(), out.end(), true) != out.end();
    };
    const auto in_stack = [name](const ServiceView& service) { return !service.mode.empty() && !service.stack.empty() && service.name == service.stack + "_" + std::string(name); };
    if (take([name](const ServiceView& service) { return service.whole() == name; })) return out;
    if (take([name](const ServiceView& service) { return service.is_called(name); })) return out;
    take(in_stack);
    return out;
}

bool is_meant_before(const ClusterView& view, const TaskView& one, const TaskView& other) {
    const int claim = claim_of(view, one);
    if (claim != claim_of(view, other)) return claim > claim_of(view, other);
    return claim == 1 && is_meant_before(view.tiles[one.tile], view.tiles[other.tile]);
}

std::uint32_t task_meant(const ClusterView& view, std::string_view name) {
    std::uint32_t best = kNone;
    if (name.empty()) return kNone;
    for (std::uint32_t i = 0; i < view.tasks.size(); ++i) {
        if (view.tasks[i].id == name) return i;
        if (view.tasks[i].name != name) continue;
        // Of equals the newest.
        if (best == kNone || !is_meant_before(view, view.tasks[best], view.tasks[i])) best = i;
    }
    return best;
}

}  // namespace podium::view
