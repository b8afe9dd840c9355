#pragma once

// The container that a task becomes on its node (daemon/cluster/executor/container/container.go, and
// swarmkit's template package for what is filled in).

#include <memory>
#include <string>
#include <vector>

#include "sim/model/given_files.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"

namespace podium::swarm {

/// Its labels are those of the service's containers and swarm's own, what its templates name is filled
/// in, and it has no restart policy: restarts are the swarm's affair. Tasks of one spec share it where nothing but their names
/// and nodes makes them differ.
std::shared_ptr<const model::ContainerSpec> container_spec_of(Scene& scene, model::HostId host, const Task& task, std::string_view name);
/// Its secrets and configs as files, of `data` as the agent has got them with its assignment.
std::vector<model::GivenFile> files_of(const TaskSpec& spec, const std::vector<Row<Datum>>& data);
/// What an agent says of mounts that it takes no task with; empty: nothing (moby daemon/cluster/executor/container/validate.go,
/// validateMounts).
std::string trouble_with_mounts(const TaskSpec& spec);
/// What dockerd says at the start of a container whose files' owners are no numbers; empty: nothing. It looks no name up (moby
/// daemon/container_operations_unix.go, setupSecretDir).
std::string trouble_with_owners(const TaskSpec& spec);
/// What of its files' owners is not kept, as files in Podium have none; empty: all is as asked for.
std::string owners_not_kept(const TaskSpec& spec);
/// A name as the engine pulls it.
std::string image_to_pull(const std::string& image);
/// Fills in "{{.Node.Hostname}}" and the like; what is no known name stays.
std::string expand_template(const std::string& text, const std::map<std::string, std::string>& values);

}  // namespace podium::swarm
