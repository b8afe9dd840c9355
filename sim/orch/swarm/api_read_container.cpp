// A container's spec from its JSON: moby 20.10, daemon/cluster/convert/container.go.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/tmpfs.hpp"
#include "sim/model/volume.hpp"
#include "sim/orch/swarm/api_read.hpp"

namespace podium::swarm {
namespace {

// "IP name alias…" becomes "name:IP" for each name
// (daemon/cluster/executor/container/container.go).
std::vector<std::string> extra_hosts(const std::vector<std::string>& hosts) {
    std::vector<std::string> out;
    for (const std::string& host : hosts) {
        const std::vector<std::string> words = split_words(host);
        for (std::size_t i = 1; i < words.size(); ++i)
            out.push_back(fmt::format("{}:{}", words[i], words[0]));
    }
    return out;
}

void read_privileges(const Fields& fields, SpecDetail& detail, Reading& reading) {
    detail.privileges = fields.given();
    if (fields.object("CredentialSpec", "swarm.CredentialSpec").given())
        reading.not_simulated("credential specs");
    if (fields.object("SELinuxContext", "swarm.SELinuxContext").given())
        reading.not_simulated("SELinux contexts");
}

void read_dns(const Fields& fields, TaskSpec& task) {
    task.detail.dns = fields.given();
    task.container.dns = fields.texts("Nameservers");
    task.container.dns_search = fields.texts("Search");
    task.container.dns_options = fields.texts("Options");
}

std::optional<model::HealthCheck> read_health_check(const Fields& fields) {
    if (!fields.given()) return std::nullopt;
    model::HealthCheck check;
    check.test = fields.texts("Test");
    check.interval = fields.duration("Interval");
    check.timeout = fields.duration("Timeout");
    check.start_period = fields.duration("StartPeriod");
    constexpr std::int64_t kMostRetries = std::numeric_limits<std::int32_t>::max();
    check.retries = static_cast<int>(
        std::clamp<std::int64_t>(fields.integer("Retries", "int"), -1, kMostRetries));
    return check;
}

// --- mounts
// ---------------------------------------------------------------------------------------

void read_bind_options(const Fields& fields, MountDetail& detail, Reading& reading) {
    const std::string propagation = lower(fields.text("Propagation", "mount.Propagation"));
    static const std::set<std::string> kPropagations{"rprivate", "private", "rshared", "shared", "rslave", "slave"};
    if (!propagation.empty() && !kPropagations.contains(propagation))
        reading.refuse(400, fmt::format("invalid MountPropagation: \"{}\"", propagation));
    if (fields.flag("NonRecursive")) reading.not_simulated("non-recursive mounts");
    // Nothing is mounted within a mount while its container runs, so there is nothing to propagate.
    detail.propagation = propagation;
}

void read_volume_options(const Fields& fields,
                         model::Mount& mount,
                         MountDetail& detail,
                         Reading& reading) {
    detail.volume_options = fields.given();
    mount.no_copy = fields.flag("NoCopy");
    mount.volume_labels = fields.text_map("Labels");
    const Fields driver = fields.object("DriverConfig", "mount.Driver");
    const std::string name = driver.text("Name");
    if (name != "local") detail.volume_driver = name;
    mount.volume_driver = name == "local";
    mount.volume_options = driver.text_map("Options");
    // What no local volume has, the node's engine says when it makes the volume.
    if (!detail.volume_driver.empty()) return;
    if (const model::Refusal refusal = model::check_volume_options({}, mount.volume_options); refusal.status == 501) reading.refuse(refusal.status, refusal.message);
}

void read_mount(const Fields& fields, TaskSpec& task, Reading& reading) {
    model::Mount mount;
    MountDetail detail;
    const std::string type = lower(fields.text("Type", "mount.Type"));
    // swarmkit's first type is bind, so that is what an empty one means.
    mount.kind = type == "volume"  ? model::MountKind::Volume
                 : type == "tmpfs" ? model::MountKind::Tmpfs
                                   : model::MountKind::Bind;
    if (type == "npipe") {
        reading.not_simulated("named pipes");
    } else if (!type.empty() && type != "bind" && type != "volume" && type != "tmpfs") {
        reading.refuse(400, fmt::format("invalid MountType: \"{}\"", type));
    }
    mount.source = fields.text("Source");
    mount.target = fields.text("Target");
    mount.read_only = fields.flag("ReadOnly");
    mount.create_host_path = false;
    (void)fields.text("Consistency", "mount.Consistency");  // dropped by dockerd as well
    read_bind_options(fields.object("BindOptions", "mount.BindOptions"), detail, reading);
    read_volume_options(
        fields.object("VolumeOptions", "mount.VolumeOptions"), mount, detail, reading);
    // PluginFilter looks at volumes only.
    if (mount.kind != model::MountKind::Volume) detail.volume_driver.clear();
    const Fields tmpfs = fields.object("TmpfsOptions", "mount.TmpfsOptions");
    detail.tmpfs_options = tmpfs.given();
    const std::int64_t size_bytes = tmpfs.integer("SizeBytes");
    const std::uint32_t mode = tmpfs.natural_32("Mode", "fs.FileMode");
    if (mount.kind == model::MountKind::Tmpfs) mount.tmpfs_options = model::tmpfs_options_text(mount.read_only, mode, size_bytes);
    task.container.mounts.push_back(std::move(mount));
    task.detail.mounts.push_back(std::move(detail));
}

// --- secrets and configs
// --------------------------------------------------------------------------

FileReference read_file_target(const Fields& file) {
    FileReference out;
    out.target = file.text("Name");
    out.uid = file.text("UID");
    out.gid = file.text("GID");
    out.mode = file.natural_32("Mode", "fs.FileMode");
    return out;
}

void read_secrets(const Fields& fields, TaskSpec& task, Reading& reading) {
    for (const Fields& one : fields.objects("Secrets", "swarm.SecretReference")) {
        const Fields file = one.object("File", "swarm.SecretReferenceFileTarget");
        if (!file.given()) reading.secrets_without_file.insert(task.secrets.size());
        FileReference reference = read_file_target(file);
        reference.id = one.text("SecretID");
        reference.name = one.text("SecretName");
        task.secrets.push_back(std::move(reference));
    }
}

void read_configs(const Fields& fields, TaskSpec& task, Reading& reading) {
    for (const Fields& one : fields.objects("Configs", "swarm.ConfigReference")) {
        const Fields file = one.object("File", "swarm.ConfigReferenceFileTarget");
        const Fields runtime = one.object("Runtime", "swarm.ConfigReferenceRuntimeTarget");
        if (file.given() && runtime.given()) {
            reading.refuse(400, "invalid Config: cannot specify both File and Runtime");
        } else if (!file.given() && !runtime.given()) {
            reading.refuse(400, "invalid Config: either File or Runtime should be set");
        } else if (runtime.given()) {
            reading.not_simulated("configs for the container runtime");
        }
        FileReference reference = read_file_target(file);
        reference.id = one.text("ConfigID");
        reference.name = one.text("ConfigName");
        task.configs.push_back(std::move(reference));
    }
}

}  // namespace

void Reading::not_simulated(std::string_view what) {
    refuse(501, fmt::format("Podium does not simulate {} of services yet", what));
}

void read_container_spec(const Fields& fields, TaskSpec& task, Reading& reading) {
    model::ContainerSpec& container = task.container;
    container.image = fields.text("Image");
    task.container_labels = fields.text_map("Labels");
    container.entrypoint = fields.texts("Command");
    container.entrypoint_set = !container.entrypoint.empty();
    container.command = fields.texts("Args");
    container.hostname = fields.text("Hostname");
    container.environment = fields.texts("Env");
    container.working_directory = fields.text("Dir");
    container.user = fields.text("User");
    container.group_add = fields.texts("Groups");
    read_privileges(fields.object("Privileges", "swarm.Privileges"), task.detail, reading);
    task.detail.init = fields.maybe_flag("Init");
    container.init = task.detail.init.value_or(false);
    // daemon/cluster/executor/container/container.go, init: what is not said is the engine's to say.
    container.no_init = !task.detail.init.value_or(true);
    container.stop_signal = fields.text("StopSignal");
    container.tty = fields.flag("TTY");
    container.open_stdin = fields.flag("OpenStdin");
    container.read_only = fields.flag("ReadOnly");
    for (const Fields& mount : fields.objects("Mounts", "mount.Mount"))
        read_mount(mount, task, reading);
    task.detail.stop_grace_period = fields.maybe_duration("StopGracePeriod");
    if (task.detail.stop_grace_period) {
        constexpr std::int64_t kMost = std::numeric_limits<int>::max();
        const std::int64_t whole = task.detail.stop_grace_period->nanoseconds / 1'000'000'000;
        container.stop_timeout_seconds =
            static_cast<int>(std::clamp<std::int64_t>(whole, -1, kMost));
    }
    container.health_check =
        read_health_check(fields.object("Healthcheck", "container.HealthConfig"));
    task.detail.hosts = fields.texts("Hosts");
    container.extra_hosts = extra_hosts(task.detail.hosts);
    read_dns(fields.object("DNSConfig", "swarm.DNSConfig"), task);
    read_secrets(fields, task, reading);
    read_configs(fields, task, reading);
    const std::string isolation = lower(fields.text("Isolation", "container.Isolation"));
    if (isolation == "hyperv" || isolation == "process")
        reading.not_simulated(fmt::format("the isolation {}", isolation));
    task.isolation = "default";
    container.sysctls = fields.text_map("Sysctls");
    container.capabilities_added = fields.texts("CapabilityAdd");
    container.capabilities_dropped = fields.texts("CapabilityDrop");
    // moby v20.10.24 daemon/cluster/convert/container.go, ulimitsToGRPC: as they are, whatever
    // their names.
    for (const Fields& limit : fields.objects("Ulimits", "units.Ulimit"))
        container.ulimits.push_back(
            {limit.text("Name"), limit.integer("Soft"), limit.integer("Hard")});
}

}  // namespace podium::swarm
