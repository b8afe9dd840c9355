// What a session does for its terminals beyond their shells: the keys that are signals, pauses, and
// Podium's own words where no shell can run, because the host is down or stands still.

#include <fmt/format.h>
#include <utility>

#include "sim/lab/facts.hpp"
#include "sim/lab/foreground.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/words.hpp"
#include "sim/model/targets.hpp"
#include "sim/shell/signals.hpp"

namespace podium::lab {
namespace {

// A terminal's pause may be over. Of the background: what waits for it is the terminal's line.
constexpr EventKind kEventPauseOver = kRoomLab | kBackgroundEvent;
constexpr int kInterruptedStatus = 128 + shell::kSigInt;
constexpr int kHungUpStatus = 128 + shell::kSigHup;
constexpr std::size_t kMostBareTerminals = 1'000;

bool has_shell(const SimState& state, const Terminal& terminal) {
    const model::Process* process = state.world.processes.find(terminal.shell);
    return process != nullptr && !process->ended;
}

Subject subject_of_terminal(const Terminal& terminal) {
    return {SubjectType::Session, terminal.shell.slot};
}

}  // namespace

// True when the line was one of Podium's own words for a host on which nothing runs: it needs no
// shell, and has to work for the host to come back.
bool Session::answer_outside(const Command& command) {
    model::World& world = state_.world;
    const std::string name = command.session;
    const model::HostId host = model::host_named(world, name.substr(0, name.find('/')));
    if (!host) return false;
    auto found = state_.terminals.find(name);
    if (found != state_.terminals.end() && found->second.pausing &&
        !has_shell(state_, found->second)) {
        found->second.waiting_lines.push_back(command.text);
        return true;
    }
    if ((world.host(host).up && !world.host(host).frozen) || !is_own_line(command.text))
        return false;
    if (found == state_.terminals.end()) {
        if (state_.terminals.size() >= kMostBareTerminals) return false;
        Terminal bare;
        bare.name = name;
        bare.host = host;
        bare.closed = true;
        found = state_.terminals.emplace(name, std::move(bare)).first;
    }
    Terminal& terminal = found->second;
    Kernel& kernel = world.kernel;
    const FactId line_fact = kernel.record(
        kFactLine, subject_of_terminal(terminal), kernel.intern(name), kernel.intern(command.text));
    kernel.set_cause(line_fact);
    shown_.push_back({now(), name, Shown::Kind::Line, command.text, 0});
    WordResult result = own_word(terminal, command.text);
    if (result.pause.nanoseconds > 0 && terminal.running)
        result = {
            WordResult::Kind::Answered,
            fmt::format("podium: '{}' still runs here; wait in another terminal\n", terminal.line),
            2,
            {}};
    if (result.pause.nanoseconds > 0) {
        terminal.line = command.text;
        terminal.line_started = now();
        terminal.line_fact = line_fact;
        terminal.line_output.clear();
        terminal.line_error.clear();
        terminal.running = true;
        begin_pause(terminal, result.pause);
        return true;
    }
    const bool well = result.status == 0;
    if (!result.output.empty())
        shown_.push_back(
            {now(), name, well ? Shown::Kind::Output : Shown::Kind::Error, result.output, 0});
    if (!terminal.running) terminal.last_status = result.status;
    CauseScope scope(kernel, line_fact);
    kernel.record(kFactLineDone,
                  subject_of_terminal(terminal),
                  kernel.intern(name),
                  kernel.intern(command.text),
                  result.status,
                  Duration{},
                  kernel.intern(well ? result.output : std::string()),
                  kernel.intern(well ? std::string() : result.output));
    shown_.push_back({now(), name, Shown::Kind::Done, command.text, result.status});
    return true;
}

// Keys that are no letters: Ctrl-C, Ctrl-D, Ctrl-\, and what a front end does to a line that it
// gives up.
void Session::press(const Command& command) {
    model::World& world = state_.world;
    const auto found = state_.terminals.find(command.session);
    Terminal* terminal = found != state_.terminals.end() && found->second.pausing
                             ? &found->second
                             : open_terminal(command.session);
    if (terminal == nullptr) return;
    Kernel& kernel = world.kernel;
    kernel.set_cause(kernel.record(
        kFactInterrupt, subject_of_terminal(*terminal), kernel.intern(terminal->name)));
    const bool drops = command.kind == CommandKind::Signal && command.text == "DROP";
    if (drops) {
        terminal->waiting_lines.clear();
        if (model::Stream* typed = world.streams.find(terminal->input)) typed->input.clear();
    }
    if (command.kind == CommandKind::EndOfInput) {
        end_typing(world, *terminal);
    } else if (command.kind == CommandKind::Signal && command.text == "QUIT") {
        quit_foreground(world, terminal->shell);
    } else if (command.kind == CommandKind::Signal && command.text == "HUP") {
        hang_up(*terminal);
    } else if (terminal->pausing) {
        terminal->pausing = false;
        terminal->own_status = kInterruptedStatus;
    } else if (drops) {
        drop_foreground(world, terminal->shell);
    } else if (command.kind == CommandKind::Signal) {
        kill_foreground(world, terminal->shell);
    } else {
        interrupt_foreground(world, terminal->shell);
    }
}

// The connection is closed: its shell goes with what runs in its foreground. On a host that stands
// still they go when it goes on; the terminal has done with them.
void Session::hang_up(Terminal& terminal) {
    kill_foreground(state_.world, terminal.shell);
    model::send_signal(state_.world, terminal.shell, shell::kSigKill, false);
    terminal.shell = {};
    terminal.closed = true;
    terminal.pausing = false;
    terminal.own_status = kHungUpStatus;
}

WordResult Session::own_word(const Terminal& terminal, const std::string& line) {
    const Past past = [this](Time time) { return state_at(time); };
    if (line.substr(0, line.find(' ')) != "why")
        return run_own_word(set_up_, state_, terminal, line, past);
    const std::tuple key(journal().last(), now(), line);
    if (const auto found = explained_.find(key); found != explained_.end()) return found->second;
    return explained_[key] = run_own_word(set_up_, state_, terminal, line, past);
}

void Session::begin_pause(Terminal& terminal, Duration pause) {
    terminal.pausing = true;
    terminal.own_status = -1;
    terminal.pause_until = now() + pause;
    state_.world.kernel.schedule(pause, Phase::Observer, kEventPauseOver, 0);
}

void Session::end_pauses() {
    std::vector<Command> late;
    for (auto& [name, terminal] : state_.terminals) {
        if (!terminal.pausing || terminal.pause_until > now()) continue;
        terminal.pausing = false;
        terminal.own_status = 0;
        for (std::string& line : std::exchange(terminal.waiting_lines, {}))
            late.push_back({now(), CommandKind::Line, name, std::move(line), {}});
    }
    if (late.empty()) return;
    drain_terminals();
    for (const Command& command : late)
        apply(command);
}

// A shell that went down with its host, told once, as ssh does. (One that ended by itself has
// left.)
void Session::notice_closed(Terminal& terminal) {
    if (terminal.closed || has_shell(state_, terminal)) return;
    const model::Host& host = state_.world.host(terminal.host);
    if (host.up && host.boots == terminal.boots) return;
    terminal.closed = true;
    shown_.push_back({now(),
                      terminal.name,
                      Shown::Kind::Error,
                      fmt::format("Connection to {} closed.\n", host.spec.name),
                      0});
}

}  // namespace podium::lab
