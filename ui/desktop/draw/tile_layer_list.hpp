#pragma once

// Tiles in ImGui's own list: where there is no window of SFML's. See tile_layer.hpp.

#include "ui/desktop/draw/tile_layer.hpp"

namespace podium::desktop {

class ListTileLayer final : public TileLayer {
  public:
    void begin(const Area& area, ImDrawList* list) override;
    void add(float x, float y, float width, float height, std::uint32_t colour) override;
    void end() override;

  private:
    ImDrawList* list_ = nullptr;
};

}  // namespace podium::desktop
