#include "sim/conform/compare.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::conform {
namespace {

constexpr double kLateShare = 0.95;      // events missing after this share of a recording are forgiven
constexpr double kSteady = 0.6;          // a sampled state counts where nothing changes this near
constexpr std::size_t kRecordedIdLength = 25;  // the recorder cut the names of volumes there
constexpr double kBackoffTolerance = 1e-6;

struct Bounds {
    double low;
    double high;
};

// Recorded minus simulated may lie in these bounds.
Bounds bounds_of(const std::string& directory, double delay, double after_engine_start) {
    if (directory == "stop") return {-0.35, 0.35};
    if (directory == "health") return {-0.30, 0.30};
    if (directory == "daemon-restart") return after_engine_start >= 0 && after_engine_start < 6.0 ? Bounds{-2.0, 2.0} : Bounds{-1.5, 1.5};
    return {-0.25, std::max(1.0, 0.03 * delay)};
}

// A container's life: its events in order, found again by name and by how many of that name there were.
struct Life {
    std::string label;
    std::vector<EventRow> events;
};

bool is_filtered(const Recording& recorded, const EventRow& event) {
    for (const std::string& dropped : recorded.dropped_actions) {
        if (event.action == dropped || event.action.starts_with(dropped + ":")) return true;
    }
    if (event.action == "attach" || event.action == "top") return true;
    return !recorded.objects.empty() && std::find(recorded.objects.begin(), recorded.objects.end(), event.object) == recorded.objects.end();
}

std::vector<Life> lives_of(const Recording& recorded, const std::vector<EventRow>& events) {
    std::vector<std::string> ids;
    std::map<std::string, Life> lives;
    std::map<std::string, int> count;
    for (const EventRow& event : events) {
        if (is_filtered(recorded, event)) continue;
        const std::string id = event.object == "container" ? event.id : event.container;
        if (id.empty()) continue;
        const auto known = lives.find(id);
        if (known != lives.end()) {
            known->second.events.push_back(event);
        } else if (event.object == "container") {
            const int n = ++count[event.name];
            lives[id] = {n == 1 ? event.name : fmt::format("{} (number {})", event.name, n), {event}};
            ids.push_back(id);
        }
    }
    std::vector<Life> out;
    for (const std::string& id : ids) out.push_back(lives[id]);
    return out;
}

std::string side_by_side(const Life& recorded, const Life& simulated, std::size_t at) {
    std::string out;
    const std::size_t from = at >= 2 ? at - 2 : 0;
    for (std::size_t i = from; i < at + 3; ++i) {
        const auto cell = [i](const Life& life) { return i < life.events.size() ? fmt::format("{:9.3f} {}", life.events[i].t, life.events[i].key()) : std::string("-"); };
        if (i >= recorded.events.size() && i >= simulated.events.size()) break;
        out += fmt::format("\n    {} recorded {:<44} simulated {}", i == at ? ">" : " ", cell(recorded), cell(simulated));
    }
    return out;
}

double engine_start_of(const Recording& recorded) {
    for (const OperationRow& operation : recorded.operations) {
        if (operation.operation == "engine-start") return operation.t;
    }
    return -1;
}

// The latest input at or before a moment of the recording: its number, or -1.
int input_before(const std::vector<double>& inputs, double t) {
    int found = -1;
    for (std::size_t i = 0; i < inputs.size() && inputs[i] <= t + 1e-9; ++i) found = static_cast<int>(i);
    return found;
}

// What somebody asked for, as opposed to what came by itself after the event before it.
bool by_request(const EventRow& event) {
    if (event.action == "start") return event.reason != 1;
    return event.action != "die" && !event.action.starts_with("exec_") && !event.action.starts_with("health_status") && event.action != "oom";
}

// A delay is measured from the event before it or, where an input came in between, from that input: what
// other commands cost in between is not this container's delay. What comes by itself (a death, a restart by
// policy, a probe) is always measured from the event before it.
void compare_life(const Recording& recorded, const Simulated& simulated, const Life& real, const Life& made, std::vector<std::string>& differences) {
    const std::vector<double> inputs = input_times(recorded);
    const double engine_start = engine_start_of(recorded);
    for (std::size_t i = 0; i < real.events.size(); ++i) {
        const EventRow& want = real.events[i];
        if (i >= made.events.size()) {
            if (want.t <= recorded.end * kLateShare) differences.push_back(fmt::format("{}: the simulation has no '{}'{}", real.label, want.key(), side_by_side(real, made, i)));
            return;
        }
        const EventRow& got = made.events[i];
        if (want.key() != got.key()) {
            if (want.t > recorded.end * kLateShare) return;
            differences.push_back(fmt::format("{}: event {} differs{}", real.label, i + 1, side_by_side(real, made, i)));
            return;
        }
        if (i == 0) continue;
        double from = real.events[i - 1].t;
        double simulated_from = made.events[i - 1].t;
        const int input = by_request(got) ? input_before(inputs, want.t) : -1;
        if (input >= 0 && inputs[static_cast<std::size_t>(input)] > from && static_cast<std::size_t>(input) < simulated.issued.size()) {
            from = inputs[static_cast<std::size_t>(input)];
            simulated_from = std::max(simulated_from, simulated.issued[static_cast<std::size_t>(input)]);
        }
        const double delay = want.t - from;
        const double simulated_delay = got.t - simulated_from;
        const Bounds bounds = bounds_of(recorded.directory, delay, engine_start >= 0 ? want.t - engine_start : -1);
        const double gap = delay - simulated_delay;
        if (gap < bounds.low - 1e-9 || gap > bounds.high + 1e-9) {
            differences.push_back(fmt::format("{}: '{}' came {:.3f} s after '{}' in the recording, {:.3f} s in the simulation{}", real.label, want.key(), delay, real.events[i - 1].key(), simulated_delay, side_by_side(real, made, i)));
            return;
        }
    }
}

void compare_lives(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences) {
    for (const Life& want : real) {
        const auto found = std::find_if(made.begin(), made.end(), [&want](const Life& life) { return life.label == want.label; });
        if (found == made.end()) {
            if (want.events.front().t <= recorded.end * kLateShare) differences.push_back(fmt::format("{}: the simulation has no such container", want.label));
        } else {
            compare_life(recorded, simulated, want, *found, differences);
        }
    }
    for (const Life& extra : made) {
        const bool known = std::any_of(real.begin(), real.end(), [&extra](const Life& life) { return life.label == extra.label; });
        if (!known && extra.events.front().t <= recorded.end) differences.push_back(fmt::format("{}: only the simulation has such a container", extra.label));
    }
}

// Networks and volumes: what was made and what was removed, in order, each once.
void compare_objects(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences) {
    const auto list = [&recorded](const std::vector<EventRow>& events) {
        std::vector<std::string> out;
        for (const EventRow& event : events) {
            if (event.object == "container" || is_filtered(recorded, event)) continue;
            if (event.action != "create" && event.action != "destroy") continue;
            // Anonymous volumes have names of chance.
            const bool anonymous = event.object == "volume" && event.id.size() >= 25 && event.id.find_first_not_of("0123456789abcdef") == std::string::npos;
            out.push_back(fmt::format("{} {} {}", event.object, event.action, anonymous ? "anonymous" : event.object == "network" ? event.name : event.id.substr(0, kRecordedIdLength)));
        }
        std::sort(out.begin(), out.end());
        // Duplicate volume creates are not compared.
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
    };
    const auto real = list(recorded.events);
    const auto made = list(simulated.events);
    for (const std::string& line : real) {
        if (std::find(made.begin(), made.end(), line) == made.end()) differences.push_back(fmt::format("the simulation has no '{}'", line));
    }
    for (const std::string& line : made) {
        if (std::find(real.begin(), real.end(), line) == real.end()) differences.push_back(fmt::format("only the simulation has '{}'", line));
    }
}

// Docker's rule, worked out here once more from how long the simulated runs lasted.
void compare_backoff(const std::vector<Life>& made, std::vector<std::string>& differences) {
    for (const Life& life : made) {
        double delay = 0;
        for (const EventRow& event : life.events) {
            if (event.object != "container") continue;
            if (event.action == "start" && event.reason != 1) delay = 0;
            if (event.action != "die" || !event.backoff || event.decision != 1) continue;
            delay = *event.ran >= 10.0 ? 0.0 : delay;
            delay = delay == 0.0 ? 0.1 : std::min(delay * 2, 60.0);
            if (std::abs(delay - *event.backoff) > kBackoffTolerance) {
                differences.push_back(fmt::format("{}: the delay before the restart at {:.3f} s is {:.1f} s, the rule says {:.1f} s", life.label, event.t, *event.backoff, delay));
                return;
            }
        }
    }
}

std::vector<std::string> masked_lines(const std::string& text, bool sorted) {
    std::vector<std::string> lines;
    for (const std::string& line : split(text, '\n')) {
        const std::string plain = masked(line);
        if (!plain.empty()) lines.push_back(plain);
    }
    if (sorted) std::sort(lines.begin(), lines.end());
    return lines;
}

void compare_text(const CommandRow& real, const std::string& what, const std::string& recorded, const std::string& simulated, std::vector<std::string>& differences) {
    // The order of "Creating … done" lines and of a level's containers is not compared.
    const bool sorted = real.line.starts_with("docker-compose") || real.line.starts_with("docker compose");
    const auto want = masked_lines(recorded, sorted);
    const auto got = masked_lines(simulated, sorted);
    for (std::size_t i = 0; i < std::max(want.size(), got.size()); ++i) {
        const std::string left = i < want.size() ? want[i] : "(nothing)";
        const std::string right = i < got.size() ? got[i] : "(nothing)";
        if (left == right) continue;
        differences.push_back(fmt::format("$ {}: {} differs\n      recorded  {}\n      simulated {}", real.line, what, left, right));
        return;
    }
}

void compare_commands(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences) {
    for (std::size_t i = 0; i < recorded.commands.size(); ++i) {
        const CommandRow& real = recorded.commands[i];
        if (i >= simulated.commands.size()) {
            differences.push_back(fmt::format("$ {}: it did not end in the simulation", real.line));
            return;
        }
        const CommandRow& made = simulated.commands[i];
        if (real.status != made.status) {
            differences.push_back(fmt::format("$ {}: status {} in the recording, {} in the simulation{}", real.line, real.status, made.status, made.error && !made.error->empty() ? fmt::format(": {}", trim(*made.error)) : ""));
            continue;
        }
        if (real.output) compare_text(real, "standard output", *real.output, made.output.value_or(""), differences);
        if (real.error) compare_text(real, "standard error", *real.error, made.error.value_or(""), differences);
    }
}

void parse_exit(const std::string& text, int& value) {
    std::int64_t number = 0;
    if (parse_integer(text, number)) value = static_cast<int>(number);
}

// The state of a container at a moment of the simulation, and how near the next change is.
struct StateAt {
    std::string status = "missing";
    int exit_code = 0;
    int restarts = 0;
    bool oom = false;
    double changed = -1e9;  ///< Last change before.
    double changes = 1e9;   ///< Next change after.
};

StateAt state_at(const Life& life, double t, const std::vector<Simulated::Cancelled>& cancelled) {
    StateAt state;
    for (const EventRow& event : life.events) {
        if (event.object != "container" || event.action.starts_with("exec_") || event.action.starts_with("health_status")) continue;
        if (event.t > t) {
            state.changes = event.t;
            break;
        }
        if (event.action == "create") {
            state.status = "created";
        } else if (event.action == "start") {
            state.status = "running";
            state.exit_code = 0;
            state.restarts = event.reason == 1 ? event.attempt : 0;
        } else if (event.action == "die") {
            state.status = event.decision == 1 ? "restarting" : "exited";
            parse_exit(event.exit_code, state.exit_code);
            state.restarts = event.attempt;
        } else if (event.action == "oom") {
            state.oom = true;
        } else if (event.action == "stop" && state.status == "restarting") {
            state.status = "exited";
        } else if (event.action == "pause") {
            state.status = "paused";
        } else if (event.action == "unpause") {
            state.status = "running";
        } else if (event.action == "destroy") {
            state.status = "missing";
        }
        state.changed = event.t;
    }
    for (const Simulated::Cancelled& cancel : cancelled) {
        if (cancel.name != life.label || cancel.t > t || cancel.t < state.changed || state.status != "restarting") continue;
        state.status = "exited";
        state.changed = cancel.t;
    }
    return state;
}

// Where in the simulation a recorded moment lies: as far behind the container's latest event.
double simulated_moment(const Life& real, const Life& made, double t) {
    double shift = 0;
    for (std::size_t i = 0; i < real.events.size() && i < made.events.size() && real.events[i].t <= t; ++i) shift = made.events[i].t - real.events[i].t;
    return t + shift;
}

bool steady_in_recording(const Life& real, double t) {
    return std::none_of(real.events.begin(), real.events.end(), [t](const EventRow& event) { return std::abs(event.t - t) < kSteady && event.object == "container" && !event.action.starts_with("exec_"); });
}

void compare_inspections(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences) {
    for (const InspectRow& look : recorded.inspections) {
        if (!look.has_state) continue;
        const auto by_name = [&look](const Life& life) { return life.label == look.name; };
        const auto want = std::find_if(real.begin(), real.end(), by_name);
        const auto got = std::find_if(made.begin(), made.end(), by_name);
        if (want == real.end() || got == made.end() || !steady_in_recording(*want, look.t)) continue;
        const double moment = simulated_moment(*want, *got, look.t);
        const StateAt state = state_at(*got, moment, simulated.cancelled);
        if (moment - state.changed < kSteady || state.changes - moment < kSteady) continue;
        if (state.status != look.status || state.exit_code != look.exit_code || state.oom != look.oom_killed || std::abs(state.restarts - look.restart_count) > 1) {
            differences.push_back(fmt::format("{}: inspected at {:.3f} s ({}): recorded {} exit {} restarts {} oom {}, simulated {} exit {} restarts {} oom {}", look.name, look.t, look.label, look.status, look.exit_code, look.restart_count, look.oom_killed, state.status, state.exit_code, state.restarts, state.oom));
            return;
        }
    }
}

void compare_polls(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences) {
    if (recorded.polls.empty() || real.empty() || made.empty()) return;
    for (const PollRow& poll : recorded.polls) {
        const double moment = simulated_moment(real.front(), made.front(), poll.t);
        Simulated::Probe state{0, "", "starting", 0};
        double nearest = 1e9;
        for (const Simulated::Probe& probe : simulated.probes) {
            nearest = std::min(nearest, std::abs(probe.t - moment));
            if (probe.t <= moment) state = probe;
        }
        const bool steady = std::none_of(real.front().events.begin(), real.front().events.end(), [&poll](const EventRow& event) { return std::abs(event.t - poll.t) < 0.3 && !event.action.starts_with("exec_start"); });
        if (nearest < 0.3 || !steady) continue;
        if (state.health != poll.health || state.failing_streak != poll.failing_streak) {
            differences.push_back(fmt::format("health at {:.3f} s: recorded {} (streak {}), simulated {} (streak {})", poll.t, poll.health, poll.failing_streak, state.health, state.failing_streak));
            return;
        }
    }
}

void compare_summary(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& made, std::vector<std::string>& differences) {
    for (const Recording::CameBack& want : recorded.summary) {
        const auto got = std::find_if(made.begin(), made.end(), [&want](const Life& life) { return life.label == want.name; });
        if (got == made.end()) {
            differences.push_back(fmt::format("{}: the simulation has no such container", want.name));
            continue;
        }
        const StateAt state = state_at(*got, 1e9, simulated.cancelled);
        const bool up = state.status == "running" || state.status == "restarting";
        const bool loop = want.status == "restarting" || state.status == "restarting";
        if (up != want.came_back || (!loop && (state.status != want.status || state.exit_code != want.exit_code))) {
            differences.push_back(fmt::format("{}: recorded {} exit {}, simulated {} exit {}", want.name, want.status, want.exit_code, state.status, state.exit_code));
        }
    }
}

}  // namespace

std::vector<double> input_times(const Recording& recorded) {
    std::vector<double> times;
    for (const OperationRow& operation : recorded.operations) times.push_back(operation.t);
    for (const CommandRow& command : recorded.commands) times.push_back(command.t);
    std::stable_sort(times.begin(), times.end());
    return times;
}

std::string masked(const std::string& text) {
    static const std::regex kId("\\b(sha256:)?([0-9a-f]{64}|[0-9a-f]{12})(?![0-9a-z])");
    static const std::regex kTime("(Less than a second|About a minute|About an hour|[0-9]+ (seconds?|minutes?|hours?|days?|weeks?|months?|years?))");
    static const std::regex kSize("\\b[0-9.]+ ?([kKMGT]i?B|B)\\b");
    static const std::regex kBlanks("[ \\t\\r]+");
    static const std::regex kDashes("-{3,}");
    std::string out = std::regex_replace(text, kId, "<id>");
    out = std::regex_replace(out, kTime, "<time>");
    out = std::regex_replace(out, kSize, "<size>");
    out = std::regex_replace(out, kDashes, "---");
    out = std::regex_replace(out, kBlanks, " ");
    return std::string(trim(out));
}

std::vector<std::string> compare(const Recording& recorded, const Simulated& simulated) {
    std::vector<std::string> differences;
    const std::vector<Life> real = lives_of(recorded, recorded.events);
    const std::vector<Life> made = lives_of(recorded, simulated.events);
    compare_lives(recorded, simulated, real, made, differences);
    compare_objects(recorded, simulated, differences);
    compare_backoff(made, differences);
    compare_commands(recorded, simulated, differences);
    compare_inspections(recorded, simulated, real, made, differences);
    compare_polls(recorded, simulated, real, made, differences);
    compare_summary(recorded, simulated, made, differences);
    return differences;
}

}  // namespace podium::conform
