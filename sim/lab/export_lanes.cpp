#include "sim/lab/export_lanes.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "sim/lab/export_containers.hpp"
#include "sim/faults/fault.hpp"
#include "sim/lab/facts.hpp"
#include "sim/model/image.hpp"
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
        case model::kFactEngineRefused: return {{LaneState::EngineDown, "its engine does not start"}};
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
            hosts_.push_back({add({LaneKind::Host, host.spec.name, host.spec.name, {}, {}})});
            open(hosts_.back().lane, Time{}, LaneState::Up, "up", {});
        }
        journal.for_each(journal.first(), [this](const Fact& fact) { lanes_.of_fact.push_back(read(fact)); });
        containers_.finish(lanes_.end);
        finish_pulls();
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

    struct HostNow {
        Index lane = 0;
        LaneState state = LaneState::Up;  // but for what freezes it
        std::string_view text = "up";
        std::uint32_t frozen = 0;         // faults that freeze it,
        std::uint32_t engine_frozen = 0;  // and its engine alone
    };
    struct OpenPull {
        Index lane = 0;
        FactId line;  // that asked for it
        std::optional<Time> line_over;
        bool given_up = false;  // by Ctrl-C, not left in the background
    };

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

    [[nodiscard]] Index host_lane(model::HostId host) const { return hosts_[host.value - 1].lane; }

    Index read_host(const Fact& fact) {
        const model::HostId host{fact.subject.id()};
        const Index lane = host_lane(host);
        const std::string& name = world_.host(host).spec.name;
        HostNow& now = hosts_[host.value - 1];
        if (const auto state = host_lane_state(fact.kind)) {
            now.state = state->first;
            now.text = state->second;
            now.engine_frozen = 0;  // to stop, it is thawed
            if (fact.kind == model::kFactHostDown) now.frozen = 0;
            tell_host(now, fact);
        } else if (fact.kind == kFactEngineSignal) {
            const std::string signal = reader_.text(fact, "signal");
            if (signal == "STOP" && now.state == LaneState::Up) now.engine_frozen = 1;
            if (signal == "CONT") now.engine_frozen = 0;
            tell_host(now, fact);
        }
        if (fact.kind == model::kFactPullBegin) {
            const std::string image = reader_.text(fact, "name");
            const Index pull = free_one(LaneKind::Pull, "pulls", name, fact.time);
            open(pull, fact.time, LaneState::Pulling, image, fact.id);
            pulls_[{host, image}].push_back({pull, line_of(fact), std::nullopt, false});
            return pull;
        }
        if (fact.kind == model::kFactImagePull || fact.kind == model::kFactPullFailed) return end_pull(host, fact);
        // What an engine was pulling is over with it.
        if (fact.kind == model::kFactEngineStopped || fact.kind == model::kFactEngineCrashed || fact.kind == model::kFactHostDown) {
            for (auto pulls = pulls_.lower_bound({host, {}}); pulls != pulls_.end() && pulls->first.first == host; ++pulls) {
                for (const OpenPull& pull : pulls->second) close(pull.lane, pull.given_up ? *pull.line_over : fact.time);
                pulls->second.clear();
            }
        }
        return lane;
    }

    // A host that is off is down whatever else it is; one that stands still answers as little as an engine that does.
    void tell_host(const HostNow& now, const Fact& fact) {
        LaneState state = now.state;
        std::string text(now.text);
        const bool frozen = now.frozen > 0 && state != LaneState::HostDown;
        if (frozen || (now.engine_frozen > 0 && state == LaneState::Up)) {
            state = LaneState::Frozen;
            text = frozen ? "frozen" : "its engine is frozen";
        }
        const std::vector<LaneSpan>& spans = lanes_.all[now.lane].spans;
        if (!spans.empty() && spans.back().end == kNever && spans.back().state == state && spans.back().text == text) return;
        open(now.lane, fact.time, state, std::move(text), fact.id);
    }

    // No fact of the host's own says that it stands still.
    void read_freeze(const Fact& fact, bool begins) {
        const model::HostId host = model::host_named(world_, reader_.text(fact, "target"));
        if (!host) return;
        HostNow& now = hosts_[host.value - 1];
        const auto request = faults::parse_fault(reader_.text(fact, "text"));
        const bool engine_alone = request && request->arguments.contains("what") && request->arguments.at("what") == "engine";
        std::uint32_t& frozen = engine_alone ? now.engine_frozen : now.frozen;
        if (!begins) {
            frozen -= frozen > 0 ? 1U : 0U;
        } else if (engine_alone ? now.state == LaneState::Up : now.state != LaneState::HostDown) {
            ++frozen;
        }
        tell_host(now, fact);
    }

    // The line that a pull was asked for by; none: a swarm's agent did.
    [[nodiscard]] FactId line_of(const Fact& fact) const {
        constexpr int kMostSteps = 16;
        const Journal& journal = session_.journal();
        FactId id = fact.cause;
        for (int step = 0; step < kMostSteps && journal.has(id); ++step) {
            const Fact cause = journal.at(id);
            if (cause.kind == kFactLine) return id;
            id = cause.cause;
        }
        return {};
    }

    // One that fails is told by the name it was asked for by.
    Index end_pull(model::HostId host, const Fact& fact) {
        std::string image = reader_.text(fact, "name");
        if (fact.kind == model::kFactPullFailed) {
            if (const auto reference = model::parse_image_reference(image)) image = reference->with_default_tag().familiar();
        }
        const auto found = pulls_.find({host, image});
        if (found == pulls_.end() || found->second.empty()) return host_lane(host);
        std::vector<OpenPull>& open = found->second;
        // One whose line is over has most likely been given up.
        auto pull = std::find_if(open.begin(), open.end(), [](const OpenPull& one) { return !one.line_over; });
        if (pull == open.end()) pull = open.begin();
        const Index lane = pull->lane;
        open.erase(pull);
        close(lane, fact.time);
        return lane;
    }

    // A pull whose client hangs up ends without a word. It was over when the line was that had asked for it.
    void finish_pulls() {
        for (const auto& [key, open] : pulls_) {
            const auto& [host, image] = key;
            const std::vector<model::Pull>& under_way = world_.host(host).pulls;
            auto left = std::count_if(under_way.begin(), under_way.end(), [&, name = image](const model::Pull& pull) {
                const model::Request* request = world_.requests.find(pull.request);
                return request != nullptr && !request->done && pull.reference.familiar() == name;
            });
            // Of several those go on whose line does, the newest first.
            std::vector<OpenPull> newest(open.rbegin(), open.rend());
            std::stable_partition(newest.begin(), newest.end(), [](const OpenPull& pull) { return !pull.line_over; });
            for (const OpenPull& pull : newest) {
                if (left > 0) {
                    --left;
                } else if (pull.line_over) {
                    close(pull.lane, *pull.line_over);
                } else {
                    lanes_.all[pull.lane].spans.back().text += " (given up; nothing tells when)";
                }
            }
        }
    }

    Index read_terminal(const Fact& fact) {
        const std::string terminal = reader_.text(fact, "terminal");
        const std::string host = terminal.substr(0, terminal.find('/'));
        const Index lane = only(LaneKind::Terminal, terminal == host ? "terminal" : "terminal " + terminal.substr(host.size() + 1), host);
        if (fact.kind == kFactLine) open(lane, fact.time, LaneState::Busy, "$ " + reader_.text(fact, "line"), fact.id);
        if (fact.kind == kFactLine) interrupted_.erase(terminal);
        if (fact.kind == kFactInterrupt) interrupted_.insert(terminal);
        if (fact.kind == kFactLineDone) {
            close(lane, fact.time);
            for (auto& [_, pulls] : pulls_) {
                for (OpenPull& pull : pulls) {
                    if (!pull.line || pull.line != fact.cause) continue;
                    pull.line_over = fact.time;
                    pull.given_up = interrupted_.contains(terminal);
                }
            }
        }
        return lane;
    }

    Index read_fault(const Fact& fact) {
        const std::string name = fmt::format("{} {}", reader_.text(fact, "id"), reader_.text(fact, "target"));
        const bool changes = fact.kind == faults::kFactFaultBegin || fact.kind == faults::kFactFaultEnd;
        if (changes && reader_.text(fact, "id") == "freeze") read_freeze(fact, fact.kind == faults::kFactFaultBegin);
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
        const std::vector<LaneSpan>& spans = lanes_.all[lane].spans;
        const bool fails = !spans.empty() && spans.back().end == kNever && spans.back().state == LaneState::Failing;
        switch (fact.kind) {
            case model::kFactTrafficBegin:
                // No fact tells of a first answer.
                if (world_.source(model::TrafficId{fact.subject.id()}).tally.answered() == 0) {
                    open(lane, fact.time, LaneState::Sending, "requests are sent, and nothing has come back", fact.id);
                } else {
                    open(lane, fact.time, LaneState::Answered, "requests are answered", fact.id);
                }
                break;
            // Another reason in an outage that goes on holds from when it was met.
            case model::kFactTrafficFailing: open(lane, fails ? fact.time : since, LaneState::Failing, "requests fail: " + reason, fact.id); break;
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

    // Runs may have thousands of services, each with thousands of lanes: these are gone through once, not for each.
    void add_service_spans() {
        std::map<std::string, std::vector<Index>> own = lanes_by_service(lanes_);
        for (const view::ServiceSummary& service : view::summarise(world_, fact_catalogue(), lanes_.end)) {
            const std::string called = service.called();
            const Index lane = only(LaneKind::Service, called);
            lanes_.all[lane].spans = service_spans(lanes_, own[called], service);
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
    std::vector<HostNow> hosts_;  // by host
    std::map<std::tuple<LaneKind, std::string, std::string>, Index> once_;
    std::map<std::pair<model::HostId, std::string>, std::vector<OpenPull>> pulls_;
    std::set<std::string> interrupted_;  // terminals, since their last line began
    std::map<FactId, Index> faults_;  // those that last, by their begin
    std::map<FactId, std::string_view> fault_ends_;  // how one may end
};

}  // namespace

std::string_view lane_state_name(LaneState state) {
    constexpr std::array<std::string_view, kLaneStates> kNames = {
        "up",      "engine stops", "engine down", "engine starts", "frozen", "host down",        "created", "starting", "running",
        "healthy", "unhealthy",    "paused",      "waits to restart", "stopped",       "done",    "failed",   "lost with its host",
        "down",    "sending",      "answered",     "partly failing", "failing",    "broken on purpose", "command", "pull"};
    return kNames[static_cast<std::size_t>(state)];
}

Lanes make_lanes(const Session& session) { return LaneBuilder(session).make(); }

}  // namespace podium::lab
