// Requests, answers and heartbeats under way in a ClusterView, and the sources of traffic.

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "sim/lab/cluster_look_parts.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::lab::cluster_look {
namespace {

using view::FlightView;
using view::kNone;

constexpr std::uint32_t kMedian = 500;  // per mille

std::int64_t a_second_milli(std::uint64_t count, Duration over) {
    if (over.nanoseconds <= 0) return 0;
    return static_cast<std::int64_t>(static_cast<double>(count) * 1e12 / static_cast<double>(over.nanoseconds));
}

std::uint32_t tile_of_container(const Making& making, model::ContainerId container) {
    return container ? making.tile_of[container.value - 1] : kNone;
}

// An exchange's own row does not say when it was sent, but its source does.
void add_exchange(Making& making, model::ExchangeId id, Time sent, std::uint32_t source) {
    const model::Exchange* row = making.world().exchanges.find(id);
    if (row == nullptr) return;
    FlightView out;
    switch (row->state) {
        case model::ExchangeState::Travelling:
        case model::ExchangeState::Queued:
        case model::ExchangeState::Answering: out.kind = FlightView::Kind::Request; break;
        case model::ExchangeState::Returning: out.kind = FlightView::Kind::Answer; break;
        case model::ExchangeState::Answered:
        case model::ExchangeState::NoSuchHost:
        case model::ExchangeState::Refused:
        case model::ExchangeState::Unreachable:
        case model::ExchangeState::TimedOut:
        case model::ExchangeState::Reset: return;  // it has ended, and waits for its client to look
    }
    const std::uint32_t client = host_index(row->from_host);
    const std::uint32_t server = host_index(row->to_host);
    const bool back = out.kind == FlightView::Kind::Answer;
    out.from_host = back ? server : client;
    out.to_host = back ? client : server;
    out.tile = tile_of_container(making, row->to_container);
    out.sent = sent;
    out.source = source;
    if (!back) out.arrives = sent + row->latency + row->added_latency;
    making.view.flights.push_back(out);
}

// What is under way, by ticket; of too many the newest. A ticket is given again, so its number says nothing of its age.
std::vector<const model::TrafficFlight*> newest_flights(const model::Traffic& source) {
    std::vector<const model::TrafficFlight*> out;
    for (const model::TrafficFlight& flight : source.flights)
        if (flight.used && flight.exchange) out.push_back(&flight);
    if (out.size() <= kMostFlights) return out;
    const auto newer = [](const model::TrafficFlight* a, const model::TrafficFlight* b) { return a->attempt > b->attempt; };
    std::nth_element(out.begin(), out.begin() + kMostFlights, out.end(), newer);
    out.resize(kMostFlights);
    std::sort(out.begin(), out.end());
    return out;
}

// What has been sent of late and has come to its end already: the source keeps when each attempt is over
// at the latest, for as long as its patience. Where such a one went isn't kept any more; the server that
// answered last stands for it.
void add_recent(Making& making, const model::Traffic& source, std::uint32_t index) {
    const Time now = making.now();
    const Time from = now - making.wish.trail;
    const bool failing = source.state == model::TrafficState::Failing;
    std::size_t put = 0;
    for (auto deadline = source.deadlines.rbegin(); deadline != source.deadlines.rend() && put < kMostFlights; ++deadline) {
        const Time sent = deadline->time - source.spec.timeout;
        if (sent < from) break;
        const model::TrafficFlight* flight = deadline->ticket < source.flights.size() ? &source.flights[deadline->ticket] : nullptr;
        if (flight != nullptr && flight->used && flight->attempt == deadline->attempt && flight->exchange) continue;
        FlightView out;
        out.kind = failing ? FlightView::Kind::Failure : FlightView::Kind::Request;
        out.from_host = host_index(source.from);
        out.tile = tile_of_container(making, source.last_server);
        if (source.last_server) out.to_host = host_index(making.world().container(source.last_server).host);
        out.sent = sent;
        out.arrives = sent;
        out.source = index;
        making.view.flights.push_back(out);
        ++put;
    }
}

Duration latency_between(const model::World& world, model::HostId from, model::HostId to) {
    return world.network.path(world.host(from).node, world.host(to).node).latency;
}

// The last of a row of moments `period` apart, of which one was `begin`.
Time last_beat(Time begin, Duration period, Time now) {
    return now - Duration{(now - begin).nanoseconds % period.nanoseconds};
}

void add_beat(Making& making, model::HostId from, model::HostId to, Time sent) {
    const Time now = making.now();
    if (from == to || now - sent > making.wish.trail) return;
    FlightView out;
    out.kind = FlightView::Kind::Heartbeat;
    out.from_host = host_index(from);
    out.to_host = host_index(to);
    out.sent = sent;
    out.arrives = sent + latency_between(making.world(), from, to);
    making.view.flights.push_back(out);
}

// Heartbeats. What is ahead in the kernel's queue can't be read, so they are worked out. An agent's: the
// dispatcher lets a session expire kGraceMultiplier periods after the last beat it has heard, and the
// period is the swarm's (by chance up to half a second more or less, which is left out). Those of Raft:
// the leader's ticks, counted from when it took the lead.
void add_heartbeats(Making& making, const SwarmReading& reading) {
    const model::World& world = making.world();
    const swarm::SwarmRow& row = *reading.row;
    if (!reading.leader || !row.store.cluster) return;
    const Duration period = row.store.cluster->spec.heartbeat_period;
    const raft::GroupOptions& raft = row.group.options();
    const Duration tick = raft.tick * raft.raft.heartbeat_ticks;
    const auto& rows = making.state.swarm.state().hosts;
    const model::NodeId here = world.host(reading.leader).node;
    for (const auto& [member, leadership] : row.leaders) {
        if (leadership.host != reading.leader || period.nanoseconds <= 0 || tick.nanoseconds <= 0) continue;
        for (const auto& [node, session] : leadership.sessions) {
            if (session.session == 0 || !session.host || !world.host(session.host).up || world.host(session.host).frozen) continue;
            if (!world.network.connected(world.host(session.host).node, here)) continue;
            const Time heard = session.expires - period * swarm::kGraceMultiplier;
            add_beat(making, session.host, reading.leader, heard <= making.now() ? heard : last_beat(leadership.since, period, making.now()));
        }
        for (const auto& [other, host] : row.host_of) {
            if (other == member || rows[host.value - 1].member != other || row.group.presence(other) == raft::Presence::Stopped) continue;
            // What is sent to one that can't be reached is sent all the same.
            add_beat(making, reading.leader, host, last_beat(leadership.since, tick, making.now()));
        }
    }
}

// A probe of a health check that runs now.
void add_probes(Making& making) {
    const model::World& world = making.world();
    for (const view::Tile& tile : making.view.tiles) {
        if (!tile.has_health) continue;
        const model::Health& health = world.detail({tile.container}).health;
        if (!health.open || !health.probe) continue;
        FlightView out;
        out.kind = FlightView::Kind::Probe;
        out.from_host = tile.host;
        out.to_host = tile.host;
        out.tile = making.tile_of[tile.container - 1];
        out.sent = health.probe_started;
        making.view.flights.push_back(out);
    }
}

}  // namespace

void add_traffic(Making& making) {
    const Time now = making.now();
    for (const model::Traffic& source : making.world().traffic) {
        view::TrafficView out;
        out.name = source.spec.name;
        out.target = source.spec.port == 0 ? source.spec.target : fmt::format("{}:{}", source.spec.target, source.spec.port);
        out.sent = source.tally.sent;
        out.answered = source.tally.answered();
        out.failed = source.tally.failed();
        out.median = source.tally.latency.quantile(kMedian);
        out.sending = source.sending;
        out.failing = source.state == model::TrafficState::Failing;
        if (source.sending) {
            out.rate_milli = a_second_milli(out.sent, now - source.begun);
            out.failed_milli = a_second_milli(out.failed, now - source.begun);
        }
        making.view.traffic.push_back(std::move(out));
    }
}

void add_flights(Making& making) {
    const model::World& world = making.world();
    for (std::uint32_t index = 0; index < world.traffic.size(); ++index) {
        const model::Traffic& source = world.traffic[index];
        if (source.over) continue;
        for (const model::TrafficFlight* flight : newest_flights(source)) add_exchange(making, flight->exchange, flight->sent, index);
        add_recent(making, source, index);
    }
    // Those of processes: since when is not kept.
    std::size_t put = 0;
    for (const model::ExchangeId id : world.exchanges.keys()) {
        if (world.exchanges.at(id).traffic) continue;
        if (++put > kMostFlights) break;
        add_exchange(making, id, making.now(), kNone);
    }
    for (const SwarmReading& reading : making.swarms) add_heartbeats(making, reading);
    add_probes(making);
}

}  // namespace podium::lab::cluster_look

namespace podium::lab {

Time TrafficRates::next() const {
    return samples_.empty() ? Time{} : Time{(samples_.back().time.nanoseconds / kEvery.nanoseconds + 1) * kEvery.nanoseconds};
}

void TrafficRates::follow(const Session& session) {
    if (session.now() < next()) return;
    Sample sample{session.now(), {}};
    for (const model::Traffic& source : session.world().traffic)
        sample.sources.push_back({source.tally.sent, source.tally.failed(), source.sending});
    samples_.push_back(std::move(sample));
    if (samples_.size() > kMostSamples) samples_.pop_front();
}

void TrafficRates::forget_after(Time time) {
    while (!samples_.empty() && samples_.back().time > time) samples_.pop_back();
}

void TrafficRates::put(view::ClusterView& view) const {
    const auto later = std::upper_bound(samples_.begin(), samples_.end(), view.time - kSpan, [](Time time, const Sample& sample) { return time < sample.time; });
    if (later == samples_.begin()) return;
    const Sample& before = *std::prev(later);
    const Duration over = view.time - before.time;
    if (over > kSpan * 2) return;  // nobody looked in between
    for (std::size_t i = 0; i < std::min(before.sources.size(), view.traffic.size()); ++i) {
        view::TrafficView& source = view.traffic[i];
        const Count& count = before.sources[i];
        if (!count.sending || count.sent > source.sent || count.failed > source.failed) continue;
        source.rate_milli = cluster_look::a_second_milli(source.sent - count.sent, over);
        source.failed_milli = cluster_look::a_second_milli(source.failed - count.failed, over);
    }
}

}  // namespace podium::lab
