// `docker compose config`: compose-go turns the model into its types and these into YAML; here the
// canonical model is brought to the same order, with the same values left out.

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/config_text.hpp"
#include "sim/programs/compose_file/schema.hpp"
#include "sim/programs/compose_file/yaml.hpp"
#include "sim/programs/compose_file/yaml_text.hpp"

namespace podium::compose {
namespace {

bool matches_any(const Path& path, std::initializer_list<std::string_view> patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&path](std::string_view pattern) {
        return matches(path, pattern);
    });
}

bool is_duration(const Path& path) {
    return matches_any(path,
                       {"services.*.healthcheck.interval",
                        "services.*.healthcheck.timeout",
                        "services.*.healthcheck.start_period",
                        "services.*.healthcheck.start_interval",
                        "services.*.stop_grace_period",
                        "services.*.deploy.update_config.delay",
                        "services.*.deploy.update_config.monitor",
                        "services.*.deploy.rollback_config.delay",
                        "services.*.deploy.rollback_config.monitor",
                        "services.*.deploy.restart_policy.delay",
                        "services.*.deploy.restart_policy.window"});
}

bool is_size(const Path& path) {
    return matches_any(path,
                       {"services.*.mem_limit",
                        "services.*.mem_reservation",
                        "services.*.memswap_limit",
                        "services.*.mem_swappiness",
                        "services.*.shm_size",
                        "services.*.build.shm_size",
                        "services.*.volumes.*.tmpfs.size",
                        "services.*.deploy.resources.limits.memory",
                        "services.*.deploy.resources.reservations.memory",
                        "services.*.blkio_config.device_read_bps.*.rate",
                        "services.*.blkio_config.device_write_bps.*.rate",
                        "services.*.blkio_config.device_read_iops.*.rate",
                        "services.*.blkio_config.device_write_iops.*.rate"});
}

// Values that are strings to compose-go whatever they were written as.
bool is_text(const Path& path) {
    return matches_any(path, {"services.*.labels.*",          "services.*.annotations.*",
                              "services.*.sysctls.*",         "services.*.build.args.*",
                              "services.*.build.labels.*",    "services.*.deploy.labels.*",
                              "services.*.logging.options.*", "services.*.storage_opt.*",
                              "services.*.expose.*",          "services.*.group_add.*",
                              "services.*.ports.*.published", "services.*.networks.*.driver_opts.*",
                              "networks.*.driver_opts.*",     "networks.*.labels.*",
                              "volumes.*.driver_opts.*",      "volumes.*.labels.*",
                              "secrets.*.labels.*",           "configs.*.labels.*",
                              "secrets.*.driver_opts.*",      "services.*.healthcheck.test.*"});
}

// Pointers in compose-go: printed when set, whatever the value.
bool is_kept_when_zero(const Path& path) {
    return matches_any(path,
                       {"services.*.init",
                        "services.*.attach",
                        "services.*.command",
                        "services.*.entrypoint",
                        "services.*.scale",
                        "services.*.deploy.replicas",
                        "services.*.healthcheck.retries",
                        "services.*.deploy.update_config.parallelism",
                        "services.*.stop_grace_period",
                        "services.*.deploy.rollback_config.parallelism",
                        "services.*.deploy.restart_policy.max_attempts",
                        "services.*.depends_on.*.required",
                        "services.*.environment.*",
                        "services.*.labels.*",
                        "services.*.annotations.*",
                        "services.*.networks.*",
                        "services.*.models.*",
                        "services.*.volumes.*.bind",
                        "services.*.volumes.*.volume",
                        "services.*.volumes.*.tmpfs",
                        "services.*.build.args.*",
                        "services.*.build.labels.*",
                        "services.*.sysctls.*",
                        "services.*.logging.options.*",
                        "networks.*.enable_ipv4",
                        "networks.*.enable_ipv6",
                        "networks.*.labels.*",
                        "volumes.*.labels.*",
                        "volumes.*.driver_opts.*",
                        "networks.*.driver_opts.*",
                        "services.*.healthcheck.interval",
                        "services.*.healthcheck.timeout",
                        "services.*.healthcheck.start_period",
                        "services.*.healthcheck.start_interval"});
}

bool is_zero(const Node& node) {
    switch (node.kind) {
        case NodeKind::Null:
            return true;
        case NodeKind::Boolean:
            return !node.is_true();
        case NodeKind::Integer:
            return node.text == "0";
        case NodeKind::Float:
            return node.text == "0";
        case NodeKind::String:
            return node.text.empty();
        case NodeKind::Sequence:
            return node.items.empty();
        case NodeKind::Mapping:
            break;
    }
    return node.entries.empty();
}

Node text_list(const std::vector<std::string>& texts) {
    Node list = sequence_node({});
    for (const std::string& text : texts)
        list.items.push_back(string_node(text, {}));
    return list;
}

Node sized(const Node& node) {
    std::int64_t bytes = 0;
    return parse_bytes(node.text, bytes) ? string_node(fmt::format("{}", bytes), node.place) : node;
}

Node lasting(const Node& node) {
    const Result<Duration> duration = parse_duration(node.text, true);
    return duration ? string_node(format_duration(*duration), node.place) : node;
}

// compose-go keeps these as a float32 (types/cpus.go, NanoCPUs), which has no text of its own as sizes have: '0.50' is 0.5.
Node processors(const Node& node) {
    float number = 0;
    double shortest = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [stop, error] = std::from_chars(node.text.data(), end, number);
    if (error != std::errc{} || stop != end) return node;
    const std::string text = fmt::format("{}", number);
    std::from_chars(text.data(), text.data() + text.size(), shortest);
    Node out = string_node(float_text(shortest, Dialect::V2), node.place);
    out.kind = NodeKind::Float;
    return out;
}

/// Brings a model to the order and the values that compose-go prints. Without interpolation it has not been turned into
/// compose-go's types (cmd/compose/config.go, runConfigNoInterpolate), and processors stay as they were written.
class Printable {
  public:
    explicit Printable(bool for_hash, bool typed = true) : for_hash_(for_hash), typed_(typed) {}

    Node convert(const Node& node, const Path& path) const {
        if (node.is_mapping()) return mapping(node, path);
        if (node.is_sequence()) {
            Node list = sequence_node(node.place);
            for (std::size_t i = 0; i < node.items.size(); ++i) {
                list.items.push_back(convert(node.items[i], path_of(path, index_step(i))));
            }
            return list;
        }
        if (!node.is_scalar()) return node;
        if (is_duration(path)) return lasting(node);
        if (is_size(path)) return sized(node);
        if (is_text(path)) return string_node(node.text, node.place);
        if (typed_ && matches_any(path,
                                  {"services.*.deploy.resources.limits.cpus",
                                   "services.*.deploy.resources.reservations.cpus"}))
            return processors(node);
        if (matches_any(path, {"services.*.secrets.*.mode", "services.*.configs.*.mode"}))
            return mode(node);
        return node;
    }

    // All keys as Go sorts those of a map.
    static void sort_inside(Node& node) {
        sort_go_keys(node);
        for (Entry& entry : node.entries)
            sort_inside(entry.value);
        for (Node& item : node.items)
            sort_inside(item);
    }

  private:
    static Node mode(const Node& node) {
        std::int64_t value = 0;
        if (node.is_string() || !parse_integer(node.text, value)) return node;
        return string_node(fmt::format("0{:o}", value), node.place);
    }

    // Known keys in the table's order, then free keys sorted, then those of the user's own.
    Node mapping(const Node& node, const Path& path) const {
        Node known = mapping_node(node.place);
        Node free = mapping_node(node.place);
        Node own = mapping_node(node.place);
        const Rule* rule = rule_at(path);
        const std::span<const Key> keys = rule == nullptr ? std::span<const Key>{} : rule->keys;
        for (const Key& key : keys) {
            if (const Node* value = node.find(key.name))
                put(known, std::string(key.name), *value, path);
        }
        for (const Entry& entry : node.entries) {
            const bool is_known = std::any_of(
                keys.begin(), keys.end(), [&](const Key& key) { return key.name == entry.key; });
            if (is_known) continue;
            const bool extension =
                entry.key.starts_with("x-") && (rule == nullptr || rule->extensions);
            if (extension && rule != nullptr) {
                own.entries.push_back(entry);
                sort_inside(own.entries.back().value);
            } else {
                put(free, entry.key, entry.value, path);
            }
        }
        sort_go_keys(free);
        sort_go_keys(own);
        for (Node* part : {&free, &own}) {
            for (Entry& entry : part->entries)
                known.entries.push_back(std::move(entry));
        }
        return known;
    }

    void put(Node& to, const std::string& key, const Node& value, const Path& path) const {
        const Path inner = path_of(path, key);
        if (for_hash_ && matches(inner, "services.*.deploy.replicas")) return;
        Node converted = convert(value, inner);
        const bool kept = is_kept_when_zero(inner) || (for_hash_ && is_hashed_when_empty(inner));
        if (is_zero(converted) && !kept && inner.size() > 2) return;
        to.entries.push_back({key, value.place, std::move(converted)});
    }

    // Pointers to structures: encoding/json writes one that is there, whatever it holds.
    static bool is_hashed_when_empty(const Path& path) {
        return matches_any(path,
                           {"services.*.blkio_config",
                            "services.*.credential_spec",
                            "services.*.deploy",
                            "services.*.develop",
                            "services.*.healthcheck",
                            "services.*.logging"});
    }

    bool for_hash_;
    bool typed_;
};

void set_environment(Node& node,
                     std::string_view key,
                     const std::vector<EnvironmentVariable>& variables) {
    if (variables.empty()) {
        node.erase(key);
        return;
    }
    Node mapping = mapping_node({});
    for (const EnvironmentVariable& variable : variables) {
        mapping.set(variable.name,
                    variable.value ? string_node(*variable.value, {}) : null_node({}));
    }
    node.set(key, std::move(mapping));
}

void set_pairs(Node& node, std::string_view key, const std::vector<Pair>& pairs) {
    if (pairs.empty()) {
        node.erase(key);
        return;
    }
    Node mapping = mapping_node({});
    for (const Pair& pair : pairs)
        mapping.set(pair.name, string_node(pair.value, {}));
    node.set(key, std::move(mapping));
}

void set_dependencies(Node& node, const Service& service) {
    if (service.depends_on.empty()) {
        node.erase("depends_on");
        return;
    }
    Node mapping = mapping_node({});
    for (const Dependency& dependency : service.depends_on) {
        Node entry = mapping_node({});
        std::string_view condition = "service_started";
        if (dependency.condition == DependencyCondition::Healthy) condition = "service_healthy";
        if (dependency.condition == DependencyCondition::CompletedSuccessfully) {
            condition = "service_completed_successfully";
        }
        entry.set("condition", string_node(std::string(condition), {}));
        if (dependency.restart) entry.set("restart", boolean_node(true, {}));
        entry.set("required", boolean_node(dependency.required, {}));
        mapping.set(dependency.service, std::move(entry));
    }
    node.set("depends_on", std::move(mapping));
}

// What the typed service knows better than the model: files read, commands split, implied
// dependencies.
Node resolved_service(const Node& model, const Service& service) {
    Node node = model;
    node.erase("env_file");
    node.erase("label_file");
    set_environment(node, "environment", service.environment);
    set_pairs(node, "labels", service.labels);
    set_pairs(node, "annotations", service.annotations);
    set_pairs(node, "sysctls", service.sysctls);
    set_dependencies(node, service);
    if (service.command) node.set("command", text_list(*service.command));
    if (service.entrypoint) node.set("entrypoint", text_list(*service.entrypoint));
    if (!service.extra_hosts.empty()) {
        std::vector<std::string> hosts;
        for (const Pair& host : service.extra_hosts)
            hosts.push_back(host.name + "=" + host.value);
        std::sort(hosts.begin(), hosts.end());
        node.set("extra_hosts", text_list(hosts));
    }
    if (Node* build = node.find("build"); build != nullptr && service.build) {
        set_environment(*build, "args", service.build->args);
        set_pairs(*build, "labels", service.build->labels);
        set_pairs(*build, "additional_contexts", service.build->additional_contexts);
    }
    if (Node* health = node.find("healthcheck"); health != nullptr) {
        if (const Node* test = health->find("test"); test != nullptr && test->is_string()) {
            const std::string command = test->text;
            health->set("test", text_list({"CMD-SHELL", command}));
        }
    }
    if (Node* deploy = node.find("deploy"); deploy != nullptr && service.deploy) {
        set_pairs(*deploy, "labels", service.deploy->labels);
    }
    const auto hooks = [&node](std::string_view key, const std::vector<Hook>& list) {
        Node* written = node.find(key);
        if (written == nullptr) return;
        for (std::size_t i = 0; i < list.size() && i < written->items.size(); ++i) {
            written->items[i].set("command", text_list(list[i].command));
            set_environment(written->items[i], "environment", list[i].environment);
        }
    };
    hooks("pre_start", service.pre_start);
    hooks("post_start", service.post_start);
    hooks("pre_stop", service.pre_stop);
    return node;
}

std::string doubled_dollars(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += c;
        if (c == '$') out += c;
    }
    return out;
}

bool uses_object(const Project& project, std::string_view section, const std::string& key) {
    return project.all_resources ||
           std::any_of(
               project.services.begin(), project.services.end(), [&](const Service& service) {
                   const std::vector<FileReference>& list =
                       section == "secrets" ? service.secrets : service.configs;
                   return std::any_of(
                       list.begin(), list.end(), [&key](const FileReference& reference) {
                           return reference.source == key;
                       });
               });
}

std::string canonical_resource(const Project& project,
                               std::string_view section,
                               const std::string& key,
                               const std::string& name,
                               const std::vector<Pair>& labels) {
    const Node* written = project.model.find(section);
    const Node* model = written == nullptr ? nullptr : written->find(key);
    Node holder = mapping_node({});
    Node& resource = holder.set(section, mapping_node({}))
                         .set(key, model == nullptr || !model->is_mapping() ? mapping_node({}) : *model);
    resource.set("name", string_node(name, {}));
    set_pairs(resource, "labels", labels);
    if (section == "volumes" && resource.find("driver") == nullptr)
        resource.set("driver", string_node("local", {}));
    return value_text(Printable(true).convert(holder, {}));
}

// pkg/compose/hash.go: what a container is not made of.
void keep_hashed_v2(Node& service) {
    for (const std::string_view key : {"build", "pull_policy", "scale", "depends_on", "profiles"})
        service.erase(key);
}

// Takes all keys but some out of a mapping within a mapping.
void keep_only(Node& node, std::string_view key, std::initializer_list<std::string_view> kept) {
    Node* inner = node.find(key);
    if (inner == nullptr || !inner->is_mapping()) return;
    std::erase_if(inner->entries, [&kept](const Entry& entry) {
        return std::find(kept.begin(), kept.end(), entry.key) == kept.end();
    });
    if (inner->entries.empty()) node.erase(key);
}

// 1.29, Service.config_dict: all options, those that build and order a service too; of deploy what
// is taken over into them (project.py, translate_deploy_keys_to_container_config), and devices.
void keep_hashed_v1(Node& service) {
    for (const std::string_view key : {"scale", "pid", "platform", "configs"})
        service.erase(key);
    Node* deploy = service.find("deploy");
    if (deploy == nullptr) return;
    keep_only(service, "deploy", {"restart_policy", "resources"});
    deploy = service.find("deploy");
    if (deploy == nullptr) return;
    keep_only(*deploy, "restart_policy", {"condition", "max_attempts"});
    if (Node* resources = deploy->find("resources"); resources != nullptr) {
        keep_only(*resources, "limits", {"cpus", "memory"});
        keep_only(*resources, "reservations", {"memory", "devices"});
        if (resources->entries.empty()) deploy->erase("resources");
    }
    if (deploy->entries.empty()) service.erase("deploy");
}

// 1.29 hashes the names that the engine knows networks and volumes by.
std::string real_names_v1(const Project& project, const Service& service) {
    std::string out;
    for (const Attachment& attachment : service.networks) {
        const Network* network = project.find_network(attachment.network);
        if (network != nullptr) out += " " + network->name;
    }
    for (const Mount& mount : service.volumes) {
        const Volume* volume = project.find_volume(mount.source);
        if (mount.type == MountType::Volume && volume != nullptr) out += " " + volume->name;
    }
    return out;
}

bool keeps_resource(const Project& project, std::string_view section, const std::string& key) {
    if (section == "networks") {
        const Network* network = project.find_network(key);
        return network != nullptr && is_used(project, *network);
    }
    if (section == "volumes") {
        const Volume* volume = project.find_volume(key);
        return volume != nullptr && is_used(project, *volume);
    }
    if (section == "secrets" || section == "configs") return uses_object(project, section, key);
    return true;
}

}  // namespace

bool is_used(const Project& project, const Network& network) {
    const auto joins = [&network](const Service& service) {
        return std::any_of(service.networks.begin(), service.networks.end(), [&network](const Attachment& attachment) {
            return attachment.network == network.key;
        });
    };
    const auto one_joins = [&joins](const std::vector<Service>& services) {
        return std::any_of(services.begin(), services.end(), joins);
    };
    return project.all_resources || one_joins(project.services) ||
           (project.dialect == Dialect::V1 && one_joins(project.disabled_services));
}

bool is_used(const Project& project, const Volume& volume) {
    return project.all_resources ||
           std::any_of(
               project.services.begin(), project.services.end(), [&volume](const Service& service) {
                   return std::any_of(service.volumes.begin(),
                                      service.volumes.end(),
                                      [&volume](const Mount& mount) {
                                          return mount.type == MountType::Volume &&
                                                 mount.source == volume.key;
                                      });
               });
}

namespace {

// The project in compose-go's order, with what is used only.
Node printable_project(const Project& project, bool for_json) {
    Node root = mapping_node({});
    root.set("name", string_node(project.name, {}));
    Node& services = root.set("services", mapping_node({}));
    const Node* written = project.model.find("services");
    for (const Service& service : project.services) {
        const Node* model = written == nullptr ? nullptr : written->find(service.name);
        if (model == nullptr) continue;
        Node& shown = services.set(service.name, resolved_service(*model, service));
        // In JSON compose-go's types give these as null.
        for (const std::string_view key : {"command", "entrypoint"}) {
            if (for_json && shown.find(key) == nullptr) shown.set(key, null_node({}));
        }
    }
    for (const Entry& entry : project.model.entries) {
        if (entry.key == "name" || entry.key == "services" || entry.key == "include") continue;
        if (!entry.value.is_mapping() || entry.key.starts_with("x-")) {
            root.set(entry.key, entry.value);
            continue;
        }
        Node kept = mapping_node({});
        for (const Entry& resource : entry.value.entries) {
            if (!keeps_resource(project, entry.key, resource.key)) continue;
            kept.set(resource.key, resource.value);
            Node* shown = kept.find(resource.key);
            if (entry.key == "networks" || entry.key == "volumes") {
                for (const std::string_view key : {"labels"}) {
                    const Node* labels = shown->find(key);
                    if (labels == nullptr || !labels->is_sequence()) continue;
                    const Network* network = project.find_network(resource.key);
                    const Volume* volume = project.find_volume(resource.key);
                    set_pairs(
                        *shown, key, entry.key == "networks" ? network->labels : volume->labels);
                }
            }
        }
        if (!kept.entries.empty()) root.set(entry.key, std::move(kept));
    }
    return Printable(false, project.interpolated).convert(root, {});
}

// docker compose 2.40.3, config.go, runConfigNoInterpolate and formatModel: the model is a map to Go.
Node raw_model(const Project& project) {
    Node root = project.model;
    Printable::sort_inside(root);
    return root;
}

}  // namespace

std::string config_yaml_v2(const Project& project) {
    if (!project.interpolated) return go_yaml(raw_model(project));
    return doubled_dollars(go_yaml(printable_project(project, false)));
}

std::string config_json_v2(const Project& project) {
    if (!project.interpolated) return go_json(raw_model(project));
    Node root = printable_project(project, true);
    sort_go_keys(root);
    if (Node* services = root.find("services"); services != nullptr) {
        for (Entry& service : services->entries) {
            // The user's own keys are kept from JSON.
            std::erase_if(service.value.entries,
                          [](const Entry& entry) { return entry.key.starts_with("x-"); });
        }
    }
    if (Node* networks = root.find("networks"); networks != nullptr) {
        for (Entry& network : networks->entries) {
            if (network.value.is_mapping() && network.value.find("ipam") == nullptr)
                network.value.set("ipam", mapping_node({}));
        }
    }
    return doubled_dollars(go_json(root));
}

std::string canonical_network(const Project& project, const Network& network) {
    return canonical_resource(project, "networks", network.key, network.name, network.labels);
}

std::string canonical_volume(const Project& project, const Volume& volume) {
    return canonical_resource(project, "volumes", volume.key, volume.name, volume.labels);
}

std::string canonical_service(const Project& project, std::string_view name) {
    const Service* service = project.find_service(name);
    const Node* services = project.model.find("services");
    const Node* model = services == nullptr || service == nullptr ? nullptr : services->find(name);
    if (model == nullptr) return {};
    Node holder = mapping_node({});
    Node& inner = holder.set("services", mapping_node({}));
    const bool v1 = project.dialect == Dialect::V1;
    Node& hashed = inner.set(name, resolved_service(*model, *service));
    v1 ? keep_hashed_v1(hashed) : keep_hashed_v2(hashed);
    const Node printable = Printable(true).convert(holder, {});
    const Node* list = printable.find("services");
    const Node* shown = list == nullptr ? nullptr : list->find(name);
    const std::string text = shown == nullptr ? std::string("{}") : value_text(*shown);
    return v1 ? text + real_names_v1(project, *service) : text;
}

}  // namespace podium::compose
