#include "sim/programs/compose_file/unsimulated.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "sim/base/text.hpp"

namespace podium::compose {
namespace {

/// Which values of an attribute a row speaks of.
enum class When {
    Written,         ///< Any value but null, false, "" and an empty list.
    HandsLinesOn,    ///< A log driver of the engine's that hands lines on (hands_lines_on).
    NoLogging,       ///< A log driver that the engine does not have itself.
    LinkNetwork,     ///< A network driver that puts containers into the host's own network.
    OtherNetwork,    ///< A network driver that the engine does not have itself.
    OverlayNetwork,  ///< The overlay driver.
    OtherVolume,     ///< A volume driver that is not local.
    VolumeType,      ///< Options of a volume that mount what is not simulated.
    VolumeMemory,    ///< Options of a volume in memory, with some that nothing here heeds.
    OtherIpam,       ///< An address driver that is not the default one.
    OtherMount,      ///< A mount type of another platform or of a cluster.
    Options,         ///< A tmpfs with options after its colon that nothing here heeds.
    NotFirst,        ///< An element of a list that isn't the first.
    OtherNamespace,  ///< A namespace shared with the host or a container.
    ImageMount,      ///< An image as a mount.
    SwitchedOff,     ///< The value false.
    NetworkOption,   ///< One that unsimulated_network_option() knows a reason for; the reason is the sentence's end.
    EngineSocket,    ///< The engine's own socket.
};

struct Row {
    std::string_view pattern;
    std::string_view sentence;
    When when = When::Written;
};

constexpr std::string_view kStackOnly =
    "is used by docker stack deploy only; docker compose does not act on it.";
constexpr std::string_view kSwarmOnly =
    "is refused by docker compose, which makes no container with it; docker stack deploy acts on it.";
constexpr std::string_view kNewerEngine =
    "is refused: docker compose makes no container with it, as this engine (20.10) is too old for it.";
constexpr std::string_view kWindows = "acts on Windows hosts only, which are not simulated.";
constexpr std::string_view kSecurity =
    "is not simulated: simulated processes may do everything their programs do.";
constexpr std::string_view kDevices = "is not simulated: simulated hosts have no devices to give.";
constexpr std::string_view kDeviceDriver =
    "is refused: the container is made and never starts, as no simulated host has a driver for "
    "such devices; leave it out.";
constexpr std::string_view kHook = "is not simulated: no command is run there.";
constexpr std::string_view kFileRights =
    "is not simulated: the file is mounted with the rights it has.";
constexpr std::string_view kTmpfsOptions =
    "is not simulated but for its size: every user may write there and run what lies there.";
constexpr std::string_view kBuild =
    "is not simulated: images are built by the engine's own builder, as without BuildKit.";

constexpr auto kRows = std::to_array<Row>({
    {"services.*.annotations", "is not simulated: nothing reads them."},
    {"services.*.blkio_config", "is not simulated: containers share a disk's bandwidth evenly."},
    {"services.*.build.additional_contexts", kBuild},
    {"services.*.build.cache_from", kBuild},
    {"services.*.build.cache_to", kBuild},
    {"services.*.build.entitlements", kBuild},
    {"services.*.build.extra_hosts", kBuild},
    {"services.*.build.isolation", kWindows},
    {"services.*.build.no_cache_filter", kBuild},
    {"services.*.build.platforms", kBuild},
    {"services.*.build.privileged", kBuild},
    {"services.*.build.provenance", kBuild},
    {"services.*.build.sbom", kBuild},
    {"services.*.build.secrets", kBuild},
    {"services.*.build.shm_size", kBuild},
    {"services.*.build.ssh", kBuild},
    {"services.*.build.ulimits", kBuild},
    {"services.*.cap_add", kSecurity},
    {"services.*.cap_drop", kSecurity},
    {"services.*.cgroup", "is not simulated: containers have no control groups to place."},
    {"services.*.cgroup_parent", "is not simulated: containers have no control groups to place."},
    {"services.*.cpu_count", kWindows},
    {"services.*.cpu_percent", kWindows},
    {"services.*.cpu_rt_period", "is not simulated: there is no real-time scheduling."},
    {"services.*.cpu_rt_runtime", "is not simulated: there is no real-time scheduling."},
    {"services.*.credential_spec", kWindows},
    {"services.*.deploy.endpoint_mode", kStackOnly},
    {"services.*.deploy.labels", kStackOnly},
    {"services.*.deploy.mode", kStackOnly},
    {"services.*.deploy.placement", kStackOnly},
    {"services.*.deploy.rollback_config", kStackOnly},
    {"services.*.deploy.update_config", kStackOnly},
    {"services.*.deploy.restart_policy.delay", kStackOnly},
    {"services.*.deploy.restart_policy.window", kStackOnly},
    {"services.*.deploy.resources.reservations.cpus", kStackOnly},
    {"services.*.deploy.resources.reservations.generic_resources", kStackOnly},
    {"services.*.deploy.resources.reservations.devices", kDeviceDriver},
    {"services.*.develop", "is not simulated: there are no sources to watch."},
    {"services.*.device_cgroup_rules", kDevices},
    {"services.*.devices", kDevices},
    {"services.*.dns", "is not simulated: names are resolved by the engine's own server only."},
    {"services.*.dns_opt", "is not simulated: names are resolved by the engine's own server only."},
    {"services.*.dns_search",
     "is not simulated: names are resolved by the engine's own server only."},
    {"services.*.external_links",
     "is not simulated: on a network that both have, the container is found by its own name."},
    {"services.*.gpus", kDeviceDriver},
    {"services.*.group_add", kSecurity},
    {"services.*.healthcheck.start_interval", kNewerEngine},
    {"services.*.ipc", "is not simulated: processes share no memory.", When::OtherNamespace},
    {"services.*.isolation", kWindows},
    {"services.*.logging.driver",
     "is not simulated: logs stay with the engine as with json-file.",
     When::HandsLinesOn},
    {"services.*.logging.driver",
     "keeps the container from being made: no simulated host has plugins, as in 'plugin not found'.",
     When::NoLogging},
    {"services.*.logging.options", "is not simulated: logs are kept whole."},
    {"services.*.mac_address", "is not simulated: the network has no link layer."},
    {"services.*.mem_swappiness", "is not simulated: hosts have no swap space."},
    {"services.*.models", "is not simulated: no model is pulled or served."},
    {"services.*.networks.*.driver_opts", "is not simulated: the network has no link layer."},
    {"services.*.networks.*.gw_priority", "is not simulated: there is one way out of a host."},
    {"services.*.networks.*.interface_name", kNewerEngine},
    {"services.*.networks.*.ipv6_address", "is not simulated: the network is IPv4."},
    {"services.*.networks.*.link_local_ips", "is not simulated: the network has no link layer."},
    {"services.*.networks.*.mac_address", "is not simulated: the network has no link layer."},
    {"services.*.oom_score_adj",
     "is not simulated: a host short of memory ends its largest process."},
    {"services.*.pid",
     "is not simulated: every container has processes of its own.",
     When::OtherNamespace},
    {"services.*.platform",
     "is not simulated: docker compose takes the image there is, of linux/amd64, whatever is asked for."},
    {"services.*.ports.*.app_protocol", "is not simulated: ports carry any protocol."},
    {"services.*.ports.*.mode", kStackOnly},
    {"services.*.post_start", kHook},
    {"services.*.pre_start", kHook},
    {"services.*.pre_stop", kHook},
    {"services.*.privileged", kSecurity},
    {"services.*.provider", "is not simulated: no program outside the simulation is run."},
    {"services.*.pull_refresh_after", "has no effect: docker compose 2.40 does not read it."},
    {"services.*.runtime", "is not simulated: there is one container runtime."},
    {"services.*.secrets.*.uid", kFileRights},
    {"services.*.secrets.*.gid", kFileRights},
    {"services.*.secrets.*.mode", kFileRights},
    {"services.*.configs.*.uid", kFileRights},
    {"services.*.configs.*.gid", kFileRights},
    {"services.*.configs.*.mode", kFileRights},
    {"services.*.security_opt", kSecurity},
    {"services.*.shm_size", "is not simulated: processes share no memory."},
    {"services.*.storage_opt",
     "is not simulated: a container's layer grows as far as the disk goes."},
    {"services.*.sysctls", "is not simulated: there are no kernel parameters."},
    {"services.*.tmpfs.*", kTmpfsOptions, When::Options},
    {"services.*.ulimits",
     "is not simulated: processes have no limits but memory, CPU and number."},
    {"services.*.use_api_socket", kSecurity},
    {"services.*.user", "is not simulated but for its name: files let every user in."},
    {"services.*.userns_mode", kSecurity},
    {"services.*.uts",
     "is not simulated: every container has a host name of its own.",
     When::OtherNamespace},
    {"services.*.volumes.*.type", "is not simulated: nothing is mounted there.", When::OtherMount},
    {"services.*.volumes.*.type", kNewerEngine, When::ImageMount},
    {"services.*.volumes.*.source", "is mounted, but the engine answers no program in a container there.", When::EngineSocket},
    {"services.*.volumes.*.consistency", "is not simulated: mounts are always consistent."},
    {"services.*.volumes.*.bind.propagation",
     "is not simulated: mounts within mounts are not told apart."},
    {"services.*.volumes.*.bind.recursive",
     "is not simulated: mounts within mounts are not told apart."},
    {"services.*.volumes.*.bind.selinux", kSecurity},
    {"services.*.volumes.*.volume.subpath", "is not simulated: a volume is mounted whole."},
    {"services.*.volumes.*.tmpfs.mode", kSecurity},
    {"services.*.volumes.*.image.subpath", "is not simulated: an image is mounted whole."},
    {"networks.*.attachable", kStackOnly},
    {"networks.*.driver", "is not simulated: the network acts as a bridge.", When::LinkNetwork},
    {"networks.*.driver", "keeps the network from being made: no simulated host has plugins, as in 'plugin not found'.", When::OtherNetwork},
    {"networks.*.driver", kStackOnly, When::OverlayNetwork},
    {"networks.*.driver_opts.*", "is not simulated: ", When::NetworkOption},
    {"networks.*.enable_ipv4",
     "has no effect: this engine (20.10) does not know it, and its networks are IPv4.",
     When::SwitchedOff},
    {"networks.*.enable_ipv6", "is not simulated: the network is IPv4."},
    {"networks.*.ipam.driver",
     "is not simulated: addresses are given by the engine.",
     When::OtherIpam},
    {"networks.*.ipam.options", "is not simulated: addresses are given by the engine."},
    {"networks.*.ipam.config.*",
     "is not simulated: addresses are given from the first pool.",
     When::NotFirst},
    {"networks.*.ipam.config.*.aux_addresses",
     "is not simulated: addresses are given by the engine."},
    {"volumes.*.driver", "keeps the volume from being made: no simulated host has plugins, as in 'plugin not found'.", When::OtherVolume},
    {"volumes.*.driver_opts", "is not simulated: the volume is a plain directory.", When::VolumeType},
    {"volumes.*.driver_opts", kTmpfsOptions, When::VolumeMemory},
    {"secrets.*.driver", kSwarmOnly},
    {"secrets.*.driver_opts", kStackOnly},
    {"secrets.*.external", kSwarmOnly},
    {"secrets.*.labels", kStackOnly},
    {"secrets.*.template_driver", kSwarmOnly},
    {"configs.*.external", kSwarmOnly},
    {"configs.*.labels", kStackOnly},
    {"configs.*.template_driver", kSwarmOnly},
    {"models.*", "is not simulated: no model is pulled or served."},
});

bool is_written(const Node& node) {
    if (node.is_null() || (node.kind == NodeKind::Boolean && !node.is_true())) return false;
    if (node.is_string()) return !node.text.empty();
    if (node.is_sequence()) return !node.items.empty();
    if (node.is_mapping()) return !node.entries.empty();
    return true;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

// Those of moby 20.10 (daemon/logdrivers_linux.go) but json-file, local and none.
constexpr auto kHandsLinesOn = std::to_array<std::string_view>(
    {"awslogs", "fluentd", "gcplogs", "gelf", "journald", "logentries", "splunk", "syslog"});

// Of a tmpfs, as mount(8) takes them.
bool has_unheeded_option(const std::string& text) {
    const std::vector<std::string> options = split(text, ',');
    return std::any_of(options.begin(), options.end(), [](const std::string& option) {
        return is_one_of(std::string_view(option).substr(0, option.find('=')), {"noexec", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"});
    });
}

std::string text_below(const Node& node, std::string_view key) {
    const Node* value = node.find(key);
    return value == nullptr ? std::string() : value->text;
}

bool mounts_unsimulated(std::string_view type, const std::string& wished) {
    const std::vector<std::string> words = split(wished, ',');
    const bool bind = std::any_of(words.begin(), words.end(), [](const std::string& word) { return word == "bind" || word == "rbind"; });
    return !type.empty() && type != "tmpfs" && !bind;
}

bool applies(const Node& node, When when) {
    if (when == When::SwitchedOff) return node.kind == NodeKind::Boolean && !node.is_true();
    if (!is_written(node)) return false;
    switch (when) {
        case When::Written:
            return true;
        case When::HandsLinesOn:
            return hands_lines_on(node.text);
        case When::NoLogging:
            return !hands_lines_on(node.text) && !is_one_of(node.text, {"json-file", "local", "none"});
        case When::LinkNetwork:
            return acts_as_bridge(node.text);
        case When::OtherNetwork:
            return !acts_as_bridge(node.text) && !is_one_of(node.text, {"bridge", "host", "null", "overlay"});
        case When::OverlayNetwork:
            return node.text == "overlay";
        case When::OtherVolume:
            return node.text != "local";
        case When::VolumeType:
            return mounts_unsimulated(text_below(node, "type"), text_below(node, "o"));
        case When::VolumeMemory:
            return text_below(node, "type") == "tmpfs" && has_unheeded_option(text_below(node, "o"));
        case When::OtherIpam:
            return node.text != "default";
        case When::OtherMount:
            return is_one_of(node.text, {"npipe", "cluster"});
        case When::ImageMount:
            return node.text == "image";
        case When::SwitchedOff:
            return true;  // seen to above
        case When::NetworkOption:
            return true;  // its name is what counts
        case When::EngineSocket:
            return is_one_of(node.text, {"/var/run/docker.sock", "/run/docker.sock"});
        case When::Options:
            return node.text.find(':') != std::string::npos && has_unheeded_option(node.text.substr(node.text.find(':') + 1));
        case When::NotFirst:
            return true;  // its row asks for the place in the list too
        case When::OtherNamespace:
            return !is_one_of(node.text, {"private", "shareable", "none"});
    }
    return false;
}

class Finder {
  public:
    explicit Finder(const Project& project) : project_(project) {}

    std::vector<Unsimulated> found;

    void walk(const Node& node, const Path& path, const Place& place) {
        if (path.size() == 2 && path[0] == "services" && project_.find_service(path[1]) == nullptr)
            return;
        for (const Row& row : kRows) {
            if (!matches(path, row.pattern) || !applies(node, row.when)) continue;
            if (row.when == When::NotFirst && path.back() == index_step(0)) continue;
            // What options mean is the driver's to say, and there is no other than local.
            if ((row.when == When::VolumeType || row.when == When::VolumeMemory) && !has_local_driver(path[1])) continue;
            // Ports get the mode "ingress" whether it was written or not.
            if (path.back() == "mode" && path.size() == 5 && node.text == "ingress") continue;
            // An element of a list is called by what stands there, or by its list.
            std::string attribute(path.back());
            if (attribute.starts_with("[")) attribute = node.is_scalar() ? node.text : path[path.size() - 2] + attribute;
            std::string sentence(row.sentence);
            if (row.when == When::NetworkOption) {
                const std::string_view reason = unsimulated_network_option(attribute);
                if (reason.empty()) continue;
                sentence += std::string(reason) + ".";
            }
            // A secret's driver comes into its spec, what the driver is told does not.
            const bool stack_acts = (row.sentence == kStackOnly || row.sentence == kSwarmOnly) && path.back() != "driver_opts";
            found.push_back({path_text(path), place, "'" + attribute + "' " + sentence, stack_acts});
            return;
        }
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            walk(node.items[i], path_of(path, index_step(i)), node.items[i].place);
        }
        for (const Entry& entry : node.entries) {
            if (entry.key.starts_with("x-")) continue;
            walk(entry.value,
                 path_of(path, entry.key),
                 entry.value.is_scalar() ? entry.value.place : entry.place);
        }
    }

  private:
    bool has_local_driver(std::string_view volume) const {
        const Node* const written = project_.model.find("volumes");
        const Node* const here = written == nullptr ? nullptr : written->find(volume);
        const std::string driver = here == nullptr ? std::string() : text_below(*here, "driver");
        return driver.empty() || driver == "local";
    }

    const Project& project_;
};

}  // namespace

std::vector<Unsimulated> find_unsimulated(const Project& project) {
    Finder finder(project);
    finder.walk(project.model, {}, project.model.place);
    return std::move(finder.found);
}

bool acts_as_bridge(std::string_view driver) { return driver == "macvlan" || driver == "ipvlan"; }

bool hands_lines_on(std::string_view log_driver) {
    return std::find(kHandsLinesOn.begin(), kHandsLinesOn.end(), log_driver) != kHandsLinesOn.end();
}

bool is_plain_directory(const Volume& volume) {
    if (!volume.driver.empty() && volume.driver != "local") return false;
    std::string type;
    std::string wished;
    for (const Pair& option : volume.driver_opts) {
        if (option.name == "type") type = option.value;
        if (option.name == "o") wished = option.value;
    }
    return mounts_unsimulated(type, wished);
}

std::string_view unsimulated_network_option(std::string_view name) {
    // What moby 20.10's bridge and overlay drivers read and the model acts on (libnetwork bridge.go, fromLabels; labels.go).
    if (is_one_of(name,
                  {"com.docker.network.bridge.name",
                   "com.docker.network.bridge.enable_icc",
                   "com.docker.network.bridge.enable_ip_masquerade",
                   "com.docker.network.bridge.host_binding_ipv4",
                   "com.docker.network.container_iface_prefix"}))
        return {};
    if (is_one_of(name, {"com.docker.network.driver.mtu", "com.docker.network.mtu"}))
        return "no packet is too large for a link, though ip shows the number";
    if (name == "com.docker.network.enable_ipv6") return "the network is IPv4";
    if (name == "com.docker.network.bridge.default_bridge") return "the default network is the engine's own";
    if (is_one_of(name, {"encrypted", "com.docker.network.driver.overlay.vxlanid_list"}))
        return "what passes between hosts is neither seen nor numbered";
    return "the drivers of this engine (20.10) do not know it";
}

std::vector<std::string_view> unsimulated_keys() {
    std::vector<std::string_view> out;
    for (const Row& row : kRows)
        if (row.when == When::Written) out.push_back(row.pattern);
    return out;
}

}  // namespace podium::compose
