#include "ui/desktop/window/window_events.hpp"

#include <SFML/Window/Event.hpp>
#include <array>

namespace podium::desktop {
namespace {

struct KeyPair {
    sf::Keyboard::Key theirs;
    Key ours;
};
constexpr std::array kKeyPairs = {
    KeyPair{sf::Keyboard::Tab, Key::Tab},
    KeyPair{sf::Keyboard::Left, Key::Left},
    KeyPair{sf::Keyboard::Right, Key::Right},
    KeyPair{sf::Keyboard::Up, Key::Up},
    KeyPair{sf::Keyboard::Down, Key::Down},
    KeyPair{sf::Keyboard::PageUp, Key::PageUp},
    KeyPair{sf::Keyboard::PageDown, Key::PageDown},
    KeyPair{sf::Keyboard::Home, Key::Home},
    KeyPair{sf::Keyboard::End, Key::End},
    KeyPair{sf::Keyboard::Insert, Key::Insert},
    KeyPair{sf::Keyboard::Delete, Key::Delete},
    KeyPair{sf::Keyboard::Backspace, Key::Backspace},
    KeyPair{sf::Keyboard::Space, Key::Space},
    KeyPair{sf::Keyboard::Enter, Key::Enter},
    KeyPair{sf::Keyboard::Escape, Key::Escape},
    KeyPair{sf::Keyboard::Comma, Key::Comma},
    KeyPair{sf::Keyboard::Period, Key::Period},
    KeyPair{sf::Keyboard::Slash, Key::Slash},
    KeyPair{sf::Keyboard::Divide, Key::Slash},
    KeyPair{sf::Keyboard::Hyphen, Key::Minus},
    KeyPair{sf::Keyboard::Subtract, Key::Minus},
    KeyPair{sf::Keyboard::Equal, Key::Equal},
    KeyPair{sf::Keyboard::Add, Key::Equal},
    KeyPair{sf::Keyboard::Backslash, Key::Backslash},
    KeyPair{sf::Keyboard::LBracket, Key::LeftBracket},
    KeyPair{sf::Keyboard::RBracket, Key::RightBracket},
    KeyPair{sf::Keyboard::Menu, Key::Menu},
    KeyPair{sf::Keyboard::Tilde, Key::Grave},
};

/// A row of keys that stand in the same order on both sides.
Key within_row(sf::Keyboard::Key theirs, sf::Keyboard::Key first, sf::Keyboard::Key last, Key ours) {
    if (theirs < first || theirs > last) return Key::None;
    return static_cast<Key>(static_cast<int>(ours) + (theirs - first));
}

Key key_of(sf::Keyboard::Key theirs) {
    for (const KeyPair& pair : kKeyPairs) {
        if (pair.theirs == theirs) return pair.ours;
    }
    for (const Key found : {within_row(theirs, sf::Keyboard::A, sf::Keyboard::Z, Key::A),
                            within_row(theirs, sf::Keyboard::Num0, sf::Keyboard::Num9, Key::Digit0),
                            within_row(theirs, sf::Keyboard::Numpad0, sf::Keyboard::Numpad9, Key::Digit0),
                            within_row(theirs, sf::Keyboard::F1, sf::Keyboard::F12, Key::F1)}) {
        if (found != Key::None) return found;
    }
    return Key::None;
}

InputEvent key_event(InputEvent::Kind kind, const sf::Event::KeyEvent& key) {
    InputEvent event{.kind = kind, .key = key_of(key.code), .control = key.control, .shift = key.shift, .alt = key.alt};
    // With the key of a modifier X tells how that stood before it.
    const bool down = kind == InputEvent::Kind::KeyDown;
    if (key.code == sf::Keyboard::LControl || key.code == sf::Keyboard::RControl) event.control = down;
    if (key.code == sf::Keyboard::LShift || key.code == sf::Keyboard::RShift) event.shift = down;
    // Alt goes with other keys alone; by itself ImGui would take it for the way to a menu.
    if (key.code == sf::Keyboard::LAlt || key.code == sf::Keyboard::RAlt) event.alt = false;
    return event;
}

InputEvent button_event(InputEvent::Kind kind, const sf::Event::MouseButtonEvent& button) {
    // Left, right, middle: ImGui counts them in the same order.
    return {.kind = kind, .x = static_cast<float>(button.x), .y = static_cast<float>(button.y), .button = static_cast<int>(button.button)};
}

}  // namespace

std::optional<InputEvent> input_event(const sf::Event& event) {
    using Kind = InputEvent::Kind;
    // NOLINTNEXTLINE(clang-diagnostic-switch-enum)
    switch (static_cast<int>(event.type)) {
        case sf::Event::MouseMoved: return InputEvent{.kind = Kind::Move, .x = static_cast<float>(event.mouseMove.x), .y = static_cast<float>(event.mouseMove.y)};
        case sf::Event::MouseButtonPressed: return button_event(Kind::ButtonDown, event.mouseButton);
        case sf::Event::MouseButtonReleased: return button_event(Kind::ButtonUp, event.mouseButton);
        case sf::Event::MouseWheelScrolled: {
            const bool upright = event.mouseWheelScroll.wheel == sf::Mouse::VerticalWheel;
            const float notches = event.mouseWheelScroll.delta;
            return InputEvent{.kind = Kind::Wheel, .x = upright ? 0.0F : notches, .y = upright ? notches : 0.0F};
        }
        case sf::Event::MouseLeft: return InputEvent{.kind = Kind::Leave};
        case sf::Event::KeyPressed: return key_event(Kind::KeyDown, event.key);
        case sf::Event::KeyReleased: return key_event(Kind::KeyUp, event.key);
        case sf::Event::TextEntered: return InputEvent{.kind = Kind::Text, .letter = event.text.unicode};
        case sf::Event::GainedFocus: return InputEvent{.kind = Kind::FocusGained};
        case sf::Event::LostFocus: return InputEvent{.kind = Kind::FocusLost};
        default: return std::nullopt;
    }
}

}  // namespace podium::desktop
