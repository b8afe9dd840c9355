#include <algorithm>
#include <utility>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/model/engine_process.hpp"
#include "sim/model/health.hpp"
#include "sim/model/image_command.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/taken_as_done.hpp"
#include "sim/model/unknown_image.hpp"
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

/// "#!/bin/sh -e" as {"/bin/sh", "-e"}; a file without that line is run by sh (execvp of the C library).
std::vector<std::string> interpreter_of(const std::string& content) {
    if (!content.starts_with("#!")) return {"/bin/sh"};
    std::vector<std::string> words = split_words(content.substr(2, content.find('\n') - 2));
    if (words.empty()) return {"/bin/sh"};
    if (words.front() == "/usr/bin/env" && words.size() > 1) words.erase(words.begin());
    return words;
}

const BehaviourProfile* profile_of(const World& world, ContainerId container) {
    return container ? world.detail(container).profile : nullptr;
}

/// Whether a file is somebody's, and not what stands for a program of the image.
bool is_own_file(const World& world, ContainerId container, const std::string& path, const FileNode& node) {
    return !node.directory && (!node.content.empty() || !is_program_path(world, container, path));
}

/// The file in a directory of the path that somebody has put there; empty when there is none.
std::string on_path(const World& world, HostId host, ContainerId container, const std::string& name) {
    for (const char* directory :
         {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
        const std::string path = directory + name;
        FileNode scratch;
        const FileNode* node = view_file(world, host, container, path, scratch);
        if (node != nullptr && is_own_file(world, container, path, *node) && (node->mode & 0111) != 0) return path;
    }
    return {};
}

/// Whether a path is that of the image's entrypoint script, or the image's own command line begins with it.
bool is_of_image(const World& world, ContainerId container, const std::string& path) {
    const ContainerDetail& d = world.detail(container);
    if (d.image->from_scratch) return false;
    if (d.profile->script.path == path) return true;
    const ImageConfig& config = d.image->config;
    const std::vector<std::string>& words = config.entrypoint.empty() ? config.command : config.entrypoint;
    return !words.empty() && words.front() == path && may_serve(*d.profile, base_name(path));
}

/// Whether what Podium can't know acts as a server here: somebody's own program, run by an interpreter or a tool.
bool is_stand_in(const BehaviourProfile& profile, const std::string& program) {
    const auto& interpreters = profile.interpreters;
    return profile.stands_in || std::find(interpreters.begin(), interpreters.end(), base_name(program)) != interpreters.end();
}

/// Whether a program is one that runs somebody's programs, in a container of a build.
bool is_interpreter_of_build(const World& world, ContainerId container, const std::string& program) {
    if (!container || world.detail(container).build_place.empty()) return false;
    const auto& interpreters = world.detail(container).profile->interpreters;
    return std::find(interpreters.begin(), interpreters.end(), program) != interpreters.end();
}

/// Whether a process belongs to what a container was started with, not to an exec or a health check.
bool is_of_main(const World& world, ProcessId id) {
    const Process* process = world.processes.find(id);
    while (process != nullptr && process->role == ProcessRole::Child) process = world.processes.find(process->parent);
    return process != nullptr && process->container && (process->role == ProcessRole::Main || process->role == ProcessRole::Init);
}

/// Whether a process belongs to a health check.
bool is_of_probe(const World& world, ProcessId id) {
    const Process* process = world.processes.find(id);
    while (process != nullptr && process->role == ProcessRole::Child) process = world.processes.find(process->parent);
    return process != nullptr && process->role == ProcessRole::Probe;
}

/// Whether a process belongs to a substitution, $(…) or <(…): what it writes, or what it is a part of, is read by the shell that
/// started that, which goes on at its end. What runs there is no server.
bool is_of_substitution(const World& world, ProcessId id) {
    const Process* process = world.processes.find(id);
    while (process != nullptr && process->role == ProcessRole::Child) {
        const Process* const shell = world.processes.find(process->parent);
        if (shell == nullptr) return false;
        const auto& open = process->descriptors;
        const auto output = std::find_if(open.begin(), open.end(), [](const Descriptor& one) { return one.number == 1; });
        const auto reads = [&](const Descriptor& one) { return one.reading && one.stream == output->stream; };
        const bool piped = output != open.end() && world.streams.at(output->stream).kind == Stream::Kind::Pipe;
        if (piped && std::any_of(shell->descriptors.begin(), shell->descriptors.end(), reads)) return true;
        process = shell;
    }
    return false;
}

}  // namespace

std::string script_path(const World& world, HostId host, ContainerId container, const std::string& name) {
    if (!has_slash(name)) {
        const Errno found = find_by_name(world, container, name);
        const BehaviourProfile* profile = profile_of(world, container);
        const bool replaceable = profile != nullptr && may_serve(*profile, name);
        return found == Errno::None && !replaceable ? std::string() : on_path(world, host, container, name);
    }
    std::string path = clean_path("/", name);
    FileNode scratch;
    const FileNode* node = view_file(world, host, container, path, scratch);
    if (node == nullptr || !is_own_file(world, container, path, *node)) return {};
    // As the image has it, it is its server's own binary or script.
    const BehaviourProfile* profile = profile_of(world, container);
    if (profile == nullptr || !may_serve(*profile, base_name(path))) return path;
    const auto same = [&](const ImageFile& file) { return file.path == path && file.content == node->content; };
    return node->content.empty() || std::any_of(profile->files.begin(), profile->files.end(), same) ? std::string() : path;
}

Errno find_program(const World& world,
                   HostId host,
                   ContainerId container,
                   const std::string& name) {
    if (name.empty()) return Errno::NoEntry;
    if (has_slash(name)) {
        FileNode scratch;
        const FileNode* node = view_file(world, host, container, clean_path("/", name), scratch);
        const BehaviourProfile* profile = profile_of(world, container);
        if (node == nullptr && profile != nullptr && is_of_image(world, container, name)) return Errno::None;
        if (node == nullptr) {
            const Errno modelled = is_modelled_path(world, container, name);
            return modelled == Errno::NoEntry && may_be_of_unknown_image(world, host, container, clean_path("/", name)) ? Errno::NotModelled : modelled;
        }
        if (node->directory || (node->mode & 0111) == 0) return Errno::NoPermission;
        return Errno::None;
    }
    const Errno error = find_by_name(world, container, name);
    if (error == Errno::None) return error;
    return on_path(world, host, container, name).empty() ? error : Errno::None;
}

std::vector<std::string> applet_words(const BehaviourProfile* profile, const std::vector<std::string>& argv) {
    const bool of_busybox = profile != nullptr && argv.size() > 1 && base_name(argv.front()) == "busybox" && argv[1] != "busybox" &&
                            profile->has_program("busybox") && profile->has_program(argv[1]);
    return of_busybox ? std::vector<std::string>(argv.begin() + 1, argv.end()) : argv;
}

std::unique_ptr<shell::Program> make_program(
    const World& world,
    HostId host,
    ContainerId container,
    const std::vector<std::string>& argv,
    const std::shared_ptr<const std::vector<std::string>>& environment,
    Errno& error,
    bool stand_ins) {
    if (const std::vector<std::string> applet = applet_words(profile_of(world, container), argv); applet.size() < argv.size())
        return make_program(world, host, container, applet, environment, error, stand_ins);
    error = argv.empty() ? Errno::NoEntry : find_program(world, host, container, argv.front());
    if (error != Errno::None) return nullptr;
    std::vector<std::string> words = argv;
    words.front() = base_name(words.front());
    static const std::vector<std::string> kNone;
    const std::vector<std::string>& variables = environment ? *environment : kNone;
    if (const std::string path = script_path(world, host, container, argv.front()); !path.empty()) {
        FileNode scratch;
        if (is_opaque_program(*view_file(world, host, container, path, scratch))) {
            auto program = world.programs->make(words, variables, static_cast<bool>(container), error);
            if (program != nullptr) return program;
            error = stand_ins ? Errno::None : Errno::NotModelled;
            return stand_ins ? world.programs->make_service(*world.catalogue->default_profile) : nullptr;
        }
        return make_script(world, host, container, path, argv, environment, error);
    }
    if (auto answer = make_answer(world, container, words)) return answer;
    const BehaviourProfile* profile = profile_of(world, container);
    if (words.size() > 1 && is_interpreter_of_build(world, container, words.front())) {
        error = Errno::NotModelled;  // somebody's program prepares something
        return nullptr;
    }
    if (profile != nullptr && runs_server(*profile, words)) {
        if (stand_ins || !is_stand_in(*profile, words.front())) return world.programs->make_service(*profile);
    } else if (profile != nullptr && may_serve(*profile, words.front())) {
        const std::vector<std::string> passed_on = main_program(*profile, words).argv;  // by a script or tini
        if (!passed_on.empty() && passed_on.size() < words.size()) return make_program(world, host, container, passed_on, environment, error, stand_ins);
    }
    auto program = world.programs->make(words, variables, static_cast<bool>(container), error);
    // The image has it, so it is Podium that does not.
    const bool of_image = profile != nullptr && (may_serve(*profile, words.front()) || has_answers(*profile, words.front()));
    if (program == nullptr && error == Errno::NoEntry && of_image) error = Errno::NotModelled;
    return program;
}

std::unique_ptr<shell::Program> make_script(const World& world,
                                            HostId host,
                                            ContainerId container,
                                            const std::string& path,
                                            const std::vector<std::string>& argv,
                                            const std::shared_ptr<const std::vector<std::string>>& environment,
                                            Errno& error) {
    static const std::vector<std::string> kNone;
    FileNode scratch;
    const FileNode* node = view_file(world, host, container, path, scratch);
    std::vector<std::string> script = interpreter_of(node == nullptr ? std::string() : node->content);
    script.insert(script.end(), argv.begin(), argv.end());
    script[script.size() - argv.size()] = path;
    error = find_program(world, host, container, script.front());
    if (error != Errno::None) return nullptr;
    script.front() = base_name(script.front());
    return world.programs->make(script, environment ? *environment : kNone, static_cast<bool>(container), error);
}

bool ProcessContext::may_take_as_done(bool by_hand) const {
    return !by_hand && row().container && is_of_main(world_, id_);
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
    const bool typed = is_terminal(0);
    if (reaches_outside(world_, process.container, request.argv)) spec.program = take_as_done(world_, process.container, request.argv, process.working_directory);
    else spec.program = take_copy_as_done(world_, process.container, request.argv, process.working_directory);
    if (is_of_probe(world_, id_) && process.container) spec.program = stand_in_probe_over_tls(world_, process.container, request.argv);
    if (spec.program == nullptr) spec.program = make_program(world_, process.host, process.container, words, spec.environment, error, typed);
    const bool of_script = may_take_as_done(typed || request.background);
    const bool installed = error == Errno::NoEntry && (of_script || is_of_probe(world_, id_)) &&
                           may_have_been_installed(world_, process.container, request.argv.front());
    if (installed) error = Errno::NotModelled;
    if (error == Errno::NotModelled && of_script) {
        spec.program = take_as_done(world_, process.container, request.argv, process.working_directory);
    }
    if (error == Errno::NotModelled && spec.program == nullptr && is_of_probe(world_, id_) &&
        (installed || is_of_unknown_image(world_, process.container))) {
        spec.program = stand_in_probe(world_, process.container, request.argv);
    }
    if (spec.program != nullptr) error = Errno::None;
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
    const bool building = process.container && !world_.detail(process.container).build_place.empty();
    const bool substitution = is_of_substitution(world_, id_);
    const bool stand_ins = !building && (is_terminal(0) || (is_of_main(world_, id_) && !substitution));
    if (reaches_outside(world_, process.container, request.argv)) next.program = take_as_done(world_, process.container, request.argv, process.working_directory);
    else next.program = take_copy_as_done(world_, process.container, request.argv, process.working_directory);
    if (is_of_probe(world_, id_) && process.container) next.program = stand_in_probe_over_tls(world_, process.container, request.argv);
    if (!next.program) next.program = make_program(world_, process.host, process.container, words, next.environment, error, stand_ins);
    const bool installed = error == Errno::NoEntry &&
                           (may_take_as_done(is_terminal(0)) || is_of_probe(world_, id_)) &&
                           may_have_been_installed(world_, process.container, request.argv.front());
    if (installed) error = Errno::NotModelled;
    const bool unknown = installed || (error == Errno::NotModelled &&
                                       is_of_unknown_image(world_, process.container));
    if (unknown && is_of_probe(world_, id_)) {
        next.program = stand_in_probe(world_, process.container, request.argv);
    } else if (unknown && !building && !substitution && may_take_as_done(is_terminal(0))) {
        next.program = stand_in_server(world_, process.container, request.argv);
    }
    if (error == Errno::NotModelled && !next.program && may_take_as_done(is_terminal(0))) {
        next.program = take_as_done(world_, process.container, request.argv, process.working_directory);
    }
    if (next.program) error = Errno::None;
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
        if (target == world_.host(self.host).engine.pid && has_engine_process(world_, self.host)) return signal_engine(world_, self.host, signal);
        make_all_whole(world_, self.host);
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

std::int64_t ProcessContext::resource_limit(std::string_view name, bool hard) const {
    struct Default {
        std::string_view name;
        std::int64_t soft;
        std::int64_t hard;
        std::int64_t host_soft;  // what a login shell has, where dockerd's own differ
    };
    // Linux's own, and for files those of dockerd's service (LimitNOFILE=infinity is what the kernel gives at most).
    static constexpr Default kDefaults[] = {{"core", -1, -1, 0},
                                            {"memlock", 65'536, 65'536, 65'536},
                                            {"msgqueue", 819'200, 819'200, 819'200},
                                            {"nice", 0, 0, 0},
                                            {"nofile", 1'048'576, 1'048'576, 1024},
                                            {"rtprio", 0, 0, 0},
                                            {"sigpending", 31'468, 31'468, 31'468},
                                            {"stack", 8'388'608, -1, 8'388'608}};
    const ContainerId container = row().container;
    if (container && world_.container(container).detail) {
        for (const Ulimit& limit : world_.container(container).detail->ulimits) {
            if (limit.name == name) return hard ? limit.hard : limit.soft;
        }
    }
    for (const Default& known : kDefaults) {
        if (known.name == name) return hard ? known.hard : container ? known.soft : known.host_soft;
    }
    return -1;
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
