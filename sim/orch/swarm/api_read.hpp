#pragma once

// Specs read from bodies, as dockerd's conversions read them (daemon/cluster/convert). What the
// simulator can't honour is refused here, by name.

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sim/model/refusal.hpp"
#include "sim/orch/swarm/api_json.hpp"
#include "sim/orch/swarm/objects.hpp"

namespace podium::swarm {

/// What went wrong beyond types: the first thing stays.
struct Reading {
    std::optional<model::Refusal> refusal;
    std::set<std::size_t> secrets_without_file;  ///< By place; swarmkit refuses them, later.

    void refuse(int status, std::string message) {
        if (!refusal) refusal = model::Refusal{status, std::move(message)};
    }

    /// 501 "Podium does not simulate …".
    void not_simulated(std::string_view what);
};

/// Reads a container's spec into the task's.
void read_container_spec(const Fields& fields, TaskSpec& task, Reading& reading);
/// Reads a task's spec but for its networks' ids, which stay as given.
TaskSpec read_task_spec(const Fields& fields, Reading& reading);
/// Reads a service's spec; its name may be empty.
ServiceSpec read_service_spec(const Fields& fields, Reading& reading);

/// Reads a cluster's spec on top of `base`, which stays where a field is 0 or absent.
ClusterSpec read_cluster_spec(const Fields& fields, ClusterSpec base, Reading& reading);
/// "active", "pause" or "drain", in any case; none for others.
std::optional<Availability> read_availability(std::string_view text);

}  // namespace podium::swarm
