// Requests of clients: refused by who is no manager, passed on to the leader, or answered once a change
// is agreed upon (daemon/cluster/cluster.go; swarmkit manager/state/raft LeaderConn and its raft proxy).

#include <utility>

#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/model/attachment.hpp"
#include "sim/orch/swarm/api.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

constexpr std::string_view kLostLeadership = "rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status";
constexpr std::string_view kDeadline = "rpc error: code = DeadlineExceeded desc = context deadline exceeded";

constexpr std::string_view kPreparing = "This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.";
// The engine still has a client of the manager that stops (daemon/cluster/noderunner.go, handleControlSocketChange).
constexpr std::string_view kStopping =
    "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial unix /var/run/docker/swarm/control.sock: connect: no such file or directory\"";
constexpr std::string_view kLocked = "Swarm is encrypted and needs to be unlocked before it can be used. Please use \"docker swarm unlock\" to unlock it.";

void answer_with(Scene& scene, std::uint32_t number, const ApiReply& reply) {
    answer_wish(scene, number, reply.status, reply.body);
}

ApiContext context_of(Scene& scene, model::HostId asked, model::HostId leader) {
    SwarmRow& swarm = scene.swarm_of(leader);
    ApiContext context{scene.kernel()};
    context.swarm = swarm.number;
    context.self = scene.host(asked).node;
    context.leader = scene.host(leader).node;
    const raft::MemberId self = scene.host(leader).member;
    for (const raft::MemberId member : swarm.group.node(self).configuration().voters) {
        const HostRow& row = scene.host(swarm.host_of.at(member));
        if (row.swarm == swarm.number && row.member == member) {
            context.managers[row.node] = swarm.group.is_active(self, member);
            continue;
        }
        // It left without a word; its node is still in the store.
        scene.store_of(leader).nodes.for_each([&](std::uint32_t id, const Node& node) {
            if (node.member == member) context.managers[NodeId{id}] = swarm.group.is_active(self, member);
        });
    }
    return context;
}

constexpr std::size_t kMostGiven = 12;
constexpr std::size_t kMostGivenBytes = 1U << 18U;

// What a prune asks of the leader (daemon/prune.go, clusterNetworksPrune); only engines speak so.
model::RequestSpec swarm_prune(const model::RequestSpec& spec) {
    const auto option = [&spec](const char* name) {
        const auto found = spec.options.find(name);
        return found == spec.options.end() ? std::string() : found->second;
    };
    model::RequestSpec out = spec;
    out.target = "POST /networks/prune";
    out.body = json_bytes(Json{{"filters", option("filters")}, {"until_ns", option("until_ns")}});
    return out;
}

// The answer to a request that the leader has.
ApiReply decided(Scene& scene, const Wish& wish, const model::RequestSpec& spec, model::HostId leader) {
    const ApiContext context = context_of(scene, wish.host, leader);
    Store& store = scene.store_of(leader);
    SwarmRow& swarm = scene.swarm_of(leader);
    ApiRequest asked = parse_target(spec.target);
    asked.body = spec.body;
    if (asked.method != "GET" || !asked.body.empty()) return answer(context, store, asked);

    GivenAnswer fresh{spec.target, store.index(), &store != &swarm.store, context.self, context.leader, context.managers, 200, {}};
    for (const GivenAnswer& given : swarm.given)
        if (given.serves(fresh)) return {given.status, given.body, {}, {}};
    ApiReply reply = answer(context, store, asked);
    if (reply.change || reply.logs || reply.body.size() > kMostGivenBytes) return reply;
    fresh.status = reply.status;
    fresh.body = reply.body;
    std::erase_if(swarm.given, [&](const GivenAnswer& given) { return given.target == fresh.target && given.asked == fresh.asked; });
    if (swarm.given.size() == kMostGiven) swarm.given.erase(swarm.given.begin());
    swarm.given.push_back(std::move(fresh));
    return reply;
}

void send_answer(Scene& scene, std::uint32_t number, int status, std::string body) {
    Wish& wish = scene.state.wishes.at(number);
    wish.status = status;
    wish.body = std::move(body);
    wish.waits_for_change = false;
    if (wish.leader == wish.host) return answer_wish(scene, number, status, std::move(wish.body));
    if (!scene.calls(wish.host, wish.leader)) return;  // its time will be up
    const CauseScope scope(scene.kernel(), wish.cause);
    scene.schedule(scene.latency(wish.leader, wish.host), kEventAnswer, wish.host, number, ++wish.serial);
}

void expect_deadline(Scene& scene, std::uint32_t number) {
    Wish& wish = scene.state.wishes.at(number);
    if (wish.has_deadline) return;
    wish.has_deadline = true;
    const CauseScope scope(scene.kernel(), {});
    scene.schedule(kRequestTimeout - (scene.now() - wish.begun), kEventDeadline, wish.host, number, 0);
}

// The request is with the leader.
void decide(Scene& scene, std::uint32_t number, model::HostId leader) {
    Wish& wish = scene.state.wishes.at(number);
    wish.leader = leader;
    if (wish.info) return send_answer(scene, number, 200, {});
    const model::Request* request = scene.world.requests.find(wish.request);
    if (request == nullptr) return;
    ApiReply reply = decided(scene, wish, wish.prunes ? swarm_prune(request->spec) : request->spec, leader);
    if (reply.logs) return subscribe_logs(scene, number, leader, std::move(*reply.logs));
    if (!reply.change) return send_answer(scene, number, reply.status, std::move(reply.body));
    wish.status = reply.status;
    wish.body = std::move(reply.body);
    wish.waits_for_change = true;
    expect_deadline(scene, number);
    Proposed proposal;
    proposal.change = std::move(*reply.change);
    if (!proposal.change.because) proposal.change.because = wish.cause;
    proposal.wish = number;
    if (!propose(scene, scene.swarm_of(leader), scene.host(leader).member, std::move(proposal))) send_answer(scene, number, 500, api_error(500, kLostLeadership).body);
}

// Finds the leader and passes the request on; while there is none, looks again every second.
void seek_leader(Scene& scene, std::uint32_t number, bool first) {
    Wish& wish = scene.state.wishes.at(number);
    const model::HostId here = wish.host;
    if (scene.leadership(here) != nullptr && scene.swarm_of(here).store.cluster) return decide(scene, number, here);
    const SwarmRow& swarm = scene.swarm_of(here);
    const raft::MemberId self = scene.host(here).member;
    const raft::MemberId leader = swarm.group.node(self).leader();
    expect_deadline(scene, number);
    const CauseScope scope(scene.kernel(), wish.cause);
    if (leader && leader != self) {
        const model::HostId there = swarm.host_of.at(leader);
        if (scene.calls(here, there) && scene.leadership(there) != nullptr) {
            wish.leader = there;
            scene.schedule(scene.latency(here, there), kEventAsk, there, number, ++wish.serial);
            return;
        }
    } else if (!leader && first && swarm.group.led_last(self) && swarm.group.ticks_without_leader(self) > kLostQuorumTicks) {
        // As recorded, only who has led itself says so at once; one that followed lets every request wait until its time is up
        // (swarm-failure/23-two-managers-leader-kill: 20 s each, for 270 s).
        return answer_with(scene, number, no_leader());
    }
    wish.leader = here;
    scene.schedule(kLeaderPoll, kEventAsk, here, number, ++wish.serial);
}

void refuse(Scene& scene, std::uint32_t number, std::string_view text) {
    answer_with(scene, number, api_error(503, text));
}

void ask_unlock_key(Scene& scene, std::uint32_t number, model::HostId host) {
    const auto& cluster = scene.store_of(host).cluster;
    Json body;
    body["UnlockKey"] = cluster ? cluster->unlock_key : std::string();
    answer_wish(scene, number, 200, json_bytes(body));
}

void answer_info_of(Scene& scene, std::uint32_t number, const std::string& error) {
    const Wish wish = scene.state.wishes.at(number);
    scene.state.wishes.erase(number);
    const model::HostId leader = error.empty() && wish.leader && scene.host(wish.host).manager ? wish.leader : model::HostId{};
    model::answer_info(scene.world, wish.request, info_parts_json(scene, wish.host, leader, error));
}

// Refused or not, the engine goes on.
void answer_prune_of(Scene& scene, std::uint32_t number, int status, const std::string& body) {
    const model::RequestId request = scene.state.wishes.at(number).request;
    scene.state.wishes.erase(number);
    std::vector<std::string> removed;
    const Json answered = status < 400 ? Json::parse(body, nullptr, false) : Json();
    if (answered.is_object() && answered.contains("NetworksDeleted") && answered["NetworksDeleted"].is_array())
        removed = answered["NetworksDeleted"].get<std::vector<std::string>>();
    model::answer_network_prune(scene.world, request, removed);
}

void begin(Scene& scene, std::uint32_t number, const ApiRequest& asked) {
    const Wish& wish = scene.state.wishes.at(number);
    const HostRow& row = scene.host(wish.host);
    if (asked.path == "/swarm/init") return ask_init(scene, number);
    if (asked.path == "/swarm/join") return ask_join(scene, number);
    if (asked.path == "/swarm/leave") {
        const auto force = asked.query.find("force");
        return ask_leave(scene, number, force != asked.query.end() && force->second != "0" && force->second != "false" && !force->second.empty());
    }
    if (asked.path == "/swarm/unlock") return ask_unlock(scene, number);
    switch (row.state) {
        case HostRow::State::Out:
        case HostRow::State::Initialising:
        case HostRow::State::Joining:
        case HostRow::State::Failed: return answer_with(scene, number, not_in_a_swarm());
        case HostRow::State::Locked: return refuse(scene, number, kLocked);
        case HostRow::State::Active:
        case HostRow::State::Leaving: break;
    }
    if (scene.manager_stops(wish.host)) return refuse(scene, number, kStopping);
    // libnetwork's ManagerRedirectError, as dockerd says it (daemon/network.go).
    if (!row.manager && asked.method == "POST" && asked.path == "/networks/create")
        return answer_with(scene, number, api_error(403, "Cannot create a multi-host network from a worker node. Please create the network from a manager node."));
    if (!row.manager) return answer_with(scene, number, not_a_manager());
    if (!scene.manager_runs(wish.host)) return refuse(scene, number, kPreparing);
    if (asked.path == "/swarm/unlockkey") return ask_unlock_key(scene, number, wish.host);
    seek_leader(scene, number, true);
}

}  // namespace

void ask(Scene& scene, model::RequestId id) {
    const model::Request* request = scene.world.requests.find(id);
    if (request == nullptr) return forget_logs(scene, id);
    if (request->done) return;
    if (request->spec.operation == model::Operation::Events) return answer_events(scene, id);
    if (model::asks_for_place(*request)) return ask_attachment(scene, id);
    if (request->spec.operation == model::Operation::NetworkInspect) return answer_network_inspect(scene, id);
    const std::uint32_t number = ++scene.state.last_wish;
    Wish& wish = scene.state.wishes[number];
    wish.request = id;
    wish.host = wish.leader = request->spec.host;
    wish.begun = scene.now();
    wish.cause = request->cause;
    const CauseScope scope(scene.kernel(), request->cause);
    wish.info = request->spec.operation == model::Operation::Info;
    if (wish.info) {
        const HostRow& row = scene.host(wish.host);
        if (row.state == HostRow::State::Active && scene.manager_stops(wish.host)) return answer_info_of(scene, number, std::string(kStopping));
        const bool manager = row.state == HostRow::State::Active && row.manager && scene.manager_runs(wish.host);
        return manager ? seek_leader(scene, number, true) : answer_info_of(scene, number, {});
    }
    if (request->spec.operation == model::Operation::NetworkPrune) {
        wish.prunes = true;
        const HostRow& row = scene.host(wish.host);
        const bool manager = row.state == HostRow::State::Active && row.manager && scene.manager_runs(wish.host);
        return manager ? seek_leader(scene, number, true) : answer_prune_of(scene, number, 503, {});
    }
    const ApiRequest asked = parse_target(request->spec.target);
    if (asked.method.empty()) return answer_with(scene, number, api_error(404, "page not found"));
    begin(scene, number, asked);
}

void answer_wish(Scene& scene, std::uint32_t number, int status, std::string body) {
    const auto found = scene.state.wishes.find(number);
    if (found == scene.state.wishes.end()) return;
    if (found->second.info) {
        std::string error;
        if (status >= 400) error = nlohmann::json::parse(body, nullptr, false).value("message", std::string());
        return answer_info_of(scene, number, error);
    }
    if (found->second.prunes) return answer_prune_of(scene, number, status, body);
    const model::RequestId request = found->second.request;
    scene.state.wishes.erase(found);
    model::answer_orchestration(scene.world, request, status, std::move(body));
}

void change_decided(Scene& scene, std::uint32_t number, bool applied) {
    const auto found = scene.state.wishes.find(number);
    if (found == scene.state.wishes.end() || !found->second.waits_for_change) return;
    if (applied) {
        send_answer(scene, number, found->second.status, std::move(found->second.body));
    } else {
        ApiReply reply = out_of_sequence();
        send_answer(scene, number, reply.status, std::move(reply.body));
    }
}

void wish_lost_leader(Scene& scene, std::uint32_t number) {
    const auto found = scene.state.wishes.find(number);
    if (found == scene.state.wishes.end() || !found->second.waits_for_change) return;
    if (scene.host(found->second.leader).alive) {
        send_answer(scene, number, 500, api_error(500, kLostLeadership).body);
    } else {  // the connection broke: it is asked again (pollNewLeaderConn)
        found->second.waits_for_change = false;
        found->second.leader = found->second.host;
        scene.schedule(kLeaderPoll, kEventAsk, found->second.host, number, ++found->second.serial);
    }
}

void forget_wishes_of(Scene& scene, model::HostId host) {
    std::erase_if(scene.state.wishes, [host](const auto& entry) { return entry.second.host == host; });
    // What it had as the leader is asked again by who passed it on.
    for (auto& [number, wish] : scene.state.wishes) {
        if (wish.leader != host || wish.waits_for_change) continue;
        wish.leader = wish.host;
        scene.schedule(kLeaderPoll, kEventAsk, wish.host, number, ++wish.serial);
    }
}

void handle_ask_event(Scene& scene, const Event& event) {
    const auto number = static_cast<std::uint32_t>(event.word);
    const auto found = scene.state.wishes.find(number);
    if (found == scene.state.wishes.end()) return;
    Wish& wish = found->second;
    if (event.kind == kEventDeadline) return answer_with(scene, number, api_error(500, kDeadline));
    if (wish.serial != event.extra) return;
    if (event.kind == kEventAnswer) return answer_wish(scene, number, wish.status, std::move(wish.body));
    const model::HostId here{event.subject};
    if (!scene.manager_runs(wish.host)) return refuse(scene, number, kPreparing);
    if (here != wish.host && scene.leadership(here) != nullptr) return decide(scene, number, here);
    seek_leader(scene, number, false);
}

}  // namespace podium::swarm
