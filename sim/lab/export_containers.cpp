#include "sim/lab/export_containers.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"

namespace podium::lab {
namespace {

using model::ContainerId;
using model::ExitDecision;

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

AfterEnd state_after_end(const Fact& fact, const view::FactReader& reader) {
    const std::int64_t exit = reader.number(fact, "exit");
    const bool by_itself = static_cast<model::ExitHow>(reader.number(fact, "how")) == model::ExitHow::Exited;
    switch (static_cast<ExitDecision>(reader.number(fact, "decision"))) {
        case ExitDecision::Restart:
            return {LaneState::BackOff, fmt::format("ended with status {}, waits to be restarted", exit)};
        case ExitDecision::ManuallyStopped:
        case ExitDecision::EngineStopping:
        case ExitDecision::RestartRequested: return {LaneState::Stopped, fmt::format("stopped, with status {}", exit)};
        case ExitDecision::StaysDown:
        case ExitDecision::Succeeded:
        case ExitDecision::OutOfAttempts: break;
    }
    if (exit == 0 && by_itself) return {LaneState::Done, "done, with status 0"};
    return {LaneState::Failed, fmt::format("failed with status {}", exit)};
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

std::vector<LaneSpan> service_spans(const Lanes& lanes, const view::ServiceSummary& service) {
    std::vector<ServiceChange> changes;
    for (const Lane& lane : lanes.all) {
        if (lane.kind != LaneKind::Container || lane.service != service.service) continue;
        for (const LaneSpan& span : lane.spans) {
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
        const bool out_of_order = std::any_of(service.outages.begin(), service.outages.end(), [&now](const view::Outage& outage) {
            return outage.begin <= now.time && now.time < outage.begin + outage.length;
        });
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
    const std::string label = model::label_of(world_, container);
    std::string service = model::service_of(world_, container);
    if (service.empty()) service = std::string(world_.name_of(container));
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

void ContainerLanes::ended(ContainerId container, Life& life, const Fact& fact, const view::FactReader& reader) {
    const AfterEnd after = state_after_end(fact, reader);
    Time since = fact.time;
    if (life.runs && owners_[life.lane] == container) {
        // An engine that was away or frozen tells late; how long the run was says when it ended.
        const Time end = std::min(fact.time, life.begun + Duration{reader.number(fact, "ran")});
        if (!life.lost) {
            cut(life.lane, end);
            since = end;
        } else if (std::vector<LaneSpan>& spans = lanes_.all[life.lane].spans; !spans.empty() && spans.back().begin > end) {
            const LaneSpan lost = spans.back();
            cut(life.lane, end);
            open_span(lanes_.all[life.lane], end, LaneState::Lost, lost.text, lost.fact);
        }
    }
    life.runs = false;
    life.lost = false;
    begin(container, since, after.state, after.text, fact.id);
}

std::uint32_t ContainerLanes::read(const Fact& fact, const view::FactReader& reader) {
    const ContainerId container{fact.subject.id()};
    Life& life = life_of(container, fact.time);
    switch (fact.kind) {
        case model::kFactContainerCreate: begin(container, fact.time, LaneState::Created, "created, not started", fact.id); break;
        case model::kFactContainerStart: started(container, life, fact, reader); break;
        case model::kFactContainerDie:
        case model::kFactContainerFoundDead: ended(container, life, fact, reader); break;
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
        if (!life.runs || life.lost) continue;
        const model::Container& row = world_.container(container);
        const bool unseen = row.detail && !row.process_alive && row.detail->pending_end > life.begun && row.detail->pending_end <= end;
        if (!unseen) continue;
        cut(life.lane, row.detail->pending_end);
        begin(container, row.detail->pending_end, LaneState::Failed, "ended, and its engine has not noticed yet", {});
    }
}

}  // namespace podium::lab
