// docker compose 2, what runs in or beside a service's containers: exec, run, cp, wait (source of 2.40.3).

#include <catch2/catch.hpp>

#include "tests/programs/compose_v2_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE("docker compose exec and run: terminals, input, variables, statuses") {
    ComposeHost host(two_services());
    host.compose("up -d");
    CHECK(host.compose("exec -T web echo hi").out == "hi\n");
    CHECK(host.run("echo in | docker compose exec -T web cat").out == "in\n");
    CHECK(host.run("echo in | docker compose exec -T -i=false web cat").out.empty());
    CHECK(host.compose("exec -T -e A=b web sh -c 'echo $A; exit 4'").status == 4);
    CHECK(host.compose("exec -T nosuch true").error == "service \"nosuch\" is not running\n");
    CHECK(host.compose("exec -T --index 2 web true").error ==
          "service \"web\" is not running container #2\n");
    CHECK(host.compose("exec -T --privileged web echo hi").out == "hi\n");
    const auto once = host.compose("run --rm -T web sh -c 'echo one; exit 5'");
    CHECK(once.out == "one\n");
    CHECK(once.status == 5);
    // Of its own container it tells nothing.
    CHECK(once.error == " Container app-db-1  Running\n");
    host.write_file("/root/app/vars", "A=from file\nB=2\n");
    CHECK(host.compose("run --rm -T --no-deps --env-from-file vars -e B=3 web sh -c 'echo $A $B'")
              .out == "from file 3\n");
    CHECK(host.compose("run --rm -p 1:1 -P web true").error ==
          "--service-ports and --publish are incompatible\n");
    CHECK(host.compose("run -t -T web true").error ==
          "--tty and --no-TTY can't be used together\n");
    CHECK(host.compose("run --label a web true").error == "label must be set as KEY=VALUE\n");
    CHECK(host.run("echo in | docker compose run --rm -T --no-deps -i=false web cat").out.empty());
}

TEST_CASE("docker compose wait: every container's status, and --down-project") {
    ComposeHost host("services:\n  a: {image: busybox, command: sh -c \"sleep 2; exit 6\"}\n");
    host.compose("up -d");
    const auto waited = host.compose("wait a");
    CHECK(masked(waited.out) == "container \"ID\" exited with status code 6\n");
    CHECK(waited.status == 6);
    CHECK(host.compose("wait a").error == "no containers for project \"app\"\n");
    host.compose("up -d");
    const auto down = host.compose("wait --down-project a");
    CHECK(down.status == 6);
    CHECK(down.error.ends_with(" Network app_default  Removed\n"));
}

TEST_CASE("docker compose run -q: nothing is told of what it does") {
    ComposeHost host(two_services());
    const auto run = host.compose("run -q web echo done");
    CHECK(run.out == "done\n");
    CHECK(run.error.empty());
    CHECK(host.compose("run --pull sometimes web true").error == "invalid --pull option \"sometimes\"\n");
}

TEST_CASE("docker compose cp: to all containers of a service, from the first") {
    ComposeHost host(two_services());
    host.compose("up -d");
    host.write_file("/root/app/f", "text\n");
    CHECK(host.compose("cp f web:/tmp/f").error ==
          " app-web-1 copy f to app-web-1:/tmp/f Copying\n app-web-1 copy f to app-web-1:/tmp/f "
          "Copied\n");
    CHECK(host.compose("exec -T web cat /tmp/f").out == "text\n");
    CHECK(host.compose("cp web:/tmp/f g").status == 0);
    CHECK(host.run("cat g").out == "text\n");
    CHECK(host.compose("cp web:/a db:/b").error == "copying between services is not supported\n");
    CHECK(host.compose("cp a b").error == "unknown copy direction\n");
}
