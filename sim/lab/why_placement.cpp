#include "sim/lab/why_placement.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>

#include "sim/base/text.hpp"
#include "sim/lab/swarm_names.hpp"
#include "sim/orch/scheduler/diagnosis.hpp"
#include "sim/orch/swarm/leader/scheduling.hpp"
#include "sim/view/layout.hpp"

namespace podium::lab {
namespace {

using scheduler::Remedy;

// From so many nodes on, those of which the same is said share a line.
constexpr std::size_t kMostNodesApart = 12;
constexpr std::size_t kNamesOfMany = 2;
constexpr std::size_t kWaysTold = 3;
constexpr std::size_t kHoldersTold = 3;

// What the scheduler knows: the leader's, else as the next leader would begin (Scheduling::begin).
// Of a task that is bound to a node, that node alone.
scheduler::Placer known_to_scheduler(const swarm::SwarmRow& row, const swarm::Task& task) {
    scheduler::Placer placer;
    if (const swarm::Leadership* leader = leadership_of(row)) {
        placer = leader->manager.placer();
    } else {
        row.store.nodes.for_each([&placer](std::uint32_t number, const swarm::Node& node) {
            placer.set_node(swarm::describe({number}, node));
        });
        row.store.tasks.for_each([&](std::uint32_t, const swarm::Task& other) {
            if (other.status.state < swarm::TaskState::Assigned ||
                other.status.state > swarm::TaskState::Running)
                return;
            placer.task_added(other.node.value,
                              scheduler::use_of(swarm::shape_of(other, nullptr)),
                              other.desired <= swarm::TaskState::Complete);
        });
    }
    if (!task.node) return placer;
    std::vector<scheduler::NodeNumber> others;
    placer.for_each_node([&](const scheduler::NodeInfo& node) {
        if (node.number != task.node.value) others.push_back(node.number);
    });
    for (const scheduler::NodeNumber number : others)
        placer.remove_node(number);
    return placer;
}

scheduler::TaskShape shape_for(const swarm::SwarmRow& row, const swarm::Task& task) {
    return swarm::shape_of(task, row.store.services.find(task.service.value));
}

// The node comes last for the service.
bool is_shunned(const scheduler::NodeInfo& node, const scheduler::TaskShape& shape, Time now) {
    return scheduler::recent_failures(node, shape, now) >= scheduler::kFailuresTooMany;
}

// "2 tasks of web, 3 in all".
std::string load_text(const scheduler::NodeInfo& node,
                      const scheduler::TaskShape& shape,
                      const std::string& service,
                      Time now) {
    const std::uint32_t mine = node.use.active_of(shape.service);
    std::string text =
        node.use.active == 0
            ? std::string("no task")
            : fmt::format(
                  "{} of {}, {} in all",
                  mine == 0 ? "no task" : fmt::format("{} task{}", mine, mine == 1 ? "" : "s"),
                  service,
                  node.use.active);
    if (is_shunned(node, shape, now))
        text += fmt::format(", but {} failed there {} times of late, so it comes last",
                            service,
                            scheduler::kFailuresTooMany);
    return text;
}

// --- ways out ---

// A constraint as its service has it: dropping it asks for the same letters.
std::string as_written(const swarm::Task& task, const std::string& text) {
    if (!task.spec->placement) return text;
    for (const std::string& written : task.spec->placement->constraints) {
        const auto read = scheduler::parse_constraints({written});
        if (read && read->front().text() == text) return written;
    }
    return text;
}

// An amount as a flag takes it; rounded down, so that it is really free.
std::string cpus_flag(std::int64_t nano_cpus) {
    const std::string text = scheduler::format_cpus(nano_cpus);
    return text.substr(0, text.find(' '));
}

std::string memory_flag(std::int64_t bytes) {
    constexpr std::int64_t kMebi = 1 << 20;
    return bytes >= kMebi || bytes == 0 ? fmt::format("{}m", bytes / kMebi)
                                        : fmt::format("{}", bytes);
}

std::string command_for(const Remedy& step, const std::string& node, const swarm::Task& task) {
    using Kind = Remedy::Kind;
    switch (step.kind) {
        case Kind::Activate:
            return fmt::format("docker node update --availability active {}", node);
        case Kind::SetLabel:
            return fmt::format(
                "docker node update --label-add {}={} {}", step.name, step.value, node);
        case Kind::RemoveLabel:
            return fmt::format("docker node update --label-rm {} {}", step.name, node);
        case Kind::RaiseReplicas:
            return fmt::format("docker service update --replicas-max-per-node {} {}",
                               step.amount,
                               task.service_name);
        case Kind::Promote:
            return fmt::format("docker node promote {}", node);
        case Kind::Demote:
            return fmt::format("docker node demote {}", node);
        case Kind::DropConstraint:
            return fmt::format("docker service update --constraint-rm '{}' {}",
                               as_written(task, step.name),
                               task.service_name);
        case Kind::ReserveLessCpus:
            return fmt::format("docker service update --reserve-cpu {} {}",
                               cpus_flag(task.spec->reservations.nano_cpus - step.amount),
                               task.service_name);
        case Kind::ReserveLessMemory:
            return fmt::format("docker service update --reserve-memory {} {}",
                               memory_flag(task.spec->reservations.memory_bytes - step.amount),
                               task.service_name);
        case Kind::FreeCpus:
        case Kind::FreeMemory:
        case Kind::FreeGeneric:
        case Kind::FreePort:
        case Kind::AddPlugin:
        case Kind::SetEngineLabel:
        case Kind::RemoveEngineLabel:
        case Kind::BringBack:
            break;
    }
    return {};
}

// What another task has of what is to be freed, in words; empty: nothing.
std::string held(const Remedy& step, const scheduler::TaskUse& use) {
    using Kind = Remedy::Kind;
    if (step.kind == Kind::FreeCpus && use.reservations.nano_cpus > 0)
        return scheduler::format_cpus(use.reservations.nano_cpus);
    if (step.kind == Kind::FreeMemory && use.reservations.memory_bytes > 0)
        return scheduler::format_memory(use.reservations.memory_bytes);
    const auto kind = use.reservations.generic.find(step.name);
    if (step.kind == Kind::FreeGeneric && kind != use.reservations.generic.end())
        return fmt::format("{} {}", kind->second, step.name);
    const scheduler::HostPort port{step.name, static_cast<std::uint16_t>(step.amount)};
    if (step.kind == Kind::FreePort &&
        std::find(use.host_ports.begin(), use.host_ports.end(), port) != use.host_ports.end())
        return "it";
    return {};
}

// "db.1 reserves 1 GiB there": who has what is to be freed.
std::string holders_of(const swarm::SwarmRow& row, const Remedy& step) {
    std::vector<std::string> parts;
    for (const swarm::TaskId id : row.store.tasks_on({step.node})) {
        const swarm::Task& other = *row.store.tasks.find(id.value);
        if (other.status.state < swarm::TaskState::Assigned ||
            other.status.state > swarm::TaskState::Running)
            continue;
        const std::string amount = held(step, scheduler::use_of(swarm::shape_of(other, nullptr)));
        if (amount.empty()) continue;
        const std::string label = task_label(row.store, other);
        parts.push_back(step.kind == Remedy::Kind::FreePort
                            ? fmt::format("{} has it", label)
                            : fmt::format("{} reserves {} there", label, amount));
    }
    if (parts.size() > kHoldersTold) {
        const std::size_t more = parts.size() - kHoldersTold + 1;
        parts.resize(kHoldersTold - 1);
        parts.push_back(fmt::format("{} more do", more));
    }
    return join(parts, ", ");
}

std::string way_text(const swarm::SwarmRow& row,
                     const swarm::Task& task,
                     const scheduler::WayOut& way) {
    std::string text = way.text;
    std::vector<std::string> asides;
    for (const Remedy& step : way.steps) {
        const std::string command = command_for(step, node_label(row.store, {step.node}), task);
        const std::string holders = command.empty() ? holders_of(row, step) : std::string();
        if (!command.empty()) asides.push_back(command);
        if (!holders.empty()) asides.push_back(holders);
    }
    return asides.empty() ? text : fmt::format("{} ({})", text, join(asides, "; "));
}

// What the policy thinks of nodes that all filters let pass; nothing where it fails, which is told elsewhere.
class PolicyAsked {
  public:
    PolicyAsked(const swarm::SwarmRow& row, const scheduler::Policy* policy, const swarm::Task& task, Time now) : now_(now) {
        if (policy == nullptr) return;
        group_ = swarm::group_of(row.store, {&task});
        decision_ = policy->decide();
    }

    std::optional<scheduler::Opinion> of(const scheduler::NodeInfo& node) {
        if (decision_ == nullptr) return std::nullopt;
        auto opinion = decision_->judge(question(node));
        return opinion ? std::optional(*opinion) : std::nullopt;
    }
    std::string reason(const scheduler::NodeInfo& node) {
        auto text = decision_->reason(question(node));
        return text ? std::move(*text) : std::string();
    }

  private:
    [[nodiscard]] scheduler::Question question(const scheduler::NodeInfo& node) const { return {group_, group_.tasks.front(), node, now_}; }

    Time now_;
    scheduler::Group group_;
    std::unique_ptr<scheduler::Decision> decision_;
};

}  // namespace

std::vector<NodeAnswer> ask_nodes(const swarm::SwarmRow& swarm,
                                  const scheduler::Policy* policy,
                                  const swarm::Task& task,
                                  swarm::NodeId taken,
                                  Time now) {
    const scheduler::Placer placer = known_to_scheduler(swarm, task);
    const scheduler::TaskShape shape = shape_for(swarm, task);
    PolicyAsked asked(swarm, task.node ? nullptr : policy, task, now);
    std::vector<NodeAnswer> out;
    for (const scheduler::NodeVerdict& verdict : scheduler::diagnose(placer, shape)) {
        const bool chosen = taken && verdict.node == taken.value;
        if (verdict.refusals.empty()) {
            const scheduler::NodeInfo& node = *placer.node(verdict.node);
            const auto opinion = asked.of(node);
            if (opinion && opinion->refuses) {
                const std::string reason = asked.reason(node);
                out.push_back({verdict.name, std::string(policy->name()), reason.empty() ? "refuses it" : reason, false, chosen});
                continue;
            }
            const std::string load = load_text(node, shape, task.service_name, now);
            const std::string_view answer = chosen  ? "got it: had"
                                            : taken ? "would have taken it: had"
                                                    : "takes it: has";
            out.push_back({verdict.name,
                           {},
                           fmt::format("{} {}{}", answer, load, opinion ? fmt::format(", score {}", opinion->score) : std::string()),
                           is_shunned(node, shape, now),
                           chosen});
        }
        for (const scheduler::Refusal& refusal : verdict.refusals) {
            const bool first = &refusal == &verdict.refusals.front();
            out.push_back({first ? verdict.name : std::string(),
                           std::string(refusal.filter),
                           refusal.figures,
                           false,
                           first && chosen});
        }
    }
    return out;
}

std::vector<std::string> ways_to_place(const swarm::SwarmRow& swarm, const swarm::Task& task) {
    std::vector<std::string> out;
    for (const scheduler::WayOut& way : scheduler::nearest_changes(
             known_to_scheduler(swarm, task), shape_for(swarm, task), kWaysTold))
        out.push_back(way_text(swarm, task, way));
    return out;
}

namespace {

// Nodes with the same lines but for their names, in the order of the first of each.
std::vector<NodeAnswer> put_together(const std::vector<NodeAnswer>& answers) {
    std::vector<std::pair<std::vector<NodeAnswer>, std::vector<std::string>>> groups;
    for (std::size_t i = 0; i < answers.size();) {
        std::vector<NodeAnswer> lines{answers[i]};
        const std::string name = std::exchange(lines.front().node, {});
        for (++i; i < answers.size() && answers[i].node.empty(); ++i)
            lines.push_back(answers[i]);
        const auto group = std::find_if(groups.begin(), groups.end(), [&lines](const auto& known) {
            return known.first == lines;
        });
        if (group == groups.end()) {
            groups.push_back({std::move(lines), {name}});
        } else {
            group->second.push_back(name);
        }
    }
    std::vector<NodeAnswer> out;
    for (auto& [lines, names] : groups) {
        const std::size_t more = names.size() - std::min(names.size(), kNamesOfMany);
        if (more > 1) names.resize(kNamesOfMany);
        lines.front().node =
            more > 1 ? fmt::format("{} and {} more", join(names, ", "), more) : join(names, ", ");
        out.insert(out.end(), lines.begin(), lines.end());
    }
    return out;
}

}  // namespace

std::string nodes_text(std::vector<NodeAnswer> answers, std::size_t width) {
    const auto nodes = std::count_if(answers.begin(), answers.end(), [](const NodeAnswer& answer) {
        return !answer.node.empty();
    });
    if (static_cast<std::size_t>(nodes) > kMostNodesApart) answers = put_together(answers);
    answers.insert(answers.begin(), {"NODE", "FILTER", "ANSWER", false});
    std::size_t node_width = 0;
    std::size_t filter_width = 0;
    for (NodeAnswer& answer : answers) {
        if (answer.filter.empty()) answer.filter.assign(1, '-');
        node_width = std::max(node_width, display_width(answer.node));
        filter_width = std::max(filter_width, display_width(answer.filter));
    }
    std::string out;
    for (const NodeAnswer& answer : answers) {
        std::string head = fmt::format("  {}  {}  ",
                                       view::padded(answer.node, node_width),
                                       view::padded(answer.filter, filter_width));
        const std::size_t room = width == 0 ? 0 : width - std::min(width - 1, display_width(head));
        for (const std::string& line : view::wrapped(answer.words, room)) {
            out += head + line + "\n";
            head = std::string(display_width(head), ' ');
        }
    }
    return out;
}

}  // namespace podium::lab
