// Hosts' engines that begin, end and stand still: the swarm's part of dockerd lives and ends with them.

#include <utility>

#include "sim/model/engine.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

void begin_life(Scene& scene, model::HostId id) {
    HostRow& row = scene.host(id);
    row.alive = true;
    row.changed_because = scene.kernel().cause();
    row.configured = configured_resources(scene.world, id);
    logs_found_leader(scene, id);
    if (row.swarm == 0) return;
    start_node(scene, id);
    if (row.swarm != 0) announce(scene, id);
}

void end_life(Scene& scene, model::HostId id, bool orderly) {
    HostRow& row = scene.host(id);
    row.alive = row.frozen = false;
    row.gossip_ahead = false;
    row.held.clear();
    row.events.clear();
    row.changed_because = scene.kernel().cause();
    forget_wishes_of(scene, id);
    forget_logs_of(scene, id);
    forget_attachments(scene, id);
    if (row.swarm == 0) {
        row.state = HostRow::State::Out;  // what it was about to join
        scene.world.host(id).engine.orchestrated = false;
        ++row.attempt;
        return;
    }
    stop_node(scene, id, orderly);
    scene.schedule(orderly ? Duration{} : kGossipSuspicion, kEventSuspect, id, 0, 0);
}

void set_frozen(Scene& scene, model::HostId id, bool frozen) {
    HostRow& row = scene.host(id);
    row.frozen = frozen;
    row.changed_because = scene.kernel().cause();
    if (row.swarm != 0 && row.member) {
        raft::Group& group = scene.swarm(row.swarm).group;
        frozen ? group.freeze(scene.setting(), row.member) : group.thaw(scene.setting(), row.member);
    }
    if (frozen) return;
    // Its timers ran on: what has become due happens now.
    for (const Event& event : std::exchange(row.held, {})) {
        const CauseScope scope(scene.kernel(), event.cause);
        scene.kernel().schedule({}, event.phase(), event.kind, event.subject, event.word, event.extra);
    }
}

}  // namespace

Duration Scene::latency(model::HostId a, model::HostId b) const {
    if (a == b) return kLocalCall;
    return world.network.path(world.host(a).node, world.host(b).node).latency;
}

void notice_engine(Scene& scene, model::HostId id) {
    const model::Host& host = scene.world.host(id);
    const model::EngineState engine = host.engine.state;
    const bool alive = host.up && (engine == model::EngineState::Running || engine == model::EngineState::Frozen);
    const bool frozen = alive && (engine == model::EngineState::Frozen || host.frozen);
    HostRow& row = scene.host(id);
    if (row.alive && !alive) end_life(scene, id, engine == model::EngineState::Stopping && !host.engine.live_restore);
    if (!row.alive && alive) begin_life(scene, id);
    if (alive && row.state != HostRow::State::Active) model::open_api(scene.world, id);  // locked, or no part of a swarm any more
    if (row.alive && row.frozen != frozen) set_frozen(scene, id, frozen);
    if (row.alive && row.swarm != 0) look_at_description(scene, id);
}

void notice_network(Scene& scene) {
    if (scene.state.network_version == scene.world.network.version()) return;
    scene.state.network_version = scene.world.network.version();
    for (SwarmRow& swarm : scene.state.swarms) {
        swarm.network_because = scene.kernel().cause();
        swarm.group.network_changed(scene.setting());
    }
    reachability_changed(scene);
}

}  // namespace podium::swarm
