#pragma once

// The Go types of what `docker info` describes, for go_types.cpp alone.

#include <array>

#include "sim/programs/format/go_types.hpp"

namespace podium::format {

inline constexpr std::array kDockerInfo{
    Field{"Info", "", "*system.Info", true, true},
    Field{"ServerErrors", "ServerErrors", "[]string", true},
    Field{"ClientInfo", "ClientInfo", "*system.clientInfo", true},
    Field{"ClientErrors", "ClientErrors", "[]string", true},
};
inline constexpr std::array kClientInfo{
    Field{"Debug", "Debug", "bool"},
    Field{"clientVersion", "", "system.clientVersion", false, true},
    Field{"Plugins", "Plugins", "[]interface {}"},
    Field{"Warnings", "Warnings", "[]string"},
};
inline constexpr std::array kSystemInfo{
    Field{"ID", "ID", "string"},
    Field{"Containers", "Containers", "int"},
    Field{"ContainersRunning", "ContainersRunning", "int"},
    Field{"ContainersPaused", "ContainersPaused", "int"},
    Field{"ContainersStopped", "ContainersStopped", "int"},
    Field{"Images", "Images", "int"},
    Field{"Driver", "Driver", "string"},
    Field{"DriverStatus", "DriverStatus", "[][]string"},
    Field{"SystemStatus", "SystemStatus", "[][]string", true},
    Field{"Plugins", "Plugins", "system.PluginsInfo"},
    Field{"MemoryLimit", "MemoryLimit", "bool"},
    Field{"SwapLimit", "SwapLimit", "bool"},
    Field{"KernelMemory", "KernelMemory", "bool", true},
    Field{"KernelMemoryTCP", "KernelMemoryTCP", "bool", true},
    Field{"CPUCfsPeriod", "CpuCfsPeriod", "bool"},
    Field{"CPUCfsQuota", "CpuCfsQuota", "bool"},
    Field{"CPUShares", "CPUShares", "bool"},
    Field{"CPUSet", "CPUSet", "bool"},
    Field{"PidsLimit", "PidsLimit", "bool"},
    Field{"IPv4Forwarding", "IPv4Forwarding", "bool"},
    Field{"Debug", "Debug", "bool"},
    Field{"NFd", "NFd", "int"},
    Field{"OomKillDisable", "OomKillDisable", "bool"},
    Field{"NGoroutines", "NGoroutines", "int"},
    Field{"SystemTime", "SystemTime", "string"},
    Field{"LoggingDriver", "LoggingDriver", "string"},
    Field{"CgroupDriver", "CgroupDriver", "string"},
    Field{"CgroupVersion", "CgroupVersion", "string", true},
    Field{"NEventsListener", "NEventsListener", "int"},
    Field{"KernelVersion", "KernelVersion", "string"},
    Field{"OperatingSystem", "OperatingSystem", "string"},
    Field{"OSVersion", "OSVersion", "string"},
    Field{"OSType", "OSType", "string"},
    Field{"Architecture", "Architecture", "string"},
    Field{"IndexServerAddress", "IndexServerAddress", "string"},
    Field{"RegistryConfig", "RegistryConfig", "interface {}"},
    Field{"NCPU", "NCPU", "int"},
    Field{"MemTotal", "MemTotal", "int64"},
    Field{"GenericResources", "GenericResources", "[]interface {}"},
    Field{"DockerRootDir", "DockerRootDir", "string"},
    Field{"HTTPProxy", "HttpProxy", "string"},
    Field{"HTTPSProxy", "HttpsProxy", "string"},
    Field{"NoProxy", "NoProxy", "string"},
    Field{"Name", "Name", "string"},
    Field{"Labels", "Labels", "[]string"},
    Field{"ExperimentalBuild", "ExperimentalBuild", "bool"},
    Field{"ServerVersion", "ServerVersion", "string"},
    Field{"Runtimes", "Runtimes", "map[string]interface {}"},
    Field{"DefaultRuntime", "DefaultRuntime", "string"},
    Field{"Swarm", "Swarm", "swarm.Info"},
    Field{"LiveRestoreEnabled", "LiveRestoreEnabled", "bool"},
    Field{"Isolation", "Isolation", "container.Isolation"},
    Field{"InitBinary", "InitBinary", "string"},
    Field{"ContainerdCommit", "ContainerdCommit", "system.Commit"},
    Field{"RuncCommit", "RuncCommit", "system.Commit"},
    Field{"InitCommit", "InitCommit", "system.Commit"},
    Field{"SecurityOptions", "SecurityOptions", "[]string"},
    Field{"ProductLicense", "ProductLicense", "string", true},
    Field{"DefaultAddressPools", "DefaultAddressPools", "[]interface {}", true},
    Field{"FirewallBackend", "FirewallBackend", "interface {}", true},
    Field{"CDISpecDirs", "CDISpecDirs", "[]string"},
    Field{"DiscoveredDevices", "DiscoveredDevices", "[]interface {}", true},
    Field{"Containerd", "Containerd", "interface {}", true},
    Field{"Warnings", "Warnings", "[]string"},
};
inline constexpr std::array kPluginsInfo{
    Field{"Volume", "Volume", "[]string"},
    Field{"Network", "Network", "[]string"},
    Field{"Authorization", "Authorization", "[]string"},
    Field{"Log", "Log", "[]string"},
};
inline constexpr std::array kCommit{
    Field{"ID", "ID", "string"},
    Field{"Expected", "Expected", "string", true},
};
inline constexpr std::array kSwarmInfo{
    Field{"NodeID", "NodeID", "string"},
    Field{"NodeAddr", "NodeAddr", "string"},
    Field{"LocalNodeState", "LocalNodeState", "swarm.LocalNodeState"},
    Field{"ControlAvailable", "ControlAvailable", "bool"},
    Field{"Error", "Error", "string"},
    Field{"RemoteManagers", "RemoteManagers", "[]swarm.Peer"},
    Field{"Nodes", "Nodes", "int", true},
    Field{"Managers", "Managers", "int", true},
    Field{"Cluster", "Cluster", "*swarm.ClusterInfo", true},
    Field{"Warnings", "Warnings", "[]string", true},
};

}  // namespace podium::format
