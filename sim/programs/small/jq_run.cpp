// A jq filter run on a value.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/regex.hpp"
#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/programs/small/jq.hpp"

namespace podium::programs::small {
namespace {

using Kind = JqFilter::Kind;
using Values = std::vector<Json>;

std::string kind_of(const Json& value) {
    if (value.is_null()) return "null";
    if (value.is_boolean()) return "boolean";
    if (value.is_number()) return "number";
    if (value.is_string()) return "string";
    return value.is_array() ? "array" : "object";
}

bool is_true(const Json& value) { return !value.is_null() && value != Json(false); }

/// jq's order: null, false, true, numbers, strings, arrays, objects.
int rank_of(const Json& value) {
    if (value.is_null()) return 0;
    if (value.is_boolean()) return value.get<bool>() ? 2 : 1;
    if (value.is_number()) return 3;
    if (value.is_string()) return 4;
    return value.is_array() ? 5 : 6;
}

std::vector<std::string> names_of(const Json& object) {
    std::vector<std::string> names;
    for (const auto& [name, value] : object.items()) names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
}

bool less(const Json& a, const Json& b) {
    if (rank_of(a) != rank_of(b)) return rank_of(a) < rank_of(b);
    if (a.is_number()) return a.get<double>() < b.get<double>();
    if (a.is_string()) return a.get_ref<const std::string&>() < b.get_ref<const std::string&>();
    if (a.is_array()) return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), less);
    if (!a.is_object()) return false;
    const std::vector<std::string> names = names_of(a);
    if (names != names_of(b)) return names < names_of(b);
    for (const std::string& name : names) {
        if (less(a.at(name), b.at(name))) return true;
        if (less(b.at(name), a.at(name))) return false;
    }
    return false;
}

std::size_t weight_of(const Json& value) {
    constexpr std::size_t kBytesPerUnit = 16;
    if (value.is_string()) return 1 + value.get_ref<const std::string&>().size() / kBytesPerUnit;
    std::size_t weight = 1;
    if (!value.is_array() && !value.is_object()) return weight;
    for (const auto& [name, each] : value.items()) weight += weight_of(each) + (value.is_object() ? 1 + name.size() / kBytesPerUnit : 0);
    return weight;
}

/// A number, whole where it can be.
Json number(double value) {
    constexpr double kExact = 9007199254740992.0;
    if (std::abs(value) < kExact && value == std::floor(value)) return static_cast<std::int64_t>(value);
    return value;
}

/// A value in a sentence, cut as jq cuts it.
std::string shown(const Json& value) {
    constexpr std::size_t kMost = 11;
    std::string text = jq_text(value, false);
    if (text.size() > kMost) text = text.substr(0, kMost - 1) + "...";
    return fmt::format("{} ({})", kind_of(value), text);
}

class JqRun {
  public:
    explicit JqRun(const JqVariables& variables) : variables_(variables) {}

    Result<Values> run(const JqFilter& filter, const Json& input) {
        Values out;
        if (!evaluate(filter, input, out)) return Error{error_, {}, {}};
        return out;
    }

  private:
    bool fail(std::string message) {
        error_ = std::move(message);
        return false;
    }

    bool put(Values& out, Json value) {
        const std::size_t weight = weight_of(value);
        weight_ += weight;
        count_work(weight);
        if (weight_ > kMaxJqWeight) return fail("the filter makes too much of its input for Podium's jq");
        out.push_back(std::move(value));
        return true;
    }

    bool evaluate(const JqFilter& filter, const Json& input, Values& out) {
        const std::size_t before = out.size();
        if (one(filter, input, out)) return true;
        if (!filter.optional || weight_ > kMaxJqWeight) return false;
        out.resize(before);
        return true;
    }

    bool one(const JqFilter& filter, const Json& input, Values& out) {
        switch (filter.kind) {
            case Kind::Identity: return put(out, input);
            case Kind::Literal: return put(out, *filter.literal);
            case Kind::Variable: {
                const auto found = variables_.find(filter.name);
                return found != variables_.end() ? put(out, found->second) : fail(fmt::format("${} is not defined", filter.name));
            }
            case Kind::Format: return format(filter, input, out);
            case Kind::Field: return field(filter, input, out);
            case Kind::Slice: return slice(filter, input, out);
            case Kind::Iterate: return iterate(filter, input, out);
            case Kind::Recurse: return recurse(input, out);
            case Kind::Pipe: {
                Values left;
                if (!evaluate(filter.parts[0], input, left)) return false;
                for (const Json& each : left) {
                    if (!evaluate(filter.parts[1], each, out)) return false;
                }
                return true;
            }
            case Kind::Comma: return evaluate(filter.parts[0], input, out) && evaluate(filter.parts[1], input, out);
            case Kind::Array: {
                Values values;
                if (!filter.parts.empty() && !evaluate(filter.parts[0], input, values)) return false;
                return put(out, Json(values));
            }
            case Kind::Object: return object(filter, input, 0, Json::object(), out);
            case Kind::Negate: {
                Values values;
                if (!evaluate(filter.parts[0], input, values)) return false;
                for (const Json& value : values) {
                    if (!value.is_number()) return fail(fmt::format("{} cannot be negated", shown(value)));
                    if (!put(out, number(-value.get<double>()))) return false;
                }
                return true;
            }
            case Kind::Binary: return binary(filter, input, out);
            case Kind::Call: return call(filter, input, out);
            case Kind::If: {
                Values conditions;
                if (!evaluate(filter.parts[0], input, conditions)) return false;
                for (const Json& condition : conditions) {
                    if (!evaluate(filter.parts[is_true(condition) ? 1 : 2], input, out)) return false;
                }
                return true;
            }
        }
        return false;
    }

    // The first part's values vary fastest in jq; here one value each is what people write.
    bool format(const JqFilter& filter, const Json& input, Values& out) {
        std::string text;
        for (const JqFilter& part : filter.parts) {
            Values values;
            if (!evaluate(part, input, values)) return false;
            if (values.empty()) return true;
            text += values.front().is_string() ? values.front().get<std::string>() : jq_text(values.front(), false);
        }
        return put(out, text);
    }

    bool index(const Json& value, const Json& at, Values& out) {
        if (value.is_null() && (at.is_string() || at.is_number())) return put(out, nullptr);
        if (value.is_object() && at.is_string()) {
            const auto found = value.find(at.get<std::string>());
            return put(out, found != value.end() ? *found : Json());
        }
        if (value.is_array() && at.is_number()) {
            const double wanted = std::floor(at.get<double>());
            const auto size = static_cast<double>(value.size());
            const double from = wanted < 0 ? wanted + size : wanted;
            return put(out, from >= 0 && from < size ? value[static_cast<std::size_t>(from)] : Json());
        }
        if (at.is_string()) return fail(fmt::format("Cannot index {} with string \"{}\"", kind_of(value), at.get<std::string>()));
        return fail(fmt::format("Cannot index {} with {}", kind_of(value), kind_of(at)));
    }

    bool field(const JqFilter& filter, const Json& input, Values& out) {
        Values values;
        if (!evaluate(filter.parts[0], input, values)) return false;
        Values places;
        if (!evaluate(filter.parts[1], input, places)) return false;
        for (const Json& value : values) {
            for (const Json& place : places) {
                if (!index(value, place, out)) return false;
            }
        }
        return true;
    }

    // A place of a slice counts from the end where it is negative.
    static std::size_t place_in(const Values& given, std::size_t size, std::size_t otherwise) {
        if (given.empty() || !given.front().is_number()) return otherwise;
        const double wanted = given.front().get<double>();
        const double from = wanted < 0 ? wanted + static_cast<double>(size) : wanted;
        return static_cast<std::size_t>(std::clamp(from, 0.0, static_cast<double>(size)));
    }

    bool slice(const JqFilter& filter, const Json& input, Values& out) {
        Values values;
        Values from;
        Values to;
        const auto left_out = [](const JqFilter& part) { return part.kind == Kind::Identity && part.optional; };
        if (!evaluate(filter.parts[0], input, values)) return false;
        if (!left_out(filter.parts[1]) && !evaluate(filter.parts[1], input, from)) return false;
        if (!left_out(filter.parts[2]) && !evaluate(filter.parts[2], input, to)) return false;
        for (const Json& value : values) {
            if (value.is_null()) {
                if (!put(out, nullptr)) return false;
                continue;
            }
            if (!value.is_array() && !value.is_string()) return fail(fmt::format("Cannot index {} with object", kind_of(value)));
            const std::size_t size = value.is_array() ? value.size() : value.get_ref<const std::string&>().size();
            const std::size_t first = place_in(from, size, 0);
            const std::size_t last = std::max(first, place_in(to, size, size));
            if (value.is_string()) {
                if (!put(out, value.get<std::string>().substr(first, last - first))) return false;
                continue;
            }
            Json part = Json::array();
            for (std::size_t i = first; i < last; ++i) part.push_back(value[i]);
            if (!put(out, std::move(part))) return false;
        }
        return true;
    }

    bool iterate(const JqFilter& filter, const Json& input, Values& out) {
        Values values;
        if (!evaluate(filter.parts[0], input, values)) return false;
        for (const Json& value : values) {
            if (value.is_null()) return fail("Cannot iterate over null (null)");
            if (!value.is_array() && !value.is_object()) return fail(fmt::format("Cannot iterate over {}", shown(value)));
            for (const Json& each : value) {
                if (!put(out, each)) return false;
            }
        }
        return true;
    }

    bool recurse(const Json& input, Values& out) {
        if (!put(out, input)) return false;
        if (!input.is_array() && !input.is_object()) return true;
        for (const Json& each : input) {
            if (!recurse(each, out)) return false;
        }
        return true;
    }

    bool object(const JqFilter& filter, const Json& input, std::size_t part, Json so_far, Values& out) {
        if (part >= filter.parts.size()) return put(out, std::move(so_far));
        Values names;
        Values values;
        if (!evaluate(filter.parts[part], input, names) || !evaluate(filter.parts[part + 1], input, values)) return false;
        for (const Json& name : names) {
            if (!name.is_string()) return fail(fmt::format("Object keys must be strings, not {}", shown(name)));
            for (const Json& value : values) {
                Json next = so_far;
                next[name.get<std::string>()] = value;
                if (!object(filter, input, part + 2, std::move(next), out)) return false;
            }
        }
        return true;
    }

    bool binary(const JqFilter& filter, const Json& input, Values& out) {
        const std::string& name = filter.name;
        Values left;
        if (name == "//") {
            // What is neither null nor false, or else the other side.
            if (!evaluate(filter.parts[0], input, left) && weight_ > kMaxJqWeight) return false;
            const std::size_t before = out.size();
            for (const Json& value : left) {
                if (is_true(value) && !put(out, value)) return false;
            }
            return out.size() > before || evaluate(filter.parts[1], input, out);
        }
        if (!evaluate(filter.parts[0], input, left)) return false;
        for (const Json& a : left) {
            if ((name == "and" && !is_true(a)) || (name == "or" && is_true(a))) {
                if (!put(out, name == "or")) return false;
                continue;
            }
            Values right;
            if (!evaluate(filter.parts[1], input, right)) return false;
            for (const Json& b : right) {
                if (!combine(name, a, b, out)) return false;
            }
        }
        return true;
    }

    bool combine(const std::string& name, const Json& a, const Json& b, Values& out) {
        if (name == "and" || name == "or") return put(out, is_true(b));
        if (name == "==") return put(out, !less(a, b) && !less(b, a));
        if (name == "!=") return put(out, less(a, b) || less(b, a));
        if (name == "<") return put(out, less(a, b));
        if (name == ">") return put(out, less(b, a));
        if (name == "<=") return put(out, !less(b, a));
        if (name == ">=") return put(out, !less(a, b));
        if (a.is_number() && b.is_number()) {
            const double x = a.get<double>();
            const double y = b.get<double>();
            if (name == "+") return put(out, number(x + y));
            if (name == "-") return put(out, number(x - y));
            if (name == "*") return put(out, number(x * y));
            if (y == 0.0 || (name == "%" && std::abs(y) < 1.0)) return fail(fmt::format("{} and {} cannot be divided because the divisor is zero", shown(a), shown(b)));
            return put(out, number(name == "/" ? x / y : std::trunc(std::fmod(std::trunc(x), std::trunc(y)))));
        }
        if (name == "+") {
            if (a.is_null() || b.is_null()) return put(out, a.is_null() ? b : a);
            if (a.is_string() && b.is_string()) return put(out, a.get<std::string>() + b.get<std::string>());
            if (a.is_array() && b.is_array()) {
                Json both = a;
                for (const Json& each : b) both.push_back(each);
                return put(out, std::move(both));
            }
            if (a.is_object() && b.is_object()) {
                Json both = a;
                for (const auto& [key, value] : b.items()) both[key] = value;
                return put(out, std::move(both));
            }
        }
        const std::string_view verb = name == "+" ? "added" : name == "-" ? "subtracted" : name == "*" ? "multiplied" : "divided";
        return fail(fmt::format("{} and {} cannot be {}", shown(a), shown(b), verb));
    }

    /// A string argument's one value.
    bool string_argument(const JqFilter& filter, const Json& input, std::string& text) {
        Values values;
        if (!evaluate(filter.parts[0], input, values)) return false;
        if (values.empty() || !values.front().is_string() || !input.is_string()) return fail(fmt::format("{}() requires string inputs", filter.name));
        text = values.front().get<std::string>();
        return true;
    }

    /// An array's values with what a filter makes of each, sorted by that.
    bool sorted_by(const JqFilter& by, const Json& input, std::vector<std::pair<Json, Json>>& out) {
        if (!input.is_array()) return fail(fmt::format("{} cannot be sorted, as it is not an array", shown(input)));
        for (const Json& each : input) {
            Values keys;
            if (!evaluate(by, each, keys)) return false;
            out.emplace_back(Json(keys), each);
        }
        std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return less(a.first, b.first); });
        return true;
    }

    bool call(const JqFilter& filter, const Json& input, Values& out) {
        const std::string& name = filter.name;
        if (name == "empty") return true;
        if (name == "not") return put(out, !is_true(input));
        if (name == "type") return put(out, kind_of(input));
        if (name == "values") return input.is_null() || put(out, input);
        if (name == "tostring") return put(out, input.is_string() ? input : Json(jq_text(input, false)));
        if (name == "select" || name == "map") return filtered(filter, input, out);
        if (name == "sort_by" || name == "group_by" || name == "sort" || name == "unique") return ordered(filter, input, out);
        if (name == "length") return length(input, out);
        if (name == "tonumber") {
            const Json value = input.is_string() ? Json::parse(input.get<std::string>(), nullptr, false) : input;
            return value.is_number() ? put(out, value) : fail(fmt::format("{} cannot be parsed as a number", shown(input)));
        }
        if (name == "has") {
            Values keys;
            if (!evaluate(filter.parts[0], input, keys)) return false;
            for (const Json& key : keys) {
                const bool number = input.is_array() && key.is_number();
                if (!number && !(input.is_object() && key.is_string())) return fail(fmt::format("Cannot check whether {} has a {} key", kind_of(input), kind_of(key)));
                if (!put(out, number ? key.get<double>() >= 0 && key.get<double>() < static_cast<double>(input.size()) : input.contains(key.get<std::string>()))) return false;
            }
            return true;
        }
        if (name == "contains") {
            Values wanted;
            if (!evaluate(filter.parts[0], input, wanted)) return false;
            for (const Json& each : wanted) {
                if (!put(out, contains(input, each))) return false;
            }
            return true;
        }
        if (name == "join") return joined(filter, input, out);
        if (name == "startswith" || name == "endswith" || name == "ltrimstr" || name == "rtrimstr" || name == "split" || name == "test" || name == "ascii_downcase" || name == "ascii_upcase") return of_string(filter, input, out);
        return of_list(filter, input, out);
    }

    bool filtered(const JqFilter& filter, const Json& input, Values& out) {
        if (filter.name == "select") {
            Values conditions;
            if (!evaluate(filter.parts[0], input, conditions)) return false;
            for (const Json& condition : conditions) {
                if (is_true(condition) && !put(out, input)) return false;
            }
            return true;
        }
        if (!input.is_array() && !input.is_object()) return fail(fmt::format("Cannot iterate over {}", shown(input)));
        Values values;
        for (const Json& each : input) {
            if (!evaluate(filter.parts[0], each, values)) return false;
        }
        return put(out, Json(values));
    }

    bool ordered(const JqFilter& filter, const Json& input, Values& out) {
        std::vector<std::pair<Json, Json>> pairs;
        if (!sorted_by(filter.parts.empty() ? JqFilter{} : filter.parts[0], input, pairs)) return false;
        Json list = Json::array();
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const bool again = i > 0 && !less(pairs[i - 1].first, pairs[i].first);
            if (filter.name == "group_by") {
                if (!again) list.push_back(Json::array());
                list.back().push_back(pairs[i].second);
            } else if (filter.name != "unique" || !again) {
                list.push_back(pairs[i].second);
            }
        }
        return put(out, std::move(list));
    }

    bool length(const Json& input, Values& out) {
        if (input.is_null()) return put(out, 0);
        if (input.is_number()) return put(out, number(std::abs(input.get<double>())));
        if (input.is_boolean()) return fail(fmt::format("{} has no length", shown(input)));
        if (!input.is_string()) return put(out, input.size());
        const std::string& text = input.get_ref<const std::string&>();
        return put(out, std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    }

    static bool contains(const Json& value, const Json& wanted) {
        if (value.is_string() && wanted.is_string()) return value.get<std::string>().find(wanted.get<std::string>()) != std::string::npos;
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
        return value == wanted;
    }

    bool joined(const JqFilter& filter, const Json& input, Values& out) {
        Values between;
        if (!evaluate(filter.parts[0], input, between)) return false;
        if (!input.is_array() || between.empty() || !between.front().is_string()) return fail(fmt::format("Cannot iterate over {}", shown(input)));
        std::string text;
        bool first = true;
        for (const Json& each : input) {
            if (each.is_array() || each.is_object()) return fail(fmt::format("{} and {} cannot be added", shown(Json(text)), shown(each)));
            if (!std::exchange(first, false)) text += between.front().get<std::string>();
            if (!each.is_null()) text += each.is_string() ? each.get<std::string>() : jq_text(each, false);
        }
        return put(out, text);
    }

    bool of_string(const JqFilter& filter, const Json& input, Values& out) {
        const std::string& name = filter.name;
        std::string with;
        if (filter.parts.empty() && !input.is_string()) return fail(fmt::format("{} input must be a string", name));
        const bool trims = name == "ltrimstr" || name == "rtrimstr";
        if (trims && !input.is_string()) return put(out, input);
        if (!filter.parts.empty() && !string_argument(filter, input, with)) return false;
        std::string text = input.get<std::string>();
        if (name == "startswith") return put(out, text.starts_with(with));
        if (name == "endswith") return put(out, text.ends_with(with));
        if (name == "ltrimstr") return put(out, text.starts_with(with) ? text.substr(with.size()) : text);
        if (name == "rtrimstr") return put(out, text.ends_with(with) ? text.substr(0, text.size() - with.size()) : text);
        if (name == "test") {
            const auto regex = Regex::compile(with, {true, false});
            return regex ? put(out, regex->search(text).has_value()) : fail(fmt::format("{} (at offset 0) is not a valid regex", with));
        }
        if (name == "split") {
            Json parts = Json::array();
            std::size_t at = 0;
            while (!text.empty()) {
                const std::size_t end = with.empty() ? at + 1 : text.find(with, at);
                parts.push_back(text.substr(at, end == std::string::npos ? end : end - at));
                if (end == std::string::npos || (with.empty() && end >= text.size())) break;
                at = end + with.size();
            }
            return put(out, std::move(parts));
        }
        for (char& c : text) {
            if (name == "ascii_downcase" && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
            if (name == "ascii_upcase" && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        }
        return put(out, text);
    }

    bool of_list(const JqFilter& filter, const Json& input, Values& out) {
        const std::string& name = filter.name;
        if (name == "keys") {
            if (input.is_object()) return put(out, names_of(input));
            if (!input.is_array()) return fail(fmt::format("{} has no keys", shown(input)));
            Json keys = Json::array();
            for (std::size_t i = 0; i < input.size(); ++i) keys.push_back(i);
            return put(out, std::move(keys));
        }
        if (name == "to_entries") {
            if (!input.is_object()) return fail(fmt::format("{} has no keys", shown(input)));
            Json list = Json::array();
            for (const auto& [key, value] : input.items()) list.push_back({{"key", key}, {"value", value}});
            return put(out, std::move(list));
        }
        if (name == "add" && input.is_object()) return fail("Podium's jq adds the values of arrays only");
        if (name == "first" || name == "last") return index(input, name == "first" ? 0 : -1, out);
        if (name == "reverse" && input.is_null()) return put(out, Json::array());
        if (!input.is_array()) return fail(fmt::format("Cannot iterate over {}", shown(input)));
        if (name == "add") {
            Values sum = {Json()};
            for (const Json& each : input) {
                Values next;
                if (!combine("+", sum.front(), each, next)) return false;
                sum = std::move(next);
            }
            return put(out, sum.front());
        }
        if (name == "any" || name == "all") {
            const bool any = name == "any";
            return put(out, std::any_of(input.begin(), input.end(), [any](const Json& each) { return is_true(each) == any; }) == any);
        }
        if (name == "min" || name == "max") {
            if (input.empty()) return put(out, nullptr);
            Json best = input.front();
            for (const Json& each : input) {
                if (name == "min" ? less(each, best) : !less(each, best)) best = each;
            }
            return put(out, best);
        }
        if (name == "reverse") {
            Json turned = Json::array();
            for (auto each = input.rbegin(); each != input.rend(); ++each) turned.push_back(*each);
            return put(out, std::move(turned));
        }
        Json flat = Json::array();
        flatten(input, flat);
        return put(out, std::move(flat));
    }

    static void flatten(const Json& list, Json& out) {
        for (const Json& each : list) {
            if (each.is_array())
                flatten(each, out);
            else
                out.push_back(each);
        }
    }

    const JqVariables& variables_;
    std::size_t weight_ = 0;
    std::string error_;
};

}  // namespace

Result<std::vector<Json>> run_jq(const JqFilter& filter, const Json& input, const JqVariables& variables) {
    return JqRun(variables).run(filter, input);
}

Json jq_value(Json value) {
    if (value.is_number_float()) return number(value.get<double>());
    if (!value.is_array() && !value.is_object()) return value;
    for (Json& each : value) each = jq_value(std::move(each));
    return value;
}

std::string jq_text(const Json& value, bool indented) {
    return value.dump(indented ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace podium::programs::small
