#pragma once

// What the engine's thread plays: a run that a person is free in (free_play.hpp), or a lesson
// (lesson_play.hpp). One thread.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sim/base/result.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// Another number for each notice and each answer, whatever is open: by it the window knows what it has shown.
inline std::uint64_t next_serial() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

class Play {
  public:
    virtual ~Play() = default;
    /// Does what the person wants; what can't be done is told by the next frame's notice.
    virtual void handle(const Intent& intent) = 0;
    /// Tells the person by the next frame's notice why something was refused.
    virtual void refuse(const std::string& sentence) = 0;
    /// So much real time has passed. Works at most about kSlice of real time, then comes back.
    virtual void advance(double real_seconds) = 0;
    static constexpr double kSlice = 0.012;
    /// How things stand; what is not looked at is left out. Sets all but the serial.
    virtual void fill(Frame& frame) = 0;
    /// Nothing changes until the next intent.
    [[nodiscard]] virtual bool idle() const = 0;
};

/// Makes the play of a file, scenario or lesson; an error says what is wrong with the name.
using Opener = std::function<Result<std::unique_ptr<Play>>(const intent::Open& wanted)>;

}  // namespace podium::desktop
