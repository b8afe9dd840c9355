// Random swarms whose containers may be kept in outline, once so and once whole: everything that happens is the same, whoever
// looks at them, and whatever is done to them.

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/lab/cluster_file.hpp"
#include "sim/lab/invariants.hpp"
#include "sim/lab/session.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/query.hpp"
#include "sim/view/summary.hpp"
#include "tests/simulation/random_run.hpp"

namespace podium::simulation {
namespace {

constexpr std::uint64_t kSwarms = 24;
constexpr std::uint64_t kEnd = 150;  // seconds

const std::vector<std::string> kMade{
    "--replicas 12 registry.k8s.io/pause",
    "--mode global registry.k8s.io/pause:3.9",
    "--replicas 20 --limit-memory 64m --reserve-memory 32m registry.k8s.io/pause",
    "--replicas 6 --env A=b --label tier=back registry.k8s.io/pause",
    "--replicas 5 --stop-grace-period 2s --update-delay 1s registry.k8s.io/pause",
    "--replicas 4 --env 'NODE={{.Node.Hostname}}' registry.k8s.io/pause",
    "--replicas 4 --network over registry.k8s.io/pause",
    "--replicas 3 --mount type=volume,source=data,target=/data registry.k8s.io/pause",
    "--replicas 3 busybox sleep 1000"};

const std::vector<std::string> kDone{
    "docker service scale -d s{n}={m}", "docker service update -d --force s{n}", "docker service update -d --env-add B=c s{n}",
    "docker service rm s{n}", "docker node update --availability drain node{h}", "docker node update --availability active node{h}",
    "docker service ps s{n}", "docker service ls", "docker service logs s{n}"};

// On a node of its own: its engine's containers are looked at, or something is done to one of them.
const std::vector<std::string> kOnNode{
    "docker ps -a", "docker stats --no-stream", "docker inspect $(docker ps -q | head -n 2)", "docker logs $(docker ps -q | head -n 1)",
    "docker stop $(docker ps -q | head -n 1)", "docker kill $(docker ps -q | tail -n 1)", "docker rm -f $(docker ps -q | tail -n 2)",
    "docker exec $(docker ps -q | head -n 1) sh", "docker top $(docker ps -q | head -n 1)", "docker pause $(docker ps -q | head -n 1)",
    "docker rmi -f registry.k8s.io/pause", "docker rmi registry.k8s.io/pause:3.9", "docker tag busybox registry.k8s.io/pause", "docker pull -q registry.k8s.io/pause",
    "docker info", "docker network inspect bridge", "ps", "free", "docker system df", "docker run -d busybox sleep 20",
    "sudo systemctl restart docker", "kill -9 $(docker inspect -f '{{.State.Pid}}' $(docker ps -q | head -n 1))"};

const std::vector<std::string> kBroken{
    "kill s{n}", "kill s{n}.1 signal=TERM", "hang s{n}.2", "crash-loop s{n}.1 after=3s", "slow-start s{n} by=2s", "memory-leak s{n}.1 rate=64m",
    "power-loss node{h}", "engine-stop node{h}", "engine-kill node{h}", "engine-restart node{h}", "host-reboot node{h}", "freeze node{h}",
    "freeze node{h} what=engine", "slow-disk node{h}", "disk-full node{h}", "partition node{h}", "clock-skew node{h} by=7s",
    "registry-outage registry.k8s.io how=refusing", "registry-outage registry.k8s.io"};

lab::SetUp drawn(std::uint64_t number) {
    RandomStream random(number, "outlines", 0);
    const std::uint64_t hosts = 2 + random.below(4);
    lab::SetUp out;
    out.seed = number;
    out.catalogue = bundled_catalogue();
    if (random.below(2) == 0) out.images = {"registry.k8s.io/pause", "registry.k8s.io/pause:3.9", "busybox"};
    std::string cluster = "swarm: formed\nhosts:\n";
    for (std::uint64_t i = 1; i <= hosts; ++i) {
        const std::uint64_t memory = random.below(6) == 0 ? 64 : 2048;
        cluster += fmt::format("  - {{name: node{}, cpus: 2, memory: {}MiB, disk: 4GiB}}\n", i, memory);
    }
    const auto read = lab::parse_cluster_file(cluster, "drawn.yaml");
    REQUIRE(read.ok());
    lab::use_cluster(out, *read);
    out.swarm_formed = true;
    return out;
}

std::vector<lab::Command> drawn_commands(std::uint64_t number, std::uint64_t hosts) {
    RandomStream random(number, "outlines at work", 0);
    std::vector<lab::Command> out;
    const auto filled = [&](std::string text) {
        const auto put = [&text](const std::string& what, std::uint64_t by) {
            for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what)) text.replace(at, what.size(), fmt::format("{}", by));
        };
        put("{n}", random.below(3));
        put("{m}", random.below(25));
        put("{h}", 1 + random.below(hosts));
        return text;
    };
    const auto at = [&](std::int64_t first, std::int64_t last) { return Time{random.between(first * 1000, last * 1000) * 1'000'000}; };
    const auto line = [&](Time time, const std::string& host, const std::string& text) {
        out.push_back({time, lab::CommandKind::Line, fmt::format("{}/{}", host, out.size()), text, {}});
    };
    line(Time{} + seconds(4), "node1", "docker network create -d overlay over");
    for (std::uint64_t i = 0; i < 3; ++i) line(at(5, 9), "node1", fmt::format("docker service create -d --name s{} {}", i, kMade[random.below(kMade.size())]));
    const std::uint64_t work = random.below(8);
    for (std::uint64_t i = 0; i < work; ++i) line(at(8, 90), "node1", filled(kDone[random.below(kDone.size())]));
    const std::uint64_t looks = random.below(6);
    for (std::uint64_t i = 0; i < looks; ++i) {
        const std::uint64_t host = 1 + random.below(hosts);
        line(at(5, 110), fmt::format("node{}", host), filled(kOnNode[random.below(kOnNode.size())]));
    }
    const std::uint64_t faults = random.below(5);
    for (std::uint64_t i = 0; i < faults; ++i) {
        const std::string text = filled(kBroken[random.below(kBroken.size())]);
        const Time begin = at(5, 70);
        out.push_back({begin, lab::CommandKind::Inject, "node1", text, {}});
        out.push_back({begin + Duration{random.between(500, 30'000) * 1'000'000}, lab::CommandKind::Lift, "node1", text, {}});
    }
    return out;
}

struct Told {
    std::vector<std::string> facts;
    std::vector<std::string> shown;
    std::vector<std::string> broken;
    std::uint32_t most_outlines = 0;
};

Told told(std::uint64_t number, bool outlines) {
    lab::SetUp set_up = drawn(number);
    const std::uint64_t hosts = set_up.hosts.size();
    set_up.keeps_outlines = outlines;
    auto session = lab::begin_session(std::move(set_up));
    REQUIRE(session.ok());
    for (lab::Command& command : drawn_commands(number, hosts)) session->post(std::move(command));
    Told out;
    std::uint64_t instants = 0;
    const auto check = [&](const lab::Session& now) {
        std::uint32_t count = 0;
        for (const model::Host& host : now.world().hosts) count += host.outlines;
        out.most_outlines = std::max(out.most_outlines, count);
        out.broken = lab::broken_invariants(now.world());
        if (out.broken.empty() && ++instants % 16 == 0) out.broken = lab::broken_sums(now.world());
        return !out.broken.empty();
    };
    // What becomes of services is told while faults go on, too.
    for (std::uint64_t second = kEnd / 6; second <= kEnd && out.broken.empty(); second += kEnd / 6) {
        session->run_until(Time{} + seconds(static_cast<std::int64_t>(second)), check);
        for (const view::ServiceSummary& service : view::summarise(session->world(), lab::fact_catalogue(), session->now())) {
            const view::ServiceState state = view::service_state(session->world(), service.called());
            out.shown.push_back(fmt::format("{}: {} {} {}, {} of {} run",
                                            service.called(),
                                            service.starts,
                                            service.availability(),
                                            service.at_the_end(),
                                            state.running,
                                            state.containers));
        }
    }
    if (out.broken.empty()) out.broken = lab::broken_history(session->world());
    session->journal().for_each(session->journal().first(), [&](const Fact& fact) { out.facts.push_back(view::fact_row(session->world(), lab::fact_catalogue(), fact)); });
    for (const lab::Shown& shown : session->take_shown()) out.shown.push_back(fmt::format("{} {} {}", shown.terminal, static_cast<int>(shown.kind), shown.text));
    return out;
}

}  // namespace

TEST_CASE("random outlines: a swarm whose containers are kept in outline comes to what one of whole containers comes to") {
    std::uint64_t kept = 0;
    const std::uint64_t runs = std::max<std::uint64_t>(1, wanted_runs(kSwarms));
    for (std::uint64_t number = first_run(); number < first_run() + runs; ++number) {
        INFO(replay(number));
        const Told outline = told(number, true);
        const Told whole = told(number, false);
        REQUIRE(outline.broken == std::vector<std::string>{});
        REQUIRE(whole.broken == std::vector<std::string>{});
        CHECK(whole.most_outlines == 0);
        kept += outline.most_outlines > 0 ? 1U : 0U;
        for (std::size_t i = 0; i < std::min(outline.facts.size(), whole.facts.size()); ++i) REQUIRE(outline.facts[i] == whole.facts[i]);
        REQUIRE(outline.facts.size() == whole.facts.size());
        REQUIRE(outline.shown == whole.shown);
    }
    CHECK(kept * 2 >= runs);
}

}  // namespace podium::simulation
