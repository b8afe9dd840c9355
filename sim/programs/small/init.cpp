#include <array>
#include <fmt/format.h>

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

class Init final : public Cloned<Init> {
  public:
    explicit Init(std::vector<std::string> argv) : argv_(std::move(argv)) {}

    Step step(System& system) override {
        if (child_ == 0) {
            for (const int signal : kPassedOn)
                system.set_disposition(signal, shell::Disposition::Catch);
            const std::vector<std::string>& environment =
                *ProcessContext::of(system).row().environment;
            const shell::Spawned spawned = spawn_child(system, argv_, environment);
            if (spawned.pid == 0) {
                complain(system,
                         "[FATAL tini (1)] exec " + argv_.front() + " failed",
                         errno_text(spawned.error));
                return Step::exit(spawned.error == Errno::NoEntry ? 127 : 126);
            }
            child_ = spawned.pid;
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
