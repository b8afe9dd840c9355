#include "sim/programs/swarm/lists.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/swarm/query.hpp"

namespace podium::programs::docker {
namespace {

using format::Cell;
using format::Header;
using format::Row;

constexpr std::array kNodeHeaders{
    Header{"ID", "ID"}, Header{"Self", ""}, Header{"Hostname", "HOSTNAME"}, Header{"Status", "STATUS"},
    Header{"Availability", "AVAILABILITY"}, Header{"ManagerStatus", "MANAGER STATUS"},
    Header{"EngineVersion", "ENGINE VERSION"}, Header{"TLSStatus", "TLS STATUS"},
};
constexpr std::array kServiceHeaders{
    Header{"ID", "ID"}, Header{"Name", "NAME"}, Header{"Mode", "MODE"},
    Header{"Replicas", "REPLICAS"}, Header{"Image", "IMAGE"}, Header{"Ports", "PORTS"},
};
constexpr std::array kTaskHeaders{
    Header{"ID", "ID"}, Header{"Name", "NAME"}, Header{"Image", "IMAGE"}, Header{"Node", "NODE"},
    Header{"DesiredState", "DESIRED STATE"}, Header{"CurrentState", "CURRENT STATE"},
    Header{"Error", "ERROR"}, Header{"Ports", "PORTS"},
};
constexpr std::array kDatumHeaders{
    Header{"ID", "ID"}, Header{"Name", "NAME"}, Header{"Driver", "DRIVER"},
    Header{"CreatedAt", "CREATED"}, Header{"UpdatedAt", "UPDATED"}, Header{"Labels", "LABELS"},
};
constexpr std::array kStackHeaders{Header{"Name", "NAME"}, Header{"Services", "SERVICES"}};

struct Kind {
    Listed listed;
    format::ListKind list;
    std::string_view table;
    std::string_view raw;
    std::string_view quiet_raw;
};

constexpr std::array kKinds{
    Kind{Listed::Node, {"*node.nodeContext", kNodeHeaders},
         "table {{.ID}} {{if .Self}}*{{else}} {{ end }}\t{{.Hostname}}\t{{.Status}}\t{{.Availability}}\t{{.ManagerStatus}}\t{{.EngineVersion}}",
         "node_id: {{.ID}}\\nhostname: {{.Hostname}}\\nstatus: {{.Status}}\\navailability: {{.Availability}}\\nmanager_status: {{.ManagerStatus}}\\n",
         "node_id: {{.ID}}"},
    Kind{Listed::Service, {"*service.serviceContext", kServiceHeaders},
         "table {{.ID}}\t{{.Name}}\t{{.Mode}}\t{{.Replicas}}\t{{.Image}}\t{{.Ports}}",
         "id: {{.ID}}\\nname: {{.Name}}\\nmode: {{.Mode}}\\nreplicas: {{.Replicas}}\\nimage: {{.Image}}\\nports: {{.Ports}}\\n",
         "id: {{.ID}}"},
    Kind{Listed::Task, {"*task.taskContext", kTaskHeaders},
         "table {{.ID}}\t{{.Name}}\t{{.Image}}\t{{.Node}}\t{{.DesiredState}}\t{{.CurrentState}}\t{{.Error}}\t{{.Ports}}",
         "id: {{.ID}}\\nname: {{.Name}}\\nimage: {{.Image}}\\nnode: {{.Node}}\\ndesired_state: {{.DesiredState}}\\ncurrent_state: {{.CurrentState}}\\nerror: {{.Error}}\\nports: {{.Ports}}\\n",
         "id: {{.ID}}"},
    Kind{Listed::Secret, {"*secret.secretContext", kDatumHeaders}, "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.CreatedAt}}\t{{.UpdatedAt}}", {}, {}},
    Kind{Listed::Config, {"*config.configContext", kDatumHeaders}, "table {{.ID}}\t{{.Name}}\t{{.CreatedAt}}\t{{.UpdatedAt}}", {}, {}},
    Kind{Listed::Stack, {"*formatter.stackContext", kStackHeaders}, "table {{.Name}}\t{{.Services}}", {}, {}},
};

const Kind& kind_of(Listed listed) {
    return *std::find_if(kKinds.begin(), kKinds.end(), [listed](const Kind& kind) { return kind.listed == listed; });
}

std::string format_of(const Kind& kind, const std::string& source, bool quiet) {
    if (source.empty() || source == "table") return std::string(quiet ? "{{.ID}}" : kind.table);
    if (source == "raw" && !kind.raw.empty()) return std::string(quiet ? kind.quiet_raw : kind.raw);
    return source;
}

std::string ago(const Json& object, std::string_view path, Time now) {
    const auto moment = parse_rfc3339(text_at(object, path));
    return moment ? format::human_duration(now - *moment) + " ago" : std::string();
}

std::string mode_word(const Json& service) {
    const Json& mode = at(service, "Spec.Mode");
    if (has(mode, "Global")) return "global";
    if (has(mode, "Replicated")) return "replicated";
    if (has(mode, "ReplicatedJob")) return "replicated job";
    return has(mode, "GlobalJob") ? "global job" : "";
}

std::string replicas_text(const Json& service) {
    const std::int64_t running = number_at(service, "ServiceStatus.RunningTasks");
    const std::int64_t desired = number_at(service, "ServiceStatus.DesiredTasks");
    const std::int64_t completed = number_at(service, "ServiceStatus.CompletedTasks");
    const std::string mode = mode_word(service);
    if (mode == "replicated job")
        return fmt::format("{}/{} ({}/{} completed)", running, desired, completed, number_at(service, "Spec.Mode.ReplicatedJob.TotalCompletions"));
    if (mode == "global job") return fmt::format("{}/{} ({}/{} completed)", running, desired, completed, desired + completed);
    const std::int64_t most = mode == "replicated" ? number_at(service, "Spec.TaskTemplate.Placement.MaxReplicas") : 0;
    return most > 0 ? fmt::format("{}/{} (max {} per node)", running, desired, most) : fmt::format("{}/{}", running, desired);
}

struct PortRange {
    std::int64_t published = 0;
    std::int64_t published_end = 0;
    std::int64_t target = 0;
    std::int64_t target_end = 0;
    std::string protocol;

    [[nodiscard]] std::string text() const {
        const auto range = [](std::int64_t first, std::int64_t last) { return last > first ? fmt::format("{}-{}", first, last) : std::to_string(first); };
        return fmt::format("*:{}->{}/{}", range(published, published_end), range(target, target_end), protocol);
    }
};

// Ports that follow one another become ranges.
std::string ports_text(const Json& service) {
    std::vector<PortRange> ports;
    for (const Json& port : at(service, "Endpoint.Ports")) {
        if (text_at(port, "PublishMode") != "ingress") continue;
        const std::int64_t published = number_at(port, "PublishedPort");
        const std::int64_t target = number_at(port, "TargetPort");
        ports.push_back({published, published, target, target, text_at(port, "Protocol")});
    }
    std::stable_sort(ports.begin(), ports.end(), [](const PortRange& a, const PortRange& b) { return std::tie(a.protocol, a.published) < std::tie(b.protocol, b.published); });
    std::vector<PortRange> joined;
    for (const PortRange& port : ports) {
        PortRange* last = joined.empty() ? nullptr : &joined.back();
        // As docker's unsigned numbers have it, a target below the last one's begins anew.
        const bool follows = last != nullptr && port.protocol == last->protocol && port.published - last->published_end <= 1 &&
                             port.target - last->target_end <= 1 && port.target >= last->target_end &&
                             (last->target_end == last->target || port.target > last->target_end);
        if (follows) {
            last->published_end = port.published;
            last->target_end = port.target;
        } else {
            joined.push_back(port);
        }
    }
    std::string out;
    for (const PortRange& port : joined) out += (out.empty() ? "" : ", ") + port.text();
    return out;
}

std::string manager_word(const Json& node) {
    if (flag_at(node, "ManagerStatus.Leader")) return "Leader";
    return capitalised(text_at(node, "ManagerStatus.Reachability"));
}

std::string tls_word(const Json& node, const Json& info) {
    const Json& of_swarm = at(info, "Swarm.Cluster.TLSInfo");
    const Json& of_node = at(node, "Description.TLSInfo");
    if (of_swarm.empty() || of_node.empty()) return "Unknown";
    return of_swarm == of_node ? "Ready" : "Needs Rotation";
}

}  // namespace

std::string capitalised(std::string text) {
    text = lower(text);
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::string without_digest(const std::string& reference) {
    const std::size_t digest = reference.find('@');
    if (digest == std::string::npos) return reference;
    const std::string name = reference.substr(0, digest);
    const std::size_t colon = name.rfind(':');
    const bool tagged = colon != std::string::npos && name.find('/', colon) == std::string::npos;
    return tagged ? name : reference;
}

std::vector<const Json*> pointers(const Json& list) {
    std::vector<const Json*> out;
    if (!list.is_array()) return out;
    for (const Json& item : list) out.push_back(&item);
    return out;
}

void sort_naturally(std::vector<const Json*>& list, std::string_view path) {
    std::stable_sort(list.begin(), list.end(), [path](const Json* a, const Json* b) { return format::natural_less(text_at(*a, path), text_at(*b, path)); });
}

Ending render(Listed kind, const std::string& source, bool quiet, const std::vector<Row>& rows) {
    const Kind& row = kind_of(kind);
    const auto text = format::render_list(row.list, format_of(row, source, quiet), rows);
    return text ? ends(*text) : ends_badly(text.error().message);
}

std::vector<Row> node_rows(const Json& nodes, const Json& info) {
    std::vector<const Json*> sorted = pointers(nodes);
    sort_naturally(sorted, "Description.Hostname");
    std::vector<Row> rows;
    for (const Json* node : sorted) {
        const bool self = text_at(*node, "ID") == text_at(info, "Swarm.NodeID");
        Row row;
        row.add("Availability", capitalised(text_at(*node, "Spec.Availability")));
        row.add("EngineVersion", text_at(*node, "Description.Engine.EngineVersion"));
        row.add("Hostname", text_at(*node, "Description.Hostname"));
        row.add("ID", text_at(*node, "ID"));
        row.add("ManagerStatus", manager_word(*node));
        row.cells.push_back({"Self", self ? "true" : "false", Cell::Kind::Json});
        row.add("Status", capitalised(text_at(*node, "Status.State")));
        row.add("TLSStatus", tls_word(*node, info));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Row> service_rows(const Json& services) {
    std::vector<const Json*> sorted = pointers(services);
    sort_naturally(sorted, "Spec.Name");
    std::vector<Row> rows;
    for (const Json* service : sorted) {
        Row row;
        row.add("ID", format::short_id(text_at(*service, "ID")));
        row.add("Image", without_digest(text_at(*service, "Spec.TaskTemplate.ContainerSpec.Image")));
        row.add("Mode", mode_word(*service));
        row.add("Name", text_at(*service, "Spec.Name"));
        row.add("Ports", ports_text(*service));
        row.add("Replicas", replicas_text(*service));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Row> datum_rows(const Json& data, Time now, bool secrets) {
    std::vector<const Json*> sorted = pointers(data);
    sort_naturally(sorted, "Spec.Name");
    std::vector<Row> rows;
    for (const Json* datum : sorted) {
        Row row;
        row.labels.emplace();
        std::string labels;
        if (const Json& members = at(*datum, "Spec.Labels"); members.is_object()) {
            std::map<std::string, std::string> by_name;
            for (const auto& [name, value] : members.items())
                if (value.is_string()) by_name[name] = value.get<std::string>();
            for (const auto& [name, value] : by_name) {
                row.labels->emplace_back(name, value);
                labels += fmt::format("{}{}={}", labels.empty() ? "" : ",", name, value);
            }
        }
        row.add("CreatedAt", ago(*datum, "CreatedAt", now));
        if (secrets) row.add("Driver", text_at(*datum, "Spec.Driver.Name"));
        row.add("ID", text_at(*datum, "ID"));
        row.add("Labels", labels);
        row.add("Name", text_at(*datum, "Spec.Name"));
        row.add("UpdatedAt", ago(*datum, "UpdatedAt", now));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Row> stack_rows(const std::map<std::string, int>& stacks) {
    std::vector<std::pair<std::string, int>> sorted(stacks.begin(), stacks.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return format::natural_less(a.first, b.first); });
    std::vector<Row> rows;
    for (const auto& [name, services] : sorted) {
        Row row;
        row.add("Name", name);
        row.add("Services", std::to_string(services));
        rows.push_back(std::move(row));
    }
    return rows;
}

Row task_row(const NamedTask& named, Time now, bool truncate) {
    constexpr int kMostErrorColumns = 30;
    const Json& task = *named.task;
    const std::string id = text_at(task, "ID");
    const std::string image = text_at(task, "Spec.ContainerSpec.Image");
    std::string error = text_at(task, "Status.Err");
    if (truncate) error = format::ellipsis(error, kMostErrorColumns);
    std::string ports;
    for (const Json& port : at(task, "Status.PortStatus.Ports"))
        ports += fmt::format("{}*:{}->{}/{}", ports.empty() ? "" : ",", number_at(port, "PublishedPort"), number_at(port, "TargetPort"), text_at(port, "Protocol"));
    Row row;
    row.add("CurrentState", fmt::format("{} {}", capitalised(text_at(task, "Status.State")), lower(ago(task, "Status.Timestamp", now))));
    row.add("DesiredState", capitalised(text_at(task, "DesiredState")));
    row.add("Error", error.empty() ? error : fmt::format("\"{}\"", error));
    row.add("ID", truncate ? format::short_id(id) : id);
    row.add("Image", truncate ? without_digest(image) : image);
    row.add("Name", named.name);
    row.add("Node", named.node);
    row.add("Ports", ports);
    return row;
}

}  // namespace podium::programs::docker
