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
    if (Engine& frozen = world.host(host).engine; waits && frozen.state == EngineState::Frozen) {
        if (frozen.pending_signal == 0 || frozen.pending_signal == shell::kSigHup) frozen.pending_signal = signal;
        return shell::Errno::None;
    }
    // What ends by a job of systemd's is not started again for that (service_stop: forbid_restart).
    Engine& engine = world.host(host).engine;
    const bool by_job = engine.state == EngineState::Stopping && !engine.unit_restarts;
    switch (signal) {
        case 0: return shell::Errno::None;
        case shell::kSigKill: {
            const bool again = engine.restart_after_stop;
            if (!by_job) hold_socket(world, host);
            kill_engine(world, host, true);
            if (!by_job) restart_unit_after_end(world, host);
            else if (again) start_engine(world, host);
            return shell::Errno::None;
        }
        case shell::kSigTerm:
        case shell::kSigInt:
            if (by_job) return shell::Errno::None;
            hold_socket(world, host);
            stop_engine(world, host, false, true);
            restart_unit_after_end(world, host);
            return shell::Errno::None;
        case shell::kSigStop: freeze_engine(world, host); return shell::Errno::None;
        case shell::kSigCont: thaw_engine(world, host); return shell::Errno::None;
        case shell::kSigHup: read_daemon_file(world, host); return shell::Errno::None;
        default: return shell::Errno::NotModelled;
    }
}

}  // namespace podium::model
