// What an agent does for the log broker (swarmkit agent/worker.go, Subscribe; dockerd's
// daemon/cluster/executor/container/controller.go, Logs): it reads the logs of its tasks' containers from its engine
// and sends the lines on. Who follows also gets what starts later; else what has no container has no lines.

#include <utility>

#include <fmt/format.h>

#include "sim/model/process.hpp"
#include "sim/orch/swarm/api_write.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"

namespace podium::swarm {
namespace {

// controller.go, waitReady: it has been started. Without following nothing is waited for.
bool is_ready_to_read(const Scene& scene, model::HostId host, const AgentTask& task, bool follow) {
    const model::ContainerId container = container_of(scene, host, task);
    if (!container) return false;
    return !follow || scene.world.container(container).state != model::ContainerState::Created;
}

std::string context_of_task(const Scene& scene, model::HostId host, NodeId node, const Task& task) {
    const std::uint32_t swarm = scene.host(host).swarm;
    const Store& store = scene.swarm_of(host).store;
    return fmt::format("com.docker.swarm.node.id={},com.docker.swarm.service.id={},com.docker.swarm.task.id={}", node_id_text(store, swarm, node), service_id_text(store, swarm, task.service),
                       task.meta.id.view());
}

void read_log(Scene& scene, std::uint32_t number, NodeId node, TaskId id) {
    LogSubscription& subscription = scene.state.logs.at(number);
    LogSource& source = subscription.sources.at(node);
    const LogsWanted& wanted = subscription.wanted;
    const AgentTask& task = scene.host(source.host).agent.tasks.at(id);
    if (!is_ready_to_read(scene, source.host, task, wanted.follow) || !source.begun.insert(id).second) return;
    model::RequestSpec spec;
    spec.operation = model::Operation::ContainerLogs;
    spec.host = source.host;
    spec.from_agent = true;
    spec.target = scene.kernel().text(task.name);
    // It is the broker that leaves away the stamps of who does not want them.
    spec.options = {{"multiplexed", "1"}, {"timestamps", "1"}, {"since", wanted.since}};
    if (wanted.standard_output) spec.options["stdout"] = "1";
    if (wanted.standard_error) spec.options["stderr"] = "1";
    if (wanted.follow) spec.options["follow"] = "1";
    if (wanted.tail >= 0) spec.options["tail"] = std::to_string(wanted.tail);
    ++source.reading;
    const model::RequestId request = model::submit_request(scene.world, std::move(spec), {});
    scene.state.log_readers[request] = {number, node, context_of_task(scene, source.host, node, *task.task)};
}

void publish_last(Scene& scene, std::uint32_t number, NodeId node) {
    const LogSubscription& subscription = scene.state.logs.at(number);
    if (subscription.wanted.follow || subscription.sources.at(node).reading > 0) return;
    PublishedLines nothing;
    nothing.last = true;
    publish_logs(scene, number, node, std::move(nothing));
}

// Takes frames apart, each a line with its stamp in front.
std::vector<PublishedLine> lines_of(std::string_view frames) {
    constexpr std::size_t kHeader = 8;
    std::vector<PublishedLine> out;
    while (frames.size() >= kHeader) {
        std::size_t size = 0;
        for (std::size_t i = 4; i < kHeader; ++i) size = size << 8U | static_cast<unsigned char>(frames[i]);
        const std::string_view piece = frames.substr(kHeader, size);
        const std::size_t blank = piece.find(' ');
        PublishedLine& line = out.emplace_back();
        line.to_error = frames.front() == 2;
        line.stamp = piece.substr(0, blank);
        line.text = blank == std::string_view::npos ? std::string_view() : piece.substr(blank + 1);
        frames.remove_prefix(kHeader + piece.size());
    }
    return out;
}

}  // namespace

void begin_reading(Scene& scene, std::uint32_t number, NodeId node) {
    const LogSubscription& subscription = scene.state.logs.at(number);
    std::vector<TaskId> tasks;
    for (const auto& [id, task] : scene.host(subscription.sources.at(node).host).agent.tasks) {
        const bool managed = task.assigned || task.removing;
        if (managed && subscription.wanted.selects(id, *task.task)) tasks.push_back(id);
    }
    for (const TaskId task : tasks) read_log(scene, number, node, task);
    publish_last(scene, number, node);
}

void end_reading(Scene& scene, std::uint32_t number, NodeId node) {
    std::vector<model::RequestId> requests;
    for (const auto& [request, reader] : scene.state.log_readers) {
        if (reader.subscription == number && (!node || reader.node == node)) requests.push_back(request);
    }
    for (const model::RequestId request : requests) {
        scene.state.log_readers.erase(request);
        model::release_request(scene.world, request);
    }
}

void log_container_changed(Scene& scene, model::HostId host, TaskId id) {
    if (scene.state.logs.empty()) return;
    const HostRow& row = scene.host(host);
    std::vector<std::uint32_t> numbers;
    for (const auto& [number, subscription] : scene.state.logs) {
        const auto source = subscription.sources.find(row.node);
        const bool listens = subscription.wanted.follow && source != subscription.sources.end() && source->second.reached && source->second.host == host;
        if (listens && subscription.wanted.selects(id, *row.agent.tasks.at(id).task)) numbers.push_back(number);
    }
    for (const std::uint32_t number : numbers) read_log(scene, number, row.node, id);
}

bool log_request_answered(Scene& scene, model::RequestId request) {
    const auto found = scene.state.log_readers.find(request);
    if (found == scene.state.log_readers.end()) return false;
    const LogReader reader = found->second;
    const model::Request* row = scene.world.requests.find(request);
    PublishedLines published;
    published.context = reader.context;
    if (row != nullptr && row->stream) published.lines = lines_of(model::take_stream(scene.world, row->stream));
    const bool ended = row == nullptr || row->done;
    if (!published.lines.empty()) publish_logs(scene, reader.subscription, reader.node, std::move(published));
    if (!ended) return true;
    scene.state.log_readers.erase(request);
    model::release_request(scene.world, request);
    --scene.state.logs.at(reader.subscription).sources.at(reader.node).reading;
    publish_last(scene, reader.subscription, reader.node);
    return true;
}

}  // namespace podium::swarm
