#pragma once

// What a scheduler knows of a node: what its owner says of it, and what is in use there. Plain
// data, for orchestrators of every kind; the numbers are the orchestrator's own. Modelled on
// swarmkit's manager/scheduler/nodeinfo.go, whose terms it keeps.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"

namespace podium::scheduler {

using NodeNumber = std::uint32_t;     ///< From 1 on; 0 is none.
using ServiceNumber = std::uint32_t;  ///< From 1 on; 0 is none.

using Labels = std::map<std::string, std::string>;

/// Amounts that tasks reserve and nodes have. Generic ones count pieces: "gpu" → 2.
struct Resources {
    std::int64_t nano_cpus = 0;
    std::int64_t memory_bytes = 0;
    std::map<std::string, std::int64_t> generic;

    bool operator==(const Resources&) const = default;
};

/// A port of the node itself, as tasks publish them in host mode.
struct HostPort {
    std::string protocol = "tcp";
    std::uint16_t port = 0;

    auto operator<=>(const HostPort&) const = default;
};

/// An architecture and an operating system; an empty one is any, where a task says what it can run
/// on.
struct Platform {
    std::string architecture;
    std::string os;

    bool operator==(const Platform&) const = default;
};

/// Of the engine: type "Volume", "Network" or "Log", and name.
struct Plugin {
    std::string type;
    std::string name;

    bool operator==(const Plugin&) const = default;
};

enum class Role : std::uint8_t { Worker, Manager };
enum class Availability : std::uint8_t { Active, Pause, Drain };

/// What the owner says of a node.
struct NodeDescription {
    NodeNumber number = 0;
    std::string id;
    std::string name;
    std::string hostname;
    std::string address;  ///< Its IP address, for node.ip.
    Labels labels;
    Labels engine_labels;
    Role role = Role::Worker;
    Availability availability = Availability::Active;
    bool ready = true;  ///< It answers: swarmkit's state READY.
    Platform platform{"x86_64", "linux"};
    std::vector<Plugin> plugins;
    Resources total;

    bool operator==(const NodeDescription&) const = default;
};

/// How often a version of a service has failed on a node of late, oldest first.
struct Failures {
    ServiceNumber service = 0;
    std::uint64_t spec_version = 0;
    std::vector<Time> times;
};

/// What is in use on a node. Kept by the Placer.
struct NodeUse {
    Resources reserved;        ///< Of all tasks, also of those told to stop.
    std::uint32_t active = 0;  ///< Tasks that are to run.
    std::vector<std::pair<ServiceNumber, std::uint32_t>>
        services;                             ///< Active tasks of each, by number; never 0.
    std::map<HostPort, std::uint32_t> ports;  ///< Taken, by how many tasks.
    std::vector<Failures> failures;
    std::uint32_t outages = 0;  ///< How often it has stopped answering since it is known.

    [[nodiscard]] std::uint32_t active_of(ServiceNumber service) const;
};

struct NodeInfo : NodeDescription {
    NodeUse use;

    [[nodiscard]] std::int64_t free_nano_cpus() const {
        return total.nano_cpus - use.reserved.nano_cpus;
    }

    [[nodiscard]] std::int64_t free_memory_bytes() const {
        return total.memory_bytes - use.reserved.memory_bytes;
    }

    [[nodiscard]] std::int64_t free_generic(const std::string& kind) const;
};

}  // namespace podium::scheduler
