// docker compose 2, words that are wrong, odd or old, and its help (source of 2.40.3).

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/programs/compose_v2_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE("docker compose: spellings and flags that it no longer wants are told of") {
    ComposeHost host(two_services());
    CHECK(holds(host.compose("--no-ansi up -d --y").error, "option '--no-ansi' is DEPRECATED ! Please use '--ansi' instead.\n"));
    CHECK(holds(host.compose("up -d --y").error, "level=warning msg=\"--y is deprecated, please use --yes instead\"\n"));
    CHECK(host.compose("--no-ansi --ansi always ps").error ==
          "cannot specify DEPRECATED \"--no-ansi\" and \"--ansi\". Please use only \"--ansi\"\n");
    CHECK(host.compose("--workdir . ps").error ==
          "\x1b[31moption '--workdir' is DEPRECATED at root level! Please use '--project-directory' instead.\n\x1b[0m");
    CHECK(host.compose("--workdir . --project-directory . ps").error ==
          "cannot specify DEPRECATED \"--workdir\" and \"--project-directory\". Please use only \"--project-directory\" instead\n");
    CHECK(holds(host.compose("pull --no-parallel").error, "\x1b[31moption '--no-parallel' is DEPRECATED and will be ignored.\n\x1b[0m"));
    CHECK(holds(host.compose("down --volume").error, "msg=\"--volume is deprecated, please use --volumes\"\n"));
    CHECK(host.run("docker volume ls -q").out.empty());
}

TEST_CASE("docker compose: wrong words fail as the real one does") {
    ComposeHost host(two_services());
    const auto verb = host.compose("upp");
    CHECK(verb.status == 1);
    CHECK(verb.error == "unknown docker command: \"compose upp\" (did you mean up?)\n");
    CHECK(verb.out.starts_with("Usage:  docker compose [OPTIONS] COMMAND\n"));
    const auto flag = host.compose("up --bogus");
    CHECK(flag.status == 1);
    CHECK(flag.error == "unknown flag: --bogus\n");
    CHECK(host.compose("exec web").error == "requires at least 2 arg(s), only received 1\n");
    CHECK(host.compose("ls x").error == "unknown command \"x\" for \"docker compose ls\"\n");
    CHECK(host.compose("scale web").error == "invalid scale specifier: web\n");
    CHECK(host.compose("scale web=x").error ==
          "invalid scale specifier: can't parse replica value as int: web=x\n");
    CHECK(host.compose("up --scale web").error ==
          "invalid --scale option \"web\". Should be SERVICE=NUM\n");
    CHECK(host.compose("up --scale web=x").error ==
          "strconv.Atoi: parsing \"x\": invalid syntax\n");
    CHECK(host.compose("up --pull sometimes").error == "invalid --pull option \"sometimes\"\n");
    CHECK(host.compose("up nosuch").error == "no such service: nosuch\n");
    CHECK(host.compose("up --watch").error ==
          "docker compose: the flag --watch of up exists in life but Podium doesn't simulate it\n");
    CHECK(host.compose("watch").error ==
          "docker compose: the command watch exists in life but Podium doesn't simulate it\n");
}

TEST_CASE("docker compose: each command says of an unknown service what its own way to containers says") {
    ComposeHost host(two_services());
    host.compose("up -d");
    const auto says = [&host](const std::string& words, const std::string& error, int status) {
        INFO(words);
        const auto done = host.compose(words);
        CHECK(done.error == error);
        CHECK(done.status == status);
    };
    // projectOrName(services): the files know.
    for (const char* words : {"logs nosuch", "ps nosuch", "stop nosuch", "start nosuch", "kill nosuch", "rm -f nosuch", "pause nosuch", "unpause nosuch",
                              "restart nosuch", "volumes nosuch", "pull nosuch", "up -d nosuch", "config nosuch"})
        says(words, "no such service: nosuch\n", 1);
    // toProjectName: the engine alone is asked.
    says("exec -T nosuch true", "service \"nosuch\" is not running\n", 1);
    says("exec -T wep true", "service \"wep\" is not running (did you mean web?)\n", 1);
    says("exec -T --index 3 nosuch true", "service \"nosuch\" is not running container #3\n", 1);
    says("port nosuch 80", "service \"nosuch\" is not running\n", 1);
    says("attach nosuch", "service \"nosuch\" is not running\n", 1);
    says("cp nosuch:/x .", "no container found for service \"nosuch\"\n", 1);
    says("wait nosuch", "no containers for project \"app\"\n", 1);
    says("events --until 0s nosuch", "", 0);
    for (const char* words : {"top nosuch", "images nosuch", "stats --no-stream nosuch"}) says(words, "", 0);
    CHECK(host.compose("top nosuch").out.empty());
    const auto lines = [&host](const std::string& words) {
        const std::string out = host.compose(words).out;
        return std::count(out.begin(), out.end(), '\n');
    };
    CHECK(lines("stats --no-stream nosuch") == 1);  // the header
    CHECK(lines("stats --no-stream web") == 2);
}

TEST_CASE("docker compose: help has the layout of the docker CLI's") {
    ComposeHost host(two_services());
    const std::string help = host.compose("--help").out;
    CHECK(help.starts_with("Usage:  docker compose [OPTIONS] COMMAND\n\nDefine and run multi-container applications with Docker\n\nOptions:\n      --all-resources "));
    CHECK(holds(help, "\n\nManagement Commands:\n  bridge      Convert compose files into another model\n\nCommands:\n  attach      Attach local"));
    CHECK(holds(help, "\n  version     Show the Docker Compose version information\n"));
    CHECK(help.ends_with("\n\nRun 'docker compose COMMAND --help' for more information on a command.\n"));
    CHECK(host.compose("help").out == help);
    CHECK(host.compose("").out == help);
    CHECK(host.compose("top --help").out == "Usage:  docker compose top [SERVICES...]\n\nDisplay the running processes\n\nOptions:\n      --dry-run   Execute command in dry run mode\n");
    CHECK(holds(host.compose("convert --help").out, "canonical format\n\nAliases:\n  docker compose config, docker compose convert\n\nOptions:\n"));
    const auto unknown = host.compose("upp");
    CHECK(unknown.out == help);
    CHECK(unknown.error == "unknown docker command: \"compose upp\" (did you mean up?)\n");
}

TEST_CASE("docker compose: --dry-run may stand behind the command, and its help names it") {
    ComposeHost host(two_services());
    host.compose("up -d");
    const auto down = host.compose("down --dry-run");
    CHECK(down.status == 0);
    CHECK(down.error == host.compose("--dry-run down").error);
    CHECK(holds(down.error, " DRY-RUN MODE -  Container app-web-1  Stopped\n"));
    CHECK(host.run("docker ps -q | wc -l").out == "2\n");
    CHECK(holds(host.compose("top --help").out, "      --dry-run   Execute command in dry run mode\n"));
    CHECK(holds(host.compose("exec --dry-run web true").error, "the flag --dry-run with exec exists in life but Podium doesn't simulate it\n"));
    CHECK(host.compose("down --dry-run=false").status == 0);
    CHECK(host.run("docker ps -q | wc -l").out == "0\n");
}

TEST_CASE("both Compose clients say of an image that the catalogue doesn't have what it is taken for") {
    const std::string note = "Podium: foo/bar is not in Podium's catalogue of images; it is taken for a server that starts in a second and ends on TERM\n";
    for (const std::string client : {"docker compose", "docker-compose"}) {
        INFO(client);
        DockerHost host({"busybox"}, "");
        host.run("mkdir app; cd app");
        host.write_file("/root/app/docker-compose.yml", "services: {a: {image: foo/bar}, b: {image: foo/bar}, c: {image: busybox}}\n");
        const auto up = host.run(client + " up -d < /dev/null");
        CHECK(holds(up.error, note));
        CHECK(up.error.find(note) == up.error.rfind(note));
        CHECK(!holds(up.error, "busybox is not"));
        CHECK(!holds(host.run(client + " up -d < /dev/null").error, "Podium:"));
        CHECK(holds(host.run(client + " pull -q < /dev/null").error, note));
    }
}

TEST_CASE("both Compose clients refuse more containers of a service than Podium makes") {
    ComposeHost host("services:\n  a: {image: redis}\n  b:\n    image: redis\n    scale: 1001\n");
    for (const std::string client : {"docker compose", "docker-compose"}) {
        const auto up = host.run(client + " up -d < /dev/null");
        CHECK(up.status == 1);
        CHECK(holds(up.error, "compose.yaml:5:12: service \"b\" is to have 1001 containers; Podium gives one service at most 1000\n"));
        CHECK(holds(host.run(client + " up -d --scale b=1 --scale a=2000 < /dev/null").error, "service \"a\" is to have 2000 containers"));
    }
    CHECK(host.compose("up -d --scale b=1").status == 0);
}

TEST_CASE("docker compose: odd numbers and names are the engine's to refuse, and harm nothing") {
    const auto up = [](const std::string& lines) {
        ComposeHost host("services: {a: {image: redis, command: sleep 3600, " + lines + "}}\n");
        const std::string error = host.compose("up -d").error;
        return std::pair(error, host.run("docker inspect -f '{{.HostConfig.NanoCpus}}' app-a-1; docker inspect -f '{{.Config.StopTimeout}}' app-a-1").out);
    };
    CHECK(up("cpu_quota: 50000, cpu_period: 0").second.starts_with("500000000\n"));
    CHECK(holds(up("cpu_quota: 9223372036854775807").first, "Range of CPUs is from 0.01"));
    CHECK(up("stop_grace_period: 999999h").second == "0\n2147483647\n");
    CHECK(holds(up("environment: {'': x}").first, "invalid environment variable: =x"));
}

TEST_CASE("docker compose: the engine refuses health checks that leave no time") {
    const auto error = [](const std::string& lines) {
        ComposeHost host("services: {a: {image: redis, healthcheck: {test: 'true', " + lines + "}}}\n");
        return host.compose("up -d").error;
    };
    CHECK(holds(error("interval: -5s"), "Interval in Healthcheck cannot be less than 1ms"));
    CHECK(holds(error("timeout: 1us"), "Timeout in Healthcheck cannot be less than 1ms"));
    CHECK(holds(error("start_period: 1us"), "StartPeriod in Healthcheck cannot be less than 1ms"));
    CHECK(!holds(error("interval: 1ms"), "Healthcheck"));
}

// pkg/compose/convert.go (ToMobyHealthCheck) and secrets.go (createSecrets) of 2.40.3.
