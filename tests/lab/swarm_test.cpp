// A swarm by typed lines: formed, services that are reached over names and the routing mesh, a host that
// is lost, a closed port; and that all of it is a run like any other.

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/cluster_file.hpp"
#include "sim/lab/invariants.hpp"
#include "sim/lab/session.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

std::string read(const std::string& path) {
    std::ifstream in(test::source_directory() + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class Swarm {
  public:
    explicit Swarm(const std::string& cluster = read("scenarios/clusters/three-host.yaml")) : session_(begin(cluster)) {
        session_.run_until(session_.log().back().time + seconds(3));
    }

    struct Done {
        std::string out;
        int status = -1;
    };

    Done run(const std::string& line, const std::string& host = "swarm-larry") {
        session_.take_shown();
        session_.post({session_.now(), CommandKind::Line, host, line, {}});
        Done done;
        session_.run_until(session_.now() + minutes(3), [&](const Session&) {
            for (const Shown& shown : session_.take_shown()) {
                if (shown.terminal != host) continue;
                if (shown.kind == Shown::Kind::Output || shown.kind == Shown::Kind::Error) done.out += shown.text;
                if (shown.kind == Shown::Kind::Done) done.status = shown.status;
            }
            return done.status >= 0;
        });
        return done;
    }

    void wait(std::int64_t whole_seconds) { session_.run_until(session_.now() + seconds(whole_seconds)); }

    void inject(const std::string& fault) { session_.post({session_.now(), CommandKind::Inject, "swarm-larry", fault, {}}); }

    void lift(const std::string& fault) { session_.post({session_.now(), CommandKind::Lift, "swarm-larry", fault, {}}); }

    Session& session() { return session_; }

  private:
    static Session begin(const std::string& text) {
        const auto cluster = parse_cluster_file(text, "c.yaml");
        REQUIRE(cluster.ok());
        SetUp set_up;
        set_up.catalogue = read("scenarios/images.yaml");
        set_up.images = {"busybox", "nginx"};
        use_cluster(set_up, *cluster);
        set_up.swarm_formed = true;
        auto session = begin_session(std::move(set_up));
        REQUIRE(session.ok());
        return std::move(*session);
    }

    Session session_;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t out = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
    return out;
}

}  // namespace

TEST_CASE("swarm: a cluster's hosts form one, with the labels of their file") {
    Swarm swarm(read("scenarios/clusters/five-managers.yaml"));
    const std::string nodes = swarm.run("docker node ls", "manager-a1").out;
    INFO(nodes);
    CHECK(count(nodes, "Ready") == 9);
    CHECK(count(nodes, "Leader") == 1);
    CHECK(count(nodes, "Reachable") == 4);
    CHECK(swarm.run("docker node inspect -f '{{.Spec.Labels.zone}}' worker-b", "manager-a1").out == "b\n");
}

TEST_CASE("swarm: a published port answers on every host, whoever runs the task") {
    Swarm swarm;
    REQUIRE(swarm.run("docker service create -d --name web -p 8080:80 nginx").status == 0);
    swarm.wait(5);
    for (const char* host : {"swarm-larry", "swarm-curly", "swarm-moe"}) {
        INFO(host);
        CHECK(has(swarm.run("curl -s localhost:8080", host).out, "Welcome to nginx!"));
    }
    // The engine keeps the port for the mesh, also where no task runs.
    const auto taken = swarm.run("docker run -d -p 8080:80 nginx", "swarm-moe");
    CHECK(taken.status == 125);
    CHECK(has(taken.out, "address already in use"));
    REQUIRE(swarm.run("docker service rm web").status == 0);
    swarm.wait(5);
    CHECK(swarm.run("curl -s localhost:8080").status == 7);
}

TEST_CASE("swarm: the mesh takes the tasks in turn") {
    Swarm swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 -p 8080:80 nginx").status == 0);
    swarm.wait(5);
    for (int i = 0; i < 6; ++i) REQUIRE(swarm.run("curl -s -o /dev/null localhost:8080").status == 0);
    for (const char* host : {"swarm-larry", "swarm-curly", "swarm-moe"}) {
        INFO(host);
        CHECK(count(swarm.run("docker logs $(docker ps -q) 2>&1", host).out, "\"GET / HTTP/1.1\" 200") == 2);
    }
}

TEST_CASE("swarm: a service's name is its virtual address, tasks.NAME its tasks', over all hosts") {
    Swarm swarm;
    REQUIRE(swarm.run("docker network create -d overlay app").status == 0);
    CHECK(has(swarm.run("docker network create -d overlay bad", "swarm-moe").out, "Cannot create a multi-host network from a worker node."));
    REQUIRE(swarm.run("docker service create -d --name api --network app --replicas 3 nginx").status == 0);
    REQUIRE(swarm.run("docker service create -d --name box --network app --constraint node.hostname==swarm-moe busybox sleep 1000").status == 0);
    swarm.wait(6);
    const std::string in_box = "docker exec $(docker ps -q -f name=box) ";
    for (int i = 0; i < 3; ++i) CHECK(has(swarm.run(in_box + "wget -qO- http://api", "swarm-moe").out, "Welcome to nginx!"));
    CHECK(has(swarm.run(in_box + "wget -qO- http://tasks.api", "swarm-moe").out, "Welcome to nginx!"));
    CHECK(swarm.run(in_box + "wget -qO- http://nobody", "swarm-moe").status == 1);
    // It is on the hosts that need it, and goes with the last task there.
    CHECK(has(swarm.run("docker network ls", "swarm-moe").out, "overlay"));
    REQUIRE(swarm.run("docker service rm api box").status == 0);
    swarm.wait(16);  // a sleep that is PID 1 hears no TERM
    CHECK_FALSE(has(swarm.run("docker network ls", "swarm-moe").out, " app "));
    CHECK(swarm.run("docker network rm app").status == 0);
}

TEST_CASE("swarm: a closed 4789 keeps containers of two hosts from each other, not the swarm") {
    Swarm swarm(
        "hosts: [{name: swarm-larry}, {name: swarm-curly}, {name: swarm-moe, firewall: {closed: [4789/udp]}}]\n");
    REQUIRE(swarm.run("docker service create -d --name web --constraint node.hostname==swarm-moe -p 8080:80 nginx").status == 0);
    swarm.wait(5);
    CHECK(count(swarm.run("docker node ls").out, "Ready") == 3);
    CHECK(has(swarm.run("curl -s -m 3 localhost:8080", "swarm-moe").out, "Welcome to nginx!"));
    CHECK(swarm.run("curl -s -m 3 localhost:8080", "swarm-larry").status == 28);
}

TEST_CASE("swarm: a lost worker's tasks move, and the mesh forgets it") {
    Swarm swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 3 -p 8080:80 nginx").status == 0);
    swarm.wait(5);
    swarm.inject("power-loss swarm-moe");
    swarm.wait(8);
    for (int i = 0; i < 4; ++i) CHECK(swarm.run("curl -s -m 3 -o /dev/null localhost:8080").status == 0);
    swarm.wait(25);
    const std::string nodes = swarm.run("docker node ls").out;
    CHECK(count(nodes, "Down") == 1);
    // The lost copy still counts, as recorded: the last that was heard of it is that it runs.
    CHECK(has(swarm.run("docker service ls").out, "4/3"));
    CHECK(broken_invariants(swarm.session().world()).empty());
}

TEST_CASE("swarm: a worker that was lost and is back is heard of again by the mesh") {
    Swarm swarm;
    swarm.inject("power-loss swarm-moe");
    swarm.wait(40);
    REQUIRE(swarm.run("lift power-loss swarm-moe").status == 0);
    swarm.wait(60);
    REQUIRE(swarm.run("docker service create -d --name web --constraint node.hostname==swarm-moe -p 8080:80 nginx").status == 0);
    swarm.wait(6);
    CHECK(has(swarm.run("curl -s -m 3 localhost:8080").out, "Welcome to nginx!"));
}

TEST_CASE("swarm: seek, fork and replay give the same run") {
    Swarm swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 4 -p 8080:80 nginx").status == 0);
    swarm.wait(4);
    swarm.inject("power-loss swarm-curly");
    swarm.wait(40);
    Session& session = swarm.session();
    const std::uint64_t print = session.fingerprint();
    const Time end = session.now();
    session.seek(Time{} + seconds(6));
    session.seek(end);
    CHECK(session.fingerprint() == print);
    Session fork = session.fork();
    fork.seek(Time{} + seconds(5));
    fork.run_until(end);
    CHECK(fork.fingerprint() == print);
    auto again = Session::load(session.save(), "run.podium");
    REQUIRE(again.ok());
    again->seek(end);
    CHECK(again->fingerprint() == print);
}

}  // namespace podium::lab
