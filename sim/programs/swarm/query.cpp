#include "sim/programs/swarm/query.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/docker/flags.hpp"

namespace podium::programs::docker {
namespace {

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

std::string escaped(std::string_view text, std::string_view kept, bool plus) {
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c) || kept.find(c) != std::string_view::npos) {
            out += c;
        } else if (c == ' ' && plus) {
            out += '+';
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

}  // namespace

std::string target_of(std::string_view method, std::string_view path, Query query) {
    std::sort(query.begin(), query.end());
    std::string out = fmt::format("{} {}", method, path);
    char separator = '?';
    for (const auto& [name, value] : query) {
        if (value.empty()) continue;
        out += fmt::format("{}{}={}", separator, name, escaped(value, "", true));
        separator = '&';
    }
    return out;
}

std::pair<std::string, std::string> filters_of(const std::vector<std::string>& filters) {
    return {"filters", filters_json(filters)};
}

std::string path_part(std::string_view name) { return escaped(name, "$&+,/:;=@", false); }

const nlohmann::ordered_json& at(const nlohmann::ordered_json& json, std::string_view path) {
    static const nlohmann::ordered_json kNull;
    const nlohmann::ordered_json* here = &json;
    while (!path.empty()) {
        const std::size_t dot = path.find('.');
        if (!here->is_object()) return kNull;
        const auto found = here->find(std::string(path.substr(0, dot)));
        if (found == here->end()) return kNull;
        here = &*found;
        path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    }
    return *here;
}

std::string text_at(const nlohmann::ordered_json& json, std::string_view path) {
    const nlohmann::ordered_json& value = at(json, path);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t number_at(const nlohmann::ordered_json& json, std::string_view path) {
    const nlohmann::ordered_json& value = at(json, path);
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

bool flag_at(const nlohmann::ordered_json& json, std::string_view path) {
    const nlohmann::ordered_json& value = at(json, path);
    return value.is_boolean() && value.get<bool>();
}

bool has(const nlohmann::ordered_json& json, std::string_view path) { return !at(json, path).is_null(); }

}  // namespace podium::programs::docker
