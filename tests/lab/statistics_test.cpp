// The statistics of sweeps against published figures and figures worked out by hand.

#include "sim/lab/statistics.hpp"

#include <cmath>

#include <catch2/catch.hpp>

namespace podium::lab {
namespace {

std::vector<std::optional<double>> some(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("statistics: Student's t is that of the printed tables") {
    const std::pair<std::size_t, double> printed[] = {{1, 12.706},
                                                      {2, 4.303},
                                                      {3, 3.182},
                                                      {5, 2.571},
                                                      {9, 2.262},
                                                      {10, 2.228},
                                                      {29, 2.045},
                                                      {30, 2.042},
                                                      {40, 2.021},
                                                      {60, 2.000},
                                                      {80, 1.990},
                                                      {100, 1.984},
                                                      {120, 1.980},
                                                      {1000, 1.962},
                                                      {1'000'000, 1.960}};
    for (const auto& [degrees, value] : printed) {
        CAPTURE(degrees);
        CHECK(std::fabs(student_t(degrees) - value) < 0.00051);
    }
}

TEST_CASE("statistics: beyond the table Student's t is good to seven digits") {
    // Solved from the incomplete beta function to 30 digits.
    CHECK(student_t(31) == Approx(2.0395134463964085).epsilon(2e-8));
    CHECK(student_t(40) == Approx(2.0210753903062734).epsilon(1e-8));
    CHECK(student_t(100) == Approx(1.9839715185235523).epsilon(1e-10));
    // It falls all the way, over the seam too.
    for (std::size_t degrees = 1; degrees < 200; ++degrees)
        CHECK(student_t(degrees) > student_t(degrees + 1));
}

TEST_CASE("statistics: a distribution worked out by hand") {
    // The squares of the distances from 5 add up to 32.
    const auto values = distribution_of({9, 4, 5, 2, 4, 7, 4, 5});
    REQUIRE(values);
    CHECK(values->count == 8);
    CHECK(values->mean == 5);
    CHECK(*values->deviation == Approx(std::sqrt(32.0 / 7)));
    CHECK(values->least == 2);
    CHECK(values->lower_quartile == 4);    // between the 2nd and the 3rd
    CHECK(values->median == 4.5);          // between the 4th and the 5th
    CHECK(values->upper_quartile == 5.5);  // a quarter of the way from the 6th to the 7th
    CHECK(values->most == 9);
    // 2.364624 · 2.138090 / √8
    CHECK(values->interval->low == Approx(5 - 1.787489).epsilon(1e-6));
    CHECK(values->interval->high == Approx(5 + 1.787489).epsilon(1e-6));
}

TEST_CASE("statistics: paired differences of Student's own sleep data") {
    // Cushny and Peebles 1905, as in Student 1908: hours of sleep won by ten patients with each of
    // two drugs. The interval is printed in many books: 0.7001142 to 2.4598858.
    const auto one = some({0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0});
    const auto other = some({1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4});
    const auto difference = distribution_of(paired_differences(other, one));
    REQUIRE(difference);
    CHECK(difference->count == 10);
    CHECK(difference->mean == Approx(1.58));
    CHECK(*difference->deviation == Approx(1.229995).epsilon(1e-6));
    CHECK(difference->interval->low == Approx(0.7001142).epsilon(1e-6));
    CHECK(difference->interval->high == Approx(2.4598858).epsilon(1e-7));
}

TEST_CASE("statistics: one value has no interval, none has no distribution") {
    CHECK_FALSE(distribution_of({}));
    const auto one = distribution_of({3.5});
    REQUIRE(one);
    CHECK(one->count == 1);
    CHECK(one->mean == 3.5);
    CHECK(one->median == 3.5);
    CHECK(one->lower_quartile == 3.5);
    CHECK_FALSE(one->deviation);
    CHECK_FALSE(one->interval);
    // With two the interval is wide: 12.7 standard errors each way.
    const auto two = distribution_of({0, 2});
    CHECK(two->interval->low == Approx(1 - 12.706204736174705));
}

TEST_CASE("statistics: equal values have a mean that is exact and an interval of no width") {
    const auto values = distribution_of(std::vector<double>(50, 0.1));
    CHECK(values->mean == 0.1);
    CHECK(*values->deviation == 0);
    CHECK(values->interval->low == 0.1);
    CHECK(values->interval->high == 0.1);
}

TEST_CASE("statistics: a pair of which one is missing is no pair") {
    const std::vector<std::optional<double>> ones{5, {}, 7, 9};
    const std::vector<std::optional<double>> others{1, 2, {}, 3};
    CHECK(paired_differences(ones, others) == std::vector<double>{4, 6});
}

}  // namespace podium::lab
