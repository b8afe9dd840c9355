// GET /swarm, /swarm/update, and the bodies of /swarm/init and /swarm/join: swarmkit
// manager/controlapi/cluster.go behind moby's daemon/cluster/swarm.go and convert/swarm.go.

#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/address.hpp"
#include "sim/orch/swarm/api_parts.hpp"
#include "sim/orch/swarm/api_read.hpp"
#include "sim/orch/swarm/api_write.hpp"

namespace podium::swarm {
namespace {

constexpr std::uint64_t kLogEntriesForSlowFollowers = 500;
constexpr const char* kDefaultPool = "10.0.0.0/8";

Json cluster_spec_json(const ClusterSpec& spec) {
    Json out;
    out["Name"] = "default";
    out["Labels"] = Json::object();
    out["Orchestration"]["TaskHistoryRetentionLimit"] = spec.task_history_limit;
    Json& raft = out["Raft"];
    if (spec.snapshot_interval != 0) raft["SnapshotInterval"] = spec.snapshot_interval;
    raft["KeepOldSnapshots"] = spec.keep_old_snapshots;
    raft["LogEntriesForSlowFollowers"] = kLogEntriesForSlowFollowers;
    raft["ElectionTick"] = spec.election_tick;
    raft["HeartbeatTick"] = spec.heartbeat_tick;
    out["Dispatcher"]["HeartbeatPeriod"] = spec.heartbeat_period.nanoseconds;
    out["CAConfig"]["NodeCertExpiry"] = spec.certificate_expiry.nanoseconds;
    if (spec.force_rotate != 0) out["CAConfig"]["ForceRotate"] = spec.force_rotate;
    out["TaskDefaults"] = Json::object();
    out["EncryptionConfig"]["AutoLockManagers"] = spec.autolock;
    return out;
}

void refuse_ca(const Fields& fields, Reading& reading) {
    const bool external = !fields.objects("ExternalCAs", "swarm.ExternalCA").empty();
    const bool own = !fields.text("SigningCACert").empty() || !fields.text("SigningCAKey").empty();
    if (external)
        reading.refuse(501, "Podium does not simulate external certificate authorities yet");
    if (own)
        reading.refuse(501,
                       "Podium does not simulate root certificates of one's own yet; rotate without a "
                       "certificate and a key");
}

/// cluster.go, validateClusterSpec.
std::optional<model::Refusal> check_cluster_spec(const ClusterSpec& spec) {
    constexpr Duration kLeastExpiry = hours(1);  // ca.MinNodeCertExpiration
    if (spec.certificate_expiry < kLeastExpiry)
        return rpc_error("InvalidArgument", "minimum certificate expiry time is: 1h0m0s");
    if (spec.heartbeat_period.nanoseconds < 0)
        return rpc_error("InvalidArgument", "heartbeat time period cannot be a negative duration");
    return std::nullopt;
}

model::Outcome<bool> flag_of(const Call& call, const std::string& name) {
    const std::string text = query_of(call, name);
    const auto flag = text.empty() ? std::optional(false) : parse_flag(text);
    if (!flag) return model::Refusal{400, fmt::format("invalid value for {}: {}", name, text)};
    return *flag;
}

/// What a body of /swarm/init or /swarm/join is read into, and what went wrong.
struct Opening {
    Input body;
    BodyProblem problem;
    Reading reading;
};

std::optional<model::Refusal> problem_of(const Opening& opening) {
    if (!opening.problem.sentence.empty()) return model::Refusal{400, opening.problem.sentence};
    return opening.reading.refusal;
}

/// listen_addr.go, validateDefaultAddrPool: plain errors, so 500.
void check_pools(const InitRequest& request, Reading& reading) {
    constexpr std::uint32_t kUsualSize = 24;
    constexpr std::uint32_t kMostSize = 29;
    const std::uint32_t size = request.subnet_size == 0 ? kUsualSize : request.subnet_size;
    if (size > kMostSize) reading.refuse(500, fmt::format("subnet size is out of range: {}", size));
    for (const std::string& pool : request.address_pools) {
        const Result<model::Subnet> subnet = model::parse_subnet(pool);
        if (!subnet) {
            reading.refuse(
                500, fmt::format("invalid base pool {}: invalid CIDR address: {}", pool, pool));
        } else if (size < static_cast<std::uint32_t>(subnet->prefix_length)) {
            reading.refuse(
                500,
                fmt::format(
                    "invalid CIDR: \"{}\". Subnet size is too small for pool: {}", pool, size));
        }
    }
}

/// listen_addr.go, getDataPathPort.
void check_data_path_port(std::uint32_t port, Reading& reading) {
    constexpr std::uint32_t kFirst = 1024;
    constexpr std::uint32_t kLast = 49'151;
    if (port == 0 || (port >= kFirst && port <= kLast)) return;
    reading.refuse(
        500, fmt::format("Datapath port number is not in valid range (1024-49151) : {}", port));
}

Availability read_first_availability(const Fields& fields, Reading& reading) {
    const std::string text = fields.text("Availability", "swarm.NodeAvailability");
    const auto availability =
        text.empty() ? std::optional(Availability::Active) : read_availability(text);
    if (!availability) reading.refuse(500, fmt::format("invalid Availability: \"{}\"", text));
    return availability.value_or(Availability::Active);
}

}  // namespace

Json cluster_info_json(const Cluster& cluster) {
    Json out;
    out["ID"] = cluster.meta.id;
    put_meta(out, cluster.meta);
    out["Spec"] = cluster_spec_json(cluster.spec);
    out["TLSInfo"] = tls_json(cluster, cluster.root, issuing_root(cluster));
    out["RootRotationInProgress"] = cluster.rotating;
    out["DefaultAddrPool"] = nullptr;
    if (cluster.address_pool != kDefaultPool)
        out["DefaultAddrPool"] = split(cluster.address_pool, ',');
    out["SubnetSize"] = cluster.subnet_size;
    out["DataPathPort"] = cluster.data_path_port;
    return out;
}

ClusterSpec read_cluster_spec(const Fields& fields, ClusterSpec base, Reading& reading) {
    const std::string name = fields.text("Name");
    if (!name.empty() && name != "default")
        reading.refuse(400, "swarm spec must be named \"default\"");
    if (!fields.text_map("Labels").empty())
        reading.refuse(501, "Podium does not simulate labels of a swarm yet");
    const Fields orchestration = fields.object("Orchestration", "swarm.OrchestrationConfig");
    base.task_history_limit =
        orchestration.maybe_integer("TaskHistoryRetentionLimit").value_or(base.task_history_limit);
    const Fields raft = fields.object("Raft", "swarm.RaftConfig");
    const auto or_base = [](std::uint64_t given, std::uint64_t usual) {
        return given != 0 ? given : usual;
    };
    base.snapshot_interval = or_base(raft.natural("SnapshotInterval"), base.snapshot_interval);
    base.keep_old_snapshots =
        raft.maybe_natural("KeepOldSnapshots").value_or(base.keep_old_snapshots);
    const std::uint64_t entries = raft.natural("LogEntriesForSlowFollowers");
    if (entries != 0 && entries != kLogEntriesForSlowFollowers)
        reading.refuse(
            501,
            "Podium does not simulate another number of log entries for slow followers than 500");
    base.election_tick = static_cast<std::uint32_t>(
        or_base(raft.natural_32("ElectionTick", "int"), base.election_tick));
    base.heartbeat_tick = static_cast<std::uint32_t>(
        or_base(raft.natural_32("HeartbeatTick", "int"), base.heartbeat_tick));
    const Duration heartbeat =
        fields.object("Dispatcher", "swarm.DispatcherConfig").duration("HeartbeatPeriod");
    if (heartbeat.nanoseconds != 0) base.heartbeat_period = heartbeat;
    const Fields authority = fields.object("CAConfig", "swarm.CAConfig");
    const Duration expiry = authority.duration("NodeCertExpiry");
    if (expiry.nanoseconds != 0) base.certificate_expiry = expiry;
    base.force_rotate = authority.natural("ForceRotate");
    refuse_ca(authority, reading);
    base.autolock =
        fields.object("EncryptionConfig", "swarm.EncryptionConfig").flag("AutoLockManagers");
    return base;
}

ApiReply inspect_swarm(const Call& call) {
    if (!call.store.cluster) return not_in_a_swarm();
    const Cluster& cluster = *call.store.cluster;
    Json out = cluster_info_json(cluster);
    out["JoinTokens"]["Worker"] = cluster.worker_token;
    out["JoinTokens"]["Manager"] = cluster.manager_token;
    return reply(200, out);
}

ApiReply update_swarm(const Call& call) {
    const auto body = body_of(call);
    if (!body) return reply(body.refusal());
    BodyProblem problem;
    Reading reading;
    const ClusterSpec spec =
        read_cluster_spec(Fields(body.value(), "swarm.Spec", problem), {}, reading);
    if (!problem.sentence.empty()) return api_error(400, problem.sentence);
    const auto version = version_of(call, "swarm");
    if (!version) return reply(version.refusal());
    const auto worker = flag_of(call, "rotateWorkerToken");
    if (!worker) return reply(worker.refusal());
    const auto manager = flag_of(call, "rotateManagerToken");
    if (!manager) return reply(manager.refusal());
    const auto unlock = flag_of(call, "rotateManagerUnlockKey");
    if (!unlock) return reply(unlock.refusal());
    if (!call.store.cluster) return not_in_a_swarm();
    if (reading.refusal) return reply(*reading.refusal);
    if (const auto bad = check_cluster_spec(spec)) return reply(*bad);
    const Cluster& row = *call.store.cluster;
    if (row.meta.version != version.value()) return out_of_sequence();
    auto fresh = std::make_shared<Cluster>(row);
    fresh->spec = spec;
    // The store's index has not been before, so neither have these.
    const std::uint64_t rotation = call.store.index() + 1;
    if (worker.value())
        fresh->worker_token = join_token(row.meta.id, Role::Worker, rotation, row.root);
    if (manager.value())
        fresh->manager_token = join_token(row.meta.id, Role::Manager, rotation, row.root);
    // ca_rotation.go, validateCAConfig: another number asks for another root, also while one is rotated.
    if (spec.force_rotate != row.spec.force_rotate) {
        fresh->roots.push_back(call.context.kernel.now());
        fresh->rotating = true;
    }
    if (!spec.autolock) {
        fresh->unlock_key.clear();
    } else if (fresh->unlock_key.empty() || unlock.value()) {
        fresh->unlock_key = unlock_key(row.meta.id, rotation);
    }
    return accepted(200, change_of(call, Put<Cluster>{1, std::move(fresh), version.value(), {}}));
}

model::Outcome<InitRequest> read_init(const std::string& body) {
    Result<Input> read = parse_body(body);
    if (!read) return model::Refusal{400, read.error().message};
    Opening opening{std::move(*read), {}, {}};
    const Fields fields(opening.body, "swarm.InitRequest", opening.problem);
    InitRequest out;
    out.listen_address = fields.text("ListenAddr");
    out.advertise_address = fields.text("AdvertiseAddr");
    out.data_path_address = fields.text("DataPathAddr");
    const std::uint32_t port = fields.natural_32("DataPathPort");
    out.data_path_port = static_cast<std::uint16_t>(port & 0xffff);
    out.force_new_cluster = fields.flag("ForceNewCluster");
    out.spec = read_cluster_spec(fields.object("Spec", "swarm.Spec"), {}, opening.reading);
    out.spec.autolock = out.spec.autolock || fields.flag("AutoLockManagers");
    for (const std::string& pool : fields.texts("DefaultAddrPool"))
        out.address_pools.emplace_back(trim(pool));
    out.subnet_size = fields.natural_32("SubnetSize");
    check_pools(out, opening.reading);
    check_data_path_port(port, opening.reading);
    out.availability = read_first_availability(fields, opening.reading);
    if (const auto bad = check_cluster_spec(out.spec))
        opening.reading.refuse(bad->status, bad->message);
    if (const auto bad = problem_of(opening)) return *bad;
    return out;
}

model::Outcome<JoinRequest> read_join(const std::string& body) {
    Result<Input> read = parse_body(body);
    if (!read) return model::Refusal{400, read.error().message};
    Opening opening{std::move(*read), {}, {}};
    const Fields fields(opening.body, "swarm.JoinRequest", opening.problem);
    JoinRequest out;
    out.listen_address = fields.text("ListenAddr");
    out.advertise_address = fields.text("AdvertiseAddr");
    out.data_path_address = fields.text("DataPathAddr");
    out.remote_addresses = fields.texts("RemoteAddrs");
    out.token = fields.text("JoinToken");
    out.availability = read_first_availability(fields, opening.reading);
    if (const auto bad = problem_of(opening)) return *bad;
    return out;
}

}  // namespace podium::swarm
