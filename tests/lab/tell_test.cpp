// What a timeline tells of a run, where it is more than the fact's own words.

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/facts.hpp"
#include "sim/lab/session.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/explain.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

// "who: what (why)" of each fact of a run of one minute in which a line is typed every five
// seconds.
std::string told(const std::vector<std::string>& lines, const std::string& fault = {}, bool lifted = false, bool live_restore = false) {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream catalogue;
    catalogue << in.rdbuf();
    SetUp set_up;
    set_up.catalogue = catalogue.str();
    set_up.images = {"busybox", "nginx", "redis"};
    set_up.hosts[0].live_restore = live_restore;
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    Time moment{};
    for (const std::string& line : lines) {
        session->post({moment, CommandKind::Line, "host", line, {}});
        moment = moment + seconds(5);
    }
    if (!fault.empty()) session->post({moment, CommandKind::Inject, "host", fault, {}});
    if (lifted) session->post({moment + seconds(5), CommandKind::Lift, "host", fault, {}});
    session->run_until(Time{} + minutes(1));
    std::string out;
    session->journal().for_each(session->journal().first(), [&](const Fact& fact) {
        const view::Telling telling = view::tell(session->world(), fact_catalogue(), fact);
        out += telling.who + ": " + telling.what + " (" + telling.why + ")\n";
    });
    return out;
}

}  // namespace

TEST_CASE("telling: a line that failed says what its program said last") {
    CHECK_THAT(
        told({"cat /nosuch"}),
        Catch::Contains("host: status 1 after 0.0 s (cat: /nosuch: No such file or directory)"));
    CHECK_THAT(told({"false"}), Catch::Contains("host: status 1 after 0.0 s (of: false)"));
    CHECK_THAT(told({"docker run -d -p 80:80 --name one nginx",
                     "docker run -d -p 80:80 --name two nginx"}),
               Catch::Contains("two: could not be started (driver failed programming external "
                               "connectivity on endpoint two: Bind for 0.0.0.0:80 failed"));
}

TEST_CASE("telling: where a program points to its help is not what it said") {
    CHECK_THAT(told({"docker run -d --name x busybox"}),
               Catch::Contains("host: status 125 after 0.0 s (docker: Error response from daemon: "
                               "Invalid container name (x)"));
}

TEST_CASE("telling: an id in an error is as long as one reads") {
    CHECK_THAT(told({"inject disk-full host", "docker run -d --name box busybox"}),
               Catch::Contains("…-init: no space left on device"));
}

TEST_CASE("telling: what a restart through docker stops is not told to stay down") {
    for (const std::string policy : {"no", "always", "on-failure"}) {
        const std::string text = told({"docker run -d --restart " + policy + " --name box busybox sleep 1000",
                                       "docker restart -t 0 box"});
        CHECK_THAT(text, Catch::Contains("(is being restarted by hand)"));
        CHECK_THAT(text, !Catch::Contains("stays down"));
    }
}

TEST_CASE("telling: an unhealthy task is the swarm's to replace, and one of a global service is called by no number") {
    const std::string check = " --health-cmd false --health-interval 1s --health-retries 2 ";
    const std::string out = told({"docker swarm init", "docker service create -d --name web" + check + "nginx", "docker service create -d --name agent --mode global nginx"});
    CHECK_THAT(out, Catch::Contains("web.1: is unhealthy (2 health checks in a row failed; the swarm replaces it for that)"));
    CHECK_THAT(out, !Catch::Contains("no restart policy"));
    for (const char* digit : {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}) CHECK_THAT(out, !Catch::Contains(std::string("agent.") + digit + ": "));
    CHECK_THAT(told({"docker run -d --name web" + check + "nginx"}), Catch::Contains("web: is unhealthy (2 health checks in a row failed; no restart policy looks at that)"));
}

TEST_CASE("telling: a container that became an image") {
    CHECK_THAT(told({"docker run --name box busybox true", "docker commit box made:1"}),
               Catch::Contains("box: became an image (called made:1)"));
}

TEST_CASE("telling: a volume without a name has as many digits as a container") {
    const std::string text = told({"docker run -d --name db redis", "docker rm -fv db"});
    const std::size_t at = text.find(": volume removed");
    REQUIRE(at != std::string::npos);
    CHECK(at - text.rfind('\n', at) - 1 == 12);
}

TEST_CASE("telling: what counts as asked for says how it was") {
    CHECK_THAT(told({"docker run -d --restart always --name web nginx", "docker stop web"}),
               Catch::Contains("stays down: stopped by hand, so policy always does not act"));
    CHECK_THAT(told({"docker run -d --restart always --name box busybox sh -c 'trap : HUP; sleep "
                     "20 & wait; wait; exit 1'",
                     "docker kill -s HUP box"}),
               Catch::Contains("stays down: docker sent it HUP, so policy always does not act"));
    CHECK_THAT(told({"docker run -d --restart always --name box busybox sleep 1000",
                     "inject engine-kill host",
                     "lift engine-kill host"}),
               Catch::Contains("stays down for now: the engine that starts stops what it finds running"));
}

TEST_CASE("telling: a kill of what does not run had nothing to break") {
    CHECK_THAT(told({"docker run -d --name box busybox true"}, "kill box"),
               Catch::Contains("box: fault: kill (but there was nothing to break)"));
}

TEST_CASE("telling: every kind of fact has its words in the timeline and its sentence in why") {
    // One fact of each kind of all rooms, with fields that say nothing.
    model::World world(1);
    model::Host host;
    host.spec.name = "host";
    world.hosts.push_back(host);
    model::ContainerSpec spec;
    spec.image = "busybox";
    model::Container row;
    row.spec = world.add_spec(std::make_shared<const model::ContainerSpec>(spec));
    row.name = world.kernel.intern("web");
    row.host = model::HostId{1};
    row.detail.ensure().id = std::string(64, 'a');
    world.containers.push_back(std::move(row));
    world.traffic.emplace_back();
    for (const FactSpec* kind : fact_catalogue().all()) {
        const std::string name(kind->name);
        INFO(name);
        std::vector<std::uint32_t> words;
        for (const FieldSpec& field : kind->fields) {
            const bool text = field.type == FieldType::Text;
            words.push_back(text ? world.kernel.intern("something").value : 0);
            if (field.type == FieldType::Long || field.type == FieldType::Duration) words.push_back(0);
        }
        const bool container = name.starts_with("container.") || name == "process.killed";
        const SubjectType type = container                     ? SubjectType::Container
                                 : name.starts_with("network.") ? SubjectType::Network
                                 : name.starts_with("volume.")  ? SubjectType::Volume
                                 : name.starts_with("traffic.") ? SubjectType::Traffic
                                                                : SubjectType::Host;
        const FactId id = world.kernel.journal().append(world.kernel.now(), kind->kind, Subject(type, 1), {}, words);
        const Fact fact = world.kernel.journal().at(id);
        const view::Telling telling = view::tell(world, fact_catalogue(), fact);
        const std::string sentence = view::sentence(world, fact_catalogue(), fact);
        CHECK_FALSE(telling.what.empty());
        CHECK(telling.what.find(name) == std::string::npos);
        CHECK_FALSE(sentence.empty());
        CHECK(sentence.find(name) == std::string::npos);
    }
}

TEST_CASE("telling: how much is pulled is the same in the timeline and in why") {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream catalogue;
    catalogue << in.rdbuf();
    SetUp set_up;
    set_up.catalogue = catalogue.str();
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    session->post({Time{}, CommandKind::Line, "host", "docker pull nginx", {}});
    session->run_until(Time{} + minutes(1));
    std::string timeline;
    std::string why;
    session->journal().for_each(session->journal().first(), [&](const Fact& fact) {
        if (fact.kind != model::kFactPullBegin) return;
        timeline += view::tell(session->world(), fact_catalogue(), fact).why;
        why += view::sentence(session->world(), fact_catalogue(), fact);
    });
    CHECK_THAT(timeline, Catch::Contains(": 72 MB to fetch"));
    CHECK_THAT(why, Catch::Contains(", 72 MB of it."));
}

TEST_CASE("telling: what an engine finds dead after a power loss") {
    const std::string text = told({"docker run -d --restart always --name web nginx",
                                   "docker run -d --name box busybox sleep 1000"},
                                  "power-loss host",
                                  true);
    CHECK_THAT(text, Catch::Contains("web: is found dead (255) (it ended while the engine was away; whether policy always starts it is decided next)"));
    CHECK_THAT(text, Catch::Contains("box: is found dead (255) (it ended while the engine was away; its restart policy is no)"));
}

TEST_CASE("telling: a server whose health is checked and that a starting engine stops was not stopped by hand") {
    const std::string text = told({"docker run -d --restart always --name db --health-cmd true --health-interval 1s redis",
                                   "inject engine-kill host",
                                   "lift engine-kill host"});
    CHECK_THAT(text, Catch::Contains("stays down for now: the engine that starts stops what it finds running"));
    CHECK_THAT(text, !Catch::Contains("stopped by hand"));
}

TEST_CASE("telling: an engine that stops says what becomes of its containers, also under live-restore") {
    const std::string stopped = told({"docker run -d --name box nginx"}, "engine-stop host");
    CHECK_THAT(stopped, Catch::Contains("host: the engine stops (it sends each container its stop signal, and KILL after its grace time)"));
    const std::string live = told({"docker run -d --name box nginx"}, "engine-stop host", false, true);
    CHECK_THAT(live, Catch::Contains("host: the engine stops (its containers go on without it (live-restore))"));
    CHECK_THAT(live, !Catch::Contains("box: died"));
}

}  // namespace podium::lab
