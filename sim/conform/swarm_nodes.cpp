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
        const bool same = std::equal(real.begin(), real.end(), made.begin(), made.end(), [](const Turn& a, const Turn& b) { return a.state == b.state; });
        if (!same) {
            differences.push_back(fmt::format("node {}: {} in the recording, {} in the simulation", node, sequence(real), sequence(made)));
            continue;
        }
        for (std::size_t i = 1; i < real.size(); ++i) {
            std::string wrong = wrong_turn(node, real[i], made[i], last_fault(faults, node, real[i].t), real_leaders, made_leaders, causes);
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
        std::vector<Pair> since = causes;
        std::erase_if(since, [&](const Pair& cause) { return cause.recorded > real[i].t - 1e-9; });
        if (since.empty() || alike(real[i].t, made[i].t, since, kNodePolled)) continue;
        differences.push_back(fmt::format("{} leads at {:.3f} s in the recording, at {:.3f} s in the simulation", real[i].state, real[i].t, made[i].t));
        return;
    }
}

}  // namespace

void compare_nodes(const Recording& recorded, const Simulated& simulated, const std::vector<Pair>& causes, std::vector<std::string>& differences) {
    if (recorded.node_rows.empty()) return;
    compare_leaders(recorded, simulated, causes, differences);
    compare_turns(recorded, simulated, causes, differences);
}

}  // namespace podium::conform
