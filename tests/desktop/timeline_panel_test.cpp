// The timeline, the facts and the metrics as a person uses them, without a screen.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include <catch2/catch.hpp>
#include <imgui.h>

#include "sim/view/outcome.hpp"
#include "sim/view/query.hpp"
#include "tests/desktop/null_desk.hpp"
#include "tests/lab/look_lines.hpp"
#include "ui/desktop/lab/about.hpp"
#include "ui/desktop/lab/fact_follower.hpp"
#include "ui/desktop/panels/facts_parts.hpp"
#include "ui/desktop/panels/metrics_parts.hpp"
#include "ui/desktop/panels/timeline_fold.hpp"

namespace podium::test {
namespace {

namespace intent = desktop::intent;
using desktop::FactLine;
using desktop::Key;
using desktop::Selection;

Time at(double seconds) { return {std::llround(seconds * 1e9)}; }

void add_lane(view::LaneSet& set, view::LaneKind kind, const std::string& name, std::vector<view::LaneSpan> spans, std::vector<view::LaneMark> marks) {
    view::Lane lane;
    lane.kind = kind;
    lane.name = name;
    lane.spans = std::move(spans);
    lane.marks = std::move(marks);
    set.lanes.push_back(std::make_shared<const view::Lane>(std::move(lane)));
}

FactLine fact_line(std::uint32_t id, double time, const std::string& who, const std::string& what, bool ahead = false) {
    FactLine line;
    line.fact = FactId{id};
    line.time = at(time);
    line.who = who;
    line.what = what;
    line.why = "because";
    line.ahead = ahead;
    return line;
}

// A minute of a swarm: a leader is lost, a container dies, a kill was injected. The run has gone to 50 s and stands at 41.2 s.
desktop::Frame timeline_frame() {
    desktop::Frame frame;
    frame.now = at(41.2);
    frame.horizon = at(50);
    frame.live = false;
    auto cluster = std::make_shared<view::ClusterView>();
    for (const char* name : {"cache", "web"}) {
        view::ServiceView service;
        service.name = name;
        cluster->services.push_back(service);
    }
    frame.cluster = cluster;
    auto lanes = std::make_shared<view::LaneSet>();
    lanes->end = frame.horizon;
    using view::Tone;
    add_lane(*lanes, view::LaneKind::Consensus, "swarm", {{at(0), at(22.5), Tone::Plain, 0, FactId{1}, "term 3 · one"}, {at(24.2), kNever, Tone::Plain, 0, FactId{12}, "term 4 · two"}}, {{at(23.3), Tone::Warning, FactId{11}, "election"}});
    add_lane(*lanes, view::LaneKind::Host, "one", {{at(0), kNever, Tone::Good, 0, {}, "up"}}, {});
    add_lane(*lanes, view::LaneKind::Host, "two", {{at(0), kNever, Tone::Good, 0, {}, "up"}}, {});
    add_lane(*lanes, view::LaneKind::Service, "cache", {{at(1), at(38.4), Tone::Good, 2, FactId{5}, "2 running"}, {at(38.4), kNever, Tone::Bad, 0, FactId{21}, "none of 2 running"}}, {{at(38.4), Tone::Bad, FactId{21}, "died"}, {at(46), Tone::Bad, FactId{30}, "died"}});
    add_lane(*lanes, view::LaneKind::Service, "web", {{at(2), kNever, Tone::Good, 6, FactId{6}, "6 running"}}, {});
    add_lane(*lanes, view::LaneKind::Fault, "kill", {}, {{at(38), Tone::Bad, FactId{20}, "injected"}});
    frame.lanes = lanes;
    auto causes = std::make_shared<std::vector<FactLine>>();
    causes->push_back(fact_line(20, 38, "cache.1", "fault: kill"));
    causes->push_back(fact_line(21, 38.4, "cache.1", "died"));
    frame.causes = causes;
    return frame;
}

// Presses in the middle of a widget at another place across.
float middle_of(const desktop::Area& area) { return std::floor(area.y + area.height / 2); }

double second_at(NullDesk& desk, float x) {
    // Of a window that shows a minute from 0.
    const desktop::Area lanes = desk.area("timeline.lanes");
    return static_cast<double>((x - lanes.x) / lanes.width) * 60;
}

float x_at(NullDesk& desk, double second) {
    const desktop::Area lanes = desk.area("timeline.lanes");
    return lanes.x + lanes.width * static_cast<float>(second / 60);
}

}  // namespace

TEST_CASE("timeline: a click on a moment selects its fact and its service, and goes there") {
    NullDesk desk(timeline_frame());
    desk.step(2);
    desk.click("timeline.mark.cache.21");
    CHECK(desk.desktop().context().look.fact == FactId{21});
    CHECK(desk.desktop().context().look.selection == Selection{Selection::Kind::Service, "cache"});
    REQUIRE(desk.play().all<intent::Seek>().size() == 1);
    CHECK(desk.play().last<intent::Seek>()->time == at(38.4));
    // Its causes are drawn from then on.
    CHECK(desk.has("timeline.causes"));
}

TEST_CASE("timeline: a click on a stretch goes to the moment clicked, and to its beginning by its edge") {
    NullDesk desk(timeline_frame());
    desk.step(2);
    const desktop::Area span = desk.area("timeline.span.web.6");
    const float x = std::floor(x_at(desk, 20));
    desk.click_at(x, middle_of(span));
    CHECK(desk.desktop().context().look.fact == FactId{6});
    CHECK(desk.desktop().context().look.selection == Selection{Selection::Kind::Service, "web"});
    REQUIRE(desk.play().last<intent::Seek>() != nullptr);
    CHECK(desk.play().last<intent::Seek>()->time.seconds() == Approx(second_at(desk, x)).margin(0.01));
    desk.click_at(std::floor(span.x) + 2, middle_of(span));
    CHECK(desk.play().last<intent::Seek>()->time == at(2));
    // A term's lane is about nothing that could be selected: what was stays.
    desk.click_at(std::floor(x_at(desk, 10)), middle_of(desk.area("timeline.span.swarm.1")));
    CHECK(desk.desktop().context().look.fact == FactId{1});
    CHECK(desk.desktop().context().look.selection.name == "web");
}

TEST_CASE("timeline: the axis scrubs, no moment is sought twice, and none beyond the horizon while dragging") {
    NullDesk desk(timeline_frame());
    desk.step(2);
    const desktop::Area axis = desk.area("timeline.axis");
    desk.click_at(std::floor(x_at(desk, 12)), middle_of(axis));
    REQUIRE(desk.play().all<intent::Seek>().size() == 1);
    CHECK(desk.play().last<intent::Seek>()->time.seconds() == Approx(12).margin(0.1));
    // From the middle at 30 s to the right, beyond 50 s.
    desk.drag("timeline.axis", axis.width * 0.45F, 0);
    const auto seeks = desk.play().all<intent::Seek>();
    REQUIRE(seeks.size() > 4);
    for (std::size_t i = 1; i < seeks.size(); ++i) CHECK(seeks[i].time != seeks[i - 1].time);
    CHECK(seeks.back().time == at(50));
    // A click there lets the run go on.
    desk.click_at(std::floor(x_at(desk, 55)), middle_of(axis));
    CHECK(desk.play().last<intent::Seek>()->time.seconds() == Approx(55).margin(0.1));
}

TEST_CASE("timeline: a drag in the lanes measures until Esc, and seeks nothing") {
    NullDesk desk(timeline_frame());
    desk.step(2);
    const desktop::Area lanes = desk.area("timeline.lanes");
    desk.drag("timeline.lanes", lanes.width / 6, 0);
    const auto measures = desk.ids("timeline.measure.");
    REQUIRE(measures.size() == 1);
    const double measured = std::stod(measures.front().substr(std::string("timeline.measure.").size()));
    CHECK(measured == Approx(10).margin(0.3));
    CHECK(measures.front().ends_with(" s"));
    CHECK(desk.play().all<intent::Seek>().empty());
    desk.key(Key::Escape);
    CHECK(desk.ids("timeline.measure.").empty());
}

TEST_CASE("timeline: the wheel zooms around the pointer, over the names it scrolls") {
    NullDesk desk(timeline_frame());
    desk.step(2);
    desk.wheel("timeline.mark.cache.21", 2);
    const desktop::Area mark = desk.area("timeline.mark.cache.21");
    CHECK(mark.x + mark.width / 2 == Approx(x_at(desk, 38.4)).margin(1.5));
    CHECK(desk.area("timeline.mark.swarm.11").x < x_at(desk, 23.3));
    desk.click("timeline.follow");
    CHECK(desk.has("timeline.lane.service.web"));
    const float middle = desk.area("timeline.lane.service.web").y;
    desk.wheel("timeline.lane.service.cache", -1);
    desk.step(2);
    CHECK(desk.area("timeline.lane.service.web").y < middle - 8);
}

TEST_CASE("timeline: brackets zoom around the present, and fit shows all") {
    desktop::Frame frame = timeline_frame();
    frame.now = frame.horizon = at(600);
    frame.live = true;
    NullDesk desk(frame);
    desk.step(2);
    CHECK_FALSE(desk.has("timeline.mark.cache.21"));
    const float now = desk.area("timeline.now").x;
    desk.key(Key::RightBracket);
    CHECK(desk.area("timeline.now").x == Approx(now).margin(3));
    desk.click("timeline.fit");
    desk.step(2);
    CHECK(desk.has("timeline.mark.cache.21"));
    desk.click("timeline.follow");
    desk.step(2);
    CHECK(desk.area("timeline.now").right() <= desk.area("timeline.axis").right() + 20);
}

TEST_CASE("timeline: kinds of lanes can be folded away, and names select") {
    NullDesk desk(timeline_frame(), 1280, 1000);
    desk.step(2);
    desk.click("timeline.fold.service");
    desk.step(2);
    CHECK_FALSE(desk.has("timeline.lane.service.web"));
    CHECK(desk.has("timeline.lanes.service"));
    desk.click("timeline.lanes.service");
    desk.step(2);
    desk.click("timeline.lane.service.web");
    CHECK(desk.desktop().context().look.selection == Selection{Selection::Kind::Service, "web"});
}

TEST_CASE("timeline: checks, the fork and the horizon are marked") {
    desktop::Frame frame = timeline_frame();
    auto checks = std::make_shared<std::vector<desktop::CheckMark>>();
    checks->push_back({at(30), "web answers", true, {}});
    frame.checks = checks;
    auto fork = std::make_shared<desktop::ForkView>();
    fork->begun = at(35);
    frame.fork = fork;
    NullDesk desk(frame);
    desk.step(2);
    CHECK(desk.area("timeline.check.0").x == Approx(x_at(desk, 30)).margin(14));
    CHECK(desk.area("timeline.fork").x == Approx(x_at(desk, 35)).margin(4));
    CHECK(desk.area("timeline.horizon").x == Approx(x_at(desk, 50)).margin(3));
}

TEST_CASE("timeline: a fork that has just begun is named beside the moment's pill, not under it") {
    desktop::Frame frame = timeline_frame();
    auto fork = std::make_shared<desktop::ForkView>();
    fork->begun = frame.now;
    frame.fork = fork;
    NullDesk desk(frame);
    desk.step(2);
    const desktop::Area label = desk.area("timeline.fork.label");
    const desktop::Area pill = desk.area("timeline.now");
    CHECK((label.x >= pill.right() || label.right() <= pill.x));
}

TEST_CASE("timeline: names have the width they need, up to a fifth of the panel") {
    desktop::Frame frame = timeline_frame();
    const auto names = [](const desktop::Frame& shown) {
        NullDesk desk(shown);
        desk.step(2);
        const desktop::Area panel = desk.area("panel.timeline");
        return (desk.area("timeline.lanes").x - panel.x) / panel.width;
    };
    const float usual = names(frame);
    auto lanes = std::make_shared<view::LaneSet>(*frame.lanes);
    const auto service = std::find_if(lanes->lanes.begin(), lanes->lanes.end(), [](const auto& one) { return one->kind == view::LaneKind::Service; });
    REQUIRE(service != lanes->lanes.end());
    auto lane = std::make_shared<view::Lane>(**service);
    lane->name = std::string(18, 'm');
    *service = lane;
    frame.lanes = lanes;
    const float wider = names(frame);
    CHECK(wider > usual);
    CHECK(wider <= 0.21F);
}

TEST_CASE("timeline: without lanes it says that nothing has happened") {
    NullDesk desk(desktop::Frame{});
    desk.step(3);
    CHECK(desk.has("timeline.axis"));
    desk.click("timeline.lanes");
    CHECK(desk.desktop().context().look.fact == FactId{});
}

TEST_CASE("timeline: what is measured begins with the run, though a little before it is seen") {
    NullDesk desk(timeline_frame());
    desk.step(2);
    desk.wheel("timeline.lanes", -6);
    desk.click("timeline.lanes");
    REQUIRE(desk.play().last<intent::Seek>() != nullptr);
    const Time middle = desk.play().last<intent::Seek>()->time;
    REQUIRE(middle > Time{} + seconds(60));
    desk.drag("timeline.lanes", -desk.area("timeline.lanes").width / 2 - 10, 0);
    const auto measures = desk.ids("timeline.measure.");
    REQUIRE(measures.size() == 1);
    CHECK(measures.front() == "timeline.measure." + desktop::length_label(middle - Time{}));
}

namespace {

desktop::Layout with_tab(const char* panel) {
    desktop::Layout layout;
    layout.tabs["bottom"] = panel;
    layout.bottom = 320;
    return layout;
}

desktop::Frame facts_frame() {
    desktop::Frame frame = timeline_frame();
    auto page = std::make_shared<desktop::FactPage>();
    for (const FactLine& line : {fact_line(5, 1, "cache.1", "started"), fact_line(20, 38, "cache.1", "fault: kill"), fact_line(21, 38.4, "cache.1", "died with 137"), fact_line(30, 46, "cache.2", "died with 137")})
        page->lines.push_back(std::make_shared<const FactLine>(line));
    page->happened = 3;
    page->matches = 12'345;
    frame.facts = page;
    return frame;
}

}  // namespace

TEST_CASE("facts: a click selects a fact, a double click goes there") {
    NullDesk desk(facts_frame(), 1280, 800, with_tab("facts"));
    desk.step(2);
    CHECK(desk.desktop().context().look.facts_panel);
    desk.click("facts.line.20");
    CHECK(desk.desktop().context().look.fact == FactId{20});
    CHECK(desk.play().all<intent::Seek>().empty());
    desk.key(Key::C, true);
    CHECK(std::string(ImGui::GetClipboardText()) == "38.000s  cache.1  fault: kill  (because)");
    desk.double_click("facts.line.5");
    REQUIRE(desk.play().all<intent::Seek>().size() == 1);
    CHECK(desk.play().last<intent::Seek>()->time == at(1));
}

TEST_CASE("facts: a right click offers what can be done to whom the line is about") {
    desktop::Frame frame = facts_frame();
    auto cluster = std::make_shared<view::ClusterView>();
    cluster->hosts.emplace_back();
    cluster->hosts.back().name = "moe";
    cluster->hosts.back().tiles = 1;
    cluster->services.emplace_back();
    cluster->services.back().name = "cache";
    cluster->tiles.emplace_back();
    cluster->tiles.back().name = "cache.1";
    cluster->tiles.back().host = cluster->tiles.back().service = 0;
    cluster->tiles.back().container = 1;
    frame.cluster = cluster;
    const auto meant = [&](const std::string& who) { return desktop::selection_of_line(*cluster, fact_line(1, 1, who, "")); };
    CHECK(meant("cache.1") == Selection{Selection::Kind::Container, "cache.1"});
    CHECK(meant("moe") == Selection{Selection::Kind::Host, "moe"});
    CHECK(meant("cache") == Selection{Selection::Kind::Service, "cache"});
    CHECK(meant("cache.2") == Selection{});
    NullDesk desk(frame, 1280, 800, with_tab("facts"));
    desk.step(2);
    desk.right_click("facts.line.30");  // nothing of that name is there
    desk.step(2);
    CHECK_FALSE(desk.has("menu"));
    desk.right_click("facts.line.5");
    desk.step(2);
    CHECK(desk.has("menu"));
    CHECK(desk.desktop().context().look.fact != FactId{5});
}

TEST_CASE("facts: a line about a swarm's service, or a fault of a project's, means that service whatever else is called so") {
    view::ClusterView cluster;
    cluster.hosts.emplace_back();
    cluster.hosts.back().name = "web";
    cluster.tiles.emplace_back();
    cluster.tiles.back().name = "web";
    cluster.tiles.back().container = 1;
    for (const auto& [name, mode, stack] : {std::tuple{"db", "", "shop"}, {"web", "replicated", ""}, {"web", "", "shop"}}) {
        cluster.services.emplace_back();
        cluster.services.back().name = name;
        cluster.services.back().mode = mode;
        cluster.services.back().stack = stack;
    }
    const auto meant = [&](SubjectType type, const std::string& who) {
        desktop::FactLine line = fact_line(1, 1, who, "");
        line.subject = Subject(type, 1);
        return desktop::selection_of_line(cluster, line);
    };
    CHECK(meant(SubjectType::Service, "web") == Selection{Selection::Kind::Service, "web"});
    CHECK(meant(SubjectType::Service, "db") == Selection{});  // not a swarm's
    CHECK(meant(SubjectType::Traffic, "web") == Selection{});  // it has not begun yet
    cluster.traffic.emplace_back();
    cluster.traffic.back().name = "web";
    CHECK(meant(SubjectType::Traffic, "web") == Selection{Selection::Kind::Traffic, "web"});
    CHECK(meant(SubjectType::Fault, "shop/web") == Selection{Selection::Kind::Service, "shop/web"});
    CHECK(meant(SubjectType::Fault, "db") == Selection{Selection::Kind::Service, "shop/db"});
}

TEST_CASE("facts: a line means the container or the task that it is about, and no other of its name") {
    // How many lines mean something; each what it is about.
    const auto check = [](const lab::Session& session) {
        const view::ClusterView cluster = lab::look_at_cluster(session);
        std::map<std::string, int> meant;
        session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
            const Subject subject = fact.subject;
            const FactLine line = desktop::fact_line(session.world(), fact.id, session.now());
            REQUIRE(line.subject == subject);
            if (subject.type() != SubjectType::Container && subject.type() != SubjectType::Task) return;
            const Selection selection = desktop::selection_of_line(cluster, line);
            if (selection.kind == Selection::Kind::None) return;
            INFO(line.who << " " << line.what << ": " << selection.name);
            ++meant[line.who];
            const std::uint32_t tile = view::tile_meant(cluster, selection.name);
            if (subject.type() == SubjectType::Container) {
                REQUIRE(tile != view::kNone);
                CHECK(cluster.tiles[tile].container == subject.id());
                return;
            }
            const auto task = std::find_if(cluster.tasks.begin(), cluster.tasks.end(), [&](const view::TaskView& one) { return one.number == subject.id(); });
            REQUIRE(task != cluster.tasks.end());
            if (selection.kind == Selection::Kind::Task) CHECK(view::task_meant(cluster, selection.name) == static_cast<std::uint32_t>(task - cluster.tasks.begin()));
            if (selection.kind == Selection::Kind::Container) CHECK(tile == task->tile);
        });
        return meant;
    };
    // A lost web.n and one that waits for a node in its place; a global service's tasks are called by their nodes' ids.
    lab::typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 --replicas-max-per-node 1 nginx").status == 0);
    REQUIRE(swarm.run("docker service create -d --name agent --mode global nginx").status == 0);
    swarm.wait(12);
    swarm.inject("power-loss swarm-moe");
    swarm.wait(40);
    const view::ClusterView cluster = lab::look_at_cluster(swarm.session());
    const auto waits = std::find_if(cluster.tiles.begin(), cluster.tiles.end(), [](const view::Tile& tile) { return tile.phase == view::Phase::Pending && tile.name.starts_with("web."); });
    REQUIRE(waits != cluster.tiles.end());
    const auto of_swarm = check(swarm.session());
    CHECK(of_swarm.at(waits->name) > 2);
    for (const view::TaskView& task : cluster.tasks)
        if (task.name.starts_with("agent.")) CHECK(of_swarm.at(task.name_in_facts) > 0);
    // Two projects with a web.1 each.
    lab::typed::ComposeLines run("services: {web: {image: nginx}}\n");
    run.run("docker compose up -d");
    run.run("docker compose -p blog up -d");
    run.wait(seconds(2));
    CHECK(check(run.session()).at("web.1") > 3);
}

TEST_CASE("facts: their number stays within the panel, however large the type and narrow the window") {
    desktop::Layout layout = with_tab("facts");
    layout.presenter = true;
    for (const float width : {1280.0F, 1600.0F, 1900.0F}) {
        NullDesk desk(facts_frame(), width, 900, layout);
        desk.step(2);
        const desktop::Area panel = desk.area("panel.facts");
        if (width > 1800) REQUIRE(desk.has("facts.count"));
        for (const std::string& id : desk.ids("facts.count")) CHECK(desk.area(id).right() <= panel.right() - 8);
    }
}

TEST_CASE("facts: what is typed into the filter is wished for, and so are headlines and the selection") {
    NullDesk desk(facts_frame(), 1280, 800, with_tab("facts"));
    desk.step(2);
    desk.click("facts.filter");
    desk.type("who:cache.1");
    CHECK(desk.desktop().context().look.facts.filter == "who:cache.1");
    const auto* look = desk.play().last<intent::SetLook>();
    REQUIRE(look != nullptr);
    CHECK(look->look.facts.filter == "who:cache.1");
    desk.key(Key::Enter);
    desk.click("facts.headlines");
    CHECK_FALSE(desk.desktop().context().look.facts.headlines);
    desk.click("facts.selection");
    CHECK(desk.desktop().context().look.facts.of_selection);
}

TEST_CASE("facts: those of a selected service are its own, the faults that struck it among them") {
    lab::typed::ComposeLines run("services: {web: {image: nginx}}\n");
    run.run("docker compose up -d");
    run.inject("slow-start web");
    run.wait(seconds(1));
    run.run("docker compose -p blog up -d");
    run.run("docker run -d --name own --label com.docker.swarm.service.name=web nginx");
    run.inject("slow-start shop/web by=7s");
    run.inject("slow-start web by=9s");
    run.wait(seconds(1));
    const model::World& world = run.session().world();
    const auto told = [&](const std::string& service) {
        std::set<std::string> out;
        run.session().journal().for_each(run.session().journal().first(), [&](const Fact& fact) {
            if (!desktop::fact_is_about(world, fact, {Selection::Kind::Service, service})) return;
            const view::FactInfo info = view::fact_info(world, lab::fact_catalogue(), fact);
            if (info.name.starts_with("fault.")) out.insert(std::string(lab::fact_catalogue().field(fact, "text", world.kernel.interner()).text));
            else out.insert("of " + info.project);
        });
        return out;
    };
    CHECK(told("shop/web") == std::set<std::string>{"of shop", "slow-start shop/web by=7s", "slow-start web"});
    CHECK(told("blog/web") == std::set<std::string>{"of blog"});
    CHECK(told("web") == std::set<std::string>{"of ", "slow-start web by=9s"});
}

TEST_CASE("metrics: the charts tell the value under the pointer, the table selects its services") {
    desktop::Frame frame = timeline_frame();
    auto metrics = std::make_shared<desktop::MetricsView>();
    metrics->last = at(50);
    for (int i = 0; i < 50; ++i) {
        desktop::MetricsView& all = *metrics;
        for (auto* values : {&all.available, &all.failed, &all.answered, &all.latency, &all.restarts, &all.memory, &all.processor, &all.disk})
            values->push_back(static_cast<float>(i) / 50);
    }
    auto outcome = std::make_shared<view::RunOutcome>();
    view::ServiceSummary web;
    web.service = "web";
    web.ever_started = true;
    web.up = seconds(40);
    web.down = seconds(10);
    outcome->services = {web};
    for (const char* project : {"blog", "shop"}) {  // two of one name
        outcome->services.push_back(web);
        outcome->services.back().service = "db";
        outcome->services.back().project = project;
        outcome->services.back().shares_name = true;
    }
    outcome->traffic = true;
    outcome->requests_sent = 10;
    metrics->outcome = outcome;
    frame.metrics = metrics;
    // What hosts use is three lines in one chart and requests are two, each named within it, in either theme.
    for (const char* theme : {"dark", "light"}) {
        desktop::Layout layout = with_tab("metrics");
        layout.theme = theme;
        NullDesk other(frame, 1280, 800, layout);
        other.step(2);
        for (const char* name : {"saturation.memory", "saturation.CPU", "saturation.disk", "requests.answered", "requests.failed"}) {
            const desktop::Area chart = other.area("metrics." + std::string(name).substr(0, std::string_view(name).find('.')));
            const desktop::Area words = other.area(std::string("metrics.") + name);
            CHECK(chart.holds(words.x, words.y));
            CHECK(words.bottom() <= chart.bottom());
        }
        CHECK(other.ids("metrics.latency.") == std::vector<std::string>{"metrics.latency.newest"});  // one line is called as its chart
    }
    NullDesk desk(frame, 1280, 1000, with_tab("metrics"));
    desk.step(2);
    CHECK(desk.desktop().context().look.metrics_panel);
    for (const char* chart : {"availability", "requests", "latency", "restarts", "saturation"}) CHECK(desk.has(std::string("metrics.") + chart));
    desk.move_to("metrics.latency");
    desk.step(2);
    const auto readings = desk.ids("metrics.reading.");
    REQUIRE(readings.size() == 1);
    CHECK(std::abs(std::stoi(readings.front().substr(std::string("metrics.reading.").size())) - 25) <= 1);
    CHECK(desk.has("metrics.lost.requests"));
    CHECK(desk.has("metrics.service.blog/db"));
    CHECK(desk.has("metrics.service.shop/db"));
    desk.right_click("metrics.service.web");
    desk.step(2);
    CHECK(desk.has("menu"));
    desk.key(Key::Escape);
    desk.step(2);
    desk.click("metrics.service.web");
    CHECK(desk.desktop().context().look.selection == Selection{Selection::Kind::Service, "web"});
    desk.click("metrics.service.shop/db");
    CHECK(desk.desktop().context().look.selection == Selection{Selection::Kind::Service, "shop/db"});
    CHECK(outcome->services[2].is_called("shop/db"));
    CHECK_FALSE(outcome->services[1].is_called("shop/db"));
}

TEST_CASE("metrics: names in a chart are never struck through, and none is left out where it is low") {
    using desktop::Area;
    const std::vector<Area> names{{0, 0, 40, 10}, {0, 0, 20, 10}, {0, 0, 30, 10}};
    const auto stand = [&names](float height) { return desktop::names_below(names, {5, 5, 100, height}, 1, 8); };
    REQUIRE(stand(33).size() == 3);
    CHECK(stand(33)[2].x == 5);
    CHECK(stand(33)[2].bottom() <= 5 + 33);
    REQUIRE(stand(25).size() == 3);
    CHECK(stand(25)[2].x == 53);
    CHECK(stand(25)[2].y == 5);
    CHECK(stand(3).size() == 3);
    desktop::Frame frame = timeline_frame();
    auto metrics = std::make_shared<desktop::MetricsView>();
    metrics->memory = metrics->processor = metrics->disk = std::vector<float>(50, 0.5F);
    frame.metrics = metrics;
    NullDesk desk(frame, 1280, 800, with_tab("metrics"));
    desk.step(2);
    // Behind each stands a ground of the plot's colour: the lines' vertices are drawn before it.
    const desktop::Theme& theme = *desk.desktop().context().theme;
    const std::uint32_t plot = desktop::mixed(theme.field, theme.raised, 0.35F);
    const auto is_ground = [&](std::uint32_t colour) { return (colour & 0xFFFFFFU) == (desktop::packed(plot) & 0xFFFFFFU) && colour >> 24U >= 0xC0U && colour >> 24U < 0xFFU; };
    for (const char* name : {"memory", "CPU", "disk"}) {
        const Area words = desk.area(std::string("metrics.saturation.") + name);
        int corners = 0;
        const ImDrawData* data = ImGui::GetDrawData();
        for (int i = 0; i < data->CmdListsCount; ++i)
            for (const ImDrawVert& corner : data->CmdLists[i]->VtxBuffer)
                corners += is_ground(corner.col) && std::abs(corner.pos.x - words.x) < 8 && corner.pos.y >= words.y - 2 && corner.pos.y <= words.bottom() + 2 ? 1 : 0;
        CHECK(corners > 0);
    }
}

TEST_CASE("metrics: the fullest host is named with what it has in use, in the reading and above it where there is room") {
    using desktop::SeriesUnit;
    const std::vector<std::string> hosts{"moe", "larry"};
    CHECK(desktop::host_of_value(hosts, {1, 2}, 1, 0.5F) == "larry");
    CHECK(desktop::host_of_value(hosts, {1, 2}, 1, 0).empty());
    CHECK(desktop::host_of_value(hosts, {1, 0}, 1, -1).empty());
    CHECK(desktop::host_of_value(hosts, {1}, 1, 0.5F).empty());
    CHECK(desktop::host_of_value({"moe"}, {1}, 0, 0.5F).empty());
    CHECK(desktop::highest_with_host({{0.5F, "memory", "moe"}, {0.62F, "CPU", "larry"}}, SeriesUnit::Share) == "CPU 62 % on larry");
    CHECK(desktop::highest_with_host({{0.5F, "memory"}}, SeriesUnit::Share).empty());
    desktop::Frame frame = timeline_frame();
    auto metrics = std::make_shared<desktop::MetricsView>();
    metrics->memory = {0.5F, 0.6F, 0.6F};
    metrics->processor = {0.25F, 0.3F, 0.3F};
    metrics->disk = {0.1F, 0, 0};
    metrics->memory_host = {1, 2, 2};
    metrics->processor_host = {2, 1, 2};
    metrics->disk_host = {1, 1, 1};
    metrics->hosts = hosts;
    frame.metrics = metrics;
    NullDesk desk(frame, 1280, 800, with_tab("metrics"));
    desk.move_to("metrics.saturation");
    desk.step(2);
    // The pointer is in the middle, at the second value.
    CHECK(desk.ids("metrics.read.") == std::vector<std::string>{"metrics.read.CPU.moe", "metrics.read.memory.larry"});
    metrics->hosts[1] = "larry-in-the-second-hall";
    const auto head = [&frame](float width) {
        NullDesk other(frame, width, 800, with_tab("metrics"));
        other.step(2);
        CHECK(other.area("metrics.saturation.newest").x >= other.area("metrics.saturation").x);
        return other.area("metrics.saturation.newest").width;
    };
    CHECK(head(4000) > head(800) * 1.5F);
    metrics->hosts = {"moe"};
    NullDesk alone(frame, 1280, 800, with_tab("metrics"));
    alone.move_to("metrics.saturation");
    alone.step(2);
    CHECK(alone.ids("metrics.read.").empty());
}

TEST_CASE("metrics: while no host is up nothing is said of what hosts use") {
    using desktop::SeriesUnit;
    CHECK(desktop::highest_words({{0.5F, "memory"}, {0.62F, "CPU"}, {-1, "disk"}}, SeriesUnit::Share) == "CPU 62 %");
    CHECK(desktop::highest_words({{0, "memory"}, {-1, "CPU"}}, SeriesUnit::Share) == "memory 0 %");
    CHECK(desktop::highest_words({{-1, "memory"}, {-1, "CPU"}, {-1, "disk"}}, SeriesUnit::Share) == "–");
    CHECK(desktop::newest_words({{40, "answered"}, {-1, "failed"}}, SeriesUnit::PerSecond) == "40/s · –");
    desktop::Frame frame = timeline_frame();
    const auto width = [&frame](float memory) {
        auto metrics = std::make_shared<desktop::MetricsView>();
        metrics->memory = {0.5F, memory};
        metrics->processor = metrics->disk = {0.25F, -1};
        frame.metrics = metrics;
        NullDesk desk(frame, 1280, 800, with_tab("metrics"));
        desk.step(2);
        return desk.area("metrics.saturation.newest").width;
    };
    CHECK(width(-1) < width(0.5F) / 3);
}

}  // namespace podium::test
