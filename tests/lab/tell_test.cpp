// What a timeline tells of a run, where it is more than the fact's own words.

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/facts.hpp"
#include "sim/lab/session.hpp"
#include "sim/view/describe.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

// "who: what (why)" of each fact of a run of one minute in which a line is typed every five
// seconds.
std::string told(const std::vector<std::string>& lines, const std::string& fault = {}) {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream catalogue;
    catalogue << in.rdbuf();
    SetUp set_up;
    set_up.catalogue = catalogue.str();
    set_up.images = {"busybox", "nginx", "redis"};
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    Time moment{};
    for (const std::string& line : lines) {
        session->post({moment, CommandKind::Line, "host", line, {}});
        moment = moment + seconds(5);
    }
    if (!fault.empty()) session->post({moment, CommandKind::Inject, "host", fault, {}});
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
               Catch::Contains("stays down for now: the engine that starts stopped it first"));
}

TEST_CASE("telling: a kill of what does not run had nothing to break") {
    CHECK_THAT(told({"docker run -d --name box busybox true"}, "kill box"),
               Catch::Contains("box: fault: kill (but there was nothing to break)"));
}

}  // namespace podium::lab
