// The commands and flags of docker-compose 1.29.2.

#include <array>

#include "sim/programs/compose/flag_rows.hpp"
#include "sim/programs/compose/verbs.hpp"

namespace podium::programs::composing {
namespace {

constexpr Flag kTimeout = real("timeout", 't', kInteger, "Specify a shutdown timeout in seconds. (default: 10)");
constexpr Flag kForceRecreate = real("force-recreate", 0, kSwitch, "Recreate containers even if their configuration and image haven't changed.");
constexpr Flag kNoRecreate = real("no-recreate", 0, kSwitch, "If containers already exist, don't recreate them.");
constexpr Flag kNoBuild = real("no-build", 0, kSwitch, "Don't build an image, even if it's missing.");
constexpr Flag kBuild = refused("build", 0, kSwitch, "Build images before starting containers.");
constexpr Flag kQuiet = real("quiet", 'q', kSwitch, "Only display IDs");

constexpr std::array kGlobals{
    real("file", 'f', kList, "Specify an alternate compose file (default: docker-compose.yml)"),
    real("project-name", 'p', kText, "Specify an alternate project name (default: directory name)"),
    real("profile", 0, kList, "Specify a profile to enable"),
    refused("context", 'c', kText, "Specify a context name"),
    refused("verbose", 0, kSwitch, "Show more output"),
    refused("log-level", 0, kText, "Set log level (DEBUG, INFO, WARNING, ERROR, CRITICAL)"),
    real("ansi", 0, kText, "Control when to print ANSI control characters"),
    real("no-ansi", 0, kSwitch, "Do not print ANSI control characters (DEPRECATED)"),
    real("version", 'v', kSwitch, "Print version and exit"),
    refused("host", 'H', kText, "Daemon socket to connect to"),
    refused("tls", 0, kSwitch, "Use TLS; implied by --tlsverify"),
    refused("tlscacert", 0, kText, "Trust certs signed only by this CA"),
    refused("tlscert", 0, kText, "Path to TLS certificate file"),
    refused("tlskey", 0, kText, "Path to TLS key file"),
    refused("tlsverify", 0, kSwitch, "Use TLS and verify the remote"),
    refused("skip-hostname-check", 0, kSwitch, "Don't check the daemon's hostname against the name specified in the client certificate"),
    real("project-directory", 0, kText, "Specify an alternate working directory (default: the path of the Compose file)"),
    // Since 1.27 nothing reads it: deploy is taken over with and without it (project.py).
    real("compatibility", 0, kSwitch, "If set, Compose will attempt to convert keys in v3 files to their non-Swarm equivalent (DEPRECATED)"),
    real("env-file", 0, kList, "Specify an alternate environment file"),
};

constexpr std::array kUp{
    real("detach", 'd', kSwitch, "Detached mode: Run containers in the background, print new container names."),
    real("no-color", 0, kSwitch, "Produce monochrome output."),
    real("quiet-pull", 0, kSwitch, "Pull without printing progress information"),
    real("no-deps", 0, kSwitch, "Don't start linked services."),
    kForceRecreate,
    real("always-recreate-deps", 0, kSwitch, "Recreate dependent containers."),
    kNoRecreate,
    kNoBuild,
    real("no-start", 0, kSwitch, "Don't start the services after creating them."),
    kBuild,
    real("abort-on-container-exit", 0, kSwitch, "Stops all containers if any container was stopped."),
    real("attach-dependencies", 0, kSwitch, "Attach to dependent containers."),
    kTimeout,
    real("renew-anon-volumes", 'V', kSwitch, "Recreate anonymous volumes instead of retrieving data from the previous containers."),
    real("remove-orphans", 0, kSwitch, "Remove containers for services not defined in the Compose file."),
    real("exit-code-from", 0, kText, "Return the exit code of the selected service container."),
    real("scale", 0, kList, "Scale SERVICE to NUM instances."),
    real("no-log-prefix", 0, kSwitch, "Don't print prefix in logs."),
};
constexpr std::array kDown{
    real("rmi", 0, kText, "Remove images. Type must be one of: 'all', 'local'"),
    real("volumes", 'v', kSwitch, "Remove named volumes declared in the `volumes` section of the Compose file and anonymous volumes attached to containers."),
    real("remove-orphans", 0, kSwitch, "Remove containers for services not defined in the Compose file"),
    kTimeout,
};
constexpr std::array kCreate{kForceRecreate, kNoRecreate, kNoBuild, kBuild};
constexpr std::array kStop{kTimeout};
constexpr std::array kRemove{
    real("force", 'f', kSwitch, "Don't ask to confirm removal"),
    real("stop", 's', kSwitch, "Stop the containers, if required, before removing"),
    real("volumes", 'v', kSwitch, "Remove any anonymous volumes attached to containers"),
    real("all", 'a', kSwitch, "Deprecated - no effect."),
};
constexpr std::array kKill{real("signal", 's', kText, "SIGNAL to send to the container. Default signal is SIGKILL.")};
constexpr std::array kPs{
    kQuiet,
    real("services", 0, kSwitch, "Display services"),
    real("filter", 0, kText, "Filter services by a property"),
    real("all", 'a', kSwitch, "Show all stopped containers (including those created by the run command)"),
};
constexpr std::array kLogs{
    real("no-color", 0, kSwitch, "Produce monochrome output."),
    real("follow", 'f', kSwitch, "Follow log output."),
    real("timestamps", 't', kSwitch, "Show timestamps."),
    real("tail", 0, kText, "Number of lines to show from the end of the logs for each container."),
    real("no-log-prefix", 0, kSwitch, "Don't print prefix in logs."),
};
constexpr std::array kExec{
    real("detach", 'd', kSwitch, "Detached mode: Run command in the background."),
    refused("privileged", 0, kSwitch, "Give extended privileges to the process."),
    real("user", 'u', kText, "Run the command as this user."),
    real("no-TTY", 'T', kSwitch, "Disable pseudo-tty allocation. By default `docker-compose exec` allocates a TTY."),
    real("index", 0, kInteger, "index of the container if there are multiple instances of a service [default: 1]"),
    real("env", 'e', kList, "Set environment variables (can be used multiple times, not supported in API < 1.25)"),
    real("workdir", 'w', kText, "Path to workdir directory for this command."),
};
constexpr std::array kRun{
    real("detach", 'd', kSwitch, "Detached mode: Run container in the background, print new container name."),
    real("name", 0, kText, "Assign a name to the container"),
    real("entrypoint", 0, kText, "Override the entrypoint of the image."),
    real("env", 'e', kList, "Set an environment variable (can be used multiple times)"),
    real("label", 'l', kList, "Add or override a label (can be used multiple times)"),
    real("user", 'u', kText, "Run as specified username or uid"),
    real("no-deps", 0, kSwitch, "Don't start linked services."),
    real("rm", 0, kSwitch, "Remove container after run. Ignored in detached mode."),
    real("publish", 'p', kList, "Publish a container's port(s) to the host"),
    real("service-ports", 0, kSwitch, "Run command with the service's ports enabled and mapped to the host."),
    real("use-aliases", 0, kSwitch, "Use the service's network aliases in the network(s) the container connects to."),
    real("volume", 'v', kList, "Bind mount a volume (default [])"),
    real("no-TTY", 'T', kSwitch, "Disable pseudo-tty allocation. By default `docker-compose run` allocates a TTY."),
    real("workdir", 'w', kText, "Working directory inside the container"),
};
constexpr std::array kConfig{
    refused("resolve-image-digests", 0, kSwitch, "Pin image tags to digests."),
    real("no-interpolate", 0, kSwitch, "Don't interpolate environment variables."),
    real("quiet", 'q', kSwitch, "Only validate the configuration, don't print anything."),
    real("profiles", 0, kSwitch, "Print the profile names, one per line."),
    real("services", 0, kSwitch, "Print the service names, one per line."),
    real("volumes", 0, kSwitch, "Print the volume names, one per line."),
    real("hash", 0, kText, "Print the service config hash, one per line. Set \"service1,service2\" for a list of specified services or use the wildcard symbol to display all services."),
};
constexpr std::array kPort{
    real("protocol", 0, kText, "tcp or udp [default: tcp]"),
    real("index", 0, kInteger, "index of the container if there are multiple instances of a service [default: 1]"),
};
constexpr std::array kImages{kQuiet};
constexpr std::array kPull{
    real("ignore-pull-failures", 0, kSwitch, "Pull what it can and ignores images with pull failures."),
    real("parallel", 0, kSwitch, "Deprecated, pull multiple images in parallel (enabled by default)."),
    real("no-parallel", 0, kSwitch, "Disable parallel pulling."),
    real("quiet", 'q', kSwitch, "Pull without printing progress information"),
    real("include-deps", 0, kSwitch, "Also pull services declared as dependencies"),
};
constexpr std::array kEvents{real("json", 0, kSwitch, "Output events as a stream of json objects")};
constexpr std::array kVersion{real("short", 0, kSwitch, "Shows only Compose's version number.")};

constexpr std::string_view kServices = "[options] [SERVICE...]";

constexpr std::array kVerbs{
    ComposeVerb{"build", "[options] [--build-arg key=val...] [--] [SERVICE...]", "Build or rebuild services", {}, 0, nullptr},
    ComposeVerb{"config", "[options]", "Validate and view the Compose file", kConfig, 0, start_config, true, false, 0},
    ComposeVerb{"create", kServices, "Create services", kCreate, 0, start_create, true, true},
    ComposeVerb{"down", "[options]", "Stop and remove resources", kDown, 0, start_down, true, false, 0},
    ComposeVerb{"events", kServices, "Receive real time events from containers", kEvents, 0, start_events},
    ComposeVerb{"exec", "[options] [-e KEY=VAL...] [--] SERVICE COMMAND [ARGS...]", "Execute a command in a running container", kExec, 2, start_exec, false},
    ComposeVerb{"help", "[COMMAND]", "Get help on a command", {}, 0, nullptr},
    ComposeVerb{"images", kServices, "List images", kImages, 0, start_images},
    ComposeVerb{"kill", kServices, "Kill containers", kKill, 0, start_kill},
    ComposeVerb{"logs", kServices, "View output from containers", kLogs, 0, start_logs},
    ComposeVerb{"pause", "[SERVICE...]", "Pause services", {}, 0, start_pause},
    ComposeVerb{"port", "[options] [--] SERVICE PRIVATE_PORT", "Print the public port for a port binding", kPort, 2, start_port, true, false, 2},
    ComposeVerb{"ps", kServices, "List containers", kPs, 0, start_list},
    ComposeVerb{"pull", kServices, "Pull service images", kPull, 0, start_pull},
    ComposeVerb{"push", kServices, "Push service images", {}, 0, nullptr},
    ComposeVerb{"restart", kServices, "Restart services", kStop, 0, start_restart},
    ComposeVerb{"rm", kServices, "Remove stopped containers", kRemove, 0, start_remove},
    ComposeVerb{"run", "[options] [-v VOLUME...] [-p PORT...] [-e KEY=VAL...] [-l KEY=VALUE...] [--] SERVICE [COMMAND] [ARGS...]", "Run a one-off command", kRun, 1, start_run, false, true},
    ComposeVerb{"scale", "[options] [SERVICE=NUM...]", "Set number of containers for a service", kStop, 0, start_scale, true, true},
    ComposeVerb{"start", "[SERVICE...]", "Start services", {}, 0, start_start},
    ComposeVerb{"stop", kServices, "Stop services", kStop, 0, start_stop},
    ComposeVerb{"top", "[SERVICE...]", "Display the running processes", {}, 0, start_top},
    ComposeVerb{"unpause", "[SERVICE...]", "Unpause services", {}, 0, start_unpause},
    ComposeVerb{"up", "[options] [--scale SERVICE=NUM...] [--] [SERVICE...]", "Create and start containers", kUp, 0, start_up, true, true},
    ComposeVerb{"version", "[--short]", "Show version information and quit", kVersion, 0, start_version, true, false, 0},
};

}  // namespace

std::span<const ComposeVerb> verbs_v1() { return kVerbs; }
std::span<const docker::Flag> global_flags_v1() { return kGlobals; }

}  // namespace podium::programs::composing
