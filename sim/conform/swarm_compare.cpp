#include "sim/conform/swarm_compare.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <regex>

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::conform {
namespace {

constexpr double kBound = 0.65;
constexpr double kShare = 0.03;

bool changes_something(const std::string& line) {
    constexpr std::array<std::string_view, 12> kReads{" ls", " ps", " inspect", " logs", " info", " join-token", " services", " unlock-key", " ca", " version", " top", " images"};
    const auto words = split_words(line);
    if (words.empty()) return false;
    return std::none_of(kReads.begin(), kReads.end(), [&](std::string_view verb) {
        return std::any_of(words.begin() + 1, words.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(words.size(), 3)), [verb](const std::string& word) { return word == verb.substr(1); });
    });
}

std::string masked_text(const std::string& text) {
    std::string out;
    for (const std::string& line : split(text, '\n')) {
        const std::string plain = masked_swarm(line);
        if (!plain.empty()) out += (out.empty() ? "" : " | ") + plain;
    }
    return out;
}

std::string first_line(const std::string& text) { return masked_swarm(text.substr(0, text.find('\n'))); }

bool prints_table(const std::string& line) {
    static const std::regex kTable("docker (service|node|stack|network|secret|config) (ls|ps|services)( .*)?");
    return std::regex_match(line, kTable) && line.find("--format") == std::string::npos;
}

std::map<std::string, const TaskRow*> tasks_at(const std::vector<TaskRow>& rows, double t) {
    std::map<std::string, const TaskRow*> latest;
    for (const TaskRow& row : rows) {
        if (row.t <= t + 1e-9) latest[row.id] = &row;
    }
    return latest;
}

/// When in the simulation a row that was recorded between two commands lies: when the next one was issued.
double moment_of(const Recording& recorded, const Simulated& simulated, double t) {
    for (std::size_t i = 0; i < recorded.commands.size() && i < simulated.commands.size(); ++i) {
        if (recorded.commands[i].t >= t - 0.02) return simulated.commands[i].t;
    }
    return recorded.end;
}

std::vector<int> sorted(const std::map<std::string, int>& counts) {
    std::vector<int> out;
    for (const auto& [node, count] : counts) {
        if (count > 0) out.push_back(count);
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// Of a service that is spread by a label: how many tasks the groups of nodes have. Which group gets the odd
/// one is chance.
std::map<std::string, int> grouped(const Recording& recorded, const SpreadRow& spread, const std::map<std::string, int>& per_node) {
    constexpr std::string_view kFlag = "spread=node.labels.";
    const auto at = spread.flags.find(kFlag);
    if (at == std::string::npos) return per_node;
    const auto from = at + kFlag.size();
    const std::string label = spread.flags.substr(from, spread.flags.find(' ', from) - from);
    std::map<std::string, int> groups;
    for (const auto& [node, count] : per_node) {
        const auto labels = recorded.node_labels.find(node);
        const bool has = labels != recorded.node_labels.end() && labels->second.contains(label);
        groups[has ? labels->second.at(label) : std::string()] += count;
    }
    return groups;
}

/// A node that has just begun has not told its name yet.
bool is_named(const NodeRow& row) { return !row.name.empty() && row.name != "?"; }

std::string text_of(const std::map<std::string, int>& counts) {
    std::string out;
    for (const auto& [node, count] : counts) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", node, count);
    return out.empty() ? "nothing" : out;
}

/// A poll tells a state from the next only by what it says, and misses what is over at once.
std::vector<UpdateRow> as_polled(const std::vector<UpdateRow>& made, const std::vector<UpdateRow>& real) {
    std::vector<UpdateRow> out;
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (!out.empty() && out.back().state == made[i].state && out.back().message == made[i].message) continue;
        const bool expected = out.size() < real.size() && real[out.size()].state == made[i].state;
        const bool brief = i + 1 < made.size() && made[i + 1].t - made[i].t <= kPolled;
        if (expected || !brief) out.push_back(made[i]);
    }
    return out;
}

}  // namespace

std::string masked_swarm(const std::string& text) {
    static const std::regex kToken("SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}");
    static const std::regex kUnlockKey("SWMKEY-1-[0-9A-Za-z+/]{43}");
    static const std::regex kId("(^|[^0-9A-Za-z])([0-9a-z]{25})(?![0-9A-Za-z])");
    static const std::regex kSocket("[^ \"]*/swarm/control\\.sock");
    std::string out = std::regex_replace(text, kToken, "<token>");
    out = std::regex_replace(out, kUnlockKey, "<key>");
    out = std::regex_replace(out, kId, "$1<id>");
    out = std::regex_replace(out, kSocket, "<socket>");
    return masked(out);
}

bool is_own_service(const Recording& recorded, const std::string& service) {
    if (!recorded.initial_state.empty()) return true;
    return std::any_of(recorded.commands.begin(), recorded.commands.end(), [&service](const CommandRow& row) {
        const auto words = split_words(row.line);
        for (std::size_t i = 0; i + 1 < words.size(); ++i) {
            if (words[i] == "--name" && words[i + 1] == service) return true;
        }
        const bool deploys = row.line.find("docker stack deploy ") != std::string::npos;
        return deploys && service.starts_with(words.back() + "_");
    });
}

bool alike(double recorded, double simulated, const std::vector<Pair>& since, double more) {
    return std::any_of(since.begin(), since.end(), [&](const Pair& from) {
        const double delay = recorded - from.recorded;
        const double gap = delay - (simulated - from.simulated);
        return std::abs(gap) <= std::max(kBound, kShare * delay) + more + 1e-9;
    });
}

std::map<std::string, std::vector<Turn>> turns_of(const std::vector<NodeRow>& rows) {
    std::map<std::string, std::vector<Turn>> turns;
    for (const NodeRow& row : rows) {
        if (!is_named(row)) continue;
        auto& mine = turns[row.name];
        if (row.state != "unknown" && (mine.empty() || mine.back().state != row.state)) mine.push_back({row.t, row.state});
    }
    return turns;
}

const Turn* same_turn(const std::vector<Turn>& of, std::size_t which, const std::vector<Turn>& in) {
    auto number = std::count_if(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(which), [&](const Turn& turn) { return turn.state == of[which].state; });
    for (const Turn& turn : in) {
        if (turn.state == of[which].state && number-- == 0) return &turn;
    }
    return nullptr;
}

std::vector<Turn> leaders_of(const std::vector<NodeRow>& rows) {
    std::vector<Turn> leaders;
    for (const NodeRow& row : rows) {
        if (row.leader && is_named(row) && (leaders.empty() || leaders.back().state != row.name)) leaders.push_back({row.t, row.name});
    }
    return leaders;
}

std::vector<Pair> causes_of(const Recording& recorded, const Simulated& simulated) {
    std::vector<Pair> causes;
    for (std::size_t i = 0; i < recorded.commands.size() && i < simulated.commands.size(); ++i) {
        if (changes_something(recorded.commands[i].line)) causes.push_back({recorded.commands[i].t, simulated.commands[i].t});
    }
    for (std::size_t i = 0; i < recorded.operations.size() && i < simulated.operations.size(); ++i) causes.push_back({recorded.operations[i].t, simulated.operations[i]});
    const auto made = turns_of(simulated.node_rows);
    for (const auto& [name, turns] : turns_of(recorded.node_rows)) {
        const auto mine = made.find(name);
        for (std::size_t i = 1; mine != made.end() && i < turns.size(); ++i) {
            if (const Turn* same = same_turn(turns, i, mine->second)) causes.push_back({turns[i].t, same->t, kPolled});
        }
    }
    const auto real_leaders = leaders_of(recorded.node_rows);
    const auto made_leaders = leaders_of(simulated.node_rows);
    for (std::size_t i = 1; i < real_leaders.size() && i < made_leaders.size(); ++i) causes.push_back({real_leaders[i].t, made_leaders[i].t, kPolled});
    std::stable_sort(causes.begin(), causes.end(), [](const Pair& a, const Pair& b) { return a.recorded < b.recorded; });
    return causes;
}

void compare_swarm_commands(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences) {
    for (std::size_t i = 0; i < recorded.commands.size(); ++i) {
        const CommandRow& real = recorded.commands[i];
        if (i >= simulated.commands.size()) {
            differences.push_back(fmt::format("$ {}: it did not end in the simulation", real.line));
            return;
        }
        const CommandRow& made = simulated.commands[i];
        const std::string said = masked_text(made.error.value_or(""));
        if (real.status != made.status) {
            differences.push_back(fmt::format("$ {}: status {} in the recording, {} in the simulation{}", real.line, real.status, made.status, said.empty() ? "" : ": " + said));
            continue;
        }
        if (real.error && masked_text(*real.error) != said) differences.push_back(fmt::format("$ {}: standard error differs\n      recorded  {}\n      simulated {}", real.line, masked_text(*real.error), said));
        if (real.output && prints_table(real.line) && first_line(*real.output) != first_line(made.output.value_or(""))) {
            differences.push_back(fmt::format("$ {}: the table's header differs\n      recorded  {}\n      simulated {}", real.line, first_line(*real.output), first_line(made.output.value_or(""))));
        }
    }
}

void compare_updates(const Recording& recorded, const Simulated& simulated, const std::vector<Pair>& causes, std::vector<std::string>& differences) {
    std::map<std::string, std::pair<std::vector<UpdateRow>, std::vector<UpdateRow>>> services;
    for (const UpdateRow& row : recorded.updates) services[row.service].first.push_back(row);
    for (const UpdateRow& row : simulated.updates) services[row.service].second.push_back(row);
    for (const auto& [service, sides] : services) {
        if (!is_own_service(recorded, service)) continue;
        const std::vector<UpdateRow>& real = sides.first;
        const std::vector<UpdateRow> made = as_polled(sides.second, real);
        // A new task that runs ends the wait of an update; what ends by itself begins one.
        const auto last_task = [&service = service](const std::vector<TaskRow>& rows, double t) {
            double last = 0;
            for (const TaskRow& row : rows) {
                if (row.service == service && row.since < t) last = std::max(last, row.since);
            }
            return last;
        };
        for (std::size_t i = 0; i < real.size(); ++i) {
            if (i >= made.size()) {
                differences.push_back(fmt::format("{}: the simulation's update does not become {} (recorded at {:.3f} s)", service, real[i].state, real[i].t));
                break;
            }
            if (real[i].state != made[i].state || masked_swarm(real[i].message) != masked_swarm(made[i].message)) {
                differences.push_back(fmt::format("{}: its update is {} ({}) in the recording, {} ({}) in the simulation", service, real[i].state, real[i].message, made[i].state, made[i].message));
                break;
            }
            std::vector<Pair> since = causes;
            std::erase_if(since, [&row = real[i]](const Pair& cause) { return cause.recorded > row.t; });
            if (!since.empty()) since = {since.back()};
            if (i > 0) since.push_back({real[i - 1].t, made[i - 1].t});
            since.push_back({last_task(recorded.tasks, real[i].t), last_task(simulated.tasks, made[i].t)});
            if (!alike(real[i].t, made[i].t, since, kPolled)) {
                differences.push_back(fmt::format("{}: its update became {} {:.3f} s after its tasks' last change in the recording, {:.3f} s in the simulation", service, real[i].state, real[i].t - since.back().recorded, made[i].t - since.back().simulated));
                break;
            }
        }
        const double end = recorded.end * 0.95;
        if (made.size() > real.size() && made[real.size()].t < end) differences.push_back(fmt::format("{}: only in the simulation its update becomes {}", service, made[real.size()].state));
    }
}

void compare_spreads(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences) {
    for (const SpreadRow& row : recorded.spreads) {
        std::map<std::string, int> per_node;
        std::set<std::string> errors;
        int pending = 0;
        for (const auto& [id, task] : tasks_at(simulated.tasks, moment_of(recorded, simulated, row.t))) {
            if (task->service != row.service || task->desired != "running") continue;
            const bool waits = task->state == "pending" || task->state == "new" || task->state == "allocated";
            if (waits) {
                ++pending;
                if (!task->error.empty()) errors.insert(task->error);
            } else if (row.placement || task->state == "running") {
                ++per_node[task->host];
            }
        }
        if (sorted(grouped(recorded, row, row.per_node)) != sorted(grouped(recorded, row, per_node))) {
            differences.push_back(fmt::format("{} ({}): {} in the recording, {} in the simulation", row.service, row.label, text_of(row.per_node), text_of(per_node)));
            continue;
        }
        if (!row.placement) continue;
        if (pending != row.pending) differences.push_back(fmt::format("{} ({}): {} wait in the recording, {} in the simulation", row.service, row.label, row.pending, pending));
        if (errors != std::set<std::string>(row.errors.begin(), row.errors.end())) {
            differences.push_back(fmt::format("{} ({}): the reason is '{}' in the recording, '{}' in the simulation", row.service, row.label, row.errors.empty() ? "" : row.errors.front(), errors.empty() ? "" : *errors.begin()));
        }
    }
}

std::vector<std::string> compare_swarm(const Recording& recorded, const Simulated& simulated) {
    std::vector<std::string> differences;
    const auto causes = causes_of(recorded, simulated);
    compare_nodes(recorded, simulated, causes, differences);
    compare_slots(recorded, simulated, causes, differences);
    compare_updates(recorded, simulated, causes, differences);
    compare_spreads(recorded, simulated, differences);
    compare_swarm_commands(recorded, simulated, differences);
    return differences;
}

}  // namespace podium::conform
