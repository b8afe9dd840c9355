#include "ui/desktop/panels/palette.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/actions.hpp"
#include "ui/desktop/panels/menu.hpp"
#include "ui/desktop/panels/palette_parts.hpp"
#include "ui/desktop/panels/panel.hpp"

namespace podium::desktop {
namespace {

constexpr const char* kPalettePopup = "##palette";
constexpr float kPaletteWidth = 640;
constexpr float kPaletteField = 48;
constexpr float kPaletteRow = 30;
constexpr float kPaletteFooter = 28;
constexpr std::size_t kPaletteRows = 12;  // that are seen at once

std::vector<PaletteWord> panel_words() {
    std::vector<PaletteWord> out;
    for (const PanelEntry& entry : panel_list())
        out.push_back({std::string(entry.spec.id), std::string(entry.spec.title), entry.spec.icon, entry.spec.key});
    return out;
}

class Palette final : public Overlay {
  public:
    void draw(Context& context, const Frame& frame, const Area& whole) override {
        if (context.palette_wanted) {
            context.palette_wanted = false;
            set_text(context.palette_text);
            context.palette_text.clear();
            ImGui::OpenPopup(kPalettePopup);
            takes_focus_ = true;
            fresh_ = false;
            chosen_ = 0;
        }
        if (!ImGui::IsPopupOpen(kPalettePopup)) return;
        terminal_ = free_terminal(frame, context.terminal);
        if (!fresh_ || serial_ != frame.serial) find(context, frame);
        const std::size_t rows = std::min(std::max<std::size_t>(shown_.size(), 1), kPaletteRows);
        area_.width = std::min(context.px(kPaletteWidth), whole.width - context.px(24));
        area_.height = std::min(context.px(kPaletteField + kPaletteFooter + 8) + context.px(kPaletteRow) * static_cast<float>(rows), whole.height - context.px(24));
        area_.x = whole.x + (whole.width - area_.width) / 2;
        area_.y = whole.y + std::min(context.px(84), std::max(context.px(12), whole.height - area_.height - context.px(12)));
        const Theme& theme = *context.theme;
        ImGui::SetNextWindowPos(ImVec2(area_.x, area_.y));
        ImGui::SetNextWindowSize(ImVec2(area_.width, area_.height));
        ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
        ImGui::PushStyleVar(ImGuiStyleVar_PopupRounding, context.px(10));
        ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, 1);
        ImGui::PushStyleColor(ImGuiCol_PopupBg, as_vec4(theme.dark ? theme.raised : theme.panel));
        ImGui::PushStyleColor(ImGuiCol_Border, as_vec4(theme.line));
        constexpr ImGuiWindowFlags kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav;
        if (ImGui::BeginPopup(kPalettePopup, kFlags)) {
            context.mark("palette", area_);
            put_field(context, frame);
            put_rows(context);
            put_footer(context);
            if (pressed(Key::Escape)) ImGui::CloseCurrentPopup();
            ImGui::EndPopup();
        }
        ImGui::PopStyleColor(2);
        ImGui::PopStyleVar(3);
    }

  private:
    void set_text(const std::string& text) {
        const std::size_t length = std::min(text.size(), text_.size() - 1);
        std::copy_n(text.begin(), length, text_.begin());
        text_[length] = '\0';
    }

    void find(const Context& context, const Frame& frame) {
        // Names and states may change with each frame; what is chosen stays in its place meanwhile.
        entries_ = palette_entries(frame, context.look.selection, context.terminal, panel_words());
        match();
        serial_ = frame.serial;
        fresh_ = true;
    }

    // What the palette was opened with is gone on with, not typed over.
    static int unselect(ImGuiInputTextCallbackData* data) {
        bool& wanted = *static_cast<bool*>(data->UserData);
        if (wanted) data->CursorPos = data->SelectionStart = data->SelectionEnd = data->BufTextLen;
        wanted = false;
        return 0;
    }

    void match() {
        shown_ = palette_matches(entries_, text_.data(), terminal_);
        if (chosen_ >= shown_.size()) chosen_ = shown_.empty() ? 0 : shown_.size() - 1;
    }

    void put_field(Context& context, const Frame&) {
        const Theme& theme = *context.theme;
        ImDrawList* list = ImGui::GetWindowDrawList();
        ImFont* title = context.fonts->title;
        put_words(list, title, ImVec2(area_.x + context.px(16), area_.y + (context.px(kPaletteField) - title->FontSize) / 2), theme.accent, icon::kSearch);
        ImGui::PushFont(title);
        ImGui::SetCursorScreenPos(ImVec2(area_.x + context.px(42), area_.y + (context.px(kPaletteField) - ImGui::GetFrameHeight()) / 2));
        ImGui::SetNextItemWidth(area_.width - context.px(58));
        ImGui::PushStyleColor(ImGuiCol_FrameBg, as_vec4(theme.raised, 0));
        if (takes_focus_) unselect_ = true;
        if (takes_focus_) ImGui::SetKeyboardFocusHere();
        takes_focus_ = false;
        const bool entered = ImGui::InputTextWithHint("##palette.input", "A verb, a fault, a panel, a scenario, a lesson …", text_.data(), text_.size(), ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackAlways, unselect, &unselect_);
        context.mark("palette.input");
        if (ImGui::IsItemEdited()) {
            chosen_ = 0;
            follow_ = true;
            match();
        }
        ImGui::PopStyleColor();
        ImGui::PopFont();
        list->AddLine(ImVec2(area_.x, area_.y + context.px(kPaletteField)), ImVec2(area_.right(), area_.y + context.px(kPaletteField)), packed(theme.line));
        move_by_keys();
        if (entered && chosen_ < shown_.size()) choose(context, shown_[chosen_], choice_of(ImGui::GetIO().KeyCtrl, ImGui::GetIO().KeyShift));
    }

    void move_by_keys() {
        const std::size_t before = chosen_;
        if (pressed_again(Key::Down) && chosen_ + 1 < shown_.size()) ++chosen_;
        if (pressed_again(Key::Up) && chosen_ > 0) --chosen_;
        if (pressed(Key::PageDown) && !shown_.empty()) chosen_ = std::min(chosen_ + kPaletteRows, shown_.size() - 1);
        if (pressed(Key::PageUp)) chosen_ -= std::min(chosen_, kPaletteRows);
        follow_ = follow_ || chosen_ != before;
    }

    void put_rows(Context& context) {
        ImGui::SetCursorScreenPos(ImVec2(area_.x, area_.y + context.px(kPaletteField + 4)));
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
        ImGui::BeginChild("##palette.rows", ImVec2(area_.width, area_.height - context.px(kPaletteField + kPaletteFooter + 8)), false, ImGuiWindowFlags_NoNav);
        const ImVec2 from = ImGui::GetCursorScreenPos();
        const float height = context.px(kPaletteRow);
        if (follow_) {
            const float top = height * static_cast<float>(chosen_);
            const float seen = ImGui::GetWindowHeight();
            if (top < ImGui::GetScrollY()) ImGui::SetScrollY(top);
            if (top + height > ImGui::GetScrollY() + seen) ImGui::SetScrollY(top + height - seen);
            follow_ = false;
        }
        const float first = ImGui::GetScrollY() / height;
        const auto begin = static_cast<std::size_t>(std::max(first - 1, 0.0F));
        for (std::size_t i = begin; i < std::min(shown_.size(), begin + kPaletteRows + 3); ++i)
            put_row(context, i, Area{from.x, from.y + height * static_cast<float>(i), area_.width, height});
        ImGui::SetCursorScreenPos(ImVec2(from.x, from.y + height * static_cast<float>(std::max<std::size_t>(shown_.size(), 1)) - 1));
        ImGui::Dummy(ImVec2(1, 1));
        ImGui::EndChild();
        ImGui::PopStyleVar();
    }

    void put_row(Context& context, std::size_t place, const Area& area) {
        const Theme& theme = *context.theme;
        const PaletteEntry entry = shown_[place];
        const bool able = entry.unable.empty();
        const std::string id = fmt::format("palette.{}", place);
        const bool clicked = hit(context, id, area);
        context.mark(id, able);
        if (ImGui::IsItemHovered() && (ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0)) chosen_ = place;
        ImDrawList* list = ImGui::GetWindowDrawList();
        if (place == chosen_) {
            list->AddRectFilled(ImVec2(area.x + context.px(8), area.y), ImVec2(area.right() - context.px(8), area.bottom()), packed(mixed(theme.raised, theme.accent, theme.dark ? 0.2F : 0.14F)), context.px(6));
        }
        ImFont* text = context.fonts->text;
        ImFont* small = context.fonts->small;
        const float middle = area.y + area.height / 2;
        const std::uint32_t colour = able ? theme.text : theme.faint;
        put_words(list, small, ImVec2(area.x + context.px(18), middle - small->FontSize / 2), place == chosen_ ? theme.accent : theme.dim, entry.icon);
        const float left = area.x + context.px(42);
        const float end = area.right() - context.px(20);
        const float most = (end - left) * (entry.detail.empty() ? 0.8F : 0.52F);
        const bool label_mono = entry.does == PaletteEntry::Does::Begins;
        ImFont* font = label_mono ? context.fonts->mono : text;
        const std::string label = fitted(font, entry.label, most);
        put_words(list, font, ImVec2(left, middle - font->FontSize / 2), colour, label);
        const std::string right = !able ? entry.unable : !entry.key.empty() ? entry.key : entry.detail;
        ImFont* right_font = able && entry.mono ? context.fonts->mono : small;
        const std::string words = fitted(right_font, right, end - left - words_size(font, label).x - context.px(20));
        put_words(list, right_font, ImVec2(end - words_size(right_font, words).x, middle - right_font->FontSize / 2), able ? theme.dim : theme.faint, words);
        if (clicked) choose(context, entry, choice_of(ImGui::GetIO().KeyCtrl, ImGui::GetIO().KeyShift));
    }

    void put_footer(const Context& context) const {
        const Theme& theme = *context.theme;
        ImDrawList* list = ImGui::GetWindowDrawList();
        ImFont* small = context.fonts->small;
        const float top = area_.bottom() - context.px(kPaletteFooter);
        list->AddLine(ImVec2(area_.x, top), ImVec2(area_.right(), top), packed(theme.line));
        std::string words = "Enter chooses   Shift: into the line   Ctrl: fork";
        if (chosen_ < shown_.size() && shown_[chosen_].does == PaletteEntry::Does::Types) words = fmt::format("typed on {}   ", shown_[chosen_].terminal) + words;
        words = fitted(small, words, area_.width - context.px(32));
        put_words(list, small, ImVec2(area_.x + context.px(16), top + (context.px(kPaletteFooter) - small->FontSize) / 2), theme.faint, words);
    }

    void choose(Context& context, const PaletteEntry& entry, Choice choice) {
        if (!entry.unable.empty() && choice != Choice::PutIntoLine) return;
        switch (entry.does) {
            case PaletteEntry::Does::Types: choose_line(context, entry.terminal, entry.word, choice); break;
            case PaletteEntry::Does::Begins: choose_line(context, terminal_, entry.word, Choice::PutIntoLine); break;
            case PaletteEntry::Does::Sends:
                if (entry.intent) context.send(*entry.intent);
                break;
            case PaletteEntry::Does::ShowsPanel: context.panel_wanted = entry.word; break;
            case PaletteEntry::Does::Wishes: context.wish = entry.word; break;
        }
        ImGui::CloseCurrentPopup();
    }

    Area area_;
    std::array<char, 1'024> text_{};
    std::vector<PaletteEntry> entries_;
    std::vector<PaletteEntry> shown_;
    std::string terminal_;
    std::uint64_t serial_ = 0;
    std::size_t chosen_ = 0;
    bool fresh_ = false;
    bool takes_focus_ = false;
    bool unselect_ = false;
    bool follow_ = false;
};

}  // namespace

std::unique_ptr<Overlay> make_palette() {
    return std::make_unique<Palette>();
}

}  // namespace podium::desktop
