#pragma once

// A project's containers as the engine lists them, with what Compose wrote into their labels.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/model/request.hpp"
#include "sim/programs/compose_file/project.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::programs::composing {

struct FoundMount {
    std::string type;
    std::string name;
    std::string destination;
};

struct Found {
    std::string id;
    std::string name;
    std::string service;
    std::string project;
    std::string image;
    std::string image_id;
    std::string state;   ///< "running", "exited", ...
    std::string status;  ///< "Up 3 seconds (healthy)".
    std::string command;
    std::string config_hash;
    std::int64_t number = 0;
    std::int64_t created = 0;
    bool oneoff = false;
    std::map<std::string, std::string> labels;
    std::vector<FoundMount> mounts;
    std::vector<std::string> networks;
    std::vector<format::ListedPort> ports;

    /// As the engine's State.Running: true while paused and while restarting too.
    [[nodiscard]] bool running() const { return state == "running" || state == "paused" || state == "restarting"; }
    [[nodiscard]] std::string short_id() const { return id.substr(0, 12); }
    /// "web_1" of "proj_web_1": the name without the project, when it begins with it.
    [[nodiscard]] std::string short_name(const std::string& project_name) const;
    /// "healthy", "unhealthy", "starting", or empty without a health check.
    [[nodiscard]] std::string health() const;
    /// Of an exited or restarting one, as the status tells it.
    [[nodiscard]] int exit_code() const;
};

/// Newest first, as the engine lists them.
std::vector<Found> read_found(const std::string& body);
/// A request for the containers of a project, stopped ones too; of one service when it is named.
model::RequestSpec list_request(const std::string& project, const std::string& service = {});

/// projectFromName: a project as the labels of its containers, networks and volumes tell it.
compose::Project project_of(const std::string& name, const std::string& containers, const std::string& networks, const std::string& volumes);

inline constexpr const char* kProjectLabel = "com.docker.compose.project";
inline constexpr const char* kServiceLabel = "com.docker.compose.service";
inline constexpr const char* kNumberLabel = "com.docker.compose.container-number";
inline constexpr const char* kOneOffLabel = "com.docker.compose.oneoff";
inline constexpr const char* kHashLabel = "com.docker.compose.config-hash";

}  // namespace podium::programs::composing
