// `docker node ls`, `ps`, `inspect`, `update`, `promote`, `demote` and `rm`, as cli/command/node of
// docker/cli 28.2.

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/format/go_time.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/inspect.hpp"
#include "sim/programs/swarm/lists.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/tasks.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;

// "self" as the id of the node that is asked. Null while the answer isn't there; `error` says why there is none.
const std::string* reference(Talk& talk, const std::string& name, std::string& id, std::string& error) {
    id = name;
    if (name != "self") return &id;
    const Reply* info = talk.ask_engine(request_for(Operation::Info));
    if (info == nullptr) return nullptr;
    id = text_at(info->value(), "Swarm.NodeID");
    if (!info->ok()) {
        error = info->error();
    } else if (id.empty()) {
        // If there's no node id in the answer, the node isn't a manager: it is asked so that it says so itself.
        const Reply* nodes = talk.ask("GET /nodes");
        if (nodes == nullptr) return nullptr;
        error = nodes->ok() ? "node ID not found in /info" : nodes->error();
    }
    return &id;
}

const Reply* ask_node(Talk& talk, const std::string& name, std::string& error) {
    std::string id;
    if (reference(talk, name, id, error) == nullptr || !error.empty()) return nullptr;
    return talk.ask(target_of("GET", "/nodes/" + path_part(id)));
}

// --- ls, ps --------------------------------------------------------------------------------------

Outcome list_nodes(const Invocation& invocation, Talk& talk) {
    const bool quiet = invocation.flags.on("quiet");
    const Reply* nodes = talk.ask(target_of("GET", "/nodes", {filters_of(invocation.flags.all("filter"))}));
    if (nodes == nullptr) return std::nullopt;
    if (!nodes->ok()) return ends_badly(nodes->error());
    Json info;
    if (!nodes->value().empty() && !quiet) {
        const Reply* engine = talk.ask_engine(request_for(Operation::Info));
        if (engine == nullptr) return std::nullopt;
        if (!engine->ok()) return ends_badly(engine->error());
        info = engine->value();
    }
    return render(Listed::Node, invocation.flags.text("format"), quiet, node_rows(nodes->value(), info));
}

Outcome list_node_tasks(const Invocation& invocation, Talk& talk) {
    std::vector<std::string> names = invocation.arguments();
    if (names.empty()) names = {"self"};
    std::vector<std::string> filters = invocation.flags.all("filter");
    std::vector<std::string> errors;
    std::vector<const Json*> tasks;
    for (const std::string& name : names) {
        std::string error;
        const Reply* node = ask_node(talk, name, error);
        if (node == nullptr && error.empty()) return std::nullopt;
        if (!error.empty() || !node->ok()) {
            errors.push_back(error.empty() ? node->error() : error);
            continue;
        }
        // Filters add up, so each node's tasks come again with the next one's.
        filters.push_back("node=" + text_at(node->value(), "ID"));
        const Reply* listed = talk.ask(target_of("GET", "/tasks", {filters_of(filters)}));
        if (listed == nullptr) return std::nullopt;
        if (!listed->ok()) {
            errors.push_back(listed->error());
            continue;
        }
        const std::vector<const Json*> found = pointers(listed->value());
        tasks.insert(tasks.end(), found.begin(), found.end());
    }
    if (!errors.empty() && tasks.empty()) return ends_with_errors(errors);
    Outcome shown = print_tasks(invocation, talk, tasks, false);
    if (!shown || errors.empty()) return shown;
    shown->finish.error += ends_with_errors(errors).finish.error;
    shown->finish.status = 1;
    return shown;
}

// --- inspect -------------------------------------------------------------------------------------

std::string plugins_text(const Json& node) {
    std::map<std::string, std::string> by_type;
    for (const Json& plugin : at(node, "Description.Engine.Plugins")) {
        std::string& names = by_type[text_at(plugin, "Type")];
        names += (names.empty() ? "" : ", ") + text_at(plugin, "Name");
    }
    std::string out = by_type.empty() ? "" : "Plugins:\n";
    for (const auto& [type, names] : by_type) out += fmt::format(" {}:{}\n", type, names.empty() ? "" : "\t\t" + names);
    return out;
}

std::string node_labels(const Json& labels, std::string_view title) {
    if (!labels.is_object() || labels.empty()) return {};
    std::map<std::string, std::string> sorted;
    for (const auto& [name, value] : labels.items()) sorted[name] = value.is_string() ? value.get<std::string>() : std::string();
    std::string out = fmt::format("{}:\n", title);
    for (const auto& [name, value] : sorted) out += fmt::format(" - {}{}\n", name, value.empty() ? "" : "=" + value);
    return out;
}

std::string manager_text(const Json& node) {
    if (!has(node, "ManagerStatus")) return {};
    return fmt::format("Manager Status:\n Address:\t\t{}\n Raft Status:\t\t{}\n Leader:\t\t{}\n", text_at(node, "ManagerStatus.Addr"), capitalised(text_at(node, "ManagerStatus.Reachability")),
                       flag_at(node, "ManagerStatus.Leader") ? "Yes" : "No");
}

std::optional<std::string> node_pretty(Talk&, const Json& node) {
    const auto created = parse_rfc3339(text_at(node, "CreatedAt"));
    std::string out = fmt::format("ID:\t\t\t{}\n", text_at(node, "ID"));
    if (const std::string name = text_at(node, "Spec.Name"); !name.empty()) out += fmt::format("Name:\t\t\t{}\n", name);
    out += node_labels(at(node, "Spec.Labels"), "Labels");
    out += fmt::format("Hostname:              \t{}\nJoined at:             \t{}\n", text_at(node, "Description.Hostname"), capitalised(created ? format::go_time_text(*created) : std::string(format::kZeroTimeText)));
    out += fmt::format("Status:\n State:\t\t\t{}\n", capitalised(text_at(node, "Status.State")));
    if (const std::string message = text_at(node, "Status.Message"); !message.empty()) out += fmt::format(" Message:              \t{}\n", capitalised(message));
    out += fmt::format(" Availability:         \t{}\n", capitalised(text_at(node, "Spec.Availability")));
    if (const std::string address = text_at(node, "Status.Addr"); !address.empty()) out += fmt::format(" Address:\t\t{}\n", address);
    out += manager_text(node);
    out += fmt::format("Platform:\n Operating System:\t{}\n Architecture:\t\t{}\n", text_at(node, "Description.Platform.OS"), text_at(node, "Description.Platform.Architecture"));
    const std::int64_t memory = number_at(node, "Description.Resources.MemoryBytes");
    out += fmt::format("Resources:\n CPUs:\t\t\t{}\n Memory:\t\t{}\n", number_at(node, "Description.Resources.NanoCPUs") / 1'000'000'000, memory == 0 ? "" : format::bytes_size(memory));
    out += plugins_text(node);
    out += fmt::format("Engine Version:\t\t{}\n", text_at(node, "Description.Engine.EngineVersion"));
    out += node_labels(at(node, "Description.Engine.Labels"), "Engine Labels");
    if (const Json& tls = at(node, "Description.TLSInfo"); !tls.empty()) {
        out += fmt::format("TLS Info:\n TrustRoot:\n{}\n Issuer Subject:\t{}\n Issuer Public Key:\t{}\n", text_at(tls, "TrustRoot"), text_at(tls, "CertIssuerSubject"), text_at(tls, "CertIssuerPublicKey"));
    }
    out.pop_back();
    return out;
}

Outcome inspect_nodes(const Invocation& invocation, Talk& talk) { return inspect_each(invocation, talk, format::Inspected::Node, ask_node, node_pretty); }

// --- update, promote, demote, rm -----------------------------------------------------------------

enum class Merged : std::uint8_t { Changed, AsItWas };

// Changes the spec of each node in turn; the first error ends it.
template <class Merge, class Told>
Outcome update_each(const Invocation& invocation, Talk& talk, const Merge& merge, const Told& told) {
    for (const std::string& name : invocation.arguments()) {
        const Reply* node = talk.ask(target_of("GET", "/nodes/" + path_part(name)));
        if (node == nullptr) return std::nullopt;
        if (!node->ok()) return ends_badly(node->error());
        Json spec = at(node->value(), "Spec");
        const Result<Merged> merged = merge(node->value(), spec);
        if (!merged) return ends_badly(merged.error().message);
        if (*merged == Merged::AsItWas) continue;
        const Reply* updated = talk.ask(target_of("POST", fmt::format("/nodes/{}/update", text_at(node->value(), "ID")), {{"version", std::to_string(number_at(node->value(), "Version.Index"))}}),
                                        format::compact_json(spec));
        if (updated == nullptr) return std::nullopt;
        if (!updated->ok()) return ends_badly(updated->error());
        talk.print(told(name));
    }
    return ends();
}

Outcome update_node(const Invocation& invocation, Talk& talk) {
    const ParsedFlags& flags = invocation.flags;
    const auto merge = [&flags](const Json&, Json& spec) -> Result<Merged> {
        if (flags.has("role")) spec["Role"] = flags.text("role");
        if (flags.has("availability")) spec["Availability"] = flags.text("availability");
        std::map<std::string, std::string> labels;
        for (const auto& [name, value] : at(spec, "Labels").items())
            if (value.is_string()) labels[name] = value.get<std::string>();
        for (const std::string& label : flags.all("label-add")) {
            const std::size_t equals = label.find('=');
            labels[label.substr(0, equals)] = equals == std::string::npos ? "" : label.substr(equals + 1);
        }
        for (const std::string& name : flags.all("label-rm"))
            if (labels.erase(name) == 0) return Error{fmt::format("key {} doesn't exist in node's labels", name), {}, {}};
        Json made = Json::object();
        for (const auto& [name, value] : labels) made[name] = value;
        // "Labels" is the first but for "Name", where a spec hasn't got them yet.
        if (spec.contains("Labels")) {
            spec["Labels"] = std::move(made);
        } else {
            Json ordered = Json::object();
            if (spec.contains("Name")) ordered["Name"] = spec["Name"];
            ordered["Labels"] = std::move(made);
            for (const auto& [name, value] : spec.items()) ordered[name] = value;
            spec = std::move(ordered);
        }
        return Merged::Changed;
    };
    return update_each(invocation, talk, merge, [](const std::string& name) { return name + "\n"; });
}

Outcome change_role(const Invocation& invocation, Talk& talk, const std::string& role, std::string_view change) {
    const auto merge = [&](const Json& node, Json& spec) -> Result<Merged> {
        if (text_at(spec, "Role") == role) {
            talk.print(fmt::format("Node {} is already a {}.\n", text_at(node, "ID"), role));
            return Merged::AsItWas;
        }
        spec["Role"] = role;
        return Merged::Changed;
    };
    return update_each(invocation, talk, merge, [change](const std::string& name) { return fmt::format(fmt::runtime(change), name); });
}

Outcome promote(const Invocation& invocation, Talk& talk) { return change_role(invocation, talk, "manager", "Node {} promoted to a manager in the swarm.\n"); }

Outcome demote(const Invocation& invocation, Talk& talk) { return change_role(invocation, talk, "worker", "Manager {} demoted in the swarm.\n"); }

Outcome remove_nodes(const Invocation& invocation, Talk& talk) {
    std::vector<std::string> errors;
    for (const std::string& name : invocation.arguments()) {
        const Reply* removed = talk.ask(target_of("DELETE", "/nodes/" + path_part(name), {{"force", invocation.flags.on("force") ? "1" : ""}}));
        if (removed == nullptr) return std::nullopt;
        if (removed->ok()) talk.print(name + "\n");
        else errors.push_back(removed->error());
    }
    return ends_with_errors(errors);
}

}  // namespace

std::unique_ptr<shell::Program> start_node_list(Invocation invocation) { return start_procedure(std::move(invocation), list_nodes); }
std::unique_ptr<shell::Program> start_node_tasks(Invocation invocation) { return start_procedure(std::move(invocation), list_node_tasks); }
std::unique_ptr<shell::Program> start_node_inspect(Invocation invocation) { return start_procedure(std::move(invocation), inspect_nodes); }
std::unique_ptr<shell::Program> start_node_update(Invocation invocation) { return start_procedure(std::move(invocation), update_node); }
std::unique_ptr<shell::Program> start_node_promote(Invocation invocation) { return start_procedure(std::move(invocation), promote); }
std::unique_ptr<shell::Program> start_node_demote(Invocation invocation) { return start_procedure(std::move(invocation), demote); }
std::unique_ptr<shell::Program> start_node_remove(Invocation invocation) { return start_procedure(std::move(invocation), remove_nodes); }

}  // namespace podium::programs::docker
