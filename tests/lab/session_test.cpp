// A session: commands, time, seeking, forking, saving; and what a terminal shows.

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/foreground.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/words.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/summary.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

std::string catalogue() {
    std::ifstream in(podium::test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Session on_one_host() {
    SetUp set_up;
    set_up.catalogue = catalogue();
    set_up.images = {"busybox", "nginx"};
    auto session = Session::create(set_up);
    REQUIRE(session.ok());
    return std::move(*session);
}

Command line(Time time, const std::string& text, const std::string& terminal = "host") { return {time, CommandKind::Line, terminal, text, {}}; }

Time at(std::int64_t whole_seconds) { return Time{} + seconds(whole_seconds); }

std::string output_of(Session& session, const std::string& text, const std::string& terminal = "host") {
    session.take_shown();
    session.post(line(session.now(), text, terminal));
    std::string out;
    session.run_until(session.now() + minutes(5), [&](const Session&) {
        bool done = false;
        for (const Shown& shown : session.take_shown()) {
            if (shown.terminal != terminal) continue;
            if (shown.kind == Shown::Kind::Output || shown.kind == Shown::Kind::Error) out += shown.text;
            done = done || shown.kind == Shown::Kind::Done;
        }
        return done;
    });
    return out;
}

}  // namespace

TEST_CASE("session: a crashing container is restarted with Docker's back-off, and the facts say so") {
    Session session = on_one_host();
    session.post(line(Time{}, "docker run -d --name web --restart always busybox sh -c 'exit 1'"));
    session.run_until(at(30));
    std::vector<std::int64_t> backoffs;
    session.journal().for_each(FactId{1}, [&](const Fact& fact) {
        if (fact.kind == model::kFactContainerDie) backoffs.push_back(fact_catalogue().field(fact, "backoff", session.world().kernel.interner()).number / 1'000'000);
    });
    REQUIRE(backoffs.size() >= 7);
    for (std::size_t i = 0; i < 7; ++i) CHECK(backoffs[i] == 100 << i);
}

TEST_CASE("session: a run of ten seconds starts the back-off anew, the count goes on") {
    Session session = on_one_host();
    session.post(line(Time{}, "docker run -d --name web --restart on-failure:3 busybox sh -c 'sleep 12; exit 1'"));
    session.run_until(at(120));
    CHECK(output_of(session, "docker inspect -f '{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}' web") == "3 exited 1\n");
}

TEST_CASE("session: seeking equals running there, also in the middle of a command") {
    Session session = on_one_host();
    session.post(line(Time{}, "docker run -d --name web --restart always busybox sh -c 'sleep 3600 & wait'"));
    session.post(line(at(5), "docker stop web"));
    Session straight = session.fork();
    session.run_until(at(60));
    for (const std::int64_t moment : {0, 3, 6, 14, 16, 60}) {
        Session other = straight.fork();
        other.run_until(at(moment));
        session.seek(at(moment));
        CHECK(session.fingerprint() == other.fingerprint());
    }
}

TEST_CASE("session: a fork in the middle of docker stop goes on by itself") {
    Session session = on_one_host();
    session.post(line(Time{}, "docker run -d --name web busybox sh -c 'sleep 3600 & wait'"));
    session.post(line(at(5), "docker stop web"));
    session.run_until(at(8));
    Session forked = session.fork();
    forked.post(line(at(8), "docker kill web", "host/2"));
    forked.run_until(at(10));
    session.run_until(at(10));
    CHECK(output_of(forked, "docker ps -aq --filter status=exited", "host/3").size() == 13);
    CHECK(output_of(session, "docker ps -aq --filter status=exited", "host/3").empty());
}

TEST_CASE("session: typing after a seek back begins another future") {
    Session session = on_one_host();
    session.post(line(Time{}, "docker run -d --name web nginx"));
    session.post(line(at(10), "docker rm -f web"));
    session.run_until(at(20));
    session.seek(at(5));
    session.post(line(at(6), "docker stop web"));
    session.run_until(at(30));
    CHECK(session.log().size() == 2);
    CHECK(output_of(session, "docker ps -a --format '{{.Names}}'") == "web\n");
}

TEST_CASE("session: a saved run is replayed byte for byte, a broken file is refused") {
    Session session = on_one_host();
    session.post(line(Time{}, "docker run -d --name web --restart always busybox sh -c 'exit 1'"));
    session.run_until(at(20));
    auto again = Session::load(session.save(), "a.podium");
    REQUIRE(again.ok());
    again->run_until(again->saved_end());
    CHECK(again->fingerprint() == session.fingerprint());
    CHECK(again->save() == session.save());
    CHECK_FALSE(Session::load("{", "b.podium").ok());
    CHECK_FALSE(Session::load("{\"podium\": 99}", "c.podium").ok());
}

TEST_CASE("session: a saved run that was changed to something that is no run is refused with its place") {
    Session session = on_one_host();
    session.post(line(at(1), "date"));
    session.post(line(at(2), "date"));
    session.run_until(at(20));
    const std::string saved = session.save();
    const auto refused = [&saved](const std::string& from, const std::string& to) {
        std::string text = saved;
        const std::size_t found = text.find(from);
        REQUIRE(found != std::string::npos);
        text.replace(found, from.size(), to);
        const auto loaded = Session::load(text, "e.podium");
        REQUIRE_FALSE(loaded.ok());
        return loaded.error().text();
    };
    CHECK_THAT(refused("\"end_ns\": 20000000000", "\"end_ns\": -5"), Catch::StartsWith("e.podium:4:2: the end can't be -5 ("));
    CHECK_THAT(refused("\"end_ns\": 20000000000", "\"end_ns\": 1e19"), Catch::Contains(": the end can't be 1e+19 ("));
    CHECK_THAT(refused("\"end_ns\": 20000000000", "\"end_ns\": 10000000000000000000"), Catch::Contains(": the end can't be 10000000000000000000 ("));
    CHECK_THAT(refused("\"t_ns\": 1000000000", "\"t_ns\": 3000000000"), Catch::Contains("stands behind one at 3000000000 ns (put the commands in"));
    CHECK_THAT(refused("\"session\": \"host\"", "\"session\": \"moe/2\""), Catch::Contains("a command is for the host 'moe', and there is none (the hosts are host)"));
    CHECK_THAT(refused("\"cpu_millicores\": 4000", "\"cpu_millicores\": -4"), Catch::Contains(": cpu_millicores can't be -4 ("));
}

TEST_CASE("session: Podium's own words let time pass, break things and list them") {
    Session session = on_one_host();
    output_of(session, "docker run -d --name web --restart always nginx");
    const Time before = session.now();
    output_of(session, "wait 30s");
    CHECK(session.now() >= before + seconds(30));
    CHECK(output_of(session, "inject kill nosuch").find("there is no service or container 'nosuch'") != std::string::npos);
    CHECK(output_of(session, "inject crsh web").find("unknown fault 'crsh'") != std::string::npos);
    CHECK(output_of(session, "inject kill web").empty());
    CHECK(output_of(session, "hosts").find("running") != std::string::npos);
    CHECK(output_of(session, "faults").find("power-loss") != std::string::npos);
    CHECK(output_of(session, "why --at 5s web") == output_of(session, "why web --at 5s"));
    CHECK(output_of(session, "why --at 5s web").find("web") != std::string::npos);
    CHECK(output_of(session, "why --at web").find("why takes a service, container or host") != std::string::npos);
}

TEST_CASE("session: help lists Podium's own words and says where others are told of") {
    Session session = on_one_host();
    const std::string all = output_of(session, "help");
    for (const OwnWord& word : own_words()) CHECK(all.find(std::string(word.usage) + " ") != std::string::npos);
    CHECK(all.find("bash's own") != std::string::npos);
    CHECK(all.find("docker --help") != std::string::npos);
    CHECK(output_of(session, "help why").find("why NAME [--at MOMENT]  the causes") == 0);
    CHECK(output_of(session, "help traffic | wc -l") == "2\n");
    CHECK(output_of(session, "help cd").find("podium: help tells of Podium's own words") == 0);
    // In a container it is none of Podium's words.
    CHECK(output_of(session, "docker run --rm busybox help").find("Podium's own") == std::string::npos);
}

TEST_CASE("session: the summary says how many of a service's containers run, and that one waits for its next start") {
    Session session = on_one_host();
    const std::string loop = "docker run -d --restart always --label com.docker.compose.service=web --label com.docker.compose.project=shop busybox ";
    session.post(line(Time{}, loop + "sleep 1000"));
    session.post(line(at(10), loop + "sleep 30"));
    session.post(line(at(11), loop + "false"));
    session.post(line(at(12), "docker run --name job --label com.docker.compose.service=web --label com.docker.compose.project=shop --label com.docker.compose.oneoff=True busybox false"));
    session.run_until(at(100));
    const auto end_of = [&session] { return view::summarise(session.world(), fact_catalogue(), session.now()).front().at_the_end(); };
    CHECK(end_of() == "2 of 3 running");
    output_of(session, "docker rm -f $(docker ps -aq --filter status=restarting)");
    CHECK(end_of() == "running");
    output_of(session, "docker rm -f $(docker ps -aq)");
    CHECK(end_of() == "down");
    output_of(session, loop + "false");
    output_of(session, "wait 100s");
    CHECK(end_of() == "restarting");
}

TEST_CASE("session: what prints without end is slowed down by its log, and the log is kept within bounds") {
    Session session = on_one_host();
    session.post(line(Time{}, "docker run -d --name many busybox yes"));
    session.post(line(Time{}, "docker run -d --name zero busybox cat /dev/zero"));
    session.run_until(at(60));
    const model::World& world = session.world();
    for (std::uint32_t number = 1; number <= 2; ++number) {
        const model::LogLines& log = world.detail(model::ContainerId{number}).log;
        CHECK(log.size() <= (std::size_t{1} << 18));
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < log.size(); ++i) bytes += log[i].text.size();
        CHECK(bytes <= (17U << 20));
    }
    const auto lines = world.detail(model::ContainerId{1}).log_dropped;
    CHECK(lines > 1'000'000);
    CHECK(lines < 10'000'000);
    CHECK(output_of(session, "docker logs --tail 2 many") == "y\ny\n");
}

TEST_CASE("session: the summary counts restarts and downtime") {
    Session session = on_one_host();
    session.post(line(Time{}, "docker run -d --name web --restart always busybox sh -c 'sleep 20; exit 7'"));
    session.run_until(at(100));
    const auto services = view::summarise(session.world(), fact_catalogue(), session.now());
    REQUIRE(services.size() == 1);
    CHECK(services[0].service == "web");
    CHECK(services[0].restarts == 4);
    CHECK(services[0].last_exit == 7);
    CHECK(services[0].running_at_end);
    CHECK(services[0].availability() > 9'800);
}

TEST_CASE("session: a shell whose job was killed takes the next line at the same instant") {
    Session session = on_one_host();
    output_of(session, "sleep 100 &");
    CHECK(output_of(session, "kill %1") == "[1]+  Terminated              sleep 100\n");
    CHECK(output_of(session, "echo still here") == "still here\n");
    CHECK(output_of(session, "sleep 1; echo and here") == "and here\n");
}

TEST_CASE("session: output and errors are shown in the order in which they were written") {
    Session session = on_one_host();
    CHECK(output_of(session, "sh -c 'echo a; echo b >&2; echo c'") == "a\nb\nc\n");
    CHECK(output_of(session, "{ echo a; nosuch; echo c; } 2>&1") == "a\nbash: nosuch: command not found\nc\n");
    CHECK(output_of(session, "docker run --rm busybox sh -c 'echo a; echo b >&2; echo c; echo d >&2'") == "a\nb\nc\nd\n");
    output_of(session, "docker run -d --name job busybox sh -c 'echo a; echo b >&2; echo c; sleep 100'; sleep 1");
    CHECK(output_of(session, "docker logs job") == "a\nb\nc\n");
    CHECK(output_of(session, "docker exec job sh -c 'echo a >&2; echo b; echo c >&2'") == "a\nb\nc\n");
    CHECK(output_of(session, "ssh host 'echo a; echo b >&2; echo c'") == "a\nb\nc\n");
    // What is read apart is read whole.
    CHECK(output_of(session, "docker exec job sh -c 'echo a >&2; echo b; echo c >&2' 2>/dev/null") == "b\n");
    const std::string curl = output_of(session, "docker run -d --name web -p 8080:80 nginx > /dev/null; sleep 2; curl -v http://localhost:8080/");
    CHECK(curl.find("< HTTP/1.1 200") < curl.find("<title>"));
}

TEST_CASE("session: a line that puts another program in the shell's place runs as long as that program does") {
    Session session = on_one_host();
    output_of(session, "cd /tmp");
    session.post(line(session.now(), "exec sleep 3"));
    session.run_until(session.now() + seconds(2));
    REQUIRE(session.terminal("host") != nullptr);
    CHECK(session.terminal("host")->running);
    CHECK_FALSE(standing_of(session, "host").ended);
    CHECK(standing_of(session, "host").directory == "/tmp");
    session.run_until(session.now() + seconds(2));
    CHECK_FALSE(session.terminal("host")->running);
    CHECK(session.terminal("host")->last_status == 0);
}

TEST_CASE("session: a program that an image has and Podium lacks is not called missing") {
    Session session = on_one_host();
    const std::string out = output_of(session, "docker run --rm busybox tar c /etc; echo $?");
    CHECK(out.find("exec: \"tar\": Podium does not model this program: unknown") != std::string::npos);
    CHECK(out.find("\n127\n") != std::string::npos);
}

TEST_CASE("session: nohup leaves the terminal and writes its file") {
    Session session = on_one_host();
    CHECK(output_of(session, "nohup sh -c 'echo out; echo err >&2; sleep 2; echo late'") == "nohup: ignoring input and appending output to 'nohup.out'\n");
    CHECK(output_of(session, "cat nohup.out; ls -l nohup.out | cut -c1-10") == "out\nerr\nlate\n-rw-------\n");
    CHECK(output_of(session, "nohup echo more > other; cat other") == "nohup: ignoring input and redirecting stderr to stdout\nmore\n");
    CHECK(output_of(session, "nohup nosuch; echo $?") ==
          "nohup: ignoring input and appending output to 'nohup.out'\nnohup: failed to run command 'nosuch': No such file or directory\n127\n");
    CHECK(output_of(session, "nohup; echo $?") == "nohup: missing operand\nTry 'nohup --help' for more information.\n125\n");
}

TEST_CASE("session: a host that does not exist and a set-up without hosts are refused") {
    SetUp set_up;
    set_up.catalogue = catalogue();
    set_up.hosts.clear();
    CHECK_FALSE(Session::create(set_up).ok());
    set_up.hosts = {HostSetUp{}, HostSetUp{}};
    CHECK_FALSE(Session::create(set_up).ok());
    Session session = on_one_host();
    CHECK_FALSE(session.check(line(Time{}, "true", "nosuch")).ok());
}

}  // namespace podium::lab
