// What was lost in a run, and how long services were out, on runs whose answers are counted by
// hand.

#include "sim/view/outcome.hpp"

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/session.hpp"
#include "sim/lab/sweep.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

std::string catalogue() {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Lines typed five seconds apart, then a minute of rest.
view::RunOutcome after(const std::vector<std::string>& lines,
                       const std::vector<HostFile>& files = {}) {
    SetUp set_up;
    set_up.catalogue = catalogue();
    set_up.images = {"busybox", "nginx", "redis"};
    set_up.files = files;
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    Time time{};
    for (const std::string& line : lines) {
        session->post({time, CommandKind::Line, "host", line, {}});
        time = time + seconds(5);
    }
    session->run_until(time + minutes(1));
    return sweep_run_of(*session).outcome;
}

const std::string kWriter = " busybox sh -c 'echo hello > /data/f; sleep 1000'";  // six bytes

}  // namespace

TEST_CASE("outcome: what a container wrote goes with it, unless it was in a volume with a name") {
    CHECK(after({"docker run -d --name web busybox sh -c 'mkdir /data; echo hello > /data/f; sleep "
                 "1000'",
                 "docker rm -f web"})
              .lost_in_layers_bytes == 6);
    const auto named =
        after({"docker run -d --name web -v notes:/data" + kWriter, "docker rm -f web"});
    CHECK(named.lost_bytes() == 0);
    // A crash loses nothing.
    CHECK(after({"docker run -d --restart always --name web -v /data" + kWriter,
                 "docker kill web",
                 "docker start web"})
              .lost_bytes() == 0);
}

TEST_CASE("outcome: a removed volume takes what containers wrote there, and only that") {
    const auto removed = after({"docker run -d --name web -v notes:/data" + kWriter,
                                "docker rm -f web",
                                "docker volume rm notes"});
    CHECK(removed.lost_in_volumes_bytes == 6);
    CHECK(removed.lost_in_layers_bytes == 0);
    // nginx's own pages are copied into an empty volume: nobody wrote those.
    const std::vector<std::string> pages{
        "docker volume create pages",
        "docker run -d --name web -v pages:/usr/share/nginx/html nginx",
        "docker rm -f web",
        "docker volume rm pages"};
    CHECK(after(pages).lost_bytes() == 0);
    std::vector<std::string> written = pages;
    written.insert(written.begin() + 2,
                   "docker exec web sh -c 'echo new > /usr/share/nginx/html/new'");
    CHECK(after(written).lost_in_volumes_bytes == 4);
}

TEST_CASE(
    "outcome: a volume without a name is lost with its last container, kept on the disk or not") {
    const std::string begin = "docker run -d --name web -v /data" + kWriter;
    const auto left = after({begin, "docker rm -f web"});
    CHECK(left.orphaned_bytes == 6);
    CHECK(left.lost_in_volumes_bytes == 0);
    const auto removed = after({begin, "docker rm -f -v web"});
    CHECK(removed.orphaned_bytes == 0);
    CHECK(removed.lost_in_volumes_bytes == 6);
    // Another container still has it.
    const auto shared = after({begin,
                               "docker run -d --name other --volumes-from web busybox sleep 1000",
                               "docker rm -f web"});
    CHECK(shared.lost_bytes() == 0);
}

TEST_CASE("outcome: a Compose project's data over down, with and without its volumes") {
    const std::vector<HostFile> files{{"host",
                                       "/root/compose.yaml",
                                       "services:\n"
                                       "  db:\n"
                                       "    image: busybox\n"
                                       "    command: sh -c 'echo hello > /data/f; sleep 1000'\n"
                                       "    volumes: [\"notes:/data\"]\n"
                                       "volumes:\n"
                                       "  notes:\n"}};
    CHECK(after({"docker compose up -d", "docker compose down"}, files).lost_bytes() == 0);
    CHECK(after({"docker compose up -d", "docker compose down -v"}, files).lost_in_volumes_bytes ==
          6);
}

TEST_CASE("outcome: services, outages and traffic of a run are in it") {
    SetUp set_up;
    set_up.catalogue = catalogue();
    set_up.images = {"nginx"};
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    session->post({Time{},
                   CommandKind::Line,
                   "host",
                   "docker run -d --restart always --name web -p 8080:80 nginx",
                   {}});
    session->post(
        {Time{} + seconds(5), CommandKind::Traffic, "host", "host:8080 rate=10/s for=20s", {}});
    session->post({Time{} + seconds(10), CommandKind::Inject, "host", "kill web", {}});
    session->post({Time{} + seconds(60), CommandKind::Line, "host", "docker stop web", {}});
    session->run_until(Time{} + seconds(100));
    const view::RunOutcome outcome = sweep_run_of(*session).outcome;
    REQUIRE(outcome.services.size() == 1);
    const view::ServiceSummary& web = outcome.services.front();
    REQUIRE(web.outages.size() == 2);
    CHECK(web.outages[0].begin >= Time{} + seconds(10));
    CHECK(web.outages[0].over);
    CHECK_FALSE(web.outages[1].over);  // stopped on purpose, and still out
    CHECK(web.outages[1].begin + web.outages[1].length == Time{} + seconds(100));
    Duration out{};
    for (const view::Outage& outage : web.outages)
        out = out + outage.length;
    CHECK(out == web.down);
    CHECK(web.restarts == 1);
    CHECK(outcome.traffic);
    CHECK(outcome.requests_sent == 200);
    // Refused while the server is down, a third of a second at ten requests a second.
    CHECK(outcome.requests_lost >= 2);
    CHECK(outcome.requests_lost <= 5);
}

TEST_CASE("outcome: who follows a run calls services by their projects as soon as two have one of the same name, as who reads all of it") {
    SetUp set_up;
    set_up.catalogue = catalogue();
    set_up.images = {"nginx"};
    set_up.files = {{"host", "/root/compose.yaml", "services:\n  web:\n    image: nginx\n"}};
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    view::OutcomeFollower follower;
    const auto told = [&](const view::RunOutcome& outcome) {
        std::string out;
        for (const view::ServiceSummary& service : outcome.services)
            out += service.called() + " " + service.at_the_end() + " " +
                   std::to_string(*measured(service, Measure::Availability)) + "; ";
        return out;
    };
    const auto after_line = [&](const std::string& line) {
        session->post({session->now(), CommandKind::Line, "host", line, {}});
        session->run_until(session->now() + seconds(20));
        const std::string followed = told(follower.look(session->world(), fact_catalogue(), session->now()));
        CHECK(followed == told(sweep_run_of(*session).outcome));
        return followed;
    };
    CHECK(after_line("docker compose -p shop up -d") == "web running 100.000000; ");
    const Time then = session->now();
    CHECK(after_line("docker compose -p blog up -d") == "blog/web running 100.000000; shop/web running 100.000000; ");
    const std::string stopped = after_line("docker compose -p blog kill");
    CHECK(stopped.starts_with("blog/web down "));
    CHECK(stopped.find("; shop/web running 100.000000; ") != std::string::npos);
    CHECK(after_line("docker compose -p blog down").starts_with("blog/web down "));
    session->seek(then - seconds(1));
    CHECK(after_line("docker compose -p shop stop").starts_with("web down "));
}

TEST_CASE("outcome: who follows a run hears of a container's new name, and of another future") {
    SetUp set_up;
    set_up.catalogue = catalogue();
    set_up.images = {"nginx"};
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    view::OutcomeFollower follower;
    const auto names = [&] {
        std::string out;
        for (const view::ServiceSummary& service : follower.look(session->world(), fact_catalogue(), session->now()).services)
            out += service.service + ":" + std::to_string(service.starts) + " ";
        return out;
    };
    const auto type = [&](const std::string& line) {
        session->post({session->now(), CommandKind::Line, "host", line, {}});
        session->run_until(session->now() + seconds(20));
    };
    type("docker run -d --name one nginx");
    CHECK(names() == "one:1 ");
    const Time then = session->now();
    type("docker rename one two");
    CHECK(names() == "two:1 ");
    type("docker restart two");
    CHECK(names() == "two:2 ");
    session->seek(then - seconds(1));
    CHECK(names() == "one:1 ");
    type("docker run -d --name three nginx");
    CHECK(names() == "one:1 three:1 ");
}

TEST_CASE("sweep: a run's hash of its faults knows which there were and when") {
    const auto hash = [](std::int64_t at, const std::string& text, CommandKind kind) {
        SetUp set_up;
        set_up.catalogue = catalogue();
        auto session = Session::create(set_up);
        REQUIRE(session.ok());
        session->post({Time{}, CommandKind::Line, "host", "docker ps", {}});
        session->post({Time{} + seconds(at), kind, "host", text, {}});
        return sweep_run_of(*session).faults;
    };
    const auto one = hash(5, "disk-full host", CommandKind::Inject);
    CHECK(one == hash(5, "disk-full host", CommandKind::Inject));
    CHECK(one != hash(6, "disk-full host", CommandKind::Inject));
    CHECK(one != hash(5, "slow-disk host", CommandKind::Inject));
    CHECK(one != hash(5, "disk-full host", CommandKind::Lift));
    CHECK(hash(5, "docker ps", CommandKind::Line) == hash(7, "docker info", CommandKind::Line));
}

}  // namespace podium::lab
