// diff, sort with keys, dd: what the real ones say (coreutils 9.1, diffutils 3.8, busybox 1.35).

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/programs/small_fixture.hpp"

namespace podium::programs {
namespace {

TEST_CASE("diff: what differs, in both formats, and its status") {
    SmallWorld w;
    w.host_line(
        "mkdir /t; cd /t; seq 1 20 > a; seq 1 20 | sed '3d; 10s/$/x/' > b; echo 21 >> b; printf "
        "'one\\ntwo' > c; printf 'one\\ntwo\\n' > d; printf 'One  x\\n' > e; printf 'one x\\n' > "
        "f; mkdir p q; cp a p/same; cp a q/same; echo 1 > p/x; echo 2 > q/x; echo 3 > p/only");
    w.line(
        "mkdir /t; cd /t; seq 1 20 > a; seq 1 20 | sed '3d; 10s/$/x/' > b; echo 21 >> b; printf "
        "'one\\ntwo' > c; printf 'one\\ntwo\\n' > d; printf 'One  x\\n' > e; printf 'one x\\n' > "
        "f; mkdir p q; cp a p/same; cp a q/same; echo 1 > p/x; echo 2 > q/x; echo 3 > p/only");
    CHECK(w.host_line("cd /t; diff a b; echo $?").output ==
          "3d2\n< 3\n10c9\n< 10\n---\n> 10x\n20a20\n> 21\n1\n");
    CHECK(w.host_line("cd /t; diff a a; echo $?").output == "0\n");
    CHECK(w.host_line("cd /t; diff -q a b; echo $?").output == "Files a and b differ\n1\n");
    CHECK(w.host_line("cd /t; diff -s a a; echo $?").output == "Files a and a are identical\n0\n");
    CHECK(w.host_line("cd /t; diff c d; echo $?").output ==
          "2c2\n< two\n\\ No newline at end of file\n---\n> two\n1\n");
    CHECK(w.host_line("cd /t; diff -i e f; echo $?").output == "1c1\n< One  x\n---\n> one x\n1\n");
    CHECK(w.host_line("cd /t; diff -ib e f; echo $?").output == "0\n");
    CHECK(w.host_line("cd /t; diff -iw e f; echo $?").output == "0\n");
    CHECK(w.host_line("cd /t; diff -u a b | tail -n +3; echo $?").output ==
          "@@ -1,13 +1,12 @@\n 1\n 2\n-3\n 4\n 5\n 6\n 7\n 8\n 9\n-10\n+10x\n 11\n 12\n 13\n@@ "
          "-18,3 +17,4 @@\n 18\n 19\n 20\n+21\n0\n");
    CHECK(w.host_line("cd /t; diff -U1 a b | tail -n +3; echo $?").output ==
          "@@ -2,3 +2,2 @@\n 2\n-3\n 4\n@@ -9,3 +8,3 @@\n 9\n-10\n+10x\n 11\n@@ -20 +19,2 @@\n "
          "20\n+21\n0\n");
    CHECK(w.host_line("cd /t; diff -U0 a b | tail -n +3; echo $?").output ==
          "@@ -3 +2,0 @@\n-3\n@@ -10 +9 @@\n-10\n+10x\n@@ -20,0 +20 @@\n+21\n0\n");
    CHECK(w.host_line("cd /t; diff p q; echo $?").output ==
          "Only in p: only\ndiff p/x q/x\n1c1\n< 1\n---\n> 2\n1\n");
    CHECK(w.host_line("cd /t; diff -q p q; echo $?").output ==
          "Only in p: only\nFiles p/x and q/x differ\n1\n");
    CHECK(w.host_line("cd /t; diff -r p q; echo $?").output ==
          "Only in p: only\ndiff -r p/x q/x\n1c1\n< 1\n---\n> 2\n1\n");
    CHECK(w.host_line("cd /t; diff a p/same; echo $?").output == "0\n");
    CHECK(w.host_line("cd /t; diff -N a nosuch | head -2; echo $?").output == "1,20d0\n< 1\n0\n");
    CHECK(w.host_line("cd /t; diff a nosuch").errors ==
          "diff: nosuch: No such file or directory\n");
    CHECK(w.host_line("cd /t; diff a").errors ==
          "diff: missing operand after 'a'\ndiff: Try 'diff --help' for more information.\n");
    CHECK(w.host_line("cd /t; diff a nosuch; echo $?").output == "2\n");
    CHECK(w.host_line("cd /t; seq 1 21 | diff - a; diff -y a b").output == "21d20\n< 21\n");
    CHECK(w.host_line("cd /t; diff -y a b; echo $?")
              .errors.find("Podium does not model the option -y") != std::string::npos);
    CHECK(w.line("cd /t; diff a b; echo $?").output ==
          "--- a\n+++ b\n@@ -1,13 +1,12 @@\n 1\n 2\n-3\n 4\n 5\n 6\n 7\n 8\n 9\n-10\n+10x\n 11\n "
          "12\n 13\n@@ -18,3 +17,4 @@\n 18\n 19\n 20\n+21\n1\n");
    CHECK(w.line("cd /t; diff c d; echo $?").output ==
          "--- c\n+++ d\n@@ -1,2 +1,2 @@\n one\n-two\n\\ No newline at end of file\n+two\n1\n");
    CHECK(w.line("cd /t; diff -q a b; echo $?").output == "Files a and b differ\n1\n");
    CHECK(w.line("cd /t; diff p q; echo $?").output ==
          "Only in p: only\n--- p/x\n+++ q/x\n@@ -1 +1 @@\n-1\n+2\n1\n");
}

TEST_CASE("diff: texts without anything in common are one change") {
    SmallWorld w;
    CHECK(w.host_line("seq 1 4000 > /tmp/a; seq 10001 14000 > /tmp/b; diff /tmp/a /tmp/b | head -1")
              .output == "1,4000c1,4000\n");
}

TEST_CASE("sort: several keys, their letters and characters, and what it does besides") {
    SmallWorld w;
    w.host_line(
        "mkdir /t; cd /t; printf 'b 2 x9\\na 10 x10\\nb 1 x1\\nA 3 x2\\n' > s; printf "
        "'2K\\n1M\\n3\\n1G\\n900\\n' > h; printf 'v1.10\\nv1.9\\nv1.10.1\\nv1.2-rc\\n' > v; printf "
        "'1e2\\n5\\nabc\\n-3.5\\n' > g; printf 'a:3\\nb:1\\na:1\\n' > t");
    w.line(
        "mkdir /t; cd /t; printf 'b 2 x9\\na 10 x10\\nb 1 x1\\nA 3 x2\\n' > s; printf "
        "'2K\\n1M\\n3\\n1G\\n900\\n' > h; printf 'v1.10\\nv1.9\\nv1.10.1\\nv1.2-rc\\n' > v; printf "
        "'1e2\\n5\\nabc\\n-3.5\\n' > g; printf 'a:3\\nb:1\\na:1\\n' > t");
    CHECK(w.host_line("cd /t; sort -k1,1 -k2,2n s").output == "A 3 x2\na 10 x10\nb 1 x1\nb 2 x9\n");
    CHECK(w.line("cd /t; sort -k1,1 -k2,2n s").output == "A 3 x2\na 10 x10\nb 1 x1\nb 2 x9\n");
    CHECK(w.host_line("cd /t; sort -k1,1r -k2n s").output == "b 1 x1\nb 2 x9\na 10 x10\nA 3 x2\n");
    CHECK(w.line("cd /t; sort -k1,1r -k2n s").output == "b 1 x1\nb 2 x9\na 10 x10\nA 3 x2\n");
    CHECK(w.host_line("cd /t; sort -k3.2n s").output == "A 3 x2\na 10 x10\nb 1 x1\nb 2 x9\n");
    CHECK(w.line("cd /t; sort -k3.2n s").output == "A 3 x2\na 10 x10\nb 1 x1\nb 2 x9\n");
    CHECK(w.host_line("cd /t; sort -k3.2,3.2 s").output == "A 3 x2\na 10 x10\nb 1 x1\nb 2 x9\n");
    CHECK(w.line("cd /t; sort -k3.2,3.2 s").output == "A 3 x2\na 10 x10\nb 1 x1\nb 2 x9\n");
    CHECK(w.host_line("cd /t; sort -f s").output == "a 10 x10\nA 3 x2\nb 1 x1\nb 2 x9\n");
    CHECK(w.line("cd /t; sort -f s").output == "a 10 x10\nA 3 x2\nb 1 x1\nb 2 x9\n");
    CHECK(w.host_line("cd /t; sort -f -k1,1 -s s").output == "a 10 x10\nA 3 x2\nb 2 x9\nb 1 x1\n");
    CHECK(w.line("cd /t; sort -f -k1,1 -s s").output == "a 10 x10\nA 3 x2\nb 2 x9\nb 1 x1\n");
    CHECK(w.host_line("cd /t; sort -s -k1,1 s").output == "A 3 x2\na 10 x10\nb 2 x9\nb 1 x1\n");
    CHECK(w.line("cd /t; sort -s -k1,1 s").output == "A 3 x2\na 10 x10\nb 2 x9\nb 1 x1\n");
    CHECK(w.host_line("cd /t; sort -k1,1 s").output == "A 3 x2\na 10 x10\nb 1 x1\nb 2 x9\n");
    CHECK(w.line("cd /t; sort -k1,1 s").output == "A 3 x2\na 10 x10\nb 1 x1\nb 2 x9\n");
    CHECK(w.host_line("cd /t; sort -uk1,1 s").output == "A 3 x2\na 10 x10\nb 2 x9\n");
    CHECK(w.line("cd /t; sort -uk1,1 s").output == "A 3 x2\na 10 x10\nb 1 x1\n");
    CHECK(w.host_line("cd /t; sort -V v").output == "v1.2-rc\nv1.9\nv1.10\nv1.10.1\n");
    CHECK(w.line("cd /t; sort -V v").output == "v1.2-rc\nv1.9\nv1.10\nv1.10.1\n");
    CHECK(w.host_line("cd /t; sort -g g").output == "abc\n-3.5\n5\n1e2\n");
    CHECK(w.line("cd /t; sort -g g").output == "abc\n-3.5\n5\n1e2\n");
    CHECK(w.host_line("cd /t; sort -t: -k2 -k1r t").output == "b:1\na:1\na:3\n");
    CHECK(w.line("cd /t; sort -t: -k2 -k1r t").output == "b:1\na:1\na:3\n");
    CHECK(w.host_line("cd /t; sort -t: -k1,1 -k2,2nr t").output == "a:3\na:1\nb:1\n");
    CHECK(w.line("cd /t; sort -t: -k1,1 -k2,2nr t").output == "a:3\na:1\nb:1\n");
    CHECK(w.host_line("cd /t; sort -nr -k2 s").output == "a 10 x10\nA 3 x2\nb 2 x9\nb 1 x1\n");
    CHECK(w.line("cd /t; sort -nr -k2 s").output == "a 10 x10\nA 3 x2\nb 2 x9\nb 1 x1\n");
    CHECK(w.host_line("cd /t; sort -c h; echo $?").output == "1\n");
    CHECK(w.line("cd /t; sort -c h; echo $?").output == "1\n");
    CHECK(w.host_line("cd /t; sort -c t; echo $?").output == "1\n");
    CHECK(w.line("cd /t; sort -c t; echo $?").output == "1\n");
    CHECK(w.host_line("cd /t; sort -o o t; cat o").output == "a:1\na:3\nb:1\n");
    CHECK(w.line("cd /t; sort -o o t; cat o").output == "a:1\na:3\nb:1\n");
    CHECK(w.host_line("cd /t; sort -k2b,2 s").output == "b 1 x1\na 10 x10\nb 2 x9\nA 3 x2\n");
    CHECK(w.line("cd /t; sort -k2b,2 s").output == "b 1 x1\na 10 x10\nb 2 x9\nA 3 x2\n");
    CHECK(w.host_line("cd /t; sort -h h").output == "3\n900\n2K\n1M\n1G\n");
    CHECK(w.host_line("cd /t; sort -rh h").output == "1G\n1M\n2K\n900\n3\n");
    CHECK(w.host_line("cd /t; sort -k0 s").errors ==
          "sort: field number is zero: invalid field specification '0'\n");
    CHECK(w.host_line("cd /t; sort -kx s").errors ==
          "sort: invalid number at field start: invalid count at start of 'x'\n");
    CHECK(w.host_line("cd /t; sort -tab s").errors == "sort: multi-character tab 'ab'\n");
    CHECK(w.host_line("cd /t; sort -c t").errors == "sort: t:3: disorder: a:1\n");
}

TEST_CASE("dd: writes where it is told, and refuses what it does not do") {
    SmallWorld w;
    CHECK(w.host_line("cd /tmp; echo abcdef > h; echo XY | dd of=h bs=1 count=2 conv=notrunc "
                      "2>/dev/null; cat h")
              .output == "XYcdef\n");
    CHECK(
        w.host_line("cd /tmp; echo Z | dd of=h bs=1 seek=3 count=1 conv=notrunc 2>/dev/null; cat h")
            .output == "XYcZef\n");
    CHECK(w.host_line("cd /tmp; dd if=h of=j bs=1 seek=3 2>/dev/null; wc -c < j").output == "10\n");
    // Sizes as coreutils' human_readable writes them.
    const std::pair<const char*, const char*> sizes[] = {
        {"bs=1M count=100", "104857600 bytes (105 MB, 100 MiB) copied"},
        {"bs=1k count=10", "10240 bytes (10 kB, 10 KiB) copied"},
        {"bs=1k count=1", "1024 bytes (1.0 kB, 1.0 KiB) copied"},
        {"bs=1000 count=1", "1000 bytes (1.0 kB) copied"},
        {"bs=999 count=1", "999 bytes copied"},
        {"bs=9960 count=1", "9960 bytes (10 kB, 9.7 KiB) copied"},
    };
    for (const auto& [given, said] : sizes)
        CHECK(w.host_line(fmt::format("dd if=/dev/zero of=/dev/null {} 2>&1 | tail -1 | cut -d, -f1-2", given)).output.find(said) == 0);
    CHECK(w.host_line("cd /tmp; echo abc | dd conv=ucase 2>/dev/null").output == "ABC\n");
    CHECK(w.host_line("cd /tmp; dd if=/dev/zero of=k bs=1k seek=2 count=1 2>/dev/null; wc -c < k")
              .output == "3072\n");
    CHECK(
        w.host_line("cd /tmp; dd if=/dev/zero bs=1 skip=99999999999999 count=3 2>/dev/null | wc -c")
            .output == "3\n");
    CHECK(w.host_line("cd /tmp; dd if=h of=/dev/null status=noxfer 2>&1").output ==
          "0+1 records in\n0+1 records out\n");
    CHECK(w.host_line("cd /tmp; dd if=h conv=swab; echo $?").errors ==
          "dd: Podium does not model conv=swab\n");
    CHECK(w.host_line("cd /tmp; dd if=h of=h bs=1 seek=1 count=1").errors ==
          "dd: Podium does not model cutting a file off in its middle: add conv=notrunc\n");
}

TEST_CASE("cp, mv, cat, mkdir: nothing goes into itself for ever") {
    SmallWorld w;
    for (const bool gnu : {true, false}) {
        const auto run = [&](const std::string& line) {
            return gnu ? w.host_line(line) : w.line(line);
        };
        const Ran copied =
            run("mkdir /c; cd /c; mkdir q; echo 1 > q/a; cp -r q q/r; echo $?; find q | sort");
        CHECK(copied.output == "1\nq\nq/a\nq/r\nq/r/a\n");
        CHECK(copied.errors == (gnu ? "cp: cannot copy a directory, 'q', into itself, 'q/r'\n"
                                    : "cp: recursion detected, omitting directory 'q/r'\n"));
        CHECK(run("cd /c; mv q q/r").errors ==
              (gnu ? "mv: cannot move 'q' to a subdirectory of itself, 'q/r/q'\n"
                   : "mv: can't rename 'q': Invalid argument\n"));
        CHECK(run("cd /c; cp -r . ./sub; echo $?; ls sub/q").output == "1\na\nr\n");
        const Ran deep =
            run("cd /c; mkdir -p $(yes a/ | head -n 3000 | tr -d '\\n'); echo $?; mkdir $(head -c "
                "300 /dev/zero | tr '\\0' b)");
        CHECK(deep.output == "1\n");
        CHECK(deep.errors.find("File name too long\n") != std::string::npos);
    }
    const Ran itself =
        w.host_line("cd /c; echo 1 > f; cat f >> f; echo $?; cat f; cat < f > f; echo $?; cat f");
    CHECK(itself.output == "1\n1\n0\n");
    CHECK(itself.errors == "cat: f: input file is output file\n");
}

}  // namespace
}  // namespace podium::programs
