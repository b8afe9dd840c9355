// Faults of hosts and of their engines.

#include "sim/model/restore.hpp"
#include "tests/faults/fault_fixture.hpp"

namespace podium::faults {
namespace {

using model::ContainerState;
using model::EngineState;

// One of each policy, all of which end with 0 on TERM; `always` and `stopped` were stopped by hand.
void four_policies(FaultRun& run) {
    const std::string program = " busybox sh -c \"trap 'exit 0' TERM; while :; do sleep 0.2; done\"";
    run.line(0, "docker run -d --name no" + program);
    run.line(0, "docker run -d --name always --restart always" + program);
    run.line(0, "docker run -d --name unless --restart unless-stopped" + program);
    run.line(0, "docker run -d --name failure --restart on-failure" + program);
    run.line(0, "docker run -d --name stopped --restart unless-stopped" + program);
    run.line(4, "docker stop stopped");
}

void check_policies(FaultRun& run, const std::string& failure, const std::string& none, bool unless = true) {
    CHECK(run.container("always").state == ContainerState::Running);
    CHECK((run.container("unless").state == ContainerState::Running) == unless);
    CHECK(run.output("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' no") == none + "\n");
    CHECK(run.output("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' failure") == failure + "\n");
    CHECK(run.container("stopped").state == ContainerState::Exited);
}

}  // namespace

TEST_CASE("fault engine-stop: containers get TERM, the API is gone, and its end starts what policies want") {
    FaultRun run;
    four_policies(run);
    run.fault("engine-stop host1", 10, 30);
    run.run_to(15);
    CHECK(run.host().engine.state == EngineState::Stopped);
    CHECK_THAT(run.output("docker ps"), Catch::Contains("Cannot connect to the Docker daemon"));
    CHECK(run.container("always").state == ContainerState::Exited);
    run.run_to(40);
    check_policies(run, "exited 0", "exited 0");
}

TEST_CASE("fault engine-stop: one that ends before the engine is down starts it when it is") {
    FaultRun run;
    run.line(0, "docker run -d --name web --restart always busybox sh -c 'sleep 3600 & wait'");
    run.fault("engine-stop host1", 10, 12);  // the container ignores TERM: the stop takes ten seconds
    run.run_to(15);
    CHECK(run.host().engine.state == EngineState::Stopping);
    run.run_to(40);
    CHECK(run.host().engine.state == EngineState::Running);
    CHECK(run.container("web").state == ContainerState::Running);
}

TEST_CASE("fault engine-stop and engine-kill: the engine stays away until the last that overlap has ended") {
    FaultRun run;
    run.fault("engine-stop host1", 10, 20);
    run.fault("engine-kill host1", 15, 40);
    run.run_to(39);
    CHECK(run.host().engine.state == EngineState::Stopped);
    run.run_to(50);
    CHECK(run.host().engine.state == EngineState::Running);
}

TEST_CASE("fault engine-kill: containers go on, deaths go unseen, and the restore settles them") {
    FaultRun run;
    four_policies(run);
    run.line(0, "docker run -d --name dies --restart always busybox sh -c 'sleep 15; exit 3'");
    run.fault("engine-kill host1", 10, 40);
    run.run_to(30);
    CHECK(run.container("always").process_alive);
    CHECK_FALSE(run.container("dies").process_alive);
    CHECK(run.container("dies").state == ContainerState::Running);
    run.run_to(55);
    CHECK(run.count(model::kFactContainerFoundDead, "dies") == 1);
    CHECK(run.container("dies").state == ContainerState::Running);
    // Measured: after a crash the next engine itself stops the orphans, so unless-stopped stays down.
    check_policies(run, "exited 0", "exited 0", false);
}

TEST_CASE("fault engine-kill: the moment of a death that went unseen is told right") {
    FaultRun run;
    run.line(0, "docker run -d --name dies busybox sh -c 'sleep 15; exit 3'");
    run.fault("engine-kill host1", 10, 40);
    run.run_to(60);
    const model::Container& dies = run.container("dies");
    CHECK(dies.exit_code == 3);
    CHECK(dies.finished.seconds() < 17);
}

TEST_CASE("fault engine-restart: stops and starts by itself, also when it is down already") {
    FaultRun run;
    four_policies(run);
    run.fault("engine-restart host1", 10);
    run.run_to(25);
    check_policies(run, "exited 0", "exited 0");
    run.fault("engine-kill host1", 30);
    run.fault("engine-restart host1", 35);
    run.run_to(45);
    CHECK(run.host().engine.state == EngineState::Running);
}

TEST_CASE("fault host-reboot: an orderly shutdown, a boot, and the engine does what policies want") {
    FaultRun run;
    four_policies(run);
    run.fault("host-reboot host1", 10);
    run.run_to(20);
    CHECK_FALSE(run.host().up);
    CHECK(run.session().world().processes.count() == 0);
    run.run_to(60);
    CHECK(run.host().up);
    CHECK(run.host().boots == 1);
    check_policies(run, "exited 0", "exited 0");
}

TEST_CASE("fault power-loss: nothing is told, tasks are lost with 255, disks keep their data") {
    FaultRun run;
    four_policies(run);
    run.line(0, "docker run -d --name writer --restart always -v data:/data busybox sh -c 'echo kept >> /data/f; sleep 3600'");
    run.fault("power-loss host1", 10, 30);
    run.run_to(20);
    CHECK_FALSE(run.host().up);
    CHECK(run.count(model::kFactContainerDie, "always") == 0);
    run.run_to(29);
    run.run_to(80);
    CHECK(run.host().up);
    CHECK(run.last(model::kFactHostUp) == Approx(55));
    CHECK(run.container("failure").state == ContainerState::Running);  // 255 is a failure
    check_policies(run, "running 0", "exited 255");
    CHECK(run.output("docker exec writer cat /data/f") == "kept\nkept\n");
}

TEST_CASE("fault power-loss: it is off until the last that overlap has ended, also when it was about to boot") {
    FaultRun run;
    run.fault("power-loss host1", 10, 20);
    run.fault("power-loss host1", 15, 60);
    run.run_to(59);
    CHECK_FALSE(run.host().up);
    run.run_to(90);
    CHECK(run.host().up);
    run.fault("power-loss host1", 100, 110);
    run.fault("power-loss host1", 120, 200);  // it would boot at 135
    run.run_to(190);
    CHECK_FALSE(run.host().up);
    run.run_to(230);
    CHECK(run.host().up);
}

TEST_CASE("faults of hosts: what has no power has no engine to stop, and does not stand still") {
    FaultRun run;
    run.fault("power-loss host1", 10, 200);
    run.fault("engine-stop host1", 20, 25);
    run.fault("engine-kill host1", 21);
    run.fault("engine-restart host1", 22);
    run.fault("host-reboot host1", 23);
    run.fault("freeze host1", 24);
    run.fault("disk-full host1", 26, 30);
    run.run_to(40);
    CHECK(run.count(kFactFaultBegin) == 2);
    CHECK(run.count(kFactFaultMissed) == 5);
    CHECK(run.session().state().faults.active.size() == 1);
}

TEST_CASE("fault freeze: a host stands still, answers nobody, goes on where it was, and its clock is behind") {
    FaultRun run(2);
    run.line(0, "docker run -d --name web -p 8080:80 nginx");
    run.line(0, "docker run -d --name ticks busybox sh -c 'while :; do date +%s; sleep 1; done'");
    run.line(9, "sleep 10; touch /slept");
    run.fault("freeze host1", 10, 40);
    run.run_to(12);
    CHECK(run.output("curl -s -m 3 http://host1:8080/; echo status $?", "host2").find("status 0") == std::string::npos);
    const std::size_t ticks = run.container("ticks").detail->log.size();
    run.run_to(39);
    CHECK(run.container("ticks").detail->log.size() == ticks);
    run.run_to(45);
    CHECK_THAT(run.output("ls /slept"), Catch::Contains("No such file"));  // its sleep has four seconds to go
    run.run_to(50);
    CHECK(run.output("ls /slept") == "/slept\n");
    CHECK(run.output("curl -s -m 3 -o /dev/null -w '%{http_code}' http://host1:8080/", "host2") == "200");
    CHECK(run.host().clock_skew == seconds(-30));
    CHECK(run.count(model::kFactContainerDie) == 0);
}

TEST_CASE("fault freeze: of the engine alone it is SIGSTOP; requests wait, containers go on, deaths are told late") {
    FaultRun run;
    run.line(0, "docker run -d --name dies --restart always busybox sh -c 'sleep 15; exit 3'");
    run.fault("freeze host1 what=engine", 10, 30);
    run.line(12, "docker ps -q | wc -l > /count");
    run.run_to(29);
    CHECK(run.host().engine.state == EngineState::Frozen);
    CHECK(run.output("ls /count; cat /count").find("1") == std::string::npos);
    INFO("it is " << run.session().now().seconds());
    CHECK(run.count(model::kFactContainerDie, "dies") == 0);
    run.run_to(33);
    CHECK(run.count(model::kFactContainerDie, "dies") == 1);
    CHECK(run.container("dies").state == ContainerState::Running);
    CHECK(run.output("cat /count") == "1\n");
    CHECK(run.host().clock_skew == Duration{});
}

TEST_CASE("fault freeze: a signal that comes meanwhile acts when the host goes on") {
    FaultRun run;
    run.line(0, "docker run -d --name web busybox sleep 3600");
    run.fault("freeze host1", 10, 30);
    run.fault("kill web", 20);
    run.run_to(29);
    CHECK(run.container("web").process_alive);
    run.run_to(31);
    CHECK(run.state("web") == "exited 137 0\n");
}

TEST_CASE("fault freeze: power loss ends it, and it lasts until the last that overlap has ended") {
    FaultRun run;
    run.fault("freeze host1", 10, 20);
    run.fault("freeze host1", 15, 30);
    run.run_to(29);
    CHECK(run.host().frozen);
    run.run_to(31);
    CHECK_FALSE(run.host().frozen);
    run.fault("freeze host1", 40, 200);
    run.fault("power-loss host1", 50, 60);
    run.run_to(100);
    CHECK(run.host().up);
    CHECK_FALSE(run.host().frozen);
    CHECK(run.host().engine.state == EngineState::Running);
}

TEST_CASE("fault disk-full: writes fail, pulls and new containers are refused, logs stop, and its end gives the room back") {
    FaultRun run;
    run.line(0, "docker run -d --name web busybox sh -c 'while :; do sleep 1; echo x; done'");
    run.fault("disk-full host1", 10, 60);
    run.run_to(11);
    CHECK_THAT(run.output("docker exec web sh -c 'echo more > /file'"), Catch::Contains("No space left on device"));
    CHECK_THAT(run.output("echo more > /file"), Catch::Contains("No space left on device"));
    CHECK_THAT(run.output("docker pull redis"), Catch::Contains("no space left on device"));
    CHECK_THAT(run.output("docker create --name new busybox true"), Catch::Contains("Error response from daemon: mkdir /var/lib/docker/overlay2/"));
    CHECK_THAT(run.output("docker volume create new"), Catch::Contains("no space left on device"));
    CHECK(run.output("df / | tail -1 | awk '{print $5}'") == "100%\n");
    const std::size_t lines = run.container("web").detail->log.size();
    CHECK(run.host().disk_free_bytes() == 0);
    run.run_to(59);
    CHECK(run.container("web").detail->log.size() <= lines + 1);
    CHECK(run.container("web").state == ContainerState::Running);
    run.run_to(61);
    CHECK(run.output("docker exec web sh -c 'echo more > /file; cat /file'") == "more\n");
    CHECK(run.output("docker pull -q redis") == "docker.io/library/redis:latest\n");
    CHECK(run.output("docker create --name new busybox true").size() == 65);
}

TEST_CASE("fault disk-full: some bytes may be left, and a second one takes nothing twice") {
    FaultRun run;
    run.fault("disk-full host1 left=1m", 10, 40);
    run.fault("disk-full host1", 20, 30);
    run.run_to(11);
    CHECK(run.host().disk_free_bytes() == 1 << 20);
    run.run_to(21);
    CHECK(run.host().disk_free_bytes() == 0);
    run.run_to(31);
    CHECK(run.host().disk_free_bytes() == 1 << 20);
    run.run_to(41);
    CHECK(run.host().disk_filled_bytes == 0);
}

TEST_CASE("fault slow-disk: starts take so many times as long, and as usual after it") {
    FaultRun run;
    const auto duration = [&run](double when) {
        run.run_to(when);
        const Time begun = run.session().now();
        run.output("docker run -d busybox sleep 3600");
        return (run.session().now() - begun).seconds();
    };
    const double usual = duration(1);
    run.fault("slow-disk host1 factor=20", 10, 30);
    const double slow = duration(11);
    CHECK(slow > usual + 3);
    CHECK(duration(31) == Approx(usual).margin(0.01));
}

TEST_CASE("fault clock-skew: date and new stamps are wrong, old ones stay as they were, timers do not care") {
    FaultRun run;
    run.line(0, "docker run -d --name web --health-cmd true --health-interval 5s busybox sh -c 'while :; do sleep 4; echo x; done'");
    run.run_to(9);
    const std::int64_t before = std::stoll(run.output("date +%s"));
    const std::string first = run.output("docker logs -t web").substr(0, 19);
    const std::string started = run.output("docker inspect -f '{{.State.StartedAt}}' web");
    run.fault("clock-skew host1 by=1h", 10, 30);
    run.run_to(15);
    CHECK(std::stoll(run.output("date +%s")) - before >= 3600);
    const std::string logs = run.output("docker logs -t web");
    CHECK(logs.substr(0, 19) == first);
    CHECK(logs.substr(logs.rfind("\n", logs.size() - 2) + 1, 13) != first.substr(0, 13));
    CHECK(run.output("docker inspect -f '{{.State.StartedAt}}' web") == started);
    CHECK(std::stoll(run.output("docker exec web date +%s")) - before >= 3600);
    run.run_to(31);
    CHECK(std::stoll(run.output("date +%s")) - before < 60);
    CHECK(run.count(model::kFactContainerHealthProbe) >= 5);
}

TEST_CASE("fault slow-disk: any number at once slow down a million times at most, and leave nothing behind") {
    FaultRun run;
    for (int i = 0; i < 8; ++i) run.fault(i % 2 == 0 ? "slow-disk host1 factor=1000" : "slow-disk host1 factor=7", 1 + i, 20 + i);
    run.run_to(15);
    CHECK(run.host().disk_slowdown > 100'000);
    CHECK(run.host().disk_slowdown <= 1'000'000);
    run.run_to(50);
    CHECK(run.host().disk_slowdown == 1);
}

TEST_CASE("faults of hosts: several at once end in any order and leave the host as it was") {
    FaultRun run;
    run.line(0, "docker run -d --name web --restart always nginx");
    run.fault("slow-disk host1 factor=3", 10, 40);
    run.fault("slow-disk host1 factor=5", 15, 30);
    run.fault("clock-skew host1 by=1m", 12, 25);
    run.fault("clock-skew host1 by=-3m", 14, 35);
    run.fault("disk-full host1", 16, 31);
    run.fault("engine-restart host1", 20);
    run.run_to(50);
    CHECK(run.host().disk_slowdown == 1);
    CHECK(run.host().clock_skew == Duration{});
    CHECK(run.host().disk_filled_bytes == 0);
    CHECK(run.container("web").state == ContainerState::Running);
}

TEST_CASE("fault clock-skew: how long a container ran is what the host's clock says, for the back-off and in docker ps") {
    FaultRun run;
    run.line(0, "docker run -d --name loop --restart always busybox sh -c 'sleep 5; exit 1'");
    run.line(0, "docker run -d --name up busybox sleep 1000");
    run.run_to(29);
    // Four restarts have made the delay 1.6 s; an hour's run begins it anew.
    const int before = run.count(model::kFactContainerStart, "loop");
    CHECK(before >= 4);
    run.fault("clock-skew host1 by=1h", 30);
    run.run_to(35);
    CHECK(run.output("docker ps --filter name=up --format '{{.Status}}'") == "Up About an hour\n");
    run.run_to(60);
    CHECK(run.count(model::kFactContainerStart, "loop") >= before + 4);
}

}  // namespace podium::faults
