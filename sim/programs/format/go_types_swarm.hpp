#pragma once

// The Go types of what `docker service inspect`, `node inspect` and the like describe, and `docker
// info` of a swarm (moby 28.2.2, api/types/swarm), for go_types.cpp alone.

#include <array>

#include "sim/programs/format/go_types.hpp"

namespace podium::format {

inline constexpr std::array kSwarmVersion{
    Field{"Index", "Index", "uint64", true},
};
inline constexpr std::array kSwarmMeta{
    Field{"Version", "Version", "swarm.Version", true},
    Field{"CreatedAt", "CreatedAt", "time.Time", true},
    Field{"UpdatedAt", "UpdatedAt", "time.Time", true},
};
inline constexpr std::array kSwarmAnnotations{
    Field{"Name", "Name", "string", true},
    Field{"Labels", "Labels", "map[string]string"},
};
inline constexpr std::array kSwarmDriver{
    Field{"Name", "Name", "string", true},
    Field{"Options", "Options", "map[string]string", true},
};
inline constexpr std::array kSwarmTlsInfo{
    Field{"TrustRoot", "TrustRoot", "string", true},
    Field{"CertIssuerSubject", "CertIssuerSubject", "[]uint8", true},
    Field{"CertIssuerPublicKey", "CertIssuerPublicKey", "[]uint8", true},
};
inline constexpr std::array kSwarmService{
    Field{"ID", "ID", "string"},
    Field{"Meta", "", "swarm.Meta", false, true},
    Field{"Spec", "Spec", "swarm.ServiceSpec", true},
    Field{"PreviousSpec", "PreviousSpec", "*swarm.ServiceSpec", true},
    Field{"Endpoint", "Endpoint", "swarm.Endpoint", true},
    Field{"UpdateStatus", "UpdateStatus", "*swarm.UpdateStatus", true},
    Field{"ServiceStatus", "ServiceStatus", "*swarm.ServiceStatus", true},
    Field{"JobStatus", "JobStatus", "*swarm.JobStatus", true},
};
inline constexpr std::array kSwarmServiceSpec{
    Field{"Annotations", "", "swarm.Annotations", false, true},
    Field{"TaskTemplate", "TaskTemplate", "swarm.TaskSpec", true},
    Field{"Mode", "Mode", "swarm.ServiceMode", true},
    Field{"UpdateConfig", "UpdateConfig", "*swarm.UpdateConfig", true},
    Field{"RollbackConfig", "RollbackConfig", "*swarm.UpdateConfig", true},
    Field{"Networks", "Networks", "[]swarm.NetworkAttachmentConfig", true},
    Field{"EndpointSpec", "EndpointSpec", "*swarm.EndpointSpec", true},
};
inline constexpr std::array kSwarmServiceMode{
    Field{"Replicated", "Replicated", "*swarm.ReplicatedService", true},
    Field{"Global", "Global", "*swarm.GlobalService", true},
    Field{"ReplicatedJob", "ReplicatedJob", "*swarm.ReplicatedJob", true},
    Field{"GlobalJob", "GlobalJob", "*swarm.GlobalJob", true},
};
inline constexpr std::array kSwarmReplicatedService{
    Field{"Replicas", "Replicas", "*uint64", true},
};
inline constexpr std::array kSwarmReplicatedJob{
    Field{"MaxConcurrent", "MaxConcurrent", "*uint64", true},
    Field{"TotalCompletions", "TotalCompletions", "*uint64", true},
};
inline constexpr std::array kSwarmUpdateStatus{
    Field{"State", "State", "swarm.UpdateState", true},
    Field{"StartedAt", "StartedAt", "*time.Time", true},
    Field{"CompletedAt", "CompletedAt", "*time.Time", true},
    Field{"Message", "Message", "string", true},
};
inline constexpr std::array kSwarmUpdateConfig{
    Field{"Parallelism", "Parallelism", "uint64"},
    Field{"Delay", "Delay", "time.Duration", true},
    Field{"FailureAction", "FailureAction", "string", true},
    Field{"Monitor", "Monitor", "time.Duration", true},
    Field{"MaxFailureRatio", "MaxFailureRatio", "float32"},
    Field{"Order", "Order", "string"},
};
inline constexpr std::array kSwarmServiceStatus{
    Field{"RunningTasks", "RunningTasks", "uint64"},
    Field{"DesiredTasks", "DesiredTasks", "uint64"},
    Field{"CompletedTasks", "CompletedTasks", "uint64"},
};
inline constexpr std::array kSwarmJobStatus{
    Field{"JobIteration", "JobIteration", "swarm.Version"},
    Field{"LastExecution", "LastExecution", "time.Time", true},
};
inline constexpr std::array kSwarmTask{
    Field{"ID", "ID", "string"},
    Field{"Meta", "", "swarm.Meta", false, true},
    Field{"Annotations", "", "swarm.Annotations", false, true},
    Field{"Spec", "Spec", "swarm.TaskSpec", true},
    Field{"ServiceID", "ServiceID", "string", true},
    Field{"Slot", "Slot", "int", true},
    Field{"NodeID", "NodeID", "string", true},
    Field{"Status", "Status", "swarm.TaskStatus", true},
    Field{"DesiredState", "DesiredState", "swarm.TaskState", true},
    Field{"NetworksAttachments", "NetworksAttachments", "[]swarm.NetworkAttachment", true},
    Field{"GenericResources", "GenericResources", "[]swarm.GenericResource", true},
    Field{"JobIteration", "JobIteration", "*swarm.Version", true},
    Field{"Volumes", "Volumes", "[]swarm.VolumeAttachment"},
};
inline constexpr std::array kSwarmTaskSpec{
    Field{"ContainerSpec", "ContainerSpec", "*swarm.ContainerSpec", true},
    Field{"PluginSpec", "PluginSpec", "*runtime.PluginSpec", true},
    Field{"NetworkAttachmentSpec", "NetworkAttachmentSpec", "*swarm.NetworkAttachmentSpec", true},
    Field{"Resources", "Resources", "*swarm.ResourceRequirements", true},
    Field{"RestartPolicy", "RestartPolicy", "*swarm.RestartPolicy", true},
    Field{"Placement", "Placement", "*swarm.Placement", true},
    Field{"Networks", "Networks", "[]swarm.NetworkAttachmentConfig", true},
    Field{"LogDriver", "LogDriver", "*swarm.Driver", true},
    Field{"ForceUpdate", "ForceUpdate", "uint64"},
    Field{"Runtime", "Runtime", "swarm.RuntimeType", true},
};
inline constexpr std::array kSwarmAttachmentSpec{
    Field{"ContainerID", "ContainerID", "string"},
};
inline constexpr std::array kSwarmResources{
    Field{"NanoCPUs", "NanoCPUs", "int64", true},
    Field{"MemoryBytes", "MemoryBytes", "int64", true},
    Field{"GenericResources", "GenericResources", "[]swarm.GenericResource", true},
};
inline constexpr std::array kSwarmLimit{
    Field{"NanoCPUs", "NanoCPUs", "int64", true},
    Field{"MemoryBytes", "MemoryBytes", "int64", true},
    Field{"Pids", "Pids", "int64", true},
};
inline constexpr std::array kSwarmGenericResource{
    Field{"NamedResourceSpec", "NamedResourceSpec", "*swarm.NamedGenericResource", true},
    Field{"DiscreteResourceSpec", "DiscreteResourceSpec", "*swarm.DiscreteGenericResource", true},
};
inline constexpr std::array kSwarmNamedResource{
    Field{"Kind", "Kind", "string", true},
    Field{"Value", "Value", "string", true},
};
inline constexpr std::array kSwarmDiscreteResource{
    Field{"Kind", "Kind", "string", true},
    Field{"Value", "Value", "int64", true},
};
inline constexpr std::array kSwarmRequirements{
    Field{"Limits", "Limits", "*swarm.Limit", true},
    Field{"Reservations", "Reservations", "*swarm.Resources", true},
};
inline constexpr std::array kSwarmPlacement{
    Field{"Constraints", "Constraints", "[]string", true},
    Field{"Preferences", "Preferences", "[]swarm.PlacementPreference", true},
    Field{"MaxReplicas", "MaxReplicas", "uint64", true},
    Field{"Platforms", "Platforms", "[]swarm.Platform", true},
};
inline constexpr std::array kSwarmPreference{
    Field{"Spread", "Spread", "*swarm.SpreadOver"},
};
inline constexpr std::array kSwarmSpreadOver{
    Field{"SpreadDescriptor", "SpreadDescriptor", "string"},
};
inline constexpr std::array kSwarmPlatform{
    Field{"Architecture", "Architecture", "string", true},
    Field{"OS", "OS", "string", true},
};
inline constexpr std::array kSwarmRestartPolicy{
    Field{"Condition", "Condition", "swarm.RestartPolicyCondition", true},
    Field{"Delay", "Delay", "*time.Duration", true},
    Field{"MaxAttempts", "MaxAttempts", "*uint64", true},
    Field{"Window", "Window", "*time.Duration", true},
};
inline constexpr std::array kSwarmTaskStatus{
    Field{"Timestamp", "Timestamp", "time.Time", true},
    Field{"State", "State", "swarm.TaskState", true},
    Field{"Message", "Message", "string", true},
    Field{"Err", "Err", "string", true},
    Field{"ContainerStatus", "ContainerStatus", "*swarm.ContainerStatus", true},
    Field{"PortStatus", "PortStatus", "swarm.PortStatus", true},
};
inline constexpr std::array kSwarmContainerStatus{
    Field{"ContainerID", "ContainerID", "string"},
    Field{"PID", "PID", "int"},
    Field{"ExitCode", "ExitCode", "int"},
};
inline constexpr std::array kSwarmPortStatus{
    Field{"Ports", "Ports", "[]swarm.PortConfig", true},
};
inline constexpr std::array kSwarmVolumeAttachment{
    Field{"ID", "ID", "string", true},
    Field{"Source", "Source", "string", true},
    Field{"Target", "Target", "string", true},
};
inline constexpr std::array kSwarmContainerSpec{
    Field{"Image", "Image", "string", true},
    Field{"Labels", "Labels", "map[string]string", true},
    Field{"Command", "Command", "[]string", true},
    Field{"Args", "Args", "[]string", true},
    Field{"Hostname", "Hostname", "string", true},
    Field{"Env", "Env", "[]string", true},
    Field{"Dir", "Dir", "string", true},
    Field{"User", "User", "string", true},
    Field{"Groups", "Groups", "[]string", true},
    Field{"Privileges", "Privileges", "*swarm.Privileges", true},
    Field{"Init", "Init", "*bool", true},
    Field{"StopSignal", "StopSignal", "string", true},
    Field{"TTY", "TTY", "bool", true},
    Field{"OpenStdin", "OpenStdin", "bool", true},
    Field{"ReadOnly", "ReadOnly", "bool", true},
    Field{"Mounts", "Mounts", "[]mount.Mount", true},
    Field{"StopGracePeriod", "StopGracePeriod", "*time.Duration", true},
    Field{"Healthcheck", "Healthcheck", "*v1.HealthcheckConfig", true},
    Field{"Hosts", "Hosts", "[]string", true},
    Field{"DNSConfig", "DNSConfig", "*swarm.DNSConfig", true},
    Field{"Secrets", "Secrets", "[]*swarm.SecretReference", true},
    Field{"Configs", "Configs", "[]*swarm.ConfigReference", true},
    Field{"Isolation", "Isolation", "container.Isolation", true},
    Field{"Sysctls", "Sysctls", "map[string]string", true},
    Field{"CapabilityAdd", "CapabilityAdd", "[]string", true},
    Field{"CapabilityDrop", "CapabilityDrop", "[]string", true},
    Field{"Ulimits", "Ulimits", "[]*units.Ulimit", true},
    Field{"OomScoreAdj", "OomScoreAdj", "int64", true},
};
inline constexpr std::array kSwarmDnsConfig{
    Field{"Nameservers", "Nameservers", "[]string", true},
    Field{"Search", "Search", "[]string", true},
    Field{"Options", "Options", "[]string", true},
};
inline constexpr std::array kSwarmPrivileges{
    Field{"CredentialSpec", "CredentialSpec", "*swarm.CredentialSpec"},
    Field{"SELinuxContext", "SELinuxContext", "*swarm.SELinuxContext"},
    Field{"Seccomp", "Seccomp", "*swarm.SeccompOpts", true},
    Field{"AppArmor", "AppArmor", "*swarm.AppArmorOpts", true},
    Field{"NoNewPrivileges", "NoNewPrivileges", "bool"},
};
inline constexpr std::array kSwarmCredentialSpec{
    Field{"Config", "Config", "string"},
    Field{"File", "File", "string"},
    Field{"Registry", "Registry", "string"},
};
inline constexpr std::array kSwarmSeLinuxContext{
    Field{"Disable", "Disable", "bool"},
    Field{"User", "User", "string"},
    Field{"Role", "Role", "string"},
    Field{"Type", "Type", "string"},
    Field{"Level", "Level", "string"},
};
inline constexpr std::array kSwarmSeccompOpts{
    Field{"Mode", "Mode", "swarm.SeccompMode", true},
    Field{"Profile", "Profile", "[]uint8", true},
};
inline constexpr std::array kSwarmAppArmorOpts{
    Field{"Mode", "Mode", "swarm.AppArmorMode", true},
};
inline constexpr std::array kSwarmSecretReference{
    Field{"File", "File", "*swarm.SecretReferenceFileTarget"},
    Field{"SecretID", "SecretID", "string"},
    Field{"SecretName", "SecretName", "string"},
};
inline constexpr std::array kSwarmConfigReference{
    Field{"File", "File", "*swarm.ConfigReferenceFileTarget", true},
    Field{"Runtime", "Runtime", "*swarm.ConfigReferenceRuntimeTarget", true},
    Field{"ConfigID", "ConfigID", "string"},
    Field{"ConfigName", "ConfigName", "string"},
};
inline constexpr std::array kSwarmFileTarget{
    Field{"Name", "Name", "string"},
    Field{"UID", "UID", "string"},
    Field{"GID", "GID", "string"},
    Field{"Mode", "Mode", "fs.FileMode"},
};
inline constexpr std::array kSwarmEndpoint{
    Field{"Spec", "Spec", "swarm.EndpointSpec", true},
    Field{"Ports", "Ports", "[]swarm.PortConfig", true},
    Field{"VirtualIPs", "VirtualIPs", "[]swarm.EndpointVirtualIP", true},
};
inline constexpr std::array kSwarmEndpointSpec{
    Field{"Mode", "Mode", "swarm.ResolutionMode", true},
    Field{"Ports", "Ports", "[]swarm.PortConfig", true},
};
inline constexpr std::array kSwarmPortConfig{
    Field{"Name", "Name", "string", true},
    Field{"Protocol", "Protocol", "swarm.PortConfigProtocol", true},
    Field{"TargetPort", "TargetPort", "uint32", true},
    Field{"PublishedPort", "PublishedPort", "uint32", true},
    Field{"PublishMode", "PublishMode", "swarm.PortConfigPublishMode", true},
};
inline constexpr std::array kSwarmVirtualIp{
    Field{"NetworkID", "NetworkID", "string", true},
    Field{"Addr", "Addr", "string", true},
};
inline constexpr std::array kSwarmNetwork{
    Field{"ID", "ID", "string"},
    Field{"Meta", "", "swarm.Meta", false, true},
    Field{"Spec", "Spec", "swarm.NetworkSpec", true},
    Field{"DriverState", "DriverState", "swarm.Driver", true},
    Field{"IPAMOptions", "IPAMOptions", "*swarm.IPAMOptions", true},
};
inline constexpr std::array kSwarmNetworkSpec{
    Field{"Annotations", "", "swarm.Annotations", false, true},
    Field{"DriverConfiguration", "DriverConfiguration", "*swarm.Driver", true},
    Field{"IPv6Enabled", "IPv6Enabled", "bool", true},
    Field{"Internal", "Internal", "bool", true},
    Field{"Attachable", "Attachable", "bool", true},
    Field{"Ingress", "Ingress", "bool", true},
    Field{"IPAMOptions", "IPAMOptions", "*swarm.IPAMOptions", true},
    Field{"ConfigFrom", "ConfigFrom", "*network.ConfigReference", true},
    Field{"Scope", "Scope", "string", true},
};
inline constexpr std::array kSwarmAttachmentConfig{
    Field{"Target", "Target", "string", true},
    Field{"Aliases", "Aliases", "[]string", true},
    Field{"DriverOpts", "DriverOpts", "map[string]string", true},
};
inline constexpr std::array kSwarmAttachment{
    Field{"Network", "Network", "swarm.Network", true},
    Field{"Addresses", "Addresses", "[]string", true},
};
inline constexpr std::array kSwarmIpamOptions{
    Field{"Driver", "Driver", "swarm.Driver", true},
    Field{"Configs", "Configs", "[]swarm.IPAMConfig", true},
};
inline constexpr std::array kSwarmIpamConfig{
    Field{"Subnet", "Subnet", "string", true},
    Field{"Range", "Range", "string", true},
    Field{"Gateway", "Gateway", "string", true},
};
inline constexpr std::array kSwarmNode{
    Field{"ID", "ID", "string"},
    Field{"Meta", "", "swarm.Meta", false, true},
    Field{"Spec", "Spec", "swarm.NodeSpec", true},
    Field{"Description", "Description", "swarm.NodeDescription", true},
    Field{"Status", "Status", "swarm.NodeStatus", true},
    Field{"ManagerStatus", "ManagerStatus", "*swarm.ManagerStatus", true},
};
inline constexpr std::array kSwarmNodeSpec{
    Field{"Annotations", "", "swarm.Annotations", false, true},
    Field{"Role", "Role", "swarm.NodeRole", true},
    Field{"Availability", "Availability", "swarm.NodeAvailability", true},
};
inline constexpr std::array kSwarmNodeDescription{
    Field{"Hostname", "Hostname", "string", true},
    Field{"Platform", "Platform", "swarm.Platform", true},
    Field{"Resources", "Resources", "swarm.Resources", true},
    Field{"Engine", "Engine", "swarm.EngineDescription", true},
    Field{"TLSInfo", "TLSInfo", "swarm.TLSInfo", true},
    Field{"CSIInfo", "CSIInfo", "[]swarm.NodeCSIInfo", true},
};
inline constexpr std::array kSwarmEngineDescription{
    Field{"EngineVersion", "EngineVersion", "string", true},
    Field{"Labels", "Labels", "map[string]string", true},
    Field{"Plugins", "Plugins", "[]swarm.PluginDescription", true},
};
inline constexpr std::array kSwarmPluginDescription{
    Field{"Type", "Type", "string", true},
    Field{"Name", "Name", "string", true},
};
inline constexpr std::array kSwarmNodeStatus{
    Field{"State", "State", "swarm.NodeState", true},
    Field{"Message", "Message", "string", true},
    Field{"Addr", "Addr", "string", true},
};
inline constexpr std::array kSwarmManagerStatus{
    Field{"Leader", "Leader", "bool", true},
    Field{"Reachability", "Reachability", "swarm.Reachability", true},
    Field{"Addr", "Addr", "string", true},
};
inline constexpr std::array kSwarmSecret{
    Field{"ID", "ID", "string"},
    Field{"Meta", "", "swarm.Meta", false, true},
    Field{"Spec", "Spec", "swarm.SecretSpec"},
};
inline constexpr std::array kSwarmSecretSpec{
    Field{"Annotations", "", "swarm.Annotations", false, true},
    Field{"Data", "Data", "[]uint8", true},
    Field{"Driver", "Driver", "*swarm.Driver", true},
    Field{"Templating", "Templating", "*swarm.Driver", true},
};
inline constexpr std::array kSwarmConfig{
    Field{"ID", "ID", "string"},
    Field{"Meta", "", "swarm.Meta", false, true},
    Field{"Spec", "Spec", "swarm.ConfigSpec"},
};
inline constexpr std::array kSwarmConfigSpec{
    Field{"Annotations", "", "swarm.Annotations", false, true},
    Field{"Data", "Data", "[]uint8", true},
    Field{"Templating", "Templating", "*swarm.Driver", true},
};
inline constexpr std::array kSwarmPeer{
    Field{"NodeID", "NodeID", "string"},
    Field{"Addr", "Addr", "string"},
};
inline constexpr std::array kSwarmClusterInfo{
    Field{"ID", "ID", "string"},
    Field{"Meta", "", "swarm.Meta", false, true},
    Field{"Spec", "Spec", "swarm.Spec"},
    Field{"TLSInfo", "TLSInfo", "swarm.TLSInfo"},
    Field{"RootRotationInProgress", "RootRotationInProgress", "bool"},
    Field{"DefaultAddrPool", "DefaultAddrPool", "[]string"},
    Field{"SubnetSize", "SubnetSize", "uint32"},
    Field{"DataPathPort", "DataPathPort", "uint32"},
};
inline constexpr std::array kSwarmSpec{
    Field{"Annotations", "", "swarm.Annotations", false, true},
    Field{"Orchestration", "Orchestration", "swarm.OrchestrationConfig", true},
    Field{"Raft", "Raft", "swarm.RaftConfig", true},
    Field{"Dispatcher", "Dispatcher", "swarm.DispatcherConfig", true},
    Field{"CAConfig", "CAConfig", "swarm.CAConfig", true},
    Field{"TaskDefaults", "TaskDefaults", "swarm.TaskDefaults", true},
    Field{"EncryptionConfig", "EncryptionConfig", "swarm.EncryptionConfig", true},
};
inline constexpr std::array kSwarmOrchestration{
    Field{"TaskHistoryRetentionLimit", "TaskHistoryRetentionLimit", "*int64", true},
};
inline constexpr std::array kSwarmRaft{
    Field{"SnapshotInterval", "SnapshotInterval", "uint64", true},
    Field{"KeepOldSnapshots", "KeepOldSnapshots", "*uint64", true},
    Field{"LogEntriesForSlowFollowers", "LogEntriesForSlowFollowers", "uint64", true},
    Field{"ElectionTick", "ElectionTick", "int"},
    Field{"HeartbeatTick", "HeartbeatTick", "int"},
};
inline constexpr std::array kSwarmDispatcher{
    Field{"HeartbeatPeriod", "HeartbeatPeriod", "time.Duration", true},
};
inline constexpr std::array kSwarmAuthority{
    Field{"NodeCertExpiry", "NodeCertExpiry", "time.Duration", true},
    Field{"ExternalCAs", "ExternalCAs", "[]*swarm.ExternalCA", true},
    Field{"SigningCACert", "SigningCACert", "string", true},
    Field{"SigningCAKey", "SigningCAKey", "string", true},
    Field{"ForceRotate", "ForceRotate", "uint64", true},
};
inline constexpr std::array kSwarmTaskDefaults{
    Field{"LogDriver", "LogDriver", "*swarm.Driver", true},
};
inline constexpr std::array kSwarmEncryption{
    Field{"AutoLockManagers", "AutoLockManagers", "bool"},
};

}  // namespace podium::format
