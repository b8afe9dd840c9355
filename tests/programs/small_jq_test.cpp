// The lines of jq.txt, whose answers are those of jq 1.6; and what Podium's jq leaves out.

#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/programs/small/jq.hpp"
#include "sim/programs/small/jq_read.hpp"
#include "tests/programs/small_fixture.hpp"
#include "tests/source_directory.hpp"

namespace podium::programs {
namespace {

std::string both(SmallWorld& w, const std::string& line) { return w.host_line("{ " + line + "\n} 2>&1").output; }

TEST_CASE("jq: lines give what jq 1.6 gives") {
    std::ifstream file(test::source_directory() + "/tests/programs/jq.txt");
    REQUIRE(file.good());
    SmallWorld w;
    std::string line;
    std::string expected;
    int cases = 0;
    const auto check = [&] {
        if (line.empty()) return;
        ++cases;
        while (expected.ends_with("\n\n")) expected.pop_back();
        if (expected.ends_with("\\\n")) expected.resize(expected.size() - 2);
        INFO(line);
        CHECK(both(w, line) == expected);
    };
    for (std::string text; std::getline(file, text);) {
        if (text.starts_with("$ ")) {
            check();
            line = text.substr(2);
            expected.clear();
        } else {
            expected += text + "\n";
        }
    }
    check();
    CHECK(cases > 30);
}

TEST_CASE("jq: what is left out is refused by name") {
    SmallWorld w;
    CHECK(both(w, "jq -n '. as $x | $x'") == "jq: Podium's jq does not model 'as'; write the filter out twice\n");
    CHECK(both(w, "jq -n '.a = 1'") == "jq: Podium's jq does not model assignments\n");
    CHECK(both(w, "jq -n '.a |= 1'") == "jq: Podium's jq does not model assignments\n");
    CHECK(both(w, "jq -n '.a += 1'") == "jq: Podium's jq does not model assignments\n");
    CHECK(both(w, "jq -n 'walk(.)'") == "jq: Podium's jq does not model the function walk/1, or there is none\n");
    CHECK(both(w, "jq -n '[1] | @csv'") == "jq: Podium's jq does not model formats like @csv; use join(\",\")\n");
    CHECK(both(w, "jq -n 'reduce .[] as $x (0; 1)'") == "jq: Podium's jq does not model 'reduce'\n");
    CHECK(both(w, "jq -C .") == "jq: Podium does not model the option -C\n");
    CHECK(w.host_line("echo '{}' | jq '.['").errors == "jq: error: syntax error, unexpected $end (Unix shell quoting issues?) at <top-level>, line 1:\n.[\njq: 1 compile error\n");
    CHECK(w.host_line("echo '{}' | jq '.['").status == 3);
}

TEST_CASE("jq prints to a terminal what it makes of each value before it reads the next") {
    SmallWorld w;
    const auto started = w.start({"bash", "-c", "{ echo 1; sleep 5; echo '{\"a\":2}'; } | jq -c '., .a' 2>&1"}, model::ProcessRole::Session, {});
    w.world.streams.at(started.output).is_terminal = true;
    w.run(seconds(2));
    CHECK(take_stream(w.world, started.output) == "1\njq: error (at <stdin>:1): Cannot index number with string \"a\"\n");
    const Ran ran = w.finish(started);
    CHECK(ran.output == "{\"a\":2}\n2\n");
    CHECK(ran.status == 0);
}

TEST_CASE("jq has limits") {
    using small::parse_jq;
    std::string filter = ".";
    for (int i = 0; i < 150; ++i) filter = "[" + filter + "]";
    CHECK(parse_jq(filter).error().message == "the filter nests too deeply");
    std::string dots = ".a";
    for (int i = 0; i < 150; ++i) dots += ".a";
    CHECK(parse_jq(dots).error().message == "the filter nests too deeply");
    std::string branches = "if 1 then 1 ";
    for (int i = 0; i < 50'000; ++i) branches += "elif 1 then 1 ";
    CHECK(parse_jq(branches + "else 1 end").error().message == "the filter nests too deeply");
    for (const std::string between : {",", "+", "//"}) {
        std::string chain = ".";
        for (int i = 0; i < 100'000; ++i) chain += between + ".";
        CHECK_FALSE(parse_jq(chain).ok());
    }
    CHECK_FALSE(parse_jq(std::string(100'000, '-') + "1").ok());
    CHECK_FALSE(parse_jq("{" + std::string(100'000, '(')).ok());
    SmallWorld w;
    CHECK(both(w, "jq -n '[1,1,1,1,1,1,1,1,1,1] | [.,.,.,.,.,.,.,.,.,.] | [.,.,.,.,.,.,.,.,.,.] | [.,.,.,.,.,.,.,.,.,.] | [.,.,.,.,.,.,.,.,.,.] | [.,.,.,.,.,.,.,.,.,.] | [.,.,.,.,.,.,.,.,.,.] | [.,.]'") ==
          "jq: error (at <unknown>): the filter makes too much of its input for Podium's jq\n");
    std::string texts = "\"";
    for (int i = 0; i < small::kMaxJqDepth; ++i) texts += "\\(.)";
    CHECK(both(w, "jq -n '" + texts + "\"'") == "jq: error (at <unknown>): the filter nests too deeply for Podium's jq\n");
    CHECK(both(w, "jq -n '\"ab\" * 100000000'") == "jq: error (at <unknown>): the filter makes too much of its input for Podium's jq\n");
    CHECK(both(w, "jq -n '(\"ab\" * 100000000)?'") == "jq: error (at <unknown>): the filter makes too much of its input for Podium's jq\n");
    CHECK(both(w, "jq -nc '[55296] | implode'") == "jq: error (at <unknown>): Podium's jq: number (55296) is no code point\n");
    CHECK(both(w, "head -c 5000000 /dev/zero | tr '\\0' 1 | jq .") == "jq: Podium's jq reads 4 MiB at most\n");
    CHECK(both(w, "head -c 1000 /dev/zero | tr '\\0' '[' | jq .").starts_with("parse error: "));
}

TEST_CASE("jq: what compares, looks or repeats without end is given up") {
    const std::string too_much = "the filter makes too much of its input for Podium's jq\n";
    SmallWorld w;
    CHECK(both(w, "seq 1 60000 | jq -s 'contains(.)'") == "jq: error (at <stdin>:60000): " + too_much);
    CHECK(both(w, "seq 1 60000 | jq -s '. - map(-.)'") == "jq: error (at <stdin>:60000): " + too_much);
    CHECK(both(w, "seq 1 60000 | jq -s 'map(1) | .[. + [2]]'") == "jq: error (at <stdin>:60000): " + too_much);
    CHECK(both(w, "seq 1 60000 | jq -s 'join(\"a\" * 100000)'") == "jq: error (at <stdin>:60000): " + too_much);
    CHECK(both(w, "jq -n '(\"a\" * 4000000) | test(\"a{250}b\")'") == "jq: error (at <unknown>): " + too_much);
    CHECK(both(w, "jq -n '((\"a\" * 4000000) | test(\"a{250}b\"))?'") == "jq: error (at <unknown>): " + too_much);
}

TEST_CASE("jq: patterns are POSIX's; what is Perl's alone is refused") {
    SmallWorld w;
    CHECK(both(w, "jq -n '\"a\" | test(\"(?:a)\")'") == "jq: error (at <unknown>): Podium's jq knows no (? and (* in patterns\n");
    CHECK(both(w, "jq -nc '\"a?\" | test(\"[(*?]\"), test(\"\\\\(?\")'") == "true\ntrue\n");
}

TEST_CASE("jq: what ends jq 1.6 by an assertion is refused") {
    SmallWorld w;
    CHECK(both(w, "printf '[1e308,\"abc\"]' | jq '.[1][(.[0]*10-.[0]*10):]'") == "jq: error (at <stdin>:0): Podium's jq: a slice can't begin at what is no number\n");
    CHECK(both(w, "printf '[1e308]' | jq '[.[0]*10-.[0]*10] | implode'") == "jq: error (at <stdin>:0): Podium's jq: number (null) is no code point\n");
}

TEST_CASE("jq reads a text the same however it is cut") {
    using small::Json;
    using small::JqReader;
    const std::string text = R"([1,{"a\u00e9":"b\\"},-0]12 "x"tru)";
    std::vector<std::string> whole;
    std::vector<std::string> pieces;
    Json value;
    JqReader at_once;
    for (std::size_t at = 0; at_once.next(text, at, value) == JqReader::Found::Value;) whole.push_back(value.dump());
    JqReader by_bytes;
    for (const char& c : text) {
        std::size_t at = 0;
        if (by_bytes.next(std::string_view(&c, 1), at, value) == JqReader::Found::Value) pieces.push_back(value.dump());
    }
    CHECK(whole == std::vector<std::string>{R"([1,{"aé":"b\\"},-0.0])", "12", R"("x")"});
    CHECK(pieces == whole);
    CHECK(at_once.end(value) == JqReader::Found::Wrong);
    CHECK(by_bytes.end(value) == JqReader::Found::Wrong);
    CHECK(at_once.error() == "Invalid literal at EOF at line 1, column " + std::to_string(text.size()));
    CHECK(by_bytes.error() == at_once.error());
}

}  // namespace
}  // namespace podium::programs
