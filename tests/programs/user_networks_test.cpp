// What passes between networks and what does not: addresses that ports are published at, networks apart from each
// other, without a way out, without one another, or none at all. Source: moby 20.10, libnetwork drivers/bridge.

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "sim/lab/session.hpp"
#include "tests/source_directory.hpp"

using namespace podium;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// Two hosts on one network: 192.168.65.3, where lines are typed, and 192.168.65.4.
class TwoHosts {
  public:
    TwoHosts() : session_(made()) {}

    /// What a line prints, and its status on a line of its own.
    std::string operator()(const std::string& line, const std::string& host = "host") {
        session_.take_shown();
        session_.post({session_.now(), lab::CommandKind::Line, host, line + "; echo \"status $?\"", {}});
        session_.run_until(session_.now());
        session_.run_until(session_.now() + minutes(10), [&host](const lab::Session& session) { return !session.terminal(host)->running; });
        std::string out;
        for (const lab::Shown& piece : session_.take_shown()) {
            const bool is_text = piece.kind == lab::Shown::Kind::Output || piece.kind == lab::Shown::Kind::Error;
            if (is_text && piece.terminal == host) out += piece.text;
        }
        return out;
    }
    /// The status with which curl asks an address, from a host or from one of the first host's containers.
    std::string curl(const std::string& address, const std::string& host = "host") { return (*this)("curl -s -m 2 -o /dev/null http://" + address, host); }
    std::string fetch(const std::string& container, const std::string& address) { return (*this)("docker exec " + container + " wget -q -T 2 -O /dev/null http://" + address); }
    void write_file(const std::string& path, const std::string& content) {
        session_.post({session_.now(), lab::CommandKind::WriteFile, "host", path, content});
        session_.run_until(session_.now());
    }

  private:
    static lab::Session made() {
        lab::SetUp set_up;
        lab::HostSetUp other;
        other.name = "other";
        other.address = "192.168.65.4";
        set_up.hosts.push_back(other);
        set_up.links.push_back({"host", "other"});
        std::ifstream file(test::source_directory() + "/scenarios/images.yaml");
        std::stringstream text;
        text << file.rdbuf();
        set_up.catalogue = text.str();
        set_up.images = {"busybox", "nginx", "httpd", "debian", "mariadb"};
        auto session = lab::Session::create(std::move(set_up));
        if (!session) throw std::runtime_error(session.error().text());
        return std::move(*session);
    }

    lab::Session session_;
};

constexpr const char* kGood = "status 0\n";
constexpr const char* kRefused = "status 7\n";
constexpr const char* kSilence = "status 28\n";

}  // namespace

TEST_CASE("networks: a port published at one address is reached by that address alone") {
    TwoHosts hosts;
    hosts("docker run -d --name near -p 127.0.0.1:8081:80 nginx");
    hosts("docker run -d --name far -p 192.168.65.3:8082:80 nginx");
    hosts("docker run -d --name all -p 8083:80 nginx");
    hosts("docker run -d --name inner -p 172.17.0.1:8084:80 nginx");
    hosts("docker run -d --name ask busybox sleep 1000; sleep 2");
    CHECK(hosts.curl("127.0.0.1:8081") == kGood);
    CHECK(hosts.curl("localhost:8081") == kGood);
    CHECK(hosts.curl("192.168.65.3:8081") == kRefused);
    CHECK(hosts.curl("172.17.0.1:8081") == kRefused);
    CHECK(hosts.curl("192.168.65.3:8081", "other") == kRefused);
    CHECK_THAT(hosts.fetch("ask", "172.17.0.1:8081"), Contains("Connection refused"));
    CHECK(hosts.curl("localhost:8082") == kRefused);
    CHECK(hosts.curl("172.17.0.1:8082") == kRefused);
    CHECK(hosts.curl("192.168.65.3:8082") == kGood);
    CHECK(hosts.curl("192.168.65.3:8082", "other") == kGood);
    CHECK(hosts.fetch("ask", "192.168.65.3:8082") == kGood);
    for (const char* address : {"127.0.0.1:8083", "192.168.65.3:8083", "172.17.0.1:8083"}) CHECK(hosts.curl(address) == kGood);
    CHECK(hosts.curl("192.168.65.3:8083", "other") == kGood);
    CHECK(hosts.fetch("ask", "172.17.0.1:8083") == kGood);
    CHECK(hosts.fetch("ask", "172.17.0.1:8084") == kGood);
    CHECK(hosts.curl("192.168.65.3:8084", "other") == kRefused);
}

TEST_CASE("networks: two containers share a port at different addresses, and each is reached by its own") {
    TwoHosts hosts;
    hosts("docker run -d --name ng -p 127.0.0.1:8090:80 nginx");
    hosts("docker run -d --name ht -p 192.168.65.3:8090:80 httpd; sleep 2");
    CHECK_THAT(hosts("curl -sI http://127.0.0.1:8090 | grep Server"), Contains("nginx"));
    CHECK_THAT(hosts("curl -sI http://192.168.65.3:8090 | grep Server"), Contains("Apache"));
    CHECK_THAT(hosts("curl -sI http://192.168.65.3:8090 | grep Server", "other"), Contains("Apache"));
}

TEST_CASE("networks: who takes a connection for a server that isn't there") {
    TwoHosts hosts;
    hosts("docker run -d --name idle -p 8085:80 -p 192.168.65.3:8086:80 busybox sleep 1000");
    hosts("docker run -d --name ask busybox sleep 1000; sleep 1");
    CHECK(hosts.curl("127.0.0.1:8085") == "status 56\n");  // docker-proxy, which hangs up
    CHECK(hosts.curl("127.0.0.1:8086") == kRefused);       // nobody is bound there
    CHECK(hosts.curl("192.168.65.3:8085") == kRefused);    // forwarded: the container's kernel
    CHECK_THAT(hosts.fetch("ask", "172.17.0.1:8085"), Contains("Connection reset by peer"));
    CHECK_THAT(hosts.fetch("ask", "172.17.0.1:8086"), Contains("Connection refused"));
}

TEST_CASE("networks: a Compose file's address of a port holds too") {
    TwoHosts hosts;
    hosts.write_file("/root/compose.yaml", "services:\n  web: {image: nginx, ports: ['127.0.0.1:8066:80']}\n");
    hosts("docker compose up -d; sleep 2");
    CHECK(hosts.curl("localhost:8066") == kGood);
    CHECK(hosts.curl("192.168.65.3:8066", "other") == kRefused);
}

TEST_CASE("networks: nothing passes from one bridge to another but what is published") {
    TwoHosts hosts;
    hosts("docker network create mine; docker network create theirs");
    hosts("docker run -d --name web --network mine -p 8080:80 nginx");      // 172.18.0.2
    hosts("docker run -d --name apart --network theirs busybox sleep 1000");  // 172.19.0.2
    hosts("docker run -d --name plain busybox sleep 1000");                   // 172.17.0.2
    hosts("docker run -d --name hosted --network host busybox sleep 1000; sleep 2");
    for (const char* from : {"apart", "plain"}) {
        INFO(from);
        CHECK_THAT(hosts.fetch(from, "172.18.0.2"), Contains("download timed out"));
        CHECK_THAT(hosts(std::string("docker exec ") + from + " ping -c 1 -W 1 172.18.0.2"), Contains("100% packet loss"));
        CHECK(hosts.fetch(from, "192.168.65.3:8080") == kGood);
        CHECK(hosts.fetch(from, "172.18.0.1:8080") == kGood);  // the other bridge's own address is the host's
        CHECK_THAT(hosts(std::string("docker exec ") + from + " ping -c 1 -W 1 172.18.0.1"), Contains(" 0% packet loss"));
    }
    CHECK(hosts("docker exec web curl -s -m 2 http://172.17.0.2") == kSilence);
    CHECK(hosts.curl("172.18.0.2") == kGood);
    CHECK(hosts.fetch("hosted", "172.18.0.2") == kGood);
    hosts("docker network connect mine apart");
    CHECK(hosts.fetch("apart", "172.18.0.2") == kGood);
    CHECK(hosts.fetch("apart", "web") == kGood);
}

TEST_CASE("networks: what is dropped is sent again, and goes through when the networks are joined meanwhile") {
    TwoHosts hosts;
    hosts("docker network create mine");
    hosts("docker run -d --name web --network mine nginx");
    hosts("docker run -d --name ask busybox sleep 1000; sleep 2");
    CHECK_THAT(hosts("docker exec ask wget -q -T 30 -O /dev/null http://172.18.0.2 & sleep 2; docker network connect mine ask; wait $!"), Contains(kGood));
}

TEST_CASE("networks: none has no way to anywhere, and says so at once") {
    TwoHosts hosts;
    hosts("docker run -d --name web nginx; docker run -d --name ask --network none busybox sleep 1000; docker run -d --name deb --network none debian sleep 1000");
    CHECK(hosts("docker exec ask ping -c 1 172.17.0.2") == "PING 172.17.0.2 (172.17.0.2): 56 data bytes\nping: sendto: Network unreachable\nstatus 1\n");
    CHECK(hosts("docker exec ask wget -O - http://172.17.0.2") == "Connecting to 172.17.0.2 (172.17.0.2:80)\nwget: can't connect to remote host (172.17.0.2): Network unreachable\nstatus 1\n");
    CHECK(hosts("docker exec ask wget -O - http://192.168.65.3") == "Connecting to 192.168.65.3 (192.168.65.3:80)\nwget: can't connect to remote host (192.168.65.3): Network unreachable\nstatus 1\n");
    CHECK(hosts("docker exec ask wget -O - http://other") == "wget: bad address 'other'\nstatus 1\n");
    CHECK_THAT(hosts("docker exec ask ping -c 1 127.0.0.1"), Contains(" 0% packet loss"));
    CHECK_THAT(hosts("docker exec ask nslookup other"), Contains("no servers could be reached"));
    CHECK(hosts("docker exec ask cat /etc/hosts | grep -c 172.17") == "0\nstatus 1\n");
}

TEST_CASE("networks: an internal one knows itself and its gateway, and nothing beyond") {
    TwoHosts hosts;
    hosts("docker network create --internal shut; docker network create open");
    hosts("docker run -d --name in --network shut nginx; docker run -d --name ask --network shut busybox sleep 1000");
    hosts("docker run -d --name web --network open -p 8080:80 -p 172.18.0.1:8081:80 nginx; docker run -d --name plain busybox sleep 1000; sleep 2");
    CHECK(hosts.fetch("ask", "in") == kGood);
    CHECK_THAT(hosts.fetch("ask", "172.19.0.2"), Contains("Network unreachable"));
    CHECK_THAT(hosts.fetch("ask", "192.168.65.3:8080"), Contains("Network unreachable"));
    CHECK_THAT(hosts.fetch("ask", "192.168.65.4"), Contains("Network unreachable"));
    CHECK_THAT(hosts.fetch("ask", "other"), Contains("bad address"));
    CHECK_THAT(hosts("docker exec ask ping -c 1 -W 1 8.8.8.8"), Contains("Network unreachable"));
    CHECK_THAT(hosts("docker exec ask ping -c 1 -W 1 172.18.0.1"), Contains(" 0% packet loss"));
    // A port published at all addresses is forwarded before docker-proxy has it, and dropped on its way to the other bridge.
    CHECK_THAT(hosts.fetch("ask", "172.18.0.1:8080"), Contains("download timed out"));
    CHECK_THAT(hosts.fetch("ask", "172.18.0.1:8099"), Contains("Connection refused"));
    CHECK_THAT(hosts.fetch("plain", "172.18.0.2"), Contains("download timed out"));
    CHECK(hosts.curl("172.18.0.2") == kGood);
    CHECK(hosts("docker exec ask ip route") == "172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.3 \nstatus 0\n");
    hosts("docker network connect open ask");
    CHECK(hosts.fetch("ask", "172.19.0.2") == kGood);
    CHECK(hosts.fetch("ask", "192.168.65.3:8080") == kGood);
    CHECK_THAT(hosts("docker exec ask ip route"), StartsWith("default via 172.19.0.1 dev eth1"));
}

TEST_CASE("networks: without icc containers don't reach each other, but the host and the outside do and are reached") {
    TwoHosts hosts;
    hosts("docker network create -o com.docker.network.bridge.enable_icc=false icc");
    hosts("docker run -d --name web --network icc -p 8080:80 nginx; docker run -d --name ask --network icc busybox sleep 1000; sleep 2");
    CHECK_THAT(hosts.fetch("ask", "web"), Contains("download timed out"));
    CHECK_THAT(hosts("docker exec ask ping -c 1 -W 1 web"), Contains("100% packet loss"));
    CHECK(hosts.fetch("ask", "172.18.0.1:8080") == kGood);
    CHECK(hosts.curl("172.18.0.2") == kGood);
    CHECK(hosts.curl("192.168.65.3:8080", "other") == kGood);
    CHECK_THAT(hosts("docker exec ask ping -c 1 -W 1 192.168.65.4"), Contains(" 0% packet loss"));
}

TEST_CASE("networks: the bridge driver's options") {
    TwoHosts hosts;
    CHECK_THAT(hosts("docker network create -o com.docker.network.bridge.name=br9 -o com.docker.network.container_iface_prefix=net -o com.docker.network.driver.mtu=1400 -o com.docker.network.bridge.host_binding_ipv4=127.0.0.1 named"),
               StartsWith("Podium: --opt com.docker.network.driver.mtu is not simulated: no packet is too large for a link, though ip shows the number\n"));
    hosts("docker run -d --name web --network named -p 8080:80 nginx; sleep 2");
    CHECK_THAT(hosts("ip link show br9"), Contains("br9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400") && Contains(kGood));
    CHECK_THAT(hosts("docker run --rm --network named busybox ip link"), Contains("net0"));
    CHECK(hosts("docker port web") == "80/tcp -> 127.0.0.1:8080\nstatus 0\n");
    CHECK(hosts.curl("127.0.0.1:8080") == kGood);
    CHECK(hosts.curl("192.168.65.3:8080", "other") == kRefused);
    CHECK_THAT(hosts("docker network create -o com.docker.network.bridge.name=br9 again"), Contains("conflicts with network") && Contains("(br9): networks have same bridge name") && Contains("status 1"));
    CHECK_THAT(hosts("docker network create -o com.docker.network.bridge.name=a-name-beyond-15 again"), Contains("Error response from daemon: numerical result out of range"));
    CHECK_THAT(hosts("docker network create -o com.docker.network.bridge.enable_icc=maybe again"),
               Contains("Error response from daemon: failed to parse com.docker.network.bridge.enable_icc value: maybe (strconv.ParseBool: parsing \"maybe\": invalid syntax)"));
    CHECK_THAT(hosts("docker network create -o com.docker.network.bridge.host_binding_ipv4=here again"), Contains("value: here (nil ip)"));
    CHECK_THAT(hosts("docker network create -o colour=red again"), Contains("Podium: --opt colour is not simulated: the drivers of this engine (20.10) do not know it\n"));
}

TEST_CASE("networks: without masquerading no answer from other hosts finds back") {
    TwoHosts hosts;
    hosts("docker network create -o com.docker.network.bridge.enable_ip_masquerade=false bare");
    hosts("docker run -d --name ask --network bare busybox sleep 1000; docker run -d --name web -p 8080:80 nginx; sleep 2");
    CHECK_THAT(hosts("docker exec ask ping -c 1 -W 1 192.168.65.4"), Contains("100% packet loss"));
    CHECK_THAT(hosts("docker exec ask ping -c 1 -W 1 192.168.65.3"), Contains(" 0% packet loss"));
    CHECK_THAT(hosts.fetch("ask", "192.168.65.3:8080"), Contains("download timed out"));  // forwarded, as no rule returns
    CHECK(hosts.curl("192.168.65.3:8080", "other") == kGood);
}

TEST_CASE("networks: in the host's network, in none and in an internal one there are no ports to show") {
    TwoHosts hosts;
    hosts("docker network create --internal shut");
    hosts("docker run -d --name hosted --network host nginx; docker run -d --name alone --network none nginx; docker run -d --name inner --network shut -p 80 nginx; docker run -d --name web nginx");
    CHECK(hosts("docker ps --format '{{.Names}} [{{.Ports}}]'") == "web [80/tcp]\ninner []\nalone []\nhosted []\nstatus 0\n");
    for (const char* name : {"hosted", "alone", "inner"}) CHECK(hosts(std::string("docker inspect -f '{{json .NetworkSettings.Ports}}' ") + name) == "{}\nstatus 0\n");
    CHECK(hosts("docker inspect -f '{{json .NetworkSettings.Ports}}' web") == "{\"80/tcp\":null}\nstatus 0\n");
}

TEST_CASE("networks: a server in its host's own network sees another host's address, and its own host's containers' ones") {
    TwoHosts hosts;
    hosts("docker run -d --name web --network host nginx; docker run -d --name plain busybox sleep 1000; sleep 2");
    const auto seen = [&](const std::string& line, const std::string& host) {
        hosts(line, host);
        return hosts("docker logs --tail 1 web").substr(0, hosts("docker logs --tail 1 web").find(" - - ["));
    };
    CHECK(seen("curl -s 192.168.65.3", "other") == "192.168.65.4");
    CHECK(seen("docker run --rm busybox wget -q -O - http://192.168.65.3", "other") == "192.168.65.4");
    CHECK(seen("docker exec plain wget -q -O - http://192.168.65.3", "host") == "172.17.0.2");
    CHECK(seen("curl -s 192.168.65.3", "host") == "192.168.65.3");
    CHECK(seen("curl -s 127.0.0.1", "host") == "127.0.0.1");
    // A database's rules go by what it sees.
    hosts("docker run -d --name db --network host -e MARIADB_ROOT_PASSWORD=pw mariadb; sleep 20");
    const std::string denied = "ERROR 1045 (28000): Access denied for user 'root'@'192.168.65.4' (using password: YES)";
    CHECK_THAT(hosts("docker run --rm mariadb mariadb -h 192.168.65.3 -uroot -pno", "other"), Contains(denied));
    CHECK_THAT(hosts("docker run --rm --network host mariadb mariadb -h 192.168.65.3 -uroot -pno", "other"), Contains(denied));
}

TEST_CASE("networks: names are asked of the server in /etc/resolv.conf, and addresses are told as they were asked for") {
    TwoHosts hosts;
    hosts("docker network create mine; docker run -d --name plain busybox sleep 1000; docker run -d --name own --network mine busybox sleep 1000");
    CHECK_THAT(hosts("docker exec plain nslookup nosuch"), StartsWith("Server:\t\t192.168.65.3\nAddress:\t192.168.65.3:53\n"));
    CHECK_THAT(hosts("docker exec own nslookup nosuch"), StartsWith("Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n"));
    CHECK_THAT(hosts("docker exec plain wget http://172.17.0.1:1234"), Contains("can't connect to remote host (172.17.0.1): Connection refused"));
}

TEST_CASE("networks: a full name is in /etc/hosts, and hostname knows its parts") {
    TwoHosts hosts;
    for (const char* image : {"busybox", "debian"}) {
        INFO(image);
        const std::string run = "docker run --rm ";
        CHECK(hosts(run + "--hostname hh --domainname dd.ee " + image + " sh -c 'hostname; hostname -f; hostname -s; hostname -d; grep hh /etc/hosts'") == "hh\nhh.dd.ee\nhh\ndd.ee\n172.17.0.2\thh.dd.ee hh\nstatus 0\n");
        CHECK(hosts(run + "--hostname a.b.c " + image + " sh -c 'hostname; hostname -f; hostname -s; hostname -d; grep a.b.c /etc/hosts'") == "a.b.c\na.b.c\na\nb.c\n172.17.0.2\ta.b.c a\nstatus 0\n");
        CHECK(hosts(run + "--hostname bare " + image + " sh -c 'hostname -f; hostname -s; hostname -d; grep bare /etc/hosts'") == "bare\nbare\n172.17.0.2\tbare\nstatus 0\n");
    }
    CHECK_THAT(hosts("docker run --rm --hostname hh --domainname dd.ee busybox ping -c 1 hh.dd.ee"), Contains("PING hh.dd.ee (172.17.0.2)"));
}
