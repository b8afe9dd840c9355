#include "tests/swarm/test_swarm.hpp"

#include <algorithm>
#include <utility>

namespace podium::swarm {
namespace {

constexpr EventKind kApply = kRoomTest;
constexpr EventKind kStep = kRoomTest + 1;
constexpr EventKind kNewLeader = kRoomTest + 2;

}  // namespace

TestSwarm::TestSwarm(std::uint64_t seed) : kernel(seed) {
    auto cluster = std::make_shared<Cluster>();
    cluster->meta.id = public_id(Kind::Cluster, 1, 1);
    auto ingress = std::make_shared<Network>();
    const std::uint32_t number = store.next_number(Kind::Network);
    ingress->meta.id = public_id(Kind::Network, 1, number);
    ingress->name = "ingress";
    ingress->ingress = true;
    store.apply({{Put<Cluster>{1, cluster, 0, {}}, Put<Network>{number, ingress, 0, {}}}, {}, {}},
                kernel.now());
    std::vector<Change> proposals;
    Desk desk{kernel, store, 1, term, proposals};
    manager.begin(desk);
    send(std::move(proposals));
    run_for(seconds(1));
}

// --- the world ---

NodeId TestSwarm::add_node(const std::string& name, std::int64_t cpus, Labels labels) {
    const std::uint32_t number = store.next_number(Kind::Node);
    auto node = std::make_shared<Node>();
    node->meta.id = public_id(Kind::Node, 1, number);
    node->description.hostname = name;
    node->description.nano_cpus = cpus * 1'000'000'000;
    node->description.memory_bytes = 16LL << 30;
    node->described = true;
    node->spec.labels = std::move(labels);
    node->state = NodeState::Ready;
    agents_[{number}] = {};
    propose({{Put<Node>{number, node, 0, {}}}, {}, {}});
    run_for(milliseconds(10));
    return {number};
}

void TestSwarm::edit_node(NodeId id, const std::function<void(Node&)>& edit) {
    auto node = std::make_shared<Node>(*store.nodes.find(id.value));
    edit(*node);
    propose({{Put<Node>{id.value, node, kAnyVersion, {}}}, {}, {}});
}

void TestSwarm::remove_node(NodeId id) {
    agents_[id].up = false;
    Change change;
    for (const TaskId task : store.tasks_on(id)) {
        TaskMerge merge;
        merge.task = task;
        merge.status = this->task(task).status;
        if (merge.status->state > TaskState::Running) continue;
        merge.status->state = TaskState::Orphaned;
        merge.status->since = kernel.now();
        change.actions.emplace_back(merge);
    }
    change.actions.emplace_back(Put<Node>{id.value, nullptr, kAnyVersion, {}});
    propose(std::move(change));
}

void TestSwarm::lose_node(NodeId id) {
    agents_[id].up = false;
    edit_node(id, [](Node& node) {
        node.state = NodeState::Down;
        node.message = "heartbeat failure";
    });
}

void TestSwarm::regain_node(NodeId id) {
    agents_[id].up = true;
    edit_node(id, [](Node& node) { node.state = NodeState::Ready; });
    for (const TaskId task : store.tasks_on(id)) {
        agent_looks(task);
    }
}

ServiceId TestSwarm::add_service(ServiceSpec spec) {
    const std::uint32_t number = store.next_number(Kind::Service);
    auto row = std::make_shared<Service>();
    row->meta.id = public_id(Kind::Service, 1, number);
    if (is_job(spec.mode.kind)) row->job = JobStatus{};
    row->spec = std::move(spec);
    row->spec_version = store.index();
    propose({{Put<Service>{number, row, 0, {}}}, {}, {}});
    return {number};
}

void TestSwarm::edit_service(ServiceId id, const std::function<void(ServiceSpec&)>& edit) {
    auto row = std::make_shared<Service>(service(id));
    row->previous_spec = row->spec;
    row->previous_spec_version = row->spec_version;
    edit(row->spec);
    row->spec_version = row->meta.version;
    row->update = {};
    if (row->job) ++row->job->iteration;
    propose({{Put<Service>{id.value, row, kAnyVersion, {}}}, {}, {}});
}

void TestSwarm::roll_back(ServiceId id) {
    auto row = std::make_shared<Service>(service(id));
    ServiceSpec present = row->spec;
    row->spec = *row->previous_spec;
    row->previous_spec = std::move(present);
    std::swap(row->spec_version, row->previous_spec_version);
    row->spec_version = row->meta.version;
    row->update = {UpdateState::RollbackStarted, kernel.now(), {}, "manually requested rollback"};
    propose({{Put<Service>{id.value, row, kAnyVersion, {}}}, {}, {}});
}

void TestSwarm::remove_service(ServiceId id) {
    propose({{Put<Service>{id.value, nullptr, kAnyVersion, {}}}, {}, {}});
}

NetworkId TestSwarm::add_network(const std::string& name, const std::string& subnet) {
    const std::uint32_t number = store.next_number(Kind::Network);
    auto row = std::make_shared<Network>();
    row->meta.id = public_id(Kind::Network, 1, number);
    row->name = name;
    row->subnet = subnet;
    row->subnet_given = !subnet.empty();
    propose({{Put<Network>{number, row, 0, {}}}, {}, {}});
    run_for(milliseconds(10));
    return {number};
}

void TestSwarm::remove_network(NetworkId id) {
    propose({{Put<Network>{id.value, nullptr, kAnyVersion, {}}}, {}, {}});
}

void TestSwarm::end_task(TaskId id, int exit_code) {
    const auto found = reported_.find(id);
    if (found == reported_.end() || found->second.state != TaskState::Running) return;
    TaskStatus status;
    status.state = exit_code == 0 ? TaskState::Complete : TaskState::Failed;
    status.exit_code = exit_code;
    plan(id, {}, status);
}

void TestSwarm::change_leader(Duration without) {
    if (leaderless_) return;
    manager.end();
    leaderless_ = true;
    kernel.schedule(without, Phase::Orchestrator, kNewLeader, 0);
}

void TestSwarm::propose(Change change) {
    std::vector<Change> one;
    one.push_back(std::move(change));
    send(std::move(one));
}

void TestSwarm::send(std::vector<Change> proposals) {
    for (Change& change : proposals) {
        waiting_.push_back(std::move(change));
        kernel.schedule(kApplyDelay, Phase::Orchestrator, kApply, 0);
    }
}

void TestSwarm::apply_next() {
    const Change change = std::move(waiting_.at(next_waiting_++));
    if (next_waiting_ == waiting_.size()) {
        waiting_.clear();
        next_waiting_ = 0;
    }
    std::vector<Change> proposals;
    Desk desk{kernel, store, 1, term, proposals};
    // Without a leader nothing is taken; what others propose is tried again.
    if (leaderless_ || (change.ticket.term != 0 && change.ticket.term != term)) {
        if (change.ticket.term == 0) propose(change);
        return;
    }
    if (!store.in_sequence(change)) {
        ++refusals;
        manager.refused(desk, change);
        return send(std::move(proposals));
    }
    const std::vector<Touched> touched = store.apply(change, kernel.now());
    manager.applied(desk, change, touched);
    send(std::move(proposals));
    for (const Touched& one : touched) {
        if (one.kind != Kind::Task) continue;
        const TaskId id{one.number};
        const Task* task = store.tasks.find(one.number);
        if (task == nullptr) {
            planned_.erase(id);
            reported_.erase(id);
            continue;
        }
        const Task* old = before<Task>(one);
        const bool same = old != nullptr && old->status.state == task->status.state &&
                          old->desired == task->desired;
        if (!same)
            history.push_back({kernel.now(),
                               task->service,
                               id,
                               task->slot,
                               task->status.state,
                               task->desired,
                               task->node,
                               task->spec_version});
        agent_looks(id);
    }
    if (watch) watch(*this, touched);
}

// --- agents ---

Behaviour TestSwarm::behaviour_of(const Task& task) const {
    const auto found = behaviours_.find(task.spec->container.image);
    return found == behaviours_.end() ? Behaviour{} : found->second;
}

void TestSwarm::plan(TaskId id, Duration delay, TaskStatus next) {
    planned_[id] = std::move(next);
    const NodeId node = task(id).node;
    agents_[node].steps[id] = ++serial_;
    kernel.schedule(delay, Phase::Agent, kStep, id.value, serial_);
}

void TestSwarm::agent_looks(TaskId id) {
    const Task* row = store.tasks.find(id.value);
    if (row == nullptr || !row->node || row->status.state < TaskState::Assigned ||
        !agents_[row->node].up)
        return;
    TaskStatus& known = reported_[id];
    if (known.state < row->status.state) known = row->status;
    const Behaviour does = behaviour_of(*row);
    const auto planned = planned_.find(id);
    const bool stops = row->desired >= TaskState::Shutdown;
    if (known.state > TaskState::Running) return;
    if (stops) {
        if (planned == planned_.end() || planned->second.state != TaskState::Shutdown) {
            TaskStatus status;
            status.state = TaskState::Shutdown;
            status.message = "shutdown";
            plan(id, known.state >= TaskState::Starting ? does.stop : milliseconds(1), status);
        }
        return;
    }
    if (planned != planned_.end()) return;
    TaskStatus next;
    if (known.state < TaskState::Ready) {
        next.state = does.missing_image ? TaskState::Rejected : TaskState::Ready;
        if (does.missing_image) next.error = "No such image: " + row->spec->container.image;
        plan(id, does.prepare, next);
    } else if (known.state == TaskState::Ready) {
        if (row->desired < TaskState::Running) return;
        next.state = TaskState::Starting;
        plan(id, milliseconds(1), next);
    } else if (known.state == TaskState::Starting) {
        next.state = TaskState::Running;
        next.message = "started";
        plan(id, does.start, next);
    } else if (does.life) {
        next.state = does.exit_code == 0 ? TaskState::Complete : TaskState::Failed;
        next.exit_code = does.exit_code;
        if (does.exit_code != 0)
            next.error = "task: non-zero exit (" + std::to_string(does.exit_code) + ")";
        plan(id, *does.life, next);
    }
}

void TestSwarm::step(TaskId id, std::uint64_t serial) {
    const Task* row = store.tasks.find(id.value);
    if (row == nullptr) return;
    Agent& agent = agents_[row->node];
    if (!agent.up) {
        planned_.erase(id);
        return;
    }
    if (agent.steps[id] != serial) return;
    const TaskStatus status = planned_[id];
    planned_.erase(id);
    report(id, status);
}

void TestSwarm::report(TaskId id, TaskStatus status) {
    status.since = kernel.now();
    reported_[id] = status;
    TaskMerge merge;
    merge.task = id;
    merge.status = std::move(status);
    propose({{merge}, {}, {}});
}

// --- time ---

void TestSwarm::run_until(Time time) {
    while (kernel.next_time() <= time) {
        const Event event = kernel.take_next();
        if (event.kind == kApply) {
            apply_next();
        } else if (event.kind == kStep) {
            step({event.subject}, event.word);
        } else {
            std::vector<Change> proposals;
            if (event.kind == kNewLeader) {
                ++term;
                leaderless_ = false;
                Desk desk{kernel, store, 1, term, proposals};
                manager.begin(desk);
            } else {
                Desk desk{kernel, store, 1, term, proposals};
                manager.handle(desk, event);
            }
            send(std::move(proposals));
        }
    }
    kernel.advance_to(time);
}

bool TestSwarm::run_quiet(Duration at_most) {
    const Time end = kernel.now() + at_most;
    while (kernel.future().size() > kernel.background_ahead()) {
        if (kernel.next_time() > end) return false;
        run_until(kernel.next_time());
    }
    return true;
}

// --- what to look at ---

std::vector<TaskId> TestSwarm::tasks(ServiceId id) const {
    const Store::TaskSet& all = store.tasks_of(id);
    return {all.begin(), all.end()};
}

std::vector<TaskId> TestSwarm::live(ServiceId id) const {
    std::vector<TaskId> out;
    for (const TaskId one : store.tasks_of(id)) {
        if (task(one).desired <= TaskState::Running) out.push_back(one);
    }
    std::stable_sort(
        out.begin(), out.end(), [this](TaskId a, TaskId b) { return task(a).slot < task(b).slot; });
    return out;
}

std::size_t TestSwarm::running(ServiceId id) const {
    std::size_t count = 0;
    for (const TaskId one : live(id)) {
        if (task(one).status.state == TaskState::Running) ++count;
    }
    return count;
}

std::map<NodeId, int> TestSwarm::spread(ServiceId id) const {
    std::map<NodeId, int> out;
    for (const TaskId one : live(id)) {
        if (task(one).node) ++out[task(one).node];
    }
    return out;
}

std::size_t TestSwarm::facts(FactKind kind) const {
    std::size_t count = 0;
    const Journal& journal = kernel.journal();
    for (FactId id = journal.first(); id.value <= journal.last().value; ++id.value) {
        if (journal.at(id).kind == kind) ++count;
    }
    return count;
}

std::vector<Time> TestSwarm::times(ServiceId id, std::uint64_t slot, TaskState state) const {
    std::vector<Time> out;
    std::set<TaskId> seen;
    for (const Came& came : history) {
        const bool asked = came.service == id && came.slot == slot && came.state == state;
        if (asked && seen.insert(came.task).second) out.push_back(came.time);
    }
    return out;
}

ServiceSpec replicated(const std::string& name, std::uint64_t replicas, const std::string& image) {
    ServiceSpec spec;
    spec.name = name;
    auto task = std::make_shared<TaskSpec>();
    task->container.image = image;
    spec.task = std::move(task);
    spec.mode.replicas = replicas;
    return spec;
}

ServiceSpec global(const std::string& name, const std::string& image) {
    ServiceSpec spec = replicated(name, 0, image);
    spec.mode.kind = ModeKind::Global;
    return spec;
}

void edit_task(ServiceSpec& spec, const std::function<void(TaskSpec&)>& edit) {
    auto task = std::make_shared<TaskSpec>(*spec.task);
    edit(*task);
    spec.task = std::move(task);
}

}  // namespace podium::swarm
