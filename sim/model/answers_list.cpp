// GET /containers/json with its filters.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/answers_parts.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container.hpp"
#include "sim/model/container_image.hpp"
#include "sim/model/filters.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kHighestPort = 65535;

const std::set<std::string>& filter_names() {
    static const std::set<std::string> kNames{"ancestor",
                                              "before",
                                              "exited",
                                              "expose",
                                              "health",
                                              "id",
                                              "is-task",
                                              "isolation",
                                              "label",
                                              "name",
                                              "network",
                                              "publish",
                                              "since",
                                              "status",
                                              "volume"};
    return kNames;
}

// The filters as moby's foldFilter prepares them.
struct ListContext {
    Filters filters;
    bool all = false;
    std::int64_t limit = 0;
    std::set<std::int64_t> exited;
    std::set<std::string> publish;  // "80/tcp"
    std::set<std::string> expose;
    std::set<std::string> images;  // ids
    ContainerId before;
    ContainerId since;
    int is_task = -1;
};

bool known_state(const std::string& text) {
    static const std::set<std::string> kStates{
        "paused", "restarting", "running", "dead", "created", "exited", "removing"};
    return kStates.contains(text);
}

bool known_health(const std::string& text) {
    static const std::set<std::string> kHealth{"none", "starting", "healthy", "unhealthy"};
    return kHealth.contains(text);
}

// "8080", "80/tcp" or "8000-8010/udp".
std::string fold_ports(const Filters& filters,
                       const std::string& name,
                       std::set<std::string>& out) {
    for (const std::string& value : filters.values(name)) {
        if (value.find(':') != std::string::npos)
            return fmt::format("filter for '{}' should not contain ':': {}", name, value);
        const std::size_t slash = value.find('/');
        const std::string protocol = slash == std::string::npos ? "tcp" : value.substr(slash + 1);
        const std::string range = value.substr(0, slash);
        const std::size_t dash = range.find('-');
        std::int64_t first = 0;
        std::int64_t last = 0;
        const bool read =
            parse_integer(range.substr(0, dash), first) &&
            parse_integer(dash == std::string::npos ? range : range.substr(dash + 1), last);
        if (!read || first < 0 || last < first || last > kHighestPort) {
            return fmt::format("error while looking up for {} {}: invalid port", name, value);
        }
        for (std::int64_t port = first; port <= last; ++port)
            out.insert(fmt::format("{}/{}", port, protocol));
    }
    return {};
}

std::string fold_neighbour(const World& world,
                           HostId host,
                           const Filters& filters,
                           const std::string& name,
                           ContainerId& out) {
    for (const std::string& value : filters.values(name)) {
        Refusal refusal = not_refused();
        out =
            find_container(world, host, value.starts_with("/") ? value.substr(1) : value, refusal);
        if (refusal.status != 0) return refusal.message;
    }
    return {};
}

std::string fold_states(ListContext& context) {
    for (const std::string& value : context.filters.values("exited")) {
        std::int64_t code = 0;
        if (!parse_integer(value, code))
            return fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", value);
        context.exited.insert(code);
    }
    for (const std::string& value : context.filters.values("status")) {
        if (!known_state(value)) return fmt::format("Invalid filter 'status={}'", value);
        context.all = true;
    }
    for (const std::string& value : context.filters.values("health")) {
        if (!known_health(value))
            return fmt::format("Unrecognised filter value for health: {}", value);
    }
    std::string error;
    context.is_task = context.filters.boolean("is-task", error);
    return error;
}

std::string fold_filters(const World& world,
                         HostId host,
                         const std::map<std::string, std::string>& options,
                         ListContext& context) {
    std::string error;
    context.filters = Filters::parse(query_text(options, "filters"), filter_names(), error);
    context.all = query_flag(options, "all");
    parse_integer(query_text(options, "limit"), context.limit);
    if (error.empty()) error = fold_states(context);
    if (error.empty())
        error = fold_neighbour(world, host, context.filters, "before", context.before);
    if (error.empty()) error = fold_neighbour(world, host, context.filters, "since", context.since);
    if (error.empty()) error = fold_ports(context.filters, "publish", context.publish);
    if (error.empty()) error = fold_ports(context.filters, "expose", context.expose);
    for (const std::string& value : context.filters.values("ancestor")) {
        if (const ImagePointer image = world.host(host).images.find(value))
            context.images.insert(image->id);
    }
    return error;
}

bool has_volume(const ContainerRow& row, const Filters& filters) {
    const auto& wanted = filters.values("volume");
    return std::any_of(row.d.mounts.begin(), row.d.mounts.end(), [&](const MountPoint& point) {
        return wanted.contains(point.mount.target) ||
               (point.mount.kind != MountKind::Tmpfs && wanted.contains(point.mount.source));
    });
}

bool has_network(const ContainerRow& row, const Filters& filters) {
    for (const std::string& wanted : filters.values("network")) {
        for (const Endpoint& endpoint : row.d.endpoints) {
            if (endpoint.network == wanted) return true;
            if (endpoint.bridge && endpoint.was_connected &&
                row.world.bridge(endpoint.bridge).id.starts_with(wanted))
                return true;
        }
    }
    return false;
}

bool has_port(const ContainerRow& row, const ListContext& context) {
    if (!row.live) return false;
    for (const auto& port : row.d.ports) {
        if (context.publish.contains(fmt::format("{}/{}", port.host_port, port.protocol)))
            return true;
    }
    const std::vector<std::string> exposed = exposed_ports_of(row.world, row.id);
    return std::any_of(exposed.begin(), exposed.end(), [&](const std::string& port) {
        return context.expose.contains(port);
    });
}

bool has_state(const ContainerRow& row, const ListContext& context) {
    const bool running = row.c.counts_as_running();
    if (!context.exited.empty() &&
        (running || !row.c.ever_started || !context.exited.contains(row.c.exit_code)))
        return false;
    if (!context.filters.matches("status", std::string(container_state_name(row.c.state))))
        return false;
    const HealthStatus health = row.d.health.status;
    return context.filters.exact(
        "health", health == HealthStatus::None ? "none" : std::string(health_status_name(health)));
}

// moby includeContainerInList, but for the order-dependent before, since and limit.
bool is_listed(const ContainerRow& row, const ListContext& context) {
    const Filters& filters = context.filters;
    const std::string name(row.world.name_of(row.id));
    if (!row.c.counts_as_running() && !context.all && context.limit <= 0) return false;
    if (!filters.matches("name", "/" + name) && !filters.matches("name", name)) return false;
    if (!filters.prefix("id", row.id_text)) return false;
    if (context.is_task == 1) return false;  // no container of an engine alone belongs to a task
    if (!filters.labels("label", labels_of(row))) return false;
    if (!has_state(row, context)) return false;
    if (filters.has("volume") && !has_volume(row, filters)) return false;
    if (filters.has("ancestor") && !context.images.contains(image_id_of(row))) return false;
    if (filters.has("network") && !has_network(row, filters)) return false;
    return (context.publish.empty() && context.expose.empty()) || has_port(row, context);
}

}  // namespace

std::string container_list_json(const World& world,
                                HostId host,
                                const std::map<std::string, std::string>& options,
                                std::string& error) {
    ListContext context;
    error = fold_filters(world, host, options, context);
    if (!error.empty()) return {};
    const bool size = query_flag(options, "size");
    Json out = Json::array();
    bool past_before = !context.before;
    for (const ContainerId id : containers_of(world, host)) {
        if (!past_before) {
            past_before = id == context.before;
            continue;
        }
        if (id == context.since ||
            (context.limit > 0 && out.size() >= static_cast<std::size_t>(context.limit)))
            break;
        const ContainerRow row(world, id);
        if (is_listed(row, context)) out.push_back(container_summary_json(row, size));
    }
    return json_bytes(out);
}

}  // namespace podium::model
