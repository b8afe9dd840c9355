// How a scenario follows its run: facts to checks, and predicates that look.

#include "scripting/scenario.hpp"
#include "sim/lab/facts.hpp"

namespace podium::scripting {
namespace {

// What the run's own progress gives a script to use, and for each predicate that looks at it.
constexpr std::uint64_t kStepsPerInstant = 1'000;
constexpr std::uint64_t kStepsPerLook = 1'000;

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
        const auto value = holds(task.predicate, task.asked);
        if (!value) return value.error();
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

Result<void> Scenario::look() {
    const bool new_checks = looked_checks_ < checks_.size();
    for (std::size_t i = 0; i < checks_.size(); ++i) {
        Check& check = checks_[i];
        const bool first = i >= looked_checks_;
        if ((first || !instant_facts_.empty()) && check.wants_look()) {
            const auto value = holds(check.predicate, check.verdict.place);
            if (!value) return value.error();
            check.looked_at = std::move(looked_at_);
            check.on_look(*session_, now(), *value, instant_facts_);
        }
        check.on_time(*session_, now());
    }
    if (new_checks) looked_checks_ = checks_.size();
    instant_facts_.clear();
    return {};
}

}  // namespace podium::scripting
