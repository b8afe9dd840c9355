#include "sim/view/sentences.hpp"

#include <fmt/format.h>

#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/model/container.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/explain.hpp"
#include "sim/view/orchestration_sentences.hpp"
#include "sim/view/tell_orchestration.hpp"

namespace podium::view {
namespace {

using model::ContainerId;
using model::ExitDecision;
using model::ExitHow;
using model::StartReason;

constexpr std::int64_t kMinute = 60'000'000'000;

ContainerId container_of(const Fact& fact) {
    return ContainerId{fact.subject.id()};
}

std::string host_of_terminal(const FactReader& facts, const Fact& fact) {
    const std::string terminal = facts.text(fact, "terminal");
    return terminal.substr(0, terminal.find('/'));
}

std::string start_sentence(const model::World& world,
                           const FactReader& facts,
                           const Fact& fact,
                           const std::string& who) {
    const std::string policy = policy_text(world, container_of(fact));
    switch (static_cast<StartReason>(facts.number(fact, "reason"))) {
        case StartReason::Request:
            return fmt::format("{} started, as it was asked to.", who);
        case StartReason::RestartPolicy:
            return fmt::format("The engine restarted {} (restart {}): the delay of {} was over.",
                               who,
                               facts.number(fact, "attempt"),
                               seconds_text(facts.number(fact, "backoff")));
        case StartReason::EngineStart:
            return fmt::format(
                "The engine had come up and started {}, because its restart policy is {}.",
                who,
                policy);
        case StartReason::RestartRequest:
            return fmt::format("{} started again, as the restart asked.", who);
    }
    return {};
}

std::string asked_sentence(const Asked& asked, const std::string& policy) {
    switch (asked.by) {
        case Asked::By::Stop:
            return fmt::format(
                "It had been stopped through docker, so its restart policy {} does not act: it stays "
                "down.",
                policy);
        case Asked::By::Signal:
            return fmt::format(
                "It had been sent {} through docker, which counts as a stop, so its restart policy "
                "{} does not act: it stays down.",
                model::signal_text(asked.signal),
                policy);
        case Asked::By::EngineStart:
            return fmt::format(
                "The engine had found it running as it started, and stopped it first, so its "
                "restart policy {} does not act on this.",
                policy);
    }
    return {};
}

std::string decision_sentence(const model::World& world,
                              const FactCatalogue& catalogue,
                              const FactReader& facts,
                              const Fact& fact) {
    const std::string policy = policy_text(world, container_of(fact));
    switch (static_cast<ExitDecision>(facts.number(fact, "decision"))) {
        case ExitDecision::StaysDown:
            // Of a swarm's task the managers decide, which is told as such.
            return world.spec(world.container(container_of(fact))).of_agent ? "" : "It has no restart policy, so it stays down.";
        case ExitDecision::Restart:
            return fmt::format("Its restart policy is {}, so the engine is to restart it after {}.",
                               policy,
                               seconds_text(facts.number(fact, "backoff")));
        case ExitDecision::Succeeded:
            return fmt::format(
                "Its restart policy is {}, and status 0 is no failure: it stays down.", policy);
        case ExitDecision::OutOfAttempts:
            return fmt::format(
                "Its restart policy is {}, and those restarts have been used up: it stays down.",
                policy);
        case ExitDecision::ManuallyStopped:
            return asked_sentence(asked_for(world, catalogue, fact), policy);
        case ExitDecision::EngineStopping:
            return "The engine was on its way down or had been away, so nothing restarts it for "
                   "now.";
        case ExitDecision::RestartRequested:
            return "A restart had been asked for, which starts it again at once.";
    }
    return {};
}

std::string die_sentence(const model::World& world,
                         const FactCatalogue& catalogue,
                         const FactReader& facts,
                         const Fact& fact,
                         const std::string& who) {
    const std::int64_t exit = facts.number(fact, "exit");
    std::string how;
    switch (static_cast<ExitHow>(facts.number(fact, "how"))) {
        case ExitHow::Exited:
            how = fmt::format("Its process ended: {} exited with status {}", who, exit);
            break;
        case ExitHow::Signalled:
            how = fmt::format("The signal {} ended its process: {} died with status {}",
                              model::signal_text(static_cast<int>(facts.number(fact, "signal"))),
                              who,
                              exit);
            break;
        case ExitHow::OutOfMemory:
            how = fmt::format(
                "The kernel killed its process for using more memory than it may: {} died with "
                "status {}",
                who,
                exit);
            break;
    }
    const std::string decision = decision_sentence(world, catalogue, facts, fact);
    return fmt::format("{}, {} after its start.{}{}",
                       how,
                       seconds_text(facts.number(fact, "ran")),
                       decision.empty() ? "" : " ",
                       decision);
}

std::string health_sentence(const model::World& world, const FactReader& facts, const Fact& fact, const std::string& who) {
    const std::string status = facts.text(fact, "status");
    if (status == "healthy")
        return fmt::format("Its health check passed, so {} counts as healthy.", who);
    // dockerd's daemon/cluster/executor/container/controller.go, Wait: an unhealthy task's container is stopped.
    const bool of_task = world.spec(world.container(container_of(fact))).of_agent;
    const std::int64_t streak = facts.number(fact, "streak");
    return fmt::format("Its health check failed {}, so {} counts as {}. {}",
                       streak == 1 ? std::string("once") : fmt::format("{} times in a row", streak),
                       who,
                       status,
                       of_task ? "The node's agent stops it for that, and the swarm replaces it."
                               : "The engine only notes that: no restart policy looks at health.");
}

std::string container_sentence(const model::World& world,
                               const FactCatalogue& catalogue,
                               const FactReader& facts,
                               const Fact& fact,
                               const ServiceNames& names) {
    const std::string who = names.label(world, container_of(fact));
    const Telling telling = tell(world, catalogue, fact, names);
    switch (fact.kind) {
        case model::kFactContainerCreate: {
            const std::string name = facts.text(fact, "name");
            return fmt::format("{} was created from the image {}{}.",
                               who,
                               facts.text(fact, "image"),
                               name == who ? "" : fmt::format(" (container {})", name));
        }
        case model::kFactContainerStart:
            return start_sentence(world, facts, fact, who);
        case model::kFactContainerDie:
            return die_sentence(world, catalogue, facts, fact, who);
        case model::kFactContainerFoundDead:
            return fmt::format(
                "When the engine came up, it found {} dead, with status {}: its process had ended while "
                "the engine was away. {}",
                who,
                facts.number(fact, "exit"),
                world.spec(world.container(container_of(fact))).of_agent
                    ? std::string("It is a task of a swarm: the managers decide what follows.")
                    : fmt::format("Its restart policy is {}.", policy_text(world, container_of(fact))));
        case model::kFactContainerKill:
            return fmt::format("The engine sent {} the signal {}.",
                               who,
                               model::signal_text(static_cast<int>(facts.number(fact, "signal"))));
        case model::kFactContainerStop:
            return fmt::format("That completed the stop of {}.", who);
        case model::kFactContainerRestart:
            return fmt::format("That completed the restart of {}.", who);
        case model::kFactContainerOom:
            return fmt::format("{} reached its memory limit ({}).", who, telling.why);
        case model::kFactContainerPause:
            return fmt::format("{} was paused: its processes stand still.", who);
        case model::kFactContainerUnpause:
            return fmt::format("{} went on after the pause.", who);
        case model::kFactContainerDestroy:
            return fmt::format("{} was removed.", who);
        case model::kFactContainerExecStart:
            return fmt::format(
                "In {} somebody ran (docker exec): {}", who, trim(facts.text(fact, "command")));
        case model::kFactContainerHealthStatus:
            return health_sentence(world, facts, fact, who);
        case model::kFactContainerStartFailed:
            return fmt::format("{} could not be started: {}", who, facts.text(fact, "error"));
        case model::kFactContainerRestartCancelled:
            return fmt::format(
                "The restart of {} was called off: {}.", who, facts.text(fact, "reason"));
        default:
            return fmt::format(
                "{}: {}{}.", who, telling.what, telling.why.empty() ? "" : ", " + telling.why);
    }
}

std::string host_sentence(const model::World& world, const FactReader& facts, const Fact& fact) {
    const std::string host = facts.text(fact, "host");
    switch (fact.kind) {
        case model::kFactEngineUp:
            return fmt::format("The engine of {} answered again.", host);
        case model::kFactEngineStopping:
            if (world.host(model::HostId{fact.subject.id()}).engine.live_restore)
                return fmt::format("The engine of {} began to stop: its containers go on without it (live-restore).", host);
            return fmt::format(
                "The engine of {} began to stop: it sends every container its stop signal, and "
                "KILL to what has not ended when its grace time (10 s unless given) is over.",
                host);
        case model::kFactEngineStopped:
            return fmt::format("The engine of {} was down.", host);
        case model::kFactEngineCrashed:
            return fmt::format("The engine of {} was killed; its containers went on without it.",
                               host);
        case model::kFactEngineStarting:
            return fmt::format("The engine of {} began to start.", host);
        case model::kFactEngineRefused:
            return fmt::format("The engine of {} did not start: {}.", host, facts.text(fact, "error"));
        case model::kFactHostDown:
            return fmt::format("{} went down: {}.", host, facts.text(fact, "reason"));
        case model::kFactHostUp:
            return fmt::format("{} was up again: {}.", host, facts.text(fact, "reason"));
        default:
            return fmt::format("The disk of {} was full: {} could not be written.",
                               host,
                               facts.text(fact, "path"));
    }
}

bool is_host_fact(FactKind kind) {
    return (kind >= model::kFactEngineUp && kind <= model::kFactHostUp) || kind == model::kFactEngineRefused ||
           kind == model::kFactDiskFull;
}

std::string after_semicolon(const std::string& reason) {
    return reason.empty() ? std::string() : "; " + reason;
}

std::string fault_sentence(const FactReader& facts, const Fact& fact, std::string_view name) {
    const std::string text = facts.text(fact, "text");
    if (name == "fault.end") return fmt::format("The fault was lifted: {}.", text);
    if (name == "fault.missed")
        return fmt::format("A fault was to be injected but found nothing to break: {}{}.",
                           text,
                           after_semicolon(facts.text(fact, "reason")));
    return fmt::format("A fault was injected, on purpose: {}.", text);
}

std::string pull_sentence(const model::World& world, const FactReader& facts, const Fact& fact) {
    const std::string& host = world.host(model::HostId{fact.subject.id()}).spec.name;
    const std::string image = facts.text(fact, "name");
    if (fact.kind == model::kFactImagePull)
        return fmt::format("The image {} was on {}.", image, host);
    if (fact.kind == model::kFactPullFailed)
        return fmt::format(
            "{} could not pull the image {}: {}", host, image, facts.text(fact, "error"));
    const std::int64_t bytes = facts.number(fact, "bytes");
    return fmt::format(
        "{} began to pull the image {}, {}.",
        host,
        image,
        bytes <= 0 ? "all of which it had" : megabytes_text(bytes) + " of it");
}

std::string killed_sentence(const model::World& world, const FactReader& facts, const Fact& fact, const ServiceNames& names) {
    const std::string who = names.label(world, container_of(fact));
    const std::string signal = model::signal_text(static_cast<int>(facts.number(fact, "signal")));
    if (static_cast<model::KillSource>(facts.number(fact, "how")) ==
        model::KillSource::HostOutOfMemory) {
        return fmt::format(
            "The memory of the host was used up, and the kernel chose the process of {} to end.",
            who);
    }
    return fmt::format(
        "The main process of {} got {} past the engine, which takes what follows for a crash.",
        who,
        signal);
}

}  // namespace

std::int64_t FactReader::number(const Fact& fact, std::string_view name) const {
    return facts_->field(fact, name, world_->kernel.interner()).number;
}

std::string FactReader::text(const Fact& fact, std::string_view name) const {
    return std::string(facts_->field(fact, name, world_->kernel.interner()).text);
}

std::string seconds_text(std::int64_t nanoseconds) {
    if (nanoseconds > 0 && nanoseconds % kMinute == 0)
        return fmt::format("{} min", nanoseconds / kMinute);
    return format_seconds(nanoseconds, 1) + " s";
}

std::string megabytes_text(std::int64_t bytes) {
    return bytes < 1'000'000 ? "less than 1 MB" : fmt::format("{} MB", bytes / 1'000'000);
}

std::string policy_text(const model::World& world, ContainerId container) {
    const model::Container& c = world.container(container);
    std::string text(model::restart_policy_name(c.policy));
    if (c.policy == model::RestartPolicyKind::OnFailure && c.maximum_retries != 0)
        text += fmt::format(":{}", c.maximum_retries);
    return text;
}

namespace {

// The last signal the engine sent in the run that a death ended; none: 0.
FactId last_signal(const Journal& journal, const Fact& die) {
    for (FactId id = die.id; id.value > 0 && journal.has(FactId{id.value - 1});) {
        --id.value;
        const Fact fact = journal.at(id);
        if (fact.subject != die.subject) continue;
        if (fact.kind == model::kFactContainerKill) return id;
        if (fact.kind == model::kFactContainerStart) break;
    }
    return {};
}

}  // namespace

Asked asked_for(const model::World& world, const FactCatalogue& facts, const Fact& die) {
    const FactReader reader(world, facts);
    const Journal& journal = world.kernel.journal();
    Asked out;
    // The last signal of this run: what the die fact names as its cause can be what the container did meanwhile.
    FactId id = last_signal(journal, die);
    for (bool nearest = true; journal.has(id); nearest = false) {
        const Fact fact = journal.at(id);
        if (fact.kind == model::kFactEngineStarting) out.by = Asked::By::EngineStart;
        if (fact.kind != model::kFactContainerKill) break;
        const auto signal = static_cast<int>(reader.number(fact, "signal"));
        const bool stops =
            signal == 9 || signal == model::stop_signal_of(world, container_of(fact));
        if (nearest && !stops) out = {Asked::By::Signal, signal};
        id = fact.cause;
    }
    return out;
}

std::string rule_text(const model::World& world, const FactCatalogue& facts, const Fact& die) {
    const FactReader reader(world, facts);
    switch (static_cast<ExitDecision>(reader.number(die, "decision"))) {
        case ExitDecision::StaysDown:
            if (world.spec(world.container(container_of(die))).of_agent)
                return "The rule: the engine restarts no task; the swarm's managers put another in its place.";
            return "The rule: without a restart policy (no) a container that has ended stays down "
                   "until somebody starts it.";
        case ExitDecision::Restart:
            return "The rule: the delay before a restart doubles from 0.1 s up to 1 min, and "
                   "begins anew after a run of 10 s; a stop or kill through docker ends it.";
        case ExitDecision::Succeeded:
            return "The rule: on-failure restarts what ended with a status other than 0, and "
                   "nothing else.";
        case ExitDecision::OutOfAttempts:
            return "The rule: on-failure:N gives up after N restarts; a start through docker "
                   "counts anew.";
        case ExitDecision::ManuallyStopped:
            return "The rule: a stop or kill through docker, with any signal, puts the policy out "
                   "of action until the next start; always acts again when the engine starts, "
                   "unless-stopped does not.";
        case ExitDecision::EngineStopping:
            return "The rule: what a restart policy covers is decided anew when the engine has "
                   "started again.";
        case ExitDecision::RestartRequested:
            return "The rule: a restart through docker is a stop and a start; the policy has no "
                   "part in it, and counts its restarts anew.";
    }
    return {};
}

namespace {

std::string sentence_as_written(const model::World& world,
                                const FactCatalogue& facts,
                                const Fact& fact,
                                const ServiceNames& names) {
    const FactReader reader(world, facts);
    const FactSpec* spec = facts.find(fact.kind);
    if (spec == nullptr) return {};
    if (is_container_fact(fact.kind))
        return container_sentence(world, facts, reader, fact, names);
    if (is_host_fact(fact.kind)) return host_sentence(world, reader, fact);
    if (fact.kind == model::kFactPullBegin || fact.kind == model::kFactImagePull ||
        fact.kind == model::kFactPullFailed)
        return pull_sentence(world, reader, fact);
    if (fact.kind == model::kFactProcessKilled) return killed_sentence(world, reader, fact, names);
    if (is_orchestration_fact(fact.kind)) return orchestration_sentence(reader, fact);
    if (spec->name.starts_with("fault.")) return fault_sentence(reader, fact, spec->name);
    if (spec->name == "command.line")
        return fmt::format(
            "On {} somebody typed: {}", host_of_terminal(reader, fact), reader.text(fact, "line"));
    if (spec->name == "command.interrupt")
        return fmt::format("On {} somebody pressed Ctrl-C.", host_of_terminal(reader, fact));
    const Telling telling = tell(world, facts, fact, names);
    return fmt::format("{}{}{}{}.",
                       telling.who,
                       telling.who.empty() ? "" : ": ",
                       telling.what,
                       telling.why.empty() ? "" : ", " + telling.why);
}

}  // namespace

std::string sentence(const model::World& world, const FactCatalogue& facts, const Fact& fact, const ServiceNames& names) {
    return printable(sentence_as_written(world, facts, fact, names));
}

std::string host_state(const model::World& world, const FactCatalogue& facts, const Fact& fact) {
    const FactReader reader(world, facts);
    const std::string host = reader.text(fact, "host").empty()
                                 ? world.host(model::HostId{fact.subject.id()}).spec.name
                                 : reader.text(fact, "host");
    const std::string when = format_time(fact.time);
    switch (fact.kind) {
        case model::kFactEngineUp:
            return fmt::format("{} is up and its engine answers, again since {}.", host, when);
        case model::kFactEngineStopping:
            return fmt::format("{} is up; its engine stops, since {}.", host, when);
        case model::kFactEngineStopped:
            return fmt::format("{} is up, but its engine is down, since {}.", host, when);
        case model::kFactEngineCrashed:
            return fmt::format("{} is up, but its engine was killed at {}.", host, when);
        case model::kFactEngineStarting:
            return fmt::format("{} is up; its engine starts, since {}.", host, when);
        case model::kFactEngineRefused:
            return fmt::format("{} is up, but its engine does not start, since {}: {}.", host, when, reader.text(fact, "error"));
        case model::kFactHostDown:
            return fmt::format("{} is down, since {}.", host, when);
        case model::kFactHostUp:
            return fmt::format("{} is up, since {}.", host, when);
        case model::kFactDiskFull:
            return fmt::format("The disk of {} is full; that was met at {}.", host, when);
        default:
            return fmt::format("The last that happened to {} was at {}.", host, when);
    }
}

}  // namespace podium::view
