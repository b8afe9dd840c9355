// What a scenario's run has decided, and what its end has cut off.

#include <algorithm>
#include <fmt/format.h>

#include "scripting/scenario.hpp"

namespace podium::scripting {

std::optional<Place> Scenario::unfinished() const {
    if (!ended_ || tasks_.empty() || tasks_.front()->wait == Wait::Ended) return std::nullopt;
    return tasks_.front()->stands;
}

// What the script had begun and the run's end has left open is as little decided as a check's span: what it was to do or ask
// after that never came.
std::vector<Verdict> Scenario::cut_off() const {
    std::vector<Verdict> out;
    if (!request_.persons_terminal.empty()) return out;  // in a lesson it is the learner who ends a step
    const auto add = [&](const char* kind, const Place& place, std::string name, std::string reason) {
        Verdict verdict;
        verdict.kind = kind;
        verdict.place = place;
        verdict.name = std::move(name);
        verdict.outcome = Outcome::NotDecided;
        verdict.moment = now();
        verdict.reason = std::move(reason);
        out.push_back(std::move(verdict));
    };
    if (session_ && !up_line_.empty() && !up_status_)
        add("compose", up_place_, "the project comes up", fmt::format("'{}' had not ended when the run did", up_line_));
    // Where the script has left it to compose that the project comes up, what the script is about never was.
    if (up_status_.value_or(0) != 0) {
        add("compose",
            up_place_,
            "the project comes up",
            fmt::format("'{}' ended with status {} (a project that is to fail is brought up by the script itself: {{up = false}}, and sh)", up_line_, *up_status_));
        out.back().outcome = Outcome::Failed;
        out.back().moment = up_ended_;
        out.back().facts = {up_fact_};
    }
    const auto still_waited = [&](const Place& place) {
        return fmt::format("it still waited ({}) when the run ended; what comes after it was not done", source_line(place.line));
    };
    if (const auto place = unfinished())
        add("script",
            *place,
            "the script comes to its end",
            still_waited(*place));
    for (const auto& task : tasks_) {
        if (task->number == 0 || task->wait == Wait::Ended) continue;
        if (task->wait == Wait::Predicate && task->has_deadline) {
            add("wait_until",
                task->asked,
                source_line(task->asked.line),
                fmt::format("the run ended {} before its time was over", format_time(Time{} + (task->wake - now()))));
            continue;
        }
        if (*task->word == '\0' || task->body) continue;
        // Of those that one line has given, as in a loop, the first tells it.
        const bool told = std::any_of(out.begin(), out.end(), [&](const Verdict& verdict) {
            return verdict.kind == task->word && verdict.place.line == task->made.line;
        });
        if (told) continue;
        add(task->word,
            task->made,
            source_line(task->made.line),
            task->stands.line == 0 ? fmt::format("the run ended before {}; what it was to do then never came", format_time(task->wake))
                                   : still_waited(task->stands));
    }
    return out;
}

std::vector<Verdict> Scenario::verdicts() const {
    std::vector<Verdict> out;
    out.reserve(checks_.size() + cut_off_.size());
    for (const Check& check : checks_)
        out.push_back(check.verdict);
    out.insert(out.end(), cut_off_.begin(), cut_off_.end());
    return out;
}

bool Scenario::all_passed() const {
    return cut_off_.empty() && std::all_of(checks_.begin(), checks_.end(), [](const Check& check) {
               return check.verdict.passed();
           });
}

}  // namespace podium::scripting
