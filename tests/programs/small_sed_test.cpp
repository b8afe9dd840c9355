// sed: the commands beyond s, p and d. What is expected was taken from GNU sed 4.9 on a host, and from busybox 1.35 in an image that has it.

#include <catch2/catch.hpp>

#include "tests/programs/small_fixture.hpp"

namespace podium::programs {
namespace {

/// What sed on a host makes of four lines, 1 to 4.
std::string of_four(SmallWorld& w, const std::string& arguments) { return w.host_line("seq 4 | sed " + arguments).output; }

}  // namespace

TEST_CASE("sed: lines are added and changed") {
    SmallWorld w;
    CHECK(of_four(w, "'2a\\two and a half'") == "1\n2\ntwo and a half\n3\n4\n");
    CHECK(of_four(w, "'1i top'") == "top\n1\n2\n3\n4\n");
    CHECK(of_four(w, "'$a end'") == "1\n2\n3\n4\nend\n");
    CHECK(of_four(w, "'2,3c\\new'") == "1\nnew\n4\n");
    CHECK(of_four(w, "-e '1a\\' -e '  two\\' -e three -e '2,4d'") == "1\n  two\nthree\n");
    CHECK(w.host_line("printf 'k: 1' | sed 's/1/2/; $a more'").output == "k: 2\nmore\n");
    CHECK(w.host_line("echo in > /tmp/in; seq 2 | sed '1r /tmp/in'").output == "1\nin\n2\n");
    CHECK(w.host_line("seq 3 | sed -n '2w /tmp/out'; cat /tmp/out").output == "2\n");
    CHECK(w.output("printf 'a\\nb\\n' | sed 'a new'") == "a\nnew\nb\nnew\n");
}

TEST_CASE("sed: a delimiter in a pattern's set ends nothing") {
    SmallWorld w;
    CHECK(w.host_line("echo /a/b.c | sed 's/[^/]*$//'").output == "/a/\n");
    CHECK(w.host_line("echo a/b | sed 's/[]/]/x/;y/b/c/'").output == "axc\n");
    CHECK(w.host_line("echo a/b | sed -n '/[[:digit:]/]/p'").output == "a/b\n");
    CHECK(w.output("echo /a/b | sed 's/[^/]*$//'") == "/a/\n");
    CHECK(w.host_line("echo a | sed 's/[/x/'").errors == "sed: -e expression #1, char 6: unterminated `s' command\n");
    CHECK(w.host_line("echo a | sed '/a/{s/a/b/;b}'").output == "b\n");
}

TEST_CASE("sed: groups, labels and jumps") {
    SmallWorld w;
    CHECK(of_four(w, "'2,4{s/^/>/;3d}'") == "1\n>2\n>4\n");
    CHECK(of_four(w, "-n '/2/{\np\n}'") == "2\n");
    CHECK(of_four(w, "':a;N;$!ba;s/\\n/,/g'") == "1,2,3,4\n");
    CHECK(w.host_line("printf 'a\\nb\\n' | sed 's/a/x/;ta;s/b/y/;:a'").output == "x\ny\n");
    CHECK(w.host_line("echo aaa | sed ':x;s/a/b/;tx'").output == "bbb\n");
    const Ran endless = w.host_line("echo a | sed ':x;bx'");
    CHECK(endless.errors == "sed: Podium's sed works through up to 1000000 commands for a line\n");
    CHECK(endless.status == 4);
    const std::string large = "head -c 4000000 /dev/zero | tr '\\0' x | sed ";
    CHECK(w.host_line(large + "'s/.*/&&&&&&&&/'").errors == "sed: Podium's sed keeps up to 8 MiB of a text\n");
    CHECK(w.host_line(large + "':a;p;ba' > /dev/null").errors == "sed: Podium's sed writes up to 64 MiB for a line\n");
    CHECK(w.host_line(large + "-n ':a;h;ba'").errors == endless.errors);
    CHECK(w.host_line("sed bx /dev/null").errors == "sed: can't find label for jump to `x'\n");
}

TEST_CASE("sed: the pattern space, the hold space and the next line") {
    SmallWorld w;
    CHECK(of_four(w, "'N;s/\\n/+/'") == "1+2\n3+4\n");
    CHECK(w.host_line("seq 3 | sed 'N;s/\\n/+/'").output == "1+2\n3\n");
    CHECK(w.host_line("seq 3 | sed 'N;P;D'").output == "1\n2\n3\n");
    CHECK(of_four(w, "'1!G;h;$!d'") == "4\n3\n2\n1\n");
    CHECK(of_four(w, "-n '$!{h;d};H;x;p'") == "3\n4\n");
    CHECK(of_four(w, "-n '/2/{n;p}'") == "3\n");
    CHECK(of_four(w, "G") == "1\n\n2\n\n3\n\n4\n\n");
    CHECK(of_four(w, "'$!N;$!D'") == "3\n4\n");
}

TEST_CASE("sed: addresses") {
    SmallWorld w;
    CHECK(of_four(w, "-n '1~2p'") == "1\n3\n");
    CHECK(of_four(w, "-n '2,+1p'") == "2\n3\n");
    CHECK(of_four(w, "-n '3,1p'") == "3\n");
    CHECK(of_four(w, "0,/1/d") == "2\n3\n4\n");
    CHECK(of_four(w, "1,/1/d").empty());
    CHECK(of_four(w, "'/2/,/3/!d'") == "2\n3\n");
    CHECK(of_four(w, "-n '\\,3,p'") == "3\n");
    CHECK(of_four(w, "'$!d'") == "4\n");
    CHECK(w.host_line("printf 'a\\nB\\n' | sed -n '/b/Ip'").output == "B\n");
}

TEST_CASE("sed: y, and what s makes of letters") {
    SmallWorld w;
    CHECK(w.host_line("echo abc | sed 'y/abc/xyz/;='").output == "1\nxyz\n");
    CHECK(w.host_line("echo hello | sed 's/\\(h\\)\\(e\\)/\\u\\1\\U\\2x\\Eyz/'").output == "HEXyzllo\n");
    CHECK(w.output("echo hello | sed 's/h/\\Ux/'") == "Uxello\n");
    CHECK(w.host_line("echo 'a b' | sed 's/[^ ]*/\"&\"/g'").output == "\"a\" \"b\"\n");
    CHECK(w.host_line("echo abc | sed '/b/s//X/'").output == "aXc\n");
    CHECK(w.host_line("echo aXbX | sed 's/X/\\n/2;s/\\n/N/'").output == "aXbN\n");
    CHECK(w.host_line("seq 12 | sed -n 's/1/x/12p;s/1/y/p' | head -1").output == "y\n");
}

TEST_CASE("sed: files in place, with a copy, and to the line q stops at") {
    SmallWorld w;
    CHECK(w.host_line("seq 3 > /tmp/f; sed -i.bak 2d /tmp/f; cat /tmp/f /tmp/f.bak").output == "1\n3\n1\n2\n3\n");
    CHECK(w.host_line("seq 5 > /tmp/f; seq 2 > /tmp/g; sed -i 2q /tmp/f /tmp/g; cat /tmp/f /tmp/g").output == "1\n2\n1\n2\n");
    CHECK(w.host_line("seq 3 | sed 2q5").status == 5);
    CHECK(w.host_line("seq 3 | sed 2Q").output == "1\n");
    CHECK(w.host_line("seq 3 > /tmp/f; sed -s -n '$p' /tmp/f /tmp/f").output == "3\n3\n");
    CHECK(w.host_line("echo s/a/b/ > /tmp/s; echo a | sed -f /tmp/s").output == "b\n");
}

TEST_CASE("sed: says what is wrong and at which letter") {
    SmallWorld w;
    const auto wrong = [&](const std::string& script) { return w.host_line("sed '" + script + "' /dev/null").errors; };
    CHECK(wrong("s/a") == "sed: -e expression #1, char 3: unterminated `s' command\n");
    CHECK(wrong("k") == "sed: -e expression #1, char 1: unknown command: `k'\n");
    CHECK(wrong("s/a/b/k") == "sed: -e expression #1, char 7: unknown option to `s'\n");
    CHECK(wrong("{p") == "sed: -e expression #1, char 0: unmatched `{'\n");
    CHECK(wrong("p}") == "sed: -e expression #1, char 2: unexpected `}'\n");
    CHECK(wrong("3,p") == "sed: -e expression #1, char 3: unexpected `,'\n");
    CHECK(wrong("0p") == "sed: -e expression #1, char 2: invalid usage of line address 0\n");
    CHECK(wrong("y/ab/c/") == "sed: -e expression #1, char 7: strings for `y' command are different lengths\n");
    CHECK(wrong("s/\\(a\\)/\\2/") == "sed: -e expression #1, char 11: invalid reference \\2 on `s' command's RHS\n");
    CHECK(w.line("sed k /dev/null").errors == "sed: unsupported command k\n");
}

TEST_CASE("sed: escapes in patterns, replacements and texts") {
    SmallWorld w;
    const auto both = [&](const std::string& line, const std::string& expected) {
        CHECK(w.host_line(line).output == expected);
        CHECK(w.output(line) == expected);
    };
    both("printf 'a\\r\\nb\\n' | sed 's/\\r$//; s/b/\\r/'", "a\n\r\n");
    both("echo x | sed '1i\\\\tx'", "\tx\nx\n");
    both("echo x | sed 'a foo\\nbar\\tz'", "x\nfoo\nbar\tz\n");
    both("echo x | sed 'a\\ttext'", "x\nttext\n");
    both("echo a/b | sed 'y/\\//\\r/'", "a\rb\n");
    CHECK(w.host_line("echo 'A.b' | sed 's/\\x41\\x2e/[&]/; s/b/\\x26\\o101\\d066/'").output == "[A.]&AB\n");
    CHECK(w.host_line("echo 'Axb' | sed 's/\\x41\\x2e/[&]/'").output == "[Ax]b\n");
    CHECK(w.output("echo A | sed 's/\\x41/B/'") == "A\n");
}

TEST_CASE("sed: what is appended ends a last line, and a multiple ends a range at the next one") {
    SmallWorld w;
    CHECK(w.host_line("printf x | sed '$a\\'").output == "x\n");
    CHECK(w.host_line("printf x | sed 'r /nosuch'").output == "x\n");
    CHECK(w.host_line("printf x | sed 's/x/y/'").output == "y");
    CHECK(w.host_line("printf x > /tmp/f; printf 'a\\nb' | sed 'r /tmp/f'").output == "a\nxb\nx");
    CHECK(w.output("printf x > /tmp/f; printf 'a\\nb' | sed 'r /tmp/f'") == "a\nx\nb\nx\n");
    CHECK(w.host_line("seq 9 | sed -n '4,~4p' | tr '\\n' ' '; seq 9 | sed -n '5,~2p' | tr '\\n' ' '; seq 9 | sed -n '2,~0p'").output == "4 5 6 7 8 5 6 2\n");
}

TEST_CASE("sed: #n, letters that y takes alone, and a * that begins") {
    SmallWorld w;
    CHECK(w.host_line("printf '#n\\n1p\\n' > /tmp/s; seq 2 | sed -f /tmp/s; seq 2 | sed '#n\n2p'; seq 2 | sed '#no\n2p'; seq 2 | sed -n -e 1p -e '#n'; seq 2 | sed ' #n\n2p'").output ==
          "1\n2\n1\n2\n2\n1\n1\n2\n2\n");
    CHECK(w.output("seq 2 | sed '#n\n2p'") == "2\n");
    CHECK(w.host_line("echo aq.b | sed 'y/\\q\\./xy/'").output == "axyb\n");
    CHECK(w.host_line("echo abc | sed 's/^*b/x/'; echo '*b' | sed 's/^*b/x/'; echo '**b' | sed 's/^**b/x/'; echo abc | sed -E 's/^(x)*b/y/'; echo '*' | grep -c '^*$'").output ==
          "abc\nx\nx\nabc\n1\n");
}

}  // namespace podium::programs
