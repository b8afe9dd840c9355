#include "sim/orch/scheduler/filter.hpp"

// The node answers, and takes new tasks.

namespace podium::scheduler {
namespace ready_filter {
namespace {

bool applies(const TaskShape& /*shape*/) {
    return true;
}

bool passes(const TaskShape& /*shape*/, const NodeInfo& node) {
    return node.ready && node.availability == Availability::Active;
}

std::string sentence(std::uint32_t nodes) {
    return nodes == 1 ? "1 node not available for new tasks"
                      : std::to_string(nodes) + " nodes not available for new tasks";
}

std::string figures(const TaskShape& /*shape*/, const NodeInfo& node) {
    if (!node.ready) {
        return "it does not answer";
    }
    return node.availability == Availability::Drain ? "its availability is drain"
                                                    : "its availability is pause";
}

std::vector<Remedy> remedies(const TaskShape& /*shape*/, const NodeInfo& node) {
    std::vector<Remedy> found;
    if (!node.ready) {
        found.push_back({Remedy::Kind::BringBack, node.number, {}, {}, 0});
    }
    if (node.availability != Availability::Active) {
        found.push_back({Remedy::Kind::Activate, node.number, {}, {}, 0});
    }
    return found;
}

}  // namespace
}  // namespace ready_filter

const Filter kReadyFilter{"ready",
                          false,
                          ready_filter::applies,
                          ready_filter::passes,
                          ready_filter::sentence,
                          ready_filter::figures,
                          ready_filter::remedies};

}  // namespace podium::scheduler
