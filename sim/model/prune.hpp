#pragma once

// The events at the end of each prune (moby ContainersPrune and its like): about no object, with
// what was freed in bytes.

#include "sim/model/engine.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

inline constexpr FactKind kFactContainerPrune = kRoomModel + 201;
inline constexpr FactKind kFactNetworkPrune = kRoomModel + 202;
inline constexpr FactKind kFactVolumePrune = kRoomModel + 203;
inline constexpr FactKind kFactImagePrune = kRoomModel + 204;

inline bool is_prune(FactKind kind) {
    return kind >= kFactContainerPrune && kind <= kFactImagePrune;
}

/// Records a prune that has ended.
inline void record_prune(World& world, HostId host, FactKind kind, std::int64_t freed_bytes) {
    const StringId name = world.kernel.intern(world.host(host).spec.name);
    publish_event(
        world,
        host,
        world.kernel.record(kind, Subject(SubjectType::Host, host.value), name, freed_bytes));
}

}  // namespace podium::model
