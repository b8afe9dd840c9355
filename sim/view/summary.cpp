#include "sim/view/summary.hpp"

#include <algorithm>
#include <map>

#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/slots.hpp"

namespace podium::view {
namespace {

struct Span {
    Time begin;
    Time end;
    bool work_done = false;  // its end was no failure: the program ended by itself, and well
};

struct Tally {
    ServiceSummary summary;
    std::vector<Span> up;  // of all its containers, in no order
};

/// One container's present run, as the facts tell it.
struct Run {
    bool open = false;  // it runs
    bool lost = false;  // it went down with its host, and its engine has not said so yet
    Time begin{};
    std::size_t span = 0;  // of a lost one: among those of its service
};

class Reader {
  public:
    Reader(const model::World& world, const FactCatalogue& facts) : world_(world), facts_(facts) {}

    void read(const Fact& fact) {
        const Slots::Start of_slot = slots_.follow(world_, facts_, fact);
        if (fact.kind == model::kFactHostDown) host_down(model::HostId{fact.subject.id()}, fact.time);
        const bool end_of_run = fact.kind == model::kFactContainerDie || fact.kind == model::kFactContainerFoundDead;
        if (fact.kind != model::kFactContainerCreate && fact.kind != model::kFactContainerStart && !end_of_run) return;
        const model::ContainerId id{fact.subject.id()};
        const model::Container& container = world_.container(id);
        if (container.detail && !container.detail->build_place.empty()) return;  // of a build, and of no service
        Tally& tally = tally_of(id);
        Run& run = runs_[id];
        if (fact.kind == model::kFactContainerCreate) {
            ++tally.summary.containers;
        } else if (fact.kind == model::kFactContainerStart) {
            started(tally, run, fact, of_slot);
        } else {
            died(tally, run, fact);
        }
    }

    std::vector<ServiceSummary> finish(Time end) {
        for (auto& [id, run] : runs_) {
            if (!run.open) continue;
            const model::Container& c = world_.container(id);
            // It ended while its engine was away, and nobody has told yet.
            const bool unseen = c.detail && !c.process_alive && c.detail->pending_end > run.begin && c.detail->pending_end <= end;
            const bool work_done = unseen && c.detail->pending_exit_code == 0 && c.detail->pending_signal == 0 && by_itself(c.detail->pending_cause);
            tally_of(id).up.push_back({run.begin, unseen ? c.detail->pending_end : end, work_done});
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

    [[nodiscard]] std::int64_t number(const Fact& fact, std::string_view field) const { return facts_.field(fact, field, world_.kernel.interner()).number; }

    void started(Tally& tally, Run& run, const Fact& fact, Slots::Start of_slot) {
        ++tally.summary.starts;
        if (of_slot.restart || number(fact, "reason") == static_cast<std::int64_t>(model::StartReason::RestartPolicy)) ++tally.summary.restarts;
        if (of_slot.move) ++tally.summary.moves;
        tally.summary.ever_started = true;
        run = {true, false, fact.time, 0};
    }

    // An engine that was away or frozen tells late; how long the run was says when it ended.
    void died(Tally& tally, Run& run, const Fact& fact) {
        if (!run.open && !run.lost) return;  // a container in back-off that its engine settled
        tally.summary.exited = true;
        tally.summary.last_exit = static_cast<int>(number(fact, "exit"));
        const Time ended = std::min(fact.time, run.begin + Duration{number(fact, "ran")});
        if (run.open) {
            tally.up.push_back({run.begin, ended, work_done(fact)});
        } else {  // its program may have ended before its host did, while the engine stood still
            tally.up[run.span].end = std::min(tally.up[run.span].end, ended);
        }
        run = {};
    }

    // No signal from anybody brought this about.
    [[nodiscard]] bool by_itself(FactId cause) const {
        const Journal& journal = world_.kernel.journal();
        if (!journal.has(cause)) return true;
        const FactKind kind = journal.at(cause).kind;
        return kind != model::kFactProcessKilled && kind != model::kFactContainerKill;
    }

    // It ended by itself, and well, and nobody wants it back.
    [[nodiscard]] bool work_done(const Fact& fact) const {
        const auto decision = static_cast<model::ExitDecision>(number(fact, "decision"));
        return number(fact, "exit") == 0 && number(fact, "how") == static_cast<std::int64_t>(model::ExitHow::Exited) &&
               (decision == model::ExitDecision::StaysDown || decision == model::ExitDecision::Succeeded) && by_itself(fact.cause);
    }

    void host_down(model::HostId host, Time time) {
        for (auto& [id, run] : runs_) {
            if (!run.open || world_.container(id).host != host) continue;
            std::vector<Span>& up = tally_of(id).up;
            up.push_back({run.begin, time});
            run = {false, true, run.begin, up.size() - 1};
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
    Slots slots_;
    std::map<std::string, Tally> tallies_;
    std::map<model::ContainerId, Run> runs_;
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
