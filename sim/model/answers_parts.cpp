#include "sim/model/answers_parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container.hpp"
#include "sim/model/container_image.hpp"
#include "sim/model/given_files.hpp"
#include "sim/model/volume.hpp"
#include "sim/model/way.hpp"

namespace podium::model {
namespace {

const ContainerDetail& detail_or_empty(const Container& c) {
    static const ContainerDetail kNone;
    return c.detail ? *c.detail : kNone;
}

const ImageConfig& config_or_empty(const ImagePointer& image) {
    static const ImageConfig kNone;
    return image ? image->config : kNone;
}

Json endpoint_json(const ContainerRow& row, const Endpoint& endpoint, bool with_aliases) {
    const bool known = endpoint.bridge && endpoint.was_connected;
    const Bridge* bridge = endpoint.bridge ? &row.world.bridge(endpoint.bridge) : nullptr;
    const bool addressed = endpoint.connected && endpoint.ipv4;
    Json out;
    out["IPAMConfig"] = nullptr;
    if (!endpoint.wanted_ipv4.empty()) {
        out["IPAMConfig"] = Json{{"IPv4Address", endpoint.wanted_ipv4}};
    } else if (!known && made_by_compose_1(row)) {
        out["IPAMConfig"] = Json::object();
    }
    const bool linked = bridge != nullptr && !bridge->predefined && &endpoint == &row.d.endpoints.front();
    out["Links"] = linked ? text_list(row.spec.links) : Json(nullptr);
    out["Aliases"] = with_aliases ? text_list(endpoint.aliases) : Json(nullptr);
    out["NetworkID"] = known ? bridge->id : "";
    out["EndpointID"] = endpoint.connected ? endpoint_id_text(row.world, row.id, endpoint) : "";
    out["Gateway"] = addressed && !bridge->internal ? bridge->gateway.text() : "";
    out["IPAddress"] = addressed ? endpoint.ipv4.text() : "";
    out["IPPrefixLen"] = addressed ? bridge->subnet.prefix_length : 0;
    out["IPv6Gateway"] = "";
    out["GlobalIPv6Address"] = "";
    out["GlobalIPv6PrefixLen"] = 0;
    out["MacAddress"] = addressed ? mac_from_ip(endpoint.ipv4) : "";
    out["DriverOpts"] = nullptr;
    return out;
}

// The mode column of a mount: what stood behind the last colon of -v, or what the engine puts
// there.
std::string mount_mode(const ContainerRow& row, const MountPoint& point) {
    if (point.mount.read_only) return "ro";
    if (point.anonymous && !point.copied) return "";
    if (made_by_compose_1(row)) return "rw";
    return point.mount.kind == MountKind::Volume ? "z" : "";
}

Json ports_list_json(const ContainerRow& row) {
    Json out = Json::array();
    if (!has_port_map(row)) return out;
    for (const std::string& exposed : exposed_ports_of(row.world, row.id)) {
        const std::size_t slash = exposed.find('/');
        const std::string protocol = exposed.substr(slash + 1);
        const std::string number = exposed.substr(0, slash);
        bool published = false;
        for (const auto& port : row.d.ports) {
            if (fmt::format("{}", port.container_port) != number || port.protocol != protocol)
                continue;
            published = true;
            Json one;
            one["IP"] = port.host_ip;
            one["PrivatePort"] = port.container_port;
            one["PublicPort"] = port.host_port;
            one["Type"] = protocol;
            out.push_back(std::move(one));
        }
        if (published) continue;
        Json one;
        one["PrivatePort"] = std::stoi(number);
        one["Type"] = protocol;
        out.push_back(std::move(one));
    }
    return out;
}

// The name a container was made with, unless it now means another image.
std::string listed_image(const ContainerRow& row) {
    const std::string id = image_id_of(row);
    const ImagePointer now = row.world.host(row.c.host).images.find(row.spec.image);
    return id.empty() || (now && now->id == id) ? row.spec.image : id;
}

}  // namespace

ContainerRow::ContainerRow(const World& w, ContainerId container)
    : world(w),
      id(container),
      c(w.container(container)),
      spec(w.spec(c)),
      d(detail_or_empty(c)),
      image(image_of(w, container)),
      config(config_or_empty(image)),
      id_text(container_id_text(w, container)),
      skew(w.host(c.host).clock_skew),
      live(c.state == ContainerState::Running || c.state == ContainerState::Paused) {}

Json text_list(std::span<const std::string> texts) {
    if (texts.empty()) return nullptr;
    Json out = Json::array();
    for (const std::string& text : texts)
        out.push_back(text);
    return out;
}

Json text_map(const std::map<std::string, std::string>& texts) {
    Json out = Json::object();
    for (const auto& [key, value] : texts)
        out[key] = value;
    return out;
}

Json labels_json(const std::map<std::string, std::string>& labels, bool null_if_empty) {
    return labels.empty() && null_if_empty ? Json(nullptr) : text_map(labels);
}

std::map<std::string, std::string> labels_of(const ContainerRow& row) {
    std::map<std::string, std::string> labels = row.spec.labels;
    labels.insert(row.config.labels.begin(), row.config.labels.end());
    return labels;
}

bool has_port_map(const ContainerRow& row) { return row.live && gateway_of(row.world, row.id) != nullptr; }

Json networks_json(const ContainerRow& row, bool with_aliases) {
    std::map<std::string, Json> by_name;
    for (const Endpoint& endpoint : row.d.endpoints)
        by_name[endpoint.network] = endpoint_json(row, endpoint, with_aliases);
    Json out = Json::object();
    for (auto& [name, endpoint] : by_name)
        out[name] = std::move(endpoint);
    return out;
}

Json mounts_json(const ContainerRow& row) {
    Json out = Json::array();
    for (const MountPoint& point : row.d.mounts) {
        if (is_tmpfs_flag(point.mount) || is_given(point.mount)) continue;
        const bool volume = point.mount.kind == MountKind::Volume;
        const bool bind = point.mount.kind == MountKind::Bind;
        Json one;
        one["Type"] = volume ? "volume" : bind ? "bind" : "tmpfs";
        if (volume) one["Name"] = row.world.volume(point.volume).name;
        one["Source"] = volume ? volume_path(row.world, point.volume) : bind ? point.mount.source : "";
        one["Destination"] = point.mount.target;
        if (volume) one["Driver"] = row.world.volume(point.volume).driver;
        one["Mode"] = volume || bind ? mount_mode(row, point) : "";
        one["RW"] = !point.mount.read_only;
        one["Propagation"] = bind ? "rprivate" : "";
        out.push_back(std::move(one));
    }
    return out;
}

std::string network_mode_text(const ContainerRow& row) {
    const std::string& mode = row.spec.network_mode;
    return mode.empty() ? "default" : mode;
}

bool made_by_compose_1(const ContainerRow& row) {
    const auto label = row.spec.labels.find("com.docker.compose.version");
    return label != row.spec.labels.end() && label->second.starts_with("1.");
}

std::string image_id_of(const ContainerRow& row) {
    return row.image ? row.image->id : "";
}

std::string human_duration(Duration duration) {
    const std::int64_t seconds = duration.nanoseconds / 1'000'000'000;
    if (seconds < 1) return "Less than a second";
    if (seconds == 1) return "1 second";
    if (seconds < 60) return fmt::format("{} seconds", seconds);
    const std::int64_t minutes = seconds / 60;
    if (minutes == 1) return "About a minute";
    if (minutes < 60) return fmt::format("{} minutes", minutes);
    const std::int64_t hours = (seconds + 1800) / 3600;
    if (hours == 1) return "About an hour";
    if (hours < 48) return fmt::format("{} hours", hours);
    if (hours < 24 * 7 * 2) return fmt::format("{} days", hours / 24);
    if (hours < 24 * 30 * 2) return fmt::format("{} weeks", hours / 24 / 7);
    if (hours < 24 * 365 * 2) return fmt::format("{} months", hours / 24 / 30);
    return fmt::format("{} years", seconds / 3600 / 24 / 365);
}

std::string status_text(const ContainerRow& row) {
    const Time now = row.world.kernel.now();
    // Stamps and the present are the host's clock's.
    const std::string up = human_duration(row.stamped(now) - row.stamped(row.c.started));
    const std::string ended = human_duration(row.stamped(now) - row.stamped(row.c.finished));
    switch (row.c.state) {
        case ContainerState::Paused:
            return fmt::format("Up {} (Paused)", up);
        case ContainerState::Restarting:
            return fmt::format("Restarting ({}) {} ago", row.c.exit_code, ended);
        case ContainerState::Running:
            if (row.d.health.status == HealthStatus::None) return "Up " + up;
            if (row.d.health.status == HealthStatus::Starting)
                return fmt::format("Up {} (health: starting)", up);
            return fmt::format("Up {} ({})", up, health_status_name(row.d.health.status));
        case ContainerState::Removing:
            return "Removal In Progress";
        case ContainerState::Removed:
            return "Dead";
        case ContainerState::Created:
            return "Created";
        case ContainerState::Exited:
            return fmt::format("Exited ({}) {} ago", row.c.exit_code, ended);
    }
    return "";
}

std::string command_text(std::span<const std::string> argv) {
    std::string out;
    for (std::size_t i = 0; i < argv.size(); ++i) {
        const bool quoted = i > 0 && argv[i].find(' ') != std::string::npos;
        out += fmt::format(
            "{}{}{}{}", i == 0 ? "" : " ", quoted ? "'" : "", argv[i], quoted ? "'" : "");
    }
    return out;
}

bool query_flag(const std::map<std::string, std::string>& options, const std::string& name) {
    const std::string value = query_text(options, name);
    return !(value.empty() || value == "0" || value == "no" || value == "false" ||
             value == "False" || value == "none");
}

std::string query_text(const std::map<std::string, std::string>& options, const std::string& name) {
    const auto found = options.find(name);
    return found == options.end() ? "" : found->second;
}

Json container_summary_json(const ContainerRow& row, bool size) {
    Json out;
    out["Id"] = row.id_text;
    out["Names"] = Json::array({"/" + std::string(row.world.name_of(row.id))});
    out["Image"] = listed_image(row);
    out["ImageID"] = image_id_of(row);
    out["Command"] = command_text(row.d.argv);
    out["Created"] = unix_seconds(row.stamped(row.d.created), row.skew);
    out["Ports"] = ports_list_json(row);
    if (size) {
        const std::int64_t own = row.d.layer.size_bytes();
        if (own != 0) out["SizeRw"] = own;
        out["SizeRootFs"] = own + (row.image ? row.image->size_bytes() : 0);
    }
    out["Labels"] = text_map(labels_of(row));
    out["State"] = container_state_name(row.c.state);
    out["Status"] = status_text(row);
    out["HostConfig"] = Json{{"NetworkMode", network_mode_text(row)}};
    out["NetworkSettings"] = Json{{"Networks", networks_json(row, false)}};
    out["Mounts"] = mounts_json(row);
    return out;
}

}  // namespace podium::model
