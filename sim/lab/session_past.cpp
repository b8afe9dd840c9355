// How a session moves in time: snapshots of the past, going back to any moment, looking back from where it
// stands, and giving up a future that another is to take the place of.

#include <algorithm>

#include "sim/lab/session.hpp"

namespace podium::lab {
namespace {

// Snapshots are this many events apart at least, and further in a large world, where one costs more.
constexpr std::uint64_t kSnapshotEvents = 20'000;
constexpr std::uint64_t kSnapshotEventsPerRow = 20;
constexpr std::size_t kMostSnapshots = 24;

}  // namespace

void Session::forget_future() {
    if (state_.next_command < seen_command_) {
        log_.erase(log_.begin() + static_cast<std::ptrdiff_t>(state_.next_command), log_.begin() + static_cast<std::ptrdiff_t>(seen_command_));
    }
    seen_command_ = state_.next_command;
    explained_.erase(explained_.lower_bound({FactId{journal().last().value + 1}, Time{}, {}}), explained_.end());
    while (!snapshots_.empty() && snapshots_.back().world.kernel.now() > now()) snapshots_.pop_back();
}

void Session::maybe_snapshot() {
    const std::uint64_t handled = state_.world.kernel.events_handled();
    if (handled < next_snapshot_events_) return;
    // Copying takes time with what there is; under floods of requests or processes those are the most of it.
    const model::World& world = state_.world;
    const std::uint64_t rows = world.containers.size() + world.exchanges.count() + world.processes.count() + world.requests.count();
    const std::uint64_t spacing = std::max(kSnapshotEvents, kSnapshotEventsPerRow * rows);
    if (!snapshots_.empty() && snapshots_.back().world.kernel.now() >= now()) return;
    if (next_snapshot_events_ != 0) snapshots_.push_back(state_);
    next_snapshot_events_ = handled + spacing;
    if (snapshots_.size() <= kMostSnapshots) return;
    // Thin the past: every second one goes, the first stays.
    std::deque<SimState> kept;
    for (std::size_t i = 0; i < snapshots_.size(); ++i) {
        if (i % 2 == 0) kept.push_back(std::move(snapshots_[i]));
    }
    snapshots_ = std::move(kept);
}

void Session::seek(Time time) {
    shown_.clear();
    if (time < now()) {
        auto best = snapshots_.begin();
        for (auto it = snapshots_.begin(); it != snapshots_.end() && it->world.kernel.now() <= time; ++it) best = it;
        state_ = *best;
        next_snapshot_events_ = state_.world.kernel.events_handled() + kSnapshotEvents;
    }
    run_until(time);
    shown_.clear();
}

std::unique_ptr<const SimState> Session::state_at(Time time) const {
    if (time > now()) return nullptr;
    if (time == now()) return std::make_unique<const SimState>(state_);
    Session other(set_up_);
    for (const SimState& snapshot : snapshots_) {
        if (snapshot.world.kernel.now() > time) break;
        other.state_ = snapshot;
    }
    other.log_ = log_;
    other.explained_ = explained_;
    other.next_snapshot_events_ = UINT64_MAX;  // it keeps none
    other.run_until(time);
    return std::make_unique<const SimState>(std::move(other.state_));
}

}  // namespace podium::lab
