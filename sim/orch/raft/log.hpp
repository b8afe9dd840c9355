#pragma once

// A member's log: entries by index from 1, whose beginning can be dropped (a snapshot stands for
// it). A value. Full segments never change and are shared between copies, so that a snapshot of a
// run, and the image of what is on a disk, cost little. Written by the Node that owns it.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/base/id.hpp"

namespace podium::raft {

struct MemberTag;
using MemberId = Id<MemberTag>;  ///< Of one group, from 1; never used again, as in life.
using Term = std::uint64_t;      ///< From 1 on; 0: before any election.
using Index = std::uint64_t;     ///< An entry's place in the log, from 1 on.

enum class EntryKind : std::uint8_t {
    Empty,       ///< A new leader's first entry: it commits what came before.
    Payload,     ///< What the store above proposed.
    AddVoter,    ///< Also makes a learner a voter.
    AddLearner,  ///< Gets the log, has no vote.
    Remove,
};

struct Entry {
    Term term = 0;
    std::uint64_t payload = 0;  ///< What the store knows it by; nothing here looks at it.
    std::uint32_t bytes = 0;    ///< Its size on the wire and on the disk, without what Raft adds.
    MemberId member;            ///< Of a change of membership.
    EntryKind kind = EntryKind::Empty;

    bool operator==(const Entry&) const = default;

    /// A change of membership.
    [[nodiscard]] bool is_change() const { return kind >= EntryKind::AddVoter; }
};

class Log {
  public:
    /// Entries up to and including this one have been dropped.
    [[nodiscard]] Index base() const { return base_; }

    [[nodiscard]] Index first() const { return base_ + 1; }

    /// base() when there is none.
    [[nodiscard]] Index last() const { return open_begin_ + open_.size() - 1; }

    [[nodiscard]] Term last_term() const { return last() == base_ ? base_term_ : at(last()).term; }

    /// Requires first() <= index <= last().
    [[nodiscard]] const Entry& at(Index index) const;
    /// The term of an entry; also known of base() itself, and 0 of index 0. None: dropped, or not
    /// there yet.
    [[nodiscard]] std::optional<Term> term(Index index) const;

    [[nodiscard]] bool matches(Index index, Term with) const { return term(index) == with; }

    /// The last entry at or before `index` whose term is at most `limit`: nothing later can match a
    /// log that has `limit` at `index`. Stops at base().
    [[nodiscard]] Index last_not_after(Index index, Term limit) const;

    void append(const Entry& entry);
    /// Drops the entries from `index` on. Requires base() < index.
    void truncate(Index index);
    /// Drops the entries up to and including `index`. Requires base() <= index <= last().
    void drop_until(Index index);
    /// Nothing is left, and what comes next follows on (index, term).
    void reset(Index index, Term term);

    /// Entries from `from` on, at least one if there is one, while their sizes stay within `bytes`.
    void copy(Index from, std::uint64_t bytes, std::vector<Entry>& to) const;

  private:
    static constexpr std::size_t kSegmentEntries = 128;
    using Segment = std::vector<Entry>;

    // Sealed segments hold indexes from sealed_begin_ on, all kSegmentEntries each; then the open
    // one. What lies before first() in the first segment is of no more use.
    std::vector<std::shared_ptr<const Segment>> sealed_;
    std::vector<Entry> open_;
    Index sealed_begin_ = 1;
    Index open_begin_ = 1;
    Index base_ = 0;
    Term base_term_ = 0;
};

}  // namespace podium::raft
