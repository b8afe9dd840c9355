#include "sim/model/health.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/model/accounts.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/frozen.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/unknown_image.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

// docker keeps at most this much of a probe's output, and says "..." of the rest (moby maxOutputLen).
constexpr std::size_t kMostProbeOutput = 4096;
constexpr int kTimedOut = -1;

std::vector<std::string> probe_argv(const HealthCheck& check) {
    if (check.test.front() == "CMD-SHELL") return {"/bin/sh", "-c", check.test.size() > 1 ? check.test[1] : ""};
    return {check.test.begin() + 1, check.test.end()};
}

bool wants_monitor(const Container& c) {
    return c.detail->health_check.has_value() && c.state == ContainerState::Running;
}

// A container has at most one probe that begins at an instant.
StringId probe_exec_id(World& world, ContainerId id, Time started) {
    return world.kernel.intern(make_id("exec", world.detail(id).id + "/probe", static_cast<std::uint64_t>(started.nanoseconds)));
}

// The `word` of an event: that the next round is due, else the moment at which the probe began whose time is up.
constexpr std::uint64_t kProbeDue = 0;

/// Whether more rounds like the last would change nothing. Such rounds are events of the background:
/// a run with only these ahead is quiet.
bool is_settled(const Health& health) {
    return health.status == HealthStatus::Unhealthy || (health.status == HealthStatus::Healthy && health.failing_streak == 0);
}

void schedule_probe(World& world, ContainerId id) {
    const ContainerDetail& d = world.detail(id);
    CauseScope scope(world.kernel, d.health.opened_by);
    const bool settled = is_settled(d.health);
    world.kernel.schedule(d.health_check->interval, Phase::Runtime, settled ? kEventHealthDue : kEventHealthTimeout, id.value, kProbeDue, d.health.serial);
}

void start_monitor(World& world, ContainerId id) {
    Health& health = world.detail(id).health;
    ++health.serial;
    health.open = true;
    health.opened_by = world.kernel.cause();
    health.probe = {};
    schedule_probe(world, id);
}

// moby handleProbeResult: within the start period a failure does not count unless there was a success.
void count_result(World& world, ContainerId id, int exit_code, std::string output) {
    Container& c = world.container(id);
    ContainerDetail& d = *c.detail;
    Health& health = d.health;
    const HealthStatus before = health.status;
    health.log.push_back({health.probe_started, world.kernel.now(), exit_code, std::move(output)});
    if (health.log.size() > kHealthLogEntries) health.log.erase(health.log.begin());
    if (exit_code == 0) {
        health.failing_streak = 0;
        health.status = HealthStatus::Healthy;
    } else if (health.status != HealthStatus::Starting || health.probe_started - c.started >= d.health_check->start_period) {
        ++health.failing_streak;
        if (health.failing_streak >= d.health_check->retries) health.status = HealthStatus::Unhealthy;
    }
    const StringId text = world.kernel.intern(health.log.back().output.substr(0, 200));
    const FactId probe = world.kernel.record(kFactContainerHealthProbe, Subject(SubjectType::Container, id.value), c.name, exit_code, health.failing_streak, text);
    if (health.status != before) {
        world.kernel.set_cause(probe);
        const StringId status = world.kernel.intern(health_status_name(health.status));
        record_container_event(world, id, kFactContainerHealthStatus, status, health.failing_streak);
        tell_waiters(world, id);
    }
}

void tell_not_modelled(World& world, ContainerId id, const std::string& what) {
    Health& health = world.detail(id).health;
    if (!health.not_modelled.empty()) return;
    health.not_modelled = what;
    world.kernel.record(kFactNotModelled, Subject(SubjectType::Container, id.value),
                        world.kernel.intern(fmt::format("its health check fails because of what Podium does not model: {}", what)));
}

// The line of a failed probe's output in which a program says that Podium does not model what it was asked.
std::string_view line_of_podium(std::string_view output) {
    const std::size_t at = output.find("Podium");
    if (at == std::string_view::npos) return {};
    const std::size_t newline = output.rfind('\n', at);
    const std::string_view line = output.substr(newline == std::string_view::npos ? 0 : newline + 1);
    return line.substr(0, line.find('\n'));
}

std::string take_output(World& world, Health& health) {
    std::string output;
    if (Stream* stream = world.streams.find(health.output)) {
        output = stream->buffer.substr(0, kMostProbeOutput);
        if (stream->buffer.size() > kMostProbeOutput) output += "...";
    }
    release_stream(world, health.output, true, false);
    health.output = {};
    return output;
}

void start_probe(World& world, ContainerId id) {
    Container& c = world.container(id);
    ContainerDetail& d = *c.detail;
    Health& health = d.health;
    const std::vector<std::string> argv = probe_argv(*d.health_check);
    const StringId command = world.kernel.intern(exec_text(argv));
    health.probe_started = world.kernel.now();
    const StringId exec = probe_exec_id(world, id, health.probe_started);
    record_container_event(world, id, kFactContainerExecCreate, command, exec);
    record_container_event(world, id, kFactContainerExecStart, command, exec);
    if (!c.process_alive) {  // runc exec.go; the engine has yet to hear that the container ended
        count_result(world, id, kTimedOut, "OCI runtime exec failed: exec failed: cannot exec in a stopped container: unknown");
        schedule_probe(world, id);
        return;
    }
    const Result<Identity> identity = find_identity(world, c.host, id, user_of(world, id));
    auto environment = with_home(d.environment, identity ? identity->home : "/");
    shell::Errno error = shell::Errno::None;
    auto program = stand_in_probe_over_tls(world, id, argv);
    if (program == nullptr) program = make_program(world, c.host, id, argv, environment, error, false);
    const bool installed =
        error == shell::Errno::NoEntry && may_have_been_installed(world, id, argv.front());
    if (program == nullptr &&
        (installed || (error == shell::Errno::NotModelled && is_of_unknown_image(world, id))))
        program = stand_in_probe(world, id, argv);
    if (program == nullptr) {
        // moby: an exec that can't start is a failed probe with the runtime's sentence. The event that
        // it was started came before, and none says that it died.
        const bool modelled = error != shell::Errno::NotModelled;
        if (!modelled) tell_not_modelled(world, id, fmt::format("the program {}", argv.front()));
        const std::string_view why = modelled ? "executable file not found in $PATH" : "Podium does not model this program";
        count_result(world, id, kTimedOut, fmt::format("OCI runtime exec failed: exec failed: unable to start container process: exec: \"{}\": {}: unknown", argv.front(), why));
        schedule_probe(world, id);
        return;
    }
    Stream pipe;
    pipe.kind = Stream::Kind::Pipe;
    health.output = make_stream(world, pipe);
    retain_stream(world, health.output, true, false);
    ProcessSpec process;
    process.program = std::move(program);
    process.argv = argv;
    process.environment = std::move(environment);
    process.working_directory = d.working_directory;
    process.host = c.host;
    process.container = id;
    process.role = ProcessRole::Probe;
    process.descriptors = {open_descriptor(world, 0, make_stream(world, Stream{}), true, false),
                           open_descriptor(world, 1, health.output, false, true),
                           open_descriptor(world, 2, health.output, false, true)};
    process.start_delay = kProbeExec;
    health.probe = start_process(world, std::move(process));
    world.kernel.schedule(d.health_check->timeout, Phase::Runtime, kEventHealthDue, id.value, static_cast<std::uint64_t>(health.probe_started.nanoseconds), health.serial);
}

// Lets go of the running probe; its end is told by an event and counts no more.
ProcessId give_up_probe(World& world, Health& health) {
    const ProcessId probe = health.probe;
    health.probe = {};
    if (health.output) release_stream(world, health.output, true, false);
    health.output = {};
    return probe;
}

// moby v20.10.24 ContainerExecStart: a probe over its timeout gets KILL at once, and its monitor goes on
// without waiting for its end.
void probe_over_time(World& world, ContainerId id) {
    Health& health = world.detail(id).health;
    const ProcessId probe = give_up_probe(world, health);
    const Duration timeout = world.detail(id).health_check->timeout;
    count_result(world, id, kTimedOut, fmt::format("Health check exceeded timeout ({})", format_duration(timeout)));
    if (health.open) schedule_probe(world, id);
    send_signal(world, probe, shell::kSigKill, true);
}

}  // namespace

std::string_view health_status_name(HealthStatus status) {
    switch (status) {
        case HealthStatus::None: return "none";
        case HealthStatus::Starting: return "starting";
        case HealthStatus::Healthy: return "healthy";
        case HealthStatus::Unhealthy: return "unhealthy";
    }
    return "";
}

std::optional<HealthCheck> merged_health_check(const std::optional<HealthCheck>& wanted, const std::optional<HealthCheck>& of_image) {
    if (!wanted && !of_image) return std::nullopt;
    HealthCheck check = wanted.value_or(HealthCheck{});
    if (of_image) {
        if (check.test.empty()) check.test = of_image->test;
        if (check.interval == Duration{}) check.interval = of_image->interval;
        if (check.timeout == Duration{}) check.timeout = of_image->timeout;
        if (check.start_period == Duration{}) check.start_period = of_image->start_period;
        if (check.retries == 0) check.retries = of_image->retries;
    }
    if (check.test.empty() || check.test.front() == "NONE") return std::nullopt;
    if (check.test.front() != "CMD" && check.test.front() != "CMD-SHELL") return std::nullopt;
    if (check.test.size() < 2) return std::nullopt;
    if (check.interval == Duration{}) check.interval = kHealthInterval;
    if (check.timeout == Duration{}) check.timeout = kHealthTimeout;
    if (check.retries <= 0) check.retries = kHealthRetries;
    return check;
}

void open_health_monitor(World& world, ContainerId id) {
    ContainerDetail& d = world.detail(id);
    close_health_monitor(world, id);
    if (!d.health_check) return;
    d.health.status = HealthStatus::Starting;
    d.health.failing_streak = 0;
    d.health.not_modelled.clear();
    start_monitor(world, id);
}

void update_health_monitor(World& world, ContainerId id) {
    const Container& c = world.container(id);
    if (wants_monitor(c)) {
        if (!c.detail->health.open) start_monitor(world, id);
    } else {
        close_health_monitor(world, id);
    }
}

void close_health_monitor(World& world, ContainerId id) {
    Health& health = world.detail(id).health;
    if (!health.open) return;
    health.open = false;
    ++health.serial;
    // moby CloseMonitorChannel: unhealthy "for compatibility" while nobody looks; no event.
    health.status = HealthStatus::Unhealthy;
    const ProcessId probe = give_up_probe(world, health);
    if (probe) send_signal(world, probe, shell::kSigKill, true);
}

void probe_ended(World& world, ContainerId id, ProcessId process, int exit_status) {
    CauseScope scope(world.kernel, world.kernel.cause());
    Health& health = world.detail(id).health;
    record_container_event(world, id, kFactContainerExecDie, exit_status, probe_exec_id(world, id, world.processes.at(process).started));
    forget_process(world, process);
    if (!health.open || health.probe != process) return;
    health.probe = {};
    std::string output = take_output(world, health);
    const bool failed_on_purpose = world.detail(id).failing_health > 0 && exit_status == 0;
    if (failed_on_purpose) output = "the fault failing-health makes it fail; the check itself ended with 0";
    if (exit_status != 0) {
        if (!line_of_podium(output).empty()) tell_not_modelled(world, id, std::string(line_of_podium(output)));
        else if (!health.not_modelled.empty()) output += fmt::format("Podium does not model {}\n", health.not_modelled);
    }
    count_result(world, id, failed_on_purpose ? 1 : exit_status, std::move(output));
    if (health.open) schedule_probe(world, id);
}

void probe_not_modelled(World& world, ProcessId process, const std::string& program) {
    for (const Process* at = world.processes.find(process); at != nullptr; at = world.processes.find(at->parent)) {
        if (at->role != ProcessRole::Probe) continue;
        tell_not_modelled(world, at->container, fmt::format("the program {}", program));
        return;
    }
}

void probe_lost(World& world, ContainerId id, ProcessId process, int exit_status) {
    CauseScope scope(world.kernel, world.kernel.cause());
    Health& health = world.detail(id).health;
    record_container_event(world, id, kFactContainerExecDie, exit_status, probe_exec_id(world, id, world.processes.at(process).started));
    if (health.probe == process) give_up_probe(world, health);
}

void handle_health_event(World& world, const Event& event) {
    const ContainerId id{event.subject};
    const Container& c = world.container(id);
    if (!c.detail || c.detail->health.serial != event.extra || !c.detail->health.open) return;
    if (hold_while_frozen(world, c.host, event) || !engine_notices(world, c.host)) return;
    // A monitor's rounds are caused by the start that opened it, not by one another.
    if (event.word == kProbeDue) {
        start_probe(world, id);
    } else if (c.detail->health.probe && static_cast<std::uint64_t>(c.detail->health.probe_started.nanoseconds) == event.word) {
        probe_over_time(world, id);
    }
}

}  // namespace podium::model
