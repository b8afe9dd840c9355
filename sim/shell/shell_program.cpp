#include "sim/shell/shell_program.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/shell/characters.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/jobs.hpp"
#include "sim/shell/prompt.hpp"
#include "sim/shell/runner_hint.hpp"
#include "sim/shell/signals.hpp"

namespace podium::shell {
namespace {

constexpr int kStatusSyntax = 2;
constexpr int kStatusInterrupted = 128 + kSigInt;
constexpr std::size_t kReadBytes = 4096;

// Whether one of the rows of `text` ends the here-document.
bool has_end_of(const OpenDocument& document, std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view row = text.substr(0, end);
        if (document.strips_tabs) row.remove_prefix(std::min(row.find_first_not_of('\t'), row.size()));
        if (row == document.end) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

std::uint64_t signal_bit(int signal) {
    return std::uint64_t{1} << static_cast<unsigned>(signal - 1);
}

}  // namespace

ShellProgram::ShellProgram(ShellSettings settings) {
    state_.dialect = settings.dialect;
    state_.name = settings.name;
    state_.message_name = std::move(settings.name);
    state_.parameters = std::move(settings.parameters);
    state_.options = settings.options;
    state_.message_lines = settings.dialect == Dialect::Bash;
    for (const std::string& entry : settings.environment) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos || !is_name(std::string_view(entry).substr(0, equals)))
            continue;
        if (state_.owns(entry.substr(0, equals))) state_.owns_funcname = false;
        Variable variable;
        variable.value = entry.substr(equals + 1);
        variable.exported = true;
        state_.variables[entry.substr(0, equals)] = std::move(variable);
    }
}

std::unique_ptr<ShellProgram> ShellProgram::for_text(ShellSettings settings, std::string text) {
    std::unique_ptr<ShellProgram> out(new ShellProgram(std::move(settings)));
    out->source_ = Source::Text;
    out->text_ = std::move(text);
    out->state_.from_text = true;
    if (out->state_.dialect == Dialect::Ash) out->state_.message_line_offset = -1;
    return out;
}

std::unique_ptr<ShellProgram> ShellProgram::for_file(ShellSettings settings, std::string path) {
    std::unique_ptr<ShellProgram> out(new ShellProgram(std::move(settings)));
    out->source_ = Source::File;
    out->state_.from_file = true;
    out->text_ = std::move(path);
    return out;
}

std::unique_ptr<ShellProgram> ShellProgram::for_input(ShellSettings settings) {
    std::unique_ptr<ShellProgram> out(new ShellProgram(std::move(settings)));
    out->source_ = Source::Input;
    return out;
}

std::unique_ptr<ShellProgram> ShellProgram::for_terminal(ShellSettings settings) {
    std::unique_ptr<ShellProgram> out(new ShellProgram(std::move(settings)));
    out->source_ = Source::Terminal;
    out->state_.interactive = true;
    out->state_.message_lines = false;
    return out;
}

std::unique_ptr<ShellProgram> ShellProgram::for_refusal(ShellSettings settings,
                                                        std::string sentence,
                                                        int status) {
    std::unique_ptr<ShellProgram> out(new ShellProgram(std::move(settings)));
    out->source_ = Source::Refusal;
    out->text_ = std::move(sentence);
    out->exit_status_ = status;
    out->state_.message_lines = false;
    return out;
}

std::unique_ptr<Program> ShellProgram::clone() const {
    return std::make_unique<ShellProgram>(*this);
}

std::unique_ptr<ShellProgram> ShellProgram::child_for() {
    std::unique_ptr<ShellProgram> out(new ShellProgram(ShellSettings{}));
    // Its jobs are its own: of a shell with thousands they would be most of the copy.
    std::vector<Job> jobs = std::exchange(state_.jobs, {});
    out->state_ = state_;
    state_.jobs = std::move(jobs);
    ShellState& state = out->state_;
    state.interactive = false;
    state.subshell = true;
    state.saved_bytes = 0;
    state.broken_pipe = false;
    for (auto& [ours, systems] : state.descriptors)
        systems = ours;
    for (auto trap = state.traps.begin(); trap != state.traps.end();) {
        if (trap->second.empty() || (trap->first == kErrTrap && state.options.errtrace)) {
            ++trap;
            continue;
        }
        if (trap->first != 0 && trap->first != kErrTrap) out->reset_traps_.push_back(static_cast<char>(trap->first));
        trap = state.traps.erase(trap);
    }
    if (state_.interactive)
        out->reset_traps_ += {static_cast<char>(kSigInt), static_cast<char>(kSigTerm)};
    out->script_ = current_script();
    return out;
}

void ShellProgram::begin(System& system) {
    begun_ = true;
    for (const char signal : reset_traps_)
        system.set_disposition(signal, Disposition::Default);
    if (state_.subshell) {
        if (!reset_traps_.empty()) {
            // What arrived between the fork and now was for the parent's handlers, which are gone.
            while (system.take_signal() != 0)
                continue;
        }
        reset_traps_.clear();
        return;
    }
    state_.shell_pid = system.pid();
    state_.parent_pid = system.parent_pid();
    state_.started = system.now();
    if (state_.value_of("HOSTNAME") == nullptr) state_.assign("HOSTNAME", system.hostname());
    state_.assign("PWD", system.working_directory());
    state_.variables["PWD"].exported = true;
    std::int64_t level = 0;
    parse_integer(state_.value_or("SHLVL", "0"), level);
    state_.assign("SHLVL", fmt::format("{}", std::clamp<std::int64_t>(level, 0, 999) + 1));
    state_.variables["SHLVL"].exported = true;
    state_.assign("IFS", " \t\n");
    state_.assign("OPTIND", "1");
    if (source_ == Source::Input && system.is_terminal(0) && system.is_terminal(2)) {
        prompts_ = true;
        state_.interactive = true;
        state_.message_lines = false;
    }
    if (state_.interactive) {
        system.set_disposition(kSigInt, Disposition::Catch);
        system.set_disposition(kSigTerm, Disposition::Catch);
    }
}

void ShellProgram::take_signals(System& system) {
    while (const int signal = system.take_signal()) {
        if (state_.traps.contains(signal)) {
            pending_ |= signal_bit(signal);
        } else if (signal == kSigInt && state_.interactive) {
            interrupted_ = true;
        }
    }
}

bool ShellProgram::at_boundary() const {
    if (frames_.empty()) return true;
    const auto& state = frames_.back().state;
    if (const auto* loop = std::get_if<ForFrame>(&state)) return loop->ready;
    return std::holds_alternative<SequenceFrame>(state) ||
           std::holds_alternative<AndOrFrame>(state) || std::holds_alternative<IfFrame>(state) ||
           std::holds_alternative<LoopFrame>(state);
}

bool ShellProgram::reads_through_traps() const {
    return state_.dialect == Dialect::Bash && !frames_.empty() && std::holds_alternative<ReadFrame>(frames_.back().state);
}

bool ShellProgram::abandons_line(int status) const {
    if (dropped_) return true;
    if (!state_.interactive || status != kStatusInterrupted) return false;
    return state_.dialect == Dialect::Bash || !state_.traps.contains(kSigInt);
}

bool ShellProgram::interruptible() const {
    if (at_boundary()) return true;
    const Expansion* expansion = expansion_of(frames_.back());
    if (expansion != nullptr) {
        const auto* simple = std::get_if<SimpleFrame>(&frames_.back().state);
        return expansion->child == 0 &&
               (simple == nullptr || simple->stage == SimpleFrame::Stage::Expand);
    }
    return std::holds_alternative<WaitFrame>(frames_.back().state) ||
           std::holds_alternative<ReadFrame>(frames_.back().state);
}

void ShellProgram::run_trap(System& system) {
    for (int signal = 1; signal <= kHighestSignal; ++signal) {
        if ((pending_ & signal_bit(signal)) == 0) continue;
        pending_ &= ~signal_bit(signal);
        const auto trap = state_.traps.find(signal);
        if (trap == state_.traps.end() || trap->second.empty()) continue;
        const std::string action = trap->second;
        push(false, false, TrapFrame{state_.status});
        evaluate(system, action, "trap");
        return;
    }
}

void ShellProgram::unwind(System& system) {
    while (!frames_.empty())
        pop(system);
}

// How many frames are left where the function that runs exits, up to its own or that of a file it runs; none outside of functions.
std::size_t ShellProgram::exiting_depth() const {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < frames_.size(); ++i) {
        const bool function = std::holds_alternative<FunctionFrame>(frames_[i].state);
        if (function || (depth > 0 && std::holds_alternative<SourceFrame>(frames_[i].state))) depth = i + 1;
    }
    return depth;
}

void ShellProgram::begin_exit(System& system, int status, bool in_place) {
    if (prompts_ && state_.dialect == Dialect::Bash) state_.write(system, 2, state_.name.starts_with('-') ? "logout\n" : "exit\n", "");
    // exit jumps out of the function without undoing anything of it, and exit_shell() runs the trap (bash, builtins/exit.def).
    const bool stays = in_place && state_.dialect == Dialect::Bash && !exiting_ && state_.traps.contains(0);
    const std::size_t left = stays ? exiting_depth() : 0;
    while (frames_.size() > left) pop(system);
    later_error_.reset();
    state_.status = status;
    exit_status_ = status;
    exiting_ = true;
    const auto trap = state_.traps.find(0);
    if (trap == state_.traps.end()) return;
    const std::string action = trap->second;
    state_.traps.erase(trap);
    push(false, false, TrapFrame{status});
    evaluate(system, action, "exit trap");
}

void ShellProgram::abandon_line(System& system) {
    if (prompts_) state_.write(system, 2, "\n", "");
    prompted_ = false;
    unwind(system);
    interrupted_ = false;
    dropped_ = false;
    later_error_.reset();
    forget_partial();
    state_.status = kStatusInterrupted;
}

void ShellProgram::forget_partial() {
    partial_.clear();
    document_.reset();
    document_bytes_ = 0;
}

Step ShellProgram::ended(System& system) {
    unwind(system);
    exited_ = true;
    return Step::exit(exit_status_ & 0xFF);
}

Step ShellProgram::step(System& system) {
    if (!begun_) begin(system);
    if (slice_ != system.now()) {
        slice_ = system.now();
        operations_ = 0;
    }
    while (true) {
        take_signals(system);
        if (state_.broken_pipe && !state_.traps.contains(kSigPipe)) {
            // A writer that nobody reads is ended by SIGPIPE; no trap of EXIT runs.
            exit_status_ = 128 + kSigPipe;
            return ended(system);
        }
        if (interrupted_ && interruptible()) abandon_line(system);
        if (pending_ != 0 && !exiting_ && (at_boundary() || reads_through_traps())) run_trap(system);
        if (frames_.empty()) {
            if (exiting_) return ended(system);
            if (!refill(system)) return Step::block();
            continue;
        }
        if (operations_ >= kOperationsPerSlice) {
            operations_ = 0;
            busy_slices_ = std::min(busy_slices_ + 1, kManySlices);
            return Step::busy(busy_slices_ < kManySlices ? kSliceTime : kLongSliceTime);
        }
        deadline_ = kNever;
        count_work(kCommandWork);
        switch (advance(system)) {
            case Progress::Continue:
                break;
            case Progress::Block:
                if (interrupted_ && interruptible()) break;
                busy_slices_ = 0;
                return Step::block(deadline_);
            case Progress::Exec:
                exited_ = true;
                return Step::exec();
            case Progress::Yield:
                return Step::busy(kKillTime);
        }
    }
}

bool ShellProgram::idle() const {
    return source_ == Source::Terminal && frames_.empty() && !later_error_ && !exiting_ &&
           !line_running_;
}

void ShellProgram::submit(std::string line) {
    PODIUM_ASSERT(idle(), "a terminal's shell is given a line only while it waits for one");
    line.push_back('\n');
    line_running_ = take_line(line);
}

// Adds a line (or several) to what is not yet a command, and runs it when it is one. Inside a here-document only its end
// can complete it, so the text is not parsed for each of its lines.
bool ShellProgram::take_line(std::string_view line) {
    partial_ += line;
    if (document_ && partial_.size() <= kMaxScriptBytes && !has_end_of(*document_, line)) {
        document_bytes_ += line.size();
        return false;
    }
    const std::string text = partial_;
    if (text.size() > kMaxCommandBytes) count_work(text.size() / kCharactersPerWorkUnit);
    return run_commands(text, false, false);
}

bool ShellProgram::run_commands(std::string_view text, bool whole, bool tail) {
    PartialScript parsed = parse_until_error(text, state_.name, first_line_, state_.interactive && state_.dialect == Dialect::Bash ? &state_.aliases : nullptr);
    const bool incomplete = parsed.open_document || (parsed.error && parsed.error->incomplete);
    const bool too_long = !parsed.open_document && text.size() - document_bytes_ > kMaxCommandBytes;
    if (!whole && !too_long && (incomplete || text.ends_with("\\\n"))) {
        document_ = std::move(parsed.open_document);
        return false;
    }
    forget_partial();
    first_line_ += static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    later_error_ = std::move(parsed.error);
    const List& list = parsed.script->body;
    push(false, tail && !later_error_, SequenceFrame{std::move(parsed.script), &list, 0});
    return true;
}

void ShellProgram::syntax_error(System& system, const SyntaxError& error, std::string_view input) {
    state_.line = error.error.place.line;
    const std::string hint = runner_hint(error.source, state_.dialect == Dialect::Ash ? "sh" : "bash");
    if (state_.dialect == Dialect::Ash) {
        state_.complain(system, error.error.message);
        state_.tell(system, hint);
    } else {
        state_.line = error.bash_line;
        // error.c, parser_error: the text is named where it is not the file itself.
        std::string prefix = state_.message_source();
        if (input.empty() && state_.from_text) input = "-c";
        if (state_.message_lines && !input.empty() && input != prefix) prefix += fmt::format(": {}", input);
        if (state_.message_lines) prefix += fmt::format(": line {}", error.bash_line);
        std::string sentence = fmt::format("{}: {}\n", prefix, error.bash);
        if (!error.source.empty() && !state_.interactive) {
            sentence += fmt::format("{}: `{}'\n", prefix, error.source);
        }
        if (!error.bash_second.empty()) sentence += fmt::format("{}: {}\n", prefix, error.bash_second);
        state_.write(system, 2, sentence + hint, "");
    }
    state_.status = kStatusSyntax;
}

bool ShellProgram::refill(System& system) {
    if (later_error_) {
        syntax_error(system, *later_error_);
        later_error_.reset();
        if (!state_.interactive) begin_exit(system, kStatusSyntax);
        return true;
    }
    switch (source_) {
        case Source::Terminal:
            if (line_running_) {
                line_running_ = false;
                reap_jobs(system);
                notify_jobs(system);
            }
            return false;
        case Source::Text:
            source_ = Source::Nothing;
            run_commands(text_, true, true);
            return true;
        case Source::File:
            return refill_from_file(system);
        case Source::Input:
            return refill_from_input(system);
        case Source::Refusal:
            state_.complain(system, text_);
            exiting_ = true;
            return true;
        case Source::Nothing:
            begin_exit(system, state_.status);
            return true;
    }
    return true;
}

bool ShellProgram::refill_from_file(System& system) {
    if (descriptor_ < 0) {
        partial_.clear();
        const Errno error = system.open(text_, OpenMode::Read, descriptor_);
        if (error != Errno::None) {
            state_.message_lines = false;
            state_.complain(system,
                            state_.dialect == Dialect::Ash
                                ? fmt::format("can't open '{}': {}", text_, errno_text(error))
                                : fmt::format("{}: {}", text_, errno_text(error)));
            exit_status_ = state_.dialect == Dialect::Ash ? 2 : error == Errno::NoEntry ? 127 : 126;
            exiting_ = true;
            return true;
        }
    }
    while (true) {
        const ReadResult got = system.read(descriptor_, kReadBytes);
        if (got.kind == ReadResult::Kind::WouldBlock) return false;
        partial_ += got.data;
        if (got.kind != ReadResult::Kind::Data || partial_.size() > kMaxScriptBytes) break;
    }
    system.close(descriptor_);
    descriptor_ = -1;
    source_ = Source::Nothing;
    state_.name = state_.message_name = text_;
    state_.message_lines = true;
    const std::string text = std::move(partial_);
    run_commands(text, true, false);
    return true;
}

std::string ShellProgram::shown_prompt() const {
    return prompted_ ? prompt_text(state_, wants_more()) : std::string();
}

// Once for each line, when the shell begins to wait for it.
void ShellProgram::show_prompt(System& system) {
    if (!prompts_ || prompted_) return;
    reap_jobs(system);
    notify_jobs(system);
    state_.write(system, 2, prompt_text(state_, wants_more()), "");
    prompted_ = true;
}

bool ShellProgram::refill_from_input(System& system) {
    while (true) {
        const std::size_t end = text_.find('\n');
        if (end != std::string::npos || (input_ended_ && !text_.empty())) {
            prompted_ = false;
            const std::size_t size = std::min(end, text_.size() - 1) + 1;
            const std::string line = text_.substr(0, size);
            text_.erase(0, size);
            if (take_line(line)) return true;
            continue;
        }
        if (input_ended_) {
            if (partial_.empty()) {
                // Nobody typed the end of the prompt's line.
                if (prompts_ && state_.dialect == Dialect::Ash) state_.write(system, 2, "\n", "");
                begin_exit(system, state_.status);
            } else {
                const std::string text = partial_;
                run_commands(text, true, false);
            }
            return true;
        }
        // bash reads one character at a time, so that its children find the rest; ash reads blocks.
        const auto found = state_.descriptors.find(0);
        if (found == state_.descriptors.end()) {
            input_ended_ = true;
            continue;
        }
        show_prompt(system);
        const ReadResult got =
            system.read(found->second, state_.dialect == Dialect::Bash ? 1 : kReadBytes);
        if (got.kind == ReadResult::Kind::WouldBlock) return false;
        text_ += got.data;
        input_ended_ = got.kind != ReadResult::Kind::Data;
    }
}

void ShellProgram::reap_jobs(System& system) {
    std::erase_if(substitutes_, [&](Pid pid) { return system.reap(pid).has_value(); });
    for (Job& job : state_.jobs) {
        for (std::size_t i = 0; i < job.pids.size(); ++i) {
            if (job.statuses[i]) continue;
            job.statuses[i] = system.reap(job.pids[i]);
            const bool last = i + 1 == job.pids.size();
            if (job.statuses[i] && last) job.signal = system.reaped_signal();
        }
    }
}

void ShellProgram::notify_jobs(System& system) {
    std::vector<Job> left;
    for (std::size_t i = 0; i < state_.jobs.size(); ++i) {
        Job& job = state_.jobs[i];
        if (!job.done()) {
            left.push_back(std::move(job));
            continue;
        }
        state_.write(system,
                     2,
                     describe_job(job, i + 1 == state_.jobs.size(), i + 2 == state_.jobs.size()),
                     "jobs");
    }
    state_.jobs = std::move(left);
}

bool ShellProgram::in_function() const {
    return state_.function_depth > 0;
}

bool ShellProgram::in_loop() const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
        if (std::holds_alternative<FunctionFrame>(frame->state) ||
            std::holds_alternative<TrapFrame>(frame->state)) {
            return false;
        }
        if (std::holds_alternative<LoopFrame>(frame->state) ||
            std::holds_alternative<ForFrame>(frame->state))
            return true;
    }
    return false;
}

bool ShellProgram::can_return() const {
    return in_function() || std::any_of(frames_.begin(), frames_.end(), [](const Frame& frame) {
               return std::holds_alternative<SourceFrame>(frame.state);
           });
}

int ShellProgram::exit_status_now() const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
        if (const auto* trap = std::get_if<TrapFrame>(&frame->state)) return trap->status;
    }
    return state_.status;
}

bool ShellProgram::is_local(const std::string& name) const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
        const auto* function = std::get_if<FunctionFrame>(&frame->state);
        if (function == nullptr) continue;
        return std::any_of(function->locals.begin(), function->locals.end(), [&name](const auto& entry) { return entry.first == name; });
    }
    return false;
}

bool ShellProgram::make_local(const std::string& name) {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
        auto* function = std::get_if<FunctionFrame>(&frame->state);
        if (function == nullptr) continue;
        for (const auto& entry : function->locals) {
            if (entry.first == name) return true;
        }
        const auto found = state_.variables.find(name);
        std::optional<Variable> before;
        if (found != state_.variables.end()) {
            before = found->second;
            if (before->array) count_work(before->array->elements().size());
            state_.saved_bytes += static_cast<std::int64_t>(before->bytes());
        }
        function->locals.emplace_back(name, std::move(before));
        return true;
    }
    return in_function();
}

}  // namespace podium::shell
