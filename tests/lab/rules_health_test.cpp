// Health checks: when probes run, what counts, what a restart, a pause and a start period do. Measured
// where the recordings have it, else after moby v20.10.24 (daemon/health.go).

#include <catch2/catch.hpp>

#include "tests/lab/rules_fixture.hpp"

namespace podium::lab {
namespace {

std::string checked(const std::string& probe, const std::string& flags, const std::string& program = kWithHandler) {
    return "docker run -d --name box --health-interval 2s --health-cmd \"" + probe + "\" " + flags + " busybox " + program;
}

std::vector<double> since_start(const RuledHost& host, const std::string& what) {
    std::vector<double> out = host.moments("box", what);
    for (double& moment : out) moment -= host.moments("box", "start").at(0);
    return out;
}

}  // namespace

TEST_CASE("rules of health: the first probe comes an interval after the start, even of what is healthy") {
    RuledHost host;
    host.must(checked("exit 0", ""));
    CHECK(host.look("box").health == "starting");
    host.wait(7);
    const std::vector<double> probes = since_start(host, "exec_start");
    CHECK(probes.at(0) == Approx(2.0).margin(0.02));
    CHECK(probes.at(1) == Approx(4.07).margin(0.06));
    CHECK(since_start(host, "health_status: healthy").at(0) == Approx(2.07).margin(0.06));
    CHECK(host.events("box") == "create, start, health_status: healthy");
}

TEST_CASE("rules of health: the next probe comes an interval after the end of the one before") {
    RuledHost host;
    host.must(checked("sleep 1.5", "--health-timeout 10s"));
    host.wait(20);
    const std::vector<double> probes = since_start(host, "exec_start");
    REQUIRE(probes.size() >= 4);
    for (std::size_t i = 1; i < probes.size(); ++i) CHECK(probes[i] - probes[i - 1] == Approx(3.57).margin(0.06));
}

TEST_CASE("rules of health: a probe over its timeout is killed and has failed") {
    RuledHost host;
    host.must(checked("sleep 60", "--health-timeout 1s"));
    host.wait(15);
    const std::vector<double> probes = since_start(host, "exec_start");
    REQUIRE(probes.size() >= 4);
    for (std::size_t i = 1; i < probes.size(); ++i) CHECK(probes[i] - probes[i - 1] == Approx(3.0).margin(0.06));
    CHECK(since_start(host, "health_status: unhealthy").at(0) == Approx(9.0).margin(0.1));
    CHECK(since_start(host, "exec_die 137").size() == probes.size());
    CHECK(host.must("docker inspect -f '{{(index .State.Health.Log 0).ExitCode}} {{(index .State.Health.Log 0).Output}}' box").out == "-1 Health check exceeded timeout (1s)\n");
    CHECK(host.must("docker exec box sh -c 'ps | grep -c \"[s]leep 60\" || true'").out == "0\n");
}

TEST_CASE("rules of health: unhealthy at the failure that makes its retries, and the streak goes on") {
    struct Row {
        int retries;
        double at;
    };
    for (const Row& row : {Row{1, 2.07}, Row{2, 4.12}, Row{3, 6.17}, Row{5, 10.3}}) {
        INFO(row.retries);
        RuledHost host;
        host.must(checked("exit 1", "--health-retries " + std::to_string(row.retries)));
        host.wait(14.5);
        CHECK(since_start(host, "health_status: unhealthy").at(0) == Approx(row.at).margin(0.12));
        CHECK(host.look("box").health == "unhealthy");
        CHECK(host.look("box").failing_streak == static_cast<int>(host.moments("box", "exec_die 1").size()));
        CHECK(host.look("box").failing_streak >= 6);
    }
}

TEST_CASE("rules of health: by default a probe each 30 s, and three failures") {
    RuledHost host;
    host.must("docker run -d --name box --health-cmd 'exit 1' busybox " + kWithHandler);
    host.wait(100);
    const std::vector<double> probes = since_start(host, "exec_start");
    REQUIRE(probes.size() == 3);
    CHECK(probes[0] == Approx(30.0).margin(0.05));
    CHECK(probes[1] == Approx(60.05).margin(0.08));
    CHECK(probes[2] == Approx(90.1).margin(0.1));
    CHECK(since_start(host, "health_status: unhealthy").at(0) == Approx(90.15).margin(0.1));
}

TEST_CASE("rules of health: failures in the start period do not count") {
    RuledHost host;
    host.must(checked("exit 1", "--health-start-period 10s"));
    host.wait(9.5);
    CHECK(host.moments("box", "exec_die 1").size() == 4);
    CHECK(host.look("box").failing_streak == 0);
    CHECK(host.look("box").health == "starting");
    host.wait(6);
    CHECK(since_start(host, "health_status: unhealthy").at(0) == Approx(14.5).margin(0.25));
}

TEST_CASE("rules of health: one success ends the start period") {
    RuledHost host;
    host.must(checked("test -e /ok", "--health-start-period 60s", "sh -c \"touch /ok; sleep 5; rm /ok; trap 'exit 0' TERM; while :; do sleep 0.2; done\""));
    host.wait(15);
    CHECK(since_start(host, "health_status: healthy").at(0) == Approx(2.07).margin(0.06));
    CHECK(since_start(host, "health_status: unhealthy").at(0) == Approx(10.3).margin(0.25));  // at 6, 8 and 10 s
}

TEST_CASE("rules of health: one success heals") {
    RuledHost host;
    host.must(checked("test -e /ok", "--health-retries 2", "sh -c \"sleep 11; touch /ok; sleep 3600\""));
    host.wait(10);
    CHECK(host.look("box").health == "unhealthy");
    CHECK(host.look("box").failing_streak == 4);
    host.wait(4);
    CHECK(host.look("box").health == "healthy");
    CHECK(host.look("box").failing_streak == 0);
    CHECK(host.events("box") == "create, start, health_status: unhealthy, health_status: healthy");
}

TEST_CASE("rules of health: being unhealthy restarts nothing, under any policy") {
    for (const std::string policy : {"no", "always", "unless-stopped", "on-failure"}) {
        INFO(policy);
        RuledHost host;
        host.must(checked("exit 1", "--restart " + policy));
        host.wait(120);
        CHECK(host.events("box") == "create, start, health_status: unhealthy");
        CHECK(host.status("box") == "running");
    }
}

TEST_CASE("rules of health: every start begins with `starting`, an interval and no streak") {
    RuledHost host;
    host.must(checked("exit 1", "--health-retries 2 --restart always"));
    host.wait(7);
    REQUIRE(host.look("box").health == "unhealthy");
    for (const std::string line : {"docker restart box", "docker exec box sh -c 'kill 1'", "docker stop box; docker start box"}) {
        INFO(line);
        const double asked = host.now();
        host.must(line);
        host.wait(1);
        const double started = host.moments("box", "start", asked).at(0);
        CHECK(host.look("box").health == "starting");
        CHECK(host.look("box").failing_streak == 0);
        host.wait(6);
        CHECK(host.moments("box", "exec_start", started).at(0) - started == Approx(2.0).margin(0.05));
        CHECK(host.moments("box", "health_status: unhealthy", started).at(0) - started == Approx(4.12).margin(0.15));
    }
}

TEST_CASE("rules of health: in back-off, stopped and paused it reads unhealthy, and no event says so") {
    RuledHost host;
    host.must(checked("exit 0", "--restart always", "sh -c 'sleep 5; exit 1'"));
    REQUIRE(host.until_status("box", "restarting"));
    CHECK(host.look("box").health == "unhealthy");
    host.must("docker stop box");
    CHECK(host.look("box").health == "unhealthy");
    CHECK(host.events("box") == "create, start, health_status: healthy, die 1, stop");

    RuledHost other;
    other.must(checked("exit 0", ""));
    other.wait(5);
    other.must("docker pause box");
    CHECK(other.look("box").health == "unhealthy");
    const std::size_t probes = other.moments("box", "exec_start").size();
    other.wait(20);
    CHECK(other.moments("box", "exec_start").size() == probes);
    const double unpaused = other.now();
    other.must("docker unpause box");
    CHECK(other.look("box").health == "unhealthy");
    other.wait(3);
    CHECK(other.moments("box", "exec_start", unpaused).at(0) - other.moments("box", "unpause").at(0) == Approx(2.0).margin(0.02));
    CHECK(other.events("box") == "create, start, health_status: healthy, pause, unpause, health_status: healthy");
}

TEST_CASE("rules of health: a probe that can't be run is a failure") {
    RuledHost host;
    host.must("docker run -d --name box --health-interval 2s --health-retries 2 --health-cmd nosuchcmd busybox " + kWithHandler);
    host.wait(6);
    CHECK(host.look("box").health == "unhealthy");
    CHECK(host.moments("box", "exec_die 127").size() == 2);
}

TEST_CASE("rules of health: --no-healthcheck and no check at all have no health") {
    RuledHost host;
    host.must("docker run -d --name none busybox " + kWithHandler);
    host.must("docker run -d --name off --no-healthcheck busybox " + kWithHandler);
    host.wait(40);
    for (const std::string name : {"none", "off"}) {
        CHECK(host.look(name).health == "");
        CHECK(host.moments(name, "exec_start").empty());
    }
}

TEST_CASE("rules of health: five results are kept, with the first 4096 bytes of what was said") {
    RuledHost host;
    host.must(checked("echo tells; exit 3", "--health-retries 10"));
    host.wait(20);
    CHECK(host.must("docker inspect -f '{{len .State.Health.Log}} {{.State.Health.FailingStreak}} {{(index .State.Health.Log 4).ExitCode}} {{(index .State.Health.Log 4).Output}}' box").out == "5 9 3 tells\n\n");
    RuledHost other;
    other.must(checked("i=0; while [ \\$i -lt 500 ]; do echo 123456789; i=\\$((i+1)); done", ""));
    other.wait(3);
    CHECK(other.must("docker inspect -f '{{len (index .State.Health.Log 0).Output}}' box").out == "4099\n");  // and "..."
}

// moby restores no monitor: what lives through a live restore keeps its last health, unprobed.
TEST_CASE("rules of health: after a live restore nobody probes until the next start") {
    RuledHost host(true);
    host.must(checked("exit 0", ""));
    host.wait(5);
    host.signal_engine("TERM");
    host.wait(3);
    host.start_engine();
    const double back = host.now();
    host.wait(20);
    CHECK(host.look("box").health == "healthy");
    CHECK(host.moments("box", "exec_start", back).empty());
    host.must("docker restart box");
    host.wait(3);
    CHECK(host.moments("box", "exec_start", back).size() == 1);
}

}  // namespace podium::lab
