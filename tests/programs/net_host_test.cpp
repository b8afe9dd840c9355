#include <catch2/catch.hpp>

#include "sim/programs/net/wget_progress.hpp"
#include "tests/programs/net_fixture.hpp"

using namespace podium;
using model::EngineState;
using podium::programs::NetWorld;

TEST_CASE("service docker restart returns when the engine answers again") {
    NetWorld net;
    const auto result = net.line("sudo service docker restart");
    CHECK(result.status == 0);
    CHECK(result.out + result.err == "");
    CHECK(result.took > seconds(1));
    CHECK(net.world.host(net.one).engine.state == EngineState::Running);
}

TEST_CASE("systemctl stops, starts and tells the state of docker.service") {
    NetWorld net;
    CHECK(net.line("systemctl is-active docker").out == "active\n");
    CHECK(net.line("systemctl stop docker.service").status == 0);
    CHECK(net.world.host(net.one).engine.state == EngineState::Stopped);
    const auto stopped = net.line("systemctl is-active docker");
    CHECK(stopped.out == "inactive\n");
    CHECK(stopped.status == 3);
    const auto status = net.line("service docker status");
    CHECK(status.status == 3);
    CHECK(status.out.find("Active: inactive (dead)") != std::string::npos);
    CHECK(net.line("systemctl start docker").status == 0);
    CHECK(net.line("systemctl status docker").out.find("Active: active (running) since ") != std::string::npos);
}

TEST_CASE("a restart goes on when nobody waits for it any more") {
    NetWorld net;
    net.start("exec systemctl restart docker", net.one);
    net.run(milliseconds(50));
    REQUIRE(net.world.host(net.one).engine.state == EngineState::Stopping);
    REQUIRE(net.world.host(net.one).engine.restart_after_stop);
    model::send_signal(net.world, net.shell(), 9, true);
    net.run(seconds(10));
    CHECK(net.world.host(net.one).engine.state == EngineState::Running);
}

TEST_CASE("a killed engine is started again by systemd after 2 s") {
    NetWorld net;
    CHECK(net.line("systemctl kill -s KILL docker").status == 0);
    CHECK(net.line("systemctl is-active docker").out == "activating\n");
    CHECK(net.line("systemctl status docker").out.find("Active: activating (auto-restart) (Result: signal) since ") != std::string::npos);
    net.run(milliseconds(1900));
    CHECK(net.world.host(net.one).engine.state == EngineState::Stopped);
    net.run(seconds(10));
    CHECK(net.world.host(net.one).engine.state == EngineState::Running);
}

TEST_CASE("units that are not there are said to be so") {
    NetWorld net;
    auto result = net.line("systemctl restart foo");
    CHECK(result.err == "Failed to restart foo.service: Unit foo.service not found.\n");
    CHECK(result.status == 5);
    CHECK(net.line("service foo restart").err == "Failed to restart foo.service: Unit foo.service not found.\n");
    result = net.line("systemctl status foo");
    CHECK(result.err == "Unit foo.service could not be found.\n");
    CHECK(result.status == 4);
    CHECK(net.line("systemctl frobnicate docker").err == "Unknown command verb frobnicate.\n");
}

TEST_CASE("sudo runs its command and gives its status") {
    NetWorld net;
    CHECK(net.line("sudo -E sh -c 'echo hello; exit 3'").status == 3);
    CHECK(net.line("sudo NAME=x sh -c 'echo $NAME'").out == "x\n");
    const auto result = net.line("sudo nosuch");
    CHECK(result.err == "sudo: nosuch: command not found\n");
    CHECK(result.status == 1);
    CHECK(net.line("sudo -u nobody sh").status == 1);
}

TEST_CASE("reboot brings a host back, poweroff does not") {
    NetWorld net;
    net.start("reboot", net.two);
    net.run(seconds(10));
    CHECK_FALSE(net.world.host(net.two).up);
    net.run(minutes(2));
    CHECK(net.world.host(net.two).up);
    net.start("shutdown -h now", net.two);
    net.run(minutes(5));
    CHECK_FALSE(net.world.host(net.two).up);
    CHECK(net.line("shutdown +5").status == 1);
}

TEST_CASE("ping counts what comes back, with times from the network") {
    NetWorld net;
    const auto result = net.line("ping -c 2 two");
    CHECK(result.status == 0);
    CHECK(result.out.starts_with("PING two (192.168.65.4) 56(84) bytes of data.\n64 bytes from two (192.168.65.4): icmp_seq=1 ttl=64 time=0."));
    CHECK(result.out.find("2 packets transmitted, 2 received, 0% packet loss, time 1000ms\n") != std::string::npos);
    CHECK(net.line("ping nowhere").err == "ping: nowhere: Name or service not known\n");
    CHECK(net.line("ping nowhere").status == 2);
}

TEST_CASE("ping says that a host that is off is unreachable") {
    NetWorld net;
    model::power_off(net.world, net.two);
    const auto result = net.line("ping -c 2 two");
    CHECK(result.status == 1);
    CHECK(result.out.find("From 192.168.65.3 icmp_seq=1 Destination Host Unreachable\nFrom 192.168.65.3 icmp_seq=2 Destination Host Unreachable\n") != std::string::npos);
    CHECK(result.out.find("2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 1000ms\n") != std::string::npos);
}

// What the kernel says of a neighbour that answers nothing comes three seconds later: too late for it.
TEST_CASE("ping -W ends before a host that is off is told unreachable") {
    NetWorld net;
    model::power_off(net.world, net.two);
    const Time begun = net.world.kernel.now();
    const auto result = net.line("ping -c 2 -W 1 two");
    CHECK(result.status == 1);
    CHECK(result.out.find("Unreachable") == std::string::npos);
    CHECK(result.out.find("2 packets transmitted, 0 received, 100% packet loss, time 1000ms\n") != std::string::npos);
    CHECK((net.world.kernel.now() - begun).seconds() == Approx(2).margin(0.1));
}

TEST_CASE("wget shows its progress as rows of dots, and as a bar at a terminal") {
    namespace net = podium::programs::net;
    using net::Transfer;
    const Transfer small{615, 4'000'000};
    CHECK(net::dot_progress(small) == "     0K" + std::string(55, ' ') + "100%  150K=0.004s\n\n");
    CHECK(small.speed() == "150 KB/s");
    CHECK(net::bar_progress("index.html", small) == "\rindex.html          100%[===================>]     615  --.-KB/s    in 0.004s  \n\n");
    const Transfer large{120 * 1024, 2'000'000'000};
    const std::string cluster = " ..........";
    const std::string row = cluster + cluster + cluster + cluster + cluster;
    CHECK(net::dot_progress(large) == "     0K" + row + " 41% 60.0K 1s\n    50K" + row + " 83% 60.0K 0s\n   100K" + cluster + cluster + std::string(33, ' ') + "100% 60.0K=2.0s\n\n");
    CHECK(net::bar_progress("page", large) == "\rpage                100%[===================>] 120.00K  60.0KB/s    in 2.0s    \n\n");
}

TEST_CASE("ss and netstat: the process of a socket, and no Netid for a single protocol") {
    NetWorld net;
    net.serve(net.one);
    const std::string ss = net.line("ss -tlnp").out;
    CHECK(ss.starts_with("State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nLISTEN 0      4096         0.0.0.0:8030      0.0.0.0:*    users:((\""));
    CHECK(net.line("ss -tuln").out.starts_with("Netid State  Recv-Q "));
    CHECK(net.line("ss -tln").out.find("users:") == std::string::npos);
    CHECK(net.line("netstat -tlnp").out.find("0.0.0.0:8030            0.0.0.0:*               LISTEN      ") != std::string::npos);
}

TEST_CASE("ping goes on until it is interrupted") {
    NetWorld net;
    net.start("exec ping one", net.one);
    net.run(milliseconds(4500));
    model::send_signal(net.world, net.shell(), 2, true);
    const auto result = net.finish();
    CHECK(result.status == 0);
    CHECK(result.out.find("5 packets transmitted, 5 received") != std::string::npos);
}

TEST_CASE("nc -z says by its status whether somebody listens") {
    NetWorld net;
    net.serve(net.one);
    CHECK(net.line("nc -z localhost 8030").status == 0);
    CHECK(net.line("nc -z localhost 81").status == 1);
    CHECK(net.line("nc -zv localhost 8030").err == "Connection to localhost (127.0.0.1) 8030 port [tcp/*] succeeded!\n");
    CHECK(net.line("nc -zv -w 2 localhost 81").err == "nc: connect to localhost (127.0.0.1) port 81 (tcp) failed: Connection refused\n");
    CHECK(net.line("printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc localhost 8030").out.find("\r\n\r\nhello\n") != std::string::npos);
    CHECK(net.line("nc -l 80").status == 1);
}

TEST_CASE("wget saves a page, writes it to standard output, and fails with its own numbers") {
    NetWorld net;
    net.serve(net.one);
    CHECK(net.line("wget -q -O - localhost:8030").out == "hello\n");
    const auto saved = net.line("cd /tmp; wget localhost:8030/page; read a <page; echo $a");
    CHECK(saved.out == "hello\n");
    CHECK(saved.err.find("Connecting to localhost (localhost)|127.0.0.1|:8030... connected.\nHTTP request sent, awaiting response... 200 OK\nLength: 6 [text/plain]\nSaving to: ‘page’\n") != std::string::npos);
    CHECK(saved.err.find("\n     0K" + std::string(55, ' ') + "100% ") != std::string::npos);
    CHECK(saved.err.find("B/s) - ‘page’ saved [6/6]\n\n") != std::string::npos);
    CHECK(net.line("wget -q --spider localhost:8030").status == 0);
    CHECK(net.line("wget -q localhost:8030/missing").status == 8);
    CHECK(net.line("wget -q localhost:81").status == 4);
    const auto unknown = net.line("wget nowhere");
    CHECK(unknown.status == 4);
    CHECK(unknown.err.find("wget: unable to resolve host address ‘nowhere’\n") != std::string::npos);
}
