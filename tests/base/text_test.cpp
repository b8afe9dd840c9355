#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"

using namespace podium;
using Parts = std::vector<std::string>;

TEST_CASE("splitting at a separator keeps empty parts") {
    CHECK(split("", ',') == Parts{""});
    CHECK(split("a", ',') == Parts{"a"});
    CHECK(split("a,b", ',') == Parts{"a", "b"});
    CHECK(split(",a,,b,", ',') == Parts{"", "a", "", "b", ""});
}

TEST_CASE("splitting into words drops empty parts") {
    CHECK(split_words("").empty());
    CHECK(split_words(" \t\r\n ").empty());
    CHECK(split_words("  docker  ps\t-a\n") == Parts{"docker", "ps", "-a"});
}

TEST_CASE("joining undoes splitting") {
    for (const std::string text : {"", "a", "a,b,,c", ","}) CHECK(join(split(text, ','), ",") == text);
    CHECK(join(Parts{}, ", ").empty());
    CHECK(join(Parts{"web", "db"}, " and ") == "web and db");
}

TEST_CASE("trimming takes blanks from both ends only") {
    CHECK(trim("") == "");
    CHECK(trim(" \n\t") == "");
    CHECK(trim(" a b\r\n") == "a b");
}

TEST_CASE("lower case and upper case are those of ASCII, other bytes stay") {
    CHECK(lower("WEB.1") == "web.1");
    CHECK(lower("\u00C4") == "\u00C4");
    CHECK(upper("net_raw.1z") == "NET_RAW.1Z");
    CHECK(upper("\u00E4") == "\u00E4");
}

TEST_CASE("what stands as %XX in a part of a URL is decoded, other signs stay") {
    CHECK(percent_decoded("na%20me") == "na me");
    CHECK(percent_decoded("%2fa%2Fb") == "/a/b");
    CHECK(percent_decoded("%2520") == "%20");
    CHECK(percent_decoded("100%") == "100%");
    CHECK(percent_decoded("%4") == "%4");
    CHECK(percent_decoded("%zz+") == "%zz+");
}

TEST_CASE("a width counts code points, not bytes") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("12\u00B5s") == 4);
    CHECK(display_width("\u2502\u2500") == 2);
}

TEST_CASE("the nearest candidate is named only if the word is a slip of it") {
    const Parts faults{"kill", "crash-loop", "hang", "partition"};
    CHECK(nearest("kil", faults) == "kill");
    CHECK(nearest("klll", faults) == "kill");
    CHECK(nearest("crashloop", faults) == "crash-loop");
    CHECK(nearest("partiton", faults) == "partition");
    CHECK(nearest("hnag", faults) == "hang");
    CHECK(nearest("kubernetes", faults).empty());
    CHECK(nearest("hxxg", faults).empty());
    CHECK(nearest("web", Parts{}).empty());
    SECTION("ties go to the first") { CHECK(nearest("cat", Parts{"bat", "rat"}) == "bat"); }
}

TEST_CASE("an integer is the whole text or nothing") {
    std::int64_t value = 77;
    CHECK((parse_integer("0", value) && value == 0));
    CHECK((parse_integer("-12", value) && value == -12));
    CHECK((parse_integer("9223372036854775807", value) && value == INT64_MAX));
    CHECK((parse_integer("-9223372036854775808", value) && value == INT64_MIN));
    for (const std::string text : {"", "-", "+1", " 1", "1 ", "1x", "0x10", "1.0", "9223372036854775808"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_integer(text, value));
    }
}

TEST_CASE("bytes are read with Docker's units, all of 1024") {
    struct Case {
        std::string text;
        std::int64_t bytes;
    };
    for (const Case& c : {Case{"0", 0},
                          Case{"512", 512},
                          Case{"512b", 512},
                          Case{"1k", 1024},
                          Case{"1K", 1024},
                          Case{"64MB", 64 << 20},
                          Case{"16m", 16 << 20},
                          Case{"1KiB", 1024},
                          Case{"1 g", 1 << 30},
                          Case{"1.5g", 3 << 29},
                          Case{"0.5k", 512},
                          Case{"32.3Kb", 33075},
                          Case{"2t", 2LL << 40},
                          Case{"1p", 1LL << 50},
                          Case{"-1", -1},
                          Case{" 1m ", 1 << 20}}) {
        CAPTURE(c.text);
        std::int64_t bytes = -77;
        REQUIRE(parse_bytes(c.text, bytes));
        CHECK(bytes == c.bytes);
    }
    for (const std::string text :
         {"", "m", "1x", "1mm", "1ki", "1bb", "1e3", "one", ".5g", "1,5g", "9223372036854775808", "8192p", "--1"}) {
        CAPTURE(text);
        std::int64_t bytes = 0;
        CHECK_FALSE(parse_bytes(text, bytes));
    }
}

TEST_CASE("UTF-8: all bytes of a character but its first go on with it") {
    const std::string text = "aé漢\xF0\x9F\x90\xB3";
    std::string firsts;
    for (const char byte : text) firsts += is_continuation_byte(byte) ? '-' : '+';
    CHECK(firsts == "++-+--+---");
    CHECK(rune_count(text) == 4);
    CHECK(display_width(text) == 4);
    CHECK(rune_prefix(text, 2) == "aé");
    CHECK(decode_rune(text, 3).value == U'漢');
    CHECK_FALSE(decode_rune(text, 2).valid);
}
