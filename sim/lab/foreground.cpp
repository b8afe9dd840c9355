#include "sim/lab/foreground.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "sim/model/detach_keys.hpp"
#include "sim/model/process.hpp"
#include "sim/model/targets.hpp"
#include "sim/shell/shell_program.hpp"
#include "sim/shell/signals.hpp"

namespace podium::lab {
namespace {

using model::ProcessId;
using model::World;

// Everything below a process that lives and was not started with `&`.
std::vector<ProcessId> foreground_of(const World& world, ProcessId root) {
    std::vector<ProcessId> group;
    std::vector<ProcessId> left{root};
    while (!left.empty()) {
        const model::Process* process = world.processes.find(left.back());
        left.pop_back();
        if (process == nullptr) continue;
        for (const ProcessId id : process->children) {
            const model::Process* child = world.processes.find(id);
            if (child == nullptr || child->background) continue;
            if (!child->ended) group.push_back(id);
            left.push_back(id);
        }
    }
    std::sort(group.begin(), group.end());
    return group;
}

// The request by which a client writes to something in a container; null when it has none.
const model::Request* attachment_of(const World& world, ProcessId client) {
    for (const model::RequestId id : world.requests.keys()) {
        const model::Request& request = world.requests.at(id);
        if (request.requester == client && request.input_stream && !request.done) return &request;
    }
    return nullptr;
}

// Whether a program is a client of an engine at the moment: what it reads is for what it is
// attached to.
bool has_requests(const World& world, ProcessId client) {
    const auto keys = world.requests.keys();
    return std::any_of(keys.begin(), keys.end(), [&](model::RequestId id) {
        return world.requests.at(id).requester == client;
    });
}

// What a client's request is attached to: the process of an exec, or a container's first.
ProcessId attached_process(const World& world, const model::Request& request) {
    if (request.spec.operation != model::Operation::ExecStart) {
        const model::Container& container = world.container(request.container);
        return container.detail && container.process_alive ? container.detail->main : ProcessId{};
    }
    const auto& execs = world.host(request.spec.host).engine.execs;
    const auto session = execs.find(request.spec.target);
    return session == execs.end() ? ProcessId{} : session->second.process;
}

bool is_read(const World& world, model::StreamId id) {
    const model::Stream* stream = world.streams.find(id);
    if (stream == nullptr || !stream->input.empty() ||
        stream->offset < static_cast<std::int64_t>(stream->buffer.size()))
        return false;
    return std::any_of(stream->waiting.begin(), stream->waiting.end(), [&world](ProcessId reader) {
        const model::Process* process = world.processes.find(reader);
        return process != nullptr && !process->ended;
    });
}

// Whether a process still has a terminal open for reading: what it has closed it reads no more.
bool holds(const model::Process& process, model::StreamId terminal) {
    return std::any_of(process.descriptors.begin(), process.descriptors.end(), [&](const model::Descriptor& each) {
        return each.reading && each.stream == terminal;
    });
}

// The pipe into which ssh passes on what it reads itself; none for other programs.
std::optional<model::StreamId> passed_on_to(const World& world, const model::Process& process) {
    for (const model::Descriptor& each : process.descriptors) {
        const model::Stream* stream = world.streams.find(each.stream);
        const bool own = each.writing && each.number > 2 && stream != nullptr;
        if (own && stream->kind == model::Stream::Kind::Pipe) return each.stream;
    }
    return std::nullopt;
}

// Somebody reads the stream and has a use for what comes: a client only if what it is attached to
// reads, ssh only if what it runs does.
bool is_awaited(const World& world, model::StreamId id) {
    if (!is_read(world, id)) return false;
    const auto& readers = world.streams.at(id).waiting;
    return std::any_of(readers.begin(), readers.end(), [&world, id](ProcessId reader) {
        const model::Process* process = world.processes.find(reader);
        if (process == nullptr || process->ended || !holds(*process, id)) return false;
        if (const model::Request* attachment = attachment_of(world, reader))
            return is_read(world, attachment->input_stream);
        if (has_requests(world, reader)) return false;
        const auto remote = passed_on_to(world, *process);
        return !remote || is_awaited(world, *remote);
    });
}

std::string program_of(const model::Process& process) {
    const std::string name = process.argv.empty() ? std::string() : process.argv.front();
    return name.substr(name.rfind('/') + 1);
}

// A program that ends by itself at a known time.
bool has_an_end(const model::Process& process) {
    const std::string name = program_of(process);
    const auto given = [&](std::string_view word) {
        return std::any_of(process.argv.begin(), process.argv.end(), [word](const std::string& each) {
            return each.starts_with(word);
        });
    };
    if (name == "sleep") return !given("infinity") && !given("inf");
    if (name == "ping") return given("-c") || given("-w");
    return name == "timeout" || name == "wait" || name == "at";
}

// A request whose answer comes some day; what is merely followed has none of its own.
bool has_an_end(const model::Request& request) {
    switch (request.spec.operation) {
        case model::Operation::Events:
        case model::Operation::ContainerLogs:
        case model::Operation::ContainerAttach:
        case model::Operation::ContainerStats:
        case model::Operation::ExecStart:
            return false;
        case model::Operation::Orchestration:
            if (request.upgraded && request.spec.target.find("follow=1") != std::string::npos) return false;
            return !request.done;
        default:
            return !request.done;
    }
}

// docker run, start -a and attach wait for the exit of what they are attached to: that is following, as long as
// nothing in the container has an end.
bool waits_for_attached(const World& world, const model::Request& request) {
    if (request.spec.operation != model::Operation::ContainerWait || !request.container) return false;
    const auto keys = world.requests.keys();
    return std::any_of(keys.begin(), keys.end(), [&](model::RequestId id) {
        const model::Request& other = world.requests.at(id);
        return other.spec.operation == model::Operation::ContainerAttach && other.requester == request.requester && other.container == request.container;
    });
}

// What is followed ends when all of a container's processes have: one of them may have an end.
bool followed_has_an_end(const World& world, const model::Request& request) {
    if (!request.container || request.spec.operation == model::Operation::ContainerStats) return false;
    const auto& inside = model::processes_of(world, request.spec.host, request.container);
    return std::any_of(inside.begin(), inside.end(), [&world](ProcessId id) {
        const model::Process* process = world.processes.find(id);
        return process != nullptr && !process->ended && has_an_end(*process);
    });
}

}  // namespace

bool never_ends(const SimState& state, const Terminal& terminal) {
    return state.faults.active.empty() && follows(state.world, terminal);
}

bool follows(const World& world, const Terminal& terminal) {
    if (!terminal.running) return false;
    std::vector<ProcessId> left{terminal.shell};
    std::vector<ProcessId> all;
    while (!left.empty()) {
        const model::Process* process = world.processes.find(left.back());
        all.push_back(left.back());
        left.pop_back();
        if (process == nullptr) continue;
        if (!process->ended && has_an_end(*process)) return false;
        left.insert(left.end(), process->children.begin(), process->children.end());
    }
    for (const model::RequestId id : world.requests.keys()) {
        const model::Request& request = world.requests.at(id);
        if (std::find(all.begin(), all.end(), request.requester) == all.end()) continue;
        if ((has_an_end(request) && !waits_for_attached(world, request)) || followed_has_an_end(world, request)) return false;
    }
    return true;
}

bool waits_for_typing(const World& world, const Terminal& terminal) {
    return terminal.running && is_awaited(world, terminal.input);
}

std::string remote_prompt(const World& world, const Terminal& terminal) {
    if (!waits_for_typing(world, terminal)) return {};
    // From ssh to ssh, as far as they go.
    model::StreamId typed = terminal.input;
    while (true) {
        const auto& readers = world.streams.at(typed).waiting;
        if (readers.empty()) return {};
        const model::Process* reader = world.processes.find(readers.front());
        if (reader == nullptr || reader->ended) return {};
        if (const auto remote = passed_on_to(world, *reader)) {
            if (program_of(*reader) != "ssh") return {};
            typed = *remote;
            continue;
        }
        const auto* shell = dynamic_cast<const shell::ShellProgram*>(reader->program.get());
        return shell == nullptr || typed == terminal.input ? std::string() : shell->shown_prompt();
    }
}

std::string detach_keys_of(const World& world, const Terminal& terminal) {
    const model::Stream* typed = world.streams.find(terminal.input);
    if (!terminal.running || typed == nullptr) return {};
    for (const ProcessId reader : typed->waiting) {
        const model::Request* attachment = attachment_of(world, reader);
        if (attachment == nullptr || !world.streams.at(attachment->input_stream).is_terminal)
            continue;
        const auto& execs = world.host(attachment->spec.host).engine.execs;
        const auto session = execs.find(attachment->spec.target);
        const auto given = attachment->spec.options.find("detachKeys");
        std::string keys = session != execs.end() ? session->second.detach_keys
                           : given != attachment->spec.options.end() ? given->second
                                                                     : std::string();
        if (keys.empty()) keys = model::kDefaultDetachKeys;
        return model::detach_key_bytes(keys).value_or(std::string());
    }
    return {};
}

namespace {

// ssh that has a terminal on the other host puts its own into raw mode: Ctrl-C is a letter to it, and an interrupt
// there, where what runs is below it.
bool passes_on_keys(const World& world, ProcessId id) {
    const model::Process* process = world.processes.find(id);
    if (process == nullptr || program_of(*process) != "ssh") return false;
    const auto remote = passed_on_to(world, *process);
    return remote && world.streams.at(*remote).is_terminal;
}

// Whom a key that is a signal reaches: what runs in the foreground, and in a container's terminal
// what runs there.
std::vector<ProcessId> reached_by_keys(const World& world, ProcessId shell) {
    std::vector<ProcessId> told;
    for (const ProcessId id : foreground_of(world, shell)) {
        const model::Request* attachment = attachment_of(world, id);
        const model::Stream* input =
            attachment == nullptr ? nullptr : world.streams.find(attachment->input_stream);
        if (passes_on_keys(world, id)) continue;
        if (input == nullptr || !input->is_terminal) {
            told.push_back(id);
            continue;
        }
        // docker puts its own terminal into raw mode then: Ctrl-C is a letter to it, and an
        // interrupt to what has the container's terminal.
        if (const ProcessId inside = attached_process(world, *attachment)) {
            told.push_back(inside);
            const std::vector<ProcessId> below = foreground_of(world, inside);
            told.insert(told.end(), below.begin(), below.end());
        }
    }
    return told;
}

}  // namespace

void interrupt_foreground(World& world, ProcessId shell) {
    if (world.processes.find(shell) == nullptr) return;
    for (const ProcessId id : reached_by_keys(world, shell))
        model::send_signal(world, id, shell::kSigInt, false);
    model::send_signal(world, shell, shell::kSigInt, false);
}

void quit_foreground(World& world, ProcessId shell) {
    if (world.processes.find(shell) == nullptr) return;
    for (const ProcessId id : reached_by_keys(world, shell))
        model::send_signal(world, id, shell::kSigQuit, false);
}

void kill_foreground(World& world, ProcessId shell) {
    for (const ProcessId id : foreground_of(world, shell))
        model::send_signal(world, id, shell::kSigKill, false);
}

void drop_foreground(World& world, ProcessId shell) {
    model::Process* process = world.processes.find(shell);
    if (process == nullptr || process->ended) return;
    // Told first: when its child ends, the shell knows already that the line is given up.
    if (auto* program = dynamic_cast<shell::ShellProgram*>(process->program.get())) program->drop_line();
    model::wake_process(world, shell);
    kill_foreground(world, shell);
}

void end_typing(World& world, const Terminal& terminal) {
    const model::Stream* typed = world.streams.find(terminal.input);
    if (!terminal.running || typed == nullptr) return;
    for (const ProcessId reader : typed->waiting) {
        const model::Request* attachment = attachment_of(world, reader);
        if (attachment == nullptr || !world.streams.at(attachment->input_stream).is_terminal)
            continue;
        model::type_into_terminal(world, attachment->input_stream, {}, true);
        return;
    }
    model::type_into_terminal(world, terminal.input, {}, true);
}

Standing standing_of(const Session& session, const std::string& name) {
    Standing out;
    out.directory = session.set_up().directory;
    if (const model::HostId host =
            model::host_named(session.world(), name.substr(0, name.find('/')))) {
        out.down = !session.world().host(host).up;
        out.frozen = session.world().host(host).frozen;
    }
    const Terminal* terminal = session.terminal(name);
    if (terminal == nullptr) return out;
    out.pausing = terminal->pausing;
    out.status = terminal->last_status;
    const model::Process* process = session.world().processes.find(terminal->shell);
    const bool there = process != nullptr && !process->ended;
    out.ended = !there && !terminal->closed;
    if (!there) return out;
    const auto* shell = dynamic_cast<const shell::ShellProgram*>(process->program.get());
    out.more = shell != nullptr && shell->wants_more();  // none: `exec` has put another program in its place
    out.directory = process->working_directory;
    return out;
}

}  // namespace podium::lab
