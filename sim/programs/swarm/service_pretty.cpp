#include "sim/programs/swarm/service_pretty.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/base/time.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/query.hpp"

namespace podium::programs::docker {
namespace {

std::map<std::string, std::string> map_at(const Json& json, std::string_view path) {
    std::map<std::string, std::string> out;
    if (const Json& object = at(json, path); object.is_object())
        for (const auto& [name, value] : object.items()) out[name] = value.is_string() ? value.get<std::string>() : std::string();
    return out;
}

std::vector<std::string> list_at(const Json& json, std::string_view path) {
    std::vector<std::string> out;
    for (const Json& text : at(json, path))
        if (text.is_string()) out.push_back(text.get<std::string>());
    return out;
}

std::string line(std::string_view label, const std::string& value) { return value.empty() ? std::string() : fmt::format("\n{}{}", label, value); }

std::string moment_ago(const Json& json, std::string_view path, Time now) {
    const auto moment = parse_rfc3339(text_at(json, path));
    return moment ? format::human_duration(now - *moment) + " ago" : std::string();
}

std::string update_status_text(const Json& service, Time now) {
    if (text_at(service, "UpdateStatus.State").empty()) return {};
    std::string out = "\nUpdateStatus:" + fmt::format("\n State:\t\t{}", text_at(service, "UpdateStatus.State"));
    out += line(" Started:\t", moment_ago(service, "UpdateStatus.StartedAt", now));
    // Only an update that is complete tells when; a rollback doesn't.
    if (text_at(service, "UpdateStatus.State") == "completed") out += line(" Completed:\t", moment_ago(service, "UpdateStatus.CompletedAt", now));
    return out + fmt::format("\n Message:\t{}", text_at(service, "UpdateStatus.Message"));
}

std::string update_config_text(const Json& spec, const char* member, const char* order) {
    const Json& config = at(spec, member);
    if (config.is_null()) return {};
    std::string out = fmt::format("\n{}:\n Parallelism:\t{}", member, number_at(config, "Parallelism"));
    if (const std::int64_t delay = number_at(config, "Delay"); delay > 0) out += fmt::format("\n Delay:\t\t{}", format_duration(nanoseconds(delay)));
    out += fmt::format("\n On failure:\t{}", text_at(config, "FailureAction"));
    if (const std::int64_t monitor = number_at(config, "Monitor"); monitor > 0) out += fmt::format("\n Monitoring Period: {}", format_duration(nanoseconds(monitor)));
    const Json& ratio = at(config, "MaxFailureRatio");
    out += fmt::format("\n Max failure ratio: {}\n {}{}", ratio.is_number() ? format::json_number(ratio) : "0", order, text_at(config, "Order"));
    return out;
}

std::string spaced(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += word + " ";
    return out;
}

std::string container_text(const Json& container) {
    std::string out = fmt::format("\nContainerSpec:\n Image:\t\t{}", text_at(container, "Image"));
    out += line(" Args:\t\t", spaced(list_at(container, "Args")));
    out += line(" Env:\t\t", spaced(list_at(container, "Env")));
    out += line(" Dir:\t\t", text_at(container, "Dir"));
    if (has(container, "Init")) out += fmt::format("\n Init:\t\t{}", flag_at(container, "Init"));
    out += line(" User: ", text_at(container, "User"));
    const std::string added = join(list_at(container, "CapabilityAdd"), ", ");
    const std::string dropped = join(list_at(container, "CapabilityDrop"), ", ");
    if (!added.empty() || !dropped.empty()) out += "\nCapabilities:" + line(" Add: ", added) + line(" Drop: ", dropped);
    const auto sysctls = map_at(container, "Sysctls");
    if (!sysctls.empty()) out += "\nSysCtls:";
    for (const auto& [name, value] : sysctls) out += fmt::format("\n {}{}", name, value.empty() ? "" : ": " + value);
    if (!at(container, "Ulimits").empty()) out += "\nUlimits:";
    for (const Json& limit : at(container, "Ulimits")) out += fmt::format("\n {}: {}:{}", text_at(limit, "Name"), number_at(limit, "Soft"), number_at(limit, "Hard"));
    if (!at(container, "Mounts").empty()) out += "\nMounts:";
    for (const Json& mount : at(container, "Mounts")) {
        out += fmt::format("\n Target:\t{}\n  Source:\t{}\n  ReadOnly:\t{}\n  Type:\t\t{}", text_at(mount, "Target"), text_at(mount, "Source"), flag_at(mount, "ReadOnly"), text_at(mount, "Type"));
    }
    for (const auto& [member, name] : {std::pair<const char*, const char*>{"Configs", "ConfigName"}, {"Secrets", "SecretName"}}) {
        if (!at(container, member).empty()) out += fmt::format("\n{}:", member);
        for (const Json& file : at(container, member)) out += fmt::format("\n Target:\t{}\n  Source:\t{}", text_at(file, "File.Name"), text_at(file, name));
    }
    return out;
}

std::string log_driver_text(const Json& task) {
    if (!has(task, "LogDriver")) return {};
    std::string out = "\nLog Driver:" + line(" Name:\t\t", text_at(task, "LogDriver.Name"));
    const auto options = map_at(task, "LogDriver.Options");
    if (!options.empty()) out += "\n LogOpts:";
    for (const auto& [name, value] : options) out += fmt::format("\n  {}{}", name, value.empty() ? "" : ":       " + value);
    return out + "\n";
}

std::string cpus_text(std::int64_t nano_cpus) {
    std::string out = fmt::format("{}.{:09}", nano_cpus / 1'000'000'000, nano_cpus % 1'000'000'000);
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
    return out;
}

std::string amounts_text(const Json& amounts) {
    std::string out;
    if (const std::int64_t cpus = number_at(amounts, "NanoCPUs"); cpus > 0) out += "\n  CPU:\t\t" + cpus_text(cpus);
    if (const std::int64_t memory = number_at(amounts, "MemoryBytes"); memory != 0) out += "\n  Memory:\t" + format::bytes_size(memory);
    return out;
}

std::string resources_text(const Json& task) {
    if (!has(task, "Resources")) return {};
    std::string out = "\nResources:";
    const Json& reserved = at(task, "Resources.Reservations");
    const Json& limits = at(task, "Resources.Limits");
    const std::int64_t pids = number_at(limits, "Pids");
    if (const std::string amounts = amounts_text(reserved); !amounts.empty()) out += "\n Reservations:" + amounts;
    if (const std::string amounts = amounts_text(limits); !amounts.empty() || pids > 0) out += "\n Limits:" + amounts;
    if (pids > 0) out += fmt::format("\n  PIDs:\t\t{}", pids);
    return out;
}

std::string published_text(const Json& service) {
    const Json& ports = at(service, "Endpoint.Ports");
    if (ports.empty()) return {};
    std::string out = "\nPorts:";
    for (const Json& port : ports) {
        out += fmt::format("\n PublishedPort = {}\n  Protocol = {}\n  TargetPort = {}\n  PublishMode = {}", number_at(port, "PublishedPort"), text_at(port, "Protocol"), number_at(port, "TargetPort"),
                           text_at(port, "PublishMode"));
    }
    return out + " ";
}

std::string health_text(const Json& container) {
    const Json& health = at(container, "Healthcheck");
    if (health.is_null()) return {};
    std::string out = fmt::format("\n Healthcheck:\n  Interval = {}\n  Retries = {}\n  StartPeriod =\t{}\n  Timeout =\t{}", format_duration(nanoseconds(number_at(health, "Interval"))), number_at(health, "Retries"),
                                  format_duration(nanoseconds(number_at(health, "StartPeriod"))), format_duration(nanoseconds(number_at(health, "Timeout"))));
    const std::vector<std::string> test = list_at(health, "Test");
    if (test.empty()) return out;
    out += "\n  Tests:";
    for (const std::string& word : test) out += "\n\t Test = " + word;
    return out + " ";
}

std::string mode_text(const Json& spec) {
    if (has(spec, "Mode.Global")) return "\tGlobal";
    if (!has(spec, "Mode.Replicated")) return {};
    const Json& replicas = at(spec, "Mode.Replicated.Replicas");
    return "\tReplicated" + (replicas.is_null() ? std::string() : fmt::format("\n Replicas:\t{}", number_at(spec, "Mode.Replicated.Replicas")));
}

}  // namespace

std::string service_pretty(const Json& service, const std::map<std::string, std::string>& networks, Time now) {
    const Json& spec = at(service, "Spec");
    const Json& task = at(spec, "TaskTemplate");
    const Json& container = at(task, "ContainerSpec");
    std::string out = fmt::format("\nID:\t\t{}\nName:\t\t{}", text_at(service, "ID"), text_at(spec, "Name"));
    const auto labels = map_at(spec, "Labels");
    if (!labels.empty()) out += "\nLabels:";
    for (const auto& [name, value] : labels) out += fmt::format("\n {}{}", name, value.empty() ? "" : "=" + value);
    out += "\nService Mode:" + mode_text(spec) + update_status_text(service, now) + "\nPlacement:";
    const std::vector<std::string> constraints = list_at(task, "Placement.Constraints");
    if (!constraints.empty()) out += fmt::format("\n Constraints:\t[{}]", join(constraints, " "));
    std::vector<std::string> spread;
    for (const Json& preference : at(task, "Placement.Preferences")) spread.push_back("spread=" + text_at(preference, "Spread.SpreadDescriptor"));
    if (!spread.empty()) out += fmt::format("\n Preferences:   [{}]", join(spread, " "));
    if (const std::int64_t most = number_at(task, "Placement.MaxReplicas"); most > 0) out += fmt::format("\n Max Replicas Per Node:   {}", most);
    out += update_config_text(spec, "UpdateConfig", "Update order:      ") + update_config_text(spec, "RollbackConfig", "Rollback order:    ");
    out += container_text(container) + log_driver_text(task) + resources_text(task);
    std::vector<std::string> names;
    for (const Json& network : at(task, "Networks")) {
        const auto known = networks.find(text_at(network, "Target"));
        names.push_back(known == networks.end() ? text_at(network, "Target") : known->second);
    }
    if (!names.empty()) out += fmt::format("\nNetworks: {} ", join(names, " "));
    out += fmt::format("\nEndpoint Mode:\t{}", text_at(spec, "EndpointSpec.Mode")) + published_text(service);
    return out + health_text(container) + "\n";
}

}  // namespace podium::programs::docker
