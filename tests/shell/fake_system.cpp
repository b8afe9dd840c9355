#include "tests/shell/fake_system.hpp"

#include <algorithm>

#include "sim/base/files.hpp"
#include "sim/base/random.hpp"
#include "sim/shell/signals.hpp"
#include "tests/shell/fake_programs.hpp"

namespace podium::shell::testing {
namespace {

bool ends_by_default(int signal) {
    return signal != kSigChld && signal != kSigCont && signal != kSigWinch && signal != 23 &&
           signal != kSigStop && signal != kSigTstp;
}

}  // namespace

FakeWorld::FakeWorld(Dialect dialect_in) : dialect(dialect_in) {
    for (const char* directory : {"/", "/tmp", "/dev", "/etc", "/root", "/data"})
        files[directory].is_directory = true;
    files["/etc/passwd"].content = "root:x:0:0:root:/root:/bin/sh\n";
}

std::size_t FakeWorld::new_stream(FakeStream stream) {
    streams.push_back(std::move(stream));
    return streams.size() - 1;
}

Pid FakeWorld::start(std::unique_ptr<Program> program, std::vector<std::string> argv) {
    const Pid pid = next_pid_++;
    FakeProcess process;
    process.program = std::move(program);
    process.argv = std::move(argv);
    FakeStream in;
    in.kind = terminal ? FakeStream::Kind::Terminal : FakeStream::Kind::Pipe;
    in.buffer = input;
    FakeStream out;
    out.kind = FakeStream::Kind::Output;
    FakeStream error;
    error.kind = FakeStream::Kind::Error;
    process.descriptors[0] = {new_stream(in), false};
    process.descriptors[1] = {new_stream(out), true};
    process.descriptors[2] = {new_stream(error), true};
    process.wake = now;
    processes[pid] = std::move(process);
    return pid;
}

Pid FakeWorld::start_shell(const std::vector<std::string>& argv,
                           const std::vector<std::string>& environment) {
    return start(make_shell(argv, environment, dialect), argv);
}

void FakeWorld::add_init() {
    start(make_fake_program("sleep", {"init", "1000000"}, {}), {"init"});
    main = next_pid_;
}

std::string FakeWorld::text(int descriptor) const {
    std::string out;
    for (const FakeOutput& output : outputs) {
        if (output.descriptor == descriptor) out += output.text;
    }
    return out;
}

std::vector<std::string> FakeWorld::running() const {
    std::vector<std::string> out;
    for (const auto& [pid, process] : processes) {
        if (!process.status) out.push_back(process.argv.empty() ? "sh" : process.argv.front());
    }
    return out;
}

std::string FakeWorld::content(const std::string& path) const {
    const auto found = files.find(path);
    return found == files.end() ? "(no such file)" : found->second.content;
}

void FakeWorld::wake_process(Pid pid) {
    FakeProcess& process = processes.at(pid);
    if (!process.status) process.wake = std::max(now, process.busy_until);
}

void FakeWorld::wake_all() {
    for (auto& [pid, process] : processes)
        wake_process(pid);
}

bool FakeWorld::pipe_has_end(std::size_t stream, bool writing) const {
    for (const auto& [pid, process] : processes) {
        if (process.status) continue;
        for (const auto& [number, descriptor] : process.descriptors) {
            if (descriptor.stream == stream && descriptor.writing == writing) return true;
        }
    }
    return false;
}

void FakeWorld::end(Pid pid, int status, int signal) {
    FakeProcess& process = processes.at(pid);
    process.status = status;
    process.killed_by = signal;
    process.descriptors.clear();
    process.program.reset();
    if (pid == main) {
        for (auto& [other, each] : processes) {
            if (!each.status) {
                each.status = 128 + kSigKill;
                each.descriptors.clear();
            }
        }
    }
    for (auto& [other, each] : processes) {
        if (each.parent == pid) each.parent = 1;
    }
    wake_all();
}

void FakeWorld::deliver(Pid target, int signal, bool from_outside) {
    FakeProcess& process = processes.at(target);
    if (process.status || signal == 0) return;
    const auto found = process.dispositions.find(signal);
    const Disposition disposition =
        found == process.dispositions.end() ? Disposition::Default : found->second;
    const bool unstoppable = signal == kSigKill;
    if (!unstoppable && disposition == Disposition::Ignore) return;
    if (!unstoppable && disposition == Disposition::Catch) {
        process.caught.insert(signal);
        wake_process(target);
        return;
    }
    if (!ends_by_default(signal)) return;
    if (target == 1 && !(unstoppable && from_outside)) return;
    if (target == stepping_) {
        killed_while_stepping_ = signal;
    } else {
        end(target, 128 + signal, signal);
    }
}

void FakeWorld::signal_from_outside(Pid target, int signal) {
    deliver(target, signal, true);
}

void FakeWorld::step(Pid pid) {
    ++steps;
    FakeProcess& process = processes.at(pid);
    process.wake = kNever;
    Box<Program> program = std::move(process.program);
    FakeSystem system(*this, pid);
    stepping_ = pid;
    killed_while_stepping_.reset();
    const Step result = program->step(system);
    stepping_ = 0;
    process.program = std::move(program);
    if (killed_while_stepping_) {
        end(pid, 128 + *killed_while_stepping_, *killed_while_stepping_);
        return;
    }
    switch (result.kind) {
        case Step::Kind::Exit:
            end(pid, result.status);
            break;
        case Step::Kind::Block:
            // A signal that came while it ran wakes it at once.
            process.wake = process.caught.empty() ? std::min(process.wake, result.deadline) : now;
            break;
        case Step::Kind::Busy:
            process.busy_until = now + result.cpu;
            process.wake = process.busy_until;
            break;
        case Step::Kind::Exec:
            process.program = std::move(process.next_program);
            process.descriptors = std::move(*process.next_descriptors);
            process.next_descriptors.reset();
            for (auto& [signal, disposition] : process.dispositions) {
                if (disposition == Disposition::Catch) disposition = Disposition::Default;
            }
            process.wake = now;
            wake_all();
            break;
    }
}

bool FakeWorld::advance(Time limit) {
    if (processes.contains(main) && ended()) return false;
    Time next = kNever;
    Pid first = 0;
    for (const auto& [pid, process] : processes) {
        if (!process.status && process.wake < next) {
            next = process.wake;
            first = pid;
        }
    }
    for (std::size_t i = 0; i < scheduled.size(); ++i) {
        if (scheduled[i].time > next || scheduled[i].time > limit) continue;
        const FakeSignal signal = scheduled[i];
        scheduled.erase(scheduled.begin() + static_cast<std::ptrdiff_t>(i));
        now = std::max(now, signal.time);
        deliver(signal.target, signal.signal, true);
        return true;
    }
    if (first == 0 || next > limit) {
        now = std::max(now, limit);
        return false;
    }
    now = std::max(now, next);
    step(first);
    return true;
}

void FakeWorld::run(Time limit) {
    while (advance(limit))
        continue;
}

std::unique_ptr<Program> FakeWorld::program_for(const std::vector<std::string>& argv,
                                                const std::vector<std::string>& environment,
                                                Errno& error) const {
    const std::string& name = argv.front();
    error = Errno::None;
    if (name == "awk") {
        error = Errno::NotModelled;
        return nullptr;
    }
    const std::string base = base_name(name);
    if (base == "sh" || base == "bash")
        return make_shell(argv, environment, base == "bash" ? Dialect::Bash : dialect);
    if (name.find('/') != std::string::npos && !name.starts_with("/bin/")) {
        const auto found = files.find(clean_path(name));
        error = found == files.end() ? Errno::NoEntry : Errno::NoPermission;
        return nullptr;
    }
    auto program = make_fake_program(base, argv, environment);
    if (!program) error = Errno::NoEntry;
    return program;
}

// --- FakeSystem ----------------------------------------------------------------------------------

std::string FakeSystem::full(const std::string& path) const {
    return resolve_path(process().directory, path);
}

std::uint64_t FakeSystem::random() {
    return mix64(world_.randomness++);
}

Errno FakeSystem::change_directory(const std::string& path) {
    const auto found = world_.files.find(full(path));
    if (found == world_.files.end()) return Errno::NoEntry;
    if (!found->second.is_directory) return Errno::NotDirectory;
    process().directory = full(path);
    return Errno::None;
}

FileInfo FakeSystem::stat(const std::string& path) {
    const auto found = world_.files.find(full(path));
    if (found == world_.files.end()) return {};
    return {true,
            found->second.is_directory,
            static_cast<std::int64_t>(found->second.content.size()),
            found->second.modified,
            found->second.mode};
}

int FakeSystem::free_descriptor() const {
    int number = 3;
    while (process().descriptors.contains(number))
        ++number;
    return number;
}

Errno FakeSystem::open(const std::string& path, OpenMode mode, int& descriptor) {
    const std::string name = full(path);
    FakeStream stream;
    if (name != "/dev/null") {
        const auto found = world_.files.find(name);
        const auto parent = world_.files.find(directory_of(name));
        if (found == world_.files.end() && mode == OpenMode::Read) return Errno::NoEntry;
        if (parent == world_.files.end()) return Errno::NoEntry;
        if (!parent->second.is_directory) return Errno::NotDirectory;
        if (found != world_.files.end() && found->second.is_directory && mode != OpenMode::Read)
            return Errno::IsDirectory;
        if (mode != OpenMode::Read) {
            FakeFile& file = world_.files[name];
            if (mode == OpenMode::Write) file.content.clear();
            file.modified = world_.now;
        }
        stream.kind = FakeStream::Kind::File;
        stream.path = name;
        stream.append = mode == OpenMode::Append;
    }
    descriptor = free_descriptor();
    process().descriptors[descriptor] = {world_.new_stream(stream), mode != OpenMode::Read};
    return Errno::None;
}

void FakeSystem::pipe(int& read_end, int& write_end) {
    FakeStream stream;
    stream.kind = FakeStream::Kind::Pipe;
    const std::size_t id = world_.new_stream(stream);
    read_end = free_descriptor();
    process().descriptors[read_end] = {id, false};
    write_end = free_descriptor();
    process().descriptors[write_end] = {id, true};
}

Errno FakeSystem::duplicate(int from, int& to) {
    const auto found = process().descriptors.find(from);
    if (found == process().descriptors.end()) return Errno::BadDescriptor;
    const FakeDescriptor copy = found->second;
    to = free_descriptor();
    process().descriptors[to] = copy;
    return Errno::None;
}

void FakeSystem::close(int descriptor) {
    process().descriptors.erase(descriptor);
    world_.wake_all();
}

ReadResult FakeSystem::read(int descriptor, std::size_t most_bytes) {
    const auto found = process().descriptors.find(descriptor);
    if (found == process().descriptors.end())
        return {ReadResult::Kind::Failed, {}, Errno::BadDescriptor};
    FakeStream& stream = world_.streams[found->second.stream];
    switch (stream.kind) {
        case FakeStream::Kind::Null:
        case FakeStream::Kind::Output:
        case FakeStream::Kind::Error:
            return {ReadResult::Kind::EndOfFile, {}, Errno::None};
        case FakeStream::Kind::File: {
            const FakeFile& file = world_.files[stream.path];
            if (file.is_directory) return {ReadResult::Kind::Failed, {}, Errno::IsDirectory};
            const std::string data = stream.offset < file.content.size()
                                         ? file.content.substr(stream.offset, most_bytes)
                                         : "";
            stream.offset += data.size();
            return {data.empty() ? ReadResult::Kind::EndOfFile : ReadResult::Kind::Data,
                    data,
                    Errno::None};
        }
        case FakeStream::Kind::Pipe:
        case FakeStream::Kind::Terminal:
            break;
    }
    if (stream.buffer.empty()) {
        const bool open = stream.kind == FakeStream::Kind::Terminal ||
                          world_.pipe_has_end(found->second.stream, true);
        return {open ? ReadResult::Kind::WouldBlock : ReadResult::Kind::EndOfFile, {}, Errno::None};
    }
    ReadResult out{ReadResult::Kind::Data, stream.buffer.substr(0, most_bytes), Errno::None};
    stream.buffer.erase(0, out.data.size());
    return out;
}

Errno FakeSystem::write(int descriptor, std::string_view data) {
    const auto found = process().descriptors.find(descriptor);
    if (found == process().descriptors.end() || !found->second.writing) return Errno::BadDescriptor;
    FakeStream& stream = world_.streams[found->second.stream];
    switch (stream.kind) {
        case FakeStream::Kind::Null:
            return Errno::None;
        case FakeStream::Kind::Output:
        case FakeStream::Kind::Error:
            world_.outputs.push_back(
                {world_.now, stream.kind == FakeStream::Kind::Output ? 1 : 2, std::string(data)});
            return Errno::None;
        case FakeStream::Kind::File: {
            if (world_.disk_full) return Errno::NoSpace;
            FakeFile& file = world_.files[stream.path];
            if (stream.append) stream.offset = file.content.size();
            if (file.content.size() < stream.offset) file.content.resize(stream.offset, '\0');
            file.content.replace(stream.offset, data.size(), data);
            stream.offset += data.size();
            return Errno::None;
        }
        case FakeStream::Kind::Pipe:
        case FakeStream::Kind::Terminal:
            break;
    }
    if (!world_.pipe_has_end(found->second.stream, false)) return Errno::BrokenPipe;
    stream.buffer += data;
    world_.wake_all();
    return Errno::None;
}

Errno FakeSystem::remove(const std::string& path, bool) {
    return world_.files.erase(full(path)) > 0 ? Errno::None : Errno::NoEntry;
}

Errno FakeSystem::make_directory(const std::string& path, bool) {
    if (world_.files.contains(full(path))) return Errno::Exists;
    world_.files[full(path)].is_directory = true;
    return Errno::None;
}

Errno FakeSystem::rename(const std::string& from, const std::string& to) {
    const auto found = world_.files.find(full(from));
    if (found == world_.files.end()) return Errno::NoEntry;
    world_.files[full(to)] = found->second;
    world_.files.erase(full(from));
    return Errno::None;
}

Errno FakeSystem::list(const std::string& path, std::vector<std::string>& names) {
    const std::string directory = full(path);
    const auto found = world_.files.find(directory);
    if (found == world_.files.end()) return Errno::NoEntry;
    if (!found->second.is_directory) return Errno::NotDirectory;
    for (const auto& [name, file] : world_.files) {
        if (name != "/" && directory_of(name) == directory) names.push_back(base_name(name));
    }
    return Errno::None;
}

bool FakeSystem::is_terminal(int) const {
    return world_.terminal;
}

std::map<int, FakeDescriptor> FakeSystem::inherit(const std::vector<Inherit>& descriptors) const {
    std::map<int, FakeDescriptor> out;
    for (const Inherit& each : descriptors) {
        const auto found = process().descriptors.find(each.parent);
        if (found != process().descriptors.end()) out[each.child] = found->second;
    }
    return out;
}

Spawned FakeSystem::add_child(std::unique_ptr<Program> program,
                              const std::vector<Inherit>& descriptors,
                              bool background,
                              std::vector<std::string> argv,
                              bool resets) {
    if (++world_.forks > world_.most_forks) return {0, Errno::Invalid};
    const Pid pid = world_.next_pid_++;
    FakeProcess child;
    child.parent = pid_;
    child.program = std::move(program);
    child.descriptors = inherit(descriptors);
    child.argv = std::move(argv);
    child.directory = process().directory;
    child.dispositions = process().dispositions;
    if (background) {
        child.dispositions[kSigInt] = Disposition::Ignore;
        child.descriptors[0] = {world_.new_stream(FakeStream{}), false};
    }
    for (auto& [signal, disposition] : child.dispositions) {
        if (resets && disposition == Disposition::Catch) disposition = Disposition::Default;
    }
    child.wake = world_.now;
    world_.processes[pid] = std::move(child);
    return {pid, Errno::None};
}

Spawned FakeSystem::spawn(const SpawnRequest& request) {
    Errno error = Errno::None;
    auto program = world_.program_for(request.argv, request.environment, error);
    if (!program) return {0, error};
    return add_child(
        std::move(program), request.descriptors, request.background, request.argv, true);
}

Spawned FakeSystem::fork(std::unique_ptr<Program> program,
                         const std::vector<Inherit>& descriptors,
                         bool background) {
    return add_child(std::move(program), descriptors, background, {}, false);
}

Errno FakeSystem::exec(const SpawnRequest& request) {
    Errno error = Errno::None;
    auto program = world_.program_for(request.argv, request.environment, error);
    if (!program) return error;
    process().next_program = std::move(program);
    process().next_descriptors = inherit(request.descriptors);
    process().argv = request.argv;
    return Errno::None;
}

Errno FakeSystem::find_program(const std::string& name) {
    Errno error = Errno::None;
    const auto program = world_.program_for({name}, {}, error);
    return error;
}

std::optional<int> FakeSystem::reap(Pid child) {
    const auto found = world_.processes.find(child);
    if (found == world_.processes.end() || found->second.parent != pid_ || found->second.reaped)
        return std::nullopt;
    if (!found->second.status) return std::nullopt;
    found->second.reaped = true;
    process().reaped_signal = found->second.killed_by;
    return found->second.status;
}

Errno FakeSystem::kill(Pid target, int signal) {
    const auto found = world_.processes.find(target);
    if (found == world_.processes.end() || found->second.reaped) return Errno::NoProcess;
    world_.deliver(target, signal, false);
    return Errno::None;
}

void FakeSystem::set_disposition(int signal, Disposition disposition) {
    process().dispositions[signal] = disposition;
}

int FakeSystem::take_signal() {
    if (process().caught.empty()) return 0;
    const int signal = *process().caught.begin();
    process().caught.erase(process().caught.begin());
    return signal;
}

}  // namespace podium::shell::testing
