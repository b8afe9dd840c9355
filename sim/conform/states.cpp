// Inspected states. Where in the simulation a recorded moment lies: as far behind the container's
// latest event as in the recording.

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/format.h>

#include "sim/conform/comparisons.hpp"

namespace podium::conform {
namespace {

using State = Simulated::State;

// How long after a change a look may come that saw it: those who recorded looked every 0.15 to 0.3 s (COMPARING.md).
constexpr double kBetweenPolls = 0.3;

std::size_t events_before(const Life& real, const Life& made, double t) {
    std::size_t i = 0;
    while (i < real.events.size() && i < made.events.size() && real.events[i].t <= t) ++i;
    return i;
}

double simulated_moment(const Life& real, const Life& made, double t) {
    const std::size_t before = events_before(real, made, t);
    return before == 0 ? t : t + made.events[before - 1].t - real.events[before - 1].t;
}

// By how much the commands since that event took less time in the simulation: where what is asked comes
// next, the moment lies so much earlier.
double commands_saved(const Recording& recorded, const Simulated& simulated, const Life& real, const Life& made, double t) {
    const std::size_t before = events_before(real, made, t);
    const double from = before == 0 ? 0 : real.events[before - 1].t;
    return commands_within(recorded.commands, recorded.commands, from, t) - commands_within(simulated.commands, recorded.commands, from, t);
}

State state_at(const Simulated& simulated, const std::string& id, double t) {
    State state;
    state.status = "missing";
    for (const State& row : simulated.states) {
        if (row.id == id && row.t <= t + 1e-9) state = row;
    }
    return state;
}

struct Window {
    double from;
    double to;
};

// The simulated moments that may stand for a recorded one.
Window window_of(double moment, double saved, Bounds bounds) { return {moment - std::max(saved, 0.0) - bounds.high, moment - std::min(saved, 0.0) - bounds.low}; }

// COMPARING.md: sampled states count only where the simulated one does not change within the tolerance.
bool steady(const Simulated& simulated, const std::string& id, double moment, double saved, Bounds bounds) {
    const Window about = window_of(moment, saved, bounds);
    return std::none_of(simulated.states.begin(), simulated.states.end(), [&](const State& row) { return row.id == id && row.t >= about.from && row.t <= about.to; });
}

bool is_as_polled(const State& state, const PollRow& poll) {
    return state.health == poll.health && state.failing_streak == poll.failing_streak && (poll.status.empty() || state.status == poll.status);
}

// Whether the simulation is so at any moment of a window.
bool shown(const Simulated& simulated, const std::string& id, const PollRow& poll, Window window) {
    return is_as_polled(state_at(simulated, id, window.from), poll) ||
           std::any_of(simulated.states.begin(), simulated.states.end(), [&](const State& row) { return row.id == id && row.t >= window.from && row.t <= window.to && is_as_polled(row, poll); });
}

// The life that had a name at a moment; null: none had.
const Life* life_named(const std::vector<Life>& lives, const std::string& name, double t) {
    const Life* found = nullptr;
    for (const Life& life : lives) {
        if (life.events.front().t <= t && life.name_at(t) == name) found = &life;
    }
    return found;
}

// RestartCount of a loop may be one more or less; of a container that is no longer in one it may not.
bool same_restarts(const State& state, int restarts) {
    const bool loops = (state.status == "running" || state.status == "restarting") && state.restart_count > 0 && restarts > 0;
    return std::abs(state.restart_count - restarts) <= (loops ? 1 : 0);
}

std::string text_of(const State& state) { return fmt::format("{} exit {} restarts {} oom {}", state.status, state.exit_code, state.restart_count, state.oom_killed); }

}  // namespace

void compare_inspections(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences) {
    std::map<std::string, double> last;
    for (const InspectRow& look : recorded.inspections) last[look.name] = std::max(last[look.name], look.t);
    const double engine_start = engine_start_of(recorded);
    for (const InspectRow& look : recorded.inspections) {
        const Life* want = life_named(real, look.name, look.t);
        const Life* got = want == nullptr ? nullptr : find_life(made, want->label);
        if (got == nullptr) continue;  // that it is missing has been said
        const double moment = simulated_moment(*want, *got, look.t);
        const Bounds bounds = bounds_of(recorded.directory, 0, engine_start >= 0 ? look.t - engine_start : -1);
        if (look.t < last[look.name] && !steady(simulated, got->id, moment, commands_saved(recorded, simulated, *want, *got, look.t), bounds)) continue;
        const State state = state_at(simulated, got->id, moment);
        const bool same = look.gone ? state.status == "missing" : state.status == look.status && state.exit_code == look.exit_code && state.oom_killed == look.oom_killed && same_restarts(state, look.restart_count);
        if (same) continue;
        const std::string was = look.gone ? "no such container" : fmt::format("{} exit {} restarts {} oom {}", look.status, look.exit_code, look.restart_count, look.oom_killed);
        differences.push_back(fmt::format("{}: inspected at {:.3f} s ({}): recorded {}, simulated {}", look.name, look.t, look.label, was, text_of(state)));
        return;
    }
}

void compare_polls(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences) {
    if (recorded.polls.empty() || real.empty() || made.empty()) return;
    const Bounds bounds = bounds_of(recorded.directory, 0, -1);
    const std::string& id = made.front().id;
    const auto say = [&differences](double t, const PollRow& poll, const State& state) {
        differences.push_back(fmt::format("health at {:.3f} s: recorded {} {} (streak {}), simulated {} {} (streak {})", t, poll.status, poll.health, poll.failing_streak, state.status, state.health, state.failing_streak));
    };
    for (std::size_t i = 0; i < recorded.polls.size(); ++i) {
        const PollRow& poll = recorded.polls[i];
        // A row was written when something had changed: within the tolerance the simulation comes to the same, from what the row
        // before says.
        const Window about = window_of(simulated_moment(real.front(), made.front(), poll.t), commands_saved(recorded, simulated, real.front(), made.front(), poll.t), bounds);
        const bool came = shown(simulated, id, poll, about) && (i == 0 || shown(simulated, id, recorded.polls[i - 1], {about.from - kBetweenPolls, about.to}));
        if (!came) return say(poll.t, poll, state_at(simulated, id, simulated_moment(real.front(), made.front(), poll.t)));
        // And until the next row it was as this one says.
        const double t = (poll.t + (i + 1 < recorded.polls.size() ? recorded.polls[i + 1].t : recorded.end)) / 2;
        const double moment = simulated_moment(real.front(), made.front(), t);
        if (!steady(simulated, id, moment, commands_saved(recorded, simulated, real.front(), made.front(), t), bounds)) continue;
        if (const State state = state_at(simulated, id, moment); !is_as_polled(state, poll)) return say(t, poll, state);
    }
}

void compare_summary(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences) {
    for (const Recording::CameBack& want : recorded.summary) {
        const Life* recorded_life = find_life(real, want.name);
        const Life* got = find_life(made, want.name);
        if (got == nullptr || recorded_life == nullptr) {
            differences.push_back(fmt::format("{}: {} has no such container", want.name, got == nullptr ? "the simulation" : "the recording"));
            continue;
        }
        // The summary is of the last look at it.
        double t = recorded.end;
        for (const InspectRow& look : recorded.inspections) {
            if (look.name == want.name) t = look.t;
        }
        const State state = state_at(simulated, got->id, simulated_moment(*recorded_life, *got, t));
        const bool up = state.status == "running" || state.status == "restarting";
        if (up != want.came_back || state.status != want.status || state.exit_code != want.exit_code || !same_restarts(state, want.restart_count)) {
            differences.push_back(fmt::format("{}: after the engine's restart: recorded {} exit {} restarts {}, simulated {}", want.name, want.status, want.exit_code, want.restart_count, text_of(state)));
        }
    }
}

}  // namespace podium::conform
