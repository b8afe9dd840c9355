// docker swarm leave and unlock, and what starts and ends with an engine (daemon/cluster/swarm.go,
// noderunner.go).

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/model/engine.hpp"
#include "sim/orch/swarm/api.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

constexpr std::string_view kNoSwarm = "This node is not part of a swarm";
constexpr std::string_view kStillLocked = "Swarm is encrypted and locked. Please unlock it first or use `--force` to ignore this message.";

void answer_error(Scene& scene, std::uint32_t wish, int status, std::string_view text) {
    answer_wish(scene, wish, status, api_error(status, text).body);
}

struct ManagerCounts {
    int reachable = 0;
    int unreachable = 0;
    bool known = false;
};

// managerStats: asked of the leader; without one nothing is known.
ManagerCounts count_managers(Scene& scene, model::HostId host) {
    ManagerCounts counts;
    SwarmRow& swarm = scene.swarm_of(host);
    const raft::MemberId leader = swarm.group.leader();
    if (!leader || !swarm.leaders.contains(leader) || !scene.calls(host, swarm.host_of.at(leader))) return counts;
    counts.known = true;
    for (const raft::MemberId member : swarm.group.node(leader).configuration().voters) {
        ++(swarm.group.is_active(leader, member) ? counts.reachable : counts.unreachable);
    }
    return counts;
}

// The sentence for a manager that is not forced. The first of the two is no "not available" error.
void refuse_leaving(Scene& scene, std::uint32_t wish, model::HostId host) {
    std::string text = "You are attempting to leave the swarm on a node that is participating as a manager. ";
    const ManagerCounts counts = count_managers(scene, host);
    if (counts.known && counts.reachable - 2 <= counts.unreachable) {
        if (counts.reachable == 1 && counts.unreachable == 0) {
            return answer_error(scene, wish, 500, text + "Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message. ");
        }
        text += fmt::format("Removing this node leaves {} managers out of {}. Without a Raft quorum your swarm will be inaccessible. ", counts.reachable - 1, counts.reachable + counts.unreachable);
    }
    answer_error(scene, wish, 503,
                 text + "The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. "
                        "Use `--force` to suppress this message.");
}

// Cluster.Leave does not wait for the agent, which stops and removes all containers at once: it removes them
// itself, by force and one after the other, in the order in which the engine lists them (newest first).
void remove_by_force(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    const auto present = row.agent.tasks.find(row.forced);
    if (present != row.agent.tasks.end() && container_of(scene, host, present->second)) return;
    model::ContainerId newest;
    for (const auto& [id, task] : row.agent.tasks) {
        const model::ContainerId container = container_of(scene, host, task);
        if (!container || container.value <= newest.value) continue;
        newest = container;
        row.forced = id;
    }
    if (!newest) return;
    model::RequestSpec spec;
    spec.operation = model::Operation::ContainerRemove;
    spec.target = scene.kernel().text(row.agent.tasks.at(row.forced).name);
    spec.options["force"] = "1";
    spec.host = host;
    spec.from_agent = true;
    model::submit_request(scene.world, std::move(spec), {});
}

}  // namespace

void forget_membership(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    if (row.member) leave_group(scene, host);
    end_agent(scene, host);
    forget_attachments(scene, host);
    forget_networks(scene, host);
    for (const auto& [id, task] : row.agent.tasks) {
        if (task.container) scene.state.containers.forget(task.container);
        if (task.request) scene.state.requests.forget(task.request);
    }
    const std::uint32_t session = row.agent.session;
    row.agent = {};
    row.agent.session = session;  // timers of its old life stay dead
    row.state = HostRow::State::Out;
    row.step = HostRow::Step::Keys;
    row.swarm = 0;
    row.node = {};
    row.manager = false;
    row.manager_stops = {};
    row.error.clear();
    row.reconnect = {};
    row.wish = 0;
    ++row.attempt;
    scene.world.host(host).engine.orchestrated = false;
}

void ask_leave(Scene& scene, std::uint32_t wish, bool force) {
    const model::HostId host = scene.state.wishes.at(wish).host;
    HostRow& row = scene.host(host);
    const bool begun = row.state == HostRow::State::Out || row.state == HostRow::State::Initialising || row.state == HostRow::State::Leaving;
    if (begun || (row.state == HostRow::State::Joining && !row.told)) return answer_error(scene, wish, 503, kNoSwarm);
    if (row.state == HostRow::State::Locked && !force) return answer_error(scene, wish, 503, kStillLocked);
    if (row.state == HostRow::State::Active && row.manager && !force) return refuse_leaving(scene, wish, host);
    Kernel& kernel = scene.kernel();
    kernel.set_cause(kernel.record(kFactNodeLeft, Subject(SubjectType::Node, row.node.value), kernel.intern(scene.world.host(host).spec.name)));
    row.changed_because = kernel.cause();
    row.state = HostRow::State::Leaving;
    row.step = HostRow::Step::Containers;
    row.wish = wish;
    row.told = false;
    ++row.attempt;
    if (row.member) leave_group(scene, host);
    end_agent(scene, host);
    row.forced = {};
    clear_tasks(scene, host, false);
    if (!tasks_cleared(scene, host)) look_again(scene, host, kLeaveForced);
}

void go_on_leaving(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    if (row.step == HostRow::Step::Containers) {
        if (!tasks_cleared(scene, host)) {
            remove_by_force(scene, host);
            return look_again(scene, host, kMembershipPoll);
        }
        row.step = HostRow::Step::Done;
        look_again(scene, host, kLeave);
        return;
    }
    const std::uint32_t wish = std::exchange(row.wish, 0);
    forget_membership(scene, host);
    if (wish != 0) answer_wish(scene, wish, 200, {});
}

void ask_unlock(Scene& scene, std::uint32_t wish) {
    const model::HostId host = scene.state.wishes.at(wish).host;
    HostRow& row = scene.host(host);
    if (row.state == HostRow::State::Out || row.state == HostRow::State::Joining || row.state == HostRow::State::Initialising) return answer_error(scene, wish, 503, kNoSwarm);
    if (row.state != HostRow::State::Locked) return answer_error(scene, wish, 409, "swarm is not locked");
    const model::Request* request = scene.world.requests.find(scene.state.wishes.at(wish).request);
    const Json body = request == nullptr ? Json() : Json::parse(request->spec.body, nullptr, false);
    const std::string key = body.is_object() && body.contains("UnlockKey") && body["UnlockKey"].is_string() ? body["UnlockKey"].get<std::string>() : std::string();
    const auto& cluster = scene.swarm(row.swarm).store.cluster;
    if (!cluster || key != cluster->unlock_key) return answer_error(scene, wish, 400, "swarm could not be unlocked: invalid key provided");
    row.state = HostRow::State::Active;
    row.events_after = scene.swarm(row.swarm).applied;
    if (row.member) scene.swarm(row.swarm).group.start(scene.setting(), row.member);
    resume_tasks(scene, host);
    begin_agent(scene, host);
    answer_wish(scene, wish, 200, {});
}

void start_node(Scene& scene, model::HostId host) {
    HostRow& row = scene.host(host);
    const bool joined = scene.swarm(row.swarm).store.nodes.find(row.node.value) != nullptr;
    if (row.state == HostRow::State::Leaving || !joined) return forget_membership(scene, host);
    scene.world.host(host).engine.orchestrated = true;
    const auto& cluster = scene.swarm(row.swarm).store.cluster;
    if (row.member && cluster && cluster->spec.autolock) {
        row.state = HostRow::State::Locked;
        return;
    }
    row.state = HostRow::State::Active;
    row.step = HostRow::Step::Done;
    if (row.member) scene.swarm(row.swarm).group.start(scene.setting(), row.member);
    row.events_after = scene.swarm(row.swarm).applied;
    resume_tasks(scene, host);
    begin_agent(scene, host);
    if (row.manager && !row.member) scene.schedule(kStartManager, kEventRole, host, 1, 0);
}

void node_failed(Scene& scene, model::HostId host, std::string error) {
    HostRow& row = scene.host(host);
    const bool manager = row.manager;
    stop_node(scene, host, false);
    if (row.member) leave_group(scene, host);
    row.manager = manager;
    row.state = HostRow::State::Failed;
    model::open_api(scene.world, host);
    row.error = std::move(error);
    row.agent.because = scene.swarm(row.swarm).network_because;
    row.reconnect = std::min(std::max(row.reconnect, kReconnectInitial) * 2, kReconnectLongest);
    look_again(scene, host, row.reconnect);
}

void stop_node(Scene& scene, model::HostId host, bool orderly) {
    HostRow& row = scene.host(host);
    ++row.attempt;
    row.wish = 0;
    row.manager_stops = row.manager_again = {};
    suspend_tasks(scene, host, orderly);
    end_agent(scene, host);
    if (!row.member) return;
    SwarmRow& swarm = scene.swarm(row.swarm);
    swarm.group.stop(scene.setting(), row.member);
    end_leadership(scene, swarm, row.member);
    break_connections(scene, host);
}

}  // namespace podium::swarm
