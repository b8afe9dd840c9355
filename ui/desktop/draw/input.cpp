#include "ui/desktop/draw/input.hpp"

#include <cfloat>
#include <imgui.h>
#include <set>

namespace podium::desktop {
namespace {

constexpr std::size_t key_index(Key key) {
    return static_cast<std::size_t>(key);
}

/// What has been handed over for the coming frame.
struct HandedOver {
    std::set<Key> keys;
    bool acts = false;  ///< One of the keys does something by itself: it isn't only a letter.
    unsigned buttons = 0;
    bool moved = false;
    bool wheeled = false;
    bool text = false;
};

/// Whether a key only writes a letter: what it writes comes as text, and may come in the same frame.
bool only_writes(const InputEvent& event) {
    const auto index = key_index(event.key);
    return index >= key_index(Key::Digit0) && event.key != Key::Menu && (index < key_index(Key::F1) || index > key_index(Key::F12)) && !event.control && !event.alt;
}

/// Whether a key comes with other modifiers than are held so far.
bool modifies(const InputEvent& event) {
    const ImGuiIO& io = ImGui::GetIO();
    return event.control != io.KeyCtrl || event.shift != io.KeyShift || event.alt != io.KeyAlt;
}

/// Whether an event has to wait for the frame after: a key or button changes once a frame, text and
/// keys keep their order, a pointer that has pressed does not move on before that is seen, and what is held with a key or the wheel is
/// held while that is seen.
bool must_wait(const InputEvent& event, const HandedOver& done) {
    using Kind = InputEvent::Kind;
    switch (event.kind) {
        case Kind::Move: return done.buttons != 0 || done.wheeled || done.acts || done.text;
        case Kind::ButtonDown:
        case Kind::ButtonUp: return (done.buttons & 1U << static_cast<unsigned>(event.button)) != 0 || done.wheeled || done.acts || done.text;
        case Kind::Wheel: return done.moved || done.buttons != 0;
        case Kind::KeyDown:
        case Kind::KeyUp:
            if (modifies(event) && (!done.keys.empty() || done.wheeled)) return true;
            return done.keys.contains(event.key) || done.text || done.buttons != 0;
        case Kind::Text: return done.acts || done.buttons != 0 || done.moved || done.wheeled;
        case Kind::Leave:
        case Kind::FocusGained:
        case Kind::FocusLost: return false;
    }
    return false;
}

void note(const InputEvent& event, HandedOver& done) {
    using Kind = InputEvent::Kind;
    switch (event.kind) {
        case Kind::Move: done.moved = true; break;
        case Kind::ButtonDown:
        case Kind::ButtonUp: done.buttons |= 1U << static_cast<unsigned>(event.button); break;
        case Kind::Wheel: done.wheeled = true; break;
        case Kind::KeyDown:
        case Kind::KeyUp:
            if (event.key == Key::None) break;
            done.keys.insert(event.key);
            done.acts = done.acts || !only_writes(event);
            break;
        case Kind::Text: done.text = true; break;
        case Kind::Leave:
        case Kind::FocusGained:
        case Kind::FocusLost: break;
    }
}

void apply_modifiers(const InputEvent& event) {
    ImGuiIO& io = ImGui::GetIO();
    io.KeyCtrl = event.control;
    io.KeyShift = event.shift;
    io.KeyAlt = event.alt;
}

void apply(const InputEvent& event) {
    using Kind = InputEvent::Kind;
    ImGuiIO& io = ImGui::GetIO();
    switch (event.kind) {
        case Kind::Move: io.MousePos = ImVec2(event.x, event.y); break;
        case Kind::ButtonDown:
        case Kind::ButtonUp:
            io.MousePos = ImVec2(event.x, event.y);
            io.MouseDown[event.button] = event.kind == Kind::ButtonDown;
            break;
        case Kind::Wheel:
            io.MouseWheelH += event.x;
            io.MouseWheel += event.y;
            break;
        case Kind::KeyDown:
        case Kind::KeyUp:
            if (event.key != Key::None) io.KeysDown[key_index(event.key)] = event.kind == Kind::KeyDown;
            apply_modifiers(event);
            break;
        case Kind::Text:
            if (event.letter >= 32 && event.letter != 127) io.AddInputCharacter(event.letter);
            break;
        case Kind::Leave: io.MousePos = ImVec2(-FLT_MAX, -FLT_MAX); break;
        case Kind::FocusGained: io.AddFocusEvent(true); break;
        case Kind::FocusLost:
            // What was held when another window came up is let go of there, unseen by us.
            io.AddFocusEvent(false);
            for (bool& down : io.MouseDown)
                down = false;
            for (bool& down : io.KeysDown)
                down = false;
            io.KeyCtrl = io.KeyShift = io.KeyAlt = false;
            break;
    }
}

bool known_key(const InputEvent& event) {
    using Kind = InputEvent::Kind;
    if (event.kind == Kind::KeyDown || event.kind == Kind::KeyUp) return key_index(event.key) < IM_ARRAYSIZE(ImGuiIO::KeysDown);
    if (event.kind == Kind::ButtonDown || event.kind == Kind::ButtonUp) return event.button >= 0 && event.button < IM_ARRAYSIZE(ImGuiIO::MouseDown);
    return true;
}

/// Arrows, space and the like are the window's own (steps of time) until a widget has the focus ring, text is typed or a
/// menu is open: only then are they ImGui's. Its navigation wants each key to have an index, so they get one
/// that no key has.
void share_keys() {
    constexpr int kNoKey = IM_ARRAYSIZE(ImGuiIO::KeysDown) - 1;
    ImGuiIO& io = ImGui::GetIO();
    // With Alt and Shift they move borders, whatever has the keyboard.
    const bool widgets = keys_are_taken() && !(io.KeyAlt && io.KeyShift);
    const auto give = [&](ImGuiKey name, Key key) { io.KeyMap[name] = widgets ? static_cast<int>(key) : kNoKey; };
    // With Ctrl they are panels' own (a terminal's tabs).
    io.KeyMap[ImGuiKey_PageUp] = io.KeyCtrl ? kNoKey : static_cast<int>(Key::PageUp);
    io.KeyMap[ImGuiKey_PageDown] = io.KeyCtrl ? kNoKey : static_cast<int>(Key::PageDown);
    give(ImGuiKey_LeftArrow, Key::Left);
    give(ImGuiKey_RightArrow, Key::Right);
    give(ImGuiKey_UpArrow, Key::Up);
    give(ImGuiKey_DownArrow, Key::Down);
    give(ImGuiKey_Home, Key::Home);
    give(ImGuiKey_End, Key::End);
    give(ImGuiKey_Space, Key::Space);
    give(ImGuiKey_Enter, Key::Enter);
}

// ImGui 1.86 presses widgets with Space alone, and Enter only goes into a field: here it presses all of them. Once for each time it
// goes down, and not when it ends what is typed.
void press_with_enter() {
    ImGuiIO& io = ImGui::GetIO();
    const int enter = static_cast<int>(Key::Enter);
    const bool goes_down = io.KeysDown[enter] && io.KeysDownDuration[enter] < 0;
    if (goes_down && io.NavVisible && !io.WantTextInput && !io.KeyCtrl && !io.KeyAlt) io.NavInputs[ImGuiNavInput_Activate] = 1.0F;
}

}  // namespace

void InputQueue::set_up() {
    ImGuiIO& io = ImGui::GetIO();
    const auto map = [&](ImGuiKey name, Key key) { io.KeyMap[name] = static_cast<int>(key); };
    map(ImGuiKey_Tab, Key::Tab);
    map(ImGuiKey_Insert, Key::Insert);
    map(ImGuiKey_Delete, Key::Delete);
    map(ImGuiKey_Backspace, Key::Backspace);
    map(ImGuiKey_Escape, Key::Escape);
    map(ImGuiKey_A, Key::A);
    map(ImGuiKey_C, Key::C);
    map(ImGuiKey_V, Key::V);
    map(ImGuiKey_X, Key::X);
    map(ImGuiKey_Y, Key::Y);
    map(ImGuiKey_Z, Key::Z);
    share_keys();
}

void InputQueue::hand_over() {
    take_events();
    share_keys();
    press_with_enter();
}

void InputQueue::take_events() {
    HandedOver done;
    while (!events_.empty()) {
        const InputEvent event = events_.front();
        if (known_key(event)) {
            if (must_wait(event, done)) return;
            note(event, done);
            apply(event);
        }
        events_.pop_front();
    }
}

bool keys_are_taken() {
    const ImGuiIO& io = ImGui::GetIO();
    return io.NavVisible || io.WantTextInput || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
}

bool pressed(Key key, bool control, bool shift, bool alt) {
    const ImGuiIO& io = ImGui::GetIO();
    return ImGui::IsKeyPressed(static_cast<int>(key), false) && io.KeyCtrl == control && io.KeyShift == shift && io.KeyAlt == alt;
}

}  // namespace podium::desktop
