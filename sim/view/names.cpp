#include "sim/view/names.hpp"

#include <iterator>
#include <utility>

#include "sim/model/facts.hpp"

namespace podium::view {

ServiceNames ServiceNames::of_run(const model::World& world) {
    std::set<model::ServiceIdentity> all;
    for (std::uint32_t i = 1; i <= world.containers.size(); ++i) {
        model::ServiceIdentity service = model::counted_as(world, model::ContainerId{i});
        if (!service.name.empty()) all.insert(std::move(service));
    }
    return ServiceNames(std::move(all));
}

bool ServiceNames::follow(const model::World& world, const Fact& fact) {
    if (fact.kind != model::kFactContainerCreate) return false;
    model::ServiceIdentity service = model::counted_as(world, model::ContainerId{fact.subject.id()});
    if (service.name.empty()) return false;
    const std::string name = service.name;
    const bool before = is_shared(name);
    return all_.insert(std::move(service)).second && is_shared(name) != before;
}

bool ServiceNames::is_shared(const std::string& name) const {
    const auto first = all_.lower_bound({name, {}});
    if (first == all_.end() || first->name != name) return false;
    const auto second = std::next(first);
    return second != all_.end() && second->name == name;
}

std::vector<std::string> ServiceNames::called(const std::set<model::ServiceIdentity>& services) const {
    std::vector<std::string> out;
    for (const model::ServiceIdentity& service : services) out.push_back(of(service));
    return out;
}

std::string ServiceNames::label(const model::World& world, model::ContainerId container) const {
    std::string label = model::label_of(world, container);
    const std::string service = model::service_of(world, container);
    const std::string project = model::project_of(world, container);
    const bool numbered = !service.empty() && model::number_of(world, container) != 0;
    return numbered && !project.empty() && is_shared(service) ? project + "/" + label : label;
}

std::set<model::ServiceIdentity> services_meant(const model::World& world, const std::string& name) {
    std::set<model::ServiceIdentity> own;
    std::set<model::ServiceIdentity> of_projects;
    std::set<model::ServiceIdentity> in_stacks;
    for (std::uint32_t i = 1; i <= world.containers.size(); ++i) {
        const model::ContainerId id{i};
        model::ServiceIdentity service = model::counted_as(world, id);
        if (service.name.empty()) continue;
        if (model::names_service(name, service.name, service.project)) {
            (service.whole() == name ? own : of_projects).insert(std::move(service));
        } else if (own.empty() && of_projects.empty() && !name.empty() && model::stack_service_of(world, id) == name) {
            in_stacks.insert(std::move(service));
        }
    }
    if (!own.empty()) return own;
    return of_projects.empty() ? in_stacks : of_projects;
}

std::set<std::string> container_names(const model::World& world) {
    std::set<std::string> out;
    const ServiceNames names = ServiceNames::of_run(world);
    for (std::uint32_t i = 1; i <= world.containers.size(); ++i) {
        const model::ContainerId id{i};
        out.insert(std::string(world.name_of(id)));
        out.insert(model::label_of(world, id));
        out.insert(names.label(world, id));
        out.insert(model::service_of(world, id));
        out.insert(names.of(model::counted_as(world, id)));
        out.insert(model::stack_service_of(world, id));
    }
    out.erase("");
    return out;
}

std::set<std::string> container_images(const model::World& world) {
    std::set<std::string> out;
    for (const model::Container& container : world.containers)
        out.insert(world.spec(container).image);
    out.erase("");
    return out;
}

std::set<std::string> volume_names(const model::World& world) {
    std::set<std::string> out;
    for (const model::Volume& volume : world.volumes) {
        out.insert(volume.name);
        for (std::size_t at = volume.name.find('_'); at != std::string::npos;
             at = volume.name.find('_', at + 1))
            out.insert(volume.name.substr(at + 1));
    }
    out.erase("");
    return out;
}

std::set<std::string> host_names(const model::World& world) {
    std::set<std::string> out;
    for (const model::Host& host : world.hosts)
        out.insert(host.spec.name);
    return out;
}

std::set<std::string> place_names(const model::World& world) {
    std::set<std::string> out = host_names(world);
    for (const model::Bridge& bridge : world.bridges)
        out.insert(bridge.name);
    return out;
}

}  // namespace podium::view
