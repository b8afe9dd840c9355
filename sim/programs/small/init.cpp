#include <array>
#include <fmt/format.h>

#include "sim/model/main_program.hpp"
#include "sim/model/process_table.hpp"
#include "sim/programs/small/program.hpp"
#include "sim/programs/small/table.hpp"
#include "sim/shell/signals.hpp"

// tini, which `--init` puts before a container's command (docker-init, tini 0.19): it starts the
// command as its child, passes on the signals it gets, and exits as the child did.

namespace podium::programs {
namespace small {
namespace {

/// Signals tini passes on; the kernel's own ones for it (CHLD) and faults are its own affair.
constexpr std::array kPassedOn = {shell::kSigHup,
                                  shell::kSigInt,
                                  3,
                                  shell::kSigUsr1,
                                  shell::kSigUsr2,
                                  shell::kSigAlrm,
                                  shell::kSigTerm,
                                  18,
                                  shell::kSigWinch};

constexpr Duration kReap = milliseconds(1);
constexpr int kChildPid = 2;

class Init final : public Cloned<Init> {
  public:
    explicit Init(std::vector<std::string> argv) : argv_(std::move(argv)) {}

    Step step(System& system) override {
        if (child_ == 0) {
            for (const int signal : kPassedOn)
                system.set_disposition(signal, shell::Disposition::Catch);
            if (const Errno error = start_main(system); error != Errno::None) {
                // tini.c spawn_process: the child says so and ends as a shell would.
                complain(system,
                         fmt::format("[FATAL tini ({})] exec {} failed", kChildPid, argv_.front()),
                         errno_text(error));
                return Step::exit(error == Errno::NoEntry ? 127 : 126);
            }
        }
        while (const int signal = system.take_signal())
            system.kill(child_, signal);
        if (!ended_) {
            ended_ = system.reap(child_);
            // Noticing the child's end, reaping and leaving take a moment in which what else runs in
            // the container goes on (measured: an exec'd `kill 1` ends with 0 before it is torn down).
            if (!ended_) return Step::block();
            leaves_at_ = system.now() + kReap;
        }
        return system.now() < leaves_at_ ? Step::block(leaves_at_) : Step::exit(*ended_);
    }

  private:
    // Starts the container's program; what stops it from being started.
    Errno start_main(System& system) {
        ProcessContext& context = ProcessContext::of(system);
        model::World& world = context.world();
        const model::ContainerId container = context.row().container;
        if (world.detail(container).argv != argv_) {  // not the container's own command line
            const shell::Spawned spawned = spawn_child(system, argv_, *context.row().environment);
            child_ = spawned.pid;
            return spawned.error;
        }
        Errno error = Errno::None;
        auto program = model::make_main_program(world, container, error);
        if (program == nullptr) return error == Errno::NotModelled ? Errno::NoEntry : error;
        const model::Process& self = context.row();
        error = model::room_for_process(world, self.host, container);
        if (error != Errno::None) return error;
        model::ProcessSpec spec;
        spec.program = std::move(program);
        spec.argv = argv_;
        spec.environment = self.environment;
        spec.working_directory = self.working_directory;
        spec.host = self.host;
        spec.container = container;
        spec.parent = context.id();
        spec.start_delay = model::kSpawn;
        for (const model::Descriptor& open : self.descriptors)
            spec.descriptors.push_back(model::open_descriptor(
                world, open.number, open.stream, open.reading, open.writing));
        child_ = world.processes.at(model::start_process(world, std::move(spec))).pid;
        return Errno::None;
    }

    std::vector<std::string> argv_;
    shell::Pid child_ = 0;
    std::optional<int> ended_;
    Time leaves_at_{};
};

}  // namespace
}  // namespace small

std::unique_ptr<shell::Program> make_init(const std::vector<std::string>& argv) {
    return std::make_unique<small::Init>(argv);
}

}  // namespace podium::programs
