#include "sim/model/container_image.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::model {
namespace {

struct PortName {
    std::int64_t number = 0;
    std::string protocol;

    auto operator<=>(const PortName&) const = default;
};

PortName parse_port_name(const std::string& text) {
    const std::size_t slash = text.find('/');
    PortName name;
    parse_integer(std::string_view(text).substr(0, slash), name.number);
    name.protocol = slash == std::string::npos ? "tcp" : text.substr(slash + 1);
    return name;
}

std::string variable_name(const std::string& variable) {
    return variable.substr(0, variable.find('='));
}

}  // namespace

ImagePointer image_of(const World& world, ContainerId container) {
    const Container& c = world.container(container);
    if (c.detail) return c.detail->image;
    return world.host(c.host).images.find(world.spec(c).image);
}

const ImageConfig& image_config_of(const World& world, ContainerId container, ImagePointer& keep) {
    static const ImageConfig kNone;
    keep = image_of(world, container);
    return keep ? keep->config : kNone;
}

std::vector<std::string> exposed_ports_of(const World& world, ContainerId container) {
    ImagePointer keep;
    const ContainerSpec& spec = world.spec(world.container(container));
    std::vector<PortName> ports;
    for (const std::string& port : spec.exposed_ports)
        ports.push_back(parse_port_name(port));
    for (const std::string& port : image_config_of(world, container, keep).exposed_ports)
        ports.push_back(parse_port_name(port));
    for (const PortBinding& binding : spec.ports)
        ports.push_back({binding.container_port, binding.protocol});
    std::sort(ports.begin(), ports.end());
    ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
    std::vector<std::string> out;
    for (const PortName& port : ports)
        out.push_back(fmt::format("{}/{}", port.number, port.protocol));
    return out;
}

std::vector<std::string> environment_of(const World& world, ContainerId container) {
    ImagePointer keep;
    return merged_environment(world.spec(world.container(container)), image_config_of(world, container, keep));
}

std::vector<std::string> merged_environment(const ContainerSpec& spec, const ImageConfig& image) {
    std::vector<std::string> out = spec.environment;
    const std::size_t own = out.size();
    for (const std::string& variable : image.environment) {
        const std::string name = variable_name(variable);
        const auto end = out.begin() + static_cast<std::ptrdiff_t>(own);
        const bool overridden = std::any_of(
            out.begin(), end, [&](const std::string& mine) { return variable_name(mine) == name; });
        if (!overridden) out.push_back(variable);
    }
    return out;
}

}  // namespace podium::model
