#include "sim/programs/format/go_types.hpp"

#include <array>

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

constexpr std::array kContainer{
    Field{"ContainerJSONBase", "", "*container.ContainerJSONBase", false, true},
    Field{"Mounts", "Mounts", "[]container.MountPoint"},
    Field{"Config", "Config", "*container.Config"},
    Field{"NetworkSettings", "NetworkSettings", "*container.NetworkSettings"},
    Field{"ImageManifestDescriptor", "ImageManifestDescriptor", "*v1.Descriptor", true},
};
constexpr std::array kContainerBase{
    Field{"ID", "Id", "string"},
    Field{"Created", "Created", "string"},
    Field{"Path", "Path", "string"},
    Field{"Args", "Args", "[]string"},
    Field{"State", "State", "*container.State"},
    Field{"Image", "Image", "string"},
    Field{"ResolvConfPath", "ResolvConfPath", "string"},
    Field{"HostnamePath", "HostnamePath", "string"},
    Field{"HostsPath", "HostsPath", "string"},
    Field{"LogPath", "LogPath", "string"},
    Field{"Name", "Name", "string"},
    Field{"RestartCount", "RestartCount", "int"},
    Field{"Driver", "Driver", "string"},
    Field{"Platform", "Platform", "string"},
    Field{"MountLabel", "MountLabel", "string"},
    Field{"ProcessLabel", "ProcessLabel", "string"},
    Field{"AppArmorProfile", "AppArmorProfile", "string"},
    Field{"ExecIDs", "ExecIDs", "[]string"},
    Field{"HostConfig", "HostConfig", "*container.HostConfig"},
    Field{"GraphDriver", "GraphDriver", "storage.DriverData"},
    Field{"SizeRw", "SizeRw", "*int64", true},
    Field{"SizeRootFs", "SizeRootFs", "*int64", true},
};
constexpr std::array kState{
    Field{"Status", "Status", "string"},
    Field{"Running", "Running", "bool"},
    Field{"Paused", "Paused", "bool"},
    Field{"Restarting", "Restarting", "bool"},
    Field{"OOMKilled", "OOMKilled", "bool"},
    Field{"Dead", "Dead", "bool"},
    Field{"Pid", "Pid", "int"},
    Field{"ExitCode", "ExitCode", "int"},
    Field{"Error", "Error", "string"},
    Field{"StartedAt", "StartedAt", "string"},
    Field{"FinishedAt", "FinishedAt", "string"},
    Field{"Health", "Health", "*container.Health", true},
};
constexpr std::array kHealth{
    Field{"Status", "Status", "string"},
    Field{"FailingStreak", "FailingStreak", "int"},
    Field{"Log", "Log", "[]*container.HealthcheckResult"},
};
constexpr std::array kHealthcheckResult{
    Field{"Start", "Start", "time.Time"},
    Field{"End", "End", "time.Time"},
    Field{"ExitCode", "ExitCode", "int"},
    Field{"Output", "Output", "string"},
};
constexpr std::array kMountPoint{
    Field{"Type", "Type", "mount.Type", true},
    Field{"Name", "Name", "string", true},
    Field{"Source", "Source", "string"},
    Field{"Destination", "Destination", "string"},
    Field{"Driver", "Driver", "string", true},
    Field{"Mode", "Mode", "string"},
    Field{"RW", "RW", "bool"},
    Field{"Propagation", "Propagation", "mount.Propagation"},
};
constexpr std::array kConfig{
    Field{"Hostname", "Hostname", "string"},
    Field{"Domainname", "Domainname", "string"},
    Field{"User", "User", "string"},
    Field{"AttachStdin", "AttachStdin", "bool"},
    Field{"AttachStdout", "AttachStdout", "bool"},
    Field{"AttachStderr", "AttachStderr", "bool"},
    Field{"ExposedPorts", "ExposedPorts", "nat.PortSet", true},
    Field{"Tty", "Tty", "bool"},
    Field{"OpenStdin", "OpenStdin", "bool"},
    Field{"StdinOnce", "StdinOnce", "bool"},
    Field{"Env", "Env", "[]string"},
    Field{"Cmd", "Cmd", "strslice.StrSlice"},
    Field{"Healthcheck", "Healthcheck", "*v1.HealthcheckConfig", true},
    Field{"ArgsEscaped", "ArgsEscaped", "bool", true},
    Field{"Image", "Image", "string"},
    Field{"Volumes", "Volumes", "map[string]struct {}"},
    Field{"WorkingDir", "WorkingDir", "string"},
    Field{"Entrypoint", "Entrypoint", "strslice.StrSlice"},
    Field{"NetworkDisabled", "NetworkDisabled", "bool", true},
    Field{"MacAddress", "MacAddress", "string", true},
    Field{"OnBuild", "OnBuild", "[]string"},
    Field{"Labels", "Labels", "map[string]string"},
    Field{"StopSignal", "StopSignal", "string", true},
    Field{"StopTimeout", "StopTimeout", "*int", true},
    Field{"Shell", "Shell", "strslice.StrSlice", true},
};
constexpr std::array kHealthcheckConfig{
    Field{"Test", "Test", "[]string", true},
    Field{"Interval", "Interval", "time.Duration", true},
    Field{"Timeout", "Timeout", "time.Duration", true},
    Field{"StartPeriod", "StartPeriod", "time.Duration", true},
    Field{"StartInterval", "StartInterval", "time.Duration", true},
    Field{"Retries", "Retries", "int", true},
};
constexpr std::array kNetworkSettings{
    Field{"NetworkSettingsBase", "", "container.NetworkSettingsBase", false, true},
    Field{"DefaultNetworkSettings", "", "container.DefaultNetworkSettings", false, true},
    Field{"Networks", "Networks", "map[string]*network.EndpointSettings"},
};
constexpr std::array kNetworkSettingsBase{
    Field{"Bridge", "Bridge", "string"},
    Field{"SandboxID", "SandboxID", "string"},
    Field{"SandboxKey", "SandboxKey", "string"},
    Field{"Ports", "Ports", "nat.PortMap"},
    Field{"HairpinMode", "HairpinMode", "bool"},
    Field{"LinkLocalIPv6Address", "LinkLocalIPv6Address", "string"},
    Field{"LinkLocalIPv6PrefixLen", "LinkLocalIPv6PrefixLen", "int"},
    Field{"SecondaryIPAddresses", "SecondaryIPAddresses", "[]network.Address"},
    Field{"SecondaryIPv6Addresses", "SecondaryIPv6Addresses", "[]network.Address"},
};
constexpr std::array kDefaultNetworkSettings{
    Field{"EndpointID", "EndpointID", "string"},
    Field{"Gateway", "Gateway", "string"},
    Field{"GlobalIPv6Address", "GlobalIPv6Address", "string"},
    Field{"GlobalIPv6PrefixLen", "GlobalIPv6PrefixLen", "int"},
    Field{"IPAddress", "IPAddress", "string"},
    Field{"IPPrefixLen", "IPPrefixLen", "int"},
    Field{"IPv6Gateway", "IPv6Gateway", "string"},
    Field{"MacAddress", "MacAddress", "string"},
};
constexpr std::array kAddress{
    Field{"Addr", "Addr", "string"},
    Field{"PrefixLen", "PrefixLen", "int"},
};
constexpr std::array kPortBinding{
    Field{"HostIP", "HostIp", "string"},
    Field{"HostPort", "HostPort", "string"},
};
constexpr std::array kEndpointSettings{
    Field{"IPAMConfig", "IPAMConfig", "*network.EndpointIPAMConfig"},
    Field{"Links", "Links", "[]string"},
    Field{"Aliases", "Aliases", "[]string"},
    Field{"MacAddress", "MacAddress", "string"},
    Field{"DriverOpts", "DriverOpts", "map[string]string"},
    Field{"GwPriority", "GwPriority", "int"},
    Field{"NetworkID", "NetworkID", "string"},
    Field{"EndpointID", "EndpointID", "string"},
    Field{"Gateway", "Gateway", "string"},
    Field{"IPAddress", "IPAddress", "string"},
    Field{"IPPrefixLen", "IPPrefixLen", "int"},
    Field{"IPv6Gateway", "IPv6Gateway", "string"},
    Field{"GlobalIPv6Address", "GlobalIPv6Address", "string"},
    Field{"GlobalIPv6PrefixLen", "GlobalIPv6PrefixLen", "int"},
    Field{"DNSNames", "DNSNames", "[]string"},
};
constexpr std::array kEndpointIpamConfig{
    Field{"IPv4Address", "IPv4Address", "string", true},
    Field{"IPv6Address", "IPv6Address", "string", true},
    Field{"LinkLocalIPs", "LinkLocalIPs", "[]string", true},
};
constexpr std::array kRestartPolicy{
    Field{"Name", "Name", "container.RestartPolicyMode"},
    Field{"MaximumRetryCount", "MaximumRetryCount", "int"},
};
constexpr std::array kLogConfig{
    Field{"Type", "Type", "string"},
    Field{"Config", "Config", "map[string]string"},
};
constexpr std::array kHostConfig{
    Field{"Binds", "Binds", "[]string"},
    Field{"ContainerIDFile", "ContainerIDFile", "string"},
    Field{"LogConfig", "LogConfig", "container.LogConfig"},
    Field{"NetworkMode", "NetworkMode", "container.NetworkMode"},
    Field{"PortBindings", "PortBindings", "nat.PortMap"},
    Field{"RestartPolicy", "RestartPolicy", "container.RestartPolicy"},
    Field{"AutoRemove", "AutoRemove", "bool"},
    Field{"VolumeDriver", "VolumeDriver", "string"},
    Field{"VolumesFrom", "VolumesFrom", "[]string"},
    Field{"ConsoleSize", "ConsoleSize", "[2]uint"},
    Field{"Annotations", "Annotations", "map[string]string", true},
    Field{"CapAdd", "CapAdd", "strslice.StrSlice"},
    Field{"CapDrop", "CapDrop", "strslice.StrSlice"},
    Field{"CgroupnsMode", "CgroupnsMode", "container.CgroupnsMode"},
    Field{"DNS", "Dns", "[]string"},
    Field{"DNSOptions", "DnsOptions", "[]string"},
    Field{"DNSSearch", "DnsSearch", "[]string"},
    Field{"ExtraHosts", "ExtraHosts", "[]string"},
    Field{"GroupAdd", "GroupAdd", "[]string"},
    Field{"IpcMode", "IpcMode", "container.IpcMode"},
    Field{"Cgroup", "Cgroup", "container.CgroupSpec"},
    Field{"Links", "Links", "[]string"},
    Field{"OomScoreAdj", "OomScoreAdj", "int"},
    Field{"PidMode", "PidMode", "container.PidMode"},
    Field{"Privileged", "Privileged", "bool"},
    Field{"PublishAllPorts", "PublishAllPorts", "bool"},
    Field{"ReadonlyRootfs", "ReadonlyRootfs", "bool"},
    Field{"SecurityOpt", "SecurityOpt", "[]string"},
    Field{"StorageOpt", "StorageOpt", "map[string]string", true},
    Field{"Tmpfs", "Tmpfs", "map[string]string", true},
    Field{"UTSMode", "UTSMode", "container.UTSMode"},
    Field{"UsernsMode", "UsernsMode", "container.UsernsMode"},
    Field{"ShmSize", "ShmSize", "int64"},
    Field{"Sysctls", "Sysctls", "map[string]string", true},
    Field{"Runtime", "Runtime", "string", true},
    Field{"Isolation", "Isolation", "container.Isolation"},
    Field{"Resources", "", "container.Resources", false, true},
    Field{"Mounts", "Mounts", "[]mount.Mount", true},
    Field{"MaskedPaths", "MaskedPaths", "[]string"},
    Field{"ReadonlyPaths", "ReadonlyPaths", "[]string"},
    Field{"Init", "Init", "*bool", true},
};
constexpr std::array kResources{
    Field{"CPUShares", "CpuShares", "int64"},
    Field{"Memory", "Memory", "int64"},
    Field{"NanoCPUs", "NanoCpus", "int64"},
    Field{"CgroupParent", "CgroupParent", "string"},
    Field{"BlkioWeight", "BlkioWeight", "uint16"},
    Field{"BlkioWeightDevice", "BlkioWeightDevice", "[]*blkiodev.WeightDevice"},
    Field{"BlkioDeviceReadBps", "BlkioDeviceReadBps", "[]*blkiodev.ThrottleDevice"},
    Field{"BlkioDeviceWriteBps", "BlkioDeviceWriteBps", "[]*blkiodev.ThrottleDevice"},
    Field{"BlkioDeviceReadIOps", "BlkioDeviceReadIOps", "[]*blkiodev.ThrottleDevice"},
    Field{"BlkioDeviceWriteIOps", "BlkioDeviceWriteIOps", "[]*blkiodev.ThrottleDevice"},
    Field{"CPUPeriod", "CpuPeriod", "int64"},
    Field{"CPUQuota", "CpuQuota", "int64"},
    Field{"CPURealtimePeriod", "CpuRealtimePeriod", "int64"},
    Field{"CPURealtimeRuntime", "CpuRealtimeRuntime", "int64"},
    Field{"CpusetCpus", "CpusetCpus", "string"},
    Field{"CpusetMems", "CpusetMems", "string"},
    Field{"Devices", "Devices", "[]container.DeviceMapping"},
    Field{"DeviceCgroupRules", "DeviceCgroupRules", "[]string"},
    Field{"DeviceRequests", "DeviceRequests", "[]container.DeviceRequest"},
    Field{"KernelMemory", "KernelMemory", "int64", true},
    Field{"KernelMemoryTCP", "KernelMemoryTCP", "int64", true},
    Field{"MemoryReservation", "MemoryReservation", "int64"},
    Field{"MemorySwap", "MemorySwap", "int64"},
    Field{"MemorySwappiness", "MemorySwappiness", "*int64"},
    Field{"OomKillDisable", "OomKillDisable", "*bool"},
    Field{"PidsLimit", "PidsLimit", "*int64"},
    Field{"Ulimits", "Ulimits", "[]*units.Ulimit"},
    Field{"CPUCount", "CpuCount", "int64"},
    Field{"CPUPercent", "CpuPercent", "int64"},
    Field{"IOMaximumIOps", "IOMaximumIOps", "uint64"},
    Field{"IOMaximumBandwidth", "IOMaximumBandwidth", "uint64"},
};
constexpr std::array kDeviceMapping{
    Field{"PathOnHost", "PathOnHost", "string"},
    Field{"PathInContainer", "PathInContainer", "string"},
    Field{"CgroupPermissions", "CgroupPermissions", "string"},
};
constexpr std::array kDeviceRequest{
    Field{"Driver", "Driver", "string"},
    Field{"Count", "Count", "int"},
    Field{"DeviceIDs", "DeviceIDs", "[]string"},
    Field{"Capabilities", "Capabilities", "[][]string"},
    Field{"Options", "Options", "map[string]string"},
};
constexpr std::array kWeightDevice{
    Field{"Path", "Path", "string"},
    Field{"Weight", "Weight", "uint16"},
};
constexpr std::array kThrottleDevice{
    Field{"Path", "Path", "string"},
    Field{"Rate", "Rate", "uint64"},
};
constexpr std::array kUlimit{
    Field{"Name", "Name", "string"},
    Field{"Hard", "Hard", "int64"},
    Field{"Soft", "Soft", "int64"},
};
constexpr std::array kMount{
    Field{"Type", "Type", "mount.Type", true},
    Field{"Source", "Source", "string", true},
    Field{"Target", "Target", "string", true},
    Field{"ReadOnly", "ReadOnly", "bool", true},
    Field{"Consistency", "Consistency", "mount.Consistency", true},
    Field{"BindOptions", "BindOptions", "*mount.BindOptions", true},
    Field{"VolumeOptions", "VolumeOptions", "*mount.VolumeOptions", true},
    Field{"ImageOptions", "ImageOptions", "*mount.ImageOptions", true},
    Field{"TmpfsOptions", "TmpfsOptions", "*mount.TmpfsOptions", true},
    Field{"ClusterOptions", "ClusterOptions", "*mount.ClusterOptions", true},
};
constexpr std::array kBindOptions{
    Field{"Propagation", "Propagation", "mount.Propagation", true},
    Field{"NonRecursive", "NonRecursive", "bool", true},
    Field{"CreateMountpoint", "CreateMountpoint", "bool", true},
    Field{"ReadOnlyNonRecursive", "ReadOnlyNonRecursive", "bool", true},
    Field{"ReadOnlyForceRecursive", "ReadOnlyForceRecursive", "bool", true},
};
constexpr std::array kVolumeOptions{
    Field{"NoCopy", "NoCopy", "bool", true},
    Field{"Labels", "Labels", "map[string]string", true},
    Field{"Subpath", "Subpath", "string", true},
    Field{"DriverConfig", "DriverConfig", "*mount.Driver", true},
};
constexpr std::array kMountDriver{
    Field{"Name", "Name", "string", true},
    Field{"Options", "Options", "map[string]string", true},
};
constexpr std::array kImageOptions{Field{"Subpath", "Subpath", "string", true}};
constexpr std::array kTmpfsOptions{
    Field{"SizeBytes", "SizeBytes", "int64", true},
    Field{"Mode", "Mode", "fs.FileMode", true},
    Field{"Options", "Options", "[][]string", true},
};
constexpr std::array kDriverData{
    Field{"Data", "Data", "map[string]string"},
    Field{"Name", "Name", "string"},
};
constexpr std::array kDescriptor{
    Field{"MediaType", "mediaType", "string"},
    Field{"Digest", "digest", "digest.Digest"},
    Field{"Size", "size", "int64"},
    Field{"URLs", "urls", "[]string", true},
    Field{"Annotations", "annotations", "map[string]string", true},
    Field{"Platform", "platform", "*v1.Platform", true},
    Field{"ArtifactType", "artifactType", "string", true},
};
constexpr std::array kPlatform{
    Field{"Architecture", "architecture", "string"},
    Field{"OS", "os", "string"},
    Field{"OSVersion", "os.version", "string", true},
    Field{"OSFeatures", "os.features", "[]string", true},
    Field{"Variant", "variant", "string", true},
};

constexpr std::array kImage{
    Field{"ID", "Id", "string"},
    Field{"RepoTags", "RepoTags", "[]string"},
    Field{"RepoDigests", "RepoDigests", "[]string"},
    Field{"Parent", "Parent", "string"},
    Field{"Comment", "Comment", "string"},
    Field{"Created", "Created", "string", true},
    Field{"Container", "Container", "string", true},
    Field{"ContainerConfig", "ContainerConfig", "*container.Config", true},
    Field{"DockerVersion", "DockerVersion", "string"},
    Field{"Author", "Author", "string"},
    Field{"Config", "Config", "*v1.DockerOCIImageConfig"},
    Field{"Architecture", "Architecture", "string"},
    Field{"Variant", "Variant", "string", true},
    Field{"Os", "Os", "string"},
    Field{"OsVersion", "OsVersion", "string", true},
    Field{"Size", "Size", "int64"},
    Field{"VirtualSize", "VirtualSize", "int64", true},
    Field{"GraphDriver", "GraphDriver", "storage.DriverData"},
    Field{"RootFS", "RootFS", "image.RootFS"},
    Field{"Metadata", "Metadata", "image.Metadata"},
    Field{"Descriptor", "Descriptor", "*v1.Descriptor", true},
};
constexpr std::array kRootFs{
    Field{"Type", "Type", "string", true},
    Field{"Layers", "Layers", "[]string", true},
};
constexpr std::array kMetadata{Field{"LastTagTime", "LastTagTime", "time.Time", true}};
constexpr std::array kImageConfig{
    Field{"ImageConfig", "", "v1.ImageConfig", false, true},
    Field{"DockerOCIImageConfigExt", "", "v1.DockerOCIImageConfigExt", false, true},
};
constexpr std::array kOciImageConfig{
    Field{"User", "User", "string", true},
    Field{"ExposedPorts", "ExposedPorts", "map[string]struct {}", true},
    Field{"Env", "Env", "[]string", true},
    Field{"Entrypoint", "Entrypoint", "[]string", true},
    Field{"Cmd", "Cmd", "[]string", true},
    Field{"Volumes", "Volumes", "map[string]struct {}", true},
    Field{"WorkingDir", "WorkingDir", "string", true},
    Field{"Labels", "Labels", "map[string]string", true},
    Field{"StopSignal", "StopSignal", "string", true},
    Field{"ArgsEscaped", "ArgsEscaped", "bool", true},
};
constexpr std::array kOciImageConfigExtension{
    Field{"Healthcheck", "Healthcheck", "*v1.HealthcheckConfig", true},
    Field{"OnBuild", "OnBuild", "[]string", true},
    Field{"Shell", "Shell", "[]string", true},
};

constexpr std::array kNetwork{
    Field{"Name", "Name", "string"},
    Field{"ID", "Id", "string"},
    Field{"Created", "Created", "time.Time"},
    Field{"Scope", "Scope", "string"},
    Field{"Driver", "Driver", "string"},
    Field{"EnableIPv4", "EnableIPv4", "bool"},
    Field{"EnableIPv6", "EnableIPv6", "bool"},
    Field{"IPAM", "IPAM", "network.IPAM"},
    Field{"Internal", "Internal", "bool"},
    Field{"Attachable", "Attachable", "bool"},
    Field{"Ingress", "Ingress", "bool"},
    Field{"ConfigFrom", "ConfigFrom", "network.ConfigReference"},
    Field{"ConfigOnly", "ConfigOnly", "bool"},
    Field{"Containers", "Containers", "map[string]network.EndpointResource"},
    Field{"Options", "Options", "map[string]string"},
    Field{"Labels", "Labels", "map[string]string"},
    Field{"Peers", "Peers", "[]network.PeerInfo", true},
    Field{"Services", "Services", "map[string]network.ServiceInfo", true},
};
constexpr std::array kIpam{
    Field{"Driver", "Driver", "string"},
    Field{"Options", "Options", "map[string]string"},
    Field{"Config", "Config", "[]network.IPAMConfig"},
};
constexpr std::array kIpamConfig{
    Field{"Subnet", "Subnet", "string", true},
    Field{"IPRange", "IPRange", "string", true},
    Field{"Gateway", "Gateway", "string", true},
    Field{"AuxAddress", "AuxiliaryAddresses", "map[string]string", true},
};
constexpr std::array kConfigReference{Field{"Network", "Network", "string"}};
constexpr std::array kEndpointResource{
    Field{"Name", "Name", "string"},
    Field{"EndpointID", "EndpointID", "string"},
    Field{"MacAddress", "MacAddress", "string"},
    Field{"IPv4Address", "IPv4Address", "string"},
    Field{"IPv6Address", "IPv6Address", "string"},
};
constexpr std::array kPeerInfo{
    Field{"Name", "Name", "string"},
    Field{"IP", "IP", "string"},
};
constexpr std::array kServiceInfo{
    Field{"VIP", "VIP", "string"},
    Field{"Ports", "Ports", "[]string"},
    Field{"LocalLBIndex", "LocalLBIndex", "int"},
    Field{"Tasks", "Tasks", "[]network.Task"},
};
constexpr std::array kNetworkTask{
    Field{"Name", "Name", "string"},
    Field{"EndpointID", "EndpointID", "string"},
    Field{"EndpointIP", "EndpointIP", "string"},
    Field{"Info", "Info", "map[string]string"},
};

constexpr std::array kVolume{
    Field{"ClusterVolume", "ClusterVolume", "*volume.ClusterVolume", true},
    Field{"CreatedAt", "CreatedAt", "string", true},
    Field{"Driver", "Driver", "string"},
    Field{"Labels", "Labels", "map[string]string"},
    Field{"Mountpoint", "Mountpoint", "string"},
    Field{"Name", "Name", "string"},
    Field{"Options", "Options", "map[string]string"},
    Field{"Scope", "Scope", "string"},
    Field{"Status", "Status", "map[string]interface {}", true},
    Field{"UsageData", "UsageData", "*volume.UsageData", true},
};
constexpr std::array kUsageData{
    Field{"RefCount", "RefCount", "int64"},
    Field{"Size", "Size", "int64"},
};

constexpr std::array kVersionInfo{
    Field{"Client", "Client", "system.clientVersion"},
    Field{"Server", "Server", "*types.Version"},
};
constexpr std::array kClientVersion{
    Field{"Platform", "Platform", "*system.platformInfo", true},
    Field{"Version", "Version", "string", true},
    Field{"APIVersion", "ApiVersion", "string", true},
    Field{"DefaultAPIVersion", "DefaultAPIVersion", "string", true},
    Field{"GitCommit", "GitCommit", "string", true},
    Field{"GoVersion", "GoVersion", "string", true},
    Field{"Os", "Os", "string", true},
    Field{"Arch", "Arch", "string", true},
    Field{"BuildTime", "BuildTime", "string", true},
    Field{"Context", "Context", "string"},
};
constexpr std::array kPlatformInfo{Field{"Name", "Name", "string", true}};
constexpr std::array kServerVersion{
    Field{"Platform", "Platform", "struct { Name string }", true},
    Field{"Components", "Components", "[]types.ComponentVersion", true},
    Field{"Version", "Version", "string"},
    Field{"APIVersion", "ApiVersion", "string"},
    Field{"MinAPIVersion", "MinAPIVersion", "string", true},
    Field{"GitCommit", "GitCommit", "string"},
    Field{"GoVersion", "GoVersion", "string"},
    Field{"Os", "Os", "string"},
    Field{"Arch", "Arch", "string"},
    Field{"KernelVersion", "KernelVersion", "string", true},
    Field{"Experimental", "Experimental", "bool", true},
    Field{"BuildTime", "BuildTime", "string", true},
};
constexpr std::array kServerPlatform{Field{"Name", "Name", "string"}};
constexpr std::array kComponentVersion{
    Field{"Name", "Name", "string"},
    Field{"Version", "Version", "string"},
    Field{"Details", "Details", "map[string]string", true},
};

constexpr std::array kMessage{
    Field{"Status", "status", "string", true},
    Field{"ID", "id", "string", true},
    Field{"From", "from", "string", true},
    Field{"Type", "Type", "events.Type"},
    Field{"Action", "Action", "events.Action"},
    Field{"Actor", "Actor", "events.Actor"},
    Field{"Scope", "scope", "string", true},
    Field{"Time", "time", "int64", true},
    Field{"TimeNano", "timeNano", "int64", true},
};
constexpr std::array kActor{
    Field{"ID", "ID", "string"},
    Field{"Attributes", "Attributes", "map[string]string"},
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
