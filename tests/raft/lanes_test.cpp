// How calls between members go: in order, refused, repeated, given up, and no more of them than
// there may be.

#include <catch2/catch.hpp>

#include "tests/base/death.hpp"
#include "tests/raft/hosts.hpp"

namespace podium::raft {
namespace {

Hosts three_formed(std::uint64_t seed, GroupOptions options) {
    Hosts hosts(3, seed, options);
    hosts.found(3);
    hosts.elect();
    hosts.run(seconds(3));
    REQUIRE(hosts.leader() != 0);
    return hosts;
}

std::uint32_t a_follower(const Hosts& hosts) {
    return hosts.leader() % 3 + 1;
}

}  // namespace

TEST_CASE("lanes: a small call does not overtake a large one, nor hurry it") {
    GroupOptions options;
    options.calls_at_once = 16;
    Hosts hosts = three_formed(1, options);
    hosts.run(milliseconds(50));
    const std::uint64_t before = hosts.group.bytes_sent();
    constexpr std::uint32_t kLarge = 25'000'000;  // a fifth of a second at 1 Gbit/s
    hosts.group.propose(hosts.at(), MemberId{hosts.leader()}, 1, kLarge);
    hosts.run(milliseconds(10));
    const Proposal small = hosts.group.propose(hosts.at(), MemberId{hosts.leader()}, 2, 1);
    hosts.run(milliseconds(150));
    CHECK(hosts.group.node(MemberId{a_follower(hosts)}).log().last() < small.index - 1);
    hosts.run(seconds(2));
    CHECK(hosts.group.node(MemberId{a_follower(hosts)}).applied() == small.index);
    // Overtaken, the large one would have been refused and sent again.
    CHECK(hosts.group.bytes_sent() - before < 3ULL * kLarge);
}

TEST_CASE("lanes: a member that starts again is called at the latest when gRPC tries again") {
    Duration latest{};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        for (const bool backs_off : {true, false}) {
            GroupOptions options;
            if (!backs_off) options.reconnect = {};
            Hosts hosts = three_formed(seed, options);
            const std::uint32_t away = a_follower(hosts);
            hosts.stop(away);
            hosts.run(seconds(60));
            hosts.start(away);
            const Time begun = hosts.kernel.now();
            hosts.run_until(begun + minutes(1), [&] {
                return static_cast<bool>(hosts.group.node(MemberId{away}).leader());
            });
            const Duration took = hosts.kernel.now() - begun;
            INFO("seed " << seed << ": " << format_duration(took));
            CHECK(took <= (backs_off ? milliseconds(10'700) : milliseconds(1'100)));
            if (backs_off) latest = std::max(latest, took);
        }
    }
    CHECK(latest > seconds(4));
}

TEST_CASE("lanes: a snapshot that does not arrive is reported, and sent again") {
    GroupOptions options;
    options.snapshot_interval = 10;
    options.snapshot_keeps = 0;
    Hosts hosts = three_formed(2, options);
    const std::uint32_t away = a_follower(hosts);
    hosts.group.set_state(125'000'000, 1);  // a second at 1 Gbit/s
    hosts.stop(away);
    for (int i = 0; i < 30; ++i) {
        hosts.group.propose(hosts.at(), MemberId{hosts.leader()}, 1, 10);
        hosts.run(milliseconds(50));
    }
    const std::uint64_t before = hosts.group.bytes_sent();
    hosts.start(away);
    REQUIRE(hosts.run_until(hosts.kernel.now() + seconds(20),
                            [&] { return hosts.group.bytes_sent() > before + 100'000'000; }));
    const auto cut = hosts.network.partition({{hosts.places[away - 1]}});
    hosts.group.network_changed(hosts.at());
    hosts.run(seconds(5));
    CHECK(hosts.facts(kFactSnapshotInstalled).empty());
    hosts.network.heal(cut);
    hosts.group.network_changed(hosts.at());
    hosts.run(seconds(60));
    CHECK(hosts.facts(kFactSnapshotInstalled).size() == 1);
    REQUIRE(hosts.leader() != 0);
    CHECK(hosts.group.node(MemberId{away}).applied() ==
          hosts.group.node(MemberId{hosts.leader()}).applied());
}

TEST_CASE("lanes: no vote for a candidate that can't be called back") {
    for (const bool health_check : {true, false}) {
        GroupOptions options;
        options.one_way_is_enough = true;
        options.vote_health_check = health_check;
        Hosts hosts = three_formed(3, options);
        const MemberId deaf{a_follower(hosts)};
        const MemberId other{deaf.value % 3 + 1 == hosts.leader() ? (deaf.value + 1) % 3 + 1
                                                                  : deaf.value % 3 + 1};
        hosts.network.partition({{hosts.places[deaf.value - 1]}}, model::PartitionWay::ToFirst);
        hosts.group.network_changed(hosts.at());
        hosts.stop(hosts.leader());
        const bool voted = hosts.run_until(hosts.kernel.now() + minutes(5),
                                           [&] { return hosts.group.node(other).vote() == deaf; });
        INFO("health check: " << health_check);
        CHECK(voted == !health_check);
    }
}

TEST_CASE(
    "lanes: of too many calls waiting the rest is lost, and all is well when the way is open "
    "again") {
    GroupOptions options;
    options.calls_waiting = 8;
    Hosts hosts = three_formed(4, options);
    const std::uint32_t away = a_follower(hosts);
    const auto cut = hosts.network.partition({{hosts.places[away - 1]}});
    hosts.group.network_changed(hosts.at());
    Proposal last;
    for (int i = 0; i < 200; ++i) {
        last = hosts.group.propose(hosts.at(), MemberId{hosts.leader()}, 1, 10);
        hosts.run(milliseconds(5));
    }
    REQUIRE(last.accepted());
    hosts.network.heal(cut);
    hosts.group.network_changed(hosts.at());
    hosts.run(seconds(5));
    CHECK(hosts.group.node(MemberId{away}).applied() >= last.index);
    CHECK(hosts.broken().empty());
}

TEST_CASE("lanes: with etcd's figures a lost leader costs one to two seconds") {
    GroupOptions etcd;
    etcd.tick = milliseconds(100);
    etcd.raft.pre_vote = true;
    etcd.raft.message_bytes = 1 << 20;
    etcd.raft.message_window = 512;
    etcd.calls_at_once = 512;
    etcd.vote_health_check = etcd.campaign_for_removed_leader = false;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Hosts hosts = three_formed(seed, etcd);
        hosts.stop(hosts.leader());
        const Duration took = hosts.elect();
        INFO("seed " << seed << ": " << format_duration(took));
        CHECK(took > milliseconds(800));
        CHECK(took < milliseconds(4'000));
    }
}

TEST_CASE("lanes: a group has a limit of members, and its owner takes the news") {
    CHECK_THAT(last_words_of([] {
                   Group group(1, "swarm", {});
                   for (std::size_t i = 0; i <= Group::kMostMembers; ++i)
                       group.add_member({});
               }),
               Catch::Matchers::Contains("a limited number of members"));
    CHECK_THAT(last_words_of([] {
                   Hosts hosts(1);
                   hosts.found(1);
                   for (std::size_t i = 0; i <= Group::kMostNews; ++i) {
                       hosts.group.stop(hosts.at(), MemberId{1});
                       hosts.group.start(hosts.at(), MemberId{1});
                   }
                   hosts.group.handle(hosts.at(), hosts.kernel.take_next());
               }),
               Catch::Matchers::Contains("takes the news"));
}

}  // namespace podium::raft
