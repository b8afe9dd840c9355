#pragma once

// SFML's events as the desktop's own.

#include <optional>

#include "ui/desktop/draw/input.hpp"

namespace sf {
class Event;
}

namespace podium::desktop {

/// None: it is nothing that a person does.
std::optional<InputEvent> input_event(const sf::Event& event);

}  // namespace podium::desktop
