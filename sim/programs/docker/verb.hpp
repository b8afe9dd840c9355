#pragma once

// What all verbs of the docker CLI share: how one is described in the table of commands, what it is
// given, and base classes for the programs that carry one out. A program is a procedure over its
// own stages (see client.hpp); it holds its invocation and calls, never anything of the world.

#include <deque>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/client.hpp"
#include "sim/programs/docker/flags.hpp"

namespace podium::programs::docker {

using Json = nlohmann::ordered_json;

struct Verb;

/// A verb as a person called it.
struct Invocation {
    const Verb* verb = nullptr;  ///< A row of the table of commands.
    std::string path;            ///< "docker container ls".
    ParsedFlags flags;
    std::vector<std::string> environment;  ///< Of the process, "NAME=value".
    std::string host;                      ///< Of --host; empty when it wasn't given.
    std::string context;                   ///< Of --context; empty when it wasn't given.
    std::string config;                    ///< Of --config; empty when it wasn't given.
    std::vector<std::string> filters;      ///< Of `docker compose stats`: "label=name=value".

    [[nodiscard]] const std::vector<std::string>& arguments() const { return flags.arguments; }

    /// The value of an environment variable; false when it isn't set.
    [[nodiscard]] bool variable(std::string_view name, std::string& value) const;
};

using Starter = std::unique_ptr<shell::Program> (*)(Invocation invocation);

inline constexpr int kAnyNumber = -1;

/// A row of the table of commands.
struct Verb {
    std::string_view paths;    ///< "container ls|ps": all of the names it has of its own.
    std::string_view aliases;  ///< "container list=container ls|container ps=container ls".
    std::string_view usage;    ///< What follows the name: "[OPTIONS] CONTAINER [CONTAINER...]".
    std::string_view about;    ///< One line.
    std::span<const Flag> flags;
    int least = 0;  ///< Arguments.
    int most = 0;   ///< kAnyNumber: as many as one likes.
    Starter start = nullptr;
    bool interspersed = true;  ///< Flags may follow arguments.
};

/// What a command prints at its end, and its status.
struct Finish {
    std::string out;
    std::string error;
    int status = 0;
};

/// "Error response from daemon: ..." or that no engine answers.
std::string error_text(const Answer& answer);
/// A Finish with one error line.
Finish failed(std::string_view message, int status = 1);
/// Time as the host's own clock shows it.
Time host_time(model::ProcessContext& context);
/// Reads a file from the process's view; false, with the C library's sentence, when it can't.
bool read_whole_file(shell::System& system,
                     const std::string& path,
                     std::string& content,
                     std::string& why);

/// The base of all verbs' programs: takes its time to start, then advances.
class ClientProgram : public shell::Program {
  public:
    explicit ClientProgram(Invocation invocation) : invocation_(std::move(invocation)) {}

    shell::Step step(shell::System& system) final;

  protected:
    /// Does what it can; called once it has started, and again whenever something may have
    /// happened.
    virtual shell::Step advance(model::ProcessContext& context) = 0;

    /// Whether it talks to an engine, so that it has to find out first which one is meant.
    [[nodiscard]] virtual bool asks_engine() const { return true; }

    /// Whether it got so many signals to end that it does so in any case, whatever it waits for.
    [[nodiscard]] virtual bool forced_out() const { return false; }

    [[nodiscard]] const Invocation& invocation() const { return invocation_; }

    [[nodiscard]] const ParsedFlags& flags() const { return invocation_.flags; }

    [[nodiscard]] const std::vector<std::string>& arguments() const {
        return invocation_.flags.arguments;
    }

    /// Asks `spec` through `call` once, and takes the answer when it is there. False: block.
    template <class MakeSpec>
    bool asked(model::ProcessContext& context,
               Call& call,
               Answer& answer,
               const MakeSpec& make_spec) {
        if (!call.started()) call.start(context, make_spec());
        if (!call.done(context)) return false;
        answer = call.take(context);
        return true;
    }

    /// Prints and exits.
    static shell::Step finish(shell::System& system, const Finish& finish);
    static shell::Step fail(shell::System& system, std::string_view message, int status = 1);

  private:
    Invocation invocation_;
    bool started_ = false;
    bool found_engine_ = false;
};

/// Gives a verb's program its clone().
template <class Derived>
class VerbProgram : public ClientProgram {
  public:
    using ClientProgram::ClientProgram;

    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override {
        return std::make_unique<Derived>(static_cast<const Derived&>(*this));
    }
};

/// A program that prints something known and exits.
std::unique_ptr<shell::Program> say(Invocation invocation, Finish finish);

// --- verbs that ask once -------------------------------------------------------------------------

/// How a verb that sends one request makes it and shows the answer. A request that can't be made
/// (wrong arguments) gives an Error, which is printed with status 1.
struct OneCall {
    Result<model::RequestSpec> (*request)(const Invocation& invocation, Time now) = nullptr;
    Finish (*show)(const Invocation& invocation, const Answer& answer, Time now) = nullptr;
};

std::unique_ptr<shell::Program> start_one_call(Invocation invocation, OneCall how);

// --- verbs that do the same to each argument -----------------------------------------------------

struct EachArgument {
    model::RequestSpec (*request)(const Invocation& invocation,
                                  const std::string& argument) = nullptr;
    /// What is printed for one that went well; null: the argument on a line.
    std::string (*shown)(const Invocation& invocation,
                         const std::string& argument,
                         const Answer& answer) = nullptr;
    bool parallel = false;  ///< All at once; answers are still shown in the order of arguments.
    bool errors_at_once = false;  ///< Errors are printed as they come, not all at the end.
    /// Whether an error is only told and doesn't count (rm -f of what isn't there); null: never.
    bool (*forgiven)(const Invocation& invocation, const Answer& answer) = nullptr;
    /// The last line when some failed; null: none besides the errors.
    std::string (*summary)(const std::vector<std::string>& failed) = nullptr;
    std::string_view notice = {};  ///< A literal, printed first.
};

std::unique_ptr<shell::Program> start_each(Invocation invocation, EachArgument how);

}  // namespace podium::programs::docker
