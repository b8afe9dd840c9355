// An image's own server where a shell starts it, scripts that somebody brings along, and execs that begin when the container
// ends. After sh's exec, nginx's daemon(), the images' entrypoint scripts, and runc 1.1 (exec.go, standard_init_linux.go).

#include <catch2/catch.hpp>

#include "tests/lab/rules_fixture.hpp"

namespace podium::lab {
namespace {

RuledHost any_image() {
    RuledHost host(false, false);
    for (const char* image : {"nginx", "redis", "postgres", "httpd", "node", "busybox"}) host.must(std::string("docker pull -q ") + image);
    return host;
}

}  // namespace

TEST_CASE("rules of servers: a shell that execs the server becomes it") {
    RuledHost host = any_image();
    host.must("docker run -d --name cache -p 6379:6379 redis sh -c 'sleep 5; exec redis-server'");
    host.wait(4);
    CHECK(host.run("docker exec cache redis-cli ping").status != 0);
    host.wait(3);
    CHECK(host.must("docker exec cache redis-cli ping").out == "PONG\n");
    CHECK(holds(host.must("docker logs cache").out, "Ready to accept connections"));
    CHECK(holds(host.must("docker logs cache").out, "1:M "));  // still PID 1
    const double asked = host.now();
    host.must("docker stop cache");
    CHECK(host.events("cache", asked) == "kill 15, die 0, stop");
    CHECK(host.now() - asked < 1);
}

TEST_CASE("rules of servers: the last command of a list takes the shell's place, any other one is its child") {
    RuledHost host = any_image();
    host.must("docker run -d --name last -p 8080:80 nginx sh -c \"sleep 2 && nginx -g 'daemon off;'\"");
    host.must("docker run -d --name child -p 8081:80 nginx sh -c \"nginx -g 'daemon off;'; echo it ended\"");
    host.wait(4);
    CHECK(holds(host.must("curl -s localhost:8080").out, "Welcome to nginx!"));
    CHECK(holds(host.must("curl -s localhost:8081").out, "Welcome to nginx!"));
    double asked = host.now();
    host.must("docker stop last");
    CHECK(host.events("last", asked) == "kill 3, die 0, stop");
    // The shell is PID 1, does not handle QUIT, and passes nothing on.
    asked = host.now();
    host.must("docker stop child");
    CHECK(host.events("child", asked) == "kill 3, kill 9, die 137, stop");
    // Somebody else's signal reaches the server; the shell goes on after it.
    host.must("docker start child");
    host.wait(2);
    host.must("docker exec child nginx -s quit");
    host.wait(1);
    CHECK(holds(host.must("docker logs child").out, "it ended"));
    CHECK(host.status("child") == "exited");
}

TEST_CASE("rules of servers: scripts that somebody mounts run, and exec what they are given") {
    RuledHost host = any_image();
    host.write_file("/root/start.sh", "#!/bin/sh\necho started with $1\nexec \"$@\"\n");
    host.must("chmod +x /root/start.sh");
    host.must("docker run -d --name by-path -v /root/start.sh:/start.sh redis /start.sh redis-server");
    host.must("docker run -d --name entry -v /root/start.sh:/start.sh --entrypoint /start.sh redis redis-server --port 7000");
    host.must("docker run -d --name over -v /root/start.sh:/docker-entrypoint.sh nginx");
    host.wait(3);
    CHECK(holds(host.must("docker logs by-path").out, "started with redis-server"));
    CHECK(host.must("docker exec by-path redis-cli ping").out == "PONG\n");
    CHECK(host.must("docker exec entry redis-cli -p 7000 ping").out == "PONG\n");
    CHECK(holds(host.must("docker logs over").out, "started with nginx"));
    CHECK(!holds(host.must("docker logs over").out, "Configuration complete"));
    CHECK(host.must("docker run --rm -v /root/start.sh:/start.sh busybox /start.sh echo hello").out == "started with echo\nhello\n");
}

TEST_CASE("rules of servers: what is wrong with a script shows where it does in life") {
    RuledHost host = any_image();
    host.write_file("/root/plain.sh", "echo no first line\n");
    host.write_file("/root/bash.sh", "#!/bin/bash\necho never\n");
    host.write_file("/root/rights.sh", "#!/bin/sh\necho never\n");
    host.must("chmod +x /root/plain.sh; chmod +x /root/bash.sh; chmod -x /root/rights.sh");
    RuledHost::Done done = host.run("docker run --rm -v /root/plain.sh:/s.sh busybox /s.sh");
    CHECK(done.status == 1);
    CHECK(done.error == "exec /s.sh: exec format error\n");
    done = host.run("docker run --rm -v /root/bash.sh:/s.sh busybox /s.sh");
    CHECK(done.status == 1);
    CHECK(done.error == "exec /s.sh: no such file or directory\n");
    done = host.run("docker run --rm -v /root/rights.sh:/s.sh busybox /s.sh");
    CHECK(done.status == 126);
    CHECK(holds(done.error, "exec: \"/s.sh\": permission denied"));
}

TEST_CASE("rules of servers: one that goes into the background takes its container with it") {
    RuledHost host = any_image();
    host.must("docker run -d --name forks nginx nginx");
    host.must("docker run -d --name kept -p 8080:80 nginx sh -c 'nginx; sleep 60'");
    host.wait(2);
    CHECK(host.status("forks") == "exited");
    CHECK(host.look("forks").exit_code == 0);
    CHECK(host.status("kept") == "running");
    CHECK(holds(host.must("curl -s localhost:8080").out, "Welcome to nginx!"));
}

TEST_CASE("rules of servers: by hand, where one runs already") {
    RuledHost host = any_image();
    host.must("docker run -d --name web nginx");
    host.wait(1);
    const RuledHost::Done done = host.run("docker exec web nginx");
    CHECK(done.status == 1);
    CHECK(holds(done.error, "Address already in use"));
    CHECK(host.run("docker exec web nginx -t").status == 0);
    host.must("docker exec web nginx -s reload");
    CHECK(host.status("web") == "running");
    host.must("docker exec web nginx -s stop");
    host.wait(0.2);
    CHECK(host.status("web") == "exited");
    // Without the image's script nobody becomes another user, so that the server refuses to be root.
    const RuledHost::Done root = host.run("docker run --rm postgres sh -c 'exec postgres'");
    CHECK(root.status == 1);
    CHECK(holds(root.error, "\"root\" execution of the PostgreSQL server is not permitted."));
}

TEST_CASE("rules of servers: somebody's own program serves as the last thing, and what prepares it is taken as done") {
    RuledHost host = any_image();
    host.must("docker run -d --name app -p 8080:8080 node sh -c 'npm install && npm run build && node server.js'");
    host.wait(3);
    CHECK(holds(host.must("curl -s localhost:8080/x").out, "answers GET /x"));
    CHECK(holds(host.run("docker exec app node migrate.js").error, "Podium runs no Node.js programs"));
}

TEST_CASE("rules of exec: begun as the container ends, it is refused as the engine or the runtime does it") {
    for (int after = 0; after <= 40; ++after) {
        INFO(after << " ms after its end");
        RuledHost host;
        host.must("docker run -d --name box --health-cmd true --health-interval 1s busybox sh -c \"trap 'exit 0' TERM; while :; do sleep 0.2; done\"");
        host.wait(2.1);
        host.type("docker kill -s KILL box");
        host.wait(0.060 + 0.001 * after);
        const RuledHost::Done done = host.run("docker exec box sleep 30");
        const bool gone = done.status == 1 && holds(done.error, "is not running");
        const bool stopped = done.status == 126 && holds(done.out + done.error, "OCI runtime exec failed: exec failed: cannot exec in a stopped container: unknown");
        const bool killed = done.status == 137;
        CHECK((gone || stopped || killed));
        host.wait(2);
        CHECK(host.status("box") == "exited");
        CHECK(host.run("docker exec box true").status == 1);
    }
}

}  // namespace podium::lab
