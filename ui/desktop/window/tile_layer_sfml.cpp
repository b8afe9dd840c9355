#include "ui/desktop/window/tile_layer_sfml.hpp"

#include <algorithm>

#include <SFML/Graphics/RenderStates.hpp>
#include <SFML/Graphics/View.hpp>

namespace podium::desktop {
namespace {

// ImGui packs colours with red in the lowest byte.
sf::Color tile_colour(std::uint32_t packed_colour) {
    const auto part = [packed_colour](unsigned shift) { return static_cast<sf::Uint8>((packed_colour >> shift) & 0xFFU); };
    return {part(0), part(8), part(16), part(24)};
}

}  // namespace

void SfmlTileLayer::begin(const Area& area, ImDrawList*) {
    batches_.push_back({area, corners_.size(), 0});
}

void SfmlTileLayer::add(float x, float y, float width, float height, std::uint32_t colour) {
    const sf::Color ink = tile_colour(colour);
    corners_.emplace_back(sf::Vector2f(x, y), ink);
    corners_.emplace_back(sf::Vector2f(x + width, y), ink);
    corners_.emplace_back(sf::Vector2f(x + width, y + height), ink);
    corners_.emplace_back(sf::Vector2f(x, y + height), ink);
}

void SfmlTileLayer::end() {
    batches_.back().count = corners_.size() - batches_.back().first;
}

void SfmlTileLayer::clear() {
    corners_.clear();
    batches_.clear();
}

void SfmlTileLayer::draw(sf::RenderTarget& target) const {
    const auto width = static_cast<float>(std::max(1U, target.getSize().x));
    const auto height = static_cast<float>(std::max(1U, target.getSize().y));
    for (const Batch& batch : batches_) {
        if (batch.count == 0 || batch.area.width < 1 || batch.area.height < 1) continue;
        // A view of the batch's own area: what stands outside of it is cut off by the viewport.
        sf::View view(sf::FloatRect(batch.area.x, batch.area.y, batch.area.width, batch.area.height));
        view.setViewport(sf::FloatRect(batch.area.x / width, batch.area.y / height, batch.area.width / width, batch.area.height / height));
        target.setView(view);
        // All are opaque: blending would read what is overwritten.
        target.draw(&corners_[batch.first], batch.count, sf::Quads, sf::RenderStates(sf::BlendNone));
    }
    target.setView(sf::View(sf::FloatRect(0, 0, width, height)));
}

}  // namespace podium::desktop
