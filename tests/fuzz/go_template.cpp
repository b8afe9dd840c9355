// Any bytes as the template of --format: parsed, then applied to a container as docker inspect sees
// it, to its plain JSON, and to a row of docker ps with its header.

#include "sim/programs/format/go_template.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "sim/programs/format/inspect.hpp"
#include "sim/programs/format/lists.hpp"

namespace {

using Json = nlohmann::ordered_json;
using namespace podium::format;

const Json& container() {
    static const Json kContainer = Json::parse(R"({
        "Id": "6d74ebb37c25", "Created": "2026-01-05T09:00:00.5Z", "Args": ["-c", "a < b"], "Name": "/c1",
        "State": {"Status": "running", "Running": true, "Pid": 42, "ExitCode": 0,
                  "Health": {"Status": "healthy", "FailingStreak": 0, "Log": [{"ExitCode": 0, "Output": ""}]}},
        "HostConfig": {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}, "Memory": 1.5, "NanoCpus": "wrong"},
        "Mounts": [{"Type": "volume", "Name": "data", "RW": true}, null, 3],
        "Config": {"Env": ["A=1", null], "Labels": {"x": "y"}, "ExposedPorts": {"80/tcp": {}}},
        "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "::", "HostPort": "8080"}], "81/udp": null},
                            "Networks": {"bridge": {"IPAddress": "172.17.0.2"}}}
    })");
    return kContainer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kBytesMost = 4096;
    const std::string_view text(reinterpret_cast<const char*>(data),
                                size < kBytesMost ? size : kBytesMost);
    if (auto inspector = Inspector::make(text); inspector) {
        inspector->add(Inspected::Container, container());
        inspector->add(Inspected::Other, container());
        static_cast<void>(inspector->output());
        static_cast<void>(inspector->errors());
    }
    Row row;
    row.labels.emplace();
    row.labels->emplace_back("x", "y");
    row.add("Names", "c1");
    row.add("Status", "Up 2 seconds");
    row.cells.push_back({"Platform", {}, Cell::Kind::Null});
    row.cells.push_back({"Publishers", "[{\"URL\":\"\"}]", Cell::Kind::Json});
    const std::string table = "table " + std::string(text);
    static_cast<void>(render_list(container_list(), table, std::span(&row, 1)).ok());
    return 0;
}
