#include "ui/desktop/panels/cluster_motion.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

namespace podium::desktop {
namespace {

// In larger fleets only hosts that have changed are looked through for where a tile came from.
constexpr std::size_t kMostLookedThrough = 20'000;

bool same_tile(const view::Tile& one, const view::Tile& other) {
    if (one.container != 0 || other.container != 0) return one.container == other.container;
    return one.name == other.name;
}

// A stretch of `tiles`: a host's, or those without one.
struct TileStretch {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

TileStretch homeless_tiles(const view::ClusterView& cluster) {
    std::uint32_t placed = 0;
    for (const view::HostView& host : cluster.hosts)
        placed += host.tiles;
    const auto all = static_cast<std::uint32_t>(cluster.tiles.size());
    return {std::min(placed, all), all - std::min(placed, all)};
}

bool same_tiles(const view::ClusterView& before, TileStretch one, const view::ClusterView& now, TileStretch other) {
    if (one.count != other.count) return false;
    for (std::uint32_t i = 0; i < one.count; ++i) {
        if (!same_tile(before.tiles[one.first + i], now.tiles[other.first + i])) return false;
    }
    return true;
}

// The tiles of both views that are not where they were.
struct ChangedTiles {
    std::vector<std::uint32_t> before;
    std::vector<std::uint32_t> now;

    void add(std::vector<std::uint32_t>& to, TileStretch stretch) {
        for (std::uint32_t i = 0; i < stretch.count; ++i)
            to.push_back(stretch.first + i);
    }
};

ChangedTiles changed_tiles(const view::ClusterView& before, const view::ClusterView& now) {
    ChangedTiles changed;
    std::map<std::uint32_t, TileStretch> hosts_before;
    for (const view::HostView& host : before.hosts)
        hosts_before[host.id] = {host.first_tile, host.tiles};
    for (const view::HostView& host : now.hosts) {
        const auto found = hosts_before.find(host.id);
        const TileStretch stretch{host.first_tile, host.tiles};
        const TileStretch was = found == hosts_before.end() ? TileStretch{} : found->second;
        if (!same_tiles(before, was, now, stretch)) {
            changed.add(changed.before, was);
            changed.add(changed.now, stretch);
        }
        if (found != hosts_before.end()) hosts_before.erase(found);
    }
    for (const auto& [id, stretch] : hosts_before)
        changed.add(changed.before, stretch);
    const TileStretch without_before = homeless_tiles(before);
    const TileStretch without_now = homeless_tiles(now);
    if (!same_tiles(before, without_before, now, without_now)) {
        changed.add(changed.before, without_before);
        changed.add(changed.now, without_now);
    }
    std::sort(changed.before.begin(), changed.before.end());
    return changed;
}

// The newest tile of each of these names, as far as there is one: a ghost's place counts too.
std::map<std::string_view, std::uint32_t> name_bearers(const view::ClusterView& before, const std::vector<std::uint32_t>& changed, const std::set<std::string_view>& names) {
    std::map<std::string_view, std::uint32_t> found;
    const auto look = [&](std::uint32_t tile) {
        const view::Tile& one = before.tiles[tile];
        if (!names.contains(one.name)) return;
        const auto [place, added] = found.emplace(one.name, tile);
        if (!added && before.tiles[place->second].container < one.container) place->second = tile;
    };
    if (before.tiles.size() <= kMostLookedThrough) {
        for (std::uint32_t tile = 0; tile < before.tiles.size(); ++tile)
            look(tile);
    } else {
        std::for_each(changed.begin(), changed.end(), look);
    }
    return found;
}

// A place in one layout as it would be in another.
Area carried_area(const Area& area, const ClusterLayout& from, const ClusterLayout& to) {
    const float across = to.width / from.width;
    const float along = to.height / from.height;
    return {area.x * across, area.y * along, area.width * across, area.height * along};
}

bool areas_apart(const Area& one, const Area& other) {
    constexpr float kLeast = 0.5F;
    return std::abs(one.x - other.x) > kLeast || std::abs(one.y - other.y) > kLeast;
}

}  // namespace

void ClusterMotion::clear() {
    moving_.clear();
    leaving_.clear();
}

const MovingTile* ClusterMotion::motion_of(std::uint32_t tile) const {
    const auto found = std::lower_bound(moving_.begin(), moving_.end(), tile, [](const MovingTile& one, std::uint32_t wanted) { return one.tile < wanted; });
    return found != moving_.end() && found->tile == tile ? &*found : nullptr;
}

float ClusterMotion::progress(double begun, double clock) {
    const auto share = static_cast<float>(std::clamp((clock - begun) / kSeconds, 0.0, 1.0));
    return share * share * (3 - 2 * share);
}

Area ClusterMotion::place(const MovingTile& moving, const Area& to, double clock) {
    const float share = progress(moving.begun, clock);
    const auto between = [share](float from, float there) { return from + (there - from) * share; };
    return {between(moving.from.x, to.x), between(moving.from.y, to.y), between(moving.from.width, to.width), between(moving.from.height, to.height)};
}

void ClusterMotion::tidy(double clock) {
    std::erase_if(moving_, [clock](const MovingTile& one) { return clock - one.begun >= kSeconds; });
    std::erase_if(leaving_, [clock](const LeavingTile& one) { return clock - one.begun >= kSeconds; });
}

void ClusterMotion::follow(const view::ClusterView& before, const ClusterLayout& layout_before, const view::ClusterView& now, const ClusterLayout& layout, double clock) {
    tidy(clock);
    const ChangedTiles changed = changed_tiles(before, now);
    if (changed.before.size() + changed.now.size() > kMostMoves * 4) return clear();
    // Where each stood on the screen: in its place, or on the way there.
    const auto stood = [&](std::uint32_t tile) -> std::optional<Area> {
        const auto there = layout_before.tile_area(before, tile);
        if (!there) return there;
        const MovingTile* moving = motion_of(tile);
        return carried_area(moving == nullptr ? *there : place(*moving, *there, clock), layout_before, layout);
    };
    std::unordered_map<std::uint32_t, std::uint32_t> by_container;
    for (const std::uint32_t tile : changed.before) {
        const view::Tile& one = before.tiles[tile];
        if (one.container != 0) by_container.emplace(one.container, tile);
    }
    std::vector<bool> went_on(before.tiles.size());
    std::vector<MovingTile> moving;
    std::vector<std::uint32_t> fresh;
    const auto begin_at = [&](std::uint32_t tile, std::uint32_t old, bool known) {
        const auto from = stood(old);
        const auto to = layout.tile_area(now, tile);
        if (!from || !to) return;
        const MovingTile* already = known ? motion_of(old) : nullptr;
        if (already != nullptr && already->appears) {
            moving.push_back({tile, *to, already->begun, true});
        } else if (areas_apart(*from, *to)) {
            moving.push_back({tile, *from, clock, false});
        }
    };
    for (const std::uint32_t tile : changed.now) {
        const view::Tile& one = now.tiles[tile];
        const auto found = one.container == 0 ? by_container.end() : by_container.find(one.container);
        if (found == by_container.end()) {
            fresh.push_back(tile);
            continue;
        }
        went_on[found->second] = true;
        begin_at(tile, found->second, true);
    }
    std::set<std::string_view> names;
    for (const std::uint32_t tile : fresh)
        names.insert(now.tiles[tile].name);
    const auto by_name = names.empty() ? std::map<std::string_view, std::uint32_t>{} : name_bearers(before, changed.before, names);
    for (const std::uint32_t tile : fresh) {
        const auto found = by_name.find(now.tiles[tile].name);
        if (found != by_name.end()) {
            // A task that gets its container is the same tile; a container in the place of one that stays as a ghost is another.
            if (before.tiles[found->second].container == 0) went_on[found->second] = true;
            begin_at(tile, found->second, false);
        } else if (const auto own = layout.tile_area(now, tile)) {
            moving.push_back({tile, *own, clock, true});
        }
    }
    for (const std::uint32_t tile : changed.before) {
        // One whose name goes on elsewhere has moved there rather than ended.
        if (went_on[tile]) continue;
        const view::Tile& one = before.tiles[tile];
        const auto area = stood(tile);
        if (!names.contains(one.name) && area && leaving_.size() < kMostMoves) leaving_.push_back({one, *area, one.service < before.services.size() ? before.services[one.service].place : view::kNone, clock});
    }
    // Motions of tiles that stand as they did go on, under their new numbers.
    for (const MovingTile& one : moving_) {
        if (one.tile >= before.tiles.size()) continue;
        const view::Tile& tile = before.tiles[one.tile];
        if (std::binary_search(changed.before.begin(), changed.before.end(), one.tile)) continue;
        const std::uint32_t host = tile.host;
        const auto first = [](const view::ClusterView& cluster, std::uint32_t index) { return index == view::kNone ? homeless_tiles(cluster).first : cluster.hosts[index].first_tile; };
        if (host != view::kNone && (host >= now.hosts.size() || now.hosts[host].id != before.hosts[host].id)) continue;
        const std::uint32_t number = first(now, host) + (one.tile - first(before, host));
        if (number < now.tiles.size()) moving.push_back({number, carried_area(one.from, layout_before, layout), one.begun, one.appears});
    }
    if (moving.size() > kMostMoves) return clear();
    std::sort(moving.begin(), moving.end(), [](const MovingTile& one, const MovingTile& other) { return one.tile < other.tile; });
    moving_ = std::move(moving);
}

namespace {

bool same_flight_way(const FlightDot& one, const FlightDot& other) {
    return one.from_host == other.from_host && one.to_host == other.to_host && one.source == other.source && one.back == other.back && (one.kind != view::FlightView::Kind::Probe || one.tile == other.tile);
}

}  // namespace

void ClusterFlights::add(const view::FlightView& flight, float way) {
    using Kind = view::FlightView::Kind;
    FlightDot dot{flight.kind, flight.from_host, flight.to_host, flight.tile, flight.source, way};
    dot.back = flight.kind == Kind::Answer || (flight.from_host != view::kNone && flight.to_host == view::kNone);
    const bool crowded = std::any_of(dots_.begin(), dots_.end(), [&](const FlightDot& one) { return same_flight_way(one, dot) && std::abs(one.way - way) < kApart; });
    if (dots_.size() < kMostDots && !crowded) dots_.push_back(dot);
}

void ClusterFlights::follow(const view::ClusterView& cluster, bool playing, double clock) {
    using Kind = view::FlightView::Kind;
    const auto passed = static_cast<float>(clock - clock_);
    clock_ = clock;
    if (playing) {
        std::vector<FlightDot> answers;
        for (FlightDot& dot : dots_) {
            dot.way += passed / kSeconds;
            if (dot.way < 1 || dot.kind != Kind::Request) continue;
            FlightDot answer = dot;
            answer.kind = Kind::Answer;
            answer.back = true;
            answer.way = 0;
            std::swap(answer.from_host, answer.to_host);
            answers.push_back(answer);
        }
        std::erase_if(dots_, [](const FlightDot& dot) { return dot.way >= 1; });
        dots_.insert(dots_.end(), answers.begin(), answers.end());
    }
    const bool jumped = !begun_ || cluster.time < seen_;
    if (begun_ && cluster.time == seen_) return;
    // While the run stands still all that is under way is shown, spread over its way; as it goes on, each once.
    const bool spread = jumped || !playing;
    if (spread) dots_.clear();
    const Time known = jumped ? Time{-1} : newest_;
    newest_ = known;
    std::uint32_t number = 0;
    for (const view::FlightView& flight : cluster.flights) {
        newest_ = std::max(newest_, flight.sent);
        if (!spread && flight.sent <= known) continue;
        constexpr std::uint32_t kPlaces = 6;
        const float aside = flight.kind == Kind::Answer ? kApart / 2 : 0;
        add(flight, spread ? 0.06F + aside + kApart * static_cast<float>(number++ % kPlaces) : 0);
    }
    seen_ = cluster.time;
    begun_ = true;
}

}  // namespace podium::desktop
