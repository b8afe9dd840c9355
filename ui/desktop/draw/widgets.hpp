#pragma once

// Small pieces that panels are made of, drawn with ImGui in the theme's colours. Each interactive one
// names itself in the context's marks, so that tests find it by its stable id.

#include <string>
#include <string_view>

#include <imgui.h>

#include "ui/desktop/draw/context.hpp"

namespace podium::desktop {

ImVec4 as_vec4(std::uint32_t colour, float alpha = 1.0F);
/// Paints an opaque ground for a window of ImGui's that covers the area, and gives the opacity that is left for the window's own.
/// Where tiles are painted beneath it is one of them: ImGui's, with its texture and blending, takes many times as long in software.
float lay_ground(const Context& context, const Area& area, std::uint32_t colour);
/// Text at a place of a draw list.
void put_words(ImDrawList* list, ImFont* font, ImVec2 at, std::uint32_t colour, std::string_view words, float alpha = 1.0F);
[[nodiscard]] ImVec2 words_size(const ImFont* font, std::string_view words);
/// The words, shortened with an ellipsis to a width.
[[nodiscard]] std::string fitted(const ImFont* font, std::string_view words, float width);
/// The same for a name like "worker-42": what is left out stands before its number, which tells it from its neighbours.
[[nodiscard]] std::string fitted_numbered(const ImFont* font, std::string_view name, float width);
/// A bar filled to `share` (0 to 1), with a mark at `reserved` (below 0: none).
void put_bar(const Context& context, ImDrawList* list, const Area& area, float share, std::uint32_t colour, float reserved = -1.0F);
/// A pill with words; gives its width.
float put_pill(const Context& context, ImDrawList* list, ImVec2 at, std::string_view words, std::uint32_t colour);
/// Hatching within an area.
void put_hatch(ImDrawList* list, const Area& area, Hatch hatch, std::uint32_t colour, float alpha, double clock);
/// A panel's heading: icon and title, small.
void put_heading(const Context& context, const char* icon, std::string_view title, std::string_view more = {});
/// An invisible button over something drawn; true when it was clicked.
bool hit(Context& context, const std::string& id, const Area& area);
/// A button with words; true when it was clicked.
bool button(Context& context, const std::string& id, const std::string& words, float width = 0, bool enabled = true, bool primary = false);
/// Words beside the pointer when it rests on the widget that was drawn last.
void put_hint(const Context& context, std::string_view words);
/// Whether something of a height that begins at the cursor is worth drawing: it is in sight, or next to what is, so that keys reach
/// it. What is not only takes its room (ImGui::Dummy).
[[nodiscard]] bool in_reach(float width, float height);
/// Keeps something of a size within the window.
[[nodiscard]] Area kept_within(const Area& wanted, const Area& whole);

}  // namespace podium::desktop
