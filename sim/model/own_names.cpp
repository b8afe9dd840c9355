#include "sim/model/own_names.hpp"

#include "sim/model/bridge.hpp"

namespace podium::model {

std::vector<std::string> own_names(const World& world, ContainerId container) {
    std::string full = hostname_of(world, container);
    const ContainerId owner = network_owner(world, container);
    if (owner) {
        const std::string& domain = world.spec(world.container(owner)).domainname;
        if (!domain.empty()) full += "." + domain;
    }
    const auto dot = full.find('.');
    if (dot == std::string::npos) return {full};
    return {full, full.substr(0, dot)};
}

}  // namespace podium::model
