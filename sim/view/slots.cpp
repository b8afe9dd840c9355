#include "sim/view/slots.hpp"

#include "sim/model/facts.hpp"
#include "sim/model/outline.hpp"
#include "sim/orch/swarm/facts.hpp"

namespace podium::view {
namespace {

std::string label(const model::World& world,
                  model::ContainerId container,
                  const std::string& name) {
    return model::container_label(world, container, name);
}

}  // namespace

// "web.2" of "web.2.<id of the task>".
std::string slot_of(const model::World& world, model::ContainerId container) {
    const std::string task = label(world, container, "com.docker.swarm.task.name");
    return task.substr(0, task.rfind('.'));
}

bool is_of_task(const model::World& world, model::ContainerId container) {
    return !label(world, container, "com.docker.swarm.task.id").empty();
}

Slots::Start Slots::follow(const model::World& world,
                           const FactCatalogue& facts,
                           const Fact& fact) {
    const auto text = [&](std::string_view field) {
        return std::string(facts.field(fact, field, world.kernel.interner()).text);
    };
    const auto number = [&](std::string_view field) {
        return facts.field(fact, field, world.kernel.interner()).number;
    };
    switch (fact.kind) {
        case swarm::kFactTaskRestart:
            if (number("reason") != static_cast<std::int64_t>(swarm::RestartReason::NodeDrained))
                slots_[text("task")].restarting = true;
            return {};
        case swarm::kFactTaskCreated:  // a newer version takes the lost one's place
            if (number("reason") == static_cast<std::int64_t>(swarm::CreateReason::Update))
                slots_[text("task")].restarting = false;
            return {};
        case swarm::kFactTaskStopping:  // the slot itself goes; one of its number is another
            if (number("reason") == static_cast<std::int64_t>(swarm::StopReason::Scale))
                slots_.erase(text("task"));
            return {};
        case model::kFactContainerStart:
            break;
        default:
            return {};
    }
    const model::ContainerId container{fact.subject.id()};
    if (!is_of_task(world, container)) return {};
    Slot& slot = slots_[slot_of(world, container)];
    const std::string service = label(world, container, "com.docker.swarm.service.id");
    if (slot.service_id != service) {  // the first, or of a service that was removed and made anew
        const bool restarting = slot.service_id.empty() && slot.restarting;
        slot = {service, {}, {}, restarting};
    }
    const model::HostId host = world.container(container).host;
    const Start start{slot.restarting, slot.newest && world.container(slot.newest).host != host};
    slot.newest = container;
    slot.hosts.insert(host);
    slot.restarting = false;
    return start;
}

}  // namespace podium::view
