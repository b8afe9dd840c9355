#pragma once

// Many plain rectangles at once: the one interface by which panels draw bulk tiles. In the window they
// are a vertex array that SFML draws beneath ImGui (window/); without a display they go into ImGui's own
// list. Rectangles are added during draw() and shown with that frame, clipped to the area they were
// begun with.

#include <cstdint>

struct ImDrawList;

namespace podium::desktop {

struct Area;

class TileLayer {
  public:
    virtual ~TileLayer() = default;
    /// Begins a batch within an area; `list` is the panel's, for layers that draw there.
    virtual void begin(const Area& area, ImDrawList* list) = 0;
    /// A filled rectangle; the colour as packed() gives it, and opaque.
    virtual void add(float x, float y, float width, float height, std::uint32_t colour) = 0;
    virtual void end() = 0;
    /// Whether tiles are painted before all that ImGui draws: then the panel's ground must be clear, and what
    /// is to be seen through is drawn as tiles too.
    [[nodiscard]] virtual bool beneath() const { return false; }
};

}  // namespace podium::desktop
