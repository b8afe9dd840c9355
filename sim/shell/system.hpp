#pragma once

// What runs in a simulated process, and what it may ask of the system it runs on.
//
// A Program is a process's code with its state as plain data: it is copied with the run, so it
// holds no captured closure, no pointer into another row, and nothing of it lives on the C++ stack
// between two steps. The world steps a program when something it may wait for has happened; the
// program looks again at what it needs, does what it can at this instant, and says what it waits for.
// Waking a program for nothing is allowed, so each program checks its own condition.
//
// System is one process's view of its kernel. The world (sim/model) implements it; tests may fake it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"

namespace podium::shell {

using Pid = std::uint32_t;  ///< A process's number inside its own PID namespace; 1 is the first.

/// What a program says at the end of a step.
struct Step {
    enum class Kind : std::uint8_t {
        Exit,   ///< The process ends with `status` (0..255).
        Block,  ///< Step again at `deadline`, or sooner: a child ended, one of its streams became
                ///< readable or writable, a caught signal arrived, an answer arrived.
        Busy,   ///< The process used `cpu` of processor time; step again after that.
        Exec,   ///< The process goes on as the program that System::exec() has set.
    };
    Kind kind = Kind::Block;
    int status = 0;
    Time deadline = kNever;
    Duration cpu{};

    static Step exit(int status) { return {Kind::Exit, status, kNever, {}}; }
    static Step block(Time deadline = kNever) { return {Kind::Block, 0, deadline, {}}; }
    static Step busy(Duration cpu) { return {Kind::Busy, 0, kNever, cpu}; }
    static Step exec() { return {Kind::Exec, 0, kNever, {}}; }
};

class System;

class Program {
  public:
    virtual ~Program() = default;
    [[nodiscard]] virtual std::unique_ptr<Program> clone() const = 0;
    virtual Step step(System& system) = 0;
};

/// How a file is opened.
enum class OpenMode : std::uint8_t { Read, Write, Append };

/// Why a call could not be done; the names are the kernel's.
enum class Errno : std::uint8_t {
    None,
    NoEntry,        ///< ENOENT  "No such file or directory"
    NoPermission,   ///< EACCES  "Permission denied"
    Exists,         ///< EEXIST  "File exists"
    NotDirectory,   ///< ENOTDIR "Not a directory"
    IsDirectory,    ///< EISDIR  "Is a directory"
    NotEmpty,       ///< ENOTEMPTY "Directory not empty"
    NoSpace,        ///< ENOSPC  "No space left on device"
    ReadOnly,       ///< EROFS   "Read-only file system"
    NoProcess,      ///< ESRCH   "No such process"
    BadDescriptor,  ///< EBADF   "Bad file descriptor"
    BrokenPipe,     ///< EPIPE   "Broken pipe"
    Invalid,        ///< EINVAL  "Invalid argument"
    TryAgain,       ///< EAGAIN  "Resource temporarily unavailable" (no more processes)
    ConnectionRefused,  ///< ECONNREFUSED "Connection refused" (bash's /dev/tcp)
    ResourceBusy,   ///< EBUSY   "Resource busy" (a mount point)
    NotModelled,    ///< A real command that Podium does not model; the text says so.
};

/// The C library's sentence for an error.
std::string_view errno_text(Errno error);

struct ReadResult {
    enum class Kind : std::uint8_t { Data, EndOfFile, WouldBlock, Failed };
    Kind kind = Kind::EndOfFile;
    std::string data;
    Errno error = Errno::None;
};

struct FileInfo {
    bool exists = false;
    bool is_directory = false;
    std::int64_t size_bytes = 0;
    Time modified{};
    int mode = 0644;
};

/// A child's descriptor `child` is the parent's descriptor `parent`.
struct Inherit {
    int child;
    int parent;
};

struct SpawnRequest {
    std::vector<std::string> argv;         ///< argv[0] is looked up on the system's path.
    std::vector<std::string> environment;  ///< "NAME=value".
    std::vector<Inherit> descriptors;      ///< All others are closed in the child.
    bool background = false;               ///< Started with `&`: ignores INT, reads nothing.
};

struct Spawned {
    Pid pid = 0;  ///< 0 when it failed.
    Errno error = Errno::None;
};

enum class Disposition : std::uint8_t { Default, Ignore, Catch };

class System {
  public:
    virtual ~System() = default;

    [[nodiscard]] virtual Time now() const = 0;
    [[nodiscard]] virtual Pid pid() const = 0;
    [[nodiscard]] virtual Pid parent_pid() const = 0;
    [[nodiscard]] virtual std::string hostname() const = 0;
    /// A number drawn from the process's own random stream.
    virtual std::uint64_t random() = 0;

    // Files. Paths are relative to the working directory unless they start with '/'.
    [[nodiscard]] virtual std::string working_directory() const = 0;
    virtual Errno change_directory(const std::string& path) = 0;
    virtual FileInfo stat(const std::string& path) = 0;
    /// Opens a file; on success `descriptor` is the lowest free number of 3 and above.
    virtual Errno open(const std::string& path, OpenMode mode, int& descriptor) = 0;
    /// Makes a pipe: what is written to `write_end` is read from `read_end`.
    virtual void pipe(int& read_end, int& write_end) = 0;
    virtual Errno duplicate(int from, int& to) = 0;
    virtual void close(int descriptor) = 0;
    virtual ReadResult read(int descriptor, std::size_t most_bytes) = 0;
    /// Writes all or fails; BrokenPipe when nobody can read it any more, NoSpace when a disk is full.
    virtual Errno write(int descriptor, std::string_view data) = 0;
    virtual Errno remove(const std::string& path, bool recursive) = 0;
    virtual Errno make_directory(const std::string& path, bool parents) = 0;
    virtual Errno rename(const std::string& from, const std::string& to) = 0;
    /// The names in a directory, sorted.
    virtual Errno list(const std::string& path, std::vector<std::string>& names) = 0;
    /// True when the descriptor is a terminal.
    [[nodiscard]] virtual bool is_terminal(int descriptor) const = 0;

    // Processes.
    /// Starts the program argv[0]. NoEntry: there is none; NoPermission: it can't be executed;
    /// NotModelled: it exists in life but Podium does not model it.
    virtual Spawned spawn(const SpawnRequest& request) = 0;
    /// Starts a child that runs `program` (a subshell): a fork whose child goes on as `program`.
    virtual Spawned fork(std::unique_ptr<Program> program, const std::vector<Inherit>& descriptors, bool background) = 0;
    /// Prepares the process to go on as another program; return Step::exec() after it succeeded.
    virtual Errno exec(const SpawnRequest& request) = 0;
    /// Whether argv[0] could be started (for `command -v`); None when it could.
    virtual Errno find_program(const std::string& name) = 0;
    /// The exit status of a child that has ended, once (128 + n when signal n ended it); else nothing.
    virtual std::optional<int> reap(Pid child) = 0;
    /// The signal that ended the child whose status reap() gave last; 0 when it exited by itself. A
    /// system that can't tell says 0: shells then leave out "Terminated" and the like.
    [[nodiscard]] virtual int reaped_signal() const { return 0; }
    virtual Errno kill(Pid target, int signal) = 0;
    virtual void set_disposition(int signal, Disposition disposition) = 0;
    /// The next caught signal that has arrived, lowest number first; 0 when there is none.
    virtual int take_signal() = 0;
    /// Says how much memory the process uses; one that goes over its limit is ended within this call.
    virtual void use_memory(std::int64_t /*bytes*/) {}
    /// The processor time that the process and its reaped children have used.
    [[nodiscard]] virtual Duration processor_time() const { return {}; }
};

}  // namespace podium::shell
