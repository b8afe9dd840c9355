// podium run as a person meets it: at a terminal, at the speed of life, with a script that is wrong, and when Podium
// itself fails.

#include <chrono>
#include <csignal>
#include <new>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/own_fault.hpp"
#include "ui/cli/signals.hpp"

namespace podium::cli::testing {
namespace {

constexpr const char* kServer = "services: {web: {image: nginx, restart: always}}\n";
// Days of restarts: seconds of real time.
constexpr const char* kLongRun =
    "scenario{duration = '24h'} images{'nginx:latest'}\n"
    "compose_text([[services: {web: {image: nginx, restart: always, command: 'false'}}]])\n"
    "every('100ms', function() sh 'docker ps -a' end)\n";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("podium run s.lua: a script that is wrong is one sentence with its file and line, status 2") {
    const Folder folder("wrong_script");
    const std::pair<const char*, const char*> wrongs[] = {
        {"scenario{duration = '10s'}\nwait '1s'\nsoon()\n", "s.lua:3: "},
        {"scenario{duration = '10s'}\nwait(\n", "s.lua:"},
        {"scenario{\n  duration = '10s',\n  colour = 'red',\n}\n", "s.lua:1: "},
        {"scenario{duration = '10s'}\n\nwhile true do wait(0) end\n", "s.lua:3: the script was stopped"},
    };
    for (const auto& [script, place] : wrongs) {
        INFO(script);
        folder.write("s.lua", script);
        const Outcome ran = run_podium(folder, {"run", "s.lua"});
        CHECK(ran.status == kBadInput);
        CHECK_THAT(ran.error, Catch::StartsWith("podium: ") && Catch::Contains(place));
        CHECK(ran.error.find('\n') + 1 == ran.error.size());
    }
}

TEST_CASE("podium: what a command throws is a fault of Podium's own, status 3; a reader that left is none") {
    CHECK(cli::status_of([] { return kFailed; }) == kFailed);
    CHECK(cli::status_of([]() -> int { throw std::logic_error("thrown by a test"); }) == kOwnFault);
    CHECK(cli::status_of([]() -> int { throw std::bad_alloc(); }) == kOwnFault);
    CHECK(cli::status_of([]() -> int { throw std::system_error(EIO, std::generic_category()); }) == kOwnFault);
    CHECK(cli::status_of([]() -> int { throw std::system_error(EPIPE, std::generic_category()); }) == kAllWell);
}

TEST_CASE("podium: TERM, and one Ctrl-C where that ends the program, end it also when nobody looks at them") {
    for (const int signal : {SIGTERM, SIGINT}) {
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            cli::catch_signals();
            cli::let_interrupts_end();
            std::raise(signal);
            for (int i = 0; i < 60; ++i) sleep(1);
            _exit(1);
        }
        int status = 0;
        REQUIRE(waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == signal);
    }
}

TEST_CASE("podium: an abort, as a failed assertion ends with, is status 3") {
    const Folder folder("abort");
    folder.write("compose.yaml", kServer);
    Start start;
    start.interrupt_after_milliseconds = 1;
    start.interrupt_by = 6;  // SIGABRT
    CHECK(run_podium(folder, {"run", "--for", "10m", "--speed", "1x"}, start).status == kOwnFault);
}

TEST_CASE("podium run: coloured at a terminal, plain in a pipe and with NO_COLOR") {
    const Folder folder("coloured");
    folder.write("compose.yaml", kServer);
    const std::vector<std::string> arguments{"run", "--kill", "web@5s", "--for", "10s"};
    Screen screen(folder, arguments, 100);
    CHECK(screen.shows("died of KILL"));
    CHECK(screen.ends() == kAllWell);
    CHECK(has(screen.raw(), "\x1b[3"));
    CHECK_FALSE(has(run_podium(folder, arguments).out, "\x1b"));
    Screen plain(folder, arguments, 100, {"NO_COLOR=1"});
    CHECK(plain.shows("died of KILL"));
    CHECK(plain.ends() == kAllWell);
    CHECK_FALSE(has(plain.raw(), "\x1b[3"));
}

TEST_CASE("podium run: a long run shows at a terminal how far it is, and not in a pipe") {
    const Folder folder("progress");
    folder.write("long.lua", kLongRun);
    const std::vector<std::string> arguments{"run", "long.lua", "--quiet", "--effort", "1000"};
    {
        Screen screen(folder, arguments, 100);
        CHECK(screen.shows("simulated "));
        CHECK(screen.shows(" facts"));
        screen.type("\x03");
        CHECK(screen.ends() == 130);
    }
    folder.write("short.lua", "scenario{duration = '10s'} narrate 'so'\n");
    CHECK_FALSE(has(run_podium(folder, {"run", "short.lua"}).error, "simulated "));
}

TEST_CASE("podium run --speed: simulated time takes its share of real time") {
    const Folder folder("paced");
    folder.write("compose.yaml", kServer);
    folder.write("s.lua", "scenario{duration = '2s'} narrate 'so'\n");
    // Only from below: how long it takes besides is the machine's.
    for (const char* what : {"compose.yaml", "s.lua"}) {
        const auto began = std::chrono::steady_clock::now();
        std::vector<std::string> arguments{"run", what, "--speed", "4x"};
        if (what[0] == 'c') arguments.insert(arguments.end(), {"--for", "2s"});
        CHECK(run_podium(folder, arguments).status == kAllWell);
        CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(500));
    }
}

}  // namespace podium::cli::testing
