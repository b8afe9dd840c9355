// The cluster panel: hosts, containers, links and traffic as they are. What it looks like is worked out by
// prepare() and drawn by cluster_draw_*.cpp; here are its state, the mouse and the keys.

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/cluster_keys.hpp"
#include "ui/desktop/panels/cluster_scene.hpp"
#include "ui/desktop/panels/cluster_words.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

constexpr float kZoomStep = 1.2F;
constexpr double kStripStays = 5;  // Seconds that the strip of pending tasks keeps its room.
constexpr double kWayStays = 5;    // And that a way is drawn after something went there.
constexpr float kTrafficBoxWidth = 172;
constexpr float kTrafficBoxHeight = 40;
constexpr float kTopAside = 196;  // What the heading, and the state and the search, have of the panel's top.

bool same_area(const Area& one, const Area& other) { return one.x == other.x && one.y == other.y && one.width == other.width && one.height == other.height; }

class ClusterPanel final : public Panel {
  public:
    void prepare(Context& context, const Frame& frame, const Area& area) override;
    void draw(Context& context, const Frame& frame, const Area& area) override;

  private:
    void prepare_picture(Context& context, const std::shared_ptr<const view::ClusterView>& cluster, bool playing, const Area& area);
    void draw_in(Context& context, const Area& area);
    [[nodiscard]] std::string id(std::string_view part) const { return fmt::format("{}.{}", scene_.id, part); }
    void arrange(const Context& context, const Area& area);
    void follow(const Context& context, const std::shared_ptr<const view::ClusterView>& cluster, const Area& area);
    void find_served(double clock);
    void light(const Context& context);
    void warm(const Context& context);
    void draw_picture(Context& context);
    void draw_top(Context& context);
    void draw_tools(Context& context);
    void draw_search(Context& context);
    void handle_mouse(Context& context);
    void handle_keys(Context& context);
    void step(Context& context, Step step);
    void take_next_link(Context& context);
    void take_next_found(Context& context);
    void reveal(const Context& context, const ClusterThing& thing);
    void take(Context& context, const ClusterThing& thing);
    void ask_menu(Context& context, const ClusterThing& thing, float x, float y);
    void zoom(const Context& context, float factor);
    void show_words(const Context& context) const;
    bool tool(Context& context, const std::string& id, const char* icon, Area& area, bool on);

    ClusterScene scene_;
    std::unique_ptr<ClusterPanel> without_;  ///< The other side of a fork, beside this one.
    Area area_;            ///< What this side has of the panel's.
    std::string caption_;  ///< Which side this is; empty: there is no fork.
    bool below_ = false;   ///< Sources of traffic stand below the tools, not beside them.
    Area arranged_;  ///< The panel's area for which the layout was made,
    float scale_ = 0;  ///< and the scale.
    const Theme* theme_ = nullptr;
    std::string search_;
    std::string lit_by_;  ///< The search and the service for which `dimmed` was worked out.
    bool lit_known_ = false;
    bool heat_known_ = false;
    bool legend_ = false;
    bool search_wanted_ = false;
    bool dragging_ = false;
    double strip_until_ = 0;
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> ways_;  ///< Source and host: until when.
    const view::ClusterView* served_for_ = nullptr;
    Selection known_selection_;
    bool selection_known_ = false;
};

// Where the parts of the panel stand: the entries on top, hosts below.
void ClusterPanel::arrange(const Context& context, const Area& area) {
    scene_.whole = area;
    scene_.entries.clear();
    const auto& traffic = scene_.cluster->traffic;
    if (!traffic.empty()) {
        const float width = context.px(kTrafficBoxWidth);
        const float gap = context.px(12);
        // Between the heading and the tools at the left and the state and the search at the right; where no box has room there,
        // as beside the other side of a fork, they stand below them.
        const auto fitting = [&](float aside) { return (area.width - aside * 2 + gap) / (width + gap); };
        below_ = fitting(context.px(kTopAside)) < 1 && area.height >= context.px(260);
        const auto room = static_cast<std::size_t>(std::max(1.0F, fitting(context.px(below_ ? 20 : kTopAside))));
        const std::size_t shown = std::min(traffic.size(), room);
        const float used = static_cast<float>(shown) * (width + gap) - gap;
        for (std::size_t i = 0; i < shown; ++i)
            scene_.entries.push_back({area.x + (area.width - used) / 2 + static_cast<float>(i) * (width + gap), area.y + context.px(below_ ? 68 : 24), width, context.px(kTrafficBoxHeight)});
    } else {
        below_ = false;
    }
    const float side = context.px(20);
    const float top = context.px(traffic.empty() ? 76 : below_ ? 164 : 120);
    scene_.view = {area.x + side, area.y + top, std::max(8.0F, area.width - side * 2), std::max(8.0F, area.height - top - context.px(16))};
}

void ClusterPanel::follow(const Context& context, const std::shared_ptr<const view::ClusterView>& shown, const Area& area) {
    const auto before = scene_.cluster;
    const bool other = shown != before;
    if (!other && same_area(area, arranged_) && context.scale == scale_ && context.theme == theme_) return;
    scene_.cluster = shown;
    const view::ClusterView& cluster = *scene_.cluster;
    arrange(context, area);
    std::uint32_t placed = 0;
    for (const view::HostView& host : cluster.hosts)
        placed += host.tiles;
    if (placed < cluster.tiles.size()) strip_until_ = context.clock + kStripStays;
    const bool same_hosts = before != nullptr && before->hosts.size() == cluster.hosts.size() && std::equal(cluster.hosts.begin(), cluster.hosts.end(), before->hosts.begin(), [](const auto& one, const auto& two) { return one.id == two.id; });
    ClusterLayout layout = lay_out(cluster, {scene_.view.width, scene_.view.height, context.scale, same_hosts ? scene_.layout.capacity : 0, context.clock < strip_until_});
    if (other && before != nullptr && same_hosts) scene_.motion.follow(*before, scene_.layout, cluster, layout, context.clock);
    else if (other) scene_.motion.clear();
    scene_.layout = std::move(layout);
    scene_.links.clear();
    scene_.hovered = {};
    if (other) scene_.find_shadowed();
    scene_.colours.clear();
    for (const view::ServiceView& service : cluster.services)
        scene_.colours.push_back(service_colour(*context.theme, service.place));
    scene_.colours.push_back(mixed(context.theme->dim, context.theme->accent, 0.25F));
    arranged_ = area;
    scale_ = context.scale;
    theme_ = context.theme;
    lit_known_ = heat_known_ = selection_known_ = false;
}

// The hosts that each source of traffic reaches: those that its requests were seen to go to, and those that
// its target names or on which its target runs.
void ClusterPanel::find_served(double clock) {
    served_for_ = scene_.cluster.get();
    const view::ClusterView& cluster = *scene_.cluster;
    for (const view::FlightView& flight : cluster.flights) {
        const std::uint32_t host = flight.to_host != view::kNone ? flight.to_host : flight.from_host;
        const bool outside = flight.to_host == view::kNone || flight.from_host == view::kNone;
        if (flight.source != view::kNone && outside && host != view::kNone) ways_[{flight.source, host}] = clock + kWayStays;
    }
    std::erase_if(ways_, [clock](const auto& way) { return way.second < clock; });
    scene_.served.assign(cluster.traffic.size(), {});
    for (const auto& [way, until] : ways_) {
        if (way.first < scene_.served.size() && way.second < cluster.hosts.size()) scene_.served[way.first].push_back(way.second);
    }
    for (std::uint32_t source = 0; source < cluster.traffic.size(); ++source) {
        std::vector<std::uint32_t>& served = scene_.served[source];
        if (!served.empty()) continue;
        const std::string target = cluster.traffic[source].target.substr(0, cluster.traffic[source].target.find(':'));
        const std::vector<bool> meant = view::services_meant(cluster, target);
        const auto runs = [&meant](const view::Tile& tile) { return tile.service < meant.size() && meant[tile.service]; };
        for (std::uint32_t host = 0; host < cluster.hosts.size(); ++host) {
            const view::HostView& one = cluster.hosts[host];
            const auto first = cluster.tiles.begin() + one.first_tile;
            if (one.name == target || std::any_of(first, first + one.tiles, runs)) served.push_back(host);
        }
    }
}

// Which tiles are lit, by the search and by a service that is looked at.
void ClusterPanel::light(const Context& context) {
    const std::string service = !context.lit_service.empty() ? context.lit_service : context.look.selection.kind == Selection::Kind::Service ? context.look.selection.name : std::string();
    const std::string by = service + "\n" + search_;
    if (lit_known_ && by == lit_by_) return;
    lit_known_ = true;
    lit_by_ = by;
    heat_known_ = false;
    scene_.dimmed.clear();
    const view::ClusterView& cluster = *scene_.cluster;
    const TileSearch search(cluster, search_);
    if (service.empty() && search.means_all()) return;
    scene_.dimmed.resize(cluster.tiles.size());
    const std::vector<bool> meant = view::services_meant(cluster, service);
    for (std::size_t i = 0; i < cluster.tiles.size(); ++i) {
        const view::Tile& tile = cluster.tiles[i];
        const bool of_service = service.empty() || (tile.service < meant.size() && meant[tile.service]);
        scene_.dimmed[i] = !of_service || !search.means(tile);
    }
}

// Shares by state, where hosts are too small for their tiles.
void ClusterPanel::warm(const Context& context) {
    const auto merged = [&](const HostBox& box) { return scene_.detail_of(box, context.scale) == TileDetail::Merged; };
    if (heat_known_ || !std::any_of(scene_.layout.hosts.begin(), scene_.layout.hosts.end(), merged)) return;
    heat_known_ = true;
    const view::ClusterView& cluster = *scene_.cluster;
    scene_.heat.assign(cluster.hosts.size(), {});
    for (std::size_t host = 0; host < cluster.hosts.size(); ++host) {
        HostHeat& heat = scene_.heat[host];
        const std::uint32_t first = cluster.hosts[host].first_tile;
        heat.all = cluster.hosts[host].tiles;
        for (std::uint32_t tile = first; tile < first + heat.all; ++tile) {
            if (scene_.is_dimmed(tile)) ++heat.dimmed;
            else ++heat.phases[static_cast<std::size_t>(cluster.tiles[tile].phase)];
        }
    }
}

void ClusterPanel::prepare(Context& context, const Frame& frame, const Area& area) {
    area_ = area;
    caption_.clear();
    if (frame.cluster == nullptr || frame.fork == nullptr || frame.fork->without == nullptr) {
        without_.reset();
        prepare_picture(context, frame.cluster, frame.playing, area);
        return;
    }
    // Both futures beside each other, or above each other where there is more room so.
    if (without_ == nullptr) {
        without_ = std::make_unique<ClusterPanel>();
        without_->scene_.id = "without";
    }
    const float gap = context.px(2);
    without_->area_ = area;
    if (area.width >= area.height) {
        area_.width = std::floor((area.width - gap) / 2);
        without_->area_.x = area_.right() + gap;
        without_->area_.width = area.right() - without_->area_.x;
    } else {
        area_.height = std::floor((area.height - gap) / 2);
        without_->area_.y = area_.bottom() + gap;
        without_->area_.height = area.bottom() - without_->area_.y;
    }
    caption_ = "WITH  " + frame.fork->change;
    without_->caption_ = "WITHOUT";
    without_->search_ = search_;
    prepare_picture(context, frame.cluster, frame.playing, area_);
    without_->prepare_picture(context, frame.fork->without, frame.playing, without_->area_);
}

void ClusterPanel::prepare_picture(Context& context, const std::shared_ptr<const view::ClusterView>& cluster, bool playing, const Area& area) {
    if (cluster == nullptr) {
        scene_ = {};
        served_for_ = nullptr;
        return;
    }
    follow(context, cluster, area);
    scene_.motion.tidy(context.clock);
    scene_.flights.follow(*scene_.cluster, playing, context.clock);
    if (served_for_ != scene_.cluster.get()) find_served(context.clock);
    scene_.camera.settle(scene_.layout, scene_.view, context.scale);
    light(context);
    warm(context);
    if (selection_known_ && known_selection_ == context.look.selection) return;
    selection_known_ = true;
    known_selection_ = context.look.selection;
    scene_.selected = scene_.find(known_selection_);
}

void ClusterPanel::draw(Context& context, const Frame&, const Area& area) {
    if (scene_.cluster == nullptr) {
        put_heading(context, icon::kCubes, "CLUSTER", "nothing is open");
        return;
    }
    // A window of its own, in which the arrow keys are the picture's rather than ImGui's.
    if (context.panel_wanted == "cluster") ImGui::SetNextWindowFocus();
    draw_in(context, area_);
    if (without_ == nullptr) return;
    without_->draw_in(context, without_->area_);
    const bool beside = without_->area_.x > area_.x;
    const Area seam = beside ? Area{area_.right(), area.y, without_->area_.x - area_.right(), area.height} : Area{area.x, area_.bottom(), area.width, without_->area_.y - area_.bottom()};
    ImGui::GetWindowDrawList()->AddRectFilled({seam.x, seam.y}, {seam.right(), seam.bottom()}, packed(context.theme->violet, 0.6F));
}

void ClusterPanel::draw_in(Context& context, const Area& area) {
    ImGui::SetCursorScreenPos({area.x, area.y});
    constexpr ImGuiWindowFlags kBare = ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBackground;
    ImGui::BeginChild(id("picture").c_str(), {area.width, area.height}, false, kBare);
    handle_mouse(context);
    // Escape, before it comes here, has ImGui hand the keyboard to the window around this one.
    if (ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows) && !ImGui::GetIO().WantTextInput) handle_keys(context);
    draw_picture(context);
    draw_top(context);
    draw_tools(context);
    draw_search(context);
    show_words(context);
    ImGui::EndChild();
}

void ClusterPanel::draw_picture(Context& context) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Theme& theme = *context.theme;
    const ClusterPainter painter{context, theme, list, scene_, context.clock};
    draw_ground(painter);
    draw_entry_ways(painter);
    // With the whole in view boxes may throw a shadow over the edge.
    const float over = scene_.camera.zoom > 1 ? 0 : context.px(12);
    const ImVec2 from(scene_.view.x - over, scene_.view.y - (scene_.camera.zoom > 1 ? 0 : context.px(40)));
    const ImVec2 to(scene_.view.right() + over, scene_.view.bottom() + over);
    list->PushClipRect(from, to, true);
    draw_zones(painter);
    draw_host_boxes(painter);
    draw_bulk(painter);
    draw_host_heads(painter);
    draw_tiles(painter);
    draw_moving_tiles(painter);
    list->PopClipRect();
    draw_flights(painter);
    list->PushClipRect(from, to, true);
    draw_links(painter);
    draw_selection(painter);
    list->PopClipRect();
    draw_entries(painter);
    if (legend_) draw_legend(painter, scene_.whole);
}

void ClusterPanel::draw_top(Context& context) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Theme& theme = *context.theme;
    ImFont* font = context.fonts->small;
    const Area& whole = scene_.whole;
    const ClusterState state = cluster_state(*scene_.cluster);
    float right = whole.right() - context.px(20);
    if (!state.words.empty()) {
        const std::string words = fmt::format("{}  {}", state.under_way ? icon::kRefresh : icon::kCheck, state.words);
        right -= words_size(font, words).x + context.px(16);
        const float width = put_pill(context, list, {right, whole.y + context.px(10)}, words, tone_colour(theme, state.tone));
        context.mark(id("state"), Area{right, whole.y + context.px(10), width, font->FontSize + context.px(6)});
    }
    const float room = (scene_.entries.empty() || below_ ? right : scene_.entries.front().x) - whole.x - context.px(26);
    put_words(list, font, {whole.x + context.px(16), whole.y + context.px(12)}, caption_.empty() ? theme.faint : theme.violet, fitted(font, (caption_.empty() ? std::string("CLUSTER") : caption_) + "  ·  " + cluster_count(*scene_.cluster), room));
}

bool ClusterPanel::tool(Context& context, const std::string& id, const char* icon, Area& area, bool on) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const bool clicked = hit(context, id, area);
    const bool hovered = ImGui::IsItemHovered();
    list->AddRectFilled({area.x, area.y}, {area.right(), area.bottom()}, packed(on || hovered ? theme.raised : mixed(theme.background, theme.raised, 0.5F)), context.px(5));
    const ImVec2 size = words_size(context.fonts->small, icon);
    put_words(list, context.fonts->small, {area.x + (area.width - size.x) / 2, area.y + (area.height - size.y) / 2}, on ? theme.accent : hovered ? theme.text : theme.dim, icon);
    area.x += area.width + context.px(4);
    return clicked;
}

void ClusterPanel::draw_tools(Context& context) {
    Area area{scene_.whole.x + context.px(16), scene_.whole.y + context.px(38), context.px(24), context.px(22)};
    if (tool(context, id("legend"), icon::kList, area, legend_)) legend_ = !legend_;
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("What the states look like (K)");
    if (tool(context, id("zoom_out"), icon::kMinus, area, false)) zoom(context, 1 / kZoomStep);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("Less closely (-)");
    if (tool(context, id("zoom_in"), icon::kPlus, area, false)) zoom(context, kZoomStep);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("More closely (+)");
    if (scene_.camera.zoom <= 1.001F) return;
    if (tool(context, id("whole"), icon::kWhole, area, false)) scene_.camera = {};
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("The whole (0)");
    put_words(ImGui::GetWindowDrawList(), context.fonts->small, {area.x + context.px(4), area.y + context.px(4)}, context.theme->faint, fmt::format("{:.1f}×", scene_.camera.zoom));
}

void ClusterPanel::draw_search(Context& context) {
    if (scene_.id != "cluster") return;  // The one beside it is for both.
    const Theme& theme = *context.theme;
    const float width = std::min(context.px(164), scene_.whole.width * 0.4F);
    const float left = scene_.whole.right() - context.px(20) - width;
    const float top = scene_.whole.y + context.px(38);
    ImGui::SetCursorScreenPos({left, top});
    ImGui::SetNextItemWidth(width);
    ImGui::PushFont(context.fonts->small);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(context.px(24), context.px(4)));
    ImGui::PushStyleVar(ImGuiStyleVar_FrameRounding, context.px(6));
    ImGui::PushStyleColor(ImGuiCol_FrameBg, as_vec4(search_.empty() ? mixed(theme.background, theme.raised, 0.5F) : mixed(theme.raised, theme.accent, 0.2F)));
    if (search_wanted_) ImGui::SetKeyboardFocusHere();
    search_wanted_ = false;
    const std::string hint = fitted(context.fonts->small, "name, state, host", width - context.px(24 * 2));
    if (ImGui::InputTextWithHint(("###" + id("search")).c_str(), hint.c_str(), &search_, ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_EnterReturnsTrue)) take_next_found(context);
    context.mark(id("search"));
    if (!search_.empty()) put_hint(context, "Enter selects the next of them");
    const Area area{left, top, ImGui::GetItemRectSize().x, ImGui::GetItemRectSize().y};
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(2);
    ImGui::PopFont();
    put_words(ImGui::GetWindowDrawList(), context.fonts->small, {left + context.px(8), top + context.px(4)}, search_.empty() ? theme.faint : theme.accent, icon::kSearch);
    if (search_.empty()) return;
    ImGui::SetItemAllowOverlap();
    const auto meant = std::count(scene_.dimmed.begin(), scene_.dimmed.end(), false);
    const std::string words = fmt::format("{}", meant);
    const float from = left - words_size(context.fonts->small, words).x - context.px(8);
    put_words(ImGui::GetWindowDrawList(), context.fonts->small, {from, top + context.px(4)}, meant == 0 ? theme.warning : theme.dim, words);
    context.mark(id("search.meant.") + words, Area{from, top, left - from, area.height});
    if (hit(context, id("search.clear"), {area.right() - context.px(20), top, context.px(20), area.height})) search_.clear();
    put_words(ImGui::GetWindowDrawList(), context.fonts->small, {area.right() - context.px(17), top + context.px(4)}, theme.dim, icon::kCross);
}

void ClusterPanel::take(Context& context, const ClusterThing& thing) {
    const Selection selection = scene_.selection_of(thing);
    context.select(selection.kind, selection.name);
    scene_.selected = thing;
    known_selection_ = context.look.selection;
}

void ClusterPanel::ask_menu(Context& context, const ClusterThing& thing, float x, float y) {
    take(context, thing);
    // What is typed goes to the side with the change, whichever picture it was asked on.
    context.menu = {true, scene_.selection_of(thing), x, y, scene_.id == "cluster" ? "" : "go on without the change first"};
}

void ClusterPanel::zoom(const Context& context, float factor) {
    // What is selected stays where it is; else the middle does.
    float x = scene_.view.x + scene_.view.width / 2;
    float y = scene_.view.y + scene_.view.height / 2;
    std::optional<Area> place;
    if (scene_.selected.kind == ClusterThing::Kind::Tile) place = scene_.layout.tile_area(*scene_.cluster, scene_.selected.index);
    if (scene_.selected.kind == ClusterThing::Kind::Host) place = scene_.layout.hosts[scene_.selected.index].area;
    if (place) {
        const Area area = scene_.on_screen(*place);
        if (scene_.in_sight(area)) {
            x = area.x + area.width / 2;
            y = area.y + area.height / 2;
        }
    }
    scene_.camera.zoom_at(scene_.layout, scene_.view, context.scale, factor, x, y);
}

void ClusterPanel::handle_mouse(Context& context) {
    const ImGuiIO& io = ImGui::GetIO();
    ImGui::SetCursorScreenPos({scene_.whole.x, scene_.whole.y});
    ImGui::InvisibleButton(id("canvas").c_str(), {scene_.whole.width, scene_.whole.height}, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight | ImGuiButtonFlags_MouseButtonMiddle);
    ImGui::SetItemAllowOverlap();
    context.mark(id("canvas"), scene_.view);
    const bool hovered = ImGui::IsItemHovered();
    const bool active = ImGui::IsItemActive();
    scene_.hovered = hovered ? scene_.at(io.MousePos.x, io.MousePos.y) : ClusterThing{};
    if (hovered && scene_.hovered.kind != ClusterThing::Kind::None) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    if (hovered && io.MouseWheel != 0 && !io.KeyCtrl) scene_.camera.zoom_at(scene_.layout, scene_.view, context.scale, std::pow(kZoomStep, io.MouseWheel), io.MousePos.x, io.MousePos.y);
    if (active) {
        for (const ImGuiMouseButton one : {ImGuiMouseButton_Left, ImGuiMouseButton_Middle}) {
            if (!ImGui::IsMouseDragging(one, context.px(5))) continue;
            dragging_ = true;
            scene_.camera.drag(scene_.layout, scene_.view, context.scale, io.MouseDelta.x, io.MouseDelta.y);
        }
        if (dragging_) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
    }
    if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right) && scene_.hovered.kind != ClusterThing::Kind::None) ask_menu(context, scene_.hovered, io.MousePos.x, io.MousePos.y);
    if (ImGui::IsItemDeactivated()) {
        if (!dragging_ && hovered && ImGui::IsMouseReleased(ImGuiMouseButton_Left)) take(context, scene_.hovered);
        dragging_ = false;
    }
    if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        if (scene_.hovered.kind == ClusterThing::Kind::Host || scene_.hovered.kind == ClusterThing::Kind::Tile) zoom(context, 2);
        else scene_.camera = {};
    }
}

void ClusterPanel::step(Context& context, Step step) {
    const bool seen = scene_.selected.kind == ClusterThing::Kind::Host && scene_.detail_of(scene_.layout.hosts[scene_.selected.index], context.scale) != TileDetail::Merged;
    const ClusterThing next = next_thing(*scene_.cluster, scene_.layout, scene_.selected, step, seen, static_cast<std::uint32_t>(scene_.entries.size()));
    if (next.kind == ClusterThing::Kind::None || next == scene_.selected) return;
    take(context, next);
    reveal(context, next);
}

void ClusterPanel::reveal(const Context& context, const ClusterThing& thing) {
    std::optional<Area> place;
    if (thing.kind == ClusterThing::Kind::Host) place = scene_.layout.hosts[thing.index].area;
    if (thing.kind == ClusterThing::Kind::Tile) place = scene_.layout.tile_area(*scene_.cluster, thing.index);
    if (place) scene_.camera.reveal(scene_.layout, scene_.view, context.scale, *place);
}

// The first tile after the selected one that the search means, round and round.
void ClusterPanel::take_next_found(Context& context) {
    const TileSearch search(*scene_.cluster, search_);
    if (search.means_all()) return;
    const std::vector<view::Tile>& tiles = scene_.cluster->tiles;
    const std::size_t after = scene_.selected.kind == ClusterThing::Kind::Tile ? scene_.selected.index + 1 : 0;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const std::size_t at = (after + i) % tiles.size();
        if (!search.means(tiles[at])) continue;
        const ClusterThing found{ClusterThing::Kind::Tile, static_cast<std::uint32_t>(at)};
        take(context, found);
        reveal(context, found);
        return;
    }
}

void ClusterPanel::take_next_link(Context& context) {
    const ClusterThing next = next_link(scene_.links, scene_.selected);
    if (next.kind != ClusterThing::Kind::None) take(context, next);
}

void ClusterPanel::handle_keys(Context& context) {
    context.arrows_taken = true;
    if (pressed(Key::Equal) || pressed(Key::Equal, false, true)) zoom(context, kZoomStep);
    if (pressed(Key::Minus)) zoom(context, 1 / kZoomStep);
    if (pressed(Key::Digit0)) scene_.camera = {};
    if (pressed(Key::K)) legend_ = !legend_;
    if (scene_.id != "cluster") return;  // Of two pictures side by side one moves the selection.
    if (pressed(Key::Left)) step(context, Step::Left);
    if (pressed(Key::Right)) step(context, Step::Right);
    if (pressed(Key::Up)) step(context, Step::Up);
    if (pressed(Key::Down)) step(context, Step::Down);
    if (pressed(Key::F, true) || pressed(Key::Slash)) search_wanted_ = true;
    if (pressed(Key::N)) take_next_link(context);
    if (scene_.selected.kind == ClusterThing::Kind::None) return;
    if (pressed(Key::Enter)) context.panel_wanted = "inspector";
    if (pressed(Key::Escape)) take(context, {});
    if (!pressed(Key::Menu) && !pressed(Key::F10, false, true)) return;
    Area area = scene_.view;
    if (scene_.selected.kind == ClusterThing::Kind::Host) area = scene_.on_screen(scene_.layout.hosts[scene_.selected.index].area);
    if (scene_.selected.kind == ClusterThing::Kind::Traffic && scene_.selected.index < scene_.entries.size()) area = scene_.entries[scene_.selected.index];
    if (scene_.selected.kind == ClusterThing::Kind::Tile) {
        if (const auto place = scene_.layout.tile_area(*scene_.cluster, scene_.selected.index)) area = scene_.on_screen(*place);
    }
    ask_menu(context, scene_.selected, area.x + std::min(area.width / 2, context.px(40)), area.y + std::min(area.height / 2, context.px(24)));
}

void ClusterPanel::show_words(const Context& context) const {
    if (dragging_ || scene_.hovered.kind == ClusterThing::Kind::None) return;
    std::vector<WordLine> lines;
    switch (scene_.hovered.kind) {
        case ClusterThing::Kind::None: break;
        case ClusterThing::Kind::Host: lines = host_words(*scene_.cluster, scene_.hovered.index); break;
        case ClusterThing::Kind::Tile: lines = tile_words(*scene_.cluster, scene_.hovered.index); break;
        case ClusterThing::Kind::Link: lines = link_words(*scene_.cluster, scene_.hovered.index); break;
        case ClusterThing::Kind::Traffic: lines = traffic_words(scene_.cluster->traffic[scene_.hovered.index]); break;
    }
    ImGui::BeginTooltip();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        ImGui::PushFont(i == 0 ? context.fonts->bold : context.fonts->small);
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(tone_colour(*context.theme, lines[i].tone)));
        ImGui::TextUnformatted(lines[i].text.c_str());
        ImGui::PopStyleColor();
        ImGui::PopFont();
    }
    ImGui::EndTooltip();
}

}  // namespace

std::unique_ptr<Panel> make_cluster_panel() {
    return std::make_unique<ClusterPanel>();
}

}  // namespace podium::desktop
