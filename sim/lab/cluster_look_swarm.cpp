// Swarms in a ClusterView: who belongs to which, their tasks and services, and their managers.

#include <fmt/format.h>

#include "sim/lab/cluster_look_parts.hpp"
#include "sim/lab/swarm_names.hpp"
#include "sim/lab/swarm_standing.hpp"
#include "sim/orch/swarm/facts.hpp"
#include "sim/orch/swarm/leader/slots.hpp"
#include "sim/orch/swarm/names.hpp"

namespace podium::lab::cluster_look {
namespace {

using swarm::TaskState;
using view::kNone;
using view::Phase;

const std::string kStackLabel = "com.docker.stack.namespace";
constexpr std::size_t kShortTaskId = 12;
// The fact of a restart comes at most so long before the task that it makes, which has to be agreed upon.
constexpr Duration kLongestAgreement = seconds(30);
constexpr std::uint32_t kMostFactsSearched = 20'000;

bool counts_down(const swarm::Task& task) {
    return task.status.state == TaskState::Complete;
}

// Whether a task holds its place on its node: swarmkit counts what was told to stop until it has.
bool holds_place(const swarm::Task& task) {
    return task.node && task.status.state >= TaskState::Assigned && task.status.state <= TaskState::Running;
}

void read_hosts_of(Making& making, std::uint32_t index) {
    SwarmReading& reading = making.swarms[index];
    const swarm::Store& store = reading.row->store;
    reading.container_of.assign(store.tasks.last_number(), {});
    reading.tile_of.assign(store.tasks.last_number(), kNone);
    const raft::MemberId leader = reading.row->group.leader();
    if (leader) {
        const auto found = reading.row->host_of.find(leader);
        if (found != reading.row->host_of.end()) reading.leader = found->second;
    }
    const auto& rows = making.state.swarm.state().hosts;
    for (std::size_t host = 0; host < rows.size(); ++host) {
        if (making.swarm_of[host] != index) continue;
        for (const auto& [id, task] : rows[host].agent.tasks) {
            if (!task.container || store.tasks.find(id.value) == nullptr) continue;
            reading.container_of[id.value - 1] = task.container;
            making.task_of[task.container.value - 1] = {index, id};
        }
    }
}

void read_node(Making& making, const SwarmReading& reading, const swarm::Node& node) {
    if (!node.host || node.host.value > making.view.hosts.size()) return;
    const swarm::HostRow& row = making.state.swarm.state().hosts[node.host.value - 1];
    view::HostView& host = making.view.hosts[node.host.value - 1];
    if (making.swarm_at(node.host.value - 1) != &reading || reading.row->store.nodes.find(row.node.value) != &node) return;
    host.role = node.host == reading.leader ? "leader" : row.manager ? "manager" : "worker";
    host.availability = swarm::availability_name(node.spec.availability);
    host.node_state = swarm::node_state_name(node.state);
    const model::World& world = making.world();
    if (reading.leader && host.up && node.host != reading.leader)
        host.cut_off = !world.network.connected(world.host(node.host).node, world.host(reading.leader).node);
}

std::vector<std::string> ports_of(const swarm::EndpointSpec& endpoint) {
    std::vector<std::string> out;
    for (const swarm::Port& port : endpoint.ports) {
        const std::string inside = fmt::format("{}/{}", port.target, port.protocol);
        out.push_back(port.published == 0 ? inside : fmt::format("{}->{}", port.published, inside));
    }
    return out;
}

void read_services(Making& making, SwarmReading& reading) {
    const swarm::Store& store = reading.row->store;
    reading.service_of.assign(store.services.last_number(), kNone);
    store.services.for_each([&](std::uint32_t number, const swarm::Service& service) {
        const auto stack = service.spec.labels.find(kStackLabel);
        const std::string_view in = stack == service.spec.labels.end() ? std::string_view() : std::string_view(stack->second);
        const std::uint32_t index = making.ensure_service(service.spec.name, in);
        reading.service_of[number - 1] = index;
        making.present[index] = true;
        view::ServiceView& out = making.view.services[index];
        if (service.spec.task) out.image = service.spec.task->container.image;
        out.mode = swarm::mode_name(service.spec.mode.kind);
        out.update = swarm::update_state_name(service.update.state);
        out.ports = ports_of(service.endpoint);
        out.place = static_cast<std::uint32_t>(making.set_up.services.size()) + number - 1;
    });
}

std::uint32_t host_of_node(const swarm::Store& store, swarm::NodeId node) {
    const swarm::Node* row = store.nodes.find(node.value);
    return row == nullptr ? kNone : host_index(row->host);
}

// Where a job has nothing left to do, nothing should run; where it is to run on every node, those that
// may take it.
std::uint32_t wanted_of(const swarm::Store& store, const swarm::Service& service, std::uint32_t unfinished) {
    switch (service.spec.mode.kind) {
        case swarm::ModeKind::Replicated: return static_cast<std::uint32_t>(service.spec.mode.replicas);
        case swarm::ModeKind::Global: break;
        case swarm::ModeKind::ReplicatedJob:
        case swarm::ModeKind::GlobalJob: return unfinished;
    }
    std::uint32_t nodes = 0;
    const swarm::Placement* placement = service.spec.task ? swarm::placement_of(*service.spec.task) : nullptr;
    store.nodes.for_each([&](std::uint32_t number, const swarm::Node& node) {
        if (!swarm::invalid_node(&node) && swarm::meets_constraints(placement, {number}, node)) ++nodes;
    });
    return nodes;
}

// How the services' tasks stand, in one walk over all tasks.
struct Counted {
    std::uint32_t unfinished = 0;
    std::uint32_t updated = 0;
    std::uint32_t running = 0;
    std::uint32_t ready = 0;
};

std::uint32_t tile_of_task(const Making& making, const SwarmReading& reading, swarm::TaskId id) {
    const model::ContainerId container = reading.container_of[id.value - 1];
    const std::uint32_t by_container = container ? making.tile_of[container.value - 1] : kNone;
    return by_container != kNone ? by_container : reading.tile_of[id.value - 1];
}

bool tile_runs(const Making& making, const view::Tile& tile) {
    return tile.container != 0 && making.runs[tile.container - 1];
}

void count_task(const Making& making, const SwarmReading& reading, swarm::TaskId id, const swarm::Task& task, Counted& out) {
    if (!is_to_run(task)) return;
    if (!counts_down(task)) ++out.unfinished;
    const swarm::Service* service = reading.row->store.services.find(task.service.value);
    if (service == nullptr) return;
    const std::uint32_t tile = tile_of_task(making, reading, id);
    if (tile == kNone || !tile_runs(making, making.view.tiles[tile])) return;
    ++out.running;
    if (making.view.tiles[tile].phase == Phase::Running) ++out.ready;
    if (!swarm::is_dirty(reading.row->store, *service, task)) ++out.updated;
}

view::TaskView task_view(const Making& making, const SwarmReading& reading, swarm::TaskId id, const swarm::Task& task) {
    view::TaskView out;
    out.id = task.meta.id.view().substr(0, kShortTaskId);
    out.name = task_label(reading.row->store, task);
    out.service = task.service.value <= reading.service_of.size() ? reading.service_of[task.service.value - 1] : kNone;
    out.host = host_of_node(reading.row->store, task.node);
    out.tile = tile_of_task(making, reading, id);
    out.desired = swarm::task_state_name(task.desired);
    out.state = swarm::task_state_name(task.status.state);
    out.error = task.status.error;
    out.since = task.status.since;
    out.number = id.value;
    if (task.slot == 0) out.name_in_facts = swarm::name_of(reading.row->store, task);
    return out;
}

std::uint16_t reserved_share(const Making& making, std::uint32_t host, const swarm::Task& task) {
    if (host == kNone || !task.spec) return 0;
    return thousandths(task.spec->reservations.memory_bytes, making.view.hosts[host].memory_bytes);
}

}  // namespace

void read_swarms(Making& making) {
    const auto& all = making.state.swarm.state();
    making.swarm_of.assign(making.view.hosts.size(), kNone);
    std::vector<std::uint32_t> index_of(all.swarms.size(), kNone);
    for (std::size_t host = 0; host < all.hosts.size(); ++host) {
        const std::uint32_t number = all.hosts[host].swarm;
        if (number == 0) continue;
        if (index_of[number - 1] == kNone) {
            index_of[number - 1] = static_cast<std::uint32_t>(making.swarms.size());
            making.swarms.push_back({&all.swarms[number - 1], {}, {}, {}, {}});
        }
        making.swarm_of[host] = index_of[number - 1];
    }
    if (making.swarms.empty()) return;
    making.task_of.assign(making.world().containers.size(), {});
    for (std::uint32_t i = 0; i < making.swarms.size(); ++i) {
        read_hosts_of(making, i);
        SwarmReading& reading = making.swarms[i];
        reading.row->store.nodes.for_each([&](std::uint32_t, const swarm::Node& node) { read_node(making, reading, node); });
        read_services(making, reading);
    }
}

std::optional<Time> restart_due(const Making& making, const swarm::Task& task, swarm::TaskId id) {
    if (task.desired != TaskState::Ready || task.status.state > TaskState::Ready) return std::nullopt;
    const Kernel& kernel = making.world().kernel;
    const Journal& journal = kernel.journal();
    std::uint32_t begin = journal.first().value;  // the first fact after the task was made lies between these
    std::uint32_t end = journal.last().value + 1;
    while (begin < end) {
        const std::uint32_t middle = begin + (end - begin) / 2;
        if (journal.at({middle}).time > task.meta.created) {
            end = middle;
        } else {
            begin = middle + 1;
        }
    }
    std::uint32_t searched = 0;
    while (begin > journal.first().value && searched++ < kMostFactsSearched) {
        const Fact fact = journal.at({--begin});
        if (task.meta.created - fact.time > kLongestAgreement) break;
        if (fact.kind != swarm::kFactTaskRestart) continue;
        const auto number = [&](std::string_view field) { return fact_catalogue().field(fact, field, kernel.interner()).number; };
        if (number("replacement") != id.value) continue;
        const std::int64_t delay = number("delay");
        return delay > 0 ? std::optional(task.meta.created + Duration{delay}) : std::nullopt;
    }
    return std::nullopt;
}

std::vector<view::Tile> bare_tiles(Making& making) {
    std::vector<view::Tile> out;
    for (std::uint32_t index = 0; index < making.swarms.size(); ++index) {
        const SwarmReading& reading = making.swarms[index];
        reading.row->store.tasks.for_each([&](std::uint32_t number, const swarm::Task& task) {
            const model::ContainerId container = reading.container_of[number - 1];
            if (!task.service || !is_to_run(task) || task.status.state >= TaskState::Running) return;
            if (container && making.world().container(container).state != model::ContainerState::Removed) return;
            view::Tile tile;
            tile.host = host_of_node(reading.row->store, task.node);
            tile.service = task.service.value <= reading.service_of.size() ? reading.service_of[task.service.value - 1] : kNone;
            tile.phase = tile.host == kNone ? Phase::Pending : Phase::Pulling;
            tile.since = task.status.since;
            if (const auto due = restart_due(making, task, {number}); due && tile.phase == Phase::Pulling) {
                tile.phase = Phase::BackOff;
                tile.since = task.meta.created;
                tile.until = std::max(*due, making.now());
            }
            if (tile.host != kNone) {
                const view::HostView& host = making.view.hosts[tile.host];
                if (!host.up || host.frozen || host.cut_off) tile = {.host = tile.host, .service = tile.service, .phase = Phase::Lost};
            }
            tile.reserved = reserved_share(making, tile.host, task);
            tile.name = task_label(reading.row->store, task);
            out.push_back(std::move(tile));
            making.bare.push_back({index, {number}});
        });
    }
    return out;
}

void add_reservations(Making& making) {
    constexpr std::int64_t kNanoPerMillicore = 1'000'000;
    for (const SwarmReading& reading : making.swarms) {
        reading.row->store.tasks.for_each([&](std::uint32_t, const swarm::Task& task) {
            const std::uint32_t host = host_of_node(reading.row->store, task.node);
            if (host == kNone || !task.spec || !holds_place(task)) return;
            making.view.hosts[host].cpu_reserved_millicores += task.spec->reservations.nano_cpus / kNanoPerMillicore;
            making.view.hosts[host].memory_reserved_bytes += task.spec->reservations.memory_bytes;
        });
    }
}

void count_tasks(Making& making) {
    for (const SwarmReading& reading : making.swarms) {
        const swarm::Store& store = reading.row->store;
        std::vector<Counted> counted(store.services.last_number());
        store.tasks.for_each([&](std::uint32_t number, const swarm::Task& task) {
            if (!task.service) return;
            if (task.service.value <= counted.size()) count_task(making, reading, {number}, task, counted[task.service.value - 1]);
            if (making.wish.tasks) making.view.tasks.push_back(task_view(making, reading, {number}, task));
        });
        store.services.for_each([&](std::uint32_t number, const swarm::Service& service) {
            const Counted& of = counted[number - 1];
            view::ServiceView& out = making.view.services[reading.service_of[number - 1]];
            out.wanted = wanted_of(store, service, of.unfinished);
            out.running = of.running;
            out.ready = of.ready;
            out.updated = of.updated;
        });
    }
}

void add_managers(Making& making) {
    const auto& rows = making.state.swarm.state().hosts;
    for (std::size_t host = 0; host < rows.size(); ++host) {
        const swarm::HostRow& row = rows[host];
        const SwarmReading* reading = making.swarm_at(host);
        if (reading == nullptr || !row.member || !row.manager) continue;
        const raft::Group& group = reading->row->group;
        view::ManagerView out;
        out.host = static_cast<std::uint32_t>(host);
        out.state = "away";
        if (group.presence(row.member) != raft::Presence::Stopped) {
            const raft::Node& node = group.node(row.member);
            out.term = node.term();
            out.committed = node.commit();
            out.last = node.log().last();
            out.limit = static_cast<std::int32_t>(node.election_timeout());
            if (group.presence(row.member) == raft::Presence::Running && making.view.hosts[host].up) {
                out.state = node.role() == raft::Role::Leader      ? "leader"
                            : node.role() == raft::Role::Follower ? "follower"
                                                                  : "candidate";
                // How far it is from an election only the member itself knows. It is a value that goes on alike when
                // copied: the ticks that are left are those after which a copy that hears nothing holds one.
                raft::Node copy = node;
                std::int32_t left = 0;
                while (node.role() == raft::Role::Follower && node.can_lead() && left < out.limit && copy.role() == raft::Role::Follower && copy.term() == node.term()) {
                    copy.tick();
                    ++left;
                }
                if (left > 0) out.elapsed = out.limit - left;
            }
        }
        making.view.managers.push_back(std::move(out));
    }
}

}  // namespace podium::lab::cluster_look
