#include "sim/model/targets.hpp"

#include <fmt/format.h>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/model/container.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/outline.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

constexpr std::size_t kLeastIdDigits = 4;

std::string label(const World& world, ContainerId container, const std::string& name) { return container_label(world, container, name); }

}  // namespace

std::string service_of(const World& world, ContainerId container) {
    std::string service = label(world, container, "com.docker.compose.service");
    return service.empty() ? label(world, container, "com.docker.swarm.service.name") : service;
}

std::string stack_service_of(const World& world, ContainerId container) {
    const std::string stack = label(world, container, "com.docker.stack.namespace") + "_";
    const std::string service = label(world, container, "com.docker.swarm.service.name");
    return stack.size() > 1 && service.starts_with(stack) ? service.substr(stack.size()) : std::string();
}

std::string project_of(const World& world, ContainerId container) { return label(world, container, "com.docker.compose.project"); }

std::uint32_t number_of(const World& world, ContainerId container) {
    std::int64_t number = 0;
    std::string text = label(world, container, "com.docker.compose.container-number");
    if (text.empty()) {  // "web.2.<id of the task>"; a global service's has a node's id instead of the slot
        const std::string service = label(world, container, "com.docker.swarm.service.name");
        const std::string task = label(world, container, "com.docker.swarm.task.name");
        if (task.starts_with(service + ".")) text = task.substr(service.size() + 1, task.rfind('.') - service.size() - 1);
    }
    return parse_integer(text, number) ? static_cast<std::uint32_t>(number) : 0;
}

bool is_of_build(const Container& container) { return container.detail && !container.detail->build_place.empty(); }

ServiceIdentity counted_as(const World& world, ContainerId container) {
    if (is_of_build(world.container(container))) return {};
    std::string service = service_of(world, container);
    if (service.empty()) return {std::string(world.name_of(container)), {}};
    return {std::move(service), project_of(world, container)};
}

std::string label_of(const World& world, ContainerId container) {
    const std::string service = service_of(world, container);
    if (service.empty() || number_of(world, container) == 0) return std::string(world.name_of(container));
    return fmt::format("{}.{}", service, number_of(world, container));
}

bool names_service(std::string_view text, const std::string& service, const std::string& project) {
    if (text == service) return true;
    return !project.empty() && text == project + "/" + service;
}

bool has_short_id(const World& world, ContainerId container, std::string_view text) {
    if (text.size() != kShortIdLength || text.find_first_not_of("0123456789abcdef") != std::string_view::npos) return false;
    return container_id_text(world, container).starts_with(text);
}

TargetMatch match_of(const World& world, ContainerId container, const std::string& target) {
    if (world.name_of(container) == target) return TargetMatch::Name;
    const auto dot = target.rfind('.');
    std::int64_t number = 0;
    const bool numbered = dot != std::string::npos && parse_integer(std::string_view(target).substr(dot + 1), number);
    const std::string project = target.find('/') == std::string::npos ? std::string() : project_of(world, container);
    const auto meant = [&](const std::string& service) {
        if (service.empty()) return false;
        if (names_service(target, service, project)) return true;
        const bool of_it = numbered && names_service(std::string_view(target).substr(0, dot), service, project);
        return of_it && number_of(world, container) == number;
    };
    if (meant(service_of(world, container))) {
        // One that is of no project is called nothing else.
        const bool whole = !project.empty() || project_of(world, container).empty();
        return whole ? TargetMatch::Service : TargetMatch::ProjectService;
    }
    if (meant(stack_service_of(world, container))) return TargetMatch::StackService;
    const bool by_id = target.size() >= kLeastIdDigits && container_id_text(world, container).starts_with(target);
    return by_id ? TargetMatch::Id : TargetMatch::None;
}

std::vector<ContainerId> containers_named(const World& world, const std::string& target, bool removed) {
    std::vector<ContainerId> out;
    TargetMatch strongest = TargetMatch::Id;
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (world.container(id).state == ContainerState::Removed && !removed) continue;
        const TargetMatch match = match_of(world, id, target);
        if (match < strongest) continue;
        if (match > strongest) out.clear();
        strongest = match;
        out.push_back(id);
    }
    return out;
}

std::string signal_text(int signal) { return shell::signal_name(signal); }

HostId host_named(const World& world, const std::string& name) {
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (world.hosts[i].spec.name == name) return HostId{static_cast<std::uint32_t>(i + 1)};
    }
    return {};
}

}  // namespace podium::model
