#pragma once

// What the API says of a task beyond what a container is made from: which parts of its spec were
// given at all (an empty part is shown, an absent one is not), and what model::ContainerSpec has no
// place for.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/time.hpp"

namespace podium::swarm {

using Labels = std::map<std::string, std::string>;

/// Of one mount, in the order of model::ContainerSpec::mounts.
struct MountDetail {
    std::string propagation;  ///< Of a bind mount, as it was given; the containers' mounts are all as with "rprivate".
    bool volume_options = false;
    std::string volume_driver;  ///< Of a volume whose driver is a plug-in, which no node has; empty: it is a local one.
    bool tmpfs_options = false;

    bool operator==(const MountDetail&) const = default;
};

struct SpecDetail {
    std::vector<MountDetail>
        mounts;  ///< May be shorter than the mounts: nothing more is known of the others.
    std::vector<std::string>
        hosts;  ///< "IP name name…"; model::ContainerSpec::extra_hosts has one "name:IP" each.
    std::optional<bool> init;                   ///< None: the node's default, which is none.
    std::optional<Duration> stop_grace_period;  ///< model::ContainerSpec has it in whole seconds.
    bool dns = false;
    bool privileges = false;
    bool resources = false;
    bool limits = false;
    bool reservations = false;

    bool operator==(const SpecDetail&) const = default;
};

}  // namespace podium::swarm
