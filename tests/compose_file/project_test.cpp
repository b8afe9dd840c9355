#include <catch2/catch.hpp>

#include "sim/programs/compose_file/load.hpp"
#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

// The workshop's project: a model server and its web interface.
const char* const kWorkshop = R"(services:
  ollama:
    volumes:
      - ollama:/root/.ollama
    container_name: ollama
    pull_policy: always
    tty: true
    restart: unless-stopped
    image: ollama/ollama:latest
    ports:
      - 11434:11434

  open-webui:
    image: ghcr.io/open-webui/open-webui:main
    container_name: open-webui
    volumes:
      - open-webui:/app/backend/data
    depends_on:
      - ollama
    ports:
      - ${OPEN_WEBUI_PORT-3000}:8080
    environment:
      - 'OLLAMA_BASE_URL=http://ollama:11434'
      - 'WEBUI_SECRET_KEY='
    extra_hosts:
      - host.docker.internal:host-gateway
    restart: unless-stopped

volumes:
  ollama: {}
  open-webui: {}
)";

}  // namespace

TEST_CASE("the workshop's project is read whole") {
    const Project project = load_ok(kWorkshop);
    CHECK(project.name == "app");
    CHECK(project.directory == "/app");
    REQUIRE(project.services.size() == 2);
    const Service& ollama = project.services[0];
    CHECK(ollama.name == "ollama");
    CHECK(ollama.image == "ollama/ollama:latest");
    CHECK(ollama.container_name == "ollama");
    CHECK(ollama.pull_policy == PullPolicy::Always);
    CHECK(ollama.tty);
    CHECK(ollama.restart.condition == RestartCondition::UnlessStopped);
    REQUIRE(ollama.ports.size() == 1);
    CHECK(ollama.ports[0].published == 11434);
    CHECK(ollama.ports[0].target == 11434);
    REQUIRE(ollama.volumes.size() == 1);
    CHECK(ollama.volumes[0].type == MountType::Volume);
    CHECK(ollama.volumes[0].source == "ollama");
    CHECK(ollama.volumes[0].target == "/root/.ollama");

    const Service& web = project.services[1];
    REQUIRE(web.ports.size() == 1);
    CHECK(web.ports[0].published == 3000);
    CHECK(web.ports[0].target == 8080);
    REQUIRE(web.environment.size() == 2);
    CHECK(web.environment[1].name == "WEBUI_SECRET_KEY");
    CHECK(web.environment[1].value == "");
    REQUIRE(web.extra_hosts.size() == 1);
    CHECK(web.extra_hosts[0].name == "host.docker.internal");
    CHECK(web.extra_hosts[0].value == "host-gateway");
    REQUIRE(web.depends_on.size() == 1);
    CHECK(web.depends_on[0].service == "ollama");
    CHECK(web.depends_on[0].condition == DependencyCondition::Started);
    REQUIRE(project.volumes.size() == 2);
    CHECK(project.volumes[0].name == "app_ollama");
    REQUIRE(project.networks.size() == 1);
    CHECK(project.networks[0].name == "app_default");
    CHECK(project.networks[0].implicit);
    CHECK(project.unsimulated.empty());
    CHECK(project.warnings.empty());
    CHECK(start_order(project) == std::vector<std::string>{"ollama", "open-webui"});
}

TEST_CASE("the workshop's port follows its variable") {
    const Project project = load_ok(kWorkshop, {{"OPEN_WEBUI_PORT", "8081"}});
    CHECK(project.services[1].ports[0].published == 8081);
    CHECK(load_ok(kWorkshop, {{"OPEN_WEBUI_PORT", ""}}).services[1].ports[0].published == 0);
}

TEST_CASE("every value keeps its place to the end") {
    const Project project = load_ok(kWorkshop);
    CHECK(project.place_of("services.ollama.image").text() == "compose.yaml:9:12");
    CHECK(project.services[0].ports[0].place.text() == "compose.yaml:11:9");
    CHECK(project.services[1].depends_on[0].place.text() == "compose.yaml:19:9");
    CHECK(project.services[0].restart.place.text() == "compose.yaml:8:14");
    CHECK(project.services[1].place.text() == "compose.yaml:13:3");
    CHECK(project.volumes[1].place.text() == "compose.yaml:31:3");
    CHECK(project.place_of("services.ollama.nothing").text() == "compose.yaml:2:3");
}
