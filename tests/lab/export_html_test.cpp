// The page: well formed whatever names and lines a run has, with nothing to be loaded, and what is left out is said.

#include "sim/lab/export_html.hpp"

#include <catch2/catch.hpp>

#include "sim/lab/export_html_parts.hpp"
#include "tests/lab/export_fixture.hpp"

namespace podium::lab {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

}  // namespace

TEST_CASE("page: it is well formed and loads nothing, for a busy run, a swarm, and one that has nothing in it") {
    for (const Session& session : {busy_run(), swarm_run(), quiet_run()}) {
        const Exported page = export_html(session);
        CHECK(trouble_of_page(page.text) == "");
        CHECK(page.remarks.empty());
        CHECK(count_of(page.text, "<script>") == 1);
        CHECK_FALSE(has(page.text, "http://"));
        CHECK_FALSE(has(page.text, "https://"));
        CHECK_FALSE(has(page.text, "@import"));
        CHECK(count_of(page.text, "<tr id=\"f") == session.journal().size());
    }
}

TEST_CASE("page: texts that mean harm are shown, and do nothing") {
    const Session session = hostile_run();
    const Exported page = export_html(session);
    CHECK(trouble_of_page(page.text) == "");
    CHECK(count_of(page.text, "<script>") == 1);
    CHECK(count_of(page.text, "</script>") == 1);
    CHECK(count_of(page.text, "</title>\n<style>") == 1);
    CHECK_FALSE(has(page.text, "<img"));
    CHECK(has(page.text, "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
    CHECK(has(page.text, "\xef\xbf\xbd"));       // in place of what was no UTF-8
    CHECK_FALSE(has(page.text, "\xe2\x80\xae"));  // nothing turns the writing
    CHECK_FALSE(has(page.text, "\x1b"));
}

TEST_CASE("page: a text is safe between tags and in quotes") {
    CHECK(html_text("a<b> & \"c\" 'd'") == "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    CHECK(html_text("\xc3\xa4\xe2\x82\xac \xf0\x9f\x90\xb3") == "\xc3\xa4\xe2\x82\xac \xf0\x9f\x90\xb3");
    CHECK(html_text("\xff") == "\xef\xbf\xbd");
    CHECK(html_text(std::string("\x00\x1b", 2)) == "\\x00\\x1b");
    CHECK_FALSE(has(std::string(page_script()), "</"));
}

TEST_CASE("page: each fact links to its cause, and the drawing has each headline at its lane") {
    const Session session = busy_run();
    const std::string page = export_html(session).text;
    session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
        if (!fact.cause) return;
        INFO(fact.id.value);
        CHECK(has(page, "<a href=\"#f" + std::to_string(fact.cause.value) + "\">because of " + std::to_string(fact.cause.value) + "</a>"));
    });
    CHECK(has(page, "died of KILL (137)"));
    for (const char* state : {"healthy", "waits to restart", "stopped", "paused", "lost with its host", "engine down", "host down", "broken on purpose", "failing"}) {
        INFO(state);
        std::string look = state;
        for (char& c : look) c = c == ' ' ? '-' : c;
        CHECK(has(page, "<rect class=\"s " + look + "\""));
        CHECK(has(std::string(page_style()), ".s." + look));
        CHECK(has(page, "/></svg>" + std::string(state) + "</span>"));  // in the legend
    }
}

TEST_CASE("page: every state has a look of its own") {
    for (std::size_t i = 0; i < kLaneStates; ++i) {
        std::string look(lane_state_name(static_cast<LaneState>(i)));
        INFO(look);
        REQUIRE_FALSE(look.empty());
        for (char& c : look) c = c == ' ' ? '-' : c;
        CHECK(has(std::string(page_style()), ".s." + look));
    }
}

TEST_CASE("page: what does not fit is left out, and both the page and the front end are told") {
    const Session session = busy_run();
    PageLimits limits;
    limits.facts = 30;
    limits.lanes = 6;
    limits.spans = 1;
    limits.outages = 2;
    const Exported page = export_html(session, limits);
    CHECK(trouble_of_page(page.text) == "");
    CHECK(count_of(page.text, "<tr id=\"f") == 30);
    CHECK(count_of(page.text, "class=\"name\"") == 6);
    CHECK(page.remarks.size() == 3);
    CHECK(count_of(page.text, "Left out: ") == 3);
    CHECK(has(page.text, "Facts between these are left out."));
    CHECK(has(page.text, "in the end because of"));
    CHECK(has(page.text, "the page lists the first 2 of "));
}

TEST_CASE("page: a lane with too many states has those that can't be seen drawn as one") {
    Session session = quiet_run();
    session.run_until(Time{} + hours(10));
    Lanes lanes = make_lanes(session);
    lanes.all[0].spans.clear();
    for (int i = 0; i < 5'000; ++i) lanes.all[0].spans.push_back({Time{} + seconds(i), Time{} + seconds(i + 1), i % 2 == 0 ? LaneState::Up : LaneState::EngineDown, "x", {}, false});
    lanes.all[0].spans.push_back({Time{} + seconds(5'000), lanes.end, LaneState::HostDown, "down", {}, false});
    PageLimits limits;
    limits.spans = 100;
    std::vector<std::string> remarks;
    const PageTimeline drawn = page_timeline(session, lanes, choose_facts(session, 2), limits, remarks);
    CHECK(count_of(drawn.svg, "<rect class=\"s ") <= 100);
    CHECK(has(drawn.svg, "<rect class=\"s host-down\""));
    CHECK(has(drawn.svg, "states, too short to be drawn"));
    CHECK(remarks.size() == 1);
}

}  // namespace podium::lab
