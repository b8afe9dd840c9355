// `docker top`, `port` and `diff`.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/answers_top.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/format/table.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using model::RequestSpec;

Json parsed(const Answer& answer) {
    return Json::parse(answer.body, nullptr, false);
}

std::string tabbed(const Json& cells) {
    std::string line;
    for (const Json& cell : cells)
        line += fmt::format("{}{}",
                            line.empty() ? "" : "\t",
                            cell.is_string() ? cell.get<std::string>() : json_bytes(cell));
    return line + "\n";
}

Result<RequestSpec> top_request(const Invocation& invocation, Time) {
    RequestSpec spec = request_for(Operation::ContainerTop, invocation.arguments().front());
    const std::vector<std::string>& words = invocation.arguments();
    const std::string options = join(std::vector<std::string>(words.begin() + 1, words.end()), " ");
    if (options.empty()) return spec;
    const auto read = model::read_ps_options(options);
    if (!read && !read.error().message.starts_with("error: "))
        return Error{"docker top: " + read.error().message, {}, {}};
    spec.options["ps_args"] = options;
    return spec;
}

Finish top_show(const Invocation&, const Answer& answer, Time) {
    const Json body = parsed(answer);
    if (!body.is_object()) return {};
    std::string text = tabbed(body.value("Titles", Json::array()));
    for (const Json& process : body.value("Processes", Json::array()))
        text += tabbed(process);
    return {format::align_columns(text, format::kWideStops), {}, 0};
}

Result<RequestSpec> port_request(const Invocation& invocation, Time) {
    return request_for(Operation::ContainerInspect, invocation.arguments().front());
}

std::vector<format::BoundPort> bound_ports(const Json& container) {
    std::vector<format::BoundPort> out;
    const Json settings =
        container.is_object() ? container.value("NetworkSettings", Json::object()) : Json::object();
    const Json ports =
        settings.is_object() ? settings.value("Ports", Json::object()) : Json::object();
    if (!ports.is_object()) return out;
    for (const auto& [port, bindings] : ports.items()) {
        format::BoundPort bound{port, {}};
        if (bindings.is_array()) {
            for (const Json& binding : bindings) {
                bound.bindings.push_back({binding.value("HostIp", std::string()),
                                          binding.value("HostPort", std::string())});
            }
        }
        out.push_back(std::move(bound));
    }
    return out;
}

Finish port_show(const Invocation& invocation, const Answer& answer, Time) {
    const std::vector<format::BoundPort> ports = bound_ports(parsed(answer));
    if (invocation.arguments().size() < 2) return {format::port_lines(ports), {}, 0};
    const std::string& wanted = invocation.arguments()[1];
    const std::string number = wanted.substr(0, wanted.find('/'));
    std::int64_t value = 0;
    if (number.empty() || number.front() == '-' || !parse_integer(number, value)) {
        return failed(
            fmt::format("Error: invalid port ({}): strconv.ParseUint: parsing {}: invalid syntax",
                        number,
                        in_quotes(number)));
    }
    if (value > 65'535) {
        return failed(fmt::format(
            "Error: invalid port ({}): strconv.ParseUint: parsing {}: value out of range",
            number,
            in_quotes(number)));
    }
    const std::string full =
        wanted.find('/') == std::string::npos || wanted.ends_with('/') ? number + "/tcp" : wanted;
    const auto found =
        std::find_if(ports.begin(), ports.end(), [&full](const format::BoundPort& bound) {
            return bound.port == full;
        });
    if (found == ports.end() || found->bindings.empty()) {
        return failed(fmt::format(
            "Error: No public port '{}' published for {}", wanted, invocation.arguments().front()));
    }
    std::vector<std::string> lines;
    for (const format::PortBinding& binding : found->bindings)
        lines.push_back(format::join_host_port(binding.host_ip, binding.host_port));
    std::sort(lines.begin(), lines.end());
    return {join(lines, "\n") + "\n", {}, 0};
}

Result<RequestSpec> diff_request(const Invocation& invocation, Time) {
    if (invocation.arguments().front().empty())
        return Error{"Container name cannot be empty", {}, {}};
    return request_for(Operation::ContainerChanges, invocation.arguments().front());
}

Finish diff_show(const Invocation&, const Answer& answer, Time) {
    constexpr std::string_view kLetters = "CAD";
    std::string out;
    const Json changes = parsed(answer);
    if (!changes.is_array()) return {};
    for (const Json& change : changes) {
        const auto kind = static_cast<std::size_t>(change.value("Kind", 0));
        out += fmt::format("{} {}\n",
                           kLetters.at(std::min(kind, kLetters.size() - 1)),
                           change.value("Path", std::string()));
    }
    return {out, {}, 0};
}

}  // namespace

std::unique_ptr<shell::Program> start_top(Invocation invocation) {
    return start_one_call(std::move(invocation), {top_request, top_show});
}

std::unique_ptr<shell::Program> start_port(Invocation invocation) {
    return start_one_call(std::move(invocation), {port_request, port_show});
}

std::unique_ptr<shell::Program> start_diff(Invocation invocation) {
    return start_one_call(std::move(invocation), {diff_request, diff_show});
}

}  // namespace podium::programs::docker
