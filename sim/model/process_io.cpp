#include <algorithm>
#include <charconv>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/model/container.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/tmpfs.hpp"
#include "sim/model/world.hpp"

// A process's descriptors and files.

namespace podium::model {

using shell::Errno;

namespace {

constexpr std::uint64_t kPathWork = 9;      // a path followed to what is there
constexpr std::size_t kWrittenPerWork = 16; // bytes, with what it takes to make them
constexpr std::uint64_t kUsualDepth = 6;
constexpr std::uint64_t kFolderWork = 6;    // for each folder beyond
constexpr std::size_t kNamesPerWork = 1;    // of a directory that is listed

constexpr std::size_t kMostZeros = 1U << 20;        // of one read
constexpr std::size_t kMostDescriptors = 1024;      // of one process (RLIMIT_NOFILE)
constexpr std::size_t kMostRandomBytes = 1U << 16;  // of one read

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// Why no file can stand at a path: its directory is missing, or is no directory.
Errno check_parent(const World& world,
                   HostId host,
                   ContainerId container,
                   const std::string& path) {
    FileNode scratch;
    const FileNode* parent = view_file(world, host, container, parent_of(path), scratch);
    if (parent == nullptr) return Errno::NoEntry;
    return parent->directory ? Errno::None : Errno::NotDirectory;
}

void wait_on(Stream& stream, ProcessId process) {
    if (std::find(stream.waiting.begin(), stream.waiting.end(), process) == stream.waiting.end()) {
        stream.waiting.push_back(process);
    }
}

shell::ReadResult data_or_end(std::string data) {
    if (data.empty()) return {};
    count_work(data.size() / kBytesPerWork);
    return {shell::ReadResult::Kind::Data, std::move(data), Errno::None};
}

shell::ReadResult read_file(World& world, StreamId id, std::size_t most_bytes) {
    Stream& stream = world.streams.at(id);
    FileNode scratch;
    const FileNode* node = view_file(world, stream.host, stream.container, stream.path, scratch);
    if (node == nullptr || stream.offset >= node->size_bytes()) return {};
    const auto start = static_cast<std::size_t>(stream.offset);
    std::string data;
    if (start < node->content.size()) {
        data = node->content.substr(start, most_bytes);
    } else {
        const auto left = static_cast<std::size_t>(node->size_bytes() - stream.offset);
        data.assign(std::min({left, most_bytes, kMostZeros}), '\0');
    }
    stream.offset += static_cast<std::int64_t>(data.size());
    return data_or_end(std::move(data));
}

shell::ReadResult read_terminal(Stream& stream, ProcessId process, std::size_t most_bytes) {
    if (!stream.input.empty()) {
        // As a terminal does, a line at a time.
        const std::size_t line = std::min(stream.input.find('\n'), stream.input.size() - 1) + 1;
        std::string data = stream.input.substr(0, std::min(line, most_bytes));
        stream.input.erase(0, data.size());
        return data_or_end(std::move(data));
    }
    if (std::exchange(stream.input_ended, false)) return {};
    wait_on(stream, process);
    return {shell::ReadResult::Kind::WouldBlock, {}, Errno::None};
}

/// Whether nobody reads a pipe but the process that writes to it: a shell with a here-document, which in life stands in a file
/// when a pipe can't hold it. Such a writer never waits.
bool reads_alone(const World& world, ProcessId process, StreamId id) {
    if (world.streams.at(id).readers != 1) return false;
    const std::vector<Descriptor>& open = world.processes.at(process).descriptors;
    return std::any_of(open.begin(), open.end(), [id](const Descriptor& descriptor) { return descriptor.stream == id && descriptor.reading; });
}

Errno write_pipe(World& world, ProcessId process, StreamId id, std::string_view data) {
    const Stream& stream = world.streams.at(id);
    if (stream.readers == 0) return Errno::BrokenPipe;
    const std::size_t unread = stream.buffer.size() - static_cast<std::size_t>(stream.offset);
    if (stream.bounded && unread + data.size() > kMostPipeBytes) return Errno::NoSpace;
    feed_stream(world, id, data);
    Stream& filled = world.streams.at(id);
    if (filled.bounded && !reads_alone(world, process, id) &&
        filled.buffer.size() - static_cast<std::size_t>(filled.offset) >= kPipeCapacity) {
        world.processes.at(process).full_pipe = id;
        if (std::find(filled.full_writers.begin(), filled.full_writers.end(), process) ==
            filled.full_writers.end()) {
            filled.full_writers.push_back(process);
        }
    }
    return Errno::None;
}

Errno write_to_file(World& world, StreamId id, std::string_view data, std::int64_t zeros) {
    const Stream& stream = world.streams.at(id);
    const HostId host = stream.host;
    const ContainerId container = stream.container;
    const std::string path = stream.path;
    FileNode scratch;
    // Written to after it was removed: in life the file is there without a name until it is closed.
    if (view_file(world, host, container, path, scratch) == nullptr) return Errno::None;
    const FileLocation location = locate_file(world, host, container, path);
    const bool append = stream.append;
    const Errno error = append ? write_file(world, host, location, data, true, zeros)
                               : write_file_at(world, host, location, stream.offset, data, zeros);
    std::int64_t written = static_cast<std::int64_t>(data.size()) + zeros;
    if (error != Errno::None) {  // What there was room for is written: write(2) gives its length first.
        const FileNode* const now = view_file(world, host, container, path, scratch);
        written = now == nullptr || append ? 0 : std::clamp<std::int64_t>(now->size_bytes() - stream.offset, 0, written);
    }
    if (!append) world.streams.at(id).offset += written;
    if (container && !is_in_memory(world, location))
        world.detail(container).written_bytes += written;
    return error;
}

}  // namespace

std::string ProcessContext::working_directory() const {
    return row().working_directory;
}

std::string ProcessContext::resolve(const std::string& path) const {
    // Each folder on the way is looked up, and those above it for what hides them.
    const auto depth = static_cast<std::uint64_t>(std::count(path.begin(), path.end(), '/'));
    count_work(kPathWork + (depth > kUsualDepth ? kFolderWork * (depth - kUsualDepth) : 0));
    return clean_path(row().working_directory, path);
}

const Descriptor* ProcessContext::find(int descriptor) const {
    for (const Descriptor& entry : row().descriptors) {
        if (entry.number == descriptor) return &entry;
    }
    return nullptr;
}

int ProcessContext::lowest_free(int from) const {
    while (find(from) != nullptr)
        ++from;
    return from;
}

int ProcessContext::add_descriptor(StreamId stream, bool reading, bool writing) {
    const int number = lowest_free(3);
    row().descriptors.push_back(open_descriptor(world_, number, stream, reading, writing));
    return number;
}

void ProcessContext::follow(int descriptor) {
    const StreamId id = stream_of(descriptor);
    Stream* stream = world_.streams.find(id);
    if (stream == nullptr || stream->kind != Stream::Kind::File) return;
    wait_on(*stream, id_);
    std::vector<StreamId>& followed = world_.followed;
    if (std::find(followed.begin(), followed.end(), id) == followed.end()) followed.push_back(id);
}

StreamId ProcessContext::stream_of(int descriptor) const {
    const Descriptor* entry = find(descriptor);
    return entry == nullptr ? StreamId{} : entry->stream;
}

Errno ProcessContext::change_directory(const std::string& path) {
    const std::string target = resolve(path);
    const shell::FileInfo info = stat(target);
    if (path.empty() || !info.exists) return Errno::NoEntry;
    if (!info.is_directory) return Errno::NotDirectory;
    row().working_directory = target;
    return Errno::None;
}

shell::FileInfo ProcessContext::stat(const std::string& path) {
    if (path.empty()) return {};
    FileNode scratch;
    const std::string target = resolve(path);
    const FileNode* node = view_file(world_, row().host, row().container, target, scratch);
    constexpr std::string_view kDescriptors = "/dev/fd/";
    if (node == nullptr && target.starts_with(kDescriptors)) {
        int number = -1;
        std::from_chars(target.data() + kDescriptors.size(), target.data() + target.size(), number);
        constexpr int kPipeMode = 0600;
        if (find(number) != nullptr) return {true, false, 0, now(), kPipeMode};
    }
    if (node == nullptr) return {};
    return {true, node->directory, node->size_bytes(), node->modified, node->mode};
}

namespace {

/// bash's own way to connect (redir.c): "/dev/tcp/localhost/80". Podium models whether somebody listens there, in the
/// container itself or on the host; what is said to it is lost.
Errno connect_as_bash(const World& world, const Process& process, const std::string& address) {
    const std::size_t slash = address.find('/');
    std::int64_t port = 0;
    if (slash == std::string::npos || !parse_integer(address.substr(slash + 1), port)) return Errno::NoEntry;
    const std::string host = address.substr(0, slash);
    if (host != "localhost" && host != "127.0.0.1" && host != hostname_of(world, process.host, process.container)) return Errno::NotModelled;
    const std::vector<Listener>& listeners = world.host(process.host).listeners;
    const bool listens = std::any_of(listeners.begin(), listeners.end(), [&](const Listener& listener) {
        return listener.container == process.container && listener.port == port && listener.protocol == "tcp";
    });
    return listens ? Errno::None : Errno::ConnectionRefused;
}

bool is_bash(const Process& process) {
    return !process.argv.empty() && process.argv.front().substr(process.argv.front().rfind('/') + 1) == "bash";
}

}  // namespace

Errno ProcessContext::open_device(const std::string& path, bool& is_device, int& descriptor) {
    is_device = true;
    const auto open_kind = [&](Stream::Kind kind) {
        Stream stream;
        stream.kind = kind;
        descriptor = add_descriptor(make_stream(world_, std::move(stream)), true, true);
        return Errno::None;
    };
    constexpr std::string_view kBashConnects = "/dev/tcp/";
    if (path.starts_with(kBashConnects) && is_bash(row())) {
        const Errno error = connect_as_bash(world_, row(), path.substr(kBashConnects.size()));
        return error == Errno::None ? open_kind(Stream::Kind::Null) : error;
    }
    if (path == "/dev/null") return open_kind(Stream::Kind::Null);
    if (path == "/dev/zero") return open_kind(Stream::Kind::Zero);
    if (path == "/dev/random" || path == "/dev/urandom") return open_kind(Stream::Kind::Random);
    if (path == "/dev/stdin") return duplicate(0, descriptor);
    if (path == "/dev/stdout") return duplicate(1, descriptor);
    if (path == "/dev/stderr") return duplicate(2, descriptor);
    if (path == "/dev/tty") {
        for (const int number : {2, 1, 0}) {
            if (is_terminal(number)) return duplicate(number, descriptor);
        }
        return Errno::NoEntry;
    }
    for (const std::string_view directory : {"/dev/fd/", "/proc/self/fd/"}) {
        if (!path.starts_with(directory)) continue;
        int number = -1;
        std::from_chars(path.data() + directory.size(), path.data() + path.size(), number);
        return find(number) == nullptr ? Errno::NoEntry : duplicate(number, descriptor);
    }
    is_device = false;
    return Errno::None;
}

Errno ProcessContext::open(const std::string& path, shell::OpenMode mode, int& descriptor) {
    const Process& process = row();
    if (process.ended || process.descriptors.size() >= kMostDescriptors) return Errno::TryAgain;
    if (path.empty()) return Errno::NoEntry;
    const HostId host = process.host;
    const ContainerId container = process.container;
    const std::string target = resolve(path);
    bool is_device = false;
    if (const Errno error = open_device(target, is_device, descriptor); is_device) return error;
    FileNode scratch;
    const FileNode* node = view_file(world_, host, container, target, scratch);
    if (node != nullptr && node->directory) return Errno::IsDirectory;
    if (mode == shell::OpenMode::Read) {
        if (node == nullptr) return Errno::NoEntry;
    } else {
        if (node == nullptr) {
            if (const Errno error = check_parent(world_, host, container, target);
                error != Errno::None)
                return error;
        }
        const FileLocation location = locate_file(world_, host, container, target);
        const Errno error = write_file(world_, host, location, {}, mode == shell::OpenMode::Append);
        if (error != Errno::None) return error;
    }
    Stream stream;
    stream.kind = Stream::Kind::File;
    stream.host = host;
    stream.container = container;
    stream.path = target;
    stream.append = mode == shell::OpenMode::Append;
    const bool reading = mode == shell::OpenMode::Read;
    descriptor = add_descriptor(make_stream(world_, std::move(stream)), reading, !reading);
    return Errno::None;
}

void ProcessContext::pipe(int& read_end, int& write_end) {
    if (row().ended) {
        read_end = write_end = -1;
        return;
    }
    Stream stream;
    stream.kind = Stream::Kind::Pipe;
    stream.bounded = true;
    const StreamId id = make_stream(world_, std::move(stream));
    read_end = add_descriptor(id, true, false);
    write_end = add_descriptor(id, false, true);
}

Errno ProcessContext::duplicate(int from, int& to) {
    const Descriptor* entry = find(from);
    if (entry == nullptr) return Errno::BadDescriptor;
    const Descriptor copy = *entry;
    to = add_descriptor(copy.stream, copy.reading, copy.writing);
    return Errno::None;
}

void ProcessContext::close(int descriptor) {
    std::vector<Descriptor>& descriptors = row().descriptors;
    for (auto entry = descriptors.begin(); entry != descriptors.end(); ++entry) {
        if (entry->number != descriptor) continue;
        const Descriptor closed = *entry;
        descriptors.erase(entry);
        release_stream(world_, closed.stream, closed.reading, closed.writing);
        return;
    }
}

shell::ReadResult ProcessContext::read(int descriptor, std::size_t most_bytes) {
    const Descriptor* entry = find(descriptor);
    if (entry == nullptr || !entry->reading) {
        return {shell::ReadResult::Kind::Failed, {}, Errno::BadDescriptor};
    }
    const StreamId id = entry->stream;
    Stream& stream = world_.streams.at(id);
    switch (stream.kind) {
        case Stream::Kind::Null:
        case Stream::Kind::Log:
            return {};
        case Stream::Kind::Zero:
            return data_or_end(std::string(std::min(most_bytes, kMostZeros), '\0'));
        case Stream::Kind::Random: {
            std::string data;
            const std::size_t size = std::min(most_bytes, kMostRandomBytes);
            data.reserve(size + sizeof(std::uint64_t));
            RandomStream words = world_.kernel.random("device", random());
            while (data.size() < size) {
                std::uint64_t word = words.next();
                for (std::size_t i = 0; i < sizeof word; ++i, word >>= 8U)
                    data.push_back(static_cast<char>(static_cast<unsigned char>(word)));
            }
            data.resize(size);
            return data_or_end(std::move(data));
        }
        case Stream::Kind::File:
            return read_file(world_, id, most_bytes);
        case Stream::Kind::Terminal:
            return read_terminal(stream, id_, most_bytes);
        case Stream::Kind::Pipe:
            break;
    }
    if (stream.buffer.size() > static_cast<std::size_t>(stream.offset)) {
        return data_or_end(read_pipe(world_, id, most_bytes));
    }
    // Ctrl-D at a container's terminal ends one read; its other readers still wait.
    if (stream.writers == 0 || std::exchange(stream.input_ended, false)) return {};
    wait_on(stream, id_);
    return {shell::ReadResult::Kind::WouldBlock, {}, Errno::None};
}

Errno ProcessContext::write_to(const Descriptor& descriptor,
                               std::string_view data,
                               std::int64_t zeros) {
    const Stream& stream = world_.streams.at(descriptor.stream);
    switch (stream.kind) {
        case Stream::Kind::Null:
        case Stream::Kind::Zero:
        case Stream::Kind::Random:
            return Errno::None;
        case Stream::Kind::File:
            return write_to_file(world_, descriptor.stream, data, zeros);
        case Stream::Kind::Pipe:
            return write_pipe(world_, id_, descriptor.stream, data);
        case Stream::Kind::Terminal:
            feed_stream(world_, descriptor.stream, data);
            return Errno::None;
        case Stream::Kind::Log:
            container_output(world_, stream.container, stream.standard_error, data);
            return Errno::None;
    }
    return Errno::BadDescriptor;
}

Errno ProcessContext::write(int descriptor, std::string_view data) {
    const Descriptor* entry = find(descriptor);
    if (entry == nullptr || !entry->writing) return Errno::BadDescriptor;
    const Descriptor copy = *entry;
    if (data.empty()) return Errno::None;
    count_work(data.size() / kWrittenPerWork);
    return write_to(copy, data, 0);
}

Errno ProcessContext::write_zeros(int descriptor, std::int64_t bytes) {
    const Descriptor* entry = find(descriptor);
    if (entry == nullptr || !entry->writing) return Errno::BadDescriptor;
    const Descriptor copy = *entry;
    const Stream::Kind kind = world_.streams.at(copy.stream).kind;
    if (kind == Stream::Kind::File) return write_to(copy, {}, bytes);
    const auto most = static_cast<std::int64_t>(kMostZeros);
    return write_to(copy, std::string(static_cast<std::size_t>(std::min(bytes, most)), '\0'), 0);
}

int ProcessContext::adopt(StreamId stream) {
    return add_descriptor(stream, true, false);
}

int ProcessContext::adopt_for_writing(StreamId stream) {
    return add_descriptor(stream, false, true);
}

Stream::Run ProcessContext::next_written(int first, int second) const {
    return next_of_couple(world_, stream_of(first), stream_of(second));
}

bool ProcessContext::is_terminal(int descriptor) const {
    const Descriptor* entry = find(descriptor);
    if (entry == nullptr) return false;
    const Stream& stream = world_.streams.at(entry->stream);
    return stream.kind == Stream::Kind::Terminal || stream.is_terminal;
}

Errno ProcessContext::remove(const std::string& path, bool recursive) {
    const Process& process = row();
    if (process.ended) return Errno::NoProcess;
    if (path.empty()) return Errno::NoEntry;
    const std::string target = resolve(path);
    FileNode scratch;
    const FileNode* node = view_file(world_, process.host, process.container, target, scratch);
    if (node == nullptr) return Errno::NoEntry;
    if (node->directory && !recursive &&
        !view_directory(world_, process.host, process.container, target).empty()) {
        return Errno::NotEmpty;
    }
    const FileLocation location = locate_file(world_, process.host, process.container, target);
    if (is_mount_point(world_, process.host, process.container, target)) return Errno::ResourceBusy;
    return remove_file(world_, process.host, location);
}

Errno ProcessContext::make_directory(const std::string& path, bool parents) {
    const Process& process = row();
    if (process.ended) return Errno::NoProcess;
    if (path.empty()) return Errno::NoEntry;
    const std::string target = resolve(path);
    FileNode scratch;
    const auto found = [&](const std::string& at) { return view_file(world_, process.host, process.container, at, scratch); };
    if (const FileNode* node = found(target)) return parents && node->directory ? Errno::None : Errno::Exists;
    const auto make = [&](const std::string& at) { return make_file_directory(world_, process.host, locate_file(world_, process.host, process.container, at)); };
    if (!parents) {
        const Errno error = check_parent(world_, process.host, process.container, target);
        return error == Errno::None ? make(target) : error;
    }
    // From the first directory above that is missing.
    std::vector<std::string> missing{target};
    while (missing.back() != "/") {
        std::string above = parent_of(missing.back());
        if (const FileNode* node = found(above)) {
            if (!node->directory) return Errno::NotDirectory;
            break;
        }
        missing.push_back(std::move(above));
    }
    count_work(kPathWork * missing.size());
    for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
        if (const Errno error = make(*at); error != Errno::None) return error;
    }
    return Errno::None;
}

Errno ProcessContext::rename(const std::string& from, const std::string& to) {
    const Process& process = row();
    if (process.ended) return Errno::NoProcess;
    if (from.empty() || to.empty()) return Errno::NoEntry;
    return rename_file(world_, process.host, process.container, resolve(from), resolve(to));
}

Errno ProcessContext::list(const std::string& path, std::vector<std::string>& names) {
    const shell::FileInfo info = stat(path);
    if (!info.exists) return Errno::NoEntry;
    if (!info.is_directory) return Errno::NotDirectory;
    names = view_directory(world_, row().host, row().container, resolve(path));
    count_work(names.size() / kNamesPerWork);
    return Errno::None;
}

Errno ProcessContext::change_mode(const std::string& path, int mode) {
    const Process& process = row();
    if (process.ended) return Errno::NoProcess;
    return change_file_mode(world_, process.host, process.container, resolve(path), mode);
}

Errno ProcessContext::touch(const std::string& path) {
    const Process& process = row();
    if (process.ended) return Errno::NoProcess;
    if (path.empty()) return Errno::NoEntry;
    const std::string target = resolve(path);
    FileNode scratch;
    const FileNode* node = view_file(world_, process.host, process.container, target, scratch);
    if (node != nullptr && node->directory) return Errno::None;
    if (node == nullptr) {
        const Errno error = check_parent(world_, process.host, process.container, target);
        if (error != Errno::None) return error;
    }
    return write_file(world_,
                      process.host,
                      locate_file(world_, process.host, process.container, target),
                      {},
                      true);
}

}  // namespace podium::model
