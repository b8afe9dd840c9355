#pragma once

// What flows between a docker client and the engine while it is attached: output, standard input,
// and signals that the client hands on to the container.

#include <deque>
#include <string>

#include "sim/programs/client.hpp"

namespace podium::programs::docker {

/// What a client says of the keys that detach, where it says anything.
inline constexpr std::string_view kDetached = "read escape sequence";

/// How far a copy has come.
enum class Flow : std::uint8_t {
    Open,
    Ended,
    Broken,
    Detached,  ///< The keys that detach were typed.
};

/// Copies all there is now from one descriptor to another; a descriptor of -1 has ended.
Flow copy_available(shell::System& system, int from, int to);

/// Takes a multiplexed stream apart (the engine's answer to a request with the option "multiplexed"): pieces of
/// output and of standard error in the order in which they were written.
class FrameReader {
  public:
    void take(std::string_view bytes) { rest_ += bytes; }

    /// The next whole piece and which it is, 1 or 2; false when there is none yet.
    bool next(int& which, std::string& piece);

  private:
    std::string rest_;
    std::size_t at_ = 0;
};

/// Looks for the keys that detach in what is typed (moby/term escapeProxy): what could become them is
/// kept back, and passed on when it doesn't.
class DetachKeys {
  public:
    /// From now on these bytes detach.
    void watch_for(std::string keys) { keys_ = std::move(keys); }

    /// What to pass on of what was typed; what follows the keys is dropped.
    std::string take(std::string_view typed);

    [[nodiscard]] bool complete() const { return !keys_.empty() && matched_ == keys_.size(); }

  private:
    std::string keys_;
    std::size_t matched_ = 0;
};

/// Copies what a call sends to standard output and error, and standard input to the call.
class Attachment {
  public:
    bool show_output = true;
    bool show_error = true;
    bool send_input = false;
    bool multiplexed = false;  ///< The call's output carries both.
    DetachKeys detach_keys;    ///< None unless there is a terminal at the other end.

    /// Copies all there is now. Ended: all output has been shown.
    Flow pump(model::ProcessContext& context, Call& call);
    /// The keys in `text` as --detach-keys takes them, or the usual ones, detach from a terminal. What is no
    /// key the engine has refused before.
    void watch_for(const std::string& text);

  private:
    void pump_input(model::ProcessContext& context, Call& call);
    Flow pump_frames(model::ProcessContext& context, int from);

    FrameReader frames_;
};

/// Hands the signals a client gets on to a container (docker's --sig-proxy).
class SignalProxy {
  public:
    /// From now on signals are caught.
    void begin(model::ProcessContext& context, std::string container);
    /// Sends those that have arrived; forgets kill requests that have been answered.
    void forward(model::ProcessContext& context);
    /// Forgets what is under way.
    void end(model::ProcessContext& context);

    /// The third TERM or INT has come.
    [[nodiscard]] bool forced() const { return terminations_ >= kMostTerminations; }

  private:
    static constexpr int kMostTerminations = 3;

    int terminations_ = 0;
    std::string container_;
    std::deque<Call> kills_;
};

/// What a pull says, as lines for people, without progress bars, as docker prints where it has no
/// terminal.
class PullDisplay {
  public:
    /// Takes a piece of the stream of JSON lines and gives the text to show.
    std::string take(std::string_view piece);

    /// The error the stream ended with; empty when it had none.
    [[nodiscard]] const std::string& error() const { return error_; }

  private:
    std::string rest_;
    std::string error_;
};

}  // namespace podium::programs::docker
