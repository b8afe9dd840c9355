// A person's project on the simulated host: which of their files come along, and what mounts of them do.

#include "sim/lab/project.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/lab/mounted_files.hpp"
#include "tests/lab/rules_fixture.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

class Texts final : public FileReader {
  public:
    std::map<std::string, std::string> files;
    mutable std::set<std::string> was_read;

    [[nodiscard]] std::uint64_t size_bytes(const std::string& path) const override {
        const auto found = files.find(path);
        return found == files.end() ? 0 : found->second.size();
    }
    [[nodiscard]] Result<std::string> read(const std::string& path) const override {
        was_read.insert(path);
        const auto found = files.find(path);
        if (found == files.end()) return Error{"no such file", Place{path, 0, 0}, {}};
        return found->second;
    }
    [[nodiscard]] bool exists(const std::string& path) const override { return files.contains(path) || is_directory(path); }
    [[nodiscard]] bool is_directory(const std::string& path) const override {
        const auto next = files.lower_bound(path + "/");
        return next != files.end() && next->first.starts_with(path + "/");
    }
    // A name that ends in '/' makes a folder with nothing in it.
    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
        std::vector<std::string> names = names_in(files, folder);
        std::erase(names, std::string());
        return names;
    }
};

Result<PreparedProject> try_to_prepare(const Texts& files, const std::string& directory = "/home/ann/shop") {
    ProjectRequest request;
    request.files = &files;
    request.working_directory = directory;
    request.environment = {{"HOME", "/home/ann"}, {"TOKEN", "t0p"}};
    return prepare_project(request, "host");
}

PreparedProject prepared(const Texts& files, const std::string& directory = "/home/ann/shop") {
    auto project = try_to_prepare(files, directory);
    if (!project) FAIL(project.error().text());
    return std::move(*project);
}

std::map<std::string, std::string> by_path(const PreparedProject& project) {
    std::map<std::string, std::string> out;
    for (const HostFile& file : project.files) out[file.path] = file.content;
    return out;
}

Session session_of(const PreparedProject& project) {
    SetUp set_up;
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    set_up.catalogue = text.str();
    set_up.files = project.files;
    set_up.directory = project.directory;
    set_up.environment = project.environment;
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    return std::move(*session);
}

std::string typed(Session& session, const std::string& line) {
    session.take_shown();
    session.post({session.now(), CommandKind::Line, "host", line, {}});
    std::string out;
    bool done = false;
    session.run_until(session.now() + minutes(10), [&](const Session&) {
        for (const Shown& shown : session.take_shown()) {
            if (shown.kind == Shown::Kind::Output) out += shown.text;
            done = done || shown.kind == Shown::Kind::Done;
        }
        return done;
    });
    return out;
}

}  // namespace

TEST_CASE("project: what services mount by a relative path comes along, and is served") {
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml",
                    "services:\n  web:\n    image: nginx\n    ports: [\"8080:80\"]\n    volumes: [\"./html:/usr/share/nginx/html:ro\", \"./empty:/srv/empty\", \"./not-there:/srv/new\"]\n"
                    "  later:\n    image: nginx\n    profiles: [more]\n    volumes: [\"./later.conf:/etc/nginx/conf.d/default.conf\"]\n"},
                   {"/home/ann/shop/html/index.html", "hello\n"},
                   {"/home/ann/shop/html/css/a.css", "a{}"},
                   {"/home/ann/shop/html/.git/HEAD", "ref"},
                   {"/home/ann/shop/empty/", ""},
                   {"/home/ann/shop/later.conf", "server {}"},
                   {"/home/ann/shop/unused.txt", "no"}};
    const PreparedProject project = prepared(files);
    CHECK(project.not_simulated.empty());
    REQUIRE(project.made_folders.size() == 1);
    CHECK(project.made_folders[0].source == "./not-there");
    const auto found = by_path(project);
    CHECK(found.size() == 5);
    CHECK(found.at("/home/podium/shop/html/index.html") == "hello\n");
    CHECK(found.at("/home/podium/shop/html/css/a.css") == "a{}");
    CHECK(found.at("/home/podium/shop/later.conf") == "server {}");
    CHECK(found.count("/home/podium/shop/empty/") == 1);
    Session session = session_of(project);
    typed(session, project.up_line + "; sleep 5");
    CHECK(typed(session, "curl -s localhost:8080") == "hello\n");
    CHECK(typed(session, "docker compose exec -T web ls /usr/share/nginx/html | cat") == "css\nindex.html\n");
    CHECK(typed(session, "ls -d empty not-there | cat") == "empty\nnot-there\n");
}

TEST_CASE("project: a mount where a server reads its configuration is told, as Podium doesn't read it") {
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml",
                    "services:\n  web:\n    image: nginx:alpine\n    volumes:\n      - ./site:/etc/nginx/conf.d:ro\n      - ./html:/usr/share/nginx/html\n"
                    "    configs: [{source: main, target: /etc/nginx/nginx.conf}]\n"
                    "  other:\n    image: busybox\n    volumes: [\"./site:/etc/nginx/conf.d\"]\n"
                    "configs: {main: {content: \"events {}\"}}\n"},
                   {"/home/ann/shop/site/a.conf", "server {}\n"},
                   {"/home/ann/shop/html/index.html", "hello\n"}};
    const PreparedProject project = prepared(files);
    REQUIRE(project.not_simulated.size() == 2);
    CHECK(project.not_simulated[0].path == "services.web.volumes[0]");
    CHECK(project.not_simulated[0].place.line == 5);
    CHECK(project.not_simulated[0].sentence == "Podium does not read what is there: nginx runs as with the configuration of its image");
    CHECK(project.not_simulated[1].path == "services.web.configs[0]");
}

TEST_CASE("project: a mount of what stands beside the project's folder moves both, an absolute one stays behind and is told") {
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml",
                    "services:\n  web:\n    image: nginx\n    volumes:\n      - ../shared/page.html:/usr/share/nginx/html/index.html\n      - /srv/big:/data\n      - ~/notes:/notes\n"},
                   {"/home/ann/shared/page.html", "beside\n"},
                   {"/srv/big/file", "x"},
                   {"/home/ann/notes/n", "x"}};
    const PreparedProject project = prepared(files);
    CHECK(project.directory == "/home/podium/ann/shop");
    CHECK(by_path(project).at("/home/podium/ann/shared/page.html") == "beside\n");
    REQUIRE(project.not_simulated.size() == 2);
    CHECK(project.not_simulated[0].path == "services.web.volumes[1]");
    CHECK(project.not_simulated[0].place.file == "compose.yaml");
    CHECK(project.not_simulated[0].place.line == 6);
    CHECK(project.not_simulated[0].sentence == "/srv/big stands outside of the project: what your machine has there is not on the simulated host");
    CHECK(project.not_simulated[1].sentence.starts_with("/home/ann/notes stands outside"));
    Session session = session_of(project);
    typed(session, project.up_line);
    CHECK(typed(session, "docker compose exec web cat /usr/share/nginx/html/index.html") == "beside\n");
}

TEST_CASE("project: the folder a volume is bound to comes along, and one outside of the project is there with nothing in it") {
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml",
                    "services:\n  web:\n    image: busybox\n    command: sleep 1000\n    volumes: [\"near:/near\", \"far:/far\"]\n"
                    "volumes:\n  near: {driver_opts: {type: none, o: bind, device: ./data}}\n  far: {driver_opts: {type: none, o: \"rbind,ro\", device: /srv/big}}\n"},
                   {"/home/ann/shop/data/f", "near\n"},
                   {"/srv/big/f", "far\n"}};
    const PreparedProject project = prepared(files);
    CHECK(by_path(project).at("/home/podium/shop/data/f") == "near\n");
    REQUIRE(project.not_simulated.size() == 1);
    CHECK(project.not_simulated[0].path == "volumes.far.driver_opts");
    CHECK(project.not_simulated[0].sentence == "/srv/big stands outside of the project: it is an empty folder on the simulated host");
    Session session = session_of(project);
    typed(session, project.up_line);
    CHECK(typed(session, "docker compose exec web cat /near/f; docker compose exec web ls -A /far") == "near\n");
}

TEST_CASE("project: what is too large is left behind and told, and bytes that are no text survive saving") {
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml", "services:\n  web:\n    image: nginx\n    volumes: [\"./data:/data\"]\n"},
                   {"/home/ann/shop/data/logo.png", std::string("\x89PNG\x00\xff\xc3", 7)},
                   {"/home/ann/shop/data/dump.sql", std::string(kMostMountedFileBytes + 1, 'x')}};
    const PreparedProject project = prepared(files);
    REQUIRE(project.not_simulated.size() == 1);
    CHECK(project.not_simulated[0].sentence ==
          "1 of the files in it is empty on the simulated host (/home/ann/shop/data/dump.sql): Podium carries over 2000 files that can be read, 16 MiB in all and 1 MiB each");
    CHECK(by_path(project).at("/home/podium/shop/data/dump.sql").empty());
    Session session = session_of(project);
    typed(session, "ls data");
    const auto again = Session::load(session.save(), "run.podium");
    REQUIRE(again.ok());
    CHECK(again->set_up() == session.set_up());
}

TEST_CASE("project: a folder that the engine will make for a bind mount is named with its place") {
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml",
                    "services:\n  web:\n    image: busybox\n    command: sleep 1000\n    volumes:\n"
                    "      - ./conf/app.conf:/etc/app.conf:ro\n"
                    "      - ../beside:/beside\n"
                    "      - ./there:/there\n"
                    "      - /var/run/docker.sock:/var/run/docker.sock\n"
                    "      - /etc/localtime:/etc/localtime:ro\n"
                    "      - {type: bind, source: ./refused, target: /refused}\n"
                    "      - data:/data\n"
                    "  later: {image: busybox, profiles: [more], volumes: [\"./later:/later\"]}\n"
                    "volumes: {data: {}}\n"},
                   {"/home/ann/shop/there/f", "f\n"}};
    const PreparedProject project = prepared(files);
    std::vector<std::string> told;
    for (const MadeFolder& row : project.made_folders) told.push_back(fmt::format("{}: {}: {}", row.place.line, row.path, made_folders_sentence({row.source})));
    CHECK(told == std::vector<std::string>{"6: services.web.volumes[0]: there is no ./conf/app.conf: Docker makes an empty folder there",
                                           "7: services.web.volumes[1]: there is no /home/ann/beside: Docker makes an empty folder there"});
    CHECK(made_folders_sentence({"./b", "./a", "./b"}) == "there is no ./a, no ./b: Docker makes an empty folder there");

    // From a folder that the file is not below, its place is the whole path; of what is left behind, too.
    const PreparedProject beyond = prepared(files, "/home/ann/shop/there");
    REQUIRE(beyond.made_folders.size() == 2);
    CHECK(beyond.made_folders[0].place.text() == "/home/ann/shop/compose.yaml:6:9");
    REQUIRE_FALSE(beyond.not_simulated.empty());
    for (const NotSimulated& row : beyond.not_simulated) CHECK(row.place.file == "/home/ann/shop/compose.yaml");
}

TEST_CASE("project: data of any size is told and never read, and there is an empty file in its place") {
    const std::size_t large = (4U << 20) + 1;
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml",
                    "services:\n  web:\n    build: .\n    volumes: [\".:/app\", \"./video.mp4:/v.mp4\"]\n"
                    "  copy:\n    image: busybox\n    command: sleep 1000\n    volumes: [\"./video.mp4:/v.mp4\"]\n"},
                   {"/home/ann/shop/Dockerfile", "FROM busybox\nCOPY video.mp4 /in-image.mp4\nCMD [\"sleep\", \"1000\"]\n"},
                   {"/home/ann/shop/.git/objects/pack/a.pack", std::string(large, 'g')},
                   {"/home/ann/shop/node_modules/big/blob.node", std::string(large, 'n')},
                   {"/home/ann/shop/video.mp4", std::string(large, 'v')}};
    const PreparedProject project = prepared(files);
    for (const std::string& path : files.was_read) CHECK(files.files[path].size() < large);
    REQUIRE(project.not_simulated.size() == 4);
    CHECK(project.not_simulated[0].path == "services.copy.volumes[0]");
    CHECK_THAT(project.not_simulated[0].sentence, Catch::StartsWith("1 of the files in it is empty on the simulated host (/home/ann/shop/video.mp4): "));
    CHECK(project.not_simulated[1].path == "services.web.volumes[0]");
    CHECK_THAT(project.not_simulated[1].sentence, Catch::StartsWith("2 of the files in it are empty on the simulated host (/home/ann/shop/node_modules/big/blob.node …): "));
    CHECK(project.not_simulated[2].path == "services.web.volumes[1]");
    CHECK(project.not_simulated[3].path == "services.web.build");
    const auto found = by_path(project);
    CHECK(found.size() == 4);
    CHECK(found.at("/home/podium/shop/video.mp4").empty());
    Session session = session_of(project);
    typed(session, project.up_line);
    CHECK(typed(session, "docker compose exec -T copy sh -c 'test -f /v.mp4 && echo a file'") == "a file\n");
    CHECK(typed(session, "docker compose exec -T web sh -c 'test -f /in-image.mp4 && test -f /app/video.mp4 && echo files'") == "files\n");
}

TEST_CASE("project: what .dockerignore leaves out of a build's context stays behind, unless something else asks for it") {
    const std::size_t large = (4U << 20) + 1;
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml", "services:\n  web:\n    build: app\n    volumes: [\"./app/data:/data\"]\n"},
                   {"/home/ann/shop/app/.dockerignore", "# what is not sent\n*\n!src\n!logs\nlogs/*\n!**/deep.txt\n"},
                   {"/home/ann/shop/app/Dockerfile", "FROM busybox\nCOPY . /in\nCMD [\"sleep\", \"1000\"]\n"},
                   {"/home/ann/shop/app/data/kept.txt", "kept\n"},
                   {"/home/ann/shop/app/logs/old.log", std::string(large, 'l')},
                   {"/home/ann/shop/app/node_modules/big/deep.txt", std::string(large, 'n')},
                   {"/home/ann/shop/app/src/main.js", "main\n"}};
    const PreparedProject project = prepared(files);
    CHECK(project.not_simulated.empty());
    const auto found = by_path(project);
    const std::string app = "/home/podium/shop/app/";
    for (const char* name : {".dockerignore", "Dockerfile", "data/kept.txt", "logs/", "src/main.js"})
        CHECK(found.count(app + name) == 1);
    CHECK(found.size() == 6);
    Session session = session_of(project);
    typed(session, project.up_line);
    CHECK(typed(session, "docker compose exec -T web sh -c 'cd /in; find . | sort'") == ".\n./logs\n./src\n./src/main.js\n");
    CHECK(typed(session, "docker compose exec -T web cat /data/kept.txt") == "kept\n");
}

TEST_CASE("project: a file it is made of is refused when it is larger than 4 MiB") {
    const std::size_t large = (4U << 20) + 1;
    struct Row {
        std::string file;
        std::string service;
    };
    for (const Row& row : {Row{"Dockerfile", "{build: .}"}, Row{"web.env", "{image: nginx, env_file: web.env}"}, Row{".env", "{image: nginx}"},
                           Row{"more.yaml", "{extends: {file: more.yaml, service: web}}"}, Row{"key", "{image: nginx, secrets: [key]}"}}) {
        INFO(row.file);
        Texts files;
        files.files = {{"/home/ann/shop/compose.yaml", "services:\n  web: " + row.service + "\n  other: {image: busybox, volumes: [\".:/app\"]}\nsecrets: {key: {file: key}}\n"},
                       {"/home/ann/shop/" + row.file, std::string(large, '#')}};
        const auto project = try_to_prepare(files);
        REQUIRE(!project);
        CHECK(project.error().text() ==
              "/home/ann/shop/" + row.file + ": this file is larger than 4 MiB (Podium reads files a Compose project is made of, not data)");
        CHECK(files.was_read.count("/home/ann/shop/" + row.file) == 0);
    }
}

TEST_CASE("project: a secret's variable comes along") {
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml",
                    "services:\n  web:\n    image: nginx\n    secrets: [token]\nsecrets:\n  token: {environment: TOKEN}\n"}};
    const PreparedProject project = prepared(files);
    CHECK(project.environment == std::vector<std::string>{"TOKEN=t0p"});
    Session session = session_of(project);
    typed(session, project.up_line);
    CHECK(typed(session, "docker compose exec web cat /run/secrets/token") == "t0p");
}

TEST_CASE("project: what the engine refuses in every run is found before it, with its place") {
    struct Row {
        std::string line;     // of the service a, the file's third
        std::string says;
        std::string others;   // the rest of the file
    };
    const Row rows[] = {
        {"stop_signal: SIGFOO", "compose.yaml:3:18: services.a.stop_signal: there is no signal 'SIGFOO'", ""},
        {"working_dir: rel", "compose.yaml:3:18: services.a.working_dir: 'rel' is not an absolute path (write /rel)", ""},
        {"mem_limit: 1k", "compose.yaml:3:16: services.a.mem_limit: 1 KiB is less than a container may have", ""},
        {"deploy: {resources: {limits: {memory: 64m}, reservations: {memory: 128m}}}", "the limit of 64 MiB is less than the reservation of 128 MiB", ""},
        {"cpus: 500", "compose.yaml:3:11: services.a.cpus: 500 processors are asked for, and the host has 4", ""},
        {"healthcheck: {test: x, interval: -5s}", "services.a.healthcheck.interval: the least that the engine takes is 1ms", ""},
        {"volumes: [data:rel]", "compose.yaml:3:15: services.a.volumes: 'rel' is not an absolute path in the container", "volumes: {data: {}}\n"},
        {"tmpfs: [relative]", "compose.yaml:3:13: services.a.tmpfs[0]: 'relative' is not an absolute path in the container", ""},
        {"extra_hosts: [\"h:notanip\"]", "services.a.extra_hosts: 'notanip' is not an IP address", ""},
        {"secrets: [s]", "compose.yaml:5:13: secrets.s.file: there is no file /home/ann/shop/nosuch, and services.a needs it", "secrets:\n  s: {file: nosuch}\n"},
        {"networks: {n: {ipv4_address: 10.0.0.5}}", "10.0.0.5 is in no subnet of the network 'n' (choose an address of 172.30.0.0/24)",
         "networks: {n: {ipam: {config: [{subnet: 172.30.0.0/24}]}}}\n"},
        {"networks: {n: {ipv4_address: 10.0.0.5}}", "has no subnet of its own choosing", "networks: {n: {}}\n"},
        {"networks: [n]", "networks.n.ipam.config[0].subnet: '172.30.0.0/99' is not a subnet", "networks: {n: {ipam: {config: [{subnet: 172.30.0.0/99}]}}}\n"},
        {"networks: [n]", "compose.yaml:4:24: networks.n.driver: there is no network driver 'nosuch'", "networks: {n: {driver: nosuch}}\n"},
        {"volumes: [data:/d]", "volumes.data.driver: there is no volume driver 'nosuch'", "volumes: {data: {driver: nosuch}}\n"},
    };
    for (const Row& row : rows) {
        INFO(row.line << " " << row.others);
        Texts files;
        files.files = {{"/home/ann/shop/compose.yaml", "services:\n  a: {image: busybox,\n    " + row.line + "}\n" + row.others}};
        const PreparedProject project = prepared(files);
        REQUIRE(project.refusals.size() == 1);
        CHECK_THAT(project.refusals[0].text(), Catch::Contains(row.says));
        // The client in the run goes on until the engine says so.
        Session session = session_of(project);
        typed(session, project.up_line);
        CHECK(session.terminal("host")->last_status != 0);
    }
    Texts files;
    files.files = {{"/home/ann/shop/compose.yaml", "services: {a: {image: NGINX}, b: {image: busybox, scale: 3}}\n"}};
    const PreparedProject project = prepared(files);
    REQUIRE(project.refusals.size() == 1);
    CHECK_THAT(project.refusals[0].text(), Catch::Contains("services.a.image: 'NGINX' can't be an image's name"));
    CHECK(project.replicas.at("b") == 3);
}

TEST_CASE("mounts: a folder on a file, or a file on a folder, keeps the container from starting") {
    RuledHost host(false, false);
    host.must("docker pull -q nginx");
    // The source is missing, so the engine makes a folder of that name.
    const RuledHost::Done done = host.run("docker run -d --name web -v /root/missing.conf:/etc/nginx/nginx.conf nginx");
    CHECK(done.status == 125);
    CHECK(done.error.find("error mounting \"/root/missing.conf\" to rootfs at \"/etc/nginx/nginx.conf\"") != std::string::npos);
    CHECK(done.error.find("not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?") != std::string::npos);
    CHECK(host.look("web").status == "created");
    CHECK(host.look("web").exit_code == 127);
    host.must("echo x > page.html");
    CHECK(host.run("docker run -d -v /root/page.html:/usr/share/nginx/html nginx").status == 125);
    host.must("docker run -d --name good -v /root/page.html:/usr/share/nginx/html/index.html -v /etc/hosts:/etc/hosts:ro nginx");
    CHECK(host.must("docker exec good cat /usr/share/nginx/html/index.html").out == "x\n");
}

}  // namespace podium::lab
