// Elections: time-outs, votes, terms, the lease, pre-votes. After Raft sections 5.2 and 5.4, and
// etcd's rules where the paper leaves a choice.

#include <map>

#include <catch2/catch.hpp>

#include "tests/raft/circle.hpp"

namespace podium::raft {
namespace {

constexpr MemberId kOne{1};
constexpr MemberId kTwo{2};
constexpr MemberId kThree{3};

Message vote_for(std::uint32_t to, std::uint32_t from, Term term, Index index, Term log_term) {
    Message m = message_to(to, from, MessageKind::Vote, term);
    m.index = index;
    m.log_term = log_term;
    return m;
}

bool grants(Node& node, const Message& vote) {
    node.step(vote);
    const bool granted = !node.outbox().empty() &&
                         node.outbox().back().kind == MessageKind::VoteReply &&
                         !node.outbox().back().refused;
    node.outbox().clear();
    return granted;
}

}  // namespace

TEST_CASE(
    "election: a follower that hears of no leader asks for votes after 10 to 19 ticks, each as "
    "often") {
    std::map<std::uint32_t, int> after;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        Node node = Node::founder(kOne, {}, chance_of(kOne, seed), {kOne, kTwo, kThree});
        std::uint32_t ticks = 0;
        while (node.role() == Role::Follower) {
            node.tick();
            ++ticks;
        }
        ++after[ticks];
        REQUIRE(node.role() == Role::Candidate);
        REQUIRE(node.term() == 2);
        REQUIRE(node.vote() == kOne);
        REQUIRE(node.outbox().size() == 2);
        REQUIRE(node.must_write());
    }
    REQUIRE(after.size() == 10);
    CHECK(after.begin()->first == 10);
    CHECK(after.rbegin()->first == 19);
    for (const auto& [ticks, times] : after) {
        INFO(ticks << " ticks: " << times);
        CHECK((times > 140 && times < 260));
    }
}

TEST_CASE("election: each new candidacy draws another time-out") {
    Node node = Node::founder(kOne, {}, chance_of(kOne), {kOne, kTwo, kThree});
    std::map<std::uint32_t, int> drawn;
    for (int i = 0; i < 1000; ++i) {
        node.tick();
        ++drawn[node.election_timeout()];
        node.outbox().clear();
    }
    CHECK(drawn.size() == 10);
}

TEST_CASE(
    "election: more than half of the votes make a leader, fewer do not, more than half refused end "
    "it") {
    struct Row {
        std::uint32_t members;
        std::vector<bool> granted;
        Role role;
    };

    const std::vector<Row> table = {
        {1, {}, Role::Leader},
        {3, {true}, Role::Leader},
        {3, {false}, Role::Candidate},
        {3, {false, false}, Role::Follower},
        {5, {true, true}, Role::Leader},
        {5, {true, false, false}, Role::Candidate},
        {5, {false, false, false}, Role::Follower},
        {4, {true}, Role::Candidate},
        {4, {true, true}, Role::Leader},
        {4, {false, false}, Role::Follower},
        {5, {}, Role::Candidate},
    };
    for (const Row& row : table) {
        std::vector<MemberId> voters;
        for (std::uint32_t i = 1; i <= row.members; ++i)
            voters.push_back(MemberId{i});
        Node node = Node::founder(kOne, {}, chance_of(kOne), voters);
        node.campaign();
        for (std::uint32_t i = 0; i < row.granted.size(); ++i) {
            Message reply = message_to(1, i + 2, MessageKind::VoteReply, 2);
            reply.refused = !row.granted[i];
            node.step(reply);
            node.step(reply);  // the same answer twice is one vote
        }
        INFO(row.members << " members, " << row.granted.size() << " answers");
        CHECK(node.role() == row.role);
        CHECK(node.term() == 2);
    }
}

TEST_CASE("election: a member votes once a term, for the first that asks, and again for the same") {
    Node node = Node::founder(kOne, {}, chance_of(kOne), {kOne, kTwo, kThree});
    CHECK(grants(node, vote_for(1, 2, 4, 3, 1)));
    CHECK_FALSE(grants(node, vote_for(1, 3, 4, 3, 1)));
    CHECK(grants(node, vote_for(1, 2, 4, 3, 1)));
    CHECK(grants(node, vote_for(1, 3, 5, 3, 1)));
    CHECK_FALSE(grants(node, vote_for(1, 2, 4, 3, 1)));
    CHECK(node.term() == 5);
}

TEST_CASE("election: a vote goes only to a log that is at least as far") {
    struct Row {
        Index index;
        Term log_term;
        bool granted;
    };

    // The voter's last entry: index 2, term 2.
    for (const Row& row : {Row{0, 0, false},
                           Row{2, 1, false},
                           Row{9, 1, false},
                           Row{1, 2, false},
                           Row{2, 2, true},
                           Row{3, 2, true},
                           Row{1, 3, true},
                           Row{2, 3, true}}) {
        Node node = node_with(1, image_of({1, 2}, 3, 3));
        INFO("index " << row.index << ", term " << row.log_term);
        CHECK(grants(node, vote_for(1, 2, 4, row.index, row.log_term)) == row.granted);
        CHECK(node.term() == 4);
    }
}

TEST_CASE("election: a vote survives a crash") {
    Node node = Node::founder(kOne, {}, chance_of(kOne), {kOne, kTwo, kThree});
    REQUIRE(grants(node, vote_for(1, 2, 4, 3, 1)));
    REQUIRE(node.must_write());
    Node again = node_with(1, node.image());
    CHECK(again.term() == 4);
    CHECK_FALSE(grants(again, vote_for(1, 3, 4, 3, 1)));
    CHECK(grants(again, vote_for(1, 2, 4, 3, 1)));
}

TEST_CASE("election: a candidate that hears the leader of its term follows it") {
    for (const MessageKind kind : {MessageKind::Append, MessageKind::Heartbeat}) {
        Node node = Node::founder(kOne, {}, chance_of(kOne), {kOne, kTwo, kThree});
        node.campaign();
        node.step(message_to(1, 2, kind, 2));
        CHECK(node.role() == Role::Follower);
        CHECK(node.leader() == kTwo);
        CHECK(node.term() == 2);
        CHECK(node.vote() == kOne);
    }
}

TEST_CASE("election: whoever hears of a later term follows, whatever it was") {
    Circle circle(3);
    circle.elect(1);
    REQUIRE(circle.leaders() == std::vector<std::uint32_t>{1});
    circle[1].step(message_to(1, 2, MessageKind::AppendReply, 8));
    CHECK(circle[1].role() == Role::Follower);
    CHECK(circle[1].term() == 8);
    CHECK_FALSE(circle[1].leader());
}

TEST_CASE(
    "election: a new leader writes an empty entry, and what a lost leader had not committed gives "
    "way") {
    Circle circle(3);
    circle.elect(1);
    circle.cut(1);
    circle[1].propose(7, 10);
    circle.settle();
    CHECK(circle[1].commit() == 4);
    circle.tick_all(60);
    circle.cut(1, false);
    circle.tick_all(60);
    CHECK(circle[1].log().at(5).kind == EntryKind::Empty);
    CHECK(circle[1].applied() == circle[1].log().last());
}

TEST_CASE(
    "lease: a follower that heard of a leader within 10 ticks gives no vote, and its term stays") {
    Circle circle(3);
    circle.elect(1);
    CHECK_FALSE(grants(circle[2], vote_for(2, 3, 9, 50, 9)));
    CHECK(circle[2].term() == 2);
    for (int i = 0; i < 9; ++i)
        circle[2].tick();
    CHECK_FALSE(grants(circle[2], vote_for(2, 3, 9, 50, 9)));
    circle[2].tick();
    if (circle[2].role() == Role::Follower) CHECK(grants(circle[2], vote_for(2, 3, 9, 50, 9)));
}

TEST_CASE("lease: a transfer of leadership passes it") {
    Circle circle(3);
    circle.elect(1);
    Message vote = vote_for(2, 3, 3, 50, 2);
    vote.transfer = true;
    CHECK(grants(circle[2], vote));
}

TEST_CASE("lease: without CheckQuorum there is none") {
    Options options;
    options.check_quorum = false;
    Circle circle(3, options);
    circle.elect(1);
    CHECK(grants(circle[2], vote_for(2, 3, 9, 50, 9)));
}

TEST_CASE(
    "check quorum: a leader that hears of no majority for 10 ticks steps down, at the latest after "
    "20") {
    Circle circle(5);
    circle.elect(1);
    circle.tick_all(4);
    for (const std::uint32_t id : {2U, 3U, 4U})
        circle.cut(id);
    std::uint32_t ticks = 0;
    while (circle[1].role() == Role::Leader && ticks < 100) {
        circle.tick_all(1);
        ++ticks;
    }
    CHECK(ticks >= 10);
    CHECK(ticks <= 20);
    CHECK_FALSE(circle[1].leader());
}

TEST_CASE("check quorum: two of five may be gone") {
    Circle circle(5);
    circle.elect(1);
    circle.cut(2);
    circle.cut(3);
    circle.tick_all(100);
    CHECK(circle.leaders() == std::vector<std::uint32_t>{1});
    CHECK(circle[1].term() == 2);
}

TEST_CASE("a member back from a cut unseats the leader without pre-votes, and does not with them") {
    for (const bool pre_vote : {false, true}) {
        Options options;
        options.pre_vote = pre_vote;
        Circle circle(3, options);
        circle.elect(1);
        circle.cut(3);
        circle.tick_all(60);
        REQUIRE(circle.leaders() == std::vector<std::uint32_t>{1});
        CHECK((circle[3].term() > 2) == !pre_vote);
        circle.cut(3, false);
        circle.tick_all(60);
        REQUIRE(circle.leaders().size() == 1);
        CHECK((circle[circle.leaders()[0]].term() > 2) == !pre_vote);
        CHECK(circle[3].leader().value == circle.leaders()[0]);
    }
}

TEST_CASE(
    "pre-vote: a majority of would-be votes leads to a real election, and asking changes nothing") {
    Options options;
    options.pre_vote = true;
    Circle circle(3, options);
    circle[1].campaign();
    CHECK(circle[1].role() == Role::PreCandidate);
    CHECK(circle[1].term() == 1);
    CHECK_FALSE(circle[1].must_write());
    const std::vector<Message> asked = circle.take(1);
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].kind == MessageKind::PreVote);
    CHECK(asked[0].term == 2);
    circle[2].step(asked[0]);
    CHECK(circle[2].term() == 1);
    CHECK_FALSE(circle[2].vote());
    circle.settle();
    CHECK(circle.leaders() == std::vector<std::uint32_t>{1});
    CHECK(circle[1].term() == 2);
}

TEST_CASE("election: who is no voter, or has an unapplied change of membership, does not stand") {
    Node stranger(kOne, {}, chance_of(kOne));
    for (int i = 0; i < 100; ++i)
        stranger.tick();
    stranger.campaign();
    CHECK(stranger.role() == Role::Follower);
    Image image = image_of({1}, 3, 1, 2);
    Entry change;
    change.term = 1;
    change.kind = EntryKind::AddVoter;
    change.member = MemberId{4};
    image.log.append(change);
    Node node = node_with(1, image);
    node.campaign();
    CHECK(node.role() == Role::Follower);
    node.apply(2);
    node.campaign();
    CHECK(node.role() == Role::Candidate);
    CHECK(node.outbox().size() == 3);
}

}  // namespace podium::raft
