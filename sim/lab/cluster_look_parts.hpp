#pragma once

// The making of a ClusterView, shared by the files cluster_look*.cpp: what is being put together, and
// what is known by container, host and service meanwhile. Internal to sim/lab.

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/lab/cluster_look.hpp"

namespace podium::lab::cluster_look {

/// A swarm that hosts are part of.
struct SwarmReading {
    const swarm::SwarmRow* row = nullptr;
    model::HostId leader;  ///< None: nobody leads.
    std::vector<model::ContainerId> container_of;  ///< By task's number.
    std::vector<std::uint32_t> tile_of;            ///< The same: of tasks without a container.
    std::vector<std::uint32_t> service_of;         ///< By service's number: in `services`.
};

/// A task by its swarm (in `swarms`); kNone: no task.
struct TaskOfContainer {
    std::uint32_t swarm = view::kNone;
    swarm::TaskId task;
};

/// How one container stands.
struct Standing {
    view::Phase phase = view::Phase::Running;
    Time since{};
    Time until = kNever;
    bool runs = false;  ///< It runs on a host that does, and was not asked to stop.
};

struct Making {
    const SetUp& set_up;
    const SimState& state;
    const ClusterWish& wish;
    view::ClusterView view = {};

    std::vector<SwarmReading> swarms = {};
    std::vector<std::uint32_t> swarm_of = {};               ///< By host: in `swarms`.
    std::vector<TaskOfContainer> task_of = {};              ///< By container; empty without a swarm.
    std::vector<std::uint32_t> tile_of = {};                ///< By container.
    std::vector<std::int64_t> processor_of = {};            ///< By container: what it gets, in millicores.
    std::vector<bool> listening = {};                       ///< By container: a process of it listens.
    std::vector<bool> runs = {};                            ///< By container: Standing::runs.

    /// By name and stack or project; views into what the state holds.
    std::map<std::pair<std::string_view, std::string_view>, std::uint32_t> service_by_name = {};
    std::vector<std::uint32_t> service_of_spec = {};        ///< By specification of a container; kUnread: not looked up.
    std::vector<bool> present = {};                         ///< By service: it has a container, or a swarm has it.
    std::vector<TaskOfContainer> bare = {};                 ///< Whose the tiles of bare_tiles() are.
    std::uint32_t compose_services = 0;                     ///< Found so far, beyond the set-up's.

    static constexpr std::uint32_t kUnread = UINT32_MAX - 1;

    [[nodiscard]] const model::World& world() const { return state.world; }
    [[nodiscard]] Time now() const { return state.world.kernel.now(); }
    /// The swarm of a host; null: it is in none.
    [[nodiscard]] const SwarmReading* swarm_at(std::size_t host) const {
        return host < swarm_of.size() && swarm_of[host] != view::kNone ? &swarms[swarm_of[host]] : nullptr;
    }
    [[nodiscard]] TaskOfContainer task_of_container(std::size_t container) const {
        return container < task_of.size() ? task_of[container] : TaskOfContainer{};
    }
    /// In `services`, which it is put into when it isn't there yet.
    std::uint32_t ensure_service(std::string_view name, std::string_view stack);
};

// --- cluster_look.cpp ---
/// A share in thousandths, at most all.
std::uint16_t thousandths(std::int64_t part, std::int64_t whole);
/// As faults name a link: "one-other" between two hosts; that of a host and a switch by the host alone,
/// all of whose links such a fault takes.
std::string link_name(const model::World& world, model::LinkId link);
/// In `hosts`; kNone for none.
inline std::uint32_t host_index(model::HostId host) {
    return host ? host.value - 1 : view::kNone;
}

// --- cluster_look_standing.cpp ---
Standing standing_of(const Making& making, model::ContainerId id);

// --- cluster_look_swarm.cpp ---
/// Who belongs to which swarm, which containers are whose tasks, and the services of swarms.
void read_swarms(Making& making);
/// Tiles of tasks that have no container, with their hosts.
std::vector<view::Tile> bare_tiles(Making& making);
/// What tasks on a host reserve, as its swarm's managers count it.
void add_reservations(Making& making);
/// How many of each service's tasks should run and do, and the list of tasks.
void count_tasks(Making& making);
void add_managers(Making& making);
/// When a task that waits for its restart may start; none: it waits for none.
std::optional<Time> restart_due(const Making& making, const swarm::Task& task, swarm::TaskId id);

// --- cluster_look_flights.cpp ---
void add_traffic(Making& making);
void add_flights(Making& making);

}  // namespace podium::lab::cluster_look
