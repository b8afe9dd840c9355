// podium shell: what a new user types on the first day, as a script from a pipe.

#include <csignal>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

using namespace podium::cli::testing;

TEST_CASE("podium shell: the line after a kill is run at once") {
    const Folder folder("kill");
    for (const char* kill : {"kill %1", "kill $!", "kill -9 $!", "kill -INT $!; kill $!"}) {
        const Outcome run = script(
            folder, std::string("sleep 100 &\n") + kill + "\necho hi\ndocker ps -q\nhosts\n");
        INFO(kill << "\n" << run.out << run.error);
        CHECK(says(run.out, "$ echo hi\nhi\n$ docker ps -q\n"));
        CHECK_FALSE(says(run.error, "was still running"));
    }
    const Outcome events = script(folder, "docker-compose events &\nkill %1\necho hi\n");
    CHECK(says(events.out, "hi\n"));
    CHECK_FALSE(says(events.error, "was still running"));
}

TEST_CASE("podium shell: endless devices take simulated time") {
    const Folder folder("devices");
    const Outcome timed = script(folder,
                                 "timeout 2 cat /dev/zero > /dev/null; echo $?\n"
                                 "timeout 1 wc -c /dev/zero; echo $?\n"
                                 "timeout 1 yes > /dev/null; echo $?\n"
                                 "timeout 1 tail -c 3 /dev/urandom | wc -c\n"
                                 "yes | head -n 100000 | wc -l\n"
                                 "head -c 3000000 /dev/zero | tail -c 5 | wc -c\n");
    INFO(timed.out << timed.error);
    CHECK(says(timed.out, "> /dev/null; echo $?\n124\n"));
    CHECK(says(timed.out, "/dev/zero; echo $?\n124\n"));
    CHECK(says(timed.out, "yes > /dev/null; echo $?\n124\n"));
    CHECK(says(timed.out, "/dev/urandom | wc -c\n0\n"));
    CHECK(says(timed.out, "wc -l\n100000\n"));
    CHECK(says(timed.out, "tail -c 5 | wc -c\n5\n"));
    for (const std::string line : {"cat /dev/zero > /dev/null",
                                   "wc -c /dev/zero",
                                   "yes > /dev/null",
                                   "tail -c 3 /dev/urandom | wc -c"}) {
        const Outcome run = script(folder, line + "\necho after\n");
        INFO(line << run.error);
        CHECK(says(run.out, "$ echo after\nafter\n"));
        CHECK(says(run.error, "'" + line + "' was still running after 10 simulated minutes"));
    }
}

TEST_CASE("podium shell: a server in the foreground is followed as its log is, and a job is waited for") {
    const Folder folder("foreground");
    const Outcome run = script(folder,
                               "docker run --name web nginx > /dev/null\n"
                               "date\n"
                               "docker start web > /dev/null; docker attach web\n"
                               "docker stop web > /dev/null; docker start -a web > /dev/null\n"
                               "docker run --rm busybox sh -c 'sleep 1200; echo slept'\n"
                               "docker run --rm busybox sh -c 'for i in 1 2 3; do sleep 600; done; echo looped'\n");
    INFO(run.out << run.error);
    const std::string minutes = " was still running after 10 simulated minutes, without an end in sight, and was interrupted";
    CHECK(says(run.error, "'docker run --name web nginx > /dev/null'" + minutes));
    CHECK(says(run.error, "docker attach web'" + minutes));
    CHECK(says(run.error, "docker start -a web > /dev/null'" + minutes));
    CHECK(says(run.out, " 09:10:"));
    CHECK(says(run.out, "\nslept\n"));
    CHECK(says(run.out, "\nlooped\n"));
    CHECK_FALSE(says(run.error, "'docker run --rm"));
}

TEST_CASE("podium shell: what takes memory without end is ended by its container's limit") {
    const Folder folder("memory");
    for (const std::string command : {"tail /dev/zero", "grep x /dev/zero", "sort /dev/urandom", "x=a; while true; do x=$x$x; done", "x=$(yes)"}) {
        const Outcome run = script(folder,
                                   "docker run --name oom -m 20m alpine sh -c '" + command +
                                       "'; echo status $?\n"
                                       "docker inspect -f '{{.State.OOMKilled}}' oom\n");
        INFO(command << "\n" << run.out << run.error);
        CHECK(says(run.out, "status 137\n"));
        CHECK(says(run.out, "oom\ntrue\n"));
    }
    const Outcome host = script(folder, "tail /dev/zero; echo status $?\n");
    CHECK(says(host.out, "status 137\n"));
}

TEST_CASE("podium shell: a signal to end is obeyed in the middle of a long computation") {
    const Folder folder("term");
    Start start;
    start.input = "echo begun\nwhile true; do docker ps > /dev/null; sleep 1; done\n";
    start.interrupt_after_milliseconds = 300;
    start.interrupt_by = SIGTERM;
    const Outcome run = run_podium(folder, {"shell"}, start);
    CHECK(run.status == 130);  // as the line that was interrupted for it
}

TEST_CASE("podium shell: Podium's own words stand anywhere in a line") {
    const Folder folder("words");
    const Outcome run = script(folder,
                               "docker run -d --name web nginx > /dev/null; wait 5s\n"
                               "docker ps --format '{{.Status}}'\n"
                               "sleep 1; wait 2s && echo waited\n"
                               "inject kill web; echo status $?\n"
                               "why web | head -1 | wc -l; hosts | grep -c running\n"
                               "for i in 1 2; do wait 30s; done; at 5m; echo $SECONDS\n"
                               "inject nonsense web || echo refused\n"
                               "sleep 3 & wait; echo own $?\n"
                               "rewind 1s; echo $?\n"
                               "history | grep -c docker\n");
    INFO(run.out << run.error);
    CHECK(says(run.out, "Up 5 seconds\n"));
    CHECK(says(run.out, "echo waited\nwaited\n"));
    CHECK(says(run.out, "status 0\n"));
    CHECK(says(run.out, "grep -c running\n1\n1\n"));
    CHECK(says(run.out, "echo $SECONDS\n300\n"));
    CHECK(says(run.out, "refused\n"));
    CHECK(says(run.out, "own 0\n"));
    CHECK(says(run.error, "rewind stands alone on its line"));
    CHECK(says(run.out, "grep -c docker\n3\n"));
}

TEST_CASE("podium shell: lines after a remote shell or command go back to the outer shell") {
    const Folder folder("ssh");
    const Outcome command = script(folder, "ssh host hostname\necho after\n");
    INFO(command.out << command.error);
    CHECK(says(command.out, "$ ssh host hostname\nhost\n$ echo after\nafter\n"));
    const Outcome session = script(folder, "ssh host\necho inside\nexit 3\necho outside $?\n");
    INFO(session.out << session.error);
    CHECK(says(session.out, "inside\n"));
    CHECK(says(session.out, "$ echo outside $?\noutside 3\n"));
    const Outcome exec = script(folder,
                                "docker run -d --name web nginx > /dev/null; wait 2s\n"
                                "printf 'services: {web: {image: nginx}}' > docker-compose.yml\n"
                                "docker-compose up -d\nwait 2s\n"
                                "docker-compose exec web sh -c 'echo hi; exit 2'; echo $?\n"
                                "echo next\n"
                                "docker-compose run --rm web sh -c 'echo hi; exit 4'; echo $?\n"
                                "echo last\n");
    INFO(exec.out << exec.error);
    CHECK(says(exec.out, "2\n$ echo next\nnext\n"));
    CHECK(says(exec.out, "4\n$ echo last\nlast\n"));
}

TEST_CASE("podium shell: what follows without end is given up soon, what has an end is not") {
    const Folder folder("limits");
    const Outcome run = script(folder,
                               "docker run -d --name web nginx > /dev/null; wait 2s\n"
                               "docker logs -f web > /dev/null\n"
                               "watch -n 1 docker ps\n"
                               "sleep 3600; echo slept\n"
                               "wait 24h\n"
                               "docker run -d --name job busybox sleep 3600 > /dev/null\n"
                               "docker wait job\n"
                               "yes\n"
                               "echo end\n");
    INFO(run.error);
    CHECK(says(
        run.error,
        "'docker logs -f web > /dev/null' was still running after 10 simulated minutes, without an "
        "end in sight, and was interrupted; limit it, like: timeout 30 docker logs -f web"));
    CHECK(says(run.error, "'watch -n 1 docker ps' "));
    CHECK(says(run.error, "'yes' had printed more than 10000 lines and was interrupted"));
    CHECK(says(run.out, "slept\n"));
    CHECK_FALSE(says(run.error, "'wait 24h'"));
    CHECK(says(run.out, "$ docker wait job\n0\n"));
    CHECK(says(run.out, "$ echo end\nend\n"));
}

TEST_CASE("podium shell: time is a word of bash, in its format") {
    const Folder folder("time");
    const Outcome run = script(folder, "time sleep 61.5\ntime -p sleep 2 | cat\n! time false; echo $?\ntype time\n");
    INFO(run.out << run.error);
    CHECK(says(run.error, "\nreal\t1m1.50"));
    CHECK(says(run.error, "s\nuser\t0m0.0"));
    CHECK(says(run.error, "s\nsys\t0m0.000s\n"));
    CHECK(says(run.error, "real 2.00\nuser 0.00\nsys 0.00\n"));
    CHECK(says(run.out, "echo $?\n0\n"));
    CHECK(says(run.out, "time is a shell keyword\n"));
}

TEST_CASE("podium shell: a program that is there in life and not modelled is not called missing") {
    const Folder folder("refused");
    const Outcome run = script(folder,
                               "git clone x\ngcc x\njournalctl -u docker\nmount\nshopt -s x\n"
                               "docker run --rm alpine sh -c 'nproc; printenv HOME; mount'\n"
                               "docker run --rm debian sh -c 'nproc; printenv HOME; mount'\n");
    INFO(run.out << run.error);
    for (const char* name : {"git", "gcc", "mount"})
        CHECK(
            says(run.error, std::string("bash: ") + name + ": Podium does not model this program"));
    CHECK(says(run.error, "journalctl: Podium does not model this program; docker logs shows what a container has written"));
    CHECK(says(run.error, "shopt: Podium's shell does not model this builtin"));
    CHECK(says(run.out, "4\n/root\n"));
    CHECK(says(run.error, "mount: Podium does not model this program"));
}

TEST_CASE("podium shell: one kernel and one system everywhere") {
    const Folder folder("kernel");
    const Outcome run =
        script(folder,
               "uname -r\ndocker info -f '{{.KernelVersion}}'\n"
               "docker run --rm alpine sh -c 'uname -r; grep ^ID /etc/os-release; ls -ld /tmp'\n"
               "docker run --rm nginx sh -c 'grep ^ID /etc/os-release; ls -ld /tmp'\n"
               "docker run --rm busybox cat /etc/os-release\n"
               "grep ^ID /etc/os-release\n");
    INFO(run.out << run.error);
    CHECK(says(run.out, "$ uname -r\n6.1.0-13-amd64\n"));
    CHECK(says(run.out, "KernelVersion}}'\n6.1.0-13-amd64\n"));
    CHECK(says(run.out, "6.1.0-13-amd64\nID=alpine\ndrwxrwxrwt "));
    CHECK(says(run.out, "ID=debian\ndrwxrwxrwt "));
    CHECK(says(run.out, "$ grep ^ID /etc/os-release\nID=debian\n"));
    CHECK(says(run.error, "cat: can't open '/etc/os-release': No such file or directory"));
}

TEST_CASE("podium shell: the network's tools speak as the real ones of their system") {
    const Folder folder("network");
    const Outcome run = script(folder,
                               "docker run -d --name web -p 8080:80 nginx > /dev/null; wait 2s\n"
                               "netstat -tlnp | grep tcp6\n"
                               "docker run --network none --rm busybox ping -c1 8.8.8.8; echo $?\n"
                               "ping -c 1 10.99.99.99\n"
                               "docker run --rm alpine sh -c 'ifconfig eth0; ip a'\n");
    INFO(run.out << run.error);
    CHECK(says(run.out,
               "tcp6       0      0 :::8080                 :::*                    LISTEN      "));
    CHECK(says(run.out, "/docker-proxy"));
    CHECK(says(run.error, "ping: sendto: Network unreachable\n"));
    CHECK(says(run.out, "8.8.8.8; echo $?\n"));
    CHECK(says(run.out, "1 packets transmitted, 0 received, 100% packet loss, time 0ms\n"));
    CHECK(says(run.out, "eth0      Link encap:Ethernet  HWaddr 02:42:AC:11:00:0"));
    CHECK(says(run.out,
               "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000\n"));
}

TEST_CASE("podium shell: the banner names each of Podium's words once") {
    const Folder folder("banner");
    Screen screen(folder, {"shell"});
    REQUIRE(
        screen.shows("Podium's own words: wait, at, why, inject, lift, traffic, faults, hosts,"));
    screen.type("exit\n");
    CHECK(screen.ends() == 0);
}
