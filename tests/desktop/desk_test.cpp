// The desktop's own parts, without a screen: transport, keys, tabs, borders, theme, boxes.

#include <catch2/catch.hpp>

#include "tests/desktop/null_desk.hpp"
#include "ui/desktop/top_bar.hpp"

namespace podium::test {
namespace {

namespace intent = desktop::intent;
using desktop::Key;

desktop::Frame some_frame() {
    desktop::Frame frame;
    frame.title = "Self-healing under memory pressure";
    frame.now = Time{41'200'000'000};
    frame.horizon = frame.now;
    auto cluster = std::make_shared<view::ClusterView>();
    cluster->faults.push_back({1, "kill web.1", "web.1", Time{}});
    frame.cluster = cluster;
    return frame;
}

TEST_CASE("transport: buttons send what they say") {
    NullDesk desk(some_frame());
    desk.click("transport.play");
    CHECK(desk.play().all<intent::Toggle>().size() == 1);
    desk.click("transport.back");
    REQUIRE(desk.play().last<intent::Seek>() != nullptr);
    CHECK(desk.play().last<intent::Seek>()->time == Time{});
    desk.click("transport.step");
    CHECK(desk.play().all<intent::StepEvent>().size() == 1);
    desk.click("transport.live");
    CHECK(desk.play().all<intent::GoLive>().size() == 1);
    desk.click("transport.fork");
    CHECK(desk.play().all<intent::Fork>().size() == 1);
    desk.click("transport.speed.16");
    REQUIRE(desk.play().last<intent::Speed>() != nullptr);
    CHECK(desk.play().last<intent::Speed>()->times == 16);
}

TEST_CASE("transport: a step goes to what was chosen") {
    NullDesk desk(some_frame());
    desk.click("transport.step.kind");
    desk.wait_for("transport.step.selection");
    desk.click("transport.step.selection");
    desk.click("transport.step");
    CHECK(desk.play().all<intent::StepFactOfSelection>().size() == 1);
    desk.click("transport.step.kind");
    desk.wait_for("transport.step.fact");
    desk.click("transport.step.fact");
    desk.click("transport.step");
    CHECK(desk.play().all<intent::StepFact>().size() == 1);
    CHECK(desk.play().all<intent::StepEvent>().empty());
}

TEST_CASE("transport: the speed's slider reaches from a hundredth to ten thousand") {
    NullDesk desk(some_frame());
    const float half = desk.area("transport.speed").width / 2;
    desk.drag("transport.speed", half + 30, 0);
    REQUIRE(desk.play().last<intent::Speed>() != nullptr);
    CHECK(desk.play().last<intent::Speed>()->times == Approx(10'000));
    desk.drag("transport.speed", -half - 30, 0);
    CHECK(desk.play().last<intent::Speed>()->times == Approx(0.01));
    desk.right_click("transport.speed");
    desk.wait_for("transport.presets.1000");
    desk.click("transport.presets.1000");
    CHECK(desk.play().last<intent::Speed>()->times == 1'000);
}

TEST_CASE("transport: a fork that is there can be ended on either side") {
    auto frame = some_frame();
    frame.fork = std::make_shared<desktop::ForkView>();
    NullDesk desk(frame);
    desk.click("transport.fork");
    desk.wait_for("transport.fork.drop");
    desk.click("transport.fork.drop");
    REQUIRE(desk.play().last<intent::EndFork>() != nullptr);
    CHECK_FALSE(desk.play().last<intent::EndFork>()->keep_change);
    CHECK(desk.play().all<intent::Fork>().empty());
}

TEST_CASE("fork: beside each other a source of traffic covers neither the tools nor the search nor the state") {
    auto frame = some_frame();
    auto with = std::make_shared<view::ClusterView>();
    for (const char* name : {"one", "two"}) {
        view::HostView host;
        host.name = name;
        host.engine = "running";
        with->hosts.push_back(host);
    }
    with->traffic.push_back({"shop", "one:80", 100, 99, 1, 50'000, 500, milliseconds(3), true, false});
    with->wanted = 2;
    with->running = 1;
    frame.cluster = with;
    auto fork = std::make_shared<desktop::ForkView>();
    fork->change = "docker kill web";
    fork->without = with;
    frame.fork = fork;
    NullDesk desk(frame);
    desk.step(3);
    for (const std::string side : {"cluster", "without"}) {
        const desktop::Area box = desk.area(side + ".traffic.shop");
        for (const char* part : {".legend", ".zoom_in", ".search", ".state"}) {
            if (!desk.has(side + part)) continue;
            INFO(side << part);
            const desktop::Area other = desk.area(side + part);
            CHECK((other.right() <= box.x || box.right() <= other.x || other.bottom() <= box.y || box.bottom() <= other.y));
        }
        CHECK(desk.area(side + ".host.one").y > box.bottom());
    }
    CHECK(desk.has("cluster.search"));
}

TEST_CASE("fork: both futures stand beside each other, with what is different and which goes on") {
    auto frame = some_frame();
    auto with = std::make_shared<view::ClusterView>();
    for (const char* name : {"one", "two"}) {
        view::HostView host;
        host.name = name;
        host.engine = "running";
        with->hosts.push_back(host);
    }
    frame.cluster = with;
    auto fork = std::make_shared<desktop::ForkView>();
    fork->change = "docker kill web";
    fork->without = with;
    fork->differences = {{"restarts of web", "0", "1", view::Tone::Bad}};
    NullDesk desk(frame);
    desk.step(2);
    const auto whole = desk.area("cluster.host.one");
    CHECK_FALSE(desk.has("without.host.one"));
    CHECK_FALSE(desk.has("tab.bottom.fork"));
    desk.play().frame.fork = fork;
    desk.step(3);
    REQUIRE(desk.has("without.host.one"));
    CHECK(desk.area("cluster.host.two").right() <= desk.area("without.host.one").x);
    CHECK(desk.area("cluster.host.one").width <= whole.width);
    CHECK(desk.desktop().layout().tabs.at("bottom") == "fork");
    CHECK(desk.has("fork.difference.restarts of web"));
    desk.click("without.host.two");
    CHECK(desk.desktop().context().look.selection == desktop::Selection{desktop::Selection::Kind::Host, "two"});
    desk.click("fork.keep");
    REQUIRE(desk.play().last<intent::EndFork>() != nullptr);
    CHECK(desk.play().last<intent::EndFork>()->keep_change);
    desk.click("fork.drop");
    CHECK_FALSE(desk.play().last<intent::EndFork>()->keep_change);
    desk.play().frame.fork = nullptr;
    desk.step(3);
    CHECK_FALSE(desk.has("without.host.one"));
    CHECK_FALSE(desk.has("tab.bottom.fork"));
    CHECK(desk.has("panel.terminal"));
}

TEST_CASE("fork: what can be done is done on the side with the change, and said so") {
    auto frame = some_frame();
    auto with = std::make_shared<view::ClusterView>();
    view::HostView host;
    host.name = "one";
    host.engine = "running";
    host.tiles = 2;
    with->hosts.push_back(host);
    for (std::uint32_t number = 1; number <= 2; ++number) {
        view::Tile tile;
        tile.container = number;
        tile.host = 0;
        tile.name = "web." + std::to_string(number);
        with->tiles.push_back(tile);
    }
    auto without = std::make_shared<view::ClusterView>(*with);
    without->tiles.clear();
    without->hosts[0].tiles = 0;
    frame.cluster = with;
    frame.lists = std::make_shared<desktop::Lists>();
    auto fork = std::make_shared<desktop::ForkView>();
    fork->change = "docker start web";
    fork->without = without;
    frame.fork = fork;
    NullDesk desk(frame, 1600, 900);
    const auto selection = [&] { return desk.desktop().context().look.selection; };
    // Keys go along the side with the change, though the other has no such container.
    desk.desktop().context().select(desktop::Selection::Kind::Container, "web.1");
    desk.key(Key::Digit1, false, false, true);
    desk.key(Key::Right);
    CHECK(selection() == desktop::Selection{desktop::Selection::Kind::Container, "web.2"});
    auto detail = std::make_shared<desktop::Detail>();
    detail->selection = selection();
    detail->title = "web.2";
    detail->subtitle = "container on one";
    desk.play().frame.detail = detail;
    desk.step(3);
    CHECK(desk.has("inspector.side"));
    // What is asked of the other side's picture is not done to this one in its place.
    desk.right_click("without.host.one");
    REQUIRE(desk.has("menu.its-containers"));
    CHECK_FALSE(desk.desktop().marks().at("menu.its-containers").enabled);
    desk.click("menu.its-containers");
    CHECK(desk.play().all<intent::Type>().empty());
    desk.key(Key::Escape);
    desk.right_click("cluster.host.one");
    REQUIRE(desk.has("menu.its-containers"));
    desk.click("menu.its-containers");
    REQUIRE(desk.play().last<intent::Type>() != nullptr);
    CHECK(desk.play().last<intent::Type>()->line == "docker ps -a");
}

TEST_CASE("transport: what is too wide for the bar goes, what is needed stays") {
    for (const float width : {1280.0F, 960.0F, 800.0F, 640.0F}) {
        NullDesk desk(some_frame(), width, 600);
        INFO("width " << width);
        for (const char* id : {"transport.back", "transport.play", "transport.step", "transport.live", "transport.fork", "transport.time", "transport.faults"}) {
            INFO(id);
            CHECK(desk.area(id).right() <= width);
            CHECK(desk.area(id).x >= 0);
        }
        CHECK(desk.area("transport.live").right() <= desk.area("transport.fork").x);
        CHECK(desk.area("transport.fork").right() <= desk.area("transport.faults").x);
        CHECK(desk.area("transport.faults").right() <= desk.area("transport.time").x);
    }
}

TEST_CASE("keys: time is moved without the mouse") {
    NullDesk desk(some_frame());
    desk.key(Key::Space);
    CHECK(desk.play().all<intent::Toggle>().size() == 1);
    desk.key(Key::Right);
    CHECK(desk.play().all<intent::StepFact>().size() == 1);
    desk.key(Key::Right, false, true);
    CHECK(desk.play().all<intent::StepEvent>().size() == 1);
    desk.key(Key::Right, true, true);
    CHECK(desk.play().all<intent::StepFactOfSelection>().size() == 1);
    CHECK(desk.play().all<intent::StepFact>().size() == 1);
    desk.key(Key::Left);
    REQUIRE(desk.play().last<intent::Seek>() != nullptr);
    CHECK(desk.play().last<intent::Seek>()->time == Time{40'200'000'000});
    desk.key(Key::End);
    desk.key(Key::L);
    CHECK(desk.play().all<intent::GoLive>().size() == 2);
    desk.key(Key::Period);
    REQUIRE(desk.play().last<intent::Speed>() != nullptr);
    CHECK(desk.play().last<intent::Speed>()->times == 4);
    desk.key(Key::Comma);
    CHECK(desk.play().last<intent::Speed>()->times == 0.5);
    desk.key(Key::Home);
    CHECK(desk.play().last<intent::Seek>()->time == Time{});
}

TEST_CASE("keys: a key that goes down and up within one frame is seen") {
    NullDesk desk(some_frame());
    for (int i = 0; i < 3; ++i) {
        desk.push({.kind = desktop::InputEvent::Kind::KeyDown, .key = Key::Space});
        desk.push({.kind = desktop::InputEvent::Kind::KeyUp, .key = Key::Space});
    }
    desk.settle();
    CHECK(desk.play().all<intent::Toggle>().size() == 3);
}

TEST_CASE("keys: theme, scale, sides, presenter's mode, help and leaving") {
    NullDesk desk(some_frame());
    desk.key(Key::F2);
    CHECK(desk.desktop().layout().theme == "light");
    desk.key(Key::F2);
    CHECK(desk.desktop().layout().theme == "dark");
    desk.key(Key::Equal, true);
    CHECK(desk.desktop().layout().scale == Approx(1.1F));
    desk.key(Key::Minus, true);
    CHECK(desk.desktop().layout().scale == Approx(1.0F));
    desk.key(Key::B, true);
    CHECK_FALSE(desk.has("border.left"));
    desk.key(Key::I, true);
    CHECK_FALSE(desk.has("panel.inspector"));
    desk.key(Key::J, true);
    CHECK_FALSE(desk.has("panel.terminal"));
    desk.key(Key::F5);
    CHECK(desk.desktop().layout().presenter);
    CHECK(desk.has("presenter.keys"));
    desk.key(Key::F5);
    desk.key(Key::F1);
    CHECK(desk.has("help"));
    desk.key(Key::Escape);
    CHECK_FALSE(desk.has("help"));
    desk.key(Key::K, true);
    CHECK_FALSE(desk.desktop().leaving());
    desk.key(Key::Q, true);
    CHECK(desk.desktop().leaving());
}

TEST_CASE("keys: Alt and a digit bring a panel to the front") {
    NullDesk desk(some_frame());
    REQUIRE(desk.has("panel.terminal"));
    desk.key(Key::Digit8, false, false, true);
    CHECK(desk.has("panel.facts"));
    CHECK_FALSE(desk.has("panel.terminal"));
    desk.key(Key::J, true);
    desk.key(Key::Digit3, false, false, true);
    CHECK(desk.has("panel.terminal"));
    CHECK(desk.desktop().layout().bottom_shown);
}

TEST_CASE("keys: Tab goes from widget to widget, and then space presses the one with the ring") {
    NullDesk desk(some_frame());
    desk.click_at(200, 26);
    desk.key(Key::Tab);
    desk.key(Key::Tab);
    desk.key(Key::Space);
    // Space pressed some widget of the top bar and did not play.
    CHECK(desk.play().intents.size() >= 2);
    desk.key(Key::Escape);
    const auto before = desk.play().all<intent::Toggle>().size();
    desk.key(Key::Space);
    CHECK(desk.play().all<intent::Toggle>().size() == before + 1);
}

TEST_CASE("desk: what a panel in front needs is looked at, and nothing else") {
    NullDesk desk(some_frame());
    REQUIRE(desk.play().last<intent::SetLook>() != nullptr);
    CHECK(desk.play().last<intent::SetLook>()->look.inspector);
    CHECK_FALSE(desk.play().last<intent::SetLook>()->look.facts_panel);
    desk.click("tab.bottom.facts");
    CHECK(desk.play().last<intent::SetLook>()->look.facts_panel);
    desk.click("tab.bottom.metrics");
    CHECK_FALSE(desk.play().last<intent::SetLook>()->look.facts_panel);
    CHECK(desk.play().last<intent::SetLook>()->look.metrics_panel);
    const auto sent = desk.play().all<intent::SetLook>().size();
    desk.step(30);
    CHECK(desk.play().all<intent::SetLook>().size() == sent);
}

TEST_CASE("desk: the faults' pill shows the faults") {
    NullDesk desk(some_frame());
    REQUIRE_FALSE(desk.has("panel.faults"));
    desk.click("transport.faults");
    CHECK(desk.has("panel.faults"));
}

TEST_CASE("desk: borders are dragged, and no side takes all room") {
    NullDesk desk(some_frame());
    const float right = desk.desktop().layout().right;
    desk.drag("border.right", -40, 0);
    CHECK(desk.desktop().layout().right == Approx(right + 40));
    desk.drag("border.right", -3'000, 0);
    CHECK(desk.area("panel.cluster").width >= 200);
    const auto before = desk.desktop().layout();
    desk.drag("border.bottom", 0, -30);
    CHECK(desk.desktop().layout().bottom == Approx(before.bottom + 30));
    CHECK(desk.desktop().layout().timeline == Approx(before.timeline - 30));
    desk.drag("border.timeline", 0, -30);
    CHECK(desk.desktop().layout().timeline == Approx(before.timeline));
}

TEST_CASE("desk: a notice is shown for some seconds, and a click takes it away") {
    NullDesk desk(some_frame());
    CHECK_FALSE(desk.has("notice"));
    desk.play().frame.notice = "there is no container 'web.9'";
    desk.play().frame.notice_serial = 1;
    desk.step(2);
    CHECK(desk.has("notice"));
    desk.step(60 * 8);
    CHECK_FALSE(desk.has("notice"));
    desk.play().frame.notice_serial = 2;
    desk.step(3);
    REQUIRE(desk.has("notice"));
    desk.click("notice");
    CHECK_FALSE(desk.has("notice"));
}

TEST_CASE("desk: saving asks where") {
    NullDesk desk(some_frame());
    desk.key(Key::S, true);
    desk.wait_for("save.path");
    desk.settle();
    desk.type("lab-");
    desk.key(Key::Enter);
    REQUIRE(desk.play().last<intent::Save>() != nullptr);
    CHECK_FALSE(desk.play().last<intent::Save>()->path.empty());
    desk.step(3);
    CHECK_FALSE(desk.has("save.path"));
}

TEST_CASE("desk: it is drawn at every scale and size, down to a window of nothing") {
    for (const float scale : {0.75F, 1.5F, 3.0F}) {
        for (const auto& [width, height] : {std::pair{1280.0F, 800.0F}, std::pair{320.0F, 200.0F}, std::pair{40.0F, 30.0F}, std::pair{1.0F, 1.0F}}) {
            desktop::Layout layout;
            layout.scale = scale;
            NullDesk desk(some_frame(), width, height, layout);
            desk.step(3);
        }
    }
}

TEST_CASE("desk: moments and speeds are told in words") {
    CHECK(desktop::speed_words(0.01) == "1/100×");
    CHECK(desktop::speed_words(0.25) == "1/4×");
    CHECK(desktop::speed_words(1) == "1×");
    CHECK(desktop::speed_words(10'000) == "10,000×");
    CHECK(desktop::speed_words(2'345) == "2,345×");
    CHECK(desktop::back_words(milliseconds(12'400)) == "12.4 s");
    CHECK(desktop::back_words(seconds(192)) == "3 m 12 s");
    CHECK(desktop::back_words(minutes(125)) == "2 h 05 m");
    CHECK(desktop::clock_words(Time{41'200'000'000}) == "00:41.20");
    CHECK(desktop::clock_words(Time{3'723'000'000'000}) == "1:02:03.00");
    CHECK(desktop::next_speed(1, true) == 4);
    CHECK(desktop::next_speed(10'000, true) == 10'000);
    CHECK(desktop::next_speed(0.5, false) == Approx(0.1));
}

}  // namespace
}  // namespace podium::test
