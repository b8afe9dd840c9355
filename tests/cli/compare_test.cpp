// podium compare and podium run --seeds from outside.

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

using namespace podium::cli::testing;

namespace {

// A crash at a moment of the seed's, with requests all the while.
constexpr const char* kScenario = R"(scenario{duration = "40s"}
local policy = param("policy", "no", {"no", "always"})
local rate = param("rate", 10)
images{"nginx:latest"}
compose_text([[
services:
  web:
    image: nginx
    restart: ${POLICY}
    ports: ["8080:80"]
]], {environment = {POLICY = policy}})
local web = service "web"
at(between("5s", "20s"), function() kill "web" end)
at("2s", function() traffic("web:8080", {rate = rate .. "/s", lasts = "30s"}) end)
stable(function() return web:running() end, "5s", "it runs at the end")
)";

constexpr const char* kProject =
    "services:\n"
    "  web:\n"
    "    image: nginx\n"
    "    restart: always\n";

std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
    std::vector<std::vector<std::string>> out;
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) {
        out.emplace_back();
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, ',');)
            out.back().push_back(cell);
        if (line.ends_with(",")) out.back().emplace_back();
    }
    return out;
}

// The cell of a CSV's row under a heading.
std::string cell(const std::vector<std::vector<std::string>>& rows,
                 std::size_t row,
                 const std::string& heading) {
    const auto found = std::find(rows.front().begin(), rows.front().end(), heading);
    REQUIRE(found != rows.front().end());
    return rows.at(row).at(static_cast<std::size_t>(found - rows.front().begin()));
}

// What follows `"failed":` in the last row of a run's JSON that is about traffic.
std::string failed_requests(const std::string& json) {
    const std::size_t at = json.rfind("\"failed\":");
    REQUIRE(at != std::string::npos);
    return json.substr(at + 9, json.find(',', at) - at - 9);
}

std::vector<std::string> compare(const std::vector<std::string>& more) {
    std::vector<std::string> out{
        "compare", "crash.lua", "--set", "policy=no", "--set", "policy=always"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
}

}  // namespace

TEST_CASE("podium compare: its numbers are those of the single runs, and of their statistics") {
    const Folder folder("compare_numbers");
    folder.write("crash.lua", kScenario);
    const Outcome outcome = run_podium(
        folder,
        compare({"--seeds", "4", "--seed", "3", "--csv", "table.csv", "--runs-csv", "runs.csv"}));
    CHECK(outcome.status == 1);  // under policy=no it does not run at the end
    CHECK(outcome.error.empty());
    CHECK(says(outcome.out, "crash.lua: 2 variants, each with seeds 3–6: 8 runs.\n"));
    const auto runs = rows_of(folder.read("runs.csv"));
    REQUIRE(runs.size() == 9);
    double difference = 0;
    double squares = 0;
    std::vector<double> lost;
    for (std::size_t row = 1; row < runs.size(); ++row) {
        const std::string policy = cell(runs, row, "policy");
        const std::string seed = cell(runs, row, "seed");
        CHECK(policy == (row <= 4 ? "no" : "always"));
        CHECK(seed == std::to_string(3 + (row - 1) % 4));
        const Outcome single = run_podium(
            folder,
            {"run", "crash.lua", "--set", "policy=" + policy, "--seed", seed, "--json", "-"});
        CHECK(single.status == (policy == "no" ? 1 : 0));
        CHECK(cell(runs, row, "lost_requests") == failed_requests(single.out));
        CHECK(cell(runs, row, "restarts") == (policy == "no" ? "0" : "1"));
        CHECK(cell(runs, row, "failed_checks") == (policy == "no" ? "it runs at the end" : ""));
        lost.push_back(std::stod(cell(runs, row, "lost_requests")));
    }
    for (std::size_t i = 0; i < 4; ++i)
        difference += (lost[4 + i] - lost[i]) / 4;
    for (std::size_t i = 0; i < 4; ++i)
        squares += std::pow(lost[4 + i] - lost[i] - difference, 2);
    const double reach = 3.182446 * std::sqrt(squares / 3) / 2;  // t with 3 degrees of freedom
    CHECK(reach > 1);  // the seeds differ, and so do the pairs
    const auto table = rows_of(folder.read("table.csv"));
    bool found = false;
    for (std::size_t row = 1; row < table.size(); ++row) {
        if (table[row][0] != "lost_requests" || cell(table, row, "policy") != "always") continue;
        found = true;
        CHECK(cell(table, row, "pairs") == "4");
        CHECK(std::stod(cell(table, row, "mean")) ==
              Approx((lost[4] + lost[5] + lost[6] + lost[7]) / 4));
        CHECK(std::stod(cell(table, row, "difference")) == Approx(difference));
        CHECK(std::stod(cell(table, row, "difference_low")) == Approx(difference - reach));
        CHECK(std::stod(cell(table, row, "difference_high")) == Approx(difference + reach));
    }
    CHECK(found);
}

TEST_CASE("podium compare: one job and many write the same bytes, and a pipe sees no progress") {
    const Folder folder("compare_jobs");
    folder.write("crash.lua", kScenario);
    const auto with_jobs = [&folder](const std::string& jobs) {
        return run_podium(folder,
                          compare({"--seeds",
                                   "5",
                                   "--services",
                                   "--jobs",
                                   jobs,
                                   "--csv",
                                   "table" + jobs,
                                   "--json",
                                   "all" + jobs,
                                   "--runs-csv",
                                   "runs" + jobs}));
    };
    const Outcome one = with_jobs("1");
    CHECK(one.error.empty());
    for (const std::string jobs : {"2", "7"}) {
        const Outcome many = with_jobs(jobs);
        CHECK(many.status == one.status);
        CHECK(many.out == one.out);
        CHECK(many.error.empty());
        for (const std::string file : {"table", "all", "runs"})
            CHECK(folder.read(file + jobs) == folder.read(file + "1"));
    }
    CHECK(folder.read("all1").size() > 1000);
    // Nor does it matter where the output goes.
    const Outcome piped =
        run_podium(folder, compare({"--seeds", "5", "--services", "--json", "-"}));
    CHECK(piped.out == folder.read("all1"));
    CHECK(run_podium(folder, compare({"--seeds", "5", "--services", "--csv", "-"})).out ==
          folder.read("table1"));
}

TEST_CASE(
    "podium compare: different names are crossed, and the first variant is what others differ "
    "from") {
    const Folder folder("compare_cross");
    folder.write("crash.lua", kScenario);
    const Outcome outcome = run_podium(
        folder, compare({"--set", "rate=5", "--set", "rate=20", "--seeds", "1", "--csv", "-"}));
    CHECK(outcome.status == 1);
    const auto rows = rows_of(outcome.out);
    REQUIRE(rows.size() == 1 + 7 * 4);
    const std::pair<const char*, const char*> order[] = {
        {"no", "5"}, {"no", "20"}, {"always", "5"}, {"always", "20"}};
    for (std::size_t row = 1; row < rows.size(); ++row) {
        CHECK(cell(rows, row, "policy") == order[(row - 1) % 4].first);
        CHECK(cell(rows, row, "rate") == order[(row - 1) % 4].second);
        // One seed: means and differences, and no intervals.
        CHECK(cell(rows, row, "pairs") == ((row - 1) % 4 == 0 ? "" : "1"));
        CHECK(cell(rows, row, "interval_low").empty());
        CHECK(cell(rows, row, "difference_low").empty());
    }
    const Outcome text = run_podium(folder, compare({"--seeds", "1"}));
    CHECK(says(text.out,
               "the interval is Student's t over the paired differences, and takes two pairs"));
    CHECK(says(text.out, "DIFFERENCE is to policy=no on the same seed"));
    // All means side by side, before each outcome's own table.
    CHECK(says(text.out, "\n\nMEAN OF ALL RUNS  AVAILABILITY, %  RESTARTS  "));
    CHECK(text.out.find("\npolicy=always ") < text.out.find("\nAVAILABILITY, %"));
}

TEST_CASE("podium compare: checks that fail are told with their seeds and how to see one") {
    const Folder folder("compare_failed");
    folder.write("crash.lua", kScenario);
    const Outcome outcome = run_podium(folder, compare({"--seeds", "3", "--seed", "7"}));
    CHECK(outcome.status == 1);
    CHECK(says(outcome.out,
               "CHECKS\n"
               "3 of 6 runs did not pass them all\n"
               "policy=no\n"
               "  it runs at the end: seeds 7–9\n"
               "  see one: podium run crash.lua --set policy=no --seed 7\n"));
    CHECK(says(outcome.out, "the recovery time of policy=no is a lower bound, and differences with it are not exact.\n"));
    // One alone differs from nothing.
    CHECK(says(run_podium(folder, {"run", "crash.lua", "--set", "policy=no", "--seeds", "2"}).out, "the recovery time of policy=no is a lower bound.\n"));
    // All well: status 0.
    const Outcome well = run_podium(folder,
                                    {"compare",
                                     "crash.lua",
                                     "--set",
                                     "policy=always",
                                     "--set",
                                     "rate=5",
                                     "--set",
                                     "rate=10",
                                     "--seeds",
                                     "2"});
    CHECK(well.status == 0);
    CHECK(says(well.out, "CHECKS\nall passed in 4 runs\n"));
}

TEST_CASE("podium compare: faults that a variant moves are told") {
    const Folder folder("compare_moved");
    folder.write("moved.lua",
                 "scenario{duration = \"20s\"}\n"
                 "local when = param(\"when\", \"5s\")\n"
                 "compose_text([[\nservices:\n  web:\n    image: nginx\n]])\n"
                 "at(when, function() slow_disk(\"host\") end)\n");
    const auto run = [&folder](const std::string& other) {
        return run_podium(
            folder,
            {"compare", "moved.lua", "--set", "when=5s", "--set", "when=" + other, "--seeds", "2"});
    };
    const std::string told =
        "Not all variants had the same faults at the same moments on seeds 1, 2";
    CHECK(says(run("6s").out, told));
    CHECK_FALSE(says(run("5000ms").out, told));
    CHECK(says(run("6s").out, "All seeds came out alike"));
}

TEST_CASE(
    "podium run --seeds: the distribution, the seeds that failed, and the command that shows one") {
    const Folder folder("seeds");
    folder.write("crash.lua", kScenario);
    const Outcome outcome = run_podium(
        folder, {"run", "crash.lua", "--set", "policy=no", "--seeds", "3", "--seed", "5"});
    CHECK(outcome.status == 1);
    CHECK(outcome.error.empty());
    CHECK(says(outcome.out, "crash.lua with policy=no: seeds 5–7, 3 runs.\n"));
    CHECK(says(outcome.out, "MEDIAN"));
    CHECK(says(outcome.out, "availability, %"));
    CHECK(says(outcome.out, "3 of 3 runs did not pass them all\n"));
    const std::string command = "podium run crash.lua --set policy=no --seed 5";
    CHECK(says(outcome.out, "  it runs at the end: seeds 5–7\n  see one: " + command + "\n"));
    CHECK(run_podium(folder, {"run", "crash.lua", "--set", "policy=no", "--seed", "5"}).status ==
          1);
    CHECK(
        run_podium(folder, {"run", "crash.lua", "--set", "policy=always", "--seeds", "2"}).status ==
        0);
    const Outcome one = run_podium(folder, {"run", "crash.lua", "--seeds", "1"});
    CHECK(says(one.out, "it takes two runs at least"));
}

TEST_CASE("podium run and compare: a script that has not come to its end is not decided, and the status is 1") {
    const Folder folder("cut_off");
    folder.write("cut.lua",
                 "scenario{duration = '20s'}\n"
                 "local long = param('long', '10s')\n"
                 "wait(long)\n"
                 "always(function() return true end, 'all is well')\n");
    const Outcome whole = run_podium(folder, {"run", "cut.lua"});
    CHECK(whole.status == 0);
    CHECK(says(whole.out, "1 of 1 check passed."));
    const Outcome cut = run_podium(folder, {"run", "cut.lua", "--set", "long=1m", "--quiet"});
    CHECK(cut.status == 1);
    CHECK(cut.error.empty());
    CHECK(says(cut.out, "not decided  the script comes to its end  (cut.lua:3)\n"));
    CHECK(says(cut.out, "    20.000s  it still waited (wait(long)) when the run ended; what comes after it was not done\n"));
    CHECK(says(cut.out, "0 of 1 check passed."));
    CHECK(says(run_podium(folder, {"run", "cut.lua", "--set", "long=1m", "--json", "-"}).out,
               R"("check":"script","name":"the script comes to its end")"));
    // So does a run that --for makes shorter than its script.
    CHECK(run_podium(folder, {"run", "cut.lua", "--for", "5s", "--quiet"}).status == 1);
    const Outcome seeds = run_podium(folder, {"run", "cut.lua", "--set", "long=1m", "--seeds", "2"});
    CHECK(seeds.status == 1);
    CHECK(says(seeds.out, "  the script comes to its end: seeds 1, 2 (not decided)\n"));
    const Outcome compare = run_podium(folder, {"compare", "cut.lua", "--set", "long=10s", "--set", "long=1m", "--seeds", "2"});
    CHECK(compare.status == 1);
    CHECK(says(compare.out, "2 of 4 runs did not pass them all\nlong=1m\n  the script comes to its end: seeds 1, 2 (not decided)\n"));
}

TEST_CASE("podium: an availability is cut, in one run as over many: what was down for a moment was not up all the time") {
    const Folder folder("availability_cut");
    folder.write("long.lua",
                 "scenario{duration = '10h'} local p = param('p', 'a') images{'nginx:latest'}\n"
                 "compose_text('services: {web: {image: nginx, restart: always}}')\n"
                 "at('1m', function() kill 'web' end)\n");
    CHECK(says(run_podium(folder, {"run", "long.lua", "--quiet"}).out, " 99.99 %"));
    const Outcome seeds = run_podium(folder, {"run", "long.lua", "--seeds", "2"});
    CHECK(says(seeds.out, "99.99"));
    CHECK_FALSE(says(seeds.out, "100.00"));
    const Outcome compare = run_podium(folder, {"compare", "long.lua", "--set", "p=a", "--set", "p=b", "--seeds", "2"});
    CHECK(says(compare.out, "99.99"));
    CHECK_FALSE(says(compare.out, "100.00"));
}

TEST_CASE("podium run --seeds: a Compose project with its faults") {
    const Folder folder("seeds_project");
    folder.write("compose.yaml", kProject);
    const std::vector<std::string> line{"run",
                                        "compose.yaml",
                                        "--kill",
                                        "web@10s",
                                        "--for",
                                        "1m",
                                        "--seeds",
                                        "3",
                                        "--runs-csv",
                                        "-"};
    const Outcome outcome = run_podium(folder, line);
    CHECK(outcome.status == 0);
    const auto rows = rows_of(outcome.out);
    REQUIRE(rows.size() == 4);
    for (std::size_t row = 1; row < 4; ++row) {
        CHECK(cell(rows, row, "seed") == std::to_string(row));
        CHECK(cell(rows, row, "restarts") == "1");
        CHECK(cell(rows, row, "outages") == "1");
        CHECK(cell(rows, row, "lost_requests").empty());
    }
    const Outcome text = run_podium(folder, {"run", "compose.yaml", "--seeds", "2"});
    CHECK(text.status == 0);
    CHECK(says(text.out, "No recovery time: no run had an outage.\n"));
    CHECK_FALSE(says(text.out, "CHECKS"));
}

TEST_CASE("podium compare and run --seeds: what is wrong is told in one sentence, status 2") {
    const Folder folder("compare_errors");
    folder.write("crash.lua", kScenario);
    folder.write("compose.yaml", kProject);
    folder.write("broken.lua", "scenario{title = \n");
    folder.write("saved.podium", "{}");
    const std::pair<std::vector<std::string>, std::string> cases[] = {
        {{"compare"}, "FILE"},
        {{"compare", "nosuch.lua", "--set", "a=1", "--set", "a=2"},
         "nosuch.lua: cannot open the file"},
        {{"compare", "compose.yaml", "--set", "a=1", "--set", "a=2"},
         "podium compare runs scenarios, and 'compose.yaml' is none"},
        {{"compare", "crash.lua"}, "there is only one variant, and nothing to compare it with"},
        {{"compare", "crash.lua", "--set", "policy=no"}, "there is only one variant"},
        {{"compare", "crash.lua", "--set", "policy=no", "--set", "policy=no"},
         "--set policy=no is given twice"},
        {{"compare", "crash.lua", "--set", "rate=5", "--set", "rate=05"},
         "crash.lua:3: --set rate=5 and --set rate=05 give 'rate' the same number"},
        {{"compare", "crash.lua", "--set", "rate=7", "--set", "rate=16", "--set", "policy=no", "--set", "rate=0x10", "--seeds", "1"},
         "crash.lua:3: --set rate=16 and --set rate=0x10 give 'rate' the same number"},
        {{"compare", "crash.lua", "--set", "rate=1", "--set", "rate=1.0"}, "give 'rate' the same number"},
        {{"compare", "crash.lua", "--set", "policy"}, "--set 'policy' sets nothing"},
        {{"compare", "crash.lua", "--set", "polcy=no", "--set", "polcy=always"},
         "--set polcy=no: the scenario has no parameter 'polcy' (did you mean 'policy'?)"},
        {compare({"--set", "policy=never"}),
         "crash.lua:2: with policy=never and seed 1: the parameter 'policy' can't be 'never'"},
        {compare({"--seeds", "0"}), "--seeds 0 runs nothing"},
        {compare({"--seeds", "many"}), "--seeds can't be 'many': it takes a whole number"},
        {compare({"--seeds", "99999"}), "2 variants with --seeds 99999 is more than 100000 runs"},
        {compare({"--seed", "18446744073709551615"}), "goes beyond the last seed"},
        {compare({"--jobs", "0"}), "--jobs can't be 0 (it takes 1 to 1024)"},
        {compare({"--jobs", "1025"}), "--jobs can't be 1025"},
        {compare({"--for", "soon"}), "--for: invalid duration \"soon\""},
        {compare({"--csv", "nosuch/t.csv"}), "nosuch/t.csv: cannot write the file"},
        {compare({"--csv", "x", "--json", "./x"}), "--csv and --json name the same file"},
        {compare({"--csv", "-", "--json", "-"}), "--csv and --json name the same file"},
        {compare({"--json", "crash.lua"}), "this file is what is run, and would be overwritten"},
        {{"compare", "broken.lua", "--set", "a=1", "--set", "a=2"}, "broken.lua:"},
        {{"run", "crash.lua", "--seeds", "0"}, "--seeds 0 runs nothing"},
        {{"run", "crash.lua", "--seeds", "3", "--set", "policy=no", "--set", "policy=always"},
         "--set sets 'policy' twice"},
        {{"run", "crash.lua", "--set", "policy=no", "--set", "policy=always"},
         "--set sets 'policy' twice"},
        {{"run", "crash.lua", "--seeds", "3", "--save", "x.podium"},
         "--save is for one run, and --seeds makes many"},
        {{"run", "crash.lua", "--seeds", "3", "--speed", "1x"}, "--speed is for one run"},
        {{"run", "crash.lua", "--seeds", "3", "--detail"}, "--detail is for one run"},
        {{"run", "crash.lua", "--seeds", "3", "--quiet"}, "--quiet is for one run"},
        {{"run", "crash.lua", "--jobs", "2"}, "--jobs goes with --seeds"},
        {{"run", "crash.lua", "--csv", "x"}, "--csv goes with --seeds"},
        {{"run", "crash.lua", "--runs-csv", "x"}, "--runs-csv goes with --seeds"},
        {{"run", "compose.yaml", "--services"}, "--services goes with --seeds"},
        {{"run", "saved.podium", "--seeds", "3"}, "a saved run has its seed in it"},
        {{"run", "compose.yaml", "--seeds", "3", "--set", "a=1"}, "--set is for scenarios"},
        {{"run", "compose.yaml", "--seeds", "3", "--kill", "wbe@3s"},
         "--kill 'wbe@3s': there is no service or container 'wbe'"},
        {{"run", "crash.lua", "--seeds", "3", "--kill", "web@3s"},
         "--kill does not go with a scenario"},
        {{"run", "crash.lua", "--traffic", "web:8080"}, "--traffic does not go with a scenario"},
    };
    for (const auto& [arguments, sentence] : cases) {
        const Outcome outcome = run_podium(folder, arguments);
        std::string line;
        for (const std::string& argument : arguments)
            line += argument + " ";
        INFO(line << "\n" << outcome.error);
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK(lines_of(outcome.error) == 1);
        CHECK(says(outcome.error, sentence));
    }
}

TEST_CASE(
    "podium compare: of several runs that can't be made the first one's sentence is told, on any "
    "number of cores") {
    const Folder folder("compare_some");
    // Wrong on some seeds only.
    folder.write("some.lua",
                 "local a = param(\"a\", \"1\")\n"
                 "local drawn = math.random(1, 3)\n"
                 "if drawn == 1 then nothing() end\n");
    const auto run = [&folder](const std::string& jobs) {
        return run_podium(folder,
                          {"compare", "some.lua", "--set", "a=1", "--set", "a=2", "--jobs", jobs});
    };
    const Outcome one = run("1");
    CHECK(one.status == 2);
    CHECK(says(one.error, "some.lua:3: "));
    CHECK(says(one.error, "with a=1 and seed "));
    for (const std::string jobs : {"2", "5"})
        CHECK(run(jobs).error == one.error);
}

TEST_CASE("podium compare: on a terminal a bar shows how far it is, and goes away") {
    const Folder folder("compare_bar");
    folder.write("crash.lua", kScenario);
    Screen screen(folder, compare({"--seeds", "2"}));
    CHECK(screen.shows("] 4 of 4 runs"));
    CHECK(screen.shows("AVAILABILITY, %"));
    CHECK(screen.ends() == 1);
}

TEST_CASE("podium compare: Ctrl-C ends it at once, says how far it was, and leaves nothing half-written") {
    const Folder folder("compare_interrupted");
    folder.write("crash.lua", kScenario);
    Screen screen(folder, compare({"--seeds", "20000", "--csv", "table.csv"}));
    CHECK(screen.shows("of 40000 runs"));
    screen.type("\x03");
    CHECK(screen.shows("podium: interrupted after "));
    CHECK(screen.shows(" of 40000 runs; nothing was compared"));
    CHECK(screen.ends() == 130);
    CHECK_FALSE(folder.has("table.csv"));
}

TEST_CASE("podium docs outcomes and the help say what is measured and which interval it is") {
    const Folder folder("compare_docs");
    const Outcome docs = run_podium(folder, {"docs", "outcomes"});
    CHECK(docs.status == 0);
    for (const char* part :
         {"availability", "lost_data_bytes", "recovery_seconds", "Student's t", "n = 1"})
        CHECK(says(docs.out, part));
    const Outcome help = run_podium(folder, {"help", "compare"});
    CHECK(says(help.out, "Student's t over the paired differences"));
    CHECK(says(help.out, "--jobs"));
}
