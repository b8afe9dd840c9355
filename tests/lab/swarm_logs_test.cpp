// docker service logs, typed.

#include <catch2/catch.hpp>

#include "sim/lab/foreground.hpp"
#include "tests/lab/swarm_terminal.hpp"

namespace podium::lab {

TEST_CASE("swarm logs: docker service logs shows all tasks' lines, of all hosts, with whose they are") {
    SwarmTerminal swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 busybox sh -c 'echo hello; echo oops >&2; sleep 1000'").status == 0);
    swarm.wait(6);
    const auto logs = swarm.run("docker service logs web");
    INFO(logs.out << logs.error);
    CHECK(logs.status == 0);
    CHECK(times(logs.out, "    | hello\n") == 3);
    CHECK(times(logs.error, "    | oops\n") == 3);
    for (const char* host : {"@swarm-larry    | hello", "@swarm-curly    | hello", "@swarm-moe    | hello"}) CHECK(times(logs.out, host) == 1);
    const std::string task = swarm.run("docker service ps -q --no-trunc --filter name=web.2 web").out.substr(0, 25);
    CHECK(times(logs.out, "web.2." + task.substr(0, 12) + "@") == 1);
    CHECK(times(swarm.run("docker service logs --no-trunc web").out, "web.2." + task + "@") == 1);
    CHECK(times(swarm.run("docker service logs --no-task-ids web").out, "web.2@") == 1);
    const auto of_task = swarm.run("docker service logs --raw " + task);
    CHECK(of_task.out == "hello\n");
    CHECK(of_task.error == "oops\n");
    const std::string stamped = swarm.run("docker service logs -t --no-resolve web 2>/dev/null").out;
    CHECK(stamped.starts_with("2026-"));
    CHECK(times(stamped, "@swarm-") == 0);
    CHECK(times(stamped, "Z ") == 3);
    // --details shows what is left when docker's own have been taken out: nothing here.
    CHECK(times(swarm.run("docker service logs --details web").out, "    |  hello\n") == 3);
    CHECK(swarm.run("docker service logs nosuch").error == "no such task or service: nosuch\n");
    CHECK(times(swarm.run("docker service logs web", "swarm-moe").error, "This node is not a swarm manager.") == 1);
}

TEST_CASE("swarm logs: -f goes on until Ctrl-C, over a task's end and its successor's start") {
    SwarmTerminal swarm;
    REQUIRE(swarm.run("docker service create -d --name web busybox sh -c 'i=0; while :; do i=$((i+1)); echo tick $i; sleep 1; done'").status == 0);
    swarm.wait(6);
    swarm.type("docker service logs -f --tail 1 web");
    const auto first = swarm.look(milliseconds(3'500));
    CHECK(first.status == -1);
    CHECK(times(first.out, "| tick ") == 4);
    CHECK(times(first.out, "| tick 1\n") == 0);
    swarm.inject("kill web.1." + swarm.run("docker service ps -q --no-trunc web", "swarm-larry/2").out.substr(0, 25) + " ");
    const auto second = swarm.look(seconds(12));
    INFO(second.out << second.error);
    CHECK(times(second.out, "| tick 1\n") == 1);
    CHECK(never_ends(swarm.session().state(), *swarm.session().terminal("swarm-larry")));
    // A copy in the middle of it goes on alike.
    Session fork = swarm.session().fork();
    fork.take_shown();
    fork.run_until(fork.now() + seconds(5));
    std::string of_fork;
    for (const Shown& shown : fork.take_shown()) of_fork += shown.terminal == "swarm-larry" ? shown.text : std::string();
    CHECK(swarm.look(seconds(5)).out == of_fork);
    CHECK(swarm.session().fingerprint() == fork.fingerprint());
    swarm.interrupt();
    CHECK(swarm.look(seconds(2)).status == 130);
    swarm.wait(3);
    CHECK(swarm.session().state().swarm.state().logs.empty());
}

TEST_CASE("swarm logs: what an unreachable node would have to add is named, and the status is 1") {
    SwarmTerminal swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 busybox sh -c 'echo hello; sleep 1000'").status == 0);
    swarm.wait(6);
    swarm.inject("power-loss swarm-moe");
    swarm.wait(25);
    const std::string node = swarm.run("docker node inspect -f '{{.ID}}' swarm-moe").out.substr(0, 25);
    const auto logs = swarm.run("docker service logs web");
    INFO(logs.out);
    CHECK(logs.status == 1);
    CHECK(times(logs.out, "| hello") == 3);  // one of them has taken the lost task's place
    CHECK(logs.error == "error from daemon in stream: Error grabbing logs: rpc error: code = Unknown desc = warning: incomplete log stream. some logs could not be retrieved for the following reasons: node " + node +
                            " is not available\n\n");
}

}  // namespace podium::lab
