#include "sim/programs/format/events.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/programs/format/go_time.hpp"

namespace podium::format {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMessage = "events.Message";

std::string text(const Json& object, std::string_view key) {
    const auto found = object.find(std::string(key));
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number(const Json& object, std::string_view key) {
    const auto found = object.find(std::string(key));
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::string plain_line(const Json& event) {
    std::string line;
    const std::int64_t nanoseconds = number(event, "timeNano");
    const std::int64_t seconds = number(event, "time");
    if (nanoseconds != 0) {
        line = rfc3339_nano_fixed(
                   from_unix(nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000)) +
               " ";
    } else if (seconds != 0) {
        line = rfc3339_nano_fixed(from_unix(seconds)) + " ";
    }
    const Json actor = event.value("Actor", Json::object());
    line += fmt::format("{} {} {}", text(event, "Type"), text(event, "Action"), text(actor, "ID"));
    std::vector<std::string> attributes;
    if (const auto found = actor.find("Attributes"); found != actor.end() && found->is_object()) {
        std::vector<std::string> keys;
        for (auto it = found->begin(); it != found->end(); ++it)
            keys.push_back(it.key());
        std::sort(keys.begin(), keys.end());
        for (const std::string& key : keys)
            attributes.push_back(key + "=" + text(*found, key));
    }
    if (!attributes.empty()) line += fmt::format(" ({})", fmt::join(attributes, ", "));
    return line + "\n";
}

}  // namespace

Result<EventPrinter> EventPrinter::make(std::string_view format) {
    EventPrinter printer;
    if (format.empty()) return printer;
    Result<GoTemplate> parsed = GoTemplate::parse(format == "json" ? "{{json .}}" : format);
    if (!parsed) return Error{"Error parsing format: " + parsed.error().message, {}, {}};
    // Tried on an empty event first, so that a field that does not exist is refused at once.
    const Json empty = Json::object();
    const Result<std::string> tried = parsed->execute({&empty, "*events.Message"});
    if (!tried) return Error{"Error parsing format: " + tried.error().message, {}, {}};
    printer.template_ = std::move(*parsed);
    return printer;
}

std::string EventPrinter::line(const nlohmann::ordered_json& event) const {
    if (!event.is_object()) return "\n";
    return template_ ? template_->execute_leniently({&event, kMessage}) + "\n" : plain_line(event);
}

}  // namespace podium::format
