#include <algorithm>
#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/engine_process.hpp"
#include "sim/model/processor.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/processes.hpp"
#include "sim/programs/small/programs.hpp"

// ps: the processes of a namespace. A host sees all processes, those in containers by their number on the host; a
// container sees its own.

namespace podium::programs::small {
namespace {

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

}  // namespace

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

namespace {

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

}  // namespace podium::programs::small
