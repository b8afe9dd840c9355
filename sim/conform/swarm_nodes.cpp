// When nodes are seen down and ready, and who leads. These moments have bounds of their own: heartbeats and
// elections are drawn by chance.

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sim/conform/swarm_compare.hpp"

namespace podium::conform {
namespace {

// COMPARING.md, swarm-failure; all but the leader's grace with 0.7 s for polling.
constexpr double kNodePolled = 0.7;
constexpr double kDownLeast = 11.0;
constexpr double kDownMost = 16.5;
constexpr double kLeaderLeast = 10.0;
constexpr double kLeaderMost = 20.0;
constexpr double kDownOfLeader = 30.0;  // After a leader change: -1 to +16.5.
// An agent that comes back tries again after up to 8 s (swarmkit agent/session.go).
constexpr double kReadyMost = 9.0;

/// Something that takes a node away, in both.
struct Fault {
    Pair at;
    std::string node;
};

std::vector<Fault> faults_of(const Recording& recorded, const Simulated& simulated) {
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < recorded.operations.size() && i < simulated.operations.size(); ++i) {
        const OperationRow& row = recorded.operations[i];
        const bool takes = row.operation == "link-cut" || (row.operation == "engine-signal" && row.signal != "CONT");
        if (takes && recorded.nodes.contains(row.node)) faults.push_back({{row.t, simulated.operations[i]}, recorded.nodes.at(row.node)});
    }
    for (std::size_t i = 0; i < recorded.commands.size() && i < simulated.commands.size(); ++i) {
        const CommandRow& row = recorded.commands[i];
        if (row.line.starts_with("docker swarm leave") && row.status == 0 && recorded.nodes.contains(row.node)) faults.push_back({{row.t, simulated.commands[i].t}, recorded.nodes.at(row.node)});
    }
    std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) { return a.at.recorded < b.at.recorded; });
    return faults;
}

std::optional<Pair> last_fault(const std::vector<Fault>& faults, const std::string& node, double recorded) {
    std::optional<Pair> found;
    for (const Fault& fault : faults) {
        if (fault.node == node && fault.at.recorded < recorded) found = fault.at;
    }
    return found;
}

/// A host that has left and joined again: its name is that of two nodes, and a row does not say of which it tells.
bool is_two_nodes(const Recording& recorded, const std::string& node) {
    bool left = false;
    for (const CommandRow& row : recorded.commands) {
        if (row.status != 0 || !recorded.nodes.contains(row.node) || recorded.nodes.at(row.node) != node) continue;
        if (row.line.starts_with("docker swarm leave")) left = true;
        if (left && row.line.starts_with("docker swarm join ")) return true;
    }
    return false;
}

/// How many inputs came before that.
std::size_t inputs_before(const std::vector<CommandRow>& commands, const std::vector<double>& operations, double t) {
    const auto earlier = [t](const CommandRow& row) { return row.t < t; };
    return static_cast<std::size_t>(std::count_if(commands.begin(), commands.end(), earlier) + std::count_if(operations.begin(), operations.end(), [t](double at) { return at < t; }));
}

/// The last thing done to the cluster before that, if it brought a node back.
std::optional<Pair> last_return(const Recording& recorded, const Simulated& simulated, double before) {
    std::optional<Pair> found;
    for (std::size_t i = 0; i < recorded.operations.size() && i < simulated.operations.size() && recorded.operations[i].t < before; ++i) {
        const OperationRow& row = recorded.operations[i];
        const bool returns = row.operation == "engine-start" || row.operation == "link-restore";
        found = returns ? std::optional(Pair{row.t, simulated.operations[i]}) : std::nullopt;
    }
    for (const CommandRow& row : recorded.commands) {
        const bool moves = row.line.starts_with("docker node demote") || row.line.starts_with("docker node promote") || row.line.starts_with("docker swarm ");
        if (found && moves && row.status == 0 && row.t > found->recorded && row.t < before) found.reset();
    }
    return found;
}

std::optional<double> last_before(const std::vector<Turn>& turns, double t) {
    std::optional<double> found;
    for (const Turn& turn : turns) {
        if (turn.t <= t) found = turn.t;
    }
    return found;
}

/// What the simulation does after it is not looked at.
double end_of(const Recording& recorded, const Simulated& simulated) {
    double end = recorded.end;
    for (const CommandRow& row : simulated.commands) end = std::max(end, row.t + row.duration);
    return end;
}

bool within(double value, double least, double most) { return value >= least - 1e-9 && value <= most + 1e-9; }

std::string sequence(const std::vector<Turn>& turns) {
    std::string out;
    for (const Turn& turn : turns) out += fmt::format("{}{} at {:.1f} s", out.empty() ? "" : ", ", turn.state, turn.t);
    return out.empty() ? "nothing" : out;
}

/// Why a node's turn came at a wrong moment; empty: it did not.
std::string wrong_turn(const std::string& node, const Turn& real, const Turn& made, const std::optional<Pair>& fault, const std::vector<Turn>& real_leaders, const std::vector<Turn>& made_leaders, std::vector<Pair> causes) {
    std::erase_if(causes, [&real](const Pair& cause) { return cause.recorded > real.t - 1e-9; });
    if (real.state == "down" && fault) {
        const auto elected = last_before(real_leaders, real.t);
        const auto elected_here = last_before(made_leaders, made.t);
        if (elected && *elected > fault->recorded && elected_here && *elected_here > fault->simulated) {
            const double delay = made.t - *elected_here;
            if (within(delay, kDownOfLeader - 1.0, kDownOfLeader + kDownMost + kNodePolled)) return {};
            return fmt::format("node {}: it is down {:.3f} s after the new leader in the simulation, {:.3f} s in the recording; 30 s are the rule", node, delay, real.t - *elected);
        }
        const double delay = made.t - fault->simulated;
        if (within(delay, kDownLeast, kDownMost + kNodePolled)) return {};
        return fmt::format("node {}: it is down {:.3f} s after the fault in the simulation, {:.3f} s in the recording; 11 to 16.5 s are the rule", node, delay, real.t - fault->recorded);
    }
    if (alike(real.t, made.t, causes, kNodePolled)) return {};
    const bool soon = real.state == "ready" && !causes.empty() && within(made.t - causes.back().simulated, 0, kReadyMost);
    if (soon) return {};
    return fmt::format("node {}: it is {} at {:.3f} s in the recording, at {:.3f} s in the simulation", node, real.state, real.t, made.t);
}

void compare_turns(const Recording& recorded, const Simulated& simulated, const std::vector<Pair>& causes, std::vector<std::string>& differences) {
    const auto faults = faults_of(recorded, simulated);
    const auto real_leaders = leaders_of(recorded.node_rows);
    const auto made_leaders = leaders_of(simulated.node_rows);
    const auto made_turns = turns_of(simulated.node_rows);
    for (const auto& [node, real] : turns_of(recorded.node_rows)) {
        const auto found = made_turns.find(node);
        std::vector<Turn> made = found == made_turns.end() ? std::vector<Turn>{} : found->second;
        std::erase_if(made, [end = end_of(recorded, simulated)](const Turn& turn) { return turn.t > end; });
        std::vector<Turn> wanted = real;
        if (is_two_nodes(recorded, node)) {
            std::erase_if(wanted, [](const Turn& turn) { return turn.state != "down"; });
            std::erase_if(made, [](const Turn& turn) { return turn.state != "down"; });
        }
        const bool same = std::equal(wanted.begin(), wanted.end(), made.begin(), made.end(), [](const Turn& a, const Turn& b) { return a.state == b.state; });
        if (!same) {
            differences.push_back(fmt::format("node {}: {} in the recording, {} in the simulation", node, sequence(wanted), sequence(made)));
            continue;
        }
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i].t == real.front().t) continue;
            std::string wrong = wrong_turn(node, wanted[i], made[i], last_fault(faults, node, wanted[i].t), real_leaders, made_leaders, causes);
            if (wrong.empty()) continue;
            differences.push_back(std::move(wrong));
            break;
        }
    }
}

void compare_leaders(const Recording& recorded, const Simulated& simulated, const std::vector<Pair>& causes, std::vector<std::string>& differences) {
    const auto faults = faults_of(recorded, simulated);
    const auto real = leaders_of(recorded.node_rows);
    auto made = leaders_of(simulated.node_rows);
    std::erase_if(made, [end = end_of(recorded, simulated)](const Turn& turn) { return turn.t > end; });
    const bool same = std::equal(real.begin(), real.end(), made.begin(), made.end(), [](const Turn& a, const Turn& b) { return a.state == b.state; });
    if (!same) {
        differences.push_back(fmt::format("the leader is {} in the recording, {} in the simulation", sequence(real), sequence(made)));
        return;
    }
    for (std::size_t i = 1; i < real.size(); ++i) {
        const auto fault = last_fault(faults, real[i - 1].state, real[i].t);
        if (fault && real[i].t - fault->recorded > kLeaderLeast) {
            const double delay = made[i].t - fault->simulated;
            if (within(delay, kLeaderLeast, kLeaderMost + kNodePolled)) continue;
            differences.push_back(fmt::format("{} leads {:.3f} s after the fault in the simulation, {:.3f} s in the recording; 10 to 20 s are the rule", made[i].state, delay, real[i].t - fault->recorded));
            return;
        }
        // Managers that were too few elect one when another is back: time-outs of the same length, already begun.
        if (const auto back = last_return(recorded, simulated, real[i].t); back && real[i].t - back->recorded <= kLeaderMost + kNodePolled) {
            if (within(made[i].t - back->simulated, 0, kLeaderMost + kNodePolled)) continue;
            differences.push_back(fmt::format("{} leads {:.3f} s after a manager was back in the simulation, {:.3f} s in the recording; 20 s are the most", made[i].state, made[i].t - back->simulated, real[i].t - back->recorded));
            return;
        }
        std::vector<Pair> since = causes;
        std::erase_if(since, [&](const Pair& cause) { return cause.recorded > real[i].t - 1e-9; });
        if (since.empty() || alike(real[i].t, made[i].t, since, kNodePolled)) continue;
        differences.push_back(fmt::format("{} leads at {:.3f} s in the recording, at {:.3f} s in the simulation", real[i].state, real[i].t, made[i].t));
        return;
    }
}

}  // namespace

bool drawn_alike(const Recording& recorded, const Simulated& simulated) {
    std::vector<double> operations;
    for (const OperationRow& row : recorded.operations) operations.push_back(row.t);
    const auto between_same = [&](const std::vector<Turn>& real, std::size_t which, const std::vector<Turn>& made) {
        const Turn* same = same_turn(real, which, made);
        if (same == nullptr) return false;
        const std::size_t here = inputs_before(simulated.commands, simulated.operations, same->t);
        const double t = real[which].t;
        return here >= inputs_before(recorded.commands, operations, t - kPolled) && here <= inputs_before(recorded.commands, operations, t);
    };
    const auto real_leaders = leaders_of(recorded.node_rows);
    const auto made_leaders = leaders_of(simulated.node_rows);
    for (std::size_t i = 1; i < real_leaders.size(); ++i) {
        if (!between_same(real_leaders, i, made_leaders)) return false;
    }
    const auto made_turns = turns_of(simulated.node_rows);
    for (const auto& [node, turns] : turns_of(recorded.node_rows)) {
        const auto made = made_turns.find(node);
        for (std::size_t i = 1; i < turns.size(); ++i) {
            if (turns[i].state == "down" && (made == made_turns.end() || !between_same(turns, i, made->second))) return false;
        }
    }
    return true;
}

void compare_nodes(const Recording& recorded, const Simulated& simulated, const std::vector<Pair>& causes, std::vector<std::string>& differences) {
    if (recorded.node_rows.empty()) return;
    compare_leaders(recorded, simulated, causes, differences);
    compare_turns(recorded, simulated, causes, differences);
}

}  // namespace podium::conform
