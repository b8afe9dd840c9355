#include "sim/model/engine_process.hpp"

#include <algorithm>

#include "sim/model/daemon_file.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/process.hpp"
#include "sim/model/process_table.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

constexpr std::string_view kUnitKeeper = "/lib/systemd/systemd";

// systemd's own part of a restart; it ends when the engine was started, by it or by somebody else.
class UnitRestart final : public shell::Program {
  public:
    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override { return std::make_unique<UnitRestart>(*this); }

    shell::Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        const HostId host = context.row().host;
        const EngineState state = context.world().host(host).engine.state;
        if (state == EngineState::Running || state == EngineState::Starting) return shell::Step::exit(0);
        if (state != EngineState::Stopped) return shell::Step::block(context.now() + kUnitLook);
        if (due_ == kNever) due_ = context.now() + kUnitRestart;
        if (context.now() < due_) return shell::Step::block(due_);
        start_engine(context.world(), host);
        return shell::Step::exit(0);
    }

  private:
    Time due_ = kNever;
};

}  // namespace

bool has_engine_process(const World& world, HostId host) { return world.host(host).up && world.host(host).engine.state != EngineState::Stopped; }

shell::Errno signal_engine(World& world, HostId host, int signal) {
    if (!has_engine_process(world, host)) return shell::Errno::NoProcess;
    switch (signal) {
        case 0: return shell::Errno::None;
        case shell::kSigKill:
            kill_engine(world, host);
            restart_unit_after_end(world, host);
            return shell::Errno::None;
        case shell::kSigTerm:
        case shell::kSigInt:
            stop_engine(world, host, false);
            restart_unit_after_end(world, host);
            return shell::Errno::None;
        case shell::kSigStop: freeze_engine(world, host); return shell::Errno::None;
        case shell::kSigCont: thaw_engine(world, host); return shell::Errno::None;
        case shell::kSigHup: read_daemon_file(world, host); return shell::Errno::None;
        default: return shell::Errno::NotModelled;
    }
}

bool is_unit_keeper(const Process& process) { return !process.container && process.background && process.argv.size() == 1 && process.argv.front() == kUnitKeeper; }

bool plans_unit_restart(const World& world, HostId host) {
    const std::vector<ProcessId> all = processes_of(world, host, {});
    return std::any_of(all.begin(), all.end(), [&world](ProcessId id) { return !world.processes.at(id).ended && is_unit_keeper(world.processes.at(id)); });
}

void cancel_unit_restart(World& world, HostId host) {
    const std::vector<ProcessId> all = processes_of(world, host, {});  // ending one changes the list
    for (const ProcessId id : all) {
        const Process* process = world.processes.find(id);
        if (process != nullptr && !process->ended && is_unit_keeper(*process)) end_process(world, id, 0, 0);
    }
}

void restart_unit_after_end(World& world, HostId host) {
    cancel_unit_restart(world, host);
    ProcessSpec spec;
    spec.program = std::make_unique<UnitRestart>();
    spec.argv = {std::string(kUnitKeeper)};
    spec.environment = std::make_shared<const std::vector<std::string>>(1, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    spec.host = host;
    spec.background = true;
    start_process(world, std::move(spec));
}

}  // namespace podium::model
