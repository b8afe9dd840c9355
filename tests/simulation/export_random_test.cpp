// Random runs, exported: whatever happens in one, the trace is JSON whose flows have both ends, the page is well formed, the
// tables have every fact, and lanes are in order; the same run gives the same bytes.

#include <algorithm>
#include <nlohmann/json.hpp>

#include <catch2/catch.hpp>

#include "sim/lab/export_csv.hpp"
#include "sim/lab/export_html.hpp"
#include "sim/lab/export_lanes.hpp"
#include "sim/lab/export_trace.hpp"
#include "sim/view/summary.hpp"
#include "tests/simulation/random_run.hpp"

namespace podium::simulation {
namespace {

constexpr std::uint64_t kExportedRuns = 40;

// A fifth of what is wished for: each is run twice, and all of it is written and read.
std::uint64_t exports_here() { return std::max<std::uint64_t>(1, wanted_runs(5 * kExportedRuns) / 5); }

lab::Session played(const RandomRun& run) {
    auto session = lab::Session::create(run.set_up);
    REQUIRE(session.ok());
    for (const lab::Command& command : run.commands) session->post(command);
    session->run_until(run.end);
    return std::move(*session);
}

// All that is exported of a run, one text behind the other.
std::string all_exports(const lab::Session& session) {
    std::string out = lab::export_html(session).text + lab::export_trace(session).text;
    for (const lab::CsvTable& table : lab::export_csv(session)) out += table.text;
    return out;
}

void check_lanes(const lab::Session& session) {
    const lab::Lanes lanes = lab::make_lanes(session);
    for (const lab::Lane& lane : lanes.all) {
        INFO(lane.name);
        Time last{};
        for (const lab::LaneSpan& span : lane.spans) {
            INFO(span.text);
            REQUIRE(span.begin >= last);
            REQUIRE(span.end >= span.begin);
            last = span.end;
        }
        REQUIRE(last <= lanes.end);
    }
    for (const view::ServiceSummary& service : view::summarise(session.world(), lab::fact_catalogue(), session.now())) {
        INFO(service.called());
        Duration down{};
        Duration up{};
        for (const lab::Lane& lane : lanes.all) {
            if (lane.kind != lab::LaneKind::Service || lane.name != service.called()) continue;
            for (const lab::LaneSpan& span : lane.spans) {
                if (span.state == lab::LaneState::Down) down = down + (span.end - span.begin);
                else if (span.state != lab::LaneState::Done) up = up + (span.end - span.begin);
            }
        }
        CHECK(down == service.down);
        CHECK(up == service.up);
    }
}

void check_trace(const lab::Session& session) {
    const auto trace = nlohmann::json::parse(lab::export_trace(session).text);
    std::vector<std::int64_t> starts;
    std::vector<std::int64_t> finishes;
    std::uint64_t instants = 0;
    for (const auto& event : trace.at("traceEvents")) {
        const std::string phase = event.at("ph");
        if (phase == "s") starts.push_back(event.at("id"));
        if (phase == "f") finishes.push_back(event.at("id"));
        if (phase == "i") ++instants;
    }
    std::sort(starts.begin(), starts.end());
    std::sort(finishes.begin(), finishes.end());
    CHECK(starts == finishes);
    CHECK(std::adjacent_find(starts.begin(), starts.end()) == starts.end());
    CHECK(instants == session.journal().size());
}

}  // namespace

TEST_CASE("random runs: what is exported is well formed, agrees with the summary, and is the same twice") {
    const std::string catalogue = bundled_catalogue();
    for (std::uint64_t number = first_run(); number < first_run() + exports_here(); ++number) {
        INFO(replay(number));
        const RandomRun run = draw_run(number, catalogue);
        const lab::Session session = played(run);
        check_lanes(session);
        check_trace(session);
        const std::string once = all_exports(session);
        REQUIRE(once == all_exports(played(run)));
    }
}

}  // namespace podium::simulation
