// Faults of containers: kill, crash loop, hang, memory leak, slow start, failing health check.

#include <fmt/format.h>

#include "tests/faults/fault_fixture.hpp"

namespace podium::faults {
namespace {

constexpr const char* kSleeper = "docker run -d --name web --restart {} busybox sh -c \"trap 'exit 7' TERM; while :; do sleep 0.2; done\"";

std::string sleeper(const std::string& policy, const std::string& name = "web") {
    std::string text = kSleeper;
    text.replace(text.find("{}"), 2, policy);
    text.replace(text.find("web"), 3, name);
    return text;
}

const char* const kProject =
    "services:\n"
    "  web:\n"
    "    image: nginx\n"
    "    restart: always\n"
    "  other:\n"
    "    image: nginx\n"
    "    restart: always\n";

void write_project(FaultRun& run, const std::string& text) {
    run.session().post({Time{}, lab::CommandKind::WriteFile, "host1", "/root/compose.yaml", text});
}

}  // namespace

TEST_CASE("fault kill: a killed container counts as crashed, and its policy restarts it") {
    FaultRun run;
    run.line(0, sleeper("always"));
    run.fault("kill web", 10);
    run.run_to(12);
    CHECK(run.count(model::kFactContainerDie, "web") == 1);
    CHECK(run.count(model::kFactContainerStart, "web") == 2);
    CHECK(run.count(model::kFactContainerKill, "web") == 0);
    CHECK(run.state("web") == "running 0 1\n");
}

TEST_CASE("fault kill: any signal by name or number, caught as the program wishes") {
    FaultRun run;
    run.line(0, sleeper("no"));
    run.line(0, sleeper("no", "two"));
    run.line(0, sleeper("no", "three"));
    run.fault("kill web signal=TERM", 10);
    run.fault("kill two signal=9", 10);
    run.fault("kill three signal=SIGUSR1", 10);  // PID 1 without a handler gets nothing
    run.run_to(12);
    CHECK(run.state("web") == "exited 7 0\n");
    CHECK(run.state("two") == "exited 137 0\n");
    CHECK(run.state("three") == "running 0 0\n");
}

TEST_CASE("fault kill: the policy decides, on-failure not for 0") {
    FaultRun run;
    run.line(0, "docker run -d --name zero --restart on-failure busybox sh -c \"trap 'exit 0' TERM; while :; do sleep 0.2; done\"");
    run.line(0, sleeper("on-failure:1", "seven"));
    run.line(0, sleeper("no", "none"));
    for (const char* name : {"zero", "seven", "none"}) run.fault(std::string("kill ") + name + " signal=TERM", 10);
    run.fault("kill seven signal=TERM", 30);
    run.run_to(40);
    CHECK(run.state("zero") == "exited 0 0\n");
    CHECK(run.state("seven") == "exited 7 1\n");
    CHECK(run.state("none") == "exited 7 0\n");
}

TEST_CASE("fault kill: a container in back-off has nothing to kill, a paused one dies of KILL when it goes on") {
    FaultRun run;
    run.line(0, "docker run -d --name crash --restart always busybox sh -c 'exit 1'");
    run.line(0, sleeper("no"));
    run.line(5, "docker pause web");
    run.run_to(20);
    const int deaths = run.count(model::kFactContainerDie, "crash");
    run.fault("kill web", 20);
    run.fault("kill crash", 20);
    run.run_to(20.5);
    CHECK(run.count(model::kFactContainerDie, "crash") == deaths);
    CHECK(run.state("web") == "paused 0 0\n");
    run.line(21, "docker unpause web");
    run.run_to(22);
    CHECK(run.state("web") == "exited 137 0\n");
}

TEST_CASE("faults of containers take services, one of a service, names and ids as targets") {
    FaultRun run;
    write_project(run, kProject);
    run.line(0.1, "docker compose up -d --scale web=3");
    run.run_to(30);
    const std::string id = run.output("docker ps -q --no-trunc --filter name=other").substr(0, 12);
    run.fault("kill web", 40);
    run.run_to(45);
    CHECK(run.count(model::kFactProcessKilled) == 3);
    run.fault("kill web.2", 50);
    run.run_to(55);
    CHECK(run.count(model::kFactProcessKilled) == 4);
    CHECK(run.count(model::kFactContainerDie, "root-web-2") == 2);
    run.fault("kill root-web-3", 60);
    run.fault("kill " + id, 60);
    run.run_to(65);
    CHECK(run.count(model::kFactContainerDie, "root-web-3") == 2);
    CHECK(run.count(model::kFactContainerDie, "root-other-1") == 1);
}

TEST_CASE("fault crash-loop: killed after each start until it is lifted, with Docker's back-off growing") {
    FaultRun run;
    run.line(0, sleeper("always"));
    run.fault("crash-loop web after=500ms", 10, 40);
    run.run_to(40);
    const int deaths = run.count(model::kFactContainerDie, "web");
    CHECK(deaths >= 6);
    CHECK(deaths <= 9);
    run.run_to(120);
    CHECK(run.count(model::kFactContainerDie, "web") <= deaths + 1);
    CHECK(run.container("web").state == model::ContainerState::Running);
}

TEST_CASE("fault crash-loop: goes on with the container made anew under the same name") {
    FaultRun run;
    run.line(0, sleeper("no"));
    run.fault("crash-loop web", 10, 60);
    run.line(20, "docker rm -f web");
    run.line(25, sleeper("no"));
    run.run_to(70);
    CHECK(run.state("web") == "exited 137 0\n");
    CHECK(run.count(model::kFactContainerDie, "web") == 2);
}

TEST_CASE("fault hang: nothing is answered and nothing dies; it goes on where it was") {
    FaultRun run;
    run.line(0, "docker run -d --name web -p 8080:80 nginx");
    run.fault("hang web", 10, 30);
    run.run_to(12);
    CHECK(run.output("curl -s -m 2 http://localhost:8080/; echo status $?") == "status 28\n");
    CHECK(run.state("web") == "running 0 0\n");
    run.run_to(31);
    CHECK(run.output("curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/") == "200");
    CHECK(run.count(model::kFactContainerDie) == 0);
}

TEST_CASE("fault hang: stop waits its grace and kills, as nobody reads the signal") {
    FaultRun run;
    run.line(0, sleeper("always"));
    run.fault("hang web", 10, 60);
    run.line(20, "docker stop web");
    run.run_to(29);
    CHECK(run.container("web").state == model::ContainerState::Running);
    run.run_to(31);
    CHECK(run.state("web") == "exited 137 0\n");
}

TEST_CASE("fault hang: it lasts until the last of two that overlap has ended") {
    FaultRun run;
    run.line(0, "docker run -d --name web busybox sh -c 'while :; do sleep 1; echo x; done'");
    run.fault("hang web", 10, 20);
    run.fault("hang web", 15, 30);
    run.run_to(29);
    const std::size_t lines = run.container("web").detail->log.size();
    CHECK(lines <= 10);
    run.run_to(40);
    CHECK(run.container("web").detail->log.size() > lines);
}

TEST_CASE("fault memory-leak: the limit brings the OOM killer, status 137 and OOMKilled") {
    FaultRun run;
    run.line(0, "docker run -d --name web -m 64m --memory-swap 64m nginx");
    run.fault("memory-leak web rate=16m", 10);
    run.run_to(20);
    CHECK(run.output("docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}' web") == "exited 137 true\n");
    CHECK(run.count(model::kFactContainerOom, "web") == 1);
}

TEST_CASE("fault memory-leak: requests do not give back what leaked; lifted it grows no more, and a new run begins anew") {
    FaultRun run;
    run.line(0, "docker run -d --name web -p 8080:80 nginx");
    run.fault("memory-leak web rate=16m", 10, 20);
    run.run_to(15);
    run.output("curl -s http://localhost:8080/");
    CHECK(run.container("web").detail->memory_bytes > 70LL << 20);
    run.run_to(20);
    const std::int64_t leaked = run.container("web").detail->memory_bytes;
    CHECK(leaked > 140LL << 20);
    run.run_to(60);
    CHECK(run.container("web").detail->memory_bytes == leaked);
    run.output("docker restart web");
    run.run_to(90);
    CHECK(run.container("web").detail->memory_bytes < 16LL << 20);
}

TEST_CASE("fault memory-leak: the fastest there can be reaches the limit in its first round") {
    FaultRun run;
    run.line(0, "docker run -d --name web -m 64m --restart always busybox sleep 3600");
    run.fault("memory-leak web rate=8000p", 10);
    run.run_to(10.25);
    CHECK(run.count(model::kFactContainerOom, "web") == 1);
    run.run_to(11);
    CHECK(run.count(model::kFactContainerOom, "web") >= 2);  // a restart begins it anew
}

TEST_CASE("fault memory-leak: without a limit the host's memory is the limit, and its largest process goes") {
    FaultRun run;
    run.line(0, "docker run -d --name web --restart always nginx");
    run.line(0, "docker run -d --name small nginx");
    run.fault("memory-leak web rate=1g", 10, 25);
    run.run_to(30);
    CHECK(run.count(model::kFactContainerDie, "web") >= 1);
    CHECK(run.count(model::kFactContainerDie, "small") == 0);
    CHECK(run.host().memory_used_bytes <= run.host().spec.memory_bytes);
}

TEST_CASE("fault slow-start: each start's program begins later, until it is lifted; two add up") {
    FaultRun run;
    run.line(0, "docker run -d --name web -p 8080:80 nginx");
    run.fault("slow-start web by=20s", 10, 100);
    run.fault("slow-start web by=10s", 10, 50);
    const auto answers = [&run] { return run.output("curl -s -m 1 -o /dev/null -w '%{http_code}' http://localhost:8080/"); };
    run.line(20, "docker restart -t 1 web");
    run.run_to(45);
    CHECK(answers() == "000");
    run.run_to(53);
    CHECK(answers() == "200");
    run.line(60, "docker restart -t 1 web");
    run.run_to(75);
    CHECK(answers() == "000");
    run.run_to(83);
    CHECK(answers() == "200");
    run.line(110, "docker restart -t 1 web");
    run.run_to(114);
    CHECK(answers() == "200");
}

TEST_CASE("fault failing-health: unhealthy after its retries, healthy again after it, and no policy acts on it") {
    FaultRun run;
    run.line(0, "docker run -d --name web --restart always --health-cmd true --health-interval 2s --health-retries 3 nginx");
    run.run_to(8);
    const auto health = [&run] { return run.output("docker inspect -f '{{.State.Health.Status}} {{.RestartCount}}' web"); };
    CHECK(health() == "healthy 0\n");
    run.fault("failing-health web", 10, 30);
    run.run_to(14);
    CHECK(health() == "healthy 0\n");
    run.run_to(20);
    CHECK(health() == "unhealthy 0\n");
    run.run_to(34);
    CHECK(health() == "healthy 0\n");
}

TEST_CASE("faults of containers: a target that vanishes meanwhile is no trouble, one that is not there is missed") {
    FaultRun run;
    for (const char* name : {"c1", "c2", "c4", "c5"}) run.line(0, sleeper("no", name));
    run.line(0, "docker run -d --name c3 --health-cmd true busybox sleep 1000");
    run.fault("hang c1", 10, 30);
    run.fault("slow-start c2", 10, 30);
    run.fault("failing-health c3", 10, 30);
    run.fault("memory-leak c4", 10, 30);
    run.fault("crash-loop c5", 10, 30);
    run.line(20, "docker rm -f c1 c2 c3 c4 c5");
    run.fault("kill c1", 40);
    run.run_to(50);
    CHECK(run.count(kFactFaultEnd) == 5);
    CHECK(run.count(kFactFaultMissed) == 1);
    CHECK(run.session().state().faults.active.empty());
}

TEST_CASE("faults of containers: those of a service that last take hold of its containers as they come") {
    FaultRun run;
    run.fault("slow-start late by=20s", 1, 60);
    run.fault("failing-health checked", 1, 60);
    run.line(5, "docker run -d --name late nginx");
    run.line(6, "docker run -d --name checked --health-cmd true --health-interval 2s --health-retries 2 nginx");
    run.run_to(15);
    CHECK(run.output("curl -s -o /dev/null -w '%{http_code}' $(docker inspect -f '{{.NetworkSettings.IPAddress}}' late)") == "000");
    CHECK(run.output("docker inspect -f '{{.State.Health.Status}}' checked") == "unhealthy\n");
    run.line(20, "docker rm -f checked && docker run -d --name checked --health-cmd true --health-interval 2s --health-retries 2 nginx");
    run.run_to(40);
    CHECK(run.output("curl -s -o /dev/null -w '%{http_code}' $(docker inspect -f '{{.NetworkSettings.IPAddress}}' late)") == "200");
    CHECK(run.output("docker inspect -f '{{.State.Health.Status}}' checked") == "unhealthy\n");
    run.run_to(70);
    CHECK(run.output("docker inspect -f '{{.State.Health.Status}}' checked") == "healthy\n");
}

// docker compose makes the new container as <id>_root-web-1 and renames it when the old one is gone.
TEST_CASE("faults of containers: those of a container go on with the one that Compose renames to its name") {
    FaultRun run;
    run.session().post({at(0), lab::CommandKind::WriteFile, "host1", "/root/compose.yaml",
                        "services:\n  web:\n    image: nginx\n    healthcheck: {test: ['CMD', 'true'], interval: 2s, retries: 2}\n"});
    run.line(0.1, "docker compose up -d");
    run.fault("failing-health root-web-1", 10, 60);
    run.run_to(20);
    const auto health = [&run] { return run.output("docker inspect -f '{{.State.Health.Status}}' root-web-1"); };
    CHECK(health() == "unhealthy\n");
    run.line(21, "docker compose up -d --force-recreate");
    run.run_to(50);
    CHECK(run.count(model::kFactContainerRename) > 0);
    CHECK(health() == "unhealthy\n");
    run.run_to(70);
    CHECK(health() == "healthy\n");
}

TEST_CASE("faults of containers: a name means a container before a service, also among those that come later") {
    FaultRun run;
    const std::string checked = " --health-cmd true --health-interval 2s --health-retries 2 nginx";
    const std::string of_service = " --label com.docker.compose.service=web" + checked;
    run.line(0, "docker run -d --name web" + checked);
    run.fault("failing-health web", 5, 60);
    run.line(10, "docker run -d --name other" + of_service);
    run.run_to(20);
    const auto health = [&run](const std::string& name) { return run.output("docker inspect -f '{{.State.Health.Status}}' " + name); };
    CHECK(health("web") == "unhealthy\n");
    CHECK(health("other") == "healthy\n");
    run.line(25, "docker rm -f web && docker run -d --name third" + of_service);
    run.run_to(35);
    CHECK(health("third") == "unhealthy\n");
    run.line(36, "docker rename other web");
    run.run_to(45);
    CHECK(health("web") == "unhealthy\n");
    run.run_to(75);
    CHECK(health("web") == "healthy\n");
    CHECK(health("third") == "healthy\n");
}

TEST_CASE("faults of containers: of two projects' services of one name both are meant, and each with its project before it") {
    FaultRun run;
    const auto of_project = [&run](const std::string& name, const std::string& project, int number) {
        run.line(0, fmt::format("docker run -d --name {} --label com.docker.compose.service=web --label com.docker.compose.project={} "
                                "--label com.docker.compose.container-number={} nginx",
                                name, project, number));
    };
    of_project("shop-web-1", "shop", 1);
    of_project("shop-web-2", "shop", 2);
    of_project("blog-web-1", "blog", 1);
    run.fault("kill shop/web.2", 5);
    run.run_to(6);
    CHECK(run.state("shop-web-1").starts_with("running"));
    CHECK(run.state("shop-web-2").starts_with("exited"));
    run.fault("kill blog/web", 10);
    run.run_to(11);
    CHECK(run.state("shop-web-1").starts_with("running"));
    CHECK(run.state("blog-web-1").starts_with("exited"));
    run.line(15, "docker start shop-web-2 blog-web-1");
    run.fault("kill web", 20);
    run.run_to(21);
    for (const char* name : {"shop-web-1", "shop-web-2", "blog-web-1"}) CHECK(run.state(name).starts_with("exited"));
    CHECK(run.output("inject kill nosuch") == "podium: there is no service or container 'nosuch' to break (there are shop/web.1, web.2, blog/web.1)\n");
}

TEST_CASE("faults of containers: a name means a swarm's own service before those of projects, which are named with these") {
    FaultRun run;
    run.line(0, "docker run -d --name shop-web-1 --label com.docker.compose.service=web --label com.docker.compose.project=shop "
                "--label com.docker.compose.container-number=1 nginx");
    run.line(0, "docker run -d --name web.1.abc --label com.docker.swarm.service.name=web --label com.docker.swarm.task.name=web.1.abc nginx");
    run.fault("kill web", 5);
    run.run_to(6);
    CHECK(run.state("web.1.abc").starts_with("exited"));
    CHECK(run.state("shop-web-1").starts_with("running"));
    run.line(7, "docker start web.1.abc");
    run.fault("kill web.1", 10);
    run.run_to(11);
    CHECK(run.state("web.1.abc").starts_with("exited"));
    CHECK(run.state("shop-web-1").starts_with("running"));
    run.line(12, "docker start web.1.abc");
    run.fault("kill shop/web", 15);
    run.run_to(16);
    CHECK(run.state("web.1.abc").starts_with("running"));
    CHECK(run.state("shop-web-1").starts_with("exited"));
    // Where the swarm has none the project's is meant.
    run.line(17, "docker rm -f web.1.abc && docker start shop-web-1");
    run.fault("kill web", 20);
    run.run_to(21);
    CHECK(run.state("shop-web-1").starts_with("exited"));
}

TEST_CASE("faults of containers: failing-health without a check is missed, with the reason") {
    FaultRun run;
    run.line(0, sleeper("no", "c1"));
    run.line(0, "docker run -d --name off --no-healthcheck nginx");
    run.fault("failing-health c1", 10, 20);
    run.fault("failing-health off", 10);
    run.run_to(30);
    CHECK(run.count(kFactFaultBegin) == 0);
    CHECK(run.count(kFactFaultMissed) == 2);
    CHECK(run.session().state().faults.active.empty());
    CHECK(run.output("inject failing-health c1") == "podium: there was nothing to break: c1 has no health check that could fail\n");
}

TEST_CASE("faults of containers: a kill of what does not run is missed") {
    FaultRun run;
    run.line(0, sleeper("no", "c1"));
    run.fault("kill c1", 10);
    run.fault("kill c1", 20);
    run.run_to(30);
    CHECK(run.count(kFactFaultBegin) == 1);
    CHECK(run.count(kFactFaultMissed) == 1);
    run.fault("hang c1", 31, 35);
    run.run_to(40);
    CHECK(run.count(kFactFaultBegin) == 1);
    CHECK(run.count(kFactFaultMissed) == 2);
}

TEST_CASE("faults of containers: one that waited for containers in vain is missed at its end") {
    FaultRun run;
    run.line(0, sleeper("no", "c1"));
    run.fault("memory-leak late", 10, 20);
    run.fault("crash-loop late after=5s", 10);
    run.fault("slow-start late", 10, 20);
    run.fault("memory-leak c1", 10, 20);
    run.run_to(30);
    CHECK(run.count(kFactFaultBegin) == 4);
    CHECK(run.count(kFactFaultEnd) == 3);
    CHECK(run.count(kFactFaultMissed) == 2);
    REQUIRE(run.session().state().faults.active.size() == 1);
    CHECK(found_nothing(run.session().state().faults.active.front()));
    run.line(31, sleeper("no", "late"));
    run.run_to(50);
    CHECK(!found_nothing(run.session().state().faults.active.front()));
    CHECK(run.output("lift crash-loop late").empty());
    CHECK(run.count(kFactFaultMissed) == 2);
}

}  // namespace podium::faults
