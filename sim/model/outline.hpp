#pragma once

// Containers in outline: of a program that does nothing until it gets a signal, nothing more need be kept than that it
// runs. Such are the tasks of registry.k8s.io/pause, which stand for an application's wherever only placement matters: a
// swarm of 100,000 of them is to fit a laptop. A container in outline has the facts, times, numbers and addresses of a whole
// one, but no detail and no rows of processes. Whatever concerns more than its life makes it whole, as if it had
// always been: a request of anybody's but its agent about its host's containers, a signal, another process on its
// host, the end of its engine.

#include <memory>
#include <optional>
#include <string>

#include "sim/model/world.hpp"

namespace podium::model {

/// Creates a container in outline, and records `create`; none when it can't be kept so. Requires what
/// create_container_of has checked by then.
std::optional<ContainerId> create_outline(World& world, HostId host, const ImagePointer& image, const std::shared_ptr<const ContainerSpec>& spec, const std::string& name);
/// Begins a start; when it ends, the request is advanced. Requires a container in outline that was only created.
void start_outline(World& world, ContainerId container, RequestId request);
/// The next stage of that. Requires a container in outline.
void outline_start_stage(World& world, ContainerId container, std::uint8_t stage);
/// Gives a container in outline its detail and, if it runs, its process.
void make_whole(World& world, ContainerId container);
/// All of a host's.
void make_all_whole(World& world, HostId host);
/// What their host loses with its power: they are gone, and it finds them dead when it is back.
void lose_outlines(World& world, HostId host);
/// Whether a container is being started, whole or in outline.
inline bool is_starting(const Container& c) { return c.detail ? c.detail->start_stage != 0 : c.outline && c.outline->start_stage != 0; }
/// What a container in outline uses of its host's memory, in bytes, while it runs.
std::int64_t outline_memory(const Container& container);

/// A label of a container: of those it has a value of its own for, or its spec's. Empty: it has none of this name.
std::string container_label(const World& world, ContainerId container, const std::string& name);
/// The spec with those among its labels.
std::shared_ptr<const ContainerSpec> with_own_labels(const World& world, HostId host, std::shared_ptr<const ContainerSpec> spec, const std::string& name);

}  // namespace podium::model
