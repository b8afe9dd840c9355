// How a run went over time: sampled each second, filled in where it was driven further at once, bounded.

#include "sim/lab/metrics_look.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/lanes_look.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

Session metrics_run() {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    SetUp set_up;
    set_up.catalogue = text.str();
    set_up.images = {"busybox", "nginx"};
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    session->post({Time{}, CommandKind::Line, "host", "docker run -d --name web -p 8080:80 --restart always nginx", {}});
    session->post({Time{} + seconds(5), CommandKind::Line, "host", "docker run -d --name job busybox sleep 1000", {}});
    session->post({Time{} + seconds(20), CommandKind::Line, "host", "docker kill web", {}});
    session->post({Time{} + seconds(30), CommandKind::Inject, {}, "kill job", {}});
    return std::move(*session);
}

struct Followed {
    view::LaneFollower lanes = lane_follower();
    MetricsFollower metrics;

    void look(const Session& session) {
        lanes.follow(session.world(), fact_catalogue());
        metrics.follow(session, lanes);
    }
    // Stops where a sample is due.
    void drive(Session& session, Time end) {
        while (session.now() < end) {
            session.run_until(std::min(end, metrics.next()));
            look(session);
        }
    }
};

}  // namespace

TEST_CASE("metrics: one sample a second tells what share of the wanted containers runs") {
    Session session = metrics_run();
    Followed followed;
    followed.drive(session, Time{} + seconds(40));
    const auto& samples = followed.metrics.samples();
    REQUIRE(samples.size() == 40);
    CHECK(followed.metrics.last() == Time{} + seconds(40));
    CHECK(samples[9].available == 1);   // 10 s
    CHECK(samples[24].available == 1);  // web was stopped by hand: nobody wants it
    CHECK(samples[34].available == 0);  // job failed
    CHECK(samples[24].latency == -1);
    CHECK(samples[9].memory > 0);
    CHECK(samples[9].memory < 1);
}

TEST_CASE("metrics: the fullest host's memory, processor and disk are each told as they stood at the sample's moment") {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    SetUp set_up;
    set_up.catalogue = text.str();
    set_up.images = {"busybox"};
    set_up.hosts.clear();
    for (const char* name : {"swarm-moe", "swarm-larry"}) {
        HostSetUp host;
        host.name = name;
        host.address = set_up.hosts.empty() ? "10.77.0.11" : "10.77.0.12";
        set_up.hosts.push_back(std::move(host));
    }
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    const auto types = [&](std::int64_t second, const char* line) {
        session->post({Time{} + seconds(second), CommandKind::Line, "swarm-larry", line, {}});
    };
    types(2, "docker run -d --name busy busybox sh -c 'while true; do true; done'");
    types(10, "docker kill busy");
    session->post({Time{} + seconds(12), CommandKind::Inject, {}, "disk-full swarm-larry", {}});
    session->post({Time{} + seconds(20), CommandKind::Inject, {}, "power-loss swarm-larry", {}});
    session->post({Time{} + seconds(24), CommandKind::Inject, {}, "power-loss swarm-moe", {}});
    Followed followed;
    followed.drive(*session, Time{} + seconds(26));
    const auto& samples = followed.metrics.samples();
    REQUIRE(samples.size() == 26);
    const auto at = [&](std::size_t second) { return samples[second - 1]; };
    // One of four processors, of the one host that computes.
    float busiest = 0;
    for (std::size_t second = 5; second < 10; ++second) busiest = std::max(busiest, at(second).processor);
    CHECK(busiest == Approx(0.25F));
    CHECK(at(11).processor >= 0);
    CHECK(at(11).processor < 0.1F);
    CHECK(at(11).disk < 0.5F);
    CHECK(at(16).disk > 0.99F);
    CHECK(at(8).memory > 0);
    // What is off is not the fullest, and where none is up there is no value.
    CHECK(at(22).disk < 0.5F);
    CHECK(at(22).memory >= 0);
    CHECK(at(26).memory == -1);
    CHECK(at(26).processor == -1);
    CHECK(at(26).disk == -1);
    // The second host is the busier and then the fuller one, until only the first is left, and then none.
    for (std::size_t second = 5; second < 10; ++second)
        if (at(second).processor == busiest) CHECK(at(second).processor_host == 2);
    CHECK(at(16).disk_host == 2);
    CHECK(at(22).disk_host == 1);
    CHECK(at(22).memory_host == 1);
    CHECK(at(26).memory_host == 0);
    CHECK(at(26).disk_host == 0);
}

TEST_CASE("metrics: where a run was driven further at once, the seconds between are filled in") {
    Session session = metrics_run();
    Followed followed;
    session.run_until(Time{} + seconds(12));
    followed.look(session);
    CHECK(followed.metrics.samples().size() == 12);
    CHECK(followed.metrics.next() == Time{} + seconds(13));
    // A session that stands earlier adds nothing.
    session.seek(Time{} + seconds(3));
    followed.look(session);
    CHECK(followed.metrics.samples().size() == 12);
}

TEST_CASE("metrics: another future begins where the first is given up") {
    Session session = metrics_run();
    Followed followed;
    followed.drive(session, Time{} + seconds(40));
    session.seek(Time{} + seconds(25));
    session.forget_future();
    followed.metrics.forget_after(session.now());
    followed.lanes = lane_follower();
    CHECK(followed.metrics.samples().size() == 25);
    followed.drive(session, Time{} + seconds(40));
    REQUIRE(followed.metrics.samples().size() == 40);
    CHECK(followed.metrics.samples()[34].available == 1);  // the kill never came
}

TEST_CASE("metrics: requests are counted by the second, and a restart by its policy is one") {
    Session session = metrics_run();
    session.post({Time{} + seconds(6), CommandKind::Inject, {}, "kill web", {}});
    session.post({Time{} + seconds(8), CommandKind::Traffic, "host", "web:8080 rate=100/s for=20s", {}});
    Followed followed;
    followed.drive(session, Time{} + seconds(25));
    const auto& samples = followed.metrics.samples();
    CHECK(samples.back().restarts == 1);
    CHECK(samples[6].answered == 0);
    CHECK(samples[13].answered == Approx(100).margin(3));
    CHECK(samples[13].failed == 0);
    CHECK(samples[13].latency > 0);
    CHECK(samples[23].failed == Approx(100).margin(3));  // web was stopped at 20 s
}

TEST_CASE("metrics: what only was created is not wanted") {
    Session session = metrics_run();
    session.post({Time{} + seconds(35), CommandKind::Line, "host", "docker rm web job", {}});
    session.post({Time{} + seconds(38), CommandKind::Line, "host", "docker create --name x busybox", {}});
    Followed followed;
    followed.drive(session, Time{} + seconds(45));
    CHECK(followed.metrics.samples().back().available == -1);
}

TEST_CASE("metrics: where the step is doubled no second is left out") {
    Session session = metrics_run();
    const Time from = Time{} + seconds(static_cast<std::int64_t>(MetricsFollower::kMostSamples) - 10);
    session.post({from - seconds(10), CommandKind::Line, "host", "docker start web", {}});
    session.post({from, CommandKind::Traffic, "host", "web:8080 rate=100/s for=18s", {}});
    Followed followed;
    followed.drive(session, from + seconds(30));
    REQUIRE(followed.metrics.step() == seconds(2));
    double answered = 0;
    for (const MetricsSample& sample : followed.metrics.samples()) answered += static_cast<double>(sample.answered) * followed.metrics.step().seconds();
    CHECK(answered == Approx(1800).margin(1));
}

TEST_CASE("metrics: samples stay within their limit, at twice the step") {
    Session session = metrics_run();
    Followed followed;
    followed.drive(session, Time{} + seconds(5'000));
    CHECK(followed.metrics.samples().size() <= MetricsFollower::kMostSamples);
    CHECK(followed.metrics.samples().size() >= 2'400);
    CHECK(followed.metrics.step() == seconds(2));
    CHECK(followed.metrics.last() == Time{} + seconds(5'000));
    CHECK(followed.metrics.samples()[4].available == 1);
    CHECK(followed.metrics.samples()[30].available == 0);  // of 62 s
}

}  // namespace podium::lab
