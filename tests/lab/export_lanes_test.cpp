// The lanes of a run: states one after the other, and the same downtime as the summary tells.

#include "sim/lab/export_lanes.hpp"

#include <algorithm>
#include <utility>

#include <catch2/catch.hpp>

#include "sim/lab/export.hpp"
#include "sim/lab/export_containers.hpp"
#include "sim/model/facts.hpp"
#include "sim/view/summary.hpp"
#include "tests/lab/export_fixture.hpp"
#include "tests/lab/look_lines.hpp"
#include "tests/lab/swarm_terminal.hpp"

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

const LaneSpan& last_span(const Lanes& lanes, LaneKind kind, const std::string& name) {
    const Lane& lane = lane_named(lanes, kind, name);
    REQUIRE_FALSE(lane.spans.empty());
    return lane.spans.back();
}

void signal_dockerd(typed::ComposeLines& run, const std::string& signal) { run.session().post({run.session().now(), CommandKind::EngineSignal, "host", signal, {}}); }
void start_dockerd(typed::ComposeLines& run) { run.session().post({run.session().now(), CommandKind::EngineStart, "host", {}, {}}); }

const std::string kNoMatter = "services: {web: {image: nginx}}\n";

}  // namespace

TEST_CASE("lanes: a stop is one under a policy of `no`, and an end that was found late is what it was") {
    typed::ComposeLines run(kNoMatter);
    run.run("docker run -d --name web nginx");
    run.run("docker run -d --name job busybox sleep 20");
    run.run("docker run -d --name bad busybox sh -c 'sleep 20; exit 3'");
    run.run("docker stop web");
    signal_dockerd(run, "KILL");
    run.wait(seconds(30));
    for (const bool back : {false, true}) {
        if (back) start_dockerd(run);
        if (back) run.wait(seconds(10));
        INFO(back);
        const Lanes lanes = make_lanes(run.session());
        CHECK(last_span(lanes, LaneKind::Container, "web").state == LaneState::Stopped);
        CHECK(last_span(lanes, LaneKind::Container, "job").state == LaneState::Done);
        CHECK(last_span(lanes, LaneKind::Container, "bad").state == LaneState::Failed);
        CHECK(last_span(lanes, LaneKind::Service, "job").state == LaneState::Done);
        CHECK(last_span(lanes, LaneKind::Service, "bad").state == LaneState::Down);
        const bool unnoticed = last_span(lanes, LaneKind::Container, "job").text.find("not noticed") != std::string::npos;
        CHECK(unnoticed == !back);
    }
}

TEST_CASE("lanes: a pull ends when it fails, when it is given up and when its engine goes") {
    typed::ComposeLines run(kNoMatter, {});
    // Up to the moment at which layers come.
    const auto pull = [&run](const std::string& image, const std::string& terminal) {
        const FactId before = run.session().journal().last();
        run.session().post({run.session().now(), CommandKind::Line, terminal, "docker pull " + image, {}});
        bool begun = false;
        for (int i = 0; i < 200 && !begun; ++i) {
            run.wait(milliseconds(50));
            run.session().journal().for_each(FactId{before.value + 1}, [&begun](const Fact& fact) { begun = begun || fact.kind == model::kFactPullBegin; });
        }
        INFO(image << " at " << format_time(run.session().now()));
        REQUIRE(begun);
    };
    run.inject("corrupt-image redis");
    run.run("docker pull redis");
    const Time failed = run.session().now();
    pull("nginx", "host/2");
    run.session().post({run.session().now(), CommandKind::Interrupt, "host/2", {}, {}});
    run.wait(milliseconds(100));
    const Time given_up = run.session().now();
    pull("postgres", "host/2");
    signal_dockerd(run, "KILL");
    run.wait(milliseconds(100));
    const Time gone = run.session().now();
    start_dockerd(run);
    run.wait(seconds(20));
    pull("nginx", "host/3");
    const Lanes lanes = make_lanes(run.session());
    std::vector<std::pair<std::string, Time>> pulls;
    for (const Lane& lane : lanes.all) {
        if (lane.kind != LaneKind::Pull) continue;
        for (const LaneSpan& span : lane.spans) pulls.emplace_back(span.text, span.end);
    }
    std::sort(pulls.begin(), pulls.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    REQUIRE(pulls.size() == 4);
    CHECK(pulls[0].first == "redis:latest");
    CHECK(pulls[0].second <= failed);
    CHECK(pulls[1].first == "nginx:latest");
    CHECK(pulls[1].second > failed);
    CHECK(pulls[1].second <= given_up);
    CHECK(pulls[2].first == "postgres:latest");
    CHECK(pulls[2].second > given_up);
    CHECK(pulls[2].second <= gone);
    CHECK(pulls[3].first == "nginx:latest");
    CHECK(pulls[3].second == lanes.end);
}

TEST_CASE("lanes: a host that stands still isn't up, nor is one whose engine does") {
    typed::ComposeLines run(kNoMatter);
    run.wait(seconds(10));
    run.inject("freeze host");
    run.wait(seconds(10));
    run.lift("freeze host");
    run.wait(seconds(10));
    run.inject("freeze host what=engine");
    run.wait(seconds(10));
    run.lift("freeze host what=engine");
    run.wait(seconds(10));
    signal_dockerd(run, "STOP");
    run.wait(seconds(10));
    signal_dockerd(run, "CONT");
    run.wait(seconds(10));
    const Lanes lanes = make_lanes(run.session());
    const Lane& host = lane_named(lanes, LaneKind::Host, "host");
    using S = LaneState;
    CHECK(states_of(host) == std::vector<S>{S::Up, S::Frozen, S::Up, S::Frozen, S::Up, S::Frozen, S::Up});
    CHECK(host.spans[1].text == "frozen");
    CHECK(host.spans[3].text == "its engine is frozen");
}

TEST_CASE("lanes: traffic to which nothing comes back isn't answered, and an outage's second reason leaves the first its time") {
    typed::ComposeLines run(kNoMatter);
    run.run("docker run -d --name web -p 8080:80 nginx");
    run.wait(seconds(2));
    const auto send = [&](const std::string& text) { run.session().post({run.session().now(), CommandKind::Traffic, "host", text, {}}); };
    send("web:8080 rate=10/s name=hasty timeout=500ms");
    run.wait(seconds(5));
    run.inject("hang web");
    run.wait(seconds(1));
    send("web:8080 rate=1/s name=patient timeout=10m");
    run.wait(seconds(5));
    CHECK(last_span(make_lanes(run.session()), LaneKind::Traffic, "patient").state == LaneState::Sending);
    run.run("docker kill web");
    run.wait(seconds(5));
    const Lanes lanes = make_lanes(run.session());
    std::vector<std::string> texts;
    for (const LaneSpan& span : lane_named(lanes, LaneKind::Traffic, "hasty").spans) texts.push_back(span.text);
    REQUIRE(texts.size() >= 3);
    CHECK(texts[0] == "requests are answered");
    CHECK(texts[1] == "requests fail: no answer in time");
    CHECK(texts.back() == "requests fail: refused");
}

TEST_CASE("lanes: a global service has one for each host, whatever tasks run there") {
    SwarmTerminal swarm;
    swarm.run("docker service create --detach --mode global --name agent busybox sleep 5");
    swarm.wait(60);
    const Lanes lanes = make_lanes(swarm.session());
    std::vector<std::string> names;
    for (const Lane& lane : lanes.all) {
        if (lane.kind == LaneKind::Container && lane.service == "agent") names.push_back(lane.name);
    }
    std::sort(names.begin(), names.end());
    CHECK(names == std::vector<std::string>{"agent.swarm-curly", "agent.swarm-larry", "agent.swarm-moe"});
    // It ends well, and the swarm starts it again: that is an outage each time.
    for (const view::ServiceSummary& service : view::summarise(swarm.session().world(), fact_catalogue(), swarm.session().now())) CHECK(service.outages.size() >= 3);
}

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

TEST_CASE("lanes: services of one name in two projects have lanes of their own, and so have their containers") {
    typed::ComposeLines run(kNoMatter);
    run.run("docker compose -p shop up -d");
    run.run("docker compose -p blog up -d");
    run.run("docker compose -p blog kill");
    run.wait(seconds(5));
    const Lanes lanes = make_lanes(run.session());
    CHECK(lane_named(lanes, LaneKind::Container, "shop/web.1").service == "shop/web");
    CHECK(lane_named(lanes, LaneKind::Container, "blog/web.1").service == "blog/web");
    CHECK(last_span(lanes, LaneKind::Service, "shop/web").state == LaneState::Running);
    CHECK(last_span(lanes, LaneKind::Service, "shop/web").text == "1 running");
    CHECK(last_span(lanes, LaneKind::Service, "blog/web").state == LaneState::Down);
    const auto services = std::count_if(lanes.all.begin(), lanes.all.end(), [](const Lane& lane) { return lane.kind == LaneKind::Service; });
    CHECK(services == 2);
    const auto own = lanes_by_service(lanes);
    REQUIRE(own.size() == 2);
    for (const char* service : {"shop/web", "blog/web"}) {
        REQUIRE(own.at(service).size() == 1);
        CHECK(lanes.all[own.at(service).front()].name == std::string(service) + ".1");
    }
    run.session().journal().for_each(lanes.first, [&](const Fact& fact) {
        if (fact.kind != model::kFactContainerDie) return;
        CHECK(lanes.all[lanes.lane_of(fact.id)].name == "blog/web.1");
        CHECK(tell_fact(run.session(), lanes.names, fact).who == "blog/web.1");
    });
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
