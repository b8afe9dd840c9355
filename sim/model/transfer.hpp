#pragma once

// Transfers that share bandwidth: layers of images on their way from registries to hosts. A value.
//
// A transfer uses resources (links, a registry's uplink, a disk), each with a capacity that its users
// share: rates are max–min fair, so no transfer can get more without one that has no more losing some.
// Rates are worked out again at each change. Arithmetic is in integers only: what is left is kept in
// bit-nanoseconds per second, so no rounding adds up, and a transfer ends at the first nanosecond at
// which all its bytes have passed.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/base/id.hpp"
#include "sim/base/int128.hpp"
#include "sim/base/time.hpp"
#include "sim/model/network.hpp"

namespace podium::model {

struct TransferTag;
using TransferId = Id<TransferTag>;

/// What a resource is; together with the number of its row it names it.
enum class ResourceKind : std::uint8_t { Link, RegistryUplink, Disk };

struct ResourceId {
    ResourceKind kind = ResourceKind::Link;
    std::uint32_t row = 0;

    constexpr auto operator<=>(const ResourceId&) const = default;
};

class Transfers {
  public:
    static constexpr std::size_t kMostTransfers = 100'000;

    /// Says how much a resource can carry from `now` on; 0 stops its transfers. A resource whose
    /// capacity was never set is no limit.
    void set_capacity(ResourceId resource, std::int64_t bits_per_second, Time now);

    /// Begins a transfer over the given resources; `limit_bits_per_second` is its own limit, 0 for
    /// none. Zero bytes are done at once. Requires that no resource is named twice.
    TransferId start(std::int64_t bytes, std::vector<ResourceId> resources, Time now,
                     std::int64_t limit_bits_per_second = 0);
    /// Goes on over other resources, as a connection does when its route has changed.
    void reroute(TransferId transfer, std::vector<ResourceId> resources, Time now);
    /// Ends a transfer before its time, or forgets one that is done.
    void cancel(TransferId transfer, Time now);
    /// Moves on to `now`; what ends until then is done. Requires that time does not run backwards.
    void advance(Time now);
    /// The transfers that are done and were not taken yet, in order of their end, then of their id.
    std::vector<TransferId> take_completed();

    /// When the next transfer ends if nothing changes, or now while one that is done waits to be taken;
    /// nothing when none is moving.
    [[nodiscard]] std::optional<Time> next_completion() const;
    [[nodiscard]] bool is_active(TransferId transfer) const { return active_.contains(transfer); }
    /// Whole bytes that have not passed yet, as of the last change or advance().
    [[nodiscard]] std::int64_t bytes_left(TransferId transfer) const;
    /// Its present share; 0 when it is stalled or not active.
    [[nodiscard]] std::int64_t bits_per_second(TransferId transfer) const;
    [[nodiscard]] std::size_t active_count() const { return active_.size(); }
    /// Counts the changes of rates: a timer set at an older serial is dead.
    [[nodiscard]] std::uint64_t serial() const { return serial_; }

  private:
    struct Transfer {
        std::vector<ResourceId> resources;
        Int128 left = 0;  // bits times 10^9
        std::int64_t limit_bits_per_second = 0;
        std::int64_t rate = 0;
    };

    [[nodiscard]] bool is_used(ResourceId resource) const;
    void share();
    [[nodiscard]] std::optional<Time> next_end() const;

    std::map<TransferId, Transfer> active_;
    std::map<ResourceId, std::int64_t> capacity_;
    std::vector<TransferId> completed_;
    Time now_{};
    std::uint32_t last_id_ = 0;
    std::uint64_t serial_ = 0;
};

/// The links of a path as resources.
std::vector<ResourceId> link_resources(const Path& path);
/// Gives the links of a network the capacity they have now, 0 where they are cut. To be called when
/// the network has changed (its version counts that), and once before the first transfer.
void update_link_capacities(Transfers& transfers, const Network& network, Time now);

}  // namespace podium::model
