#pragma once

// The keys of the whole window, in one table: help shows it, and a test holds it against what the keys do.
// And the keys pressed, for the presenter's mode. Belongs to the window's thread.

#include <deque>
#include <string>
#include <vector>

#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/draw/input.hpp"

namespace podium::desktop {

struct KeyHelp {
    const char* keys;
    const char* what;
};
/// Without those of panels, which the panels' list has.
const std::vector<KeyHelp>& key_help();

/// "Ctrl+Shift+K".
std::string key_words(Key key, bool control, bool shift, bool alt);

/// Shows an audience what is pressed.
class PressedKeys {
  public:
    /// Once a frame: takes down what was pressed in it.
    void note(double clock);
    void draw(Context& context, const Area& whole) const;
    [[nodiscard]] std::string words() const;

  private:
    struct Pressed {
        std::string words;
        double when = 0;
        bool letter = false;
    };
    std::deque<Pressed> pressed_;
};

}  // namespace podium::desktop
