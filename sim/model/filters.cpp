#include "sim/model/filters.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <regex>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"

namespace podium::model {
namespace {

constexpr std::size_t kMostFilterBytes = 1U << 16;
constexpr std::size_t kLongestMatched = 1024;

// Go matches in linear time. libstdc++ can too, at least without backtracking, when told so.
#ifdef __GLIBCXX__
constexpr auto kSyntax = std::regex::ECMAScript | std::regex_constants::__polynomial;
#else
constexpr auto kSyntax = std::regex::ECMAScript;
#endif

bool found_by_expression(const std::string& expression, const std::string& source) {
    if (expression.size() > kLongestMatched || source.size() > kLongestMatched) return false;
    try {
        return std::regex_search(source, std::regex(expression, kSyntax));
    } catch (const std::regex_error&) {
        return false;
    }
}

void add_values(std::set<std::string>& out, const nlohmann::json& values) {
    if (values.is_object()) {
        for (const auto& item : values.items())
            out.insert(item.key());
    } else if (values.is_array()) {
        for (const auto& value : values)
            out.insert(value.is_string() ? value.get<std::string>() : json_bytes(value));
    }
}

}  // namespace

Filters Filters::parse(const std::string& json,
                       const std::set<std::string>& accepted,
                       std::string& error) {
    Filters out;
    if (json.empty()) return out;
    if (json.size() > kMostFilterBytes) {
        error = "invalid filters: too long";
        return out;
    }
    const nlohmann::json read = nlohmann::json::parse(json, nullptr, false);
    if (!read.is_object()) {
        error = "invalid filters: not a JSON object";
        return out;
    }
    for (const auto& item : read.items()) {
        if (!accepted.contains(item.key())) {
            error = fmt::format("Invalid filter '{}'", item.key());
            return out;
        }
        if (!item.value().is_object() && !item.value().is_array()) {
            error = fmt::format("invalid filters: the values of '{}' are not a list", item.key());
            return out;
        }
        add_values(out.values_[item.key()], item.value());
    }
    std::erase_if(out.values_, [](const auto& entry) { return entry.second.empty(); });
    return out;
}

const std::set<std::string>& Filters::values(const std::string& name) const {
    static const std::set<std::string> kNone;
    const auto found = values_.find(name);
    return found == values_.end() ? kNone : found->second;
}

bool Filters::exact(const std::string& name, const std::string& source) const {
    return !has(name) || values(name).contains(source);
}

bool Filters::prefix(const std::string& name, const std::string& source) const {
    if (exact(name, source)) return true;
    const auto& all = values(name);
    return std::any_of(all.begin(), all.end(), [&](const std::string& value) {
        return source.starts_with(value);
    });
}

bool Filters::matches(const std::string& name, const std::string& source) const {
    if (exact(name, source)) return true;
    const auto& all = values(name);
    return std::any_of(all.begin(), all.end(), [&](const std::string& value) {
        return found_by_expression(value, source);
    });
}

bool Filters::labels(const std::string& name,
                     const std::map<std::string, std::string>& labels) const {
    const auto& all = values(name);
    return std::all_of(all.begin(), all.end(), [&](const std::string& value) {
        const std::size_t equals = value.find('=');
        const auto label = labels.find(value.substr(0, equals));
        return label != labels.end() &&
               (equals == std::string::npos || label->second == value.substr(equals + 1));
    });
}

int Filters::boolean(const std::string& name, std::string& error) const {
    if (!has(name)) return -1;
    const auto& all = values(name);
    const bool yes = all.contains("true") || all.contains("1");
    const bool no = all.contains("false") || all.contains("0");
    if (yes != no) return yes ? 1 : 0;
    error = fmt::format("Invalid filter '{}=[{}]'", name, *all.begin());
    return -1;
}

PruneFilters PruneFilters::parse(const std::string& json,
                                 const std::string& until_ns,
                                 const std::set<std::string>& accepted,
                                 std::string& error) {
    PruneFilters out;
    out.filters_ = Filters::parse(json, accepted, error);
    if (out.filters_.values("until").size() > 1) error = "more than one until filter specified";
    std::int64_t nanoseconds = 0;
    if (parse_integer(until_ns, nanoseconds)) out.until_ = Time{nanoseconds};
    return out;
}

bool PruneFilters::passes(const std::map<std::string, std::string>& labels, Time created) const {
    if (created > until_ || !filters_.labels("label", labels)) return false;
    return !filters_.has("label!") || !filters_.labels("label!", labels);
}

}  // namespace podium::model
