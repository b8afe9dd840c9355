// Each rule shown to fail on wrong files and to pass right ones.

#include "tests/tidy/rules.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace podium::tidy;  // NOLINT(google-build-using-namespace)

/// The findings of a rule on a file with this content, one a line.
template <class Rule>
std::string found(const Rule& rule, const std::string& path, const std::string& content) {
    std::string text;
    for (const auto& finding : rule(source_from(path, content))) {
        text += finding.text() + "\n";
    }
    return text;
}

using Catch::Contains;
using Catch::StartsWith;

}  // namespace

TEST_CASE("rooms: a room may include those its row names, and sim/base") {
    CHECK(found(rooms,
                "sim/model/a.cpp",
                "#include \"sim/shell/system.hpp\"\n#include \"sim/base/id.hpp\"\n")
              .empty());
    CHECK(found(rooms, "ui/cli/a.cpp", "#include \"sim/lab/session.hpp\"\n").empty());
    CHECK(found(rooms, "tests/model/a.cpp", "#include \"sim/model/world.hpp\"\n").empty());
}

TEST_CASE("rooms: the model doesn't know that it is orchestrated") {
    CHECK_THAT(found(rooms, "sim/model/a.cpp", "\n#include \"sim/orch/plan.hpp\"\n"),
               StartsWith("sim/model/a.cpp:2: sim/model must not include \"sim/orch/plan.hpp\", "
                          "only sim/base, sim/shell, sim/core"));
}

TEST_CASE("rooms: front ends see facts and nothing else of what is below the lab") {
    CHECK(found(rooms, "ui/cli/a.cpp", "#include \"sim/core/fact.hpp\"\n").empty());
    CHECK_THAT(found(rooms, "ui/cli/a.cpp", "#include \"sim/core/kernel.hpp\"\n"),
               Contains("must not include"));
    CHECK_THAT(found(rooms, "ui/terminal/a.cpp", "#include \"sim/model/world.hpp\"\n"),
               Contains("must not include"));
    CHECK_THAT(found(rooms, "sim/model/a.cpp", "#include \"sim/lab/session.hpp\"\n"),
               Contains("must not include"));
}

TEST_CASE("rooms: scripting implements the interface of scheduling policies, and knows no orchestrator") {
    CHECK(found(rooms, "scripting/a.cpp", "#include \"sim/orch/scheduler/policy.hpp\"\n").empty());
    CHECK_THAT(found(rooms, "scripting/a.cpp", "#include \"sim/orch/swarm/swarm.hpp\"\n"),
               Contains("must not include"));
    CHECK_THAT(found(rooms, "ui/cli/a.cpp", "#include \"sim/orch/scheduler/policy.hpp\"\n"),
               Contains("must not include"));
}

TEST_CASE("rooms: an orchestrator includes what is shared but no other orchestrator") {
    CHECK(found(rooms,
                "sim/orch/swarm/a.cpp",
                "#include \"sim/orch/plan.hpp\"\n#include \"sim/orch/swarm/task.hpp\"\n")
              .empty());
    CHECK_THAT(found(rooms, "sim/orch/swarm/a.cpp", "#include \"sim/orch/nomad/job.hpp\"\n"),
               Contains("another orchestrator"));
    CHECK_THAT(found(rooms, "sim/orch/plan.cpp", "#include \"sim/orch/nomad/job.hpp\"\n"),
               Contains("another orchestrator"));
}

TEST_CASE("rooms: a source file outside every room is named, and so is one that needs the tests") {
    CHECK_THAT(found(rooms, "sim/misc/a.cpp", ""), Contains("in no room"));
    CHECK_THAT(found(rooms, "sim/a.cpp", ""), Contains("in no room"));
    CHECK_THAT(found(rooms, "sim/lab/a.cpp", "#include \"tests/tidy/rules.hpp\"\n"),
               Contains("must not need its tests"));
}

TEST_CASE("libraries: each stays in its room") {
    CHECK(found(libraries, "sim/model/network.cpp", "#include <boost/graph/adjacency_list.hpp>\n")
              .empty());
    CHECK_FALSE(
        found(libraries, "sim/model/world.cpp", "#include <boost/graph/adjacency_list.hpp>\n")
            .empty());
    CHECK_FALSE(
        found(libraries, "sim/model/network.hpp", "#include <boost/graph/adjacency_list.hpp>\n")
            .empty());
    CHECK(found(libraries, "scripting/a.cpp", "#include <lua.hpp>\n").empty());
    CHECK_FALSE(found(libraries, "sim/lab/a.cpp", "#include <lua.hpp>\n").empty());
    CHECK_FALSE(found(libraries, "ui/cli/a.cpp", "#include <SFML/Graphics.hpp>\n").empty());
    CHECK_FALSE(found(libraries, "sim/shell/a.cpp", "#include <yaml-cpp/yaml.h>\n").empty());
    CHECK_FALSE(found(libraries, "sim/lab/a.cpp", "#include <unistd.h>\n").empty());
    CHECK_THAT(found(libraries, "sim/lab/a.cpp", "#include <openssl/sha.h>\n"),
               Contains("doesn't know"));
}

TEST_CASE("libraries: json.hpp stays out of headers") {
    CHECK(found(libraries, "sim/lab/a.hpp", "#include <nlohmann/json_fwd.hpp>\n").empty());
    CHECK(found(libraries, "sim/lab/a.cpp", "#include <nlohmann/json.hpp>\n").empty());
    CHECK_THAT(found(libraries, "sim/lab/a.hpp", "#include <nlohmann/json.hpp>\n"),
               Contains("json_fwd"));
}

TEST_CASE(
    "determinism: unordered containers, clocks, random numbers, threads and files are found in "
    "sim") {
    for (const std::string line : {"#include <unordered_map>",
                                   "#include <chrono>",
                                   "#  include <random>",
                                   "std::unordered_set<int> s;",
                                   "auto t = std::chrono::steady_clock::now();",
                                   "std::uniform_int_distribution<int> d;",
                                   "std::hash<int>{}(3);",
                                   "std::thread t;",
                                   "#include <fstream>",
                                   "std::pow(2.0, x);",
                                   "getenv(\"HOME\");"}) {
        INFO(line);
        CHECK_THAT(found(determinism, "sim/model/a.cpp", line + "\n"),
                   StartsWith("sim/model/a.cpp:1: "));
    }
    CHECK(found(determinism, "ui/cli/a.cpp", "#include <chrono>\n").empty());
}

TEST_CASE("determinism: comments, strings and longer words don't count") {
    CHECK(found(determinism,
                "sim/model/a.cpp",
                "// no unordered_map here\n/* steady_clock\n std::rand */ int my_getenv = "
                "1'000;\nauto s = \"std::thread\";\n"
                "auto r = R\"x(std::rand)x\"; char c = '\"'; // std::rand\n")
              .empty());
    CHECK_THAT(found(determinism, "sim/model/a.cpp", "auto s = \"\\\"\"; std::rand();\n"),
               Contains("std::rand"));
}

TEST_CASE("form: a header needs its pragma and its paragraph") {
    CHECK(found(form, "sim/lab/a.hpp", "#pragma once\n\n// What this is.\n").empty());
    CHECK_THAT(found(form, "sim/lab/a.hpp", "// What this is.\n"), Contains("#pragma once"));
    CHECK_THAT(found(form, "sim/lab/a.hpp", "#pragma once\n\n#include <map>\n"),
               Contains("paragraph"));
    CHECK_THAT(found(form, "sim/lab/a.hpp", ""), Contains("#pragma once"));
}

TEST_CASE("form: long files and work left for later are found") {
    std::string content;
    for (int line = 0; line < kMaxLines; ++line) {
        content += "int a;\n";
    }
    CHECK(found(form, "sim/lab/a.cpp", content).empty());
    CHECK_THAT(found(form, "sim/lab/a.cpp", content + "int b;\n"), Contains("split it"));
    const std::string later = std::string("TO") + "DO";
    CHECK_THAT(found(form, "sim/lab/a.cpp", "// " + later + ": more\n"),
               Contains("left for later"));
    CHECK(found(form, "sim/lab/a.cpp", "// a " + later + "S list\n").empty());
}

TEST_CASE("machine paths: places of one machine are found in any file") {
    const std::string work = std::string("/wo") + "rk/";
    const std::string temporary = std::string("/tm") + "p/";
    CHECK_THAT(found(machine_paths, "README.md", "see\n" + work + "shared\n"),
               StartsWith("README.md:2: "));
    CHECK_THAT(found(machine_paths, "run", "cp x " + temporary + "y\n"), Contains("TMPDIR"));
    CHECK(found(machine_paths, "scenarios/a.yaml", "command: touch " + temporary + "ready\n")
              .empty());
}

TEST_CASE("quoted includes: a path that isn't from the root is found") {
    const std::vector<Source> tree = {source_from("sim/lab/a.hpp", "")};
    const auto rule = [&tree](const Source& source) { return quoted_includes(source, tree); };
    CHECK(found(rule, "sim/lab/a.cpp", "#include \"sim/lab/a.hpp\"\n").empty());
    CHECK_THAT(found(rule, "sim/lab/a.cpp", "#include \"a.hpp\"\n"),
               Contains("path from the root"));
}
