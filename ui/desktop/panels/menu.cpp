#include "ui/desktop/panels/menu.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <map>

#include "sim/base/text.hpp"
#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/actions.hpp"

namespace podium::desktop {
namespace {

constexpr const char* kMenuPopup = "##menu";
constexpr float kEntryHeight = 27;
constexpr float kHeadingHeight = 24;
constexpr float kTitleHeight = 34;
constexpr float kFooterHeight = 26;
constexpr float kMostCommandWidth = 430;
constexpr std::size_t kMostFilter = 60;

// Draws the actions of one thing, and lets one of them be chosen with mouse or keys.
class Menu final : public Overlay {
  public:
    void draw(Context& context, const Frame& frame, const Area& whole) override {
        if (context.menu.open) {
            context.menu.open = false;
            on_ = context.menu.on;
            unable_ = context.menu.unable;
            x_ = context.menu.x;
            y_ = context.menu.y;
            filter_.clear();
            chosen_ = 0;
            moved_by_keys_ = false;
            ImGui::OpenPopup(kMenuPopup);
        }
        if (!ImGui::IsPopupOpen(kMenuPopup)) return;
        find(context, frame);
        measure(context, whole);
        const Theme& theme = *context.theme;
        ImGui::SetNextWindowPos(ImVec2(area_.x, area_.y));
        ImGui::SetNextWindowSize(ImVec2(area_.width, area_.height));
        ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
        ImGui::PushStyleVar(ImGuiStyleVar_PopupRounding, context.px(8));
        ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, 1);
        ImGui::PushStyleColor(ImGuiCol_PopupBg, as_vec4(theme.dark ? theme.raised : theme.panel));
        ImGui::PushStyleColor(ImGuiCol_Border, as_vec4(theme.line));
        constexpr ImGuiWindowFlags kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav;
        if (ImGui::BeginPopup(kMenuPopup, kFlags)) {
            context.mark("menu", area_);
            keys(context);
            put_title(context);
            put_entries(context);
            put_footer(context);
            if (pressed(Key::Escape)) ImGui::CloseCurrentPopup();
            ImGui::EndPopup();
        }
        ImGui::PopStyleColor(2);
        ImGui::PopStyleVar(3);
    }

  private:
    void find(const Context& context, const Frame& frame) {
        actions_ = actions_for(frame, on_, context.terminal);
        if (!unable_.empty())
            for (Action& action : actions_) action.unable = unable_;
        // Its name, where it was selected by its id.
        title_ = on_.kind == Selection::Kind::None ? std::string("The cluster") : frame.cluster ? selection_words(*frame.cluster, on_) : on_.name;
        const view::Tile* tile = frame.cluster && on_.kind == Selection::Kind::Container ? tile_named(*frame.cluster, on_.name) : nullptr;
        if (tile != nullptr && tile->id == on_.name && tile->host != view::kNone) title_ = fmt::format("{} on {}", tile->name, frame.cluster->hosts[tile->host].name);
        const std::string wanted = lower(filter_);
        if (!wanted.empty()) {
            std::erase_if(actions_, [&wanted](const Action& action) { return lower(action.label + " " + action.command).find(wanted) == std::string::npos; });
        }
        if (chosen_ >= actions_.size()) chosen_ = actions_.empty() ? 0 : actions_.size() - 1;
    }

    void measure(const Context& context, const Area& whole) {
        float labels = words_size(context.fonts->text, title_).x;
        float commands = context.px(150);
        std::size_t headings = 0;
        for (std::size_t i = 0; i < actions_.size(); ++i) {
            labels = std::max(labels, words_size(context.fonts->text, actions_[i].label).x);
            commands = std::max(commands, words_size(context.fonts->mono, actions_[i].command).x);
            if (i == 0 || actions_[i].heading != actions_[i - 1].heading) ++headings;
        }
        label_width_ = std::max(labels, context.px(120)) + context.px(34);
        area_.width = std::min(label_width_ + std::min(commands, context.px(kMostCommandWidth)) + context.px(36), whole.width - context.px(16));
        content_ = context.px(kEntryHeight) * static_cast<float>(std::max<std::size_t>(actions_.size(), 1)) + context.px(kHeadingHeight) * static_cast<float>(headings) + context.px(6);
        area_.height = std::min(content_ + context.px(kTitleHeight + kFooterHeight), whole.height - context.px(16));
        const float margin = context.px(8);
        area_.x = std::clamp(x_, whole.x + margin, std::max(whole.x + margin, whole.right() - area_.width - margin));
        area_.y = std::clamp(y_, whole.y + margin, std::max(whole.y + margin, whole.bottom() - area_.height - margin));
    }

    void keys(Context& context) {
        const ImGuiIO& io = ImGui::GetIO();
        for (const ImWchar letter : io.InputQueueCharacters) {
            if (letter >= ' ' && letter < 0x7F && filter_.size() < kMostFilter && !(filter_.empty() && letter == ' ')) filter_ += static_cast<char>(letter);
        }
        if (pressed(Key::Backspace) && !filter_.empty()) filter_.pop_back();
        const std::size_t before = chosen_;
        if (pressed_again(Key::Down) && chosen_ + 1 < actions_.size()) ++chosen_;
        if (pressed_again(Key::Up) && chosen_ > 0) --chosen_;
        if (pressed(Key::PageDown)) chosen_ = std::min(chosen_ + 8, actions_.empty() ? 0 : actions_.size() - 1);
        if (pressed(Key::PageUp)) chosen_ -= std::min<std::size_t>(chosen_, 8);
        if (pressed(Key::Home)) chosen_ = 0;
        if (pressed(Key::End) && !actions_.empty()) chosen_ = actions_.size() - 1;
        if (chosen_ != before) moved_by_keys_ = true;
        if (chosen_ >= actions_.size()) return;
        if (pressed(Key::Enter)) choose(context, actions_[chosen_], Choice::TypeIt);
        if (pressed(Key::Enter, false, true)) choose(context, actions_[chosen_], Choice::PutIntoLine);
        if (pressed(Key::Enter, true)) choose(context, actions_[chosen_], Choice::ForkWithIt);
    }

    static void choose(Context& context, const Action& action, Choice choice) {
        if (!action.unable.empty() && choice != Choice::PutIntoLine) return;
        choose_line(context, action.terminal, action.command, choice);
        ImGui::CloseCurrentPopup();
    }

    void put_title(const Context& context) const {
        const Theme& theme = *context.theme;
        ImDrawList* list = ImGui::GetWindowDrawList();
        const float middle = area_.y + context.px(kTitleHeight) / 2;
        ImFont* bold = context.fonts->bold;
        ImFont* small = context.fonts->small;
        const float x = area_.x + context.px(14);
        put_words(list, bold, ImVec2(x, middle - bold->FontSize / 2), theme.accent, icon_of(on_.kind));
        const float named = x + context.px(22);
        const std::string words = fitted(bold, title_, area_.width * 0.6F);
        put_words(list, bold, ImVec2(named, middle - bold->FontSize / 2), theme.text, words);
        put_words(list, small, ImVec2(named + words_size(bold, words).x + context.px(8), middle - small->FontSize / 2 + context.px(1)), theme.dim, kind_words(on_.kind));
        if (!filter_.empty()) {
            const std::string typed = fmt::format("{} {}", icon::kSearch, filter_);
            put_words(list, small, ImVec2(area_.right() - words_size(small, typed).x - context.px(14), middle - small->FontSize / 2), theme.accent, typed);
        }
        const float y = area_.y + context.px(kTitleHeight) - 1;
        list->AddLine(ImVec2(area_.x, y), ImVec2(area_.right(), y), packed(theme.line));
    }

    void put_entries(Context& context) {
        const Theme& theme = *context.theme;
        ImGui::SetCursorScreenPos(ImVec2(area_.x, area_.y + context.px(kTitleHeight)));
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
        ImGui::BeginChild("##entries", ImVec2(area_.width, area_.height - context.px(kTitleHeight + kFooterHeight)), false, ImGuiWindowFlags_NoNav);
        const ImVec2 from = ImGui::GetCursorScreenPos();
        std::map<std::string, int> seen;
        float y = from.y + context.px(2);
        for (std::size_t i = 0; i < actions_.size(); ++i) {
            const Action& action = actions_[i];
            if (i == 0 || action.heading != actions_[i - 1].heading) {
                put_words(ImGui::GetWindowDrawList(), context.fonts->small, ImVec2(from.x + context.px(14), y + context.px(8)), theme.faint, action.heading);
                y += context.px(kHeadingHeight);
            }
            std::string id = entry_id("menu", action.label);
            if (const int again = ++seen[id]; again > 1) id += fmt::format(".{}", again);
            put_entry(context, id, i, Area{from.x, y, area_.width, context.px(kEntryHeight)});
            y += context.px(kEntryHeight);
        }
        if (actions_.empty()) {
            const std::string words = filter_.empty() ? "It is gone." : "Nothing has these letters.";
            put_words(ImGui::GetWindowDrawList(), context.fonts->text, ImVec2(from.x + context.px(14), y + context.px(6)), theme.dim, words);
        }
        ImGui::SetCursorScreenPos(ImVec2(from.x, from.y + content_ - 1));
        ImGui::Dummy(ImVec2(1, 1));
        ImGui::EndChild();
        ImGui::PopStyleVar();
    }

    void put_entry(Context& context, const std::string& id, std::size_t place, const Area& area) {
        const Theme& theme = *context.theme;
        const Action& action = actions_[place];
        const bool able = action.unable.empty();
        const bool clicked = hit(context, id, area);
        context.mark(id, able);
        if (ImGui::IsItemHovered() && (ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0)) chosen_ = place;
        if (place == chosen_ && moved_by_keys_) {
            ImGui::SetScrollHereY(0.5F);
            moved_by_keys_ = false;
        }
        ImDrawList* list = ImGui::GetWindowDrawList();
        if (place == chosen_) {
            list->AddRectFilled(ImVec2(area.x + context.px(6), area.y), ImVec2(area.right() - context.px(6), area.bottom()), packed(mixed(theme.raised, theme.accent, theme.dark ? 0.2F : 0.14F)), context.px(6));
        }
        ImFont* text = context.fonts->text;
        ImFont* mono = context.fonts->mono;
        const float middle = area.y + area.height / 2;
        const std::uint32_t colour = !able ? theme.faint : theme.text;
        if (action.fault) put_words(list, context.fonts->small, ImVec2(area.x + context.px(14), middle - context.fonts->small->FontSize / 2), able ? theme.bad : theme.faint, action.command.starts_with("lift") ? icon::kCheck : icon::kBolt);
        put_words(list, text, ImVec2(area.x + context.px(34), middle - text->FontSize / 2), colour, action.label);
        const float x = area.x + label_width_ + context.px(14);
        const float width = area.right() - context.px(14) - x;
        ImFont* right = able ? mono : context.fonts->small;
        put_words(list, right, ImVec2(x, middle - right->FontSize / 2), able ? theme.dim : theme.faint, fitted(right, able ? action.command : action.unable, width));
        if (clicked) choose(context, action, choice_of(ImGui::GetIO().KeyCtrl, ImGui::GetIO().KeyShift));
    }

    void put_footer(const Context& context) const {
        const Theme& theme = *context.theme;
        ImDrawList* list = ImGui::GetWindowDrawList();
        ImFont* small = context.fonts->small;
        const float top = area_.bottom() - context.px(kFooterHeight);
        list->AddLine(ImVec2(area_.x, top), ImVec2(area_.right(), top), packed(theme.line));
        std::string where = chosen_ < actions_.size() ? fmt::format("typed on {}", actions_[chosen_].terminal) : std::string();
        where += where.empty() ? "" : "   ";
        const std::string words = fitted(small, where + "Shift: into the line   Ctrl: fork", area_.width - context.px(28));
        put_words(list, small, ImVec2(area_.x + context.px(14), top + (context.px(kFooterHeight) - small->FontSize) / 2), theme.faint, words);
    }

    Selection on_;
    std::string unable_;  ///< Why none of it can be done from where it was asked for.
    std::string title_;
    float x_ = 0;
    float y_ = 0;
    Area area_;
    float content_ = 0;
    float label_width_ = 0;
    std::vector<Action> actions_;
    std::string filter_;
    std::size_t chosen_ = 0;
    bool moved_by_keys_ = false;
};

}  // namespace

std::unique_ptr<Overlay> make_menu() {
    return std::make_unique<Menu>();
}

bool pressed_again(Key key) {
    return ImGui::IsKeyPressed(static_cast<int>(key), true);
}

Choice choice_of(bool control, bool shift) {
    return shift ? Choice::PutIntoLine : control ? Choice::ForkWithIt : Choice::TypeIt;
}

bool is_for_reading(std::string_view line) {
    constexpr std::array<std::string_view, 14> kReading{"ps", "ls", "logs", "inspect", "exec", "stats", "why", "ssh", "hosts", "faults", "history", "top", "images", "events"};
    constexpr std::array<std::string_view, 9> kGroups{"compose", "container", "image", "network", "node", "service", "stack", "swarm", "volume"};
    const std::vector<std::string> words = split_words(line);
    if (words.size() == 1 && words[0] == "traffic") return true;
    std::size_t verb = !words.empty() && words[0] == "docker" ? 1 : 0;
    if (verb == 1 && words.size() > 1 && std::find(kGroups.begin(), kGroups.end(), words[1]) != kGroups.end()) verb = 2;
    return verb < words.size() && std::find(kReading.begin(), kReading.end(), words[verb]) != kReading.end();
}

void choose_line(Context& context, const std::string& terminal, const std::string& line, Choice choice) {
    context.terminal = terminal;
    switch (choice) {
        case Choice::TypeIt:
            context.send(intent::Type{terminal, line});
            if (is_for_reading(line)) context.panel_wanted = "terminal";
            break;
        case Choice::PutIntoLine:
            context.typed_ahead = line;
            context.panel_wanted = "terminal";
            break;
        case Choice::ForkWithIt: context.send(intent::Fork{terminal, line, {}}); break;
    }
}

std::string entry_id(std::string_view menu, std::string_view label) {
    std::string out(menu);
    out += '.';
    for (const char c : label) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (plain) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (!plain && out.back() != '-' && out.back() != '.') out += '-';
    }
    while (out.back() == '-')
        out.pop_back();
    return out;
}

const char* icon_of(Selection::Kind kind) {
    switch (kind) {
        case Selection::Kind::None: return icon::kCubes;
        case Selection::Kind::Host: return icon::kServer;
        case Selection::Kind::Container: return icon::kCube;
        case Selection::Kind::Service: return icon::kCubes;
        case Selection::Kind::Task: return icon::kList;
        case Selection::Kind::Fault: return icon::kBolt;
        case Selection::Kind::Link: return icon::kFork;
        case Selection::Kind::Traffic: return icon::kGlobe;
        case Selection::Kind::Volume: return icon::kBars;
    }
    return icon::kCube;
}

std::string_view kind_words(Selection::Kind kind) {
    switch (kind) {
        case Selection::Kind::None: return "";
        case Selection::Kind::Host: return "host";
        case Selection::Kind::Container: return "container";
        case Selection::Kind::Service: return "service";
        case Selection::Kind::Task: return "task";
        case Selection::Kind::Fault: return "fault";
        case Selection::Kind::Link: return "link";
        case Selection::Kind::Traffic: return "traffic";
        case Selection::Kind::Volume: return "volume";
    }
    return "";
}

}  // namespace podium::desktop
