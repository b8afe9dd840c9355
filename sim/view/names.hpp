#pragma once

// What things of a run are and were called. Read-only; sorted, each name once.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/targets.hpp"
#include "sim/model/world.hpp"

namespace podium::view {

/// What services are called where a run is told of: "web", and "shop/web" of the project shop where something else of the run
/// is, or was, called web. It follows from which there are alone, not from when they came.
class ServiceNames {
  public:
    ServiceNames() = default;
    explicit ServiceNames(std::set<model::ServiceIdentity> all) : all_(std::move(all)) {}
    /// Those that all containers there ever were count as.
    static ServiceNames of_run(const model::World& world);
    /// Those of the containers made so far, for whoever tells of a run as it goes: requires each fact, in order. Whether what
    /// was told before is called otherwise from now on.
    bool follow(const model::World& world, const Fact& fact);

    [[nodiscard]] const std::set<model::ServiceIdentity>& all() const { return all_; }
    /// Whether several have a name.
    [[nodiscard]] bool is_shared(const std::string& name) const;
    [[nodiscard]] std::string of(const model::ServiceIdentity& service) const {
        return is_shared(service.name) ? service.whole() : service.name;
    }
    /// Of some, in their order.
    [[nodiscard]] std::vector<std::string> called(const std::set<model::ServiceIdentity>& services) const;
    /// A container's, as model::label_of: "web.1", and "shop/web.1".
    [[nodiscard]] std::string label(const model::World& world, model::ContainerId container) const;

  private:
    std::set<model::ServiceIdentity> all_;
};

/// The services that a name means, whether they have containers still or not: the one of no project that is called so, else those of
/// all projects, "shop/web" of one alone; where none is, those called so in their stacks' files ("web" of shop_web).
std::set<model::ServiceIdentity> services_meant(const model::World& world, const std::string& name);

/// Containers, removed ones too: their names, "web.1", and their services ("web" too of a stack's shop_web), "shop/web.1" and
/// "shop/web" where these share their name.
std::set<std::string> container_names(const model::World& world);
/// The images they were made from, as named then.
std::set<std::string> container_images(const model::World& world);
/// Volumes, removed ones too: their names, and as Compose calls them, without the project's.
std::set<std::string> volume_names(const model::World& world);
/// Hosts.
std::set<std::string> host_names(const model::World& world);
/// Hosts and networks.
std::set<std::string> place_names(const model::World& world);

}  // namespace podium::view
