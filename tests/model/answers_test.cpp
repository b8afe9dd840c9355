#include <nlohmann/json.hpp>

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "sim/model/answers_top.hpp"
#include "sim/model/filters.hpp"
#include "tests/model/answers_fixture.hpp"

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> keys(const Json& object) {
    std::vector<std::string> out;
    for (const auto& item : object.items())
        out.push_back(item.key());
    return out;
}

Json inspect(const EngineWorld& w, ContainerId id) {
    return Json::parse(container_inspect_json(w.world, id, false));
}

std::vector<std::string> listed(const EngineWorld& w, std::map<std::string, std::string> options) {
    std::string error;
    const std::string body = container_list_json(w.world, w.host, options, error);
    if (!error.empty()) return {"error: " + error};
    std::vector<std::string> out;
    for (const Json& one : Json::parse(body))
        out.push_back(one["Names"][0].get<std::string>().substr(1));
    return out;
}

std::vector<std::string> filtered(const EngineWorld& w, const std::string& filters) {
    return listed(w, {{"all", "1"}, {"filters", filters}});
}

ContainerSpec labelled(std::map<std::string, std::string> labels) {
    ContainerSpec spec = EngineWorld::shell_spec();
    spec.labels = std::move(labels);
    return spec;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("create: containers that are given no name get one each, also when all names there are have been given") {
    EngineWorld w;
    std::set<std::string> names;
    for (int i = 0; i < 5'000; ++i) {  // 16 * 16 names, and each with a digit
        const ContainerId made = w.made(EngineWorld::shell_spec(), "");
        names.emplace(w.world.kernel.text(w.world.container(made).name));
    }
    CHECK(names.size() == 5'000);
}

TEST_CASE("inspect: has the fields of API 1.41 in their order") {
    EngineWorld w;
    const ContainerId a = w.made(EngineWorld::shell_spec(), "aa");
    const Json body = inspect(w, a);
    CHECK(keys(body) ==
          Names{"Id",           "Created",         "Path",           "Args",       "State",
                "Image",        "ResolvConfPath",  "HostnamePath",   "HostsPath",  "LogPath",
                "Name",         "RestartCount",    "Driver",         "Platform",   "MountLabel",
                "ProcessLabel", "AppArmorProfile", "ExecIDs",        "HostConfig", "GraphDriver",
                "Mounts",       "Config",          "NetworkSettings"});
    CHECK(keys(body["State"]) == Names{"Status",
                                       "Running",
                                       "Paused",
                                       "Restarting",
                                       "OOMKilled",
                                       "Dead",
                                       "Pid",
                                       "ExitCode",
                                       "Error",
                                       "StartedAt",
                                       "FinishedAt"});
    CHECK(keys(body["Config"]) == Names{"Hostname",
                                        "Domainname",
                                        "User",
                                        "AttachStdin",
                                        "AttachStdout",
                                        "AttachStderr",
                                        "Tty",
                                        "OpenStdin",
                                        "StdinOnce",
                                        "Env",
                                        "Cmd",
                                        "Image",
                                        "Volumes",
                                        "WorkingDir",
                                        "Entrypoint",
                                        "OnBuild",
                                        "Labels"});
    CHECK(keys(body["NetworkSettings"]) == Names{"Bridge",
                                                 "SandboxID",
                                                 "HairpinMode",
                                                 "LinkLocalIPv6Address",
                                                 "LinkLocalIPv6PrefixLen",
                                                 "Ports",
                                                 "SandboxKey",
                                                 "SecondaryIPAddresses",
                                                 "SecondaryIPv6Addresses",
                                                 "EndpointID",
                                                 "Gateway",
                                                 "GlobalIPv6Address",
                                                 "GlobalIPv6PrefixLen",
                                                 "IPAddress",
                                                 "IPPrefixLen",
                                                 "IPv6Gateway",
                                                 "MacAddress",
                                                 "Networks"});
    CHECK(keys(body["HostConfig"]) == Names{"Binds",
                                            "ContainerIDFile",
                                            "LogConfig",
                                            "NetworkMode",
                                            "PortBindings",
                                            "RestartPolicy",
                                            "AutoRemove",
                                            "VolumeDriver",
                                            "VolumesFrom",
                                            "CapAdd",
                                            "CapDrop",
                                            "CgroupnsMode",
                                            "Dns",
                                            "DnsOptions",
                                            "DnsSearch",
                                            "ExtraHosts",
                                            "GroupAdd",
                                            "IpcMode",
                                            "Cgroup",
                                            "Links",
                                            "OomScoreAdj",
                                            "PidMode",
                                            "Privileged",
                                            "PublishAllPorts",
                                            "ReadonlyRootfs",
                                            "SecurityOpt",
                                            "UTSMode",
                                            "UsernsMode",
                                            "ShmSize",
                                            "Runtime",
                                            "ConsoleSize",
                                            "Isolation",
                                            "CpuShares",
                                            "Memory",
                                            "NanoCpus",
                                            "CgroupParent",
                                            "BlkioWeight",
                                            "BlkioWeightDevice",
                                            "BlkioDeviceReadBps",
                                            "BlkioDeviceWriteBps",
                                            "BlkioDeviceReadIOps",
                                            "BlkioDeviceWriteIOps",
                                            "CpuPeriod",
                                            "CpuQuota",
                                            "CpuRealtimePeriod",
                                            "CpuRealtimeRuntime",
                                            "CpusetCpus",
                                            "CpusetMems",
                                            "Devices",
                                            "DeviceCgroupRules",
                                            "DeviceRequests",
                                            "KernelMemory",
                                            "KernelMemoryTCP",
                                            "MemoryReservation",
                                            "MemorySwap",
                                            "MemorySwappiness",
                                            "OomKillDisable",
                                            "PidsLimit",
                                            "Ulimits",
                                            "CpuCount",
                                            "CpuPercent",
                                            "IOMaximumIOps",
                                            "IOMaximumBandwidth",
                                            "MaskedPaths",
                                            "ReadonlyPaths"});
}

TEST_CASE("inspect: a running container has what the recorded one has") {
    EngineWorld w;
    const ContainerId a = w.made(EngineWorld::shell_spec(), "c1");
    w.pass(milliseconds(500));
    REQUIRE(w.start(a).status == 0);
    const Json body = inspect(w, a);
    CHECK(
        body["State"].dump() ==
        R"({"Status":"running","Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,"Dead":false,"Pid":1234,)"
        R"("ExitCode":0,"Error":"","StartedAt":"2026-01-05T09:00:00.5Z","FinishedAt":"0001-01-01T00:00:00Z"})");
    const std::string network = w.world.bridge(w.bridge("bridge")).id;
    const std::string endpoint = endpoint_id_text(w.world, a, w.world.detail(a).endpoints[0]);
    CHECK(
        body["NetworkSettings"]["Networks"].dump() ==
        R"({"bridge":{"IPAMConfig":null,"Links":null,"Aliases":null,"NetworkID":")" + network +
            R"(","EndpointID":")" + endpoint +
            R"(","Gateway":"172.17.0.1","IPAddress":"172.17.0.2","IPPrefixLen":16,"IPv6Gateway":"","GlobalIPv6Address":"",)"
            R"("GlobalIPv6PrefixLen":0,"MacAddress":"02:42:ac:11:00:02","DriverOpts":null}})");
    CHECK(body["NetworkSettings"]["IPAddress"] == "172.17.0.2");
    CHECK(body["Path"] == "sh");
    CHECK(body["Args"].size() == 2);
    CHECK(body["Config"]["Env"].is_null());
    CHECK(body["HostConfig"]["RestartPolicy"].dump() == R"({"Name":"no","MaximumRetryCount":0})");
}

TEST_CASE("inspect: what the image brings is merged with what was asked for") {
    EngineWorld w;
    ContainerSpec spec;
    spec.image = "keeper";
    spec.environment = {"MODE=mine", "X=1"};
    spec.labels = {{"a", "b"}};
    const ContainerId a = w.made(spec, "aa");
    const Json config = inspect(w, a)["Config"];
    CHECK(config["Env"].dump() == R"(["MODE=mine","X=1","PATH=/bin"])");
    CHECK(config["Cmd"].dump() == R"(["keep"])");
    CHECK(config["Labels"].dump() == R"({"a":"b","maintainer":"someone"})");
    CHECK(config["ExposedPorts"].dump() == R"({"6379/tcp":{}})");
    CHECK(config["Volumes"].dump() == R"({"/data":{}})");
    const Json mount = inspect(w, a)["Mounts"][0];
    CHECK(keys(mount) ==
          Names{"Type", "Name", "Source", "Destination", "Driver", "Mode", "RW", "Propagation"});
    CHECK(mount["Source"] ==
          "/var/lib/docker/volumes/" + mount["Name"].get<std::string>() + "/_data");
}

TEST_CASE("inspect: states during back-off and pause read as moby's") {
    EngineWorld w;
    const ContainerId a = w.made(EngineWorld::shell_spec(), "aa");
    REQUIRE(w.start(a).status == 0);
    w.world.container(a).state = ContainerState::Paused;
    CHECK(inspect(w, a)["State"]["Running"] == true);
    CHECK(inspect(w, a)["State"]["Paused"] == true);
    w.stop(a, 1);
    w.world.container(a).state = ContainerState::Restarting;
    const Json state = inspect(w, a)["State"];
    CHECK(state["Status"] == "restarting");
    CHECK(state["Running"] == true);
    CHECK(state["Restarting"] == true);
    CHECK(state["Pid"] == 0);
    CHECK(state["ExitCode"] == 1);
    CHECK(inspect(w, a)["NetworkSettings"]["Networks"]["bridge"]["IPAddress"] == "");
}

TEST_CASE("inspect: the health log shows what the monitor keeps") {
    EngineWorld w;
    const ContainerId a = w.made(EngineWorld::shell_spec(), "aa");
    REQUIRE(w.start(a).status == 0);
    Health& health = w.world.detail(a).health;
    health.status = HealthStatus::Starting;
    CHECK(inspect(w, a)["State"]["Health"].dump() ==
          R"({"Status":"starting","FailingStreak":0,"Log":null})");
    health.status = HealthStatus::Unhealthy;
    health.failing_streak = 3;
    health.log.push_back({Time{} + seconds(1), Time{} + milliseconds(1050), 1, "no\n"});
    CHECK(
        inspect(w, a)["State"]["Health"].dump() ==
        R"({"Status":"unhealthy","FailingStreak":3,"Log":[{"Start":"2026-01-05T09:00:01Z","End":"2026-01-05T09:00:01.05Z","ExitCode":1,"Output":"no\n"}]})");
}

TEST_CASE(
    "inspect: exposed ports read null, published ones where they are bound, none when stopped") {
    EngineWorld w;
    ContainerSpec spec;
    spec.image = "keeper";
    PortBinding binding;
    binding.host_port = 8080;
    binding.container_port = 80;
    spec.ports = {binding};
    const ContainerId a = w.made(spec, "aa");
    CHECK(inspect(w, a)["NetworkSettings"]["Ports"].dump() == "{}");
    REQUIRE(w.start(a).status == 0);
    CHECK(
        inspect(w, a)["NetworkSettings"]["Ports"].dump() ==
        R"({"6379/tcp":null,"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}]})");
    CHECK(inspect(w, a)["HostConfig"]["PortBindings"].dump() ==
          R"({"80/tcp":[{"HostIp":"","HostPort":"8080"}]})");
    std::string error;
    const Json row = Json::parse(container_list_json(w.world, w.host, {}, error))[0];
    CHECK(
        row["Ports"].dump() ==
        R"([{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},)"
        R"({"PrivatePort":6379,"Type":"tcp"}])");
    w.stop(a);
    CHECK(inspect(w, a)["NetworkSettings"]["Ports"].dump() == "{}");
}

TEST_CASE("list: shows running containers, the newest first, and all on wish") {
    EngineWorld w;
    const ContainerId one = w.made(EngineWorld::shell_spec(), "one");
    const ContainerId two = w.made(EngineWorld::shell_spec(), "two");
    w.made(EngineWorld::shell_spec(), "three");
    REQUIRE(w.start(one).status == 0);
    REQUIRE(w.start(two).status == 0);
    CHECK(listed(w, {}) == Names{"two", "one"});
    CHECK(listed(w, {{"all", "1"}}) == Names{"three", "two", "one"});
    CHECK(listed(w, {{"limit", "1"}}) == Names{"three"});
    CHECK(listed(w, {{"limit", "-1"}, {"all", "0"}}) == Names{"two", "one"});
}

TEST_CASE("list: states read as people see them in docker ps") {
    EngineWorld w;
    const ContainerId a = w.made(EngineWorld::shell_spec(), "aa");
    const auto status = [&] {
        std::string error;
        return Json::parse(container_list_json(w.world, w.host, {{"all", "1"}}, error))[0]["Status"]
            .get<std::string>();
    };
    CHECK(status() == "Created");
    REQUIRE(w.start(a).status == 0);
    CHECK(status() == "Up Less than a second");
    w.pass(seconds(61));
    CHECK(status() == "Up About a minute");
    w.world.detail(a).health.status = HealthStatus::Starting;
    CHECK(status() == "Up About a minute (health: starting)");
    w.world.detail(a).health.status = HealthStatus::Healthy;
    CHECK(status() == "Up About a minute (healthy)");
    w.world.container(a).state = ContainerState::Paused;
    CHECK(status() == "Up About a minute (Paused)");
    w.stop(a, 137);
    w.pass(seconds(3));
    CHECK(status() == "Exited (137) 3 seconds ago");
    w.world.container(a).state = ContainerState::Restarting;
    CHECK(status() == "Restarting (137) 3 seconds ago");
}

TEST_CASE("filters: each of docker ps's picks what moby's picks") {
    EngineWorld w;
    const BridgeId net1 = w.network("net1");
    ContainerSpec web = labelled({{"x", "y"}, {"role", "front"}});
    web.network_mode = "net1";
    PortBinding binding;
    binding.host_port = 8080;
    binding.container_port = 80;
    web.ports = {binding};
    ContainerSpec keeper = labelled({{"x", "z"}});
    keeper.image = "keeper";
    Mount mount;
    mount.source = "data";
    mount.target = "/srv";
    keeper.mounts = {mount};
    const ContainerId web_1 = w.made(web, "web-1");
    const ContainerId db = w.made(keeper, "db");
    w.made(EngineWorld::shell_spec(), "web-10");
    REQUIRE(w.start(web_1).status == 0);
    REQUIRE(w.start(db).status == 0);
    w.stop(db, 3);

    CHECK(filtered(w, R"({"name":["web"]})") == Names{"web-10", "web-1"});
    CHECK(filtered(w, R"({"name":["^/web-1$"]})") == Names{"web-1"});
    CHECK(filtered(w, R"({"name":["^web-1$"]})") == Names{"web-1"});
    CHECK(filtered(w, R"({"name":["[bad"]})") == Names{});
    CHECK(filtered(w, R"({"id":[")" + container_id_text(w.world, db).substr(0, 6) + R"("]})") ==
          Names{"db"});
    CHECK(filtered(w, R"({"label":["x"]})") == Names{"db", "web-1"});
    CHECK(filtered(w, R"({"label":["x=y","role"]})") == Names{"web-1"});
    CHECK(filtered(w, R"({"label":{"x=z":true}})") == Names{"db"});
    CHECK(listed(w, {{"filters", R"({"status":["exited","created"]})"}}) == Names{"web-10", "db"});
    CHECK(filtered(w, R"({"exited":["3"]})") == Names{"db"});
    CHECK(filtered(w, R"({"ancestor":["keeper"]})") == Names{"db"});
    CHECK(filtered(w, R"({"ancestor":["nosuch"]})") == Names{});
    CHECK(filtered(w, R"({"volume":["data"]})") == Names{"db"});
    CHECK(filtered(w, R"({"volume":["/data"]})") == Names{"db"});
    CHECK(filtered(w, R"({"network":["net1"]})") == Names{"web-1"});
    CHECK(filtered(w, R"({"network":[")" + w.world.bridge(net1).id.substr(0, 8) + R"("]})") ==
          Names{"web-1"});
    CHECK(filtered(w, R"({"publish":["8000-8100/tcp"]})") == Names{"web-1"});
    CHECK(filtered(w, R"({"expose":["80"]})") == Names{"web-1"});
    CHECK(filtered(w, R"({"health":["none"]})") == Names{"web-10", "db", "web-1"});
    CHECK(filtered(w, R"({"before":["db"]})") == Names{"web-1"});
    CHECK(filtered(w, R"({"since":["db"]})") == Names{"web-10"});
    CHECK(filtered(w, R"({"is-task":["true"]})") == Names{});
    CHECK(filtered(w, R"({"label":["x"],"status":["running"]})") == Names{"web-1"});
}

TEST_CASE("filters: an expression that backtracks for ever elsewhere is answered at once") {
    EngineWorld w;
    w.made(EngineWorld::shell_spec(), std::string(200, 'a'));
    CHECK(filtered(w, R"({"name":["(a|a)*(a|a)*(a|a)*c"]})") == Names{});
    CHECK(filtered(w, R"({"name":["(a*)*$"]})").size() == 1);
}

TEST_CASE("filters: what moby does not take is refused in its words") {
    EngineWorld w;
    CHECK(filtered(w, R"({"nosuch":["1"]})") == Names{"error: Invalid filter 'nosuch'"});
    CHECK(filtered(w, R"({"status":["dancing"]})") ==
          Names{"error: Invalid filter 'status=dancing'"});
    CHECK(filtered(w, R"({"health":["fine"]})") ==
          Names{"error: Unrecognised filter value for health: fine"});
    CHECK(filtered(w, R"({"exited":["x"]})") ==
          Names{"error: strconv.Atoi: parsing \"x\": invalid syntax"});
    CHECK(filtered(w, R"({"since":["nosuch"]})") == Names{"error: No such container: nosuch"});
    CHECK(filtered(w, R"({"publish":["1:2"]})") ==
          Names{"error: filter for 'publish' should not contain ':': 1:2"});
    CHECK(filtered(w, "nonsense").front().starts_with("error: invalid filters"));
    CHECK(filtered(w, R"({"label":"x"})").front().starts_with("error: invalid filters"));
}

TEST_CASE("networks: inspect shows who runs on them, lists do not") {
    EngineWorld w;
    const BridgeId net1 = w.network("net1");
    ContainerSpec spec = EngineWorld::shell_spec();
    spec.network_mode = "net1";
    const ContainerId a = w.made(spec, "aa");
    const auto containers = [&] {
        return Json::parse(network_inspect_json(w.world, net1, false))["Containers"];
    };
    CHECK(containers().dump() == "{}");
    REQUIRE(w.start(a).status == 0);
    const std::string endpoint = endpoint_id_text(w.world, a, w.world.detail(a).endpoints[0]);
    CHECK(
        containers().dump() ==
        R"({")" + container_id_text(w.world, a) + R"(":{"Name":"aa","EndpointID":")" + endpoint +
            R"(","MacAddress":"02:42:ac:12:00:02","IPv4Address":"172.18.0.2/16","IPv6Address":""}})");
    std::string error;
    for (const Json& one : Json::parse(network_list_json(w.world, w.host, {}, error)))
        CHECK(one["Containers"].empty());
    const auto names = [&](const std::string& filters) {
        Names out;
        const std::string body = network_list_json(w.world, w.host, {{"filters", filters}}, error);
        if (!error.empty()) return Names{"error: " + error};
        for (const Json& one : Json::parse(body))
            out.push_back(one["Name"]);
        return out;
    };
    CHECK(names("") == Names{"none", "host", "bridge", "net1"});
    CHECK(names(R"({"type":["custom"]})") == Names{"net1"});
    CHECK(names(R"({"driver":["bridge"]})") == Names{"bridge", "net1"});
    CHECK(names(R"({"dangling":["true"]})") == Names{});
    CHECK(names(R"({"scope":["swarm"]})") == Names{});
    CHECK(names(R"({"type":["odd"]})") == Names{"error: invalid filter: 'type'='odd'"});
}

TEST_CASE("volumes: lists and inspect show what the engine keeps of them") {
    EngineWorld w;
    const VolumeId data = ensure_volume(w.world, w.host, "data", {{"a", "b"}}, false);
    w.pass(seconds(2));
    w.made(
        [] {
            ContainerSpec spec;
            spec.image = "keeper";
            return spec;
        }(),
        "aa");
    CHECK(
        volume_inspect_json(w.world, data) ==
        R"({"CreatedAt":"2026-01-05T09:00:00Z","Driver":"local","Labels":{"a":"b"},"Mountpoint":"/var/lib/docker/volumes/data/_data","Name":"data","Options":null,"Scope":"local"})");
    const auto count = [&](const std::string& filters) {
        std::string error;
        return Json::parse(
                   volume_list_json(w.world, w.host, {{"filters", filters}}, error))["Volumes"]
            .size();
    };
    CHECK(count("") == 2);
    CHECK(count(R"({"dangling":["true"]})") == 1);
    CHECK(count(R"({"dangling":["false"]})") == 1);
    CHECK(count(R"({"name":["dat"]})") == 1);
    CHECK(count(R"({"label":["a=b"]})") == 1);
}

TEST_CASE("images: lists, inspect and history show the image under all its names") {
    EngineWorld w;
    REQUIRE(w.world.host(w.host)
                .images.tag("keeper", parse_image_reference("mine/keeper:2").value())
                .status < 300);
    std::string error;
    const Json list = Json::parse(image_list_json(w.world, w.host, {}, error));
    CHECK(list.size() == 2);
    CHECK(keys(list[0]) == Names{"Containers",
                                 "Created",
                                 "Id",
                                 "Labels",
                                 "ParentId",
                                 "RepoDigests",
                                 "RepoTags",
                                 "SharedSize",
                                 "Size",
                                 "VirtualSize"});
    const Json one = Json::parse(image_inspect_json(w.world, w.host, "keeper"));
    CHECK(one["RepoTags"].size() == 2);
    CHECK(one["Created"] == "2026-01-05T08:00:00Z");
    CHECK(one["Config"]["Volumes"].dump() == R"({"/data":{}})");
    CHECK(image_inspect_json(w.world, w.host, "nosuch").empty());
    CHECK(Json::parse(image_history_json(w.world, w.host, "keeper"))[0]["Id"] == one["Id"]);
    const auto count = [&](const std::string& filters) {
        return Json::parse(image_list_json(w.world, w.host, {{"filters", filters}}, error)).size();
    };
    CHECK(count(R"({"reference":["mine/*"]})") == 1);
    CHECK(count(R"({"reference":["*"]})") == 2);
    CHECK(count(R"({"reference":["k[a-f]eper:lat*"]})") == 1);
    CHECK(count(R"({"label":["maintainer"]})") == 1);
    CHECK(count(R"({"dangling":["true"]})") == 0);
    CHECK(
        image_list_json(w.world, w.host, {{"filters", R"({"since":["nosuch"]})"}}, error).empty());
    CHECK(error == "No such image: nosuch:latest");
}

TEST_CASE("events: a container's life reads as docker events sends it") {
    EngineWorld w;
    w.events();
    ContainerSpec spec = labelled({{"x", "y"}});
    Mount mount;
    mount.source = "data";
    mount.target = "/srv";
    spec.mounts = {mount};
    w.pass(milliseconds(1500));
    const ContainerId a = w.made(spec, "aa");
    REQUIRE(w.start(a).status == 0);
    const std::string id = container_id_text(w.world, a);
    const std::string end = R"(,"scope":"local","time":1767603601,"timeNano":1767603601500000000})";
    CHECK(
        w.events() ==
        Names{
            R"({"Type":"volume","Action":"create","Actor":{"ID":"data","Attributes":{"driver":"local"}})" +
                end,
            R"({"status":"create","id":")" + id +
                R"(","from":"busybox","Type":"container","Action":"create","Actor":{"ID":")" + id +
                R"(","Attributes":{"image":"busybox","name":"aa","x":"y"}})" + end,
            R"({"Type":"network","Action":"connect","Actor":{"ID":")" +
                w.world.bridge(w.bridge("bridge")).id + R"(","Attributes":{"container":")" + id +
                R"(","name":"bridge","type":"bridge"}})" + end,
            R"({"Type":"volume","Action":"mount","Actor":{"ID":"data","Attributes":{"container":")" +
                id +
                R"(","destination":"/srv","driver":"local","propagation":"","read/write":"true"}})" +
                end});
}

TEST_CASE("events: filters pick as moby's do") {
    EngineWorld w;
    w.events();
    const ContainerId a = w.made(labelled({{"x", "y"}}), "aa");
    const std::string create = w.events().back();
    CHECK(event_passes(create, ""));
    CHECK(event_passes(create, R"({"type":["container"]})"));
    CHECK_FALSE(event_passes(create, R"({"type":["network"]})"));
    CHECK(event_passes(create, R"({"event":["create","die"]})"));
    CHECK_FALSE(event_passes(create, R"({"event":["creat"]})"));
    CHECK(event_passes(create, R"({"container":["aa"]})"));
    CHECK(event_passes(
        create, R"({"container":[")" + container_id_text(w.world, a).substr(0, 12) + R"("]})"));
    CHECK_FALSE(event_passes(create, R"({"container":["b"]})"));
    CHECK(event_passes(create, R"({"image":["busybox"]})"));
    CHECK_FALSE(event_passes(create, R"({"image":["nginx"]})"));
    CHECK(event_passes(create, R"({"label":["x=y"]})"));
    CHECK_FALSE(event_passes(create, R"({"label":["x=z"]})"));
    CHECK_FALSE(event_passes(create, R"({"scope":["swarm"]})"));
    // A name that it doesn't know is none it picks by; what is no filter lets nothing pass.
    CHECK(event_passes(create, R"({"tpye":["network"]})"));
    CHECK_FALSE(event_passes(create, R"({"tpye":["network"],"type":["network"]})"));
    CHECK_FALSE(event_passes(create, R"({"label":"x"})"));
    CHECK_FALSE(event_passes(create, "nonsense"));
}

TEST_CASE("log lines: carry their moment on wish and keep to the stream and time asked for") {
    EngineWorld w;
    const ContainerId a = w.made(EngineWorld::shell_spec(), "aa");
    const LogLine line{Time{} + milliseconds(500), true, "oops\n"};
    const auto text = [&](const std::map<std::string, std::string>& options) {
        return log_line_text(w.world, a, line, options);
    };
    CHECK(text({}) == "oops\n");
    CHECK(text({{"stdout", "1"}, {"stderr", "1"}, {"timestamps", "1"}}) ==
          "2026-01-05T09:00:00.500000000Z oops\n");
    CHECK(text({{"stdout", "1"}}).empty());
    CHECK(text({{"since", "1767603600.5"}}) == "oops\n");
    CHECK(text({{"since", "1767603601"}}).empty());
    CHECK(text({{"until", "2026-01-05T09:00:00Z"}}).empty());
}

TEST_CASE("stats and top: a container that does not run has zeros") {
    EngineWorld w;
    const ContainerId a = w.made(EngineWorld::shell_spec(), "aa");
    const Json empty = Json::parse(container_stats_json(w.world, a, w.world.kernel.now(), container_processor_time(w.world, a)));
    CHECK(empty["read"] == "0001-01-01T00:00:00Z");
    CHECK(empty["memory_stats"].empty());
    REQUIRE(w.start(a).status == 0);
    w.pass(seconds(10));
    const Json stats = Json::parse(container_stats_json(w.world, a, w.world.kernel.now(), container_processor_time(w.world, a)));
    CHECK(stats["cpu_stats"]["online_cpus"] == 4);
    CHECK(stats["cpu_stats"]["cpu_usage"]["total_usage"] >=
          stats["precpu_stats"]["cpu_usage"]["total_usage"]);
    CHECK(stats["memory_stats"]["limit"] == 8LL << 30);
    CHECK(stats["networks"].contains("eth0"));
    std::string wrong;
    CHECK(Json::parse(container_top_json(w.world, a, {}, wrong))["Titles"].size() == 8);
    CHECK(wrong.empty());
    CHECK(container_changes_json(w.world, a) == "null");
}

TEST_CASE("info, version and disk usage: count what is there") {
    EngineWorld w;
    const ContainerId a = w.made(EngineWorld::shell_spec(), "aa");
    w.made(EngineWorld::shell_spec(), "bb");
    REQUIRE(w.start(a).status == 0);
    const Json info = Json::parse(info_json(w.world, w.host));
    CHECK(info["Containers"] == 2);
    CHECK(info["ContainersRunning"] == 1);
    CHECK(info["ContainersStopped"] == 1);
    CHECK(info["Images"] == 2);
    CHECK(info["NCPU"] == 4);
    CHECK(info["ID"].get<std::string>().size() == 59);
    CHECK(Json::parse(version_json(w.world, w.host))["ApiVersion"] == "1.41");
    ensure_volume(w.world, w.host, "data", {}, false);
    const Json usage = Json::parse(disk_usage_json(w.world, w.host));
    CHECK(usage["LayersSize"] == 2 * 1'984'172);
    CHECK(usage["Containers"].size() == 2);
    CHECK(usage["Volumes"][0]["UsageData"].dump() == R"({"RefCount":0,"Size":0})");
}

}  // namespace podium::model
