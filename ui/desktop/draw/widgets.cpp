#include "ui/desktop/draw/widgets.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <imgui_internal.h>

#include "sim/base/utf8.hpp"

namespace podium::desktop {
namespace {

/// Lines across an area, `gap` apart, that lean to the right (`slope` 1) or left (-1).
void put_lines(ImDrawList* list, const Area& area, float slope, float gap, float offset, std::uint32_t colour) {
    const float reach = area.height;
    for (float x = area.x - reach - gap + offset; x < area.right() + reach + gap; x += gap) {
        const ImVec2 low(slope > 0 ? x : x + reach, area.bottom());
        const ImVec2 high(slope > 0 ? x + reach : x, area.y);
        if (std::max(low.x, high.x) < area.x || std::min(low.x, high.x) > area.right()) continue;
        list->AddLine(low, high, colour, 2.0F);
    }
}

const char* end_of(std::string_view words) {
    return words.data() + words.size();
}

/// The beginning of the character before `at`.
std::size_t character_before(std::string_view words, std::size_t at) {
    do {
        --at;
    } while (at > 0 && is_continuation_byte(words[at]));
    return at;
}

}  // namespace

ImVec4 as_vec4(std::uint32_t colour, float alpha) {
    const auto part = [colour](unsigned shift) { return static_cast<float>((colour >> shift) & 0xFFU) / 255.0F; };
    return {part(16), part(8), part(0), alpha};
}

float lay_ground(const Context& context, const Area& area, std::uint32_t colour) {
    if (!context.tiles->beneath()) return 1;
    context.tiles->begin(area, nullptr);
    context.tiles->add(area.x, area.y, area.width, area.height, packed(colour));
    context.tiles->end();
    return 0;
}

void put_words(ImDrawList* list, ImFont* font, ImVec2 at, std::uint32_t colour, std::string_view words, float alpha) {
    if (words.empty()) return;
    // Whole pixels, or letters are blurred.
    list->AddText(font, font->FontSize, ImVec2(std::floor(at.x), std::floor(at.y)), packed(colour, alpha), words.data(), end_of(words));
}

ImVec2 words_size(const ImFont* font, std::string_view words) {
    if (words.empty()) return {0, font->FontSize};
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, words.data(), end_of(words));
}

std::string fitted(const ImFont* font, std::string_view words, float width) {
    if (words_size(font, words).x <= width) return std::string(words);
    static constexpr std::string_view kEllipsis = "…";
    const float left = width - words_size(font, kEllipsis).x;
    if (left <= 0) return {};
    const char* rest = nullptr;
    font->CalcTextSizeA(font->FontSize, left, 0, words.data(), end_of(words), &rest);
    auto length = static_cast<std::size_t>(rest - words.data());
    while (length > 0 && words[length - 1] == ' ')
        length = character_before(words, length);
    return std::string(words.substr(0, length)) + std::string(kEllipsis);
}

std::string fitted_numbered(const ImFont* font, std::string_view name, float width) {
    if (words_size(font, name).x <= width) return std::string(name);
    const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
    std::size_t number = name.size();
    while (number > 0 && is_digit(name[number - 1]))
        --number;
    if (number == name.size()) return fitted(font, name, width);
    // "a1" of "manager-a1": alone its digit is its neighbour's too.
    while (number > 0 && name[number - 1] != '-' && name[number - 1] != '.' && name[number - 1] != '_')
        --number;
    if (number == 0) return fitted(font, name, width);
    const std::string_view tail = name.substr(number);
    const float left = width - words_size(font, tail).x;
    if (left < 0) return fitted(font, tail, width);
    return fitted(font, name.substr(0, number), left) + std::string(tail);
}

void put_bar(const Context& context, ImDrawList* list, const Area& area, float share, std::uint32_t colour, float reserved) {
    const Theme& theme = *context.theme;
    const float round = area.height / 2;
    const ImVec2 from(area.x, area.y);
    list->AddRectFilled(from, ImVec2(area.right(), area.bottom()), packed(mixed(theme.panel, theme.dark ? theme.field : theme.line, 0.85F)), round);
    if (share > 0) {
        const float width = std::max(area.height, area.width * std::min(share, 1.0F));
        list->AddRectFilled(from, ImVec2(area.x + std::min(width, area.width), area.bottom()), packed(colour), round);
    }
    if (reserved >= 0) {
        const float x = std::floor(area.x + area.width * std::min(reserved, 1.0F));
        list->AddRectFilled(ImVec2(x - context.px(0.75F), area.y - context.px(2)), ImVec2(x + context.px(0.75F), area.bottom() + context.px(2)), packed(theme.text, 0.8F));
    }
}

float put_pill(const Context& context, ImDrawList* list, ImVec2 at, std::string_view words, std::uint32_t colour) {
    ImFont* font = context.fonts->small;
    const ImVec2 size = words_size(font, words);
    const float width = size.x + context.px(16);
    const float height = size.y + context.px(6);
    const Theme& theme = *context.theme;
    list->AddRectFilled(at, ImVec2(at.x + width, at.y + height), packed(mixed(theme.panel, colour, theme.dark ? 0.2F : 0.14F)), height / 2);
    put_words(list, font, ImVec2(at.x + context.px(8), at.y + context.px(3)), theme.dark ? mixed(colour, 0xFFFFFF, 0.12F) : colour, words);
    return width;
}

void put_hatch(ImDrawList* list, const Area& area, Hatch hatch, std::uint32_t colour, float alpha, double clock) {
    if (hatch == Hatch::None || area.width <= 0 || area.height <= 0) return;
    constexpr float kGap = 8.0F;
    const std::uint32_t ink = packed(colour, alpha);
    const auto offset = static_cast<float>(std::fmod(clock * 12.0, static_cast<double>(kGap)));
    list->PushClipRect(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), true);
    switch (hatch) {
        case Hatch::None: break;
        case Hatch::Rising: put_lines(list, area, 1, kGap, offset, ink); break;
        case Hatch::Falling: put_lines(list, area, -1, kGap, offset, ink); break;
        case Hatch::Crossed:
            put_lines(list, area, 1, kGap, offset, ink);
            put_lines(list, area, -1, kGap, offset, ink);
            break;
        case Hatch::Dots:
            for (float y = area.y + kGap / 2; y < area.bottom(); y += kGap) {
                for (float x = area.x + kGap / 2; x < area.right(); x += kGap)
                    list->AddRectFilled(ImVec2(x - 1, y - 1), ImVec2(x + 1, y + 1), ink);
            }
            break;
    }
    list->PopClipRect();
}

void put_heading(const Context& context, const char* icon, std::string_view title, std::string_view more) {
    const Theme& theme = *context.theme;
    if (context.tabbed && more.empty()) return;
    ImGui::PushFont(context.fonts->small);
    if (!context.tabbed) {
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.accent));
        ImGui::TextUnformatted(icon);
        ImGui::PopStyleColor();
        ImGui::SameLine(0, context.px(8));
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dim));
        ImGui::TextUnformatted(title.data(), end_of(title));
        ImGui::PopStyleColor();
    }
    if (!more.empty()) {
        if (!context.tabbed) ImGui::SameLine(0, context.px(10));
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.faint));
        ImGui::TextUnformatted(more.data(), end_of(more));
        ImGui::PopStyleColor();
    }
    ImGui::PopFont();
    ImGui::Dummy(ImVec2(0, context.px(2)));
}

bool hit(Context& context, const std::string& id, const Area& area) {
    if (area.width < 1 || area.height < 1) return false;
    ImGui::SetCursorScreenPos(ImVec2(area.x, area.y));
    const bool clicked = ImGui::InvisibleButton(id.c_str(), ImVec2(area.width, area.height));
    context.mark(id);
    // Who goes from widget to widget by keys sees where they are.
    if (ImGui::IsItemFocused() && !ImGui::GetCurrentContext()->NavDisableHighlight)
        ImGui::GetWindowDrawList()->AddRect(ImVec2(area.x - 1, area.y - 1), ImVec2(area.right() + 1, area.bottom() + 1), packed(context.theme->accent), context.px(5), 0, context.px(1.5F));
    return clicked;
}

bool button(Context& context, const std::string& id, const std::string& words, float width, bool enabled, bool primary) {
    const Theme& theme = *context.theme;
    if (primary) {
        ImGui::PushStyleColor(ImGuiCol_Button, as_vec4(theme.accent));
        ImGui::PushStyleColor(ImGuiCol_ButtonHovered, as_vec4(mixed(theme.accent, theme.dark ? 0xFFFFFF : 0x000000, 0.18F)));
        ImGui::PushStyleColor(ImGuiCol_ButtonActive, as_vec4(mixed(theme.accent, theme.dark ? 0xFFFFFF : 0x000000, 0.3F)));
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dark ? 0x0B1220 : 0xFFFFFF));
    }
    ImGui::BeginDisabled(!enabled);
    const bool clicked = ImGui::Button((words + "###" + id).c_str(), ImVec2(width, context.px(30)));
    ImGui::EndDisabled();
    context.mark(id, enabled);
    if (primary) ImGui::PopStyleColor(4);
    return clicked;
}

void put_hint(const Context& context, std::string_view words) {
    constexpr float kRest = 0.45F;
    if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled) || ImGui::GetCurrentContext()->HoveredIdTimer < kRest) return;
    ImGui::BeginTooltip();
    ImGui::PushFont(context.fonts->small);
    ImGui::TextUnformatted(words.data(), end_of(words));
    ImGui::PopFont();
    ImGui::EndTooltip();
}

bool in_reach(float width, float height) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    return ImGui::IsRectVisible(ImVec2(at.x, at.y - height), ImVec2(at.x + std::max(width, 1.0F), at.y + 2 * height));
}

Area kept_within(const Area& wanted, const Area& whole) {
    Area area = wanted;
    area.x = std::max(whole.x, std::min(area.x, whole.right() - area.width));
    area.y = std::max(whole.y, std::min(area.y, whole.bottom() - area.height));
    return area;
}

}  // namespace podium::desktop
