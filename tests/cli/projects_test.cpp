// What podium says of a project: check before it runs, and run of what is brought up, waits, or does not come up.

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

using namespace podium::cli::testing;

TEST_CASE("podium check: what is accepted and not simulated is listed with its places, status 0") {
    const Folder folder("check");
    folder.write("compose.yaml", kWebAndStore);
    const Outcome check = run_podium(folder, {"check", "compose.yaml"});
    CHECK(check.status == 0);
    CHECK(says(check.out, "compose.yaml:8:15: services.db.shm_size: "));
    CHECK(says(check.out, "2 services (db, web); 1 setting is not simulated"));
    folder.write("web.yaml", kNginxOnly);
    CHECK(says(run_podium(folder, {"check", "-f", "web.yaml"}).out,
               "1 service (web); all of it is simulated"));
    folder.write("odd.yaml", "services:\n  web:\n    image: foo/bar\n");
    const Outcome odd = run_podium(folder, {"check", "odd.yaml"});
    CHECK(odd.status == 0);
    CHECK(says(odd.out, "odd.yaml:3:12: services.web.image: foo/bar is not in Podium's catalogue of images"));
    CHECK(says(odd.out, "1 service (web); 1 image is not known"));
    folder.write("refused.yaml",
                 "services:\n  web:\n    image: nginx\n    healthcheck: {test: \"true\", start_interval: 1s}\n");
    const Outcome refused = run_podium(folder, {"check", "refused.yaml"});
    CHECK(refused.status == 0);
    CHECK(says(refused.out, "refused.yaml:4:49: services.web.healthcheck.start_interval: 'start_interval' is refused"));
    CHECK(says(refused.out, "1 service (web); 1 setting is refused"));
    CHECK(says(run_podium(folder, {"run", "refused.yaml", "--quiet"}).error,
               "refused here, as by the real programs: start_interval (podium check refused.yaml lists where)"));
    folder.write("gpu.yaml", "services:\n  web: {image: nginx, gpus: all}\n");
    CHECK(says(run_podium(folder, {"check", "gpu.yaml"}).out, "1 service (web); 1 setting is refused"));
    CHECK(says(run_podium(folder, {"run", "gpu.yaml", "--quiet"}).error, "refused here, as by the real programs: gpus (podium check gpu.yaml lists where)"));
    folder.write("folders.yaml", "services:\n  web: {image: nginx, volumes: [\"./nohtml:/usr/share/nginx/html\"]}\n  two: {image: nginx, volumes: [\"./nohtml:/a\", \"./no.conf:/b\"]}\n");
    const Outcome folders = run_podium(folder, {"check", "folders.yaml"});
    CHECK(folders.status == 0);
    CHECK(says(folders.out, "folders.yaml:2:33: services.web.volumes[0]: there is no ./nohtml: Docker makes an empty folder there\n"));
    CHECK(says(folders.out, "2 services (two, web); all of it is simulated"));
    const Outcome with_folders = run_podium(folder, {"run", "folders.yaml", "--quiet"});
    CHECK(with_folders.status == 0);
    CHECK(says(with_folders.error, "podium: there is no ./no.conf, no ./nohtml: Docker makes an empty folder there\n"));
    CHECK(!says(run_podium(folder, {"run", "folders.yaml", "--quiet", "--cluster", "three-host", "--with", "stack"}).error, "there is no ./"));
    folder.write("flat.yaml", "services: nginx\n");
    CHECK(says(run_podium(folder, {"check", "flat.yaml"}).error, "flat.yaml:1:11: services must be a mapping (key: value) (write its keys below it, indented)"));
    folder.write("idle.yaml", "services:\n  web: {image: nginx, profiles: [more]}\n");
    CHECK(says(run_podium(folder, {"check", "idle.yaml"}).out, ": no service is active, as each has a profile"));
    folder.write("none.yaml", "services: {}\n");
    CHECK(says(run_podium(folder, {"check", "none.yaml"}).out, ": there is no service;"));
    folder.write("old.yaml", "version: \"3\"\nservices:\n  web:\n    image: nginx\n    volumes: [\"/a:/b:bogus\"]\n    tmpfs: [\"/c:mode=700\", \"/d:size=1m\"]\n");
    const Outcome old = run_podium(folder, {"check", "old.yaml"});
    CHECK(says(old.out, "old.yaml:1:1: the attribute `version` is obsolete"));
    CHECK(says(old.out, "old.yaml:5:15: the mount option 'bogus'"));
    CHECK(says(old.out, "services.web.tmpfs[0]: '/c:mode=700' is not simulated"));
    CHECK(!says(old.out, "services.web.tmpfs[1]"));
    folder.write("wrong.yaml", "services:\n  web:\n    image: nginx\n    stop_signal: SIGFOO\n");
    for (const char* verb : {"check", "run"}) {
        const Outcome wrong = run_podium(folder, {verb, "wrong.yaml"});
        CHECK(wrong.status == 2);
        CHECK(says(wrong.error, "wrong.yaml:4:18: services.web.stop_signal: there is no signal 'SIGFOO' (write SIGTERM"));
    }
}

TEST_CASE("podium check: programs that a run acts out otherwise are listed where the file says what runs") {
    const Folder folder("foreseen");
    folder.write("compose.yaml",
                 "services:\n"
                 "  app:\n"
                 "    image: python:3.12\n"
                 "    command: python app.py\n"
                 "  shop:\n"
                 "    build: {context: ., dockerfile_inline: \"FROM node:22\\nRUN npm ci\\nCMD npm start\"}\n"
                 "    deploy: {replicas: 2}\n"
                 "  db:\n"
                 "    image: postgres:16\n"
                 "    environment: {POSTGRES_PASSWORD: x}\n"
                 "    command: [-c, shared_buffers=1GB]\n"
                 "    depends_on: [app]\n"
                 "  web:\n"
                 "    image: nginx\n"
                 "    volumes: [\"./conf:/etc/nginx/conf.d\"]\n"
                 "    networks: [shared]\n"
                 "networks: {shared: {external: true}}\n");
    CHECK(::mkdir((folder.path() + "/conf").c_str(), 0755) == 0);
    folder.write("conf/site.conf", "server {}\n");
    const Outcome check = run_podium(folder, {"check"});
    INFO(check.out << check.error);
    CHECK(check.status == 0);
    CHECK(says(check.out,
               "compose.yaml:4:14: services.app.command: Podium does not run 'python app.py'; a web server on port 8000 acts in "
               "its place\n"));
    CHECK(says(check.out, ": services.shop.build: Podium does not run 'npm start'; a web server on port 3000 acts in its place\n"));
    CHECK(says(check.out, ":2: 'npm ci' is not simulated; it is taken to have worked\n"));
    CHECK(says(check.out,
               ": services.db.command: Podium does not simulate '-c shared_buffers=1GB' of postgres, which runs as without\n"));
    // The mount's own line says it already.
    CHECK(says(check.out,
               "services.web.volumes[0]: Podium does not read what is there: nginx runs as with the configuration of its image\n"));
    CHECK(!says(check.out, "services.web.image"));
    CHECK(says(check.out, "4 services (app, db, shop, web); 1 setting is not simulated, 4 programs are not simulated as given\n"));
    folder.write("late.yaml",
                 "services:\n"
                 "  first: {image: busybox, command: 'false'}\n"
                 "  app: {image: 'python:3.12', command: python app.py, depends_on: {first: {condition: service_completed_successfully}}}\n");
    const Outcome late = run_podium(folder, {"check", "late.yaml"});
    CHECK(late.status == 0);
    CHECK(says(late.out, "what app would run was not seen, as nothing of it started within ten minutes\n"));
    CHECK(says(late.out,
               "when simulated, 'docker compose -f late.yaml up -d' ended with status 1: "
               "service \"first\" didn't complete successfully: exit 1\n"));
    CHECK(!says(check.out, "ended with status"));
    folder.write("ports.yaml", "services:\n  web: {image: nginx, ports: ['80:80'], deploy: {replicas: 2}}\n");
    CHECK(says(run_podium(folder, {"check", "ports.yaml"}).out, "Bind for 0.0.0.0:80 failed: port is already allocated\n"));
    // A saved run and the last one stay what they were.
    CHECK(says(run_podium(folder, {"why", "app"}).error, "there is no last run"));
}

TEST_CASE("podium run -f -: the Compose file comes from standard input") {
    const Folder folder("input");
    Start start;
    start.input = kNginxOnly;
    const Outcome run = run_podium(folder, {"run", "-f", "-", "--for", "20s", "--do", "docker ps --format '{{.Names}} {{.Image}}' @15s"}, start);
    CHECK(run.status == 0);
    CHECK(says(run.out, "web.1"));
    // What a command printed stands below it.
    CHECK(says(run.out, "$ docker ps --format '{{.Names}} {{.Image}}'\n"));
    CHECK(says(run.out, "-web-1 nginx\n"));
    start.input = "services: {web: {image: nginx, ports: 5}}\n";
    const Outcome wrong = run_podium(folder, {"check", "-"}, start);
    CHECK(wrong.status == 2);
    CHECK(says(wrong.error, "stdin.yaml:1:"));
}

TEST_CASE("podium run: a command that still waits at the end, and a container that there is not, are told") {
    const Folder folder("waits");
    folder.write("compose.yaml",
                 "services:\n  slow: {image: busybox, command: sleep 1000, healthcheck: {test: \"false\", interval: 10s, retries: 1000}}\n"
                 "  app: {image: busybox, command: sleep 1000, depends_on: {slow: {condition: service_healthy}}}\n");
    const Outcome run = run_podium(folder, {"run", "--quiet", "--for", "60s"});
    CHECK(says(run.error, "'docker compose up -d' was still waiting at the end, 1m00.000s after it was typed"));
    const Outcome nobody = run_podium(folder, {"run", "--quiet", "--kill", "app.9@30s"});
    CHECK(nobody.status == 2);
    CHECK(says(nobody.error, "there is no app.9 in this project (there is app.1)"));
}

TEST_CASE("podium run: a service or container whose own name ends with a number is meant before service.N") {
    const Folder folder("dotted");
    folder.write("compose.yaml",
                 "services:\n  api: {image: busybox, command: sleep 1000}\n  api.2: {image: busybox, command: sleep 1000}\n"
                 "  other: {image: busybox, command: sleep 1000, container_name: other.7}\n");
    const std::string list = "docker ps -a --format '{{.Names}} is {{.State}}' @40s";
    const Outcome killed = run_podium(folder, {"run", "--for", "60s", "--kill", "api.2@30s", "--kill", "other.7@30s", "--do", list});
    CHECK(killed.status != 2);
    CHECK(says(killed.out, "-api.2-1 is exited\n"));
    CHECK(says(killed.out, "-api-1 is running\n"));
    CHECK(says(killed.out, "other.7 is exited\n"));
    const Outcome removed = run_podium(folder, {"run", "--for", "60s", "--remove", "api.2@30s", "--do", list});
    CHECK(!says(removed.out, "-api.2-1 is "));
    CHECK(says(removed.out, "-api-1 is running\n"));
    CHECK(says(run_podium(folder, {"run", "--kill", "api.3@30s"}).error, "there is no api.3 in this project (there is api.1)"));
}

TEST_CASE("podium run: of two projects' services of one name the summary tells apart") {
    const Folder folder("namesakes");
    folder.write("compose.yaml", "name: shop\nservices:\n  web: {image: nginx}\n  db: {image: redis}\n");
    const Outcome run = run_podium(
        folder, {"run", "--quiet", "--for", "60s", "--do", "docker compose -p blog up -d web @10s", "--do", "docker compose -p blog kill @30s"});
    INFO(run.out);
    CHECK(says(run.out, "db             1 "));
    CHECK(says(run.out, "blog/web       1         0 "));
    CHECK(says(run.out, "shop/web       1         0      0.0 s          -      100.00 %  running\n"));
    CHECK(!says(run.out, "\nweb "));
    // Its lines, too, from the first on that tells of the second one.
    const Outcome told = run_podium(
        folder,
        {"run", "--for", "60s", "--do", "docker compose -p blog up -d web @10s", "--do", "docker compose -p shop kill @30s"});
    INFO(told.out);
    for (const std::string what : {" web.1   started ",
                                   " blog/web.1  created ",
                                   " blog/web.1  started ",
                                   " shop/web.1  died ",
                                   " db.1        died "})
        CHECK(says(told.out, what));
    for (const std::string what : {" blog/web.1  died ", " shop/web.1  started ", " shop/db.1 "})
        CHECK(!says(told.out, what));
}

TEST_CASE("podium run, shell: what docker compose alone refuses is no matter for a stack") {
    const Folder folder("stack_checks");
    folder.write("compose.yaml", "services: {web: {image: nginx, container_name: foo, deploy: {replicas: 3}}}\n");
    const std::string unique = "can't set container_name and web as container name must be unique";
    const Outcome stack = run_podium(folder,
                                     {"run", "compose.yaml", "--for", "40s", "--cluster", "three-host", "--with", "stack", "--do",
                                      "docker service ls --format '{{.Replicas}}' @35s"});
    INFO(stack.out << stack.error);
    CHECK(stack.status == 0);
    CHECK(says(stack.out, " 3/3\n"));
    for (const std::vector<std::string>& words : {std::vector<std::string>{"run", "compose.yaml", "--cluster", "three-host"},
                                                  std::vector<std::string>{"shell", "compose.yaml"}}) {
        const Outcome compose = run_podium(folder, words);
        CHECK(compose.status == 2);
        CHECK(says(compose.error, unique));
    }
    // In a terminal on its hosts docker compose says so itself.
    Start start;
    start.input = "docker compose up -d\n";
    const Outcome shell = run_podium(folder, {"shell", "compose.yaml", "--cluster", "three-host"}, start);
    INFO(shell.out << shell.error);
    CHECK(says(shell.out + shell.error, "swarm-larry$ docker compose up -d\n"));
    CHECK(says(shell.out + shell.error, unique));
}

TEST_CASE("podium run: in a stack services are called by its name, too, by whatever acts on them") {
    const Folder folder("stack_names");
    folder.write("compose.yaml", "services:\n  web: {image: nginx, ports: [\"8080:80\"]}\n");
    Start start;
    start.environment = {"COMPOSE_PROJECT_NAME=shop"};
    const std::vector<std::string> deployed{
        "run", "compose.yaml", "--quiet", "--for", "60s", "--cluster", "three-host", "--with", "stack"};
    const auto with = [](std::vector<std::string> arguments, const std::vector<std::string>& more) {
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    };
    const std::vector<std::string> acted{
        "--save", "shop.podium", "--kill", "shop_web.1@20s", "--traffic", "shop_web:8080 rate=5/s @50s"};
    const Outcome saved = run_podium(folder, with(deployed, acted), start);
    INFO(saved.out << saved.error);
    CHECK(saved.status == 0);
    CHECK(!says(saved.error, "found nothing"));
    CHECK(says(saved.out, "TRAFFIC"));
    CHECK(!says(saved.out, "refused"));
    for (const std::vector<std::string>& run : {deployed, std::vector<std::string>{"run", "shop.podium", "--quiet"}}) {
        for (const std::string name : {"shop_web", "shop_web.1", "web.1"}) {
            INFO(run[1] << " " << name);
            const Outcome killed = run_podium(folder, with(run, {"--fault", "kill " + name + " @45s"}), start);
            CHECK(killed.status == 0);
            CHECK(!says(killed.error, "found nothing"));
            // What is typed on one node deletes nothing on another.
            const Outcome removed = run_podium(folder, with(run, {"--remove", name + "@45s"}), start);
            CHECK(removed.status == 2);
            CHECK(says(removed.error,
                       "docker rm -f is typed on swarm-larry, and the tasks of " + name +
                           " may be on any node (--kill ends them wherever they are)"));
        }
        for (const std::string name : {"blog_web", "shop_wbe", "shop/web", "/web", "shop_web.x", "shop-web-1"}) {
            INFO(run[1] << " " << name);
            CHECK(run_podium(folder, with(run, {"--kill", name + "@45s"}), start).status == 2);
        }
    }
    CHECK(says(run_podium(folder, with(deployed, {"--traffic", "shop_web.1:81 @40s"}), start).error,
               "shop_web.1 publishes no port 81 on the host (it publishes 8080)"));
    // Without a stack nothing is called so; service.N is, and whatever lines that are typed may create.
    const std::vector<std::string> alone{"run", "compose.yaml", "--quiet", "--for", "30s"};
    CHECK(run_podium(folder, with(alone, {"--kill", "shop_web@20s"}), start).status == 2);
    CHECK(says(run_podium(folder, with(alone, {"--traffic", "shop_web:8080 @20s"}), start).error,
               "there is no service or host 'shop_web'"));
    const std::vector<std::string> beside{"--traffic",
                                          "web.1:8080 rate=5/s @20s",
                                          "--traffic",
                                          "other:81 rate=5/s @20s",
                                          "--do",
                                          "docker run -d --name other -p 81:80 nginx @10s"};
    const Outcome asked = run_podium(folder, with(alone, beside), start);
    INFO(asked.error);
    CHECK(asked.status == 0);
    CHECK(says(asked.out, "TRAFFIC"));
    CHECK(!says(asked.out, "refused"));
}

TEST_CASE("podium run LESSON: what podium learn does with it; other commands say that it is one") {
    const Folder learner("lesson_learn");
    const Folder other("lesson_name");
    const Folder folder("lesson");
    const Outcome learn = run_podium(learner, {"learn", "05"}, {"quit\n"});
    const Outcome run = run_podium(folder, {"run", "05"}, {"quit\n"});
    CHECK(run.status == learn.status);
    CHECK(run.out == learn.out);
    CHECK(run.out.size() > 100);
    CHECK(run_podium(other, {"run", "05-compose-is-no-orchestrator"}, {"quit\n"}).out == learn.out);
    const Outcome faulty = run_podium(folder, {"run", "05", "--for", "1m"});
    CHECK(faulty.status == 2);
    CHECK(says(faulty.error, "'05' is a lesson, and --for is not for lessons"));
    const Outcome shell = run_podium(folder, {"shell", "05"});
    CHECK(shell.status == 2);
    CHECK(says(shell.error, "'05' is a lesson (begin it with: podium learn 05)"));
    folder.write("05", "services:\n  web: {image: nginx}\n");
    CHECK(says(run_podium(folder, {"check", "05"}).out, "1 service (web)"));
}

TEST_CASE("podium run: what a project counts on as external is made before it is brought up") {
    const Folder folder("external");
    folder.write("compose.yaml",
                 "services:\n  web: {image: nginx, networks: [proxy], volumes: ['pages:/usr/share/nginx/html']}\n"
                 "networks: {proxy: {external: true}}\nvolumes: {pages: {external: true, name: the_pages}}\n");
    const Outcome run = run_podium(folder, {"run", "compose.yaml", "--for", "30s"});
    INFO(run.out << run.error);
    CHECK(run.status == 0);
    CHECK(says(run.error, "external, so that is made first: docker network create proxy; docker volume create the_pages"));
    CHECK(says(run.out, "$ docker network create proxy; docker volume create the_pages; docker compose -f compose.yaml up -d"));
    CHECK(says(run.out, "web.1"));
}

TEST_CASE("podium run: a project that does not come up is no success, and the reason is said") {
    const Folder folder("not_up");
    folder.write("compose.yaml",
                 "services:\n  a:\n    image: nginx\n    depends_on: {b: {condition: "
                 "service_healthy}}\n  b: {image: nginx}\n");
    const Outcome run = run_podium(folder, {"run", "compose.yaml"});
    INFO(run.out << run.error);
    CHECK(run.status == 1);
    CHECK(run.out.find("no healthcheck configured") != std::string::npos);
    CHECK(run.error.find("the project did not come up: 'docker compose -f compose.yaml up -d' "
                         "ended with status 1") != std::string::npos);
}

TEST_CASE("podium shell FILE: the simulated host has the files of every profile, and of the real "
          "shell's variables those that the project depends on") {
    const Folder folder("carried");
    folder.write("compose.yaml",
                 "services:\n  a:\n    image: nginx:${TAG}\n    environment: [PASSED]\n"
                 "    command: sleep 100 # TERM NOT_USED _\n"
                 "  b: {image: nginx, profiles: [extra], env_file: [b.env]}\n");
    folder.write("b.env", "X=1\n");
    Start start;
    start.input = "env | sort\ndocker compose --profile extra config --services | sort\n";
    start.environment = {"TAG=1.25", "PASSED=yes", "NOT_USED=no"};
    const Outcome run = run_podium(folder, {"shell", "compose.yaml"}, start);
    INFO(run.out << run.error);
    CHECK(run.out.find("\nPASSED=yes\n") != std::string::npos);
    CHECK(run.out.find("\nTAG=1.25\n") != std::string::npos);
    CHECK(run.out.find("NOT_USED") == std::string::npos);
    CHECK(run.out.find("\nTERM=") == std::string::npos);
    CHECK(run.out.find("\na\nb\n") != std::string::npos);
    CHECK(run.status == 0);
}
