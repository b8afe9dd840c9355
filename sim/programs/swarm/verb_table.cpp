#include "sim/programs/swarm/verb_table.hpp"

#include <array>
#include <vector>

#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/flag_rows.hpp"
#include "sim/programs/swarm/service_flags.hpp"
#include "sim/programs/swarm/spec_parts.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

using enum FlagKind;

constexpr Flag kFilter{"filter", 'f', Filter, "Show only what fits (\"name=web\")"};
constexpr Flag kFormat{"format", 0, Text, kFormatHelp};
constexpr Flag kTasksFormat{"format", 0, Text, kTasksFormatHelp};
constexpr Flag kInspectFormat{"format", 'f', Text, kInspectFormatHelp};
constexpr Flag kPretty{"pretty", 0, Switch, "Print for people"};
constexpr Flag kQuietIds{"quiet", 'q', Switch, "Show only ids"};
constexpr Flag kDetach{"detach", 'd', Switch, "Don't wait until the service has converged"};
constexpr Flag kQuietProgress{"quiet", 'q', Switch, "Don't print progress"};
constexpr Flag kNoTrunc{"no-trunc", 0, Switch, "Show everything in full"};
constexpr Flag kNoResolve{"no-resolve", 0, Switch, "Show ids in place of names"};
constexpr Flag kAvailability{"availability", 0, Text, "Availability of the node (\"active\", \"pause\", \"drain\")", "active"};

constexpr Flag unsigned_flag(std::string_view name, std::string_view help, std::string_view fallback = {}, std::string_view word = "uint") {
    return Flag{name, 0, Other, help, fallback, true, false, {}, check_unsigned, {}, word};
}

constexpr Flag kCertificates = Flag{"cert-expiry", 0, FlagKind::Duration, "How long nodes' certificates are valid (ns|us|ms|s|m|h)", "2160h0m0s"};
constexpr Flag kExternal = Flag{"external-ca", 0, Other, "Sign certificates elsewhere", {}, false, false, {}, nullptr, {}, "external-ca"};
constexpr Flag kHeartbeat = Flag{"dispatcher-heartbeat", 0, FlagKind::Duration, "Time between nodes' heartbeats (ns|us|ms|s|m|h)", "5s"};
constexpr Flag kSnapshots = unsigned_flag("max-snapshots", "Further Raft snapshots to keep");
constexpr Flag kInterval = unsigned_flag("snapshot-interval", "Log entries between Raft snapshots", "10000");
constexpr Flag kHistory{"task-history-limit", 0, Integer, "Former tasks that are kept", "5"};
constexpr Flag kListen{"listen-addr", 0, Other, "Address to listen on (ip|interface[:port])", "0.0.0.0:2377", true, false, {}, nullptr, {}, "node-addr"};
constexpr Flag kAdvertise{"advertise-addr", 0, Text, "Address that others are told (ip|interface[:port])"};
constexpr Flag kDataPath{"data-path-addr", 0, Text, "Address for the traffic of networks (ip|interface)"};

constexpr std::array kInitFlags{
    kAdvertise, Flag{"autolock", 0, Switch, "Lock managers, so that a stopped one needs a key"}, kAvailability, kCertificates, kDataPath,
    unsigned_flag("data-path-port", "Port for the traffic of networks (1024 to 49151; 0: 4789)", {}, "uint32"),
    Flag{"default-addr-pool", 0, List, "Range that subnets of networks are taken from", "[]", true, false, {}, check_address_pools, {}, "ipNetSlice"},
    unsigned_flag("default-addr-pool-mask-length", "Length of the masks of these subnets", "24", "uint32"), kHeartbeat, kExternal,
    Flag{"force-new-cluster", 0, Switch, "Begin a new swarm from what this node knows"}, kListen, kSnapshots, kInterval, kHistory,
};
constexpr std::array kJoinFlags{kAdvertise, kAvailability, kDataPath, kListen, Flag{"token", 0, Text, "Token that lets the node in"}};
constexpr std::array kTokenFlags{Flag{"quiet", 'q', Switch, "Show only the token"}, Flag{"rotate", 0, Switch, "Make a new token"}};
constexpr std::array kUnlockKeyFlags{Flag{"quiet", 'q', Switch, "Show only the key"}, Flag{"rotate", 0, Switch, "Make a new key"}};
constexpr std::array kLeaveFlags{Flag{"force", 'f', Switch, "Leave whatever becomes of the swarm"}};
constexpr std::array kUpdateFlags{
    Flag{"autolock", 0, Switch, "Lock managers or not (true|false)"}, kCertificates, kHeartbeat, kExternal, kSnapshots, kInterval, kHistory,
};
constexpr std::array kAuthorityFlags{
    later("ca-cert", Other, "Certificate of the new root"), later("ca-key", Other, "Key of the new root"),
    Flag{"cert-expiry", 0, FlagKind::Duration, "How long nodes' certificates are valid (ns|us|ms|s|m|h)", "2160h0m0s"},
    Flag{"detach", 'd', Switch, "Don't wait until the root has been replaced"}, kExternal, Flag{"quiet", 'q', Switch, "Don't print progress"},
    Flag{"rotate", 0, Switch, "Replace the root of certificates"},
};

constexpr std::array kListFlags{kFilter, kFormat, kQuietIds};
constexpr std::array kTaskFlags{kFilter, kTasksFormat, kNoResolve, kNoTrunc, kQuietIds};
constexpr std::array kStackTaskFlags{kFilter, kFormat, kNoResolve, kNoTrunc, kQuietIds};
constexpr std::array kInspectFlags{kInspectFormat, kPretty};
constexpr std::array kForceFlags{Flag{"force", 'f', Switch, "Remove the node in any case"}};
constexpr std::array kNodeUpdateFlags{
    Flag{"availability", 0, Text, "Availability of the node (\"active\", \"pause\", \"drain\")"}, Flag{"label-add", 0, List, "Put a label on the node (key=value)"},
    Flag{"label-rm", 0, List, "Take a label off the node"}, Flag{"role", 0, Text, "Role of the node (\"worker\", \"manager\")"},
};

constexpr std::array kLogsFlags{
    Flag{"details", 0, Switch, "Show further details of lines"}, Flag{"follow", 'f', Switch, "Go on showing what is written"}, kNoResolve,
    Flag{"no-task-ids", 0, Switch, "Leave out tasks' ids"}, kNoTrunc, Flag{"raw", 0, Switch, "Show lines as they were written"},
    Flag{"since", 0, Text, "Show lines from this moment on, or from so long ago (\"42m\")"}, Flag{"tail", 'n', Text, "Show only so many lines of the end", "all"},
    Flag{"timestamps", 't', Switch, "Show when lines were written"},
};
constexpr std::array kScaleFlags{kDetach};
constexpr std::array kRollbackFlags{kDetach, kQuietProgress};

constexpr std::array kSecretFlags{
    Flag{"driver", 'd', Text, "Driver that keeps the secret"}, Flag{"label", 'l', List, "Put labels on the secret", {}, true, false, {}, check_label},
    Flag{"template-driver", 0, Text, "Driver that fills in the content"},
};
constexpr std::array kConfigFlags{
    Flag{"label", 'l', List, "Put labels on the config", {}, true, false, {}, check_label}, Flag{"template-driver", 0, Text, "Driver that fills in the content"},
};

constexpr Flag kComposeFile{"compose-file", 'c', List, "Compose file, or \"-\" for the standard input", {}, true, false, {}, nullptr, {}, "strings"};
constexpr std::array kDeployFlags{
    kComposeFile, Flag{"detach", 'd', Switch, "Don't wait until the services have converged", "true"}, Flag{"prune", 0, Switch, "Remove services that the file has no more"}, kQuietProgress,
    Flag{"resolve-image", 0, Text, "When to ask the registry for images' digests and platforms (\"always\", \"changed\", \"never\")", "always"},
    Flag{"with-registry-auth", 0, Switch, "Hand the registry's credentials to the nodes"},
};
constexpr std::array kStackConfigFlags{kComposeFile, Flag{"skip-interpolation", 0, Switch, "Leave variables as they are"}};
constexpr std::array kStackListFlags{kFormat};
constexpr std::array kStackRemoveFlags{Flag{"detach", 'd', Switch, "Don't wait until all is removed", "true"}};

std::vector<Verb> make_verbs() {
    return {
        {"swarm ca", "", "[OPTIONS]", "Display and rotate the root CA", kAuthorityFlags, 0, 0, start_swarm_ca},
        {"swarm init", "", "[OPTIONS]", "Initialize a swarm", kInitFlags, 0, 0, start_swarm_init},
        {"swarm join", "", "[OPTIONS] HOST:PORT", "Join a swarm as a node and/or manager", kJoinFlags, 1, 1, start_swarm_join},
        {"swarm join-token", "", "[OPTIONS] (worker|manager)", "Manage join tokens", kTokenFlags, 1, 1, start_swarm_join_token},
        {"swarm leave", "", "[OPTIONS]", "Leave the swarm", kLeaveFlags, 0, 0, start_swarm_leave},
        {"swarm unlock", "", "", "Unlock swarm", {}, 0, 0, start_swarm_unlock},
        {"swarm unlock-key", "", "[OPTIONS]", "Manage the unlock key", kUnlockKeyFlags, 0, 0, start_swarm_unlock_key},
        {"swarm update", "", "[OPTIONS]", "Update the swarm", kUpdateFlags, 0, 0, start_swarm_update},
        {"node demote", "", "NODE [NODE...]", "Demote one or more nodes from manager in the swarm", {}, 1, kAnyNumber, start_node_demote},
        {"node inspect", "", "[OPTIONS] self|NODE [NODE...]", "Display detailed information on one or more nodes", kInspectFlags, 1, kAnyNumber, start_node_inspect},
        {"node ls", "node list=node ls", "[OPTIONS]", "List nodes in the swarm", kListFlags, 0, 0, start_node_list},
        {"node promote", "", "NODE [NODE...]", "Promote one or more nodes to manager in the swarm", {}, 1, kAnyNumber, start_node_promote},
        {"node ps", "", "[OPTIONS] [NODE...]", "List tasks running on one or more nodes, defaults to current node", kTaskFlags, 0, kAnyNumber, start_node_tasks},
        {"node rm", "node remove=node rm", "[OPTIONS] NODE [NODE...]", "Remove one or more nodes from the swarm", kForceFlags, 1, kAnyNumber, start_node_remove},
        {"node update", "", "[OPTIONS] NODE", "Update a node", kNodeUpdateFlags, 1, 1, start_node_update},
        {"service create", "", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new service", service_create_flags(), 1, kAnyNumber, start_service_create, false},
        {"service inspect", "", "[OPTIONS] SERVICE [SERVICE...]", "Display detailed information on one or more services", kInspectFlags, 1, kAnyNumber, start_service_inspect},
        {"service logs", "", "[OPTIONS] SERVICE|TASK", "Fetch the logs of a service or task", kLogsFlags, 1, 1, start_service_logs},
        {"service ls", "service list=service ls", "[OPTIONS]", "List services", kListFlags, 0, 0, start_service_list},
        {"service ps", "", "[OPTIONS] SERVICE [SERVICE...]", "List the tasks of one or more services", kTaskFlags, 1, kAnyNumber, start_service_tasks},
        {"service rm", "service remove=service rm", "SERVICE [SERVICE...]", "Remove one or more services", {}, 1, kAnyNumber, start_service_remove},
        {"service rollback", "", "[OPTIONS] SERVICE", "Revert changes to a service's configuration", kRollbackFlags, 1, 1, start_service_rollback},
        {"service scale", "", "SERVICE=REPLICAS [SERVICE=REPLICAS...]", "Scale one or multiple replicated services", kScaleFlags, 1, kAnyNumber, start_service_scale},
        {"service update", "", "[OPTIONS] SERVICE", "Update a service", service_update_flags(), 1, 1, start_service_update},
        {"stack config", "", "[OPTIONS]", "Outputs the final config file, after doing merges and interpolations", kStackConfigFlags, 0, 0, start_stack_config},
        {"stack deploy", "stack up=stack deploy", "[OPTIONS] STACK", "Deploy a new stack or update an existing stack", kDeployFlags, 1, 1, start_stack_deploy},
        {"stack ls", "stack list=stack ls", "[OPTIONS]", "List stacks", kStackListFlags, 0, 0, start_stack_list},
        {"stack ps", "", "[OPTIONS] STACK", "List the tasks in the stack", kStackTaskFlags, 1, 1, start_stack_tasks},
        {"stack rm", "stack remove=stack rm|stack down=stack rm", "[OPTIONS] STACK [STACK...]", "Remove one or more stacks", kStackRemoveFlags, 1, kAnyNumber, start_stack_remove},
        {"stack services", "", "[OPTIONS] STACK", "List the services in the stack", kListFlags, 1, 1, start_stack_services},
        {"secret create", "", "[OPTIONS] SECRET [file|-]", "Create a secret from a file or STDIN as content", kSecretFlags, 1, 2, start_datum_create},
        {"secret inspect", "", "[OPTIONS] SECRET [SECRET...]", "Display detailed information on one or more secrets", kInspectFlags, 1, kAnyNumber, start_datum_inspect},
        {"secret ls", "secret list=secret ls", "[OPTIONS]", "List secrets", kListFlags, 0, 0, start_datum_list},
        {"secret rm", "secret remove=secret rm", "SECRET [SECRET...]", "Remove one or more secrets", {}, 1, kAnyNumber, start_datum_remove},
        {"config create", "", "[OPTIONS] CONFIG file|-", "Create a config from a file or STDIN", kConfigFlags, 2, 2, start_datum_create},
        {"config inspect", "", "[OPTIONS] CONFIG [CONFIG...]", "Display detailed information on one or more configs", kInspectFlags, 1, kAnyNumber, start_datum_inspect},
        {"config ls", "config list=config ls", "[OPTIONS]", "List configs", kListFlags, 0, 0, start_datum_list},
        {"config rm", "config remove=config rm", "CONFIG [CONFIG...]", "Remove one or more configs", {}, 1, kAnyNumber, start_datum_remove},
    };
}

}  // namespace

std::span<const Verb> swarm_verbs() {
    static const std::vector<Verb> kVerbs = make_verbs();
    return kVerbs;
}

}  // namespace podium::programs::docker
