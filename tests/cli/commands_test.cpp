// The subcommands from outside: arguments in, output and exit status out.

#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

using namespace podium::cli::testing;

namespace {

// Code points: all bytes but those that continue one.
std::size_t columns_of(const std::string& line) {
    return static_cast<std::size_t>(
        std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

TEST_CASE(
    "podium: every wrong command line is one sentence on standard error, status 2, and says what "
    "next") {
    const Folder folder("usage");
    folder.write("compose.yaml", kWebAndStore);
    folder.write("broken.yaml", "services:\n  web:\n    image: nginx\n  bad indent\n");
    folder.write("noise.podium", "this is no run\n");
    folder.write("half.podium", "{\"podium\": 2, \"seed\": 1, \"commands\": [");

    struct Case {
        std::vector<std::string> arguments;
        std::string says;
    };

    const std::vector<Case> cases{
        {{"rnu"}, "there is no subcommand 'rnu' (did you mean 'run'?)"},
        {{"xyzzy"}, "there is no subcommand 'xyzzy' (see: podium help)"},
        {{"--frobnicate"}, "podium has no option --frobnicate"},
        {{"run", "--quite", "compose.yaml"},
         "podium run has no option --quite (did you mean '--quiet'?)"},
        {{"run", "compose.yaml", "--speeed=2x"},
         "podium run has no option --speeed (did you mean '--speed'?)"},
        {{"run", "compose.yaml", "--seed", "many"},
         "--seed can't be 'many': it takes a whole number"},
        {{"run", "compose.yaml", "--seed", "-1"},
         "--seed can't be '-1': it takes a whole number from 0 to 18446744073709551615"},
        {{"run", "compose.yaml", "--seed", "99999999999999999999999"},
         "--seed can't be '99999999999999999999999': it takes a whole number from 0 to"},
        {{"run", "compose.yaml", "--seeds", "-3"},
         "--seeds can't be '-3': it takes a whole number"},
        {{"compare", "restart/policies", "--jobs", "-1"}, "--jobs can't be '-1'"},
        {{"shell", "--seed", "-1"}, "--seed can't be '-1'"},
        {{"faults", "extra"}, "podium faults takes no arguments, and 'extra' is one too many"},
        {{"replay", "a", "b"}, "podium replay takes one argument, and 'b' is one too many"},
        {{"why", "web", "db", "--at", "10s"}, "podium why takes one argument, and 'db' is one too many"},
        {{"why", "web", "--", "db"}, "podium why takes one argument, and 'db' is one too many"},
        {{"run", "compose.yaml", "--kill", "db"}, "end it with a moment, like @30s)"},
        {{"run", "compose.yaml", "--restart-engine", "1m"}, "end it with a moment, like @30s)"},
        {{"run", "compose.yaml", "--do", "date"}, "end it with a moment, like @30s)"},
        {{"run", "compose.yaml", "--fault", "hang web"}, "like @30s or @30s..45s)"},
        {{"run", "compose.yaml", "--for", "99999999999h"},
         "--for: '99999999999h' is longer than a run can last, which is 292 years (take less)"},
        {{"run", "compose.yaml", "--fault", "registry-outage nosuch.io @1s"},
         "no service of this project has an image of the registry 'nosuch.io' (its images come "
         "from "
         "docker.io)"},
        {{"run", "compose.yaml", "--fault", "corrupt-image nosuch @1s"},
         "no service of this project has an image called 'nosuch' (its images are redis, nginx)"},
        {{"run", "compose.yaml", "--kill", "host@30s"},
         "'host' is a host, and kill takes a service or container (the project's services are db, web)"},
        {{"run", "compose.yaml", "--fault", "hang host @10s"}, "'host' is a host, and hang takes a service or container"},
        {{"run", "compose.yaml", "--remove", "host@10s"}, "'host' is a host, and --remove takes a service or container"},
        {{"run", "compose.yaml", "--fault", "loss host rate=50% @20s..30s"},
         "host has no link to break (a host alone gets one when traffic from outside begins: see podium docs traffic)"},
        {{"run", "compose.yaml", "--traffic", "web:80"},
         "web publishes no port 80 on the host (it publishes 8080)"},
        {{"run", "compose.yaml", "--traffic", "db:6379"},
         "db publishes no port 6379 on the host (it publishes none"},
        {{"run", "compose.yaml", "--traffic", "db rate=5/s @10s..20s"},
         "--traffic 'db rate=5/s @10s..20s': db publishes no port on the host (add one under ports in its Compose file)"},
        {{"run", "compose.yaml", "--fault"}, "--fault needs a value behind it"},
        {{"run", "compose.yaml", "--seed", "1", "--seed", "2"}, "--seed is given more than once, and takes one value"},
        {{"compare", "s.lua", "--seeds", "3", "--set", "n=1", "--seeds", "4"}, "--seeds is given more than once, and takes one value"},
        {{"bench", "churn", "--containers", "0"}, "--containers"},
        {{"bench", "churn", "--containers", "10,20"}, "bench churn takes a number from 1 to 10000000"},
        {{"bench", "ui", "--seed", "4"}, "bench ui has no chance in it"},
        {{"run", "nosuch.yaml"}, "nosuch.yaml: there is no such file"},
        {{"run", "nosuch"}, "'nosuch' is neither a file nor a scenario nor a lesson (give it a Compose file"},
        {{"run", "restart/polices"},
         "'restart/polices' is neither a file nor a scenario nor a lesson (did you mean 'restart/policies'?)"},
        {{"run", "polices"}, "did you mean 'restart/policies'?"},
        {{"run", "policies"}, "there is restart/policies"},
        {{"run", "health"}, "there is health/unhealthy-not-restarted"},
        {{"scenarios", "nosuch"}, "there is no scenario 'nosuch' (podium scenarios lists all)"},
        {{"run", "."}, "this is a folder"},
        {{"run", "compose.yaml", "--save", "one.podium", "--json", "./one.podium"},
         "--save and --json name the same file (give each a name of its own)"},
        {{"run", "compose.yaml", "--effort", "2"}, "--effort is for scenarios, and this is none"},
        {{"run", "compose.yaml", "--effort", "2", "--seeds", "2"},
         "--effort is for scenarios, and this is none"},
        {{"run", "restart/policies", "--effort", "0"}, "--effort can't be 0 (it takes 1 to 1000)"},
        {{"learn", "--again"}, "--again goes with a lesson (name one"},
        {{"learn", "--export", "all.json", "03"},
         "LESSON does not go with --export, which tells of all lessons"},
        {{"run", "broken.yaml"}, "broken.yaml:4:"},
        {{"run", "compose.yaml", "--for", "soon"}, "--for: invalid duration \"soon\""},
        {{"run", "compose.yaml", "--for", "0s"}, "--for '0s' is no time to run"},
        {{"run", "compose.yaml", "--speed", "fast"}, "--speed: 'fast' is no speed"},
        {{"run", "compose.yaml", "--fault", "kill web"}, "--fault 'kill web': it says not when"},
        {{"run", "compose.yaml", "--fault", "kil web @3s"},
         "unknown fault 'kil' (did you mean 'kill'?)"},
        {{"run", "compose.yaml", "--fault", "kill wbe @3s"},
         "there is no service or container 'wbe' in this project (did you mean 'web'?)"},
        {{"run", "compose.yaml", "--fault", "kill web signal=NOSUCH @3s"},
         "name a signal, like signal=TERM"},
        {{"run", "compose.yaml", "--fault", "kill web @3s..5s"}, "kill does not last"},
        {{"run", "compose.yaml", "--fault", "disk-full hots @3s"},
         "there is no host 'hots' to break"},
        {{"run", "compose.yaml", "--fault", "hang web @5s..3s"}, "ends before it begins"},
        {{"run", "compose.yaml", "--kill", "cache@3s"},
         "--kill 'cache@3s': there is no service or container 'cache'"},
        {{"run", "compose.yaml", "--remove", "d@3s"},
         "--remove 'd@3s': there is no service or container 'd'"},
        {{"run", "compose.yaml", "--remove", "db@3s..4s"}, "it happens at one moment"},
        {{"run", "compose.yaml", "--for", "10s", "--kill", "web@20s"},
         "--for 10s ends before 20.000s"},
        {{"run", "compose.yaml", "--save", "nosuch/x.podium"},
         "nosuch/x.podium: cannot write the file: No such file or directory"},
        {{"run", "compose.yaml", "--json", "nosuch/x.jsonl"},
         "nosuch/x.jsonl: cannot write the file: No such file or directory"},
        {{"run", "compose.yaml", "--json", "compose.yaml"},
         "this file is what the run is made from"},
        {{"run", "compose.yaml", "--quiet", "--detail"}, "--quiet and --detail exclude each other"},
        {{"run", "noise.podium"},
         "noise.podium:1:2: this is no saved run of Podium, or it is damaged here"},
        {{"run", "half.podium", "--seed", "3"}, "a saved run has its seed in it"},
        {{"replay", "half.podium"},
         "half.podium:1:39: this is no saved run of Podium, or it is damaged here"},
        {{"replay", "nosuch.podium"},
         "nosuch.podium: cannot open the file: No such file or directory"},
        {{"replay"}, "FILE"},
        {{"why", "web"}, "there is no last run to ask about (make one with: podium run FILE)"},
        {{"why", "web", "--run", "noise.podium"},
         "noise.podium:1:2: this is no saved run of Podium"},
        {{"check", "broken.yaml"}, "broken.yaml:4:"},
        {{"docs", "fact"}, "there are no docs on 'fact' (did you mean 'facts'?)"},
        {{"help", "shel"}, "there is no help on 'shel' (did you mean 'shell'?)"},
        {{"bench", "chrun"}, "there is no benchmark 'chrun'"},
        {{"bench", "churn", "--nodes", "5"}, "bench churn has no --nodes; it has --seed --containers --events"},
        {{"bench", "raft", "--tasks", "5"}, "bench raft has no --tasks; it has only --seed"},
        {{"conform", "nosuch"}, "there is no 'nosuch'"},
        {{"shell", "broken.yaml"}, "broken.yaml:4:"},
        {{"shell", "--speed", "quick"}, "'quick' is no speed"},
    };
    for (const Case& one : cases) {
        std::string line = "podium";
        for (const std::string& word : one.arguments)
            line += " " + word;
        INFO(line);
        const Outcome outcome = run_podium(folder, one.arguments);
        INFO(outcome.out << outcome.error);
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK(says(outcome.error, one.says));
        CHECK(lines_of(outcome.error) == 1);
        CHECK(outcome.error.starts_with("podium: "));
    }
    CHECK(folder.read("compose.yaml") == kWebAndStore);
}

TEST_CASE("podium scenarios: each with its title and parameters, all of them or those of a topic") {
    const Folder folder("scenarios");
    const Outcome all = run_podium(folder, {"scenarios"});
    CHECK(all.status == 0);
    CHECK(all.error.empty());
    CHECK(says(all.out, "restart/policies  "));
    CHECK(says(all.out, "  A server that crashes, under a restart policy\n"));
    CHECK(says(all.out, " --set policy=always (or no, on-failure:2, unless-stopped)\n"));
    CHECK(says(all.out, "data/lost-database  "));
    const Outcome data = run_podium(folder, {"scenarios", "data/"});
    CHECK(data.status == 0);
    CHECK(says(data.out, "data/lost-database  "));
    CHECK_FALSE(says(data.out, "restart/policies"));
}

TEST_CASE("podium run: a scenario's timeline keeps its columns, and lists what else a parameter may be") {
    const Folder folder("scenario-columns");
    const Outcome ran = run_podium(folder, {"run", "restart/engine-restart", "--set", "before=stopped"});
    CHECK(ran.status == 0);
    CHECK(says(ran.out, "With before=stopped (or running, killed, paused)\n"));
    CHECK(says(ran.out, "    0.000s  host              $ docker compose -f compose.yaml up -d\n"));
    CHECK(says(ran.out, "  unless-stopped.1  created  "));
    CHECK(says(ran.out, "\n                              deaf: Up 5 seconds\n"));  // narrated, in lines of its own
}

TEST_CASE("podium run: a scenario says what of its project is not simulated") {
    const Folder folder("scenario_not_simulated");
    folder.write("some.lua",
                 "compose_text([[services: {web: {image: nginx, shm_size: '1m'}}]], {up = false})\nwait '1s'");
    const Outcome outcome = run_podium(folder, {"run", "some.lua"});
    CHECK(outcome.status == 0);
    CHECK(outcome.error == "podium: not simulated, and without effect here: shm_size\n");
}

TEST_CASE("podium: help, docs, faults and the version are on standard output with status 0") {
    const Folder folder("help");
    for (const char* topic :
         {"run", "why", "replay", "check", "conform", "bench", "shell", "scenarios", "faults", "docs", "help"}) {
        INFO(topic);
        const Outcome asked = run_podium(folder, {"help", topic});
        CHECK(asked.status == 0);
        CHECK(says(asked.out, std::string("podium ") + topic));
        CHECK(asked.error.empty());
        CHECK(run_podium(folder, {topic, "--help"}).out == asked.out);
    }
    CHECK(says(run_podium(folder, {"help"}).out, "Usage: podium [OPTIONS] [SUBCOMMAND]"));
    const Outcome exit = run_podium(folder, {"help", "exit"});
    for (const char* row :
         {"0  all well", "1  a check", "2  bad input", "3  a fault of Podium's own"})
        CHECK(says(exit.out, row));
    CHECK(says(run_podium(folder, {"faults"}).out, "disk-full"));
    CHECK(run_podium(folder, {"docs", "faults"}).out == run_podium(folder, {"faults"}).out);
    const std::string facts = run_podium(folder, {"docs", "facts"}).out;
    CHECK(says(facts, "\nevent container die "));
    CHECK(says(facts, "exitCode, how=exited|signalled|out-of-memory"));
    CHECK(says(facts, "decision=stays-down|restart|"));
    CHECK(says(facts, "\ncmd "));
    CHECK(says(facts, "\nengine crashed                    node, host\n"));
    CHECK(says(facts, "\nevent network prune               node, reclaimed\n"));
    CHECK(says(run_podium(folder, {"help", "bench"}).out, "health"));
    CHECK(says(run_podium(folder, {"docs", "words"}).out, "rewind MOMENT"));
    // Each topic that is listed there is one.
    const Outcome topics = run_podium(folder, {"docs"});
    CHECK(topics.status == 0);
    CHECK(topics.error.empty());
    for (const char* topic : {"facts", "faults", "lua", "outcomes", "traffic", "words"}) {
        INFO(topic);
        CHECK(says(topics.out, std::string("\n") + topic + " "));
        CHECK(run_podium(folder, {"docs", topic}).status == 0);
    }
    // What bare podium does is no part of a subcommand's help.
    CHECK(says(run_podium(folder, {"help"}).out, "Bare `podium` shows"));
    CHECK(!says(run_podium(folder, {"help", "docs"}).out, "Bare `podium`"));
    CHECK(!says(run_podium(folder, {"help", "faults"}).out, "Bare `podium`"));
    CHECK(run_podium(folder, {"--version"}).out.starts_with("podium "));
}

TEST_CASE(
    "podium run: the timeline is a table whose columns begin at the same place in every line") {
    const Folder folder("table");
    folder.write("compose.yaml", kWebAndStore);
    const Outcome run =
        run_podium(folder, {"run", "compose.yaml", "--kill", "web@1m", "--for", "2m"});
    INFO(run.out << run.error);
    CHECK(run.status == 0);
    CHECK(says(run.error, "not simulated, and without effect here: shm_size"));
    CHECK(says(run.out, "got KILL from outside docker"));
    CHECK(says(run.out, "restarted"));
    CHECK(says(run.out, "SERVICE"));
    // Time ends in column 10, who begins in column 12, what in 20: the least width of names is 6.
    std::size_t facts = 0;
    std::size_t start = 0;
    for (std::size_t end = run.out.find('\n'); end != std::string::npos && end > start;
         start = end + 1, end = run.out.find('\n', start)) {
        const std::string line = run.out.substr(start, end - start);
        INFO(line);
        ++facts;
        CHECK(line[9] == 's');
        CHECK(line.substr(10, 2) == "  ");
        CHECK(line[12] != ' ');
        CHECK(line.substr(18, 2) == "  ");
        CHECK(line[20] != ' ');
    }
    CHECK(facts > 5);
}

TEST_CASE("podium run: no line is wider than COLUMNS, and nothing is lost by it") {
    const Folder folder("columns");
    folder.write("compose.yaml", kWebAndStore);
    for (const std::size_t columns : {20U, 40U, 60U, 80U, 100U, 120U}) {
        Start start;
        start.environment = {"COLUMNS=" + std::to_string(columns)};
        const Outcome run =
            run_podium(folder, {"run", "compose.yaml", "--kill", "web@1m", "--for", "2m"}, start);
        std::size_t from = 0;
        for (std::size_t end = run.out.find('\n'); end != std::string::npos;
             from = end + 1, end = run.out.find('\n', from)) {
            INFO(run.out.substr(from, end - from));
            CHECK(columns_of(run.out.substr(from, end - from)) <= columns);
        }
    }
}

TEST_CASE(
    "podium run: the same file, seed and commands give the same output, saved, replayed and asked "
    "about") {
    const Folder folder("same");
    folder.write("compose.yaml", kNginxOnly);
    const std::vector<std::string> arguments{"run",
                                             "compose.yaml",
                                             "--kill",
                                             "web@20s",
                                             "--for",
                                             "1m",
                                             "--save",
                                             "a.podium",
                                             "--json",
                                             "a.jsonl"};
    const Outcome first = run_podium(folder, arguments);
    CHECK(first.status == 0);
    const std::string facts = folder.read("a.jsonl");
    CHECK(lines_of(facts) > 10);
    CHECK(says(facts, "\"cause\":"));
    CHECK(run_podium(folder, arguments).out == first.out);
    CHECK(folder.read("a.jsonl") == facts);
    CHECK(run_podium(folder,
                     {"run", "compose.yaml", "--kill", "web@20s", "--for", "1m", "--json", "-"})
              .out == facts);
    const Outcome replay = run_podium(folder, {"replay", "a.podium", "--json", "-"});
    CHECK(replay.status == 0);
    CHECK(replay.out == facts);
    CHECK(says(run_podium(folder, {"replay", "a.podium", "--quiet"}).out,
               "the same as when it was saved"));
    CHECK(says(run_podium(folder, {"why", "web", "--run", "a.podium"}).out,
               "A fault was injected, on purpose: kill web."));
    const Outcome changed = run_podium(folder, {"run", "a.podium", "--kill", "web@40s"});
    CHECK(changed.status == 0);
    CHECK(says(changed.out, "20.000s  web"));
    CHECK(says(changed.out, "40.000s  web"));
}

TEST_CASE("podium run: a saved run that is changed is as long as it was, but for a minute after what is added") {
    const Folder folder("longer");
    folder.write("compose.yaml", kNginxOnly);
    REQUIRE(run_podium(folder, {"run", "compose.yaml", "--quiet", "--do", "true @1m59s", "--for", "2m", "--save", "a.podium"}).status == 0);
    REQUIRE(run_podium(folder, {"run", "a.podium", "--quiet", "--kill", "web@20s", "--save", "b.podium"}).status == 0);
    CHECK(says(folder.read("b.podium"), "\"end_ns\": 120000000000,"));
    REQUIRE(run_podium(folder, {"run", "b.podium", "--quiet", "--kill", "web@1m30s", "--save", "c.podium"}).status == 0);
    CHECK(says(folder.read("c.podium"), "\"end_ns\": 150000000000,"));
}

TEST_CASE("podium replay: a run whose facts are others is told of with status 1") {
    const Folder folder("other");
    folder.write("compose.yaml", kNginxOnly);
    run_podium(folder, {"run", "compose.yaml", "--for", "1m", "--save", "a.podium", "--quiet"});
    std::string text = folder.read("a.podium");
    const std::size_t seed = text.find("\"fingerprint\": \"") + 16;
    text[seed] = text[seed] == '0' ? '1' : '0';
    folder.write("b.podium", text);
    const Outcome replay = run_podium(folder, {"replay", "b.podium", "--quiet"});
    CHECK(replay.status == 1);
    CHECK(says(replay.error, "the facts are not those of the saved run"));
}

TEST_CASE("podium run: --quiet prints the summary only, --detail more than without") {
    const Folder folder("quiet");
    folder.write("compose.yaml", kNginxOnly);
    const Outcome quiet = run_podium(folder, {"run", "compose.yaml", "--quiet", "--for", "1m"});
    CHECK(quiet.out.starts_with("SERVICE"));
    CHECK(lines_of(quiet.out) == 2);
    const Outcome plain = run_podium(folder, {"run", "compose.yaml", "--for", "1m"});
    const Outcome detail = run_podium(folder, {"run", "compose.yaml", "--for", "1m", "--detail"});
    CHECK(says(detail.out, "network created"));
    CHECK_FALSE(says(plain.out, "network created"));
    CHECK_FALSE(says(plain.out, "\x1b["));
}

TEST_CASE("podium run: without --for it ends when nothing more would happen") {
    const Folder folder("quiet_end");
    folder.write("compose.yaml",
                 "services:\n  job:\n    image: busybox\n    command: [sleep, '5']\n");
    const Outcome run = run_podium(folder, {"run", "compose.yaml"});
    CHECK(says(run.out, "Quiet: nothing more would happen after"));
    CHECK(says(run.out, "exited with status 0"));
}

TEST_CASE("podium run: a reader that goes away is no failure, and the run is saved all the same") {
    const Folder folder("closed");
    folder.write("compose.yaml", kWebAndStore);
    Start start;
    start.close_output_early = true;
    const Outcome run = run_podium(folder,
                                   {"run",
                                    "compose.yaml",
                                    "--speed",
                                    "1x",
                                    "--for",
                                    "30m",
                                    "--fault",
                                    "crash-loop web @1m",
                                    "--save",
                                    "a.podium"},
                                   start);
    CHECK(run.status == 0);
    CHECK(folder.has("a.podium"));
    CHECK(run_podium(folder, {"why", "web"}).status == 0);
}

TEST_CASE(
    "podium run: Ctrl-C stops a paced run, keeps what has happened, and ends by that signal") {
    const Folder folder("interrupt");
    folder.write("compose.yaml", kWebAndStore);
    Start start;
    start.interrupt_after_milliseconds = 300;
    const Outcome run = run_podium(
        folder,
        {"run", "compose.yaml", "--speed", "1x", "--save", "a.podium", "--json", "a.jsonl"},
        start);
    CHECK(run.status == 128 + 2);
    CHECK(says(run.error, "interrupted at"));
    CHECK(says(run.out, "Interrupted after"));
    CHECK(lines_of(folder.read("a.jsonl")) > 0);
    CHECK(run_podium(folder, {"replay", "a.podium", "--quiet"}).status == 0);
    CHECK(run_podium(folder, {"why", "web"}).status == 0);
}

TEST_CASE("podium run --json: its rows have the keys that docs facts lists, and words for codes") {
    const Folder folder("rows");
    folder.write("compose.yaml", kWebAndStore);
    const Outcome run = run_podium(
        folder, {"run", "compose.yaml", "--kill", "web@1m", "--for", "2m", "--json", "-"});
    CHECK(run.status == 0);
    const auto row_with = [&run](const std::string& part) {
        const std::size_t found = run.out.find(part);
        if (found == std::string::npos) return std::string();
        const std::size_t begin = run.out.rfind('\n', found) + 1;
        return run.out.substr(begin, run.out.find('\n', found) - begin);
    };
    const std::string die = row_with("\"action\":\"die\"");
    CHECK(says(die, "\"exitCode\":\"137\""));
    CHECK(says(die, "\"how\":\"signalled\""));
    CHECK(says(die, "\"decision\":\"restart\""));
    CHECK(says(row_with("\"action\":\"start\""), "\"reason\":\"request\""));
    CHECK(says(run.out, "\"reason\":\"restart-policy\""));
    CHECK(says(run.out, "\"type\":\"cmd\",\"node\""));
    // Each has why: its own, or what it came of.
    CHECK(lines_of(run.out) > 15);
    for (std::size_t begin = 0; begin < run.out.size(); begin = run.out.find('\n', begin) + 1) {
        const std::string row = run.out.substr(begin, run.out.find('\n', begin) - begin);
        INFO(row);
        CHECK(says(row, ",\"cause\":"));
        CHECK((says(row, ",\"why\":\"") && !says(row, ",\"why\":\"\"")));
    }
    CHECK(says(row_with("\"type\":\"command\""), "\"why\":\"nothing before it in the run\""));
    CHECK(says(row_with("\"obj\":\"network\",\"action\":\"create\""), "\"why\":\"it came of: "));
}

TEST_CASE("podium run: what its lines came to is told at the end, and fails the run") {
    const Folder folder("lines");
    folder.write("compose.yaml", kWebAndStore);
    const Outcome run = run_podium(folder,
                                   {"run",
                                    "compose.yaml",
                                    "--quiet",
                                    "--for",
                                    "5m",
                                    "--do",
                                    "bogus @1s",
                                    "--do",
                                    "sleep 100000 @3m",
                                    "--do",
                                    "date @4m"});
    INFO(run.error);
    CHECK(run.status == 1);
    CHECK(says(run.error, "--do 'bogus @1s' was run at "));
    CHECK(says(run.error, ": until then the terminal was held by 'docker compose -f compose.yaml up -d'"));
    CHECK(says(run.error, "--do 'bogus @1s' ended with status 127: "));
    CHECK(says(run.error,
               "--do 'date @4m' was not run by the end: until then the terminal was held by 'sleep "
               "100000'"));
    CHECK_FALSE(says(run.error, "'sleep 100000 @3m' "));
    const Outcome well =
        run_podium(folder, {"run", "compose.yaml", "--quiet", "--for", "5m", "--do", "date @3m"});
    CHECK(well.status == 0);
    CHECK_FALSE(says(well.error, "--do"));
}

TEST_CASE(
    "podium run --quiet: a fault that found nothing and a project that did not come up are told") {
    const Folder folder("missed");
    folder.write("compose.yaml", kWebAndStore);
    const Outcome missed = run_podium(folder,
                                      {"run",
                                       "compose.yaml",
                                       "--quiet",
                                       "--for",
                                       "2m",
                                       "--do",
                                       "date @1m",
                                       "--kill",
                                       "nosuch@30s"});
    INFO(missed.error);
    CHECK(missed.status == 0);
    CHECK(says(missed.error, "the fault 'kill nosuch' at 30.000s found nothing to break"));
    const Outcome removed = run_podium(folder,
                                       {"run",
                                        "compose.yaml",
                                        "--quiet",
                                        "--for",
                                        "2m",
                                        "--remove",
                                        "web@20s",
                                        "--remove",
                                        "web@30s",
                                        "--fault",
                                        "memory-leak web.1 @40s..50s",
                                        "--fault",
                                        "crash-loop web.1 @40s"});
    INFO(removed.error);
    CHECK(removed.status == 0);
    CHECK(!says(removed.error, "web@20s"));
    CHECK(says(removed.error, "--remove 'web@30s' found nothing to remove"));
    CHECK(
        says(removed.error, "the fault 'memory-leak web.1' at 50.000s found nothing to break: web.1 was not there while it lasted"));
    CHECK(says(removed.error, "the fault 'crash-loop web.1' found nothing to break by the end"));
    folder.write("named.yaml", "services: {web: {image: nginx, container_name: front}}\n");
    const Outcome named = run_podium(folder,
                                     {"run",
                                      "named.yaml",
                                      "--quiet",
                                      "--for",
                                      "2m",
                                      "--remove",
                                      "front@40s",
                                      "--remove",
                                      "front@50s",
                                      "--fault",
                                      "crash-loop web after=1m @10s..30s",
                                      "--fault",
                                      "failing-health later @10s..30s",
                                      "--do",
                                      "docker run -d --name later busybox sleep 100 @20s"});
    INFO(named.error);
    CHECK(!says(named.error, "front@40s"));
    CHECK(says(named.error, "--remove 'front@50s' found nothing to remove"));
    CHECK(says(named.error, "'crash-loop web after=1m' at 30.000s found nothing to break: web never ran as long as it wants"));
    CHECK(says(named.error, "'failing-health later' at 30.000s found nothing to break: later had no health check"));
    // A service is also called with its project before it.
    folder.write("shop.yaml", "name: shop\nservices: {web: {image: nginx}}\n");
    const Outcome whole = run_podium(folder, {"run", "shop.yaml", "--quiet", "--for", "1m", "--kill", "shop/web.1@20s", "--remove", "shop/web@30s", "--remove", "shop/web@40s"});
    INFO(whole.error);
    CHECK(whole.status == 0);
    CHECK(!says(whole.error, "kill shop/web.1"));
    CHECK(!says(whole.error, "shop/web@30s"));
    CHECK(says(whole.error, "--remove 'shop/web@40s' found nothing to remove"));
    for (const char* target : {"shop/web.9", "shop/web.0"}) {
        const Outcome beyond = run_podium(folder, {"run", "shop.yaml", "--quiet", "--kill", std::string(target) + "@20s"});
        CHECK(beyond.status == 2);
        CHECK(says(beyond.error, std::string("there is no ") + target + " in this project (there is web.1)"));
    }
    // Containers are not, nor is a service called with another project's name, or with more before it.
    for (const std::string target : {"shop/shop-web-1", "shop/web.1.1", "a/shop/web", "blog/web", "Shop/web", "/web", "shop/"}) {
        INFO(target);
        for (const char* option : {"--kill", "--remove"}) {
            const Outcome refused = run_podium(folder, {"run", "shop.yaml", "--quiet", option, target + "@45s"});
            CHECK(refused.status == 2);
            CHECK(says(refused.error, "there is no service or container '" + target + "' in this project"));
        }
    }
    // What a saved run's projects are called is not known before it runs, but how projects can be.
    CHECK(run_podium(folder, {"run", "shop.yaml", "--quiet", "--for", "30s", "--save", "shop.podium"}).status == 0);
    CHECK(run_podium(folder, {"run", "shop.podium", "--quiet", "--kill", "shop/web@20s"}).status == 0);
    for (const std::string target : {"shop/shop-web-1", "a/shop/web", "Shop/web", "/web"}) {
        INFO(target);
        const Outcome refused = run_podium(folder, {"run", "shop.podium", "--quiet", "--kill", target + "@20s"});
        CHECK(refused.status == 2);
        CHECK(says(refused.error, "there is no service or container '" + target + "' in this project"));
    }
    folder.write(
        "taken.yaml",
        "services:\n  a:\n    image: nginx\n    ports: [\"80:80\"]\n  b:\n    image: nginx\n    "
        "ports: [\"80:80\"]\n");
    const Outcome down = run_podium(folder, {"run", "taken.yaml", "--quiet"});
    INFO(down.error);
    CHECK(down.status == 1);
    CHECK(says(down.error,
               "the project did not come up: 'docker compose -f taken.yaml up -d' ended with"));
    CHECK(says(down.error, "port is already allocated"));
}

TEST_CASE("podium run: clients from outside bring the link that a fault breaks") {
    const Folder folder("outside");
    folder.write("compose.yaml", kWebAndStore);
    const Outcome run = run_podium(folder,
                                   {"run",
                                    "compose.yaml",
                                    "--for",
                                    "1m",
                                    "--fault",
                                    "loss host rate=50% @20s..30s",
                                    "--fault",
                                    "failing-health web @40s..50s",
                                    "--traffic",
                                    "web:8080 rate=5/s from=outside @10s..50s"});
    INFO(run.out << run.error);
    CHECK(run.status == 0);
    CHECK(says(run.out, "fault: loss rate=50%"));
    CHECK_FALSE(says(run.error, "loss host"));
    CHECK(says(run.out, "but there was nothing to break: web has no health check that could fail"));
    CHECK(says(run.error, "found nothing to break: web has no health check that could fail"));
}

TEST_CASE(
    "podium: a saved run is known by what it holds, and shows its summary when it is run again") {
    const Folder folder("known");
    folder.write("compose.yaml", kNginxOnly);
    REQUIRE(run_podium(folder, {"run", "compose.yaml", "--quiet", "--for", "1m", "--save", "x.txt"})
                .status == 0);
    const Outcome again = run_podium(folder, {"run", "x.txt"});
    INFO(again.out << again.error);
    CHECK(again.status == 0);
    CHECK(says(again.out, "the same as when it was saved"));
    CHECK(says(again.out, "SERVICE"));
}

TEST_CASE("podium: without a home it keeps its state in a folder of the user's alone") {
    const Folder folder("homeless");
    folder.write("compose.yaml", kNginxOnly);
    Start start;
    start.environment = {"HOME=", "XDG_STATE_HOME=", "TMPDIR=" + folder.path()};
    const std::string state = "podium-state-" + std::to_string(geteuid());
    const std::vector<std::string> run{"run", "compose.yaml", "--quiet", "--for", "1m"};
    CHECK(run_podium(folder, run, start).status == 0);
    REQUIRE(folder.has(state + "/last.podium"));

    struct stat found {};

    REQUIRE(stat((folder.path() + "/" + state).c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0700);
    CHECK(run_podium(folder, {"why", "web"}, start).status == 0);
    // Somebody else's link.
    const Folder other("homeless_link");
    other.write("compose.yaml", kNginxOnly);
    start.environment.back() = "TMPDIR=" + other.path();
    REQUIRE(symlink(folder.path().c_str(), (other.path() + "/" + state).c_str()) == 0);
    CHECK(says(run_podium(other, run, start).error, "this is no folder of yours alone"));
    CHECK(run_podium(other, {"why", "web"}, start).status == 2);
    CHECK_FALSE(folder.has("last.podium"));
}

TEST_CASE("podium: standard output that can't be written to is said, with status 2") {
    const Folder folder("full");
    Start start;
    start.output_to = "/dev/full";
    const Outcome faults = run_podium(folder, {"faults"}, start);
    CHECK(faults.status == 2);
    CHECK(says(faults.error, "No space left on device"));
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"--version"}, {"run", "--help"}, {"shell"}}) {
        start.input = "echo one\nfalse\ntrue\n";
        const Outcome other = run_podium(folder, words, start);
        CHECK(other.status == 2);
        CHECK(says(other.error, "No space left on device"));
    }
}
