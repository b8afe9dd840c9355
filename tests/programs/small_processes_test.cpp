#include <catch2/catch.hpp>

#include "tests/programs/small_fixture.hpp"

namespace podium::programs {
namespace {

TEST_CASE("timeout: ends what takes too long; its status is the child's, or 124 as GNU has it") {
    SmallWorld w;
    const Ran ran = w.line("timeout 2 sleep 10");
    CHECK(ran.status == 143);
    CHECK(ran.took < milliseconds(2100));
    CHECK(w.host_line("timeout 2 sleep 10").status == 124);
    CHECK(w.host_line("timeout -s KILL 2 sleep 10").status == 137);
    CHECK(w.host_line("timeout 5 sh -c 'exit 3'").status == 3);
    const Ran stubborn =
        w.host_line("timeout -k 3 2 sh -c 'trap \"\" TERM; while :; do sleep 1; done'");
    CHECK(stubborn.status == 137);
    CHECK(stubborn.took >= seconds(5));
    CHECK(w.line("timeout 1 nosuch").status == 127);
    CHECK(w.host_line("timeout 1 for").errors == "timeout: failed to run command 'for': No such file or directory\nPodium: for is a word of the shell and no program; write timeout ... bash -c 'for ...'\n");
    CHECK(w.host_line("nohup cd /").errors.ends_with("Podium: cd is a word of the shell and no program; write nohup ... bash -c 'cd ...'\n"));
    CHECK(w.line("timeout x sleep 1").errors == "timeout: invalid time interval 'x'\n");
}

TEST_CASE("watch: runs its command again an interval after its end, until it is interrupted") {
    SmallWorld w;
    const auto watch =
        w.start({"watch", "-n", "5", "-t", "echo tick"}, model::ProcessRole::Session, w.container);
    w.run(milliseconds(12'500));
    CHECK(take_stream(w.world, watch.output) == "tick\ntick\ntick\n");
    send_signal(w.world, watch.process, shell::kSigInt, true);
    CHECK(w.world.processes.at(watch.process).ended);
    const auto titled = w.start({"watch", "true"}, model::ProcessRole::Session, w.container);
    w.run(seconds(1));
    CHECK(take_stream(w.world, titled.output)
              .starts_with("Every 2.0s: true    aaaaaaaaaaaa: 2026-01-05 09:00:"));
    // procps: the host and its time end at the terminal's edge, and a long command is cut.
    const std::string host = w.host_line("timeout 1 watch true").output;
    const std::string heading = host.substr(0, host.find('\n'));
    CHECK(heading.size() == 80);
    CHECK(heading.starts_with("Every 2.0s: true      "));
    CHECK(heading.find(": Mon Jan  5 09:00:") != std::string::npos);
    CHECK(heading.ends_with(" 2026"));
    const std::string cut = w.host_line("timeout 1 watch " + std::string(100, 'x')).output;
    CHECK(cut.substr(0, cut.find('\n')).size() == 80);
    CHECK(cut.find("xx ... ") != std::string::npos);
}

TEST_CASE("ps: a container's own processes, numbered as in its namespace") {
    SmallWorld w;
    const Ran ran = w.line("ps; :");
    CHECK(ran.output ==
          "PID   USER     TIME  COMMAND\n    1 root      0:00 sleep infinity\n    2 root      0:00 "
          "sh -c ps; :\n    3 root      0:00 ps\n");
    const std::string host = w.host_line("ps aux").output;
    CHECK(host.find("sleep infinity") != std::string::npos);
    CHECK(host.starts_with("USER         PID %CPU %MEM"));
}

TEST_CASE("kill, pgrep, pkill, pidof, killall: find processes and signal them") {
    SmallWorld w;
    const auto victim = w.start({"sleep", "500"}, model::ProcessRole::Session, w.container);
    w.run(milliseconds(10));
    CHECK(w.output("pgrep -f 'sleep 500'") == "2\n");
    CHECK(w.output("pidof sleep") == "2 1\n");
    CHECK(w.output("pgrep -a sleep") == "1 sleep infinity\n2 sleep 500\n");
    CHECK(w.line("/bin/kill -0 2").status == 0);
    CHECK(w.line("/bin/kill -9 99").errors == "kill: can't kill pid 99: No such process\n");
    CHECK(w.line("/bin/kill -9 1").status == 0);
    CHECK(w.line("/bin/kill -s NOSUCH 1").status == 1);
    CHECK(w.line("pkill -9 -f 'sleep 500'").status == 0);
    CHECK(w.world.processes.at(victim.process).killed_by == 9);
    CHECK(w.line("pkill nosuch").status == 1);
    CHECK(w.line("killall nosuch").errors == "killall: nosuch: no process killed\n");
    CHECK(w.world.container(w.container).process_alive);
    const std::uint32_t host_pid = w.world.processes.at(w.main).host_pid;
    CHECK(w.host_line("kill -9 " + std::to_string(host_pid)).status == 0);
    CHECK_FALSE(w.world.container(w.container).process_alive);
}

// The sentences are those of procps-ng 4.0.2 and psmisc 23.6.
TEST_CASE("pgrep, pkill, killall: on a host they have the options of procps-ng and psmisc") {
    SmallWorld w;
    const auto begin = [&w](const std::string& seconds) {
        const auto started = w.start({"/opt/worker", seconds}, model::ProcessRole::Session, {});
        w.world.processes.at(started.process).argv = {"/opt/worker", seconds};
        return started.process;
    };
    w.host_line("mkdir -p /opt; printf '#!/bin/bash\\nsleep $1; :\\n' > /opt/worker; chmod +x /opt/worker");
    const auto first = begin("300");
    const auto second = begin("301");
    w.run(milliseconds(10));
    const std::string a = std::to_string(w.world.processes.at(first).host_pid);
    const std::string b = std::to_string(w.world.processes.at(second).host_pid);
    const auto said = [&w](const std::string& line) {
        const Ran ran = w.host_line(line);
        return ran.output + ran.errors + std::to_string(ran.status);
    };
    CHECK(said("pgrep -l worker") == a + " worker\n" + b + " worker\n0");
    CHECK(said("pgrep -a worker") == a + " /opt/worker 300\n" + b + " /opt/worker 301\n0");
    CHECK(said("pgrep -c worker") == "2\n0");
    CHECK(said("pgrep --count nosuch") == "0\n1");
    CHECK(said("pgrep -d, worker") == a + "," + b + "\n0");
    CHECK(said("pgrep -d ' ' -u root -x worker") == a + " " + b + "\n0");
    CHECK(said("pgrep -fl 'worker 300'") == a + " worker\n0");
    CHECK(said("pgrep -P x y") == "pgrep: not a number: x\n2");
    CHECK(said("pgrep -P " + a) != "1");
    CHECK(said("pgrep a b") == "pgrep: only one pattern can be provided\nTry `pgrep --help' for more information.\n2");
    CHECK(said("pkill").starts_with("pkill: no matching criteria specified\n"));
    CHECK(said("pgrep -g 1 x") == "pgrep: Podium does not model the option -g\n2");
    CHECK(said("pgrep workerworkerworker").starts_with("pgrep: pattern that searches for process name longer than 15 characters will result in zero matches\n"));
    CHECK(said("pkill --signal NOSUCH worker") == "1");
    CHECK(said("pkill -c nosuch") == "0\n1");
    CHECK(said("killall nosuch") == "nosuch: no process found\n1");
    CHECK(said("killall -q nosuch") == "1");
    CHECK(said("killall -NOPE worker") == "NOPE: unknown signal; killall -l lists signals.\n1");
    CHECK(said("killall -s NOPE worker") == "NOPE: unknown signal; killall -l lists signals.\n1");
    CHECK(said("killall -w worker") == "killall: Podium does not model the option -w\n1");
    CHECK(said("/bin/kill -l 9 TERM") == "KILL\n15\n0");
    CHECK(said("killall -l").ends_with("WINCH POLL PWR SYS\n0"));
    CHECK(said("pkill --signal TERM -e -c -f 'worker 300'") == "worker killed (pid " + a + ")\n1\n0");
    CHECK(w.world.processes.at(first).killed_by == 15);
    CHECK(said("killall -v --signal=KILL worker") == "Killed worker(" + b + ") with signal 9\n0");
    CHECK(w.world.processes.at(second).killed_by == 9);
    const auto third = begin("302");
    w.run(milliseconds(10));
    CHECK(said("pkill -SIGUSR1 worker") == "0");
    CHECK(w.world.processes.at(third).killed_by == 10);
}

TEST_CASE("free, df, du: tell the host's memory and disk") {
    SmallWorld w;
    w.line("mkdir /d; dd if=/dev/zero of=/d/f bs=1M count=10 2>/dev/null");
    CHECK(w.output("du -sh /d") == "11M\t/d\n");
    CHECK(w.output("du -k /d/f") == "10240\t/d/f\n");
    CHECK(w.output("df / | tail -1")
              .starts_with("overlay               67108864     10240  67098624   1% /"));
    CHECK(w.output("free -m").starts_with("              total        used        free      shared  buff/cache   available\nMem:           8192 "));
    CHECK(w.host_line("free -m | awk '/Mem/{print $2}'").output == "8192\n");
    // On a host as procps 4.0 and coreutils 9.1 lay it out.
    CHECK(w.host_line("free -h | tail -1").output == "Swap:             0B          0B          0B\n");
    CHECK(w.host_line("df -h /").output == "Filesystem      Size  Used Avail Use% Mounted on\n/dev/vda1        64G   10M   64G   1% /\n");
    CHECK(w.host_line("df -hT").output == "Filesystem     Type  Size  Used Avail Use% Mounted on\n/dev/vda1      ext4   64G   10M   64G   1% /\n");
    CHECK(w.host_line("df").output == "Filesystem     1K-blocks  Used Available Use% Mounted on\n/dev/vda1       67108864 10240  67098624   1% /\n");
    CHECK(w.host_line("df -m").output.starts_with("Filesystem     1M-blocks  Used Available Use% Mounted on\n/dev/vda1          65536    10     65526   1% /\n"));
}

TEST_CASE("top -b: what runs, busiest first, as often as it is asked") {
    SmallWorld w;
    const std::string once = w.host_line("top -b -n1").output;
    CHECK(once.starts_with("top - 09:00:00 up 0 min,  0 users,  load average: 0.00, 0.00, 0.00\nTasks:   "));
    CHECK(once.find("\nMiB Mem :   8192.0 total,   819") != std::string::npos);
    CHECK(once.find("\n\n    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n") != std::string::npos);
    const auto busy = w.start({"bash", "-c", "while :; do :; done"}, model::ProcessRole::Session, {});
    w.run(seconds(10));
    const std::string pid = std::to_string(w.world.processes.at(busy.process).host_pid);
    const Ran twice = w.host_line("top -b -n 2 -d 2 | awk '$1 ~ /^[0-9]/ {print $1, $9, $12}' | grep ' bash'");
    CHECK(twice.output.starts_with(pid + " 100.0 bash\n"));
    CHECK(twice.output.rfind(pid + " 100.0 bash\n") > 0);
    CHECK(twice.took >= seconds(2));
    CHECK(w.host_line("top -b -n1 -c -p " + pid + " | tail -1").output.ends_with("bash -c while :; do :; done\n"));
    CHECK(w.host_line("top").errors == "top: Podium does not model its screen; use top -b -n1, docker stats, or watch docker ps\n");
    CHECK(w.host_line("top -b -o NI").errors == "top: Podium does not model the order by NI; there are %CPU and %MEM\n");
}

TEST_CASE("pipes: a writer whose reader is gone ends as on SIGPIPE") {
    SmallWorld w;
    const Ran ran = w.host_line("set -o pipefail; yes | head -n1 >/dev/null; echo $?");
    CHECK(ran.output == "141\n");
}

TEST_CASE("here-documents: one that is larger than a pipe waits for nobody") {
    SmallWorld w;
    w.host_line("head -c 200000 /dev/zero | tr '\\0' a > /tmp/f");
    CHECK(w.host_line("cat <<EOF | wc -c\n$(cat /tmp/f)\nEOF").output == "200001\n");
    CHECK(w.host_line("cat > /tmp/g <<EOF; wc -c < /tmp/g\n$(cat /tmp/f)\nEOF").output == "200001\n");
    CHECK(w.host_line("x=$(cat /tmp/f); bash -c 'wc -c <<< \"$1\"; echo $?' bash \"$x\"").output == "200001\n0\n");
}

TEST_CASE("nohup: its program outlives a hang-up") {
    SmallWorld w;
    const auto child = w.start({"nohup", "sleep", "100"}, model::ProcessRole::Session, w.container);
    w.run(seconds(1));
    send_signal(w.world, child.process, shell::kSigHup, true);
    CHECK_FALSE(w.world.processes.at(child.process).ended);
    CHECK(w.world.processes.at(child.process).argv.front() == "sleep");
}

}  // namespace
}  // namespace podium::programs
