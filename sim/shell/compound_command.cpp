// Compound commands and their redirections.

#include <utility>

#include <fmt/format.h>

#include "sim/base/work.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/pattern.hpp"
#include "sim/shell/shell_program.hpp"

namespace podium::shell {

void ShellProgram::push_command(const Command& command, bool tested, bool tail) {
    if (std::holds_alternative<SimpleCommand>(command.body)) {
        SimpleFrame frame;
        frame.command = &command;
        push(tested, tail, std::move(frame));
    } else {
        RedirectFrame frame;
        frame.command = &command;
        push(tested, tail, std::move(frame));
    }
}

ShellProgram::Progress ShellProgram::advance_redirect(System& system) {
    auto& frame = std::get<RedirectFrame>(frames_.back().state);
    const Command& command = *frame.command;
    const bool tested = frames_.back().tested;
    const bool tail = frames_.back().tail;
    if (command.redirections.empty()) {
        frames_.pop_back();
        push_body(system, command, tested, tail);
        return Progress::Continue;
    }
    if (frame.descriptors) {
        pop(system);
        return Progress::Continue;
    }
    if (!settle(system, frame.expansion)) return Progress::Block;
    Expander expander(state_, system, frame.expansion.outputs);
    std::vector<std::string> targets;
    for (const Redirection& redirection : command.redirections) {
        targets.emplace_back();
        if (expander.text(*redirection.target, targets.back())) continue;
        return expansion_stopped(system, frame.expansion, expander);
    }
    frame.descriptors = state_.descriptors;
    state_.line = command.line;
    if (!redirect(system, command, targets)) return finish_checked(system, 1);
    push_body(system, command, tested, false);
    return Progress::Continue;
}

void ShellProgram::push_body(System& system, const Command& command, bool tested, bool tail) {
    struct Visitor {
        ShellProgram& shell;
        System& system;
        const Command& command;
        bool tested;
        bool tail;

        void operator()(const SimpleCommand&) const { shell.push_command(command, tested, tail); }

        void operator()(const GroupCommand& group) const {
            shell.push_list(group.body, tested, tail);
        }

        void operator()(const SubshellCommand& subshell) const {
            auto child = shell.child_for();
            child->push_list(subshell.body, tested, true);
            const Spawned spawned = system.fork(std::move(child), shell.state_.inherited(), false);
            if (spawned.pid == 0) {
                shell.state_.complain(system,
                                      fmt::format("can't fork: {}", errno_text(spawned.error)));
                shell.state_.status = 2;
                return;
            }
            shell.push(tested, false, SubshellFrame{spawned.pid});
        }

        void operator()(const IfCommand& clause) const {
            shell.push(tested, tail, IfFrame{&clause, 0});
            shell.push_list(clause.branches.front().condition, true, false);
        }

        void operator()(const LoopCommand& loop) const {
            if (loop.reckoned && shell.state_.dialect == Dialect::Ash) {
                shell.fatal(system, "Podium's shell does not model for (( )) outside of bash; use while");
                return;
            }
            LoopFrame frame;
            frame.command = &loop;
            frame.in_step = loop.reckoned;
            shell.push(tested, false, frame);
            shell.push_list(loop.reckoned ? loop.first : loop.condition, true, false);
        }

        void operator()(const ForCommand& loop) const {
            shell.state_.line = command.line;
            ForFrame frame;
            frame.command = &loop;
            shell.push(tested, false, std::move(frame));
        }

        void operator()(const CaseCommand& clause) const {
            shell.state_.line = command.line;
            CaseFrame frame;
            frame.command = &clause;
            shell.push(tested, tail, std::move(frame));
        }

        void operator()(const ArithmeticCommand& expression) const {
            ArithmeticFrame frame;
            frame.command = &expression;
            shell.push(tested, false, std::move(frame));
        }

        void operator()(const ConditionCommand& condition) const {
            ConditionFrame frame;
            frame.command = &condition;
            shell.push(tested, false, std::move(frame));
        }

        void operator()(const FunctionCommand& function) const {
            shell.state_.functions[function.name] =
                ShellFunction{shell.current_script(), function.body.get(), shell.state_.current_source()};
            shell.state_.status = 0;
        }
    };

    std::visit(Visitor{*this, system, command, tested, tail}, command.body);
}

ShellProgram::Progress ShellProgram::advance_if(System&) {
    auto& frame = std::get<IfFrame>(frames_.back().state);
    const IfCommand& command = *frame.command;
    const bool tested = frames_.back().tested;
    const bool tail = frames_.back().tail;
    if (state_.status == 0) {
        const List& body = command.branches[frame.branch].body;
        frames_.pop_back();
        push_list(body, tested, tail);
    } else if (++frame.branch < command.branches.size()) {
        push_list(command.branches[frame.branch].condition, true, false);
    } else {
        frames_.pop_back();
        if (command.otherwise.items.empty()) {
            state_.status = 0;
        } else {
            push_list(command.otherwise, tested, tail);
        }
    }
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::advance_loop(System& system) {
    auto& frame = std::get<LoopFrame>(frames_.back().state);
    const bool tested = frames_.back().tested;
    ++operations_;
    if (frame.in_body) {
        frame.status = state_.status;
        frame.in_body = false;
        frame.in_step = frame.command->reckoned;
        push_list(frame.in_step ? frame.command->step : frame.command->condition, true, false);
    } else if (frame.in_step) {
        frame.in_step = false;
        push_list(frame.command->condition, true, false);
    } else if ((state_.status == 0) != frame.command->until) {
        frame.in_body = true;
        push_list(frame.command->body, tested, false);
    } else {
        finish(system, frame.status);
    }
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::advance_for(System& system) {
    auto& frame = std::get<ForFrame>(frames_.back().state);
    const bool tested = frames_.back().tested;
    if (!frame.ready) {
        if (!settle(system, frame.expansion)) return Progress::Block;
        Expander expander(state_, system, frame.expansion.outputs);
        std::vector<std::string> values;
        if (frame.command->over_parameters) values = state_.parameters;
        for (const Word& word : frame.command->words) {
            if (expander.fields(word, values)) continue;
            return expansion_stopped(system, frame.expansion, expander);
        }
        if (values.empty()) state_.status = 0;
        frame.values = std::move(values);
        frame.ready = true;
        return Progress::Continue;
    }
    ++operations_;
    if (frame.next >= frame.values.size()) {
        pop(system);
        return Progress::Continue;
    }
    const std::string& name = frame.command->variable;
    if (state_.owns(name)) return finish_checked(system, 1);
    if (!state_.assign(name, frame.values[frame.next++])) {
        if (state_.dialect == Dialect::Ash) return fatal(system, fmt::format("{}: is read only", name));
        state_.complain(system, fmt::format("{}: readonly variable", name));
        return finish_checked(system, 1);
    }
    push_list(frame.command->body, tested, false);
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::advance_case(System& system) {
    auto& frame = std::get<CaseFrame>(frames_.back().state);
    if (!settle(system, frame.expansion)) return Progress::Block;
    const std::vector<CaseBranch>& branches = frame.command->branches;
    if (frame.ran && frame.next >= branches.size()) return finish(system, frame.last_empty ? 0 : state_.status);
    if (frame.falls_through) return run_branch(system, frame.next);
    Expander expander(state_, system, frame.expansion.outputs);
    const auto stopped = [&] { return expansion_stopped(system, frame.expansion, expander); };
    std::string subject = frame.subject;
    if (!frame.ran && !expander.text(frame.command->subject, subject)) return stopped();
    std::int64_t work = kMaxMatchWork;
    for (std::size_t i = frame.next; i < branches.size(); ++i) {
        for (const Word& word : branches[i].patterns) {
            std::string pattern;
            if (!expander.pattern(word, pattern)) return stopped();
            const std::int64_t left = work;
            const bool fits = matches_pattern(pattern, subject, work);
            count_work(1 + static_cast<std::uint64_t>((left - work) / kMatchStepsPerWorkUnit));
            if (work <= 0) return fatal(system, kTooMuchMatching);
            if (!fits) continue;
            frame.subject = std::move(subject);
            return run_branch(system, i);
        }
    }
    return finish(system, frame.ran && !frame.last_empty ? state_.status : 0);
}

/// Runs a branch's commands: in the place of the `case`, or above it where it goes on after them.
ShellProgram::Progress ShellProgram::run_branch(System& system, std::size_t index) {
    auto& frame = std::get<CaseFrame>(frames_.back().state);
    const CaseBranch& branch = frame.command->branches[index];
    const bool tested = frames_.back().tested;
    if (branch.then != CaseBranch::Then::End) {
        if (state_.dialect == Dialect::Ash) return fatal(system, "syntax error: unexpected \"&\"");
        std::vector<int> processes = std::move(frame.expansion.processes);
        frame.expansion = {};
        frame.expansion.processes = std::move(processes);
        frame.next = index + 1;
        frame.ran = true;
        frame.falls_through = branch.then == CaseBranch::Then::Next;
        frame.last_empty = branch.body.items.empty();
        push_list(branch.body, tested, false);
        return Progress::Continue;
    }
    const bool tail = frames_.back().tail;
    finish(system, branch.body.items.empty() ? 0 : state_.status);
    push_list(branch.body, tested, tail);
    return Progress::Continue;
}

ShellProgram::Progress ShellProgram::advance_arithmetic(System& system) {
    auto& frame = std::get<ArithmeticFrame>(frames_.back().state);
    if (!settle(system, frame.expansion)) return Progress::Block;
    ++operations_;
    state_.line = frame.command->line;
    Expander expander(state_, system, frame.expansion.outputs);
    std::int64_t value = 0;
    if (expander.arithmetic(frame.command->expression, value))
        return finish_checked(system, value != 0 ? 0 : 1);
    if (expander.wanted() != nullptr || expander.loss() != Loss::Line) return expansion_stopped(system, frame.expansion, expander);
    state_.complain(system, fmt::format("((: {}", expander.failure()));
    // The nearest loop is the one whose clause this is; bash ends it.
    if (frame.command->of_loop) {
        while (!std::holds_alternative<LoopFrame>(frames_.back().state)) pop(system);
    }
    return finish_checked(system, 1);
}

}  // namespace podium::shell
