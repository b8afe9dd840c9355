// What somebody new to docker types first, and what the real one does then.

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

/// A host that has these images, each with its own behaviour.
DockerHost real_host(std::vector<std::string> images) { return DockerHost(std::move(images), ""); }

bool contains(const std::string& text, const std::string& part) {
    UNSCOPED_INFO(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("docker run --init: the image's own server starts below docker-init") {
    const std::vector<std::string> images{"nginx", "redis", "postgres:16", "mysql:8", "httpd", "node", "python:3.12", "ollama/ollama", "podium/todo-web"};
    DockerHost host = real_host(images);
    for (const std::string& image : images) {
        INFO(image);
        const auto started = host.run("docker run -d --init --name one -e POSTGRES_PASSWORD=x -e MYSQL_ROOT_PASSWORD=x " + image);
        CHECK(started.error.empty());
        CHECK(started.status == 0);
        host.run("docker rm -f one");
    }
    CHECK(host.run("docker run --rm --init nginx sh -c 'echo hi'").out == "hi\n");
    host.run("docker run -d --init --name web -p 8080:80 nginx");
    host.wait(seconds(2));
    CHECK(contains(host.run("curl -s localhost:8080").out, "Welcome to nginx!"));
    CHECK(contains(host.run("docker top web").out, "/sbin/docker-init -- /docker-entrypoint.sh nginx -g daemon off;"));
    CHECK(host.run("docker inspect -f '{{.HostConfig.Init}}' web").out == "true\n");
    CHECK(host.run("docker stop -t 5 web", seconds(4)).status == 0);
    CHECK(host.run("docker inspect -f '{{.State.ExitCode}}' web").out == "0\n");
}

TEST_CASE("docker run --init: PID 1 is docker-init, its child the command") {
    DockerHost host;
    host.run("docker run -d --init --name ini busybox sleep 100");
    host.wait(seconds(1));
    const std::string top = host.run("docker top ini").out;
    CHECK(contains(top, "/sbin/docker-init -- sleep 100\n"));
    CHECK(contains(top, " sleep 100\n"));
    const auto missing = host.run("docker run --rm --init busybox nosuchcmd");
    CHECK(missing.status == 127);
    CHECK(missing.error == "[FATAL tini (2)] exec nosuchcmd failed: No such file or directory\n");
}

TEST_CASE("docker top: an entrypoint script has been replaced by the program it passes on to") {
    DockerHost host = real_host({"nginx", "postgres:16"});
    host.run("docker run -d --name web nginx; docker run -d --name db -e POSTGRES_PASSWORD=x postgres:16 -c fsync=off");
    host.wait(seconds(10));
    CHECK(contains(host.run("docker top web").out, " nginx -g daemon off;\n"));
    CHECK_FALSE(contains(host.run("docker top web").out, "docker-entrypoint.sh"));
    CHECK(contains(host.run("docker top db").out, " postgres -c fsync=off\n"));
    // What it was made from stays.
    CHECK(contains(host.run("docker ps --no-trunc").out, "\"/docker-entrypoint.sh nginx -g 'daemon off;'\""));
}

TEST_CASE("docker --user: looked up in the image's own files, and refused when it is not there") {
    DockerHost host = real_host({"alpine", "busybox", "nginx"});
    CHECK(host.run("docker run --rm -u 1000 alpine id").out == "uid=1000 gid=0(root) groups=0(root)\n");
    CHECK(host.run("docker run --rm -u nobody alpine id").out == "uid=65534(nobody) gid=65534(nobody) groups=65534(nobody)\n");
    CHECK(host.run("docker run --rm -u nobody:daemon alpine id -gn").out == "daemon\n");
    CHECK(host.run("docker run --rm -u nobody alpine sh -c 'echo $HOME'").out == "/\n");
    CHECK(host.run("docker run --rm -u www-data nginx whoami").out == "www-data\n");
    const auto nosuch = host.run("docker run --name two -u nosuch alpine id");
    CHECK(nosuch.status == 125);
    CHECK(contains(nosuch.error, "docker: Error response from daemon: unable to find user nosuch: no matching entries in passwd file"));
    CHECK(host.run("docker ps -a --format '{{.Status}}'").out == "Created\n");
    host.run("docker run -d --name one -u 1000 alpine sleep 1000");
    host.wait(seconds(1));
    CHECK(host.run("docker exec one id -u").out == "1000\n");
    CHECK(host.run("docker exec -u nobody one whoami").out == "nobody\n");
    const auto exec = host.run("docker exec -u nosuch one id");
    CHECK(exec.status == 126);
    CHECK(contains(exec.out + exec.error, "unable to find user nosuch: no matching entries in passwd file"));
    // What is written into the files counts at once, to the last line; a name that is a part of another's is not in its groups.
    host.run("docker exec -u root one sh -c 'echo ed:x:1500:1500::/home/ed:/bin/sh >> /etc/passwd; "
             "printf \"editors:x:1501:edward,ed\\nedward:x:1502:edward\\nlast:x:1503:ed\" >> /etc/group'");
    CHECK(host.run("docker exec -u ed one id -G").out == "1500 1501 1503\n");
    CHECK(host.run("docker exec -u ed one sh -c 'id -un; echo $HOME'").out == "ed\n/home/ed\n");
    CHECK(contains(host.run("docker exec one ps").out, "1 1000 "));
    CHECK(contains(host.run("docker top one").out, "1000"));
    CHECK(host.run("docker inspect -f '{{.Config.User}}' one").out == "1000\n");
}

TEST_CASE("docker --dns: the container asks this server, or its network's own") {
    DockerHost host;
    CHECK(host.run("docker run --rm --dns 8.8.8.8 --dns 1.1.1.1 busybox cat /etc/resolv.conf").out == "nameserver 8.8.8.8\nnameserver 1.1.1.1\n");
    host.run("docker network create net");
    CHECK(contains(host.run("docker run --rm --net net --dns 8.8.8.8 busybox cat /etc/resolv.conf").out, "127.0.0.11"));
}

TEST_CASE("docker exec -w: a directory that is not there") {
    DockerHost host;
    host.run("docker run -d --name one busybox sleep 1000");
    const auto result = host.run("docker exec -w /nope one pwd");
    CHECK(result.status == 126);
    CHECK(contains(result.out + result.error,
                   "OCI runtime exec failed: exec failed: unable to start container process: chdir to cwd (\"/nope\") set in config.json failed: no such file or directory: unknown"));
    CHECK(host.run("docker exec -w /tmp one pwd").out == "/tmp\n");
    CHECK(host.run("docker run --rm -w /made busybox pwd").out == "/made\n");
}

TEST_CASE("docker exec: a program the image has and Podium does not model is not said to be missing") {
    DockerHost host = real_host({"ollama/ollama", "nginx"});
    host.run("docker run -d --name ol ollama/ollama; docker run -d --name web nginx");
    for (const char* line : {"docker exec ol apt-get update", "docker exec web perl -v"}) {
        const auto result = host.run(line);
        CHECK(result.status == 126);
        CHECK(contains(result.out + result.error, "Podium does not model this program"));
    }
    CHECK(contains(host.run("docker exec web nosuch").error + host.run("docker exec web nosuch").out, "executable file not found in $PATH"));
}

TEST_CASE("docker exec rm: the engine's own files are mounts") {
    DockerHost host;
    host.run("docker run -d --name one busybox sleep 1000");
    const auto result = host.run("docker exec one rm /etc/hostname");
    CHECK(result.status == 1);
    CHECK(contains(result.error, "Resource busy"));
}

TEST_CASE("docker images NAME: only the names that fit") {
    DockerHost host = real_host({"nginx"});
    host.run("docker tag nginx me/web:v1");
    CHECK(host.run("docker images --format '{{.Repository}}:{{.Tag}}' me/web").out == "me/web:v1\n");
    const std::string ids = host.run("docker images -q me/web").out;
    CHECK(std::count(ids.begin(), ids.end(), '\n') == 1);
    CHECK(host.run("docker images -q nginx").out == ids);
}

TEST_CASE("docker stop --signal: too new for the engine's API") {
    DockerHost host;
    host.run("docker run -d --name one busybox sleep 1000");
    const auto result = host.run("docker stop --signal INT one");
    CHECK(result.status == 1);
    CHECK(result.error == "\"--signal\" requires API version 1.42, but the Docker daemon API version is 1.41\n");
}

TEST_CASE("docker pull: a name Podium does not know is told, a registry nobody runs refuses") {
    DockerHost host = real_host({});
    const auto typo = host.run("docker run -d --name one ollama/olama", minutes(5));
    CHECK(typo.status == 0);
    CHECK(contains(typo.error, "Podium: ollama/olama is not in Podium's catalogue of images (did you mean ollama/ollama?)"));
    CHECK(contains(host.run("docker pull shop/thing", minutes(5)).error, "Podium: shop/thing is not in Podium's catalogue of images"));
    CHECK_FALSE(contains(host.run("docker pull nginx", minutes(5)).error, "catalogue"));
    const auto local = host.run("docker pull localhost:5000/x");
    CHECK(local.status == 1);
    CHECK(local.error == "Error response from daemon: Get \"http://localhost:5000/v2/\": dial tcp 127.0.0.1:5000: connect: connection refused\n");
}

TEST_CASE("nginx: what is not there is answered with its own page, and HEAD logs no bytes") {
    DockerHost host = real_host({"nginx"});
    host.run("docker run -d --name web -p 8080:80 nginx");
    host.wait(seconds(2));
    CHECK(contains(host.run("curl -s localhost:8080/nosuch").out, "<center><h1>404 Not Found</h1></center>"));
    host.run("curl -sI localhost:8080/");
    CHECK(contains(host.run("docker logs web").out, "\"HEAD / HTTP/1.1\" 200 0 "));
}

TEST_CASE("docker diff: what nginx makes of its image as it starts") {
    DockerHost host = real_host({"nginx"});
    host.run("docker run -d --name web nginx");
    host.wait(seconds(2));
    const std::string diff = host.run("docker diff web").out;
    for (const char* line : {"C /var/cache/nginx\n", "A /var/cache/nginx/client_temp\n"})
        CHECK(contains(diff, line));
    // Read-only, it starts with what it must write in memory, and not without.
    host.run("docker run -d --name ro --read-only --tmpfs /var/cache/nginx nginx; docker run -d --name no --read-only nginx");
    host.wait(seconds(2));
    CHECK(host.run("docker inspect -f '{{.State.Running}}' ro").out == "true\n");
    CHECK(host.run("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' no").out == "exited 1\n");
}

TEST_CASE("inject: what finds nothing to break says so") {
    DockerHost host;
    host.run("docker run --name one busybox true");
    const auto result = host.run("inject kill one");
    CHECK(result.status == 2);
    CHECK(contains(result.error, "there was nothing to break: one does not run"));
}

TEST_CASE("[[ ]] in the sh of an image: busybox has it, dash has not") {
    DockerHost host = real_host({"alpine", "nginx"});
    CHECK(host.run("docker run --rm alpine sh -c 'x=abc; [[ $x == a* && -n $x ]] && echo yes; [[ abc =~ ^b ]] || echo no; [[ 3 -gt 2 ]] && echo more'").out == "yes\nno\nmore\n");
    CHECK(host.run("docker run --rm alpine sh -c '[[ 1 -eq x ]]'").error == "sh: x: bad number\n");
    const auto unquoted = host.run("docker run --rm alpine sh -c '[[ -n $unset ]] && echo no'");
    CHECK(contains(unquoted.error, "Podium's ash does not model [[ ]] with a value outside of quotes"));
    CHECK(unquoted.status == 2);
    const auto dash = host.run("docker run --rm nginx sh -c '[[ a == a ]] || echo none'");
    CHECK(dash.out == "none\n");
    CHECK(contains(dash.error, "[[: not found"));
}
