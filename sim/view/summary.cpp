#include "sim/view/summary.hpp"

#include <map>

#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"

namespace podium::view {
namespace {

struct Tally {
    ServiceSummary summary;
    std::uint32_t running = 0;
    Time first_start{};
    Time up_since{};
};

// Docker: an engine that is restored finds out about deaths only then; the die fact says when.
void count(Tally& tally, const FactCatalogue& facts, const model::World& world, const Fact& fact) {
    ServiceSummary& summary = tally.summary;
    if (fact.kind == model::kFactContainerCreate) {
        ++summary.containers;
    } else if (fact.kind == model::kFactContainerStart) {
        ++summary.starts;
        const auto reason = facts.field(fact, "reason", world.kernel.interner()).number;
        if (reason == static_cast<std::int64_t>(model::StartReason::RestartPolicy)) ++summary.restarts;
        if (!summary.ever_started) tally.first_start = fact.time;
        summary.ever_started = true;
        if (tally.running++ == 0) tally.up_since = fact.time;
    } else if (tally.running > 0) {
        summary.exited = true;
        summary.last_exit = static_cast<int>(facts.field(fact, "exit", world.kernel.interner()).number);
        if (--tally.running == 0) summary.up = summary.up + (fact.time - tally.up_since);
    }
}

}  // namespace

int ServiceSummary::availability() const {
    const std::int64_t whole = up.nanoseconds + down.nanoseconds;
    if (!ever_started) return -1;
    if (whole == 0) return 10'000;
    return static_cast<int>(static_cast<Int128>(up.nanoseconds) * 10'000 / whole);
}

std::vector<ServiceSummary> summarise(const model::World& world, const FactCatalogue& facts, Time end) {
    std::map<std::string, Tally> tallies;
    world.kernel.journal().for_each(world.kernel.journal().first(), [&](const Fact& fact) {
        const bool end_of_run = fact.kind == model::kFactContainerDie || fact.kind == model::kFactContainerFoundDead;
        if (fact.kind != model::kFactContainerCreate && fact.kind != model::kFactContainerStart && !end_of_run) return;
        const model::ContainerId id{fact.subject.id()};
        std::string name = model::service_of(world, id);
        if (name.empty()) name = std::string(world.name_of(id));
        count(tallies[name], facts, world, fact);
    });
    std::vector<ServiceSummary> out;
    for (auto& [name, tally] : tallies) {
        ServiceSummary& summary = tally.summary;
        summary.service = name;
        summary.running_at_end = tally.running > 0;
        if (tally.running > 0) summary.up = summary.up + (end - tally.up_since);
        if (summary.ever_started) summary.down = (end - tally.first_start) - summary.up;
        out.push_back(summary);
    }
    return out;
}

}  // namespace podium::view
