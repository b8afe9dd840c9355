#include "ui/desktop/desktop.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/style.hpp"
#include "ui/desktop/draw/widgets.hpp"

namespace podium::desktop {
namespace {

constexpr float kTabRow = 34;
constexpr float kScaleStep = 1.1F;
constexpr float kBorderStep = 16;
constexpr ImGuiWindowFlags kFixed = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoCollapse |
                                    ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus;

const char* place_name(Place place) {
    switch (place) {
        case Place::Left: return "left";
        case Place::Centre: return "centre";
        case Place::Timeline: return "timeline";
        case Place::Bottom: return "bottom";
        case Place::Right: return "right";
    }
    return "";
}

const Area& area_at(const Areas& areas, Place place) {
    switch (place) {
        case Place::Left: return areas.left;
        case Place::Centre: return areas.centre;
        case Place::Timeline: return areas.timeline;
        case Place::Bottom: return areas.bottom;
        case Place::Right: return areas.right;
    }
    return areas.centre;
}

std::uint32_t ground_of(const Theme& theme, Place place) {
    switch (place) {
        case Place::Centre: return theme.background;
        case Place::Timeline: return mixed(theme.background, theme.panel, 0.5F);
        case Place::Bottom: return theme.dark ? theme.field : mixed(theme.panel, theme.field, 0.6F);
        case Place::Left:
        case Place::Right: return theme.panel;
    }
    return theme.panel;
}

void begin_window(const std::string& name, const Area& area, std::uint32_t ground, ImGuiWindowFlags more, float opacity) {
    ImGui::SetNextWindowPos(ImVec2(area.x, area.y));
    ImGui::SetNextWindowSize(ImVec2(area.width, area.height));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, as_vec4(ground, opacity));
    ImGui::Begin(name.c_str(), nullptr, kFixed | more);
    ImGui::PopStyleColor();
}

/// A key, also again and again while it is held.
bool pressed_or_held(Key key, bool control, bool shift) {
    const ImGuiIO& io = ImGui::GetIO();
    return ImGui::IsKeyPressed(static_cast<int>(key), true) && io.KeyCtrl == control && io.KeyShift == shift && !io.KeyAlt;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

Desktop::Desktop(LabEngine& engine, Layout layout)
    : engine_(engine), layout_(std::move(layout)), frame_(engine.frame()) {
    for (const PanelEntry& entry : panel_list())
        panels_.push_back({&entry, entry.make(), false});
    for (const OverlayMaker make : overlay_list())
        overlays_.push_back(make());
    context_.send = [this](Intent intent) { engine_.post(std::move(intent)); };
    ImGuiIO& io = ImGui::GetIO();
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    // A steady caret: pictures are the same each time, and nothing blinks at an audience.
    io.ConfigInputTextCursorBlink = false;
}

void Desktop::begin_frame(float width, float height, double clock, const Fonts& fonts, TileLayer& tiles) {
    frame_ = engine_.frame();
    context_.theme = layout_.theme == "light" ? &light_theme() : &dark_theme();
    context_.fonts = &fonts;
    context_.tiles = &tiles;
    context_.clock = clock;
    context_.scale = scale_of(layout_);
    context_.presenter = layout_.presenter;
    context_.marks.clear();
    arrows_taken_ = std::exchange(context_.arrows_taken, false);
    // Lit is what the pointer was on in the frame before this one, else what is selected.
    const Selection& selection = context_.look.selection;
    context_.lit_service = std::exchange(context_.lit_hovered, {});
    if (context_.lit_service.empty() && selection.kind == Selection::Kind::Service) context_.lit_service = selection.name;
    if (context_.terminal.empty() && frame_->terminals && !frame_->terminals->empty()) context_.terminal = frame_->terminals->front().name;
    set_style(*context_.theme, context_.scale);
    context_.mark("window", Area{0, 0, width, height});
}

void Desktop::draw(float width, float height, double clock, const Fonts& fonts, TileLayer& tiles) {
    begin_frame(width, height, clock, fonts, tiles);
    pressed_.note(clock);
    handle_keys();
    handle_border_keys(width, height);
    serve_panel_wish();
    const Area whole{0, 0, width, height};
    const std::vector<Stand> places = stands(width, height);
    costs_.clear();
    for (const Stand& stand : places) {
        const auto begin = std::chrono::steady_clock::now();
        context_.tabbed = stand.tabs.height > 0;
        panels_[stand.front].panel->prepare(context_, *frame_, stand.content);
        costs_.push_back({std::string(panels_[stand.front].entry->spec.id), seconds_since(begin), 0});
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].tabs.height > 0) draw_tabs(places[i]);
        const auto begin = std::chrono::steady_clock::now();
        draw_panel(places[i]);
        costs_[i].draw = seconds_since(begin);
    }
    context_.tabbed = false;
    // A panel may want another to the front: that one comes with the next frame.
    if (context_.panel_wanted == served_) context_.panel_wanted.clear();

    Layout shown = layout_;
    shown.left_shown = shown.left_shown && someone_stands(Place::Left);
    const Areas areas = areas_of(shown, width, height);
    draw_borders(areas, width, height);
    top_bar_.draw(context_, *frame_, areas.top);
    for (const auto& overlay : overlays_)
        overlay->draw(context_, *frame_, whole);
    notice_.draw(context_, *frame_, whole);
    save_.draw(context_, whole);
    help_.draw(context_, whole);
    if (layout_.presenter) pressed_.draw(context_, whole);

    if (context_.look != sent_look_ || first_frame_) {
        sent_look_ = context_.look;
        context_.send(intent::SetLook{sent_look_});
    }
    first_frame_ = false;
}

bool Desktop::someone_stands(Place place) const {
    return std::any_of(panels_.begin(), panels_.end(), [&](const Shown& shown) { return shown.entry->spec.place == place && shown.panel->wanted(*frame_); });
}

std::vector<Desktop::Stand> Desktop::stands(float width, float height) {
    Layout shown = layout_;
    // A place where nothing stands leaves its room to the others.
    shown.left_shown = shown.left_shown && someone_stands(Place::Left);
    const Areas areas = areas_of(shown, width, height);
    std::vector<Stand> all;
    context_.look.inspector = context_.look.facts_panel = context_.look.metrics_panel = false;
    for (const Place place : {Place::Left, Place::Centre, Place::Timeline, Place::Bottom, Place::Right}) {
        const Area& area = area_at(areas, place);
        Stand stand{place, {}, area, {}, 0};
        const auto chosen = layout_.tabs.find(place_name(place));
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            if (panels_[i].entry->spec.place != place) continue;
            const bool wanted = panels_[i].panel->wanted(*frame_);
            // A lesson that is opened comes to the front, and so does a fork: the person has just asked for it. Else what is typed
            // below is never hidden by itself.
            if (wanted && !panels_[i].was_wanted && !first_frame_ && (place == Place::Left || panels_[i].entry->spec.id == "fork")) layout_.tabs[place_name(place)] = panels_[i].entry->spec.id;
            panels_[i].was_wanted = wanted;
            if (wanted) stand.panels.push_back(i);
        }
        if (stand.panels.empty() || area.width < 1 || area.height < 1) continue;
        stand.front = stand.panels.front();
        for (const std::size_t i : stand.panels) {
            if (chosen != layout_.tabs.end() && panels_[i].entry->spec.id == chosen->second) stand.front = i;
        }
        if (stand.panels.size() > 1) {
            const float row = std::min(std::floor(context_.px(kTabRow)), area.height);
            stand.tabs = {area.x, area.y, area.width, row};
            stand.content = {area.x, area.y + row, area.width, area.height - row};
        }
        const std::string_view front = panels_[stand.front].entry->spec.id;
        context_.look.inspector = context_.look.inspector || front == "inspector";
        context_.look.facts_panel = context_.look.facts_panel || front == "facts";
        context_.look.metrics_panel = context_.look.metrics_panel || front == "metrics";
        all.push_back(std::move(stand));
    }
    return all;
}

void Desktop::draw_tabs(const Stand& stand) {
    const Theme& theme = *context_.theme;
    const std::string place = place_name(stand.place);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    const std::uint32_t ground = ground_of(theme, stand.place);
    begin_window("tabs." + place, stand.tabs, ground, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse, lay_ground(context_, stand.tabs, ground));
    ImGui::PopStyleVar();
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImFont* font = context_.fonts->small;
    float needed = context_.px(12);
    for (const std::size_t i : stand.panels)
        needed += words_size(font, panels_[i].entry->spec.title).x + words_size(font, panels_[i].entry->spec.icon).x + context_.px(30);
    // Where there is no room for all words the tabs behind the front keep their icons.
    const bool words = needed <= stand.tabs.width;
    float x = stand.tabs.x + context_.px(6);
    for (const std::size_t i : stand.panels) {
        const PanelSpec& spec = panels_[i].entry->spec;
        const bool front = i == stand.front;
        const ImVec2 icon = words_size(font, spec.icon);
        const ImVec2 title = words || front ? words_size(font, spec.title) : ImVec2(0, 0);
        const float width = icon.x + title.x + context_.px(words || front ? 24 : 16);
        const Area area{x, stand.tabs.y + context_.px(4), width, stand.tabs.height - context_.px(6)};
        const std::string id = fmt::format("tab.{}.{}", place, spec.id);
        if (hit(context_, id, area)) layout_.tabs[place] = spec.id;
        const bool hovered = ImGui::IsItemHovered();
        put_hint(context_, fmt::format("{}{}{}", spec.title, *spec.key == '\0' ? "" : "  ", spec.key));
        if (hovered && !front) list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(theme.raised, 0.6F), context_.px(5));
        const float y = std::floor(area.y + (area.height - font->FontSize) / 2);
        put_words(list, font, ImVec2(x + context_.px(8), y), front ? theme.accent : theme.faint, spec.icon);
        if (title.x > 0) put_words(list, font, ImVec2(x + context_.px(16) + icon.x, y), front ? theme.text : theme.dim, spec.title);
        if (front) list->AddRectFilled(ImVec2(area.x + context_.px(8), stand.tabs.bottom() - context_.px(2)), ImVec2(area.right() - context_.px(8), stand.tabs.bottom()), packed(theme.accent), 1);
        x += width + context_.px(4);
    }
    ImGui::End();
}

void Desktop::draw_panel(const Stand& stand) {
    const Theme& theme = *context_.theme;
    Shown& shown = panels_[stand.front];
    const Area& area = stand.content;
    if (area.width < 1 || area.height < 1) return;
    const bool whole_picture = stand.place == Place::Centre || stand.place == Place::Timeline;
    // The cluster's panel paints its own ground where its tiles are painted before all of ImGui's.
    const std::uint32_t ground = ground_of(theme, stand.place);
    const float opacity = stand.place == Place::Centre ? (context_.tiles->beneath() ? 0.0F : 1.0F) : lay_ground(context_, area, ground);
    const std::string name = fmt::format("panel.{}", shown.entry->spec.id);
    const bool focused = served_ == shown.entry->spec.id;
    if (focused) ImGui::SetNextWindowFocus();
    context_.tabbed = stand.tabs.height > 0;
    begin_window(name, area, ground, whole_picture ? ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse : 0, opacity);
    if (focused) {
        ImGui::NavInitWindow(ImGui::GetCurrentWindow(), true);
        ImGui::GetCurrentContext()->NavDisableHighlight = false;
    }
    // What is drawn by hand may reach the panel's edge.
    ImGui::PushClipRect(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), false);
    const bool ringed = ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows) && !ImGui::GetCurrentContext()->NavDisableHighlight;
    shown.panel->draw(context_, *frame_, area);
    if (ringed) ImGui::GetWindowDrawList()->AddRect(ImVec2(area.x + 1, area.y + 1), ImVec2(area.right() - 1, area.bottom() - 1), packed(theme.accent, 0.45F));
    ImGui::PopClipRect();
    ImGui::End();
    context_.mark(name, area);
}

void Desktop::draw_borders(const Areas& areas, float width, float height) {
    if (areas.left.width > 0) draw_border(Border::Left, {areas.left.right(), areas.left.y, 0, areas.left.height}, true, width, height);
    if (areas.right.width > 0) draw_border(Border::Right, {areas.right.x, areas.right.y, 0, areas.right.height}, true, width, height);
    draw_border(Border::Timeline, {areas.timeline.x, areas.timeline.y, areas.timeline.width, 0}, false, width, height);
    if (areas.bottom.height > 0) draw_border(Border::Bottom, {areas.bottom.x, areas.bottom.y, areas.bottom.width, 0}, false, width, height);
}

void Desktop::draw_border(Border border, const Area& line, bool upright, float width, float height) {
    static constexpr const char* kNames[] = {"border.left", "border.right", "border.timeline", "border.bottom"};
    const char* name = kNames[static_cast<std::size_t>(border)];
    const float half = std::floor(context_.px(3));
    const Area grip = upright ? Area{line.x - half, line.y, half * 2, line.height} : Area{line.x, line.y - half, line.width, half * 2};
    if (grip.width < 1 || grip.height < 1) return;
    ImGui::SetNextWindowPos(ImVec2(grip.x, grip.y));
    ImGui::SetNextWindowSize(ImVec2(grip.width, grip.height));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::Begin(name,
                 nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoFocusOnAppearing);
    ImGui::PopStyleVar();
    hit(context_, name, grip);
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const float at = upright ? line.x : line.y;
    if (ImGui::IsItemActivated()) grabbed_at_ = (upright ? mouse.x : mouse.y) - at;
    const bool held = ImGui::IsItemActive();
    const bool near = held || ImGui::IsItemHovered();
    if (near) ImGui::SetMouseCursor(upright ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    if (held) move_border(layout_, border, (upright ? mouse.x : mouse.y) - grabbed_at_ - at, width, height);
    const std::uint32_t colour = near ? packed(context_.theme->accent) : packed(context_.theme->line);
    const float thick = near ? std::max(2.0F, context_.px(2)) : 1.0F;
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (upright)
        list->AddRectFilled(ImVec2(line.x - (near ? 1.0F : 0.0F), line.y), ImVec2(line.x - (near ? 1.0F : 0.0F) + thick, line.bottom()), colour);
    else
        list->AddRectFilled(ImVec2(line.x, line.y - (near ? 1.0F : 0.0F)), ImVec2(line.right(), line.y - (near ? 1.0F : 0.0F) + thick), colour);
    ImGui::End();
}

void Desktop::serve_panel_wish() {
    served_ = context_.panel_wanted;
    if (served_.empty()) return;
    for (const Shown& shown : panels_) {
        if (shown.entry->spec.id != served_) continue;
        const Place place = shown.entry->spec.place;
        if (place == Place::Left) layout_.left_shown = true;
        if (place == Place::Right) layout_.right_shown = true;
        if (place == Place::Bottom) layout_.bottom_shown = true;
        layout_.tabs[place_name(place)] = served_;
    }
}

void Desktop::scale_by(float factor) {
    // In steps of a twentieth, and never none.
    const float next = std::round(layout_.scale * factor * 20.0F) / 20.0F;
    layout_.scale = std::clamp(next, kLeastScale, kMostScale);
}

void Desktop::serve_wish() {
    const std::string wish = std::move(context_.wish);
    context_.wish.clear();
    if (wish == "theme") layout_.theme = layout_.theme == "light" ? "dark" : "light";
    if (wish == "presenter") layout_.presenter = !layout_.presenter;
    if (wish == "larger") scale_by(kScaleStep);
    if (wish == "smaller") scale_by(1 / kScaleStep);
    if (wish == "usual-size") layout_.scale = 1;
    if (wish == "help") help_.open = true;
    if (wish == "save") save_.ask();
    if (wish == "leave") leaving_ = true;
    if (wish == "left") layout_.left_shown = !layout_.left_shown;
    if (wish == "right") layout_.right_shown = !layout_.right_shown;
    if (wish == "bottom") layout_.bottom_shown = !layout_.bottom_shown;
}

void Desktop::handle_keys() {
    serve_wish();
    if (pressed(Key::F1)) help_.open = !help_.open;
    if (pressed(Key::F2)) context_.wish = "theme";
    if (pressed(Key::F5)) context_.wish = "presenter";
    if (pressed(Key::K, true)) context_.palette_wanted = true;
    if (pressed(Key::Grave, true)) context_.panel_wanted = "terminal";
    if (pressed(Key::S, true)) context_.wish = "save";
    if (pressed(Key::Q, true)) context_.wish = "leave";
    if (pressed(Key::B, true)) context_.wish = "left";
    if (pressed(Key::I, true)) context_.wish = "right";
    if (pressed(Key::J, true)) context_.wish = "bottom";
    if (pressed(Key::Equal, true) || pressed(Key::Equal, true, true)) context_.wish = "larger";
    if (pressed(Key::Minus, true)) context_.wish = "smaller";
    if (pressed(Key::Digit0, true)) context_.wish = "usual-size";
    if (pressed(Key::Menu) || pressed(Key::F10, false, true)) ask_menu();
    if (!context_.wish.empty()) serve_wish();
    handle_panel_keys();
    if (pressed(Key::Escape) && help_.open) {
        help_.open = false;
        return;
    }
    if (!keys_are_taken()) handle_plain_keys();
}

// The menu of what is selected, wherever that was done; the cluster's panel puts it beside the thing itself.
void Desktop::ask_menu() {
    if (ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)) return;
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    context_.menu = {true, context_.look.selection, size.x / 3, size.y / 4};
}

void Desktop::handle_plain_keys() {
    if (pressed(Key::Space)) context_.send(intent::Toggle{});
    if (!arrows_taken_ && pressed_or_held(Key::Right, false, false)) context_.send(intent::StepFact{});
    if (pressed_or_held(Key::Right, false, true)) context_.send(intent::StepEvent{});
    if (pressed_or_held(Key::Right, true, true)) context_.send(intent::StepFactOfSelection{});
    if (!arrows_taken_ && pressed_or_held(Key::Left, false, false)) context_.send(intent::Seek{std::max(Time{}, frame_->now - seconds(1))});
    if (pressed(Key::Home)) context_.send(intent::Seek{Time{}});
    if (pressed(Key::End) || pressed(Key::L)) context_.send(intent::GoLive{});
    if (pressed_or_held(Key::Comma, false, false)) context_.send(intent::Speed{next_speed(frame_->speed, false)});
    if (pressed_or_held(Key::Period, false, false)) context_.send(intent::Speed{next_speed(frame_->speed, true)});
}

// Of what has the keyboard; while nothing has it, the cluster's.
Place Desktop::place_with_keyboard() const {
    const ImGuiWindow* window = ImGui::GetCurrentContext()->NavWindow;
    const std::string_view name = window == nullptr ? std::string_view() : std::string_view(window->RootWindow->Name);
    for (const Shown& shown : panels_) {
        const PanelSpec& spec = shown.entry->spec;
        if (name == fmt::format("panel.{}", spec.id) || name == fmt::format("tabs.{}", place_name(spec.place))) return spec.place;
    }
    return Place::Centre;
}

// The arrows move the border of the panel that has the keyboard: the one towards the middle of a panel at the side, the upper one of the
// timeline and of what is below it; to the left and right the middle's own border at its right.
void Desktop::handle_border_keys(float width, float height) {
    const ImGuiIO& io = ImGui::GetIO();
    if (!io.KeyAlt || !io.KeyShift || io.KeyCtrl || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)) return;
    const auto steps = [](Key more, Key less) {
        const auto held = [](Key key) { return ImGui::IsKeyPressed(static_cast<int>(key), true) ? 1.0F : 0.0F; };
        return held(more) - held(less);
    };
    const float across = steps(Key::Right, Key::Left) * context_.px(kBorderStep);
    const float down = steps(Key::Down, Key::Up) * context_.px(kBorderStep);
    if (across == 0 && down == 0) return;
    const bool left = layout_.left_shown && someone_stands(Place::Left);
    const Place place = place_with_keyboard();
    if (across != 0 && left && (place == Place::Left || (place != Place::Right && !layout_.right_shown))) move_border(layout_, Border::Left, across, width, height);
    if (across != 0 && layout_.right_shown && place != Place::Left) move_border(layout_, Border::Right, across, width, height);
    if (down != 0 && (place == Place::Centre || place == Place::Timeline)) move_border(layout_, Border::Timeline, down, width, height);
    if (down != 0 && place == Place::Bottom && layout_.bottom_shown) move_border(layout_, Border::Bottom, down, width, height);
}

void Desktop::handle_panel_keys() {
    for (const Shown& shown : panels_) {
        // "Alt+3", "Alt+F": the last letter is the digit or letter, which the table of keys has in order.
        const std::string_view key = shown.entry->spec.key;
        if (!key.starts_with("Alt+") || key.size() != 5) continue;
        const bool digit = key[4] >= '0' && key[4] <= '9';
        const auto which = static_cast<Key>(digit ? static_cast<int>(Key::Digit0) + (key[4] - '0') : static_cast<int>(Key::A) + (key[4] - 'A'));
        if (pressed(which, false, false, true) && shown.panel->wanted(*frame_)) context_.panel_wanted = shown.entry->spec.id;
    }
}

}  // namespace podium::desktop
