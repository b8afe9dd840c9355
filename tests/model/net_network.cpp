#include <catch2/catch.hpp>

#include <vector>

#include "sim/base/random.hpp"
#include "sim/model/network.hpp"

namespace podium::model {
namespace {

// Two racks: larry and curly on switch one, moe on switch two, a trunk between the switches.
struct Racks {
    Network network;
    NodeId larry = network.add_host("larry");
    NodeId curly = network.add_host("curly");
    NodeId moe = network.add_host("moe");
    NodeId one = network.add_switch("one");
    NodeId two = network.add_switch("two");
    LinkId larry_one = network.add_link(larry, one, {microseconds(100), 1'000'000'000, 0});
    LinkId curly_one = network.add_link(curly, one, {microseconds(100), 1'000'000'000, 0});
    LinkId moe_two = network.add_link(moe, two, {microseconds(200), 500'000'000, 0});
    LinkId trunk = network.add_link(one, two, {milliseconds(1), 10'000'000'000, 0});
};

// The slow obvious way: the least cost over all ways without passing through a host.
std::int64_t plain_cost(const Network& network, NodeId from, NodeId to) {
    std::vector<std::int64_t> cost(network.node_count() + 1, INT64_MAX);
    cost[from.value] = 0;
    for (std::size_t round = 0; round < network.node_count(); ++round) {
        for (std::uint32_t i = 1; i <= network.link_count(); ++i) {
            const LinkId link{i};
            if (network.quality(link).cut) continue;
            const auto [a, b] = network.ends(link);
            for (const auto& [near, far] : {std::pair{a, b}, std::pair{b, a}}) {
                const bool passes = near == from || network.kind(near) == NodeKind::Switch;
                if (!passes || cost[near.value] == INT64_MAX) continue;
                cost[far.value] = std::min(cost[far.value], cost[near.value] + network.spec(link).latency.nanoseconds);
            }
        }
    }
    return cost[to.value];
}

}  // namespace

TEST_CASE("network: a path has the sum of latencies and the narrowest bandwidth") {
    const Racks racks;
    const Path path = racks.network.path(racks.larry, racks.moe);
    CHECK(path.reachable);
    CHECK(path.latency == microseconds(1300));
    CHECK(path.bits_per_second == 500'000'000);
    CHECK(path.links == std::vector<LinkId>{racks.larry_one, racks.trunk, racks.moe_two});
    CHECK(racks.network.path(racks.moe, racks.larry).links ==
          std::vector<LinkId>{racks.moe_two, racks.trunk, racks.larry_one});
    CHECK(racks.network.path(racks.larry, racks.larry).reachable);
    CHECK(racks.network.path(racks.larry, racks.larry).latency == Duration{});
    CHECK(racks.network.path(racks.one, racks.two).links == std::vector<LinkId>{racks.trunk});
    CHECK(racks.network.path(racks.larry, racks.two).latency == microseconds(1100));
    CHECK_FALSE(racks.network.path(racks.larry, NodeId{}).reachable);
}

TEST_CASE("network: the quickest way wins, then the one with fewer links, then the lower link") {
    Racks racks;
    const NodeId three = racks.network.add_switch("three");
    const LinkId up = racks.network.add_link(racks.one, three, {microseconds(300), 1, 0});
    const LinkId down = racks.network.add_link(three, racks.two, {microseconds(300), 1, 0});
    CHECK(racks.network.path(racks.larry, racks.moe).links ==
          std::vector<LinkId>{racks.larry_one, up, down, racks.moe_two});
    const LinkId straight = racks.network.add_link(racks.one, racks.two, {microseconds(600), 1, 0});
    CHECK(racks.network.path(racks.larry, racks.moe).links ==
          std::vector<LinkId>{racks.larry_one, straight, racks.moe_two});
    racks.network.add_link(racks.one, racks.two, {microseconds(600), 1, 0});
    CHECK(racks.network.path(racks.larry, racks.moe).links[1] == straight);
}

TEST_CASE("network: hosts do not pass on what is not theirs") {
    Network network;
    const NodeId a = network.add_host("a");
    const NodeId b = network.add_host("b");
    const NodeId c = network.add_host("c");
    const LinkId ab = network.add_link(a, b);
    network.add_link(b, c);
    CHECK_FALSE(network.path(a, c).reachable);
    CHECK(network.path(a, b).links == std::vector<LinkId>{ab});
}

TEST_CASE("network: a link is found by its ends, and only between neighbours") {
    const Racks racks;
    CHECK(racks.network.find_link("one", "two") == racks.trunk);
    CHECK(racks.network.find_link("two", "one") == racks.trunk);
    CHECK(racks.network.find_link("larry", "one") == racks.larry_one);
    CHECK_FALSE(racks.network.find_link("larry", "curly"));
    CHECK_FALSE(racks.network.find_link("larry", "nobody"));
    CHECK(racks.network.links_of(racks.one) == std::vector<LinkId>{racks.larry_one, racks.curly_one, racks.trunk});
}

TEST_CASE("network: a cut link or a node that is down takes its ways away, and back when mended") {
    Racks racks;
    racks.network.set_link_up(racks.trunk, false);
    CHECK_FALSE(racks.network.path(racks.larry, racks.moe).reachable);
    CHECK(racks.network.path(racks.larry, racks.curly).reachable);
    racks.network.set_link_up(racks.trunk, true);
    CHECK(racks.network.connected(racks.larry, racks.moe));
    racks.network.set_node_up(racks.two, false);
    CHECK_FALSE(racks.network.path(racks.larry, racks.moe).reachable);
    racks.network.set_node_up(racks.two, true);
    racks.network.set_node_up(racks.moe, false);
    CHECK_FALSE(racks.network.path(racks.larry, racks.moe).reachable);
    CHECK_FALSE(racks.network.path(racks.moe, racks.moe).reachable);
}

TEST_CASE("network: faults of a link stack, and the end of one leaves the others") {
    Racks racks;
    const OverlayId slow = racks.network.set_link_quality({racks.trunk}, {milliseconds(50), 0, 0, false});
    const OverlayId lossy = racks.network.set_link_quality({racks.trunk, racks.larry_one}, {milliseconds(10), 100'000, 1'000'000, false});
    const OverlayId cut = racks.network.set_link_quality({racks.trunk}, {{}, 0, 0, true});
    CHECK_FALSE(racks.network.path(racks.larry, racks.moe).reachable);
    CHECK(racks.network.quality(racks.trunk).cut);
    racks.network.end_link_quality(cut);
    const Path path = racks.network.path(racks.larry, racks.moe);
    CHECK(path.latency == microseconds(1300) + milliseconds(70));
    CHECK(path.loss_ppm == 190'000);
    CHECK(path.bits_per_second == 1'000'000);
    racks.network.end_link_quality(slow);
    CHECK(racks.network.path(racks.larry, racks.moe).latency == microseconds(1300) + milliseconds(20));
    racks.network.end_link_quality(lossy);
    CHECK(racks.network.path(racks.larry, racks.moe) == Racks{}.network.path(racks.larry, racks.moe));
}

TEST_CASE("network: delay does not change which way is taken") {
    Racks racks;
    racks.network.add_link(racks.one, racks.two, {milliseconds(5), 1, 0});
    racks.network.set_link_quality({racks.trunk}, {seconds(1), 0, 0, false});
    CHECK(racks.network.path(racks.larry, racks.moe).links[1] == racks.trunk);
}

TEST_CASE("network: a partition parts its groups and leaves the others alone") {
    Racks racks;
    const PartitionId parted = racks.network.partition({{racks.larry}, {racks.moe}});
    CHECK_FALSE(racks.network.path(racks.larry, racks.moe).reachable);
    CHECK_FALSE(racks.network.path(racks.moe, racks.larry).reachable);
    CHECK(racks.network.connected(racks.curly, racks.moe));
    CHECK(racks.network.connected(racks.curly, racks.larry));
    const PartitionId alone = racks.network.partition({{racks.curly}});
    CHECK_FALSE(racks.network.path(racks.curly, racks.moe).reachable);
    CHECK_FALSE(racks.network.path(racks.larry, racks.curly).reachable);
    racks.network.heal(alone);
    CHECK(racks.network.connected(racks.curly, racks.moe));
    CHECK_FALSE(racks.network.connected(racks.larry, racks.moe));
    racks.network.heal(parted);
    CHECK(racks.network.connected(racks.larry, racks.moe));
}

TEST_CASE("network: who is apart from all others together still reach each other") {
    Racks racks;
    racks.network.partition({{racks.larry, racks.moe}});
    CHECK(racks.network.connected(racks.larry, racks.moe));
    CHECK_FALSE(racks.network.path(racks.larry, racks.curly).reachable);
    CHECK_FALSE(racks.network.path(racks.curly, racks.moe).reachable);
}

TEST_CASE("network: a fault of a pair concerns these two alone, both ways, and stacks") {
    Racks racks;
    const Path usual = racks.network.path(racks.larry, racks.moe);
    const Path others = racks.network.path(racks.larry, racks.curly);
    const OverlayId slow = racks.network.set_pair_quality(racks.moe, racks.larry, {milliseconds(50), 0, 0, false});
    const OverlayId lossy = racks.network.set_pair_quality(racks.larry, racks.moe, {milliseconds(10), 100'000, 1'000'000, false});
    for (const auto& [from, to] : {std::pair{racks.larry, racks.moe}, std::pair{racks.moe, racks.larry}}) {
        const Path path = racks.network.path(from, to);
        CHECK(path.latency == usual.latency + milliseconds(60));
        CHECK(path.loss_ppm == 100'000);
        CHECK(path.bits_per_second == 1'000'000);
    }
    CHECK(racks.network.path(racks.larry, racks.curly) == others);
    CHECK(racks.network.quality(racks.larry_one).added_delay == Duration{});
    const OverlayId cut = racks.network.set_pair_quality(racks.larry, racks.moe, {{}, 0, 0, true});
    CHECK_FALSE(racks.network.path(racks.moe, racks.larry).reachable);
    CHECK(racks.network.connected(racks.curly, racks.moe));
    racks.network.end_link_quality(cut);
    racks.network.end_link_quality(slow);
    CHECK(racks.network.path(racks.larry, racks.moe).latency == usual.latency + milliseconds(10));
    racks.network.end_link_quality(lossy);
    CHECK(racks.network.path(racks.larry, racks.moe) == usual);
}

TEST_CASE("network: a partition of switches parts what hangs on them") {
    Racks racks;
    racks.network.partition({{racks.one}, {racks.two}});
    CHECK_FALSE(racks.network.path(racks.larry, racks.moe).reachable);
    CHECK(racks.network.connected(racks.larry, racks.curly));
    CHECK(racks.network.components().count == 2);
}

TEST_CASE("network: a one-way partition cuts one way only") {
    Racks racks;
    const PartitionId deaf = racks.network.partition({{racks.larry}}, PartitionWay::ToFirst);
    CHECK(racks.network.path(racks.larry, racks.moe).reachable);
    CHECK_FALSE(racks.network.path(racks.moe, racks.larry).reachable);
    CHECK_FALSE(racks.network.connected(racks.larry, racks.moe));
    racks.network.heal(deaf);
    racks.network.partition({{racks.larry}, {racks.moe}}, PartitionWay::FromFirst);
    CHECK_FALSE(racks.network.path(racks.larry, racks.moe).reachable);
    CHECK(racks.network.path(racks.moe, racks.larry).reachable);
}

TEST_CASE("network: components follow the links that work") {
    Racks racks;
    CHECK(racks.network.components().count == 1);
    racks.network.set_link_up(racks.trunk, false);
    const Components parts = racks.network.components();
    CHECK(parts.count == 2);
    CHECK(parts.of_node == std::vector<std::uint32_t>{0, 0, 1, 0, 1});
}

TEST_CASE("network: a copy goes its own way") {
    Racks racks;
    CHECK(racks.network.path(racks.larry, racks.moe).reachable);
    Network copy = racks.network;
    copy.set_link_up(racks.trunk, false);
    CHECK_FALSE(copy.path(racks.larry, racks.moe).reachable);
    CHECK(racks.network.path(racks.larry, racks.moe).reachable);
}

TEST_CASE("network: every change of what is reachable counts up the version") {
    Racks racks;
    const auto before = racks.network.version();
    racks.network.set_link_up(racks.trunk, true);
    CHECK(racks.network.version() == before);
    racks.network.set_link_up(racks.trunk, false);
    CHECK(racks.network.version() == before + 1);
}

TEST_CASE("network: routes agree with a plain search in random networks with random cuts") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        RandomStream random(seed, "network", 0);
        Network network;
        for (int i = 0; i < 6; ++i) network.add_switch("s");
        for (int i = 0; i < 6; ++i) network.add_host("h");
        const auto node = [&] { return NodeId{static_cast<std::uint32_t>(random.between(1, 12))}; };
        for (int i = 0; i < 22; ++i) {
            const NodeId a = node();
            const NodeId b = node();
            if (a != b) network.add_link(a, b, {microseconds(random.between(0, 5)), 1000, 0});
        }
        for (int step = 0; step < 6; ++step) {
            const LinkId link{static_cast<std::uint32_t>(random.between(1, static_cast<std::int64_t>(network.link_count())))};
            network.set_link_up(link, random.chance(1, 2));
            network.set_node_up(node(), random.chance(3, 4));
            for (std::uint32_t a = 1; a <= 12; ++a) {
                for (std::uint32_t b = 1; b <= 12; ++b) {
                    if (a == b) continue;
                    const Path path = network.path(NodeId{a}, NodeId{b});
                    const std::int64_t expected = plain_cost(network, NodeId{a}, NodeId{b});
                    REQUIRE(path.reachable == (expected != INT64_MAX));
                    if (path.reachable) REQUIRE(path.latency.nanoseconds == expected);
                }
            }
        }
    }
}

TEST_CASE("network: a message takes its latency and its bytes' time on the narrowest link") {
    const Racks racks;
    const Path path = racks.network.path(racks.larry, racks.curly);
    CHECK(transit_time(path, 0) == microseconds(200));
    CHECK(transit_time(path, 125'000) == microseconds(1200));
    CHECK(transit_time(racks.network.path(racks.larry, racks.larry), 1'000'000) >= Duration{});
}

TEST_CASE("network: loss makes one connection slower than the link, by the square root of the loss") {
    Path path;
    path.reachable = true;
    path.latency = milliseconds(50);
    path.bits_per_second = 1'000'000'000;
    CHECK(connection_bits_per_second(path) == 1'000'000'000);
    path.loss_ppm = 10'000;
    const std::int64_t one_percent = connection_bits_per_second(path);
    CHECK(one_percent > 1'400'000);
    CHECK(one_percent < 1'440'000);
    path.loss_ppm = 40'000;
    const std::int64_t four_percent = connection_bits_per_second(path);
    CHECK(four_percent * 2 <= one_percent + 2);
    CHECK(four_percent * 2 >= one_percent - 2);
    path.loss_ppm = kPartsPerMillion;
    CHECK(connection_bits_per_second(path) == 0);
}

}  // namespace podium::model
