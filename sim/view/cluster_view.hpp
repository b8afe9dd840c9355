#pragma once

// What a cluster looks like at one moment: hosts, what runs on them, the links between them, services,
// managers, requests under way and faults. Plain values that name each other by their place in these
// lists, so that a copy can be handed to another thread and never changes. Made by
// lab::look_at_cluster() between two instants; nothing here is part of a run.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/core/fact.hpp"

namespace podium::view {

/// How a container (or a task that has none) stands, as a picture tells it: the worst that is true.
enum class Phase : std::uint8_t {
    Pending,   ///< A task without a node.
    Pulling,   ///< Its image is on its way, or its task is being prepared.
    Created,   ///< Made and not started.
    Starting,  ///< It runs and its health check has not passed yet, or it can't be reached yet.
    Running,
    Unhealthy,
    Paused,
    BackOff,      ///< Waits for its policy's restart.
    Stopping,     ///< It was asked to stop and has not ended.
    OutOfMemory,  ///< Ended by the OOM killer, and stays down.
    Failed,       ///< Ended with another status than 0, and stays down.
    Exited,       ///< Ended with 0, or as asked for.
    Lost,         ///< Its host is down, frozen or cut off: a ghost.
};
inline constexpr std::size_t kPhases = 13;

/// "running", "waits for its restart": for tooltips and those who can't see colours.
std::string_view phase_name(Phase phase);

/// No host, service, tile ...
inline constexpr std::uint32_t kNone = UINT32_MAX;

struct Tile {
    std::uint32_t container = 0;  ///< Its id, stable over the run; 0: a task without one.
    std::uint32_t host = kNone;   ///< In `hosts`.
    std::uint32_t service = kNone;
    Phase phase = Phase::Running;
    bool healthy = false;      ///< It has a health check, and that passes.
    bool has_health = false;
    std::uint8_t ticks = 0;    ///< Restarts by policy, at most 255.
    std::int16_t exit_code = 0;
    std::uint16_t use = 0;     ///< Memory in use of what it may (its limit, else its host's), in thousandths.
    std::uint16_t processor = 0;  ///< Processor time it gets of what it may, in thousandths.
    std::uint16_t reserved = 0;   ///< Memory reserved of its host's, in thousandths.
    Time since{};              ///< Of its phase; 0: not known.
    Time until = kNever;       ///< BackOff: its restart; Stopping: its kill.
    std::string name;          ///< "web.1", "agent.swarm-moe" of a global service, or the container's name.
    std::string own_name;      ///< The container's name where that is another: "shop-web-1".
    std::string id;            ///< Its short id, where a container on another host is, or was, called the same: by that alone it is
                               ///< meant and no other; else empty.
};

struct HostView {
    std::uint32_t id = 0;
    std::string name;
    std::string zone;
    std::string role;  ///< "leader", "manager", "worker"; empty: in no swarm.
    std::string availability;  ///< "active", "pause", "drain"; empty: in no swarm.
    std::string node_state;    ///< As the managers see it: "ready", "down" ...; empty: in no swarm.
    std::string engine;        ///< "running", "stopped" ...
    bool up = true;
    bool frozen = false;
    std::int64_t cpu_millicores = 0;
    std::int64_t cpu_used_millicores = 0;
    std::int64_t cpu_reserved_millicores = 0;
    std::int64_t memory_bytes = 0;
    std::int64_t memory_used_bytes = 0;
    std::int64_t memory_reserved_bytes = 0;
    std::int64_t disk_bytes = 0;
    std::int64_t disk_used_bytes = 0;
    std::uint32_t first_tile = 0;  ///< Its tiles stand together in `tiles`.
    std::uint32_t tiles = 0;
    bool cut_off = false;    ///< It is up, and there is no way between it and the leader of its swarm.
    std::uint32_t part = 0;  ///< Hosts of different parts don't reach each other; kNone while it is down.
};

struct LinkView {
    std::uint32_t first = kNone;  ///< In `hosts`.
    std::uint32_t second = kNone;
    bool cut = false;
    Duration delay{};  ///< Added by faults.
    std::int64_t loss_ppm = 0;
    std::string name;  ///< As faults name it: "one-other", or the host alone where the other end is a switch
                       ///< (which is none of `hosts`).
};

struct ServiceView {
    std::string name;
    std::string stack;  ///< Or its project; empty: neither.
    std::string image;
    std::string mode;   ///< "replicated", "global", "replicated-job" ...; empty: not a swarm's.
    std::uint32_t wanted = 0;   ///< Containers that should run.
    std::uint32_t running = 0;
    std::uint32_t ready = 0;    ///< Running, and healthy where there is a check.
    std::string update;         ///< "updating" ...; empty: none.
    std::uint32_t updated = 0;  ///< Tasks of the new version.
    std::vector<std::string> ports;  ///< "8080->80/tcp".
    std::uint32_t place = 0;  ///< Among the services the run has had, in the order they came: for its colour.
    std::string directory;           ///< Of Compose: its project's, as its newest container's labels have it; empty: not known.
    std::vector<std::string> files;  ///< The same: the project's files, by their whole paths; empty: not known, or read from a pipe.
    bool shares_name = false;  ///< Something else in this run is, or was, called so, too: another project's service.

    /// Of Compose; empty: it is of none.
    [[nodiscard]] std::string project() const { return mode.empty() ? stack : std::string(); }
    /// What it is called in this run: "web", and "shop/web" where it shares its name.
    [[nodiscard]] std::string called() const;
    /// "shop/web", and "web" of no project: what it is called whichever others come.
    [[nodiscard]] std::string whole() const;
    /// Whether a name means it: "web", which may mean others too, and "shop/web".
    [[nodiscard]] bool is_called(std::string_view text) const;
};

/// A task of a swarm: what is wanted beside what is.
struct TaskView {
    std::string id;
    std::string name;  ///< "web.2".
    std::uint32_t service = kNone;
    std::uint32_t host = kNone;
    std::uint32_t tile = kNone;  ///< None: it has ended without a container, or that is removed.
    std::string desired;
    std::string state;
    std::string error;
    Time since{};
    std::uint32_t number = 0;      ///< Its swarm's, by which facts are about it.
    std::string name_in_facts;     ///< Where that is another: "agent.<its node's id>" of a global service.
};

/// A manager as a member of the managers' consensus.
struct ManagerView {
    std::uint32_t host = kNone;
    std::uint64_t term = 0;
    std::string state;  ///< "leader", "follower", "candidate"; "away" when its host is.
    std::int32_t elapsed = 0;  ///< Ticks since it heard of a leader, of
    std::int32_t limit = 0;    ///< so many after which it stands for election.
    std::uint64_t committed = 0;
    std::uint64_t last = 0;
};

/// A request, a heartbeat or a probe under way.
struct FlightView {
    enum class Kind : std::uint8_t { Request, Answer, Failure, Heartbeat, Probe };
    Kind kind = Kind::Request;
    std::uint32_t from_host = kNone;  ///< kNone: from outside.
    std::uint32_t to_host = kNone;
    std::uint32_t tile = kNone;
    Time sent{};
    std::uint32_t source = kNone;  ///< In `traffic`.
    Time arrives = kNever;         ///< As far as known.
};

struct TrafficView {
    std::string name;
    std::string target;
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
    std::int64_t rate_milli = 0;  ///< Requests a second, in thousandths: of the last ten seconds where
                                  ///< somebody has followed them (lab::TrafficRates), else since it began.
    std::int64_t failed_milli = 0;  ///< Failures a second, the same.
    Duration median{};
    bool sending = false;
    bool failing = false;
};

struct FaultView {
    std::uint32_t number = 0;
    std::string text;  ///< As it was injected; `lift TEXT` ends it.
    std::string target;
    Time since{};
    std::vector<std::uint32_t> on;  ///< The hosts it names, or on which what it names is.
};

/// An image on its way to a host.
struct PullView {
    std::uint32_t host = kNone;
    std::string image;
    std::uint16_t done = 0;  ///< Of its bytes that were missing, in thousandths.
    std::string failure;     ///< Why it will fail; empty: it may succeed.
};

/// A volume or a network, for lists.
struct VolumeView {
    std::uint32_t host = kNone;
    std::string name;
    std::int64_t size_bytes = 0;
    std::uint32_t mounted = 0;
};

struct ClusterView {
    Time time{};
    std::vector<HostView> hosts;
    std::vector<Tile> tiles;  ///< By host; those without one last.
    std::vector<LinkView> links;
    std::vector<ServiceView> services;  ///< By name.
    std::vector<TaskView> tasks;
    std::vector<ManagerView> managers;
    std::vector<FlightView> flights;
    std::vector<TrafficView> traffic;
    std::vector<FaultView> faults;
    std::vector<VolumeView> volumes;
    std::uint32_t running = 0;  ///< Containers that run, of those
    std::uint32_t wanted = 0;   ///< that should.
    std::vector<PullView> pulls;
};

/// Whether of two tiles of one name (a ghost or what has failed, and what has taken its place) the first is meant: what runs comes
/// before what is on its way, then a ghost, what is over, and what has no container; of equals the newest.
bool is_meant_before(const Tile& one, const Tile& other);
/// The tile that a name means, a person's or the container's own, or its Tile::id; kNone: none.
std::uint32_t tile_meant(const ClusterView& view, std::string_view name);
/// The same of tasks: what has no container yet comes before those that have one, as it is the newest of its slot, and what has
/// neither comes last.
bool is_meant_before(const ClusterView& view, const TaskView& one, const TaskView& other);
/// The service that a name means, of several of a name the one that is of no project: it is called nothing else; kNone: none.
std::uint32_t service_meant(const ClusterView& view, std::string_view name);
/// Of each service whether a target means it: the one that is called so as a whole, else those of all projects that are called so,
/// else those called so in their stacks' files ("web" of shop_web).
std::vector<bool> services_meant(const ClusterView& view, std::string_view name);
/// The task that a name means, "web.1", or its id; kNone: none.
std::uint32_t task_meant(const ClusterView& view, std::string_view name);

}  // namespace podium::view
