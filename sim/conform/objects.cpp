#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/conform/comparisons.hpp"

namespace podium::conform {
namespace {

// What became of each network and volume, in order: "create destroy create". Anonymous volumes have
// names of chance, so they are a multiset of such histories.
std::vector<std::string> histories(const Recording& recorded, const std::vector<EventRow>& events) {
    std::map<std::string, std::string> by_name;
    for (const EventRow& event : events) {
        if (event.object == "container" || is_dropped(recorded, event)) continue;
        if (event.action != "create" && event.action != "destroy") continue;
        const std::string name = event.object == "network" ? event.name : is_anonymous_volume(event.id) ? event.id : event.id.substr(0, 25);
        std::string& history = by_name[fmt::format("{} {}", event.object, name)];
        if (!history.ends_with(event.action)) history += (history.empty() ? "" : " ") + event.action;
    }
    std::vector<std::string> out;
    for (const auto& [name, history] : by_name) {
        const bool anonymous = name.starts_with("volume ") && is_anonymous_volume(name.substr(7));
        out.push_back(fmt::format("{}: {}", anonymous ? "an anonymous volume" : name, history));
    }
    std::sort(out.begin(), out.end());
    return out;
}

// Whether a verb goes level by level (measured: up, start, stop, down and rm do; restart and kill act on
// all at once).
bool goes_by_levels(const std::string& line) {
    if (!line.starts_with("docker-compose ") && !line.starts_with("docker compose ")) return false;
    for (const char* verb : {" up", " start", " stop", " down", " rm", " scale"}) {
        const std::size_t at = line.find(verb);
        if (at == std::string::npos) continue;
        const std::size_t end = at + std::string_view(verb).size();
        if (end == line.size() || line[end] == ' ') return true;
    }
    return false;
}

bool is_asked_for(const EventRow& event) {
    return event.object == "container" && (event.action == "create" || (event.action == "start" && event.reason != "restart-policy") || event.action == "kill" || event.action == "stop" || event.action == "destroy");
}

struct Span {
    double first = 0;
    double last = 0;
};

std::map<std::string, Span> spans(const std::vector<EventRow>& events, double from, double to) {
    std::map<std::string, Span> out;
    for (const EventRow& event : events) {
        if (event.service.empty() || event.t < from || event.t > to || !is_asked_for(event)) continue;
        const auto [row, fresh] = out.try_emplace(event.service, Span{event.t, event.t});
        row->second.last = event.t;
    }
    return out;
}

std::set<std::string> all_needed(const Dependencies& file, const std::string& service) {
    std::set<std::string> out;
    std::vector<std::string> open{service};
    while (!open.empty()) {
        const auto row = file.needed.find(open.back());
        open.pop_back();
        if (row == file.needed.end()) continue;
        for (const std::string& needed : row->second) {
            if (out.insert(needed).second) open.push_back(needed);
        }
    }
    return out;
}

int order_of(const std::map<std::string, Span>& rows, const std::string& one, const std::string& other) {
    const auto a = rows.find(one);
    const auto b = rows.find(other);
    if (a == rows.end() || b == rows.end()) return 0;
    if (a->second.last <= b->second.first) return -1;
    return b->second.last <= a->second.first ? 1 : 0;
}

}  // namespace

void compare_objects(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences) {
    std::vector<std::string> real = histories(recorded, recorded.events);
    double end = recorded.end;
    if (!simulated.commands.empty()) end = std::max(end, simulated.commands.back().t + simulated.commands.back().duration);
    std::vector<EventRow> seen = simulated.events;
    std::erase_if(seen, [end](const EventRow& event) { return event.t > end; });
    std::vector<std::string> made = histories(recorded, seen);
    std::vector<std::string> only;
    std::set_difference(real.begin(), real.end(), made.begin(), made.end(), std::back_inserter(only));
    for (const std::string& line : only) differences.push_back(fmt::format("the simulation has no '{}'", line));
    only.clear();
    std::set_difference(made.begin(), made.end(), real.begin(), real.end(), std::back_inserter(only));
    for (const std::string& line : only) differences.push_back(fmt::format("only the simulation has '{}'", line));
}

void compare_levels(const Recording& recorded, const Simulated& simulated, const std::vector<Dependencies>& dependencies, std::vector<std::string>& differences) {
    for (std::size_t i = 0; i < recorded.commands.size() && i < simulated.commands.size(); ++i) {
        const CommandRow& command = recorded.commands[i];
        const Dependencies* file = nullptr;
        for (const Dependencies& row : dependencies) {
            if (row.since <= command.t + 1e-9) file = &row;
        }
        if (file == nullptr || !goes_by_levels(command.line)) continue;
        const CommandRow& ran = simulated.commands[i];
        const auto real = spans(recorded.events, command.t, command.t + command.duration);
        const auto made = spans(simulated.events, ran.t, ran.t + ran.duration);
        for (const auto& [service, _] : real) {
            for (const std::string& needed : all_needed(*file, service)) {
                const int want = order_of(real, needed, service);
                const int got = order_of(made, needed, service);
                if (want == 0 || want == got) continue;
                differences.push_back(fmt::format("$ {}: in the recording {} was done with before {} was touched, not so in the simulation", command.line, want < 0 ? needed : service, want < 0 ? service : needed));
                return;
            }
        }
    }
}

}  // namespace podium::conform
