// What agents pull again and again is remembered; who looks sees each pull as if it were the first.

#include <catch2/catch.hpp>

#include "sim/model/agent_image.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/targets.hpp"
#include "tests/lab/swarm_lines.hpp"

namespace podium::lab::typed {
namespace {

constexpr const char* kPause = "registry.k8s.io/pause:3.9";

std::size_t facts(SwarmLines& lines, FactKind kind) {
    std::size_t out = 0;
    lines.session().journal().for_each(FactId{1}, [&](const Fact& fact) { out += fact.kind == kind ? 1U : 0U; });
    return out;
}

std::string on_moe(const std::string& name, const std::string& image) {
    return "docker service create -d --name " + name + " --constraint node.hostname==swarm-moe " + image;
}

void scale(SwarmLines& lines, const std::string& to) {
    REQUIRE(lines.run("docker service scale -d " + to).status == 0);
    lines.wait(20);
}

const model::AgentImage* whole_on_moe(SwarmLines& lines, const std::string& image) {
    const model::World& world = lines.session().world();
    return model::whole_image(world, model::host_named(world, "swarm-moe"), image);
}

}  // namespace

TEST_CASE("agents' pulls: each is told, whether something is new or not") {
    SwarmLines lines;
    REQUIRE(lines.run(on_moe("idle", kPause)).status == 0);
    lines.wait(20);
    CHECK(whole_on_moe(lines, kPause) == nullptr);  // it has just come
    for (const char* to : {"idle=2", "idle=3", "idle=4"}) scale(lines, to);
    CHECK(whole_on_moe(lines, kPause) != nullptr);
    CHECK(facts(lines, model::kFactPullBegin) == 4);
    CHECK(facts(lines, model::kFactImagePull) == 4);
    CHECK(has(lines.run("docker service ls").out, "4/4"));
}

TEST_CASE("agents' pulls: a registry that does not answer is asked nevertheless") {
    SwarmLines lines;
    REQUIRE(lines.run(on_moe("idle", kPause)).status == 0);
    lines.wait(20);
    scale(lines, "idle=3");
    lines.inject("registry-outage registry.k8s.io how=refusing");
    scale(lines, "idle=4");
    CHECK(facts(lines, model::kFactPullFailed) == 1);
    CHECK(has(lines.run("docker service ls").out, "4/4"));  // what is here does
    lines.lift("registry-outage registry.k8s.io");
    scale(lines, "idle=5");
    CHECK(facts(lines, model::kFactPullFailed) == 1);
    CHECK(facts(lines, model::kFactImagePull) == 4);
}

TEST_CASE("agents' pulls: what was removed is fetched again, and missed where nobody has it") {
    SwarmLines lines;
    REQUIRE(lines.run(on_moe("web", "nginx:1.27")).status == 0);
    lines.wait(60);
    scale(lines, "web=3");
    CHECK(whole_on_moe(lines, "docker.io/library/nginx:1.27") != nullptr);
    CHECK(whole_on_moe(lines, "nginx:1.27") != nullptr);  // containers are made of it by this name
    REQUIRE(lines.run("docker service rm web").status == 0);
    lines.wait(20);
    REQUIRE(lines.run("docker container prune -f; docker rmi nginx:1.27", "swarm-moe").status == 0);
    CHECK(whole_on_moe(lines, "nginx:1.27") == nullptr);
    CHECK_FALSE(has(lines.run("docker images", "swarm-moe").out, "1.27"));

    lines.inject("registry-outage docker.io how=refusing");
    REQUIRE(lines.run(on_moe("web", "nginx:1.27")).status == 0);
    lines.wait(20);
    CHECK(has(lines.run("docker service ps --no-trunc web").out, "No such image: nginx:1.27"));
    lines.lift("registry-outage docker.io");
    lines.wait(60);
    CHECK(has(lines.run("docker service ls").out, "1/1"));
    CHECK(has(lines.run("docker images", "swarm-moe").out, "1.27"));
}

TEST_CASE("agents' pulls: a name that was given to another image means the registry's again with the next task") {
    SwarmLines lines;
    REQUIRE(lines.run(on_moe("idle", kPause)).status == 0);
    lines.wait(20);
    scale(lines, "idle=3");
    REQUIRE(lines.run("docker tag busybox " + std::string(kPause), "swarm-moe").status == 0);
    CHECK(whole_on_moe(lines, kPause) == nullptr);
    const std::string before = lines.run("docker images -q " + std::string(kPause), "swarm-moe").out;
    scale(lines, "idle=4");
    CHECK(lines.run("docker images -q " + std::string(kPause), "swarm-moe").out != before);
    CHECK(has(lines.run("docker service ls").out, "4/4"));
}

TEST_CASE("agents' pulls: what is remembered goes with a copy of the run, and each goes its own way") {
    SwarmLines lines;
    REQUIRE(lines.run(on_moe("idle", kPause)).status == 0);
    lines.wait(20);
    scale(lines, "idle=3");
    model::World copy = lines.session().world();
    const model::HostId moe = model::host_named(copy, "swarm-moe");
    REQUIRE(model::whole_image(copy, moe, kPause) != nullptr);
    CHECK(model::whole_image(copy, moe, "registry.k8s.io/pause") == nullptr);  // nobody pulled this one
    copy.host(moe).images.remove(kPause, true, true, {});
    CHECK(model::whole_image(copy, moe, kPause) == nullptr);
    CHECK(whole_on_moe(lines, kPause) != nullptr);
}

}  // namespace podium::lab::typed
