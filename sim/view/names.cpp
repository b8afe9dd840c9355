#include "sim/view/names.hpp"

#include "sim/model/targets.hpp"

namespace podium::view {

std::set<std::string> container_names(const model::World& world) {
    std::set<std::string> out;
    for (std::uint32_t i = 1; i <= world.containers.size(); ++i) {
        const model::ContainerId id{i};
        out.insert(std::string(world.name_of(id)));
        out.insert(model::label_of(world, id));
        out.insert(model::service_of(world, id));
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
