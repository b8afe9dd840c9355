// What the instructions of a Dockerfile do and refuse, after moby v20.10.24 builder/dockerfile;
// nothing of it is recorded.

#include <catch2/catch.hpp>

#include "tests/lab/rules_fixture.hpp"

namespace podium::lab {
namespace {

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

RuledHost builder() {
    RuledHost host(false, false);
    host.must("docker pull -q busybox");
    host.must("docker pull -q nginx");
    return host;
}

RuledHost::Done build(RuledHost& host,
                      const std::string& dockerfile,
                      const std::string& flags = {}) {
    host.write_file("/root/Dockerfile", dockerfile);
    return host.run("docker build -t made " + flags + " .");
}

}  // namespace

TEST_CASE("rules of Dockerfiles: arguments before FROM lose their quotes and use one another") {
    RuledHost host = builder();
    const std::string file =
        "ARG NAME=\"busybox\"\nARG BASE=${NAME}:latest\nFROM $BASE\nARG NAME\nRUN echo \"[$NAME]\" "
        "> /name\n"
        "CMD cat /name\n";
    CHECK(build(host, file).status == 0);
    CHECK(host.must("docker run --rm made").out == "[busybox]\n");
    // What is given stands in place of the default, in both.
    CHECK(build(host, file, "--build-arg NAME=nginx").status == 0);
    CHECK(host.must("docker run --rm made").out == "[nginx]\n");
    CHECK(says(build(host, "ARG A=${B:?needed}\nFROM busybox\n").error,
               "failed to process \"${B:?needed}\": B: needed"));
}

TEST_CASE(
    "rules of Dockerfiles: proxies are arguments without an ARG, and not told in the history") {
    RuledHost host = builder();
    const auto done =
        build(host,
              "FROM busybox\nARG A=1\nRUN echo $HTTP_PROXY $A > /proxy\nCMD cat /proxy\n",
              "--build-arg HTTP_PROXY=http://proxy:3128");
    CHECK(done.status == 0);
    CHECK_FALSE(says(done.out, "not consumed"));
    CHECK(host.must("docker run --rm made").out == "http://proxy:3128 1\n");
    CHECK(says(host.must("docker history --no-trunc made").out, "|1 A=1 /bin/sh -c echo"));
}

TEST_CASE("rules of Dockerfiles: a stage for another platform can't be had") {
    RuledHost host = builder();
    CHECK(build(host, "FROM --platform=linux/amd64 busybox\nCMD true\n").status == 0);
    CHECK(says(build(host, "FROM --platform=linux/arm64 busybox\n").error,
               "no matching manifest for linux/arm64/v8 in the manifest list entries"));
    // The classic builder has no such argument.
    CHECK(says(build(host, "FROM --platform=$BUILDPLATFORM busybox\n").error,
               "failed to parse platform : \"\" is an invalid component of \"\": platform "
               "specifier component must "
               "match \"^[A-Za-z0-9_-]+$\": invalid argument"));
    CHECK(says(build(host, "FROM --platform=linux/abc busybox\n").error,
               "failed to parse platform linux/abc: \"abc\": unknown operating system or "
               "architecture: invalid argument"));
}

TEST_CASE("rules of Dockerfiles: what is wrong with an instruction is said when it is its turn") {
    struct Row {
        const char* dockerfile;
        const char* sentence;
    };

    RuledHost host = builder();
    for (const Row& row :
         {Row{"FROM busybox AS a\nFROM busybox AS A\n", "a stage name already used\n"},
          Row{"FROM busybox\nWORKDIR $NONE\n", "cannot normalize nothing\n"},
          Row{"FROM busybox\nEXPOSE 99999/tcp\n", "Invalid containerPort: 99999\n"},
          Row{"FROM busybox\nEXPOSE 80/abc\n", "Invalid proto: abc\n"},
          Row{"FROM busybox\nEXPOSE x:80\n", "Invalid hostPort: x\n"},
          Row{"FROM busybox\nSTOPSIGNAL SIGNONE\n", "Invalid signal: SIGNONE\n"},
          Row{"FROM busybox\nENV A='x\n",
              "failed to process \"'x\": unexpected end of statement while looking for matching "
              "single-quote\n"},
          Row{"FROM busybox\nUSER ${U-x}\n",
              "failed to process \"${U-x}\": missing ':' in substitution\n"},
          Row{"FROM scratch\n", "No image was generated. Is your Dockerfile empty?\n"},
          Row{"  \n", "failed to parse Dockerfile: file with no instructions\n"}}) {
        INFO(row.dockerfile);
        const auto done = build(host, row.dockerfile);
        CHECK(done.status == 1);
        CHECK(says(done.error, row.sentence));
    }
    const auto target = build(host, "FROM busybox AS one\nFROM busybox\n", "--target 0");
    CHECK(says(target.error, "failed to reach build target 0 in Dockerfile"));
}

TEST_CASE("rules of Dockerfiles: ports, author and health check as the image has them") {
    RuledHost host = builder();
    const auto done =
        build(host,
              "FROM busybox\nMAINTAINER Jo <jo@example.org>\nEXPOSE 8080:80 90-91/udp\n"
              "HEALTHCHECK --interval=5s CMD true\nHEALTHCHECK --retries=3 CMD "
              "[\"false\"]\nWORKDIR /srv/\n");
    CHECK(done.status == 0);
    CHECK(says(done.out, "Note: overriding previous HEALTHCHECK: [CMD-SHELL true]\n"));
    CHECK(host.must("docker inspect -f '{{.Author}} {{json .Config.ExposedPorts}} "
                    "{{.Config.WorkingDir}}' made")
              .out == "Jo <jo@example.org> {\"80/tcp\":{},\"90/udp\":{},\"91/udp\":{}} /srv/\n");
    CHECK(says(host.must("docker history --no-trunc made").out,
               "HEALTHCHECK &{[\"CMD\" \"false\"] \"0s\" \"0s\" \"0s\" '\\x03'}"));
    CHECK(host.must("docker run --rm made pwd").out == "/srv\n");
    CHECK(host.must("docker run --rm -w /srv/../tmp/ made pwd").out == "/tmp\n");
}

TEST_CASE("rules of Dockerfiles: --label is taken as it is written") {
    RuledHost host = builder();
    const auto done = build(host, "FROM busybox\n", "--label \"note=it's \\$HOME\"");
    CHECK(done.status == 0);
    CHECK(host.must("docker inspect -f '{{.Config.Labels.note}}' made").out == "it's $HOME\n");
}

TEST_CASE("rules of Dockerfiles: COPY and .dockerignore know classes of letters") {
    RuledHost host = builder();
    for (const char* name : {"a1", "a2", "b1", "c[1]"})
        host.write_file("/root/" + std::string(name), name);
    host.write_file("/root/.dockerignore", "a[2-9]\n");
    CHECK(build(host, "FROM busybox\nCOPY [a-b]? c[[]1] /got/\nCMD ls /got\n").status == 0);
    CHECK(host.must("docker run --rm made").out == "a1\nb1\nc[1]\n");
}

TEST_CASE("rules of Dockerfiles: from scratch there is nothing but what is put there") {
    RuledHost host = builder();
    CHECK(build(host, "FROM scratch\nCMD [\"/app\"]\n").status == 0);
    CHECK(host.must("docker images -aq | wc -l").out == "3\n");  // scratch itself is no image
    CHECK(says(build(host, "FROM scratch\nCMD [\"/app\"]\n").out, " ---> Using cache\n"));
    auto done = host.run("docker run --rm made");
    CHECK(done.status == 127);
    CHECK(says(done.error, "exec: \"/app\": stat /app: no such file or directory"));
    CHECK(says(host.run("docker run --rm made sh").error,
               "exec: \"sh\": executable file not found in $PATH"));
    CHECK(says(build(host, "FROM scratch\nRUN true\n").error,
               "stat /bin/sh: no such file or directory"));
    host.write_file("/root/page", "of its own\n");
    CHECK(build(host,
                "FROM scratch AS files\nCOPY page /a/page\nFROM busybox\nCOPY --from=files /a "
                "/b\nCMD cat /b/page\n")
              .status == 0);
    CHECK(host.must("docker run --rm made").out == "of its own\n");
}

TEST_CASE("rules of Dockerfiles: one may come from standard input") {
    RuledHost host = builder();
    auto done = host.must("printf 'FROM busybox\\nCMD echo piped\\n' | docker build -t made -");
    CHECK(says(done.out,
               "Sending build context to Docker daemon  2.048kB\r\r\nStep 1/2 : FROM busybox\n"));
    CHECK(host.must("docker run --rm made").out == "piped\n");
    host.write_file("/root/page", "of the folder\n");
    host.must(
        "printf 'FROM busybox\\nCOPY page /\\nCMD cat /page\\n' | docker build -t made -f - .");
    CHECK(host.must("docker run --rm made").out == "of the folder\n");
    CHECK(says(host.run("docker build -f - - < /root/page").error,
               "invalid argument: can't use stdin for both build context and dockerfile\n"));
    CHECK(says(host.run("docker build - < /dev/null").error,
               "the Dockerfile (Dockerfile) cannot be empty\n"));
}

TEST_CASE("rules of Dockerfiles: commit --change does what the instructions do") {
    RuledHost host = builder();
    host.must("docker run --name box -e A=1 busybox true");
    host.must(
        "docker commit -c 'ENV B=$A-2' -c 'HEALTHCHECK --interval=3s CMD true' -c 'WORKDIR srv' "
        "box made");
    CHECK(host.must("docker inspect -f '{{index .Config.Env 0}} {{index .Config.Env 2}} "
                    "{{.Config.Healthcheck.Interval}} {{.Config.WorkingDir}}' made")
              .out == "A=1 B=1-2 3s /srv\n");
    CHECK(host.run("docker commit -c 'EXPOSE web' box").error ==
          "Error response from daemon: Invalid containerPort: web\n");
    CHECK(host.run("docker commit -c 'STOPSIGNAL SIGNONE' box").error ==
          "Error response from daemon: Invalid signal: SIGNONE\n");
    CHECK(host.run("docker commit -c 'HEALTHCHECK --interval=5 CMD true' box").error ==
          "Error response from daemon: time: missing unit in duration \"5\"\n");
}

}  // namespace podium::lab
