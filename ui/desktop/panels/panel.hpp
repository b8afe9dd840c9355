#pragma once

// A panel: one file in this folder and one line in panels.cpp. It owns its state, learns of the run
// from the frame alone and acts by sending intents. A frame is drawn in two phases: prepare() works out
// what is to be drawn (and may be timed apart), draw() puts it on the screen with ImGui.

#include <memory>
#include <string_view>
#include <vector>

#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// Where a panel stands in the layout until the person moves borders: see draw/layout.hpp.
enum class Place : std::uint8_t { Left, Centre, Timeline, Bottom, Right };

struct PanelSpec {
    std::string_view id;     ///< "cluster": the beginning of its widgets' ids, and its name in the layout file.
    std::string_view title;  ///< "CLUSTER"
    const char* icon;
    Place place;
    const char* key;  ///< "Alt+1": Alt with a digit or a letter; shown in help.
};

class Panel {
  public:
    virtual ~Panel() = default;
    /// Works out what draw() needs; `area` is the panel's content on the screen, in pixels.
    virtual void prepare(Context& context, const Frame& frame, const Area& area) = 0;
    /// Within an ImGui window that covers the area.
    virtual void draw(Context& context, const Frame& frame, const Area& area) = 0;
    /// Whether there is anything to show: a lesson's panel without a lesson has nothing.
    [[nodiscard]] virtual bool wanted(const Frame&) const { return true; }
};

struct PanelEntry {
    PanelSpec spec;
    std::unique_ptr<Panel> (*make)();
};

/// All panels, in the order of their tabs within a place.
const std::vector<PanelEntry>& panel_list();

}  // namespace podium::desktop
