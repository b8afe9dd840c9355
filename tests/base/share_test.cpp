// Shares as they are told: cut, so that 100 % is all and 0 % is nothing.

#include "sim/base/share.hpp"

#include <catch2/catch.hpp>

using namespace podium;

TEST_CASE("share: 100 % is all of it, 0 % is nothing, and between the two it is cut") {
    CHECK(cut_share(0, 7) == 0);
    CHECK(cut_share(7, 7) == 10'000);
    CHECK(cut_share(1, 3) == 3'333);
    CHECK(cut_share(2, 3) == 6'666);
    CHECK(cut_share(999'999, 1'000'000) == 9'999);  // one request of a million was lost
    CHECK(cut_share(1, 1'000'000) == 1);            // and here one was answered
    constexpr std::int64_t kWeek = 7LL * 24 * 3600 * 1'000'000'000;
    CHECK(cut_share(kWeek - 1'000'000'000, kWeek) == 9'999);
    CHECK(cut_share(1'000'000'000, kWeek) == 1);
}

TEST_CASE("share: one that is no ratio of whole numbers any more is cut like one that is") {
    CHECK(cut_share_of_percent(0) == 0);
    CHECK(cut_share_of_percent(100) == 10'000);
    CHECK(cut_share_of_percent(98.62946) == 9'862);
    CHECK(cut_share_of_percent(99.9999) == 9'999);
    CHECK(cut_share_of_percent(0.0001) == 1);
    CHECK(cut_share_of_percent(100 - 1.0 / 604'800) == 9'999);  // about a second of a week, mean of a hundred runs
    // What a division leaves over is no part of it.
    CHECK(cut_share_of_percent(89.99999999999999) == 9'000);
    CHECK(cut_share_of_percent(99.99999999999999) == 10'000);
    for (int hundredths = 0; hundredths <= 10'000; ++hundredths) {
        INFO(hundredths);
        CHECK(cut_share_of_percent(100 * static_cast<double>(hundredths) / 10'000) == hundredths);
        CHECK(cut_share_of_percent(static_cast<double>(hundredths) / 100) == hundredths);
    }
}

TEST_CASE("share: has two decimals") {
    CHECK(cut_share_text(0) == "0.00");
    CHECK(cut_share_text(7) == "0.07");
    CHECK(cut_share_text(9'999) == "99.99");
    CHECK(cut_share_text(10'000) == "100.00");
}
