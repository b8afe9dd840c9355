// Durations are read and written as Go does: its own cases, and those at the ends of the range.

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/time.hpp"

using namespace podium;

TEST_CASE("durations are read as Go reads them") {
    const std::vector<std::pair<std::string, Duration>> cases{
        {"0", {}},
        {"+0", {}},
        {"-0", {}},
        {"5s", seconds(5)},
        {"30s", seconds(30)},
        {"1478s", seconds(1478)},
        {"-5s", seconds(-5)},
        {"+5s", seconds(5)},
        {"5.0s", seconds(5)},
        {"5.6s", milliseconds(5600)},
        {"5.s", seconds(5)},
        {".5s", milliseconds(500)},
        {"1.0s", seconds(1)},
        {"1.00s", seconds(1)},
        {"1.004s", milliseconds(1004)},
        {"1.0040s", milliseconds(1004)},
        {"100.00100s", milliseconds(100'001)},
        {"10ns", nanoseconds(10)},
        {"11us", microseconds(11)},
        {"12\u00B5s", microseconds(12)},
        {"12\u03BCs", microseconds(12)},
        {"13ms", milliseconds(13)},
        {"14s", seconds(14)},
        {"15m", minutes(15)},
        {"16h", hours(16)},
        {"3h30m", minutes(210)},
        {"10.5s4m", milliseconds(250'500)},
        {"-2m3.4s", milliseconds(-123'400)},
        {"1h2m3s4ms5us6ns", nanoseconds(3'723'004'005'006)},
        {"39h9m14.425s", milliseconds(140'954'425)},
        {"52763797000ns", nanoseconds(52'763'797'000)},
        {"0.3333333333333333333h", minutes(20)},
        {"9007199254740993ns", nanoseconds(9'007'199'254'740'993)},
        {"9223372036854775807ns", nanoseconds(INT64_MAX)},
        {"9223372036854775.807us", nanoseconds(INT64_MAX)},
        {"9223372036s854ms775us807ns", nanoseconds(INT64_MAX)},
        {"-9223372036854775807ns", nanoseconds(-INT64_MAX)},
        {"0.100000000000000000000h", minutes(6)},
        {"0.830103483285477580700h", nanoseconds(2'988'372'539'827)},
    };
    for (const auto& [text, expected] : cases) {
        CAPTURE(text);
        const auto read = parse_duration(text);
        REQUIRE(read.ok());
        CHECK(read->nanoseconds == expected.nanoseconds);
    }
}

TEST_CASE("what is no duration to Go is none to us, and the error says how to write one") {
    for (const std::string text : {"",
                                   "3",
                                   "-",
                                   "+",
                                   "s",
                                   ".",
                                   "-.",
                                   ".s",
                                   "+.s",
                                   "1d",
                                   "2w",
                                   "1s5",
                                   "1 s",
                                   "s1",
                                   "1S",
                                   "1e3s",
                                   "--1s",
                                   "9223372036854775808ns",
                                   "9223372036854775.808us",
                                   "9223372036854ms775us808ns",
                                   "10000000000h",
                                   "99999999999999999999999999s"}) {
        CAPTURE(text);
        const auto read = parse_duration(text);
        REQUIRE_FALSE(read.ok());
        CHECK(read.error().message == "invalid duration \"" + text + "\"");
        CHECK_FALSE(read.error().hint.empty());
    }
}

TEST_CASE("days and weeks are read only where they are asked for") {
    CHECK(parse_duration("1d", true)->nanoseconds == hours(24).nanoseconds);
    CHECK(parse_duration("1w2d", true)->nanoseconds == hours(9 * 24).nanoseconds);
    CHECK_FALSE(parse_duration("1d").ok());
    CHECK(parse_duration("1d").error().text() == "invalid duration \"1d\" (its longest unit is the hour: write it like 24h0m0s)");
    CHECK(parse_duration("1y").error().hint == "write it like 10s, 1m30s or 500ms");
}

TEST_CASE("durations are written as Go writes them") {
    const std::vector<std::pair<Duration, std::string>> cases{
        {{}, "0s"},
        {nanoseconds(1), "1ns"},
        {nanoseconds(1100), "1.1\u00B5s"},
        {microseconds(2200), "2.2ms"},
        {milliseconds(250), "250ms"},
        {milliseconds(3300), "3.3s"},
        {minutes(4) + seconds(5), "4m5s"},
        {minutes(4) + milliseconds(5001), "4m5.001s"},
        {hours(5) + minutes(6) + milliseconds(7001), "5h6m7.001s"},
        {minutes(8) + nanoseconds(1), "8m0.000000001s"},
        {minutes(1), "1m0s"},
        {hours(1), "1h0m0s"},
        {milliseconds(-1500), "-1.5s"},
        {nanoseconds(INT64_MAX), "2562047h47m16.854775807s"},
        {nanoseconds(INT64_MIN), "-2562047h47m16.854775808s"},
    };
    for (const auto& [duration, expected] : cases) CHECK(format_duration(duration) == expected);
}

TEST_CASE("a duration that was written is read back the same") {
    for (std::int64_t n = 1; n < INT64_MAX / 7; n = n * 7 + 3) {
        CAPTURE(n);
        CHECK(parse_duration(format_duration(nanoseconds(n)))->nanoseconds == n);
        CHECK(parse_duration(format_duration(nanoseconds(-n)))->nanoseconds == -n);
    }
}

TEST_CASE("moments are written for people, to the nearest millisecond") {
    CHECK(format_time(Time{}) == "0.000s");
    CHECK(format_time(Time{180'000'000}) == "0.180s");
    CHECK(format_time(Time{180'499'999}) == "0.180s");
    CHECK(format_time(Time{180'500'000}) == "0.181s");
    CHECK(format_time(Time{} + seconds(90)) == "1m30.000s");
    CHECK(format_time(Time{} + milliseconds(59'999) + microseconds(700)) == "1m00.000s");
    CHECK(format_time(Time{} + hours(1) + minutes(2) + seconds(3)) == "1h02m03.000s");
    CHECK(format_time(kNever) == "2562047h47m16.855s");
}

TEST_CASE("seconds are written with as many decimals as asked for, halves away from 0") {
    CHECK(format_seconds(0, 0) == "0");
    CHECK(format_seconds(1'500'000'000, 0) == "2");
    CHECK(format_seconds(1'499'999'999, 0) == "1");
    CHECK(format_seconds(1'050'000'000, 1) == "1.1");
    CHECK(format_seconds(999'950'000, 3) == "1.000");
    CHECK(format_seconds(7, 9) == "0.000000007");
    CHECK(format_seconds(-1'500'000'000, 0) == "-2");
    CHECK(format_seconds(-1'000'000, 2) == "0.00");
    CHECK(format_seconds(INT64_MIN, 9) == "-9223372036.854775808");
    CHECK(format_seconds(INT64_MAX, 0) == "9223372037");
}

TEST_CASE("times and durations add and compare as numbers do") {
    const Time start{} ;
    CHECK(start + seconds(2) - seconds(1) == start + milliseconds(1000));
    CHECK((start + minutes(1)) - (start + seconds(1)) == seconds(59));
    CHECK(hours(1) / 4 == minutes(15));
    CHECK(minutes(15) * 4 == hours(1));
    CHECK(start + hours(1'000'000) < kNever);
    CHECK(milliseconds(1500).seconds() == 1.5);
}
