// GET /events of engines in a swarm: each manager tells of what applies to its own store (dockerd's
// daemon/cluster/noderunner.go, watchClusterEvents), and its engine keeps the last of it.

#include <algorithm>
#include <utility>

#include "sim/model/engine_events.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"

namespace podium::swarm {
namespace {

constexpr std::size_t kKeptByEngine = 256;    // moby daemon/events/events.go, eventsLimit
constexpr std::size_t kKeptEntries = 1'000;  // for managers that apply them later

}  // namespace

void keep_events(Scene& scene, SwarmRow& swarm, raft::Index index, const std::vector<Touched>& touched) {
    for (const Touched& one : touched) {
        auto event = store_event(swarm.store, one, scene.now());
        if (event) swarm.events[index].push_back(std::make_shared<const StoreEvent>(std::move(*event)));
    }
    if (swarm.events.size() > kKeptEntries) swarm.events.erase(swarm.events.begin());
}

void tell_events(Scene& scene, SwarmRow& swarm, const raft::News& news) {
    const model::HostId host = swarm.host_of.at(news.member);
    HostRow& row = scene.host(host);
    if (!row.alive || row.swarm != swarm.number || row.member != news.member) return;
    const raft::Index first = std::max(news.first, row.events_after + 1);
    for (auto at = swarm.events.lower_bound(first); at != swarm.events.end() && at->first <= news.last; ++at) {
        for (const auto& event : at->second) {
            row.events.push_back(event);
            if (row.events.size() > kKeptByEngine) row.events.pop_front();
            if (!scene.world.host(host).engine.event_requests.empty()) model::tell_event(scene.world, host, event_line(*event));
        }
    }
}

void answer_events(Scene& scene, model::RequestId request) {
    std::vector<model::ToldEvent> told;
    for (const auto& event : scene.host(scene.world.requests.at(request).spec.host).events) told.push_back({event->time, event_line(*event)});
    model::begin_events(scene.world, request, told);
}

}  // namespace podium::swarm
