#include "sim/model/transfer.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kNoLimit = INT64_MAX;

// How long what is left takes at a rate, rounded up to the nanosecond at which it is all there.
Int128 time_for(Int128 left, std::int64_t rate) { return (left + rate - 1) / rate; }

void expect_each_once(std::vector<ResourceId>& resources) {
    std::sort(resources.begin(), resources.end());
    PODIUM_ASSERT(std::adjacent_find(resources.begin(), resources.end()) == resources.end(),
                  "a transfer names each resource once");
}

}  // namespace

bool Transfers::is_used(ResourceId resource) const {
    return std::any_of(active_.begin(), active_.end(), [&](const auto& entry) {
        const std::vector<ResourceId>& resources = entry.second.resources;
        return std::binary_search(resources.begin(), resources.end(), resource);
    });
}

void Transfers::set_capacity(ResourceId resource, std::int64_t bits_per_second, Time now) {
    PODIUM_ASSERT(bits_per_second >= 0, "a capacity is not negative");
    const auto known = capacity_.find(resource);
    if (known != capacity_.end() && known->second == bits_per_second) return;
    advance(now);
    capacity_[resource] = bits_per_second;
    if (is_used(resource)) share();
}

TransferId Transfers::start(std::int64_t bytes, std::vector<ResourceId> resources, Time now,
                            std::int64_t limit_bits_per_second) {
    PODIUM_ASSERT(bytes >= 0 && limit_bits_per_second >= 0, "a transfer has no negative size or limit");
    PODIUM_ASSERT(active_.size() < kMostTransfers, "there are at most kMostTransfers transfers at once");
    advance(now);
    const TransferId id{++last_id_};
    if (bytes == 0) {
        completed_.push_back(id);
        return id;
    }
    expect_each_once(resources);
    Transfer transfer;
    transfer.resources = std::move(resources);
    transfer.left = Int128{bytes} * 8 * kNanosecondsPerSecond;
    transfer.limit_bits_per_second = limit_bits_per_second;
    active_.emplace(id, std::move(transfer));
    share();
    return id;
}

void Transfers::reroute(TransferId transfer, std::vector<ResourceId> resources, Time now) {
    advance(now);
    const auto found = active_.find(transfer);
    if (found == active_.end()) return;
    expect_each_once(resources);
    if (found->second.resources == resources) return;
    found->second.resources = std::move(resources);
    share();
}

void Transfers::cancel(TransferId transfer, Time now) {
    advance(now);
    completed_.erase(std::remove(completed_.begin(), completed_.end(), transfer), completed_.end());
    if (active_.erase(transfer) > 0) share();
}

void Transfers::advance(Time now) {
    PODIUM_ASSERT(now >= now_, "time does not run backwards");
    while (now_ < now) {
        // Each end on the way gives its share to the others, so go from end to end.
        const std::optional<Time> next = next_end();
        const Time until = next && *next < now ? *next : now;
        const Duration passed = until - now_;
        now_ = until;
        bool ended = false;
        for (auto at = active_.begin(); at != active_.end();) {
            Transfer& transfer = at->second;
            transfer.left -= Int128{transfer.rate} * passed.nanoseconds;
            if (transfer.left > 0) {
                ++at;
                continue;
            }
            completed_.push_back(at->first);
            at = active_.erase(at);
            ended = true;
        }
        if (ended) share();
    }
}

std::vector<TransferId> Transfers::take_completed() {
    std::vector<TransferId> out;
    out.swap(completed_);
    return out;
}

std::optional<Time> Transfers::next_completion() const {
    // What is done but was not taken yet has its completion now.
    return completed_.empty() ? next_end() : now_;
}

std::optional<Time> Transfers::next_end() const {
    std::optional<Int128> soonest;
    for (const auto& [id, transfer] : active_) {
        if (transfer.rate == 0) continue;
        const Int128 takes = time_for(transfer.left, transfer.rate);
        if (!soonest || takes < *soonest) soonest = takes;
    }
    if (!soonest || *soonest >= kNever.nanoseconds - now_.nanoseconds) return std::nullopt;
    return now_ + Duration{static_cast<std::int64_t>(*soonest)};
}

std::int64_t Transfers::bytes_left(TransferId transfer) const {
    const auto found = active_.find(transfer);
    if (found == active_.end()) return 0;
    constexpr Int128 kByte = Int128{8} * kNanosecondsPerSecond;
    return static_cast<std::int64_t>((found->second.left + kByte - 1) / kByte);
}

std::int64_t Transfers::bits_per_second(TransferId transfer) const {
    const auto found = active_.find(transfer);
    return found == active_.end() ? 0 : found->second.rate;
}

// Progressive filling: all rates rise together until a resource is full or a transfer has reached its
// own limit; those it concerns are fixed, the others go on rising.
void Transfers::share() {
    ++serial_;
    struct Pool {
        std::int64_t left = 0;
        std::int64_t users = 0;
    };
    std::map<ResourceId, Pool> pools;
    std::vector<Transfer*> rising;
    for (auto& [id, transfer] : active_) {
        transfer.rate = 0;
        rising.push_back(&transfer);
        for (const ResourceId resource : transfer.resources) {
            const auto capacity = capacity_.find(resource);
            if (capacity == capacity_.end()) continue;
            Pool& pool = pools.try_emplace(resource, Pool{capacity->second, 0}).first->second;
            ++pool.users;
        }
    }
    // A share is at least one bit a second where there is any capacity, so that nothing stalls for
    // the sake of rounding.
    const auto share_of = [](const Pool& pool) {
        return pool.left == 0 ? 0 : std::max<std::int64_t>(1, pool.left / pool.users);
    };
    while (!rising.empty()) {
        std::int64_t level = kNoLimit;
        for (const auto& [resource, pool] : pools) {
            if (pool.users > 0) level = std::min(level, share_of(pool));
        }
        for (const Transfer* transfer : rising) {
            if (transfer->limit_bits_per_second > 0) level = std::min(level, transfer->limit_bits_per_second);
        }
        std::vector<Transfer*> still_rising;
        std::vector<Transfer*> fixed;
        for (Transfer* transfer : rising) {
            bool full = transfer->limit_bits_per_second > 0 && transfer->limit_bits_per_second <= level;
            for (const ResourceId resource : transfer->resources) {
                const auto pool = pools.find(resource);
                full = full || (pool != pools.end() && share_of(pool->second) <= level);
            }
            (full || level == kNoLimit ? fixed : still_rising).push_back(transfer);
        }
        for (Transfer* transfer : fixed) {
            transfer->rate = level;
            for (const ResourceId resource : transfer->resources) {
                const auto pool = pools.find(resource);
                if (pool == pools.end()) continue;
                pool->second.left = std::max<std::int64_t>(0, pool->second.left - level);
                --pool->second.users;
            }
        }
        rising = std::move(still_rising);
    }
}

std::vector<ResourceId> link_resources(const Path& path) {
    std::vector<ResourceId> out;
    for (const LinkId link : path.links) out.push_back({ResourceKind::Link, link.value});
    return out;
}

void update_link_capacities(Transfers& transfers, const Network& network, Time now) {
    for (std::uint32_t row = 1; row <= network.link_count(); ++row) {
        const LinkQuality quality = network.quality(LinkId{row});
        transfers.set_capacity({ResourceKind::Link, row}, quality.cut ? 0 : quality.bits_per_second, now);
    }
}

}  // namespace podium::model
