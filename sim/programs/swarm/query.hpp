#pragma once

// Paths and queries of the Engine API as Go's net/url writes them, and members of its JSON.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace podium::programs::docker {

using Query = std::vector<std::pair<std::string, std::string>>;

/// "GET /services/web?insertDefaults=false"; values that are empty are left out, names are sorted.
std::string target_of(std::string_view method, std::string_view path, Query query = {});
/// The "filters" of a query out of "name=value" texts; empty when there are none.
std::pair<std::string, std::string> filters_of(const std::vector<std::string>& filters);
/// A name as one part of a path.
std::string path_part(std::string_view name);

/// What stands at "Spec.Mode.Replicated" in an object; null JSON when something is missing on the way.
const nlohmann::ordered_json& at(const nlohmann::ordered_json& json, std::string_view path);
std::string text_at(const nlohmann::ordered_json& json, std::string_view path);
std::int64_t number_at(const nlohmann::ordered_json& json, std::string_view path);
bool flag_at(const nlohmann::ordered_json& json, std::string_view path);
/// Whether there is something at a path that isn't null.
bool has(const nlohmann::ordered_json& json, std::string_view path);

}  // namespace podium::programs::docker
