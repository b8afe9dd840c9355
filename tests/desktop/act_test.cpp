// Menu, palette, faults panel and terminal as a person uses them, without a screen.

#include <catch2/catch.hpp>
#include <imgui.h>

#include "tests/desktop/null_desk.hpp"
#include "tests/desktop/sample_frame.hpp"

namespace podium::test {
namespace {

namespace intent = desktop::intent;
using desktop::Key;
using desktop::SampleFrame;
using desktop::Selection;
using desktop::TerminalView;
using Kind = TerminalView::Line::Kind;

void open_menu(NullDesk& desk, const Selection& on, float x = 300, float y = 200) {
    desk.desktop().context().menu = {true, on, x, y};
    desk.step(3);
}

std::string last_line(NullDesk& desk) {
    const auto* typed = desk.play().last<intent::Type>();
    return typed == nullptr ? "<none>" : typed->line + " @ " + typed->terminal;
}

SampleFrame sample_with_terminal(std::vector<TerminalView::Line> lines = {}) {
    SampleFrame sample;
    sample.add_terminal("moe", false);
    sample.terminals.front().lines = std::make_shared<const std::vector<TerminalView::Line>>(std::move(lines));
    return sample;
}

// The widgets of what is open lie on the screen.
void check_on_screen(const NullDesk& desk, const std::string& id) {
    const desktop::Area area = desk.area(id);
    CHECK(area.x >= 0);
    CHECK(area.y >= 0);
    CHECK(area.right() <= 1280);
    CHECK(area.bottom() <= 800);
}

void answer(NullDesk& desk, std::uint64_t serial, const std::string& before, const std::string& insert, std::vector<std::string> choices) {
    auto completion = std::make_shared<desktop::Frame::Completion>();
    completion->serial = serial;
    completion->terminal = "moe";
    completion->before = before;
    completion->insert = insert;
    completion->choices = std::move(choices);
    desk.play().frame.completion = completion;
    desk.step(3);
}

}  // namespace

TEST_CASE("menu: an entry types the line that it shows") {
    NullDesk desk(sample_with_terminal().frame());
    open_menu(desk, {Selection::Kind::Container, "web.1"});
    REQUIRE(desk.has("menu.stop"));
    desk.click("menu.stop");
    CHECK(last_line(desk) == "docker stop shop-web-1 @ larry");
    CHECK_FALSE(desk.has("menu"));
}

TEST_CASE("menu: faults stand among the actions and are typed in Podium's own words") {
    NullDesk desk(sample_with_terminal().frame());
    open_menu(desk, {Selection::Kind::Host, "larry"});
    desk.click("menu.power-loss");
    CHECK(last_line(desk) == "inject power-loss larry @ moe");
}

TEST_CASE("menu: what can't be done is there and does nothing") {
    NullDesk desk(sample_with_terminal().frame());
    open_menu(desk, {Selection::Kind::Container, "cache.2"});
    REQUIRE(desk.has("menu.pause"));
    CHECK_FALSE(desk.desktop().marks().at("menu.pause").enabled);
    desk.click("menu.pause");
    CHECK(desk.play().all<intent::Type>().empty());
    CHECK(desk.has("menu"));
}

TEST_CASE("menu: keys go through it, letters narrow it, Esc closes it") {
    NullDesk desk(sample_with_terminal().frame());
    open_menu(desk, {Selection::Kind::Container, "web.1"});
    desk.key(Key::Down);
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker restart shop-web-1 @ larry");
    open_menu(desk, {Selection::Kind::Container, "web.1"});
    desk.type("crash");
    CHECK(desk.ids("menu.").size() == 1);
    desk.key(Key::Enter);
    // Podium's own words go where the last line went, for that is the terminal which is seen.
    CHECK(last_line(desk) == "inject crash-loop web.1 @ larry");
    open_menu(desk, {Selection::Kind::Container, "web.1"});
    desk.key(Key::Escape);
    CHECK_FALSE(desk.has("menu"));
    CHECK(desk.play().all<intent::Type>().size() == 2);
}

TEST_CASE("menu: with Shift the line waits in the terminal, with Ctrl the run forks") {
    NullDesk desk(sample_with_terminal().frame());
    open_menu(desk, {Selection::Kind::Container, "cache.1"});
    desk.key(Key::Enter, false, true);
    CHECK(desk.play().all<intent::Type>().empty());
    desk.step(5);
    desk.type("-9");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker stop cache.1.k2m9x-9 @ moe");
    open_menu(desk, {Selection::Kind::Container, "cache.1"});
    desk.key(Key::Enter, true);
    REQUIRE(desk.play().last<intent::Fork>() != nullptr);
    CHECK(desk.play().last<intent::Fork>()->line == "docker stop cache.1.k2m9x");
}

TEST_CASE("menu: it stays on the screen wherever it is asked for") {
    NullDesk desk(sample_with_terminal().frame());
    open_menu(desk, {Selection::Kind::Host, "moe"}, 1275, 795);
    check_on_screen(desk, "menu");
    desk.key(Key::Escape);
    open_menu(desk, {Selection::Kind::Container, "gone"}, 0, 0);
    check_on_screen(desk, "menu");
}

TEST_CASE("menu: a line for a terminal where something runs goes to another session") {
    SampleFrame sample = sample_with_terminal();
    sample.terminals.front().running = true;
    NullDesk desk(sample.frame());
    open_menu(desk, {Selection::Kind::Container, "web.1"});
    desk.click("menu.crash-loop");
    CHECK(last_line(desk) == "inject crash-loop web.1 @ moe/2");
}

TEST_CASE("palette: a verb that is chosen waits in the terminal's line") {
    NullDesk desk(sample_with_terminal().frame());
    desk.key(Key::K, true);
    desk.wait_for("palette.input");
    desk.step(3);
    desk.type("dsl");
    desk.key(Key::Enter);
    desk.step(5);
    desk.type("-q");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker service ls -q @ moe");
}

TEST_CASE("palette: any line can be typed, and it is typed where nothing runs") {
    NullDesk desk(sample_with_terminal().frame());
    desk.key(Key::K, true);
    desk.wait_for("palette.input");
    desk.step(3);
    desk.type("docker service scale cache=5");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker service scale cache=5 @ moe");
    CHECK_FALSE(desk.has("palette"));
}

TEST_CASE("palette: arrows and clicks choose, panels come up, wishes are done") {
    NullDesk desk(sample_with_terminal().frame());
    desk.key(Key::K, true);
    desk.wait_for("palette.input");
    desk.step(3);
    check_on_screen(desk, "palette");
    desk.type("show f");
    CHECK(desk.has("palette.1"));
    desk.key(Key::Down);
    desk.key(Key::Up);
    desk.click("palette.0");
    desk.step(3);
    CHECK((desk.has("panel.faults") || desk.has("panel.facts")));
    desk.key(Key::K, true);
    desk.wait_for("palette.input");
    desk.step(3);
    desk.type("theme");
    desk.key(Key::Enter);
    desk.step(2);
    CHECK(desk.desktop().layout().theme == "light");
    desk.key(Key::K, true);
    desk.wait_for("palette.input");
    desk.step(3);
    desk.type("next event");
    desk.key(Key::Enter);
    CHECK(desk.play().all<intent::StepEvent>().size() == 1);
}

TEST_CASE("terminal: lines are typed, found again and sent again") {
    NullDesk desk(sample_with_terminal({{Kind::Typed, "docker ps"}}).frame());
    desk.click("terminal.input");
    desk.type("docker stats");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker stats @ moe");
    desk.step(3);
    desk.key(Key::Up);
    desk.key(Key::Up);
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker ps @ moe");
    desk.step(3);
    desk.key(Key::R, true);
    desk.type("stat");
    desk.key(Key::Enter);
    CHECK(desk.play().all<intent::Type>().size() == 2);
    desk.step(3);
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker stats @ moe");
}

TEST_CASE("terminal: what is typed right after a line is not lost") {
    NullDesk desk(sample_with_terminal().frame());
    desk.click("terminal.input");
    for (const char* line : {"ls", "docker ps"}) {
        for (const char* letter = line; *letter != '\0'; ++letter)
            desk.push({.kind = desktop::InputEvent::Kind::Text, .letter = static_cast<std::uint32_t>(*letter)});
        desk.push({.kind = desktop::InputEvent::Kind::KeyDown, .key = Key::Enter});
        desk.push({.kind = desktop::InputEvent::Kind::KeyUp, .key = Key::Enter});
    }
    desk.settle();
    desk.step(4);
    const auto typed = desk.play().all<intent::Type>();
    REQUIRE(typed.size() == 2);
    CHECK(typed[1].line == "docker ps");
}

TEST_CASE("terminal: Tab asks what could stand there, and the answer is put in") {
    NullDesk desk(sample_with_terminal().frame());
    desk.click("terminal.input");
    desk.type("dock");
    desk.key(Key::Tab);
    REQUIRE(desk.play().last<intent::Complete>() != nullptr);
    CHECK(desk.play().last<intent::Complete>()->before == "dock");
    CHECK(desk.play().last<intent::Complete>()->terminal == "moe");
    answer(desk, 1, "dock", "er ", {"docker"});
    desk.key(Key::Tab);
    answer(desk, 2, "docker ", "", {"ps", "pull", "push"});
    CHECK(desk.has("terminal.choices"));
    desk.type("ps");
    CHECK_FALSE(desk.has("terminal.choices"));
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker ps @ moe");
}

TEST_CASE("terminal: tabs without room are behind the button, and keys go through all of them") {
    SampleFrame sample;
    for (const char* name : {"moe", "larry", "swarm-curly", "moe/form", "larry/form", "swarm-curly/form"}) sample.add_terminal(name, false);
    NullDesk desk(sample.frame(), 900, 700);
    desk.step(2);
    REQUIRE(desk.has("terminal.tab.moe"));
    REQUIRE_FALSE(desk.has("terminal.tab.swarm-curly/form"));
    CHECK(desk.area("terminal.open").right() <= desk.area("panel.terminal").right());
    desk.click("terminal.open");
    desk.wait_for("terminal.show.swarm-curly/form");
    CHECK_FALSE(desk.has("terminal.show.moe"));
    desk.click("terminal.show.swarm-curly/form");
    CHECK(desk.desktop().context().terminal == "swarm-curly/form");
    CHECK(desk.has("terminal.tab.swarm-curly/form"));
    desk.type("ps");
    // The last one; after it comes the first, then the next.
    desk.key(Key::PageDown, true);
    CHECK(desk.desktop().context().terminal == "moe");
    desk.key(Key::PageDown, true);
    CHECK(desk.desktop().context().terminal == "larry");
    desk.key(Key::PageUp, true);
    desk.key(Key::PageUp, true);
    CHECK(desk.desktop().context().terminal == "swarm-curly/form");
    // What was begun there is still in its line.
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "ps @ swarm-curly/form");
    // With room for all the button says nothing of them.
    NullDesk wide(sample.frame(), 1800, 700);
    wide.step(2);
    CHECK(wide.has("terminal.tab.swarm-curly/form"));
    CHECK(wide.area("terminal.open").width < desk.area("terminal.open").width);
}

TEST_CASE("terminal: of more choices than there is room for it says how many are left") {
    NullDesk desk(sample_with_terminal().frame());
    desk.click("terminal.input");
    desk.type("dock");
    desk.key(Key::Tab);
    answer(desk, 1, "dock", "er ", {"docker"});
    desk.key(Key::Tab);
    std::vector<std::string> many;
    for (int i = 0; i < 60; ++i) many.push_back("a-long-name-of-a-container-" + std::to_string(i));
    answer(desk, 2, "docker ", "", many);
    REQUIRE(desk.has("terminal.choices"));
    const auto more = desk.ids("terminal.choices.");
    REQUIRE(more.size() == 1);
    CHECK(more.front().ends_with(" more"));
    CHECK(desk.area(more.front()).bottom() <= desk.area("terminal.choices").bottom());
    answer(desk, 3, "docker ", "", {"ps", "pull"});
    CHECK(desk.ids("terminal.choices.").empty());
}

TEST_CASE("terminal: what an empty one says is wrapped where it is narrow") {
    SampleFrame sample;
    sample.add_terminal("swarm-curly", false);
    const auto height = [&](float width) {
        NullDesk desk(sample.frame(), width, 700);
        desk.step(2);
        const desktop::Area panel = desk.area("panel.terminal");
        const desktop::Area words = desk.area("terminal.welcome");
        CHECK(words.right() <= panel.right());
        CHECK(words.bottom() <= panel.bottom());
        return words.height;
    };
    CHECK(height(860) > height(1400) + 4);
}

TEST_CASE("terminal: keys that are signals reach what runs") {
    SampleFrame sample = sample_with_terminal();
    sample.terminals.front().running = true;
    NullDesk desk(sample.frame());
    desk.click("terminal.input");
    desk.key(Key::C, true);
    desk.key(Key::Backslash, true);
    desk.key(Key::D, true);
    const auto keys = desk.play().all<intent::Key>();
    REQUIRE(keys.size() == 3);
    CHECK(keys[0].key == "INT");
    CHECK(keys[1].key == "QUIT");
    CHECK(keys[2].key == "EOF");
    desk.type("yes");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "yes @ moe");
}

TEST_CASE("terminal: Ctrl+C gives a line up, Esc leaves it as it is") {
    NullDesk desk(sample_with_terminal().frame());
    desk.click("terminal.input");
    desk.type("docker rm");
    desk.key(Key::C, true);
    CHECK(desk.play().all<intent::Key>().empty());
    desk.type("ls");
    desk.key(Key::Escape);
    desk.step(2);
    CHECK_FALSE(ImGui::GetIO().WantTextInput);
    desk.key(Key::Grave, true);
    desk.step(3);
    CHECK(ImGui::GetIO().WantTextInput);
    desk.type(" -l");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "ls -l @ moe");
}

TEST_CASE("terminal: a key jumps into the line, and shell keys edit it") {
    NullDesk desk(sample_with_terminal().frame());
    desk.key(Key::Digit3, false, false, true);
    desk.step(3);
    desk.type("web.1 stop");
    desk.key(Key::W, true);
    desk.key(Key::A, true);
    desk.type("docker stop ");
    desk.key(Key::E, true);
    desk.type("now");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker stop web.1 now @ moe");
    desk.step(3);
    desk.type("gone");
    desk.key(Key::U, true);
    desk.type("ls");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "ls @ moe");
}

TEST_CASE("terminal: lines that are pasted are sent, and what follows them waits") {
    NullDesk desk(sample_with_terminal().frame());
    desk.click("terminal.input");
    ImGui::SetClipboardText("docker ps\ndocker stop web\nls");
    desk.type("time ");
    desk.key(Key::V, true);
    const auto typed = desk.play().all<intent::Type>();
    REQUIRE(typed.size() == 2);
    CHECK(typed[0].line == "time docker ps");
    CHECK(typed[1].line == "docker stop web");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "ls @ moe");
}

TEST_CASE("terminal: text is selected with the mouse and copied") {
    NullDesk desk(sample_with_terminal({{Kind::Typed, "docker ps"}, {Kind::Output, "web.1 Up 3 seconds\n"}}).frame());
    ImGui::SetClipboardText("before");
    const desktop::Area text = desk.area("terminal.text");
    using Event = desktop::InputEvent;
    desk.push({.kind = Event::Kind::Move, .x = text.x + 15, .y = text.y + 5});
    desk.settle();
    desk.push({.kind = Event::Kind::ButtonDown, .x = text.x + 15, .y = text.y + 5});
    desk.settle();
    desk.push({.kind = Event::Kind::Move, .x = text.x + 600, .y = text.y + 27});
    desk.settle();
    desk.push({.kind = Event::Kind::ButtonUp, .x = text.x + 600, .y = text.y + 27});
    desk.settle();
    CHECK(desk.has("terminal.selection"));
    desk.key(Key::C, true, true);
    CHECK(std::string(ImGui::GetClipboardText()) == "$ docker ps\nweb.1 Up 3 seconds");
}

TEST_CASE("terminal: each session has a tab and a line of its own, and others can be opened") {
    SampleFrame sample = sample_with_terminal();
    sample.add_terminal("larry", false);
    NullDesk desk(sample.frame());
    REQUIRE(desk.has("terminal.tab.larry"));
    desk.click("terminal.input");
    desk.type("half");
    desk.click("terminal.tab.larry");
    desk.step(3);
    desk.type("ls");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "ls @ larry");
    desk.click("terminal.tab.moe");
    desk.step(3);
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "half @ moe");
    desk.click("terminal.open");
    desk.wait_for("terminal.open.moe");
    desk.click("terminal.open.moe");
    desk.step(3);
    REQUIRE(desk.has("terminal.tab.moe/2"));
    desk.type("docker ps");
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "docker ps @ moe/2");
}

TEST_CASE("faults: one is chosen, filled in and injected as the line that is shown") {
    NullDesk desk(sample_with_terminal().frame());
    desk.desktop().context().select(Selection::Kind::Container, "web.1");
    desk.click("tab.right.faults");
    desk.click("faults.fault.kill");
    desk.wait_for("faults.inject");
    desk.click("faults.argument.signal");
    desk.type("TERM");
    desk.click("faults.inject");
    CHECK(last_line(desk) == "inject kill web.1 signal=TERM @ moe");
    desk.click("faults.targets");
    desk.wait_for("faults.targets.cache.1");
    desk.click("faults.targets.cache.1");
    desk.click("faults.into-line");
    desk.step(5);
    desk.key(Key::Enter);
    CHECK(last_line(desk) == "inject kill cache.1 signal=TERM @ moe");
}

TEST_CASE("faults: without a target there is nothing to inject") {
    NullDesk desk(sample_with_terminal().frame());
    desk.click("tab.right.faults");
    desk.click("faults.fault.freeze");
    desk.wait_for("faults.inject");
    CHECK_FALSE(desk.desktop().marks().at("faults.inject").enabled);
    desk.click("faults.inject");
    CHECK(desk.play().all<intent::Type>().empty());
    desk.click("faults.filter");
    desk.type("again");
    CHECK(desk.has("faults.fault.crash-loop"));
    CHECK_FALSE(desk.has("faults.fault.kill"));
}

TEST_CASE("faults: one that goes on is lifted, and offers its menu") {
    SampleFrame sample = sample_with_terminal();
    sample.cluster.faults.push_back({4, "partition moe|larry", "moe|larry", Time{}});
    NullDesk desk(sample.frame());
    desk.click("tab.right.faults");
    desk.click("faults.lift.4");
    CHECK(last_line(desk) == "lift partition 'moe|larry' @ moe");
    desk.right_click("faults.active.4");
    REQUIRE(desk.has("menu.end-it"));
    desk.key(Key::Escape);
    desk.click("faults.active.4");
    CHECK(desk.desktop().context().look.selection.name == "partition moe|larry");
}

}  // namespace podium::test
