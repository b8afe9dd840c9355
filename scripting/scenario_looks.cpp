// How a scenario follows its run: facts to checks, and predicates that look.

#include "scripting/scenario.hpp"
#include "sim/lab/facts.hpp"

namespace podium::scripting {
namespace {

// What the run's own progress gives a script to use, and for each predicate that looks at it.
constexpr std::uint64_t kStepsPerInstant = 1'000;
constexpr std::uint64_t kStepsPerLook = 1'000;
constexpr std::uint64_t kStepsPerDrift = 5;  // a number compared with what it was
constexpr std::size_t kOthersPerStep = 3;

}  // namespace

// What a predicate prints is narrated, but is no reason to look again: it would print once more, without end.
bool Scenario::said_by_predicate(const Fact& fact) {
    if (said_by_predicates_.empty() || fact.kind != lab::kFactNarration) return false;
    const auto said = said_by_predicates_.find(session_->world().kernel.text(StringId{fact.words[0]}));
    if (said == said_by_predicates_.end()) return false;
    if (--said->second == 0) said_by_predicates_.erase(said);
    return true;
}

bool Scenario::follow_facts() {
    const Journal& journal = session_->journal();
    if (next_fact_ > journal.last()) return true;
    bool progress = false;
    bool news = false;
    journal.for_each(next_fact_, [&](const Fact& fact) {
        if (!said_by_predicate(fact)) {
            instant_facts_.push_back(fact.id);
            news = true;
        }
        for (Check& check : checks_)
            check.on_fact(*session_, fact);
        const FactSpec* spec = lab::fact_catalogue().find(fact.kind);
        progress = progress || (spec != nullptr && !spec->name.starts_with("command.") &&
                                !spec->name.starts_with("fault."));
    });
    next_fact_ = FactId{journal.last().value + 1};
    histories_.follow(session_->world(), lab::fact_catalogue());
    // A long run needs more looks than a short one; only what the run does by itself counts.
    if (progress) sandbox_->grant(kStepsPerInstant + kStepsPerLook * checks_.size());
    return news;
}

Result<bool> Scenario::wake_predicates() {
    bool woken = false;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
        Task& task = *tasks_[i];
        if (task.wait != Wait::Predicate) continue;
        const auto value = holds(task.predicate, task.asked, task.answered);
        if (!value) return value.error();
        task.answered = true;
        if (!*value && !(task.has_deadline && task.wake <= now())) continue;
        task.wait = Wait::Ready;
        task.gives = Task::Gives::Flag;
        task.flag = *value;
        sandbox_->release(task.predicate);
        task.predicate = {};
        woken = true;
    }
    return woken;
}

// Something that a check asks about has changed, though nothing has been told.
bool Scenario::has_drifted(const Check& check) {
    if (check.looked_at.drifts.empty()) return false;
    // Each is found by its name among others.
    const model::World& world = session_->world();
    const std::size_t others = world.traffic.size() + world.hosts.size() + world.volumes.size();
    sandbox_->count_c((kStepsPerDrift + others / kOthersPerStep) * check.looked_at.drifts.size());
    if (!check.looked_at.drifted(session_->world())) return false;
    sandbox_->grant(kStepsPerLook);
    return true;
}

Result<void> Scenario::look(bool last) {
    const bool new_checks = looked_checks_ < checks_.size();
    for (std::size_t i = 0; i < checks_.size(); ++i) {
        Check& check = checks_[i];
        if (check.wants_look()) {
            const bool news = i >= looked_checks_ || !instant_facts_.empty();
            const bool counted = news || has_drifted(check);
            // Where a span or the run ends, a number that nobody announces is asked for once more.
            const bool by_time = check.looked_at.moves() && (last || check.deadline() <= now());
            if (counted || by_time) {
                const auto value = holds(check.predicate, check.verdict.place, i < looked_checks_);
                if (!value) return value.error();
                check.looked_at = std::move(looked_at_);
                check.on_look(*session_, now(), *value, instant_facts_, counted);
            }
        }
        check.on_time(*session_, now());
    }
    if (new_checks) looked_checks_ = checks_.size();
    instant_facts_.clear();
    return {};
}

}  // namespace podium::scripting
