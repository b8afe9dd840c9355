#include "sim/base/calendar.hpp"

#include <catch2/catch.hpp>

namespace podium {

TEST_CASE("calendar: a run begins on Monday the 5th of January 2026 at nine") {
    CHECK(rfc3339_nano(Time{}) == "2026-01-05T09:00:00Z");
    CHECK(unix_seconds(Time{}) == kEpochSeconds);
    CHECK(rfc3339(Time{1'999'999'999}) == "2026-01-05T09:00:01Z");
}

TEST_CASE("calendar: decimals are written as Go writes them") {
    CHECK(rfc3339_nano(Time{500'000'000}) == "2026-01-05T09:00:00.5Z");
    CHECK(rfc3339_nano(Time{1}) == "2026-01-05T09:00:00.000000001Z");
    CHECK(rfc3339_nano_fixed(Time{500'000'000}) == "2026-01-05T09:00:00.500000000Z");
}

TEST_CASE("calendar: months, leap days and years come and go") {
    CHECK(rfc3339(Time{} + hours(24 * 27)) == "2026-02-01T09:00:00Z");
    CHECK(rfc3339(Time{} + hours(24 * 360)) == "2026-12-31T09:00:00Z");
    CHECK(rfc3339(Time{} + hours(24 * 361)) == "2027-01-01T09:00:00Z");
    CHECK(rfc3339(Time{} + hours(24 * 785)) == "2028-02-29T09:00:00Z");
    CHECK(rfc3339(Time{} + hours(24 * 786)) == "2028-03-01T09:00:00Z");
    CHECK(rfc3339(Time{} - hours(24 * 5)) == "2025-12-31T09:00:00Z");
    CHECK(rfc3339(Time{} - hours(10)) == "2026-01-04T23:00:00Z");
    CHECK(rfc3339_nano(Time{-1}) == "2026-01-05T08:59:59.999999999Z");
}

TEST_CASE("calendar: a clock that is ahead shows more") {
    CHECK(rfc3339_nano(Time{}, seconds(90)) == "2026-01-05T09:01:30Z");
    CHECK(from_unix(unix_seconds(Time{}, seconds(90)), 0, seconds(90)) == Time{});
}

TEST_CASE("calendar: what was written is read back") {
    for (const std::int64_t nanoseconds :
         {0LL, 1LL, 1'500'000'000LL, 86'400'000'000'000LL * 365, -7'000'000'001LL}) {
        const auto read = parse_rfc3339(rfc3339_nano(Time{nanoseconds}));
        REQUIRE(read);
        CHECK(read->nanoseconds == nanoseconds);
    }
    CHECK(parse_rfc3339("2026-01-05T11:00:00+02:00") == Time{});
    CHECK(parse_rfc3339("2026-01-05T08:30:00.25-00:30") == Time{250'000'000});
}

TEST_CASE("calendar: what is no moment is not read") {
    for (const char* text : {"",
                             "2026",
                             "2026-01-05",
                             "2026-01-05T09:00:00",
                             "2026-02-29T09:00:00Z",
                             "2026-13-01T09:00:00Z",
                             "2026-01-05T24:00:00Z",
                             "2026-01-05T09:00:00.Z",
                             "2026-01-05 09:00:00Z",
                             "2026-01-05T09:00:00Zx"}) {
        CHECK_FALSE(parse_rfc3339(text));
    }
    CHECK_FALSE(parse_rfc3339(kNeverText));
}

}  // namespace podium
