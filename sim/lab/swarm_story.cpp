#include "sim/lab/swarm_story.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <map>
#include <set>

#include "sim/base/printable.hpp"
#include "sim/lab/swarm_names.hpp"
#include "sim/lab/swarm_standing.hpp"
#include "sim/model/targets.hpp"
#include "sim/orch/swarm/defaults.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/sentences.hpp"

namespace podium::lab {
namespace {

// So many replacements of a slot are told in full: the first and the last.
constexpr std::size_t kReplacementsTold = 3;
constexpr std::size_t kIdLetters = 25;

bool is_about_task(FactKind kind) {
    return (kind >= swarm::kFactTaskCreated && kind < swarm::kFactTaskDeleted) ||
           kind == swarm::kFactTaskRefused;
}

bool is_about_service(FactKind kind) {
    return kind >= swarm::kFactServiceCreated && kind <= swarm::kFactRollbackCompleted;
}

/// Reads facts of the swarm in one journal.
struct Reading {
    const model::World& world;
    view::FactReader facts;

    explicit Reading(const model::World& read) : world(read), facts(read, fact_catalogue()) {}

    [[nodiscard]] const Journal& journal() const { return world.kernel.journal(); }

    [[nodiscard]] swarm::CreateReason why_created(const Fact& fact) const {
        return static_cast<swarm::CreateReason>(facts.number(fact, "reason"));
    }

    [[nodiscard]] swarm::RestartReason why_replaced(const Fact& fact) const {
        return static_cast<swarm::RestartReason>(facts.number(fact, "reason"));
    }
};

// Whether a step is worth a line. What is left out follows from its neighbours: that a task was
// made for a slot, that its container was, that a delay was over, that the leader heard of what was
// just told in the same words.
bool is_told(const Reading& reading, const Fact& fact, FactKind before) {
    switch (fact.kind) {
        case swarm::kFactTaskEnded:
            return before != swarm::kFactTaskRefused && before != swarm::kFactTaskRejected &&
                   before != model::kFactContainerStartFailed;
        case swarm::kFactTaskAssigned:
        case swarm::kFactTaskStopping:
        case swarm::kFactTaskRejected:
            return true;
        case swarm::kFactTaskCreated: {
            const swarm::CreateReason reason = reading.why_created(fact);
            return reason != swarm::CreateReason::Restart &&
                   !(reason == swarm::CreateReason::Replicas && is_about_service(before));
        }
        case model::kFactContainerCreate:
        case model::kFactContainerStop:
            return false;
        default:
            return view::tell(reading.world, fact_catalogue(), fact).weight ==
                   view::Weight::Headline;
    }
}

// Ids of 25 letters, which nobody reads: a node's becomes its name, a task's goes.
std::string without_ids(const swarm::Store* store, std::string text) {
    const auto of_id = [](char letter) {
        return std::isdigit(static_cast<unsigned char>(letter)) != 0 ||
               (letter >= 'a' && letter <= 'z');
    };
    for (std::size_t dot = text.find('.'); dot != std::string::npos;
         dot = text.find('.', dot + 1)) {
        std::size_t end = dot + 1;
        while (end < text.size() && of_id(text[end]))
            ++end;
        if (end - dot - 1 != kIdLetters) continue;
        const std::string id = text.substr(dot + 1, kIdLetters);
        std::string name;
        if (store != nullptr) {
            store->nodes.for_each([&](std::uint32_t, const swarm::Node& node) {
                if (node.meta.id == id) name = "." + node.description.hostname;
            });
        }
        text.replace(dot, kIdLetters + 1, name);
        if (name.empty()) --dot;
    }
    return text;
}

// As `why` of a container says it, but with the host, for a swarm's tasks are on many.
std::string container_step(const Reading& reading, const Fact& fact) {
    const model::ContainerId container{fact.subject.id()};
    const std::string who = model::label_of(reading.world, container);
    const std::string& host = reading.world.host(reading.world.container(container).host).spec.name;
    switch (fact.kind) {
        case model::kFactContainerCreate:
            return fmt::format("The container of {} was made on {}.", who, host);
        case model::kFactContainerStart:
            return fmt::format("{} started on {}.", who, host);
        case model::kFactContainerHealthStatus:
            // Its agent stops what is unhealthy (dockerd's controller, checkHealth).
            if (reading.facts.text(fact, "status") != "unhealthy") break;
            return fmt::format(
                "{} failed {}, so it was unhealthy: a swarm stops such a task.",
                who,
                reading.facts.number(fact, "streak") == 1
                    ? std::string("its health check")
                    : fmt::format("{} health checks in a row", reading.facts.number(fact, "streak")));
        case model::kFactContainerStartFailed:
            return fmt::format("{} could not be started on {}: {}.",
                               who,
                               host,
                               view::tell(reading.world, fact_catalogue(), fact).why);
        case model::kFactContainerKill: {
            const auto signal = static_cast<int>(reading.facts.number(fact, "signal"));
            return fmt::format(
                "The engine of {} sent {} the signal {}.", host, who, model::signal_text(signal));
        }
        default:
            break;
    }
    return view::sentence(reading.world, fact_catalogue(), fact);
}

view::Explanation::Step step_of(const Reading& reading,
                                const swarm::Store* store,
                                const Fact& fact,
                                bool last) {
    std::string sentence;
    if (fact.subject.type() == SubjectType::Container) {
        sentence = container_step(reading, fact);
    } else if (fact.kind == swarm::kFactTaskPending && last) {
        // What it said is how the task stands. (Of one bound to its node it says no more than
        // that.)
        const bool any = reading.facts.text(fact, "explanation").starts_with("no suitable node");
        sentence = fmt::format("The scheduler found {} for {}.",
                               any ? "no node" : "no room on its node",
                               reading.facts.text(fact, "task"));
    } else {
        sentence = view::sentence(reading.world, fact_catalogue(), fact);
    }
    return {fact.time, without_ids(store, printable(sentence)), false};
}

// Steps in the order in which they happened. Of many replacements of one slot the first and the
// last are told.
std::vector<view::Explanation::Step> steps_of(const Reading& reading,
                                              const swarm::Store* store,
                                              const std::set<FactId>& facts,
                                              const std::string& slot) {
    std::vector<Fact> told;
    FactKind before{};
    for (const FactId id : facts) {
        const Fact fact = reading.journal().at(id);
        // Of what ended with a sentence that was just told, nothing more is.
        const bool last = id == *facts.rbegin() && fact.kind != swarm::kFactTaskEnded;
        if (last || is_told(reading, fact, before)) told.push_back(fact);
        before = fact.kind;
    }
    std::vector<std::size_t> replacements;
    for (std::size_t i = 0; i < told.size(); ++i) {
        if (told[i].kind == swarm::kFactTaskRestart && reading.facts.text(told[i], "task") == slot)
            replacements.push_back(i);
    }
    std::vector<view::Explanation::Step> out;
    for (std::size_t i = 0; i < told.size(); ++i) {
        if (replacements.size() > kReplacementsTold && i == replacements.front() + 1) {
            const std::size_t last = replacements[replacements.size() - 2];
            out.push_back({told[i].time,
                           fmt::format("And so on: {} more tasks of {} were replaced.",
                                       replacements.size() - 2,
                                       without_ids(store, slot)),
                           true});
            i = last;
            continue;
        }
        out.push_back(step_of(reading, store, told[i], i + 1 == told.size()));
    }
    return out;
}

// A task's container, running or not; none when it was never made or is long gone.
model::ContainerId container_of(const model::World& world,
                                const swarm::Store& store,
                                const swarm::Task& task) {
    const swarm::Node* node = store.nodes.find(task.node.value);
    const std::string name =
        fmt::format("{}.{}",
                    swarm::task_name(task, node == nullptr ? std::string_view() : node->meta.id),
                    task.meta.id);
    const auto found = model::containers_named(world, name, true);
    return found.empty() ? model::ContainerId{} : found.back();
}

// The last line of a container's log by its end.
std::string words_before(const model::World& world, const Fact& die) {
    const model::Container& container = world.container(model::ContainerId{die.subject.id()});
    if (!container.detail) return {};
    const auto& log = container.detail->log;
    for (std::size_t i = log.size(); i-- > 0;) {
        if (log[i].time > die.time) continue;
        std::string text = log[i].text;
        while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
            text.pop_back();
        if (!text.empty()) return text;
    }
    return {};
}

// The pull that failed on the host where an agent could not make a container.
std::string failed_pull(const Reading& reading, const Fact& refused, const std::string& image) {
    const model::HostId host =
        model::host_named(reading.world, reading.facts.text(refused, "node"));
    for (FactId id = refused.id; id >= reading.journal().first() && id; --id.value) {
        const Fact fact = reading.journal().at(id);
        if (fact.kind != model::kFactPullFailed ||
            fact.subject != Subject(SubjectType::Host, host.value))
            continue;
        const std::string name = reading.facts.text(fact, "name");
        const std::string tagged = image + ":latest";
        if (name == image || name == tagged || name.ends_with("/" + image) ||
            name.ends_with("/" + tagged))
            return view::sentence(reading.world, fact_catalogue(), fact);
    }
    return {};
}

/// What one pass over the journal finds of a task and its slot.
struct Found {
    FactId created;
    FactId last;  ///< About the task, since.
    FactId assigned;
    FactId waiting;  ///< The first time that no node was found for it.
    FactId replacing;  ///< The replacement that made it.
    FactId rejected;   ///< Of any task of the slot, by the leader; the last.
    std::uint32_t replaces = 0;
    std::map<std::uint32_t, FactId> assignments;  ///< Of the slot's tasks, by their numbers.
    std::map<std::uint32_t, std::uint32_t> earlier;  ///< Which task each of the slot's replaces.
    std::set<std::uint32_t> refused;                 ///< Of the slot's tasks, by an agent.
    std::size_t ended = 0;             ///< And replaced for that, of any version.
    std::size_t ended_of_version = 0;  ///< Those that were made since the last change of what tasks are to be.
    bool given_up = false;
};

Found find_facts(const Reading& reading,
                 const swarm::Task& task,
                 swarm::TaskId id,
                 const std::string& slot) {
    Found out;
    const Subject subject(SubjectType::Task, id.value);
    const auto& facts = reading.facts;
    std::set<std::uint32_t> rejected;
    FactId changed;
    std::map<std::uint32_t, FactId> made;
    reading.journal().for_each(reading.journal().first(), [&](const Fact& fact) {
        if (fact.kind == swarm::kFactServiceCreated || fact.kind == swarm::kFactServiceUpdated) {
            const bool created = fact.kind == swarm::kFactServiceCreated;
            const bool anew = created || facts.number(fact, "tasks_change") != 0;
            if (!anew || facts.text(fact, "service") != task.service_name) return;
            if (created) out.ended = 0;
            out.ended_of_version = 0;
            changed = fact.id;
            return;
        }
        if (!is_about_task(fact.kind)) return;
        // A task that is refused is called as its container is. Another swarm has tasks of the same
        // numbers.
        const std::string name = facts.text(fact, "task");
        if (name != slot && !(fact.kind == swarm::kFactTaskRefused && name.starts_with(slot + ".")))
            return;
        if (fact.kind == swarm::kFactTaskRestart &&
            reading.why_replaced(fact) == swarm::RestartReason::Ended &&
            !rejected.contains(fact.subject.id())) {
            ++out.ended;
            // What ended may be of the version before.
            const auto old = made.find(fact.subject.id());
            if (old != made.end() && old->second > changed) ++out.ended_of_version;
        }
        if (fact.kind == swarm::kFactTaskCreated) made[fact.subject.id()] = fact.id;
        if (fact.kind == swarm::kFactTaskRestart && facts.number(fact, "replacement") == id.value)
            out.replacing = fact.id;
        if (fact.kind == swarm::kFactTaskAssigned) out.assignments[fact.subject.id()] = fact.id;
        if (fact.kind == swarm::kFactTaskRefused) out.refused.insert(fact.subject.id());
        if (fact.kind == swarm::kFactTaskCreated)
            out.earlier[fact.subject.id()] = static_cast<std::uint32_t>(facts.number(fact, "replaces"));
        if (fact.kind == swarm::kFactTaskRejected) {
            out.rejected = fact.id;
            rejected.insert(fact.subject.id());
        }
        if (fact.subject != subject) return;
        if (fact.kind == swarm::kFactTaskCreated) {
            out.created = fact.id;
            out.assigned = {};
            out.waiting = {};
            out.given_up = false;
            out.replaces = static_cast<std::uint32_t>(facts.number(fact, "replaces"));
        }
        if (fact.kind == swarm::kFactTaskAssigned) out.assigned = fact.id;
        if (fact.kind == swarm::kFactTaskPending && !out.waiting) out.waiting = fact.id;
        if (fact.kind == swarm::kFactTaskGivenUp) out.given_up = true;
        // That its delay is over says nothing of how it came to wait.
        if (fact.kind != swarm::kFactTaskReleased) out.last = fact.id;
    });
    return out;
}

// The scheduler's decisions of one moment stand one behind the other, and each counts those before.
std::vector<std::string> placed_before(const Reading& reading, FactId assigned) {
    const Journal& journal = reading.journal();
    const Time moment = journal.at(assigned).time;
    std::vector<std::string> out;
    for (FactId id{assigned.value - 1}; journal.has(id); --id.value) {
        const Fact fact = journal.at(id);
        if (fact.kind != swarm::kFactTaskAssigned || fact.time != moment) break;
        std::string task = reading.facts.text(fact, "task");
        const std::string node = reading.facts.text(fact, "node");
        // A global service's is called by its node's id, and by people by its name.
        if (const std::string service = without_ids(nullptr, task); service != task)
            task = service + "." + node;
        out.push_back(fmt::format("{} to {}", task, node));
    }
    std::reverse(out.begin(), out.end());
    return out;
}

// Where the last task of a slot before one was that could write anything: what an agent refused never ran.
std::string data_before(const Reading& reading, const Found& found) {
    std::uint32_t task = found.replaces;
    while (found.refused.contains(task)) {
        const auto before = found.earlier.find(task);
        // Another swarm has tasks of the same numbers; those of one grow.
        if (before == found.earlier.end() || before->second >= task) return {};
        task = before->second;
    }
    const auto assignment = found.assignments.find(task);
    if (assignment == found.assignments.end() || !reading.journal().has(assignment->second)) return {};
    return reading.facts.text(reading.journal().at(assignment->second), "node");
}

Assignment assignment_at(const Reading& reading, FactId assigned) {
    return {reading.journal().at(assigned).time, placed_before(reading, assigned), assigned};
}

void add_chain(const Journal& journal, FactId last, std::set<FactId>& facts) {
    for (const FactId id : view::causal_chain(journal, last))
        facts.insert(id);
}

FactId last_end_of(const Journal& journal, model::HostId host) {
    FactId last;
    journal.for_each(journal.first(), [&](const Fact& fact) {
        if (fact.kind == model::kFactHostDown && fact.subject == Subject(SubjectType::Host, host.value)) last = fact.id;
    });
    return last;
}

}  // namespace

Duration delay_of(const swarm::TaskRestartPolicy& policy) {
    return policy.delay.value_or(swarm::kDefaultRestartDelay);
}

std::optional<Assignment> assignment_of(const model::World& world,
                                        swarm::TaskId task,
                                        const std::string& name,
                                        const std::string& node) {
    const Reading reading(world);
    const Subject subject(SubjectType::Task, task.value);
    FactId last;
    // Another swarm has tasks of the same numbers, and none on the same node.
    reading.journal().for_each(reading.journal().first(), [&](const Fact& fact) {
        if (fact.kind == swarm::kFactTaskAssigned && fact.subject == subject &&
            reading.facts.text(fact, "task") == name && reading.facts.text(fact, "node") == node)
            last = fact.id;
    });
    return last ? std::optional(assignment_at(reading, last)) : std::nullopt;
}

TaskStory story_of(const SimState& state, const swarm::SwarmRow& row, swarm::TaskId id) {
    const Reading reading(state.world);
    const Journal& journal = reading.journal();
    const swarm::Task& task = *row.store.tasks.find(id.value);
    const swarm::Node* node = row.store.nodes.find(task.node.value);
    const std::string slot =
        swarm::task_name(task, node == nullptr ? std::string_view() : node->meta.id);
    const Found found = find_facts(reading, task, id, slot);
    TaskStory out;
    out.task = id;
    out.replaced_after_end = found.ended;
    out.replaced_of_version = found.ended_of_version;
    out.given_up = found.given_up;
    if (journal.has(found.assigned)) out.assigned = assignment_at(reading, found.assigned);

    std::set<FactId> facts;
    FactId last = found.last;
    if (const model::ContainerId container = container_of(state.world, row.store, task)) {
        const FactId of_container =
            view::last_fact_about(state.world,
                                  fact_catalogue(),
                                  std::string(state.world.name_of(container)),
                                  state.world.kernel.now());
        last = std::max(last, of_container);
    }
    add_chain(journal, last, facts);
    add_chain(journal, found.assigned, facts);
    // What the managers have not heard of yet, or its start has not come to: that its host went.
    if (is_to_run(task) && task.status.state <= swarm::TaskState::Running && reality_of(state.world, row.store, task) == Reality::HostOff)
        add_chain(journal, last_end_of(journal, node->host), facts);
    // A task that waits is looked at again whenever something changes, which has its own causes: those of its wait are the
    // first's.
    if (task.status.state == swarm::TaskState::Pending) add_chain(journal, found.waiting, facts);
    // A task that had to wait for its start has that for a cause, not its assignment.
    for (const FactId fact_id : std::set(facts)) {
        const Fact fact = journal.at(fact_id);
        if (fact.kind != swarm::kFactTaskCreated && fact.kind != swarm::kFactTaskRestart) continue;
        const auto made =
            fact.kind == swarm::kFactTaskCreated
                ? fact.subject.id()
                : static_cast<std::uint32_t>(reading.facts.number(fact, "replacement"));
        if (const auto assignment = found.assignments.find(made);
            assignment != found.assignments.end() && assignment->second <= last)
            facts.insert(assignment->second);
    }
    out.steps = facts.empty() ? std::vector<view::Explanation::Step>()
                              : steps_of(reading, &row.store, facts, slot);

    for (const FactId fact_id : facts) {
        const Fact fact = journal.at(fact_id);
        if (fact.kind == model::kFactContainerDie)
            out.last_words = reading.facts.number(fact, "exit") == 0
                                 ? std::string()
                                 : words_before(state.world, fact);
        if (fact.kind == model::kFactContainerStartFailed)
            out.port_taken = reading.facts.text(fact, "error").find("port is already allocated") !=
                             std::string::npos;
        if (fact.kind == swarm::kFactTaskRefused)
            out.pull_failed = failed_pull(reading, fact, task.spec->container.image);
    }
    out.data_on = data_before(reading, found);
    const auto before = found.assignments.find(found.replaces);
    if (before == found.assignments.end() || !journal.has(before->second)) return out;
    out.node_before = reading.facts.text(journal.at(before->second), "node");
    const bool replaced_for_its_node =
        journal.has(found.replacing) &&
        reading.why_replaced(journal.at(found.replacing)) != swarm::RestartReason::Ended;
    const bool rejected = journal.has(found.rejected) && facts.contains(found.rejected) &&
                          journal.at(found.rejected).subject.id() == found.replaces;
    out.lost_node = replaced_for_its_node || rejected;
    if (const swarm::Task* old = row.store.tasks.find(found.replaces);
        old != nullptr && out.lost_node) {
        const model::ContainerId container = container_of(state.world, row.store, *old);
        out.old_runs_on = container && state.world.container(container).counts_as_running() && state.world.container(container).process_alive &&
                          state.world.host(state.world.container(container).host).up &&
                          old->status.state <= swarm::TaskState::Running &&
                          old->desired > swarm::TaskState::Running;
    }
    return out;
}

std::optional<Time> start_due(const model::World& world,
                              const swarm::Store& store,
                              swarm::TaskId id) {
    const Reading reading(world);
    const swarm::Task* task = store.tasks.find(id.value);
    if (task == nullptr) return std::nullopt;
    std::optional<Time> out;
    reading.journal().for_each(reading.journal().first(), [&](const Fact& fact) {
        if (fact.kind != swarm::kFactTaskRestart ||
            reading.facts.number(fact, "replacement") != id.value ||
            reading.facts.number(fact, "delay") == 0)
            return;
        out = task->meta.created + Duration{reading.facts.number(fact, "delay")};
    });
    return out;
}

namespace {

template <class Accept>
FactId last_of_swarm(const Reading& reading, Time until, Accept accept) {
    const Journal& journal = reading.journal();
    for (FactId id = journal.last(); id >= journal.first() && id; --id.value) {
        const Fact fact = journal.at(id);
        if (fact.time <= until && accept(fact)) return id;
    }
    return {};
}

}  // namespace

FactId last_about_service(const model::World& world, const std::string& service, Time until) {
    const Reading reading(world);
    return last_of_swarm(reading, until, [&](const Fact& fact) {
        return is_about_service(fact.kind) && reading.facts.text(fact, "service") == service;
    });
}

FactId last_about_task(const model::World& world, const std::string& task, Time until) {
    const Reading reading(world);
    return last_of_swarm(reading, until, [&](const Fact& fact) {
        return is_about_task(fact.kind) && reading.facts.text(fact, "task") == task;
    });
}

FactId last_removal(const model::World& world, const std::string& name, Time until) {
    const Reading reading(world);
    const std::string whole = name.substr(0, name.rfind('.'));
    return last_of_swarm(reading, until, [&](const Fact& fact) {
        if (fact.kind != swarm::kFactServiceRemoved) return false;
        const std::string service = reading.facts.text(fact, "service");
        return service == name || service == whole || service.ends_with("_" + name) ||
               service.ends_with("_" + whole);
    });
}

std::string chain_text(const model::World& world, FactId last, std::size_t width) {
    const Reading reading(world);
    std::set<FactId> facts;
    add_chain(reading.journal(), last, facts);
    if (facts.empty()) return {};
    view::Explanation out;
    out.steps = steps_of(reading, nullptr, facts, {});
    return view::explanation_text(out, width);
}

}  // namespace podium::lab
