#pragma once

// Tiles in ImGui's own list: where there is no window of SFML's. Room is taken for many at a time, since
// ImGui's indices have 16 bits: a renderer must take vertex offsets (ImGuiBackendFlags_RendererHasVtxOffset)
// when there are more than 16,000 tiles. See tile_layer.hpp.

#include "ui/desktop/draw/tile_layer.hpp"

namespace podium::desktop {

class ListTileLayer final : public TileLayer {
  public:
    void begin(const Area& area, ImDrawList* list) override;
    /// Between begin() and end() nothing else may be drawn into the list.
    void add(float x, float y, float width, float height, std::uint32_t colour) override;
    void end() override;

  private:
    void give_back();

    ImDrawList* list_ = nullptr;
    int left_ = 0;  ///< Rectangles for which there is room.
};

}  // namespace podium::desktop
