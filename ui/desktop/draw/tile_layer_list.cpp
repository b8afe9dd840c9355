#include "ui/desktop/draw/tile_layer_list.hpp"

#include <imgui.h>

#include "sim/base/assert.hpp"
#include "ui/desktop/draw/context.hpp"

namespace podium::desktop {
namespace {

// ImGui counts 65,536 vertices to a command; what is reserved at once must stay well below.
constexpr int kTilesAtOnce = 2'048;
constexpr int kIndicesOfTile = 6;
constexpr int kVerticesOfTile = 4;

}  // namespace

void ListTileLayer::begin(const Area& area, ImDrawList* list) {
    PODIUM_ASSERT(list != nullptr, "tiles of a list are drawn into one");
    list_ = list;
    left_ = 0;
    list_->PushClipRect({area.x, area.y}, {area.right(), area.bottom()}, true);
}

void ListTileLayer::add(float x, float y, float width, float height, std::uint32_t colour) {
    if (left_ == 0) {
        list_->PrimReserve(kTilesAtOnce * kIndicesOfTile, kTilesAtOnce * kVerticesOfTile);
        left_ = kTilesAtOnce;
    }
    list_->PrimRect({x, y}, {x + width, y + height}, colour);
    --left_;
}

void ListTileLayer::give_back() {
    if (left_ > 0) list_->PrimUnreserve(left_ * kIndicesOfTile, left_ * kVerticesOfTile);
    left_ = 0;
}

void ListTileLayer::end() {
    give_back();
    list_->PopClipRect();
    list_ = nullptr;
}

}  // namespace podium::desktop
