#pragma once

// What the API's files share: a call, its answers, and how objects are looked up.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/model/filters.hpp"
#include "sim/model/refusal.hpp"
#include "sim/orch/swarm/api.hpp"
#include "sim/orch/swarm/api_json.hpp"

namespace podium::swarm {

/// One request on its way; `id` is what its path names.
struct Call {
    const ApiContext& context;
    Store& store;
    const ApiRequest& request;
    std::string id;
};

// --- answers
// --------------------------------------------------------------------------------------

ApiReply reply(int status, const Json& body);
ApiReply reply(const model::Refusal& refusal);
/// Nothing but a status, once the change is committed.
ApiReply accepted(int status, Change change);
/// What swarmkit's control API refuses, as dockerd tells it: "rpc error: code = CODE desc = TEXT",
/// and the HTTP status of the code (api/server/httpstatus/status.go).
model::Refusal rpc_error(std::string_view code, std::string_view text);

/// A change of one row, caused by what causes the request.
template <class P>
Change change_of(const Call& call, P put) {
    Change change;
    change.actions.emplace_back(std::move(put));
    change.because = call.context.kernel.cause();
    return change;
}

// --- queries
// --------------------------------------------------------------------------------------

std::string query_of(const Call& call, const std::string& name);
/// httputils.BoolValue: everything but "", 0, no, false and none.
bool query_flag(const Call& call, const std::string& name);
/// strconv.ParseBool: nothing for what is neither.
std::optional<bool> parse_flag(std::string_view text);
/// The query's "version"; the refusal is 400 "invalid KIND version '…': …".
model::Outcome<std::uint64_t> version_of(const Call& call, std::string_view kind);
/// The query's filters. Names that the list doesn't know are refused with 400.
model::Outcome<model::Filters> filters_of(const Call& call, const std::set<std::string>& accepted);
/// "key=value" and "key" of a filter as a map; "" is any value (runconfig/opts).
Labels wanted_labels(const model::Filters& filters, const std::string& name);
/// swarmkit's filterMatchLabels.
bool has_labels(const Labels& labels, const Labels& wanted);
/// swarmkit's filterContainsPrefix.
bool has_prefix(const model::Filters& filters, const std::string& name, std::string_view source);
/// Reads the body into `type`; the refusal is 400.
model::Outcome<Input> body_of(const Call& call);

// --- objects
// --------------------------------------------------------------------------------------

/// Counts rows that are gone through as work.
void count_rows(std::size_t rows);

/// The object that is meant by a full id, else a full name, else the beginning of an id
/// (daemon/cluster, helpers.go).
template <class T, class NameOf>
model::Outcome<std::uint32_t> find_object(const Table<T>& table,
                                          std::string_view kind,
                                          const std::string& input,
                                          NameOf name_of) {
    count_rows(table.last_number());
    std::uint32_t exact = 0;
    table.for_each([&](std::uint32_t number, const T& row) {
        if (row.meta.id == input) exact = number;
    });
    if (exact != 0) return exact;
    std::vector<std::uint32_t> by_name;
    std::vector<std::uint32_t> by_prefix;
    table.for_each([&](std::uint32_t number, const T& row) {
        if (name_of(row) == input) by_name.push_back(number);
        if (row.meta.id.view().starts_with(input)) by_prefix.push_back(number);
    });
    const std::vector<std::uint32_t>& found = by_name.empty() ? by_prefix : by_name;
    if (found.empty()) return model::Refusal{404, fmt::format("{} {} not found", kind, input)};
    if (found.size() > 1) {
        return model::Refusal{
            400, fmt::format("{} {} is ambiguous ({} matches found)", kind, input, found.size())};
    }
    return found.front();
}

model::Outcome<std::uint32_t> find_node(const Call& call, const std::string& input);
model::Outcome<std::uint32_t> find_service(const Call& call, const std::string& input);
model::Outcome<std::uint32_t> find_task(const Call& call, const std::string& input);
model::Outcome<std::uint32_t> find_network(const Call& call, const std::string& input);

/// The network "host" or "bridge" that every node has for itself, by its name or id, whether it is in the store already or not.
std::optional<Network> predefined_network(const Call& call, const std::string& input);
/// Puts those of them that the tasks are on and the store lacks before what the change does.
void add_predefined_networks(const Call& call, const TaskSpec& task, Change& change);

/// The rows that pass, in the order of their ids, as the store's main index has them.
template <class T, class Passes>
std::vector<std::uint32_t> listed(const Table<T>& table, Passes passes) {
    count_rows(2 * std::size_t{table.last_number()});  // sorted, too
    std::vector<std::pair<std::string_view, std::uint32_t>> rows;
    table.for_each([&](std::uint32_t number, const T& row) {
        if (passes(number, row)) rows.emplace_back(row.meta.id, number);
    });
    std::sort(rows.begin(), rows.end());
    std::vector<std::uint32_t> out;
    out.reserve(rows.size());
    for (const auto& [id, number] : rows)
        out.push_back(number);
    return out;
}

/// A task's whole name: "web.1.ID", or "agent.NODE.ID" of a global service (swarmkit api/naming).
std::string full_task_name(const Call& call, const Task& task);

// --- what can go wrong with a service (swarmkit manager/controlapi/service.go)
// -----------------------

/// Whether the spec is one that swarmkit takes; nothing when it is.
std::optional<model::Refusal> check_service_spec(const ServiceSpec& spec,
                                                 const std::set<std::size_t>& secrets_without_file);
/// Against what is in the store. `self` is the service that is updated; none for a new one.
std::optional<model::Refusal> check_service_networks(const Store& store, const TaskSpec& task);
std::optional<model::Refusal> check_port_conflicts(const Store& store,
                                                   const ServiceSpec& spec,
                                                   ServiceId self);
std::optional<model::Refusal> check_data_exist(const Store& store, const TaskSpec& task);
std::optional<model::Refusal> check_ingress(const Store& store, const ServiceSpec& spec);

inline bool letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Names of services, networks and nodes (common.go, validateAnnotations).
std::optional<model::Refusal> check_name(std::string_view name);

// --- the endpoints
// --------------------------------------------------------------------------------

ApiReply list_nodes(const Call& call);
ApiReply inspect_node(const Call& call);
ApiReply update_node(const Call& call);
ApiReply remove_node(const Call& call);
ApiReply list_services(const Call& call);
ApiReply inspect_service(const Call& call);
ApiReply create_service(const Call& call);
ApiReply update_service(const Call& call);
ApiReply remove_service(const Call& call);
ApiReply service_logs(const Call& call);
ApiReply list_tasks(const Call& call);
ApiReply inspect_task(const Call& call);
ApiReply task_logs(const Call& call);
ApiReply list_secrets(const Call& call);
ApiReply inspect_secret(const Call& call);
ApiReply create_secret(const Call& call);
ApiReply update_secret(const Call& call);
ApiReply remove_secret(const Call& call);
ApiReply list_configs(const Call& call);
ApiReply inspect_config(const Call& call);
ApiReply create_config(const Call& call);
ApiReply update_config(const Call& call);
ApiReply remove_config(const Call& call);
ApiReply inspect_swarm(const Call& call);
ApiReply update_swarm(const Call& call);
ApiReply list_networks(const Call& call);
ApiReply inspect_network(const Call& call);
ApiReply create_network(const Call& call);
ApiReply remove_network(const Call& call);
/// Removes the networks that no service and no task is on; an engine asks for it on behalf of docker network prune.
ApiReply prune_networks(const Call& call);
ApiReply inspect_distribution(const Call& call);

}  // namespace podium::swarm
