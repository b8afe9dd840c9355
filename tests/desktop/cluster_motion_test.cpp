// What moves in the cluster's picture, and what it says in words.

#include <catch2/catch.hpp>

#include "ui/desktop/fleet.hpp"
#include "ui/desktop/panels/cluster_motion.hpp"
#include "ui/desktop/panels/cluster_words.hpp"

using namespace podium;
using namespace podium::desktop;

namespace {

// A view without one of its tiles.
view::ClusterView without_tile(view::ClusterView cluster, std::uint32_t tile) {
    const std::uint32_t host = cluster.tiles[tile].host;
    cluster.tiles.erase(cluster.tiles.begin() + tile);
    if (host == view::kNone) return cluster;
    --cluster.hosts[host].tiles;
    for (std::uint32_t i = host + 1; i < cluster.hosts.size(); ++i)
        --cluster.hosts[i].first_tile;
    return cluster;
}

// And with one more at the end of a host.
view::ClusterView with_tile(view::ClusterView cluster, std::uint32_t host, view::Tile tile) {
    tile.host = host;
    const std::uint32_t at = cluster.hosts[host].first_tile + cluster.hosts[host].tiles;
    cluster.tiles.insert(cluster.tiles.begin() + at, tile);
    ++cluster.hosts[host].tiles;
    for (std::uint32_t i = host + 1; i < cluster.hosts.size(); ++i)
        ++cluster.hosts[i].first_tile;
    return cluster;
}

ClusterLayout layout_for(const view::ClusterView& cluster) { return lay_out(cluster, {.width = 684, .height = 304, .capacity = 12, .pending = true}); }

std::string first_words(const std::vector<WordLine>& lines) {
    std::string all;
    for (const WordLine& line : lines)
        all += line.text + "\n";
    return all;
}

}  // namespace

TEST_CASE("cluster motion: a slot that goes to another host moves there from its old place, and is there in the end") {
    const view::ClusterView before = make_fleet({});
    view::Tile moved = before.tiles[4];
    moved.container = 900;  // another container in the slot's place
    const view::ClusterView now = with_tile(without_tile(before, 4), 2, moved);
    const ClusterLayout old_layout = layout_for(before);
    const ClusterLayout layout = layout_for(now);
    ClusterMotion motion;
    motion.follow(before, old_layout, now, layout, 10);
    const auto tile = static_cast<std::uint32_t>(now.tiles.size() - 1);
    REQUIRE(now.tiles[tile].name == moved.name);
    const MovingTile* moving = motion.motion_of(tile);
    REQUIRE(moving != nullptr);
    CHECK_FALSE(moving->appears);
    const Area from = *old_layout.tile_area(before, 4);
    const Area to = *layout.tile_area(now, tile);
    CHECK(ClusterMotion::place(*moving, to, 10).x == Approx(from.x));
    const float half = ClusterMotion::place(*moving, to, 10.3).x;
    CHECK(half == Approx((from.x + to.x) / 2));
    CHECK(ClusterMotion::place(*moving, to, 10.6).x == Approx(to.x));
    CHECK(motion.leaving().empty());
    motion.tidy(10.61);
    CHECK(motion.moving().empty());
}

TEST_CASE("cluster motion: where a ghost stays, what takes its place comes from there") {
    const view::ClusterView before = make_fleet({.troubles = false});
    view::ClusterView lost = before;
    for (std::uint32_t i = 0; i < lost.hosts[0].tiles; ++i)
        lost.tiles[i].phase = view::Phase::Lost;
    view::Tile fresh = before.tiles[0];
    fresh.container = 901;
    const view::ClusterView now = with_tile(lost, 1, fresh);
    ClusterMotion motion;
    motion.follow(lost, layout_for(lost), now, layout_for(now), 5);
    const std::uint32_t tile = now.hosts[1].first_tile + now.hosts[1].tiles - 1;
    const MovingTile* moving = motion.motion_of(tile);
    REQUIRE(moving != nullptr);
    CHECK(moving->from.x == Approx(layout_for(lost).tile_area(lost, 0)->x));
    CHECK(motion.leaving().empty());
}

TEST_CASE("cluster motion: a pending task moves from the strip to the node that takes it") {
    const view::ClusterView before = make_fleet({.pending = 1});
    const auto pending = static_cast<std::uint32_t>(before.tiles.size() - 1);
    view::Tile placed = before.tiles[pending];
    placed.container = 950;
    const view::ClusterView now = with_tile(without_tile(before, pending), 1, placed);
    ClusterMotion motion;
    motion.follow(before, layout_for(before), now, layout_for(now), 5);
    const MovingTile* moving = motion.motion_of(now.hosts[1].first_tile + now.hosts[1].tiles - 1);
    REQUIRE(moving != nullptr);
    CHECK_FALSE(moving->appears);
    CHECK(moving->from.y > layout_for(now).hosts[0].area.bottom());
    CHECK(motion.leaving().empty());
}

TEST_CASE("cluster motion: a new container appears, an ended one fades, and others only close the gap") {
    const view::ClusterView before = make_fleet({});
    view::Tile fresh = before.tiles[0];
    fresh.container = 777;
    fresh.name = "web.99";
    const view::ClusterView now = with_tile(without_tile(before, 2), 1, fresh);
    ClusterMotion motion;
    motion.follow(before, layout_for(before), now, layout_for(now), 5);
    REQUIRE(motion.leaving().size() == 1);
    CHECK(motion.leaving()[0].tile.name == before.tiles[2].name);
    const MovingTile* appears = motion.motion_of(now.hosts[1].first_tile + now.hosts[1].tiles - 1);
    REQUIRE(appears != nullptr);
    CHECK(appears->appears);
    CHECK(motion.motion_of(0) == nullptr);
    CHECK(motion.motion_of(2) != nullptr);  // was the fourth of its host
    // A motion goes on when the next view comes, though nothing else has changed.
    const view::ClusterView next = now;
    motion.follow(now, layout_for(now), next, layout_for(next), 5.1);
    CHECK(motion.motion_of(2) != nullptr);
    CHECK(motion.motion_of(2)->begun == 5);
}

TEST_CASE("cluster motion: when everything changes at once nothing is animated") {
    const view::ClusterView before = make_fleet({.hosts = 100, .containers = 10'000});
    view::ClusterView now = before;
    for (view::Tile& tile : now.tiles)
        tile.container += 100'000;
    ClusterMotion motion;
    motion.follow(before, layout_for(before), now, layout_for(now), 5);
    CHECK(motion.moving().empty());
    CHECK(motion.leaving().empty());
}

TEST_CASE("cluster flights: a request is a dot that goes to its host and comes back as an answer, and stands still with the run") {
    view::ClusterView cluster = make_fleet({});
    cluster.traffic.push_back({"web:80", "host-1:80", 10, 9, 1, 10'000, 0, milliseconds(2), true, false});
    ClusterFlights flights;
    flights.follow(cluster, true, 0);
    CHECK(flights.dots().empty());
    cluster.time = cluster.time + milliseconds(16);
    cluster.flights.push_back({view::FlightView::Kind::Request, view::kNone, 1, view::kNone, cluster.time, 0});
    flights.follow(cluster, true, 0.016);
    REQUIRE(flights.dots().size() == 1);
    CHECK(flights.dots()[0].way == 0);
    cluster.time = cluster.time + milliseconds(16);
    flights.follow(cluster, true, 0.466);
    REQUIRE(flights.dots().size() == 1);  // The same request is not shown twice.
    CHECK(flights.dots()[0].way == Approx(0.5).margin(0.01));
    flights.follow(cluster, false, 5);
    CHECK(flights.dots()[0].way == Approx(0.5).margin(0.01));
    flights.follow(cluster, true, 5.5);
    REQUIRE(flights.dots().size() == 1);
    CHECK(flights.dots()[0].kind == view::FlightView::Kind::Answer);
    CHECK(flights.dots()[0].back);
}

TEST_CASE("cluster flights: of many on one way only so many are shown as can be told apart") {
    view::ClusterView cluster = make_fleet({});
    for (int i = 0; i < 400; ++i)
        cluster.flights.push_back({view::FlightView::Kind::Request, view::kNone, 1, view::kNone, cluster.time + nanoseconds(i), 0});
    ClusterFlights flights;
    flights.follow(cluster, false, 0);
    CHECK(flights.dots().size() >= 3);
    CHECK(flights.dots().size() <= 7);
}

TEST_CASE("cluster words: every word of a search must be in a tile's names, service, state or host") {
    const view::ClusterView cluster = make_fleet({});
    const auto count = [&](const std::string& words) {
        const TileSearch search(cluster, words);
        return std::count_if(cluster.tiles.begin(), cluster.tiles.end(), [&](const view::Tile& tile) { return search.means(tile); });
    };
    CHECK(count("") == 25);
    CHECK(count("  ") == 25);
    CHECK(count("web") == 5);
    CHECK(count("WEB") == 5);
    CHECK(count("web.3") == 1);
    CHECK(count("host-1") == 9);
    CHECK(count("host-1 web") == 2);
    CHECK(count("nowhere") == 0);
    const auto running = std::count_if(cluster.tiles.begin(), cluster.tiles.end(), [](const view::Tile& tile) { return tile.phase == view::Phase::Running; });
    CHECK(count("running") == running);
    // A container is also found as docker ps has it.
    view::ClusterView named = cluster;
    named.tiles[3].own_name = "shop-front-1";
    named.tiles[4].id = "0123456789ab";
    const auto found = [&](const std::string& words) {
        const TileSearch search(named, words);
        return std::count_if(named.tiles.begin(), named.tiles.end(), [&](const view::Tile& tile) { return search.means(tile); });
    };
    CHECK(found("shop-front") == 1);
    CHECK(found("0123456789") == 1);
}

TEST_CASE("cluster words: the state of the whole tells what is missing, and an update in progress before it") {
    view::ClusterView cluster = make_fleet({.troubles = false});
    CHECK(cluster_count(cluster) == "3 hosts  ·  25 containers");
    CHECK(cluster_state(cluster).words == "as wanted 25/25");
    CHECK_FALSE(cluster_state(cluster).under_way);
    cluster.services[0].ready -= 1;
    CHECK(cluster_state(cluster).words == "converging 24/25");
    CHECK(cluster_state(cluster).under_way);
    cluster.services[1].update = "updating";
    cluster.services[1].updated = 2;
    CHECK(cluster_state(cluster).words == "updating api 2/5");
    CHECK(cluster_state({}).words.empty());
    CHECK(cluster_count(make_fleet({.hosts = 1, .containers = 1})) == "1 host  ·  1 container");
}

TEST_CASE("cluster words: a tile of a stack may go without the stack's name, and no other without what it begins with") {
    view::ClusterView cluster;
    cluster.services = {{.name = "shop_web", .stack = "shop"}, {.name = "web", .stack = "web"}, {.name = "shop_api"}};
    const auto in_stack = [&](const std::string& name, std::uint32_t service) {
        view::Tile tile;
        tile.name = name;
        tile.service = service;
        return std::string(name_in_stack(cluster, tile));
    };
    CHECK(in_stack("shop_web.1", 0) == "web.1");
    CHECK(in_stack("shop_web.swarm-moe", 0) == "web.swarm-moe");
    CHECK(in_stack("web.1", 1) == "web.1");  // of a project of Compose
    CHECK(in_stack("shop_api.1", 2) == "shop_api.1");
    CHECK(in_stack("shop_tools", view::kNone) == "shop_tools");
}

TEST_CASE("cluster words: a tooltip tells state, how long, exit code, restarts and what the managers want") {
    view::ClusterView cluster = make_fleet({.troubles = false});
    view::Tile& tile = cluster.tiles[3];
    tile.phase = view::Phase::BackOff;
    tile.exit_code = 137;
    tile.ticks = 2;
    tile.since = cluster.time - seconds(1);
    tile.until = cluster.time + milliseconds(2'500);
    cluster.tasks.push_back({"x1", tile.name, 3, 0, 3, "running", "failed", "task: non-zero exit (137)"});
    const std::string words = first_words(tile_words(cluster, 3));
    CHECK(words.find(tile.name + "\n") == 0);
    CHECK(words.find("for 1.0 s") != std::string::npos);
    CHECK(words.find("starts again in 2.5 s") != std::string::npos);
    CHECK(words.find("exit code 137") != std::string::npos);
    CHECK(words.find("restarted 2 times") != std::string::npos);
    CHECK(words.find("wanted: running, seen: failed") != std::string::npos);
    CHECK(words.find("on host-1") != std::string::npos);
    cluster.hosts[1].up = false;
    CHECK(first_words(host_words(cluster, 1)).find("down") != std::string::npos);
    CHECK(first_words(host_words(cluster, 2)).find("11 of 14 ticks") != std::string::npos);
    CHECK(rate_words(412'300) == "412 req/s");
    CHECK(rate_words(500) == "0.5 req/s");
    view::TrafficView traffic;
    traffic.rate_milli = 412'000;
    traffic.failed_milli = 7'828;
    CHECK(failure_words(traffic) == "1.9 % err");
}
