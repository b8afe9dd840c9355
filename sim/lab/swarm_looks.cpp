#include "sim/lab/swarm_looks.hpp"

#include "sim/base/random.hpp"
#include "sim/lab/swarm_names.hpp"
#include "sim/orch/swarm/names.hpp"

namespace podium::lab {
namespace {

constexpr std::size_t kShortId = 12;

TaskLook look_at(const swarm::Store& store, const swarm::Task& task) {
    TaskLook look;
    look.id = task.meta.id.view().substr(0, kShortId);
    look.service = task.service_name;
    look.slot = static_cast<int>(task.slot);
    if (const swarm::Node* node = store.nodes.find(task.node.value)) look.host = node->description.hostname;
    look.state = std::string(swarm::task_state_name(task.status.state));
    look.desired = std::string(swarm::task_state_name(task.desired));
    look.since = task.status.since;
    look.error = task.status.error;
    look.exit_code = task.status.exit_code;
    return look;
}

}  // namespace

SwarmLook look_at_swarm(const Session& session) {
    SwarmLook look;
    const auto& swarms = session.state().swarm.state().swarms;
    if (swarms.empty()) return look;
    const swarm::SwarmRow& row = swarms.back();
    const swarm::Leadership* leadership = leadership_of(row);
    row.store.tasks.for_each([&](std::uint32_t, const swarm::Task& task) {
        if (task.service) look.tasks.push_back(look_at(row.store, task));
    });
    for (const swarm::HostRow& host : session.state().swarm.state().hosts) {
        if (host.swarm != row.number) continue;
        for (const auto& [id, task] : host.agent.tasks) {
            for (std::size_t i = 0; i < swarm::kPassedStates.size(); ++i) {
                if (task.passed.at(i) == Time{}) continue;
                look.passed.push_back({std::string(task.task->meta.id.view().substr(0, kShortId)), std::string(swarm::task_state_name(swarm::kPassedStates.at(i))), task.passed.at(i)});
            }
        }
    }
    row.store.nodes.for_each([&](std::uint32_t, const swarm::Node& node) {
        const bool leader = leadership != nullptr && leadership->host == node.host && node.role == swarm::Role::Manager;
        look.nodes.push_back({node.meta.id, node.description.hostname, std::string(swarm::node_state_name(node.state)), std::string(swarm::availability_name(node.spec.availability)), std::string(swarm::role_name(node.role)), leader});
    });
    row.store.services.for_each([&](std::uint32_t, const swarm::Service& service) {
        look.updates.push_back({service.spec.name, std::string(swarm::update_state_name(service.update.state)), service.update.message});
    });
    return look;
}

std::uint64_t swarm_version(const Session& session) {
    const auto& swarms = session.state().swarm.state().swarms;
    if (swarms.empty()) return 0;
    const swarm::Leadership* leadership = leadership_of(swarms.back());
    const std::uint64_t leader = leadership == nullptr ? 0 : leadership->number;
    return mix64(swarms.back().store.index() + 1) ^ mix64((leader << 20) + swarms.size()) ^ mix64(~session.state().swarm.state().statuses);
}

}  // namespace podium::lab
