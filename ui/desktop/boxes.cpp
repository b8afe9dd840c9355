#include "ui/desktop/boxes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>
#include <utility>
#include <vector>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/keys.hpp"
#include "ui/desktop/panels/panel.hpp"

namespace podium::desktop {
namespace {

const char* tone_icon(view::Tone tone) {
    switch (tone) {
        case view::Tone::Good: return icon::kCheck;
        case view::Tone::Bad: return icon::kCross;
        case view::Tone::Warning: return icon::kWarning;
        case view::Tone::Plain:
        case view::Tone::Quiet: return icon::kInfo;
    }
    return icon::kInfo;
}

void help_row(const Context& context, const char* keys, const char* what) {
    const Theme& theme = *context.theme;
    ImGui::TableNextColumn();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImFont* font = context.fonts->small;
    const ImVec2 size = words_size(font, keys);
    list->AddRectFilled(at, ImVec2(at.x + size.x + context.px(14), at.y + size.y + context.px(6)), packed(theme.raised), context.px(4));
    put_words(list, font, ImVec2(at.x + context.px(7), at.y + context.px(3)), theme.text, keys);
    ImGui::Dummy(ImVec2(size.x + context.px(14), size.y + context.px(8)));
    ImGui::TableNextColumn();
    ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dim));
    ImGui::TextUnformatted(what);
    ImGui::PopStyleColor();
}

std::vector<KeyHelp> help_lines() {
    std::vector<KeyHelp> lines(key_help());
    for (const PanelEntry& panel : panel_list()) {
        if (*panel.spec.key != '\0') lines.push_back({panel.spec.key, panel.spec.id.data()});
    }
    return lines;
}

// So many columns as the width has room for, three at most.
std::size_t help_columns(const Context& context, const std::vector<KeyHelp>& lines, float width) {
    ImFont* small = context.fonts->small;
    ImFont* text = context.fonts->text;
    for (std::size_t columns = 3; columns > 1; --columns) {
        const std::size_t rows = (lines.size() + columns - 1) / columns;
        float needed = 0;
        for (std::size_t first = 0; first < lines.size(); first += rows) {
            float keys = 0;
            float what = 0;
            for (std::size_t i = first; i < std::min(lines.size(), first + rows); ++i) {
                keys = std::max(keys, words_size(small, lines[i].keys).x);
                what = std::max(what, words_size(text, lines[i].what).x);
            }
            needed += keys + what + context.px(46);
        }
        if (needed <= width) return columns;
    }
    return 1;
}

void help_table(const Context& context, float width) {
    const std::vector<KeyHelp> lines = help_lines();
    const std::size_t columns = help_columns(context, lines, width);
    const std::size_t rows = (lines.size() + columns - 1) / columns;
    if (!ImGui::BeginTable("help.keys", static_cast<int>(columns * 2), ImGuiTableFlags_SizingFixedFit)) return;
    for (std::size_t row = 0; row < rows; ++row) {
        ImGui::TableNextRow();
        for (std::size_t column = 0; column < columns; ++column) {
            const std::size_t index = column * rows + row;
            if (index < lines.size()) help_row(context, lines[index].keys, lines[index].what);
        }
    }
    ImGui::EndTable();
}

// Where the window is too small for all keys, these go through them.
void help_scroll(const Context& context) {
    if (ImGui::GetScrollMaxY() <= 0) return;
    const float page = ImGui::GetWindowHeight() * 0.8F;
    const float line = context.px(24);
    for (const auto& [key, by] : {std::pair{Key::PageDown, page}, std::pair{Key::PageUp, -page}, std::pair{Key::Down, line}, std::pair{Key::Up, -line}}) {
        if (ImGui::IsKeyPressed(static_cast<int>(key), true)) ImGui::SetScrollY(std::clamp(ImGui::GetScrollY() + by, 0.0F, ImGui::GetScrollMaxY()));
    }
}

}  // namespace

void Notice::say(const std::string& words, view::Tone tone) {
    words_ = words;
    tone_ = tone;
    fresh_ = true;
}

void Notice::draw(Context& context, const Frame& frame, const Area& whole) {
    constexpr double kShownFor = 4.0;
    constexpr double kForALetter = 0.05;
    constexpr float kNoticeBelow = 64;
    if (frame.notice_serial != seen_) {
        seen_ = frame.notice_serial;
        say(frame.notice, frame.notice_tone);
    }
    if (fresh_) {
        fresh_ = false;
        until_ = context.clock + kShownFor + kForALetter * static_cast<double>(words_.size());
    }
    if (words_.empty() || context.clock > until_) return;

    const Theme& theme = *context.theme;
    const std::uint32_t colour = tone_ == view::Tone::Plain ? theme.accent : tone_colour(theme, tone_);
    const float wrap = std::min(context.px(460), whole.width - context.px(90));
    ImFont* font = context.fonts->text;
    const ImVec2 size = font->CalcTextSizeA(font->FontSize, wrap, wrap, words_.c_str());
    const Area area{whole.x + (whole.width - size.x - context.px(62)) / 2, whole.y + context.px(kNoticeBelow), size.x + context.px(62), size.y + context.px(24)};
    ImGui::SetNextWindowPos(ImVec2(area.x, area.y));
    ImGui::SetNextWindowSize(ImVec2(area.width, area.height));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, context.px(8));
    ImGui::Begin("notice",
                 nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoBackground);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 from(area.x, area.y);
    const ImVec2 to(area.right(), area.bottom());
    list->AddRectFilled(from, to, packed(mixed(theme.panel, theme.raised, 0.8F)), context.px(8));
    list->AddRectFilled(from, ImVec2(from.x + context.px(4), to.y), packed(colour), context.px(2));
    list->AddRect(from, to, packed(theme.line), context.px(8));
    put_words(list, font, ImVec2(area.x + context.px(16), area.y + context.px(12)), colour, tone_icon(tone_));
    list->AddText(font, font->FontSize, ImVec2(area.x + context.px(44), area.y + context.px(12)), packed(theme.text), words_.c_str(), nullptr, wrap);
    if (hit(context, "notice", area)) words_.clear();
    ImGui::End();
    ImGui::PopStyleVar();
}

void HelpBox::draw(Context& context, const Area& whole) {
    const bool opened = open && !was_open_;
    was_open_ = open;
    if (!open) return;
    ImGui::SetNextWindowPos(ImVec2(whole.x + whole.width / 2, whole.y + whole.height / 2), ImGuiCond_Always, ImVec2(0.5F, 0.5F));
    const float margin = context.px(8);
    ImGui::SetNextWindowSizeConstraints(ImVec2(0, 0), ImVec2(std::max(1.0F, whole.width - margin * 2), std::max(1.0F, whole.height - margin * 2)));
    ImGui::SetNextWindowBgAlpha(1.0F);
    if (opened) ImGui::SetNextWindowFocus();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, context.px(12));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(context.px(24), context.px(20)));
    ImGui::Begin("help", nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize);
    ImGui::PushFont(context.fonts->title);
    ImGui::TextUnformatted("Keys");
    ImGui::PopFont();
    ImGui::Dummy(ImVec2(0, context.px(4)));
    help_table(context, whole.width - margin * 2 - context.px(64));
    help_scroll(context);
    ImGui::Dummy(ImVec2(0, context.px(4)));
    if (button(context, "help.close", "Close", context.px(96))) open = false;
    const ImVec2 from = ImGui::GetWindowPos();
    const ImVec2 size = ImGui::GetWindowSize();
    context.mark("help", Area{from.x, from.y, size.x, size.y});
    ImGui::End();
    ImGui::PopStyleVar(3);
}

void SaveBox::ask() {
    wanted_ = true;
}

void SaveBox::draw(Context& context, const Area& whole) {
    const bool opened = wanted_;
    if (wanted_) ImGui::OpenPopup("save");
    wanted_ = false;
    ImGui::SetNextWindowPos(ImVec2(whole.x + whole.width / 2, whole.y + whole.height / 2), ImGuiCond_Always, ImVec2(0.5F, 0.5F));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(context.px(24), context.px(20)));
    if (ImGui::BeginPopupModal("save", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize)) {
        ImGui::PushFont(context.fonts->title);
        ImGui::TextUnformatted("Save this run");
        ImGui::PopFont();
        ImGui::TextUnformatted("Its name ends in .podium: podium replay and podium lab open it.");
        if (opened) ImGui::SetKeyboardFocusHere();
        ImGui::SetNextItemWidth(context.px(360));
        const bool entered = ImGui::InputText("##save.path", &path_, ImGuiInputTextFlags_EnterReturnsTrue);
        context.mark("save.path");
        const bool clicked = button(context, "save.do", "Save", context.px(96), !path_.empty(), true);
        ImGui::SameLine();
        const bool cancelled = button(context, "save.cancel", "Cancel", context.px(96)) || ImGui::IsKeyPressed(static_cast<int>(Key::Escape), false);
        if ((entered || clicked) && !path_.empty()) context.send(intent::Save{path_});
        if (((entered || clicked) && !path_.empty()) || cancelled) ImGui::CloseCurrentPopup();
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar();
}

}  // namespace podium::desktop
