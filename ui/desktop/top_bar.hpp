#pragma once

// The bar at the top: what is open, the transport (to the start, play, step, speed), how far back one
// looks, forks, faults and the simulated time. Draws from the frame and sends intents. Belongs to the
// window's thread.

#include <string>

#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// What a step goes to.
enum class StepKind : std::uint8_t { Event, Fact, FactOfSelection };

class TopBar {
  public:
    void draw(Context& context, const Frame& frame, const Area& area);
    /// One step, as the button does it.
    void step(Context& context) const;
    void set_step_kind(StepKind kind) { step_kind_ = kind; }

  private:
    struct Plan;
    void draw_left(Context& context, const Frame& frame, const Plan& plan);
    void draw_transport(Context& context, const Frame& frame, const Plan& plan);
    void draw_step_kinds(Context& context);
    void draw_speed(Context& context, const Frame& frame, const Plan& plan, float& x);
    void draw_right(Context& context, const Frame& frame, const Plan& plan);
    void draw_fork(Context& context, const Frame& frame, const Area& area, bool words);

    StepKind step_kind_ = StepKind::Event;
    bool speed_held_ = false;  ///< The slider is being dragged: the frame's speed comes after.
    float speed_ = 1;
};

/// "1/100×", "½×", "4×", "10,000×".
std::string speed_words(double times);
/// "12.4 s", "3 m 12 s", "2 h 05 m".
std::string back_words(Duration back);
/// "00:41.20", "1:02:03.00".
std::string clock_words(Time time);
/// The speed of the list of presets that comes after (or before) this one.
double next_speed(double times, bool faster);

}  // namespace podium::desktop
