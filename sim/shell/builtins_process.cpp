// kill, trap, wait, jobs.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/shell/builtins.hpp"
#include "sim/shell/jobs.hpp"
#include "sim/shell/quoting.hpp"
#include "sim/shell/signals.hpp"

namespace podium::shell {
namespace {

bool is_ash(const BuiltinCall& call) {
    return call.state.dialect == Dialect::Ash;
}

/// The job a "%n", "%%", "%+" or "%-" names, or null.
Job* job_of(ShellState& state, std::string_view text) {
    if (!text.starts_with("%") || state.jobs.empty()) return nullptr;
    const std::string_view which = text.substr(1);
    if (which.empty() || which == "%" || which == "+") return &state.jobs.back();
    if (which == "-")
        return state.jobs.size() > 1 ? &state.jobs[state.jobs.size() - 2] : &state.jobs.back();
    std::int64_t number = 0;
    if (!parse_integer(which, number)) return nullptr;
    for (Job& job : state.jobs) {
        if (job.number == number) return &job;
    }
    return nullptr;
}

/// As bash names them: from the middle of the real-time signals on they count from the last.
std::string bash_signal_name(int signal) {
    constexpr int kFirstFromTheLast = 50;
    if (signal == kHighestSignal) return "RTMAX";
    if (signal >= kFirstFromTheLast) return fmt::format("RTMAX-{}", kHighestSignal - signal);
    return signal_name(signal);
}

/// All signals: bash's in five columns, ash's one a line.
Outcome list_all_signals(const BuiltinCall& call) {
    std::string out;
    if (is_ash(call)) {
        for (int signal = 1; signal < 32; ++signal)
            out += fmt::format("{:2}) {}\n", signal, signal_name(signal));
        return call.print(out);
    }
    constexpr int kColumns = 5;
    int column = 0;
    for (int signal = 1; signal <= kHighestSignal; ++signal) {
        if (signal == 32 || signal == 33) continue;  // the C library's own
        column = (column + 1) % kColumns;
        out += fmt::format("{:2}) SIG{}{}", signal, bash_signal_name(signal), column == 0 ? '\n' : '\t');
    }
    return call.print(out + "\n");
}

/// `kill -l NAME-OR-NUMBER...`
Outcome translate_signals(const BuiltinCall& call, std::size_t first) {
    std::string out;
    int status = 0;
    for (; first < call.argv.size(); ++first) {
        const std::string& word = call.argv[first];
        std::int64_t number = 0;
        const bool is_number = parse_integer(word, number);
        if (is_number && number > 128) number -= 128;
        if (is_number && number == 0) {
            out += "EXIT\n";
        } else if (is_number && number > 0 && number <= kHighestSignal) {
            // Above the named ones busybox knows no names.
            const int signal = static_cast<int>(number);
            if (!is_ash(call) && (signal == 32 || signal == 33)) continue;
            out += (!is_ash(call) ? bash_signal_name(signal) : signal < 32 ? signal_name(signal) : word) + "\n";
        } else if (is_number && is_ash(call)) {
            out += word + "\n";
        } else if (const int signal = is_number ? -1 : signal_number(word); signal >= 0) {
            out += fmt::format("{}\n", signal);
        } else {
            static_cast<void>(call.print(std::exchange(out, {})));
            call.state.complain_as_program(call.system, "kill", is_ash(call) ? fmt::format("unknown signal '{}'", word) : fmt::format("{}: invalid signal specification", word));
            status = 1;
            if (is_ash(call)) break;
        }
    }
    return call.print(out, status);
}

bool kill_one(const BuiltinCall& call, std::int64_t pid, int signal) {
    const Errno error =
        pid > 0 ? call.system.kill(static_cast<Pid>(pid), signal) : Errno::NoProcess;
    if (error == Errno::None) return true;
    call.state.complain_as_program(
        call.system,
        "kill",
        is_ash(call) ? fmt::format("can't kill pid {}: {}", pid, errno_text(error))
                     : fmt::format("({}) - {}", pid, errno_text(error)));
    return false;
}

}  // namespace

Outcome builtin_kill(const BuiltinCall& call) {
    int signal = kSigTerm;
    std::size_t i = 1;
    const auto bad_signal = [&](std::string_view name) {
        call.state.complain_as_program(call.system,
                                       "kill",
                                       is_ash(call)
                                           ? fmt::format("bad signal name '{}'", name)
                                           : fmt::format("{}: invalid signal specification", name));
        return Outcome::done(1);
    };
    if (i < call.argv.size() && (call.argv[i] == "-l" || (call.argv[i] == "-L" && !is_ash(call)))) {
        if (i + 1 < call.argv.size() && call.argv[i + 1] == "--") ++i;
        return i + 1 < call.argv.size() ? translate_signals(call, i + 1) : list_all_signals(call);
    }
    if (i < call.argv.size() && call.argv[i].size() > 1 && call.argv[i].front() == '-' &&
        call.argv[i] != "--") {
        std::string name = call.argv[i].substr(1);
        if ((name == "s" || name == "n") && i + 1 >= call.argv.size() && !is_ash(call)) return call.refuse(fmt::format("-{}: option requires an argument", name), 1);
        if ((name == "s" || name == "n") && i + 1 < call.argv.size()) name = call.argv[++i];
        signal = signal_number(name);
        if (signal < 0) return bad_signal(name);
        ++i;
    }
    if (i < call.argv.size() && call.argv[i] == "--") ++i;
    if (i >= call.argv.size()) {
        call.state.complain_of_usage(call.system,
                                     "kill",
                                     is_ash(call)
                                         ? "you need to specify whom to kill"
                                         : "usage: kill [-s sigspec | -n signum | -sigspec] pid "
                                           "| jobspec ... or kill -l [sigspec]");
        return Outcome::done(is_ash(call) ? 1 : 2);
    }
    Outcome out;
    out.kind = Outcome::Kind::Yield;
    for (; i < call.argv.size(); ++i) {
        const std::string& word = call.argv[i];
        std::int64_t pid = 0;
        if (word.starts_with("%")) {
            const Job* job = job_of(call.state, word);
            if (job == nullptr) {
                call.state.complain_as_program(
                    call.system, "kill", fmt::format("{}: no such job", word));
                out.status = 1;
                continue;
            }
            for (const Pid each : job->pids) {
                if (!kill_one(call, each, signal)) out.status = 1;
            }
        } else if (!parse_integer(word, pid)) {
            call.state.complain_as_program(
                call.system,
                "kill",
                is_ash(call) ? fmt::format("invalid number '{}'", word)
                             : fmt::format("{}: arguments must be process or job IDs", word));
            out.status = 1;
        } else if (pid <= 0) {
            call.state.complain_as_program(
                call.system, "kill", "Podium's shell does not signal process groups");
            out.status = 1;
        } else if (!kill_one(call, pid, signal)) {
            out.status = 1;
        }
    }
    return out;
}

Outcome builtin_trap(const BuiltinCall& call) {
    std::size_t i = 1;
    if (i < call.argv.size() && call.argv[i] == "--") ++i;
    if (i < call.argv.size() && (call.argv[i] == "-l" || call.argv[i] == "-p")) {
        if (is_ash(call)) return call.refuse("illegal option " + call.argv[i], 2);
        if (call.argv[i] == "-l") return list_all_signals(call);
    }
    const bool print = i < call.argv.size() && call.argv[i] == "-p";
    if (i >= call.argv.size() || print) {
        std::string out;
        for (const auto& [signal, action] : call.state.traps) {
            const std::string shown_name = signal == 0 ? "EXIT" : signal == kErrTrap ? "ERR" : signal_name(signal);
            const bool wanted = call.argv.size() <= i + 1 || std::any_of(call.argv.begin() + static_cast<std::ptrdiff_t>(i) + 1, call.argv.end(), [&shown_name, number = signal](const std::string& name) {
                                    return name == shown_name || signal_number(name) == number || (name == "0" && number == 0);
                                });
            if (!wanted) continue;
            const std::string prefix = is_ash(call) || signal == 0 || signal == kErrTrap ? "" : "SIG";
            std::string shown = quote(action);
            if (shown.front() != '\'') shown = "'" + shown + "'";
            out += fmt::format(
                "trap -- {} {}\n", shown, prefix + shown_name);
        }
        return call.print(out);
    }
    // `trap - TERM`, and `trap TERM` alone (or with numbers), set back what the system does by
    // itself.
    std::int64_t number = 0;
    const bool reset =
        call.argv[i] == "-" || call.argv.size() == i + 1 || parse_integer(call.argv[i], number);
    const std::string action = reset ? std::string() : call.argv[i];
    if (!reset || call.argv[i] == "-") ++i;
    int status = 0;
    for (; i < call.argv.size(); ++i) {
        const std::string& name = call.argv[i];
        const bool bash = !is_ash(call);
        const int signal = name == "EXIT" || name == "exit" ? 0 : bash && name == "ERR" ? kErrTrap : signal_number(name);
        if (bash && (name == "RETURN" || name == "DEBUG")) {
            call.state.complain_for(call.system, "trap", fmt::format("Podium's shell does not model the trap of {}", name));
            status = 1;
            continue;
        }
        if (signal < 0) {
            call.state.complain_for(
                call.system, "trap", fmt::format("{}: invalid signal specification", name));
            status = 1;
            continue;
        }
        if (reset) {
            call.state.traps.erase(signal);
        } else {
            call.state.traps[signal] = action;
        }
        if (signal == 0 || signal == kErrTrap || signal == kSigKill || signal == kSigStop) continue;
        const bool own = call.state.interactive && (signal == kSigInt || signal == kSigTerm);
        const Disposition plain = own ? Disposition::Catch : Disposition::Default;
        call.system.set_disposition(signal,
                                    reset            ? plain
                                    : action.empty() ? Disposition::Ignore
                                                     : Disposition::Catch);
    }
    return Outcome::done(status);
}

Outcome builtin_wait(const BuiltinCall& call) {
    Outcome out;
    out.kind = Outcome::Kind::Wait;
    std::size_t i = 1;
    if (i < call.argv.size() && call.argv[i] == "-n") {
        out.wait.any = true;
        return out;
    }
    if (i < call.argv.size() && call.argv[i] == "--") ++i;
    out.wait.all = i >= call.argv.size();
    for (; i < call.argv.size(); ++i) {
        const std::string& word = call.argv[i];
        std::int64_t pid = 0;
        if (const Job* job = job_of(call.state, word)) {
            out.wait.pids.push_back(job->pids.back());
        } else if (parse_integer(word, pid) && pid > 0 && pid <= UINT32_MAX) {
            out.wait.pids.push_back(static_cast<Pid>(pid));
        } else if (call.system.find_program("wait") == Errno::None) {
            // A host's terminal has Podium's own word: wait 5s.
            Outcome own;
            own.kind = Outcome::Kind::Program;
            own.arguments = call.argv;
            return own;
        } else if (is_ash(call)) {
            return call.refuse(fmt::format("Illegal number: {}", word), 2);
        } else {
            call.state.complain_for(
                call.system, "wait", fmt::format("`{}': not a pid or valid job spec", word));
            return Outcome::done(word.starts_with("%") ? 127 : 1);
        }
    }
    return out;
}

std::string_view signal_sentence(int signal) {
    // As the C library's strsignal() says.
    static constexpr std::string_view kSentences[] = {"Hangup",
                                                      "Interrupt",
                                                      "Quit",
                                                      "Illegal instruction",
                                                      "Trace/breakpoint trap",
                                                      "Aborted",
                                                      "Bus error",
                                                      "Floating point exception",
                                                      "Killed",
                                                      "User defined signal 1",
                                                      "Segmentation fault",
                                                      "User defined signal 2",
                                                      "Broken pipe",
                                                      "Alarm clock",
                                                      "Terminated"};
    if (signal < 1 || signal > static_cast<int>(std::size(kSentences))) return "Unknown signal";
    return kSentences[signal - 1];
}

std::string describe_job(const Job& job, bool current, bool previous) {
    const char mark = current ? '+' : previous ? '-' : ' ';
    std::string state = "Running";
    if (job.done()) {
        const int status = job.status();
        state = status == 0 ? "Done" : fmt::format("Exit {}", status);
        if (job.signal != 0) state = signal_sentence(job.signal);
    }
    return fmt::format(
        "[{}]{}  {:<24}{}{}\n", job.number, mark, state, job.text, job.done() ? "" : " &");
}

Outcome builtin_jobs(const BuiltinCall& call) {
    call.shell.reap_jobs(call.system);
    const bool pids_only = call.argv.size() > 1 && call.argv[1] == "-p";
    const bool with_pids = call.argv.size() > 1 && call.argv[1] == "-l";
    if (call.argv.size() > 1 && !pids_only && !with_pids) {
        return call.refuse(
            fmt::format("Podium's shell does not model the argument {}", call.argv[1]), 2);
    }
    std::string out;
    auto& jobs = call.state.jobs;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (pids_only) {
            out += fmt::format("{}\n", jobs[i].pids.front());
            continue;
        }
        std::string line = describe_job(jobs[i], i + 1 == jobs.size(), i + 2 == jobs.size());
        const std::size_t gap = line.find("  ");
        if (with_pids && gap != std::string::npos)
            line.insert(gap, fmt::format(" {}", jobs[i].pids.front()));
        out += line;
    }
    if (!pids_only) std::erase_if(jobs, [](const Job& job) { return job.done(); });
    return call.print(out);
}

}  // namespace podium::shell
