// The verbs about containers, with their flags.

#include <array>

#include "sim/programs/docker/commands.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using enum FlagKind;

constexpr std::string_view kSince =
    "Show from this moment on (\"2026-01-05T09:00:00Z\") or from so long ago (\"42m\")";
constexpr std::string_view kUntil =
    "Show up to this moment (\"2026-01-05T09:00:00Z\") or up to so long ago (\"42m\")";
constexpr std::string_view kFormat =
    "Format the output with a Go template:\n'table':            a table with headings "
    "(default)\n'table TEMPLATE':   a table of the template's columns\n"
    "'json':             a JSON object a line\n'TEMPLATE':         what the template makes of each";
constexpr std::string_view kInspectFormat =
    "Format the output with a Go template:\n'json':             JSON in one line\n'TEMPLATE':      "
    "   what the template makes of each";

constexpr Flag later(std::string_view name, FlagKind kind, std::string_view help, char letter = 0) {
    return Flag{name, letter, kind, help, {}, false};
}

constexpr std::array kPsFlags{
    Flag{"all", 'a', Switch, "Show all containers, not only those that run"},
    Flag{"filter", 'f', Filter, "Show only what fits (\"status=exited\")"},
    Flag{"format", 0, Text, kFormat},
    Flag{"last", 'n', Integer, "Show the n containers created last, whatever their state", "-1"},
    Flag{"latest", 'l', Switch, "Show the container created last, whatever its state"},
    Flag{"no-trunc", 0, Switch, "Show everything in full"},
    Flag{"quiet", 'q', Switch, "Show only ids"},
    Flag{"size", 's', Switch, "Show sizes"},
};
constexpr std::array kStartFlags{
    Flag{"attach", 'a', Switch, "Attach to the container's output and forward signals"},
    later("checkpoint", Text, "Restore from this checkpoint"),
    later("checkpoint-dir", Text, "Where checkpoints are kept"),
    later("detach-keys", Text, "Keys that detach from the container"),
    Flag{"interactive", 'i', Switch, "Attach to the container's standard input"},
};
constexpr std::array kStopFlags{
    later("signal", Text, "Signal to send (engines from 23.0 on)", 's'),
    Flag{"time", 0, Integer, "Old name of --timeout", {}, true, true},
    Flag{"timeout", 't', Integer, "Seconds to wait before the container is killed"},
};
constexpr std::array kKillFlags{Flag{"signal", 's', Text, "Signal to send"}};
constexpr std::array kRemoveFlags{
    Flag{"force", 'f', Switch, "Kill the container first if it runs"},
    later("link", Switch, "Remove a link", 'l'),
    Flag{"volumes", 'v', Switch, "Remove the container's anonymous volumes too"},
};
constexpr std::array kExecFlags{
    Flag{"detach", 'd', Switch, "Run the command in the background"},
    later("detach-keys", Text, "Keys that detach from the container"),
    Flag{"env", 'e', List, "Set environment variables", {}, true, false, {}, check_variable},
    Flag{"env-file", 0, List, "Read environment variables from a file"},
    Flag{"interactive", 'i', Switch, "Keep standard input open"},
    later("privileged", Switch, "Give the command extended privileges"),
    Flag{"tty", 't', Switch, "Give the command a terminal"},
    Flag{"user", 'u', Text, "User the command runs as (<name|uid>[:<group|gid>])"},
    Flag{"workdir", 'w', Text, "Working directory in the container"},
};
constexpr std::array kLogsFlags{
    Flag{"details", 0, Switch, "Show the attributes of the log's lines"},
    Flag{"follow", 'f', Switch, "Go on with what is written from now on"},
    Flag{"since", 0, Text, kSince},
    Flag{"tail", 'n', Text, "How many lines to show from the end", "all"},
    Flag{"timestamps", 't', Switch, "Show when each line was written"},
    Flag{"until", 0, Text, kUntil},
};
constexpr std::array kAttachFlags{
    later("detach-keys", Text, "Keys that detach from the container"),
    Flag{"no-stdin", 0, Switch, "Leave standard input alone"},
    Flag{"sig-proxy", 0, Switch, "Hand signals on to the container's process", "true"},
};
constexpr std::array kUpdateFlags{
    later("blkio-weight", Integer, "Relative weight of block input and output, 10 to 1000"),
    later("cpu-period", Integer, "Period of the processor's fair scheduler"),
    later("cpu-quota", Integer, "Quota of the processor's fair scheduler"),
    later("cpu-rt-period", Integer, "Period of real-time processor use, in microseconds"),
    later("cpu-rt-runtime", Integer, "Real-time processor use in a period, in microseconds"),
    Flag{"cpu-shares", 'c', Integer, "Relative weight of processor use"},
    Flag{"cpus", 0, Decimal, "How many processors the container may use"},
    later("cpuset-cpus", Text, "Processors to run on (0-3, 0,1)"),
    later("cpuset-mems", Text, "Memory nodes to use (0-3, 0,1)"),
    later("kernel-memory", Size, "Limit of kernel memory"),
    Flag{"memory", 'm', Size, "Limit of memory"},
    Flag{"memory-reservation", 0, Size, "Memory below which the container is left alone"},
    Flag{"memory-swap", 0, SwapSize, "Limit of memory and swap together, -1 for none"},
    Flag{"pids-limit", 0, Integer, "Most processes in the container, -1 for no limit"},
    Flag{"restart", 0, Text, "What happens when the container exits"},
};
constexpr std::array kInspectFlags{
    Flag{"format", 'f', Text, kInspectFormat},
    Flag{"size", 's', Switch, "Show sizes"},
};

constexpr std::array kStatsFlags{
    Flag{"all", 'a', Switch, "Show all containers, not only those that run"},
    Flag{"format", 0, Text, kFormat},
    Flag{"no-stream", 0, Switch, "Show one sample and end"},
    Flag{"no-trunc", 0, Switch, "Show everything in full"},
};
constexpr std::array kCopyFlags{
    later("archive", Switch, "Keep user and group", 'a'),
    later("follow-link", Switch, "Follow a symbolic link in the source", 'L'),
    Flag{"quiet", 'q', Switch, "Don't say what was copied (the default without a terminal)"},
};
constexpr std::array kPruneFlags{
    Flag{"filter", 0, Filter, "Remove only what fits (\"until=24h\")"},
    Flag{"force", 'f', Switch, "Don't ask first"},
};

std::vector<Verb> make_verbs() {
    const std::string_view many = "[OPTIONS] CONTAINER [CONTAINER...]";
    return {
        {"container attach|attach",
         "",
         "[OPTIONS] CONTAINER",
         "Attach local standard input, output, and error streams to a running container",
         kAttachFlags,
         1,
         1,
         start_attach},
        {"container cp|cp",
         "",
         "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- "
         "CONTAINER:DEST_PATH",
         "Copy files/folders between a container and the local filesystem",
         kCopyFlags,
         2,
         2,
         start_copy},
        {"container create|create",
         "",
         "[OPTIONS] IMAGE [COMMAND] [ARG...]",
         "Create a new container",
         create_flags(),
         1,
         kAnyNumber,
         start_create,
         false},
        {"container diff|diff",
         "",
         "CONTAINER",
         "Inspect changes to files or directories on a container's filesystem",
         {},
         1,
         1,
         start_diff},
        {"container exec|exec",
         "",
         "[OPTIONS] CONTAINER COMMAND [ARG...]",
         "Execute a command in a running container",
         kExecFlags,
         2,
         kAnyNumber,
         start_exec,
         false},
        {"container inspect",
         "",
         many,
         "Display detailed information on one or more containers",
         kInspectFlags,
         1,
         kAnyNumber,
         start_inspect_container},
        {"container kill|kill",
         "",
         many,
         "Kill one or more running containers",
         kKillFlags,
         1,
         kAnyNumber,
         start_kill},
        {"container logs|logs",
         "",
         "[OPTIONS] CONTAINER",
         "Fetch the logs of a container",
         kLogsFlags,
         1,
         1,
         start_logs},
        {"container ls|ps",
         "container list=container ls|container ps=container ls",
         "[OPTIONS]",
         "List containers",
         kPsFlags,
         0,
         0,
         start_containers},
        {"container pause|pause",
         "",
         "CONTAINER [CONTAINER...]",
         "Pause all processes within one or more containers",
         {},
         1,
         kAnyNumber,
         start_pause},
        {"container port|port",
         "",
         "CONTAINER [PRIVATE_PORT[/PROTO]]",
         "List port mappings or a specific mapping for the container",
         {},
         1,
         2,
         start_port},
        {"container prune",
         "",
         "[OPTIONS]",
         "Remove all stopped containers",
         kPruneFlags,
         0,
         0,
         start_prune_containers},
        {"container rename|rename",
         "",
         "CONTAINER NEW_NAME",
         "Rename a container",
         {},
         2,
         2,
         start_rename},
        {"container restart|restart",
         "",
         many,
         "Restart one or more containers",
         kStopFlags,
         1,
         kAnyNumber,
         start_restart},
        {"container rm|rm",
         "container remove=container rm",
         many,
         "Remove one or more containers",
         kRemoveFlags,
         1,
         kAnyNumber,
         start_remove},
        {"container run|run",
         "",
         "[OPTIONS] IMAGE [COMMAND] [ARG...]",
         "Create and run a new container from an image",
         run_flags(),
         1,
         kAnyNumber,
         start_run,
         false},
        {"container start|start",
         "",
         many,
         "Start one or more stopped containers",
         kStartFlags,
         1,
         kAnyNumber,
         start_start},
        {"container stats|stats",
         "",
         "[OPTIONS] [CONTAINER...]",
         "Display a live stream of container(s) resource usage statistics",
         kStatsFlags,
         0,
         kAnyNumber,
         start_stats},
        {"container stop|stop",
         "",
         many,
         "Stop one or more running containers",
         kStopFlags,
         1,
         kAnyNumber,
         start_stop},
        {"container top|top",
         "",
         "CONTAINER [ps OPTIONS]",
         "Display the running processes of a container",
         {},
         1,
         kAnyNumber,
         start_top,
         false},
        {"container unpause|unpause",
         "",
         "CONTAINER [CONTAINER...]",
         "Unpause all processes within one or more containers",
         {},
         1,
         kAnyNumber,
         start_unpause},
        {"container update|update",
         "",
         many,
         "Update configuration of one or more containers",
         kUpdateFlags,
         1,
         kAnyNumber,
         start_update},
        {"container wait|wait",
         "",
         "CONTAINER [CONTAINER...]",
         "Block until one or more containers stop, then print their exit codes",
         {},
         1,
         kAnyNumber,
         start_wait},
    };
}

}  // namespace

std::span<const Verb> container_verbs() {
    static const std::vector<Verb> kVerbs = make_verbs();
    return kVerbs;
}

}  // namespace podium::programs::docker
