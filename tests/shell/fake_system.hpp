#pragma once

// A small world for testing the shell: one PID namespace, a map of files, pipes, signals and
// virtual time, and a few programs. It is a copyable value, so a test can copy it at any step and
// run both. Its first process is PID 1, for which signals without a handler are ignored, as in a
// container.

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/box.hpp"
#include "sim/base/time.hpp"
#include "sim/shell/shell_program.hpp"
#include "sim/shell/system.hpp"

namespace podium::shell::testing {

struct FakeFile {
    std::string content;
    bool is_directory = false;
    int mode = 0644;
    Time modified{};
};

struct FakeStream {
    enum class Kind : std::uint8_t { Null, File, Pipe, Output, Error, Terminal };
    Kind kind = Kind::Null;
    std::string path;
    std::string buffer;  ///< Of a pipe or a terminal's input.
    std::size_t offset = 0;
    bool append = false;
};

struct FakeDescriptor {
    std::size_t stream = 0;
    bool writing = false;
};

struct FakeProcess {
    Pid parent = 0;
    Box<Program> program;
    Box<Program> next_program;  ///< Set by exec().
    std::optional<std::map<int, FakeDescriptor>> next_descriptors;
    std::map<int, FakeDescriptor> descriptors;
    std::map<int, Disposition> dispositions;
    std::set<int> caught;
    std::vector<std::string> argv;
    std::string directory = "/";
    Time wake{};        ///< When it is stepped next; kNever while it only waits.
    Time busy_until{};  ///< Wakes before that have no effect.
    std::optional<int> status;
    int killed_by = 0;
    int reaped_signal = 0;  ///< Of the child it reaped last.
    bool reaped = false;
};

struct FakeOutput {
    Time time{};
    int descriptor = 1;
    std::string text;
    bool operator==(const FakeOutput&) const = default;
};

struct FakeSignal {
    Time time{};
    Pid target = 1;
    int signal = 0;
};

class FakeWorld {
  public:
    explicit FakeWorld(Dialect dialect = Dialect::Ash);

    /// Starts PID 1 (or a further process) with the program; its standard streams are the test's.
    Pid start(std::unique_ptr<Program> program, std::vector<std::string> argv);
    /// Gives PID 1 to a process that only waits, so that the next one started is an ordinary one.
    void add_init();
    Pid start_shell(const std::vector<std::string>& argv,
                    const std::vector<std::string>& environment = {});
    /// Steps one process, or moves time to the next event; false when nothing more happens before
    /// `limit`.
    bool advance(Time limit);
    /// Advances until nothing more happens before `limit`; time is then `limit` if PID 1 still
    /// runs.
    void run(Time limit = Time{} + seconds(100'000));
    /// Sends a signal from outside the namespace.
    void signal_from_outside(Pid target, int signal);

    void schedule_signal(Time time, int signal, Pid target = 1) {
        scheduled.push_back({time, target, signal});
    }

    /// The program of a process, to talk to a terminal's shell.
    ShellProgram& shell(Pid pid) { return dynamic_cast<ShellProgram&>(*processes.at(pid).program); }

    void wake_process(Pid pid);

    std::int64_t most_memory = 0;  ///< That a shell said it uses.

    [[nodiscard]] std::string text(int descriptor) const;

    [[nodiscard]] std::string output() const { return text(1); }

    [[nodiscard]] std::string errors() const { return text(2); }

    [[nodiscard]] bool ended() const { return processes.at(main).status.has_value(); }

    [[nodiscard]] int status() const { return processes.at(main).status.value_or(-1); }

    /// Processes that run, by argv[0] or "sh" for a subshell.
    [[nodiscard]] std::vector<std::string> running() const;
    [[nodiscard]] std::string content(const std::string& path) const;

    Dialect dialect = Dialect::Ash;
    Time now{};
    Pid main = 1;  ///< The run is over when it has ended.
    std::map<Pid, FakeProcess> processes;
    std::map<std::string, FakeFile> files;
    std::vector<FakeStream> streams;
    std::vector<FakeOutput> outputs;
    std::vector<FakeSignal> scheduled;
    std::string input;      ///< What PID 1 reads from descriptor 0.
    bool terminal = false;  ///< Descriptors 0 to 2 are a terminal.
    bool disk_full = false;
    std::uint64_t randomness = 12345;
    int steps = 0;
    std::size_t forks = 0;
    std::size_t most_forks = 10'000;  ///< Further forks fail.

  private:
    friend class FakeSystem;

    void step(Pid pid);
    void end(Pid pid, int status, int signal = 0);
    void deliver(Pid target, int signal, bool from_outside);
    void wake_all();
    bool pipe_has_end(std::size_t stream, bool writing) const;
    std::unique_ptr<Program> program_for(const std::vector<std::string>& argv,
                                         const std::vector<std::string>& environment,
                                         Errno& error) const;
    std::size_t new_stream(FakeStream stream);

    Pid next_pid_ = 1;
    Pid stepping_ = 0;
    std::optional<int> killed_while_stepping_;
};

class FakeSystem final : public System {
  public:
    FakeSystem(FakeWorld& world, Pid pid) : world_(world), pid_(pid) {}

    [[nodiscard]] Time now() const override { return world_.now; }

    [[nodiscard]] Pid pid() const override { return pid_; }

    [[nodiscard]] Pid parent_pid() const override { return process().parent; }

    [[nodiscard]] std::string hostname() const override { return "fakehost"; }

    std::uint64_t random() override;

    [[nodiscard]] std::string working_directory() const override { return process().directory; }

    Errno change_directory(const std::string& path) override;
    FileInfo stat(const std::string& path) override;
    Errno open(const std::string& path, OpenMode mode, int& descriptor) override;
    void pipe(int& read_end, int& write_end) override;
    Errno duplicate(int from, int& to) override;
    void close(int descriptor) override;
    ReadResult read(int descriptor, std::size_t most_bytes) override;
    Errno write(int descriptor, std::string_view data) override;
    Errno remove(const std::string& path, bool recursive) override;
    Errno make_directory(const std::string& path, bool parents) override;
    Errno rename(const std::string& from, const std::string& to) override;
    Errno list(const std::string& path, std::vector<std::string>& names) override;
    [[nodiscard]] bool is_terminal(int descriptor) const override;
    Spawned spawn(const SpawnRequest& request) override;
    Spawned fork(std::unique_ptr<Program> program,
                 const std::vector<Inherit>& descriptors,
                 bool background) override;
    Errno exec(const SpawnRequest& request) override;
    Errno find_program(const std::string& name) override;
    std::optional<int> reap(Pid child) override;

    [[nodiscard]] int reaped_signal() const override { return process().reaped_signal; }

    Errno kill(Pid target, int signal) override;
    void set_disposition(int signal, Disposition disposition) override;
    int take_signal() override;

    void use_memory(std::int64_t bytes) override { world_.most_memory = std::max(world_.most_memory, bytes); }


  private:
    [[nodiscard]] FakeProcess& process() const { return world_.processes.at(pid_); }

    [[nodiscard]] std::string full(const std::string& path) const;
    int free_descriptor() const;
    Spawned add_child(std::unique_ptr<Program> program,
                      const std::vector<Inherit>& descriptors,
                      bool background,
                      std::vector<std::string> argv,
                      bool resets);
    std::map<int, FakeDescriptor> inherit(const std::vector<Inherit>& descriptors) const;

    FakeWorld& world_;
    Pid pid_;
};

}  // namespace podium::shell::testing
