#include "sim/base/time.hpp"

#include <array>

#include <fmt/format.h>

#include "sim/base/int128.hpp"

namespace podium {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

constexpr std::array<Unit, 10> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\u00B5s", 1'000},  // the micro sign
                                      {"\u03BCs", 1'000},  // the Greek letter mu
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"d", 86'400'000'000'000},
                                      {"w", 604'800'000'000'000}}};

/// The distance from 0, which a negative value of 64 bits may not have as a positive one.
std::uint64_t magnitude(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return value < 0 ? 0 - bits : bits;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Error bad_duration(std::string_view text) {
    return Error{fmt::format("invalid duration \"{}\"", text), {}, "write it like 10s, 1m30s or 500ms"};
}

// One "<number><unit>" at the front of `rest`; advances past it. The value saturates into an error
// rather than wrapping.
bool take_term(std::string_view& rest, bool days, std::int64_t& total) {
    std::size_t i = 0;
    Int128 whole = 0;
    while (i < rest.size() && is_digit(rest[i])) {
        whole = whole * 10 + (rest[i] - '0');
        if (whole > INT64_MAX) return false;
        ++i;
    }
    const bool has_whole = i > 0;
    // As Go does: the digits as an integer, as many as fit, and their weight as a double.
    std::int64_t fraction = 0;
    double scale = 1;
    bool full = false;
    if (i < rest.size() && rest[i] == '.') {
        ++i;
        const std::size_t from = i;
        while (i < rest.size() && is_digit(rest[i])) {
            full = full || fraction > (INT64_MAX - 9) / 10;
            if (!full) {
                fraction = fraction * 10 + (rest[i] - '0');
                scale *= 10;
            }
            ++i;
        }
        if (!has_whole && i == from) return false;
    } else if (!has_whole) {
        return false;
    }
    std::size_t end = i;
    while (end < rest.size() && rest[end] != '.' && !is_digit(rest[end])) ++end;
    const std::string_view unit = rest.substr(i, end - i);
    for (const Unit& known : kUnits) {
        if (known.name != unit) continue;
        if (!days && (unit == "d" || unit == "w")) return false;
        const double part = static_cast<double>(fraction) * (static_cast<double>(known.nanoseconds) / scale);
        const Int128 value = whole * known.nanoseconds + static_cast<std::int64_t>(part) + total;
        if (value > INT64_MAX) return false;
        total = static_cast<std::int64_t>(value);
        rest.remove_prefix(end);
        return true;
    }
    return false;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text, bool days) {
    std::string_view rest = text;
    bool negative = false;
    if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) {
        negative = rest[0] == '-';
        rest.remove_prefix(1);
    }
    if (rest == "0") return Duration{0};
    if (rest.empty()) return bad_duration(text);
    std::int64_t total = 0;
    while (!rest.empty()) {
        if (take_term(rest, days, total)) continue;
        Error error = bad_duration(text);
        if (days) return error;
        if (const auto with_days = parse_duration(text, true))
            error.hint = fmt::format("its longest unit is the hour: write it like {}", format_duration(*with_days));
        return error;
    }
    return Duration{negative ? -total : total};
}

std::string format_seconds(std::int64_t nanoseconds, int digits) {
    std::uint64_t unit = 1'000'000'000;
    for (int i = 0; i < digits; ++i) unit /= 10;
    const bool negative = nanoseconds < 0;
    const std::uint64_t rounded = (magnitude(nanoseconds) + unit / 2) / unit;
    const std::uint64_t per_second = 1'000'000'000 / unit;
    std::string out = fmt::format("{}{}", negative && rounded != 0 ? "-" : "", rounded / per_second);
    if (digits > 0) out += fmt::format(".{:0{}}", rounded % per_second, digits);
    return out;
}

std::string format_duration(Duration duration) {
    const std::uint64_t n = magnitude(duration.nanoseconds);
    if (n == 0) return "0s";
    const std::string sign = duration.nanoseconds < 0 ? "-" : "";
    const auto with_fraction = [](std::uint64_t value, std::uint64_t unit, std::string_view name) {
        std::string out = fmt::format("{}", value / unit);
        std::uint64_t rest = value % unit;
        if (rest != 0) {
            std::string digits;
            while (rest != 0) {
                rest *= 10;
                digits += static_cast<char>('0' + rest / unit);
                rest %= unit;
            }
            out += "." + digits;
        }
        out += name;
        return out;
    };
    if (n < 1'000) return sign + fmt::format("{}ns", n);
    if (n < 1'000'000) return sign + with_fraction(n, 1'000, "µs");
    if (n < 1'000'000'000) return sign + with_fraction(n, 1'000'000, "ms");
    std::string out = sign;
    const std::uint64_t h = n / 3'600'000'000'000;
    const std::uint64_t m = n / 60'000'000'000 % 60;
    if (h > 0) out += fmt::format("{}h", h);
    if (h > 0 || m > 0) out += fmt::format("{}m", m);
    out += with_fraction(n % 60'000'000'000, 1'000'000'000, "s");
    return out;
}

std::string format_time(Time time) {
    const std::int64_t ms = time.nanoseconds / 1'000'000 + (time.nanoseconds % 1'000'000 >= 500'000 ? 1 : 0);
    const std::int64_t h = ms / 3'600'000;
    const std::int64_t m = ms / 60'000 % 60;
    const std::int64_t s = ms / 1'000 % 60;
    if (h > 0) return fmt::format("{}h{:02}m{:02}.{:03}s", h, m, s, ms % 1'000);
    if (m > 0) return fmt::format("{}m{:02}.{:03}s", m, s, ms % 1'000);
    return fmt::format("{}.{:03}s", s, ms % 1'000);
}

}  // namespace podium
