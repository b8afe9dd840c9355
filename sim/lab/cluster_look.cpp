#include "sim/lab/cluster_look.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/faults/link_ends.hpp"
#include "sim/lab/cluster_look_parts.hpp"
#include "sim/lab/swarm_names.hpp"
#include "sim/model/container.hpp"
#include "sim/model/engine_state.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/targets.hpp"

namespace podium::lab::cluster_look {
namespace {

using model::Container;
using model::ContainerId;
using model::ContainerState;
using view::kNone;
using view::Phase;

const std::string kComposeService = "com.docker.compose.service";
const std::string kComposeProject = "com.docker.compose.project";
const std::string kComposeNumber = "com.docker.compose.container-number";
const std::string kComposeDirectory = "com.docker.compose.project.working_dir";
const std::string kComposeFiles = "com.docker.compose.project.config_files";
const std::string kSwarmService = "com.docker.swarm.service.name";
const std::string kSwarmStack = "com.docker.stack.namespace";

std::string_view label_in(const model::ContainerSpec& spec, const std::string& name) {
    const auto found = spec.labels.find(name);
    return found == spec.labels.end() ? std::string_view() : std::string_view(found->second);
}

void read_hosts(Making& making) {
    const model::World& world = making.world();
    making.view.hosts.reserve(world.hosts.size());
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const model::Host& host = world.hosts[i];
        view::HostView out;
        out.id = static_cast<std::uint32_t>(i + 1);
        out.name = host.spec.name;
        if (i < making.set_up.hosts.size() && making.set_up.hosts[i].name == host.spec.name) out.zone = making.set_up.hosts[i].zone;
        out.engine = model::engine_standing(host);
        out.up = host.up;
        out.frozen = host.frozen;
        out.cpu_millicores = host.spec.cpu_millicores;
        out.memory_bytes = host.spec.memory_bytes;
        out.memory_used_bytes = host.memory_used_bytes;
        out.disk_bytes = host.spec.disk_bytes;
        out.disk_used_bytes = std::min(host.spec.disk_bytes, host.disk_used_bytes + host.disk_filled_bytes);
        making.view.hosts.push_back(std::move(out));
    }
}

// What containers get of the processor, and who of them listens: one walk over all hosts' lists.
void read_processes(Making& making) {
    const model::World& world = making.world();
    making.processor_of.assign(world.containers.size(), 0);
    making.listening.assign(world.containers.size(), false);
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const model::Host& host = world.hosts[i];
        std::int64_t used = 0;
        for (const model::ProcessId id : host.on_processor) {
            const model::Process* process = world.processes.find(id);
            const bool still = process == nullptr || !host.up || host.frozen || process->stopped || process->hung;
            if (still || (process->container && world.container(process->container).state == ContainerState::Paused)) continue;
            used += process->processor_rate;
            if (process->container) making.processor_of[process->container.value - 1] += process->processor_rate;
        }
        making.view.hosts[i].cpu_used_millicores = std::min(used, host.spec.cpu_millicores);
        for (const model::Listener& listener : host.listeners)
            if (listener.container) making.listening[listener.container.value - 1] = true;
    }
}

// Hosts that reach each other, as far as one of each part can say.
void find_parts(Making& making) {
    const model::World& world = making.world();
    std::vector<model::NodeId> firsts;
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const model::Host& host = world.hosts[i];
        std::uint32_t part = 0;
        while (host.up && part < firsts.size() && !world.network.connected(firsts[part], host.node)) ++part;
        if (host.up && part == firsts.size()) firsts.push_back(host.node);
        making.view.hosts[i].part = host.up ? part : kNone;
    }
}

// Its place among the services ever, for its colour: those of the project first, as its file has them.
std::uint32_t place_of_service(Making& making, std::string_view name) {
    const auto& services = making.set_up.services;
    const auto found = std::find_if(services.begin(), services.end(), [name](const ServiceSetUp& service) { return service.name == name; });
    if (found != services.end()) return static_cast<std::uint32_t>(found - services.begin());
    return static_cast<std::uint32_t>(services.size()) + making.compose_services++;
}

// docker-compose 1.29 writes the names of files alone.
void put_project(view::ServiceView& service, const model::ContainerSpec& spec) {
    service.directory = label_in(spec, kComposeDirectory);
    service.files.clear();
    const std::string_view files = label_in(spec, kComposeFiles);
    if (service.directory.empty() || files.empty() || files == "-") return;
    for (const std::string& file : split(files, ',')) service.files.push_back(file.starts_with("/") ? file : service.directory + "/" + file);
}

std::uint32_t service_of_container(Making& making, model::SpecId id, const model::ContainerSpec& spec) {
    std::uint32_t& known = making.service_of_spec[id.value - 1];
    if (known != Making::kUnread) return known;
    known = kNone;
    if (spec.labels.empty()) return known;
    if (const std::string_view name = label_in(spec, kComposeService); !name.empty()) {
        const std::size_t before = making.view.services.size();
        known = making.ensure_service(name, label_in(spec, kComposeProject));
        view::ServiceView& service = making.view.services[known];
        if (making.view.services.size() > before) service.place = place_of_service(making, name);
        service.image = spec.image;
        put_project(service, spec);
    } else if (const std::string_view task_of = label_in(spec, kSwarmService); !task_of.empty()) {
        // Of one that is gone there is no service any more.
        const auto found = making.service_by_name.find({task_of, label_in(spec, kSwarmStack)});
        if (found != making.service_by_name.end()) known = found->second;
    }
    return known;
}

// "web.1", as label_of() has it, without looking for the labels again where there are none. A global
// service's task is called by its host.
std::string tile_name(const Making& making, ContainerId id, const model::ContainerSpec& spec) {
    if (spec.labels.empty()) return std::string(making.world().name_of(id));
    if (const TaskOfContainer of = making.task_of_container(id.value - 1); of.swarm != kNone) {
        const swarm::Store& store = making.swarms[of.swarm].row->store;
        return task_label(store, *store.tasks.find(of.task.value));
    }
    const std::string_view service = label_in(spec, kComposeService);
    const std::string_view number = service.empty() ? std::string_view() : label_in(spec, kComposeNumber);
    if (!number.empty()) return fmt::format("{}.{}", service, number);
    return model::label_of(making.world(), id);
}

void put_use(Making& making, view::Tile& tile, const Container& c, const model::ContainerSpec& spec) {
    constexpr std::int64_t kNanoPerMillicore = 1'000'000;
    const view::HostView& host = making.view.hosts[tile.host];
    const std::int64_t memory = spec.memory_bytes > 0 ? std::min(spec.memory_bytes, host.memory_bytes) : host.memory_bytes;
    tile.use = thousandths(c.detail ? c.detail->memory_bytes : model::outline_memory(c), memory);
    const std::int64_t most = spec.processor_limit_nano() / kNanoPerMillicore;
    const std::int64_t processor = most > 0 ? std::min(most, host.cpu_millicores) : host.cpu_millicores;
    tile.processor = thousandths(making.processor_of[tile.container - 1], processor);
    tile.reserved = thousandths(spec.memory_reservation_bytes, host.memory_bytes);
}

view::Tile tile_of(Making& making, ContainerId id, const Container& c) {
    const model::ContainerSpec& spec = making.world().spec(c);
    view::Tile tile;
    tile.container = id.value;
    tile.host = c.host.value - 1;
    tile.service = service_of_container(making, c.spec, spec);
    const Standing standing = standing_of(making, id);
    making.runs[id.value - 1] = standing.runs;
    tile.phase = standing.phase;
    tile.since = standing.since;
    tile.until = standing.until;
    if (c.detail) {
        const auto& check = c.detail->health_check;
        tile.has_health = check && !check->test.empty() && check->test.front() != "NONE";
        tile.healthy = tile.has_health && standing.runs && c.detail->health.status == model::HealthStatus::Healthy;
    }
    tile.ticks = static_cast<std::uint8_t>(std::min<std::uint32_t>(c.restart_count, UINT8_MAX));
    tile.exit_code = static_cast<std::int16_t>(std::clamp<std::int32_t>(c.exit_code, INT16_MIN, INT16_MAX));
    put_use(making, tile, c, spec);
    tile.name = tile_name(making, id, spec);
    if (const std::string_view own = making.world().name_of(id); own != tile.name) tile.own_name = own;
    return tile;
}

// Tiles by host: containers in order of their ids, then tasks that have none; last what has no host.
void put_tiles(Making& making) {
    const model::World& world = making.world();
    std::vector<view::Tile> bare = bare_tiles(making);
    std::vector<std::uint32_t> place(making.view.hosts.size() + 1, 0);
    const auto row_of = [&making](std::uint32_t host) { return host == kNone ? making.view.hosts.size() : host; };
    for (const Container& c : world.containers)
        if (c.state != ContainerState::Removed) ++place[c.host.value - 1];
    for (const view::Tile& tile : bare) ++place[row_of(tile.host)];
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < place.size(); ++i) {
        if (i < making.view.hosts.size()) {
            making.view.hosts[i].first_tile = begin;
            making.view.hosts[i].tiles = place[i];
        }
        begin += std::exchange(place[i], begin);
    }
    making.view.tiles.resize(begin);
    making.tile_of.assign(world.containers.size(), kNone);
    making.runs.assign(world.containers.size(), false);
    making.service_of_spec.assign(world.specs.size(), Making::kUnread);
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const Container& c = world.containers[i];
        const ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (c.state == ContainerState::Removed) {
            // Its service keeps its place, though it may be none of those that are.
            if (!world.spec(c).of_agent) service_of_container(making, c.spec, world.spec(c));
            continue;
        }
        making.tile_of[i] = place[c.host.value - 1]++;
        making.view.tiles[making.tile_of[i]] = tile_of(making, id, c);
    }
    for (std::size_t i = 0; i < bare.size(); ++i) {
        const std::uint32_t at = place[row_of(bare[i].host)]++;
        making.swarms[making.bare[i].swarm].tile_of[making.bare[i].task.value - 1] = at;
        making.view.tiles[at] = std::move(bare[i]);
    }
}

// Engines know nothing of each other's names, so a name may mean a container on each of several hosts; such containers go by
// their ids. Those that are gone count, too, so that one does not go by another name once it is alone.
void put_ids(Making& making) {
    const model::World& world = making.world();
    if (world.hosts.size() < 2) return;
    constexpr std::uint32_t kSeveral = UINT32_MAX;
    std::vector<std::uint32_t> host_of_name(world.kernel.interner().size() + 1, 0);
    bool any = false;
    for (const Container& c : world.containers) {
        std::uint32_t& host = host_of_name[c.name.value];
        if (host == 0) host = c.host.value;
        if (host == c.host.value || host == kSeveral) continue;
        host = kSeveral;
        any = true;
    }
    for (std::size_t i = 0; any && i < world.containers.size(); ++i) {
        if (making.tile_of[i] == kNone || host_of_name[world.containers[i].name.value] != kSeveral) continue;
        making.view.tiles[making.tile_of[i]].id = model::short_id(model::container_id_text(world, ContainerId{static_cast<std::uint32_t>(i + 1)}));
    }
}

// Whether somebody wants it to run: it was not stopped by hand, nor has it done its work. One that was
// only created counts where Compose has made it, which means to start it.
bool is_wanted(const Container& c, const view::Tile& tile) {
    if (c.state == ContainerState::Created) return tile.phase == Phase::Starting || tile.phase == Phase::Failed || tile.service != kNone;
    if (tile.phase == Phase::Stopping || c.state == ContainerState::Removing) return false;
    if (c.state == ContainerState::Running) return true;
    if (c.manually_stopped) return false;
    return c.state != ContainerState::Exited || tile.phase == Phase::Starting || c.exit_code != 0;
}

void put_ports(view::ServiceView& service, const model::ContainerDetail& detail) {
    constexpr std::size_t kMostPorts = 16;
    for (const model::PublishedPort& port : detail.ports) {
        std::string text = fmt::format("{}->{}/{}", port.host_port, port.container_port, port.protocol);
        if (service.ports.size() >= kMostPorts) return;
        if (std::find(service.ports.begin(), service.ports.end(), text) == service.ports.end()) service.ports.push_back(std::move(text));
    }
}

// Containers that no swarm's agent runs: those of Compose's services, and all others.
void count_containers(Making& making) {
    const model::World& world = making.world();
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        if (making.tile_of[i] == kNone) continue;
        const Container& c = world.containers[i];
        const model::ContainerSpec& spec = world.spec(c);
        if (spec.of_agent) continue;
        const view::Tile& tile = making.view.tiles[making.tile_of[i]];
        const bool wanted = is_wanted(c, tile);
        const bool runs = wanted && making.runs[i];
        making.view.wanted += wanted ? 1U : 0U;
        making.view.running += runs ? 1U : 0U;
        if (spec.memory_reservation_bytes > 0 && c.counts_as_running()) making.view.hosts[tile.host].memory_reserved_bytes += spec.memory_reservation_bytes;
        if (tile.service == kNone) continue;
        view::ServiceView& service = making.view.services[tile.service];
        making.present[tile.service] = true;
        service.wanted += wanted ? 1U : 0U;
        service.running += runs ? 1U : 0U;
        service.ready += runs && tile.phase == Phase::Running ? 1U : 0U;
        if (c.detail) put_ports(service, *c.detail);
    }
}

void add_swarms_to_totals(Making& making) {
    for (const SwarmReading& reading : making.swarms)
        for (const std::uint32_t index : reading.service_of)
            if (index != kNone) {
                making.view.wanted += making.view.services[index].wanted;
                making.view.running += making.view.services[index].running;
            }
}

// Those that the run's project has and nobody has started yet.
void add_expected_services(Making& making) {
    for (std::size_t i = 0; i < making.set_up.services.size(); ++i) {
        const ServiceSetUp& service = making.set_up.services[i];
        const bool known = std::any_of(making.view.services.begin(), making.view.services.end(), [&](const view::ServiceView& other) {
            return other.name == service.name || (!other.stack.empty() && other.name == other.stack + "_" + service.name);
        });
        if (known) continue;
        const std::uint32_t index = making.ensure_service(service.name, {});
        making.present[index] = true;
        making.view.services[index].image = service.image;
        making.view.services[index].directory = making.set_up.directory;
        making.view.services[index].place = static_cast<std::uint32_t>(i);
    }
}

// Those that have their name from several projects, or with a container of no service: also with what is gone, as
// view::ServiceNames has it, so that a service does not go by another name once it is alone.
void put_shared_names(Making& making) {
    const model::World& world = making.world();
    std::map<std::string_view, std::uint32_t> services;
    for (const view::ServiceView& service : making.view.services) ++services[service.name];
    std::map<std::uint32_t, bool> taken;  // by a name that only one service has: a container of none has it, too
    for (view::ServiceView& service : making.view.services) {
        service.shares_name = services[service.name] > 1;
        const StringId name = world.kernel.interner().find(service.name);
        if (name && !service.shares_name && !service.project().empty()) taken.emplace(name.value, false);
    }
    if (taken.empty()) return;
    for (const Container& c : world.containers) {
        if (making.service_of_spec[c.spec.value - 1] < making.view.services.size() || model::is_of_build(c)) continue;
        if (const auto found = taken.find(c.name.value); found != taken.end()) found->second = true;
    }
    for (view::ServiceView& service : making.view.services) {
        const auto found = taken.find(world.kernel.interner().find(service.name).value);
        service.shares_name = service.shares_name || (found != taken.end() && found->second);
    }
}

// By name; those that are gone go. What names them by their number follows.
void sort_services(Making& making) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < making.view.services.size(); ++i)
        if (making.present[i]) order.push_back(i);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const view::ServiceView& first = making.view.services[a];
        const view::ServiceView& second = making.view.services[b];
        return std::tie(first.name, first.stack) < std::tie(second.name, second.stack);
    });
    std::vector<std::uint32_t> now_at(making.view.services.size(), kNone);
    std::vector<view::ServiceView> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t from : order) {
        now_at[from] = static_cast<std::uint32_t>(sorted.size());
        sorted.push_back(std::move(making.view.services[from]));
    }
    making.view.services = std::move(sorted);
    for (view::Tile& tile : making.view.tiles)
        if (tile.service != kNone) tile.service = now_at[tile.service];
    for (view::TaskView& task : making.view.tasks)
        if (task.service != kNone) task.service = now_at[task.service];
}

void add_links(Making& making) {
    const model::Network& network = making.world().network;
    std::map<model::NodeId, std::uint32_t> host_of;
    for (std::size_t i = 0; i < making.world().hosts.size(); ++i) host_of[making.world().hosts[i].node] = static_cast<std::uint32_t>(i);
    const auto index = [&host_of](model::NodeId node) {
        const auto found = host_of.find(node);
        return found == host_of.end() ? kNone : found->second;
    };
    for (std::uint32_t i = 1; i <= network.link_count(); ++i) {
        const auto [first, second] = network.ends({i});
        const model::LinkQuality quality = network.quality({i});
        view::LinkView out;
        out.first = index(first);
        out.second = index(second);
        out.cut = quality.cut;
        out.delay = quality.added_delay;
        out.loss_ppm = quality.loss_ppm;
        out.name = link_name(making.world(), {i});
        making.view.links.push_back(std::move(out));
    }
}

std::vector<std::uint32_t> hosts_of_fault(const Making& making, const faults::ActiveFault& fault) {
    const model::World& world = making.world();
    const auto& list = faults::fault_list();
    const auto spec = std::find_if(list.begin(), list.end(), [&](const faults::FaultSpec& row) { return row.id == fault.request.id; });
    std::vector<std::uint32_t> out;
    if (spec == list.end()) return out;
    const std::string& target = fault.request.target;
    if (spec->target == faults::TargetKind::Container) {
        const std::vector<bool> meant = view::services_meant(making.view, target);
        const auto slash = target.find('/');  // "shop/web.1"
        const std::string project = slash == std::string::npos ? std::string() : target.substr(0, slash);
        for (const view::Tile& tile : making.view.tiles) {
            if (tile.host == kNone || (tile.host == (out.empty() ? kNone : out.back()))) continue;
            const bool of_service = tile.service != kNone && meant[tile.service];
            const bool in_project = !project.empty() && tile.service != kNone && making.view.services[tile.service].project() == project;
            if (of_service || tile.name == target || tile.own_name == target || (in_project && target.substr(slash + 1) == tile.name)) out.push_back(tile.host);
        }
    } else if (spec->target == faults::TargetKind::Link) {
        for (const model::HostId host : faults::hosts_of_link(world, target)) out.push_back(host.value - 1);
    } else {
        std::string named = target;
        std::replace(named.begin(), named.end(), '|', ',');
        const std::vector<std::string> parts = split(named, ',');
        for (std::size_t i = 0; i < world.hosts.size(); ++i) {
            if (std::find(parts.begin(), parts.end(), world.hosts[i].spec.name) != parts.end()) out.push_back(static_cast<std::uint32_t>(i));
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

void add_faults(Making& making) {
    const Journal& journal = making.world().kernel.journal();
    for (const faults::ActiveFault& fault : making.state.faults.active) {
        view::FaultView out;
        out.number = fault.number;
        out.text = fault.request.text();
        out.target = fault.request.target;
        if (journal.has(fault.began)) out.since = journal.at(fault.began).time;
        out.on = hosts_of_fault(making, fault);
        making.view.faults.push_back(std::move(out));
    }
}

void add_pulls(Making& making) {
    const model::World& world = making.world();
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        for (const model::Pull& pull : world.hosts[i].pulls) {
            std::int64_t bytes = 0;
            std::int64_t left = 0;
            for (const model::PullLayer& layer : pull.layers) {
                bytes += layer.layer.compressed_bytes;
                if (layer.done) continue;
                left += layer.transfer && world.transfers.is_active(layer.transfer) ? world.transfers.bytes_left(layer.transfer) : layer.layer.compressed_bytes;
            }
            making.view.pulls.push_back({static_cast<std::uint32_t>(i), pull.reference.familiar(), thousandths(bytes - left, bytes), pull.status == 200 ? pull.failure : pull.message});
        }
    }
}

void add_volumes(Making& making) {
    for (const model::Volume& volume : making.world().volumes) {
        if (volume.removed) continue;
        making.view.volumes.push_back({volume.host.value - 1, volume.name, volume.files.size_bytes(), volume.mounted});
    }
}

}  // namespace

std::string link_name(const model::World& world, model::LinkId link) {
    const model::Network& network = world.network;
    const auto [first, second] = network.ends(link);
    const bool first_is_host = network.kind(first) == model::NodeKind::Host;
    const bool second_is_host = network.kind(second) == model::NodeKind::Host;
    if (first_is_host == second_is_host) return fmt::format("{}-{}", network.name(first), network.name(second));
    return network.name(first_is_host ? first : second);
}

std::uint16_t thousandths(std::int64_t part, std::int64_t whole) {
    if (whole <= 0 || part <= 0) return 0;
    if (part >= whole) return 1000;
    return static_cast<std::uint16_t>(static_cast<double>(part) / static_cast<double>(whole) * 1000.0);
}

std::uint32_t Making::ensure_service(std::string_view name, std::string_view stack) {
    const auto [at, fresh] = service_by_name.try_emplace({name, stack}, static_cast<std::uint32_t>(view.services.size()));
    if (fresh) {
        view.services.emplace_back();
        view.services.back().name = name;
        view.services.back().stack = stack;
        present.push_back(false);
    }
    return at->second;
}

}  // namespace podium::lab::cluster_look

namespace podium::lab {

view::ClusterView look_at_cluster(const SetUp& set_up, const SimState& state, const ClusterWish& wish) {
    cluster_look::Making making{set_up, state, wish};
    making.view.time = state.world.kernel.now();
    cluster_look::read_hosts(making);
    cluster_look::read_processes(making);
    cluster_look::find_parts(making);
    cluster_look::read_swarms(making);
    cluster_look::put_tiles(making);
    cluster_look::put_ids(making);
    cluster_look::add_reservations(making);
    cluster_look::count_containers(making);
    cluster_look::count_tasks(making);
    cluster_look::add_swarms_to_totals(making);
    cluster_look::add_expected_services(making);
    cluster_look::put_shared_names(making);
    cluster_look::sort_services(making);
    cluster_look::add_managers(making);
    cluster_look::add_links(making);
    cluster_look::add_faults(making);
    cluster_look::add_traffic(making);
    cluster_look::add_pulls(making);
    if (wish.flights) cluster_look::add_flights(making);
    if (wish.volumes) cluster_look::add_volumes(making);
    return std::move(making.view);
}

view::ClusterView look_at_cluster(const Session& session, const ClusterWish& wish) {
    return look_at_cluster(session.set_up(), session.state(), wish);
}

}  // namespace podium::lab
