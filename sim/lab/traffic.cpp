#include "sim/lab/traffic.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"

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

}  // namespace podium::lab
