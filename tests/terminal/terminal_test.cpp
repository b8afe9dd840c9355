// A terminal session as front ends drive it, with a screen of the test's own.

#include "ui/terminal/terminal.hpp"

#include <fstream>
#include <sstream>
#include <utility>

#include <catch2/catch.hpp>

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
    int waits = 0;               ///< How often what runs waited for something to be typed.

    void show(std::string_view shown) override { text += shown; }

    void show_error(std::string_view shown) override { error += shown; }

    Time pass(Time, Time to, bool waiting) override {
        waits += waiting ? 1 : 0;
        now_ = std::min(to, std::max(interrupt_at, Time{}));
        return now_;
    }

    bool interrupted() override {
        if (now_ < interrupt_at) return false;
        interrupt_at = kNever;
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
    Paper inner;
    inner.interrupt_at = session.now() + seconds(5);
    CHECK(run_line(session, "host", "docker exec -it web sleep 1000", inner, true).status == 130);
    CHECK(session.now() < Time{} + seconds(20));
    CHECK(output_of(session, "docker top web -o comm 2>&1 | grep -c sleep") == "0\n");
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
}

TEST_CASE("completion: names in columns, and what they begin with") {
    CHECK(common_beginning({"docker", "docker-compose", "dog"}) == "do");
    CHECK(common_beginning({}).empty());
    CHECK(in_columns({"a", "bb", "ccc"}, 80) == "a    bb   ccc\n");
    CHECK(in_columns({"a", "bb", "ccc", "d"}, 10) == "a    ccc\nbb   d\n");
    CHECK(in_columns({"longer-than-that"}, 5) == "longer-than-that\n");
}

}  // namespace podium::terminal
