#include "sim/lab/lanes_look.hpp"

#include "sim/faults/fault.hpp"

namespace podium::lab {

view::LaneFollower lane_follower() {
    std::set<std::string, std::less<>> lasting;
    for (const faults::FaultSpec& spec : faults::fault_list()) {
        if (spec.lasts) lasting.emplace(spec.id);
    }
    return view::LaneFollower(std::move(lasting));
}

}  // namespace podium::lab
