#include "sim/programs/swarm/service_parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/spec_parts.hpp"

namespace podium::programs::docker {

bool any_given(const ParsedFlags& flags, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&flags](std::string_view name) { return flags.has(name); });
}

std::int64_t duration_of(const ParsedFlags& flags, std::string_view name) {
    const auto duration = parse_duration(flags.text(name));
    return duration ? duration->nanoseconds : 0;
}

std::vector<std::string> swarm_hosts(const std::vector<std::string>& given) {
    std::vector<std::string> out;
    for (const std::string& entry : given) {
        const std::size_t colon = entry.find(':');
        if (colon != std::string::npos) out.push_back(fmt::format("{} {}", entry.substr(colon + 1), entry.substr(0, colon)));
    }
    return out;
}

std::pair<std::vector<std::string>, std::vector<std::string>> effective_capabilities(const std::vector<std::string>& add, const std::vector<std::string>& drop) {
    const auto all_or = [](std::vector<std::string> names) {
        return std::find(names.begin(), names.end(), "ALL") != names.end() ? std::vector<std::string>{"ALL"} : std::move(names);
    };
    std::vector<std::string> added = all_or(capabilities(add));
    std::vector<std::string> dropped = all_or(capabilities(drop));
    std::erase_if(dropped, [&added](const std::string& name) { return name == "RESET" || std::find(added.begin(), added.end(), name) != added.end(); });
    std::erase(added, "RESET");
    return {std::move(added), std::move(dropped)};
}

Json preferences(const std::vector<std::string>& given) {
    Json out = Json::array();
    for (const std::string& text : given) out.push_back(Json{{"Spread", {{"SpreadDescriptor", text.substr(text.find('=') + 1)}}}});
    return out;
}

Json default_restart_policy() { return Json{{"Condition", "any"}, {"Delay", seconds(5).nanoseconds}, {"MaxAttempts", 0}}; }

Json default_update_config() {
    return Json{{"Parallelism", 1}, {"FailureAction", "pause"}, {"Monitor", seconds(5).nanoseconds}, {"MaxFailureRatio", 0}, {"Order", "stop-first"}};
}

void set_restart_policy(const ParsedFlags& flags, Json& policy) {
    if (flags.has("restart-condition")) put(policy, "Condition", flags.text("restart-condition"));
    if (flags.has("restart-delay")) policy["Delay"] = duration_of(flags, "restart-delay");
    if (flags.has("restart-max-attempts")) policy["MaxAttempts"] = flags.integer("restart-max-attempts");
    if (flags.has("restart-window")) policy["Window"] = duration_of(flags, "restart-window");
}

void set_update_config(const ParsedFlags& flags, const std::string& which, Json& config) {
    const auto given = [&](const char* name) { return flags.has(which + "-" + name); };
    const auto text = [&](const char* name) { return flags.text(which + "-" + name); };
    if (given("parallelism")) config["Parallelism"] = flags.integer(which + "-parallelism");
    if (given("delay")) put(config, "Delay", duration_of(flags, which + "-delay"));
    if (given("failure-action")) put(config, "FailureAction", text("failure-action"));
    if (given("monitor")) put(config, "Monitor", duration_of(flags, which + "-monitor"));
    if (given("max-failure-ratio")) {
        std::string ratio = text("max-failure-ratio");
        if (ratio.starts_with('.')) ratio = "0" + ratio;
        if (ratio.ends_with('.')) ratio += "0";
        const Json number = Json::parse(ratio, nullptr, false);
        config["MaxFailureRatio"] = number == 0 || number.is_discarded() ? Json(0) : number;
    }
    if (given("order")) put(config, "Order", text("order"));
}

void set_health_times(const ParsedFlags& flags, Json& health) {
    if (flags.has("health-interval")) put(health, "Interval", duration_of(flags, "health-interval"));
    if (flags.has("health-timeout")) put(health, "Timeout", duration_of(flags, "health-timeout"));
    if (flags.has("health-start-period")) put(health, "StartPeriod", duration_of(flags, "health-start-period"));
    if (flags.has("health-retries")) put(health, "Retries", flags.integer("health-retries"));
}

void set_limits(const ParsedFlags& flags, Json& limits) {
    std::int64_t amount = 0;
    if (flags.has("limit-cpu") && parse_cpus(flags.text("limit-cpu"), amount).empty()) put(limits, "NanoCPUs", amount);
    if (flags.has("limit-memory") && parse_size(flags.text("limit-memory"), amount)) put(limits, "MemoryBytes", amount);
    if (flags.has("limit-pids")) put(limits, "Pids", flags.integer("limit-pids"));
}

void set_reservations(const ParsedFlags& flags, Json& reservations) {
    std::int64_t amount = 0;
    if (flags.has("reserve-cpu") && parse_cpus(flags.text("reserve-cpu"), amount).empty()) put(reservations, "NanoCPUs", amount);
    if (flags.has("reserve-memory") && parse_size(flags.text("reserve-memory"), amount)) put(reservations, "MemoryBytes", amount);
}

std::optional<Result<Json>> resolved_networks(Talk& talk, const std::vector<std::string>& given) {
    std::vector<Json> networks;
    for (const std::string& text : given) {
        auto network = network_part(text);
        if (!network) return Result<Json>(network.error());
        const Reply* reply = talk.ask(target_of("GET", "/networks/" + path_part(text_at(*network, "Target")), {{"scope", "swarm"}}));
        if (reply == nullptr) return std::nullopt;
        if (!reply->ok()) return Result<Json>(Error{reply->error(), {}, {}});
        (*network)["Target"] = text_at(reply->value(), "Id");
        networks.push_back(std::move(*network));
    }
    std::stable_sort(networks.begin(), networks.end(), [](const Json& a, const Json& b) { return text_at(a, "Target") < text_at(b, "Target"); });
    return Result<Json>(Json(networks));
}

void print_warnings(Talk& talk, const Json& answer, const std::string& own) {
    for (const Json& warning : at(answer, "Warnings"))
        if (warning.is_string()) talk.print_error(warning.get<std::string>() + "\n");
    if (!own.empty()) talk.print_error(own + "\n");
}

}  // namespace podium::programs::docker
