#pragma once

// Whom a person means by a name: a service (all its containers), service.N, a container, or a host. Of a service of Compose
// "project/service" is a name, too: another project may have one that is called the same.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

/// Which service: two projects of Compose may each have one of the same name.
struct ServiceIdentity {
    std::string name;     ///< "web"; of a container of no service its own.
    std::string project;  ///< Of Compose; empty: it is of none.

    auto operator<=>(const ServiceIdentity&) const = default;
    /// "shop/web"; of no project its name.
    [[nodiscard]] std::string whole() const { return project.empty() ? name : project + "/" + name; }
};

/// The service a container belongs to by its labels (of Compose, of a swarm), else empty.
std::string service_of(const World& world, ContainerId container);
/// The service's name in the Compose file of its stack: "web" of shop_web; empty when it is of none.
std::string stack_service_of(const World& world, ContainerId container);
/// The project of Compose that it is of; empty when it is of none.
std::string project_of(const World& world, ContainerId container);
/// Whether a text names a service: "web", and "shop/web" where it is of the project shop.
bool names_service(std::string_view text, const std::string& service, const std::string& project);
/// Its number within the service; 0 when it has none.
std::uint32_t number_of(const World& world, ContainerId container);
/// Whether it runs a step of `docker build`: it belongs to no service, whatever name the engine gave it.
bool is_of_build(const Container& container);
/// What it counts as where services are counted: its service, one of none by its own name; without a name for a build's.
ServiceIdentity counted_as(const World& world, ContainerId container);
/// How people refer to it in short: "web.1" for a service's container, else its name.
std::string label_of(const World& world, ContainerId container);
/// Whether a text is its short id: the first twelve digits, by which it alone is meant where others on other hosts are called the same.
bool has_short_id(const World& world, ContainerId container, std::string_view text);
/// By what a target means a container, the weakest first; of several containers only those meant by the
/// strongest are meant at all. "web" means a service that is of no project, a swarm's, before those of projects.
enum class TargetMatch : std::uint8_t { None, Id, StackService, ProjectService, Service, Name };
TargetMatch match_of(const World& world, ContainerId container, const std::string& target);
/// The containers a target means, oldest first: by name, by service (of no project, else of every project that has one called so,
/// "shop/web" of that one alone), by the service's name in the Compose file of its stack ("web" of shop_web), by id. Removed ones only when `removed` is set.
std::vector<ContainerId> containers_named(const World& world, const std::string& target, bool removed = false);
/// "TERM" for 15.
std::string signal_text(int signal);
HostId host_named(const World& world, const std::string& name);

}  // namespace podium::model
