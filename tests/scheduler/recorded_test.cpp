// The placements that were recorded of a real swarm of three nodes, replayed: the multiset of
// counts per node, how many stayed pending, and why. Read from the folder PODIUM_REFERENCE names;
// without it this test is skipped.

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "tests/scheduler/builders.hpp"

namespace podium {
namespace {

using nlohmann::json;
using scheduler::Placed;
using scheduler::Placer;
using scheduler::TaskShape;

std::optional<std::vector<json>> recording() {
    const char* folder = std::getenv("PODIUM_REFERENCE");
    std::ifstream file(std::string(folder == nullptr ? "" : folder) +
                       "/docker/traces/swarm/10-placement.jsonl");
    if (folder == nullptr || !file) {
        std::cerr << "skipped: set PODIUM_REFERENCE to compare with the recorded placements\n";
        return std::nullopt;
    }
    std::vector<json> rows;
    for (std::string line; std::getline(file, line);) {
        rows.push_back(json::parse(line));
    }
    return rows;
}

struct Wanted {
    TaskShape shape;
    std::uint32_t replicas = 1;
    bool global = false;
};

Wanted wanted_of(const std::string& flags) {
    Wanted wanted;
    wanted.shape.service = 1;
    const auto words = split_words(flags);
    std::vector<std::string> constraints;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto& value = words[i + 1];
        std::int64_t number = 0;
        if (words[i] == "--replicas" && parse_integer(value, number)) {
            wanted.replicas = static_cast<std::uint32_t>(number);
        } else if (words[i] == "--mode") {
            wanted.global = value == "global";
        } else if (words[i] == "--constraint") {
            constraints.push_back(value);
        } else if (words[i] == "--placement-pref") {
            wanted.shape.preferences.push_back(value.substr(value.find('=') + 1));
        } else if (words[i] == "--replicas-max-per-node" && parse_integer(value, number)) {
            wanted.shape.max_replicas = static_cast<std::uint64_t>(number);
        } else if (words[i] == "--reserve-cpu") {
            wanted.shape.reservations.nano_cpus =
                value == "1.5" ? test::kCpu * 3 / 2 : test::kCpu * (value[0] - '0');
        } else if (words[i] == "--reserve-memory") {
            REQUIRE(parse_bytes(value, wanted.shape.reservations.memory_bytes));
        }
    }
    wanted.shape.constraints = test::constraints(constraints);
    return wanted;
}

/// The three nodes of the recording; swarm-larry is the manager.
Placer cluster(const json& header) {
    Placer placer;
    scheduler::NodeNumber number = 0;
    for (const auto& [key, name] : header.at("nodes").items()) {
        auto described = test::node(++number);
        described.name = described.hostname = name.get<std::string>();
        for (const auto& [label, value] : header.at("node_labels").at(described.name).items()) {
            described.labels[label] = value.get<std::string>();
        }
        described.role = key == "s1" ? scheduler::Role::Manager : scheduler::Role::Worker;
        described.total = {2 * test::kCpu, test::kGiB * 47 / 2, {}};
        placer.set_node(described);
    }
    return placer;
}

Placed place(Placer& placer, const Wanted& wanted, std::uint64_t seed) {
    RandomStream random(seed, "recorded", 0);
    if (!wanted.global) {
        return placer.place(wanted.shape, wanted.replicas, {}, random);
    }
    // A task for each node that the constraints allow, bound to it before it is scheduled.
    Placed placed;
    placer.for_each_node([&](const scheduler::NodeInfo& node) {
        if (placer.fits(wanted.shape, node.number)) {
            placed.nodes.push_back(node.number);
        }
    });
    return placed;
}

test::PerNode recorded_per_node(const Placer& placer, const json& row) {
    test::PerNode counts;
    placer.for_each_node([&](const scheduler::NodeInfo& node) {
        if (const auto found = row.at("per_node").find(node.name);
            found != row.at("per_node").end()) {
            counts[node.number] = found->get<int>();
        }
    });
    return counts;
}

/// How many tasks the zones have, and that no node has two more than another of its zone. Which of
/// two zones gets the odd one is chance.
std::vector<int> zones_of(const Placer& placer, const test::PerNode& per_node) {
    std::map<std::string, std::vector<int>> zones;
    placer.for_each_node([&](const scheduler::NodeInfo& node) {
        const auto found = per_node.find(node.number);
        zones[node.labels.at("zone")].push_back(found == per_node.end() ? 0 : found->second);
    });
    std::vector<int> totals;
    for (const auto& [zone, counts] : zones) {
        CHECK(*std::max_element(counts.begin(), counts.end()) -
                  *std::min_element(counts.begin(), counts.end()) <=
              1);
        totals.push_back(std::accumulate(counts.begin(), counts.end(), 0));
    }
    std::sort(totals.begin(), totals.end());
    return totals;
}

TEST_CASE("recorded placements: each service of three nodes comes out as it did") {
    const auto rows = recording();
    if (!rows) {
        return;
    }
    int compared = 0;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        for (const auto& row : *rows) {
            if (row.at("type") != "placement" ||
                row.at("label").get<std::string>().substr(0, 5) == "scale") {
                continue;  // Scaling is compared below.
            }
            auto placer = cluster(rows->front());
            if (!row.at("with_").is_null()) {
                for (int i = 0; i < 4; ++i) {
                    placer.task_added(1, {2, {}, {}});
                }
            }
            const auto wanted = wanted_of(row.at("flags"));
            const auto placed = place(placer, wanted, seed);
            std::vector<int> recorded;
            for (const auto& [name, count] : row.at("per_node").items()) {
                recorded.push_back(count.get<int>());
            }
            std::sort(recorded.begin(), recorded.end());
            INFO(row.at("label") << ", seed " << seed);
            const bool by_zone = row.at("flags").get<std::string>().find(
                                     "spread=node.labels.zone") != std::string::npos;
            if (by_zone) {
                CHECK(zones_of(placer, test::per_node(placed.nodes)) ==
                      zones_of(placer, recorded_per_node(placer, row)));
            } else {
                CHECK(test::counts_of(test::per_node(placed.nodes)) == recorded);
            }
            const auto pending = row.at("pending").get<std::size_t>();
            if (pending > 0) {
                CHECK(placed.nodes.size() + pending == wanted.replicas);
                CHECK("no suitable node (" + placed.explanation + ")" ==
                      row.at("err").at(0).get<std::string>());
                CHECK(placer.explain(wanted.shape) == placed.explanation);
            }
            ++compared;
        }
    }
    CHECK(compared >= 150);
}

TEST_CASE("recorded placements: scaling up gives the emptiest nodes the next tasks") {
    const auto rows = recording();
    if (!rows) {
        return;
    }
    auto placer = cluster(rows->front());
    for (int i = 0; i < 4; ++i) {
        placer.task_added(1, {2, {}, {}});
    }
    RandomStream random(3, "recorded", 1);
    std::size_t now = 0;
    int compared = 0;
    for (const auto& row : *rows) {
        if (row.at("type") != "placement" ||
            row.at("label").get<std::string>().substr(0, 5) != "scale") {
            continue;
        }
        std::size_t wanted = 0;
        std::vector<int> recorded;
        for (const auto& [name, count] : row.at("per_node").items()) {
            wanted += count.get<std::size_t>();
            recorded.push_back(count.get<int>());
        }
        std::sort(recorded.begin(), recorded.end());
        if (wanted < now) {
            break;  // Which tasks are taken away is the orchestrator's affair.
        }
        placer.place(test::shape(), static_cast<std::uint32_t>(wanted - now), {}, random);
        now = wanted;
        std::vector<int> counts;
        placer.for_each_node([&](const scheduler::NodeInfo& node) {
            if (node.use.active_of(1) > 0)
                counts.push_back(static_cast<int>(node.use.active_of(1)));
        });
        std::sort(counts.begin(), counts.end());
        CHECK(counts == recorded);
        ++compared;
    }
    CHECK(compared == 5);
}

}  // namespace
}  // namespace podium
