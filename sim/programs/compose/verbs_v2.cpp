// The commands and flags of docker compose 2.40.

#include <array>

#include "sim/programs/compose/flag_rows.hpp"
#include "sim/programs/compose/verbs.hpp"

namespace podium::programs::composing {
namespace {

constexpr Flag hidden(Flag flag) {
    flag.hidden = true;
    return flag;
}

constexpr Flag also(std::string_view name, std::string_view same_as, FlagKind kind) {
    Flag flag = real(name, 0, kind, {});
    flag.same_as = same_as;
    flag.hidden = true;
    return flag;
}

constexpr Flag kTimeout = real("timeout", 't', kInteger, "Specify a shutdown timeout in seconds");
constexpr Flag kForceRecreate = real("force-recreate", 0, kSwitch, "Recreate containers even if their configuration and image haven't changed");
constexpr Flag kNoRecreate = real("no-recreate", 0, kSwitch, "If containers already exist, don't recreate them. Incompatible with --force-recreate.");
constexpr Flag kRemoveOrphans = real("remove-orphans", 0, kSwitch, "Remove containers for services not defined in the Compose file");
constexpr Flag kBuild = real("build", 0, kSwitch, "Build images before starting containers");
constexpr Flag kNoBuild = real("no-build", 0, kSwitch, "Don't build an image, even if it's policy");
constexpr Flag kScale = real("scale", 0, kList, "Scale SERVICE to NUM instances. Overrides the scale setting in the Compose file if present.");
constexpr Flag kQuietBuild = real("quiet-build", 0, kSwitch, "Suppress the build output");
constexpr Flag kPullPolicy = real("pull", 0, kText, "Pull image before running (\"always\"|\"missing\"|\"never\")", "policy");
constexpr Flag kQuietPull = real("quiet-pull", 0, kSwitch, "Pull without printing progress information");
constexpr Flag kYes = real("yes", 'y', kSwitch, "Assume \"yes\" as answer to all prompts and run non-interactively");
constexpr Flag kNoDeps = real("no-deps", 0, kSwitch, "Don't start linked services");

constexpr std::array kGlobals{
    real("all-resources", 0, kSwitch, "Include all resources, even those not used by services"),
    real("ansi", 0, kText, "Control when to print ANSI control characters (\"never\"|\"always\"|\"auto\")", "auto"),
    real("compatibility", 0, kSwitch, "Run compose in backward compatibility mode"),
    real("dry-run", 0, kSwitch, "Execute command in dry run mode"),
    real("env-file", 0, kList, "Specify an alternate environment file"),
    real("file", 'f', kList, "Compose configuration files"),
    hidden(real("no-ansi", 0, kSwitch, "Do not print ANSI control characters (DEPRECATED)")),
    refused("parallel", 0, kInteger, "Control max parallelism, -1 for unlimited", "-1"),
    real("profile", 0, kList, "Specify a profile to enable"),
    real("progress", 0, kText, "Set type of progress output (auto, tty, plain, json, quiet)"),
    real("project-directory", 0, kText, "Specify an alternate working directory (default: the path of the, first specified, Compose file)"),
    real("project-name", 'p', kText, "Project name"),
    hidden(refused("verbose", 0, kSwitch, "Show more output")),
    hidden(real("version", 'v', kSwitch, "Show the Docker Compose version information")),
    also("workdir", "project-directory", kText),
};

constexpr std::array kUp{
    real("abort-on-container-exit", 0, kSwitch, "Stops all containers if any container was stopped. Incompatible with -d"),
    real("abort-on-container-failure", 0, kSwitch, "Stops all containers if any container exited with failure. Incompatible with -d"),
    real("always-recreate-deps", 0, kSwitch, "Recreate dependent containers. Incompatible with --no-recreate."),
    real("attach", 0, kList, "Restrict attaching to the specified services. Incompatible with --attach-dependencies."),
    real("attach-dependencies", 0, kSwitch, "Automatically attach to log output of dependent services"),
    kBuild,
    real("detach", 'd', kSwitch, "Detached mode: Run containers in the background"),
    real("exit-code-from", 0, kText, "Return the exit code of the selected service container. Implies --abort-on-container-exit"),
    kForceRecreate,
    refused("menu", 0, kSwitch, "Enable interactive shortcuts when running attached. Incompatible with --detach. Can also be enable/disable by setting COMPOSE_MENU environment var."),
    real("no-attach", 0, kList, "Do not attach (stream logs) to the specified services"),
    kNoBuild,
    real("no-color", 0, kSwitch, "Produce monochrome output"),
    kNoDeps,
    real("no-log-prefix", 0, kSwitch, "Don't print prefix in logs"),
    kNoRecreate,
    real("no-start", 0, kSwitch, "Don't start the services after creating them"),
    kPullPolicy,
    kQuietBuild,
    kQuietPull,
    kRemoveOrphans,
    real("renew-anon-volumes", 'V', kSwitch, "Recreate anonymous volumes instead of retrieving data from the previous containers"),
    kScale,
    real("timeout", 't', kInteger, "Use this timeout in seconds for container shutdown when attached or when containers are already running"),
    real("timestamps", 0, kSwitch, "Show timestamps"),
    real("wait", 0, kSwitch, "Wait for services to be running|healthy. Implies detached mode."),
    real("wait-timeout", 0, kInteger, "Maximum duration in seconds to wait for the project to be running|healthy"),
    refused("watch", 'w', kSwitch, "Watch source code and rebuild/refresh containers when files are updated."),
    kYes,
    also("y", "yes", kSwitch),
};
constexpr std::array kCreate{
    kBuild,
    kForceRecreate,
    kNoBuild,
    kNoRecreate,
    real("pull", 0, kText, "Pull image before running (\"always\"|\"missing\"|\"never\"|\"build\")", "policy"),
    kQuietPull,
    kRemoveOrphans,
    kScale,
    kYes,
    also("y", "yes", kSwitch),
};
constexpr std::array kScaleFlags{kNoDeps};
constexpr std::array kDown{
    also("volume", "volumes", kSwitch),
    kRemoveOrphans,
    real("rmi", 0, kText, "Remove images used by services. \"local\" remove only images that don't have a custom tag (\"local\"|\"all\")"),
    kTimeout,
    real("volumes", 'v', kSwitch, "Remove named volumes declared in the \"volumes\" section of the Compose file and anonymous volumes attached to containers"),
};
constexpr std::array kStop{kTimeout};
constexpr std::array kRestart{real("no-deps", 0, kSwitch, "Don't restart dependent services"), kTimeout};
constexpr std::array kKill{
    kRemoveOrphans,
    real("signal", 's', kText, "SIGNAL to send to the container", "SIGKILL"),
};
constexpr std::array kRemove{
    hidden(real("all", 'a', kSwitch, "Deprecated - no effect")),
    real("force", 'f', kSwitch, "Don't ask to confirm removal"),
    real("stop", 's', kSwitch, "Stop the containers, if required, before removing"),
    real("volumes", 'v', kSwitch, "Remove any anonymous volumes attached to containers"),
};
constexpr std::array kPs{
    real("all", 'a', kSwitch, "Show all stopped containers (including those created by the run command)"),
    real("filter", 0, kText, "Filter services by a property (supported filters: status)"),
    real("format", 0, kText, "Format output using a custom template", "table"),
    real("no-trunc", 0, kSwitch, "Don't truncate output"),
    real("orphans", 0, kSwitch, "Include orphaned services (not declared by project)", "true"),
    real("quiet", 'q', kSwitch, "Only display IDs"),
    real("services", 0, kSwitch, "Display services"),
    real("status", 0, kList, "Filter services by status. Values: [paused | restarting | removing | running | dead | created | exited]"),
};
constexpr std::array kLogs{
    real("follow", 'f', kSwitch, "Follow log output"),
    real("index", 0, kInteger, "index of the container if service has multiple replicas"),
    real("no-color", 0, kSwitch, "Produce monochrome output"),
    real("no-log-prefix", 0, kSwitch, "Don't print prefix in logs"),
    real("since", 0, kText, "Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)"),
    real("tail", 'n', kText, "Number of lines to show from the end of the logs for each container", "all"),
    real("timestamps", 't', kSwitch, "Show timestamps"),
    real("until", 0, kText, "Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)"),
};
constexpr std::array kExec{
    real("detach", 'd', kSwitch, "Detached mode: Run command in the background"),
    real("env", 'e', kList, "Set environment variables"),
    real("index", 0, kInteger, "Index of the container if service has multiple replicas"),
    hidden(real("interactive", 'i', kSwitch, "Keep STDIN open even if not attached", "true")),
    real("no-tty", 'T', kSwitch, "Disable pseudo-TTY allocation. By default 'docker compose exec' allocates a TTY.", "true"),
    also("no-TTY", "no-tty", kSwitch),
    real("privileged", 0, kSwitch, "Give extended privileges to the process"),
    // The real one reads this flag and leaves it at that.
    hidden(real("tty", 't', kSwitch, "Allocate a pseudo-TTY", "true")),
    real("user", 'u', kText, "Run the command as this user"),
    real("workdir", 'w', kText, "Path to workdir directory for this command"),
};
constexpr std::array kRun{
    real("build", 0, kSwitch, "Build image before starting container"),
    real("cap-add", 0, kList, "Add Linux capabilities"),
    real("cap-drop", 0, kList, "Drop Linux capabilities"),
    real("detach", 'd', kSwitch, "Run container in background and print container ID"),
    real("entrypoint", 0, kText, "Override the entrypoint of the image"),
    real("env", 'e', kList, "Set environment variables"),
    real("env-from-file", 0, kList, "Set environment variables from file"),
    real("interactive", 'i', kSwitch, "Keep STDIN open even if not attached", "true"),
    real("label", 'l', kList, "Add or override a label"),
    also("labels", "label", kList),
    real("name", 0, kText, "Assign a name to the container"),
    real("no-TTY", 'T', kSwitch, "Disable pseudo-TTY allocation (default: auto-detected)", "true"),
    kNoDeps,
    real("publish", 'p', kList, "Publish a container's port(s) to the host"),
    kPullPolicy,
    real("quiet", 'q', kSwitch, "Don't print anything to STDOUT"),
    real("quiet-build", 0, kSwitch, "Suppress progress output from the build process"),
    kQuietPull,
    kRemoveOrphans,
    real("rm", 0, kSwitch, "Automatically remove the container when it exits"),
    real("service-ports", 'P', kSwitch, "Run command with all service's ports enabled and mapped to the host"),
    hidden(real("tty", 't', kSwitch, "Allocate a pseudo-TTY", "true")),
    real("use-aliases", 0, kSwitch, "Use the service's network useAliases in the network(s) the container connects to"),
    real("user", 'u', kText, "Run as specified username or uid"),
    real("volume", 'v', kList, "Bind mount a volume"),
    also("volumes", "volume", kList),
    real("workdir", 'w', kText, "Working directory inside the container"),
};
constexpr std::array kConfig{
    real("environment", 0, kSwitch, "Print environment used for interpolation."),
    real("format", 0, kText, "Format the output. Values: [yaml | json]"),
    real("hash", 0, kText, "Print the service config hash, one per line."),
    real("images", 0, kSwitch, "Print the image names, one per line."),
    refused("lock-image-digests", 0, kSwitch, "Produces an override file with image digests"),
    real("models", 0, kSwitch, "Print the model names, one per line."),
    real("networks", 0, kSwitch, "Print the network names, one per line."),
    refused("no-consistency", 0, kSwitch, "Don't check model consistency - warning: may produce invalid Compose output"),
    refused("no-env-resolution", 0, kSwitch, "Don't resolve service env files"),
    real("no-interpolate", 0, kSwitch, "Don't interpolate environment variables"),
    refused("no-normalize", 0, kSwitch, "Don't normalize compose model"),
    refused("no-path-resolution", 0, kSwitch, "Don't resolve file paths"),
    real("output", 'o', kText, "Save to file (default to stdout)"),
    real("profiles", 0, kSwitch, "Print the profile names, one per line."),
    real("quiet", 'q', kSwitch, "Only validate the configuration, don't print anything"),
    refused("resolve-image-digests", 0, kSwitch, "Pin image tags to digests"),
    real("services", 0, kSwitch, "Print the service names, one per line."),
    refused("variables", 0, kSwitch, "Print model variables and default values."),
    real("volumes", 0, kSwitch, "Print the volume names, one per line."),
};
constexpr std::array kPort{
    real("index", 0, kInteger, "Index of the container if service has multiple replicas"),
    real("protocol", 0, kText, "tcp or udp", "tcp"),
};
constexpr std::array kImages{real("format", 0, kText, "Format the output. Values: [table | json]", "table"), real("quiet", 'q', kSwitch, "Only display IDs")};
constexpr std::array kPull{
    real("ignore-buildable", 0, kSwitch, "Ignore images that can be built"),
    real("ignore-pull-failures", 0, kSwitch, "Pull what it can and ignores images with pull failures"),
    real("include-deps", 0, kSwitch, "Also pull services declared as dependencies"),
    hidden(real("no-parallel", 0, kSwitch, "DEPRECATED disable parallel pulling")),
    hidden(real("parallel", 0, kSwitch, "DEPRECATED pull multiple images in parallel")),
    real("policy", 0, kText, "Apply pull policy (\"missing\"|\"always\")"),
    real("quiet", 'q', kSwitch, "Pull without printing progress information"),
};
constexpr std::array kBuildFlags{
    real("build-arg", 0, kList, "Set build-time variables for services"),
    refused("builder", 0, kText, "Set builder to use"),
    refused("check", 0, kSwitch, "Check build configuration"),
    hidden(real("compress", 0, kSwitch, "Compress the build context using gzip. DEPRECATED")),
    hidden(real("force-rm", 0, kSwitch, "Always remove intermediate containers. DEPRECATED")),
    real("memory", 'm', FlagKind::Size, "Set memory limit for the build container. Not supported by BuildKit."),
    real("no-cache", 0, kSwitch, "Do not use cache when building the image"),
    hidden(real("no-rm", 0, kSwitch, "Do not remove intermediate containers after a successful build. DEPRECATED")),
    hidden(real("parallel", 0, kSwitch, "Build images in parallel. DEPRECATED")),
    refused("print", 0, kSwitch, "Print equivalent bake file"),
    hidden(refused("progress", 0, kText, "Set type of ui output (auto, tty, plain, json, quiet)")),
    refused("provenance", 0, kText, "Add a provenance attestation"),
    real("pull", 0, kSwitch, "Always attempt to pull a newer version of the image"),
    refused("push", 0, kSwitch, "Push service images"),
    real("quiet", 'q', kSwitch, "Suppress the build output"),
    refused("sbom", 0, kText, "Add a SBOM attestation"),
    refused("ssh", 0, kText, "Set SSH authentications used when building service images. (use 'default' for using your default SSH Agent)"),
    real("with-dependencies", 0, kSwitch, "Also build dependencies (transitively)"),
};
constexpr std::array kEvents{
    real("json", 0, kSwitch, "Output events as a stream of json objects"),
    real("since", 0, kText, "Show all events created since timestamp"),
    real("until", 0, kText, "Stream events until this timestamp"),
};
constexpr std::array kVersion{
    real("format", 'f', kText, "Format the output. Values: [pretty | json]. (Default: pretty)"),
    real("short", 0, kSwitch, "Shows only Compose's version number"),
};
constexpr std::array kLs{
    real("all", 'a', kSwitch, "Show all stopped Compose projects"),
    real("filter", 0, docker::FlagKind::Filter, "Filter output based on conditions provided"),
    real("format", 0, kText, "Format the output. Values: [table | json]", "table"),
    real("quiet", 'q', kSwitch, "Only display project names"),
};
constexpr std::array kAttach{
    real("detach-keys", 0, kText, "Override the key sequence for detaching from a container."),
    real("index", 0, kInteger, "index of the container if service has multiple replicas."),
    real("no-stdin", 0, kSwitch, "Do not attach STDIN"),
    real("sig-proxy", 0, kSwitch, "Proxy all received signals to the process", "true"),
};
constexpr std::array kCopy{
    real("all", 0, kSwitch, "Include containers created by the run command"),
    refused("archive", 'a', kSwitch, "Archive mode (copy all uid/gid information)"),
    refused("follow-link", 'L', kSwitch, "Always follow symbol link in SRC_PATH"),
    real("index", 0, kInteger, "Index of the container if service has multiple replicas"),
};
constexpr std::array kStats{
    real("all", 'a', kSwitch, "Show all containers (default shows just running)"),
    real("format", 0, kText, "Format output using a custom template"),
    real("no-stream", 0, kSwitch, "Disable streaming stats and only pull the first result"),
    real("no-trunc", 0, kSwitch, "Do not truncate output"),
};
constexpr std::array kVolumes{
    real("format", 0, kText, "Format output using a custom template", "table"),
    real("quiet", 'q', kSwitch, "Only display volume names"),
};
constexpr std::array kWait{real("down-project", 0, kSwitch, "Drops project when the first container stops")};

constexpr std::string_view kServices = "[OPTIONS] [SERVICE...]";

constexpr std::array kVerbs{
    ComposeVerb{"attach", "[OPTIONS] SERVICE", "Attach local standard input, output, and error streams to a service's running container", kAttach, 1, start_attach, true, false, 1},
    ComposeVerb{"build", kServices, "Build or rebuild services", kBuildFlags, 0, start_build, true, true},
    ComposeVerb{"bridge", "CMD [OPTIONS]", "Convert compose files into another model", {}, 0, nullptr},
    ComposeVerb{"commit", "[OPTIONS] SERVICE [REPOSITORY[:TAG]]", "Create a new image from a service container's changes", {}, 0, nullptr},
    ComposeVerb{"config", kServices, "Parse, resolve and render compose file in canonical format", kConfig, 0, start_config},
    ComposeVerb{"convert", kServices, "Parse, resolve and render compose file in canonical format", kConfig, 0, start_config},
    ComposeVerb{"cp", "[OPTIONS] SERVICE:SRC_PATH DEST_PATH|-", "Copy files/folders between a service container and the local filesystem", kCopy, 2, start_copy, true, false, 2},
    ComposeVerb{"create", kServices, "Creates containers for a service", kCreate, 0, start_create, true, true},
    ComposeVerb{"down", "[OPTIONS] [SERVICES]", "Stop and remove containers, networks", kDown, 0, start_down},
    ComposeVerb{"events", kServices, "Receive real time events from containers", kEvents, 0, start_events},
    ComposeVerb{"exec", "[OPTIONS] SERVICE COMMAND [ARGS...]", "Execute a command in a running container", kExec, 2, start_exec, false},
    ComposeVerb{"export", "[OPTIONS] SERVICE", "Export a service container's filesystem as a tar archive", {}, 0, nullptr},
    ComposeVerb{"images", kServices, "List images used by the created containers", kImages, 0, start_images},
    ComposeVerb{"kill", kServices, "Force stop service containers", kKill, 0, start_kill},
    ComposeVerb{"logs", kServices, "View output from containers", kLogs, 0, start_logs},
    ComposeVerb{"ls", "[OPTIONS]", "List running compose projects", kLs, 0, start_projects, true, false, 0},
    ComposeVerb{"pause", "[SERVICE...]", "Pause services", {}, 0, start_pause},
    ComposeVerb{"port", "[OPTIONS] SERVICE PRIVATE_PORT", "Print the public port for a port binding", kPort, 2, start_port},
    ComposeVerb{"ps", kServices, "List containers", kPs, 0, start_list},
    ComposeVerb{"publish", "[OPTIONS] REPOSITORY[:TAG]", "Publish compose application", {}, 0, nullptr},
    ComposeVerb{"pull", kServices, "Pull service images", kPull, 0, start_pull},
    ComposeVerb{"push", kServices, "Push service images", {}, 0, nullptr},
    ComposeVerb{"restart", kServices, "Restart service containers", kRestart, 0, start_restart},
    ComposeVerb{"rm", kServices, "Removes stopped service containers", kRemove, 0, start_remove},
    ComposeVerb{"run", "[OPTIONS] SERVICE [COMMAND] [ARGS...]", "Run a one-off command on a service", kRun, 1, start_run, false, true},
    ComposeVerb{"scale", "[SERVICE=REPLICAS...]", "Scale services ", kScaleFlags, 1, start_scale, true, true},
    ComposeVerb{"start", "[SERVICE...]", "Start services", {}, 0, start_start},
    ComposeVerb{"stats", "[OPTIONS] [SERVICE]", "Display a live stream of container(s) resource usage statistics", kStats, 0, start_stats, true, false, 1},
    ComposeVerb{"stop", kServices, "Stop services", kStop, 0, start_stop},
    ComposeVerb{"top", "[SERVICES...]", "Display the running processes", {}, 0, start_top},
    ComposeVerb{"unpause", "[SERVICE...]", "Unpause services", {}, 0, start_unpause},
    ComposeVerb{"up", kServices, "Create and start containers", kUp, 0, start_up, true, true},
    ComposeVerb{"version", "[OPTIONS]", "Show the Docker Compose version information", kVersion, 0, start_version, true, false, 0},
    ComposeVerb{"volumes", kServices, "List volumes", kVolumes, 0, start_volumes},
    ComposeVerb{"wait", "SERVICE [SERVICE...] [OPTIONS]", "Block until containers of all (or specified) services stop.", kWait, 1, start_wait},
    ComposeVerb{"watch", "[SERVICE...]", "Watch build context for service and rebuild/refresh containers when files are updated", {}, 0, nullptr},
};

}  // namespace

std::span<const ComposeVerb> verbs_v2() { return kVerbs; }
std::span<const docker::Flag> global_flags_v2() { return kGlobals; }

}  // namespace podium::programs::composing
