#include "sim/orch/raft/progress.hpp"

#include <algorithm>

namespace podium::raft {

void Progress::become(ProgressKind to) {
    // From a snapshot that has arrived, what follows it comes next; if it failed, pending_snapshot
    // is 0.
    const Index delivered =
        kind == ProgressKind::Snapshot && to == ProgressKind::Probe ? pending_snapshot : 0;
    kind = to;
    paused = false;
    pending_snapshot = 0;
    inflight.clear();
    next = std::max(match, delivered) + 1;
    sent_commit = std::min(sent_commit, next - 1);
}

void Progress::become_snapshot(Index index) {
    kind = ProgressKind::Snapshot;
    paused = false;
    inflight.clear();
    pending_snapshot = index;
    next = index + 1;
    sent_commit = index;
}

void Progress::sent(std::uint64_t count, std::uint32_t window) {
    if (kind == ProgressKind::Replicate) {
        if (count > 0) {
            next += count;
            inflight.push_back(next - 1);
        }
        paused = inflight.size() >= window;
    } else if (count > 0) {
        paused = true;
    }
}

bool Progress::confirmed(Index index) {
    if (index <= match) return false;
    match = index;
    next = std::max(next, index + 1);
    paused = false;
    return true;
}

bool Progress::refused(Index index, Index hint) {
    if (kind == ProgressKind::Replicate) {
        if (index <= match) return false;
        next = match + 1;
    } else {
        if (next - 1 != index) return false;
        next = std::max(std::min(index, hint + 1), match + 1);
        paused = false;
    }
    sent_commit = std::min(sent_commit, next - 1);
    return true;
}

void Progress::free_inflight(Index until) {
    const auto end = std::upper_bound(inflight.begin(), inflight.end(), until);
    inflight.erase(inflight.begin(), end);
}

}  // namespace podium::raft
