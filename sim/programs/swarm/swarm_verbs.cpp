// `docker swarm init`, `join`, `join-token`, `leave`, `unlock`, `unlock-key` and `update`, as
// cli/command/swarm of docker/cli 28.2.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/spec_parts.hpp"
#include "sim/programs/swarm/talk.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;

constexpr std::string_view kListenAddress = "0.0.0.0:2377";

// Sets "Orchestration", "Raft" and so on from flags that were given.
void merge_spec(const ParsedFlags& flags, Json& spec) {
    if (flags.has("task-history-limit")) spec["Orchestration"]["TaskHistoryRetentionLimit"] = flags.integer("task-history-limit");
    const auto put = [&spec](const char* section, const char* name, Json value, const char* before) {
        Json& object = spec[section];
        if (object.contains(name)) {
            object[name] = std::move(value);
            return;
        }
        // In the order of the API's own structure.
        Json made = Json::object();
        bool placed = false;
        for (auto& [key, known] : object.items()) {
            if (key == before) {
                made[name] = value;
                placed = true;
            }
            made[key] = known;
        }
        if (!placed) made[name] = value;
        object = std::move(made);
    };
    if (flags.has("dispatcher-heartbeat")) spec["Dispatcher"]["HeartbeatPeriod"] = parse_duration(flags.text("dispatcher-heartbeat"))->nanoseconds;
    if (flags.has("max-snapshots")) put("Raft", "KeepOldSnapshots", flags.integer("max-snapshots"), "ElectionTick");
    if (flags.has("snapshot-interval")) put("Raft", "SnapshotInterval", flags.integer("snapshot-interval"), spec["Raft"].contains("KeepOldSnapshots") ? "KeepOldSnapshots" : "ElectionTick");
    if (flags.has("autolock")) spec["EncryptionConfig"]["AutoLockManagers"] = flags.on("autolock");
    if (flags.has("cert-expiry")) spec["CAConfig"]["NodeCertExpiry"] = parse_duration(flags.text("cert-expiry"))->nanoseconds;
}

Result<std::string> availability(const ParsedFlags& flags) {
    if (!flags.has("availability")) return std::string();
    const std::string word = lower(flags.text("availability"));
    if (word == "active" || word == "pause" || word == "drain") return word;
    return Error{fmt::format("invalid availability {}, only active, pause and drain are supported", in_quotes(flags.text("availability"))), {}, {}};
}

// opts.ParseTCPAddr with the default address: what is missing of it is taken from there.
std::string listen_address(const ParsedFlags& flags) {
    std::string given = flags.text("listen-addr");
    if (given.starts_with("tcp://")) given.erase(0, 6);
    if (given.empty()) return std::string(kListenAddress);
    const std::size_t colon = given.rfind(':');
    if (colon == std::string::npos) return given + ":2377";
    const std::string port = given.substr(colon + 1);
    return fmt::format("{}:{}", colon == 0 ? "0.0.0.0" : given.substr(0, colon), port.empty() ? "2377" : port);
}

std::string unlock_text(const std::string& key) {
    if (key.empty()) return {};
    return fmt::format("To unlock a swarm manager after it restarts, run the `docker swarm unlock`\ncommand and provide the following key:\n\n"
                       "    {}\n\nRemember to store this key in a password manager, since without it you\nwill not be able to restart the manager.\n",
                       key);
}

// Prints how to join; false while an answer is missing, an Error when one is a refusal.
Result<bool> print_join_command(Talk& talk, const std::string& node_id, bool worker, bool manager) {
    const Reply* node = talk.ask(target_of("GET", "/nodes/" + path_part(node_id)));
    if (node == nullptr) return false;
    if (!node->ok()) return Error{node->error(), {}, {}};
    const Reply* swarm = talk.ask("GET /swarm");
    if (swarm == nullptr) return false;
    if (!swarm->ok()) return Error{swarm->error(), {}, {}};
    if (!has(node->value(), "ManagerStatus")) return true;
    const std::string address = text_at(node->value(), "ManagerStatus.Addr");
    for (const bool is_manager : {false, true}) {
        if (is_manager ? !manager : !worker) continue;
        talk.print(fmt::format("To add a {} to this swarm, run the following command:\n\n    docker swarm join --token {} {}\n\n", is_manager ? "manager" : "worker",
                               text_at(swarm->value(), is_manager ? "JoinTokens.Manager" : "JoinTokens.Worker"), address));
    }
    return true;
}

std::string update_target(const Json& swarm, bool worker, bool manager, bool unlock_key) {
    const auto word = [](bool truth) { return std::string(truth ? "true" : "false"); };
    return target_of("POST", "/swarm/update",
                     {{"rotateWorkerToken", word(worker)}, {"rotateManagerToken", word(manager)}, {"rotateManagerUnlockKey", word(unlock_key)},
                      {"version", std::to_string(number_at(swarm, "Version.Index"))}});
}

Outcome init_swarm(const Invocation& invocation, Talk& talk) {
    const ParsedFlags& flags = invocation.flags;
    const auto word = availability(flags);
    if (!word) return ends_badly(word.error().message);
    Json pools = Json::array();
    for (const std::string& list : flags.all("default-addr-pool")) {
        const auto read = address_pools(list);
        for (const std::string& pool : *read) pools.push_back(pool);
    }
    Json spec{{"Labels", nullptr}, {"Orchestration", Json::object()}, {"Raft", {{"ElectionTick", 0}, {"HeartbeatTick", 0}}}, {"Dispatcher", Json::object()},
              {"CAConfig", Json::object()}, {"TaskDefaults", Json::object()}, {"EncryptionConfig", {{"AutoLockManagers", false}}}};
    merge_spec(flags, spec);
    Json body;
    body["ListenAddr"] = listen_address(flags);
    body["AdvertiseAddr"] = flags.text("advertise-addr");
    body["DataPathAddr"] = flags.text("data-path-addr");
    body["DataPathPort"] = flags.integer("data-path-port");
    body["ForceNewCluster"] = flags.on("force-new-cluster");
    body["Spec"] = std::move(spec);
    body["AutoLockManagers"] = flags.on("autolock");
    body["Availability"] = *word;
    body["DefaultAddrPool"] = std::move(pools);
    body["SubnetSize"] = flags.integer("default-addr-pool-mask-length", 24);
    const Reply* made = talk.ask("POST /swarm/init", format::compact_json(body));
    if (made == nullptr) return std::nullopt;
    if (!made->ok()) {
        const std::string error = made->error();
        const bool address = error.find("could not choose an IP address to advertise") != std::string::npos || error.find("could not find the system's IP address") != std::string::npos;
        return ends_badly(error + (address ? " - specify one with --advertise-addr" : ""));
    }
    const std::string node = made->value().is_string() ? made->value().get<std::string>() : made->answer.body;
    talk.print(fmt::format("Swarm initialized: current node ({}) is now a manager.\n\n", node));
    const auto told = print_join_command(talk, node, true, false);
    if (!told) return ends_badly(told.error().message);
    if (!*told) return std::nullopt;
    talk.print("To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.\n");
    if (!flags.on("autolock")) return ends();
    const Reply* key = talk.ask("GET /swarm/unlockkey");
    if (key == nullptr) return std::nullopt;
    if (!key->ok()) return ends_badly("could not fetch unlock key: " + key->error());
    return ends(unlock_text(text_at(key->value(), "UnlockKey")));
}

Outcome join_swarm(const Invocation& invocation, Talk& talk) {
    const ParsedFlags& flags = invocation.flags;
    const auto word = availability(flags);
    if (!word) return ends_badly(word.error().message);
    Json body;
    body["ListenAddr"] = listen_address(flags);
    body["AdvertiseAddr"] = flags.text("advertise-addr");
    body["DataPathAddr"] = flags.text("data-path-addr");
    body["RemoteAddrs"] = Json::array({invocation.arguments().front()});
    body["JoinToken"] = flags.text("token");
    body["Availability"] = *word;
    const Reply* joined = talk.ask("POST /swarm/join", format::compact_json(body));
    if (joined == nullptr) return std::nullopt;
    if (!joined->ok()) return ends_badly(joined->error());
    const Reply* info = talk.ask_engine(request_for(Operation::Info));
    if (info == nullptr) return std::nullopt;
    if (!info->ok()) return ends_badly(info->error());
    return ends(fmt::format("This node joined a swarm as a {}.\n", flag_at(info->value(), "Swarm.ControlAvailable") ? "manager" : "worker"));
}

Outcome join_token(const Invocation& invocation, Talk& talk) {
    const std::string& role = invocation.arguments().front();
    const bool worker = role == "worker";
    const bool manager = role == "manager";
    if (!worker && !manager) return ends_badly("unknown role " + role);
    const bool quiet = invocation.flags.on("quiet");
    if (invocation.flags.on("rotate")) {
        const Reply* swarm = talk.ask("GET /swarm");
        if (swarm == nullptr) return std::nullopt;
        if (!swarm->ok()) return ends_badly(swarm->error());
        const Reply* updated = talk.ask(update_target(swarm->value(), worker, manager, false), format::compact_json(at(swarm->value(), "Spec")));
        if (updated == nullptr) return std::nullopt;
        if (!updated->ok()) return ends_badly(updated->error());
        if (!quiet) talk.print(fmt::format("Successfully rotated {} join token.\n\n", role));
    }
    const Reply* swarm = talk.ask("GET /swarm");
    if (swarm == nullptr) return std::nullopt;
    if (!swarm->ok()) return ends_badly(swarm->error());
    if (quiet) return ends(text_at(swarm->value(), worker ? "JoinTokens.Worker" : "JoinTokens.Manager") + "\n");
    const Reply* info = talk.ask_engine(request_for(Operation::Info));
    if (info == nullptr) return std::nullopt;
    if (!info->ok()) return ends_badly(info->error());
    const auto told = print_join_command(talk, text_at(info->value(), "Swarm.NodeID"), worker, manager);
    if (!told) return ends_badly(told.error().message);
    if (!*told) return std::nullopt;
    return ends();
}

Outcome leave_swarm(const Invocation& invocation, Talk& talk) {
    const Reply* left = talk.ask(target_of("POST", "/swarm/leave", {{"force", invocation.flags.on("force") ? "1" : ""}}));
    if (left == nullptr) return std::nullopt;
    return left->ok() ? ends("Node left the swarm.\n") : ends_badly(left->error());
}

Outcome unlock_swarm(const Invocation&, Talk& talk) {
    constexpr std::size_t kMostKeyBytes = 4096;
    const Reply* info = talk.ask_engine(request_for(Operation::Info));
    if (info == nullptr) return std::nullopt;
    if (!info->ok()) return ends_badly(info->error());
    const std::string state = text_at(info->value(), "Swarm.LocalNodeState");
    if (state == "inactive") return ends_badly("Error: This node is not part of a swarm");
    if (state != "locked") return ends_badly("Error: swarm is not locked");
    const bool terminal = talk.context().is_terminal(0);
    if (terminal) talk.print("Enter unlock key: ");
    const auto line = talk.read_line(kMostKeyBytes);
    if (!line) return std::nullopt;
    if (terminal) talk.print("\n");
    const Reply* unlocked = talk.ask("POST /swarm/unlock", format::compact_json(Json{{"UnlockKey", std::string(trim(*line))}}));
    if (unlocked == nullptr) return std::nullopt;
    return unlocked->ok() ? ends() : ends_badly(unlocked->error());
}

Outcome show_unlock_key(const Invocation& invocation, Talk& talk) {
    const bool quiet = invocation.flags.on("quiet");
    if (invocation.flags.on("rotate")) {
        const Reply* swarm = talk.ask("GET /swarm");
        if (swarm == nullptr) return std::nullopt;
        if (!swarm->ok()) return ends_badly(swarm->error());
        if (!flag_at(swarm->value(), "Spec.EncryptionConfig.AutoLockManagers")) return ends_badly("cannot rotate because autolock is not turned on");
        const Reply* updated = talk.ask(update_target(swarm->value(), false, false, true), format::compact_json(at(swarm->value(), "Spec")));
        if (updated == nullptr) return std::nullopt;
        if (!updated->ok()) return ends_badly(updated->error());
        if (!quiet) talk.print("Successfully rotated manager unlock key.\n");
    }
    const Reply* reply = talk.ask("GET /swarm/unlockkey");
    if (reply == nullptr) return std::nullopt;
    if (!reply->ok()) return ends_badly("could not fetch unlock key: " + reply->error());
    const std::string key = text_at(reply->value(), "UnlockKey");
    if (key.empty()) return ends_badly("no unlock key is set");
    return ends(quiet ? key + "\n" : unlock_text(key));
}

Outcome update_swarm(const Invocation& invocation, Talk& talk) {
    const Reply* swarm = talk.ask("GET /swarm");
    if (swarm == nullptr) return std::nullopt;
    if (!swarm->ok()) return ends_badly(swarm->error());
    Json spec = at(swarm->value(), "Spec");
    const bool locked_before = flag_at(spec, "EncryptionConfig.AutoLockManagers");
    merge_spec(invocation.flags, spec);
    const Reply* updated = talk.ask(update_target(swarm->value(), false, false, false), format::compact_json(spec));
    if (updated == nullptr) return std::nullopt;
    if (!updated->ok()) return ends_badly(updated->error());
    talk.print("Swarm updated.\n");
    if (locked_before || !flag_at(spec, "EncryptionConfig.AutoLockManagers")) return ends();
    const Reply* key = talk.ask("GET /swarm/unlockkey");
    if (key == nullptr) return std::nullopt;
    if (!key->ok()) return ends_badly("could not fetch unlock key: " + key->error());
    return ends(unlock_text(text_at(key->value(), "UnlockKey")));
}

}  // namespace

std::unique_ptr<shell::Program> start_swarm_init(Invocation invocation) { return start_procedure(std::move(invocation), init_swarm); }
std::unique_ptr<shell::Program> start_swarm_join(Invocation invocation) { return start_procedure(std::move(invocation), join_swarm); }
std::unique_ptr<shell::Program> start_swarm_join_token(Invocation invocation) { return start_procedure(std::move(invocation), join_token); }
std::unique_ptr<shell::Program> start_swarm_leave(Invocation invocation) { return start_procedure(std::move(invocation), leave_swarm); }
std::unique_ptr<shell::Program> start_swarm_unlock(Invocation invocation) { return start_procedure(std::move(invocation), unlock_swarm); }
std::unique_ptr<shell::Program> start_swarm_unlock_key(Invocation invocation) { return start_procedure(std::move(invocation), show_unlock_key); }

std::unique_ptr<shell::Program> start_swarm_update(Invocation invocation) {
    // Without a flag it shows its help.
    if (invocation.flags.given.empty()) return say_help(std::move(invocation));
    return start_procedure(std::move(invocation), update_swarm);
}

}  // namespace podium::programs::docker
