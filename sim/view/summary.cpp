#include "sim/view/summary.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sim/model/facts.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/orch/swarm/facts.hpp"
#include "sim/view/run_end.hpp"
#include "sim/view/slots.hpp"

namespace podium::view {
namespace {

struct Span {
    Time begin;
    Time end;
    bool work_done = false;  // its end was no failure: the program ended by itself, and well, and nobody wants it back
};

struct Tally {
    ServiceSummary summary;
    std::vector<Span> up;  // of all its containers, in no order
};

/// One container's present run, as the facts tell it, or its last one.
struct Run {
    bool open = false;  // it runs
    bool lost = false;  // it went down with its host, and its engine has not said so yet
    bool late = false;  // it is over, and its engine found that out as it started
    Time begin{};
    std::size_t span = 0;  // of one that is lost or over: among those of its service
    RunFollower follower;
};

// Whether an engine that starts starts it again, although it ended well (moby ShouldRestart, by a new manager).
bool engine_restarts(const model::Container& c) {
    return c.policy == model::RestartPolicyKind::Always || (c.policy == model::RestartPolicyKind::UnlessStopped && !c.manually_stopped);
}

class Reader {
  public:
    Reader(const model::World& world, const FactCatalogue& facts) : world_(world), facts_(facts), reader_(world, facts) {}

    void read(const Fact& fact) {
        const Slots::Start of_slot = slots_.follow(world_, facts_, fact);
        if (fact.kind == model::kFactHostDown) host_down(model::HostId{fact.subject.id()}, fact.time);
        if (fact.kind == swarm::kFactTaskRestart) restarted_by_swarm(reader_.text(fact, "task"));
        if (fact.kind == swarm::kFactTaskCreated) done_in_slot_.erase(reader_.text(fact, "task"));
        if (fact.kind != model::kFactContainerCreate && !RunFollower::wants(fact.kind)) return;
        const model::ContainerId id{fact.subject.id()};
        const model::Container& container = world_.container(id);
        if (container.detail && !container.detail->build_place.empty()) return;  // of a build, and of no service
        Run& run = runs_[id];
        const std::optional<RunEnd> end = run.follower.follow(world_, reader_, fact);
        if (fact.kind == model::kFactContainerCreate) {
            ++tally_of(id).summary.containers;
        } else if (fact.kind == model::kFactContainerStart) {
            started(tally_of(id), run, fact, of_slot);
        } else if (end) {
            died(id, run, fact, *end);
        }
    }

    std::vector<ServiceSummary> finish(Time end) {
        for (auto& [id, run] : runs_) {
            const model::Container& c = world_.container(id);
            std::vector<Span>& up = tally_of(id).up;
            // It ended while its engine was away or stood still, and nobody has told yet.
            const std::optional<Time> ended = ended_unseen(world_, id);
            const bool unseen = (run.open || run.lost) && ended && *ended > run.begin && *ended <= end;
            const bool work_done = unseen && run.follower.unseen(world_, id) == RunEnd::Done && !engine_restarts(c) && !is_replaced(id);
            if (run.lost && unseen && *ended <= up[run.span].end) up[run.span] = {run.begin, *ended, work_done};
            // Its engine has found it, and is about to start it again.
            if (run.late && engine_restarts(c) && world_.host(c.host).engine.state == model::EngineState::Starting) up[run.span].work_done = false;
            if (!run.open) continue;
            up.push_back({run.begin, unseen ? *ended : end, work_done});
            if (unseen) continue;
            ServiceSummary& summary = tally_of(id).summary;
            summary.running_at_end = true;
            if (summary.trouble.empty()) summary.trouble = trouble_of(id);
        }
        std::vector<ServiceSummary> out;
        for (auto& [name, tally] : tallies_) {
            ServiceSummary& summary = tally.summary;
            summary.service = name;
            follow(tally.up, end, summary);
            for (const Outage& outage : summary.outages) summary.down = summary.down + outage.length;
            out.push_back(summary);
        }
        return out;
    }

  private:
    Tally& tally_of(model::ContainerId id) {
        std::string name = model::service_of(world_, id);
        if (name.empty()) name = std::string(world_.name_of(id));
        return tallies_[name];
    }

    // Why a container that runs may answer nobody.
    [[nodiscard]] std::string trouble_of(model::ContainerId id) const {
        const model::Container& c = world_.container(id);
        if (!c.detail) return {};
        if (c.state == model::ContainerState::Paused) return "paused";
        if (world_.host(c.host).frozen) return "its host frozen";
        const model::Process* main = world_.processes.find(c.detail->main);
        if (main != nullptr && (main->stopped || main->hung)) return "hung";
        return c.detail->health.status == model::HealthStatus::Unhealthy ? "unhealthy" : "";
    }

    void started(Tally& tally, Run& run, const Fact& fact, Slots::Start of_slot) {
        ++tally.summary.starts;
        const auto reason = static_cast<model::StartReason>(reader_.number(fact, "reason"));
        if (of_slot.restart || reason == model::StartReason::RestartPolicy) ++tally.summary.restarts;
        if (of_slot.move) ++tally.summary.moves;
        tally.summary.ever_started = true;
        // It had ended well, but its policy wanted it back, as soon as its engine was.
        if (run.late && reason == model::StartReason::EngineStart) tally.up[run.span].work_done = false;
        run = {true, false, false, fact.time, 0, run.follower};
    }

    // An engine that was away or frozen tells late; how long the run was says when it ended.
    void died(model::ContainerId id, Run& run, const Fact& fact, RunEnd end) {
        if (!run.open && !run.lost) return;  // a container in back-off that its engine settled
        Tally& tally = tally_of(id);
        tally.summary.exited = true;
        tally.summary.last_exit = static_cast<int>(reader_.number(fact, "exit"));
        Span span{run.begin, std::min(fact.time, run.begin + Duration{reader_.number(fact, "ran")}), end == RunEnd::Done && !is_replaced(id)};
        if (run.open) {
            run.span = tally.up.size();
            tally.up.push_back(span);
        } else {  // its program may have ended before its host did, while the engine stood still
            span.end = std::min(span.end, tally.up[run.span].end);
            tally.up[run.span] = span;
        }
        run.open = false;
        run.lost = false;
        run.late = fact.kind == model::kFactContainerFoundDead;
        if (span.work_done && is_of_task(world_, id)) done_in_slot_[slot_of(world_, id)] = {&tally, run.span};
    }

    // Its slot has another task already, or waits for one: its node was taken for down before anybody heard of its end.
    [[nodiscard]] bool is_replaced(model::ContainerId id) const {
        if (!is_of_task(world_, id)) return false;
        const auto slot = slots_.all().find(slot_of(world_, id));
        return slot != slots_.all().end() && (slot->second.newest != id || slot->second.restarting);
    }

    // The task that ended well last in a slot has a successor: its end was none that the swarm wanted.
    void restarted_by_swarm(const std::string& slot) {
        const auto found = done_in_slot_.find(slot);
        if (found == done_in_slot_.end()) return;
        found->second.first->up[found->second.second].work_done = false;
        done_in_slot_.erase(found);
    }

    void host_down(model::HostId host, Time time) {
        for (auto& [id, run] : runs_) {
            if (!run.open || world_.container(id).host != host) continue;
            std::vector<Span>& up = tally_of(id).up;
            up.push_back({run.begin, time});
            run = {false, true, false, run.begin, up.size() - 1, run.follower};
        }
    }

    // The time in which at least one of the spans goes on, and the gaps between and behind them.
    static void follow(std::vector<Span> spans, Time end, ServiceSummary& summary) {
        if (spans.empty()) return;
        std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
        Span last{spans.front().begin, spans.front().begin};  // up to where they have been followed
        const auto gap = [&](Time until, bool over) {
            if (last.end < until && !last.work_done) summary.outages.push_back({last.end, until - last.end, over});
        };
        for (const Span& span : spans) {
            gap(span.begin, true);
            if (span.end == last.end) last.work_done = last.work_done && span.work_done;
            if (span.end <= last.end) continue;
            summary.up = summary.up + (span.end - std::max(span.begin, last.end));
            last = span;
        }
        gap(end, false);
        summary.done_at_end = last.end < end && last.work_done;
    }

    const model::World& world_;
    const FactCatalogue& facts_;
    FactReader reader_;
    Slots slots_;
    std::map<std::string, Tally> tallies_;
    std::map<model::ContainerId, Run> runs_;
    std::map<std::string, std::pair<Tally*, std::size_t>> done_in_slot_;  // the last end there, as far as it was work done
};

}  // namespace

int ServiceSummary::availability() const {
    const std::int64_t whole = up.nanoseconds + down.nanoseconds;
    if (!ever_started) return -1;
    if (whole == 0) return 10'000;
    return static_cast<int>(static_cast<Int128>(up.nanoseconds) * 10'000 / whole);
}

std::string ServiceSummary::at_the_end() const {
    if (done_at_end) return "done";
    if (!running_at_end) return "down";
    return trouble.empty() ? "running" : "running, " + trouble;
}

std::vector<ServiceSummary> summarise(const model::World& world, const FactCatalogue& facts, Time end) {
    Reader reader(world, facts);
    world.kernel.journal().for_each(world.kernel.journal().first(), [&reader](const Fact& fact) { reader.read(fact); });
    return reader.finish(end);
}

const ServiceSummary* service_meant(const model::World& world, const std::vector<ServiceSummary>& services, const std::string& name) {
    const auto called = [&services](const std::string& wanted) -> const ServiceSummary* {
        const auto found = std::find_if(services.begin(), services.end(), [&wanted](const ServiceSummary& one) { return one.service == wanted; });
        return found == services.end() ? nullptr : &*found;
    };
    if (const ServiceSummary* own = called(name)) return own;
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (model::stack_service_of(world, id) == name && !name.empty()) return called(model::service_of(world, id));
    }
    return nullptr;
}

}  // namespace podium::view
