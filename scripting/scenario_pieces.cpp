// A scenario driven piece by piece, by somebody who has a person type in between.

#include <algorithm>

#include "scripting/scenario.hpp"

namespace podium::scripting {

Result<void> Scenario::advance(Time until, const std::function<bool(const lab::Session&)>& enough) {
    while (true) {
        if (Result<void> settled = settle(); !settled) return settled;
        if (Result<void> looked = look(); !looked) return looked;
        if (now() >= until || (enough && enough(*session_))) return {};
        session_->run_until(std::min(next_moment(), until));
        if (Result<void> on = went_on(); !on) return on;
    }
}

Result<void> Scenario::start(FunctionRef function) {
    const auto task = sandbox_->make_task(function);
    if (!task) return task.error();
    started_tasks_.push_back(add_task(*task, now()).number);
    return {};
}

bool Scenario::tasks_done() const {
    const auto& main = tasks_.front();
    return main->wait == Wait::Ended &&
           std::all_of(started_tasks_.begin(), started_tasks_.end(), [this](std::size_t number) {
               return tasks_[number]->wait == Wait::Ended;
           });
}

bool Scenario::last_started_done() const {
    return started_tasks_.empty() || tasks_[started_tasks_.back()]->wait == Wait::Ended;
}

Result<void> Scenario::end() {
    // A last look: what a predicate asks about may be the script's own, which no fact announces.
    looked_checks_ = 0;
    if (Result<void> looked = look(); !looked) return looked;
    return finish();
}

std::vector<lab::Shown> Scenario::take_shown() {
    return std::exchange(persons_shown_, {});
}

}  // namespace podium::scripting
