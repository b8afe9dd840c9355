#pragma once

// Processes and what they hold open. A process runs a shell::Program; the world steps it when
// something it may wait for has happened. Rows are written by process.cpp alone.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/box.hpp"
#include "sim/model/ids.hpp"
#include "sim/shell/system.hpp"

namespace podium::model {

struct World;

/// Something a descriptor refers to; shared by all descriptors that were duplicated from it.
struct Stream {
    enum class Kind : std::uint8_t {
        Null,      ///< Reads end at once, writes are dropped.
        File,      ///< A file of a tree, found again by path at each access.
        Pipe,      ///< A buffer between writers and readers.
        Log,       ///< A container's standard output or error: writes go to its log and its attached streams.
        Terminal,  ///< A session's terminal: what is written is read by the front end.
    };
    Kind kind = Kind::Null;
    std::uint32_t references = 0;  ///< Descriptors that refer to it, plus engine-held references.
    std::uint32_t writers = 0;     ///< Pipe: descriptors open for writing; readers see the end at 0.
    std::uint32_t readers = 0;     ///< Pipe: descriptors open for reading; writers get BrokenPipe at 0.
    std::string buffer;            ///< Pipe: not yet read. Terminal: output not yet taken by the front end.
    std::vector<ProcessId> waiting;  ///< Processes to wake when it becomes readable or ends.
    // File:
    HostId host;
    ContainerId container;  ///< Whose view of files; 0 is the host's.
    std::string path;
    std::int64_t offset = 0;
    bool append = false;
    // Log:
    bool standard_error = false;
    bool is_terminal = false;
};

struct Descriptor {
    int number = 0;
    StreamId stream;
    bool reading = false;
    bool writing = false;
};

/// What a process is for; only the world's own bookkeeping depends on it.
enum class ProcessRole : std::uint8_t {
    Child,    ///< Started by another process.
    Main,     ///< A container's PID 1 (or the child of its init).
    Init,     ///< A container's tini, PID 1 with --init.
    Exec,     ///< Started by exec.
    Probe,    ///< A health check.
    Session,  ///< The shell of a terminal session on a host.
};

struct Process {
    Box<shell::Program> program;
    Box<shell::Program> next_program;  ///< Set by exec() until the step that asked for it ends.
    std::vector<Descriptor> descriptors;
    std::vector<ProcessId> children;  ///< Living or not yet reaped.
    std::vector<std::string> argv;
    std::shared_ptr<const std::vector<std::string>> environment;
    std::string working_directory = "/";
    HostId host;
    ContainerId container;  ///< 0: a process of the host itself.
    ProcessId parent;
    ProcessRole role = ProcessRole::Child;
    shell::Pid pid = 0;         ///< In its own namespace.
    std::uint32_t host_pid = 0;  ///< As the host sees it; never used again.
    bool ended = false;         ///< A zombie: its status waits to be reaped.
    bool background = false;
    bool wake_pending = false;  ///< A wake event for this instant is scheduled.
    bool missed_wake = false;   ///< Woken while frozen; stepped at unpause.
    int exit_status = 0;
    int killed_by = 0;  ///< The signal that ended it, or 0.
    std::uint64_t caught = 0;   ///< Signal sets, bit n for signal n.
    std::uint64_t ignored = 0;
    std::uint64_t pending = 0;  ///< Caught signals that arrived and were not taken yet.
    std::uint32_t wake_serial = 0;  ///< Timers of an older serial are dead.
    std::int64_t memory_bytes = 0;
    Duration cpu_used{};
    std::uint64_t random_draws = 0;
    RequestId request;  ///< The engine request that started it (exec), told when it ends.
    FactId cause;       ///< What it is stepped because of, when nothing nearer is known.
};

struct ProcessSpec {
    std::unique_ptr<shell::Program> program;  ///< Null: look argv[0] up.
    std::vector<std::string> argv;
    std::shared_ptr<const std::vector<std::string>> environment;
    std::string working_directory = "/";
    HostId host;
    ContainerId container;
    ProcessId parent;
    ProcessRole role = ProcessRole::Child;
    std::vector<Descriptor> descriptors;  ///< Their references are taken over from the caller.
    bool background = false;
    Duration start_delay{};  ///< Until its first step.
};

/// Starts a process; its first step comes after start_delay. Requires a program or an argv that
/// find_program() found.
ProcessId start_process(World& world, ProcessSpec spec);
/// Looks up argv[0] on the path of a host or container.
shell::Errno find_program(const World& world, HostId host, ContainerId container, const std::string& name);
/// Ends all processes of a container (or, with none, of a host and all its containers) at once,
/// telling nobody: their kernel is gone or their namespace was torn down.
void end_processes_of(World& world, HostId host, ContainerId container);
/// Sends a signal. `from_outside`: from an ancestor PID namespace (the engine, the host), which PID 1
/// can't ignore for KILL and STOP. Returns NoProcess when it is not there.
shell::Errno send_signal(World& world, ProcessId target, int signal, bool from_outside);
/// Schedules a step at this instant (once).
void wake_process(World& world, ProcessId process);
/// Handles the events of processes.
void handle_process_step(World& world, ProcessId process, std::uint32_t serial);
/// Steps again what was woken while a container was frozen.
void thaw_processes(World& world, ContainerId container);
/// The living process of a host by its host-wide pid.
ProcessId find_host_pid(const World& world, HostId host, std::uint32_t host_pid);
/// Sets how much memory a process uses; may bring the OOM killer upon its container.
void set_process_memory(World& world, ProcessId process, std::int64_t bytes);

// --- streams ---
StreamId make_stream(World& world, Stream stream);
void retain_stream(World& world, StreamId stream, bool reading, bool writing);
void release_stream(World& world, StreamId stream, bool reading, bool writing);
/// Appends to a pipe or terminal and wakes its readers.
void feed_stream(World& world, StreamId stream, std::string_view data);
/// A descriptor for `stream`, counted.
Descriptor open_descriptor(World& world, int number, StreamId stream, bool reading, bool writing);

/// A process's view of its system, with what only programs of the simulation need besides.
class ProcessContext final : public shell::System {
  public:
    ProcessContext(World& world, ProcessId process) : world_(world), id_(process) {}
    /// The context behind a System that the world made. Requires that it did.
    static ProcessContext& of(shell::System& system) { return static_cast<ProcessContext&>(system); }

    [[nodiscard]] World& world() { return world_; }
    [[nodiscard]] ProcessId id() const { return id_; }
    [[nodiscard]] Process& row();
    [[nodiscard]] const Process& row() const;
    /// The value of an environment variable, or empty.
    [[nodiscard]] std::string environment(std::string_view name) const;

    [[nodiscard]] Time now() const override;
    [[nodiscard]] shell::Pid pid() const override;
    [[nodiscard]] shell::Pid parent_pid() const override;
    [[nodiscard]] std::string hostname() const override;
    std::uint64_t random() override;
    [[nodiscard]] std::string working_directory() const override;
    shell::Errno change_directory(const std::string& path) override;
    shell::FileInfo stat(const std::string& path) override;
    shell::Errno open(const std::string& path, shell::OpenMode mode, int& descriptor) override;
    void pipe(int& read_end, int& write_end) override;
    shell::Errno duplicate(int from, int& to) override;
    void close(int descriptor) override;
    shell::ReadResult read(int descriptor, std::size_t most_bytes) override;
    shell::Errno write(int descriptor, std::string_view data) override;
    shell::Errno remove(const std::string& path, bool recursive) override;
    shell::Errno make_directory(const std::string& path, bool parents) override;
    shell::Errno rename(const std::string& from, const std::string& to) override;
    shell::Errno list(const std::string& path, std::vector<std::string>& names) override;
    [[nodiscard]] bool is_terminal(int descriptor) const override;
    shell::Spawned spawn(const shell::SpawnRequest& request) override;
    shell::Spawned fork(std::unique_ptr<shell::Program> program,
                        const std::vector<shell::Inherit>& descriptors,
                        bool background) override;
    shell::Errno exec(const shell::SpawnRequest& request) override;
    shell::Errno find_program(const std::string& name) override;
    std::optional<int> reap(shell::Pid child) override;
    shell::Errno kill(shell::Pid target, int signal) override;
    void set_disposition(int signal, shell::Disposition disposition) override;
    int take_signal() override;

    /// Appends bytes that are counted but not kept (dd of zeros). NoSpace when the disk is full.
    shell::Errno write_zeros(int descriptor, std::int64_t bytes);
    /// Makes the stream behind an id a descriptor of this process, for reading.
    int adopt(StreamId stream);

  private:
    [[nodiscard]] std::string resolve(const std::string& path) const;
    [[nodiscard]] Descriptor* find(int descriptor);
    int lowest_free(int from) const;
    std::vector<Descriptor> inherited(const std::vector<shell::Inherit>& inherit);

    World& world_;
    ProcessId id_;
};

/// A file as some process sees it: which tree, and where in it.
struct FileLocation {
    enum class Tree : std::uint8_t { Host, Layer, Volume, Tmpfs };
    Tree tree = Tree::Host;
    std::uint32_t id = 0;  ///< Host, container or volume.
    std::uint32_t mount = 0;  ///< Tmpfs: the mount's number in the container.
    std::string path;
    bool read_only = false;
};

/// Where an absolute, clean path leads for a container (0: the host's own files).
FileLocation locate_file(const World& world, HostId host, ContainerId container, const std::string& path);
const class FileTree& file_tree(const World& world, const FileLocation& location);
/// Writes through a location: counts against the host's disk, NoSpace when it is full.
shell::Errno write_file(World& world, HostId host, const FileLocation& location, std::string_view content, bool append, std::int64_t zero_bytes = 0);
shell::Errno remove_file(World& world, HostId host, const FileLocation& location);
shell::Errno make_file_directory(World& world, HostId host, const FileLocation& location);

}  // namespace podium::model
