#include "sim/lab/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/base/assert.hpp"

namespace podium::lab {
namespace {

// Solved from the distribution itself (the regularised incomplete beta function) to 17 digits.
constexpr std::array kStudent = {
    12.706204736174705, 4.3026527297494639, 3.1824463052837096, 2.7764451051977944,
    2.5705818356363155, 2.44691185114497,   2.3646242515927853, 2.3060041352041667,
    2.2621571627982055, 2.2281388519862747, 2.2009851600916399, 2.1788128296672289,
    2.1603686564627925, 2.1447866879178038, 2.1314495455597757, 2.1199052992212547,
    2.1098155778333171, 2.1009220402410385, 2.0930240544083098, 2.0859634472658648,
    2.0796138447276804, 2.0738730679040262, 2.0686576104190487, 2.0638985616280258,
    2.0595385527532977, 2.0555294386428732, 2.0518305164802856, 2.0484071417952452,
    2.0452296421327043, 2.0422724563012383};

// A mean that is exact when all values are the same.
double mean_of(std::span<const double> values) {
    double above = 0;
    for (const double value : values)
        above += value - values.front();
    return values.front() + above / static_cast<double>(values.size());
}

// Between the two values nearest to the share `quarters`/4 of the way through sorted ones.
double quartile(std::span<const double> sorted, std::size_t quarters) {
    const std::size_t way = (sorted.size() - 1) * quarters;
    const std::size_t below = way / 4;
    const double rest = static_cast<double>(way % 4) / 4;
    if (below + 1 >= sorted.size()) return sorted[below];
    return sorted[below] + (sorted[below + 1] - sorted[below]) * rest;
}

}  // namespace

double student_t(std::size_t degrees) {
    PODIUM_ASSERT(degrees >= 1, "Student's t has at least one degree of freedom");
    if (degrees <= kStudent.size()) return kStudent[degrees - 1];
    // The expansion around the normal quantile (Abramowitz and Stegun 26.7.5).
    constexpr double kNormal = 1.9599639845400542;
    constexpr std::array kTerms = {
        1.5895340533938235, 2.5558496795077233, 2.8224986157396118, 2.3722712302985628};
    const double inverse = 1 / static_cast<double>(degrees);
    double sum = 0;
    for (const double term : kTerms)
        sum = (sum + term) * inverse;
    return kNormal + sum;
}

std::optional<Distribution> distribution_of(std::vector<double> values) {
    if (values.empty()) return {};
    Distribution out;
    out.count = values.size();
    out.mean = mean_of(values);
    if (out.count >= 2) {
        double squares = 0;
        for (const double value : values)
            squares += (value - out.mean) * (value - out.mean);
        const double count = static_cast<double>(out.count);
        out.deviation = std::sqrt(squares / (count - 1));
        const double reach = student_t(out.count - 1) * *out.deviation / std::sqrt(count);
        out.interval = Interval{out.mean - reach, out.mean + reach};
    }
    std::sort(values.begin(), values.end());
    out.least = values.front();
    out.lower_quartile = quartile(values, 1);
    out.median = quartile(values, 2);
    out.upper_quartile = quartile(values, 3);
    out.most = values.back();
    return out;
}

std::vector<double> paired_differences(std::span<const std::optional<double>> ones,
                                       std::span<const std::optional<double>> others) {
    PODIUM_ASSERT(ones.size() == others.size(), "pairs are two lists of the same length");
    std::vector<double> out;
    for (std::size_t i = 0; i < ones.size(); ++i) {
        if (ones[i] && others[i]) out.push_back(*ones[i] - *others[i]);
    }
    return out;
}

}  // namespace podium::lab
