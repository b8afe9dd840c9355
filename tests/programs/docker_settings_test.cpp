// Values of a container's settings that do nothing here, and that the real client or engine
// refuses.

#include <catch2/catch.hpp>

#include "tests/programs/compose_v2_fixture.hpp"

using namespace podium;
using namespace podium::programs;

namespace {

constexpr const char* kRunHint = "\n\nRun 'docker run --help' for more information\n";
constexpr const char* kUsage =
    "\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker run --help' for more "
    "information\n";

struct Row {
    std::string flags;
    std::string sentence;
};

}  // namespace

TEST_CASE(
    "docker run: a wrong value of a setting that isn't simulated is refused as the engine does, "
    "and no container is left") {
    DockerHost host;
    const Row rows[] = {
        {"--log-opt max-sze=10m", "unknown log opt 'max-sze' for json-file log driver"},
        {"--log-driver local --log-opt tag=a", "unknown log opt 'tag' for log driver local"},
        {"--log-driver gelf", "gelf-address is a required parameter"},
        {"--log-driver gelf --log-opt gelf-address=udp://a:1 --log-opt x=y",
         "unknown log opt \"x\" for gelf log driver"},
        {"--log-driver syslog --log-opt syslog-address=here",
         "syslog-address should be in form proto://address, got here"},
        {"--log-driver awslogs", "must specify a value for log opt 'awslogs-group'"},
        {"--log-driver nosuch",
         "error looking up logging plugin nosuch: plugin \"nosuch\" not found"},
        {"--log-opt mode=fast", "logger: logging mode not supported: fast"},
        {"--log-opt max-buffer-size=1m",
         "logger: max-buffer-size option is only supported with 'mode=non-blocking'"},
        {"--cap-add NOSUCH", "invalid CapAdd: unknown capability: \"CAP_NOSUCH\""},
        {"--cap-add net_admin --cap-drop cap_bpf",
         "invalid CapDrop: unknown capability: \"CAP_BPF\""},
        {"--security-opt a=b", "invalid --security-opt 2: \"a=b\""},
        {"--security-opt no-new-privileges=perhaps",
         "invalid --security-opt 2: \"no-new-privileges=perhaps\""},
        {"--memory 4m", "Minimum memory limit allowed is 6MB"},
        {"--memory 20m --memory-swap 10m",
         "Minimum memoryswap limit should be larger than memory limit, see usage"},
        {"--memory-reservation 4m", "Minimum memory reservation allowed is 6MB"},
        {"--cpus 9", "Range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs available"},
        {"--cpuset-cpus 3-4", "Requested CPUs are not available - requested 3-4, available: 0-3"},
        {"--oom-score-adj 1001", "Invalid value 1001, range for oom score adj is [-1000, 1000]"},
        {"--blkio-weight 9", "Range of blkio weight is from 10 to 1000"},
        {"--runtime nosuch", "Unknown runtime specified nosuch"},
        {"--isolation hyperv", "invalid isolation 'hyperv' on linux"},
    };
    for (const Row& row : rows) {
        INFO(row.flags);
        const auto refused = host.run("docker run " + row.flags + " busybox true");
        CHECK(refused.error == "docker: Error response from daemon: " + row.sentence + kRunHint);
        CHECK(refused.status == 125);
        const auto not_created = host.run("docker create " + row.flags + " busybox true");
        CHECK(not_created.error == "Error response from daemon: " + row.sentence + "\n");
        CHECK(not_created.status == 1);
    }
    CHECK(host.run("docker ps -aq").out.empty());
}

TEST_CASE("docker run: values that the client itself finds wrong are refused by it") {
    DockerHost host;
    const Row of_flag[] = {
        {"--sysctl nosuch.key=1",
         "invalid argument \"nosuch.key=1\" for \"--sysctl\" flag: sysctl 'nosuch.key=1' is not "
         "allowed"},
        {"--sysctl net.core.somaxconn",
         "invalid argument \"net.core.somaxconn\" for \"--sysctl\" flag: sysctl "
         "'net.core.somaxconn' is not allowed"},
        {"--shm-size=-1", "invalid argument \"-1\" for \"--shm-size\" flag: invalid size: '-1'"},
        {"--blkio-weight 65536",
         "invalid argument \"65536\" for \"--blkio-weight\" flag: strconv.ParseUint: parsing "
         "\"65536\": value out of range"},
        {"--pids-limit many",
         "invalid argument \"many\" for \"--pids-limit\" flag: strconv.ParseInt: parsing \"many\": "
         "invalid syntax"},
    };
    for (const Row& row : of_flag) {
        INFO(row.flags);
        const auto refused = host.run("docker run " + row.flags + " busybox true");
        CHECK(refused.error == row.sentence + kUsage);
        CHECK(refused.status == 125);
    }
    const Row of_all[] = {
        {"--security-opt nosuch", "Invalid --security-opt: \"nosuch\""},
        {"--security-opt apparmor=", "Invalid --security-opt: \"apparmor=\""},
        {"--security-opt seccomp=/nosuch.json",
         "opening seccomp profile (/nosuch.json) failed: open /nosuch.json: no such file or "
         "directory"},
        {"--log-driver none --log-opt a=b", "invalid logging opts for driver none"},
        {"--device :x", "bad format for path: :x"},
        {"--device /dev/sda:/dev/sdb:x", "bad mode specified: x"},
        {"--device sda", "sda is not an absolute path"},
    };
    for (const Row& row : of_all) {
        INFO(row.flags);
        const auto refused = host.run("docker run " + row.flags + " busybox true");
        CHECK(refused.error == "docker: " + row.sentence + kRunHint);
        CHECK(refused.status == 125);
    }
    // Right ones are refused by name, or are taken.
    CHECK(host.run("docker run --device vendor.com/class=one busybox true").error.find("Podium does not simulate devices of vendors") != std::string::npos);
    CHECK(host.run("docker run --device /dev/zero:/dev/nought busybox true").error.find("Podium gives a container /dev/zero under the host's name of it only, not as /dev/nought") !=
          std::string::npos);
    CHECK(host.run("docker run --runtime io.containerd.runtime.v1.linux busybox true").error.find("Podium does not simulate the runtime io.containerd.runtime.v1.linux") !=
          std::string::npos);
    for (const char* right : {"--cap-add cap_net_admin --cap-drop all",
                              "--runtime runc",
                              "--runtime io.containerd.runc.v2",
                              "--device /dev/zero --device /dev/null:/dev/null:r",
                              "--security-opt label:disable",
                              "--security-opt systempaths=unconfined",
                              "--pids-limit -1",
                              "--shm-size 0",
                              "--sysctl kernel.msgmax=1",
                              "--log-driver journald --log-opt tag=a",
                              "--log-opt mode=non-blocking --log-opt max-buffer-size=1m",
                              "--log-driver none"}) {
        INFO(right);
        CHECK(host.run(std::string("docker run --rm ") + right + " busybox true").status == 0);
    }
    CHECK(host.run("docker create --name cc --security-opt systempaths=unconfined busybox; docker "
                   "inspect -f '{{.HostConfig.SecurityOpt}}' cc")
              .out.ends_with("[]\n"));
}

TEST_CASE(
    "docker run: settings that the engine takes and the log driver or runc does not keep the "
    "container from starting") {
    DockerHost host;
    const Row rows[] = {
        {"--log-opt max-size=many", "failed to initialize logging driver: invalid size: 'many'"},
        {"--log-opt max-size=0",
         "failed to initialize logging driver: max-size must be a positive number"},
        {"--log-opt max-file=x",
         "failed to initialize logging driver: strconv.Atoi: parsing \"x\": invalid syntax"},
        {"--log-opt max-file=0",
         "failed to initialize logging driver: max-file cannot be less than 1"},
        {"--log-opt compress=true",
         "failed to initialize logging driver: compress cannot be true when max-file is less than "
         "2 or max-size is not set"},
        {"--log-driver local --log-opt max-file=1",
         "failed to initialize logging driver: compression cannot be enabled when max file count "
         "is 1"},
        {"--log-driver local --log-opt max-size=x",
         "failed to initialize logging driver: invalid value for max-size: x: invalid size: 'x'"},
        {"--network host --sysctl net.core.somaxconn=1",
         "failed to create shim task: OCI runtime create failed: runc create failed: sysctl "
         "\"net.core.somaxconn\" not allowed in host network namespace: unknown"},
    };
    for (const Row& row : rows) {
        INFO(row.flags);
        const auto refused = host.run("docker run --name box " + row.flags + " busybox true");
        CHECK(refused.error.ends_with("docker: Error response from daemon: " + row.sentence +
                                      kRunHint));
        CHECK(refused.status == 125);
        CHECK(host.run("docker ps -a --format '{{.Status}}'; docker inspect -f "
                       "'{{.State.ExitCode}}' box; docker rm box")
                  .out == "Created\n128\nbox\n");
    }
}

TEST_CASE("docker compose up: a service's wrong settings are refused as the engine does") {
    const Row rows[] = {
        {"cap_add: [NOSUCH]", "invalid CapAdd: unknown capability: \"CAP_NOSUCH\""},
        {"logging: {options: {max-sze: 10m}}",
         "unknown log opt 'max-sze' for json-file log driver"},
        {"logging: {driver: nosuch}",
         "error looking up logging plugin nosuch: plugin \"nosuch\" not found"},
        {"security_opt: ['a=b']", "invalid --security-opt 2: \"a=b\""},
        {"sysctls: {nosuch.key: 1}",
         "failed to create shim task: OCI runtime create failed: runc create failed: sysctl "
         "\"nosuch.key\" is not in a separate kernel namespace: unknown"},
        {"ulimits: {nosuch: 1}",
         "failed to create shim task: OCI runtime create failed: runc create failed: wrong rlimit "
         "value: RLIMIT_NOSUCH: unknown"},
    };
    for (const Row& row : rows) {
        INFO(row.flags);
        ComposeHost host("services: {web: {image: busybox, command: sleep 100, " + row.flags +
                         "}}\n");
        const auto second = host.compose("up -d");
        CHECK(second.status == 1);
        CHECK(second.error.find("Error response from daemon: " + row.sentence + "\n") !=
              std::string::npos);
        host.run("docker compose down");
        const auto first = host.run("docker-compose up -d");
        CHECK(first.status == 1);
        CHECK(first.error.find(row.sentence) != std::string::npos);
    }
}
