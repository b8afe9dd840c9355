// What Go's library reads and writes: path patterns, durations, quotes.

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/go_numbers.hpp"
#include "sim/base/go_quote.hpp"
#include "sim/base/path_pattern.hpp"

using namespace podium;

// The rows of Go's own test of path.Match that a case of its own stands behind
// (path/match_test.go).
TEST_CASE("path patterns: as Go's path.Match reads them") {
    struct Row {
        const char* pattern;
        const char* text;
        bool fits;
    };

    for (const Row& row : {Row{"abc", "abc", true},
                           Row{"*", "abc", true},
                           Row{"*c", "abc", true},
                           Row{"a*", "ab/c", false},
                           Row{"a*/b", "abc/b", true},
                           Row{"a*/b", "a/c/b", false},
                           Row{"a*b*c*d*e*/f", "axbxcxdxexxx/f", true},
                           Row{"a*b?c*x", "abxbbxdbxebxczzx", true},
                           Row{"a*b?c*x", "abxbbxdbxebxczzy", false},
                           Row{"ab[c]", "abc", true},
                           Row{"ab[b-d]", "abc", true},
                           Row{"ab[e-g]", "abc", false},
                           Row{"ab[^c]", "abc", false},
                           Row{"ab[^e-g]", "abc", true},
                           Row{"a\\*b", "a*b", true},
                           Row{"a\\*b", "ab", false},
                           Row{"a[^a]b", "a/b", false},
                           Row{"a?b", "a/b", false},
                           Row{"[\\]a]", "]", true},
                           Row{"[x\\-]", "-", true},
                           Row{"[x\\-]", "z", false},
                           Row{"[a", "a", false},
                           Row{"a[", "ab", false},
                           Row{"*x", "xxx", true},
                           Row{"", "", true}}) {
        INFO(row.pattern << " " << row.text);
        CHECK(path_matches(row.pattern, row.text) == row.fits);
    }
}

TEST_CASE("durations: what is none is told as Go tells it") {
    CHECK(*parse_go_duration("1h30m") == minutes(90));
    CHECK(*parse_go_duration("-1.5s") == milliseconds(-1500));
    const auto sentence = [](const std::string& text) {
        return parse_go_duration(text).error().message;
    };
    CHECK(sentence("30") == "time: missing unit in duration \"30\"");
    CHECK(sentence("1m30") == "time: missing unit in duration \"1m30\"");
    CHECK(sentence("2 s") == "time: unknown unit \" s\" in duration \"2 s\"");
    CHECK(sentence("1d") == "time: unknown unit \"d\" in duration \"1d\"");
    for (const char* text : {"", "often", "-", ".s", "s", "99999999999h"})
        CHECK(sentence(text) == "time: invalid duration \"" + std::string(text) + "\"");
}

TEST_CASE("whole numbers: what is none, or too large, is told as Go tells it") {
    CHECK(*parse_go_integer("-12") == -12);
    CHECK(*parse_go_integer("+7") == 7);
    CHECK(*parse_go_integer("2147483647", 32) == 2'147'483'647);
    CHECK(*parse_go_integer("-9223372036854775808") == INT64_MIN);
    const auto sentence = [](const std::string& text, int bits = 64) {
        return parse_go_integer(text, bits).error().message;
    };
    for (const char* text : {"", "-", "1x", "0x10", "1.5", " 1"})
        CHECK(sentence(text) ==
              "strconv.ParseInt: parsing \"" + std::string(text) + "\": invalid syntax");
    CHECK(sentence("9223372036854775808") ==
          "strconv.ParseInt: parsing \"9223372036854775808\": value out of range");
    CHECK(sentence("2147483648", 32) ==
          "strconv.ParseInt: parsing \"2147483648\": value out of range");
    CHECK(sentence("-2147483649", 32) ==
          "strconv.ParseInt: parsing \"-2147483649\": value out of range");
}

TEST_CASE("quotes: a list of texts is written as Go writes it") {
    CHECK(go_quote(std::vector<std::string>{"nginx", "-g", "a \"b\"\n"}) ==
          "[\"nginx\" \"-g\" \"a \\\"b\\\"\\n\"]");
    CHECK(go_quote(std::vector<std::string>{}) == "[]");
}
