// One test for each attribute of a service about names, networks and ports, in alphabetical order.

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

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

TEST_CASE("service mac_address is read and not simulated") {
    CHECK(web_service("mac_address: 02:42:ac:11:65:43").mac_address == "02:42:ac:11:65:43");
    check_listed("mac_address: 02:42:ac:11:65:43", "mac_address");
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
