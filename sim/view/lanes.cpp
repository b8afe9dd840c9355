#include "sim/view/lanes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

#include "sim/model/facts.hpp"
#include "sim/model/prune.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/model/traffic.hpp"
#include "sim/orch/raft/facts.hpp"
#include "sim/orch/swarm/facts.hpp"
#include "sim/view/lane_reading.hpp"

namespace podium::view {

bool Lane::is_called(std::string_view text) const {
    return model::names_service(text, name, project);
}

namespace {

constexpr std::size_t kMostNamedFaults = 3;

int lane_badness(Tone tone) {
    switch (tone) {
        case Tone::Quiet: return 0;
        case Tone::Plain: return 1;
        case Tone::Good: return 2;
        case Tone::Warning: return 3;
        case Tone::Bad: return 4;
    }
    return 0;
}

// One in place of two neighbours.
LaneSpan put_together(const LaneSpan& first, const LaneSpan& second) {
    LaneSpan out = lane_badness(second.tone) > lane_badness(first.tone) ? second : first;
    out.begin = first.begin;
    out.end = second.end;
    out.level = std::min(first.level, second.level);
    return out;
}

LaneMark put_together(const LaneMark& first, const LaneMark& second) {
    return lane_badness(second.tone) > lane_badness(first.tone) ? second : first;
}

// Puts the older half together, two by two, when there are too many.
template <class Row>
void keep_bounded(SharedRows<Row>& rows) {
    if (rows.size() <= LaneFollower::kMostOfLane) return;
    constexpr std::size_t kHalf = LaneFollower::kMostOfLane / 2;
    SharedRows<Row> kept;
    for (std::size_t i = 0; i < kHalf; i += 2) kept.push_back(put_together(rows[i], rows[i + 1]));
    for (std::size_t i = kHalf; i < rows.size(); ++i) kept.push_back(rows[i]);
    rows = std::move(kept);
}

bool says_the_same(const LaneSpan& span, Tone tone, std::uint32_t level, const std::string& label) {
    return span.tone == tone && span.level == level && span.label == label;
}

bool freezes_engine_alone(const std::string& fault) { return (fault + " ").find(" what=engine ") != std::string::npos; }

}  // namespace

LaneFollower::Place LaneFollower::lane_of(LaneKind kind, const std::string& name, std::uint32_t order, const std::string& project) {
    const auto [found, is_new] = places_.emplace(std::tuple(kind, name, project), static_cast<Place>(lanes_.size()));
    if (is_new) {
        Kept kept;
        kept.lane.kind = kind;
        kept.lane.name = name;
        kept.lane.project = project;
        kept.order = order;
        lanes_.push_back(std::move(kept));
        order_.clear();
    }
    return found->second;
}

void LaneFollower::span(Place place, const Reading& at, Tone tone, std::uint32_t level, std::string label) {
    SharedRows<LaneSpan>& spans = lanes_[place].lane.spans;
    const Time time = at.fact.time;
    if (!spans.empty() && spans.back().end == kNever) {
        if (says_the_same(spans.back(), tone, level, label)) return;
        // What lasted no time is not told.
        if (spans.back().begin == time) {
            spans.pop_back();
        } else {
            spans.back().end = time;
        }
    }
    lanes_[place].shared.reset();
    ++version_;
    if (!spans.empty() && spans.back().end == time && says_the_same(spans.back(), tone, level, label)) {
        spans.back().end = kNever;
        return;
    }
    spans.push_back({time, kNever, tone, level, at.fact.id, std::move(label)});
    keep_bounded(spans);
}

void LaneFollower::end_span(Place place, Time time) {
    SharedRows<LaneSpan>& spans = lanes_[place].lane.spans;
    if (spans.empty() || spans.back().end != kNever) return;
    if (spans.back().begin == time) {
        spans.pop_back();
    } else {
        spans.back().end = time;
    }
    lanes_[place].shared.reset();
    ++version_;
}

void LaneFollower::mark(Place place, const Reading& at, Tone tone, std::string_view what) {
    SharedRows<LaneMark>& marks = lanes_[place].lane.marks;
    marks.push_back({at.fact.time, tone, at.fact.id, what});
    keep_bounded(marks);
    lanes_[place].shared.reset();
    ++version_;
}

void LaneFollower::follow(const model::World& world, const FactCatalogue& facts) {
    if (hosts_.size() < world.hosts.size() + 1) hosts_.resize(world.hosts.size() + 1);
    for (std::uint32_t id = 1; id <= world.hosts.size(); ++id) host(world, id);
    const Journal& journal = world.kernel.journal();
    if (next_ > journal.last()) return;
    const LaneFacts kinds(facts);
    journal.for_each(next_, [&](const Fact& fact) { follow_one({world, facts, kinds, fact}); });
    next_ = FactId{journal.last().value + 1};
}

LaneSet LaneFollower::lanes(Time end) {
    if (order_.size() != lanes_.size()) {
        order_.resize(lanes_.size());
        for (Place place = 0; place < order_.size(); ++place) order_[place] = place;
        std::sort(order_.begin(), order_.end(), [this](Place a, Place b) {
            const Kept& first = lanes_[a];
            const Kept& second = lanes_[b];
            return std::tie(first.lane.kind, first.order, first.lane.name, first.lane.project) <
                   std::tie(second.lane.kind, second.order, second.lane.name, second.lane.project);
        });
    }
    LaneSet out;
    out.end = end;
    for (const Place place : order_) {
        Kept& kept = lanes_[place];
        if (kept.lane.spans.empty() && kept.lane.marks.empty()) continue;
        if (kept.shared == nullptr) kept.shared = std::make_shared<const Lane>(kept.lane);
        out.lanes.push_back(kept.shared);
    }
    return out;
}

void LaneFollower::follow_one(const Reading& at) {
    const Fact& fact = at.fact;
    if (fact.kind == at.kinds.fault_begin || fact.kind == at.kinds.fault_end || fact.kind == at.kinds.fault_missed) {
        follow_fault(at);
        return;
    }
    if (fact.kind == at.kinds.narration) {
        mark(lane_of(LaneKind::Story, "story"), at, Tone::Plain, "told");
        return;
    }
    switch (fact.kind & 0xFF00) {
        case kRoomRaft: follow_raft(at); return;
        case kRoomSwarm: follow_swarm(at); return;
        default: break;
    }
    switch (fact.subject.type()) {
        case SubjectType::Container: follow_container(at); return;
        case SubjectType::Host: follow_host(at); return;
        case SubjectType::Traffic: follow_traffic(at); return;
        default: return;
    }
}

LaneFollower::HostNow& LaneFollower::host(const model::World& world, std::uint32_t id) {
    HostNow& row = hosts_[id];
    if (row.lane != kNowhere) return row;
    row.lane = lane_of(LaneKind::Host, world.host(model::HostId{id}).spec.name, id);
    lanes_[row.lane].lane.spans.push_back({Time{}, kNever, Tone::Good, 0, {}, "up"});
    ++version_;
    return row;
}

void LaneFollower::tell_host(const Reading& at, HostNow& row) {
    if (!row.up) {
        span(row.lane, at, Tone::Bad, 0, "down");
    } else if (row.frozen > 0) {
        span(row.lane, at, Tone::Warning, 0, "frozen");
    } else if (row.engine_frozen > 0) {
        span(row.lane, at, Tone::Warning, 0, "engine frozen");
    } else {
        switch (row.engine) {
            case EngineNow::Running: span(row.lane, at, Tone::Good, 0, "up"); break;
            case EngineNow::Stopping: span(row.lane, at, Tone::Warning, 0, "engine stops"); break;
            case EngineNow::Stopped: span(row.lane, at, Tone::Warning, 0, "engine stopped"); break;
            case EngineNow::Starting: span(row.lane, at, Tone::Warning, 0, "engine starts"); break;
        }
    }
}

void LaneFollower::follow_host(const Reading& at) {
    const std::uint32_t id = at.fact.subject.id();
    if (id == 0 || id >= hosts_.size()) return;
    HostNow& row = host(at.world, id);
    Tone tone = Tone::Quiet;
    std::string_view what;
    const auto engine = [&](EngineNow now, Tone how, std::string_view words) {
        row.engine = now;
        row.engine_frozen = 0;  // to stop, it is thawed
        tone = how;
        what = words;
    };
    switch (at.fact.kind) {
        case model::kFactHostDown:
            engine(EngineNow::Stopped, Tone::Bad, "host down");
            row.up = false;
            row.frozen = 0;
            host_lost(at);
            break;
        case model::kFactHostUp:
            tone = Tone::Good;
            what = "host up";
            row.up = true;
            break;
        case model::kFactEngineUp:
            engine(EngineNow::Running, Tone::Good, "engine up");
            found_settled(at, row);
            break;
        case model::kFactEngineStopping: engine(EngineNow::Stopping, Tone::Warning, "engine stops"); break;
        case model::kFactEngineStopped: engine(EngineNow::Stopped, Tone::Warning, "engine stopped"); break;
        case model::kFactEngineCrashed: engine(EngineNow::Stopped, Tone::Bad, "engine killed"); break;
        case model::kFactEngineRefused: engine(EngineNow::Stopped, Tone::Bad, "engine did not start"); break;
        case model::kFactEngineStarting: engine(EngineNow::Starting, Tone::Warning, "engine starts"); break;
        case model::kFactPullFailed:
            tone = Tone::Bad;
            what = "pull failed";
            break;
        case model::kFactDiskFull:
            tone = Tone::Bad;
            what = "disk full";
            break;
        case model::kFactPullBegin: what = "pull begins"; break;
        case model::kFactImagePull: what = "image pulled"; break;
        case model::kFactContainerPrune:
        case model::kFactNetworkPrune:
        case model::kFactVolumePrune:
        case model::kFactImagePrune: what = "pruned"; break;
        default:
            if (at.fact.kind != at.kinds.engine_signal) return;
            what = "engine signalled";
            if (at.text("signal") == "STOP" && row.up && row.engine == EngineNow::Running) row.engine_frozen = 1;
            if (at.text("signal") == "CONT") row.engine_frozen = 0;
            break;
    }
    tell_host(at, row);
    mark(row.lane, at, tone, what);
}

void LaneFollower::tell_group(const Reading& at, GroupNow& row) {
    if (row.leads) {
        span(row.lane, at, row.quorum ? Tone::Plain : Tone::Warning, 0, fmt::format("term {} · {}{}", row.term, row.leader, row.quorum ? "" : ", no quorum"));
    } else if (!row.quorum) {
        span(row.lane, at, Tone::Bad, 0, "no quorum");
    } else {
        end_span(row.lane, at.fact.time);
    }
}

void LaneFollower::follow_raft(const Reading& at) {
    const std::string name = at.text("group");
    GroupNow& row = groups_[name];
    if (row.lane == kNowhere) row.lane = lane_of(LaneKind::Consensus, name);
    Tone tone = Tone::Plain;
    std::string_view what;
    const auto told = [&](Tone how, std::string_view words) {
        tone = how;
        what = words;
    };
    switch (at.fact.kind) {
        case raft::kFactElection: told(Tone::Warning, "election"); break;
        case raft::kFactLeader:
            told(Tone::Good, "leader elected");
            row.leads = true;
            row.term = at.number("term");
            row.leader = at.text("member");
            break;
        case raft::kFactLeaderLost:
            told(Tone::Bad, "leader lost");
            // One that was cut off may learn late that another leads.
            if (row.leads && row.leader == at.text("member") && row.term == at.number("term")) row.leads = false;
            break;
        case raft::kFactQuorumLost:
            told(Tone::Bad, "quorum lost");
            row.quorum = false;
            break;
        case raft::kFactQuorumRegained:
            told(Tone::Good, "quorum regained");
            row.quorum = true;
            break;
        case raft::kFactForced: told(Tone::Warning, "forced to go on alone"); break;
        case raft::kFactMember: told(Tone::Plain, "membership changed"); break;
        case raft::kFactTransfer: told(Tone::Plain, "leadership handed over"); break;
        default: return;
    }
    tell_group(at, row);
    mark(row.lane, at, tone, what);
}

void LaneFollower::follow_traffic(const Reading& at) {
    const FactKind kind = at.fact.kind;
    if (kind != model::kFactTrafficBegin && kind != model::kFactTrafficFailing && kind != model::kFactTrafficPartly && kind != model::kFactTrafficRecovered &&
        kind != model::kFactTrafficSummary)
        return;
    const Place place = lane_of(LaneKind::Traffic, at.text("name"), at.fact.subject.id());
    switch (kind) {
        case model::kFactTrafficBegin: span(place, at, Tone::Plain, 0, "sending"); break;
        case model::kFactTrafficFailing:
            span(place, at, Tone::Bad, 0, "failing: " + at.text("reason"));
            mark(place, at, Tone::Bad, "requests fail");
            break;
        case model::kFactTrafficPartly:
            span(place, at, Tone::Warning, 0, "partly failing: " + at.text("reason"));
            mark(place, at, Tone::Warning, "some requests fail");
            break;
        case model::kFactTrafficRecovered:
            span(place, at, Tone::Good, 0, "answered");
            mark(place, at, Tone::Good, "answered again");
            break;
        default:
            end_span(place, at.fact.time);
            mark(place, at, Tone::Quiet, "ended");
            break;
    }
}

void LaneFollower::tell_faults(const Reading& at, FaultNow& row) {
    if (row.active.empty()) {
        end_span(row.lane, at.fact.time);
        return;
    }
    std::string label;
    for (std::size_t i = 0; i < std::min(row.active.size(), kMostNamedFaults); ++i) {
        // Without the kind, which is the lane's name.
        const std::string& text = row.active[i];
        const auto space = text.find(' ');
        label += (i == 0 ? "" : ", ") + (space == std::string::npos ? text : text.substr(space + 1));
    }
    if (row.active.size() > kMostNamedFaults) label += fmt::format(" and {} more", row.active.size() - kMostNamedFaults);
    span(row.lane, at, Tone::Bad, static_cast<std::uint32_t>(row.active.size()), label);
}

void LaneFollower::follow_fault(const Reading& at) {
    const std::string id = at.text("id");
    const std::string text = at.text("text");
    FaultNow& row = faults_[id];
    if (row.lane == kNowhere) row.lane = lane_of(LaneKind::Fault, id);
    if (at.fact.kind == at.kinds.fault_missed) {
        mark(row.lane, at, Tone::Quiet, "found nothing to break");
        return;
    }
    const bool begins = at.fact.kind == at.kinds.fault_begin;
    if (begins && lasting_.find(id) == lasting_.end()) {
        mark(row.lane, at, Tone::Bad, "injected");
        return;
    }
    if (begins) {
        row.active.push_back(text);
    } else if (const auto found = std::find(row.active.begin(), row.active.end(), text); found != row.active.end()) {
        row.active.erase(found);
    }
    tell_faults(at, row);
    if (id == "freeze") freeze(at, text, begins);
}

// No fact of the host's own says that it stands still.
void LaneFollower::freeze(const Reading& at, const std::string& text, bool begins) {
    const model::HostId id = model::host_named(at.world, at.text("target"));
    if (!id) return;
    HostNow& row = host(at.world, id.value);
    const bool engine_alone = freezes_engine_alone(text);
    std::uint32_t& frozen = engine_alone ? row.engine_frozen : row.frozen;
    if (!begins) {
        frozen -= frozen > 0 ? 1U : 0U;
    } else if (row.up && (!engine_alone || row.engine == EngineNow::Running)) {
        ++frozen;
    }
    tell_host(at, row);
    mark(row.lane, at, begins ? Tone::Warning : Tone::Good, begins ? "frozen" : "thawed");
}

}  // namespace podium::view
