#include "sim/model/engine_process.hpp"

#include "sim/model/daemon_file.hpp"
#include "sim/model/engine.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {

bool has_engine_process(const World& world, HostId host) { return world.host(host).up && world.host(host).engine.state != EngineState::Stopped; }

shell::Errno signal_engine(World& world, HostId host, int signal) {
    if (!has_engine_process(world, host)) return shell::Errno::NoProcess;
    // What ends it or has it read again waits while it is stopped; of several the one that ends it counts.
    const bool waits = signal == shell::kSigTerm || signal == shell::kSigInt || signal == shell::kSigHup;
    if (Engine& engine = world.host(host).engine; waits && engine.state == EngineState::Frozen) {
        if (engine.pending_signal == 0 || engine.pending_signal == shell::kSigHup) engine.pending_signal = signal;
        return shell::Errno::None;
    }
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

}  // namespace podium::model
