// podium export from outside: files written, or one sentence about why not.

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

using namespace podium::cli::testing;

namespace {

constexpr const char* kExported =
    "services:\n"
    "  web:\n"
    "    image: nginx\n"
    "    restart: unless-stopped\n"
    "    ports: [\"8080:80\"]\n";

constexpr const char* kTables[] = {"facts.csv", "services.csv", "containers.csv", "hosts.csv", "traffic.csv", "outages.csv"};

void make_run(const Folder& folder) {
    folder.write("compose.yaml", kExported);
    const Outcome ran = run_podium(folder, {"run", "compose.yaml", "--kill", "web@30s", "--traffic", "web:8080 rate=1/s @20s..40s", "--quiet", "--save", "a.podium"});
    REQUIRE(ran.status == 0);
}

}  // namespace

TEST_CASE("podium export: a saved run as page, trace and tables at once, told in a line each") {
    const Folder folder("export");
    make_run(folder);
    const Outcome done = run_podium(folder, {"export", "a.podium", "--html", "report.html", "--trace", "run.json", "--csv", "tables"});
    INFO(done.out << done.error);
    CHECK(done.status == 0);
    CHECK(done.error.empty());
    CHECK(lines_of(done.out) == 2 + std::size(kTables));
    CHECK(says(done.out, "report.html: a page for any browser, "));
    CHECK(folder.read("report.html").starts_with("<!DOCTYPE html>"));
    CHECK(says(folder.read("report.html"), "died of KILL (137)"));
    const auto trace = nlohmann::json::parse(folder.read("run.json"));
    CHECK(trace.at("traceEvents").size() > 20);
    for (const char* table : kTables) {
        INFO(table);
        CHECK(lines_of(folder.read(std::string("tables/") + table)) > 1);
    }
    CHECK(says(folder.read("tables/traffic.csv"), "web:8080"));
}

TEST_CASE("podium export: the last run when none is named, to standard output, and the same each time") {
    const Folder folder("export-last");
    make_run(folder);
    const Outcome page = run_podium(folder, {"export", "--html", "-"});
    CHECK(page.status == 0);
    CHECK(page.out.starts_with("<!DOCTYPE html>"));
    CHECK(page.out.ends_with("</html>\n"));
    const Outcome trace = run_podium(folder, {"export", "--trace", "-"});
    CHECK(nlohmann::json::parse(trace.out).contains("traceEvents"));
    CHECK(run_podium(folder, {"export", "--trace", "-"}).out == trace.out);
    CHECK(run_podium(folder, {"export", "a.podium", "--html", "-"}).out == page.out);
    // With tables besides nothing else goes there.
    const Outcome both = run_podium(folder, {"export", "--html", "-", "--csv", "tables/"});
    CHECK(both.out == page.out);
    CHECK(folder.has("tables/facts.csv"));
}

TEST_CASE("podium export: what it can't do is one sentence, and nothing is written") {
    const Folder folder("export-wrong");
    const Outcome no_run = run_podium(folder, {"export", "--html", "report.html"});
    CHECK(no_run.status == 2);
    CHECK(says(no_run.error, "there is no last run to ask about (make one with: podium run FILE)"));
    make_run(folder);
    const std::string before = folder.read("a.podium");
    folder.write("noise.podium", "this is no run\n");

    struct Case {
        std::vector<std::string> arguments;
        std::string says;
    };

    const std::vector<Case> cases{
        {{"export"}, "podium export needs to know what to write (give it --html FILE, --trace FILE, --csv DIR or --png FILE"},
        {{"export", "a.podium"}, "podium export needs to know what to write"},
        {{"export", "nosuch.podium", "--html", "x.html"}, "nosuch.podium: cannot open the file: No such file or directory"},
        {{"export", "noise.podium", "--html", "x.html"}, "noise.podium:1:2: this is no saved run of Podium"},
        {{"export", "a.podium", "--html", "a.podium"}, "a.podium: this file is the run itself, and would be overwritten (give --html another name)"},
        {{"export", "a.podium", "--trace", "./a.podium"}, "this file is the run itself"},
        {{"export", "a.podium", "--html", "x", "--trace", "./x"}, "--html and --trace would write the same file"},
        {{"export", "a.podium", "--html", "facts.csv", "--csv", "."}, "--html and --csv would write the same file"},
        {{"export", "a.podium", "--html", "-", "--trace", "-"}, "standard output can have the page or the trace, not both"},
        {{"export", "a.podium", "--csv", "-"}, "--csv takes the name of a folder"},
        {{"export", "a.podium", "--csv", "compose.yaml"}, "compose.yaml: this is a file, and --csv takes a folder"},
        {{"export", "a.podium", "--html", "nosuch/x.html"}, "nosuch/x.html: cannot write the file: No such file or directory"},
        {{"export", "a.podium", "--html", "."}, "it is a folder"},
        {{"export", "a.podium", "b.podium", "--html", "x"}, "podium export takes one argument, and"},
        {{"export", "a.podium", "--htlm", "x"}, "podium export has no option --htlm (did you mean '--html'?)"},
        {{"export", "a.podium", "--html"}, "--html needs a value behind it"},
    };
    for (const Case& one : cases) {
        std::string line = "podium";
        for (const std::string& word : one.arguments) line += " " + word;
        INFO(line);
        const Outcome outcome = run_podium(folder, one.arguments);
        INFO(outcome.out << outcome.error);
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK(says(outcome.error, one.says));
        CHECK(lines_of(outcome.error) == 1);
    }
    for (const char* name : {"x", "x.html", "facts.csv", "nosuch"}) {
        INFO(name);
        CHECK_FALSE(folder.has(name));
    }
    CHECK(folder.read("a.podium") == before);
}

TEST_CASE("podium export: facts that are not those of the saved run are written, and said to be others") {
    const Folder folder("export-other");
    make_run(folder);
    auto run = nlohmann::ordered_json::parse(folder.read("a.podium"));
    run["fingerprint"] = "0000000000000000";
    folder.write("b.podium", run.dump());
    const Outcome done = run_podium(folder, {"export", "b.podium", "--html", "x.html"});
    INFO(done.error);
    CHECK(done.status == 1);
    CHECK(says(done.error, "b.podium: what was exported are not the facts of the saved run (fingerprint 0000000000000000 then, "));
    CHECK(folder.has("x.html"));
}

TEST_CASE("podium help: export is among the subcommands, with its options") {
    const Folder folder("export-help");
    CHECK(says(run_podium(folder, {"help"}).out, "export"));
    const Outcome help = run_podium(folder, {"help", "export"});
    CHECK(help.status == 0);
    for (const char* part : {"--html FILE", "--trace FILE", "--csv DIR", "ui.perfetto.dev"}) CHECK(says(help.out, part));
}
