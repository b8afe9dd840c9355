// shutdown, reboot, poweroff and halt of a host: the engine is stopped in order first.


#include <fmt/format.h>

#include "sim/model/engine.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/programs.hpp"
#include "sim/programs/net/unit.hpp"

namespace podium::programs::net {
namespace {

using model::EngineState;
using model::ProcessContext;
using shell::Step;

// systemd's part of a poweroff: nothing of it depends on the program that asked for it.
class PowerOff final : public ClonedProgram<PowerOff> {
  public:
    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        const model::HostId host = context.row().host;
        const EngineState state = context.world().host(host).engine.state;
        if (state == EngineState::Running || state == EngineState::Starting || state == EngineState::Frozen) model::stop_engine(context.world(), host, false);
        if (context.world().host(host).engine.state != EngineState::Stopped) return Step::block(context.now() + model::kUnitLook);
        model::power_off(context.world(), host);
        return Step::exit(0);
    }
};

class Power final : public ClonedProgram<Power> {
  public:
    explicit Power(Arguments argv) : argv_(std::move(argv)) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        bool again = argv_.front() == "reboot";
        if (argv_.front() == "shutdown") {
            bool now = false;
            for (std::size_t i = 1; i < argv_.size(); ++i) {
                const std::string& word = argv_[i];
                if (word == "-r" || word == "--reboot") again = true;
                else if (word == "now" || word == "+0") now = true;
                else if (word == "-P" || word == "-h" || word == "--poweroff" || word == "-H" || word == "--halt") continue;
                else return refuse(context, fmt::format("shutdown: Podium models 'shutdown [-r|-h] now' only, not '{}'\n", word));
            }
            if (!now) return refuse(context, "shutdown: Podium does not model a shutdown at a later moment; say 'shutdown now'\n");
        } else if (argv_.size() > 1) {
            return refuse(context, fmt::format("{}: Podium does not model the argument '{}' of {}\n", argv_.front(), argv_[1], argv_.front()));
        }
        if (again) model::reboot_host(context.world(), context.row().host);
        else begin_power_off(context);
        return Step::exit(0);
    }

  private:
    static Step refuse(ProcessContext& context, const std::string& text) {
        print_error(context, text);
        return Step::exit(1);
    }

    static void begin_power_off(ProcessContext& context) {
        model::ProcessSpec spec;
        spec.program = std::make_unique<PowerOff>();
        spec.argv = {"/lib/systemd/systemd-shutdown"};
        spec.environment = context.row().environment;
        spec.host = context.row().host;
        spec.background = true;
        model::start_process(context.world(), std::move(spec));
    }

    Arguments argv_;
};

}  // namespace

ProgramPointer make_power(const Arguments& argv) { return std::make_unique<Power>(argv); }

}  // namespace podium::programs::net
