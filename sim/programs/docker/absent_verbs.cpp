// The verbs that exist in life and that Podium doesn't carry out: each is refused by name.

#include <array>

#include "sim/programs/docker/commands.hpp"

namespace podium::programs::docker {
namespace {

using enum Absence;

constexpr std::string_view kBuilding = "BuildKit";
constexpr std::string_view kArchives = "images and file systems as archives";
constexpr std::string_view kUploads = "uploads to registries";
constexpr std::string_view kManifests = "manifests of images";
constexpr std::string_view kPlugins = "plugins of the engine";
constexpr std::string_view kSignatures = "signatures of images";
constexpr std::string_view kContexts = "contexts as archives";

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
};

}  // namespace

std::span<const AbsentVerb> absent_verbs() {
    return kAbsent;
}

}  // namespace podium::programs::docker
