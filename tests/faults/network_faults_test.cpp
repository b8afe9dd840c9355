// Faults of links, of registries and of images.

#include <algorithm>

#include "tests/faults/fault_fixture.hpp"

namespace podium::faults {
namespace {

// Seconds a request from host2 to the server on host1 takes, or -1 when it fails.
double ask(FaultRun& run, const std::string& from = "host2") {
    const Time begun = run.session().now();
    const std::string answer = run.output("curl -s -m 5 -o /dev/null -w '%{http_code}' http://host1:8080/", from);
    return answer == "200" ? (run.session().now() - begun).seconds() : -1;
}

FaultRun with_server(int hosts) {
    FaultRun run(hosts);
    run.line(0, "docker run -d --name web -p 8080:80 nginx");
    run.run_to(5);
    return run;
}

}  // namespace

TEST_CASE("fault link-cut: nothing passes while it lasts, and several stack") {
    FaultRun run = with_server(2);
    CHECK(ask(run) > 0);
    run.fault("link-cut host1-host2", 10, 30);
    run.fault("link-cut host1", 20, 50);
    run.run_to(11);
    CHECK(ask(run) < 0);
    CHECK(ask(run, "host1") > 0);  // its own published port needs no link
    run.run_to(35);
    CHECK(ask(run) < 0);
    run.run_to(51);
    CHECK(ask(run) > 0);
}

TEST_CASE("fault link-cut: also of a link that is cut already, whichever ends first") {
    FaultRun run = with_server(2);
    run.fault("link-cut host1-host2", 10, 30);
    run.fault("link-cut host1-host2", 20, 50);
    run.run_to(35);
    CHECK(ask(run) < 0);
    run.run_to(51);
    CHECK(ask(run) > 0);
    CHECK(run.count(kFactFaultMissed) == 0);
}

TEST_CASE("fault link-cut: between two hosts on a switch it concerns these two alone") {
    FaultRun run = with_server(3);
    run.fault("link-cut host1-host2", 10, 30);
    run.run_to(11);
    CHECK(ask(run, "host2") < 0);
    CHECK(ask(run, "host3") > 0);
    run.run_to(31);
    CHECK(ask(run, "host2") > 0);
}

TEST_CASE("fault partition: groups do not hear each other, those within and those outside do") {
    FaultRun run = with_server(3);
    run.fault("partition host1,host3|host2", 10, 30);
    run.run_to(11);
    CHECK(ask(run, "host2") < 0);
    CHECK(ask(run, "host3") > 0);
    run.run_to(31);
    CHECK(ask(run, "host2") > 0);
    run.fault("partition host1", 40, 60);  // one group is apart from all others
    run.run_to(41);
    CHECK(ask(run, "host3") < 0);
    CHECK(ask(run, "host1") > 0);
    run.run_to(61);
    CHECK(ask(run, "host3") > 0);
    run.fault("partition host1,host2", 70, 90);  // its members hear each other
    run.run_to(71);
    CHECK(ask(run, "host2") > 0);
    CHECK(ask(run, "host3") < 0);
}

TEST_CASE("fault delay: every round trip is longer by twice as much, and delays add up") {
    FaultRun run = with_server(2);
    const double usual = ask(run);
    run.fault("delay host1-host2 by=200ms", 20, 60);
    run.fault("delay host1 by=300ms", 30, 50);
    run.run_to(21);
    const double one = ask(run);
    CHECK(one > usual + 0.39);
    run.run_to(31);
    CHECK(ask(run) > one + 0.59);
    run.run_to(61);
    CHECK(ask(run) == Approx(usual).margin(0.01));
}

TEST_CASE("fault loss: what is lost is sent again after a while; everything lost is no answer") {
    FaultRun run = with_server(2);
    const double usual = ask(run);
    run.fault("loss host1-host2 rate=60%", 10, 60);
    run.run_to(11);
    double longest = 0;
    for (int i = 0; i < 6; ++i) longest = std::max(longest, ask(run));
    CHECK(longest > usual + 0.19);  // one retransmission at least
    run.run_to(61);
    CHECK(ask(run) == Approx(usual).margin(0.01));
    run.fault("loss host1-host2 rate=100%", 100, 200);
    run.run_to(101);
    CHECK(ask(run) < 0);
}

TEST_CASE("fault delay, loss: between two hosts on a switch they concern these two alone") {
    FaultRun run = with_server(3);
    const double usual = ask(run, "host3");
    run.fault("delay host1-host2 by=1s", 10, 40);
    run.run_to(11);
    CHECK(ask(run, "host2") > 2);
    CHECK(ask(run, "host3") == Approx(usual).margin(0.01));
    run.fault("loss host1-host2 rate=100%", 50, 80);
    run.run_to(51);
    CHECK(ask(run, "host2") < 0);
    CHECK(ask(run, "host3") == Approx(usual).margin(0.01));
    run.run_to(81);
    CHECK(ask(run, "host2") == Approx(usual).margin(0.01));
}

TEST_CASE("fault registry-outage: pulls fail as they do for each kind of outage, others are not concerned") {
    FaultRun run;
    run.fault("registry-outage docker.io", 10, 40);
    run.run_to(11);
    CHECK_THAT(run.output("docker pull redis"), Catch::Contains("Client.Timeout exceeded while awaiting headers"));
    CHECK(run.output("docker pull -q ghcr.io/open-webui/open-webui:main").find("ghcr.io") == 0);
    run.fault("registry-outage docker.io how=refusing", 300, 310);
    run.fault("registry-outage docker.io how=failing", 320, 330);
    run.fault("registry-outage docker.io how=limiting", 340, 350);
    run.run_to(301);
    CHECK_THAT(run.output("docker pull redis"), Catch::Contains("connection refused"));
    run.run_to(321);
    CHECK_THAT(run.output("docker pull redis"), Catch::Contains("503 Service Unavailable"));
    run.run_to(341);
    CHECK_THAT(run.output("docker pull redis"), Catch::Contains("toomanyrequests"));
    run.run_to(351);
    CHECK(run.output("docker pull -q redis") == "docker.io/library/redis:latest\n");
}

TEST_CASE("fault registry-outage: layers on their way stand still and go on; what is here needs no registry") {
    FaultRun run;
    run.line(1, "docker pull -q postgres > /pulled");
    run.fault("registry-outage docker.io", 1.5, 60);
    run.run_to(59);
    CHECK(run.output("cat /pulled").empty());
    CHECK(run.output("docker run --rm busybox echo here") == "here\n");
    run.run_to(120);
    CHECK(run.output("cat /pulled") == "docker.io/library/postgres:latest\n");
}

TEST_CASE("fault registry-outage: after the end of one, another that goes on still counts") {
    FaultRun run;
    run.fault("registry-outage docker.io how=failing", 10, 60);
    run.fault("registry-outage docker.io how=refusing", 20, 30);
    run.run_to(21);
    CHECK_THAT(run.output("docker pull redis"), Catch::Contains("connection refused"));
    run.run_to(31);
    CHECK_THAT(run.output("docker pull redis"), Catch::Contains("503 Service Unavailable"));
    run.run_to(61);
    CHECK_THAT(run.output("docker pull -q redis"), Catch::Contains("redis:latest"));
}

TEST_CASE("fault corrupt-image: each pull fails at the check of the last layer, until it is lifted") {
    FaultRun run;
    run.fault("corrupt-image redis", 10, 100);
    run.run_to(11);
    const std::int64_t used = run.host().disk_used_bytes;
    CHECK_THAT(run.output("docker pull redis"), Catch::Contains("filesystem layer verification failed for digest sha256:"));
    CHECK_THAT(run.output("docker pull redis:7"), Catch::Contains("filesystem layer verification failed for digest sha256:"));
    CHECK(run.host().disk_used_bytes == used);  // what no image uses is not kept
    CHECK(run.output("docker images -q redis").empty());
    run.run_to(101);
    CHECK(run.output("docker pull -q redis") == "docker.io/library/redis:latest\n");
}

TEST_CASE("fault corrupt-image: another pull on the host goes on when one fails") {
    FaultRun run;
    run.fault("corrupt-image redis", 0.5);
    run.line(1, "docker pull -q postgres > /pulled");
    run.line(1, "docker pull -q redis");
    run.run_to(200);
    CHECK(run.output("cat /pulled") == "docker.io/library/postgres:latest\n");
}

TEST_CASE("fault corrupt-image: docker compose gives up the other pulls and fails") {
    FaultRun run;
    run.fault("corrupt-image redis", 0.5);
    run.session().post({at(0), lab::CommandKind::WriteFile, "host1", "/root/compose.yaml", "services:\n  a: {image: redis}\n  b: {image: postgres}\n"});
    run.run_to(1);
    const std::string out = run.output("docker compose up -d; echo status $?");
    CHECK_THAT(out, Catch::Contains(" b Interrupted"));
    CHECK_THAT(out, Catch::Contains("filesystem layer verification failed"));
    CHECK_THAT(out, Catch::EndsWith("status 1\n"));
    CHECK(run.output("docker ps -aq").empty());
    CHECK_THAT(run.output("docker compose pull --ignore-pull-failures; echo status $?"), Catch::Contains(" b Pulled") && Catch::EndsWith("status 0\n"));
}

}  // namespace podium::faults
