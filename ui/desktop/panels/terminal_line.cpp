#include "ui/desktop/panels/terminal_line.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_internal.h>
#include <utility>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/terminal_text.hpp"

namespace podium::desktop {
namespace {

constexpr const char* kLineField = "##terminal.input";
constexpr std::size_t kMostTyped = 1'000;   // lines kept of each terminal
constexpr std::size_t kMostPasted = 1'000;  // lines of one paste
constexpr std::size_t kMostChoices = 400;
constexpr int kFramesToStay = 5;

// ImGui's own text field would act upon this key too: it finds it held for a while already, so that it is
// no press for it. (Key repeat begins later than that.)
void swallow(Key key) {
    ImGui::GetIO().KeysDownDuration[static_cast<int>(key)] = 0.001F;
}

bool taken(Key key, bool control = false, bool shift = false) {
    if (!pressed(key, control, shift)) return false;
    swallow(key);
    return true;
}

bool is_space(char c) {
    return c == ' ' || c == '\t';
}

// What the terminal's prompt is when nothing was typed into it yet.
std::string bare_prompt(const std::string& terminal) {
    return fmt::format("root@{}:~# ", terminal.substr(0, terminal.find('/')));
}

// The lines of the run's terminal, and those sent from here that it doesn't show (any more).
std::vector<std::string> lines_of_history(const TerminalView* view, const std::vector<std::string>& sent) {
    std::vector<std::string> out = view != nullptr ? typed_lines(*view) : std::vector<std::string>{};
    std::vector<std::string> missing;
    for (const std::string& line : sent) {
        if (std::find(out.begin(), out.end(), line) == out.end()) missing.push_back(line);
    }
    out.insert(out.end(), missing.begin(), missing.end());
    return out;
}

}  // namespace

void TerminalLine::choose(const std::string& terminal) {
    if (terminal == terminal_) return;
    drafts_[terminal_] = text();
    terminal_ = terminal;
    set_text(drafts_[terminal]);
    walking_ = searching_ = asks_ = false;
    choices_.clear();
}

void TerminalLine::set_text(const std::string& text) {
    // While ImGui edits the text it has a copy of its own, which changes only when it asks.
    if (active_) {
        replacement_ = text;
        replaces_ = true;
    }
    const std::size_t length = std::min(text.size(), text_.size() - 1);
    std::copy_n(text.begin(), length, text_.begin());
    text_[length] = '\0';
    cursor_ = static_cast<int>(length);
}

void TerminalLine::put(const std::string& text) {
    searching_ = walking_ = false;
    set_text(text);
    focus();
}

int TerminalLine::on_edit(ImGuiInputTextCallbackData* data) {
    static_cast<TerminalLine*>(data->UserData)->edit(*data);
    return 0;
}

void TerminalLine::edit(ImGuiInputTextCallbackData& data) {
    const auto cursor = [&data] { return static_cast<std::size_t>(data.CursorPos); };
    if (data.EventFlag == ImGuiInputTextFlags_CallbackHistory) {
        if (!searching_) step_history(data, data.EventKey == ImGuiKey_UpArrow);
        return;
    }
    if (data.EventFlag == ImGuiInputTextFlags_CallbackCompletion) {
        if (searching_) return;
        asked_.assign(data.Buf, cursor());
        asks_ = true;
        return;
    }
    if (unselect_) {
        data.CursorPos = data.SelectionStart = data.SelectionEnd = data.BufTextLen;
        unselect_ = false;
    }
    if (replaces_) {
        data.DeleteChars(0, data.BufTextLen);
        data.InsertChars(0, replacement_.c_str());
        data.CursorPos = data.SelectionStart = data.SelectionEnd = data.BufTextLen;
        replaces_ = false;
    }
    if (!insertion_.empty()) {
        data.InsertChars(data.CursorPos, insertion_.c_str());
        insertion_.clear();
    }
    switch (std::exchange(edit_, Edit::None)) {
        case Edit::None: break;
        case Edit::Home: data.CursorPos = data.SelectionStart = data.SelectionEnd = 0; break;
        case Edit::End: data.CursorPos = data.SelectionStart = data.SelectionEnd = data.BufTextLen; break;
        case Edit::EraseBefore: data.DeleteChars(0, data.CursorPos); break;
        case Edit::EraseWord: {
            int begin = data.CursorPos;
            while (begin > 0 && is_space(data.Buf[begin - 1]))
                --begin;
            while (begin > 0 && !is_space(data.Buf[begin - 1]))
                --begin;
            data.DeleteChars(begin, data.CursorPos - begin);
            break;
        }
    }
    cursor_ = data.CursorPos;
}

void TerminalLine::step_history(ImGuiInputTextCallbackData& data, bool older) {
    if (!walking_) {
        at_ = history_.size();
        unsent_.assign(data.Buf, static_cast<std::size_t>(data.BufTextLen));
        walking_ = true;
    }
    if (older ? at_ == 0 : at_ >= history_.size()) return;
    at_ = older ? at_ - 1 : at_ + 1;
    const std::string& line = at_ == history_.size() ? unsent_ : history_[at_];
    data.DeleteChars(0, data.BufTextLen);
    data.InsertChars(0, line.c_str());
}

std::string TerminalLine::found() const {
    const std::size_t place = find_typed(history_, text(), search_before_);
    return place == std::string::npos ? std::string() : history_[place];
}

void TerminalLine::search_keys() {
    if (taken(Key::R, true)) {
        const std::size_t place = find_typed(history_, text(), search_before_);
        if (place != std::string::npos) search_before_ = place;
    }
    if (taken(Key::Escape)) searching_ = false;
    if (pressed(Key::Tab) || pressed(Key::Right)) {
        const std::string line = found();
        searching_ = false;
        swallow(Key::Tab);
        if (!line.empty()) set_text(line);
    }
}

void TerminalLine::control_keys(Context& context, const TerminalView* view) {
    const bool running = view != nullptr && view->running;
    const auto key = [&](const char* name) { context.send(intent::Key{terminal_, name}); };
    if (taken(Key::C, true)) {
        // At an empty prompt it changes nothing, so it isn't made part of the run.
        if (running || (view != nullptr && view->prompt.starts_with(">"))) key("INT");
        set_text({});
        walking_ = false;
    }
    if (taken(Key::Backslash, true) && running) key("QUIT");
    if (taken(Key::D, true) && text().empty() && running) key("EOF");
    if (taken(Key::L, true)) clear_ = true;
    if (taken(Key::R, true)) {
        searching_ = true;
        search_before_ = history_.size();
    }
    if (taken(Key::A, true)) edit_ = Edit::Home;
    if (taken(Key::E, true)) edit_ = Edit::End;
    if (taken(Key::U, true)) edit_ = Edit::EraseBefore;
    if (taken(Key::W, true)) edit_ = Edit::EraseWord;
}

void TerminalLine::keys(Context& context, const TerminalView* view) {
    if (!walking_) history_ = lines_of_history(view, typed_[terminal_]);
    if (searching_) {
        search_keys();
    } else {
        control_keys(context, view);
        if (taken(Key::Escape)) {
            ImGui::ClearActiveID();
            focus_wanted_ = false;
        }
    }
    if (pressed(Key::V, true)) paste(context);
}

void TerminalLine::paste(Context& context) {
    const char* clip = ImGui::GetClipboardText();
    const std::string pasted = clip == nullptr ? std::string() : clip;
    if (pasted.find('\n') == std::string::npos) return;  // ImGui's own paste does it
    swallow(Key::V);
    std::string last;
    std::vector<std::string> lines = pasted_lines(pasted, last);
    if (lines.size() > kMostPasted) lines.resize(kMostPasted);
    if (!lines.empty()) lines.front() = text() + lines.front();
    for (const std::string& line : lines)
        send_line(context, line);
    set_text(last);
}

void TerminalLine::send_line(Context& context, const std::string& line) {
    context.send(intent::Type{terminal_, line});
    std::vector<std::string>& typed = typed_[terminal_];
    if (!line.empty() && (typed.empty() || typed.back() != line)) typed.push_back(line);
    if (typed.size() > kMostTyped) typed.erase(typed.begin());
    sent_ = true;
    walking_ = false;
    choices_.clear();
}

void TerminalLine::take_completion(const Frame& frame) {
    if (!frame.completion || frame.completion->serial == answered_) return;
    answered_ = frame.completion->serial;
    const std::string before = text().substr(0, static_cast<std::size_t>(std::max(cursor_, 0)));
    if (frame.completion->terminal != terminal_ || frame.completion->before != before) return;
    choices_.clear();
    if (!frame.completion->insert.empty()) {
        insertion_ = frame.completion->insert;
    } else if (frame.completion->choices.size() > 1) {
        choices_ = frame.completion->choices;
        choices_beyond_ = choices_.size() - std::min(choices_.size(), kMostChoices);
        choices_.resize(choices_.size() - choices_beyond_);
    }
}

void TerminalLine::entered(Context& context, const TerminalView* view) {
    focus_wanted_ = true;
    if (searching_) {
        const std::string line = found();
        searching_ = false;
        set_text(line);
        return;
    }
    const std::string line = text();
    // An empty line says something only to what reads one.
    if (!line.empty() || (view != nullptr && (view->running || view->prompt.starts_with(">")))) send_line(context, line);
    set_text({});
}

// Makes the field active with this frame: ImGui's own request for the keyboard is served frames later, and
// what is typed meanwhile would be lost. In the frame in which it becomes active it reads no letters either, so
// they are taken here. Gives whether the line ended in this very frame.
bool TerminalLine::take_keyboard() {
    for (const ImWchar letter : ImGui::GetIO().InputQueueCharacters) {
        if (letter >= ' ' && letter < 0x7F) set_text(text() + static_cast<char>(letter));
    }
    if (pressed(Key::Enter)) return true;
    ImGui::GetCurrentContext()->NavActivateInputId = ImGui::GetID(kLineField);
    unselect_ = true;
    return false;
}

float TerminalLine::put_prompt(const Context& context, const TerminalView* view, const Area& area) const {
    const Theme& theme = *context.theme;
    ImFont* mono = context.fonts->mono;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float y = area.y + (area.height - mono->FontSize) / 2;
    const bool running = view != nullptr && view->running;
    if (searching_ || running) {
        // The letters of a terminal have no icons.
        ImFont* small = context.fonts->small;
        const char* icon = searching_ ? icon::kSearch : view->reads ? icon::kRight : icon::kHourglass;
        put_words(list, small, ImVec2(area.x, area.y + (area.height - small->FontSize) / 2), searching_ ? theme.accent : theme.warning, icon);
        return words_size(small, icon).x + context.px(8);
    }
    std::string words = view != nullptr ? view->prompt : bare_prompt(terminal_);
    words = fitted(mono, words, area.width * 0.6F);
    put_words(list, mono, ImVec2(area.x, y), theme.good, words);
    return words_size(mono, words).x + (words.ends_with(' ') ? 0 : context.px(8));
}

void TerminalLine::draw(Context& context, const Frame& frame, const TerminalView* view, const Area& area) {
    const Theme& theme = *context.theme;
    const bool running = view != nullptr && view->running;
    take_completion(frame);
    if (active_) keys(context, view);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(mixed(theme.field, theme.raised, theme.dark ? 0.55F : 0.35F)), context.px(6));
    if (active_) list->AddRect(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(theme.accent, 0.55F), context.px(6));
    const Area inner{area.x + context.px(10), area.y, area.width - context.px(20), area.height};
    const float prompt = put_prompt(context, view, inner);
    ImGui::PushFont(context.fonts->mono);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(0, context.px(4)));
    ImGui::PushStyleColor(ImGuiCol_FrameBg, as_vec4(theme.field, 0));
    ImGui::SetCursorScreenPos(ImVec2(inner.x + prompt, area.y + (area.height - ImGui::GetFrameHeight()) / 2));
    ImGui::SetNextItemWidth(std::max(inner.width - prompt, context.px(40)));
    const bool ended_early = focus_wanted_ && !active_ && take_keyboard();
    const char* hint = searching_ ? "Letters of an earlier line; Ctrl+R: an older one; Enter takes it"
                       : running ? (view->reads ? "What is typed goes to what runs" : "Runs. Ctrl+C stops it; what is typed waits") : "";
    constexpr ImGuiInputTextFlags kFlags = ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackCompletion | ImGuiInputTextFlags_CallbackHistory | ImGuiInputTextFlags_CallbackAlways;
    const std::string before = text();
    const bool enter = ImGui::InputTextWithHint(kLineField, hint, text_.data(), text_.size(), kFlags, on_edit, this);
    context.mark("terminal.input");
    const bool was_active = active_;
    active_ = ImGui::IsItemActive();
    if (text() != before) choices_.clear();
    // A key that is let go of (Alt) or a window that comes to the front may take the keyboard away again in the frames that
    // follow: it is wanted until it has stayed for a while, or the person clicks elsewhere.
    active_frames_ = active_ ? active_frames_ + 1 : 0;
    if (active_frames_ > kFramesToStay || (ImGui::IsMouseClicked(0) && !ImGui::IsItemHovered())) focus_wanted_ = false;
    ImGui::PopStyleColor();
    ImGui::PopStyleVar();
    ImGui::PopFont();
    const bool has_entered = ended_early || (enter && (was_active || active_));
    if (searching_ && !active_ && !focus_wanted_ && !has_entered) searching_ = false;
    if (searching_) {
        const std::string line = found();
        ImFont* mono = context.fonts->mono;
        const float x = inner.x + prompt + words_size(mono, text()).x + context.px(24);
        if (!text().empty()) put_words(list, mono, ImVec2(x, area.y + (area.height - mono->FontSize) / 2), line.empty() ? theme.bad : theme.dim, line.empty() ? "nothing has these letters" : fitted(mono, line, area.right() - x));
    }
    if (std::exchange(asks_, false)) context.send(intent::Complete{terminal_, asked_});
    if (has_entered) entered(context, view);
}

}  // namespace podium::desktop
