#include "sim/programs/compose_file/schema.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "sim/base/text.hpp"

namespace podium::compose {
namespace {

bool is_resource_name(std::string_view text) {
    if (text.empty()) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

// "services.web.ports.0", as both programs write a path.
std::string dotted(const Path& path) {
    std::string out;
    for (const std::string& step : path) {
        if (!out.empty()) out += '.';
        out += !step.empty() && step[0] == '[' ? step.substr(1, step.size() - 2) : step;
    }
    return out;
}

// docker-compose 1.29 leaves list positions out.
std::string dotted_names(const Path& path) {
    std::string out;
    for (const std::string& step : path) {
        if (!step.empty() && step[0] == '[') continue;
        if (!out.empty()) out += '.';
        out += step;
    }
    return out;
}

std::vector<std::string> alternatives_of(std::string_view types) {
    std::vector<std::string> out;
    for (const std::string& part : split(types, '|'))
        out.emplace_back(trim(part));
    return out;
}

// compose-go names the first alternative, its types sorted: "boolean, null, number or string".
std::string go_types(std::string_view types) {
    std::vector<std::string> names = split(alternatives_of(types).front(), '/');
    for (std::string& name : names) {
        if (name == "object") name = "mapping";
    }
    std::sort(names.begin(), names.end());
    const std::string last = names.back();
    names.pop_back();
    return names.empty() ? last : join(names, ", ") + " or " + last;
}

std::string with_article(const std::string& name) {
    return (std::string_view("aeiou").find(name[0]) != std::string_view::npos ? "an " : "a ") +
           name;
}

// docker-compose 1.29 names all of them: "a string, or an array".
std::string python_types(std::string_view types) {
    std::vector<std::string> names;
    for (const std::string& alternative : alternatives_of(types)) {
        for (const std::string& name : split(alternative, '/'))
            names.push_back(name);
    }
    if (names.size() == 1) return with_article(names[0]);
    const std::string last = names.back();
    names.pop_back();
    names[0] = with_article(names[0]);
    return join(names, ", ") + ", or " + with_article(last);
}

// The same for the words that a value may be: 1.29 takes them for types.
std::string python_words(std::vector<std::string> words) {
    if (words.size() == 1) return with_article(words[0]);
    const std::string last = words.back();
    words.pop_back();
    words[0] = with_article(words[0]);
    return join(words, ", ") + ", or " + with_article(last);
}

// What a user writes for these types, as a hint.
std::string plain_types(std::string_view types) {
    std::vector<std::string> names;
    for (const std::string& alternative : alternatives_of(types)) {
        for (std::string name : split(alternative, '/')) {
            if (name == "object") name = "a mapping (key: value)";
            if (name == "array") name = "a list (- item)";
            if (name == "string") name = "a string";
            if (name == "number") name = "a number";
            if (name == "integer") name = "a whole number";
            if (name == "boolean") name = "true or false";
            if (name == "null") name = "nothing";
            names.push_back(name);
        }
    }
    return "write " + join(names, ", or ");
}

unsigned kind_bit(NodeKind kind) {
    return 1U << static_cast<unsigned>(kind);
}

std::string json_text(const Node& node) {
    switch (node.kind) {
        case NodeKind::Null:
            return "null";
        case NodeKind::String:
            return "\"" + node.text + "\"";
        case NodeKind::Sequence:
            return "[]";
        case NodeKind::Mapping:
            return "{}";
        case NodeKind::Boolean:
        case NodeKind::Integer:
        case NodeKind::Float:
            break;
    }
    return node.text;
}

class Checker {
  public:
    Checker(std::string file, Dialect dialect) : file_(std::move(file)), dialect_(dialect) {}

    Result<void> check(const Node& node, const Rule& rule, const Path& path, const Place& place) {
        if (!allows_kind(node, rule)) return wrong_kind(node, rule, path, place);
        switch (node.kind) {
            case NodeKind::Mapping:
                return check_mapping(node, rule, path, place);
            case NodeKind::Sequence:
                return check_sequence(node, rule, path);
            case NodeKind::String:
                return check_string(node, rule, path, place);
            case NodeKind::Integer:
                return check_number(node, rule, path, place);
            case NodeKind::Null:
            case NodeKind::Boolean:
            case NodeKind::Float:
                break;
        }
        return {};
    }

  private:
    [[nodiscard]] bool go() const { return dialect_ == Dialect::V2; }

    [[nodiscard]] std::string_view types_of(const Rule& rule) const {
        return !go() && rule.kinds_v1 != 0 ? rule.types_v1 : rule.types;
    }

    [[nodiscard]] bool allows_kind(const Node& node, const Rule& rule) const {
        const unsigned kinds = !go() && rule.kinds_v1 != 0 ? rule.kinds_v1 : rule.kinds;
        if ((kinds & kind_bit(node.kind)) != 0) return true;
        // A float without a fraction is an integer to the schema.
        return node.kind == NodeKind::Float && (rule.kinds & kInteger) != 0 &&
               node.text.find('.') == std::string::npos;
    }

    [[nodiscard]] Error refuse(const Path& path,
                               std::string_view go_sentence,
                               std::string_view python_sentence,
                               Place place,
                               std::string hint) const {
        if (go()) {
            return Error{fmt::format("validating {}: {} {}", file_, dotted(path), go_sentence),
                         std::move(place),
                         std::move(hint)};
        }
        return Error{
            fmt::format("The Compose file '{}' is invalid because:\n{}", file_, python_sentence),
            std::move(place),
            std::move(hint)};
    }

    [[nodiscard]] Error wrong_kind(const Node& node,
                                   const Rule& rule,
                                   const Path& path,
                                   const Place& place) const {
        std::string python;
        const std::string where = dotted_names(path);
        if (path.size() == 1 && path[0] == "version") {
            return go() ? refuse(path, "must be a string", "", place, "put the version in quotes")
                        : Error{fmt::format("Version in \"{}\" is invalid - it should be a string.",
                                            file_),
                                place,
                                "put the version in quotes"};
        }
        if (path.size() == 1 && rule.kinds == kMapping) {
            python = fmt::format("In file '{}', {} must be a mapping, not {}.",
                                 file_,
                                 path[0],
                                 with_article(python_type(node)));
            if (!go()) return Error{python, place, plain_types(types_of(rule))};
        }
        if (path.size() == 2 && !go() && rule.kinds != kAnyKind) {
            const std::string section = path[0].substr(0, path[0].size() - 1);
            return Error{fmt::format("In file '{}', {} '{}' must be a mapping not {}.",
                                     file_,
                                     section,
                                     path[1],
                                     with_article(python_type(node))),
                         place,
                         plain_types(types_of(rule))};
        }
        python = inside_alternatives_
                     ? fmt::format("{} contains {}, which is an invalid type, it should be {}",
                                   where,
                                   json_text(node),
                                   python_types(types_of(rule)))
                     : fmt::format("{} contains an invalid type, it should be {}",
                                   where,
                                   python_types(types_of(rule)));
        std::string hint = plain_types(types_of(rule));
        if (node.kind == NodeKind::Boolean && (rule.kinds & kString) != 0) {
            hint = "put the value in quotes: a plain yes, no, on, off, true or false is a boolean";
        } else if (node.is_scalar() && (rule.kinds & kString) != 0) {
            hint = "put the value in quotes: \"" + node.text + "\"";
        }
        return refuse(path, "must be a " + go_types(rule.types), python, place, hint);
    }

    [[nodiscard]] static std::string python_type(const Node& node) {
        switch (node.kind) {
            case NodeKind::Null:
                return "NoneType";
            case NodeKind::Boolean:
                return "boolean";
            case NodeKind::Integer:
            case NodeKind::Float:
                return "number";
            case NodeKind::String:
                return "string";
            case NodeKind::Sequence:
                return "array";
            case NodeKind::Mapping:
                break;
        }
        return "mapping";
    }

    // Within a value that may have several shapes, docker-compose 1.29 names the wrong part itself.
    Result<void> check_inside(const Rule& outer,
                              const Node& node,
                              const Rule& rule,
                              const Path& path,
                              const Place& place) {
        const bool before = inside_alternatives_;
        inside_alternatives_ = before || outer.types.find('|') != std::string_view::npos;
        const Result<void> checked = check(node, rule, path, place);
        inside_alternatives_ = before;
        return checked;
    }

    Result<void> check_mapping(const Node& node,
                               const Rule& rule,
                               const Path& path,
                               const Place& place) {
        for (const std::string_view required : rule.required) {
            if (node.find(required) != nullptr) continue;
            std::string hint = fmt::format("add '{}:'", required);
            return refuse(
                path,
                fmt::format("missing property '{}'", required),
                inside_alternatives_ || rule.types.find('|') != std::string_view::npos
                    ? fmt::format("{} '{}' is a required property", dotted_names(path), required)
                    : fmt::format("{} is invalid, {} is required.", dotted_names(path), required),
                place,
                hint);
        }
        for (const Entry& entry : node.entries) {
            const Path inner = path_of(path, entry.key);
            const Rule* known = nullptr;
            for (const Key& key : rule.keys) {
                if (key.name == entry.key && (go() || key.since == Since::V1)) known = key.rule;
            }
            const Place& where = entry.value.is_scalar() ? entry.value.place : entry.place;
            if (known != nullptr) {
                const Result<void> checked = check_inside(rule, entry.value, *known, inner, where);
                if (!checked) return checked;
                continue;
            }
            if (rule.extensions && entry.key.starts_with("x-")) continue;
            if (rule.kinds == kAnyKind) continue;
            if (rule.values == nullptr || (rule.named && !is_resource_name(entry.key))) {
                return unknown_key(rule, path, entry);
            }
            const Result<void> checked =
                check_inside(rule, entry.value, *rule.values, inner, where);
            if (!checked) return checked;
        }
        return {};
    }

    [[nodiscard]] Error unknown_key(const Rule& rule, const Path& path, const Entry& entry) const {
        const std::string sentence =
            fmt::format("additional properties '{}' not allowed", entry.key);
        if (rule.named) {
            return refuse(
                path,
                sentence,
                fmt::format(
                    "Invalid service name '{}' - only [a-zA-Z0-9\\._\\-] characters are allowed",
                    entry.key),
                entry.place,
                "use letters, digits, '.', '_' and '-' in names");
        }
        // jsonschema's own sentence, where no alternative is looked into (validation.py of 1.29.2,
        // handle_generic_error and _parse_oneof_validator).
        std::string python =
            rule.extensions && !inside_alternatives_ &&
                    rule.types.find('|') == std::string_view::npos
                ? fmt::format("{} value '{}' does not match any of the regexes: '^x-'",
                              dotted_names(path),
                              entry.key)
                : fmt::format(
                      "{} contains unsupported option: '{}'", dotted_names(path), entry.key);
        if (path.size() == 2 && path[0] == "services") {
            python = fmt::format(
                "Unsupported config option for {}: '{}'", dotted_names(path), entry.key);
            if (const std::string meant = python_hint(entry.key); !meant.empty()) {
                python += fmt::format(" (did you mean '{}'?)", meant);
            }
        }
        if (path.empty()) {
            python = fmt::format("'{}' does not match any of the regexes: '^x-'\n\n{}",
                                 entry.key,
                                 kVersionExplanation);
        }
        return refuse(path, sentence, python, entry.place, suggestion(rule, path, entry));
    }

    // The slips docker-compose 1.29 knows by heart.
    [[nodiscard]] static std::string python_hint(std::string_view key) {
        struct Slip {
            std::string_view wrong;
            std::string_view right;
        };

        static constexpr Slip kSlips[] = {
            {"cpu_share", "cpu_shares"},
            {"add_host", "extra_hosts"},
            {"hosts", "extra_hosts"},
            {"extra_host", "extra_hosts"},
            {"device", "devices"},
            {"link", "links"},
            {"memory_swap", "memswap_limit"},
            {"port", "ports"},
            {"privilege", "privileged"},
            {"priviliged", "privileged"},
            {"privilige", "privileged"},
            {"volume", "volumes"},
            {"workdir", "working_dir"},
        };
        for (const Slip& slip : kSlips) {
            if (slip.wrong == key) return std::string(slip.right);
        }
        return {};
    }

    [[nodiscard]] std::string suggestion(const Rule& rule,
                                         const Path& path,
                                         const Entry& entry) const {
        std::vector<std::string> names;
        for (const Key& known : rule.keys) {
            if (go() || known.since == Since::V1) names.emplace_back(known.name);
            if (!go() && known.name == entry.key)
                return "docker-compose 1.29 does not know it; docker compose does";
        }
        const auto knows = [&entry](std::span<const Key> keys) {
            return std::any_of(keys.begin(), keys.end(), [&entry](const Key& key) {
                return key.name == entry.key;
            });
        };
        const bool is_service =
            entry.value.find("image") != nullptr || entry.value.find("build") != nullptr;
        if (path.empty() && is_service) return "put it under services:";
        if (path.empty() && knows(service_keys()))
            return "this belongs to a service; indent it under one";
        if (!path.empty() && knows(file_rule().keys) && !knows(service_keys())) {
            return "this belongs to the top level; take its indentation away";
        }
        std::string meant = nearest(entry.key, names);
        if (meant.empty()) meant = python_hint(entry.key);
        if (!meant.empty() && std::find(names.begin(), names.end(), meant) != names.end()) {
            return fmt::format("did you mean '{}'?", meant);
        }
        if (path.size() > 2 && knows(service_keys()))
            return "this belongs to the service itself; check the indentation";
        return rule.extensions ? "take it out; keys of your own begin with x-" : "take it out";
    }

    Result<void> check_sequence(const Node& node, const Rule& rule, const Path& path) {
        std::map<std::string, std::size_t> seen;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (rule.items != nullptr) {
                const Result<void> checked = check_inside(rule,
                                                          node.items[i],
                                                          *rule.items,
                                                          path_of(path, index_step(i)),
                                                          node.items[i].place);
                if (!checked) return checked;
            }
            if (!rule.unique) continue;
            const auto [earlier, is_new] = seen.emplace(value_text(node.items[i]), i);
            if (is_new) continue;
            return refuse(path,
                          fmt::format("items at {} and {} are equal", earlier->second, i),
                          fmt::format("{} contains non-unique items, please remove duplicates",
                                      dotted_names(path)),
                          node.items[i].place,
                          "take one of the two out");
        }
        return {};
    }

    Result<void> check_string(const Node& node,
                              const Rule& rule,
                              const Path& path,
                              const Place& place) const {
        if (!rule.words.empty() &&
            std::find(rule.words.begin(), rule.words.end(), node.text) == rule.words.end()) {
            std::vector<std::string> words;
            std::vector<std::string> quoted;
            for (const std::string_view word : rule.words) {
                words.emplace_back(word);
                quoted.push_back(fmt::format("'{}'", word));
            }
            const std::string meant = nearest(node.text, words);
            return refuse(
                path,
                words.size() == 1 ? fmt::format("value must be {}", quoted[0])
                                  : fmt::format("value must be one of {}", join(quoted, ", ")),
                inside_alternatives_
                    ? fmt::format("{} contains \"{}\", which is an invalid type, it should be {}",
                                  dotted_names(path),
                                  node.text,
                                  python_words(words))
                    : fmt::format("{} value '{}' is not one of [{}]",
                                  dotted_names(path),
                                  node.text,
                                  join(quoted, ", ")),
                place,
                meant.empty() ? "write one of: " + join(words, ", ")
                              : fmt::format("did you mean '{}'?", meant));
        }
        // 1.29's schema has no pattern for it.
        const bool any_text = !go() && path.size() == 3 && path[2] == "container_name";
        if (rule.accepts != nullptr && !any_text && !rule.accepts(node.text)) {
            return refuse(path,
                          fmt::format("'{}' does not match pattern '{}'", node.text, rule.pattern),
                          fmt::format("{} value '{}' does not match '{}'",
                                      dotted_names(path),
                                      node.text,
                                      rule.pattern),
                          place,
                          "its form is " + std::string(rule.pattern));
        }
        return {};
    }

    Result<void> check_number(const Node& node,
                              const Rule& rule,
                              const Path& path,
                              const Place& place) const {
        std::int64_t value = 0;
        if (!rule.bounded || !parse_integer(node.text, value)) return {};
        if (value < rule.minimum) {
            return refuse(path,
                          fmt::format("must be greater than or equal to {}", rule.minimum),
                          fmt::format("{} value {} is less than the minimum of {}",
                                      dotted_names(path),
                                      value,
                                      rule.minimum),
                          place,
                          fmt::format("write a number from {} up", rule.minimum));
        }
        if (value > rule.maximum) {
            return refuse(path,
                          fmt::format("must be less than or equal to {}", rule.maximum),
                          fmt::format("{} value {} is greater than the maximum of {}",
                                      dotted_names(path),
                                      value,
                                      rule.maximum),
                          place,
                          fmt::format("write a number up to {}", rule.maximum));
        }
        return {};
    }

    std::string file_;
    Dialect dialect_;
    bool inside_alternatives_ = false;
};

}  // namespace

Result<void> check_schema(const Node& model, const std::string& file, Dialect dialect) {
    return Checker(file, dialect).check(model, file_rule(), {}, model.place);
}

}  // namespace podium::compose
