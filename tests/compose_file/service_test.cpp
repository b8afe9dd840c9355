// One test for each attribute of a service in the Compose specification, in alphabetical order.

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/schema.hpp"
#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

using Texts = std::vector<std::string>;

std::string shown(const std::vector<Pair>& pairs) {
    std::string out;
    for (const Pair& pair : pairs)
        out += (out.empty() ? "" : " ") + pair.name + "=" + pair.value;
    return out;
}

std::string shown(const std::vector<EnvironmentVariable>& variables) {
    std::string out;
    for (const EnvironmentVariable& variable : variables) {
        out += (out.empty() ? "" : " ") + variable.name +
               (variable.value ? "=" + *variable.value : "");
    }
    return out;
}

bool is_listed(const Project& project, const std::string& path) {
    for (const Unsimulated& entry : project.unsimulated) {
        if (entry.path == path) return true;
    }
    return false;
}

// The attribute is read, kept in the model, and listed as not simulated at its place.
void check_listed(const std::string& lines, const std::string& key) {
    const Project project = load_ok(web(lines));
    CHECK(is_listed(project, "services.web." + key));
    CHECK(node_at(project.model, "services.web." + key) != nullptr);
    for (const Unsimulated& entry : project.unsimulated) {
        CHECK(entry.place.line >= 4);
        CHECK(entry.sentence.find("'") == 0);
        CHECK(entry.sentence.back() == '.');
    }
}

}  // namespace

TEST_CASE("service annotations: mapping and list") {
    CHECK(shown(web_service("annotations: {a: b, c: 1}").annotations) == "a=b c=1");
    CHECK(shown(web_service("annotations: [a=b, c]").annotations) == "a=b c=");
}

TEST_CASE("service attach: true unless said otherwise") {
    CHECK(web_service("tty: false").attach);
    CHECK_FALSE(web_service("attach: false").attach);
}

TEST_CASE("service blkio_config is read and not simulated") {
    check_listed("blkio_config: {weight: 300, device_read_bps: [{path: /dev/sda, rate: 1mb}]}",
                 "blkio_config");
}

TEST_CASE("service build: a string is the context") {
    const Project project = load_ok("services: {web: {build: ./dir}}");
    const Service& web_one = project.services[0];
    REQUIRE(web_one.build.has_value());
    CHECK(web_one.build->context == "/app/dir");
    CHECK(web_one.build->dockerfile == "Dockerfile");
    CHECK(web_one.image.empty());
    CHECK(is_listed(project, "services.web.build"));
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

TEST_CASE("service command: a list, a string, nothing") {
    CHECK(web_service("command: [sh, -c, 'echo hi']").command == Texts{"sh", "-c", "echo hi"});
    CHECK(web_service("command: sh -c \"echo 'a b'\" x\\ y").command ==
          Texts{"sh", "-c", "echo 'a b'", "x y"});
    CHECK(web_service("command: []").command == Texts{});
    CHECK(web_service("command: ''").command == Texts{});
    CHECK_FALSE(web_service("command: null").command.has_value());
    CHECK_FALSE(web_service("tty: true").command.has_value());
}

TEST_CASE("service configs: short and long") {
    const std::string tail = "configs: {c: {content: hi}}\n";
    const Project project = load_ok(
        tail + web("configs:\n  - c\n  - {source: c, target: /x, uid: '1', gid: '2', mode: 0440}"));
    const auto& configs = project.services[0].configs;
    REQUIRE(configs.size() == 2);
    CHECK(configs[0].target == "/c");
    CHECK(configs[1].target == "/x");
    CHECK(configs[1].user == "1");
    CHECK(configs[1].group == "2");
    CHECK(configs[1].mode == 0440);
}

TEST_CASE("service container_name") {
    CHECK(web_service("container_name: my-web").container_name == "my-web");
    CHECK(load_error(web("container_name: '!'")).message.find("does not match pattern") !=
          std::string::npos);
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

TEST_CASE("service cpuset is read and not simulated") {
    CHECK(web_service("cpuset: 0,1").cpuset == "0,1");
    check_listed("cpuset: 0-3", "cpuset");
}

TEST_CASE("service credential_spec is read and not simulated") {
    check_listed("credential_spec: {file: x.json}", "credential_spec");
}

TEST_CASE("service depends_on: a list and a mapping with conditions") {
    const std::string others = "  a: {image: x}\n  b: {image: x}\n  c: {image: x}\n";
    const Project list = load_ok(web("depends_on: [b, a]") + others);
    const auto& simple = list.find_service("web")->depends_on;
    REQUIRE(simple.size() == 2);
    CHECK(simple[0].service == "a");
    CHECK(simple[0].condition == DependencyCondition::Started);
    CHECK(simple[0].required);
    CHECK_FALSE(simple[0].restart);
    const Project mapping =
        load_ok(web("depends_on:\n"
                    "  a: {condition: service_healthy, restart: true}\n"
                    "  b: {condition: service_completed_successfully, required: false}\n"
                    "  c: {condition: service_started}") +
                others);
    const auto& full = mapping.find_service("web")->depends_on;
    REQUIRE(full.size() == 3);
    CHECK(full[0].condition == DependencyCondition::Healthy);
    CHECK(full[0].restart);
    CHECK(full[1].condition == DependencyCondition::CompletedSuccessfully);
    CHECK_FALSE(full[1].required);
    CHECK(full[2].place.text() == "compose.yaml:7:7");
    CHECK(load_error(web("depends_on: {a: {condition: started}}") + others).message ==
          "validating /app/compose.yaml: services.web.depends_on.a.condition value must be one of "
          "'service_started', "
          "'service_healthy', 'service_completed_successfully'");
    CHECK(load_error(web("depends_on: {a: {}}") + others).message ==
          "validating /app/compose.yaml: services.web.depends_on.a missing property 'condition'");
}

TEST_CASE("service develop: watch rules are read and not simulated") {
    const std::string lines =
        "develop:\n  watch:\n    - {path: ./src, action: sync, target: /src, ignore: "
        "node_modules/, include: ['*.js']}\n"
        "    - {path: ., action: rebuild}\n"
        "    - {path: ., action: sync+exec, target: /x, exec: {command: make}, initial_sync: true}";
    const Service service = web_service(lines);
    REQUIRE(service.watch.size() == 3);
    CHECK(service.watch[0].path == "/app/src");
    CHECK(service.watch[0].ignore == Texts{"node_modules/"});
    CHECK(service.watch[0].include == Texts{"*.js"});
    CHECK(service.watch[2].action == "sync+exec");
    check_listed(lines, "develop");
}

TEST_CASE("service device_cgroup_rules are read and not simulated") {
    check_listed("device_cgroup_rules: ['c 1:3 mr']", "device_cgroup_rules");
}

TEST_CASE("service devices: short and long, not simulated") {
    const std::string lines =
        "devices:\n  - /dev/a\n  - /dev/b:/dev/c:r\n  - {source: /dev/d, target: /dev/e, "
        "permissions: w}";
    CHECK(web_service(lines).devices ==
          Texts{"/dev/a:/dev/a:rwm", "/dev/b:/dev/c:r", "/dev/d:/dev/e:w"});
    check_listed(lines, "devices");
    CHECK(load_error(web("devices: ['a:b:c:d']")).message ==
          "confusing device mapping, please use long syntax: a:b:c:d");
}

TEST_CASE("service dns, dns_opt and dns_search: a string or a list") {
    CHECK(web_service("dns: 8.8.8.8").dns == Texts{"8.8.8.8"});
    CHECK(web_service("dns: [8.8.8.8, '']").dns == Texts{"8.8.8.8"});
    CHECK(web_service("dns_opt: [use-vc]").dns_opt == Texts{"use-vc"});
    CHECK(web_service("dns_search: [a.x, b.x]").dns_search == Texts{"a.x", "b.x"});
    check_listed("dns: 8.8.8.8", "dns");
    check_listed("dns_opt: [use-vc]", "dns_opt");
    check_listed("dns_search: x", "dns_search");
}

TEST_CASE("service domainname and hostname") {
    CHECK(web_service("domainname: d.example").domainname == "d.example");
    CHECK(web_service("hostname: h").hostname == "h");
}

TEST_CASE("service entrypoint: a list, a string, nothing") {
    CHECK(web_service("entrypoint: /run.sh -v").entrypoint == Texts{"/run.sh", "-v"});
    CHECK(web_service("entrypoint: [a, 'b c']").entrypoint == Texts{"a", "b c"});
    CHECK(web_service("entrypoint: []").entrypoint == Texts{});
    CHECK_FALSE(web_service("entrypoint: null").entrypoint.has_value());
}

TEST_CASE("service env_file: a string, a list, the long form") {
    const auto files = web_service(
                           "env_file:\n  - {path: a.env, required: false}\n  - {path: /b.env, "
                           "required: false, format: raw}")
                           .env_file;
    REQUIRE(files.size() == 2);
    CHECK(files[0].path == "/app/a.env");
    CHECK_FALSE(files[0].required);
    CHECK(files[1].format == "raw");
    Files present{{"/app/compose.yaml", web("env_file: a.env")}, {"/app/a.env", "A=1"}};
    CHECK(shown(load_ok(request_for(present)).services[0].environment) == "A=1");
    CHECK(load_error(web("env_file: [{path: x, required: false, format: ini}]")).message ==
          "unsupported env_file format \"ini\"");
}

TEST_CASE("service environment: a list and a mapping") {
    CHECK(shown(web_service("environment: {A: 1, B: '', C: x y}").environment) == "A=1 B= C=x y");
    CHECK(shown(web_service("environment: [A=1, B=, 'C=a=b']").environment) == "A=1 B= C=a=b");
    CHECK(load_error(web("environment: {A: [1]}")).message ==
          "validating /app/compose.yaml: services.web.environment.A must be a boolean, null, "
          "number or string");
}

TEST_CASE("service expose: ports and ranges, with a protocol or not") {
    CHECK(web_service("expose: [3000, '8000/udp', '9000-9002']").expose ==
          Texts{"3000", "8000/udp", "9000", "9001", "9002"});
    CHECK(load_error(web("expose: [abc]")).message == "invalid exposed port 'abc'");
}

TEST_CASE("service external_links are kept") {
    CHECK(web_service("external_links: [redis, 'db:mysql']").external_links ==
          Texts{"redis", "db:mysql"});
}

TEST_CASE("service extra_hosts: '=', ':', brackets and a mapping") {
    CHECK(shown(web_service("extra_hosts: ['a=1.2.3.4', 'b:1.2.3.5', 'c=[::1]', 'd:::1']")
                    .extra_hosts) == "a=1.2.3.4 b=1.2.3.5 c=::1 d=::1");
    CHECK(shown(web_service("extra_hosts: {a: 1.2.3.4, b: [1.1.1.1, 2.2.2.2]}").extra_hosts) ==
          "a=1.2.3.4 b=1.1.1.1 b=2.2.2.2");
    CHECK(load_error(web("extra_hosts: [nothing]")).message == "bad host name 'nothing'");
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

TEST_CASE("service healthcheck: list, string, times, retries, disable") {
    const auto check = web_service(
                           "healthcheck:\n  test: [CMD, curl, -f, http://localhost]\n  interval: "
                           "1m30s\n  timeout: 10s\n"
                           "  retries: 3\n  start_period: 40s\n  start_interval: 500ms")
                           .healthcheck;
    REQUIRE(check.has_value());
    CHECK(check->test == Texts{"CMD", "curl", "-f", "http://localhost"});
    CHECK(check->interval == seconds(90));
    CHECK(check->timeout == seconds(10));
    CHECK(check->retries == 3);
    CHECK(check->start_period == seconds(40));
    CHECK(check->start_interval == milliseconds(500));
    CHECK_FALSE(check->disable);
    CHECK(web_service("healthcheck: {test: curl -f x || exit 1}").healthcheck->test ==
          Texts{"CMD-SHELL", "curl -f x || exit 1"});
    CHECK(web_service("healthcheck: {disable: true}").healthcheck->test == Texts{"NONE"});
    CHECK(web_service("healthcheck: {test: [NONE]}").healthcheck->disable);
    CHECK(web_service("healthcheck: {interval: 1d}").healthcheck->interval == hours(24));
    const Error bad = load_error(web("healthcheck: {interval: soon}"));
    CHECK(bad.message == "services.web.healthcheck.interval: invalid duration \"soon\"");
    CHECK(at(bad) == "4:29");
}

TEST_CASE("service image") {
    CHECK(load_ok("services: {web: {image: 'a/b:c'}}").services[0].image == "a/b:c");
}

TEST_CASE("service init: true, false or not said") {
    CHECK(web_service("init: true").init == true);
    CHECK(web_service("init: false").init == false);
    CHECK_FALSE(web_service("tty: true").init.has_value());
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

TEST_CASE("service label_file: labels from files, under those written") {
    Files files{{"/app/compose.yaml", web("label_file: [a.labels]\nlabels: {two: mine}")},
                {"/app/a.labels", "one=1\ntwo=2\n"}};
    CHECK(shown(load_ok(request_for(files)).services[0].labels) == "one=1 two=mine");
    CHECK(load_error(web("label_file: nope")).message ==
          "label file /app/nope not found: stat /app/nope: no such file or directory");
}

TEST_CASE("service labels: mapping and list") {
    CHECK(shown(web_service("labels: {a: b, n: 1, e: ''}").labels) == "a=b n=1 e=");
    CHECK(shown(web_service("labels: ['a=b=c', alone]").labels) == "a=b=c alone=");
}

TEST_CASE("service links: names, and a dependency that is not written") {
    const Project project =
        load_ok(web("links: [db, 'cache:redis']") + "  db: {image: x}\n  cache: {image: x}\n");
    const Service& service = *project.find_service("web");
    CHECK(service.links == Texts{"db", "cache:redis"});
    REQUIRE(service.depends_on.size() == 2);
    CHECK(service.depends_on[0].service == "cache");
    CHECK(service.depends_on[0].implied);
    CHECK(service.depends_on[0].restart);
}

TEST_CASE("service logging: driver and options") {
    const auto logging =
        web_service("logging: {driver: json-file, options: {max-size: 10m, max-file: 3}}").logging;
    REQUIRE(logging.has_value());
    CHECK(logging->driver == "json-file");
    CHECK(shown(logging->options) == "max-size=10m max-file=3");
    check_listed("logging: {driver: syslog}", "logging.driver");
}

TEST_CASE("service mac_address is read and not simulated") {
    CHECK(web_service("mac_address: 02:42:ac:11:65:43").mac_address == "02:42:ac:11:65:43");
    check_listed("mac_address: 02:42:ac:11:65:43", "mac_address");
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

TEST_CASE("service network_mode: host, none, another service") {
    const Project project = load_ok(web("network_mode: host"));
    CHECK(project.services[0].network_mode == "host");
    CHECK(project.services[0].networks.empty());
    CHECK(project.networks.empty());
    const Project shared = load_ok(web("network_mode: service:db") + "  db: {image: x}\n");
    const Dependency& dependency = shared.find_service("web")->depends_on.at(0);
    CHECK(dependency.service == "db");
    CHECK(dependency.implied);
    CHECK(dependency.restart);
}

TEST_CASE("service networks: list, mapping, aliases, addresses, priority") {
    const std::string networks = "networks: {front: {}, back: {}}\n";
    const Project list = load_ok(networks + web("networks: [front, back]"));
    REQUIRE(list.services[0].networks.size() == 2);
    CHECK(list.services[0].networks[0].network == "back");
    const Project mapping = load_ok(
        networks +
        web("networks:\n  back:\n  front:\n    aliases: [a, b]\n    ipv4_address: 172.16.238.10\n"
            "    ipv6_address: 2001::10\n    link_local_ips: [57.123.22.11]\n    mac_address: "
            "02:42:ac:11:65:43\n"
            "    interface_name: eth9\n    priority: 1000\n    gw_priority: 1\n    driver_opts: "
            "{x: 1}"));
    const Attachment& front = mapping.services[0].networks[0];
    CHECK(front.network == "front");
    CHECK(front.aliases == Texts{"a", "b"});
    CHECK(front.ipv4_address == "172.16.238.10");
    CHECK(front.priority == 1000);
    CHECK(front.gw_priority == 1);
    CHECK(front.interface_name == "eth9");
    CHECK(shown(front.driver_opts) == "x=1");
    CHECK(is_listed(mapping, "services.web.networks.front.ipv6_address"));
    CHECK(is_listed(mapping, "services.web.networks.front.driver_opts"));
    const Project empty = load_ok(web("networks: {}"));
    CHECK(empty.services[0].networks.at(0).network == "default");
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

TEST_CASE("service ports: every short form") {
    struct Case {
        const char* written;
        const char* result;
    };

    const Case cases[] = {
        {"'3000'", ":0-0>3000/tcp"},
        {"3000", ":0-0>3000/tcp"},
        {"'8000:80'", ":8000-8000>80/tcp"},
        {"'127.0.0.1:8001:8001'", "127.0.0.1:8001-8001>8001/tcp"},
        {"'127.0.0.1::80'", "127.0.0.1:0-0>80/tcp"},
        {"'6060:6060/udp'", ":6060-6060>6060/udp"},
        {"'[::1]:6001:6001'", "::1:6001-6001>6001/tcp"},
        {"'3000-3001'", ":0-0>3000/tcp :0-0>3001/tcp"},
        {"'9090-9091:8080-8081'", ":9090-9090>8080/tcp :9091-9091>8081/tcp"},
        {"'8000-8010:80'", ":8000-8010>80/tcp"},
        {"'53:53/TCP'", ":53-53>53/tcp"},
    };
    for (const Case& one : cases) {
        INFO(one.written);
        std::string out;
        for (const Port& port : web_service(std::string("ports: [") + one.written + "]").ports) {
            out += (out.empty() ? "" : " ") + port.host_ip + ":" + std::to_string(port.published) +
                   "-" + std::to_string(port.published_end) + ">" + std::to_string(port.target) +
                   "/" + port.protocol;
        }
        CHECK(out == one.result);
    }
}

TEST_CASE("service ports: the long form") {
    const auto ports =
        web_service(
            "ports:\n  - {name: w, target: 80, host_ip: 127.0.0.1, published: '8080', protocol: "
            "udp, "
            "app_protocol: http, mode: host}\n  - {target: 81, published: 8000-9000}")
            .ports;
    REQUIRE(ports.size() == 2);
    CHECK(ports[0].name == "w");
    CHECK(ports[0].published == 8080);
    CHECK(ports[0].protocol == "udp");
    CHECK(ports[0].mode == "host");
    CHECK(ports[0].app_protocol == "http");
    CHECK(ports[1].published == 8000);
    CHECK(ports[1].published_end == 9000);
    CHECK(ports[1].mode == "ingress");
}

TEST_CASE("service ports: wrong ones are refused at their place") {
    struct Case {
        const char* written;
        const char* message;
    };

    const Case cases[] = {
        {"'80:x'", "invalid containerPort: x"},
        {"'x:80'", "invalid hostPort: x"},
        {"'80:'", "no port specified: 80:<empty>"},
        {"'70000:80'", "invalid hostPort: 70000"},
        {"'1.2.3:80:80'", "invalid IP address: 1.2.3"},
        {"'80/icmp'", "invalid proto: icmp"},
        {"'1-3:1-2'", "invalid ranges specified for container and host Ports: 1-2 and 1-3"},
        {"'5-3'", "invalid containerPort: 5-3"},
    };
    for (const Case& one : cases) {
        INFO(one.written);
        const Error error = load_error(web(std::string("ports:\n  - ") + one.written));
        CHECK(error.message == one.message);
        CHECK(at(error) == "5:9");
    }
    CHECK(load_error(web("ports: [{target: 0}]")).message ==
          "services.web.ports[0]: invalid container port 0");
    CHECK(load_error(web("ports: [{published: '1'}]")).message ==
          "service ports services.web.ports[0] is missing a target port");
    CHECK(load_error(web("ports: 80")).message ==
          "validating /app/compose.yaml: services.web.ports must be a array");
}

TEST_CASE("service post_start and pre_stop: hooks") {
    const Service service = web_service(
        "post_start:\n  - {command: ./setup.sh -x, user: root, privileged: true, working_dir: /w, "
        "environment: [A=1]}\n"
        "pre_stop:\n  - command: [./flush.sh]");
    REQUIRE(service.post_start.size() == 1);
    CHECK(service.post_start[0].command == Texts{"./setup.sh", "-x"});
    CHECK(service.post_start[0].user == "root");
    CHECK(service.post_start[0].privileged);
    CHECK(service.post_start[0].working_dir == "/w");
    CHECK(shown(service.post_start[0].environment) == "A=1");
    CHECK(service.pre_stop.at(0).command == Texts{"./flush.sh"});
    CHECK(load_error(web("post_start: [{user: x}]")).message ==
          "validating /app/compose.yaml: services.web.post_start.0 missing property 'command'");
}

TEST_CASE("service pre_start: hooks with an image of their own or the service's") {
    const Service service = web_service(
        "pre_start:\n  - {command: migrate}\n  - {command: x, image: tool, per_replica: true}");
    REQUIRE(service.pre_start.size() == 2);
    CHECK(service.pre_start[0].image == "nginx");
    CHECK(service.pre_start[1].image == "tool");
    CHECK(service.pre_start[1].per_replica);
}

TEST_CASE("service privileged is read and not simulated") {
    CHECK(web_service("privileged: true").privileged);
    check_listed("privileged: true", "privileged");
    CHECK(load_ok(web("privileged: false")).unsimulated.empty());
}

TEST_CASE("service profiles") {
    CHECK(load_ok(web("profiles: [a, b]")).disabled_services.at(0).profiles == Texts{"a", "b"});
}

TEST_CASE("service provider stands for an image and is not simulated") {
    const Project project =
        load_ok("services: {web: {provider: {type: awesomecloud, options: {a: [1, 2]}}}}");
    CHECK(is_listed(project, "services.web.provider"));
    CHECK(project.services[0].networks.empty());
}

TEST_CASE("service pull_policy: every word") {
    CHECK(web_service("pull_policy: always").pull_policy == PullPolicy::Always);
    CHECK(web_service("pull_policy: never").pull_policy == PullPolicy::Never);
    CHECK(web_service("pull_policy: missing").pull_policy == PullPolicy::Missing);
    CHECK(web_service("pull_policy: if_not_present").pull_policy == PullPolicy::Missing);
    CHECK(web_service("pull_policy: build").pull_policy == PullPolicy::Build);
    CHECK(web_service("pull_policy: daily").pull_policy == PullPolicy::Refresh);
    CHECK(web_service("pull_policy: every_12h").pull_policy_text == "every_12h");
    CHECK(load_error(web("pull_policy: sometimes")).message.find("does not match pattern") !=
          std::string::npos);
}

TEST_CASE("service pull_refresh_after is read and not simulated") {
    check_listed("pull_refresh_after: 1d", "pull_refresh_after");
}

TEST_CASE("service read_only, stdin_open and tty") {
    CHECK(web_service("read_only: true").read_only);
    CHECK(web_service("stdin_open: 'true'").stdin_open);
    CHECK(web_service("tty: true").tty);
}

TEST_CASE("service restart: every policy") {
    CHECK(web_service("restart: always").restart.condition == RestartCondition::Always);
    CHECK(web_service("restart: unless-stopped").restart.condition ==
          RestartCondition::UnlessStopped);
    CHECK(web_service("restart: on-failure").restart.condition == RestartCondition::OnFailure);
    CHECK(web_service("restart: on-failure:3").restart.maximum_retries == 3);
    CHECK(web_service("restart: no").restart.condition == RestartCondition::No);
    CHECK(web_service("restart: \"no\"").restart.written);
    CHECK_FALSE(web_service("tty: true").restart.written);
    const Error slip = load_error(web("restart: alway"));
    CHECK(slip.message == "invalid restart policy 'alway'");
    CHECK(slip.hint == "did you mean 'always'?");
    CHECK(at(slip) == "4:14");
    CHECK(
        load_error(web("restart: always:3")).message ==
        "invalid restart policy: maximum retry count cannot be used with restart policy 'always'");
    CHECK(load_error(web("restart: on-failure:x")).message.find("must be a number") !=
          std::string::npos);
}

TEST_CASE("service runtime is read and not simulated") {
    check_listed("runtime: runsc", "runtime");
}

TEST_CASE("service scale") {
    CHECK(web_service("scale: 3").replicas() == 3);
    CHECK(web_service("scale: 0").replicas() == 0);
    CHECK(web_service("tty: true").replicas() == 1);
}

TEST_CASE("service secrets: short and long") {
    const std::string tail = "secrets: {s: {environment: HOME}}\n";
    const Project project = load_ok(
        tail +
        web("secrets:\n  - s\n  - {source: s, target: name, uid: '103', gid: '104', mode: '0400'}\n"
            "  - {source: s, target: /etc/x}"));
    const auto& secrets = project.services[0].secrets;
    REQUIRE(secrets.size() == 3);
    CHECK(secrets[0].target == "/run/secrets/s");
    CHECK(secrets[1].target == "/run/secrets/name");
    CHECK(secrets[1].mode == 0400);
    CHECK(secrets[2].target == "/etc/x");
}

TEST_CASE("service security_opt is read and not simulated") {
    CHECK(web_service("security_opt: ['label:user:USER']").security_opt ==
          Texts{"label:user:USER"});
    check_listed("security_opt: [no-new-privileges]", "security_opt");
}

TEST_CASE("service shm_size is read and not simulated") {
    CHECK(web_service("shm_size: 64M").shm_size == 67'108'864);
    check_listed("shm_size: 64M", "shm_size");
}

TEST_CASE("service stop_grace_period and stop_signal") {
    const Service service = web_service("stop_grace_period: 1m30s\nstop_signal: SIGUSR1");
    CHECK(service.stop_grace_period == seconds(90));
    CHECK(service.stop_signal == "SIGUSR1");
    CHECK_FALSE(web_service("tty: true").stop_grace_period.has_value());
}

TEST_CASE("service storage_opt is read and not simulated") {
    check_listed("storage_opt: {size: 1G}", "storage_opt");
}

TEST_CASE("service sysctls: mapping and list, not simulated") {
    CHECK(shown(web_service("sysctls: {net.core.somaxconn: 1024}").sysctls) ==
          "net.core.somaxconn=1024");
    CHECK(shown(web_service("sysctls: [net.ipv4.tcp_syncookies=0]").sysctls) ==
          "net.ipv4.tcp_syncookies=0");
    check_listed("sysctls: [a=0]", "sysctls");
}

TEST_CASE("service tmpfs: a string or a list") {
    CHECK(web_service("tmpfs: /run").tmpfs == Texts{"/run"});
    CHECK(web_service("tmpfs: ['/run:size=64m', /tmp]").tmpfs == Texts{"/run:size=64m", "/tmp"});
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

TEST_CASE("service volumes: every short form") {
    const std::string volumes = "volumes: {data: {}}\n";
    const Project project = load_ok(
        volumes + web("volumes:\n  - /anonymous\n  - data:/named\n  - ./here:/bind\n  - "
                      "/abs:/abs:ro\n  - ~/h:/home\n"
                      "  - ../up:/up:rw,Z\n  - data:/other/../clean:ro,nocopy\n  - /p:/p:rshared"));
    const auto& mounts = project.services[0].volumes;
    REQUIRE(mounts.size() == 8);
    CHECK(mounts[0].type == MountType::Volume);
    CHECK(mounts[0].source.empty());
    CHECK(mounts[1].source == "data");
    CHECK(mounts[2].type == MountType::Bind);
    CHECK(mounts[2].source == "/app/here");
    CHECK(mounts[2].create_host_path);
    CHECK(mounts[3].read_only);
    CHECK(mounts[4].source == "/home/me/h");
    CHECK(mounts[5].source == "/up");
    CHECK(mounts[5].selinux == "Z");
    CHECK(mounts[6].target == "/clean");
    CHECK(mounts[6].nocopy);
    CHECK(mounts[7].propagation == "rshared");
}

TEST_CASE("service volumes: the long forms") {
    const std::string volumes = "volumes: {data: {}}\n";
    const Project project = load_ok(
        volumes + web("volumes:\n"
                      "  - {type: volume, source: data, target: /d, read_only: true, volume: "
                      "{nocopy: true, subpath: s, labels: [a=b]}}\n"
                      "  - {type: bind, source: ./x, target: /x, bind: {propagation: rslave, "
                      "create_host_path: false, selinux: z, recursive: disabled}}\n"
                      "  - {type: tmpfs, target: /t, tmpfs: {size: 64m, mode: 0700}}\n"
                      "  - {type: image, source: busybox, target: /i, image: {subpath: bin}}\n"
                      "  - {type: npipe, source: p, target: /p}\n"
                      "  - {type: cluster, source: c, target: /c, consistency: cached}"));
    const auto& mounts = project.services[0].volumes;
    REQUIRE(mounts.size() == 6);
    CHECK(mounts[0].nocopy);
    CHECK(mounts[0].subpath == "s");
    CHECK(shown(mounts[0].volume_labels) == "a=b");
    CHECK(mounts[1].source == "/app/x");
    CHECK_FALSE(mounts[1].create_host_path);
    CHECK(mounts[1].recursive == "disabled");
    CHECK(mounts[2].type == MountType::Tmpfs);
    CHECK(mounts[2].tmpfs_size_bytes == 67'108'864);
    CHECK(mounts[2].tmpfs_mode == 0700);
    CHECK(mounts[3].type == MountType::Image);
    CHECK(mounts[3].subpath == "bin");
    CHECK(mounts[4].type == MountType::NamedPipe);
    CHECK(mounts[5].type == MountType::Cluster);
    CHECK(is_listed(project, "services.web.volumes[4].type"));
    CHECK(is_listed(project, "services.web.volumes[5].consistency"));
    CHECK(is_listed(project, "services.web.volumes[1].bind.selinux"));
}

TEST_CASE("service volumes: wrong ones are refused") {
    CHECK(load_error(web("volumes: ['aa:bb:cc:dd']")).message ==
          "invalid spec: aa:bb:cc:dd: too many colons");
    CHECK(load_error(web("volumes: ['/abc::/d']")).message ==
          "invalid spec: /abc::/d: empty section between colons");
    CHECK(load_error(web("volumes: [{type: disk, target: /x}]")).message ==
          "validating /app/compose.yaml: services.web.volumes.0.type value must be one of 'bind', "
          "'volume', 'tmpfs', "
          "'cluster', 'npipe', 'image'");
    CHECK(load_error(web("volumes: [{target: /x}]")).message ==
          "validating /app/compose.yaml: services.web.volumes.0 missing property 'type'");
    CHECK(load_error(web("volumes: [{type: bind, source: /x}]")).message ==
          "service volume services.web.volumes[0] is missing a mount target");
    CHECK(load_error(web("volumes: [{type: tmpfs, target: /x, tmpfs: {size: -1}}]")).message ==
          "validating /app/compose.yaml: services.web.volumes.0.tmpfs.size must be greater than or "
          "equal to 0");
}

TEST_CASE("service volumes: an option nobody knows is a remark, as the real parser drops it") {
    const Project project = load_ok(web("volumes: ['/a:/b:cached']"));
    REQUIRE(project.warnings.size() == 1);
    CHECK(project.warnings[0].own);
    CHECK(project.warnings[0].sentence == "the mount option 'cached' of '/a:/b:cached' is ignored");
}

TEST_CASE("service volumes_from: names, and a dependency that is not written") {
    const Project project =
        load_ok(web("volumes_from: ['db:ro', 'container:x:rw']") + "  db: {image: x}\n");
    const Service& service = *project.find_service("web");
    CHECK(service.volumes_from == Texts{"db:ro", "container:x:rw"});
    REQUIRE(service.depends_on.size() == 1);
    CHECK(service.depends_on[0].service == "db");
    CHECK_FALSE(service.depends_on[0].restart);
}

TEST_CASE("service working_dir") {
    CHECK(web_service("working_dir: /srv").working_dir == "/srv");
}

TEST_CASE("service x- keys are kept and mean nothing") {
    const Project project = load_ok("x-top: {a: [1]}\n" + web("x-mine: {any: thing}"));
    CHECK(node_at(project.model, "services.web.x-mine.any")->text == "thing");
    CHECK(project.unsimulated.empty());
}

TEST_CASE("every attribute of a service in the specification is known") {
    const std::string spec =
        "annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command "
        "configs container_name cpu_count "
        "cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset "
        "credential_spec depends_on deploy "
        "develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file "
        "environment expose extends "
        "external_links extra_hosts gpus group_add healthcheck hostname image init ipc isolation "
        "label_file labels links logging "
        "mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode "
        "networks oom_kill_disable "
        "oom_score_adj pid pids_limit platform ports post_start pre_start pre_stop privileged "
        "profiles provider pull_policy "
        "pull_refresh_after read_only restart runtime scale secrets security_opt shm_size "
        "stdin_open stop_grace_period "
        "stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts "
        "volumes volumes_from working_dir";
    std::vector<std::string> known;
    for (const Key& key : service_keys())
        known.emplace_back(key.name);
    std::sort(known.begin(), known.end());
    CHECK(known == split_words(spec));
}
