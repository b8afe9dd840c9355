// The verbs that exist in life and that Podium doesn't carry out: each is refused by name, by
// Podium or, where a swarm is missing, by the engine.

#include <array>

#include "sim/programs/docker/commands.hpp"

namespace podium::programs::docker {
namespace {

using enum Absence;

constexpr std::string_view kBuilding = "building images";
constexpr std::string_view kArchives = "images and file systems as archives";
constexpr std::string_view kUploads = "uploads to registries";
constexpr std::string_view kCommits = "images made from containers";
constexpr std::string_view kManifests = "manifests of images";
constexpr std::string_view kPlugins = "plugins of the engine";
constexpr std::string_view kSignatures = "signatures of images";
constexpr std::string_view kContexts = "contexts as archives";
constexpr std::string_view kSwarms = "swarms";

constexpr std::array kAbsent{
    AbsentVerb{"builder prune", "Remove build cache", NotSimulated, kBuilding},
    AbsentVerb{"buildx", "", NotSimulated, kBuilding},
    AbsentVerb{"bake", "", NotSimulated, kBuilding},
    AbsentVerb{"manifest annotate",
               "Add additional information to a local image manifest",
               NotSimulated,
               kManifests},
    AbsentVerb{"manifest create",
               "Create a local manifest list for annotating and pushing to a registry",
               NotSimulated,
               kManifests},
    AbsentVerb{"manifest inspect",
               "Display an image manifest, or manifest list",
               NotSimulated,
               kManifests},
    AbsentVerb{"manifest push", "Push a manifest list to a repository", NotSimulated, kManifests},
    AbsentVerb{"manifest rm",
               "Delete one or more manifest lists from local storage",
               NotSimulated,
               kManifests},
    AbsentVerb{"plugin create",
               "Create a plugin from a rootfs and configuration. Plugin data directory must "
               "contain config.json and rootfs directory.",
               NotSimulated,
               kPlugins},
    AbsentVerb{"plugin disable", "Disable a plugin", NotSimulated, kPlugins},
    AbsentVerb{"plugin enable", "Enable a plugin", NotSimulated, kPlugins},
    AbsentVerb{"plugin inspect",
               "Display detailed information on one or more plugins",
               NotSimulated,
               kPlugins},
    AbsentVerb{"plugin install", "Install a plugin", NotSimulated, kPlugins},
    AbsentVerb{"plugin ls", "List plugins", NotSimulated, kPlugins},
    AbsentVerb{"plugin push", "Push a plugin to a registry", NotSimulated, kPlugins},
    AbsentVerb{"plugin rm", "Remove one or more plugins", NotSimulated, kPlugins},
    AbsentVerb{"plugin set", "Change settings for a plugin", NotSimulated, kPlugins},
    AbsentVerb{"plugin upgrade", "Upgrade an existing plugin", NotSimulated, kPlugins},
    AbsentVerb{"trust inspect",
               "Return low-level information about keys and signatures",
               NotSimulated,
               kSignatures},
    AbsentVerb{"trust revoke", "Remove trust for an image", NotSimulated, kSignatures},
    AbsentVerb{"trust sign", "Sign an image", NotSimulated, kSignatures},
    AbsentVerb{"trust key", "", NotSimulated, kSignatures},
    AbsentVerb{"trust signer", "", NotSimulated, kSignatures},
    AbsentVerb{"checkpoint", "", Experimental, {}},
    AbsentVerb{"push", "Upload an image to a registry", NotSimulated, kUploads},
    AbsentVerb{"image push", "Upload an image to a registry", NotSimulated, kUploads},
    AbsentVerb{"login", "Authenticate to a registry", NotSimulated, "accounts at registries"},
    AbsentVerb{"search", "Search Docker Hub for images", NotSimulated, "the search of registries"},
    AbsentVerb{"commit", "Create a new image from a container's changes", NotSimulated, kCommits},
    AbsentVerb{"container commit",
               "Create a new image from a container's changes",
               NotSimulated,
               kCommits},
    AbsentVerb{
        "export", "Export a container's filesystem as a tar archive", NotSimulated, kArchives},
    AbsentVerb{"container export",
               "Export a container's filesystem as a tar archive",
               NotSimulated,
               kArchives},
    AbsentVerb{"import",
               "Import the contents from a tarball to create a filesystem image",
               NotSimulated,
               kArchives},
    AbsentVerb{"image import",
               "Import the contents from a tarball to create a filesystem image",
               NotSimulated,
               kArchives},
    AbsentVerb{"load", "Load an image from a tar archive or STDIN", NotSimulated, kArchives},
    AbsentVerb{"image load", "Load an image from a tar archive or STDIN", NotSimulated, kArchives},
    AbsentVerb{"save",
               "Save one or more images to a tar archive (streamed to STDOUT by default)",
               NotSimulated,
               kArchives},
    AbsentVerb{"image save",
               "Save one or more images to a tar archive (streamed to STDOUT by default)",
               NotSimulated,
               kArchives},
    AbsentVerb{"context export",
               "Export a context to a tar archive FILE or a tar stream on STDOUT.",
               NotSimulated,
               kContexts},
    AbsentVerb{
        "context import", "Import a context from a tar or zip file", NotSimulated, kContexts},
    AbsentVerb{"volume update", "", NotSimulated, "cluster volumes"},
    AbsentVerb{"swarm init", "Initialize a swarm", NotSimulated, kSwarms},
    AbsentVerb{"swarm join", "Join a swarm as a node and/or manager", NotSimulated, kSwarms},
    AbsentVerb{"swarm leave", "", NoSwarm, {}},
    AbsentVerb{"swarm ca", "", NoSwarmManager, {}},
    AbsentVerb{"swarm join-token", "", NoSwarmManager, {}},
    AbsentVerb{"swarm unlock", "", NoSwarmManager, {}},
    AbsentVerb{"swarm unlock-key", "", NoSwarmManager, {}},
    AbsentVerb{"swarm update", "", NoSwarmManager, {}},
    AbsentVerb{
        "node demote", "Demote one or more nodes from manager in the swarm", NoSwarmManager, {}},
    AbsentVerb{
        "node inspect", "Display detailed information on one or more nodes", NoSwarmManager, {}},
    AbsentVerb{"node ls", "List nodes in the swarm", NoSwarmManager, {}},
    AbsentVerb{
        "node promote", "Promote one or more nodes to manager in the swarm", NoSwarmManager, {}},
    AbsentVerb{"node ps",
               "List tasks running on one or more nodes, defaults to current node",
               NoSwarmManager,
               {}},
    AbsentVerb{"node rm", "Remove one or more nodes from the swarm", NoSwarmManager, {}},
    AbsentVerb{"node update", "Update a node", NoSwarmManager, {}},
    AbsentVerb{"node list", "", NoSwarmManager, {}},
    AbsentVerb{"node remove", "", NoSwarmManager, {}},
    AbsentVerb{"service create", "Create a new service", NoSwarmManager, {}},
    AbsentVerb{"service inspect",
               "Display detailed information on one or more services",
               NoSwarmManager,
               {}},
    AbsentVerb{"service logs", "Fetch the logs of a service or task", NoSwarmManager, {}},
    AbsentVerb{"service ls", "List services", NoSwarmManager, {}},
    AbsentVerb{"service ps", "List the tasks of one or more services", NoSwarmManager, {}},
    AbsentVerb{"service rm", "Remove one or more services", NoSwarmManager, {}},
    AbsentVerb{
        "service rollback", "Revert changes to a service's configuration", NoSwarmManager, {}},
    AbsentVerb{"service scale", "Scale one or multiple replicated services", NoSwarmManager, {}},
    AbsentVerb{"service update", "Update a service", NoSwarmManager, {}},
    AbsentVerb{"service list", "", NoSwarmManager, {}},
    AbsentVerb{"service remove", "", NoSwarmManager, {}},
    AbsentVerb{"stack config",
               "Outputs the final config file, after doing merges and interpolations",
               NoSwarmManager,
               {}},
    AbsentVerb{
        "stack deploy", "Deploy a new stack or update an existing stack", NoSwarmManager, {}},
    AbsentVerb{"stack ls", "List stacks", NoSwarmManager, {}},
    AbsentVerb{"stack ps", "List the tasks in the stack", NoSwarmManager, {}},
    AbsentVerb{"stack rm", "Remove one or more stacks", NoSwarmManager, {}},
    AbsentVerb{"stack services", "List the services in the stack", NoSwarmManager, {}},
    AbsentVerb{"stack list", "", NoSwarmManager, {}},
    AbsentVerb{"stack remove", "", NoSwarmManager, {}},
    AbsentVerb{
        "secret create", "Create a secret from a file or STDIN as content", NoSwarmManager, {}},
    AbsentVerb{"secret inspect",
               "Display detailed information on one or more secrets",
               NoSwarmManager,
               {}},
    AbsentVerb{"secret ls", "List secrets", NoSwarmManager, {}},
    AbsentVerb{"secret rm", "Remove one or more secrets", NoSwarmManager, {}},
    AbsentVerb{"secret list", "", NoSwarmManager, {}},
    AbsentVerb{"secret remove", "", NoSwarmManager, {}},
    AbsentVerb{"config create", "Create a config from a file or STDIN", NoSwarmManager, {}},
    AbsentVerb{"config inspect",
               "Display detailed information on one or more configs",
               NoSwarmManager,
               {}},
    AbsentVerb{"config ls", "List configs", NoSwarmManager, {}},
    AbsentVerb{"config rm", "Remove one or more configs", NoSwarmManager, {}},
    AbsentVerb{"config list", "", NoSwarmManager, {}},
    AbsentVerb{"config remove", "", NoSwarmManager, {}},
    AbsentVerb{"stack up", "", NoSwarmManager, {}},
    AbsentVerb{"stack down", "", NoSwarmManager, {}},
};

}  // namespace

std::span<const AbsentVerb> absent_verbs() {
    return kAbsent;
}

}  // namespace podium::programs::docker
