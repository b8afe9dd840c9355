#include "sim/view/run_end.hpp"

#include <utility>

#include "sim/model/container.hpp"
#include "sim/model/restore.hpp"

namespace podium::view {
namespace {

using model::ExitDecision;

// What containerd says of a task that it lost with its host (moby process.Delete).
constexpr std::int64_t kLostWithItsHost = 255;

constexpr int kSignalKill = 9;
constexpr int kSignalTerm = 15;

// Signals that end who doesn't mind them: these bring about what follows, if anything does.
bool is_to_end(const model::World& world, model::ContainerId container, std::int64_t signal) {
    if (signal == kSignalKill || signal == kSignalTerm) return true;
    return world.container(container).detail && signal == model::stop_signal_of(world, container);
}

FactKind kind_of(const model::World& world, FactId fact) {
    const Journal& journal = world.kernel.journal();
    return journal.has(fact) ? journal.at(fact).kind : FactKind{0};
}

}  // namespace

bool RunFollower::wants(FactKind kind) {
    return kind == model::kFactContainerStart || kind == model::kFactContainerKill || kind == model::kFactProcessKilled || kind == model::kFactContainerDie ||
           kind == model::kFactContainerFoundDead;
}

std::optional<RunEnd> RunFollower::follow(const model::World& world, const FactReader& reader, const Fact& fact) {
    const bool killed = fact.kind == model::kFactContainerKill || fact.kind == model::kFactProcessKilled;
    if (killed && is_to_end(world, model::ContainerId{fact.subject.id()}, reader.number(fact, "signal"))) signal_ = fact.id;
    if (fact.kind == model::kFactContainerStart) {
        signal_ = {};
        runs_ = true;
    }
    if (fact.kind != model::kFactContainerDie && fact.kind != model::kFactContainerFoundDead) return std::nullopt;
    const bool ran = std::exchange(runs_, false);
    const std::int64_t exit = reader.number(fact, "exit");
    if (fact.kind == model::kFactContainerFoundDead) {
        // One in back-off, whose restart was the engine's to make: its status is taken for 0 (moby restore).
        if (!ran) return RunEnd::Failed;
        return found_late(world, exit, reader.number(fact, "signal"));
    }
    switch (static_cast<ExitDecision>(reader.number(fact, "decision"))) {
        case ExitDecision::Restart: return RunEnd::Restarts;
        case ExitDecision::ManuallyStopped:
        case ExitDecision::EngineStopping:
        case ExitDecision::RestartRequested: return RunEnd::Stopped;
        case ExitDecision::StaysDown:
        case ExitDecision::Succeeded:
        case ExitDecision::OutOfAttempts: break;
    }
    // A server that was told to end may do it while it answers somebody, who is its end's cause then.
    const FactKind cause = kind_of(world, fact.cause);
    if (cause == model::kFactContainerKill || kind_of(world, signal_) == model::kFactContainerKill) return RunEnd::Stopped;
    const bool by_itself = static_cast<model::ExitHow>(reader.number(fact, "how")) == model::ExitHow::Exited && cause != model::kFactProcessKilled;
    return exit == 0 && by_itself ? RunEnd::Done : RunEnd::Failed;
}

RunEnd RunFollower::unseen(const model::World& world, model::ContainerId container) const {
    const model::ContainerDetail& detail = world.detail(container);
    return found_late(world, detail.pending_exit_code, detail.pending_signal);
}

RunEnd RunFollower::found_late(const model::World& world, std::int64_t exit, std::int64_t signal) const {
    if (exit == kLostWithItsHost && signal == 0) return RunEnd::Failed;
    const FactKind cause = kind_of(world, signal_);
    if (cause == model::kFactContainerKill) return RunEnd::Stopped;
    return exit == 0 && signal == 0 && cause != model::kFactProcessKilled ? RunEnd::Done : RunEnd::Failed;
}

std::optional<Time> ended_unseen(const model::World& world, model::ContainerId container) {
    const model::Container& c = world.container(container);
    if (!c.detail || c.process_alive || c.detail->pending_end == Time{}) return std::nullopt;
    return c.detail->pending_end;
}

bool gone_unseen(const model::World& world, model::ContainerId container) {
    const model::Container& c = world.container(container);
    const bool runs = c.state == model::ContainerState::Running || c.state == model::ContainerState::Paused;
    if (!runs || (!c.detail && !c.outline) || c.process_alive) return false;
    const model::EngineState engine = world.host(c.host).engine.state;
    return engine != model::EngineState::Running && engine != model::EngineState::Stopping;
}

}  // namespace podium::view
