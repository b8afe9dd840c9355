#include "sim/programs/format/lists.hpp"

#include <nlohmann/json.hpp>

#include <catch2/catch.hpp>

#include "sim/programs/format/events.hpp"
#include "sim/programs/format/version.hpp"

using namespace podium;
using namespace podium::format;
using Json = nlohmann::ordered_json;

namespace {

// Two containers as GET /containers/json gives them, six seconds after the first was made.
const Json kContainers = Json::parse(R"([
  {"Id": "6d74ebb37c2517db45e4e0f763d54a5d91995922967a73147a0f8e1cfb4b4bd0", "Names": ["/c1"], "Image": "busybox",
   "ImageID": "sha256:29da6c5f7466e79deb41e3854b473701c8da69318027dfaa60b4e544e8560cb9",
   "Command": "sh -c 'trap 'exit 0' TERM; echo hello; while :; do sleep 0.2; done'", "Created": 1767603605, "Ports": [],
   "Labels": {}, "State": "running", "Status": "Up Less than a second", "Mounts": [],
   "NetworkSettings": {"Networks": {"bridge": {}}}},
  {"Id": "68c23b10f4b039f90c2ca9e0a054fbe03dd8f41ceb80bf7076b0c3989978c6c6", "Names": ["/web/alias", "/ollama"],
   "Image": "docker.io/library/nginx:1@sha256:29da6c5f7466e79deb41e3854b473701c8da69318027dfaa60b4e544e8560cb9",
   "ImageID": "sha256:1111", "Command": "nginx", "Created": 1767603600,
   "Ports": [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
             {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}],
   "Labels": {"b": "2", "com.example.tier": "front"}, "State": "running", "Status": "Up 5 seconds",
   "SizeRw": 5, "SizeRootFs": 1984172, "Mounts": [{"Type": "volume", "Name": "a-volume-with-a-long-name", "Driver": "local"}],
   "NetworkSettings": {"Networks": {"b": {}, "a": {}}}}
])");

std::string ps(std::string_view format, bool quiet = false, bool truncate = true) {
    const auto rows = container_rows(kContainers, {Time{6'000'000'000}, truncate});
    const auto text = render_list(container_list(), container_format(format, quiet, false), rows);
    return text ? *text : text.error().message;
}

}  // namespace

TEST_CASE("lists: docker ps is a table with its own columns") {
    CHECK(ps("") ==
          "CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS                "
          "  PORTS                                     NAMES\n"
          "6d74ebb37c25   busybox   \"sh -c 'trap 'exit 0…\"   1 second ago    Up Less than a "
          "second                                             c1\n"
          "68c23b10f4b0   nginx:1   \"nginx\"                  6 seconds ago   Up 5 seconds        "
          "    0.0.0.0:8080->80/tcp, [::]:8080->80/tcp   ollama\n");
    CHECK(ps("table") == ps(""));
    CHECK(*render_list(container_list(), container_format("", false, false), {}) ==
          "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n");
}

TEST_CASE("lists: -q, --no-trunc and templates of one's own") {
    CHECK(ps("", true) == "6d74ebb37c25\n68c23b10f4b0\n");
    CHECK(ps("", true, false) ==
          "6d74ebb37c2517db45e4e0f763d54a5d91995922967a73147a0f8e1cfb4b4bd0\n"
          "68c23b10f4b039f90c2ca9e0a054fbe03dd8f41ceb80bf7076b0c3989978c6c6\n");
    CHECK(ps("{{.Names}}: {{.Status}}") == "c1: Up Less than a second\nollama: Up 5 seconds\n");
    CHECK(ps("{{.Names}}\\t{{.State}}") == "c1\trunning\nollama\trunning\n");
    CHECK(ps("table {{.Names}}\\t{{.Status}}") ==
          "NAMES     STATUS\nc1        Up Less than a second\nollama    Up 5 seconds\n");
    CHECK(ps("table {{upper .Names}}\t{{.Label \"com.example.tier\"}}") ==
          "NAMES     tier\nC1        \nOLLAMA    front\n");
    CHECK(ps("{{.Label "
             "\"b\"}}|{{.Labels}}|{{.Networks}}|{{.Mounts}}|{{.LocalVolumes}}|{{.Size}}|{{."
             "Platform}}") ==
          "||bridge||0|0B|<nil>\n2|b=2,com.example.tier=front|a,b|a-volume-with-…|1|5B (virtual "
          "1.98MB)|<nil>\n");
    CHECK(ps("table {{.Nope}}x").starts_with("template parsing error"));
}

TEST_CASE("lists: --format json is an object a line, sorted, with < and > escaped") {
    const std::string text = ps("json");
    CHECK(
        text.starts_with("{\"Command\":\"\\\"sh -c 'trap 'exit 0…\\\"\",\"CreatedAt\":\"2026-01-05 "
                         "09:00:05 +0000 UTC\",\"ID\":"));
    CHECK(text.find("\"Platform\":null,\"Ports\":\"0.0.0.0:8080-\\u003e80/tcp, "
                    "[::]:8080-\\u003e80/tcp\"") != std::string::npos);
    CHECK(text.find("Label\":") == std::string::npos);
}

TEST_CASE("lists: a wrong template is refused with docker's sentence") {
    CHECK(ps("{{.Foo}}") ==
          "template parsing error: template: :1:2: executing \"\" at <.Foo>: can't evaluate field "
          "Foo in type "
          "*formatter.ContainerContext");
    CHECK(ps("{{.Names") == "template parsing error: template: :1: unclosed action");
    CHECK(ps("{{.Label}}") ==
          "template parsing error: template: :1:2: executing \"\" at <.Label>: wrong number of "
          "args for Label: want 1 got 0");
}

TEST_CASE("lists: images have a row for each name, dangling ones none") {
    const Json images = Json::parse(R"([
      {"Id": "sha256:29da6c5f7466e79deb41e3854b473701", "RepoTags": ["busybox:latest", "nginx:1", "busybox:v2"],
       "RepoDigests": ["nginx@sha256:abc"], "Created": 1767603600, "Size": 1984172, "SharedSize": -1, "Containers": -1},
      {"Id": "sha256:ffffffffffff0000", "RepoTags": null, "RepoDigests": null, "Created": 1767596400, "Size": 999}
    ])");
    const auto list = [&images](bool digests) {
        const auto rows = image_rows(images, {Time{3'000'000'000}}, digests);
        return *render_list(image_list(), image_format("", false, digests), rows);
    };
    CHECK(list(false) ==
          "REPOSITORY   TAG       IMAGE ID       CREATED         SIZE\n"
          "busybox      latest    29da6c5f7466   3 seconds ago   1.98MB\n"
          "busybox      v2        29da6c5f7466   3 seconds ago   1.98MB\n"
          "nginx        1         29da6c5f7466   3 seconds ago   1.98MB\n"
          "<none>       <none>    ffffffffffff   2 hours ago     999B\n");
    CHECK(list(true).find("nginx        1         sha256:abc   29da6c5f7466") != std::string::npos);
    CHECK(familiar_name("docker.io/library/busybox:latest") == "busybox:latest");
    CHECK(familiar_name("docker.io/ollama/ollama") == "ollama/ollama");
    CHECK(familiar_name("localhost:5000/a/b:1") == "localhost:5000/a/b:1");
}

TEST_CASE("lists: volumes and networks are sorted by name, digits as numbers") {
    const Json volumes =
        Json::parse(R"([{"Name":"v10","Driver":"local"},{"Name":"v2","Driver":"local"}])");
    CHECK(*render_list(volume_list(), volume_format("", false), volume_rows(volumes)) ==
          "DRIVER    VOLUME NAME\nlocal     v2\nlocal     v10\n");
    CHECK(*render_list(volume_list(), volume_format("", true), volume_rows(volumes)) ==
          "v2\nv10\n");
    const Json networks = Json::parse(
        R"([{"Name":"host","Id":"c6f111bf920d0000","Driver":"host","Scope":"local"},
            {"Name":"bridge","Id":"677c74bca7030000","Driver":"bridge","Scope":"local","Created":"2026-01-05T09:00:00.25Z"}])");
    CHECK(*render_list(network_list(), network_format("", false), network_rows(networks, {})) ==
          "NETWORK ID     NAME      DRIVER    SCOPE\n677c74bca703   bridge    bridge    "
          "local\nc6f111bf920d   host      host      local\n");
    CHECK(*render_list(network_list(), "{{.CreatedAt}}", network_rows(networks, {})) ==
          "2026-01-05 09:00:00.25 +0000 UTC\n0001-01-01 00:00:00 +0000 UTC\n");
}

TEST_CASE("lists: docker stats shows two dashes for what is not known") {
    StatsFacts known{
        .container = "c1", .name = "c1", .id = "6d74ebb37c2517db", .cpu_percent = "0.24%"};
    known.memory_bytes = 655'360;
    known.memory_limit_bytes = 67'108'864;
    known.network_received_bytes = 1106;
    known.processes = 2;
    StatsFacts unknown{.container = "c2", .known = false};
    const std::vector<Row> rows{stats_row(known), stats_row(unknown)};
    CHECK(*render_list(stats_list(), stats_format(""), rows) ==
          "CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O       BLOCK "
          "I/O   PIDS\n"
          "6d74ebb37c25   c1        0.24%     640KiB / 64MiB      0.98%     1.11kB / 0B   0B / 0B  "
          "   2\n"
          "               --        --        -- / --             --        --            --       "
          "   --\n");
}

TEST_CASE("lists: docker compose ps has its own columns, and numbers stay numbers in JSON") {
    ComposeContainerFacts facts;
    facts.id = "6d74ebb37c2517db";
    facts.name = "app-web-1";
    facts.project = "app";
    facts.service = "web";
    facts.image = "nginx";
    facts.command = "nginx -g 'daemon off;'";
    facts.state = "running";
    facts.status = "Up 2 seconds";
    facts.created_unix_seconds = 1'767'603'600;
    facts.ports = "0.0.0.0:8080->80/tcp";
    const std::vector<Row> rows{compose_container_row(facts, {Time{3'000'000'000}})};
    CHECK(*render_list(compose_container_list(), compose_container_format("", false), rows) ==
          "NAME        IMAGE     COMMAND                  SERVICE   CREATED         STATUS         "
          "PORTS\n"
          "app-web-1   nginx     \"nginx -g 'daemon of…\"   web       3 seconds ago   Up 2 seconds "
          "  0.0.0.0:8080->80/tcp\n");
    CHECK(render_list(compose_container_list(), "json", rows)
              ->find("\"ExitCode\":0,\"Health\":\"\"") != std::string::npos);
}

TEST_CASE("events: a line is the time, what happened to whom, and the attributes sorted") {
    const Json event = Json::parse(
        R"({"status":"die","id":"abc","from":"busybox","Type":"container","Action":"die",
        "Actor":{"ID":"abc","Attributes":{"name":"web","exitCode":"137"}},"scope":"local","timeNano":1767603600500000000})");
    CHECK(EventPrinter::make("")->line(event) ==
          "2026-01-05T09:00:00.500000000Z container die abc (exitCode=137, name=web)\n");
    CHECK(EventPrinter::make("{{.Action}} {{.Actor.Attributes.name}}")->line(event) == "die web\n");
    CHECK(EventPrinter::make("json")->line(event).starts_with(
        "{\"status\":\"die\",\"id\":\"abc\",\"from\":\"busybox\",\"Type\":"));
    const auto wrong = EventPrinter::make("{{.Foo}}");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message ==
          "Error parsing format: template: :1:2: executing \"\" at <.Foo>: can't evaluate field "
          "Foo in type *events.Message");
}

TEST_CASE("version: without an engine only the client is shown") {
    const Json info{{"Client",
                     {{"Version", "28.2.2"},
                      {"ApiVersion", "1.50"},
                      {"DefaultAPIVersion", "1.50"},
                      {"Context", "default"}}},
                    {"Server", nullptr}};
    CHECK(version_text(info)->starts_with(
        "Client:\n Version:           28.2.2\n API version:       1.50\n Go version:        \n"));
    CHECK(*version_text(info, "{{.Client.APIVersion}}") == "1.50\n");
    CHECK(version_text(info, "{{.Nope}}").error().message ==
          "template: version:1:2: executing \"version\" at <.Nope>: can't evaluate field Nope in "
          "type system.versionInfo");
    CHECK(version_text(info, "{{").error().message ==
          "template parsing error: template: version:1: unclosed action");
}
