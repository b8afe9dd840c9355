#include <catch2/catch.hpp>

#include "tests/programs/small_fixture.hpp"

namespace podium::programs {
namespace {

TEST_CASE("sleep: sums its operands, with fractions and units") {
    SmallWorld w;
    CHECK(w.program({"sleep", "1.5"}).took == milliseconds(1500));
    CHECK(w.program({"sleep", "1m", ".25s"}).took == milliseconds(60'250));
    CHECK(w.program({"sleep", "0"}).status == 0);
    CHECK(w.program({"sleep", "x"}).errors == "sleep: invalid number 'x'\n");
    CHECK(w.program({"sleep", "x"}).status == 1);
    CHECK(w.host_line("sleep 1x").errors ==
          "sleep: invalid time interval '1x'\nTry 'sleep --help' for more information.\n");
}

TEST_CASE("true and false: end with 0 and 1") {
    SmallWorld w;
    CHECK(w.program({"true"}).status == 0);
    CHECK(w.program({"/bin/false"}).status == 1);
}

TEST_CASE("cat: files, standard input, numbers, and what it can't open") {
    SmallWorld w;
    w.line("echo one > /tmp/a; printf 'two\\n\\nthree' > /tmp/b");
    CHECK(w.output("cat /tmp/a /tmp/b") == "one\ntwo\n\nthree");
    CHECK(w.output("cat -n /tmp/a /tmp/b") == "     1\tone\n     2\ttwo\n     3\t\n     4\tthree");
    CHECK(w.output("cat -b /tmp/b") == "     1\ttwo\n\n     2\tthree");
    CHECK(w.program({"cat", "-", "/tmp/a"}, "in\n").output == "in\none\n");
    CHECK(w.output("echo in | cat - /tmp/a") == "in\none\n");
    const Ran missing = w.line("cat /nosuch /tmp/a");
    CHECK(missing.output == "one\n");
    CHECK(missing.errors == "cat: can't open '/nosuch': No such file or directory\n");
    CHECK(missing.status == 1);
    CHECK(w.host_line("cat /nosuch").errors == "cat: /nosuch: No such file or directory\n");
    CHECK(w.output("cat -v /tmp/a") == "one\n");
}

TEST_CASE("touch, mkdir, rm: make and remove, and refuse as busybox does") {
    SmallWorld w;
    CHECK(w.line("mkdir -p /data/x/y && touch /data/x/f && ls -1 /data/x").output == "f\ny\n");
    CHECK(w.line("mkdir /data/x").errors ==
          "mkdir: can't create directory '/data/x': File exists\n");
    CHECK(w.line("rm /data/x").errors == "rm: '/data/x' is a directory\n");
    CHECK(w.line("rm /nosuch").errors == "rm: can't remove '/nosuch': No such file or directory\n");
    CHECK(w.line("rm -f /nosuch").status == 0);
    CHECK(w.line("rmdir /data/x").errors == "rmdir: '/data/x': Directory not empty\n");
    CHECK(w.line("rm -rf /data && ls /data").errors == "ls: /data: No such file or directory\n");
    CHECK(w.host_line("mkdir /nosuch/x").errors ==
          "mkdir: cannot create directory '/nosuch/x': No such file or directory\n");
}

TEST_CASE("ls: long lines, hidden files, files before directories") {
    SmallWorld w;
    w.line("mkdir /data; cd /data; printf 12345 > f; touch .h; mkdir d");
    CHECK(w.output("cd /data; ls") == "d\nf\n");
    CHECK(w.output("ls -a /data") == ".\n..\n.h\nd\nf\n");
    CHECK(w.output("ls -A /data") == ".h\nd\nf\n");
    CHECK(w.output("ls -l /data/f") ==
          "-rw-r--r--    1 root     root             5 Jan  5 09:00 /data/f\n");
    CHECK(w.output("ls -ld /data") ==
          "drwxr-xr-x    2 root     root          4096 Jan  5 09:00 /data\n");
    CHECK(w.output("ls /data/f /data/d /data") == "/data/f\n\n/data:\nd\nf\n\n/data/d:\n");
    CHECK(w.line("ls -z").errors == "ls: unrecognized option: z\n");
}

TEST_CASE("cp and mv: into directories, whole trees, and not onto themselves") {
    SmallWorld w;
    w.line("mkdir -p /a/b; echo x > /a/b/f; echo y > /a/g");
    CHECK(w.output("cp /a/g /tmp && cat /tmp/g") == "y\n");
    CHECK(w.output("cp -r /a /c && cat /c/b/f") == "x\n");
    CHECK(w.output("mkdir /d && cp -r /a/. /d && cat /d/b/f") == "x\n");
    CHECK(w.output("cp -r /a/ /d && cat /d/a/b/f") == "x\n");
    CHECK(w.line("cp /a /tmp").errors == "cp: omitting directory '/a'\n");
    CHECK(w.output("mv /c /tmp/new && ls /tmp/new") == "b\ng\n");
    CHECK(w.line("mv /a/g /a/g").errors == "mv: '/a/g' and '/a/g' are the same file\n");
    CHECK(w.line("ls /c").status == 1);
    w.line("dd if=/dev/zero of=/tmp/big bs=1M count=3 2>/dev/null; cp /tmp/big /tmp/big2");
    CHECK(w.output("ls -l /tmp/big2").find(" 3145728 ") != std::string::npos);
}

TEST_CASE("chmod: lets a script be run") {
    SmallWorld w;
    w.line("printf '#!/bin/sh\\necho hi $1\\n' > /tmp/run.sh");
    CHECK(w.line("/tmp/run.sh").status == 126);
    CHECK(w.line("chmod +x /tmp/run.sh; /tmp/run.sh you").output == "hi you\n");
    CHECK(w.line("cd /tmp; ./run.sh me").output == "hi me\n");
    CHECK(w.output("chmod 640 /tmp/run.sh; ls -l /tmp/run.sh").starts_with("-rw-r-----"));
}

TEST_CASE("dd: takes the block's memory, so that a limit kills it, and counts zeros") {
    SmallWorld w;
    const Ran ran = w.line("dd if=/dev/zero of=/tmp/f bs=1M count=100");
    CHECK(ran.status == 0);
    CHECK(ran.errors.starts_with(
        "100+0 records in\n100+0 records out\n104857600 bytes (100MiB) copied, 0."));
    CHECK(ran.took > milliseconds(100));
    CHECK(ran.took < milliseconds(120));
    CHECK(w.world.host(w.host).disk_used_bytes == 100 << 20);
    CHECK(w.world.detail(w.container).layer.find("/tmp/f")->content.empty());
    CHECK(w.host_line("dd if=/dev/zero of=/tmp/f bs=1000 count=2 status=none").errors.empty());
    CHECK(w.line("dd if=/dev/zero bs=4 count=2 2>/dev/null | cat").output == std::string(8, '\0'));
    CHECK(w.line("dd if=/nosuch").errors ==
          "dd: can't open '/nosuch': No such file or directory\n");

    model::ContainerSpec limited;
    limited.memory_bytes = 16 << 20;
    SmallWorld small(limited);
    const Ran killed = small.line("dd if=/dev/zero of=/dev/null bs=64M count=1; echo $?");
    CHECK(killed.output == "137\n");
    CHECK(small.world.detail(small.container).oom_pending);
}

TEST_CASE("tail: what has no line ends is kept in memory, to the container's limit") {
    model::ContainerSpec spec;
    spec.memory_bytes = 16 << 20;
    SmallWorld small(std::move(spec));
    CHECK(small.line("head -c 2M /dev/zero | tail | wc -c").output == "2097152\n");
    CHECK_FALSE(small.world.detail(small.container).oom_pending);
    CHECK(small.line("tail /dev/zero; echo $?").output.ends_with("137\n"));
    CHECK(small.world.detail(small.container).oom_pending);
    SmallWorld unlimited;
    CHECK(unlimited.line("tail /dev/zero; echo $?").output == "137\n");
}

TEST_CASE("dd: stops when the disk is full") {
    SmallWorld w;
    w.world.host(w.host).spec.disk_bytes = 10 << 20;
    const Ran ran = w.line("dd if=/dev/zero of=/tmp/f bs=4M");
    CHECK(ran.status == 1);
    CHECK(ran.errors.starts_with(
        "dd: error writing '/tmp/f': No space left on device\n3+0 records in\n2+0 records out\n10485760 bytes"));
    CHECK(w.world.host(w.host).disk_used_bytes == 10 << 20);
}

TEST_CASE("dd: a read from a pipe is a record, however short") {
    SmallWorld w;
    const auto first = [](const Ran& ran) { return ran.errors.substr(0, ran.errors.rfind(" bytes")); };
    const std::string pieces = "(echo ab; sleep 1; echo cd; sleep 1; echo ef) | dd bs=10 ";
    CHECK(first(w.host_line(pieces + "count=2")) == "dd: warning: partial read (3 bytes); suggest iflag=fullblock\n0+2 records in\n0+2 records out\n6");
    CHECK(first(w.host_line(pieces)) == "0+3 records in\n0+3 records out\n9");
    const Ran whole = w.host_line(pieces + "count=2 iflag=fullblock");
    CHECK(whole.output == "ab\ncd\nef\n");
    CHECK(first(whole) == "0+1 records in\n0+1 records out\n9");
    CHECK(first(w.line(pieces + "count=2")) == "0+2 records in\n0+2 records out\n6");
    CHECK(first(w.host_line("yes | dd bs=1M count=2 iflag=fullblock of=/dev/null")) == "2+0 records in\n2+0 records out\n2097152");
    CHECK(first(w.host_line("dd if=/dev/urandom bs=1M count=2 of=/dev/null")) == "2+0 records in\n2+0 records out\n2097152");
    CHECK(w.line("timeout 5 dd if=/dev/urandom of=/dev/null bs=1 skip=99999999999; echo $?").output == "143\n");
}

TEST_CASE("names of files: basename, dirname, mktemp, which, readlink") {
    SmallWorld w;
    CHECK(w.output("basename /a/b.txt .txt; dirname /a/b.txt; dirname a; basename /a/b/") ==
          "b\n/a\n.\nb\n");
    const std::string name = w.output("mktemp");
    CHECK(name.starts_with("/tmp/tmp."));
    CHECK(w.line("test -f " + name).status == 0);
    CHECK(w.output("which sh nosuch cat") == "/bin/sh\n/bin/cat\n");
    CHECK(w.host_line("which ls").output == "/usr/bin/ls\n");
    CHECK(w.output("cd /tmp; readlink -f ../etc/./hosts") == "/etc/hosts\n");
}

TEST_CASE("date: formats the simulated clock, with the host's skew") {
    SmallWorld w;
    CHECK(w.output("date") == "Mon Jan  5 09:00:00 UTC 2026\n");
    CHECK(w.output("date +%s") == "1767603600\n");
    CHECK(w.output("date '+%F %T.%3N %a %j %%'") == "2026-01-05 09:00:00.001 Mon 005 %\n");
    CHECK(w.output("date -u -d @0 +%FT%TZ") == "1970-01-01T00:00:00Z\n");
    CHECK(w.output("date -Iseconds") == "2026-01-05T09:00:00+0000\n");
    CHECK(w.output("date -d 2024-02-29 +%A") == "Thursday\n");
    model::set_clock_skew(w.world, w.host, hours(-10));
    CHECK(w.output("date +%F").starts_with("2026-01-04"));
}

TEST_CASE("date: -d reads words on a host, as GNU's does") {
    SmallWorld w;
    const auto said = [&w](const std::string& words, const std::string& format) { return w.host_line("date -d '" + words + "' '+" + format + "'").output; };
    CHECK(said("1 hour ago", "%F %T") == "2026-01-05 08:00:00\n");
    CHECK(said("+30min", "%T") == "09:30:00\n");
    CHECK(said("yesterday", "%F %T") == "2026-01-04 09:00:00\n");
    CHECK(said("tomorrow 00:00", "%F %T") == "2026-01-06 00:00:00\n");
    CHECK(said("2024-01-15 + 1 day", "%F %T") == "2024-01-16 00:00:00\n");
    CHECK(said("2024-03-01 -1 day", "%F") == "2024-02-29\n");
    CHECK(said("2024-01-15 10:00", "%T") == "10:00:00\n");
    CHECK(said("next monday", "%F %T") == "2026-01-12 00:00:00\n");
    CHECK(said("last friday", "%F") == "2026-01-02\n");
    CHECK(said("friday", "%F") == "2026-01-09\n");
    CHECK(said("2 weeks", "%F") == "2026-01-19\n");
    CHECK(said("1 month ago", "%F") == "2025-12-05\n");
    CHECK(said("Jan 5 2024", "%F") == "2024-01-05\n");
    CHECK(said("15 March", "%F") == "2026-03-15\n");
    CHECK(w.host_line("date -d 2024-02-30").errors == "date: invalid date '2024-02-30'\n");
    CHECK(w.host_line("date -d 'nonsense'").errors == "date: invalid date 'nonsense'\n");
    CHECK(w.line("date -d '1 hour ago'").status == 1);
    CHECK(w.output("date -d '2024-03-10 12:34' '+%s %-d %U'; date -d 12:34 +%T") == "1710074040 10 10\n12:34:00\n");
    CHECK(w.line("date -d 'tomorrow 10:00'").status == 1);
    // A time behind which a number with a sign stands has that for its zone; noon is no word any more (measured with coreutils 9.1).
    CHECK(said("Mar 10 2024 5pm", "%F %T") == "2024-03-10 17:00:00\n");
    CHECK(said("20240310", "%F %T") == "2024-03-10 00:00:00\n");
    CHECK(said("2024/03/10", "%F %T") == "2024-03-10 00:00:00\n");
    CHECK(said("3/10/2024", "%F %T") == "2024-03-10 00:00:00\n");
    CHECK(said("2024-03-10 12:34:56.789", "%F %T") == "2024-03-10 12:34:56\n");
    CHECK(said("2024-03-10T12:34", "%F %T") == "2024-03-10 12:34:00\n");
    CHECK(said("2024-03-10 5:30 pm", "%F %T") == "2024-03-10 17:30:00\n");
    CHECK(said("2024-03-10 12am", "%F %T") == "2024-03-10 00:00:00\n");
    CHECK(said("2024-03-10 00:00 -2 hours", "%F %T") == "2024-03-10 03:00:00\n");
    CHECK(said("2024-03-10 00:00:00 1 hour", "%F %T") == "2024-03-10 01:00:00\n");
    CHECK(said("2024-03-10 10:00:00 +0200", "%F %T") == "2024-03-10 08:00:00\n");
    CHECK(said("2024-03-10 10:00+02:00", "%F %T") == "2024-03-10 08:00:00\n");
    CHECK(said("Sun Mar 10 12:34:56 UTC 2024", "%F %T") == "2024-03-10 12:34:56\n");
    CHECK(said("Sun, 10 Mar 2024 12:00:00 +0000", "%F %T") == "2024-03-10 12:00:00\n");
    CHECK(said("2024-03-10 week", "%F %T") == "2024-03-17 00:00:00\n");
    CHECK(said("2024-03-10 1230", "%F %T") == "2024-03-10 12:30:00\n");
    CHECK(said("24-03-10", "%F %T") == "2024-03-10 00:00:00\n");
    for (const char* wrong : {"noon", "tomorrow noon", "13pm", "2024-03-10 00:00 + 90 minutes", "2024-03-10 25:00", "first day of next month"}) CHECK(w.host_line(std::string("date -d '") + wrong + "'").errors == std::string("date: invalid date '") + wrong + "'\n");
    CHECK(said("", "%T") == "00:00:00\n");
    CHECK(said("12:34:56.789", "%T.%N") == "12:34:56.789000000\n");
    CHECK(said("5pm", "%F %T") == "2026-01-05 17:00:00\n");
    CHECK(said("day", "%F") == "2026-01-06\n");
    CHECK(said("2024-03-01 07:05:09.5", "%-d %-m %_d %e %05d %^a %#b %3N %10Y|%6N|%-I|%_H|%5a|%p %#p|%:z %::z %U %W %V %G %g %q %EY %Od %k %%-d %!") ==
          "1 3  1  1 00001 FRI MAR 500 0000002024|500000|7| 7|  Fri|AM am|+00:00 +00:00:00 08 09 09 2024 24 1 2024 01  7 %-d %!\n");
    CHECK(said("2024-12-30", "%G-W%V-%u %U %W") == "2025-W01-1 52 53\n");
    CHECK(said("2021-01-03", "%G-W%V-%u %U %W") == "2020-W53-7 01 00\n");
    CHECK(said("2020-12-31", "%G-W%V-%u %U %W") == "2020-W53-4 52 52\n");
    CHECK(said("2016-01-01", "%G-W%V-%u %U %W") == "2015-W53-5 00 00\n");
    CHECK(w.host_line("date -d 2024-03-10 --rfc-3339=seconds").output == "2024-03-10 00:00:00+00:00\n");
    CHECK(said("10-Mar-2024", "%F") == "2024-03-10\n");
    CHECK(said("thurs, sept 5 2024", "%F") == "2024-09-05\n");
    CHECK(w.host_line("date -d '2024-03-10 12:00:60'").status == 1);
    CHECK(said("2024-03-05 05:06:07.089", "%-N|%-6N|%_3N|%_N|%1S|%3S|%1d|%^P") == "089000000|089|089|089      |7|007|5|am\n");
}

TEST_CASE("date: moments before 1970, and what no clock here can show") {
    SmallWorld w;
    CHECK(w.output("date -d @-1 '+%a %F %T'; date -d 1960-01-01T00:00:00Z '+%a %u %V'; date -d '1900-01-01 00:00:00' +%A") ==
          "Wed 1969-12-31 23:59:59\nFri 5 53\nMonday\n");
    CHECK(w.host_line("date -d @-1.5 '+%s %N'").output == "-2 500000000\n");
    for (const char* beyond : {"@9223372036854775807", "@99999999999", "@-99999999999", "@", "@1x"})
        CHECK(w.line(std::string("date -d ") + beyond).errors == std::string("date: invalid date '") + beyond + "'\n");
    CHECK(w.line("date -d @1.5").status == 1);
}

TEST_CASE("date: refuses a precision that is none, and what is one too many") {
    SmallWorld w;
    CHECK(w.host_line("date -Ix").errors ==
          "date: invalid argument 'x' for '--iso-8601'\nValid arguments are:\n  - 'hours'\n  - 'minutes'\n  - 'date'\n  - 'seconds'\n  - 'ns'\n"
          "Try 'date --help' for more information.\n");
    CHECK(w.host_line("date --rfc-3339=x").status == 1);
    CHECK(w.host_line("date -d @0 -Imin").output == "1970-01-01T00:00+00:00\n");
    CHECK(w.host_line("date -I +%Y").errors == "date: multiple output formats specified\n");
    CHECK(w.host_line("date +%Y +%m").errors == "date: extra operand '+%m'\nTry 'date --help' for more information.\n");
    CHECK(w.host_line("date -d @0 2020").errors.starts_with("date: the argument '2020' lacks a leading '+';\n"));
    CHECK(w.line("date +%Y +%m").status == 1);
}

TEST_CASE("identity: hostname, id, whoami, uname, nproc, env") {
    SmallWorld w;
    CHECK(w.output("hostname; whoami; id -u; uname; nproc") == "aaaaaaaaaaaa\nroot\n0\nLinux\n4\n");
    CHECK(w.output("getconf PAGE_SIZE; getconf _NPROCESSORS_ONLN") == "4096\n4\n");
    CHECK(w.output("echo $(($(getconf _PHYS_PAGES) * $(getconf PAGE_SIZE) / 1048576))") == "8192\n");
    CHECK(w.line("getconf NOSUCH").status == 2);
    CHECK(w.output("env A=1 B=2 sh -c 'echo $A$B'") == "12\n");
    CHECK(w.output("env -i A=1 env") == "A=1\n");
    CHECK(w.output("printenv HOME") == "/root\n");
    CHECK(w.line("env nosuch").status == 127);
    CHECK(w.host_line("sudo -E echo hi").output == "hi\n");
    CHECK(w.line("sudo echo hi").status == 127);
}

TEST_CASE("programs that exist in life and are not modelled are refused by name") {
    SmallWorld w;
    CHECK(w.line("vi x").errors.find("Podium does not model") != std::string::npos);
    CHECK(w.line("vi x").status == 127);
    CHECK(w.line("nosuch").errors == "sh: nosuch: not found\n");
}

TEST_CASE("init: tini passes signals on and exits as its child did") {
    SmallWorld w;
    model::World& world = w.world;
    send_signal(world, w.main, shell::kSigKill, true);
    world.container(w.container).process_alive = true;
    world.detail(w.container).next_pid = 1;
    model::ProcessSpec spec;
    spec.program = make_init({"sleep", "100"});
    spec.argv = {"/sbin/docker-init", "--", "sleep", "100"};
    spec.host = w.host;
    spec.container = w.container;
    spec.role = model::ProcessRole::Init;
    const model::ProcessId init = start_process(world, std::move(spec));
    w.run(seconds(1));
    send_signal(world, init, shell::kSigTerm, true);
    w.run(seconds(1));
    CHECK_FALSE(world.container(w.container).process_alive);
    CHECK(world.detail(w.container).pending_exit_code == 143);
}

}  // namespace
}  // namespace podium::programs
