// The log: appended, confirmed, committed, repaired. After Raft sections 5.3 and 5.4.

#include <catch2/catch.hpp>

#include "tests/raft/circle.hpp"

namespace podium::raft {
namespace {

Message append_to(std::uint32_t to,
                  Term term,
                  Index index,
                  Term log_term,
                  std::vector<Term> entries = {},
                  Index commit = 0) {
    Message m = message_to(to, 1, MessageKind::Append, term);
    m.index = index;
    m.log_term = log_term;
    m.commit = commit;
    for (const Term of : entries) {
        Entry entry;
        entry.term = of;
        entry.kind = EntryKind::Payload;
        m.entries.push_back(entry);
    }
    return m;
}

Message answer_to(Node& node, const Message& m) {
    node.step(m);
    REQUIRE_FALSE(node.outbox().empty());
    const Message reply = node.outbox().back();
    node.outbox().clear();
    return reply;
}

}  // namespace

TEST_CASE("replication: a leader sends a heartbeat a tick to every other member") {
    Circle circle(3);
    circle.elect(1);
    circle[1].tick();
    const std::vector<Message> said = circle.take(1);
    REQUIRE(said.size() == 2);
    for (const Message& m : said)
        CHECK(m.kind == MessageKind::Heartbeat);
}

TEST_CASE("replication: an entry is committed when a majority has it, and the others hear of it") {
    Circle circle(5);
    circle.elect(1);
    for (const std::uint32_t id : {4U, 5U})
        circle.cut(id);
    const Proposal proposal = circle[1].propose(42, 100);
    REQUIRE(proposal.accepted());
    CHECK(circle[1].commit() == proposal.index - 1);
    circle.settle();
    CHECK(circle[1].commit() == proposal.index);
    CHECK(circle[2].applied() == proposal.index);
    CHECK(circle[2].log().at(proposal.index).payload == 42);
    circle.cut(3);
    const Proposal lost = circle[1].propose(43, 100);
    circle.settle();
    CHECK(circle[1].commit() == lost.index - 1);
    for (const std::uint32_t id : {3U, 4U, 5U})
        circle.cut(id, false);
    circle.tick_all(3);
    for (std::uint32_t id = 1; id <= 5; ++id)
        CHECK(circle[id].applied() == lost.index);
}

TEST_CASE("replication: only a leader takes proposals, and says so") {
    Circle circle(3);
    CHECK(circle[1].propose(1, 1).status == ProposalStatus::NotLeader);
    circle.elect(1);
    CHECK(circle[2].propose(1, 1).status == ProposalStatus::NotLeader);
    CHECK(circle[2].propose_change(EntryKind::Remove, MemberId{3}).status ==
          ProposalStatus::NotLeader);
    CHECK(circle[1].propose(1, 1).accepted());
}

TEST_CASE("replication: a member alone commits at once") {
    Circle circle(1);
    circle.elect(1);
    const Proposal proposal = circle[1].propose(1, 1);
    CHECK(circle[1].commit() == proposal.index);
}

TEST_CASE("replication: entries of earlier terms are committed only by one of the leader's own") {
    // Raft, figure 8: member 1 leads term 4 and has spread an entry of term 2 to a majority.
    std::vector<Node> nodes;
    nodes.push_back(node_with(1, image_of({1, 2}, 3, 3)));
    nodes.push_back(node_with(2, image_of({1}, 3, 3)));
    nodes[0].campaign();
    Message yes = message_to(1, 2, MessageKind::VoteReply, 4);
    nodes[0].step(yes);
    REQUIRE(nodes[0].role() == Role::Leader);
    nodes[0].outbox().clear();
    Message has = message_to(1, 2, MessageKind::AppendReply, 4);
    has.index = 2;
    nodes[0].step(has);
    CHECK(nodes[0].commit() == 0);
    has.index = 3;
    nodes[0].step(has);
    CHECK(nodes[0].commit() == 3);
}

TEST_CASE(
    "replication: a follower takes what follows on its log, refuses a gap, and replaces what "
    "differs") {
    struct Row {
        Index index;
        Term log_term;
        std::vector<Term> entries;
        bool refused;
        std::vector<Term> log;
    };

    // The follower has terms 1 2 2; the leader is of term 4.
    const std::vector<Row> table = {
        {3, 2, {4}, false, {1, 2, 2, 4}},
        {0, 0, {1, 2}, false, {1, 2, 2}},
        {1, 1, {2}, false, {1, 2, 2}},
        {1, 1, {3, 4}, false, {1, 3, 4}},
        {2, 2, {3}, false, {1, 2, 3}},
        {3, 3, {4}, true, {1, 2, 2}},
        {4, 2, {4}, true, {1, 2, 2}},
        {2, 1, {4}, true, {1, 2, 2}},
        {0, 0, {3}, false, {3}},
    };
    for (const Row& row : table) {
        Node node = node_with(2, image_of({1, 2, 2}, 3, 3));
        const Message reply =
            answer_to(node, append_to(2, 4, row.index, row.log_term, row.entries));
        INFO("after " << row.index << " of term " << row.log_term);
        CHECK(reply.refused == row.refused);
        CHECK(terms_of(node) == row.log);
        if (!row.refused) CHECK(reply.index == row.index + row.entries.size());
    }
}

TEST_CASE(
    "replication: a follower commits what the leader has, but no more than the message proved") {
    Node node = node_with(2, image_of({1, 1, 1}, 3, 1));
    answer_to(node, append_to(2, 1, 1, 1, {1}, 3));
    CHECK(node.commit() == 2);
    answer_to(node, append_to(2, 1, 3, 1, {}, 3));
    CHECK(node.commit() == 3);
    Message beat = message_to(2, 1, MessageKind::Heartbeat, 1);
    beat.commit = 2;
    answer_to(node, beat);
    CHECK(node.commit() == 3);
}

TEST_CASE(
    "replication: what a disk has committed is never taken back, and an old append is answered "
    "with it") {
    Node node = node_with(2, image_of({1, 1, 1}, 3, 1, 3));
    const Message reply = answer_to(node, append_to(2, 4, 1, 1, {3}));
    CHECK_FALSE(reply.refused);
    CHECK(reply.index == 3);
    CHECK(terms_of(node) == std::vector<Term>{1, 1, 1});
}

TEST_CASE("replication: a leader brings every kind of follower to its own log, in a few messages") {
    // Raft, figure 7.
    const std::vector<Term> leader = {1, 1, 1, 4, 4, 5, 5, 6, 6, 6};
    const std::vector<std::vector<Term>> followers = {
        {1, 1, 1, 4, 4, 5, 5, 6, 6},
        {1, 1, 1, 4},
        {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6},
        {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7},
        {1, 1, 1, 4, 4, 4, 4},
        {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3},
        {},
    };
    for (const std::vector<Term>& other : followers) {
        Circle circle(3);
        circle[1] = node_with(1, image_of(leader, 3, 7));
        circle[2] = node_with(2, image_of(other, 3, 7));
        circle[3] = node_with(3, image_of({}, 3, 7));
        circle[1].campaign();
        circle.settle();
        circle.settle();
        REQUIRE(circle[1].role() == Role::Leader);
        CHECK(terms_of(circle[1]).size() == 11);
        circle.tick_all(1);
        CHECK(terms_of(circle[2]) == terms_of(circle[1]));
        CHECK(terms_of(circle[3]) == terms_of(circle[1]));
        CHECK(circle.delivered < 45);
    }
}

TEST_CASE("replication: a long tail that differs costs messages by terms, not by entries") {
    std::vector<Term> mine = {1};
    std::vector<Term> other = {1};
    for (int i = 0; i < 2000; ++i) {
        mine.push_back(3);
        other.push_back(2);
    }
    Circle circle(3);
    circle[1] = node_with(1, image_of(mine, 3, 5));
    circle[2] = node_with(2, image_of(other, 3, 5));
    circle[3] = node_with(3, image_of(mine, 3, 5));
    circle.elect(1);
    circle.tick_all(1);
    CHECK(terms_of(circle[2]) == terms_of(circle[1]));
    CHECK(circle.delivered < 30);
}

TEST_CASE("replication: appends are cut at the limit of bytes, and so many are under way at most") {
    Options options;
    options.message_bytes = 100;
    options.message_window = 4;
    Circle circle(3, options);
    circle.elect(1);
    circle[1].take_snapshot(0, 0, 1000);
    for (int i = 0; i < 20; ++i)
        circle[1].propose(1, 60);
    const std::vector<Message> said = circle.take(1);
    std::size_t to_two = 0;
    for (const Message& m : said) {
        if (m.to == MemberId{2}) ++to_two;
        CHECK(m.entries.size() <= 1);
    }
    CHECK(to_two == 4);
    // None of them arrived: heartbeats find that out, and all goes on.
    circle.tick_all(30);
    CHECK(circle[2].log().last() == circle[1].log().last());
    CHECK(circle[1].commit() == circle[1].log().last());
}

TEST_CASE(
    "replication: what could not be delivered is sent again from where it is known to match") {
    Circle circle(3);
    circle.elect(1);
    circle[1].propose(1, 1);
    circle.take(1);  // lost
    circle[1].report_unreachable(MemberId{2});
    const auto& rows = circle[1].progress();
    CHECK(rows[1].kind == ProgressKind::Probe);
    CHECK(rows[1].next == rows[1].match + 1);
    CHECK(rows[2].kind == ProgressKind::Replicate);
    circle.tick_all(1);
    CHECK(circle[2].log().last() == circle[1].log().last());
}

TEST_CASE("replication: a quiet group says a heartbeat and its answer a tick, no more") {
    Circle circle(5);
    circle.elect(1);
    for (int i = 0; i < 10; ++i)
        circle[1].propose(1, 1);
    circle.tick_all(3);
    const std::uint64_t before = circle.delivered;
    circle.tick_all(10);
    CHECK(circle.delivered - before == 10 * 2 * 4);
}

}  // namespace podium::raft
