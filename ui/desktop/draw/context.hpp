#pragma once

// What panels share while a frame is drawn: the way to act, the theme and fonts, the selection, and
// stable names of widgets. Belongs to the window's thread.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ui/desktop/draw/theme.hpp"
#include "ui/desktop/draw/tile_layer.hpp"
#include "ui/desktop/lab/intent.hpp"

namespace podium::desktop {

/// A rectangle on the screen, in pixels.
struct Area {
    float x = 0;
    float y = 0;
    float width = 0;
    float height = 0;

    [[nodiscard]] float right() const { return x + width; }
    [[nodiscard]] float bottom() const { return y + height; }
    [[nodiscard]] bool holds(float px, float py) const { return px >= x && px < right() && py >= y && py < bottom(); }
};

/// A widget of this frame, by its stable id ("transport.play", "cluster.tile.web.1").
struct Marked {
    Area area;
    bool enabled = true;
};

/// Asks for a context menu on something: the desktop opens it (panels/menu.hpp).
struct MenuRequest {
    bool open = false;
    Selection on;
    float x = 0;
    float y = 0;
    std::string unable = {};  ///< Why nothing can be done to it from here; empty: it can.
};

struct Context {
    const Theme* theme = nullptr;
    const Fonts* fonts = nullptr;
    TileLayer* tiles = nullptr;
    std::function<void(Intent)> send;

    /// What is looked at; sent to the engine when it changed during a frame.
    Look look;
    /// The service whose containers light up (hovered or selected); empty: none.
    std::string lit_service;
    std::string lit_hovered;    ///< The service the pointer is on: lit in the next frame.
    bool arrows_taken = false;  ///< What has the keyboard needs the arrow keys itself.
    /// The terminal that commands of menus and the palette are typed into.
    std::string terminal;
    MenuRequest menu;
    /// Real time since the window opened, in seconds: for motion. Fixed steps in tests.
    double clock = 0;
    float scale = 1;  ///< All lengths of layouts are multiplied by it.
    bool presenter = false;
    bool palette_wanted = false;   ///< Some widget asked for the command palette,
    std::string palette_text;      ///< beginning with this.
    std::string typed_ahead;       ///< Put into the terminal's line for the person to go on with.
    /// A panel (its id) that is to come to the front with the keyboard; while it is drawn it may hand that on to one of its widgets.
    std::string panel_wanted;
    std::string wish;  ///< Something of the desktop's own that was asked for: "theme", "presenter" (keys.hpp).

    std::map<std::string, Marked> marks;  ///< Of this frame.
    bool tabbed = false;  ///< The panel that is drawn has its title in a row of tabs: put_heading() leaves it out.

    /// Names the widget that ImGui drew last.
    void mark(const std::string& id, bool enabled = true);
    /// Names a rectangle.
    void mark(const std::string& id, const Area& area, bool enabled = true);
    /// Selects something, as a click on it does.
    void select(Selection::Kind kind, const std::string& name);
    [[nodiscard]] float px(float length) const { return length * scale; }
};

}  // namespace podium::desktop
