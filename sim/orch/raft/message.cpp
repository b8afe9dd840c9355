#include "sim/orch/raft/message.hpp"

#include "sim/base/assert.hpp"

namespace podium::raft {
namespace {

// HTTP/2 and gRPC frame headers, and the fields of a raftpb.Message; then those of a raftpb.Entry.
constexpr std::uint64_t kMessageOverheadBytes = 120;
constexpr std::uint64_t kEntryOverheadBytes = 16;

void insert_sorted(std::vector<MemberId>& list, MemberId id) {
    const auto place = std::lower_bound(list.begin(), list.end(), id);
    if (place == list.end() || *place != id) list.insert(place, id);
}

void erase_sorted(std::vector<MemberId>& list, MemberId id) {
    const auto place = std::lower_bound(list.begin(), list.end(), id);
    if (place != list.end() && *place == id) list.erase(place);
}

}  // namespace

void Configuration::apply(const Entry& change) {
    PODIUM_ASSERT(change.is_change(), "only a change of membership changes who belongs to a group");
    if (is_removed(change.member)) return;
    switch (change.kind) {
        case EntryKind::AddVoter:
            erase_sorted(learners, change.member);
            insert_sorted(voters, change.member);
            return;
        case EntryKind::AddLearner:
            if (!is_voter(change.member)) insert_sorted(learners, change.member);
            return;
        case EntryKind::Remove:
            erase_sorted(voters, change.member);
            erase_sorted(learners, change.member);
            insert_sorted(removed, change.member);
            return;
        case EntryKind::Empty:
        case EntryKind::Payload:
            return;
    }
}

std::string_view message_kind_name(MessageKind kind) {
    switch (kind) {
        case MessageKind::Append:
            return "append";
        case MessageKind::AppendReply:
            return "append reply";
        case MessageKind::Heartbeat:
            return "heartbeat";
        case MessageKind::HeartbeatReply:
            return "heartbeat reply";
        case MessageKind::Vote:
            return "vote";
        case MessageKind::VoteReply:
            return "vote reply";
        case MessageKind::PreVote:
            return "pre-vote";
        case MessageKind::PreVoteReply:
            return "pre-vote reply";
        case MessageKind::Snapshot:
            return "snapshot";
        case MessageKind::TimeoutNow:
            return "timeout now";
    }
    return {};
}

std::uint64_t message_bytes(const Message& message) {
    std::uint64_t bytes = kMessageOverheadBytes;
    for (const Entry& entry : message.entries)
        bytes += kEntryOverheadBytes + entry.bytes;
    if (message.snapshot) bytes += message.snapshot->bytes;
    return bytes;
}

}  // namespace podium::raft
