#pragma once

// What a person does with mouse and keys, as plain events: from the window's system, or from a test.
// Dear ImGui 1.86 has no queue of events (that came with 1.87), so a key that goes down and up within
// one frame would be lost: InputQueue hands over at most one change of each key or button a frame.

#include <cstdint>
#include <deque>

namespace podium::desktop {

/// Indices into ImGui's table of keys.
enum class Key : std::uint16_t {
    None, Tab, Left, Right, Up, Down, PageUp, PageDown, Home, End, Insert, Delete, Backspace, Space, Enter, Escape,
    Digit0 = 48, Digit1, Digit2, Digit3, Digit4, Digit5, Digit6, Digit7, Digit8, Digit9,
    A = 65, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y, Z,
    F1 = 101, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12,
    Comma = 130, Period, Slash, Minus, Equal, Backslash, LeftBracket, RightBracket, Menu, Grave,
};

struct InputEvent {
    enum class Kind : std::uint8_t { Move, ButtonDown, ButtonUp, Wheel, KeyDown, KeyUp, Text, Leave, FocusGained, FocusLost };
    Kind kind = Kind::Move;
    float x = 0;  ///< Move, buttons: pixels. Wheel: notches across,
    float y = 0;  ///< and along.
    int button = 0;  ///< 0 left, 1 right, 2 middle.
    Key key = Key::None;  ///< None: another key, of which only the modifiers that are now held count (it may be one of them).
    bool control = false;
    bool shift = false;
    bool alt = false;
    std::uint32_t letter = 0;  ///< Text: a code point.
};

class InputQueue {
  public:
    void push(const InputEvent& event) { events_.push_back(event); }
    /// Sets ImGui's table of keys up. Requires a context of ImGui's.
    static void set_up();
    /// Hands over what belongs to the next frame. Requires a context of ImGui's.
    void hand_over();
    [[nodiscard]] bool empty() const { return events_.empty(); }

  private:
    void take_events();

    std::deque<InputEvent> events_;
};

/// Whether plain keys belong to a widget: one has the focus ring, text is typed, or a menu is open.
bool keys_are_taken();
/// A key went down in this frame, with exactly these others held.
bool pressed(Key key, bool control = false, bool shift = false, bool alt = false);

}  // namespace podium::desktop
