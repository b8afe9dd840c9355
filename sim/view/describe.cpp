#include "sim/view/describe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/printable.hpp"
#include "sim/base/share.hpp"
#include "sim/base/text.hpp"
#include "sim/model/prune.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/sentences.hpp"
#include "sim/view/tell_orchestration.hpp"

namespace podium::view {
namespace {

using model::ContainerId;
using model::ExitDecision;
using model::ExitHow;
using model::StartReason;

// Decoded once, read by name.
class Fields {
  public:
    Fields(const model::World& world, const FactCatalogue& facts, const Fact& fact)
        : values_(facts.fields(fact, world.kernel.interner())) {}
    [[nodiscard]] std::int64_t number(std::string_view name) const { return find(name).number; }
    [[nodiscard]] std::string text(std::string_view name) const { return std::string(find(name).text); }
    [[nodiscard]] std::string duration(std::string_view name) const { return format_seconds(find(name).number, 1) + " s"; }

  private:
    [[nodiscard]] FieldValue find(std::string_view name) const {
        for (const FieldValue& value : values_) {
            if (value.name == name) return value;
        }
        return {};
    }
    std::vector<FieldValue> values_;
};

std::string container_label(const model::World& world, const Fact& fact) {
    return model::label_of(world, ContainerId{fact.subject.id()});
}

// "host/2" is another terminal of host.
std::string host_of_terminal(const Fields& fields) {
    const std::string terminal = fields.text("terminal");
    return terminal.substr(0, terminal.find('/'));
}

// A fault without its target, which stands before it: "kill signal=TERM".
std::string fault_text(const Fields& fields) {
    const std::string whole = fields.text("text");
    const std::string begin = fields.text("id") + " " + fields.text("target");
    return whole.starts_with(begin) ? fields.text("id") + whole.substr(begin.size()) : whole;
}

// An error of the engine's as one reads it: an id of 64 digits is left out where it stands in brackets, and has 12 elsewhere.
std::string without_ids(std::string text) {
    constexpr std::size_t kId = 64;
    constexpr std::size_t kShown = 12;
    const std::string_view digits = "0123456789abcdef";
    for (std::size_t at = text.find_first_of(digits); at != std::string::npos; at = text.find_first_of(digits, at)) {
        const std::size_t end = std::min(text.find_first_not_of(digits, at), text.size());
        const bool bracketed = at >= 2 && text.compare(at - 2, 2, " (") == 0 && end < text.size() && text[end] == ')';
        if (end - at != kId) {
            at = end;
        } else if (bracketed) {
            text.erase(at - 2, kId + 3);
            at -= 2;
        } else {
            text.replace(at + kShown, kId - kShown, "…");
            at += kShown;
        }
    }
    return text;
}

// What a program said last about its failure: of lines set in under one, that one; but for where its help is ("Run 'docker
// run --help' for more information"). Nothing when that was progress, which docker compose sets in by one blank.
std::string last_line(std::string text) {
    while (true) {
        const std::size_t end = text.find_last_not_of(" \t\r\n");
        if (end == std::string::npos) return {};
        text.erase(end + 1);
        const std::size_t start = text.find_last_of("\r\n") + 1;  // npos + 1 is 0
        const std::size_t begin = text.find_first_not_of(' ', start);
        const std::string line = text.substr(begin);
        const bool help = line.find("--help'") != std::string::npos && (line.starts_with("Run '") || line.starts_with("See '"));
        if (begin == start + 1) return {};
        if (start == 0 || !(help || begin > start)) return without_ids(line);
        text.erase(begin);
    }
}

Telling tell_start(const model::World& world, const Fields& fields, const Fact& fact) {
    Telling out{container_label(world, fact), "started", {}, Tone::Good, Weight::Headline};
    switch (static_cast<StartReason>(fields.number("reason"))) {
        case StartReason::Request: out.why = "asked for"; break;
        case StartReason::RestartPolicy:
            out.what = "restarted";
            out.why = fmt::format("policy {}: restart {} after a delay of {}", policy_text(world, ContainerId{fact.subject.id()}), fields.number("attempt"), fields.duration("backoff"));
            break;
        case StartReason::EngineStart:
            out.why = fmt::format("the engine started, and its policy is {}", policy_text(world, ContainerId{fact.subject.id()}));
            break;
        case StartReason::RestartRequest: out.why = "a restart was asked for"; break;
    }
    return out;
}

// Why a policy does not act.
std::string asked_text(const Asked& asked, const std::string& policy) {
    switch (asked.by) {
        case Asked::By::Stop: return fmt::format("stays down: stopped by hand, so policy {} does not act", policy);
        case Asked::By::Signal: return fmt::format("stays down: docker sent it {}, so policy {} does not act", model::signal_text(asked.signal), policy);
        case Asked::By::EngineStart: return "stays down for now: the engine that starts stops what it finds running";
    }
    return {};
}

// A task of a swarm: its engine leaves it alone.
bool is_task(const model::World& world, const Fact& fact) { return world.spec(world.container(ContainerId{fact.subject.id()})).of_agent; }

std::string decision_text(const model::World& world, const FactCatalogue& facts, const Fields& fields, const Fact& fact) {
    const std::string policy = policy_text(world, ContainerId{fact.subject.id()});
    switch (static_cast<ExitDecision>(fields.number("decision"))) {
        case ExitDecision::StaysDown: return is_task(world, fact) ? "what follows is the swarm's to decide" : "stays down: its restart policy is no";
        case ExitDecision::Restart: return fmt::format("policy {} restarts it in {}", policy, fields.duration("backoff"));
        case ExitDecision::Succeeded: return "stays down: on-failure restarts only what failed";
        case ExitDecision::OutOfAttempts: return fmt::format("stays down: {} has no attempts left", policy);
        case ExitDecision::ManuallyStopped: return asked_text(asked_for(world, facts, fact), policy);
        case ExitDecision::EngineStopping: return "stays down for now: the engine stops or was away";
        case ExitDecision::RestartRequested: return "is being restarted by hand";
    }
    return {};
}

Telling tell_die(const model::World& world, const FactCatalogue& facts, const Fields& fields, const Fact& fact) {
    Telling out{container_label(world, fact), {}, {}, Tone::Bad, Weight::Headline};
    const std::int64_t exit = fields.number("exit");
    switch (static_cast<ExitHow>(fields.number("how"))) {
        case ExitHow::Exited: out.what = fmt::format("exited with status {}", exit); break;
        case ExitHow::Signalled: out.what = fmt::format("died of {} ({})", model::signal_text(static_cast<int>(fields.number("signal"))), exit); break;
        case ExitHow::OutOfMemory: out.what = fmt::format("OOM-killed ({})", exit); break;
    }
    out.what += fmt::format(" after {}", fields.duration("ran"));
    if (exit == 0) out.tone = Tone::Plain;
    out.why = decision_text(world, facts, fields, fact);
    return out;
}

// The engine that starts finds that a run ended while nobody looked.
Telling tell_found_dead(const model::World& world, const Fields& fields, const Fact& fact) {
    const std::string policy = policy_text(world, ContainerId{fact.subject.id()});
    Telling out{container_label(world, fact), fmt::format("is found dead ({})", fields.number("exit")), {}, Tone::Bad, Weight::Headline};
    out.why = is_task(world, fact) ? "it ended while the engine was away"
              : policy == "no" ? "it ended while the engine was away; its restart policy is no"
                             : fmt::format("it ended while the engine was away; whether policy {} starts it is decided next", policy);
    return out;
}

Telling tell_container(const model::World& world, const FactCatalogue& facts, const Fields& fields, const Fact& fact) {
    Telling out{container_label(world, fact), {}, {}, Tone::Plain, Weight::Headline};
    switch (fact.kind) {
        case model::kFactContainerCreate:
            out.what = "created";
            out.why = fmt::format("from image {}, as {}", fields.text("image"), fields.text("name"));
            break;
        case model::kFactContainerStart: return tell_start(world, fields, fact);
        case model::kFactContainerDie: return tell_die(world, facts, fields, fact);
        case model::kFactContainerFoundDead: return tell_found_dead(world, fields, fact);
        case model::kFactContainerAttach:
            out.what = "is attached to";
            out.weight = Weight::Detail;
            break;
        case model::kFactContainerTop:
            out.what = "is asked for its processes";
            out.weight = Weight::Detail;
            break;
        case model::kFactContainerArchivePath:
            out.what = "is copied from";
            out.weight = Weight::Detail;
            break;
        case model::kFactContainerExtractToDir:
            out.what = "is copied into";
            out.weight = Weight::Detail;
            break;
        case model::kFactContainerDetach:
        case model::kFactContainerExecDetach:
            out.what = "is detached from";
            out.weight = Weight::Detail;
            break;
        case model::kFactContainerCommit: {
            const std::string name = fields.text("imageRef");
            out.what = "became an image";
            out.why = name.empty() ? std::string("without a name") : fmt::format("called {}", name);
            break;
        }
        case model::kFactContainerKill: {
            out.what = fmt::format("is sent {}", model::signal_text(static_cast<int>(fields.number("signal"))));
            out.why = "by the engine";
            out.tone = Tone::Warning;
            break;
        }
        case model::kFactContainerStop: out.what = "stopped"; break;
        case model::kFactContainerRestart: out.what = "restart done"; break;
        case model::kFactContainerOom:
            out.what = "ran out of memory";
            out.why = fmt::format("its limit is {} MiB", world.spec(world.container(ContainerId{fact.subject.id()})).memory_bytes >> 20);
            out.tone = Tone::Bad;
            break;
        case model::kFactContainerPause: out.what = "paused"; break;
        case model::kFactContainerUnpause: out.what = "goes on after the pause"; break;
        case model::kFactContainerDestroy:
            out.what = "removed";
            out.why = "what it wrote outside of volumes is gone";
            out.tone = Tone::Warning;
            break;
        case model::kFactContainerRename:
            out.what = "renamed";
            out.why = fmt::format("to {}, from {}", fields.text("name"), fields.text("oldName").substr(fields.text("oldName").starts_with('/') ? 1 : 0));
            break;
        case model::kFactContainerUpdate:
            out.what = "updated";
            out.why = fmt::format("its restart policy is now {}", policy_text(world, ContainerId{fact.subject.id()}));
            break;
        case model::kFactContainerExecCreate:
        case model::kFactContainerExecStart:
            out.what = fact.kind == model::kFactContainerExecCreate ? "gets a command to run" : "runs a command";
            out.why = std::string(trim(fields.text("command")));
            out.weight = Weight::Detail;
            break;
        case model::kFactContainerExecDie:
            out.what = fmt::format("that command ended with {}", fields.number("exit"));
            out.weight = Weight::Detail;
            break;
        case model::kFactContainerHealthStatus: {
            const std::string status = fields.text("status");
            out.what = fmt::format("is {}", status);
            out.tone = status == "healthy" ? Tone::Good : Tone::Bad;
            const std::int64_t streak = fields.number("streak");
            out.why = status == "healthy" ? "its health check passed"
                                          : fmt::format("{}; {}",
                                                        streak == 1 ? std::string("one health check failed") : fmt::format("{} health checks in a row failed", streak),
                                                        is_task(world, fact) ? "the swarm replaces it for that" : "no restart policy looks at that");
            break;
        }
        case model::kFactContainerHealthProbe:
            out.what = fields.number("exit") == 0 ? "health check passed" : fmt::format("health check failed ({} in a row)", fields.number("streak"));
            out.weight = Weight::Detail;
            break;
        case model::kFactContainerStartFailed:
            out.what = "could not be started";
            out.why = without_ids(fields.text("error"));
            out.tone = Tone::Bad;
            break;
        case model::kFactContainerRestartCancelled:
            out.what = "will not be restarted";
            out.why = fields.text("reason");
            break;
        default: out.weight = Weight::Detail; break;
    }
    return out;
}

// A volume without a name has 64 digits instead: as many of them as of a container's id.
std::string object_label(const std::string& name) {
    const bool digits = name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
    return digits ? name.substr(0, 12) : name;
}

Telling tell_object(const Fields& fields, const Fact& fact) {
    Telling out{object_label(fields.text("name")), {}, {}, Tone::Quiet, Weight::Detail};
    switch (fact.kind) {
        case model::kFactNetworkCreate: out.what = "network created"; break;
        case model::kFactNetworkConnect:
            out.what = "network connected";
            out.why = fmt::format("to {}", fields.text("containerName"));
            break;
        case model::kFactNetworkDisconnect:
            out.what = "network disconnected";
            out.why = fmt::format("from {}", fields.text("containerName"));
            break;
        case model::kFactNetworkDestroy: out.what = "network removed"; break;
        case model::kFactVolumeCreate: out.what = "volume created"; break;
        case model::kFactVolumeMount:
            out.what = "volume mounted";
            out.why = fmt::format("at {}", fields.text("destination"));
            break;
        case model::kFactVolumeUnmount: out.what = "volume unmounted"; break;
        case model::kFactVolumeDestroy:
            out.what = "volume removed";
            out.why = "what it held is gone";
            out.tone = Tone::Warning;
            out.weight = Weight::Headline;
            break;
        case model::kFactImageTag: out.what = "image tagged"; break;
        case model::kFactImageUntag: out.what = "image untagged"; break;
        case model::kFactImageDelete: out.what = "image deleted"; break;
        default: break;
    }
    return out;
}

Telling tell_host(const model::World& world, const Fields& fields, const Fact& fact) {
    Telling out{fields.text("host"), {}, {}, Tone::Warning, Weight::Headline};
    switch (fact.kind) {
        case model::kFactEngineUp:
            out.what = "the engine answers again";
            out.tone = Tone::Good;
            break;
        case model::kFactEngineStopping:
            out.what = "the engine stops";
            out.why = world.host(model::HostId{fact.subject.id()}).engine.live_restore ? "its containers go on without it (live-restore)" : "it sends each container its stop signal, and KILL after its grace time";
            break;
        case model::kFactEngineStopped: out.what = "the engine is down"; break;
        case model::kFactEngineCrashed:
            out.what = "the engine was killed";
            out.why = "containers go on without it; nobody restarts what dies now";
            out.tone = Tone::Bad;
            break;
        case model::kFactEngineStarting: out.what = "the engine starts"; break;
        case model::kFactEngineRefused:
            out.what = "the engine does not start";
            out.why = fields.text("error");
            out.tone = Tone::Bad;
            break;
        case model::kFactHostDown:
            out.what = "the host is down";
            out.why = fields.text("reason");
            out.tone = Tone::Bad;
            break;
        case model::kFactHostUp:
            out.what = "the host is up";
            out.why = fields.text("reason");
            out.tone = Tone::Good;
            break;
        case model::kFactDiskFull:
            out.what = "the disk is full";
            out.why = fmt::format("{} could not be written", fields.text("path"));
            out.tone = Tone::Bad;
            break;
        case model::kFactContainerPrune:
        case model::kFactNetworkPrune:
        case model::kFactVolumePrune:
        case model::kFactImagePrune: {
            const bool containers = fact.kind == model::kFactContainerPrune;
            const bool volumes = fact.kind == model::kFactVolumePrune;
            out.what = fmt::format("unused {} pruned", containers ? "containers" : volumes ? "volumes" : fact.kind == model::kFactImagePrune ? "images" : "networks");
            out.tone = Tone::Plain;
            out.weight = Weight::Detail;
            break;
        }
        default: break;
    }
    return out;
}

std::string traffic_result(const Fields& fields) {
    const std::int64_t failed = fields.number("failed");
    std::string out = fmt::format("{} sent, {} lost", fields.number("sent"), failed);
    const std::int64_t share = fields.number("availability");
    if (share >= 0) out += fmt::format(", {} % answered", cut_share_text(share));
    return out;
}

Telling tell_traffic(const Fields& fields, const Fact& fact) {
    Telling out{fields.text("name"), {}, {}, Tone::Plain, Weight::Headline};
    switch (fact.kind) {
        case model::kFactTrafficBegin:
            out.what = fmt::format("requests to {} begin", fields.text("target"));
            out.why = fields.text("text");
            break;
        case model::kFactTrafficFailing:
            out.what = fmt::format("requests fail: {}", fields.text("reason"));
            out.why = fields.number("since") >= 50'000'000 ? fmt::format("{} lost in the last {}", fields.number("lost"), fields.duration("since")) : std::string();
            out.tone = Tone::Bad;
            break;
        case model::kFactTrafficPartly:
            out.what = fmt::format("some requests fail: {}", fields.text("reason"));
            out.tone = Tone::Bad;
            break;
        case model::kFactTrafficRecovered:
            out.what = "requests are answered again";
            out.why = fmt::format("{} lost in {}", fields.number("lost"), fields.duration("took"));
            out.tone = Tone::Good;
            break;
        case model::kFactTrafficSummary:
            out.what = fmt::format("traffic ends: {}", fields.text("ended"));
            out.why = traffic_result(fields);
            break;
        case model::kFactTrafficRefused:
            out.who = {};
            out.what = fmt::format("traffic {} can't begin", fields.text("text"));
            out.why = fields.text("error");
            out.tone = Tone::Bad;
            break;
        default: break;
    }
    return out;
}

std::string to_fetch(std::int64_t bytes) {
    return bytes <= 0 ? "nothing to fetch" : megabytes_text(bytes) + " to fetch";
}

// A host's pulls: what is pulled stands where there is room for it.
Telling tell_pull(const model::World& world, const Fields& fields, const Fact& fact) {
    Telling out{world.host(model::HostId{fact.subject.id()}).spec.name, {}, {}, Tone::Quiet, Weight::Headline};
    if (fact.kind == model::kFactPullBegin) {
        out.what = "pull begins";
        out.why = fmt::format("{}: {}", fields.text("name"), to_fetch(fields.number("bytes")));
    } else if (fact.kind == model::kFactImagePull) {
        out.what = "image pulled";
        out.why = fields.text("name");
    } else {
        out.what = "pull failed";
        out.why = fmt::format("{}: {}", fields.text("name"), fields.text("error"));
        out.tone = Tone::Bad;
    }
    return out;
}

// Facts of the rooms above the model are told by their names and fields.
Telling tell_other(const model::World& world, const FactCatalogue& facts, const Fields& fields, const Fact& fact) {
    const FactSpec* spec = facts.find(fact.kind);
    Telling out;
    if (spec == nullptr) return out;
    if (spec->name == "command.line") {
        out.who = host_of_terminal(fields);
        out.what = "$ " + fields.text("line");
    } else if (spec->name == "command.done") {
        out.who = host_of_terminal(fields);
        out.what = fmt::format("status {} after {}", fields.number("status"), fields.duration("took"));
        out.why = last_line(fields.text("error"));
        if (out.why.empty() || fields.number("status") == 0) out.why = fmt::format("of: {}", fields.text("line"));
        out.tone = fields.number("status") == 0 ? Tone::Quiet : Tone::Bad;
        out.weight = fields.number("status") == 0 ? Weight::Detail : Weight::Headline;
    } else if (spec->name == "command.engine_signal") {
        out.who = fields.text("host");
        out.what = fields.text("signal") == "start" ? "dockerd is started" : fmt::format("dockerd is sent {}", fields.text("signal"));
    } else if (spec->name == "command.file") {
        out.who = fields.text("host");
        out.what = "a file is replaced";
        out.why = fields.text("path");
    } else if (spec->name == "command.interrupt") {
        out.who = host_of_terminal(fields);
        out.what = "^C";
        out.tone = Tone::Warning;
    } else if (spec->name == "command.narrate") {
        out.what = fields.text("text");
    } else if (spec->name == "command.scheduler") {
        out.what = fmt::format("tasks are placed by {} from now on", fields.text("scheduler"));
    } else if (spec->name.starts_with("fault.")) {
        out.who = fields.text("target");
        out.what = fmt::format("{}: {}", spec->name == "fault.end" ? "fault ends" : "fault", fault_text(fields));
        out.why = spec->name == "fault.end" ? "" : spec->name == "fault.missed" ? "but there was nothing to break" : "injected on purpose";
        if (spec->name == "fault.missed" && !fields.text("reason").empty()) out.why += ": " + fields.text("reason");
        out.tone = spec->name == "fault.end" ? Tone::Good : Tone::Warning;
    } else {
        const bool container = fact.subject.type() == SubjectType::Container;
        const bool host = fact.subject.type() == SubjectType::Host;
        out.who = container ? container_label(world, fact) : host ? world.host(model::HostId{fact.subject.id()}).spec.name : std::string();
        out.what = spec->name == "model.not_modelled" ? "not simulated" : spec->name == "container.service" ? "its program" : std::string(spec->name);
        out.why = fields.text("text");
        out.tone = spec->name == "model.not_modelled" ? Tone::Warning : Tone::Plain;
        if (spec->name == "container.service") out.weight = Weight::Detail;
    }
    return out;
}

}  // namespace

bool is_container_fact(FactKind kind) {
    return (kind >= model::kFactContainerCreate && kind <= model::kFactContainerTop) || kind == model::kFactContainerFoundDead || model::is_aside(kind);
}

namespace {

Telling tell_as_written(const model::World& world, const FactCatalogue& facts, const Fact& fact) {
    const Fields fields(world, facts, fact);
    if (is_container_fact(fact.kind)) return tell_container(world, facts, fields, fact);
    if (is_orchestration_fact(fact.kind)) return tell_orchestration(FactReader(world, facts), fact);
    const bool pull = fact.kind == model::kFactPullBegin || fact.kind == model::kFactImagePull || fact.kind == model::kFactPullFailed;
    if (pull) return tell_pull(world, fields, fact);
    if (fact.kind >= model::kFactNetworkCreate && fact.kind <= model::kFactPullFailed) return tell_object(fields, fact);
    if ((fact.kind >= model::kFactEngineUp && fact.kind <= model::kFactHostUp) || fact.kind == model::kFactEngineRefused || fact.kind == model::kFactDiskFull || model::is_prune(fact.kind)) return tell_host(world, fields, fact);
    if (fact.kind == model::kFactProcessKilled) {
        const bool memory = static_cast<model::KillSource>(fields.number("how")) == model::KillSource::HostOutOfMemory;
        const std::string signal = model::signal_text(static_cast<int>(fields.number("signal")));
        return {container_label(world, fact), fmt::format("got {} from outside docker", signal),
                memory ? "the host's memory was used up, and the kernel chose it" : "the engine takes what follows for a crash", Tone::Bad, Weight::Headline};
    }
    if (fact.kind >= model::kFactTrafficBegin && fact.kind <= model::kFactTrafficRefused) return tell_traffic(fields, fact);
    return tell_other(world, facts, fields, fact);
}

}  // namespace

Telling tell(const model::World& world, const FactCatalogue& facts, const Fact& fact, const ServiceNames& names) {
    Telling out = tell_as_written(world, facts, fact);
    if (!names.all().empty() && fact.subject.type() == SubjectType::Container) {
        const ContainerId container{fact.subject.id()};
        const bool shared = names.is_shared(model::service_of(world, container));
        if (shared && out.who == model::label_of(world, container)) out.who = names.label(world, container);
    }
    // Names, lines and narration are of others.
    for (std::string* text : {&out.who, &out.what, &out.why}) *text = printable(*text);
    return out;
}

}  // namespace podium::view
