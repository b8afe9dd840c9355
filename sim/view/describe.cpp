#include "sim/view/describe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"

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

std::string policy_text(const model::World& world, ContainerId container) {
    const model::Container& c = world.container(container);
    std::string text(model::restart_policy_name(c.policy));
    if (c.policy == model::RestartPolicyKind::OnFailure && c.maximum_retries != 0) text += fmt::format(":{}", c.maximum_retries);
    return text;
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

std::string decision_text(const model::World& world, const Fields& fields, const Fact& fact) {
    const std::string policy = policy_text(world, ContainerId{fact.subject.id()});
    switch (static_cast<ExitDecision>(fields.number("decision"))) {
        case ExitDecision::StaysDown: return "stays down: its restart policy is no";
        case ExitDecision::Restart: return fmt::format("policy {} restarts it in {}", policy, fields.duration("backoff"));
        case ExitDecision::Succeeded: return "stays down: on-failure restarts only what failed";
        case ExitDecision::OutOfAttempts: return fmt::format("stays down: {} has no attempts left", policy);
        case ExitDecision::ManuallyStopped:
            return fmt::format("stays down: it was stopped or signalled by hand, which puts policy {} out of action", policy);
        case ExitDecision::EngineStopping: return "stays down for now: the engine stops or was away";
    }
    return {};
}

Telling tell_die(const model::World& world, const Fields& fields, const Fact& fact) {
    Telling out{container_label(world, fact), {}, {}, Tone::Bad, Weight::Headline};
    const std::int64_t exit = fields.number("exit");
    switch (static_cast<ExitHow>(fields.number("how"))) {
        case ExitHow::Exited: out.what = fmt::format("exited with status {}", exit); break;
        case ExitHow::Signalled: out.what = fmt::format("died of signal {} (status {})", model::signal_text(static_cast<int>(fields.number("signal"))), exit); break;
        case ExitHow::OutOfMemory: out.what = fmt::format("was killed for using too much memory (status {})", exit); break;
    }
    out.what += fmt::format(" after {}", fields.duration("ran"));
    if (exit == 0) out.tone = Tone::Plain;
    out.why = decision_text(world, fields, fact);
    return out;
}

Telling tell_container(const model::World& world, const Fields& fields, const Fact& fact) {
    Telling out{container_label(world, fact), {}, {}, Tone::Plain, Weight::Headline};
    switch (fact.kind) {
        case model::kFactContainerCreate:
            out.what = "created";
            out.why = fmt::format("from image {}, as {}", fields.text("image"), fields.text("name"));
            break;
        case model::kFactContainerStart: return tell_start(world, fields, fact);
        case model::kFactContainerDie: return tell_die(world, fields, fact);
        case model::kFactContainerFoundDead: {
            Telling out = tell_die(world, fields, fact);
            out.what = fmt::format("is found dead: {}", out.what.substr(0, out.what.rfind(" after ")));
            return out;
        }
        case model::kFactContainerKill: {
            out.what = fmt::format("was sent {}", model::signal_text(static_cast<int>(fields.number("signal"))));
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
        case model::kFactContainerRename: out.what = fmt::format("renamed to {} (was {})", fields.text("name"), fields.text("oldName")); break;
        case model::kFactContainerUpdate: out.what = fmt::format("updated; its policy is now {}", policy_text(world, ContainerId{fact.subject.id()})); break;
        case model::kFactContainerExecCreate:
        case model::kFactContainerExecStart:
            out.what = fmt::format("runs: {}", fields.text("command"));
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
            out.why = status == "healthy" ? "its health check passed"
                                          : fmt::format("its health check failed {} times in a row; no restart policy looks at that", fields.number("streak"));
            break;
        }
        case model::kFactContainerHealthProbe:
            out.what = fields.number("exit") == 0 ? "health check passed" : fmt::format("health check failed ({} in a row)", fields.number("streak"));
            out.weight = Weight::Detail;
            break;
        case model::kFactContainerStartFailed:
            out.what = "could not be started";
            out.why = fields.text("error");
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

Telling tell_object(const Fields& fields, const Fact& fact) {
    Telling out{fields.text("name"), {}, {}, Tone::Quiet, Weight::Detail};
    switch (fact.kind) {
        case model::kFactNetworkCreate: out.what = "network created"; break;
        case model::kFactNetworkConnect: out.what = fmt::format("network: {} connected", fields.text("containerName")); break;
        case model::kFactNetworkDisconnect: out.what = fmt::format("network: {} disconnected", fields.text("containerName")); break;
        case model::kFactNetworkDestroy: out.what = "network removed"; break;
        case model::kFactVolumeCreate: out.what = "volume created"; break;
        case model::kFactVolumeMount: out.what = fmt::format("volume mounted at {}", fields.text("destination")); break;
        case model::kFactVolumeUnmount: out.what = "volume unmounted"; break;
        case model::kFactVolumeDestroy:
            out.what = "volume removed";
            out.why = "what it held is gone";
            out.tone = Tone::Warning;
            out.weight = Weight::Headline;
            break;
        case model::kFactPullBegin:
            out.what = fmt::format("pull begins: {} MB to fetch", fields.number("bytes") / 1'000'000);
            out.weight = Weight::Headline;
            break;
        case model::kFactImagePull:
            out.what = "image pulled";
            out.weight = Weight::Headline;
            break;
        case model::kFactPullFailed:
            out.what = "pull failed";
            out.why = fields.text("error");
            out.tone = Tone::Bad;
            out.weight = Weight::Headline;
            break;
        case model::kFactImageTag: out.what = "image tagged"; break;
        case model::kFactImageUntag: out.what = "image untagged"; break;
        case model::kFactImageDelete: out.what = "image deleted"; break;
        default: break;
    }
    return out;
}

Telling tell_host(const Fields& fields, const Fact& fact) {
    Telling out{fields.text("host"), {}, {}, Tone::Warning, Weight::Headline};
    switch (fact.kind) {
        case model::kFactEngineUp:
            out.what = "the engine answers again";
            out.tone = Tone::Good;
            break;
        case model::kFactEngineStopping:
            out.what = "the engine stops";
            out.why = "it sends TERM to every container, and KILL after 10 s";
            break;
        case model::kFactEngineStopped: out.what = "the engine is down"; break;
        case model::kFactEngineCrashed:
            out.what = "the engine was killed";
            out.why = "containers go on without it; nobody restarts what dies now";
            out.tone = Tone::Bad;
            break;
        case model::kFactEngineStarting: out.what = "the engine starts"; break;
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
            out.what = fmt::format("the disk is full: {} could not be written", fields.text("path"));
            out.tone = Tone::Bad;
            break;
        default: break;
    }
    return out;
}

std::string traffic_result(const Fields& fields) {
    const std::int64_t failed = fields.number("failed");
    std::string out = fmt::format("{} sent, {} lost", fields.number("sent"), failed);
    const std::int64_t share = fields.number("availability");
    if (share >= 0) out += fmt::format(", {}.{:02} % answered", share / 100, share % 100);
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
            out.why = fields.number("lost") > 1 ? fmt::format("{} lost since {} ago", fields.number("lost"), fields.duration("since")) : std::string();
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

// Facts of the rooms above the model are told by their names and fields.
Telling tell_other(const model::World& world, const FactCatalogue& facts, const Fields& fields, const Fact& fact) {
    const FactSpec* spec = facts.find(fact.kind);
    Telling out;
    if (spec == nullptr) return out;
    if (spec->name == "command.line") {
        out.who = fields.text("terminal");
        out.what = "$ " + fields.text("line");
    } else if (spec->name == "command.done") {
        out.who = fields.text("terminal");
        out.what = fmt::format("that line ended with {} after {}", fields.number("status"), fields.duration("took"));
        out.tone = fields.number("status") == 0 ? Tone::Quiet : Tone::Bad;
        out.weight = fields.number("status") == 0 ? Weight::Detail : Weight::Headline;
    } else if (spec->name == "command.engine_signal") {
        out.who = fields.text("host");
        out.what = fields.text("signal") == "start" ? "dockerd is started" : fmt::format("dockerd is sent {}", fields.text("signal"));
    } else if (spec->name == "command.file") {
        out.who = fields.text("host");
        out.what = fmt::format("{} is replaced", fields.text("path"));
    } else if (spec->name.starts_with("fault.")) {
        out.who = fields.text("target");
        out.what = fields.text("text");
        out.why = spec->name == "fault.end" ? "the fault ends" : spec->name == "fault.missed" ? "but there was nothing to break" : "a fault, on purpose";
        out.tone = spec->name == "fault.end" ? Tone::Good : Tone::Warning;
    } else {
        out.who = fact.subject.type() == SubjectType::Container ? container_label(world, fact) : std::string();
        out.what = fields.text("text").empty() ? std::string(spec->name) : fields.text("text");
        out.tone = spec->name == "model.not_modelled" ? Tone::Warning : Tone::Plain;
        if (spec->name == "container.service") out.weight = Weight::Detail;
    }
    return out;
}

}  // namespace

Telling tell(const model::World& world, const FactCatalogue& facts, const Fact& fact) {
    const Fields fields(world, facts, fact);
    if (fact.kind >= model::kFactContainerCreate && fact.kind <= model::kFactContainerTop) return tell_container(world, fields, fact);
    if (fact.kind >= model::kFactNetworkCreate && fact.kind <= model::kFactPullFailed) return tell_object(fields, fact);
    if ((fact.kind >= model::kFactEngineUp && fact.kind <= model::kFactHostUp) || fact.kind == model::kFactDiskFull) return tell_host(fields, fact);
    if (fact.kind == model::kFactProcessKilled) {
        return {container_label(world, fact), fmt::format("its process got {} from outside the engine", model::signal_text(static_cast<int>(fields.number("signal")))), "the engine takes what follows for a crash", Tone::Bad, Weight::Headline};
    }
    if (fact.kind >= model::kFactTrafficBegin && fact.kind <= model::kFactTrafficRefused) return tell_traffic(fields, fact);
    return tell_other(world, facts, fields, fact);
}

std::vector<FactId> causal_chain(const Journal& journal, FactId fact) {
    std::vector<FactId> chain;
    while (fact && journal.has(fact)) {
        chain.push_back(fact);
        const FactId cause = journal.at(fact).cause;
        if (cause >= fact) break;  // a cause is always earlier
        fact = cause;
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

namespace {

bool is_of_life(FactKind kind) {
    return kind >= model::kFactContainerCreate && kind < model::kFactContainerAttach && kind != model::kFactContainerExecCreate &&
           kind != model::kFactContainerExecStart && kind != model::kFactContainerExecDie && kind != model::kFactContainerHealthProbe;
}

}  // namespace

FactId last_fact_about(const model::World& world, const FactCatalogue& facts, const std::string& target, Time until) {
    const Journal& journal = world.kernel.journal();
    std::vector<Subject> subjects;
    for (const ContainerId id : model::containers_named(world, target, true)) subjects.emplace_back(SubjectType::Container, id.value);
    if (subjects.empty()) {
        if (const model::HostId host = model::host_named(world, target)) subjects.emplace_back(SubjectType::Host, host.value);
    }
    for (std::size_t i = 0; subjects.empty() && i < world.traffic.size(); ++i) {
        if (world.traffic[i].spec.name == target) subjects.emplace_back(SubjectType::Traffic, static_cast<std::uint32_t>(i + 1));
    }
    for (FactId id = journal.last(); id >= journal.first() && id; --id.value) {
        const Fact fact = journal.at(id);
        if (fact.time > until) continue;
        const bool about = std::find(subjects.begin(), subjects.end(), fact.subject) != subjects.end();
        if (about && (fact.subject.type() != SubjectType::Container || is_of_life(fact.kind))) return id;
        if (subjects.empty() && (fact.subject.type() == SubjectType::Network || fact.subject.type() == SubjectType::Volume) &&
            facts.field(fact, "name", world.kernel.interner()).text == target) {
            return id;
        }
    }
    return {};
}

std::string explain(const model::World& world, const FactCatalogue& facts, const std::string& target, Time until) {
    const FactId last = last_fact_about(world, facts, target, until);
    if (!last) return {};
    const Journal& journal = world.kernel.journal();
    std::string out;
    std::size_t depth = 0;
    for (const FactId id : causal_chain(journal, last)) {
        const Fact fact = journal.at(id);
        const Telling telling = tell(world, facts, fact);
        if (telling.weight == Weight::Detail && id != last) continue;
        out += fmt::format("{:>11}  {}{}{}{}\n", format_time(fact.time), depth == 0 ? "" : "└ ", telling.who.empty() ? "" : telling.who + " ", telling.what, telling.why.empty() ? "" : ": " + telling.why);
        ++depth;
    }
    return out;
}

}  // namespace podium::view
