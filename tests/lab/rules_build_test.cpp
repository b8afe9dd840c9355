// docker build and Compose's builds with the engine's own builder, after moby v20.10.24 builder/dockerfile and the clients'
// sources; nothing of it is recorded.

#include <catch2/catch.hpp>

#include "sim/lab/export_lanes.hpp"
#include "sim/lab/facts.hpp"
#include "sim/view/lanes.hpp"
#include "sim/view/query.hpp"
#include "sim/view/summary.hpp"
#include "tests/lab/rules_fixture.hpp"

namespace podium::lab {
namespace {

// Ids of twelve digits become ID.
std::string masked(std::string text) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = at;
        while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || (text[end] >= 'a' && text[end] <= 'f'))) ++end;
        if (end - at == 12) {
            out += "ID";
            at = end;
            continue;
        }
        out.append(text, at, end - at);
        at = end;
        if (at < text.size()) out += text[at++];
    }
    return out;
}

RuledHost with_page() {
    RuledHost host(false, false);
    host.must("docker pull -q nginx");
    host.must("docker pull -q busybox");
    host.write_file("/root/Dockerfile", "FROM nginx\nCOPY index.html /usr/share/nginx/html/\nENV COLOUR=blue\nRUN echo built > /built\nEXPOSE 80\n");
    host.write_file("/root/index.html", "hello from the build\n");
    return host;
}

constexpr const char* kNotice =
    "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n"
    "            Install the buildx component to build images with BuildKit:\n"
    "            https://docs.docker.com/go/buildx/\n\n";

}  // namespace

TEST_CASE("rules of build: the classic builder's lines, and what the image does") {
    RuledHost host = with_page();
    const RuledHost::Done done = host.must("docker build -t web .");
    CHECK(done.error == kNotice);
    CHECK(masked(done.out) ==
          "Sending build context to Docker daemon  3.072kB\r\r\n"
          "Step 1/5 : FROM nginx\n ---> ID\n"
          "Step 2/5 : COPY index.html /usr/share/nginx/html/\n ---> ID\n"
          "Step 3/5 : ENV COLOUR=blue\n ---> Running in ID\nRemoving intermediate container ID\n ---> ID\n"
          "Step 4/5 : RUN echo built > /built\n ---> Running in ID\nRemoving intermediate container ID\n ---> ID\n"
          "Step 5/5 : EXPOSE 80\n ---> Running in ID\nRemoving intermediate container ID\n ---> ID\n"
          "Successfully built ID\nSuccessfully tagged web:latest\n");
    host.must("docker run -d --name web -p 8080:80 web");
    host.wait(1);
    CHECK(host.must("curl -s localhost:8080").out == "hello from the build\n");
    CHECK(host.must("docker exec web cat /built").out == "built\n");
    CHECK(host.must("docker exec web sh -c 'echo $COLOUR'").out == "blue\n");
    CHECK(host.must("docker ps -aq | wc -l").out == "1\n");  // the intermediate ones are gone
}

TEST_CASE("rules of build: what was built before comes from the cache, up to what changed") {
    RuledHost host = with_page();
    host.must("docker build -t web .");
    const std::string again = host.must("docker build -t web .").out;
    CHECK(masked(again) ==
          "Sending build context to Docker daemon  3.072kB\r\r\n"
          "Step 1/5 : FROM nginx\n ---> ID\n"
          "Step 2/5 : COPY index.html /usr/share/nginx/html/\n ---> Using cache\n ---> ID\n"
          "Step 3/5 : ENV COLOUR=blue\n ---> Using cache\n ---> ID\n"
          "Step 4/5 : RUN echo built > /built\n ---> Using cache\n ---> ID\n"
          "Step 5/5 : EXPOSE 80\n ---> Using cache\n ---> ID\n"
          "Successfully built ID\nSuccessfully tagged web:latest\n");
    host.write_file("/root/index.html", "another page\n");
    const std::string changed = host.must("docker build -t web .").out;
    CHECK(!holds(changed, "Using cache"));
    CHECK(holds(host.must("docker images").out, "<none>"));  // what was web before
    CHECK(holds(host.must("docker image prune -f").out, "Deleted Images:"));
    CHECK(!holds(host.must("docker images").out, "<none>"));
    CHECK(!holds(host.must("docker build --no-cache -t web .").out, "Using cache"));
    host.must("docker rmi web");
    CHECK(host.run("docker image inspect web").status == 1);
}

TEST_CASE("rules of build: a step that fails ends it with its status") {
    RuledHost host = with_page();
    host.write_file("/root/Dockerfile", "FROM busybox\nRUN echo before; exit 3\nRUN echo never\n");
    const RuledHost::Done done = host.run("docker build .");
    CHECK(done.status == 3);
    CHECK(holds(done.out, "Step 2/3 : RUN echo before; exit 3\n"));
    CHECK(holds(done.out, "\nbefore\n"));
    CHECK(holds(done.error, "The command '/bin/sh -c echo before; exit 3' returned a non-zero code: 3\n"));
    CHECK(holds(host.must("docker ps -a").out, "Exited (3)"));  // the intermediate container stays
}

TEST_CASE("rules of build: what is wrong is said as the builder says it") {
    struct Row {
        const char* dockerfile;
        const char* sentence;
    };
    for (const Row& row : {Row{"FROM busybox\nRUNN true\n", "Error response from daemon: dockerfile parse error line 2: unknown instruction: RUNN"},
                           Row{"RUN true\n", "Error response from daemon: no build stage in current context"},
                           Row{"", "Error response from daemon: the Dockerfile (Dockerfile) cannot be empty"},
                           Row{"FROM busybox\nCOPY nosuch /x\n", "COPY failed: file not found in build context or excluded by .dockerignore: stat nosuch: file does not exist"},
                           Row{"FROM busybox\nCOPY index.html Dockerfile /x\n", "When using COPY with more than one source file, the destination must be a directory and end with a /"},
                           Row{"FROM busybox\nEXPOSE web\n", "Invalid containerPort: web"},
                           Row{"FROM busybox AS 1x\n", "dockerfile parse error line 1: invalid name for build stage: \"1x\", name can't start with a number or contain symbols"},
                           Row{"FROM busybox\nRUN --mount=type=cache,target=/x true\n", "the --mount option requires BuildKit."}}) {
        INFO(row.dockerfile);
        RuledHost host = with_page();
        host.write_file("/root/Dockerfile", row.dockerfile);
        const RuledHost::Done done = host.run("docker build .");
        CHECK(done.status == 1);
        CHECK(holds(done.error, row.sentence));
    }
    RuledHost host(false, false);
    CHECK(holds(host.run("docker build .").error, "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /root/Dockerfile: no such file or directory"));
    CHECK(holds(host.run("docker build nosuch").error, "unable to prepare context: path \"nosuch\" not found"));
    CHECK(holds(host.run("docker build").error, "requires 1 argument"));
}

TEST_CASE("rules of build: configuration reaches the container") {
    RuledHost host = with_page();
    host.write_file("/root/go.sh", "#!/bin/sh\necho \"$0 $* in $(pwd) as $(whoami) with $GREETING\"\n");
    host.must("chmod +x go.sh");
    host.write_file("/root/Dockerfile",
                    "ARG BASE=busybox\nFROM ${BASE}\nARG WHO=world\nENV GREETING=\"hello $WHO\"\nLABEL made.by=me\nWORKDIR /srv\nWORKDIR app\n"
                    "RUN adduser -D tester\nCOPY go.sh /usr/local/bin/\nUSER tester\nVOLUME /data\nSTOPSIGNAL SIGINT\n"
                    "HEALTHCHECK --interval=5s CMD true\nENTRYPOINT [\"go.sh\"]\nCMD [\"one\", \"two\"]\n");
    host.must("docker build -t conf --build-arg WHO=you --label extra=1 .");
    CHECK(host.must("docker run --rm conf").out == "/usr/local/bin/go.sh one two in /srv/app as tester with hello you\n");
    CHECK(host.must("docker run --rm conf three").out == "/usr/local/bin/go.sh three in /srv/app as tester with hello you\n");
    CHECK(host.must("docker inspect -f '{{.Config.StopSignal}} {{index .Config.Labels \"made.by\"}} {{index .Config.Labels \"extra\"}} {{.Config.Healthcheck.Interval}}' conf").out == "SIGINT me 1 5s\n");
    CHECK(holds(host.must("docker history conf").out, "CMD [\"one\" \"two\"]"));
    CHECK(holds(host.must("docker build --build-arg NOBODY=1 -q .").error, "DEPRECATED"));
}

TEST_CASE("rules of build: stages, what is left out, and what is taken as done") {
    RuledHost host = with_page();
    host.must("docker pull -q node");
    host.write_file("/root/.dockerignore", "secret*\n!secret.keep\n");
    host.write_file("/root/secret.txt", "x");
    host.write_file("/root/secret.keep", "kept\n");
    host.write_file("/root/Dockerfile",
                    "FROM busybox AS first\nWORKDIR /w\nCOPY . .\nRUN ls > /list\nFROM busybox\nCOPY --from=first /list /w/secret.keep /out/\nCMD cat /out/list\n");
    host.must("docker build -t staged .");
    const std::string list = host.must("docker run --rm staged").out;
    CHECK(holds(list, "secret.keep"));
    CHECK(!holds(list, "secret.txt"));
    CHECK(host.must("docker run --rm staged cat /out/secret.keep").out == "kept\n");
    CHECK(holds(host.must("docker build --target first .").out, "Step 4/4 : RUN ls"));
    // What Podium can't run it names with its place, and goes on; the server stands in.
    host.write_file("/root/Dockerfile", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install && npm run build\nEXPOSE 4000\nCMD [\"npm\", \"start\"]\n");
    const RuledHost::Done done = host.must("docker build -t app .");
    CHECK(holds(done.out, "Podium: Dockerfile:4: 'npm install' is not simulated; it is taken to have worked\n"));
    CHECK(holds(done.out, "Podium: Dockerfile:4: 'npm run build' is not simulated; it is taken to have worked\n"));
    host.must("docker run -d -p 8080:4000 app");
    host.wait(3);
    CHECK(host.run("curl -s localhost:8080").status == 0);
    // A package that is a program Podium knows is there afterwards.
    host.write_file("/root/Dockerfile", "FROM alpine\nRUN apk update && apk add --no-cache curl && rm -rf /var/cache/apk/*\n");
    host.must("docker build -t tools .");
    CHECK(host.run("docker run --rm tools curl -s localhost").status == 7);
    CHECK(host.run("docker run --rm alpine sh -c 'curl -s localhost'").status == 127);
    CHECK(host.run("docker build -t web . --squash").status == 125);
}

TEST_CASE("rules of build: what a step taken as done would leave behind can be moved, and interpreters prepare") {
    RuledHost host(false, false);
    host.must("docker pull -q node:20");
    host.must("docker pull -q python:3.12-slim");
    host.write_file("/root/Dockerfile", "FROM node:20\nWORKDIR /usr/local/app\nRUN npm ci && npm cache clean --force && mv /usr/local/app/node_modules /node_modules\n");
    host.must("docker build -t result .");
    CHECK(host.must("docker run --rm result ls -d /node_modules").out == "/node_modules\n");
    host.write_file("/root/Dockerfile", "FROM python:3.12-slim\nRUN python -m venv /venv\nRUN [\"python\", \"setup.py\", \"install\"]\nRUN test -d /venv && python manage.py collectstatic\n"
                    "RUN mkdir /shop && cd /shop && python -m venv venv\nRUN test -d /shop/venv\n");
    const RuledHost::Done done = host.must("docker build -t vote .");
    CHECK(holds(done.out, "Podium: Dockerfile:2: 'python -m venv /venv' is not simulated; it is taken to have worked\n"));
    CHECK(holds(done.out, "Podium: Dockerfile:4: 'python manage.py collectstatic' is not simulated; it is taken to have worked\n"));
    // Outside of a build a program's text is still refused.
    CHECK(host.run("docker run --rm vote sh -c 'python -m venv /x; exit $?'").status == 127);
}

TEST_CASE("rules of build: a program that a step taken as done may have brought along runs, what other images have does not") {
    RuledHost host(false, false);
    host.must("docker pull -q python:3.12-slim");
    host.write_file("/root/requirements.txt", "celery\n");
    host.write_file("/root/Dockerfile", "FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nEXPOSE 5555\n");
    host.must("docker build -t worker .");
    host.must("docker run -d --name one worker celery -A shop worker");
    host.must("docker run -d --name two worker sh -c 'exec celery -A shop worker'");
    host.must("docker run -d --name three --health-cmd 'celery inspect ping' --health-interval 1s worker celery -A shop worker");
    host.wait(4);
    CHECK(host.must("docker inspect -f '{{.State.Status}}' one two three").out == "running\nrunning\nrunning\n");
    CHECK(host.must("docker inspect -f '{{.State.Health.Status}}' three").out == "healthy\n");
    // Other images have it, so this one is known not to.
    CHECK(host.run("docker run --rm worker sh -c 'curl localhost'").status == 127);
    // Without such a step, and typed by a person, what is not there is not there.
    CHECK(host.run("docker run --rm python:3.12-slim celery -A shop worker").status == 127);
    CHECK(host.run("docker exec one sh -c 'celery -A shop status'").status == 127);
}

TEST_CASE("rules of build: what was only taken as done can be copied on, by RUN and by COPY with a pattern") {
    RuledHost host(false, false);
    host.must("docker pull -q debian");
    host.write_file("/root/Dockerfile",
                    "FROM rust AS build\nWORKDIR /app\nRUN cargo build --release && cp ./target/release/shop /bin/shopd\nRUN mvn package\n"
                    "FROM debian\nCOPY --from=build /bin/shopd /bin/\nCOPY --from=build /app/target/*.jar /app.jar\nEXPOSE 8000\nCMD [\"/bin/shopd\"]\n");
    const RuledHost::Done done = host.must("docker build -t shop .");
    CHECK(holds(done.out, "Podium: Dockerfile:3: 'cp ./target/release/shop /bin/shopd' is not simulated; it is taken to have worked\n"));
    CHECK(host.must("docker run --rm shop ls /app.jar /bin/shopd").out == "/app.jar\n/bin/shopd\n");
    host.must("docker run -d --name shop -p 8000:8000 shop");
    host.wait(3);
    CHECK(host.run("curl -s localhost:8000").status == 0);
    // Without such a step a missing file is a mistake.
    host.write_file("/root/Dockerfile", "FROM debian\nRUN cp /nosuch /bin/x\n");
    CHECK(holds(host.run("docker build .").error, "returned a non-zero code: 1"));
}

TEST_CASE("rules of build: Ctrl-C ends it and takes its container away") {
    RuledHost host = with_page();
    host.write_file("/root/Dockerfile", "FROM busybox\nRUN sleep 3600\n");
    CHECK(host.run("timeout 3 docker build .").status == 124);
    host.wait(1);
    CHECK(host.must("docker ps -aq").out.empty());
}

TEST_CASE("rules of build: docker compose builds what is not there, and with --build what is") {
    RuledHost host = with_page();
    host.write_file("/root/compose.yaml", "name: shop\nservices:\n  web:\n    build: .\n    ports: [\"8080:80\"]\n");
    RuledHost::Done done = host.must("docker compose up -d");
    CHECK(holds(done.out, "Step 1/6 : FROM nginx\n"));
    CHECK(holds(done.out, "Step 6/6 : LABEL com.docker.compose.image.builder=classic\n"));
    CHECK(holds(done.error, "but buildkit isn't enabled"));
    CHECK(holds(done.error + done.out, " Service web  Building\n"));
    host.wait(1);
    CHECK(host.must("curl -s localhost:8080").out == "hello from the build\n");
    CHECK(holds(host.must("docker images").out, "shop-web"));
    CHECK(!holds(host.must("docker compose up -d").out, "Step 1"));
    host.write_file("/root/index.html", "second\n");
    CHECK(!holds(host.must("docker compose up -d").out, "Step 1"));
    done = host.must("docker compose up -d --build");
    CHECK(holds(done.out, "Step 1/6 : FROM nginx\n"));
    host.wait(1);
    CHECK(host.must("curl -s localhost:8080").out == "second\n");
    CHECK(holds(host.must("docker compose build").out, "Using cache"));
    host.write_file("/root/Dockerfile", "FROM busybox\nRUN false\n");
    done = host.run("docker compose up -d --build");
    CHECK(done.status == 1);
    CHECK(holds(done.error, "The command '/bin/sh -c false' returned a non-zero code: 1"));
}

TEST_CASE("rules of build: docker compose refuses what the classic builder can't do, and uses what it can") {
    RuledHost host = with_page();
    const auto with = [&host](const std::string& build) {
        host.write_file("/root/compose.yaml", "name: shop\nservices:\n  web:\n    build: {context: ., " + build + "}\nsecrets: {key: {file: ./index.html}}\n");
        return host.run("docker compose build");
    };
    CHECK(holds(with("secrets: [key]").error, "the classic builder doesn't support secrets, set DOCKER_BUILDKIT=1 to use BuildKit"));
    CHECK(holds(with("ssh: [default]").error, "the classic builder doesn't support SSH keys, set DOCKER_BUILDKIT=1 to use BuildKit"));
    CHECK(holds(with("privileged: true").error, "the classic builder doesn't support privileged mode, set DOCKER_BUILDKIT=1 to use BuildKit"));
    host.write_file("/root/Dockerfile", "FROM busybox\nRUN ip address > /addresses\nCMD cat /addresses\n");
    CHECK(with("pull: false").status == 0);
    CHECK(holds(host.must("docker run --rm shop-web").out, "eth0"));
    CHECK(with("no_cache: true, network: none").status == 0);
    CHECK(!holds(host.must("docker run --rm shop-web").out, "eth0"));
    CHECK(host.run("docker compose build --memory 5x").status == 1);
    CHECK(host.must("docker compose build --no-rm --parallel").status == 0);
    CHECK(host.must("docker ps -aq").out.empty());
}

TEST_CASE("rules of build: docker compose 2 reads Dockerfiles as BuildKit does, and makes what the target needs") {
    RuledHost host = with_page();
    host.write_file("/root/compose.yaml", "name: shop\nservices:\n  web:\n    build: {context: ., target: served}\n    ports: [\"8080:80\"]\n");
    host.write_file("/root/Dockerfile",
                    "# syntax=docker/dockerfile:1.4\n"
                    "FROM busybox AS tools\n"
                    "RUN echo tools are made\n"
                    "FROM --platform=$BUILDPLATFORM busybox AS builder\n"
                    "ARG TARGETARCH\n"
                    "RUN --mount=type=cache,target=/root/.cache --mount=type=bind,from=tools,target=/tools <<EOF\n"
                    "# a comment of the script's\n"
                    "mkdir -p /site\n"
                    "echo \"for $TARGETARCH\" > /site/arch.html\n"
                    "EOF\n"
                    "FROM builder AS dev-envs\n"
                    "RUN <<EOF\napt-get update\nuseradd -s /bin/bash vscode\nfalse\nEOF\n"
                    "FROM nginx AS served\n"
                    "COPY --link --from=1 /site /usr/share/nginx/html\n"
                    "COPY --chmod=755 <<'END' /usr/local/bin/hello\n#!/bin/sh\necho \"hello $1\"\nEND\n"
                    "HEALTHCHECK --interval=1s --start-interval=100ms CMD true\n");
    const RuledHost::Done done = host.must("docker compose up -d");
    CHECK(holds(done.out, "RUN --mount=type=cache,target=/root/.cache --mount=type=bind,from=tools,target=/tools <<EOF\n"));
    CHECK(holds(done.out, "Podium: Dockerfile:6: --mount=type=cache,target=/root/.cache is not simulated: the step runs without it\n"));
    CHECK(holds(done.out, "Podium: Dockerfile:6: --mount=type=bind,from=tools,target=/tools is not simulated: the step runs without it\n"));
    CHECK(holds(done.out, "tools are made\n"));  // a mount needs its stage
    CHECK(holds(done.out, "Podium: Dockerfile:23: --start-interval has no effect: this engine (20.10) does not know it, as 25.0 and later do\n"));
    CHECK_FALSE(holds(done.out, "dev-envs"));
    host.wait(1);
    CHECK(host.must("curl -s localhost:8080/arch.html").out == "for amd64\n");
    CHECK(host.must("docker compose exec -T web hello you").out == "hello you\n");
    // The engine's own builder, which docker build asks here, knows none of it.
    CHECK(holds(host.run("docker build .").error, "unknown instruction: MKDIR"));
}

TEST_CASE("rules of build: COPY takes files of an image that has to be pulled, known or not") {
    RuledHost host(false, false);
    host.must("docker pull -q busybox");
    host.write_file("/root/Dockerfile", "FROM busybox\nCOPY --from=nginx:1.27 /usr/share/nginx/html/index.html /page\nCOPY --from=team/composer:2 /usr/bin/composer /usr/bin/composer\n");
    const RuledHost::Done done = host.must("docker build -t tools .");
    CHECK(holds(done.out, "Podium: Dockerfile:3: /usr/bin/composer would come from"));
    CHECK(holds(host.must("docker images").out, "team/composer"));
    host.write_file("/root/Dockerfile", "FROM busybox\nCOPY --from=nosuchimage /x /x\n");
    CHECK(holds(host.run("docker build .").error, "invalid from flag value nosuchimage: pull access denied for nosuchimage"));
}

TEST_CASE("rules of build: docker-compose 1.29 has docker build do it") {
    RuledHost host = with_page();
    host.write_file("/root/docker-compose.yml", "version: '3'\nservices:\n  web:\n    build: .\n");
    RuledHost::Done done = host.must("docker-compose up -d");
    CHECK(holds(done.error, "Building web\n"));
    CHECK(holds(done.out, "Successfully tagged root_web:latest\n"));
    CHECK(holds(done.error, "\nImage for service web was built because it did not already exist."));
    CHECK(holds(host.must("docker-compose build").out, "Using cache"));
    host.write_file("/root/Dockerfile", "FROM busybox\nRUN exit 4\n");
    done = host.run("docker-compose up -d --build");
    CHECK(done.status == 1);
    CHECK(holds(done.error, "Service 'web' failed to build : Build failed\n"));
}

TEST_CASE("rules of docker build: a client may go at any moment, also just when a step's container has ended") {
    RuledHost begun = with_page();
    begun.write_file("/root/Dockerfile", "FROM busybox\nRUN sleep 0.2\n");
    begun.must("docker build -q -t mine . > /dev/null &");
    // Every hundredth of a second of the whole build, and of a little more.
    for (int hundredth = 0; hundredth < 150; ++hundredth) {
        INFO("after " << hundredth << " hundredths of a second");
        RuledHost host = begun;
        host.wait(0.01 * hundredth);
        host.run("kill -9 $! 2> /dev/null");
        host.wait(5);
        CHECK(host.must("docker ps -q").out.empty());
    }
}

TEST_CASE("rules of docker build: a step's container is of no service, in the summary, in histories and in all lanes") {
    RuledHost host = with_page();
    host.must("docker build -q --rm=false -t mine .");
    REQUIRE_FALSE(host.must("docker ps -aq").out.empty());
    const Lanes lanes = make_lanes(host.session());
    std::size_t of_build = 0;
    for (const Lane& lane : lanes.all) {
        CHECK(lane.kind != LaneKind::Service);
        if (lane.kind == LaneKind::Container) of_build += lane.service.empty() ? 1U : 0U;
    }
    CHECK(of_build > 0);
    CHECK(view::summarise(host.session().world(), fact_catalogue(), host.session().now()).empty());
    view::LaneFollower follower({});
    follower.follow(host.session().world(), fact_catalogue());
    for (const auto& lane : follower.lanes(host.session().now()).lanes) CHECK(lane->kind != view::LaneKind::Service);
    view::Histories histories;
    histories.follow(host.session().world(), fact_catalogue());
    CHECK(histories.of_all().starts == 0);
    for (const model::Container& container : host.session().world().containers)
        CHECK_FALSE(histories.knows(std::string(host.session().world().kernel.interner().text(container.name))));
}

}  // namespace podium::lab
