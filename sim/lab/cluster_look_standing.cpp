// How a container stands: the worst that is true of it.

#include <algorithm>

#include "sim/lab/cluster_look_parts.hpp"
#include "sim/model/container.hpp"
#include "sim/model/defaults.hpp"
#include "sim/model/outline.hpp"
#include "sim/view/run_end.hpp"

namespace podium::lab::cluster_look {
namespace {

using model::Container;
using model::ContainerDetail;
using model::ContainerState;
using view::Phase;

// A request that has asked it to stop and waits for that; null: none does.
const model::Request* stop_under_way(const model::World& world, const ContainerDetail& detail) {
    for (const model::RequestId id : detail.waiters) {
        const model::Request* request = world.requests.find(id);
        if (request == nullptr || request->done) continue;
        const model::Operation operation = request->spec.operation;
        if (operation == model::Operation::ContainerStop || operation == model::Operation::ContainerRestart ||
            operation == model::Operation::ContainerRemove)
            return request;
    }
    return nullptr;
}

Time fact_time(const model::World& world, FactId fact, Time otherwise) {
    return fact && world.kernel.journal().has(fact) ? world.kernel.journal().at(fact).time : otherwise;
}

// The back-off counts from the moment at which the engine has noticed the end: the fact of it.
Standing back_off(const model::World& world, const Container& c) {
    Standing out{Phase::BackOff, c.finished, kNever, false};
    if (!c.detail) {
        out.until = c.finished + c.backoff + model::kContainerStart;
        return out;
    }
    if (c.detail->start_stage != 0) return {Phase::Starting, world.kernel.now(), kNever, false};
    const FactId last = c.last_fact;
    if (last && world.kernel.journal().has(last)) {
        const Fact fact = world.kernel.journal().at(last);
        if (fact.kind == model::kFactContainerDie) out.since = fact.time;
    }
    // An engine that is away or stands still restarts nothing, whatever its timers say.
    if (world.host(c.host).engine.state == model::EngineState::Running)
        out.until = std::max(out.since + c.detail->nominal_backoff, world.kernel.now());
    return out;
}

bool is_going_down(const model::World& world, const Container& c, model::ContainerId id) {
    const model::Engine& engine = world.host(c.host).engine;
    return engine.state == model::EngineState::Stopping && engine.going_down.contains(id);
}

std::optional<Standing> stopping(const model::World& world, const Container& c, model::ContainerId id) {
    if (const model::Request* request = stop_under_way(world, *c.detail)) {
        Standing out{Phase::Stopping, request->submitted, request->due, false};
        // Its grace is over: it was killed, and ends in this instant or when it can.
        if (out.until <= world.kernel.now()) out.until = world.kernel.now();
        return out;
    }
    if (!is_going_down(world, c, id)) return std::nullopt;
    Standing out{Phase::Stopping, fact_time(world, c.last_fact, {}), kNever, false};
    const int grace = model::stop_timeout_of(world, id);
    if (grace >= 0 && out.since > Time{}) out.until = std::max(out.since + seconds(grace), world.kernel.now());
    return out;
}

Standing of_running(const Making& making, const Container& c, model::ContainerId id) {
    const model::World& world = making.world();
    if (!c.detail) return {Phase::Running, c.started, kNever, true};
    const ContainerDetail& d = *c.detail;
    if (auto ending = stopping(world, c, id)) return *ending;
    if (c.state == ContainerState::Paused) return {Phase::Paused, d.paused_since, kNever, false};
    if (d.health.status == model::HealthStatus::Unhealthy) {
        const Time since = d.health.log.empty() ? c.started : d.health.log.back().end;
        return {Phase::Unhealthy, since, kNever, true};
    }
    if (d.health.status == model::HealthStatus::Starting) return {Phase::Starting, c.started, kNever, true};
    // What it publishes leads nowhere until it listens.
    const bool reached = d.ports.empty() || making.listening[id.value - 1];
    return {reached ? Phase::Running : Phase::Starting, c.started, kNever, true};
}

Standing of_ended(const Container& c) {
    const bool out_of_memory = c.detail && c.detail->oom_killed;
    if (out_of_memory) return {Phase::OutOfMemory, c.finished, kNever, false};
    if (c.exit_code != 0 && !c.manually_stopped) return {Phase::Failed, c.finished, kNever, false};
    return {Phase::Exited, c.finished, kNever, false};
}

// It ended, or was lost with its host, and its engine has not looked since.
Standing of_gone(const model::World& world, model::ContainerId id) {
    const Container& c = world.container(id);
    const std::optional<Time> ended = view::ended_unseen(world, id);
    if (!ended) return {Phase::Lost, {}, kNever, false};
    const bool out_of_memory = c.detail->oom_pending && c.detail->pending_signal != 0;
    const bool failed = c.detail->pending_exit_code != 0 && !c.manually_stopped;
    return {out_of_memory ? Phase::OutOfMemory : failed ? Phase::Failed : Phase::Exited, *ended, kNever, false};
}

// A task that Swarm keeps ready until its restart delay is over has a container that was never started.
std::optional<Standing> waiting_task(const Making& making, model::ContainerId id) {
    const TaskOfContainer of = making.task_of_container(id.value - 1);
    if (of.swarm == view::kNone) return std::nullopt;
    const swarm::Task* task = making.swarms[of.swarm].row->store.tasks.find(of.task.value);
    if (task == nullptr) return std::nullopt;
    const auto due = restart_due(making, *task, of.task);
    if (!due) return std::nullopt;
    return Standing{Phase::BackOff, task->meta.created, std::max(*due, making.now()), false};
}

}  // namespace

Standing standing_of(const Making& making, model::ContainerId id) {
    const model::World& world = making.world();
    const Container& c = world.container(id);
    const view::HostView& host = making.view.hosts[c.host.value - 1];
    const bool cut_off = host.cut_off && making.task_of_container(id.value - 1).swarm != view::kNone;
    if (c.counts_as_running() && (!host.up || host.frozen || cut_off)) {
        const Time since = host.frozen ? world.host(c.host).frozen_since : Time{};
        return {Phase::Lost, since, kNever, false};
    }
    if (view::gone_unseen(world, id)) return of_gone(world, id);
    switch (c.state) {
        case ContainerState::Created:
            if (model::is_starting(c)) return {Phase::Starting, making.now(), kNever, false};
            if (c.exit_code != 0) return {Phase::Failed, c.finished, kNever, false};
            if (auto waits = waiting_task(making, id)) return *waits;
            return {Phase::Created, c.detail ? c.detail->created : c.outline->created, kNever, false};
        case ContainerState::Running:
        case ContainerState::Paused: return of_running(making, c, id);
        case ContainerState::Restarting: return back_off(world, c);
        case ContainerState::Removing: return {Phase::Stopping, c.finished, kNever, false};
        case ContainerState::Exited:
            if (c.detail && c.detail->start_stage != 0) return {Phase::Starting, making.now(), kNever, false};
            return of_ended(c);
        case ContainerState::Removed: break;
    }
    return {Phase::Exited, c.finished, kNever, false};
}

}  // namespace podium::lab::cluster_look
