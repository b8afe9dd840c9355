// The routes of the swarm's API, its answers in general, and how its objects are found.

#include "sim/orch/swarm/api.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/orch/swarm/api_parts.hpp"
#include "sim/orch/swarm/api_write.hpp"

namespace podium::swarm {
namespace {

using Endpoint = ApiReply (*)(const Call&);

// Work: rows looked at for a name or an id, each of which lies somewhere else; and a task's name put together.
constexpr std::size_t kObjectsPerWork = 4;
constexpr std::uint64_t kNameWork = 2;

/// A path's last but one or last part "{id}" may hold slashes only in /distribution.
struct Route {
    std::string_view method;
    std::string_view before;  ///< "/services/"
    std::string_view after;   ///< "/update"; empty: the id is the rest.
    bool with_id = true;
    Endpoint endpoint = nullptr;
};

// In the order they are tried: a literal path before one with an id.
constexpr std::array kRoutes = {
    Route{"GET", "/nodes", "", false, list_nodes},
    Route{"GET", "/nodes/", "", true, inspect_node},
    Route{"POST", "/nodes/", "/update", true, update_node},
    Route{"DELETE", "/nodes/", "", true, remove_node},
    Route{"GET", "/services", "", false, list_services},
    Route{"POST", "/services/create", "", false, create_service},
    Route{"POST", "/services/", "/update", true, update_service},
    Route{"GET", "/services/", "/logs", true, service_logs},
    Route{"GET", "/services/", "", true, inspect_service},
    Route{"DELETE", "/services/", "", true, remove_service},
    Route{"GET", "/tasks", "", false, list_tasks},
    Route{"GET", "/tasks/", "/logs", true, task_logs},
    Route{"GET", "/tasks/", "", true, inspect_task},
    Route{"GET", "/secrets", "", false, list_secrets},
    Route{"POST", "/secrets/create", "", false, create_secret},
    Route{"POST", "/secrets/", "/update", true, update_secret},
    Route{"GET", "/secrets/", "", true, inspect_secret},
    Route{"DELETE", "/secrets/", "", true, remove_secret},
    Route{"GET", "/configs", "", false, list_configs},
    Route{"POST", "/configs/create", "", false, create_config},
    Route{"POST", "/configs/", "/update", true, update_config},
    Route{"GET", "/configs/", "", true, inspect_config},
    Route{"DELETE", "/configs/", "", true, remove_config},
    Route{"GET", "/swarm", "", false, inspect_swarm},
    Route{"POST", "/swarm/update", "", false, update_swarm},
    Route{"GET", "/networks", "", false, list_networks},
    Route{"POST", "/networks/create", "", false, create_network},
    Route{"POST", "/networks/prune", "", false, prune_networks},
    Route{"GET", "/networks/", "", true, inspect_network},
    Route{"DELETE", "/networks/", "", true, remove_network},
    Route{"GET", "/distribution/", "/json", true, inspect_distribution},
};

/// Whether the route is that of the path; `id` is what the path names.
bool leads_to(const Route& route, std::string_view path, std::string& id) {
    if (!route.with_id) return path == route.before;
    if (path.size() <= route.before.size() + route.after.size()) return false;
    if (!path.starts_with(route.before) || !path.ends_with(route.after)) return false;
    path.remove_prefix(route.before.size());
    path.remove_suffix(route.after.size());
    const bool slashes = route.before == "/distribution/";
    if (!slashes && path.find('/') != std::string_view::npos) return false;
    id = path;
    return true;
}

int hexadecimal_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string url_decoded(std::string_view text, bool plus_is_blank) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high =
            text[i] == '%' && i + 2 < text.size() ? hexadecimal_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hexadecimal_digit(text[i + 2]) : -1;
        if (low >= 0) {
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            out.push_back(text[i] == '+' && plus_is_blank ? ' ' : text[i]);
        }
    }
    return out;
}

/// Without "/v1.41" in front.
std::string_view without_version(std::string_view path) {
    if (!path.starts_with("/v1.")) return path;
    const auto slash = path.find('/', 1);
    return slash == std::string_view::npos ? path : path.substr(slash);
}

int status_of_code(std::string_view code) {
    if (code == "InvalidArgument" || code == "FailedPrecondition" || code == "OutOfRange")
        return 400;
    if (code == "NotFound") return 404;
    if (code == "AlreadyExists") return 409;
    if (code == "PermissionDenied") return 403;
    if (code == "Unimplemented") return 501;
    if (code == "Unavailable") return 503;
    return 500;
}

}  // namespace

ApiRequest parse_target(std::string_view target) {
    ApiRequest request;
    const auto blank = target.find(' ');
    if (blank == std::string_view::npos) return request;
    request.method = target.substr(0, blank);
    std::string_view rest = target.substr(blank + 1);
    const auto mark = rest.find('?');
    request.path = url_decoded(without_version(rest.substr(0, mark)), false);
    if (mark == std::string_view::npos) return request;
    for (const std::string& pair : split(rest.substr(mark + 1), '&')) {
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const std::string name = url_decoded(std::string_view(pair).substr(0, equals), true);
        const std::string value =
            equals == std::string::npos
                ? ""
                : url_decoded(std::string_view(pair).substr(equals + 1), true);
        request.query.try_emplace(name, value);  // Go's Get gives the first
    }
    return request;
}

ApiReply answer(const ApiContext& context, Store& store, const ApiRequest& request) {
    for (const Route& route : kRoutes) {
        Call call{context, store, request, {}};
        if (route.method != request.method || !leads_to(route, request.path, call.id)) continue;
        // The registry is asked by the engine itself; all else by the leader.
        if (route.endpoint != inspect_distribution && !context.leader) return no_leader();
        return route.endpoint(call);
    }
    return api_error(404, "page not found");
}

// --- answers
// --------------------------------------------------------------------------------------

ApiReply reply(int status, const Json& body) {
    ApiReply out;
    out.status = status;
    out.body = json_bytes(body);
    return out;
}

ApiReply reply(const model::Refusal& refusal) {
    return api_error(refusal.status, refusal.message);
}

ApiReply accepted(int status, Change change) {
    ApiReply out;
    out.status = status;
    out.change = std::move(change);
    return out;
}

ApiReply api_error(int status, std::string_view text) {
    return reply(status, Json{{"message", text}});
}

model::Refusal rpc_error(std::string_view code, std::string_view text) {
    return {status_of_code(code), fmt::format("rpc error: code = {} desc = {}", code, text)};
}

ApiReply out_of_sequence() {
    return reply(rpc_error("Unknown", "update out of sequence"));
}

ApiReply not_in_a_swarm() {
    return api_error(
        503,
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm "
        "join\" to connect this node to swarm and try again.");
}

ApiReply not_a_manager() {
    return api_error(
        503,
        "This node is not a swarm manager. Worker nodes can't be used to view or modify "
        "cluster state. Please run this command on a manager node or promote the current "
        "node to a manager.");
}

ApiReply no_leader() {
    return reply(
        rpc_error("Unknown",
                  "The swarm does not have a leader. It's possible that too few managers are "
                  "online. Make sure more than half of the managers are online."));
}

// --- queries
// --------------------------------------------------------------------------------------

std::string query_of(const Call& call, const std::string& name) {
    const auto found = call.request.query.find(name);
    return found == call.request.query.end() ? "" : found->second;
}

bool query_flag(const Call& call, const std::string& name) {
    const std::string value = lower(trim(query_of(call, name)));
    return !value.empty() && value != "0" && value != "no" && value != "false" && value != "none";
}

std::optional<bool> parse_flag(std::string_view text) {
    for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
        if (text == yes) return true;
    }
    for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
        if (text == no) return false;
    }
    return std::nullopt;
}

model::Outcome<std::uint64_t> version_of(const Call& call, std::string_view kind) {
    const std::string text = query_of(call, "version");
    std::uint64_t version = 0;
    std::string_view problem = text.empty() ? "invalid syntax" : "";
    for (const char c : text) {
        if (c < '0' || c > '9') {
            problem = "invalid syntax";
            break;
        }
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (version > (UINT64_MAX - digit) / 10) problem = "value out of range";
        version = version * 10 + digit;
    }
    if (problem.empty()) return version;
    return model::Refusal{
        400,
        fmt::format("invalid {} version '{}': strconv.ParseUint: parsing \"{}\": {}",
                    kind,
                    text,
                    text,
                    problem)};
}

model::Outcome<model::Filters> filters_of(const Call& call, const std::set<std::string>& accepted) {
    std::string error;
    model::Filters filters = model::Filters::parse(query_of(call, "filters"), accepted, error);
    if (!error.empty()) return model::Refusal{400, error};
    return filters;
}

Labels wanted_labels(const model::Filters& filters, const std::string& name) {
    Labels out;
    for (const std::string& text : filters.values(name)) {
        const auto equals = text.find('=');
        out[text.substr(0, equals)] = equals == std::string::npos ? "" : text.substr(equals + 1);
    }
    return out;
}

bool has_labels(const Labels& labels, const Labels& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
        const auto label = labels.find(one.first);
        return label != labels.end() && (one.second.empty() || one.second == label->second);
    });
}

bool has_prefix(const model::Filters& filters, const std::string& name, std::string_view source) {
    const std::set<std::string>& prefixes = filters.values(name);
    return prefixes.empty() ||
           std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) {
               return source.starts_with(prefix);
           });
}

model::Outcome<Input> body_of(const Call& call) {
    Result<Input> read = parse_body(call.request.body);
    if (!read) return model::Refusal{400, read.error().message};
    return std::move(*read);
}

// --- objects
// --------------------------------------------------------------------------------------

void count_rows(std::size_t rows) {
    count_work(rows / kObjectsPerWork);
}

model::Outcome<std::uint32_t> find_node(const Call& call, const std::string& input) {
    static const std::string kUnknown;
    return find_object(
        call.store.nodes, "node", input, [](const Node& node) -> const std::string& {
            return node.described ? node.description.hostname : kUnknown;
        });
}

model::Outcome<std::uint32_t> find_service(const Call& call, const std::string& input) {
    return find_object(
        call.store.services, "service", input, [](const Service& service) -> const std::string& {
            return service.spec.name;
        });
}

model::Outcome<std::uint32_t> find_task(const Call& call, const std::string& input) {
    return find_object(call.store.tasks, "task", input, [&](const Task& task) {
        count_work(kNameWork);
        return full_task_name(call, task);
    });
}

model::Outcome<std::uint32_t> find_network(const Call& call, const std::string& input) {
    return find_object(
        call.store.networks, "network", input, [](const Network& network) -> const std::string& {
            return network.name;
        });
}

std::string full_task_name(const Call& call, const Task& task) {
    const std::string node = node_id_text(call.store, call.context.swarm, task.node);
    const std::string name = task_name(task, node);
    return task.service ? fmt::format("{}.{}", name, task.meta.id.view()) : name;
}

}  // namespace podium::swarm
