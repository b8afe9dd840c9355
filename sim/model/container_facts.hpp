#pragma once

// How a container's Docker events become facts: one place, so that each is the container's last fact,
// the cause of what follows, and told to those who watch the engine's events.

#include <string>
#include <vector>

#include "sim/model/container.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/object_id.hpp"

namespace podium::model {

/// The id of a container's next exec.
inline std::string new_exec_id(World& world, ContainerId id) {
    const Container& c = world.container(id);
    return make_id("exec", c.detail->id, ++world.host(c.host).engine.ordinals["exec"]);
}

/// An exec's program as its events have it: a blank comes after the program also where it has no arguments.
/// Source: moby v20.10.24 daemon/exec.go, ContainerExecCreate; "exec_create: pwd " is in the recorded events.
inline std::string exec_text(const std::vector<std::string>& argv) {
    std::string out = argv.empty() ? std::string() : argv.front();
    if (argv.size() < 2) return out + " ";
    for (std::size_t i = 1; i < argv.size(); ++i) out += " " + argv[i];
    return out;
}

/// What a container went through, as opposed to what was asked of it on the side.
inline bool is_of_life(FactKind kind) {
    return kind != kFactContainerExecCreate && kind != kFactContainerExecStart && kind != kFactContainerExecDie && !is_aside(kind);
}

template <class... Fields>
FactId record_container_event(World& world, ContainerId id, FactKind kind, Fields... fields) {
    Container& c = world.container(id);
    const StringId image = world.image_of(c);
    const FactId fact = world.kernel.record(kind, Subject(SubjectType::Container, id.value), c.name, image, fields...);
    if (is_of_life(kind)) {
        c.last_fact = fact;
        if (world.orchestrated && world.host(c.host).engine.orchestrated) world.outbox.containers.push_back(id);
    }
    world.kernel.set_cause(fact);
    publish_event(world, c.host, fact);
    return fact;
}

}  // namespace podium::model
