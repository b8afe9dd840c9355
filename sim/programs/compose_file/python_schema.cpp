#include "sim/programs/compose_file/python_schema.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/python_words.hpp"
#include "sim/programs/compose_file/schema.hpp"

namespace podium::compose {
namespace python {
namespace {

enum class Keyword : std::uint8_t { Type, OneOf, Required, Closed, Unique, Words, Bound, Format };

/// What jsonschema calls a ValidationError.
struct Mistake {
    Keyword keyword = Keyword::Type;
    std::string message;      ///< jsonschema's own sentence.
    std::string schema_path;  ///< ['properties']['services'] ...
    Path path;                ///< From the root of the file.
    const Node* instance = nullptr;
    const Schema* schema = nullptr;
    std::vector<std::string> allowed;  ///< Types, or words, that would do.
    std::string cause;                 ///< Of a format.
    std::vector<Mistake> context;      ///< Of OneOf: what is wrong for each of the forms.
    Place place;
    std::string hint;
};

std::string_view pattern_of(Names names) {
    switch (names) {
        case Names::Resource:
            return "^[a-zA-Z0-9._-]+$";
        case Names::Lowercase:
            return "^[a-z]+$";
        case Names::NotEmpty:
            return ".+";
        case Names::NotEmptyLine:
            return "^.+$";
    }
    return {};
}

bool is_name(Names names, std::string_view key) {
    const auto all = [key](auto&& fits) {
        return !key.empty() && std::all_of(key.begin(), key.end(), fits);
    };
    const auto is_lowercase = [](char c) { return c >= 'a' && c <= 'z'; };
    switch (names) {
        case Names::Resource:
            return all([&](char c) {
                return is_lowercase(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
            });
        case Names::Lowercase:
            return all(is_lowercase);
        case Names::NotEmpty:
        case Names::NotEmptyLine:
            break;
    }
    return !key.empty();
}

bool is_of_type(const Node& node, std::string_view type) {
    switch (node.kind) {
        case NodeKind::Null:
            return type == "null";
        case NodeKind::Boolean:
            return type == "boolean";
        case NodeKind::Integer:
            return type == "integer" || type == "number";
        case NodeKind::Float:
            return type == "number";
        case NodeKind::String:
            return type == "string";
        case NodeKind::Sequence:
            return type == "array";
        case NodeKind::Mapping:
            break;
    }
    return type == "object";
}

// jsonschema's uniq compares as Python does, to which 1 and 1.0 are the same.
std::string text_of_equals(const Node& node) {
    constexpr std::string_view kWhole = ".0";
    std::string text;
    for (const Node& item : node.items)
        text += text_of_equals(item) + ",";
    if (node.is_sequence()) return "[" + text + "]";
    if (node.kind != NodeKind::Float) return value_text(node);
    text = node.text;
    if (text.ends_with(kWhole)) text.resize(text.size() - kWhole.size());
    return text;
}

std::string quoted_words(const std::vector<std::string>& words) {
    std::vector<std::string> quoted;
    for (const std::string& word : words)
        quoted.push_back(python_string(word));
    return join(quoted, ", ");
}

// --- what is wrong ------------------------------------------------------------------------------

/// A value's path in the file, its rule's path in the schema, and where it is written.
struct Where {
    Path path;
    std::string schema_path;
    Place place;
};

// Draft4Validator.iter_errors of jsonschema 4.10.3: keyword by keyword, as the schema has them.
class Validator {
  public:
    void check(const Node& node, const Schema& schema, const Where& where) {
        if (!schema.one_of.empty()) return one_of(node, schema, where);
        check_type(node, schema, where);
        check_words(node, schema, where);
        if (node.is_sequence()) return sequence(node, schema, where);
        if (node.is_mapping()) return mapping(node, schema, where);
        scalar(node, schema, where);
    }

    std::vector<Mistake> take() { return std::move(found_); }

  private:
    Mistake& add(Keyword keyword,
                 const Node& node,
                 const Schema& schema,
                 const Where& where,
                 std::string message) {
        Mistake& mistake = found_.emplace_back();
        mistake.keyword = keyword;
        mistake.message = std::move(message);
        mistake.schema_path = where.schema_path;
        mistake.path = where.path;
        mistake.instance = &node;
        mistake.schema = &schema;
        mistake.place = where.place;
        return mistake;
    }

    void one_of(const Node& node, const Schema& schema, const Where& where) {
        std::vector<Mistake> context;
        for (const Schema* form : schema.one_of) {
            Validator inner;
            inner.check(node, *form, where);
            std::vector<Mistake> wrong = inner.take();
            if (wrong.empty()) return;
            std::move(wrong.begin(), wrong.end(), std::back_inserter(context));
        }
        Mistake& mistake = add(Keyword::OneOf,
                               node,
                               schema,
                               where,
                               python_repr(node) + " is not valid under any of the given schemas");
        mistake.hint = forms_hint(node, schema, context);
        mistake.context = std::move(context);
    }

    // A wrong format says more than the forms that the value hasn't got at all.
    static std::string forms_hint(const Node& node,
                                  const Schema& schema,
                                  const std::vector<Mistake>& context) {
        std::vector<std::string> types;
        for (const Schema* form : schema.one_of)
            types.emplace_back(form->types);
        for (const Mistake& wrong : context) {
            if (wrong.keyword == Keyword::Format && wrong.instance == &node) return wrong.hint;
        }
        return type_hint(join(types, "/"), node);
    }

    void check_type(const Node& node, const Schema& schema, const Where& where) {
        if (schema.types.empty()) return;
        const std::vector<std::string> types = split(schema.types, '/');
        const bool fits = std::any_of(types.begin(), types.end(), [&node](const std::string& type) {
            return is_of_type(node, type);
        });
        if (fits) return;
        Mistake& mistake =
            add(Keyword::Type,
                node,
                schema,
                where,
                fmt::format("{} is not of type {}", python_repr(node), quoted_words(types)));
        mistake.allowed = types;
        mistake.hint = type_hint(schema.types, node);
    }

    void sequence(const Node& node, const Schema& schema, const Where& where) {
        if (schema.items != nullptr) {
            for (std::size_t i = 0; i < node.items.size(); ++i) {
                check(node.items[i],
                      *schema.items,
                      {path_of(where.path, index_step(i)),
                       where.schema_path + "['items']",
                       node.items[i].place});
            }
        }
        if (!schema.unique) return;
        std::set<std::string> seen;
        for (const Node& item : node.items) {
            if (seen.insert(text_of_equals(item)).second) continue;
            Mistake& mistake = add(Keyword::Unique,
                                   node,
                                   schema,
                                   where,
                                   python_repr(node) + " has non-unique elements");
            mistake.place = item.place;
            mistake.hint = "take one of the two out";
            return;
        }
    }

    void mapping(const Node& node, const Schema& schema, const Where& where) {
        switch (schema.order) {
            case Order::KeysFirst:
                keys(node, schema, where);
                required(node, schema, where);
                closed(node, schema, where);
                break;
            case Order::RequiredFirst:
                required(node, schema, where);
                keys(node, schema, where);
                closed(node, schema, where);
                break;
            case Order::ClosedFirst:
                closed(node, schema, where);
                keys(node, schema, where);
                required(node, schema, where);
                break;
        }
    }

    void keys(const Node& node, const Schema& schema, const Where& where) {
        const auto inside = [&](const Entry& entry,
                                const Schema& rule,
                                std::string_view keyword,
                                std::string_view step) {
            const Place& place = entry.value.is_scalar() ? entry.value.place : entry.place;
            check(entry.value,
                  rule,
                  {path_of(where.path, entry.key),
                   fmt::format("{}['{}'][{}]", where.schema_path, keyword, python_string(step)),
                   place});
        };
        for (const Property& known : schema.keys) {
            const Entry* entry = node.find_entry(known.name);
            if (entry != nullptr) inside(*entry, *known.schema, "properties", known.name);
        }
        if (schema.values == nullptr) return;
        for (const Entry& entry : node.entries) {
            if (is_name(schema.names, entry.key))
                inside(entry, *schema.values, "patternProperties", pattern_of(schema.names));
        }
    }

    void required(const Node& node, const Schema& schema, const Where& where) {
        for (const std::string_view key : schema.required) {
            if (node.find(key) != nullptr) continue;
            add(Keyword::Required,
                node,
                schema,
                where,
                python_string(key) + " is a required property")
                .hint = fmt::format("add '{}:'", key);
        }
    }

    static bool is_known(const Schema& schema, std::string_view key) {
        const bool listed = std::any_of(schema.keys.begin(),
                                        schema.keys.end(),
                                        [key](const Property& known) { return known.name == key; });
        return listed || (schema.extensions && key.starts_with("x-")) ||
               (schema.values != nullptr && is_name(schema.names, key));
    }

    void closed(const Node& node, const Schema& schema, const Where& where) {
        if (!schema.closed) return;
        std::vector<const Entry*> extras;
        for (const Entry& entry : node.entries) {
            if (!is_known(schema, entry.key)) extras.push_back(&entry);
        }
        if (extras.empty()) return;
        std::sort(extras.begin(), extras.end(), [](const Entry* a, const Entry* b) {
            return a->key < b->key;
        });
        std::vector<std::string> names;
        for (const Entry* entry : extras)
            names.push_back(entry->key);
        const bool one = names.size() == 1;
        const bool patterns = schema.extensions || schema.values != nullptr;
        std::string message =
            patterns
                ? fmt::format("{} {} not match any of the regexes: {}",
                              quoted_words(names),
                              one ? "does" : "do",
                              python_string(schema.extensions ? "^x-" : pattern_of(schema.names)))
                : fmt::format("Additional properties are not allowed ({} {} unexpected)",
                              quoted_words(names),
                              one ? "was" : "were");
        Mistake& mistake = add(Keyword::Closed, node, schema, where, std::move(message));
        mistake.place = extras[0]->place;
        mistake.hint = key_hint(schema, where.path, *extras[0]);
    }

    void check_words(const Node& node, const Schema& schema, const Where& where) {
        const auto& words = schema.words;
        if (words.empty() || std::find(words.begin(), words.end(), node.text) != words.end())
            return;
        std::vector<std::string> allowed(words.begin(), words.end());
        Mistake& mistake =
            add(Keyword::Words,
                node,
                schema,
                where,
                fmt::format("{} is not one of [{}]", python_repr(node), quoted_words(allowed)));
        const std::string meant = nearest(node.text, allowed);
        mistake.hint = meant.empty() ? "write one of: " + join(allowed, ", ")
                                     : fmt::format("did you mean '{}'?", meant);
        mistake.allowed = std::move(allowed);
    }

    void scalar(const Node& node, const Schema& schema, const Where& where) {
        if (schema.bounded && node.kind == NodeKind::Integer) bounds(node, schema, where);
        if (std::string why = refused_format(schema.format, node); !why.empty()) {
            Mistake& mistake = add(
                Keyword::Format,
                node,
                schema,
                where,
                fmt::format("{} is not a '{}'", python_repr(node), name_of_format(schema.format)));
            mistake.cause = std::move(why);
            mistake.hint = hint_of_format(schema.format);
        }
    }

    // Inside a value of several forms 1.29 takes the bound for a type and breaks down; the number
    // is said in its place.
    void bounds(const Node& node, const Schema& schema, const Where& where) {
        std::int64_t value = 0;
        if (!parse_integer(node.text, value)) return;
        const bool low = value < schema.minimum;
        if (!low && value <= schema.maximum) return;
        const std::int64_t bound = low ? schema.minimum : schema.maximum;
        Mistake& mistake = add(Keyword::Bound,
                               node,
                               schema,
                               where,
                               fmt::format("{} is {} than the {} of {}",
                                           value,
                                           low ? "less" : "greater",
                                           low ? "minimum" : "maximum",
                                           bound));
        mistake.allowed = {fmt::format("{}", bound)};
        mistake.hint = fmt::format("write a number {} {}", low ? "from" : "up to", bound);
        if (low) mistake.hint += " up";
    }

    static std::string type_hint(std::string_view types, const Node& node) {
        const bool text = types.find("string") != std::string_view::npos;
        if (text && node.kind == NodeKind::Boolean)
            return "put the value in quotes: a plain yes, no, on, off, true or false is a boolean";
        if (text && node.is_scalar()) return "put the value in quotes: \"" + node.text + "\"";
        return hint_of_types(types);
    }

    // Where a key belongs that this mapping does not know.
    static std::string key_hint(const Schema& schema, const Path& path, const Entry& entry) {
        if (schema.values != nullptr) return "use letters, digits, '.', '_' and '-' in names";
        if (rule_at(path_of(path, entry.key)) != nullptr)
            return "docker-compose 1.29 does not know it; docker compose does";
        const Schema& file = file_schema();
        const Schema& service = service_schema();
        const bool is_service =
            entry.value.find("image") != nullptr || entry.value.find("build") != nullptr;
        const bool of_service = lists(service, entry.key);
        if (path.empty() && is_service) return "put it under services:";
        if (path.empty() && of_service) return "this belongs to a service; indent it under one";
        if (!path.empty() && lists(file, entry.key) && !of_service)
            return "this belongs to the top level; take its indentation away";
        std::vector<std::string> names;
        for (const Property& known : schema.keys)
            names.emplace_back(known.name);
        std::string meant = nearest(entry.key, names);
        if (meant.empty()) meant = known_slip(entry.key);
        if (!meant.empty() && std::find(names.begin(), names.end(), meant) != names.end())
            return fmt::format("did you mean '{}'?", meant);
        if (path.size() > 2 && of_service)
            return "this belongs to the service itself; check the indentation";
        return schema.extensions ? "take it out; keys of your own begin with x-" : "take it out";
    }

    static bool lists(const Schema& schema, std::string_view key) {
        return std::any_of(schema.keys.begin(), schema.keys.end(), [key](const Property& known) {
            return known.name == key;
        });
    }

    std::vector<Mistake> found_;
};

// --- what is told -------------------------------------------------------------------------------

// validation.py, path_string: positions in lists are left out.
std::string names_of(const Path& path, std::size_t from = 0) {
    std::vector<std::string> names;
    for (std::size_t i = from; i < path.size(); ++i) {
        if (!path[i].starts_with("[")) names.push_back(path[i]);
    }
    return join(names, ".");
}

// validation.py, parse_key_from_error_msg: what stands between the first quotes.
std::string first_key(const std::string& message) {
    const std::vector<std::string> parts = split(message, '\'');
    return parts.size() > 1 ? parts[1] : std::string();
}

struct Told {
    std::string key;  ///< What is added to the path.
    std::string text;
    const Mistake* by = nullptr;  ///< The mistake that is told, whose place and hint are meant.
};

// validation.py, _parse_oneof_validator.
Told told_of_forms(const Mistake& mistake) {
    std::vector<std::string> types;
    for (const Mistake& wrong : mistake.context) {
        const bool below = wrong.path.size() > mistake.path.size();
        const std::string key = names_of(wrong.path, mistake.path.size());
        if (wrong.keyword == Keyword::OneOf) {
            Told inner = told_of_forms(wrong);
            inner.key = key;
            return inner;
        }
        if (wrong.keyword == Keyword::Required) return {{}, wrong.message, &wrong};
        if (wrong.keyword == Keyword::Closed) {
            return {{},
                    fmt::format("contains unsupported option: '{}'", first_key(wrong.message)),
                    &wrong};
        }
        if (wrong.keyword == Keyword::Unique) {
            return {key,
                    "contains non-unique items, please remove duplicates from " +
                        python_repr(*wrong.instance),
                    &wrong};
        }
        if (below) {
            return {key,
                    fmt::format("contains {}, which is an invalid type, it should be {}",
                                python_json(*wrong.instance),
                                any_of(wrong.allowed)),
                    &wrong};
        }
        if (wrong.keyword == Keyword::Type)
            types.insert(types.end(), wrong.allowed.begin(), wrong.allowed.end());
    }
    return {{}, "contains an invalid type, it should be " + any_of(types), nullptr};
}

// validation.py, process_config_schema_errors, handle_error_for_schema_with_id and
// handle_generic_error.
Told told_of(const Mistake& mistake) {
    const std::string path = names_of(mistake.path);
    switch (mistake.keyword) {
        case Keyword::OneOf: {
            Told told = told_of_forms(mistake);
            const std::string whole = told.key.empty() ? path : path + "." + told.key;
            return {{}, whole + " " + told.text, told.by == nullptr ? &mistake : told.by};
        }
        case Keyword::Type:
            return {
                {},
                fmt::format(
                    "{} contains an invalid type, it should be {}", path, any_of(mistake.allowed)),
                &mistake};
        case Keyword::Format:
            return {{}, fmt::format("{} is invalid: {}", path, mistake.cause), &mistake};
        case Keyword::Closed:
            break;
        case Keyword::Required:
        case Keyword::Unique:
        case Keyword::Words:
        case Keyword::Bound:
            return {{}, fmt::format("{} value {}", path, mistake.message), &mistake};
    }
    if (mistake.schema->part == Part::Services) {
        const auto wrong =
            std::find_if(mistake.instance->entries.begin(),
                         mistake.instance->entries.end(),
                         [](const Entry& entry) { return !is_name(Names::Resource, entry.key); });
        const std::string name =
            wrong == mistake.instance->entries.end() ? std::string() : wrong->key;
        return {
            {},
            fmt::format(
                "Invalid service name '{}' - only [a-zA-Z0-9\\._\\-] characters are allowed", name),
            &mistake};
    }
    if (mistake.schema->part == Part::Service) {
        const std::string key = first_key(mistake.message);
        std::string text = fmt::format("Unsupported config option for {}: '{}'", path, key);
        if (const std::string_view meant = known_slip(key); !meant.empty())
            text += fmt::format(" (did you mean '{}'?)", meant);
        return {{}, std::move(text), &mistake};
    }
    if (mistake.path.empty())
        return {{}, fmt::format("{}\n\n{}", mistake.message, kVersionExplanation), &mistake};
    return {{}, fmt::format("{} value {}", path, mistake.message), &mistake};
}

// What handle_errors sorts by, str() of a ValidationError: its message, where in the schema it
// is, and where in the file. The schema's own text between them is the same for equal paths.
std::string sort_key(const Mistake& mistake) {
    std::string key = fmt::format("{}\n\nFailed validating in schema{}:\n\nOn instance",
                                  mistake.message,
                                  mistake.schema_path);
    for (const std::string& step : mistake.path)
        key += step.starts_with("[") ? step : fmt::format("[{}]", python_string(step));
    return key + ":";
}

}  // namespace
}  // namespace python

Result<void> check_python_schema(const Node& document, const std::string& file) {
    python::Validator validator;
    validator.check(document, python::file_schema(), {{}, {}, document.place});
    const std::vector<python::Mistake> mistakes = validator.take();
    if (mistakes.empty()) return {};
    std::vector<std::pair<std::string, const python::Mistake*>> sorted;
    for (const python::Mistake& mistake : mistakes)
        sorted.emplace_back(python::sort_key(mistake), &mistake);
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    // Standard input has no name (handle_errors).
    std::string text = file == "None"
                           ? std::string("The Compose file is invalid because:")
                           : fmt::format("The Compose file '{}' is invalid because:", file);
    const python::Mistake* first = nullptr;
    for (const auto& [key, mistake] : sorted) {
        const python::Told told = python::told_of(*mistake);
        if (first == nullptr) first = told.by;
        text += "\n" + told.text;
    }
    return Error{std::move(text), first->place, first->hint};
}

}  // namespace podium::compose
