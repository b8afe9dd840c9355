// Logs of services: the leader's log broker asks the agents of all nodes, and says what is missing.

#include <utility>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/model/process.hpp"
#include "tests/swarm_hosts/fixture.hpp"

using namespace podium;
using namespace podium::swarm;

namespace {

struct Frame {
    int which = 0;
    std::string text;
};

/// A client that reads the logs of something.
class Reader {
  public:
    Reader(SwarmHosts& hosts, std::uint32_t host, const std::string& path, const std::string& query = {}) : hosts_(hosts), request_(hosts.send(host, "GET " + path + "/logs?stdout=1&stderr=1" + query)) {}

    void look() {
        const model::Request* row = hosts_.world().requests.find(request_);
        REQUIRE(row != nullptr);
        if (!row->stream) return;
        std::string bytes = model::take_stream(hosts_.state().world, row->stream);
        while (bytes.size() >= 8) {
            std::size_t size = 0;
            for (std::size_t i = 4; i < 8; ++i) size = size << 8U | static_cast<unsigned char>(bytes[i]);
            frames_.push_back({bytes[0], bytes.substr(8, size)});
            bytes.erase(0, 8 + size);
        }
    }

    /// All that has come, lines of one kind.
    std::string text(int which = 1) {
        look();
        std::string out;
        for (const Frame& frame : frames_) out += frame.which == which ? frame.text : std::string();
        return out;
    }

    std::size_t count(const std::string& part, int which = 1) {
        const std::string all = text(which);
        std::size_t out = 0;
        for (std::size_t at = all.find(part); at != std::string::npos; at = all.find(part, at + 1)) ++out;
        return out;
    }

    [[nodiscard]] bool ended() const { return hosts_.is_answered(request_); }
    bool ends(double longest = 30) {
        return hosts_.until([this](const SwarmHosts&) { return ended(); }, longest);
    }
    void hang_up() { model::release_request(hosts_.state().world, request_); }

  private:
    SwarmHosts& hosts_;
    model::RequestId request_;
    std::vector<Frame> frames_;
};

std::string node_id(const SwarmHosts& hosts, std::uint32_t host) { return hosts.store().nodes.find(hosts.host(host).node.value)->meta.id; }

std::string incomplete(const std::string& reasons) {
    return "Error grabbing logs: rpc error: code = Unknown desc = warning: incomplete log stream. some logs could not be retrieved for the following reasons: " + reasons + "\n";
}

constexpr const char* kHello = "echo hello from $(hostname); echo oops >&2; trap 'exit 0' TERM; while :; do sleep 0.2; done";
constexpr const char* kTicks = "i=0; trap 'exit 0' TERM; while :; do i=$((i+1)); echo tick $i; sleep 1; done";

}  // namespace

TEST_CASE("swarm logs: all nodes' agents send what their tasks have printed, each line with whose it is") {
    SwarmHosts hosts(3);
    hosts.form(3);
    REQUIRE(hosts.create_service(1, "web", 3, kHello).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }));
    hosts.run_for(1);
    for (const std::uint32_t asked : {1U, 2U}) {  // the leader, and a manager that is none
        INFO("asked of host " << asked);
        Reader reader(hosts, asked, "/services/web", "&details=1");
        CHECK(reader.ends(1));
        CHECK(reader.count("hello from") == 3);
        CHECK(reader.count("oops", 2) == 3);
        CHECK(reader.text(3).empty());
        hosts.store().tasks.for_each([&](std::uint32_t, const Task& task) {
            const std::string details = fmt::format("com.docker.swarm.node.id={},com.docker.swarm.service.id={},com.docker.swarm.task.id={} ", hosts.store().nodes.find(task.node.value)->meta.id,
                                                    hosts.store().services.find(1)->meta.id, task.meta.id);
            CHECK(reader.count(details + "hello from " + task.status.container_id.text().substr(0, 12) + "\n") == 1);
        });
        reader.hang_up();
    }
    CHECK(hosts.swarm().state().logs.empty());
    CHECK(hosts.swarm().state().log_readers.empty());
}

TEST_CASE("swarm logs: tail is each task's, stamps and the streams are chosen") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2, "for i in 1 2 3; do echo line $i; done; echo wrong >&2; sleep 1000").status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }));
    hosts.run_for(1);
    Reader tail(hosts, 1, "/services/web", "&tail=2");
    REQUIRE(tail.ends());
    CHECK(tail.text() == "line 3\nline 3\n");
    CHECK(tail.text(2) == "wrong\nwrong\n");
    std::string first;
    hosts.store().tasks.for_each([&first](std::uint32_t, const Task& task) { first = task.meta.id; });
    const auto stamped = hosts.send(1, "GET /tasks/" + first + "/logs?stdout=1&timestamps=1&tail=10");
    REQUIRE(hosts.until([&](const SwarmHosts& h) { return h.is_answered(stamped); }));
    const std::string text = model::take_stream(hosts.state().world, hosts.world().requests.find(stamped)->stream);
    CHECK(text.find("wrong") == std::string::npos);
    CHECK(text.find("Z line 1\n") != std::string::npos);
    CHECK(text.substr(8, 10) == "2026-01-05");
    // Only what comes after a moment: nothing did.
    Reader late(hosts, 1, "/services/web", "&since=4000000000");
    REQUIRE(late.ends());
    CHECK(late.text().empty());
    CHECK(hosts.ask(1, "GET /services/nosuch/logs?stdout=1").status == 404);
}

TEST_CASE("swarm logs: who follows hears of tasks that start later, also on other nodes, until he hangs up") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 1, kTicks).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 1; }));
    Reader reader(hosts, 1, "/services/web", "&follow=1&tail=0");
    hosts.run_for(3);
    CHECK(reader.count("tick 1\n") == 0);  // it was printed before
    const std::size_t before = reader.count("tick");
    CHECK(before >= 2);
    hosts.run_for(2);
    CHECK(reader.count("tick") == before + 2);
    const Json service = hosts.ask(1, "GET /services/web").json();
    Json spec = service["Spec"];
    spec["Mode"]["Replicated"]["Replicas"] = 3;
    REQUIRE(hosts.ask(1, fmt::format("POST /services/web/update?version={}", service["Version"]["Index"].get<int>()), spec.dump()).status == 200);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }));
    hosts.run_for(3);
    CHECK(reader.count("tick 2\n") == 3);
    CHECK_FALSE(reader.ended());
    CHECK_FALSE(hosts.swarm().state().log_readers.empty());
    reader.hang_up();
    hosts.run_for(2);
    CHECK(hosts.swarm().state().logs.empty());
    CHECK(hosts.swarm().state().log_readers.empty());
}

TEST_CASE("swarm logs: a node that is down is named, and a task that has none") {
    SwarmHosts hosts(3);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 3, kHello).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }));
    hosts.run_for(1);
    hosts.inject("power-loss h3");
    // Its connection does not break: the broker waits until the session is over.
    Reader waits(hosts, 1, "/services/web");
    hosts.run_for(1);
    CHECK(waits.count("hello") == 2);
    CHECK_FALSE(waits.ended());
    REQUIRE(waits.ends(20));
    hosts.run_for(1);
    CHECK(hosts.node_state(3) == NodeState::Down);
    CHECK(waits.text(3) == incomplete(fmt::format("node {} disconnected unexpectedly", node_id(hosts, 3))));
    Reader later(hosts, 1, "/services/web");
    REQUIRE(later.ends(1));
    CHECK(later.text(3) == incomplete(fmt::format("node {} is not available", node_id(hosts, 3))));

    REQUIRE(hosts.create_service(1, "no", 1, kHello, R"({"TaskTemplate":{"Placement":{"Constraints":["node.labels.a==b"]}}})").status == 201);
    hosts.run_for(1);
    std::string pending;
    hosts.store().tasks.for_each([&pending](std::uint32_t, const Task& task) { pending = task.service_name == "no" ? task.meta.id : pending; });
    Reader task(hosts, 1, "/tasks/" + pending);
    REQUIRE(task.ends(1));
    CHECK(task.text(3) == incomplete(fmt::format("task {} has not been scheduled", pending)));
    // Of a service, tasks that have not begun to run are not missed.
    Reader service(hosts, 1, "/services/no");
    REQUIRE(service.ends(1));
    CHECK(service.text(3).empty());
}

TEST_CASE("swarm logs: an engine that is stopped closes its connection, and is followed again when it is back") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2, kTicks, R"({"TaskTemplate":{"Placement":{"MaxReplicas":1}}})").status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }));
    Reader reader(hosts, 1, "/services/web", "&follow=1&details=1");
    hosts.run_for(2);
    const std::string there = "node.id=" + node_id(hosts, 2);
    CHECK(reader.count(there) >= 2);
    hosts.inject("engine-stop h2");
    hosts.run_for(12);
    const std::size_t before = reader.count(there);
    Reader now(hosts, 1, "/services/web");
    REQUIRE(now.ends(1));
    CHECK(now.text(3).find(fmt::format("node {} is not available", node_id(hosts, 2))) != std::string::npos);
    hosts.lift("engine-stop h2");
    hosts.run_for(20);
    CHECK(hosts.node_state(2) == NodeState::Ready);
    CHECK(reader.count(there) > before);
    CHECK_FALSE(reader.ended());
}

TEST_CASE("swarm logs: they end with the leader that had them") {
    SwarmHosts hosts(3);
    hosts.form(3);
    REQUIRE(hosts.create_service(1, "web", 3, kTicks).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 3; }));
    Reader reader(hosts, 2, "/services/web", "&follow=1");
    hosts.run_for(3);
    CHECK(reader.count("tick") >= 6);
    SECTION("its engine is killed: the connection closes") {
        hosts.inject("engine-kill h1");
        REQUIRE(reader.ends(5));
        CHECK(reader.text(3) == "Error grabbing logs: rpc error: code = Unavailable desc = transport is closing\n");
    }
    SECTION("its host is gone: nothing is heard until it is back") {
        hosts.inject("power-loss h1");
        hosts.run_for(60);
        CHECK_FALSE(reader.ended());
        hosts.lift("power-loss h1");
        REQUIRE(reader.ends(60));
        CHECK(reader.text(3) == "Error grabbing logs: rpc error: code = Unavailable desc = transport is closing\n");
    }
    CHECK(hosts.swarm().state().log_readers.empty());
}

TEST_CASE("swarm logs: what is cut off comes when the network is whole again") {
    SwarmHosts hosts(2);
    hosts.form();
    REQUIRE(hosts.create_service(1, "web", 2, kTicks).status == 201);
    REQUIRE(hosts.until([](const SwarmHosts& h) { return h.running("web") == 2; }));
    Reader reader(hosts, 1, "/services/web", "&follow=1&details=1");
    hosts.run_for(3);
    const std::string there = "node.id=" + node_id(hosts, 2);
    hosts.inject("link-cut h2");
    hosts.run_for(0.1);
    const std::size_t before = reader.count(there);
    hosts.run_for(2);
    CHECK(reader.count(there) == before);
    hosts.lift("link-cut h2");
    hosts.run_for(3);
    const std::string text = reader.text();
    for (int i = 1; i <= 6; ++i) {
        INFO("tick " << i << " of the cut node, in\n" << text);
        std::size_t seen = 0;
        const std::string end = fmt::format(" tick {}\n", i);
        for (std::size_t at = text.find(there); at != std::string::npos; at = text.find(there, at + 1)) {
            const std::string line = text.substr(at, text.find('\n', at) + 1 - at);
            seen += line.ends_with(end) ? 1U : 0U;
        }
        CHECK(seen == 1);
    }
}
