// Verbs of the docker CLI as a person uses them at a host's terminal.

#include <catch2/catch.hpp>

#include "sim/model/facts.hpp"
#include "sim/model/world.hpp"
#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

constexpr const char* kLoop = "sh -c \"trap 'exit 0' TERM; while :; do sleep 0.2; done\"";

std::string loop(const std::string& flags) {
    return "docker run -d " + flags + " busybox " + kLoop;
}

}  // namespace

TEST_CASE("docker run: BusyBox's top goes on for ever, and shows its screens where nobody looks") {
    DockerHost host({"busybox", "alpine"}, "");
    host.run("docker run -d --name busy busybox top");
    host.run("docker run -d --name twice alpine top -b -n 2");
    host.wait(seconds(12));
    CHECK(host.run("docker ps --format '{{.Names}}'").out == "busy\n");
    const std::string shown = host.run("docker logs busy").out;
    CHECK(shown.starts_with("\x1b[H\x1b[JMem: "));
    CHECK(shown.find("\x1b[7m  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\x1b[0m\n    1     0 root     ") != std::string::npos);
    const std::string twice = host.run("docker logs twice").out;
    CHECK(twice.starts_with("Mem: "));
    CHECK(twice.find("top -b -n 2\nMem: ") != std::string::npos);
    CHECK(host.run("docker inspect -f '{{.State.ExitCode}}' twice").out == "0\n");
}

TEST_CASE("docker: bytes that are no UTF-8 are shown as U+FFFD, as Go's JSON has them") {
    DockerHost host;
    host.run("docker run -d --name box -e X=a\xe9 --label l=\xff busybox sleep 1000");
    CHECK(host.run("docker exec -e Y=\xe9 box echo b\xe9").out == "b\xef\xbf\xbd\n");
    CHECK(host.run("docker inspect -f '{{.Config.Labels.l}}' box").out == "\xef\xbf\xbd\n");
    CHECK(host.run("docker inspect -f '{{json .Config.Env}}' box").out.find("\"X=a\xef\xbf\xbd\"") != std::string::npos);
    CHECK(host.run("docker ps --format '{{.Labels}}' --filter label=l=\xfe; docker events --since 1h --until 0s > /e; echo $?").out == "0\n");
}

TEST_CASE("docker run: in the foreground it shows output and takes over the exit code") {
    DockerHost host;
    const auto result = host.run("docker run --rm busybox sh -c 'echo out; echo err >&2; exit 3'");
    CHECK(result.out == "out\n");
    CHECK(result.error == "err\n");
    CHECK(result.status == 3);
    CHECK(host.run("docker ps -aq").out.empty());
}

TEST_CASE("docker run: detached it prints the id and returns") {
    DockerHost host;
    const auto result = host.run(loop("--name web"));
    CHECK(result.status == 0);
    CHECK(result.out.size() == 65);
    CHECK(host.run("docker inspect -f '{{.Id}}' web").out == result.out);
    CHECK(host.run("docker ps --format '{{.Names}}|{{.State}}'").out == "web|running\n");
}

TEST_CASE("docker run: a command that isn't there ends with 127, its container stays created") {
    DockerHost host;
    const auto result = host.run("docker run --name xx busybox nosuchcmd");
    CHECK(result.status == 127);
    CHECK(result.error ==
          "docker: Error response from daemon: failed to create shim task: OCI runtime create "
          "failed: runc create failed: unable to start container process: exec: "
          "\"nosuchcmd\": executable file not found in $PATH: unknown\n\nRun 'docker run --help' "
          "for more information\n");
    CHECK(host.run("docker ps -a --format '{{.Status}}'").out == "Created\n");
}

TEST_CASE("docker run: what other images have is missing in one that has it not") {
    DockerHost host({}, "");
    const std::string missing = "exec: \"curl\": executable file not found in $PATH: unknown";
    for (const char* image : {"python:3.11-slim", "alpine", "redis", "debian"}) {
        CAPTURE(image);
        const auto result = host.run(std::string("docker run --rm --entrypoint '' ") + image + " curl http://web", minutes(2));
        CHECK(result.status == 127);
        CHECK(result.error.find(missing) != std::string::npos);
    }
    CHECK(host.run("docker run --rm python:3.11 curl --version", minutes(2)).error.find(missing) == std::string::npos);
    CHECK(host.run("docker run --rm --entrypoint '' alpine /tmp/sleep 1").status == 127);
}

TEST_CASE("docker run: standard input reaches the container and ends there") {
    DockerHost host;
    const auto result = host.run("echo hello | docker run -i --rm busybox cat", seconds(30));
    CHECK(result.out == "hello\n");
    CHECK(result.status == 0);
}

TEST_CASE("docker run: Ctrl-C is handed on to the container") {
    DockerHost host;
    host.type("host/2",
              "docker run --name xx busybox sh -c \"trap 'echo got it; exit 9' INT; while :; do "
              "sleep 0.1; done\"");
    host.wait(seconds(2));
    REQUIRE(host.running("host/2"));
    host.interrupt("host/2");
    host.wait(seconds(2));
    CHECK_FALSE(host.running("host/2"));
    CHECK(host.status("host/2") == 9);
    CHECK(host.shown("host/2") == "got it\n");
}

TEST_CASE("docker run: an image that isn't here is pulled first") {
    DockerHost host({}, "");
    const auto result = host.run("docker run --rm busybox echo hi", minutes(5));
    CHECK(result.out == "hi\n");
    CHECK(result.error.starts_with(
        "Unable to find image 'busybox:latest' locally\nlatest: Pulling from library/busybox\n"));
    CHECK(result.error.find("Status: Downloaded newer image for busybox:latest\n") !=
          std::string::npos);
    CHECK(host.run("docker run --rm --pull never nosuch true").status == 125);
}

TEST_CASE("docker pull: an image that no registry has fails with the registry's sentence") {
    DockerHost host({"busybox"}, "");
    const auto result = host.run("docker pull nosuch");
    CHECK(result.status == 1);
    CHECK(result.out == "Using default tag: latest\n");
    CHECK(result.error.starts_with("Error response from daemon: "));
    CHECK(result.error.find("nosuch") != std::string::npos);
}

TEST_CASE("docker pull: an engine that goes away ends it, and so docker run") {
    for (const std::string stop : {"service docker stop", "systemctl kill -s KILL docker"}) {
        INFO(stop);
        DockerHost host({}, "");
        host.type("host/2", "docker pull python > /root/pull 2>&1");
        host.type("host/3", "docker run --rm node true > /root/run 2>&1");
        host.wait(seconds(1));
        REQUIRE(host.running("host/2"));
        host.run(stop);
        host.wait(seconds(2));
        CHECK_FALSE(host.running("host/2"));
        CHECK(host.status("host/2") == 1);
        CHECK(host.run("tail -1 /root/pull").out == "unexpected EOF\n");
        CHECK_FALSE(host.running("host/3"));
        CHECK(host.status("host/3") == 125);
        CHECK(host.run("grep '^docker:' /root/run").out == "docker: unexpected EOF\n");
    }
}

TEST_CASE("dockerd: daemon.json says whether containers live on without it, at a start and at a reload") {
    DockerHost host;
    const auto told = [&host](const std::string& what) {
        const model::World& world = host.session().world();
        bool found = false;
        world.kernel.journal().for_each(FactId{1}, [&](const Fact& fact) { found = found || (fact.kind == model::kFactNotModelled && world.kernel.text(StringId{fact.words[0]}) == what); });
        return found;
    };
    host.run("docker run -d --name aa busybox sleep 10000");
    host.run("mkdir -p /etc/docker; echo '{\"live-restore\": true, \"log-driver\": \"local\", \"mtu\": 1400}' > /etc/docker/daemon.json");
    CHECK(host.run("docker info -f '{{.LiveRestoreEnabled}}'").out == "false\n");
    CHECK(host.run("systemctl reload docker").status == 0);
    CHECK(host.run("docker info -f '{{.LiveRestoreEnabled}}'").out == "true\n");
    host.run("systemctl restart docker");
    host.wait(seconds(20));
    CHECK(host.run("docker ps -q | wc -l").out == "1\n");
    // What else stands there is named, and what can't be read changes nothing.
    CHECK(told("Podium does not simulate 'mtu' of /etc/docker/daemon.json"));
    host.run("echo '{\"live-restore\": false' > /etc/docker/daemon.json; systemctl reload docker");
    CHECK(host.run("docker info -f '{{.LiveRestoreEnabled}}'").out == "true\n");
    CHECK(told("the engine goes on as it was: unable to configure the Docker daemon with file /etc/docker/daemon.json: unexpected end of JSON input in line 2"));
    host.run("echo '{\"live-restore\": false, \"node-generic-resources\": [\"gpu=1\"]}' > /etc/docker/daemon.json; systemctl restart docker");
    CHECK_FALSE(told("Podium does not simulate 'node-generic-resources' of /etc/docker/daemon.json"));
    host.wait(seconds(20));
    host.run("systemctl restart docker");
    host.wait(seconds(20));
    CHECK(host.run("docker ps -q | wc -l").out == "0\n");
}

TEST_CASE("dockerd is a process of its host, and signals do to it what they do to the unit") {
    DockerHost host;
    const auto engine = [&]() -> const model::Engine& { return host.session().world().host(model::HostId{1}).engine; };
    CHECK(host.run("pidof dockerd").out == "742\n");
    CHECK(host.run("ps -ef | grep '[d]ockerd'").out.find("root         742       1  0 ") == 0);
    CHECK(host.run("ps aux | awk '/[d]ockerd/{print $2, $11}'").out == "742 /usr/bin/dockerd\n");
    CHECK(host.run("kill -0 742").status == 0);
    CHECK(host.run("pkill -STOP dockerd").status == 0);
    CHECK(engine().state == model::EngineState::Frozen);
    CHECK(host.run("killall -CONT dockerd").status == 0);
    CHECK(engine().state == model::EngineState::Running);
    CHECK(host.run("kill -9 $(pidof dockerd)").status == 0);
    CHECK(engine().state == model::EngineState::Stopped);
    CHECK(engine().crashed);
    CHECK(host.run("pidof dockerd; ps aux | grep '[s]ystemd'; pgrep systemd").out.empty());
    CHECK(host.run("kill 742").error == "bash: kill: (742) - No such process\n");
    host.wait(seconds(10));
    CHECK(engine().state == model::EngineState::Running);
    const std::string next = host.run("pidof dockerd").out;
    CHECK(next != "742\n");
    CHECK(host.run("pkill dockerd").status == 0);
    CHECK((engine().state == model::EngineState::Stopping || engine().state == model::EngineState::Stopped));
    host.wait(seconds(10));
    CHECK(engine().state == model::EngineState::Running);
    CHECK(host.run("pidof dockerd").out != next);
    CHECK(host.run("kill -USR1 $(pidof dockerd)").status == 1);
    // A stop that is asked for is what systemd keeps to.
    CHECK(host.run("kill -9 $(pidof dockerd); sleep 1; systemctl is-active docker; systemctl stop docker; sleep 6; systemctl is-active docker").out == "activating\ninactive\n");
    CHECK(host.run("systemctl start docker; kill $(pidof dockerd); systemctl stop docker; sleep 6; systemctl is-active docker").out == "inactive\n");
    CHECK(host.run("systemctl start docker").status == 0);
    CHECK(host.run("docker run --rm busybox kill -9 742").status == 1);
}

TEST_CASE("docker.socket: who asks an engine that systemctl has stopped waits for it, and starts it") {
    const std::string warning = "Warning: Stopping docker.service, but it can still be activated by:\n  docker.socket\n";
    const std::string nobody = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n";
    DockerHost host;
    host.run("docker run -d --name aa --restart always busybox sleep 10000");
    for (const std::string stop : {"systemctl stop docker", "sudo service docker stop"}) {
        INFO(stop);
        const auto stopped = host.run(stop);
        CHECK(stopped.status == 0);
        CHECK(stopped.error == warning);
        CHECK(host.run("systemctl is-active docker docker.socket").out == "inactive\nactive\n");
        CHECK(host.run("systemctl status docker.socket | grep Active").out == "     Active: active (listening)\n");
        CHECK(host.run("docker ps --format '{{.Names}}'").out == "aa\n");
        CHECK(host.run("systemctl is-active docker").out == "active\n");
    }
    CHECK(host.run("systemctl status docker.socket | grep Active").out == "     Active: active (running)\n");
    CHECK(host.run("systemctl stop -q docker").error.empty());
    // Asked while it stops, it starts once it is down.
    CHECK(host.run("docker start aa; systemctl stop docker & sleep 1; docker ps -q | wc -l").out == "aa\n1\n");
    for (const std::string stop : {"systemctl stop docker.socket", "systemctl stop docker docker.socket"}) {
        INFO(stop);
        const auto stopped = host.run(stop);
        CHECK(stopped.status == 0);
        CHECK(stopped.error.empty());
        CHECK(host.run("docker ps").error == nobody);
        CHECK(host.run("systemctl is-active docker docker.socket").out == "inactive\ninactive\n");
        CHECK(host.run("systemctl status docker | grep Triggered").out == "TriggeredBy: ○ docker.socket\n");
        CHECK(host.run("systemctl start docker.socket; systemctl is-active docker").out == "inactive\n");
        CHECK(host.run("docker ps --format '{{.Names}}'").out == "aa\n");
    }
    // One that was killed is waited for: systemd starts it after 2 s.
    CHECK(host.run("kill -9 $(pidof dockerd); date +%s > /root/a; docker ps -q | wc -l; date +%s > /root/b; [ $(($(cat /root/b) - $(cat /root/a))) -ge 2 ] && echo waited").out == "1\nwaited\n");
    // A start that a wrong file keeps from coming about answers nobody.
    CHECK(host.run("systemctl stop docker; mkdir -p /etc/docker; echo '{' > /etc/docker/daemon.json; docker ps").error == warning + nobody);
    CHECK(host.run("systemctl is-active docker.socket; rm /etc/docker/daemon.json; systemctl start docker; docker ps -q | wc -l").out == "failed\n1\n");
    // An engine that something else than systemctl has taken away is away.
    host.session().post({host.session().now(), lab::CommandKind::Inject, "host", "engine-stop host", {}});
    host.wait(seconds(15));
    CHECK(host.run("docker ps").error == nobody);
}

TEST_CASE("dockerd: what systemctl stops is not brought back by a signal, and nobody waits at its socket for ever") {
    DockerHost host;
    host.run("docker run -d --name aa --restart always busybox sh -c 'trap : TERM; while :; do sleep 1; done'");
    CHECK(host.run("systemctl stop -q docker & sleep 1; kill $(pidof dockerd); sleep 15; systemctl is-active docker").out == "inactive\n");
    host.run("systemctl start docker; sleep 2");
    CHECK(host.run("systemctl stop -q docker & sleep 1; kill -9 $(pidof dockerd); sleep 5; systemctl is-active docker").out == "failed\n");
    host.run("systemctl start docker; sleep 15");
    // Who asked while a restart was planned is found at the socket when the job has come.
    CHECK(host.run("kill -9 $(pidof dockerd); docker version -f '{{.Server.Version}}' > /root/a & sleep 0.5; systemctl stop -q docker; sleep 20; wc -l < /root/a; systemctl is-active docker").out == "1\nactive\n");
    // Without the socket they are refused.
    CHECK(host.run("kill -9 $(pidof dockerd); docker ps 2> /root/b & sleep 0.5; systemctl stop -q docker.socket; sleep 20; grep -c 'Cannot connect' /root/b; systemctl is-active docker").out == "1\ninactive\n");
    // A reboot that a kill comes upon goes on.
    host.run("systemctl start docker; sleep 15");
    const std::uint32_t boots = host.session().world().host(model::HostId{1}).boots;
    host.session().post({host.session().now(), lab::CommandKind::Inject, "host", "host-reboot host", {}});
    host.wait(seconds(1));
    host.session().post({host.session().now(), lab::CommandKind::Inject, "host", "engine-kill host", {}});
    host.wait(seconds(200));
    CHECK(host.session().world().host(model::HostId{1}).boots == boots + 1);
}

TEST_CASE("dockerd: what it is told while SIGSTOP holds it waits for SIGCONT") {
    DockerHost host;
    const auto engine = [&]() -> const model::Engine& { return host.session().world().host(model::HostId{1}).engine; };
    host.run("pkill -STOP dockerd; pkill dockerd; sleep 5");
    CHECK(engine().state == model::EngineState::Frozen);
    host.run("pkill -CONT dockerd");
    CHECK((engine().state == model::EngineState::Stopping || engine().state == model::EngineState::Stopped));
    host.wait(seconds(10));
    CHECK(engine().state == model::EngineState::Running);
    // While it ends by itself its unit is what it was.
    host.run("docker run -d busybox sh -c 'trap : TERM; while :; do sleep 1; done'; pkill dockerd");
    CHECK(host.run("sleep 3; systemctl is-active docker").out == "active\n");
    CHECK(host.run("sleep 9; systemctl is-active docker").out == "activating\n");
    host.wait(seconds(10));
    CHECK(engine().state == model::EngineState::Running);
    // systemctl wakes what it stops.
    CHECK(host.run("pkill -STOP dockerd; systemctl stop docker; systemctl is-active docker").out == "inactive\n");
}

TEST_CASE("dockerd: does not start with a daemon.json that is wrong") {
    const std::string unable = "unable to configure the Docker daemon with file /etc/docker/daemon.json: ";
    const std::pair<std::string, std::string> wrong[] = {
        {"{\"debug\": tru}", "invalid character '}' in line 1"},
        {"{\n\"debug\": true,\n}", "invalid character '}' in line 3"},
        {"[]", "json: cannot unmarshal array into Go value of type map[string]interface {}"},
        {"{\"mtu\": 1e999}", "a number in it is too large"},
        {"{é}", "invalid character 'é' in line 1"},
        {"{\"hosts\": [\"unix:///x\", \"tcp://:2375\"]}", "the following directives are specified both as a flag and in the configuration file: hosts: (from flag: [fd://], from file: [unix:///x tcp://:2375])"},
        {"{\"debug\": \"yes\"}", "json: cannot unmarshal string into Go struct field Config.debug of type bool"},
        {"{\"dns\": \"9.9.9.9\"}", "json: cannot unmarshal string into Go struct field Config.dns of type []string"},
        {"{\"live-restor\": true, \"debug\": true}", "the following directives don't match any configuration option: live-restor"},
        {"{\"live-restore\": \"yes\"}", "json: cannot unmarshal string into Go struct field Config.live-restore of type bool"}};
    for (const auto& [text, why] : wrong) {
        INFO(text);
        DockerHost host;
        host.run("docker run -d --name aa --restart always busybox sleep 10000");
        host.run("mkdir -p /etc/docker; cat > /etc/docker/daemon.json <<'X'\n" + text + "\nX\n");
        const auto restart = host.run("systemctl restart docker");
        CHECK(restart.status == 1);
        CHECK(restart.error ==
              "Job for docker.service failed because the control process exited with error code.\n"
              "See \"systemctl status docker.service\" and \"journalctl -xeu docker.service\" for details.\n");
        CHECK(host.session().world().host(model::HostId{1}).engine.refused == unable + why);
        CHECK(host.run("systemctl is-active docker").out == "failed\n");
        CHECK(host.run("systemctl status docker | grep Active").out.find("failed (Result: exit-code)") != std::string::npos);
        CHECK(host.run("docker ps").error.find("Cannot connect to the Docker daemon") == 0);
        CHECK(host.run("pidof dockerd").status == 1);
        CHECK(host.run("rm /etc/docker/daemon.json; systemctl start docker").status == 0);
        CHECK(host.run("docker ps --format '{{.Names}}'").out == "aa\n");
    }
}

TEST_CASE("docker kill: of what isn't there it says so in the words of a kill") {
    DockerHost host;
    const auto result = host.run("docker kill nosuch");
    CHECK(result.status == 1);
    CHECK(result.error == "Error response from daemon: Cannot kill container: nosuch: No such container: nosuch\n");
}

TEST_CASE("docker run: code for an interpreter is refused, not taken for a server") {
    DockerHost host({"python", "node"}, "");
    const auto python = host.run("docker run --rm python python -c 'print(1)'");
    CHECK(python.status == 1);
    CHECK(python.error == "python: Podium does not run code given with -c; only what serves is acted out, as a web server\n");
    CHECK(host.run("docker run --rm node node -e 'console.log(1)'").status == 1);
    host.run("docker run -d --name serves node node -e \"require('http').createServer(() => {}).listen(3000)\"");
    CHECK(host.run("docker inspect -f '{{.State.Status}}' serves").out == "running\n");
    host.run("docker run -d --name gunicorn python gunicorn -c settings.py app:app");
    CHECK(host.run("docker inspect -f '{{.State.Status}}' gunicorn").out == "running\n");
    CHECK(host.run("docker run --rm node -p 1").error == "node: Podium does not run code given with -p; only what serves is acted out, as a web server\n");
}

TEST_CASE("docker create: what the engine refuses is told without a hint, unlike docker run") {
    DockerHost host;
    const auto created = host.run("docker create --restart foo busybox true");
    CHECK(created.error == "Error response from daemon: invalid restart policy 'foo'\n");
    CHECK(created.status == 1);
    CHECK(host.run("docker run --restart foo busybox true").status == 125);
    CHECK(host.run("docker create UPPER").status == 1);
    CHECK(host.run("docker run UPPER").status == 125);
}

TEST_CASE("docker run: what Podium doesn't simulate is refused by name") {
    DockerHost host;
    const auto result = host.run("docker run --blkio-weight 100 busybox true");
    CHECK(result.status == 125);
    CHECK(result.error == "docker run: Podium does not simulate --blkio-weight yet\n");
}

TEST_CASE("docker run: --env-file and -e NAME take values from files and from the client") {
    DockerHost host;
    host.write_file("/root/vars", "# a comment\nA=1\nHOME\n\nB=two words\n");
    const auto result =
        host.run("C=3 docker run --rm --env-file vars -e C busybox sh -c 'echo $A $HOME $B $C'");
    CHECK(result.out == "1 /root two words 3\n");
    CHECK(host.run("docker run --env-file nosuch busybox true").error ==
          "docker: open nosuch: no such file or directory\n\nRun 'docker run --help' for more "
          "information\n");
}

TEST_CASE("docker exec: output, exit code, environment and directory") {
    DockerHost host;
    host.run(loop("--name web"));
    CHECK(host.run("docker exec web echo hi").out == "hi\n");
    CHECK(host.run("docker exec web sh -c 'exit 5'").status == 5);
    CHECK(host.run("docker exec -e X=1 -w /tmp web sh -c 'echo $X; pwd'").out == "1\n/tmp\n");
    CHECK(host.run("echo in | docker exec -i web cat").out == "in\n");
    const auto missing = host.run("docker exec web nosuch");
    CHECK(missing.status == 126);
    CHECK(missing.out.find("executable file not found in $PATH") != std::string::npos);
    CHECK(host.run("docker exec -d web sh -c 'sleep 1; touch /tmp/done'").status == 0);
    host.wait(seconds(3));
    CHECK(host.run("docker exec web ls /tmp/done").out == "/tmp/done\n");
}

TEST_CASE("docker exec: a detached command's end is recorded although its client is gone") {
    DockerHost host;
    host.run(loop("--name web"));
    host.run("docker exec -d web sh -c 'exit 4'");
    host.wait(seconds(2));
    CHECK(host.run("docker events --since 1m --until 0s --filter event=exec_die --format "
                   "'{{.Action}} {{.Actor.Attributes.exitCode}}'")
              .out == "exec_die 4\n");
}

TEST_CASE("docker logs: follows until the container ends or one has seen enough") {
    DockerHost host;
    host.run("docker run -d --name xx busybox sh -c 'for i in 1 2 3 4; do echo $i; sleep 1; done'");
    const auto all = host.run("docker logs -f xx");
    CHECK(all.out == "1\n2\n3\n4\n");
    CHECK(all.status == 0);
    CHECK(host.run("docker logs --tail 2 xx").out == "3\n4\n");
    CHECK(host.run("docker logs -n 1 -t xx").out.find("Z 4\n") != std::string::npos);
    host.run(loop("--name yy"));
    host.type("host/2", "docker logs -f yy");
    host.wait(seconds(2));
    host.interrupt("host/2");
    host.wait(seconds(1));
    CHECK(host.status("host/2") == 130);
}

TEST_CASE("docker top: the columns and options of ps that are asked for") {
    DockerHost host;
    host.run("docker run -d --name web busybox sleep 1000");
    host.run("docker exec -d web sh -c 'sleep 500; :'; sleep 65");
    const std::string cut = " | tr -s ' ' | sed 's/ $//'";
    CHECK(host.run("docker top web -o pid,comm | awk '{print $2}'").out == "COMMAND\nsleep\nsh\nsleep\n");
    CHECK(host.run("docker top web -o user,pid,stat,tty,time,etime,args | awk '{print $1, $3, $4, $5, $6, $7, $8}'").out ==
          "USER STAT TT TIME ELAPSED COMMAND \nroot Ss ? 00:00:00 01:05 sleep 1000\n"
          "root Ss ? 00:00:00 01:05 sh -c\nroot S ? 00:00:00 01:05 sleep 500\n");
    CHECK(host.run("docker top web -eo ppid,pid,cmd | head -1" + cut).out == "PPID PID CMD\n");
    CHECK(host.run("docker top web -ef" + cut).out == host.run("docker top web" + cut).out);
    host.run("docker run -d --name late busybox sh -c '(sleep 400 &); sleep 1000; :'; sleep 1");
    CHECK(host.run("docker top late -eo ppid,pid,cmd | awk '$4 == 400 {print $1}'").out == host.run("docker inspect -f '{{.State.Pid}}' late").out);
    CHECK(host.run("docker top web aux | head -1" + cut).out == "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\n");
    CHECK(host.run("docker top web -o comm").error ==
          "Error response from daemon: Couldn't find PID field in ps output\n");
    CHECK(host.run("docker top web -o comm").status == 1);
    CHECK(host.run("docker top web -ef -o pid").error == "Error response from daemon: ps: error: conflicting format options\n");
    CHECK(host.run("docker top web -o pid,wchan").error == "docker top: Podium does not simulate the column 'wchan' of ps\n");
    CHECK(host.run("docker top web -efZ").error == "docker top: Podium does not simulate the option '-Z' of ps\n");
    CHECK(host.run("docker top web auxf").error == "docker top: Podium does not simulate the option 'f' of ps\n");
    host.run("docker pause web");
    CHECK(host.run("docker top web -o pid,state | tail -1 | awk '{print $2}'").out == "D\n");
}

TEST_CASE("docker run: busybox runs the applet that its first argument names") {
    DockerHost host;
    CHECK(host.run("docker run --rm busybox busybox echo hi").out == "hi\n");
    CHECK(host.run("docker run --rm busybox sh -c '/bin/busybox sh -c \"echo in\"'").out == "in\n");
    const auto alone = host.run("docker run --rm busybox busybox");
    CHECK(alone.error.find("executable file not found") == std::string::npos);
    CHECK(alone.error.find("Podium does not model this program") != std::string::npos);
}

TEST_CASE("docker update: processors counted and as a quota do not replace each other") {
    DockerHost host;
    host.run("docker run -d --name one --cpus 0.5 busybox sleep 1000; docker run -d --name two busybox sleep 1000");
    CHECK(host.run("docker update --cpu-quota 50000 one").error.find(
              "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set") != std::string::npos);
    CHECK(host.run("docker update --cpu-period 50000 --cpu-quota 25000 --cpuset-cpus 0 two").status == 0);
    CHECK(host.run("docker inspect -f '{{.HostConfig.CpuPeriod}} {{.HostConfig.CpuQuota}} {{.HostConfig.CpusetCpus}}' two").out ==
          "50000 25000 0\n");
    CHECK(host.run("docker update --cpuset-cpus 99 two").status == 1);
}

TEST_CASE("docker stop: several at once, errors at the end") {
    DockerHost host;
    host.run(loop("--name aa"));
    host.run(loop("--name bb"));
    const auto result = host.run("docker stop aa nosuch bb");
    CHECK(result.out == "aa\nbb\n");
    CHECK(result.error == "Error response from daemon: No such container: nosuch\n");
    CHECK(result.status == 1);
}

TEST_CASE("docker stop: a client that is killed leaves the engine at work") {
    DockerHost host;
    host.run("docker run -d --name xx busybox sleep 1000");
    CHECK(host.run("timeout 1 docker stop xx").status == 124);
    CHECK(host.run("docker inspect -f '{{.State.Status}}' xx").out == "running\n");
    host.wait(seconds(12));
    CHECK(host.run("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' xx").out ==
          "exited 137\n");
}

TEST_CASE("docker rm -f: what isn't there is told and forgiven") {
    DockerHost host;
    const auto result = host.run("docker rm -f nosuch");
    CHECK(result.error == "Error response from daemon: No such container: nosuch\n");
    CHECK(result.status == 0);
}

TEST_CASE("docker start -a: attaches and gives the exit code") {
    DockerHost host;
    host.run("docker create --name xx busybox sh -c 'echo once; exit 2'");
    const auto result = host.run("docker start -a xx");
    CHECK(result.out == "once\n");
    CHECK(result.status == 2);
    CHECK(host.run("docker attach xx").error ==
          "You cannot attach to a stopped container, start it first\n");
}

TEST_CASE("docker wait: prints exit codes") {
    DockerHost host;
    host.run("docker run -d --name xx busybox sh -c 'sleep 2; exit 7'");
    const auto result = host.run("docker wait xx");
    CHECK(result.out == "7\n");
    CHECK(result.took > seconds(1));
}

TEST_CASE("docker inspect: any kind of thing, templates, and what isn't there") {
    DockerHost host;
    host.run("docker volume create data");
    host.run(loop("--name web"));
    CHECK(host.run("docker inspect -f '{{.Name}}' web data").out == "/web\ndata\n");
    const auto missing = host.run("docker inspect nosuch");
    CHECK(missing.out == "[]\n");
    CHECK(missing.error == "Error: No such object: nosuch\n");
    CHECK(missing.status == 1);
    CHECK(host.run("docker inspect -f '{{.Foo' web").status == 64);
    CHECK(host.run("docker inspect --type volume web").error ==
          "Error response from daemon: get web: no such volume\n");
}

TEST_CASE("docker ps: filters, formats, and a template that is wrong") {
    DockerHost host;
    host.run(loop("--name aa --label x=y"));
    host.run("docker run --name bb busybox true");
    CHECK(host.run("docker ps -a --filter status=exited --format '{{.Names}}'").out == "bb\n");
    CHECK(host.run("docker ps -a --filter name=^aa$ --format '{{.Names}} {{.Label \"x\"}}'").out ==
          "aa y\n");
    CHECK(host.run("docker ps -l --format '{{.Names}}'").out == "bb\n");
    CHECK(host.run("docker ps --format '{{.Foo}}'")
              .error.starts_with("failed to execute template: template: :1:2: executing"));
    CHECK(host.run("docker ps extra").error ==
          "docker: 'docker ps' accepts no arguments\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker "
          "ps --help' for more information\n");
}

TEST_CASE("docker: an engine that is down is told as docker tells it") {
    DockerHost host;
    host.session().post({host.session().now(), lab::CommandKind::EngineSignal, "host", "KILL", {}});
    host.wait(seconds(1));
    const auto result = host.run("docker ps");
    CHECK(result.error ==
          "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker "
          "daemon running?\n");
    CHECK(result.status == 1);
    CHECK(host.run("docker run busybox true").status == 125);
}

TEST_CASE("docker: unknown verbs and swarm's verbs fail as in life") {
    DockerHost host;
    const auto unknown = host.run("docker psx");
    CHECK(unknown.error ==
          "docker: unknown command: docker psx\n\nRun 'docker --help' for more information\nDid "
          "you mean 'docker ps'?\n");
    CHECK(unknown.status == 1);
    CHECK(host.run("docker node ls")
              .error.starts_with("Error response from daemon: This node is not a swarm manager."));
    CHECK(host.run("docker builder prune").error ==
          "docker builder prune: Podium does not simulate BuildKit yet\n");
}

TEST_CASE("docker prune: asks first") {
    DockerHost host;
    host.run("docker run --name xx busybox true");
    CHECK(host.run("echo n | docker container prune").out ==
          "WARNING! This will remove all stopped containers.\nAre you sure you want to continue? "
          "[y/N] ");
    CHECK(host.run("docker ps -aq").out.size() == 13);
    const auto result = host.run("echo y | docker container prune");
    CHECK(result.out.find("Deleted Containers:\n") != std::string::npos);
    CHECK(host.run("docker ps -aq").out.empty());
}

TEST_CASE("docker prune: filters by label and by age") {
    DockerHost host;
    host.run("docker run --name old --label keep=yes busybox true");
    host.wait(minutes(10));
    host.run("docker run --name new busybox true");
    const auto left = [&host] { return host.run("docker ps -a --format '{{.Names}}'").out; };
    host.run("docker container prune -f --filter label=keep=no");
    CHECK(left() == "new\nold\n");
    host.run("docker container prune -f --filter label!=keep --filter until=5m");
    CHECK(left() == "new\nold\n");
    host.run("docker container prune -f --filter until=5m");
    CHECK(left() == "new\n");
    host.run("docker container prune -f --filter label!=keep");
    CHECK(left().empty());
    CHECK(host.run("docker container prune -f --filter colour=red").error ==
          "Error response from daemon: Invalid filter 'colour'\n");
    CHECK(host.run("docker volume prune -f --filter until=5m").error ==
          "Error response from daemon: Invalid filter 'until'\n");
    host.run("docker network create --label a=b mine; docker network create other");
    CHECK(host.run("docker network prune -f --filter label=a=b").out == "Deleted Networks:\nmine\n\n");
    host.run("docker volume create --label a=b kept; docker volume create gone");
    CHECK(host.run("docker volume prune -f --filter label!=a").out ==
          "Deleted Volumes:\ngone\n\nTotal reclaimed space: 0B\n");
    CHECK(host.run("docker image prune -af --filter label=nosuch").out == "Total reclaimed space: 0B\n");
    CHECK(host.run("docker image prune -af --filter until=1h").out.starts_with("Deleted Images:\nuntagged: busybox"));
    CHECK(host.run("docker system prune -f --volumes --filter until=1h").error ==
          "ERROR: The \"until\" filter is not supported with \"--volumes\"\n");
    CHECK(host.run("echo n | docker system prune --filter label=a=b --filter until=1h").out ==
          "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one "
          "container\n  - all dangling images\n  - unused build cache\n\n  Items to be pruned will be filtered "
          "with:\n  - label=a=b\n  - until=1h\n\nAre you sure you want to continue? [y/N] ");
}

TEST_CASE("docker system df -v: what each image, container and volume takes") {
    DockerHost host;
    host.run("docker run -d --name web -v data:/data busybox sh -c 'echo hello >/data/f; echo more >/f; sleep 1000'");
    host.wait(seconds(1));
    const std::string text = masked(host.run("docker system df -v").out);
    CHECK(text.starts_with("Images space usage:\n\nREPOSITORY TAG IMAGE ID CREATED SIZE SHARED SIZE UNIQUE SIZE CONTAINERS\nbusybox latest ID "));
    CHECK(text.find("\n\nContainers space usage:\n\nCONTAINER ID IMAGE COMMAND LOCAL VOLUMES SIZE CREATED STATUS NAMES\nID busybox ") != std::string::npos);
    CHECK(text.find("\n\nLocal Volumes space usage:\n\nVOLUME NAME LINKS SIZE\ndata 1 ") != std::string::npos);
    CHECK(text.ends_with("\n\nBuild cache usage: 0B\n\nCACHE ID CACHE TYPE SIZE CREATED LAST USED USAGE SHARED\n"));
}

TEST_CASE("docker run and exec --user: the process is that user's") {
    DockerHost host;
    CHECK(host.run("docker run --rm busybox id").out == "uid=0(root) gid=0(root) groups=0(root),10(wheel)\n");
    CHECK(host.run("docker run --rm -u 1000 busybox id").out == "uid=1000 gid=0(root) groups=0(root)\n");
    CHECK(host.run("docker run --rm -u nobody busybox sh -c 'whoami; id -u'").out == "nobody\n65534\n");
    host.run("docker run -d --name web -u 1000:33 busybox sleep 1000");
    CHECK(host.run("docker exec web id").out == "uid=1000 gid=33(www-data) groups=33(www-data)\n");
    CHECK(host.run("docker exec web whoami").error == "whoami: unknown uid 1000\n");
    CHECK(host.run("docker exec -u root web sh -c 'sh -c whoami'").out == "root\n");
    CHECK(host.run("whoami; id -u").out == "root\n0\n");
}

TEST_CASE("docker cp: files go in and come out") {
    DockerHost host;
    host.run(loop("--name web"));
    host.write_file("/root/f", "hello\n");
    CHECK(host.run("docker cp f web:/tmp/g").status == 0);
    CHECK(host.run("docker exec web cat /tmp/g").out == "hello\n");
    CHECK(host.run("docker cp web:/tmp/g /root/h").status == 0);
    CHECK(host.run("cat h").out == "hello\n");
    CHECK(host.run("docker cp web:/nosuch .").error ==
          "Error response from daemon: Could not find the file /nosuch in container web\n");
}
