#pragma once

// The Go types of what `docker inspect` of images, networks and volumes, `docker version` and `docker events`
// describe (moby 28.2.2, api/types), for go_types.cpp alone.

#include <array>

#include "sim/programs/format/go_types.hpp"

namespace podium::format {

inline constexpr std::array kDriverData{
    Field{"Data", "Data", "map[string]string"},
    Field{"Name", "Name", "string"},
};
inline constexpr std::array kDescriptor{
    Field{"MediaType", "mediaType", "string"},
    Field{"Digest", "digest", "digest.Digest"},
    Field{"Size", "size", "int64"},
    Field{"URLs", "urls", "[]string", true},
    Field{"Annotations", "annotations", "map[string]string", true},
    Field{"Platform", "platform", "*v1.Platform", true},
    Field{"ArtifactType", "artifactType", "string", true},
};
inline constexpr std::array kPlatform{
    Field{"Architecture", "architecture", "string"},
    Field{"OS", "os", "string"},
    Field{"OSVersion", "os.version", "string", true},
    Field{"OSFeatures", "os.features", "[]string", true},
    Field{"Variant", "variant", "string", true},
};

inline constexpr std::array kImage{
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
inline constexpr std::array kRootFs{
    Field{"Type", "Type", "string", true},
    Field{"Layers", "Layers", "[]string", true},
};
inline constexpr std::array kMetadata{Field{"LastTagTime", "LastTagTime", "time.Time", true}};
inline constexpr std::array kImageConfig{
    Field{"ImageConfig", "", "v1.ImageConfig", false, true},
    Field{"DockerOCIImageConfigExt", "", "v1.DockerOCIImageConfigExt", false, true},
};
inline constexpr std::array kOciImageConfig{
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
inline constexpr std::array kOciImageConfigExtension{
    Field{"Healthcheck", "Healthcheck", "*v1.HealthcheckConfig", true},
    Field{"OnBuild", "OnBuild", "[]string", true},
    Field{"Shell", "Shell", "[]string", true},
};

inline constexpr std::array kNetwork{
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
inline constexpr std::array kIpam{
    Field{"Driver", "Driver", "string"},
    Field{"Options", "Options", "map[string]string"},
    Field{"Config", "Config", "[]network.IPAMConfig"},
};
inline constexpr std::array kIpamConfig{
    Field{"Subnet", "Subnet", "string", true},
    Field{"IPRange", "IPRange", "string", true},
    Field{"Gateway", "Gateway", "string", true},
    Field{"AuxAddress", "AuxiliaryAddresses", "map[string]string", true},
};
inline constexpr std::array kConfigReference{Field{"Network", "Network", "string"}};
inline constexpr std::array kEndpointResource{
    Field{"Name", "Name", "string"},
    Field{"EndpointID", "EndpointID", "string"},
    Field{"MacAddress", "MacAddress", "string"},
    Field{"IPv4Address", "IPv4Address", "string"},
    Field{"IPv6Address", "IPv6Address", "string"},
};
inline constexpr std::array kPeerInfo{
    Field{"Name", "Name", "string"},
    Field{"IP", "IP", "string"},
};
inline constexpr std::array kServiceInfo{
    Field{"VIP", "VIP", "string"},
    Field{"Ports", "Ports", "[]string"},
    Field{"LocalLBIndex", "LocalLBIndex", "int"},
    Field{"Tasks", "Tasks", "[]network.Task"},
};
inline constexpr std::array kNetworkTask{
    Field{"Name", "Name", "string"},
    Field{"EndpointID", "EndpointID", "string"},
    Field{"EndpointIP", "EndpointIP", "string"},
    Field{"Info", "Info", "map[string]string"},
};

inline constexpr std::array kVolume{
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
inline constexpr std::array kUsageData{
    Field{"RefCount", "RefCount", "int64"},
    Field{"Size", "Size", "int64"},
};

inline constexpr std::array kVersionInfo{
    Field{"Client", "Client", "system.clientVersion"},
    Field{"Server", "Server", "*types.Version"},
};
inline constexpr std::array kClientVersion{
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
inline constexpr std::array kPlatformInfo{Field{"Name", "Name", "string", true}};
inline constexpr std::array kServerVersion{
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
inline constexpr std::array kServerPlatform{Field{"Name", "Name", "string"}};
inline constexpr std::array kComponentVersion{
    Field{"Name", "Name", "string"},
    Field{"Version", "Version", "string"},
    Field{"Details", "Details", "map[string]string", true},
};

inline constexpr std::array kMessage{
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
inline constexpr std::array kActor{
    Field{"ID", "ID", "string"},
    Field{"Attributes", "Attributes", "map[string]string"},
};

}  // namespace podium::format
