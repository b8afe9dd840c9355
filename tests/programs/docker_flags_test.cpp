// How docker's flags are read, and what they make of ports, mounts and moments.

#include <array>

#include <catch2/catch.hpp>

#include "sim/base/calendar.hpp"
#include "sim/programs/docker/commands.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/docker.hpp"
#include "sim/programs/docker/moments.hpp"

using namespace podium;
using namespace podium::programs::docker;

namespace {

ParsedFlags run_line(const std::vector<std::string>& words) {
    const auto flags = parse_flags(run_flags(), words, false);
    REQUIRE(flags);
    return *flags;
}

std::string run_error(const std::vector<std::string>& words) {
    const auto flags = parse_flags(run_flags(), words, false);
    return flags ? std::string("none") : flags.error().message;
}

std::string publish_error(const std::string& text) {
    const auto ports = parse_publish(text);
    return ports ? std::string("none") : ports.error().message;
}

std::string volume_error(const std::string& text) {
    const auto mount = parse_volume(text, "/root");
    return mount ? std::string("none") : mount.error().message;
}

}  // namespace

TEST_CASE("docker flags: letters may be grouped, and the last may take a value") {
    const ParsedFlags flags =
        run_line({"-itd", "-p8080:80", "--name=web", "-e", "A=1", "--rm=false", "nginx", "-x"});
    CHECK(flags.on("interactive"));
    CHECK(flags.on("tty"));
    CHECK(flags.on("detach"));
    CHECK_FALSE(flags.on("rm"));
    CHECK(flags.all("publish") == std::vector<std::string>{"8080:80"});
    CHECK(flags.text("name") == "web");
    CHECK(flags.arguments == std::vector<std::string>{"nginx", "-x"});
}

TEST_CASE("docker flags: a double dash ends them") {
    const ParsedFlags flags = run_line({"--", "-x"});
    CHECK(flags.arguments == std::vector<std::string>{"-x"});
}

TEST_CASE("docker flags: errors have pflag's sentences") {
    CHECK(run_error({"--bogus"}) == "unknown flag: --bogus");
    CHECK(run_error({"-dZ"}) == "unknown shorthand flag: 'Z' in -Z");
    CHECK(run_error({"--name"}) == "flag needs an argument: --name");
    CHECK(run_error({"-e"}) == "flag needs an argument: 'e' in -e");
    CHECK(run_error({"--rm=x"}) ==
          "invalid argument \"x\" for \"--rm\" flag: strconv.ParseBool: parsing \"x\": invalid "
          "syntax");
    CHECK(run_error({"-m", "x"}) ==
          "invalid argument \"x\" for \"-m, --memory\" flag: invalid size: 'x'");
    CHECK(run_error({"--cpus", "a"}) ==
          "invalid argument \"a\" for \"--cpus\" flag: failed to parse a as a rational number");
    CHECK(run_error({"--add-host", "a"}) ==
          "invalid argument \"a\" for \"--add-host\" flag: bad format for add-host: \"a\"");
    CHECK(run_error({"-a", "x"}) ==
          "invalid argument \"x\" for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and "
          "STDERR");
    CHECK(run_error({"--=x"}) == "bad flag syntax: --=x");
}

TEST_CASE("docker flags: an unknown flag names one that is near") {
    const std::vector<std::string> words{"--nme", "web"};
    CHECK(parse_flags(run_flags(), words, false).error().hint == "--name");
}

TEST_CASE("docker flags: one that isn't simulated is found, but not when it changes nothing") {
    CHECK(unsimulated_flag(run_flags(), run_line({"--blkio-weight", "100", "x"})) == "--blkio-weight");
    CHECK(unsimulated_flag(run_flags(), run_line({"--memory-swappiness=-1", "x"})).empty());
    CHECK(unsimulated_flag(run_flags(), run_line({"--name", "web", "x"})).empty());
}

TEST_CASE("docker flags: help lines up and wraps as pflag does") {
    const std::array flags{
        Flag{"all", 'a', FlagKind::Switch, "Show all"},
        Flag{"last", 'n', FlagKind::Integer, "Show so many", "-1"},
        Flag{"tail",
             0,
             FlagKind::Text,
             "A text that is so long that it does not fit into what is left of the line here",
             "all"},
    };
    CHECK(flag_usages(flags) ==
          "  -a, --all           Show all\n"
          "  -n, --last int      Show so many (default -1)\n"
          "      --tail string   A text that is so long that it does not fit into\n"
          "                      what is left of the line here (default \"all\")\n");
}

TEST_CASE("docker flags: filters become the API's JSON, sorted") {
    CHECK(filters_json({"status=running", "Status=exited", "name= web "}) ==
          R"({"name":{"web":true},"status":{"exited":true,"running":true}})");
    CHECK(filters_json({}).empty());
}

TEST_CASE("docker run: CPUs are read without rounding") {
    std::int64_t nano_cpus = 0;
    CHECK(parse_cpus("0.5", nano_cpus).empty());
    CHECK(nano_cpus == 500'000'000);
    CHECK(parse_cpus("1.25", nano_cpus).empty());
    CHECK(nano_cpus == 1'250'000'000);
    CHECK(parse_cpus("0.0000000001", nano_cpus) == "value is too precise");
}

TEST_CASE("docker run: --publish knows all forms") {
    const auto plain = parse_publish("8080:80");
    REQUIRE(plain);
    CHECK(plain->front().host_port == 8080);
    CHECK(plain->front().container_port == 80);
    CHECK(plain->front().protocol == "tcp");
    const auto any = parse_publish("80/udp");
    REQUIRE(any);
    CHECK(any->front().host_port == 0);
    CHECK(any->front().protocol == "udp");
    const auto bound = parse_publish("127.0.0.1:8080:80");
    REQUIRE(bound);
    CHECK(bound->front().host_ip == "127.0.0.1");
    const auto six = parse_publish("[::1]:8080:80");
    REQUIRE(six);
    CHECK(six->front().host_ip == "::1");
    const auto range = parse_publish("8000-8002:80-82");
    REQUIRE(range);
    REQUIRE(range->size() == 3);
    CHECK((*range)[2].host_port == 8002);
    CHECK((*range)[2].container_port == 82);
    const auto choice = parse_publish("8000-8002:80");
    REQUIRE(choice);
    REQUIRE(choice->size() == 1);
    CHECK(choice->front().host_port == 8000);
    CHECK(choice->front().host_port_end == 8002);
    const auto named = parse_publish("published=8080,target=80,protocol=udp");
    REQUIRE(named);
    CHECK(named->front().host_port == 8080);
    CHECK(named->front().protocol == "udp");
}

TEST_CASE("docker run: wrong ports have docker's sentences") {
    CHECK(publish_error("8080:") == "no port specified: 8080:<empty>");
    CHECK(publish_error("x:80") == "invalid hostPort: x");
    CHECK(publish_error("80:x") == "invalid containerPort: x");
    CHECK(publish_error("80:99999") == "invalid containerPort: 99999");
    CHECK(publish_error("80-82:90-91") ==
          "invalid ranges specified for container and host Ports: 90-91 and 80-82");
    CHECK(publish_error("80:80/foo") == "invalid proto: foo");
    CHECK(publish_error("1.2.3:80:80") == "invalid IP address: 1.2.3");
}

TEST_CASE("docker run: --volume tells paths, names and anonymous volumes apart") {
    const auto named = parse_volume("data:/data:ro", "/root");
    REQUIRE(named);
    CHECK(named->kind == model::MountKind::Volume);
    CHECK(named->source == "data");
    CHECK(named->read_only);
    const auto bind = parse_volume("./here:/data", "/root/project");
    REQUIRE(bind);
    CHECK(bind->kind == model::MountKind::Bind);
    CHECK(bind->source == "/root/project/here");
    CHECK(bind->create_host_path);
    const auto anonymous = parse_volume("/data", "/root");
    REQUIRE(anonymous);
    CHECK(anonymous->source.empty());
    CHECK(anonymous->target == "/data");
    CHECK(volume_error("a:/b:ro:x") == "invalid spec: a:/b:ro:x: too many colons");
    CHECK(volume_error(":/b") == "invalid spec: :/b: empty section between colons");
    CHECK(volume_error("a:/b:foo") == "Error response from daemon: invalid mode: foo");
    for (const std::string twice : {"ro,rw", "ro,ro", "z,Z", "nocopy,nocopy", "cached,delegated", "private,rslave"})
        CHECK(volume_error("named:/b:" + twice) == "Error response from daemon: invalid mode: " + twice);
    CHECK(parse_volume("a:/b:ro,z,nocopy,cached", "/root"));
    CHECK(volume_error("a:/b:shared") == "Podium does not simulate mount propagation yet");
}

TEST_CASE("docker run: --mount is read as docker reads it") {
    const auto bind = parse_mount("type=bind,src=/x,dst=/y,readonly", "/root");
    REQUIRE(bind);
    CHECK(bind->kind == model::MountKind::Bind);
    CHECK(bind->read_only);
    CHECK_FALSE(bind->create_host_path);
    CHECK(check_mount("type=bind,src=/x") == "target is required");
    CHECK(check_mount("type=bind,foo") == "invalid field 'foo' must be a key=value pair");
    CHECK(check_mount("type=bind,foo=1,dst=/y") == "unexpected key 'foo' in 'foo=1'");
}

TEST_CASE("docker run: networks have one name and no aliases on the default one") {
    model::ContainerSpec spec;
    CHECK(read_networks(run_line({"--network", "net1", "--network-alias", "db", "x"}), spec));
    CHECK(spec.network_mode == "net1");
    REQUIRE(spec.endpoints.size() == 1);
    CHECK(spec.endpoints.front().aliases == std::vector<std::string>{"db"});
    model::ContainerSpec other;
    CHECK(read_networks(run_line({"--network-alias", "db", "x"}), other).error().message ==
          "network-scoped aliases are only supported for user-defined networks");
    CHECK(read_networks(run_line({"--network", "name=net2,alias=a,ip=10.0.0.5", "x"}), other));
    CHECK(other.network_mode == "net2");
    CHECK(other.endpoints.front().ipv4_address == "10.0.0.5");
}

TEST_CASE("docker: moments are dates, times ago, or seconds") {
    const Time now = Time{} + seconds(3600);
    CHECK(parse_moment("10m", now)->nanoseconds == seconds(3000).nanoseconds);
    CHECK(parse_moment("2026-01-05T09:00:10Z", now)->nanoseconds == seconds(10).nanoseconds);
    CHECK(parse_moment("2026-01-05T09:01", now)->nanoseconds == seconds(60).nanoseconds);
    CHECK(parse_moment("2026-01-05T10:00:10+01:00", now)->nanoseconds == seconds(10).nanoseconds);
    CHECK(parse_moment("2026-01-05", now)->nanoseconds == -hours(9).nanoseconds);
    CHECK(parse_moment(std::to_string(kEpochSeconds + 5), now)->nanoseconds ==
          seconds(5).nanoseconds);
    CHECK(parse_moment("soon", now).error().message ==
          "failed to parse value as time or duration: \"soon\"");
    CHECK(unix_text(Time{} + milliseconds(250)) == std::to_string(kEpochSeconds) + ".250000000");
}

TEST_CASE("docker: every verb has its usage line, its aliases and its flags in its help") {
    std::string canonical;
    const Verb* verb = find_verb("container ps", canonical);
    REQUIRE(verb != nullptr);
    CHECK(canonical == "container ls");
    CHECK(alias_text(*verb) ==
          "docker container ls, docker container list, docker container ps, docker ps");
    const std::string help = verb_help(*verb, "ps");
    CHECK(help.starts_with(
        "Usage:  docker ps [OPTIONS]\n\nList containers\n\nAliases:\n  docker container ls, "));
    CHECK(help.find("  -a, --all ") != std::string::npos);
}

TEST_CASE("docker: completion offers verbs, and flags that are simulated") {
    CHECK(docker_completions({"docker", "resta"}) == std::vector<std::string>{"restart"});
    CHECK(docker_completions({"docker", "volume", ""}) ==
          std::vector<std::string>{
              "create", "inspect", "list", "ls", "prune", "remove", "rm", "update"});
    CHECK(docker_completions({"docker", "run", "--health-c"}) ==
          std::vector<std::string>{"--health-cmd"});
    CHECK(docker_completions({"docker", "run", "--blkio-w"}).empty());
}
