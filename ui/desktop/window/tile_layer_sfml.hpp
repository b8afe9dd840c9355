#pragma once

// Tiles as vertex arrays that SFML draws beneath ImGui: without a texture and without blending, several
// times as fast in software as ImGui's own lists. The panel they belong to must leave its ground clear.
// The window's thread.

#include <vector>

#include <SFML/Graphics/RenderTarget.hpp>
#include <SFML/Graphics/Vertex.hpp>

#include "ui/desktop/draw/context.hpp"

namespace podium::desktop {

class SfmlTileLayer final : public TileLayer {
  public:
    void begin(const Area& area, ImDrawList* list) override;
    void add(float x, float y, float width, float height, std::uint32_t colour) override;
    void end() override;
    [[nodiscard]] bool beneath() const override { return true; }

    /// Draws what was added since the last clear(), each batch within its area. Sets the target's view.
    void draw(sf::RenderTarget& target) const;
    /// Before the next frame.
    void clear();

  private:
    struct Batch {
        Area area;
        std::size_t first = 0;
        std::size_t count = 0;
    };
    std::vector<sf::Vertex> corners_;
    std::vector<Batch> batches_;
};

}  // namespace podium::desktop
