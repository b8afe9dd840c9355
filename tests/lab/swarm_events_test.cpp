// docker events on managers, typed.

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/lab/swarm_terminal.hpp"

namespace podium::lab {
namespace {

constexpr const char* kSecond = "swarm-larry/2";

// "service create (name=web)": lines without their times and ids.
std::string plain(const std::string& lines) {
    std::string out;
    std::size_t from = 0;
    while (from < lines.size()) {
        const std::size_t end = std::min(lines.find('\n', from), lines.size());
        const std::string line = lines.substr(from, end - from);
        from = end + 1;
        const std::size_t type = line.find(' ') + 1;
        const std::size_t open = line.find(" (");
        if (type == 0 || open == std::string::npos) continue;
        const std::size_t id = line.rfind(' ', open - 1);
        out += line.substr(type, id - type) + line.substr(open) + "\n";
    }
    return out;
}

}  // namespace

// The lines are those of the recorded `docker events --filter scope=swarm` (reference/docker/api/189…).
TEST_CASE("swarm events: a manager tells what becomes of nodes, services, networks, secrets and configs") {
    SwarmTerminal swarm;
    swarm.type("docker events --filter scope=swarm", kSecond);
    swarm.wait(1);
    REQUIRE(swarm.run("docker node update --availability drain swarm-moe").status == 0);
    REQUIRE(swarm.run("docker node update --availability active swarm-moe").status == 0);
    REQUIRE(swarm.run("docker node update --label-add zone=a swarm-moe").status == 0);
    REQUIRE(swarm.run("docker network create -d overlay ov1").status == 0);
    REQUIRE(swarm.run("printf x | docker secret create key -").status == 0);
    REQUIRE(swarm.run("printf x | docker config create conf -").status == 0);
    REQUIRE(swarm.run("docker secret rm key").status == 0);
    REQUIRE(swarm.run("docker service create -d --name web --replicas 2 nginx:1.24").status == 0);
    swarm.wait(5);
    REQUIRE(swarm.run("docker service scale -d web=3").status == 0);
    swarm.wait(5);
    REQUIRE(swarm.run("docker service update -d --image nginx:1.25 web").status == 0);
    swarm.wait(40);
    swarm.inject("power-loss swarm-moe");
    swarm.wait(20);
    const std::string told = swarm.look(milliseconds(1), kSecond).out;
    INFO(told);
    const std::string lines = plain(told);
    for (const char* line :
         {"node update (availability.new=drain, availability.old=active, name=swarm-moe)\n", "node update (availability.new=active, availability.old=drain, name=swarm-moe)\n",
          "node update (name=swarm-moe)\n", "network create (name=ov1)\n", "secret create (name=key)\n", "config create (name=conf)\n", "secret remove (name=key)\n", "service create (name=web)\n",
          "service update (name=web, replicas.new=3, replicas.old=2)\n", "service update (image.new=nginx:1.25", "service update (name=web, updatestate.new=updating)\n",
          "service update (name=web, updatestate.new=completed, updatestate.old=updating)\n", "node update (name=swarm-moe, state.new=down, state.old=ready)\n"}) {
        INFO(line);
        CHECK(times(lines, line) >= 1);
    }
    CHECK(times(lines, "container ") == 0);
    swarm.interrupt(kSecond);
}

TEST_CASE("swarm events: they are kept beside the engine's own, in order, and filtered") {
    SwarmTerminal swarm;
    REQUIRE(swarm.run("docker service create -d --name web --constraint node.hostname==swarm-larry nginx").status == 0);
    swarm.wait(5);
    REQUIRE(swarm.run("docker service rm web").status == 0);
    swarm.wait(15);
    const std::string all = plain(swarm.run("docker events --since 1h --until 0s").out);
    INFO(all);
    const std::size_t created = all.find("service create (name=web)");
    const std::size_t container = all.find("container create");
    const std::size_t removed = all.find("service remove (name=web)");
    const std::size_t killed = all.find("container kill");
    CHECK(created < container);
    CHECK(container < removed);
    CHECK(removed < killed);
    CHECK(killed != std::string::npos);
    CHECK(plain(swarm.run("docker events --since 1h --until 0s --filter type=service --filter event=remove").out) == "service remove (name=web)\n");
    CHECK(plain(swarm.run("docker events --since 1h --until 0s --filter node=swarm-moe --filter type=node").out) == "node update (name=swarm-moe, state.new=ready, state.old=unknown)\n");
    CHECK(swarm.run("docker events --since 1h --until 0s --filter service=web --format '{{.Type}} {{.Action}} {{.Scope}} {{.Actor.Attributes.name}}'").out.starts_with("service create swarm web\n"));
    CHECK(times(swarm.run("docker events --since 1h --until 0s --filter scope=local").out, "service ") == 0);
    CHECK(swarm.run("docker events --since 1h --until 50m").out.empty());
    // A worker has none of them, another manager its own.
    CHECK(times(swarm.run("docker events --since 1h --until 0s --filter scope=swarm", "swarm-curly").out, "\n") == 0);
    REQUIRE(swarm.run("docker node promote swarm-curly").status == 0);
    swarm.wait(10);
    REQUIRE(swarm.run("printf x | docker config create conf -").status == 0);
    swarm.wait(3);
    CHECK(plain(swarm.run("docker events --since 1h --until 0s --filter type=config", "swarm-curly").out) == "config create (name=conf)\n");
    CHECK(times(swarm.run("docker events --since 1h --until 0s --filter type=service", "swarm-curly").out, "\n") == 0);
}

}  // namespace podium::lab
