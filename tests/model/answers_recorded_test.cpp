// The answers held against recorded bodies of dockerd 20.10.24: equal field by field, in the same
// order, once ids, moments, numbers of processes and the recorder's own folders are masked.
// PODIUM_REFERENCE names the folder of the recordings; without it these tests are skipped, and say
// so.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include <catch2/catch.hpp>

#include "tests/model/answers_fixture.hpp"

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;

bool is_hexadecimal(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// Runs of 12 and of 64 hexadecimal digits are ids; the recorder's folders stand for the usual ones.
std::string mask_text(std::string text) {
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>("/lab/d4/data", "/var/lib/docker"),
          {"/lab/d4/exec", "/var/run/docker"}}) {
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from))
            text.replace(at, from.size(), to);
    }
    if (text.size() > 19 && text[4] == '-' && text[10] == 'T' && text.back() == 'Z' &&
        !text.starts_with("0001")) {
        return text.find('.') != std::string::npos || text.size() == 20 ? "<moment>" : text;
    }
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && is_hexadecimal(text[end]))
            ++end;
        const std::size_t length = end - i;
        if (length == 12 || length == 64) {
            out += "<id>";
        } else {
            out += text.substr(i, length == 0 ? 1 : length);
        }
        i += length == 0 ? 1 : length;
    }
    return out;
}

Json masked(const Json& value, const std::string& key) {
    static const std::set<std::string> kNumbers{
        "Pid", "Created", "time", "timeNano", "SizeRootFs", "VirtualSize", "Size", "IPPrefixLen"};
    static const std::set<std::string> kTexts{
        "Status", "IPAddress", "Gateway", "MacAddress", "IPv4Address", "Subnet"};
    if (value.is_object()) {
        Json out = Json::object();
        for (const auto& item : value.items())
            out[mask_text(item.key())] = masked(item.value(), item.key());
        return out;
    }
    if (value.is_array()) {
        Json out = Json::array();
        for (const Json& one : value)
            out.push_back(masked(one, ""));
        return out;
    }
    if (value.is_number() && kNumbers.contains(key)) return value == 0 ? value : Json("<number>");
    if (!value.is_string()) return value;
    const auto text = value.get<std::string>();
    return kTexts.contains(key) && !text.empty() ? Json("<" + key + ">") : Json(mask_text(text));
}

std::string masked_text(const Json& value) {
    return masked(value, "").dump(1);
}

void add_differences(const Json& mine,
                     const Json& recorded,
                     const std::string& path,
                     std::vector<std::string>& out) {
    if (mine.is_object() && recorded.is_object()) {
        std::string my_keys;
        std::string recorded_keys;
        for (const auto& item : mine.items())
            my_keys += item.key() + " ";
        for (const auto& item : recorded.items())
            recorded_keys += item.key() + " ";
        if (my_keys != recorded_keys)
            out.push_back(path + ": fields " + my_keys + "instead of " + recorded_keys);
        for (const auto& item : mine.items()) {
            if (recorded.contains(item.key()))
                add_differences(item.value(), recorded[item.key()], path + "." + item.key(), out);
        }
    } else if (mine.is_array() && recorded.is_array() && mine.size() == recorded.size()) {
        for (std::size_t i = 0; i < mine.size(); ++i)
            add_differences(mine[i], recorded[i], path + "[" + std::to_string(i) + "]", out);
    } else if (mine.dump() != recorded.dump()) {
        out.push_back(path + ": " + mine.dump() + " instead of " + recorded.dump());
    }
}

/// Where our body differs from the recorded one, masked; empty when they are equal, order included.
std::vector<std::string> differences(const Json& mine, const Json& recorded) {
    std::vector<std::string> out;
    add_differences(masked(mine, ""), masked(recorded, ""), "", out);
    return out;
}

const std::vector<std::string> kNone;

// A network's containers by name instead of by id, as masked ids are all the same.
Json by_name(Json network) {
    std::map<std::string, Json> sorted;
    for (const auto& item : network["Containers"].items())
        sorted[item.value()["Name"]] = item.value();
    network["Containers"] = Json(sorted);
    return network;
}

// The bodies of a recording, each with the path it answers; none when there are no recordings here.
struct Answered {
    std::string path;
    Json body;
};

std::vector<Answered> exchanges(const std::string& file) {
    const char* folder = std::getenv("PODIUM_REFERENCE");
    if (folder == nullptr) {
        std::cerr << "skipped: PODIUM_REFERENCE names no folder of recordings\n";
        return {};
    }
    std::ifstream stream(std::string(folder) + "/docker/api/" + file);
    const Json recording = Json::parse(stream, nullptr, false);
    REQUIRE(recording.is_object());
    std::vector<Answered> out;
    for (const Json& exchange : recording["exchanges"])
        out.push_back({exchange["path"], exchange["response"]});
    return out;
}

const Json* find_body(const std::vector<Answered>& all, const std::string& part) {
    for (const Answered& exchange : all) {
        if (exchange.path.find(part) != std::string::npos) return &exchange.body;
    }
    return nullptr;
}

// The recorder's image is one layer without any configuration, under the names of several images.
void name_busybox(EngineWorld& w, const std::string& name) {
    REQUIRE(w.world.host(w.host)
                .images.tag("busybox", parse_image_reference(name)->with_default_tag())
                .status < 300);
}

PortBinding published(std::uint16_t port, std::uint16_t host_port) {
    PortBinding binding;
    binding.container_port = port;
    binding.host_port = host_port;
    return binding;
}

Mount named(const std::string& source, const std::string& target) {
    Mount mount;
    mount.source = source;
    mount.target = target;
    return mount;
}

ContainerSpec recorded_ollama() {
    ContainerSpec spec = EngineWorld::shell_spec();
    spec.image = "ollama/ollama";
    spec.environment = {"A=1"};
    spec.exposed_ports = {"11434/tcp"};
    spec.ports = {published(11434, 11434)};
    spec.mounts = {named("ollama", "/root/.ollama")};
    spec.restart.kind = RestartPolicyKind::Always;
    return spec;
}

ContainerSpec recorded_web() {
    ContainerSpec spec = EngineWorld::shell_spec();
    spec.labels = {{"x", "y"}};
    spec.network_mode = "net1";
    spec.endpoints = {{"net1", {}, ""}};
    spec.memory_bytes = 64LL << 20;
    spec.nano_cpus = 500'000'000;
    HealthCheck check;
    check.test = {"CMD-SHELL", "true"};
    spec.health_check = check;
    return spec;
}

std::map<std::string, std::string> compose_labels(const std::string& service,
                                                  const std::string& hash) {
    return {{"com.docker.compose.config-hash", hash},
            {"com.docker.compose.container-number", "1"},
            {"com.docker.compose.oneoff", "False"},
            {"com.docker.compose.project", "apicompose"},
            {"com.docker.compose.project.config_files", "docker-compose.yml"},
            {"com.docker.compose.project.working_dir", "/lab/apicompose"},
            {"com.docker.compose.service", service},
            {"com.docker.compose.version", "1.29.2"}};
}

struct RecordedProject {
    RecordedProject() {
        name_busybox(w, "redis");
        name_busybox(w, "nginx");
        NetworkSpec spec;
        spec.name = "apicompose_default";
        spec.attachable = true;
        spec.labels = {{"com.docker.compose.project", "apicompose"},
                       {"com.docker.compose.network", "default"},
                       {"com.docker.compose.version", "1.29.2"}};
        network = create_network(w.world, w.host, spec).bridge;
        const std::string hash(64, 'a');
        ContainerSpec one = EngineWorld::shell_spec();
        one.image = "redis:latest";
        one.labels = compose_labels("db", hash);
        one.network_mode = spec.name;
        one.endpoints = {{spec.name, {"db"}, ""}};
        one.mounts = {named("apicompose_dbdata", "/data")};
        one.volumes = {"/data"};
        db = w.made(one, "apicompose_db_1");
        one.image = "nginx:latest";
        one.labels = compose_labels("web", hash);
        one.endpoints = {{spec.name, {"web"}, ""}};
        one.mounts.clear();
        one.volumes.clear();
        one.exposed_ports = {"80/tcp"};
        one.ports = {published(80, 8080)};
        one.restart.kind = RestartPolicyKind::Always;
        web = w.made(one, "apicompose_web_1");
    }

    // What docker-compose 1 does between create and start.
    void start(ContainerId id, const std::string& service) {
        w.pass(milliseconds(1));
        REQUIRE(detach_endpoint(w.world, id, network).status == 0);
        REQUIRE(
            attach_endpoint(
                w.world, id, network, {"", {service, short_id(container_id_text(w.world, id))}, ""})
                .status == 0);
        REQUIRE(w.start(id).status == 0);
        w.pass(milliseconds(1));
    }

    EngineWorld w;
    BridgeId network;
    ContainerId db;
    ContainerId web;
};

}  // namespace

TEST_CASE("recorded: inspect of a container with a volume, a port and a policy") {
    const auto all = exchanges("052_docker_port_ollama.json");
    if (all.empty()) return;
    EngineWorld w;
    name_busybox(w, "ollama/ollama");
    w.pass(milliseconds(1));
    const ContainerId id = w.made(recorded_ollama(), "ollama");
    w.pass(milliseconds(1));
    REQUIRE(w.start(id).status == 0);
    const Json* body = find_body(all, "/json");
    REQUIRE(body != nullptr);
    CHECK(differences(Json::parse(container_inspect_json(w.world, id, false)), *body) == kNone);
}

TEST_CASE("recorded: inspect of a compose service before and after its start, and of its network") {
    const auto created = exchanges("109_compose_up_d.json");
    const auto running = exchanges("110_compose_up_d.json");
    if (created.empty() || running.empty()) return;
    RecordedProject project;
    const auto compare = [&](ContainerId id, const std::vector<Answered>& all) {
        const Json mine = Json::parse(container_inspect_json(project.w.world, id, false));
        for (const Answered& answer : all) {
            if (answer.body.is_object() && answer.body.value("Name", "") == mine["Name"])
                return differences(mine, answer.body);
        }
        return std::vector<std::string>{"not recorded"};
    };
    CHECK(compare(project.db, created) == kNone);
    CHECK(compare(project.web, created) == kNone);
    project.start(project.db, "db");
    project.start(project.web, "web");
    CHECK(compare(project.db, running) == kNone);
    CHECK(compare(project.web, running) == kNone);
    const Json* network = find_body(running, "/networks/apicompose_default");
    REQUIRE(network != nullptr);
    CHECK(differences(
              by_name(Json::parse(network_inspect_json(project.w.world, project.network, false))),
              by_name(*network)) == kNone);
    const auto stopped = exchanges("116_compose_start.json");
    project.w.stop(project.db);
    project.w.stop(project.web);
    CHECK(compare(project.db, stopped) == kNone);
    CHECK(compare(project.web, stopped) == kNone);
}

TEST_CASE("recorded: the list of containers") {
    const auto all = exchanges("035_docker_ps.json");
    if (all.empty()) return;
    EngineWorld w;
    name_busybox(w, "ollama/ollama");
    w.network("net1");
    w.pass(milliseconds(1));
    const ContainerId ollama = w.made(recorded_ollama(), "ollama");
    REQUIRE(w.start(ollama).status == 0);
    const ContainerId web = w.made(recorded_web(), "web");
    REQUIRE(w.start(web).status == 0);
    const ContainerId c1 = w.made(EngineWorld::shell_spec(), "c1");
    REQUIRE(w.start(c1).status == 0);
    std::string error;
    const Json* body = find_body(all, "/containers/json");
    REQUIRE(body != nullptr);
    CHECK(differences(Json::parse(container_list_json(w.world, w.host, {}, error)), *body) ==
          kNone);
}

TEST_CASE("recorded: networks and volumes") {
    const auto networks = exchanges("019_docker_network_ls.json");
    const auto volumes = exchanges("022_docker_volume_ls.json");
    if (networks.empty() || volumes.empty()) return;
    EngineWorld w;
    w.pass(milliseconds(1));
    w.network("net1");
    w.network("net2", "10.99.0.0/24");
    ensure_volume(w.world, w.host, "ollama", {}, false);
    ensure_volume(w.world, w.host, "vol1", {}, false);
    std::string error;
    CHECK(differences(Json::parse(volume_list_json(w.world, w.host, {}, error)),
                      *find_body(volumes, "/volumes")) == kNone);
    // The predefined networks were made at the first instant of the run, which has no decimals.
    Json mine = Json::parse(network_list_json(w.world, w.host, {}, error));
    for (Json& one : mine)
        one["Created"] = "2026-01-05T09:00:00.5Z";
    CHECK(differences(mine, *find_body(networks, "/networks")) == kNone);
}

TEST_CASE("recorded: events of containers, networks and volumes") {
    const auto all = exchanges("083_docker_events_since_10m_until_1s_format_json_..json");
    if (all.empty()) return;
    const Json* body = find_body(all, "/events");
    REQUIRE(body != nullptr);
    EngineWorld w;
    name_busybox(w, "ollama/ollama");
    w.events();
    w.pass(milliseconds(1));
    const ContainerId ollama = w.made(recorded_ollama(), "ollama");
    REQUIRE(w.start(ollama).status == 0);
    std::vector<std::string> mine;
    for (const std::string& line : w.events())
        mine.push_back(masked_text(Json::parse(line)));
    // As far as they are: `start` is recorded by what runs the container's process.
    std::vector<std::string> recorded;
    for (const Json& event : (*body)["_stream"]) {
        if (event["Type"] != "image" && recorded.size() < mine.size())
            recorded.push_back(masked_text(event));
    }
    CHECK(mine == recorded);
}

TEST_CASE("recorded: version and info have the same fields in the same order") {
    const auto version = exchanges("001_docker_version.json");
    const auto info = exchanges("002_docker_info.json");
    if (version.empty() || info.empty()) return;
    EngineWorld w;
    const auto keys = [](const Json& object) {
        std::vector<std::string> out;
        for (const auto& item : object.items())
            out.push_back(item.key() + " " + item.value().type_name());
        return out;
    };
    const Json mine = Json::parse(version_json(w.world, w.host));
    const Json* recorded = find_body(version, "/version");
    CHECK(keys(mine) == keys(*recorded));
    CHECK(keys(mine["Components"][0]["Details"]) == keys((*recorded)["Components"][0]["Details"]));
    CHECK(keys(Json::parse(info_json(w.world, w.host))) == keys(*find_body(info, "/info")));
}

TEST_CASE("recorded: image list, inspect and history have the same fields in the same order") {
    const auto inspect = exchanges("010_docker_image_inspect_busybox.json");
    const auto history = exchanges("011_docker_image_history_busybox.json");
    if (inspect.empty() || history.empty()) return;
    EngineWorld w;
    const auto keys = [](const Json& object) {
        std::vector<std::string> out;
        for (const auto& item : object.items())
            out.push_back(item.key());
        return out;
    };
    const Json mine = Json::parse(image_inspect_json(w.world, w.host, "busybox"));
    const Json* recorded = find_body(inspect, "/images/busybox/json");
    CHECK(keys(mine) == keys(*recorded));
    for (const char* part : {"ContainerConfig", "Config", "GraphDriver", "RootFS", "Metadata"})
        CHECK(keys(mine[part]) == keys((*recorded)[part]));
    CHECK(keys(Json::parse(image_history_json(w.world, w.host, "busybox"))[0]) ==
          keys((*find_body(history, "/history"))[0]));
}

TEST_CASE("recorded: stats have the same fields in the same order") {
    const auto all = exchanges("050_docker_stats_no_stream_c1.json");
    if (all.empty()) return;
    EngineWorld w;
    const ContainerId c1 = w.made(EngineWorld::shell_spec(), "c1");
    REQUIRE(w.start(c1).status == 0);
    w.pass(seconds(5));
    const auto shape = [](const auto& self, const Json& value) -> std::string {
        if (!value.is_object()) return value.type_name();
        std::string out = "{";
        for (const auto& item : value.items())
            out += item.key() + ":" + self(self, item.value()) + " ";
        return out + "}";
    };
    CHECK(shape(shape, Json::parse(container_stats_json(w.world, c1, w.world.kernel.now(), container_processor_time(w.world, c1)))) ==
          shape(shape, *find_body(all, "/stats")));
}

}  // namespace podium::model
