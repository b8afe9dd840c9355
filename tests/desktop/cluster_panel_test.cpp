// The cluster panel as a person uses it: clicks, right clicks, search, zoom, keys.

#include <algorithm>

#include <catch2/catch.hpp>

#include <imgui.h>

#include "tests/desktop/null_desk.hpp"
#include "ui/desktop/fleet.hpp"

using namespace podium;
using namespace podium::desktop;
using podium::test::NullDesk;

namespace {

Frame cluster_frame(const view::ClusterView& cluster) {
    Frame frame;
    frame.cluster = std::make_shared<view::ClusterView>(cluster);
    frame.lists = std::make_shared<Lists>();
    frame.now = frame.horizon = cluster.time;
    return frame;
}

void show_cluster(NullDesk& desk, const view::ClusterView& cluster) {
    desk.play().frame.cluster = std::make_shared<view::ClusterView>(cluster);
    desk.play().frame.now = cluster.time;
}

Selection cluster_selected(NullDesk& desk) { return desk.desktop().context().look.selection; }

// Where across a widget has its middle.
float cluster_middle(const Area& area) { return area.x + area.width / 2; }

// All triangles of a frame, as a number of vertices.
int cluster_corners() {
    const ImDrawData* data = ImGui::GetDrawData();
    return data == nullptr ? 0 : data->TotalVtxCount;
}

}  // namespace

TEST_CASE("cluster panel: a click selects the container, the host, the traffic or the link under it") {
    view::ClusterView cluster = make_fleet({});
    cluster.traffic.push_back({"shop", "host-1:80", 100, 99, 1, 50'000, 500, milliseconds(3), true, false});
    view::LinkView link;
    link.first = 0;
    link.second = 1;
    link.delay = milliseconds(50);
    link.name = "host-1-host-2";
    cluster.links.push_back(link);
    NullDesk desk(cluster_frame(cluster));
    desk.click("cluster.tile.web.3");
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Container, "web.3"});
    desk.click_at(desk.area("cluster.host.host-2").x + 60, desk.area("cluster.host.host-2").y + 30);
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Host, "host-2"});
    desk.click("cluster.traffic.shop");
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Traffic, "shop"});
    desk.click("cluster.link.host-1-host-2");
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Link, "host-1-host-2"});
    // What is selected is told to the engine.
    REQUIRE(desk.play().last<intent::SetLook>() != nullptr);
    CHECK(desk.play().last<intent::SetLook>()->look.selection.name == "host-1-host-2");
    // A click on nothing selects nothing.
    const Area canvas = desk.area("cluster.canvas");
    desk.click_at(canvas.x - 8, canvas.y + 50);
    CHECK(cluster_selected(desk).kind == Selection::Kind::None);
}

TEST_CASE("cluster panel: five managers in boxes with low heads have their elections' clocks, each within its head") {
    view::ClusterView cluster = make_fleet({.hosts = 9, .containers = 9, .zones = 3});
    cluster.managers.clear();
    for (std::uint32_t host = 0; host < 5; ++host) {
        cluster.hosts[host].role = host == 0 ? "leader" : "manager";
        cluster.managers.push_back({host, 4, host == 0 ? "leader" : "follower", 3, 14, 120, 120});
    }
    NullDesk desk(cluster_frame(cluster));
    desk.step(2);
    // Boxes so low that no full head has room.
    REQUIRE(desk.area("cluster.host.host-1").height < 120);
    CHECK(desk.ids("cluster.election.").size() == 5);
    for (std::uint32_t host = 0; host < 5; ++host) {
        const Area box = desk.area("cluster.host." + cluster.hosts[host].name);
        const Area clock = desk.area("cluster.election." + cluster.hosts[host].name);
        CHECK(clock.x >= box.x);
        CHECK(clock.y >= box.y);
        CHECK(clock.width >= 10);
        CHECK(clock.bottom() <= box.y + box.height / 2);
    }
    CHECK_FALSE(desk.has("cluster.election.host-9"));
}

TEST_CASE("cluster panel: a ghost and what has taken its place are selected apart") {
    view::ClusterView cluster = make_fleet({});
    const auto tile = [&](const std::string& name) {
        return std::find_if(cluster.tiles.begin(), cluster.tiles.end(), [&](const view::Tile& one) { return one.name == name; });
    };
    REQUIRE(tile("web.3") != cluster.tiles.end());
    REQUIRE(tile("web.4") != cluster.tiles.end());
    const auto ghost = tile("web.4");
    tile("web.3")->phase = view::Phase::Running;
    tile("web.3")->own_name = "web.3.new";
    ghost->name = "web.3";
    ghost->own_name = "web.3.old";
    ghost->phase = view::Phase::Lost;
    NullDesk desk(cluster_frame(cluster));
    desk.click("cluster.tile.web.3.old");
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Container, "web.3.old"});
    const Area old = desk.area("cluster.tile.web.3.old");
    CHECK(desk.area("cluster.selected").holds(old.x + old.width / 2, old.y + old.height / 2));
    desk.click("cluster.tile.web.3");
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Container, "web.3"});
    const Area now = desk.area("cluster.tile.web.3");
    CHECK(desk.area("cluster.selected").holds(now.x + now.width / 2, now.y + now.height / 2));
    CHECK(now.x + now.y != old.x + old.y);
}

TEST_CASE("cluster panel: containers of one name on two hosts, or of one service's name in two projects, are selected apart") {
    view::ClusterView cluster = make_fleet({});
    const auto tile = [&](const std::string& name) {
        return std::find_if(cluster.tiles.begin(), cluster.tiles.end(), [&](const view::Tile& one) { return one.name == name; });
    };
    const auto first = tile("web.3");
    const auto second = tile("web.4");
    const auto shop = tile("api.1");
    const auto store = tile("api.2");
    for (const auto& one : {first, second, shop, store}) {
        REQUIRE(one != cluster.tiles.end());
        one->phase = view::Phase::Running;
    }
    first->name = second->name = "agent";
    first->own_name = second->own_name = "";
    first->id = "aaaaaaaaaaaa";
    second->id = "bbbbbbbbbbbb";
    // Two projects have a service called so.
    view::ServiceView again = cluster.services[shop->service];
    again.stack = "another";
    cluster.services.push_back(again);
    store->service = static_cast<std::uint32_t>(cluster.services.size() - 1);
    store->name = shop->name;
    shop->own_name = "shop-api-1";
    store->own_name = "store-api-1";
    const std::string other = store->container > shop->container ? shop->own_name : store->own_name;
    NullDesk desk(cluster_frame(cluster));
    for (const std::string& id : {std::string("aaaaaaaaaaaa"), std::string("bbbbbbbbbbbb"), std::string("api.1"), other}) {
        INFO(id);
        desk.click("cluster.tile." + id);
        CHECK(cluster_selected(desk) == Selection{Selection::Kind::Container, id});
        const Area on = desk.area("cluster.tile." + id);
        CHECK(desk.area("cluster.selected").holds(on.x + on.width / 2, on.y + on.height / 2));
    }
}

TEST_CASE("cluster panel: a drag moves the picture and selects nothing") {
    NullDesk desk(cluster_frame(make_fleet({})));
    desk.wheel("cluster.canvas", 4);
    desk.step(2);
    const Area before = desk.area("cluster.host.host-2");
    desk.drag("cluster.canvas", -60, 10);
    CHECK(desk.area("cluster.host.host-2").x < before.x - 30);
    CHECK(cluster_selected(desk).kind == Selection::Kind::None);
}

TEST_CASE("cluster panel: a right click asks for the menu on what is under it") {
    NullDesk desk(cluster_frame(make_fleet({})));
    desk.desktop().context().menu = {};
    desk.right_click("cluster.tile.api.2");
    CHECK(desk.desktop().context().menu.on == Selection{Selection::Kind::Container, "api.2"});
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Container, "api.2"});
}

TEST_CASE("cluster panel: the menu key and Shift+F10 ask for the menu on the selection") {
    for (const bool menu_key : {true, false}) {
        NullDesk desk(cluster_frame(make_fleet({})));
        desk.click("cluster.tile.api.2");
        desk.desktop().context().menu = {};
        if (menu_key) desk.key(Key::Menu);
        else desk.key(Key::F10, false, true);
        CHECK(desk.desktop().context().menu.on == Selection{Selection::Kind::Container, "api.2"});
    }
}

TEST_CASE("cluster panel: arrow keys move the selection, and Enter brings the inspector") {
    NullDesk desk(cluster_frame(make_fleet({})));
    desk.click("cluster.tile.web.1");
    desk.key(Key::Right);
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Container, "api.1"});
    desk.key(Key::Down);
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Container, "db.1"});
    desk.key(Key::Up);
    desk.key(Key::Up);
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Host, "host-1"});
    desk.key(Key::Right);
    CHECK(cluster_selected(desk) == Selection{Selection::Kind::Host, "host-2"});
    // They are the picture's alone: time does not move with them.
    CHECK(desk.play().all<intent::StepFact>().empty());
    desk.key(Key::Left);
    CHECK(desk.play().all<intent::Seek>().empty());
    desk.key(Key::Right);
    desk.key(Key::Enter);
    desk.step(3);
    CHECK(desk.desktop().layout().tabs.at("right") == "inspector");
    // Back in the picture Escape lets go of the selection.
    desk.click("cluster.tile.web.1");
    desk.key(Key::Escape);
    CHECK(cluster_selected(desk).kind == Selection::Kind::None);
}

TEST_CASE("cluster panel: a search dims what it doesn't mean, and its cross ends it") {
    NullDesk desk(cluster_frame(make_fleet({})));
    CHECK_FALSE(desk.has("cluster.search.clear"));
    desk.click("cluster.search");
    desk.type("web host-1");
    desk.step(2);
    REQUIRE(desk.has("cluster.search.clear"));
    CHECK(desk.has("cluster.search.meant.2"));
    // Letters typed there are no keys of the picture's.
    desk.type("-");
    desk.step(2);
    CHECK(desk.has("cluster.search.meant.0"));
    desk.click("cluster.search.clear");
    CHECK_FALSE(desk.has("cluster.search.clear"));
}

TEST_CASE("cluster panel: Enter in a search selects what is found, one after the other, and then it is inspected") {
    NullDesk desk(cluster_frame(make_fleet({})));
    desk.click("cluster.search");
    desk.type("web host-1");
    std::vector<std::string> taken;
    for (int i = 0; i < 3; ++i) {
        desk.key(Key::Enter);
        REQUIRE(cluster_selected(desk).kind == Selection::Kind::Container);
        taken.push_back(cluster_selected(desk).name);
        CHECK(taken.back().starts_with("web."));
        desk.click("cluster.search");
    }
    // There are two, so the third is the first again.
    CHECK(taken[0] != taken[1]);
    CHECK(taken[2] == taken[0]);
    desk.key(Key::Enter);
    desk.step(2);
    CHECK(cluster_selected(desk).name == taken[1]);
    desk.key(Key::Enter);
    desk.step(2);
    CHECK(desk.has("panel.inspector"));
    CHECK(cluster_selected(desk).name == taken[1]);
}

TEST_CASE("cluster panel: zooming goes from the fleet to one container, and 0 shows the whole again") {
    NullDesk desk(cluster_frame(make_fleet({.hosts = 200, .containers = 10'000})));
    desk.step(2);
    // So small that tiles have no names of their own.
    CHECK(desk.ids("cluster.tile.").empty());
    CHECK_FALSE(desk.has("cluster.whole"));
    for (int i = 0; i < 12; ++i)
        desk.wheel("cluster.canvas", 1);
    CHECK(desk.has("cluster.whole"));
    const auto tiles = desk.ids("cluster.tile.");
    REQUIRE(tiles.size() >= 1);
    CHECK(tiles.size() < 400);
    // What is selected stays in sight while the keys zoom on, until it fills a good part of it.
    const std::string tile = tiles[tiles.size() / 2];
    desk.click(tile);
    for (int i = 0; i < 25; ++i)
        desk.key(Key::Equal);
    REQUIRE(desk.has(tile));
    CHECK(desk.area(tile).width > 200);
    CHECK(desk.ids("cluster.tile.").size() < 12);
    desk.click_at(desk.area("cluster.canvas").x - 8, desk.area("cluster.canvas").y + 50);
    desk.key(Key::Digit0);
    CHECK_FALSE(desk.has("cluster.whole"));
    desk.key(Key::Equal);
    CHECK(desk.has("cluster.whole"));
    desk.key(Key::Minus);
    CHECK_FALSE(desk.has("cluster.whole"));
    desk.click("cluster.zoom_in");
    CHECK(desk.has("cluster.whole"));
    desk.click("cluster.whole");
    CHECK_FALSE(desk.has("cluster.whole"));
}

TEST_CASE("cluster panel: a container that moves to another host is on its way and then there") {
    const view::ClusterView before = make_fleet({});
    view::ClusterView now = before;
    // web.1 goes from the first host to the end of the last.
    view::Tile moved = now.tiles[0];
    moved.container = 999;
    moved.host = 2;
    now.tiles.erase(now.tiles.begin());
    now.tiles.push_back(moved);
    --now.hosts[0].tiles;
    --now.hosts[1].first_tile;
    --now.hosts[2].first_tile;
    ++now.hosts[2].tiles;
    NullDesk desk(cluster_frame(before));
    desk.click("cluster.tile.web.1");
    const float from = cluster_middle(desk.area("cluster.selected"));
    show_cluster(desk, now);
    desk.step(1);
    CHECK(cluster_middle(desk.area("cluster.selected")) == Approx(from).margin(2));
    desk.step(18);
    const float half = cluster_middle(desk.area("cluster.selected"));
    CHECK(half > from + 100);
    desk.step(30);
    const float to = cluster_middle(desk.area("cluster.selected"));
    CHECK(half < to - 100);
    CHECK(to == Approx(cluster_middle(desk.area("cluster.tile.web.1"))).margin(0.5));
    CHECK(desk.area("cluster.host.host-3").holds(to, desk.area("cluster.selected").y));
}

TEST_CASE("cluster panel: 100,000 containers are drawn, at every zoom, without an assertion") {
    NullDesk desk(cluster_frame(make_fleet({.hosts = 1'000, .containers = 100'000, .services = 20, .zones = 3})));
    desk.step(2);
    // Each host is there as shares, not as a hundred tiles.
    CHECK(cluster_corners() < 120'000);
    int most = 0;
    for (int i = 0; i < 40; ++i) {
        desk.wheel("cluster.canvas", 1);
        most = std::max(most, cluster_corners());
    }
    CHECK(most > 4 * 5'000);
    CHECK(most < 1'000'000);
    desk.key(Key::Digit0);
}

TEST_CASE("cluster panel: thousands of hosts, none, and one without containers are drawn too") {
    NullDesk desk(cluster_frame(make_fleet({.hosts = 30'000, .containers = 60'000})));
    desk.step(2);
    CHECK(cluster_corners() > 4 * 1'000);
    show_cluster(desk, {});
    desk.step(3);
    show_cluster(desk, make_fleet({.hosts = 1, .containers = 0, .services = 1}));
    desk.step(3);
    CHECK(desk.has("cluster.host.host-1"));
    desk.play().frame.cluster = nullptr;
    desk.step(3);
    CHECK_FALSE(desk.has("cluster.canvas"));
}

TEST_CASE("cluster panel: the legend shows what the states look like until it is closed") {
    NullDesk desk(cluster_frame(make_fleet({})));
    CHECK_FALSE(desk.has("cluster.legend.states"));
    desk.click("cluster.legend");
    CHECK(desk.has("cluster.legend.states"));
    desk.click("cluster.legend");
    CHECK_FALSE(desk.has("cluster.legend.states"));
}
