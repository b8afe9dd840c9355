// docker stop, kill, rm -f and what a process says of its end: signals, times, statuses, events.
// Measured where the recordings have it, else after moby v20.10.24 (containerStop, Kill).

#include <catch2/catch.hpp>

#include "tests/lab/rules_fixture.hpp"

namespace podium::lab {
namespace {

std::string handler(const std::string& what) { return "sh -c \"trap '" + what + "' TERM; while :; do sleep 0.2; done\""; }

}  // namespace

TEST_CASE("rules of stop: signals, grace and exit status") {
    struct Row {
        std::string flags;
        std::string program;
        std::string line;
        const char* events;
        int exit_code;
        double earliest;  // from the first signal to the end of the command, seconds
        double latest;
    };
    const Row rows[] = {
        {"", handler("exit 0"), "docker stop box", "kill 15, die 0, stop", 0, 0.0, 0.4},
        {"", handler("exit 143"), "docker stop box", "kill 15, die 143, stop", 143, 0.0, 0.4},
        {"", handler("sleep 3; exit 7"), "docker stop box", "kill 15, die 7, stop", 7, 3.0, 3.5},
        {"", handler("sleep 15; exit 7"), "docker stop box", "kill 15, kill 9, die 137, stop", 137, 10.0, 10.25},
        {"", handler("sleep 15; exit 7"), "docker stop -t 20 box", "kill 15, die 7, stop", 7, 15.0, 15.5},
        {"", handler("sleep 15; exit 7"), "docker stop -t -1 box", "kill 15, die 7, stop", 7, 15.0, 15.5},
        {"", kWithoutHandler, "docker stop box", "kill 15, kill 9, die 137, stop", 137, 10.0, 10.25},
        {"", kWithoutHandler, "docker stop -t 3 box", "kill 15, kill 9, die 137, stop", 137, 3.0, 3.25},
        {"", kWithoutHandler, "docker stop --time 0 box", "kill 15, kill 9, die 137, stop", 137, 0.0, 0.25},
        {"--stop-timeout 4", kWithoutHandler, "docker stop box", "kill 15, kill 9, die 137, stop", 137, 4.0, 4.25},
        {"--stop-timeout 4", kWithoutHandler, "docker stop -t 1 box", "kill 15, kill 9, die 137, stop", 137, 1.0, 1.25},
        {"--stop-timeout 4", kWithoutHandler, "docker restart box", "kill 15, kill 9, die 137, stop, start, restart", 0, 4.0, 4.7},
        {"--stop-signal SIGKILL", kWithoutHandler, "docker stop box", "kill 9, die 137, stop", 137, 0.0, 0.25},
        {"--stop-signal INT", "sh -c \"trap 'exit 9' INT; while :; do sleep 0.2; done\"", "docker stop box", "kill 2, die 9, stop", 9, 0.0, 0.4},
        {"--stop-signal 10", "sh -c \"trap 'exit 9' USR1; while :; do sleep 0.2; done\"", "docker stop box", "kill 10, die 9, stop", 9, 0.0, 0.4},
        {"--init", "sleep 3600", "docker stop box", "kill 15, die 143, stop", 143, 0.0, 0.25},
        {"--init", "sh -c \"sleep 3600 & wait\"", "docker stop box", "kill 15, die 143, stop", 143, 0.0, 0.25},
        {"", handler("exit 0"), "docker kill box", "kill 9, die 137", 137, 0.0, 0.25},
        {"", handler("exit 0"), "docker kill -s INT box", "kill 2", 0, 0.0, 0.1},
        {"", kWithoutHandler, "docker kill -s TERM box", "kill 15", 0, 0.0, 0.1},
        {"", kWithoutHandler, "docker kill --signal=SIGTERM box", "kill 15", 0, 0.0, 0.1},
        {"", handler("exit 6"), "docker restart box", "kill 15, die 6, stop, start, restart", 0, 0.0, 0.8},
        {"", handler("exit 0"), "docker rm -f box", "kill 9, die 137, destroy", 0, 0.0, 0.25},
    };
    for (const Row& row : rows) {
        INFO(row.flags << " " << row.program << ": " << row.line);
        RuledHost host;
        host.must("docker run -d --name box " + row.flags + " busybox " + row.program);
        host.wait(2);
        const double asked = host.now();
        host.must(row.line);
        const double ended = host.now();
        CHECK(host.events("box", asked) == row.events);
        const double signalled = host.seen("box", asked).at(0).t;
        CHECK(ended - signalled >= row.earliest);
        CHECK(ended - signalled <= row.latest);
        if (host.status("box") == "exited") CHECK(host.look("box").exit_code == row.exit_code);
    }
}

TEST_CASE("rules of stop: `stop` follows `die` once the container is cleaned up") {
    RuledHost host;
    host.must("docker run -d --name box busybox " + handler("exit 0"));
    host.wait(1);
    host.must("docker stop box");
    const double between = host.moments("box", "stop").at(0) - host.moments("box", "die 0").at(0);
    CHECK(between >= 0.03);
    CHECK(between <= 0.17);
    const double until_start = host.moments("box", "start").at(0) - host.moments("box", "create").at(0);
    CHECK(until_start >= 0.14);
    CHECK(until_start <= 0.30);
}

TEST_CASE("rules of stop: own exits") {
    struct Row {
        const char* program;
        int exit_code;
    };
    for (const Row& row : {Row{"sh -c 'exit 137'", 137}, Row{"sh -c 'exit 256'", 0}, Row{"sh -c 'sh -c \"kill -SEGV \\$\\$\"; exit $?'", 139}, Row{"sh -c 'sleep 60 & kill -9 $!; wait $!'", 137}, Row{"false", 1}, Row{"sh -c nosuchcmd", 127}, Row{"sh -c /etc", 126}}) {
        INFO(row.program);
        RuledHost host;
        host.must(std::string("docker run -d --name box busybox ") + row.program);
        host.wait(2);
        CHECK(host.status("box") == "exited");
        CHECK(host.look("box").exit_code == row.exit_code);
        CHECK(host.events("box") == "create, start, die " + std::to_string(row.exit_code));
    }
}

TEST_CASE("rules of stop: a start that fails leaves the container created, with a status") {
    RuledHost host;
    RuledHost::Done done = host.run("docker run -d --name gone busybox nosuchcmd");
    CHECK(done.status == 127);
    CHECK(holds(done.error, "exec: \"nosuchcmd\": executable file not found in $PATH"));
    CHECK(host.status("gone") == "created");
    CHECK(host.look("gone").exit_code == 127);
    done = host.run("docker start gone");
    CHECK(done.status == 1);
    CHECK(host.status("gone") == "created");
    CHECK(host.run("docker run -d --name folder busybox /etc").status == 126);
    host.must("docker run -d --name first -p 8080:80 busybox " + kWithHandler);
    done = host.run("docker run -d --name second -p 8080:80 busybox " + kWithHandler);
    CHECK(done.status == 125);
    CHECK(holds(done.error, "Bind for 0.0.0.0:8080 failed: port is already allocated"));
    CHECK(host.status("second") == "created");
    CHECK(host.look("second").exit_code == 128);
    host.must("docker rm -f first");
    host.must("docker start second");
    CHECK(host.status("second") == "running");
    CHECK(host.look("second").exit_code == 0);
}

TEST_CASE("rules of stop: asked of a container that does not run") {
    RuledHost host;
    host.must("docker create --name made busybox true");
    host.must("docker run --name ended busybox true");
    const double asked = host.now();
    for (const std::string name : {"made", "ended"}) {
        INFO(name);
        CHECK(host.must("docker stop " + name).out == name + "\n");
        RuledHost::Done done = host.run("docker kill " + name);
        CHECK(done.status == 1);
        CHECK(holds(done.error, "is not running"));
        done = host.run("docker pause " + name);
        CHECK(done.status == 1);
        CHECK(holds(done.error, "is not running"));
        done = host.run("docker exec " + name + " true");
        CHECK(done.status == 1);
        CHECK(holds(done.error, "is not running"));
        CHECK(host.events(name, asked) == "");
    }
    RuledHost::Done done = host.run("docker stop made nosuch ended");
    CHECK(done.status == 1);
    CHECK(done.out == "made\nended\n");
    CHECK(holds(done.error, "No such container: nosuch"));
    CHECK(host.must("docker restart ended").status == 0);
    CHECK(host.events("ended", asked).starts_with("start, "));
}

TEST_CASE("rules of stop: a paused container is let go on to hear its end") {
    struct Row {
        const char* line;
        const char* events;
    };
    for (const Row& row : {Row{"docker stop box", "pause, kill 15, unpause, die 0, stop"}, Row{"docker kill box", "pause, kill 9, die 137"}, Row{"docker restart box", "pause, kill 15, unpause, die 0, stop, start, restart"}, Row{"docker rm -f box", "pause, kill 9, die 137, destroy"}}) {
        INFO(row.line);
        RuledHost host;
        host.must("docker run -d --name box --restart always busybox " + kWithHandler);
        host.wait(1);
        const double asked = host.now();
        host.must("docker pause box");
        host.wait(2);
        CHECK(host.status("box") == "paused");
        RuledHost::Done done = host.run("docker start box");
        CHECK(done.status == 1);
        CHECK(holds(done.error, "cannot start a paused container, try unpause instead"));
        done = host.run("docker rm box");
        CHECK(done.status == 1);
        CHECK(holds(done.error, "You cannot remove a paused container"));
        CHECK(holds(done.error, "Unpause and then stop the container before attempting removal or force remove"));
        done = host.run("docker exec box true");
        CHECK(done.status == 1);
        CHECK(holds(done.error, "Container box is paused, unpause the container before exec"));
        // As it was asked for: docker compose exec asks by id.
        const std::string short_id = host.must("docker ps -q -f name=box").out;
        done = host.run("docker exec " + short_id.substr(0, short_id.find('\n')) + " true");
        CHECK(holds(done.error, "Container " + short_id.substr(0, short_id.find('\n')) + " is paused, unpause the container before exec"));
        done = host.run("docker pause box");
        CHECK(done.status == 1);
        CHECK(holds(done.error, "is already paused"));
        host.must(row.line);
        host.wait(5);
        CHECK(host.events("box", asked) == row.events);
    }
}

TEST_CASE("rules of stop: a signal that waits for a paused container acts when it goes on") {
    RuledHost host;
    host.must("docker run -d --name box --stop-signal INT busybox " + kWithHandler);
    host.wait(1);
    host.must("docker pause box");
    host.must("docker kill -s TERM box");  // not the stop signal: it is not unpaused for it
    host.wait(5);
    CHECK(host.status("box") == "paused");
    host.must("docker unpause box");
    host.wait(1);
    CHECK(host.events("box") == "create, start, pause, kill 15, unpause, die 0");
}

TEST_CASE("rules of stop: a handler runs when the shell's foreground child has ended") {
    RuledHost host;
    host.must("docker run -d --name long busybox sh -c \"trap 'exit 4' TERM; sleep 5; sleep 60\"");
    host.must("docker run -d --name waits busybox sh -c \"trap 'exit 4' TERM; sleep 5 & wait; sleep 60\"");
    host.wait(1);
    const double asked = host.now();
    host.must("docker kill -s TERM long waits");
    host.wait(6);
    CHECK(host.moments("long", "die 4").at(0) - asked > 3.5);
    CHECK(host.moments("waits", "die 4").at(0) - asked < 0.3);
}

TEST_CASE("rules of stop: several are stopped one after the other, as docker asks for them") {
    RuledHost host;
    for (const std::string name : {"one", "two"}) host.must("docker run -d --name " + name + " busybox " + kWithoutHandler);
    host.wait(1);
    const RuledHost::Done done = host.must("docker stop -t 2 one two");
    CHECK(done.out == "one\ntwo\n");
    CHECK(done.took == Approx(2.2).margin(0.4));
}

}  // namespace podium::lab
