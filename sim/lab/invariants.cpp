#include "sim/lab/invariants.hpp"

#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/model/container.hpp"
#include "sim/model/restore.hpp"

namespace podium::lab {
namespace {

using model::ContainerId;
using model::ContainerState;
using model::World;

void check_processes(const World& world, std::vector<std::string>& broken) {
    for (const model::ProcessId id : world.processes.keys()) {
        const model::Process& process = world.processes.at(id);
        if (process.ended) continue;
        if (!world.host(process.host).up) broken.push_back(fmt::format("process {} lives on host {}, which is down", process.host_pid, world.host(process.host).spec.name));
        if (process.memory_bytes < 0) broken.push_back(fmt::format("process {} uses {} bytes of memory", process.host_pid, process.memory_bytes));
        if (!process.container) continue;
        const model::Container& c = world.container(process.container);
        if (c.state == ContainerState::Removed) broken.push_back(fmt::format("process {} lives in {}, which was removed", process.host_pid, world.name_of(process.container)));
        if (!c.process_alive) broken.push_back(fmt::format("process {} lives in {}, whose main process is gone", process.host_pid, world.name_of(process.container)));
    }
}

void check_hosts(const World& world, std::vector<std::string>& broken) {
    for (const model::Host& host : world.hosts) {
        if (host.disk_used_bytes < 0) broken.push_back(fmt::format("host {} uses {} bytes of disk", host.spec.name, host.disk_used_bytes));
        if (host.disk_used_bytes + host.disk_filled_bytes > host.spec.disk_bytes + (1 << 20)) broken.push_back(fmt::format("host {} uses more disk than it has", host.spec.name));
        if (host.memory_used_bytes < 0 || host.memory_used_bytes > host.spec.memory_bytes) broken.push_back(fmt::format("host {} uses {} bytes of memory of {}", host.spec.name, host.memory_used_bytes, host.spec.memory_bytes));
    }
}

void check_ports(const World& world, std::vector<std::string>& broken) {
    std::set<std::string> bound;
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::Container& c = world.containers[i];
        if (!c.detail) continue;
        for (const model::PublishedPort& port : c.detail->ports) {
            const std::string key = fmt::format("{} {}:{}/{}", c.host.value, port.host_ip, port.host_port, port.protocol);
            if (port.host_port != 0 && !bound.insert(key).second) broken.push_back(fmt::format("port {} is bound twice", key));
        }
    }
}

void check_containers(const World& world, std::vector<std::string>& broken) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const ContainerId id{static_cast<std::uint32_t>(i + 1)};
        const model::Container& c = world.container(id);
        const std::string name(world.name_of(id));
        if (c.state != ContainerState::Removed && !names.insert(fmt::format("{}/{}", c.host.value, name)).second) broken.push_back(fmt::format("two containers are called {}", name));
        if (!c.detail) continue;
        if (c.detail->memory_bytes < 0) broken.push_back(fmt::format("{} uses {} bytes of memory", name, c.detail->memory_bytes));
        const bool needs_none = c.state == ContainerState::Created || c.state == ContainerState::Exited || c.state == ContainerState::Removed || c.state == ContainerState::Restarting;
        if (needs_none && c.process_alive) broken.push_back(fmt::format("{} is {} but its main process lives", name, model::container_state_name(c.state)));
        if (c.backoff > model::kBackoffCap) broken.push_back(fmt::format("{} waits longer than the cap before a restart", name));
        if (c.policy == model::RestartPolicyKind::OnFailure && c.maximum_retries != 0 && c.policy_restarts > c.maximum_retries) broken.push_back(fmt::format("{} was restarted more often than its policy allows", name));
    }
}

void check_traffic(const World& world, std::vector<std::string>& broken) {
    for (const model::Traffic& source : world.traffic) {
        const model::TrafficTally& tally = source.tally;
        if (tally.sent != tally.answered() + tally.failed() + source.in_flight) {
            broken.push_back(fmt::format("traffic {}: {} sent, but {} answered, {} failed and {} under way", source.spec.name, tally.sent, tally.answered(), tally.failed(), source.in_flight));
        }
        if (tally.latency.count() != tally.answered()) broken.push_back(fmt::format("traffic {}: {} answers have {} latencies", source.spec.name, tally.answered(), tally.latency.count()));
        if (source.over && source.in_flight > 0) broken.push_back(fmt::format("traffic {} is over with {} under way", source.spec.name, source.in_flight));
    }
}

}  // namespace

std::vector<std::string> broken_invariants(const World& world) {
    std::vector<std::string> broken;
    check_processes(world, broken);
    check_hosts(world, broken);
    check_ports(world, broken);
    check_containers(world, broken);
    check_traffic(world, broken);
    return broken;
}

std::vector<std::string> broken_history(const World& world) {
    std::vector<std::string> broken;
    enum class Life : std::uint8_t { None, Made, Up, Down, Gone };
    std::map<std::uint32_t, Life> lives;
    Time last{};
    world.kernel.journal().for_each(world.kernel.journal().first(), [&](const Fact& fact) {
        if (fact.time < last) broken.push_back(fmt::format("fact {} lies before the one before it", fact.id.value));
        last = fact.time;
        if (fact.cause >= fact.id) broken.push_back(fmt::format("fact {} is caused by fact {}, which is no earlier", fact.id.value, fact.cause.value));
        if (fact.subject.type() != SubjectType::Container) return;
        Life& life = lives[fact.subject.id()];
        const auto wrong = [&](const char* what) { broken.push_back(fmt::format("fact {}: {} {}", fact.id.value, world.name_of(ContainerId{fact.subject.id()}), what)); };
        if (life == Life::Gone && fact.kind != model::kFactContainerExecDie) wrong("speaks after it was removed");
        switch (fact.kind) {
            case model::kFactContainerCreate:
                if (life != Life::None) wrong("is created twice");
                life = Life::Made;
                break;
            case model::kFactContainerStart:
                if (life == Life::Up || life == Life::None) wrong("is started while it runs, or before it was created");
                life = Life::Up;
                break;
            case model::kFactContainerDie:
            case model::kFactContainerFoundDead:
                // An engine that comes back finds containers in back-off dead as well.
                life = Life::Down;
                break;
            case model::kFactContainerPause:
            case model::kFactContainerUnpause:
                if (life != Life::Up) wrong("is paused or goes on while it does not run");
                break;
            case model::kFactContainerDestroy:
                if (life == Life::Up) wrong("is removed while it runs");
                life = Life::Gone;
                break;
            default: break;
        }
    });
    return broken;
}

}  // namespace podium::lab
