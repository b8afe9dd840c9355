#pragma once

// A follower of a run's lanes (sim/view/lanes.hpp) that knows which faults last.

#include "sim/view/lanes.hpp"

namespace podium::lab {

/// One that has followed nothing yet.
view::LaneFollower lane_follower();

}  // namespace podium::lab
