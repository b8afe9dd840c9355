// docker swarm init and join (daemon/cluster/swarm.go; swarmkit node/node.go).

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/address.hpp"
#include "sim/model/targets.hpp"
#include "sim/orch/swarm/api.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/hosts/listen_address.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

constexpr std::string_view kAlreadyPart = "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and join another one.";
constexpr std::string_view kLiveRestore = "--live-restore daemon configuration is incompatible with swarm mode";
constexpr std::string_view kJoinTimeout =
    "Timeout was reached before node joined. The attempt to join the swarm will continue in the background. "
    "Use the \"docker info\" command to see the current swarm status of your node.";
constexpr std::string_view kCallTimedOut = "rpc error: code = DeadlineExceeded desc = context deadline exceeded";
constexpr std::string_view kNoValidToken = "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster";

// Of "SWMTKN-1-<digest of the CA>-<secret>".
constexpr std::string_view kTokenPrefix = "SWMTKN-1-";
constexpr std::size_t kTokenDigest = 50;
constexpr std::size_t kTokenSecret = 25;

std::string body_of(const Scene& scene, std::uint32_t wish) {
    const model::Request* request = scene.world.requests.find(scene.state.wishes.at(wish).request);
    return request == nullptr ? std::string() : request->spec.body;
}

std::string without_port(const std::string& address) { return address.substr(0, address.find(':')); }

void refuse(Scene& scene, std::uint32_t wish, const model::Refusal& refusal) {
    answer_wish(scene, wish, refusal.status, api_error(refusal.status, refusal.message).body);
}

// What both check first. False: it has been answered.
bool may_begin(Scene& scene, std::uint32_t wish) {
    const model::HostId host = scene.state.wishes.at(wish).host;
    const bool out = scene.host(host).state == HostRow::State::Out;
    const bool live_restore = scene.world.host(host).engine.live_restore;
    if (!out) refuse(scene, wish, {503, std::string(kAlreadyPart)});
    if (out && live_restore) refuse(scene, wish, {500, std::string(kLiveRestore)});
    return out && !live_restore;
}

void begin_joining(Scene& scene, std::uint32_t wish, HostRow::State state, HostRow::Step step) {
    const model::HostId host = scene.state.wishes.at(wish).host;
    HostRow& row = scene.host(host);
    row.state = state;
    row.step = step;
    row.wish = wish;
    row.told = false;
    row.begun = row.due = scene.now();
    row.tries = 0;
    row.trying = row.knows_root = row.calling_back = false;
    ++row.attempt;
}

// --- init ---

void found_swarm(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    const ClusterSpec spec = read_init(row.init_body)->spec;
    raft::GroupOptions options;
    options.raft.election_ticks = spec.election_tick;
    options.raft.heartbeat_ticks = spec.heartbeat_tick;
    options.snapshot_interval = spec.snapshot_interval;
    const auto number = static_cast<std::uint32_t>(scene.state.swarms.size() + 1);
    scene.state.swarms.emplace_back(number, raft::Group(number, number == 1 ? "swarm" : fmt::format("swarm-{}", number), options));
    SwarmRow& swarm = scene.state.swarms.back();
    if (scene.state.watched) swarm.group.watch();
    const model::Host& machine = scene.world.host(host);
    row.member = swarm.group.add_member({machine.spec.name, host, machine.node, 0, row.port});
    row.events_after = swarm.applied;
    swarm.host_of[row.member] = host;
    row.swarm = number;
    row.manager = true;
    scene.state.network_version = scene.world.network.version();
    swarm.group.found(scene.setting(), {row.member});
}

Change first_change(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    SwarmRow& swarm = scene.swarm(row.swarm);
    const InitRequest wanted = *read_init(row.init_body);
    auto cluster = std::make_shared<Cluster>();
    cluster->meta.id = public_id(Kind::Cluster, swarm.number, 1);
    cluster->spec = wanted.spec;
    cluster->worker_token = join_token(cluster->meta.id, Role::Worker, 0);
    cluster->manager_token = join_token(cluster->meta.id, Role::Manager, 0);
    if (cluster->spec.autolock) cluster->unlock_key = unlock_key(cluster->meta.id, 0);
    if (!wanted.address_pools.empty()) cluster->address_pool = join(wanted.address_pools, ",");
    if (wanted.subnet_size != 0) cluster->subnet_size = wanted.subnet_size;
    if (wanted.data_path_port != 0) cluster->data_path_port = wanted.data_path_port;
    auto node = std::make_shared<Node>();
    row.node = NodeId{swarm.store.next_number(Kind::Node)};
    node->meta.id = public_id(Kind::Node, swarm.number, row.node.value);
    node->spec.role = node->role = Role::Manager;
    node->spec.availability = row.availability;
    node->member = row.member;
    node->host = host;
    node->address = row.address;
    auto ingress = std::make_shared<Network>();
    const std::uint32_t network = swarm.store.next_number(Kind::Network);
    ingress->meta.id = public_id(Kind::Network, swarm.number, network);
    ingress->name = "ingress";
    ingress->ingress = true;
    Change change;
    change.because = scene.kernel().cause();
    change.actions.emplace_back(Put<Cluster>{1, std::move(cluster), 0, {}});
    change.actions.emplace_back(Put<Node>{row.node.value, std::move(node), 0, {}});
    change.actions.emplace_back(Put<Network>{network, std::move(ingress), 0, {}});
    return change;
}

// The other managers are workers now. Those that live hear at their next message that they are members no more
// (transport/transport.go: ErrMemberRemoved), end their managers, and get certificates of workers; those that don't, when they are
// back. Their agents go on with the survivor.
void dismiss_others(Scene& scene, model::HostId survivor) {
    for (std::size_t i = 0; i < scene.state.hosts.size(); ++i) {
        const model::HostId id{static_cast<std::uint32_t>(i + 1)};
        if (id == survivor || scene.host(id).swarm != scene.host(survivor).swarm || !scene.host(id).member) continue;
        become_worker(scene, id);
    }
}

void go_on_initialising(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    Kernel& kernel = scene.kernel();
    switch (row.step) {
        case HostRow::Step::Keys:
            kernel.set_cause(kernel.record(kFactSwarmFormed, Subject(SubjectType::Host, host.value), kernel.intern(scene.world.host(host).spec.name)));
            row.changed_because = kernel.cause();
            found_swarm(scene, host);
            row.step = HostRow::Step::Raft;
            break;
        case HostRow::Step::Containers:  // of --force-new-cluster
            if (!tasks_cleared(scene, host)) return;
            scene.swarm(row.swarm).group.force_alone(scene.setting(), row.member);
            row.step = HostRow::Step::Raft;
            break;
        case HostRow::Step::Raft: {
            if (scene.leadership(host) == nullptr) break;
            SwarmRow& swarm = scene.swarm(row.swarm);
            Proposed proposal;
            if (!row.node) {
                proposal.change = first_change(scene, host);
            } else {  // the other managers are workers now (swarmkit force-new-cluster)
                swarm.store.nodes.for_each([&](std::uint32_t id, const Node& node) {
                    if (!node.member || node.member == row.member) return;
                    NodeEdit& edit = proposal.nodes[NodeId{id}];
                    edit.role = edit.wanted_role = Role::Worker;
                    edit.no_member = true;
                    edit.because = kernel.cause();
                });
                dismiss_others(scene, host);
            }
            row.step = HostRow::Step::Agent;
            propose(scene, swarm, row.member, std::move(proposal));
            break;
        }
        case HostRow::Step::Agent:
            if (scene.swarm(row.swarm).store.nodes.find(row.node.value) == nullptr) break;
            scene.world.host(host).engine.orchestrated = true;
            row.agent.managers = {host};
            row.step = HostRow::Step::Done;
            begin_agent(scene, host);
            return;
        case HostRow::Step::Certificate:
        case HostRow::Step::Done: return;
    }
    look_again(scene, host, kMembershipPoll);
}

void ask_force_new_cluster(Scene& scene, std::uint32_t wish) {
    const model::HostId host = scene.state.wishes.at(wish).host;
    HostRow& row = scene.host(host);
    begin_joining(scene, wish, HostRow::State::Initialising, HostRow::Step::Containers);
    row.told = false;
    end_agent(scene, host);
    clear_tasks(scene, host, true);
}

// --- join ---

// Looks again when it is due, and before that when whoever waits is to be told that it goes on without him.
void wait_until(Scene& scene, model::HostId host, Time due) {
    HostRow& row = scene.host(host);
    row.due = due;
    const Time told = row.begun + kRequestTimeout;
    const Time next = row.told ? due : std::min(due, told);
    look_again(scene, host, std::max(Duration{}, next - scene.now()));
}

// daemon/cluster/swarm.go, Join: whoever still waits gets the error, and nothing stays; else the node stays
// with its error until it leaves, for it never was ready.
void joining_failed(Scene& scene, model::HostId host, const std::string& error) {
    HostRow& row = scene.host(host);
    if (!row.told) {
        answer_member_error(scene, host, 500, error);
        return forget_membership(scene, host);
    }
    if (row.member) leave_group(scene, host);
    end_agent(scene, host);
    row.state = HostRow::State::Failed;
    row.error = error;
    row.reconnect = {};
}

// One of five attempts has failed (ca/config.go, DownloadRootCA; ca/certificates.go, RequestAndSaveNewCertificates).
void attempt_failed(Scene& scene, model::HostId host, std::string error) {
    HostRow& row = scene.host(host);
    row.trying = false;
    ++row.tries;
    row.error = std::move(error);
    wait_until(scene, host, scene.now() + kCertificateRetry);
}

model::HostId host_at(const Scene& scene, const std::string& address) {
    for (std::size_t i = 0; i < scene.world.hosts.size(); ++i) {
        const model::HostId id{static_cast<std::uint32_t>(i + 1)};
        if (scene.world.hosts[i].spec.address == address || (scene.host(id).swarm != 0 && scene.host(id).address == address)) return id;
    }
    return {};
}

// The leader that a manager knows; none: it knows of none it reaches.
model::HostId leader_known_at(const Scene& scene, model::HostId manager) {
    if (scene.leadership(manager) != nullptr) return manager;
    const SwarmRow& swarm = scene.swarm_of(manager);
    const raft::MemberId leader = swarm.group.node(scene.host(manager).member).leader();
    if (!leader) return {};
    const model::HostId there = swarm.host_of.at(leader);
    return scene.calls(manager, there) && scene.leadership(there) != nullptr ? there : model::HostId{};
}

bool same_authority(const std::string& token, const Cluster& cluster) {
    const std::size_t length = kTokenPrefix.size() + kTokenDigest;
    return token.substr(0, length) == cluster.worker_token.substr(0, length);
}

// The certificate is issued: the node is in the store (swarmkit ca/server.go, IssueNodeCertificate).
void issue_certificate(Scene& scene, model::HostId host, model::HostId leader) {
    HostRow& row = scene.host(host);
    SwarmRow& swarm = scene.swarm_of(leader);
    const Cluster& cluster = *swarm.store.cluster;
    const bool manager = row.token == cluster.manager_token;
    if (!manager && row.token != cluster.worker_token) return attempt_failed(scene, host, std::string(kNoValidToken));
    auto node = std::make_shared<Node>();
    row.swarm = swarm.number;
    row.node = NodeId{swarm.store.next_number(Kind::Node)};
    row.manager = manager;
    node->meta.id = public_id(Kind::Node, swarm.number, row.node.value);
    node->spec.role = node->role = manager ? Role::Manager : Role::Worker;
    node->spec.availability = row.availability;
    node->host = host;
    node->address = row.address;
    node->issuer = issuing_root(cluster);
    node->trusts = cluster.root;
    Kernel& kernel = scene.kernel();
    Proposed proposal;
    proposal.change.because = kernel.record(kFactNodeJoined, Subject(SubjectType::Node, row.node.value), kernel.intern(scene.world.host(host).spec.name), node->role);
    proposal.change.actions.emplace_back(Put<Node>{row.node.value, std::move(node), 0, {}});
    kernel.set_cause(proposal.change.because);
    row.changed_because = proposal.change.because;
    propose(scene, swarm, scene.host(leader).member, std::move(proposal));
    row.agent.managers = {leader};
    row.trying = false;
    row.step = HostRow::Step::Agent;
    look_again(scene, host, kMakeCertificate + scene.latency(host, leader) * 4);
}

// The root's certificate comes first, from any manager; its digest is in the token (GetRemoteCA).
bool has_root(Scene& scene, model::HostId host, model::HostId manager) {
    HostRow& row = scene.host(host);
    if (row.knows_root) return true;
    const auto& cluster = scene.store_of(manager).cluster;
    if (!cluster) return false;
    if (!same_authority(row.token, *cluster)) {
        attempt_failed(scene, host, fmt::format("remote CA does not match fingerprint. Expected: {}", row.token.substr(kTokenPrefix.size(), kTokenDigest)));
        return false;
    }
    row.knows_root = true;
    row.tries = 0;
    row.try_begun = scene.now();
    return true;
}

// A firewall that drops packets says nothing, so that a call takes all of its time.
void seek_certificate(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    if (row.tries == kCertificateTries) return joining_failed(scene, host, row.error);
    if (!std::exchange(row.trying, true)) row.try_begun = scene.now();
    for (const std::string& remote : row.remotes) {
        // Names are looked up before (ask_join); what is none of a host's is nobody's.
        if (const std::string name = without_port(remote); !model::parse_ipv4(name)) {
            if (&remote != &row.remotes.back()) continue;
            return attempt_failed(scene, host, fmt::format("rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial tcp: lookup {} on 127.0.0.53:53: no such host\"", name));
        }
        const model::HostId manager = host_at(scene, without_port(remote));
        if (!manager || !scene.world.host(manager).up || !scene.calls(host, manager)) continue;
        // Nobody listens elsewhere.
        const bool listens = remote.ends_with(fmt::format(":{}", scene.host(manager).port));
        if (!listens || !scene.manager_runs(manager)) {
            if (&remote != &row.remotes.back()) continue;
            return attempt_failed(scene, host, fmt::format("rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial tcp {}: connect: connection refused\"", remote));
        }
        if (!has_root(scene, host, manager)) {
            if (!row.trying) return;
            continue;
        }
        const model::HostId leader = leader_known_at(scene, manager);
        if (leader && scene.swarm_of(leader).store.cluster) return issue_certificate(scene, host, leader);
    }
    const Time end = row.try_begun + kAgentCallTimeout;
    if (scene.now() >= end) return attempt_failed(scene, host, std::string(kCallTimedOut));
    wait_until(scene, host, std::min(end, scene.now() + kLeaderPoll));
}

void go_on_joining(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    if (!row.told && scene.now() - row.begun >= kRequestTimeout) {
        answer_member_error(scene, host, 503, kJoinTimeout);
        scene.world.host(host).engine.orchestrated = true;  // GET /info says that it is pending
    }
    switch (row.step) {
        case HostRow::Step::Certificate:
            if (scene.now() < row.due) return wait_until(scene, host, row.due);
            return seek_certificate(scene, host);
        case HostRow::Step::Agent: {
            if (scene.swarm(row.swarm).store.nodes.find(row.node.value) == nullptr) {  // its leader may be gone
                if (scene.now() - row.try_begun > kAgentCallTimeout) {
                    row.step = HostRow::Step::Certificate;
                    return attempt_failed(scene, host, std::string(kCallTimedOut));
                }
                return look_again(scene, host, kMembershipPoll);
            }
            scene.world.host(host).engine.orchestrated = true;
            row.step = row.manager ? HostRow::Step::Raft : HostRow::Step::Done;
            begin_agent(scene, host);
            if (row.manager) look_again(scene, host, kStartManager);
            return;
        }
        case HostRow::Step::Raft:
            switch (join_group(scene, host)) {
                case GroupJoin::Later: return look_again(scene, host, kMembershipPoll);
                case GroupJoin::Failed: return joining_failed(scene, host, row.error);
                case GroupJoin::Done: break;
            }
            row.step = HostRow::Step::Done;
            if (row.agent.stage == Agent::Stage::Registered) node_is_ready(scene, host);
            return;
        case HostRow::Step::Keys:
        case HostRow::Step::Containers:
        case HostRow::Step::Done: return;
    }
}

}  // namespace

void look_again(Scene& scene, model::HostId host, Duration delay) {
    scene.schedule(delay, kEventMembership, host, 0, ++scene.host(host).attempt);
}

void answer_member(Scene& scene, model::HostId host, int status, std::string body) {
    HostRow& row = scene.host(host);
    row.told = true;
    answer_wish(scene, std::exchange(row.wish, 0), status, std::move(body));
}

void answer_member_error(Scene& scene, model::HostId host, int status, std::string_view text) {
    answer_member(scene, host, status, api_error(status, text).body);
}

void ask_init(Scene& scene, std::uint32_t wish) {
    const model::HostId host = scene.state.wishes.at(wish).host;
    HostRow& row = scene.host(host);
    const std::string body = body_of(scene, wish);
    const auto wanted = read_init(body);
    // All but the body's form is looked at only where there is no swarm yet (daemon/cluster/swarm.go, Init).
    const bool of_values = !wanted && (wanted.refusal().status == 500 || wanted.refusal().message.starts_with("rpc error"));
    if (of_values && !may_begin(scene, wish)) return;
    if (!wanted) return refuse(scene, wish, wanted.refusal());
    const bool is_voter = row.state == HostRow::State::Active && row.manager && scene.manager_runs(host) && scene.swarm_of(host).group.node(row.member).can_lead();
    if (wanted->force_new_cluster && is_voter) return ask_force_new_cluster(scene, wish);
    if (!may_begin(scene, wish)) return;
    if (scene.state.swarms.size() >= kMostSwarms) return refuse(scene, wish, {500, "a run has at most a thousand swarms"});
    const auto advertised = advertised_address(scene, host, wanted->advertise_address);
    if (const auto bad = check_other_addresses(scene, host, wanted->listen_address, wanted->data_path_address)) return refuse(scene, wish, *bad);
    if (!advertised) return refuse(scene, wish, advertised.refusal());
    row.init_body = body;
    row.availability = wanted->availability;
    row.address = advertised.value();
    begin_joining(scene, wish, HostRow::State::Initialising, HostRow::Step::Keys);
    look_again(scene, host, kMakeAuthority);
}

void ask_join(Scene& scene, std::uint32_t wish) {
    const model::HostId host = scene.state.wishes.at(wish).host;
    HostRow& row = scene.host(host);
    const auto wanted = read_join(body_of(scene, wish));
    if (!wanted) return refuse(scene, wish, wanted.refusal());
    if (!may_begin(scene, wish)) return;
    row.remotes = wanted->remote_addresses;
    for (std::string& remote : row.remotes) {
        if (remote.find(':') == std::string::npos) remote += ":2377";
        // A name is looked up as it is dialled; a host's own is in every host's /etc/hosts.
        const std::size_t colon = remote.rfind(':');
        if (const model::HostId named = model::host_named(scene.world, remote.substr(0, colon))) remote.replace(0, colon, scene.world.host(named).spec.address);
    }
    row.token = wanted->token;
    const bool formed = row.token.starts_with(kTokenPrefix) && row.token.size() == kTokenPrefix.size() + kTokenDigest + 1 + kTokenSecret && row.token[kTokenPrefix.size() + kTokenDigest] == '-';
    if (!formed) return refuse(scene, wish, {500, "invalid join token"});
    if (const auto bad = check_other_addresses(scene, host, wanted->listen_address, wanted->data_path_address)) return refuse(scene, wish, *bad);
    // The remote side sees where a node calls from, so that a wrong one is no error here; a port that isn't simulated is.
    const auto advertised = advertised_address(scene, host, wanted->advertise_address);
    if (!advertised && advertised.refusal().status == 501) return refuse(scene, wish, advertised.refusal());
    row.availability = wanted->availability;
    row.address = advertised ? advertised.value() : scene.world.host(host).spec.address;
    begin_joining(scene, wish, HostRow::State::Joining, HostRow::Step::Certificate);
    look_again(scene, host, kMakeCertificate);
}

void node_is_ready(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    if (row.step != HostRow::Step::Done) return;
    if (row.state != HostRow::State::Joining && row.state != HostRow::State::Initialising) return;
    const bool init = std::exchange(row.state, HostRow::State::Active) == HostRow::State::Initialising;
    const Node* node = scene.swarm(row.swarm).store.nodes.find(row.node.value);
    join_gateway(scene, host);
    if (row.told) return;
    answer_member(scene, host, 200, init && node != nullptr ? json_bytes(Json(node->meta.id.text())) : std::string());
}

void handle_membership_event(Scene& scene, const Event& event) {
    const model::HostId host{event.subject};
    const HostRow& row = scene.host(host);
    if (row.attempt != event.extra) return;
    switch (row.state) {
        case HostRow::State::Initialising: go_on_initialising(scene, host); return;
        case HostRow::State::Joining: go_on_joining(scene, host); return;
        case HostRow::State::Leaving: go_on_leaving(scene, host); return;
        case HostRow::State::Failed: start_node(scene, host); return;
        case HostRow::State::Out:
        case HostRow::State::Active:
        case HostRow::State::Locked: return;
    }
}

}  // namespace podium::swarm
