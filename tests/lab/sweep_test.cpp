// Sweeps: which variants and seeds there are, what is measured of a run, and the tables of it.

#include "sim/lab/sweep.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

namespace podium::lab {
namespace {

std::string names_of(const std::vector<std::string>& settings) {
    const auto variants = cross_settings(settings);
    if (!variants) return variants.error().text();
    std::string out;
    for (const Variant& variant : *variants)
        out += (out.empty() ? "" : " | ") + variant.name();
    return out;
}

view::ServiceSummary service(const std::string& name,
                             std::int64_t up,
                             const std::vector<view::Outage>& outages) {
    view::ServiceSummary out;
    out.service = name;
    out.ever_started = true;
    out.up = seconds(up);
    out.outages = outages;
    return out;
}

view::Outage outage(std::int64_t begin, std::int64_t length, bool over = true) {
    return {Time{} + seconds(begin), seconds(length), over};
}

// A run of one service that was down for so many of 100 seconds, once.
SweepRun run_with(std::int64_t down, const std::vector<std::string>& failed = {}) {
    SweepRun out;
    out.outcome.services = {
        service("web",
                100 - down,
                down == 0 ? std::vector<view::Outage>{} : std::vector{outage(10, down)})};
    out.checks = 2;
    out.failed_checks = failed;
    return out;
}

const OutcomeTable& table_of(const std::vector<OutcomeTable>& tables,
                             Measure measure,
                             const std::string& of = {}) {
    for (const OutcomeTable& table : tables) {
        if (table.measure->measure == measure && table.service == of) return table;
    }
    FAIL("no such table");
    return tables.front();
}

std::size_t measures_without_swarm() {
    return static_cast<std::size_t>(
        std::count_if(measures().begin(), measures().end(), [](const MeasureSpec& measure) {
            return !measure.of_swarm;
        }));
}

}  // namespace

TEST_CASE("sweep: repeated values of a name are variants, and different names are crossed") {
    CHECK(names_of({"policy=no", "policy=always"}) == "policy=no | policy=always");
    CHECK(names_of({"policy=no", "policy=always", "volume=none", "volume=named"}) ==
          "policy=no volume=none | policy=no volume=named | policy=always volume=none | "
          "policy=always volume=named");
    CHECK(names_of({"volume=none", "policy=no", "volume=named"}) ==
          "volume=none policy=no | volume=named policy=no");
    CHECK(names_of({"line=a=b", "line="}) == "line=a=b | line=");
    CHECK(names_of({}).empty());
    CHECK(cross_settings({})->size() == 1);
}

TEST_CASE("sweep: settings that are none, or are there twice, are refused") {
    CHECK(names_of({"policy"}) ==
          "--set 'policy' sets nothing (write it like --set policy=always)");
    CHECK(names_of({"=no"}) == "--set '=no' sets nothing (write it like --set policy=always)");
    CHECK(names_of({"policy=no", "policy=no"}) ==
          "--set policy=no is given twice (each value of a parameter is a variant of its own)");
    const auto twice = one_variant({"policy=no", "policy=always"});
    REQUIRE_FALSE(twice.ok());
    CHECK(twice.error().message == "--set sets 'policy' twice");
    CHECK(one_variant({"policy=no", "volume=named"})->name() == "policy=no volume=named");
    std::vector<std::string> many;
    for (int name = 0; name < 6; ++name) {
        for (int value = 0; value < 8; ++value)
            many.push_back("p" + std::to_string(name) + "=" + std::to_string(value));
    }
    CHECK(names_of(many) ==
          "these parameters make more than 100000 variants (leave some values out)");
}

TEST_CASE("sweep: seeds go from the first on, all of a variant before the next one's") {
    const Sweep sweep{*cross_settings({"a=1", "a=2"}), 7, 3};
    CHECK(sweep.runs() == 6);
    CHECK(sweep.variant_of(2) == 0);
    CHECK(sweep.seed_of(2) == 9);
    CHECK(sweep.variant_of(3) == 1);
    CHECK(sweep.seed_of(3) == 7);
    CHECK(check_sweep(sweep).ok());
}

TEST_CASE("sweep: a sweep has its limits") {
    const auto variants = *cross_settings({"a=1", "a=2"});
    CHECK(check_sweep({variants, 1, 50'000}).ok());
    CHECK(check_sweep({variants, UINT64_MAX, 1}).ok());
    const Result<void> none = check_sweep({variants, 1, 0});
    const Result<void> many = check_sweep({variants, 1, 50'001});
    const Result<void> huge = check_sweep({variants, 1, UINT64_MAX});
    const Result<void> beyond = check_sweep({variants, UINT64_MAX, 2});
    REQUIRE_FALSE(none.ok());
    REQUIRE_FALSE(many.ok());
    REQUIRE_FALSE(huge.ok());
    REQUIRE_FALSE(beyond.ok());
    CHECK(none.error().text() == "--seeds 0 runs nothing (write how many seeds, like --seeds 50)");
    CHECK(many.error().message == "2 variants with --seeds 50001 is more than 100000 runs");
    CHECK(beyond.error().message ==
          "--seed 18446744073709551615 with --seeds 2 goes beyond the last seed, "
          "18446744073709551615");
}

TEST_CASE("sweep: what is measured of a run, by hand") {
    view::RunOutcome outcome;
    outcome.services = {service("db", 60, {outage(20, 40, false)}),
                        service("web", 90, {outage(30, 4), outage(50, 6)})};
    outcome.services[0].restarts = 0;
    outcome.services[1].restarts = 2;
    outcome.services[0].moves = 1;
    outcome.services[1].moves = 3;
    outcome.lost_in_layers_bytes = 100;
    outcome.lost_in_volumes_bytes = 20;
    outcome.orphaned_bytes = 3;
    outcome.left_behind_bytes = 4000;
    CHECK(*measured(outcome, Measure::Availability) == 75);  // 150 of 200 s
    CHECK(*measured(outcome.services[0], Measure::Availability) == 60);
    CHECK(*measured(outcome.services[1], Measure::Availability) == 90);
    CHECK(*measured(outcome, Measure::Restarts) == 2);
    CHECK(*measured(outcome, Measure::Moves) == 4);
    CHECK(*measured(outcome.services[1], Measure::Moves) == 3);
    CHECK(*measured(outcome, Measure::Outages) == 3);
    CHECK(*measured(outcome, Measure::OpenOutages) == 1);
    CHECK(*measured(outcome, Measure::RecoveryTime) == Approx(50.0 / 3));
    CHECK(*measured(outcome.services[1], Measure::RecoveryTime) == 5);
    CHECK(*measured(outcome, Measure::LostData) == 4123);
    CHECK_FALSE(measured(outcome, Measure::LostRequests));
    outcome.traffic = true;
    CHECK(*measured(outcome, Measure::LostRequests) == 0);
    outcome.requests_lost = 7;
    CHECK(*measured(outcome, Measure::LostRequests) == 7);
}

TEST_CASE("sweep: how a swarm's tasks were placed, by hand") {
    view::RunOutcome outcome;
    for (const Measure none :
         {Measure::HostsUsed, Measure::Utilisation, Measure::PendingTime, Measure::Moves})
        CHECK_FALSE(measured(outcome, none));
    outcome.placement.tasks = 4;
    outcome.placement.waited = seconds(6);
    outcome.placement.time = seconds(100);
    outcome.placement.used = seconds(250);  // of all hosts together
    outcome.placement.reserved_seconds = 50;
    CHECK(*measured(outcome, Measure::HostsUsed) == Approx(2.5));
    CHECK(*measured(outcome, Measure::Utilisation) == Approx(20));
    CHECK(*measured(outcome, Measure::PendingTime) == Approx(1.5));
    // They are told of where some run has a swarm, and only there.
    std::vector<SweepRun> runs(2);
    const Sweep sweep{*cross_settings({"p=a", "p=b"}), 1, 1};
    CHECK(tabulate(sweep, runs, false).size() == measures_without_swarm());
    runs[1].outcome = outcome;
    CHECK(tabulate(sweep, runs, false).size() == measures().size());
}

TEST_CASE("sweep: each variant runs under each scheduler, the first one's first") {
    const auto crossed = cross_schedulers(*cross_settings({"p=a", "p=b"}), {"spread", "mine.lua"});
    REQUIRE(crossed.ok());
    REQUIRE(crossed->size() == 4);
    CHECK((*crossed)[0].name() == "scheduler=spread p=a");
    CHECK((*crossed)[3].name() == "scheduler=mine.lua p=b");
    CHECK(cross_schedulers(*cross_settings({}), {"spread"})->front().name() == "scheduler=spread");
    CHECK(cross_schedulers(*cross_settings({"p=a"}), {})->front().name() == "p=a");
    const auto twice = cross_schedulers(*cross_settings({}), {"a", "b", "a"});
    REQUIRE_FALSE(twice.ok());
    CHECK(twice.error().message == "--scheduler a is given twice");
}

TEST_CASE("sweep: a run has no measure of what was not there") {
    const view::RunOutcome empty;
    CHECK_FALSE(measured(empty, Measure::Availability));
    CHECK_FALSE(measured(empty, Measure::Restarts));
    CHECK_FALSE(measured(empty, Measure::Moves));
    CHECK_FALSE(measured(empty, Measure::RecoveryTime));
    CHECK(*measured(empty, Measure::LostData) == 0);
    view::RunOutcome calm;
    calm.services = {service("web", 100, {})};
    CHECK(*measured(calm, Measure::Availability) == 100);
    CHECK(*measured(calm, Measure::Outages) == 0);
    CHECK_FALSE(measured(calm, Measure::RecoveryTime));
    // A service has nothing of what is a whole run's.
    for (const MeasureSpec& measure : measures()) {
        INFO(measure.name);
        const bool has_it = measured(calm.services.front(), measure.measure).has_value();
        CHECK((has_it || measure.measure == Measure::RecoveryTime) == measure.of_service);
    }
    CHECK_FALSE(measured(view::ServiceSummary{}, Measure::Availability));
    calm.services = {service("web", 0, {})};  // it started as the run ended
    CHECK(*measured(calm, Measure::Availability) == 100);
}

TEST_CASE("sweep: variants are compared with the first one seed by seed") {
    const Sweep sweep{*cross_settings({"p=a", "p=b"}), 1, 3};
    const std::vector<SweepRun> runs{
        run_with(10), run_with(20), run_with(30), run_with(8), run_with(16), run_with(0)};
    const auto tables = tabulate(sweep, runs, false);
    CHECK(tables.size() == measures_without_swarm());
    const OutcomeTable& availability = table_of(tables, Measure::Availability);
    REQUIRE(availability.rows.size() == 2);
    CHECK(availability.rows[0].values->mean == Approx(80));
    CHECK_FALSE(availability.rows[0].difference);
    CHECK(availability.rows[1].values->mean == Approx(92));
    const auto& difference = availability.rows[1].difference;  // of 2, 4 and 30
    CHECK(difference->count == 3);
    CHECK(difference->mean == Approx(12));
    // √(244) the deviation, t(2) = 4.3026527: 4.3026527 · 15.620499 / √3
    CHECK(difference->interval->low == Approx(12 - 38.8035).epsilon(1e-5));
    CHECK(difference->interval->high == Approx(12 + 38.8035).epsilon(1e-5));
    // The third pair has no recovery time on one side.
    const OutcomeTable& recovery = table_of(tables, Measure::RecoveryTime);
    CHECK(recovery.rows[1].values->count == 2);
    CHECK(recovery.rows[1].difference->count == 2);
    CHECK(recovery.rows[1].difference->mean == Approx(-3));
    CHECK_FALSE(table_of(tables, Measure::LostRequests).any());
}

TEST_CASE("sweep: services have tables of their own on request") {
    const Sweep sweep{{Variant{}}, 1, 2};
    std::vector<SweepRun> runs{run_with(10), run_with(20)};
    runs[1].outcome.services.push_back(service("late", 50, {}));
    const auto tables = tabulate(sweep, runs, true);
    CHECK(table_of(tables, Measure::Availability, "web").rows[0].values->count == 2);
    CHECK(table_of(tables, Measure::Availability, "late").rows[0].values->count == 1);
    CHECK(tables.size() == measures_without_swarm() + 2 * 5);
}

TEST_CASE("sweep: a service that shares its name in one run is called by its project in the tables of all") {
    const Sweep sweep{{Variant{}}, 1, 2};
    std::vector<SweepRun> runs{run_with(10), run_with(20)};
    for (SweepRun& run : runs) run.outcome.services.front().project = "shop";
    runs[1].outcome.services.push_back(service("web", 50, {}));
    runs[1].outcome.services.back().project = "blog";
    for (view::ServiceSummary& one : runs[1].outcome.services) one.shares_name = true;
    const auto tables = tabulate(sweep, runs, true);
    CHECK(table_of(tables, Measure::Availability, "shop/web").rows[0].values->count == 2);
    CHECK(table_of(tables, Measure::Availability, "shop/web").rows[0].values->mean == Approx(85));
    CHECK(table_of(tables, Measure::Availability, "blog/web").rows[0].values->count == 1);
    CHECK(tables.size() == measures_without_swarm() + 2 * 5);
}

TEST_CASE("sweep: failed checks are told with their seeds") {
    const Sweep sweep{*cross_settings({"p=a", "p=b"}), 5, 3};
    const std::vector<SweepRun> runs{run_with(0),
                                     run_with(0, {"it is back", "it runs"}),
                                     run_with(0, {"it runs", "it runs"}),
                                     run_with(0),
                                     run_with(0),
                                     run_with(0, {"it runs"})};
    CHECK(failed_runs(runs) == 3);
    const auto of_first = failed_checks(sweep, runs, 0);
    REQUIRE(of_first.size() == 2);
    CHECK(of_first[0].name == "it is back");
    CHECK(of_first[0].seeds == std::vector<std::uint64_t>{6});
    CHECK(of_first[1].name == "it runs");
    CHECK(of_first[1].seeds == std::vector<std::uint64_t>{6, 7});
    CHECK(failed_checks(sweep, runs, 1).front().seeds == std::vector<std::uint64_t>{7});
}

TEST_CASE("sweep: of failed checks it is told on which seeds they were not decided") {
    const Sweep sweep{*cross_settings({"p=a", "p=b"}), 5, 2};
    SweepRun cut = run_with(0, {"it runs", "it is back"});
    cut.undecided_checks = {"it runs"};
    const std::vector<SweepRun> runs{run_with(0, {"it runs"}), cut, run_with(0), run_with(0)};
    const auto failed = failed_checks(sweep, runs, 0);
    REQUIRE(failed.size() == 2);
    CHECK(failed[0].seeds == std::vector<std::uint64_t>{5, 6});
    CHECK(failed[0].undecided == std::vector<std::uint64_t>{6});
    CHECK(failed[1].undecided.empty());
}

TEST_CASE("sweep: seeds on which the variants had other faults are told") {
    const Sweep sweep{*cross_settings({"p=a", "p=b", "p=c"}), 5, 2};
    std::vector<SweepRun> runs(6);
    CHECK(seeds_with_other_faults(sweep, runs).empty());
    runs[5].faults = 1;  // p=c on seed 6
    CHECK(seeds_with_other_faults(sweep, runs) == std::vector<std::uint64_t>{6});
}

TEST_CASE("sweep: seeds are written as ranges") {
    const auto text = [](const std::vector<std::uint64_t>& numbers) {
        return ranges_text(numbers);
    };
    CHECK(text({}).empty());
    CHECK(text({4}) == "4");
    CHECK(text({4, 5}) == "4, 5");
    CHECK(text({1, 2, 3, 7, 9, 10, 11, 12}) == "1–3, 7, 9–12");
}

}  // namespace podium::lab
