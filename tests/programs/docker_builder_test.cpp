// What docker says of its builder, and of a build's flags (docker/cli v28 cmd/docker/builder.go).

#include <catch2/catch.hpp>

#include "sim/programs/docker/build.hpp"
#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE("docker build: DOCKER_BUILDKIT asks for a builder that isn't there, or does without") {
    DockerHost host;
    host.run("printf 'FROM busybox\\n' > Dockerfile");
    const auto build = [&host](const std::string& value, const std::string& verb) { return host.run("DOCKER_BUILDKIT=" + value + " docker " + verb + " ."); };
    CHECK(build("0", "build").error == std::string(docker::kBuildKitDisabled) + "\n\n");
    CHECK(build("false", "image build").status == 0);
    CHECK(build("", "build").error == std::string(docker::kNoBuildx) + "\n\n");
    for (const char* verb : {"build", "image build"}) {
        const DockerHost::Result missing = build("1", verb);
        CHECK(missing.status == 1);
        CHECK(missing.out.empty());
        CHECK(missing.error == std::string(docker::kBuildKitMissing) + "\n");
    }
    CHECK(build("maybe", "build").error == "DOCKER_BUILDKIT environment variable expects boolean value: strconv.ParseBool: parsing \"maybe\": invalid syntax\n");
    CHECK(host.run("DOCKER_BUILDKIT=1 docker ps").status == 0);
}

TEST_CASE("docker build: a tag is a flag's value, told with the usage and before the Dockerfile is looked for") {
    DockerHost host;
    const DockerHost::Result wrong = host.run("docker build -t 'A B' .");
    CHECK(wrong.status == 125);
    CHECK(wrong.error.starts_with(std::string(docker::kNoBuildx) + "\n\ninvalid argument \"A B\" for \"-t, --tag\" flag: invalid reference format"));
    CHECK(wrong.error.ends_with("\n\nUsage:  docker build [OPTIONS] PATH | URL | -\n\nRun 'docker build --help' for more information\n"));
    CHECK(host.run("docker build --nosuch .").error.starts_with(std::string(docker::kNoBuildx) + "\n\nunknown flag: --nosuch\n"));
}
