#include <algorithm>
#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/engine_process.hpp"
#include "sim/model/processor.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/base/regex.hpp"
#include "sim/shell/signals.hpp"

// ps, kill, killall, pgrep, pkill, pidof: the processes of a namespace. A host sees all processes,
// those in containers by their number on the host; a container sees its own.

namespace podium::programs::small {
namespace {

struct Seen {
    model::ProcessId id;
    shell::Pid pid = 0;
    shell::Pid parent = 0;
    std::string command;
    std::string program;  ///< The last part of argv[0], without the colon of a title.
    std::string user;
    Duration cpu{};
    std::int64_t memory_bytes = 0;
    Time started{};
    char state = 'S';
    bool own_terminal = false;
};

/// dockerd, which is no row of the process table.
Seen engine_of(const model::World& world, model::HostId host) {
    const model::Engine& engine = world.host(host).engine;
    Seen seen;
    seen.pid = engine.pid;
    seen.parent = 1;
    seen.command = model::kEngineCommand;
    seen.program = "dockerd";
    seen.user = "root";
    seen.started = engine.started;
    if (engine.state == model::EngineState::Frozen) seen.state = 'T';
    return seen;
}

std::vector<Seen> visible(const Tool& tool) {
    const model::World& world = tool.context.world();
    const model::Process& self = tool.context.row();
    std::vector<Seen> out;
    for (const model::ProcessId id : world.processes.keys()) {
        const model::Process& process = world.processes.at(id);
        if (process.host != self.host || (self.container && process.container != self.container))
            continue;
        Seen seen;
        seen.id = id;
        seen.pid = self.container ? process.pid : process.host_pid;
        const model::Process* parent = world.processes.find(process.parent);
        if (parent != nullptr)
            seen.parent = self.container ? parent->pid : parent->host_pid;
        else
            seen.parent = self.container ? (process.orphan ? 1 : 0) : 1;
        seen.command = process.title.empty() ? join(process.argv, " ") : process.title;
        seen.program = process.argv.empty() ? std::string() : base_name(process.argv.front());
        if (seen.program.ends_with(':')) seen.program.pop_back();
        const std::uint32_t user = model::credentials_of(world, id).user;
        seen.user = model::user_name(world, self.host, self.container, user)
                        .value_or(fmt::format("{}", user));
        if (process.ended) {
            seen.command = fmt::format("[{}]", seen.program);
            seen.state = 'Z';
        } else if (process.stopped) {
            seen.state = 'T';
        } else if (id == tool.context.id()) {
            seen.state = 'R';
        }
        seen.cpu = model::processor_time_of(world, process);
        seen.memory_bytes = process.memory_bytes;
        seen.started = process.started;
        seen.own_terminal = !process.container;
        out.push_back(std::move(seen));
    }
    if (!self.container && model::has_engine_process(world, self.host)) out.push_back(engine_of(world, self.host));
    std::sort(out.begin(), out.end(), [](const Seen& a, const Seen& b) { return a.pid < b.pid; });
    return out;
}

std::string clock_text(const Tool& tool, Time time) {
    const CivilTime at =
        civil_time(time, tool.context.world().host(tool.context.row().host).clock_skew);
    return fmt::format("{:02}:{:02}", at.hour, at.minute);
}

std::string cpu_text(Duration cpu, bool hours) {
    const std::int64_t seconds = cpu.nanoseconds / 1'000'000'000;
    if (hours)
        return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

void print_busybox(Tool& tool) {
    tool.print("PID   USER     TIME  COMMAND\n");
    for (const Seen& seen : visible(tool)) {
        tool.print(fmt::format(
            "{:5} {:8} {:>5} {}\n", seen.pid, seen.user.substr(0, 8), cpu_text(seen.cpu, false), seen.command));
    }
}

/// ps aux
void print_by_user(Tool& tool) {
    tool.print("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n");
    const std::int64_t total = tool.context.world().host(tool.context.row().host).spec.memory_bytes;
    for (const Seen& seen : visible(tool)) {
        const std::int64_t share = total > 0 ? seen.memory_bytes * 1000 / total : 0;
        const Duration lived = std::max(tool.system.now() - seen.started, nanoseconds(1));
        const std::int64_t cpu = std::min<std::int64_t>(
            999, seen.cpu.nanoseconds / std::max<std::int64_t>(1, lived.nanoseconds / 1000));
        const std::int64_t kib = seen.memory_bytes / 1024;
        tool.print(fmt::format("{:<8} {:7} {:2}.{} {:2}.{} {:6} {:5} {:<8} {:<4} {:<5} {:>6} {}\n",
                               seen.user.substr(0, 8),
                               seen.pid,
                               cpu / 10,
                               cpu % 10,
                               share / 10,
                               share % 10,
                               kib,
                               kib,
                               seen.own_terminal ? "pts/0" : "?",
                               std::string(1, seen.state),
                               clock_text(tool, seen.started),
                               cpu_text(seen.cpu, false),
                               seen.command));
    }
}

/// ps -ef
void print_full(Tool& tool) {
    tool.print("UID          PID    PPID  C STIME TTY          TIME CMD\n");
    for (const Seen& seen : visible(tool)) {
        tool.print(fmt::format("{:<8} {:7} {:7}  0 {} {:<8} {:>8} {}\n",
                               seen.user.substr(0, 8),
                               seen.pid,
                               seen.parent,
                               clock_text(tool, seen.started),
                               seen.own_terminal ? "pts/0" : "?",
                               cpu_text(seen.cpu, true),
                               seen.command));
    }
}

/// ps: those of the own terminal, or all with -e.
void print_plain(Tool& tool, bool all, const std::string& only) {
    tool.print("    PID TTY          TIME CMD\n");
    const std::vector<std::string> wanted = split(only, ',');
    for (const Seen& seen : visible(tool)) {
        const bool chosen =
            only.empty() ? all || seen.own_terminal
                         : std::find(wanted.begin(), wanted.end(), fmt::format("{}", seen.pid)) !=
                               wanted.end();
        if (chosen)
            tool.print(fmt::format("{:7} {:<8} {:>8} {}\n",
                                   seen.pid,
                                   seen.own_terminal ? "pts/0" : "?",
                                   cpu_text(seen.cpu, true),
                                   seen.program));
    }
}

bool read_pid(const std::string& text, shell::Pid& pid) {
    std::int64_t number = 0;
    if (!parse_integer(text, number) || number < INT32_MIN || number > INT32_MAX) return false;
    pid = static_cast<shell::Pid>(static_cast<std::int32_t>(number));
    return true;
}

/// The signal of "-9", "-s TERM", "-TERM" as the first words, which are taken off; -1 when it is
/// none.
int take_signal_option(std::vector<std::string>& words) {
    if (words.empty() || words.front().size() < 2 || words.front().front() != '-')
        return shell::kSigTerm;
    std::string text = words.front().substr(1);
    if (text == "-") {
        words.erase(words.begin());
        return shell::kSigTerm;
    }
    if (text == "s" || text == "n" || text == "-signal") {
        if (words.size() < 2) return -1;
        text = words[1];
        words.erase(words.begin());
    } else if (text.starts_with("s") && shell::signal_number(text) < 0) {
        text.erase(0, 1);
    }
    words.erase(words.begin());
    return shell::signal_number(text);
}

struct Selection {
    std::string pattern;
    bool full = false;
    bool exact = false;
    bool newest = false;
    bool oldest = false;
    bool inverted = false;
    bool ignore_case = false;
};

std::optional<std::vector<Seen>> select(Tool& tool, const Selection& wish) {
    auto regex = Regex::compile(wish.pattern, {true, wish.ignore_case});
    if (!regex) {
        tool.complain(regex.error().message);
        return std::nullopt;
    }
    std::vector<Seen> found;
    for (Seen& seen : visible(tool)) {
        if (seen.id == tool.context.id() || seen.state == 'Z') continue;
        const std::string& text = wish.full ? seen.command : seen.program;
        const auto match = regex->search(text);
        const bool chosen =
            match && (!wish.exact || (match->begin == 0 && match->end == text.size()));
        if (chosen != wish.inverted) found.push_back(std::move(seen));
    }
    const auto by_start = [](const Seen& a, const Seen& b) {
        return std::pair(a.started, a.pid) < std::pair(b.started, b.pid);
    };
    if (!found.empty() && (wish.newest || wish.oldest)) {
        const auto one = wish.newest ? std::max_element(found.begin(), found.end(), by_start)
                                     : std::min_element(found.begin(), found.end(), by_start);
        const Seen only = *one;
        found = {only};
    }
    return found;
}

}  // namespace

int run_ps(Tool& tool) {
    std::string flags;
    std::string only;
    const bool gnu = tool.gnu;
    for (std::size_t i = 1; i < tool.argv().size(); ++i) {
        const std::string& word = tool.argv()[i];
        if (gnu && (word == "-p" || word == "p") && i + 1 < tool.argv().size()) {
            only = tool.argv()[++i];
            continue;
        }
        if (word == "-o" || word == "--sort" || word.starts_with("--")) {
            tool.complain(fmt::format("Podium does not model the option {}", word));
            return 1;
        }
        flags += word.starts_with('-') ? word.substr(1) : word;
    }
    if (flags.find_first_not_of("aefuxwlA") != std::string::npos) {
        tool.complain(fmt::format("Podium does not model the options '{}'", flags));
        return 1;
    }
    const auto has = [&](char c) { return flags.find(c) != std::string::npos; };
    if (!gnu) {
        print_busybox(tool);
    } else if (has('u')) {
        print_by_user(tool);
    } else if (has('f')) {
        print_full(tool);
    } else {
        print_plain(tool, has('e') || has('A') || (has('a') && has('x')), only);
    }
    return 0;
}

int run_kill(Tool& tool) {
    std::vector<std::string> words(tool.argv().begin() + 1, tool.argv().end());
    if (!words.empty() && words.front() == "-l") {
        std::string names;
        for (int signal = 1; signal <= 31; ++signal)
            names += shell::signal_name(signal) + (signal % 16 == 0 ? "\n" : " ");
        tool.print(names + "\n");
        return 0;
    }
    const std::string given = words.empty() ? std::string() : words.front();
    const int signal = take_signal_option(words);
    if (signal < 0) {
        tool.complain(tool.gnu ? fmt::format("unknown signal {}", given)
                               : fmt::format("bad signal name '{}'", given.substr(1)));
        return 1;
    }
    if (words.empty()) {
        tool.complain(tool.gnu ? "not enough arguments" : "you need to specify whom to kill");
        return 1;
    }
    int status = 0;
    for (const std::string& word : words) {
        shell::Pid pid = 0;
        if (!read_pid(word, pid)) {
            tool.complain(tool.gnu ? fmt::format("failed to parse argument: '{}'", word)
                                   : fmt::format("invalid number '{}'", word));
            status = 1;
            continue;
        }
        const Errno error = tool.system.kill(pid, signal);
        if (error == Errno::None) continue;
        tool.complain(tool.gnu ? fmt::format("({})", word) : fmt::format("can't kill pid {}", word),
                      error);
        status = 1;
    }
    return status;
}

int run_killall(Tool& tool) {
    std::vector<std::string> words(tool.argv().begin() + 1, tool.argv().end());
    const bool quiet = !words.empty() && words.front() == "-q";
    if (quiet) words.erase(words.begin());
    const int signal = take_signal_option(words);
    if (signal < 0 || words.empty()) {
        tool.complain(signal < 0 ? "bad signal name" : "no process name given");
        return 1;
    }
    int status = 0;
    for (const std::string& name : words) {
        bool found = false;
        for (const Seen& seen : visible(tool)) {
            if (seen.program != name || seen.id == tool.context.id() || seen.state == 'Z') continue;
            found = true;
            tool.system.kill(seen.pid, signal);
        }
        if (!found) {
            if (!quiet) tool.complain(fmt::format("{}: no process killed", name));
            status = 1;
        }
    }
    return status;
}

int run_pgrep(Tool& tool) {
    const auto options = tool.options({"flaxnovic",
                                       {{"full", 'f'},
                                        {"exact", 'x'},
                                        {"newest", 'n'},
                                        {"oldest", 'o'},
                                        {"list-name", 'l'},
                                        {"count", 'c'}},
                                       "dgGPsuUtL"});
    if (!options) return 2;
    if (options->operands.size() != 1) {
        tool.complain(options->operands.empty() ? "no matching criteria specified"
                                                : "only one pattern can be provided");
        return 2;
    }
    const auto found = select(tool,
                              {.pattern = options->operands.front(),
                               .full = options->has('f'),
                               .exact = options->has('x'),
                               .newest = options->has('n'),
                               .oldest = options->has('o'),
                               .inverted = options->has('v'),
                               .ignore_case = options->has('i')});
    if (!found) return 2;
    if (options->has('c')) {
        tool.print(fmt::format("{}\n", found->size()));
        return found->empty() ? 1 : 0;
    }
    for (const Seen& seen : *found) {
        std::string text = fmt::format("{}", seen.pid);
        if (options->has('a'))
            text += " " + seen.command;
        else if (options->has('l'))
            text += " " + seen.program;
        tool.print(text + "\n");
    }
    return found->empty() ? 1 : 0;
}

int run_pkill(Tool& tool) {
    std::vector<std::string> words(tool.argv().begin() + 1, tool.argv().end());
    int signal = shell::kSigTerm;
    // "-9" and "-HUP" stand among options of one letter.
    for (auto word = words.begin(); word != words.end(); ++word) {
        const bool is_signal =
            word->size() > 2 && word->front() == '-' && shell::signal_number(word->substr(1)) > 0;
        const bool is_number =
            word->size() == 2 && word->front() == '-' && (*word)[1] >= '1' && (*word)[1] <= '9';
        if (!is_signal && !is_number) continue;
        signal = shell::signal_number(word->substr(1));
        words.erase(word);
        break;
    }
    words.insert(words.begin(), tool.argv().front());
    const Options options =
        read_options(words,
                     {"fxnovi",
                      {{"full", 'f'}, {"exact", 'x'}, {"newest", 'n'}, {"oldest", 'o'}},
                      "cdegGlPsuUt"},
                     tool.gnu);
    if (!options.problem.empty() || options.operands.size() != 1) {
        if (!options.problem.empty())
            complain_of_options(tool.system, tool.name, options);
        else
            tool.complain(options.operands.empty() ? "no matching criteria specified"
                                                   : "only one pattern can be provided");
        return 2;
    }
    const auto found = select(tool,
                              {.pattern = options.operands.front(),
                               .full = options.has('f'),
                               .exact = options.has('x'),
                               .newest = options.has('n'),
                               .oldest = options.has('o'),
                               .inverted = options.has('v'),
                               .ignore_case = options.has('i')});
    if (!found) return 2;
    for (const Seen& seen : *found)
        tool.system.kill(seen.pid, signal);
    return found->empty() ? 1 : 0;
}

int run_pidof(Tool& tool) {
    const auto options = tool.options({"s"});
    if (!options) return 1;
    std::string line;
    std::vector<Seen> all = visible(tool);
    std::reverse(all.begin(), all.end());
    for (const std::string& name : options->operands) {
        for (const Seen& seen : all) {
            if (seen.program != base_name(name) || seen.state == 'Z') continue;
            if (!line.empty() && options->has('s')) break;
            line += (line.empty() ? "" : " ") + fmt::format("{}", seen.pid);
        }
    }
    if (line.empty()) return 1;
    tool.print(line + "\n");
    return 0;
}

}  // namespace podium::programs::small
