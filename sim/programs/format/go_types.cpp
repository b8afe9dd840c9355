#include "sim/programs/format/go_types.hpp"

#include <array>

#include "sim/programs/format/go_types_container.hpp"
#include "sim/programs/format/go_types_engine.hpp"
#include "sim/programs/format/go_types_info.hpp"
#include "sim/programs/format/go_types_swarm.hpp"

namespace podium::format {
namespace {

struct Named {
    std::string_view name;
    std::string_view type;
};

// Types with a name of their own over a simple type. Go's aliases ("container.ContainerState =
// string") are not here: they are the simple type.
constexpr std::array kNamed{
    Named{"formatter.SubHeaderContext", "map[string]string"},
    Named{"json.Number", "string"},
    Named{"time.Duration", "int64"},
    Named{"nat.Port", "string"},
    Named{"nat.PortSet", "map[nat.Port]struct {}"},
    Named{"nat.PortMap", "map[nat.Port][]nat.PortBinding"},
    Named{"strslice.StrSlice", "[]string"},
    Named{"mount.Type", "string"},
    Named{"mount.Propagation", "string"},
    Named{"mount.Consistency", "string"},
    Named{"container.NetworkMode", "string"},
    Named{"container.RestartPolicyMode", "string"},
    Named{"container.CgroupnsMode", "string"},
    Named{"container.IpcMode", "string"},
    Named{"container.CgroupSpec", "string"},
    Named{"container.PidMode", "string"},
    Named{"container.UTSMode", "string"},
    Named{"container.UsernsMode", "string"},
    Named{"container.Isolation", "string"},
    Named{"digest.Digest", "string"},
    Named{"fs.FileMode", "uint32"},
    Named{"events.Type", "string"},
    Named{"events.Action", "string"},
    Named{"swarm.LocalNodeState", "string"},
    Named{"swarm.AppArmorMode", "string"},
    Named{"swarm.NodeAvailability", "string"},
    Named{"swarm.NodeRole", "string"},
    Named{"swarm.NodeState", "string"},
    Named{"swarm.PortConfigProtocol", "string"},
    Named{"swarm.PortConfigPublishMode", "string"},
    Named{"swarm.Reachability", "string"},
    Named{"swarm.ResolutionMode", "string"},
    Named{"swarm.RestartPolicyCondition", "string"},
    Named{"swarm.RuntimeType", "string"},
    Named{"swarm.SeccompMode", "string"},
    Named{"swarm.TaskState", "string"},
    Named{"swarm.UpdateState", "string"},
};

struct Struct {
    std::string_view name;
    std::span<const Field> fields;
};

constexpr std::array kStructs{
    Struct{"container.InspectResponse", kContainer},
    Struct{"container.ContainerJSONBase", kContainerBase},
    Struct{"container.State", kState},
    Struct{"container.Health", kHealth},
    Struct{"container.HealthcheckResult", kHealthcheckResult},
    Struct{"container.MountPoint", kMountPoint},
    Struct{"container.Config", kConfig},
    Struct{"v1.HealthcheckConfig", kHealthcheckConfig},
    Struct{"container.NetworkSettings", kNetworkSettings},
    Struct{"container.NetworkSettingsBase", kNetworkSettingsBase},
    Struct{"container.DefaultNetworkSettings", kDefaultNetworkSettings},
    Struct{"network.Address", kAddress},
    Struct{"nat.PortBinding", kPortBinding},
    Struct{"network.EndpointSettings", kEndpointSettings},
    Struct{"network.EndpointIPAMConfig", kEndpointIpamConfig},
    Struct{"container.RestartPolicy", kRestartPolicy},
    Struct{"container.LogConfig", kLogConfig},
    Struct{"container.HostConfig", kHostConfig},
    Struct{"container.Resources", kResources},
    Struct{"container.DeviceMapping", kDeviceMapping},
    Struct{"container.DeviceRequest", kDeviceRequest},
    Struct{"blkiodev.WeightDevice", kWeightDevice},
    Struct{"blkiodev.ThrottleDevice", kThrottleDevice},
    Struct{"units.Ulimit", kUlimit},
    Struct{"mount.Mount", kMount},
    Struct{"mount.BindOptions", kBindOptions},
    Struct{"mount.VolumeOptions", kVolumeOptions},
    Struct{"mount.Driver", kMountDriver},
    Struct{"mount.ImageOptions", kImageOptions},
    Struct{"mount.TmpfsOptions", kTmpfsOptions},
    Struct{"storage.DriverData", kDriverData},
    Struct{"v1.Descriptor", kDescriptor},
    Struct{"v1.Platform", kPlatform},
    Struct{"image.InspectResponse", kImage},
    Struct{"image.RootFS", kRootFs},
    Struct{"image.Metadata", kMetadata},
    Struct{"v1.DockerOCIImageConfig", kImageConfig},
    Struct{"v1.ImageConfig", kOciImageConfig},
    Struct{"v1.DockerOCIImageConfigExt", kOciImageConfigExtension},
    Struct{"network.Inspect", kNetwork},
    Struct{"network.IPAM", kIpam},
    Struct{"network.IPAMConfig", kIpamConfig},
    Struct{"network.ConfigReference", kConfigReference},
    Struct{"network.EndpointResource", kEndpointResource},
    Struct{"network.PeerInfo", kPeerInfo},
    Struct{"network.ServiceInfo", kServiceInfo},
    Struct{"network.Task", kNetworkTask},
    Struct{"volume.Volume", kVolume},
    Struct{"volume.UsageData", kUsageData},
    Struct{"system.versionInfo", kVersionInfo},
    Struct{"system.dockerInfo", kDockerInfo},
    Struct{"system.clientInfo", kClientInfo},
    Struct{"system.Info", kSystemInfo},
    Struct{"system.PluginsInfo", kPluginsInfo},
    Struct{"system.Commit", kCommit},
    Struct{"swarm.Info", kSwarmInfo},
    Struct{"system.clientVersion", kClientVersion},
    Struct{"system.platformInfo", kPlatformInfo},
    Struct{"types.Version", kServerVersion},
    Struct{"struct { Name string }", kServerPlatform},
    Struct{"types.ComponentVersion", kComponentVersion},
    Struct{"events.Message", kMessage},
    Struct{"events.Actor", kActor},
    Struct{"swarm.Peer", kSwarmPeer},
    Struct{"swarm.ClusterInfo", kSwarmClusterInfo},
    Struct{"swarm.Spec", kSwarmSpec},
    Struct{"swarm.OrchestrationConfig", kSwarmOrchestration},
    Struct{"swarm.RaftConfig", kSwarmRaft},
    Struct{"swarm.DispatcherConfig", kSwarmDispatcher},
    Struct{"swarm.CAConfig", kSwarmAuthority},
    Struct{"swarm.TaskDefaults", kSwarmTaskDefaults},
    Struct{"swarm.EncryptionConfig", kSwarmEncryption},
    Struct{"swarm.Version", kSwarmVersion},
    Struct{"swarm.Meta", kSwarmMeta},
    Struct{"swarm.Annotations", kSwarmAnnotations},
    Struct{"swarm.Driver", kSwarmDriver},
    Struct{"swarm.TLSInfo", kSwarmTlsInfo},
    Struct{"swarm.Service", kSwarmService},
    Struct{"swarm.ServiceSpec", kSwarmServiceSpec},
    Struct{"swarm.ServiceMode", kSwarmServiceMode},
    Struct{"swarm.ReplicatedService", kSwarmReplicatedService},
    Struct{"swarm.ReplicatedJob", kSwarmReplicatedJob},
    Struct{"swarm.UpdateStatus", kSwarmUpdateStatus},
    Struct{"swarm.UpdateConfig", kSwarmUpdateConfig},
    Struct{"swarm.ServiceStatus", kSwarmServiceStatus},
    Struct{"swarm.JobStatus", kSwarmJobStatus},
    Struct{"swarm.Task", kSwarmTask},
    Struct{"swarm.TaskSpec", kSwarmTaskSpec},
    Struct{"swarm.NetworkAttachmentSpec", kSwarmAttachmentSpec},
    Struct{"swarm.Resources", kSwarmResources},
    Struct{"swarm.Limit", kSwarmLimit},
    Struct{"swarm.GenericResource", kSwarmGenericResource},
    Struct{"swarm.NamedGenericResource", kSwarmNamedResource},
    Struct{"swarm.DiscreteGenericResource", kSwarmDiscreteResource},
    Struct{"swarm.ResourceRequirements", kSwarmRequirements},
    Struct{"swarm.Placement", kSwarmPlacement},
    Struct{"swarm.PlacementPreference", kSwarmPreference},
    Struct{"swarm.SpreadOver", kSwarmSpreadOver},
    Struct{"swarm.Platform", kSwarmPlatform},
    Struct{"swarm.RestartPolicy", kSwarmRestartPolicy},
    Struct{"swarm.TaskStatus", kSwarmTaskStatus},
    Struct{"swarm.ContainerStatus", kSwarmContainerStatus},
    Struct{"swarm.PortStatus", kSwarmPortStatus},
    Struct{"swarm.VolumeAttachment", kSwarmVolumeAttachment},
    Struct{"swarm.ContainerSpec", kSwarmContainerSpec},
    Struct{"swarm.DNSConfig", kSwarmDnsConfig},
    Struct{"swarm.Privileges", kSwarmPrivileges},
    Struct{"swarm.CredentialSpec", kSwarmCredentialSpec},
    Struct{"swarm.SELinuxContext", kSwarmSeLinuxContext},
    Struct{"swarm.SeccompOpts", kSwarmSeccompOpts},
    Struct{"swarm.AppArmorOpts", kSwarmAppArmorOpts},
    Struct{"swarm.SecretReference", kSwarmSecretReference},
    Struct{"swarm.ConfigReference", kSwarmConfigReference},
    Struct{"swarm.SecretReferenceFileTarget", kSwarmFileTarget},
    Struct{"swarm.ConfigReferenceFileTarget", kSwarmFileTarget},
    Struct{"swarm.Endpoint", kSwarmEndpoint},
    Struct{"swarm.EndpointSpec", kSwarmEndpointSpec},
    Struct{"swarm.PortConfig", kSwarmPortConfig},
    Struct{"swarm.EndpointVirtualIP", kSwarmVirtualIp},
    Struct{"swarm.Network", kSwarmNetwork},
    Struct{"swarm.NetworkSpec", kSwarmNetworkSpec},
    Struct{"swarm.NetworkAttachmentConfig", kSwarmAttachmentConfig},
    Struct{"swarm.NetworkAttachment", kSwarmAttachment},
    Struct{"swarm.IPAMOptions", kSwarmIpamOptions},
    Struct{"swarm.IPAMConfig", kSwarmIpamConfig},
    Struct{"swarm.Node", kSwarmNode},
    Struct{"swarm.NodeSpec", kSwarmNodeSpec},
    Struct{"swarm.NodeDescription", kSwarmNodeDescription},
    Struct{"swarm.EngineDescription", kSwarmEngineDescription},
    Struct{"swarm.PluginDescription", kSwarmPluginDescription},
    Struct{"swarm.NodeStatus", kSwarmNodeStatus},
    Struct{"swarm.ManagerStatus", kSwarmManagerStatus},
    Struct{"swarm.Secret", kSwarmSecret},
    Struct{"swarm.SecretSpec", kSwarmSecretSpec},
    Struct{"swarm.Config", kSwarmConfig},
    Struct{"swarm.ConfigSpec", kSwarmConfigSpec},
};

// The type names of Go itself: they are defined types, unlike "[]string" or "map[string]string".
bool is_basic(std::string_view type) {
    return type == "string" || type == "bool" || type.starts_with("int") ||
           type.starts_with("uint") || type == "float64" || type == "float32";
}

bool has_name(std::string_view type) {
    if (type == kAny) return false;
    if (is_basic(type)) return true;
    const char first = type.empty() ? '[' : type.front();
    return first != '[' && first != '*' && !type.starts_with("map[") &&
           !type.starts_with("struct {");
}

}  // namespace

std::string_view underlying(std::string_view type) {
    for (const Named& named : kNamed) {
        if (named.name == type) return named.type;
    }
    return type;
}

Kind kind_of(std::string_view type) {
    if (type.empty()) return Kind::Invalid;
    if (type == kAny) return Kind::Interface;
    const std::string_view real = underlying(type);
    if (real.front() == '*') return Kind::Pointer;
    if (real.front() == '[') return Kind::Slice;
    if (real.starts_with("map[")) return Kind::Map;
    if (real == "string") return Kind::String;
    if (real == "bool") return Kind::Bool;
    if (real == "int" || real == "int64" || real == "int32") return Kind::Int;
    if (real.starts_with("uint")) return Kind::Uint;
    if (real == "float64" || real == "float32") return Kind::Float;
    return Kind::Struct;
}

std::string_view element_type(std::string_view type) {
    const std::string_view real = underlying(type);
    if (real.starts_with("*")) return real.substr(1);
    const std::size_t close = real.find(']');
    return close == std::string_view::npos ? std::string_view() : real.substr(close + 1);
}

std::string_view key_type(std::string_view type) {
    const std::string_view real = underlying(type);
    const std::size_t close = real.find(']');
    return real.starts_with("map[") && close != std::string_view::npos ? real.substr(4, close - 4)
                                                                       : std::string_view();
}

std::span<const Field> fields_of(std::string_view type) {
    for (const Struct& known : kStructs) {
        if (known.name == type) return known.fields;
    }
    return {};
}

bool assignable(std::string_view from, std::string_view to) {
    if (from == to || to == kAny) return true;
    return underlying(from) == underlying(to) && (!has_name(from) || !has_name(to));
}

}  // namespace podium::format
