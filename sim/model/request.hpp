#pragma once

// Requests to a host's container engine: the operations of the Docker Engine API, named and shaped
// like it. A request is a row; it takes time, may wait for a container, and ends with an answer: an
// HTTP-like status and a JSON body. Clients (docker, docker compose) and other front doors submit
// requests and read answers; nothing else changes containers, networks, volumes or images.

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "sim/base/rare_map.hpp"
#include "sim/base/rare_text.hpp"
#include "sim/base/time.hpp"
#include "sim/model/container_spec.hpp"
#include "sim/model/ids.hpp"

namespace podium::model {

struct World;
struct BuildSpec;

enum class Operation : std::uint8_t {
    Ping, Version, Info, DiskUsage, Events,
    ContainerCreate, ContainerStart, ContainerStop, ContainerRestart, ContainerKill, ContainerPause,
    ContainerUnpause, ContainerRemove, ContainerRename, ContainerUpdate, ContainerWait, ContainerInspect,
    ContainerList, ContainerLogs, ContainerTop, ContainerStats, ContainerChanges, ContainerAttach, ContainerPrune,
    ExecCreate, ExecStart, ExecInspect,
    ImageList, ImagePull, ImageBuild, ImageInspect, ImageTag, ImageRemove, ImageHistory, ImagePrune, ImageCommit,
    NetworkCreate, NetworkRemove, NetworkInspect, NetworkList, NetworkConnect, NetworkDisconnect, NetworkPrune,
    VolumeCreate, VolumeRemove, VolumeInspect, VolumeList, VolumePrune,
    /// What a swarm answers (swarm, nodes, services, tasks, secrets, configs): `target` is the real API's
    /// method and path with its query, "POST /services/create", and `body` its body. The world only carries it.
    Orchestration,
};

/// What a client asks. `target` is what the path of the real API names (container, image, network or
/// volume, by name, id or unique prefix of an id); `options` are its query and body fields by the
/// real API's names ("t", "signal", "force", "v", "all", "limit", "filters" as JSON, ...).
struct RequestSpec {
    Operation operation = Operation::Ping;
    HostId host;
    std::string target;
    RareMap<std::string, std::string> options;
    std::shared_ptr<const ContainerSpec> container;  ///< ContainerCreate.
    std::shared_ptr<const BuildSpec> build;          ///< ImageBuild.
    RareMap<std::string, std::string> labels;        ///< NetworkCreate, VolumeCreate.
    RareText body;                                   ///< Orchestration: JSON, or empty.
    bool from_agent = false;  ///< Made by an orchestrator's agent: its answer is told in the outbox.
};

struct Request {
    RequestSpec spec;
    ProcessId requester;  ///< Woken when the answer is there; none for a front end's own request.
    FactId cause;
    Time submitted{};
    // Progress.
    std::uint8_t stage = 0;
    ContainerId container;
    std::uint32_t run_generation = 0;  ///< The container's run the request is about.
    std::uint32_t serial = 0;          ///< Timers of an older serial are dead.
    Time due = kNever;                 ///< When its present timer is due.
    StreamId stream;                   ///< Logs, events, attach, exec start: where output arrives.
    StreamId error_stream;             ///< Logs, attach and exec without a terminal: standard error.
    StreamId input_stream;             ///< Attach and exec with standard input: where the client writes.
    bool writing = false;              ///< The engine itself holds the writing ends of the output streams.
    bool upgraded = false;             ///< The streams are there; the client may read.
    bool detached = false;             ///< ExecStart that nobody attends.
    bool released = false;             ///< Its client has hung up; the row goes when the work is done.
    std::uint64_t cursor = 0;          ///< Logs: the next line.
    Time sampled{};                    ///< Stats: when the first sample was taken,
    Duration cpu_sample{};             ///< and the processor time used up to then.
    // Answer.
    bool done = false;
    int status = 0;     ///< HTTP status; 0 with a message when the engine does not answer.
    RareText body;      ///< JSON, or empty.

    [[nodiscard]] bool timer_due(Time now) const { return now >= due; }
};

/// Submits a request; its first effect comes after the engine's own latency. When the host's engine
/// is down, the answer is status 0 with the client's "Cannot connect" sentence left to the client.
RequestId submit_request(World& world, RequestSpec spec, ProcessId requester);
/// The request when it has been answered, else null.
const Request* answered(const World& world, RequestId request);
/// The client hangs up. What only tells it something (a wait, a log, a list, a pull) is given up and its
/// streams are released; work that was begun (a stop, an exec) goes on in the engine without it.
void release_request(World& world, RequestId request);
/// Releases all requests of a process that has ended.
void release_requests_of(World& world, ProcessId requester);
/// The client of an attach or exec writes no more to its standard input. A container that was made with
/// `stdin_once` sees the end then; another one's standard input stays open for the next client.
void end_request_input(World& world, RequestId request);
/// The client of an attach or exec that goes on has been typed the keys to detach: recorded as the engine's event.
/// Source: moby v20.10.24 daemon/attach.go, daemon/exec.go.
void record_detach(World& world, RequestId request);
/// Ends a request of Operation::Orchestration that the outbox told of. Without effect when its client has hung up meanwhile.
void answer_orchestration(World& world, RequestId request, int status, std::string body);
/// Ends a request of Operation::Info that the outbox told of, with those of its parts that are of a swarm's, as JSON.
void answer_info(World& world, RequestId request, const std::string& swarm);
/// Ends a request of Operation::NetworkPrune that the outbox told of: what the swarm has removed comes first, then
/// the host's own networks that nobody uses go.
void answer_network_prune(World& world, RequestId request, const std::vector<std::string>& removed);
/// Handles the timer of a request.
void advance_request(World& world, RequestId request, std::uint32_t serial);

}  // namespace podium::model
