// systemctl and service, for what starts and stops the engine: docker.service, and docker.socket, which systemd listens at while the
// service is down, so that whoever asks starts it (systemd 252). As on Debian 12 `service docker VERB` only passes on to systemctl
// (its look for sockets doesn't understand that systemctl's list has three columns), and both return when the job is done.

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/daemon_file.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/options.hpp"
#include "sim/programs/net/unit.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::net {
namespace {

using model::EngineState;
using model::ProcessContext;
using shell::Step;

constexpr int kStatusNotFound = 5;
constexpr int kStatusUnknownUnit = 4;
constexpr int kStatusInactive = 3;

constexpr OptionRule kSystemctlRules[] = {
    {'s', "signal", true}, {0, "no-pager"}, {'l', "full"}, {0, "no-ask-password"}, {'q', "quiet"}, {0, "kill-whom", true}, {0, "kill-who", true},
    {0, "now", false, false}, {0, "user", false, false}, {'H', "host", true, false}, {'t', "type", true, false}, {'a', "all", false, false}, {0, "no-block", false, false}, {'f', "force", false, false}, {'n', "lines", true, false}, {'p', "property", true, false},
};

constexpr auto kOtherVerbs = std::to_array<std::string_view>({"cat", "disable", "edit", "enable", "isolate", "list-timers", "list-unit-files", "list-units", "mask", "poweroff", "reboot", "set-property", "show", "unmask"});
constexpr auto kOtherUnits = std::to_array<std::string_view>({"containerd.service", "cron.service", "dbus.service", "networking.service", "ssh.service", "sshd.service", "systemd-journald.service", "systemd-networkd.service", "systemd-resolved.service"});

class Systemctl final : public ClonedProgram<Systemctl> {
  public:
    Systemctl(Arguments argv, bool service) : argv_(std::move(argv)), service_(service) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (!begun_) {
            begun_ = true;
            if (!begin(context)) return Step::exit(status_);
        }
        return work(context);
    }

  private:
    bool end(int status) {
        status_ = status;
        return false;
    }

    bool say(ProcessContext& context, const std::string& text, int status) {
        print_error(context, text);
        return end(status);
    }

    bool begin(ProcessContext& context) { return (service_ ? read_service(context) : read_systemctl(context)) && check_units(context) && at_once(context); }

    bool read_service(ProcessContext& context) {
        if (argv_.size() < 3) return say(context, argv_.size() == 2 && argv_[1] == "--status-all" ? "service: Podium does not model the option --status-all of service\n" : "Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n", 1);
        unit_ = argv_[1];
        verb_ = argv_[2] == "--full-restart" ? "restart" : argv_[2];
        static constexpr auto kVerbs = std::to_array<std::string_view>({"force-reload", "reload", "restart", "start", "status", "stop"});
        if (std::find(kVerbs.begin(), kVerbs.end(), verb_) != kVerbs.end()) return true;
        return say(context, fmt::format("Usage: /etc/init.d/{} {{start|stop|restart|status}}\n", unit_), 1);
    }

    bool read_systemctl(ProcessContext& context) {
        const Options options = parse_options(argv_, kSystemctlRules);
        if (options.mistake) return say(context, options.mistake->kind == OptionMistake::Kind::NotModelled ? fmt::format("systemctl: Podium does not model the option {} of systemctl\n", options.mistake->given) : fmt::format("systemctl: unrecognized option '{}'\n", options.mistake->given), 1);
        quiet_ = options.has('q');
        if (const auto signal = options.value('s')) {
            signal_ = shell::signal_number(*signal);
            if (signal_ <= 0) return say(context, fmt::format("Failed to parse signal string {}.\n", *signal), 1);
        }
        if (options.arguments.empty()) return say(context, "systemctl: Podium does not model the list of units; say what to do: systemctl status docker\n", 1);
        verb_ = options.arguments.front();
        if (verb_ == "daemon-reload") return end(0);
        static constexpr auto kVerbs = std::to_array<std::string_view>({"is-active", "is-enabled", "is-failed", "kill", "reload", "reset-failed", "restart", "start", "status", "stop", "try-restart"});
        if (std::find(kOtherVerbs.begin(), kOtherVerbs.end(), verb_) != kOtherVerbs.end()) return say(context, fmt::format("systemctl: Podium does not model 'systemctl {}'; a host's Docker is always started when it boots\n", verb_), 1);
        if (std::find(kVerbs.begin(), kVerbs.end(), verb_) == kVerbs.end()) return say(context, fmt::format("Unknown command verb {}.\n", verb_), 1);
        if (options.arguments.size() < 2) return say(context, verb_ == "status" ? "systemctl: Podium does not model the list of units; name one: systemctl status docker\n" : "Too few arguments.\n", 1);
        unit_ = options.arguments[1];
        if (options.arguments.size() == 2) return true;
        if (verb_ != "stop" && verb_ != "start" && verb_ != "is-active") return say(context, fmt::format("systemctl: Podium takes one unit at a time to {}\n", verb_), 1);
        for (std::size_t i = 2; i < options.arguments.size(); ++i) more_.push_back(options.arguments[i]);
        return true;
    }

    // A service and its socket may be named together; a job of the socket's is the service's too, as it requires it.
    bool check_units(ProcessContext& context) {
        if (!check_unit(context)) return false;
        for (const std::string& other : std::exchange(more_, {})) {
            const std::string first = std::exchange(unit_, other);
            if (!check_unit(context)) return false;
            if (unit_ != first) both_ = true;
            unit_ = "docker.service";
        }
        if (both_) unit_ = "docker.service";
        socket_ = unit_ == "docker.socket";
        return true;
    }

    bool check_unit(ProcessContext& context) {
        if (unit_.find('.') == std::string::npos) unit_ += ".service";
        if (unit_ == "docker.service") return true;
        if (unit_ == "docker.socket" && !service_) {
            static constexpr auto kVerbs = std::to_array<std::string_view>({"is-active", "is-enabled", "is-failed", "start", "status", "stop"});
            if (std::find(kVerbs.begin(), kVerbs.end(), verb_) != kVerbs.end()) return true;
            return say(context, fmt::format("systemctl: Podium does not model 'systemctl {} docker.socket'; name docker.service\n", verb_), 1);
        }
        if (std::find(kOtherUnits.begin(), kOtherUnits.end(), unit_) != kOtherUnits.end()) return say(context, fmt::format("{}: Podium models the units docker.service and docker.socket only, not {}\n", service_ ? "service" : "systemctl", unit_), 1);
        if (verb_ == "status") return say(context, fmt::format("Unit {} could not be found.\n", unit_), kStatusUnknownUnit);
        if (verb_ == "is-enabled") return say(context, fmt::format("Failed to get unit file state for {}: No such file or directory\n", unit_), 1);
        if (verb_ == "kill") return say(context, fmt::format("Failed to kill unit {}: Unit {} not loaded.\n", unit_, unit_), 1);
        if (verb_ == "is-active" || verb_ == "is-failed") {
            if (!quiet_) print(context, "inactive\n");
            return end(verb_ == "is-active" ? kStatusInactive : 1);
        }
        return say(context, fmt::format("Failed to {} {}: Unit {} not found.\n", verb_, unit_, unit_), kStatusNotFound);
    }

    // What needs no waiting; true when there is a job to wait for.
    bool at_once(ProcessContext& context) {
        const std::string_view state = socket_ ? socket_state(context) : unit_state(context);
        if (verb_ == "status") {
            print(context, socket_ ? socket_status(context) : unit_status(context));
            return end(state == "active" || state == "activating" || state == "deactivating" ? 0 : kStatusInactive);
        }
        if (verb_ == "is-active" || verb_ == "is-failed") {
            if (!quiet_) print(context, fmt::format("{}\n", state));
            if (!quiet_ && both_) print(context, fmt::format("{}\n", socket_state(context)));
            if (both_ && socket_state(context) == "active") return end(0);
            return end(verb_ == "is-failed" ? (state == "failed" ? 0 : 1) : (state == "active" ? 0 : kStatusInactive));
        }
        if (verb_ == "is-enabled") {
            if (!quiet_) print(context, "enabled\n");
            return end(0);
        }
        if (verb_ == "reset-failed" || verb_ == "reload" || verb_ == "force-reload") {
            if (verb_ != "reset-failed" && state != "active") return say(context, fmt::format("{} is not active, cannot reload.\n", unit_), 1);
            if (verb_ != "reset-failed") {
                model::read_daemon_file(context.world(), context.row().host);
                tell_unsimulated(context);
            }
            return end(0);
        }
        if (verb_ == "kill") return kill(context);
        if (socket_ && verb_ == "start") {  // it listens, and the service stays as it is
            model::hold_socket(context.world(), context.row().host);
            return end(0);
        }
        if (verb_ == "try-restart" && context.world().host(context.row().host).engine.state == EngineState::Stopped) return end(0);
        begin_job(context);
        return true;
    }

    // Of what dockerd has just read: no line of systemctl's, as for the flags of docker run.
    void tell_unsimulated(ProcessContext& context) {
        const std::string sentence = model::unsimulated_daemon_keys(context.world(), context.row().host);
        if (!sentence.empty()) print_error(context, fmt::format("Podium: {}\n", sentence));
    }

    bool kill(ProcessContext& context) {
        const model::HostId host = context.row().host;
        model::World& world = context.world();
        if (world.host(host).engine.state == EngineState::Stopped) return end(0);
        if (model::signal_engine(world, host, signal_) != shell::Errno::NotModelled) return end(0);
        return say(context, fmt::format("systemctl: Podium does not model SIG{} to dockerd; it knows KILL, TERM, INT, STOP, CONT and HUP\n", shell::signal_name(signal_)), 1);
    }

    void begin_job(ProcessContext& context) {
        const model::HostId host = context.row().host;
        model::World& world = context.world();
        model::Engine& engine = world.host(host).engine;
        if (verb_ == "try-restart") verb_ = "restart";
        if (verb_ == "stop") {
            const bool listened = socket_state(context) == "active";
            if (engine.unit_restarts) engine.crashed = false;  // a unit that waits for its restart is dead then, not failed (service_stop)
            const bool stays = listened && !socket_ && !both_;
            if (stays) model::hold_socket(world, host);
            model::stop_engine(world, host, false, stays);
        } else if (verb_ == "restart") {
            stopping_ = engine.state != EngineState::Stopped;
            model::hold_socket(world, host);
            if (stopping_) model::stop_engine(world, host, true, true);
        } else {
            model::hold_socket(world, host);  // docker.service requires docker.socket
            stopping_ = engine.state == EngineState::Stopping;
        }
    }

    // The engine goes on with a restart by itself, also when nobody waits for it any more, as systemd's
    // jobs do; a start after a stop that was under way already is made here.
    Step work(ProcessContext& context) {
        const model::HostId host = context.row().host;
        model::World& world = context.world();
        const EngineState state = world.host(host).engine.state;
        if (verb_ == "stop" && state != EngineState::Stopping) {  // it may be on its way again, as somebody has asked meanwhile
            if (!quiet_ && world.host(host).engine.socket_listens) print_error(context, "Warning: Stopping docker.service, but it can still be activated by:\n  docker.socket\n");
            return Step::exit(0);
        }
        if (verb_ == "stop") return Step::block(context.now() + model::kUnitLook);
        if (stopping_ && state != EngineState::Stopped && state != EngineState::Starting) return Step::block(context.now() + model::kUnitLook);
        started_ = started_ || stopping_ || state == EngineState::Stopped;
        stopping_ = false;
        if (state == EngineState::Stopped) {
            model::start_engine(world, host);
            if (!world.host(host).engine.refused.empty()) {
                // `service` passes on to systemctl, and so its words.
                print_error(context, fmt::format("Job for {0} failed because the control process exited with error code.\nSee \"systemctl status {0}\" and \"journalctl -xeu {0}\" for details.\n", unit_));
                return Step::exit(1);
            }
        }
        if ((state == EngineState::Running && !model::api_waits(world, host)) || state == EngineState::Frozen) {  // once it serves
            if (started_) tell_unsimulated(context);
            return Step::exit(0);
        }
        return Step::block(context.now() + model::kUnitLook);
    }

    Arguments argv_;
    bool service_;
    bool begun_ = false;
    bool quiet_ = false;
    bool stopping_ = false;
    bool socket_ = false;  // the unit is docker.socket
    bool both_ = false;    // docker.service and docker.socket
    bool started_ = false;  ///< dockerd has begun anew for this job, and read its file.
    int signal_ = shell::kSigTerm;
    std::string verb_;
    std::string unit_;
    std::vector<std::string> more_;
    int status_ = 0;
};

}  // namespace

ProgramPointer make_systemctl(const Arguments& argv) { return std::make_unique<Systemctl>(argv, false); }
ProgramPointer make_service_command(const Arguments& argv) { return std::make_unique<Systemctl>(argv, true); }

}  // namespace podium::programs::net
