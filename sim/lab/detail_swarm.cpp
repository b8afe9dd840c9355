// Services, of Compose and of swarms, and tasks in a DetailLook.

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/detail_parts.hpp"
#include "sim/lab/swarm_standing.hpp"
#include "sim/lab/swarm_story.hpp"
#include "sim/lab/why_swarm.hpp"
#include "sim/model/outline.hpp"
#include "sim/orch/swarm/defaults.hpp"
#include "sim/orch/swarm/leader/slots.hpp"
#include "sim/view/cluster_view.hpp"

namespace podium::lab::detail_look {
namespace {

using swarm::TaskState;
using view::Tone;

std::string_view order_text(swarm::UpdateOrder order) {
    return order == swarm::UpdateOrder::StopFirst ? "stops the old task first" : "starts the new task first";
}

std::string_view failure_text(swarm::FailureAction action) {
    switch (action) {
        case swarm::FailureAction::Pause: return "pauses";
        case swarm::FailureAction::Continue: return "goes on";
        case swarm::FailureAction::Rollback: return "rolls back";
    }
    return {};
}

void put_update(Page& page, const swarm::Service& service) {
    const swarm::UpdateConfig config = service.spec.update.value_or(swarm::UpdateConfig{});
    page.row("At a time", config.parallelism == 0 ? "all" : fmt::format("{}", config.parallelism), Tone::Plain, "Updates");
    page.row("Between", format_duration(config.delay), Tone::Plain, "Updates");
    page.row("Order", std::string(order_text(config.order)), Tone::Plain, "Updates");
    page.row("On failure", std::string(failure_text(config.failure_action)), Tone::Plain, "Updates");
    page.row("Watched for", format_duration(config.monitor.value_or(swarm::kDefaultMonitor)), Tone::Plain, "Updates");
    page.row("Message", service.update.message, Tone::Plain, "Updates");
}

void put_restart_policy(Page& page, const swarm::TaskSpec& spec) {
    const swarm::TaskRestartPolicy policy = spec.restart.value_or(swarm::TaskRestartPolicy{});
    const char* condition = policy.condition == swarm::RestartCondition::Any ? "any" : policy.condition == swarm::RestartCondition::None ? "none" : "on-failure";
    std::string words = condition;
    if (policy.condition != swarm::RestartCondition::None) words += fmt::format(", after {}", format_duration(delay_of(policy)));
    if (policy.max_attempts > 0) words += policy.max_attempts == 1 ? std::string(", once") : fmt::format(", {} times", policy.max_attempts);
    page.row("Restarts", words);
}

void put_resources(Page& page, const swarm::TaskSpec& spec) {
    constexpr std::int64_t kNanoPerMillicore = 1'000'000;
    const auto words = [](const swarm::Resources& resources) {
        std::vector<std::string> parts;
        if (resources.nano_cpus > 0) parts.push_back(cpus_text(resources.nano_cpus / kNanoPerMillicore));
        if (resources.memory_bytes > 0) parts.push_back(size_text(resources.memory_bytes));
        for (const auto& [kind, count] : resources.generic) parts.push_back(fmt::format("{} {}", count, kind));
        return join(parts, ", ");
    };
    page.row("Reserves", words(spec.reservations));
    page.row("Limits", words(spec.limits));
    if (!spec.placement) return;
    page.row("Constraints", join(spec.placement->constraints, ", "));
    page.row("Spread over", join(spec.placement->preferences, ", "));
    if (spec.placement->max_replicas > 0) page.row("Per node", fmt::format("at most {}", spec.placement->max_replicas));
}

Tone tone_of_task(const swarm::Task& task, bool runs) {
    if (task.status.state == TaskState::Failed || task.status.state == TaskState::Rejected) return Tone::Bad;
    if (runs) return Tone::Good;
    return task.status.state < TaskState::Running && is_to_run(task) ? Tone::Warning : Tone::Quiet;
}

// The newest first, as `docker service ps` has them.
void put_tasks(Page& page, const swarm::Store& store, swarm::ServiceId service) {
    std::vector<const swarm::Task*> tasks;
    for (const swarm::TaskId id : store.tasks_of(service)) tasks.push_back(store.tasks.find(id.value));
    std::stable_sort(tasks.begin(), tasks.end(), [](const swarm::Task* a, const swarm::Task* b) {
        const bool first_runs = is_to_run(*a);
        const bool second_runs = is_to_run(*b);
        return first_runs != second_runs ? first_runs : a->slot != b->slot ? a->slot < b->slot : a->meta.created > b->meta.created;
    });
    for (const swarm::Task* task : tasks) {
        const std::string where = task->node ? " on " + node_label(store, task->node) : std::string();
        std::string words = fmt::format("{}{}", swarm::task_state_name(task->status.state), where);
        if (task->desired != TaskState::Running) words += fmt::format(", should be {}", swarm::task_state_name(task->desired));
        page.row(task_label(store, *task), words, tone_of_task(*task, runs_now(store, *task)), "Tasks");
    }
}

swarm::TaskId newest_of_slot(const SwarmName& name) {
    const swarm::Store& store = name.swarm->store;
    if (name.task) return name.task;
    swarm::TaskId best;
    for (const swarm::TaskId id : store.tasks_of(name.service)) {
        const swarm::Task& task = *store.tasks.find(id.value);
        const bool of_slot = name.slot != 0 ? task.slot == name.slot : task.node == name.node;
        if (!of_slot) continue;
        if (!best || is_to_run(task) || !is_to_run(*store.tasks.find(best.value))) best = id;
    }
    return best;
}

const SwarmName* name_in_swarm(const Result<std::optional<SwarmName>>& found) {
    return found && *found ? &**found : nullptr;
}

// A task that has its node is placed as it was; of one that waits the scheduler is asked as things stand.
void put_placement(Page& page, const swarm::SwarmRow& row, swarm::TaskId id) {
    const swarm::Task& task = *row.store.tasks.find(id.value);
    if (task.node && task.status.state >= TaskState::Assigned) {
        page.placed = PlacedTask{row.number, id, task.node, swarm::name_of(row.store, task), node_label(row.store, task.node)};
        return;
    }
    if (!is_to_run(task)) {
        // A global service's is bound to its node from the beginning, and may end before that takes it.
        page.look.placement_remarks = {task.node ? fmt::format("It was made for {}, has never run there, and is to run no more.", node_label(row.store, task.node))
                                                 : std::string("It has had no node, and is to have none any more.")};
        return;
    }
    page.look.placement = ask_nodes(row, page.session.state().swarm.state().seat.policy.get(), task, {}, page.now());
    if (page.look.placement.empty()) page.look.placement_remarks = {"The scheduler knows of no node."};
    page.look.ways = ways_to_place(row, task);
}

void put_swarm_service(Page& page, const SwarmName& name) {
    const swarm::Store& store = name.swarm->store;
    const swarm::Service* service = store.services.find(name.service.value);
    if (service == nullptr || !service->spec.task) return;
    put_restart_policy(page, *service->spec.task);
    put_resources(page, *service->spec.task);
    page.row("Version", fmt::format("{}", service->spec_version));
    put_update(page, *service);
    put_tasks(page, store, name.service);
    for (const swarm::VirtualIp& vip : service->vips) {
        const swarm::Network* network = store.networks.find(vip.network.value);
        page.row(network == nullptr ? "Network" : network->name, vip.address, Tone::Plain, "Networks");
    }
}

}  // namespace

model::ContainerId container_of_task(const Session& session, const std::string& name) {
    const auto found = find_in_swarm(session.state(), name);
    const SwarmName* meant = name_in_swarm(found);
    if (meant == nullptr) return {};
    const swarm::TaskId wanted = newest_of_slot(*meant);
    if (!wanted) return {};
    for (const swarm::HostRow& host : session.state().swarm.state().hosts) {
        if (host.swarm != meant->swarm->number) continue;
        const auto task = host.agent.tasks.find(wanted);
        if (task != host.agent.tasks.end() && task->second.container) return task->second.container;
    }
    return {};
}

void put_service(Page& page) {
    page.look.subtitle = "service";
    const view::ClusterView& view = page.view();
    const std::uint32_t place = view::service_meant(view, page.look.name);
    if (place == view::kNone) return;
    const view::ServiceView* service = &view.services[place];
    page.look.title = page.look.service = service->called();
    const bool of_swarm = !service->mode.empty();
    const std::string of = service->stack.empty() ? std::string() : fmt::format(" of {} {}", of_swarm ? "stack" : "project", service->stack);
    page.look.subtitle = fmt::format("{}service{}", of_swarm ? service->mode + " " : std::string(), of);
    page.look.state = fmt::format("{}/{}", service->running, service->wanted);
    page.look.tone = service->ready >= service->wanted ? Tone::Good : service->running == 0 ? Tone::Bad : Tone::Warning;
    page.row("Image", service->image);
    page.row("Wanted", fmt::format("{}", service->wanted));
    page.row("Running", fmt::format("{}", service->running), service->running < service->wanted ? Tone::Warning : Tone::Good);
    page.row("Ready", fmt::format("{}", service->ready), service->ready < service->wanted ? Tone::Warning : Tone::Good);
    if (!service->update.empty()) page.row("Update", fmt::format("{}, {} of {}", service->update, service->updated, service->wanted), service->update == "completed" ? Tone::Plain : Tone::Warning);
    for (const std::string& port : service->ports) page.row("Port", port);
    std::int64_t memory = 0;
    for (const view::Tile& tile : view.tiles) {
        if (tile.service != place) continue;
        if (tile.container == 0) continue;
        const model::Container& container = page.world().container({tile.container});
        memory += container.detail ? container.detail->memory_bytes : model::outline_memory(container);
        if (!of_swarm) page.row(tile.name, std::string(view::phase_name(tile.phase)), tile.phase == view::Phase::Running ? Tone::Good : Tone::Warning, "Containers");
    }
    page.look.memory_bytes = memory;
    page.row("Memory", size_text(memory));
    const auto found = find_in_swarm(page.session.state(), page.look.name);
    if (const SwarmName* name = name_in_swarm(found); name != nullptr && of_swarm) put_swarm_service(page, *name);
}

void put_task(Page& page) {
    if (page.look.kind == DetailKind::Task) page.look.subtitle = "task";
    const auto found = find_in_swarm(page.session.state(), page.look.name);
    const SwarmName* name = name_in_swarm(found);
    if (name == nullptr) return;
    const swarm::Store& store = name->swarm->store;
    const swarm::TaskId id = newest_of_slot(*name);
    const swarm::Task* task = store.tasks.find(id.value);
    if (task == nullptr) return;
    page.look.title = task_label(store, *task);
    page.look.task = page.look.title;
    page.look.service = task->service_name;
    if (task->node) page.look.host = node_label(store, task->node);
    page.look.subtitle = task->node ? fmt::format("task on {}", page.look.host) : "task without a node";
    page.look.state = swarm::task_state_name(task->status.state);
    page.look.tone = tone_of_task(*task, runs_now(store, *task));
    page.row("Desired", std::string(swarm::task_state_name(task->desired)));
    page.row("Observed", std::string(swarm::task_state_name(task->status.state)), page.look.tone);
    page.row("Since", fmt::format("{}, {}", format_time(task->status.since), ago_text(task->status.since, page.now())));
    page.row("Message", std::string(task->status.message.view()));
    page.row("Error", task->status.error, Tone::Bad);
    if (task->status.exit_code) page.row("Exit code", fmt::format("{}", *task->status.exit_code), *task->status.exit_code == 0 ? Tone::Plain : Tone::Bad);
    page.row("Node", task->node ? page.look.host : "none yet", task->node ? Tone::Plain : Tone::Warning);
    if (task->spec) {
        page.row("Image", task->spec->container.image);
        put_restart_policy(page, *task->spec);
        put_resources(page, *task->spec);
    }
    page.row("Id", task->meta.id, Tone::Plain, "Identity");
    put_tasks(page, store, task->service);
    if (page.wish.placement) put_placement(page, *name->swarm, id);
}

void put_task_of_container(Page& page, model::ContainerId id) {
    const model::World& world = page.world();
    const model::Container& container = world.container(id);
    const std::string task_id = model::container_label(world, id, "com.docker.swarm.task.id");
    const std::string task_name = model::container_label(world, id, "com.docker.swarm.task.name");
    const auto& hosts = page.session.state().swarm.state().hosts;
    // Whoever likes may give a container these labels by hand.
    if (!world.spec(container).of_agent || task_id.empty() || task_name.empty() || hosts.size() < container.host.value) return;
    page.look.task = model::label_of(world, id);
    if (!page.wish.placement) return;
    const swarm::HostRow& host = hosts[container.host.value - 1];
    PlacedTask placed{host.swarm, {}, host.node, task_name, world.host(container.host).spec.name};
    // The container is called after the task and its id.
    if (const std::string end = "." + task_id; placed.name.ends_with(end)) placed.name.resize(placed.name.size() - end.size());
    for (const auto& [number, task] : host.agent.tasks)
        if (task.container == id) placed.task = number;
    // An agent that has begun anew knows of none yet, and that of a host that has left its swarm of none any more: its managers may.
    // A task's id is no other swarm's, too.
    for (const swarm::SwarmRow& row : page.session.state().swarm.state().swarms) {
        if (placed.task) break;
        row.store.tasks.for_each([&](std::uint32_t number, const swarm::Task& task) {
            if (task.meta.id != task_id) return;
            placed.swarm = row.number;
            placed.task = {number};
            placed.node = task.node;
        });
    }
    page.placed = std::move(placed);
}

Placing placing_of(const Session& session, const PlacedTask& placed) {
    Placing out;
    if (!placed.task) {
        out.remarks = {"The swarm has forgotten its task, and the decision that placed it with it."};
        return out;
    }
    const auto assigned = assignment_of(session.world(), placed.task, placed.name, placed.host);
    if (!assigned) {
        const bool all_kept = session.journal().first() <= FactId{1};
        out.remarks = {all_kept ? "The scheduler has taken no decision about it." : "The decision that placed it is older than the facts that are kept."};
        return out;
    }
    auto decision = decide_again([&session](Time time) { return session.state_at(time); }, placed.swarm, placed.task, placed.node, *assigned);
    if (!decision || decision->nodes.empty()) {
        out.remarks = {fmt::format("The decision that placed it, at {}, is not kept.", format_time(assigned->time))};
        return out;
    }
    out.nodes = std::move(decision->nodes);
    out.decided = assigned->time;
    out.fact = assigned->fact;
    out.remarks = std::move(decision->remarks);
    return out;
}

}  // namespace podium::lab::detail_look
