#pragma once

// How far a leader knows another member's log to be, and how it sends to it. A value.
//
//   probe      one message with entries at a time, until the member has said where its log matches
//   replicate  many under way, up to a window; the next index runs ahead of what is confirmed
//   snapshot   nothing, until the snapshot has arrived or failed
//
// Source: etcd's raft, tracker/progress.go (in 3.3: raft/progress.go).

#include <cstdint>
#include <vector>

#include "sim/orch/raft/log.hpp"

namespace podium::raft {

enum class ProgressKind : std::uint8_t { Probe, Replicate, Snapshot };

struct Progress {
    MemberId member;
    ProgressKind kind = ProgressKind::Probe;
    /// Heard of since the leader last counted its quorum.
    bool recently_active = false;
    /// A probe is under way, or the window is full: wait for an answer or for the next heartbeat's.
    bool paused = false;
    Index match = 0;              ///< Known to be the same there up to here.
    Index next = 1;               ///< The next entry to send. match < next.
    Index pending_snapshot = 0;   ///< ProgressKind::Snapshot: the one under way.
    Index sent_commit = 0;        ///< The highest commit index sent.
    std::vector<Index> inflight;  ///< The last index of each message under way, ascending.

    [[nodiscard]] bool is_paused() const { return kind == ProgressKind::Snapshot || paused; }

    /// Requires Probe or Replicate.
    void become(ProgressKind to);
    void become_snapshot(Index index);
    /// `count` entries from `next` on were sent.
    void sent(std::uint64_t count, std::uint32_t window);
    /// The member confirmed `index`; false: nothing new.
    bool confirmed(Index index);
    /// The member refused an append after `index` and hints where to try; false: an old refusal.
    bool refused(Index index, Index hint);
    void free_inflight(Index until);

    /// Another message with this commit index may tell the member something.
    [[nodiscard]] bool lacks_commit(Index commit) const {
        return commit > sent_commit && sent_commit + 1 < next;
    }
};

}  // namespace podium::raft
