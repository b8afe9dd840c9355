#include "tests/simulation/random_run.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/cluster_file.hpp"
#include "tests/simulation/swarm_lines.hpp"
#include "tests/source_directory.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace podium::simulation {
namespace {

using Lines = std::vector<std::string>;

const Lines kPolicies{"no", "always", "unless-stopped", "on-failure", "on-failure:2"};

// What containers run: interpreted commands that fail, end, live, trap, write, compute, fill memory and
// disk, log, talk; and images that are acted out from their profiles.
const Lines kPrograms{
    "busybox sh -c \"exit 1\"",
    "busybox sh -c \"exit 0\"",
    "busybox sh -c \"sleep 7; exit 3\"",
    "busybox sh -c \"sleep 15; exit 1\"",
    "busybox sh -c \"trap 'exit 0' TERM; while :; do sleep 0.7; done\"",
    "busybox sh -c \"trap 'echo bye; exit 5' TERM INT; echo hello; while true; do sleep 1; echo tick; done\"",
    "busybox sh -c \"sleep 3600 & wait\"",
    "busybox sh -c \"sleep 30 & sleep 40 & wait; exit 2\"",
    "busybox sh -c \"i=0; while [ $((i)) -lt 20 ]; do i=$((i+1)); echo $i >> /log; sleep 0.5; done; cat /log\"",
    "busybox sh -c \"until wget -q -O - http://web:8030/health; do sleep 2; done; exit 4\"",
    "busybox sh -c \"case $HOSTNAME in *a*) exit 1;; *) sleep 20;; esac\"",
    "busybox sh -c \"dd if=/dev/zero of=/big bs=1M count=64; date; hostname; env; rm /big; sleep 10\"",
    "busybox sh -c \"printf '%s\\n' a b c | sort -r | head -n 2; kill -9 $$\"",
    "busybox sh -c \"(sleep 2; exit 3) || { echo failed; exit 9; }\"",
    "--cpus 0.5 busybox sh -c \"while :; do :; done\"",
    "--cpu-shares 256 busybox sh -c \"while :; do :; done\"",
    "--init busybox sh -c \"exec sleep 3600\"",
    "--rm busybox sh -c \"sleep 9\"",
    "--stop-signal INT --stop-timeout 3 busybox sh -c \"trap 'exit 0' INT; while :; do sleep 0.3; done\"",
    "-v data:/data busybox sh -c \"echo x >> /data/f; sleep 4; exit 1\"",
    "-v /srv/shared:/shared busybox sh -c \"date >> /shared/log; sleep 5; exit 1\"",
    "-v /anonymous busybox sh -c \"touch /anonymous/a; sleep 6\"",
    "--tmpfs /scratch --read-only busybox sh -c \"echo y > /scratch/f; echo z > /f; sleep 5\"",
    "--health-cmd \"test -e /ok\" --health-interval 2s --health-retries 2 busybox sh -c \"sleep 3; touch /ok; sleep 6; rm /ok; sleep 100\"",
    "--health-cmd \"sleep 5\" --health-interval 3s --health-timeout 1s --health-retries 1 busybox sh -c \"sleep 200\"",
    "--health-cmd \"curl -f http://localhost/\" --health-interval 3s --health-start-period 5s -p 8080:80 nginx",
    "-p 8080:80 nginx",
    "-p 8080:80 --health-cmd \"curl -f http://localhost/\" --health-interval 2s nginx",
    "-p 8030:80 nginx",
    "-p 80 --network front --network-alias web nginx",
    "--network front busybox sh -c \"sleep 2; wget -q -O /dev/null http://web/ && exit 0; exit 6\"",
    "--network none busybox sh -c \"ping -c 1 -W 1 127.0.0.1; sleep 8\"",
    "-m 64m nginx",
    "-m 32m --memory-swap 32m --oom-kill-disable busybox sh -c \"sleep 100\"",
    "redis",
    "redis sh -c \"sleep 2; exec redis-server\"",
    "-p 8080:80 nginx sh -c \"nginx; sleep 20\"",
    "nginx sh -c \"sleep 1 && nginx -g 'daemon off;'; echo over\"",
    "-e POSTGRES_PASSWORD=x postgres",
    "postgres",
    "-v rows:/var/lib/todo --network front --network-alias db podium/todo-db",
    "--network front --network-alias web -p 8030:8030 podium/todo-web",
    "hello-world",
    "some/unknown-image"};

const Lines kDockerLines{
    "docker stop {c}", "docker stop -t 0 {c}", "docker stop -t 2 {c} {d}", "docker kill {c}", "docker kill -s HUP {c}", "docker kill -s TERM {c}",
    "docker start {c}", "docker start {c} {d}", "docker start -a {c}", "docker restart -t 2 {c}", "docker restart {c}", "docker rm -f {c}", "docker rm -fv {c}", "docker rm {c}",
    "docker pause {c}", "docker unpause {c}", "docker exec {c} sh -c 'kill 1'", "docker exec {c} sh -c 'kill -9 1'", "docker exec -d {c} sleep 20",
    "docker kill {c}; docker exec {c} true", "docker exec {c} nginx", "docker exec {c} redis-server", "docker exec {c} nginx -s reload",
    "printf 'FROM busybox\\nRUN echo x > /x; sleep 2\\nCMD sleep 9\\n' > Dockerfile; docker build -t made .; docker run -d --name {c}b made",
    "printf 'FROM busybox\\nRUN sleep 20\\n' > Dockerfile; timeout 5 docker build .", "docker image prune -f",
    "docker exec {c} sh -c 'echo more >> /more; cat /more'", "docker exec {c} true", "docker exec -e A=b -w /tmp {c} env",
    "docker update --restart no {c}", "docker update --restart always {c}", "docker update --memory 128m --memory-swap 256m {c}", "docker update --cpus 0.3 {c}",
    "docker rename {c} {c}x", "docker rename {c}x {c}", "docker wait {c}", "docker attach --no-stdin {c}",
    "docker create --name {c}m busybox sleep 5", "docker run --rm busybox echo once", "docker run -d --name {c} busybox sleep 30", "docker run --rm -i busybox cat",
    "docker ps -a", "docker ps -q --filter status=running", "docker container ls -a --no-trunc", "docker logs {c}", "docker logs -t --tail 3 {c}", "timeout 3 docker logs -f {c}",
    "docker inspect {c}", "docker inspect -f '{{.State.Status}}' {c}", "timeout 4 docker events", "timeout 2 docker events --since 1m", "docker stats --no-stream", "timeout 2 docker stats {c}",
    "docker top {c}", "docker port {c}", "docker diff {c}", "docker commit {c} made:1", "docker cp /etc/hostname {c}:/copied", "docker cp {c}:/more /tmp/more",
    "docker images", "docker pull nginx", "docker pull redis:7", "docker pull nosuch", "docker tag nginx my/nginx:v1", "docker rmi my/nginx:v1", "docker rmi -f redis:7", "docker history nginx",
    "docker image ls -a", "docker image inspect nginx", "docker image prune -f", "docker image history nginx", "docker image pull -q busybox", "docker image rm busybox", "docker image tag busybox b:2",
    "docker volume ls", "docker volume create data", "docker volume create", "docker volume inspect data", "docker volume rm data", "docker volume prune -f",
    "docker network ls", "docker network create front", "docker network create --subnet 10.9.0.0/24 back", "docker network inspect front", "docker network rm front", "docker network prune -f",
    "docker network connect front {c}", "docker network connect --alias also front {c}", "docker network disconnect front {c}", "docker network disconnect -f front {c}",
    "docker version", "docker info", "docker system df", "docker system info", "docker system prune -f", "docker system prune -af --volumes", "timeout 2 docker system events",
    "docker container prune -f", "docker container inspect {c}", "docker container stats --no-stream", "docker container start {c}", "docker container stop {c}", "docker container restart {c}",
    "docker container kill {c}", "docker container rm -f {c}", "docker container pause {c}", "docker container unpause {c}", "docker container run --rm busybox true", "docker container create busybox true",
    "docker container exec {c} true", "docker container logs {c}", "docker container top {c}", "docker container port {c}", "docker container diff {c}", "docker container rename {c} {c}y",
    "docker container update --restart on-failure {c}", "docker container wait {c}", "docker container attach --no-stdin {c}", "docker container cp {c}:/etc/hosts /tmp/h",
    "docker context ls", "docker context show", "docker context inspect", "docker context use default", "docker context create lab --docker host=unix:///var/run/docker.sock", "docker context update lab --description lab", "docker context rm lab", "docker logout",
    "docker build .", "docker swarm init", "docker nosuch", "docker run --nosuch busybox"};

const Lines kComposeLines{
    "{k} up -d", "{k} up -d", "{k} up -d --scale worker=3", "{k} up -d --force-recreate", "{k} up -d --no-recreate web", "{k} up -d --remove-orphans", "timeout 6 {k} up",
    "{k} up -d -t 1 --build", "{k} create", "{k} down", "{k} down -v", "{k} down -t 1 --remove-orphans", "{k} stop", "{k} stop -t 1 web", "{k} start", "{k} start db", "{k} restart", "{k} restart -t 1 worker",
    "{k} kill", "{k} kill -s HUP web", "{k} rm -f", "{k} rm -fsv worker", "{k} pause", "{k} unpause", "{k} pause web", "{k} unpause web",
    "{k} ps", "{k} ps -q", "{k} ps -a", "{k} logs", "{k} logs --tail 2 web", "timeout 3 {k} logs -f", "{k} exec -T web true", "{k} exec -T worker sh -c 'kill 1'", "{k} run --rm worker echo once",
    "{k} run -d worker sleep 9", "{k} config", "{k} config --services", "{k} pull", "{k} pull web", "{k} top", "timeout 3 {k} events", "{k} port web 8030", "{k} images", "{k} version", "{k} help",
    "{k} scale worker=2", "{k} scale worker=0", "timeout 2 {k} attach web", "{k} cp web:/etc/hostname /tmp/of-web", "{k} stats --no-stream", "{k} volumes", "{k} build", "{k} nosuch",
    "docker compose ls", "docker compose ls -a", "docker compose wait worker", "docker compose up -d --wait --wait-timeout 20", "docker compose convert", "docker compose -f other.yaml up -d"};

const Lines kHostLines{
    "curl -s -m 4 http://localhost:8030/items", "curl -s -m 4 -d item=milk http://localhost:8030/items", "curl -s -X DELETE http://localhost:8030/items/1", "curl -s -m 3 http://localhost:8080/",
    "curl -s -m 3 http://host2:8080/", "curl -s -m 3 http://host1:8030/", "ping -c 2 -W 1 host2", "ssh host2 docker ps", "ssh host1 'docker ps -q | wc -l'", "kill -9 $(docker inspect -f '{{.State.Pid}}' {c})",
    "kill -TERM $(docker inspect -f '{{.State.Pid}}' {c})", "sudo systemctl restart docker", "sudo service docker restart", "sudo systemctl stop docker", "sudo systemctl start docker", "systemctl status docker",
    "docker stop $(docker ps -q)", "docker rm -f $(docker ps -aq)", "for i in 1 2 3; do docker ps -q; sleep 1; done", "while ! docker ps -q; do sleep 1; done", "docker ps -a | grep Exited | wc -l",
    "docker ps -a | awk '{print $1}' | head -n 3", "timeout 5 watch docker ps", "cat /srv/shared/log | tail -n 2", "ls -l /srv; df; free; ip address", "date; hostname; echo $?; true && false || echo no",
    "sleep 3 & wait", "dd if=/dev/zero of=/filler bs=1M count=512; rm /filler", "wait 2s", "faults", "hosts", "why {c}", "inject kill {c}", "lift hang {c}", "exit 3"};

const Lines kFaults{
    "kill {c}", "kill {c} signal=TERM", "kill {c} signal=SEGV", "kill {c} signal=STOP", "kill web", "kill worker.1 signal=9", "crash-loop {c} after=500ms", "crash-loop worker after=2s", "hang {c}", "hang web",
    "slow-start {c} by=2s", "slow-start db by=8s", "failing-health {c}", "failing-health web", "memory-leak {c} rate=256m", "memory-leak worker rate=1g",
    "engine-stop {h}", "engine-kill {h}", "engine-restart {h}", "host-reboot {h}", "power-loss {h}", "freeze {h}", "freeze {h} what=engine", "disk-full {h}", "disk-full {h} left=20m", "slow-disk {h}",
    "slow-disk {h} factor=3", "clock-skew {h}", "clock-skew {h} by=-7s", "link-cut {h}", "link-cut host1-host2", "close-port {h} port=80/tcp", "close-port {h}", "partition host1|host2", "partition {h}", "delay host1-host2 by=200ms", "delay {h}",
    "loss {h} rate=30%", "loss host1-host2 rate=2.5%", "registry-outage docker.io", "registry-outage docker.io how=refusing", "registry-outage docker.io how=failing", "registry-outage docker.io how=limiting",
    "corrupt-image redis", "corrupt-image nginx:latest"};

const Lines kTraffic{
    "{h}:8080 rate=20/s timeout=500ms", "{h}:8030 rate=20/s timeout=900ms path=/items", "host1:8030 pattern=poisson rate=15/s timeout=2s", "{h}:8080 rate=40/s timeout=1s", "host1:8080 pattern=poisson rate=10/s timeout=2s", "host1:8080 users=5 think=300ms timeout=1s", "host1:8080 pattern=burst rate=50/s on=1s off=3s low=1/s retries=2 timeout=700ms",
    "host1:8080 pattern=ramp start=1/s rate=30/s over=20s", "host1:8080 rate=5/s method=tcp", "{c} rate=5/s timeout=300ms retries=1", "{c} rate=10/s from=host1", "localhost:8080 rate=10/s from=host1 timeout=1s"};

// Databases whose users are asked who they are, contexts of which a part is left out, and mounts that say how they are.
const Lines kDatabaseLines{
    "docker run -d --name base --restart always -e POSTGRES_PASSWORD=x -e POSTGRES_USER=app -e POSTGRES_DB=goods postgres", "docker run -d --name base -e MYSQL_ROOT_PASSWORD=x -e MYSQL_USER=app -e MYSQL_PASSWORD=y -e MYSQL_DATABASE=goods -v kept:/var/lib/mysql mysql",
    "docker run -d --name base --restart on-failure -e MARIADB_ROOT_PASSWORD=x -v kept:/var/lib/mysql mariadb", "docker run -d --name base --restart always -e POSTGRES_PASSWORD=x -e POSTGRES_HOST_AUTH_METHOD=trust -v kept:/var/lib/postgresql/data postgres:13",
    "docker run -d --name press --restart always -p 8070:80 -e WORDPRESS_DB_HOST=base -e WORDPRESS_DB_USER=app -e WORDPRESS_DB_PASSWORD=y -e WORDPRESS_DB_NAME=goods wordpress", "curl -s -m 3 http://localhost:8070/",
    "docker exec base psql -U app -d goods -c 'select 1'", "docker exec -e PGPASSWORD=no base psql -h base -U app -c 'select 1'", "docker exec base pg_isready", "docker exec base mysql -uapp -py goods -e 'select 1'", "docker exec base mariadb -uroot -pno -e 'select 1'",
    "docker exec base mysqladmin ping", "docker exec base sh -c 'echo \"host all all all reject\" > /var/lib/postgresql/data/pg_hba.conf'; docker kill -s HUP base", "docker restart -t 1 base", "docker rm -f base", "docker volume rm kept",
    "mkdir -p d/e; echo x > d/e/f; echo y > g; printf 'd/*\\n!d/e\\ng*\\n' > .dockerignore; printf 'FROM busybox\\nCOPY . /all\\n' > Dockerfile; docker build -t left .; docker run --rm left ls /all",
    "printf '[\\n' > .dockerignore; docker build .", "docker run --rm --tmpfs /t:mode=1770,uid=7,size=1m busybox sh -c 'ls -ld /t; dd if=/dev/zero of=/t/f bs=1M count=2'", "docker run --rm --tmpfs /t:mode=rw busybox true",
    "docker service create -d --name local --mode global -p mode=host,published=8094,target=80 -p 8095:80 nginx", "docker service create -d --name scratch --mount type=tmpfs,target=/t,tmpfs-mode=1770,tmpfs-size=1m busybox sh -c 'ls -ld /t; sleep 9'",
    "docker service create -d --name bound --mount type=bind,source=/absent,target=/t --mount type=bind,source=/srv,target=/s,bind-propagation=rshared busybox sleep 9", "docker service create -d --name plugged --mount type=volume,source=v,target=/v,volume-driver=absent busybox sleep 9",
    "docker service rm local scratch bound plugged"};

std::string with(std::string text, const std::string& hole, const std::string& value) {
    for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole, at + value.size())) text.replace(at, hole.size(), value);
    return text;
}

class Drawer {
  public:
    Drawer(std::uint64_t number, const std::string& catalogue) : random_(number, "random run", 0) {
        run_.set_up.seed = number;
        run_.set_up.catalogue = catalogue;
        run_.set_up.images = {"busybox", "nginx"};
        if (chance(3)) run_.set_up.images = {"busybox", "nginx", "podium/todo-web", "podium/todo-db", "redis", "postgres"};
    }

    RandomRun draw() {
        hosts();
        containers();
        const bool project = chance(3);
        if (project) compose();
        lines(kDockerLines, random_.below(14));
        lines(kHostLines, random_.below(6));
        faults(random_.below(6), project);
        engine_signals();
        traffic();
        swarm();
        databases();
        terminal_signals();
        std::stable_sort(run_.commands.begin(), run_.commands.end(), [](const lab::Command& a, const lab::Command& b) { return a.time < b.time; });
        run_.quiet_from = Time{} + seconds(kLastLift);
        run_.end = Time{} + seconds(kEnd);
        return std::move(run_);
    }

  private:
    static constexpr std::int64_t kLastFault = 60;   // seconds: nothing is broken after it
    static constexpr std::int64_t kLastLift = 95;    // and here everything is whole again
    static constexpr std::int64_t kEnd = 300;

    // One draw a call, and each where it is sequenced: a compiler evaluates a call's arguments in any order.
    bool chance(std::uint64_t one_in) { return random_.below(one_in) == 0; }
    const std::string& pick(const Lines& list) { return list[random_.below(list.size())]; }
    Time when(std::int64_t low, std::int64_t high) { return Time{random_.between(low * 1000, high * 1000) * 1'000'000}; }
    std::string host() { return fmt::format("host{}", 1 + random_.below(hosts_)); }
    std::string name() { return fmt::format("c{}", random_.below(containers_)); }
    std::string filled(std::string text) {
        text = with(text, "{c}", name());
        text = with(text, "{d}", name());
        return with(text, "{h}", host());
    }
    void line(Time time, const std::string& text) {
        run_.commands.push_back({time, lab::CommandKind::Line, fmt::format("{}/{}", host(), ++terminals_), text, {}});
    }

    void hosts() {
        run_.set_up.hosts.clear();
        hosts_ = 1 + random_.below(3);
        for (std::uint64_t i = 1; i <= hosts_; ++i) {
            lab::HostSetUp host;
            host.name = fmt::format("host{}", i);
            host.memory_bytes = chance(4) ? 512LL << 20 : 2LL << 30;
            host.cpu_millicores = chance(3) ? 1000 : 4000;
            host.disk_bytes = chance(4) ? 3LL << 30 : 64LL << 30;
            host.live_restore = chance(6);
            run_.set_up.hosts.push_back(host);
        }
        // A chain or a triangle of links; without any all hang on one switch.
        if (hosts_ > 1 && chance(2)) {
            for (std::uint64_t i = 1; i < hosts_; ++i) run_.set_up.links.push_back(link(i, i + 1));
            if (hosts_ == 3 && chance(2)) run_.set_up.links.push_back(link(1, 3));
        }
    }
    lab::LinkSetUp link(std::uint64_t a, std::uint64_t b) {
        lab::LinkSetUp out;
        out.first = fmt::format("host{}", a);
        out.second = fmt::format("host{}", b);
        out.latency = milliseconds(random_.between(0, 40));
        out.loss_ppm = chance(3) ? 20'000 : 0;
        return out;
    }

    void containers() {
        containers_ = 1 + random_.below(6);
        if (chance(2)) run_.commands.push_back({Time{}, lab::CommandKind::Line, host() + "/net", "docker network create front", {}});
        for (std::uint64_t i = 0; i < containers_; ++i) {
            const std::string& program = pick(kPrograms);
            const std::string policy = program.starts_with("--rm") ? "no" : pick(kPolicies);
            line(when(0, 4), fmt::format("docker run -d --name c{} --restart {} {}", i, policy, program));
        }
    }

    // The to-do application with workers, drawn options here and there.
    std::string project() {
        const auto maybe = [this](const std::string& text) { return chance(2) ? text : std::string(); };
        std::string out = "services:\n  web:\n    image: podium/todo-web\n    ports: [\"8030:8030\"]\n    environment: {DATABASE_URL: \"db:5432\"}\n";
        out += fmt::format("    restart: \"{}\"\n", pick(kPolicies));
        out += maybe("    healthcheck: {test: [CMD, curl, -f, \"http://localhost:8030/health\"], interval: 3s, timeout: 2s, retries: 2, start_period: 2s}\n");
        out += chance(2) ? "    depends_on: {db: {condition: service_started}}\n" : chance(2) ? "    depends_on: {db: {condition: service_healthy}}\n" : "    depends_on: [db]\n";
        out += maybe("    networks: [front, back]\n    stop_grace_period: 2s\n");
        const bool networks = out.find("front") != std::string::npos;
        out += "  db:\n    image: podium/todo-db\n    healthcheck: {test: \"nc -z localhost 5432\", interval: 2s, retries: 3}\n";
        out += fmt::format("    restart: \"{}\"\n", pick(kPolicies));
        const bool volume = chance(2);
        if (volume) out += "    volumes: [\"rows:/var/lib/todo\"]\n";
        if (networks) out += "    networks: {back: {aliases: [database]}}\n";
        out += "  worker:\n    image: busybox\n";
        out += chance(2) ? "    command: sh -c \"sleep 6; exit 1\"\n" : "    command: [sh, -c, \"trap 'exit 0' TERM; while :; do sleep 1; echo work; done\"]\n";
        out += fmt::format("    restart: \"{}\"\n", pick(kPolicies));
        out += maybe("    deploy: {replicas: 2, resources: {limits: {cpus: \"0.5\", memory: 64M}}}\n");
        out += maybe("    init: true\n");
        if (networks) out += "    networks: [back]\n";
        if (chance(3)) out += "  once:\n    image: busybox\n    command: \"true\"\n    profiles: [extra]\n";
        if (networks) out += "networks: {front: {}, back: {internal: true}}\n";
        if (volume) out += "volumes: {rows: {}}\n";
        return out;
    }

    void compose() {
        const std::string text = project();
        for (const std::string& host : {std::string("host1"), std::string(hosts_ > 1 ? "host2" : "host1")}) {
            run_.commands.push_back({Time{}, lab::CommandKind::WriteFile, host, "/root/compose.yaml", text});
            run_.commands.push_back({Time{}, lab::CommandKind::WriteFile, host, "/root/other.yaml", "services:\n  web:\n    image: nginx\n"});
        }
        const std::string client = chance(2) ? "docker compose" : "docker-compose";
        line(when(1, 3), client + " up -d");
        const std::uint64_t count = 1 + random_.below(7);
        for (std::uint64_t i = 0; i < count; ++i) {
            // A change of the file now and then, so that something is made anew.
            if (chance(5)) run_.commands.push_back({when(5, 60), lab::CommandKind::WriteFile, "host1", "/root/compose.yaml", project()});
            const Time time = when(4, 70);
            const std::string& typed = pick(kComposeLines);
            const std::string by = chance(4) ? "docker-compose" : client;
            line(time, with(typed, "{k}", by));
        }
    }

    void lines(const Lines& list, std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            const Time time = when(2, 70);
            line(time, filled(pick(list)));
            if (chance(8)) run_.commands.push_back({time + seconds(1), chance(2) ? lab::CommandKind::Interrupt : lab::CommandKind::EndOfInput, run_.commands.back().session, {}, {}});
        }
    }

    // In every fourth run its hosts are a swarm, or become one, and somebody works with it.
    void swarm() {
        if (!chance(4)) return;
        if (chance(2)) {
            run_.set_up.swarm_formed = true;
            for (std::size_t i = 0; i < run_.set_up.hosts.size(); ++i) {
                lab::HostSetUp& one = run_.set_up.hosts[i];
                one.address = fmt::format("192.168.65.{}", 3 + i);
                one.manager = i == 0 || chance(3);
                one.zone = chance(2) ? "a" : "b";
            }
            for (lab::Command& command : lab::forming_commands(run_.set_up)) run_.commands.push_back(std::move(command));
        } else {
            line(when(0, 2), "docker swarm init");
            for (std::uint64_t i = 2; i <= hosts_; ++i) {
                const std::string role = chance(2) ? "worker" : "manager";
                run_.commands.push_back({when(3, 8), lab::CommandKind::Line, fmt::format("host{}/join", i), fmt::format("docker swarm join --token $(ssh host1 docker swarm join-token -q {}) host1:2377", role), {}});
            }
        }
        for (const char* before : {"docker network create -d overlay --attachable over", "echo secret | docker secret create word -", "echo hello | docker config create page -"}) {
            if (chance(2)) run_.commands.push_back({when(4, 9), lab::CommandKind::Line, "host1/before", before, {}});
        }
        run_.commands.push_back({Time{}, lab::CommandKind::WriteFile, "host1", "/root/stack.yaml", drawn_stack(random_.below(12))});
        if (chance(2)) run_.commands.push_back({when(20, 50), lab::CommandKind::WriteFile, "host1", "/root/stack.yaml", drawn_stack(random_.below(12))});
        const std::uint64_t count = 4 + random_.below(12);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::string pattern = filled(pick(drawn_swarm_lines()));
            const std::string text = with(pattern, "{s}", fmt::format("s{}", random_.below(3)));
            const std::string on = chance(4) ? host() : "host1";
            run_.commands.push_back({when(5, 70), lab::CommandKind::Line, fmt::format("{}/{}", on, ++terminals_), text, {}});
        }
    }

    // In every third run. From a stream of its own, so that the rest is drawn as ever.
    void databases() {
        RandomStream own(run_.set_up.seed, "databases", 0);
        if (own.below(3) != 0) return;
        const std::uint64_t count = 2 + own.below(7);
        for (std::uint64_t i = 0; i < count; ++i) {
            const Time time{own.between(2'000, 70'000) * 1'000'000};
            const std::string& typed = kDatabaseLines[own.below(kDatabaseLines.size())];
            run_.commands.push_back({time, lab::CommandKind::Line, fmt::format("host1/{}", ++terminals_), typed, {}});
        }
    }

    // Ctrl-\ and what ends a line that ignores the interrupt. From a stream of its own, so that the rest is drawn as ever.
    void terminal_signals() {
        RandomStream own(run_.set_up.seed, "terminal signals", 0);
        std::vector<lab::Command> more;
        for (const lab::Command& command : run_.commands) {
            if (command.kind != lab::CommandKind::Line || own.below(12) != 0) continue;
            constexpr std::array kSignals{"QUIT", "KILL", "HUP"};
            more.push_back({command.time + seconds(2), lab::CommandKind::Signal, command.session, kSignals[own.below(kSignals.size())], {}});
        }
        run_.commands.insert(run_.commands.end(), more.begin(), more.end());
    }

    void faults(std::uint64_t count, bool project) {
        for (std::uint64_t i = 0; i < count; ++i) {
            std::string text = filled(pick(kFaults));
            if (!project && chance(2)) text = filled(pick(kFaults));
            const Time begin = when(3, kLastFault);
            run_.commands.push_back({begin, lab::CommandKind::Inject, "host1", text, {}});
            const Time end = begin + Duration{random_.between(100, (kLastLift - kLastFault) * 1000 - 1) * 1'000'000};
            run_.commands.push_back({end, lab::CommandKind::Lift, "host1", text, {}});
        }
    }

    // What reaches dockerd from outside; whatever it was, it is started again before the quiet time.
    void engine_signals() {
        if (chance(3)) {
            const Lines signals{"TERM", "KILL", "STOP", "INT"};
            const Time time = when(5, 60);
            const std::string on = host();
            run_.commands.push_back({time, lab::CommandKind::EngineSignal, on, pick(signals), {}});
        }
        for (std::uint64_t i = 1; i <= hosts_; ++i) {
            run_.commands.push_back({Time{} + seconds(kLastLift - 1), lab::CommandKind::EngineSignal, fmt::format("host{}", i), "CONT", {}});
            // A stop that began late may take its ten seconds of grace.
            for (const std::int64_t second : {kLastLift, kLastLift + 12, kLastLift + 40}) run_.commands.push_back({Time{} + seconds(second), lab::CommandKind::EngineStart, fmt::format("host{}", i), {}, {}});
        }
    }

    void traffic() {
        const std::uint64_t sources = random_.below(4);
        for (std::uint64_t i = 0; i < sources; ++i) {
            const Time begin = when(0, 60);
            const std::string target = filled(pick(kTraffic));
            const std::int64_t lasts = random_.between(1, 60);
            run_.commands.push_back({begin, lab::CommandKind::Traffic, "host1", fmt::format("{} name=t{} for={}s", target, i, lasts), {}});
            if (chance(4)) run_.commands.push_back({begin + seconds(random_.between(1, 20)), lab::CommandKind::TrafficStop, "host1", fmt::format("t{}", i), {}});
        }
    }

    RandomStream random_;
    RandomRun run_;
    std::uint64_t hosts_ = 1;
    std::uint64_t containers_ = 1;
    std::uint64_t terminals_ = 0;
};

}  // namespace

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    std::int64_t number = 0;
    return text != nullptr && parse_integer(text, number) && number > 0 ? static_cast<std::uint64_t>(number) : otherwise;
}

}  // namespace

std::uint64_t wanted_runs(std::uint64_t otherwise) { return from_environment("PODIUM_SIMULATION_RUNS", otherwise); }

std::uint64_t first_run() { return from_environment("PODIUM_SIMULATION_FIRST", 1); }

std::string replay(std::uint64_t number) { return fmt::format("replay: PODIUM_SIMULATION_FIRST={} PODIUM_SIMULATION_RUNS=1 test_simulation", number); }

std::string bundled_catalogue() {
    std::ifstream in(podium::test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

const Lines& drawn_docker_lines() { return kDockerLines; }
const Lines& drawn_compose_lines() { return kComposeLines; }
const Lines& drawn_host_lines() { return kHostLines; }
const Lines& drawn_database_lines() { return kDatabaseLines; }
const Lines& drawn_faults() { return kFaults; }

RandomRun draw_run(std::uint64_t number, const std::string& catalogue) { return Drawer(number, catalogue).draw(); }

}  // namespace podium::simulation
