// The scripts of scripts/*.txt, whose output, errors and status are those of the real shells; each
// is also copied at every step, and every copy must end as the original does.

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"
#include "tests/shell/fake_system.hpp"
#include "tests/source_directory.hpp"

using namespace podium;
using namespace podium::shell;
using podium::shell::testing::FakeWorld;

namespace {

struct Case {
    std::string title;
    std::string script;
    std::string output;
    std::string errors;
    int status = 0;
};

std::string without_last_newlines(std::string text) {
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

/// As the files write it: a backslash after an output that does not end with a newline.
std::string as_written(const std::string& text) {
    return without_last_newlines(text.empty() || text.ends_with('\n') ? text : text + "\\");
}

std::vector<Case> read_cases(const std::string& name) {
    std::ifstream file(podium::test::source_directory() + "/tests/shell/scripts/" + name);
    REQUIRE(file.good());
    std::vector<Case> cases;
    std::string* section = nullptr;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("=== ")) {
            cases.push_back({line.substr(4), {}, {}, {}, 0});
            section = &cases.back().script;
        } else if (line == "--- output") {
            section = &cases.back().output;
        } else if (line == "--- errors") {
            section = &cases.back().errors;
        } else if (line.starts_with("--- status ")) {
            std::int64_t status = 0;
            REQUIRE(parse_integer(line.substr(11), status));
            cases.back().status = static_cast<int>(status);
            section = nullptr;
        } else if (section != nullptr) {
            *section += line + "\n";
        }
    }
    for (Case& each : cases) {
        each.script = without_last_newlines(each.script);
        each.output = without_last_newlines(each.output);
        each.errors = without_last_newlines(each.errors);
    }
    return cases;
}

FakeWorld world_for(Dialect dialect, const Case& each) {
    FakeWorld world(dialect);
    world.add_init();
    world.start_shell({dialect == Dialect::Ash ? "sh" : "bash", "-c", each.script},
                      {"PATH=/bin", "HOME=/root"});
    return world;
}

void check_scripts(Dialect dialect, const std::string& name) {
    for (const Case& each : read_cases(name)) {
        INFO("case: " << each.title << "\n" << each.script);
        FakeWorld world = world_for(dialect, each);
        world.run();
        CHECK(as_written(world.output()) == each.output);
        CHECK(without_last_newlines(world.errors()) == each.errors);
        CHECK(world.ended());
        CHECK(world.status() == each.status);
    }
}

void check_copies(Dialect dialect, const std::string& name) {
    for (const Case& each : read_cases(name)) {
        INFO("case: " << each.title << "\n" << each.script);
        FakeWorld reference = world_for(dialect, each);
        reference.run();
        FakeWorld original = world_for(dialect, each);
        bool alike = true;
        const Time limit = Time{} + seconds(100'000);
        while (original.advance(limit)) {
            FakeWorld copy = original;
            copy.run();
            alike = alike && copy.outputs == reference.outputs &&
                    copy.status() == reference.status() && copy.steps == reference.steps &&
                    copy.now == reference.now;
            if (!alike) break;
        }
        CHECK(alike);
        CHECK(original.outputs == reference.outputs);
        CHECK(original.status() == reference.status());
    }
}

}  // namespace

TEST_CASE("scripts give what busybox's ash gives") {
    check_scripts(Dialect::Ash, "ash.txt");
}

TEST_CASE("scripts give what bash gives") {
    check_scripts(Dialect::Bash, "bash.txt");
}

TEST_CASE("a copy made at any step of an ash script goes on as the original") {
    check_copies(Dialect::Ash, "ash.txt");
}

TEST_CASE("a copy made at any step of a bash script goes on as the original") {
    check_copies(Dialect::Bash, "bash.txt");
}

TEST_CASE("a copy made at any step of a measured script goes on as the original") {
    const char* scripts[] = {
        "trap 'exit 0' TERM; while :; do sleep 0.2; done",
        "sleep 3600 & wait",
        "trap 'sleep 15; exit 7' TERM; while :; do sleep 0.2; done",
        ("i=$(cat /c 2>/dev/null || echo 0); i=$((i+1)); echo $i >/c; [ $i -le 5 ] && exit 1; [ $i "
         "-eq 6 ] && { sleep 12; exit "
         "1; }; [ $i -le 9 ] && exit 1; sleep 9; exit 1"),
        "touch /ok; sleep 1; rm /ok; sleep 1; touch /ok; trap 'exit 0' TERM; while :; do sleep "
        "0.2; done",
        "until [ -f /ready ]; do sleep 1; done; echo up",
        "while true; do echo hello, world; sleep 1; done",
        "trap 'echo got $?' TERM; sleep 5 & while ! wait; do echo again; done; echo end",
        "exec sleep 3600",
        "trap 'exit 4' TERM; while :; do :; done",
    };
    for (const char* script : scripts) {
        INFO(script);
        const auto start = [script] {
            FakeWorld world;
            world.start_shell({"sh", "-c", script});
            world.schedule_signal(Time{} + milliseconds(1350), 15);
            return world;
        };
        const Time limit = Time{} + seconds(3);
        FakeWorld reference = start();
        reference.run(limit);
        FakeWorld original = start();
        bool alike = true;
        int steps = 0;
        while (original.advance(limit)) {
            if (++steps % (reference.steps / 100 + 1) != 0) continue;
            FakeWorld copy = original;
            copy.run(limit);
            alike = alike && copy.outputs == reference.outputs &&
                    copy.status() == reference.status() && copy.running() == reference.running() &&
                    copy.steps == reference.steps;
        }
        CHECK(alike);
        CHECK(original.steps == reference.steps);
    }
}
