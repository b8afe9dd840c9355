#include "sim/orch/raft/safety.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace podium::raft {
namespace {

std::uint64_t chained(std::uint64_t before, const Entry& entry) {
    std::uint64_t hash = mix64(before ^ entry.term);
    hash = mix64(hash ^ entry.payload);
    hash = mix64(hash ^ (static_cast<std::uint64_t>(entry.kind) << 32 | entry.member.value));
    return mix64(hash ^ entry.bytes);
}

}  // namespace

std::string SafetyChecker::check(const Node& node) {
    Member& known = members_[node.id()];
    std::string broken = check_durable(node, known);
    if (broken.empty()) broken = check_log(node, known);
    if (broken.empty()) broken = check_applied(node, known);
    if (broken.empty()) broken = check_leader(node, known);
    return broken;
}

std::string SafetyChecker::check_durable(const Node& node, Member& known) const {
    const std::uint32_t id = node.id().value;
    if (node.term() < known.term)
        return fmt::format("member {} went back from term {} to {}", id, known.term, node.term());
    if (node.term() == known.term && known.vote && node.vote() != known.vote) {
        return fmt::format("member {} voted for {}, then for {} in term {}",
                           id,
                           known.vote.value,
                           node.vote().value,
                           known.term);
    }
    known.term = node.term();
    known.vote = node.vote();
    return {};
}

// What stands before the first entry to be looked at.
std::uint64_t SafetyChecker::chain_before(const Node& node,
                                          const Member& known,
                                          Index index) const {
    if (index == 1) return 0;
    if (index - 1 > known.base) return known.log[index - 2 - known.base].chain;
    // Behind a snapshot: what was committed there.
    const auto found = chains_.find({index - 1, node.log().term(index - 1).value_or(0)});
    return found == chains_.end() ? 0 : found->second;
}

std::string SafetyChecker::check_log(const Node& node, Member& known) {
    const Log& log = node.log();
    if (log.base() < known.base || log.base() > known.base + known.log.size()) {
        known.log.clear();  // a snapshot was installed, or it started again with an older log
        known.base = log.base();
    } else if (log.base() > known.base) {
        known.log.erase(known.log.begin(),
                        known.log.begin() + static_cast<std::ptrdiff_t>(log.base() - known.base));
        known.base = log.base();
    }
    // Within one member an index and a term mean one entry: what has the same term as before is as
    // before.
    Index same = std::min(log.last(), known.base + known.log.size());
    while (same > known.base && log.at(same).term != known.log[same - 1 - known.base].term)
        --same;
    known.log.resize(same - known.base);
    std::uint64_t chain = chain_before(node, known, same + 1);
    for (Index index = same + 1; index <= log.last(); ++index) {
        const Entry& entry = log.at(index);
        if (index > 1 && log.term(index - 1).value_or(0) > entry.term) {
            return fmt::format("member {} has term {} at index {} after a later one",
                               node.id().value,
                               entry.term,
                               index);
        }
        chain = chained(chain, entry);
        const auto [found, fresh] = chains_.try_emplace({index, entry.term}, chain);
        if (!fresh && found->second != chain) {
            return fmt::format(
                "member {} has another entry, or others before it, at index {} of term {}",
                node.id().value,
                index,
                entry.term);
        }
        known.log.push_back({entry.term, chain});
    }
    return {};
}

std::string SafetyChecker::check_applied(const Node& node, Member& known) {
    if (node.applied() > node.commit() || node.commit() > node.log().last()) {
        return fmt::format("member {} applied up to {}, committed up to {} and has {}",
                           node.id().value,
                           node.applied(),
                           node.commit(),
                           node.log().last());
    }
    if (node.applied() < known.applied)
        return fmt::format("member {} went back from applying {} to {}",
                           node.id().value,
                           known.applied,
                           node.applied());
    if (known.base > 0 && (known.base > committed_.size() ||
                           node.log().term(known.base) != committed_[known.base - 1].term)) {
        return fmt::format("member {} has a snapshot of what was not committed at index {}",
                           node.id().value,
                           known.base);
    }
    const Index from = std::max(known.applied, known.base) + 1;
    known.applied = node.applied();
    for (Index index = from; index <= node.applied(); ++index) {
        const Seen seen = known.log[index - 1 - known.base];
        if (index <= committed_.size()) {
            if (committed_[index - 1].chain != seen.chain) {
                return fmt::format(
                    "member {} applied an entry of term {} at index {}, where another of term {} "
                    "was applied before",
                    node.id().value,
                    seen.term,
                    index,
                    committed_[index - 1].term);
            }
        } else if (index == committed_.size() + 1) {
            committed_.push_back(seen);
        } else {
            return fmt::format("member {} applied index {} when nothing beyond {} was",
                               node.id().value,
                               index,
                               committed_.size());
        }
    }
    return {};
}

std::string SafetyChecker::check_leader(const Node& node, const Member& known) {
    if (node.role() != Role::Leader) return {};
    const auto [found, fresh] = leaders_.try_emplace(node.term(), node.id());
    if (found->second != node.id())
        return fmt::format("members {} and {} both lead term {}",
                           found->second.value,
                           node.id().value,
                           node.term());
    if (!fresh || committed_.empty()) return {};
    // New: what was committed before its election must be in its log. Its log's last common index
    // with the committed entries, by chain, tells of all before.
    const Index last = static_cast<Index>(committed_.size());
    if (last <= known.base) return {};  // behind its snapshot, which was committed
    const Index place = last - known.base;
    if (place > known.log.size() || known.log[place - 1].chain != committed_.back().chain) {
        return fmt::format("member {} leads term {} without the committed entry {}",
                           node.id().value,
                           node.term(),
                           last);
    }
    return {};
}

std::string SafetyChecker::check_sent(const Message& message) {
    // A pre-vote speaks of a term that nobody has entered.
    if (message.kind == MessageKind::PreVote || message.kind == MessageKind::PreVoteReply)
        return {};
    Promise& promise = promises_[message.from];
    if (message.term < promise.term) {
        return fmt::format("member {} sent a {} of term {} after one of term {}",
                           message.from.value,
                           message_kind_name(message.kind),
                           message.term,
                           promise.term);
    }
    if (message.term > promise.term) promise = {message.term, {}};
    const bool asks = message.kind == MessageKind::Vote;
    if (!asks && (message.kind != MessageKind::VoteReply || message.refused)) return {};
    const MemberId vote = asks ? message.from : message.to;
    if (promise.vote && promise.vote != vote) {
        return fmt::format("member {} gave its vote of term {} to {} and to {}",
                           message.from.value,
                           message.term,
                           promise.vote.value,
                           vote.value);
    }
    promise.vote = vote;
    return {};
}

void SafetyChecker::restarted(const Node& node) {
    Member& known = members_[node.id()];
    for (Term term = node.term() + 1; term <= known.term; ++term) {
        const auto led = leaders_.find(term);
        if (led == leaders_.end() || led->second != node.id()) continue;
        std::erase_if(chains_, [term](const auto& row) { return row.first.second == term; });
        leaders_.erase(led);
    }
    known.term = node.term();
    known.vote = node.vote();
    known.applied = 0;
}

void SafetyChecker::forced(const Node& node) {
    members_.clear();
    committed_.resize(std::min<std::size_t>(committed_.size(), node.applied()));
    std::erase_if(chains_, [&node](const auto& row) { return row.first.first > node.applied(); });
}

const Node* settled_leader(const std::vector<const Node*>& nodes) {
    const Node* leader = nullptr;
    for (const Node* node : nodes) {
        if (node->role() == Role::Leader && (leader == nullptr || node->term() > leader->term()))
            leader = node;
    }
    if (leader == nullptr || leader->log().last_term() != leader->term()) return nullptr;
    for (const Node* node : nodes) {
        if (node->leader() != leader->id() || node->term() != leader->term() ||
            node->applied() != leader->log().last())
            return nullptr;
    }
    return leader;
}

}  // namespace podium::raft
