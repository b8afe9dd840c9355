// The operations that carry streams: logs, attach, exec. The client reads a pipe that the
// engine, or a process in the container, writes to.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/answer_stream.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/detach_keys.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/process_table.hpp"

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;

// A pipe whose both ends the engine holds until it closes the writing one and forgets the request.
StreamId engine_pipe(World& world) {
    Stream pipe;
    pipe.kind = Stream::Kind::Pipe;
    const StreamId stream = make_stream(world, pipe);
    retain_stream(world, stream, true, false);
    retain_stream(world, stream, false, true);
    return stream;
}

}  // namespace

void open_answer(World& world, Request& request) {
    request.stream = engine_pipe(world);
    request.writing = true;
    request.upgraded = true;
    wake_process(world, request.requester);
}

namespace {

// Standard output and error for a client, which shows them in the order of writing as far as the engine
// sends them so: both go through one connection (moby pkg/stdcopy).
void make_output(World& world, Request& request) {
    request.stream = engine_pipe(world);
    request.error_stream = engine_pipe(world);
    couple_streams(world, request.stream, request.error_stream);
    request.writing = true;
}

// The client may read now.
void upgrade(World& world, Request& request) {
    request.upgraded = true;
    if (Process* process = world.processes.find(request.requester)) {
        if (world.kernel.cause()) process->cause = world.kernel.cause();
        wake_process(world, request.requester);
    }
}

bool find_target(World& world, RequestId id, Request& request) {
    if (request.container) return true;
    Refusal refusal = not_refused();
    request.container = find_container(world, request.spec.host, request.spec.target, refusal);
    if (request.container) return true;
    refuse_request(world, id, refusal);
    return false;
}

void close_output(World& world, Request& request) {
    if (request.writing) {
        close_engine_stream(world, request.stream);
        if (request.error_stream) close_engine_stream(world, request.error_stream);
    }
    request.writing = false;
}

// How much the pipe still takes.
std::size_t room_in(World& world, StreamId id) {
    const Stream& stream = world.streams.at(id);
    const std::size_t unread = stream.buffer.size() - static_cast<std::size_t>(stream.offset);
    return kMostPipeBytes - std::min(kMostPipeBytes, unread);
}

// Sends the log from the request's cursor on; an unfinished last line only when the container is down. True: a line was beyond
// what `until` asks for.
bool send_log(World& world, RequestId id, Request& request, const std::map<std::string, std::string>& options) {
    const ContainerDetail& d = world.detail(request.container);
    const bool running = world.container(request.container).counts_as_running();
    const bool both = world.spec(world.container(request.container)).tty;
    std::uint64_t line = std::max(request.cursor, d.log_dropped);
    const bool multiplexed = option_set(request, "multiplexed");
    const std::size_t room = multiplexed ? room_in(world, request.stream) : 0;
    std::string out;
    std::string error;
    bool beyond = false;
    for (; line < d.log_dropped + d.log.size() && !beyond; ++line) {
        const LogLine& entry = d.log[line - d.log_dropped];
        const bool open = d.log_line_open && line + 1 == d.log_dropped + d.log.size();
        if (open && running && option_set(request, "follow")) break;
        beyond = log_line_beyond(world, request.container, entry, options);
        const std::string text = log_line_text(world, request.container, entry, options);
        if (text.empty()) continue;
        const bool to_error = entry.standard_error && !both;
        if (multiplexed) {
            // What the pipe can't hold is dropped, but never half a piece.
            if (std::string frame; out.size() < room) {
                append_frame(frame, to_error ? FrameKind::Error : FrameKind::Output, text);
                if (out.size() + frame.size() <= room) out += frame;
            }
            continue;
        }
        (to_error ? error : out) += text;
    }
    request.cursor = line;
    if (!out.empty()) feed_stream(world, request.stream, out);
    if (!error.empty()) feed_stream(world, request.error_stream, error);
    if (request.spec.from_agent && !out.empty()) world.outbox.answered.push_back(id);
    return beyond;
}

void logs(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    ContainerDetail& d = world.detail(request.container);
    const bool first = request.stage == 0;
    if (first) {
        const std::string driver = world.spec(world.container(request.container)).log_driver;
        if (driver == "none") {
            refuse_request(world, id, {501, "configured logging driver does not support reading"});
            return;
        }
        request.stage = 1;
        make_output(world, request);
        const std::string tail = option_text(request, "tail");
        std::int64_t lines = 0;
        const std::uint64_t end = d.log_dropped + d.log.size();
        request.cursor = !tail.empty() && tail != "all" && parse_integer(tail, lines) && lines >= 0
                             ? end - std::min<std::uint64_t>(end, static_cast<std::uint64_t>(lines))
                             : 0;
        request.run_generation = world.container(request.container).run_generation;
        upgrade(world, request);
    }
    const bool beyond = send_log(world, id, request, request.spec.options);
    if (first && beyond) request.cursor = d.log_dropped + d.log.size() - (d.log_line_open ? 1 : 0);
    const Container& c = world.container(request.container);
    const bool follow = option_set(request, "follow");
    // moby v20.10.24 daemon/logger/loggerutils, tailFiles and follow.go, mainLoop: what the log already has past `until` only ends
    // the reading of that; the first line written later that is past it ends the following.
    const bool over = (beyond && !first) || c.state == ContainerState::Removed || (c.state != ContainerState::Running && c.state != ContainerState::Paused) ||
                      c.run_generation != request.run_generation;
    if (follow && !over) {
        if (std::find(d.log_followers.begin(), d.log_followers.end(), id) == d.log_followers.end()) d.log_followers.push_back(id);
        wait_for_container(world, request.container, id);
        return;
    }
    std::erase(d.log_followers, id);
    close_output(world, request);
    answer_request(world, id, 200);
}

void attach(World& world, RequestId id, Request& request) {
    // moby daemon/attach.go
    const std::string keys = option_text(request, "detachKeys");
    if (!keys.empty() && !detach_key_bytes(keys)) {
        refuse_request(world, id, {400, fmt::format("Invalid detach keys ({}) provided", keys)});
        return;
    }
    if (!find_target(world, id, request)) return;
    ContainerDetail& d = world.detail(request.container);
    const Container& c = world.container(request.container);
    if (request.stage == 0) {
        if (c.state == ContainerState::Paused) {
            refuse_request(world, id, {409, fmt::format("Container {} is paused, unpause the container before attach.", d.id)});
            return;
        }
        if (c.state == ContainerState::Restarting) {
            refuse_request(world, id, {409, fmt::format("Container {} is restarting, wait until the container is running", d.id)});
            return;
        }
        request.stage = 1;
        make_output(world, request);
        request.run_generation = c.counts_as_running() ? c.run_generation : c.run_generation + 1;
        d.attached.push_back(request.stream);
        d.attached_error.push_back(request.error_stream);
        if (option_set(request, "stdin") && world.spec(c).open_stdin) {
            if (!d.standard_input) {
                Stream pipe;
                pipe.kind = Stream::Kind::Pipe;
                pipe.is_terminal = world.spec(c).tty;
                d.standard_input = make_stream(world, pipe);
                retain_stream(world, d.standard_input, false, true);
            }
            request.input_stream = d.standard_input;
            retain_stream(world, request.input_stream, false, true);
        }
        record_container_event(world, request.container, kFactContainerAttach);
        upgrade(world, request);
    }
    const bool over = c.state == ContainerState::Removed || c.run_generation > request.run_generation ||
                      (c.run_generation == request.run_generation && c.state != ContainerState::Running && c.state != ContainerState::Paused);
    if (!over) {
        wait_for_container(world, request.container, id);
        return;
    }
    std::erase(d.attached, request.stream);
    std::erase(d.attached_error, request.error_stream);
    close_output(world, request);
    answer_request(world, id, 200);
}

// moby v20.10.24 daemon/exec.go, getActiveContainer: a paused container is told as it was asked for.
Refusal can_exec(const World& world, ContainerId container, const std::string& asked) {
    const Container& c = world.container(container);
    const std::string& id = world.detail(container).id;
    if (!c.counts_as_running()) return {409, fmt::format("Container {} is not running", id)};
    if (c.state == ContainerState::Paused) return {409, fmt::format("Container {} is paused, unpause the container before exec", asked)};
    if (c.state == ContainerState::Restarting) {
        return {409, fmt::format("Container {} is restarting, wait until the container is running", id)};
    }
    return not_refused();
}

// Option "command" is a JSON list; "environment" too.
std::vector<std::string> words_of(const std::string& json) {
    const Json list = Json::parse(json, nullptr, false);
    std::vector<std::string> out;
    if (!list.is_array()) return out;
    for (const Json& word : list) out.push_back(word.is_string() ? word.get<std::string>() : json_bytes(word));
    return out;
}

void exec_create(World& world, RequestId id, Request& request) {
    if (!find_target(world, id, request)) return;
    const Refusal refusal = can_exec(world, request.container, request.spec.target);
    if (refusal.status != 0) {
        refuse_request(world, id, refusal);
        return;
    }
    Engine& engine = world.host(request.spec.host).engine;
    ExecSession session;
    session.container = request.container;
    session.command = words_of(option_text(request, "command"));
    session.environment = words_of(option_text(request, "environment"));
    session.working_directory = option_text(request, "workdir");
    session.user = option_text(request, "user");
    session.tty = option_set(request, "tty");
    session.attach_stdin = option_set(request, "stdin");
    session.detach_keys = option_text(request, "detachKeys");
    if (!session.detach_keys.empty() && !detach_key_bytes(session.detach_keys)) {  // moby daemon/exec.go
        refuse_request(world, id, {500, fmt::format("Invalid escape keys ({}) provided", session.detach_keys)});
        return;
    }
    if (session.command.empty()) {
        refuse_request(world, id, {400, "No exec command specified"});
        return;
    }
    session.id = new_exec_id(world, request.container);
    record_container_event(world, request.container, kFactContainerExecCreate, world.kernel.intern(exec_text(session.command)), world.kernel.intern(session.id));
    Json body;
    body["Id"] = session.id;
    engine.execs[session.id] = session;
    answer_request(world, id, 201, json_bytes(body));
}

// What `docker exec` ends with when its program can't be started (see exec_failed).
constexpr int kExecCannotStart = 126;

std::string runtime_exec_failure(const std::string& why) {
    return fmt::format("OCI runtime exec failed: exec failed: unable to start container process: {}: unknown", why);
}

// Whether a program could be started in this directory of a container (runc finalizeNamespace).
shell::Errno can_change_to(const World& world, ContainerId container, const std::string& directory) {
    FileNode scratch;
    const FileNode* node = view_file(world, world.container(container).host, container, clean_path("/", directory), scratch);
    if (node == nullptr) return shell::Errno::NoEntry;
    return node->directory ? shell::Errno::None : shell::Errno::NotDirectory;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    if (!out.empty() && out.front() >= 'A' && out.front() <= 'Z') out.front() = static_cast<char>(out.front() - 'A' + 'a');
    return out;
}

void exec_failed(World& world, RequestId id, ExecSession& session, shell::Errno error) {
    // moby v20.10.24 daemon/exec.go, ContainerExecStart: translateContainerdStartErr sets 127 where the
    // program is missing, and then the deferred function sets 126 over it, whatever the reason. What is
    // wrong goes to the client as output, which `docker exec` (docker/cli v28 exec.go) prints before it
    // asks for that status and exits with it.
    session.exit_code = kExecCannotStart;
    const std::string& program = session.command.front();
    std::string why = program.find('/') == std::string::npos ? "executable file not found in $PATH" : fmt::format("stat {}: no such file or directory", program);
    if (error == shell::Errno::NoPermission) why = "permission denied";
    if (error == shell::Errno::NotModelled) why = "Podium does not model this program";
    refuse_request(world, id,
                   {400, runtime_exec_failure(fmt::format("exec: \"{}\": {}", program, why))});
}

bool names_variable(const std::vector<std::string>& entries, std::string_view name) {
    return std::any_of(entries.begin(), entries.end(), [name](const std::string& entry) { return entry.substr(0, entry.find('=')) == name; });
}

// moby v20.10.24 daemon/exec.go, ContainerExecCreate, and container/env.go, ReplaceOrAppendEnvValues: the container's variables, with
// TERM as the exec has a terminal, and the exec's own over them; one without a value is taken away.
std::vector<std::string> exec_environment(const ContainerSpec& spec, const ContainerDetail& d, const ExecSession& session) {
    constexpr std::ptrdiff_t kBeforeTerm = 2;  // PATH and HOSTNAME
    std::vector<std::string> out = d.environment;
    const bool of_image = d.image != nullptr && names_variable(d.image->config.environment, "TERM");
    if (!of_image && !names_variable(spec.environment, "TERM")) {
        std::erase(out, "TERM=xterm");
        if (session.tty) out.insert(out.begin() + std::min<std::ptrdiff_t>(kBeforeTerm, std::ssize(out)), "TERM=xterm");
    }
    for (const std::string& entry : session.environment) {
        const std::size_t equals = entry.find('=');
        const std::string name = entry.substr(0, equals);
        const auto known = std::find_if(out.begin(), out.end(), [&name](const std::string& own) { return own.substr(0, own.find('=')) == name; });
        if (equals == std::string::npos) {
            if (known != out.end()) out.erase(known);
        } else if (known != out.end()) {
            *known = entry;
        } else {
            out.push_back(entry);
        }
    }
    return out;
}

void exec_begin(World& world, RequestId id, Request& request, ExecSession& session) {
    const Container& c = world.container(session.container);
    ContainerDetail& d = world.detail(session.container);
    const StringId command = world.kernel.intern(exec_text(session.command));
    // moby logs the event first and has the runtime start the program then.
    record_container_event(world, session.container, kFactContainerExecStart, command, world.kernel.intern(session.id));
    if (!c.process_alive) {  // runc exec.go; the engine has yet to hear that the container ended
        session.exit_code = kExecCannotStart;
        refuse_request(world, id, {400, "OCI runtime exec failed: exec failed: cannot exec in a stopped container: unknown"});
        return;
    }
    const std::string& wished = session.working_directory;
    if (!wished.empty() && wished.front() != '/') {  // runc 1.1 utils_linux.go validateProcessSpec
        session.exit_code = kExecCannotStart;
        refuse_request(world, id, {400, "OCI runtime exec failed: exec failed: Cwd must be an absolute path: unknown"});
        return;
    }
    const std::string directory = wished.empty() ? d.working_directory : clean_path("/", wished);
    shell::Errno error = shell::Errno::None;
    std::vector<std::string> words = session.command;
    if (words.front().find('/') != std::string::npos) words.front() = clean_path(directory, words.front());
    error = find_program(world, c.host, session.container, words.front());
    if (error != shell::Errno::None) {
        exec_failed(world, id, session, error);
        return;
    }
    const Result<Identity> identity = find_identity(world, c.host, session.container, session.user.empty() ? user_of(world, session.container) : session.user);
    if (!identity) {
        session.exit_code = kExecCannotStart;
        refuse_request(world, id, {400, identity.error().message});
        return;
    }
    if (const shell::Errno wrong = can_change_to(world, session.container, directory); wrong != shell::Errno::None) {
        session.exit_code = kExecCannotStart;
        refuse_request(world, id, {400, runtime_exec_failure(fmt::format("chdir to cwd (\"{}\") set in config.json failed: {}", wished.empty() ? directory : wished, lower_case(shell::errno_text(wrong))))});
        return;
    }
    ProcessSpec process;
    process.argv = session.command;
    process.environment = with_home(exec_environment(world.spec(c), d, session), identity->home);
    process.program = make_program(world, c.host, session.container, words, process.environment, error, session.tty);
    if (process.program == nullptr) {
        exec_failed(world, id, session, error);
        return;
    }
    request.stage = 1;
    request.container = session.container;
    const bool detach = option_set(request, "detach");
    process.working_directory = directory;
    process.host = c.host;
    process.container = session.container;
    process.role = ProcessRole::Exec;
    process.start_delay = kExecStart;
    if (detach) {
        for (int number = 0; number < 3; ++number) process.descriptors.push_back(open_descriptor(world, number, make_stream(world, Stream{}), number == 0, number != 0));
    } else {
        Stream pipe;
        pipe.kind = Stream::Kind::Pipe;
        pipe.is_terminal = session.tty;
        request.stream = make_stream(world, pipe);
        retain_stream(world, request.stream, true, false);
        request.error_stream = session.tty ? StreamId{} : make_stream(world, pipe);
        if (request.error_stream) {
            retain_stream(world, request.error_stream, true, false);
            couple_streams(world, request.stream, request.error_stream);
        }
        StreamId input = make_stream(world, session.attach_stdin ? pipe : Stream{});
        process.descriptors.push_back(open_descriptor(world, 0, input, true, false));
        if (session.attach_stdin) {
            request.input_stream = input;
            retain_stream(world, input, false, true);
        }
        process.descriptors.push_back(open_descriptor(world, 1, request.stream, false, true));
        process.descriptors.push_back(open_descriptor(world, 2, request.error_stream ? request.error_stream : request.stream, false, true));
    }
    session.running = true;
    session.process = start_process(world, std::move(process));
    world.processes.at(session.process).request = id;
    if (detach) {
        request.detached = true;
    }
    upgrade(world, request);
}

void exec_start(World& world, RequestId id, Request& request) {
    Engine& engine = world.host(request.spec.host).engine;
    const auto found = engine.execs.find(request.spec.target);
    if (found == engine.execs.end()) {
        if (request.stage == 0) {
            refuse_request(world, id, {404, fmt::format("No such exec instance: {}", request.spec.target)});
        } else {
            answer_request(world, id, 200);  // its container was removed meanwhile
        }
        return;
    }
    ExecSession& session = found->second;
    if (request.stage == 0) {
        const Refusal refusal = can_exec(world, session.container, world.detail(session.container).id);
        if (refusal.status != 0) {
            refuse_request(world, id, refusal);
        } else {
            exec_begin(world, id, request, session);
        }
        return;
    }
    const Process* process = world.processes.find(session.process);
    if (process != nullptr && !process->ended) return;
    session.exit_code = process != nullptr ? process->exit_status : 137;
    session.running = false;
    if (process != nullptr) forget_process(world, session.process);
    session.process = {};
    record_container_event(world, session.container, kFactContainerExecDie, session.exit_code, world.kernel.intern(session.id));
    answer_request(world, id, 200);
}

}  // namespace

void record_detach(World& world, RequestId id) {
    const Request* row = world.requests.find(id);
    if (row == nullptr || row->done || !row->container || world.container(row->container).state == ContainerState::Removed) return;
    const CauseScope scope(world.kernel, world.kernel.cause());
    if (row->spec.operation == Operation::ContainerAttach) record_container_event(world, row->container, kFactContainerDetach);
    if (row->spec.operation == Operation::ExecStart) {
        record_container_event(world, row->container, kFactContainerExecDetach, world.kernel.intern(row->spec.target));
    }
}

void run_stream_operation(World& world, RequestId id, Request& request) {
    switch (request.spec.operation) {
        case Operation::ContainerLogs: logs(world, id, request); return;
        case Operation::ContainerAttach: attach(world, id, request); return;
        case Operation::ExecCreate: exec_create(world, id, request); return;
        case Operation::ExecStart: exec_start(world, id, request); return;
        case Operation::ExecInspect: {
            std::string body = exec_inspect_json(world, request.spec.host, request.spec.target);
            if (body.empty()) {
                refuse_request(world, id, {404, fmt::format("No such exec instance: {}", request.spec.target)});
            } else {
                answer_request(world, id, 200, std::move(body));
            }
            return;
        }
        default: PODIUM_ASSERT(false, "this file runs the operations that carry streams");
    }
}

void close_engine_stream(World& world, StreamId stream) { release_stream(world, stream, false, true); }

void abandon_streams(World& world, RequestId id, Request& request) {
    if (request.container) {
        if (Container& c = world.container(request.container); c.detail) {
            std::erase(c.detail->log_followers, id);
            std::erase(c.detail->waiters, id);
            std::erase(c.detail->attached, request.stream);
            std::erase(c.detail->attached_error, request.error_stream);
        }
    }
    std::erase(world.host(request.spec.host).engine.event_requests, id);
    close_output(world, request);
    if (request.stream) release_stream(world, request.stream, true, false);
    if (request.error_stream) release_stream(world, request.error_stream, true, false);
    if (request.input_stream) release_stream(world, request.input_stream, false, true);
    request.stream = request.error_stream = request.input_stream = {};
}

}  // namespace podium::model
