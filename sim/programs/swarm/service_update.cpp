// `docker service update`: changes the spec that a service has (cli/command/service/update.go of docker/cli 28.2).

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/text.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/unsimulated_flags.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/service_parts.hpp"
#include "sim/programs/swarm/spec_parts.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

using Texts = std::vector<std::string>;

Texts texts_at(const Json& json, std::string_view path) {
    Texts out;
    for (const Json& text : at(json, path))
        if (text.is_string()) out.push_back(text.get<std::string>());
    return out;
}

std::set<std::string> removed(const ParsedFlags& flags, std::string_view name) {
    const Texts all = flags.all(name);
    return {all.begin(), all.end()};
}

// A list to which some are added and from which some are taken, sorted.
Texts changed_list(const ParsedFlags& flags, Texts list, const std::string& name) {
    const Texts added = flags.all(name + "-add");
    list.insert(list.end(), added.begin(), added.end());
    const std::set<std::string> gone = removed(flags, name + "-rm");
    std::erase_if(list, [&gone](const std::string& item) { return gone.count(item) != 0; });
    std::sort(list.begin(), list.end());
    return list;
}

void change_map(const ParsedFlags& flags, Json& object, const char* member, const std::string& name, bool keep_empty) {
    std::map<std::string, std::string> map;
    if (const auto found = object.find(member); found != object.end() && found->is_object())
        for (const auto& [key, value] : found->items()) map[key] = value.is_string() ? value.get<std::string>() : std::string();
    const bool was_there = object.contains(member) && !object[member].is_null();
    if (was_there)
        for (const std::string& key : flags.all(name + "-rm")) map.erase(key.substr(0, name == "sysctl" ? key.find('=') : std::string::npos));
    const Json added = pairs_object(flags.all(name + "-add"));
    for (const auto& [key, value] : added.items()) map[key] = value.get<std::string>();
    Json made = Json::object();
    for (const auto& [key, value] : map) made[key] = value;
    if (keep_empty && (was_there || !added.empty())) object[member] = std::move(made);
    else put(object, member, std::move(made));
}

void change_environment(const Invocation& invocation, Json& container) {
    const ParsedFlags& flags = invocation.flags;
    const auto key = [](const std::string& entry) { return entry.substr(0, entry.find('=')); };
    Texts list = texts_at(container, "Env");
    const std::set<std::string> gone = removed(flags, "env-rm");
    std::erase_if(list, [&](const std::string& entry) { return gone.count(key(entry)) != 0; });
    // Their order is chance in life, where it is that of a map.
    for (const std::string& given : flags.all("env-add")) {
        const std::string entry = resolved_variable(invocation, given);
        const auto known = std::find_if(list.begin(), list.end(), [&](const std::string& one) { return key(one) == key(entry); });
        if (known != list.end()) *known = entry;
        else list.push_back(entry);
    }
    put(container, "Env", list);
}

Result<void> change_mounts(const ParsedFlags& flags, Json& container, const std::string& directory) {
    std::map<std::string, Json> by_target;
    for (const std::string& text : flags.all("mount-add")) {
        auto mount = mount_part(text, directory);
        if (!mount) return mount.error();
        const std::string target = text_at(*mount, "Target");
        if (!by_target.try_emplace(target, std::move(*mount)).second) return wrong("duplicate mount target");
    }
    for (const Json& mount : at(container, "Mounts")) by_target.try_emplace(text_at(mount, "Target"), mount);
    for (const std::string& target : flags.all("mount-rm")) by_target.erase(target);
    std::vector<Json> list;
    for (auto& [target, mount] : by_target) list.push_back(std::move(mount));
    std::stable_sort(list.begin(), list.end(), [](const Json& a, const Json& b) { return text_at(a, "Source") < text_at(b, "Source"); });
    put(container, "Mounts", list);
    return {};
}

void change_ulimits(const ParsedFlags& flags, Json& container) {
    std::map<std::string, Json> by_name;
    for (const Json& limit : at(container, "Ulimits")) by_name[text_at(limit, "Name")] = limit;
    for (const std::string& name : flags.all("ulimit-rm")) by_name.erase(name.substr(0, name.find('=')));
    for (const std::string& text : flags.all("ulimit-add"))
        if (auto limit = ulimit_part(text)) by_name[text_at(*limit, "Name")] = *limit;
    Json list = Json::array();
    for (auto& [name, limit] : by_name) list.push_back(std::move(limit));
    put(container, "Ulimits", std::move(list));
}

Result<void> change_generic(const ParsedFlags& flags, Json& task) {
    if (!any_given(flags, {"generic-resource-add", "generic-resource-rm"})) return {};
    std::map<std::string, Json> by_kind;
    for (const Json& resource : at(task, "Resources.Reservations.GenericResources")) by_kind[text_at(resource, "DiscreteResourceSpec.Kind")] = resource;
    for (const std::string& text : flags.all("generic-resource-add")) {
        auto resource = generic_resource(text);
        if (!resource) return resource.error();
        by_kind[text_at(*resource, "DiscreteResourceSpec.Kind")] = *resource;
    }
    for (const std::string& kind : flags.all("generic-resource-rm"))
        if (by_kind.erase(kind) == 0) return wrong(fmt::format("could not find generic-resource `{}` to remove it", kind));
    Json list = Json::array();
    for (auto& [kind, resource] : by_kind) list.push_back(std::move(resource));
    if (!has(task, "Resources.Reservations")) task["Resources"]["Reservations"] = Json::object();
    put(task["Resources"]["Reservations"], "GenericResources", std::move(list));
    return {};
}

void change_placement(const ParsedFlags& flags, Json& task) {
    if (any_given(flags, {"constraint-add", "constraint-rm", "placement-pref-add", "placement-pref-rm"}) && !has(task, "Placement")) task["Placement"] = Json::object();
    if (any_given(flags, {"constraint-add", "constraint-rm"})) put(task["Placement"], "Constraints", changed_list(flags, texts_at(task, "Placement.Constraints"), "constraint"));
    if (any_given(flags, {"placement-pref-add", "placement-pref-rm"})) {
        const Json gone = preferences(flags.all("placement-pref-rm"));
        Json list = Json::array();
        for (const Json& known : at(task, "Placement.Preferences"))
            if (std::find(gone.begin(), gone.end(), known) == gone.end()) list.push_back(known);
        for (const Json& added : preferences(flags.all("placement-pref-add"))) list.push_back(added);
        put(task["Placement"], "Preferences", std::move(list));
    }
    if (flags.has("replicas-max-per-node")) {
        if (!has(task, "Placement")) task["Placement"] = Json::object();
        put(task["Placement"], "MaxReplicas", flags.integer("replicas-max-per-node"));
    }
}

std::string port_key(const Json& port) {
    return fmt::format("{}:{}/{}/{}", number_at(port, "PublishedPort"), number_at(port, "TargetPort"), text_at(port, "Protocol"), text_at(port, "PublishMode"));
}

Result<void> change_ports(const ParsedFlags& flags, Json& spec) {
    if (!any_given(flags, {"publish-add", "publish-rm"})) return {};
    std::map<std::string, Json> ports;
    for (const Json& port : at(spec, "EndpointSpec.Ports")) ports.try_emplace(port_key(port), port);
    for (const std::string& text : flags.all("publish-rm")) {
        const auto gone = port_parts(text);
        if (!gone) return gone.error();
        for (const Json& one : *gone) {
            std::erase_if(ports, [&one](const auto& entry) {
                const auto same = [&](const char* member, const char* otherwise) {
                    const std::string a = text_at(entry.second, member);
                    const std::string b = text_at(one, member);
                    return (a.empty() ? otherwise : a) == (b.empty() ? otherwise : b);
                };
                return number_at(entry.second, "TargetPort") == number_at(one, "TargetPort") && same("Protocol", "tcp") && same("PublishMode", "ingress");
            });
        }
    }
    for (const std::string& text : flags.all("publish-add")) {
        const auto added = port_parts(text);
        if (!added) return added.error();
        for (const Json& port : *added) ports.try_emplace(port_key(port), port);
    }
    Json list = Json::array();
    for (auto& [key, port] : ports) list.push_back(std::move(port));
    if (!has(spec, "EndpointSpec")) spec["EndpointSpec"] = Json::object();
    put(spec["EndpointSpec"], "Ports", std::move(list));
    return {};
}

void change_dns(const ParsedFlags& flags, Json& container) {
    if (!any_given(flags, {"dns-add", "dns-rm", "dns-option-add", "dns-option-rm", "dns-search-add", "dns-search-rm"})) return;
    Json made = Json::object();
    for (const auto& [member, name] : {std::pair<const char*, const char*>{"Nameservers", "dns"}, {"Search", "dns-search"}, {"Options", "dns-option"}}) {
        Texts list = changed_list(flags, texts_at(container, std::string("DNSConfig.") + member), name);
        list.erase(std::unique(list.begin(), list.end()), list.end());
        put(made, member, list);
    }
    container["DNSConfig"] = std::move(made);
}

void change_hosts(const ParsedFlags& flags, Json& container) {
    if (!any_given(flags, {"host-add", "host-rm"})) return;
    Texts out;
    for (const std::string& entry : texts_at(container, "Hosts")) {
        Texts words = split_words(entry);
        if (words.empty()) continue;
        for (const std::string& gone : flags.all("host-rm")) {
            const std::size_t colon = gone.find(':');
            if (colon != std::string::npos && gone.substr(colon + 1) != words.front()) continue;
            words.erase(std::remove(words.begin() + 1, words.end(), gone.substr(0, colon)), words.end());
        }
        if (words.size() > 1) out.push_back(join(words, " "));
    }
    for (std::string& added : swarm_hosts(flags.all("host-add"))) out.push_back(std::move(added));
    std::set<std::string> seen;
    std::erase_if(out, [&seen](const std::string& entry) { return !seen.insert(entry).second; });
    put(container, "Hosts", out);
}

Result<void> change_health(const ParsedFlags& flags, Json& container) {
    const bool settings = any_given(flags, {"health-cmd", "health-interval", "health-retries", "health-timeout", "health-start-period"});
    if (!settings && !flags.has("no-healthcheck")) return {};
    if (flags.on("no-healthcheck")) {
        if (settings) return wrong("--no-healthcheck conflicts with --health-* options");
        container["Healthcheck"] = Json{{"Test", {"NONE"}}};
        return {};
    }
    if (!has(container, "Healthcheck")) container["Healthcheck"] = Json::object();
    Json& health = container["Healthcheck"];
    if (const Texts test = texts_at(health, "Test"); !test.empty() && test.front() == "NONE") health.erase("Test");
    set_health_times(flags, health);
    if (flags.has("health-cmd")) {
        const std::string command = flags.text("health-cmd");
        put(health, "Test", command.empty() ? Json() : Json{"CMD-SHELL", command});
    }
    return {};
}

// Adding wins over dropping; what was dropped before is merely no longer dropped, and the other way round.
void change_capabilities(const ParsedFlags& flags, Json& container) {
    if (!any_given(flags, {"cap-add", "cap-drop"})) return;
    const auto set_of = [](const Texts& names) {
        const Texts normal = capabilities(names);
        return std::set<std::string>(normal.begin(), normal.end());
    };
    std::set<std::string> add = set_of(texts_at(container, "CapabilityAdd"));
    std::set<std::string> drop = set_of(texts_at(container, "CapabilityDrop"));
    std::set<std::string> to_add = set_of(flags.all("cap-add"));
    std::set<std::string> to_drop = set_of(flags.all("cap-drop"));
    if (to_add.erase("RESET") != 0) add.clear();
    if (to_drop.erase("RESET") != 0) drop.clear();
    for (const std::string& name : to_drop)
        if (to_add.count(name) == 0 && add.erase(name) == 0) drop.insert(name);
    for (const std::string& name : to_add)
        if (drop.erase(name) == 0) add.insert(name);
    const auto list = [](const std::set<std::string>& names) { return names.count("ALL") != 0 ? Texts{"ALL"} : Texts(names.begin(), names.end()); };
    put(container, "CapabilityAdd", list(add));
    put(container, "CapabilityDrop", list(drop));
}

Result<void> change_container(const Invocation& invocation, Talk& talk, Json& container) {
    const ParsedFlags& flags = invocation.flags;
    const auto text = [&](const char* flag, const char* member) {
        if (flags.has(flag)) put(container, member, flags.text(flag));
    };
    change_map(flags, container, "Labels", "container-label", false);
    if (flags.has("image")) container["Image"] = tagged_image(flags.text("image"));
    for (const auto& [flag, member] : {std::pair<const char*, const char*>{"args", "Args"}, {"entrypoint", "Command"}}) {
        if (!flags.has(flag)) continue;
        const auto words = shell_words(flags.text(flag));
        if (!words) return wrong(fmt::format("invalid argument {} for \"--{}\" flag: {}", in_quotes(flags.text(flag)), flag, words.error().message));
        put(container, member, *words);
    }
    change_environment(invocation, container);
    text("workdir", "Dir");
    text("user", "User");
    text("hostname", "Hostname");
    text("isolation", "Isolation");
    text("stop-signal", "StopSignal");
    if (flags.has("init")) container["Init"] = flags.on("init");
    if (flags.has("tty")) put(container, "TTY", flags.on("tty"));
    if (flags.has("read-only")) put(container, "ReadOnly", flags.on("read-only"));
    if (auto changed = change_mounts(flags, container, talk.context().working_directory()); !changed) return changed;
    change_map(flags, container, "Sysctls", "sysctl", false);
    change_ulimits(flags, container);
    if (flags.has("stop-grace-period")) container["StopGracePeriod"] = duration_of(flags, "stop-grace-period");
    if (any_given(flags, {"group-add", "group-rm"})) put(container, "Groups", changed_list(flags, texts_at(container, "Groups"), "group"));
    change_dns(flags, container);
    change_hosts(flags, container);
    change_capabilities(flags, container);
    return change_health(flags, container);
}

Result<void> change_task(const ParsedFlags& flags, Json& task) {
    if (any_given(flags, {"limit-cpu", "limit-memory", "limit-pids", "reserve-cpu", "reserve-memory"})) {
        for (const char* which : {"Limits", "Reservations"})
            if (!has(task, std::string("Resources.") + which)) task["Resources"][which] = Json::object();
        set_limits(flags, task["Resources"]["Limits"]);
        set_reservations(flags, task["Resources"]["Reservations"]);
    }
    if (auto changed = change_generic(flags, task); !changed) return changed;
    if (any_given(flags, {"restart-condition", "restart-delay", "restart-max-attempts", "restart-window"})) {
        if (!has(task, "RestartPolicy")) task["RestartPolicy"] = default_restart_policy();
        set_restart_policy(flags, task["RestartPolicy"]);
    }
    change_placement(flags, task);
    if (const std::string driver = flags.text("log-driver"); !driver.empty()) {
        task["LogDriver"] = Json{{"Name", driver}};
        put(task["LogDriver"], "Options", pairs_object(flags.all("log-opt")));
    }
    if (flags.on("force")) task["ForceUpdate"] = number_at(task, "ForceUpdate") + 1;
    return {};
}

Result<void> change_service(const ParsedFlags& flags, Json& spec) {
    if (flags.has("replicas")) {
        if (!has(spec, "Mode.Replicated")) return wrong("replicas can only be used with replicated mode");
        spec["Mode"]["Replicated"]["Replicas"] = flags.integer("replicas");
    }
    if (any_given(flags, {"update-parallelism", "update-delay", "update-monitor", "update-failure-action", "update-max-failure-ratio", "update-order"})) {
        if (!has(spec, "UpdateConfig")) spec["UpdateConfig"] = default_update_config();
        set_update_config(flags, "update", spec["UpdateConfig"]);
    }
    if (any_given(flags, {"rollback-parallelism", "rollback-delay", "rollback-monitor", "rollback-failure-action", "rollback-max-failure-ratio", "rollback-order"})) {
        if (!has(spec, "RollbackConfig")) spec["RollbackConfig"] = default_update_config();
        set_update_config(flags, "rollback", spec["RollbackConfig"]);
    }
    if (flags.has("endpoint-mode")) {
        if (!has(spec, "EndpointSpec")) spec["EndpointSpec"] = Json::object();
        put(spec["EndpointSpec"], "Mode", flags.text("endpoint-mode"));
    }
    return change_ports(flags, spec);
}

// The networks' ids are asked for. False while an answer is missing.
Result<bool> change_networks(const ParsedFlags& flags, Talk& talk, Json& task) {
    if (!any_given(flags, {"network-add", "network-rm"})) return true;
    const std::set<std::string> names = removed(flags, "network-rm");
    const auto gone = resolved_networks(talk, {names.begin(), names.end()});
    if (!gone) return false;
    if (!*gone) return gone->error();
    const auto added = resolved_networks(talk, flags.all("network-add"));
    if (!added) return false;
    if (!*added) return added->error();
    std::map<std::string, Json> by_target;
    for (const Json& network : at(task, "Networks")) by_target[text_at(network, "Target")] = network;
    for (const Json& network : **gone) by_target.erase(text_at(network, "Target"));
    for (const Json& network : **added) {
        const std::string target = text_at(network, "Target");
        if (!by_target.try_emplace(target, network).second) return wrong(fmt::format("service is already attached to network {}", flags.all("network-add").front()));
    }
    Json list = Json::array();
    for (auto& [target, network] : by_target) list.push_back(std::move(network));
    put(task, "Networks", std::move(list));
    return true;
}

Result<bool> change_files(const ParsedFlags& flags, Talk& talk, Json& container, const std::string& what) {
    const bool secret = what == "secret";
    const char* const member = secret ? "Secrets" : "Configs";
    const char* const name = secret ? "SecretName" : "ConfigName";
    const std::set<std::string> gone = removed(flags, what + "-rm");
    Json list = Json::array();
    for (const Json& known : at(container, member))
        if (gone.count(text_at(known, name)) == 0) list.push_back(known);
    Json wanted = Json::array();
    for (const std::string& text : flags.all(what + "-add")) wanted.push_back(*file_reference(text, name));
    const auto resolved = resolve_files(talk, wanted, what);
    if (!resolved) return false;
    if (!*resolved) return resolved->error();
    for (const Json& added : **resolved) list.push_back(added);
    put(container, member, std::move(list));
    return true;
}

bool other_flags_than_rollback(const ParsedFlags& flags) {
    return std::any_of(flags.given.begin(), flags.given.end(), [](const auto& flag) { return flag.first != "rollback" && flag.first != "detach" && flag.first != "quiet"; });
}

Outcome update_service(const Invocation& invocation, Talk& talk) {
    const ParsedFlags& flags = invocation.flags;
    const std::string& name = invocation.arguments().front();
    const Reply* service = talk.ask(target_of("GET", "/services/" + path_part(name), {{"insertDefaults", "false"}}));
    if (service == nullptr) return std::nullopt;
    if (!service->ok()) return ends_badly(service->error());
    const bool rollback = flags.on("rollback");
    if (rollback && other_flags_than_rollback(flags)) return ends_badly("other flags may not be combined with --rollback");
    Json spec = at(service->value(), "Spec");
    // Copies: what is added to an object moves its other members.
    Json task = at(spec, "TaskTemplate");
    Json container = at(task, "ContainerSpec");
    change_map(flags, spec, "Labels", "label", true);
    if (auto changed = change_container(invocation, talk, container); !changed) return ends_badly(changed.error().message);
    if (auto changed = change_task(flags, task); !changed) return ends_badly(changed.error().message);
    const auto networks = change_networks(flags, talk, task);
    if (!networks) return ends_badly(networks.error().message);
    if (!*networks) return std::nullopt;
    if (auto changed = change_service(flags, spec); !changed) return ends_badly(changed.error().message);
    for (const char* what : {"secret", "config"}) {
        const auto files = change_files(flags, talk, container, what);
        if (!files) return ends_badly(files.error().message);
        if (!*files) return std::nullopt;
    }
    task["ContainerSpec"] = std::move(container);
    std::string warning;
    if (flags.has("image") && !flags.on("no-resolve-image")) {
        const auto resolved = resolve_image(talk, task);
        if (!resolved) return std::nullopt;
        warning = *resolved;
    }
    spec["TaskTemplate"] = std::move(task);
    const Reply* updated = talk.ask(target_of("POST", fmt::format("/services/{}/update", text_at(service->value(), "ID")),
                                              {{"registryAuthFrom", flags.on("with-registry-auth") ? "" : "spec"},
                                               {"rollback", rollback ? "previous" : ""},
                                               {"version", std::to_string(number_at(service->value(), "Version.Index"))}}),
                                    format::compact_json(in_order(spec), format::HtmlEscape::Yes));
    if (updated == nullptr) return std::nullopt;
    if (!updated->ok()) return ends_badly(updated->error());
    print_warnings(talk, updated->value(), warning);
    tell_unsimulated(talk.context(), "service update", flags);
    talk.print(name + "\n");
    Ending ending = ends();
    if (!flags.on("detach")) ending.services = {name};
    ending.quiet = flags.on("quiet");
    return ending;
}

}  // namespace

std::unique_ptr<shell::Program> start_service_update(Invocation invocation) { return start_procedure(std::move(invocation), update_service); }

}  // namespace podium::programs::docker
