// How a cluster looks at a moment: each field of the view, by small runs.

#include <algorithm>
#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "sim/lab/detail_look.hpp"
#include "sim/lab/looks.hpp"
#include "sim/model/container.hpp"
#include "sim/view/cluster_view.hpp"
#include "sim/view/query.hpp"
#include "tests/lab/look_lines.hpp"

namespace podium::lab {
namespace {

using typed::host;
using typed::phases;
using typed::service;
using typed::tile;
using view::Phase;

const std::string kShop =
    "services:\n"
    "  web: {image: nginx, ports: ['8080:80'], scale: 1, mem_limit: 64m, mem_reservation: 32m, cpus: 0.5}\n"
    "  db:\n"
    "    image: redis\n"
    "    volumes: ['data:/data']\n"
    "    healthcheck: {test: ['CMD', 'redis-cli', 'ping'], interval: 2s, timeout: 1s, retries: 2}\n"
    "  job: {image: busybox, command: 'true'}\n"
    "  flaky: {image: busybox, command: sh -c 'sleep 1; exit 3', restart: always}\n"
    "volumes: {data: {}}\n";

}  // namespace

TEST_CASE("cluster look: a Compose project's containers are tiles with their services, phases and shares") {
    typed::ComposeLines run(kShop);
    run.run("docker compose up -d");
    run.wait(milliseconds(300));
    CHECK(tile(run.look(), "db.1").phase == Phase::Starting);
    run.wait(seconds(20));
    const view::ClusterView view = run.look();
    REQUIRE(view.hosts.size() == 1);
    CHECK(view.hosts[0].first_tile == 0);
    CHECK(view.hosts[0].tiles == view.tiles.size());
    CHECK(view.hosts[0].engine == "running");
    CHECK(view.hosts[0].role.empty());
    CHECK(view.hosts[0].memory_used_bytes > 0);
    CHECK(view.hosts[0].memory_reserved_bytes == 32LL << 20);
    CHECK(view.hosts[0].disk_used_bytes > 0);
    REQUIRE(view.tiles.size() == 4);

    const view::Tile& web = tile(view, "web.1");
    CHECK(web.phase == Phase::Running);
    CHECK(service(view, "web").directory == "/root/shop");
    CHECK(service(view, "web").files == std::vector<std::string>{"/root/shop/compose.yaml"});
    CHECK_FALSE(web.has_health);
    CHECK(web.use > 50);  // 7 MiB of 64
    CHECK(web.use < 300);
    CHECK(web.reserved == 3);  // 32 MiB of 8 GiB
    CHECK(view.services[web.service].name == "web");
    CHECK(web.own_name == "shop-web-1");

    const view::Tile& db = tile(view, "db.1");
    CHECK(db.has_health);
    CHECK(db.healthy);
    CHECK(db.phase == Phase::Running);
    CHECK(tile(view, "job.1").phase == Phase::Exited);

    REQUIRE(view.services.size() == 4);
    CHECK(view.services[0].name == "db");  // by name
    const view::ServiceView& shop = service(view, "web");
    CHECK(shop.stack == "shop");
    CHECK(shop.image == "nginx");
    CHECK(shop.mode.empty());
    CHECK(shop.wanted == 1);
    CHECK(shop.running == 1);
    CHECK(shop.ready == 1);
    CHECK(shop.ports == std::vector<std::string>{"8080->80/tcp"});
    CHECK(service(view, "job").wanted == 0);  // it has done its work
    CHECK(service(view, "flaky").wanted == 1);
    CHECK(view.wanted == 3);

    REQUIRE(view.volumes.size() == 1);
    CHECK(view.volumes[0].name == "shop_data");
    CHECK(view.volumes[0].mounted == 1);
}

TEST_CASE("cluster look: containers of one name on two hosts go by their ids, and by these each is looked at by itself") {
    typed::SwarmLines swarm;
    for (const char* name : {"agent", "other"}) REQUIRE(swarm.run(std::string("docker run -d --name ") + name + " nginx", "swarm-larry").status == 0);
    CHECK(tile(look_at_cluster(swarm.session()), "agent").id.empty());
    REQUIRE(swarm.run("docker run -d --name agent nginx", "swarm-curly").status == 0);
    swarm.wait(2);
    REQUIRE(swarm.run("docker stop agent", "swarm-curly").status == 0);
    const view::ClusterView view = look_at_cluster(swarm.session());
    CHECK(tile(view, "other").id.empty());
    std::map<std::string, std::string> ids;  // by host
    for (std::uint32_t i = 0; i < view.tiles.size(); ++i) {
        const view::Tile& agent = view.tiles[i];
        if (agent.name != "agent") continue;
        const std::string& on = view.hosts[agent.host].name;
        ids[on] = agent.id;
        CHECK(view::tile_meant(view, agent.id) == i);
        CHECK(typed::has(swarm.run("docker ps -a", on).out, agent.id));
    }
    REQUIRE(ids.size() == 2);
    REQUIRE(ids.at("swarm-larry") != ids.at("swarm-curly"));
    const auto look = [&](const std::string& on) { return look_at_detail(swarm.session(), DetailKind::Container, ids.at(on)); };
    const DetailLook runs = look("swarm-larry");
    const DetailLook stopped = look("swarm-curly");
    CHECK(runs.title == "agent");
    CHECK(stopped.title == "agent");
    CHECK(runs.host == "swarm-larry");
    CHECK(stopped.host == "swarm-curly");
    CHECK(runs.state == "running");
    CHECK(stopped.state != "running");
    // And each has its own history, and its own facts.
    CHECK(stopped.history.size() > runs.history.size());
    std::size_t of_one = 0;
    std::size_t of_other = 0;
    std::size_t of_both = 0;
    swarm.session().journal().for_each(FactId{1}, [&](const Fact& fact) {
        const bool one = view::is_of_container(swarm.session().world(), fact, ids.at("swarm-larry"));
        const bool other = view::is_of_container(swarm.session().world(), fact, ids.at("swarm-curly"));
        of_one += one ? 1U : 0U;
        of_other += other ? 1U : 0U;
        of_both += one && other ? 1U : 0U;
    });
    CHECK(of_one > 0);
    CHECK(of_other > of_one);
    CHECK(of_both == 0);
    // Who has lost its namesake keeps its id: what was selected by it stays so.
    REQUIRE(swarm.run("docker rm agent", "swarm-curly").status == 0);
    CHECK(tile(look_at_cluster(swarm.session()), "agent").id == ids.at("swarm-larry"));
}

TEST_CASE("cluster look: a crash loop waits for its restart until the moment at which that comes") {
    typed::ComposeLines run("services: {flaky: {image: busybox, command: sh -c 'exit 3', restart: always}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(5));
    bool seen = false;
    for (int i = 0; i < 200 && !seen; ++i) {
        run.wait(milliseconds(20));
        const view::Tile before = tile(run.look(), "flaky.1");
        if (before.phase != Phase::BackOff) continue;
        seen = true;
        CHECK(before.exit_code == 3);
        CHECK(before.ticks > 0);
        REQUIRE(before.until != kNever);
        const auto ordered = before.since < before.until && before.until >= run.session().now();
        CHECK(ordered);
        // Just before that moment it still waits, just after it is being started.
        run.session().run_until(before.until - milliseconds(1));
        CHECK(tile(run.look(), "flaky.1").phase == Phase::BackOff);
        run.session().run_until(before.until + milliseconds(1));
        CHECK(tile(run.look(), "flaky.1").phase == Phase::Starting);
    }
    CHECK(seen);
}

TEST_CASE("cluster look: out of memory, failed, paused, stopping until its kill, stopped by hand") {
    typed::ComposeLines run(
        "services:\n"
        "  leak: {image: nginx, mem_limit: 32m}\n"
        "  bad: {image: busybox, command: sh -c 'exit 7'}\n"
        "  deaf: {image: busybox, command: sleep 1000, stop_grace_period: 6s}\n"
        "  calm: {image: nginx}\n");
    run.run("docker compose up -d");
    run.inject("memory-leak leak rate=16m");
    run.run("docker pause shop-calm-1");
    run.wait(seconds(8));
    view::ClusterView view = run.look();
    CHECK(tile(view, "leak.1").phase == Phase::OutOfMemory);
    CHECK(tile(view, "leak.1").exit_code == 137);
    CHECK(tile(view, "bad.1").phase == Phase::Failed);
    CHECK(tile(view, "bad.1").exit_code == 7);
    CHECK(tile(view, "calm.1").phase == Phase::Paused);
    CHECK(service(view, "calm").running == 0);
    CHECK(service(view, "calm").wanted == 1);
    REQUIRE(view.faults.size() == 1);
    CHECK(view.faults[0].text == "memory-leak leak rate=16m");
    CHECK(view.faults[0].on == std::vector<std::uint32_t>{0});

    run.type("docker stop shop-deaf-1");
    run.wait(seconds(2));
    view = run.look();
    const view::Tile& deaf = tile(view, "deaf.1");
    CHECK(deaf.phase == Phase::Stopping);
    const std::int64_t grace = (deaf.until - deaf.since).nanoseconds;
    CHECK(grace >= seconds(6).nanoseconds);
    CHECK(grace < seconds(7).nanoseconds);
    run.session().run_until(deaf.until + seconds(1));
    view = run.look();
    CHECK(tile(view, "deaf.1").phase == Phase::Exited);  // by a signal, but as asked for
    CHECK(service(view, "deaf").wanted == 0);
    run.run("docker compose down");
    CHECK(run.look().tiles.empty());
    CHECK(run.look().services.empty());
}

TEST_CASE("cluster look: an unhealthy container, and one whose port nobody listens on yet") {
    typed::ComposeLines run(
        "services:\n"
        "  db:\n"
        "    image: redis\n"
        "    healthcheck: {test: ['CMD', 'redis-cli', 'ping'], interval: 1s, timeout: 1s, retries: 2}\n"
        "  slow: {image: busybox, command: sleep 100, ports: ['9000:80']}\n");
    run.run("docker compose up -d");
    run.wait(seconds(4));
    CHECK(tile(run.look(), "db.1").phase == Phase::Running);
    run.inject("failing-health db");
    run.wait(seconds(5));
    const view::ClusterView view = run.look();
    CHECK(tile(view, "db.1").phase == Phase::Unhealthy);
    CHECK_FALSE(tile(view, "db.1").healthy);
    CHECK(service(view, "db").running == 1);
    CHECK(service(view, "db").ready == 0);
    CHECK(tile(view, "slow.1").phase == Phase::Starting);
    CHECK(service(view, "slow").running == 1);
    CHECK(service(view, "slow").ready == 0);
}

TEST_CASE("cluster look: a host without power keeps its containers as ghosts, one that stands still too") {
    typed::ComposeLines run("services: {web: {image: nginx, restart: always}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(5));
    run.inject("freeze host");
    run.wait(seconds(1));
    view::ClusterView view = run.look();
    CHECK(view.hosts[0].frozen);
    CHECK(view.hosts[0].engine == "frozen");
    CHECK(tile(view, "web.1").phase == Phase::Lost);
    CHECK(view.running == 0);
    CHECK(view.wanted == 1);
    run.lift("freeze host");
    run.wait(seconds(1));
    CHECK(tile(run.look(), "web.1").phase == Phase::Running);
    run.inject("power-loss host");
    run.wait(seconds(1));
    view = run.look();
    CHECK_FALSE(view.hosts[0].up);
    CHECK(view.hosts[0].part == view::kNone);
    CHECK(tile(view, "web.1").phase == Phase::Lost);
}

TEST_CASE("cluster look: what ended or was lost runs for nobody while its engine has not looked yet") {
    typed::ComposeLines run("services: {web: {image: nginx, restart: always}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(5));
    CHECK(view::service_state(run.session().world(), "web").running == 1);
    run.inject("power-loss host");
    run.wait(seconds(1));
    run.lift("power-loss host");
    int booted = 0;
    for (int i = 0; i < 10'000 && run.look().hosts[0].engine != "running"; ++i) {
        run.wait(milliseconds(10));
        const view::ClusterView view = run.look();
        const view::Tile& web = tile(view, "web.1");
        // Until the engine has looked: then it starts it again.
        const model::Container& row = run.session().world().container({web.container});
        if (!view.hosts[0].up || row.process_alive || row.state != model::ContainerState::Running) continue;
        ++booted;
        CHECK(web.phase == Phase::Lost);
        CHECK(view.running == 0);
        CHECK(view::service_state(run.session().world(), "web").running == 0);
        CHECK_FALSE(view::container_state(run.session().world(), "web").running);
    }
    CHECK(booted > 3);
    run.wait(seconds(10));
    REQUIRE(view::service_state(run.session().world(), "web").running == 1);
    run.inject("engine-kill host");
    run.wait(seconds(1));
    CHECK(tile(run.look(), "web.1").phase == Phase::Running);
    run.inject("kill web");
    run.wait(seconds(1));
    CHECK(tile(run.look(), "web.1").phase == Phase::Failed);
    CHECK(run.look().running == 0);
    CHECK(view::service_state(run.session().world(), "web").running == 0);
}

TEST_CASE("cluster look: of too many requests under way the newest are shown") {
    typed::ComposeLines run("services: {web: {image: nginx, ports: ['8080:80']}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(5));
    run.inject("hang web");
    run.session().post({run.session().now(), CommandKind::Traffic, {}, "web:8080 rate=100/s timeout=1m", {}});
    run.wait(seconds(20));
    std::size_t flights = 0;
    Time oldest = kNever;
    const view::ClusterView view = run.look();
    for (const view::FlightView& flight : view.flights) {
        if (flight.source != 0) continue;
        ++flights;
        oldest = std::min(oldest, flight.sent);
    }
    CHECK(flights == kMostFlights);
    CHECK(view.time - oldest < seconds(6));  // 100 a second
}

TEST_CASE("cluster look: an image on its way shows how far it is") {
    typed::ComposeLines run("services: {web: {image: nginx}}\n", {});
    run.type("docker pull nginx");
    std::uint16_t last = 0;
    bool seen = false;
    for (int i = 0; i < 400; ++i) {
        run.wait(milliseconds(50));
        const view::ClusterView view = run.look();
        if (view.pulls.empty()) continue;
        seen = true;
        CHECK(view.pulls[0].host == 0);
        CHECK(view.pulls[0].image == "nginx:latest");
        CHECK(view.pulls[0].done >= last);
        last = view.pulls[0].done;
    }
    CHECK(seen);
    CHECK(last > 500);
}

TEST_CASE("cluster look: traffic shows its rates and its requests under way") {
    typed::ComposeLines run("services: {web: {image: nginx, ports: ['8080:80']}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(5));
    run.session().post({run.session().now(), CommandKind::Traffic, {}, "web:8080 rate=40/s", {}});
    TrafficRates rates;
    std::size_t flights = 0;
    view::ClusterView view;
    for (int i = 0; i < 120; ++i) {
        run.wait(milliseconds(100));
        rates.follow(run.session());
        view = run.look();
        rates.put(view);
        for (const view::FlightView& flight : view.flights) {
            ++flights;
            CHECK(flight.source == 0);
            CHECK(flight.from_host == view::kNone);
            const bool of_late = view.time - flight.sent <= milliseconds(400) && flight.sent <= view.time;
            CHECK(of_late);
        }
    }
    CHECK(flights > 1000);  // 40 a second, each seen for 0.4 s
    REQUIRE(view.traffic.size() == 1);
    CHECK(view.traffic[0].target == "web:8080");
    CHECK(view.traffic[0].rate_milli > 39'000);
    CHECK(view.traffic[0].rate_milli < 41'000);
    CHECK(view.traffic[0].failed_milli == 0);
    CHECK(view.traffic[0].sending);
    run.run("docker kill shop-web-1");
    for (int i = 0; i < 30; ++i) {
        run.wait(milliseconds(500));
        rates.follow(run.session());
    }
    view = run.look();
    rates.put(view);
    CHECK(view.traffic[0].failing);
    CHECK(view.traffic[0].failed_milli > 39'000);
    // Without a past it is the mean since it began.
    const view::ClusterView alone = run.look();
    CHECK(alone.traffic[0].failed_milli < 30'000);
    // Of a step back what came later is no part.
    run.session().seek(run.session().now() - seconds(20));
    rates.follow(run.session());
    view::ClusterView before = run.look();
    rates.put(before);
    CHECK(before.traffic[0].failed_milli < 1'000);
}

TEST_CASE("cluster look: a moment's rates of traffic do not depend on how often it was looked at") {
    typed::ComposeLines run("services: {web: {image: nginx, ports: ['8080:80']}}\n");
    run.run("docker compose up -d");
    run.wait(seconds(5));
    run.session().post({run.session().now(), CommandKind::Traffic, {}, "web:8080 rate=7/s", {}});
    const Time begin = run.session().now();
    const auto look = [&](const std::vector<Duration>& turns) {
        run.session().seek(begin);
        TrafficRates rates;
        rates.follow(run.session());
        const Time end = begin + milliseconds(17'250);
        for (std::size_t turn = 0; run.session().now() < end; ++turn) {
            const Time next = run.session().now() + turns[turn % turns.size()];
            run.session().run_until(std::min({next, std::max(rates.next(), run.session().now()), end}));
            rates.follow(run.session());
        }
        view::ClusterView view = run.look();
        rates.put(view);
        REQUIRE(view.traffic.size() == 1);
        return view.traffic[0].rate_milli;
    };
    const std::int64_t once = look({seconds(20)});
    CHECK(once > 6'000);
    CHECK(once < 8'000);
    CHECK(look({milliseconds(17)}) == once);
    CHECK(look({milliseconds(230), milliseconds(410), milliseconds(3)}) == once);
}

TEST_CASE("cluster look: a swarm's nodes, managers, tasks and services") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 4 --reserve-memory 256M -p 8080:80 nginx").status == 0);
    REQUIRE(swarm.run("docker service create -d --name agent --mode global nginx").status == 0);
    REQUIRE(swarm.run("docker service create -d --name huge --reserve-memory 900G nginx").status == 0);
    swarm.wait(15);
    const view::ClusterView view = look_at_cluster(swarm.session());
    CHECK(host(view, "swarm-larry").role == "leader");
    CHECK(host(view, "swarm-larry").availability == "active");
    CHECK(host(view, "swarm-curly").node_state == "ready");
    std::int64_t reserved = 0;
    for (const view::HostView& one : view.hosts) reserved += one.memory_reserved_bytes;
    CHECK(reserved == 4 * (256LL << 20));

    REQUIRE_FALSE(view.managers.empty());
    for (const view::ManagerView& manager : view.managers) {
        CHECK(manager.term >= 1);
        CHECK(manager.limit >= 10);
        CHECK(manager.elapsed < manager.limit);
        CHECK(manager.committed > 0);
        const bool leads = manager.host == static_cast<std::uint32_t>(&host(view, "swarm-larry") - view.hosts.data());
        CHECK(manager.state == (leads ? "leader" : "follower"));
    }

    const view::ServiceView& web = service(view, "web");
    CHECK(web.mode == "replicated");
    CHECK(web.wanted == 4);
    CHECK(web.running == 4);
    CHECK(web.ready == 4);
    CHECK(web.updated == 4);
    CHECK(web.update.empty());
    CHECK(web.ports == std::vector<std::string>{"8080->80/tcp"});
    CHECK(service(view, "agent").wanted == 3);
    CHECK(service(view, "agent").running == 3);
    CHECK(service(view, "agent").mode == "global");
    CHECK(tile(view, "agent.swarm-moe").own_name.starts_with("agent."));
    CHECK(service(view, "huge").wanted == 1);
    CHECK(service(view, "huge").running == 0);
    CHECK(view.wanted == 8);
    CHECK(view.running == 7);

    const view::Tile& huge = view.tiles.back();
    CHECK(huge.name == "huge.1");
    CHECK(huge.phase == Phase::Pending);
    CHECK(huge.host == view::kNone);
    CHECK(huge.container == 0);
    std::size_t found = 0;
    for (const view::TaskView& task : view.tasks) {
        if (task.name == "huge.1") {
            CHECK(task.state == "pending");
            CHECK(task.desired == "running");
            CHECK_FALSE(task.error.empty());
            CHECK(&view.tiles[task.tile] == &huge);
            ++found;
        } else {
            CHECK(task.state == "running");
            REQUIRE(task.tile != view::kNone);
            CHECK(view.tiles[task.tile].host == task.host);
            CHECK(view.tiles[task.tile].service == task.service);
        }
    }
    CHECK(found == 1);
    CHECK(tile(view, "web.1").reserved == 62);  // 256 MiB of 4 GiB
}

TEST_CASE("cluster look: a manager that hears of no leader comes nearer to an election, tick by tick") {
    typed::SwarmLines swarm(typed::read_source("scenarios/clusters/five-managers.yaml"));
    view::ClusterView view = look_at_cluster(swarm.session());
    REQUIRE(view.managers.size() == 5);
    std::string leader;
    for (const view::HostView& one : view.hosts)
        if (one.role == "leader") leader = one.name;
    const std::string session_on = "manager-a1";
    swarm.session().post({swarm.session().now(), CommandKind::Inject, session_on, "power-loss " + leader, {}});
    swarm.wait(6);
    view = look_at_cluster(swarm.session());
    for (const view::ManagerView& manager : view.managers) {
        if (view.hosts[manager.host].name == leader) {
            CHECK(manager.state == "away");
        } else {
            CHECK(manager.state == "follower");
            CHECK(manager.elapsed >= 4);
            CHECK(manager.elapsed < manager.limit);
        }
    }
    const std::uint64_t term = view.managers[1].term;
    swarm.wait(30);
    view = look_at_cluster(swarm.session());
    std::size_t leaders = 0;
    for (const view::ManagerView& manager : view.managers)
        if (manager.state == "leader") {
            ++leaders;
            CHECK(manager.term > term);
            CHECK(view.hosts[manager.host].role == "leader");
        }
    CHECK(leaders == 1);
}

TEST_CASE("cluster look: tasks of a lost worker are ghosts there, and run elsewhere once it is taken for down") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 nginx").status == 0);
    swarm.wait(10);
    swarm.inject("power-loss swarm-moe");
    swarm.wait(2);
    view::ClusterView view = look_at_cluster(swarm.session());
    CHECK(phases(view, Phase::Lost) == 1);
    CHECK(host(view, "swarm-moe").node_state == "ready");  // nobody has missed it yet
    CHECK(service(view, "web").running == 2);
    CHECK(service(view, "web").wanted == 3);
    swarm.wait(40);
    view = look_at_cluster(swarm.session());
    CHECK(host(view, "swarm-moe").node_state == "down");
    CHECK(phases(view, Phase::Lost) == 1);
    CHECK(service(view, "web").running == 3);
}

TEST_CASE("cluster look: a partition parts hosts, and cuts a worker's tasks off from the leader") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 nginx").status == 0);
    swarm.wait(10);
    swarm.inject("partition swarm-moe|swarm-larry,swarm-curly");
    swarm.wait(1);
    view::ClusterView view = look_at_cluster(swarm.session());
    CHECK(host(view, "swarm-larry").part == host(view, "swarm-curly").part);
    CHECK(host(view, "swarm-larry").part != host(view, "swarm-moe").part);
    CHECK(host(view, "swarm-moe").cut_off);
    CHECK_FALSE(host(view, "swarm-curly").cut_off);
    CHECK(phases(view, Phase::Lost) == 1);
    REQUIRE(view.faults.size() == 1);
    CHECK(view.faults[0].on.size() == 3);
    swarm.lift("partition swarm-moe|swarm-larry,swarm-curly");
    swarm.wait(2);
    view = look_at_cluster(swarm.session());
    CHECK(host(view, "swarm-larry").part == host(view, "swarm-moe").part);
    CHECK(phases(view, Phase::Lost) == 0);
}

TEST_CASE("cluster look: links carry what faults add to them") {
    typed::SwarmLines swarm;
    view::ClusterView view = look_at_cluster(swarm.session());
    REQUIRE(view.links.size() == 3);
    const std::string link = view.links[0].name;
    const auto other = view.links[0].first == view::kNone ? view.links[0].second : view.links[0].first;
    CHECK(link.find(view.hosts[other].name) != std::string::npos);
    swarm.inject("delay " + link + " by=50ms");
    swarm.inject("loss " + link + " rate=10%");
    swarm.wait(1);
    view = look_at_cluster(swarm.session());
    CHECK(view.links[0].delay == milliseconds(50));
    CHECK(view.links[0].loss_ppm == 100'000);
    CHECK_FALSE(view.links[0].cut);
    CHECK(view.links[1].delay == Duration{});
    swarm.inject("link-cut " + link);
    swarm.wait(1);
    CHECK(look_at_cluster(swarm.session()).links[0].cut);
}

TEST_CASE("cluster look: a fault of a link marks the two hosts at its ends, and none whose name begins alike") {
    SetUp set_up;
    set_up.catalogue = typed::read_source("scenarios/images.yaml");
    set_up.hosts.clear();
    for (const char* name : {"web", "web-1", "db"}) {
        HostSetUp one;
        one.name = name;
        set_up.hosts.push_back(one);
    }
    auto session = Session::create(std::move(set_up));
    REQUIRE(session.ok());
    for (const char* fault : {"link-cut web-1-db", "delay web-1", "loss db-web-1"})
        session->post({session->now(), CommandKind::Inject, "web", fault, {}});
    session->run_until(session->now() + seconds(1));
    const view::ClusterView view = look_at_cluster(*session);
    REQUIRE(view.faults.size() == 3);
    CHECK(view.faults[0].on == std::vector<std::uint32_t>{1, 2});
    CHECK(view.faults[1].on == std::vector<std::uint32_t>{1});
    CHECK(view.faults[2].on == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("cluster look: a fault of a service marks the hosts of what it means, of a swarm's web or of a project's") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --constraint node.hostname==swarm-curly nginx").status == 0);
    REQUIRE(swarm.run("docker run -d --name shop-web-1 --label com.docker.compose.service=web --label com.docker.compose.project=shop "
                      "--label com.docker.compose.container-number=1 nginx", "swarm-moe").status == 0);
    swarm.wait(10);
    for (const char* fault : {"slow-start web", "slow-start shop/web", "hang shop/web.1"}) swarm.inject(fault);
    swarm.wait(1);
    const view::ClusterView view = look_at_cluster(swarm.session());
    std::string told;
    for (const view::FaultView& fault : view.faults) {
        told += fault.text + ":";
        for (const std::uint32_t on : fault.on) told += " " + view.hosts[on].name;
        told += "\n";
    }
    CHECK(told == "slow-start web: swarm-curly\nslow-start shop/web: swarm-moe\nhang shop/web.1: swarm-moe\n");
}

TEST_CASE("cluster look: a drained node, a restart that waits, and an update as it goes") {
    typed::SwarmLines swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 --update-delay 5s nginx").status == 0);
    swarm.wait(10);
    REQUIRE(swarm.run("docker node update --availability drain swarm-moe").status == 0);
    swarm.wait(12);
    view::ClusterView view = look_at_cluster(swarm.session());
    CHECK(host(view, "swarm-moe").availability == "drain");
    CHECK(service(view, "web").running == 3);
    for (const view::Tile& one : view.tiles)
        if (one.phase == Phase::Running) CHECK(view.hosts[one.host].name != "swarm-moe");

    REQUIRE(swarm.run("docker service update -d --env-add A=1 web").status == 0);
    bool partly = false;
    std::uint32_t updated = 0;
    for (int i = 0; i < 60; ++i) {
        swarm.wait(1);
        view = look_at_cluster(swarm.session());
        const view::ServiceView& web = service(view, "web");
        CHECK(web.running <= web.wanted);
        if (web.update != "updating") continue;
        CHECK(web.updated >= updated);
        updated = web.updated;
        partly = partly || (web.updated > 0 && web.updated < web.wanted);
    }
    CHECK(partly);
    CHECK(service(view, "web").update == "completed");
    CHECK(service(view, "web").updated == 3);

    REQUIRE(swarm.run("docker service create -d --name bad --restart-delay 20s busybox false").status == 0);
    swarm.wait(8);
    view = look_at_cluster(swarm.session());
    const view::Tile bad = [&]() -> const view::Tile& {
        for (const view::Tile& one : view.tiles)
            if (one.name == "bad.1" && one.phase == Phase::BackOff) return one;
        FAIL("nothing waits for its restart");
        return view.tiles.front();
    }();
    CHECK((bad.until - bad.since) == seconds(20));
    swarm.session().run_until(bad.until + seconds(3));
    // It was started then, and has ended again.
    std::size_t waiting = 0;
    view = look_at_cluster(swarm.session());
    for (const view::Tile& one : view.tiles)
        if (one.name == "bad.1" && one.phase == Phase::BackOff) {
            ++waiting;
            CHECK(one.since > bad.until);
        }
    CHECK(waiting == 1);
}

TEST_CASE("cluster look: heartbeats of agents and of the leader are seen for a moment") {
    typed::SwarmLines swarm;
    std::size_t from_agents = 0;
    std::size_t from_leader = 0;
    for (int i = 0; i < 100; ++i) {
        swarm.session().run_until(swarm.session().now() + milliseconds(100));
        const view::ClusterView view = look_at_cluster(swarm.session());
        for (const view::FlightView& flight : view.flights) {
            if (flight.kind != view::FlightView::Kind::Heartbeat) continue;
            (view.hosts[flight.from_host].role == "leader" ? from_leader : from_agents) += 1;
            const bool on_time = flight.arrives >= flight.sent && flight.sent <= view.time;
            CHECK(on_time);
        }
    }
    CHECK(from_agents > 4);  // two agents, two beats in ten seconds, each for 0.4 s
}

TEST_CASE("cluster look: every phase has a name, and bulk containers without detail are tiles too") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < view::kPhases; ++i) names.insert(view::phase_name(static_cast<Phase>(i)));
    CHECK(names.size() == view::kPhases);
    CHECK_FALSE(names.contains(""));

    SimState state(1);
    const model::HostId at = model::add_host(state.world, {});
    auto spec = std::make_shared<model::ContainerSpec>();
    spec->image = "busybox";
    spec->restart.kind = model::RestartPolicyKind::Always;
    spec->bulk_lifetime = seconds(10);
    model::create_bulk_containers(state.world, at, spec, "c", 1000);
    for (int i = 0; i < 3000 && !state.world.kernel.future().empty(); ++i) model::handle_model_event(state.world, state.world.kernel.take_next());
    const view::ClusterView view = look_at_cluster({}, state);
    CHECK(view.tiles.size() == 1000);
    CHECK(phases(view, Phase::Running) + phases(view, Phase::BackOff) == 1000);
    CHECK(phases(view, Phase::BackOff) > 0);
    for (const view::Tile& one : view.tiles) {
        if (one.phase != Phase::BackOff) continue;
        const bool ahead = one.until >= view.time;
        CHECK(ahead);
    }
    CHECK(view.wanted == 1000);
}

}  // namespace podium::lab
