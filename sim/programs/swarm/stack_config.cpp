// `docker stack config`: the file after merging and filling in variables, in the words and the order of
// docker/cli's own structures (cli/compose/types/types.go).

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/compose_file/yaml_text.hpp"
#include "sim/programs/swarm/stack_file.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

using compose::Entry;
using compose::Node;

struct YamlOrder {
    std::string_view what;
    std::string_view members;
};

constexpr std::array kYamlOrders{
    YamlOrder{"service", "build cap_add cap_drop cgroupns_mode cgroup_parent command configs container_name credential_spec depends_on deploy devices dns dns_search domainname entrypoint "
                     "environment env_file expose external_links extra_hosts hostname healthcheck image init ipc isolation labels links logging mac_address network_mode networks pid ports "
                     "privileged read_only restart secrets security_opt shm_size stdin_open stop_grace_period stop_signal sysctls tmpfs tty ulimits user oom_score_adj userns_mode volumes "
                     "working_dir"},
    YamlOrder{"deploy", "mode replicas labels update_config rollback_config resources restart_policy placement endpoint_mode"},
    YamlOrder{"update_config", "parallelism delay failure_action monitor max_failure_ratio order"},
    YamlOrder{"rollback_config", "parallelism delay failure_action monitor max_failure_ratio order"},
    YamlOrder{"resources", "limits reservations"},
    YamlOrder{"limits", "cpus memory pids"},
    YamlOrder{"reservations", "cpus memory generic_resources"},
    YamlOrder{"restart_policy", "condition delay max_attempts window"},
    YamlOrder{"placement", "constraints preferences max_replicas_per_node"},
    YamlOrder{"healthcheck", "test timeout interval retries start_period start_interval disable"},
    YamlOrder{"ports", "mode target published protocol"},
    YamlOrder{"ulimit", "soft hard"},
    YamlOrder{"volumes", "type source target read_only consistency bind volume image tmpfs cluster"},
    YamlOrder{"bind", "propagation"},
    YamlOrder{"logging", "driver options"},
    YamlOrder{"build", "context dockerfile args labels cache_from extra_hosts network target"},
    YamlOrder{"reference", "source target uid gid mode"},
    YamlOrder{"network", "name driver driver_opts ipam external internal attachable labels"},
    YamlOrder{"ipam", "driver config"},
    YamlOrder{"volume_", "name driver driver_opts external labels x-cluster-spec"},
    YamlOrder{"file", "name file external labels driver driver_opts template_driver"},
};

constexpr std::array<std::string_view, 8> kDurations{"delay", "monitor", "window", "timeout", "interval", "start_period", "start_interval", "stop_grace_period"};

// What types.go keeps behind a pointer: there, nothing is something else than false or 0.
constexpr std::array<std::string_view, 9> kKeptZeros{"init",         "replicas", "parallelism", "retries",
                                                         "max_attempts", "mode",     "timeout",     "interval",
                                                         "stop_grace_period"};

bool is_kept_zero(std::string_view name, std::string_view of) {
    if (name == "delay" || name == "window") return of == "restart_policy";
    if (name.starts_with("start_")) return true;
    return std::find(kKeptZeros.begin(), kKeptZeros.end(), name) != kKeptZeros.end();
}

// `omitempty`: false, 0 and what holds nothing.
bool is_empty(const Node& node) { return node.is_null() || (node.is_mapping() && node.entries.empty()) || (node.is_sequence() && node.items.empty()) || (node.is_string() && node.text.empty()); }

bool is_zero(const Node& node) {
    if (node.kind == compose::NodeKind::Boolean) return !node.is_true();
    return node.is_string() ? node.text == "0s" : node.is_scalar() && node.text.find_first_not_of("0.") == std::string::npos;
}

Node arranged(const Node& node, std::string_view what);

// A list of names out of a mapping's keys.
Node key_list(const Node& mapping) {
    Node out = compose::sequence_node(mapping.place);
    for (const Entry& entry : mapping.entries) out.items.push_back(compose::string_node(entry.key, entry.place));
    return out;
}

Node integer_of(const Node& node) {
    Node out = node;
    if (!node.text.empty() && node.text.find_first_not_of("0123456789") == std::string::npos) out.kind = compose::NodeKind::Integer;
    return out;
}

// transformMappingOrList and toMapStringString of docker's loader: texts, by name.
Node text_map(const Node& value) {
    Node out = compose::mapping_node(value.place);
    for (const Entry& entry : value.entries) out.set(entry.key, compose::string_node(entry.value.text, entry.value.place));
    for (const Node& item : value.items) {
        const std::size_t equals = item.text.find('=');
        out.set(item.text.substr(0, equals), compose::string_node(equals == std::string::npos ? std::string() : item.text.substr(equals + 1), item.place));
    }
    compose::sort_go_keys(out);
    return out;
}

Node limits_of(const Node& value) {
    Node out = compose::mapping_node(value.place);
    for (const Entry& entry : value.entries) out.set(entry.key, arranged(entry.value, "ulimit"));
    compose::sort_go_keys(out);
    return out;
}

Node member(const std::string& name, const Node& value) {
    if (name == "labels" || name == "driver_opts" || name == "options") return text_map(value);
    if (name == "environment") return value;  // spell_out made it
    if (name == "sysctls" && !value.is_null()) return text_map(value);
    if (name == "args" && value.is_sequence()) return text_map(value);
    if (name == "ulimits" && value.is_mapping()) return limits_of(value);
    if (name == "depends_on" && value.is_mapping()) return key_list(value);
    if (name == "published") return integer_of(value);
    if ((name == "cpus" || name == "memory") && value.is_scalar()) {
        std::int64_t bytes = 0;
        const bool size = name == "memory" && parse_bytes(value.text, bytes);
        Node out = compose::string_node(size ? std::to_string(bytes) : value.text, value.place);
        return out;
    }
    if (std::find(kDurations.begin(), kDurations.end(), name) != kDurations.end() && value.is_scalar()) {
        if (const auto duration = parse_duration(value.text, true)) return compose::string_node(format_duration(*duration), value.place);
    }
    return arranged(value, name);
}

// Members in their order, and what is empty left out; other mappings are maps, whose keys are sorted.
Node arranged(const Node& node, std::string_view what) {
    if (node.is_sequence()) {
        Node out = compose::sequence_node(node.place);
        for (const Node& item : node.items) out.items.push_back(arranged(item, what));
        return out;
    }
    if (!node.is_mapping()) return node;
    const auto order = std::find_if(kYamlOrders.begin(), kYamlOrders.end(), [what](const YamlOrder& one) { return one.what == what; });
    Node out = compose::mapping_node(node.place);
    if (order == kYamlOrders.end()) {
        for (const Entry& entry : node.entries) out.set(entry.key, member(entry.key, entry.value));
        compose::sort_go_keys(out);
        return out;
    }
    for (const std::string& name : split_words(order->members)) {
        const Node* value = node.find(name);
        if (value == nullptr) continue;
        Node made = member(name, *value);
        if (!is_empty(made) && (!is_zero(made) || is_kept_zero(name, what))) out.set(name, std::move(made));
    }
    for (const Entry& entry : node.entries)
        if (entry.key.starts_with("x-")) out.set(entry.key, entry.value);
    return out;
}

// loader.go, LoadNetworks, LoadVolumes and loadFileObjectConfig: what is external has a name, and files have their whole path.
Node loaded_object(const Entry& entry, std::string_view what, const std::string& directory) {
    Node out = entry.value.is_mapping() ? entry.value : compose::mapping_node(entry.place);
    const Node* external = out.find("external");
    if (external != nullptr && external->is_mapping()) {
        const Node* old_name = external->find("name");
        if (old_name != nullptr) out.set("name", Node(*old_name));
        out.set("external", compose::boolean_node(true, entry.place));
        external = out.find("external");
    }
    if (external != nullptr && external->is_true()) {
        if (out.find("name") == nullptr) out.set("name", compose::string_node(entry.key, entry.place));
    } else if (what == "file" && out.find("driver") == nullptr) {
        const Node* file = out.find("file");
        out.set("file", compose::string_node(resolve_path(directory, file == nullptr ? std::string() : file->text), entry.place));
    }
    return arranged(out, what);
}

// A section of the file as it was written; `what` is the kind of its members.
void add_section(const compose::Project& project, Node& out, const std::string& name, std::string_view what) {
    const Node* section = project.merged.find(name);
    if (section == nullptr || section->entries.empty()) return;
    Node made = compose::mapping_node(section->place);
    for (const Entry& entry : section->entries) made.set(entry.key, loaded_object(entry, what, project.directory));
    compose::sort_go_keys(made);
    out.set(name, std::move(made));
}

// Names and mappings as they were written: docker's loader gives them no target of its own.
Node references_of(const Node& written) {
    Node out = compose::sequence_node(written.place);
    for (const Node& item : written.items) {
        Node made = item.is_mapping() ? item : compose::mapping_node(item.place);
        if (!item.is_mapping()) made.set("source", Node(item));
        out.items.push_back(arranged(made, "reference"));
    }
    return out;
}

Node text_list(const std::vector<std::string>& texts) {
    Node out = compose::sequence_node({});
    for (const std::string& text : texts) out.items.push_back(compose::string_node(text, {}));
    return out;
}

// loader.go, transformStringList, transformStringOrNumberList: one text or a list, as they were written.
Node list_as_written(const Node& written) {
    if (written.is_scalar()) return text_list({written.text});
    std::vector<std::string> texts;
    for (const Node& item : written.items) texts.push_back(item.text);
    return text_list(texts);
}

// transformHealthCheckTest.
void spell_test_out(Node& service) {
    Node* const check = service.find("healthcheck");
    Node* const test = check == nullptr ? nullptr : check->find("test");
    if (test != nullptr && test->is_scalar()) *test = text_list({"CMD-SHELL", test->text});
}

// What docker's loader makes of the members that may be written in several ways: commands are split, and variables have what
// env_file and the shell give them (loader.go, transformShellCommand and resolveEnvironment).
void spell_out(Node& node, const compose::Project& project, const compose::Service& service, const Node& as_written) {
    if (service.command) node.set("command", text_list(*service.command));
    if (service.entrypoint) node.set("entrypoint", text_list(*service.entrypoint));
    Node variables = compose::mapping_node({});
    for (const compose::EnvironmentVariable& one : service.environment)
        variables.set(one.name, one.value ? compose::string_node(*one.value, {}) : compose::null_node({}));
    compose::sort_go_keys(variables);
    node.set("environment", std::move(variables));
    for (const char* const name : {"env_file", "expose", "devices"})
        if (const Node* list = as_written.find(name)) node.set(name, list_as_written(*list));
    if (!service.extra_hosts.empty()) node.set("extra_hosts", text_list(host_lines(project, service)));
    spell_test_out(node);
}

Node services_of(const compose::Project& project) {
    Node out = compose::mapping_node({});
    const Node* services = project.model.find("services");
    const Node* merged = project.merged.find("services");
    if (services == nullptr) return out;
    for (const Entry& service : services->entries) {
        Node value = service.value;
        const Node* as_written = merged == nullptr ? nullptr : merged->find(service.key);
        // The network that nobody wrote down.
        if (as_written == nullptr || as_written->find("networks") == nullptr) value.erase("networks");
        const compose::Service* const typed = project.find_service(service.key);
        if (typed != nullptr && as_written != nullptr) spell_out(value, project, *typed, *as_written);
        Node made = arranged(value, "service");
        for (const char* name : {"secrets", "configs"})
            if (const Node* list = as_written == nullptr ? nullptr : as_written->find(name); list != nullptr && made.find(name) != nullptr) made.set(name, references_of(*list));
        if (const Node* build = as_written == nullptr ? nullptr : as_written->find("build"); build != nullptr && made.find("build") != nullptr) {
            Node context = build->is_mapping() ? *build : compose::mapping_node(build->place);
            if (!build->is_mapping()) context.set("context", Node(*build));
            made.set("build", arranged(context, "build"));
        }
        out.set(service.key, std::move(made));
    }
    compose::sort_go_keys(out);
    return out;
}

Outcome print_stack_config(const Invocation& invocation, Talk& talk) {
    const auto project = load_stack(invocation, talk, !invocation.flags.on("skip-interpolation"), StackUse::Config);
    if (!project) return std::nullopt;
    if (!*project) return ends_badly(project->error().message);
    const compose::Project& loaded = ***project;
    Node out = compose::mapping_node({});
    out.set("version", compose::string_node(stack_version(invocation, talk), {}));
    out.set("services", services_of(loaded));
    add_section(loaded, out, "networks", "network");
    add_section(loaded, out, "volumes", "volume_");
    add_section(loaded, out, "secrets", "file");
    add_section(loaded, out, "configs", "file");
    for (const Entry& entry : loaded.merged.entries)
        if (entry.key.starts_with("x-")) out.set(entry.key, entry.value);
    return ends(compose::go_yaml(out));
}

}  // namespace

std::unique_ptr<shell::Program> start_stack_config(Invocation invocation) { return start_procedure(std::move(invocation), print_stack_config); }

}  // namespace podium::programs::docker
