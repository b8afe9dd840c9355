#pragma once

// Answers of a small swarm for tests that have no recordings: one node, the service "web" of two tasks that
// run, a network, a secret, a config. The forms are those of Engine API 1.41.

#include <string>

#include "tests/programs/swarm_script.hpp"

namespace podium::programs {

inline constexpr const char* kWebSpec =
    R"({"Name":"web","Labels":{"l":"1"},"TaskTemplate":{"ContainerSpec":{"Image":"busybox:latest","Labels":{"c":"1"},"Args":["sleep","9"],"Env":["A=1","B=2"],"Groups":["g"],"Init":false,)"
    R"("Mounts":[{"Type":"volume","Source":"v","Target":"/v"}],"Healthcheck":{"Test":["CMD-SHELL","true"]},"Hosts":["1.1.1.1 h"],"DNSConfig":{"Nameservers":["9.9.9.9"],"Search":["s"],"Options":["o"]},)"
    R"("Secrets":[{"File":{"Name":"s0","UID":"0","GID":"0","Mode":292},"SecretID":"sid0","SecretName":"s0"}],"Configs":[{"File":{"Name":"c0","UID":"0","GID":"0","Mode":292},"ConfigID":"cid0","ConfigName":"c0"}],)"
    R"("Isolation":"default","Sysctls":{"k":"1"},"CapabilityDrop":["CAP_MKNOD"],"Ulimits":[{"Name":"nofile","Hard":9,"Soft":9}]},)"
    R"("Resources":{"Limits":{},"Reservations":{"GenericResources":[{"DiscreteResourceSpec":{"Kind":"gpu","Value":1}}]}},)"
    R"("Placement":{"Constraints":["node.role==worker"],"Preferences":[{"Spread":{"SpreadDescriptor":"node.labels.a"}}]},"Networks":[{"Target":"netid0"}],"ForceUpdate":0,"Runtime":"container"},)"
    R"("Mode":{"Replicated":{"Replicas":2}},"EndpointSpec":{"Mode":"vip","Ports":[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"ingress"}]}})";

inline std::string web_service(const std::string& more = {}) {
    return std::string(R"({"ID":"webid","Version":{"Index":7},"CreatedAt":"2026-01-05T09:00:00Z","UpdatedAt":"2026-01-05T09:00:00Z","Spec":)") + kWebSpec +
           R"(,"Endpoint":{"Ports":[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"ingress"}]},"ServiceStatus":{"RunningTasks":2,"DesiredTasks":2,"CompletedTasks":0})" + more + "}";
}

inline std::string web_task(int slot, const std::string& state, const std::string& desired = "running", const std::string& error = {}) {
    return R"({"ID":"task)" + std::to_string(slot) + R"(aaaaaaaaaaaa","CreatedAt":"2026-01-05T09:00:01Z","Spec":{"ContainerSpec":{"Image":"busybox:latest@sha256:12"}},"ServiceID":"webid","Slot":)" +
           std::to_string(slot) + R"(,"NodeID":"nodeid","Status":{"Timestamp":"2026-01-05T09:00:02Z","State":")" + state + R"(","Err":")" + error + R"("},"DesiredState":")" + desired + R"("})";
}

/// Exchanges for `any_order`.
inline std::vector<Exchange> small_swarm() {
    const std::string node = R"({"ID":"nodeid","Version":{"Index":3},"CreatedAt":"2026-01-05T09:00:00Z","Spec":{"Labels":{"zone":"a"},"Role":"worker","Availability":"active"},)"
                             R"("Description":{"Hostname":"n1","Platform":{"Architecture":"x86_64","OS":"linux"},"Resources":{"NanoCPUs":2000000000,"MemoryBytes":1073741824},"Engine":{"EngineVersion":"20.10.24"}},)"
                             R"("Status":{"State":"ready","Addr":"10.0.0.1"}})";
    const std::string swarm = R"({"ID":"swarmid","Version":{"Index":5},"Spec":{"Name":"default","Labels":{},"Orchestration":{"TaskHistoryRetentionLimit":5},"Raft":{"SnapshotInterval":10000,"KeepOldSnapshots":0,)"
                              R"("ElectionTick":10,"HeartbeatTick":1},"Dispatcher":{"HeartbeatPeriod":5000000000},"CAConfig":{"NodeCertExpiry":7776000000000000},"TaskDefaults":{},)"
                              R"("EncryptionConfig":{"AutoLockManagers":true}},"TLSInfo":{"TrustRoot":"root\n"},"JoinTokens":{"Worker":"WT","Manager":"MT"}})";
    const std::string datum = R"({"ID":"did","Version":{"Index":2},"CreatedAt":"2026-01-05T09:00:00Z","UpdatedAt":"2026-01-05T09:00:00Z","Spec":{"Name":"d","Labels":{},"Data":"aGVsbG8K"}})";
    const std::string network = R"({"Name":"net","Id":"netid","Scope":"swarm","Driver":"overlay"})";
    const std::string tasks = "[" + web_task(1, "running") + "," + web_task(2, "running") + "]";
    const auto get = [](const std::string& path, const std::string& body) { return Exchange{"GET " + path, {}, 200, body, {}, false}; };
    const auto post = [](const std::string& path, const std::string& body) { return Exchange{"POST " + path, {}, 200, body, {}, false}; };
    const auto remove = [](const std::string& path) { return Exchange{"DELETE " + path, {}, 200, "", {}, false}; };
    return {
        get("/info", R"({"Swarm":{"NodeID":"nodeid","NodeAddr":"10.0.0.1","LocalNodeState":"active","ControlAvailable":true}})"),
        get("/swarm", swarm), get("/swarm/unlockkey", R"({"UnlockKey":"SWMKEY-1-x"})"), post("/swarm/init", "\"nodeid\""), post("/swarm/join", ""), post("/swarm/leave", ""), post("/swarm/update", ""),
        get("/nodes", "[" + node + "]"), get("/nodes/n1", node), get("/nodes/nodeid", node), post("/nodes/nodeid/update", ""), remove("/nodes/n1"),
        get("/services", "[" + web_service() + "]"), get("/services/web", web_service()), get("/services/webid", web_service()), post("/services/create", R"({"ID":"webid"})"),
        post("/services/webid/update", R"({"Warnings":null})"), remove("/services/web"), remove("/services/webid"), get("/tasks", tasks), get("/tasks/task1aaaaaaaaaaaa", web_task(1, "running")),
        get("/networks", "[]"), get("/networks/net", network), get("/networks/net0", R"({"Name":"net0","Id":"netid0","Scope":"swarm"})"), post("/networks/create", R"({"Id":"netid"})"),
        get("/secrets", R"([{"ID":"sid","Spec":{"Name":"s"}}])"), get("/configs", R"([{"ID":"cid","Spec":{"Name":"c"}}])"), get("/secrets/d", datum), get("/configs/d", datum),
        post("/secrets/create", R"({"ID":"did"})"), post("/configs/create", R"({"ID":"did"})"), remove("/secrets/d"), remove("/configs/d"), remove("/secrets/sid"), remove("/configs/cid"),
        get("/distribution/busybox:latest/json", R"({"Descriptor":{"digest":"sha256:12"},"Platforms":[{"architecture":"amd64","os":"linux"}]})"),
    };
}

inline SwarmScript small_script() {
    SwarmScript script;
    script.exchanges = small_swarm();
    script.any_order = true;
    return script;
}

}  // namespace podium::programs
