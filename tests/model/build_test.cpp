// Builds of images without a program that runs: what FROM, ARG and the instructions about the
// image's configuration come to (moby v20.10.24 builder/dockerfile). With containers:
// rules_build_test.

#include "sim/model/build.hpp"

#include <catch2/catch.hpp>

#include "sim/model/operations.hpp"
#include "sim/model/process_table.hpp"
#include "tests/model/answers_fixture.hpp"

namespace podium::model {
namespace {

class BuildWorld : public EngineWorld {
  public:
    BuildSpec spec;
    std::string out;   // what was shown
    std::string body;  // the answer's

    // Tries to build from a Dockerfile; the image, or null.
    ImagePointer build(const std::string& dockerfile) {
        spec.dockerfile = dockerfile;
        spec.dockerfile_name = "Dockerfile";
        spec.place = "Dockerfile";
        spec.network = "default";
        spec.tags = {"made"};
        RequestSpec asked;
        asked.operation = Operation::ImageBuild;
        asked.host = host;
        asked.build = std::make_shared<BuildSpec>(spec);
        const RequestId id = submit_request(world, std::move(asked), {});
        for (int i = 0; i < 1000 && !world.requests.at(id).done; ++i)
            advance_request(world, id, world.requests.at(id).serial);
        const Request& done = world.requests.at(id);
        REQUIRE(done.done);
        out = done.stream ? take_stream(world, done.stream) : std::string();
        body = done.body;
        release_request(world, id);
        return body.find("aux") == std::string::npos ? nullptr
                                                     : world.host(host).images.find("made");
    }
};

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("build: arguments before FROM lose their quotes and use one another") {
    BuildWorld world;
    const std::string file =
        "ARG NAME=\"busybox\"\nARG BASE=${NAME}:latest\nFROM $BASE\nARG NAME\nLABEL name=$NAME\n";
    const ImagePointer made = world.build(file);
    REQUIRE(made != nullptr);
    CHECK(made->config.labels.at("name") == "busybox");
    // What is given stands in place of the default, in both.
    world.spec.arguments["NAME"] = "keeper";
    CHECK(world.build(file)->config.labels.at("name") == "keeper");
    CHECK(world.build("ARG A=${B:?needed}\nFROM busybox\n") == nullptr);
    CHECK(says(world.body, "B: needed"));
}

TEST_CASE("build: proxies are arguments without an ARG") {
    BuildWorld world;
    world.spec.arguments = {{"HTTP_PROXY", "http://proxy:3128"}, {"OTHER", "1"}};
    CHECK(world.build("FROM busybox\nLABEL p=$HTTP_PROXY o=$OTHER\n")->config.labels ==
          std::map<std::string, std::string>{{"o", ""}, {"p", "http://proxy:3128"}});
    CHECK(says(world.out, "[Warning] One or more build-args [OTHER] were not consumed\n"));
}

TEST_CASE("build: ports, author and health check as the image has them") {
    BuildWorld world;
    const ImagePointer made = world.build(
        "FROM busybox\nMAINTAINER Jo <jo@example.org>\nEXPOSE 8080:80 90-91/udp\n"
        "HEALTHCHECK --interval=5s CMD true\nHEALTHCHECK --retries=3 CMD [\"false\"]\n"
        "WORKDIR /srv/\nWORKDIR a\n");
    REQUIRE(made != nullptr);
    CHECK(made->author == "Jo <jo@example.org>");
    CHECK(made->config.exposed_ports == std::vector<std::string>{"80/tcp", "90/udp", "91/udp"});
    CHECK(made->config.working_directory == "/srv/a");
    CHECK(made->config.health_check->test == std::vector<std::string>{"CMD", "false"});
    CHECK(made->config.health_check->retries == 3);
    CHECK(says(world.out, "Note: overriding previous HEALTHCHECK: [CMD-SHELL true]\n"));
    CHECK(says(made->steps[3].created_by,
               "HEALTHCHECK &{[\"CMD\" \"false\"] \"0s\" \"0s\" \"0s\" '\\x03'}"));
}

TEST_CASE("build: --label is taken as it is written") {
    BuildWorld world;
    world.spec.labels["note"] = "it's $HOME";
    CHECK(world.build("FROM busybox\n")->config.labels.at("note") == "it's $HOME");
}

TEST_CASE("build: scratch is no image of the host's") {
    BuildWorld world;
    const std::string file = "FROM scratch\nCMD [\"/app\"]\n";
    const ImagePointer made = world.build(file);
    REQUIRE(made != nullptr);
    CHECK(made->parent.empty());
    CHECK(made->from_scratch);
    CHECK(world.world.host(world.host).images.list().size() == 3);
    world.build(file);
    CHECK(says(world.out, " ---> Using cache\n"));
    FileNode scratch;
    CHECK(file_of_image(world.world, *made, "/bin/sh", scratch) == nullptr);
}

TEST_CASE("build: what is wrong with an instruction is said when it is its turn") {
    struct Row {
        const char* dockerfile;
        const char* sentence;
    };

    BuildWorld world;
    for (const Row& row :
         {Row{"FROM busybox AS a\nFROM busybox AS A\n", "a stage name already used"},
          Row{"FROM busybox\nWORKDIR $NONE\n", "cannot normalize nothing"},
          Row{"FROM busybox\nEXPOSE 99999/tcp\n", "Invalid containerPort: 99999"},
          Row{"FROM busybox\nEXPOSE 80/abc\n", "Invalid proto: abc"},
          Row{"FROM busybox\nEXPOSE x:80\n", "Invalid hostPort: x"},
          Row{"FROM busybox\nEXPOSE 1-2:80-82\n",
              "Invalid ranges specified for container and host Ports: 80-82 and 1-2"},
          Row{"FROM busybox\nEXPOSE /tcp\n", "No port specified: /tcp<empty>"},
          Row{"FROM busybox\nSTOPSIGNAL SIGNONE\n", "Invalid signal: SIGNONE"},
          Row{"FROM --platform=linux/arm64 busybox\n",
              "no matching manifest for linux/arm64/v8 in the manifest list entries"},
          // The classic builder has no such argument.
          Row{"FROM --platform=$BUILDPLATFORM busybox\n",
              "failed to parse platform : \\\"\\\" is an invalid component of \\\"\\\""},
          Row{"FROM --platform=linux/abc busybox\n",
              "failed to parse platform linux/abc: \\\"abc\\\": unknown operating system"},
          Row{"FROM scratch\n", "No image was generated. Is your Dockerfile empty?"},
          Row{"  \n", "failed to parse Dockerfile: file with no instructions"}}) {
        INFO(row.dockerfile);
        CHECK(world.build(row.dockerfile) == nullptr);
        CHECK(says(world.body, row.sentence));
    }
    world.spec.target = "0";
    CHECK(world.build("FROM busybox AS one\n") == nullptr);
    CHECK(says(world.body, "failed to reach build target 0 in Dockerfile"));
}

TEST_CASE("build: COPY knows classes of letters") {
    BuildWorld world;
    for (const char* name : {"/a1", "/a2", "/b1", "/c[1]"})
        world.spec.context.write(name, "x", {});
    const ImagePointer made = world.build("FROM busybox\nCOPY [a]? [^a]1 c[[]1] /got/\n");
    REQUIRE(made != nullptr);
    CHECK(directory_of_image(world.world, *made, "/got") ==
          std::vector<std::string>{"a1", "a2", "b1", "c[1]"});
}

}  // namespace podium::model
