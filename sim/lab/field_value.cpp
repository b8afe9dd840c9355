#include "sim/lab/field_value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/faults/fault.hpp"
#include "sim/model/facts.hpp"
#include "sim/shell/signals.hpp"
#include "sim/view/field_words.hpp"

namespace podium::lab {
namespace {

constexpr std::int64_t kHighestExit = 255;

bool is_signal(const FieldSpec& field) {
    return field.type == FieldType::Integer && field.name == "signal";
}

// How a program of a container ended. What a probe's time-out counts as, or a task's agent tells,
// is any number.
bool is_exit(const FactSpec& spec, const FieldSpec& field) {
    return field.name == "exit" && spec.kind != model::kFactContainerHealthProbe;
}

// The only texts that a field has, where it has few.
std::vector<std::string> only_texts(const FactSpec& spec, const FieldSpec& field) {
    if (spec.kind == model::kFactContainerHealthStatus && field.name == "status")
        return {"healthy", "unhealthy"};
    std::vector<std::string> out;
    if (spec.name.starts_with("fault.") && field.name == "id") {
        for (const faults::FaultSpec& fault : faults::fault_list())
            out.emplace_back(fault.id);
    }
    return out;
}

std::vector<std::string> words_for(const FactSpec& spec, const FieldSpec& field) {
    if (field.type == FieldType::Text) return only_texts(spec, field);
    std::vector<std::string> out;
    for (const view::FieldWord& word : view::field_words(spec.kind, field.name))
        out.emplace_back(word.word);
    return out;
}

std::vector<std::string> signal_names() {
    std::vector<std::string> out;
    for (int number = 1; number < 32; ++number)
        out.push_back(shell::signal_name(number));
    return out;
}

// "a, b or c".
std::string one_of(std::vector<std::string> words) {
    if (words.size() == 1) return words.front();
    const std::string last = std::move(words.back());
    words.pop_back();
    return join(words, ", ") + " or " + last;
}

bool read_code(const FactSpec& spec,
               const FieldSpec& field,
               const std::string& value,
               std::int64_t& number) {
    if (is_signal(field)) {
        number = shell::signal_number(value);
        return number >= 0;
    }
    const bool whole = parse_integer(value, number);
    const std::span<const view::FieldWord> words = view::field_words(spec.kind, field.name);
    for (const view::FieldWord& word : words) {
        if (whole ? word.number != number : word.word != value) continue;
        number = word.number;
        return true;
    }
    if (!words.empty() || !whole) return false;
    return !is_exit(spec, field) || (number >= 0 && number <= kHighestExit);
}

// A text like "1m30s", or seconds.
bool read_span(const std::string& value, std::int64_t& nanoseconds) {
    if (const auto duration = parse_duration(value)) {
        nanoseconds = duration->nanoseconds;
        return true;
    }
    constexpr double kMostSeconds = 1e9;
    double seconds = 0;
    const char* const end = value.data() + value.size();
    const auto [read, error] = std::from_chars(value.data(), end, seconds);
    if (error != std::errc{} || read != end || !(std::abs(seconds) < kMostSeconds)) return false;
    nanoseconds = static_cast<std::int64_t>(std::floor(seconds * 1e9 + 0.5));
    return true;
}

std::string what_it_is(const FactSpec& spec, const FieldSpec& field) {
    if (is_signal(field))
        return fmt::format("a signal's name, like TERM, or its number, from 0 to {}",
                           shell::kHighestSignal);
    constexpr std::size_t kFew = 16;
    if (const std::vector<std::string> words = words_for(spec, field); !words.empty())
        return words.size() <= kFew ? one_of(words) : "one that podium faults lists";
    switch (field.type) {
        case FieldType::Duration:
            return "a duration, like 1m30s, or seconds as a number";
        case FieldType::Flag:
            return "true or false";
        case FieldType::Integer:
        case FieldType::Long:
            return is_exit(spec, field) ? fmt::format("a whole number from 0 to {}", kHighestExit)
                                        : "a whole number";
        case FieldType::Text:
            break;
    }
    return "a text";
}

}  // namespace

std::optional<AskedValue> read_field_value(const FactSpec& spec,
                                           const FieldSpec& field,
                                           const std::string& value) {
    AskedValue out{field.type == FieldType::Text, value, 0};
    bool can_be = true;
    switch (field.type) {
        case FieldType::Text:
            if (const std::vector<std::string> only = only_texts(spec, field); !only.empty())
                can_be = std::find(only.begin(), only.end(), value) != only.end();
            break;
        case FieldType::Flag:
            can_be = value == "true" || value == "false";
            out.number = value == "true" ? 1 : 0;
            break;
        case FieldType::Duration:
            can_be = read_span(value, out.number);
            break;
        case FieldType::Integer:
        case FieldType::Long:
            can_be = read_code(spec, field, value, out.number);
            break;
    }
    if (!can_be) return std::nullopt;
    return out;
}

Error not_a_value(const FactSpec& spec,
                  const FieldSpec& field,
                  const std::string& message,
                  const std::string& value) {
    std::string asked = value;
    std::vector<std::string> words = words_for(spec, field);
    if (is_signal(field)) {
        words = signal_names();
        asked = upper(asked);
        if (asked.starts_with("SIG")) asked.erase(0, 3);
    }
    const std::string near = nearest(asked, words);
    return Error{fmt::format("{}: it is {}", message, what_it_is(spec, field)),
                 {},
                 near.empty() ? std::string() : fmt::format("did you mean '{}'?", near)};
}

}  // namespace podium::lab
