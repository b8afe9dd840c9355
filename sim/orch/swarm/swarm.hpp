#pragma once

// Docker Swarm on simulated hosts: who belongs to which swarm, each swarm's managers (a Raft group and
// one store), the leader's control loops and dispatcher, and an agent on every node. A value, part of a
// run's state; it is handed the world with every call.
//
// Its owner hands it the events of kRoomRaft and kRoomSwarm, and after every event of any room calls
// drain() when wants_drain() says so. Everything else it hears of comes through the world's outbox, and
// everything it does to containers goes through requests of its agents.

#include <cstdint>

#include "sim/orch/swarm/hosts/rows.hpp"

namespace podium::swarm {

class Swarm {
  public:
    // In swarm.cpp, so that not everybody who includes this compiles them.
    Swarm();
    Swarm(const Swarm&);
    Swarm(Swarm&&) noexcept;
    Swarm& operator=(const Swarm&);
    Swarm& operator=(Swarm&&) noexcept;
    ~Swarm();

    [[nodiscard]] bool wants_drain(const model::World& world) const {
        const model::Outbox& box = world.outbox;
        if (!box.asked.empty() || !box.answered.empty() || !box.engines.empty() || !box.containers.empty()) return true;
        return !state_.swarms.empty() && state_.network_version != world.network.version();
    }
    void drain(model::World& world);
    void handle(model::World& world, const Event& event);
    /// Nothing is ahead of it but rounds: every agent that can be has registered, and every node is seen
    /// as what it is.
    [[nodiscard]] bool settled(const model::World& world) const;

    /// Tasks that choose their node are placed by it from now on, of all swarms; null: by the spread
    /// strategy. Those of global services do not choose. What waits is looked at again.
    void set_policy(model::World& world, scheduler::PolicyPointer policy);
    /// What is wrong with the policy; null while it works. Until another is set nothing is placed, and
    /// whoever drives the run should drive it no further.
    [[nodiscard]] const Error* policy_trouble() const { return state_.seat.trouble ? &*state_.seat.trouble : nullptr; }

    /// Has every step of the consensus of all swarms checked, for random testing: raft::Group::broken()
    /// says what broke. Requires that none was formed yet.
    void watch_consensus() { state_.watched = true; }

    /// What it is, for views and tests.
    [[nodiscard]] const State& state() const { return state_; }

  private:
    State state_;
};

}  // namespace podium::swarm
