// The operations that change containers. Sentences and statuses are those of dockerd 20.10.24, as
// recorded where a recording has them.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/outline.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;

// Finds the container a request is about; answers the request when there is none.
bool find_target(World& world, RequestId id, Request& request) {
    if (request.container) return true;
    Refusal refusal = not_refused();
    request.container = find_container(world, request.spec.host, request.spec.target, refusal);
    if (request.container) return true;
    refuse_request(world, id, refusal);
    return false;
}

std::string id_of(const World& world, const Request& request) { return container_id_text(world, request.container); }

bool stopped(const World& world, const Request& request) {
    const Container& c = world.container(request.container);
    return !c.counts_as_running() || c.state == ContainerState::Restarting || c.run_generation != request.run_generation;
}

void create(World& world, RequestId id, Request& request) {
    if (request.stage == 0) {
        request.stage = 1;
        request_timer(world, id, kContainerCreate * world.host(request.spec.host).disk_slowdown);
        return;
    }
    Creation made = create_container(world, request.spec.host, request.spec.container, option_text(request, "name"));
    if (made.refusal.status != 0) {
        refuse_request(world, id, made.refusal);
        return;
    }
    if (request.spec.from_agent) return answer_request(world, id, 201);  // it goes by the name that it gave
    Json body;
    body["Id"] = container_id_text(world, made.container);
    body["Warnings"] = made.warnings;
    answer_request(world, id, 201, json_bytes(body));
}

// Another request than `but` has begun to remove it (moby: RemovalInProgress), which is so from
// before its process is killed.
bool removal_in_progress(const World& world, ContainerId container, RequestId but) {
    if (world.container(container).state == ContainerState::Removing) return true;
    const RequestId removal = world.detail(container).removal;
    const Request* other = world.requests.find(removal);
    return removal != but && other != nullptr && !other->done;
}

void start(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    const ContainerId container = request.container;
    if (request.stage == 0 && world.container(container).outline && world.container(container).state == ContainerState::Created) {
        request.stage = 2;
        start_outline(world, container, id);
        return;
    }
    switch (request.stage) {
        case 0:
            request.stage = 1;
            if (!lock_container(world, container, id)) return;
            [[fallthrough]];
        case 1: {
            const Container& c = world.container(container);
            if (c.state == ContainerState::Paused) {
                refuse_request(world, id, {409, "cannot start a paused container, try unpause instead"});
            } else if (c.state == ContainerState::Removed || removal_in_progress(world, container, id)) {
                refuse_request(world, id, {409, "container is marked for removal and cannot be started"});
            } else if (c.counts_as_running()) {
                answer_request(world, id, 304);  // during back-off too: the timer goes on
            } else {
                request.stage = 2;
                begin_start(world, container, StartReason::Request, true, id);
            }
            return;
        }
        default:
            if (world.container(container).state == ContainerState::Running || world.detail(container).error.empty()) {
                answer_request(world, id, 204);
            } else {
                // moby daemon/errors.go, translateContainerdStartErr: what is wrong with the command or a mount is the asker's.
                const std::string& error = world.detail(container).error;
                const bool of_command = error.find("OCI runtime") != std::string::npos && (error.find("exec: ") != std::string::npos || error.find("not a directory") != std::string::npos);
                refuse_request(world, id, {of_command ? 400 : 500, error});
            }
    }
}

// The part of stop, restart and rm -f that waits for the end: stage `wait`. True when it is over.
bool wait_until_stopped(World& world, RequestId id, Request& request) {
    if (stopped(world, request)) return true;
    wait_for_container(world, request.container, id);
    return false;
}

int grace_of(const World& world, const Request& request) {
    std::int64_t wanted = 0;
    const std::string text = option_text(request, "t");
    if (!text.empty() && parse_integer(text, wanted)) return static_cast<int>(std::clamp<std::int64_t>(wanted, -1, 86'400 * 365));
    return stop_timeout_of(world, request.container);
}

// Stages 1 to 3 of stopping; true when the container is down and its `stop` event recorded.
bool stop_steps(World& world, RequestId id, Request& request) {
    const ContainerId container = request.container;
    if (request.stage == 1) {
        request.run_generation = world.container(container).run_generation;
        request.stage = 2;
        const bool signalled = signal_container(world, container, stop_signal_of(world, container));
        request.cause = world.kernel.cause();
        unlock_container(world, container);
        const int grace = grace_of(world, request);
        request.due = kNever;
        if (signalled && grace >= 0) request_timer(world, id, seconds(grace));
        if (signalled) {
            wait_for_container(world, container, id);
            return false;
        }
    }
    if (request.stage == 2) {
        if (!stopped(world, request)) {
            if (request.timer_due(world.kernel.now())) {
                request.stage = 3;
                signal_container(world, container, shell::kSigKill);
                request.cause = world.kernel.cause();
            }
            wait_for_container(world, container, id);
            return false;
        }
    } else if (request.stage == 3 && !wait_until_stopped(world, id, request)) {
        return false;
    }
    // When the grace was over it may still have waited for the end, which is of no concern to what comes next.
    std::erase(world.detail(container).waiters, id);
    record_container_event(world, container, kFactContainerStop);
    return true;
}

void stop(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    if (request.stage == 0) {
        if (!world.container(request.container).counts_as_running()) {
            answer_request(world, id, 304);
            return;
        }
        request.stage = 1;
        if (!lock_container(world, request.container, id)) return;
    }
    if (request.stage == 1 && !world.container(request.container).counts_as_running()) {
        answer_request(world, id, 304);
        return;
    }
    if (stop_steps(world, id, request)) answer_request(world, id, 204);
}

void restart(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    const ContainerId container = request.container;
    if (request.stage == 0) {
        request.stage = 1;
        world.detail(container).keep_after_exit = true;
        if (!lock_container(world, container, id)) return;
    }
    if (request.stage >= 1 && request.stage <= 3) {
        const Container& c = world.container(container);
        if (request.stage > 1 || c.counts_as_running()) {
            if (!stop_steps(world, id, request)) return;
            ++request.serial;  // the grace's timer is of no concern to the start
        }
        request.stage = 4;
        if (!lock_container(world, container, id)) return;
    }
    if (request.stage == 4) {
        request.stage = 5;
        world.detail(container).keep_after_exit = false;
        if (world.container(container).state == ContainerState::Removed || removal_in_progress(world, container, id)) {
            refuse_request(world, id, {500, fmt::format("Cannot restart container {}: container is marked for removal and cannot be started", request.spec.target)});
            return;
        }
        begin_start(world, container, StartReason::RestartRequest, true, id);
        return;
    }
    if (world.container(container).state != ContainerState::Running) {
        refuse_request(world, id, {500, fmt::format("Cannot restart container {}: {}", request.spec.target, world.detail(container).error)});
        return;
    }
    record_container_event(world, container, kFactContainerRestart);
    answer_request(world, id, 204);
}

void kill(World& world, RequestId id, Request& request) {
    // The name of a signal is read before the container is looked for (moby postContainersKill).
    const std::string name = option_text(request, "signal");
    std::int64_t number = 0;
    const bool numbered = parse_integer(name, number);
    const int signal = name.empty() ? shell::kSigKill : shell::signal_number(name);
    if (signal <= 0 && (!numbered || number == 0)) {
        refuse_request(world, id, {400, fmt::format("Invalid signal: {}", name)});
        return;
    }
    if (!request.container) {
        // moby postContainersKill tells whatever is wrong in the same words.
        Refusal refusal = not_refused();
        request.container = find_container(world, request.spec.host, request.spec.target, refusal);
        if (!request.container) {
            refusal.message = fmt::format("Cannot kill container: {}: {}", request.spec.target, refusal.message);
            refuse_request(world, id, refusal);
            return;
        }
    }
    const ContainerId container = request.container;
    if (signal <= 0) {
        refuse_request(world, id, {500, fmt::format("Cannot kill container: {}: The linux daemon does not support signal {}", request.spec.target, number)});
        return;
    }
    if (request.stage == 0) {
        request.stage = 1;
        if (!lock_container(world, container, id)) return;
    }
    if (request.stage == 1) {
        const Container& c = world.container(container);
        if (!c.counts_as_running()) {
            refuse_request(world, id, {409, fmt::format("Cannot kill container: {}: Container {} is not running", request.spec.target, id_of(world, request))});
            return;
        }
        request.run_generation = c.run_generation;
        const bool signalled = signal_container(world, container, signal);
        if (signal != shell::kSigKill || !signalled) {
            answer_request(world, id, 204);
            return;
        }
        request.stage = 2;
        unlock_container(world, container);
    }
    if (wait_until_stopped(world, id, request)) answer_request(world, id, 204);
}

void pause(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    const ContainerId container = request.container;
    if (request.stage == 0) {
        request.stage = 1;
        if (!lock_container(world, container, id)) return;
    }
    const Container& c = world.container(container);
    const bool pausing = request.spec.operation == Operation::ContainerPause;
    if (pausing && !c.counts_as_running()) {
        refuse_request(world, id, {409, fmt::format("Container {} is not running", id_of(world, request))});
    } else if (pausing && c.state == ContainerState::Paused) {
        refuse_request(world, id, {409, fmt::format("Container {} is already paused", id_of(world, request))});
    } else if (pausing && c.state == ContainerState::Restarting) {
        refuse_request(world, id, {409, fmt::format("Container {} is restarting, wait until the container is running", id_of(world, request))});
    } else if (!pausing && c.state != ContainerState::Paused) {
        refuse_request(world, id, {500, fmt::format("Container {} is not paused", id_of(world, request))});
    } else if (request.stage == 1) {
        request.stage = 2;
        request_timer(world, id, kPause);
    } else {
        pausing ? pause_container(world, container) : unpause_container(world, container);
        answer_request(world, id, 204);
    }
}

void remove(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    const ContainerId container = request.container;
    if (request.stage == 0) {
        request.stage = 1;
        if (removal_in_progress(world, container, id)) {
            refuse_request(world, id, {409, fmt::format("removal of container {} is already in progress", request.spec.target)});
            return;
        }
        if (!lock_container(world, container, id)) return;
    }
    if (request.stage == 1) {
        const Container& c = world.container(container);
        if (c.state == ContainerState::Removed) {
            refuse_request(world, id, {404, fmt::format("No such container: {}", request.spec.target)});
            return;
        }
        request.stage = 2;
        // Of two removals that waited for the lock the first is told of.
        if (!removal_in_progress(world, container, id)) world.detail(container).removal = id;
        if (c.counts_as_running()) {
            if (!option_set(request, "force")) {
                const std::string procedure = c.state == ContainerState::Paused ? "Unpause and then stop the container before attempting removal or force remove"
                                                                                 : "Stop the container before attempting removal or force remove";
                refuse_request(world, id, {409, fmt::format("You cannot remove a {} container {}. {}", container_state_name(c.state), id_of(world, request), procedure)});
                return;
            }
            request.run_generation = c.run_generation;
            signal_container(world, container, shell::kSigKill);
            request.cause = world.kernel.cause();
            unlock_container(world, container);
        } else {
            request.run_generation = c.run_generation;
        }
    }
    if (request.stage == 2) {
        if (!wait_until_stopped(world, id, request)) return;
        request.stage = 3;
        request_timer(world, id, kRemove * world.host(request.spec.host).disk_slowdown);
        return;
    }
    if (world.container(container).state != ContainerState::Removed) {
        // A start that goes on meanwhile (restart, a policy) is let finish, and what it started killed.
        if (world.detail(container).start_stage != 0 && !lock_container(world, container, id)) return;
        if (world.container(container).counts_as_running()) {  // a policy was quicker than the removal
            request.stage = 1;
            if (!lock_container(world, container, id)) return;
            advance_request(world, id, request.serial);
            return;
        }
        destroy_container(world, container, option_set(request, "v"));
    }
    answer_request(world, id, 204);
}

void rename(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    std::string name = option_text(request, "name");
    if (!name.empty() && name.front() == '/') name.erase(0, 1);
    const Refusal refusal = rename_container(world, request.container, name);
    if (refusal.status != 0) {
        refuse_request(world, id, refusal);
    } else {
        answer_request(world, id, 204);
    }
}

void update(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    if (request.stage == 0) {
        request.stage = 1;
        request_timer(world, id, kUpdate);
        return;
    }
    const Refusal refusal = update_container(world, request.container, request.spec.options);
    if (refusal.status != 0) {
        refuse_request(world, id, refusal);
        return;
    }
    answer_request(world, id, 200, "{\"Warnings\":null}");
}

// Stages of a wait: for the stop of what runs or is in back-off, or for a run to come.
constexpr std::uint8_t kWaitStop = 1;
constexpr std::uint8_t kWaitRun = 2;

// GET wait: condition not-running (default), next-exit or removed (moby State.Wait). A container in
// back-off counts as running, and giving the back-off up is a stop.
void wait(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    const Container& c = world.container(request.container);
    const std::string condition = option_text(request, "condition");
    const bool running = c.counts_as_running();
    const bool first = request.stage == 0;
    if (first) {
        request.stage = running ? kWaitStop : kWaitRun;
        request.run_generation = c.run_generation + (running && c.state != ContainerState::Restarting ? 0 : 1);
    }
    const bool removed = c.state == ContainerState::Removed;
    const bool run_over = c.run_generation > request.run_generation ||
                          (c.run_generation == request.run_generation && c.state != ContainerState::Running && c.state != ContainerState::Paused);
    const bool stopped = run_over || (!running && (request.stage == kWaitStop || condition != "next-exit"));
    if (condition == "removed" ? !removed : !(stopped || removed)) {
        wait_for_container(world, request.container, id);
        return;
    }
    Json body;
    body["Error"] = nullptr;
    body["StatusCode"] = c.exit_code;
    answer_request(world, id, 200, json_bytes(body));
}

}  // namespace

void run_container_operation(World& world, RequestId id, Request& request) {
    switch (request.spec.operation) {
        case Operation::ContainerCreate: create(world, id, request); return;
        case Operation::ContainerStart: start(world, id, request); return;
        case Operation::ContainerStop: stop(world, id, request); return;
        case Operation::ContainerRestart: restart(world, id, request); return;
        case Operation::ContainerKill: kill(world, id, request); return;
        case Operation::ContainerPause:
        case Operation::ContainerUnpause: pause(world, id, request); return;
        case Operation::ContainerRemove: remove(world, id, request); return;
        case Operation::ContainerRename: rename(world, id, request); return;
        case Operation::ContainerUpdate: update(world, id, request); return;
        case Operation::ContainerWait: wait(world, id, request); return;
        default: PODIUM_ASSERT(false, "this file runs the operations that change containers");
    }
}

}  // namespace podium::model
