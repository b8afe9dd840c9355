#include "scripting/event_pattern.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/query.hpp"

namespace podium::scripting {
namespace {

// The types of rows that are no fact's object: an event of the engine, and a command line that is done.
constexpr std::string_view kEventWord = "event";
constexpr std::string_view kCommandWord = "cmd";

std::string_view action_of(const FactSpec& spec) {
    return spec.name.substr(spec.name.find('.') + 1);
}

std::string_view object_of(const FactSpec& spec) {
    return spec.name.substr(0, spec.name.find('.'));
}

bool is_object(std::string_view word) {
    const auto& all = lab::fact_catalogue().all();
    return std::any_of(all.begin(), all.end(), [word](const FactSpec* spec) { return object_of(*spec) == word; });
}

bool is_action(std::string_view word) {
    const auto& all = lab::fact_catalogue().all();
    return std::any_of(all.begin(), all.end(), [word](const FactSpec* spec) { return action_of(*spec) == word; });
}

// By its own name, or by the one that rows have for it.
const FieldSpec* field_of(const FactSpec& spec, std::string_view name) {
    const auto named = [&spec](std::string_view wanted) {
        return std::find_if(spec.fields.begin(), spec.fields.end(), [wanted](const FieldSpec& field) { return field.name == wanted; });
    };
    auto found = named(name);
    if (found == spec.fields.end()) found = named(view::field_of_key(spec, name));
    return found == spec.fields.end() ? nullptr : &*found;
}

// The keys of its rows, without the words that a docs' line has after them.
std::vector<std::string> keys_of(const FactSpec& spec) {
    std::vector<std::string> out = view::row_shape(spec).keys;
    for (std::string& key : out) key = key.substr(0, key.find('='));
    return out;
}

bool has_key(const FactSpec& spec, const std::string& name) {
    const std::vector<std::string> keys = keys_of(spec);
    return std::find(keys.begin(), keys.end(), name) != keys.end();
}

Error no_such_field(const EventPattern& pattern, const std::vector<const FactSpec*>& specs, const std::string& name) {
    std::vector<std::string> fields;
    std::vector<std::string> all;
    for (const FactSpec* spec : specs) {
        for (const FieldSpec& field : spec->fields) {
            if (std::find(fields.begin(), fields.end(), field.name) == fields.end()) fields.emplace_back(field.name);
        }
        for (std::string& key : keys_of(*spec)) all.push_back(std::move(key));
    }
    all.insert(all.begin(), fields.begin(), fields.end());
    const std::string near = nearest(name, all);
    return Error{fmt::format("the event '{}' has no field '{}'", pattern.text, name),
                 {},
                 near.empty() ? fmt::format("it has {}", join(fields, ", ")) : fmt::format("did you mean '{}'?", near)};
}

// Keeps the kinds whose facts can have that field with that value.
Result<void> want_field(EventPattern& pattern,
                        std::vector<const FactSpec*>& specs,
                        const std::string& action,
                        const std::pair<std::string, std::string>& asked) {
    const auto& [name, value] = asked;
    const bool twice = std::any_of(specs.begin(), specs.end(), [&pattern, &n = name](const FactSpec* spec) {
        const FieldSpec* field = field_of(*spec, n);
        const std::string_view called = field == nullptr ? std::string_view(n) : field->name;
        return std::any_of(pattern.wanted.begin(), pattern.wanted.end(), [&](const EventPattern::Wanted& wanted) { return wanted.kind == spec->kind && wanted.field == called; });
    });
    if (twice) return Error{fmt::format("the event '{}' has the field '{}' twice", action, name), {}, "it has one value"};
    std::vector<const FactSpec*> left;
    const FactSpec* wrong = nullptr;
    for (const FactSpec* spec : specs) {
        const FieldSpec* field = field_of(*spec, name);
        if (field == nullptr && has_key(*spec, name)) {
            pattern.wanted.push_back({spec->kind, name, {true, value, 0}, true});
            left.push_back(spec);
        }
        if (field == nullptr) continue;
        if (auto read = lab::read_field_value(*spec, *field, value)) {
            pattern.wanted.push_back({spec->kind, std::string(field->name), std::move(*read)});
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
    if (left.empty()) return no_such_field(pattern, specs, name);
    specs = std::move(left);
    return {};
}

// "container.die" of "container die" and "event container die", "command.done" of "cmd": as the facts' table has it. What
// has no object before it stays as it is.
std::string full_name(const std::string& action) {
    std::vector<std::string> words = split_words(action);
    if (words.size() > 1 && words.front() == kEventWord) words.erase(words.begin());
    if (words.size() == 1 && words.front() == kCommandWord) return "command.done";
    return words.empty() ? action : join(words, ".");
}

Error no_such_event(const std::string& action, const std::string& full, const std::string& target) {
    std::vector<std::string> names;
    const std::string object = full.substr(0, full.find('.'));
    const bool in_object = full != object && is_object(object);
    // "contaner die": no event that has a target called so.
    const bool in_other = full == object && is_action(target);
    for (const FactSpec* spec : lab::fact_catalogue().all()) {
        if (in_object && object_of(*spec) != object) continue;
        names.emplace_back(full != object || in_other ? spec->name : action_of(*spec));
    }
    const std::string near = nearest(in_other ? full + "." + target : full, names);
    return Error{fmt::format("there is no event '{}'", in_other ? action + " " + target : action),
                 {},
                 near.empty() ? "podium docs facts lists them" : fmt::format("did you mean '{}'?", near)};
}

}  // namespace

bool EventPattern::means_stack_service(const model::World& world, const Fact& fact) const {
    using model::TargetMatch;
    if (fact.subject.type() != SubjectType::Container) return false;
    if (model::match_of(world, model::ContainerId{fact.subject.id()}, target) != TargetMatch::StackService) return false;
    for (; looked_at_ < world.containers.size(); ++looked_at_) {
        const TargetMatch match = model::match_of(world, model::ContainerId{static_cast<std::uint32_t>(looked_at_ + 1)}, target);
        has_own_ |= match > TargetMatch::StackService;
    }
    return !has_own_;
}

bool EventPattern::matches(const lab::Session& session, const Fact& fact) const {
    if (std::find(kinds.begin(), kinds.end(), fact.kind) == kinds.end()) return false;
    if (!target.empty()) {
        const view::FactInfo info = view::fact_info(session.world(), lab::fact_catalogue(), fact);
        const bool named = info.is_of(target) || target == info.object || target == info.host;
        if (!named && !means_stack_service(session.world(), fact)) return false;
    }
    return std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& one) {
        if (one.kind != fact.kind) return true;
        if (one.of_row) return view::row_text(session.world(), fact, one.field) == one.value.text;
        const FieldValue value = lab::fact_catalogue().field(fact, one.field, session.world().kernel.interner());
        return value.name == one.field && (one.value.is_text ? value.text == one.value.text : value.number == one.value.number);
    });
}

Result<EventPattern> make_event_pattern(const std::string& action,
                                        const std::string& target,
                                        std::vector<std::pair<std::string, std::string>> fields) {
    EventPattern out;
    out.text = action + (target.empty() ? "" : " " + target);
    const std::string full = full_name(action);
    std::vector<const FactSpec*> specs;
    for (const FactSpec* spec : lab::fact_catalogue().all()) {
        if (spec->name == full || action_of(*spec) == full) specs.push_back(spec);
    }
    if (specs.empty()) return no_such_event(action, full, target);
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
    std::string action = words[0];
    std::size_t after = 1;
    const auto takes_next = [&] { return after < words.size() && words[after].find('=') == std::string::npos; };
    if (action == kEventWord && takes_next()) action += " " + words[after++];
    if (is_object(words[after - 1]) && takes_next()) action += " " + words[after++];
    std::string target;
    std::vector<std::pair<std::string, std::string>> fields;
    for (std::size_t i = after; i < words.size(); ++i) {
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
    return make_event_pattern(action, target, std::move(fields));
}

}  // namespace podium::scripting
