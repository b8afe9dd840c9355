#pragma once

// What every client program on a host (docker, docker compose, docker-compose) needs: a call to the
// host's container engine as plain data, and the program's own output.
//
// A client is a shell::Program written as a procedure over stages: step() looks at its stage, does what
// it can at this instant and returns Step::block() when it waits for a call, a stream or a moment. It
// is stepped again whenever a call was answered, a stream became readable or its deadline came.

#include <memory>
#include <string>
#include <vector>

#include "sim/model/process.hpp"
#include "sim/model/request.hpp"

namespace podium::programs {

/// Gives a program class its clone(): `class Docker final : public Cloned<Docker>`.
template <class Derived>
class ClonedProgram : public shell::Program {
  public:
    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override {
        return std::make_unique<Derived>(static_cast<const Derived&>(*this));
    }
};

/// An engine's answer as a client got it.
struct Answer {
    int status = 0;    ///< HTTP status; 0: the engine did not answer.
    std::string body;  ///< JSON, or empty.

    [[nodiscard]] bool ok() const { return status >= 200 && status < 400; }
    /// The "message" of a refusal's body.
    [[nodiscard]] std::string message() const;
};

/// One request of a program to an engine. Plain data: copied with the program.
class Call {
  public:
    /// Sends it to the engine of the process's own host unless the spec names another.
    void start(model::ProcessContext& context, model::RequestSpec spec);
    [[nodiscard]] bool started() const { return static_cast<bool>(id_); }
    /// The answer is there.
    [[nodiscard]] bool done(model::ProcessContext& context) const;
    /// The streams of logs, events, attach or exec are there (or the answer is, a refusal).
    [[nodiscard]] bool upgraded(model::ProcessContext& context) const;
    /// Descriptors of this process for the call's output streams, opened once; -1 when there is none.
    int output(model::ProcessContext& context);
    int error_output(model::ProcessContext& context);
    /// A descriptor to write the standard input of an attach or exec to; -1 when there is none.
    int input(model::ProcessContext& context);
    /// The standard input of the attach or exec ends; input() gives -1 from now on.
    void close_input(model::ProcessContext& context);
    /// The keys to detach have been typed; the engine tells of it.
    void tell_detached(model::ProcessContext& context) const;
    /// Takes the answer and forgets the request. Requires done().
    Answer take(model::ProcessContext& context);
    /// Forgets the request, answered or not (the client hangs up).
    void abandon(model::ProcessContext& context);

  private:
    model::RequestId id_;
    int output_ = -1;
    int error_output_ = -1;
    int input_ = -1;
    bool input_closed_ = false;
};

/// Shorthand for a request about `target`.
model::RequestSpec request_for(model::Operation operation, std::string target = {});

/// Writes to standard output or error; what can't be written (a closed pipe) is dropped, and false
/// returned, after which a client ends as on SIGPIPE.
bool print(shell::System& system, std::string_view text);
bool print_error(shell::System& system, std::string_view text);

/// The sentence of docker 28 when no engine answers.
inline constexpr std::string_view kNoEngine =
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

}  // namespace podium::programs
