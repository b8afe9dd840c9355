// Containers in outline: kept so while nothing but their life matters, and whole as soon as somebody looks or does something.

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/lab/cluster_look.hpp"
#include "sim/lab/detail_look.hpp"
#include "sim/lab/facts.hpp"
#include "sim/lab/looks.hpp"
#include "sim/lab/why.hpp"
#include "sim/model/container_start.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/run_end.hpp"
#include "sim/view/summary.hpp"
#include "tests/lab/swarm_lines.hpp"

namespace podium::lab::typed {
namespace {

const model::Host& host_called(const Session& session, const std::string& name) {
    const model::HostId id = model::host_named(session.world(), name);
    REQUIRE(id);
    return session.world().host(id);
}

SwarmLines with_tasks(const std::string& flags = "--replicas 9") {
    SwarmLines lines;
    REQUIRE(lines.run("docker service create -d --name idle " + flags + " registry.k8s.io/pause:3.9").status == 0);
    lines.wait(20);
    return lines;
}

}  // namespace

TEST_CASE("outline: tasks that only wait are kept in outline where nothing else runs") {
    SwarmLines lines = with_tasks();
    CHECK(has(lines.run("docker service ls").out, "9/9"));
    CHECK(host_called(lines.session(), "swarm-larry").outlines == 0);  // a command was typed there since
    CHECK(host_called(lines.session(), "swarm-curly").outlines == 3);
    const model::Host& moe = host_called(lines.session(), "swarm-moe");
    CHECK(moe.outlines == 3);
    CHECK(moe.process_count == moe.processes.size());  // its terminal's shell
    CHECK(moe.memory_used_bytes == static_cast<std::int64_t>(3 + moe.processes.size()) * model::kProcessMemory);
    const model::ContainerId some = moe.engine.by_name.begin()->second;
    CHECK_FALSE(lines.session().world().container(some).detail);
    CHECK(model::container_label(lines.session().world(), some, "com.docker.swarm.service.name") == "idle");
    CHECK(model::container_label(lines.session().world(), some, "com.docker.swarm.task.name") == lines.session().world().name_of(some));
    CHECK(model::service_of(lines.session().world(), some) == "idle");
}

TEST_CASE("outline: a service's memory is that of all its containers, and a chart's that of one in outline") {
    SwarmLines lines = with_tasks();
    CHECK(look_at_detail(lines.session(), DetailKind::Service, "idle").memory_bytes == 9 * model::kProcessMemory);
    const model::ContainerId some = host_called(lines.session(), "swarm-moe").engine.by_name.begin()->second;
    REQUIRE(lines.session().world().container(some).outline);
    ResourceFollower resources;
    resources.follow(lines.session(), DetailKind::Container, std::string(lines.session().world().name_of(some)));
    CHECK(resources.memory_bytes() == std::vector<std::int64_t>{model::kProcessMemory});
}

TEST_CASE("outline: who asks a host's engine finds its containers whole, as they have always been") {
    SwarmLines lines = with_tasks();
    const model::ContainerId some = host_called(lines.session(), "swarm-moe").engine.by_name.begin()->second;
    const Time started = lines.session().world().container(some).started;
    const std::uint32_t pid = lines.session().world().container(some).outline->host_pid;
    const std::string name(lines.session().world().name_of(some));
    CHECK(count(lines.run("docker ps", "swarm-moe").out, "\"/pause\"") == 3);
    CHECK(host_called(lines.session(), "swarm-moe").outlines == 0);
    CHECK(host_called(lines.session(), "swarm-curly").outlines == 3);
    CHECK(lines.session().world().container(some).started == started);
    CHECK(lines.run("docker inspect -f '{{.State.Status}} {{.State.Pid}} {{.Config.User}}' " + name, "swarm-moe").out == "running " + std::to_string(pid) + " 65535:65535\n");
    CHECK(lines.run("docker inspect -f '{{index .Config.Labels \"com.docker.swarm.task.name\"}}' " + name, "swarm-moe").out == name + "\n");
    CHECK(has(lines.run("docker inspect -f '{{.NetworkSettings.IPAddress}}' " + name, "swarm-moe").out, "172.17.0."));
    CHECK(has(lines.run("docker top " + name, "swarm-moe").out, "/pause"));
    CHECK(has(lines.run("docker exec " + name + " sh", "swarm-moe").out, "executable file not found in $PATH"));
    CHECK(lines.run("docker logs " + name, "swarm-moe").out.empty());
    CHECK(lines.run("docker stop " + name, "swarm-moe").status == 0);
    CHECK(lines.run("docker logs " + name, "swarm-moe").out == "Shutting down, got signal: Terminated\n");
    CHECK(lines.run("docker inspect -f '{{.State.ExitCode}}' " + name, "swarm-moe").out == "0\n");
}

TEST_CASE("outline: a fault on a task makes its container alone whole, and the swarm puts another in its place") {
    SwarmLines lines = with_tasks("--mode global --restart-delay 1s");
    const model::ContainerId one = host_called(lines.session(), "swarm-moe").engine.by_name.begin()->second;
    lines.inject("kill " + std::string(lines.session().world().name_of(one)));
    lines.wait(10);
    CHECK(lines.session().world().container(one).state == model::ContainerState::Exited);
    CHECK(lines.session().world().container(one).exit_code == 137);
    CHECK(has(lines.run("docker service ls").out, "3/3"));
    CHECK(host_called(lines.session(), "swarm-curly").outlines == 1);
}

TEST_CASE("outline: what a power loss took is found dead by the engine that comes back") {
    SwarmLines lines = with_tasks();
    const model::ContainerId one = host_called(lines.session(), "swarm-moe").engine.by_name.begin()->second;
    CHECK(lines.session().world().container(one).outline);
    lines.inject("power-loss swarm-moe");
    lines.wait(60);
    CHECK(has(lines.run("docker service ls").out, "12/9"));  // Swarm counts those of a node that is down
    const model::Host& dark = host_called(lines.session(), "swarm-moe");
    CHECK(dark.memory_used_bytes == static_cast<std::int64_t>(dark.processes.size()) * model::kProcessMemory);
    lines.lift("power-loss swarm-moe");
    lines.wait(60);
    const model::Container& c = lines.session().world().container(one);
    CHECK(c.state != model::ContainerState::Running);
    CHECK(c.exit_code == 255);
}

TEST_CASE("outline: its containers are known by name and looked at as whole ones are") {
    SwarmLines lines = with_tasks();
    const model::World& world = lines.session().world();
    const model::ContainerId some = host_called(lines.session(), "swarm-moe").engine.by_name.begin()->second;
    const std::string name(world.name_of(some));
    const std::vector<std::string> known = container_names(lines.session().set_up(), lines.session().state());
    CHECK(std::find(known.begin(), known.end(), name) != known.end());
    const std::vector<ContainerLook> looks = look_at_containers(lines.session());
    CHECK(looks.size() == 9);
    const auto look = std::find_if(looks.begin(), looks.end(), [&name](const ContainerLook& one) { return one.name == name; });
    REQUIRE(look != looks.end());
    CHECK((look->status == "running" && look->health.empty() && !look->oom_killed));
    CHECK(world.container(some).outline);
    CHECK(lines.run("docker inspect -f '{{.Id}}' " + name, "swarm-moe").out.substr(0, 12) == look->id);
}

TEST_CASE("outline: swarm's own labels count for more than what a service gives its containers, whole or not") {
    SwarmLines lines = with_tasks("--replicas 9 --container-label com.docker.swarm.task.name=mine --container-label tier=back");
    const model::ContainerId some = host_called(lines.session(), "swarm-moe").engine.by_name.begin()->second;
    const std::string name(lines.session().world().name_of(some));
    REQUIRE(lines.session().world().container(some).outline);
    CHECK(model::container_label(lines.session().world(), some, "com.docker.swarm.task.name") == name);
    CHECK(model::container_label(lines.session().world(), some, "tier") == "back");
    CHECK(lines.run("docker inspect -f '{{index .Config.Labels \"com.docker.swarm.task.name\"}}' " + name, "swarm-moe").out == name + "\n");
}

TEST_CASE("outline: what was ahead of a start that a power loss ended does not come into the next one") {
    SwarmLines lines;
    // So that its node is not given up while it boots, and the start that was under way would still be so.
    REQUIRE(lines.run("docker swarm update --dispatcher-heartbeat 60s").status == 0);
    lines.wait(20);
    lines.inject("slow-disk swarm-moe factor=400");
    REQUIRE(lines.run("docker service create -d --name idle --constraint node.hostname==swarm-moe registry.k8s.io/pause:3.9").status == 0);
    const auto only = [&lines] {
        const auto& names = host_called(lines.session(), "swarm-moe").engine.by_name;
        return names.empty() ? model::ContainerId{} : names.begin()->second;
    };
    const auto runs_soon = [&] {
        const model::ContainerId id = only();
        return id && lines.session().world().container(id).outline && lines.session().world().container(id).outline->start_stage == model::kStageRun;
    };
    for (int second = 0; second < 200 && !runs_soon(); ++second) lines.wait(1);
    REQUIRE(runs_soon());
    const model::ContainerId one = only();
    lines.inject("power-loss swarm-moe");
    lines.wait(1);
    lines.lift("power-loss swarm-moe");
    lines.wait(200);
    std::size_t starts = 0;
    lines.session().journal().for_each(lines.session().journal().first(), [&](const Fact& fact) {
        if (fact.kind == model::kFactContainerStart && fact.subject == Subject(SubjectType::Container, one.value)) ++starts;
    });
    CHECK(starts == 1);
    CHECK(lines.session().world().container(one).process_alive);
}

TEST_CASE("outline: an address that was given keeps docker0 where it is, though the host's file has another for it") {
    SwarmLines lines;
    REQUIRE(lines.run("echo '{\"bip\": \"10.9.0.1/16\"}' > /etc/docker/daemon.json", "swarm-moe").status == 0);
    REQUIRE(lines.run("docker service create -d --name idle --replicas 9 registry.k8s.io/pause:3.9").status == 0);
    lines.wait(20);
    REQUIRE(host_called(lines.session(), "swarm-moe").outlines == 3);
    lines.inject("power-loss swarm-moe");
    lines.wait(2);
    CHECK(host_called(lines.session(), "swarm-moe").outlines == 3);
    lines.lift("power-loss swarm-moe");
    lines.wait(60);
    const std::string bridge = lines.run("docker network inspect bridge", "swarm-moe").out;
    INFO(bridge);
    CHECK(has(bridge, "172.17.0.0/16"));
    CHECK_FALSE(has(bridge, "10.9."));
}

TEST_CASE("outline: a terminal's shell that has become another program is one that looks") {
    SwarmLines lines = with_tasks();
    REQUIRE(host_called(lines.session(), "swarm-moe").outlines == 3);
    const auto type = [&lines](const std::string& host, const std::string& line) { lines.session().post({lines.session().now(), CommandKind::Line, host, line, {}}); };
    type("swarm-moe", "exec ps -e");
    lines.wait(2);
    CHECK(host_called(lines.session(), "swarm-moe").outlines == 0);
    REQUIRE(lines.run("docker service rm idle").status == 0);
    lines.wait(20);
    type("swarm-curly", "exec docker events");
    lines.wait(2);
    REQUIRE(lines.run("docker service create -d --name again --replicas 9 registry.k8s.io/pause:3.9").status == 0);
    lines.wait(20);
    CHECK(has(lines.run("docker service ls").out, "9/9"));
    CHECK(host_called(lines.session(), "swarm-curly").outlines == 0);
}

TEST_CASE("outline: a close look shows what is known of a container without making it whole") {
    SwarmLines lines = with_tasks();
    const model::ContainerId some = host_called(lines.session(), "swarm-moe").engine.by_name.begin()->second;
    const DetailLook look = look_at_detail(lines.session(), DetailKind::Container, model::label_of(lines.session().world(), some));
    const auto value = [&look](const std::string& name) {
        const auto row = std::find_if(look.rows.begin(), look.rows.end(), [&](const DetailRow& one) { return one.name == name; });
        return row == look.rows.end() ? std::string("(no row)") : row->value;
    };
    CHECK(look.state == "running");
    CHECK(look.subtitle == "container on swarm-moe");
    CHECK(look.task == model::label_of(lines.session().world(), some));
    CHECK(value("Command") == "/pause");
    CHECK(value("Id").size() == 12);
    CHECK(has(value("Network"), "bridge 172.17.0."));
    CHECK(value("Task") == lines.session().world().name_of(some));
    CHECK(look.memory_bytes == model::kProcessMemory);
    CHECK(lines.session().world().container(some).outline);
}

TEST_CASE("outline: of one that stands still or went with its host is told what is told of a whole one") {
    SwarmLines lines = with_tasks("--replicas 9 --limit-memory 16m");
    const model::ContainerId some = host_called(lines.session(), "swarm-moe").engine.by_name.begin()->second;
    const std::string name(lines.session().world().name_of(some));
    const auto look = [&] { return look_at_detail(lines.session(), DetailKind::Container, name); };
    const auto use = [&] {
        const view::ClusterView cluster = look_at_cluster(lines.session());
        const auto is_it = [&](const view::Tile& one) { return one.container == some.value; };
        const auto tile = std::find_if(cluster.tiles.begin(), cluster.tiles.end(), is_it);
        REQUIRE(tile != cluster.tiles.end());
        return tile->use;
    };
    const auto standing = [&] {
        return view::summarise(lines.session().world(), fact_catalogue(), lines.session().now()).front().at_the_end();
    };
    const auto tells = [](const DetailLook& detail, const std::string& what) {
        const auto is_it = [&](const DetailFact& fact) { return has(fact.what, what); };
        return std::any_of(detail.causes.begin(), detail.causes.end(), is_it);
    };
    CHECK(use() == 31);  // 512 KiB of 16 MiB
    CHECK(look().memory_limit_bytes == 16 << 20);
    CHECK(standing() == "running");
    lines.inject("freeze swarm-moe");
    lines.wait(2);
    CHECK(standing() == "running, its host frozen");
    CHECK(tells(look(), "freeze"));
    lines.lift("freeze swarm-moe");
    lines.wait(1);
    lines.inject("power-loss swarm-moe");
    lines.wait(1);
    CHECK(view::gone_unseen(lines.session().world(), some));
    CHECK(look().state == "lost");
    CHECK(tells(look(), "the host is down"));
    CHECK(lines.session().world().container(some).outline);
}

TEST_CASE("outline: containers of an image that somebody has built are whole, whatever it was made from") {
    SwarmLines lines;
    REQUIRE(lines.run("printf 'FROM registry.k8s.io/pause\\nUSER nosuch\\n' > Dockerfile; docker build -q -t mine .", "swarm-moe").status == 0);
    REQUIRE(lines.run("docker service create -d --name own --constraint node.hostname==swarm-moe mine").status == 0);
    lines.wait(20);
    CHECK(host_called(lines.session(), "swarm-moe").outlines == 0);
    CHECK(has(lines.run("docker service ps --no-trunc own").out, "unable to find user nosuch"));
}

TEST_CASE("outline: of one service, those of another image under the same name are whole again") {
    SwarmLines lines;
    REQUIRE(lines.run("docker pull -q registry.k8s.io/pause:3.9; docker tag registry.k8s.io/pause:3.9 mine", "swarm-moe").status == 0);
    REQUIRE(lines.run("docker service create -d --name own --replicas 2 --constraint node.hostname==swarm-moe mine").status == 0);
    lines.wait(20);
    CHECK(host_called(lines.session(), "swarm-moe").outlines == 2);
    REQUIRE(lines.run("printf 'FROM registry.k8s.io/pause:3.9\nUSER nosuch\n' > Dockerfile; docker build -q -t mine .", "swarm-moe").status == 0);
    REQUIRE(lines.run("docker service scale -d own=3").status == 0);
    lines.wait(20);
    CHECK(has(lines.run("docker service ps --no-trunc own").out, "unable to find user nosuch"));
    CHECK(has(lines.run("docker service ls").out, "2/3"));
}

TEST_CASE("outline: tasks that have more to them are whole") {
    for (const char* flags : {"--mount type=volume,source=data,target=/data", "--publish 8080:80", "--user 1", "--limit-cpu 0.5 --read-only"}) {
        INFO(flags);
        SwarmLines lines = with_tasks(std::string("--replicas 6 ") + flags);
        CHECK(host_called(lines.session(), "swarm-moe").outlines == 0);
        CHECK(has(lines.run("docker service ls").out, "6/6"));
    }
}

}  // namespace podium::lab::typed
