#pragma once

// What `up` does with the containers of a project: which are kept, started, made anew, made or taken
// away. Decides from what the engine has and puts the work on a board.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/programs/compose/board.hpp"
#include "sim/programs/compose/found.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::programs::composing {

struct Convergence {
    const compose::Project* project = nullptr;
    std::vector<std::string> services;              ///< Dependencies first.
    std::vector<Found> containers;                  ///< Of the project, without one-off ones.
    std::map<std::string, std::string> image_ids;   ///< By service.
    std::map<std::string, std::set<std::string>> image_volumes;  ///< By image: where it has volumes.
    std::map<std::string, std::string> gone_images; ///< V1: of images that containers have and the engine has no more, what it says.
    bool reset_images = false;                      ///< V1: these containers count as made from their service's image.
    std::map<std::string, std::int64_t> scales;     ///< --scale.
    std::set<std::string> named;                    ///< Named on the command line; empty: all.
    std::string timeout;                            ///< -t, or empty.
    bool force_recreate = false;
    bool no_recreate = false;
    bool recreate_dependencies = false;
    bool renew_volumes = false;
    bool start = true;
    bool wait = false;         ///< V2: --wait,
    Time wait_until = kNever;  ///< and --wait-timeout,
    std::string wait_timeout;  ///< as it is told: "10s".
    bool rescale = true;       ///< V1: false for `run`, whose dependencies keep their number.
    bool scaling_only = false; ///< V1: the command `scale`: nothing is made anew.
};

/// The work of docker-compose 1.29: a service is made and started before those that need it are made.
void converge_v1(const Convergence& wish, Board& board);
/// The work of docker compose 2: what `create` does, and what `start` does with the containers there are then.
void make_v2(const Convergence& wish, Board& board);
void start_v2(const Convergence& wish, Board& board);

/// What both do the same way.
std::vector<Found> containers_of(const Convergence& wish, const std::string& service);
/// Where an image has volumes; null for one that isn't there.
const std::set<std::string>* image_volumes_of(const Convergence& wish, const std::string& image_id);
std::int64_t scale_of(const Convergence& wish, const compose::Service& service);
bool diverged(const Convergence& wish, const compose::Service& service, const std::vector<Found>& containers);
Act act_for(model::Operation operation, const std::string& target, std::string failure = {});
Act stop_act(const std::string& target, const std::string& seconds);
Act remove_act(const std::string& target, bool volumes = false, bool force = false);
/// Joins the task's own new container to a network.
Act connect_act(const model::EndpointSpec& endpoint, const std::vector<std::string>& more_aliases = {});
/// 1.29: starts a container, which first is on the networks of its service as it should be.
void add_start_v1(const compose::Project& project, const compose::Service& service, const Found& found, Task& task);
Act rename_act(const std::string& target, const std::string& name);
Act create_act(std::shared_ptr<const model::ContainerSpec> spec, const std::string& name, const std::string& service);
/// Waits for a dependency's condition; `containers` are those that docker compose 2 tells about.
Act wait_act(const compose::Project& project, const compose::Dependency& dependency, const std::vector<Found>& containers = {});
/// "Container p-web-1", as docker compose 2 tells of a container.
std::string container_subject(const std::string& name);
Act shown(Act act, std::string begin, std::string end, std::string error_status = {});
/// The names by which network_mode: service:x finds its container.
std::map<std::string, std::string> container_names(const Convergence& wish);

}  // namespace podium::programs::composing
