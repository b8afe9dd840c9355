// What an engine that stops, dies and starts again does to its containers: every policy and every
// state before, with and without live-restore. Measured where the recordings have it, else after
// moby v20.10.24 (Daemon.restore, Shutdown, killWithSignal, restartmanager.ShouldRestart).

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/lab/rules_fixture.hpp"

namespace podium::lab {
namespace {

const std::vector<std::string> kEveryPolicy = {"no", "always", "unless-stopped", "on-failure", "on-failure:3", "on-failure:30"};
const std::vector<std::string> kStates = {"handler", "nohandler", "exited0", "exited1", "stopped", "killed", "kill1", "created", "paused", "hup"};

std::string name_of(std::string policy, const std::string& state) {
    std::replace(policy.begin(), policy.end(), ':', '-');
    return policy + "-" + state;
}

void bring_up(RuledHost& host, const std::string& policy, const std::string& state) {
    const std::string name = name_of(policy, state);
    const auto made = [&](const std::string& verb, const std::string& program) { host.must("docker " + verb + " --name " + name + " --restart " + policy + " busybox " + program); };
    if (state == "created") return made("create", kWithHandler);
    if (state == "nohandler") return made("run -d", kWithoutHandler);
    if (state == "exited0") return made("run -d", "sh -c \"exit 0\"");
    if (state == "exited1") return made("run -d", "sh -c \"exit 1\"");
    made("run -d", kWithHandler);
    host.wait(0.3);
    if (state == "stopped") host.must("docker stop " + name);
    if (state == "killed") host.must("docker kill " + name);
    if (state == "kill1") host.must("docker exec " + name + " sh -c 'kill 1'");
    if (state == "paused") host.must("docker pause " + name);
    if (state == "hup") host.must("docker kill -s CONT " + name);  // any signal is a stop by hand
}

void bring_all_up(RuledHost& host) {
    for (const std::string& policy : kEveryPolicy) {
        for (const std::string& state : kStates) bring_up(host, policy, state);
    }
    host.wait(15);
}

bool restarts_for_ever(const std::string& policy, const std::string& state) {
    if (state == "exited0") return policy == "always" || policy == "unless-stopped";
    if (state == "exited1") return policy != "no" && policy != "on-failure:3";
    return false;
}

// What a container is after the engine's new start: back, or down with this status.
struct After {
    bool back = false;
    int exit_code = 0;
};

After after(const std::string& policy, const std::string& state, bool killed_engine) {
    const bool on_failure = policy.starts_with("on-failure");
    const bool in_backoff = restarts_for_ever(policy, state);
    if (state == "created") return {};
    if (state == "nohandler") return {policy == "always" || on_failure || (policy == "unless-stopped" && !killed_engine), 137};
    if (state == "handler" || state == "paused") return {policy == "always" || (policy == "unless-stopped" && !killed_engine), 0};
    if (state == "hup") return {policy == "always", 0};
    if (state == "kill1") return {policy == "always" || (policy == "unless-stopped" && !killed_engine), 0};
    if (state == "stopped") return {policy == "always", 0};
    if (state == "killed") return {policy == "always" || on_failure, 137};
    if (state == "exited0") return {in_backoff, 0};
    // In back-off there is no task: an engine that was killed takes its status for 0.
    if (in_backoff) return {!(killed_engine && on_failure), 0};
    return {false, 1};
}

void check_all(const RuledHost& host, double since, bool killed_engine) {
    for (const std::string& policy : kEveryPolicy) {
        for (const std::string& state : kStates) {
            const std::string name = name_of(policy, state);
            const After wanted = after(policy, state, killed_engine);
            const ContainerLook look = host.look(name);
            INFO(name << ": " << host.events(name, since));
            CHECK(host.moments(name, "start", since).empty() == !wanted.back);
            if (wanted.back) {
                if (!restarts_for_ever(policy, state)) {
                    CHECK(look.status == "running");
                    CHECK(look.restart_count == 0);
                }
                continue;
            }
            CHECK(look.status == (state == "created" ? "created" : "exited"));
            CHECK(look.exit_code == wanted.exit_code);
        }
    }
}

}  // namespace

TEST_CASE("rules of the engine: after a stop by TERM, policy and state decide what comes back") {
    RuledHost host;
    bring_all_up(host);
    for (const std::string& policy : kEveryPolicy) {
        for (const std::string& state : kStates) {
            if (restarts_for_ever(policy, state)) CHECK(host.status(name_of(policy, state)) == "restarting");
        }
    }
    const double asked = host.now();
    host.signal_engine("TERM");
    host.wait(15);
    REQUIRE(host.engine_is_down());
    CHECK(host.events("always-handler", asked) == "kill 15, die 0, stop");
    CHECK(host.events("always-nohandler", asked) == "kill 15, kill 9, die 137, stop");
    CHECK(host.events("always-paused", asked) == "kill 15, unpause, die 0, stop");
    CHECK(host.events("always-exited1", asked) == "stop");  // it was in back-off
    CHECK(host.events("on-failure-3-exited1", asked) == "");
    CHECK(host.events("always-stopped", asked) == "");
    CHECK(host.moments("always-nohandler", "kill 9", asked).at(0) - asked == Approx(10).margin(0.1));
    const double started = host.now();
    host.start_engine();
    host.wait(3);
    check_all(host, started, false);
}

TEST_CASE("rules of the engine: after a kill of the engine, the next one stops what lives on first") {
    RuledHost host;
    bring_all_up(host);
    host.signal_engine("KILL");
    const double killed = host.now();
    host.wait(5);
    CHECK(host.events("always-handler", killed) == "");
    const double started = host.now();
    const double took = host.start_engine();
    CHECK(took > 11.0);  // a container ignores TERM for 10 s
    CHECK(host.events("unless-stopped-handler", started) == "kill 15, die 0, stop");
    CHECK(host.events("on-failure-nohandler", started) == "kill 15, kill 9, die 137, stop, start");
    CHECK(host.events("always-paused", started) == "kill 15, unpause, die 0, stop, start");
    host.wait(3);
    check_all(host, started, true);
}

TEST_CASE("rules of the engine: with live-restore what runs goes on, whether the engine is stopped or killed") {
    for (const std::string signal : {"TERM", "KILL"}) {
        INFO(signal);
        RuledHost host(true);
        bring_all_up(host);
        const double asked = host.now();
        host.signal_engine(signal);
        host.wait(5);
        REQUIRE(host.engine_is_down());
        CHECK(host.start_engine() < 6.0);
        host.wait(3);
        for (const std::string& policy : kEveryPolicy) {
            for (const std::string state : {"handler", "nohandler", "paused", "hup"}) {
                INFO(name_of(policy, state));
                CHECK(host.events(name_of(policy, state), asked) == "");
                CHECK(host.status(name_of(policy, state)) == (state == std::string("paused") ? "paused" : "running"));
            }
            for (const std::string state : {"exited0", "exited1", "stopped", "killed", "created"}) {
                INFO(name_of(policy, state) << ": " << host.events(name_of(policy, state), asked));
                const bool back = after(policy, state, true).back;
                CHECK(host.moments(name_of(policy, state), "start", asked).empty() == !back);
            }
        }
        // Commands reach what went on, and its policy is alive.
        CHECK(host.must("docker exec always-nohandler echo here").out == "here\n");
        host.must("docker unpause always-paused");
        host.must("docker stop -t 1 no-nohandler");
        CHECK(host.look("no-nohandler").exit_code == 137);
    }
}

TEST_CASE("rules of the engine: what ends while no engine looks has its own status, and was not stopped by hand") {
    struct Row {
        const char* policy;
        int exit_code;
        bool back;
    };
    for (const bool live_restore : {false, true}) {
        for (const Row& row : {Row{"no", 3, false}, Row{"always", 0, true}, Row{"always", 3, true}, Row{"unless-stopped", 0, true}, Row{"unless-stopped", 3, true}, Row{"on-failure", 0, false}, Row{"on-failure", 3, true}, Row{"on-failure:1", 3, true}}) {
            INFO(row.policy << " exit " << row.exit_code << (live_restore ? " with live-restore" : ""));
            RuledHost host(live_restore);
            host.must(std::string("docker run -d --name box --restart ") + row.policy + " busybox sh -c \"sleep 12; exit " + std::to_string(row.exit_code) + "\"");
            host.until(8);
            host.signal_engine("KILL");
            host.until(20);
            const double started = host.now();
            host.start_engine();
            CHECK(host.events("box", 8) == (row.back ? "start" : ""));  // nobody told of the end
            CHECK(host.status("box") == (row.back ? "running" : "exited"));
            CHECK(host.look("box").exit_code == (row.back ? 0 : row.exit_code));
            CHECK(host.look("box").restart_count == 0);
            if (row.back) CHECK(host.moments("box", "start", started).size() == 1);
        }
    }
}

TEST_CASE("rules of the engine: a process that the host kills while no engine looks was a failure") {
    RuledHost host(true);
    for (const std::string policy : {"no", "on-failure", "unless-stopped"}) host.must("docker run -d --name " + policy + " --restart " + policy + " busybox " + kWithoutHandler);
    const std::string pids = host.must("docker inspect -f '{{.State.Pid}}' no on-failure unless-stopped").out;
    host.signal_engine("TERM");
    host.wait(3);
    std::string spaced = "kill -9 ";
    for (const char c : pids) spaced += c == '\n' ? ' ' : c;
    host.must(spaced);
    host.wait(2);
    host.start_engine();
    CHECK(host.status("no") == "exited");
    CHECK(host.look("no").exit_code == 137);
    CHECK(host.status("on-failure") == "running");
    CHECK(host.status("unless-stopped") == "running");
}

// moby restore: ResetRestartManager(false) makes a new manager, which begins with the old count and knows
// of no cancellation. ShouldRestart asks it at once, as of all containers, so that the first delay is spent.
TEST_CASE("rules of the engine: after a live restore the count goes on, the delay and the cancellation do not") {
    RuledHost host(true);
    const std::string counts = "sh -c 'n=$(cat /n 2>/dev/null || echo 0); n=$((n+1)); echo $n >/n; [ $n -le 4 ] && exit 1; sleep 9; exit 1'";
    host.must("docker run -d --name loop --restart on-failure:6 busybox " + counts);
    host.must("docker run -d --name always --restart always busybox sh -c 'sleep 9; exit 1'");
    host.must("docker run -d --name unless --restart unless-stopped busybox sh -c 'sleep 9; exit 1'");
    host.must("docker kill -s CONT always");
    host.must("docker kill -s CONT unless");
    host.until(5);
    REQUIRE(host.status("loop") == "running");
    REQUIRE(host.look("loop").restart_count == 4);
    host.signal_engine("TERM");
    host.until(7);
    host.start_engine();
    CHECK(host.look("loop").restart_count == 4);
    const double back = host.now();
    host.until(60);
    CHECK(host.backoffs("loop", back) == std::vector<double>{0.2, 0.4});
    CHECK(host.look("loop").restart_count == 6);
    CHECK(host.status("loop") == "exited");
    CHECK(host.moments("always", "start", back).size() >= 1);
    CHECK(host.events("unless", back) == "die 1");
}

TEST_CASE("rules of the engine: a stop respects each container's own signal and grace") {
    RuledHost host;
    host.must("docker run -d --name short --stop-timeout 3 busybox " + kWithoutHandler);
    host.must("docker run -d --name long --stop-timeout 20 busybox " + kWithoutHandler);
    host.must("docker run -d --name int --stop-signal INT busybox sh -c \"trap 'exit 5' INT; while :; do sleep 0.2; done\"");
    host.must("docker run -d --name tini --init busybox sleep 3600");
    host.wait(1);
    const double asked = host.now();
    host.signal_engine("TERM");
    host.wait(30);
    CHECK(host.engine_is_down());
    CHECK(host.events("short", asked) == "kill 15, kill 9, die 137, stop");
    CHECK(host.moments("short", "kill 9").at(0) - asked == Approx(3).margin(0.1));
    CHECK(host.moments("long", "kill 9").at(0) - asked == Approx(20).margin(0.1));
    CHECK(host.events("int", asked) == "kill 2, die 5, stop");
    CHECK(host.events("tini", asked) == "kill 15, die 143, stop");
}

TEST_CASE("rules of the engine: a container of docker run --rm that ended unseen is removed at the start") {
    for (const bool live_restore : {false, true}) {
        RuledHost host(live_restore);
        host.must("docker run -d --rm --name gone busybox sh -c 'sleep 5'");
        host.signal_engine("KILL");
        host.wait(8);
        host.start_engine();
        CHECK(host.status("gone") == "missing");
    }
}

TEST_CASE("rules of the engine: without an engine docker says so and changes nothing") {
    RuledHost host;
    host.must("docker run -d --name web --restart always busybox " + kWithHandler);
    host.signal_engine("KILL");
    const RuledHost::Done done = host.run("docker stop web");
    CHECK(done.status == 1);
    CHECK(done.error.find("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?") != std::string::npos);
    CHECK(host.status("web") == "running");
}

TEST_CASE("rules of the engine: a restarted engine counts and delays anew") {
    RuledHost host;
    host.must("docker run -d --name loop --restart always busybox sh -c 'exit 1'");
    host.until(20);
    REQUIRE(host.look("loop").restart_count >= 7);
    host.signal_engine("TERM");
    host.wait(5);
    host.start_engine();
    host.wait(3);
    const std::vector<double> delays = host.backoffs("loop", 20);
    REQUIRE(delays.size() >= 4);
    CHECK(std::vector<double>(delays.begin(), delays.begin() + 4) == std::vector<double>{0.1, 0.2, 0.4, 0.8});
    CHECK(host.look("loop").restart_count == static_cast<int>(delays.size()));
}

}  // namespace podium::lab
