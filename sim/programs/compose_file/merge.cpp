#include "sim/programs/compose_file/merge.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "sim/base/text.hpp"

namespace podium::compose {
namespace {

bool matches_any(const Path& path, std::initializer_list<std::string_view> patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&path](std::string_view pattern) {
        return matches(path, pattern);
    });
}

// Replaced whole, whatever was there.
bool is_replaced(const Path& path) {
    return matches_any(
        path, {"services.*.command", "services.*.entrypoint", "services.*.healthcheck.test"});
}

// KEY=VALUE sets, written as a list or as a mapping, merged by key.
bool is_key_value(const Path& path) {
    return matches_any(path,
                       {"services.*.environment",
                        "services.*.labels",
                        "services.*.annotations",
                        "services.*.sysctls",
                        "services.*.build.args",
                        "services.*.build.labels",
                        "services.*.build.additional_contexts",
                        "services.*.deploy.labels",
                        "services.*.volumes.*.volume.labels",
                        "networks.*.labels",
                        "volumes.*.labels"});
}

// A string or a list of strings, appended as lists.
bool is_string_or_list(const Path& path) {
    return matches_any(path,
                       {"services.*.dns",
                        "services.*.dns_opt",
                        "services.*.dns_search",
                        "services.*.env_file",
                        "services.*.label_file",
                        "services.*.tmpfs"});
}

bool is_extra_hosts(const Path& path) {
    return matches_any(path, {"services.*.extra_hosts", "services.*.build.extra_hosts"});
}

// A list of names that stands for a mapping.
bool is_named_mapping(const Path& path) {
    return matches_any(path, {"services.*.depends_on", "services.*.networks", "services.*.models"});
}

Node key_value_mapping(const Node& node) {
    if (!node.is_sequence()) return node;
    Node out = mapping_node(node.place);
    for (const Node& item : node.items) {
        const std::size_t equals = item.text.find('=');
        if (equals == std::string::npos) {
            out.set(item.text, null_node(item.place));
        } else {
            Node value = string_node(item.text.substr(equals + 1), item.place);
            value.quoted = true;
            out.set(item.text.substr(0, equals), std::move(value));
        }
    }
    return out;
}

Node as_list(const Node& node) {
    if (node.is_sequence()) return node;
    Node out = sequence_node(node.place);
    if (node.is_scalar()) out.items.push_back(node);
    return out;
}

// extra_hosts as a list of "name=address".
Node host_list(const Node& node) {
    if (!node.is_mapping()) return as_list(node);
    Node out = sequence_node(node.place);
    for (const Entry& entry : node.entries) {
        if (entry.value.is_sequence()) {
            for (const Node& address : entry.value.items) {
                out.items.push_back(string_node(entry.key + "=" + address.text, address.place));
            }
        } else {
            out.items.push_back(string_node(entry.key + "=" + entry.value.text, entry.value.place));
        }
    }
    return out;
}

Node named_mapping(const Node& node, const Path& path) {
    if (!node.is_sequence()) return node;
    Node out = mapping_node(node.place);
    for (const Node& item : node.items) {
        Node value = null_node(item.place);
        if (path.size() == 3 && path[2] == "depends_on") {
            value = mapping_node(item.place);
            value.set("condition", string_node("service_started", item.place));
            value.set("required", boolean_node(true, item.place));
        }
        out.set(item.text, std::move(value));
    }
    return out;
}

Error cannot_override(const Path& path, const Node& base, const Node& over) {
    return Error{fmt::format("cannot override {}", path_text(path)),
                 over.place,
                 fmt::format("it is {} at {}; write the same here, or tag it !override",
                             kind_name(base.kind),
                             base.place.text())};
}

Result<Node> merge_mappings(Node base, const Node& over, const Path& path) {
    for (const Entry& entry : over.entries) {
        if (entry.value.tag == MergeTag::Reset) {
            base.erase(entry.key);
            continue;
        }
        Node* below = base.find(entry.key);
        if (below == nullptr || entry.value.tag == MergeTag::Override) {
            Node value = entry.value;
            settle_tags(value);
            if (below != nullptr) {
                base.erase(entry.key);
            }
            base.entries.push_back({entry.key, entry.place, std::move(value), entry.written});
            continue;
        }
        Result<Node> merged = merge(std::move(*below), entry.value, path_of(path, entry.key));
        if (!merged) return merged.error();
        // What was replaced whole is written where it was replaced, key and all.
        const bool replaced = merged->place == entry.value.place;
        for (Entry& there : base.entries) {
            if (there.key != entry.key) continue;
            there.value = std::move(*merged);
            if (replaced) there.place = entry.place;
        }
    }
    return base;
}

// Options are merged when both speak of the same driver, or one of none.
Result<Node> merge_logging(Node base, const Node& over, const Path& path) {
    const Node* below = base.find("driver");
    const Node* above = over.find("driver");
    if (below == nullptr || above == nullptr || below->text == above->text) {
        return merge_mappings(std::move(base), over, path);
    }
    return over;
}

// Pools of the same subnet are merged, others appended.
Result<Node> merge_pools(Node base, const Node& over, const Path& path) {
    for (const Node& pool : over.items) {
        const Node* subnet = pool.find("subnet");
        Node* same = nullptr;
        for (Node& below : base.items) {
            const Node* other = below.find("subnet");
            if (subnet != nullptr && other != nullptr && subnet->text == other->text) same = &below;
        }
        if (same == nullptr) {
            base.items.push_back(pool);
            continue;
        }
        Result<Node> merged = merge_mappings(std::move(*same), pool, path);
        if (!merged) return merged.error();
        *same = std::move(*merged);
    }
    return base;
}

Node append_hosts(const Node& base, const Node& over) {
    Node out = host_list(base);
    for (const Node& host : host_list(over).items) {
        const bool there =
            std::any_of(out.items.begin(), out.items.end(), [&host](const Node& other) {
                return other.text == host.text;
            });
        if (!there) out.items.push_back(host);
    }
    return out;
}

Node build_mapping(const Node& node) {
    if (!node.is_scalar()) return node;
    Node out = mapping_node(node.place);
    out.set("context", node);
    return out;
}

Node append(Node base, const Node& over) {
    for (const Node& item : over.items)
        base.items.push_back(item);
    return base;
}

}  // namespace

Result<Node> merge(Node base, const Node& over, const Path& path) {
    if (over.tag == MergeTag::Override || is_replaced(path)) {
        Node value = over;
        settle_tags(value);
        return value;
    }
    // One limit is replaced whole, a number or soft and hard.
    if (matches(path, "services.*.ulimits.*")) return over;
    // A value left empty keeps what was there.
    if (over.is_null()) return base;
    if (is_key_value(path)) {
        base = key_value_mapping(base);
        Node above = key_value_mapping(over);
        if (base.is_null()) return above;
        if (!base.is_mapping() || !above.is_mapping()) return cannot_override(path, base, over);
        for (Entry& entry : above.entries) {
            if (entry.value.tag == MergeTag::Reset) {
                base.erase(entry.key);
            } else {
                const Place place = entry.place;
                base.set(entry.key, std::move(entry.value));
                for (Entry& there : base.entries) {
                    if (there.key == entry.key) there.place = place;
                }
            }
        }
        return base;
    }
    if (base.is_null()) {
        Node value = over;
        settle_tags(value);
        return value;
    }
    if (is_string_or_list(path)) return append(as_list(base), as_list(over));
    if (is_extra_hosts(path)) return append_hosts(base, over);
    const bool named = is_named_mapping(path);
    const bool build = matches(path, "services.*.build");
    Node below = named ? named_mapping(base, path) : build ? build_mapping(base) : std::move(base);
    const Node above = named ? named_mapping(over, path) : build ? build_mapping(over) : over;
    if (below.is_mapping()) {
        if (!above.is_mapping()) return cannot_override(path, below, above);
        if (matches(path, "services.*.logging"))
            return merge_logging(std::move(below), above, path);
        return merge_mappings(std::move(below), above, path);
    }
    if (below.is_sequence()) {
        if (!above.is_sequence()) return cannot_override(path, below, above);
        if (matches(path, "networks.*.ipam.config"))
            return merge_pools(std::move(below), above, path);
        Node value = above;
        settle_tags(value);
        return append(std::move(below), value);
    }
    Node value = above;
    settle_tags(value);
    return value;
}

void settle_tags(Node& node) {
    node.tag = MergeTag::None;
    std::erase_if(node.items, [](const Node& item) { return item.tag == MergeTag::Reset; });
    std::erase_if(node.entries,
                  [](const Entry& entry) { return entry.value.tag == MergeTag::Reset; });
    for (Node& item : node.items)
        settle_tags(item);
    for (Entry& entry : node.entries)
        settle_tags(entry.value);
}

// --- uniqueness
// --------------------------------------------------------------------------------------

ShortMount split_short_mount(std::string_view text) {
    ShortMount mount;
    if (text.empty()) {
        mount.problem = "invalid empty volume spec";
        return mount;
    }
    // One or two characters are a target, as in the real parser: "/a".
    if (text.size() <= 2) {
        mount.target = text;
        return mount;
    }
    std::vector<std::string> parts(1);
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '$' && i + 1 < text.size() && text[i + 1] == '{') ++depth;
        if (c == '}' && depth > 0) --depth;
        const bool letter =
            parts.back().size() == 1 && ((parts.back()[0] >= 'a' && parts.back()[0] <= 'z') ||
                                         (parts.back()[0] >= 'A' && parts.back()[0] <= 'Z'));
        // "C:" is the beginning of a Windows path, so that a one-letter volume name cannot be used.
        if (c == ':' && depth == 0 && !letter) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    for (const std::string& part : parts) {
        if (part.empty())
            mount.problem = fmt::format("invalid spec: {}: empty section between colons", text);
    }
    if (mount.problem.empty() && parts.size() > 3) {
        mount.problem = fmt::format("invalid spec: {}: too many colons", text);
    }
    if (!mount.problem.empty()) return mount;
    if (parts.size() == 1) {
        mount.target = parts[0];
        return mount;
    }
    mount.source = parts[0];
    mount.target = parts[1];
    if (parts.size() == 3) mount.options = parts[2];
    return mount;
}

bool is_host_path(std::string_view source) {
    if (source.empty()) return false;
    if (source[0] == '.' || source[0] == '/' || source[0] == '~') return true;
    if (source.starts_with("\\\\")) return true;
    const bool letter =
        (source[0] >= 'a' && source[0] <= 'z') || (source[0] >= 'A' && source[0] <= 'Z');
    return letter && source.size() > 1 && source[1] == ':';
}

namespace {

std::string text_at(const Node& node, std::string_view key, std::string_view otherwise) {
    const Node* value = node.find(key);
    return value == nullptr || !value->is_scalar() ? std::string(otherwise) : value->text;
}

enum class Identity { Name, Port, Volume, Device, Secret, Config, EnvironmentFile };

struct UniqueList {
    std::string_view pattern;
    Identity identity;
};

constexpr UniqueList kUniqueLists[] = {
    {"services.*.ports", Identity::Port},
    {"services.*.volumes", Identity::Volume},
    {"services.*.devices", Identity::Device},
    {"services.*.secrets", Identity::Secret},
    {"services.*.configs", Identity::Config},
    {"services.*.env_file", Identity::EnvironmentFile},
    {"services.*.expose", Identity::Name},
    {"services.*.cap_add", Identity::Name},
    {"services.*.cap_drop", Identity::Name},
    {"services.*.dns", Identity::Name},
    {"services.*.dns_opt", Identity::Name},
    {"services.*.dns_search", Identity::Name},
    {"services.*.links", Identity::Name},
    {"services.*.profiles", Identity::Name},
    {"services.*.tmpfs", Identity::Name},
    {"services.*.environment", Identity::Name},
    {"services.*.labels", Identity::Name},
    {"services.*.annotations", Identity::Name},
    {"services.*.sysctls", Identity::Name},
    {"services.*.build.args", Identity::Name},
    {"services.*.build.labels", Identity::Name},
    {"services.*.build.additional_contexts", Identity::Name},
    {"services.*.build.tags", Identity::Name},
    {"services.*.deploy.labels", Identity::Name},
    {"services.*.networks.*.aliases", Identity::Name},
    {"services.*.networks.*.link_local_ips", Identity::Name},
    {"networks.*.labels", Identity::Name},
};

// The text two elements are the same by; `problem` is set when an element has none.
std::string identity_of(const Node& item, Identity identity, std::string& problem) {
    switch (identity) {
        case Identity::Name:
            return item.text.substr(0, item.text.find('='));
        case Identity::Port: {
            if (!item.is_mapping()) return item.text;
            if (item.find("target") == nullptr) problem = "is missing a target port";
            return fmt::format("{}:{}:{}/{}",
                               text_at(item, "host_ip", "0.0.0.0"),
                               text_at(item, "published", ""),
                               text_at(item, "target", ""),
                               text_at(item, "protocol", "tcp"));
        }
        case Identity::Volume: {
            if (item.is_mapping()) {
                if (item.find("target") == nullptr) problem = "is missing a mount target";
                return text_at(item, "target", "");
            }
            const ShortMount mount = split_short_mount(item.text);
            problem = mount.problem;
            return mount.target;
        }
        case Identity::Device: {
            if (item.is_mapping()) return text_at(item, "target", text_at(item, "source", ""));
            const std::vector<std::string> parts = split(item.text, ':');
            return parts.size() == 1 ? parts[0] : parts[1];
        }
        case Identity::Secret:
        case Identity::Config: {
            const std::string directory = identity == Identity::Secret ? "/run/secrets/" : "/";
            if (!item.is_mapping()) return directory + item.text;
            return text_at(item, "target", directory + text_at(item, "source", ""));
        }
        case Identity::EnvironmentFile:
            return item.is_mapping() ? text_at(item, "path", "") : item.text;
    }
    return {};
}

Result<void> make_list_unique(Node& list, Identity identity, const Path& path) {
    std::vector<Node> kept;
    std::map<std::string, std::size_t> position;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        Node& item = list.items[i];
        std::string problem;
        const std::string name = identity_of(item, identity, problem);
        if (!problem.empty()) {
            const Path where = path_of(path, index_step(i));
            const bool short_form = item.is_string();
            const std::string noun = path.back() == "ports" ? "service ports" : "service volume";
            return Error{
                short_form ? problem : fmt::format("{} {} {}", noun, path_text(where), problem),
                item.place,
                short_form ? "write [SOURCE:]TARGET[:OPTIONS]" : "add 'target:'"};
        }
        const auto [there, is_new] = position.emplace(name, kept.size());
        if (is_new) {
            kept.push_back(std::move(item));
        } else {
            kept[there->second] = std::move(item);
        }
    }
    list.items = std::move(kept);
    return {};
}

Result<void> walk(Node& node, const Path& path) {
    if (node.is_sequence()) {
        for (const UniqueList& unique : kUniqueLists) {
            if (!matches(path, unique.pattern)) continue;
            return make_list_unique(node, unique.identity, path);
        }
        return {};
    }
    for (Entry& entry : node.entries) {
        const Result<void> done = walk(entry.value, path_of(path, entry.key));
        if (!done) return done;
    }
    return {};
}

}  // namespace

Result<void> make_unique(Node& model) {
    return walk(model, {});
}

}  // namespace podium::compose
