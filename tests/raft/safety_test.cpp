// The checker finds what it is there to find.

#include "sim/orch/raft/safety.hpp"

#include <catch2/catch.hpp>

#include "tests/raft/circle.hpp"

namespace podium::raft {
namespace {

using Catch::Matchers::Contains;

Entry payload_entry(Term term, std::uint64_t payload) {
    Entry entry;
    entry.kind = EntryKind::Payload;
    entry.term = term;
    entry.payload = payload;
    return entry;
}

// A member of three with this log, of which so much is committed and applied.
Node member(std::uint32_t id, const std::vector<Entry>& entries, Index applied, Term term = 9) {
    Image image = image_of({}, 3, term, applied);
    for (const Entry& entry : entries)
        image.log.append(entry);
    Node node = node_with(id, image);
    node.apply(applied);
    return node;
}

}  // namespace

TEST_CASE("safety: two leaders of one term") {
    SafetyChecker checker;
    Node one = member(1, {}, 0);
    Node two = member(2, {}, 0);
    for (Node* node : {&one, &two}) {
        node->campaign();
        node->step(message_to(node->id().value, 3, MessageKind::VoteReply, 10));
        REQUIRE(node->role() == Role::Leader);
    }
    CHECK(checker.check(one).empty());
    CHECK_THAT(checker.check(two), Contains("members 1 and 2 both lead term 10"));
}

TEST_CASE("safety: two entries with one index and term, or with different ones before them") {
    SafetyChecker checker;
    CHECK(checker.check(member(1, {payload_entry(1, 5), payload_entry(2, 6)}, 0)).empty());
    CHECK(checker.check(member(2, {payload_entry(1, 5), payload_entry(3, 7)}, 0)).empty());
    SafetyChecker again = checker;
    CHECK_THAT(again.check(member(3, {payload_entry(1, 8)}, 0)), Contains("another entry"));
    CHECK_THAT(checker.check(member(3, {payload_entry(0, 5), payload_entry(2, 6)}, 0)),
               Contains("another entry"));
}

TEST_CASE("safety: two members apply different entries at one index") {
    SafetyChecker checker;
    CHECK(checker.check(member(1, {payload_entry(1, 5)}, 1)).empty());
    CHECK(checker.committed() == 1);
    CHECK_THAT(checker.check(member(2, {payload_entry(2, 6)}, 1)),
               Contains("applied an entry of term 2 at index 1"));
}

TEST_CASE("safety: a leader without a committed entry") {
    SafetyChecker checker;
    CHECK(checker.check(member(1, {payload_entry(1, 5), payload_entry(1, 6)}, 2)).empty());
    Node two = member(2, {payload_entry(1, 5)}, 1);
    two.campaign();
    two.step(message_to(2, 3, MessageKind::VoteReply, 10));
    REQUIRE(two.role() == Role::Leader);
    CHECK_THAT(checker.check(two), Contains("without the committed entry 2"));
}

TEST_CASE("safety: a term, a vote or what was applied that goes back") {
    SafetyChecker checker;
    CHECK(checker.check(member(1, {payload_entry(1, 5)}, 1, 9)).empty());
    CHECK_THAT(SafetyChecker(checker).check(member(1, {payload_entry(1, 5)}, 1, 8)),
               Contains("from term 9 to 8"));
    CHECK_THAT(SafetyChecker(checker).check(member(1, {payload_entry(1, 5)}, 0, 9)),
               Contains("from applying 1 to 0"));
    Message yes = message_to(2, 1, MessageKind::VoteReply, 9);
    CHECK(checker.check_sent(yes).empty());
    CHECK(checker.check_sent(yes).empty());
    yes.to = MemberId{3};
    CHECK_THAT(checker.check_sent(yes), Contains("gave its vote of term 9 to 2 and to 3"));
    CHECK_THAT(checker.check_sent(message_to(2, 1, MessageKind::HeartbeatReply, 8)),
               Contains("after one of term 9"));
}

TEST_CASE("safety: a member that starts again may know less, but keeps what it has sent") {
    SafetyChecker checker;
    CHECK(checker.check(member(1, {payload_entry(1, 5)}, 1, 9)).empty());
    const Node again = member(1, {payload_entry(1, 5)}, 0, 8);
    checker.restarted(again);
    CHECK(checker.check(again).empty());
    CHECK(checker.committed() == 1);
}

TEST_CASE("safety: settled means one leader whom all follow, with all applied everywhere") {
    Circle circle(3);
    const auto nodes = [&circle] {
        return std::vector<const Node*>{&circle[1], &circle[2], &circle[3]};
    };
    CHECK(settled_leader(nodes()) == nullptr);
    circle.elect(1);
    circle.tick_all(1);
    CHECK(settled_leader(nodes()) == &circle[1]);
    circle[1].propose(1, 1);
    CHECK(settled_leader(nodes()) == nullptr);
    circle.settle();
    circle.tick_all(1);
    CHECK(settled_leader(nodes()) == &circle[1]);
}

}  // namespace podium::raft
