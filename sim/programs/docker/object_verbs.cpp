// The verbs about images, volumes, networks, the system and contexts, with their flags.

#include <array>

#include "sim/programs/docker/commands.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using enum FlagKind;

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

// One that only engines newer than 20.10 know: docker refuses it, naming the API it needs.
constexpr Flag newer(std::string_view api,
                     std::string_view name,
                     FlagKind kind,
                     std::string_view help,
                     char letter = 0) {
    return Flag{name, letter, kind, help, {}, false, false, {}, nullptr, api};
}

constexpr std::array kImagesFlags{
    Flag{"all", 'a', Switch, "Show intermediate images too"},
    Flag{"digests", 0, Switch, "Show digests"},
    Flag{"filter", 'f', Filter, "Show only what fits (\"dangling=true\")"},
    Flag{"format", 0, Text, kFormat},
    Flag{"no-trunc", 0, Switch, "Show everything in full"},
    Flag{"quiet", 'q', Switch, "Show only ids"},
    newer("1.47", "tree", Switch, "Show platforms as a tree"),
};
constexpr std::array kHistoryFlags{
    Flag{"format", 0, Text, kFormat},
    Flag{"human", 'H', Switch, "Print sizes and dates for people", "true"},
    Flag{"no-trunc", 0, Switch, "Show everything in full"},
    newer("1.48", "platform", Text, "History of this platform"),
    Flag{"quiet", 'q', Switch, "Show only ids"},
};
constexpr std::array kVolumesFlags{
    newer("1.42", "cluster", Switch, "Show only cluster volumes"),
    Flag{"filter", 'f', Filter, "Show only what fits (\"dangling=true\")"},
    Flag{"format", 0, Text, kFormat},
    Flag{"quiet", 'q', Switch, "Show only names"},
};
constexpr std::array kNetworksFlags{
    Flag{"filter", 'f', Filter, "Show only what fits (\"driver=bridge\")"},
    Flag{"format", 0, Text, kFormat},
    Flag{"no-trunc", 0, Switch, "Show everything in full"},
    Flag{"quiet", 'q', Switch, "Show only ids"},
};
constexpr std::array kInspectFlags{
    Flag{"format", 'f', Text, kInspectFormat},
    Flag{"size", 's', Switch, "Show sizes of containers"},
    Flag{"type", 0, Text, "Look only among things of this type"},
};
constexpr std::array kInspectImageFlags{
    Flag{"format", 'f', Text, kInspectFormat},
    newer("1.49", "platform", Text, "Inspect this platform of the image"),
};
constexpr std::array kInspectNetworkFlags{
    Flag{"format", 'f', Text, kInspectFormat},
    Flag{"verbose", 'v', Switch, "Show what is known about services too"},
};
constexpr std::array kInspectVolumeFlags{Flag{"format", 'f', Text, kInspectFormat}};
constexpr std::array kFormatFlags{Flag{"format", 'f', Text, kInspectFormat}};
constexpr std::array kUsageFlags{
    Flag{"format", 0, Text, kFormat},
    Flag{"verbose", 'v', Switch, "Show what each thing takes"},
};

constexpr std::array kEventsFlags{
    Flag{"filter", 'f', Filter, "Show only what fits (\"type=container\")"},
    Flag{"format", 0, Text, kInspectFormat},
    Flag{"since", 0, Text, "Show from this moment on, or from so long ago (\"42m\")"},
    Flag{"until", 0, Text, "Show up to this moment, then end"},
};
constexpr std::array kPullFlags{
    later("all-tags", Switch, "Pull all of the repository's tags", 'a'),
    Flag{"disable-content-trust", 0, Switch, "Pull without checking signatures", "true", false},
    later("platform", Text, "Platform of the image, if there are several"),
    Flag{"quiet", 'q', Switch, "Don't print progress"},
};
constexpr std::array kRemoveImageFlags{
    Flag{"force", 'f', Switch, "Remove the image whatever uses it"},
    Flag{"no-prune", 0, Switch, "Leave untagged parents alone"},
    newer("1.50", "platform", List, "Remove only this platform"),
};
constexpr std::array kPruneFlags{
    Flag{"filter", 0, Filter, "Remove only what fits (\"label=x\")"},
    Flag{"force", 'f', Switch, "Don't ask first"},
};
constexpr std::array kPruneImagesFlags{
    Flag{"all", 'a', Switch, "Remove all images that nobody uses, not only dangling ones"},
    Flag{"filter", 0, Filter, "Remove only what fits (\"until=24h\")"},
    Flag{"force", 'f', Switch, "Don't ask first"},
};
constexpr std::array kPruneVolumesFlags{
    newer("1.42",
          "all",
          Switch,
          "Remove named volumes too (engines from 23.0 on; before, they always are)",
          'a'),
    Flag{"filter", 0, Filter, "Remove only what fits (\"label=x\")"},
    Flag{"force", 'f', Switch, "Don't ask first"},
};
constexpr std::array kPruneSystemFlags{
    Flag{"all", 'a', Switch, "Remove all images that nobody uses, not only dangling ones"},
    Flag{"filter", 0, Filter, "Remove only what fits (\"label=x\")"},
    Flag{"force", 'f', Switch, "Don't ask first"},
    Flag{"volumes", 0, Switch, "Remove volumes too"},
};
constexpr std::array kCreateVolumeFlags{
    newer("1.42", "availability", Text, "Availability of a cluster volume"),
    Flag{"driver", 'd', Text, "The volume's driver", "local"},
    newer("1.42", "group", Text, "Group of a cluster volume"),
    Flag{"label", 0, List, "Put labels on the volume", {}, true, false, {}, check_label},
    Flag{"name", 0, Text, "The volume's name", {}, true, true},
    newer("1.42", "limit-bytes", Size, "Largest size of a cluster volume"),
    later("opt", Map, "Options of the driver", 'o'),
    newer("1.42", "required-bytes", Size, "Smallest size of a cluster volume"),
    newer("1.42", "scope", Text, "Scope of a cluster volume"),
    newer("1.42", "secret", Map, "Secrets of a cluster volume"),
    newer("1.42", "sharing", Text, "Sharing of a cluster volume"),
    newer("1.42", "topology-preferred", List, "Where a cluster volume is best"),
    newer("1.42", "topology-required", List, "Where a cluster volume has to be"),
    newer("1.42", "type", Text, "Kind of access to a cluster volume"),
};
constexpr std::array kRemoveVolumeFlags{
    Flag{"force", 'f', Switch, "Don't fail when a volume isn't there"}};
constexpr std::array kCreateNetworkFlags{
    Flag{"attachable", 0, Switch, "Let people attach containers"},
    later("aux-address", Map, "Addresses the driver uses itself"),
    later("config-from", Text, "Take the configuration from another network"),
    later("config-only", Switch, "Make a mere configuration"),
    Flag{"driver", 'd', Text, "The network's driver", "bridge"},
    Flag{"gateway", 0, List, "Gateway of the subnet"},
    later("ingress", Switch, "Make a swarm's routing mesh"),
    Flag{"internal", 0, Switch, "Keep the network away from the outside"},
    later("ip-range", List, "Take addresses from this part of the subnet"),
    Flag{"ipam-driver", 0, Text, "Driver of addresses", "default", false},
    later("ipam-opt", Map, "Options of the driver of addresses"),
    Flag{"ipv4", 0, Switch, "Give out IPv4 addresses", "true", false},
    Flag{"ipv6", 0, Switch, "Give out IPv6 addresses", "false", false},
    Flag{"label", 0, List, "Put labels on the network", {}, true, false, {}, check_label},
    Flag{"opt", 'o', Map, "Options of the driver"},
    Flag{"scope", 0, Text, "How far the network reaches", "local", false},
    Flag{"subnet", 0, List, "Subnet of the network, as 10.5.0.0/16"},
};
constexpr std::array kRemoveNetworkFlags{
    Flag{"force", 'f', Switch, "Don't fail when a network isn't there"}};
constexpr std::array kConnectFlags{
    Flag{"alias", 0, List, "A further name of the container in the network"},
    later("driver-opt", List, "Options of the driver"),
    later("gw-priority", Integer, "The network with the highest gives the default gateway"),
    Flag{"ip", 0, Text, "IPv4 address (172.30.100.104)"},
    later("ip6", Text, "IPv6 address (2001:db8::33)"),
    later("link", List, "Link to another container"),
    later("link-local-ip", List, "Link-local address"),
};
constexpr std::array kDisconnectFlags{
    Flag{"force", 'f', Switch, "Disconnect the container in any case"}};
constexpr std::array kContextListFlags{
    Flag{"format", 0, Text, kFormat},
    Flag{"quiet", 'q', Switch, "Show only names"},
};
constexpr Flag kEndpointFlag{"docker",
                             0,
                             Map,
                             "set the docker endpoint",
                             "[]",
                             true,
                             false,
                             {},
                             check_pairs,
                             {},
                             "stringToString"};
constexpr std::array kCreateContextFlags{
    Flag{"description", 0, Text, "Description of the context"},
    kEndpointFlag,
    Flag{"from", 0, Text, "Begin with a copy of this context"},
};
constexpr std::array kUpdateContextFlags{
    Flag{"description", 0, Text, "Description of the context"},
    kEndpointFlag,
};
constexpr std::array kRemoveContextFlags{
    Flag{"force", 'f', Switch, "Remove a context even if it is in use"}};

std::vector<Verb> make_verbs() {
    return {
        {"context create",
         "",
         "[OPTIONS] CONTEXT",
         "Create a context",
         kCreateContextFlags,
         1,
         1,
         start_context_create},
        {"context rm",
         "context remove=context rm",
         "CONTEXT [CONTEXT...]",
         "Remove one or more contexts",
         kRemoveContextFlags,
         1,
         kAnyNumber,
         start_context_remove},
        {"context update",
         "",
         "[OPTIONS] CONTEXT",
         "Update a context",
         kUpdateContextFlags,
         1,
         1,
         start_context_update},
        {"context inspect",
         "",
         "[OPTIONS] [CONTEXT] [CONTEXT...]",
         "Display detailed information on one or more contexts",
         kFormatFlags,
         0,
         kAnyNumber,
         start_context_inspect},
        {"context ls",
         "context list=context ls",
         "[OPTIONS]",
         "List contexts",
         kContextListFlags,
         0,
         0,
         start_context_list},
        {"context show",
         "",
         "",
         "Print the name of the current context",
         {},
         0,
         0,
         start_context_show},
        {"context use",
         "",
         "CONTEXT",
         "Set the current docker context",
         {},
         0,
         kAnyNumber,
         start_context_use},
        {"image prune",
         "",
         "[OPTIONS]",
         "Remove unused images",
         kPruneImagesFlags,
         0,
         0,
         start_prune_images},
        {"image pull|pull",
         "",
         "[OPTIONS] NAME[:TAG|@DIGEST]",
         "Download an image from a registry",
         kPullFlags,
         1,
         1,
         start_pull},
        {"image rm|rmi",
         "image remove=image rm|image rmi=image rm",
         "[OPTIONS] IMAGE [IMAGE...]",
         "Remove one or more images",
         kRemoveImageFlags,
         1,
         kAnyNumber,
         start_remove_image},
        {"image tag|tag",
         "",
         "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
         "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
         {},
         2,
         2,
         start_tag,
         false},
        {"network connect",
         "",
         "[OPTIONS] NETWORK CONTAINER",
         "Connect a container to a network",
         kConnectFlags,
         2,
         2,
         start_connect},
        {"network create",
         "",
         "[OPTIONS] NETWORK",
         "Create a network",
         kCreateNetworkFlags,
         1,
         1,
         start_create_network},
        {"network disconnect",
         "",
         "[OPTIONS] NETWORK CONTAINER",
         "Disconnect a container from a network",
         kDisconnectFlags,
         2,
         2,
         start_disconnect},
        {"network prune",
         "",
         "[OPTIONS]",
         "Remove all unused networks",
         kPruneFlags,
         0,
         0,
         start_prune_networks},
        {"network rm",
         "network remove=network rm",
         "NETWORK [NETWORK...]",
         "Remove one or more networks",
         kRemoveNetworkFlags,
         1,
         kAnyNumber,
         start_remove_network},
        {"system events|events",
         "",
         "[OPTIONS]",
         "Get real time events from the server",
         kEventsFlags,
         0,
         0,
         start_events},
        {"system prune",
         "",
         "[OPTIONS]",
         "Remove unused data",
         kPruneSystemFlags,
         0,
         0,
         start_prune_system},
        {"volume create",
         "",
         "[OPTIONS] [VOLUME]",
         "Create a volume",
         kCreateVolumeFlags,
         0,
         1,
         start_create_volume},
        {"volume prune",
         "",
         "[OPTIONS]",
         "Remove unused local volumes",
         kPruneVolumesFlags,
         0,
         0,
         start_prune_volumes},
        {"volume rm",
         "volume remove=volume rm",
         "[OPTIONS] VOLUME [VOLUME...]",
         "Remove one or more volumes",
         kRemoveVolumeFlags,
         1,
         kAnyNumber,
         start_remove_volume},
        {"inspect",
         "",
         "[OPTIONS] NAME|ID [NAME|ID...]",
         "Return low-level information on Docker objects",
         kInspectFlags,
         1,
         kAnyNumber,
         start_inspect},
        {"logout", "", "[SERVER]", "Log out from a registry", {}, 0, 1, start_logout},
        {"version",
         "",
         "[OPTIONS]",
         "Show the Docker version information",
         kFormatFlags,
         0,
         0,
         start_version},
        {"system df",
         "",
         "[OPTIONS]",
         "Show docker disk usage",
         kUsageFlags,
         0,
         0,
         start_disk_usage},
        {"system info|info",
         "",
         "[OPTIONS]",
         "Display system-wide information",
         kFormatFlags,
         0,
         0,
         start_info},
        {"image history|history",
         "",
         "[OPTIONS] IMAGE",
         "Show the history of an image",
         kHistoryFlags,
         1,
         1,
         start_history},
        {"image inspect",
         "",
         "[OPTIONS] IMAGE [IMAGE...]",
         "Display detailed information on one or more images",
         kInspectImageFlags,
         1,
         kAnyNumber,
         start_inspect_image},
        {"image ls|images",
         "image list=image ls",
         "[OPTIONS] [REPOSITORY[:TAG]]",
         "List images",
         kImagesFlags,
         0,
         1,
         start_images},
        {"network inspect",
         "",
         "[OPTIONS] NETWORK [NETWORK...]",
         "Display detailed information on one or more networks",
         kInspectNetworkFlags,
         1,
         kAnyNumber,
         start_inspect_network},
        {"network ls",
         "network list=network ls",
         "[OPTIONS]",
         "List networks",
         kNetworksFlags,
         0,
         0,
         start_networks},
        {"volume inspect",
         "",
         "[OPTIONS] VOLUME [VOLUME...]",
         "Display detailed information on one or more volumes",
         kInspectVolumeFlags,
         1,
         kAnyNumber,
         start_inspect_volume},
        {"volume ls",
         "volume list=volume ls",
         "[OPTIONS]",
         "List volumes",
         kVolumesFlags,
         0,
         0,
         start_volumes},
    };
}

}  // namespace

std::span<const Verb> object_verbs() {
    static const std::vector<Verb> kVerbs = make_verbs();
    return kVerbs;
}

}  // namespace podium::programs::docker
