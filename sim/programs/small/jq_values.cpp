#include "sim/programs/small/jq_values.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/regex.hpp"
#include "sim/base/utf8.hpp"

namespace podium::programs::small::jq {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

Error sentence(std::string text) { return Error{std::move(text), {}, {}}; }

int rank_of(const Json& value) {
    if (value.is_null()) return 0;
    if (value.is_boolean()) return value.get<bool>() ? 2 : 1;
    if (value.is_number()) return 3;
    if (value.is_string()) return 4;
    return value.is_array() ? 5 : 6;
}

const std::string& text_of(const Json& value) { return value.get_ref<const std::string&>(); }

std::vector<std::string> sorted_names(const Json& object) {
    std::vector<std::string> names;
    for (const auto& [name, value] : object.items()) names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
}

Result<Json> split_text(const std::string& text, const std::string& by) {
    Json parts = Json::array();
    std::size_t at = 0;
    while (!text.empty()) {
        // Without a separator each character is a part.
        const std::size_t end = by.empty() ? at + decode_rune(text, at).size : text.find(by, at);
        parts.push_back(text.substr(at, end == std::string::npos ? end : end - at));
        if (end == std::string::npos || (by.empty() && end >= text.size())) break;
        at = end + by.size();
    }
    return parts;
}

// jv_object_merge_recursive: objects in objects are merged, all else is the second's.
void merge_deep(Json& into, const Json& from) {
    for (const auto& [name, value] : from.items()) {
        const auto found = into.find(name);
        if (found != into.end() && found->is_object() && value.is_object())
            merge_deep(*found, value);
        else
            into[name] = value;
    }
}

// f_multiply: a text so many times; none for 0 and below.
Result<Json> repeated(const std::string& text, double times) {
    if (times <= 0) return Json();
    if (times * static_cast<double>(text.size()) > static_cast<double>(kMaxJqInputBytes)) return sentence(std::string(kTooMuch));
    std::string out = text;
    for (int i = 1; i < static_cast<int>(std::min(times, static_cast<double>(kMaxJqInputBytes))); ++i) out += text;
    return Json(out);
}

Result<Json> of_numbers(std::string_view operation, const Json& a, const Json& b) {
    const double x = a.get<double>();
    const double y = b.get<double>();
    if (operation == "+") return number(x + y);
    if (operation == "-") return number(x - y);
    if (operation == "*") return number(x * y);
    const bool rest = operation == "%";
    if (y == 0.0 || (rest && std::abs(y) < 1.0)) return sentence(fmt::format("{} and {} cannot be divided{} because the divisor is zero", shown(a), shown(b), rest ? " (remainder)" : ""));
    return number(rest ? std::trunc(std::fmod(std::trunc(x), std::trunc(y))) : x / y);
}

// The first is added to where it stands, so that adding many up takes no longer than it must.
Result<Json> added(Json a, const Json& b) {
    if (a.is_null()) return b;
    if (b.is_null()) return a;
    if (a.is_string() && b.is_string()) {
        a.get_ref<std::string&>() += text_of(b);
    } else if (a.is_number() && b.is_number()) {
        return of_numbers("+", a, b);
    } else if (a.is_array() && b.is_array()) {
        for (const Json& each : b) a.push_back(each);
    } else if (a.is_object() && b.is_object()) {
        for (const auto& [key, value] : b.items()) a[key] = value;
    } else {
        return sentence(fmt::format("{} and {} cannot be added", shown(a), shown(b)));
    }
    return a;
}

bool contains(const Json& value, const Json& wanted) {
    if (value.is_string() && wanted.is_string()) return text_of(value).find(text_of(wanted)) != std::string::npos;
    if (value.is_array() && wanted.is_array()) {
        return std::all_of(wanted.begin(), wanted.end(), [&value](const Json& each) {
            return std::any_of(value.begin(), value.end(), [&each](const Json& have) { return contains(have, each); });
        });
    }
    if (value.is_object() && wanted.is_object()) {
        for (const auto& [key, each] : wanted.items()) {
            if (!value.contains(key) || !contains(value.at(key), each)) return false;
        }
        return true;
    }
    return equal(value, wanted);
}

// def join($x): reduce .[] as $i (null; (if .==null then "" else .+$x end) + ($i | if .==null … end)) // "";
Result<Json> joined(const Json& input, const Json& between) {
    if (std::string why = cannot_iterate(input); !why.empty()) return sentence(std::move(why));
    std::string text;
    const auto refuse = [&text](const Json& part) { return sentence(fmt::format("{} and {} cannot be added", shown(Json(text)), shown(part))); };
    bool first = true;
    for (const Json& each : input) {
        if (!std::exchange(first, false)) {
            if (!between.is_string() && !between.is_null()) return refuse(between);
            if (between.is_string()) text += text_of(between);
        }
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
Result<Json> reversed(const Json& input) {
    Json turned = Json::array();
    if (input.is_array()) {
        for (auto each = input.rbegin(); each != input.rend(); ++each) turned.push_back(*each);
        return turned;
    }
    const Result<Json> size = length(input);
    if (!size) return size;
    if (*size == Json(0)) return turned;
    return index(input, Json(0));
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
        if (code < 0 || code > kLast || (code >= 0xD800 && code <= 0xDFFF)) return sentence(fmt::format("Podium's jq: {} is no code point", shown(each)));
        append_rune(text, static_cast<char32_t>(code));
    }
    return Json(text);
}

Result<Json> extreme(std::string_view name, const Json& input) {
    if (!input.is_array()) return sentence(fmt::format("{} and {} cannot be iterated over", shown(input), shown(input)));
    if (input.empty()) return Json();
    const Json* best = &input.front();
    for (const Json& each : input) {
        if (name == "min" ? less(each, *best) : !less(each, *best)) best = &each;
    }
    return *best;
}

Result<Json> recased(std::string_view name, const Json& input) {
    // It is defined by explode, which is what complains.
    if (!input.is_string()) return sentence("explode input must be a string");
    std::string text = text_of(input);
    for (char& c : text) {
        if (name == "ascii_downcase" && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (name == "ascii_upcase" && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return Json(text);
}

Result<Json> has(const Json& input, const Json& key) {
    if (input.is_array() && key.is_number()) return Json(key.get<double>() >= 0 && key.get<double>() < static_cast<double>(input.size()));
    if (input.is_object() && key.is_string()) return Json(input.contains(text_of(key)));
    return sentence(fmt::format("Cannot check whether {} has a {} key", kind_of(input), kind_of(key)));
}

// A bound of a slice in a list of `size`, below zero from its end (parse_slice in src/jv_aux.c).
double bound_in(double wanted, double size) { return std::clamp(wanted < 0 ? wanted + size : wanted, 0.0, size); }

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

bool less(const Json& a, const Json& b) {
    if (rank_of(a) != rank_of(b)) return rank_of(a) < rank_of(b);
    if (a.is_number()) return a.get<double>() < b.get<double>();
    if (a.is_string()) return text_of(a) < text_of(b);
    if (a.is_array()) return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), less);
    if (!a.is_object()) return false;
    const std::vector<std::string> names = sorted_names(a);
    const std::vector<std::string> others = sorted_names(b);
    if (names != others) return names < others;
    for (const std::string& name : names) {
        if (less(a.at(name), b.at(name))) return true;
        if (less(b.at(name), a.at(name))) return false;
    }
    return false;
}

bool equal(const Json& a, const Json& b) { return !less(a, b) && !less(b, a); }

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
    if (std::abs(value) < kExact && value == std::floor(value)) return static_cast<std::int64_t>(value);
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

Result<Json> combine(std::string_view operation, const Json& a, const Json& b) {
    if (operation == "==") return Json(equal(a, b));
    if (operation == "!=") return Json(!equal(a, b));
    if (operation == "<") return Json(less(a, b));
    if (operation == ">") return Json(less(b, a));
    if (operation == "<=") return Json(!less(b, a));
    if (operation == ">=") return Json(!less(a, b));
    if (a.is_number() && b.is_number()) return of_numbers(operation, a, b);
    if (operation == "+") return added(a, b);
    if (operation == "*" && a.is_string() && b.is_number()) return repeated(text_of(a), b.get<double>());
    if (operation == "*" && a.is_number() && b.is_string()) return repeated(text_of(b), a.get<double>());
    if (operation == "/" && a.is_string() && b.is_string()) return split_text(text_of(a), text_of(b));
    if (operation == "*" && a.is_object() && b.is_object()) {
        Json both = a;
        merge_deep(both, b);
        return both;
    }
    if (operation == "-" && a.is_array() && b.is_array()) {
        if (a.size() * b.size() > kMaxJqWeight) return sentence(std::string(kTooMuch));
        Json left = Json::array();
        for (const Json& each : a) {
            if (std::none_of(b.begin(), b.end(), [&each](const Json& gone) { return equal(each, gone); })) left.push_back(each);
        }
        return left;
    }
    const std::string_view verb = operation == "-" ? "subtracted" : operation == "*" ? "multiplied" : operation == "/" ? "divided" : "divided (remainder)";
    return sentence(fmt::format("{} and {} cannot be {}", shown(a), shown(b), verb));
}

Result<Json> index(const Json& value, const Json& at) {
    if (value.is_null() && (at.is_string() || at.is_number())) return Json();
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
    if (at.is_string()) return sentence(fmt::format("Cannot index {} with string \"{}\"", kind_of(value), text_of(at)));
    return sentence(fmt::format("Cannot index {} with {}", kind_of(value), kind_of(at)));
}

Result<Json> slice(const Json& value, const Json& from, const Json& to) {
    if (value.is_null()) return Json();
    if (!value.is_array() && !value.is_string()) return sentence(fmt::format("Cannot index {} with object", kind_of(value)));
    const auto is_bound = [](const Json& bound) { return bound.is_null() || bound.is_number(); };
    if (!is_bound(from) || !is_bound(to)) return sentence(fmt::format("Start and end indices of an {} slice must be numbers", kind_of(value)));
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

Result<Json> call(std::string_view name, const Json& input) {
    if (name == "not") return Json(!is_true(input));
    if (name == "type") return Json(kind_of(input));
    if (name == "tostring") return input.is_string() ? input : Json(jq_text(input, false));
    if (name == "length") return length(input);
    if (name == "tonumber") {
        Json value = input.is_string() ? Json::parse(text_of(input), nullptr, false) : input;
        if (value.is_number()) return value;
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
    if (name == "first" || name == "last") return index(input, Json(name == "first" ? 0 : -1));
    if (name == "reverse") return reversed(input);
    if (name == "min" || name == "max") return extreme(name, input);
    if (std::string why = cannot_iterate(input); !why.empty()) return sentence(std::move(why));
    if (name == "any" || name == "all") {
        const bool any = name == "any";
        return Json(std::any_of(input.begin(), input.end(), [any](const Json& each) { return is_true(each) == any; }) == any);
    }
    if (name == "add") {
        Json sum;
        for (const Json& each : input) {
            Result<Json> next = added(std::move(sum), each);
            if (!next) return next;
            sum = std::move(*next);
        }
        return sum;
    }
    Json flat = Json::array();
    flatten(input, flat);
    return flat;
}

Result<Json> call(std::string_view name, const Json& input, const Json& argument) {
    if (name == "has") return has(input, argument);
    if (name == "contains") {
        if (rank_of(input) == rank_of(argument)) return Json(contains(input, argument));
        return sentence(fmt::format("{} and {} cannot have their containment checked", shown(input), shown(argument)));
    }
    if (name == "join") return joined(input, argument);
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
        const auto regex = Regex::compile(text_of(argument), {true, false});
        if (!regex) return sentence(fmt::format("{} (at offset 0) is not a valid regex", text_of(argument)));
        return Json(regex->search(text_of(input)).has_value());
    }
    if (!texts) return sentence(fmt::format("{}() requires string inputs", name));
    return Json(name == "startswith" ? text_of(input).starts_with(text_of(argument)) : text_of(input).ends_with(text_of(argument)));
}

}  // namespace podium::programs::small::jq
