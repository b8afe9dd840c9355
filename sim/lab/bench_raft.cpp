// What consensus costs: simulated time without a leader, messages and wall time per entry.

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/lab/bench.hpp"
#include "sim/orch/raft/group.hpp"

namespace podium::lab {
namespace {

constexpr std::uint64_t kUnderWay = 64;
constexpr std::uint32_t kEntryBytes = 200;
constexpr Duration kPatience = minutes(10);

// Managers on hosts around one switch.
struct Managers {
    Kernel kernel;
    model::Network network;
    raft::Group group;

    Managers(std::uint32_t members, std::uint64_t seed) : kernel(seed), group(1, "swarm", {}) {
        const model::NodeId hub = network.add_switch("hub");
        std::vector<raft::MemberId> all;
        for (std::uint32_t i = 1; i <= members; ++i) {
            const model::NodeId place = network.add_host(fmt::format("manager{}", i));
            network.add_link(place, hub);
            all.push_back(
                group.add_member({fmt::format("manager{}", i), model::HostId{i}, place, 0}));
        }
        group.found(at(), all);
    }

    raft::Setting at() { return {kernel, network}; }

    void step() {
        group.handle(at(), kernel.take_next());
        group.take_news();
    }

    void elect() {
        const Time end = kernel.now() + kPatience;
        while (!(group.leader() && group.is_ready(group.leader()))) {
            PODIUM_ASSERT(kernel.now() < end, "a group with a quorum finds a leader");
            step();
        }
    }

    // All running members have applied all.
    [[nodiscard]] bool agreed(std::uint64_t index) const {
        for (std::uint32_t i = 1; i <= group.member_count(); ++i) {
            if (group.node(raft::MemberId{i}).applied() < index) return false;
        }
        return true;
    }
};

std::vector<double> seconds_without_leader(std::uint32_t members, const RaftWish& wish) {
    std::vector<double> out;
    for (std::uint32_t i = 0; i < wish.elections; ++i) {
        Managers managers(members, wish.seed + i);
        managers.elect();
        // Anywhere between two heartbeats.
        const Time lost = managers.kernel.now() + seconds(3) +
                          milliseconds(static_cast<std::int64_t>(
                              managers.kernel.random("bench raft", i).below(1000)));
        while (managers.kernel.next_time() <= lost)
            managers.step();
        managers.kernel.advance_to(lost);
        managers.group.stop(managers.at(), managers.group.leader());
        managers.elect();
        out.push_back((managers.kernel.now() - lost).seconds());
    }
    std::sort(out.begin(), out.end());
    return out;
}

struct Throughput {
    double entries_per_second = 0;
    double events_per_second = 0;
    double messages_per_entry = 0;
};

Throughput commit_entries(std::uint32_t members, const RaftWish& wish, const BenchGauges& gauges) {
    Managers managers(members, wish.seed);
    managers.elect();
    const raft::MemberId leader = managers.group.leader();
    const std::uint64_t messages = managers.group.messages_sent();
    const std::uint64_t events = managers.kernel.events_handled();
    const raft::Index first = managers.group.node(leader).log().last();
    const raft::Index last = first + wish.entries;
    const double begun = gauges.seconds();
    while (!managers.agreed(last)) {
        const raft::Node& node = managers.group.node(leader);
        while (node.log().last() < last && node.log().last() < node.applied() + kUnderWay)
            managers.group.propose(managers.at(), leader, node.log().last(), kEntryBytes);
        managers.step();
    }
    const double took = gauges.seconds() - begun;
    Throughput out;
    out.entries_per_second = static_cast<double>(wish.entries) / took;
    out.events_per_second = static_cast<double>(managers.kernel.events_handled() - events) / took;
    out.messages_per_entry = static_cast<double>(managers.group.messages_sent() - messages) /
                             static_cast<double>(wish.entries);
    return out;
}

// One entry at a time, each committed by all before the next, without the heartbeats between.
double messages_of_lone_entry(std::uint32_t members, const RaftWish& wish) {
    constexpr std::uint64_t kEntries = 200;
    Managers managers(members, wish.seed);
    managers.elect();
    const raft::MemberId leader = managers.group.leader();
    const std::uint64_t messages = managers.group.messages_sent();
    for (std::uint64_t i = 0; i < kEntries; ++i) {
        const raft::Proposal proposal =
            managers.group.propose(managers.at(), leader, i, kEntryBytes);
        const Time end = managers.kernel.now() + milliseconds(20);
        while (managers.kernel.next_time() <= end)
            managers.step();
        PODIUM_ASSERT(managers.agreed(proposal.index), "an entry is committed by all within 20 ms");
    }
    const auto beats = static_cast<double>(kEntries) * 0.020 * 2 * (members - 1);
    return (static_cast<double>(managers.group.messages_sent() - messages) - beats) /
           static_cast<double>(kEntries);
}

double middle(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

std::string run_raft_bench(const RaftWish& wish, const BenchGauges& gauges) {
    std::string out;
    for (const std::uint32_t members : {5U, 7U, 9U}) {
        const std::vector<double> without = seconds_without_leader(members, wish);
        std::vector<double> entries;
        std::vector<double> events;
        Throughput measured;
        for (int round = 0; round < wish.rounds; ++round) {
            measured = commit_entries(members, wish, gauges);
            entries.push_back(measured.entries_per_second);
            events.push_back(measured.events_per_second);
        }
        out += fmt::format(
            "{{\"benchmark\":\"raft\",\"members\":{},\"elections\":{},\"seconds_without_leader_"
            "median\":{:.2f},\"seconds_without_leader_p95\":{:.2f},\"entries\":{},\"rounds\":{},"
            "\"entries_per_second\":{:.0f},\"events_per_second\":{:.0f},\"messages_per_entry\":{:."
            "2f},\"messages_per_lone_entry\":{:.1f},\"least_messages_per_lone_entry\":{},"
            "\"peak_memory_bytes\":{}}}\n",
            members,
            wish.elections,
            middle(without),
            without[without.size() * 95 / 100],
            wish.entries,
            wish.rounds,
            middle(entries),
            middle(events),
            measured.messages_per_entry,
            messages_of_lone_entry(members, wish),
            2 * (members - 1),
            gauges.peak_bytes());
    }
    return out;
}

}  // namespace podium::lab
