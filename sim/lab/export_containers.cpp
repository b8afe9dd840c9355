#include "sim/lab/export_containers.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/slots.hpp"

namespace podium::lab {
namespace {

using model::ContainerId;

// Something of it goes on: another container can't have its lane.
bool lane_is_alive(LaneState state) {
    switch (state) {
        case LaneState::Starting:
        case LaneState::Running:
        case LaneState::Healthy:
        case LaneState::Unhealthy:
        case LaneState::Paused:
        case LaneState::BackOff:
        case LaneState::Lost: return true;
        default: return false;
    }
}

bool lane_counts_as_up(LaneState state) { return lane_is_alive(state) && state != LaneState::BackOff && state != LaneState::Lost; }

struct AfterEnd {
    LaneState state;
    std::string text;
};

AfterEnd state_after_end(view::RunEnd how, std::int64_t exit) {
    switch (how) {
        case view::RunEnd::Restarts: return {LaneState::BackOff, fmt::format("ended with status {}, waits to be restarted", exit)};
        case view::RunEnd::Stopped: return {LaneState::Stopped, fmt::format("stopped, with status {}", exit)};
        case view::RunEnd::Done: return {LaneState::Done, "done, with status 0"};
        case view::RunEnd::Failed: break;
    }
    return {LaneState::Failed, exit == 0 ? "ended with status 0, but not by itself" : fmt::format("failed with status {}", exit)};
}

// "web.2"; a task of a global service is named by its host, as its successor there is.
std::string lane_label(const model::World& world, const view::ServiceNames& names, ContainerId container) {
    const bool of_global = view::is_of_task(world, container) && model::number_of(world, container) == 0;
    if (!of_global) return names.label(world, container);
    return fmt::format("{}.{}", model::service_of(world, container), world.host(world.container(container).host).spec.name);
}

// What of a service runs from a moment on.
struct ServiceChange {
    Time time;
    int running = 0;
    int starting = 0;
    int unhealthy = 0;
    FactId fact;
};

std::string service_running_text(const ServiceChange& now) {
    std::string out = fmt::format("{} running", now.running);
    if (now.starting > 0) out += fmt::format(", {} not healthy yet", now.starting);
    if (now.unhealthy > 0) out += fmt::format(", {} unhealthy", now.unhealthy);
    return out;
}

LaneState service_state_after(const ServiceChange& now) {
    if (now.unhealthy == now.running) return LaneState::Unhealthy;
    return now.starting == now.running ? LaneState::Starting : LaneState::Running;
}

}  // namespace

std::uint32_t add_lane(Lanes& lanes, Lane lane) {
    lanes.all.push_back(std::move(lane));
    return static_cast<std::uint32_t>(lanes.all.size() - 1);
}

void open_span(Lane& lane, Time time, LaneState state, std::string text, FactId fact) {
    if (!lane.spans.empty()) {
        time = std::max(time, lane.spans.back().begin);
        if (lane.spans.back().end != kNever) time = std::max(time, lane.spans.back().end);
        close_span(lane, time);
    }
    lane.spans.push_back({time, kNever, state, std::move(text), fact, false});
}

void close_span(Lane& lane, Time time) {
    if (lane.spans.empty() || lane.spans.back().end != kNever) return;
    lane.spans.back().end = std::max(time, lane.spans.back().begin);
    // A state of no length is none.
    if (lane.spans.back().end == lane.spans.back().begin) lane.spans.pop_back();
}

std::map<std::string, std::vector<std::uint32_t>> lanes_by_service(const Lanes& lanes) {
    std::map<std::string, std::vector<std::uint32_t>> out;
    for (std::size_t i = 0; i < lanes.all.size(); ++i) {
        if (lanes.all[i].kind == LaneKind::Container) out[lanes.all[i].service].push_back(static_cast<std::uint32_t>(i));
    }
    return out;
}

std::vector<LaneSpan> service_spans(const Lanes& lanes,
                                    const std::vector<std::uint32_t>& own,
                                    const view::ServiceSummary& service) {
    std::vector<ServiceChange> changes;
    for (const std::uint32_t lane : own) {
        for (const LaneSpan& span : lanes.all[lane].spans) {
            if (!lane_counts_as_up(span.state)) continue;
            const int starting = span.state == LaneState::Starting ? 1 : 0;
            const int unhealthy = span.state == LaneState::Unhealthy ? 1 : 0;
            changes.push_back({span.begin, 1, starting, unhealthy, span.fact});
            changes.push_back({span.end, -1, -starting, -unhealthy, {}});
        }
    }
    std::stable_sort(changes.begin(), changes.end(), [](const ServiceChange& a, const ServiceChange& b) { return a.time < b.time; });
    std::vector<LaneSpan> out;
    ServiceChange now;
    auto outage = service.outages.begin();
    for (std::size_t i = 0; i < changes.size();) {
        now.time = changes[i].time;
        now.fact = {};
        for (; i < changes.size() && changes[i].time == now.time; ++i) {
            now.running += changes[i].running;
            now.starting += changes[i].starting;
            now.unhealthy += changes[i].unhealthy;
            now.fact = std::max(now.fact, changes[i].fact);
        }
        const Time until = i < changes.size() ? changes[i].time : lanes.end;
        if (until <= now.time) continue;
        LaneSpan span{now.time, until, LaneState::Done, "done: nothing of it is to run", now.fact, i == changes.size()};
        while (outage != service.outages.end() && outage->begin + outage->length <= now.time) ++outage;
        const bool out_of_order = outage != service.outages.end() && outage->begin <= now.time;
        if (now.running > 0) {
            span.state = service_state_after(now);
            span.text = service_running_text(now);
        } else if (out_of_order) {
            span.state = LaneState::Down;
            span.text = "down: none of its containers runs";
        }
        const bool same = !out.empty() && out.back().state == span.state && out.back().text == span.text;
        if (same) {
            out.back().end = span.end;
            out.back().goes_on = span.goes_on;
        } else {
            out.push_back(std::move(span));
        }
    }
    return out;
}

ContainerLanes::Life& ContainerLanes::life_of(ContainerId container, Time time) {
    if (lives_.size() < container.value) lives_.resize(world_.containers.size());
    Life& life = lives_[container.value - 1];
    if (life.known) return life;
    life.known = true;
    life.lane = lane_for(container, time);
    return life;
}

// The lane of its name in which nothing of another container goes on. A dead one's state ends when it is taken over.
std::uint32_t ContainerLanes::lane_for(ContainerId container, Time time) {
    const model::Container& row = world_.container(container);
    const std::string label = lane_label(world_, lanes_.names, container);
    const std::string service = lanes_.names.of(model::counted_as(world_, container));
    std::vector<std::uint32_t>& lanes = of_name_[{row.host.value, service, label}];
    owners_.resize(lanes_.all.size());
    for (const std::uint32_t lane : lanes) {
        const std::vector<LaneSpan>& spans = lanes_.all[lane].spans;
        if (!spans.empty() && spans.back().end == kNever && lane_is_alive(spans.back().state)) continue;
        close_span(lanes_.all[lane], time);
        owners_[lane] = container;
        return lane;
    }
    const std::string name = lanes.empty() ? label : fmt::format("{} ({})", label, lanes.size() + 1);
    lanes.push_back(add_lane(lanes_, {LaneKind::Container, name, world_.host(row.host).spec.name, service, {}}));
    owners_.resize(lanes_.all.size());
    owners_[lanes.back()] = container;
    return lanes.back();
}

void ContainerLanes::begin(ContainerId container, Time time, LaneState state, std::string text, FactId fact) {
    Life& life = lives_[container.value - 1];
    if (owners_[life.lane] != container) life.lane = lane_for(container, time);
    open_span(lanes_.all[life.lane], time, state, std::move(text), fact);
}

// What a lane had from a moment on is gone, for what is told now was so before.
void ContainerLanes::cut(std::uint32_t lane, Time time) {
    std::vector<LaneSpan>& spans = lanes_.all[lane].spans;
    while (!spans.empty() && spans.back().begin >= time) spans.pop_back();
    if (!spans.empty()) spans.back().end = std::min(spans.back().end, time);
}

void ContainerLanes::started(ContainerId container, Life& life, const Fact& fact, const view::FactReader& reader) {
    life.runs = true;
    life.lost = false;
    life.begun = fact.time;
    const model::Container& row = world_.container(container);
    const bool checked = row.detail && row.detail->health_check && !row.detail->health_check->test.empty() && row.detail->health_check->test.front() != "NONE";
    const bool again = static_cast<model::StartReason>(reader.number(fact, "reason")) == model::StartReason::RestartPolicy;
    const std::string how = again ? "restarted by its policy" : "running";
    begin(container, fact.time, checked ? LaneState::Starting : LaneState::Running, checked ? how + ", not healthy yet" : how, fact.id);
}

void ContainerLanes::ended(ContainerId container, Life& life, const Fact& fact, const view::FactReader& reader, view::RunEnd how) {
    AfterEnd after = state_after_end(how, reader.number(fact, "exit"));
    // Its engine counts the run anew, and starts it if its policy wants that.
    if (!life.runs && fact.kind == model::kFactContainerFoundDead) after = {LaneState::Failed, "not restarted: its engine was away"};
    Time since = fact.time;
    if (life.runs && owners_[life.lane] == container) {
        // An engine that was away or frozen tells late; how long the run was says when it ended.
        const Time end = std::min(fact.time, life.begun + Duration{reader.number(fact, "ran")});
        // What was lost with its host ran until then, unless its program had ended before.
        const std::vector<LaneSpan>& spans = lanes_.all[life.lane].spans;
        if (!life.lost || (!spans.empty() && spans.back().begin > end)) {
            cut(life.lane, end);
            since = end;
        }
    }
    life.runs = false;
    life.lost = false;
    begin(container, since, after.state, after.text, fact.id);
}

std::uint32_t ContainerLanes::read(const Fact& fact, const view::FactReader& reader) {
    const ContainerId container{fact.subject.id()};
    Life& life = life_of(container, fact.time);
    const std::optional<view::RunEnd> how = life.run.follow(world_, reader, fact);
    switch (fact.kind) {
        case model::kFactContainerCreate: begin(container, fact.time, LaneState::Created, "created, not started", fact.id); break;
        case model::kFactContainerStart: started(container, life, fact, reader); break;
        case model::kFactContainerDie:
        case model::kFactContainerFoundDead:
            if (how) ended(container, life, fact, reader, *how);
            break;
        case model::kFactContainerStartFailed: begin(container, fact.time, LaneState::Failed, "could not be started", fact.id); break;
        case model::kFactContainerRestartCancelled: begin(container, fact.time, LaneState::Stopped, "stopped: its restart was called off", fact.id); break;
        case model::kFactContainerHealthStatus: {
            const std::string status = reader.text(fact, "status");
            const LaneState state = status == "healthy" ? LaneState::Healthy : LaneState::Unhealthy;
            life.before_pause = state;
            const std::vector<LaneSpan>& spans = lanes_.all[life.lane].spans;
            if (life.runs && !life.lost && !spans.empty() && spans.back().state != LaneState::Paused) begin(container, fact.time, state, status, fact.id);
            break;
        }
        case model::kFactContainerPause: {
            const std::vector<LaneSpan>& spans = lanes_.all[life.lane].spans;
            life.before_pause = spans.empty() ? LaneState::Running : spans.back().state;
            begin(container, fact.time, LaneState::Paused, "paused", fact.id);
            break;
        }
        case model::kFactContainerUnpause: begin(container, fact.time, life.before_pause, std::string(lane_state_name(life.before_pause)), fact.id); break;
        case model::kFactContainerDestroy:
            if (owners_[life.lane] == container) close_span(lanes_.all[life.lane], fact.time);
            life.removed = true;
            life.runs = false;
            break;
        default: break;
    }
    return life.lane;
}

void ContainerLanes::host_down(model::HostId host, const Fact& fact) {
    for (std::size_t i = 0; i < lives_.size(); ++i) {
        const ContainerId container{static_cast<std::uint32_t>(i + 1)};
        Life& life = lives_[i];
        if (!life.known || life.lost || life.removed || world_.container(container).host != host) continue;
        const std::vector<LaneSpan>& spans = lanes_.all[life.lane].spans;
        const bool waits = owners_[life.lane] == container && !spans.empty() && spans.back().state == LaneState::BackOff;
        if (!life.runs && !waits) continue;
        life.lost = life.runs;
        begin(container, fact.time, LaneState::Lost, "its host is down", fact.id);
    }
}

void ContainerLanes::finish(Time end) {
    for (std::size_t i = 0; i < lives_.size(); ++i) {
        const ContainerId container{static_cast<std::uint32_t>(i + 1)};
        Life& life = lives_[i];
        const std::optional<Time> ended = view::ended_unseen(world_, container);
        if (!life.runs || !ended || *ended <= life.begun || *ended > end) continue;
        const AfterEnd after = state_after_end(life.run.unseen(world_, container), world_.container(container).detail->pending_exit_code);
        cut(life.lane, *ended);
        begin(container, *ended, after.state, after.text + ", and its engine has not noticed yet", {});
    }
}

}  // namespace podium::lab
