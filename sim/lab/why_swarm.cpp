#include "sim/lab/why_swarm.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "sim/base/text.hpp"
#include "sim/lab/swarm_standing.hpp"
#include "sim/lab/swarm_story.hpp"
#include "sim/lab/why_placement.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/explain.hpp"
#include "sim/view/layout.hpp"
#include "sim/view/sentences.hpp"

namespace podium::lab {
namespace {

using swarm::TaskState;

constexpr std::size_t kMostOthersTold = 10;
constexpr std::size_t kMomentWidth = 10;

/// What is asked about, at hand.
struct Asking {
    const SimState& state;
    const swarm::SwarmRow& row;
    const swarm::Service* service;  ///< Null: it was removed, and tasks are left of it.
    std::size_t width;
    const Past& past;

    [[nodiscard]] const swarm::Store& store() const { return row.store; }

    [[nodiscard]] Time now() const { return state.world.kernel.now(); }
};

/// Text in lines of limited width, as it grows.
class Page {
  public:
    explicit Page(std::size_t width) : width_(width) {}

    /// A paragraph; its further lines stand below its text, which begins after `head`.
    void put(const std::string& text, const std::string& head = {}) {
        std::string before = head;
        const std::size_t room =
            width_ == 0 ? 0 : width_ - std::min(width_ - 1, display_width(head));
        for (const std::string& line : view::wrapped(text, room)) {
            text_ += before + line + "\n";
            before = std::string(display_width(head), ' ');
        }
    }

    void add(const std::string& lines) { text_ += lines; }

    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    std::size_t width_;
    std::string text_;
};

// How much a task needs an explanation, the most first.
int urgency(const Asking& asking, const swarm::Task& task) {
    if (task.desired == TaskState::Remove) return 0;
    if (task.status.state == TaskState::Complete) return 1;
    if (!is_to_run(task)) return 3;
    if (runs_now(asking.store(), task)) return runs_only_for_managers(asking.state.world, asking.store(), task) ? 3 : 2;
    return task.status.state == TaskState::Pending && !task.status.error.empty() ? 4 : 3;
}

std::string policy_remark(const Asking& asking, const swarm::Task& task, const TaskStory& story) {
    if (story.replaced_after_end == 0 && !story.given_up) return {};
    const swarm::TaskRestartPolicy policy = task.spec->restart.value_or(swarm::TaskRestartPolicy{});
    if (policy.condition == swarm::RestartCondition::None)
        return "Its restart condition is none: what ends is not replaced.";
    std::string text = policy.condition == swarm::RestartCondition::Any
                           ? "Its restart condition is any: a task that ends, whatever its status, "
                             "is replaced "
                           : "Its restart condition is on-failure: a task that ends with another "
                             "status than 0 is replaced ";
    text += fmt::format("{} later, ", view::seconds_text(delay_of(policy).nanoseconds));
    if (policy.max_attempts == 0) {
        text += "again and again.";
    } else {
        text += fmt::format(
            "at most {} time{}{}.",
            policy.max_attempts,
            policy.max_attempts == 1 ? "" : "s",
            policy.window == Duration{}
                ? ""
                : fmt::format(" within {}", view::seconds_text(policy.window.nanoseconds)));
    }
    const auto times = [](std::size_t count) {
        return count == 0 ? std::string("never") : count == 1 ? std::string("once") : fmt::format("{} times", count);
    };
    if (story.replaced_after_end == 0) return text;
    text += fmt::format(" {} was replaced {} so far", task_label(asking.store(), task), times(story.replaced_after_end));
    if (story.replaced_of_version < story.replaced_after_end)
        text += fmt::format(", {} since its service asks for what it does now", times(story.replaced_of_version));
    return text + ".";
}

std::string list_text(const std::vector<std::string>& parts) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i)
        out += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return out;
}

// As many as fit into a sentence.
std::vector<std::string> shortened(std::vector<std::string> parts) {
    constexpr std::size_t kMostTold = 4;
    if (parts.size() <= kMostTold) return parts;
    const std::size_t more = parts.size() - kMostTold + 1;
    parts.resize(kMostTold - 1);
    parts.push_back(fmt::format("{} more", more));
    return parts;
}

// A task on another node took its place: what it did not take along.
std::string data_remark(const swarm::Task& task, const std::string& from) {
    std::vector<std::string> places;
    for (const model::Mount& mount : task.spec->container.mounts) {
        if (mount.kind == model::MountKind::Volume && !mount.source.empty())
            places.push_back(fmt::format("volume {}", mount.source));
        if (mount.kind == model::MountKind::Bind)
            places.push_back(fmt::format("folder {}", mount.source));
    }
    if (places.empty()) return {};
    return fmt::format(
        "Its data did not move with it: what the task before it wrote to its {} "
        "stayed on {}.",
        list_text(places),
        from);
}

void remark_on_move(const Asking& asking,
                    Page& page,
                    const swarm::Task& task,
                    const TaskStory& story) {
    if (!task.node) return;
    const std::string here = node_label(asking.store(), task.node);
    if (!story.data_on.empty() && story.data_on != here) {
        if (std::string data = data_remark(task, story.data_on); !data.empty()) page.put(data);
    }
    if (story.node_before.empty() || story.node_before == here) return;
    if (story.old_runs_on)
        page.put(
            fmt::format("On {} the task before it still runs: cut off from the leader, it has not "
                        "heard that it is to stop.",
                        story.node_before));
    asking.store().nodes.for_each([&](std::uint32_t, const swarm::Node& node) {
        const bool back = node.description.hostname == story.node_before &&
                          node.state == swarm::NodeState::Ready &&
                          node.spec.availability == swarm::Availability::Active;
        if (back && story.lost_node)
            page.put(
                fmt::format("{0} is there again, but a running task is not moved back: "
                            "docker service update --force {1} would place them all anew.",
                            story.node_before,
                            task.service_name));
    });
}

void remark_on_leader(const Asking& asking, Page& page, const swarm::Task& task) {
    const bool runs = runs_now(asking.store(), task) && !runs_only_for_managers(asking.state.world, asking.store(), task);
    if (leadership_of(asking.row) != nullptr || runs) return;
    page.put(
        "No manager leads at present, so nothing is decided: a leader needs more than half of the "
        "managers.");
}

// By what tasks are placed; null: the spread strategy.
const scheduler::Policy* policy_of(const SimState& state) {
    return state.swarm.state().seat.policy.get();
}

// Why a task that waits finds no node.
void tell_refusals(const Asking& asking, Page& page, const swarm::Task& task) {
    if (task.status.state != TaskState::Pending || task.status.error.empty()) return;
    page.put("What the scheduler says of each node, asked again:");
    const scheduler::Policy* policy = policy_of(asking.state);
    const auto answers = ask_nodes(asking.row, policy, task, {}, asking.now());
    page.add(nodes_text(answers, asking.width));
    const swarm::Service* service = asking.store().services.find(task.service.value);
    if (service != nullptr && task.spec_version < service->spec_version) {
        page.put(fmt::format(
            "It was made for an earlier version of {0}, and Swarm tries such a task only "
            "once more: docker service update --force {0} makes another in its place.",
            task.service_name));
        return;
    }
    const std::vector<std::string> ways = ways_to_place(asking.row, task);
    const auto answered_by = [&answers](std::string_view filter) {
        return std::any_of(answers.begin(), answers.end(), [filter](const NodeAnswer& answer) {
            return answer.filter == filter;
        });
    };
    if (answered_by({})) {
        page.put("A node would take it by now: the scheduler looks again in a moment.");
    } else if (policy != nullptr && answered_by(policy->name())) {
        page.put(fmt::format(
            "All filters let it pass where only {0} refuses it: what {0} looks at has to "
            "change there, or its text.",
            policy->name()));
    } else if (ways.empty()) {
        page.put(
            "Nothing that can be changed about these nodes would place it: add one that suits it, "
            "or "
            "let the service ask for less.");
    } else {
        page.put(fmt::format("The nearest change that would place it: {}.", ways.front()));
        for (std::size_t i = 1; i < ways.size(); ++i)
            page.put(fmt::format("Or: {}.", ways[i]));
    }
}

// Which of several nodes that would take a task gets it.
std::string rule_text(const scheduler::Policy* policy, const swarm::Task& task) {
    if (policy != nullptr)
        return fmt::format("The rule: of the nodes that all filters and {0} let pass, the one with "
                           "the highest score "
                           "of {0} gets it; of equals the emptier one.",
                           policy->name());
    const auto& placement = task.spec->placement;
    const bool spread = placement && !placement->preferences.empty();
    return fmt::format(
        "The rule: {}the node with the fewest tasks of the service gets it, then the one "
        "with the fewest tasks in all; of equals chance takes one.",
        spread ? fmt::format("spread evenly over {}, ", join(placement->preferences, ", then "))
               : std::string());
}

// Why a task has the node it has: the decision made again as things stood before it.
void tell_placement(const Asking& asking,
                    Page& page,
                    const swarm::Task& task,
                    const TaskStory& story) {
    if (!story.assigned || !task.node || task.slot == 0) return;
    const auto decision =
        decide_again(asking.past, asking.row.number, story.task, task.node, *story.assigned);
    if (!decision) return;
    // Where all nodes were alike to it, there is nothing to tell, unless it was moved.
    const bool telling =
        std::any_of(decision->nodes.begin(), decision->nodes.end(), [](const NodeAnswer& answer) {
            return !answer.filter.empty() || answer.shunned;
        });
    if (!telling && !story.lost_node) return;
    page.put(fmt::format("Why {}? What the scheduler saw at {}:",
                         node_label(asking.store(), task.node),
                         format_time(story.assigned->time)));
    page.add(nodes_text(decision->nodes, asking.width));
    for (const std::string& remark : decision->remarks)
        page.put(remark);
}

// --- answers ---

void tell_task(const Asking& asking, Page& page, swarm::TaskId id) {
    const swarm::Task& task = *asking.store().tasks.find(id.value);
    const TaskStory story = story_of(asking.state, asking.row, id);
    page.put(how_it_stands(asking.state.world, asking.store(), id));
    if (!story.steps.empty())
        page.put(story.steps.size() == 1 ? "What happened:" : "How that came:");
    bool first = true;
    for (const view::Explanation::Step& step : story.steps) {
        page.put(
            step.sentence,
            fmt::format("{:>{}}  {}", format_time(step.time), kMomentWidth, first ? "" : "└ "));
        first = false;
    }
    if (!story.last_words.empty())
        page.put(fmt::format("The last it said before it ended: {}", story.last_words));
    if (!story.pull_failed.empty()) page.put(story.pull_failed);
    if (story.port_taken)
        page.put(
            "What has that port there is no task of the swarm, and the scheduler knows of no "
            "others: "
            "docker ps on that host shows it.");
    tell_refusals(asking, page, task);
    tell_placement(asking, page, task, story);
    remark_on_move(asking, page, task, story);
    if (const std::string rule = policy_remark(asking, task, story); !rule.empty()) page.put(rule);
    remark_on_leader(asking, page, task);
}

void remark_on_update(const Asking& asking, Page& page) {
    if (asking.service == nullptr) return;
    const swarm::UpdateStatus& update = asking.service->update;
    switch (update.state) {
        case swarm::UpdateState::Paused:
        case swarm::UpdateState::RollbackPaused:
            page.put(fmt::format("Its {} is paused: {}.",
                                 update.state == swarm::UpdateState::Paused ? "update" : "rollback",
                                 update.message));
            return;
        case swarm::UpdateState::Updating:
            page.put("Its update is under way.");
            return;
        case swarm::UpdateState::RollbackStarted:
            page.put(fmt::format("It is being rolled back: {}.", update.message));
            return;
        case swarm::UpdateState::None:
        case swarm::UpdateState::Completed:
        case swarm::UpdateState::RollbackCompleted:
            return;
    }
}

void tell_service(const Asking& asking, Page& page, swarm::ServiceId service) {
    const TaskSlots slots = task_slots(asking.store(), service);
    page.put(service_line(asking.state.world, asking.store(), *asking.service, slots));
    remark_on_update(asking, page);
    swarm::TaskId told;
    for (const auto& [key, id] : slots) {
        if (!told) told = id;
        const swarm::Task& task = *asking.store().tasks.find(id.value);
        const swarm::Task& best = *asking.store().tasks.find(told.value);
        const auto rank = std::pair(urgency(asking, task), task.status.since);
        if (rank > std::pair(urgency(asking, best), best.status.since)) told = id;
    }
    if (!told) {
        const FactId last =
            last_about_service(asking.state.world, asking.service->spec.name, asking.now());
        if (last) page.add(chain_text(asking.state.world, last, asking.width));
        if (leadership_of(asking.row) == nullptr)
            page.put(
                "No manager leads at present, so no task is made: a leader needs more than half of "
                "the "
                "managers.");
        return;
    }
    tell_task(asking, page, told);
    std::size_t others = 0;
    for (const auto& [key, id] : slots) {
        if (id == told || asking.store().tasks.find(id.value)->desired == TaskState::Remove)
            continue;
        if (++others > kMostOthersTold) continue;
        std::string stands = how_it_stands(asking.state.world, asking.store(), id);
        if (stands.starts_with("The ")) stands.front() = 't';
        page.put("Besides: " + stands);
    }
    if (others > kMostOthersTold) page.put(fmt::format("And {} more.", others - kMostOthersTold));
}

// A slot that has no task: one beyond those wanted, or that was taken away.
void tell_empty_slot(const Asking& asking, Page& page, const SwarmName& name) {
    const std::string& service = asking.service->spec.name;
    const std::string label = fmt::format("{}.{}", service, name.slot);
    const swarm::ServiceMode& mode = asking.service->spec.mode;
    if (mode.kind == swarm::ModeKind::Global || mode.kind == swarm::ModeKind::GlobalJob) {
        page.put(
            fmt::format("{} is a global service: its tasks are named by their nodes, like {}.{}.",
                        service,
                        service,
                        asking.state.world.hosts.front().spec.name));
        return;
    }
    const FactId last = last_about_task(asking.state.world, label, asking.now());
    const std::uint64_t wanted = mode.kind == swarm::ModeKind::ReplicatedJob ? mode.total : mode.replicas;
    std::uint64_t made = 0;
    std::uint64_t made_below = 0;
    for (const auto& [key, id] : task_slots(asking.store(), name.service)) {
        if (!is_to_run(*asking.store().tasks.find(id.value))) continue;
        ++made;
        made_below += key.first < name.slot ? 1U : 0U;
    }
    const std::string is_to_have = fmt::format("{} is to have {} task{}", service, wanted, wanted == 1 ? "" : "s");
    const bool proposed = last && made < wanted && asking.state.world.kernel.journal().at(last).kind == swarm::kFactTaskCreated;
    // A replicated service's free slots are filled from the lowest on (swarmkit, orchestrator/replicated).
    const std::uint64_t free_below = name.slot - 1 - made_below;
    const bool to_come = mode.kind == swarm::ModeKind::Replicated && made < wanted && free_below < wanted - made;
    if (proposed) {
        page.put(fmt::format("{} is new: {}, and the managers have yet to agree on this one, which their leader has made.", label, is_to_have));
    } else if (to_come) {
        page.put(fmt::format("{} is not made yet: {}, and {} made so far.",
                             label,
                             is_to_have,
                             made == 0   ? std::string("none is")
                             : made == 1 ? std::string("1 is")
                                         : fmt::format("{} are", made)));
    } else {
        page.put(fmt::format("There is no {}: {}.", label, is_to_have));
    }
    if ((proposed || to_come) && leadership_of(asking.row) == nullptr)
        page.put("No manager leads at present, so nothing is decided: a leader needs more than half of the managers.");
    if (last) page.add(chain_text(asking.state.world, last, asking.width));
}

// A node on which a global service has no task: what keeps it away (swarmkit
// manager/orchestrator/global: down, drained, paused, or not what the constraints ask for).
void tell_node_without(const Asking& asking, Page& page, const SwarmName& name) {
    const std::string where = node_label(asking.store(), name.node);
    const std::string& service = asking.service->spec.name;
    page.put(fmt::format("{} has no task on {}.", service, where));
    swarm::Task wish;
    wish.service = name.service;
    wish.service_name = service;
    wish.spec = asking.service->spec.task;
    wish.node = name.node;
    if (asking.service->spec.mode.kind == swarm::ModeKind::Replicated)
        page.put(fmt::format(
            "It is a replicated service, whose tasks go where the scheduler puts them: ask for "
            "{} or {}.1.",
            service,
            service));
    page.add(nodes_text(ask_nodes(asking.row, nullptr, wish, {}, asking.now()), asking.width));
    const std::vector<std::string> ways = ways_to_place(asking.row, wish);
    if (!ways.empty())
        page.put(fmt::format("The nearest change that would bring one there: {}.", ways.front()));
}

}  // namespace

std::optional<DecisionAgain> decide_again(const Past& past,
                                          std::uint32_t swarm,
                                          swarm::TaskId task,
                                          swarm::NodeId taken,
                                          const Assignment& assigned) {
    const auto before = past ? past(Time{assigned.time.nanoseconds - 1}) : nullptr;
    if (!before) return std::nullopt;
    const auto& swarms = before->swarm.state().swarms;
    const auto row = std::find_if(swarms.begin(), swarms.end(), [&](const swarm::SwarmRow& other) {
        return other.number == swarm;
    });
    if (row == swarms.end()) return std::nullopt;
    const swarm::Task* waiting = row->store.tasks.find(task.value);
    // A global service's is made for its node.
    const bool bound = waiting != nullptr && waiting->slot == 0;
    if (waiting == nullptr || waiting->node != (bound ? taken : swarm::NodeId{})) return std::nullopt;
    const scheduler::Policy* policy = policy_of(*before);
    DecisionAgain out;
    out.nodes = ask_nodes(*row, policy, *waiting, taken, assigned.time);
    if (bound) {
        out.remarks.push_back(
            fmt::format("A global service has a task on every node that may have one: this one was made for "
                        "{}, and the scheduler asked that node alone.",
                        node_label(row->store, taken)));
        return out;
    }
    const auto takers = std::count_if(out.nodes.begin(), out.nodes.end(), [](const NodeAnswer& answer) {
        return answer.filter.empty();
    });
    if (takers < 2) return out;
    if (!assigned.placed_before.empty())
        out.remarks.push_back(fmt::format("Before it, in that moment, the scheduler gave {}.",
                                          list_text(shortened(assigned.placed_before))));
    out.remarks.push_back(rule_text(policy, *waiting));
    return out;
}

std::string why_in_swarm(const SimState& state,
                         const SwarmName& name,
                         std::size_t width,
                         const Past& past) {
    const Asking asking{
        state, *name.swarm, name.swarm->store.services.find(name.service.value), width, past};
    Page page(width);
    if (name.task) {
        tell_task(asking, page, name.task);
    } else if (name.slot == 0 && !name.node) {
        tell_service(asking, page, name.service);
    } else {
        const TaskSlots slots = task_slots(asking.store(), name.service);
        const auto found = slots.find({name.slot, name.node});
        if (found != slots.end()) {
            tell_task(asking, page, found->second);
            remark_on_update(asking, page);
        } else if (name.node) {
            tell_node_without(asking, page, name);
        } else {
            tell_empty_slot(asking, page, name);
        }
    }
    return page.take();
}

std::string why_gone(const SimState& state,
                     const std::string& name,
                     Time until,
                     std::size_t width) {
    const FactId last = last_removal(state.world, name, until);
    if (!last) return {};
    const view::FactReader facts(state.world, fact_catalogue());
    const Fact fact = state.world.kernel.journal().at(last);
    Page page(width);
    page.put(fmt::format("{} is gone: the service was removed at {}.",
                         facts.text(fact, "service"),
                         format_time(fact.time)));
    page.add(chain_text(state.world, last, width));
    return page.take();
}

}  // namespace podium::lab
