// The lanes of a run: states one after the other, and the same downtime as the summary tells.

#include "sim/lab/export_lanes.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/view/summary.hpp"
#include "tests/lab/export_fixture.hpp"

namespace podium::lab {
namespace {

const Lane& lane_named(const Lanes& lanes, LaneKind kind, const std::string& name) {
    const auto found = std::find_if(lanes.all.begin(), lanes.all.end(), [&](const Lane& lane) { return lane.kind == kind && lane.name == name; });
    REQUIRE(found != lanes.all.end());
    return *found;
}

std::vector<LaneState> states_of(const Lane& lane) {
    std::vector<LaneState> out;
    for (const LaneSpan& span : lane.spans) out.push_back(span.state);
    return out;
}

// The state a lane is in at a moment; none: nothing goes on.
std::string state_at(const Lane& lane, std::int64_t second) {
    const Time time = Time{} + seconds(second);
    for (const LaneSpan& span : lane.spans) {
        if (span.begin <= time && time < span.end) return std::string(lane_state_name(span.state));
    }
    return "none";
}

}  // namespace

TEST_CASE("lanes: states follow one another, within the run, and each fact has a lane") {
    for (const Session& session : {busy_run(), hostile_run(), swarm_run()}) {
        const Lanes lanes = make_lanes(session);
        CHECK(lanes.end == session.now());
        REQUIRE(lanes.of_fact.size() == session.journal().size());
        for (const std::uint32_t lane : lanes.of_fact) CHECK(lane < lanes.all.size());
        for (const Lane& lane : lanes.all) {
            INFO(lane.name);
            Time last{};
            for (const LaneSpan& span : lane.spans) {
                INFO(span.text);
                CHECK(span.begin >= last);
                CHECK(span.end >= span.begin);
                CHECK(span.end <= lanes.end);
                CHECK((span.end > span.begin || span.state == LaneState::Broken));
                CHECK_FALSE(span.text.empty());
                last = span.end;
            }
        }
    }
}

TEST_CASE("lanes: a container is in the states its run had, and an end that was told late counts from when it was") {
    const Session session = busy_run();
    const Lanes lanes = make_lanes(session);
    const Lane& web = lane_named(lanes, LaneKind::Container, "web");
    CHECK(web.host == "host");
    CHECK(state_at(web, 3) == "starting");
    CHECK(state_at(web, 9) == "healthy");
    const auto killed = std::find_if(web.spans.begin(), web.spans.end(), [](const LaneSpan& span) { return span.state == LaneState::BackOff; });
    REQUIRE(killed != web.spans.end());
    CHECK(killed->begin >= Time{} + seconds(11));
    CHECK(killed->begin < Time{} + milliseconds(11'100));
    CHECK(state_at(web, 45) == "stopped");
    CHECK(state_at(web, 85) == "lost with its host");
    const Lane& db = lane_named(lanes, LaneKind::Container, "db");
    CHECK(state_at(db, 31) == "paused");
    CHECK(state_at(db, 34) == "running");
    // Killed at 62 s, while its engine was away until 70 s.
    CHECK(state_at(db, 63) != "running");
    CHECK(states_of(lane_named(lanes, LaneKind::Container, "job")).back() == LaneState::Failed);
    // Another container of its name goes on in the same lane.
    CHECK(state_at(db, 130) == "running");
    CHECK(std::count_if(lanes.all.begin(), lanes.all.end(), [](const Lane& lane) { return lane.kind == LaneKind::Container; }) == 3);
}

TEST_CASE("lanes: hosts, faults, terminals, pulls and traffic have theirs") {
    const Session session = busy_run();
    const Lanes lanes = make_lanes(session);
    const Lane& host = lane_named(lanes, LaneKind::Host, "host");
    CHECK(state_at(host, 1) == "up");
    CHECK(state_at(host, 49) == "engine down");
    CHECK(state_at(host, 85) == "host down");
    CHECK(state_at(host, 140) == "up");
    const Lane& hang = lane_named(lanes, LaneKind::Fault, "hang web");
    REQUIRE(hang.spans.size() == 1);
    CHECK(hang.spans[0].begin == Time{} + seconds(20));
    CHECK(hang.spans[0].end == Time{} + seconds(28));
    const Lane& kill = lane_named(lanes, LaneKind::Fault, "kill web");
    REQUIRE(kill.spans.size() == 1);
    CHECK(kill.spans[0].begin == kill.spans[0].end);
    CHECK(lane_named(lanes, LaneKind::Fault, "kill nothing").spans.empty());
    CHECK_FALSE(lane_named(lanes, LaneKind::Terminal, "terminal").spans.empty());
    CHECK(lane_named(lanes, LaneKind::Pull, "pulls").spans.size() == 1);
    const Lane& visitors = lane_named(lanes, LaneKind::Traffic, "visitors");
    CHECK(state_at(visitors, 8) == "answered");
    CHECK(state_at(visitors, 25) == "failing");
    CHECK(state_at(visitors, 105) == "none");
}

TEST_CASE("lanes: a service's lane is down for as long as its summary says") {
    for (const Session& session : {busy_run(), swarm_run()}) {
        const Lanes lanes = make_lanes(session);
        for (const view::ServiceSummary& service : view::summarise(session.world(), fact_catalogue(), session.now())) {
            INFO(service.service);
            Duration down{};
            Duration up{};
            for (const LaneSpan& span : lane_named(lanes, LaneKind::Service, service.service).spans) {
                if (span.state == LaneState::Down) down = down + (span.end - span.begin);
                else if (span.state != LaneState::Done) up = up + (span.end - span.begin);
            }
            CHECK(down == service.down);
            CHECK(up == service.up);
        }
    }
}

}  // namespace podium::lab
