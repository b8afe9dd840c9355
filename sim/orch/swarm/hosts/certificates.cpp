// docker swarm ca --rotate: a new root of certificates takes the place of the old one. First every node gets a
// certificate of the new root, which the old one has signed, too; when all have one, the new root is what nodes
// trust, and the join tokens name it. A node that is away holds all of it up.
//
// Sources: swarmkit ca/reconciler.go (a look every 3 s, at most 30 nodes told at once), ca/renewer.go (half a second
// before a certificate that was asked for), dispatcher.go (a session tells of the node and of the root). Not modelled:
// that an agent's session begins anew with each of its certificates.

#include <utility>

#include "sim/orch/swarm/api.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

// Of kEventCertificate: what the agent's host is about to do.
constexpr std::uint64_t kHearsOfRenewal = 0;
constexpr std::uint64_t kAsksForCertificate = 1;
constexpr std::uint64_t kHearsOfRoot = 2;

void look_at_nodes(Scene& scene, Leadership& leadership, Duration delay) {
    if (std::exchange(leadership.rotation_ahead, true)) return;
    const CauseScope scope(scene.kernel(), {});
    scene.schedule(delay, kEventRotate, leadership.host, 0, leadership.number);
}

void tell_agent(Scene& scene, Leadership& leadership, NodeId node, std::uint64_t what) {
    const auto found = leadership.sessions.find(node);
    if (found == leadership.sessions.end() || found->second.session == 0 || found->second.registering) return;
    const NodeSession& session = found->second;
    if (!scene.session_passes(session.host, session.via, leadership.host)) return;
    scene.schedule(scene.latency(leadership.host, session.host), kEventCertificate, session.host, what, session.session);
}

// finishRootRotation.
void take_new_root(Scene& scene, SwarmRow& swarm, Leadership& leadership) {
    Store& store = leadership.own_store ? *leadership.own_store : swarm.store;
    const Cluster& old = *store.cluster;
    auto fresh = std::make_shared<Cluster>(old);
    const std::uint64_t rotation = store.index() + 1;
    fresh->root = issuing_root(old);
    fresh->rotating = false;
    fresh->worker_token = join_token(old.meta.id, Role::Worker, rotation, fresh->root);
    fresh->manager_token = join_token(old.meta.id, Role::Manager, rotation, fresh->root);
    Proposed proposal;
    proposal.change.because = old.meta.because;
    proposal.change.actions.emplace_back(Put<Cluster>{1, std::move(fresh), old.meta.version, {}});
    const CauseScope scope(scene.kernel(), old.meta.because);
    propose(scene, swarm, scene.host(leadership.host).member, std::move(proposal));
}

void look(Scene& scene, Leadership& leadership) {
    leadership.rotation_ahead = false;
    SwarmRow& swarm = scene.swarm_of(leadership.host);
    const Store& store = leadership.own_store ? *leadership.own_store : swarm.store;
    if (!store.cluster || !store.cluster->rotating) return;
    const std::uint32_t wanted = issuing_root(*store.cluster);
    std::vector<NodeId> told;
    bool all = true;
    store.nodes.for_each([&](std::uint32_t id, const Node& node) {
        if (node.issuer == wanted) return;
        all = false;
        if (node.renewing) {
            tell_agent(scene, leadership, NodeId{id}, kHearsOfRenewal);  // again: it may have got lost on its way
        } else if (told.size() < kMostRenewalsAtOnce) {
            told.push_back(NodeId{id});
        }
    });
    if (all) {
        take_new_root(scene, swarm, leadership);
    } else {
        for (const NodeId id : told) {
            NodeEdit& edit = leadership.nodes[id];
            edit.renewing = true;
            edit.because = store.cluster->meta.because;
        }
        if (!told.empty()) flush_soon(scene, leadership);
    }
    look_at_nodes(scene, leadership, kRootReconcile);
}

// What an agent says of its certificates once they are others.
void describe(Scene& scene, model::HostId host, bool certificate) {
    HostRow& row = scene.host(host);
    Leadership* leadership = row.agent.leader ? scene.leadership(row.agent.leader) : nullptr;
    if (row.agent.stage != Agent::Stage::Registered || leadership == nullptr || !scene.session_passes(host, row.agent.via, row.agent.leader)) return;
    const auto& cluster = scene.store_of(row.agent.leader).cluster;
    const Node* node = scene.store_of(row.agent.leader).nodes.find(row.node.value);
    if (!cluster || node == nullptr) return;
    NodeEdit& edit = leadership->nodes[row.node];
    if (certificate) {
        edit.issuer = issuing_root(*cluster);
        edit.renewing = false;
    } else {
        edit.trusts = cluster->root;
    }
    edit.because = cluster->meta.because;
    flush_soon(scene, *leadership);
}

}  // namespace

void rotate_root(Scene& scene, Leadership& leadership) {
    const Store& store = leadership.own_store ? *leadership.own_store : scene.swarm_of(leadership.host).store;
    if (store.cluster && store.cluster->rotating) look_at_nodes(scene, leadership, {});
}

void certificates_touched(Scene& scene, Leadership& leadership, const Touched& touched) {
    const Store& store = leadership.own_store ? *leadership.own_store : scene.swarm_of(leadership.host).store;
    if (touched.kind == Kind::Cluster) {
        const Cluster* former = before<Cluster>(touched);
        rotate_root(scene, leadership);
        if (former == nullptr || !store.cluster || former->root == store.cluster->root) return;
        std::vector<NodeId> nodes;
        for (const auto& [node, session] : leadership.sessions) nodes.push_back(node);
        for (const NodeId node : nodes) tell_agent(scene, leadership, node, kHearsOfRoot);
        return;
    }
    const Node* node = store.nodes.find(touched.number);
    const Node* former = before<Node>(touched);
    if (node != nullptr && node->renewing && (former == nullptr || !former->renewing)) tell_agent(scene, leadership, NodeId{touched.number}, kHearsOfRenewal);
}

void look_at_certificate(Scene& scene, model::HostId host) {
    const HostRow& row = scene.host(host);
    const Store& store = scene.swarm(row.swarm).store;
    const Node* node = store.nodes.find(row.node.value);
    if (node == nullptr || !store.cluster) return;
    if (node->trusts != store.cluster->root) scene.schedule({}, kEventCertificate, host, kHearsOfRoot, row.agent.session);
    if (node->renewing) scene.schedule({}, kEventCertificate, host, kHearsOfRenewal, row.agent.session);
}

void handle_certificate_event(Scene& scene, const Event& event) {
    const model::HostId host{event.subject};
    if (event.kind == kEventRotate) {
        Leadership* leadership = scene.leadership(host);
        if (leadership != nullptr && leadership->number == event.extra) look(scene, *leadership);
        return;
    }
    const HostRow& row = scene.host(host);
    if (row.swarm == 0 || row.agent.session != event.extra) return;  // the next session tells it again
    if (event.word == kHearsOfRenewal) {
        scene.schedule(kRenewalPause + kMakeCertificate + scene.latency(host, row.agent.leader ? row.agent.leader : host) * 4, kEventCertificate, host, kAsksForCertificate, event.extra);
    } else {
        describe(scene, host, event.word == kAsksForCertificate);
    }
}

}  // namespace podium::swarm
