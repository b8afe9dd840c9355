// The stack of frames, and the frames of lists and pipelines.

#include <fmt/format.h>
#include <utility>

#include "sim/shell/expand.hpp"
#include "sim/shell/shell_program.hpp"
#include "sim/shell/signals.hpp"

namespace podium::shell {

const Expansion* expansion_of(const Frame& frame) {
    if (const auto* simple = std::get_if<SimpleFrame>(&frame.state)) return &simple->expansion;
    if (const auto* redirect = std::get_if<RedirectFrame>(&frame.state))
        return &redirect->expansion;
    if (const auto* loop = std::get_if<ForFrame>(&frame.state)) return &loop->expansion;
    if (const auto* choice = std::get_if<CaseFrame>(&frame.state)) return &choice->expansion;
    if (const auto* condition = std::get_if<ConditionFrame>(&frame.state)) return &condition->expansion;
    const auto* arithmetic = std::get_if<ArithmeticFrame>(&frame.state);
    return arithmetic != nullptr ? &arithmetic->expansion : nullptr;
}

void ShellProgram::push(bool tested, bool tail, decltype(Frame::state) state) {
    frames_.push_back({tested, tail, std::move(state)});
}

void ShellProgram::pop(System& system) {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (const Expansion* expansion = expansion_of(frame);
        expansion != nullptr && expansion->pipe >= 0) {
        system.close(expansion->pipe);
    }
    if (auto* simple = std::get_if<SimpleFrame>(&frame.state)) {
        restore_variables(state_, simple->variables);
        if (simple->descriptors) put_back(system, *simple->descriptors);
    } else if (auto* redirect = std::get_if<RedirectFrame>(&frame.state)) {
        if (redirect->descriptors) put_back(system, *redirect->descriptors);
    } else if (auto* function = std::get_if<FunctionFrame>(&frame.state)) {
        restore_variables(state_, function->locals);
        state_.saved_bytes -= bytes_of(function->locals);
        state_.parameters = std::move(function->parameters);
        --state_.function_depth;
        state_.running.pop_back();
        state_.sources.pop_back();
    } else if (auto* source = std::get_if<SourceFrame>(&frame.state)) {
        if (source->parameters) state_.parameters = std::move(*source->parameters);
        if (source->descriptor >= 0) system.close(source->descriptor);
        state_.running.pop_back();
        state_.sources.pop_back();
    } else if (auto* trap = std::get_if<TrapFrame>(&frame.state)) {
        state_.status = trap->status;
    }
    if (const Expansion* expansion = expansion_of(frame)) close_processes(system, *expansion);
}

ShellProgram::Progress ShellProgram::finish(System& system, int status) {
    pop(system);
    state_.status = status;
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::finish_checked(System& system, int status) {
    const bool tested = frames_.back().tested;
    state_.statuses.clear();
    finish(system, status);
    if (status == 0 || tested) return Progress::Continue;
    if (!begin_error_trap(system, status) && state_.options.errexit) begin_exit(system, status);
    return Progress::Continue;
}

// Functions and subshells have the trap with -E alone, and it does not run for what fails within it (bash, execute_cmd.c and trap.c, run_error_trap).
bool ShellProgram::begin_error_trap(System& system, int status) {
    const auto trap = state_.traps.find(kErrTrap);
    if (trap == state_.traps.end() || trap->second.empty() || (state_.function_depth > 0 && !state_.options.errtrace)) return false;
    const bool within = std::any_of(frames_.begin(), frames_.end(), [](const Frame& frame) {
        const auto* running = std::get_if<TrapFrame>(&frame.state);
        return running != nullptr && running->of_error;
    });
    if (within) return false;
    const std::string action = trap->second;
    push(false, false, TrapFrame{status, true, state_.options.errexit});
    evaluate(system, action, "error trap");
    return true;
}

ShellProgram::Progress ShellProgram::fatal(System& system,
                                           std::string_view sentence,
                                           int bash_status) {
    state_.complain(system, sentence);
    constexpr int kAshStatus = 2;
    if (state_.interactive) {
        unwind(system);
        later_error_.reset();
        state_.status = 1;
    } else {
        // bash: a subshell and a script that is no text of -c end with 1 where that one would with 127.
        const int status = state_.subshell || !state_.from_text ? 1 : bash_status;
        begin_exit(system, state_.dialect == Dialect::Ash ? kAshStatus : status);
    }
    return Progress::Continue;
}

// jump_to_top_level(DISCARD): the text that runs goes on with its next line, be it the shell's own (eval.c, reader_loop) or what eval,
// `.`, a trap or -c run (builtins/evalstring.c, parse_and_execute). A subshell ends.
ShellProgram::Progress ShellProgram::give_up_line(System& system, std::string_view sentence, Loss loss) {
    if (state_.dialect == Dialect::Ash || loss == Loss::Shell) return fatal(system, sentence);
    if (!sentence.empty()) state_.complain(system, sentence);
    if (exiting_) loss = Loss::Line;  // below the trap of EXIT nothing goes on
    std::size_t keeps = frames_.size();
    for (std::size_t i = 0; i < frames_.size(); ++i) {
        const auto* sequence = std::get_if<SequenceFrame>(&frames_[i].state);
        if (sequence != nullptr && sequence->script != nullptr && (loss == Loss::Line || keeps == frames_.size())) keeps = i;
    }
    if (state_.subshell || keeps == frames_.size() || (loss == Loss::Top && state_.from_text)) {
        begin_exit(system, 1);
        return Progress::Continue;
    }
    while (frames_.size() > keeps + 1) {
        // What `time` has measured is told all the same.
        if (std::holds_alternative<TimeFrame>(frames_.back().state))
            advance_time(system);
        else
            pop(system);
    }
    auto& sequence = std::get<SequenceFrame>(frames_.back().state);
    const std::vector<ListItem>& items = sequence.list->items;
    while (sequence.next < items.size() && !items[sequence.next].begins_line) ++sequence.next;
    state_.status = 1;
    state_.statuses.clear();
    return Progress::Continue;
}

const std::shared_ptr<const Script>& ShellProgram::current_script() const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
        if (const auto* sequence = std::get_if<SequenceFrame>(&frame->state)) {
            if (sequence->script) return sequence->script;
        } else if (const auto* function = std::get_if<FunctionFrame>(&frame->state)) {
            return function->script;
        }
    }
    return script_;
}

void ShellProgram::push_list(const List& list, bool tested, bool tail) {
    push(tested, tail, SequenceFrame{nullptr, &list, 0});
}

ShellProgram::Progress ShellProgram::advance_sequence(System& system) {
    Frame& frame = frames_.back();
    auto& sequence = std::get<SequenceFrame>(frame.state);
    if (sequence.next >= sequence.list->items.size()) {
        pop(system);
        return Progress::Continue;
    }
    const ListItem& item = sequence.list->items[sequence.next++];
    const bool last = sequence.next == sequence.list->items.size();
    push_item(system, item, frame.tested, frame.tail && last);
    return Progress::Continue;
}

void ShellProgram::push_item(System& system, const ListItem& item, bool tested, bool tail) {
    if (item.background) {
        start_background(system, item);
    } else if (item.parts.size() == 1) {
        push_pipeline(system, item.parts.front().pipeline, tested, tail);
    } else {
        push(tested, tail, AndOrFrame{&item, 0});
    }
}

ShellProgram::Progress ShellProgram::advance_and_or(System& system) {
    Frame& frame = frames_.back();
    auto& and_or = std::get<AndOrFrame>(frame.state);
    const auto& parts = and_or.item->parts;
    while (and_or.next < parts.size()) {
        const AndOrPart& part = parts[and_or.next++];
        const bool runs = part.join == AndOrPart::Join::First ||
                          (part.join == AndOrPart::Join::And) == (state_.status == 0);
        if (!runs) continue;
        const bool last = and_or.next == parts.size();
        const bool tested = frame.tested || !last;
        const bool tail = frame.tail && last;
        if (last) frames_.pop_back();
        push_pipeline(system, part.pipeline, tested, tail);
        return Progress::Continue;
    }
    pop(system);
    return Progress::Continue;
}

bool ShellProgram::begin_time(System& system, const Pipeline& pipeline, bool tested) {
    // bash knows the word itself; busybox has a program of that name, other containers nothing.
    if (state_.dialect == Dialect::Ash && system.find_program("time") == Errno::NoEntry) {
        state_.complain(system, "time: not found");
        state_.status = 127;
        return false;
    }
    push(tested, false, TimeFrame{system.now(), system.processor_time(), pipeline.timed_posix});
    return true;
}

namespace {

std::string minutes_and_seconds(Duration time, bool ash, bool posix) {
    const std::int64_t milliseconds = time.nanoseconds / 1'000'000;
    const std::int64_t whole = milliseconds / 1000;
    const std::int64_t hundredths = milliseconds % 1000 / 10;
    if (posix) return fmt::format("{}.{:02}", whole, hundredths);
    if (ash) return fmt::format("{}m {}.{:02}s", whole / 60, whole % 60, hundredths);
    return fmt::format("{}m{}.{:03}s", whole / 60, whole % 60, milliseconds % 1000);
}

}  // namespace

// As bash 5.2 prints it, and busybox 1.35. Processor time is not divided here: all of it counts as the
// user's.
ShellProgram::Progress ShellProgram::advance_time(System& system) {
    const TimeFrame timed = std::get<TimeFrame>(frames_.back().state);
    const int status = state_.status;
    const bool ash = state_.dialect == Dialect::Ash;
    const std::string real = minutes_and_seconds(system.now() - timed.started, ash, timed.posix);
    const std::string user =
        minutes_and_seconds(system.processor_time() - timed.processor, ash, timed.posix);
    const std::string none = minutes_and_seconds(Duration{}, ash, timed.posix);
    const char gap = timed.posix ? ' ' : '\t';
    state_.write(system,
                 2,
                 fmt::format("{0}real{1}{2}\nuser{1}{3}\nsys{1}{4}\n",
                             ash || timed.posix ? "" : "\n",
                             gap,
                             real,
                             user,
                             none),
                 "time");
    return finish(system, status);
}

void ShellProgram::push_pipeline(System& system, const Pipeline& pipeline, bool tested, bool tail) {
    if (pipeline.timed) {
        if (!begin_time(system, pipeline, tested)) return;
        tail = false;
        if (pipeline.commands.empty()) {
            state_.status = 0;
            return;
        }
    }
    if (pipeline.commands.size() == 1) {
        if (pipeline.negated) push(tested, false, NegateFrame{});
        push_command(
            *pipeline.commands.front(), tested || pipeline.negated, tail && !pipeline.negated);
        return;
    }
    PipelineFrame frame;
    frame.negated = pipeline.negated;
    const bool looked_at = tested || pipeline.negated;
    if (!start_stages(system, pipeline, looked_at, false, frame.pids)) state_.status = 2;
    frame.statuses.resize(frame.pids.size());
    push(looked_at, false, std::move(frame));
}

bool ShellProgram::start_stages(System& system,
                                const Pipeline& pipeline,
                                bool tested,
                                bool background,
                                std::vector<Pid>& pids) {
    int input = -1;
    bool well = true;
    for (std::size_t i = 0; i < pipeline.commands.size() && well; ++i) {
        int read_end = -1;
        int write_end = -1;
        if (i + 1 < pipeline.commands.size()) system.pipe(read_end, write_end);
        DescriptorMap descriptors = state_.descriptors;
        if (input >= 0) descriptors[0] = input;
        if (write_end >= 0) descriptors[1] = write_end;
        std::vector<Inherit> inherited;
        for (const auto& [ours, systems] : descriptors)
            inherited.push_back({ours, systems});
        auto child = child_for();
        for (const auto& entry : descriptors)
            child->state_.descriptors[entry.first] = entry.first;
        child->push_command(*pipeline.commands[i], tested, true);
        const Spawned spawned = system.fork(std::move(child), inherited, background);
        well = spawned.pid != 0;
        if (well) {
            pids.push_back(spawned.pid);
        } else {
            state_.complain(system, fmt::format("can't fork: {}", errno_text(spawned.error)));
        }
        if (input >= 0) system.close(input);
        if (write_end >= 0) system.close(write_end);
        input = read_end;
    }
    if (input >= 0) system.close(input);
    return well;
}

void ShellProgram::start_background(System& system, const ListItem& item) {
    Job job;
    job.text = item.text;
    for (const Job& other : state_.jobs)
        job.number = std::max(job.number, other.number);
    ++job.number;
    const bool one = item.parts.size() == 1 && !item.parts.front().pipeline.negated &&
                     !item.parts.front().pipeline.timed;
    if (one) {
        start_stages(system, item.parts.front().pipeline, false, true, job.pids);
    } else {
        auto child = child_for();
        child->push(false, true, AndOrFrame{&item, 0});
        const Spawned spawned = system.fork(std::move(child), state_.inherited(), true);
        if (spawned.pid != 0) {
            job.pids.push_back(spawned.pid);
        } else {
            state_.complain(system, fmt::format("can't fork: {}", errno_text(spawned.error)));
        }
    }
    state_.status = job.pids.empty() ? 2 : 0;
    if (job.pids.empty()) return;
    job.statuses.resize(job.pids.size());
    state_.last_background = job.pids.back();
    if (state_.interactive) {
        state_.write(system, 2, fmt::format("[{}] {}\n", job.number, state_.last_background), "");
    } else {
        // A script's shell forgets what has ended when it starts more, unless it is the last.
        reap_jobs(system);
        constexpr std::size_t kMostKept = 1000;
        if (state_.jobs.size() >= kMostKept)
            std::erase_if(state_.jobs, [](const Job& old) { return old.done(); });
    }
    state_.jobs.push_back(std::move(job));
}

ShellProgram::Progress ShellProgram::advance_pipeline(System& system) {
    auto& frame = std::get<PipelineFrame>(frames_.back().state);
    bool waiting = false;
    for (std::size_t i = 0; i < frame.pids.size(); ++i) {
        if (!frame.statuses[i]) {
            frame.statuses[i] = system.reap(frame.pids[i]);
            const bool last = i + 1 == frame.pids.size();
            if (frame.statuses[i] && last) frame.signal = system.reaped_signal();
        }
        waiting = waiting || !frame.statuses[i];
    }
    if (waiting) {
        reap_jobs(system);
        return Progress::Block;
    }
    int status = frame.statuses.empty() ? state_.status : *frame.statuses.back();
    if (state_.options.pipefail) {
        status = 0;
        for (const auto& each : frame.statuses) {
            if (*each != 0) status = *each;
        }
    }
    if (abandons_line(status)) {
        abandon_line(system);
        return Progress::Continue;
    }
    interrupted_ = false;
    if (frame.signal != 0) tell_signal(system, frame.pids.back(), frame.signal, {});
    std::vector<int> statuses;
    for (const auto& each : frame.statuses)
        statuses.push_back(each.value_or(0));
    const Progress progress = frame.negated ? finish(system, status == 0 ? 1 : 0) : finish_checked(system, status);
    state_.statuses = std::move(statuses);
    return progress;
}

ShellProgram::Progress ShellProgram::advance_subshell(System& system) {
    const Pid child = std::get<SubshellFrame>(frames_.back().state).child;
    const std::optional<int> status = system.reap(child);
    if (!status) {
        reap_jobs(system);
        return Progress::Block;
    }
    if (abandons_line(*status)) {
        abandon_line(system);
        return Progress::Continue;
    }
    interrupted_ = false;
    if (const int signal = system.reaped_signal(); signal != 0)
        tell_signal(system, child, signal, {});
    return finish_checked(system, *status);
}

ShellProgram::Progress ShellProgram::advance(System& system) {
    if (frames_.size() > kMaxFrames) {
        state_.complain(system,
                        fmt::format("calls nest too deeply (at most {} frames)", kMaxFrames));
        begin_exit(system, 2);
        return Progress::Continue;
    }

    struct Visitor {
        ShellProgram& shell;
        System& system;

        Progress operator()(const SequenceFrame&) const { return shell.advance_sequence(system); }

        Progress operator()(const AndOrFrame&) const { return shell.advance_and_or(system); }

        Progress operator()(const NegateFrame&) const {
            return shell.finish(system, shell.state_.status == 0 ? 1 : 0);
        }

        Progress operator()(const PipelineFrame&) const { return shell.advance_pipeline(system); }

        Progress operator()(const SubshellFrame&) const { return shell.advance_subshell(system); }

        Progress operator()(const SimpleFrame&) const { return shell.advance_simple(system); }

        Progress operator()(const RedirectFrame&) const { return shell.advance_redirect(system); }

        Progress operator()(const IfFrame&) const { return shell.advance_if(system); }

        Progress operator()(const LoopFrame&) const { return shell.advance_loop(system); }

        Progress operator()(const ForFrame&) const { return shell.advance_for(system); }

        Progress operator()(const CaseFrame&) const { return shell.advance_case(system); }

        Progress operator()(const ArithmeticFrame&) const {
            return shell.advance_arithmetic(system);
        }

        Progress operator()(const ConditionFrame&) const { return shell.advance_condition(system); }

        Progress operator()(const FunctionFrame&) const {
            return shell.finish(system, shell.state_.status);
        }

        Progress operator()(const SourceFrame&) const { return shell.advance_source(system); }

        Progress operator()(const TrapFrame&) const {
            const TrapFrame trap = std::get<TrapFrame>(shell.frames_.back().state);
            shell.pop(system);
            if (trap.exits)
                shell.begin_exit(system, trap.status);
            else if (shell.exiting_ && !trap.of_error)
                shell.unwind(system);
            return Progress::Continue;
        }

        Progress operator()(const TimeFrame&) const { return shell.advance_time(system); }

        Progress operator()(const WaitFrame&) const { return shell.advance_wait(system); }

        Progress operator()(const ReadFrame&) const { return shell.advance_read(system); }
    };

    return std::visit(Visitor{*this, system}, frames_.back().state);
}

}  // namespace podium::shell
