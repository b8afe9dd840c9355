// Restart policies on one host: what is a crash and what is a stop by hand, what a container in back-off
// can be asked, and what the counters do. Measured where the recordings have it, else after moby
// v20.10.24 (restartmanager, handleContainerExit, killWithSignal).

#include <catch2/catch.hpp>

#include "tests/lab/rules_fixture.hpp"

namespace podium::lab {
namespace {

const std::vector<std::string> kPolicies = {"no", "always", "unless-stopped", "on-failure", "on-failure:3"};

bool restarts_on(const std::string& policy, int exit_code) {
    if (policy == "no") return false;
    return !policy.starts_with("on-failure") || exit_code != 0;
}

std::string run_d(const std::string& policy, const std::string& program, const std::string& flags = "") { return "docker run -d --name box --restart " + policy + " " + flags + " busybox " + program; }

// Lets a container that crashes at once come into its back-off of 6.4 s.
void into_backoff(RuledHost& host, const std::string& policy = "always") {
    host.must(run_d(policy, "sh -c 'exit 1'"));
    host.until(9);
    REQUIRE(host.status("box") == "restarting");
    REQUIRE(host.look("box").restart_count == 7);
}

}  // namespace

TEST_CASE("rules of restarts: any signal by docker kill is a stop by hand, for every policy") {
    for (const std::string& policy : kPolicies) {
        INFO(policy);
        RuledHost host;
        host.must(run_d(policy, "sh -c 'sleep 6; exit 1'"));
        host.wait(1);
        host.must("docker kill -s HUP box");
        host.wait(1);
        CHECK(host.status("box") == "running");  // PID 1 has no handler for it
        host.wait(20);
        CHECK(host.events("box") == "create, start, kill 1, die 1");
        CHECK(host.status("box") == "exited");
        CHECK(host.look("box").exit_code == 1);
    }
}

TEST_CASE("rules of restarts: the same signal from inside or from the host is none") {
    for (const std::string& policy : kPolicies) {
        for (const std::string way : {"docker exec box sh -c 'kill -HUP 1'", "kill -HUP $(docker inspect -f '{{.State.Pid}}' box)"}) {
            INFO(policy << ": " << way);
            RuledHost host;
            host.must(run_d(policy, "sh -c 'sleep 6; exit 1'"));
            host.wait(1);
            host.must(way);
            host.until(9);
            CHECK(host.events("box") == (policy == "no" ? "create, start, die 1" : "create, start, die 1, start"));
        }
    }
}

// killWithSignal: with a stop signal of its own only that signal and KILL cancel the policy, but any
// counts as a stop by hand, which unless-stopped asks for.
TEST_CASE("rules of restarts: with a configured stop signal another one stops by hand, but cancels nothing") {
    for (const std::string& policy : kPolicies) {
        INFO(policy);
        RuledHost host;
        host.must(run_d(policy, "sh -c 'sleep 6; exit 1'", "--stop-signal INT"));
        host.wait(1);
        host.must("docker kill -s HUP box");
        host.until(9);
        CHECK(host.status("box") == (policy == "no" || policy == "unless-stopped" ? "exited" : "running"));
    }
}

TEST_CASE("rules of restarts: kill 1 in a container asks PID 1, which hears what it has a handler for") {
    struct Row {
        const char* program;
        const char* flags;
        const char* signal;
        int exit_code;  // -1: nothing happens
    };
    const Row rows[] = {
        {"sh -c \"trap 'exit 0' TERM; while :; do sleep 0.2; done\"", "", "", 0},
        {"sh -c \"trap 'exit 143' TERM; while :; do sleep 0.2; done\"", "", "", 143},
        {"sh -c \"trap 'exit 7' INT; while :; do sleep 0.2; done\"", "", "-INT", 7},
        {"sh -c \"trap 'exit 7' INT; while :; do sleep 0.2; done\"", "", "", -1},
        {"sh -c \"sleep 3600 & wait\"", "", "", -1},
        {"sh -c \"sleep 3600 & wait\"", "", "-9", -1},
        {"sleep 3600", "--init", "", 143},
        {"sleep 3600", "--init", "-9", -1},
    };
    for (const std::string& policy : kPolicies) {
        for (const Row& row : rows) {
            INFO(policy << ": " << row.program << " " << row.flags << ", kill " << row.signal);
            RuledHost host;
            host.must(run_d(policy, row.program, row.flags));
            host.wait(2);
            CHECK(host.run(std::string("docker exec box sh -c 'kill ") + row.signal + " 1'").status == 0);
            host.wait(2);
            if (row.exit_code < 0) {
                CHECK(host.events("box") == "create, start");
                CHECK(host.status("box") == "running");
                continue;
            }
            const std::string died = "create, start, die " + std::to_string(row.exit_code);
            const bool restarts = restarts_on(policy, row.exit_code);
            CHECK(host.events("box") == died + (restarts ? ", start" : ""));
            CHECK(host.look("box").restart_count == (restarts ? 1 : 0));
        }
    }
}

TEST_CASE("rules of restarts: kill -9 of its process on the host is a crash with status 137") {
    for (const std::string& policy : kPolicies) {
        INFO(policy);
        RuledHost host;
        host.must(run_d(policy, kWithHandler));
        host.wait(2);
        host.must("kill -9 $(docker inspect -f '{{.State.Pid}}' box)");
        host.wait(2);
        CHECK(host.events("box") == (policy == "no" ? "create, start, die 137" : "create, start, die 137, start"));
        if (policy == "no") CHECK(host.look("box").exit_code == 137);
        if (policy != "no") CHECK(host.backoffs("box") == std::vector<double>{0.1});
    }
}

TEST_CASE("rules of restarts: running out of memory is a failure like others, over and over") {
    for (const std::string& policy : kPolicies) {
        INFO(policy);
        RuledHost host;
        host.must(run_d(policy, "sh -c \"sleep 2; exec dd if=/dev/zero of=/dev/null bs=64M count=1\"", "-m 16m --memory-swap 16m"));
        host.until(30);
        const std::string once = "oom, die 137";
        if (policy == "no") {
            CHECK(host.events("box") == "create, start, " + once);
            CHECK(host.status("box") == "exited");
            CHECK(host.look("box").exit_code == 137);
            CHECK(host.look("box").oom_killed);
            continue;
        }
        CHECK(host.events("box").starts_with("create, start, " + once + ", start, " + once + ", start, " + once + ", start, " + once));
        if (policy == "on-failure:3") {
            CHECK(host.moments("box", "oom").size() == 4);
            CHECK(host.status("box") == "exited");
            CHECK(host.look("box").restart_count == 3);
            CHECK(host.look("box").oom_killed);
        } else {
            CHECK(host.moments("box", "oom").size() >= 6);
        }
        const std::vector<double> delays = host.backoffs("box");
        CHECK(std::vector<double>(delays.begin(), delays.begin() + 3) == std::vector<double>{0.1, 0.2, 0.4});
    }
}

TEST_CASE("rules of restarts: on-failure:3 counts runs of any length, which the delay forgets") {
    RuledHost host;
    host.must(run_d("on-failure:3", "sh -c 'sleep 12; exit 1'"));
    host.until(100);
    CHECK(host.events("box") == "create, start, die 1, start, die 1, start, die 1, start, die 1");
    CHECK(host.backoffs("box") == std::vector<double>{0.1, 0.1, 0.1});
    CHECK(host.status("box") == "exited");
    CHECK(host.look("box").exit_code == 1);
    CHECK(host.look("box").restart_count == 3);
    // A start by hand begins the count anew.
    host.must("docker start box");
    CHECK(host.look("box").restart_count == 0);
    host.wait(100);
    CHECK(host.look("box").restart_count == 3);
    CHECK(host.status("box") == "exited");
}

TEST_CASE("rules of restarts: the delay doubles to a minute, a run under ten seconds does not end that") {
    RuledHost host;
    host.must(run_d("always", "sh -c 'exit 1'"));
    host.until(420);
    CHECK(host.backoffs("box") == std::vector<double>{0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60, 60, 60, 60, 60});
    const std::vector<RuledHost::Seen> seen = host.seen("box");
    for (std::size_t i = 2; i + 1 < seen.size(); i += 2) {
        INFO(seen[i].what << " at " << seen[i].t);
        const double beyond = seen[i + 1].t - seen[i].t - seen[i].backoff;
        CHECK(beyond > 0.13);
        CHECK(beyond < 0.3);
    }
    host.must("docker rm -f box");
    const double begun = host.now();
    host.must(run_d("always", "sh -c 'n=$(cat /n 2>/dev/null || echo 0); n=$((n+1)); echo $n >/n; [ $n -le 3 ] && exit 1; [ $n -eq 5 ] && sleep 1; sleep 9; exit 1'"));
    host.wait(60);
    const std::vector<double> delays = host.backoffs("box", begun);
    REQUIRE(delays.size() >= 6);
    CHECK(std::vector<double>(delays.begin(), delays.begin() + 6) == std::vector<double>{0.1, 0.2, 0.4, 0.8, 0.1, 0.2});
}

TEST_CASE("rules of restarts: in back-off a container is running and restarting, with its last status") {
    RuledHost host;
    into_backoff(host);
    CHECK(host.must("docker inspect -f '{{.State.Status}} {{.State.Running}} {{.State.Restarting}} {{.State.ExitCode}} {{.State.Pid}}' box").out == "restarting true true 1 0\n");
    CHECK(holds(host.must("docker ps").out, "Restarting (1) "));
    CHECK(host.must("docker ps -q --filter status=restarting").out.size() == 13);
    CHECK(host.must("docker ps -q --filter status=running").out.empty());
}

TEST_CASE("rules of restarts: stop and kill in back-off end it at once, and say nothing of a kill") {
    for (const std::string verb : {"stop", "kill", "kill -s TERM"}) {
        INFO(verb);
        RuledHost host;
        into_backoff(host);
        const double asked = host.now();
        const RuledHost::Done done = host.must("docker " + verb + " box");
        CHECK(done.out == "box\n");
        CHECK(done.took < 0.2);
        CHECK(host.events("box", asked) == (verb == "stop" ? "stop" : ""));
        CHECK(host.status("box") == "exited");
        CHECK(host.look("box").exit_code == 1);
        CHECK(host.look("box").restart_count == 7);
        host.wait(60);
        CHECK(host.status("box") == "exited");
        host.must("docker start box");  // and a start by hand begins anew
        host.wait(1);
        CHECK(host.look("box").restart_count >= 1);
        CHECK(host.backoffs("box", asked).at(0) == 0.1);
    }
}

TEST_CASE("rules of restarts: docker start in back-off changes nothing, docker restart starts at once and anew") {
    RuledHost host;
    into_backoff(host);
    const double asked = host.now();
    CHECK(host.must("docker start box").out == "box\n");
    CHECK(host.status("box") == "restarting");
    host.until(20);
    CHECK(host.moments("box", "start", asked).at(0) > 13.0);
    CHECK(host.look("box").restart_count == 8);
    REQUIRE(host.status("box") == "restarting");
    const double restarted = host.now();
    const RuledHost::Done done = host.must("docker restart box");
    CHECK(done.took < 0.6);
    CHECK(host.events("box", restarted).starts_with("stop, start, restart"));
    host.wait(1.5);
    CHECK(host.backoffs("box", restarted).at(0) == 0.1);
    CHECK(host.look("box").restart_count <= 4);  // of this second and a half
}

TEST_CASE("rules of restarts: what else a container in back-off refuses and takes") {
    RuledHost host;
    into_backoff(host);
    const std::string id = host.must("docker inspect -f '{{.Id}}' box").out.substr(0, 64);
    const std::string refused = "Container " + id + " is restarting, wait until the container is running";
    RuledHost::Done done = host.run("docker rm box");
    CHECK(done.status == 1);
    CHECK(holds(done.error, "You cannot remove a restarting container " + id + ". Stop the container before attempting removal or force remove"));
    for (const std::string verb : {"docker pause box", "docker exec box true"}) {
        INFO(verb);
        done = host.run(verb);
        CHECK(done.status == 1);
        CHECK(holds(done.error, refused));
    }
    done = host.run("docker unpause box");
    CHECK(done.status == 1);
    CHECK(holds(done.error, "is not paused"));
    host.must("docker rename box other");
    CHECK(host.status("other") == "restarting");
    host.wait(0.1);
    const double asked = host.now();
    host.must("docker rm -f other");
    CHECK(host.events("other", asked) == "destroy");
    CHECK(host.status("other") == "missing");
    host.wait(30);
    CHECK(host.events("other", asked) == "destroy");
}

TEST_CASE("rules of restarts: docker update changes what the next end brings, not a pending restart") {
    RuledHost host;
    into_backoff(host);
    const double asked = host.now();
    host.must("docker update --restart no box");
    host.wait(60);
    CHECK(host.events("box", asked) == "update, start, die 1");
    CHECK(host.status("box") == "exited");

    RuledHost other;
    into_backoff(other);
    other.must("docker update --restart on-failure:3 box");  // seven restarts are more than three
    other.wait(60);
    CHECK(other.status("box") == "exited");
    CHECK(other.look("box").restart_count == 7);

    RuledHost third;
    third.must(run_d("no", "sh -c 'sleep 3; exit 1'"));
    third.must("docker update --restart always box");
    third.until(10);
    CHECK(third.look("box").restart_count >= 2);
    third.must("docker update --restart no box");
    third.must("docker stop box");
    third.must("docker update --restart always box");
    third.wait(30);
    CHECK(third.status("box") == "exited");  // an update starts nothing
}

TEST_CASE("rules of restarts: docker restart keeps no count and takes its own time") {
    RuledHost host;
    host.must(run_d("always", "sh -c 'sleep 2; exit 1'"));
    host.until(8);
    REQUIRE(host.look("box").restart_count >= 2);
    REQUIRE(host.until_status("box", "running"));
    host.wait(0.5);
    const double asked = host.now();
    host.must("docker restart -t 0 box");
    CHECK(host.events("box", asked) == "kill 15, kill 9, die 137, stop, start, restart");
    CHECK(host.look("box").restart_count == 0);
    host.wait(5);
    CHECK(host.backoffs("box", asked).at(0) == 0.1);
}

TEST_CASE("rules of restarts: what stop or kill ended stays down under every policy") {
    struct Row {
        const char* line;
        int exit_code;
    };
    for (const std::string& policy : kPolicies) {
        for (const Row& row : {Row{"docker stop box", 0}, Row{"docker kill box", 137}, Row{"docker kill -s TERM box", 0}, Row{"docker stop -t 1 box", 0}}) {
            INFO(policy << ": " << row.line);
            RuledHost host;
            host.must(run_d(policy, kWithHandler));
            host.wait(2);
            host.must(row.line);
            host.wait(20);
            CHECK(host.status("box") == "exited");
            CHECK(host.look("box").exit_code == row.exit_code);
            CHECK(host.moments("box", "start").size() == 1);
        }
    }
}

TEST_CASE("rules of restarts: a start that fails is not tried again, and the container stays created") {
    for (const std::string& policy : kPolicies) {
        INFO(policy);
        RuledHost host;
        const RuledHost::Done done = host.run(run_d(policy, "nosuchcmd"));
        CHECK(done.status == 127);
        host.wait(30);
        CHECK(host.events("box") == "create");
        CHECK(host.status("box") == "created");
        CHECK(host.look("box").exit_code == 127);
    }
}

TEST_CASE("rules of restarts: a shell's missing command is a run that ends with 127, under its policy") {
    for (const std::string& policy : kPolicies) {
        INFO(policy);
        RuledHost host;
        host.must(run_d(policy, "sh -c nosuchcmd"));
        host.wait(1);
        CHECK(host.events("box").starts_with(policy == "no" ? "create, start, die 127" : "create, start, die 127, start, die 127"));
    }
}

TEST_CASE("rules of restarts: --rm and a policy exclude each other") {
    RuledHost host;
    for (const std::string policy : {"always", "unless-stopped", "on-failure:3"}) {
        const RuledHost::Done done = host.run("docker run -d --rm --restart " + policy + " busybox true");
        CHECK(done.status == 125);
        CHECK(holds(done.error, "conflicting options: cannot specify both --restart and --rm"));
    }
    CHECK(host.run("docker run --rm --restart no busybox true").status == 0);
}

}  // namespace podium::lab
