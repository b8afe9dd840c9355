#include "tests/simulation/random_run.hpp"
#include "tests/source_directory.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace podium::simulation {
namespace {

constexpr std::array<const char*, 5> kPolicies{"no", "always", "unless-stopped", "on-failure", "on-failure:2"};
constexpr std::array<const char*, 10> kPrograms{
    "busybox sh -c \"exit 1\"",
    "busybox sh -c \"exit 0\"",
    "busybox sh -c \"sleep 7; exit 3\"",
    "busybox sh -c \"sleep 15; exit 1\"",
    "busybox sh -c \"trap 'exit 0' TERM; while :; do sleep 0.7; done\"",
    "busybox sh -c \"sleep 3600 & wait\"",
    "--init busybox sh -c \"exec sleep 3600\"",
    "-v data:/data busybox sh -c \"echo x >> /data/f; sleep 4; exit 1\"",
    "--health-cmd \"test -e /ok\" --health-interval 2s --health-retries 2 busybox sh -c \"sleep 3; touch /ok; sleep 6; rm /ok; sleep 100\"",
    "-p 8080:80 nginx"};
constexpr std::array<const char*, 14> kLines{"docker stop {}",      "docker kill {}",    "docker start {}",   "docker restart -t 2 {}", "docker rm -f {}",
                                             "docker pause {}",     "docker unpause {}", "docker kill -s HUP {}", "docker exec {} sh -c 'kill 1'", "docker update --restart no {}",
                                             "docker stop -t 0 {}", "docker rm {}",      "docker ps -a",      "docker logs {}"};
constexpr std::array<const char*, 8> kContainerFaults{"kill {}", "kill {} signal=TERM", "crash-loop {} after=500ms", "hang {}", "slow-start {} by=2s", "failing-health {}", "memory-leak {} rate=256m", "kill {} signal=SEGV"};
constexpr std::array<const char*, 9> kHostFaults{"engine-stop {}", "engine-kill {}", "engine-restart {}", "host-reboot {}", "power-loss {}", "freeze {}", "disk-full {}", "slow-disk {}", "clock-skew {}"};

constexpr std::array<const char*, 9> kTraffic{"host1:8080 rate=20/s timeout=500ms", "host1:8080 pattern=poisson rate=10/s timeout=2s", "host1:8080 users=5 think=300ms timeout=1s", "host1:8080 pattern=burst rate=50/s on=1s off=3s low=1/s retries=2 timeout=700ms",
                                              "host1:8080 pattern=ramp start=1/s rate=30/s over=20s", "host1:8080 rate=5/s method=tcp", "c{} rate=5/s timeout=300ms retries=1", "c{} rate=10/s from=host1", "localhost:8080 rate=10/s from=host1 timeout=1s"};

std::string with(const char* pattern, const std::string& name) {
    std::string text = pattern;
    const auto at = text.find("{}");
    if (at != std::string::npos) text.replace(at, 2, name);
    return text;
}

}  // namespace

std::string bundled_catalogue() {
    std::ifstream in(podium::test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

RandomRun draw_run(std::uint64_t number, const std::string& catalogue) {
    RandomStream random(number, "random run", 0);
    const auto pick = [&random](const auto& list) { return list[random.below(list.size())]; };
    RandomRun run;
    run.set_up.seed = number;
    run.set_up.catalogue = catalogue;
    run.set_up.images = {"busybox", "nginx"};
    run.set_up.hosts.clear();
    const std::uint64_t hosts = 1 + random.below(2);
    for (std::uint64_t i = 1; i <= hosts; ++i) {
        lab::HostSetUp host;
        host.name = fmt::format("host{}", i);
        host.memory_bytes = 2LL << 30;
        host.live_restore = random.chance(1, 6);
        run.set_up.hosts.push_back(host);
    }
    const auto when = [&random](std::int64_t low, std::int64_t high) { return Time{random.between(low * 1000, high * 1000) * 1'000'000}; };
    const auto host = [&] { return fmt::format("host{}", 1 + random.below(hosts)); };
    const std::uint64_t containers = 1 + random.below(6);
    for (std::uint64_t i = 0; i < containers; ++i) {
        const char* policy = pick(kPolicies);
        run.commands.push_back({when(0, 3), lab::CommandKind::Line, host() + fmt::format("/{}", i), fmt::format("docker run -d --name c{} --restart {} {}", i, policy, pick(kPrograms)), {}});
    }
    const auto name = [&] { return fmt::format("c{}", random.below(containers)); };
    const std::uint64_t lines = random.below(12);
    for (std::uint64_t i = 0; i < lines; ++i) {
        run.commands.push_back({when(2, 70), lab::CommandKind::Line, host() + fmt::format("/l{}", i), with(pick(kLines), name()), {}});
    }
    const std::uint64_t faults = random.below(5);
    for (std::uint64_t i = 0; i < faults; ++i) {
        const std::string text = random.chance(1, 2) ? with(pick(kContainerFaults), name()) : with(pick(kHostFaults), host());
        const Time begin = when(3, 60);
        run.commands.push_back({begin, lab::CommandKind::Inject, "host1", text, {}});
        run.commands.push_back({begin + Duration{random.between(100, 30'000) * 1'000'000}, lab::CommandKind::Lift, "host1", text, {}});
    }
    RandomStream requests(number, "random traffic", 0);
    const std::uint64_t sources = requests.below(4);
    for (std::uint64_t i = 0; i < sources; ++i) {
        const std::string text = with(kTraffic[requests.below(kTraffic.size())], fmt::format("{}", requests.below(containers)));
        const Time begin{requests.between(0, 60'000) * 1'000'000};
        run.commands.push_back({begin, lab::CommandKind::Traffic, "host1", fmt::format("{} name=t{} for={}s", text, i, requests.between(1, 60)), {}});
        if (requests.chance(1, 4)) run.commands.push_back({begin + seconds(requests.between(1, 20)), lab::CommandKind::TrafficStop, "host1", fmt::format("t{}", i), {}});
    }
    std::stable_sort(run.commands.begin(), run.commands.end(), [](const lab::Command& a, const lab::Command& b) { return a.time < b.time; });
    run.end = Time{} + seconds(240);
    return run;
}

}  // namespace podium::simulation
