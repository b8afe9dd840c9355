// What agents do with tasks: swarmkit's agent/worker.go, task.go and exec/controller.go, and dockerd's
// controller (daemon/cluster/executor/container/controller.go). One operation of a task at a time; what a
// new assignment cancels is looked at again after a second.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/assert.hpp"
#include "sim/model/container.hpp"
#include "sim/model/facts.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/task_container.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

using Operation = AgentTask::Operation;

/// One task of one agent, for the time of a call.
struct Work {
    Scene& scene;
    model::HostId host;
    TaskId id;
    mutable std::size_t place = 0;  // where it was found last

    [[nodiscard]] AgentTask& task() const { return scene.host(host).agent.tasks.at(id, place); }
    [[nodiscard]] bool is_there() const {
        auto& tasks = scene.host(host).agent.tasks;
        return tasks.find(id, place) != tasks.end();
    }
    [[nodiscard]] model::World& world() const { return scene.world; }
};

void run(const Work& work);

std::string_view container_name_of(const Work& work) { return work.scene.kernel().text(work.task().name); }

model::ContainerId container_of(const Work& work) { return container_of(work.scene, work.host, work.task()); }

ContainerKey key_of(const model::World& world, model::ContainerId id) {
    const model::Container& c = world.container(id);
    return c.detail ? ContainerKey(c.detail->id) : ContainerKey(model::id_words(model::container_id_key(world, id)));
}

// Ids of containers last, so one that is known is not made again.
void note_container(const Work& work) {
    AgentTask& task = work.task();
    if (!task.container) return;
    const model::Container& c = work.world().container(task.container);
    if (!c.detail && !c.outline) return;
    if (task.status.container_id.empty()) task.status.container_id = key_of(work.world(), task.container);
    const std::uint32_t pid = c.detail ? c.detail->host_pid : c.outline->host_pid;
    task.status.pid = c.counts_as_running() ? static_cast<int>(pid) : 0;
}

// Others hear when it begins to serve, and when it does no more.
void note_serving(const Work& work) {
    const AgentTask& task = work.task();
    if (task.serves) announce(work.scene, work.host);
}

void set_status(const Work& work, TaskState state, Literal message, FactId happened) {
    AgentTask& task = work.task();
    task.status.state = state;
    task.status.message = message;
    task.status.error.clear();
    task.status.since = work.scene.now();
    ++work.scene.state.statuses;
    for (std::size_t i = 0; i < kPassedStates.size(); ++i) {
        if (kPassedStates.at(i) == state) task.passed.at(i) = work.scene.now();
    }
    if (state >= TaskState::Starting) note_container(work);
    if (happened) task.happened = happened;
    report_status(work.scene, work.host, work.id);
    note_serving(work);
}

// exec.Do, fatal: rejected before the container starts, failed from then on.
void fail(const Work& work, const std::string& error, FactId happened) {
    AgentTask& task = work.task();
    const bool before = task.status.state < TaskState::Starting;
    task.status.state = before ? TaskState::Rejected : TaskState::Failed;
    task.status.error = error;
    task.status.since = work.scene.now();
    if (!before) note_container(work);
    Kernel& kernel = work.scene.kernel();
    if (!happened) {
        const CauseScope scope(kernel, task.because);
        happened = kernel.record(kFactTaskRefused, Subject(SubjectType::Task, work.id.value), task.name, kernel.intern(work.world().host(work.host).spec.name), kernel.intern(error));
    }
    task.happened = happened;
    report_status(work.scene, work.host, work.id);
    note_serving(work);
}

void later(const Work& work, Duration delay) {
    AgentTask& task = work.task();
    const CauseScope scope(work.scene.kernel(), task.because);
    work.scene.schedule(delay, kEventTask, work.host, work.id.value, ++task.serial);
}

void submit(const Work& work, Operation operation, model::RequestSpec spec) {
    AgentTask& task = work.task();
    spec.host = work.host;
    spec.from_agent = true;
    const CauseScope scope(work.scene.kernel(), task.because);
    task.operation = operation;
    task.request = model::submit_request(work.world(), std::move(spec), {});
    work.scene.state.requests.note(task.request, {work.host, work.id});
}

void drop_request(const Work& work) {
    AgentTask& task = work.task();
    if (!task.request) return;
    work.scene.state.requests.forget(task.request);
    model::release_request(work.world(), std::exchange(task.request, {}));
}

void track_container(const Work& work, model::ContainerId container) {
    AgentTask& task = work.task();
    if (task.container != container && !task.status.container_id.empty()) task.status.container_id = key_of(work.world(), container);
    task.container = container;
    work.scene.state.containers.note(container, {work.host, work.id});
}

// --- operations; each returns whether it is over at once ---

void create_container(const Work& work) {
    AgentTask& task = work.task();
    join_networks(work.scene, work.host, *task.task);
    model::RequestSpec spec;
    spec.operation = model::Operation::ContainerCreate;
    spec.options["name"] = container_name_of(work);
    spec.container = container_spec_of(work.scene, work.host, *task.task, container_name_of(work));
    submit(work, Operation::Create, std::move(spec));
}

// A host's first task on an overlay waits until it is there.
void create(const Work& work) {
    const std::int64_t missing = work.task().serves ? networks_to_join(work.scene, work.host, *work.task().task) : 0;
    if (missing == 0) return create_container(work);
    work.task().operation = Operation::Networks;
    later(work, kJoinOverlay * missing);
}

// The image is asked for even where it is there: what fails is only logged, and creation says so.
void prepare(const Work& work) {
    if (!work.world().only_image.empty()) return create(work);
    model::RequestSpec spec;
    spec.operation = model::Operation::ImagePull;
    const std::string& image = work.task().task->spec->container.image;
    const model::AgentImage* const known = model::agent_image(work.world(), image);
    spec.target = known != nullptr ? known->full : image_to_pull(image);
    submit(work, Operation::Pull, std::move(spec));
}

bool start(const Work& work) {
    AgentTask& task = work.task();
    const model::ContainerId container = container_of(work);
    if (!container) {
        fail(work, fmt::format("No such container: {}", container_name_of(work)), {});
        return true;
    }
    track_container(work, container);
    if (work.world().container(container).state != model::ContainerState::Created) {
        set_status(work, TaskState::Running, "started", work.world().container(container).last_fact);
        return true;
    }
    task.operation = Operation::Queue;  // until all that begin in this instant are known
    later(work, {});
    return false;
}

// A network may have left the host with another task since this one was prepared: it is made again (moby
// daemon/cluster/executor/container/controller.go, Start).
void submit_start(const Work& work) {
    if (work.task().serves) join_networks(work.scene, work.host, *work.task().task);
    if (const std::string trouble = trouble_with_owners(*work.task().task->spec); !trouble.empty()) {
        work.task().operation = Operation::None;
        return fail(work, fmt::format("starting container failed: {}", trouble), {});
    }
    model::RequestSpec spec;
    spec.operation = model::Operation::ContainerStart;
    spec.target = container_name_of(work);
    submit(work, Operation::Start, std::move(spec));
}

// Containers that are started beside others take longer.
void start_beside_others(const Work& work) {
    std::int64_t others = 0;  // the last ones are those that are most often about to start
    work.scene.host(work.host).agent.tasks.any_from_last([&](TaskId id, const AgentTask& other) {
        const bool starts = other.operation == Operation::Queue || other.operation == Operation::Crowded || other.operation == Operation::Start;
        return id != work.id && starts && ++others == kMostBeside;
    });
    if (others == 0) return submit_start(work);
    work.task().operation = Operation::Crowded;
    later(work, kStartBeside * others);
}

std::string exit_error(const AgentTask& task, int code) {
    return fmt::format("task: non-zero exit ({}){}", code, task.unhealthy ? ": dockerexec: unhealthy container" : "");
}

// The container has ended: what the controller's Wait says of it.
void ended(const Work& work) {
    AgentTask& task = work.task();
    task.operation = Operation::None;
    const model::Container& c = work.world().container(task.container);
    task.status.exit_code = c.exit_code;
    if (c.exit_code != 0) {
        fail(work, exit_error(task, c.exit_code), c.last_fact);
    } else {
        set_status(work, TaskState::Complete, "finished", c.last_fact);
    }
}

// Wait answers only when the engine has tidied up.
void notice_end(const Work& work) {
    work.task().operation = Operation::End;
    note_serving(work);
    later(work, kEndNoticed);
}

bool wait(const Work& work) {
    AgentTask& task = work.task();
    const model::ContainerId container = container_of(work);
    if (!container) {
        const FactId last = task.container ? work.world().container(task.container).last_fact : FactId{};
        fail(work, fmt::format("No such container: {}", container_name_of(work)), last);
        return true;
    }
    track_container(work, container);
    task.operation = Operation::Wait;
    if (!work.world().container(container).counts_as_running()) notice_end(work);
    return false;
}

void stop(const Work& work) {
    model::RequestSpec spec;
    spec.operation = model::Operation::ContainerStop;
    spec.target = container_name_of(work);
    submit(work, Operation::Stop, std::move(spec));
}

// controller.go, hasServiceBinding: it is on a network besides the engine's own bridge. A port of the routing mesh puts it
// on the ingress network; a port of its host is no network.
bool has_service_binding(const Work& work) {
    const auto& networks = work.task().task->networks;
    return std::any_of(networks.begin(), networks.end(), [&work](const NetworkAttachment& attachment) {
        const Network* network = work.scene.swarm_of(work.host).store.networks.find(attachment.network.value);
        return network == nullptr || network->driver != "bridge" || network->name != "bridge";
    });
}

void shut_down(const Work& work) {
    AgentTask& task = work.task();
    if (!has_service_binding(work)) return stop(work);
    task.operation = Operation::Gossip;
    note_serving(work);
    later(work, kGossipDelay);
}

void remove(const Work& work) {
    model::RequestSpec spec;
    spec.operation = model::Operation::ContainerRemove;
    spec.target = container_name_of(work);
    spec.options["force"] = "1";
    spec.options["v"] = "1";
    submit(work, Operation::Remove, std::move(spec));
}

void tell_cleared(const Work& work) {
    const HostRow& row = work.scene.host(work.host);
    if (row.step == HostRow::Step::Containers && tasks_cleared(work.scene, work.host)) look_again(work.scene, work.host, {});
}

// Its container is gone for good.
void removed(const Work& work) {
    AgentTask& task = work.task();
    Agent& agent = work.scene.host(work.host).agent;
    if (task.kept) {
        task.removing = task.kept = task.assigned = false;
    } else {
        if (task.container) work.scene.state.containers.forget(task.container);
        agent.unreported.erase(work.id);
        agent.tasks.erase(work.id);
    }
    tell_cleared(work);
}

// Nothing is to be done; the status is told all the same, so that managers note it as of now.
void stay(const Work& work) {
    report_status(work.scene, work.host, work.id);
}

// executor/container/attachment.go: its networks are made, the container that waits goes on, and the task lasts until
// that one is disconnected. Returns whether it is over at once.
bool run_attachment(const Work& work) {
    AgentTask& task = work.task();
    if (task.removing) {
        leave_networks(work.scene, work.host, *task.task);
        removed(work);
        return false;
    }
    if (task.status.state == TaskState::Preparing) {
        const std::int64_t missing = networks_to_join(work.scene, work.host, *task.task);
        if (missing > 0) {
            task.operation = Operation::Networks;
            later(work, kJoinOverlay * missing);
            return false;
        }
        set_status(work, TaskState::Ready, "prepared", {});
        return true;
    }
    if (task.status.state == TaskState::Starting) {
        if (attachment_starts(work.scene, work.host, work.id)) {
            set_status(work, TaskState::Running, "started", {});
        } else {
            fail(work, fmt::format("could not find attacher for container {} to network {}", task.task->spec->attached_container, task.task->spec->networks.front().target), {});
        }
        return true;
    }
    if (!attachment_lasts(work.scene, work.host, work.id)) give_attachment_back(work.scene, work.host, work.id);
    task.operation = Operation::Wait;
    return false;
}

// swarmkit exec.Resolve: a task that no container can be made of is rejected at once, before its image is looked for.
void accept(const Work& work) {
    AgentTask& task = work.task();
    const std::string trouble = trouble_with_mounts(*task.task->spec);
    if (trouble.empty()) return set_status(work, TaskState::Accepted, "accepted", task.because);
    task.status.message = "resolving controller failed";
    fail(work, trouble, {});
}

// swarmkit exec.Do, again and again until it waits for something.
void run(const Work& work) {
    while (work.is_there() && work.task().operation == Operation::None) {
        AgentTask& task = work.task();
        if (task.attachment && task.removing) return static_cast<void>(run_attachment(work));
        if (task.removing) return shut_down(work);
        if (!task.assigned) return;
        const TaskState desired = task.desired;
        const TaskState state = task.status.state;
        if (desired >= TaskState::Shutdown) {
            if (state >= TaskState::Complete) return stay(work);
            if (!task.attachment) return shut_down(work);
            set_status(work, TaskState::Shutdown, "shutdown", {});
            return;
        }
        if (state > desired) return stay(work);
        const bool runs = state == TaskState::Preparing || state == TaskState::Starting || state == TaskState::Running;
        if (runs && task.attachment) {
            if (!run_attachment(work)) return;
            continue;
        }
        if (state == TaskState::Preparing) return prepare(work);
        if (state == TaskState::Starting) {
            if (!start(work)) return;
            continue;
        }
        if (state == TaskState::Running) {
            if (!wait(work)) return;
            continue;
        }
        if (state >= desired) return stay(work);
        if (state < TaskState::Accepted) {
            accept(work);
        } else if (state == TaskState::Accepted) {
            set_status(work, TaskState::Preparing, "preparing", {});
        } else if (state == TaskState::Ready) {
            set_status(work, TaskState::Starting, "starting", task.because);
        } else {
            return stay(work);
        }
    }
}

// --- answers ---

std::string message_of(const model::Request& request) {
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    return body.is_object() ? body.value("message", std::string()) : std::string();
}

void give_data(const Work& work, model::ContainerId container) {
    const TaskSpec& spec = *work.task().task->spec;
    model::give_files(work.world(), container, files_of(spec, work.task().data));
    Kernel& kernel = work.scene.kernel();
    if (const std::string lost = owners_not_kept(spec); !lost.empty()) kernel.record(model::kFactNotModelled, Subject(SubjectType::Container, container.value), kernel.intern(lost));
}

void created(const Work& work, int status, const std::string& message) {
    const model::ContainerId container = container_of(work);
    if (status == 201 || (status == 409 && container)) {
        if (container) track_container(work, container);
        if (container) give_data(work, container);
        set_status(work, TaskState::Ready, "prepared", container ? work.world().container(container).last_fact : FactId{});
    } else {
        fail(work, message, {});
    }
}

bool is_checked(const model::ContainerDetail& detail) {
    return detail.health_check && !detail.health_check->test.empty() && detail.health_check->test.front() != "NONE";
}

void started(const Work& work, int status, const std::string& message) {
    AgentTask& task = work.task();
    const model::Container& c = work.world().container(task.container);
    if (status != 204 && status != 304) return fail(work, fmt::format("starting container failed: {}", message), c.last_fact);
    if (c.detail && is_checked(*c.detail) && c.counts_as_running()) {
        task.operation = Operation::Health;
        return;
    }
    set_status(work, TaskState::Running, "started", c.last_fact);
}

void stopped(const Work& work, int status, const std::string& message) {
    AgentTask& task = work.task();
    leave_networks(work.scene, work.host, *task.task);
    if (task.removing) return remove(work);
    const FactId last = task.container ? work.world().container(task.container).last_fact : FactId{};
    if (task.unhealthy) {  // its end is what the check said
        if (task.container && !work.world().container(task.container).counts_as_running()) ended(work);
        return;
    }
    if (status != 204 && status != 304 && status != 404) return fail(work, message, last);
    if (task.container) task.status.exit_code = work.world().container(task.container).exit_code;
    set_status(work, TaskState::Shutdown, "shutdown", last);
}

void answered(const Work& work, int status, const std::string& message) {
    const Operation done = std::exchange(work.task().operation, Operation::None);
    switch (done) {
        case Operation::Pull: create(work); return;
        case Operation::Create: created(work, status, message); break;
        case Operation::Start: started(work, status, message); break;
        case Operation::Stop: stopped(work, status, message); break;
        case Operation::Remove: removed(work); return;
        case Operation::None:
        case Operation::Retry:
        case Operation::Health:
        case Operation::Wait:
        case Operation::End:
        case Operation::Networks:
        case Operation::Queue:
        case Operation::Crowded:
        case Operation::Gossip: PODIUM_ASSERT(false, "only operations with a request are answered");
    }
    if (work.is_there()) run(work);
}

// A check that fails for good stops the container, and its end is the task's.
void become_unhealthy(const Work& work) {
    AgentTask& task = work.task();
    task.unhealthy = true;
    task.because = work.world().container(task.container).last_fact;
    shut_down(work);
}

// --- assignments ---

// A newer assignment cancels what can be cancelled (task.go: the update branch).
void update(const Work& work, const Row<Task>& row) {
    AgentTask& task = work.task();
    const bool same = row->desired == task.task->desired && row->spec == task.task->spec && row->networks == task.task->networks && row->ports == task.task->ports;
    // One that was given back to a leader who lost his place before it was agreed upon is given back again.
    if (same && task.attachment && task.status.state == TaskState::Running && !attachment_lasts(work.scene, work.host, work.id)) give_attachment_back(work.scene, work.host, work.id);
    if (task.assigned && (same || row->desired < task.task->desired)) return;
    task.take(row);
    task.assigned = true;
    task.because = row->meta.because;
    switch (task.operation) {
        case Operation::None: run(work); return;
        case Operation::Pull:
        case Operation::Health:
        case Operation::Wait:
            drop_request(work);
            task.operation = Operation::Retry;
            later(work, kTaskRetry);
            return;
        case Operation::Retry:
        case Operation::End:
        case Operation::Networks:
        case Operation::Queue:
        case Operation::Crowded:
        case Operation::Create:
        case Operation::Start:
        case Operation::Gossip:
        case Operation::Stop:
        case Operation::Remove: return;
    }
}

// What comes with an assignment: the secrets and configs that the task needs. Their content never changes.
std::vector<Row<Datum>> data_of(const Scene& scene, model::HostId host, const TaskSpec& spec) {
    std::vector<Row<Datum>> out;
    const Store& store = scene.swarm_of(host).store;
    const auto add = [&out](const Table<Datum>& table, const std::vector<FileReference>& references) {
        if (references.empty()) return;
        table.for_each([&](std::uint32_t number, const Datum& datum) {
            const bool wanted = std::any_of(references.begin(), references.end(), [&datum](const FileReference& reference) { return reference.id == datum.meta.id; });
            if (wanted) out.push_back(table.row(number));
        });
    };
    add(store.secrets, spec.secrets);
    add(store.configs, spec.configs);
    return out;
}

void take_on(Scene& scene, model::HostId host, TaskId id, const Row<Task>& row) {
    Agent& agent = scene.host(host).agent;
    AgentTask& task = agent.tasks[id];
    task.take(row);
    task.status = row->status;
    task.because = task.happened = row->meta.because;
    task.data = data_of(scene, host, *row->spec);
    const Node* node = scene.swarm_of(host).store.nodes.find(row->node.value);
    task.name = scene.kernel().intern(container_name(*row, node != nullptr ? node->meta.id : std::string_view()));
    run({scene, host, id});
}

// closeManager: no longer assigned, so stopped and removed.
void let_go(Scene& scene, model::HostId host, TaskId id, FactId because) {
    const Work work{scene, host, id};
    AgentTask& task = work.task();
    if (task.removing) return;
    task.removing = true;
    if (because) task.because = because;
    switch (task.operation) {
        case Operation::Pull:
        case Operation::Health:
        case Operation::Wait:
        case Operation::End:
        case Operation::Networks:
        case Operation::Queue:
        case Operation::Crowded:
        case Operation::Retry:
            drop_request(work);
            ++task.serial;
            task.operation = Operation::None;
            [[fallthrough]];
        case Operation::None: run(work); return;
        case Operation::Create:
        case Operation::Start:
        case Operation::Gossip:
        case Operation::Stop:
        case Operation::Remove: return;
    }
}

}  // namespace

void assign(Scene& scene, model::HostId host, const Assignments& message) {
    const FactId cause = scene.kernel().cause();
    Agent& agent = scene.host(host).agent;
    for (const auto& [id, row] : message.updated) {
        scene.kernel().set_cause(row->meta.because);
        agent.tasks.contains(id) ? update({scene, host, id}, row) : take_on(scene, host, id, row);
    }
    std::vector<TaskId> gone = message.removed;
    if (message.complete) {
        std::set<TaskId> named;
        for (const auto& [id, row] : message.updated) named.insert(id);
        for (const auto& [id, task] : agent.tasks) {
            if (!named.contains(id)) gone.push_back(id);
        }
    }
    for (const TaskId id : gone) {
        scene.kernel().set_cause(cause);
        if (agent.tasks.contains(id)) let_go(scene, host, id, cause);
    }
    scene.kernel().set_cause(cause);
}

void resume_tasks(Scene& scene, model::HostId host) {
    std::vector<TaskId> ids;
    for (const auto& [id, task] : scene.host(host).agent.tasks) ids.push_back(id);
    for (const TaskId id : ids) {
        AgentTask& task = scene.host(host).agent.tasks.at(id);
        task.because = scene.kernel().cause();
        run({scene, host, id});
    }
}

void suspend_tasks(Scene& scene, model::HostId host, bool orderly) {
    Agent& agent = scene.host(host).agent;
    for (auto& [id, task] : agent.tasks) {
        if (task.request) scene.state.requests.forget(std::exchange(task.request, {}));
        task.operation = Operation::None;
        task.unhealthy = false;
        ++task.serial;
        if (orderly) task.assigned = false;
    }
}

void clear_tasks(Scene& scene, model::HostId host, bool keep) {
    std::vector<TaskId> ids;
    for (const auto& [id, task] : scene.host(host).agent.tasks) ids.push_back(id);
    for (const TaskId id : ids) {
        scene.host(host).agent.tasks.at(id).kept = keep;
        let_go(scene, host, id, scene.kernel().cause());
    }
    if (tasks_cleared(scene, host)) look_again(scene, host, {});
}

bool tasks_cleared(const Scene& scene, model::HostId host) {
    for (const auto& [id, task] : scene.host(host).agent.tasks) {
        if (task.removing) return false;
    }
    return true;
}

void task_request_answered(Scene& scene, model::RequestId request) {
    const model::Request* row = scene.world.requests.find(request);
    const TaskOwner owner = scene.state.requests.owner(request);
    if (row == nullptr || !owner.host) {
        if (row != nullptr) model::release_request(scene.world, request);
        return;
    }
    const Work work{scene, owner.host, owner.task};
    scene.state.requests.forget(request);
    const int status = row->status;
    const std::string message = status >= 400 ? message_of(*row) : std::string();
    work.task().request = {};
    model::release_request(scene.world, request);
    const CauseScope scope(scene.kernel(), scene.kernel().cause());
    answered(work, status, message);
}

void task_container_changed(Scene& scene, model::ContainerId container) {
    const TaskContainers::Owner owner = scene.state.containers.owner(container);
    if (!owner.host) return;
    const Work work{scene, owner.host, owner.task};
    if (!scene.host(work.host).alive || !work.is_there()) return;
    log_container_changed(scene, work.host, work.id);
    AgentTask& task = work.task();
    const model::Container& c = scene.world.container(container);
    const bool runs = c.counts_as_running();
    const bool unhealthy = c.detail && c.detail->health.status == model::HealthStatus::Unhealthy && runs && c.state == model::ContainerState::Running;
    if (task.operation == Operation::Wait || task.operation == Operation::Health) {
        if (!runs) {
            if (task.operation == Operation::Health) {
                if (c.exit_code == 0) {
                    task.operation = Operation::None;
                    set_status(work, TaskState::Running, "started", c.last_fact);
                } else {
                    ended(work);
                }
            } else {
                notice_end(work);
            }
        } else if (unhealthy) {
            become_unhealthy(work);
        } else if (task.operation == Operation::Health && c.detail && c.detail->health.status == model::HealthStatus::Healthy) {
            task.operation = Operation::None;
            set_status(work, TaskState::Running, "started", c.last_fact);
        }
        run(work);
    }
}

void handle_task_event(Scene& scene, const Event& event) {
    const Work work{scene, model::HostId{event.subject}, TaskId{static_cast<std::uint32_t>(event.word)}};
    if (!work.is_there() || work.task().serial != event.extra) return;
    AgentTask& task = work.task();
    if (task.operation == Operation::Gossip) return stop(work);
    if (task.operation == Operation::End) {
        ended(work);
        return run(work);
    }
    if (task.operation == Operation::Networks && task.desired < TaskState::Shutdown && task.attachment) join_networks(scene, work.host, *task.task);
    if (task.operation == Operation::Networks && task.desired < TaskState::Shutdown && !task.attachment) return create_container(work);
    const bool queues = task.operation == Operation::Queue || task.operation == Operation::Crowded;
    if (queues && task.desired < TaskState::Shutdown) return task.operation == Operation::Queue ? start_beside_others(work) : submit_start(work);
    if (!queues && task.operation != Operation::Networks && task.operation != Operation::Retry) return;
    task.operation = Operation::None;
    run(work);
}

}  // namespace podium::swarm
