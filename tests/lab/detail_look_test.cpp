// All about one thing: what an inspector shows of a container, a host, a service, a task and the rest.

#include <algorithm>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "sim/lab/detail_look.hpp"
#include "sim/lab/detail_parts.hpp"
#include "sim/lab/swarm_standing.hpp"
#include "tests/lab/look_lines.hpp"

namespace podium::lab {
namespace {

using typed::has;

std::string value(const DetailLook& look, const std::string& name, const std::string& section = {}) {
    for (const DetailRow& row : look.rows)
        if (row.name == name && row.section == section) return row.value;
    return "(no row)";
}

std::size_t rows_in(const DetailLook& look, const std::string& section) {
    return static_cast<std::size_t>(std::count_if(look.rows.begin(), look.rows.end(), [&](const DetailRow& row) { return row.section == section; }));
}

bool tells(const std::vector<DetailFact>& facts, const std::string& part) {
    return std::any_of(facts.begin(), facts.end(), [&](const DetailFact& fact) { return has(fact.what, part); });
}

}  // namespace

TEST_CASE("detail: a container that was killed for its memory says so in rows, history, causes and words") {
    typed::ComposeLines run(
        "services:\n"
        "  cache:\n"
        "    image: redis\n"
        "    mem_limit: 64m\n"
        "    restart: on-failure:3\n"
        "    volumes: ['data:/data']\n"
        "    ports: ['6379:6379']\n"
        "    healthcheck: {test: ['CMD', 'redis-cli', 'ping'], interval: 1s, timeout: 1s, retries: 2}\n"
        "volumes: {data: {}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(8));
    DetailLook look = look_at_detail(run.session(), DetailKind::Container, "cache.1");
    CHECK(look.title == "cache.1");
    CHECK(look.subtitle == "container on host");
    CHECK(look.state == "running");
    CHECK(look.tone == view::Tone::Good);
    CHECK(look.service == "cache");
    CHECK(look.host == "host");
    CHECK(value(look, "Image") == "redis");
    CHECK(value(look, "Restarts") == "0 of 3");
    CHECK(value(look, "Exit code") == "(no row)");
    CHECK(value(look, "Health") == "healthy");
    CHECK(has(value(look, "Network"), "shop_default 172."));
    CHECK(value(look, "Port") == "6379 -> 6379/tcp");
    CHECK(std::count_if(look.rows.begin(), look.rows.end(), [](const DetailRow& row) { return row.name == "Port"; }) == 1);
    CHECK(value(look, "Volume") == "shop_data (rw)");
    CHECK(rows_in(look, "Mounts") == 1);
    CHECK(value(look, "Project", "Identity") == "shop");
    CHECK(value(look, "Name", "Identity") == "shop-cache-1");
    CHECK(has(value(look, "1", "Processes"), "redis-server"));
    CHECK(value(look, "Check", "Health") == "redis-cli ping");
    CHECK(look.memory_limit_bytes == 64LL << 20);
    CHECK(look.memory_bytes > 0);
    CHECK(look.probes.size() >= 5);
    CHECK(std::count(look.probes.begin(), look.probes.end(), false) == 0);
    CHECK_FALSE(look.logs.empty());
    CHECK(tells(look.history, "started"));
    CHECK_FALSE(look.causes.empty());
    CHECK(has(look.why, "cache.1"));

    run.inject("memory-leak cache rate=32m");
    run.wait(seconds(4));
    look = look_at_detail(run.session(), DetailKind::Container, "cache.1");
    CHECK(value(look, "Exit code") == "137 (SIGKILL)");
    CHECK(value(look, "OOM killed") == "yes");
    CHECK(has(value(look, "Restarts"), " of 3"));
    CHECK(tells(look.history, "memory"));
    REQUIRE(look.history.size() >= 2);
    CHECK(std::is_sorted(look.history.begin(), look.history.end(), [](const DetailFact& a, const DetailFact& b) { return a.fact < b.fact; }));
    // The chain begins with a cause of its own and each step is caused by the one before it, as far as it is shown.
    CHECK(std::is_sorted(look.causes.begin(), look.causes.end(), [](const DetailFact& a, const DetailFact& b) { return a.fact < b.fact; }));

    const DetailLook fault = look_at_detail(run.session(), DetailKind::Fault, "memory-leak cache rate=32m");
    CHECK(fault.state == "goes on");
    CHECK(has(value(fault, "What it does"), "more and more memory"));
    CHECK(value(fault, "rate") == "32m");
    CHECK(value(fault, "To end it") == "lift memory-leak cache rate=32m");
    CHECK_FALSE(fault.history.empty());

    const DetailLook volume = look_at_detail(run.session(), DetailKind::Volume, "shop_data");
    CHECK(volume.subtitle == "volume on host");
    CHECK(has(value(volume, "cache.1", "Mounted by"), "/data"));

    const DetailLook service = look_at_detail(run.session(), DetailKind::Service, "cache");
    CHECK(has(service.subtitle, "project shop"));
    CHECK(value(service, "Wanted") == "1");
    CHECK(value(service, "Image") == "redis");
    CHECK_FALSE(service.history.empty());
    CHECK(rows_in(service, "Containers") == 1);
}

TEST_CASE("detail: failed health checks are told of those that make it unhealthy, and once it is so by their number") {
    typed::ComposeLines run("services: {db: {image: redis, healthcheck: {test: ['CMD', 'redis-cli', 'ping'], interval: 1s, timeout: 1s, retries: 3}}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(4));
    run.inject("failing-health db");
    bool counting = false;
    for (int i = 0; i < 60 && !counting; ++i) {
        run.wait(milliseconds(100));
        counting = has(value(look_at_detail(run.session(), DetailKind::Container, "db.1"), "Health"), ", failed 2 of 3");
    }
    CHECK(counting);
    run.wait(seconds(10));
    const std::string health = value(look_at_detail(run.session(), DetailKind::Container, "db.1"), "Health");
    CHECK(has(health, "unhealthy, failed "));
    CHECK(health.ends_with(" times"));
}

TEST_CASE("detail: a container that waits for its restart says when, and what is gone is said to be") {
    typed::ComposeLines run("services: {flaky: {image: busybox, command: sh -c 'echo hello; exit 3', restart: always}}\n");
    run.run("docker compose up -d");
    bool seen = false;
    for (int i = 0; i < 300 && !seen; ++i) {
        run.wait(milliseconds(50));
        const DetailLook look = look_at_detail(run.session(), DetailKind::Container, "flaky.1", {.why = false});
        if (look.state != "waits for its restart") continue;
        seen = true;
        CHECK(look.tone == view::Tone::Warning);
        CHECK(has(value(look, "Restart due"), "in "));
        CHECK(value(look, "Exit code") == "3");
        CHECK(look.why.empty());
        CHECK(std::count(look.logs.begin(), look.logs.end(), "hello") > 0);
    }
    CHECK(seen);
    run.run("docker compose down -t 0");
    const DetailLook look = look_at_detail(run.session(), DetailKind::Container, "flaky.1");
    CHECK(look.state == "removed");
    CHECK(tells(look.history, "removed"));
    CHECK(look_at_detail(run.session(), DetailKind::Container, "nobody").state == "gone");
    CHECK(look_at_detail(run.session(), DetailKind::Host, "nobody").state == "gone");
    CHECK(look_at_detail(run.session(), DetailKind::None, "").rows.empty());
}

TEST_CASE("detail: traffic has its latencies and failures by reason") {
    typed::ComposeLines run("services: {web: {image: nginx, ports: ['8080:80']}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(5));
    run.session().post({run.session().now(), CommandKind::Traffic, {}, "web:8080 rate=20/s", {}});
    run.wait(seconds(5));
    run.run("docker kill shop-web-1");
    run.wait(seconds(3));
    const DetailLook look = look_at_detail(run.session(), DetailKind::Traffic, "web");
    CHECK(look.state == "fails");
    CHECK(has(value(look, "Half within", "Latency"), " ms"));
    CHECK(rows_in(look, "Failures") >= 1);
    CHECK(has(look.subtitle, "outside to web:8080"));
}

TEST_CASE("detail: of a swarm, hosts, services, tasks and links") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 2 --update-delay 7s --restart-max-attempts 1 -p 8080:80 nginx").status == 0);
    REQUIRE(swarm.run("docker service create -d --name huge --reserve-memory 900G nginx").status == 0);
    REQUIRE(swarm.run("docker service create -d --name agent --mode global nginx").status == 0);
    swarm.wait(12);
    const DetailLook host = look_at_detail(swarm.session(), DetailKind::Host, "swarm-larry");
    CHECK(host.state == "up");
    CHECK(value(host, "Role") == "leader");
    CHECK(value(host, "Node") == "ready");
    CHECK(value(host, "Address") == "10.77.0.11");
    CHECK(has(value(host, "Memory"), "of 4 GiB"));
    CHECK(rows_in(host, "Containers") >= 1);
    CHECK(rows_in(host, "Images") >= 2);
    CHECK(host.memory_limit_bytes == 4LL << 30);

    const DetailLook service = look_at_detail(swarm.session(), DetailKind::Service, "web");
    CHECK(service.state == "2/2");
    CHECK(service.subtitle == "replicated service");
    CHECK(value(service, "Port") == "8080->80/tcp");
    CHECK(value(service, "Between", "Updates") == "7s");
    CHECK(value(service, "Restarts") == "any, after 5s, once");
    CHECK(rows_in(service, "Tasks") == 2);
    CHECK_FALSE(service.history.empty());
    CHECK_FALSE(service.causes.empty());

    const DetailLook huge = look_at_detail(swarm.session(), DetailKind::Task, "huge.1");
    CHECK(huge.state == "pending");
    CHECK(value(huge, "Desired") == "running");
    CHECK(value(huge, "Node") == "none yet");
    CHECK(has(value(huge, "Error"), "no suitable node"));
    REQUIRE(huge.placement.size() == 3);
    for (const NodeAnswer& answer : huge.placement) CHECK_FALSE(answer.filter.empty());
    CHECK_FALSE(huge.ways.empty());
    CHECK(has(huge.why, "huge.1"));
    const DetailLook gone = look_at_detail(swarm.session(), DetailKind::Task, "huge.7");
    CHECK(gone.state == "gone");
    CHECK(gone.task.empty());

    // Its tile stands for a task that has no container.
    CHECK(look_at_detail(swarm.session(), DetailKind::Container, "huge.1").subtitle == "task without a node");

    const DetailLook web = look_at_detail(swarm.session(), DetailKind::Task, "web.1");
    CHECK(web.state == "running");
    CHECK(has(web.subtitle, "task on swarm-"));
    const DetailLook container = look_at_detail(swarm.session(), DetailKind::Container, "agent.swarm-moe");
    CHECK(container.subtitle == "container on swarm-moe");
    CHECK(container.title == "agent.swarm-moe");
    CHECK(tells(container.history, "started"));

    const view::ClusterView view = look_at_cluster(swarm.session());
    const std::string link = view.links.front().name;
    CHECK(look_at_detail(swarm.session(), DetailKind::Link, link).state == "up");
    swarm.inject("delay " + link + " by=80ms");
    swarm.wait(1);
    const DetailLook slow = look_at_detail(swarm.session(), DetailKind::Link, link);
    CHECK(slow.state == "degraded");
    CHECK(value(slow, "Added delay") == "80.0 ms");
    swarm.inject("power-loss swarm-moe");
    swarm.wait(1);
    CHECK(look_at_detail(swarm.session(), DetailKind::Host, "swarm-moe").state == "down");
    CHECK(has(value(look_at_detail(swarm.session(), DetailKind::Host, "swarm-moe"), "Down since"), "ago"));
}

TEST_CASE("detail: a task that has a node, and its container, show the decision that placed it as it was taken") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 2 --constraint 'node.hostname!=swarm-moe' nginx").status == 0);
    REQUIRE(swarm.run("docker service create -d --name agent --mode global nginx").status == 0);
    swarm.wait(12);
    DetailFollower follower;
    const auto shown = [&](DetailKind kind, const std::string& name) {
        DetailLook look = look_at_detail(swarm.session(), kind, name);
        const DetailLook followed = follower.look(swarm.session(), kind, name);
        CHECK(followed.placement == look.placement);
        CHECK(followed.decided == look.decided);
        CHECK(followed.placement_remarks == look.placement_remarks);
        CHECK(follower.look(swarm.session(), kind, name).placement == look.placement);
        return look;
    };
    const auto of_node = [](const DetailLook& look, const std::string& node) {
        const auto found = std::find_if(look.placement.begin(), look.placement.end(), [&](const NodeAnswer& answer) { return answer.node == node; });
        REQUIRE(found != look.placement.end());
        return *found;
    };
    Time decided{};
    for (int round = 0; round < 2; ++round) {
        for (const DetailKind kind : {DetailKind::Task, DetailKind::Container}) {
            const DetailLook web = shown(kind, "web.1");
            CHECK(web.task == "web.1");
            REQUIRE(web.placement.size() == 3);
            CHECK(std::count_if(web.placement.begin(), web.placement.end(), [](const NodeAnswer& answer) { return answer.chosen; }) == 1);
            CHECK(of_node(web, web.host).chosen);
            CHECK(of_node(web, web.host).words == "got it: had no task");
            CHECK(of_node(web, "swarm-moe").filter == "constraint");
            CHECK(web.ways.empty());
            REQUIRE_FALSE(web.placement_remarks.empty());
            CHECK(has(web.placement_remarks.back(), "The rule: the node with the fewest tasks"));
            if (decided == Time{}) decided = web.decided;
            CHECK(web.decided == decided);
            CHECK(decided < swarm.session().now() - seconds(5));
        }
        // What has come since changes nothing of what was decided then.
        REQUIRE(swarm.run("docker service scale -d web=6").status == 0);
        swarm.wait(8);
    }
    const DetailLook agent = shown(DetailKind::Container, "agent.swarm-moe");
    REQUIRE(agent.placement.size() == 1);
    CHECK(agent.placement.front().chosen);
    CHECK(agent.placement.front().node == "swarm-moe");
    REQUIRE(agent.placement_remarks.size() == 1);
    CHECK(has(agent.placement_remarks.front(), "asked that node alone"));
    // It is not asked for unless somebody looks.
    CHECK(look_at_detail(swarm.session(), DetailKind::Container, "web.1", {.placement = false}).placement.empty());
    CHECK(look_at_detail(swarm.session(), DetailKind::Container, "web.1", {.placement = false}).task == "web.1");
    // Before it was taken there is none.
    swarm.session().seek(decided - milliseconds(1));
    CHECK(follower.look(swarm.session(), DetailKind::Task, "web.1").decided == kNever);
}

TEST_CASE("detail: a decision is made again once, however one scrubs through what came after it") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 2 nginx").status == 0);
    swarm.wait(30);
    Session& session = swarm.session();
    DetailFollower follower;
    const Time end = session.now();
    const Time decided = follower.look(session, DetailKind::Task, "web.1").decided;
    REQUIRE(decided < end - seconds(25));
    CHECK(follower.decided_again() == 1);
    for (const int back : {5, 10, 20, 15, 0, 12}) {
        session.seek(end - seconds(back));
        const DetailLook look = follower.look(session, DetailKind::Task, "web.1");
        CHECK(look.decided == decided);
        CHECK(look.placement == look_at_detail(session, DetailKind::Task, "web.1").placement);
    }
    CHECK(follower.decided_again() == 1);
    // Before it there is none, and what is decided from there on is another decision.
    session.seek(decided - milliseconds(1));
    CHECK(follower.look(session, DetailKind::Task, "web.1").decided == kNever);
    session.seek(end);
    CHECK(follower.look(session, DetailKind::Task, "web.1").decided == decided);
    CHECK(follower.decided_again() == 2);
}

TEST_CASE("detail: a decision that is not kept is said to be so, in a sentence") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web nginx").status == 0);
    swarm.wait(12);
    const auto name = find_in_swarm(swarm.session().state(), "web");
    REQUIRE(name.ok());
    REQUIRE(*name);
    const swarm::SwarmRow& row = *(*name)->swarm;
    const swarm::TaskId id = *row.store.tasks_of((*name)->service).begin();
    const swarm::NodeId node = row.store.tasks.find(id.value)->node;
    const auto told = [&](std::uint32_t number, swarm::TaskId task, const std::string& called) {
        const Placing placing = detail_look::placing_of(swarm.session(), {number, task, node, called, node_label(row.store, node)});
        CHECK(placing.nodes.empty() == (placing.decided == kNever));
        return placing.remarks.empty() ? std::string() : placing.remarks.front();
    };
    CHECK(told(row.number, id, "web.1").starts_with("The rule: "));
    CHECK(has(told(row.number + 7, id, "web.1"), " is not kept."));
    CHECK(has(told(row.number, id, "web.9"), "no decision"));
    CHECK(has(told(row.number, {}, "web.1"), "forgotten"));
    typed::ComposeLines run("services: {web: {image: nginx}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(4));
    CHECK(look_at_detail(run.session(), DetailKind::Container, "web.1").task.empty());
}

TEST_CASE("detail: a container is a task's whatever its host is in now, and none by labels that were given by hand") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 nginx").status == 0);
    swarm.wait(12);
    swarm.inject("power-loss swarm-moe");
    swarm.wait(40);
    REQUIRE(swarm.run("docker node rm --force swarm-moe").status == 0);
    swarm.lift("power-loss swarm-moe");
    swarm.wait(30);
    const view::ClusterView view = look_at_cluster(swarm.session());
    const auto left = std::find_if(view.tiles.begin(), view.tiles.end(), [&](const view::Tile& tile) {
        return tile.container != 0 && view.hosts[tile.host].name == "swarm-moe" && tile.own_name.starts_with("web.");
    });
    REQUIRE(left != view.tiles.end());
    REQUIRE(view.hosts[left->host].role.empty());
    const DetailLook look = look_at_detail(swarm.session(), DetailKind::Container, left->own_name);
    CHECK_FALSE(look.task.empty());
    CHECK(look.decided != kNever);
    REQUIRE(look.placement.size() == 3);
    CHECK(std::count_if(look.placement.begin(), look.placement.end(), [](const NodeAnswer& answer) { return answer.chosen && answer.node == "swarm-moe"; }) == 1);
    REQUIRE(swarm.run("docker run -d --name plain --label com.docker.swarm.task.id=abc --label com.docker.swarm.task.name=web.9.abc nginx").status == 0);
    swarm.wait(2);
    const DetailLook plain = look_at_detail(swarm.session(), DetailKind::Container, "plain");
    CHECK(plain.state == "running");
    CHECK(plain.task.empty());
    CHECK(plain.placement_remarks.empty());
}

TEST_CASE("detail: a task that is to run no more tells whether it was made for a node") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name agent --mode global --reserve-memory 900G nginx").status == 0);
    REQUIRE(swarm.run("docker service create -d --name huge --reserve-memory 900G nginx").status == 0);
    swarm.wait(5);
    REQUIRE(swarm.run("docker service update -d --env-add A=b agent").status == 0);
    REQUIRE(swarm.run("docker service update -d --env-add A=b huge").status == 0);
    swarm.wait(5);
    const auto told = [&](const std::string& service) {
        const auto name = find_in_swarm(swarm.session().state(), service);
        REQUIRE(name.ok());
        REQUIRE(*name);
        const swarm::Store& store = (*name)->swarm->store;
        for (const swarm::TaskId id : store.tasks_of((*name)->service)) {
            const swarm::Task& task = *store.tasks.find(id.value);
            if (is_to_run(task)) continue;
            const DetailLook look = look_at_detail(swarm.session(), DetailKind::Task, task.meta.id);
            CHECK(look.placement.empty());
            REQUIRE(look.placement_remarks.size() == 1);
            return std::pair(look.placement_remarks.front(), node_label(store, task.node));
        }
        return std::pair(std::string("none is to end"), std::string());
    };
    const auto [bound, node] = told("agent");
    CHECK(bound == "It was made for " + node + ", has never run there, and is to run no more.");
    CHECK(told("huge").first == "It has had no node, and is to have none any more.");
}

TEST_CASE("detail: since when a host is up is not said where that is too far back to be looked for") {
    typed::ComposeLines run("services: {web: {image: nginx}}\n");
    run.wait(seconds(1));
    CHECK(value(look_at_detail(run.session(), DetailKind::Host, "host"), "Up since") == "the beginning");
    run.inject("power-loss host");
    run.wait(seconds(1));
    run.lift("power-loss host");
    run.wait(minutes(2));
    CHECK(has(value(look_at_detail(run.session(), DetailKind::Host, "host"), "Up since"), "ago"));
    for (int i = 0; i <= 100'000; ++i) run.session().post({run.session().now(), CommandKind::Narrate, {}, "and so on", {}});
    run.wait(seconds(1));
    CHECK(value(look_at_detail(run.session(), DetailKind::Host, "host"), "Up since") == "(no row)");
    // Who has followed the run has it taken down.
    DetailFollower follower;
    CHECK(has(value(follower.look(run.session(), DetailKind::Host, "host"), "Up since"), "ago"));
}

TEST_CASE("detail: what was taken by its host tells of that, also before its engine has looked") {
    typed::ComposeLines run(
        "services:\n"
        "  web:\n"
        "    image: nginx\n"
        "    restart: always\n"
        "    healthcheck: {test: ['CMD', 'true'], interval: 1s}\n");
    run.run("docker compose up -d");
    run.wait(seconds(4));
    DetailFollower follower;
    const auto causes = [&] {
        const DetailLook fresh = look_at_detail(run.session(), DetailKind::Container, "web.1");
        const DetailLook followed = follower.look(run.session(), DetailKind::Container, "web.1");
        REQUIRE(fresh.causes.size() == followed.causes.size());
        for (std::size_t i = 0; i < fresh.causes.size(); ++i) CHECK(fresh.causes[i].fact == followed.causes[i].fact);
        CHECK(fresh.probes == followed.probes);
        CHECK(fresh.why == followed.why);
        CHECK(std::is_sorted(fresh.causes.begin(), fresh.causes.end(), [](const DetailFact& one, const DetailFact& other) { return one.fact < other.fact; }));
        return followed.causes;
    };
    CHECK_FALSE(tells(causes(), "the host is down"));
    run.inject("power-loss host");
    run.wait(milliseconds(100));
    REQUIRE_FALSE(causes().empty());
    CHECK(has(causes().back().what, "the host is down"));
    CHECK(has(causes().back().why, "power loss"));
    CHECK(tells(causes(), "fault: power-loss"));
    CHECK(tells(causes(), "started"));
    CHECK(has(follower.look(run.session(), DetailKind::Container, "web.1").why, "ran until its host"));
    // The host boots, and its engine looks later.
    run.lift("power-loss host");
    while (run.session().world().host(model::HostId{1}).up == false) run.wait(milliseconds(100));
    CHECK(has(causes().back().what, "the host is down"));
    run.wait(minutes(1));
    CHECK(has(look_at_detail(run.session(), DetailKind::Container, "web.1").state, "running"));
    CHECK_FALSE(has(causes().back().what, "the host is down"));

    run.inject("freeze host");
    run.wait(milliseconds(100));
    CHECK(has(causes().back().what, "fault: freeze"));
    run.lift("freeze host");
    run.wait(seconds(5));
    CHECK_FALSE(has(causes().back().what, "fault: freeze"));
}

TEST_CASE("detail: a ghost is looked at by its container's own name, what has taken its place by the name of both") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 nginx").status == 0);
    swarm.wait(12);
    swarm.inject("power-loss swarm-moe");
    swarm.wait(40);
    const view::ClusterView view = look_at_cluster(swarm.session());
    const view::Tile* ghost = nullptr;
    for (const view::Tile& tile : view.tiles)
        if (tile.phase == view::Phase::Lost && tile.name.starts_with("web.")) ghost = &tile;
    REQUIRE(ghost != nullptr);
    REQUIRE_FALSE(ghost->own_name.empty());
    DetailFollower follower;
    const DetailLook lost = follower.look(swarm.session(), DetailKind::Container, ghost->own_name);
    CHECK(lost.host == "swarm-moe");
    CHECK(lost.state == view::phase_name(view::Phase::Lost));
    CHECK(lost.title == ghost->name);
    CHECK(tells(lost.causes, "the host is down"));
    CHECK(has(lost.why, "swarm-moe"));
    const DetailLook successor = follower.look(swarm.session(), DetailKind::Container, ghost->name);
    CHECK(successor.host != "swarm-moe");
    CHECK(successor.state == "running");
    CHECK_FALSE(tells(successor.causes, "ran until"));
    // One that only can't be reached says what keeps it away.
    swarm.inject("partition swarm-curly|swarm-larry");
    swarm.wait(3);
    for (const view::Tile& tile : look_at_cluster(swarm.session()).tiles) {
        if (tile.host == view::kNone || tile.phase != view::Phase::Lost || view.hosts[tile.host].name != "swarm-curly") continue;
        const DetailLook away = follower.look(swarm.session(), DetailKind::Container, tile.own_name);
        CHECK(tells(away.causes, "fault: partition"));
    }
}

TEST_CASE("detail: of two projects' services of one name each is looked at by itself") {
    typed::ComposeLines run("services: {web: {image: nginx}}\n");
    run.run("docker compose up -d");
    CHECK(typed::service(run.look(), "web").called() == "web");
    run.run("docker compose -p blog up -d");
    run.run("docker kill shop-web-1");
    run.wait(seconds(1));
    const DetailLook shop = look_at_detail(run.session(), DetailKind::Service, "shop/web");
    const DetailLook blog = look_at_detail(run.session(), DetailKind::Service, "blog/web");
    CHECK(shop.service == "shop/web");
    CHECK(shop.subtitle == "service of project shop");
    CHECK(shop.state == "0/0");  // nobody wants it any more
    CHECK(tells(shop.history, "KILL"));
    CHECK(blog.subtitle == "service of project blog");
    CHECK(blog.state == "1/1");
    CHECK_FALSE(tells(blog.history, "KILL"));
    CHECK_FALSE(blog.history.empty());
    // Also once the other is gone.
    run.run("docker compose -p blog down");
    CHECK(typed::service(run.look(), "web").called() == "shop/web");
    // And beside a container of no service, which alone is meant by the name then.
    typed::ComposeLines plain("services: {web: {image: nginx}}\n");
    plain.run("docker compose up -d");
    plain.run("docker run -d --name web nginx");
    CHECK(typed::service(plain.look(), "web").called() == "shop/web");
}

TEST_CASE("detail: containers are called with their project as soon as another project has one of the name") {
    typed::ComposeLines run("services: {web: {image: nginx}}\n");
    DetailFollower follower;
    const auto called = [&](DetailKind kind, const std::string& name) {
        std::set<std::string> out;
        for (const DetailLook& look : {follower.look(run.session(), kind, name), look_at_detail(run.session(), kind, name)}) {
            for (const auto* facts : {&look.history, &look.causes})
                for (const DetailFact& fact : *facts)
                    if (fact.who.ends_with("web.1")) out.insert(fact.who);
        }
        return out;
    };
    run.run("docker compose up -d");
    CHECK(called(DetailKind::Service, "shop/web") == std::set<std::string>{"web.1"});
    CHECK(look_at_detail(run.session(), DetailKind::Container, "shop-web-1").title == "web.1");
    run.run("docker compose -p blog up -d");
    CHECK(called(DetailKind::Service, "shop/web") == std::set<std::string>{"shop/web.1"});
    CHECK(follower.look(run.session(), DetailKind::Service, "shop/web").why == look_at_detail(run.session(), DetailKind::Service, "shop/web").why);
    CHECK(called(DetailKind::Container, "blog-web-1") == std::set<std::string>{"blog/web.1"});
    CHECK(look_at_detail(run.session(), DetailKind::Container, "shop-web-1").title == "shop/web.1");
}

TEST_CASE("detail: a fault is told of by the services that it struck, by whichever of their names") {
    typed::ComposeLines run("services: {web: {image: nginx}}\n");
    DetailFollower follower;
    const auto faults = [&](const std::string& name) {
        const DetailLook fresh = look_at_detail(run.session(), DetailKind::Service, name);
        CHECK(follower.look(run.session(), DetailKind::Service, name).history.size() == fresh.history.size());
        std::string out;
        for (const DetailFact& fact : fresh.history)
            if (fact.what.starts_with("fault")) out += fact.who + " " + fact.what + "\n";
        return out;
    };
    run.run("docker compose up -d");
    run.inject("slow-start web");
    run.wait(seconds(1));
    CHECK(faults("shop/web") == "web fault: slow-start\n");
    run.run("docker compose -p blog up -d");
    run.inject("slow-start shop/web by=7s");
    run.inject("slow-start web by=9s");
    run.inject("slow-start web.1");  // one of its containers
    run.wait(seconds(1));
    CHECK(faults("shop/web") == "web fault: slow-start\nshop/web fault: slow-start by=7s\nweb fault: slow-start by=9s\n");
    CHECK(faults("blog/web") == "web fault: slow-start by=9s\n");
    // One of no project is meant before them, and by that name alone.
    run.run("docker run -d --name own --label com.docker.swarm.service.name=web nginx");
    run.inject("slow-start web by=11s");
    run.wait(seconds(1));
    CHECK(faults("web") == "web fault: slow-start by=11s\n");
    CHECK(faults("blog/web") == "web fault: slow-start by=9s\n");
}

TEST_CASE("detail: a follower shows the same as a fresh look, through a seek back and another future") {
    typed::ComposeLines run("services: {flaky: {image: busybox, command: sh -c 'sleep 1; exit 3', restart: always}, calm: {image: nginx}}\n");
    run.run("docker compose up -d");
    DetailFollower follower;
    const auto same = [&] {
        for (const char* name : {"flaky.1", "flaky.1", "calm.1"}) {
            const DetailLook fresh = look_at_detail(run.session(), DetailKind::Container, name);
            const DetailLook followed = follower.look(run.session(), DetailKind::Container, name);
            INFO(name << " at " << format_time(run.session().now()));
            REQUIRE(fresh.history.size() == followed.history.size());
            for (std::size_t i = 0; i < fresh.history.size(); ++i) {
                CHECK(fresh.history[i].fact == followed.history[i].fact);
                CHECK(fresh.history[i].what == followed.history[i].what);
            }
            CHECK(fresh.why == followed.why);
            CHECK(fresh.causes.size() == followed.causes.size());
            CHECK(fresh.state == followed.state);
        }
    };
    for (int i = 0; i < 6; ++i) {
        run.wait(seconds(2));
        same();
    }
    const Time then = run.session().now();
    run.session().seek(then - seconds(6));
    same();
    run.run("docker kill shop-calm-1");  // another future
    run.session().run_until(then + seconds(2));
    same();
    CHECK(tells(follower.look(run.session(), DetailKind::Container, "calm.1").history, "KILL"));
}

TEST_CASE("detail: resources are sampled once a simulated second and cut by a step back") {
    typed::ComposeLines run("services: {web: {image: nginx}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(3));
    run.inject("memory-leak web rate=8m");
    ResourceFollower follower;
    for (int i = 0; i < 80; ++i) {
        run.wait(milliseconds(250));
        follower.follow(run.session(), DetailKind::Container, "web.1");
    }
    std::vector<std::int64_t> memory = follower.memory_bytes();
    REQUIRE(memory.size() >= 19);
    CHECK(memory.size() <= 21);
    CHECK(std::is_sorted(memory.begin(), memory.end()));
    CHECK(memory.back() - memory.front() > 100LL << 20);
    CHECK(follower.memory_bytes(5).size() == 5);
    CHECK(follower.cpu_millicores(5).size() == 5);
    run.session().seek(run.session().now() - seconds(10));
    follower.follow(run.session(), DetailKind::Container, "web.1");
    CHECK(follower.memory_bytes().size() < memory.size());
    CHECK(follower.memory_bytes().back() < memory.back());
    // What comes after the moment that is looked at again is still known when time gets there,
    run.session().seek(run.session().now() + seconds(10));
    follower.follow(run.session(), DetailKind::Container, "web.1");
    CHECK(follower.memory_bytes() == memory);
    // until another future begins.
    run.session().seek(run.session().now() - seconds(10));
    follower.follow(run.session(), DetailKind::Container, "web.1");
    follower.forget_after(run.session().now());
    const std::vector<std::int64_t> past = follower.memory_bytes();
    run.session().seek(run.session().now() + seconds(10));
    follower.follow(run.session(), DetailKind::Container, "web.1");
    CHECK(follower.memory_bytes(10) != std::vector<std::int64_t>(memory.end() - 10, memory.end()));
    run.session().seek(run.session().now() - seconds(10));
    follower.follow(run.session(), DetailKind::Container, "web.1");
    CHECK(follower.memory_bytes() == past);
    // Whoever is looked at next has a past as well.
    follower.follow(run.session(), DetailKind::Host, "host");
    CHECK(follower.memory_bytes().size() >= 8);
    CHECK(follower.memory_bytes().back() >= memory[memory.size() - 12]);
    follower.follow(run.session(), DetailKind::Service, "web");
    CHECK(follower.memory_bytes().front() > 0);
}

}  // namespace podium::lab
