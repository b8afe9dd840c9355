// ssh to another simulated host: a shell there runs the command, or what standard input says. What it
// reads and writes goes through ssh; while the network is cut nothing moves.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/options.hpp"
#include "sim/programs/net/programs.hpp"
#include "sim/programs/net/route.hpp"
#include "sim/shell/shell_program.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::ReadResult;
using shell::Step;

constexpr int kStatusConnection = 255;
constexpr int kRoundTrips = 6;                       // until a session stands: TCP, versions, keys, login, channel
constexpr Duration kHandshake = milliseconds(120);   // what both sides compute meanwhile
constexpr Duration kCutLook = milliseconds(500);
constexpr Duration kCutPatience = minutes(15);       // TCP gives up what it has sent
constexpr std::size_t kPiece = 65'536;

constexpr OptionRule kSshRules[] = {
    {'t'}, {'T'}, {'q'}, {'v'}, {'A'}, {'4'}, {'C'}, {'x'}, {'n'}, {'p', {}, true}, {'l', {}, true}, {'i', {}, true}, {'o', {}, true},
    {'L', {}, true, false}, {'R', {}, true, false}, {'D', {}, true, false}, {'N', {}, false, false}, {'f', {}, false, false}, {'J', {}, true, false}, {'F', {}, true, false}, {'X', {}, false, false}, {'6', {}, false, false}, {'W', {}, true, false}, {'c', {}, true, false},
};

class Ssh final : public ClonedProgram<Ssh> {
  public:
    explicit Ssh(Arguments argv) : argv_(std::move(argv)) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        switch (stage_) {
            case Stage::Begin:
                if (!begin(context)) return Step::exit(kStatusConnection);
                [[fallthrough]];
            case Stage::Connect:
                if (context.now() < due_) return Step::block(due_);
                if (!failure_.empty()) {
                    print_error(context, failure_);
                    return Step::exit(kStatusConnection);
                }
                if (!find_route(context, host_).reachable) {
                    print_error(context, fmt::format("ssh: connect to host {} port {}: Connection timed out\n", host_, port_));
                    return Step::exit(kStatusConnection);
                }
                log_in(context);
                [[fallthrough]];
            case Stage::Session: return session(context);
        }
        return Step::exit(kStatusConnection);
    }

  private:
    enum class Stage : std::uint8_t { Begin, Connect, Session };

    bool say(ProcessContext& context, const std::string& text) {
        print_error(context, text);
        return false;
    }

    bool begin(ProcessContext& context) {
        const Options options = parse_options(argv_, kSshRules, true);
        if (options.mistake) {
            if (options.mistake->kind == OptionMistake::Kind::NotModelled) return say(context, fmt::format("ssh: Podium does not model the option {} of ssh\n", options.mistake->given));
            return say(context, fmt::format("unknown option -- {}\nusage: ssh [-AqTtv] [-l login_name] [-o option] [-p port] destination [command [argument ...]]\n", options.mistake->given.back()));
        }
        if (options.arguments.empty()) return say(context, "usage: ssh [-AqTtv] [-l login_name] [-o option] [-p port] destination [command [argument ...]]\n");
        host_ = options.arguments.front();
        if (host_.starts_with("ssh://")) host_.erase(0, 6);
        host_.erase(0, host_.rfind('@') + 1);
        std::vector<std::string> words(options.arguments.begin() + 1, options.arguments.end());
        command_ = join(words, " ");
        quiet_ = options.has('q');
        no_input_ = options.has('n');
        // sshd gives a session a terminal of its own when a shell is asked for at one, or -t asks for it (ssh(1): -t, -T).
        terminal_ = context.is_terminal(0) && !no_input_ && !options.has('T') && (command_.empty() || options.has('t'));
        std::int64_t port = 22;
        if (const auto text = options.value('p'); text && (!parse_integer(*text, port) || port < 1 || port > 65'535)) return say(context, fmt::format("Bad port '{}'\n", *text));
        port_ = static_cast<int>(port);
        Duration patience = kKernelConnects;
        for (const Option& option : options.options) {
            std::int64_t number = 0;
            const std::string value = lower(option.value);
            if (option.is('o') && value.starts_with("connecttimeout=") && parse_integer(value.substr(15), number) && number > 0) patience = std::min(patience, seconds(number));
        }
        stage_ = Stage::Connect;
        return find_way(context, patience);
    }

    // What connecting will come to, and when.
    bool find_way(ProcessContext& context, Duration patience) {
        const Route route = find_route(context, host_);
        if (!route.resolved) return say(context, fmt::format("ssh: Could not resolve hostname {}: Name or service not known\n", host_));
        const std::string place = fmt::format("ssh: connect to host {} port {}: ", host_, port_);
        remote_ = route.host;
        if (!route.reachable) {
            const bool neighbour = route.neighbour && patience > kKernelResolvesNeighbour;
            due_ = context.now() + (neighbour ? kKernelResolvesNeighbour : patience);
            failure_ = place + (neighbour ? "No route to host\n" : "Connection timed out\n");
            return true;
        }
        if (route.container || port_ != 22) {  // no container and no other port has a server for it
            due_ = context.now() + route.latency * 2;
            failure_ = place + "Connection refused\n";
            return true;
        }
        latency_ = route.latency;
        due_ = context.now() + kHandshake + route.latency * 2 * kRoundTrips;
        return true;
    }

    void log_in(ProcessContext& context) {
        stage_ = Stage::Session;
        model::World& world = context.world();
        std::vector<std::string> environment = {"HOME=/root", "LOGNAME=root", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SHELL=/bin/bash", "USER=root"};
        if (const std::string type = context.environment("TERM"); terminal_ && !type.empty()) environment.push_back("TERM=" + type);
        model::ProcessSpec spec;
        spec.argv = command_.empty() ? Arguments{terminal_ ? "-bash" : "bash"} : Arguments{"bash", "-c", command_};
        spec.program = shell::make_shell(spec.argv, environment, shell::Dialect::Bash);
        spec.environment = std::make_shared<const std::vector<std::string>>(environment);
        spec.host = remote_;
        spec.parent = context.id();
        spec.working_directory = "/root";
        int child_input = -1;
        int child_output = -1;
        int child_error = -1;
        context.pipe(child_input, to_input_);
        context.pipe(from_output_, child_output);
        context.pipe(from_error_, child_error);
        model::couple_streams(world, context.stream_of(child_output), context.stream_of(child_error));
        if (terminal_) {
            for (const int descriptor : {child_input, child_output, child_error}) world.streams.at(context.stream_of(descriptor)).is_terminal = true;
        }
        spec.descriptors.push_back(model::open_descriptor(world, 0, context.stream_of(child_input), true, false));
        spec.descriptors.push_back(model::open_descriptor(world, 1, context.stream_of(child_output), false, true));
        spec.descriptors.push_back(model::open_descriptor(world, 2, context.stream_of(child_error), false, true));
        spec.start_delay = latency_;
        child_ = model::start_process(world, std::move(spec));
        for (const int descriptor : {child_input, child_output, child_error}) context.close(descriptor);
        if (no_input_) end_input(context);
    }

    void end_input(ProcessContext& context) {
        if (to_input_ >= 0) context.close(to_input_);
        to_input_ = -1;
    }

    // --- the session ---

    Step session(ProcessContext& context) {
        const model::Process* child = context.world().processes.find(child_);
        if (child == nullptr) return lost(context, fmt::format("Connection to {} closed by remote host.\n", host_));
        if (!find_route(context, host_).reachable) {
            if (cut_since_ == kNever) cut_since_ = context.now();
            if (context.now() >= cut_since_ + kCutPatience) return lost(context, "client_loop: send disconnect: Broken pipe\n");
            return Step::block(context.now() + kCutLook);
        }
        cut_since_ = kNever;
        pass_input(context);
        pass_in_order(context);
        const bool output_open = pass_output(context, from_output_, 1);
        const bool error_open = pass_output(context, from_error_, 2);
        if (!child->ended || ((output_open || error_open) && !broken_)) return Step::block();
        // The status takes its way back.
        if (ended_at_ == kNever) ended_at_ = context.now();
        if (context.now() < ended_at_ + latency_) return Step::block(ended_at_ + latency_);
        const int killed_by = child->killed_by;
        const std::optional<int> status = context.reap(child->pid);
        if (terminal_ && !quiet_) print_error(context, fmt::format("Connection to {} closed.\n", host_));
        return Step::exit(killed_by != 0 ? kStatusConnection : status.value_or(kStatusConnection));
    }

    Step lost(ProcessContext& context, const std::string& text) const {
        if (!quiet_) print_error(context, text);
        return Step::exit(kStatusConnection);
    }

    void pass_input(ProcessContext& context) {
        while (to_input_ >= 0) {
            const ReadResult part = context.read(0, kPiece);
            if (part.kind == ReadResult::Kind::WouldBlock) return;
            if (part.kind != ReadResult::Kind::Data || context.write(to_input_, part.data) != shell::Errno::None) end_input(context);
        }
    }

    // What the other side wrote comes through the one connection in its order.
    void pass_in_order(ProcessContext& context) {
        for (auto run = context.next_written(from_output_, from_error_); run.bytes > 0; run = context.next_written(from_output_, from_error_)) {
            const ReadResult part = context.read(run.second ? from_error_ : from_output_, run.bytes);
            if (part.kind != ReadResult::Kind::Data) return;
            if (context.write(run.second ? 2 : 1, part.data) == shell::Errno::BrokenPipe) broken_ = true;
        }
    }

    // False when the stream has ended.
    bool pass_output(ProcessContext& context, int& from, int to) {
        while (from >= 0) {
            const ReadResult part = context.read(from, kPiece);
            if (part.kind == ReadResult::Kind::WouldBlock) return true;
            if (part.kind != ReadResult::Kind::Data) {
                context.close(from);
                from = -1;
            } else if (context.write(to, part.data) == shell::Errno::BrokenPipe) {
                broken_ = true;
            }
        }
        return false;
    }

    Arguments argv_;
    Stage stage_ = Stage::Begin;
    std::string host_;
    std::string command_;
    std::string failure_;
    int port_ = 22;
    bool quiet_ = false;
    bool no_input_ = false;
    bool terminal_ = false;
    bool broken_ = false;
    model::HostId remote_;
    model::ProcessId child_;
    Duration latency_{};
    Time due_{};
    Time cut_since_ = kNever;
    Time ended_at_ = kNever;
    int to_input_ = -1;
    int from_output_ = -1;
    int from_error_ = -1;
};

}  // namespace

ProgramPointer make_ssh(const Arguments& argv) { return std::make_unique<Ssh>(argv); }

}  // namespace podium::programs::net
