#include "sim/programs/compose/found.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/client.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string label_of(const Found& found, const char* name) {
    const auto label = found.labels.find(name);
    return label == found.labels.end() ? std::string() : label->second;
}

void read_ports(const Json& row, Found& found) {
    for (const Json& port : row.value("Ports", Json::array())) {
        format::ListedPort listed;
        listed.ip = text_of(port, "IP");
        listed.private_port = port.value("PrivatePort", std::uint16_t{0});
        listed.public_port = port.value("PublicPort", std::uint16_t{0});
        listed.type = text_of(port, "Type");
        found.ports.push_back(std::move(listed));
    }
}

Found read_one(const Json& row) {
    Found found;
    found.id = text_of(row, "Id");
    if (const auto names = row.find("Names"); names != row.end() && names->is_array() && !names->empty()) found.name = (*names)[0].get<std::string>();
    if (found.name.starts_with("/")) found.name.erase(0, 1);
    found.image = text_of(row, "Image");
    found.image_id = text_of(row, "ImageID");
    found.state = text_of(row, "State");
    found.status = text_of(row, "Status");
    found.command = text_of(row, "Command");
    found.created = row.value("Created", std::int64_t{0});
    const Json labels = row.value("Labels", Json::object());
    for (const auto& [name, value] : labels.items()) found.labels[name] = value.get<std::string>();
    const Json mounts = row.value("Mounts", Json::array());
    for (const Json& mount : mounts) {
        found.mounts.push_back({text_of(mount, "Type"), text_of(mount, "Name"), text_of(mount, "Destination")});
    }
    const Json settings = row.value("NetworkSettings", Json::object());
    const Json networks = settings.value("Networks", Json::object());
    for (const auto& [name, _] : networks.items()) found.networks.push_back(name);
    read_ports(row, found);
    found.service = label_of(found, kServiceLabel);
    found.project = label_of(found, kProjectLabel);
    found.config_hash = label_of(found, kHashLabel);
    found.oneoff = lower(label_of(found, kOneOffLabel)) == "true";
    parse_integer(label_of(found, kNumberLabel), found.number);
    return found;
}

}  // namespace

std::string Found::short_name(const std::string& project_name) const {
    const bool prefixed = name.starts_with(project_name) && name.size() > project_name.size() + 1;
    return prefixed ? name.substr(project_name.size() + 1) : name;
}

std::string Found::health() const {
    if (status.ends_with("(healthy)")) return "healthy";
    if (status.ends_with("(unhealthy)")) return "unhealthy";
    return status.ends_with("(health: starting)") ? "starting" : "";
}

int Found::exit_code() const {
    const std::size_t open = status.find('(');
    const std::size_t close = status.find(')');
    std::int64_t code = 0;
    if (open == std::string::npos || close == std::string::npos || close < open) return 0;
    return parse_integer(status.substr(open + 1, close - open - 1), code) ? static_cast<int>(code) : 0;
}

std::vector<Found> read_found(const std::string& body) {
    std::vector<Found> out;
    const Json list = Json::parse(body, nullptr, false);
    if (!list.is_array()) return out;
    for (const Json& row : list) out.push_back(read_one(row));
    return out;
}

model::RequestSpec list_request(const std::string& project, const std::string& service) {
    model::RequestSpec spec = request_for(model::Operation::ContainerList);
    spec.options.emplace("all", "1");
    Json labels = Json::array();
    labels.push_back(std::string(kProjectLabel) + "=" + project);
    if (!service.empty()) labels.push_back(std::string(kServiceLabel) + "=" + service);
    Json filters;
    filters["label"] = labels;
    spec.options["filters"] = json_bytes(filters);
    return spec;
}

namespace {

// "db:service_healthy:false,cache:service_started:true"
std::vector<compose::Dependency> dependencies_of(const std::string& label) {
    std::vector<compose::Dependency> out;
    for (const std::string& entry : split(label, ',')) {
        const std::vector<std::string> parts = split(entry, ':');
        if (parts.empty() || parts[0].empty()) continue;
        compose::Dependency dependency;
        dependency.service = parts[0];
        dependency.restart = parts.size() < 3 || parts[2] == "true";
        if (parts.size() > 1 && parts[1] == "service_healthy") dependency.condition = compose::DependencyCondition::Healthy;
        if (parts.size() > 1 && parts[1] == "service_completed_successfully") dependency.condition = compose::DependencyCondition::CompletedSuccessfully;
        out.push_back(std::move(dependency));
    }
    return out;
}

// The name of each network or volume, by what the project calls it.
std::map<std::string, std::string> resources_of(const std::string& body, const char* key_label) {
    std::map<std::string, std::string> out;
    Json list = Json::parse(body, nullptr, false);
    if (list.is_object()) list = list.value("Volumes", Json::array());
    if (!list.is_array()) return out;
    for (const Json& row : list) {
        const auto labels = row.find("Labels");
        const std::string key = labels != row.end() && labels->is_object() ? text_of(*labels, key_label) : std::string();
        if (!key.empty()) out[key] = text_of(row, "Name");
    }
    return out;
}

}  // namespace

compose::Project project_of(const std::string& name, const std::string& containers, const std::string& networks, const std::string& volumes) {
    compose::Project project;
    project.name = name;
    project.all_resources = true;
    std::map<std::string, compose::Service> services;
    for (const Found& found : read_found(containers)) {
        if (found.oneoff) continue;
        compose::Service& service = services[found.service];
        service.name = found.service;
        service.image = found.image;
        service.depends_on = dependencies_of(label_of(found, "com.docker.compose.depends_on"));
    }
    for (auto& [_, service] : services) {
        std::erase_if(service.depends_on, [&services](const compose::Dependency& dependency) { return !services.contains(dependency.service); });
        project.services.push_back(service);
    }
    for (const auto& [key, own] : resources_of(networks, "com.docker.compose.network")) {
        project.networks.emplace_back();
        project.networks.back().key = key;
        project.networks.back().name = own;
    }
    for (const auto& [key, own] : resources_of(volumes, "com.docker.compose.volume")) {
        project.volumes.emplace_back();
        project.volumes.back().key = key;
        project.volumes.back().name = own;
    }
    return project;
}

}  // namespace podium::programs::composing
