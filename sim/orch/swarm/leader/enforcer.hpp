#pragma once

// Rejects tasks whose node no longer meets their constraints or has what they reserve (swarmkit
// manager/orchestrator/constraintenforcer/constraint_enforcer.go). A paused node is left alone, a
// drained one to the orchestrators.

#include <span>

#include "sim/orch/swarm/leader/slots.hpp"

namespace podium::swarm {

class Enforcer {
  public:
    void begin(Desk& desk);
    void turn(Desk& desk, std::span<const Touched> touched);
};

}  // namespace podium::swarm
