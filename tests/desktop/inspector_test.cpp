// The inspector and the services panel: what they work out, and what comes of clicks on them.

#include <algorithm>
#include <utility>

#include <catch2/catch.hpp>
#include <imgui.h>
#include <imgui_internal.h>

#include "tests/desktop/null_desk.hpp"
#include "tests/desktop/sample_frame.hpp"
#include "ui/desktop/panels/actions.hpp"
#include "ui/desktop/panels/compose_words.hpp"
#include "ui/desktop/panels/fault_parts.hpp"
#include "ui/desktop/panels/inspector_parts.hpp"
#include "ui/desktop/panels/services_parts.hpp"

namespace podium::desktop {
namespace {

using view::Tone;

FactLine line_of(std::uint32_t fact, const std::string& who, const std::string& what, Tone tone = Tone::Plain) {
    return {FactId{fact}, FactId{fact - 1}, Time{} + seconds(fact), tone, who, what, {}, false};
}

Detail killed_cache() {
    Detail detail;
    detail.selection = {Selection::Kind::Container, "cache.2"};
    detail.title = "cache.2";
    detail.subtitle = "container on larry";
    detail.state = "killed, out of memory";
    detail.tone = Tone::Bad;
    detail.service = "cache";
    detail.rows = {{"Image", "redis:7", Tone::Plain, {}},
                   {"Restarts", "2 of 3", Tone::Warning, {}},
                   {"Exit code", "137 (SIGKILL)", Tone::Bad, {}},
                   {"OOM killed", "yes", Tone::Bad, {}},
                   {"1", "redis-server, 20 MiB", Tone::Plain, "Processes"},
                   {"Name", "cache-2", Tone::Plain, "Identity"}};
    detail.memory_limit_bytes = 256LL << 20;
    detail.memory_bytes = {64LL << 20, 128LL << 20, 255LL << 20};
    detail.cpu_millicores = {10, 20, 10};
    detail.cpu_limit_millicores = 4000;
    detail.probes = {true, true, false};
    detail.logs = {"ready", "saving"};
    for (std::uint32_t i = 1; i <= 9; ++i) detail.causes.push_back(line_of(i, i == 3 ? "larry" : "cache.2", "step " + std::to_string(i), i == 9 ? Tone::Bad : Tone::Plain));
    detail.history = detail.causes;
    detail.why = "cache.2 is down since 41.000s.";
    return detail;
}

Frame frame_of(SampleFrame& sample, std::shared_ptr<const Detail> detail) {
    Frame frame;
    frame.title = "sample";
    frame.cluster = std::make_shared<view::ClusterView>(sample.cluster);
    frame.lists = std::make_shared<Lists>(sample.lists);
    frame.terminals = std::make_shared<std::vector<TerminalView>>(sample.terminals);
    frame.detail = std::move(detail);
    return frame;
}

}  // namespace

TEST_CASE("inspector: rows stand together by section, and there are only tabs with something in them") {
    const Detail detail = killed_cache();
    const std::vector<InspectorSection> sections = sections_of(detail);
    REQUIRE(sections.size() == 3);
    CHECK(sections[0].title.empty());
    CHECK(sections[0].rows.size() == 4);
    CHECK(sections[1].title == "Processes");
    CHECK(tabs_of(detail) == std::vector<InspectorTab>{InspectorTab::Overview, InspectorTab::Why, InspectorTab::History, InspectorTab::Logs});
    Detail task;
    task.selection.kind = Selection::Kind::Task;
    task.task = "web.1";
    CHECK(tabs_of(task) == std::vector<InspectorTab>{InspectorTab::Overview, InspectorTab::Placement});
    task.task.clear();  // it is gone
    CHECK(tabs_of(task) == std::vector<InspectorTab>{InspectorTab::Overview});
    Detail container = killed_cache();
    container.task = "cache.2";
    CHECK(tabs_of(container).back() == InspectorTab::Placement);
}

TEST_CASE("inspector: a chart near its limit shows the limit, and one far below shows what is used") {
    const InspectorChart near = chart_of({64, 128, 250}, 256);
    CHECK(near.limit > 0.8F);
    CHECK(near.limit < 0.9F);
    CHECK(near.shares.back() < near.limit);
    const InspectorChart far = chart_of({10, 20}, 4096);
    CHECK(far.limit < 0);
    CHECK(far.shares.back() > 0.7F);
    CHECK(chart_of({}, 100).shares.empty());
    CHECK(chart_of({0, 0}, 0).shares.back() == 0.0F);
}

TEST_CASE("inspector: a long chain keeps its first cause and its end") {
    const Detail detail = killed_cache();
    const std::vector<const FactLine*> steps = short_causes(detail.causes, 5);
    REQUIRE(steps.size() == 5);
    CHECK(steps.front()->fact == FactId{1});
    CHECK(steps[1]->fact == FactId{6});
    CHECK(steps.back()->fact == FactId{9});
    CHECK(cause_words(detail.causes[2], detail) == "larry step 3");
    CHECK(cause_words(detail.causes[3], detail) == "step 4");
    CHECK(cause_words(line_of(4, "larry", "the host is down"), detail) == "larry: the host is down");
    CHECK(why_heading(detail) == "WHY IS IT FAILING?");
    CHECK(prose_of("it runs\n 1s  it died\n 2s  └ it was killed\n 3s  └ it began") == "it runs\n 1s  it died\n 2s  ↳ it was killed\n 3s  ↳ it began");
    CHECK(prose_of("").empty());
}

TEST_CASE("inspector: the table of nodes has a column for each filter that refuses one") {
    const PlacementTable table = placement_table({{"moe", "Resources", "none of 2 CPUs is free"}, {"", "Constraint", "node.labels.disk is hdd"}, {"larry", "", "3 GiB are free"}, {"curly", "Constraint", ""}});
    CHECK(table.filters == std::vector<std::string>{"Resources", "Constraint"});
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0].node == "moe");
    CHECK_FALSE(table.rows[0].takes);
    CHECK(table.rows[0].refusals[0] == "none of 2 CPUs is free");
    CHECK(table.rows[0].refusals[1] == "node.labels.disk is hdd");
    CHECK(table.rows[1].takes);
    CHECK(table.rows[1].words == "3 GiB are free");
    CHECK(table.rows[2].refusals[0].empty());
    CHECK(table.rows[2].refusals[1] == "no");
}

TEST_CASE("inspector: of a decision the node that got the task stands first, and each row says what it had") {
    const PlacementTable table = placement_table({{"moe", "Constraint", "node.labels.disk is hdd"},
                                                  {"larry", "", "would have taken it: had 2 tasks of web, 2 in all"},
                                                  {"curly", "", "got it: had no task", true}});
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0].node == "curly");
    CHECK(table.rows[0].chosen);
    CHECK(table.rows[1].node == "moe");
    CHECK_FALSE(table.rows[2].chosen);
    CHECK(row_words(table, table.rows[0]) == "curly got it: had no task");
    CHECK(row_words(table, table.rows[1]) == "Constraint: node.labels.disk is hdd");
    CHECK(row_words(table, table.rows[2]) == "larry would have taken it: had 2 tasks of web, 2 in all");
}

TEST_CASE("inspector: the container of a swarm's task has the decision that placed it, or is told why not") {
    SampleFrame sample;
    Detail detail = killed_cache();
    detail.task = "cache.2";
    test::NullDesk desk(frame_of(sample, std::make_shared<Detail>(detail)));
    desk.desktop().context().select(Selection::Kind::Container, "cache.2");
    desk.step(3);
    CHECK_FALSE(desk.desktop().context().look.placement);
    desk.click("inspector.tab.Placement");
    desk.step(2);
    // It is asked for, and until the answer is there no node is said to be missing.
    CHECK(desk.desktop().context().look.placement);
    CHECK(desk.ids("inspector.node.").empty());
    CHECK(desk.ids("inspector.placed.").empty());
    detail.placement = {{"moe", "Constraint", "node.labels.disk is hdd"}, {"larry", "", "got it: had no task", true}};
    detail.decided = Time{} + seconds(3);
    detail.placement_remarks = {"The rule: the emptier one."};
    desk.play().frame.detail = std::make_shared<Detail>(detail);
    desk.step(3);
    CHECK(desk.has("inspector.node.moe"));
    REQUIRE(desk.has("inspector.chosen"));
    CHECK(desk.area("inspector.chosen").y == desk.area("inspector.node.larry").y);
    CHECK(desk.has("inspector.placed.0"));
    detail.placement.clear();
    detail.decided = kNever;
    detail.placement_remarks = {"The decision that placed it is not kept."};
    desk.play().frame.detail = std::make_shared<Detail>(detail);
    desk.step(3);
    CHECK_FALSE(desk.has("inspector.chosen"));
    CHECK(desk.has("inspector.placed.0"));
    // Before there was the task there is no such tab; it is in front again where there is.
    const std::string task = std::exchange(detail.task, {});
    desk.play().frame.detail = std::make_shared<Detail>(detail);
    desk.step(3);
    CHECK_FALSE(desk.has("inspector.placed.0"));
    CHECK_FALSE(desk.desktop().context().look.placement);
    detail.task = task;
    desk.play().frame.detail = std::make_shared<Detail>(detail);
    desk.step(3);
    CHECK(desk.has("inspector.placed.0"));
    CHECK(desk.desktop().context().look.placement);
    // A node's line offers what can be done to it.
    detail.placement = {{"moe", "Constraint", "node.labels.disk is hdd"}};
    desk.play().frame.detail = std::make_shared<Detail>(detail);
    desk.step(3);
    desk.right_click("inspector.node.moe");
    desk.step(2);
    CHECK(desk.has("menu"));
}

TEST_CASE("inspector: what ran out of memory is offered a higher limit first, to be changed before it is typed") {
    const Detail detail = killed_cache();
    std::vector<Action> all;
    for (const char* command : {"docker start cache-2", "docker rm -f cache-2", "docker logs -f cache-2", "inject kill cache.2"}) all.push_back({command, command, "larry"});
    std::vector<Action> useful = useful_actions(all, detail);
    REQUIRE(useful.size() == 4);
    CHECK(useful[0].label == "Raise limit…");
    CHECK(useful[0].command == "docker update --memory 512m --memory-swap 512m cache-2");
    CHECK(useful[0].terminal == "larry");
    CHECK(useful[1].command == "docker start cache-2");
    all[0].unable = "its host is down";
    useful = useful_actions(all, detail);
    for (const Action& action : useful) CHECK(action.command != "docker start cache-2");
}

TEST_CASE("inspector: what is at hand for a service is found also where its project has to be named") {
    SampleFrame sample;
    view::ServiceView& web = sample.cluster.services[1];
    web.stack = "shop";
    web.directory = "/srv/shop";
    web.files = {"/srv/shop/compose.yaml"};
    web.running = 0;
    Detail detail;
    detail.selection = {Selection::Kind::Service, "shop/web"};
    detail.tone = Tone::Bad;
    const std::vector<Action> useful = useful_actions(actions_for(sample.frame(), detail.selection), detail);
    REQUIRE(useful.size() > 1);
    CHECK(useful[0].command == "docker compose -p shop start web");
    CHECK(std::any_of(useful.begin(), useful.end(), [](const Action& action) { return action.command.starts_with("docker compose -p shop -f /srv/shop/compose.yaml up"); }));
    CHECK(without_project_words("docker compose -p shop -f /srv/shop/compose.yaml up -d web") == "docker compose up -d web");
    CHECK(without_project_words("docker compose -p shop --project-directory '/srv/my shop' -f '/srv/it'\\''s mine.yaml' up -d web") == "docker compose up -d web");
    CHECK(without_project_words("docker compose logs -f web") == "docker compose logs -f web");
    CHECK(without_project_words("docker ps -f x y z") == "docker ps -f x y z");
}

TEST_CASE("inspector: its steps select facts and go to their moments, its tabs turn, its buttons type") {
    SampleFrame sample;
    test::NullDesk desk(frame_of(sample, std::make_shared<Detail>(killed_cache())));
    desk.desktop().context().select(Selection::Kind::Container, "cache.2");
    desk.step(3);
    REQUIRE(desk.has("inspector.memory"));
    CHECK(desk.has("inspector.probes"));
    CHECK_FALSE(desk.has("inspector.cause.2"));  // left out of the chain
    desk.click("inspector.cause.9");
    CHECK(desk.desktop().context().look.fact == FactId{9});
    desk.double_click("inspector.cause.8");
    const auto* seek = desk.play().last<intent::Seek>();
    REQUIRE(seek != nullptr);
    CHECK(seek->time == Time{} + seconds(8));
    desk.click("inspector.tab.History");
    desk.step(2);
    REQUIRE(desk.has("inspector.history.5"));
    desk.click("inspector.history.5");
    CHECK(desk.desktop().context().look.fact == FactId{5});
    desk.click("inspector.tab.Why");
    desk.step(2);
    CHECK(desk.has("inspector.why.4"));
    CHECK(desk.has("inspector.words"));
    CHECK(desk.desktop().context().look.why);
    desk.click("inspector.tab.Logs");
    desk.step(2);
    CHECK(desk.has("inspector.log"));
    CHECK_FALSE(desk.desktop().context().look.why);
    desk.click("inspector.tab.Overview");
    desk.step(2);
    desk.click("inspector.act.0");  // raise the limit: put into the line, for the person to end it
    desk.step(6);
    CHECK(desk.play().last<intent::Type>() == nullptr);
    desk.key(desktop::Key::Enter);
    REQUIRE(desk.play().last<intent::Type>() != nullptr);
    CHECK(desk.play().last<intent::Type>()->line.starts_with("docker update"));
}

TEST_CASE("inspector: with nothing selected it says what there is to select") {
    SampleFrame sample;
    test::NullDesk desk(frame_of(sample, nullptr));
    desk.step(3);
    CHECK_FALSE(desk.has("inspector.head"));
    CHECK_FALSE(desk.has("inspector.ready"));
    // Selected, and not in the frame yet.
    desk.desktop().context().select(Selection::Kind::Host, "moe");
    desk.step(2);
    CHECK_FALSE(desk.has("inspector.head"));
}

TEST_CASE("inspector: with nothing selected it tells what runs apart from what is ready") {
    SampleFrame sample;
    sample.cluster.wanted = sample.cluster.running = 3;
    for (view::ServiceView& service : sample.cluster.services) service.ready = service.wanted;
    const auto tells = [&sample] {
        test::NullDesk desk(frame_of(sample, nullptr));
        desk.step(3);
        return desk.has("inspector.ready");
    };
    CHECK_FALSE(tells());
    sample.cluster.services[0].ready = 1;
    CHECK(tells());
}

TEST_CASE("services: lines say how many run of how many should, and members what is wanted beside what is") {
    SampleFrame sample;
    sample.cluster.services[0].running = 1;
    sample.cluster.services[0].ready = 1;
    sample.cluster.services[0].update = "updating";
    sample.cluster.services[0].updated = 1;
    sample.cluster.services[1].running = 1;
    sample.cluster.services[1].ready = 1;
    sample.cluster.tasks[0].state = "running";
    sample.cluster.tasks[0].desired = "shutdown";
    view::TaskView ended = sample.cluster.tasks[0];
    ended.state = "failed";
    ended.desired = "shutdown";
    ended.tile = view::kNone;
    ended.error = "task: non-zero exit (1)";
    sample.cluster.tasks.push_back(ended);
    const std::vector<ServiceLine> lines = service_lines(sample.cluster, "");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].count == "1/2");
    CHECK(lines[0].tone == Tone::Warning);
    CHECK(lines[0].update == 0.5F);
    CHECK(lines[1].tone == Tone::Good);
    CHECK(lines[1].update < 0);
    CHECK(lines[1].about.find("8080->80/tcp") != std::string::npos);
    // A long line loses its end, so how far an update is stands first.
    CHECK(lines[0].about.starts_with("updating, 1 of 2"));
    CHECK(service_lines(sample.cluster, "we").size() == 1);
    CHECK(service_lines(sample.cluster, "nothing").empty());
    const std::vector<ServiceMember> members = members_of(sample.cluster, 0);
    REQUIRE(members.size() == 2);
    CHECK(members[0].state == "running");
    CHECK(members[0].desired == "shutdown");
    CHECK(members[0].host == "moe");
    CHECK(members[1].tone == Tone::Bad);
    CHECK(members[1].desired.empty());
    // Compose's services have containers instead.
    const std::vector<ServiceMember> plain = members_of(sample.cluster, 1);
    REQUIRE(plain.size() == 1);
    CHECK(plain[0].name == "web.1");
    CHECK_FALSE(plain[0].task);
}

TEST_CASE("services: of tasks of one name each is selected by itself") {
    SampleFrame sample;
    sample.cluster.tasks[0].state = "running";
    sample.cluster.tasks[0].desired = "running";
    sample.add_tile("cache.1", 2, 0, view::Phase::Lost);
    sample.cluster.tiles[3].own_name = "cache.1.old";
    view::TaskView ghost = sample.cluster.tasks[0];
    ghost.id = "ghost1";
    ghost.host = 2;
    ghost.tile = 3;
    ghost.desired = "shutdown";
    view::TaskView ended = ghost;
    ended.id = "ended1";
    ended.tile = view::kNone;
    ended.state = "failed";
    sample.cluster.tasks.push_back(ghost);
    sample.cluster.tasks.push_back(ended);
    const std::vector<ServiceMember> members = members_of(sample.cluster, 0);
    REQUIRE(members.size() == 3);
    CHECK(members[0].selection == Selection{Selection::Kind::Task, "cache.1"});
    CHECK(members[1].selection == Selection{Selection::Kind::Container, "cache.1.old"});
    CHECK(members[2].selection == Selection{Selection::Kind::Task, "ended1"});
}

TEST_CASE("services: of two projects' services of one name each is selected, lit up and acted on by itself") {
    SampleFrame sample;
    sample.cluster.services[0] = sample.cluster.services[1];
    sample.cluster.services[0].stack = "blog";
    sample.cluster.services[1].stack = "shop";
    for (view::ServiceView& service : sample.cluster.services) service.shares_name = true;
    test::NullDesk desk(frame_of(sample, nullptr));
    desk.step(3);
    desk.click("tab.left.services");
    desk.step(2);
    for (const char* called : {"blog/web", "shop/web"}) {
        desk.click(std::string("services.") + called);
        CHECK(desk.desktop().context().look.selection == Selection{Selection::Kind::Service, called});
    }
    CHECK(view::service_meant(sample.cluster, "blog/web") == 0);
    CHECK(view::service_meant(sample.cluster, "shop/web") == 1);
    CHECK(view::service_meant(sample.cluster, "web") == 0);
    CHECK(view::service_meant(sample.cluster, "attic/web") == view::kNone);
    CHECK(view::services_meant(sample.cluster, "shop/web") == std::vector<bool>{false, true});
    CHECK(view::services_meant(sample.cluster, "web") == std::vector<bool>{true, true});
    CHECK(view::services_meant(sample.cluster, "attic/web") == std::vector<bool>{false, false});
    const auto lines = actions_for(sample.frame(), {Selection::Kind::Service, "shop/web"}, "moe");
    const auto has = [&lines](const std::string& line) { return std::any_of(lines.begin(), lines.end(), [&line](const Action& action) { return action.command == line; }); };
    CHECK(has("docker compose -p shop stop web"));
    CHECK(has("docker compose -p shop up -d --scale web=2 web"));
    CHECK(has("why shop/web"));
    CHECK(has("inject kill shop/web"));
    CHECK(has("traffic shop/web:8080 rate=20/s"));
    const std::vector<ServiceMember> members = members_of(sample.cluster, 1);
    REQUIRE(members.size() == 1);
    CHECK(members[0].name == "web.1");
    CHECK(members[0].selection == Selection{Selection::Kind::Container, "shop-web-1"});
}

TEST_CASE("services: a project's service is selected by its whole name, and means the same when another project has one of the name") {
    SampleFrame sample;
    sample.cluster.services[1].stack = "shop";
    test::NullDesk desk(frame_of(sample, nullptr));
    desk.step(3);
    desk.click("tab.left.services");
    desk.step(2);
    desk.click("services.web");
    CHECK(desk.desktop().context().look.selection == Selection{Selection::Kind::Service, "shop/web"});
    CHECK(selection_words(sample.cluster, {Selection::Kind::Service, "shop/web"}) == "web");
    CHECK(fault_target_of(sample.frame(), "container", {Selection::Kind::Service, "shop/web"}) == "web");
    sample.cluster.services.insert(sample.cluster.services.begin() + 1, sample.cluster.services[1]);
    sample.cluster.services[1].stack = "blog";
    for (std::uint32_t service : {1U, 2U}) sample.cluster.services[service].shares_name = true;
    CHECK(view::service_meant(sample.cluster, desk.desktop().context().look.selection.name) == 2);
    CHECK(selection_words(sample.cluster, {Selection::Kind::Service, "shop/web"}) == "shop/web");
    // A fault is to be ended on what it is aimed at.
    sample.cluster.faults.push_back({1, "hang shop/web", "shop/web", Time{}});
    const auto ends = [&sample](const std::string& service) {
        const std::vector<Action> actions = actions_for(sample.frame(), {Selection::Kind::Service, service});
        return std::any_of(actions.begin(), actions.end(), [](const Action& action) { return action.command == "lift hang shop/web"; });
    };
    CHECK(ends("shop/web"));
    CHECK_FALSE(ends("blog/web"));
}

TEST_CASE("services: a name without a project means a swarm's own service, and a stack's where nothing else is called so") {
    SampleFrame sample;
    sample.cluster.services[0].name = "web";
    sample.cluster.services[1].stack = "shop";
    sample.add_service("shop_db", "replicated", "redis:7", 1);
    sample.cluster.services[2].stack = "shop";
    CHECK(view::services_meant(sample.cluster, "web") == std::vector<bool>{true, false, false});
    CHECK(view::services_meant(sample.cluster, "shop/web") == std::vector<bool>{false, true, false});
    CHECK(view::services_meant(sample.cluster, "db") == std::vector<bool>{false, false, true});
    CHECK(view::services_meant(sample.cluster, "") == std::vector<bool>{false, false, false});
}

TEST_CASE("services: a state, a name and a host that are cut off are told whole to who rests on them") {
    SampleFrame sample;
    sample.cluster.tasks[0].state = "running";
    const auto told = [&sample](const std::string& name, const char* desired, const std::string& host, const char* id = "services.member.cache.0") {
        sample.cluster.tasks[0].name = name;
        sample.cluster.tasks[0].desired = desired;
        sample.cluster.hosts[0].name = host;
        sample.cluster.tiles[0].phase = *desired == 's' ? view::Phase::Lost : view::Phase::Running;
        test::NullDesk desk(frame_of(sample, nullptr));
        desk.step(3);
        desk.click("tab.left.services");
        desk.step(2);
        desk.move_to(id);
        desk.step(3);
        const ImGuiWindow* words = ImGui::FindWindowByName("##Tooltip_00");
        return words != nullptr && words->WasActive;
    };
    const std::string long_name = "a-name-that-takes-all-the-room-it-may-have-and-more";
    CHECK_FALSE(told("cache.1", "running", "moe"));
    CHECK(told("cache.1", "running", long_name));
    CHECK(told("cache.1", "shutdown", long_name));
    CHECK(told(long_name, "running", "moe"));
    ServiceMember member{"web.2", "running, lost", "shutdown", "moe", Tone::Bad, true, {}};
    CHECK(member_words(member) == "web.2 running, lost → shutdown on moe");
    member = {"web.2", "failed", "", "", Tone::Bad, true, "task: non-zero exit (1)"};
    CHECK(member_words(member) == "web.2 failed\ntask: non-zero exit (1)");
    // So is a service's own name.
    CHECK_FALSE(told("cache.1", "running", "moe", "services.cache"));
    sample.cluster.services[0].name = long_name;
    CHECK(told("cache.1", "running", "moe", ("services." + long_name).c_str()));
}

TEST_CASE("services: a click selects, the pointer lights up, an opened one shows its tasks") {
    SampleFrame sample;
    sample.cluster.tasks[0].state = "running";
    sample.cluster.tasks[0].desired = "running";
    test::NullDesk desk(frame_of(sample, nullptr));
    desk.step(3);
    desk.click("tab.left.services");
    desk.step(2);
    REQUIRE(desk.has("services.cache"));
    desk.click("services.cache");
    desk.step(2);
    CHECK(desk.desktop().context().look.selection == Selection{Selection::Kind::Service, "cache"});
    CHECK(desk.desktop().context().lit_service == "cache");
    desk.move_to("services.web");
    desk.step(2);
    CHECK(desk.desktop().context().lit_service == "web");
    desk.move_to("transport.play");
    desk.step(2);
    CHECK(desk.desktop().context().lit_service == "cache");
    // So few are open until somebody folds them.
    REQUIRE(desk.has("services.member.cache.0"));
    desk.click("services.member.cache.0");
    CHECK(desk.desktop().context().look.selection == Selection{Selection::Kind::Task, "cache.1"});
    desk.click("services.fold.cache");
    desk.step(2);
    CHECK_FALSE(desk.has("services.member.cache.0"));
}

}  // namespace podium::desktop
