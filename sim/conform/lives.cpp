#include "sim/conform/lives.hpp"

#include <algorithm>
#include <map>
#include <regex>

#include <fmt/format.h>

namespace podium::conform {
namespace {

constexpr double kLateShare = 0.95;  // events missing after this share of a recording are forgiven

// Networks and volumes of one container: the engine goes through a map of them, so the order within a
// run of the same action is chance (moby: MountPoints and Networks are Go maps).
void order_runs(std::vector<EventRow>& events) {
    for (std::size_t from = 0; from < events.size();) {
        std::size_t to = from + 1;
        const auto same = [&](std::size_t i) { return events[i].object == events[from].object && events[i].action == events[from].action; };
        while (events[from].object != "container" && to < events.size() && same(to)) ++to;
        std::vector<double> times;
        for (std::size_t i = from; i < to; ++i) times.push_back(events[i].t);
        std::stable_sort(events.begin() + static_cast<std::ptrdiff_t>(from), events.begin() + static_cast<std::ptrdiff_t>(to), [](const EventRow& a, const EventRow& b) { return a.key() < b.key(); });
        for (std::size_t i = from; i < to; ++i) events[i].t = times[i - from];
        from = to;
    }
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

// Whether an operation on the engine lies between two events.
bool operated_between(const Recording& recorded, double from, double to) {
    return std::any_of(recorded.operations.begin(), recorded.operations.end(), [from, to](const OperationRow& row) { return row.operation.starts_with("engine-") && row.t > from && row.t <= to; });
}

// What somebody asked for, as opposed to what came by itself after the event before it.
bool by_request(const EventRow& event) {
    if (event.action == "start") return event.reason != "restart-policy";
    return event.action != "die" && event.action != "oom" && !event.action.starts_with("exec_") && !event.action.starts_with("health_status");
}

// COMPARING.md: a delay is the time between consecutive events of one container. What an operation on
// the engine brought about is measured from the last thing that was asked of the container, without the
// commands on other containers since (README.md says why).
std::string wrong_delay(const Recording& recorded, const Simulated& simulated, const Life& real, const Life& made, std::size_t i, std::size_t k, std::size_t before_i, std::size_t before_k) {
    const EventRow& want = real.events[i];
    if (operated_between(recorded, real.events[before_i].t, want.t)) {
        while (before_k > 0 && before_i > 0 && !by_request(made.events[before_k])) {
            --before_k;
            --before_i;
        }
    }
    double delay = want.t - real.events[before_i].t;
    double simulated_delay = made.events[k].t - made.events[before_k].t;
    if (operated_between(recorded, real.events[before_i].t, want.t)) {
        delay -= commands_within(recorded.commands, recorded.commands, real.events[before_i].t, want.t);
        simulated_delay -= commands_within(simulated.commands, recorded.commands, real.events[before_i].t, want.t);
    }
    const double engine_start = engine_start_of(recorded);
    const Bounds bounds = bounds_of(recorded.directory, delay, engine_start >= 0 ? want.t - engine_start : -1);
    const double gap = delay - simulated_delay;
    if (gap >= bounds.low - 1e-9 && gap <= bounds.high + 1e-9) return {};
    return fmt::format("{}: '{}' came {:.3f} s after '{}' in the recording, {:.3f} s in the simulation{}", real.label, want.key(), delay, real.events[before_i].key(), simulated_delay, side_by_side(real, made, i));
}

// The first divergence of one container, up to its last recorded event. In the last twentieth of the
// recording an event may be missing, but nothing else may come in its place.
std::string first_divergence(const Recording& recorded, const Simulated& simulated, const Life& real, const Life& made) {
    std::size_t k = 0;  // in the simulation
    std::size_t last_i = 0;
    for (std::size_t i = 0; i < real.events.size(); ++i) {
        const EventRow& want = real.events[i];
        const bool late = want.t > recorded.end * kLateShare;
        if (k >= made.events.size()) {
            if (late) return {};
            return fmt::format("{}: the simulation has no '{}'{}", real.label, want.key(), side_by_side(real, made, i));
        }
        const EventRow& got = made.events[k];
        if (want.key() != got.key()) {
            const auto comes = [&](const EventRow& row) { return row.key() == got.key(); };
            const bool missing = late && std::any_of(real.events.begin() + static_cast<std::ptrdiff_t>(i) + 1, real.events.end(), comes);
            if (missing) continue;
            return fmt::format("{}: event {} differs{}", real.label, i + 1, side_by_side(real, made, i));
        }
        if (want.object == "container" && real.label.front() != '(' && masked(want.name) != masked(got.name)) {
            return fmt::format("{}: at '{}' it is named {} in the recording, {} in the simulation", real.label, want.key(), want.name, got.name);
        }
        if (k > 0 && last_i + 1 == i) {
            std::string wrong = wrong_delay(recorded, simulated, real, made, i, k, i - 1, k - 1);
            if (!wrong.empty()) return wrong;
        }
        last_i = i;
        ++k;
    }
    return {};
}

}  // namespace

bool is_random_name(const Recording& recorded, const EventRow& event) {
    static const std::regex kPattern("[a-z]+_[a-z]+[0-9]?");
    if (!event.service.empty() || !std::regex_match(event.name, kPattern)) return false;
    return std::none_of(recorded.commands.begin(), recorded.commands.end(), [&event](const CommandRow& row) { return row.line.find(event.name) != std::string::npos; });
}

std::string Life::name_at(double t) const {
    std::string name;
    for (const EventRow& event : events) {
        if (event.object != "container") continue;
        if (event.t > t && !name.empty()) break;
        name = event.name;
    }
    return name;
}

Bounds bounds_of(const std::string& directory, double delay, double after_engine_start) {
    if (directory == "stop") return {-0.35, 0.35};
    if (directory == "health") return {-0.30, 0.30};
    if (directory == "daemon-restart") return after_engine_start >= 0 && after_engine_start < 6.0 ? Bounds{-2.0, 2.0} : Bounds{-1.5, 1.5};
    return {-0.25, std::max(1.0, 0.03 * delay)};
}

double engine_start_of(const Recording& recorded) {
    for (const OperationRow& operation : recorded.operations) {
        if (operation.operation == "engine-start") return operation.t;
    }
    return -1;
}

bool is_dropped(const Recording& recorded, const EventRow& event) {
    for (const std::string& dropped : recorded.dropped_actions) {
        if (event.action == dropped || event.action.starts_with(dropped + ":")) return true;
    }
    return !recorded.objects.empty() && std::find(recorded.objects.begin(), recorded.objects.end(), event.object) == recorded.objects.end();
}

double commands_within(const std::vector<CommandRow>& side, const std::vector<CommandRow>& recorded, double from, double to) {
    double sum = 0;
    for (std::size_t i = 0; i < recorded.size() && i < side.size(); ++i) {
        if (recorded[i].t >= from && recorded[i].t + recorded[i].duration <= to) sum += side[i].duration;
    }
    return sum;
}

std::vector<Life> lives_of(const Recording& recorded, const std::vector<EventRow>& events) {
    std::vector<std::string> ids;
    std::map<std::string, Life> lives;
    std::map<std::string, int> count;
    for (const EventRow& event : events) {
        if (is_dropped(recorded, event)) continue;
        const std::string id = event.object == "container" ? event.id : event.container;
        if (id.empty()) continue;
        const auto known = lives.find(id);
        if (known != lives.end()) {
            known->second.events.push_back(event);
        } else if (event.object == "container") {
            const std::string name = is_random_name(recorded, event) ? "(random name)" : masked(event.name);
            const int n = ++count[name];
            lives[id] = {n == 1 ? name : fmt::format("{} (number {})", name, n), id, event.service, {event}};
            ids.push_back(id);
        }
    }
    std::vector<Life> out;
    for (const std::string& id : ids) {
        out.push_back(std::move(lives[id]));
        order_runs(out.back().events);
    }
    return out;
}

const Life* find_life(const std::vector<Life>& lives, const std::string& label) {
    const auto found = std::find_if(lives.begin(), lives.end(), [&label](const Life& life) { return life.label == label; });
    return found == lives.end() ? nullptr : &*found;
}

void compare_lives(const Recording& recorded, const Simulated& simulated, const std::vector<Life>& real, const std::vector<Life>& made, std::vector<std::string>& differences) {
    for (const Life& want : real) {
        const Life* found = find_life(made, want.label);
        if (found == nullptr) {
            if (want.events.front().t <= recorded.end * kLateShare) differences.push_back(fmt::format("{}: the simulation has no such container", want.label));
            continue;
        }
        std::string divergence = first_divergence(recorded, simulated, want, *found);
        if (!divergence.empty()) differences.push_back(std::move(divergence));
    }
    for (const Life& extra : made) {
        if (find_life(real, extra.label) == nullptr && extra.events.front().t <= recorded.end) differences.push_back(fmt::format("{}: only the simulation has such a container", extra.label));
    }
}

}  // namespace podium::conform
