#include "ui/desktop/panels/inspector_draw.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"

namespace podium::desktop {
namespace {

constexpr std::size_t kChartPlaces = 60;  // samples over the full width

void move_below(const ImVec2& at, float width, float height) {
    ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height));
    ImGui::Dummy(ImVec2(width, 0));
}

void hint(const Context& context, const std::string& words) {
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(context.px(320));
    ImGui::TextUnformatted(words.c_str());
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
}

std::uint32_t colour_of(const Theme& theme, view::Tone tone) {
    return tone == view::Tone::Plain ? theme.text : tone_colour(theme, tone);
}

// A step is told by its tone, and by its place; plain ones are quiet dots.
std::uint32_t dot_colour(const Theme& theme, view::Tone tone) {
    return tone == view::Tone::Plain || tone == view::Tone::Quiet ? theme.dim : tone_colour(theme, tone);
}

// Selects the fact, or goes to it.
void act_on_fact(Context& context, const FactLine& line) {
    // A click is told when the button comes up; that the press before it was the second one is known still.
    if (ImGui::IsItemHovered() && ImGui::GetIO().MouseClickedLastCount[0] >= 2) context.send(intent::Seek{line.time});
    context.look.fact = line.fact;
}

}  // namespace

void put_part_heading(const Context& context, std::string_view title, std::string_view more) {
    const Theme& theme = *context.theme;
    ImGui::Dummy(ImVec2(0, context.px(4)));
    ImGui::PushFont(context.fonts->small);
    ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.faint));
    ImGui::TextUnformatted(title.data(), title.data() + title.size());
    if (!more.empty()) {
        ImGui::SameLine(0, context.px(10));
        const std::string words = fitted(context.fonts->small, more, ImGui::GetContentRegionAvail().x);
        ImGui::TextUnformatted(words.c_str());
    }
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

void put_row(const Context& context, const Detail::Row& row, float width, bool lines) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImFont* font = context.fonts->text;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float line = font->FontSize;
    const std::string name = fitted(font, row.name, width * 0.62F);
    const float named = words_size(font, name).x + context.px(12);
    put_words(list, font, at, theme.dim, name);
    const float needed = words_size(font, row.value).x;
    if (needed <= width - named) {
        put_words(list, font, ImVec2(at.x + width - needed, at.y), colour_of(theme, row.tone), row.value);
        move_below(at, width, line);
        return;
    }
    if (lines) {
        ImGui::SetCursorScreenPos(ImVec2(at.x + context.px(10), at.y + line + context.px(3)));
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(colour_of(theme, row.tone)));
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width - context.px(10));
        ImGui::TextUnformatted(row.value.c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
        return;
    }
    const std::string value = fitted(font, row.value, width - named);
    put_words(list, font, ImVec2(at.x + width - words_size(font, value).x, at.y), colour_of(theme, row.tone), value);
    if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(at, ImVec2(at.x + width, at.y + line))) hint(context, row.value);
    move_below(at, width, line);
}

void put_chart(Context& context, const std::string& id, const InspectorChart& chart, float width, std::uint32_t colour, std::string_view limit_words) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = context.px(72);
    const ImVec2 end(at.x + width, at.y + height);
    context.mark(id, Area{at.x, at.y, width, height});
    list->AddRectFilled(at, end, packed(theme.field), context.px(6));
    if (!theme.dark) list->AddRect(at, end, packed(theme.line), context.px(6));
    const float inner = context.px(4);
    const float full = height - inner * 2;
    list->PushClipRect(at, end, true);
    const std::size_t count = std::min(chart.shares.size(), kChartPlaces);
    const float step = (width - inner * 2) / static_cast<float>(kChartPlaces - 1);
    std::vector<ImVec2> points;
    for (std::size_t i = 0; i < count; ++i) {
        const float share = chart.shares[chart.shares.size() - count + i];
        const float x = end.x - inner - step * static_cast<float>(count - 1 - i);
        points.emplace_back(x, end.y - inner - full * std::clamp(share, 0.0F, 1.0F));
    }
    for (std::size_t i = 1; i < points.size(); ++i) {
        const ImVec2& left = points[i - 1];
        const ImVec2& right = points[i];
        list->AddQuadFilled(left, right, ImVec2(right.x, end.y - 1), ImVec2(left.x, end.y - 1), packed(colour, 0.14F));
    }
    if (points.size() > 1) list->AddPolyline(points.data(), static_cast<int>(points.size()), packed(colour), 0, context.px(1.8F));
    if (points.size() == 1) list->AddCircleFilled(points.front(), context.px(2.5F), packed(colour));
    if (chart.limit >= 0) {
        const float y = end.y - inner - full * std::min(chart.limit, 1.0F);
        for (float x = at.x; x < end.x; x += context.px(8)) list->AddLine(ImVec2(x, y), ImVec2(std::min(x + context.px(4), end.x), y), packed(theme.bad, 0.75F));
        put_words(list, context.fonts->small, ImVec2(at.x + context.px(6), y - context.fonts->small->FontSize - context.px(1)), theme.bad, limit_words);
    }
    list->PopClipRect();
    move_below(at, width, height + context.px(2));
}

void put_probe_boxes(Context& context, const std::vector<bool>& probes, float width) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    constexpr std::size_t kPlaces = 20;
    const float step = (width + context.px(4)) / static_cast<float>(kPlaces);
    const float height = context.px(18);
    const std::size_t count = std::min(probes.size(), kPlaces);
    context.mark("inspector.probes", Area{at.x, at.y, width, height});
    for (std::size_t i = 0; i < count; ++i) {
        const bool passed = probes[probes.size() - count + i];
        const float x = at.x + step * static_cast<float>(i);
        const ImVec2 from(x, at.y);
        const ImVec2 to(x + step - context.px(4), at.y + height);
        list->AddRectFilled(from, to, packed(passed ? theme.good : theme.bad, passed ? 0.75F : 1.0F), context.px(3));
        // Those who don't see colours see a bar across what failed.
        if (!passed) list->AddLine(ImVec2(from.x + context.px(2), to.y - context.px(4)), ImVec2(to.x - context.px(2), from.y + context.px(4)), packed(theme.panel), context.px(2));
    }
    move_below(at, width, height + context.px(4));
}

void put_chain(Context& context, const std::string& id, const std::vector<const FactLine*>& steps, const Detail& detail, float width) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImFont* font = context.fonts->text;
    const float height = font->FontSize + context.px(10);
    const float left = context.px(20);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const FactLine& step = *steps[i];
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const Area area{at.x, at.y, width, height};
        if (hit(context, fmt::format("{}.{}", id, step.fact.value), area)) act_on_fact(context, step);
        const bool hovered = ImGui::IsItemHovered();
        const bool chosen = context.look.fact && context.look.fact == step.fact;
        if (hovered || chosen) list->AddRectFilled(ImVec2(at.x - context.px(4), at.y), ImVec2(area.right(), area.bottom()), packed(chosen ? theme.accent : theme.text, chosen ? 0.16F : 0.06F), context.px(5));
        const float y = at.y + height / 2;
        const float x = at.x + context.px(6);
        if (i + 1 < steps.size()) list->AddLine(ImVec2(x, y), ImVec2(x, y + height), packed(theme.line), context.px(2));
        list->AddCircleFilled(ImVec2(x, y), context.px(4.5F), packed(dot_colour(theme, step.tone)), 16);
        const std::string words = cause_words(step, detail);
        const std::string shown = fitted(font, words, width - left);
        put_words(list, font, ImVec2(at.x + left, at.y + context.px(5)), step.ahead ? theme.faint : mixed(theme.text, theme.dim, 0.25F), shown);
        if (hovered) hint(context, fmt::format("{}  {}", format_time(step.time), words));
        move_below(at, width, height);
    }
}

void put_fact_line(Context& context, const std::string& id, const FactLine& line, const Detail& detail, float width) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImFont* small = context.fonts->small;
    ImFont* font = context.fonts->text;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = font->FontSize + context.px(8);
    if (hit(context, id, Area{at.x, at.y, width, height})) act_on_fact(context, line);
    const bool hovered = ImGui::IsItemHovered();
    const bool chosen = context.look.fact && context.look.fact == line.fact;
    if (hovered || chosen) list->AddRectFilled(ImVec2(at.x - context.px(4), at.y), ImVec2(at.x + width, at.y + height), packed(chosen ? theme.accent : theme.text, chosen ? 0.16F : 0.06F), context.px(5));
    const std::string time = format_time(line.time);
    put_words(list, small, ImVec2(at.x, at.y + context.px(5)), theme.faint, time);
    const float left = std::max(context.px(64), words_size(small, time).x + context.px(10));
    const std::string words = cause_words(line, detail);
    put_words(list, font, ImVec2(at.x + left, at.y + context.px(4)), colour_of(theme, line.tone), fitted(font, words, width - left));
    if (hovered && words_size(font, words).x > width - left) hint(context, words);
    move_below(at, width, height);
}

void put_placement(Context& context, const PlacementTable& table, float width) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImFont* font = context.fonts->text;
    ImFont* small = context.fonts->small;
    const float height = font->FontSize + context.px(12);
    const float cell = context.px(26);
    const auto columns = static_cast<float>(table.filters.size());
    const bool decided = std::any_of(table.rows.begin(), table.rows.end(), [](const PlacementTable::Row& row) { return row.chosen; });
    const float names = std::max(width * 0.4F, width - columns * cell - context.px(24));
    // The filters' names stand below each other, each with its column's number: there is no room across.
    for (std::size_t i = 0; i < table.filters.size(); ++i) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        put_words(list, small, at, theme.faint, fmt::format("{}  {}", i + 1, table.filters[i]));
        move_below(at, width, small->FontSize + context.px(3));
    }
    for (const PlacementTable::Row& row : table.rows) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        if (!in_reach(width, height)) {
            ImGui::Dummy(ImVec2(width, height));
            continue;
        }
        const Area area{at.x, at.y, width, height};
        const ImVec2 end(area.right(), area.bottom() - context.px(3));
        list->AddRectFilled(at, end, packed(row.takes ? theme.good : theme.text, row.takes ? 0.14F : 0.04F), context.px(5));
        if (row.chosen) list->AddRect(at, end, packed(theme.good), context.px(5), 0, context.px(1.5F));
        if (hit(context, fmt::format("inspector.node.{}", row.node), area) && !row.node.empty()) context.select(Selection::Kind::Host, row.node);
        const bool hovered = ImGui::IsItemHovered();
        if (hovered && ImGui::IsMouseReleased(1) && !row.node.empty())
            context.menu = {true, {Selection::Kind::Host, row.node}, ImGui::GetMousePos().x, ImGui::GetMousePos().y};
        for (std::size_t i = 0; i < row.refusals.size(); ++i) {
            const float x = at.x + names + cell * static_cast<float>(i) + context.px(6);
            const bool refused = !row.refusals[i].empty();
            put_words(list, small, ImVec2(x, at.y + context.px(5)), refused ? theme.bad : theme.good, refused ? icon::kCross : icon::kCheck, refused ? 1.0F : 0.7F);
        }
        // Of a decision the star is the chosen one's, who also says so; before it, that of each that would take the task.
        const ImVec2 star(area.right() - context.px(18), at.y + context.px(5));
        if (decided ? row.chosen : row.takes) put_words(list, small, star, theme.good, icon::kStar);
        float room = names - context.px(10);
        if (row.chosen) {
            constexpr std::string_view kChosen = "got it";
            room -= words_size(small, kChosen).x + context.px(8);
            put_words(list, small, ImVec2(at.x + room + context.px(14), at.y + context.px(5)), theme.good, kChosen);
            context.mark("inspector.chosen", area);
        }
        put_words(list, font, ImVec2(at.x + context.px(6), at.y + context.px(4)), theme.text, fitted(font, row.node, room));
        if (hovered) hint(context, row_words(table, row));
        move_below(at, width, height);
    }
}

}  // namespace podium::desktop
