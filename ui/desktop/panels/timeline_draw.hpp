#pragma once

// How the timeline's pieces look: colours of lanes, spans, diamonds, arrows. Draws with ImGui's lists and
// decides nothing.

#include <cstdint>
#include <string_view>

#include <imgui.h>

#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/panels/timeline_fold.hpp"

namespace podium::desktop {

/// The colour of a stretch: a service's own while all of it runs, else the tone's.
std::uint32_t span_colour(const Theme& theme, view::LaneKind kind, view::Tone tone, std::uint32_t service);
/// The colour of a moment.
std::uint32_t mark_colour(const Theme& theme, view::LaneKind kind, view::Tone tone);

/// A stretch as it is drawn.
struct SpanLook {
    Area area;
    std::uint32_t colour = 0;
    view::Tone tone = view::Tone::Plain;
    bool calm = false;       ///< A host that is up: hardly there.
    bool begins = true;      ///< Its beginning is in the picture.
    bool chosen = false;
    bool ahead = false;      ///< The run stands before it.
    std::string_view label;
    float label_from = 0;    ///< Where the label begins, and how much room it has.
    float label_room = 0;
};
void put_span(const Context& context, ImDrawList* list, const SpanLook& look);
/// A diamond; more than one moment is a larger one, with their number where there is `room` for it.
void put_diamond(const Context& context, ImDrawList* list, ImVec2 at, std::uint32_t colour, std::uint32_t count, bool chosen, bool ahead, float room);
/// From a cause to what it brought about.
void put_arrow(const Context& context, ImDrawList* list, ImVec2 from, ImVec2 to, std::uint32_t colour);
/// An upright line of dashes.
void put_dashes(const Context& context, ImDrawList* list, float x, float top, float bottom, std::uint32_t colour);

}  // namespace podium::desktop
