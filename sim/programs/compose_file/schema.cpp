#include "sim/programs/compose_file/schema.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

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

unsigned kind_bit(NodeKind kind) {
    return 1U << static_cast<unsigned>(kind);
}

// docker/compose v2, compose-go 2.9, schema.go, getMostSpecificError: of all that is wrong the
// deepest is told, an unknown key counting as deep as its value. Of several as deep the real one
// tells any, here it is the first in the order written.
class Checker {
  public:
    explicit Checker(std::string file) : file_(std::move(file)) {}

    void check(const Node& node, const Rule& rule, const Path& path, const Place& place) {
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
    }

    [[nodiscard]] Result<void> deepest() const {
        if (deepest_) return *deepest_;
        return {};
    }

  private:
    [[nodiscard]] static bool allows_kind(const Node& node, const Rule& rule) {
        if ((rule.kinds & kind_bit(node.kind)) != 0) return true;
        // A float without a fraction is an integer to the schema.
        return node.kind == NodeKind::Float && (rule.kinds & kInteger) != 0 &&
               node.text.find('.') == std::string::npos;
    }

    void refuse(const Path& path,
                std::size_t depth,
                std::string_view sentence,
                const Place& place,
                std::string hint) {
        if (deepest_ && depth <= depth_) return;
        depth_ = depth;
        deepest_ = Error{fmt::format("validating {}: {} {}", file_, dotted(path), sentence),
                         place,
                         std::move(hint)};
    }

    void wrong_kind(const Node& node, const Rule& rule, const Path& path, const Place& place) {
        if (path.size() == 1 && path[0] == "version")
            return refuse(
                path, path.size(), "must be a string", place, "put the version in quotes");
        std::string hint = hint_of_types(rule.types);
        if (node.kind == NodeKind::Boolean && (rule.kinds & kString) != 0) {
            hint = "put the value in quotes: a plain yes, no, on, off, true or false is a boolean";
        } else if (node.is_scalar() && (rule.kinds & kString) != 0) {
            hint = "put the value in quotes: \"" + node.text + "\"";
        } else if (node.is_null() && rule.kinds == kMapping) {
            hint = "nothing stands below it: write its keys there, indented, or take it out";
        } else if (node.is_mapping() && rule.kinds == kString && !path.empty() &&
                   path.back().starts_with('[')) {
            hint =
                "what is written key: value is a mapping: put the item in quotes, or write "
                "KEY=value";
        }
        refuse(path, path.size(), "must be a " + go_types(rule.types), place, std::move(hint));
    }

    void check_mapping(const Node& node, const Rule& rule, const Path& path, const Place& place) {
        for (const std::string_view required : rule.required) {
            if (node.find(required) != nullptr) continue;
            refuse(path,
                   path.size(),
                   fmt::format("missing property '{}'", required),
                   place,
                   fmt::format("add '{}:'", required));
        }
        std::vector<const Entry*> unknown;
        for (const Entry& entry : node.entries) {
            const Path inner = path_of(path, entry.key);
            const Rule* known = nullptr;
            for (const Key& key : rule.keys) {
                if (key.name == entry.key) known = key.rule;
            }
            const Place& where = entry.value.is_scalar() ? entry.value.place : entry.place;
            if (known != nullptr) {
                check(entry.value, *known, inner, where);
                continue;
            }
            if (rule.extensions && entry.key.starts_with("x-")) continue;
            if (rule.kinds == kAnyKind) continue;
            if (rule.values == nullptr || (rule.named && !is_resource_name(entry.key))) {
                unknown.push_back(&entry);
            } else {
                check(entry.value, *rule.values, inner, where);
            }
        }
        if (!unknown.empty()) unknown_keys(rule, path, unknown);
    }

    void unknown_keys(const Rule& rule,
                      const Path& path,
                      const std::vector<const Entry*>& unknown) {
        std::vector<std::string> names;
        for (const Entry* entry : unknown)
            names.push_back(fmt::format("'{}'", entry->key));
        const Entry& first = *unknown[0];
        refuse(path,
               path.size() + 1,
               fmt::format("additional properties {} not allowed", join(names, ", ")),
               first.place,
               rule.named ? "use letters, digits, '.', '_' and '-' in names"
                          : suggestion(rule, path, first));
    }

    [[nodiscard]] static std::string suggestion(const Rule& rule,
                                                const Path& path,
                                                const Entry& entry) {
        std::vector<std::string> names;
        for (const Key& known : rule.keys)
            names.emplace_back(known.name);
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
        if (meant.empty()) meant = known_slip(entry.key);
        if (!meant.empty() && std::find(names.begin(), names.end(), meant) != names.end()) {
            return fmt::format("did you mean '{}'?", meant);
        }
        if (path.size() > 2 && knows(service_keys()))
            return "this belongs to the service itself; check the indentation";
        return rule.extensions ? "take it out; keys of your own begin with x-" : "take it out";
    }

    void check_sequence(const Node& node, const Rule& rule, const Path& path) {
        std::map<std::string, std::size_t> seen;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            const Node& item = node.items[i];
            if (rule.items != nullptr)
                check(item, *rule.items, path_of(path, index_step(i)), item.place);
            if (!rule.unique) continue;
            const auto [earlier, is_new] = seen.emplace(value_text(item), i);
            if (is_new) continue;
            refuse(path,
                   path.size(),
                   fmt::format("items at {} and {} are equal", earlier->second, i),
                   item.place,
                   "take one of the two out");
        }
    }

    void check_string(const Node& node, const Rule& rule, const Path& path, const Place& place) {
        const auto& allowed = rule.words;
        if (!allowed.empty() &&
            std::find(allowed.begin(), allowed.end(), node.text) == allowed.end()) {
            std::vector<std::string> words;
            std::vector<std::string> quoted;
            for (const std::string_view word : allowed) {
                words.emplace_back(word);
                quoted.push_back(fmt::format("'{}'", word));
            }
            const std::string meant = nearest(node.text, words);
            return refuse(path,
                          path.size(),
                          words.size() == 1
                              ? fmt::format("value must be {}", quoted[0])
                              : fmt::format("value must be one of {}", join(quoted, ", ")),
                          place,
                          meant.empty() ? "write one of: " + join(words, ", ")
                                        : fmt::format("did you mean '{}'?", meant));
        }
        if (rule.accepts == nullptr || rule.accepts(node.text)) return;
        refuse(path,
               path.size(),
               fmt::format("'{}' does not match pattern '{}'", node.text, rule.pattern),
               place,
               "its form is " + std::string(rule.pattern));
    }

    void check_number(const Node& node, const Rule& rule, const Path& path, const Place& place) {
        std::int64_t value = 0;
        if (!rule.bounded || !parse_integer(node.text, value)) return;
        if (value < rule.minimum) {
            refuse(path,
                   path.size(),
                   fmt::format("must be greater than or equal to {}", rule.minimum),
                   place,
                   fmt::format("write a number from {} up", rule.minimum));
        }
        if (value > rule.maximum) {
            refuse(path,
                   path.size(),
                   fmt::format("must be less than or equal to {}", rule.maximum),
                   place,
                   fmt::format("write a number up to {}", rule.maximum));
        }
    }

    std::string file_;
    std::optional<Error> deepest_;
    std::size_t depth_ = 0;
};

}  // namespace

std::string hint_of_types(std::string_view types) {
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

std::string_view known_slip(std::string_view key) {
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
        if (slip.wrong == key) return slip.right;
    }
    return {};
}

Result<void> check_schema(const Node& model, const std::string& file) {
    Checker checker(file);
    checker.check(model, file_rule(), {}, model.place);
    return checker.deepest();
}

}  // namespace podium::compose
