#include "ui/desktop/keys.hpp"

#include <array>
#include <fmt/format.h>
#include <imgui.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"

namespace podium::desktop {
namespace {

struct NamedKey {
    Key key;
    const char* name;
};
constexpr std::array kNamedKeys = {
    NamedKey{Key::Tab, "Tab"},       NamedKey{Key::Left, "←"},         NamedKey{Key::Right, "→"},         NamedKey{Key::Up, "↑"},
    NamedKey{Key::Down, "↓"},        NamedKey{Key::PageUp, "Page up"}, NamedKey{Key::PageDown, "Page down"}, NamedKey{Key::Home, "Home"},
    NamedKey{Key::End, "End"},       NamedKey{Key::Insert, "Insert"},  NamedKey{Key::Delete, "Delete"},   NamedKey{Key::Backspace, "Backspace"},
    NamedKey{Key::Space, "Space"},   NamedKey{Key::Enter, "Enter"},    NamedKey{Key::Escape, "Esc"},      NamedKey{Key::Comma, ","},
    NamedKey{Key::Period, "."},      NamedKey{Key::Slash, "/"},        NamedKey{Key::Minus, "-"},         NamedKey{Key::Equal, "+"},
    NamedKey{Key::Backslash, "\\"},  NamedKey{Key::LeftBracket, "["},  NamedKey{Key::RightBracket, "]"},  NamedKey{Key::Menu, "Menu"},
    NamedKey{Key::Grave, "`"},
};

constexpr int index_of(Key key) {
    return static_cast<int>(key);
}

std::string key_name(Key key) {
    const int index = index_of(key);
    if (index >= index_of(Key::Digit0) && index <= index_of(Key::Digit9)) return std::string(1, static_cast<char>('0' + index - index_of(Key::Digit0)));
    if (index >= index_of(Key::A) && index <= index_of(Key::Z)) return std::string(1, static_cast<char>('A' + index - index_of(Key::A)));
    if (index >= index_of(Key::F1) && index <= index_of(Key::F12)) return fmt::format("F{}", index - index_of(Key::F1) + 1);
    for (const NamedKey& named : kNamedKeys) {
        if (named.key == key) return named.name;
    }
    return {};
}

constexpr double kKeptFor = 2.5;
constexpr std::size_t kMostKept = 12;

}  // namespace

const std::vector<KeyHelp>& key_help() {
    static const std::vector<KeyHelp> list = {
        {"Space", "play or pause"},
        {"Right", "to the next fact"},
        {"Shift+Right", "to the next event"},
        {"Ctrl+Shift+Right", "to the selection's next fact"},
        {"Left", "back by one second"},
        {"Home", "to the start"},
        {"End, L", "back to live"},
        {", and .", "slower and faster"},
        {"Ctrl+K", "palette of all commands"},
        {"Ctrl+`", "type into the terminal"},
        {"Ctrl+Page up, down", "another of its tabs"},
        {"Tab, arrows", "from widget to widget"},
        {"Enter, Space", "press the widget with the ring"},
        {"Esc", "leave the widget, close what is open"},
        {"Menu, Shift+F10", "what can be done with the selection"},
        {"/, K, N", "in the cluster: search, states, links"},
        {"+, - and 0", "in the cluster: zoom, all of it"},
        {"Ctrl+C", "in the facts: copy the line"},
        {"Ctrl+Shift+C", "in the terminal: copy the selection"},
        {"M", "in the timeline: measure from now on"},
        {"], [ and \\", "timeline's zoom, the whole run"},
        {"Ctrl+Left, Right", "timeline earlier and later"},
        {"Alt+Shift+arrows", "move the panel's border"},
        {"Ctrl+B", "left side shown or not"},
        {"Ctrl+I", "right side shown or not"},
        {"Ctrl+J", "lower side shown or not"},
        {"Ctrl and +, -", "larger and smaller"},
        {"Ctrl+0", "the usual size"},
        {"F1", "this help"},
        {"F2", "dark or light"},
        {"F5", "presenter's mode"},
        {"Ctrl+S", "save the run"},
        {"Ctrl+Q", "leave"},
    };
    return list;
}

std::string key_words(Key key, bool control, bool shift, bool alt) {
    std::string words;
    if (control) words += "Ctrl+";
    if (alt) words += "Alt+";
    if (shift) words += "Shift+";
    return words + key_name(key);
}

void PressedKeys::note(double clock) {
    const ImGuiIO& io = ImGui::GetIO();
    for (int index = 1; index < IM_ARRAYSIZE(ImGuiIO::KeysDown) - 1; ++index) {
        if (!io.KeysDown[index] || io.KeysDownDuration[index] != 0.0F) continue;
        const auto key = static_cast<Key>(index);
        const std::string name = key_name(key);
        if (name.empty()) continue;
        const bool letter = name.size() == 1 && !io.KeyCtrl && !io.KeyAlt;
        // What is typed reads as a word, not as a row of keys.
        if (letter && io.WantTextInput && !pressed_.empty() && pressed_.back().letter) {
            pressed_.back().words += io.KeyShift ? name : std::string(1, static_cast<char>(name[0] >= 'A' && name[0] <= 'Z' ? name[0] - 'A' + 'a' : name[0]));
            pressed_.back().when = clock;
            continue;
        }
        const bool word = letter && io.WantTextInput;
        std::string words = key_words(key, io.KeyCtrl, io.KeyShift && !word, io.KeyAlt);
        if (word && !io.KeyShift && words[0] >= 'A' && words[0] <= 'Z') words[0] = static_cast<char>(words[0] - 'A' + 'a');
        pressed_.push_back({std::move(words), clock, word});
    }
    while (!pressed_.empty() && (pressed_.size() > kMostKept || clock - pressed_.front().when > kKeptFor))
        pressed_.pop_front();
}

std::string PressedKeys::words() const {
    std::string words;
    for (const Pressed& one : pressed_)
        words += (words.empty() ? "" : "  ") + one.words;
    return words;
}

void PressedKeys::draw(Context& context, const Area& whole) const {
    if (pressed_.empty()) return;
    const Theme& theme = *context.theme;
    const std::string words = fmt::format("{}  {}", icon::kKeyboard, this->words());
    ImFont* font = context.fonts->big;
    const ImVec2 size = words_size(font, words);
    const float margin = context.px(16);
    const Area area{whole.right() - size.x - margin * 3, whole.bottom() - size.y - margin * 2.5F, size.x + margin * 2, size.y + margin};
    ImDrawList* list = ImGui::GetForegroundDrawList();
    list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(theme.dark ? theme.raised : theme.text, 0.95F), context.px(8));
    put_words(list, font, ImVec2(area.x + margin, area.y + margin / 2), theme.dark ? theme.text : theme.panel, words);
    context.mark("presenter.keys", area);
}

}  // namespace podium::desktop
