#pragma once

// How the window is divided: the widths and heights a person has set, which tab each place shows, theme,
// scale, and how large it is itself. Kept in the user's state folder as a small text; one that can't be read is told of and replaced.

#include <cstdint>
#include <map>
#include <string>

#include "sim/base/result.hpp"
#include "ui/desktop/draw/context.hpp"

namespace podium::desktop {

struct Layout {
    float left = 272;      ///< Widths and heights at scale 1; a window higher than usual adds to heights.
    float right = 284;
    float timeline = 132;
    float bottom = 176;
    bool left_shown = true;
    bool right_shown = true;
    bool bottom_shown = true;
    std::map<std::string, std::string> tabs;  ///< "bottom": "terminal".
    std::string theme = "dark";
    float scale = 1;
    bool presenter = false;
    float window_width = 1280;  ///< The window itself, in pixels.
    float window_height = 800;

    bool operator==(const Layout&) const = default;
};

/// The smallest and largest scale.
inline constexpr float kLeastScale = 0.75F;
inline constexpr float kMostScale = 3.0F;
inline constexpr float kTopBar = 52;
/// The smallest and largest window, each way.
inline constexpr float kLeastWindow = 64;
inline constexpr float kMostWindow = 8'192;

std::string layout_text(const Layout& layout);
/// Errors: which line can't be read.
Result<Layout> parse_layout(const std::string& text, const std::string& filename);

/// How much larger everything is in the presenter's mode.
inline constexpr float kPresenterScale = 1.35F;
/// By what lengths are multiplied: the scale, and the presenter's mode.
float scale_of(const Layout& layout);

/// The areas of a window so large. Where there is not room enough, sides give way to the centre.
struct Areas {
    Area top, left, centre, timeline, bottom, right;
};
Areas areas_of(const Layout& layout, float width, float height);

/// The lines between areas that can be dragged, named by the area that they make larger or smaller.
enum class Border : std::uint8_t { Left, Right, Timeline, Bottom };
/// Moves a border by so many pixels, to the right or down, as far as all keep a least size.
void move_border(Layout& layout, Border border, float by, float width, float height);

}  // namespace podium::desktop
