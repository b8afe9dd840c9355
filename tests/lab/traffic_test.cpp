// Traffic against servers that are killed, stopped, paused, doubled, cut off: what is lost follows
// from when things happened, counted by hand.

#include "sim/view/traffic.hpp"

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/invariants.hpp"
#include "sim/lab/session.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

// A request to nginx from outside takes 1 ms and 60 µs each way, and 1 ms of work.
constexpr Duration kWay = microseconds(1'060);
constexpr Duration kWork = milliseconds(1);
constexpr Duration kWhole = microseconds(3'120);

std::string catalogue() {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

SetUp one_host() {
    SetUp set_up;
    set_up.catalogue = catalogue();
    set_up.images = {"busybox", "nginx", "podium/todo-web", "podium/todo-db"};
    return set_up;
}

Session session_on(const SetUp& set_up) {
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    return std::move(*session);
}

Time at(std::int64_t whole_seconds) {
    return Time{} + seconds(whole_seconds);
}

Command line(Time time, const std::string& text, const std::string& terminal = "host") {
    return {time, CommandKind::Line, terminal, text, {}};
}

Command traffic(Time time, const std::string& text) {
    return {time, CommandKind::Traffic, "host", text, {}};
}

Command inject(Time time, const std::string& text) {
    return {time, CommandKind::Inject, "host", text, {}};
}

// nginx on port 8080 from 0 s on, and requests to it from 5 s on.
Session with_nginx(const std::string& options, const std::string& text) {
    Session session = session_on(one_host());
    session.post(line(Time{}, "docker run -d --name web -p 8080:80 " + options + " nginx"));
    session.post(traffic(at(5), text));
    return session;
}

view::TrafficSummary summary(const Session& session, std::size_t index = 0) {
    const auto all = view::summarise_traffic(session.world());
    REQUIRE(all.size() > index);
    return all[index];
}

std::uint64_t failures(const view::TrafficSummary& source, const std::string& reason) {
    for (const auto& [name, count] : source.failures) {
        if (name == reason) return count;
    }
    return 0;
}

std::vector<Time> times_of(const Session& session, FactKind kind) {
    std::vector<Time> out;
    session.journal().for_each(FactId{1}, [&](const Fact& fact) {
        if (fact.kind == kind) out.push_back(fact.time);
    });
    return out;
}

std::int64_t number(const Session& session,
                    FactKind kind,
                    std::string_view field,
                    std::size_t which = 0) {
    std::vector<std::int64_t> out;
    session.journal().for_each(FactId{1}, [&](const Fact& fact) {
        if (fact.kind == kind)
            out.push_back(
                fact_catalogue().field(fact, field, session.world().kernel.interner()).number);
    });
    REQUIRE(out.size() > which);
    return out[which];
}

std::string text_of(const Session& session, FactKind kind, std::string_view field) {
    std::string out;
    session.journal().for_each(FactId{1}, [&](const Fact& fact) {
        if (fact.kind == kind)
            out +=
                std::string(
                    fact_catalogue().field(fact, field, session.world().kernel.interner()).text) +
                ";";
    });
    return out;
}

// How many of the requests sent every `distance` from 5 s on were sent in [from, until).
std::uint64_t sent_between(Time from, Time until, Duration distance) {
    const auto before = [distance](Time time) {
        return ((time - at(5)).nanoseconds + distance.nanoseconds - 1) / distance.nanoseconds;
    };
    return static_cast<std::uint64_t>(before(until) - before(from));
}

// When the nth start of a container (from 0) led to a server that listens.
Time listens(const Session& session, std::size_t nth) {
    const auto starts = times_of(session, model::kFactContainerStart);
    REQUIRE(starts.size() > nth);
    return starts[nth] + model::kFirstProcess + milliseconds(120);
}

}  // namespace

TEST_CASE(
    "traffic: all is answered by a server that is well, each after its way, its work and its way "
    "back") {
    Session session = with_nginx("", "web:8080 rate=100/s for=10s");
    session.run_until(at(20));
    const auto source = summary(session);
    CHECK(source.sent == 1000);
    CHECK(source.answered == 1000);
    CHECK(source.failed == 0);
    CHECK(source.availability == 10'000);
    CHECK(source.median == kWhole);
    CHECK(source.longest == kWhole);
    CHECK(source.outages == 0);
    CHECK(times_of(session, model::kFactTrafficSummary) == std::vector<Time>{at(15)});
    CHECK(number(session, model::kFactTrafficSummary, "ok") == 1000);
    CHECK(times_of(session, model::kFactTrafficFailing).empty());
}

TEST_CASE("traffic: a killed server's requests are lost until its restart listens again") {
    Session session = with_nginx("--restart always", "web:8080 rate=100/s for=20s");
    session.post(inject(at(10), "kill web"));
    session.run_until(at(30));
    const auto source = summary(session);
    const Time again = listens(session, 1);
    // The request of 10.000 s is on its way at the kill; the first to arrive after `again` is
    // answered.
    const std::uint64_t lost = sent_between(at(10), again - kWay, milliseconds(10));
    CHECK(lost > 30);
    CHECK(source.sent == 2000);
    CHECK(source.failed == lost);
    CHECK(failures(source, "refused") == lost);
    CHECK(source.answered == 2000 - lost);
    CHECK(source.outages == 1);
    CHECK(number(session, model::kFactTrafficRecovered, "lost") == static_cast<std::int64_t>(lost));
    const Time first_answer =
        at(5) + milliseconds(10) * static_cast<std::int64_t>(500 + lost) + kWhole;
    CHECK(times_of(session, model::kFactTrafficRecovered) == std::vector<Time>{first_answer});
    CHECK(source.longest_outage == first_answer - at(10));
    CHECK(times_of(session, model::kFactTrafficFailing) == std::vector<Time>{at(10) + kWay * 2});
    CHECK(text_of(session, model::kFactTrafficFailing, "reason") == "refused;");
}

TEST_CASE("traffic: what a killed server was answering is reset, what comes later is refused") {
    Session session = with_nginx("--restart no", "web:8080 rate=2000/s for=6s");
    session.post(inject(at(10), "kill web"));
    session.run_until(at(20));
    const auto source = summary(session);
    // In the server at 10 s: sent from 10 s - 2.06 ms (excluded) to 10 s - 1.06 ms: 9.998
    // and 9.9985 s.
    CHECK(failures(source, "reset") == 2);
    CHECK(source.failed == 2 + 2 + 2000);  // and 9.999, 9.9995 s on their way, and a second's
    CHECK(source.outages == 1);
    CHECK(text_of(session, model::kFactTrafficFailing, "reason") == "reset;refused;");
}

TEST_CASE(
    "traffic: a graceful stop loses what is sent until the next start, and nothing that was under "
    "way") {
    Session session = with_nginx("", "web:8080 rate=2000/s for=10s");
    session.post(line(at(10), "docker stop web"));
    session.post(line(at(12), "docker start web"));
    session.run_until(at(20));
    const auto source = summary(session);
    const auto kills = times_of(session, model::kFactContainerKill);
    REQUIRE(kills.size() == 1);
    CHECK(failures(source, "reset") == 0);
    // It stops listening when it takes the signal.
    CHECK(source.failed ==
          sent_between(kills[0] - kWay, listens(session, 1) - kWay, microseconds(500)));
    CHECK(failures(source, "refused") == source.failed);
}

TEST_CASE(
    "traffic: a paused server's clients lose their patience, and those who have some left are "
    "answered") {
    Session session = with_nginx("", "web:8080 rate=20/s timeout=2s for=20s");
    session.post(line(at(10), "docker pause web"));
    session.post(line(at(15), "docker unpause web"));
    session.run_until(at(30));
    const auto source = summary(session);
    const Time paused = times_of(session, model::kFactContainerPause).at(0);
    const Time goes_on = times_of(session, model::kFactContainerUnpause).at(0);
    const Time answered = goes_on + kWork + kWay;  // all that wait are taken at once: fewer than 64
    const std::uint64_t lost =
        sent_between(paused - kWay - kWork, answered - seconds(2), milliseconds(50));
    CHECK(lost > 50);
    CHECK(source.failed == lost);
    CHECK(failures(source, "no answer in time") == lost);
    CHECK(source.longest > milliseconds(1'900));
    CHECK(source.longest <= seconds(2));
    CHECK(times_of(session, model::kFactTrafficRecovered) == std::vector<Time>{answered});
}

TEST_CASE("traffic: a paused container still takes connections, as its kernel does") {
    Session session = with_nginx("", "web:8080 rate=20/s method=tcp for=10s");
    session.post(line(at(8), "docker pause web"));
    session.run_until(at(20));
    CHECK(summary(session).failed == 0);
    CHECK(summary(session).median == kWay * 2);
}

TEST_CASE(
    "traffic: of two containers one dies, and every second request is lost, told in one fact") {
    Session session = session_on(one_host());
    const std::string label =
        "--label com.docker.compose.service=web --label com.docker.compose.container-number=";
    session.post(line(Time{}, "docker run -d --name first -p 8080:80 " + label + "1 nginx"));
    session.post(line(at(2), "docker run -d --name second -p 8081:80 " + label + "2 nginx"));
    session.post(traffic(at(5), "web rate=100/s for=10s"));
    session.post(inject(at(10), "kill web.2"));
    session.run_until(at(20));
    const auto source = summary(session);
    CHECK(source.sent == 1000);
    CHECK(source.failed == 250);
    CHECK(source.availability == 7'500);
    CHECK(times_of(session, model::kFactTrafficFailing).size() +
              times_of(session, model::kFactTrafficPartly).size() +
              times_of(session, model::kFactTrafficRecovered).size() <=
          3);
    CHECK(times_of(session, model::kFactTrafficPartly).size() == 1);
}

TEST_CASE(
    "traffic: a container that does not get its port is never asked, the one that has it always") {
    Session session = with_nginx("", "web:8080 rate=100/s for=10s");
    session.post(line(at(6), "docker run -d --name second -p 8080:80 nginx", "host/2"));
    session.run_until(at(20));
    CHECK(times_of(session, model::kFactContainerStart).size() == 1);
    CHECK(summary(session).failed == 0);
}

TEST_CASE(
    "traffic: between hosts it takes what the link takes, and while it is cut nothing comes "
    "through") {
    SetUp set_up = one_host();
    set_up.hosts = {HostSetUp{}, HostSetUp{}};
    set_up.hosts[0].name = "one";
    set_up.hosts[1].name = "two";
    set_up.links = {{"one", "two", milliseconds(5), 1'000'000'000, 0}};
    Session session = session_on(set_up);
    session.post(line(Time{}, "docker run -d --name web -p 8080:80 nginx", "one"));
    session.post(traffic(at(5), "one:8080 from=two rate=10/s timeout=2s for=15s"));
    session.post({at(10), CommandKind::Inject, "one", "link-cut one-two", {}});
    session.post({Time{} + milliseconds(14'050), CommandKind::Lift, "one", "link-cut one-two", {}});
    session.run_until(at(30));
    const auto source = summary(session);
    CHECK(source.median >= microseconds(11'120));
    CHECK(source.median <= microseconds(11'120 + 11'120 * 32 / 1000));
    // A connection is tried again after 1 s and 3 s: of those sent from 10.0 to 14.0 s, 12.1
    // to 13.0 s find the way still cut after 1 s and give up; from 13.1 s on the second try comes
    // through. The request of 10.0 s had left before the cut, but had not arrived.
    CHECK(source.failed == 31);
    CHECK(failures(source, "no connection in time") == 31);
    CHECK(source.longest == seconds(1) + microseconds(11'120));
    CHECK(source.outages == 1);
}

TEST_CASE("traffic: on the host itself the engine's proxy hangs up where a stranger is refused") {
    Session session =
        with_nginx("--restart always", "localhost:8080 from=host rate=1000/s for=10s");
    session.post(inject(at(10), "kill web"));
    session.run_until(at(20));
    const auto source = summary(session);
    CHECK(failures(source, "reset") > 100);   // published again, but nobody listens yet
    CHECK(failures(source, "refused") > 50);  // not published at all
}

TEST_CASE("traffic: users wait for their answer and think") {
    Session session = with_nginx("", "web:8080 users=10 think=997ms for=20s");
    session.run_until(at(30));
    const auto source = summary(session);
    // A round takes 997 ms and 3.12 ms: 20 of them begin within 20 s, the first spread over 997 ms.
    CHECK(source.sent == 200);
    CHECK(source.answered == 200);
}

TEST_CASE("traffic: retries outlive a short outage, and their time counts") {
    Session session =
        with_nginx("--restart always", "web:8080 rate=100/s retries=5 retry-after=1s for=10s");
    session.post(inject(at(10), "kill web"));
    session.run_until(at(20));
    const auto source = summary(session);
    CHECK(source.failed == 0);
    CHECK(source.retries > 30);
    CHECK(source.longest > seconds(1));
    CHECK(times_of(session, model::kFactTrafficFailing).empty());
}

TEST_CASE("traffic: a status of 400 and more is a failure, told with its number") {
    Session session = with_nginx("", "web:8080 rate=10/s path=/nothing for=2s");
    session.run_until(at(10));
    CHECK(failures(summary(session), "status 4xx") == 20);
    CHECK(text_of(session, model::kFactTrafficFailing, "reason") == "status 404;");
    CHECK(summary(session).availability == 0);
}

TEST_CASE("traffic: a page that was deleted is missed by traffic as by a curl") {
    Session session = with_nginx("", "web:8080 rate=10/s for=10s");
    session.post(line(at(10), "docker exec web rm /usr/share/nginx/html/index.html"));
    session.run_until(at(20));
    const auto source = summary(session);
    CHECK(failures(source, "status 4xx") == source.failed);
    CHECK(source.failed > 40);
    CHECK(source.failed < 51);
}

TEST_CASE("traffic: a host without power answers nobody, and clients on it are gone with it") {
    SetUp set_up = one_host();
    set_up.hosts = {HostSetUp{}, HostSetUp{}};
    set_up.hosts[0].name = "one";
    set_up.hosts[1].name = "two";
    Session session = session_on(set_up);
    session.post(line(Time{}, "docker run -d --name web -p 8080:80 nginx", "one"));
    session.post(traffic(at(5), "one:8080 rate=10/s timeout=1s for=10s name=outside"));
    session.post(traffic(at(5), "one:8080 rate=10/s timeout=1s from=one for=10s name=inside"));
    session.post({at(10), CommandKind::Inject, "one", "power-loss one", {}});
    session.run_until(at(30));
    const auto outside = summary(session, 0);
    CHECK(outside.sent == 100);
    CHECK(failures(outside, "no connection in time") == 50);  // from 10.0 s on
    const auto inside = summary(session, 1);
    CHECK(inside.sent == 51);
    CHECK(failures(inside, "client gone") == 1);
    CHECK(text_of(session, model::kFactTrafficSummary, "ended") ==
          "its host went down;its time is over;");
}

TEST_CASE("traffic: stopping ends what is sent, and waits for what is under way") {
    Session session = with_nginx("", "web:8080 rate=100/s name=users");
    session.post({at(8), CommandKind::TrafficStop, "host", "users", {}});
    session.run_until(at(10));
    const auto source = summary(session);
    CHECK(source.sent == 301);
    CHECK(source.answered == 301);
    CHECK(times_of(session, model::kFactTrafficSummary) == std::vector<Time>{at(8) + kWhole});
    CHECK_FALSE(source.sending);
}

TEST_CASE("traffic: random arrivals have the rate's mean, and are the same for the same seed") {
    Session first = with_nginx("", "web:8080 rate=200/s pattern=poisson for=50s");
    Session second = with_nginx("", "web:8080 rate=200/s pattern=poisson for=50s");
    first.run_until(at(60));
    second.run_until(at(60));
    CHECK(first.fingerprint() == second.fingerprint());
    CHECK(summary(first).sent == summary(second).sent);
    CHECK(summary(first).sent > 9'500);
    CHECK(summary(first).sent < 10'500);
}

TEST_CASE("traffic: seeking, forking and replaying a saved run go through it alike") {
    Session session = with_nginx("--restart always", "web:8080 rate=50/s pattern=poisson for=30s");
    session.post(inject(at(10), "kill web"));
    Session straight = session.fork();
    session.run_until(at(40));
    session.seek(at(12));
    straight.run_until(at(12));
    CHECK(summary(session).sent == summary(straight).sent);
    CHECK(summary(session).failed == summary(straight).failed);
    session.run_until(at(40));
    auto loaded = Session::load(session.save(), "t.podium");
    REQUIRE(loaded.ok());
    loaded->run_until(loaded->saved_end());
    CHECK(loaded->fingerprint() == session.fingerprint());
    CHECK(view::traffic_row(summary(*loaded), at(40)) ==
          view::traffic_row(summary(session), at(40)));
}

TEST_CASE("traffic: at every instant what is sent is answered, failed or under way") {
    Session session =
        with_nginx("--restart always", "web:8080 rate=100/s timeout=500ms retries=1 for=20s");
    session.post(inject(at(10), "kill web"));
    session.post(inject(at(12), "hang web"));
    session.post({at(14), CommandKind::Lift, "host", "hang web", {}});
    std::vector<std::string> broken;
    session.run_until(at(30), [&broken](const Session& now) {
        broken = broken_invariants(now.world());
        return !broken.empty();
    });
    CHECK(broken.empty());
    model::World world = session.world();
    ++world.traffic.front().tally.sent;
    CHECK(broken_invariants(world).size() == 1);
}

TEST_CASE("traffic: commands that can't begin are refused in one sentence") {
    Session session = session_on(one_host());
    CHECK_THAT(session.check(traffic(Time{}, "web:8080 rat=1/s")).error().text(),
               Catch::Contains("did you mean 'rate'?"));
    CHECK_THAT(session.check(traffic(Time{}, "web:8080 from=nowhere")).error().text(),
               Catch::Contains("there is no host 'nowhere'"));
    CHECK(session.check(traffic(Time{}, "web:8080")).ok());
    session.post(traffic(Time{}, "web:8080 name=users"));
    session.post(traffic(Time{}, "web:8080 name=users"));
    session.post(traffic(Time{}, "host"));
    session.run_until(at(1));
    CHECK(text_of(session, model::kFactTrafficRefused, "error")
              .find("there is traffic called 'users' already") != std::string::npos);
    CHECK(text_of(session, model::kFactTrafficRefused, "error").find("which port of host?") !=
          std::string::npos);
}

TEST_CASE("traffic: one project's service is asked, whatever the others publish") {
    Session session = session_on(one_host());
    for (const char* project : {"shop", "blog"}) {
        const std::string name(project);
        session.post(line(Time{}, "docker run -d --name " + name + "-web-1 -p " + (name == "shop" ? "8080" : "8081") +
                                      ":80 --label com.docker.compose.service=web --label com.docker.compose.project=" + name + " nginx"));
    }
    session.post(line(at(9), "traffic shop/web:8080 rate=10/s"));
    session.post(line(at(12), "docker kill blog-web-1"));
    session.post(line(at(15), "traffic stop shop/web; traffic attic/web:8080"));
    session.run_until(at(20));
    const auto sources = view::summarise_traffic(session.world());
    REQUIRE(sources.size() == 1);
    CHECK(sources[0].name == "shop/web");
    CHECK(sources[0].target == "shop/web:8080");
    CHECK(sources[0].answered > 50);
    CHECK(sources[0].answered == sources[0].sent);
    std::string shown;
    for (const Shown& piece : session.take_shown()) shown += piece.text;
    CHECK_THAT(shown, Catch::Contains("there is no host, service or container 'attic/web'"));
}

TEST_CASE("traffic: a terminal begins, shows and stops it") {
    Session session = session_on(one_host());
    session.post(line(Time{}, "docker run -d --name web -p 8080:80 nginx"));
    session.post(line(at(5), "traffic nosuch:8080"));
    session.post(line(at(6), "traffic web:8080 rate=10/s"));
    session.post(line(at(16), "traffic"));
    session.post(line(at(17), "traffic stop web"));
    session.post(line(at(18), "traffic stop web"));
    session.post(line(at(19), "docker run -d --name idle busybox sleep 1000; docker run -d --name asked -P nginx"));
    session.post(line(at(22), "traffic idle rate=1/s"));
    session.post(line(at(23), "traffic idle:99 rate=1/s"));
    session.post(line(at(24), "traffic asked rate=1/s; docker stop asked > /dev/null; traffic stop asked; traffic asked rate=1/s"));
    session.run_until(at(40));
    std::string shown;
    for (const Shown& piece : session.take_shown()) {
        if (piece.kind != Shown::Kind::Line) shown += piece.text + "\n";
    }
    CHECK_THAT(shown, Catch::Contains("there is no host, service or container 'nosuch'"));
    CHECK_THAT(shown, Catch::Contains("TRAFFIC") && Catch::Contains("100.00 %"));
    CHECK_THAT(shown, Catch::Contains("no traffic called 'web' is being sent"));
    CHECK_THAT(shown,
               Catch::Contains("podium: idle publishes no port on the host (docker run -p,") &&
                   !Catch::Contains("asked publishes no port"));
    CHECK(summary(session).sent == 111);
}

}  // namespace podium::lab
