#pragma once

// ImGui's own colours and measures after the theme. Belongs to the window's thread.

#include "ui/desktop/draw/theme.hpp"

namespace podium::desktop {

/// Sets the current context's style. Cheap enough for each frame.
void set_style(const Theme& theme, float scale);

}  // namespace podium::desktop
