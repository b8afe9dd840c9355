// GET /version, /info and /system/df.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/answers_parts.hpp"
#include "sim/model/container.hpp"
#include "sim/model/daemon_config.hpp"
#include "sim/model/kernel_version.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/volume.hpp"

namespace podium::model {
namespace {

constexpr const char* kVersion = "20.10.24+dfsg1";
constexpr std::string_view kKernel = kKernelRelease;
constexpr const char* kBuilt = "2023-05-18T08:38:34.000000000+00:00";

Json component(const char* name, const char* version, Json details) {
    Json out;
    out["Name"] = name;
    out["Version"] = version;
    out["Details"] = std::move(details);
    return out;
}

std::int64_t cores_of(const Host& host) {
    return std::max<std::int64_t>(1, (host.spec.cpu_millicores + 999) / 1000);
}

// "NZZ5:2PUM:…": twelve groups of four of the base-32 alphabet.
std::string engine_id(const Host& host) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const std::string digits = make_id("engine", host.spec.name, 0);
    std::string out;
    for (std::size_t i = 0; i < 48; ++i) {
        if (i > 0 && i % 4 == 0) out += ':';
        const auto value = static_cast<unsigned char>(digits[i]) * 7U +
                           static_cast<unsigned char>(digits[(i + 13) % 64]);
        out += kAlphabet[value % kAlphabet.size()];
    }
    return out;
}

struct Counts {
    int all = 0;
    int running = 0;
    int paused = 0;
};

Counts count_containers(const World& world, HostId host) {
    Counts out;
    for (const ContainerId id : containers_of(world, host)) {
        const Container& c = world.container(id);
        ++out.all;
        if (c.state == ContainerState::Paused)
            ++out.paused;
        else if (c.counts_as_running())
            ++out.running;
    }
    return out;
}

Json plugins_json() {
    Json out;
    out["Volume"] = {"local"};
    out["Network"] = {"bridge", "host", "ipvlan", "macvlan", "null", "overlay"};
    out["Authorization"] = nullptr;
    out["Log"] = {"awslogs",
                  "fluentd",
                  "gcplogs",
                  "gelf",
                  "journald",
                  "json-file",
                  "local",
                  "logentries",
                  "splunk",
                  "syslog"};
    return out;
}

Json registry_json(const DaemonConfig& config) {
    const Json mirrors = config.registry_mirrors.empty() ? Json::array() : Json(config.registry_mirrors);
    Json hub;
    hub["Name"] = "docker.io";
    hub["Mirrors"] = mirrors;
    hub["Secure"] = true;
    hub["Official"] = true;
    Json out;
    out["AllowNondistributableArtifactsCIDRs"] = Json::array();
    out["AllowNondistributableArtifactsHostnames"] = Json::array();
    out["InsecureRegistryCIDRs"] = Json::array({"127.0.0.0/8"});
    out["IndexConfigs"]["docker.io"] = std::move(hub);
    out["Mirrors"] = mirrors;
    return out;
}

Json swarm_json() {
    Json out;
    out["NodeID"] = "";
    out["NodeAddr"] = "";
    out["LocalNodeState"] = "inactive";
    out["ControlAvailable"] = false;
    out["Error"] = "";
    out["RemoteManagers"] = nullptr;
    return out;
}

Json runtimes_json() {
    Json out;
    for (const char* name : {"io.containerd.runc.v2", "io.containerd.runtime.v1.linux", "runc"})
        out[name]["path"] = "runc";
    return out;
}

Json commit_json(const char* id) {
    Json out;
    out["ID"] = id;
    out["Expected"] = id;
    return out;
}

void add_driver(Json& out, const Host& host) {
    out["Driver"] = "overlay2";
    out["DriverStatus"] = Json::array();
    for (const auto& [name, value] : {std::pair("Backing Filesystem", "extfs"),
                                      std::pair("Supports d_type", "true"),
                                      std::pair("Native Overlay Diff", "true"),
                                      std::pair("userxattr", "false")}) {
        out["DriverStatus"].push_back(Json::array({name, value}));
    }
    out["Plugins"] = plugins_json();
    for (const char* able : {"MemoryLimit",
                             "SwapLimit",
                             "KernelMemory",
                             "KernelMemoryTCP",
                             "CpuCfsPeriod",
                             "CpuCfsQuota",
                             "CPUShares",
                             "CPUSet",
                             "PidsLimit",
                             "IPv4Forwarding",
                             "BridgeNfIptables",
                             "BridgeNfIp6tables"}) {
        out[able] = true;
    }
    out["Debug"] = config_of(host.engine).debug;
    out["NFd"] = 25 + 7 * static_cast<int>(host.engine.event_requests.size());
    out["OomKillDisable"] = true;
    out["NGoroutines"] = 40;
}

void add_system(Json& out, const World& world, const Host& host) {
    out["SystemTime"] = rfc3339_nano(world.kernel.now(), host.clock_skew);
    const DaemonConfig& config = config_of(host.engine);
    out["LoggingDriver"] = config.log_driver.empty() ? "json-file" : config.log_driver;
    out["CgroupDriver"] = "cgroupfs";
    out["CgroupVersion"] = "1";
    out["NEventsListener"] = host.engine.event_requests.size();
    out["KernelVersion"] = kKernel;
    out["OperatingSystem"] = "Debian GNU/Linux 12 (bookworm)";
    out["OSVersion"] = "12";
    out["OSType"] = "linux";
    out["Architecture"] = "x86_64";
    out["IndexServerAddress"] = "https://index.docker.io/v1/";
    out["RegistryConfig"] = registry_json(config);
    out["NCPU"] = cores_of(host);
    out["MemTotal"] = host.spec.memory_bytes;
    out["GenericResources"] = nullptr;
    out["DockerRootDir"] = config.data_root.empty() ? std::string(kDockerRoot) : config.data_root;
    for (const char* proxy : {"HttpProxy", "HttpsProxy", "NoProxy"})
        out[proxy] = "";
    out["Name"] = host.spec.name;
    out["Labels"] = config.labels.empty() ? Json::array() : Json(config.labels);
    out["ExperimentalBuild"] = false;
    out["ServerVersion"] = kVersion;
}

void add_runtime(Json& out, const Host& host) {
    out["Runtimes"] = runtimes_json();
    out["DefaultRuntime"] = "runc";
    out["Swarm"] = swarm_json();
    out["LiveRestoreEnabled"] = host.engine.live_restore;
    out["Isolation"] = "";
    out["InitBinary"] = "docker-init";
    out["ContainerdCommit"] = commit_json("1.6.20~ds1-1+deb12u1");
    out["RuncCommit"] = commit_json("1.1.5+ds1-1+deb12u1");
    out["InitCommit"] = commit_json("");
    out["SecurityOptions"] = Json::array({"name=seccomp,profile=default"});
    for (const DaemonConfig::Pool& pool : config_of(host.engine).address_pools) {
        Json row;
        row["Base"] = pool.base;
        row["Size"] = pool.size;
        out["DefaultAddressPools"].push_back(std::move(row));
    }
    out["Warnings"] = nullptr;
}

// The bytes of an image's layers that another image has too.
std::int64_t shared_bytes(const std::vector<ImageRow>& rows, const ImageRow& row) {
    std::int64_t shared = 0;
    for (const ImageLayer& layer : row.image->layers) {
        const bool elsewhere = std::any_of(rows.begin(), rows.end(), [&](const ImageRow& other) {
            const auto& layers = other.image->layers;
            return other.image->id != row.image->id &&
                   std::any_of(layers.begin(), layers.end(), [&](const ImageLayer& one) {
                       return one.digest == layer.digest;
                   });
        });
        if (elsewhere) shared += layer.size_bytes;
    }
    return shared;
}

}  // namespace

std::string version_json(const World&, HostId) {
    Json engine;
    engine["ApiVersion"] = "1.41";
    engine["Arch"] = "amd64";
    engine["BuildTime"] = kBuilt;
    engine["Experimental"] = "false";
    engine["GitCommit"] = "5d6db84";
    engine["GoVersion"] = "go1.19.8";
    engine["KernelVersion"] = kKernel;
    engine["MinAPIVersion"] = "1.12";
    engine["Os"] = "linux";
    const auto commit = [](const char* id) {
        Json out;
        out["GitCommit"] = id;
        return out;
    };
    Json out;
    out["Platform"]["Name"] = "";
    out["Components"] =
        Json::array({component("Engine", kVersion, engine),
                     component("containerd", "1.6.20~ds1", commit("1.6.20~ds1-1+deb12u1")),
                     component("runc", "1.1.5+ds1", commit("1.1.5+ds1-1+deb12u1")),
                     component("docker-init", "0.19.0", commit(""))});
    out["Version"] = kVersion;
    out["ApiVersion"] = "1.41";
    out["MinAPIVersion"] = "1.12";
    out["GitCommit"] = "5d6db84";
    out["GoVersion"] = "go1.19.8";
    out["Os"] = "linux";
    out["Arch"] = "amd64";
    out["KernelVersion"] = kKernel;
    out["BuildTime"] = kBuilt;
    return json_bytes(out);
}

std::string info_json(const World& world, HostId id, const std::string& swarm) {
    const Host& host = world.host(id);
    const Counts counts = count_containers(world, id);
    Json out;
    out["ID"] = engine_id(host);
    out["Containers"] = counts.all;
    out["ContainersRunning"] = counts.running;
    out["ContainersPaused"] = counts.paused;
    out["ContainersStopped"] = counts.all - counts.running - counts.paused;
    out["Images"] = host.images.list().size();
    add_driver(out, host);
    add_system(out, world, host);
    add_runtime(out, host);
    if (!swarm.empty()) out.update(Json::parse(swarm));
    return json_bytes(out);
}

std::string disk_usage_json(const World& world, HostId host) {
    const std::vector<ImageRow> rows = world.host(host).images.list();
    const std::vector<ContainerId> containers = containers_of(world, host);
    Json images = Json::array();
    for (const ImageRow& row : rows) {
        const auto users = std::count_if(containers.begin(), containers.end(), [&](ContainerId id) {
            const Container& c = world.container(id);
            return c.detail && c.detail->image && c.detail->image->id == row.image->id;
        });
        images.push_back(
            image_summary_json(world, host, row, static_cast<int>(users), shared_bytes(rows, row)));
    }
    Json listed = Json::array();
    for (const ContainerId id : containers)
        listed.push_back(container_summary_json(ContainerRow(world, id), true));
    Json volumes = Json::array();
    for (const VolumeId id : volumes_of(world, host)) {
        Json one = volume_json(world, id);
        one["UsageData"]["RefCount"] = users_of(world, id).size();
        one["UsageData"]["Size"] = world.volume(id).files.size_bytes();
        volumes.push_back(std::move(one));
    }
    Json out;
    out["LayersSize"] = world.host(host).images.size_bytes();
    out["Images"] = std::move(images);
    out["Containers"] = std::move(listed);
    out["Volumes"] = std::move(volumes);
    out["BuildCache"] = nullptr;
    out["BuilderSize"] = 0;
    return json_bytes(out);
}

}  // namespace podium::model
