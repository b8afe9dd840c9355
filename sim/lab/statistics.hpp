#pragma once

// The statistics of many runs: how a number is distributed over them, and how two lists of it
// differ pair by pair. Basic arithmetic and square roots only, added up in the order given, so that
// every machine prints the same digits. No state; any thread.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace podium::lab {

/// The bounds of a 95 % interval.
struct Interval {
    double low = 0;
    double high = 0;
};

/// How values are distributed.
struct Distribution {
    std::size_t count = 0;
    double mean = 0;
    /// Of the population they are drawn from (n − 1 in its denominator); none for fewer than two.
    std::optional<double> deviation;
    double least = 0;
    double lower_quartile = 0;  ///< Quartiles are interpolated between the two nearest values.
    double median = 0;
    double upper_quartile = 0;
    double most = 0;
    /// Of the mean: Student's t with n − 1 degrees of freedom, for values that are independent and
    /// not far from normally distributed; none for fewer than two.
    std::optional<Interval> interval;
};

/// None for no values.
std::optional<Distribution> distribution_of(std::vector<double> values);

/// Of those pairs of which both are there, the differences `ones[i] - others[i]`. Requires lists of
/// the same length.
std::vector<double> paired_differences(std::span<const std::optional<double>> ones,
                                       std::span<const std::optional<double>> others);

/// The quantile 0.975 of Student's t with so many degrees of freedom, to at least seven digits: so
/// many standard errors reach from the mean to each end of its 95 % interval. Requires one at
/// least.
double student_t(std::size_t degrees);

}  // namespace podium::lab
