#pragma once

// What the small programs (cat, sleep, grep and the like) share. Each is a class deriving
// shell::Program whose members are its whole state, or, when its work is done at one instant, a
// plain function over a Tool. They speak as the real ones do: busybox's words in an image that has
// it, GNU's on hosts and in images built on Debian. An option that exists in life and is not
// modelled is refused by name.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/model/process.hpp"
#include "sim/shell/system.hpp"

namespace podium::programs::small {

using model::ProcessContext;
using shell::Errno;
using shell::Step;
using shell::System;

/// The status of a program that ended as on SIGPIPE.
inline constexpr int kBrokenPipeStatus = 141;
/// What a program reads or writes in one go before it takes processor time.
inline constexpr std::size_t kMostBytesAStep = 1U << 20;
/// The time that much takes: about 1 GB/s.
inline constexpr Duration kStepCost = milliseconds(1);

/// What a program copies without a pause: 1 GB/s, until it has copied so much that it is taken to go on
/// for ever. Each further GiB then takes ten times as long, so that simulating it costs less (as the
/// shell's kLongSliceTime). What fills a disk is not slowed down: the disk ends it.
///
/// What goes to a container's log is as fast as the engine takes it, which reads line by line and makes each a line of JSON
/// (moby 20.10 daemon/logger/copier.go, jsonfilelog/jsonlog/jsonlogbytes.go): 2 µs a line and 10 ns a byte, so `yes` has 0.5
/// million lines in a second, 35 MB of the file. There a level is a million lines, too.
class Pace {
  public:
    static constexpr std::int64_t kLevelBytes = std::int64_t{1} << 30;
    static constexpr std::int64_t kLevelLogLines = std::int64_t{1} << 20;
    static constexpr Duration kLogLineCost = microseconds(2);
    static constexpr std::int64_t kLogBytesPerMicrosecond = 100;
    static constexpr std::int64_t kMostSlowdown = 10'000;

    /// The step after `bytes` were read or written at once, or `cost` if that is given.
    Step busy(System& system, std::size_t bytes, int output = 1);
    Step busy(System& system, std::size_t bytes, Duration cost, int output = 1);

  private:
    Duration log_cost(ProcessContext& context, model::ContainerId container, std::size_t bytes);

    std::int64_t bytes_ = 0;      // of the present level
    std::int64_t log_lines_ = 0;  // of the present level
    std::uint64_t log_end_ = 0;   // how many lines the log had when it was last looked at
    std::int64_t slowdown_ = 1;
};

/// How a program was called.
struct Start {
    std::vector<std::string> argv;
    std::vector<std::string> environment;
    bool in_container = false;
};

/// Gives a program class its clone(): `class Sleep final : public Cloned<Sleep, SmallProgram>`.
template <class Derived, class Base = shell::Program>
class Cloned : public Base {
  public:
    using Base::Base;

    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override {
        return std::make_unique<Derived>(static_cast<const Derived&>(*this));
    }
};

/// True where the GNU tools are: hosts, and images built on Debian.
bool is_gnu(System& system);
/// "name: text" and a newline on standard error.
void complain(System& system, std::string_view name, std::string_view text);
/// The last part of a path.
std::string base_name(std::string_view path);
/// A path with a name below it.
std::string path_below(const std::string& directory, const std::string& name);

/// Output of a program, collected and written at once.
class Output {
  public:
    void add(std::string_view text) { text_ += text; }

    [[nodiscard]] std::size_t size() const { return text_.size(); }

    /// Writes what was collected. Nothing when it worked, else the status to exit with: 141 when
    /// nobody reads it, 1 with a sentence for anything else.
    std::optional<int> flush(System& system, std::string_view name);

  private:
    std::string text_;
};

/// Options as getopt(3) reads them. `letters` as there ("n:rfI::"), `long_names` with the letter
/// each stands for; letters of `unmodelled` exist in life and are refused by name.
struct OptionSyntax {
    std::string_view letters;
    std::vector<std::pair<std::string_view, char>> long_names = {};
    std::string_view unmodelled = {};
    bool operands_end_options = false;  ///< For programs that take another program's command line.
};

struct Options {
    std::vector<std::pair<char, std::string>> given;  ///< In order.
    std::vector<std::string> operands;
    std::string problem;  ///< A sentence when they can't be read.

    [[nodiscard]] bool has(char letter) const;
    /// The last value of an option; empty when it was not given.
    [[nodiscard]] std::string value(char letter) const;
    [[nodiscard]] std::vector<std::string> values(char letter) const;
};

Options read_options(const std::vector<std::string>& argv, const OptionSyntax& syntax, bool gnu);
/// Says the problem as the real programs do.
void complain_of_options(System& system, const std::string& name, const Options& options);

/// What a program that does its work at one instant works with.
struct Tool {
    System& system;
    ProcessContext& context;
    const Start& start;
    std::string name;
    bool gnu;
    Output output;

    void print(std::string_view text) { output.add(text); }

    void complain(std::string_view text) { small::complain(system, name, text); }

    /// "name: WHAT: reason" and the like: `text` is what stands before the errno's sentence.
    void complain(std::string_view text, Errno error);

    [[nodiscard]] const std::vector<std::string>& argv() const { return start.argv; }

    /// Reads the options; nothing when they are wrong, which was then said.
    std::optional<Options> options(const OptionSyntax& syntax);
    /// Says that an operand is missing, and the status.
    int missing_operand(std::string_view usage);
};

using ToolFunction = int (*)(Tool&);

/// A program of one step around a function.
class OneStep final : public Cloned<OneStep> {
  public:
    OneStep(Start start, ToolFunction function) : start_(std::move(start)), function_(function) {}

    Step step(System& system) override;

  private:
    Start start_;
    ToolFunction function_;
};

/// A base with the command line, for programs of several steps.
class SmallProgram : public shell::Program {
  public:
    explicit SmallProgram(Start start)
        : start_(std::move(start)), name_(base_name(start_.argv.front())) {}

  protected:
    [[nodiscard]] const Start& start() const { return start_; }

    [[nodiscard]] const std::vector<std::string>& argv() const { return start_.argv; }

    [[nodiscard]] const std::string& name() const { return name_; }

    void complain(System& system, std::string_view text) const {
        small::complain(system, name_, text);
    }

    /// True at the first call: what is read from the command line is read then.
    bool first_step() { return !std::exchange(begun_, true); }

  private:
    Start start_;
    std::string name_;
    bool begun_ = false;
};

/// A child program with the descriptors 0, 1 and 2 of its parent.
shell::Spawned spawn_child(System& system,
                           const std::vector<std::string>& argv,
                           const std::vector<std::string>& environment);
shell::SpawnRequest child_request(const std::vector<std::string>& argv,
                                  const std::vector<std::string>& environment);
/// What a program that could not start another says, and the status it then has: 127 or 126.
int complain_of_start(System& system,
                      const std::string& name,
                      const std::string& program,
                      Errno error);

/// A duration as sleep, timeout and watch read it: decimals and a unit (s, m, h, d). Nothing when
/// the text is no such thing; kNever's distance for "infinity".
std::optional<Duration> read_seconds(std::string_view text);
/// A size as dd and head read it ("4k", "1M", "2GB"), with binary units but for those ending in B.
std::optional<std::int64_t> read_size(std::string_view text);

}  // namespace podium::programs::small
