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

const FieldSpec* field_of(const FactSpec& spec, const std::string& name) {
    const auto found = std::find_if(spec.fields.begin(), spec.fields.end(), [&name](const FieldSpec& field) {
        return field.name == name;
    });
    return found == spec.fields.end() ? nullptr : &*found;
}

// Keeps the kinds whose facts can have that field with that value.
Result<void> want_field(EventPattern& pattern,
                        std::vector<const FactSpec*>& specs,
                        const std::string& action,
                        const std::pair<std::string, std::string>& asked) {
    const auto& [name, value] = asked;
    const bool twice = std::any_of(pattern.wanted.begin(), pattern.wanted.end(), [&n = name](const EventPattern::Wanted& wanted) { return wanted.field == n; });
    if (twice) return Error{fmt::format("the event '{}' has the field '{}' twice", action, name), {}, "it has one value"};
    std::vector<const FactSpec*> left;
    const FactSpec* wrong = nullptr;
    for (const FactSpec* spec : specs) {
        const FieldSpec* field = field_of(*spec, name);
        if (field == nullptr) continue;
        if (auto read = lab::read_field_value(*spec, *field, value)) {
            pattern.wanted.push_back({spec->kind, name, std::move(*read)});
            left.push_back(spec);
        } else if (wrong == nullptr) {
            wrong = spec;
        }
    }
    if (left.empty() && wrong != nullptr)
        return lab::not_a_value(*wrong,
                           *field_of(*wrong, name),
                           fmt::format("the event '{}' never has {}={}", action, name, value),
                           value);
    if (left.empty()) {
        std::vector<std::string> known;
        for (const FactSpec* spec : specs) {
            for (const FieldSpec& field : spec->fields) {
                if (std::find(known.begin(), known.end(), field.name) == known.end())
                    known.emplace_back(field.name);
            }
        }
        const std::string near = nearest(name, known);
        return Error{fmt::format("the event '{}' has no field '{}'", pattern.text, name),
                     {},
                     near.empty() ? fmt::format("it has {}", join(known, ", ")) : fmt::format("did you mean '{}'?", near)};
    }
    specs = std::move(left);
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
    return std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& one) {
        if (one.kind != fact.kind) return true;
        const FieldValue value = lab::fact_catalogue().field(fact, one.field, session.world().kernel.interner());
        return value.name == one.field && (one.value.is_text ? value.text == one.value.text : value.number == one.value.number);
    });
}

Result<EventPattern> make_event_pattern(const std::string& action,
                                        const std::string& target,
                                        std::vector<std::pair<std::string, std::string>> fields) {
    EventPattern out;
    out.text = action + (target.empty() ? "" : " " + target);
    std::vector<std::string> names;
    std::vector<const FactSpec*> specs;
    for (const FactSpec* spec : lab::fact_catalogue().all()) {
        names.emplace_back(action_of(*spec));
        if (spec->name == action || action_of(*spec) == action) specs.push_back(spec);
    }
    if (specs.empty()) {
        const std::string near = nearest(action, names);
        return Error{fmt::format("there is no event '{}'", action),
                     {},
                     near.empty() ? "podium docs facts lists them"
                                  : fmt::format("did you mean '{}'?", near)};
    }
    for (const auto& field : fields) {
        if (Result<void> wanted = want_field(out, specs, action, field); !wanted) return wanted.error();
        out.text += fmt::format(" {}={}", field.first, field.second);
    }
    for (const FactSpec* spec : specs)
        out.kinds.push_back(spec->kind);
    out.target = target;
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
