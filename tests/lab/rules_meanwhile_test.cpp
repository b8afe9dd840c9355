// What comes while something else is on its way: a wait during a back-off, an engine that is
// stopped or frozen in the middle of a start or of a stop, a prune beside a start. After moby
// v20.10.24.

#include <catch2/catch.hpp>

#include "tests/lab/rules_fixture.hpp"

namespace podium::lab {
namespace {

// Crashes at once, and is in its back-off of 6.4 s from the seventh second on.
void come_into_backoff(RuledHost& host) {
    host.must("docker run -d --name box --restart always busybox sh -c 'exit 3'");
    host.until(9);
    REQUIRE(host.status("box") == "restarting");
}

}  // namespace

// State.Wait: giving the back-off up is a stop (SetStopped), as the next exit is one.
TEST_CASE(
    "rules of waiting: docker wait in a back-off ends when that is given up, or with the next "
    "run") {
    for (const std::string line :
         {"docker stop box", "docker kill box", "docker rm -f box", "docker restart box"}) {
        INFO(line);
        RuledHost host;
        come_into_backoff(host);
        host.type("docker wait box > /waited");
        host.wait(0.1);
        CHECK(host.must("cat /waited").out.empty());
        host.must(line);
        host.wait(0.1);
        CHECK(host.must("cat /waited").out == "3\n");
    }
    RuledHost host;
    come_into_backoff(host);
    host.type("docker wait box > /waited");
    host.wait(3);
    CHECK(host.must("cat /waited").out.empty());
    host.until(15);
    CHECK(host.must("cat /waited").out == "3\n");
}

TEST_CASE("rules of waiting: an engine's stop ends the wait for a container in back-off") {
    RuledHost host;
    come_into_backoff(host);
    host.type("docker wait box > /waited");
    host.wait(0.1);
    host.signal_engine("TERM");
    host.wait(0.1);
    CHECK(host.must("cat /waited").out == "3\n");
}

// Daemon.Shutdown stops what IsRunning, which waits for the lock of a start.
TEST_CASE("rules of the engine: a stop takes down what is being started") {
    for (const std::string policy : {"no", "always"}) {
        for (const double moment : {0.06, 0.1, 0.2}) {
            INFO(policy << " " << moment);
            RuledHost host;
            host.must("docker create --name box --restart " + policy + " busybox " +
                      kWithoutHandler);
            host.type("docker start box");
            host.wait(moment);
            host.signal_engine("TERM");
            host.wait(5);
            CHECK_FALSE(host.engine_is_down());
            host.wait(10);
            CHECK(host.engine_is_down());
            CHECK(host.events("box") == "create, start, kill 15, kill 9, die 137, stop");
            CHECK(host.must("ps aux | grep -c '[s]leep 3600' || true").out == "0\n");
            host.start_engine();
            host.wait(1);
            CHECK(host.status("box") == (policy == "no" ? "exited" : "running"));
        }
    }
    // One that its policy starts, and one whose start fails.
    RuledHost host;
    host.must(
        "docker run -d --name box --restart always busybox sh -c '[ -e /once ] && exec sleep 3600; "
        "touch /once; exit 1'");
    host.must("docker create --name wrong busybox nosuchprogram");
    REQUIRE(host.until_status("box", "restarting"));
    host.wait(0.2);  // the back-off of 0.1 s is over
    host.type("docker start wrong");
    host.wait(0.05);
    host.signal_engine("TERM");
    host.wait(15);
    CHECK(host.engine_is_down());
    CHECK(host.events("box") == "create, start, die 1, start, kill 15, kill 9, die 137, stop");
    CHECK(host.events("wrong") == "create");
}

// ContainersPrune asks IsRunning, which waits for the lock of a start.
TEST_CASE(
    "rules of removing: a prune leaves alone what is being started, and what an end still holds") {
    RuledHost host;
    host.must("docker create --name box busybox sleep 3600");
    host.must("docker create --name idle busybox true");
    host.type("docker start box");
    host.wait(0.08);
    const RuledHost::Done done = host.must("docker container prune -f");
    CHECK(host.status("box") == "running");
    CHECK(host.status("idle") == "missing");
    CHECK(done.took > 0.1);
    host.type("docker kill box");
    host.wait(0.03);
    host.must("docker container prune -f");
    CHECK(host.events("box") == "create, start, kill 9, die 137, destroy");
}

TEST_CASE("rules of removing: each prune ends with an event of its own") {
    RuledHost host;
    host.must("docker system prune -af --volumes");
    const std::string events = host.must("docker events --since 0 --until 0s").out;
    for (const std::string object : {"container", "network", "volume"})
        CHECK(holds(events, " " + object + " prune  (reclaimed=0)\n"));
    CHECK(holds(events, " image prune  (reclaimed="));
    CHECK(host.must("docker events --since 0 --until 0s --filter event=prune --filter type=volume "
                    "--format '{{.Type}} {{.Action}} {{.Actor.Attributes.reclaimed}}'")
              .out == "volume prune 0\n");
}

// handleContainerExit: what waits for the lock meets a container that is being removed.
TEST_CASE("rules of removing: --rm wins against a start that waits for the end") {
    for (const std::string verb : {"start", "kill"}) {
        RuledHost host;
        host.must("docker run -d --rm --name box busybox sh -c 'sleep 1'");
        REQUIRE_FALSE(host.moments("box", "start").empty());
        host.session().run_until(host.session().now() + seconds(5), [](const Session& session) {
            return session.world().container(model::ContainerId{1}).state ==
                   model::ContainerState::Exited;
        });
        const RuledHost::Done done = host.run("docker " + verb + " box");
        CHECK(done.status == 1);
        host.wait(1);
        CHECK(host.status("box") == "missing");
        CHECK(host.events("box") == "create, start, die 0, destroy");
    }
}

TEST_CASE(
    "rules of the engine: a stop removes a container of docker run --rm, after its own event") {
    RuledHost host;
    host.must("docker run -d --rm --name box busybox " + kWithoutHandler);
    host.signal_engine("TERM");
    host.wait(15);
    CHECK(host.engine_is_down());
    CHECK(host.events("box") == "create, start, kill 15, kill 9, die 137, stop, destroy");
}

// A process that SIGSTOP has stopped does nothing; its timers (CLOCK_MONOTONIC) run on.
TEST_CASE("rules of a frozen engine: nothing happens until it is let go, and then what is due") {
    RuledHost host;
    come_into_backoff(host);
    const double died = host.moments("box", "die 3").back();
    host.must("docker run -d --name slow busybox " + kWithoutHandler);
    host.must("docker create --name late busybox sleep 3600");
    host.type("docker stop -t 3 slow");
    host.type("docker start late");
    host.wait(0.1);
    const double frozen = host.now();
    host.signal_engine("STOP");
    host.wait(1);
    host.signal_engine("CONT");
    host.wait(0.05);
    CHECK(host.events("late", frozen) == "start");
    CHECK(host.moments("late", "start").at(0) - frozen == Approx(1).margin(0.2));
    CHECK(host.events("slow", frozen).empty());
    CHECK(host.status("box") == "restarting");  // a short stop does not shorten the back-off
    host.signal_engine("STOP");
    host.wait(4);
    CHECK(host.events("slow", frozen).empty());
    const double goes_on = host.now();
    host.signal_engine("CONT");
    host.wait(0.5);
    CHECK(host.events("slow", frozen) == "kill 9, die 137, stop");
    CHECK(host.moments("slow", "kill 9").at(0) == Approx(goes_on).margin(0.01));
    host.until(died + 7);
    CHECK(host.moments("box", "start").back() - died == Approx(6.61).margin(0.1));
}

TEST_CASE("rules of a frozen engine: an end within the freeze is noticed once") {
    for (const double freeze : {0.004, 0.5}) {
        INFO(freeze);
        RuledHost host;
        host.must("docker run -d --name box --restart always busybox sh -c 'sleep 1; exit 3'");
        host.until(3.9);  // in its third run
        host.session().run_until(Time{} + seconds(10), [](const Session& session) {
            return !session.world().container(model::ContainerId{1}).process_alive;
        });
        const double ended = host.now();
        host.signal_engine("STOP");
        host.wait(freeze);
        CHECK(host.moments("box", "die 3", ended).empty());
        host.signal_engine("CONT");
        host.wait(0.1);
        CHECK(host.moments("box", "die 3", ended).size() == 1);
    }
}

TEST_CASE("rules of a frozen engine: its health checks wait, and keep their time") {
    RuledHost host;
    host.must("docker run -d --name box --health-cmd true --health-interval 2s busybox sleep 3600");
    const double started = host.moments("box", "start").at(0);
    host.until(started + 3.5);
    host.signal_engine("STOP");
    host.wait(0.2);
    host.signal_engine("CONT");
    host.until(started + 5);
    CHECK(host.moments("box", "exec_start").size() == 2);
    CHECK(host.moments("box", "exec_start").at(1) - started == Approx(4.07).margin(0.05));
    host.signal_engine("STOP");
    host.wait(3);
    CHECK(host.moments("box", "exec_start").size() == 2);
    host.signal_engine("CONT");
    host.wait(0.01);
    CHECK(host.moments("box", "exec_start").size() == 3);
}

TEST_CASE(
    "rules of stop: docker restart starts anew when the end comes just before the grace is over") {
    for (const std::string ends : {"9.7", "9.8", "9.85", "9.9", "9.95"}) {
        INFO(ends);
        RuledHost host;
        host.must("docker run -d --name box busybox sh -c \"trap 'sleep " + ends +
                  "; exit 4' TERM; while :; do sleep 0.01; done\"");
        host.wait(1);
        const double asked = host.now();
        host.must("docker restart box");
        CHECK(host.events("box", asked) == "kill 15, die 4, stop, start, restart");
    }
}

// moby UpdateContainer: what is 0 stays, and the limit of memory stays below that of memory and
// swap.
TEST_CASE(
    "rules of updates: memory alone may not go beyond memory and swap, and 0 changes nothing") {
    RuledHost host;
    const std::string beyond =
        "Memory limit should be smaller than already set memoryswap limit, update the memoryswap "
        "at the same time";
    const std::string limits =
        "docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} "
        "{{.HostConfig.NanoCpus}}' ";
    host.must("docker run -d --name free busybox sleep 3600");
    host.must("docker run -d --name tight -m 100m --cpus 1 busybox sleep 3600");
    for (const std::string line : {"docker update -m 300m free", "docker update -m 201m tight"}) {
        INFO(line);
        const RuledHost::Done done = host.run(line);
        CHECK(done.status == 1);
        CHECK(holds(done.error, "Cannot update container "));
        CHECK(holds(done.error, beyond));
    }
    host.must("docker update -m 150m tight");
    CHECK(host.must(limits + "tight").out == "157286400 209715200 1000000000\n");
    host.must("docker update -m 300m --memory-swap 400m tight");
    host.must("docker update --cpus 0 -m 0 tight");
    CHECK(host.must(limits + "tight").out == "314572800 419430400 1000000000\n");
    host.must("docker update -m 300m --memory-swap -1 free");
    CHECK(host.must(limits + "free").out == "314572800 -1 0\n");
}

// moby postContainersKill, ContainerKill.
TEST_CASE(
    "rules of stop: a signal's name is read first, and a number has to be a signal of Linux") {
    RuledHost host;
    host.must("docker run -d --name box busybox sleep 3600");
    CHECK(holds(host.run("docker kill -s FOO nosuch").error, "Invalid signal: FOO"));
    CHECK(holds(host.run("docker kill -s 0 nosuch").error, "Invalid signal: 0"));
    CHECK(holds(host.run("docker kill -s 99 nosuch").error, "No such container: nosuch"));
    CHECK(holds(host.run("docker kill -s 99 box").error,
                "Cannot kill container: box: The linux daemon does not support signal 99"));
    CHECK(host.status("box") == "running");
}

// runc 1.1: with control groups of version 1 a frozen process takes no signal, not even KILL; only
// what the engine kills is thawed for it.
TEST_CASE(
    "rules of stop: a paused container does not die of the host's kill -9 before it goes on") {
    RuledHost host;
    host.must("docker run -d --name box --restart on-failure busybox sleep 3600");
    host.must("docker pause box");
    host.must("kill -9 $(docker inspect -f '{{.State.Pid}}' box)");
    host.wait(5);
    CHECK(host.status("box") == "paused");
    host.must("docker unpause box");
    host.wait(1);
    CHECK(host.events("box") == "create, start, pause, unpause, die 137, start");
}

// moby validateHealthCheck.
TEST_CASE("rules of health: times below a millisecond are refused") {
    RuledHost host;
    const auto refused = [&host](const std::string& flag) {
        return host.run("docker create --health-cmd true " + flag + " busybox true").error;
    };
    CHECK(holds(refused("--health-interval 500us"),
                "Interval in Healthcheck cannot be less than 1ms"));
    CHECK(
        holds(refused("--health-timeout 999us"), "Timeout in Healthcheck cannot be less than 1ms"));
    CHECK(holds(refused("--health-start-period 1us"),
                "StartPeriod in Healthcheck cannot be less than 1ms"));
    host.must("docker create --health-cmd true --health-interval 1ms busybox true");
}

}  // namespace podium::lab
