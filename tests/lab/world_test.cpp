// What the world owes to those who use it: data where it belongs, names that resolve, ports that
// conflict, shares of processors, memory and bandwidth, and a to-do list that is lost or not.

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/session.hpp"
#include "tests/source_directory.hpp"
#include "sim/model/processor.hpp"

namespace podium::lab {
namespace {

class Host {
  public:
    explicit Host(HostSetUp host = {}, std::vector<std::string> images = {"busybox", "nginx", "podium/todo-web", "podium/todo-db"}) : session_(make(std::move(host), std::move(images))) {}

    std::string operator()(const std::string& text) {
        const std::string terminal = "host/" + std::to_string(++terminals_);
        session_.take_shown();
        session_.post({session_.now(), CommandKind::Line, terminal, text, {}});
        std::string out;
        session_.run_until(session_.now() + minutes(30), [&](const Session&) {
            bool done = false;
            for (const Shown& shown : session_.take_shown()) {
                if (shown.terminal != terminal) continue;
                if (shown.kind == Shown::Kind::Output || shown.kind == Shown::Kind::Error) out += shown.text;
                done = done || shown.kind == Shown::Kind::Done;
            }
            return done;
        });
        return out;
    }
    /// Begins a line and does not wait for its end.
    void begin(const std::string& text) { session_.post({session_.now(), CommandKind::Line, "host/" + std::to_string(++terminals_), text, {}}); }
    void file(const std::string& path, const std::string& content) { session_.post({session_.now(), CommandKind::WriteFile, "host", path, content}); }
    void pass(double seconds_) { session_.run_until(session_.now() + Duration{static_cast<std::int64_t>(seconds_ * 1'000) * 1'000'000}); }
    double timed(const std::string& text) {
        const Time begun = session_.now();
        (*this)(text);
        return (session_.now() - begun).seconds();
    }
    [[nodiscard]] const model::World& world() const { return session_.world(); }
    [[nodiscard]] model::ContainerId id(const std::string& name) const {
        for (std::size_t i = world().containers.size(); i-- > 0;) {
            if (world().kernel.text(world().containers[i].name) == name) return model::ContainerId{static_cast<std::uint32_t>(i + 1)};
        }
        FAIL("there is no container " << name);
        return {};
    }
    Session& session() { return session_; }

  private:
    static Session make(HostSetUp host, std::vector<std::string> images) {
        SetUp set_up;
        std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        set_up.catalogue = text.str();
        set_up.images = std::move(images);
        set_up.hosts = {std::move(host)};
        auto session = Session::create(set_up);
        REQUIRE(session.ok());
        return std::move(*session);
    }

    Session session_;
    int terminals_ = 0;
};

HostSetUp small_host(std::int64_t millicores, std::int64_t megabytes = 8192) {
    HostSetUp host;
    host.cpu_millicores = millicores;
    host.memory_bytes = megabytes << 20;
    return host;
}

// How much of the processor a shell loop has had, by how far it counted.
std::int64_t used_milliseconds(Host& host, const std::string& name) {
    std::int64_t used = 0;
    for (const model::ProcessId process : host.world().detail(host.id(name)).processes) used += host.world().processes.at(process).cpu_used.nanoseconds / 1'000'000;
    return used;
}

constexpr const char* kLoop = " busybox sh -c 'while :; do :; done'";

const char* const kTodo =
    "name: todo\n"
    "services:\n"
    "  web: {image: podium/todo-web, restart: unless-stopped, ports: [\"8030:8030\"], environment: {DATABASE_URL: \"db:5432\"}, depends_on: [db]}\n"
    "  db: {image: podium/todo-db, restart: unless-stopped%s}\n"
    "%s";

std::string todo(bool volume) {
    std::string text = kTodo;
    text.replace(text.find("%s"), 2, volume ? ", volumes: [\"rows:/var/lib/todo\"]" : "");
    text.replace(text.find("%s"), 2, volume ? "volumes: {rows: {}}\n" : "");
    return text;
}

}  // namespace

// --- data ---

TEST_CASE("world: what is written to the container's layer outlives a restart and goes with the container") {
    Host host;
    host("docker run -d --name web nginx");
    host("docker exec web sh -c 'echo kept > /file'");
    host("docker restart web");
    CHECK(host("docker exec web cat /file") == "kept\n");
    host("docker kill web; docker start web");
    CHECK(host("docker exec web cat /file") == "kept\n");
    host("docker rm -f web; docker run -d --name web nginx");
    CHECK(host("docker exec web cat /file").find("No such file or directory") != std::string::npos);
}

TEST_CASE("world: a named volume outlives its container, an anonymous one only without -v and --rm, a bind is the host's") {
    Host host;
    host("mkdir -p /srv/d; echo host > /srv/d/f");
    const std::string make = "docker run -d --name web -v data:/data -v /anonymous -v /srv/d:/bind nginx";
    host(make);
    host("docker exec web sh -c 'echo named > /data/f; echo anonymous > /anonymous/f; cat /bind/f; echo inside >> /bind/f'");
    CHECK(host("cat /srv/d/f") == "host\ninside\n");
    std::string anonymous = host("docker volume ls -q | grep -v data");
    REQUIRE(anonymous.size() == 65);
    anonymous.pop_back();
    host("docker rm -f web");
    CHECK(host("docker volume ls -q").find(anonymous) != std::string::npos);
    host(make);
    CHECK(host("docker exec web cat /data/f /bind/f") == "named\nhost\ninside\n");
    CHECK(host("docker exec web cat /anonymous/f").find("No such file") != std::string::npos);
    CHECK(host("docker run --rm -v " + anonymous + ":/a busybox cat /a/f") == "anonymous\n");
    host("docker rm -fv web");
    CHECK(host("docker volume ls -q | grep -v data") == anonymous + "\n");
    host("docker volume rm data");
    CHECK(host("docker run --rm -v data:/data busybox ls /data").empty());
}

TEST_CASE("world: a fresh volume gets what the image has there, one that holds something keeps it; read-only is read-only") {
    Host host;
    host("docker run -d --name web -v html:/usr/share/nginx/html nginx");
    host("docker exec web sh -c 'echo mine > /usr/share/nginx/html/index.html'");
    host("docker rm -f web");
    host("docker run -d --name web -p 8080:80 -v html:/usr/share/nginx/html:ro nginx");
    host.pass(2);
    CHECK(host("curl -s http://localhost:8080/") == "mine\n");
    CHECK(host("docker exec web sh -c 'echo x > /usr/share/nginx/html/index.html'").find("Read-only file system") != std::string::npos);
}

// --- names and ports ---

TEST_CASE("world: containers find one another by name and alias on networks of their own, not on the usual bridge") {
    Host host;
    host("docker network create front; docker network create back");
    host("docker run -d --name web --network front --network-alias site nginx");
    host("docker run -d --name plain nginx");
    host.pass(2);
    const auto reaches = [&host](const std::string& network, const std::string& name) { return host("docker run --rm --network " + network + " busybox wget -q -T 2 -O /dev/null http://" + name + "/ && echo yes") == "yes\n"; };
    CHECK(reaches("front", "web"));
    CHECK(reaches("front", "site"));
    CHECK_FALSE(reaches("back", "web"));
    CHECK_FALSE(reaches("bridge", "plain"));
    host("docker network connect --alias other back web");
    CHECK(reaches("back", "web"));
    CHECK(reaches("back", "other"));
    CHECK_FALSE(reaches("back", "site"));
    host("docker network disconnect back web");
    CHECK_FALSE(reaches("back", "web"));
    host("docker stop web");
    CHECK_FALSE(reaches("front", "web"));
}

TEST_CASE("world: a service's name leads to all of its containers in turn") {
    Host host;
    host.file("/root/compose.yaml", "services:\n  web: {image: nginx, deploy: {replicas: 2}}\n  ask: {image: busybox, command: sleep 3600}\n");
    host("docker compose up -d");
    host.pass(2);
    host("docker compose exec ask sh -c 'for i in 1 2 3 4; do wget -q -O /dev/null http://web/; done'");
    for (const char* name : {"root-web-1", "root-web-2"}) CHECK(host(std::string("docker logs ") + name + " 2>/dev/null | grep -c GET") == "2\n");
}

TEST_CASE("world: a port of the host is published once; it is free again when its container stops") {
    Host host;
    host("docker run -d --name web -p 8080:80 nginx");
    CHECK(host("docker run -d --name two -p 8080:80 nginx").find("port is already allocated") != std::string::npos);
    CHECK(host("docker inspect -f '{{.State.Status}}' two") == "created\n");
    CHECK(host("docker run -d --name local -p 127.0.0.1:8080:80 nginx").find("address already in use") != std::string::npos);
    host("docker run -d --name udp -p 8080:80/udp nginx");
    CHECK(host("docker inspect -f '{{.State.Status}}' udp") == "running\n");
    host("docker stop web");
    CHECK(host("docker start two") == "two\n");
    CHECK(host("docker start web").find("port is already allocated") != std::string::npos);
}

// --- processors ---

TEST_CASE("world: who computes at once shares the processors, and by their shares when they are too few") {
    Host host(small_host(1000));
    host(std::string("docker run -d --name alone") + kLoop);
    host.pass(10);
    const std::int64_t before = used_milliseconds(host, "alone");
    CHECK(before > 9'500);
    host(std::string("docker run -d --name third --cpu-shares 512") + kLoop);
    host.pass(1);
    const std::int64_t first = used_milliseconds(host, "alone");
    const std::int64_t second = used_milliseconds(host, "third");
    host.pass(30);
    const std::int64_t of_alone = used_milliseconds(host, "alone") - first;
    const std::int64_t of_third = used_milliseconds(host, "third") - second;
    CHECK(of_alone == Approx(20'000).margin(600));
    CHECK(of_third == Approx(10'000).margin(600));
    host("docker rm -f third");
    const std::int64_t then = used_milliseconds(host, "alone");
    host.pass(10);
    CHECK(used_milliseconds(host, "alone") - then == Approx(10'000).margin(600));
}

TEST_CASE("world: a limit holds though processors are free, for all processes of a container together") {
    Host host(small_host(4000));
    host("docker run -d --name web --cpus 0.5 busybox sh -c 'while :; do :; done & while :; do :; done'");
    host.pass(5);
    CHECK(model::processor_use(host.world(), host.id("web")) == Approx(500).margin(2));
    host("docker update --cpus 1.5 web");
    host.pass(5);
    CHECK(model::processor_use(host.world(), host.id("web")) == Approx(1500).margin(2));
    host("docker pause web");
    CHECK(model::processor_use(host.world(), host.id("web")) == 0);
    host("docker unpause web");
    host.pass(1);
    CHECK(model::processor_use(host.world(), host.id("web")) == Approx(1500).margin(2));
}

TEST_CASE("world: noisy neighbours slow a server down on a host with too few processors, and start-up with it") {
    const auto asking = [](int neighbours, std::int64_t millicores) {
        Host host(small_host(millicores));
        for (int i = 0; i < neighbours; ++i) host(std::string("docker run -d") + kLoop);
        host("docker run -d --name web -p 8080:80 nginx");
        host.pass(20);
        return host.timed("curl -s http://localhost:8080/");
    };
    const double quiet = asking(0, 1000);
    CHECK(asking(9, 16'000) == Approx(quiet).margin(0.001));
    CHECK(asking(9, 1000) > quiet + 0.001);
    const auto ready = [](int neighbours) {
        Host host(small_host(1000));
        for (int i = 0; i < neighbours; ++i) host(std::string("docker run -d") + kLoop);
        host("docker run -d --name web -p 8080:80 podium/todo-db");
        return host.timed("until docker logs web | grep -q ready; do sleep 0.1; done");
    };
    CHECK(ready(9) > 2 * ready(0));
}

TEST_CASE("world: a container with little of the processor starts later") {
    const auto ready = [](const std::string& flags) {
        Host host;
        host("docker run -d --name web " + flags + " podium/todo-db");
        return host.timed("until docker logs web | grep -q ready; do sleep 0.05; done");
    };
    CHECK(ready("--cpus 0.1") > ready("") + 2);
}

// --- memory ---

TEST_CASE("world: memory over its limit is 137 and OOMKilled, without swap at the limit, with it at twice as much") {
    Host host;
    const std::string fill = " busybox sh -c 'dd if=/dev/zero of=/dev/null bs=48M count=1; echo survived'";
    CHECK(host("docker run --name fill -m 32m --memory-swap 32m" + fill).find("survived") != std::string::npos);  // dd died, the shell lives
    host("docker run -d --name leak -m 64m --restart on-failure:2 nginx");
    host.session().post({host.session().now() + seconds(1), CommandKind::Inject, "host", "memory-leak leak rate=64m", {}});
    host.pass(60);
    CHECK(host("docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.RestartCount}}' leak") == "exited 137 true 2\n");
}

TEST_CASE("world: a host that is overcommitted kills its largest container's process when its memory is gone") {
    Host host(small_host(4000, 256));
    host("docker run -d --name small nginx; docker run -d --name large --restart always nginx");
    host.session().post({host.session().now() + seconds(1), CommandKind::Inject, "host", "memory-leak large rate=32m", {}});
    host.session().post({host.session().now() + seconds(20), CommandKind::Lift, "host", "memory-leak large", {}});
    host.pass(40);
    CHECK(host("docker inspect -f '{{.RestartCount}} {{.State.OOMKilled}}' small") == "0 false\n");
    CHECK(host("docker inspect -f '{{.RestartCount}}' large") != "0\n");
    CHECK(host.world().hosts[0].memory_used_bytes <= host.world().hosts[0].spec.memory_bytes);
}

TEST_CASE("world: memory in use is seen by stats and free") {
    Host host;
    host("docker run -d --name web -m 128m nginx");
    host.pass(2);
    const std::string before = host("docker stats --no-stream --format '{{.MemUsage}}' web");
    CHECK(before.find("/ 128MiB") != std::string::npos);
    host.session().post({host.session().now(), CommandKind::Inject, "host", "memory-leak web rate=8m", {}});
    host.pass(5);
    CHECK(host("docker stats --no-stream --format '{{.MemUsage}}' web") != before);
}

// --- pulls ---

TEST_CASE("world: pulls at once share the line, and a layer that both need comes once") {
    const auto alone = [](const std::string& image) { return Host({}, {"busybox"}).timed("docker pull -q " + image); };
    const double redis = alone("redis");
    const double postgres = alone("postgres");
    Host host({}, {"busybox"});
    const double both = host.timed("docker pull -q redis & docker pull -q postgres & wait");
    CHECK(both > std::max(redis, postgres));
    CHECK(both < redis + postgres);
    // httpd and nginx stand on the same base: the second fetches only what is its own.
    Host shared({}, {"busybox"});
    shared("docker pull -q nginx");
    const std::int64_t after_nginx = shared.world().hosts[0].disk_used_bytes;
    const double httpd = alone("httpd");
    CHECK(shared.timed("docker pull -q httpd") < httpd);
    Host other({}, {"busybox"});
    const std::int64_t empty = other.world().hosts[0].disk_used_bytes;
    other("docker pull -q httpd");
    CHECK(shared.world().hosts[0].disk_used_bytes - after_nginx < other.world().hosts[0].disk_used_bytes - empty);
}

TEST_CASE("world: an image that is here is not fetched again") {
    Host host({}, {"busybox"});
    const double first = host.timed("docker pull -q redis");
    CHECK(host.timed("docker pull -q redis") < first / 2);
    CHECK(host("docker pull redis").find("Image is up to date") != std::string::npos);
    CHECK(host.timed("docker run --rm redis true") < first);
}

TEST_CASE("world: a pull that is given up leaves nothing behind, and the next one begins anew") {
    Host host({}, {"busybox"});
    const std::int64_t before = host.world().hosts[0].disk_used_bytes;
    host("timeout 2 docker pull postgres");
    host.pass(60);
    host("docker pull -q hello-world");
    CHECK(host.world().hosts.front().pulls.empty());
    CHECK(host.world().hosts[0].disk_used_bytes - before < 1 << 20);
    CHECK(host("docker pull -q postgres") == "docker.io/library/postgres:latest\n");
}

TEST_CASE("world: a pull that is given up while its image is put together keeps nothing of it from being removed") {
    Host host({}, {"busybox"});
    const auto& only = host.world().hosts.front();
    const std::int64_t used = only.disk_used_bytes;
    host.session().post({host.session().now(), CommandKind::Inject, "host", "slow-disk host factor=1000", {}});
    host("timeout 60 docker pull -q redis");
    REQUIRE(only.pulls.size() == 1);  // which nobody has noticed yet
    CHECK(host("docker pull -q redis") == "docker.io/library/redis:latest\n");
    CHECK(only.disk_used_bytes > used);
    host("docker rmi redis");
    CHECK(only.pulls.empty());
    CHECK(only.disk_used_bytes == used);
}

// --- the to-do list ---

TEST_CASE("world: an item posted to the to-do list can be read back, and outlives restarts and kills") {
    Host host;
    host.file("/root/compose.yaml", todo(false));
    host("docker compose up -d");
    host.pass(5);
    CHECK(host("curl -s -d item=milk http://localhost:8030/items").find("\"item\":\"milk\"") != std::string::npos);
    CHECK(host("curl -s http://localhost:8030/items").find("milk") != std::string::npos);
    CHECK(host("curl -s http://localhost:8030/").find("<li>milk</li>") != std::string::npos);
    host("docker kill todo-db-1; docker start todo-db-1; docker restart todo-web-1");
    host.pass(5);
    CHECK(host("curl -s http://localhost:8030/items").find("milk") != std::string::npos);
    host("curl -s -X DELETE http://localhost:8030/items/1");
    CHECK(host("curl -s http://localhost:8030/items") == "[]\n");
}

TEST_CASE("world: the to-do list is lost with the database's container, and kept in a named volume") {
    for (const bool volume : {false, true}) {
        Host host;
        host.file("/root/compose.yaml", todo(volume));
        host("docker compose up -d");
        host.pass(5);
        host("curl -s -d item=milk http://localhost:8030/items");
        host("docker rm -f todo-db-1; docker compose up -d");
        host.pass(5);
        CHECK((host("curl -s http://localhost:8030/items").find("milk") != std::string::npos) == volume);
        host("docker compose down; docker compose up -d");
        host.pass(5);
        CHECK((host("curl -s http://localhost:8030/items").find("milk") != std::string::npos) == volume);
    }
}

TEST_CASE("world: without its database the to-do list says so, and goes on when it is back") {
    Host host;
    host.file("/root/compose.yaml", todo(true));
    host("docker compose up -d");
    host.pass(5);
    host("curl -s -d item=milk http://localhost:8030/items; docker stop todo-db-1");
    CHECK(host("curl -s -w '%{http_code}' http://localhost:8030/items") == "the database cannot be reached\n503");
    CHECK(host("curl -s -w '%{http_code}' http://localhost:8030/health") == "ok\n200");
    host("docker start todo-db-1");
    host.pass(3);
    CHECK(host("curl -s http://localhost:8030/items").find("milk") != std::string::npos);
}

TEST_CASE("world: an item that does not fit on the disk is not promised") {
    Host host;
    host.file("/root/compose.yaml", todo(true));
    host("docker compose up -d");
    host.pass(5);
    host("inject disk-full host");
    const std::string answer = host("curl -s -w '%{http_code}' -d item=milk http://localhost:8030/items");
    CHECK(answer.find("201") == std::string::npos);
    host("lift disk-full host");
    CHECK(host("curl -s http://localhost:8030/items").find("milk") == std::string::npos);
}

// --- what has an end ---

TEST_CASE("world: a run with a health check is quiet when nothing more would change") {
    Host host;
    host("docker run -d --name web --health-cmd 'curl -f http://localhost/' --health-interval 30s nginx");
    host.pass(10);
    CHECK_FALSE(host.session().quiet());  // its first check is still ahead
    host.pass(60);
    CHECK(host.session().quiet());
    CHECK(host("docker inspect -f '{{.State.Health.Status}}' web") == "healthy\n");
}

TEST_CASE("world: what was killed leaves nothing that a run would wait for") {
    Host host;
    host("sleep 3000 & kill $!");
    CHECK(host.session().quiet());
    host("docker run -d --name web nginx");
    host("docker run -d --name job busybox sleep 5000");
    host.pass(5);
    CHECK_FALSE(host.session().quiet());
    host("docker kill job");
    host.pass(5);
    CHECK(host.session().quiet());
    host("timeout 1 sleep 4000");
    CHECK(host.session().quiet());
    host.begin("sleep 4000");
    host.pass(1);
    CHECK_FALSE(host.session().quiet());
}

}  // namespace podium::lab
