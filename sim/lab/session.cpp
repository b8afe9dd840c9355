#include "sim/lab/session.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/lab/facts.hpp"
#include "sim/lab/foreground.hpp"
#include "sim/lab/word_program.hpp"
#include "sim/lab/words.hpp"
#include "sim/model/container.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/process.hpp"
#include "sim/model/shared_catalogue.hpp"
#include "sim/shell/shell_program.hpp"
#include "sim/shell/signals.hpp"

namespace podium::lab {
namespace {

// Of what a line wrote, this much is kept in its fact.
constexpr std::size_t kMostKeptOutput = 256U << 10;
constexpr std::size_t kMostTerminals = 1'000;

// What ssh gives when its connection is lost.
constexpr int kConnectionLost = 255;

std::string host_of(const std::string& terminal) { return terminal.substr(0, terminal.find('/')); }

std::string no_terminal_text(const std::string& session, bool host) {
    if (!host) return fmt::format("podium: there is no host '{}'\n", host_of(session));
    return fmt::format("podium: {0} is down, so nothing can be typed there; wait until it is up (wait 1m), boot it (lift power-loss {0}) or go back (rewind)\n", host_of(session));
}

model::HostId find_host(const model::World& world, const std::string& name) {
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (world.hosts[i].spec.name == name) return model::HostId{static_cast<std::uint32_t>(i + 1)};
    }
    return {};
}

Subject session_subject(const Terminal& terminal) { return {SubjectType::Session, terminal.shell.slot}; }

model::Process* process_of(SimState& state, const Terminal& terminal) {
    model::Process* process = state.world.processes.find(terminal.shell);
    return process == nullptr || process->ended ? nullptr : process;
}

// None: it has ended, or `exec` has put another program in its place.
shell::ShellProgram* shell_of(SimState& state, const Terminal& terminal) {
    model::Process* process = process_of(state, terminal);
    return process == nullptr ? nullptr : dynamic_cast<shell::ShellProgram*>(process->program.get());
}

}  // namespace

SimState::SimState(std::uint64_t seed) : world(seed) {}
SimState::SimState(const SimState&) = default;
SimState::SimState(SimState&&) noexcept = default;
SimState& SimState::operator=(const SimState&) = default;
SimState& SimState::operator=(SimState&&) noexcept = default;
SimState::~SimState() = default;

Session::Session(const Session&) = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(const Session&) = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

std::uint64_t Session::fingerprint() const {
    return fact_catalogue().fingerprint(journal(), state_.world.kernel.interner());
}

Session::Session(SetUp set_up) : set_up_(std::move(set_up)), state_(set_up_.seed) {}

Result<Session> Session::create(SetUp set_up) {
    Session session(std::move(set_up));
    if (Result<void> built = session.build(); !built) return built.error();
    session.snapshots_.push_back(session.state_);
    return session;
}

Result<void> Session::build() {
    model::World& world = state_.world;
    auto catalogue = model::shared_catalogue(set_up_.catalogue, "images.yaml");
    if (!catalogue) return catalogue.error();
    world.catalogue = std::move(*catalogue);
    world.programs = make_lab_programs();
    world.only_image = set_up_.only_image;
    world.keeps_outlines = set_up_.keeps_outlines;
    world.orchestrated = true;
    if (set_up_.hosts.empty()) return Error{"a run has at least one host", {}, "name one under hosts"};
    std::uint32_t number = 0;
    std::map<std::string, model::NodeId> places;
    for (const HostSetUp& wanted : set_up_.hosts) {
        if (places.contains(wanted.name)) return Error{fmt::format("host '{}' is named twice", wanted.name), {}, "give each host a name of its own"};
        model::HostSpec spec;
        spec.name = wanted.name;
        spec.cpu_millicores = wanted.cpu_millicores;
        spec.memory_bytes = wanted.memory_bytes;
        spec.disk_bytes = wanted.disk_bytes;
        spec.address = wanted.address.empty() ? fmt::format("192.168.65.{}", 3 + number) : wanted.address;
        spec.closed_ports = wanted.closed_ports;
        ++number;
        const model::HostId id = model::add_host(world, std::move(spec));
        places[wanted.name] = world.host(id).node;
        world.host(id).engine.live_restore = wanted.live_restore;
        world.host(id).files.make_directory(set_up_.directory, Time{});
    }
    for (const std::string& name : set_up_.switches) {
        if (places.contains(name)) return Error{fmt::format("switch '{}' is named twice, or as a host is", name), {}, "give each a name of its own"};
        places[name] = world.network.add_switch(name);
    }
    for (const LinkSetUp& wanted : set_up_.links) {
        const auto place_of = [&places](const std::string& name) {
            const auto found = places.find(name);
            return found == places.end() ? model::NodeId{} : found->second;
        };
        const model::NodeId first = place_of(wanted.first);
        const model::NodeId second = place_of(wanted.second);
        if (!first || !second) return Error{fmt::format("a link joins '{}' and '{}', but there is no host '{}'", wanted.first, wanted.second, first ? wanted.second : wanted.first), {}, "name the hosts as they are"};
        if (first == second) return Error{fmt::format("a link joins '{}' with itself", wanted.first), {}, "name two hosts"};
        model::LinkSpec link;
        link.latency = wanted.latency;
        link.bits_per_second = wanted.bits_per_second;
        link.loss_ppm = static_cast<std::uint32_t>(wanted.loss_ppm);
        world.network.add_link(first, second, link);
    }
    // Hosts that nobody linked hang on one switch.
    if (set_up_.links.empty() && world.hosts.size() > 1) {
        const model::NodeId hub = world.network.add_switch("switch");
        for (const model::Host& host : world.hosts) world.network.add_link(host.node, hub, {});
    }
    for (const HostFile& file : set_up_.files) {
        const model::HostId host = find_host(world, file.host);
        if (!host) return Error{fmt::format("a file is placed on host '{}', which does not exist", file.host), {}, "name the host as it is"};
        if (file.path.ends_with('/')) {
            world.host(host).files.make_directory(clean_path(file.path), Time{});
        } else {
            world.host(host).disk_used_bytes += world.host(host).files.write(file.path, file.content, Time{});
            // The rights of a person's files do not come along; a script is taken for one that can be run.
            if (file.content.starts_with("#!")) world.host(host).files.set_mode(file.path, 0755);
        }
    }
    for (const std::string& name : set_up_.images) {
        const auto reference = model::parse_image_reference(name);
        if (!reference) return reference.error();
        const model::ImageReference full = reference->with_default_tag();
        model::ImagePointer image = world.catalogue->image(full);
        if (!image) image = world.catalogue->unknown_image(full);
        for (model::Host& host : world.hosts) {
            for (const model::ImageLayer& layer : image->layers) host.images.add_layer(layer);
            host.images.add(full, image, Time{});
        }
    }
    for (model::Host& host : world.hosts) host.disk_used_bytes += host.images.size_bytes();
    if (set_up_.scheduler.spread()) return {};
    auto policy = read_policy(set_up_.scheduler);
    if (!policy) return policy.error();
    state_.swarm.set_policy(world, std::move(*policy));
    return {};
}

// None where it is Swarm's own.
Result<scheduler::PolicyPointer> Session::read_policy(const scheduler::PolicyText& text) const {
    if (text.spread() && text.name == scheduler::kSpread) return scheduler::PolicyPointer();
    if (set_up_.read_policy != nullptr) return set_up_.read_policy(text);
    return Error{"tasks are to be placed by a policy of one's own, and nothing here can read it", Place{text.name, 0, 0}, "use podium run, shell, compare or replay"};
}

bool Session::command_due(Time limit) const {
    return state_.next_command < log_.size() && log_[state_.next_command].time <= limit;
}

Time Session::next_time() const {
    const Time event = state_.world.kernel.next_time();
    if (state_.next_command < log_.size()) return std::min(event, std::max(now(), log_[state_.next_command].time));
    return event;
}

bool Session::quiet() const {
    if (state_.next_command < log_.size() || !state_.faults.active.empty()) return false;
    const Kernel& kernel = state_.world.kernel;
    if (kernel.future().size() > kernel.background_ahead() + state_.world.dead_steps) return false;
    if (state_.world.exchanges.count() > 0) return false;  // one that is under way may still time out
    if (!state_.swarm.settled(state_.world)) return false;
    // A probe that is under way may still go over its time.
    for (const model::Container& c : state_.world.containers) {
        if (c.detail && c.detail->health.open && c.detail->health.probe) return false;
    }
    return std::none_of(state_.terminals.begin(), state_.terminals.end(), [](const auto& entry) { return entry.second.running; });
}

void Session::post(Command command) {
    PODIUM_ASSERT(command.time >= now(), "a command is stamped with a moment that has not passed");
    forget_future();
    const auto place = std::upper_bound(log_.begin() + static_cast<std::ptrdiff_t>(state_.next_command), log_.end(), command, [](const Command& a, const Command& b) { return a.time < b.time; });
    log_.insert(place, std::move(command));
}

void Session::step() {
    const std::uint64_t before = work_done();
    const Event event = state_.world.kernel.take_next();
    const bool request = event.kind == model::kEventTraffic || event.kind == model::kEventExchange;
    count_work(request ? kRequestWork : kEventWork);
    switch (static_cast<EventKind>(event.kind & 0xFF00)) {
        case kRoomModel: model::handle_model_event(state_.world, event); break;
        case kRoomFaults: faults::handle_fault_event(state_.world, state_.faults, event); break;
        case kRoomLab: end_pauses(); break;
        case kRoomRaft:
        case kRoomSwarm: state_.swarm.handle(state_.world, event); break;
        default: PODIUM_ASSERT(false, "an event belongs to a room");
    }
    if (state_.swarm.wants_drain(state_.world)) state_.swarm.drain(state_.world);
    if (!state_.faults.active.empty()) faults::follow_containers(state_.world, state_.faults);
    if (event.kind == model::kEventProcessStep)
        answer_word(state_, event, [this](const Terminal& terminal, const std::string& line) { return own_word(terminal, line); });
    if (!state_.terminals.empty()) drain_terminals();
    work_ += work_done() - before;
}

void Session::run_until(Time time) {
    run_until(time, [](const Session&) { return false; });
}

void Session::run_until(Time time, const std::function<bool(const Session&)>& enough) {
    Kernel& kernel = state_.world.kernel;
    while (true) {
        if (exhausted()) return;
        const bool stuck = trouble() != nullptr;
        if (stuck && !command_due(now())) return;
        const Time event = kernel.next_time();
        if (command_due(time) && (stuck || event > std::max(now(), log_[state_.next_command].time))) {
            const Command& command = log_[state_.next_command];
            if (command.time > now() && enough(*this)) return;
            if (command.time > now()) kernel.advance_to(command.time);
            ++state_.next_command;
            seen_command_ = std::max(seen_command_, state_.next_command);
            const std::uint64_t before = work_done();
            apply(command);
            if (state_.swarm.wants_drain(state_.world)) state_.swarm.drain(state_.world);
            drain_terminals();
            work_ += work_done() - before;
        } else if (event <= time) {
            if (event > now()) {
                if (enough(*this)) return;
                maybe_snapshot();
            }
            step();
        } else {
            break;
        }
    }
    if (enough(*this)) return;
    if (time > now() && time != kNever) kernel.advance_to(time);
}

const Terminal* Session::terminal(const std::string& name) const {
    const auto found = state_.terminals.find(name);
    return found == state_.terminals.end() ? nullptr : &found->second;
}

Terminal* Session::open_terminal(const std::string& name) {
    const auto found = state_.terminals.find(name);
    if (found != state_.terminals.end() && shell_of(state_, found->second) != nullptr) return &found->second;
    model::World& world = state_.world;
    const model::HostId host = find_host(world, host_of(name));
    if (!host || !world.host(host).up || state_.terminals.size() >= kMostTerminals) return nullptr;
    Terminal terminal;
    terminal.name = name;
    terminal.host = host;
    terminal.boots = world.host(host).boots;
    model::Stream input;
    input.kind = model::Stream::Kind::Terminal;
    input.is_terminal = true;
    terminal.input = model::make_stream(world, input);
    model::retain_stream(world, terminal.input, false, true);
    model::Stream screen;
    screen.kind = model::Stream::Kind::Terminal;
    screen.is_terminal = true;
    terminal.output = model::make_stream(world, screen);
    terminal.error = model::make_stream(world, screen);
    model::couple_streams(world, terminal.output, terminal.error);
    model::retain_stream(world, terminal.output, true, false);
    model::retain_stream(world, terminal.error, true, false);
    auto environment = std::make_shared<std::vector<std::string>>(set_up_.environment);
    environment->push_back("HOME=/root");
    environment->push_back("USER=root");
    environment->push_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    shell::ShellSettings settings;
    settings.dialect = shell::Dialect::Bash;
    settings.name = "bash";
    settings.environment = *environment;
    model::ProcessSpec process;
    process.program = shell::ShellProgram::for_terminal(std::move(settings));
    process.argv = {"-bash"};
    process.environment = std::move(environment);
    process.working_directory = set_up_.directory;
    process.host = host;
    process.role = model::ProcessRole::Session;
    process.descriptors = {model::open_descriptor(world, 0, terminal.input, true, false),
                           model::open_descriptor(world, 1, terminal.output, false, true),
                           model::open_descriptor(world, 2, terminal.error, false, true)};
    terminal.shell = model::start_process(world, std::move(process));
    return &(state_.terminals[name] = std::move(terminal));
}

void Session::apply(const Command& command) {
    model::World& world = state_.world;
    Kernel& kernel = world.kernel;
    kernel.set_cause({});
    const model::HostId host = find_host(world, host_of(command.session));
    switch (command.kind) {
        case CommandKind::Line:
            if (answer_outside(command)) return;
            if (Terminal* terminal = open_terminal(command.session)) {
                model::type_into_terminal(world, terminal->input, command.text + "\n", false);
                feed_terminal(*terminal);
            } else {
                shown_.push_back({now(), command.session, Shown::Kind::Line, command.text, 0});
                shown_.push_back({now(), command.session, Shown::Kind::Error, no_terminal_text(command.session, static_cast<bool>(host)), 0});
                shown_.push_back({now(), command.session, Shown::Kind::Done, command.text, kConnectionLost});
            }
            return;
        case CommandKind::Interrupt:
        case CommandKind::EndOfInput:
        case CommandKind::Signal: press(command); return;
        case CommandKind::Inject:
        case CommandKind::Lift: {
            const auto request = faults::parse_fault(command.text);
            if (!request) return;
            if (command.kind == CommandKind::Inject) {
                faults::begin_fault(world, state_.faults, *request);
            } else {
                faults::end_fault(world, state_.faults, *request);
            }
            return;
        }
        case CommandKind::EngineSignal:
        case CommandKind::EngineStart: {
            if (!host) return;
            const std::string signal = command.kind == CommandKind::EngineStart ? "start" : command.text;
            kernel.set_cause(kernel.record(kFactEngineSignal, Subject(SubjectType::Host, host.value), kernel.intern(world.host(host).spec.name), kernel.intern(signal)));
            if (command.kind == CommandKind::EngineStart) {
                model::start_engine(world, host);
            } else if (signal == "TERM" || signal == "INT") {
                model::stop_engine(world, host, false);
            } else if (signal == "KILL") {
                model::kill_engine(world, host);
            } else if (signal == "STOP") {
                model::freeze_engine(world, host);
            } else if (signal == "CONT") {
                model::thaw_engine(world, host);
            }
            return;
        }
        case CommandKind::Traffic: {
            const auto spec = model::parse_traffic(command.text);
            const auto begun = spec ? model::begin_traffic(world, *spec) : Result<model::TrafficId>(spec.error());
            if (!begun) kernel.record(model::kFactTrafficRefused, Subject(), kernel.intern(command.text), kernel.intern(begun.error().text()));
            return;
        }
        case CommandKind::TrafficStop: model::stop_traffic(world, command.text); return;
        case CommandKind::WriteFile:
            if (!host) return;
            kernel.record(kFactFileWritten, Subject(SubjectType::Host, host.value), kernel.intern(world.host(host).spec.name), kernel.intern(command.text));
            world.host(host).disk_used_bytes += world.host(host).files.write(command.text, command.content, now());
            return;
        case CommandKind::Narrate: kernel.record(kFactNarration, Subject(), kernel.intern(command.text)); return;
        case CommandKind::Scheduler: {
            auto policy = read_policy({command.text, command.content});
            PODIUM_ASSERT(policy.ok(), "a command's policy was read before it was posted");
            kernel.set_cause(kernel.record(kFactScheduler, Subject(), kernel.intern(command.text)));
            state_.swarm.set_policy(world, std::move(*policy));
            return;
        }
    }
}

Result<void> Session::check(const Command& command) const {
    switch (command.kind) {
        case CommandKind::Line:
        case CommandKind::Interrupt:
        case CommandKind::EndOfInput:
        case CommandKind::Signal:
        case CommandKind::EngineSignal:
        case CommandKind::EngineStart:
        case CommandKind::WriteFile: {
            if (const model::HostId host = find_host(world(), host_of(command.session))) {
                if (command.kind != CommandKind::WriteFile) return {};
                model::FileNode scratch;  // of a directory that every Linux has
                const model::FileNode* there = model::view_file(world(), host, {}, command.text, scratch);
                if (!world().host(host).files.is_directory(command.text) && (there == nullptr || !there->directory)) return {};
                return Error{fmt::format("'{}' is a directory, and a file can't take its place", command.text), {}, "name a file in it"};
            }
            std::vector<std::string> names;
            for (const model::Host& host : world().hosts) names.push_back(host.spec.name);
            return Error{fmt::format("there is no host '{}'", host_of(command.session)), {}, fmt::format("the hosts are {}", join(names, ", "))};
        }
        case CommandKind::Inject:
        case CommandKind::Lift: {
            const auto request = faults::parse_fault(command.text);
            if (!request) return request.error();
            if (command.kind == CommandKind::Lift) return faults::check_lift(*request);
            return {};
        }
        case CommandKind::Traffic: {
            const auto spec = model::parse_traffic(command.text);
            if (!spec) return spec.error();
            if (spec->from.empty() || find_host(world(), spec->from)) return {};
            return Error{fmt::format("traffic comes from outside or from a host, and there is no host '{}'", spec->from), {}, "name a host, or leave from= out"};
        }
        case CommandKind::TrafficStop: return {};
        case CommandKind::Narrate: return {};
        case CommandKind::Scheduler: {
            const auto policy = read_policy({command.text, command.content});
            if (!policy) return policy.error();
            return {};
        }
    }
    return {};
}

// A line goes to the shell when it is idle; while something runs it stays in the terminal's input, from
// which what runs may read it, as on a real terminal.
void Session::feed_terminal(Terminal& terminal) {
    model::World& world = state_.world;
    while (!terminal.running) {
        shell::ShellProgram* shell = shell_of(state_, terminal);
        model::Stream* input = world.streams.find(terminal.input);
        if (shell == nullptr || input == nullptr || !shell->idle()) return;
        input->input_ended = false;
        const std::size_t newline = input->input.find('\n');
        if (newline == std::string::npos) return;
        terminal.line = input->input.substr(0, newline);
        input->input.erase(0, newline + 1);
        terminal.line_started = now();
        terminal.line_output.clear();
        terminal.line_error.clear();
        Kernel& kernel = world.kernel;
        kernel.set_cause({});
        terminal.line_fact = kernel.record(kFactLine, session_subject(terminal), kernel.intern(terminal.name), kernel.intern(terminal.line));
        kernel.set_cause(terminal.line_fact);
        shown_.push_back({now(), terminal.name, Shown::Kind::Line, terminal.line, 0});
        terminal.running = true;
        const bool own = stands_alone(terminal.line) && !shell->wants_more();
        const WordResult word = own ? own_word(terminal, terminal.line) : WordResult{};
        if (word.kind == WordResult::Kind::Answered && word.pause.nanoseconds == 0) {
            if (!word.output.empty()) model::feed_stream(world, word.status == 0 ? terminal.output : terminal.error, word.output);
            terminal.own_status = word.status;
        } else {
            terminal.own_status = -1;
            if (word.kind == WordResult::Kind::Answered) return begin_pause(terminal, word.pause);
            shell->submit(terminal.line);
            model::Process& process = world.processes.at(terminal.shell);
            process.cause = terminal.line_fact;
            model::wake_process(world, terminal.shell);
        }
        if (terminal.own_status < 0) return;
        drain_one(terminal);
    }
}

void Session::drain_one(Terminal& terminal) {
    model::World& world = state_.world;
    while (true) {
        const model::Stream::Run run = model::next_of_couple(world, terminal.output, terminal.error);
        if (run.bytes == 0) break;
        std::string piece = model::read_pipe(world, run.second ? terminal.error : terminal.output, run.bytes);
        std::string& kept = run.second ? terminal.line_error : terminal.line_output;
        if (kept.size() < kMostKeptOutput) kept += piece.substr(0, kMostKeptOutput - kept.size());
        shown_.push_back({now(), terminal.name, run.second ? Shown::Kind::Error : Shown::Kind::Output, std::move(piece), 0});
    }
    notice_closed(terminal);
    if (!terminal.running || terminal.pausing) return;
    shell::ShellProgram* shell = shell_of(state_, terminal);
    const bool busy = shell != nullptr ? !shell->idle() : process_of(state_, terminal) != nullptr;
    if (terminal.own_status < 0 && busy) return;
    terminal.running = false;
    const model::Process* process = world.processes.find(terminal.shell);
    terminal.last_status = terminal.own_status >= 0 ? terminal.own_status
                           : terminal.closed        ? kConnectionLost
                           : shell != nullptr       ? shell->last_status()
                           : process != nullptr     ? process->exit_status
                                                    : kConnectionLost;
    Kernel& kernel = world.kernel;
    CauseScope scope(kernel, terminal.line_fact);
    kernel.record(kFactLineDone, session_subject(terminal), kernel.intern(terminal.name), kernel.intern(terminal.line), terminal.last_status, now() - terminal.line_started, kernel.intern(terminal.line_output), kernel.intern(terminal.line_error));
    shown_.push_back({now(), terminal.name, Shown::Kind::Done, terminal.line, terminal.last_status});
}

void Session::drain_terminals() {
    for (auto& [_, terminal] : state_.terminals) {
        drain_one(terminal);
        if (!terminal.running) feed_terminal(terminal);
    }
}

std::vector<Shown> Session::take_shown() {
    std::vector<Shown> out;
    out.swap(shown_);
    return out;
}

}  // namespace podium::lab
