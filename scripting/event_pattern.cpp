#include "scripting/event_pattern.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/view/query.hpp"

namespace podium::scripting {
namespace {

std::string_view action_of(const FactSpec& spec) {
    return spec.name.substr(spec.name.find('.') + 1);
}

std::string text_of(const FieldValue& value) {
    switch (value.type) {
        case FieldType::Text:
            return std::string(value.text);
        case FieldType::Flag:
            return value.number != 0 ? "true" : "false";
        case FieldType::Duration:
            return format_duration(Duration{value.number});
        case FieldType::Integer:
        case FieldType::Long:
            return fmt::format("{}", value.number);
    }
    return {};
}

}  // namespace

bool EventPattern::matches(const lab::Session& session, const Fact& fact) const {
    if (std::find(kinds.begin(), kinds.end(), fact.kind) == kinds.end()) return false;
    if (!target.empty()) {
        const view::FactInfo info = view::fact_info(session.world(), lab::fact_catalogue(), fact);
        if (target != info.service && target != info.container && target != info.object &&
            target != info.host)
            return false;
    }
    const std::vector<FieldValue> values =
        lab::fact_catalogue().fields(fact, session.world().kernel.interner());
    return std::all_of(fields.begin(), fields.end(), [&values](const auto& wanted) {
        return std::any_of(values.begin(), values.end(), [&wanted](const FieldValue& value) {
            return value.name == wanted.first && text_of(value) == wanted.second;
        });
    });
}

Result<EventPattern> make_event_pattern(const std::string& action,
                                        const std::string& target,
                                        std::vector<std::pair<std::string, std::string>> fields) {
    EventPattern out;
    out.text = action + (target.empty() ? "" : " " + target);
    std::vector<std::string> names;
    std::vector<std::string> known_fields;
    for (const FactSpec* spec : lab::fact_catalogue().all()) {
        names.emplace_back(action_of(*spec));
        if (spec->name != action && action_of(*spec) != action) continue;
        out.kinds.push_back(spec->kind);
        for (const FieldSpec& field : spec->fields)
            known_fields.emplace_back(field.name);
    }
    if (out.kinds.empty()) {
        const std::string near = nearest(action, names);
        return Error{fmt::format("there is no event '{}'", action),
                     {},
                     near.empty() ? "podium docs facts lists them"
                                  : fmt::format("did you mean '{}'?", near)};
    }
    for (const auto& [name, value] : fields) {
        if (std::find(known_fields.begin(), known_fields.end(), name) == known_fields.end()) {
            return Error{fmt::format("the event '{}' has no field '{}'", action, name),
                         {},
                         fmt::format("it has {}", join(known_fields, ", "))};
        }
        out.text += fmt::format(" {}={}", name, value);
    }
    out.target = target;
    out.fields = std::move(fields);
    return out;
}

Result<EventPattern> parse_event_pattern(std::string_view text) {
    const std::vector<std::string> words = split_words(text);
    if (words.empty())
        return Error{"an event has a name",
                     {},
                     "write it like \"die web\" or \"health_status web status=unhealthy\""};
    std::string target;
    std::vector<std::pair<std::string, std::string>> fields;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::size_t equals = words[i].find('=');
        if (equals != std::string::npos) {
            fields.emplace_back(words[i].substr(0, equals), words[i].substr(equals + 1));
        } else if (target.empty()) {
            target = words[i];
        } else {
            return Error{
                fmt::format(
                    "the event '{}' names two targets, '{}' and '{}'", text, target, words[i]),
                {},
                "name one"};
        }
    }
    return make_event_pattern(words[0], target, std::move(fields));
}

}  // namespace podium::scripting
