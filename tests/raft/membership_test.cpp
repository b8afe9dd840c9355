// Membership, transfer of leadership, snapshots, and going on alone.

#include <catch2/catch.hpp>

#include "tests/raft/circle.hpp"

namespace podium::raft {
namespace {

constexpr MemberId kFour{4};

std::vector<std::uint32_t> numbers(const std::vector<MemberId>& ids) {
    std::vector<std::uint32_t> out;
    for (const MemberId id : ids)
        out.push_back(id.value);
    return out;
}

using Numbers = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("membership: a new member gets the whole log and then counts") {
    Circle circle(3);
    circle.elect(1);
    for (int i = 0; i < 5; ++i)
        circle[1].propose(7, 1);
    circle.settle();
    circle.add_stranger();
    REQUIRE(circle[1].propose_change(EntryKind::AddVoter, kFour).accepted());
    circle.settle();
    circle.tick_all(2);
    CHECK(circle[4].log().last() == circle[1].log().last());
    CHECK(circle[4].applied() == circle[1].applied());
    for (std::uint32_t id = 1; id <= 4; ++id)
        CHECK(numbers(circle[id].configuration().voters) == Numbers{1, 2, 3, 4});
    // Three of four are needed now.
    circle.cut(3);
    circle.cut(4);
    const Proposal proposal = circle[1].propose(8, 1);
    circle.settle();
    CHECK(circle[1].commit() < proposal.index);
    circle.cut(4, false);
    circle.tick_all(2);
    CHECK(circle[1].commit() == proposal.index);
}

TEST_CASE("membership: one change at a time, and a new leader applies its log first") {
    Circle circle(3);
    circle.elect(1);
    REQUIRE(circle[1].propose_change(EntryKind::AddVoter, kFour).accepted());
    CHECK(circle[1].propose_change(EntryKind::Remove, MemberId{3}).status ==
          ProposalStatus::ChangePending);
    circle.add_stranger();
    circle.settle();
    CHECK(circle[1].propose_change(EntryKind::Remove, MemberId{3}).accepted());
    Node fresh = node_with(1, image_of({1, 1}, 3, 1));
    fresh.campaign();
    fresh.step(message_to(1, 2, MessageKind::VoteReply, 2));
    REQUIRE(fresh.role() == Role::Leader);
    CHECK(fresh.propose_change(EntryKind::AddVoter, kFour).status == ProposalStatus::ChangePending);
}

TEST_CASE("membership: what changes nothing, or leaves nobody, is refused") {
    Circle circle(1);
    circle.elect(1);
    circle.settle();
    CHECK(circle[1].propose_change(EntryKind::Remove, MemberId{1}).status ==
          ProposalStatus::LastVoter);
    CHECK(circle[1].propose_change(EntryKind::AddVoter, MemberId{1}).status ==
          ProposalStatus::NoChange);
    CHECK(circle[1].propose_change(EntryKind::Remove, MemberId{9}).status ==
          ProposalStatus::NoChange);
    circle.add_stranger();
    REQUIRE(circle[1].propose_change(EntryKind::AddVoter, MemberId{2}).accepted());
    circle.settle();
    REQUIRE(circle[1].propose_change(EntryKind::Remove, MemberId{2}).accepted());
    circle.settle();
    // Gone is gone: whoever comes back comes as a new member.
    CHECK(circle[1].propose_change(EntryKind::AddVoter, MemberId{2}).status ==
          ProposalStatus::NoChange);
}

TEST_CASE("membership: removing a member that is gone lets the rest decide again") {
    Circle circle(4);
    circle.elect(1);
    circle.cut(4);
    REQUIRE(circle[1].propose_change(EntryKind::Remove, kFour).accepted());
    circle.settle();
    CHECK(numbers(circle[1].configuration().voters) == Numbers{1, 2, 3});
    CHECK(circle[1].configuration().is_removed(kFour));
    circle.cut(3);
    const Proposal proposal = circle[1].propose(8, 1);
    circle.settle();
    CHECK(circle[1].commit() == proposal.index);
}

TEST_CASE("membership: a change that shrinks the quorum commits what waited for it") {
    Circle circle(2);
    circle.elect(1);
    REQUIRE(circle[1].propose_change(EntryKind::Remove, MemberId{2}).accepted());
    std::vector<Message> said = circle.take(1);
    const Proposal waiting = circle[1].propose(5, 1);
    circle.take(1);
    Message has = message_to(1, 2, MessageKind::AppendReply, circle[1].term());
    has.index = waiting.index - 1;
    circle[1].step(has);
    CHECK(circle[1].commit() == waiting.index - 1);
    circle[1].apply(circle[1].commit());
    CHECK(circle[1].commit() == waiting.index);
}

TEST_CASE("membership: a removed leader says so to the others and steps down") {
    Circle circle(3);
    circle.elect(1);
    REQUIRE(circle[1].propose_change(EntryKind::Remove, MemberId{1}).accepted());
    circle.settle();
    CHECK(circle.leaders().empty());
    CHECK(numbers(circle[2].configuration().voters) == Numbers{2, 3});
    circle.tick_all(60);
    REQUIRE(circle.leaders().size() == 1);
    CHECK(circle.leaders()[0] != 1);
}

TEST_CASE(
    "membership: the last of two is not kept from leading by what the removed leader had not "
    "committed") {
    Circle circle(2);
    circle.elect(1);
    const Proposal removal = circle[1].propose_change(EntryKind::Remove, MemberId{1});
    REQUIRE(removal.accepted());
    for (const Message& m : circle.take(1))
        circle[2].step(m);
    circle[1].propose(7, 1);
    circle.take(1);  // lost
    for (const Message& m : circle.take(2))
        circle[1].step(m);
    circle.take(1);  // that the removal is committed, and the leader gone: lost, too
    REQUIRE(circle[1].role() == Role::Follower);
    CHECK(circle[1].log().last() == removal.index);
    circle.tick_all(60);
    CHECK(circle.leaders() == Numbers{2});
    CHECK(numbers(circle[2].configuration().voters) == Numbers{2});
}

TEST_CASE("membership: a learner follows but neither votes nor counts, until it is made a voter") {
    Circle circle(2);
    circle.elect(1);
    circle.add_stranger();
    REQUIRE(circle[1].propose_change(EntryKind::AddLearner, MemberId{3}).accepted());
    circle.settle();
    circle.tick_all(2);
    CHECK(circle[3].configuration().is_learner(MemberId{3}));
    CHECK(circle[3].log().last() == circle[1].log().last());
    CHECK_FALSE(circle[1].transfer_leadership(MemberId{3}));
    circle.cut(2);
    const Proposal proposal = circle[1].propose(1, 1);
    circle.settle();
    CHECK(circle[1].commit() < proposal.index);
    circle.cut(2, false);
    circle.tick_all(1);
    REQUIRE(circle[1].propose_change(EntryKind::AddVoter, MemberId{3}).accepted());
    circle.settle();
    CHECK(circle[1].configuration().learners.empty());
    circle.cut(2);
    const Proposal now = circle[1].propose(1, 1);
    circle.settle();
    CHECK(circle[1].commit() == now.index);
}

TEST_CASE("transfer: a voter that is up to date leads at once") {
    Circle circle(3);
    circle.elect(1);
    REQUIRE(circle[1].transfer_leadership(MemberId{2}));
    CHECK(circle[1].propose(1, 1).status == ProposalStatus::Transferring);
    circle.settle();
    CHECK(circle.leaders() == Numbers{2});
    CHECK(circle[2].term() == 3);
    CHECK(circle[1].leader() == MemberId{2});
}

TEST_CASE("transfer: one that lags gets what it lacks first") {
    Circle circle(3);
    circle.elect(1);
    circle.cut(2);
    for (int i = 0; i < 10; ++i)
        circle[1].propose(1, 1);
    circle.settle();
    circle.cut(2, false);
    REQUIRE(circle[1].transfer_leadership(MemberId{2}));
    circle.tick_all(2);
    CHECK(circle.leaders() == Numbers{2});
    CHECK(circle[2].commit() == circle[2].log().last());
}

TEST_CASE("transfer: given up after an election time-out, and the leader goes on") {
    Circle circle(3);
    circle.elect(1);
    circle.cut(2);
    REQUIRE(circle[1].transfer_leadership(MemberId{2}));
    circle.tick_all(9);
    CHECK(circle[1].transferee() == MemberId{2});
    circle.tick_all(1);
    CHECK_FALSE(circle[1].transferee());
    CHECK(circle[1].propose(1, 1).accepted());
    CHECK(circle.leaders() == Numbers{1});
}

TEST_CASE("transfer: not to itself, not to a stranger, not by a follower") {
    Circle circle(3);
    circle.elect(1);
    CHECK_FALSE(circle[1].transfer_leadership(MemberId{1}));
    CHECK_FALSE(circle[1].transfer_leadership(MemberId{9}));
    CHECK_FALSE(circle[2].transfer_leadership(MemberId{3}));
}

TEST_CASE("snapshot: a follower behind the log gets the snapshot and then the log") {
    Circle circle(3);
    circle.elect(1);
    circle.cut(3);
    for (int i = 0; i < 50; ++i)
        circle[1].propose(1, 1);
    circle.settle();
    circle[1].take_snapshot(77, 5000, 10);
    CHECK(circle[1].log().base() == circle[1].applied() - 10);
    for (int i = 0; i < 3; ++i)
        circle[1].propose(2, 1);
    circle.settle();
    circle.cut(3, false);
    std::uint64_t snapshots = 0;
    std::uint64_t size = 0;
    const auto counting = [&](const Message& m) {
        if (m.kind == MessageKind::Snapshot) {
            ++snapshots;
            size = message_bytes(m);
        }
        return true;
    };
    for (int i = 0; i < 3; ++i) {
        circle[1].tick();
        circle.settle(counting);
    }
    CHECK(snapshots == 1);
    CHECK(size > 5000);
    CHECK(circle[3].snapshot()->payload == 77);
    CHECK(circle[3].log().last() == circle[1].log().last());
    CHECK(circle[3].applied() == circle[1].applied());
    CHECK(circle[3].configuration() == circle[1].configuration());
}

TEST_CASE(
    "snapshot: nothing is sent while one is under way, and one that failed waits for a heartbeat's "
    "answer") {
    Circle circle(3);
    circle.elect(1);
    circle.cut(3);
    for (int i = 0; i < 50; ++i)
        circle[1].propose(1, 1);
    circle.settle();
    circle[1].take_snapshot(77, 5000, 0);
    circle[1].report_unreachable(MemberId{3});
    Message alive = message_to(1, 3, MessageKind::HeartbeatReply, circle[1].term());
    circle[1].step(alive);
    std::vector<Message> said = circle.take(1);
    REQUIRE(said.size() == 1);
    REQUIRE(said[0].kind == MessageKind::Snapshot);
    circle[1].propose(1, 1);
    for (const Message& m : circle.take(1))
        CHECK(m.to != MemberId{3});
    circle[1].report_snapshot(MemberId{3}, false);
    CHECK(circle[1].progress()[2].kind == ProgressKind::Probe);
    circle[1].propose(1, 1);
    for (const Message& m : circle.take(1))
        CHECK(m.to != MemberId{3});
    circle[1].step(alive);
    said = circle.take(1);
    REQUIRE(said.size() == 1);
    CHECK(said[0].kind == MessageKind::Snapshot);
}

TEST_CASE("snapshot: one of what is there already only commits it, an old one does nothing") {
    Node node = node_with(2, image_of({1, 1, 1}, 3, 1));
    Snapshot of;
    of.index = 2;
    of.term = 1;
    of.configuration = node.configuration();
    Message m = message_to(2, 1, MessageKind::Snapshot, 1);
    m.snapshot = std::make_shared<const Snapshot>(of);
    node.step(m);
    CHECK(node.commit() == 2);
    CHECK(node.log().base() == 0);
    CHECK(node.outbox().back().index == 2);
    of.index = 1;
    m.snapshot = std::make_shared<const Snapshot>(of);
    node.step(m);
    CHECK(node.commit() == 2);
    CHECK(node.outbox().back().index == 2);
}

TEST_CASE(
    "restart: from the disk come term, vote, log and snapshot; what was applied is applied again") {
    Circle circle(3);
    circle.elect(1);
    for (int i = 0; i < 20; ++i)
        circle[1].propose(1, 1);
    circle.settle();
    circle[2].take_snapshot(5, 1, 0);
    const Index at = circle[2].applied();
    for (int i = 0; i < 5; ++i)
        circle[1].propose(1, 1);
    circle.settle();
    circle.restart(2);
    CHECK(circle[2].role() == Role::Follower);
    CHECK(circle[2].term() == 2);
    CHECK(circle[2].vote() == MemberId{1});
    CHECK(circle[2].applied() == at);
    CHECK(circle[2].apply(circle[2].commit()) == std::pair<Index, Index>{at + 1, at + 5});
    circle.tick_all(2);
    CHECK(circle[2].leader() == MemberId{1});
}

TEST_CASE("force: the survivor of a lost quorum goes on alone with what was committed") {
    Circle circle(3);
    circle.elect(1);
    circle[1].propose(1, 1);
    circle.settle();
    circle.cut(2);
    circle.cut(3);
    circle[1].propose(2, 1);
    circle.settle();
    circle.restart(1);
    circle[1].apply(circle[1].commit());
    const Index kept = circle[1].commit();
    circle[1].force_alone();
    circle[1].apply(circle[1].commit());
    CHECK(numbers(circle[1].configuration().voters) == Numbers{1});
    CHECK(circle[1].configuration().is_removed(MemberId{2}));
    CHECK(circle[1].log().last() == kept + 2);
    circle[1].campaign();
    CHECK(circle[1].role() == Role::Leader);
    CHECK(circle[1].commit() == circle[1].log().last());
}

}  // namespace podium::raft
