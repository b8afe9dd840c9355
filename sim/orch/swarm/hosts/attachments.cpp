// Plain containers on attachable networks: the engine asks its node's agent, the agent the leader, who makes a
// task of it; when that task starts on the node the container goes on, and when the container is disconnected
// the task is deleted.
//
// Sources: swarmkit manager/resourceapi/allocator.go, agent/resource.go; dockerd's daemon/cluster/networks.go
// (AttachNetwork, WaitForDetachment) and executor/container/attachment.go.

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/model/attachment.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/object_id.hpp"
#include "sim/orch/swarm/api.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

constexpr std::string_view kNoAnswer = "context deadline exceeded";
constexpr std::string_view kNodeLostLeader = "rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status";

Attachment* attachment(Scene& scene, std::uint32_t number) {
    const auto found = scene.state.attachments.find(number);
    return found == scene.state.attachments.end() ? nullptr : &found->second;
}

// The attachment of a node's task; null: its container has given it up, or the engine has forgotten it.
std::pair<const std::uint32_t, Attachment>* attachment_of(Scene& scene, model::HostId host, TaskId task) {
    for (auto& entry : scene.state.attachments) {
        if (entry.second.host == host && entry.second.task == task) return &entry;
    }
    return nullptr;
}

bool has_session(const Scene& scene, model::HostId host) {
    const HostRow& row = scene.host(host);
    return row.agent.stage == Agent::Stage::Registered && scene.session_passes(host, row.agent.via, row.agent.leader);
}

Duration attachment_latency(const Scene& scene, model::HostId host) {
    const Agent& agent = scene.host(host).agent;
    return scene.latency(host, agent.via) + scene.latency(agent.via, agent.leader);
}

void refuse_attachment(Scene& scene, std::uint32_t number, const std::string& text) {
    const Attachment row = scene.state.attachments.at(number);
    scene.state.attachments.erase(number);
    model::answer_orchestration(scene.world, row.request, 500, api_error(500, text).body);
}

// The call goes to the leader over the agent's session, for which it waits.
void call_for_attachment(Scene& scene, std::uint32_t number) {
    Attachment& row = scene.state.attachments.at(number);
    const CauseScope scope(scene.kernel(), row.cause);
    if (has_session(scene, row.host)) {
        scene.schedule(attachment_latency(scene, row.host), kEventAttachAsked, scene.host(row.host).agent.leader, number, ++row.serial);
    } else {
        scene.schedule(kBackoffInitial, kEventAttach, row.host, number, ++row.serial);
    }
}

void refuse_attachment_later(Scene& scene, std::uint32_t number, std::string error) {
    Attachment& row = scene.state.attachments.at(number);
    row.error = std::move(error);
    const CauseScope scope(scene.kernel(), row.cause);
    if (has_session(scene, row.host)) scene.schedule(attachment_latency(scene, row.host), kEventAttachRefused, row.host, number, ++row.serial);
}

// resourceapi/allocator.go, AttachNetwork: by id, or by a name that only one has.
NetworkId network_to_attach(const Store& store, const std::string& wanted) {
    NetworkId by_id;
    NetworkId by_name;
    std::uint32_t count = 0;
    store.networks.for_each([&](std::uint32_t number, const Network& network) {
        if (network.meta.id == wanted) by_id = NetworkId{number};
        if (network.name != wanted) return;
        by_name = NetworkId{number};
        ++count;
    });
    if (by_id) return by_id;
    return count == 1 ? by_name : NetworkId{};
}

void attachment_asked(Scene& scene, std::uint32_t number, model::HostId leader) {
    Attachment& row = scene.state.attachments.at(number);
    if (scene.leadership(leader) == nullptr) return scene.schedule(kBackoffInitial, kEventAttach, row.host, number, ++row.serial);
    Store& store = scene.store_of(leader);
    const NetworkId id = network_to_attach(store, row.target);
    const Network* network = store.networks.find(id.value);
    if (network == nullptr) return refuse_attachment_later(scene, number, fmt::format("rpc error: code = NotFound desc = network {} not found", row.target));
    if (!network->attachable) return refuse_attachment_later(scene, number, fmt::format("rpc error: code = PermissionDenied desc = network {} not manually attachable", row.target));
    auto spec = std::make_shared<TaskSpec>();
    spec->runtime = "attachment";
    spec->attached_container = scene.world.detail(row.container).id;
    spec->networks.push_back({network->meta.id, {}, {}, row.address});
    auto task = std::make_shared<Task>();
    row.task = TaskId{store.next_number(Kind::Task)};
    task->meta.id = public_id(Kind::Task, scene.host(leader).swarm, row.task.value);
    task->node = scene.host(row.host).node;
    task->spec = std::move(spec);
    task->status.since = scene.now();
    task->status.message = "created";
    Proposed proposal;
    proposal.change.because = row.cause;
    proposal.change.actions.emplace_back(Put<Task>{row.task.value, std::move(task), 0, {}});
    proposal.attachment = number;
    const CauseScope scope(scene.kernel(), row.cause);
    if (!propose(scene, scene.swarm_of(leader), scene.host(leader).member, std::move(proposal))) attachment_decided(scene, number, false);
}

// Told once, and again until it has got through: the agent's task waits for it.
void give_task_back(Scene& scene, model::HostId host, TaskId task, Duration delay) {
    scene.schedule(delay, kEventDetach, host, task.value, 0);
}

void detach_task(Scene& scene, model::HostId host, TaskId task) {
    const Agent& agent = scene.host(host).agent;
    const auto own = agent.tasks.find(task);  // none: forgotten with its node
    if (own == agent.tasks.end() || own->second.task->spec->runtime != "attachment") return;
    Leadership* leadership = has_session(scene, host) ? scene.leadership(agent.leader) : nullptr;
    if (leadership == nullptr) return give_task_back(scene, host, task, kSynRetry);
    if (scene.store_of(agent.leader).tasks.find(task.value) == nullptr) return;
    Proposed proposal;
    proposal.change.because = scene.kernel().cause();
    proposal.change.actions.emplace_back(Put<Task>{task.value, nullptr, kAnyVersion, {}});
    if (!propose(scene, scene.swarm_of(agent.leader), scene.host(agent.leader).member, std::move(proposal))) give_task_back(scene, host, task, kSynRetry);
}

}  // namespace

void ask_attachment(Scene& scene, model::RequestId request) {
    const model::Request& asked_for = *scene.world.requests.find(request);
    const std::uint32_t number = ++scene.state.last_attachment;
    Attachment& row = scene.state.attachments[number];
    row.request = request;
    row.host = asked_for.spec.host;
    row.container = asked_for.container;
    row.target = model::network_asked_for(asked_for);
    row.address = model::address_asked_for(asked_for);
    row.cause = asked_for.cause;
    const HostRow& host = scene.host(row.host);
    if (host.state != HostRow::State::Active && host.state != HostRow::State::Joining && host.state != HostRow::State::Initialising) return refuse_attachment(scene, number, "invalid cluster node while attaching to network");
    {
        const CauseScope scope(scene.kernel(), {});
        scene.schedule(kRequestTimeout, kEventAttachDeadline, row.host, number, 0);
    }
    call_for_attachment(scene, number);
}

void attachment_decided(Scene& scene, std::uint32_t number, bool applied) {
    Attachment* row = attachment(scene, number);
    if (row == nullptr || applied) return;  // its node is told of the task
    row->task = {};
    refuse_attachment_later(scene, number, std::string(kNodeLostLeader));
}

bool attachment_starts(Scene& scene, model::HostId host, TaskId task) {
    auto* found = attachment_of(scene, host, task);
    if (found == nullptr) return false;
    Attachment& row = found->second;
    if (row.attached) return true;
    const Row<Task> place = scene.host(host).agent.tasks.at(task).task;
    if (place->networks.empty()) {  // the network went before the task came
        refuse_attachment(scene, found->first, fmt::format("Could not attach to network {}: network not found", row.target));
        return false;
    }
    row.attached = true;
    const NetworkAttachment& given = place->networks.front();
    const Network* network = scene.swarm_of(host).store.networks.find(given.network.value);
    Json body;
    body["Network"] = network == nullptr ? std::string() : network->meta.id;
    body["Address"] = given.address.substr(0, given.address.find('/'));
    row.network = body["Network"].get<std::string>();
    if (const auto address = model::parse_ipv4(body["Address"].get<std::string>()); address.ok()) row.ipv4 = *address;
    model::answer_orchestration(scene.world, row.request, 200, json_bytes(body));
    return true;
}

bool attachment_lasts(Scene& scene, model::HostId host, TaskId task) {
    const auto* found = attachment_of(scene, host, task);
    return found != nullptr && model::has_place(scene.world, found->second.container, found->second.network, found->second.ipv4);
}

void give_attachment_back(Scene& scene, model::HostId host, TaskId task) { give_task_back(scene, host, task, kLocalCall); }

void attachments_changed(Scene& scene, model::ContainerId container) {
    std::vector<std::pair<std::uint32_t, TaskId>> over;
    bool any = false;
    const model::HostId host = scene.world.container(container).host;
    for (const auto& [number, row] : scene.state.attachments) {
        if (row.container != container || !row.attached) continue;
        any = true;
        if (!model::has_place(scene.world, container, row.network, row.ipv4)) over.emplace_back(number, row.task);
    }
    for (const auto& [number, task] : over) {
        scene.state.attachments.erase(number);
        give_attachment_back(scene, host, task);
    }
    if (any) announce(scene, host);
}

// Who still waits for a place is told that none comes: a start that waits would keep its engine from ending.
void forget_attachments(Scene& scene, model::HostId host) {
    std::vector<std::uint32_t> waiting;
    for (const auto& [number, row] : scene.state.attachments) {
        if (row.host == host && !row.attached) waiting.push_back(number);
    }
    for (const std::uint32_t number : waiting)
        refuse_attachment(scene, number, fmt::format("attaching to network failed, make sure your network options are correct and check manager logs: {}", kNoAnswer));
    std::erase_if(scene.state.attachments, [host](const auto& entry) { return entry.second.host == host; });
}

void announce_attachments(const Scene& scene, model::HostId host, std::vector<Announced>& out) {
    for (const auto& [number, row] : scene.state.attachments) {
        if (row.host != host || !row.attached || !scene.world.container(row.container).detail) continue;
        for (const model::Endpoint& endpoint : scene.world.detail(row.container).endpoints) {
            if (!endpoint.connected || endpoint.ipv4 != row.ipv4 || scene.world.bridge(endpoint.bridge).id != row.network) continue;
            Announced one;
            one.container = row.container;
            one.places.push_back({row.network, row.ipv4, {}, {std::string(scene.world.name_of(row.container))}});
            for (const std::string& alias : endpoint.aliases) one.places.back().aliases.push_back(alias);
            out.push_back(std::move(one));
        }
    }
}

void handle_attachment_event(Scene& scene, const Event& event) {
    const model::HostId here{event.subject};
    if (event.kind == kEventDetach) return detach_task(scene, here, TaskId{static_cast<std::uint32_t>(event.word)});
    const auto number = static_cast<std::uint32_t>(event.word);
    const Attachment* row = attachment(scene, number);
    if (row == nullptr || row->attached) return;
    if (event.kind == kEventAttachDeadline) {
        const TaskId task = row->task;
        const std::string text = task ? fmt::format("attaching to network failed, make sure your network options are correct and check manager logs: {}", kNoAnswer)
                                      : fmt::format("Could not attach to network {}: {}", row->target, kNoAnswer);
        if (task) give_task_back(scene, here, task, kLocalCall);
        return refuse_attachment(scene, number, text);
    }
    if (row->serial != event.extra) return;
    if (event.kind == kEventAttachRefused) return refuse_attachment(scene, number, fmt::format("Could not attach to network {}: {}", row->target, row->error));
    if (event.kind == kEventAttachAsked) return attachment_asked(scene, number, here);
    call_for_attachment(scene, number);
}

}  // namespace podium::swarm
