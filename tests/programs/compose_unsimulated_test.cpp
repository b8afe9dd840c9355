// What of a project is not simulated is said where its containers are made.

#include "tests/programs/compose_v2_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

// The lines that are Podium's own.
std::string own_lines(const std::string& text) {
    std::string out;
    for (const std::string& line : split(text, '\n')) {
        if (line.starts_with("Podium: ")) out += line + "\n";
    }
    return out;
}

constexpr const char* kProject =
    "services:\n"
    "  web:\n    image: busybox\n    command: sleep 1000\n    shm_size: 1m\n    cap_add: "
    "[NET_ADMIN]\n    logging: {options: {max-size: 10m}}\n    deploy: {placement: {constraints: "
    "[a==b]}}\n"
    "  db:\n    image: busybox\n    command: sleep 1000\n    cap_add: [ALL]\n    privileged: true\n"
    "networks:\n  default: {driver_opts: {a: b}}\n";

constexpr const char* kAll =
    "Podium: cap_add, privileged are not simulated: simulated processes may do everything their "
    "programs do\n"
    "Podium: logging.options is not simulated: logs are kept whole\n"
    "Podium: shm_size is not simulated: processes share no memory\n"
    "Podium: networks.default.driver_opts.a is not simulated: the drivers of this engine (20.10) do not know it\n";

constexpr const char* kOfDb =
    "Podium: cap_add, privileged are not simulated: simulated processes may do everything their "
    "programs do\n"
    "Podium: networks.default.driver_opts.a is not simulated: the drivers of this engine (20.10) do not know it\n";

}  // namespace

TEST_CASE(
    "compose: what of the project isn't simulated is said once by what makes containers, and by "
    "nothing else") {
    ComposeHost host(kProject);
    for (const char* client : {"docker compose ", "docker-compose "}) {
        INFO(client);
        const auto said = [&](const std::string& words) {
            return sorted_lines(own_lines(host.run(client + words + " < /dev/null").error));
        };
        CHECK(said("create") == sorted_lines(kAll));
        CHECK(said("up -d") == sorted_lines(kAll));
        CHECK(said("up -d db") == sorted_lines(kOfDb));
        CHECK(said("run --rm db true") == sorted_lines(kOfDb));
        CHECK(said("build") == sorted_lines(""));
        for (const char* other : {"ps", "config -q", "logs", "stop", "start", "restart", "down"}) {
            INFO(other);
            CHECK(said(other) == sorted_lines(""));
        }
    }
}

TEST_CASE("compose build: what of images isn't simulated is said of those that are built, and of no others") {
    ComposeHost host(
        "services:\n"
        "  db: {build: {context: ., cache_from: [x]}}\n"
        "  web: {build: {context: ., shm_size: 1m}, depends_on: [db]}\n");
    const auto names = [&](const std::string& words) {
        const std::string said = own_lines(host.run(words + " < /dev/null").error);
        return std::string(holds(said, "build.cache_from") ? "db " : "") + (holds(said, "build.shm_size") ? "web" : "");
    };
    for (const char* client : {"docker compose ", "docker-compose "}) {
        INFO(client);
        CHECK(names(std::string(client) + "build") == "db web");
        CHECK(names(std::string(client) + "build web") == "web");
        CHECK(names(std::string(client) + "build db") == "db ");
    }
    CHECK(names("docker compose build --with-dependencies web") == "db web");
}
