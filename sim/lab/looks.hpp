#pragma once

// What `docker inspect` would say of containers at this instant, read without asking the engine: for
// comparing a run with recorded inspections. Reads only.

#include <map>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/session.hpp"

namespace podium::lab {

struct ContainerLook {
    std::string id;      ///< 12 hexadecimal digits.
    std::string name;
    std::string status;  ///< State.Status.
    int exit_code = 0;
    int restart_count = 0;
    bool oom_killed = false;
    std::string health;  ///< State.Health.Status; empty without a health check.
    int failing_streak = 0;

    bool operator==(const ContainerLook&) const = default;
};

/// The containers of all hosts that are not removed, in order of their creation.
std::vector<ContainerLook> look_at_containers(const Session& session);

/// Of the engine of a host that is there: "running", "stopping", "stopped", "starting", "frozen".
std::string engine_state(const Session& session, const std::string& host);

/// Which services each service of a Compose file depends on, as docker-compose reads it. Errors have
/// line and column.
Result<std::map<std::string, std::vector<std::string>>> service_dependencies(const std::string& compose_file);

}  // namespace podium::lab
