#pragma once

// What is, by name: services, containers, hosts and volumes as a check or a lesson asks about them;
// and what a fact is about, for those who look for some. Read-only; plain values.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/targets.hpp"
#include "sim/model/world.hpp"
#include "sim/view/slots.hpp"

namespace podium::view {

/// A service of Compose (or a container of that name) as it is now.
struct ServiceState {
    std::uint32_t containers = 0;  ///< Not removed.
    std::uint32_t running = 0;     ///< Running: neither paused nor waiting for a restart.
    std::string health;  ///< The worst of its running containers: "unhealthy", "starting",
                         ///< "healthy", "none" where no check is defined; empty when none runs.
    bool oom_killed = false;  ///< One of them says so.
};

ServiceState service_state(const model::World& world, const std::string& service);

struct ContainerStateView {
    bool exists = false;   ///< And is not removed.
    std::string state;     ///< "running", "exited" …; "removed" when there was one of that name.
    bool running = false;  ///< Its state says so, and its host is on.
    std::string health;
    int exit_code = 0;
    std::uint32_t restarts = 0;  ///< By its policy since it was last started by request.
    bool oom_killed = false;
    std::string image;
};

/// By name, or service.N.
ContainerStateView container_state(const model::World& world, const std::string& name);

struct HostStateView {
    bool exists = false;
    bool up = false;
    std::string engine;  ///< "running", "stopping", "stopped", "starting", "frozen".
    std::int64_t disk_used_bytes = 0;
    std::int64_t memory_used_bytes = 0;
};

HostStateView host_state(const model::World& world, const std::string& name);
/// When a file of a host was last written; none when there is no such file, or it is a directory.
std::optional<Time> host_file_changed(const model::World& world, const std::string& host, const std::string& path);

struct VolumeStateView {
    bool exists = false;
    std::int64_t size_bytes = 0;
    std::uint32_t mounted = 0;  ///< Running containers that use it.
};

/// On any host; Compose's "project_name" or the name itself.
VolumeStateView volume_state(const model::World& world, const std::string& name);
/// A file in a volume: whether it is there, and what it holds.
bool volume_file(const model::World& world,
                 const std::string& volume,
                 const std::string& path,
                 std::string& content);

/// What a fact is and whom it is about.
struct FactInfo {
    std::string_view name;    ///< "container.die".
    std::string_view action;  ///< "die".
    std::string service;
    std::string project;    ///< Of that service, of Compose.
    std::string container;  ///< "web.1", or its name.
    std::string object;  ///< The name of the container, network, volume, image or fault's target.
    std::string host;

    /// Whether "web" or "web.1" is its service or container, "shop/web" or "shop/web.1" of its project.
    [[nodiscard]] bool is_of(const std::string& called) const;
    /// Whether "web" is its service, "shop/web" that of its project.
    [[nodiscard]] bool is_of_service(std::string_view called) const;
};

/// Whether a fact is about a container that a name means: "web.1", its own name, or its short id.
bool is_of_container(const model::World& world, const Fact& fact, const std::string& name);
FactInfo fact_info(const model::World& world, const FactCatalogue& facts, const Fact& fact);
/// Whether a fact of a service (its container's, or its swarm's) is one of the service that a name means: "web" of a project is not
/// meant where a swarm's own is called so.
bool is_of_service(const model::World& world, const FactInfo& info, const std::string& name);
/// Whether a fact is of a fault or of a source of traffic, which have a target.
bool is_aimed(const FactCatalogue& facts, const Fact& fact);
/// Whether that target means the service that a name means, among those whose containers were there then: a fault at web is one of
/// shop/web where it struck that. Where none was there, all that came are asked.
bool is_aimed_at_service(const model::World& world, const FactCatalogue& facts, const Fact& fact, const std::string& name);

/// What has happened to a service so far.
struct ServiceHistory {
    std::uint32_t starts = 0;
    std::uint32_t restarts = 0;  ///< Starts by the restart policy, as in ServiceSummary.
    std::uint32_t moves = 0;     ///< Starts on another node than the slot's last task.
    std::uint32_t deaths = 0;
    bool exited = false;
    int last_exit = 0;
};

/// Follows a journal, each fact once.
class Histories {
  public:
    void follow(const model::World& world, const FactCatalogue& facts);
    /// Of all that a name means, together: the one of no project that is called so, else those of all projects, "shop/web" of one
    /// alone, else those called so in the Compose files of their stacks.
    [[nodiscard]] ServiceHistory of(const std::string& service) const;
    /// Whether a service or a container of none is, or was, called so.
    [[nodiscard]] bool knows(const std::string& service) const;
    /// Of all services together; `exited` and `last_exit` mean nothing there.
    [[nodiscard]] ServiceHistory of_all() const;

    /// The first fact not followed yet.
    [[nodiscard]] FactId next() const { return next_; }

  private:
    struct Kept {
        ServiceHistory history;
        FactId last_death;
    };
    [[nodiscard]] std::vector<const Kept*> meant(const std::string& name) const;

    std::map<model::ServiceIdentity, Kept> services_;
    std::map<std::string, std::set<model::ServiceIdentity>> in_stacks_;  ///< "web": shop_web, blog_web.
    Slots slots_;
    FactId next_{1};
};

/// The services that the containers of that name, their own or service.N, are or were of: of "web.1" those of every project
/// that has one. None of a service's name, and where they are of none.
std::set<model::ServiceIdentity> services_of_container(const model::World& world, const std::string& name);

/// What has happened to a service's containers of that name, their own or service.N, removed ones too. Goes through the
/// whole journal.
ServiceHistory container_history(const model::World& world, const FactCatalogue& facts, const std::string& name);

}  // namespace podium::view
