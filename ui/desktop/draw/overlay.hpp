#pragma once

// What is drawn over the panels: context menus, the command palette. Listed in panels/panels.cpp; each is
// asked to draw once a frame, after all panels, and opens when the context says so.

#include <memory>
#include <vector>

#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

struct Overlay {
    virtual ~Overlay() = default;
    /// `whole` is the window. Resets the wish of the context (menu.open, palette_wanted) that it has served.
    virtual void draw(Context& context, const Frame& frame, const Area& whole) = 0;
};

using OverlayMaker = std::unique_ptr<Overlay> (*)();

/// In the order in which they are drawn, the last on top.
const std::vector<OverlayMaker>& overlay_list();

}  // namespace podium::desktop
