#include "sim/conform/json_row.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace podium::conform {

void JsonRow::complain(std::string sentence) {
    if (problem_.empty()) problem_ = std::move(sentence);
}

const JsonRow::Json* JsonRow::find(const char* name) const {
    const auto found = row_.find(name);
    return found == row_.end() || found->is_null() ? nullptr : &*found;
}

std::string JsonRow::text(const char* name) {
    const Json* value = find(name);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    if (value->is_number()) return value->dump();
    complain(fmt::format("its '{}' should be a text", name));
    return {};
}

std::string JsonRow::needed_text(const char* name) {
    if (!has(name)) complain(fmt::format("it has no '{}'", name));
    return text(name);
}

double JsonRow::number(const char* name) {
    const Json* value = find(name);
    if (value == nullptr) return 0.0;
    if (value->is_number()) return value->get<double>();
    complain(fmt::format("its '{}' should be a number", name));
    return 0.0;
}

double JsonRow::needed_number(const char* name) {
    if (!has(name)) complain(fmt::format("it has no '{}'", name));
    return number(name);
}

int JsonRow::integer(const char* name) {
    const double value = number(name);
    if (value >= -1e9 && value <= 1e9) return static_cast<int>(value);
    complain(fmt::format("its '{}' is out of range", name));
    return 0;
}

int JsonRow::needed_integer(const char* name) {
    if (!has(name)) complain(fmt::format("it has no '{}'", name));
    return integer(name);
}

bool JsonRow::flag(const char* name) {
    const Json* value = find(name);
    if (value == nullptr) return false;
    if (value->is_boolean()) return value->get<bool>();
    complain(fmt::format("its '{}' should be true or false", name));
    return false;
}

std::vector<std::string> JsonRow::texts(const char* name) {
    std::vector<std::string> out;
    const Json* value = find(name);
    if (value == nullptr) return out;
    if (!value->is_array()) complain(fmt::format("its '{}' should be a list", name));
    for (const Json& item : value->is_array() ? *value : Json::array()) {
        if (!item.is_string()) complain(fmt::format("its '{}' should be a list of texts", name));
        out.push_back(item.is_string() ? item.get<std::string>() : std::string());
    }
    return out;
}

}  // namespace podium::conform
