// nginx and ollama as one meets them with docker exec, curl and docker top.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("nginx: a master and a worker for each processor, which run as nginx") {
    DockerHost host({"nginx:alpine"}, "");
    host.run("docker run -d --name web nginx:alpine");
    host.wait(seconds(2));
    const std::string top = host.run("docker top web").out;
    CHECK(count(top, "nginx: master process nginx -g daemon off;\n") == 1);
    CHECK(count(top, "nginx: worker process\n") == 4);
    const std::string inside = host.run("docker exec web ps").out;
    CHECK(has(inside, "    1 root      0:00 nginx: master process nginx -g daemon off;\n"));
    CHECK(has(inside, "    2 nginx     0:00 nginx: worker process\n"));
    CHECK(host.run("docker stats --no-stream --format '{{.PIDs}}' web").out == "5\n");
    // One that is killed comes back with another number.
    host.run("docker exec web kill -9 2");
    CHECK(count(host.run("docker exec web ps").out, "worker process\n") == 4);
    CHECK_FALSE(has(host.run("docker exec web ps").out, "    2 nginx "));
    CHECK(host.run("docker stop web").status == 0);
    CHECK(host.run("docker inspect -f '{{.State.ExitCode}}' web").out == "0\n");
}

TEST_CASE("nginx: -v, -t and -s in its container") {
    DockerHost host({"nginx"}, "");
    host.run("docker run -d --name web -p 8080:80 nginx");
    host.wait(seconds(2));
    CHECK(host.run("docker exec web nginx -v").error == "nginx version: nginx/1.29.1\n");
    CHECK(host.run("docker exec web nginx -t").error ==
          "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
          "nginx: configuration file /etc/nginx/nginx.conf test is successful\n");
    CHECK(host.run("docker exec web nginx -s bogus").error == "nginx: invalid option: \"-s bogus\"\n");
    CHECK(has(host.run("docker exec web nginx -V").error, "Podium does not simulate nginx -V yet"));
    CHECK(has(host.run("docker exec web nginx -s reload").error, " [notice] "));
    host.wait(seconds(1));
    CHECK(has(host.run("docker logs web").error, "[notice] 1#1: signal 1 (SIGHUP) received, reconfiguring\n"));
    CHECK(host.run("curl -s -o /dev/null -w '%{http_code}' localhost:8080").out == "200");
    host.run("docker exec web sh -c 'echo broken > /etc/nginx/conf.d/default.conf'");
    CHECK(has(host.run("docker exec web nginx -t").error, "Podium does not read nginx's configuration"));
    host.run("docker exec web nginx -s quit");
    host.wait(seconds(1));
    CHECK(host.run("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' web").out == "exited 0\n");
}

TEST_CASE("nginx: the head of its answers, and its clients in its log") {
    DockerHost host({"nginx", "busybox"}, "");
    host.run("docker run -d --name web -p 8080:80 nginx");
    host.wait(seconds(2));
    const std::string head = host.run("curl -sI localhost:8080").out;
    CHECK(head.starts_with("HTTP/1.1 200 OK\r\nServer: nginx/1.29.1\r\nDate: Mon, 05 Jan 2026 09:00:0"));
    CHECK(has(head, " GMT\r\nContent-Type: text/html\r\nContent-Length: 161\r\nLast-Modified: "));
    CHECK(has(head, " GMT\r\nConnection: keep-alive\r\nETag: \""));
    CHECK(has(head, "-a1\"\r\nAccept-Ranges: bytes\r\n\r\n"));
    const std::string missing = host.run("curl -si localhost:8080/nosuch").out;
    CHECK(missing.starts_with("HTTP/1.1 404 Not Found\r\nServer: nginx/1.29.1\r\nDate: "));
    CHECK_FALSE(has(missing, "ETag"));
    CHECK(has(host.run("curl -v localhost:8080").error, "< Server: nginx/1.29.1\n"));
    host.run("curl -s -A mine/1.0 localhost:8080");
    host.run("curl -s -H 'User-Agent: other' localhost:8080");
    host.run("docker run --rm --network container:web busybox wget -q -O /dev/null http://localhost/");
    const std::string log = host.run("docker logs web").out;
    CHECK(has(log, "\"HEAD / HTTP/1.1\" 200 0 \"-\" \"curl/7.88.1\" \"-\"\n"));
    CHECK(has(log, "\"mine/1.0\" \"-\"\n"));
    CHECK(has(log, "\"other\" \"-\"\n"));
    CHECK(has(log, "\"Wget\" \"-\"\n"));
}

TEST_CASE("ollama: the client in the container of its server") {
    DockerHost host({"ollama/ollama"}, "");
    host.run("docker run -d --name ollama ollama/ollama");
    host.wait(seconds(3));
    const auto typed = [&host](const std::string& words) { return host.run("docker exec ollama ollama " + words, minutes(10)); };
    CHECK(typed("--version").out == "ollama version is 0.12.0\n");
    CHECK(typed("list").out == "NAME    ID    SIZE    MODIFIED    \n");
    CHECK(typed("ps").out == "NAME    ID    SIZE    PROCESSOR    CONTEXT    UNTIL    \n");
    const auto pulled = typed("pull llama3.2:1b");
    CHECK(pulled.status == 0);
    CHECK(pulled.error == "pulling manifest\nverifying sha256 digest\nwriting manifest\nsuccess\n");
    CHECK(pulled.took > seconds(20));
    CHECK(has(typed("list").out, "llama3.2:1b    "));
    CHECK(has(typed("ls").out, "    1.3 GB    "));
    CHECK(has(host.run("docker stats --no-stream --format '{{.NetIO}}' ollama").out, "GB / "));
    CHECK(has(typed("run llama3.2:1b hello").out, "This answer is simulated"));
    CHECK(typed("rm llama3.2:1b").out == "deleted 'llama3.2:1b'\n");
    CHECK(typed("list").out == "NAME    ID    SIZE    MODIFIED    \n");
    CHECK(typed("pull nosuch").error == "pulling manifest\nError: pull model manifest: file does not exist\n");
    CHECK(typed("frob").error == "Error: unknown command \"frob\" for \"ollama\"\n");
    CHECK(has(typed("show x").error, "Podium does not simulate ollama show yet"));
    CHECK(host.run("docker run --rm ollama/ollama --version").out.starts_with("Warning: could not connect to a running Ollama instance\n"));
}

TEST_CASE("docker run -t without -i: the container has a terminal, and nobody types") {
    DockerHost host;
    CHECK(host.run("docker run --rm -t busybox sh -c 'test -t 1 && echo a terminal'").out == "a terminal\n");
}
