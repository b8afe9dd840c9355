#pragma once

// What is known of a name that agents pull: they ask for the few images of a swarm's services again with every task, and mostly nothing
// has changed since. Remembered is only what registry and store said, with the numbers of their changes by which it is known to hold.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/id.hpp"
#include "sim/base/time.hpp"
#include "sim/model/ids.hpp"
#include "sim/model/image.hpp"

namespace podium::model {

struct World;

struct AgentImage {
    std::string full;         ///< The name with domain and tag or digest, by which agents pull.
    StringId familiar;        ///< The name as `docker pull` tells it.
    ImagePointer image;       ///< What the registry has by this name; it is in the catalogue, or was pushed, and arrives well.
    Duration takes{};         ///< From the question until the registry's answer.
    std::uint64_t asked = 0;  ///< Registries::changes() then.
    std::vector<std::uint64_t> whole;  ///< By host: ImageStore::changes() when the name meant `image` there and a pull had nothing to add; 0: never.
};

/// Keeps what a registry answered an agent whose host has all of it. Nothing is kept where a pull would add a name.
void remember_image(World& world, HostId host, std::string_view text, const ImageReference& reference, const PullAnswer& answer);
/// Keeps that another text, of which a container is made, is the same name: "nginx" for "docker.io/library/nginx:latest". Nothing is
/// kept of a name that agents do not pull.
void remember_other_name(World& world, HostId host, std::string_view text);
/// A name of which something is remembered; null: there is none.
const AgentImage* agent_image(const World& world, std::string_view text);
/// What a host has whole by a name that agents pull, as long as its store is as it was then; else null, which says nothing.
const AgentImage* whole_image(const World& world, HostId host, std::string_view text);

}  // namespace podium::model
