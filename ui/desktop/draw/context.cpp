#include "ui/desktop/draw/context.hpp"

#include <imgui.h>

namespace podium::desktop {

void Context::mark(const std::string& id, bool enabled) {
    const ImVec2 from = ImGui::GetItemRectMin();
    const ImVec2 to = ImGui::GetItemRectMax();
    mark(id, Area{from.x, from.y, to.x - from.x, to.y - from.y}, enabled);
}

void Context::mark(const std::string& id, const Area& area, bool enabled) {
    marks.insert_or_assign(id, Marked{area, enabled});
}

void Context::select(Selection::Kind kind, const std::string& name) {
    look.selection = {kind, kind == Selection::Kind::None ? std::string() : name};
    // The fact whose causes were shown belongs to what was looked at before.
    look.fact = {};
    lit_service = kind == Selection::Kind::Service ? name : std::string();
}

}  // namespace podium::desktop
