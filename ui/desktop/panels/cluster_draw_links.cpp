// What goes between hosts: entries with their traffic, requests and heartbeats as dots, faults of links.

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/cluster_scene.hpp"
#include "ui/desktop/panels/cluster_words.hpp"

namespace podium::desktop {
namespace {

// With more hosts than this only those that something goes to have a way drawn.
constexpr std::size_t kMostWays = 24;

/// A curve of the picture.
struct FlightWay {
    ImVec2 from;
    ImVec2 first;
    ImVec2 second;
    ImVec2 to;

    [[nodiscard]] ImVec2 at(float share) const {
        const float rest = 1 - share;
        const float a = rest * rest * rest;
        const float b = 3 * rest * rest * share;
        const float c = 3 * rest * share * share;
        const float d = share * share * share;
        return {a * from.x + b * first.x + c * second.x + d * to.x, a * from.y + b * first.y + c * second.y + d * to.y};
    }
};

void draw_flight_way(ImDrawList* list, const FlightWay& way, std::uint32_t colour, float thickness) {
    list->AddBezierCubic(way.from, way.first, way.second, way.to, colour, thickness, 28);
}

void draw_dashed_flight_way(ImDrawList* list, const FlightWay& way, std::uint32_t colour, float thickness) {
    constexpr int kPieces = 32;
    for (int i = 0; i < kPieces; i += 2)
        list->AddLine(way.at(static_cast<float>(i) / kPieces), way.at(static_cast<float>(i + 1) / kPieces), colour, thickness);
}

bool host_on_screen(const ClusterScene& scene, std::uint32_t host, Area& area) {
    if (host >= scene.layout.hosts.size()) return false;
    area = scene.on_screen(scene.layout.hosts[host].area);
    return scene.in_sight(area);
}

// From an entry's box to the top of a host's.
std::optional<FlightWay> entry_way(const ClusterPainter& painter, std::uint32_t source, std::uint32_t host) {
    const ClusterScene& scene = painter.scene;
    Area area;
    if (source >= scene.entries.size() || !host_on_screen(scene, host, area)) return std::nullopt;
    const Area& box = scene.entries[source];
    const float middle = area.x + area.width / 2;
    // Ways leave the box in the order of where they go.
    const float lean = std::clamp((middle - (box.x + box.width / 2)) / std::max(1.0F, scene.view.width / 2), -1.0F, 1.0F);
    const ImVec2 from(box.x + box.width / 2 + lean * box.width * 0.35F, box.bottom());
    const ImVec2 to(std::clamp(middle, scene.view.x, scene.view.right()), std::max(area.y, scene.view.y));
    const float drop = (to.y - from.y) * 0.6F;
    return FlightWay{from, {from.x, from.y + drop}, {to.x, to.y - drop}, to};
}

// Between two hosts: over the tops of those in a row, else from one's foot to the other's top.
std::optional<FlightWay> host_way(const ClusterPainter& painter, std::uint32_t from_host, std::uint32_t to_host) {
    Area from;
    Area to;
    const ClusterScene& scene = painter.scene;
    if (from_host >= scene.layout.hosts.size() || to_host >= scene.layout.hosts.size() || from_host == to_host) return std::nullopt;
    const bool one = host_on_screen(scene, from_host, from);
    const bool other = host_on_screen(scene, to_host, to);
    if (!one && !other) return std::nullopt;
    if (std::abs(from.y - to.y) < 1) {
        const float side = to.x > from.x ? 1.0F : -1.0F;
        const ImVec2 begin(from.x + from.width * (0.5F + 0.28F * side), from.y);
        const ImVec2 end(to.x + to.width * (0.5F - 0.28F * side), to.y);
        const float rise = std::min(painter.px(34), painter.px(12) + std::abs(end.x - begin.x) * 0.06F);
        return FlightWay{begin, {begin.x, begin.y - rise}, {end.x, end.y - rise}, end};
    }
    const bool down = to.y > from.y;
    const ImVec2 begin(from.x + from.width / 2, down ? from.bottom() : from.y);
    const ImVec2 end(to.x + to.width / 2, down ? to.y : to.bottom());
    const float drop = (end.y - begin.y) * 0.5F;
    return FlightWay{begin, {begin.x, begin.y + drop}, {end.x, end.y - drop}, end};
}

void draw_link_cross(const ClusterPainter& painter, ImVec2 centre, float radius) {
    const Theme& theme = painter.theme;
    painter.list->AddCircleFilled(centre, radius, packed(mixed(theme.background, theme.bad, 0.28F)), 20);
    painter.list->AddCircle(centre, radius, packed(theme.bad), 20, painter.px(1.5F));
    const float arm = radius * 0.42F;
    painter.list->AddLine({centre.x - arm, centre.y - arm}, {centre.x + arm, centre.y + arm}, packed(theme.bad), painter.px(2));
    painter.list->AddLine({centre.x - arm, centre.y + arm}, {centre.x + arm, centre.y - arm}, packed(theme.bad), painter.px(2));
}

void draw_link_dashes(const ClusterPainter& painter, ImVec2 from, ImVec2 to, std::uint32_t colour, float thickness) {
    const float length = std::hypot(to.x - from.x, to.y - from.y);
    const float dash = painter.px(7);
    for (float at = 0; at < length; at += dash * 1.7F) {
        const float a = at / length;
        const float b = std::min(1.0F, (at + dash) / length);
        painter.list->AddLine({from.x + (to.x - from.x) * a, from.y + (to.y - from.y) * a}, {from.x + (to.x - from.x) * b, from.y + (to.y - from.y) * b}, colour, thickness);
    }
}

// Where two neighbours belong to different parts of the network the picture is cut between them.
void draw_part_cut(const ClusterPainter& painter, const Area& one, const Area& other) {
    const Theme& theme = painter.theme;
    const bool beside = std::abs(one.y - other.y) < 1;
    const float thickness = painter.px(2.5F);
    ImVec2 from;
    ImVec2 to;
    if (beside) {
        const float x = (one.right() + other.x) / 2;
        from = {x, one.y - painter.px(6)};
        to = {x, one.bottom() + painter.px(2)};
    } else {
        const float y = (one.bottom() + other.y) / 2;
        from = {one.x, y};
        to = {one.right(), y};
    }
    painter.list->AddLine(from, to, packed(theme.bad, 0.16F), painter.px(9));
    draw_link_dashes(painter, from, to, packed(theme.bad, 0.95F), thickness);
    const float radius = painter.px(10);
    if (std::min(one.width, one.height) > radius * 3) draw_link_cross(painter, {(from.x + to.x) / 2, from.y + (to.y - from.y) * (beside ? 0.42F : 0.5F)}, radius);
}

bool are_neighbours(const Area& one, const Area& other, float gap) {
    const bool beside = std::abs(one.y - other.y) < 1 && other.x > one.x && other.x - one.right() <= gap;
    const bool below = std::abs(one.x - other.x) < 1 && other.y > one.y && other.y - one.bottom() <= gap;
    return beside || below;
}

void draw_part_cuts(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    const auto& hosts = scene.cluster->hosts;
    constexpr std::size_t kMostLookedAt = 1'500;
    const bool any = std::any_of(hosts.begin(), hosts.end(), [](const view::HostView& host) { return host.part != 0 && host.part != view::kNone; });
    if (!any || hosts.size() > kMostLookedAt) return;
    // Frames of zones may stand between neighbours.
    const float gap = (kHostGap * 2 + kZonePad * 2 + kZoneLabel) * scene.ratio();
    for (std::uint32_t i = 0; i < hosts.size(); ++i) {
        Area one;
        if (hosts[i].part == view::kNone || !host_on_screen(scene, i, one)) continue;
        for (std::uint32_t k = 0; k < hosts.size(); ++k) {
            if (hosts[k].part == view::kNone || hosts[k].part == hosts[i].part) continue;
            const Area other = scene.on_screen(scene.layout.hosts[k].area);
            if (are_neighbours(one, other, gap)) draw_part_cut(painter, one, other);
        }
    }
}

std::string link_trouble(const view::LinkView& link) {
    std::string words;
    if (link.delay > Duration{}) words = fmt::format("+{:.0f} ms", link.delay.seconds() * 1e3);
    if (link.loss_ppm > 0) words += fmt::format("{}{}.{} % lost", words.empty() ? "" : ", ", link.loss_ppm / 10'000, link.loss_ppm / 1'000 % 10);
    return words;
}

// A link with a fault: what a way has on it, a cross or words, with the place that is clicked.
void draw_link(const ClusterPainter& painter, std::uint32_t index, const FlightWay& way) {
    ClusterScene& scene = painter.scene;
    const Theme& theme = painter.theme;
    const view::LinkView& link = scene.cluster->links[index];
    const bool marked = scene.hovered == ClusterThing{ClusterThing::Kind::Link, index} || scene.selected == ClusterThing{ClusterThing::Kind::Link, index};
    const std::uint32_t colour = link.cut ? theme.bad : theme.warning;
    draw_dashed_flight_way(painter.list, way, packed(colour, marked ? 1.0F : 0.85F), painter.px(marked ? 3.0F : 2.0F));
    // On a host's own way near its box, clear of what stands above.
    const bool both = link.first != view::kNone && link.second != view::kNone;
    const ImVec2 middle = way.at(both ? 0.5F : 0.25F);
    Area area;
    if (link.cut) {
        const float radius = painter.px(9);
        draw_link_cross(painter, middle, radius);
        area = {middle.x - radius, middle.y - radius, radius * 2, radius * 2};
    } else {
        const std::string words = link_trouble(link);
        const ImVec2 size = words_size(painter.context.fonts->small, words);
        area = {middle.x - size.x / 2 - painter.px(8), middle.y - size.y / 2 - painter.px(3), size.x + painter.px(16), size.y + painter.px(6)};
        put_pill(painter.context, painter.list, {area.x, area.y}, words, theme.warning);
    }
    scene.links.push_back({index, area});
    painter.context.mark(scene.id + ".link." + link_name(*scene.cluster, index), area);
}

// A host's own link to the switches leaves the box at its upper right.
std::optional<FlightWay> stub_way(const ClusterPainter& painter, std::uint32_t host) {
    Area area;
    if (!host_on_screen(painter.scene, host, area) || area.width < painter.px(24)) return std::nullopt;
    const float x = area.right() - std::min(painter.px(26), area.width * 0.25F);
    const ImVec2 from(x, area.y);
    const ImVec2 to(x, area.y - std::min(painter.px(30), painter.px(10) + kHostGap * painter.scene.ratio()));
    return FlightWay{from, {x, from.y + (to.y - from.y) * 0.33F}, {x, from.y + (to.y - from.y) * 0.66F}, to};
}

std::uint32_t flight_colour(const Theme& theme, view::FlightView::Kind kind) {
    using Kind = view::FlightView::Kind;
    switch (kind) {
        case Kind::Request: return theme.accent;
        case Kind::Answer: return theme.good;
        case Kind::Failure: return theme.bad;
        case Kind::Heartbeat: return theme.violet;
        case Kind::Probe: return theme.good;
    }
    return theme.accent;
}

void draw_flight_dot(const ClusterPainter& painter, ImVec2 at, std::uint32_t colour, float size) {
    painter.list->AddCircleFilled(at, painter.px(size * 1.9F), packed(colour, 0.2F), 16);
    painter.list->AddCircleFilled(at, painter.px(size), packed(colour), 12);
}

void draw_probe(const ClusterPainter& painter, const FlightDot& dot) {
    const ClusterScene& scene = painter.scene;
    const auto place = scene.layout.tile_area(*scene.cluster, dot.tile);
    if (!place) return;
    const Area area = scene.on_screen(*place);
    if (!scene.in_sight(area) || area.width < painter.px(20)) return;
    const ImVec2 centre(area.right() - painter.px(12), area.bottom() - painter.px(11));
    painter.list->AddCircle(centre, painter.px(4 + 9 * dot.way), packed(painter.theme.good, 0.8F * (1 - dot.way)), 20, painter.px(1.5F));
}

}  // namespace

void draw_entry_ways(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    const Theme& theme = painter.theme;
    for (std::uint32_t source = 0; source < scene.entries.size(); ++source) {
        const view::TrafficView& traffic = scene.cluster->traffic[source];
        const std::uint32_t colour = traffic.failing ? mixed(theme.line, theme.bad, 0.45F) : mixed(theme.line, theme.accent, traffic.sending ? 0.22F : 0.05F);
        std::size_t drawn = 0;
        for (const std::uint32_t host : scene.served[source]) {
            if (++drawn > kMostWays) break;
            if (const auto way = entry_way(painter, source, host)) draw_flight_way(painter.list, *way, packed(colour), painter.px(scene.served[source].size() > 8 ? 1.5F : 3.0F));
        }
    }
}

void draw_entries(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    const Theme& theme = painter.theme;
    const Fonts& fonts = *painter.context.fonts;
    for (std::uint32_t source = 0; source < scene.entries.size(); ++source) {
        const view::TrafficView& traffic = scene.cluster->traffic[source];
        const Area& box = scene.entries[source];
        const ClusterThing thing{ClusterThing::Kind::Traffic, source};
        const bool marked = scene.hovered == thing || scene.selected == thing;
        const std::uint32_t edge = traffic.failing ? mixed(theme.line, theme.bad, 0.7F) : mixed(theme.line, theme.accent, marked ? 0.6F : 0.25F);
        painter.list->AddRectFilled({box.x, box.y}, {box.right(), box.bottom()}, packed(mixed(theme.panel, theme.accent, theme.dark ? 0.06F : 0.03F)), painter.px(10));
        painter.list->AddRect({box.x, box.y}, {box.right(), box.bottom()}, packed(edge), painter.px(10), 0, painter.px(scene.selected == thing ? 2.0F : 1.2F));
        put_words(painter.list, fonts.bold, {box.x + painter.px(14), box.y + painter.px(5)}, traffic.sending ? theme.text : theme.dim, icon::kGlobe);
        const float left = box.x + painter.px(36);
        put_words(painter.list, fonts.bold, {left, box.y + painter.px(5)}, traffic.sending ? theme.text : theme.dim, fitted(fonts.bold, traffic.name, box.right() - left - painter.px(8)));
        std::string words = traffic.sending ? rate_words(traffic.rate_milli) : "silent";
        if (const std::string failed = failure_words(traffic); traffic.sending && !failed.empty()) words += " · " + failed;
        put_words(painter.list, fonts.small, {left, box.y + painter.px(23)}, traffic.failing ? theme.bad : theme.dim, fitted(fonts.small, words, box.right() - left - painter.px(8)));
        painter.context.mark(scene.id + ".traffic." + traffic.name, box);
    }
    if (scene.entries.empty() || scene.entries.size() == scene.cluster->traffic.size()) return;
    const Area& last = scene.entries.back();
    put_words(painter.list, fonts.small, {last.right() + painter.px(8), last.y + painter.px(13)}, theme.dim, fmt::format("+{} more", scene.cluster->traffic.size() - scene.entries.size()));
}

void draw_links(const ClusterPainter& painter) {
    ClusterScene& scene = painter.scene;
    scene.links.clear();
    draw_part_cuts(painter);
    constexpr std::size_t kMostLinks = 400;
    for (std::uint32_t i = 0; i < scene.cluster->links.size(); ++i) {
        const view::LinkView& link = scene.cluster->links[i];
        if (!link.cut && link.delay == Duration{} && link.loss_ppm == 0) continue;
        if (scene.links.size() >= kMostLinks) break;
        const bool both = link.first != view::kNone && link.second != view::kNone;
        const auto way = both ? host_way(painter, link.first, link.second) : stub_way(painter, link.first != view::kNone ? link.first : link.second);
        if (way) draw_link(painter, i, *way);
    }
}

void draw_flights(const ClusterPainter& painter) {
    const ClusterScene& scene = painter.scene;
    const Theme& theme = painter.theme;
    std::set<std::pair<std::uint32_t, std::uint32_t>> shown;
    for (const FlightDot& dot : scene.flights.dots()) {
        const std::uint32_t colour = flight_colour(theme, dot.kind);
        if (dot.kind == view::FlightView::Kind::Probe) {
            draw_probe(painter, dot);
            continue;
        }
        const bool between = dot.from_host != view::kNone && dot.to_host != view::kNone;
        if (between) {
            const auto way = host_way(painter, dot.from_host, dot.to_host);
            if (!way) continue;
            const auto pair = std::minmax(dot.from_host, dot.to_host);
            if (shown.insert(pair).second) draw_flight_way(painter.list, *way, packed(mixed(theme.line, colour, 0.3F), 0.8F), painter.px(1.2F));
            draw_flight_dot(painter, way->at(dot.way), colour, dot.kind == view::FlightView::Kind::Heartbeat ? 2.2F : 3.0F);
            continue;
        }
        const std::uint32_t host = dot.to_host != view::kNone ? dot.to_host : dot.from_host;
        const auto way = entry_way(painter, dot.source, host);
        if (!way) continue;
        // Answers go the way back, a little beside what comes.
        const float share = dot.back ? 1 - dot.way : dot.way;
        ImVec2 at = way->at(share);
        const ImVec2 ahead = way->at(share + 0.01F);
        const float length = std::max(0.001F, std::hypot(ahead.x - at.x, ahead.y - at.y));
        const float aside = painter.px(dot.back ? 3.0F : -3.0F) / length;
        at = {at.x + (ahead.y - at.y) * aside, at.y - (ahead.x - at.x) * aside};
        // As its way: behind the hosts that stand before the one it goes to, or it would seem to go to one of them.
        if (scene.is_covered(at.x, at.y, host)) continue;
        draw_flight_dot(painter, at, colour, 3.0F);
    }
}

}  // namespace podium::desktop
