#include <catch2/catch.hpp>

#include "sim/base/regex.hpp"
#include "tests/programs/small_fixture.hpp"

namespace podium::programs {
namespace {

/// What a pattern finds first in a text: "begin-end", "" for nothing, or the error.
std::string found(std::string_view pattern, std::string_view text, bool extended = true) {
    const auto regex = Regex::compile(pattern, {extended, false});
    if (!regex) return regex.error().message;
    const auto match = regex->search(text);
    return match ? std::to_string(match->begin) + "-" + std::to_string(match->end) : "";
}

TEST_CASE("patterns: what POSIX says they match, leftmost and longest") {
    CHECK(found("b+", "abbbc") == "1-4");
    CHECK(found("a|ab|abc", "xabcd") == "1-4");
    CHECK(found("^a.c$", "abc") == "0-3");
    CHECK(found("^b", "ab").empty());
    CHECK(found("x*", "aaa") == "0-0");
    CHECK(found("[[:digit:]]{2,3}", "a12345") == "1-4");
    CHECK(found("[^a-c]", "abcd") == "3-4");
    CHECK(found("[]x]", "a]") == "1-2");
    CHECK(found("\\bcat\\b", "concat cat") == "7-10");
    CHECK(found("(a|b)*c", "ababc") == "0-5");
    CHECK(found("a\\+", "caaa", false) == "1-4");
    CHECK(found("a+", "aa+", false) == "1-3");
    CHECK(found("\\(ab\\)\\{2\\}", "xababab", false) == "1-5");
    CHECK(found("*a", "*a", false) == "0-2");
    CHECK(found("a.*b", "xaXbYbZ") == "1-6");
}

TEST_CASE("patterns: what is wrong is said, and nothing takes for ever") {
    CHECK(found("(", "") == "Unmatched ( or \\(");
    CHECK(found("a)", "") == "Unmatched ) or \\)");
    CHECK(found("[a", "") == "Unmatched [, [^, [:, [., or [=");
    CHECK(found("a\\", "") == "Trailing backslash");
    CHECK(found("a{2", "") == "Invalid content of \\{\\}");
    CHECK(found("(a)\\1", "") == "Podium does not model back-references in patterns");
    CHECK(found("((a{200}){200})", "") == "Regular expression too big");
    CHECK(found(std::string(200, '('), "") == "Regular expression too big");
    CHECK(found("(a*)*(a*)*(a*)*b", std::string(2000, 'a')).empty());
    CHECK(found("(a|aa)+$", std::string(500, 'a') + "b").empty());
}

TEST_CASE("envsubst: puts values where variables are named, all or those of its format, and nothing else") {
    SmallWorld w;
    const auto made = [&w](const std::string& text, const std::string& arguments = "") {
        return w.host_line("export A=1 B='x y'; unset C; printf '%s\\n' '" + text + "' | envsubst " + arguments).output;
    };
    CHECK(made("a $A ${B}b $C. ${C}!") == "a 1 x yb . !\n");
    CHECK(made("$$A ${A $1 ${1} $ ${} $A1 ${A:-2}") == "$1 ${A $1 ${1} $ ${}  ${A:-2}\n");
    CHECK(made("$A $B $C", "'$A ${C}'") == "1 $B \n");
    CHECK(made("$A", "''") == "$A\n");
    CHECK(w.host_line("export A=1; printf 'end $A' | envsubst").output == "end 1");
    CHECK(w.host_line("envsubst -v 'x $A ${B} $A'").output == "A\nB\nA\n");
    CHECK(w.host_line("envsubst a b").errors == "envsubst: too many arguments\n");
    CHECK(w.host_line("envsubst -v").errors == "envsubst: missing arguments\n");
    // Values are repeated as often as they are named: there is an end to that.
    const auto endless = w.host_line("export A=$(head -c 100000 /dev/zero | tr '\\0' x); head -c 400 /dev/zero | tr '\\0' '$' | sed 's/[$]/$A/g' | envsubst | wc -c");
    CHECK(endless.errors == "envsubst: Podium makes lines of 8 MiB at most\n");
}

TEST_CASE("grep: lines that match, and the status that says whether any did") {
    SmallWorld w;
    w.line("printf 'one\\ntwo\\nthree\\nFour\\n' > /tmp/f; printf 'two\\n' > /tmp/g");
    CHECK(w.output("grep o /tmp/f") == "one\ntwo\nFour\n");
    CHECK(w.output("grep -v o /tmp/f") == "three\n");
    CHECK(w.output("grep -c o /tmp/f") == "3\n");
    CHECK(w.output("grep -in four /tmp/f") == "4:Four\n");
    CHECK(w.output("grep -E 'one|th' /tmp/f") == "one\nthree\n");
    CHECK(w.output("grep -o 'e.' /tmp/f") == "ee\n");
    CHECK(w.output("grep two /tmp/f /tmp/g") == "/tmp/f:two\n/tmp/g:two\n");
    CHECK(w.output("grep -h two /tmp/f /tmp/g") == "two\ntwo\n");
    CHECK(w.output("grep -l two /tmp/f /tmp/g") == "/tmp/f\n/tmp/g\n");
    CHECK(w.output("grep -rc two /tmp") == "/tmp/f:1\n/tmp/g:1\n");
    CHECK(w.output("grep -A1 one /tmp/f") == "one\ntwo\n");
    CHECK(w.output("grep -n -B1 three /tmp/f") == "2-two\n3:three\n");
    CHECK(w.output("grep -m1 o /tmp/f") == "one\n");
    CHECK(w.output("grep -F . /tmp/f").empty());
    CHECK(w.output("grep -x two /tmp/f") == "two\n");
    CHECK(w.output("grep -e one -e Four /tmp/f") == "one\nFour\n");
    CHECK(w.line("grep -q two /tmp/f").status == 0);
    CHECK(w.line("grep zzz /tmp/f").status == 1);
    CHECK(w.line("grep x /nosuch").status == 2);
    CHECK(w.line("grep x /nosuch").errors == "grep: /nosuch: No such file or directory\n");
    CHECK(w.line("grep '(' -E /tmp/f").errors == "grep: Unmatched ( or \\(\n");
}

TEST_CASE("head and tail: by lines and by bytes, from both ends") {
    SmallWorld w;
    w.line("seq 1 20 > /tmp/f");
    CHECK(w.output("head -n 2 /tmp/f") == "1\n2\n");
    CHECK(w.output("head -1 /tmp/f") == "1\n");
    CHECK(w.output("head -c 3 /tmp/f") == "1\n2");
    CHECK(w.output("head -n -18 /tmp/f") == "1\n2\n");
    CHECK(w.output("tail -n 2 /tmp/f") == "19\n20\n");
    CHECK(w.output("tail -n +19 /tmp/f") == "19\n20\n");
    CHECK(w.output("tail -c 3 /tmp/f") == "20\n");
    CHECK(w.output("seq 1 30 | tail -1") == "30\n");
    CHECK(w.output("head -n1 /tmp/f /tmp/f") == "==> /tmp/f <==\n1\n\n==> /tmp/f <==\n1\n");
    CHECK(w.output("tail /tmp/f | wc -l") == "10\n");
    CHECK(w.line("yes | head -n 3").output == "y\ny\ny\n");
}

TEST_CASE("tail -f: shows what is written later, without looking again and again") {
    SmallWorld w;
    w.line("echo old > /tmp/f");
    const auto tail = w.start({"tail", "-f", "/tmp/f"}, model::ProcessRole::Session, w.container);
    w.run(hours(1));
    const std::uint64_t handled = w.world.kernel.events_handled();
    w.run(hours(10));
    CHECK(w.world.kernel.events_handled() == handled);
    w.line("echo new >> /tmp/f");
    w.run(milliseconds(1));
    CHECK(take_stream(w.world, tail.output) == "old\nnew\n");
    const auto idle =
        w.start({"tail", "-f", "/dev/null"}, model::ProcessRole::Session, w.container);
    w.run(hours(1));
    CHECK_FALSE(w.world.processes.at(idle.process).ended);
}

TEST_CASE("wc, cut, uniq, sort: count, cut, compare and order") {
    SmallWorld w;
    w.line("printf 'b 2\\na 10\\nb 2\\nc 1\\n' > /tmp/f");
    CHECK(w.output("wc -l < /tmp/f") == "4\n");
    CHECK(w.output("wc /tmp/f") == "        4         8        17 /tmp/f\n");
    CHECK(w.host_line("printf 'a b\\n' | wc").output == "      1       2       4\n");
    CHECK(w.output("cut -d' ' -f2 /tmp/f") == "2\n10\n2\n1\n");
    CHECK(w.output("cut -c1-2,4 /tmp/f | head -2") == "b \na 0\n");
    CHECK(w.output("sort /tmp/f") == "a 10\nb 2\nb 2\nc 1\n");
    CHECK(w.output("sort -u /tmp/f") == "a 10\nb 2\nc 1\n");
    CHECK(w.output("sort -k2 -n /tmp/f") == "c 1\nb 2\nb 2\na 10\n");
    CHECK(w.output("sort -rn -k2,2 /tmp/f | head -1") == "a 10\n");
    CHECK(w.output("sort /tmp/f | uniq -c") == "      1 a 10\n      2 b 2\n      1 c 1\n");
    CHECK(w.output("sort /tmp/f | uniq -d") == "b 2\n");
    CHECK(w.output("printf '1.5\\n-2\\n10\\n' | sort -n") == "-2\n1.5\n10\n");
}

TEST_CASE("sed: substitutions, addresses, in place; the rest is refused by name") {
    SmallWorld w;
    w.line("printf 'one\\ntwo\\nthree\\n' > /tmp/f");
    CHECK(w.output("sed s/o/0/ /tmp/f") == "0ne\ntw0\nthree\n");
    CHECK(w.output("sed 's/\\(t\\)\\(.\\)/\\2\\1/; s/e/E/g' /tmp/f") == "onE\nwto\nhtrEE\n");
    CHECK(w.output("sed -E 's/(.)e/<&\\1>/' /tmp/f") == "o<nen>\ntwo\nth<rer>e\n");
    CHECK(w.output("sed -n 2p /tmp/f") == "two\n");
    CHECK(w.output("sed -n '/t/p' /tmp/f") == "two\nthree\n");
    CHECK(w.output("sed '2,$d' /tmp/f") == "one\n");
    CHECK(w.output("sed '$d' /tmp/f") == "one\ntwo\n");
    CHECK(w.output("sed 2q /tmp/f") == "one\ntwo\n");
    CHECK(w.output("sed 's|/a|/b|2' <<E\n/a/a\nE") == "/a/b\n");
    CHECK(w.output("sed -i 's/two/2/' /tmp/f; cat /tmp/f") == "one\n2\nthree\n");
    CHECK(w.output("printf 'x' | sed s/x/y/") == "y");
    CHECK(w.line("sed l /tmp/f").errors == "sed: Podium does not model sed's command 'l'\n");
    CHECK(w.line("sed s/a /tmp/f").errors == "sed: unmatched '/'\n");
}

TEST_CASE("awk: prints fields of the lines that fit") {
    SmallWorld w;
    w.line("printf 'NAME STATUS\\nweb up 3\\ndb down 7\\n' > /tmp/f");
    CHECK(w.output("awk '{print $1}' /tmp/f") == "NAME\nweb\ndb\n");
    CHECK(w.output("awk 'NR>1 {print $1, $NF}' /tmp/f") == "web 3\ndb 7\n");
    CHECK(w.output("awk '/up/' /tmp/f") == "web up 3\n");
    CHECK(w.output("awk '$2 == \"down\" {print \"<\" $1 \">\"}' /tmp/f") == "<db>\n");
    CHECK(w.output("awk 'NR>1 && $3 > 5 {print NR\": \"$0}' /tmp/f") == "3: db down 7\n");
    CHECK(w.output("awk -F: '{print $1}' /etc/passwd | head -1") == "root\n");
    CHECK(w.output("awk '!/NAME/{print $2} END{print NR}' /tmp/f") == "up\ndown\n3\n");
    CHECK(w.output("awk 'BEGIN{print \"hi\"}'") == "hi\n");
}

TEST_CASE("grep: Perl's classes and \\K, files by name, and no colours") {
    SmallWorld w;
    const auto said = [&w](const std::string& line) { return w.host_line(line).output; };
    CHECK(said("echo abc123 | grep -oP '\\d+'") == "123\n");
    CHECK(said("echo 'foo=bar baz' | grep -oP 'foo=\\K\\S+'") == "bar\n");
    CHECK(said("printf 'a\\tb\\nc d\\n' | grep -P '\\t'") == "a\tb\n");
    CHECK(said("echo 'v1.2' | grep -oP '(?i)V[\\d.]+'") == "v1.2\n");
    CHECK(w.host_line("echo a | grep -P '(?<=x)a'").errors == "grep: Podium does not model look-arounds and the like in Perl's patterns; use -E\n");
    CHECK(w.host_line("echo a | grep -oP 'a+?'").status == 2);
    w.host_line("mkdir -p /g/sub; echo foo > /g/a.c; echo foo > /g/b.h; echo foo > /g/sub/c.c");
    CHECK(said("grep -rl --include='*.c' foo /g") == "/g/a.c\n/g/sub/c.c\n");
    CHECK(said("grep -rl --exclude='*.c' foo /g") == "/g/b.h\n");
    CHECK(said("grep -rl --exclude-dir=sub foo /g") == "/g/a.c\n/g/b.h\n");
    CHECK(said("echo foo | grep --color foo") == "foo\n");
    CHECK(w.host_line("echo foo | grep --color=always foo").status == 2);
    CHECK(w.line("echo foo | grep -P foo").status == 2);
}

TEST_CASE("cut, uniq and cat: the rest of a line, parts of lines, and what is not seen") {
    SmallWorld w;
    const auto said = [&w](const std::string& line) { return w.host_line(line).output; };
    CHECK(said("echo a:b:c | cut -d: --complement -f2") == "a:c\n");
    CHECK(said("echo a:b:c | cut -d: -f1,3 --output-delimiter=' - '") == "a - c\n");
    CHECK(said("echo a:b:c | cut -d: -f1,3 --output-delimiter= | tr '\\0' _") == "a_c\n");
    CHECK(said("echo abcdef | cut -c1-2,4-5 --output-delimiter=:; echo abcdef | cut -b 1-3,2-4,6 --output-delimiter=:; echo abcdef | cut --complement -c3 --output-delimiter=:") == "ab:de\nabcd:f\nab:def\n");
    CHECK(said("echo a b c | cut -d ' ' -f '3 1'; echo a,b | cut -d '' -f1; echo abcd | cut -c 3,1; echo a,b,c | cut -d, --complement -f2-; echo x | cut -d, -f2") == "a c\na,b\nac\na\nx\n");
    const auto refused = [&w](const std::string& arguments) {
        const std::string errors = w.host_line("cut " + arguments + " /dev/null").errors;
        return errors.substr(0, errors.find("\nTry"));
    };
    CHECK(refused("-f0") == "cut: fields are numbered from 1");
    CHECK(refused("-f1,") == "cut: fields are numbered from 1");
    CHECK(refused("-c0-2") == "cut: byte/character positions are numbered from 1");
    CHECK(refused("-f3-1") == "cut: invalid decreasing range");
    CHECK(refused("-f1-ab,3") == "cut: invalid field value 'ab,3'");
    CHECK(refused("-c a-2") == "cut: invalid byte/character position 'a-2'");
    CHECK(refused("-f-") == "cut: invalid range with no endpoint: -");
    CHECK(refused("-f1--2") == "cut: invalid field range");
    CHECK(refused("-f99999999999999999999") == "cut: field number '99999999999999999999' is too large");
    CHECK(refused("-f1 -c1") == "cut: only one list may be specified");
    CHECK(refused("-d, -c1") == "cut: an input delimiter may be specified only when operating on fields");
    CHECK(refused("-s -c1") == "cut: suppressing non-delimited lines makes sense\n\tonly when operating on fields");
    CHECK(w.line("cut -fa /dev/null").errors == "cut: invalid number 'a'\n");
    CHECK(w.line("cut -f, /dev/null").errors == "cut: missing list of positions\n");
    CHECK(w.line("cut /dev/null").errors == "cut: expected a list of bytes, characters, or fields\n");
    CHECK(w.output("echo a:b:c | cut -d: -f3,1 -O -") == "a-c\n");
    CHECK(w.host_line("cut x").errors == "cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\n");
    CHECK(said("printf 'x a\\ny a\\n' | uniq -f1") == "x a\n");
    CHECK(said("printf 'abc\\nxbc\\nxbd\\n' | uniq -s1 -w1 -c") == "      3 abc\n");
    CHECK(said("printf 'a\\tb\\001\\n\\n\\n\\nc' | cat -sA") == "a^Ib^A$\n$\nc");
    CHECK(said("printf 'a\\tb\\n' | cat -E") == "a\tb$\n");
}

TEST_CASE("<( ) and >( ): programs read and write what bash gives them for files") {
    SmallWorld w;
    const auto said = [&w](const std::string& line) { return w.host_line(line).output; };
    CHECK(said("cat <(echo one) <(sleep 1; echo two)") == "one\ntwo\n");
    CHECK(said("diff <(printf 'a\\nb\\n') <(sleep 1; printf 'a\\nc\\n')") == "2c2\n< b\n---\n> c\n");
    CHECK(said("paste <(seq 2) <(seq 3 4)") == "1\t3\n2\t4\n");
    CHECK(w.host_line("echo x | tee >(cat >&2) > /dev/null; sleep 1").errors == "x\n");
    CHECK(said("sort < <(printf 'b\\na\\n') | head -1") == "a\n");
}

TEST_CASE("find: runs commands, joins tests, and knows sizes and ages") {
    SmallWorld w;
    w.line("mkdir -p /d/e; touch /d/a.x /d/e/b.y; echo hi > /d/c");
    CHECK(w.output("find /d -name '*.x' -exec echo got {} \\;") == "got /d/a.x\n");
    CHECK(w.output("find /d -type f -exec echo {} +") == "/d/a.x /d/c /d/e/b.y\n");
    CHECK(w.output("find /d -name c -exec cat {} \\; -exec false \\; -o -name a.x -print") == "/d/a.x\nhi\n");
    CHECK(w.output("find /d ! -name e -type d") == "/d\n");
    CHECK(w.output("find /d \\( -name a.x -o -name c \\) -print") == "/d/a.x\n/d/c\n");
    CHECK(w.output("find /d -name e -prune -o -type f -print") == "/d/a.x\n/d/c\n");
    CHECK(w.output("find /d -type f -empty") == "/d/a.x\n/d/e/b.y\n");
    CHECK(w.output("find /d -type f -size +0") == "/d/c\n");
    CHECK(w.output("find /d -iname '*.Y' -print0 | tr '\\0' '|'") == "/d/e/b.y|");
    CHECK(w.output("find /d/e -depth") == "/d/e/b.y\n/d/e\n");
    CHECK(w.output("sleep 300; touch /d/new; find /d -type f -mmin -2; find /d -type f -mmin +4 -name a.x; find /d -newer /d/c -type f") == "/d/new\n/d/a.x\n/d/new\n");
    CHECK(w.output("find /d -type f -exec sh -c 'sleep 1; echo $1' _ {} \\; -quit") == "/d/a.x\n");
    CHECK(w.host_line("mkdir /tmp/r; cd /tmp/r; touch aa 'a+' b1; find . -regex './a+'; find . -regex './a\\+'; find . -regex '.*/\\(b?1\\|c\\)'; find . -regex './[]+]*b1'").output == "./aa\n./a+\n./b1\n./b1\n");
    CHECK(w.output("cd /d; find . -maxdepth 0 -delete -exec echo once \\;") == "once\n");
    CHECK(w.host_line("find /tmp/r -maxdepth 0 -exec echo $(printf '{}%.0s' $(seq 30000)) \\;").errors == "find: command too long\n");
    CHECK(w.host_line("find /nosuch").errors == "find: '/nosuch': No such file or directory\n");
    CHECK(w.host_line("find / -foo").errors == "find: unknown predicate `-foo'\n");
    CHECK(w.host_line("find / -name").errors == "find: missing argument to `-name'\n");
    CHECK(w.host_line("find / -maxdepth x").errors == "find: Expected a positive decimal integer argument to -maxdepth, but got 'x'\n");
}

TEST_CASE("tr, tee, seq, yes, expr, xargs") {
    SmallWorld w;
    CHECK(w.output("echo hello | tr a-y b-z") == "ifmmp\n");
    CHECK(w.output("echo HeLLo | tr '[:upper:]' '[:lower:]'") == "hello\n");
    CHECK(w.output("printf 'a\\001b\\tZ9f\\n' | tr -cd '[:print:]'; printf 'xyz9F' | tr -d '[:xdigit:]'; printf 'a\\033b' | tr '[:cntrl:]' .") == "abZ9fxyza.b");
    CHECK(w.host_line("echo abcabc | tr abc '[x*]'; echo abcd | tr a-d '[x*2]y'; echo abc | tr abc 'x[y*]z'; echo abc | tr -t abc x; echo '[=]' | tr '[=a=]' b; echo '[=' | tr '[=' xy").output == "xxxxxx\nxxyy\nxyz\nxbc\n[=]\nxy\n");
    CHECK(w.host_line("tr z-a x").errors == "tr: range-endpoints of 'z-a' are in reverse collating sequence order\n");
    CHECK(w.host_line("tr '[:foo:]' x").errors == "tr: invalid character class 'foo'\n");
    CHECK(w.host_line("tr a").errors == "tr: missing operand after 'a'\nTwo strings must be given when translating.\nTry 'tr --help' for more information.\n");
    CHECK(w.host_line("tr -d a b").errors == "tr: extra operand 'b'\nOnly one string may be given when deleting without squeezing repeats.\nTry 'tr --help' for more information.\n");
    CHECK(w.host_line("tr a ''").errors == "tr: when not truncating set1, string2 must be non-empty\n");
    CHECK(w.host_line("tr abc '[x*][y*]'").errors == "tr: only one [c*] repeat construct may appear in string2\n");
    CHECK(w.output("echo 'abc*]' | tr abc '[x*]'") == "[x**]\n");
    CHECK(w.output("echo aabbc | tr -s ab; echo a1b2 | tr -d 0-9; echo a1b2 | tr -cd 0-9") ==
          "abc\nab\n12");
    CHECK(w.output("echo x | tee /tmp/t | cat; cat /tmp/t") == "x\nx\n");
    CHECK(w.output("seq 3; seq -s, 2 2 6; seq 3 -1 1; seq -w 9 10; seq 1 0.5 2") ==
          "1\n2\n3\n2,4,6\n3\n2\n1\n09\n10\n1.0\n1.5\n2.0\n");
    CHECK(w.output("expr 2 + 3 '*' 4; expr \\( 2 + 3 \\) '*' 4; expr abc : 'a\\(.\\)'; expr length "
                   "hello") == "14\n20\nb\n5\n");
    CHECK(w.line("expr 1 = 2").status == 1);
    CHECK(w.line("expr 1 / 0").errors == "expr: division by zero\n");
    CHECK(w.output("printf 'a b\\nc\\n' | xargs echo x") == "x a b c\n");
    CHECK(w.output("printf 'a b\\nc\\n' | xargs -n1") == "a\nb\nc\n");
    CHECK(w.output("printf 'a b\\nc\\n' | xargs -I{} echo '<{}>'") == "<a b>\n<c>\n");
    CHECK(w.output("printf '' | xargs -r echo none").empty());
    CHECK(w.line("echo 1 | xargs false").status == 123);
    CHECK(w.line("echo 1 | xargs nosuch").status == 127);
    const Ran together = w.line("printf '3 1 2' | xargs -n1 -P3 sh -c 'sleep $0; echo $0'");
    CHECK(together.output == "1\n2\n3\n");
    CHECK(together.took < seconds(4));
    CHECK(w.line("printf '2 2 2 2' | xargs -n1 -P2 sleep").took < seconds(5));
    CHECK(w.line("printf '2 2 2 2' | xargs -n1 -P2 sleep").took >= seconds(4));
    CHECK(w.line("printf '1 2 3' | xargs -n1 -P0 sh -c 'exit 2'").status == 123);
}

TEST_CASE("find: by name, type and depth") {
    SmallWorld w;
    w.line("mkdir -p /d/e; touch /d/a.txt /d/e/b.txt /d/e/c");
    CHECK(w.output("find /d") == "/d\n/d/a.txt\n/d/e\n/d/e/b.txt\n/d/e/c\n");
    CHECK(w.output("find /d -name '*.txt'") == "/d/a.txt\n/d/e/b.txt\n");
    CHECK(w.output("find /d -type d -maxdepth 1") == "/d\n/d/e\n");
    CHECK(w.output("cd /d; find . -type f -mindepth 2") == "./e/b.txt\n./e/c\n");
    CHECK(w.output("find /d/e -type f -delete; ls /d/e").empty());
    CHECK(w.line("find /d -exec ls").errors == "find: -exec requires an argument\n");
    CHECK(w.line("find /d -user root").errors == "find: Podium does not model find's '-user'\n");
}

// As util-linux 2.38 and coreutils 9.1 answer.
TEST_CASE("column, paste, nl and rev lay lines out") {
    SmallWorld w;
    const auto said = [&w](const std::string& line) {
        const Ran ran = w.host_line(line);
        return ran.output + ran.errors;
    };
    CHECK(said("printf 'a b c\\nlonger x\\n\\nq  r   s t\\n' | column -t") == "a       b  c  \nlonger  x     \nq       r  s  t\n");
    CHECK(said("printf 'a:b:c\\n::x\\nlonger:\\n' | column -t -s:") == "a       b  c\n           x\nlonger     \n");
    CHECK(said("printf 'a:b\\nlonger:x\\n' | column -t -s: -o ' | '") == "a      | b\nlonger | x\n");
    CHECK(said("printf 'a b\\n' | column -t -N X,Y") == "X  Y\na  b\n");
    CHECK(said("printf '\xC3\xA4 b\\nxyz c\\n' | column -t") == "\xC3\xA4    b\nxyz  c\n");
    CHECK(said("seq 3 | column; printf 'x\\n' | column -c 1") == "1\t2\t3\nx\n");
    CHECK(said("seq 7 | column -c 20") == "1\t5\n2\t6\n3\t7\n4\n");
    CHECK(said("column -t nosuch") == "column: nosuch: No such file or directory\n");
    CHECK(said("seq 3 | paste -sd,; seq 3 | paste -s -d '+-'; seq 3 | paste -s") == "1,2,3\n1+2-3\n1\t2\t3\n");
    CHECK(said("seq 3 | paste - -; printf 'a\\nb\\n' > /f; seq 3 | paste -d: /f - /f; paste /f") == "1\t2\n3\t\na:1:a\nb:2:b\n:3:\na\nb\n");
    CHECK(said("printf 'a\\n\\nb\\n' | nl; printf 'x\\n\\n' | nl -ba -w3 -s': ' -v 9") == "     1\ta\n       \n     2\tb\n  9: x\n 10: \n");
    CHECK(said("printf 'ab\xC3\xA4\\nx' | rev") == "\xC3\xA4" "ba\nx");
    CHECK(said("paste -z") == "paste: Podium does not model the option -z\n");
}

TEST_CASE("shuf mixes lines, another way with another seed, and gives each once") {
    const auto mixed = [](std::uint64_t seed, const std::string& line) {
        SmallWorld w({}, seed);
        return w.host_line(line).output;
    };
    CHECK(mixed(1, "seq 9 | shuf") == mixed(1, "seq 9 | shuf"));
    CHECK(mixed(1, "seq 9 | shuf") != mixed(2, "seq 9 | shuf"));
    CHECK(mixed(1, "seq 9 | shuf | sort | paste -sd' '") == "1 2 3 4 5 6 7 8 9\n");
    CHECK(mixed(1, "shuf -i 1-4 | sort; shuf -n1 -e a; shuf -n0 -e a") == "1\n2\n3\n4\na\n");
    SmallWorld w;
    CHECK(w.host_line("shuf -n x").errors == "shuf: invalid line count: 'x'\n");
    CHECK(w.host_line("shuf -i 4-1").errors == "shuf: invalid input range: '4-1'\n");
}

TEST_CASE("less and more show all there is, and want to be told of what") {
    SmallWorld w;
    CHECK(w.host_line("seq 3 | less; seq 2 > /f; less -R +F /f; more /f | wc -l").output == "1\n2\n3\n1\n2\n2\n");
    CHECK(w.host_line("less /nosuch").errors == "less: /nosuch: No such file or directory\n");
}

// Each value is what coreutils 9.1 says.
TEST_CASE("md5sum, sha256sum and base64") {
    SmallWorld w;
    const auto said = [&w](const std::string& line) {
        const Ran ran = w.host_line(line);
        return ran.output + ran.errors + std::to_string(ran.status);
    };
    CHECK(said("echo hi > /f; md5sum /f; sha256sum < /f") == "764efa883dda1e11db47671c4a3bbd9e  /f\n98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4  -\n0");
    CHECK(said("printf '' | md5sum; head -c 1000 /dev/zero | md5sum") == "d41d8cd98f00b204e9800998ecf8427e  -\nede3d3b685b4e137ba4cb2521329a75e  -\n0");
    CHECK(said("md5sum /nosuch") == "md5sum: /nosuch: No such file or directory\n1");
    CHECK(w.line("md5sum /nosuch").errors == "md5sum: can't open '/nosuch': No such file or directory\n");
    CHECK(said("sha256sum -c /f") == "sha256sum: Podium does not model the option -c\n1");
    CHECK(said("sha256sum /dev/zero") == "sha256sum: /dev/zero: Podium reckons the sum of 16 MiB at most\n1");
    CHECK(said("printf 'hello world, this is it' | base64 -w 10") == "aGVsbG8gd2\n9ybGQsIHRo\naXMgaXMgaX\nQ=\n0");
    CHECK(said("head -c 60 /dev/zero | tr '\\0' a | base64") == "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\nYWFh\n0");
    CHECK(said("printf 'a' | base64 -w0; printf '' | base64") == "YQ==0");
    CHECK(said("echo aGVsbG8K | base64 -d; printf 'aGk=aGkK' | base64 --decode") == "hello\nhihi\n0");
    CHECK(said("echo '!!' | base64 -d") == "base64: invalid input\n1");
    CHECK(said("printf aGk | base64 -d") == "hibase64: invalid input\n1");
    CHECK(said("printf 'aG=k' | base64 -d").ends_with("base64: invalid input\n1"));
    CHECK(said("echo 'a G!k=' | base64 -di") == "hi0");
    CHECK(said("base64 -w x") == "base64: invalid wrap size: 'x'\n1");
}

TEST_CASE("what a host lacks is refused with what to use instead") {
    SmallWorld w;
    const Ran ran = w.host_line("nano /etc/hosts");
    CHECK(ran.errors == "nano: Podium does not model this program; write a file with cat > FILE <<EOF, change one with sed -i\n");
    CHECK(ran.status == 127);
    CHECK(w.host_line("docker ps | htop").errors.find("htop: Podium does not model this program; docker stats and top -b -n1 show what is used\n") != std::string::npos);
    CHECK(w.host_line("gcc x.c").errors == "bash: line 1: gcc: Podium does not model this program\n");
    CHECK(w.line("vi x").errors == "sh: vi: Podium does not model this program\n");
}

}  // namespace
}  // namespace podium::programs
