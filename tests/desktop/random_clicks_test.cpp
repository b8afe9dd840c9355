// Random clicks, drags, wheels and keys on the whole desktop over a real run: nothing asserts, what is drawn
// stays in its place, and the run that came of it can be saved and played again.

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "sim/lab/cluster_file.hpp"
#include "sim/lab/session.hpp"
#include "tests/desktop/null_desk.hpp"
#include "tests/desktop/sample_frame.hpp"
#include "tests/desktop/small_run.hpp"
#include "ui/desktop/lab/free_play.hpp"

namespace podium::test {
namespace {

using desktop::InputEvent;
using desktop::Key;
namespace intent = desktop::intent;

constexpr float kWide = 1280;
constexpr float kHigh = 800;
constexpr int kActs = 220;
// Faster, one frame may be hours of the run, which has to be played again in the end.
constexpr double kFastestHere = 60;

// Numbers that are the same on every machine (splitmix64).
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    /// From 0 up to, not with, `count`.
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
    float part(float of) { return static_cast<float>(below(10'000)) / 10'000.0F * of; }
    bool one_in(std::size_t count) { return below(count) == 0; }

  private:
    std::uint64_t state_;
};

lab::Session swarm_session(std::uint64_t seed) {
    lab::SetUp set_up;
    set_up.seed = seed;
    set_up.catalogue = desktop::test::images();
    set_up.images = {"busybox", "nginx"};
    const auto cluster = lab::parse_cluster_file("swarm: formed\nhosts:\n  - {name: moe, role: manager}\n  - {name: larry}\n  - {name: big-curly}\n", "random.yaml");
    REQUIRE(cluster.ok());
    lab::use_cluster(set_up, *cluster);
    auto session = lab::begin_session(set_up);
    REQUIRE(session.ok());
    const auto line = [&](std::int64_t second, const char* text) {
        session->post({Time{} + seconds(second), lab::CommandKind::Line, "moe", text, {}});
    };
    line(20, "docker service create -d --name web --replicas 4 -p 8080:80 nginx");
    line(25, "docker run -d --name crash --restart always busybox sh -c 'sleep 2; exit 1'");
    session->run_until(Time{} + seconds(40));
    return std::move(*session);
}

constexpr std::array kLines{"docker ps",         "docker service scale web=6", "inject kill web", "inject hang web.1", "lift hang web.1", "docker logs -f crash", "cat", "wait 2s",
                            "docker kill crash", "clear",                      "why web",         "rewind 30s",        "exit",            "inject freeze larry",  "lift freeze larry"};

class RandomHand {
  public:
    RandomHand(NullDesk& desk, Chance& chance) : desk_(desk), chance_(chance) {}

    void act() {
        switch (chance_.below(10)) {
            case 0:
            case 1:
            case 2: click(0); break;
            case 3: click(1); break;
            case 4: drag(); break;
            case 5: wheel(); break;
            case 6:
            case 7: key(); break;
            case 8: line(); break;
            default: letters(); break;
        }
        desk_.settle();
    }

  private:
    // A place: of a widget, mostly, else anywhere and a little beyond.
    std::pair<float, float> place() {
        const auto& marks = desk_.desktop().marks();
        if (chance_.one_in(3) || marks.empty()) return {chance_.part(kWide + 20) - 10, chance_.part(kHigh + 20) - 10};
        auto mark = marks.begin();
        std::advance(mark, static_cast<std::ptrdiff_t>(chance_.below(marks.size())));
        const desktop::Area& area = mark->second.area;
        return {area.x + chance_.part(area.width), area.y + chance_.part(area.height)};
    }

    void move(float x, float y) { desk_.push({.kind = InputEvent::Kind::Move, .x = x, .y = y}); }

    void click(int button) {
        const auto [x, y] = place();
        move(x, y);
        const bool control = chance_.one_in(8);
        // Held keys come with a key's event.
        if (control) desk_.push({.kind = InputEvent::Kind::KeyDown, .key = Key::F12, .control = true});
        desk_.push({.kind = InputEvent::Kind::ButtonDown, .x = x, .y = y, .button = button});
        desk_.push({.kind = InputEvent::Kind::ButtonUp, .x = x, .y = y, .button = button});
        if (control) desk_.push({.kind = InputEvent::Kind::KeyUp, .key = Key::F12});
    }

    void drag() {
        const auto [x, y] = place();
        const auto [to_x, to_y] = place();
        const int button = chance_.one_in(4) ? 2 : 0;
        move(x, y);
        desk_.push({.kind = InputEvent::Kind::ButtonDown, .x = x, .y = y, .button = button});
        for (int i = 1; i <= 4; ++i)
            move(x + (to_x - x) * static_cast<float>(i) / 4, y + (to_y - y) * static_cast<float>(i) / 4);
        desk_.push({.kind = InputEvent::Kind::ButtonUp, .x = to_x, .y = to_y, .button = button});
    }

    void wheel() {
        const auto [x, y] = place();
        move(x, y);
        desk_.push({.kind = InputEvent::Kind::Wheel, .y = static_cast<float>(chance_.below(9)) - 4});
    }

    void press(Key key, bool control = false, bool shift = false, bool alt = false) {
        desk_.push({.kind = InputEvent::Kind::KeyDown, .key = key, .control = control, .shift = shift, .alt = alt});
        desk_.push({.kind = InputEvent::Kind::KeyUp, .key = key});
    }

    void key() {
        constexpr std::array kKeys{Key::Tab,  Key::Left,  Key::Right,  Key::Up, Key::Down, Key::PageUp, Key::PageDown, Key::Home, Key::End,       Key::Delete, Key::Backspace,
                                   Key::Space, Key::Enter, Key::Escape, Key::Comma, Key::Period, Key::F1, Key::F2, Key::F5, Key::Backslash, Key::Minus, Key::Equal, Key::Grave};
        if (chance_.one_in(4)) {
            press(static_cast<Key>(static_cast<int>(Key::A) + static_cast<int>(chance_.below(26))), true, chance_.one_in(4));
        } else if (chance_.one_in(4)) {
            press(static_cast<Key>(static_cast<int>(Key::Digit0) + static_cast<int>(chance_.below(10))), false, false, true);
        } else {
            press(kKeys[chance_.below(kKeys.size())], chance_.one_in(6), chance_.one_in(6), chance_.one_in(12));
        }
    }

    void text(std::string_view words) {
        for (const char letter : words)
            desk_.push({.kind = InputEvent::Kind::Text, .letter = static_cast<std::uint32_t>(static_cast<unsigned char>(letter))});
    }

    void line() {
        press(Key::Digit3, false, false, true);
        text(kLines[chance_.below(kLines.size())]);
        press(Key::Enter);
    }

    void letters() {
        text(chance_.one_in(2) ? "web" : "q'| $x");
        if (chance_.one_in(20)) desk_.push({.kind = InputEvent::Kind::Text, .letter = 0x1F4A9});
        if (chance_.one_in(30)) desk_.push({.kind = InputEvent::Kind::Leave});
        if (chance_.one_in(30)) desk_.push({.kind = InputEvent::Kind::FocusLost});
    }

    NullDesk& desk_;
    Chance& chance_;
};

bool lies_within(const desktop::Area& area) {
    constexpr float kSlack = 1;
    return area.x >= -kSlack && area.y >= -kSlack && area.right() <= kWide + kSlack && area.bottom() <= kHigh + kSlack;
}

// What is always to be reached lies on the screen, and every widget somewhere that can be told.
void check_marks(NullDesk& desk) {
    for (const auto& [id, marked] : desk.desktop().marks()) {
        const desktop::Area& area = marked.area;
        INFO(id << ": " << area.x << " " << area.y << " " << area.width << " " << area.height);
        REQUIRE((std::isfinite(area.x) && std::isfinite(area.y) && std::isfinite(area.width) && std::isfinite(area.height)));
        REQUIRE(area.width >= 0);
        REQUIRE(area.height >= 0);
        if (id == "menu" || id == "palette" || id.starts_with("panel.")) REQUIRE(lies_within(area));
    }
}

void play_at_random(std::uint64_t seed) {
    INFO("seed " << seed);
    desktop::FreeOptions options;
    options.title = "a test";
    options.lists = std::make_shared<const desktop::Lists>(desktop::SampleFrame().lists);
    auto owned = std::make_unique<desktop::FreePlay>(swarm_session(seed), std::move(options));
    const desktop::FreePlay& play = *owned;
    desktop::LabEngine engine(std::move(owned), {});
    NullDesk desk(engine, kWide, kHigh);
    Chance chance(seed);
    RandomHand hand(desk, chance);
    for (int i = 0; i < kActs; ++i) {
        INFO("act " << i);
        hand.act();
        check_marks(desk);
        if (engine.frame()->speed > kFastestHere) engine.post(intent::Speed{1});
    }
    engine.post(intent::Pause{});
    engine.post(intent::GoLive{});
    desk.wait_until([&] { return engine.frame()->live && !engine.frame()->busy && !engine.frame()->playing; }, 4'000);
    const lab::Session& session = play.session();
    auto again = lab::Session::load(session.save(), "random.podium");
    REQUIRE(again.ok());
    again->run_until(again->saved_end());
    CHECK(again->now() == session.now());
    CHECK(again->fingerprint() == session.fingerprint());
}

}  // namespace

TEST_CASE("random clicks and keys: the desktop stays whole, and its run can be played again (first hand)") {
    play_at_random(1);
}

TEST_CASE("random clicks and keys: the desktop stays whole, and its run can be played again (second hand)") {
    play_at_random(20'261'130);
}

TEST_CASE("random clicks and keys: the desktop stays whole, and its run can be played again (third hand)") {
    play_at_random(77);
}

}  // namespace podium::test
