#pragma once

// From a service of a project to what the engine is asked to make a container from.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/model/container_spec.hpp"
#include "sim/programs/compose_file/project.hpp"
#include "sim/programs/compose/found.hpp"

namespace podium::programs::composing {

/// What one container of a service is made with.
struct ContainerWish {
    const compose::Project* project = nullptr;
    const compose::Service* service = nullptr;
    std::string name;
    std::int64_t number = 1;
    bool oneoff = false;
    bool aliases = true;             ///< Of a one-off container: with --use-aliases.
    std::string slug;                ///< Of a one-off container.
    std::string image_id;
    bool replaces = false;           ///< Made under a stand-in's name, to replace another.
    const Found* previous = nullptr; ///< Replaced by this one: its anonymous volumes are kept,
    const std::set<std::string>* image_volumes = nullptr;  ///< and what it had where the image (1.29: its own) has a volume.
    /// The containers that `network_mode: service:x` and `volumes_from: x` mean.
    const std::map<std::string, std::string>* container_names = nullptr;
};

struct ContainerPlan {
    model::ContainerSpec spec;                  ///< Names its first network only, as API 1.41 takes one.
    std::vector<model::EndpointSpec> networks;  ///< All of them, in the order they are connected.
};

ContainerPlan container_spec_of(const ContainerWish& wish);

/// "busybox:latest"; for a service that is only built, the name its image gets.
std::string image_of(const compose::Project& project, const compose::Service& service);
/// The name of a service's n-th container.
std::string container_name_of(const compose::Project& project, const compose::Service& service, std::int64_t number);
/// What the label config-hash holds: equal when a container need not be made anew.
/// V2: why a service's secrets and configs that are no files can't be put into its container (injectFileReferences);
/// empty when they can.
std::string injection_error(const compose::Project& project, const compose::Service& service);
/// V2: why no container of a service can be asked for: what only a swarm has, and what an engine of API 1.41 is too old
/// for; empty when one can.
std::string creation_error(const compose::Project& project, const compose::Service& service);
/// What the engine says of a service's restart policy that it doesn't know; empty where it knows it.
std::string refused_restart(const compose::Project& project, const compose::Service& service);
std::string config_hash_of(const compose::Project& project, const compose::Service& service);
/// '_' for docker-compose 1.29, '-' for docker compose 2.
char separator_of(const compose::Project& project);
/// Where the client puts the text of a secret or config that has no file on the host.
std::string inline_file_path(const compose::Project& project, const std::string& section, const std::string& key);

}  // namespace podium::programs::composing
