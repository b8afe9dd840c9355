// The benchmarks in small: that each prints its line and simulates the same every time. How fast is no test.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

using namespace podium::cli::testing;
using Json = nlohmann::ordered_json;

TEST_CASE("bench swarm deploys, loses a tenth of its nodes and recovers, alike with the same seed") {
    const Folder folder("bench");
    const std::vector<std::string> arguments{"bench", "swarm", "--nodes", "20", "--services", "3", "--tasks", "100"};
    const Outcome outcome = run_podium(folder, arguments);
    INFO(outcome.error);
    REQUIRE(outcome.status == 0);
    const Json line = Json::parse(outcome.out);
    CHECK(line["benchmark"] == "swarm");
    CHECK(line["lost_nodes"] == 2);
    for (const char* key : {"wall_seconds", "events_per_second", "peak_memory_bytes"}) {
        INFO(key);
        CHECK(line[key].get<double>() > 0);
    }
    // Heartbeats have to be missed first: a node that is silent is down after 15 s or so.
    CHECK(line["simulated_seconds"].get<double>() > line["simulated_deploy_seconds"].get<double>() + 8);
    const Json again = Json::parse(run_podium(folder, arguments).out);
    for (const char* key : {"events", "facts", "simulated_seconds"}) {
        INFO(key);
        CHECK(line[key] == again[key]);
    }
}

TEST_CASE("bench churn and bench health print their figures") {
    const Folder folder("bench");
    const Outcome churn = run_podium(folder, {"bench", "churn", "--containers", "1000", "--events", "5000"});
    REQUIRE(churn.status == 0);
    for (const char* key : {"events_per_second", "baseline_events_per_second", "ratio", "bytes_per_container", "journal_bytes_per_fact", "peak_memory_bytes"}) {
        INFO(key);
        CHECK(Json::parse(churn.out).contains(key));
    }
    const Outcome health = run_podium(folder, {"bench", "health", "--containers", "20000"});
    CHECK(health.status == 2);
    CHECK(health.error.find("bench health has at most 10000 containers") != std::string::npos);
}
