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

constexpr std::array<Unit, 9> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"µs", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"d", 86'400'000'000'000},
                                      {"w", 604'800'000'000'000}}};

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
    Int128 fraction = 0;
    Int128 scale = 1;
    if (i < rest.size() && rest[i] == '.') {
        ++i;
        const std::size_t from = i;
        while (i < rest.size() && is_digit(rest[i])) {
            if (scale < 1'000'000'000'000'000) {
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
        const Int128 value = whole * known.nanoseconds + fraction * known.nanoseconds / scale + total;
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
        if (!take_term(rest, days, total)) return bad_duration(text);
    }
    return Duration{negative ? -total : total};
}

std::string format_seconds(std::int64_t nanoseconds, int digits) {
    std::int64_t unit = 1'000'000'000;
    for (int i = 0; i < digits; ++i) unit /= 10;
    const bool negative = nanoseconds < 0;
    const std::int64_t rounded = ((negative ? -nanoseconds : nanoseconds) + unit / 2) / unit;
    const std::int64_t per_second = 1'000'000'000 / unit;
    std::string out = fmt::format("{}{}", negative && rounded != 0 ? "-" : "", rounded / per_second);
    if (digits > 0) out += fmt::format(".{:0{}}", rounded % per_second, digits);
    return out;
}

std::string format_duration(Duration duration) {
    std::int64_t n = duration.nanoseconds;
    if (n == 0) return "0s";
    std::string sign;
    if (n < 0) {
        sign = "-";
        n = -n;
    }
    const auto with_fraction = [](std::int64_t value, std::int64_t unit, std::string_view name) {
        std::string out = fmt::format("{}", value / unit);
        std::int64_t rest = value % unit;
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
    const std::int64_t h = n / 3'600'000'000'000;
    const std::int64_t m = n / 60'000'000'000 % 60;
    if (h > 0) out += fmt::format("{}h", h);
    if (h > 0 || m > 0) out += fmt::format("{}m", m);
    out += with_fraction(n % 60'000'000'000, 1'000'000'000, "s");
    return out;
}

std::string format_time(Time time) {
    const std::int64_t ms = (time.nanoseconds + 500'000) / 1'000'000;
    const std::int64_t h = ms / 3'600'000;
    const std::int64_t m = ms / 60'000 % 60;
    const std::int64_t s = ms / 1'000 % 60;
    if (h > 0) return fmt::format("{}h{:02}m{:02}.{:03}s", h, m, s, ms % 1'000);
    if (m > 0) return fmt::format("{}m{:02}.{:03}s", m, s, ms % 1'000);
    return fmt::format("{}.{:03}s", s, ms % 1'000);
}

}  // namespace podium
