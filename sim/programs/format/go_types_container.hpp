#pragma once

// The Go types of what `docker inspect` of a container describes (moby 28.2.2, api/types/container), for
// go_types.cpp alone.

#include <array>

#include "sim/programs/format/go_types.hpp"

namespace podium::format {

inline constexpr std::array kContainer{
    Field{"ContainerJSONBase", "", "*container.ContainerJSONBase", false, true},
    Field{"Mounts", "Mounts", "[]container.MountPoint"},
    Field{"Config", "Config", "*container.Config"},
    Field{"NetworkSettings", "NetworkSettings", "*container.NetworkSettings"},
    Field{"ImageManifestDescriptor", "ImageManifestDescriptor", "*v1.Descriptor", true},
};
inline constexpr std::array kContainerBase{
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
inline constexpr std::array kState{
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
inline constexpr std::array kHealth{
    Field{"Status", "Status", "string"},
    Field{"FailingStreak", "FailingStreak", "int"},
    Field{"Log", "Log", "[]*container.HealthcheckResult"},
};
inline constexpr std::array kHealthcheckResult{
    Field{"Start", "Start", "time.Time"},
    Field{"End", "End", "time.Time"},
    Field{"ExitCode", "ExitCode", "int"},
    Field{"Output", "Output", "string"},
};
inline constexpr std::array kMountPoint{
    Field{"Type", "Type", "mount.Type", true},
    Field{"Name", "Name", "string", true},
    Field{"Source", "Source", "string"},
    Field{"Destination", "Destination", "string"},
    Field{"Driver", "Driver", "string", true},
    Field{"Mode", "Mode", "string"},
    Field{"RW", "RW", "bool"},
    Field{"Propagation", "Propagation", "mount.Propagation"},
};
inline constexpr std::array kConfig{
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
inline constexpr std::array kHealthcheckConfig{
    Field{"Test", "Test", "[]string", true},
    Field{"Interval", "Interval", "time.Duration", true},
    Field{"Timeout", "Timeout", "time.Duration", true},
    Field{"StartPeriod", "StartPeriod", "time.Duration", true},
    Field{"StartInterval", "StartInterval", "time.Duration", true},
    Field{"Retries", "Retries", "int", true},
};
inline constexpr std::array kNetworkSettings{
    Field{"NetworkSettingsBase", "", "container.NetworkSettingsBase", false, true},
    Field{"DefaultNetworkSettings", "", "container.DefaultNetworkSettings", false, true},
    Field{"Networks", "Networks", "map[string]*network.EndpointSettings"},
};
inline constexpr std::array kNetworkSettingsBase{
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
inline constexpr std::array kDefaultNetworkSettings{
    Field{"EndpointID", "EndpointID", "string"},
    Field{"Gateway", "Gateway", "string"},
    Field{"GlobalIPv6Address", "GlobalIPv6Address", "string"},
    Field{"GlobalIPv6PrefixLen", "GlobalIPv6PrefixLen", "int"},
    Field{"IPAddress", "IPAddress", "string"},
    Field{"IPPrefixLen", "IPPrefixLen", "int"},
    Field{"IPv6Gateway", "IPv6Gateway", "string"},
    Field{"MacAddress", "MacAddress", "string"},
};
inline constexpr std::array kAddress{
    Field{"Addr", "Addr", "string"},
    Field{"PrefixLen", "PrefixLen", "int"},
};
inline constexpr std::array kPortBinding{
    Field{"HostIP", "HostIp", "string"},
    Field{"HostPort", "HostPort", "string"},
};
inline constexpr std::array kEndpointSettings{
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
inline constexpr std::array kEndpointIpamConfig{
    Field{"IPv4Address", "IPv4Address", "string", true},
    Field{"IPv6Address", "IPv6Address", "string", true},
    Field{"LinkLocalIPs", "LinkLocalIPs", "[]string", true},
};
inline constexpr std::array kRestartPolicy{
    Field{"Name", "Name", "container.RestartPolicyMode"},
    Field{"MaximumRetryCount", "MaximumRetryCount", "int"},
};
inline constexpr std::array kLogConfig{
    Field{"Type", "Type", "string"},
    Field{"Config", "Config", "map[string]string"},
};
inline constexpr std::array kHostConfig{
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
inline constexpr std::array kResources{
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
inline constexpr std::array kDeviceMapping{
    Field{"PathOnHost", "PathOnHost", "string"},
    Field{"PathInContainer", "PathInContainer", "string"},
    Field{"CgroupPermissions", "CgroupPermissions", "string"},
};
inline constexpr std::array kDeviceRequest{
    Field{"Driver", "Driver", "string"},
    Field{"Count", "Count", "int"},
    Field{"DeviceIDs", "DeviceIDs", "[]string"},
    Field{"Capabilities", "Capabilities", "[][]string"},
    Field{"Options", "Options", "map[string]string"},
};
inline constexpr std::array kWeightDevice{
    Field{"Path", "Path", "string"},
    Field{"Weight", "Weight", "uint16"},
};
inline constexpr std::array kThrottleDevice{
    Field{"Path", "Path", "string"},
    Field{"Rate", "Rate", "uint64"},
};
inline constexpr std::array kUlimit{
    Field{"Name", "Name", "string"},
    Field{"Hard", "Hard", "int64"},
    Field{"Soft", "Soft", "int64"},
};
inline constexpr std::array kMount{
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
inline constexpr std::array kBindOptions{
    Field{"Propagation", "Propagation", "mount.Propagation", true},
    Field{"NonRecursive", "NonRecursive", "bool", true},
    Field{"CreateMountpoint", "CreateMountpoint", "bool", true},
    Field{"ReadOnlyNonRecursive", "ReadOnlyNonRecursive", "bool", true},
    Field{"ReadOnlyForceRecursive", "ReadOnlyForceRecursive", "bool", true},
};
inline constexpr std::array kVolumeOptions{
    Field{"NoCopy", "NoCopy", "bool", true},
    Field{"Labels", "Labels", "map[string]string", true},
    Field{"Subpath", "Subpath", "string", true},
    Field{"DriverConfig", "DriverConfig", "*mount.Driver", true},
};
inline constexpr std::array kMountDriver{
    Field{"Name", "Name", "string", true},
    Field{"Options", "Options", "map[string]string", true},
};
inline constexpr std::array kImageOptions{Field{"Subpath", "Subpath", "string", true}};
inline constexpr std::array kTmpfsOptions{
    Field{"SizeBytes", "SizeBytes", "int64", true},
    Field{"Mode", "Mode", "fs.FileMode", true},
    Field{"Options", "Options", "[][]string", true},
};

}  // namespace podium::format
