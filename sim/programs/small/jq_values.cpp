#include "sim/programs/small/jq_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/regex.hpp"
#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/programs/small/jq_read.hpp"

namespace podium::programs::small::jq {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

Error sentence(std::string text) { return Error{std::move(text), {}, {}}; }

const std::string& text_of(const Json& value) { return value.get_ref<const std::string&>(); }

Result<Json> split_text(const std::string& text, const std::string& by) {
    Json parts = Json::array();
    const TextSearch search(by);
    std::size_t at = 0;
    while (!text.empty()) {
        // Without a separator each character is a part.
        const std::size_t end = by.empty() ? at + decode_rune(text, at).size : search.find(text, at);
        parts.push_back(text.substr(at, end == std::string::npos ? end : end - at));
        if (end == std::string::npos || (by.empty() && end >= text.size())) break;
        at = end + by.size();
    }
    return parts;
}

// f_multiply: a text so many times; none for 0 and below, nor for NaN.
Result<Json> repeated(const std::string& text, double times) {
    if (!(times > 0)) return Json();
    if (times * static_cast<double>(text.size()) > static_cast<double>(kMaxJqInputBytes)) return sentence(std::string(kTooMuch));
    std::string out = text;
    for (int i = 1; i < static_cast<int>(std::min(times, static_cast<double>(kMaxJqInputBytes))); ++i) out += text;
    return Json(out);
}

// What x86 makes of a double as an intmax_t, as f_mod does: the least for what is none.
std::int64_t whole(double value) {
    constexpr double kEnd = 9223372036854775808.0;
    return value >= -kEnd && value < kEnd ? static_cast<std::int64_t>(value) : std::numeric_limits<std::int64_t>::min();
}

Result<Json> of_numbers(std::string_view operation, const Json& a, const Json& b) {
    const double x = a.get<double>();
    const double y = b.get<double>();
    if (operation == "+") return number(x + y);
    if (operation == "-") return number(x - y);
    if (operation == "*") return number(x * y);
    const bool rest = operation == "%";
    if (y == 0.0 || (rest && whole(y) == 0)) return sentence(fmt::format("{} and {} cannot be divided{} because the divisor is zero", shown(a), shown(b), rest ? " (remainder)" : ""));
    if (!rest) return number(x / y);
    // Of the least number there is no quotient by -1.
    return number(whole(y) == -1 ? 0.0 : static_cast<double>(whole(x) % whole(y)));
}

// The first is added to where it stands, so that adding many up takes no longer than it must.
Result<Json> added(Json a, const Json& b, Budget& budget) {
    if (a.is_null()) return b;
    if (b.is_null()) return a;
    if (a.is_string() && b.is_string()) {
        a.get_ref<std::string&>() += text_of(b);
    } else if (a.is_number() && b.is_number()) {
        return of_numbers("+", a, b);
    } else if (a.is_array() && b.is_array()) {
        for (const Json& each : b) a.push_back(each);
    } else if (a.is_object() && b.is_object()) {
        merge(a, b, false, budget);
    } else {
        return sentence(fmt::format("{} and {} cannot be added", shown(a), shown(b)));
    }
    return a;
}

// def join($x): reduce .[] as $i (null; (if .==null then "" else .+$x end) + ($i | if .==null … end)) // "";
Result<Json> joined(const Json& input, const Json& between, Budget& budget) {
    if (std::string why = cannot_iterate(input); !why.empty()) return sentence(std::move(why));
    std::string text;
    const auto refuse = [&text](const Json& part) { return sentence(fmt::format("{} and {} cannot be added", shown(Json(text)), shown(part))); };
    bool first = true;
    for (const Json& each : input) {
        if (!std::exchange(first, false)) {
            if (!between.is_string() && !between.is_null()) return refuse(between);
            if (between.is_string()) text += text_of(between);
        }
        if (!budget.step(between.is_string() ? text_of(between).size() : 0)) return sentence(std::string(kTooMuch));
        if (each.is_array() || each.is_object()) return refuse(each);
        if (!each.is_null()) text += each.is_string() ? text_of(each) : jq_text(each, false);
    }
    return Json(text);
}

void flatten(const Json& list, Json& out) {
    for (const Json& each : list) {
        if (each.is_array())
            flatten(each, out);
        else
            out.push_back(each);
    }
}

Result<Json> length(const Json& input) {
    if (input.is_null()) return Json(0);
    if (input.is_number()) return number(std::abs(input.get<double>()));
    if (input.is_boolean()) return sentence(fmt::format("{} has no length", shown(input)));
    return Json(input.is_string() ? rune_count(text_of(input)) : input.size());
}

// def reverse: [.[length - 1 - range(0;length)]];
Result<Json> reversed(const Json& input, Budget& budget) {
    Json turned = Json::array();
    if (input.is_array()) {
        for (auto each = input.rbegin(); each != input.rend(); ++each) turned.push_back(*each);
        return turned;
    }
    const Result<Json> size = length(input);
    if (!size) return size;
    if (*size == Json(0)) return turned;
    return index(input, Json(0), budget);
}

Result<Json> keys_of(const Json& input) {
    if (input.is_object()) return Json(sorted_names(input));
    if (!input.is_array()) return sentence(fmt::format("{} has no keys", shown(input)));
    Json keys = Json::array();
    for (std::size_t i = 0; i < input.size(); ++i) keys.push_back(i);
    return keys;
}

Result<Json> entries_of(const Json& input) {
    Json list = Json::array();
    if (input.is_object()) {
        for (const auto& [key, value] : input.items()) list.push_back({{"key", key}, {"value", value}});
    } else if (input.is_array()) {
        for (std::size_t i = 0; i < input.size(); ++i) list.push_back({{"key", i}, {"value", input[i]}});
    } else {
        return sentence(fmt::format("{} has no keys", shown(input)));
    }
    return list;
}

Result<Json> exploded(const Json& input) {
    if (!input.is_string()) return sentence("explode input must be a string");
    Json out = Json::array();
    const std::string& text = text_of(input);
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        out.push_back(static_cast<std::uint32_t>(rune.value));
        at += rune.size;
    }
    return out;
}

Result<Json> imploded(const Json& input) {
    constexpr double kLast = 0x10FFFF;
    if (!input.is_array()) return sentence("implode input must be an array");
    std::string text;
    for (const Json& each : input) {
        const double code = each.is_number() ? each.get<double>() : -1;
        // jq 1.6 ends by an assertion there (src/jv.c, jv_string_implode).
        if (!(code >= 0 && code <= kLast) || (code >= 0xD800 && code <= 0xDFFF)) return sentence(fmt::format("Podium's jq: {} is no code point", shown(each)));
        append_rune(text, static_cast<char32_t>(code));
    }
    return Json(text);
}

Result<Json> extreme(std::string_view name, const Json& input, Budget& budget) {
    if (!input.is_array()) return sentence(fmt::format("{} and {} cannot be iterated over", shown(input), shown(input)));
    if (input.empty()) return Json();
    const Json* best = &input.front();
    for (const Json& each : input) {
        if (less(each, *best, budget) == (name == "min")) best = &each;
    }
    return *best;
}

Result<Json> recased(std::string_view name, const Json& input) {
    // It is defined by explode, which is what complains.
    if (!input.is_string()) return sentence("explode input must be a string");
    const std::string text = text_of(input);
    return Json(name == "ascii_upcase" ? upper(text) : lower(text));
}

/// Oniguruma's sentence (regerror.c) for one of the C library's.
std::string_view regex_failure(std::string_view message) {
    constexpr std::pair<std::string_view, std::string_view> kSentences[] = {
        {"Unmatched [, [^, [:, [., or [=", "premature end of char-class"},
        {"Unmatched ( or \\(", "end pattern with unmatched parenthesis"},
        {"Unmatched ) or \\)", "unmatched close parenthesis"},
        {"Invalid preceding regular expression", "target of repeat operator is not specified"},
        {"Trailing backslash", "end pattern at escape"},
        {"Invalid range end", "empty range in char class"},
        {"Invalid character class name", "invalid POSIX bracket type"},
    };
    for (const auto& [of_library, of_jq] : kSentences) {
        if (message == of_library) return of_jq;
    }
    return message;
}

/// The last character of what stands in the brackets that open at a place; the text's end.
std::size_t bracket_end(std::string_view pattern, std::size_t at) {
    const bool negated = pattern.substr(at + 1).starts_with('^');
    // A bracket that comes first is one of the characters.
    return std::min(pattern.find(']', at + (negated ? 3 : 2)), pattern.size());
}

/// Why jq, whose patterns are Perl's, doesn't take one that is good POSIX, or Podium doesn't take one that is good Perl; else empty.
std::string without_target(std::string_view pattern) {
    bool begins = true;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        if (begins && (c == '*' || c == '+' || c == '?')) {
            const bool special = at > 0 && pattern[at - 1] == '(' && c != '+';
            return special ? "Podium's jq knows no (? and (* in patterns" : "Regex failure: target of repeat operator is not specified";
        }
        begins = c == '(' || c == '|';
        if (c == '\\')
            ++at;
        else if (c == '[')
            at = bracket_end(pattern, at);
    }
    return {};
}

Result<Json> matches(const std::string& text, const std::string& pattern, Budget& budget) {
    constexpr std::size_t kWaysPerStep = 4;
    if (std::string why = without_target(pattern); !why.empty()) return sentence(std::move(why));
    const auto regex = Regex::compile(pattern, {true, false});
    if (!regex) return sentence(fmt::format("Regex failure: {}", regex_failure(regex.error().message)));
    // Each place of the text may be looked at once for each instruction.
    if (!budget.step((1 + text.size()) * (1 + regex->size()) / kWaysPerStep)) return sentence(std::string(kTooMuch));
    return Json(regex->search(text).has_value());
}

Result<Json> has(const Json& input, const Json& key) {
    // What is behind the point is cut off.
    if (input.is_array() && key.is_number()) return Json(key.get<double>() > -1 && key.get<double>() < static_cast<double>(input.size()));
    if (input.is_object() && key.is_string()) return Json(input.contains(text_of(key)));
    return sentence(fmt::format("Cannot check whether {} has a {} key", kind_of(input), kind_of(key)));
}

Error no_bounds(const Json& value) { return sentence(fmt::format("Start and end indices of an {} slice must be numbers", kind_of(value))); }

// A bound of a slice in a list of `size`, below zero from its end (parse_slice in src/jv_aux.c).
double bound_in(double wanted, double size) { return std::isnan(wanted) ? 0.0 : std::clamp(wanted < 0 ? wanted + size : wanted, 0.0, size); }

// The bytes of a text's first `count` code points, from a byte on.
std::size_t after_runes(const std::string& text, std::size_t from, std::size_t count) { return from + rune_prefix(std::string_view(text).substr(from), count).size(); }

}  // namespace

std::string kind_of(const Json& value) {
    if (value.is_null()) return "null";
    if (value.is_boolean()) return "boolean";
    if (value.is_number()) return "number";
    if (value.is_string()) return "string";
    return value.is_array() ? "array" : "object";
}

bool is_true(const Json& value) { return !value.is_null() && value != Json(false); }

std::size_t weight_of(const Json& value) {
    constexpr std::size_t kBytesPerUnit = 16;
    if (value.is_string()) return 1 + text_of(value).size() / kBytesPerUnit;
    std::size_t weight = 1;
    if (!value.is_array() && !value.is_object()) return weight;
    for (const auto& [name, each] : value.items()) weight += weight_of(each) + (value.is_object() ? 1 + name.size() / kBytesPerUnit : 0);
    return weight;
}

Json number(double value) {
    constexpr double kExact = 9007199254740992.0;
    if (std::abs(value) < kExact && value == std::floor(value) && !(value == 0.0 && std::signbit(value))) return static_cast<std::int64_t>(value);
    return value;
}

std::string shown(const Json& value) {
    // jv_dump_string_trunc into 15 bytes, the end of which "..." takes; a character cut through is replaced.
    constexpr std::size_t kMost = 14;
    constexpr std::size_t kKept = 11;
    std::string text = jq_text(value, false);
    if (text.size() > kMost) {
        text.resize(kKept);
        std::size_t last = kKept - 1;
        while (last > 0 && is_continuation_byte(text[last])) --last;
        if (!decode_rune(text, last).valid) text = text.substr(0, last) + std::string(kReplacement);
        text += "...";
    }
    return fmt::format("{} ({})", kind_of(value), text);
}

Result<Json> combine(std::string_view operation, const Json& a, const Json& b, Budget& budget) {
    if (operation == "==") return Json(equal(a, b, budget));
    if (operation == "!=") return Json(!equal(a, b, budget));
    if (operation == "<") return Json(less(a, b, budget));
    if (operation == ">") return Json(less(b, a, budget));
    if (operation == "<=") return Json(compare(a, b, budget) <= 0);
    if (operation == ">=") return Json(compare(a, b, budget) >= 0);
    if (a.is_number() && b.is_number()) return of_numbers(operation, a, b);
    if (operation == "+") return added(a, b, budget);
    if (operation == "*" && a.is_string() && b.is_number()) return repeated(text_of(a), b.get<double>());
    if (operation == "*" && a.is_number() && b.is_string()) return repeated(text_of(b), a.get<double>());
    if (operation == "/" && a.is_string() && b.is_string()) return split_text(text_of(a), text_of(b));
    if (operation == "*" && a.is_object() && b.is_object()) {
        Json both = a;
        merge(both, b, true, budget);
        return both;
    }
    if (operation == "-" && a.is_array() && b.is_array()) {
        Json left = Json::array();
        for (const Json& each : a) {
            if (std::none_of(b.begin(), b.end(), [&](const Json& gone) { return equal(each, gone, budget); })) left.push_back(each);
        }
        return left;
    }
    const std::string_view verb = operation == "-" ? "subtracted" : operation == "*" ? "multiplied" : operation == "/" ? "divided" : "divided (remainder)";
    return sentence(fmt::format("{} and {} cannot be {}", shown(a), shown(b), verb));
}

Result<Json> index(const Json& value, const Json& at, Budget& budget) {
    constexpr std::size_t kShownBytes = 30;
    if (value.is_null() && (at.is_string() || at.is_number() || at.is_object())) return Json();
    if (value.is_object() && at.is_string()) {
        const auto found = value.find(text_of(at));
        return found != value.end() ? *found : Json();
    }
    if (value.is_array() && at.is_number()) {
        const double wanted = at.get<double>();
        const auto size = static_cast<double>(value.size());
        const double from = wanted < 0 ? wanted + size : wanted;
        // Between two elements there is none.
        return from >= 0 && from < size && from == std::floor(from) ? value[static_cast<std::size_t>(from)] : Json();
    }
    if (value.is_array() && at.is_array()) return indexes(value, at, budget);
    if ((value.is_array() || value.is_string()) && at.is_object()) {
        if (!at.contains("start") || !at.contains("end")) return no_bounds(value);
        return slice(value, at.at("start"), at.at("end"));
    }
    if (at.is_string() && text_of(at).size() < kShownBytes) return sentence(fmt::format("Cannot index {} with string \"{}\"", kind_of(value), text_of(at)));
    return sentence(fmt::format("Cannot index {} with {}", kind_of(value), kind_of(at)));
}

Result<Json> slice(const Json& value, const Json& from, const Json& to) {
    if (value.is_null()) return Json();
    if (!value.is_array() && !value.is_string()) return sentence(fmt::format("Cannot index {} with object", kind_of(value)));
    const auto is_bound = [](const Json& bound) { return bound.is_null() || bound.is_number(); };
    if (!is_bound(from) || !is_bound(to)) return no_bounds(value);
    if (from.is_number() && std::isnan(from.get<double>())) return sentence("Podium's jq: a slice can't begin at what is no number");
    const auto size = static_cast<double>(value.is_string() ? rune_count(text_of(value)) : value.size());
    const double low = from.is_null() ? 0 : bound_in(from.get<double>(), size);
    const double high = std::max(low, to.is_null() ? size : bound_in(to.get<double>(), size));
    // What a bound lies in the middle of belongs to the slice.
    const auto first = static_cast<std::size_t>(std::floor(low));
    const auto last = static_cast<std::size_t>(std::ceil(high));
    if (value.is_string()) {
        const std::string& text = text_of(value);
        const std::size_t begin = after_runes(text, 0, first);
        return Json(text.substr(begin, after_runes(text, begin, last - first) - begin));
    }
    Json part = Json::array();
    for (std::size_t i = first; i < last; ++i) part.push_back(value[i]);
    return part;
}

std::string cannot_iterate(const Json& value) {
    if (value.is_array() || value.is_object()) return {};
    return fmt::format("Cannot iterate over {}", shown(value));
}

Result<Json> call(std::string_view name, const Json& input, Budget& budget) {
    if (name == "not") return Json(!is_true(input));
    if (name == "type") return Json(kind_of(input));
    if (name == "tostring") return input.is_string() ? input : Json(jq_text(input, false));
    if (name == "length") return length(input);
    if (name == "tonumber") {
        if (input.is_number()) return input;
        if (input.is_string()) {
            Result<Json> value = read_jq(up_to_nul(text_of(input)));
            if (!value || value->is_number()) return value;
        }
        return sentence(fmt::format("{} cannot be parsed as a number", shown(input)));
    }
    if (name == "explode") return exploded(input);
    if (name == "implode") return imploded(input);
    if (name == "utf8bytelength") {
        if (input.is_string()) return Json(text_of(input).size());
        return sentence(fmt::format("{} only strings have UTF-8 byte length", shown(input)));
    }
    if (name == "ascii_downcase" || name == "ascii_upcase") return recased(name, input);
    if (name == "keys") return keys_of(input);
    if (name == "to_entries") return entries_of(input);
    if (name == "first" || name == "last") return index(input, Json(name == "first" ? 0 : -1), budget);
    if (name == "reverse") return reversed(input, budget);
    if (name == "min" || name == "max") return extreme(name, input, budget);
    if (std::string why = cannot_iterate(input); !why.empty()) return sentence(std::move(why));
    if (name == "any" || name == "all") {
        const bool any = name == "any";
        return Json(std::any_of(input.begin(), input.end(), [any](const Json& each) { return is_true(each) == any; }) == any);
    }
    if (name == "add") {
        Json sum;
        for (const Json& each : input) {
            Result<Json> next = added(std::move(sum), each, budget);
            if (!next) return next;
            sum = std::move(*next);
        }
        return sum;
    }
    Json flat = Json::array();
    flatten(input, flat);
    return flat;
}

Result<Json> call(std::string_view name, const Json& input, const Json& argument, Budget& budget) {
    if (name == "has") return has(input, argument);
    if (name == "contains") {
        if (rank_of(input) == rank_of(argument)) return Json(contains(input, argument, budget));
        return sentence(fmt::format("{} and {} cannot have their containment checked", shown(input), shown(argument)));
    }
    if (name == "join") return joined(input, argument, budget);
    const bool texts = input.is_string() && argument.is_string();
    if (name == "ltrimstr" || name == "rtrimstr") {
        if (!texts) return input;
        const std::string& text = text_of(input);
        const std::string& with = text_of(argument);
        if (name == "ltrimstr") return Json(text.starts_with(with) ? text.substr(with.size()) : text);
        return Json(text.ends_with(with) ? text.substr(0, text.size() - with.size()) : text);
    }
    if (name == "split") return texts ? split_text(text_of(input), text_of(argument)) : Result<Json>(sentence("split input and separator must be strings"));
    if (name == "test") {
        if (!input.is_string()) return sentence(fmt::format("{} cannot be matched, as it is not a string", shown(input)));
        if (argument.is_array()) return sentence("Podium's jq takes no flags behind test's pattern");
        if (!argument.is_string()) return sentence(fmt::format("{} not a string or array", kind_of(argument)));
        return matches(text_of(input), text_of(argument), budget);
    }
    if (!texts) return sentence(fmt::format("{}() requires string inputs", name));
    return Json(name == "startswith" ? text_of(input).starts_with(text_of(argument)) : text_of(input).ends_with(text_of(argument)));
}

}  // namespace podium::programs::small::jq
