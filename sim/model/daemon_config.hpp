#pragma once

// What a running dockerd has taken over of its daemon.json: defaults for containers and networks, and what `docker info` shows.
// An Engine holds one, which never changes; a start and a reload put another in its place. What is wrong in the file is
// daemon_settings.hpp's affair.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "sim/model/address.hpp"
#include "sim/model/container_spec.hpp"
#include "sim/model/image.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

struct DaemonConfig {
    struct Pool {
        std::string base;
        int size = 0;
    };

    bool debug = false;
    bool init = false;
    std::string log_driver;  ///< Empty: json-file.
    std::map<std::string, std::string> log_options;
    std::int64_t shm_bytes = 0;  ///< 0: 64 MiB.
    std::vector<Ulimit> ulimits;  ///< By name.
    std::vector<std::string> dns;
    std::vector<std::string> dns_search;
    std::vector<std::string> dns_options;
    std::vector<std::string> labels;
    std::vector<std::string> registry_mirrors;  ///< Each with a slash at its end.
    std::string data_root;                      ///< Empty: /var/lib/docker.
    int concurrent_downloads = kConcurrentDownloads;  ///< Of a pull; 0: without limit.
    std::vector<Pool> address_pools;
    std::string bip;
    std::optional<bool> live_restore_flag;  ///< What dockerd was set up with, where its file says otherwise of live-restore.
};

/// What the file says. `running`: of a dockerd that reloads, which takes over some of it only (moby v20.10.24 daemon/reload.go,
/// reload_unix.go); null: of one that starts. Requires a file without mistakes.
DaemonConfig daemon_config(const nlohmann::json& file, const DaemonConfig* running);

/// The engine's, or that of a dockerd without a file.
const DaemonConfig& config_of(const Engine& engine);

/// Fills in what a container that is being created leaves to the engine: its log and /dev/shm (daemon/create.go, mergeAndVerifyLogConfig;
/// daemon_unix.go, adaptContainerSettings).
void apply_daemon_defaults(const DaemonConfig& config, ContainerSpec& spec);

/// A container's own limits, and after them those of the engine that it says nothing of (oci_linux.go, mergeUlimits): at each start
/// what it runs with, and what an inspect shows. The container keeps none of the engine's.
std::vector<Ulimit> merged_ulimits(const std::vector<Ulimit>& own, const DaemonConfig& config);

/// The subnets of "default-address-pools"; empty: the engine's own.
std::vector<SubnetBlock> address_blocks(const DaemonConfig& config);

/// Why the networks of a dockerd that starts with the config can't be set up (daemon_unix.go, initNetworkController); empty: they
/// can. `live_restore`: as that dockerd will have it; containers that go on then have docker0 left as it is.
std::string network_mistake(const World& world, HostId host, const DaemonConfig& config, bool live_restore);

/// Sets up what a dockerd that starts gives to networks, docker0 with it unless containers go on with it or have addresses there.
void set_up_networks(World& world, HostId host);

}  // namespace podium::model
