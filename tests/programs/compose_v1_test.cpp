// docker-compose 1.29: what the recordings don't show, after its own source.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

constexpr const char* kFile =
    "services:\n"
    "  db: {image: redis, command: sh -c \"echo hello; sleep 3600\"}\n"
    "  web: {image: nginx, command: sh -c \"echo hello; sleep 3600\", depends_on: [db]}\n";

class ComposeHost : public DockerHost {
  public:
    ComposeHost() {
        run("mkdir app");
        write_file("/root/app/docker-compose.yml", kFile);
        run("cd app");
    }

    Result compose(const std::string& words) {
        return run("docker-compose " + words + " < /dev/null");
    }
};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("docker-compose: logs are coloured wherever they go, unless told otherwise") {
    ComposeHost host;
    host.compose("up -d");
    host.wait(seconds(1));
    CHECK(holds(host.compose("logs").out, "\x1b[36mdb_1   |\x1b[0m hello\n"));
    CHECK(holds(host.compose("logs").out, "\x1b[33mweb_1  |\x1b[0m hello\n"));
    CHECK(holds(host.compose("logs --no-color").out, "db_1   | hello\n"));
    CHECK(holds(host.compose("--ansi never logs").out, "db_1   | hello\n"));
    CHECK(host.compose("--ansi sometimes ps").error ==
          "Invalid value for --ansi: sometimes. Expected one of never, always, auto.\n");
}

TEST_CASE("docker-compose ps: filters of services") {
    ComposeHost host;
    host.compose("up -d");
    host.compose("stop -t 1 web");
    CHECK(host.compose("ps --services --filter status=running").out == "db\n");
    CHECK(host.compose("ps --services --filter status=stopped").out == "web\n");
    CHECK(host.compose("ps --services --filter source=image").out == "db\nweb\n");
    CHECK(host.compose("ps --services --filter status=odd").error == "Invalid state: odd\n");
    CHECK(host.compose("ps --services --filter colour=red").error == "Invalid filter: colour\n");
    CHECK(host.compose("ps --filter x").error ==
          "Arguments to --filter should be in form KEY=VAL\n");
}

TEST_CASE("docker-compose up: flags that exclude each other, and --no-build") {
    ComposeHost host;
    CHECK(host.compose("up -d --abort-on-container-exit").error ==
          "-d cannot be combined with --abort-on-container-exit or --attach-dependencies.\n");
    CHECK(host.compose("up --force-recreate --no-recreate").error ==
          "--force-recreate and --no-recreate cannot be combined.\n");
    CHECK(host.compose("up --no-start -d").error ==
          "--no-start and --detach cannot be combined.\n");
    CHECK(host.compose("up -d --scale web").error ==
          "Arguments to scale should be in the form service=num\n");
    CHECK(host.compose("up -d --scale web=x").error ==
          "Number of containers for service \"web\" is not a number\n");
}

TEST_CASE("docker-compose: wrong words show the help") {
    ComposeHost host;
    const auto flag = host.compose("up --bogus");
    CHECK(flag.status == 1);
    CHECK(flag.error.starts_with(
        "unknown flag: --bogus\n\nCreate and start containers.\n\nUsage: up "));
    const auto verb = host.compose("upp");
    CHECK(verb.status == 1);
    CHECK(verb.error.starts_with("No such command: upp (did you mean up?)\n\nCommands:\n"));
    CHECK(host.compose("up nosuch").error == "No such service: nosuch\n");
}

TEST_CASE("docker-compose up: attached it shows coloured lines, and ends with what it attends") {
    ComposeHost host;
    host.type("host/2", "cd app; docker-compose up");
    host.wait(seconds(4));
    const std::string shown = host.shown("host/2");
    CHECK(holds(shown, "Creating app_web_1 ... done\nAttaching to app_db_1, app_web_1\n"));
    CHECK(holds(shown, "\x1b[36mdb_1   |\x1b[0m hello\n"));
    host.interrupt("host/2");
    host.wait(seconds(25));
    const std::string end = host.shown("host/2");
    CHECK(end.starts_with("Gracefully stopping... (press Ctrl+C again to force)\n"));
    CHECK(holds(end, "Stopping app_db_1  ... done\n"));
    CHECK(!host.running("host/2"));
}
