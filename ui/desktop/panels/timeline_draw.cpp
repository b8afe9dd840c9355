#include "ui/desktop/panels/timeline_draw.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <imgui_internal.h>

#include "ui/desktop/draw/widgets.hpp"

namespace podium::desktop {

std::uint32_t span_colour(const Theme& theme, view::LaneKind kind, view::Tone tone, std::uint32_t service) {
    if (tone == view::Tone::Bad) return theme.bad;
    if (tone == view::Tone::Warning) return kind == view::LaneKind::Consensus ? theme.bad : theme.warning;
    if (tone == view::Tone::Quiet) return theme.dim;
    switch (kind) {
        case view::LaneKind::Consensus: return theme.warning;  // the leader's star is of this colour
        case view::LaneKind::Service: return service == view::kNone ? theme.accent : service_colour(theme, service);
        case view::LaneKind::Traffic: return tone == view::Tone::Good ? theme.good : theme.accent;
        case view::LaneKind::Host: return theme.good;
        case view::LaneKind::Fault: return theme.bad;
        case view::LaneKind::Story: return theme.accent;
    }
    return theme.accent;
}

std::uint32_t mark_colour(const Theme& theme, view::LaneKind kind, view::Tone tone) {
    switch (tone) {
        case view::Tone::Good: return theme.good;
        case view::Tone::Bad: return theme.bad;
        case view::Tone::Warning: return kind == view::LaneKind::Consensus ? theme.violet : theme.warning;
        case view::Tone::Plain: return theme.accent;
        case view::Tone::Quiet: return theme.dim;
    }
    return theme.dim;
}

void put_span(const Context& context, ImDrawList* list, const SpanLook& look) {
    const Theme& theme = *context.theme;
    const Area& area = look.area;
    if (area.width <= 0) return;
    const std::uint32_t ground = mixed(theme.background, theme.panel, 0.5F);
    const float alpha = look.ahead ? 0.35F : 1.0F;
    const float round = std::min(context.px(4), area.width / 2);
    const float fill = look.calm ? 0.10F : theme.dark ? 0.30F : 0.26F;
    list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(mixed(ground, look.colour, fill), alpha), round);
    const bool wide = area.width >= context.px(6);
    if (wide && !look.calm && look.tone == view::Tone::Warning) put_hatch(list, area, Hatch::Falling, look.colour, 0.28F * alpha, 0);
    if (wide && !look.calm && look.tone == view::Tone::Bad) put_hatch(list, area, Hatch::Crossed, look.colour, 0.28F * alpha, 0);
    if (look.begins && !look.calm) {
        const float edge = std::min(area.width, context.px(2.5F));
        list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.x + edge, area.bottom()), packed(look.colour, alpha), std::min(context.px(1), edge / 2));
    }
    if (look.chosen) list->AddRect(ImVec2(area.x - 1, area.y - 1), ImVec2(area.right() + 1, area.bottom() + 1), packed(theme.text, 0.85F), round, 0, context.px(1.5F));
    ImFont* font = context.fonts->small;
    if (look.label.empty() || look.label_room < context.px(26)) return;
    const std::string words = fitted(font, look.label, look.label_room);
    const std::uint32_t ink = look.calm ? theme.faint : mixed(look.colour, theme.text, theme.dark ? 0.55F : 0.70F);
    put_words(list, font, ImVec2(look.label_from, area.y + (area.height - font->FontSize) / 2), ink, words, look.ahead ? 0.55F : 1.0F);
}

void put_diamond(const Context& context, ImDrawList* list, ImVec2 at, std::uint32_t colour, std::uint32_t count, bool chosen, bool ahead, float room) {
    const Theme& theme = *context.theme;
    const float half = context.px(count > 1 ? 6.0F : 5.0F);
    const float alpha = ahead ? 0.35F : 1.0F;
    const auto corner = [&](float size, bool filled, std::uint32_t ink, float thick) {
        const ImVec2 up(at.x, at.y - size);
        const ImVec2 right(at.x + size, at.y);
        const ImVec2 down(at.x, at.y + size);
        const ImVec2 left(at.x - size, at.y);
        if (filled) {
            list->AddQuadFilled(up, right, down, left, ink);
        } else {
            list->AddQuad(up, right, down, left, ink, thick);
        }
    };
    // A thin rim of the ground keeps it apart from what lies beneath.
    corner(half + context.px(1), true, packed(mixed(theme.background, theme.panel, 0.5F), alpha), 0);
    corner(half, true, packed(colour, alpha), 0);
    if (chosen) corner(half + context.px(2.5F), false, packed(theme.text), context.px(1.5F));
    if (count < 2) return;
    const std::string words = count > 999 ? "999+" : fmt::format("{}", count);
    ImFont* font = context.fonts->small;
    const ImVec2 size = words_size(font, words);
    if (size.x + context.px(4) > room) return;
    const float left = at.x + half + context.px(1);
    list->AddRectFilled(ImVec2(left, at.y - size.y / 2), ImVec2(left + size.x + context.px(4), at.y + size.y / 2), packed(mixed(theme.background, theme.panel, 0.5F), 0.8F), context.px(3));
    put_words(list, font, ImVec2(left + context.px(2), at.y - size.y / 2), theme.dim, words, ahead ? 0.5F : 1.0F);
}

void put_arrow(const Context& context, ImDrawList* list, ImVec2 from, ImVec2 to, std::uint32_t colour) {
    const float across = to.x - from.x;
    const float along = to.y - from.y;
    const float far = std::sqrt(across * across + along * along);
    if (far < context.px(3)) return;
    const float bend = std::max(context.px(14), std::abs(across) * 0.45F);
    const bool level = std::abs(along) < 1;
    const ImVec2 first(from.x + bend, from.y - (level ? context.px(16) : 0.0F));
    const ImVec2 second(to.x - bend, to.y - (level ? context.px(16) : 0.0F));
    list->AddBezierCubic(from, first, second, to, packed(colour, 0.9F), context.px(1.6F), 24);
    // The head points along the curve's end.
    const ImVec2 before = ImBezierCubicCalc(from, first, second, to, 0.94F);
    const float dx = to.x - before.x;
    const float dy = to.y - before.y;
    const float length = std::max(0.001F, std::sqrt(dx * dx + dy * dy));
    const ImVec2 ahead(dx / length, dy / length);
    const float size = context.px(6);
    const ImVec2 back(to.x - ahead.x * size, to.y - ahead.y * size);
    list->AddTriangleFilled(to, ImVec2(back.x - ahead.y * size * 0.5F, back.y + ahead.x * size * 0.5F), ImVec2(back.x + ahead.y * size * 0.5F, back.y - ahead.x * size * 0.5F), packed(colour));
}

void put_dashes(const Context& context, ImDrawList* list, float x, float top, float bottom, std::uint32_t colour) {
    const float dash = context.px(4);
    for (float y = top; y < bottom; y += dash * 2) list->AddLine(ImVec2(x, y), ImVec2(x, std::min(bottom, y + dash)), packed(colour), context.px(1.5F));
}

}  // namespace podium::desktop
