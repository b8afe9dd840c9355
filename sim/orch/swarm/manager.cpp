#include "sim/orch/swarm/manager.hpp"

#include "sim/base/assert.hpp"

namespace podium::swarm {

void Manager::begin(Desk& /*desk*/) {
    PODIUM_ASSERT(!leading_, "a manager begins to lead once");
    leading_ = true;
}

void Manager::end() { *this = {}; }

void Manager::applied(Desk& /*desk*/, const Change& /*change*/, const std::vector<Touched>& /*touched*/) {}

void Manager::refused(Desk& /*desk*/, const Change& /*change*/) {}

void Manager::handle(Desk& /*desk*/, const Event& /*event*/) {}

}  // namespace podium::swarm
