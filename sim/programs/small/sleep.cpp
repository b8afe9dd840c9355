#include <fmt/format.h>

#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

/// sleep NUMBER[smhd]...: the sum of its operands.
class Sleep final : public Cloned<Sleep, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            if (!read(system)) return Step::exit(1);
        }
        return system.now() < until_ ? Step::block(until_) : Step::exit(0);
    }

  private:
    bool read(System& system) {
        const bool gnu = is_gnu(system);
        if (argv().size() < 2) {
            if (gnu) {
                complain(system, "missing operand");
                system.write(2, "Try 'sleep --help' for more information.\n");
            } else {
                system.write(2, "Usage: sleep [N]...\n");
            }
            return false;
        }
        until_ = system.now();
        for (std::size_t i = 1; i < argv().size(); ++i) {
            const std::optional<Duration> part = read_seconds(argv()[i]);
            if (!part) {
                complain(system,
                         fmt::format(fmt::runtime(gnu ? "invalid time interval '{}'"
                                                      : "invalid number '{}'"),
                                     argv()[i]));
                if (gnu) system.write(2, "Try 'sleep --help' for more information.\n");
                return false;
            }
            until_ = *part >= kNever - until_ ? kNever : until_ + *part;
        }
        return true;
    }

    Time until_{};
};

}  // namespace

std::unique_ptr<shell::Program> make_sleep(Start start) {
    return std::make_unique<Sleep>(std::move(start));
}

}  // namespace podium::programs::small
