// Hosts of the cluster's picture: zones, boxes, heads with role, load and the managers' clocks.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/cluster_scene.hpp"

namespace podium::desktop {
namespace {

constexpr float kHostTurn = 6.2831853F;

// How much of a head there is room for.
enum class HeadDetail : std::uint8_t { Full, Short, Name, None };

HeadDetail head_detail(const Area& box, float ratio, float scale) {
    const float height = kHostHeader * ratio;
    if (height >= 63 * scale && box.width >= 120 * scale) return HeadDetail::Full;
    if (height >= 24 * scale && box.width >= 50 * scale) return HeadDetail::Short;
    if (height >= 13 * scale && box.width >= 30 * scale) return HeadDetail::Name;
    return HeadDetail::None;
}

float load_share(std::int64_t part, std::int64_t whole) { return whole <= 0 ? 0 : std::clamp(static_cast<float>(static_cast<double>(part) / static_cast<double>(whole)), 0.0F, 1.0F); }

const view::ManagerView* manager_on(const view::ClusterView& cluster, std::uint32_t host) {
    for (const view::ManagerView& one : cluster.managers) {
        if (one.host == host) return &one;
    }
    return nullptr;
}

bool host_is_well(const view::HostView& host) { return host.up && !host.frozen; }

std::uint32_t box_colour(const ClusterPainter& painter, const view::HostView& host) {
    const Theme& theme = painter.theme;
    if (!host.up) return mixed(theme.panel, theme.background, 0.7F);
    if (host.frozen) return mixed(theme.panel, theme.violet, 0.07F);
    return theme.panel;
}

std::uint32_t edge_colour(const ClusterPainter& painter, const view::HostView& host, bool marked) {
    const Theme& theme = painter.theme;
    if (!host.up) return mixed(theme.line, theme.bad, 0.65F);
    if (host.frozen) return mixed(theme.line, theme.violet, 0.6F);
    if (host.cut_off) return mixed(theme.line, theme.warning, 0.6F);
    return marked ? mixed(theme.line, theme.accent, 0.45F) : theme.line;
}

// A circle that fills as time passes without word of a leader.
void draw_election(const ClusterPainter& painter, const view::ManagerView& manager, ImVec2 centre, float radius) {
    const Theme& theme = painter.theme;
    painter.context.mark(fmt::format("{}.election.{}", painter.scene.id, painter.scene.cluster->hosts[manager.host].name), Area{centre.x - radius, centre.y - radius, radius * 2, radius * 2});
    const bool leads = manager.state == "leader";
    const bool stands = manager.state == "candidate";
    const std::uint32_t colour = leads || stands ? theme.warning : theme.accent;
    painter.list->AddCircle(centre, radius, packed(mixed(theme.panel, colour, 0.28F)), 28, painter.px(2));
    const float share = leads ? 1 : manager.limit <= 0 ? 0 : std::clamp(static_cast<float>(manager.elapsed) / static_cast<float>(manager.limit), 0.0F, 1.0F);
    if (share <= 0 || manager.state == "away") return;
    painter.list->PathArcTo(centre, radius, -kHostTurn / 4, -kHostTurn / 4 + kHostTurn * share, 28);
    painter.list->PathStroke(packed(colour, leads ? 0.55F : 1.0F), 0, painter.px(2));
}

struct HostBadge {
    std::string words;
    std::uint32_t colour = 0;
};

// What must be said of a host, the most important first.
std::vector<HostBadge> host_badges(const ClusterPainter& painter, const view::HostView& host, const view::ManagerView* manager) {
    const Theme& theme = painter.theme;
    std::vector<HostBadge> out;
    if (!host.up) out.push_back({fmt::format("{} down", icon::kCross), theme.bad});
    else if (host.frozen) out.push_back({fmt::format("{} frozen", icon::kSnow), theme.violet});
    else if (!host.engine.empty() && host.engine != "running") out.push_back({fmt::format("{} engine {}", icon::kWarning, host.engine), theme.warning});
    else if (host.cut_off) out.push_back({fmt::format("{} cut off", icon::kGhost), theme.bad});
    if (host.availability == "drain" || host.availability == "pause")
        out.push_back({fmt::format("{} {}", host.availability == "drain" ? icon::kDownload : icon::kPause, host.availability), theme.warning});
    if (host.role == "leader") out.push_back({manager == nullptr ? fmt::format("{} leader", icon::kStar) : fmt::format("{} leader · {}", icon::kStar, manager->term), theme.warning});
    else if (manager != nullptr && manager->state == "candidate") out.push_back({fmt::format("candidate · {}", manager->term), theme.violet});
    else if (host.role == "manager") out.push_back({manager == nullptr ? std::string("manager") : fmt::format("manager · {}", manager->term), theme.dim});
    else if (!host.role.empty()) out.push_back({host.role, theme.dim});
    return out;
}

// Badges from the right edge towards the left, as many as leave room for the name; gives where they begin.
float draw_host_badges(const ClusterPainter& painter, const std::vector<HostBadge>& badges, float right, float top, float least) {
    float left = right;
    for (const HostBadge& badge : badges) {
        // Without room for the words their icon still tells it.
        for (const std::string& words : {badge.words, badge.words.substr(0, badge.words.find(' '))}) {
            const float width = words_size(painter.context.fonts->small, words).x + painter.px(16);
            const bool is_icon = static_cast<unsigned char>(words.front()) >= 0x80;
            if (left - width < least || (words.size() < badge.words.size() && !is_icon)) continue;
            left -= width;
            put_pill(painter.context, painter.list, {left, top}, words, badge.colour);
            left -= painter.px(5);
            break;
        }
    }
    return left;
}

struct HostLoad {
    const char* title;
    float used;
    float reserved;
    std::uint32_t colour;
};

std::array<HostLoad, 2> host_loads(const ClusterPainter& painter, const view::HostView& host) {
    const Theme& theme = painter.theme;
    const float processor = load_share(host.cpu_used_millicores, host.cpu_millicores);
    const float memory = load_share(host.memory_used_bytes, host.memory_bytes);
    const auto colour = [&](float share, std::uint32_t usual) { return !host_is_well(host) ? theme.faint : share > 0.9F ? theme.bad : share > 0.75F ? theme.warning : usual; };
    const auto reserved = [](std::int64_t part, std::int64_t whole) { return part > 0 ? load_share(part, whole) : -1.0F; };
    return {HostLoad{"CPU", processor, reserved(host.cpu_reserved_millicores, host.cpu_millicores), colour(processor, theme.good)},
            HostLoad{"MEM", memory, reserved(host.memory_reserved_bytes, host.memory_bytes), colour(memory, theme.accent)}};
}

void draw_full_head(const ClusterPainter& painter, std::uint32_t index, const Area& box) {
    const view::HostView& host = painter.scene.cluster->hosts[index];
    const Theme& theme = painter.theme;
    const Fonts& fonts = *painter.context.fonts;
    const view::ManagerView* manager = manager_on(*painter.scene.cluster, index);
    const float pad = painter.px(kHostPad);
    const std::uint32_t ink = host_is_well(host) ? theme.text : theme.dim;
    float left = box.x + pad;
    const ImVec2 icon_size = words_size(fonts.bold, icon::kServer);
    const float middle = box.y + painter.px(19);
    if (manager != nullptr) {
        const ImVec2 centre(left + painter.px(9), middle);
        draw_election(painter, *manager, centre, painter.px(11));
        const ImVec2 small = words_size(fonts.small, icon::kServer);
        put_words(painter.list, fonts.small, {centre.x - small.x / 2, centre.y - small.y / 2}, ink, icon::kServer);
        left += painter.px(28);
    } else {
        put_words(painter.list, fonts.bold, {left, middle - icon_size.y / 2}, ink, icon::kServer);
        left += icon_size.x + painter.px(8);
    }
    const float name_width = std::min(words_size(fonts.bold, host.name).x, painter.px(76));
    const float end = draw_host_badges(painter, host_badges(painter, host, manager), box.right() - painter.px(10), box.y + painter.px(9), left + name_width + painter.px(4));
    put_words(painter.list, fonts.bold, {left, middle - fonts.bold->FontSize / 2}, ink, fitted(fonts.bold, host.name, end - left));
    const float gap = painter.px(12);
    const float width = (box.width - pad * 2 - gap) / 2;
    float x = box.x + pad;
    for (const HostLoad& load : host_loads(painter, host)) {
        put_words(painter.list, fonts.small, {x, box.y + painter.px(35)}, theme.dim, fitted(fonts.small, fmt::format("{} {}%", load.title, static_cast<int>(load.used * 100 + 0.5F)), width));
        put_bar(painter.context, painter.list, {x, box.y + painter.px(54), width, painter.px(4)}, load.used, load.colour, load.reserved);
        x += width + gap;
    }
}

// Where no word can be read: two bars.
void draw_small_head(const ClusterPainter& painter, std::uint32_t index, const Area& box) {
    const view::HostView& host = painter.scene.cluster->hosts[index];
    const float pad = kHostPad * painter.scene.ratio();
    const float height = kHostHeader * painter.scene.ratio();
    const float line = std::max(1.0F, std::floor(height / 6));
    if (box.width < 12 || height < 6) return;
    float y = std::floor(box.y + height / 2 - line);
    for (const HostLoad& load : host_loads(painter, host)) {
        const float width = box.width - pad * 2;
        painter.list->AddRectFilled({box.x + pad, y}, {box.x + pad + width, y + line}, packed(painter.theme.line));
        painter.list->AddRectFilled({box.x + pad, y}, {box.x + pad + width * load.used, y + line}, packed(mixed(painter.theme.panel, load.colour, 0.8F)));
        y += line + 1;
    }
}

void draw_short_head(const ClusterPainter& painter, std::uint32_t index, const Area& box, HeadDetail detail) {
    const view::HostView& host = painter.scene.cluster->hosts[index];
    const Theme& theme = painter.theme;
    ImFont* font = painter.context.fonts->small;
    const float height = kHostHeader * painter.scene.ratio();
    const float pad = std::max(painter.px(3), kHostPad * painter.scene.ratio());
    const bool bars = detail == HeadDetail::Short;
    // A head that is not as low as can be has a manager's clock and the badges too, and a higher one words for its bars.
    const bool roomy = bars && height >= painter.px(30);
    const bool titled = bars && height >= painter.px(44);
    const float middle = box.y + (titled ? height * 0.3F : bars ? std::max(painter.px(1) + font->FontSize / 2, height * 0.36F) : height / 2);
    const float line = middle - font->FontSize / 2;
    const std::uint32_t ink = host_is_well(host) ? theme.text : theme.dim;
    float left = box.x + pad;
    const view::ManagerView* manager = roomy ? manager_on(*painter.scene.cluster, index) : nullptr;
    if (manager != nullptr) {
        const float radius = std::min(painter.px(9), middle - box.y - painter.px(2));
        draw_election(painter, *manager, {left + radius, middle}, radius);
        left += radius * 2 + painter.px(5);
    }
    float end = box.right() - pad;
    if (roomy) end = draw_host_badges(painter, host_badges(painter, host, manager), end, line - painter.px(3), left + words_size(font, host.name).x + painter.px(4));
    // What no badge tells a sign before the name does.
    const char* mark = !host.up ? icon::kCross : host.frozen ? icon::kSnow : host.cut_off ? icon::kGhost : host.role == "leader" ? icon::kStar : nullptr;
    if (mark != nullptr && box.width > painter.px(44) && end >= box.right() - pad) {
        put_words(painter.list, font, {left, line}, !host.up || host.cut_off ? theme.bad : host.frozen ? theme.violet : theme.warning, mark);
        left += words_size(font, mark).x + painter.px(3);
    }
    put_words(painter.list, font, {left, line}, ink, fitted_numbered(font, host.name, end - left));
    if (!bars) return;
    const float gap = painter.px(5);
    const float width = (box.width - pad * 2 - gap) / 2;
    float x = box.x + pad;
    for (const HostLoad& load : host_loads(painter, host)) {
        const float y = box.y + height - painter.px(7);
        if (titled) put_words(painter.list, font, {x, y - font->FontSize - painter.px(2)}, theme.dim, fitted(font, fmt::format("{} {}%", load.title, static_cast<int>(load.used * 100 + 0.5F)), width));
        put_bar(painter.context, painter.list, {x, y, width, painter.px(3)}, load.used, load.colour);
        x += width + gap;
    }
}

// Images on their way to a host, at the bottom of its box.
void draw_pulls(const ClusterPainter& painter, std::uint32_t host, const Area& area) {
    const Theme& theme = painter.theme;
    ImFont* font = painter.context.fonts->small;
    const float pad = painter.px(14);
    const float pitch = font->FontSize + painter.px(9);
    float y = area.bottom() - painter.px(8);
    const float top = area.y + kHostHeader * painter.scene.ratio();
    for (const view::PullView& pull : painter.scene.cluster->pulls) {
        if (pull.host != host) continue;
        y -= pitch;
        if (y < top) return;
        // Where tiles stand as well, words must be seen all the same.
        painter.list->AddRectFilled({area.x + pad / 2, y - painter.px(2)}, {area.right() - pad / 2, y + pitch - painter.px(2)}, packed(theme.panel, 0.85F), painter.px(4));
        const bool fails = !pull.failure.empty();
        const std::string words = fmt::format("{}  {}  {}", fails ? icon::kWarning : icon::kDownload, pull.image, fails ? pull.failure : fmt::format("{} %", pull.done / 10));
        put_words(painter.list, font, {area.x + pad, y}, fails ? theme.bad : theme.accent, fitted(font, words, area.width - pad * 2));
        const Area bar{area.x + pad, y + font->FontSize + painter.px(2), area.width - pad * 2, painter.px(3)};
        put_bar(painter.context, painter.list, bar, static_cast<float>(pull.done) / 1000.0F, fails ? theme.bad : theme.accent);
        painter.context.mark(fmt::format("{}.pull.{}.{}", painter.scene.id, painter.scene.cluster->hosts[host].name, pull.image), bar);
    }
}

}  // namespace

void draw_ground(const ClusterPainter& painter) {
    const Theme& theme = painter.theme;
    const Area& whole = painter.scene.whole;
    TileLayer& layer = *painter.context.tiles;
    layer.begin(whole, painter.list);
    if (layer.beneath()) layer.add(whole.x, whole.y, whole.width, whole.height, packed(theme.background));
    const float gap = std::max(painter.px(24), whole.width / 60);
    const float size = std::max(1.0F, std::round(painter.px(1.3F)));
    const std::uint32_t ink = packed(mixed(theme.background, theme.line, 0.55F));
    for (float y = whole.y + painter.px(16); y < whole.bottom(); y += gap) {
        for (float x = whole.x + painter.px(16); x < whole.right(); x += gap)
            layer.add(std::floor(x), std::floor(y), size, size, ink);
    }
    layer.end();
}

void draw_zones(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    const Theme& theme = painter.theme;
    // Over tiles that are painted beneath there may be no ground.
    const std::uint32_t ground = packed(mixed(theme.background, theme.panel, 0.45F));
    TileLayer& layer = *painter.context.tiles;
    const bool beneath = layer.beneath() && scene.has_bulk(painter.context.scale);
    if (beneath) {
        layer.begin(scene.view, painter.list);
        for (const ZoneFrame& zone : scene.layout.zones) {
            const Area area = scene.on_screen(zone.area);
            layer.add(area.x, area.y, area.width, area.height, ground);
        }
        layer.end();
    }
    for (const ZoneFrame& zone : scene.layout.zones) {
        const Area area = scene.on_screen(zone.area);
        if (!scene.in_sight(area) || area.width < 8) continue;
        const float round = std::min(painter.px(14), 14 * scene.ratio());
        if (!beneath) painter.list->AddRectFilled({area.x, area.y}, {area.right(), area.bottom()}, ground, round);
        painter.list->AddRect({area.x, area.y}, {area.right(), area.bottom()}, packed(theme.line, 0.7F), round);
        ImFont* font = painter.context.fonts->small;
        const float room = (kZonePad + kZoneLabel) * scene.ratio();
        if (room < font->FontSize * 0.9F || area.width < painter.px(40)) continue;
        const std::string name = zone.name.empty() ? "no zone" : "zone " + zone.name;
        put_words(painter.list, font, {area.x + kZonePad * scene.ratio(), area.y + (room - font->FontSize) / 2}, theme.faint, fitted(font, name, area.width - kZonePad * 2 * scene.ratio()));
    }
}

void draw_host_boxes(const ClusterPainter& painter) {
    ClusterScene& scene = painter.scene;
    const Theme& theme = painter.theme;
    for (std::uint32_t i = 0; i < scene.layout.hosts.size(); ++i) {
        const HostBox& box = scene.layout.hosts[i];
        const Area area = scene.on_screen(box.area);
        if (!scene.in_sight(area) || std::min(area.width, area.height) < kLeastHost) continue;
        const view::HostView& host = scene.cluster->hosts[i];
        if (is_bulk(scene.detail_of(box, painter.context.scale))) continue;
        const float round = std::min(painter.px(12), 12 * scene.ratio());
        // Of the shadow only what is seen: painting the rest takes a software renderer as long as the box itself.
        const float under = std::max(area.y, area.bottom() - round * 2);
        painter.list->AddRectFilled({area.x, under}, {area.right(), area.bottom() + painter.px(4)}, packed(theme.shadow, theme.dark ? 0.27F : 0.16F), round, ImDrawFlags_RoundCornersBottom);
        painter.list->AddRectFilled({area.x, area.y}, {area.right(), area.bottom()}, packed(box_colour(painter, host)), round);
    }
}

void add_small_boxes(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    for (std::uint32_t i = 0; i < scene.layout.hosts.size(); ++i) {
        const HostBox& box = scene.layout.hosts[i];
        const Area area = scene.on_screen(box.area);
        if (!scene.in_sight(area) || std::min(area.width, area.height) < kLeastHost || !is_bulk(scene.detail_of(box, painter.context.scale))) continue;
        painter.context.tiles->add(area.x, area.y, area.width, area.height, packed(box_colour(painter, scene.cluster->hosts[i])));
    }
}

void draw_host_heads(const ClusterPainter& painter) {
    ClusterScene& scene = painter.scene;
    const Theme& theme = painter.theme;
    for (std::uint32_t i = 0; i < scene.layout.hosts.size(); ++i) {
        const HostBox& box = scene.layout.hosts[i];
        const Area area = scene.on_screen(box.area);
        if (!scene.in_sight(area) || std::min(area.width, area.height) < kLeastHost) continue;
        const view::HostView& host = scene.cluster->hosts[i];
        const bool bulk = is_bulk(scene.detail_of(box, painter.context.scale));
        const float round = bulk ? 0 : std::min(painter.px(12), 12 * scene.ratio());
        // Dead and frozen hosts are told by hatching too.
        if (!host.up && area.width > painter.px(16)) put_hatch(painter.list, area, Hatch::Crossed, theme.bad, theme.dark ? 0.09F : 0.12F, 0);
        else if (host.frozen && area.width > painter.px(16)) put_hatch(painter.list, area, Hatch::Falling, theme.violet, 0.13F, 0);
        const bool marked = scene.hovered == ClusterThing{ClusterThing::Kind::Host, i} || scene.selected == ClusterThing{ClusterThing::Kind::Host, i};
        const bool plain = host_is_well(host) && !host.cut_off && !marked;
        if (!plain || area.width >= 8) painter.list->AddRect({area.x, area.y}, {area.right(), area.bottom()}, packed(edge_colour(painter, host, marked)), round, 0, std::min(painter.px(1.2F), std::max(1.0F, area.width / 20)));
        switch (const HeadDetail head = head_detail(area, scene.ratio(), painter.context.scale); head) {
            case HeadDetail::Full:
                draw_full_head(painter, i, area);
                draw_pulls(painter, i, area);
                break;
            case HeadDetail::Short:
            case HeadDetail::Name: draw_short_head(painter, i, area, head); break;
            case HeadDetail::None: draw_small_head(painter, i, area); break;
        }
        if (area.width >= painter.px(14)) painter.context.mark(scene.id + ".host." + host.name, area);
    }
    if (!scene.layout.pending) return;
    const Area area = scene.on_screen(scene.layout.pending->area);
    if (!scene.in_sight(area)) return;
    const std::uint32_t waiting = scene.layout.pending->tiles.count;
    painter.list->AddRect({area.x, area.y}, {area.right(), area.bottom()}, packed(waiting > 0 ? mixed(theme.line, theme.warning, 0.4F) : theme.line), std::min(painter.px(10), area.height / 3));
    ImFont* font = painter.context.fonts->small;
    if (area.height >= font->FontSize * 2.2F) {
        put_words(painter.list, font, {area.x + painter.px(14), area.y + area.height / 2 - font->FontSize}, theme.dim, fmt::format("{}  PENDING", icon::kHourglass));
        put_words(painter.list, font, {area.x + painter.px(14), area.y + area.height / 2 + painter.px(1)}, theme.faint, waiting == 0 ? "none" : fmt::format("{} without a node", waiting));
    }
}

}  // namespace podium::desktop
