// Each invariant fails on a world that was broken on purpose: a check that can't fail checks nothing.

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "sim/lab/invariants.hpp"
#include "sim/model/agent_image.hpp"
#include "sim/model/container_facts.hpp"
#include "tests/simulation/random_run.hpp"

namespace podium::simulation {
namespace {

using model::ContainerId;
using model::World;

/// A world in good order: a server with a port and a volume, a program that computes, one that exited,
/// one that crashes, one that was removed.
const World& sound_world() {
    static const World world = [] {
        lab::SetUp set_up;
        set_up.catalogue = bundled_catalogue();
        set_up.images = {"busybox", "nginx"};
        auto session = lab::Session::create(set_up);
        REQUIRE(session.ok());
        const std::vector<std::string> lines{
            "docker network create front", "docker run -d --name web -p 8080:80 -v data:/data --network front --health-cmd true --health-interval 2s nginx",
            "docker run -d --name two -p 8081:80 --network front nginx", "docker run -d --name hog --cpus 0.5 busybox sh -c 'while :; do :; done'",
            "docker run -d --name done busybox true", "docker run -d --name crash --restart always busybox sh -c 'sleep 2; exit 1'", "docker run -d --name gone busybox true", "docker rm -f gone"};
        for (std::size_t i = 0; i < lines.size(); ++i) session->post({Time{} + seconds(static_cast<std::int64_t>(2 * i)), lab::CommandKind::Line, "host", lines[i], {}});
        session->run_until(Time{} + seconds(30));
        return session->world();
    }();
    return world;
}

ContainerId named(const World& world, const std::string& name) {
    for (std::size_t i = world.containers.size(); i-- > 0;) {
        if (world.kernel.text(world.containers[i].name) == name) return ContainerId{static_cast<std::uint32_t>(i + 1)};
    }
    FAIL("there is no container " << name);
    return {};
}

template <class Break>
void check_told(std::vector<std::string> (*check)(const World&), const std::string& sentence, Break break_it) {
    World world = sound_world();
    break_it(world);
    const std::vector<std::string> broken = check(world);
    INFO(sentence << " not among " << broken.size() << " sentences" << (broken.empty() ? std::string() : ": " + broken.front()));
    CHECK(std::any_of(broken.begin(), broken.end(), [&sentence](const std::string& told) { return told.find(sentence) != std::string::npos; }));
}

void record(World& world, ContainerId id, FactKind kind) {
    const model::Container& c = world.container(id);
    world.kernel.record(kind, Subject(SubjectType::Container, id.value), c.name, world.image_of(c));
}

}  // namespace

TEST_CASE("a world in good order breaks no invariant") {
    CHECK(lab::broken_invariants(sound_world()).empty());
    CHECK(lab::broken_sums(sound_world()).empty());
    CHECK(lab::broken_history(sound_world()).empty());
    CHECK(lab::broken_promises(sound_world()).empty());
}

TEST_CASE("broken on purpose: processes") {
    const auto check = lab::broken_invariants;
    check_told(check, "lives on host host, which is down", [](World& w) { w.hosts[0].up = false; });
    check_told(check, "in web, which was removed", [](World& w) { w.container(named(w, "web")).state = model::ContainerState::Removed; });
    check_told(check, "whose main process is gone", [](World& w) { w.container(named(w, "web")).process_alive = false; });
    check_told(check, "in web, on another host", [](World& w) {
        w.hosts.push_back(w.hosts[0]);
        w.container(named(w, "web")).host = model::HostId{2};
    });
    check_told(check, "bytes of memory", [](World& w) { w.processes.at(w.detail(named(w, "web")).main).memory_bytes = -1; });
    check_told(check, "computes on host host, which stands still", [](World& w) { w.hosts[0].frozen = true; });
}

TEST_CASE("broken on purpose: resources of hosts") {
    const auto check = lab::broken_invariants;
    check_told(check, "uses -1 bytes of disk", [](World& w) { w.hosts[0].disk_used_bytes = -1; });
    check_told(check, "disk filled by a fault", [](World& w) { w.hosts[0].disk_filled_bytes = -1; });
    check_told(check, "uses more disk than it has", [](World& w) { w.hosts[0].disk_used_bytes = w.hosts[0].spec.disk_bytes + (2 << 20); });
    check_told(check, "bytes of memory of", [](World& w) { w.hosts[0].memory_used_bytes = w.hosts[0].spec.memory_bytes + 1; });
    check_told(check, "bytes of memory of", [](World& w) { w.hosts[0].memory_used_bytes = -1; });
    check_told(check, "a demand of -1 millicores", [](World& w) { w.hosts[0].processor_demand = -1; });
    check_told(check, "a disk 0 times as slow", [](World& w) { w.hosts[0].disk_slowdown = 0; });
    check_told(check, "the engine of host host runs while the host is down", [](World& w) { w.hosts[0].up = false; });
    check_told(check, "stands still while it is down", [](World& w) {
        w.hosts[0].up = false;
        w.hosts[0].frozen = true;
    });
}

TEST_CASE("broken on purpose: ports, addresses and names") {
    const auto check = lab::broken_invariants;
    check_told(check, "port 8080/tcp of host host is bound twice", [](World& w) { w.detail(named(w, "two")).ports = w.detail(named(w, "web")).ports; });
    check_told(check, "port 8080/tcp of host host is bound twice", [](World& w) {
        w.detail(named(w, "two")).ports = w.detail(named(w, "web")).ports;
        for (model::PublishedPort& port : w.detail(named(w, "two")).ports) port.host_ip = "127.0.0.1";
    });
    check_told(check, "of network front is taken twice", [](World& w) { w.detail(named(w, "two")).endpoints[0].ipv4 = w.detail(named(w, "web")).endpoints[0].ipv4; });
    check_told(check, "two containers are called web", [](World& w) { w.container(named(w, "two")).name = w.container(named(w, "web")).name; });
    check_told(check, "the engine does not find web by its name", [](World& w) { w.hosts[0].engine.by_name.erase(w.kernel.find_text("web")); });
    check_told(check, "the engine finds gone, which was removed", [](World& w) { w.hosts[0].engine.by_name[w.kernel.find_text("gone")] = named(w, "gone"); });
    check_told(check, "gone was removed and still holds ports or mounts", [](World& w) { w.detail(named(w, "gone")).ports = w.detail(named(w, "web")).ports; });
}

TEST_CASE("broken on purpose: the state of containers") {
    const auto check = lab::broken_invariants;
    check_told(check, "web is exited but its main process lives", [](World& w) { w.container(named(w, "web")).state = model::ContainerState::Exited; });
    check_told(check, "waits longer than the cap", [](World& w) { w.container(named(w, "web")).backoff = minutes(2); });
    check_told(check, "restarted more often than its policy allows", [](World& w) {
        model::Container& c = w.container(named(w, "web"));
        c.policy = model::RestartPolicyKind::OnFailure;
        c.maximum_retries = 1;
        c.policy_restarts = 2;
    });
    check_told(check, "the health of web is watched while it is paused", [](World& w) { w.container(named(w, "web")).state = model::ContainerState::Paused; });
    check_told(check, "failed -1 times in a row", [](World& w) { w.detail(named(w, "web")).health.failing_streak = -1; });
    check_told(check, "results of health checks", [](World& w) { w.detail(named(w, "web")).health.log.resize(6); });
    check_told(check, "web uses -1 bytes of memory", [](World& w) { w.detail(named(w, "web")).memory_bytes = -1; });
}

TEST_CASE("broken on purpose: containers in outline") {
    const auto check = lab::broken_invariants;
    check_told(check, "host host counts 1 containers in outline, and has 0", [](World& w) { w.hosts[0].outlines = 1; });
    check_told(check, "web is in outline, though more is to be known of it", [](World& w) { w.container(named(w, "web")).outline.ensure(); });
    check_told(check, "of done, in outline, is not its alone", [](World& w) {
        w.container(named(w, "done")).outline.ensure().address = w.detail(named(w, "hog")).endpoints[0].ipv4;
    });
}

TEST_CASE("broken on purpose: sums") {
    const auto check = lab::broken_sums;
    check_told(check, "its processes use", [](World& w) { ++w.hosts[0].memory_used_bytes; });
    check_told(check, "web counts", [](World& w) { ++w.detail(named(w, "web")).memory_bytes; });
    check_told(check, "its processes want", [](World& w) { ++w.hosts[0].processor_demand; });
    check_told(check, "gives out", [](World& w) { w.processes.at(w.hosts[0].on_processor.at(0)).processor_rate = 100'000; });
    check_told(check, "hog gets 900 millicores, its limit is 500", [](World& w) { w.processes.at(w.hosts[0].on_processor.at(0)).processor_rate = 900; });
    check_told(check, "what is on it takes", [](World& w) { ++w.hosts[0].disk_used_bytes; });
    check_told(check, "counts 2 mounts, containers have 1", [](World& w) {
        for (model::Volume& volume : w.volumes) {
            if (volume.name == "data") ++volume.mounted;
        }
    });
}

TEST_CASE("broken on purpose: histories") {
    const auto check = lab::broken_history;
    const auto says = [&check](const std::string& sentence, const std::string& name, FactKind kind) {
        check_told(check, sentence, [&](World& w) { record(w, named(w, name), kind); });
    };
    says("(gone) speaks after it was removed", "gone", model::kFactContainerKill);
    says("(web) is created twice", "web", model::kFactContainerCreate);
    says("(web) is started while it runs", "web", model::kFactContainerStart);
    says("(done) is paused while it does not run", "done", model::kFactContainerPause);
    says("(web) goes on while it is not paused", "web", model::kFactContainerUnpause);
    says("(done) is signalled, probed or out of memory while it does not run", "done", model::kFactContainerOom);
    says("(web) is removed while it runs", "web", model::kFactContainerDestroy);
    check_told(check, "is of a container whose host is down", [](World& w) {
        w.kernel.record(model::kFactHostDown, Subject(SubjectType::Host, 1), w.kernel.intern("host"), w.kernel.intern("power loss"));
        record(w, named(w, "web"), model::kFactContainerKill);
    });
    check_told(check, "is of an engine whose host is down", [](World& w) {
        w.kernel.record(model::kFactHostDown, Subject(SubjectType::Host, 1), w.kernel.intern("host"), w.kernel.intern("power loss"));
        w.kernel.record(model::kFactEngineUp, Subject(SubjectType::Host, 1), w.kernel.intern("host"));
    });
    check_told(check, "is caused by one that is no earlier", [](World& w) {
        w.kernel.set_cause(FactId{w.kernel.journal().last().value + 1});
        record(w, named(w, "web"), model::kFactContainerUpdate);
    });
}

TEST_CASE("broken on purpose: promises") {
    const auto check = lab::broken_promises;
    check_told(check, "web is said to run, and has no process", [](World& w) { w.container(named(w, "web")).process_alive = false; });
    check_told(check, "done does not run, and has processes", [](World& w) { w.detail(named(w, "done")).processes = w.detail(named(w, "web")).processes; });
    check_told(check, "done does not run, and holds ports", [](World& w) { w.detail(named(w, "done")).ports = w.detail(named(w, "web")).ports; });
    check_told(check, "done does not run, and is connected to", [](World& w) { w.detail(named(w, "done")).endpoints.at(0).connected = true; });
    check_told(check, "done does not run, and has /data mounted", [](World& w) { w.detail(named(w, "done")).mounts = w.detail(named(w, "web")).mounts; });
    const auto die = [](World& w, model::ExitDecision decision) {
        const ContainerId id = named(w, "web");
        model::Container& c = w.container(id);
        c.state = model::ContainerState::Exited;
        c.policy = model::RestartPolicyKind::Always;
        w.kernel.record(model::kFactContainerDie, Subject(SubjectType::Container, id.value), c.name, w.image_of(c), 1, model::ExitHow::Exited, 0, decision, seconds(1), milliseconds(100), 0);
    };
    const auto later = [](World& w) {
        World moved = w;
        static_cast<void>(moved.kernel.take_out([](const Event&) { return true; }));
        moved.kernel.advance_to(moved.kernel.now() + minutes(2));
        w = std::move(moved);
    };
    check_told(check, "web was to be restarted, and was not", [&](World& w) {
        die(w, model::ExitDecision::Restart);
        later(w);
    });
    check_told(check, "web was to be started with its engine, and was not", [&](World& w) {
        die(w, model::ExitDecision::EngineStopping);
        w.kernel.record(model::kFactEngineUp, Subject(SubjectType::Host, 1), w.kernel.intern("host"));
        later(w);
    });
}

TEST_CASE("broken on purpose: what is remembered of agents' images is told from what is so") {
    constexpr const char* kNginx = "docker.io/library/nginx:latest";
    const auto remember = [](World& world) -> model::AgentImage& {
        const model::ImageReference nginx = model::parse_image_reference(kNginx).value();
        model::remember_image(world, model::HostId{1}, kNginx, nginx, world.registries.resolve(*world.catalogue, nginx));
        REQUIRE(model::whole_image(world, model::HostId{1}, kNginx) != nullptr);
        REQUIRE(lab::broken_invariants(world).empty());
        return world.agent_images.begin()->second;
    };
    check_told(lab::broken_invariants, "the registry's answer for docker.io/library/nginx:latest is remembered as another", [&](World& world) { remember(world).takes = seconds(9); });
    check_told(lab::broken_invariants, "docker.io/library/nginx:latest is remembered as another image on", [&](World& world) { remember(world).image = world.host(model::HostId{1}).images.find("busybox"); });
    check_told(lab::broken_invariants, "something is remembered of Not a name, which is no image's name", [&](World& world) {
        remember(world);
        world.agent_images["Not a name"];
    });
}

}  // namespace podium::simulation
