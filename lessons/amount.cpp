// Numbers with their units, exactly: a learner's "1.5 s" and an author's "1500 ms" are the same.

#include <array>
#include <fmt/format.h>

#include "lessons/load.hpp"
#include "sim/base/text.hpp"

namespace podium::lessons {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t size;
};

constexpr std::array kTimes{Unit{"ns", 1},
                            Unit{"us", 1'000},
                            Unit{"ms", 1'000'000},
                            Unit{"s", 1'000'000'000},
                            Unit{"m", 60'000'000'000},
                            Unit{"h", 3'600'000'000'000},
                            Unit{"sec", 1'000'000'000},
                            Unit{"second", 1'000'000'000},
                            Unit{"seconds", 1'000'000'000},
                            Unit{"min", 60'000'000'000},
                            Unit{"minute", 60'000'000'000},
                            Unit{"minutes", 60'000'000'000},
                            Unit{"hour", 3'600'000'000'000},
                            Unit{"hours", 3'600'000'000'000}};
constexpr std::array kSizes{Unit{"b", 1},
                            Unit{"bytes", 1},
                            Unit{"kb", 1'000},
                            Unit{"mb", 1'000'000},
                            Unit{"gb", 1'000'000'000},
                            Unit{"kib", 1 << 10},
                            Unit{"mib", 1 << 20},
                            Unit{"gib", 1 << 30},
                            Unit{"k", 1 << 10},
                            Unit{"m", 1 << 20},
                            Unit{"g", 1 << 30}};
constexpr std::int64_t kThousandths = 1'000;
constexpr int kMostDigits = 9;

// "1.5" as a number of parts of `size`; false when it is no number or does not fit.
bool parse_decimal(std::string_view text, std::int64_t size, std::int64_t& out) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view part =
        point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if (whole.empty() || whole.size() > kMostDigits || part.size() > kMostDigits ||
        (point != std::string_view::npos && part.empty()))
        return false;
    std::int64_t number = 0;
    std::int64_t scale = 1;
    for (const char c : std::string(whole) + std::string(part)) {
        if (c < '0' || c > '9') return false;
    }
    for (const char c : whole)
        number = number * 10 + (c - '0');
    if (number != 0 && size > INT64_MAX / 2 / number) return false;
    out = number * size;
    for (const char c : part) {
        scale *= 10;
        out += size / scale * (c - '0') + size % scale * (c - '0') / scale;
    }
    if (negative) out = -out;
    return true;
}

template <class Units>
const Unit* find_unit(const Units& units, const std::string& name) {
    for (const Unit& unit : units) {
        if (unit.name == name) return &unit;
    }
    return nullptr;
}

const Unit* unit_of(Measure measure, const std::string& name) {
    return measure == Measure::Time ? find_unit(kTimes, name) : find_unit(kSizes, name);
}

// A sum of parts, like "1m30s" or "512 MiB".
Result<std::int64_t> parse_with_units(const Question& question, std::string_view text) {
    std::int64_t sum = 0;
    const Error wrong{
        fmt::format(
            "'{}' is not {}", text, question.measure == Measure::Time ? "a time" : "a size"),
        {},
        question.measure == Measure::Time ? "a number and a unit, like: 10 s, or 250 ms"
                                          : "a number and a unit, like: 64 MiB"};
    std::string_view rest = text;
    do {
        const auto unit_begin = rest.find_first_not_of("-0123456789.");
        if (unit_begin == std::string_view::npos) {
            const bool whole = rest.size() == text.size();
            if (whole && rest == "0") return std::int64_t{0};
            if (!whole) return wrong;
            return Error{fmt::format("'{}' has no unit", text),
                         {},
                         fmt::format("like: {} {}", text, question.unit)};
        }
        if (rest.starts_with('-') && rest.size() != text.size()) return wrong;  // only all of it is below 0
        const std::string_view from = trim(rest.substr(unit_begin));
        const auto unit_end = from.find_first_of("-0123456789. ");
        const Unit* unit = unit_of(question.measure, lower(from.substr(0, unit_end)));
        std::int64_t part = 0;
        if (unit == nullptr || !parse_decimal(rest.substr(0, unit_begin), unit->size, part))
            return wrong;
        if (part > INT64_MAX / 4 || sum > INT64_MAX / 4) return wrong;
        sum += part;
        rest =
            unit_end == std::string_view::npos ? std::string_view() : trim(from.substr(unit_end));
    } while (!rest.empty());
    return sum;
}

}  // namespace

Result<std::int64_t> parse_amount(const Question& question, std::string_view text) {
    text = trim(text);
    if (question.measure != Measure::Count) return parse_with_units(question, text);
    const auto end = text.find_first_not_of("-0123456789.");
    const std::string_view unit =
        end == std::string_view::npos ? std::string_view() : trim(text.substr(end));
    std::int64_t number = 0;
    const std::string given = lower(unit);
    const std::string wanted = lower(question.unit);
    const bool known = given.empty() || given == wanted || given + "s" == wanted;
    if (!known || !parse_decimal(trim(text.substr(0, end)), kThousandths, number)) {
        return Error{fmt::format("'{}' is not a number{}",
                                 text,
                                 question.unit.empty() ? "" : " of " + question.unit),
                     {},
                     "like: 3"};
    }
    return number;
}

std::string format_amount(const Question& question, std::int64_t amount) {
    std::int64_t size = kThousandths;
    if (question.measure != Measure::Count) {
        const Unit* unit = unit_of(question.measure, lower(question.unit));
        size = unit == nullptr ? 1 : unit->size;
    }
    const bool negative = amount < 0;
    if (negative) amount = -amount;
    std::string out = fmt::format("{}{}", negative ? "-" : "", amount / size);
    std::int64_t rest = amount % size;
    if (rest != 0) {
        out += '.';
        for (int digit = 0; digit < 3 && rest != 0; ++digit) {
            // The size is at most an hour in nanoseconds, so ten times the rest fits.
            out += static_cast<char>('0' + rest * 10 / size);
            rest = rest * 10 % size;
        }
    }
    if (question.unit.empty()) return out;
    const bool one =
        question.measure == Measure::Count && out == "1" && question.unit.ends_with('s');
    return out + " " + (one ? question.unit.substr(0, question.unit.size() - 1) : question.unit);
}

Measure measure_of(const std::string& unit) {
    if (find_unit(kTimes, unit) != nullptr) return Measure::Time;
    if (find_unit(kSizes, lower(unit)) != nullptr) return Measure::Bytes;
    return Measure::Count;
}

std::int64_t unit_size(const Question& question) {
    if (question.measure == Measure::Count) return kThousandths;
    const Unit* unit = unit_of(question.measure, lower(question.unit));
    return unit == nullptr ? 1 : unit->size;
}

}  // namespace podium::lessons
