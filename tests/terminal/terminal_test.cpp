// A terminal session as front ends drive it, with a screen of the test's own.

#include "ui/terminal/terminal.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include <catch2/catch.hpp>

#include "sim/lab/foreground.hpp"
#include "tests/source_directory.hpp"
#include "ui/terminal/completion.hpp"
#include "ui/terminal/editor.hpp"

namespace podium::terminal {
namespace {

std::string catalogue() {
    std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

lab::Session on_one_host() {
    lab::SetUp set_up;
    set_up.catalogue = catalogue();
    set_up.images = {"busybox", "nginx"};
    auto session = lab::Session::create(set_up);
    REQUIRE(session.ok());
    return std::move(*session);
}

/// Shows into a text; types and presses what it was told to, when it is asked.
class Paper final : public Screen {
  public:
    std::string text;
    std::string error;
    Typing typing;               ///< Typed at once, when what runs waits for it.
    Time interrupt_at = kNever;  ///< Ctrl-C at this moment.
    Time quit_at = kNever;       ///< Ctrl-\\ at this moment.
    int waits = 0;               ///< How often what runs waited for something to be typed.

    void show(std::string_view shown) override { text += shown; }

    void show_error(std::string_view shown) override { error += shown; }

    Time pass(Time, Time to, bool waiting) override {
        waits += waiting ? 1 : 0;
        now_ = std::min({to, std::max(interrupt_at, Time{}), std::max(quit_at, Time{})});
        return now_;
    }

    bool interrupted() override {
        if (now_ < interrupt_at) return false;
        interrupt_at = kNever;
        return true;
    }

    bool quit() override {
        if (now_ < quit_at) return false;
        quit_at = kNever;
        return true;
    }

    Typing typed() override { return std::exchange(typing, {}); }

  private:
    Time now_{};
};

std::string output_of(lab::Session& session, const std::string& line) {
    Paper paper;
    run_line(session, "host", line, paper, false);
    return paper.text + paper.error;
}

}  // namespace

TEST_CASE("terminal: a line's output and status come to the screen") {
    lab::Session session = on_one_host();
    Paper paper;
    CHECK(run_line(session, "host", "echo out; echo bad >&2; false", paper, false).status == 1);
    CHECK(paper.text == "out\n");
    CHECK(paper.error == "bad\n");
}

TEST_CASE("terminal: what reads the terminal gets what is typed, once it waits for it") {
    lab::Session session = on_one_host();
    Paper paper;
    paper.typing = {{"one", "two"}, true};
    CHECK(run_line(session, "host", "cat", paper, true).status == 0);
    CHECK(paper.text == "one\ntwo\n");
    CHECK(paper.waits > 0);
}

TEST_CASE("terminal: a command in a container that reads nothing is not typed to") {
    lab::Session session = on_one_host();
    output_of(session,
              "docker run -d --name web nginx; docker run -dit --name other busybox sh; sleep 2");
    Paper paper;
    paper.typing = {{"typed too early"}, false};
    CHECK(run_line(session, "host", "docker exec -it web sh -c 'sleep 3; echo done'", paper, false)
              .status == 0);
    CHECK(paper.text == "done\n");
    CHECK(paper.typing.lines.size() == 1);
}

TEST_CASE(
    "terminal: a shell in a container has a prompt; Ctrl-D ends what reads, not the shell behind "
    "it") {
    lab::Session session = on_one_host();
    output_of(session, "docker run -d --name web nginx; sleep 2");
    Paper paper;
    paper.typing = {{"hello"}, true};
    CHECK(run_line(session, "host", "docker exec -it web sh -c 'cat; echo after'", paper, true)
              .status == 0);
    CHECK(paper.text == "hello\nafter\n");
    Paper shell;
    shell.typing = {{"cd /etc", "exit 3"}, false};
    CHECK(run_line(session, "host", "docker exec -it web sh", shell, true).status == 3);
    CHECK(shell.text == "/ # /etc # ");
}

TEST_CASE(
    "terminal: Ctrl-C interrupts what runs in the foreground, in a container's terminal too") {
    lab::Session session = on_one_host();
    output_of(session, "docker run -d --name web nginx; sleep 2");
    Paper paper;
    paper.interrupt_at = session.now() + seconds(5);
    CHECK(run_line(session, "host", "sleep 1000", paper, true).status == 130);
    const char* asleep = "docker top web -o pid,comm | grep -c sleep";
    output_of(session, "docker exec -d web sleep 2; sleep 1");
    CHECK(output_of(session, asleep) == "1\n");
    output_of(session, "sleep 2");
    Paper inner;
    inner.interrupt_at = session.now() + seconds(5);
    CHECK(run_line(session, "host", "docker exec -it web sleep 1000", inner, true).status == 130);
    CHECK(session.now() < Time{} + seconds(20));
    CHECK(output_of(session, asleep) == "0\n");
}

TEST_CASE("terminal: rewind goes back and gives up the future") {
    lab::Session session = on_one_host();
    output_of(session, "docker run -d --name web nginx");
    output_of(session, "sleep 60");
    output_of(session, "docker rm -f web");
    Paper paper;
    CHECK(run_line(session, "host", "rewind 30s", paper, false).status == 0);
    CHECK(paper.text.starts_with(
        "It is 30.000s again, in the middle of: sleep 60; from here another future begins.\n"));
    session.run_until(Time{} + seconds(300));
    CHECK(output_of(session, "docker ps --format '{{.Names}}'") == "web\n");
}

TEST_CASE("terminal: after a rewind into a line the next one is at the moment rewound to, in a replay too") {
    for (const char* line : {"sleep 60", "wait 60s", "at 61s", "sleep 60; docker rm -f web", "for i in 1 2; do sleep 30; done",
                             "docker run -d --name two nginx; docker wait two", "docker logs -f web"}) {
        INFO(line);
        lab::Session session = on_one_host();
        output_of(session, "docker run -d --name web nginx; x=kept");
        Paper typed;
        typed.interrupt_at = Time{} + seconds(90);
        run_line(session, "host", line, typed, true);
        Paper paper;
        CHECK(run_line(session, "host", "rewind 10s", paper, false).status == 0);
        CHECK(paper.text == std::string("It is 10.000s again, in the middle of: ") + line +
                                "; from here another future begins.\nWhat is left of that line was given up.\n");
        CHECK(paper.error.empty());
        CHECK(session.now() == Time{} + seconds(10));
        CHECK(prompt_of(session, "host").starts_with("[10s] "));
        CHECK(output_of(session, "echo $x") == "kept\n");
        CHECK(session.now() < Time{} + seconds(11));
        session.run_until(Time{} + seconds(100));
        CHECK(output_of(session, "docker ps --format '{{.Names}}'").find("web\n") != std::string::npos);
        auto again = lab::Session::load(session.save(), "again.podium");
        REQUIRE(again.ok());
        again->run_until(session.now());
        CHECK(again->fingerprint() == session.fingerprint());
    }
}

TEST_CASE("terminal: a rewind into what a client is attached to leaves that running") {
    lab::Session session = on_one_host();
    Paper typed;
    typed.interrupt_at = Time{} + seconds(30);
    run_line(session, "host", "docker run --name web nginx", typed, true);
    CHECK(output_of(session, "docker ps --format '{{.Names}}'").empty());
    output_of(session, "rewind 10s");
    CHECK(output_of(session, "docker ps --format '{{.Names}}'") == "web\n");
    CHECK(session.now() < Time{} + seconds(11));
}

TEST_CASE("terminal: a command that is not found names what is near, if something is") {
    lab::Session session = on_one_host();
    CHECK(output_of(session, "rewnd 3s") == "bash: rewnd: command not found\npodium: did you mean 'rewind'?\n");
    CHECK(output_of(session, "hostss") == "bash: hostss: command not found\npodium: did you mean 'hosts'?\n");
    CHECK(output_of(session, "wiat 3s") == "bash: wiat: command not found\npodium: did you mean 'wait'?\n");
    CHECK(output_of(session, "sudo sytemctl status docker") ==
          "sudo: sytemctl: command not found\npodium: did you mean 'systemctl'?\n");
    CHECK(output_of(session, "true; dokcer ps") == "bash: dokcer: command not found\npodium: did you mean 'docker'?\n");
    CHECK(output_of(session, "nosuchprogram") == "bash: nosuchprogram: command not found\n");
    CHECK(output_of(session, "ll") == "bash: ll: command not found\n");
    CHECK(output_of(session, "hostss 2>&1 | cat") == "bash: hostss: command not found\n");
}

TEST_CASE("terminal: Ctrl-\\ sends QUIT to what runs in the foreground, not to its shell") {
    lab::Session session = on_one_host();
    output_of(session, "mark=here");
    Paper paper;
    paper.quit_at = session.now() + seconds(5);
    CHECK(run_line(session, "host", "sleep 1000", paper, true).status == 131);
    CHECK(session.now() < Time{} + seconds(20));
    CHECK(output_of(session, "echo $mark") == "here\n");
}

TEST_CASE("terminal: on a host that stands still Podium's own words act, and all else is refused") {
    lab::Session session = on_one_host();
    output_of(session, "docker run -d --name web nginx; sleep 2");
    const Time before = session.now();
    CHECK(output_of(session, "inject freeze host").empty());
    CHECK(output_of(session, "docker ps") ==
          "podium: host stands still, so nothing runs there; let it go on (lift freeze host) or go "
          "back "
          "(rewind)\n");
    CHECK(session.now() - before < seconds(1));
    CHECK(output_of(session, "wait 5s").empty());
    CHECK(session.now() - before >= seconds(5));
    CHECK(session.now() - before < seconds(6));
    CHECK(prompt_of(session, "host").ends_with("host stands still# "));
    CHECK(output_of(session, "hosts").find("host ") != std::string::npos);
    CHECK(output_of(session, "hosts").find(" frozen ") != std::string::npos);
    CHECK(output_of(session, "lift freeze host").empty());
    CHECK(output_of(session, "docker ps --format '{{.Names}}'") == "web\n");
}

TEST_CASE(
    "terminal: a line that its host stops in the middle of is given up at once, or with Ctrl-C") {
    lab::Session session = on_one_host();
    Paper script;
    const Time before = session.now();
    const LineEnd end = run_line(session, "host", "inject freeze host; echo late", script, false);
    CHECK(end.gave_up == GaveUp::Frozen);
    CHECK(session.now() - before < seconds(1));
    output_of(session, "lift freeze host");
    CHECK(output_of(session, "echo again") == "again\n");
    Paper person;
    person.interrupt_at = session.now() + seconds(3);
    run_line(session, "host", "inject freeze host; echo late", person, true);
    CHECK(person.error.find("Connection to host closed.\n") != std::string::npos);
    output_of(session, "lift freeze host");
    CHECK(output_of(session, "echo again") == "again\n");
}

TEST_CASE("terminal: one whose host goes down says so, and has a new shell when it is up again") {
    lab::Session session = on_one_host();
    output_of(session, "mark=here");
    CHECK(output_of(session, "inject power-loss host") == "Connection to host closed.\n");
    CHECK_FALSE(lab::standing_of(session, "host").ended);
    CHECK(prompt_of(session, "host").ends_with("host is down# "));
    Paper down;
    CHECK(run_line(session, "host", "docker ps", down, false).status == 255);
    CHECK(down.error ==
          "podium: host is down, so nothing can be typed there; wait until it is up (wait 1m), boot it (lift "
          "power-loss host) or go back (rewind)\n");
    CHECK(output_of(session, "lift power-loss host").empty());
    CHECK(output_of(session, "wait 2m").empty());
    CHECK(output_of(session, "echo up ${mark-gone}") == "up gone\n");
    CHECK(output_of(session, "exit 3").empty());
    CHECK(lab::standing_of(session, "host").ended);
}

TEST_CASE("terminal: a wait goes on through a reboot, and Ctrl-C ends one on a host that is down") {
    lab::Session session = on_one_host();
    output_of(session, "inject host-reboot host");
    Paper paper;
    const Time before = session.now();
    CHECK(run_line(session, "host", "wait 3m", paper, false).status == 0);
    CHECK(paper.error == "Connection to host closed.\n");
    CHECK(session.now() - before == minutes(3));
    CHECK(output_of(session, "echo up") == "up\n");
    output_of(session, "inject power-loss host");
    Paper person;
    person.interrupt_at = session.now() + seconds(3);
    CHECK(run_line(session, "host", "wait 1h", person, true).status == 130);
    CHECK(session.now() - before < minutes(4));
}

TEST_CASE("terminal: what runs in it when its host goes down ends with status 255") {
    lab::Session session = on_one_host();
    Paper paper;
    CHECK(run_line(session, "host", "sleep 2; inject power-loss host; sleep 50", paper, false)
              .status == 255);
    CHECK(paper.error == "Connection to host closed.\n");
}

TEST_CASE("terminal: what ignores the interrupt is killed when it has run for as long as it may") {
    lab::Session session = on_one_host();
    output_of(session, "mark=here");
    Paper paper;
    const LineEnd end = run_line(
        session, "host", "sh -c \"trap : INT TERM; while true; do sleep 1; done\"", paper, false);
    CHECK(end.gave_up != GaveUp::No);
    CHECK(end.killed);
    CHECK(give_up_sentence("x", end).find("did not end on an interrupt and was killed") !=
          std::string::npos);
    const Time after = session.now();
    CHECK(output_of(session, "echo $mark") == "here\n");
    CHECK(session.now() - after < seconds(1));
    // A loop of the shell's own takes the shell with it; the next line has another.
    Paper loop;
    CHECK(
        run_line(session, "host", "trap '' INT; while true; do sleep 1; done", loop, false).killed);
    CHECK(output_of(session, "echo next") == "next\n");
}

TEST_CASE("terminal: wait and at last as long as they say") {
    lab::Session session = on_one_host();
    Paper paper;
    const LineEnd end = run_line(session, "host", "wait 1000h", paper, false);
    CHECK(end.gave_up == GaveUp::No);
    CHECK(session.now() == Time{} + hours(1000));
    CHECK(output_of(session, "wait 99999999999999h") ==
          "podium: '99999999999999h' is longer than a run can last, which is 292 years (take "
          "less)\n");
    CHECK(output_of(session, "at 99999999999999h").find("longer than a run can last") !=
          std::string::npos);
}

TEST_CASE("terminal: the prompt says the time, the host and where its shell is") {
    lab::Session session = on_one_host();
    CHECK(prompt_of(session, "host") == "[0s] root@host:~# ");
    output_of(session, "mkdir -p /srv/app; cd /srv/app; sleep 90");
    CHECK(prompt_of(session, "host") == "[1m30s] root@host:/srv/app# ");
    output_of(session, "if true; then");
    CHECK(prompt_of(session, "host") == "> ");
}

TEST_CASE("completion: the last word of the last command of a line") {
    lab::Session session = on_one_host();
    output_of(session, "docker run -d --name web nginx");
    using Words = std::vector<std::string>;
    CHECK(complete(session, "host", "docker stop w").candidates == Words{"web"});
    CHECK(complete(session, "host", "sleep 1; docker stop w").candidates == Words{"web"});
    CHECK(complete(session, "host", "sudo docker stop w").candidates == Words{"web"});
    CHECK(complete(session, "host", "kill -9 $(docker inspe").candidates == Words{"inspect"});
    CHECK(complete(session, "host", "DEBUG=1 docker-comp").candidates == Words{"docker-compose"});
    CHECK(complete(session, "host", "docker stop w").typed == 1);
    CHECK(complete(session, "host", "docker stop zz").candidates.empty());
    // What follows the container of an exec is run in it.
    CHECK(complete(session, "host", "docker exec -it w").candidates == Words{"web"});
    const Words inside = complete(session, "host", "docker exec -it -e A=1 web ").candidates;
    CHECK(std::find(inside.begin(), inside.end(), "web") == inside.end());
    CHECK(std::find(inside.begin(), inside.end(), "sh") != inside.end());
    // A fault is about what it can break.
    output_of(session, "docker volume create data; docker network create net");
    CHECK(complete(session, "host", "inject kill ").candidates == Words{"web"});
    CHECK(complete(session, "host", "inject freeze ").candidates == Words{"host"});
}

TEST_CASE("completion: names in columns, and what they begin with") {
    CHECK(common_beginning({"docker", "docker-compose", "dog"}) == "do");
    CHECK(common_beginning({}).empty());
    CHECK(in_columns({"a", "bb", "ccc"}, 80) == "a    bb   ccc\n");
    CHECK(in_columns({"a", "bb", "ccc", "d"}, 10) == "a    ccc\nbb   d\n");
    CHECK(in_columns({"longer-than-that"}, 5) == "longer-than-that\n");
}

}  // namespace podium::terminal
