// Simple commands: expansion, assignments, and what then runs.

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/shell/builtins.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/jobs.hpp"
#include "sim/shell/quoting.hpp"
#include "sim/shell/shell_program.hpp"
#include "sim/shell/signals.hpp"

namespace podium::shell {
namespace {

constexpr std::uint64_t kExpandWork = 4;  // a word expanded; a redirection is its target, and what it opens

constexpr std::string_view kNoArrays = "Podium's shell has arrays in bash only, as sh has none; use bash, or set -- and \"$@\"";
constexpr int kStatusNotFound = 127;
constexpr int kStatusNotExecutable = 126;

/// Whether a command that declares variables is asked for what declare refuses, associative arrays.
bool wants_associative(const std::vector<std::string>& argv) {
    for (std::size_t i = 1; i < argv.size() && argv[i].size() > 1 && (argv[i].front() == '-' || argv[i].front() == '+') && argv[i] != "--"; ++i) {
        if (argv[i].find('A') != std::string::npos) return true;
    }
    return false;
}

}  // namespace

ShellProgram::Progress ShellProgram::advance_simple(System& system) {
    auto& frame = std::get<SimpleFrame>(frames_.back().state);
    switch (frame.stage) {
        case SimpleFrame::Stage::Expand:
            return expand_simple(system);
        case SimpleFrame::Stage::Above:
            return finish_checked(system, state_.status);
        case SimpleFrame::Stage::Child:
            break;
    }
    const std::optional<int> status = system.reap(frame.child);
    if (!status) {
        reap_jobs(system);
        return Progress::Block;
    }
    if (abandons_line(*status)) {
        abandon_line(system);
        return Progress::Continue;
    }
    interrupted_ = false;
    if (const int signal = system.reaped_signal(); signal != 0) {
        tell_signal(system, frame.child, signal, join(frame.argv, " "));
    }
    return finish_checked(system, *status);
}

void ShellProgram::tell_signal(System& system, Pid child, int signal, const std::string& text) {
    if (signal == kSigInt || signal == kSigPipe) return;
    // bash's DONT_REPORT_SIGTERM: in a script a job's end by TERM is nothing to tell of.
    if (signal == kSigTerm && state_.dialect == Dialect::Bash && !state_.interactive) return;
    std::string sentence(signal_sentence(signal));
    if (state_.dialect == Dialect::Bash && !state_.interactive) {
        state_.complain(system, fmt::format("{:>5} {:<23} {}", child, sentence, text));
        return;
    }
    state_.write(system, 2, sentence + "\n", "");
}

ShellProgram::Progress ShellProgram::expand_simple(System& system) {
    auto& frame = std::get<SimpleFrame>(frames_.back().state);
    const Command& command = *frame.command;
    const auto& simple = std::get<SimpleCommand>(command.body);
    if (!settle(system, frame.expansion)) return Progress::Block;
    ++operations_;
    count_work(kExpandWork * (simple.words.size() + simple.assignments.size() + 2 * command.redirections.size()));
    state_.line = command.line;
    if (state_.dialect == Dialect::Ash && !simple.declared.empty()) return fatal(system, kNoArrays);
    Expander expander(state_, system, frame.expansion.outputs);
    std::vector<std::string> argv;
    std::vector<std::string> targets;
    bool well = true;
    for (const Word& word : simple.words)
        well = well && expander.fields(word, argv);
    // bash expands a program's redirections in its own process, which alone ends then.
    const bool of_program = well && state_.dialect == Dialect::Bash && !argv.empty() && find_builtin(argv.front(), state_.dialect) == nullptr && !state_.functions.contains(argv.front());
    for (const Redirection& redirection : command.redirections) {
        targets.emplace_back();
        if (!well) continue;
        well = expander.text(*redirection.target, targets.back());
        if (well || !of_program || expander.wanted() != nullptr) continue;
        state_.complain(system, expander.failure());
        return finish_checked(system, expander.loss() == Loss::Shell && state_.from_text ? expander.failure_status() : 1);
    }
    std::vector<IndexedArray> declared;
    std::vector<std::string> arrays;
    const bool refused = well && !simple.declared.empty() && wants_associative(argv);
    for (const Assignment& assignment : simple.declared) {
        if (refused) break;  // by the builtin, whatever the values are
        declared.emplace_back();
        std::string values;
        well = well && expander.array_values(assignment, declared.back(), &values);
        if (state_.options.xtrace) arrays.push_back(fmt::format("{}{}=({})", assignment.name, assignment.append ? "+" : "", values));
    }
    expander.mark_changes();
    std::vector<std::string> traced;
    std::vector<const Assignment*> made;
    for (const Assignment& assignment : simple.assignments) {
        if (!well) break;
        if (state_.dialect == Dialect::Ash && (assignment.is_array || assignment.subscript)) return fatal(system, kNoArrays);
        std::string shown;
        bool is_made = true;
        well = argv.empty() ? expander.assign(assignment, &assignment == &simple.assignments.back(), shown) : expander.assign_before(assignment, is_made, shown);
        if (!is_made) continue;
        made.push_back(&assignment);
        if (state_.options.xtrace) traced.push_back(std::move(shown));
    }
    for (const auto* words : {&argv, &targets}) {
        for (const std::string& word : *words) count_work(word.size() / kCharactersPerWorkUnit);
    }
    if (!well) return expansion_stopped(system, frame.expansion, expander);
    if (state_.counts_memory) {
        // What the expansion took besides is given back.
        const std::int64_t bytes = state_.bytes_of_variables();
        system.use_memory(bytes);
        state_.counts_memory = bytes >= static_cast<std::int64_t>(kMaxExpansionBytes);
    }
    if (state_.options.xtrace) {
        for (const std::string& word : argv)
            traced.push_back(quoted_for_trace(word, state_.dialect == Dialect::Bash));
        // bash reckons each array of `declare` and the like as a command of its own.
        for (const std::string& array : arrays) state_.trace(system, array);
        trace(system, traced);
    }
    const Builtin* builtin = argv.empty() ? nullptr : find_builtin(argv.front(), state_.dialect);
    const bool keeps =
        argv.empty() || (builtin != nullptr && builtin->special && state_.dialect == Dialect::Ash);
    if (!keeps) {
        frame.variables = expander.take_changes();
        for (const Assignment* assignment : made)
            state_.variables[assignment->name].exported = true;
    }
    if (!command.redirections.empty()) {
        frame.descriptors = state_.descriptors;
        if (!redirect(system, command, targets)) {
            const bool ends = builtin != nullptr && builtin->special && !state_.interactive;
            if (!ends || state_.dialect == Dialect::Bash) return finish_checked(system, 1);
            begin_exit(system, 1);
            return Progress::Continue;
        }
    }
    if (argv.empty())
        return finish_checked(system, frame.expansion.outputs.empty() ? 0 : frame.expansion.status);
    for (std::size_t i = 0; i < declared.size() && builtin != nullptr; ++i) {
        const Assignment& assignment = simple.declared[i];
        const auto found = state_.variables.find(assignment.name);
        if (found == state_.variables.end()) continue;
        if (found->second.readonly) {
            // bash gives up the line for it, but for a function's locals.
            const std::string sentence = fmt::format("{}: readonly variable", assignment.name);
            if (!in_function() || argv.front() == "export" || argv.front() == "readonly") return give_up_line(system, sentence, Loss::Line);
            state_.complain_for(system, argv.front(), sentence);
            return finish_checked(system, 1);
        }
        if (!assignment.append || !found->second.array) continue;
        const IndexedArray& array = *found->second.array;
        const std::string problem =
            ShellState::too_large(assignment.name, array.elements().size() + declared[i].elements().size(), array.bytes() + declared[i].bytes());
        if (!problem.empty()) return fatal(system, problem);
    }
    const Progress progress = dispatch(system, argv);
    // The builtin has declared them; the values come after.
    for (std::size_t i = 0; i < declared.size() && builtin != nullptr && state_.status == 0; ++i) {
        if (state_.owns(simple.declared[i].name)) continue;
        IndexedArray& array = state_.variables[simple.declared[i].name].make_array();
        const std::size_t before = array.bytes();
        if (!simple.declared[i].append) array.clear();
        for (const auto& [index, value] : declared[i].elements())
            array.set(index, value);
        state_.count_array(system, before, array.bytes());
        state_.variables[simple.declared[i].name].is_set = true;
    }
    return progress;
}

void ShellProgram::trace(System& system, const std::vector<std::string>& words) { state_.trace(system, join(words, " ")); }

ShellProgram::Progress ShellProgram::dispatch(System& system,
                                              const std::vector<std::string>& argv) {
    const Builtin* builtin = find_builtin(argv.front(), state_.dialect);
    const bool special = builtin != nullptr && builtin->special;
    const auto function = state_.functions.find(argv.front());
    if (function != state_.functions.end() && !(special && state_.dialect == Dialect::Ash)) {
        return call_function(system, ShellFunction(function->second), argv);
    }
    if (builtin == nullptr) return run_program(system, argv);
    return apply(system, builtin->function({*this, state_, system, argv}), argv, special);
}

ShellProgram::Progress ShellProgram::call_function(System& system,
                                                   const ShellFunction& function,
                                                   const std::vector<std::string>& argv) {
    auto& frame = std::get<SimpleFrame>(frames_.back().state);
    frame.stage = SimpleFrame::Stage::Above;
    const bool tested = frames_.back().tested;
    FunctionFrame call;
    call.script = function.script;
    call.parameters = std::move(state_.parameters);
    state_.parameters.assign(argv.begin() + 1, argv.end());
    ++state_.function_depth;
    state_.running.push_back(argv.front());
    state_.sources.push_back(function.source);
    push(tested, false, std::move(call));
    push_command(*function.body, tested, false);
    static_cast<void>(system);
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::program_failed(System& system,
                                                    const std::string& name,
                                                    Errno error) {
    if (error == Errno::NotModelled) {
        state_.complain(system, fmt::format("{}: Podium does not model this program", name));
        return finish_checked(system, kStatusNotFound);
    }
    if (error == Errno::NoEntry) {
        const bool path = name.find('/') != std::string::npos;
        std::string_view sentence = "not found";
        if (state_.dialect == Dialect::Bash)
            sentence = path ? errno_text(error) : "command not found";
        state_.complain(system, fmt::format("{}: {}", name, sentence));
        return finish_checked(system, kStatusNotFound);
    }
    const bool directory = state_.dialect == Dialect::Bash && system.stat(name).is_directory;
    state_.complain(
        system, fmt::format("{}: {}", name, errno_text(directory ? Errno::IsDirectory : error)));
    return finish_checked(system, kStatusNotExecutable);
}

ShellProgram::Progress ShellProgram::run_program(System& system,
                                                 const std::vector<std::string>& argv) {
    SpawnRequest request{argv, state_.environment(), state_.inherited(), false};
    const bool has_traps = std::any_of(state_.traps.begin(),
                                       state_.traps.end(),
                                       [](const auto& trap) { return !trap.second.empty(); });
    if (frames_.back().tail && !state_.interactive && !has_traps && pending_ == 0 && !exiting_) {
        const Errno error = system.exec(request);
        return error == Errno::None ? Progress::Exec : program_failed(system, argv.front(), error);
    }
    const Spawned spawned = system.spawn(request);
    if (spawned.pid == 0) return program_failed(system, argv.front(), spawned.error);
    auto& frame = std::get<SimpleFrame>(frames_.back().state);
    frame.child = spawned.pid;
    frame.argv = argv;
    frame.stage = SimpleFrame::Stage::Child;
    restore_simple(system);
    return Progress::Continue;
}

void ShellProgram::restore_simple(System& system) {
    auto& frame = std::get<SimpleFrame>(frames_.back().state);
    restore_variables(state_, frame.variables);
    frame.variables.clear();
    if (!frame.descriptors) return;
    const DescriptorMap before = std::move(*frame.descriptors);
    frame.descriptors.reset();
    put_back(system, before);
}

ShellProgram::Progress ShellProgram::apply(System& system,
                                           Outcome outcome,
                                           const std::vector<std::string>& argv,
                                           bool special) {
    const bool tested = frames_.back().tested;
    const auto above = [this] {
        std::get<SimpleFrame>(frames_.back().state).stage = SimpleFrame::Stage::Above;
    };
    switch (outcome.kind) {
        case Outcome::Kind::Done:
            return finish_checked(system, outcome.status);
        case Outcome::Kind::Failed:
            if (special && state_.dialect == Dialect::Ash && !state_.interactive) {
                begin_exit(system, outcome.status);
                return Progress::Continue;
            }
            return finish_checked(system, outcome.status);
        case Outcome::Kind::Yield:
            finish_checked(system, outcome.status);
            return Progress::Yield;
        case Outcome::Kind::Exit:
            begin_exit(system, outcome.status, true);
            return Progress::Continue;
        case Outcome::Kind::Return:
            return leave_function(system, outcome.status);
        case Outcome::Kind::Break:
            leave_loops(system, outcome.count, false);
            state_.status = outcome.status;
            return Progress::Continue;
        case Outcome::Kind::Continue:
            return leave_loops(system, outcome.count, true);
        case Outcome::Kind::Evaluate:
            above();
            // bash counts on from the line of the eval (parse_and_execute without SEVAL_RESETLINE).
            return evaluate(system, outcome.text, "eval", state_.dialect == Dialect::Bash ? state_.line : 1);
        case Outcome::Kind::Source:
            return open_source(system, outcome.arguments);
        case Outcome::Kind::Command: {
            const Builtin* builtin = find_builtin(outcome.arguments.front(), state_.dialect);
            if (builtin == nullptr) return run_program(system, outcome.arguments);
            return apply(
                system, builtin->function({*this, state_, system, outcome.arguments}), argv, false);
        }
        case Outcome::Kind::Program:
            return run_program(system, outcome.arguments);
        case Outcome::Kind::Abandon:
            if (state_.interactive) {
                unwind(system);
                state_.status = outcome.status;
            } else {
                begin_exit(system, outcome.status);
            }
            return Progress::Continue;
        case Outcome::Kind::GiveUp:
            return give_up_line(system, outcome.text, Loss::Top);
        case Outcome::Kind::Replace:
            return replace_by(system, outcome.arguments);
        case Outcome::Kind::Wait:
            above();
            push(tested, false, std::move(outcome.wait));
            return Progress::Continue;
        case Outcome::Kind::Read:
            above();
            push(tested, false, std::move(outcome.read));
            return Progress::Continue;
    }
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::replace_by(System& system,
                                                const std::vector<std::string>& argv) {
    auto& frame = std::get<SimpleFrame>(frames_.back().state);
    if (argv.empty()) {
        if (frame.descriptors) {
            const DescriptorMap before = std::move(*frame.descriptors);
            frame.descriptors.reset();
            for (const auto& entry : before)
                close_unused(system, entry.second);
        }
        return finish(system, 0);
    }
    SpawnRequest request{argv, state_.environment(), state_.inherited(), false};
    const Errno error = system.exec(request);
    if (error == Errno::None) return Progress::Exec;
    state_.line = frame.command->line;
    const std::string_view name = argv.front();
    if (error == Errno::NotModelled) {
        state_.complain(system, fmt::format("{}: Podium does not model this program", name));
    } else {
        state_.complain_for(
            system,
            "exec",
            fmt::format("{}: {}", name, error == Errno::NoEntry ? "not found" : errno_text(error)));
    }
    const int status = error == Errno::NoEntry || error == Errno::NotModelled
                           ? kStatusNotFound
                           : kStatusNotExecutable;
    if (state_.interactive) return finish(system, status);
    begin_exit(system, status);
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::leave_loops(System& system, int count, bool next_round) {
    pop(system);
    state_.status = 0;
    while (!frames_.empty() && count > 0) {
        const auto& state = frames_.back().state;
        if (std::holds_alternative<FunctionFrame>(state) ||
            std::holds_alternative<TrapFrame>(state))
            break;
        const bool loop =
            std::holds_alternative<LoopFrame>(state) || std::holds_alternative<ForFrame>(state);
        if (loop) --count;
        if (loop && count == 0 && next_round) break;
        // The outermost loop there is ends it all: a frame of a script must not be lost beyond it.
        if (!loop && !in_loop()) break;
        pop(system);
    }
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::leave_function(System& system, int status) {
    bool found = false;
    for (const Frame& frame : frames_) {
        found = found || std::holds_alternative<FunctionFrame>(frame.state) ||
                std::holds_alternative<SourceFrame>(frame.state);
    }
    if (!found) {
        begin_exit(system, status);
        return Progress::Continue;
    }
    while (!frames_.empty()) {
        const bool last = std::holds_alternative<FunctionFrame>(frames_.back().state) ||
                          std::holds_alternative<SourceFrame>(frames_.back().state);
        const bool ends = exiting_ && std::holds_alternative<TrapFrame>(frames_.back().state);
        pop(system);
        if (ends) {
            // trap.c, run_exit_trap: the shell ends with what is returned.
            exit_status_ = status;
            unwind(system);
        }
        if (last || ends) break;
    }
    state_.status = status;
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::evaluate(System& system, const std::string& text, std::string_view input, int first_line) {
    const bool tested = frames_.back().tested;
    PartialScript parsed = parse_until_error(text, state_.name, first_line);
    if (parsed.error) {
        syntax_error(system, *parsed.error, input);
        if (state_.dialect == Dialect::Ash && !state_.interactive && !exiting_)
            begin_exit(system, 2);
        return Progress::Continue;
    }
    const List& list = parsed.script->body;
    if (list.items.empty()) state_.status = 0;
    push(tested, false, SequenceFrame{std::move(parsed.script), &list, 0});
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::open_source(System& system,
                                                 const std::vector<std::string>& argv) {
    const bool tested = frames_.back().tested;
    SourceFrame source;
    source.path = argv.front();
    const bool bare = source.path.find('/') == std::string::npos;
    const int own = own_descriptor(source.path);
    Errno error = own >= 0 ? system.duplicate(own, source.descriptor) : system.open(source.path, OpenMode::Read, source.descriptor);
    if (error == Errno::None && system.stat(source.path).is_directory) error = Errno::IsDirectory;
    if (error != Errno::None) {
        if (source.descriptor >= 0) system.close(source.descriptor);
        if (state_.dialect == Dialect::Bash) {
            state_.complain(system, fmt::format("{}: {}", source.path, errno_text(error)));
            return finish_checked(system, 1);
        }
        state_.complain_for(
            system,
            ".",
            bare && error == Errno::NoEntry
                ? fmt::format("{}: not found", source.path)
                : fmt::format("can't open '{}': {}", source.path, errno_text(error)));
        if (state_.interactive) return finish(system, 2);
        begin_exit(system, 2);
        return Progress::Continue;
    }
    if (argv.size() > 1 && state_.dialect == Dialect::Bash) {
        source.parameters = state_.parameters;
        state_.parameters.assign(argv.begin() + 1, argv.end());
    }
    std::get<SimpleFrame>(frames_.back().state).stage = SimpleFrame::Stage::Above;
    push(tested, false, std::move(source));
    state_.running.emplace_back("source");
    state_.sources.push_back(argv.front());
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::advance_source(System& system) {
    auto& source = std::get<SourceFrame>(frames_.back().state);
    if (source.descriptor < 0) {
        const int status = state_.status;
        return finish(system, status);
    }
    constexpr std::size_t kPiece = 4096;
    while (true) {
        const ReadResult got = system.read(source.descriptor, kPiece);
        if (got.kind == ReadResult::Kind::WouldBlock) return Progress::Block;
        source.text += got.data;
        if (got.kind != ReadResult::Kind::Data || source.text.size() > kMaxScriptBytes) break;
    }
    system.close(source.descriptor);
    source.descriptor = -1;
    const std::string text = std::move(source.text);
    const std::string path = source.path;
    return evaluate(system, text, path);
}

}  // namespace podium::shell
