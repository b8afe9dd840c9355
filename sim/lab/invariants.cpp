#include "sim/lab/invariants.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/agent_image.hpp"
#include "sim/model/container.hpp"
#include "sim/model/given_files.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/volume.hpp"

namespace podium::lab {
namespace {

using model::ContainerId;
using model::ContainerState;
using model::HostId;
using model::World;

using Broken = std::vector<std::string>;

void check_processes(const World& world, Broken& broken) {
    for (const model::ProcessId id : world.processes.keys()) {
        const model::Process& process = world.processes.at(id);
        if (process.ended) continue;
        const model::Host& host = world.host(process.host);
        if (!host.up) broken.push_back(fmt::format("process {} lives on host {}, which is down", process.host_pid, host.spec.name));
        if (process.memory_bytes < 0) broken.push_back(fmt::format("process {} uses {} bytes of memory", process.host_pid, process.memory_bytes));
        if (host.frozen && process.processor_rate != 0) broken.push_back(fmt::format("process {} computes on host {}, which stands still", process.host_pid, host.spec.name));
        if (!process.container) continue;
        const model::Container& c = world.container(process.container);
        if (c.state == ContainerState::Removed) broken.push_back(fmt::format("process {} lives in {}, which was removed", process.host_pid, world.name_of(process.container)));
        if (!c.process_alive) broken.push_back(fmt::format("process {} ({}) lives in {}, whose main process is gone", process.host_pid, join(process.argv, " "), world.name_of(process.container)));
        if (c.host != process.host) broken.push_back(fmt::format("process {} lives in {}, on another host", process.host_pid, world.name_of(process.container)));
    }
}

void check_builds(const World& world, Broken& broken) {
    for (const model::Build& build : world.builds) {
        const model::Request* request = world.requests.find(build.request);
        if (request == nullptr || request->done) broken.push_back(fmt::format("a build of {} goes on, and nobody waits for it", build.spec->place));
        if (!world.host(build.host).up) broken.push_back(fmt::format("a build goes on on host {}, which is down", world.host(build.host).spec.name));
    }
}

void check_hosts(const World& world, Broken& broken) {
    for (const model::Host& host : world.hosts) {
        if (host.disk_used_bytes < 0) broken.push_back(fmt::format("host {} uses {} bytes of disk", host.spec.name, host.disk_used_bytes));
        if (host.disk_filled_bytes < 0) broken.push_back(fmt::format("host {} has {} bytes of disk filled by a fault", host.spec.name, host.disk_filled_bytes));
        if (host.disk_used_bytes + host.disk_filled_bytes > host.spec.disk_bytes + (1 << 20)) broken.push_back(fmt::format("host {} uses more disk than it has", host.spec.name));
        if (host.memory_used_bytes < 0 || host.memory_used_bytes > host.spec.memory_bytes) broken.push_back(fmt::format("host {} uses {} bytes of memory of {}", host.spec.name, host.memory_used_bytes, host.spec.memory_bytes));
        if (host.processor_demand < 0) broken.push_back(fmt::format("host {} has a demand of {} millicores", host.spec.name, host.processor_demand));
        if (host.disk_slowdown < 1) broken.push_back(fmt::format("host {} has a disk {} times as slow", host.spec.name, host.disk_slowdown));
        if (!host.up && host.engine.state != model::EngineState::Stopped) broken.push_back(fmt::format("the engine of host {} runs while the host is down", host.spec.name));
        if (host.frozen && !host.up) broken.push_back(fmt::format("host {} stands still while it is down", host.spec.name));
    }
}

void check_ports(const World& world, Broken& broken) {
    std::map<std::string, std::vector<std::string>> bound;  // by host, port and protocol: the addresses
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::Container& c = world.containers[i];
        if (!c.detail) continue;
        for (const model::PublishedPort& port : c.detail->ports) {
            if (port.host_port == 0) continue;
            std::vector<std::string>& there = bound[fmt::format("{}/{} of host {}", port.host_port, port.protocol, world.host(c.host).spec.name)];
            const bool taken = std::any_of(there.begin(), there.end(), [&port](const std::string& other) { return other == port.host_ip || (other == "0.0.0.0" && port.host_ip.find(':') == std::string::npos); });
            if (taken) broken.push_back(fmt::format("port {}/{} of host {} is bound twice", port.host_port, port.protocol, world.host(c.host).spec.name));
            there.push_back(port.host_ip);
        }
    }
}

void check_addresses(const World& world, Broken& broken) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> taken;
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::Container& c = world.containers[i];
        if (c.outline && c.outline->address) {
            const auto& networks = world.host(c.host).engine.networks;
            const auto own = networks.find("bridge");
            if (own == networks.end() || !taken.insert({own->second.value, c.outline->address.value}).second)
                broken.push_back(fmt::format("address {} of {}, in outline, is not its alone", c.outline->address.text(), world.kernel.text(c.name)));
        }
        if (!c.detail) continue;
        for (const model::Endpoint& endpoint : c.detail->endpoints) {
            if (!endpoint.connected || endpoint.ipv4.value == 0) continue;
            if (!taken.insert({endpoint.bridge.value, endpoint.ipv4.value}).second) broken.push_back(fmt::format("address {} of network {} is taken twice", endpoint.ipv4.text(), endpoint.network));
        }
    }
}

void check_health(const World& world, ContainerId id, Broken& broken) {
    const model::Container& c = world.container(id);
    const model::Health& health = c.detail->health;
    if (health.open && c.state != ContainerState::Running) broken.push_back(fmt::format("the health of {} is watched while it is {}", world.name_of(id), model::container_state_name(c.state)));
    if (health.failing_streak < 0) broken.push_back(fmt::format("the health checks of {} failed {} times in a row", world.name_of(id), health.failing_streak));
    if (health.log.size() > model::kHealthLogEntries) broken.push_back(fmt::format("{} results of health checks of {} are kept", health.log.size(), world.name_of(id)));
}

void check_containers(const World& world, Broken& broken) {
    std::set<std::string> names;
    std::vector<std::uint32_t> outlines(world.hosts.size());
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const ContainerId id{static_cast<std::uint32_t>(i + 1)};
        const model::Container& c = world.container(id);
        const std::string name(world.name_of(id));
        const bool removed = c.state == ContainerState::Removed;
        if (!removed && !names.insert(fmt::format("{}/{}", c.host.value, name)).second) broken.push_back(fmt::format("two containers are called {}", name));
        if (!c.detail && !c.outline) continue;
        const auto& by_name = world.host(c.host).engine.by_name;
        const auto known = by_name.find(c.name);
        if (!removed && (known == by_name.end() || known->second != id)) broken.push_back(fmt::format("the engine does not find {} by its name", name));
        if (removed && known != by_name.end() && known->second == id) broken.push_back(fmt::format("the engine finds {}, which was removed", name));
        if (c.outline) {
            ++outlines[c.host.value - 1];
            if (c.detail || (c.state != ContainerState::Created && c.state != ContainerState::Running)) broken.push_back(fmt::format("{} is in outline, though more is to be known of it", name));
            continue;
        }
        if (c.detail->memory_bytes < 0) broken.push_back(fmt::format("{} uses {} bytes of memory", name, c.detail->memory_bytes));
        const bool needs_none = c.state == ContainerState::Created || c.state == ContainerState::Exited || removed || c.state == ContainerState::Restarting;
        if (needs_none && c.process_alive) broken.push_back(fmt::format("{} is {} but its main process lives", name, model::container_state_name(c.state)));
        if (c.backoff > model::kBackoffCap) broken.push_back(fmt::format("{} waits longer than the cap before a restart", name));
        if (c.policy == model::RestartPolicyKind::OnFailure && c.maximum_retries != 0 && c.policy_restarts > c.maximum_retries) broken.push_back(fmt::format("{} was restarted more often than its policy allows", name));
        if (removed && (!c.detail->ports.empty() || !c.detail->mounts.empty())) broken.push_back(fmt::format("{} was removed and still holds ports or mounts", name));
        check_health(world, id, broken);
    }
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const model::Host& host = world.hosts[i];
        if (host.outlines != outlines[i]) broken.push_back(fmt::format("host {} counts {} containers in outline, and has {}", host.spec.name, host.outlines, outlines[i]));
    }
}

// --- sums ---

void check_memory_sums(const World& world, Broken& broken) {
    std::vector<std::int64_t> of_hosts(world.hosts.size());
    std::vector<std::int64_t> of_containers(world.containers.size());
    std::vector<std::int64_t> demand(world.hosts.size());
    for (const model::ProcessId id : world.processes.keys()) {
        const model::Process& process = world.processes.at(id);
        of_hosts[process.host.value - 1] += process.memory_bytes;
        demand[process.host.value - 1] += process.processor_demand;
        if (process.container) of_containers[process.container.value - 1] += process.memory_bytes;
    }
    for (const model::Container& c : world.containers) of_hosts[c.host.value - 1] += model::outline_memory(c);
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const model::Host& host = world.hosts[i];
        if (host.memory_used_bytes != of_hosts[i]) broken.push_back(fmt::format("host {} counts {} bytes of memory, its processes use {}", host.spec.name, host.memory_used_bytes, of_hosts[i]));
        if (host.processor_demand != demand[i]) broken.push_back(fmt::format("host {} counts a demand of {} millicores, its processes want {}", host.spec.name, host.processor_demand, demand[i]));
    }
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const model::Container& c = world.containers[i];
        if (c.detail && c.detail->memory_bytes != of_containers[i]) broken.push_back(fmt::format("{} counts {} bytes of memory, its processes use {}", world.kernel.text(c.name), c.detail->memory_bytes, of_containers[i]));
    }
}

void check_processors(const World& world, Broken& broken) {
    for (const model::Host& host : world.hosts) {
        std::int64_t granted = 0;
        std::map<ContainerId, std::int64_t> of_containers;
        for (const model::ProcessId id : host.on_processor) {
            const model::Process& process = world.processes.at(id);
            granted += process.processor_rate;
            if (process.container) of_containers[process.container] += process.processor_rate;
        }
        // Whoever wants something gets a thousandth of a processor at least.
        const auto slack = static_cast<std::int64_t>(host.on_processor.size());
        if (granted > host.spec.cpu_millicores + slack) broken.push_back(fmt::format("host {} gives out {} millicores of {}", host.spec.name, granted, host.spec.cpu_millicores));
        for (const auto& [container, rate] : of_containers) {
            const std::int64_t limit = world.spec(world.container(container)).nano_cpus / 1'000'000;
            if (limit > 0 && rate > limit + slack) broken.push_back(fmt::format("{} gets {} millicores, its limit is {}", world.name_of(container), rate, limit));
        }
    }
}

void check_disks(const World& world, Broken& broken) {
    std::vector<std::int64_t> used;
    for (const model::Host& host : world.hosts) used.push_back(host.images.size_bytes() + host.files.size_bytes());
    for (const model::Container& c : world.containers) {
        if (c.detail && c.state != ContainerState::Removed) used[c.host.value - 1] += c.detail->layer.size_bytes() + c.detail->log_bytes_on_disk;
    }
    std::vector<std::uint32_t> mounted(world.volumes.size());
    for (const model::Container& c : world.containers) {
        if (!c.detail) continue;
        for (const model::MountPoint& point : c.detail->mounts) {
            if (point.mounted) ++mounted[point.volume.value - 1];
            // Secrets and configs stand among the host's files, but in memory.
            if (!model::is_given(point.mount)) continue;
            if (const model::FileNode* file = world.host(c.host).files.find(point.mount.source)) used[c.host.value - 1] -= file->size_bytes();
        }
    }
    for (std::size_t i = 0; i < world.volumes.size(); ++i) {
        const model::Volume& volume = world.volumes[i];
        if (!volume.removed && model::volume_kind(volume) != model::VolumeKind::Memory) used[volume.host.value - 1] += volume.files.size_bytes();
        if (volume.mounted != mounted[i]) broken.push_back(fmt::format("volume {} counts {} mounts, containers have {}", volume.name, volume.mounted, mounted[i]));
    }
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const model::Host& host = world.hosts[i];
        if (host.disk_used_bytes != used[i]) broken.push_back(fmt::format("host {} counts {} bytes of disk, what is on it takes {}", host.spec.name, host.disk_used_bytes, used[i]));
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

// What is remembered of what agents pull is what registries and hosts would say now.
void check_agent_images(const World& world, Broken& broken) {
    for (const auto& [text, known] : world.agent_images) {
        const auto reference = model::parse_image_reference(text);
        if (!reference) {
            broken.push_back(fmt::format("something is remembered of {}, which is no image's name", text));
            continue;
        }
        const model::ImageReference named = reference->with_default_tag();
        if (known.asked == world.registries.changes()) {
            const model::PullAnswer now = world.registries.resolve(*world.catalogue, named);
            if (now.status != 200 || now.unknown || now.corrupt || now.image->id != known.image->id || now.takes != known.takes) broken.push_back(fmt::format("the registry's answer for {} is remembered as another", text));
        }
        for (std::uint32_t i = 1; i <= world.hosts.size(); ++i) {
            if (model::whole_image(world, HostId{i}, text) == nullptr) continue;
            const model::ImageStore& images = world.host(HostId{i}).images;
            if (!images.has(named, known.image)) broken.push_back(fmt::format("{} is remembered as another image on {}", text, world.host(HostId{i}).spec.name));
        }
    }
}

}  // namespace

std::vector<std::string> broken_invariants(const World& world) {
    Broken broken;
    check_processes(world, broken);
    check_hosts(world, broken);
    check_builds(world, broken);
    check_ports(world, broken);
    check_addresses(world, broken);
    check_containers(world, broken);
    check_traffic(world, broken);
    check_agent_images(world, broken);
    return broken;
}

std::vector<std::string> broken_sums(const World& world) {
    Broken broken;
    check_memory_sums(world, broken);
    check_processors(world, broken);
    check_disks(world, broken);
    return broken;
}

}  // namespace podium::lab
