#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include <catch2/catch.hpp>

#include "sim/model/behaviour.hpp"
#include "sim/model/exchange.hpp"
#include "tests/source_directory.hpp"

namespace podium::model {
namespace {

const Catalogue& bundled() {
    static const Catalogue catalogue = [] {
        std::ifstream file(podium::test::source_directory() + "/scenarios/images.yaml");
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        Result<Catalogue> read = parse_catalogue(text, "images.yaml");
        if (!read) FAIL(read.error().text());
        return read.value();
    }();
    return catalogue;
}

ImageReference reference(std::string_view text) { return parse_image_reference(text).value(); }
const BehaviourProfile& profile(std::string_view name) { return *bundled().find(reference(name))->profile; }

// A smallest sound catalogue, with one image of which a part can be replaced.
std::string catalogue_with(const std::string& run, const std::string& versions = "[{tags: [latest], layers: [{size: 1MB}]}]") {
    return "default: {repository: d, summary: s, versions: [{tags: [latest], layers: [{size: 1MB}]}], run: {kind: tcp}}\n"
           "images:\n"
           "  - repository: x\n"
           "    summary: s\n"
           "    versions: " + versions + "\n"
           "    run: " + run + "\n";
}

std::string error_of(const std::string& text) {
    const Result<Catalogue> read = parse_catalogue(text, "c.yaml");
    return read ? "no error" : read.error().text();
}

}  // namespace

TEST_CASE("catalogue: the bundled file is sound and has the images that workshops use") {
    for (const char* name :
         {"busybox", "alpine", "ubuntu", "debian", "nginx", "httpd", "redis", "postgres", "mysql", "mariadb", "mongo",
          "rabbitmq", "node", "python", "ollama/ollama", "ghcr.io/open-webui/open-webui", "dockersamples/visualizer",
          "traefik", "grafana/grafana", "prom/prometheus", "wordpress", "adminer", "memcached", "hello-world", "registry",
          "podium/todo-web", "podium/todo-db"}) {
        INFO(name);
        REQUIRE(bundled().find(reference(name)) != nullptr);
        CHECK(bundled().image(reference(name)) != nullptr);
        CHECK_FALSE(profile(name).summary.empty());
    }
}

TEST_CASE("catalogue: what every image must have in common holds for each") {
    std::set<std::string> ids;
    for (const auto& [name, entry] : bundled().entries) {
        INFO(name);
        const BehaviourProfile& run = *entry.profile;
        for (const ImageVersion& version : entry.versions) {
            CHECK(ids.insert(version.image->id).second);
            CHECK(version.image->size_bytes() > 0);
            const BehaviourProfile* own = version.profile == nullptr ? entry.profile.get() : version.profile.get();
            CHECK(&bundled().profile(*version.image) == own);
            for (const ImageLayer& layer : version.image->layers) {
                CHECK(layer.compressed_bytes > 0);
                CHECK(layer.digest.size() == 71);
            }
            // What the image says of itself is what it does: the default command is its server.
            std::vector<std::string> argv = version.image->config.entrypoint;
            argv.insert(argv.end(), version.image->config.command.begin(), version.image->config.command.end());
            const MainProgram main = main_program(run, argv);
            if (run.kind == ServiceKind::ShellOnly) {
                CHECK(main.kind == MainProgram::Kind::Command);
            } else if (run.interpreters.empty()) {
                CHECK(main.kind == MainProgram::Kind::Service);
            } else {
                CHECK(main.kind == MainProgram::Kind::Interpreter);
            }
            for (const std::string& port : version.image->config.exposed_ports) CHECK(port.find('/') != std::string::npos);
        }
        CHECK(std::is_sorted(run.programs.begin(), run.programs.end()));
        CHECK(bundled().image(ImageReference{entry.repository.domain, entry.repository.path, entry.versions.front().tags.front(), ""}) ==
              entry.versions.front().image);
        if (run.kind == ServiceKind::Database && run.engine != DatabaseEngine::Memcached) {
            const auto& volumes = entry.versions.front().image->config.volumes;
            CHECK(std::find(volumes.begin(), volumes.end(), run.data_path) != volumes.end());
        }
    }
}

TEST_CASE("catalogue: equal tags are one image, variants differ, bases are shared") {
    const ImagePointer latest = bundled().image(reference("nginx"));
    CHECK(bundled().image(reference("nginx:1.29"))->id == latest->id);
    const ImagePointer alpine = bundled().image(reference("nginx:alpine"));
    CHECK(alpine->id != latest->id);
    CHECK(alpine->layers.front().digest == bundled().image(reference("redis:alpine"))->layers.front().digest);
    CHECK(latest->layers.front().digest != alpine->layers.front().digest);
}

TEST_CASE("catalogue: a tag means the newest release of its series, with an id and an environment of its own") {
    CHECK(bundled().image(reference("python"))->version == "3.13.7");
    CHECK(bundled().image(reference("python:3"))->version == "3.13.7");
    const ImagePointer python = bundled().image(reference("python:3.12-slim"));
    CHECK(python->version == "3.12.11");
    CHECK(python->id != bundled().image(reference("python:slim"))->id);
    CHECK(python->id == bundled().image(reference("python:3.12-slim"))->id);
    CHECK(bundled().image(reference("python:3.11.2"))->version == "3.11.2");
    const ImagePointer postgres = bundled().image(reference("postgres:16-alpine"));
    const auto& variables = postgres->config.environment;
    CHECK(std::find(variables.begin(), variables.end(), "PG_MAJOR=16") != variables.end());
    CHECK(bundled().image(reference("hello-world"))->version.empty());
}

TEST_CASE("catalogue: numbered tags exist up to the newest, others only when they are listed") {
    CHECK(bundled().image(reference("nginx:1.27.3")) != nullptr);
    CHECK(bundled().image(reference("nginx:1.14.2")) != nullptr);
    CHECK(bundled().image(reference("nginx:1.161")) == nullptr);
    CHECK(bundled().image(reference("nginx:2")) == nullptr);
    CHECK(bundled().image(reference("nginx:nosuch")) == nullptr);
    CHECK(bundled().image(reference("podium/todo-web:9")) == nullptr);
    CHECK(bundled().image(reference("ghcr.io/open-webui/open-webui:v0.6.5")) != nullptr);
    const ImagePointer variant = bundled().image(reference("nginx:1.27-alpine"));
    REQUIRE(variant != nullptr);
    CHECK(variant->layers.size() == bundled().image(reference("nginx:alpine"))->layers.size());
    CHECK(variant->id != bundled().image(reference("nginx:alpine"))->id);
    CHECK(variant->id == bundled().image(reference("nginx:1.27-alpine"))->id);
}

TEST_CASE("catalogue: a tag may be a variant's name, alone or after a word, with the variant's own numbers") {
    for (const char* tag : {"nginx:alpine-slim", "nginx:stable-alpine3.20-perl", "nginx:trixie", "redis:alpine3.20", "postgres:bullseye", "python:slim-bullseye", "node:lts-bullseye",
                            "node:current-alpine", "rabbitmq:management-alpine", "debian:bookworm-20240101", "debian:trixie-slim", "ubuntu:focal", "mongo:8.2", "traefik:v3.7", "memcached:1.6.41"}) {
        INFO(tag);
        CHECK(bundled().image(reference(tag)) != nullptr);
    }
    for (const char* tag : {"nginx:slim", "nginx:alpine-nosuch", "mongo:alpine", "mysql:alpine", "redis:latest-alpine", "redis:nosuch-alpine"}) {
        INFO(tag);
        CHECK(bundled().image(reference(tag)) == nullptr);
    }
    CHECK(bundled().image(reference("node:current-alpine"))->layers.size() == bundled().image(reference("node:alpine"))->layers.size());
    CHECK(bundled().image(reference("python:slim-bullseye"))->build == "slim");
    CHECK(bundled().image(reference("nginx:alpine-slim"))->build == "alpine");
}

TEST_CASE("catalogue: an image by digest is the one that has it") {
    const ImagePointer latest = bundled().image(reference("nginx"));
    CHECK(bundled().image(reference("nginx@" + latest->digest))->id == latest->id);
    const std::string real = "nginx@sha256:" + std::string(64, 'a');
    CHECK(bundled().image(reference(real))->digest == "sha256:" + std::string(64, 'a'));
}

TEST_CASE("catalogue: an unknown image is a server that listens on what it exposes and stops when told") {
    const ImageReference unknown = reference("team/shop:v7");
    CHECK(bundled().find(unknown) == nullptr);
    const ImagePointer image = bundled().unknown_image(unknown);
    CHECK(image->id == bundled().unknown_image(unknown)->id);
    CHECK(image->id != bundled().unknown_image(reference("team/shop:v8"))->id);
    const BehaviourProfile& run = bundled().profile(*image);
    CHECK(run.listens_on_exposed_ports);
    CHECK(run.start_up == seconds(1));
    REQUIRE(run.signal_rule(15) != nullptr);
    CHECK(run.signal_rule(15)->exit_status == 0);
    CHECK(main_program(run, {"gunicorn", "app:app"}).kind == MainProgram::Kind::Service);
    CHECK(main_program(run, {"sh", "-c", "sleep 5"}).kind == MainProgram::Kind::Command);
}

TEST_CASE("main program: scripts pass on, options go to the server, anything else is run as it is") {
    const BehaviourProfile& postgres = profile("postgres");
    CHECK(main_program(postgres, {"docker-entrypoint.sh", "postgres"}).kind == MainProgram::Kind::Service);
    CHECK(main_program(postgres, {"/usr/local/bin/docker-entrypoint.sh", "postgres", "-c", "max_connections=9"}).kind ==
          MainProgram::Kind::Service);
    CHECK(main_program(postgres, {"docker-entrypoint.sh", "-c", "max_connections=9"}).kind == MainProgram::Kind::Service);
    const MainProgram shell = main_program(postgres, {"docker-entrypoint.sh", "sh", "-c", "echo hi"});
    CHECK(shell.kind == MainProgram::Kind::Command);
    CHECK(shell.argv == std::vector<std::string>{"sh", "-c", "echo hi"});
    CHECK(main_program(postgres, {"docker-entrypoint.sh", "nosuch"}).kind == MainProgram::Kind::Command);

    // nginx's script runs what it is given as it is, grafana's runs nothing else than the server.
    const BehaviourProfile& nginx = profile("nginx");
    CHECK(main_program(nginx, {"/docker-entrypoint.sh", "-g", "daemon off;"}).kind == MainProgram::Kind::Command);
    CHECK(main_program(nginx, {"/docker-entrypoint.sh"}).kind == MainProgram::Kind::Service);
    CHECK(main_program(profile("rabbitmq"), {"docker-entrypoint.sh", "-p"}).kind == MainProgram::Kind::Command);
    CHECK(main_program(profile("dockersamples/visualizer"), {"/sbin/tini", "--", "-p"}).kind == MainProgram::Kind::Command);
    CHECK(main_program(profile("grafana/grafana"), {"/run.sh", "sh"}).kind == MainProgram::Kind::Service);
    CHECK(main_program(postgres, {"-c", "max_connections=9"}).kind == MainProgram::Kind::Command);  // no script

    const BehaviourProfile& ollama = profile("ollama/ollama");
    CHECK(main_program(ollama, {"/bin/ollama", "serve"}).kind == MainProgram::Kind::Service);
    CHECK(main_program(ollama, {"/bin/ollama", "list"}).kind == MainProgram::Kind::Command);

    const BehaviourProfile& node = profile("node");
    CHECK(main_program(node, {"docker-entrypoint.sh", "node"}).kind == MainProgram::Kind::Interpreter);
    CHECK(main_program(node, {"docker-entrypoint.sh", "node", "server.js"}).kind == MainProgram::Kind::Service);
    CHECK(main_program(node, {"docker-entrypoint.sh", "node", "-e", "1"}).kind == MainProgram::Kind::Command);
    CHECK(main_program(node, {"docker-entrypoint.sh", "npm", "start"}).kind == MainProgram::Kind::Service);
    CHECK(main_program(node, {"docker-entrypoint.sh", "npm", "install"}).kind == MainProgram::Kind::Command);

    CHECK(main_program(profile("dockersamples/visualizer"), {"/sbin/tini", "--", "npm", "start"}).kind ==
          MainProgram::Kind::Service);
    CHECK(main_program(profile("busybox"), {"sh"}).kind == MainProgram::Kind::Command);
    CHECK(main_program(profile("busybox"), {}).kind == MainProgram::Kind::Command);
}

TEST_CASE("addresses of what is needed: URLs, pairs and names are read, and the environment decides") {
    CHECK(parse_address("http://host.docker.internal:11434/api", 0)->host == "host.docker.internal");
    CHECK(parse_address("http://host.docker.internal:11434/api", 0)->port == 11434);
    CHECK(parse_address("http://x", 0)->port == 80);
    CHECK(parse_address("postgres://todo:secret@db/todo?x=1", 5432)->host == "db");
    CHECK(parse_address("postgres://todo:secret@db/todo", 5432)->port == 5432);
    CHECK(parse_address("postgres://todo:a%40b@db/todo", 5432)->user == "todo");
    CHECK(parse_address("postgres://todo:a%40b@db/todo", 5432)->password == "a@b");
    CHECK_FALSE(parse_address("postgres://todo@db/todo", 5432)->password.has_value());
    CHECK(parse_address("db:1", 5432)->port == 1);
    CHECK_FALSE(parse_address("/ollama", 11434).has_value());
    CHECK_FALSE(parse_address("", 1).has_value());
    CHECK_FALSE(parse_address("db:x", 1).has_value());

    const Requirement& models = *profile("ghcr.io/open-webui/open-webui").requirement("model server");
    const std::vector<std::string> set{"OLLAMA_BASE_URL=/ollama", "OLLAMA_BASE_URL=http://ollama:11434"};
    CHECK(requirement_address(models, set)->host == "ollama");
    CHECK_FALSE(requirement_address(models, std::vector<std::string>{"OLLAMA_BASE_URL=/ollama"}).has_value());
    const Requirement& database = *profile("podium/todo-web").requirement("database");
    CHECK(requirement_address(database, std::vector<std::string>{})->host == "db");
    CHECK(requirement_address(database, std::vector<std::string>{"DATABASE_URL="})->port == 5432);
}

TEST_CASE("a server logs in as its address says, else as its variables do, else as it is made to") {
    const auto login = [](const Requirement& requirement,
                          const std::vector<std::string>& environment) {
        return requirement_login(
            requirement, *requirement_address(requirement, environment), environment);
    };
    const Requirement& web = *profile("podium/todo-web").requirement("database");
    CHECK(login(web, {"DATABASE_URL=postgres://shop:pw@db/goods?x=1"})->user == "shop");
    CHECK(login(web, {"DATABASE_URL=postgres://shop:pw@db/goods?x=1"})->password == "pw");
    CHECK(login(web, {"DATABASE_URL=postgres://shop:pw@db/goods?x=1"})->database == "goods");
    CHECK(login(web, {})->user == "root");
    CHECK_FALSE(login(web, {})->password.has_value());
    const Requirement& blog = *profile("wordpress").requirement("database");
    CHECK(login(blog, {"WORDPRESS_DB_USER=wp", "WORDPRESS_DB_PASSWORD=pw"})->user == "wp");
    CHECK(login(blog, {"WORDPRESS_DB_USER=wp", "WORDPRESS_DB_PASSWORD=pw"})->password == "pw");
    CHECK(login(blog, {})->database == "wordpress");
    CHECK(login(*profile("ghcr.io/open-webui/open-webui").requirement("model server"),
                {"OLLAMA_BASE_URL=http://ollama"}) == nullptr);
}

TEST_CASE("ports of a profile: an environment variable can move them") {
    const BehaviourProfile& ollama = profile("ollama/ollama");
    CHECK(listen_port(ollama.ports[0], std::vector<std::string>{}) == 11434);
    CHECK(listen_port(ollama.ports[0], std::vector<std::string>{"OLLAMA_HOST=0.0.0.0:9000"}) == 9000);
    CHECK(listen_port(ollama.ports[0], std::vector<std::string>{"OLLAMA_HOST=nonsense"}) == 11434);
}

TEST_CASE("templates: known names are filled in, JSON and unknown names stay") {
    const std::map<std::string, std::string, std::less<>> values{{"port", "80"}, {"path", "/x"}};
    CHECK(fill_template("listening on {port}{path}", values) == "listening on 80/x");
    CHECK(fill_template("{\"port\":{port},\"a\":{}}", values) == "{\"port\":80,\"a\":{}}");
    CHECK(fill_template("{nosuch} {", values) == "{nosuch} {");
    CHECK(fill_template("", values).empty());
}

TEST_CASE("catalogue: mistakes are named with their place") {
    CHECK(error_of(catalogue_with("{kind: htp}")) ==
          "c.yaml:6:17: kind can't be \"htp\" (it is one of shell-only, greeting, http, todo-web, database, model-server, tcp)");
    CHECK(error_of(catalogue_with("{kind: tcp, signal: []}")) == "c.yaml:6:22: unknown key \"signal\" in run (did you mean signals?)");
    CHECK(error_of(catalogue_with("{kind: tcp, kind: tcp}")) == "c.yaml:6:22: key \"kind\" is there twice in run");
    CHECK(error_of(catalogue_with("{start_up: soon}")).find("c.yaml:6:21: invalid duration \"soon\"") == 0);
    CHECK(error_of(catalogue_with("{listen: [{port: 70000}]}")).find("port can't be \"70000\"") != std::string::npos);
    CHECK(error_of(catalogue_with("{memory: {base: 5 bananas}}")).find("base can't be \"5 bananas\"") != std::string::npos);
    CHECK(error_of(catalogue_with("{signals: [{signal: NOSUCH}]}")).find("there is no signal \"NOSUCH\"") != std::string::npos);
    CHECK(error_of(catalogue_with("{signals: [{signal: KILL}]}")).find("no program can handle KILL") != std::string::npos);
    CHECK(error_of(catalogue_with("{kind: database, data_path: /d}")).find("a database needs engine") != std::string::npos);
    CHECK(error_of(catalogue_with("{routes: [{path: /, needs: db}]}")).find("there is no requirement \"db\"") != std::string::npos);
    CHECK(error_of(catalogue_with("{kind: tcp}", "[]")).find("image x needs versions") != std::string::npos);
    CHECK(error_of(catalogue_with("{kind: tcp}", "[{tags: [a, a], layers: [{size: 1}]}]")).find("tag \"a\" is there twice") != std::string::npos);
    CHECK(error_of("images: []\n") == "c.yaml:1:1: the catalogue needs a default image");
    CHECK(error_of("images: [\n").find("c.yaml:") == 0);
    CHECK(error_of("[1, 2]").find("the catalogue has to be a mapping") != std::string::npos);
    CHECK(error_of("").find("the catalogue has to be a mapping") != std::string::npos);
    CHECK(error_of(std::string(5U << 20, ' ')).find("at most") != std::string::npos);
    CHECK(error_of(catalogue_with("{kind: tcp}")) == "no error");
}

TEST_CASE("catalogue: reading it twice gives the same ids") {
    const auto once = parse_catalogue(catalogue_with("{kind: tcp}"), "a");
    const auto twice = parse_catalogue(catalogue_with("{kind: http}"), "b");
    CHECK(once->image(reference("x"))->id == twice->image(reference("x"))->id);
}

}  // namespace podium::model
