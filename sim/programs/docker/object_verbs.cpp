// The verbs about images, volumes, networks, the system and contexts, with their flags.

#include <array>

#include "sim/programs/docker/commands.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using enum FlagKind;

constexpr std::string_view kFormat =
    "Format the output with a Go template:\n'table':            a table with headings (default)\n'table TEMPLATE':   a table of the template's columns\n"
    "'json':             a JSON object a line\n'TEMPLATE':         what the template makes of each";
constexpr std::string_view kInspectFormat =
    "Format the output with a Go template:\n'json':             JSON in one line\n'TEMPLATE':         what the template makes of each";

constexpr Flag later(std::string_view name, FlagKind kind, std::string_view help, char letter = 0) {
    return Flag{name, letter, kind, help, {}, false};
}

constexpr std::array kImagesFlags{
    Flag{"all", 'a', Switch, "Show intermediate images too"},
    Flag{"digests", 0, Switch, "Show digests"},
    Flag{"filter", 'f', Filter, "Show only what fits (\"dangling=true\")"},
    Flag{"format", 0, Text, kFormat},
    Flag{"no-trunc", 0, Switch, "Show everything in full"},
    Flag{"quiet", 'q', Switch, "Show only ids"},
    later("tree", Switch, "Show platforms as a tree"),
};
constexpr std::array kHistoryFlags{
    Flag{"format", 0, Text, kFormat},
    Flag{"human", 'H', Switch, "Print sizes and dates for people", "true"},
    Flag{"no-trunc", 0, Switch, "Show everything in full"},
    later("platform", Text, "History of this platform"),
    Flag{"quiet", 'q', Switch, "Show only ids"},
};
constexpr std::array kVolumesFlags{
    later("cluster", Switch, "Show only cluster volumes"),
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
    later("platform", Text, "Inspect this platform of the image"),
};
constexpr std::array kInspectNetworkFlags{
    Flag{"format", 'f', Text, kInspectFormat},
    Flag{"verbose", 'v', Switch, "Show what is known about services too"},
};
constexpr std::array kInspectVolumeFlags{Flag{"format", 'f', Text, kInspectFormat}};
constexpr std::array kFormatFlags{Flag{"format", 'f', Text, kInspectFormat}};
constexpr std::array kUsageFlags{
    Flag{"format", 0, Text, kFormat},
    later("verbose", Switch, "Show what each thing takes", 'v'),
};

std::vector<Verb> make_verbs() {
    return {
        {"inspect", "", "[OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Docker objects", kInspectFlags, 1, kAnyNumber, start_inspect},
        {"version", "", "[OPTIONS]", "Show the Docker version information", kFormatFlags, 0, 0, start_version},
        {"system df", "", "[OPTIONS]", "Show docker disk usage", kUsageFlags, 0, 0, start_disk_usage},
        {"system info|info", "", "[OPTIONS]", "Display system-wide information", kFormatFlags, 0, 0, start_info},
        {"image history|history", "", "[OPTIONS] IMAGE", "Show the history of an image", kHistoryFlags, 1, 1, start_history},
        {"image inspect", "", "[OPTIONS] IMAGE [IMAGE...]", "Display detailed information on one or more images", kInspectImageFlags, 1, kAnyNumber, start_inspect_image},
        {"image ls|images", "image list=image ls", "[OPTIONS] [REPOSITORY[:TAG]]", "List images", kImagesFlags, 0, 1, start_images},
        {"network inspect", "", "[OPTIONS] NETWORK [NETWORK...]", "Display detailed information on one or more networks", kInspectNetworkFlags, 1, kAnyNumber, start_inspect_network},
        {"network ls", "network list=network ls", "[OPTIONS]", "List networks", kNetworksFlags, 0, 0, start_networks},
        {"volume inspect", "", "[OPTIONS] VOLUME [VOLUME...]", "Display detailed information on one or more volumes", kInspectVolumeFlags, 1, kAnyNumber, start_inspect_volume},
        {"volume ls", "volume list=volume ls", "[OPTIONS]", "List volumes", kVolumesFlags, 0, 0, start_volumes},
    };
}

}  // namespace

std::span<const Verb> object_verbs() {
    static const std::vector<Verb> kVerbs = make_verbs();
    return kVerbs;
}

}  // namespace podium::programs::docker
