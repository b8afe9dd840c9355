#include "sim/programs/net/wget_progress.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace podium::programs::net {
namespace {

constexpr std::int64_t kBytesADot = 1024;
constexpr std::int64_t kDotsARow = 50;
constexpr std::int64_t kDotsACluster = 10;
constexpr std::int64_t kRowBytes = kBytesADot * kDotsARow;
constexpr double kNanoseconds = 1e9;
// The bar's fields, as bar_create() lays them out on a terminal of 80 columns.
constexpr std::size_t kNameColumns = 19;
constexpr std::size_t kBarColumns = 20;
constexpr std::size_t kEndColumns = 15;
constexpr double kLeastTimeForRate = 0.15;  // DLSPEED_SAMPLE_MIN

struct Rate {
    double value = 0;
    std::size_t unit = 0;
};

Rate rate_of(std::int64_t bytes, std::int64_t nanoseconds) {
    Rate rate{static_cast<double>(bytes) * kNanoseconds / static_cast<double>(nanoseconds), 0};
    while (rate.value >= 1024 && rate.unit < 4) {
        rate.value /= 1024;
        ++rate.unit;
    }
    return rate;
}

int digits_of(double rate) {
    return rate >= 99.95 ? 0 : rate >= 9.995 ? 1 : 2;
}

// print_decimal(): seconds, short.
std::string short_seconds(double seconds) {
    if (seconds >= 9.95) return fmt::format("{:.0f}", seconds);
    if (seconds >= 0.95) return fmt::format("{:.1f}", seconds);
    if (seconds >= 0.001) return fmt::format("{:.1g}", seconds);
    return "0";
}

std::string row_rate(std::int64_t bytes, std::int64_t nanoseconds) {
    constexpr char kUnits[] = {' ', 'K', 'M', 'G', 'T'};
    const Rate rate = rate_of(bytes, nanoseconds);
    return fmt::format(" {:4.{}f}{}", rate.value, digits_of(rate.value), kUnits[rate.unit]);
}

// A number of bytes in at most seven columns, as human_readable() writes it: "615", "120.00K".
std::string short_size(std::int64_t bytes) {
    constexpr char kUnits[] = {'K', 'M', 'G', 'T'};
    if (bytes < 1024) return fmt::format("{}", bytes);
    double value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    while (value >= 1024 && unit < 3) {
        value /= 1024;
        ++unit;
    }
    return fmt::format("{:.{}f}{}", value, value < 1000 ? 2 : 0, kUnits[unit]);
}

}  // namespace

std::string Transfer::speed() const {
    constexpr const char* kUnits[] = {"B/s", "KB/s", "MB/s", "GB/s", "TB/s"};
    const Rate rate = rate_of(bytes, nanoseconds);
    return fmt::format("{:.{}f} {}", rate.value, digits_of(rate.value), kUnits[rate.unit]);
}

std::string dot_progress(const Transfer& transfer) {
    std::string out;
    const double seconds = static_cast<double>(transfer.nanoseconds) / kNanoseconds;
    const std::int64_t rows = transfer.bytes / kRowBytes;
    for (std::int64_t row = 0; row <= rows; ++row) {
        const bool last = row == rows;
        const std::int64_t in_row = last ? transfer.bytes - rows * kRowBytes : kRowBytes;
        const std::int64_t dots = in_row / kBytesADot;
        out += fmt::format("{}{:>6}K", row == 0 ? "" : "\n", row * kDotsARow);
        for (std::int64_t dot = 0; dot < kDotsARow; ++dot) {
            if (dot % kDotsACluster == 0) out += ' ';
            out += dot < dots ? '.' : ' ';
        }
        const std::int64_t shown = std::min(transfer.bytes, row * kRowBytes + in_row);
        out += fmt::format("{:3}%", transfer.bytes == 0 ? 100 : shown * 100 / transfer.bytes);
        // All rows come at the same speed here.
        const std::int64_t all = std::max<std::int64_t>(1, transfer.bytes);
        const auto took = std::max<std::int64_t>(
            1,
            static_cast<std::int64_t>(static_cast<double>(transfer.nanoseconds) *
                                      static_cast<double>(in_row) / static_cast<double>(all)));
        out += row_rate(in_row, took);
        if (last)
            out += fmt::format("={}s", short_seconds(seconds));
        else
            out += fmt::format(
                " {:.0f}s",
                seconds * static_cast<double>(transfer.bytes - shown) / static_cast<double>(all));
    }
    return out + "\n\n";
}

std::string bar_progress(const std::string& name, const Transfer& transfer) {
    const double seconds = static_cast<double>(transfer.nanoseconds) / kNanoseconds;
    std::string rate = "  --.-KB/s";
    if (seconds >= kLeastTimeForRate) {
        constexpr const char* kUnits[] = {" B/s", "KB/s", "MB/s", "GB/s", "TB/s"};
        const Rate measured = rate_of(transfer.bytes, transfer.nanoseconds);
        rate = fmt::format(
            "  {:4.{}f}{}", measured.value, digits_of(measured.value), kUnits[measured.unit]);
    }
    const std::string end = fmt::format("    in {}s", short_seconds(seconds));
    return fmt::format("\r{:<{}.{}} 100%[{}>] {:>7}{}{:<{}}\n\n",
                       name,
                       kNameColumns,
                       kNameColumns,
                       std::string(kBarColumns - 1, '='),
                       short_size(transfer.bytes),
                       rate,
                       end,
                       kEndColumns);
}

}  // namespace podium::programs::net
