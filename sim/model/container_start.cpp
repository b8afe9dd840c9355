#include "sim/model/container_start.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/model/accounts.hpp"
#include "sim/model/attachment.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/container_settings.hpp"
#include "sim/model/daemon_config.hpp"
#include "sim/model/devices.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/health.hpp"
#include "sim/model/links.hpp"
#include "sim/model/main_program.hpp"
#include "sim/model/overheads.hpp"
#include "sim/model/process.hpp"
#include "sim/model/volume.hpp"

namespace podium::model {
namespace {

// The exit status of a container whose start failed for no reason of its program's (moby containerStart).
constexpr int kStartFailed = 128;

void release_start_request(World& world, ContainerId id) {
    ContainerDetail& d = world.detail(id);
    const RequestId request = d.start_request;
    d.start_request = {};
    if (Request* row = world.requests.find(request)) advance_request(world, request, row->serial);
}

// A start that can't be done: what was set up is taken back; the state stays what it was, or becomes
// exited when the policy tried (moby containerStart's deferred clean-up).
void fail_start(World& world, ContainerId id, int exit_code, const std::string& message) {
    Container& c = world.container(id);
    ContainerDetail& d = world.detail(id);
    d.error = message;
    // A restart by policy that fails leaves the status of the run before it (moby handleContainerExit:
    // SetStopped with that run's); any other start that has no status of its own sets 128 over a 0.
    if (c.state != ContainerState::Restarting && (exit_code != kStartFailed || c.exit_code == 0)) c.exit_code = exit_code;
    ++d.start_serial;
    d.start_stage = 0;
    disconnect_endpoints(world, id);
    unbind_ports(world, id);
    unmount_volumes(world, id);
    if (c.state == ContainerState::Restarting) set_state(c, ContainerState::Exited);
    const StringId text = world.kernel.intern(message);
    const StringId image = world.image_of(c);
    c.last_fact = world.kernel.record(kFactContainerStartFailed, Subject(SubjectType::Container, id.value), c.name, image, exit_code, text);
    world.kernel.set_cause(c.last_fact);
    const HostId host = c.host;
    if (world.spec(c).auto_remove) destroy_container(world, id, true);  // moby containerStart does so too
    release_start_request(world, id);
    unlock_container(world, id);
    tell_waiters(world, id);
    engine_progress(world, host, id);
}

std::string exec_failure(const std::string& name, shell::Errno error) {
    const bool path = name.find('/') != std::string::npos;
    std::string why = fmt::format("exec: \"{}\": executable file not found in $PATH", name);
    if (path) why = fmt::format("exec: \"{}\": stat {}: no such file or directory", name, name);
    if (error == shell::Errno::NotModelled) why = fmt::format("exec: \"{}\": Podium does not model this program", name);
    if (error == shell::Errno::NoPermission || error == shell::Errno::IsDirectory) {
        why = fmt::format("exec: \"{}\": permission denied", name);
    }
    return fmt::format(
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container "
        "process: {}: unknown",
        why);
}

std::vector<Descriptor> standard_descriptors(World& world, ContainerId id) {
    const Container& c = world.container(id);
    const ContainerSpec& spec = world.spec(c);
    ContainerDetail& d = world.detail(id);
    std::vector<Descriptor> out;
    if (spec.open_stdin) {
        if (!d.standard_input) {
            Stream pipe;
            pipe.kind = Stream::Kind::Pipe;
            pipe.is_terminal = spec.tty;
            d.standard_input = make_stream(world, pipe);
            retain_stream(world, d.standard_input, false, true);  // the engine's end
        }
        out.push_back(open_descriptor(world, 0, d.standard_input, true, false));
    } else {
        out.push_back(open_descriptor(world, 0, make_stream(world, Stream{}), true, false));
    }
    for (int number = 1; number <= 2; ++number) {
        Stream log;
        log.kind = Stream::Kind::Log;
        log.host = c.host;
        log.container = id;
        log.standard_error = number == 2 && !spec.tty;
        log.is_terminal = spec.tty;
        out.push_back(open_descriptor(world, number, make_stream(world, log), false, true));
    }
    return out;
}

ProcessSpec main_process(World& world, ContainerId id, std::unique_ptr<shell::Program> program, const std::string& home) {
    const ContainerDetail& d = world.detail(id);
    ProcessSpec process;
    process.program = std::move(program);
    process.argv = d.argv;
    process.environment = with_home(d.environment, home);
    process.working_directory = d.working_directory;
    process.host = world.container(id).host;
    process.container = id;
    process.descriptors = standard_descriptors(world, id);
    return process;
}

void run_main_process(World& world, ContainerId id) {
    Container& c = world.container(id);
    ContainerDetail& d = world.detail(id);
    const ContainerSpec& spec = world.spec(c);
    const Result<Identity> identity = find_identity(world, c.host, id, user_of(world, id));
    if (!identity) {
        fail_start(world, id, kStartFailed, identity.error().message);
        return;
    }
    if (const auto groups = added_groups(world, c.host, id); !groups) {
        fail_start(world, id, kStartFailed, groups.error().message);
        return;
    }
    if (d.start_reason != StartReason::RestartPolicy) {  // moby ResetRestartManager(true)
        c.manually_stopped = false;
        c.restart_count = 0;
        c.policy_restarts = 0;
        c.backoff = {};
        c.policy_cancelled = false;
    }
    if (std::string failure = mount_failure(world, id); !failure.empty()) {
        fail_start(world, id, 127, failure);
        return;
    }
    if (const std::string failure = link_failure(world, id); !failure.empty()) {
        fail_start(world, id, 128, failure);
        return;
    }
    if (const std::string failure = device_failure(world, c.host, spec); !failure.empty()) {
        fail_start(world, id, 128, failure);
        return;
    }
    if (spec.gpus) {  // moby daemon/devices.go, on a host without a driver for them
        fail_start(world, id, 128, "could not select device driver \"\" with capabilities: [[gpu]]");
        return;
    }
    d.ulimits = merged_ulimits(spec.ulimits, config_of(world.host(c.host).engine));
    if (const std::string failure = settings_failure(spec, d.ulimits); !failure.empty()) {
        fail_start(world, id, kStartFailed, failure);
        return;
    }
    shell::Errno error = shell::Errno::None;
    // moby daemon/oci_linux.go, WithCommonOptions.
    const bool init = spec.init || (config_of(world.host(c.host).engine).init && !spec.no_init);
    std::unique_ptr<shell::Program> program = init ? world.programs->make_init(d.argv) : make_main_program(world, id, error);
    if (!program) {
        fail_start(world, id, error == shell::Errno::NoEntry || error == shell::Errno::NotModelled ? 127 : 126, exec_failure(d.argv.front(), error));
        return;
    }
    ++c.run_generation;
    c.process_alive = true;
    c.ever_started = true;
    c.exit_code = 0;
    c.started = world.kernel.now();
    d.error.clear();
    d.memory_bytes = 0;
    d.network = {};
    d.written_bytes = 0;
    d.cpu_of_ended = {};
    d.paused_for = {};
    d.next_pid = 1;
    set_state(c, ContainerState::Running);
    const std::uint32_t attempt = d.start_reason == StartReason::RestartPolicy ? c.restart_count : 0;
    record_container_event(world, id, kFactContainerStart, d.start_reason, attempt, d.start_reason == StartReason::RestartPolicy ? d.nominal_backoff : Duration{});
    ProcessSpec process = main_process(world, id, std::move(program), identity->home);
    if (init) process.argv.insert(process.argv.begin(), {"/sbin/docker-init", "--"});
    process.role = init ? ProcessRole::Init : ProcessRole::Main;
    process.start_delay = kFirstProcess + d.slow_start;
    d.main = start_process(world, std::move(process));
    d.host_pid = world.processes.at(d.main).host_pid;
    d.start_stage = 0;
    open_health_monitor(world, id);
    const HostId host = c.host;
    release_start_request(world, id);
    unlock_container(world, id);
    tell_waiters(world, id);
    engine_progress(world, host, id);
}

}  // namespace

void start_stage(World& world, ContainerId id, std::uint8_t stage) {
    ContainerDetail& d = world.detail(id);
    Kernel& k = world.kernel;
    switch (stage) {
        case kStageNetwork:
            if (ask_for_places(world, id)) return;  // it goes on when the swarm has answered
            if (Refusal refusal = bind_ports(world, id); refusal.status != 0) {
                fail_start(world, id, kStartFailed, refusal.message);
                return;
            }
            connect_endpoints(world, id);
            d.start_stage = kStageMounts;
            k.schedule(kStartMounts - kStartNetwork, Phase::Runtime, kEventContainerStartStage, id.value, kStageMounts, d.start_serial);
            return;
        case kStageMounts:
            if (Refusal refusal = mount_volumes(world, id); refusal.status != 0) {
                fail_start(world, id, kStartFailed, refusal.message);
                return;
            }
            d.start_stage = kStageRun;
            k.schedule((overhead::kStart - kStartMounts) * world.host(world.container(id).host).disk_slowdown, Phase::Runtime, kEventContainerStartStage, id.value, kStageRun, d.start_serial);
            return;
        case kStageRun: run_main_process(world, id); return;
        default: PODIUM_ASSERT(false, "a start has three stages");
    }
}

void continue_start(World& world, ContainerId id) { start_stage(world, id, world.detail(id).start_stage); }

void give_up_start(World& world, ContainerId id, const std::string& message) { fail_start(world, id, kStartFailed, message); }

void take_up_main(World& world, ContainerId id, std::uint32_t host_pid) {
    Container& c = world.container(id);
    ContainerDetail& d = world.detail(id);
    d.next_pid = 1;
    d.host_pid = host_pid;
    d.ulimits = merged_ulimits(world.spec(c).ulimits, config_of(world.host(c.host).engine));
    const Result<Identity> identity = find_identity(world, c.host, id, user_of(world, id));
    shell::Errno error = shell::Errno::None;
    std::unique_ptr<shell::Program> program = make_main_program(world, id, error);
    PODIUM_ASSERT(identity && program, "what ran in outline can be run");
    ProcessSpec process = main_process(world, id, std::move(program), identity->home);
    process.role = ProcessRole::Main;
    process.taken_up = host_pid;
    const Time first_step = c.started + kFirstProcess;
    process.start_delay = std::max(first_step - world.kernel.now(), Duration{});
    CauseScope scope(world.kernel, c.last_fact);
    d.main = start_process(world, std::move(process));
    Process& row = world.processes.at(d.main);
    row.started = c.started;
    if (first_step <= world.kernel.now()) handle_process_step(world, d.main, row.wake_serial);
}

void begin_start(World& world, ContainerId id, StartReason reason, bool reset, RequestId request) {
    ContainerDetail& d = world.detail(id);
    if (reset) ++world.container(id).timer_serial;
    d.start_reason = reason;
    d.start_request = request;
    ++d.start_serial;
    d.start_stage = kStageNetwork;
    world.kernel.schedule(kStartNetwork, Phase::Runtime, kEventContainerStartStage, id.value, kStageNetwork, d.start_serial);
}

}  // namespace podium::model
