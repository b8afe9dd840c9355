#pragma once

// The command palette (Ctrl+K): every verb of the shell, what can be done with the selection, faults,
// panels, what can be opened and the transport's acts, found by a few letters. Opened by
// Context::palette_wanted. Text that is none of these is offered as a line for the terminal.

#include <memory>

#include "ui/desktop/draw/overlay.hpp"

namespace podium::desktop {

std::unique_ptr<Overlay> make_palette();

}  // namespace podium::desktop
