// The terminal panel: the shell of `podium shell`, a tab for each session, what it has shown (terminal_text.hpp)
// and the line to type in (terminal_line.hpp).

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <fmt/format.h>
#include <imgui_internal.h>
#include <tuple>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/actions.hpp"
#include "ui/desktop/panels/panels.hpp"
#include "ui/desktop/panels/terminal_line.hpp"
#include "ui/desktop/panels/terminal_text.hpp"

namespace podium::desktop {
namespace {

constexpr const char* kHostsPopup = "##terminal.hosts";
constexpr float kTerminalTabs = 30;
constexpr float kTerminalInput = 32;
constexpr float kTerminalPad = 14;
constexpr float kRowGap = 4;
constexpr std::size_t kMostHostsShown = 500;

std::uint32_t sgr_colour(const Theme& theme, std::uint8_t colour) {
    switch (colour % 10) {
        case 0: return theme.faint;
        case 1: return theme.bad;
        case 2: return theme.good;
        case 3: return theme.warning;
        case 4: return theme.accent;
        case 5: return theme.violet;
        case 6: return mixed(theme.accent, theme.good, 0.5F);
        default: return theme.text;
    }
}

std::uint32_t run_colour(const Theme& theme, const TextStyle& style, bool bad) {
    using Kind = TerminalView::Line::Kind;
    std::uint32_t colour = mixed(theme.text, theme.dim, 0.35F);
    if (style.kind == Kind::Typed) colour = style.prompt ? theme.good : theme.text;
    if (style.kind == Kind::Error && bad) colour = mixed(theme.text, theme.bad, 0.6F);
    if (style.kind == Kind::Note) colour = theme.dim;
    if (style.bold) colour = theme.text;
    if (style.colour != 0) colour = sgr_colour(theme, style.colour);
    return style.dim ? mixed(colour, theme.field, 0.35F) : colour;
}

class TerminalPanel final : public Panel {
  public:
    void prepare(Context& context, const Frame& frame, const Area& area) override {
        gather_tabs(context, frame);
        view_ = nullptr;
        if (frame.terminals) {
            const auto found = std::find_if(frame.terminals->begin(), frame.terminals->end(), [this](const TerminalView& view) { return view.name == active_; });
            if (found != frame.terminals->end()) view_ = &*found;
        }
        lay_out(context, area);
        const auto lines = view_ != nullptr ? view_->lines : nullptr;
        const auto columns = static_cast<std::size_t>(std::max(std::floor((text_area_.width - context.px(kTerminalPad) * 2) / cell_), 8.0F));
        const bool changed = lines != lines_ || shown_ != active_;
        if (changed) {
            if (shown_ != active_) {
                selecting_ = has_selection_ = false;
                cleared_ = 0;
                stick_ = true;
            }
            take_lines(lines);
            if (to_.row >= screen_.rows().size() || from_.row >= screen_.rows().size()) has_selection_ = false;
        }
        if (changed || columns != columns_) {
            columns_ = columns;
            rows_ = wrapped(screen_.rows(), columns);
        }
    }

    void draw(Context& context, const Frame& frame, const Area&) override {
        put_tabs(context, frame);
        if (context.panel_wanted == "terminal" || pressed(Key::Grave, true)) line_.focus();
        if (!context.typed_ahead.empty()) {
            line_.put(context.typed_ahead);
            context.typed_ahead.clear();
        }
        tab_keys(context);
        put_text(context);
        put_choices(context);
        line_.draw(context, frame, view_, input_area_);
        if (line_.take_sent()) stick_ = true;
        if (line_.take_clear()) {
            cleared_ = rows_.size();
            stick_ = true;
        }
        if (pressed(Key::C, true, true)) copy();
    }

  private:
    void gather_tabs(Context& context, const Frame& frame) {
        tabs_.clear();
        if (frame.terminals) {
            for (const TerminalView& view : *frame.terminals)
                tabs_.push_back(view.name);
        }
        // A run that was opened in place of another has other hosts.
        std::erase_if(opened_, [&](const std::string& name) { return !is_host(frame, host_of_terminal(name)); });
        if (!context.terminal.empty() && !is_host(frame, host_of_terminal(context.terminal))) context.terminal.clear();
        if (context.terminal.empty()) context.terminal = !tabs_.empty() ? tabs_.front() : free_terminal(frame, {});
        if (!context.terminal.empty() && std::find(tabs_.begin(), tabs_.end(), context.terminal) == tabs_.end() && std::find(opened_.begin(), opened_.end(), context.terminal) == opened_.end()) opened_.push_back(context.terminal);
        for (const std::string& name : opened_) {
            if (std::find(tabs_.begin(), tabs_.end(), name) == tabs_.end()) tabs_.push_back(name);
        }
        if (active_ != context.terminal) {
            active_ = context.terminal;
            line_.choose(active_);
        }
    }

    static bool is_host(const Frame& frame, const std::string& name) {
        if (!frame.cluster) return true;
        return std::any_of(frame.cluster->hosts.begin(), frame.cluster->hosts.end(), [&name](const view::HostView& host) { return host.name == name; });
    }

    void take_lines(const std::shared_ptr<const std::vector<TerminalView::Line>>& lines) {
        if (lines && lines_ && shown_ == active_ && goes_on(*lines_, *lines)) {
            screen_.add(*lines, lines_->size());
        } else {
            screen_ = lines ? TerminalScreen(*lines) : TerminalScreen();
        }
        shown_ = active_;
        lines_ = lines;
    }

    void lay_out(const Context& context, const Area& area) {
        ImFont* mono = context.fonts->mono;
        cell_ = words_size(mono, "0").x;
        row_height_ = mono->FontSize + context.px(kRowGap);
        tabs_area_ = {area.x, area.y, area.width, context.px(kTerminalTabs)};
        const float pad = context.px(kTerminalPad);
        input_area_ = {area.x + pad, area.bottom() - context.px(kTerminalInput + 14), area.width - pad * 2, context.px(kTerminalInput)};
        // A whole number of rows: the uppermost isn't cut.
        const float room = std::max(input_area_.y - context.px(4) - tabs_area_.bottom(), 1.0F);
        const float height = room > row_height_ ? std::floor(room / row_height_) * row_height_ : room;
        text_area_ = {area.x, tabs_area_.bottom() + room - height, area.width, height};
    }

    // --- tabs ---

    void put_tabs(Context& context, const Frame& frame) {
        const Theme& theme = *context.theme;
        ImDrawList* list = ImGui::GetWindowDrawList();
        ImFont* small = context.fonts->small;
        float x = tabs_area_.x + context.px(kTerminalPad);
        const float middle = tabs_area_.y + tabs_area_.height / 2 + context.px(2);
        if (!context.tabbed) {
            put_words(list, small, ImVec2(x, middle - small->FontSize / 2), theme.accent, icon::kTerminal);
            put_words(list, small, ImVec2(x + context.px(22), middle - small->FontSize / 2), theme.dim, "TERMINAL");
            x += context.px(34) + words_size(small, "TERMINAL").x;
        }
        std::vector<std::string> seen = tabs_seen(context, tabs_area_.right() - context.px(48) - x);
        // Those without room are behind the button, which then says how many they are.
        if (seen.size() < tabs_.size()) seen = tabs_seen(context, tabs_area_.right() - context.px(90) - x);
        hidden_.clear();
        for (const std::string& name : tabs_)
            if (std::find(seen.begin(), seen.end(), name) == seen.end()) hidden_.push_back(name);
        for (const std::string& name : seen) {
            const bool chosen = name == active_;
            const bool runs = is_running(frame, name);
            const std::string words = runs ? name + "  " + icon::kHourglass : name;
            const Area area{x, middle - context.px(11), words_size(small, words).x + context.px(20), context.px(22)};
            if (hit(context, "terminal.tab." + name, area)) {
                context.terminal = name;
                line_.focus();
            }
            const bool hovered = ImGui::IsItemHovered();
            if (chosen || hovered) list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(theme.raised, chosen ? 1.0F : 0.6F), context.px(6));
            put_words(list, small, ImVec2(area.x + context.px(10), middle - small->FontSize / 2), chosen ? theme.text : theme.dim, words);
            x = area.right() + context.px(4);
        }
        const std::string plus = hidden_.empty() ? std::string("+") : fmt::format("{} more  +", hidden_.size());
        const Area more{x, middle - context.px(11), hidden_.empty() ? context.px(26) : words_size(context.fonts->text, plus).x + context.px(14), context.px(22)};
        if (hit(context, "terminal.open", more)) {
            ImGui::OpenPopup(kHostsPopup);
            host_filter_[0] = '\0';
        }
        const bool more_hovered = ImGui::IsItemHovered();
        put_hint(context, hidden_.empty() ? "Open another terminal" : "Show another terminal, or open one");
        if (more_hovered) list->AddRectFilled(ImVec2(more.x, more.y), ImVec2(more.right(), more.bottom()), packed(theme.raised, 0.6F), context.px(6));
        put_words(list, context.fonts->text, ImVec2(more.x + (more.width - words_size(context.fonts->text, plus).x) / 2, middle - context.fonts->text->FontSize / 2), theme.dim, plus);
        put_hosts(context, frame, more);
    }

    // Those that fit into the width, the chosen one always among them.
    [[nodiscard]] std::vector<std::string> tabs_seen(const Context& context, float width) const {
        std::vector<std::string> out;
        const auto width_of = [&](const std::string& name) { return words_size(context.fonts->small, name).x + context.px(48); };
        float left = width - width_of(active_);
        bool chosen = false;
        for (const std::string& name : tabs_) {
            const bool is_chosen = name == active_;
            if (!is_chosen && width_of(name) > left) continue;
            if (!is_chosen) left -= width_of(name);
            chosen = chosen || is_chosen;
            out.push_back(name);
        }
        if (!chosen && !active_.empty()) out.push_back(active_);
        return out;
    }

    static bool is_running(const Frame& frame, const std::string& name) {
        if (!frame.terminals) return false;
        return std::any_of(frame.terminals->begin(), frame.terminals->end(), [&name](const TerminalView& view) { return view.name == name && view.running; });
    }

    void put_hosts(Context& context, const Frame& frame, const Area& below) {
        if (!ImGui::IsPopupOpen(kHostsPopup) || !frame.cluster) return;
        const Theme& theme = *context.theme;
        const auto& hosts = frame.cluster->hosts;
        const float row = context.px(26);
        const float height = std::min(row * static_cast<float>(std::min<std::size_t>(hosts.size() + hidden_.size(), 12)) + context.px(48), context.px(400));
        const ImVec2 screen = ImGui::GetIO().DisplaySize;
        ImGui::SetNextWindowPos(ImVec2(std::min(below.x, screen.x - context.px(240)), std::max(std::min(below.bottom() + context.px(4), screen.y - height - context.px(8)), 0.0F)));
        ImGui::SetNextWindowSize(ImVec2(context.px(230), height));
        ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(context.px(8), context.px(8)));
        ImGui::PushStyleColor(ImGuiCol_PopupBg, as_vec4(theme.raised));
        if (ImGui::BeginPopup(kHostsPopup, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings)) {
            ImGui::SetNextItemWidth(-1);
            if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
            ImGui::InputTextWithHint("##terminal.open.filter", "Open a terminal on …", host_filter_.data(), host_filter_.size());
            context.mark("terminal.open.filter");
            std::size_t shown = 0;
            for (const std::string& name : hidden_) {
                if (name.find(host_filter_.data()) == std::string::npos) continue;
                if (ImGui::Selectable(fmt::format("{} {}###terminal.show.{}", icon::kTerminal, name, name).c_str())) {
                    context.terminal = name;
                    line_.focus();
                    ImGui::CloseCurrentPopup();
                }
                context.mark("terminal.show." + name);
            }
            for (const view::HostView& host : hosts) {
                if (host.name.find(host_filter_.data()) == std::string::npos) continue;
                if (++shown > kMostHostsShown) break;
                if (ImGui::Selectable(host.name.c_str())) {
                    context.terminal = another_terminal(host.name);
                    line_.focus();
                    ImGui::CloseCurrentPopup();
                }
                context.mark("terminal.open." + host.name);
            }
            if (pressed(Key::Escape)) ImGui::CloseCurrentPopup();
            ImGui::EndPopup();
        }
        ImGui::PopStyleColor();
        ImGui::PopStyleVar();
    }

    [[nodiscard]] std::string another_terminal(const std::string& host) const {
        std::string name = host;
        for (std::size_t i = 2; std::find(tabs_.begin(), tabs_.end(), name) != tabs_.end(); ++i)
            name = fmt::format("{}/{}", host, i);
        return name;
    }

    // --- what it shows ---

    void put_text(Context& context) {
        ImGui::SetCursorScreenPos(ImVec2(text_area_.x, text_area_.y));
        ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
        ImGui::BeginChild("##terminal.text", ImVec2(text_area_.width, text_area_.height), false, ImGuiWindowFlags_NoNav);
        ImGui::PopStyleVar();
        const float seen = text_area_.height;
        const auto fits = static_cast<std::size_t>(std::max(seen / row_height_, 1.0F));
        const std::size_t from_clear = std::max(std::min(cleared_, rows_.size()), cleared_row());
        const std::size_t total = from_clear > 0 ? std::max(rows_.size(), from_clear + fits) : rows_.size();
        // The newest row stands at the bottom edge, as long as nobody has scrolled up.
        const float height = std::max(row_height_ * static_cast<float>(total), seen);
        if (stick_) ImGui::SetScrollY(std::max(height - seen, 0.0F));
        const ImVec2 origin = ImGui::GetCursorScreenPos();
        mouse(context, origin);
        ImDrawList* list = ImGui::GetWindowDrawList();
        const float scroll = stick_ ? std::max(height - seen, 0.0F) : ImGui::GetScrollY();
        const float top = text_area_.y - scroll;
        const auto first = static_cast<std::size_t>(std::max(scroll / row_height_, 0.0F));
        for (std::size_t i = first; i < std::min(rows_.size(), first + fits + 2); ++i)
            put_row(context, list, rows_[i], ImVec2(text_area_.x + context.px(kTerminalPad), top + row_height_ * static_cast<float>(i)));
        if (rows_.empty()) put_welcome(context, list);
        ImGui::SetCursorPos(ImVec2(0, height - 1));
        ImGui::Dummy(ImVec2(1, 1));
        if (ImGui::IsWindowHovered() && ImGui::GetIO().MouseWheel > 0) stick_ = false;
        if (ImGui::IsWindowHovered() && ImGui::GetIO().MouseWheel < 0 && scroll + row_height_ * 4 >= height - seen) stick_ = true;
        scroll_keys(fits);
        // Dragging the bar counts as scrolling too.
        if (ImGui::GetCurrentContext()->ActiveId == ImGui::GetWindowScrollbarID(ImGui::GetCurrentWindow(), ImGuiAxis_Y)) {
            stick_ = ImGui::GetScrollY() >= ImGui::GetScrollMaxY() - 1;
        }
        ImGui::EndChild();
    }

    // The first row of the screen as a program has cleared it.
    [[nodiscard]] std::size_t cleared_row() const {
        if (screen_.cleared_at() == 0) return 0;
        const auto found = std::lower_bound(rows_.begin(), rows_.end(), screen_.cleared_at(), [](const WrappedRow& row, std::size_t at) { return row.row < at; });
        return static_cast<std::size_t>(found - rows_.begin());
    }

    // As in other terminals: to the tab before and after, round and round.
    void tab_keys(Context& context) {
        if (tabs_.size() < 2 || !ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows)) return;
        const bool next = pressed(Key::PageDown, true);
        if (!next && !pressed(Key::PageUp, true)) return;
        const auto here = static_cast<std::size_t>(std::find(tabs_.begin(), tabs_.end(), active_) - tabs_.begin());
        context.terminal = tabs_[(here + (next ? 1 : tabs_.size() - 1)) % tabs_.size()];
        line_.focus();
    }

    void scroll_keys(std::size_t fits) {
        if (!line_.active() || ImGui::GetIO().KeyCtrl) return;
        const float page = row_height_ * static_cast<float>(std::max<std::size_t>(fits, 2) - 1);
        if (ImGui::IsKeyPressed(static_cast<int>(Key::PageUp))) {
            stick_ = false;
            ImGui::SetScrollY(std::max(ImGui::GetScrollY() - page, 0.0F));
        }
        if (ImGui::IsKeyPressed(static_cast<int>(Key::PageDown))) {
            ImGui::SetScrollY(std::min(ImGui::GetScrollY() + page, ImGui::GetScrollMaxY()));
            stick_ = ImGui::GetScrollY() + page >= ImGui::GetScrollMaxY();
        }
    }

    void put_row(const Context& context, ImDrawList* list, const WrappedRow& row, ImVec2 at) const {
        const Theme& theme = *context.theme;
        const TerminalRow& whole = screen_.rows()[row.row];
        put_selection(theme, list, row, at);
        const bool on_error = std::any_of(whole.runs.begin(), whole.runs.end(), [](const TextRun& run) { return run.style.kind == TerminalView::Line::Kind::Error; });
        const bool bad = on_error && complains(utf8_of(whole.cells, 0, whole.cells.size()));
        for (const TextRun& run : whole.runs) {
            const std::size_t begin = std::max(run.begin, row.begin);
            const std::size_t end = std::min(run.end, row.end);
            if (begin >= end) continue;
            const ImVec2 place(at.x + cell_ * static_cast<float>(begin - row.begin), at.y);
            put_words(list, context.fonts->mono, place, run_colour(theme, run.style, bad), utf8_of(whole.cells, begin, end));
        }
    }

    void put_selection(const Theme& theme, ImDrawList* list, const WrappedRow& row, ImVec2 at) const {
        if (!has_selection_) return;
        const TextPlace low = std::min(from_, to_);
        const TextPlace high = std::max(from_, to_);
        if (row.row < low.row || row.row > high.row) return;
        const std::size_t begin = std::max(row.row == low.row ? low.cell : 0, row.begin);
        const std::size_t end = std::min(row.row == high.row ? high.cell : row.end, row.end);
        if (begin >= end) return;
        const float x = at.x + cell_ * static_cast<float>(begin - row.begin);
        list->AddRectFilled(ImVec2(x, at.y - 1), ImVec2(x + cell_ * static_cast<float>(end - begin), at.y + row_height_ - 1), packed(theme.accent, 0.35F));
    }

    // Wrapped: it is for those who know least.
    void put_welcome(Context& context, ImDrawList* list) const {
        const Theme& theme = *context.theme;
        const float x = text_area_.x + context.px(kTerminalPad);
        const float width = std::max(text_area_.width - context.px(kTerminalPad) * 2, 1.0F);
        const auto put = [&](ImFont* font, float y, std::uint32_t colour, const std::string& words) {
            const ImVec2 size = font->CalcTextSizeA(font->FontSize, FLT_MAX, width, words.c_str());
            if (y + size.y > text_area_.bottom()) return 0.0F;
            list->AddText(font, font->FontSize, ImVec2(x, y), packed(colour), words.c_str(), nullptr, width);
            return size.y;
        };
        const ImFont* text = context.fonts->text;
        const float top = text_area_.y + context.px(6);
        const float first = put(context.fonts->text, top, theme.dim, fmt::format("A shell on {}. Docker's words and Podium's own work here.", host_of_terminal(active_)));
        if (first <= 0) return;
        const float below = text_area_.y + context.px(30) + std::max(first - text->FontSize, 0.0F);
        const bool roomy = text_area_.height > row_height_ * 4;
        const float second = !roomy ? 0.0F : put(context.fonts->small, below, theme.faint, "Try: docker ps    why web    inject kill web.1    Tab completes, Ctrl+R finds earlier lines, Ctrl+K shows every verb");
        context.mark("terminal.welcome", Area{x, top, width, (second > 0 ? below + second : top + first) - top});
    }

    // --- the mouse ---

    [[nodiscard]] TextPlace place_at(const Context& context, ImVec2 origin, ImVec2 mouse) const {
        if (rows_.empty()) return {};
        const float line = std::max((mouse.y - origin.y) / row_height_, 0.0F);
        const WrappedRow& row = rows_[std::min(static_cast<std::size_t>(line), rows_.size() - 1)];
        const float cell = std::max((mouse.x - origin.x - context.px(kTerminalPad)) / cell_ + 0.3F, 0.0F);
        return {row.row, std::min(row.begin + static_cast<std::size_t>(cell), row.end)};
    }

    void mouse(Context& context, ImVec2 origin) {
        // The bar at the right keeps its own clicks.
        const Area area{text_area_.x, text_area_.y, std::max(text_area_.width - context.px(14), 1.0F), text_area_.height};
        if (hit(context, "terminal.text", area) && !has_selection_) line_.focus();
        const ImVec2 at = ImGui::GetIO().MousePos;
        if (ImGui::IsItemActivated()) {
            from_ = to_ = place_at(context, origin, at);
            selecting_ = true;
            has_selection_ = false;
        }
        if (ImGui::IsItemActive() && selecting_ && ImGui::IsMouseDragging(0)) {
            to_ = place_at(context, origin, at);
            has_selection_ = from_ != to_;
        }
        if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0) && !rows_.empty()) {
            std::tie(from_, to_) = word_at(screen_.rows(), place_at(context, origin, at));
            has_selection_ = from_ != to_;
            selecting_ = false;
        }
        if (!ImGui::IsMouseDown(0)) selecting_ = false;
        // As in other terminals the right button copies what is selected.
        if (ImGui::IsItemHovered() && ImGui::IsMouseClicked(1)) copy();
        if (has_selection_) context.mark("terminal.selection", area);
    }

    void copy() {
        if (!has_selection_) return;
        ImGui::SetClipboardText(selected_text(screen_.rows(), from_, to_).c_str());
    }

    // --- what Tab has found ---

    void put_choices(Context& context) const {
        const std::vector<std::string>& choices = line_.choices();
        if (choices.empty()) return;
        const Theme& theme = *context.theme;
        ImFont* mono = context.fonts->mono;
        float widest = 0;
        for (const std::string& choice : choices)
            widest = std::max(widest, words_size(mono, choice).x);
        const float column = widest + context.px(22);
        const auto columns = static_cast<std::size_t>(std::max((input_area_.width - context.px(20)) / column, 1.0F));
        const std::size_t most_rows = static_cast<std::size_t>(std::max((text_area_.height - context.px(24)) / row_height_, 1.0F));
        const std::size_t rows = std::min((choices.size() + columns - 1) / columns, most_rows);
        // The last place tells of those for which there is no room.
        const std::size_t all = choices.size() + line_.choices_beyond();
        const std::size_t shown = all <= rows * columns ? all : std::min(choices.size(), rows * columns - 1);
        const float height = row_height_ * static_cast<float>(rows) + context.px(12);
        const Area area{input_area_.x, input_area_.y - height - context.px(4), input_area_.width, height};
        ImDrawList* list = ImGui::GetForegroundDrawList();
        list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(theme.raised), context.px(6));
        list->AddRect(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(theme.line), context.px(6));
        context.mark("terminal.choices", area);
        const auto place_of = [&](std::size_t i) { return ImVec2(area.x + context.px(10) + column * static_cast<float>(i / rows), area.y + context.px(6) + row_height_ * static_cast<float>(i % rows)); };
        for (std::size_t i = 0; i < shown; ++i) put_words(list, mono, place_of(i), theme.text, choices[i]);
        if (shown == all) return;
        const std::string more = fmt::format("… {} more", all - shown);
        put_words(list, mono, place_of(shown), theme.dim, more);
        context.mark("terminal.choices." + more, Area{place_of(shown).x, place_of(shown).y, words_size(mono, more).x, row_height_});
    }

    TerminalLine line_;
    std::vector<std::string> tabs_;
    std::vector<std::string> hidden_;  ///< Those of them for which there is no room.
    std::vector<std::string> opened_;  ///< Here, and perhaps not typed into yet.
    std::string active_;
    const TerminalView* view_ = nullptr;  ///< Of the frame that is drawn.
    std::string shown_;  ///< Whose lines screen_ has.
    std::shared_ptr<const std::vector<TerminalView::Line>> lines_;
    TerminalScreen screen_;
    std::vector<WrappedRow> rows_;
    std::size_t columns_ = 0;
    std::size_t cleared_ = 0;  ///< Rows before were put out of sight with Ctrl+L.
    bool stick_ = true;        ///< To the newest row.
    float cell_ = 8;
    float row_height_ = 16;
    Area tabs_area_;
    Area text_area_;
    Area input_area_;
    TextPlace from_;
    TextPlace to_;
    bool selecting_ = false;
    bool has_selection_ = false;
    std::array<char, 100> host_filter_{};
};

}  // namespace

std::unique_ptr<Panel> make_terminal_panel() {
    return std::make_unique<TerminalPanel>();
}

}  // namespace podium::desktop
