// The typed form of what a service holds: ports, mounts, networks, health check, deploy; and of the
// project's networks, volumes, secrets and configs.

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/compose_file/typed.hpp"

namespace podium::compose {
namespace {

template <class T>
struct Choice {
    std::string_view word;
    T value;
};

// One of a few words; the first choice when the key is not there.
template <class T, std::size_t N>
T choose(const Node& mapping,
         std::string_view key,
         const Path& path,
         const Choice<T> (&choices)[N],
         Reader& reader) {
    const Node* node = mapping.find(key);
    if (node == nullptr || node->is_null()) return choices[0].value;
    std::vector<std::string> words;
    for (const Choice<T>& choice : choices) {
        if (choice.word == node->text) return choice.value;
        words.emplace_back(choice.word);
    }
    const std::string meant = nearest(node->text, words);
    reader.fail_for_engine(fmt::format("{}: invalid value '{}'", path_text(path_of(path, key)), node->text),
                node->place,
                meant.empty() ? "write one of: " + join(words, ", ")
                              : fmt::format("did you mean '{}'?", meant));
    return choices[0].value;
}

UpdateConfig update_config(const Node& node, const Path& path, Reader& reader) {
    static constexpr Choice<FailureAction> kActions[] = {{"pause", FailureAction::Pause},
                                                         {"continue", FailureAction::Continue},
                                                         {"rollback", FailureAction::Rollback}};
    static constexpr Choice<UpdateOrder> kOrders[] = {{"stop-first", UpdateOrder::StopFirst},
                                                      {"start-first", UpdateOrder::StartFirst}};
    UpdateConfig config;
    config.parallelism = reader.integer(node, "parallelism", path).value_or(1);
    config.delay = reader.duration(node, "delay", path).value_or(Duration{});
    config.failure_action = choose(node, "failure_action", path, kActions, reader);
    const auto monitor = reader.duration(node, "monitor", path);
    config.monitor_written = monitor.has_value();
    config.monitor = monitor.value_or(seconds(5));
    config.max_failure_ratio = reader.number(node, "max_failure_ratio", path, 0);
    config.order = choose(node, "order", path, kOrders, reader);
    config.place = node.place;
    return config;
}

TaskRestartPolicy task_restart(const Node& node, const Path& path, Reader& reader) {
    static constexpr Choice<TaskRestart> kConditions[] = {{"any", TaskRestart::Any},
                                                          {"on-failure", TaskRestart::OnFailure},
                                                          {"none", TaskRestart::None},
                                                          {"always", TaskRestart::Any},
                                                          {"no", TaskRestart::None},
                                                          {"unless-stopped", TaskRestart::Any}};
    TaskRestartPolicy policy;
    policy.condition = choose(node, "condition", path, kConditions, reader);
    policy.delay = reader.duration(node, "delay", path);
    policy.max_attempts = reader.integer(node, "max_attempts", path);
    policy.window = reader.duration(node, "window", path);
    policy.place = node.place;
    return policy;
}

DeviceRequest device_request(const Node& node, const Path& path, Reader& reader) {
    DeviceRequest request;
    request.capabilities = Reader::list(node, "capabilities");
    request.driver = Reader::text(node, "driver");
    const Node* count = node.find("count");
    if (count != nullptr && count->text == "all") {
        request.count = -1;
    } else {
        request.count = reader.integer(node, "count", path);
    }
    request.device_ids = Reader::list(node, "device_ids");
    request.options = Reader::pairs(node, "options");
    request.place = node.place;
    return request;
}

Resources resources(const Node& node, const Path& path, Reader& reader) {
    Resources out;
    if (const Node* limits = node.find("limits"); limits != nullptr && limits->is_mapping()) {
        const Path inner = path_of(path, "limits");
        out.limit_nano_cpus = reader.nano(*limits, "cpus", inner);
        out.limit_memory_bytes = reader.bytes(*limits, "memory", inner);
        out.limit_pids = reader.integer(*limits, "pids", inner);
    }
    const Node* reservations = node.find("reservations");
    if (reservations == nullptr || !reservations->is_mapping()) return out;
    const Path inner = path_of(path, "reservations");
    out.reserved_nano_cpus = reader.nano(*reservations, "cpus", inner);
    out.reserved_memory_bytes = reader.bytes(*reservations, "memory", inner);
    if (const Node* generic = reservations->find("generic_resources")) {
        for (const Node& item : generic->items) {
            const Node* spec = item.find("discrete_resource_spec");
            if (spec == nullptr) continue;
            out.generic_resources.push_back(
                {Reader::text(*spec, "kind"),
                 reader.integer(*spec, "value", path_of(inner, "generic_resources")).value_or(0)});
        }
    }
    out.devices = typed_devices(*reservations, "devices", inner, reader);
    return out;
}

Placement placement(const Node& node, const Path& path, Reader& reader) {
    Placement out;
    out.constraints = Reader::list(node, "constraints");
    if (const Node* preferences = node.find("preferences")) {
        for (const Node& item : preferences->items)
            out.spread.push_back(Reader::text(item, "spread"));
    }
    out.max_replicas_per_node = reader.integer(node, "max_replicas_per_node", path).value_or(0);
    out.place = node.place;
    return out;
}

}  // namespace

std::vector<DeviceRequest> typed_devices(const Node& mapping, std::string_view key, const Path& path, Reader& reader) {
    std::vector<DeviceRequest> out;
    const Node* devices = mapping.find(key);
    if (devices == nullptr) return out;
    for (std::size_t i = 0; i < devices->items.size(); ++i)
        out.push_back(device_request(devices->items[i], path_of(path_of(path, key), index_step(i)), reader));
    return out;
}

Deploy typed_deploy(const Node& node, const Path& path, Reader& reader) {
    static constexpr Choice<DeployMode> kModes[] = {{"replicated", DeployMode::Replicated},
                                                    {"global", DeployMode::Global},
                                                    {"replicated-job", DeployMode::ReplicatedJob},
                                                    {"global-job", DeployMode::GlobalJob}};
    static constexpr Choice<EndpointMode> kEndpoints[] = {{"vip", EndpointMode::VirtualIp},
                                                          {"dnsrr", EndpointMode::DnsRoundRobin}};
    Deploy deploy;
    deploy.mode = choose(node, "mode", path, kModes, reader);
    deploy.replicas = reader.integer(node, "replicas", path);
    deploy.endpoint_mode = choose(node, "endpoint_mode", path, kEndpoints, reader);
    deploy.labels = Reader::pairs(node, "labels");
    const auto mapping = [&node](std::string_view key) -> const Node* {
        const Node* found = node.find(key);
        return found != nullptr && found->is_mapping() ? found : nullptr;
    };
    if (const Node* found = mapping("resources"))
        deploy.resources = resources(*found, path_of(path, "resources"), reader);
    if (const Node* found = mapping("restart_policy")) {
        deploy.restart_policy = task_restart(*found, path_of(path, "restart_policy"), reader);
        deploy.restart_policy->place = node.find_entry("restart_policy")->place;
    }
    if (const Node* found = mapping("update_config")) {
        deploy.update_config = update_config(*found, path_of(path, "update_config"), reader);
    }
    if (const Node* found = mapping("rollback_config")) {
        deploy.rollback_config = update_config(*found, path_of(path, "rollback_config"), reader);
    }
    if (const Node* found = mapping("placement"))
        deploy.placement = placement(*found, path_of(path, "placement"), reader);
    deploy.place = node.place;
    return deploy;
}

HealthCheck typed_health_check(const Node& node, const Path& path, Reader& reader) {
    HealthCheck check;
    const Node* test = node.find("test");
    if (test != nullptr && test->is_string()) {
        check.test = {"CMD-SHELL", test->text};
    } else {
        check.test = Reader::list(node, "test");
    }
    check.interval = reader.duration(node, "interval", path);
    check.timeout = reader.duration(node, "timeout", path);
    check.retries = reader.integer(node, "retries", path);
    check.start_period = reader.duration(node, "start_period", path);
    check.start_interval = reader.duration(node, "start_interval", path);
    check.disable = reader.boolean(node, "disable", path);
    if (check.retries && *check.retries < 0) {
        reader.fail_for_engine(fmt::format("{}.retries must be greater than or equal to 0", path_text(path)),
                    node.find("retries")->place,
                    "write a number from 0 up");
    }
    if (check.disable) check.test = {"NONE"};
    if (!check.test.empty() && check.test[0] == "NONE") check.disable = true;
    check.place = node.place;
    return check;
}

std::vector<Mount> typed_mounts(const Node& service, const Path& path, Reader& reader) {
    static constexpr Choice<MountType> kTypes[] = {{"volume", MountType::Volume},
                                                   {"bind", MountType::Bind},
                                                   {"tmpfs", MountType::Tmpfs},
                                                   {"image", MountType::Image},
                                                   {"npipe", MountType::NamedPipe},
                                                   {"cluster", MountType::Cluster}};
    std::vector<Mount> out;
    const Node* node = service.find("volumes");
    if (node == nullptr) return out;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const Node& item = node->items[i];
        const Path inner = path_of(path_of(path, "volumes"), index_step(i));
        Mount mount;
        mount.type = choose(item, "type", inner, kTypes, reader);
        mount.source = Reader::text(item, "source");
        mount.target = clean_path(Reader::text(item, "target"));
        mount.read_only = reader.boolean(item, "read_only", inner);
        mount.consistency = Reader::text(item, "consistency");
        mount.place = item.place;
        if (const Node* bind = item.find("bind"); bind != nullptr && bind->is_mapping()) {
            mount.propagation = Reader::text(*bind, "propagation");
            mount.selinux = Reader::text(*bind, "selinux");
            mount.recursive = Reader::text(*bind, "recursive");
            // Compose 2 makes a missing host path unless told not to; long forms without `bind`
            // don't say.
            mount.create_host_path =
                reader.boolean(*bind, "create_host_path", path_of(inner, "bind"), true);
        }
        if (const Node* volume = item.find("volume"); volume != nullptr && volume->is_mapping()) {
            mount.nocopy = reader.boolean(*volume, "nocopy", path_of(inner, "volume"));
            mount.subpath = Reader::text(*volume, "subpath");
            mount.volume_labels = Reader::pairs(*volume, "labels");
        }
        if (const Node* image = item.find("image"); image != nullptr && image->is_mapping()) {
            mount.subpath = Reader::text(*image, "subpath");
        }
        if (const Node* tmpfs = item.find("tmpfs"); tmpfs != nullptr && tmpfs->is_mapping()) {
            mount.tmpfs_size_bytes = reader.bytes(*tmpfs, "size", path_of(inner, "tmpfs"));
            mount.tmpfs_mode = reader.integer(*tmpfs, "mode", path_of(inner, "tmpfs"));
        }
        if (mount.type == MountType::Bind && mount.source.empty()) {
            reader.fail_for_engine(
                fmt::format(
                    "invalid mount config for type \"bind\": field Source must not be empty"),
                item.place,
                "add 'source:'");
        }
        out.push_back(std::move(mount));
    }
    return out;
}

std::vector<Port> typed_ports(const Node& service, const Path& path, Reader& reader) {
    std::vector<Port> out;
    const Node* node = service.find("ports");
    if (node == nullptr) return out;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const Node& item = node->items[i];
        const Path inner = path_of(path_of(path, "ports"), index_step(i));
        Port port;
        port.name = Reader::text(item, "name");
        port.host_ip = Reader::text(item, "host_ip");
        port.protocol = lower(Reader::text(item, "protocol"));
        if (port.protocol.empty()) port.protocol = "tcp";
        port.mode = Reader::text(item, "mode");
        if (port.mode.empty()) port.mode = "ingress";
        port.app_protocol = Reader::text(item, "app_protocol");
        port.published_text = Reader::text(item, "published");
        port.place = item.place;
        const std::int64_t target = reader.integer(item, "target", inner).value_or(0);
        if (std::in_range<int>(target)) port.target = static_cast<int>(target);
        if (target < 1 || target > 65'535) {
            const Node* written = item.find("target");
            reader.fail_for_engine(fmt::format("{}: invalid container port {}", path_text(inner), target),
                        written == nullptr ? item.place : written->place,
                        "ports are 1 to 65535");
        }
        const std::size_t dash = port.published_text.find('-');
        std::int64_t first = 0;
        std::int64_t last = 0;
        const std::string& text = port.published_text;
        if (!text.empty() &&
            (!parse_integer(text.substr(0, dash), first) ||
             !parse_integer(dash == std::string::npos ? text : text.substr(dash + 1), last) ||
             first < 0 || last < first || last > 65'535)) {
            reader.fail_for_engine(fmt::format("{}: invalid published port '{}'", path_text(inner), text),
                        item.place,
                        "ports are 1 to 65535");
        } else {
            port.published = static_cast<int>(first);
            port.published_end = static_cast<int>(last);
        }
        out.push_back(std::move(port));
    }
    return out;
}

std::vector<Attachment> typed_attachments(const Node& service, const Path& path, Reader& reader) {
    std::vector<Attachment> out;
    const Node* node = service.find("networks");
    if (node == nullptr) return out;
    for (const Entry& entry : node->entries) {
        const Path inner = path_of(path_of(path, "networks"), entry.key);
        Attachment attachment;
        attachment.network = entry.key;
        attachment.place = entry.place;
        attachment.aliases = Reader::list(entry.value, "aliases");
        attachment.ipv4_address = Reader::text(entry.value, "ipv4_address");
        attachment.ipv6_address = Reader::text(entry.value, "ipv6_address");
        attachment.link_local_ips = Reader::list(entry.value, "link_local_ips");
        attachment.mac_address = Reader::text(entry.value, "mac_address");
        attachment.interface_name = Reader::text(entry.value, "interface_name");
        attachment.driver_opts = Reader::pairs(entry.value, "driver_opts");
        attachment.priority = reader.integer(entry.value, "priority", inner).value_or(0);
        attachment.gw_priority = reader.integer(entry.value, "gw_priority", inner).value_or(0);
        out.push_back(std::move(attachment));
    }
    std::sort(out.begin(), out.end(), [](const Attachment& a, const Attachment& b) {
        if (a.priority != b.priority) return a.priority > b.priority;
        return a.network < b.network;
    });
    return out;
}

Network typed_network(const Node& node,
                      const std::string& key,
                      const Place& place,
                      Reader& reader) {
    const Path path{"networks", key};
    Network network;
    network.key = key;
    network.place = place;
    network.name = Reader::text(node, "name");
    network.driver = Reader::text(node, "driver");
    network.external = reader.boolean(node, "external", path);
    network.internal = reader.boolean(node, "internal", path);
    network.attachable = reader.boolean(node, "attachable", path);
    network.enable_ipv4 = reader.optional_boolean(node, "enable_ipv4", path);
    network.enable_ipv6 = reader.optional_boolean(node, "enable_ipv6", path);
    network.driver_opts = Reader::pairs(node, "driver_opts");
    network.labels = Reader::pairs(node, "labels");
    const Node* ipam = node.find("ipam");
    if (ipam == nullptr) return network;
    network.ipam_driver = Reader::text(*ipam, "driver");
    if (const Node* pools = ipam->find("config")) {
        for (const Node& item : pools->items) {
            network.ipam.push_back({Reader::text(item, "subnet"),
                                    Reader::text(item, "ip_range"),
                                    Reader::text(item, "gateway"),
                                    Reader::pairs(item, "aux_addresses")});
        }
    }
    return network;
}

Volume typed_volume(const Node& node, const std::string& key, const Place& place, Reader& reader) {
    Volume volume;
    volume.key = key;
    volume.place = place;
    volume.name = Reader::text(node, "name");
    volume.driver = Reader::text(node, "driver");
    volume.external = reader.boolean(node, "external", {"volumes", key});
    volume.driver_opts = Reader::pairs(node, "driver_opts");
    volume.labels = Reader::pairs(node, "labels");
    return volume;
}

FileObject typed_file_object(const Node& node,
                             std::string_view section,
                             const std::string& key,
                             const Place& place,
                             Reader& reader) {
    FileObject object;
    object.key = key;
    object.place = place;
    object.name = Reader::text(node, "name");
    object.file = Reader::text(node, "file");
    object.environment = Reader::text(node, "environment");
    if (const Node* content = node.find("content"); content != nullptr && content->is_scalar()) {
        object.content = content->text;
    }
    object.external = reader.boolean(node, "external", {std::string(section), key});
    object.driver = Reader::text(node, "driver");
    object.template_driver = Reader::text(node, "template_driver");
    object.labels = Reader::pairs(node, "labels");
    return object;
}

}  // namespace podium::compose
