#pragma once

// The ids of the world's rows. Containers, networks, volumes, hosts and sources of traffic are never forgotten, so their
// ids are plain numbers from 1; processes, streams and requests come and go, so theirs carry the
// generation of the slot they use.

#include <cstdint>

#include "sim/base/id.hpp"

namespace podium::model {

struct HostTag;
struct ContainerTag;
struct BridgeTag;
struct VolumeTag;
struct SpecTag;
struct TrafficTag;
using HostId = Id<HostTag>;
using ContainerId = Id<ContainerTag>;
using BridgeId = Id<BridgeTag>;  ///< A Docker network of one host.
using VolumeId = Id<VolumeTag>;
using SpecId = Id<SpecTag>;
using TrafficId = Id<TrafficTag>;  ///< A source of requests.

/// A row in a slot that is used again; none when slot is 0.
template <class Tag>
struct SlotId {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;

    constexpr auto operator<=>(const SlotId&) const = default;
    constexpr explicit operator bool() const { return slot != 0; }
};

struct ProcessTag;
struct StreamTag;
struct RequestTag;
struct ExchangeTag;
using ProcessId = SlotId<ProcessTag>;
using StreamId = SlotId<StreamTag>;
using RequestId = SlotId<RequestTag>;
using ExchangeId = SlotId<ExchangeTag>;

}  // namespace podium::model
