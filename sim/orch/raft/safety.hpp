#pragma once

// What must hold of a Raft group at every moment, checked step by step (Ongaro and Ousterhout 2014,
// figure 3, and what a disk promises):
//
//   election safety        a term has one leader
//   log matching           logs with the same entry at an index are the same up to it
//   leader completeness    who leads has every committed entry
//   state machine safety   all members apply the same entry at an index
//   durability             a member's term never goes back, and it votes once a term
//
// A value, for tests and for `podium`'s random testing; knows nodes only from outside. An entry
// counts as committed when a member has applied it: before that nobody can know. It looks at what
// has changed since it last looked at that member, so that a check costs what the step did.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/orch/raft/node.hpp"

namespace podium::raft {

class SafetyChecker {
  public:
    /// Looks at a member after a step. Empty when all is well, else a sentence that says what
    /// broke.
    [[nodiscard]] std::string check(const Node& node);
    /// Looks at a message when it is sent: what a member has told others it must keep to, crash or
    /// not.
    [[nodiscard]] std::string check_sent(const Message& message);
    /// A member starts again from its disk, here as it is then: what it had applied, it applies
    /// again, and what it had not written was never seen by anybody.
    void restarted(const Node& node);
    /// The group goes on as one member by force: what only others had is given up.
    void forced(const Node& node);

    /// The last index known to be committed.
    [[nodiscard]] Index committed() const { return static_cast<Index>(committed_.size()); }

    [[nodiscard]] Term highest_leader_term() const {
        return leaders_.empty() ? 0 : leaders_.rbegin()->first;
    }

    [[nodiscard]] std::size_t leaders_seen() const { return leaders_.size(); }

  private:
    /// An entry stands for all before it: what is chained.
    struct Seen {
        Term term = 0;
        std::uint64_t chain = 0;
    };

    struct Member {
        Term term = 0;
        MemberId vote;
        Index applied = 0;
        Index base = 0;
        std::vector<Seen> log;  ///< Of base + 1 on, as last seen.
    };

    struct Promise {
        Term term = 0;  ///< The highest it has sent.
        MemberId vote;  ///< For whom it voted then.
    };

    std::string check_durable(const Node& node, Member& known) const;
    std::string check_log(const Node& node, Member& known);
    std::string check_applied(const Node& node, Member& known);
    std::string check_leader(const Node& node, const Member& known);
    [[nodiscard]] std::uint64_t chain_before(const Node& node,
                                             const Member& known,
                                             Index index) const;

    std::map<Term, MemberId> leaders_;
    std::map<MemberId, Promise> promises_;
    std::map<std::pair<Index, Term>, std::uint64_t> chains_;  ///< What (index, term) stands for.
    std::vector<Seen> committed_;                             ///< By index from 1.
    std::map<MemberId, Member> members_;
};

/// For liveness: the one running leader that a quorum follows, all of whose log is applied by every
/// one of `nodes` (those that are to be well). Null: not there yet.
const Node* settled_leader(const std::vector<const Node*>& nodes);

}  // namespace podium::raft
