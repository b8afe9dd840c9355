// `why`: ten questions people ask, and what is answered. The answers are read aloud in a workshop:
// each must name the moments, the rule and where it began.

#include "sim/lab/why.hpp"

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/completion.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

std::string catalogue() {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Time at(std::int64_t milliseconds_of_run) {
    return Time{} + milliseconds(milliseconds_of_run);
}

class Run {
  public:
    explicit Run(bool images_there = true) : session_(make(images_there)) {}

    Run& types(std::int64_t seconds_of_run, const std::string& line) {
        session_.post({at(seconds_of_run * 1000), CommandKind::Line, "host", line, {}});
        return *this;
    }

    Run& breaks(std::int64_t seconds_of_run, const std::string& fault) {
        session_.post({at(seconds_of_run * 1000), CommandKind::Inject, "host", fault, {}});
        return *this;
    }

    Run& until(std::int64_t milliseconds_of_run) {
        session_.run_until(at(milliseconds_of_run));
        return *this;
    }

    std::string why(const std::string& target) { return why(target, session_.now()); }

    std::string why(const std::string& target, Time until) {
        const auto text = lab::why(session_.set_up(), session_.state(), target, until, 0);
        return text ? *text : "error: " + text.error().text();
    }

    Session& session() { return session_; }

  private:
    static Session make(bool images_there) {
        SetUp set_up;
        set_up.catalogue = catalogue();
        if (images_there) set_up.images = {"busybox", "nginx", "redis"};
        set_up.services = {{"web", "nginx", "shop-web"}, {"db", "redis", ""}};
        set_up.files = {{"host",
                         "/root/compose.yaml",
                         "services:\n  web:\n    image: nginx\n    container_name: shop-web\n    "
                         "restart: always\n  db:\n    image: redis\n"}};
        auto session = Session::create(set_up);
        REQUIRE(session.ok());
        return std::move(*session);
    }

    Session session_;
};

bool says(const std::string& text, const std::string& part) {
    UNSCOPED_INFO(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "why: a container that waits to be restarted, with its moment, its rule and its last words") {
    Run run;
    run.types(0,
              "docker run -d --name web --restart always busybox sh -c 'echo no database; exit 3'")
        .until(6000);
    while (run.session().world().containers.front().state != model::ContainerState::Restarting)
        run.until((run.session().now() - Time{}).nanoseconds / 1'000'000 + 10);
    const std::string text = run.why("web");
    CHECK(says(text, "web is down since "));
    CHECK(says(text, " and waits to be restarted, which is due at "));
    CHECK(says(text, "On host somebody typed: docker run -d --name web"));
    CHECK(says(text, "And so on: it died and was restarted "));
    CHECK(says(text, "exited with status 3"));
    CHECK(says(text, "Its restart policy is always, so the engine is to restart it after "));
    CHECK(says(text, "The rule: the delay before a restart doubles from 0.1 s up to 1 min"));
    CHECK(says(text, "The last it said before that: no database"));
}

TEST_CASE("why: what an engine finds dead when it comes up is said in words") {
    Run run;
    run.types(0, "docker run -d --name web busybox sleep 1000")
        .breaks(5, "engine-kill host")
        .breaks(6, "kill web")
        .types(8, "lift engine-kill host")
        .until(90000);
    const std::string text = run.why("web");
    CHECK(says(text, "When the engine came up, it found web dead"));
    CHECK_FALSE(says(text, "found_dead"));
}

TEST_CASE("why: a process that the kernel killed for its memory is named when the main one ended") {
    Run run;
    run.types(0, "docker run -d --name web -m 16m busybox sh -c 'tail /dev/zero; exit 3'")
        .until(10000);
    CHECK(says(run.why("web"),
               "the kernel killed one of its processes: web reached its memory limit"));
    Run other;
    other.types(0, "docker run -d --name web -m 16m busybox sh -c 'sleep 1; exit 3'").until(10000);
    CHECK_FALSE(says(other.why("web"), "the kernel"));
}

TEST_CASE("why: what was killed on purpose and came back leads to the fault") {
    Run run;
    run.types(0, "docker run -d --name web --restart unless-stopped nginx")
        .breaks(5, "kill web")
        .until(10000);
    const std::string text = run.why("web");
    CHECK(says(text, "web is running, since 5."));
    CHECK(says(text, "    5.000s  A fault was injected, on purpose: kill web.\n"));
    CHECK(says(text, "└ The main process of web got KILL past the engine"));
    CHECK(says(text, "└ The engine restarted web (restart 1): the delay of 0.1 s was over."));
    // As it stood before.
    const std::string before = run.why("web", at(4000));
    CHECK(says(before, "docker run"));
    CHECK_FALSE(says(before, "fault"));
}

TEST_CASE("why: what was stopped through docker stays down, whatever its policy") {
    Run run;
    run.types(0, "docker run -d --name web --restart always nginx")
        .types(5, "docker stop web")
        .until(30000);
    const std::string text = run.why("web");
    CHECK(says(text, "web is stopped, since 5."));
    CHECK(says(text, "On host somebody typed: docker stop web"));
    CHECK(says(
        text,
        "The rule: a stop or kill through docker, with any signal, puts the policy out of action"));
}

TEST_CASE("why: what died long after docker sent it a signal names the signal, and what a starting engine stopped names that") {
    Run run;
    run.types(0, "docker run -d --name box --restart always busybox sh -c 'trap : HUP; sleep 20 & wait; wait; exit 1'");
    run.types(5, "docker kill -s HUP box").until(60'000);
    CHECK_THAT(run.why("box"), Catch::Contains("It had been sent HUP through docker, which counts as a stop"));
    Run other;
    other.types(0, "docker run -d --name box --restart unless-stopped busybox sleep 1000");
    other.breaks(10, "engine-kill host").until(12'000);
    other.session().post({at(12'000), CommandKind::Lift, "host", "engine-kill host", {}});
    other.until(60'000);
    CHECK_THAT(other.why("box"), Catch::Contains("The engine had found it running as it started, and stopped it first"));
}

TEST_CASE("why: kill 1 inside a container without a restart policy") {
    Run run;
    run.types(0, "docker run -d --name web nginx")
        .types(5, "docker exec web sh -c 'kill 1'")
        .until(30000);
    const std::string text = run.why("web");
    CHECK(says(text, "web is down, since 5."));
    CHECK(says(text, "In web somebody ran (docker exec): sh -c kill 1"));
    CHECK(says(text, "It has no restart policy, so it stays down."));
}

TEST_CASE("why: an unhealthy container: its last check, and that no policy looks at health") {
    Run run;
    run.types(0,
              "docker run -d --name web --restart always --health-cmd 'echo too slow; exit 1' "
              "--health-interval 1s --health-retries 2 nginx")
        .until(20000);
    const std::string text = run.why("web");
    CHECK(says(text, "web is running and unhealthy, since "));
    CHECK(says(text, "no restart policy looks at health"));
    CHECK(says(text, "ended with 1 and said: too slow"));
}

TEST_CASE("why: which data a new container found, and what was lost with the one before it") {
    Run run;
    run.types(0, "docker compose up -d")
        .types(20, "docker rm -f root-db-1")
        .types(25, "docker compose up -d")
        .until(40000);
    const std::string text = run.why("db");
    CHECK(says(text, "db.1 is running, since 25."));
    CHECK(says(text, "It took the place of a container that was removed at 20."));
    CHECK(says(text, "began with no data of it"));
    CHECK(says(text, "in an anonymous volume that nothing leads to"));
    Run kept;
    kept.types(0, "docker run -d --name db -v data:/data redis")
        .types(5, "docker rm -f db")
        .types(6, "docker run -d --name db -v data:/data redis")
        .until(20000);
    CHECK(says(kept.why("db"), "what is in volume data (at /data) it found again."));
    // Compose removes the old one when the new one is made already: it is the last one removed that it follows.
    Run twice;
    twice.types(0, "docker compose up -d")
        .types(20, "docker compose up -d --force-recreate db")
        .types(40, "docker compose up -d --force-recreate db")
        .until(60000);
    CHECK(says(twice.why("db"), "It took the place of a container that was removed at 40."));
}

TEST_CASE("why: a container that a service does not have is nobody, and what holds a port is named") {
    Run run;
    run.types(0, "docker compose up -d").types(20, "docker run -d --name first -p 8080:80 nginx").types(25, "docker run -d --name second -p 8080:80 nginx").until(30'000);
    CHECK(says(run.why("db.9"), "error: there is no db.9 in this run (of the service db there are db.1)"));
    CHECK(says(run.why("db.1"), "db.1 is running"));
    CHECK(says(run.why("second"), "Port 8080 of host is held by first (container first)."));
}

TEST_CASE("why: a service of another project with the same name was no predecessor") {
    Run run;
    run.types(0, "docker compose -p first up -d")
        .types(20, "docker compose -p first down")
        .types(25, "docker compose -p second up -d")
        .until(40000);
    CHECK_FALSE(says(run.why("db"), "took the place"));
}

TEST_CASE("why: of two projects' services of one name each is asked about with its project before it") {
    Run run;
    run.types(0, "docker compose -p first up -d").types(20, "docker compose -p second up -d db").types(30, "docker compose -p second kill db").until(40'000);
    CHECK(says(run.why("first/db"), "db.1 is running"));
    CHECK_FALSE(says(run.why("second/db.1"), "is running"));
    // Of a name that means both it is told whose is meant.
    CHECK(says(run.why("db"), "second/db.1 is down"));
    CHECK(says(run.why("db"), "second/db.1 died"));
    CHECK(says(run.why("db"), "Besides: first/db.1 is running"));
    const std::string nobody = run.why("fist/db");
    CHECK(says(nobody, "error: nothing in this run is called 'fist/db'"));
    CHECK(says(nobody, "did you mean 'first/db'?"));
}

TEST_CASE("why: a removed container, and what of it is still there") {
    Run run;
    run.types(0, "docker run -d --name db -v data:/data redis")
        .types(5, "docker rm -f db")
        .until(20000);
    const std::string text = run.why("db");
    CHECK(says(text, "db is gone: it was removed at 5."));
    CHECK(says(text, "On host somebody typed: docker rm -f db"));
    CHECK(says(text, "what is in volume data (at /data) is still there."));
    CHECK(says(run.why("data"), "The last that happened to data was at "));
}

TEST_CASE("why: a host, through a restart of its engine") {
    Run run;
    run.types(0, "docker run -d --name web --restart always nginx")
        .breaks(5, "engine-restart host")
        .until(40000);
    CHECK(says(run.why("host"), "host is up and its engine answers, again since "));
    CHECK(says(run.why("host"), "A fault was injected, on purpose: engine-restart host."));
    CHECK(says(run.why("web"),
               "The engine had come up and started web, because its restart policy is always."));
}

TEST_CASE(
    "why: a service that has no container yet: nobody asked, its image is on its way, or the "
    "command failed") {
    Run run(false);
    CHECK(says(run.why("web"), "Nobody has asked for one yet: docker compose up -d would."));
    run.types(1, "docker compose up -d").until(1500);
    const std::string text = run.why("web");
    CHECK(says(text, "web has no container at 1.500s."));
    CHECK(says(text, "On host somebody typed: docker compose up -d"));
    CHECK(says(text, "It waits for its image: the pull of nginx is still under way."));
    Run failed(false);
    failed.breaks(0, "registry-outage docker.io").types(1, "docker compose up -d").until(60000);
    CHECK(says(failed.why("web"), "That command ended with status "));
}

TEST_CASE("why: faults that go on are named, and how to end them") {
    Run run;
    run.types(0, "docker run -d --name web nginx").breaks(5, "hang web").until(10000);
    CHECK(says(run.why("web"), "A fault goes on, since 5.000s: hang web (lift hang web ends it)."));
}

TEST_CASE("why: a container that was never started names what its command failed of") {
    Run run;
    run.session().post({Time{}, CommandKind::WriteFile, "host", "/root/two.yaml",
                        "services:\n  db:\n    image: redis\n    healthcheck: {test: exit 1, interval: 1s, retries: 1}\n"
                        "  web:\n    image: nginx\n    depends_on:\n      db: {condition: service_healthy}\n"});
    run.types(1, "docker compose -f two.yaml up -d").until(1'600);
    CHECK(says(run.why("web"), "'docker compose -f two.yaml up -d' is still at work: what it depends on comes first."));
    run.until(30'000);
    CHECK(says(run.why("web"), "with status 1: dependency failed to start: container root-db-1 is unhealthy."));
}

TEST_CASE("why: a host that a fault holds still is told with it, though nothing happened to it") {
    Run run;
    run.breaks(5, "freeze host").until(10'000);
    CHECK(says(run.why("host"), "A fault goes on, since 5.000s: freeze host (lift freeze host ends it)."));
}

TEST_CASE("why: a volume that was removed with what it held is not found again") {
    Run run;
    run.session().post({Time{}, CommandKind::WriteFile, "host", "/root/kept.yaml",
                        "services:\n  cache:\n    image: redis\n    volumes: [data:/data]\nvolumes: {data: {}}\n"});
    run.types(1, "docker compose -f kept.yaml up -d").types(20, "docker compose -f kept.yaml down -v").types(40, "docker compose -f kept.yaml up -d").until(60'000);
    CHECK(says(run.why("cache"), "and began with no data of it: its volumes were removed too, with what they held."));
    run.types(60, "docker compose -f kept.yaml down").types(80, "docker compose -f kept.yaml up -d").until(100'000);
    CHECK(says(run.why("cache"), "what is in volume root_data (at /data) it found again."));
}

TEST_CASE("why: an unknown name is told with what is near") {
    Run run;
    run.types(0, "docker run -d --name web nginx").until(10000);
    CHECK(says(run.why("wbe"),
               "error: nothing in this run is called 'wbe' by 10.000s (did you mean 'web'?)"));
    CHECK(says(run.why("xyzzy"), "(there are "));
}

TEST_CASE("why: what waited for a condition was caused by what met it, and things done in a row by their command") {
    SetUp set_up;
    set_up.catalogue = catalogue();
    set_up.images = {"busybox", "nginx", "redis"};
    set_up.files = {{"host",
                     "/root/compose.yaml",
                     "services:\n"
                     "  db:\n    image: redis\n"
                     "  api:\n    image: nginx\n    scale: 2\n    depends_on: [db]\n"
                     "    healthcheck: {test: 'true', interval: 2s}\n"
                     "  web:\n    image: nginx\n    depends_on: {api: {condition: service_healthy}}\n"}};
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    session->post({at(0), CommandKind::Line, "host", "docker compose up -d", {}});
    session->run_until(at(60'000));
    const auto text = lab::why(session->set_up(), session->state(), "web", session->now(), 0);
    REQUIRE(text.ok());
    CHECK(says(*text, "On host somebody typed: docker compose up -d"));
    CHECK(says(*text, "Its health check passed, so api."));
    CHECK(says(*text, "└ web.1 started, as it was asked to."));
    // Neither did one replica's start cause the other's, nor the database's that of both.
    CHECK_FALSE((text->find("api.1 started") != std::string::npos && text->find("api.2 started") != std::string::npos));
    CHECK_FALSE(says(*text, "db.1"));
    const auto replica = lab::why(session->set_up(), session->state(), "api.2", session->now(), 0);
    REQUIRE(replica.ok());
    CHECK_FALSE(says(*replica, "└ api.1"));
    CHECK_FALSE(says(*replica, "└ db.1"));
}

TEST_CASE("why: what ran on a host that lost its power ran until then") {
    Run run;
    run.types(0, "docker run -d --name web nginx").breaks(10, "power-loss host").until(20000);
    const std::string now = run.why("web");
    INFO(now);
    CHECK(says(now, "web ran until its host host went down at 10.000s (power loss)."));
    CHECK_FALSE(says(now, "is running"));
    CHECK(says(run.why("web", at(5000)), "web is running, since"));
}

TEST_CASE("completion: commands, flags and the names that make sense there") {
    Run run;
    run.types(0, "docker run -d --name web nginx").until(5000);
    const auto after = [&run](std::vector<std::string> words) {
        return word_completions(run.session(), "host", words);
    };
    using Words = std::vector<std::string>;
    CHECK(after({"docker-c"}) == Words{"docker-compose"});
    CHECK(after({"why", "w"}) == Words{"web"});
    CHECK(after({"docker", "volume", "ins"}) == Words{"inspect"});
    CHECK(after({"docker", "logs", ""}) == Words{"web"});
    CHECK(after({"docker", "logs", "--fol"}) == Words{"--follow"});
    CHECK(after({"docker", "compose", "sto"}) == Words{"stop"});
    CHECK(after({"docker", "compose", "stop", "d"}) == Words{"db"});
    CHECK(after({"docker", "compose", "-f", "comp"}) == Words{"compose.yaml"});
    CHECK(after({"docker", "rmi", "ng"}) == Words{"nginx:latest"});
    CHECK(after({"inject", "disk-"}) == Words{"disk-full"});
    const std::string labels = " --label com.docker.compose.container-number=1 --label com.docker.compose.service=api --label com.docker.compose.project=";
    run.types(5, "docker run -d --name one" + labels + "shop nginx").until(9000);
    CHECK(after({"inject", "kill", "shop/"}).empty());
    run.types(9, "docker run -d --name two" + labels + "blog nginx").until(15000);
    CHECK(after({"inject", "kill", "shop/"}) == Words{"shop/api", "shop/api.1"});
    CHECK(after({"inject", "kill", "web", ""}) == Words{"signal="});
    CHECK(after({"cat", "comp"}) == Words{"compose.yaml"});
    CHECK(after({"cat", "/root/"}) == Words{"/root/compose.yaml"});
}

}  // namespace podium::lab
