#pragma once

// What dockerd 20.10 makes of the values in its configuration file. Pure functions over the file's
// JSON, which is an object.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace podium::model {

/// "json: cannot unmarshal string into Go struct field Config.mtu of type int": a value that is of
/// another kind than its key's (moby v20.10.24 daemon/config, Config); empty where all are right.
std::string kind_mistake(const nlohmann::json& file);

/// What a dockerd that starts and one that reloads both find wrong when they have read the file
/// (daemon/config/config.go, Validate).
std::string validation_mistake(const nlohmann::json& file);

/// Why a dockerd ends whose file has passed that (cmd/dockerd/daemon.go, configureDaemonLogs;
/// daemon/daemon.go, NewDaemon).
std::string start_mistake(const nlohmann::json& file);

/// Why one that runs does not go on with its registries (daemon/reload.go, registry/config.go).
std::string registry_mistake(const nlohmann::json& file);

/// Whether a value says what is so here anyhow, as "overlay2" of storage-driver.
bool is_as_simulated(std::string_view key, const nlohmann::json& value);

/// A value's kind as Go's JSON package calls it.
std::string go_kind(const nlohmann::json& value);

}  // namespace podium::model
