#include "sim/model/request.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/work.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/attachment.hpp"
#include "sim/model/build.hpp"
#include "sim/model/container.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/outline.hpp"

namespace podium::model {
namespace {

// What a call of an engine's API takes, its answer apart: that is written as JSON, read again and laid out.
constexpr std::size_t kMostUnderWay = 1'000'000;  // a swarm of 100,000 tasks may ask for all its containers at once
constexpr std::uint64_t kCallWork = 120;
constexpr std::size_t kJsonBytesPerWork = 3;

// A connection refused on a local socket is known at once.
constexpr Duration kRefusedConnection = milliseconds(1);

void ask_orchestrator(World& world, RequestId id, Request& request) {
    if (request.stage != 0) return;
    request.stage = 1;
    if (world.orchestrated) {
        world.outbox.asked.push_back(id);
    } else if (request.spec.target.starts_with("POST /swarm/leave")) {
        refuse_request(world, id, {503, "This node is not part of a swarm"});
    } else {
        refuse_request(world, id, {503, "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again."});
    }
}

void dispatch(World& world, RequestId id, Request& request) {
    switch (request.spec.operation) {
        case Operation::Ping:
        case Operation::Version:
        case Operation::Info:
        case Operation::DiskUsage:
        case Operation::Events: run_system_operation(world, id, request); return;
        case Operation::ContainerCreate:
        case Operation::ContainerStart:
        case Operation::ContainerStop:
        case Operation::ContainerRestart:
        case Operation::ContainerKill:
        case Operation::ContainerPause:
        case Operation::ContainerUnpause:
        case Operation::ContainerRemove:
        case Operation::ContainerRename:
        case Operation::ContainerUpdate:
        case Operation::ContainerWait: run_container_operation(world, id, request); return;
        case Operation::ContainerInspect:
        case Operation::ContainerList:
        case Operation::ContainerTop:
        case Operation::ContainerStats:
        case Operation::ContainerChanges:
        case Operation::ContainerPrune: run_container_query(world, id, request); return;
        case Operation::ContainerLogs:
        case Operation::ContainerAttach:
        case Operation::ExecCreate:
        case Operation::ExecStart:
        case Operation::ExecInspect: run_stream_operation(world, id, request); return;
        case Operation::ImageList:
        case Operation::ImagePull:
        case Operation::ImageInspect:
        case Operation::ImageTag:
        case Operation::ImageRemove:
        case Operation::ImageHistory:
        case Operation::ImagePrune:
        case Operation::ImageCommit: run_image_operation(world, id, request); return;
        case Operation::NetworkCreate:
        case Operation::NetworkRemove:
        case Operation::NetworkInspect:
        case Operation::NetworkList:
        case Operation::NetworkConnect:
        case Operation::NetworkDisconnect:
        case Operation::NetworkPrune: run_network_operation(world, id, request); return;
        case Operation::ImageBuild: run_build(world, id, request); return;
        case Operation::VolumeCreate:
        case Operation::VolumeRemove:
        case Operation::VolumeInspect:
        case Operation::VolumeList:
        case Operation::VolumePrune: run_volume_operation(world, id, request); return;
        case Operation::Orchestration: ask_orchestrator(world, id, request); return;
    }
}

// What somebody asks of an engine may be about any of its containers; what an agent asks is about one of its own. What the
// orchestrator answers is about none here.
bool looks_at_containers(const RequestSpec& spec) { return !spec.from_agent && spec.operation != Operation::Orchestration && spec.operation != Operation::Ping && spec.operation != Operation::Version; }

// Whether the engine goes on with it when its client has hung up. Pulls and whatever only looks or
// waits end with their connection.
bool outlives_client(Operation operation) {
    switch (operation) {
        case Operation::ContainerCreate:
        case Operation::ContainerStart:
        case Operation::ContainerStop:
        case Operation::ContainerRestart:
        case Operation::ContainerKill:
        case Operation::ContainerPause:
        case Operation::ContainerUnpause:
        case Operation::ContainerRemove:
        case Operation::ContainerRename:
        case Operation::ContainerUpdate:
        case Operation::ContainerPrune:
        case Operation::ExecCreate:
        case Operation::ExecStart:
        case Operation::ImageTag:
        case Operation::ImageRemove:
        case Operation::ImagePrune:
        case Operation::ImageCommit:
        case Operation::NetworkCreate:
        case Operation::NetworkRemove:
        case Operation::NetworkConnect:
        case Operation::NetworkDisconnect:
        case Operation::NetworkPrune:
        case Operation::VolumeCreate:
        case Operation::VolumeRemove:
        case Operation::VolumePrune:
        case Operation::Orchestration: return true;
        case Operation::Ping:
        case Operation::Version:
        case Operation::Info:
        case Operation::DiskUsage:
        case Operation::Events:
        case Operation::ContainerWait:
        case Operation::ContainerInspect:
        case Operation::ContainerList:
        case Operation::ContainerLogs:
        case Operation::ContainerTop:
        case Operation::ContainerStats:
        case Operation::ContainerChanges:
        case Operation::ContainerAttach:
        case Operation::ExecInspect:
        case Operation::ImageList:
        case Operation::ImagePull:
        case Operation::ImageBuild:
        case Operation::ImageInspect:
        case Operation::ImageHistory:
        case Operation::NetworkInspect:
        case Operation::NetworkList:
        case Operation::VolumeInspect:
        case Operation::VolumeList: return false;
    }
    return false;
}

}  // namespace

RequestId submit_request(World& world, RequestSpec spec, ProcessId requester) {
    count_work(kCallWork);
    PODIUM_ASSERT(world.requests.count() < kMostUnderWay, "there is a limited number of requests under way");
    const HostId host = spec.host;
    Request row;
    row.spec = std::move(spec);
    row.requester = requester;
    row.cause = world.kernel.cause();
    row.submitted = world.kernel.now();
    const bool of_agent = row.spec.from_agent;
    const RequestId id = world.requests.add(std::move(row));
    Engine& engine = world.host(host).engine;
    if (engine.state == EngineState::Frozen || (!of_agent && (api_waits(world, host) || socket_holds(world, host)))) {
        engine.queued.push_back(id);
        CauseScope scope(world.kernel, world.kernel.cause());
        activate_by_socket(world, host);
    } else {
        request_timer(world, id, engine_answers(world, host) ? kEngineAnswer : kRefusedConnection);
    }
    return id;
}

const Request* answered(const World& world, RequestId request) {
    const Request* row = world.requests.find(request);
    return row != nullptr && row->done ? row : nullptr;
}

void release_request(World& world, RequestId id) {
    Request* row = world.requests.find(id);
    if (row == nullptr || row->released) return;
    const bool listens = row->spec.operation == Operation::Orchestration && row->upgraded;
    if (!row->done && outlives_client(row->spec.operation) && !listens) {
        row->released = true;
        row->requester = {};
        end_request_input(world, id);
        return;
    }
    if (row->spec.operation == Operation::ImageBuild) {
        abandon_build(world, id);
        row = world.requests.find(id);
    }
    abandon_streams(world, id, *row);
    if (row->container) {
        Container& c = world.container(row->container);
        if (c.detail && c.detail->locked_by == id) unlock_container(world, row->container);
    }
    if (listens && !row->done) world.outbox.asked.push_back(id);  // who feeds the stream finds no row
    world.requests.erase(id);
}

void release_requests_of(World& world, ProcessId requester) {
    if (world.requests.count() == 0) return;
    for (const RequestId id : world.requests.keys()) {
        if (world.requests.at(id).requester == requester) release_request(world, id);
    }
}

void end_request_input(World& world, RequestId id) {
    Request* row = world.requests.find(id);
    if (row == nullptr || !row->input_stream) return;
    // A terminal's end is its process's own affair (moby container/stream/attach.go): what runs there goes on.
    const bool terminal = world.streams.at(row->input_stream).is_terminal;
    if (terminal && row->spec.operation == Operation::ExecStart) return;
    const StreamId input = std::exchange(row->input_stream, {});
    release_stream(world, input, false, true);
    if (terminal || row->spec.operation != Operation::ContainerAttach || !row->container) return;
    Container& c = world.container(row->container);
    if (!c.detail || !world.spec(c).stdin_once || c.detail->standard_input != input) return;
    c.detail->standard_input = {};
    release_stream(world, input, false, true);
}

void request_timer(World& world, RequestId id, Duration delay) {
    Request& row = world.requests.at(id);
    ++row.serial;
    row.due = world.kernel.now() + delay;
    CauseScope scope(world.kernel, row.cause);
    world.kernel.schedule(delay, Phase::Runtime, kEventRequest, id.slot, id.generation, row.serial);
}

void advance_request(World& world, RequestId id, std::uint32_t serial) {
    Request* row = world.requests.find(id);
    if (row == nullptr || row->serial != serial) return;
    if (row->done) {
        if (row->released) world.requests.erase(id);
        return;
    }
    const EngineState engine = world.host(row->spec.host).engine.state;
    if (engine == EngineState::Frozen || (row->stage == 0 && !row->spec.from_agent && (api_waits(world, row->spec.host) || socket_holds(world, row->spec.host)))) {
        std::vector<RequestId>& queued = world.host(row->spec.host).engine.queued;
        if (std::find(queued.begin(), queued.end(), id) == queued.end()) queued.push_back(id);
        activate_by_socket(world, row->spec.host);
        return;
    }
    if (row->stage == 0 && !engine_answers(world, row->spec.host)) {
        answer_request(world, id, 0, message_json("connection refused"));
        return;
    }
    CauseScope scope(world.kernel, world.kernel.cause());
    if (row->stage == 0) world.kernel.set_cause(row->cause);
    if (row->stage == 0 && looks_at_containers(row->spec)) make_all_whole(world, row->spec.host);
    dispatch(world, id, *row);
}

void answer_request(World& world, RequestId id, int status, std::string body) {
    count_work(body.size() / kJsonBytesPerWork);
    Request& row = world.requests.at(id);
    row.done = true;
    row.status = status;
    row.body = std::move(body);
    if (row.container) {
        Container& c = world.container(row.container);
        if (c.detail && c.detail->locked_by == id) unlock_container(world, row.container);
    }
    Request* again = world.requests.find(id);
    if (again == nullptr) return;
    if (asks_for_place(*again)) {
        place_answered(world, id);
        again = &world.requests.at(id);
    }
    if (again->released) {
        abandon_streams(world, id, *again);
        request_timer(world, id, {});  // the row goes when nobody looks at it any more
        return;
    }
    if (again->spec.from_agent) world.outbox.answered.push_back(id);
    if (Process* process = world.processes.find(again->requester)) {
        // What it does next it does because it was told to, unless it waited for this to come about.
        const bool awaited = again->spec.operation == Operation::ImagePull || again->spec.operation == Operation::ImageBuild || again->spec.operation == Operation::ContainerWait;
        if (awaited && world.kernel.cause()) process->cause = world.kernel.cause();
        CauseScope scope(world.kernel, process->cause);
        wake_process(world, again->requester);
    }
}

void answer_orchestration(World& world, RequestId id, int status, std::string body) {
    const Request* row = world.requests.find(id);
    if (row != nullptr && !row->done) answer_request(world, id, status, std::move(body));
}

void answer_info(World& world, RequestId id, const std::string& swarm) {
    const Request* row = world.requests.find(id);
    if (row != nullptr && !row->done) answer_request(world, id, 200, info_json(world, row->spec.host, swarm));
}

void refuse_request(World& world, RequestId id, const Refusal& refusal) {
    answer_request(world, id, refusal.status, message_json(refusal.message));
}

bool option_set(const Request& request, const std::string& name) {
    const auto found = request.spec.options.find(name);
    return found != request.spec.options.end() && !found->second.empty() && found->second != "0" && found->second != "false";
}

std::string option_text(const Request& request, const std::string& name) {
    const auto found = request.spec.options.find(name);
    return found == request.spec.options.end() ? std::string() : found->second;
}

}  // namespace podium::model
