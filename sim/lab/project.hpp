#pragma once

// A Compose project of the person's own machine, brought into a run: which files it needs, where they
// are put on the simulated host, which variables matter, and what of it is not simulated.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/files.hpp"
#include "sim/lab/command.hpp"

namespace podium::lab {

struct ProjectRequest {
    const FileReader* files = nullptr;
    std::vector<std::string> paths;     ///< As given; relative to working_directory.
    std::string working_directory;      ///< Absolute, of the person.
    std::vector<std::string> profiles;
    std::map<std::string, std::string> environment;
    std::string catalogue;              ///< The text of scenarios/images.yaml; empty: images are not looked up.
    std::int64_t cpus = 4;              ///< Of the host the project is brought onto.
    /// It is for docker stack deploy, or may be: what docker compose alone would refuse is left to it.
    bool for_stack = false;
};

/// Something a file asks for that Podium does not simulate, or that docker compose leaves to docker stack deploy.
struct NotSimulated {
    std::string path;      ///< "services.web.cpuset".
    Place place;
    std::string sentence;
    bool stack_acts = false;  ///< docker stack deploy acts on it, here too.
};

/// A folder that the engine will make, as nothing stands where a service's bind mount has its source.
struct MadeFolder {
    std::string path;      ///< "services.web.volumes[0]".
    Place place;
    std::string source;    ///< "./html", or absolute when it is not below the project's folder.
};

/// Where a file says what a service runs: its command, else its entrypoint, build or image.
struct ProgramPlace {
    std::string path;      ///< "services.web.command".
    Place place;
};

/// "there is no ./html: Docker makes an empty folder there".
std::string made_folders_sentence(std::vector<std::string> sources);

/// What a project declares, whatever the profile; sorted, each name once.
struct DeclaredNames {
    std::vector<std::string> services;  ///< With what it calls their containers.
    std::vector<std::string> volumes;   ///< As its file calls them, and as the engine does.
    std::vector<std::string> images;
    std::vector<std::string> others;    ///< The project itself and its networks.
};

struct PreparedProject {
    std::string name;
    std::vector<ServiceSetUp> services;
    DeclaredNames names;
    std::vector<HostFile> files;            ///< For host `host`.
    std::string directory;                  ///< On the simulated host.
    std::vector<std::string> environment;   ///< "NAME=value", only what the files mention.
    std::string up_line;                    ///< "docker compose up -d", with -f and --profile as needed.
    /// What makes the networks and volumes that the file counts on ("external") and its machine would have: "docker network
    /// create proxy", a line each. Those that every engine has are not among them.
    std::vector<std::string> external_lines;
    std::string stack_line;                 ///< "docker stack deploy -c compose.yaml NAME": the same in a swarm.
    std::vector<NotSimulated> not_simulated;
    /// Of the services that are active, with `docker compose` (a stack's tasks are rejected instead). Not out of the ordinary for
    /// data, and a mistake for what is to be served.
    std::vector<MadeFolder> made_folders;
    std::vector<NotSimulated> unknown_images;  ///< Not in the catalogue: they act out its default.
    std::vector<Error> refusals;        ///< What the engine of a host with `ProjectRequest::cpus` will refuse; with places.
    std::map<std::string, ProgramPlace> programs;  ///< By the names of the services that are active.
    std::map<std::string, std::int64_t> replicas;  ///< How many containers each service asks for.
    std::vector<std::string> warnings;
};

/// Loads the project as `docker compose` would and gathers what a run needs. Errors have file, line and
/// column.
Result<PreparedProject> prepare_project(const ProjectRequest& request, const std::string& host);

/// What is typed to bring the project up on its machine: `external_lines`, then `up_line`.
std::string line_to_come_up(const PreparedProject& project);

/// What docker compose calls a project in a folder where nothing else is said.
std::string usual_project_name(std::string_view directory);
/// Whether a project of Compose can be called so.
bool is_project_name(const std::string& name);
/// Whether it can be an image's name: an error says how one is written.
Result<void> check_image_name(const std::string& name);
/// Of an image (or its registry) that a fault is to break: an error when no service of the project asks for it, so that it
/// would break nothing. Of services that are built here it is not known what they are built from.
Result<void> check_fault_source(const SetUp& set_up, const std::string& target, bool registry);

}  // namespace podium::lab
