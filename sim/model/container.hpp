#pragma once

// Containers as the engine handles them: created, started, ended, restarted by policy, removed. The
// state machine (one transition function, set_state, in container.cpp):
//
//   created ──start──► running ◄──unpause/pause──► paused
//      │                 │ ▲  exit, policy restarts        exit (any) of paused: as of running
//      │                 ▼ │ back-off over
//      │             restarting ──stop/kill: cancelled──► exited
//      │                 exit, policy does not ──────────► exited ──start──► running
//      └──────────────────── rm ──► removing ──► removed  ◄── rm ── exited
//
// Written by container.cpp, container_start.cpp and outline.cpp alone (the columns of Container and most of ContainerDetail).

#include <string>

#include "sim/base/result.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/refusal.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

/// The pure rule: what a restart policy says when a run ends.
struct PolicyInput {
    RestartPolicyKind policy = RestartPolicyKind::No;
    std::uint32_t maximum_retries = 0;
    std::uint32_t restarts = 0;      ///< Restarts made since the policy's count began.
    Duration backoff{};              ///< The last delay, 0 before the first.
    std::int32_t exit_code = 0;
    Duration ran{};
    bool manually_stopped = false;   ///< A stop or kill request came, or the engine shuts down.
    bool cancelled = false;
};
struct PolicyOutput {
    ExitDecision decision = ExitDecision::StaysDown;
    Duration backoff{};  ///< The delay before the restart; also remembered when it does not restart.
};
/// Docker engine: the delay doubles from 100 ms, is capped at 1 min, and starts again at 100 ms after
/// a run of 10 s or more; on-failure counts all its restarts (moby restartmanager.ShouldRestart).
PolicyOutput apply_restart_policy(const PolicyInput& input);

/// A Refusal of status 0 stands for "nothing refused".
inline Refusal not_refused() { return Refusal{0, {}}; }

/// "no", "always", "on-failure:3" ...; errors with the engine's sentences.
Result<RestartPolicy> parse_restart_policy(const std::string& text);

/// The image a name means on a host; null when it is not there and has to be pulled.
ImagePointer find_image(World& world, HostId host, const std::string& name);

/// Creates a container (checked, named, with its networks and volumes) and records `create`.
struct Creation {
    ContainerId container;
    Refusal refusal{0, {}};  ///< status 0 when it worked.
    std::vector<std::string> warnings;
};
Creation create_container(World& world, HostId host, std::shared_ptr<const ContainerSpec> spec, const std::string& name);
/// The same with an image that need not be in the host's store: a build's scratch.
Creation create_container_of(World& world, HostId host, const ImagePointer& image, std::shared_ptr<const ContainerSpec> spec, const std::string& name);
/// Creates `count` containers of an image that only lives and dies, started at once; for large runs.
void create_bulk_containers(World& world, HostId host, std::shared_ptr<const ContainerSpec> spec, const std::string& prefix, std::uint32_t count);

/// The one transition function: asserts that the state machine above has the change.
void set_state(Container& container, ContainerState to);
/// Begins a start; when it ends, the request (if any) is advanced. Requires that the container's lock is
/// held for it and that it is not removed. `reset`: by request, which starts the policy's count anew.
void begin_start(World& world, ContainerId container, StartReason reason, bool reset, RequestId request);
/// Marks as cancelled whatever the policy would do (moby ExitOnNext); a container in back-off becomes
/// exited at once.
void cancel_restart_policy(World& world, ContainerId container);
/// Removes a container that does not run: layer, anonymous volumes if asked, endpoints; records destroy.
void destroy_container(World& world, ContainerId container, bool remove_volumes);
/// Gives a container another name; refusals as for create.
Refusal rename_container(World& world, ContainerId container, const std::string& name);
/// docker update: options "restart" ("on-failure:3"), "memory", "memory-swap", "memory-reservation",
/// "nano-cpus", "cpu-shares", "pids-limit"; records update.
Refusal update_container(World& world, ContainerId container, const std::map<std::string, std::string>& options);
void pause_container(World& world, ContainerId container);
void unpause_container(World& world, ContainerId container);
/// Sends a signal to PID 1 the way a kill request does, with its `kill` fact (moby killWithSignal):
/// cancels the policy and remembers a manual stop unless the engine shuts down. False when the
/// container was in back-off, so that no signal was needed.
bool signal_container(World& world, ContainerId container, int signal);
/// The engine's tail after a container has ended: told by process.cpp when PID 1 is gone.
void main_process_ended(World& world, ContainerId container, int exit_status, int killed_by);
/// A line (or part of one) a container's process wrote.
void container_output(World& world, ContainerId container, bool standard_error, std::string_view data);
/// Kills the container for using more memory than its limit: facts oom, then die 137.
void out_of_memory(World& world, ContainerId container, ProcessId process);

// --- the lock of a container (moby container.Lock) ---
/// Takes the lock for a request, or queues it. True when taken (or held already).
bool lock_container(World& world, ContainerId container, RequestId request);
void unlock_container(World& world, ContainerId container);
/// Queues a request to be advanced when the container stops, exits or is removed.
void wait_for_container(World& world, ContainerId container, RequestId request);
/// Advances the requests that wait for the container, at this instant.
void tell_waiters(World& world, ContainerId container);

// --- finding ---
/// A container by name, full id or unique prefix of an id; refusal 404 with the engine's sentence.
ContainerId find_container(const World& world, HostId host, const std::string& name, Refusal& refusal);
/// The containers of a host that are not removed, newest first as the engine lists them.
std::vector<ContainerId> containers_of(const World& world, HostId host);
std::string container_id_text(const World& world, ContainerId container);
/// The first twelve digits of its id.
std::string container_short_id(const World& world, ContainerId container);
/// What the id of a container comes from, which has no detail (object_id.hpp).
std::uint64_t container_id_key(const World& world, ContainerId container);
/// The signal a stop request sends.
int stop_signal_of(const World& world, ContainerId container);
/// Seconds of grace of a stop request; -1 is without end.
int stop_timeout_of(const World& world, ContainerId container);

/// Handles the events of this file.
void handle_container_event(World& world, const Event& event);

}  // namespace podium::model
