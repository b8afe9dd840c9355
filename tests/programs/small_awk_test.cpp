// awk: the language. What is expected was taken from mawk 1.3.4-20200120 on a host, and from busybox 1.35 in an image that has it.

#include <catch2/catch.hpp>

#include "tests/programs/small_fixture.hpp"

namespace podium::programs {
namespace {

/// What a program given to awk on a host prints of three lines.
std::string of_lines(SmallWorld& w, const std::string& program) {
    return w.host_line("printf 'web 10 up\\ndb 9 down\\nweb 30 up\\n' | awk '" + program + "'").output;
}

std::string on_host(SmallWorld& w, const std::string& line) { return w.host_line(line).output; }

}  // namespace

TEST_CASE("awk: sums, counts and arrays") {
    SmallWorld w;
    CHECK(of_lines(w, "{ s += $2 } END { print s, NR, s/NR }") == "49 3 16.3333\n");
    CHECK(of_lines(w, "{ n[$1]++; sum[$1] += $2 } END { for (k in n) print k, n[k], sum[k] }") == "db 1 9\nweb 2 40\n");
    CHECK(of_lines(w, "!seen[$1]++") == "web 10 up\ndb 9 down\n");
    CHECK(of_lines(w, "$2 > max { max = $2; who = $1 } END { print who, max }") == "web 30\n");
    CHECK(of_lines(w, "{ line[NR] = $0 } END { for (i = NR; i >= 1; i--) print line[i] }") == "web 30 up\ndb 9 down\nweb 10 up\n");
    CHECK(of_lines(w, "NR % 2 == 0 { print \"even\", $1; next } { print \"odd\", $1 }") == "odd web\neven db\nodd web\n");
    CHECK(of_lines(w, "/10/,/down/ { print NR }") == "1\n2\n");
    CHECK(on_host(w, "awk 'BEGIN { a[\"x\", 1] = 2; for (k in a) { split(k, p, SUBSEP); print p[1], p[2], ((\"x\", 1) in a) } delete a[\"x\", 1]; print length(a) }'") == "x 1 1\n0\n");
}

TEST_CASE("awk: numbers are written as mawk writes them, and as busybox does") {
    SmallWorld w;
    CHECK(on_host(w, "awk 'BEGIN { print 2147483647, 2147483648, 0.1 + 0.2, 1/3, 1e6, -0, 2^10, 2^3^2, -2^2, 7 % 3, -7 % 3 }'") ==
          "2147483647 2.14748e+09 0.3 0.333333 1000000 0 1024 512 -4 1 -1\n");
    CHECK(w.output("awk 'BEGIN { print 2147483648, 0.1 + 0.2, 1e10 }'") == "2147483648 0.3 10000000000\n");
    CHECK(on_host(w, "awk 'BEGIN { print 1 \" \" -1, \"x\" 1+1, 5 \" items\", \"3abc\" + 1, \"0x1A\" + 0 }'") == "1-1 x2 5 items 4 26\n");
    CHECK(on_host(w, "awk 'BEGIN { print 1/0, 1 == 1.0, \"a\" < \"b\", \"10\" < \"9\", 10 < 9, !\"\", !\"a\" }'") == "inf 1 1 1 0 1 0\n");
    CHECK(w.line("awk 'BEGIN { print 1/0 }'").errors == "awk: cmd. line:1: Division by zero\n");
    CHECK(on_host(w, "echo 3 | awk '{ print ($1 == \"3.0\"), ($1 == 3.0), ($1 < 20) }'") == "0 1 1\n");
    CHECK(on_host(w, "awk 'BEGIN { i = 5; print i++ + ++i, i--, i }'") == "12 7 6\n");
}

TEST_CASE("awk: printf") {
    SmallWorld w;
    CHECK(on_host(w, "awk 'BEGIN { printf \"%5.2f|%-5s|%05d|%x|%c|%e|%g|%%\\n\", 3.14159, \"ab\", 42, 255, 65, 12345.678, 0.0001 }'") ==
          " 3.14|ab   |00042|ff|A|1.234568e+04|0.0001|%\n");
    CHECK(on_host(w, "awk 'BEGIN { printf(\"%d %s\\n\", 3.9, \"x\"); printf \"%.3s|%*d|%+d\\n\", \"abcdef\", 5, 3, 4; print sprintf(\"%03d\", 7) }'") == "3 x\nabc|    3|+4\n007\n");
    CHECK(on_host(w, "awk 'BEGIN { printf \"%d %d %x\\n\", 1e10, \"x\", 1e10 }'") == "2147483647 0 ffffffff\n");
    const Ran few = w.host_line("awk 'BEGIN { printf \"%s %s\\n\", \"only\" }'");
    CHECK(few.errors == "awk: run time error: not enough arguments passed to printf(\"%s %s\n\")\n\tFILENAME=\"\" FNR=0 NR=0\n");
    CHECK(few.status == 2);
    CHECK(w.output("awk 'BEGIN { printf \"%s %s|\\n\", \"only\" }'") == "only |\n");
}

TEST_CASE("awk: fields are set, counted and joined again") {
    SmallWorld w;
    CHECK(on_host(w, "echo a:b:c | awk -F: '{ print $NF, $(NF-1); $2 = \"X\"; print; print NF }' OFS=-") == "c-b\na-X-c\n3\n");
    CHECK(on_host(w, "echo 'x y z' | awk -v OFS=, '{ $7 = \"q\"; print; print NF; NF = 2; print }'") == "x,y,z,,,,q\n7\nx,y\n");
    CHECK(on_host(w, "printf 'a1b22c\\n' | awk -F'[0-9]+' '{ print $2, $3, NF }'") == "b c 3\n");
    CHECK(on_host(w, "printf 'a|b|c\\n' | awk -F'|' '{ print $2 }'; printf 'a\\tb c\\td\\n' | awk -F'\\t' '{ print $2 }'") == "b\nb c\n");
    CHECK(on_host(w, "echo 'CPU 12.5%' | awk '{ gsub(\"%\", \"\", $2); if ($2 > 10) print \"high:\", $2; else print \"low\" }'") == "high: 12.5\n");
    CHECK(on_host(w, "printf 'a b\\nc\\n\\n\\nd\\n' | awk 'BEGIN { RS = \"\" } { print NF\": \"$0 }'") == "3: a b\nc\n1: d\n");
    CHECK(on_host(w, "printf 'a:b' | awk 'BEGIN { RS = \":\" } { print NR\": \"$0 }'") == "1: a\n2: b\n");
    CHECK(w.host_line("awk 'BEGIN { print $(-1) }'").errors.starts_with("awk: run time error: negative field index $-1\n"));
}

TEST_CASE("awk: functions, its own and the program's") {
    SmallWorld w;
    CHECK(on_host(w, "awk 'BEGIN { print length(\"abc\"), substr(\"hello\", 2, 3), substr(\"hello\", 0, 2), index(\"foobar\", \"bar\"), toupper(\"ab\"), int(-3.7), sqrt(16) }'") ==
          "3 ell he 4 AB -3 4\n");
    CHECK(on_host(w, "awk 'BEGIN { print match(\"foobar\", \"o+\"), RSTART, RLENGTH; print split(\"a:b:c\", p, \":\"), p[1], p[3]; s = \"hello\"; gsub(/l/, \"[&]\", s); print s; print sub(/zz/, \"\", s) }'") ==
          "2 2 2\n3 a c\nhe[l][l]o\n0\n");
    CHECK(on_host(w, "echo aab | awk '{ n = gsub(/a*/, \"<&>\"); print n, $0; s = \"hel\"; gsub(/l/, \"\\\\&\", s); print s }'") == "2 <aa>b<>\nhe&\n");
    CHECK(on_host(w, "awk 'function f(n) { if (n < 2) return n; return f(n-1) + f(n-2) } BEGIN { print f(15) }'") == "610\n");
    CHECK(on_host(w, "awk 'function add(list, x) { list[x] = x * 2 } BEGIN { add(a, 4); print a[4], (4 in a), (5 in a) }'") == "8 1 0\n");
    // glibc's random(3) from a seed of 1.
    CHECK(on_host(w, "awk 'BEGIN { srand(1); printf \"%.6f %.6f\\n\", rand(), rand(); print srand(5), srand(7) }'") == "0.840188 0.394383\n1 5\n");
    CHECK(w.host_line("awk 'BEGIN { print sin(1) }'").errors == "awk: Podium does not model awk's function sin()\n");
}

TEST_CASE("awk: loops, exit and getline") {
    SmallWorld w;
    CHECK(on_host(w, "awk 'BEGIN { while (i++ < 3) printf \"%d \", i; for (;;) { if (++j > 4) break; if (j == 2) continue; printf \"%d \", j } do { k++ } while (k < 5); print k }'") ==
          "1 2 3 1 3 4 5\n");
    const Ran ended = w.host_line("printf '1\\n2\\n3\\n' | awk '$1 == 2 { exit 3 } { print } END { print \"end\" }'");
    CHECK(ended.output == "1\nend\n");
    CHECK(ended.status == 3);
    CHECK(on_host(w, "printf 'x\\ny\\nz\\n' | awk '{ getline v; print $0, v, NR }'") == "x y 2\nz y 3\n");
    CHECK(on_host(w, "printf '1\\n2\\n' > /tmp/n; awk 'BEGIN { while ((getline line < \"/tmp/n\") > 0) s += line; print s; print (getline x < \"/nosuch\") }'") == "3\n-1\n");
    CHECK(on_host(w, "awk 'BEGIN { \"sleep 2; echo late\" | getline x; print x; print system(\"exit 4\"), close(\"none\") }'") == "late\n4 -1\n");
    CHECK(w.host_line("awk 'BEGIN { \"sleep 2; echo late\" | getline x; print x }'").took >= seconds(2));
}

TEST_CASE("awk: prints to files and commands") {
    SmallWorld w;
    CHECK(on_host(w, "printf 'b 2\\na 1\\n' | awk '{ print $2, $1 | \"sort -n\" } END { close(\"sort -n\"); print \"done\" }'") == "1 a\n2 b\ndone\n");
    CHECK(on_host(w, "printf 'x\\ny\\n' | awk '{ print > \"/tmp/o\"; print \"again\" $0 >> \"/tmp/p\" }'; cat /tmp/o /tmp/p") == "x\ny\nagainx\nagainy\n");
    CHECK(w.host_line("awk 'BEGIN { print \"e\" > \"/dev/stderr\"; print \"o\" }'").errors == "e\n");
    CHECK(w.host_line("awk 'BEGIN { print 1 > \"/nodir/x\" }'").errors == "awk: cannot open \"/nodir/x\" for output (No such file or directory)\n");
}

TEST_CASE("awk: variables from the command line, programs from files, and what is wrong") {
    SmallWorld w;
    CHECK(on_host(w, "echo 'a 5' | awk -v min=3 -v 'who=\\\"x\\\"' '$2 > min { print $1, who }'") == "a \"x\"\n");
    CHECK(on_host(w, "echo 'BEGIN { print \"hi\" }' > /tmp/p.awk; awk -f /tmp/p.awk; A=1 awk 'BEGIN { print ENVIRON[\"A\"], ARGC, ARGV[1] }' z") == "hi\n1 2 z\n");
    const auto wrong = [&](const std::string& program) { return w.host_line("awk '" + program + "' </dev/null"); };
    CHECK(wrong("{ print $1").errors == "awk: line 2: missing } near end of file\n");
    CHECK(wrong("{ print $1").status == 2);
    CHECK(wrong("BEGIN { x = ; }").errors == "awk: line 1: syntax error at or near ;\n");
    CHECK(wrong("BEGIN { foo(1) }").errors == "awk: line 2: function foo never defined\n");
    CHECK(wrong("{ print \"a }").errors == "awk: line 1: runaway string constant \"a } ...\n");
    CHECK(wrong("BEGIN { if (1) print 2 else print 3 }").errors == "awk: line 1: syntax error at or near else\n");
    CHECK(w.host_line("awk '{ print }' /nosuch").errors == "awk: cannot open /nosuch (No such file or directory)\n");
    CHECK(w.line("awk '{ print $1'").errors == "awk: cmd. line:1: Unexpected token\n");
    CHECK(w.line("awk '{ print $1'").status == 1);
    CHECK(w.line("awk 'BEGIN { foo(1) }'").errors == "awk: cmd. line:1: Call to undefined function\n");
}

TEST_CASE("awk: numbers too small or large for it, and index of nothing") {
    SmallWorld w;
    CHECK(on_host(w, "awk 'BEGIN { print \"1E-400\" + 0, \"1e-400\" + 0, \"-1E400\" + 0, index(\"abc\", \"\"), index(\"\", \"a\") }'") == "0 0 -inf 1 0\n");
    CHECK(w.output("awk 'BEGIN { print index(\"abc\", \"\") }'") == "0\n");
}

TEST_CASE("awk: RS may change while it reads, and may be a pattern") {
    SmallWorld w;
    CHECK(on_host(w, "printf 'a\\nb;c\\nd;e' | awk 'NR == 1 { RS = \";\" } { print NR\": \"$0 }'") == "1: a\n2: b\n3: c\nd\n4: e\n");
    CHECK(on_host(w, "printf 'a;b\\nc;d\\n' | awk 'BEGIN { RS = \";\" } NR == 1 { RS = \"\\n\" } { print NR\": \"$0 }'") == "1: a\n2: b\n3: c;d\n");
    CHECK(on_host(w, "printf 'a1b22c333d\\n' | awk 'BEGIN { RS = \"[0-9]+\" } { print NR\": \"$0 }'") == "1: a\n2: b\n3: c\n4: d\n\n");
    CHECK(on_host(w, "printf 'a;b;c' > /tmp/r; awk 'BEGIN { RS = \";\"; while ((getline l < \"/tmp/r\") > 0) printf \"[%s]\", l }'") == "[a][b][c]");
    // In a paragraph a newline divides fields by default; with another FS to busybox alone.
    const std::string paragraphs = "printf 'k:v\\nx:y\\n\\n\\nk:w\\n' | awk -v RS= ";
    CHECK(on_host(w, paragraphs + "'{ print NF, $2 }'") == "2 x:y\n1 \n");
    CHECK(on_host(w, paragraphs + "-F: '{ print NF, $3 }'") == "3 y\n2 \n");
    CHECK(w.output(paragraphs + "-F: 'NR == 1 { print NF, $3 }'") == "4 x\n");
    // Many short records in one read, and one that is long.
    CHECK(on_host(w, "head -c 200000 /dev/zero | tr '\\0' ';' | awk 'BEGIN { RS = \";\" } END { print NR }'") == "200000\n");
    CHECK(on_host(w, "(head -c 3000000 /dev/zero | tr '\\0' x; echo ';;y') | awk 'BEGIN { RS = \";;\" } { print length($0) }'") == "3000000\n2\n");
}

TEST_CASE("awk: what mawk and busybox read differently") {
    SmallWorld w;
    const auto both = [&](const std::string& line, const std::string& mawks, const std::string& busyboxs) {
        CHECK(on_host(w, line) == mawks);
        CHECK(w.output(line) == busyboxs);
    };
    both("awk 'BEGIN { print \"a\\.b\", \"\\$\", \"sl\\/ash\" }'", "a\\.b \\$ sl\\/ash\n", "a.b $ sl/ash\n");
    both("awk 'BEGIN { print \"010\" + 0, \"0x1f\" + 0, \"08\" + 0, \"010.5\" + 0, 010 + 0 }'", "10 31 8 10.5 10\n", "8 31 8 10.5 8\n");
    both("echo a | awk '{ print ($5 == 0), ($5 == \"\"), !$5, ($5 < 1) }'", "0 1 1 1\n", "1 1 1 1\n");
    both("awk 'BEGIN { \"echo \" \"hi\" | getline x; print x }' 2>/dev/null", "\n", "hi\n");
    both("echo hello | awk '{ gsub(/l*/, \"-\"); print }'", "-h-e-o-\n", "-h-e--o-\n");
    both("awk 'BEGIN { printf \"%d %x %u\\n\", 3000000000, 3000000000, -1 }'", "2147483647 b2d05e00 0\n", "-2147483648 80000000 4294967295\n");
    // Without srand() busybox begins with 1 each time, and mawk with the second it is.
    CHECK(w.output("awk 'BEGIN { printf \"%.6f %.6f\\n\", rand(), rand(); print srand(5), srand() }'") == "0.783099 0.197551\n1 5\n");
    CHECK(on_host(w, "awk 'BEGIN { print rand() }'") == on_host(w, "awk 'BEGIN { srand(); print rand() }'"));
    both("echo 'a\\b' | awk -F'\\\\' '{ print $2 }'", "b\n", "b\n");
    CHECK(w.host_line("awk 'BEGIN { @ }'").errors == "awk: 1: unexpected character '@'\n");
}

TEST_CASE("awk: letters by their numbers, infinities and what is no number") {
    SmallWorld w;
    const auto both = [&](const std::string& line, const std::string& expected) {
        CHECK(on_host(w, line) == expected);
        CHECK(w.output(line) == expected);
    };
    both("awk 'BEGIN { print \"\\x41\\x4a4\\1014\", (\"A\" ~ /^\\x41$/), (\"AB\" ~ /^\\101[\\x42]$/), (\"x\" ~ /[\\x42]/) }'", "AJ4A4 1 1 0\n");
    both("echo 'inf -INF info Nan -nan in' | awk '{ for (i = 1; i <= NF; i++) printf \"%s \", $i + 0; print ($1 > 5) }'", "inf -inf inf nan -nan 0 1\n");
    CHECK(on_host(w, "awk 'BEGIN { print (\"a.c\" ~ /a\\x2ec/), (\"abc\" ~ /a\\056c/); printf \"%d %x\\n\", \"nan\", \"inf\" }'") == "1 0\n-2147483647 ffffffff\n");
    CHECK(on_host(w, "awk 'BEGIN { ARGC = \"nan\"; srand(\"nan\"); printf \"%s|\", substr(\"abc\", \"nan\"); exit \"nan\" }'") == "|");
    CHECK(w.host_line("awk 'BEGIN { printf \"%*d\", \"nan\", 1 }'").errors.find("fills up to 10000 characters") != std::string::npos);
    CHECK(w.host_line("awk 'BEGIN { print mktime(\"2024 1 1 0 0 0\") }'").errors == "awk: Podium does not model awk's function mktime()\n");
}

TEST_CASE("awk: close() ends what was written and what is read of one name") {
    SmallWorld w;
    CHECK(on_host(w, "cd /tmp; awk 'BEGIN { print \"x\" > \"o\"; close(\"o\"); getline l < \"o\"; print \"y\" >> \"o\"; print close(\"o\"); while ((getline l < \"o\") > 0) print l; print close(\"n\") }'") ==
          "0\nx\ny\n-1\n");
}

TEST_CASE("awk: what print writes to may be any expression") {
    SmallWorld w;
    CHECK(on_host(w, "cd /tmp; awk 'BEGIN { print \"x\" > \"a\" \".txt\"; print 1 > 2 ? \"b\" : \"c\" }'; cat a.txt b") == "x\n1\n");
}

TEST_CASE("awk: has limits, and takes time for long loops") {
    SmallWorld w;
    CHECK(w.host_line("awk 'BEGIN { while (i < 1000000) i++ }'").took > Duration{});
    CHECK(w.host_line("awk 'BEGIN { s = \"0123456789abcdef\"; while (1) s = s s }'").errors == "awk: Podium's awk keeps up to 8 MiB of a text\n");
    CHECK(w.host_line("awk 'function f(x) { return f(x + 1) } BEGIN { f(1) }'").errors == "awk: Podium's awk calls functions up to 1000 deep\n");
    const std::string held = "awk: Podium's awk keeps up to 128 MiB in variables and arrays\n";
    CHECK(w.host_line("awk 'BEGIN { while (1) if (a[i++]) n++ }'").errors == held);
    const std::string large = "s = sprintf(\"%10000d\", 1); for (i = 0; i < 9; i++) s = s s";
    CHECK(w.host_line("awk 'function f(a, b) { b = s; return f(a + 1) } BEGIN { " + large + "; f(1) }'").errors == held);
    CHECK(w.host_line("awk 'BEGIN { " + large + "; OFS = s; $30000 = 1; print }'").errors == "awk: Podium's awk keeps up to 8 MiB of a text\n");
    // What was deleted, or is no more there after a split or a call, is not counted.
    CHECK(on_host(w, "awk 'function f(a, b) { b[a] = \"0123456789\" } BEGIN { for (i = 0; i < 300000; i++) { n = split(\"a b c d e f g\", p); f(i); q[1] = i; delete q[1] } print n }'") == "7\n");
    CHECK(w.host_line("awk 'BEGIN { print " + std::string(1000, '(') + "1" + std::string(1000, ')') + " }'").errors.find("levels of nesting") != std::string::npos);
}

}  // namespace podium::programs
