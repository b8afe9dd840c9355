#pragma once

// The desktop's own small boxes: notices that come and go, the help on keys, and the question where to
// save. Belongs to the window's thread.

#include <string>

#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// A sentence of the frame's, shown for some seconds below the top bar; a click takes it away.
class Notice {
  public:
    void draw(Context& context, const Frame& frame, const Area& whole);
    /// A sentence of the window's own.
    void say(const std::string& words, view::Tone tone);

  private:
    std::string words_;
    view::Tone tone_ = view::Tone::Plain;
    std::uint64_t seen_ = 0;
    double until_ = 0;
    bool fresh_ = false;
};

/// All keys, over everything.
class HelpBox {
  public:
    void draw(Context& context, const Area& whole);
    bool open = false;

  private:
    bool was_open_ = false;
};

class SaveBox {
  public:
    void ask();
    void draw(Context& context, const Area& whole);

  private:
    std::string path_ = "run.podium";
    bool wanted_ = false;
};

}  // namespace podium::desktop
