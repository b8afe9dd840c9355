#include "sim/programs/format/version.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/programs/format/go_template.hpp"
#include "sim/programs/format/table.hpp"

namespace podium::format {
namespace {

using Json = nlohmann::ordered_json;

constexpr TabStops kVersionStops{20, 1};

std::string text(const Json& object, std::string_view key) {
    if (!object.is_object()) return {};
    const auto found = object.find(std::string(key));
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "Client:" and, where there is one, the product's name.
std::string title(std::string_view side, const Json& info) {
    const std::string platform = text(info.value("Platform", Json()), "Name");
    return fmt::format("{}:{}{}\n", side, platform.empty() ? "" : " ", platform);
}

std::string client_text(const Json& client) {
    std::string api = text(client, "ApiVersion");
    const std::string usual = text(client, "DefaultAPIVersion");
    if (api != usual) api += fmt::format(" (downgraded from {})", usual);
    return title("Client", client) +
           fmt::format(
               " Version:\t{}\n API version:\t{}\n Go version:\t{}\n Git commit:\t{}\n "
               "Built:\t{}\n OS/Arch:\t{}/{}\n Context:\t{}",
               text(client, "Version"),
               api,
               text(client, "GoVersion"),
               text(client, "GitCommit"),
               text(client, "BuildTime"),
               text(client, "Os"),
               text(client, "Arch"),
               text(client, "Context"));
}

std::string engine_text(const Json& server, const Json& details) {
    return fmt::format(
        "\n  Version:\t{}\n  API version:\t{} (minimum version {})\n  Go version:\t{}\n  Git "
        "commit:\t{}\n  Built:\t{}\n"
        "  OS/Arch:\t{}/{}\n  Experimental:\t{}",
        text(server, "Version"),
        text(details, "ApiVersion"),
        text(details, "MinAPIVersion"),
        text(details, "GoVersion"),
        text(details, "GitCommit"),
        text(details, "BuildTime"),
        text(details, "Os"),
        text(details, "Arch"),
        text(details, "Experimental"));
}

std::string component_text(const Json& component, const Json& details) {
    std::string out = fmt::format("\n  Version:\t{}", text(component, "Version"));
    std::vector<std::string> keys;
    for (auto it = details.begin(); it != details.end(); ++it)
        keys.push_back(it.key());
    std::sort(keys.begin(), keys.end());
    for (const std::string& key : keys)
        out += fmt::format("\n  {}:\t{}", key, text(details, key));
    return out;
}

std::string plain_text(const Json& info) {
    std::string out = client_text(info.value("Client", Json::object()));
    const Json server = info.value("Server", Json());
    if (!server.is_object()) return out;
    out += "\n\n" + title("Server", server);
    out.pop_back();
    const Json components = server.value("Components", Json::array());
    for (const Json& component : components) {
        const std::string name = text(component, "Name");
        const Json details = component.value("Details", Json::object());
        out += fmt::format("\n {}:", name);
        out += name == "Engine" ? engine_text(server, details) : component_text(component, details);
    }
    return out;
}

}  // namespace

Result<std::string> version_text(const nlohmann::ordered_json& info, std::string_view format) {
    if (!info.is_object()) return Error{"docker version: nothing is known", {}, {}};
    if (format.empty()) return align_columns(plain_text(info) + "\n", kVersionStops);
    const Result<GoTemplate> parsed =
        GoTemplate::parse(format == "json" ? "{{json .}}" : format, "version");
    if (!parsed) return Error{"template parsing error: " + parsed.error().message, {}, {}};
    const Result<std::string> out = parsed->execute({&info, "system.versionInfo"});
    if (!out) return out.error();
    return align_columns(*out + "\n", kVersionStops);
}

}  // namespace podium::format
