#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>

#include "sim/lab/foreground.hpp"
#include "tests/desktop/sample_frame.hpp"
#include "tests/lab/look_lines.hpp"
#include "ui/desktop/panels/actions.hpp"

using namespace podium;
using namespace podium::desktop;

namespace {

using Kind = Selection::Kind;

const Action* labelled(const std::vector<Action>& actions, const std::string& label) {
    const auto found = std::find_if(actions.begin(), actions.end(), [&label](const Action& action) { return action.label == label; });
    return found == actions.end() ? nullptr : &*found;
}

// "LINE @ TERMINAL", with the reason behind it when it can't be done.
std::string line_of(const std::vector<Action>& actions, const std::string& label) {
    const Action* action = labelled(actions, label);
    if (action == nullptr) return "<none>";
    return action->command + " @ " + action->terminal + (action->unable.empty() ? "" : " (" + action->unable + ")");
}

}  // namespace

TEST_CASE("a container that runs is stopped by its own name on its host, and not started") {
    const SampleFrame sample;
    const auto actions = actions_for(sample.frame(), {Kind::Container, "web.1"});
    CHECK(line_of(actions, "Stop") == "docker stop shop-web-1 @ larry");
    CHECK(line_of(actions, "Remove") == "docker rm -f shop-web-1 @ larry");
    CHECK(line_of(actions, "A shell in it") == "docker exec -it shop-web-1 sh @ larry");
    CHECK(labelled(actions, "Start") == nullptr);
    CHECK(line_of(actions, "Crash loop") == "inject crash-loop web.1 @ moe");
    CHECK(line_of(actions, "Why") == "why web.1 @ moe");
}

TEST_CASE("a swarm's container has its task's id in its name") {
    const SampleFrame sample;
    CHECK(line_of(actions_for(sample.frame(), {Kind::Container, "cache.1"}), "Kill") == "docker kill cache.1.k2m9x @ moe");
}

TEST_CASE("a container that is down is started; what needs it to run says why not") {
    const SampleFrame sample;
    const auto actions = actions_for(sample.frame(), {Kind::Container, "cache.2"});
    CHECK(line_of(actions, "Start") == "docker start cache.2 @ larry");
    CHECK(labelled(actions, "Stop") == nullptr);
    CHECK(line_of(actions, "Pause") == "docker pause cache.2 @ larry (it does not run)");
    REQUIRE(std::count_if(actions.begin(), actions.end(), [](const Action& action) { return action.command == "inject kill cache.2" && action.unable == "it does not run"; }) == 1);
}

TEST_CASE("a container that is paused goes on, and nothing is run in it") {
    SampleFrame sample;
    sample.cluster.tiles[2].phase = view::Phase::Paused;
    const auto actions = actions_for(sample.frame(), {Kind::Container, "web.1"});
    CHECK(line_of(actions, "Go on") == "docker unpause shop-web-1 @ larry");
    CHECK(labelled(actions, "Pause") == nullptr);
    CHECK(line_of(actions, "A shell in it").ends_with("(it is paused)"));
}

TEST_CASE("on a host that is down no command runs, and it can't lose its power again") {
    SampleFrame sample;
    sample.cluster.hosts[1].up = false;
    sample.cluster.tiles[2].phase = view::Phase::Lost;
    CHECK(line_of(actions_for(sample.frame(), {Kind::Container, "web.1"}), "Remove").ends_with("(larry is down)"));
    const auto host = actions_for(sample.frame(), {Kind::Host, "larry"});
    CHECK(line_of(host, "Power loss") == "inject power-loss larry @ moe (it is down)");
    CHECK(line_of(host, "Link cut") == "inject link-cut larry @ moe");
}

TEST_CASE("a fault that goes on is ended rather than begun again") {
    SampleFrame sample;
    sample.cluster.faults.push_back({1, "crash-loop web.1", "web.1", Time{}});
    const auto actions = actions_for(sample.frame(), {Kind::Container, "web.1"});
    CHECK(line_of(actions, "End crash loop") == "lift crash-loop web.1 @ moe");
    CHECK(line_of(actions, "Crash loop").ends_with("(it goes on already)"));
    CHECK(line_of(actions_for(sample.frame(), {Kind::Fault, "crash-loop web.1"}), "End it") == "lift crash-loop web.1 @ moe");
    CHECK(line_of(actions_for(sample.frame(), {Kind::Fault, "hang web.1"}), "End it").ends_with("(it is over)"));
}

TEST_CASE("a node of a swarm is drained, promoted and demoted on a manager that is up") {
    SampleFrame sample;
    sample.cluster.hosts[0].up = false;
    const auto worker = actions_for(sample.frame(), {Kind::Host, "swarm-curly"}, "swarm-curly");
    CHECK(line_of(worker, "Drain") == "docker node update --availability drain swarm-curly @ larry");
    CHECK(line_of(worker, "Promote to manager") == "docker node promote swarm-curly @ larry");
    CHECK(labelled(worker, "Take tasks again") == nullptr);
    CHECK(labelled(worker, "Log in") == nullptr);
    CHECK(line_of(worker, "Partition from all others") == "inject partition 'swarm-curly|moe,larry' @ swarm-curly");
    sample.cluster.hosts[1].up = false;
    CHECK(line_of(actions_for(sample.frame(), {Kind::Host, "swarm-curly"}), "Drain").ends_with("(no manager of the swarm is up)"));
}

TEST_CASE("the last manager can't be demoted") {
    SampleFrame sample;
    sample.cluster.hosts[1].role = "worker";
    CHECK(line_of(actions_for(sample.frame(), {Kind::Host, "moe"}), "Demote to worker").ends_with("(it is the last manager)"));
}

TEST_CASE("a swarm's service is scaled on a manager, a Compose project's where it runs") {
    const SampleFrame sample;
    const auto swarm = actions_for(sample.frame(), {Kind::Service, "cache"});
    CHECK(line_of(swarm, "One more") == "docker service scale cache=3 @ moe");
    CHECK(line_of(swarm, "One less") == "docker service scale cache=1 @ moe");
    const auto compose = actions_for(sample.frame(), {Kind::Service, "web"});
    CHECK(line_of(compose, "One more") == "docker compose up -d --scale web=2 web @ larry");
    CHECK(line_of(compose, "Restart") == "docker compose restart web @ larry");
    CHECK(line_of(compose, "Send it requests") == "traffic web:8080 rate=20/s @ moe");
}

TEST_CASE("a Compose project's service is acted on from any folder: by the project's name, and where its files are read by these") {
    SampleFrame sample;
    sample.add_terminal("larry", false);
    view::ServiceView& web = sample.cluster.services[1];
    web.stack = "shop";
    web.directory = "/srv/shop";
    web.files = {"/srv/shop/compose.yaml"};
    const auto lines = [&sample](const std::string& directory) {
        sample.terminals[0].directory = directory;
        const auto actions = actions_for(sample.frame(), {Kind::Service, sample.cluster.services[1].whole()});
        return std::pair(line_of(actions, "Stop"), line_of(actions, "One more"));
    };
    CHECK(lines("/srv/shop") == std::pair<std::string, std::string>("docker compose stop web @ larry", "docker compose up -d --scale web=2 web @ larry"));
    CHECK(lines("/root") == std::pair<std::string, std::string>("docker compose -p shop stop web @ larry", "docker compose -p shop -f /srv/shop/compose.yaml up -d --scale web=2 web @ larry"));
    // Another name for the folder's project, and files that are not found by themselves.
    web.stack = "blog";
    const auto blog = actions_for(sample.frame(), {Kind::Service, "blog/web"});
    CHECK(line_of(blog, "One more") == "docker compose -p blog -f /srv/shop/compose.yaml up -d --scale web=2 web @ larry");
    sample.terminals[0].directory = "/srv/shop";
    CHECK(line_of(actions_for(sample.frame(), {Kind::Service, "blog/web"}), "One more") == "docker compose -p blog up -d --scale web=2 web @ larry");
    web.stack = "shop";
    web.files = {"/srv/shop/compose.yaml", "/srv/more/extra files.yaml"};
    CHECK(lines("/srv/shop").second == "docker compose -p shop -f /srv/shop/compose.yaml -f '/srv/more/extra files.yaml' up -d --scale web=2 web @ larry");
    web.files = {"/srv/base.yaml"};
    CHECK(lines("/root").second == "docker compose -p shop --project-directory /srv/shop -f /srv/base.yaml up -d --scale web=2 web @ larry");
    web.files.clear();
    CHECK(lines("/srv/shop") == std::pair<std::string, std::string>("docker compose -p shop stop web @ larry", "docker compose -p shop up -d --scale web=2 web @ larry (its project's file is not known)"));
    // Of a project that nobody has started yet the folder alone is known.
    web.stack.clear();
    CHECK(lines("/srv/shop").first == "docker compose stop web @ larry");
    CHECK(lines("/root").first == "docker compose --project-directory /srv/shop stop web @ larry");
}

TEST_CASE("what is offered for a Compose project's service works where it is offered") {
    lab::typed::ComposeLines run("services: {web: {image: nginx}}\n");
    run.run("docker compose up -d");
    const auto wanted = [&run](const std::string& label) {
        SampleFrame sample;
        sample.cluster = run.look();
        sample.add_terminal("host", false);
        sample.terminals[0].directory = lab::standing_of(run.session(), "host").directory;
        const auto actions = actions_for(sample.frame(), {Kind::Service, "shop/web"});
        const Action* action = labelled(actions, label);
        REQUIRE(action != nullptr);
        REQUIRE(action->unable.empty());
        run.run(action->command);
        run.wait(seconds(1));
        return lab::typed::service(run.look(), "web").wanted;
    };
    CHECK(wanted("One more") == 2);
    run.run("cd /");
    CHECK(wanted("One more") == 3);
    CHECK(wanted("One less") == 2);
    CHECK(wanted("Stop") == 0);
    CHECK(wanted("Start") == 2);
}

TEST_CASE("a link is cut between two hosts whose names have dashes") {
    SampleFrame sample;
    const auto actions = actions_for(sample.frame(), {Kind::Link, "moe-swarm-curly"});
    CHECK(line_of(actions, "Link cut") == "inject link-cut moe-swarm-curly @ moe");
    CHECK(line_of(actions, "Partition") == "inject partition 'moe|swarm-curly' @ moe");
}

TEST_CASE("traffic is stopped while it is sent; a volume that is used stays") {
    SampleFrame sample;
    view::TrafficView traffic;
    traffic.name = "web";
    traffic.sending = true;
    sample.cluster.traffic.push_back(traffic);
    sample.cluster.volumes.push_back({1, "data", 0, 2});
    CHECK(line_of(actions_for(sample.frame(), {Kind::Traffic, "web"}), "Stop sending") == "traffic stop web @ moe");
    CHECK(line_of(actions_for(sample.frame(), {Kind::Volume, "data"}), "Remove") == "docker volume rm data @ larry (2 containers use it)");
}

TEST_CASE("a line is typed in a session that is free") {
    SampleFrame sample;
    sample.add_terminal("moe", true);
    sample.add_terminal("moe/2", true);
    sample.add_terminal("larry", false);
    CHECK(free_terminal(sample.frame(), "moe") == "moe/3");
    CHECK(free_terminal(sample.frame(), "larry") == "larry");
    CHECK(free_terminal(sample.frame(), "") == "moe/3");
    sample.terminals[0].running = false;
    CHECK(free_terminal(sample.frame(), "moe/2") == "moe");
}

TEST_CASE("of several containers with one name the one that runs is meant, and a fault names it alone") {
    SampleFrame sample;
    sample.add_tile("cache.2", 2, 0, view::Phase::Running);
    sample.cluster.tiles[3].own_name = "cache.2.zzz";
    const auto actions = actions_for(sample.frame(), {Kind::Container, "cache.2"});
    CHECK(line_of(actions, "Stop") == "docker stop cache.2.zzz @ swarm-curly");
    CHECK(line_of(actions, "Crash loop") == "inject crash-loop cache.2.zzz @ moe");
}

TEST_CASE("of containers that have even their own names in common each is acted on on its host, and by its id") {
    SampleFrame sample;
    sample.add_tile("web.1", 2, 1, view::Phase::Running);
    sample.cluster.tiles[2].id = "aaaaaaaaaaaa";
    sample.cluster.tiles[3].own_name = "shop-web-1";
    sample.cluster.tiles[3].id = "bbbbbbbbbbbb";
    const auto actions = actions_for(sample.frame(), {Kind::Container, "bbbbbbbbbbbb"});
    CHECK(line_of(actions, "Stop") == "docker stop shop-web-1 @ swarm-curly");
    CHECK(line_of(actions, "Crash loop") == "inject crash-loop bbbbbbbbbbbb @ moe");
    CHECK(line_of(actions, "Why") == "why bbbbbbbbbbbb @ moe");
    CHECK(line_of(actions_for(sample.frame(), {Kind::Container, "aaaaaaaaaaaa"}), "Stop") == "docker stop shop-web-1 @ larry");
}

TEST_CASE("a ghost is acted on by its container's own name") {
    SampleFrame sample;
    sample.add_tile("cache.1", 2, 0, view::Phase::Lost);
    sample.cluster.tiles[3].own_name = "cache.1.old";
    CHECK(line_of(actions_for(sample.frame(), {Kind::Container, "cache.1.old"}), "Start") == "docker start cache.1.old @ swarm-curly");
    CHECK(line_of(actions_for(sample.frame(), {Kind::Container, "cache.1"}), "Stop").ends_with("@ moe"));
}

TEST_CASE("a task that is selected by its id, for another has its name, is asked about by its id") {
    SampleFrame sample;
    view::TaskView ended = sample.cluster.tasks[0];
    ended.id = "ended1ended1";
    ended.tile = view::kNone;
    ended.state = "failed";
    sample.cluster.tasks.push_back(ended);
    CHECK(line_of(actions_for(sample.frame(), {Kind::Task, "ended1ended1"}), "Why") == "why ended1ended1 @ moe");
    CHECK(line_of(actions_for(sample.frame(), {Kind::Task, "cache.1"}), "Why") == "why cache.1 @ moe");
}

TEST_CASE("a task that waits for a node is acted on, and not the ghost whose place it takes") {
    SampleFrame sample;
    sample.cluster.tiles[0].phase = view::Phase::Lost;
    sample.cluster.tiles[0].own_name = "cache.1.k2m9x";
    sample.add_tile("cache.1", view::kNone, 0, view::Phase::Pending);
    sample.cluster.tiles.back().container = 0;
    view::TaskView waits = sample.cluster.tasks[0];
    waits.id = "waits1";
    waits.host = view::kNone;
    waits.tile = static_cast<std::uint32_t>(sample.cluster.tiles.size() - 1);
    sample.cluster.tasks.push_back(waits);
    const auto actions = actions_for(sample.frame(), {Kind::Task, "cache.1"});
    CHECK(line_of(actions, "Inspect") == "docker inspect waits1 @ moe");
    CHECK(std::none_of(actions.begin(), actions.end(), [](const Action& action) { return action.command.starts_with("docker start"); }));
}

TEST_CASE("words that mean something to a shell are quoted") {
    CHECK(shell_word("web.1") == "web.1");
    CHECK(shell_word("a|b,c") == "'a|b,c'");
    CHECK(shell_word("it's") == "'it'\\''s'");
    CHECK(shell_word("") == "''");
}

TEST_CASE("there is something to do about the cluster as a whole, and nothing about what is gone") {
    const SampleFrame sample;
    const auto all = actions_for(sample.frame(), {});
    CHECK(line_of(all, "Nodes of the swarm") == "docker node ls @ moe");
    CHECK(std::any_of(all.begin(), all.end(), [](const Action& action) { return action.command == "inject registry-outage ghcr.io"; }));
    CHECK(actions_for(sample.frame(), {Kind::Container, "gone.1"}).empty());
    CHECK(actions_for(Frame{}, {Kind::Host, "moe"}).empty());
}
