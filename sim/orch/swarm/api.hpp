#pragma once

// A swarm's endpoints of the Docker Engine API 1.41, as pure functions over its store: JSON in,
// JSON out, and the change that a request asks for. Fields, their order and the sentences of errors
// are those of dockerd 20.10 (daemon/cluster, api/server/router/swarm) and of swarmkit's
// controlapi.
//
// What is answered: /nodes, /services, /tasks, /secrets, /configs, GET /swarm and /swarm/update,
// /networks as far as they are the swarm's, /distribution, and logs as far as what is to be read.
// Nothing here proposes, waits or reads containers: the façade does.

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/kernel.hpp"
#include "sim/model/refusal.hpp"
#include "sim/orch/swarm/store.hpp"

namespace podium::swarm {

using Json = nlohmann::ordered_json;

struct ApiRequest {
    std::string method;  ///< "GET", "POST", "DELETE".
    std::string path;    ///< "/services/create", without a version in front.
    std::map<std::string, std::string> query;
    std::string body;  ///< JSON, or empty.
};

/// Reads "POST /v1.41/services/create?x=1"; the query is decoded. An empty method for what is none.
ApiRequest parse_target(std::string_view target);

/// Who asks whom: the façade's knowledge of the moment.
struct ApiContext {
    Kernel& kernel;
    std::uint32_t swarm = 1;          ///< The swarm's number, for ids.
    NodeId self;                      ///< The node that was asked: "self".
    NodeId leader;                    ///< None while there is no leader.
    std::map<NodeId, bool> managers;  ///< Members of the Raft group, and whether each is reachable.
    std::uint16_t port = 2377;        ///< Of the managers' addresses.
    std::set<std::string> local_networks;  ///< Names of the asked engine's own networks.
};

/// What GET /services/ID/logs and /tasks/ID/logs are to read, in this order.
struct LogsWanted {
    std::vector<TaskId> tasks;
    bool standard_output = false;
    bool standard_error = false;
    bool follow = false;
    bool timestamps = false;
    bool details = false;
    std::int64_t tail = -1;  ///< Of each task; -1: all.
    std::string since;       ///< As it was given; empty: from the beginning.
};

/// With `change`, status and body hold once it is committed. When it is not in sequence then, the
/// answer is out_of_sequence().
struct ApiReply {
    int status = 200;
    std::string body;
    std::optional<Change> change;
    std::optional<LogsWanted> logs;
};

/// Answers a request to a manager. The store is only asked for numbers of what is created.
ApiReply answer(const ApiContext& context, Store& store, const ApiRequest& request);

/// 500 "rpc error: code = Unknown desc = update out of sequence".
ApiReply out_of_sequence();
/// {"message": text} with that status.
ApiReply api_error(int status, std::string_view text);
/// 503, of an engine that is in no swarm, or only a worker (daemon/cluster/errors.go, cluster.go).
ApiReply not_in_a_swarm();
ApiReply not_a_manager();
/// 500, of a manager without a leader.
ApiReply no_leader();

// --- for what the façade answers itself ---------------------------------------------------

/// "Swarm.Cluster" of GET /info.
Json cluster_info_json(const Cluster& cluster);

/// POST /swarm/init. Of the cluster's spec, what is 0 or absent is as usual.
struct InitRequest {
    std::string listen_address;
    std::string advertise_address;
    std::string data_path_address;
    std::uint16_t data_path_port = 0;  ///< 0: 4789.
    bool force_new_cluster = false;
    ClusterSpec spec;
    Availability availability = Availability::Active;
    std::vector<std::string> address_pools;  ///< Empty: 10.0.0.0/8.
    std::uint32_t subnet_size = 0;           ///< 0: 24.
};

/// POST /swarm/join.
struct JoinRequest {
    std::string listen_address;
    std::string advertise_address;
    std::string data_path_address;
    std::vector<std::string> remote_addresses;
    std::string token;
    Availability availability = Availability::Active;
};

/// Read their bodies. What is refused here is refused before anything else is looked at.
model::Outcome<InitRequest> read_init(const std::string& body);
model::Outcome<JoinRequest> read_join(const std::string& body);

/// A token to join with, of the form SWMTKN-1-….-…: each root has a digest of its own, each rotation another secret.
std::string join_token(std::string_view cluster_id, Role role, std::uint64_t rotation, std::uint32_t root = 0);
/// A key of the form SWMKEY-1-….
std::string unlock_key(std::string_view cluster_id, std::uint64_t rotation);

/// The lines of GET /events of what a change altered at `now`, as a manager's engine tells them.
/// Tasks and the cluster have no events.
std::vector<std::string> event_lines(const Store& after,
                                     const std::vector<Touched>& touched,
                                     Time now);

}  // namespace podium::swarm
