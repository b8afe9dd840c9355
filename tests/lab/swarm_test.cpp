// A swarm by typed lines: formed, services that are reached over names and the routing mesh, a host that
// is lost, a closed port; and that all of it is a run like any other.

#include <catch2/catch.hpp>

#include "sim/lab/cluster_file.hpp"
#include "sim/lab/invariants.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/sweep.hpp"
#include "tests/lab/swarm_lines.hpp"

namespace podium::lab {
namespace {

using typed::count;
using typed::has;
using typed::read_source;
using Swarm = typed::SwarmLines;

}  // namespace

TEST_CASE("swarm: a cluster's hosts form one, with the labels of their file") {
    Swarm swarm(read_source("scenarios/clusters/five-managers.yaml"));
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

TEST_CASE("swarm: a service on the hosts' own network listens on the hosts that run it") {
    Swarm swarm;
    REQUIRE(swarm.run("docker service create -d --name agent --mode global --network host nginx").status == 0);
    swarm.wait(6);
    CHECK(has(swarm.run("docker service ls").out, "3/3"));
    for (const char* host : {"swarm-larry", "swarm-moe"}) {
        INFO(host);
        CHECK(swarm.run("docker inspect -f '{{.HostConfig.NetworkMode}}' $(docker ps -q -f name=agent)", host).out == "host\n");
        CHECK(has(swarm.run("curl -s localhost:80", host).out, "Welcome to nginx!"));
    }
    // It is none of the swarm's networks to be listed, and needs no address.
    CHECK_FALSE(has(swarm.run("docker network ls --filter scope=swarm").out, "host"));
    CHECK_FALSE(has(swarm.run("docker service inspect agent").out, "VirtualIPs"));
}

TEST_CASE("swarm: a prune takes the swarm's unused networks on a manager, and never what the routing mesh needs") {
    Swarm swarm;
    REQUIRE(swarm.run("docker network create -d overlay spare").status == 0);
    REQUIRE(swarm.run("docker network create -d overlay used").status == 0);
    REQUIRE(swarm.run("docker service create -d --name web --network used -p 8080:80 nginx").status == 0);
    swarm.wait(8);
    // A worker only has its own to prune.
    REQUIRE(swarm.run("docker network create mine", "swarm-moe").status == 0);
    CHECK(swarm.run("docker network prune -f", "swarm-moe").out == "Deleted Networks:\nmine\n\n");
    CHECK(swarm.run("docker network prune -f --filter label=none").out.empty());
    CHECK(swarm.run("docker network prune -f").out == "Deleted Networks:\nspare\n\n");
    const std::string left = swarm.run("docker network ls --format '{{.Name}}'").out;
    for (const char* name : {"used\n", "ingress\n", "docker_gwbridge\n"}) CHECK(has(left, name));
    CHECK(has(swarm.run("curl -s localhost:8080", "swarm-moe").out, "Welcome to nginx!"));
    // Once a host has left, nothing is on its docker_gwbridge.
    REQUIRE(swarm.run("docker swarm leave", "swarm-moe").status == 0);
    swarm.wait(2);
    CHECK(swarm.run("docker network prune -f", "swarm-moe").out == "Deleted Networks:\ndocker_gwbridge\n\n");
}

TEST_CASE("swarm: the ingress network is removed when its warning is answered with y, not without an answer") {
    Swarm swarm;
    const std::string warning =
        "WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker engine version. "
        "Otherwise, removal may not be effective and functionality of newly create ingress networks will be impaired.\n"
        "Are you sure you want to continue? [y/N] ";
    for (const char* line : {"echo n | docker network rm ingress", "docker network rm ingress < /dev/null", "echo yes | docker network rm -f ingress"}) {
        INFO(line);
        const auto asked = swarm.run(line);
        CHECK(asked.out == warning);
        CHECK(asked.status == 0);
    }
    REQUIRE(swarm.run("docker network create -d overlay app").status == 0);
    // What else is named goes all the same.
    CHECK(swarm.run("echo | docker network rm ingress app").out == warning + "app\n");
    CHECK(has(swarm.run("docker network ls --format '{{.Name}}'").out, "ingress\n"));
    CHECK(swarm.run("echo Y | docker network rm ingress").out == warning + "ingress\n");
}

TEST_CASE("swarm: an external network of a stack must be there, and the swarm's") {
    Swarm swarm;
    Session& session = swarm.session();
    session.post({session.now(), CommandKind::WriteFile, "swarm-larry", "/root/c.yaml",
                  "version: '3.8'\nservices: {web: {image: nginx, networks: [ext]}}\nnetworks: {ext: {external: true}}\n"});
    CHECK(swarm.run("docker stack deploy -d -c c.yaml shop").out ==
          "network \"ext\" is declared as external, but could not be found. You need to create a swarm-scoped network before the stack is deployed\n");
    REQUIRE(swarm.run("docker network create ext").status == 0);
    const auto local = swarm.run("docker stack deploy -d -c c.yaml shop");
    CHECK(local.out == "network \"ext\" is declared as external, but it is not in the right scope: \"local\" instead of \"swarm\"\n");
    CHECK(local.status == 1);
    REQUIRE(swarm.run("docker network rm ext").status == 0);
    REQUIRE(swarm.run("docker network create -d overlay ext").status == 0);
    CHECK(swarm.run("docker stack deploy -d -c c.yaml shop").out == "Creating service shop_web\n");
    // Now the host has it, too.
    swarm.wait(8);
    CHECK(has(swarm.run("docker stack deploy -d -c c.yaml shop").out, "Updating service shop_web "));
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

TEST_CASE("swarm: a name server answers with addresses of the asker's network, also when the service publishes a port") {
    Swarm swarm;
    swarm.run("docker network create --driver overlay app");
    swarm.run("docker service create -q --name web --network app --replicas 2 -p 8080:80 nginx");
    swarm.run("docker service create -q --name client --network app --constraint node.role==manager busybox sleep 1d");
    const std::string inside = "docker exec $(docker ps -q -f name=client) nslookup ";
    const std::string vip = swarm.run("docker service inspect --format '{{range .Endpoint.VirtualIPs}}{{.Addr}} {{end}}' web").out;
    const std::string one = swarm.run(inside + "web").out;
    CHECK(count(one, "Name:") == 1);
    CHECK(has(one, "Address: 10.0.1.2\n"));
    CHECK(has(vip, "10.0.1.2/24"));
    const std::string tasks = swarm.run(inside + "tasks.web").out;
    CHECK(count(tasks, "Name:") == 2);
    CHECK(count(tasks, "Address: 10.0.1.") == 2);
}

TEST_CASE("swarm: a network that leaves a host with the old task is there again for the new one") {
    Swarm swarm;
    swarm.run("docker network create --driver overlay app");
    CHECK(swarm.run("docker service create -q --name web --network app --replicas 3 nginx").status == 0);
    const Swarm::Done update = swarm.run("docker service update -q --publish-add 8080:80 web");
    CHECK(update.status == 0);
    CHECK(has(swarm.run("docker service ls --format '{{.Replicas}}'").out, "3/3"));
    CHECK(swarm.run("curl -sf http://localhost:8080/ > /dev/null").status == 0);
}

TEST_CASE("swarm: a stack's network leaves the hosts with its last task, though it was removed before") {
    Swarm swarm;
    swarm.run("printf 'services: {web: {image: nginx, deploy: {replicas: 3}}}' > stack.yaml");
    swarm.run("docker stack deploy -c stack.yaml shop");
    swarm.wait(10);
    CHECK(has(swarm.run("docker network ls").out, "shop_default"));
    swarm.run("docker stack rm shop");
    swarm.wait(15);
    CHECK_FALSE(has(swarm.run("docker network ls").out, "shop_default"));
    CHECK_FALSE(has(swarm.run("docker network ls", "swarm-moe").out, "shop_default"));
}

TEST_CASE("swarm: managers may live while another begins the cluster anew") {
    Swarm swarm;
    CHECK(swarm.run("docker node promote swarm-curly swarm-moe").status == 0);
    swarm.wait(10);
    CHECK(swarm.run("docker swarm init --force-new-cluster --advertise-addr 10.77.0.11").status == 0);
    swarm.wait(60);
    CHECK(has(swarm.run("docker node ls --format '{{.Hostname}} {{.Status}} {{.ManagerStatus}}'").out, "swarm-larry Ready Leader\n"));
}

TEST_CASE("swarm: the engine's socket can be mounted, as the visualizer wants it") {
    Swarm swarm;
    CHECK(swarm.run("docker service create -q --name box --constraint node.role==manager --mount type=bind,src=/var/run/docker.sock,dst=/var/run/docker.sock busybox sleep 1d").status == 0);
    CHECK(has(swarm.run("docker service ls --format '{{.Replicas}}'").out, "1/1"));
    CHECK(swarm.run("docker run -d --name other --mount type=bind,src=/var/run/other.sock,dst=/x busybox sleep 1d").status != 0);
}

TEST_CASE("swarm: a host joins by another's name as well as by its address") {
    Swarm swarm;
    const std::string token = swarm.run("docker swarm join-token -q worker").out;
    CHECK(swarm.run("docker swarm leave", "swarm-moe").status == 0);
    swarm.wait(3);
    const Swarm::Done joined = swarm.run("docker swarm join --token " + token.substr(0, token.find('\n')) + " swarm-larry:2377", "swarm-moe");
    CHECK(joined.out == "This node joined a swarm as a worker.\n");
    CHECK(has(swarm.run("docker info --format '{{json .Swarm.RemoteManagers}}'", "swarm-moe").out, "10.77.0.11:2377"));
}

TEST_CASE("swarm: ssh without a command is a terminal on the other host, with a command it is none") {
    Swarm swarm;
    Session& session = swarm.session();
    const auto type = [&session](const std::string& line) {
        session.take_shown();
        session.post({session.now(), CommandKind::Line, "swarm-larry", line, {}});
        session.run_until(session.now() + seconds(2));
        std::string out;
        for (const Shown& shown : session.take_shown()) {
            if (shown.kind == Shown::Kind::Output || shown.kind == Shown::Kind::Error) out += shown.text;
        }
        return out;
    };
    CHECK(type("ssh swarm-curly") == "root@swarm-curly:~# ");
    CHECK(type("cd /tmp; tty > /dev/null && echo a terminal") == "a terminal\nroot@swarm-curly:/tmp# ");
    CHECK(type("ssh swarm-moe hostname") == "swarm-moe\nroot@swarm-curly:/tmp# ");
    CHECK(type("docker run -d --name web nginx > /dev/null; docker exec -it web hostname > /dev/null; echo $?") == "0\nroot@swarm-curly:/tmp# ");
    // Ctrl-C ends what runs there, and nothing here.
    session.post({session.now(), CommandKind::Line, "swarm-larry", "sleep 1d", {}});
    session.run_until(session.now() + seconds(1));
    session.post({session.now(), CommandKind::Interrupt, "swarm-larry", {}, {}});
    session.run_until(session.now() + seconds(1));
    CHECK(has(type("hostname"), "swarm-curly\n"));
    CHECK(type("exit") == "logout\nConnection to swarm-curly closed.\n");
    CHECK(type("hostname") == "swarm-larry\n");
    CHECK(type("ssh swarm-curly 'tty; echo over'") == "not a tty\nover\n");
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

TEST_CASE("swarm: what serves on a host that lost its power is heard of again when it is back") {
    Swarm swarm;
    REQUIRE(swarm.run("docker network create -d overlay app").status == 0);
    REQUIRE(swarm.run("docker service create -d --name web --network app --constraint node.hostname==swarm-moe -p 8080:80 nginx").status == 0);
    REQUIRE(swarm.run("docker service create -d --name box --network app --constraint node.role==manager busybox sleep 100000").status == 0);
    swarm.wait(8);
    const std::string ask = "docker exec $(docker ps -q -f name=box) wget -T 3 -qO- http://web";
    CHECK(has(swarm.run(ask).out, "Welcome to nginx!"));
    swarm.inject("power-loss swarm-moe");
    swarm.wait(60);
    CHECK(swarm.run(ask).status != 0);
    swarm.lift("power-loss swarm-moe");
    swarm.wait(60);
    CHECK(has(swarm.run(ask).out, "Welcome to nginx!"));
    CHECK(has(swarm.run("curl -s -m 3 localhost:8080").out, "Welcome to nginx!"));
}

TEST_CASE("swarm: a task finds its network again that another has taken along while it waited for its start") {
    Swarm swarm;
    REQUIRE(swarm.run("docker network create -d overlay app").status == 0);
    REQUIRE(swarm.run("docker service create -d --name web --network app --constraint node.role==manager busybox sh -c 'sleep 4; exit 1'").status == 0);
    swarm.wait(120);  // the oldest tasks of the history are removed, each time when none runs
    const std::string tasks = swarm.run("docker service ps --no-trunc web").out;
    INFO(tasks);
    CHECK(count(tasks, "non-zero exit (1)") == 4);
    CHECK_FALSE(has(tasks, "not found"));
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

namespace {

view::ServiceSummary summary_of(Swarm& swarm, const std::string& name) {
    for (const view::ServiceSummary& service : sweep_run_of(swarm.session()).outcome.services) {
        if (service.service == name) return service;
    }
    FAIL("there is no service " + name);
    return {};
}

}  // namespace

TEST_CASE("swarm: a task that follows a lost one is a restart, and a move when it is on another node") {
    Swarm swarm;
    REQUIRE(swarm.run("docker service create -d --name web --constraint node.role==worker nginx").status == 0);
    swarm.wait(5);
    CHECK(summary_of(swarm, "web").restarts == 0);
    CHECK(summary_of(swarm, "web").moves == 0);
    const bool began_on_moe = swarm.run("docker ps -q", "swarm-moe").out.size() > 1;
    swarm.inject("kill web");  // either node may have the next one
    swarm.wait(10);
    CHECK(summary_of(swarm, "web").restarts == 1);
    const bool on_moe = swarm.run("docker ps -q", "swarm-moe").out.size() > 1;
    const std::uint32_t moves = on_moe == began_on_moe ? 0 : 1;
    CHECK(summary_of(swarm, "web").moves == moves);
    const std::string host = on_moe ? "swarm-moe" : "swarm-curly";
    swarm.inject("power-loss " + host);
    swarm.wait(40);
    CHECK(summary_of(swarm, "web").restarts == 2);
    CHECK(summary_of(swarm, "web").moves == moves + 1);
    // Back, it gets nothing; asked to drain the other node, the swarm moves without restarting anything.
    swarm.lift("power-loss " + host);
    swarm.wait(60);
    REQUIRE(swarm.run(std::string("docker node update --availability drain ") + (on_moe ? "swarm-curly" : "swarm-moe")).status == 0);
    swarm.wait(20);
    CHECK(summary_of(swarm, "web").restarts == 2);
    CHECK(summary_of(swarm, "web").moves == moves + 2);
}

TEST_CASE("swarm: traffic to a service asks a node where it runs, and to a stack's by its name in the Compose file") {
    Swarm swarm;
    Session& session = swarm.session();
    session.post({session.now(), CommandKind::WriteFile, "swarm-larry", "/root/c.yaml", "services: {web: {image: nginx, ports: ['8080:80'], deploy: {placement: {constraints: [node.role == worker]}}}}\n"});
    REQUIRE(swarm.run("docker stack deploy -c c.yaml shop").status == 0);
    swarm.wait(8);
    session.post({session.now(), CommandKind::Traffic, "swarm-larry", "web:8080 rate=10/s timeout=1s", {}});
    const bool on_moe = swarm.run("docker ps -q", "swarm-moe").out.size() > 1;
    swarm.wait(10);
    CHECK(sweep_run_of(session).outcome.requests_lost == 0);
    swarm.inject(std::string("power-loss ") + (on_moe ? "swarm-moe" : "swarm-curly"));
    swarm.wait(60);
    const std::uint64_t lost = sweep_run_of(session).outcome.requests_lost;
    CHECK(lost > 100);  // until it runs elsewhere, 16 s later and more
    CHECK(lost < 250);
    swarm.wait(10);
    CHECK(sweep_run_of(session).outcome.requests_lost == lost);
    swarm.inject("kill web");
    swarm.wait(3);
    CHECK(summary_of(swarm, "shop_web").restarts == 1);
    swarm.wait(7);
    CHECK(summary_of(swarm, "shop_web").restarts == 2);
}

TEST_CASE("swarm: a slot that is given up and made again has not moved") {
    Swarm swarm;
    REQUIRE(swarm.run("docker service create -d --name web --replicas 2 nginx").status == 0);
    swarm.wait(5);
    for (const char* line : {"docker service scale -d web=1", "docker service scale -d web=3", "docker service rm web", "docker service create -d --name web --replicas 2 nginx"}) {
        REQUIRE(swarm.run(line).status == 0);
        swarm.wait(15);
    }
    CHECK(summary_of(swarm, "web").starts == 6);
    CHECK(summary_of(swarm, "web").moves == 0);
    CHECK(summary_of(swarm, "web").restarts == 0);
}

TEST_CASE("swarm: what a task wrote into a volume stays where it was when the task moves, and is found again there") {
    Swarm swarm;
    const std::string create = "docker service create -d --name db --constraint node.labels.db==yes --mount type=volume,source=data,target=/data busybox sh -c 'echo hello >> /data/f; sleep 100000'";
    const auto label = [&](const std::string& to, const std::string& from) {
        if (!from.empty()) REQUIRE(swarm.run("docker node update --label-rm db " + from).status == 0);
        REQUIRE(swarm.run("docker node update --label-add db=yes " + to).status == 0);
        swarm.wait(40);
    };
    label("swarm-moe", "");
    REQUIRE(swarm.run(create).status == 0);
    swarm.wait(10);
    CHECK(sweep_run_of(swarm.session()).outcome.lost_bytes() == 0);
    label("swarm-curly", "swarm-moe");
    CHECK(summary_of(swarm, "db").moves == 1);
    CHECK(sweep_run_of(swarm.session()).outcome.left_behind_bytes == 6);  // on swarm-moe; swarm-curly has six of its own
    label("swarm-moe", "swarm-curly");
    CHECK(sweep_run_of(swarm.session()).outcome.left_behind_bytes == 6);  // now those on swarm-curly
    CHECK(sweep_run_of(swarm.session()).outcome.lost_bytes() == 6);
}

TEST_CASE("swarm: what was a task's own is lost when the task is over") {
    Swarm swarm;
    REQUIRE(swarm.run("docker service create -d --name db busybox sh -c 'echo hello > /f; sleep 100000'").status == 0);
    swarm.wait(5);
    CHECK(sweep_run_of(swarm.session()).outcome.lost_bytes() == 0);
    swarm.inject("kill db");
    swarm.wait(10);
    CHECK(sweep_run_of(swarm.session()).outcome.left_behind_bytes == 6);  // its container is still in the history
    REQUIRE(swarm.run("docker service rm db").status == 0);
    swarm.wait(15);
    const view::RunOutcome outcome = sweep_run_of(swarm.session()).outcome;
    CHECK(outcome.left_behind_bytes == 0);
    CHECK(outcome.lost_in_layers_bytes == 12);
}

}  // namespace podium::lab
