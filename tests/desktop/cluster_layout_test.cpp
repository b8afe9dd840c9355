// Where hosts and tiles of the cluster's picture stand.

#include <catch2/catch.hpp>

#include "ui/desktop/fleet.hpp"
#include "ui/desktop/panels/cluster_keys.hpp"
#include "ui/desktop/panels/cluster_layout.hpp"
#include "ui/desktop/panels/cluster_scene.hpp"

using namespace podium;
using namespace podium::desktop;

namespace {

bool cluster_overlap(const Area& one, const Area& other) {
    constexpr float kSlack = 0.01F;
    return one.x < other.right() - kSlack && other.x < one.right() - kSlack && one.y < other.bottom() - kSlack && other.y < one.bottom() - kSlack;
}

bool cluster_within(const Area& inner, const Area& outer, float slack) {
    return inner.x >= outer.x - slack && inner.right() <= outer.right() + slack && inner.y >= outer.y - slack && inner.bottom() <= outer.bottom() + slack;
}

// What must hold of any cluster in any area.
void check_cluster_layout(const view::ClusterView& cluster, const LayoutWish& wish) {
    const ClusterLayout layout = lay_out(cluster, wish);
    const float slack = std::max(layout.width, layout.height) * 1e-4F;
    const Area whole{0, 0, layout.width, layout.height};
    REQUIRE(layout.hosts.size() == cluster.hosts.size());
    CHECK(layout.width * layout.fit == Approx(wish.width).epsilon(0.001));
    CHECK(layout.height * layout.fit == Approx(wish.height).epsilon(0.001));
    for (std::size_t i = 0; i < layout.hosts.size(); ++i) {
        REQUIRE(cluster_within(layout.hosts[i].area, whole, slack));
        for (std::size_t k = i + 1; k < layout.hosts.size(); ++k)
            REQUIRE_FALSE(cluster_overlap(layout.hosts[i].area, layout.hosts[k].area));
        if (layout.pending) REQUIRE_FALSE(cluster_overlap(layout.hosts[i].area, layout.pending->area));
    }
    for (std::uint32_t tile = 0; tile < cluster.tiles.size(); ++tile) {
        const auto area = layout.tile_area(cluster, tile);
        REQUIRE(area);
        const std::uint32_t host = cluster.tiles[tile].host;
        REQUIRE(cluster_within(*area, host == view::kNone ? layout.pending->area : layout.hosts[host].area, slack));
        // What is drawn at a point is what is found there.
        const TileGrid& grid = host == view::kNone ? layout.pending->tiles : layout.hosts[host].tiles;
        REQUIRE(grid.place_at(area->x + area->width / 2, area->y + area->height / 2) == tile - grid.first);
    }
}

}  // namespace

TEST_CASE("cluster layout: hosts don't overlap and every tile is inside its host") {
    for (const std::uint32_t hosts : {1U, 2U, 3U, 5U, 7U, 30U, 100U}) {
        for (const std::uint32_t containers : {0U, 1U, 25U, 400U, 3'000U}) {
            for (const std::uint32_t zones : {1U, 2U, 3U, 7U}) {
                for (const std::uint32_t pending : {0U, 3U, 90U}) {
                    const view::ClusterView cluster = make_fleet({.hosts = hosts, .containers = containers, .zones = zones, .pending = pending});
                    CAPTURE(hosts, containers, zones, pending);
                    check_cluster_layout(cluster, {.width = 684, .height = 304});
                    check_cluster_layout(cluster, {.width = 260, .height = 700, .scale = 1.5F});
                }
            }
        }
    }
}

TEST_CASE("cluster layout: a window that has next to no room still gets a layout") {
    const view::ClusterView cluster = make_fleet({.hosts = 9, .containers = 50, .zones = 3, .pending = 4});
    for (const float size : {0.0F, 1.0F, 30.0F}) {
        const ClusterLayout layout = lay_out(cluster, {.width = size, .height = size});
        CHECK(layout.hosts.size() == 9);
        CHECK(layout.fit > 0);
    }
    CHECK(lay_out({}, {.width = 684, .height = 304}).hosts.empty());
}

TEST_CASE("cluster layout: three hosts stand in a row at full size, with three tiles in a row, as in the mock") {
    const view::ClusterView cluster = make_fleet({});
    const ClusterLayout layout = lay_out(cluster, {.width = 684, .height = 304});
    CHECK(layout.fit == 1);
    CHECK(layout.hosts[0].area.y == layout.hosts[2].area.y);
    CHECK(layout.hosts[0].area.x < layout.hosts[1].area.x);
    CHECK(layout.hosts[1].area.x < layout.hosts[2].area.x);
    CHECK(layout.hosts[0].tiles.columns == 3);
    CHECK(layout.hosts[0].tiles.width == Approx(59).margin(1));
    CHECK(layout.hosts[0].tiles.height == kTileHeight);
}

TEST_CASE("cluster layout: few tiles are wide enough for their names, and stay so while their number changes within what the box is made for") {
    const auto width_of = [](std::uint32_t containers, std::uint32_t capacity) {
        const ClusterLayout layout = lay_out(make_fleet({.hosts = 1, .containers = containers}), {.width = 684, .height = 348, .capacity = capacity});
        CHECK(layout.fit == 1);
        return layout.hosts[0].tiles.width;
    };
    CHECK(width_of(2, 0) >= 90);
    CHECK(width_of(1, 12) == width_of(12, 12));
    CHECK(width_of(40, 0) < 70);
    CHECK(width_of(2, 40) == width_of(40, 0));
    // In a row with others too, as long as half of the box stays empty.
    CHECK(lay_out(make_fleet({.hosts = 3, .containers = 6}), {.width = 684, .height = 304}).hosts[0].tiles.columns == 2);
}

TEST_CASE("cluster layout: the order of hosts and tiles is that of the view, and adding one moves none before it") {
    view::ClusterView cluster = make_fleet({.hosts = 8, .containers = 64});
    const ClusterLayout layout = lay_out(cluster, {.width = 684, .height = 304});
    for (std::size_t i = 1; i < layout.hosts.size(); ++i) {
        const Area& before = layout.hosts[i - 1].area;
        const Area& here = layout.hosts[i].area;
        CHECK((here.y > before.y || (here.y == before.y && here.x > before.x)));
    }
    // One container less on the last host: the boxes keep their size, by the capacity that is handed on.
    cluster.tiles.pop_back();
    --cluster.hosts.back().tiles;
    const ClusterLayout after = lay_out(cluster, {.width = 684, .height = 304, .capacity = layout.capacity});
    for (std::uint32_t tile = 0; tile < cluster.tiles.size(); ++tile) {
        CHECK(after.tile_area(cluster, tile)->x == layout.tile_area(cluster, tile)->x);
        CHECK(after.tile_area(cluster, tile)->y == layout.tile_area(cluster, tile)->y);
    }
}

TEST_CASE("cluster layout: hosts of a zone stand within its frame and no other's") {
    const view::ClusterView cluster = make_fleet({.hosts = 9, .containers = 60, .zones = 3});
    const ClusterLayout layout = lay_out(cluster, {.width = 1000, .height = 600});
    REQUIRE(layout.zones.size() == 3);
    for (const ZoneFrame& zone : layout.zones) {
        for (std::size_t i = 0; i < cluster.hosts.size(); ++i) {
            CAPTURE(zone.name, i);
            if (cluster.hosts[i].zone == zone.name) CHECK(cluster_within(layout.hosts[i].area, zone.area, 0.1F));
            else CHECK_FALSE(cluster_overlap(layout.hosts[i].area, zone.area));
        }
    }
}

TEST_CASE("cluster layout: one host with very many containers gets smaller tiles and doesn't make all boxes huge") {
    view::ClusterView cluster = make_fleet({.hosts = 5, .containers = 40});
    view::Tile tile = cluster.tiles.back();
    for (int i = 0; i < 300; ++i)
        cluster.tiles.push_back(tile);
    cluster.hosts.back().tiles += 300;
    const ClusterLayout layout = lay_out(cluster, {.width = 1000, .height = 400});
    CHECK(layout.hosts[0].tiles.height >= kTileHeight);
    CHECK(layout.hosts[4].tiles.height < kTileHeight / 2);
}

TEST_CASE("cluster layout: what a tile is drawn as follows from its size") {
    CHECK(detail_at(59, 40, 1) == TileDetail::Full);
    CHECK(detail_at(30, 20, 1) == TileDetail::Name);
    CHECK(detail_at(12, 8, 1) == TileDetail::Square);
    CHECK(detail_at(3, 2, 1) == TileDetail::Square);
    CHECK(detail_at(2, 1.4F, 1) == TileDetail::Merged);
    // On a screen with twice the dots names need twice the room.
    CHECK(detail_at(59, 40, 2) == TileDetail::Name);
    const auto detail = [](std::uint32_t hosts, std::uint32_t containers) {
        const ClusterLayout layout = lay_out(make_fleet({.hosts = hosts, .containers = containers}), {.width = 684, .height = 304});
        return detail_at(layout.hosts[0].tiles.width * layout.fit, layout.hosts[0].tiles.height * layout.fit, 1);
    };
    CHECK(detail(3, 25) == TileDetail::Full);
    CHECK(detail(8, 100) == TileDetail::Name);
    CHECK(detail(100, 1'000) == TileDetail::Square);
    CHECK(detail(1'000, 100'000) == TileDetail::Merged);
}

TEST_CASE("cluster camera: what is under the mouse stays there while zooming, and the whole never gets lost") {
    const view::ClusterView cluster = make_fleet({.hosts = 100, .containers = 1'000});
    const Area view{100, 50, 684, 304};
    const ClusterLayout layout = lay_out(cluster, {.width = view.width, .height = view.height});
    Camera camera;
    camera.settle(layout, view, 1);
    const Area before = camera.on_screen(layout, view, layout.hosts[55].area);
    const float x = before.x + before.width / 2;
    const float y = before.y + before.height / 2;
    for (int i = 0; i < 8; ++i)
        camera.zoom_at(layout, view, 1, 1.2F, x, y);
    const Area after = camera.on_screen(layout, view, layout.hosts[55].area);
    CHECK(after.x + after.width / 2 == Approx(x).margin(1));
    CHECK(after.y + after.height / 2 == Approx(y).margin(1));
    CHECK(after.width == Approx(before.width * 4.2998F).epsilon(0.01));
    camera.drag(layout, view, 1, 1e6F, -1e6F);
    const Area edge = camera.on_screen(layout, view, {0, 0, layout.width, layout.height});
    CHECK(edge.x == Approx(view.x).margin(0.5));
    CHECK(edge.bottom() == Approx(view.bottom()).margin(0.5));
    for (int i = 0; i < 100; ++i)
        camera.zoom_at(layout, view, 1, 1.2F, 400, 200);
    CHECK(camera.zoom == Camera::most(layout, 1));
    CHECK(camera.ratio(layout) * layout.hosts[0].tiles.height > 200);
    for (int i = 0; i < 100; ++i)
        camera.zoom_at(layout, view, 1, 0.8F, 400, 200);
    CHECK(camera.zoom == 1);
    CHECK(camera.x == Approx(0).margin(0.5));
}

TEST_CASE("cluster keys: arrows lead along a host's tiles, up to the host and over to the next") {
    const view::ClusterView cluster = make_fleet({});  // 9, 8 and 8 tiles in three columns
    const ClusterLayout layout = lay_out(cluster, {.width = 684, .height = 304});
    const auto host = [](std::uint32_t index) { return ClusterThing{ClusterThing::Kind::Host, index}; };
    const auto tile = [](std::uint32_t index) { return ClusterThing{ClusterThing::Kind::Tile, index}; };
    const auto go = [&](const ClusterThing& from, Step step) { return next_thing(cluster, layout, from, step, true); };
    CHECK(go({}, Step::Right) == host(0));
    CHECK(go(host(0), Step::Right) == host(1));
    CHECK(go(host(0), Step::Left) == host(0));
    CHECK(go(host(0), Step::Down) == tile(0));
    CHECK(go(tile(0), Step::Right) == tile(1));
    CHECK(go(tile(0), Step::Down) == tile(3));
    CHECK(go(tile(0), Step::Up) == host(0));
    CHECK(go(tile(2), Step::Right) == tile(9));
    CHECK(go(tile(9), Step::Left) == tile(2));
    CHECK(go(tile(16), Step::Down) == tile(16));
    // The last row of the second host has two tiles: down from above the gap leads to its last.
    CHECK(go(tile(14), Step::Down) == tile(16));
    // With a tile's size of a pixel or two, hosts only.
    CHECK(next_thing(cluster, layout, host(0), Step::Down, false) == host(0));
}

TEST_CASE("cluster scene: a host's box covers what is behind it, and nothing beside it") {
    ClusterScene scene;
    scene.cluster = std::make_shared<view::ClusterView>(make_fleet({}));
    scene.view = {40, 100, 700, 340};
    scene.layout = lay_out(*scene.cluster, {scene.view.width, scene.view.height, 1});
    for (const HostBox& box : scene.layout.hosts) {
        const Area area = scene.on_screen(box.area);
        CHECK(scene.is_covered(area.x + area.width / 2, area.y + area.height / 2));
        CHECK(scene.is_covered(area.x + 2, area.y + 2));
        CHECK_FALSE(scene.is_covered(area.x + area.width / 2, area.y - 2));
        CHECK_FALSE(scene.is_covered(area.right() + 2, area.y + area.height / 2));
        CHECK_FALSE(scene.is_covered(area.x + 2, area.y + 2, static_cast<std::uint32_t>(&box - scene.layout.hosts.data())));
    }
}
