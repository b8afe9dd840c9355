#include <catch2/catch.hpp>

#include <map>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/model/transfer.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kMegabit = 1'000'000;

ResourceId link(std::uint32_t row) { return {ResourceKind::Link, row}; }
Time at(std::int64_t milliseconds_in) { return Time{} + milliseconds(milliseconds_in); }

}  // namespace

TEST_CASE("transfer: one transfer takes its bits divided by the narrowest capacity") {
    Transfers transfers;
    transfers.set_capacity(link(1), 8 * kMegabit, Time{});
    transfers.set_capacity({ResourceKind::RegistryUplink, 1}, 80 * kMegabit, Time{});
    const TransferId id = transfers.start(1'000'000, {link(1), {ResourceKind::RegistryUplink, 1}}, Time{});
    CHECK(transfers.bits_per_second(id) == 8 * kMegabit);
    CHECK(transfers.next_completion() == at(1000));
    transfers.advance(at(400));
    CHECK(transfers.bytes_left(id) == 600'000);
    transfers.advance(at(1000));
    CHECK(transfers.take_completed() == std::vector<TransferId>{id});
    CHECK_FALSE(transfers.is_active(id));
    CHECK_FALSE(transfers.next_completion().has_value());
}

TEST_CASE("transfer: two share a link in equal parts, and the second gets all when the first is done") {
    Transfers transfers;
    transfers.set_capacity(link(1), 8 * kMegabit, Time{});
    const TransferId small = transfers.start(500'000, {link(1)}, Time{});
    const TransferId large = transfers.start(1'000'000, {link(1)}, Time{});
    CHECK(transfers.bits_per_second(small) == 4 * kMegabit);
    transfers.advance(at(2000));
    CHECK(transfers.take_completed() == std::vector<TransferId>{small, large});
    Transfers again;
    again.set_capacity(link(1), 8 * kMegabit, Time{});
    again.start(500'000, {link(1)}, Time{});
    again.start(1'000'000, {link(1)}, Time{});
    CHECK(again.next_completion() == at(1000));
    again.advance(at(1000));
    CHECK(again.next_completion() == at(1000));
    CHECK(again.take_completed().size() == 1);
    CHECK(again.next_completion() == at(1500));
    again.advance(at(1500));
    again.advance(at(9000));
    CHECK(again.take_completed().size() == 1);
}

TEST_CASE("transfer: shares are max-min fair over several links") {
    Transfers transfers;
    transfers.set_capacity(link(1), 10 * kMegabit, Time{});
    transfers.set_capacity(link(2), 4 * kMegabit, Time{});
    const TransferId both = transfers.start(1'000'000, {link(1), link(2)}, Time{});
    const TransferId first = transfers.start(1'000'000, {link(1)}, Time{});
    const TransferId second = transfers.start(1'000'000, {link(2)}, Time{});
    CHECK(transfers.bits_per_second(both) == 2 * kMegabit);
    CHECK(transfers.bits_per_second(second) == 2 * kMegabit);
    CHECK(transfers.bits_per_second(first) == 8 * kMegabit);
}

TEST_CASE("transfer: a limit of its own leaves the rest to the others") {
    Transfers transfers;
    transfers.set_capacity(link(1), 9 * kMegabit, Time{});
    const TransferId slow = transfers.start(1'000'000, {link(1)}, Time{}, kMegabit);
    const TransferId fast = transfers.start(1'000'000, {link(1)}, Time{});
    CHECK(transfers.bits_per_second(slow) == kMegabit);
    CHECK(transfers.bits_per_second(fast) == 8 * kMegabit);
}

TEST_CASE("transfer: a link without capacity stalls its transfers until it is back") {
    Transfers transfers;
    transfers.set_capacity(link(1), 8 * kMegabit, Time{});
    const TransferId id = transfers.start(1'000'000, {link(1)}, Time{});
    transfers.set_capacity(link(1), 0, at(500));
    CHECK(transfers.bits_per_second(id) == 0);
    CHECK_FALSE(transfers.next_completion().has_value());
    transfers.set_capacity(link(1), 8 * kMegabit, at(10'000));
    CHECK(transfers.next_completion() == at(10'500));
}

TEST_CASE("transfer: over a network it follows the links, their faults and a new route") {
    Network network;
    const NodeId registry = network.add_host("registry");
    const NodeId host = network.add_host("host");
    const NodeId near = network.add_switch("near");
    const LinkId fast = network.add_link(registry, near, {milliseconds(1), 8 * kMegabit, 0});
    const LinkId slow = network.add_link(registry, near, {milliseconds(9), 4 * kMegabit, 0});
    network.add_link(near, host, {milliseconds(1), 80 * kMegabit, 0});
    Transfers transfers;
    update_link_capacities(transfers, network, Time{});
    const TransferId id = transfers.start(2'000'000, link_resources(network.path(registry, host)), Time{});
    CHECK(transfers.bits_per_second(id) == 8 * kMegabit);
    const OverlayId narrow = network.set_link_quality({fast}, {{}, 0, kMegabit, false});
    update_link_capacities(transfers, network, at(500));
    CHECK(transfers.bits_per_second(id) == kMegabit);
    network.end_link_quality(narrow);
    network.set_link_up(fast, false);
    update_link_capacities(transfers, network, at(500));
    CHECK(transfers.bits_per_second(id) == 0);
    const Path other = network.path(registry, host);
    CHECK(other.links.front() == slow);
    transfers.reroute(id, link_resources(other), at(500));
    CHECK(transfers.bits_per_second(id) == 4 * kMegabit);
    CHECK(transfers.next_completion() == at(3500));
}

TEST_CASE("transfer: a capacity nobody uses changes no rate") {
    Transfers transfers;
    transfers.start(1'000, {link(1)}, Time{});
    const auto before = transfers.serial();
    transfers.set_capacity(link(2), 5, Time{});
    CHECK(transfers.serial() == before);
}

TEST_CASE("transfer: what is cancelled gives its share back and is not reported") {
    Transfers transfers;
    transfers.set_capacity(link(1), 8 * kMegabit, Time{});
    const TransferId gone = transfers.start(1'000'000, {link(1)}, Time{});
    const TransferId left = transfers.start(1'000'000, {link(1)}, Time{});
    const auto before = transfers.serial();
    transfers.cancel(gone, at(1000));
    CHECK(transfers.serial() > before);
    CHECK(transfers.next_completion() == at(1500));
    transfers.advance(at(1500));
    CHECK(transfers.take_completed() == std::vector<TransferId>{left});
}

TEST_CASE("transfer: nothing to send is done at once, nothing in the way takes a nanosecond") {
    Transfers transfers;
    const TransferId empty = transfers.start(0, {link(1)}, at(5));
    CHECK(transfers.next_completion() == at(5));
    CHECK(transfers.take_completed() == std::vector<TransferId>{empty});
    const TransferId free = transfers.start(1'000'000'000, {link(7)}, at(5));
    CHECK(transfers.next_completion() == at(5) + nanoseconds(1));
    transfers.advance(at(6));
    CHECK(transfers.take_completed() == std::vector<TransferId>{free});
}

TEST_CASE("transfer: every byte of large transfers passes, whatever the times it is looked at") {
    Transfers looked_at;
    Transfers left_alone;
    for (Transfers* transfers : {&looked_at, &left_alone}) {
        transfers->set_capacity(link(1), 999'999'937, Time{});
        transfers->start(50'000'000'000, {link(1)}, Time{});
        transfers->start(70'000'000'000, {link(1)}, Time{});
    }
    RandomStream random(1, "transfer", 0);
    std::int64_t now = 0;
    for (int i = 0; i < 1000; ++i) looked_at.advance(Time{now += random.between(0, 100'000'000)});
    left_alone.advance(Time{now});
    CHECK(looked_at.next_completion() == left_alone.next_completion());
    looked_at.advance(*left_alone.next_completion());
    left_alone.advance(*left_alone.next_completion());
    CHECK(looked_at.next_completion() == left_alone.next_completion());
}

TEST_CASE("transfer: no resource carries more than it can, and nobody could get more alone") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        RandomStream random(seed, "shares", 0);
        Transfers transfers;
        std::map<std::uint32_t, std::int64_t> capacity;
        for (std::uint32_t row = 1; row <= 6; ++row) {
            capacity[row] = random.between(1'000, 1'000'000);
            transfers.set_capacity(link(row), capacity[row], Time{});
        }
        std::map<TransferId, std::vector<std::uint32_t>> uses;
        for (int i = 0; i < 20; ++i) {
            std::vector<ResourceId> resources;
            std::vector<std::uint32_t> rows;
            for (std::uint32_t row = 1; row <= 6; ++row) {
                if (!random.chance(1, 2) && !(row == 6 && rows.empty())) continue;
                resources.push_back(link(row));
                rows.push_back(row);
            }
            uses[transfers.start(1'000'000, resources, Time{})] = rows;
        }
        std::map<std::uint32_t, std::int64_t> carried;
        std::map<std::uint32_t, std::int64_t> users;
        for (const auto& [id, rows] : uses) {
            for (const std::uint32_t row : rows) {
                carried[row] += transfers.bits_per_second(id);
                ++users[row];
            }
        }
        for (const auto& [row, sum] : carried) CHECK(sum <= capacity[row]);
        // Each transfer has a resource that is full (but for rounding) where no other gets more.
        for (const auto& [id, rows] : uses) {
            bool held_back = false;
            for (const std::uint32_t row : rows) {
                bool largest = true;
                for (const auto& [other, other_rows] : uses) {
                    const bool shares = std::find(other_rows.begin(), other_rows.end(), row) != other_rows.end();
                    if (shares && transfers.bits_per_second(other) > transfers.bits_per_second(id) + users[row]) largest = false;
                }
                if (capacity[row] - carried[row] <= users[row] * users[row] && largest) held_back = true;
            }
            CHECK(held_back);
        }
    }
}

}  // namespace podium::model
