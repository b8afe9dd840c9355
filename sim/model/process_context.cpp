#include <algorithm>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/model/health.hpp"
#include "sim/model/image_command.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/world.hpp"
#include "sim/shell/signals.hpp"

// A process's view of its system: identity, children, signals. Its files and descriptors are in
// process_io.cpp.
//
// A program may end its own process within a step (kill $$) and go on to the end of that step: its
// row stays, without descriptors, and what it asks for then fails.

namespace podium::model {

using shell::Errno;

namespace {

/// kill's targets from here on are negative numbers: process groups, or all.
constexpr shell::Pid kFirstGroup = 0x8000'0000U;

constexpr std::uint64_t bit(int signal) {
    return signal == 64 ? std::uint64_t{1} : std::uint64_t{1} << signal;
}

bool has_slash(const std::string& name) {
    return name.find('/') != std::string::npos;
}

std::shared_ptr<const std::vector<std::string>> shared_environment(
    const Process& process, const std::vector<std::string>& environment) {
    if (process.environment && *process.environment == environment) return process.environment;
    return std::make_shared<const std::vector<std::string>>(environment);
}

/// "#!/bin/sh -e" as {"sh", "-e"}; a file without that line is run by sh (execvp of the C library).
std::vector<std::string> interpreter_of(const std::string& content) {
    if (!content.starts_with("#!")) return {"sh"};
    std::vector<std::string> words = split_words(content.substr(2, content.find('\n') - 2));
    if (words.empty()) return {"sh"};
    words.front().erase(0, words.front().rfind('/') + 1);
    return words;
}

}  // namespace

Errno find_program(const World& world,
                   HostId host,
                   ContainerId container,
                   const std::string& name) {
    if (name.empty()) return Errno::NoEntry;
    if (has_slash(name)) {
        FileNode scratch;
        const FileNode* node = view_file(world, host, container, clean_path("/", name), scratch);
        if (node == nullptr) return is_modelled_path(world, container, name);
        if (node->directory || (node->mode & 0111) == 0) return Errno::NoPermission;
        return Errno::None;
    }
    const Errno error = find_by_name(world, container, name);
    if (error != Errno::NoEntry) return error;
    // A script somebody has put into a directory of the path.
    for (const char* directory :
         {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
        FileNode scratch;
        const FileNode* node = view_file(world, host, container, directory + name, scratch);
        if (node != nullptr && !node->directory && (node->mode & 0111) != 0) return Errno::None;
    }
    return Errno::NoEntry;
}

std::unique_ptr<shell::Program> make_program(
    const World& world,
    HostId host,
    ContainerId container,
    const std::vector<std::string>& argv,
    const std::shared_ptr<const std::vector<std::string>>& environment,
    Errno& error) {
    static const std::vector<std::string> kNone;
    const std::vector<std::string>& variables = environment ? *environment : kNone;
    const bool in_container = static_cast<bool>(container);
    error = argv.empty() ? Errno::NoEntry : find_program(world, host, container, argv.front());
    if (error != Errno::None) return nullptr;
    std::vector<std::string> words = argv;
    const std::size_t slash = words.front().rfind('/');
    const auto of_image = [&]() -> std::unique_ptr<shell::Program> {
        if (auto answer = make_answer(world, container, words)) return answer;
        auto program = world.programs->make(words, variables, in_container, error);
        const BehaviourProfile* profile = container ? world.detail(container).profile : nullptr;
        // It says something of itself; what else it does is not modelled.
        if (program == nullptr && error == Errno::NoEntry && profile != nullptr && has_answers(*profile, words.front())) error = Errno::NotModelled;
        return program;
    };
    if (slash == std::string::npos) return of_image();
    FileNode scratch;
    const std::string path = clean_path("/", words.front());
    const FileNode* node = view_file(world, host, container, path, scratch);
    if (node == nullptr || is_program_path(world, container, path)) {
        words.front().erase(0, slash + 1);
        return of_image();
    }
    std::vector<std::string> script = interpreter_of(node->content);
    script.insert(script.end(), words.begin(), words.end());
    error = find_by_name(world, container, script.front());
    if (error != Errno::None) return nullptr;
    return world.programs->make(script, variables, in_container, error);
}

Process& ProcessContext::row() {
    return world_.processes.at(id_);
}

const Process& ProcessContext::row() const {
    return std::as_const(world_).processes.at(id_);
}

std::string ProcessContext::environment(std::string_view name) const {
    const std::vector<std::string>& variables = *row().environment;
    for (auto variable = variables.rbegin(); variable != variables.rend(); ++variable) {
        if (variable->size() > name.size() && variable->starts_with(name) &&
            (*variable)[name.size()] == '=') {
            return variable->substr(name.size() + 1);
        }
    }
    return {};
}

Time ProcessContext::now() const {
    return world_.kernel.now();
}

shell::Pid ProcessContext::pid() const {
    return row().pid;
}

shell::Pid ProcessContext::parent_pid() const {
    const Process& process = row();
    if (const Process* parent = world_.processes.find(process.parent)) return parent->pid;
    // PID 1 and what was brought in from outside have their parent outside the namespace.
    if (process.container) return process.orphan ? 1 : 0;
    return 1;
}

std::string ProcessContext::hostname() const {
    return hostname_of(world_, row().host, row().container);
}

std::uint64_t ProcessContext::random() {
    Process& process = row();
    const std::uint64_t key =
        static_cast<std::uint64_t>(process.host.value) << 32 | process.host_pid;
    return world_.kernel.random("process", mix64(key) + process.random_draws++).next();
}

shell::Spawned ProcessContext::spawn(const shell::SpawnRequest& request) {
    const Process& process = row();
    if (process.ended) return {0, Errno::NoProcess};
    if (request.argv.empty()) return {0, Errno::NoEntry};
    if (const Errno error = room_for_process(world_, process.host, process.container);
        error != Errno::None) {
        return {0, error};
    }
    ProcessSpec spec;
    spec.argv = request.argv;
    std::vector<std::string> words = request.argv;
    if (has_slash(words.front())) words.front() = resolve(words.front());
    spec.environment = shared_environment(process, request.environment);
    Errno error = Errno::None;
    spec.program =
        make_program(world_, process.host, process.container, words, spec.environment, error);
    if (error == Errno::NotModelled) probe_not_modelled(world_, id_, request.argv.front());
    if (spec.program == nullptr) return {0, error == Errno::None ? Errno::NoEntry : error};
    spec.working_directory = process.working_directory;
    spec.host = process.host;
    spec.container = process.container;
    spec.parent = id_;
    spec.background = request.background;
    spec.start_delay = kSpawn;
    spec.descriptors = inherited(request.descriptors);
    const ProcessId child = start_process(world_, std::move(spec));
    return {world_.processes.at(child).pid, Errno::None};
}

shell::Spawned ProcessContext::fork(std::unique_ptr<shell::Program> program,
                                    const std::vector<shell::Inherit>& descriptors,
                                    bool background) {
    const Process& process = row();
    if (process.ended) return {0, Errno::NoProcess};
    if (const Errno error = room_for_process(world_, process.host, process.container);
        error != Errno::None) {
        return {0, error};
    }
    ProcessSpec spec;
    spec.program = std::move(program);
    spec.argv = process.argv;
    spec.environment = process.environment;
    spec.working_directory = process.working_directory;
    spec.host = process.host;
    spec.container = process.container;
    spec.parent = id_;
    spec.background = background;
    spec.start_delay = kFork;
    spec.descriptors = inherited(descriptors);
    const ProcessId child = start_process(world_, std::move(spec));
    return {world_.processes.at(child).pid, Errno::None};
}

Errno ProcessContext::exec(const shell::SpawnRequest& request) {
    const Process& process = row();
    if (process.ended) return Errno::NoProcess;
    if (request.argv.empty()) return Errno::NoEntry;
    std::vector<std::string> words = request.argv;
    if (has_slash(words.front())) words.front() = resolve(words.front());
    PendingExec next;
    next.argv = request.argv;
    next.environment = shared_environment(process, request.environment);
    Errno error = Errno::None;
    next.program =
        make_program(world_, process.host, process.container, words, next.environment, error);
    if (error == Errno::NotModelled) probe_not_modelled(world_, id_, request.argv.front());
    if (!next.program) return error == Errno::None ? Errno::NoEntry : error;
    next.descriptors = inherited(request.descriptors);
    row().pending_exec = std::make_unique<PendingExec>(std::move(next));
    return Errno::None;
}

Errno ProcessContext::find_program(const std::string& name) {
    const Process& process = row();
    return model::find_program(
        world_, process.host, process.container, has_slash(name) ? resolve(name) : name);
}

std::optional<int> ProcessContext::reap(shell::Pid child) {
    std::vector<ProcessId>& children = row().children;
    count_work(children.size() / kRowsPerWork);
    for (auto entry = children.begin(); entry != children.end(); ++entry) {
        const Process* process = world_.processes.find(*entry);
        if (process == nullptr || process->pid != child) continue;
        if (!process->ended) return std::nullopt;
        const int status = process->exit_status;
        row().reaped_signal = process->killed_by;
        row().children_cpu_used =
            row().children_cpu_used + process->cpu_used + process->children_cpu_used;
        const ProcessId ended = *entry;
        children.erase(entry);
        forget_process(world_, ended);
        return status;
    }
    return std::nullopt;
}

int ProcessContext::reaped_signal() const {
    return row().reaped_signal;
}

Errno ProcessContext::kill(shell::Pid target, int signal) {
    const Process& self = row();
    if (self.ended) return Errno::NoProcess;
    if (target == 0 || target >= kFirstGroup) return Errno::NotModelled;
    if (!self.container) {
        // The host's PID 1 is its init system, which no signal from a shell ends.
        if (target == 1) return Errno::None;
        const ProcessId found = find_host_pid(world_, self.host, target);
        return found ? signal_from_host(world_, found, signal) : Errno::NoProcess;
    }
    for (const ProcessId id : processes_of(world_, self.host, self.container)) {
        if (world_.processes.at(id).pid == target) return send_signal(world_, id, signal, false);
    }
    return Errno::NoProcess;
}

void ProcessContext::set_disposition(int signal, shell::Disposition disposition) {
    if (signal < 1 || signal > shell::kHighestSignal) return;
    if (signal == shell::kSigKill || signal == shell::kSigStop) return;
    Process& process = row();
    process.caught &= ~bit(signal);
    process.ignored &= ~bit(signal);
    if (disposition == shell::Disposition::Catch) process.caught |= bit(signal);
    if (disposition == shell::Disposition::Ignore) process.ignored |= bit(signal);
    if (disposition != shell::Disposition::Catch) process.pending &= ~bit(signal);
}

int ProcessContext::take_signal() {
    Process& process = row();
    for (int signal = 1; signal <= shell::kHighestSignal && process.pending != 0; ++signal) {
        if ((process.pending & bit(signal)) == 0) continue;
        process.pending &= ~bit(signal);
        return signal;
    }
    return 0;
}

void ProcessContext::use_memory(std::int64_t bytes) {
    set_process_memory(world_, id_, kProcessMemory + bytes);
}

Duration ProcessContext::processor_time() const {
    return row().cpu_used + row().children_cpu_used;
}

std::vector<Descriptor> ProcessContext::inherited(const std::vector<shell::Inherit>& inherit) {
    std::vector<Descriptor> out;
    for (const shell::Inherit& entry : inherit) {
        const Descriptor* from = find(entry.parent);
        if (from == nullptr) continue;
        out.push_back(
            open_descriptor(world_, entry.child, from->stream, from->reading, from->writing));
    }
    std::sort(out.begin(), out.end(), [](const Descriptor& a, const Descriptor& b) {
        return a.number < b.number;
    });
    return out;
}

}  // namespace podium::model
