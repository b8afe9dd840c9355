#include "sim/lab/traffic.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/targets.hpp"
#include "sim/model/traffic_times.hpp"

namespace podium::lab {

Result<void> check_traffic(const Session& session,
                           const std::string& text,
                           const std::vector<std::string>& services) {
    if (Result<void> checked = session.check({session.now(), CommandKind::Traffic, {}, text, {}});
        !checked)
        return checked;
    const auto spec = model::parse_traffic(text);
    if (std::find(services.begin(), services.end(), spec->target) != services.end() ||
        model::traffic_target_exists(session.world(), *spec))
        return {};
    std::vector<std::string> names = services;
    for (const model::Host& host : session.world().hosts)
        names.push_back(host.spec.name);
    const std::string near = nearest(spec->target, names);
    return Error{fmt::format("there is no service or host '{}'", spec->target),
                 {},
                 near.empty() ? fmt::format("there are {}", join(names, ", "))
                              : fmt::format("did you mean '{}'?", near)};
}

Result<void> check_published(const Session& session, const std::string& text, const std::string& service) {
    const auto spec = model::parse_traffic(text);
    if (!spec) return {};
    // "web" of "shop/web".
    const std::string name = service.empty() ? spec->target.substr(spec->target.rfind('/') + 1) : service;
    const auto& services = session.set_up().services;
    const auto meant =
        std::find_if(services.begin(), services.end(), [&name](const ServiceSetUp& row) { return row.name == name; });
    if (meant == services.end() || !meant->ports) return {};
    const std::vector<int>& ports = *meant->ports;
    if (spec->port == 0 ? !ports.empty() : std::find(ports.begin(), ports.end(), spec->port) != ports.end()) return {};
    const model::World& world = session.world();
    for (const model::ContainerId id : model::containers_named(world, spec->target)) {
        const model::Container& c = world.container(id);
        // What a task is reached by is the routing mesh's, which may have been given more.
        if (spec->port != 0 && !model::stack_service_of(world, id).empty()) return {};
        const bool published =
            c.detail && std::any_of(c.detail->ports.begin(), c.detail->ports.end(), [&spec](const model::PublishedPort& port) {
                return port.protocol == "tcp" && (spec->port == 0 || port.host_port == spec->port);
            });
        if (published) return {};
    }
    if (spec->port == 0)
        return Error{fmt::format("{} publishes no port on the host", spec->target), {}, "add one under ports in its Compose file"};
    return Error{fmt::format("{} publishes no port {} on the host", spec->target, spec->port),
                 {},
                 ports.empty() ? "it publishes none; add one under ports in its Compose file"
                               : fmt::format("it publishes {}", fmt::join(ports, ", "))};
}

Result<std::string> with_duration(const std::string& text, Duration duration) {
    const auto spec = model::parse_traffic(text);
    if (!spec) return spec.error();
    if (spec->duration > Duration{})
        return Error{"its end is given twice, with for= and after the @", {}, "leave one out"};
    if (duration.nanoseconds <= 0)
        return Error{"it ends before it begins", {}, "write the later moment last"};
    return fmt::format("{} for={}", text, format_duration(duration));
}

std::vector<std::pair<std::string_view, std::string_view>> traffic_help() {
    std::vector<std::pair<std::string_view, std::string_view>> out;
    for (const model::TrafficSetting& setting : model::traffic_settings())
        out.emplace_back(setting.name, setting.meaning);
    return out;
}

bool is_traffic_time(std::string_view setting) { return model::is_traffic_time(setting); }

}  // namespace podium::lab
