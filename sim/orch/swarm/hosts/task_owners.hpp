#pragma once

// Whose an agent's containers and requests are, by their numbers: there are as many as tasks, and they are asked for with each
// step of one. agent_task.cpp and departure.cpp write them.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/model/ids.hpp"
#include "sim/orch/swarm/objects.hpp"

namespace podium::swarm {

/// Whose a container or a request of an agent is.
struct TaskOwner {
    model::HostId host;  ///< None: it is no task's.
    TaskId task;
};

/// Whose containers agents' are: containers have dense numbers, so they stand by those.
class TaskContainers {
  public:
    using Owner = TaskOwner;

    void note(model::ContainerId container, Owner owner) {
        if (owners_.size() < container.value) owners_.resize(container.value);
        owners_[container.value - 1] = owner;
    }
    void forget(model::ContainerId container) {
        if (container.value <= owners_.size()) owners_[container.value - 1] = {};
    }
    [[nodiscard]] Owner owner(model::ContainerId container) const { return container.value <= owners_.size() ? owners_[container.value - 1] : Owner{}; }

  private:
    std::vector<Owner> owners_;
};

/// Whose requests agents' are, those under way. There are as many places as there were ever requests at a time.
class TaskRequests {
  public:
    void note(model::RequestId request, TaskOwner owner) {
        if (places_.size() < request.slot) places_.resize(request.slot);
        places_[request.slot - 1] = {request.generation, owner};
    }
    void forget(model::RequestId request) {
        if (owner(request).host) places_[request.slot - 1] = {};
    }
    [[nodiscard]] TaskOwner owner(model::RequestId request) const {
        if (request.slot == 0 || request.slot > places_.size()) return {};
        const Place& place = places_[request.slot - 1];
        return place.generation == request.generation ? place.owner : TaskOwner{};
    }
    template <class Visit>  // Visit(request, owner)
    void for_each(Visit visit) const {
        for (std::size_t i = 0; i < places_.size(); ++i) {
            if (places_[i].owner.host) visit(model::RequestId{static_cast<std::uint32_t>(i + 1), places_[i].generation}, places_[i].owner);
        }
    }

  private:
    struct Place {
        std::uint32_t generation = 0;
        TaskOwner owner;
    };
    std::vector<Place> places_;
};

}  // namespace podium::swarm
