// GET /containers/ID/json.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/answers_parts.hpp"
#include "sim/model/links.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/container.hpp"
#include "sim/model/container_image.hpp"
#include "sim/model/daemon_config.hpp"
#include "sim/model/tmpfs.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kSharedMemoryBytes = 64LL << 20;

Json health_json(const ContainerRow& row) {
    Json log = Json::array();
    for (const HealthResult& result : row.d.health.log) {
        Json one;
        one["Start"] = rfc3339_nano(row.stamped(result.start), row.skew);
        one["End"] = rfc3339_nano(row.stamped(result.end), row.skew);
        one["ExitCode"] = result.exit_code;
        one["Output"] = result.output;
        log.push_back(std::move(one));
    }
    Json out;
    out["Status"] = health_status_name(row.d.health.status);
    out["FailingStreak"] = row.d.health.failing_streak;
    out["Log"] = log.empty() ? Json(nullptr) : std::move(log);
    return out;
}

Json state_json(const ContainerRow& row) {
    const Container& c = row.c;
    Json out;
    out["Status"] = container_state_name(c.state);
    out["Running"] = c.counts_as_running();
    out["Paused"] = c.state == ContainerState::Paused;
    out["Restarting"] = c.state == ContainerState::Restarting;
    out["OOMKilled"] = row.d.oom_killed;
    out["Dead"] = false;
    out["Pid"] = row.live ? row.d.host_pid : 0;
    out["ExitCode"] = c.exit_code;
    out["Error"] = row.d.error;
    out["StartedAt"] = c.ever_started ? rfc3339_nano(row.stamped(c.started), row.skew) : std::string(kNeverText);
    out["FinishedAt"] =
        c.finished > Time{} ? rfc3339_nano(row.stamped(c.finished), row.skew) : std::string(kNeverText);
    if (row.d.health.status != HealthStatus::None) out["Health"] = health_json(row);
    return out;
}

Json bindings_json(const ContainerRow& row) {
    std::map<std::string, Json> by_port;
    for (const PortBinding& binding : row.spec.ports) {
        Json& list = by_port[fmt::format("{}/{}", binding.container_port, binding.protocol)];
        if (list.is_null()) list = Json::array();
        std::string port = binding.host_port == 0 ? "" : fmt::format("{}", binding.host_port);
        if (binding.host_port_end > binding.host_port)
            port += fmt::format("-{}", binding.host_port_end);
        list.push_back(Json{{"HostIp", binding.host_ip}, {"HostPort", port}});
    }
    Json out = Json::object();
    for (auto& [port, list] : by_port)
        out[port] = std::move(list);
    return out;
}

bool is_plain_bind(const Mount& mount) {
    return mount.kind != MountKind::Tmpfs && mount.create_host_path && !mount.source.empty();
}

// Of a --mount, as it was asked for.
Json tmpfs_options_json(const Mount& mount) {
    const TmpfsOptions asked = read_tmpfs_options(mount.tmpfs_options, 0);
    Json out = Json::object();
    if (asked.size_bytes) out["SizeBytes"] = *asked.size_bytes;
    if (asked.mode != 0) out["Mode"] = asked.mode;
    return out;
}

Json volume_options_json(const Mount& mount) {
    Json out = Json::object();
    if (mount.no_copy) out["NoCopy"] = true;
    if (!mount.volume_labels.empty()) out["Labels"] = mount.volume_labels;
    if (!mount.volume_driver && mount.volume_options.empty()) return out;
    out["DriverConfig"] = Json::object();
    if (mount.volume_driver) out["DriverConfig"]["Name"] = "local";
    if (!mount.volume_options.empty()) out["DriverConfig"]["Options"] = mount.volume_options;
    return out;
}

Json binds_json(const ContainerRow& row) {
    Json out = Json::array();
    for (const Mount& mount : row.spec.mounts) {
        if (!is_plain_bind(mount)) continue;
        const char* mode = mount.read_only ? ":ro" : made_by_compose_1(row) ? ":rw" : "";
        out.push_back(fmt::format("{}:{}{}", mount.source, mount.target, mode));
    }
    return out.empty() && !made_by_compose_1(row) ? Json(nullptr) : out;
}

// HostConfig.Mounts: what was asked for with --mount. Bind and volume arguments of -v are Binds.
Json asked_mounts_json(const ContainerRow& row) {
    Json out = Json::array();
    for (const Mount& mount : row.spec.mounts) {
        if (is_plain_bind(mount) || is_tmpfs_flag(mount)) continue;
        Json one;
        one["Type"] = mount.kind == MountKind::Bind ? "bind" : mount.kind == MountKind::Tmpfs ? "tmpfs" : "volume";
        if (!mount.source.empty()) one["Source"] = mount.source;
        one["Target"] = mount.target;
        if (mount.read_only) one["ReadOnly"] = true;
        if (const Json volume = volume_options_json(mount); !volume.empty()) one["VolumeOptions"] = volume;
        if (const Json tmpfs = tmpfs_options_json(mount); !tmpfs.empty()) one["TmpfsOptions"] = tmpfs;
        out.push_back(std::move(one));
    }
    return out;
}

Json tmpfs_json(const ContainerRow& row) {
    Json out = Json::object();
    for (const Mount& mount : row.spec.mounts) {
        if (is_tmpfs_flag(mount)) out[mount.target] = mount.tmpfs_options;
    }
    return out;
}

void add_resources(Json& out, const ContainerRow& row, const Json& none) {
    const ContainerSpec& spec = row.spec;
    out["CpuShares"] = spec.cpu_shares;
    out["Memory"] = spec.memory_bytes;
    out["NanoCpus"] = spec.nano_cpus;
    out["CgroupParent"] = "";
    out["BlkioWeight"] = 0;
    for (const char* list : {"BlkioWeightDevice",
                             "BlkioDeviceReadBps",
                             "BlkioDeviceWriteBps",
                             "BlkioDeviceReadIOps",
                             "BlkioDeviceWriteIOps"}) {
        out[list] = none;
    }
    out["CpuPeriod"] = spec.cpu_period;
    out["CpuQuota"] = spec.cpu_quota;
    for (const char* number : {"CpuRealtimePeriod", "CpuRealtimeRuntime"})
        out[number] = 0;
    out["CpusetCpus"] = spec.cpuset_cpus;
    out["CpusetMems"] = "";
    out["Devices"] = none;
    for (const DeviceMapping& device : spec.devices) {
        if (out["Devices"].is_null()) out["Devices"] = Json::array();
        Json one;
        one["PathOnHost"] = device.on_host;
        one["PathInContainer"] = device.in_container;
        one["CgroupPermissions"] = device.permissions;
        out["Devices"].push_back(std::move(one));
    }
    out["DeviceCgroupRules"] = nullptr;
    out["DeviceRequests"] = nullptr;
    if (spec.gpus) {
        Json request;
        request["Driver"] = "";
        request["Count"] = -1;
        request["DeviceIDs"] = nullptr;
        request["Capabilities"] = Json::array({Json::array({"gpu"})});
        request["Options"] = Json::object();
        out["DeviceRequests"] = Json::array({request});
    }
    out["KernelMemory"] = 0;
    out["KernelMemoryTCP"] = 0;
    out["MemoryReservation"] = spec.memory_reservation_bytes;
    out["MemorySwap"] = memory_and_swap(spec);
    out["MemorySwappiness"] = nullptr;
    out["OomKillDisable"] = spec.oom_kill_disable;
    out["PidsLimit"] = spec.pids_limit == 0 ? Json(nullptr) : Json(spec.pids_limit);
    out["Ulimits"] = none;
    // daemon/inspect.go, getInspectData: as a start would have them now.
    const std::vector<Ulimit> ulimits =
        merged_ulimits(spec.ulimits, config_of(row.world.host(row.c.host).engine));
    if (!ulimits.empty()) {
        Json limits = Json::array();
        for (const Ulimit& limit : ulimits)
            limits.push_back(Json{{"Name", limit.name}, {"Hard", limit.hard}, {"Soft", limit.soft}});
        out["Ulimits"] = std::move(limits);
    }
    for (const char* number : {"CpuCount", "CpuPercent", "IOMaximumIOps", "IOMaximumBandwidth"})
        out[number] = 0;
}

void add_masked_paths(Json& out, bool privileged) {
    if (privileged) {
        out["MaskedPaths"] = nullptr;
        out["ReadonlyPaths"] = nullptr;
        return;
    }
    out["MaskedPaths"] = {"/proc/asound",
                          "/proc/acpi",
                          "/proc/kcore",
                          "/proc/keys",
                          "/proc/latency_stats",
                          "/proc/timer_list",
                          "/proc/timer_stats",
                          "/proc/sched_debug",
                          "/proc/scsi",
                          "/sys/firmware"};
    out["ReadonlyPaths"] = {
        "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
}

// Links on the default network, by the containers' present names ("/db:/web/database").
Json links_json(const ContainerRow& row) {
    Json out = Json::array();
    if (!links_by_hosts_file(row.world, row.id)) return nullptr;
    for (const Link& link : links_of(row.world, row.id))
        out.push_back(fmt::format("/{}:/{}/{}", row.world.name_of(link.container), row.world.name_of(row.id), link.alias));
    return out.empty() ? Json(nullptr) : out;
}

void add_namespaces(Json& out, const ContainerRow& row, const Json& none) {
    const ContainerSpec& spec = row.spec;
    out["CapAdd"] = text_list(spec.capabilities_added);
    out["CapDrop"] = text_list(spec.capabilities_dropped);
    out["CgroupnsMode"] = "host";
    out["Dns"] = spec.dns.empty() ? none : text_list(spec.dns);
    out["DnsOptions"] = spec.dns_options.empty() ? none : text_list(spec.dns_options);
    out["DnsSearch"] = spec.dns_search.empty() ? none : text_list(spec.dns_search);
    out["ExtraHosts"] = text_list(spec.extra_hosts);
    out["GroupAdd"] = text_list(spec.group_add);
    out["IpcMode"] = "private";
    out["Cgroup"] = "";
    out["Links"] = links_json(row);
    out["OomScoreAdj"] = 0;
    out["PidMode"] = "";
    out["Privileged"] = spec.privileged;
    out["PublishAllPorts"] = spec.publish_all;
    out["ReadonlyRootfs"] = spec.read_only;
    out["SecurityOpt"] = spec.privileged ? Json::array({"label=disable"}) : text_list(spec.security_options);
    if (const Json tmpfs = tmpfs_json(row); !tmpfs.empty()) out["Tmpfs"] = tmpfs;
    out["UTSMode"] = "";
    out["UsernsMode"] = "";
    out["ShmSize"] = spec.shm_bytes > 0 ? spec.shm_bytes : kSharedMemoryBytes;
    if (!spec.sysctls.empty()) out["Sysctls"] = text_map(spec.sysctls);
    out["Runtime"] = spec.runtime.empty() ? "runc" : spec.runtime;
    out["ConsoleSize"] = {0, 0};
    out["Isolation"] = "";
}

Json host_config_json(const ContainerRow& row) {
    const ContainerSpec& spec = row.spec;
    const Json none = made_by_compose_1(row) ? Json(nullptr) : Json::array();
    Json out;
    out["Binds"] = binds_json(row);
    out["ContainerIDFile"] = "";
    out["LogConfig"] = Json{{"Type", spec.log_driver.empty() ? "json-file" : spec.log_driver},
                            {"Config", text_map(spec.log_options)}};
    out["NetworkMode"] = network_mode_text(row);
    out["PortBindings"] = bindings_json(row);
    // docker-compose 1 sends no policy where docker sends "no".
    const bool unset = row.c.policy == RestartPolicyKind::No && made_by_compose_1(row);
    out["RestartPolicy"] = Json{{"Name", unset ? "" : restart_policy_name(row.c.policy)},
                                {"MaximumRetryCount", row.c.maximum_retries}};
    out["AutoRemove"] = spec.auto_remove;
    out["VolumeDriver"] = "";
    out["VolumesFrom"] = spec.volumes_from.empty() && made_by_compose_1(row)
                             ? Json::array()
                             : text_list(spec.volumes_from);
    add_namespaces(out, row, none);
    add_resources(out, row, none);
    if (const Json mounts = asked_mounts_json(row); !mounts.empty()) out["Mounts"] = mounts;
    add_masked_paths(out, spec.privileged);
    if (spec.init || spec.no_init) out["Init"] = spec.init;
    return out;
}

Json graph_driver_json(const ContainerRow& row) {
    const std::string own =
        fmt::format("{}/overlay2/{}", kDockerRoot, make_id("layer", row.id_text, 0));
    std::string lower = own + "-init/diff";
    if (row.image) {
        for (auto layer = row.image->layers.rbegin(); layer != row.image->layers.rend(); ++layer) {
            lower += fmt::format(
                ":{}/overlay2/{}/diff", kDockerRoot, make_id("layer", layer->digest, 0));
        }
    }
    Json data;
    data["LowerDir"] = lower;
    data["MergedDir"] = own + "/merged";
    data["UpperDir"] = own + "/diff";
    data["WorkDir"] = own + "/work";
    return Json{{"Data", data}, {"Name", "overlay2"}};
}

Json health_check_json(const HealthCheck& check) {
    Json out;
    if (!check.test.empty()) out["Test"] = check.test;
    if (check.interval != Duration{}) out["Interval"] = check.interval.nanoseconds;
    if (check.timeout != Duration{}) out["Timeout"] = check.timeout.nanoseconds;
    if (check.start_period != Duration{}) out["StartPeriod"] = check.start_period.nanoseconds;
    if (check.retries != 0) out["Retries"] = check.retries;
    return out.is_null() ? Json::object() : out;
}

// The check as it was asked for, what it leaves open filled in from the image; not the engine's
// defaults.
std::optional<HealthCheck> asked_health_check(const ContainerRow& row) {
    if (!row.spec.health_check) return row.config.health_check;
    HealthCheck check = *row.spec.health_check;
    if (!row.config.health_check) return check;
    const HealthCheck& image = *row.config.health_check;
    if (check.test.empty()) check.test = image.test;
    if (check.interval == Duration{}) check.interval = image.interval;
    if (check.timeout == Duration{}) check.timeout = image.timeout;
    if (check.start_period == Duration{}) check.start_period = image.start_period;
    if (check.retries == 0) check.retries = image.retries;
    return check;
}

Json empty_objects(std::vector<std::string> keys) {
    std::sort(keys.begin(), keys.end());
    Json out = Json::object();
    for (const std::string& key : keys)
        out[key] = Json::object();
    return out;
}

Json config_json(const ContainerRow& row) {
    const ContainerSpec& spec = row.spec;
    const bool own_command = spec.entrypoint_set || !spec.command.empty();
    std::vector<std::string> volumes = spec.volumes;
    volumes.insert(volumes.end(), row.config.volumes.begin(), row.config.volumes.end());
    const std::vector<std::string> exposed = exposed_ports_of(row.world, row.id);
    Json out;
    out["Hostname"] = hostname_of(row.world, row.id);
    out["Domainname"] = spec.domainname;
    out["User"] = spec.user.empty() ? row.config.user : spec.user;
    out["AttachStdin"] = false;
    out["AttachStdout"] = false;
    out["AttachStderr"] = false;
    if (!exposed.empty()) out["ExposedPorts"] = empty_objects(exposed);
    out["Tty"] = spec.tty;
    out["OpenStdin"] = spec.open_stdin;
    out["StdinOnce"] = false;
    out["Env"] = text_list(environment_of(row.world, row.id));
    out["Cmd"] = text_list(own_command ? spec.command : row.config.command);
    if (const auto check = asked_health_check(row)) out["Healthcheck"] = health_check_json(*check);
    out["Image"] = spec.image;
    out["Volumes"] = volumes.empty() ? Json(nullptr) : empty_objects(volumes);
    out["WorkingDir"] =
        spec.working_directory.empty() ? row.config.working_directory : spec.working_directory;
    out["Entrypoint"] = text_list(spec.entrypoint_set ? spec.entrypoint : row.config.entrypoint);
    out["OnBuild"] = nullptr;
    out["Labels"] = text_map(labels_of(row));
    const std::string& signal =
        spec.stop_signal.empty() ? row.config.stop_signal : spec.stop_signal;
    if (!signal.empty()) out["StopSignal"] = signal;
    if (spec.stop_timeout_seconds) out["StopTimeout"] = *spec.stop_timeout_seconds;
    return out;
}

Json ports_json(const ContainerRow& row) {
    std::map<std::string, Json> by_port;
    if (has_port_map(row)) {
        for (const std::string& exposed : exposed_ports_of(row.world, row.id))
            by_port[exposed] = nullptr;
    }
    for (const auto& port : row.d.ports) {
        Json& list = by_port[fmt::format("{}/{}", port.container_port, port.protocol)];
        if (list.is_null()) list = Json::array();
        list.push_back(
            Json{{"HostIp", port.host_ip}, {"HostPort", fmt::format("{}", port.host_port)}});
    }
    Json out = Json::object();
    for (auto& [port, list] : by_port)
        out[port] = std::move(list);
    return out;
}

Json network_settings_json(const ContainerRow& row) {
    const Json networks = networks_json(row, true);
    const bool sandboxed = row.c.ever_started && !row.spec.network_mode.starts_with("container:");
    const std::string sandbox = sandboxed ? sandbox_id_text(row.world, row.id) : "";
    // The fields beside Networks are those of the default bridge, from before there were others.
    const bool on_bridge = networks.contains("bridge");
    const auto of_bridge = [&](const char* field, const Json& otherwise) {
        return on_bridge ? networks["bridge"][field] : otherwise;
    };
    std::string key;
    if (sandboxed)
        key = "/var/run/docker/netns/" +
              (row.spec.network_mode == "host" ? "default" : short_id(sandbox));
    Json out;
    out["Bridge"] = "";
    out["SandboxID"] = sandbox;
    out["HairpinMode"] = false;
    out["LinkLocalIPv6Address"] = "";
    out["LinkLocalIPv6PrefixLen"] = 0;
    out["Ports"] = ports_json(row);
    out["SandboxKey"] = key;
    out["SecondaryIPAddresses"] = nullptr;
    out["SecondaryIPv6Addresses"] = nullptr;
    out["EndpointID"] = of_bridge("EndpointID", "");
    out["Gateway"] = of_bridge("Gateway", "");
    out["GlobalIPv6Address"] = "";
    out["GlobalIPv6PrefixLen"] = 0;
    out["IPAddress"] = of_bridge("IPAddress", "");
    out["IPPrefixLen"] = of_bridge("IPPrefixLen", 0);
    out["IPv6Gateway"] = "";
    out["MacAddress"] = of_bridge("MacAddress", "");
    out["Networks"] = networks;
    return out;
}

Json exec_ids_json(const ContainerRow& row) {
    std::vector<std::string> ids;
    for (const auto& [id, session] : row.world.host(row.c.host).engine.execs) {
        if (session.container == row.id && session.running) ids.push_back(id);
    }
    return text_list(ids);
}

}  // namespace

std::string container_inspect_json(const World& world, ContainerId container, bool size) {
    const ContainerRow row(world, container);
    const std::vector<std::string>& argv = row.d.argv;
    const std::string files = fmt::format("{}/containers/{}", kDockerRoot, row.id_text);
    // The files of a container are made at its first start.
    const auto file = [&](const std::string& name) {
        return row.c.ever_started ? files + "/" + name : std::string();
    };
    Json out;
    out["Id"] = row.id_text;
    out["Created"] = rfc3339_nano(row.stamped(row.d.created), row.skew);
    out["Path"] = argv.empty() ? "" : argv.front();
    out["Args"] =
        argv.empty() ? Json::array() : Json(std::vector<std::string>(argv.begin() + 1, argv.end()));
    out["State"] = state_json(row);
    out["Image"] = image_id_of(row);
    out["ResolvConfPath"] = file("resolv.conf");
    out["HostnamePath"] = file("hostname");
    out["HostsPath"] = file("hosts");
    out["LogPath"] = file(row.id_text + "-json.log");
    out["Name"] = "/" + std::string(world.name_of(container));
    out["RestartCount"] = row.c.restart_count;
    out["Driver"] = "overlay2";
    out["Platform"] = "linux";
    out["MountLabel"] = "";
    out["ProcessLabel"] = "";
    out["AppArmorProfile"] = "";
    out["ExecIDs"] = exec_ids_json(row);
    out["HostConfig"] = host_config_json(row);
    out["GraphDriver"] = graph_driver_json(row);
    if (size) {
        out["SizeRw"] = row.d.layer.size_bytes();
        out["SizeRootFs"] = row.d.layer.size_bytes() + (row.image ? row.image->size_bytes() : 0);
    }
    out["Mounts"] = mounts_json(row);
    out["Config"] = config_json(row);
    out["NetworkSettings"] = network_settings_json(row);
    return json_bytes(out);
}

}  // namespace podium::model
