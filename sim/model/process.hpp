#pragma once

// Processes and what they hold open. A process runs a shell::Program; the world steps it when
// something it may wait for has happened. Rows are written by process.cpp alone.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/box.hpp"
#include "sim/model/file_tree.hpp"
#include "sim/model/ids.hpp"
#include "sim/shell/system.hpp"

namespace podium::model {

struct World;

/// Something a descriptor refers to; shared by all descriptors that were duplicated from it.
struct Stream {
    /// Of a couple: so many bytes were written to one of them before the other was written to.
    struct Run {
        bool second = false;
        std::size_t bytes = 0;
    };

    enum class Kind : std::uint8_t {
        Null,      ///< Reads end at once, writes are dropped.
        Zero,      ///< Reads give zeros without end.
        Random,    ///< Reads give random bytes without end.
        File,      ///< A file of a tree, found again by path at each access.
        Pipe,      ///< A buffer between writers and readers.
        Log,       ///< A container's standard output or error: writes go to its log and its attached streams.
        Terminal,  ///< A session's terminal: what is written is read by the front end.
    };
    Kind kind = Kind::Null;
    std::uint32_t references = 0;  ///< Descriptors that refer to it, plus engine-held references.
    std::uint32_t writers = 0;     ///< Pipe: descriptors open for writing; readers see the end at 0.
    std::uint32_t readers = 0;     ///< Pipe: descriptors open for reading; writers get BrokenPipe at 0.
    /// Pipe: what was written, read up to `offset` (take_stream() gives the rest). Terminal: output not
    /// yet taken by the front end.
    std::string buffer;
    std::vector<ProcessId> waiting;  ///< Processes to wake when it becomes readable or ends.
    std::vector<ProcessId> full_writers;  ///< Pipe: processes that wait until it has room.
    bool bounded = false;            ///< Pipe made by a process: writers wait when it holds kPipeCapacity.
    std::string input;               ///< Terminal: typed and not yet read.
    bool input_ended = false;        ///< Terminal: nothing more will be typed.
    StreamId first_of_couple;        ///< Standard output and error that one reader shows: the first of both, in each.
    bool second_of_couple = false;
    std::vector<Run> runs;           ///< The first of a couple: the order in which the unread bytes of both were written.
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

/// What a process goes on as when the step that called exec() ends.
struct PendingExec {
    Box<shell::Program> program;
    std::vector<std::string> argv;
    std::shared_ptr<const std::vector<std::string>> environment;
    std::vector<Descriptor> descriptors;
};

struct Process {
    Box<shell::Program> program;  ///< Not there while it is stepped, and when the process has ended.
    Box<PendingExec> pending_exec;
    std::vector<Descriptor> descriptors;
    std::vector<ProcessId> children;  ///< Living or not yet reaped.
    std::vector<std::string> argv;
    std::string title;  ///< What it calls itself instead of its argv ("nginx: worker process"); empty: it does not.
    std::string user;   ///< The account it went over to; empty: that of what started it.
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
    bool missed_wake = false;   ///< Woken while frozen, stopped or waiting to write; stepped after that.
    bool stepping = false;      ///< Its program is at work; the row outlives the step.
    bool forget_after_step = false;
    bool orphan = false;        ///< Its parent is gone; PID 1 of its namespace reaps it at once.
    bool replaced = false;      ///< By exec: it is another program than it was started with.
    bool stopped = false;       ///< By SIGSTOP.
    bool hung = false;          ///< Waits for memory that its limit does not give (OOM killer disabled).
    int steps_at_instant = 0;
    Time stepped_at{};
    Time busy_until{};          ///< Uses the processor, or has not begun yet: wakes wait until then.
    StreamId full_pipe;         ///< Waits until this pipe has room.
    Time started{};
    int exit_status = 0;
    int killed_by = 0;  ///< The signal that ended it, or 0.
    int reaped_signal = 0;  ///< The signal that ended the child it reaped last, or 0.
    std::uint64_t caught = 0;   ///< Signal sets, bit n for signal n.
    std::uint64_t ignored = 0;
    std::uint64_t pending = 0;  ///< Caught signals that arrived and were not taken yet.
    std::uint64_t held = 0;     ///< Signals with a default action that arrived while it was frozen or stopped.
    std::uint32_t wake_serial = 0;  ///< Timers of an older serial are dead.
    std::uint32_t steps_ahead = 0;  ///< Timers of this serial.
    std::int64_t memory_bytes = 0;
    std::int64_t leaked_bytes = 0;  ///< Of these, by a fault; what the program sets comes on top.
    Duration cpu_used{};
    Duration children_cpu_used{};  ///< Of the children it has reaped, and theirs.
    // On the processor (processor.cpp):
    std::int64_t processor_demand = 0;  ///< In millicores: 1000 while it is busy; a server's, by its jobs.
    std::int64_t processor_rate = 0;    ///< What it gets of that.
    Duration processor_left{};          ///< Busy: processor time still to be used.
    Time processor_since{};             ///< Busy: when `processor_left` was so.
    std::uint64_t random_draws = 0;
    RequestId request;  ///< The engine request that started it (exec), told when it ends.
    FactId cause;       ///< What it was started or last signalled by: its steps are caused by that or by what is later.
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
    std::uint32_t taken_up = 0;  ///< Its number on its host, where its container was in outline till now; else 0.
    Duration start_delay{};  ///< Until its first step.
};

/// Starts a process; its first step comes after start_delay. Requires a program, or an argv of which one
/// can be made.
ProcessId start_process(World& world, ProcessSpec spec);
/// Takes the number of a child that comes and goes at this instant, and that nobody can see: what a
/// server forks for a connection that it closes at once. What it logs has that number.
shell::Pid take_pid(World& world, ProcessId parent);
/// Looks up argv[0] on the path of a host or container.
shell::Errno find_program(const World& world, HostId host, ContainerId container, const std::string& name);
/// Ends all processes of a container (or, with none, of a host and all its containers) at once,
/// telling nobody: their kernel is gone or their namespace was torn down. Their rows are gone after it.
void end_processes_of(World& world, HostId host, ContainerId container);
/// Sends a signal. `from_outside`: from an ancestor PID namespace (the engine, the host), which PID 1
/// can't ignore for KILL and STOP. Returns NoProcess when it is not there.
shell::Errno send_signal(World& world, ProcessId target, int signal, bool from_outside);
/// Sends a signal the way something outside any container does (the host's shell, a fault); when it
/// concerns a container's main process, fact process.killed is recorded and becomes the cause.
shell::Errno signal_from_host(World& world, ProcessId target, int signal);
/// INT to the processes a terminal session waits for (Ctrl-C): the session's descendants but for those
/// in the background, or its shell itself when there are none.
void interrupt_session(World& world, ProcessId session);
/// Frees the row of a process that has ended and that nobody will reap.
void forget_process(World& world, ProcessId process);
/// Schedules a step at this instant (once).
void wake_process(World& world, ProcessId process);
/// Handles the events of processes.
void handle_process_step(World& world, ProcessId process, std::uint32_t serial);
/// Steps again what was woken while a container was frozen.
void thaw_processes(World& world, ContainerId container);
/// The living process of a host by its host-wide pid.
ProcessId find_host_pid(const World& world, HostId host, std::uint32_t host_pid);
/// The processes of a container (0: the host's own), zombies included, in order of their start.
const std::vector<ProcessId>& processes_of(const World& world, HostId host, ContainerId container);
/// Sets how much memory a process uses; may bring the OOM killer upon its container, or upon the
/// largest process of the host's containers when the host's memory is used up.
void set_process_memory(World& world, ProcessId process, std::int64_t bytes);
/// Memory that a process takes and never gives back, whatever else it uses.
void leak_process_memory(World& world, ProcessId process, std::int64_t bytes);

// --- streams ---
StreamId make_stream(World& world, Stream stream);
void retain_stream(World& world, StreamId stream, bool reading, bool writing);
void release_stream(World& world, StreamId stream, bool reading, bool writing);
/// Appends to a pipe or terminal and wakes its readers. The engine writes so: it never waits, and what
/// a pipe can't hold (kMostPipeBytes) is dropped.
void feed_stream(World& world, StreamId stream, std::string_view data);
/// Takes what has been written to a pipe or terminal and not been read.
std::string take_stream(World& world, StreamId stream);
/// The next bytes of a pipe, at most so many; its writers are let go on when it has room again.
std::string read_pipe(World& world, StreamId stream, std::size_t most_bytes);
/// Makes two pipes or terminals a couple: the order of what is written to them is kept for whoever reads both.
void couple_streams(World& world, StreamId first, StreamId second);
/// What of a couple's unread bytes was written first, without a break; no bytes when there are none.
Stream::Run next_of_couple(const World& world, StreamId first, StreamId second);
/// Types into a terminal; `end` as Ctrl-D does: its readers see the end once.
void type_into_terminal(World& world, StreamId stream, std::string_view text, bool end);
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
    [[nodiscard]] int reaped_signal() const override;
    shell::Errno kill(shell::Pid target, int signal) override;
    void set_disposition(int signal, shell::Disposition disposition) override;
    int take_signal() override;

    /// Appends bytes that are counted but not kept (dd of zeros). NoSpace when the disk is full.
    shell::Errno write_zeros(int descriptor, std::int64_t bytes);
    /// Makes the stream behind an id a descriptor of this process, for reading.
    int adopt(StreamId stream);
    int adopt_for_writing(StreamId stream);
    /// Of two descriptors: what to read next, so that what was written to a couple is read in that order.
    [[nodiscard]] Stream::Run next_written(int first, int second) const;
    /// Wakes this process at the next change of the file behind a descriptor; of what is no file, never.
    void follow(int descriptor);
    /// The stream behind a descriptor; none when it is not open.
    [[nodiscard]] StreamId stream_of(int descriptor) const;
    /// An absolute, clean path for one relative to the working directory.
    [[nodiscard]] std::string absolute_path(const std::string& path) const { return resolve(path); }
    shell::Errno change_mode(const std::string& path, int mode);
    /// Sets a file's time of modification to now; makes it, empty, when it is not there.
    shell::Errno touch(const std::string& path);
    /// Sets how much memory this process uses, besides what every process does.
    void use_memory(std::int64_t bytes) override;
    [[nodiscard]] Duration processor_time() const override;
    [[nodiscard]] std::int64_t resource_limit(std::string_view name, bool hard) const override;

  private:
    /// Whether a program that Podium does not model is taken to have done its work: in a container's own script it is.
    [[nodiscard]] bool may_take_as_done(bool by_hand) const;
    [[nodiscard]] std::string resolve(const std::string& path) const;
    [[nodiscard]] const Descriptor* find(int descriptor) const;
    [[nodiscard]] int lowest_free(int from) const;
    int add_descriptor(StreamId stream, bool reading, bool writing);
    std::vector<Descriptor> inherited(const std::vector<shell::Inherit>& inherit);
    shell::Errno open_device(const std::string& path, bool& is_device, int& descriptor);
    shell::Errno write_to(const Descriptor& descriptor, std::string_view data, std::int64_t zeros);

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
const FileTree& file_tree(const World& world, const FileLocation& location);
/// Writes through a location: counts against the host's disk, NoSpace when it is full.
shell::Errno write_file(World& world, HostId host, const FileLocation& location, std::string_view content, bool append, std::int64_t zero_bytes = 0);
/// Writes over what stands at `offset`; at the end it appends.
shell::Errno write_file_at(World& world, HostId host, const FileLocation& location, std::int64_t offset, std::string_view content, std::int64_t zero_bytes = 0);
shell::Errno remove_file(World& world, HostId host, const FileLocation& location);
shell::Errno make_file_directory(World& world, HostId host, const FileLocation& location);

/// What stands at an absolute, clean path for a container (0: the host): a node of a tree, or of what
/// the image brings or the kernel shows, which is then put into `scratch`. Null when there is nothing.
const FileNode* view_file(const World& world, HostId host, ContainerId container, const std::string& path, FileNode& scratch);
/// The names in a directory as a container (0: the host) sees it, sorted.
std::vector<std::string> view_directory(const World& world, HostId host, ContainerId container, const std::string& path);
/// Resolves "." and ".." and doubled slashes; a relative path is taken from `base`.
std::string clean_path(const std::string& base, const std::string& path);
/// The name a process of this host or container sees for its machine.
std::string hostname_of(const World& world, HostId host, ContainerId container);

}  // namespace podium::model
