// podium shell: scripts from a pipe, and a person at a prompt.

#include <poll.h>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

using namespace podium::cli::testing;

TEST_CASE(
    "podium shell: a script is shown line by line with its output, and its status is the last "
    "line's") {
    const Folder folder("script");
    const Outcome run = script(folder, "# a comment\n\necho one\nfalse\n");
    CHECK(run.out == "$ echo one\none\n$ false\n");
    CHECK(run.status == 1);
    CHECK(script(folder, "false\ntrue\n").status == 0);
    CHECK(script(folder, "exit 7\necho not run\n").out == "$ exit 7\n");
    CHECK(script(folder, "exit 7\n").status == 7);
    CHECK(script(folder, "true && exit 3\necho not run\n").status == 3);
    CHECK(script(folder, "nosuchprogram\n").status == 127);
}

TEST_CASE("podium shell: a command may take several lines of a script") {
    const Folder folder("several");
    const Outcome run = script(folder, "for i in 1 2; do\necho $i\ndone\ncat <<E\nx\nE\n");
    CHECK(run.out == "$ for i in 1 2; do\n> echo $i\n> done\n1\n2\n$ cat <<E\n> x\n> E\nx\n");
    CHECK(script(folder, "if true; then\n").status == 2);
}

TEST_CASE("podium shell: what of a project is not simulated is told before its first line, beside the output") {
    const Folder folder("left-out");
    folder.write("compose.yaml",
                 "services:\n  web:\n    image: nginx\n    shm_size: 1m\n    deploy: {placement: {max_replicas_per_node: 1}}\n"
                 "    volumes: [\"./nohtml:/usr/share/nginx/html\"]\n");
    const Outcome run = script(folder, "echo one\n", {"compose.yaml"});
    INFO(run.out << run.error);
    CHECK(run.out == "$ echo one\none\n");
    CHECK(run.status == 0);
    CHECK(says(run.error, "podium: not simulated, and without effect here: shm_size"));
    CHECK(says(run.error, "(podium check compose.yaml lists where)\n"));
    CHECK(says(run.error, "podium: there is no ./nohtml: Docker makes an empty folder there\n"));
    // A stack's tasks are rejected there, and its client does what Compose leaves alone.
    const Outcome stack = script(folder, "echo one\n", {"compose.yaml", "--cluster", "five-managers"});
    INFO(stack.out << stack.error);
    CHECK(says(stack.error, "without effect here: shm_size (podium check compose.yaml lists where)\n"));
    CHECK(!says(stack.error, "there is no ./"));
    CHECK(script(folder, "echo one\n").error.empty());
}

TEST_CASE("podium shell, check: what docker stack deploy acts on is not called without effect where there can be a swarm") {
    const Folder folder("left-to-stack");
    folder.write("compose.yaml",
                 "services:\n  web:\n    image: nginx\n    shm_size: 1m\n    secrets: [pw]\n    ports: [{target: 80, mode: host}]\n"
                 "    deploy: {mode: replicated, placement: {max_replicas_per_node: 1}}\n"
                 "secrets: {pw: {external: true}}\n");
    for (const char* cluster : {"three-host", "five-managers"}) {
        INFO(cluster);
        CHECK(script(folder, "true\n", {"compose.yaml", "--cluster", cluster}).error ==
              "podium: not simulated, and without effect here: shm_size (podium check compose.yaml lists where)\n");
    }
    CHECK(script(folder, "true\n", {"compose.yaml"}).error ==
          "podium: not simulated, and without effect here: shm_size (podium check compose.yaml lists where)\n"
          "podium: for docker stack deploy only, and without effect here: mode, placement (podium check compose.yaml lists where)\n"
          "podium: refused here, as by the real programs: external (podium check compose.yaml lists where)\n");
    CHECK(says(run_podium(folder, {"check"}).out,
               "1 setting is not simulated, 3 settings are for docker stack deploy only, 1 setting is refused by docker compose only"));
}

TEST_CASE("podium shell: what reads the terminal gets the script's next lines, and their end") {
    const Folder folder("reads");
    CHECK(script(folder, "cat\none\ntwo\n").out == "$ cat\none\none\ntwo\ntwo\n");
    CHECK(script(folder, "read x\nhello\necho got $x\n").out ==
          "$ read x\nhello\n$ echo got $x\ngot hello\n");
    const Outcome inner = script(folder,
                                 "docker run -d --name web nginx\nwait 2s\ndocker exec -it web "
                                 "sh\necho inside\nexit 4\ndocker ps -q | wc -l\n");
    INFO(inner.out << inner.error);
    CHECK(says(inner.out,
               "$ docker exec -it web sh\n/ # echo inside\ninside\n/ # exit 4\n$ docker ps -q | wc "
               "-l\n1\n"));
    // A command that reads nothing leaves the next line to the shell.
    const Outcome kill = script(folder,
                                "docker run -d --name web nginx\nwait 2s\ndocker exec -it web sh "
                                "-c 'kill 1; echo x'\necho after\n");
    CHECK(says(kill.out, "x\n$ echo after\nafter\n"));
}

TEST_CASE("podium shell: simulated time passes with commands and wait only") {
    const Folder folder("time");
    const Outcome run =
        script(folder, "at 1m30s\nwait 30s\nat 10s\nhosts\nrewind 90s\nrewind 45s\nrewind 9h\n");
    INFO(run.out << run.error);
    CHECK(says(run.error, "10s has passed; it is 2m00.0"));
    CHECK(says(run.out, "It is 1m30.000s again"));
    CHECK(
        says(run.out,
             "It is 45.000s again, in the middle of: at 1m30s; from here another future begins."));
    CHECK(says(run.error, "s; to go forward: at 9h"));
    CHECK(run.status == 2);
}

TEST_CASE("podium shell: an own word that is used wrongly says how it is used") {
    const Folder folder("shell-words");
    Start start;
    start.input = "wait 30 s\nhosts x\nlift  hang web\ninject freeze host what=engine\nlift hang web\n";
    const Outcome outcome = run_podium(folder, {"shell"}, start);
    INFO(outcome.error);
    CHECK(says(outcome.error, "podium: 'wait 30 s' is not how wait is used; it is: wait DURATION (let simulated time pass, like: wait 30s)\n"));
    CHECK(says(outcome.error, "podium: 'hosts x' is not how hosts is used; it is: hosts (the hosts and their engines)\n"));
    CHECK(says(outcome.error, "podium: no such fault goes on: hang web (none does)\n"));
    CHECK(says(outcome.error, "podium: no such fault goes on: hang web (what does: freeze host what=engine)\n"));
    CHECK(outcome.status == 2);
}

TEST_CASE("podium shell: history is this terminal's, and can be searched") {
    const Folder folder("history");
    const Outcome run =
        script(folder, "echo a\ndocker ps -q\nhistory\nhistory 1\nhistory | grep docker\n");
    INFO(run.out << run.error);
    CHECK(says(run.out,
               "$ history\n    1  echo a\n    2  docker ps -q\n    3  history\n$ history 1\n    4  "
               "history 1\n$ history | grep docker\n    2  docker ps -q\n"));
}

TEST_CASE("podium shell: a command that has an end but too late is interrupted after 25 simulated hours") {
    const Folder folder("endless");
    const Outcome run = script(folder, "sleep 100000\necho next\n");
    CHECK(says(run.out, "next\n"));
    CHECK(says(run.error,
               "'sleep 100000' was still running after 25 simulated hours and was interrupted"));
}

TEST_CASE(
    "podium shell: a command that ignores the interrupt is ended once, and the script goes on") {
    const Folder folder("stubborn");
    const Outcome run = script(folder,
                               "sh -c 'trap : INT TERM; while true; do sleep 1; done'\necho one\n"
                               "docker run --rm node node x.js\necho two\n");
    INFO(run.out << run.error);
    CHECK(says(run.out, "one\n"));
    CHECK(says(run.out, "two\n"));
    CHECK(
        says(run.error,
             "did not end on an interrupt and was killed; limit it, like: timeout -k 5 30 sh -c"));
    CHECK_FALSE(says(run.error, "'echo"));
}

TEST_CASE("podium shell: a host that stands still or goes down takes no script with it") {
    const Folder folder("down");
    const Outcome frozen =
        script(folder, "inject freeze host\ndocker ps\nlift freeze host\ndocker ps -q\n");
    INFO(frozen.out << frozen.error);
    CHECK(frozen.status == 0);
    CHECK(says(frozen.error, "host stands still"));
    const Outcome down =
        script(folder, "inject power-loss host\ndate\nlift power-loss host\nwait 2m\necho up\n");
    INFO(down.out << down.error);
    CHECK(down.status == 0);
    CHECK(says(down.error, "Connection to host closed.\npodium: host is down"));
    CHECK(says(down.out, "$ echo up\nup\n"));
    const Outcome left = script(folder, "inject power-loss host\nexit 3\necho on\n");
    CHECK(left.status == 3);
    CHECK_FALSE(says(left.out, "echo on"));
    const Outcome boots = script(folder, "inject host-reboot host\nwait 3m\necho up\n");
    CHECK(says(boots.out, "$ echo up\nup\n"));
}

TEST_CASE("podium shell: a stop of an engine that stops already, to be started again, stops it") {
    const Folder folder("stop");
    const Outcome run = script(folder,
                               "docker pull -q busybox > /dev/null; docker run -d --name web busybox sleep 1000 > /dev/null; wait 2s\n"
                               "inject engine-stop host\nlift engine-stop host\n"
                               "sudo service docker stop\nsystemctl is-active docker\nat 2m\n");
    INFO(run.out << run.error);
    CHECK(run.status == 0);
    CHECK(run.error == "Warning: Stopping docker.service, but it can still be activated by:\n  docker.socket\n");
    CHECK(says(run.out, "$ systemctl is-active docker\ninactive\n"));
}

TEST_CASE("podium shell: the words of a workshop's terminal do what they do in life") {
    const Folder folder("workshop");
    const Outcome run = script(folder,
                               "docker run -d --name web --restart always nginx\nwait 2s\n"
                               "docker ps --format '{{.Names}}' | sort | head -1\n"
                               "sudo kill -9 $(docker inspect -f '{{.State.Pid}}' web); sleep 1\n"
                               "docker inspect -f '{{.RestartCount}}' web\n"
                               "echo a b | awk '{print $1}' > f; cat f; ls\n"
                               "timeout 2 docker logs -f web > /dev/null; echo $?\n"
                               "sudo service docker restart && docker ps -q | wc -l\n"
                               "docker rm -f $(docker ps -aq) | wc -l\n"
                               "docker sp\n");
    INFO(run.out << run.error);
    CHECK(says(run.out, "head -1\nweb\n"));
    CHECK(says(run.out, "web\n1\n$ echo a b"));
    CHECK(says(run.out, "cat f; ls\na\nf\n"));
    CHECK(says(run.out, "echo $?\n124\n"));
    CHECK(says(run.out, "wc -l\n1\n$ docker sp"));
    CHECK(run.status != 0);
    CHECK(says(run.error, "docker: unknown command: docker sp"));
}

TEST_CASE("podium shell: at a prompt a line is edited, completed, recalled and run") {
    const Folder folder("prompt");
    Screen screen(folder, {"shell", "--speed", "0"}, 100);
    REQUIRE(screen.shows("[0s] root@host:~# "));
    screen.type("echo helo\x1b[Dl\r");
    CHECK(screen.shows("\nhello\n"));
    screen.type("docker ru\t");
    CHECK(screen.shows("docker run "));
    screen.type("-d --name web nginx\r");
    CHECK(screen.shows("root@host:~# "));
    screen.type("docker logs w\t");
    CHECK(screen.shows("docker logs web "));
    screen.type("\x03");
    CHECK(screen.shows("^C"));
    screen.type("\x1b[A");
    CHECK(screen.shows("docker run -d --name web nginx"));
    screen.type("\x03");
    CHECK(screen.shows("root@host:~# "));
    screen.type("wh\t\t");
    CHECK(screen.shows("why"));
    screen.type(
        "\x15"
        "exit 5\r");
    CHECK(screen.ends() == 5);
    CHECK(says(folder.read("state/podium/history"), "docker"));
    CHECK(folder.has("state/podium/last.podium"));
}

TEST_CASE(
    "podium shell: what runs at a prompt is typed to, ended by Ctrl-D and interrupted by Ctrl-C") {
    const Folder folder("typing");
    Screen screen(folder, {"shell"}, 100);
    REQUIRE(screen.shows("root@host:~# "));
    screen.type("cat\r");
    CHECK(screen.shows("cat\n"));
    screen.type("hello\n");
    CHECK(screen.shows("hello\nhello\n"));
    screen.type("\x04");
    CHECK(screen.shows("root@host:~# "));
    screen.type("sleep 1000\r");
    CHECK(screen.shows("sleep 1000\n"));
    Screen::look();
    screen.type("\x03");
    CHECK(screen.shows("^C"));
    CHECK(screen.shows("root@host:~# "));
    screen.type("echo $?\r");
    CHECK(screen.shows("\n130\n"));
    screen.type("docker run -it --rm busybox sh\r");
    CHECK(screen.shows("/ # "));
    screen.type("echo $((6*7))\n");
    CHECK(screen.shows("\n42\n"));
    CHECK(screen.shows("/ # "));
    screen.type("sleep 1000\n");
    CHECK(screen.shows("sleep 1000\n"));
    Screen::look();
    screen.type("\x03");
    CHECK(screen.shows("/ # "));
    screen.type("\x04");
    CHECK(screen.shows("root@host:~# "));
    screen.type("\x04");
    CHECK(screen.ends() != -1);
}

TEST_CASE(
    "podium shell: time passes while one types, and what the background says appears above the "
    "line") {
    const Folder folder("background");
    Screen screen(folder, {"shell", "--speed", "20x"}, 100);
    REQUIRE(screen.shows("root@host:~# "));
    screen.type("(sleep 10; echo from behind) &\r");
    CHECK(screen.shows("root@host:~# "));
    screen.type("echo typ");
    CHECK(screen.shows("from behind\n"));
    screen.type("ed\r");
    CHECK(screen.shows("\ntyped\n"));
    CHECK(screen.shows("root@host:~# "));  // what is typed before it belongs to what runs
    screen.type("\x04");
    CHECK(screen.ends() == 0);
}

TEST_CASE("podium shell: the third Ctrl-C ends a docker client whose container ignores it") {
    const Folder folder("thrice");
    Screen screen(folder, {"shell"});
    REQUIRE(screen.shows("host:~# "));
    screen.type(
        "docker run --rm busybox sh -c 'trap : INT; echo ready; while true; do sleep 1; done'\r");
    REQUIRE(screen.shows("\nready\n"));
    for (int i = 0; i < 3; ++i) {
        Screen::look();
        screen.type("\x03");
    }
    CHECK(screen.shows("got 3 SIGTERM/SIGINTs, forcefully exiting\n"));
    REQUIRE(screen.shows("host:~# "));
    screen.type("echo status $?\r");
    CHECK(screen.shows("\nstatus 1\n"));
    screen.type("exit\r");
    CHECK(screen.ends() == 0);
}

TEST_CASE("podium shell: Ctrl-\\ is ignored at the prompt and quits what runs") {
    const Folder folder("quit");
    Screen screen(folder, {"shell"});
    REQUIRE(screen.shows("host:~# "));
    screen.type("\x1c");
    Screen::look();
    screen.type("sleep 1000; echo status $?\r");
    REQUIRE(screen.shows("sleep 1000"));
    Screen::look();
    Screen::look();
    screen.type("\x1c");
    CHECK(screen.shows("\nstatus 131\n"));
    REQUIRE(screen.shows("host:~# "));
    screen.type("exit\r");
    CHECK(screen.ends() == 0);
}

TEST_CASE("podium shell: an arrow key ends a search for an earlier line, and moves in it") {
    const Folder folder("search");
    Screen screen(folder, {"shell"});
    REQUIRE(screen.shows("host:~# "));
    screen.type("echo first\r");
    REQUIRE(screen.shows("\nfirst\n"));
    REQUIRE(screen.shows("host:~# "));
    screen.type(
        "\x12"
        "fir");
    Screen::look();
    poll(nullptr, 0, 1500);  // the prompt's time goes on meanwhile
    screen.type("\x1b[C");   // right
    Screen::look();
    screen.type("\x05 again\r");
    CHECK(screen.shows("\nfirst again\n"));
    screen.type("exit\r");
    CHECK(screen.ends() == 0);
}
