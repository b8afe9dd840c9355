// Scheduling policies from outside: --scheduler of run, shell and compare, and the word scheduler.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

using namespace podium::cli::testing;

namespace {

constexpr const char* kHosts =
    "swarm: formed\n"
    "hosts:\n"
    "  - {name: boss, cpus: 2, memory: 4GiB, disk: 32GiB, role: manager}\n"
    "  - {name: ann, cpus: 2, memory: 4GiB, disk: 32GiB}\n"
    "  - {name: bob, cpus: 2, memory: 4GiB, disk: 32GiB}\n";

constexpr const char* kPlacedProject =
    "services:\n"
    "  web:\n"
    "    image: nginx\n"
    "    deploy: {replicas: 4}\n";

constexpr const char* kOnBob =
    "function score(task, host) return host.name == 'bob' and 1 or 0 end\n";
constexpr const char* kOnAnn =
    "function score(task, host) return host.name == 'ann' and 1 or 0 end\n";
constexpr const char* kFails = "function score(task, host)\n  return host.labels.weight + 1\nend\n";
constexpr const char* kNodes =
    "docker service ps web --filter desired-state=running --format '{{.Node}}'\n";

constexpr const char* kPlacedScenario =
    "scenario{duration = '1m'}\n"
    "images{'nginx:latest'}\n"
    "cluster('hosts.yaml')\n"
    "at('5s', function() sh 'docker service create -d --name web --replicas 4 --reserve-cpu 0.5 "
    "nginx' end)\n"
    "at(between('10s', '20s'), function() power_loss 'bob' end)\n"
    "at('8s', function() traffic('boss:8080', {rate = '5/s', lasts = '40s'}) end)\n";

Start typed(const std::string& lines) {
    Start start;
    start.input = lines;
    return start;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

void write_all(const Folder& folder) {
    folder.write("hosts.yaml", kHosts);
    folder.write("compose.yaml", kPlacedProject);
    folder.write("bob.lua", kOnBob);
    folder.write("ann.lua", kOnAnn);
    folder.write("fails.lua", kFails);
    folder.write("place.lua", kPlacedScenario);
}

std::vector<std::string> stack_run(const std::vector<std::string>& more) {
    std::vector<std::string> out{
        "run", "compose.yaml", "--cluster", "hosts.yaml", "--with", "stack"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
}

TEST_CASE("podium run --scheduler: the policy places the stack, and the saved run needs no file") {
    const Folder folder("scheduler_run");
    write_all(folder);
    const Outcome run = run_podium(
        folder, stack_run({"--scheduler", "bob.lua", "--save", "run.podium", "--for", "1m"}));
    INFO(run.out << run.error);
    CHECK(run.status == 0);
    CHECK(count_of(folder.read("run.podium"), "host.name == 'bob'") == 1);
    folder.write("bob.lua", "nothing that could be read");
    const Outcome replay = run_podium(folder, {"replay", "run.podium", "--quiet"});
    CHECK(replay.status == 0);
    CHECK(says(replay.out, "the same as when it was saved"));
    const Outcome where = run_podium(
        folder,
        {"shell", "run.podium"},
        typed("docker node ps bob --filter desired-state=running --format '{{.Node}}'\n"));
    INFO(where.out << where.error);
    CHECK(count_of(where.out, "\nbob") == 4);
}

TEST_CASE(
    "podium run --scheduler: an error while it places stops the run, and nothing of it is lost") {
    const Folder folder("scheduler_error");
    write_all(folder);
    const Outcome run =
        run_podium(folder, stack_run({"--scheduler", "fails.lua", "--save", "run.podium"}));
    INFO(run.out << run.error);
    CHECK(run.status == 2);
    CHECK(count_of(run.error, "\n") == 1);
    CHECK(says(run.error, "the run stopped at "));
    CHECK(says(run.error,
               "fails.lua:2: attempt to perform arithmetic on a nil value (field 'weight') (mend "
               "it there; podium docs lua"));
    CHECK(says(run.out, "$ docker stack deploy"));
    CHECK(says(run.out, "Stopped after "));
    CHECK(run_podium(folder, {"replay", "run.podium", "--quiet"}).status == 0);
    CHECK(run_podium(folder, {"why", "boss"}).status == 0);  // it was kept
    // Another policy goes on from there.
    const Outcome on = run_podium(folder,
                                  {"shell", "run.podium", "--scheduler", "ann.lua"},
                                  typed("wait 10s\ndocker service ls --format '{{.Replicas}}'\n"));
    INFO(on.out << on.error);
    CHECK(on.status == 0);
    CHECK(says(on.out, "4/4"));
}

TEST_CASE("podium run SCENARIO --scheduler: an error while it places keeps the run, too") {
    const Folder folder("scheduler_scenario");
    write_all(folder);
    const Outcome run = run_podium(
        folder, {"run", "place.lua", "--scheduler", "fails.lua", "--save", "run.podium"});
    INFO(run.out << run.error);
    CHECK(run.status == 2);
    CHECK(count_of(run.error, "\n") == 1);
    CHECK(says(run.error, "fails.lua:2: "));
    CHECK(says(run.out, "docker service create"));
    CHECK(run_podium(folder, {"replay", "run.podium", "--quiet"}).status == 0);
}

TEST_CASE("podium run SCENARIO --scheduler: a policy that places nothing fails the scenario's checks, and is no error of it") {
    const Folder folder("scheduler_nothing");
    folder.write("nothing.lua", "function filter(task, host) return false end\nfunction score(task, host) return 0 end\n");
    const std::pair<std::string, std::string> scenarios[] = {
        {"swarm/drain", "a copy of web has ended and another one started"},
        {"swarm/rolling-update", "the update has come to its end before the requests do"},
        {"swarm/moved-database", "the database runs on swarm-curly or swarm-moe"},
    };
    for (const auto& [scenario, check] : scenarios) {
        INFO(scenario);
        const Outcome run = run_podium(folder, {"run", scenario, "--scheduler", "nothing.lua"});
        INFO(run.out << run.error);
        CHECK(run.status == 1);
        CHECK(run.error.empty());
        CHECK(says(run.out, "failed       " + check));
    }
}

TEST_CASE("podium shell: scheduler places what comes later by another policy") {
    const Folder folder("scheduler_shell");
    write_all(folder);
    const Outcome shell =
        run_podium(folder,
                   {"shell", "--cluster", "hosts.yaml", "--scheduler", "bob.lua"},
                   typed(std::string("docker service create -d --name web --replicas 2 nginx\nwait "
                                     "5s\nscheduler ann.lua\n"
                                     "docker service scale -d web=5\nwait 5s\n") +
                         kNodes + "scheduler\nscheduler nosuch.lua\ntrue && scheduler ann.lua\n"));
    INFO(shell.out << shell.error);
    CHECK(says(shell.out, "on tasks are placed by ann.lua.\n"));
    CHECK(count_of(shell.out, "\nbob") == 2);
    CHECK(count_of(shell.out, "\nann") == 3);
    CHECK(says(shell.error, "scheduler stands alone on its line"));
    CHECK(
        says(shell.error,
             "'nosuch.lua' is neither a scheduling policy's file nor one that comes with Podium"));
    CHECK(says(shell.error, "reads a file of yours, not of this host"));
    CHECK(run_podium(folder, {"why", "web.3"}).status == 0);
}

TEST_CASE("podium shell: a policy that fails ends a script with its sentence, status 2") {
    const Folder folder("scheduler_shell_error");
    write_all(folder);
    const Outcome shell =
        run_podium(folder,
                   {"shell", "--cluster", "hosts.yaml", "--scheduler", "fails.lua"},
                   typed("docker service create -d --name web nginx\nwait 5s\necho never\n"));
    INFO(shell.out << shell.error);
    CHECK(shell.status == 2);
    CHECK(says(shell.error, "fails.lua:2: "));
    CHECK_FALSE(says(shell.out, "never"));
}

TEST_CASE("podium shell: at a prompt a mended policy lets the run go on") {
    const Folder folder("scheduler_prompt");
    write_all(folder);
    Screen screen(folder,
                  {"shell", "--cluster", "hosts.yaml", "--scheduler", "fails.lua", "--speed", "0"});
    CHECK(screen.shows("# "));
    screen.type("docker service create -d --name web nginx\r");
    CHECK(screen.shows("# "));
    screen.type("wait 5s\r");
    CHECK(screen.shows("scheduler FILE.lua (or spread) goes on with another policy"));
    folder.write("fails.lua", kOnAnn);
    screen.type("scheduler fails.lua\r");
    CHECK(screen.shows("on tasks are placed by fails.lua"));
    screen.type("docker service ls --format '{{.Replicas}}'\r");
    CHECK(screen.shows("1/1"));
}

TEST_CASE("podium compare --scheduler: schedulers are variants, and one core writes what two do") {
    const Folder folder("scheduler_compare");
    write_all(folder);
    const std::vector<std::string> compare{
        "compare", "--scheduler", "spread", "--scheduler", "bob.lua", "--seeds", "3", "place.lua"};
    const auto with = [&](std::vector<std::string> more) {
        std::vector<std::string> all = compare;
        all.insert(all.end(), more.begin(), more.end());
        return run_podium(folder, all);
    };
    const Outcome one =
        with({"--jobs", "1", "--json", "one.json", "--csv", "one.csv", "--runs-csv", "runs1.csv"});
    INFO(one.out << one.error);
    CHECK(one.status == 0);
    const Outcome two =
        with({"--jobs", "2", "--json", "two.json", "--csv", "two.csv", "--runs-csv", "runs2.csv"});
    CHECK(one.out == two.out);
    CHECK(folder.read("one.json") == folder.read("two.json"));
    CHECK(folder.read("one.csv") == folder.read("two.csv"));
    CHECK(folder.read("runs1.csv") == folder.read("runs2.csv"));
    for (const char* part : {"place.lua: 2 variants",
                             "HOSTS USED",
                             "UTILISATION, %",
                             "PENDING TIME, s",
                             "MOVES",
                             "AVAILABILITY",
                             "LOST REQUESTS",
                             "scheduler=spread",
                             "scheduler=bob.lua",
                             "DIFFERENCE is to scheduler=spread"})
        CHECK(says(one.out, part));
    CHECK(says(folder.read("one.csv"), "outcome,service,scheduler,runs"));
    CHECK(says(folder.read("one.csv"), "\nhosts_used,,bob.lua,3,"));
    CHECK(says(folder.read("one.json"), "podium run place.lua --scheduler bob.lua"));
    // The single run that it names is the same one.
    CHECK(
        run_podium(folder, {"run", "place.lua", "--scheduler", "bob.lua", "--seed", "2"}).status ==
        0);
}

TEST_CASE("podium compare: without a swarm nothing is told of placement") {
    const Folder folder("scheduler_no_swarm");
    folder.write("plain.lua",
                 "scenario{duration = '5s'} local p = param('p', 'a') images{'nginx:latest'} "
                 "compose_text('services: {web: {image: nginx}}')");
    const Outcome compare = run_podium(
        folder,
        {"compare", "plain.lua", "--set", "p=a", "--set", "p=b", "--seeds", "1", "--csv", "-"});
    INFO(compare.out << compare.error);
    CHECK(compare.status == 0);
    CHECK_FALSE(says(compare.out, "hosts_used"));
    CHECK_FALSE(says(
        run_podium(folder, {"compare", "plain.lua", "--set", "p=a", "--set", "p=b", "--seeds", "1"})
            .out,
        "moves"));
}

TEST_CASE("podium --scheduler: what is wrong is told in one sentence, status 2, before anything runs") {
    const Folder folder("scheduler_refused");
    write_all(folder);
    folder.write("broken.lua", "function score(task, host\n");
    folder.write("empty.lua", "");
    folder.write("plain.lua",
                 "scenario{duration = '5s'} images{'nginx:latest'} compose_text('services: {web: "
                 "{image: nginx}}')");
    run_podium(folder, stack_run({"--save", "saved.podium", "--for", "20s"}));
    const std::pair<std::vector<std::string>, std::string> cases[] = {
        {stack_run({"--scheduler", "broken.lua"}), "broken.lua:"},
        {stack_run({"--scheduler", "empty.lua"}), "it defines neither filter nor score"},
        {stack_run({"--scheduler", "nosuch.lua"}),
         "'nosuch.lua' is neither a scheduling policy's file"},
        {stack_run({"--scheduler", "consolidat"}), "did you mean consolidate?"},
        {stack_run({"--scheduler", "bob.lua", "--scheduler", "ann.lua"}),
         "a run has one --scheduler"},
        {{"run", "compose.yaml", "--scheduler", "bob.lua"},
         "--scheduler places the tasks of a swarm"},
        {{"run",
          "compose.yaml",
          "--cluster",
          "hosts.yaml",
          "--with",
          "compose",
          "--scheduler",
          "bob.lua"},
         "--scheduler places the tasks of a swarm"},
        {{"run", "saved.podium", "--scheduler", "bob.lua"}, "a saved run has its scheduler in it"},
        {{"run", "plain.lua", "--scheduler", "bob.lua", "--quiet"},
         "no swarm was formed in this run"},
        {{"compare", "place.lua", "--scheduler", "bob.lua"}, "there is only one variant"},
        {{"compare", "place.lua", "--scheduler", "bob.lua", "--scheduler", "bob.lua"},
         "--scheduler bob.lua is given twice"},
        {{"compare", "place.lua", "--scheduler", "spread", "--scheduler", "broken.lua"},
         "broken.lua:"},
        {{"compare",
          "place.lua",
          "--scheduler",
          "spread",
          "--scheduler",
          "fails.lua",
          "--seeds",
          "2"},
         "fails.lua:2: with scheduler=fails.lua and seed 1: attempt to"},
        {{"compare",
          "place.lua",
          "--scheduler",
          "spread",
          "--scheduler",
          "bob.lua",
          "--csv",
          "bob.lua"},
         "this file is what is run"},
        {{"shell", "--cluster", "hosts.yaml", "--scheduler", "broken.lua"}, "broken.lua:"},
    };
    for (const auto& [arguments, sentence] : cases) {
        const Outcome outcome = run_podium(folder, arguments);
        std::string line;
        for (const std::string& argument : arguments)
            line += argument + " ";
        INFO(line << "\n" << outcome.out << outcome.error);
        CHECK(outcome.status == 2);
        CHECK(count_of(outcome.error, "\n") == 1);
        CHECK(says(outcome.error, sentence));
    }
}

TEST_CASE("podium docs lua has the table of what a policy sees") {
    const Folder folder("scheduler_docs");
    const std::string docs = run_podium(folder, {"docs", "lua"}).out;
    for (const char* part : {"Scheduling policies",
                             "function filter(task, host)",
                             "task.slot",
                             "host.free_cpus",
                             "host.outages",
                             "scheduler(\"mine.lua\")"})
        CHECK(says(docs, part));
    CHECK(says(run_podium(folder, {"docs", "outcomes"}).out, "utilisation_percent"));
    CHECK(says(run_podium(folder, {"docs", "words"}).out, "scheduler FILE.lua"));
}

}  // namespace
