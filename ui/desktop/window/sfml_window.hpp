#pragma once

// The desktop in a window of SFML's: its events become ours, ImGui's lists are drawn over the tiles that
// SFML draws, clipboard and pointer are the system's. One window a program, on the main thread.

#include <functional>
#include <string>

#include "sim/base/result.hpp"
#include "ui/desktop/lab/engine.hpp"
#include "ui/desktop/lab_app.hpp"

namespace podium::desktop {

/// Whether there is a display: SFML ends the program where there is none. Errors: one sentence about it.
Result<void> can_open_window();

/// Starts the engine's thread and shows its run until the person leaves; `notice` is said first (empty: nothing),
/// `keep` is called with the layout when it has changed. `drawn` is told after each frame how many seconds the window has been there,
/// and closes it by saying false; empty: only the person does. Requires can_open_window(). Errors: OpenGL or fonts are missing.
Result<void> show_window(LabEngine& engine, const LabWish& wish, const std::string& notice, const std::function<void(const Layout&)>& keep, const std::function<bool(double seconds)>& drawn = {});

}  // namespace podium::desktop
