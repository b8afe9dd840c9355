#include "sim/base/go_numbers.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>

#include "sim/base/go_quote.hpp"
#include "sim/base/text.hpp"

namespace podium {
namespace {

// How many of the characters from `at` on are digits.
std::size_t digits_at(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of("0123456789", at), text.size()) -
           std::min(at, text.size());
}

// The first of the numbers whose unit is missing or unknown; empty when there is none.
std::string trouble_with_units(std::string_view text) {
    std::string_view rest = text;
    if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
    while (!rest.empty()) {
        const std::size_t whole = digits_at(rest, 0);
        std::size_t number = whole;
        if (number < rest.size() && rest[number] == '.') {
            const std::size_t fraction = digits_at(rest, number + 1);
            if (whole + fraction == 0) return {};
            number += 1 + fraction;
        }
        if (number == 0) return {};
        const std::size_t end = std::min(rest.find_first_of(".0123456789", number), rest.size());
        const std::string_view unit = rest.substr(number, end - number);
        if (unit.empty()) return fmt::format("time: missing unit in duration \"{}\"", text);
        if (!parse_duration("1" + std::string(unit)))
            return fmt::format("time: unknown unit \"{}\" in duration \"{}\"", unit, text);
        rest.remove_prefix(end);
    }
    return {};
}

}  // namespace

Result<Duration> parse_go_duration(std::string_view text) {
    auto duration = parse_duration(text);
    if (duration) return duration;
    std::string trouble = trouble_with_units(text);
    if (trouble.empty()) trouble = fmt::format("time: invalid duration \"{}\"", text);
    return Error{std::move(trouble), {}, {}};
}

Result<std::int64_t> parse_go_integer(std::string_view text, int bits) {
    const bool sign = text.starts_with('-') || text.starts_with('+');
    const std::string_view digits = text.substr(sign ? 1 : 0);
    const auto wrong = [text](std::string_view why) {
        return Error{fmt::format("strconv.ParseInt: parsing {}: {}", go_quote(text), why), {}, {}};
    };
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return wrong("invalid syntax");
    std::int64_t value = 0;
    if (!parse_integer(text.starts_with('+') ? digits : text, value))
        return wrong("value out of range");
    const std::int64_t most = INT64_MAX >> (64 - bits);
    if (value > most || value < -most - 1) return wrong("value out of range");
    return value;
}

}  // namespace podium
