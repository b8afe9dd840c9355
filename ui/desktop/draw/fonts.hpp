#pragma once

// The fonts of the desktop: Inter for words, JetBrains Mono for terminals, Font Awesome for icons, all from
// Debian's packages. Letters are drawn by FreeType into the atlas of the current ImGui context, anew
// for each scale. Belongs to the window's thread.

#include <string>

#include "sim/base/result.hpp"
#include "ui/desktop/draw/theme.hpp"

namespace podium::desktop {

/// Where Debian's packages put fonts.
inline constexpr const char* kFontFolder = "/usr/share/fonts";

/// Empties the atlas of the current context and fills it at this scale. The renderer's texture is to be made
/// anew afterwards. Errors: which file of which package is missing.
Result<Fonts> load_fonts(float scale, const std::string& folder = kFontFolder);

}  // namespace podium::desktop
