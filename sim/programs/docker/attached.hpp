#pragma once

// The part that run, start -a and attach have in common: a client that is attached to a container,
// waits for its end and takes over its exit code.

#include "sim/programs/docker/streams.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::docker {

/// The status of an answered wait; 125 when it says an error. `error` gets what docker logs then.
int waited_status(const Answer& answer, Time now, std::string& error);

/// The command that is attached, as plain data.
class Attended {
  public:
    Attachment attachment;
    SignalProxy signals;

    /// Asks to be attached to `container` (a full id). `tty`: it has a terminal, from which `detach_keys`
    /// detach (empty: the usual ones).
    void attach(model::ProcessContext& context,
                const std::string& container,
                bool input,
                bool tty,
                const std::string& detach_keys);

    /// The streams are there, or the refusal.
    [[nodiscard]] bool attached(model::ProcessContext& context) const {
        return attach_.upgraded(context);
    }

    /// The refusal, when it was refused; an empty text when it was not.
    std::string refusal(model::ProcessContext& context);
    /// Asks to be told when the container ends, or is gone when it removes itself.
    void wait(model::ProcessContext& context,
              const std::string& container,
              std::string_view condition);

    [[nodiscard]] bool waits() const { return wait_.started(); }

    /// Copies what flows. Ended: all output was shown.
    Flow pump(model::ProcessContext& context);
    /// The wait was answered; its status is in `status` then.
    bool ended(model::ProcessContext& context, Time now, int& status);
    /// Gives up whatever is under way.
    void hang_up(model::ProcessContext& context);

    /// Detaches from the container's output, and keeps waiting.
    void detach(model::ProcessContext& context) { attach_.abandon(context); }

  private:
    Call attach_;
    Call wait_;
};

}  // namespace podium::programs::docker
