#pragma once

// Clusters made by hand rather than by a run: for the drawing's benchmark and for tests. The same
// numbers always give the same fleet.

#include <cstdint>

#include "sim/view/cluster_view.hpp"

namespace podium::desktop {

struct FleetWish {
    std::uint32_t hosts = 3;
    std::uint32_t containers = 25;
    std::uint32_t services = 5;
    std::uint32_t zones = 1;
    std::uint32_t pending = 0;  ///< Tasks without a node, beyond the containers.
    bool troubles = true;       ///< One in eight isn't simply running.
};

view::ClusterView make_fleet(const FleetWish& wish);

}  // namespace podium::desktop
