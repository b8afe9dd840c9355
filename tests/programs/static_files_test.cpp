// What web servers make of the files below their folder.

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE("http servers: nginx gives out the files below its folder, and says where folders are") {
    DockerHost host({"nginx", "busybox"}, "");
    host.run("docker run -d --name web -p 8080:80 nginx");
    host.wait(seconds(2));
    host.run("docker exec web sh -c 'cd /usr/share/nginx/html; mkdir -p docs empty; echo one > about.html; echo two > docs/index.html; echo x > \"with blank\"'");
    const auto get = [&](const std::string& path) { return host.run("curl -s " + path).out; };
    CHECK(get("localhost:8080/about.html?x=1") == "one\n");
    CHECK(get("localhost:8080/docs/") == "two\n");
    CHECK(get("localhost:8080/docs/../about.html") == "one\n");
    CHECK(get("localhost:8080/with%20blank") == "x\n");
    CHECK(says(get("localhost:8080/nothing.html"), "404 Not Found"));
    CHECK(says(get("localhost:8080/empty/"), "403 Forbidden"));
    CHECK(says(get("-I localhost:8080/about.html"), "Content-Type: text/html\r\nContent-Length: 4\r\n"));
    CHECK(says(get("-i localhost:8080/docs"), "HTTP/1.1 301 Moved Permanently"));
    CHECK(says(get("-i localhost:8080/docs"), "Location: http://localhost/docs/\r\n"));
    CHECK(says(get("-i localhost:8080/with%20blank"), "Content-Type: application/octet-stream"));
    host.run("docker exec web rm /usr/share/nginx/html/index.html");
    CHECK(says(get("localhost:8080/"), "403 Forbidden"));
}
