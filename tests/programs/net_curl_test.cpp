#include <catch2/catch.hpp>

#include "tests/programs/net_fixture.hpp"

using namespace podium;
using podium::programs::NetWorld;

TEST_CASE("curl prints what a server answers, on this host and on another") {
    NetWorld net;
    net.serve(net.one);
    CHECK(net.line("curl -s localhost:8030").out == "hello\n");
    CHECK(net.line("curl -sS http://one:8030/").out == "hello\n");
    CHECK(net.line("curl -s http://192.168.65.3:8030/x", net.two).out == "hello\n");
}

TEST_CASE("curl posts what -d gives, joined, from files and from standard input") {
    NetWorld net;
    net.serve(net.one);
    CHECK(net.line("curl -s -d item=milk -d 'n=2' localhost:8030/items").out == "POST item=milk&n=2\n");
    CHECK(net.line("echo text >/tmp/f; curl -s -d @/tmp/f localhost:8030").out == "POST text\n");
    CHECK(net.line("curl -s -d @- localhost:8030", net.one, "a\nb\n").out == "POST ab\n");
    CHECK(net.line("curl -s --data-urlencode 'item=a b&c' localhost:8030").out == "POST item=a%20b%26c\n");
    CHECK(net.line("curl -s -XPUT --data-raw @x localhost:8030").out == "PUT @x\n");
}

TEST_CASE("curl's failures have its own numbers and sentences") {
    NetWorld net;
    net.serve(net.one);
    struct Row {
        const char* line;
        int status;
        const char* text;
    };
    const Row row = GENERATE(values<Row>({
        {"curl -sS nowhere", 6, "curl: (6) Could not resolve host: nowhere\n"},
        {"curl -sS localhost:81", 7, "curl: (7) Failed to connect to localhost port 81 after 0 ms: Couldn't connect to server\n"},
        {"curl -fsS localhost:8030/missing", 22, "curl: (22) The requested URL returned error: 404\n"},
        {"curl -sS -m 1 localhost:8030/silent", 28, "curl: (28) Operation timed out after 1000 milliseconds with 0 bytes received\n"},
        {"curl -sS localhost:8030/empty", 52, "curl: (52) Empty reply from server\n"},
        {"curl -s localhost:81", 7, ""},
        {"curl --foo x", 2, "curl: option --foo: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n"},
        {"curl", 2, "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information\n"},
        {"curl -sS ftp://x/", 1, "curl: (1) Protocol \"ftp\" not supported or disabled in libcurl\n"},
        {"curl -sS https://localhost:8030/x", 35, "curl: (35) Podium's servers speak plain HTTP; ask for http://localhost:8030/x\n"},
        {"curl -F a=b localhost", 2, "curl: Podium does not model the option -F of curl\n"},
    }));
    const auto result = net.line(row.line);
    CAPTURE(row.line);
    CHECK(result.status == row.status);
    CHECK(result.err == row.text);
    CHECK(result.out.empty());
}

TEST_CASE("curl tells a host that is gone from one that is only cut off by its patience") {
    NetWorld net;
    net.world.network.set_link_up(net.cable, false);
    auto result = net.line("curl -sS two:8030");
    CHECK(result.status == 7);
    CHECK(result.err == "curl: (7) Failed to connect to two port 8030 after 3060 ms: Couldn't connect to server\n");
    result = net.line("curl -sS --connect-timeout 2 two:8030");
    CHECK(result.status == 28);
    CHECK(result.err == "curl: (28) Connection timed out after 2000 milliseconds\n");
    result = net.line("curl -sS 203.0.113.1");
    CHECK(result.status == 28);
    CHECK(result.took > seconds(126));
}

TEST_CASE("curl loses its answer when the server dies at work") {
    NetWorld net;
    const model::ProcessId server = net.serve(net.one);
    net.start("curl -sS localhost:8030/silent; echo $?", net.one);
    net.run(seconds(1));
    model::send_signal(net.world, server, 9, true);
    model::reset_exchanges(net.world, {});  // as the engine does for the processes of a container
    const auto result = net.finish();
    CHECK(result.err == "curl: (56) Recv failure: Connection reset by peer\n");
    CHECK(result.out == "56\n");
}

TEST_CASE("curl writes to files and shows its meter then") {
    NetWorld net;
    net.serve(net.one);
    auto result = net.line("curl -o /tmp/page localhost:8030/; read a </tmp/page; echo $a");
    CHECK(result.out == "hello\n");
    CHECK(result.err.find("% Total    % Received") != std::string::npos);
    CHECK(net.line("cd /tmp; curl -sO localhost:8030/dir/file; read a <file; echo $a").out == "hello\n");
    result = net.line("curl -sS -o /no/such/file localhost:8030");
    CHECK(result.status == 23);
    CHECK(result.err == "Warning: Failed to open the file /no/such/file: No such file or directory\ncurl: (23) Failure writing output to destination\n");
}

TEST_CASE("curl -w tells about the transfer, failed or not") {
    NetWorld net;
    net.serve(net.one);
    CHECK(net.line("curl -s -o /dev/null -w '%{http_code} %{size_download}\\n' localhost:8030").out == "200 6\n");
    CHECK(net.line("curl -s -o /dev/null -w '%{http_code}\\n' localhost:81").out == "000\n");
    CHECK(net.line("curl -s -o /dev/null -w '%{http_code}' localhost:8030/broken").out == "503");
}

TEST_CASE("curl shows heads with -i and -I") {
    NetWorld net;
    net.serve(net.one);
    CHECK(net.line("curl -si localhost:8030").out == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n");
    CHECK(net.line("curl -sI localhost:8030/missing").out == "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 19\r\n\r\n");
}

TEST_CASE("curl --retry waits 1 s, 2 s and so on, and not for refused connections unless told") {
    NetWorld net;
    net.serve(net.one);
    auto result = net.line("curl -sS --retry 2 -f localhost:8030/broken");
    CHECK(result.status == 22);
    CHECK(result.err == "Warning: Problem: HTTP error. Will retry in 1 second. 2 retries left.\nWarning: Problem: HTTP error. Will retry in 2 seconds. 1 retry left.\ncurl: (22) The requested URL returned error: 503\n");
    CHECK(result.took > seconds(3));
    CHECK(net.line("curl -s --retry 2 localhost:81").took < seconds(1));
    CHECK(net.line("curl -s --retry 2 --retry-connrefused localhost:81").took > seconds(3));
}
