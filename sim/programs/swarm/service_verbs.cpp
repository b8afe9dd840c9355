// `docker service ls`, `ps`, `inspect`, `rm`, `scale` and `rollback`, as cli/command/service of docker/cli 28.2.

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/inspect.hpp"
#include "sim/programs/swarm/lists.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/service_parts.hpp"
#include "sim/programs/swarm/service_pretty.hpp"
#include "sim/programs/swarm/spec_parts.hpp"
#include "sim/programs/swarm/tasks.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

// --- ls, ps, rm ----------------------------------------------------------------------------------

Outcome list_all_services(const Invocation& invocation, Talk& talk) {
    const bool quiet = invocation.flags.on("quiet");
    const Reply* services = talk.ask(target_of("GET", "/services", {filters_of(invocation.flags.all("filter")), {"status", quiet ? "" : "true"}}));
    if (services == nullptr) return std::nullopt;
    if (!services->ok()) return ends_badly(services->error());
    return render(Listed::Service, invocation.flags.text("format"), quiet, service_rows(services->value()));
}

// The id of the service that a person means: by its whole id, its name, or the beginning of its id.
Result<std::string> matched(const std::string& name, const Json& by_id, const Json& by_name) {
    for (const Json& service : by_id)
        if (text_at(service, "ID") == name) return name;
    for (const Json& service : by_name)
        if (text_at(service, "Spec.Name") == name) return text_at(service, "ID");
    std::string found;
    for (const Json& service : by_id) {
        if (!text_at(service, "ID").starts_with(name)) continue;
        if (!found.empty()) return Error{"multiple services found with provided prefix: " + name, {}, {}};
        found = text_at(service, "ID");
    }
    return found;
}

Outcome list_service_tasks(const Invocation& invocation, Talk& talk) {
    std::vector<std::string> ids;
    std::vector<std::string> names;
    for (const std::string& name : invocation.arguments()) {
        ids.push_back("id=" + name);
        names.push_back("name=" + name);
    }
    const Reply* by_id = talk.ask(target_of("GET", "/services", {filters_of(ids)}));
    if (by_id == nullptr) return std::nullopt;
    if (!by_id->ok()) return ends_badly(by_id->error());
    const Reply* by_name = talk.ask(target_of("GET", "/services", {filters_of(names)}));
    if (by_name == nullptr) return std::nullopt;
    if (!by_name->ok()) return ends_badly(by_name->error());
    std::vector<std::string> filters;
    std::vector<std::string> missing;
    for (const std::string& name : invocation.arguments()) {
        const auto id = matched(name, by_id->value(), by_name->value());
        if (!id) return ends_badly(id.error().message);
        if (id->empty()) missing.push_back("no such service: " + name);
        else filters.push_back("service=" + *id);
    }
    if (filters.empty()) return ends_with_errors(missing);
    for (const std::string& filter : invocation.flags.all("filter")) {
        // "self" is the node that is asked.
        if (lower(trim(filter.substr(0, filter.find('=')))) != "node" || trim(filter.substr(filter.find('=') + 1)) != "self") {
            filters.push_back(filter);
            continue;
        }
        const Reply* info = talk.ask_engine(request_for(model::Operation::Info));
        if (info == nullptr) return std::nullopt;
        if (!info->ok()) return ends_badly(info->error());
        filters.push_back("node=" + text_at(info->value(), "Swarm.NodeID"));
    }
    const Reply* tasks = talk.ask(target_of("GET", "/tasks", {filters_of(filters)}));
    if (tasks == nullptr) return std::nullopt;
    if (!tasks->ok()) return ends_badly(tasks->error());
    Outcome shown = print_tasks(invocation, talk, pointers(tasks->value()), true);
    if (!shown || missing.empty()) return shown;
    shown->finish.error += ends_with_errors(missing).finish.error;
    shown->finish.status = 1;
    return shown;
}

Outcome remove_services(const Invocation& invocation, Talk& talk) {
    std::vector<std::string> errors;
    for (const std::string& name : invocation.arguments()) {
        const Reply* removed = talk.ask(target_of("DELETE", "/services/" + path_part(name)));
        if (removed == nullptr) return std::nullopt;
        if (removed->ok()) talk.print(name + "\n");
        else errors.push_back(removed->error());
    }
    return ends_with_errors(errors);
}

// --- inspect -------------------------------------------------------------------------------------

const Reply* ask_service(Talk& talk, const std::string& name, std::string& error) {
    const Reply* reply = talk.ask(target_of("GET", "/services/" + path_part(name), {{"insertDefaults", "true"}}));
    if (reply != nullptr && reply->is_missing()) error = "Error: no such service: " + name;
    return reply;
}

std::optional<std::string> pretty_service(Talk& talk, const Json& service) {
    std::map<std::string, std::string> names;
    for (const Json& network : at(service, "Spec.TaskTemplate.Networks")) {
        const Reply* reply = talk.ask(target_of("GET", "/networks/" + path_part(text_at(network, "Target")), {{"scope", "swarm"}}));
        if (reply == nullptr) return std::nullopt;
        if (reply->ok()) names[text_at(reply->value(), "Id")] = text_at(reply->value(), "Name");
    }
    return service_pretty(service, names, talk.now());
}

Outcome inspect_services(const Invocation& invocation, Talk& talk) {
    if (invocation.flags.on("pretty") && !invocation.flags.text("format").empty()) return ends_badly("--format is incompatible with human friendly format");
    return inspect_each(invocation, talk, format::Inspected::Service, ask_service, pretty_service);
}

// --- scale, rollback -----------------------------------------------------------------------------

// Scales one. Nothing while an answer is missing; else what is wrong, or nothing.
std::optional<std::string> scale_one(Talk& talk, const std::string& name, std::int64_t replicas) {
    const Reply* service = talk.ask(target_of("GET", "/services/" + path_part(name), {{"insertDefaults", "false"}}));
    if (service == nullptr) return std::nullopt;
    if (!service->ok()) return service->error();
    Json spec = at(service->value(), "Spec");
    if (has(spec, "Mode.Replicated")) spec["Mode"]["Replicated"]["Replicas"] = replicas;
    else if (has(spec, "Mode.ReplicatedJob")) spec["Mode"]["ReplicatedJob"]["TotalCompletions"] = replicas;
    else return "scale can only be used with replicated or replicated-job mode";
    const Reply* updated = talk.ask(target_of("POST", fmt::format("/services/{}/update", text_at(service->value(), "ID")), {{"version", std::to_string(number_at(service->value(), "Version.Index"))}}),
                                    format::compact_json(in_order(spec), format::HtmlEscape::Yes));
    if (updated == nullptr) return std::nullopt;
    if (!updated->ok()) return updated->error();
    print_warnings(talk, updated->value(), {});
    return std::string();
}

Outcome scale_services(const Invocation& invocation, Talk& talk) {
    std::vector<std::string> errors;
    std::vector<std::string> scaled;
    for (const std::string& argument : invocation.arguments()) {
        const std::size_t equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        const std::string number = argument.substr(equals + 1);
        if (const std::string wrong = check_unsigned(number); !wrong.empty()) {
            errors.push_back(fmt::format("{}: invalid replicas value {}: {}", name, number, wrong));
            continue;
        }
        std::int64_t replicas = 0;
        parse_integer(number, replicas);
        const auto wrong = scale_one(talk, name, replicas);
        if (!wrong) return std::nullopt;
        if (!wrong->empty()) {
            errors.push_back(fmt::format("{}: {}", name, *wrong));
            continue;
        }
        talk.print(fmt::format("{} scaled to {}\n", name, replicas));
        scaled.push_back(name);
    }
    Ending ending = ends_with_errors(errors);
    if (!invocation.flags.on("detach")) ending.services = std::move(scaled);
    ending.named_errors = true;
    return ending;
}

Outcome roll_back(const Invocation& invocation, Talk& talk) {
    const std::string& name = invocation.arguments().front();
    const Reply* service = talk.ask(target_of("GET", "/services/" + path_part(name), {{"insertDefaults", "false"}}));
    if (service == nullptr) return std::nullopt;
    if (!service->ok()) return ends_badly(service->error());
    const Reply* updated = talk.ask(target_of("POST", fmt::format("/services/{}/update", text_at(service->value(), "ID")),
                                              {{"rollback", "previous"}, {"version", std::to_string(number_at(service->value(), "Version.Index"))}}),
                                    format::compact_json(in_order(at(service->value(), "Spec")), format::HtmlEscape::Yes));
    if (updated == nullptr) return std::nullopt;
    if (!updated->ok()) return ends_badly(updated->error());
    print_warnings(talk, updated->value(), {});
    talk.print(name + "\n");
    Ending ending = ends();
    if (!invocation.flags.on("detach")) ending.services = {name};
    ending.quiet = invocation.flags.on("quiet");
    return ending;
}

}  // namespace

std::unique_ptr<shell::Program> start_service_list(Invocation invocation) { return start_procedure(std::move(invocation), list_all_services); }
std::unique_ptr<shell::Program> start_service_tasks(Invocation invocation) { return start_procedure(std::move(invocation), list_service_tasks); }
std::unique_ptr<shell::Program> start_service_inspect(Invocation invocation) { return start_procedure(std::move(invocation), inspect_services); }
std::unique_ptr<shell::Program> start_service_remove(Invocation invocation) { return start_procedure(std::move(invocation), remove_services); }
std::unique_ptr<shell::Program> start_service_rollback(Invocation invocation) { return start_procedure(std::move(invocation), roll_back); }

std::unique_ptr<shell::Program> start_service_scale(Invocation invocation) {
    for (const std::string& argument : invocation.arguments()) {
        const std::size_t equals = argument.find('=');
        if (equals != std::string::npos && equals > 0 && equals + 1 < argument.size()) continue;
        const std::string text = fmt::format("invalid scale specifier '{}'.\nSee '{} --help'.\n\nUsage:  {} {}\n\n{}", argument, invocation.path, invocation.path, invocation.verb->usage, invocation.verb->about);
        return say(std::move(invocation), failed(text));
    }
    return start_procedure(std::move(invocation), scale_services);
}

}  // namespace podium::programs::docker
