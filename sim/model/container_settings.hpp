#pragma once

// Settings of a container that the engine only hands on, to a log driver or by way of runc to the
// kernel. Here they change nothing but what inspect shows; a wrong one is refused as in life, so
// that nobody takes it for a right one. Pure functions.

#include <map>
#include <string>
#include <vector>

#include "sim/model/container_spec.hpp"

namespace podium::model {

/// "invalid CapAdd: unknown capability: \"CAP_X\""; empty when all are known (moby v20.10.24
/// daemon/container.go, validateCapabilities; oci/caps/utils.go, NormalizeLegacyCapabilities).
std::string capability_mistake(const ContainerSpec& spec);

/// What is wrong with a log driver (empty: json-file) and its options, by their names: "unknown log
/// opt 'max-sze' for json-file log driver"; empty when nothing is (moby v20.10.24
/// daemon/logger/factory.go, ValidateLogOpts, and each driver's ValidateLogOpt).
std::string log_mistake(const std::string& driver,
                        const std::map<std::string, std::string>& options);

/// "invalid --security-opt 2: \"x=y\""; empty when all are known (moby v20.10.24
/// daemon/daemon_unix.go, parseSecurityOpt).
std::string security_option_mistake(const std::vector<std::string>& options);

/// Why a container can't start with its settings and these limits, though it could be created; empty where it can:
/// options of the drivers json-file and local (daemon/logger, New), and what runc 1.1 and the
/// kernel don't take (libcontainer/configs/validate, rlimit_linux.go).
std::string settings_failure(const ContainerSpec& spec, const std::vector<Ulimit>& ulimits);

}  // namespace podium::model
