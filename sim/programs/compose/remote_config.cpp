#include "sim/programs/compose/remote_config.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "sim/programs/compose_file/unsimulated.hpp"

namespace podium::programs::composing {
namespace {

using TextMap = std::map<std::string, std::string>;

// OPTS_EXCEPTIONS: what drivers add by themselves.
constexpr std::array<std::string_view, 3> kOptionsOfDrivers = {
    "com.docker.network.driver.overlay.vxlanid_list",
    "com.docker.network.windowsshim.hnsid",
    "com.docker.network.windowsshim.networkname"};

TextMap remote_map(const nlohmann::json& remote, const char* name) {
    TextMap out;
    const auto found = remote.find(name);
    if (found == remote.end() || !found->is_object()) return out;
    for (const auto& [key, value] : found->items()) {
        if (value.is_string()) out[key] = value.get<std::string>();
    }
    return out;
}

TextMap written_map(const std::vector<compose::Pair>& pairs) {
    TextMap out;
    for (const compose::Pair& pair : pairs)
        out[pair.name] = pair.value;
    return out;
}

// What stands in one only, or otherwise in the other.
std::vector<std::string> different_keys(const TextMap& one, const TextMap& other) {
    std::set<std::string> out;
    for (const auto* map : {&one, &other}) {
        const TextMap& opposite = map == &one ? other : one;
        for (const auto& [key, value] : *map) {
            const auto found = opposite.find(key);
            if (found == opposite.end() || found->second != value) out.insert(key);
        }
    }
    return {out.begin(), out.end()};
}

// As Python writes what may be missing.
std::string value_or_none(const TextMap& map, const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? "None" : found->second;
}

bool is_docker_key(const std::string& key) {
    return key.starts_with("com.docker.");
}

void warn_of_labels(const char* what,
                    const std::string& name,
                    const nlohmann::json& remote,
                    const std::vector<compose::Pair>& labels,
                    std::vector<std::string>& warnings) {
    for (const std::string& key :
         different_keys(remote_map(remote, "Labels"), written_map(labels))) {
        if (!is_docker_key(key))
            warnings.push_back(fmt::format(
                "{} {}: label \"{}\" has changed. It may need to be recreated.", what, name, key));
    }
}

// Whether the network is internal, where the file says so at all.
std::optional<bool> written_internal(const compose::Project& project,
                                     const compose::Network& network) {
    const compose::Node* networks = project.model.find("networks");
    const compose::Node* own = networks == nullptr ? nullptr : networks->find(network.key);
    if (own == nullptr || own->find("internal") == nullptr) return std::nullopt;
    return network.internal;
}

}  // namespace

std::string changed_network(const compose::Project& project,
                            const compose::Network& network,
                            const Answer& present,
                            std::vector<std::string>& warnings) {
    const nlohmann::json remote = nlohmann::json::parse(present.body, nullptr, false);
    if (!remote.is_object()) return {};
    const auto changed = [&network](std::string_view what) {
        return fmt::format(
            "Network \"{}\" needs to be recreated - {} has changed", network.name, what);
    };
    const bool own_driver = !network.driver.empty() && !compose::acts_as_bridge(network.driver);
    if (own_driver && remote.value("Driver", std::string()) != network.driver)
        return changed("driver");
    for (const std::string& key :
         different_keys(remote_map(remote, "Options"), written_map(network.driver_opts))) {
        if (std::find(kOptionsOfDrivers.begin(), kOptionsOfDrivers.end(), key) ==
            kOptionsOfDrivers.end())
            return changed(fmt::format("option \"{}\"", key));
    }
    const std::optional<bool> internal = written_internal(project, network);
    if (internal && *internal != remote.value("Internal", false)) return changed("internal");
    warn_of_labels("Network", network.name, remote, network.labels, warnings);
    return {};
}

std::string changed_volume(const compose::Volume& volume,
                           const Answer& present,
                           std::vector<std::string>& warnings) {
    const nlohmann::json remote = nlohmann::json::parse(present.body, nullptr, false);
    if (!remote.is_object()) return {};
    const std::string& name = volume.custom_name ? volume.name : volume.key;
    const auto changed = [&](const std::string& property,
                             const std::string& wanted,
                             const std::string& there) {
        return fmt::format(
            "Configuration for volume {} specifies {} {}, but a volume with the same name uses a "
            "different {} ({}). If you wish to use the new "
            "configuration, please remove the existing volume \"{}\" first:\n$ docker volume rm {}",
            name,
            property,
            wanted,
            property,
            there,
            volume.name,
            volume.name);
    };
    const std::string driver = remote.value("Driver", std::string());
    if (!volume.driver.empty() && driver != volume.driver)
        return changed("driver", volume.driver, driver);
    const TextMap wanted =
        compose::is_plain_directory(volume) ? TextMap{} : written_map(volume.driver_opts);
    const TextMap there = remote_map(remote, "Options");
    for (const std::string& key : different_keys(there, wanted)) {
        if (!is_docker_key(key))
            return changed(fmt::format("\"{}\" driver_opt", key),
                           value_or_none(wanted, key),
                           value_or_none(there, key));
    }
    warn_of_labels("Volume", name, remote, volume.labels, warnings);
    return {};
}

}  // namespace podium::programs::composing
