// One test for each attribute of a service about resources, rights and what it runs on, in
// alphabetical order.

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

TEST_CASE("service annotations: mapping and list") {
    CHECK(shown(web_service("annotations: {a: b, c: 1}").annotations) == "a=b c=1");
    CHECK(shown(web_service("annotations: [a=b, c]").annotations) == "a=b c=");
}

TEST_CASE("service blkio_config is read and not simulated") {
    check_listed("blkio_config: {weight: 300, device_read_bps: [{path: /dev/sda, rate: 1mb}]}",
                 "blkio_config");
}

TEST_CASE("service cap_add and cap_drop: lists without repetition") {
    CHECK(web_service("cap_add: [ALL, NET_ADMIN]").cap_add == Texts{"ALL", "NET_ADMIN"});
    CHECK(web_service("cap_drop: [ALL, ALL]").cap_drop == Texts{"ALL"});
    check_listed("cap_add: [ALL]", "cap_add");
    check_listed("cap_drop: [ALL]", "cap_drop");
}

TEST_CASE("service cgroup: host or private") {
    CHECK(web_service("cgroup: private").cgroup == "private");
    CHECK(
        load_error(web("cgroup: mine")).message ==
        "validating /app/compose.yaml: services.web.cgroup value must be one of 'host', 'private'");
}

TEST_CASE("service cgroup_parent is read and not simulated") {
    check_listed("cgroup_parent: m-executor", "cgroup_parent");
}

TEST_CASE("service cpu_count and cpu_percent: within their bounds, not simulated") {
    check_listed("cpu_count: 2", "cpu_count");
    check_listed("cpu_percent: 50", "cpu_percent");
    CHECK(
        load_error(web("cpu_percent: 101")).message ==
        "validating /app/compose.yaml: services.web.cpu_percent must be less than or equal to 100");
    CHECK(
        load_error(web("cpu_count: -1")).message ==
        "validating /app/compose.yaml: services.web.cpu_count must be greater than or equal to 0");
}

TEST_CASE("service cpu_period and cpu_quota") {
    const Service service = web_service("cpu_period: 100000\ncpu_quota: '50000'");
    CHECK(service.cpu_period == 100000);
    CHECK(service.cpu_quota == 50000);
}

TEST_CASE("service cpu_rt_period and cpu_rt_runtime are read and not simulated") {
    check_listed("cpu_rt_period: 1000", "cpu_rt_period");
    check_listed("cpu_rt_runtime: '1000'", "cpu_rt_runtime");
}

TEST_CASE("service cpu_shares") {
    CHECK(web_service("cpu_shares: 73").cpu_shares == 73);
}

TEST_CASE("service cpus: a decimal number, exactly") {
    CHECK(web_service("cpus: 0.5").nano_cpus == 500'000'000);
    CHECK(web_service("cpus: '0.1'").nano_cpus == 100'000'000);
    CHECK(web_service("cpus: 2").nano_cpus == 2'000'000'000);
    CHECK(at(load_error(web("cpus: -1"))) == "4:11");
}

TEST_CASE("service cpuset is read, and listed nowhere: it acts") {
    CHECK(web_service("cpuset: 0,1").cpuset == "0,1");
    CHECK(load_ok(web("cpuset: 0-3")).unsimulated.empty());
}

TEST_CASE("service credential_spec is read and not simulated") {
    check_listed("credential_spec: {file: x.json}", "credential_spec");
}

TEST_CASE("service gpus: all or a list, not simulated") {
    check_listed("gpus: all", "gpus");
    check_listed("gpus: [{driver: nvidia, count: 2}]", "gpus");
    CHECK(load_error(web("gpus: some")).message ==
          "validating /app/compose.yaml: services.web.gpus value must be 'all'");
    CHECK(load_error(web("gpus: [{count: 1, device_ids: ['0']}]")).message ==
          "services.web.gpus: \"count\" and \"device_ids\" attributes are exclusive");
}

TEST_CASE("service group_add is read and not simulated") {
    CHECK(web_service("group_add: [mail, 1000]").group_add == Texts{"mail", "1000"});
    check_listed("group_add: [mail]", "group_add");
}

TEST_CASE("service ipc: a mode, or another service") {
    CHECK(web_service("ipc: shareable").ipc == "shareable");
    check_listed("ipc: host", "ipc");
    const Project project = load_ok(web("ipc: service:db") + "  db: {image: x}\n");
    REQUIRE(project.find_service("web")->depends_on.size() == 1);
    CHECK(project.find_service("web")->depends_on[0].implied);
}

TEST_CASE("service isolation is read and not simulated") {
    check_listed("isolation: hyperv", "isolation");
}

TEST_CASE("service mem_limit, mem_reservation, memswap_limit, mem_swappiness: sizes") {
    const Service service = web_service(
        "mem_limit: 512m\nmem_reservation: 1.5g\nmemswap_limit: -1\nmem_swappiness: 60");
    CHECK(service.mem_limit == 536'870'912);
    CHECK(service.mem_reservation == 1'610'612'736);
    CHECK(service.memswap_limit == -1);
    CHECK(service.mem_swappiness == 60);
    CHECK(web_service("mem_limit: 67108864").mem_limit == 67'108'864);
    CHECK(web_service("mem_limit: 1GB").mem_limit == 1'073'741'824);
    CHECK(web_service("mem_limit: 1.5kib").mem_limit == 1536);
    CHECK(web_service("mem_limit: 2T").mem_limit == 2'199'023'255'552);
    CHECK(web_service("mem_limit: 1p").mem_limit == 1'125'899'906'842'624);
    CHECK(web_service("mem_limit: 10B").mem_limit == 10);
    const Error bad = load_error(web("mem_limit: lots"));
    CHECK(bad.message == "services.web.mem_limit: invalid size: 'lots'");
    CHECK(at(bad) == "4:16");
    check_listed("mem_swappiness: 60", "mem_swappiness");
}

TEST_CASE("service models: list and mapping, not simulated") {
    const std::string models = "models: {llm: {model: ai/smollm2}}\n";
    const Project list = load_ok(models + web("models: [llm]"));
    CHECK(is_listed(list, "services.web.models"));
    CHECK(list.models[0].model == "ai/smollm2");
    CHECK(load_ok(models + web("models: {llm: {endpoint_var: URL, model_var: NAME}}"))
              .services.size() == 1);
}

TEST_CASE("service oom_kill_disable and oom_score_adj") {
    CHECK(web_service("oom_kill_disable: true").oom_kill_disable);
    CHECK(web_service("oom_score_adj: -500").oom_score_adj == -500);
    check_listed("oom_score_adj: 1", "oom_score_adj");
    CHECK(load_error(web("oom_score_adj: 1001")).message.find("less than or equal to 1000") !=
          std::string::npos);
}

TEST_CASE("service pid: host, or another service") {
    CHECK(web_service("pid: host").pid == "host");
    check_listed("pid: host", "pid");
    CHECK(load_ok(web("pid: service:db") + "  db: {image: x}\n")
              .find_service("web")
              ->depends_on.size() == 1);
}

TEST_CASE("service pids_limit") {
    CHECK(web_service("pids_limit: 10").pids_limit == 10);
}

TEST_CASE("service platform is read and not simulated") {
    CHECK(web_service("platform: linux/arm64").platform == "linux/arm64");
    check_listed("platform: linux/arm64", "platform");
}

TEST_CASE("service privileged is read and not simulated") {
    CHECK(web_service("privileged: true").privileged);
    check_listed("privileged: true", "privileged");
    CHECK(load_ok(web("privileged: false")).unsimulated.empty());
}

TEST_CASE("service provider stands for an image and is not simulated") {
    const Project project =
        load_ok("services: {web: {provider: {type: awesomecloud, options: {a: [1, 2]}}}}");
    CHECK(is_listed(project, "services.web.provider"));
    CHECK(project.services[0].networks.empty());
}

TEST_CASE("service runtime is read and not simulated") {
    check_listed("runtime: runsc", "runtime");
}

TEST_CASE("service scale") {
    CHECK(web_service("scale: 3").replicas() == 3);
    CHECK(web_service("scale: 0").replicas() == 0);
    CHECK(web_service("tty: true").replicas() == 1);
}

TEST_CASE("service security_opt is read and not simulated") {
    CHECK(web_service("security_opt: ['label:user:USER']").security_opt ==
          Texts{"label:user:USER"});
    check_listed("security_opt: [no-new-privileges]", "security_opt");
}

TEST_CASE("service sysctls: mapping and list, not simulated") {
    CHECK(shown(web_service("sysctls: {net.core.somaxconn: 1024}").sysctls) ==
          "net.core.somaxconn=1024");
    CHECK(shown(web_service("sysctls: [net.ipv4.tcp_syncookies=0]").sysctls) ==
          "net.ipv4.tcp_syncookies=0");
    check_listed("sysctls: [a=0]", "sysctls");
}

TEST_CASE("service ulimits: a number, or soft and hard") {
    const auto limits =
        web_service("ulimits: {nproc: 65535, nofile: {soft: 20000, hard: 40000}}").ulimits;
    REQUIRE(limits.size() == 2);
    CHECK(limits[0].soft == 65535);
    CHECK(limits[0].hard == 65535);
    CHECK(limits[1].soft == 20000);
    CHECK(limits[1].hard == 40000);
    check_listed("ulimits: {nproc: 1}", "ulimits");
    CHECK(load_error(web("ulimits: {nofile: {soft: 1}}")).message ==
          "validating /app/compose.yaml: services.web.ulimits.nofile missing property 'hard'");
    CHECK(load_error(web("ulimits: {nofile: {soft: 5, hard: 2}}")).message ==
          "ulimit soft limit must be less than or equal to hard limit: 5 > 2");
}

TEST_CASE("service use_api_socket is read and not simulated") {
    check_listed("use_api_socket: true", "use_api_socket");
}

TEST_CASE("service user, userns_mode and uts") {
    CHECK(web_service("user: '1000:1000'").user == "1000:1000");
    check_listed("user: nobody", "user");
    CHECK(web_service("userns_mode: host").userns_mode == "host");
    check_listed("userns_mode: host", "userns_mode");
    CHECK(web_service("uts: host").uts == "host");
    check_listed("uts: host", "uts");
}
