// The leader's log broker (swarmkit manager/logbroker/broker.go and subscription.go) with what dockerd makes of
// its lines (daemon/cluster/services.go ServiceLogs, api/server/httputils/write_log_stream.go): who asks for logs
// subscribes, the agents of the tasks' nodes are told and send their lines, and what is missing at the end
// is named. An agent listens as long as its session lasts.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/answer_stream.hpp"
#include "sim/orch/swarm/api_write.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"
#include "sim/orch/swarm/hosts/timing.hpp"

namespace podium::swarm {
namespace {

constexpr std::string_view kCanceled = "rpc error: code = Unknown desc = context canceled";
constexpr std::string_view kClosing = "rpc error: code = Unavailable desc = transport is closing";

Duration next_resend(LogSubscription& subscription) {
    return subscription.resend = std::min(subscription.resend == Duration{} ? kResendFirst : subscription.resend * 2, kResendLongest);
}

void drop(Scene& scene, std::uint32_t number) {
    end_reading(scene, number, {});
    scene.state.logs.erase(number);
}

// Gives the client what has arrived at the manager that it asked.
void give(Scene& scene, std::uint32_t number, const Delivery& delivery) {
    LogSubscription& subscription = scene.state.logs.at(number);
    const model::RequestId request = subscription.request;
    if (!model::is_answer_stream_open(scene.world, request)) return drop(scene, number);
    for (const std::string& piece : delivery.pieces) model::feed_answer_stream(scene.world, request, piece);
    if (!delivery.last) return;
    drop(scene, number);
    model::end_answer_stream(scene.world, request);
}

void pass_on(Scene& scene, std::uint32_t number, Delivery delivery) {
    LogSubscription& subscription = scene.state.logs.at(number);
    if (subscription.asked == subscription.leader) return give(scene, number, delivery);
    subscription.on_way.push_back(std::move(delivery));
    if (scene.connected(subscription.leader, subscription.asked)) {
        scene.schedule(scene.latency(subscription.leader, subscription.asked), kEventLogDeliver, subscription.asked, number, 0);
    } else {
        scene.schedule(next_resend(subscription), kEventLogDeliverAgain, subscription.asked, number, 0);
    }
}

void arrive(Scene& scene, std::uint32_t number) {
    LogSubscription& subscription = scene.state.logs.at(number);
    if (subscription.on_way.empty()) return;
    if (!scene.connected(subscription.leader, subscription.asked)) {
        scene.schedule(next_resend(subscription), kEventLogDeliverAgain, subscription.asked, number, 0);
        return;
    }
    subscription.resend = {};
    const Delivery delivery = std::move(subscription.on_way.front());
    subscription.on_way.pop_front();
    give(scene, number, delivery);
}

// What the client's library makes its error of. A terminal's stream has no frames: there it is a line like others.
void end_with(Scene& scene, std::uint32_t number, const std::string& error) {
    Delivery delivery;
    delivery.last = true;
    if (!error.empty()) {
        const std::string text = fmt::format("Error grabbing logs: {}\n", error);
        std::string frame;
        if (!scene.state.logs.at(number).wanted.terminal) model::append_frame(frame, model::FrameKind::System, text);
        delivery.pieces.push_back(frame.empty() ? text : std::move(frame));
    }
    pass_on(scene, number, std::move(delivery));
}

// subscription.go, Err.
void complete(Scene& scene, std::uint32_t number) {
    const LogSubscription& subscription = scene.state.logs.at(number);
    std::vector<std::string> reasons = subscription.errors;
    for (const std::string& task : subscription.unassigned) reasons.push_back(fmt::format("task {} has not been scheduled", task));
    if (reasons.empty()) return end_with(scene, number, {});
    end_with(scene, number, fmt::format("rpc error: code = Unknown desc = warning: incomplete log stream. some logs could not be retrieved for the following reasons: {}", join(reasons, ", ")));
}

// Of the leader's session with a node's agent, if the agent would hear of a subscription, now or when the network
// lets it: a process that is gone has closed its connection, one that is cut off has not.
const NodeSession* listening(const Scene& scene, const Leadership& leadership, NodeId node) {
    const auto found = leadership.sessions.find(node);
    if (found == leadership.sessions.end() || found->second.session == 0 || !found->second.complete) return nullptr;
    const NodeSession& session = found->second;
    const HostRow& row = scene.host(session.host);
    const bool there = row.alive && row.agent.session == session.session && row.agent.stage == Agent::Stage::Registered;
    return there || !scene.world.host(session.host).up || !scene.connected(leadership.host, session.host) ? &session : nullptr;
}

void tell(Scene& scene, std::uint32_t number, LogSource& source, const NodeSession& session) {
    LogSubscription& subscription = scene.state.logs.at(number);
    source.host = session.host;
    source.session = session.session;
    const bool open = scene.connected(subscription.leader, session.host);
    scene.schedule(open ? scene.latency(subscription.leader, session.host) : next_resend(subscription), kEventLogSubscribe, session.host, number, session.session);
}

void hear(Scene& scene, const Event& event) {
    const auto number = static_cast<std::uint32_t>(event.word);
    LogSubscription& subscription = scene.state.logs.at(number);
    const model::HostId host{event.subject};
    const NodeId node = scene.host(host).node;
    const auto source = subscription.sources.find(node);
    if (source == subscription.sources.end() || source->second.session != event.extra) return;
    if (!scene.connected(subscription.leader, host)) {
        scene.schedule(next_resend(subscription), kEventLogSubscribe, host, number, event.extra);
        return;
    }
    if (scene.host(host).agent.session != event.extra) return;
    subscription.resend = {};
    source->second.reached = true;
    begin_reading(scene, number, node);
}

// A node has sent all, or (with a reason) will send no more. One who follows hears of it again when it is back.
void node_is_done(Scene& scene, std::uint32_t number, NodeId node, const std::string& reason) {
    LogSubscription& subscription = scene.state.logs.at(number);
    end_reading(scene, number, node);
    if (!reason.empty()) subscription.errors.push_back(reason);
    if (subscription.wanted.follow) {
        subscription.sources[node] = {};
        return;
    }
    if (subscription.sources.erase(node) != 0 && --subscription.unfinished == 0) complete(scene, number);
}

void take_published(Scene& scene, const Event& event) {
    const auto number = static_cast<std::uint32_t>(event.word);
    LogSubscription& subscription = scene.state.logs.at(number);
    const NodeId node{event.extra};
    const auto found = subscription.sources.find(node);
    if (found == subscription.sources.end() || found->second.session != event.word >> 32 || found->second.on_way.empty()) return;
    if (!scene.connected(found->second.host, subscription.leader)) {
        scene.schedule(next_resend(subscription), kEventLogPublish, subscription.leader, event.word, event.extra);
        return;
    }
    subscription.resend = {};
    const PublishedLines published = std::move(found->second.on_way.front());
    found->second.on_way.pop_front();
    const LogsWanted& wanted = subscription.wanted;
    Delivery delivery;
    for (const PublishedLine& line : published.lines) {
        std::string text;
        if (wanted.timestamps) text += line.stamp + " ";
        if (wanted.details) text += published.context + " ";
        text += line.text;
        std::string& piece = delivery.pieces.emplace_back();
        if (wanted.terminal) {
            piece = std::move(text);
        } else {
            model::append_frame(piece, line.to_error ? model::FrameKind::Error : model::FrameKind::Output, text);
        }
    }
    if (!delivery.pieces.empty()) pass_on(scene, number, std::move(delivery));
    if (published.last && scene.state.logs.contains(number)) node_is_done(scene, number, node, {});
}

std::vector<std::uint32_t> subscriptions_at(const Scene& scene, model::HostId leader) {
    std::vector<std::uint32_t> out;
    for (const auto& [number, subscription] : scene.state.logs) {
        if (subscription.leader == leader && subscription.leadership != 0) out.push_back(number);
    }
    return out;
}

bool is_at(const LogSubscription& subscription, const Leadership& leadership) {
    return subscription.leader == leadership.host && subscription.leadership == leadership.number;
}

std::string disconnected(Scene& scene, const LogSubscription& subscription, NodeId node) {
    return fmt::format("node {} disconnected unexpectedly", node_id_text(scene.store_of(subscription.leader), scene.host(subscription.leader).swarm, node));
}

// subscription.go, match: the nodes of what is asked for, by their ids.
std::map<std::string, NodeId> nodes_of(Scene& scene, LogSubscription& subscription) {
    const Store& store = scene.store_of(subscription.leader);
    const LogsWanted& wanted = subscription.wanted;
    std::map<std::string, NodeId> nodes;
    const auto add = [&](const Task& task) {
        if (task.node) {
            nodes[node_id_text(store, scene.host(subscription.leader).swarm, task.node)] = task.node;
        } else {
            subscription.unassigned.insert(task.meta.id);
        }
    };
    if (wanted.task) {
        if (const Task* task = store.tasks.find(wanted.task.value)) add(*task);
        return nodes;
    }
    for (const TaskId id : store.tasks_of(wanted.service)) {
        const Task* task = store.tasks.find(id.value);
        if (wanted.follow || task->status.state >= TaskState::Running) add(*task);
    }
    return nodes;
}

}  // namespace

void subscribe_logs(Scene& scene, std::uint32_t wish, model::HostId leader, LogsWanted wanted) {
    const Wish asked = scene.state.wishes.at(wish);
    scene.state.wishes.erase(wish);
    const model::Request* request = scene.world.requests.find(asked.request);
    if (request == nullptr || request->done) return;
    if (request->released) return model::answer_orchestration(scene.world, asked.request, 200, {});
    model::open_answer_stream(scene.world, asked.request);
    const Leadership& leadership = *scene.leadership(leader);
    const std::uint32_t number = ++scene.state.last_log;
    LogSubscription& subscription = scene.state.logs[number];
    subscription.request = asked.request;
    subscription.asked = asked.host;
    subscription.leader = leader;
    subscription.leadership = leadership.number;
    subscription.wanted = std::move(wanted);
    for (const auto& [id, node] : nodes_of(scene, subscription)) {
        const NodeSession* session = listening(scene, leadership, node);
        if (session == nullptr) subscription.errors.push_back(fmt::format("node {} is not available", id));
        if (session == nullptr && !subscription.wanted.follow) continue;
        ++subscription.unfinished;
        LogSource& source = subscription.sources[node];
        if (session != nullptr) tell(scene, number, source, *session);
    }
    if (!subscription.wanted.follow && subscription.unfinished == 0) complete(scene, number);
}

void forget_logs(Scene& scene, model::RequestId request) {
    const auto found = std::find_if(scene.state.logs.begin(), scene.state.logs.end(), [request](const auto& entry) { return entry.second.request == request; });
    if (found != scene.state.logs.end()) drop(scene, found->first);
}

void forget_logs_of(Scene& scene, model::HostId host) {
    std::vector<std::uint32_t> numbers;
    for (const auto& [number, subscription] : scene.state.logs) {
        if (subscription.asked == host) numbers.push_back(number);
    }
    for (const std::uint32_t number : numbers) drop(scene, number);
}

// Its manager ends while its engine goes on: the clients it serves hear so.
void cancel_logs_of(Scene& scene, model::HostId host) {
    std::vector<std::uint32_t> numbers;
    for (const auto& [number, subscription] : scene.state.logs) {
        if (subscription.asked == host) numbers.push_back(number);
    }
    for (const std::uint32_t number : numbers) {
        LogSubscription& subscription = scene.state.logs.at(number);
        end_reading(scene, number, {});
        subscription.sources.clear();
        subscription.leadership = 0;
        subscription.on_way.clear();
        subscription.leader = host;  // what it is told comes from nowhere else
        end_with(scene, number, std::string(kCanceled));
    }
}

// watchSubscriptions: a node that connects is sent what it is part of.
void node_listens(Scene& scene, const Leadership& leadership, NodeId node) {
    for (auto& [number, subscription] : scene.state.logs) {
        if (!is_at(subscription, leadership)) continue;
        const auto source = subscription.sources.find(node);
        if (source == subscription.sources.end() || source->second.session != 0) continue;
        if (const NodeSession* session = listening(scene, leadership, node)) tell(scene, number, source->second, *session);
    }
}

void node_listens_no_more(Scene& scene, model::HostId leader, NodeId node) {
    for (const std::uint32_t number : subscriptions_at(scene, leader)) {
        const LogSubscription& subscription = scene.state.logs.at(number);
        const auto source = subscription.sources.find(node);
        if (source == subscription.sources.end() || source->second.session == 0) continue;
        node_is_done(scene, number, node, disconnected(scene, subscription, node));
    }
}

void agent_publishes_no_more(Scene& scene, model::HostId host) {
    std::vector<std::pair<std::uint32_t, NodeId>> sources;
    for (const auto& [number, subscription] : scene.state.logs) {
        for (const auto& [node, source] : subscription.sources) {
            if (source.session != 0 && source.host == host) sources.emplace_back(number, node);
        }
    }
    for (const auto& [number, node] : sources) {
        if (!scene.state.logs.contains(number)) continue;
        const LogSubscription& subscription = scene.state.logs.at(number);
        end_reading(scene, number, node);
        scene.state.logs.at(number).sources.at(node).reached = false;
        // The leader sees the connection close, unless nothing reaches it.
        if (scene.world.host(host).up && scene.connected(host, subscription.leader)) node_is_done(scene, number, node, disconnected(scene, subscription, node));
    }
}

// The broker ends with its leadership. A manager that asked another hears why, or that the connection is closed;
// of a host that is down it hears nothing.
void logs_lost_leader(Scene& scene, const Leadership& leadership) {
    for (const std::uint32_t number : subscriptions_at(scene, leadership.host)) {
        LogSubscription& subscription = scene.state.logs.at(number);
        if (!is_at(subscription, leadership)) continue;
        end_reading(scene, number, {});
        subscription.sources.clear();
        subscription.leadership = 0;
        if (scene.host(leadership.host).alive) {
            end_with(scene, number, std::string(kCanceled));
        } else if (subscription.asked == leadership.host) {
            drop(scene, number);
        } else if (scene.world.host(leadership.host).up) {
            end_with(scene, number, std::string(kClosing));
        } else {
            subscription.cut = true;
        }
    }
}

void logs_found_leader(Scene& scene, model::HostId host) {
    std::vector<std::uint32_t> numbers;
    for (const auto& [number, subscription] : scene.state.logs) {
        if (subscription.cut && subscription.leader == host) numbers.push_back(number);
    }
    for (const std::uint32_t number : numbers) end_with(scene, number, std::string(kClosing));
}

// subscription.go, watch.
void follow_task(Scene& scene, const Leadership& leadership, const Store& store, TaskId id) {
    const Task* task = store.tasks.find(id.value);
    if (task == nullptr) return;
    for (auto& [number, subscription] : scene.state.logs) {
        if (!subscription.wanted.follow || !is_at(subscription, leadership) || !subscription.wanted.selects(id, *task)) continue;
        if (!task->node) {
            subscription.unassigned.insert(task->meta.id);
            continue;
        }
        subscription.unassigned.erase(task->meta.id);
        if (subscription.sources.contains(task->node)) continue;
        LogSource& source = subscription.sources[task->node];
        if (const NodeSession* session = listening(scene, leadership, task->node)) tell(scene, number, source, *session);
    }
}

void publish_logs(Scene& scene, std::uint32_t number, NodeId node, PublishedLines lines) {
    LogSubscription& subscription = scene.state.logs.at(number);
    LogSource& source = subscription.sources.at(node);
    source.on_way.push_back(std::move(lines));
    const bool open = scene.connected(source.host, subscription.leader);
    const std::uint64_t word = static_cast<std::uint64_t>(source.session) << 32 | number;
    scene.schedule(open ? scene.latency(source.host, subscription.leader) : next_resend(subscription), kEventLogPublish, subscription.leader, word, node.value);
}

void handle_log_event(Scene& scene, const Event& event) {
    const auto number = static_cast<std::uint32_t>(event.word);
    if (!scene.state.logs.contains(number)) return;
    if (event.kind == kEventLogSubscribe) return hear(scene, event);
    if (event.kind == kEventLogPublish) return take_published(scene, event);
    arrive(scene, number);
}

}  // namespace podium::swarm
