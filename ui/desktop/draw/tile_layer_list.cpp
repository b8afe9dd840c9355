#include "ui/desktop/draw/tile_layer_list.hpp"

#include <imgui.h>

#include "ui/desktop/draw/context.hpp"

namespace podium::desktop {

void ListTileLayer::begin(const Area& area, ImDrawList* list) {
    list_ = list;
    list_->PushClipRect(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), true);
}

void ListTileLayer::add(float x, float y, float width, float height, std::uint32_t colour) {
    list_->AddRectFilled(ImVec2(x, y), ImVec2(x + width, y + height), colour);
}

void ListTileLayer::end() {
    list_->PopClipRect();
}

}  // namespace podium::desktop
