// What jq's operators and functions compare and look for: all of it is charged, for two values may be compared in as many ways as
// their sizes' product.

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/base/work.hpp"
#include "sim/programs/small/jq_values.hpp"

namespace podium::programs::small::jq {
namespace {

constexpr std::size_t kBytesPerStep = 4;
constexpr std::size_t kStepsPerMember = 8;  // of an object that is put in order

using Members = std::vector<std::pair<std::string_view, const Json*>>;

const std::string& string_in(const Json& value) { return value.get_ref<const std::string&>(); }
const Json::object_t& members_in(const Json& value) { return value.get_ref<const Json::object_t&>(); }

int sign_of(int value) { return value < 0 ? -1 : value > 0 ? 1 : 0; }

int number_order(double a, double b) {
    if (std::isnan(a)) return -1;
    if (std::isnan(b)) return 1;
    return a < b ? -1 : a == b ? 0 : 1;
}

int compare_lists(const Json& a, const Json& b, Budget& budget) {
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        const int order = compare(a[i], b[i], budget);
        if (order != 0) return order;
    }
    return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

Members by_name(const Json& object) {
    Members members;
    members.reserve(object.size());
    for (const auto& [name, value] : members_in(object)) members.emplace_back(name, &value);
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return members;
}

// By all their names first.
int compare_objects(const Json& a, const Json& b, Budget& budget) {
    if (!budget.step(kStepsPerMember * (a.size() + b.size()))) return 0;
    const Members ours = by_name(a);
    const Members theirs = by_name(b);
    for (std::size_t i = 0; i < ours.size() && i < theirs.size(); ++i) {
        const int order = sign_of(ours[i].first.compare(theirs[i].first));
        if (order != 0) return order;
    }
    if (ours.size() != theirs.size()) return ours.size() < theirs.size() ? -1 : 1;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const int order = compare(*ours[i].second, *theirs[i].second, budget);
        if (order != 0) return order;
    }
    return 0;
}

}  // namespace

bool Budget::spend(std::size_t units) {
    spent_ += units;
    count_work(units);
    return good();
}

bool Budget::step(std::size_t steps) {
    steps_ += steps;
    return steps_ < kStepsPerUnit ? good() : spend(std::exchange(steps_, steps_ % kStepsPerUnit) / kStepsPerUnit);
}

int rank_of(const Json& value) {
    if (value.is_null()) return 0;
    if (value.is_boolean()) return value.get<bool>() ? 2 : 1;
    if (value.is_number()) return 3;
    if (value.is_string()) return 4;
    return value.is_array() ? 5 : 6;
}

int compare(const Json& a, const Json& b, Budget& budget) {
    if (!budget.step(1)) return 0;
    const int order = rank_of(a) - rank_of(b);
    if (order != 0) return sign_of(order);
    if (a.is_number()) return number_order(a.get<double>(), b.get<double>());
    if (a.is_array()) return compare_lists(a, b, budget);
    if (a.is_object()) return compare_objects(a, b, budget);
    if (!a.is_string()) return 0;
    const std::string& text = string_in(a);
    const std::string& other = string_in(b);
    budget.step(std::min(text.size(), other.size()) / (kBytesPerStep * kBytesPerStep));
    return sign_of(text.compare(other));
}

bool less(const Json& a, const Json& b, Budget& budget) { return compare(a, b, budget) < 0; }

bool equal(const Json& a, const Json& b, Budget& budget) { return compare(a, b, budget) == 0; }

bool contains(const Json& value, const Json& wanted, Budget& budget) {
    if (!budget.step(1)) return true;
    if (value.is_string() && wanted.is_string()) {
        const std::string_view text = up_to_nul(string_in(value));
        const std::string_view part = up_to_nul(string_in(wanted));
        budget.step((text.size() + part.size()) / kBytesPerStep);
        return TextSearch(part).find(text, 0) != std::string_view::npos;
    }
    if (value.is_array() && wanted.is_array()) {
        return std::all_of(wanted.begin(), wanted.end(), [&](const Json& each) {
            return std::any_of(value.begin(), value.end(), [&](const Json& have) { return contains(have, each, budget); });
        });
    }
    if (value.is_object() && wanted.is_object()) {
        return std::all_of(members_in(wanted).begin(), members_in(wanted).end(), [&](const auto& member) {
            if (!budget.step(value.size())) return true;
            const auto found = value.find(member.first);
            return found != value.end() && contains(*found, member.second, budget);
        });
    }
    return equal(value, wanted, budget);
}

Json indexes(const Json& list, const Json& wanted, Budget& budget) {
    Json places = Json::array();
    if (wanted.empty()) return places;
    for (std::size_t i = 0; i < list.size() && budget.good(); ++i) {
        std::size_t same = 0;
        while (same < wanted.size() && i + same < list.size() && equal(list[i + same], wanted[same], budget)) ++same;
        if (same == wanted.size()) places.push_back(i);
    }
    return places;
}

void merge(Json& into, const Json& from, bool deep, Budget& budget) {
    // An object finds a name by going through all; for more than a few a table is made.
    constexpr std::size_t kFew = 4;
    auto& members = into.get_ref<Json::object_t&>();
    const bool few = from.size() <= kFew;
    std::map<std::string, std::size_t> places;
    if (!budget.step(members.size() * (few ? from.size() : kStepsPerMember) + from.size())) return;
    if (!few) {
        for (const auto& member : members) places.emplace(member.first, places.size());
    }
    for (const auto& [name, value] : members_in(from)) {
        std::size_t place = members.size();
        if (few)
            place = static_cast<std::size_t>(members.find(name) - members.begin());
        else
            place = places.emplace(name, place).first->second;
        if (place == members.size()) {
            members.emplace_back(name, value);
            continue;
        }
        Json& old = (members.begin() + static_cast<std::ptrdiff_t>(place))->second;
        if (deep && old.is_object() && value.is_object())
            merge(old, value, true, budget);
        else
            old = value;
    }
}

std::vector<std::string> sorted_names(const Json& object) {
    std::vector<std::string> names;
    names.reserve(object.size());
    for (const auto& member : members_in(object)) names.push_back(member.first);
    std::sort(names.begin(), names.end());
    return names;
}

std::string_view up_to_nul(std::string_view text) { return text.substr(0, text.find('\0')); }

TextSearch::TextSearch(std::string_view wanted) : wanted_(wanted), back_(wanted.size()) {
    for (std::size_t i = 1; i < wanted.size(); ++i) {
        std::size_t same = back_[i - 1];
        while (same > 0 && wanted[i] != wanted[same]) same = back_[same - 1];
        back_[i] = wanted[i] == wanted[same] ? same + 1 : 0;
    }
}

std::size_t TextSearch::find(std::string_view text, std::size_t from) const {
    if (wanted_.empty()) return from;
    std::size_t same = 0;
    for (std::size_t at = from; at < text.size(); ++at) {
        while (same > 0 && text[at] != wanted_[same]) same = back_[same - 1];
        if (text[at] == wanted_[same]) ++same;
        if (same == wanted_.size()) return at + 1 - same;
    }
    return std::string_view::npos;
}

}  // namespace podium::programs::small::jq
