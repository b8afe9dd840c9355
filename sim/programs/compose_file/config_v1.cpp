// `docker-compose config` of 1.29: it prints the merged file nearly as it was written, with a few
// attributes brought to one form. So this starts from the model before the long forms.

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/compose_file/config_text.hpp"
#include "sim/programs/compose_file/python_words.hpp"
#include "sim/programs/compose_file/yaml_text.hpp"

namespace podium::compose {
namespace {

/// The version docker-compose 1.29 gives a file that names none.
constexpr std::string_view kNewestVersion = "3.9";

Node text(std::string value) {
    return string_node(std::move(value), {});
}

// A list of names or of "name=value" as a mapping.
Node mapping_of(const Node& node, bool null_values) {
    if (!node.is_sequence()) return node;
    Node out = mapping_node({});
    for (const Node& item : node.items) {
        const std::size_t equals = item.text.find('=');
        if (equals == std::string::npos) {
            out.set(item.text, null_values ? null_node({}) : text(""));
        } else {
            out.set(item.text.substr(0, equals), text(item.text.substr(equals + 1)));
        }
    }
    return out;
}

Node string_mapping(const Node& node) {
    Node out = mapping_of(node, false);
    for (Entry& entry : out.entries) {
        if (entry.value.kind == NodeKind::Boolean)
            entry.value.text = entry.value.is_true() ? "True" : "False";
        entry.value = text(entry.value.text);
    }
    return out;
}

// Nanoseconds in the largest unit that divides them: 90 s stay 90s, 120 s become 2m.
std::string round_duration(Duration duration) {
    struct Stage {
        std::int64_t factor;
        std::string_view unit;
    };

    static constexpr Stage kStages[] = {
        {1000, "us"}, {1000, "ms"}, {1000, "s"}, {60, "m"}, {60, "h"}};
    std::int64_t value = duration.nanoseconds;
    std::string_view unit = "ns";
    for (const Stage& stage : kStages) {
        if (value % stage.factor != 0) break;
        value /= stage.factor;
        unit = stage.unit;
    }
    return fmt::format("{}{}", value, unit);
}

Node port_of(const Port& port, bool protocol_written) {
    if (!port.host_ip.empty()) {
        return text(fmt::format(
            "{}:{}:{}/{}", port.host_ip, port.published_text, port.target, port.protocol));
    }
    Node out = mapping_node({});
    if (protocol_written) out.set("protocol", text(port.protocol));
    std::int64_t number = 0;
    if (parse_integer(port.published_text, number)) {
        out.set("published", integer_node(number, {}));
    } else if (!port.published_text.empty()) {
        out.set("published", text(port.published_text));
    }
    out.set("target", integer_node(port.target, {}));
    return out;
}

// One entry may stand for several ports; they carry its place.
Node ports_of(const Node& written, const Service& service) {
    Node out = sequence_node({});
    std::size_t next = 0;
    for (const Node& item : written.items) {
        const bool mapping = item.is_mapping();
        const bool protocol =
            mapping ? item.find("protocol") != nullptr : item.text.find('/') != std::string::npos;
        while (next < service.ports.size() && service.ports[next].place == item.place) {
            Node port = port_of(service.ports[next++], protocol);
            if (mapping && item.find("mode") != nullptr && port.is_mapping())
                port.set("mode", *item.find("mode"));
            out.items.push_back(std::move(port));
        }
    }
    return out;
}

Node mount_of(const Node& item) {
    if (item.is_mapping()) {
        Node out = mapping_node({});
        for (const std::string_view key :
             {"type", "source", "target", "read_only", "consistency"}) {
            const Node* value = item.find(key);
            if (value == nullptr || value->is_null() || value->text == "false" ||
                value->text.empty())
                continue;
            out.set(
                key,
                key == "source" && value->text[0] == '/' ? text(clean_path(value->text)) : *value);
        }
        const Node* type = item.find("type");
        const Node* options = type == nullptr ? nullptr : item.find(type->text);
        if (options != nullptr && !options->entries.empty()) out.set(type->text, *options);
        return out;
    }
    const std::vector<std::string> parts = split(item.text, ':');
    if (parts.size() == 1) return text(clean_path(parts[0]));
    return text(fmt::format("{}:{}:{}",
                            clean_path(parts[0]),
                            clean_path(parts[1]),
                            parts.size() > 2 ? parts[2] : "rw"));
}

Node file_reference_of(const Node& item) {
    if (item.is_mapping()) return item;
    Node out = mapping_node({});
    out.set("source", item);
    return out;
}

std::string volumes_from(const std::string& written) {
    std::vector<std::string> parts = split(written, ':');
    if (parts[0] != "service" && parts[0] != "container") parts.insert(parts.begin(), "service");
    if (parts.size() == 2) parts.emplace_back("rw");
    return join(parts, ":");
}

Node environment_of(const Node* written, const Service& service) {
    Node typed = written == nullptr ? mapping_node({}) : mapping_of(*written, true);
    Node out = mapping_node({});
    for (const EnvironmentVariable& variable : service.environment) {
        const Node* as_written = typed.find(variable.name);
        if (!variable.value) {
            out.set(variable.name, null_node({}));
        } else if (as_written != nullptr && as_written->text == *variable.value &&
                   !as_written->is_null()) {
            out.set(variable.name, *as_written);
        } else {
            out.set(variable.name, text(*variable.value));
        }
    }
    for (Entry& entry : out.entries) {
        if (const Entry* as_written = typed.find_entry(entry.key); as_written != nullptr)
            entry.written = as_written->written;
    }
    return out;
}

Node health_of(const Node& written, const HealthCheck& check) {
    Node out = written;
    if (out.erase("disable")) {
        Node none = sequence_node({});
        none.items.push_back(text("NONE"));
        out.set("test", std::move(none));
    }
    const auto set = [&out](std::string_view key, const std::optional<Duration>& duration) {
        if (duration) out.set(key, text(round_duration(*duration)));
    };
    set("interval", check.interval);
    set("timeout", check.timeout);
    set("start_period", check.start_period);
    return out;
}

Node build_of(const Node& written, const Service& service) {
    Node out = mapping_node({});
    if (written.is_scalar()) {
        out.set("context", written);
        return out;
    }
    out = written;
    if (out.find("args") != nullptr && service.build) {
        Node args = mapping_node({});
        for (const EnvironmentVariable& arg : service.build->args)
            args.set(arg.name, text(arg.value.value_or("")));
        out.set("args", std::move(args));
    }
    if (const Node* labels = out.find("labels")) out.set("labels", string_mapping(*labels));
    return out;
}

template <class F>
void rewrite(Node& node, std::string_view key, F&& rewrite_value) {
    const Node* value = node.find(key);
    if (value != nullptr && !value->is_null()) node.set(key, rewrite_value(Node(*value)));
}

template <class F>
Node each(const Node& list, F&& convert) {
    Node out = sequence_node({});
    for (const Node& item : list.items)
        out.items.push_back(convert(item));
    return out;
}

Node as_list(const Node& node) {
    if (!node.is_scalar()) return node;
    Node out = sequence_node({});
    out.items.push_back(node);
    return out;
}

// Numbers of CPUs are floats to docker-compose, so that 2 prints as 2.0.
void show_floats(Node& node) {
    if (node.kind == NodeKind::Float) node.text = python_float(node);
    for (Node& item : node.items)
        show_floats(item);
    for (Entry& entry : node.entries)
        show_floats(entry.value);
}

Node service_of(const Node& written, const Service& service) {
    Node node = written;
    const Node* environment = written.find("environment");
    if (environment != nullptr || written.find("env_file") != nullptr) {
        node.set("environment", environment_of(environment, service));
        node.erase("env_file");
    }
    rewrite(node, "build", [&](const Node& value) { return build_of(value, service); });
    rewrite(node, "labels", [](const Node& value) { return string_mapping(value); });
    rewrite(node, "sysctls", [](const Node& value) { return string_mapping(value); });
    rewrite(node, "networks", [](const Node& value) { return mapping_of(value, true); });
    rewrite(node, "depends_on", [](const Node& value) {
        if (!value.is_sequence()) return value;
        Node out = mapping_node({});
        for (const Node& item : value.items) {
            Node condition = mapping_node({});
            condition.set("condition", text("service_started"));
            out.set(item.text, std::move(condition));
        }
        return out;
    });
    for (const std::string_view key : {"dns", "dns_search", "tmpfs"})
        rewrite(node, key, as_list);
    rewrite(node, "ports", [&](const Node& value) { return ports_of(value, service); });
    rewrite(node, "volumes", [](const Node& value) { return each(value, mount_of); });
    rewrite(node, "secrets", [](const Node& value) { return each(value, file_reference_of); });
    rewrite(node, "configs", [](const Node& value) { return each(value, file_reference_of); });
    rewrite(node, "volumes_from", [](const Node& value) {
        return each(value, [](const Node& item) { return text(volumes_from(item.text)); });
    });
    rewrite(node, "healthcheck", [&](const Node& value) {
        return service.healthcheck ? health_of(value, *service.healthcheck) : value;
    });
    show_floats(node);
    return node;
}

Node resource_of(const Node& written, const std::string& key) {
    Node node = written.is_null() ? mapping_node({}) : written;
    const Node* external = node.find("external");
    if (external != nullptr && (external->is_mapping() || external->is_true())) {
        const Node* inner = external->find("name");
        const std::string name = inner == nullptr ? key : inner->text;
        if (inner != nullptr || node.find("name") == nullptr) node.set("name", text(name));
        node.set("external", boolean_node(true, {}));
    }
    rewrite(node, "labels", [](const Node& value) { return string_mapping(value); });
    rewrite(node, "driver_opts", [](const Node& value) { return string_mapping(value); });
    return node;
}

// Every "$" is doubled so that the output can be read again.
void double_dollars(Node& node) {
    if (node.is_string()) {
        std::string out;
        for (const char c : node.text) {
            out += c;
            if (c == '$') out += c;
        }
        node.text = std::move(out);
    }
    for (Node& item : node.items)
        double_dollars(item);
    for (Entry& entry : node.entries) {
        Node key = text(entry.key);
        double_dollars(key);
        entry.key = key.text;
        double_dollars(entry.value);
    }
}

}  // namespace

std::string config_yaml_v1(const Project& project) {
    Node root = mapping_node({});
    const Node* version = project.merged.find("version");
    root.set("version", text(version == nullptr ? std::string(kNewestVersion) : version->text));
    Node& services = root.set("services", mapping_node({}));
    const Node* written = project.merged.find("services");
    for (const Service& service : project.services) {
        const Node* node = written == nullptr ? nullptr : written->find(service.name);
        if (node != nullptr) services.set(service.name, service_of(*node, service));
    }
    for (const std::string_view section : {"networks", "volumes", "secrets", "configs"}) {
        const Node* resources = project.merged.find(section);
        if (resources == nullptr || resources->entries.empty()) continue;
        Node& out = root.set(section, mapping_node({}));
        for (const Entry& entry : resources->entries)
            out.set(entry.key, resource_of(entry.value, entry.key));
    }
    if (project.interpolated) double_dollars(root);
    return python_yaml(root);
}

}  // namespace podium::compose
