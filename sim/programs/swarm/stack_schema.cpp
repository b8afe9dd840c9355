// The layouts of stack files, a line a key, and the checker that walks a file along them as
// xeipuuv/gojsonschema 1.2 does, with the choice among mistakes of cli/compose/schema/schema.go.

#include "sim/programs/swarm/stack_schema.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/programs/swarm/spec_parts.hpp"

namespace podium::programs::docker {
namespace {

using compose::Entry;
using compose::Node;
using compose::NodeKind;

constexpr int kNewestLayout = 13;

enum class StackShape : std::uint8_t {
    Text,
    TextOrNull,
    Truth,
    Whole,
    Number,
    WholeOrText,
    NumberOrText,
    Time,           // a text that Go reads as a duration
    Order,          // start-first or stop-first
    TextList,       // each once
    TextListAny,    // also twice
    TextOrList,     // a text, or a list of such
    Words,          // a command
    Pairs,          // a mapping or a list of NAME=VALUE
    Options,        // a mapping to texts and numbers
    NullableOptions,
    Expose,         // texts and numbers, each once
    Object,         // a mapping with the keys of `inner`
    ObjectOrNull,
    ObjectOrText,
    ObjectOrTruth,
    ObjectList,
    FileList,       // names, or mappings
    MountList,
    PortList,
    NamedObjects,   // a mapping from any name
    Networks,       // of a service: names, or a mapping from them
    Anything,
};

struct StackKey {
    std::string_view of;
    std::string_view key;
    StackShape shape;
    std::string_view inner = {};
    int since = 0;
};

struct StackLayout {
    using enum StackShape;

    static constexpr StackKey kKeys[] = {
        {"", "version", Text},
        {"", "services", NamedObjects, "service"},
        {"", "networks", NamedObjects, "network"},
        {"", "volumes", NamedObjects, "volume"},
        {"", "secrets", NamedObjects, "secret", 1},
        {"", "configs", NamedObjects, "config", 3},
        {"service", "build", ObjectOrText, "build"},
        {"service", "cap_add", TextList},
        {"service", "cap_drop", TextList},
        {"service", "cgroup_parent", Text},
        {"service", "cgroupns_mode", Text, {}, 9},
        {"service", "command", Words},
        {"service", "configs", FileList, "file", 3},
        {"service", "container_name", Text},
        {"service", "credential_spec", Object, "credential_spec", 3},
        {"service", "depends_on", TextList},
        {"service", "deploy", ObjectOrNull, "deploy"},
        {"service", "devices", TextList},
        {"service", "dns", TextOrList},
        {"service", "dns_search", TextOrList},
        {"service", "domainname", Text},
        {"service", "entrypoint", Words},
        {"service", "env_file", TextOrList},
        {"service", "environment", Pairs},
        {"service", "expose", Expose},
        {"service", "external_links", TextList},
        {"service", "extra_hosts", Pairs},
        {"service", "healthcheck", Object, "healthcheck"},
        {"service", "hostname", Text},
        {"service", "image", Text},
        {"service", "init", Truth, {}, 7},
        {"service", "ipc", Text},
        {"service", "isolation", Text, {}, 5},
        {"service", "labels", Pairs},
        {"service", "links", TextList},
        {"service", "logging", Object, "logging"},
        {"service", "mac_address", Text},
        {"service", "network_mode", Text},
        {"service", "networks", Networks, "attachment"},
        {"service", "oom_score_adj", Whole, {}, 13},
        {"service", "pid", TextOrNull},
        {"service", "ports", PortList, "port"},
        {"service", "privileged", Truth},
        {"service", "read_only", Truth},
        {"service", "restart", Text},
        {"service", "secrets", FileList, "file", 1},
        {"service", "security_opt", TextList},
        {"service", "shm_size", NumberOrText},
        {"service", "stdin_open", Truth},
        {"service", "stop_grace_period", Time},
        {"service", "stop_signal", Text},
        {"service", "sysctls", Pairs},
        {"service", "tmpfs", TextOrList},
        {"service", "tty", Truth},
        {"service", "ulimits", NamedObjects, "ulimit"},
        {"service", "user", Text},
        {"service", "userns_mode", Text},
        {"service", "volumes", MountList, "mount"},
        {"service", "working_dir", Text},
        {"build", "args", Pairs},
        {"build", "cache_from", TextList, {}, 2},
        {"build", "context", Text},
        {"build", "dockerfile", Text},
        {"build", "extra_hosts", Pairs, {}, 9},
        {"build", "labels", Pairs, {}, 3},
        {"build", "network", Text, {}, 4},
        {"build", "shm_size", WholeOrText, {}, 5},
        {"build", "target", Text, {}, 4},
        {"file", "gid", Text},
        {"file", "mode", Number},
        {"file", "source", Text},
        {"file", "target", Text},
        {"file", "uid", Text},
        {"credential_spec", "config", Text, {}, 8},
        {"credential_spec", "file", Text},
        {"credential_spec", "registry", Text},
        {"healthcheck", "disable", Truth},
        {"healthcheck", "interval", Time},
        {"healthcheck", "retries", Number},
        {"healthcheck", "start_interval", Time, {}, 12},
        {"healthcheck", "start_period", Time, {}, 4},
        {"healthcheck", "test", Words},
        {"healthcheck", "timeout", Time},
        {"logging", "driver", Text},
        {"logging", "options", NullableOptions},
        {"attachment", "aliases", TextList},
        {"attachment", "driver_opts", Options, {}, 13},
        {"attachment", "ipv4_address", Text},
        {"attachment", "ipv6_address", Text},
        {"port", "mode", Text},
        {"port", "protocol", Text},
        {"port", "published", Whole},
        {"port", "target", Whole},
        {"ulimit", "hard", Whole},
        {"ulimit", "soft", Whole},
        {"mount", "bind", Object, "mount_bind"},
        {"mount", "consistency", Text},
        {"mount", "read_only", Truth},
        {"mount", "source", Text},
        {"mount", "target", Text},
        {"mount", "tmpfs", Object, "mount_tmpfs", 6},
        {"mount", "type", Text},
        {"mount", "volume", Object, "mount_volume"},
        {"mount_bind", "propagation", Text},
        {"mount_tmpfs", "size", Whole},
        {"mount_volume", "nocopy", Truth},
        {"deploy", "endpoint_mode", Text, {}, 2},
        {"deploy", "labels", Pairs},
        {"deploy", "mode", Text},
        {"deploy", "placement", Object, "placement"},
        {"deploy", "replicas", Whole},
        {"deploy", "resources", Object, "resources"},
        {"deploy", "restart_policy", Object, "restart_policy"},
        {"deploy", "rollback_config", Object, "update", 7},
        {"deploy", "update_config", Object, "update"},
        {"update", "delay", Time},
        {"update", "failure_action", Text},
        {"update", "max_failure_ratio", Number},
        {"update", "monitor", Time},
        {"update", "order", Order, {}, 4},
        {"update", "parallelism", Whole},
        {"resources", "limits", Object, "limits"},
        {"resources", "reservations", Object, "reservations"},
        {"limits", "cpus", Text},
        {"limits", "memory", Text},
        {"limits", "pids", Whole, {}, 9},
        {"reservations", "cpus", Text},
        {"reservations", "generic_resources", ObjectList, "generic_resource", 5},
        {"reservations", "memory", Text},
        {"generic_resource", "discrete_resource_spec", Object, "discrete"},
        {"discrete", "kind", Text},
        {"discrete", "value", Number},
        {"restart_policy", "condition", Text},
        {"restart_policy", "delay", Time},
        {"restart_policy", "max_attempts", Whole},
        {"restart_policy", "window", Time},
        {"placement", "constraints", TextListAny},
        {"placement", "max_replicas_per_node", Whole, {}, 8},
        {"placement", "preferences", ObjectList, "preference", 3},
        {"preference", "spread", Text},
        {"network", "attachable", Truth, {}, 2},
        {"network", "driver", Text},
        {"network", "driver_opts", Options},
        {"network", "external", ObjectOrTruth, "external"},
        {"network", "internal", Truth},
        {"network", "ipam", Object, "ipam"},
        {"network", "labels", Pairs},
        {"network", "name", Text, {}, 5},
        {"ipam", "config", ObjectList, "pool"},
        {"ipam", "driver", Text},
        {"pool", "subnet", Text},
        {"external", "name", Text},
        {"external_file", "name", Text},
        {"volume", "driver", Text},
        {"volume", "driver_opts", Options},
        {"volume", "external", ObjectOrTruth, "external"},
        {"volume", "labels", Pairs},
        {"volume", "name", Text, {}, 4},
        {"volume", "x-cluster-spec", Anything, {}, 10},
        {"secret", "driver", Text, {}, 8},
        {"secret", "driver_opts", Options, {}, 8},
        {"secret", "external", ObjectOrTruth, "external_file"},
        {"secret", "file", Text},
        {"secret", "labels", Pairs},
        {"secret", "name", Text, {}, 5},
        {"secret", "template_driver", Text, {}, 8},
        {"config", "external", ObjectOrTruth, "external_file"},
        {"config", "file", Text},
        {"config", "labels", Pairs},
        {"config", "name", Text, {}, 5},
        {"config", "template_driver", Text, {}, 8},
    };
};

const StackKey* stack_key(std::string_view of, std::string_view key) {
    const auto found = std::find_if(std::begin(StackLayout::kKeys), std::end(StackLayout::kKeys), [&](const StackKey& one) { return one.of == of && one.key == key; });
    return found == std::end(StackLayout::kKeys) ? nullptr : found;
}

// Mappings that may have keys nobody knows.
bool takes_unknown_keys(std::string_view of, int layout) {
    return of == "file" || of.starts_with("mount_") || of == "external_file" || (of == "build" && layout >= 11);
}

// Where keys that begin with x- are one's own.
bool takes_own_keys(std::string_view of, int layout) {
    if (of.empty()) return layout >= 4;
    return layout >= 7 && (of == "service" || of == "network" || of == "volume" || of == "secret" || of == "config");
}

bool is_stack_name(std::string_view name, bool letters_only) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [letters_only](char c) {
        if (c >= 'a' && c <= 'z') return true;
        return !letters_only && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-');
    });
}

struct StackMistake {
    std::string field;
    std::string text;
    std::ptrdiff_t depth = 0;
    bool of_type = false;
};

class StackChecker {
    using enum StackShape;

  public:
    explicit StackChecker(int layout) : layout_(layout) {}

    void check(const Node& file) { object(file, "", ""); }

    // schema.go, getMostSpecificError: the deepest, and of those as deep the first, before which a wrong type goes.
    [[nodiscard]] std::optional<std::string> worst() const {
        const StackMistake* worst = nullptr;
        for (const StackMistake& one : mistakes_)
            if (worst == nullptr || one.depth > worst->depth || (one.depth == worst->depth && one.of_type && !worst->of_type)) worst = &one;
        if (worst == nullptr) return std::nullopt;
        return fmt::format("{} {}", worst->field, worst->text);
    }

  private:
    void add(const std::string& path, std::string sentence, bool of_type = false) {
        const std::string field = path.empty() ? "(root)" : path;
        mistakes_.push_back({field, std::move(sentence), std::count(field.begin(), field.end(), '.'), of_type});
    }

    void wrong_type(const std::string& path, std::string_view wanted) { add(path, fmt::format("must be a {}", wanted), true); }

    static std::string below(const std::string& path, const std::string& step) { return path.empty() ? step : path + "." + step; }

    void object(const Node& node, std::string_view of, const std::string& path) {
        if (!node.is_mapping()) return wrong_type(path, "mapping");
        for (const Entry& entry : node.entries) {
            const StackKey* key = stack_key(of, entry.key);
            if (key != nullptr && key->since > layout_) key = nullptr;
            if (key != nullptr) {
                value(entry.value, *key, below(path, entry.key));
            } else if (!takes_unknown_keys(of, layout_) && !(entry.key.starts_with("x-") && takes_own_keys(of, layout_))) {
                add(path, fmt::format("Additional property {} is not allowed", entry.key));
            }
        }
        if (of == "mount" && node.find("type") == nullptr) add(path, "type is required");
        if (of == "ulimit")
            for (const char* name : {"soft", "hard"})
                if (node.find(name) == nullptr) add(path, fmt::format("{} is required", name));
        if (of == "mount_tmpfs") {
            const Node* size = node.find("size");
            if (size != nullptr && size->kind == NodeKind::Integer && size->text.starts_with("-")) add(below(path, "size"), "Must be greater than or equal to 0");
        }
    }

    void text(const Node& node, const std::string& path) {
        if (!node.is_string()) wrong_type(path, "string");
    }

    static bool is_number(const Node& node) { return node.kind == NodeKind::Integer || node.kind == NodeKind::Float; }

    void unique(const Node& list, const std::string& path) {
        std::map<std::string, std::size_t> seen;
        for (std::size_t i = 0; i < list.items.size(); ++i) {
            const auto [there, is_new] = seen.emplace(compose::value_text(list.items[i]), i);
            if (!is_new) add(path, fmt::format("array items[{},{}] must be unique", there->second, i));
        }
    }

    void texts(const Node& node, const std::string& path, bool each_once) {
        if (!node.is_sequence()) return wrong_type(path, "list");
        for (std::size_t i = 0; i < node.items.size(); ++i) text(node.items[i], below(path, std::to_string(i)));
        if (each_once) unique(node, path);
    }

    // Where a list will do, too, and what is neither is told as no text, the first of both.
    void text_or_list(const Node& node, const std::string& path, bool each_once) {
        if (node.is_sequence()) return texts(node, path, each_once);
        text(node, path);
    }

    void options(const Node& node, const std::string& path, bool nullable) {
        if (!node.is_mapping()) return wrong_type(path, "mapping");
        for (const Entry& entry : node.entries) {
            if (entry.value.is_string() || is_number(entry.value) || (nullable && entry.value.is_null())) continue;
            wrong_type(below(path, entry.key), nullable ? "string, number or null" : "string or number");
        }
    }

    void pairs(const Node& node, const std::string& path) {
        if (node.is_sequence()) return texts(node, path, true);
        options(node, path, true);
    }

    void time(const Node& node, const std::string& path) {
        if (!node.is_string()) return wrong_type(path, "string");
        if (!parse_duration(node.text)) add(path, "Does not match format 'duration'");
    }

    void order(const Node& node, const std::string& path) {
        if (!node.is_string()) return wrong_type(path, "string");
        // The sentence has the field in it, and docker puts it before it once more.
        if (node.text != "start-first" && node.text != "stop-first") add(path, fmt::format("{} must be one of the following: \"start-first\", \"stop-first\"", path));
    }

    void items(const Node& node, const StackKey& key, const std::string& path) {
        if (!node.is_sequence()) return wrong_type(path, "list");
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            const std::string at = below(path, std::to_string(i));
            if (node.items[i].is_mapping() || key.shape == ObjectList) object(node.items[i], key.inner, at);
            else text(node.items[i], at);
        }
    }

    // nat.ParsePortSpec: an address before the ports is well formed, though no service listens on one alone.
    static bool is_port(const std::string& text) {
        const std::string wrong = check_port(text);
        return text.find('=') == std::string::npos && (wrong.empty() || wrong.starts_with("hostip"));
    }

    void ports(const Node& node, const StackKey& key, const std::string& path) {
        if (!node.is_sequence()) return wrong_type(path, "list");
        const bool long_form = layout_ >= 2;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            const Node& port = node.items[i];
            const std::string at = below(path, std::to_string(i));
            if (port.is_mapping() && long_form) object(port, key.inner, at);
            else if (!port.is_string() && !is_number(port)) wrong_type(at, long_form ? "number" : "string or number");
            else if (!is_port(port.text)) add(at, "Does not match format 'ports'");
        }
        unique(node, path);
    }

    void named(const Node& node, const StackKey& key, const std::string& path) {
        if (!node.is_mapping()) return wrong_type(path, "mapping");
        const bool limits = key.inner == "ulimit";
        for (const Entry& entry : node.entries) {
            const std::string at = below(path, entry.key);
            if (!is_stack_name(entry.key, limits)) {
                if (!limits && key.inner != "network") add(path, fmt::format("Additional property {} is not allowed", entry.key));
                continue;
            }
            if (limits && entry.value.kind == NodeKind::Integer) continue;
            if (limits && !entry.value.is_mapping()) wrong_type(at, "integer");
            else if (!(entry.value.is_null() && (key.inner == "network" || key.inner == "volume"))) object(entry.value, key.inner, at);
        }
    }

    void networks(const Node& node, const StackKey& key, const std::string& path) {
        if (!node.is_mapping()) return texts(node, path, true);
        for (const Entry& entry : node.entries) {
            if (!is_stack_name(entry.key, false)) add(path, fmt::format("Additional property {} is not allowed", entry.key));
            else if (!entry.value.is_null()) object(entry.value, key.inner, below(path, entry.key));
        }
    }

    void scalar(const Node& node, StackShape shape, const std::string& path) {
        const bool whole = node.kind == NodeKind::Integer;
        if (shape == TextOrNull && !node.is_null() && !node.is_string()) wrong_type(path, "string or null");
        if (shape == Truth && node.kind != NodeKind::Boolean) wrong_type(path, "boolean");
        if (shape == Whole && !whole) wrong_type(path, "integer");
        if (shape == Number && !is_number(node)) wrong_type(path, "number");
        if (shape == WholeOrText && !whole && !node.is_string()) wrong_type(path, "integer or string");
        if (shape == NumberOrText && !is_number(node) && !node.is_string()) wrong_type(path, "number or string");
    }

    void exposed(const Node& node, const std::string& path) {
        if (!node.is_sequence()) return wrong_type(path, "list");
        for (std::size_t i = 0; i < node.items.size(); ++i)
            if (!node.items[i].is_string() && !is_number(node.items[i])) wrong_type(below(path, std::to_string(i)), "string or number");
        unique(node, path);
    }

    void mapping_or_else(const Node& node, const StackKey& key, const std::string& path) {
        if (node.is_mapping()) return object(node, key.inner, path);
        if (key.shape == ObjectOrNull && !node.is_null()) wrong_type(path, "mapping or null");
        if (key.shape == ObjectOrText) text(node, path);
        if (key.shape == ObjectOrTruth && node.kind != NodeKind::Boolean) wrong_type(path, "boolean or mapping");
    }

    void value(const Node& node, const StackKey& key, const std::string& path) {
        switch (key.shape) {
            case Text: return text(node, path);
            case Time: return key.of == "healthcheck" && layout_ < 4 ? text(node, path) : time(node, path);
            case Order: return order(node, path);
            case TextList: return texts(node, path, true);
            case TextListAny: return texts(node, path, false);
            case TextOrList: return text_or_list(node, path, true);
            case Words: return text_or_list(node, path, false);
            case Pairs: return pairs(node, path);
            case Options: return options(node, path, false);
            case NullableOptions: return options(node, path, true);
            case Expose: return exposed(node, path);
            case Object: return object(node, key.inner, path);
            case ObjectOrNull:
            case ObjectOrText:
            case ObjectOrTruth: return mapping_or_else(node, key, path);
            case FileList:
            case ObjectList: return items(node, key, path);
            case MountList: return layout_ < 2 ? texts(node, path, true) : items(node, key, path);
            case PortList: return ports(node, key, path);
            case NamedObjects: return named(node, key, path);
            case StackShape::Networks: return networks(node, key, path);
            case TextOrNull:
            case Truth:
            case Whole:
            case Number:
            case WholeOrText:
            case NumberOrText: return scalar(node, key.shape, path);
            case Anything: return;
        }
    }

    int layout_;
    std::vector<StackMistake> mistakes_;
};

std::optional<int> stack_layout(const std::string& version) {
    if (!version.starts_with("3.")) return std::nullopt;
    int number = 0;
    const char* const end = version.data() + version.size();
    const auto [stop, error] = std::from_chars(version.data() + 2, end, number);
    if (error != std::errc() || stop != end || number > kNewestLayout || version != fmt::format("3.{}", number)) return std::nullopt;
    return number;
}

}  // namespace

std::string stack_file_version(const Node& file) {
    const std::string newest = fmt::format("3.{}", kNewestLayout);
    const Node* version = file.find("version");
    if (version == nullptr) return newest;
    if (version->is_null()) return "<nil>";
    return version->text.empty() || version->text == "3" ? newest : version->text;
}

std::optional<std::string> stack_file_mistake(const Node& file, const std::string& version) {
    const std::optional<int> layout = stack_layout(version);
    if (!layout) return fmt::format("unsupported Compose file version: {}", version);
    StackChecker checker(*layout);
    checker.check(file);
    return checker.worst();
}

}  // namespace podium::programs::docker
