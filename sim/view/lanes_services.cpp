// The lanes of services: how many of their containers run, as facts tell it.

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <utility>

#include "sim/model/facts.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/objects.hpp"
#include "sim/view/lane_reading.hpp"
#include "sim/view/lanes.hpp"

namespace podium::view {
namespace {

struct Told {
    Tone tone = Tone::Plain;
    std::string_view what;  // empty: it is not told
};

// An event of a service's or a task's life, as far as it is told.
Told told_of_service(FactKind kind) {
    switch (kind) {
        case swarm::kFactServiceCreated: return {Tone::Plain, "service created"};
        case swarm::kFactServiceUpdated: return {Tone::Plain, "service updated"};
        case swarm::kFactServiceRemoved: return {Tone::Quiet, "service removed"};
        case swarm::kFactServiceWaits: return {Tone::Warning, "service waits"};
        case swarm::kFactUpdateStarted: return {Tone::Plain, "update begins"};
        case swarm::kFactUpdatePaused: return {Tone::Bad, "update paused"};
        case swarm::kFactUpdateCompleted: return {Tone::Good, "update completed"};
        case swarm::kFactRollbackStarted: return {Tone::Warning, "rollback begins"};
        case swarm::kFactRollbackPaused: return {Tone::Bad, "rollback paused"};
        case swarm::kFactRollbackCompleted: return {Tone::Good, "rollback completed"};
        case swarm::kFactTaskPending: return {Tone::Warning, "no node suits"};
        case swarm::kFactTaskGivenUp: return {Tone::Bad, "task given up"};
        case swarm::kFactTaskRejected: return {Tone::Warning, "task rejected"};
        case swarm::kFactTaskRefused: return {Tone::Warning, "task refused"};
        case swarm::kFactNodeShunned: return {Tone::Warning, "node shunned"};
        default: return {};
    }
}

Told told_of_node(FactKind kind, std::int64_t state) {
    switch (kind) {
        case swarm::kFactSwarmFormed: return {Tone::Plain, "swarm formed"};
        case swarm::kFactNodeJoined: return {Tone::Plain, "joins the swarm"};
        case swarm::kFactNodeLeft: return {Tone::Plain, "leaves the swarm"};
        case swarm::kFactNodeRole: return {Tone::Plain, "has another role"};
        case swarm::kFactSessionLost: return {Tone::Warning, "lost its manager"};
        default: break;
    }
    switch (static_cast<swarm::NodeState>(state)) {
        case swarm::NodeState::Ready: return {Tone::Good, "node ready"};
        case swarm::NodeState::Down: return {Tone::Bad, "node down"};
        case swarm::NodeState::Disconnected: return {Tone::Warning, "node disconnected"};
        case swarm::NodeState::Unknown: return {Tone::Warning, "node unknown"};
    }
    return {};
}

}  // namespace

LaneFollower::Place LaneFollower::service(const std::string& name, const std::string& project) {
    const auto [found, is_new] = service_names_.emplace(std::pair(name, project), static_cast<Place>(services_.size()));
    if (is_new) {
        services_.emplace_back();
        services_.back().lane = lane_of(LaneKind::Service, name, 0, project);
    }
    return found->second;
}

// One of no service goes by its name at that time, which each of its facts begins with.
LaneFollower::ContainerNow& LaneFollower::container(const Reading& at) {
    const std::uint32_t id = at.fact.subject.id();
    if (id >= containers_.size()) containers_.resize(std::max<std::size_t>(id + 1, containers_.size() * 2));
    ContainerNow& row = containers_[id];
    if (row.service == kNowhere) {
        const std::string name = model::service_of(at.world, model::ContainerId{id});
        if (name.empty()) {
            row.service = service(at.text("name"));
        } else {
            row.service = service(name, model::project_of(at.world, model::ContainerId{id}));
        }
    }
    return row;
}

void LaneFollower::count(ContainerNow& row, bool in) {
    ServiceNow& all = services_[row.service];
    const auto add = [in](std::uint32_t& sum, bool one) {
        if (one) sum = in ? sum + 1 : sum - 1;
    };
    add(all.containers, row.exists);
    add(all.running, row.runs);
    add(all.wanted, row.wanted);
    add(all.done, row.done);
}

void LaneFollower::set_running(const Reading& at, std::uint32_t id, bool runs) {
    containers_[id].runs = runs;
    std::set<std::uint32_t>& of_host = hosts_[at.world.container(model::ContainerId{id}).host.value].running;
    if (runs) {
        of_host.insert(id);
    } else {
        of_host.erase(id);
    }
}

// Of a swarm's the slots say it: what ended stays there for a while, and should not run any more.
std::uint32_t LaneFollower::wanted_of(const ServiceNow& row) { return row.of_swarm ? static_cast<std::uint32_t>(row.slots.size()) : row.wanted; }

LaneFollower::Totals LaneFollower::totals() const {
    Totals out;
    for (const ServiceNow& row : services_) {
        if (!row.of_swarm && !row.asked) continue;
        out.wanted += wanted_of(row);
        out.running += std::min(wanted_of(row), row.running);
    }
    return out;
}

void LaneFollower::tell_service(const Reading& at, Place place) {
    const ServiceNow& all = services_[place];
    const std::uint32_t wanted = wanted_of(all);
    const std::uint32_t running = all.running;
    if (wanted == 0 && running == 0 && all.containers == 0) {
        end_span(all.lane, at.fact.time);
    } else if (running > 0 && running >= wanted) {
        span(all.lane, at, Tone::Good, running, fmt::format("{} running", running));
    } else if (running > 0) {
        span(all.lane, at, Tone::Warning, running, fmt::format("{} of {} running", running, wanted));
    } else if (wanted > 0) {
        span(all.lane, at, all.ever ? Tone::Bad : Tone::Quiet, 0, fmt::format("none of {} running", wanted));
    } else {
        span(all.lane, at, Tone::Quiet, 0, all.done > 0 ? "done" : "stopped");
    }
}

void LaneFollower::host_lost(const Reading& at) {
    std::set<Place> touched;
    const std::set<std::uint32_t> lost = hosts_[at.fact.subject.id()].running;
    for (const std::uint32_t id : lost) {
        ContainerNow& row = containers_[id];
        count(row, false);
        set_running(at, id, false);
        count(row, true);
        touched.insert(row.service);
    }
    for (const Place place : touched) tell_service(at, place);
}

// Whether it should run after this end: not when it was stopped, nor when its work is done. An engine that was stopped or
// that restarts it on request starts it again, as far as its policy is more than `no`.
void LaneFollower::container_ended(const Reading& at, RunEnd end) {
    const std::uint32_t id = at.fact.subject.id();
    ContainerNow& row = container(at);
    const auto decision = static_cast<model::ExitDecision>(at.number("decision"));
    const bool quiet = end == RunEnd::Stopped || end == RunEnd::Done;
    const bool found = at.fact.kind == model::kFactContainerFoundDead;
    count(row, false);
    set_running(at, id, false);
    if (!found) {
        const bool comes_back = decision == model::ExitDecision::EngineStopping || decision == model::ExitDecision::RestartRequested;
        row.done = end == RunEnd::Done;
        row.wanted = !quiet || (end == RunEnd::Stopped && comes_back);
    } else if (quiet) {  // its engine starts it again before it is up, or not at all
        row.found = end;
        hosts_[at.world.container(model::ContainerId{id}).host.value].found.push_back(id);
    }
    count(row, true);
    tell_service(at, row.service);
    mark(services_[row.service].lane, at, quiet ? Tone::Quiet : Tone::Bad, found ? "found dead" : row.done ? "done" : quiet ? "stopped" : "died");
}

void LaneFollower::found_settled(const Reading& at, HostNow& row) {
    std::set<Place> touched;
    for (const std::uint32_t id : std::exchange(row.found, {})) {
        ContainerNow& one = containers_[id];
        if (!one.found) continue;
        count(one, false);
        one.done = *one.found == RunEnd::Done;
        one.wanted = false;
        one.found.reset();
        count(one, true);
        touched.insert(one.service);
    }
    for (const Place place : touched) tell_service(at, place);
}

void LaneFollower::follow_container(const Reading& at) {
    const std::uint32_t id = at.fact.subject.id();
    if (model::is_of_build(at.world.container(model::ContainerId{id}))) return;
    const auto change = [&](bool exists, bool wanted, bool runs) {
        ContainerNow& row = container(at);
        count(row, false);
        row.exists = exists;
        row.wanted = wanted;
        row.done = false;
        row.found.reset();
        set_running(at, id, runs);
        if (runs) services_[row.service].ever = services_[row.service].asked = true;
        count(row, true);
        tell_service(at, row.service);
    };
    const auto tell = [&](Tone tone, std::string_view what) { mark(services_[container(at).service].lane, at, tone, what); };
    std::optional<RunEnd> end;
    if (RunFollower::wants(at.fact.kind)) end = container(at).run.follow(at.world, FactReader(at.world, at.facts), at.fact);
    switch (at.fact.kind) {
        case model::kFactContainerCreate: change(true, true, false); return;
        case model::kFactContainerStart:
            change(true, true, true);
            if (at.number("reason") == static_cast<std::int64_t>(model::StartReason::RestartPolicy)) tell(Tone::Warning, "restarted");
            return;
        case model::kFactContainerUnpause: change(true, container(at).wanted, true); return;
        case model::kFactContainerPause: change(true, container(at).wanted, false); return;
        case model::kFactContainerDestroy: change(false, false, false); return;
        case model::kFactContainerRestartCancelled: change(true, false, false); return;
        case model::kFactContainerDie:
        case model::kFactContainerFoundDead:
            if (end) container_ended(at, *end);
            return;
        case model::kFactContainerOom: tell(Tone::Bad, "out of memory"); return;
        case model::kFactContainerStartFailed:
            services_[container(at).service].asked = true;
            tell(Tone::Bad, "could not be started");
            return;
        case model::kFactContainerHealthStatus: {
            const bool healthy = at.text("status") == "healthy";
            tell(healthy ? Tone::Good : Tone::Bad, healthy ? "healthy" : "unhealthy");
            return;
        }
        case model::kFactContainerRename: {
            if (!model::service_of(at.world, model::ContainerId{id}).empty()) return;
            ContainerNow& row = container(at);
            count(row, false);
            tell_service(at, row.service);
            const bool ever = services_[row.service].ever;
            const bool asked = services_[row.service].asked;
            row.service = service(at.text("name"));
            services_[row.service].ever = services_[row.service].ever || ever;
            services_[row.service].asked = services_[row.service].asked || asked;
            count(row, true);
            tell_service(at, row.service);
            return;
        }
        default: return;
    }
}

void LaneFollower::follow_swarm(const Reading& at) {
    const FactKind kind = at.fact.kind;
    if (kind >= swarm::kFactHosts && kind != swarm::kFactTaskRefused) {
        const model::HostId id = model::host_named(at.world, at.text("node"));
        const Told told = told_of_node(kind, at.number("state"));
        if (id) mark(host(at.world, id.value).lane, at, told.tone, told.what);
        return;
    }
    const std::string task = at.text("task");
    std::string name = at.text("service");
    if (name.empty()) name = task.substr(0, task.rfind('.'));
    if (name.empty()) return;
    const Place place = service(name);
    ServiceNow& row = services_[place];
    row.of_swarm = true;
    if (kind == swarm::kFactTaskCreated) row.slots.insert(task);
    if (kind == swarm::kFactServiceRemoved) row.slots.clear();
    // A job's task that has done its work; a service's is followed by another, or is not wanted any more.
    if (kind == swarm::kFactTaskEnded && at.number("state") == static_cast<std::int64_t>(swarm::TaskState::Complete)) row.slots.erase(task);
    if (kind == swarm::kFactTaskDeleted && at.number("reason") == static_cast<std::int64_t>(swarm::DeleteReason::Node)) row.slots.erase(task);
    if (kind == swarm::kFactTaskStopping) {
        const auto reason = static_cast<swarm::StopReason>(at.number("reason"));
        if (reason == swarm::StopReason::Scale || reason == swarm::StopReason::ServiceRemoved || reason == swarm::StopReason::Node) row.slots.erase(task);
    }
    tell_service(at, place);
    if (const Told told = told_of_service(kind); !told.what.empty()) mark(row.lane, at, told.tone, told.what);
}

}  // namespace podium::view
