#include "sim/lab/export_lanes.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <tuple>

#include "sim/lab/export_containers.hpp"
#include "sim/lab/facts.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/query.hpp"
#include "sim/view/sentences.hpp"

namespace podium::lab {
namespace {

// How a host stands after a fact of its own; none when the fact changes nothing of that.
std::optional<std::pair<LaneState, std::string_view>> host_lane_state(FactKind kind) {
    switch (kind) {
        case model::kFactEngineUp: return {{LaneState::Up, "up"}};
        case model::kFactEngineStopping: return {{LaneState::EngineStopping, "its engine stops"}};
        case model::kFactEngineStopped: return {{LaneState::EngineDown, "its engine is down"}};
        case model::kFactEngineCrashed: return {{LaneState::EngineDown, "its engine was killed"}};
        case model::kFactEngineStarting: return {{LaneState::EngineStarting, "its engine starts"}};
        case model::kFactHostDown: return {{LaneState::HostDown, "down"}};
        case model::kFactHostUp: return {{LaneState::EngineDown, "on, its engine not yet"}};
        default: return {};
    }
}

class LaneBuilder {
  public:
    explicit LaneBuilder(const Session& session)
        : session_(session),
          world_(session.world()),
          reader_(session.world(), fact_catalogue()),
          containers_(session.world(), lanes_) {}

    Lanes make() {
        const Journal& journal = session_.journal();
        lanes_.first = journal.first();
        lanes_.end = session_.now();
        lanes_.of_fact.reserve(journal.last().value - journal.first().value + 1);
        for (const model::Host& host : world_.hosts) {
            hosts_.push_back(add({LaneKind::Host, host.spec.name, host.spec.name, {}, {}}));
            open(hosts_.back(), Time{}, LaneState::Up, "up", {});
        }
        journal.for_each(journal.first(), [this](const Fact& fact) { lanes_.of_fact.push_back(read(fact)); });
        containers_.finish(lanes_.end);
        for (Lane& lane : lanes_.all) {
            for (LaneSpan& span : lane.spans) {
                if (span.end != kNever) continue;
                span.end = lanes_.end;
                span.goes_on = true;
                if (const auto ends = fault_ends_.find(span.fact); lane.kind == LaneKind::Fault && ends != fault_ends_.end())
                    span.text += fmt::format(" (ends by: {})", ends->second);
            }
        }
        add_service_spans();
        sort();
        return std::move(lanes_);
    }

  private:
    using Index = std::uint32_t;

    Index add(Lane lane) { return add_lane(lanes_, std::move(lane)); }
    void open(Index lane, Time time, LaneState state, std::string text, FactId fact) {
        open_span(lanes_.all[lane], time, state, std::move(text), fact);
    }
    void close(Index lane, Time time) { close_span(lanes_.all[lane], time); }

    // A lane that is there once.
    Index only(LaneKind kind, const std::string& name, const std::string& host = {}) {
        const auto [found, made] = once_.try_emplace({kind, host, name});
        if (made) found->second = add({kind, name, host, {}, {}});
        return found->second;
    }

    // One of several of a name in which nothing goes on at that time.
    Index free_one(LaneKind kind, const std::string& name, const std::string& host, Time time) {
        for (std::size_t number = 1;; ++number) {
            const Index lane = only(kind, number == 1 ? name : fmt::format("{} ({})", name, number), host);
            const std::vector<LaneSpan>& spans = lanes_.all[lane].spans;
            if (spans.empty() || spans.back().end <= time) return lane;
        }
    }

    Index read(const Fact& fact) {
        if (fact.kind == model::kFactHostDown) containers_.host_down(model::HostId{fact.subject.id()}, fact);
        switch (fact.subject.type()) {
            case SubjectType::Container: return containers_.read(fact, reader_);
            case SubjectType::Host: return read_host(fact);
            case SubjectType::Network: return host_lane(world_.bridge(model::BridgeId{fact.subject.id()}).host);
            case SubjectType::Volume: return host_lane(world_.volume(model::VolumeId{fact.subject.id()}).host);
            case SubjectType::Session: return read_terminal(fact);
            case SubjectType::Fault: return read_fault(fact);
            case SubjectType::Traffic: return read_traffic(fact);
            case SubjectType::None:
            case SubjectType::Image:
            case SubjectType::Process:
            case SubjectType::Project:
            case SubjectType::Request:
            case SubjectType::Service:
            case SubjectType::Task:
            case SubjectType::Node: return read_other(fact);
        }
        return read_other(fact);
    }

    [[nodiscard]] Index host_lane(model::HostId host) const { return hosts_[host.value - 1]; }

    Index read_host(const Fact& fact) {
        const model::HostId host{fact.subject.id()};
        const Index lane = host_lane(host);
        const std::string& name = world_.host(host).spec.name;
        if (const auto state = host_lane_state(fact.kind)) open(lane, fact.time, state->first, std::string(state->second), fact.id);
        if (fact.kind == model::kFactPullBegin) {
            const std::string image = reader_.text(fact, "name");
            const Index pull = free_one(LaneKind::Pull, "pulls", name, fact.time);
            open(pull, fact.time, LaneState::Pulling, image, fact.id);
            pulls_[{host, image}].push_back(pull);
            return pull;
        }
        if (fact.kind == model::kFactImagePull || fact.kind == model::kFactPullFailed) return end_pull(host, fact);
        return lane;
    }

    Index end_pull(model::HostId host, const Fact& fact) {
        const std::string image = reader_.text(fact, "name");
        for (const std::string& known : {image, image + ":latest"}) {
            const auto found = pulls_.find({host, known});
            if (found == pulls_.end() || found->second.empty()) continue;
            const Index pull = found->second.front();
            found->second.erase(found->second.begin());
            close(pull, fact.time);
            return pull;
        }
        return host_lane(host);
    }

    Index read_terminal(const Fact& fact) {
        const std::string terminal = reader_.text(fact, "terminal");
        const std::string host = terminal.substr(0, terminal.find('/'));
        const Index lane = only(LaneKind::Terminal, terminal == host ? "terminal" : "terminal " + terminal.substr(host.size() + 1), host);
        if (fact.kind == kFactLine) open(lane, fact.time, LaneState::Busy, "$ " + reader_.text(fact, "line"), fact.id);
        if (fact.kind == kFactLineDone) close(lane, fact.time);
        return lane;
    }

    Index read_fault(const Fact& fact) {
        const std::string name = fmt::format("{} {}", reader_.text(fact, "id"), reader_.text(fact, "target"));
        if (fact.kind == faults::kFactFaultEnd) {  // its cause is its begin
            const auto begun = faults_.find(fact.cause);
            if (begun == faults_.end()) return only(LaneKind::Fault, name);
            close(begun->second, fact.time);
            return begun->second;
        }
        const Index lane = free_one(LaneKind::Fault, name, {}, fact.time);
        if (fact.kind != faults::kFactFaultBegin) return lane;
        open(lane, fact.time, LaneState::Broken, reader_.text(fact, "text"), fact.id);
        const std::string id = reader_.text(fact, "id");
        for (const faults::FaultSpec& spec : faults::fault_list()) {
            if (spec.id != id) continue;
            LaneSpan& span = lanes_.all[lane].spans.back();
            if (spec.lasts) {
                fault_ends_[fact.id] = spec.ends;
                faults_[fact.id] = lane;
            } else {
                span.end = fact.time;
            }
        }
        return lane;
    }

    Index read_traffic(const Fact& fact) {
        if (fact.kind == model::kFactTrafficRefused) return read_other(fact);
        const Index lane = only(LaneKind::Traffic, reader_.text(fact, "name"));
        const std::string reason = reader_.text(fact, "reason");
        const Time since = fact.time - Duration{reader_.number(fact, "since")};
        switch (fact.kind) {
            case model::kFactTrafficBegin: open(lane, fact.time, LaneState::Answered, "requests are answered", fact.id); break;
            case model::kFactTrafficFailing: open(lane, since, LaneState::Failing, "requests fail: " + reason, fact.id); break;
            case model::kFactTrafficPartly: open(lane, since, LaneState::Partly, "some requests fail: " + reason, fact.id); break;
            case model::kFactTrafficRecovered: open(lane, fact.time, LaneState::Answered, "requests are answered", fact.id); break;
            case model::kFactTrafficSummary: close(lane, fact.time); break;
            default: break;
        }
        return lane;
    }

    // An orchestrator's: at its service or its node; and what is nobody's.
    Index read_other(const Fact& fact) {
        const view::FactInfo info = view::fact_info(world_, fact_catalogue(), fact);
        if (!info.service.empty()) return only(LaneKind::Service, info.service);
        const model::HostId host = model::host_named(world_, info.host);
        return host ? host_lane(host) : only(LaneKind::Story, "notes");
    }

    void add_service_spans() {
        for (const view::ServiceSummary& service : view::summarise(world_, fact_catalogue(), lanes_.end)) {
            const Index lane = only(LaneKind::Service, service.service);
            lanes_.all[lane].spans = service_spans(lanes_, service);
        }
    }

    // By kind, a host's together, containers by service and number.
    void sort() {
        std::map<std::string, std::size_t> hosts;
        for (std::size_t i = 0; i < world_.hosts.size(); ++i) hosts[world_.hosts[i].spec.name] = i + 1;
        const auto place = [&hosts](const Lane& lane) {
            const std::string number = lane.name.substr(lane.name.rfind('.') + 1);
            return std::tuple(lane.host.empty() ? 0U : hosts[lane.host], lane.kind, lane.service, number.size(), lane.name);
        };
        std::vector<Index> order(lanes_.all.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Index>(i);
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return place(lanes_.all[a]) < place(lanes_.all[b]); });
        std::vector<Index> now_at(order.size());
        std::vector<Lane> sorted;
        sorted.reserve(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            now_at[order[i]] = static_cast<Index>(i);
            sorted.push_back(std::move(lanes_.all[order[i]]));
        }
        lanes_.all = std::move(sorted);
        for (Index& lane : lanes_.of_fact) lane = now_at[lane];
    }

    const Session& session_;
    const model::World& world_;
    view::FactReader reader_;
    Lanes lanes_;
    ContainerLanes containers_;
    std::vector<Index> hosts_;  // by host
    std::map<std::tuple<LaneKind, std::string, std::string>, Index> once_;
    std::map<std::pair<model::HostId, std::string>, std::vector<Index>> pulls_;
    std::map<FactId, Index> faults_;  // those that last, by their begin
    std::map<FactId, std::string_view> fault_ends_;  // how one may end
};

}  // namespace

std::string_view lane_state_name(LaneState state) {
    constexpr std::array<std::string_view, kLaneStates> kNames = {
        "up",      "engine stops", "engine down", "engine starts", "host down",        "created", "starting", "running",
        "healthy", "unhealthy",    "paused",      "waits to restart", "stopped",       "done",    "failed",   "lost with its host",
        "down",    "answered",     "partly failing", "failing",    "broken on purpose", "command", "pull"};
    return kNames[static_cast<std::size_t>(state)];
}

Lanes make_lanes(const Session& session) { return LaneBuilder(session).make(); }

}  // namespace podium::lab
