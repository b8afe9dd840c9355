#include <catch2/catch.hpp>

#include "ui/desktop/panels/terminal_text.hpp"

using namespace podium;
using namespace podium::desktop;

namespace {

using Kind = TerminalView::Line::Kind;

TerminalScreen screen_of(const std::vector<TerminalView::Line>& lines) {
    return TerminalScreen(lines);
}

TerminalScreen written(const std::string& text) {
    return screen_of({{Kind::Output, text}});
}

std::string row_text(const TerminalScreen& screen, std::size_t row) {
    if (row >= screen.rows().size()) return "<none>";
    const auto& cells = screen.rows()[row].cells;
    return utf8_of(cells, 0, cells.size());
}

// All rows, each ended by '|'.
std::string all_rows(const TerminalScreen& screen) {
    std::string out;
    for (std::size_t i = 0; i < screen.rows().size(); ++i)
        out += row_text(screen, i) + "|";
    return out;
}

void check_runs(const TerminalScreen& screen) {
    for (const TerminalRow& row : screen.rows()) {
        std::size_t at = 0;
        for (const TextRun& run : row.runs) {
            REQUIRE(run.begin == at);
            REQUIRE(run.end > run.begin);
            at = run.end;
        }
        REQUIRE(at == row.cells.size());
    }
}

}  // namespace

TEST_CASE("a terminal shows what was typed in rows of its own, and output as it comes") {
    const TerminalScreen screen = screen_of({{Kind::Typed, "docker ps"}, {Kind::Output, "one\ntw"}, {Kind::Output, "o\n"}, {Kind::Typed, "ls"}, {Kind::Error, "no newline"}, {Kind::Note, "a note"}, {Kind::Output, "end"}});
    CHECK(all_rows(screen) == "$ docker ps|one|two|$ ls|no newline|a note|end|");
    REQUIRE(screen.rows()[0].runs.size() == 2);
    CHECK(screen.rows()[0].runs[0].style.prompt);
    CHECK_FALSE(screen.rows()[0].runs[1].style.prompt);
    CHECK(screen.rows()[4].runs[0].style.kind == Kind::Error);
    check_runs(screen);
}

TEST_CASE("a terminal goes back to a line's beginning and paints over it") {
    CHECK(all_rows(written("10%\r55%\r100%")) == "100%|");
    CHECK(all_rows(written("abcdef\rxy\x1b[K")) == "xy|");
    CHECK(all_rows(written("abcdef\rxy\x1b[2K")) == "|");
    CHECK(all_rows(written("ab\b\bc")) == "cb|");
    CHECK(all_rows(written("a\tb")) == "a       b|");
}

TEST_CASE("a terminal moves up as a swarm's progress does, and comes back below") {
    // As docker service scale paints: a line each, then up, erase, write, down.
    const std::string text = "1/2: pending\n2/2: pending\n\x1b[2A\x1b[2K\r1/2: running\r\x1b[2B\x1b[1A\x1b[2K\r2/2: running\r\x1b[1Bverify: done\n";
    CHECK(all_rows(written(text)) == "1/2: running|2/2: running|verify: done||");
    check_runs(written(text));
}

TEST_CASE("a terminal repaints the block of docker compose") {
    const std::string first = "\x1b[1A\x1b[1B\x1b[0G\x1b[?25l[+] Running 0/1\n \x1b[33mContainer web  Starting\x1b[0m\n\x1b[?25h";
    const std::string second = "\x1b[1A\x1b[1A\x1b[0G\x1b[?25l[+] Running 1/1\x1b[K\n \x1b[32mContainer web  Started\x1b[0m\x1b[K\n\x1b[?25h";
    const TerminalScreen screen = screen_of({{Kind::Typed, "docker compose up -d"}, {Kind::Error, first}, {Kind::Error, second}});
    CHECK(all_rows(screen) == "$ docker compose up -d|[+] Running 1/1| Container web  Started||");
    check_runs(screen);
    CHECK(screen.rows()[2].runs.back().style.colour == 32);
}

TEST_CASE("a terminal keeps colours of cells and forgets them when told") {
    const TerminalScreen screen = written("\x1b[31m\x1b[1mred\x1b[0m plain \x1b[38;5;12mblue\x1b[39m\x1b[2mdim");
    REQUIRE(screen.rows()[0].runs.size() == 3);
    const TextStyle red = screen.rows()[0].runs[0].style;
    CHECK(red.colour == 31);
    CHECK(red.bold);
    CHECK(screen.rows()[0].runs[1].style.colour == 0);
    CHECK(screen.rows()[0].runs[2].style.dim);
    check_runs(screen);
}

TEST_CASE("a terminal that is cleared keeps what scrolled away and begins anew below") {
    std::string lines;
    for (int i = 0; i < 40; ++i)
        lines += "line\n";
    const TerminalScreen screen = screen_of({{Kind::Output, lines + "\x1b[H\x1b[J"}, {Kind::Typed, "ls"}, {Kind::Output, "x\n"}});
    CHECK(screen.cleared_at() > 0);
    CHECK(row_text(screen, screen.cleared_at()) == "$ ls");
    CHECK(row_text(screen, 0) == "line");
    CHECK(screen.rows().size() == screen.cleared_at() + 3);
}

TEST_CASE("what a program paints from the top again and again takes the same rows") {
    std::string text = "\x1b[H\x1b[J";
    for (int i = 0; i < 3; ++i)
        text += "\x1b[HNAME \x1b[K\nweb " + std::to_string(i) + " \x1b[K\n\x1b[J";
    const TerminalScreen screen = written(text);
    CHECK(all_rows(screen) == "NAME |web 2 ||");
}

TEST_CASE("sequences that mean nothing here, or are cut off, are left out") {
    CHECK(all_rows(written("a\x1b]0;title\ab\x1b(Bc\x1b[?1049hd\x1b[5ne\x1b[")) == "abcde|");
    CHECK(all_rows(written("x\xff\xc3y")) == "x\xEF\xBF\xBD\xEF\xBF\xBDy|");
}

TEST_CASE("rows wider than the terminal go on below") {
    const TerminalScreen screen = written("0123456789\nab\n");
    const std::vector<WrappedRow> rows = wrapped(screen.rows(), 4);
    REQUIRE(rows.size() == 4);
    CHECK(rows[2].begin == 8);
    CHECK(rows[2].end == 10);
    CHECK(rows[3].row == 1);
}

TEST_CASE("selected text is what stands there, without the blanks at the ends of lines") {
    const TerminalScreen screen = written("NAME    \nweb.1 Up\nend");
    CHECK(selected_text(screen.rows(), {0, 0}, {1, 5}) == "NAME\nweb.1");
    CHECK(selected_text(screen.rows(), {1, 5}, {0, 2}) == "ME\nweb.1");
    const auto [from, to] = word_at(screen.rows(), {1, 2});
    CHECK(selected_text(screen.rows(), from, to) == "web.1");
}

TEST_CASE("what is written bit by bit looks like what is written at once") {
    const std::vector<TerminalView::Line> lines{{Kind::Typed, "up"}, {Kind::Error, "a\nb\n"}, {Kind::Error, "\x1b[2A\x1b[2K\rx\r\x1b[2B"}, {Kind::Output, "half"}, {Kind::Output, " line\n"}, {Kind::Note, "done"}};
    TerminalScreen grown;
    std::vector<TerminalView::Line> before;
    for (const TerminalView::Line& line : lines) {
        std::vector<TerminalView::Line> now = before;
        now.push_back(line);
        REQUIRE(goes_on(before, now));
        grown.add(now, before.size());
        before = now;
    }
    CHECK(all_rows(grown) == all_rows(screen_of(lines)));
    CHECK(all_rows(grown) == "$ up|x|b|half line|done||");
    CHECK_FALSE(goes_on(lines, {lines.begin(), lines.end() - 1}));
    CHECK_FALSE(goes_on({{Kind::Output, "other"}}, lines));
}

TEST_CASE("progress on standard error is no complaint") {
    CHECK(complains("Error response from daemon: No such container: web"));
    CHECK(complains("podium: unknown fault 'crsh'"));
    CHECK(complains("bash: foo: command not found"));
    CHECK_FALSE(complains(" Container shop-web-1  Started"));
    CHECK_FALSE(complains("[+] Running 1/1"));
    // A name may have any word in it.
    CHECK_FALSE(complains(" Container unhealthy-not-restarted-web-1  Started"));
    CHECK_FALSE(complains(" Network failover_default  Created"));
    CHECK(complains(" Container shop-web-1  Error"));
    CHECK(complains("dependency failed to start: container shop-db-1 is unhealthy"));
    CHECK_FALSE(complains("latest: Pulling from library/nginx"));
}

TEST_CASE("earlier lines are found by their letters, the newest first") {
    TerminalView view;
    view.lines = std::make_shared<const std::vector<TerminalView::Line>>(std::vector<TerminalView::Line>{{Kind::Typed, "docker ps"}, {Kind::Output, "x\n"}, {Kind::Typed, "docker stop web"}, {Kind::Typed, "docker stop web"}, {Kind::Typed, "ls"}});
    const std::vector<std::string> lines = typed_lines(view);
    REQUIRE(lines == std::vector<std::string>{"docker ps", "docker stop web", "ls"});
    CHECK(find_typed(lines, "docker", lines.size()) == 1);
    CHECK(find_typed(lines, "docker", 1) == 0);
    CHECK(find_typed(lines, "kubectl", lines.size()) == std::string::npos);
}

TEST_CASE("pasted text is whole lines and the beginning of one") {
    std::string last;
    CHECK(pasted_lines("docker ps\r\nls\n\techo hi", last) == std::vector<std::string>{"docker ps", "ls"});
    CHECK(last == " echo hi");
}
