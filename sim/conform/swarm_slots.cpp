// Slots of services: each is a line of tasks, each task a line of states and a container's events.

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/conform/lives.hpp"
#include "sim/conform/swarm_compare.hpp"

namespace podium::conform {
namespace {

constexpr double kLateInSlot = 0.95;   // What is missing after this share of a recording is forgiven.
constexpr double kSlotBound = 0.65;  // COMPARING.md, for swarms.
constexpr double kSlotShare = 0.03;
constexpr double kSameMoment = 1e-6;
constexpr double kNever = 1e9;
constexpr std::size_t kIdShown = 12;

struct Moment {
    double t = 0;
    std::string key;  ///< "running", "container die exit 1".
    std::string error;
    std::optional<int> exit_code;
    double seen = 0;  ///< When managers knew of it.
};

struct SlotTask {
    std::string id;
    double first = 0;
    double last = 0;  ///< When something about it was last seen.
    std::vector<Moment> states;
    std::vector<Moment> container;
    std::set<std::string> desired;
    std::string last_desired;
};

struct Slot {
    std::string service;
    std::string place;  ///< "3", or the node of a global service's task.
    std::vector<SlotTask> tasks;

    [[nodiscard]] std::string label() const { return fmt::format("{}.{}", service, place); }
};

/// COMPARING.md: they may be missing.
bool is_fleeting(const std::string& key) {
    constexpr std::array<std::string_view, 3> kFleeting{"assigned", "accepted", "preparing"};
    return std::find(kFleeting.begin(), kFleeting.end(), key) != kFleeting.end();
}

bool is_final(const std::string& key) {
    constexpr std::array<std::string_view, 6> kFinal{"complete", "shutdown", "failed", "rejected", "remove", "orphaned"};
    return std::find(kFinal.begin(), kFinal.end(), key) != kFinal.end();
}

class Slots {
  public:
    Slots(const Recording& recorded, const std::vector<TaskRow>& tasks) : recorded_(recorded) {
        for (const TaskRow& row : tasks) {
            if (!row.host.empty() && row.host != "?") hosts_.insert({row.id, row.host});
        }
        for (const CommandRow& row : recorded.commands) {
            const auto words = split_words(row.line);
            const auto name = std::find(words.begin(), words.end(), "--name");
            const bool job = std::find(words.begin(), words.end(), "replicated-job") != words.end();
            if (job && name != words.end() && name + 1 != words.end()) jobs_.insert(name[1]);
        }
    }

    void add(const TaskRow& row) {
        SlotTask* task = find(row.id);
        if (task == nullptr) {
            if (!is_own_service(recorded_, row.service)) return;
            task = &begin(row.service, place_of(row), row.id, row.since);
        }
        const bool known = std::any_of(task->states.begin(), task->states.end(), [&row](const Moment& one) { return one.key == row.state && std::abs(one.t - row.since) < kSameMoment; });
        if (!known && (task->states.empty() || task->states.back().key != row.state)) task->states.push_back({row.since, row.state, row.error, row.exit_code, row.t});
        task->desired.insert(row.desired);
        task->last_desired = row.desired;
        task->last = std::max({task->last, row.t, row.since});
    }
    /// The name of a task's container is "service.slot.task".
    void add(const EventRow& event) {
        if (event.object != "container" || is_dropped(recorded_, event)) return;
        const auto parts = split(event.name, '.');
        if (parts.size() != 3) return;
        const std::string id = parts[2].substr(0, kIdShown);
        SlotTask* task = find(id);
        if (task == nullptr) {
            std::int64_t slot = 0;
            if (!is_own_service(recorded_, parts[0]) || !parse_integer(parts[1], slot)) return;
            task = &begin(parts[0], parts[1], id, event.t);
        }
        task->container.push_back({event.t, "container " + event.key(), {}, {}, event.t});
        task->last = std::max(task->last, event.t);
    }
    std::vector<Slot> take() {
        std::vector<Slot> out;
        for (auto& [key, slot] : slots_) {
            std::stable_sort(slot.tasks.begin(), slot.tasks.end(), [](const SlotTask& a, const SlotTask& b) { return a.first < b.first; });
            out.push_back(std::move(slot));
        }
        return out;
    }

  private:
    /// A replicated job's slots are numbered from 0, which a recording leaves out. A node that leaves or joins
    /// has no name ("?") for a while.
    std::string place_of(const TaskRow& row) const {
        if (row.slot > 0 || jobs_.contains(row.service)) return fmt::format("{}", row.slot);
        const auto host = hosts_.find(row.id);
        return host == hosts_.end() ? row.host : host->second;
    }
    SlotTask* find(const std::string& id) {
        const auto found = where_.find(id);
        if (found == where_.end()) return nullptr;
        auto& tasks = slots_[found->second].tasks;
        return &*std::find_if(tasks.begin(), tasks.end(), [&id](const SlotTask& task) { return task.id == id; });
    }
    SlotTask& begin(const std::string& service, const std::string& place, const std::string& id, double t) {
        const std::pair key(service, place);
        Slot& slot = slots_[key];
        slot.service = service;
        slot.place = place;
        slot.tasks.push_back({id, t, t, {}, {}, {}, {}});
        where_[id] = key;
        return slot.tasks.back();
    }

    const Recording& recorded_;
    std::set<std::string> jobs_;
    std::map<std::string, std::string> hosts_;  ///< By task.
    std::map<std::pair<std::string, std::string>, Slot> slots_;
    std::map<std::string, std::pair<std::string, std::string>> where_;
};

std::vector<Slot> slots_of(const Recording& recorded, std::vector<TaskRow> tasks, const std::vector<EventRow>& events) {
    std::stable_sort(tasks.begin(), tasks.end(), [](const TaskRow& a, const TaskRow& b) { return a.t < b.t; });
    Slots slots(recorded, tasks);
    for (const TaskRow& row : tasks) slots.add(row);
    for (const EventRow& event : events) slots.add(event);
    return slots.take();
}

/// A moment of a slot, with the number of its task.
struct Step {
    std::size_t task = 0;
    const Moment* moment = nullptr;
};

std::vector<Step> steps_of(const Slot& slot) {
    std::vector<Step> steps;
    for (std::size_t i = 0; i < slot.tasks.size(); ++i) {
        for (const Moment& moment : slot.tasks[i].states) steps.push_back({i, &moment});
        for (const Moment& moment : slot.tasks[i].container) steps.push_back({i, &moment});
    }
    std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.moment->t < b.moment->t; });
    return steps;
}

/// A container's name in a sentence has its slot's number, which is chance.
std::string without_slot(std::string text, const Slot& slot) {
    const std::string name = slot.label() + ".";
    if (const auto at = text.find(name); at != std::string::npos) text.replace(at, name.size(), slot.service + ".");
    return text;
}

/// The same moment of the other side's task: of that name, and as many of it before.
const Moment* counterpart(const SlotTask& of, const Moment& moment, const SlotTask& in) {
    const auto& list = moment.key.starts_with("container ") ? of.container : of.states;
    const auto& other = moment.key.starts_with("container ") ? in.container : in.states;
    auto number = std::count_if(list.begin(), list.end(), [&](const Moment& one) { return one.key == moment.key && &one < &moment; });
    for (const Moment& one : other) {
        if (one.key == moment.key && number-- == 0) return &one;
    }
    return nullptr;
}

/// When an updated service was changed, and its tasks began to run or failed.
struct Turns {
    std::vector<double> recorded;
    std::vector<double> simulated;
};

std::vector<double> turns_in(const std::vector<Slot>& slots) {
    std::vector<double> turns;
    for (const Slot& slot : slots) {
        for (const SlotTask& task : slot.tasks) {
            for (const Moment& moment : task.states) {
                if (moment.key == "running" || moment.key == "failed" || moment.key == "rejected") turns.push_back(moment.t);
            }
        }
    }
    return turns;
}

/// When the recorder is known to have looked at what managers agree on last.
double last_look(const Recording& recorded) {
    double last = 0;
    for (const TaskRow& row : recorded.tasks) last = std::max(last, row.t);
    for (const NodeRow& row : recorded.node_rows) last = std::max(last, row.t);
    for (const UpdateRow& row : recorded.updates) last = std::max(last, row.t);
    return last;
}

/// How far two slots go together, and what then differs; no text: all of it.
struct Verdict {
    std::size_t matched = 0;
    std::string text;
};

class Comparison {
  public:
    Comparison(const Recording& recorded, const Simulated& simulated, const Slot& real, const Slot& made, const Turns& turns, const std::vector<Pair>& causes)
        : recorded_(recorded), removed_(simulated.removed), real_(real), made_(made), turns_(turns), causes_(causes), last_of_task_(real.tasks.size()) {}

    Verdict run() {
        for (const Step& step : steps_of(real_)) {
            std::string wrong = check(step);
            if (!wrong.empty()) return {matched_, std::move(wrong)};
        }
        for (std::size_t i = 0; i < real_.tasks.size(); ++i) {
            std::string wrong = check_task(i);
            if (!wrong.empty()) return {matched_, std::move(wrong)};
        }
        return {matched_, extra()};
    }

  private:
    /// An update takes a slot at once or when another one's task runs or has failed, in an order that is chance.
    [[nodiscard]] std::optional<Pair> turn_before(double recorded, double simulated) const {
        const auto last = [](const std::vector<double>& turns, double t) {
            const auto after = std::upper_bound(turns.begin(), turns.end(), t);
            return after == turns.begin() ? std::nullopt : std::optional(*std::prev(after));
        };
        const auto real = last(turns_.recorded, recorded);
        const auto made = last(turns_.simulated, simulated);
        return real && made ? std::optional(Pair{*real, *made}) : std::nullopt;
    }

    [[nodiscard]] bool late(double t) const { return t > recorded_.end * kLateInSlot; }
    [[nodiscard]] std::string task_text(std::size_t task) const { return fmt::format("{}, task {}", real_.label(), task + 1); }

    std::string check(const Step& step) {
        const Moment& want = *step.moment;
        if (step.task >= made_.tasks.size()) {
            if (late(want.t)) return {};
            return fmt::format("{}: the simulation has no such task ('{}' at {:.3f} s)", task_text(step.task), want.key, want.t);
        }
        const Moment* got = counterpart(real_.tasks[step.task], want, made_.tasks[step.task]);
        if (got == nullptr) {
            if (late(want.t) || is_fleeting(want.key)) return {};
            return fmt::format("{}: the simulation has no '{}' (recorded at {:.3f} s)", task_text(step.task), want.key, want.t);
        }
        std::vector<Pair> since = causes_;
        const double from = before_.empty() ? -1e9 : before_.back().recorded;
        std::erase_if(since, [&](const Pair& cause) { return cause.recorded < from - 1e-9 || cause.recorded - cause.late > want.t + 1e-9; });
        if (!before_.empty()) since.push_back(before_.back());
        if (last_of_task_[step.task]) since.push_back(*last_of_task_[step.task]);
        if (since.empty()) since.push_back({});
        if (step.task > 0 && !last_of_task_[step.task] && step.task < made_.tasks.size()) {
            const auto turn = turn_before(want.t, got->t);
            if (turn) since.insert(since.begin(), *turn);
        }
        if (!alike(want.t, got->t, since)) {
            return fmt::format("{}: '{}' came {:.3f} s after '{}' in the recording, {:.3f} s in the simulation", task_text(step.task), want.key, want.t - since.back().recorded, before_key_, got->t - since.back().simulated);
        }
        if (is_final(want.key)) {
            if (masked_swarm(without_slot(want.error, real_)) != masked_swarm(without_slot(got->error, made_))) return fmt::format("{}: its error is '{}' in the recording, '{}' in the simulation", task_text(step.task), want.error, got->error);
            if (want.exit_code && got->exit_code && *want.exit_code != *got->exit_code) return fmt::format("{}: it ended with {} in the recording, with {} in the simulation", task_text(step.task), *want.exit_code, *got->exit_code);
        }
        before_.push_back({want.t, got->t});
        last_of_task_[step.task] = before_.back();
        before_key_ = want.key;
        ++matched_;
        return {};
    }

    /// Order of a container's events, and what was wanted of the task in the end.
    std::string check_task(std::size_t task) const {
        if (task >= made_.tasks.size()) return {};
        const SlotTask& real = real_.tasks[task];
        const SlotTask& made = made_.tasks[task];
        for (std::size_t i = 0; i < real.container.size(); ++i) {
            const std::string got = i < made.container.size() ? made.container[i].key : "nothing";
            if (got == real.container[i].key) continue;
            if (late(real.container[i].t)) break;
            return fmt::format("{}: event {} of its container is '{}' in the recording, '{}' in the simulation", task_text(task), i + 1, real.container[i].key, got);
        }
        if (!late(real.last) && !real.last_desired.empty() && !made.desired.contains(real.last_desired)) return fmt::format("{}: it was wanted {} in the end, never so in the simulation", task_text(task), real.last_desired);
        return {};
    }

    /// What only the simulation has before the recording's last word on the slot. What was over within a poll
    /// is not looked for.
    [[nodiscard]] std::string extra() const {
        double end = 0;
        for (const SlotTask& task : real_.tasks) end = std::max(end, task.last);
        end = std::min(end, last_look(recorded_));
        for (std::size_t i = 0; i < made_.tasks.size(); ++i) {
            const SlotTask& made = made_.tasks[i];
            if (i >= real_.tasks.size()) {
                const bool seen = !made.container.empty() || removed_after(made) - made.first > kPolled;
                if (seen && is_due(made.first, end)) return fmt::format("{}: only the simulation has such a task (at {:.3f} s)", task_text(i), made.first);
                continue;
            }
            for (const Moment& moment : made.states) {
                if (!is_final(moment.key) || removed_after(made) - moment.seen <= kPolled || !is_due(moment.t, end)) continue;
                if (counterpart(made, moment, real_.tasks[i]) == nullptr) return fmt::format("{}: only in the simulation it is '{}' (at {:.3f} s)", task_text(i), moment.key, moment.t);
            }
        }
        return {};
    }

    [[nodiscard]] double removed_after(const SlotTask& made) const {
        const auto found = removed_.find(made.id);
        return found == removed_.end() ? kNever : found->second;
    }

    /// Whether a moment of the simulation, as long after what came before it, was to be seen in the recording.
    [[nodiscard]] bool is_due(double t, double end) const {
        Pair since;
        for (const std::vector<Pair>* pairs : {&before_, &causes_}) {
            for (const Pair& pair : *pairs) {
                if (pair.simulated <= t && pair.simulated >= since.simulated) since = pair;
            }
        }
        const double delay = t - since.simulated;
        return since.recorded + delay + std::max(kSlotBound, kSlotShare * delay) < end;
    }

    const Recording& recorded_;
    const std::map<std::string, double>& removed_;
    const Slot& real_;
    const Slot& made_;
    const Turns& turns_;
    const std::vector<Pair>& causes_;
    std::vector<Pair> before_;
    std::vector<std::optional<Pair>> last_of_task_;
    std::string before_key_ = "the beginning";
    std::size_t matched_ = 0;
};

/// Gives a recorded slot a simulated one that is like it, moving others where they are like yet others.
/// The slot of the same number is tried first, so that what differs is told of it.
bool assign(std::size_t real, const std::vector<std::vector<Verdict>>& verdicts, std::vector<bool>& tried, std::vector<std::optional<std::size_t>>& taken) {
    for (std::size_t i = 0; i < taken.size(); ++i) {
        const std::size_t made = (real + i) % taken.size();
        if (tried[made] || !verdicts[real][made].text.empty()) continue;
        tried[made] = true;
        if (!taken[made] || assign(*taken[made], verdicts, tried, taken)) {
            taken[made] = real;
            return true;
        }
    }
    return false;
}

/// When the tasks that follow others in their slots began, whichever slots they are in.
std::vector<double> begun_in(const std::vector<Slot>& slots) {
    std::vector<double> begun;
    for (const Slot& slot : slots) {
        for (std::size_t i = 1; i < slot.tasks.size(); ++i) begun.push_back(slot.tasks[i].first);
    }
    std::sort(begun.begin(), begun.end());
    return begun;
}

/// Which slots an update takes is chance, when it takes one is not: the new tasks of an updated service must
/// begin as long after the change, or after the new task before them, as recorded.
void compare_order(const Recording& recorded, const std::vector<Slot>& real, const std::vector<Slot>& made, const std::vector<Pair>& causes, std::vector<std::string>& differences) {
    const std::vector<double> wanted = begun_in(real);
    const std::vector<double> got = begun_in(made);
    for (std::size_t i = 0; i < wanted.size() && wanted[i] <= recorded.end * kLateInSlot; ++i) {
        if (i >= got.size()) {
            differences.push_back(fmt::format("{}: the simulation has no new task number {} (recorded at {:.3f} s)", real.front().service, i + 1, wanted[i]));
            return;
        }
        std::vector<Pair> since = causes;
        std::erase_if(since, [&](const Pair& cause) { return cause.recorded > wanted[i] || (i > 0 && cause.recorded < wanted[i - 1]); });
        if (i > 0) since.push_back({wanted[i - 1], got[i - 1]});
        if (since.empty()) since.push_back({});
        if (alike(wanted[i], got[i], since)) continue;
        differences.push_back(fmt::format("{}: its new task number {} began {:.3f} s after what came before in the recording, {:.3f} s in the simulation", real.front().service, i + 1, wanted[i] - since.back().recorded, got[i] - since.back().simulated));
        return;
    }
}

void compare_service(const Recording& recorded, const Simulated& simulated, const std::vector<Slot>& real, const std::vector<Slot>& made, const std::vector<Pair>& causes, std::vector<std::string>& differences) {
    std::vector<std::vector<Verdict>> verdicts(real.size());
    const bool updated = !real.empty() && std::any_of(recorded.updates.begin(), recorded.updates.end(), [&](const UpdateRow& row) { return row.service == real.front().service; });
    Turns turns;
    if (updated) {
        turns = {turns_in(real), turns_in(made)};
        for (const Pair& cause : causes) {
            turns.recorded.push_back(cause.recorded);
            turns.simulated.push_back(cause.simulated);
        }
        std::sort(turns.recorded.begin(), turns.recorded.end());
        std::sort(turns.simulated.begin(), turns.simulated.end());
        compare_order(recorded, real, made, causes, differences);
    }
    for (std::size_t i = 0; i < real.size(); ++i) {
        for (const Slot& other : made) {
            std::int64_t slot = 0;
            const bool other_node = !parse_integer(real[i].place, slot) && real[i].place != other.place;
            verdicts[i].push_back(other_node ? Verdict{0, "another node"} : Comparison(recorded, simulated, real[i], other, turns, causes).run());
        }
    }
    std::vector<std::optional<std::size_t>> taken(made.size());
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < real.size(); ++i) {
        std::vector<bool> tried(made.size());
        if (!assign(i, verdicts, tried, taken)) left.push_back(i);
    }
    for (const std::size_t i : left) {
        std::optional<std::size_t> nearest;
        for (std::size_t k = 0; k < made.size(); ++k) {
            if (!taken[k] && (!nearest || verdicts[i][k].matched > verdicts[i][*nearest].matched)) nearest = k;
        }
        if (nearest) taken[*nearest] = i;
        // What differs is told of the slot that it goes along with longest, whichever got that one.
        const auto closest = std::max_element(verdicts[i].begin(), verdicts[i].end(), [](const Verdict& a, const Verdict& b) { return std::pair(!a.text.empty(), a.matched) < std::pair(!b.text.empty(), b.matched); });
        differences.push_back(nearest ? closest->text : fmt::format("{}: the simulation has no slot for it", real[i].label()));
    }
    for (std::size_t k = 0; k < made.size(); ++k) {
        if (!taken[k] && made[k].tasks.front().first < recorded.end * kLateInSlot) differences.push_back(fmt::format("{}: only the simulation has such a slot (at {:.3f} s)", made[k].label(), made[k].tasks.front().first));
    }
}

}  // namespace

void compare_slots(const Recording& recorded, const Simulated& simulated, const std::vector<Pair>& causes, std::vector<std::string>& differences) {
    if (recorded.tasks.empty()) return;
    std::map<std::string, std::pair<std::vector<Slot>, std::vector<Slot>>> services;
    for (Slot& slot : slots_of(recorded, recorded.tasks, recorded.events)) services[slot.service].first.push_back(std::move(slot));
    for (Slot& slot : slots_of(recorded, simulated.tasks, simulated.events)) services[slot.service].second.push_back(std::move(slot));
    for (const auto& [service, sides] : services) compare_service(recorded, simulated, sides.first, sides.second, causes, differences);
}

}  // namespace podium::conform
