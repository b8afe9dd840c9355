// Everything in the window without a mouse: each panel is reached by its key, and what stands in it is pressed by keys.

#include <SFML/Window/Event.hpp>
#include <algorithm>

#include <catch2/catch.hpp>
#include <imgui.h>
#include <imgui_internal.h>

#include "sim/view/outcome.hpp"
#include "tests/desktop/null_desk.hpp"
#include "tests/desktop/sample_frame.hpp"
#include "ui/desktop/fleet.hpp"
#include "ui/desktop/keys.hpp"
#include "ui/desktop/panels/cluster_keys.hpp"
#include "ui/desktop/window/window_events.hpp"

namespace podium::test {
namespace {

namespace intent = desktop::intent;
using desktop::Key;
using desktop::Selection;

// Every panel has something to show.
desktop::Frame full_frame() {
    desktop::SampleFrame sample;
    sample.add_terminal("moe", false);
    sample.lists.comparable = true;
    sample.lists.parameters = {"policy=no|always"};
    sample.cluster.faults.push_back({1, "freeze moe", "moe", Time{}});
    desktop::Frame frame = sample.frame();
    frame.now = frame.horizon = Time{} + seconds(40);
    auto lanes = std::make_shared<view::LaneSet>();
    lanes->end = frame.horizon;
    view::Lane lane;
    lane.kind = view::LaneKind::Host;
    lane.name = "larry";
    lane.spans.push_back({Time{}, kNever, view::Tone::Good, 0, FactId{1}, "up"});
    lanes->lanes.push_back(std::make_shared<const view::Lane>(lane));
    frame.lanes = lanes;
    auto lesson = std::make_shared<desktop::LessonView>();
    lesson->title = "A lesson";
    lesson->name = "01-a-lesson";
    lesson->kind = "Do";
    lesson->terminal = "moe";
    lesson->judged = lesson->has_hints = true;
    lesson->steps = {"One", "Two"};
    lesson->passed = {false, false};
    frame.lesson = lesson;
    auto facts = std::make_shared<desktop::FactPage>();
    facts->lines.push_back(std::make_shared<const desktop::FactLine>(desktop::FactLine{FactId{1}, {}, Time{} + seconds(1), view::Tone::Plain, "moe", "is up", "", false}));
    facts->matches = facts->happened = 1;
    frame.facts = facts;
    auto metrics = std::make_shared<desktop::MetricsView>();
    metrics->available = metrics->answered = metrics->failed = metrics->latency = metrics->restarts = {1, 1};
    metrics->memory = metrics->processor = metrics->disk = {1, 1};
    auto outcome = std::make_shared<view::RunOutcome>();
    outcome->services.emplace_back();
    outcome->services.back().service = "cache";
    metrics->outcome = outcome;
    frame.metrics = metrics;
    auto fork = std::make_shared<desktop::ForkView>();
    fork->change = "docker stop web";
    fork->without = frame.cluster;
    frame.fork = fork;
    return frame;
}

// "Alt+3", "Alt+F".
void press_panel_key(NullDesk& desk, std::string_view key) {
    REQUIRE(key.size() == 5);
    const bool digit = key[4] >= '0' && key[4] <= '9';
    desk.key(static_cast<Key>(digit ? static_cast<int>(Key::Digit0) + (key[4] - '0') : static_cast<int>(Key::A) + (key[4] - 'A')), false, false, true);
}

std::string focused_window() {
    const ImGuiWindow* window = ImGui::GetCurrentContext()->NavWindow;
    return window == nullptr ? std::string() : std::string(window->RootWindow->Name);
}

}  // namespace

TEST_CASE("keyboard: each panel has a key of its own, which gives it the keyboard") {
    std::vector<std::string> keys;
    for (const desktop::PanelEntry& entry : desktop::panel_list()) {
        INFO(entry.spec.id);
        NullDesk desk(full_frame(), 1600, 1000);
        // From somewhere else.
        desk.click(entry.spec.id == "cluster" ? "panel.inspector" : "cluster.tile.web.1");
        press_panel_key(desk, entry.spec.key);
        CHECK(desk.has("panel." + std::string(entry.spec.id)));
        CHECK(focused_window() == "panel." + std::string(entry.spec.id));
        keys.emplace_back(entry.spec.key);
    }
    std::sort(keys.begin(), keys.end());
    CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
}

TEST_CASE("keyboard: in each panel Tab and the arrows come to something that can be pressed") {
    for (const desktop::PanelEntry& entry : desktop::panel_list()) {
        // The cluster and the terminal have keys of their own.
        if (entry.spec.id == "cluster" || entry.spec.id == "terminal") continue;
        INFO(entry.spec.id);
        NullDesk desk(full_frame(), 1600, 1000);
        desk.desktop().context().select(Selection::Kind::Container, "cache.1");
        auto detail = std::make_shared<desktop::Detail>();
        detail->selection = {Selection::Kind::Container, "cache.1"};
        detail->title = "cache.1";
        detail->rows = {{"1", "redis-server", view::Tone::Plain, "Processes"}};
        desk.play().frame.detail = detail;
        desk.step(2);
        press_panel_key(desk, entry.spec.key);
        desk.step(2);
        CHECK(ImGui::GetCurrentContext()->NavId != 0);
        const ImGuiID first = ImGui::GetCurrentContext()->NavId;
        bool moves = false;
        for (const Key key : {Key::Tab, Key::Down, Key::Right}) {
            desk.key(key);
            moves = moves || ImGui::GetCurrentContext()->NavId != first;
        }
        CHECK(moves);
        CHECK(focused_window() == "panel." + std::string(entry.spec.id));
    }
}

TEST_CASE("keyboard: a service is selected and its menu opened without a mouse") {
    NullDesk desk(full_frame(), 1600, 1000);
    press_panel_key(desk, "Alt+7");
    for (int i = 0; i < 8 && desk.desktop().context().look.selection.kind != Selection::Kind::Service; ++i) {
        desk.key(Key::Enter);
        desk.key(Key::Down);
    }
    REQUIRE(desk.desktop().context().look.selection.kind == Selection::Kind::Service);
    const std::string service = desk.desktop().context().look.selection.name;
    desk.key(Key::Menu);
    desk.step(3);
    CHECK(desk.has("menu"));
    CHECK(desk.desktop().context().menu.on == Selection{Selection::Kind::Service, service});
    desk.key(Key::Escape);
    desk.step(2);
    CHECK_FALSE(desk.has("menu"));
    desk.key(Key::F10, false, true);
    desk.step(3);
    CHECK(desk.has("menu"));
}

TEST_CASE("keyboard: a lesson's answer is come to and given by keys, and Enter that ends a line presses nothing") {
    desktop::Frame frame = full_frame();
    auto lesson = std::make_shared<desktop::LessonView>(*frame.lesson);
    desktop::QuestionView question;
    question.id = "what";
    question.kind = "choice";
    question.text = "What happens?";
    question.choices = {"One thing.", "Another."};
    question.open = true;
    lesson->questions.push_back(question);
    lesson->pieces.push_back({desktop::LessonView::Piece::Kind::Question, {}, 0});
    frame.lesson = lesson;
    NullDesk desk(frame, 1600, 1000);
    press_panel_key(desk, "Alt+5");
    for (int i = 0; i < 8 && desk.play().last<intent::LessonAnswer>() == nullptr; ++i) {
        desk.key(Key::Enter);
        desk.key(Key::Down);
    }
    CHECK(desk.play().last<intent::LessonAnswer>() != nullptr);
    press_panel_key(desk, "Alt+3");
    desk.step(2);
    desk.type("docker ps");
    const std::size_t before = desk.play().intents.size();
    desk.key(Key::Enter);
    desk.step(4);
    REQUIRE(desk.play().last<intent::Type>() != nullptr);
    CHECK(desk.play().last<intent::Type>()->line == "docker ps");
    CHECK(desk.play().intents.size() == before + 1);
}

TEST_CASE("keyboard: a chart that is come to by keys tells its newest value, wherever the pointer is") {
    desktop::Frame frame = full_frame();
    auto metrics = std::make_shared<desktop::MetricsView>(*frame.metrics);
    desktop::MetricsView& all = *metrics;
    for (auto* values : {&all.available, &all.answered, &all.failed, &all.latency, &all.restarts, &all.memory, &all.processor, &all.disk}) values->assign(20, 0.5F);
    frame.metrics = metrics;
    NullDesk desk(frame, 1600, 1000);
    desk.push({.kind = desktop::InputEvent::Kind::Move, .x = 5, .y = 5});
    desk.settle();
    press_panel_key(desk, "Alt+9");
    std::vector<std::string> readings;
    for (int i = 0; i < 6 && readings.empty(); ++i) {
        desk.key(Key::Right);
        readings = desk.ids("metrics.reading.");
    }
    REQUIRE(readings.size() == 1);
    CHECK(readings.front() == "metrics.reading.19");
}

TEST_CASE("keyboard: the timeline measures from the present on until it is told again") {
    NullDesk desk(full_frame(), 1600, 1000);
    press_panel_key(desk, "Alt+2");
    desk.key(Key::M);
    desk.play().frame.now = desk.play().frame.horizon = Time{} + seconds(52);
    desk.step(3);
    const auto measures = [&] { return desk.ids("timeline.measure."); };
    REQUIRE(measures().size() == 1);
    CHECK(measures().front().find("12") != std::string::npos);
    desk.key(Key::M);
    desk.play().frame.now = desk.play().frame.horizon = Time{} + seconds(70);
    desk.step(3);
    REQUIRE(measures().size() == 1);
    CHECK(measures().front().find("12") != std::string::npos);
    desk.key(Key::Escape);
    desk.step(2);
    CHECK(measures().empty());
    // A key that presses the lanes goes nowhere: the pointer is somewhere else.
    const std::size_t seeks = desk.play().all<intent::Seek>().size();
    press_panel_key(desk, "Alt+2");
    for (int i = 0; i < 6; ++i) {
        desk.key(Key::Enter);
        desk.key(Key::Down);
    }
    CHECK(desk.play().all<intent::Seek>().size() == seeks);
}

TEST_CASE("keyboard: the cluster's traffic, links and states are come to by keys") {
    view::ClusterView cluster = desktop::make_fleet({});
    cluster.traffic.push_back({"shop", "host-1:80", 100, 99, 1, 50'000, 500, milliseconds(3), true, false});
    cluster.traffic.push_back({"news", "host-2:80", 100, 99, 1, 50'000, 500, milliseconds(3), true, false});
    for (std::uint32_t second = 1; second < 3; ++second) {
        view::LinkView link;
        link.first = 0;
        link.second = second;
        link.delay = milliseconds(50);
        link.name = "host-1-host-" + std::to_string(second + 1);
        cluster.links.push_back(link);
    }
    desktop::Frame frame;
    frame.cluster = std::make_shared<view::ClusterView>(cluster);
    frame.lists = std::make_shared<desktop::Lists>();
    NullDesk desk(frame, 1900, 1000);  // With room for both sources.
    const auto selected = [&] { return desk.desktop().context().look.selection; };
    press_panel_key(desk, "Alt+1");
    desk.key(Key::Right);
    CHECK(selected() == Selection{Selection::Kind::Host, "host-1"});
    desk.key(Key::Up);
    CHECK(selected() == Selection{Selection::Kind::Traffic, "shop"});
    desk.key(Key::Right);
    CHECK(selected() == Selection{Selection::Kind::Traffic, "news"});
    desk.key(Key::Right);
    CHECK(selected() == Selection{Selection::Kind::Traffic, "news"});
    desk.key(Key::Left);
    desk.key(Key::Down);
    CHECK(selected() == Selection{Selection::Kind::Host, "host-1"});
    desk.key(Key::N);
    REQUIRE(selected().kind == Selection::Kind::Link);
    const std::string first = selected().name;
    desk.key(Key::N);
    CHECK(selected().kind == Selection::Kind::Link);
    CHECK(selected().name != first);
    desk.key(Key::N);
    CHECK(selected().name == first);
    desk.key(Key::K);
    CHECK(desk.has("cluster.legend.states"));
    desk.key(Key::K);
    CHECK_FALSE(desk.has("cluster.legend.states"));
    CHECK(desktop::next_link({}, {}).kind == desktop::ClusterThing::Kind::None);
}

TEST_CASE("keyboard: the border of the panel that has the keyboard is moved with Alt, Shift and the arrows") {
    NullDesk desk(full_frame(), 1600, 1000);
    const auto layout = [&] { return desk.desktop().layout(); };
    const auto press = [&](Key key) { desk.key(key, false, true, true); };
    press_panel_key(desk, "Alt+4");
    const desktop::Layout usual = layout();
    const ImGuiID ring = ImGui::GetCurrentContext()->NavId;
    press(Key::Left);
    CHECK(layout().right == Approx(usual.right + 16));
    press(Key::Right);
    press(Key::Right);
    CHECK(layout().right == Approx(usual.right - 16));
    press(Key::Up);
    CHECK(layout().bottom == Approx(usual.bottom));
    CHECK(ImGui::GetCurrentContext()->NavId == ring);  // The ring has stayed where it was.
    press_panel_key(desk, "Alt+5");
    press(Key::Right);
    CHECK(layout().left == Approx(usual.left + 16));
    press_panel_key(desk, "Alt+3");
    press(Key::Up);
    CHECK(layout().bottom == Approx(usual.bottom + 16));
    CHECK(layout().timeline == Approx(usual.timeline - 16));
    press_panel_key(desk, "Alt+2");
    press(Key::Up);
    press(Key::Up);
    CHECK(layout().timeline == Approx(usual.timeline + 16));
    press_panel_key(desk, "Alt+1");
    press(Key::Down);
    press(Key::Left);
    CHECK(layout().timeline == Approx(usual.timeline));
    CHECK(layout().right == Approx(usual.right));
    // As far as the mouse moves it, and no further.
    for (int i = 0; i < 100; ++i) press(Key::Left);
    CHECK(desk.area("panel.cluster").width >= 200);
    CHECK(desk.play().all<intent::StepFact>().empty());
    CHECK(desk.play().all<intent::StepEvent>().empty());
    CHECK(desk.play().all<intent::Seek>().empty());
    CHECK(desk.desktop().context().look.selection.kind == Selection::Kind::None);
}

namespace {

// As X tells of a key: with what was held before it.
desktop::InputEvent key_of_window(sf::Event::EventType type, sf::Keyboard::Key code, bool control) {
    sf::Event event{};
    event.type = type;
    event.key.code = code;
    event.key.control = control;
    const auto ours = desktop::input_event(event);
    REQUIRE(ours.has_value());
    return *ours;
}

}  // namespace

TEST_CASE("keyboard: Ctrl counts for a click while it is held alone, and no longer") {
    constexpr auto kDown = sf::Event::KeyPressed;
    constexpr auto kUp = sf::Event::KeyReleased;
    NullDesk desk(full_frame(), 1600, 1000);
    const auto click_stop = [&] {
        desk.desktop().context().menu = {true, {Selection::Kind::Container, "web.1"}, 300, 200};
        desk.step(3);
        desk.click("menu.stop");
    };
    desk.push(key_of_window(kDown, sf::Keyboard::LControl, false));
    desk.settle();
    click_stop();
    CHECK(desk.play().all<intent::Type>().empty());
    REQUIRE(desk.play().all<intent::Fork>().size() == 1);
    CHECK(desk.play().last<intent::Fork>()->line == "docker stop shop-web-1");
    desk.push(key_of_window(kUp, sf::Keyboard::LControl, true));
    desk.settle();
    click_stop();
    CHECK(desk.play().all<intent::Type>().size() == 1);
    // A key is pressed with Ctrl and let go of before Ctrl is; all of it may come within one frame.
    desk.push(key_of_window(kDown, sf::Keyboard::RControl, false));
    desk.push(key_of_window(kDown, sf::Keyboard::B, true));
    desk.push(key_of_window(kUp, sf::Keyboard::B, true));
    desk.push(key_of_window(kUp, sf::Keyboard::RControl, true));
    desk.settle();
    CHECK_FALSE(desk.desktop().layout().left_shown);
    click_stop();
    CHECK(desk.play().all<intent::Fork>().size() == 1);
    CHECK(desk.play().all<intent::Type>().size() == 2);
    // And where Ctrl is let go of first the key was still pressed with it.
    desk.push(key_of_window(kDown, sf::Keyboard::B, true));
    desk.push(key_of_window(kUp, sf::Keyboard::LControl, true));
    desk.push(key_of_window(kUp, sf::Keyboard::B, false));
    desk.settle();
    CHECK(desk.desktop().layout().left_shown);
}

TEST_CASE("keyboard: help names each panel's key, and the keys that open menus") {
    const auto& help = desktop::key_help();
    const auto names = [&](const std::string& keys) {
        return std::any_of(help.begin(), help.end(), [&](const desktop::KeyHelp& line) { return std::string(line.keys).find(keys) != std::string::npos; });
    };
    CHECK(names("Menu"));
    CHECK(names("Shift+F10"));
    CHECK(names("Alt+Shift+arrows"));
    CHECK(names("Ctrl+Shift+Right"));
    CHECK(names("Ctrl+Shift+C"));
    // All of it fits a small window.
    NullDesk desk(full_frame(), 1024, 640);
    desk.key(Key::F1);
    desk.step(3);
    const desktop::Area box = desk.area("help");
    CHECK(box.x >= 0);
    CHECK(box.y >= 0);
    CHECK(box.right() <= 1024);
    CHECK(box.bottom() <= 640);
    // Where that is not so, as with large type, it is gone through.
    for (const float scale : {2.0F, 3.0F}) {
        desktop::Layout layout;
        layout.scale = scale;
        NullDesk large(full_frame(), 1280, 800, layout);
        large.key(Key::F1);
        large.step(4);
        const desktop::Area of_large = large.area("help");
        CHECK(of_large.x >= 0);
        CHECK(of_large.y >= 0);
        CHECK(of_large.right() <= 1280);
        CHECK(of_large.bottom() <= 800);
        const float close = large.area("help.close").y;
        CHECK(close > 800);
        for (int i = 0; i < 20; ++i) large.key(Key::PageDown);
        CHECK(large.area("help.close").bottom() <= 800);
    }
}

}  // namespace podium::test
