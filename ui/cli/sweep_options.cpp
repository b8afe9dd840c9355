#include "ui/cli/sweep_options.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <fmt/format.h>

namespace podium::cli {
namespace {

constexpr std::uint64_t kComparedSeeds = 20;

constexpr const char* kCompareFooter =
    "Several values of one name are variants; different names are crossed. All variants run on the "
    "same\n"
    "seeds, and DIFFERENCE is the mean, over these, of a variant's outcome less the first one's on "
    "the same\n"
    "seed. Its 95 % interval is Student's t over the paired differences, with PAIRS - 1 degrees of "
    "freedom;\n"
    "with one pair there is none. What each outcome is: podium docs outcomes. Exit status 1 when a "
    "check of\n"
    "any run failed or was not decided.\n"
    "Examples:\n"
    "  podium compare restart/policies --set policy=no --set policy=always --seeds 50\n"
    "  podium compare scenario.lua --set policy=no --set policy=always --set replicas=1 --set "
    "replicas=3\n"
    "  podium compare scenario.lua --set policy=no --set policy=always --csv table.csv --json "
    "all.json\n"
    "  podium compare swarm/placement --scheduler spread --scheduler consolidate --scheduler mine.lua "
    "--seeds 50";

}  // namespace

std::string refuse_no_number(const std::string& text) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && stopped == end) return {};
    return fmt::format("can't be '{}': it takes a whole number{}",
                       text,
                       error == std::errc::result_out_of_range || text.starts_with('-')
                           ? " from 0 to 18446744073709551615"
                           : "");
}

void add_scheduler_option(CLI::App& app,
                          std::vector<std::string>& schedulers,
                          const std::string& what) {
    app.add_option("--scheduler",
                   schedulers,
                   what +
                       ": a policy in Lua, FILE.lua, the name of one that comes with Podium, or "
                       "spread (default: spread, Swarm's own; see podium docs lua)")
        ->allow_extra_args(false)
        ->type_name("POLICY");
}

void add_sweep_options(CLI::App& app, RunOptions& o, const std::string& when) {
    app.add_option("--jobs",
                   o.jobs,
                   when +
                       "run on that many cores (default: all of this machine); what comes out "
                       "is the same")
        ->check(refuse_no_number)
        ->type_name("N");
    app.add_flag("--services", o.services, when + "a row of each service besides");
    app.add_option("--csv",
                   o.csv,
                   when + "write the tables to a file ('-': standard output, instead of the text)")
        ->type_name("FILE");
    app.add_option("--runs-csv", o.runs_csv, when + "write the outcomes of each run to a file")
        ->type_name("FILE");
}

void add_compare(CLI::App& app, RunOptions& o) {
    CLI::App* compare = app.add_subcommand(
        "compare",
        "run variants of a scenario on the same seeds, and tell how their outcomes differ");
    compare->add_option("FILE", o.files, "a scenario, FILE.lua or topic/name")
        ->required()
        ->expected(1)
        ->type_name("");
    compare
        ->add_option("--set",
                     o.parameters,
                     "a value of a parameter: --set policy=no --set policy=always are two variants")
        ->allow_extra_args(false)
        ->type_name("NAME=VALUE");
    add_scheduler_option(
        *compare, o.schedulers, "a variant whose swarm places tasks by it; give several");
    o.seeds = kComparedSeeds;
    compare
        ->add_option("--seeds",
                     o.seeds,
                     fmt::format("on how many seeds, from --seed on (default {})", kComparedSeeds))
        ->check(refuse_no_number)
        ->type_name("N");
    compare->add_option("--seed", o.seed, "the first seed (default 1)")
        ->check(refuse_no_number)
        ->type_name("N");
    compare->add_option("--for", o.duration, "how long to simulate, instead of the script's own")
        ->type_name("TIME");
    compare
        ->add_option("--effort",
                     o.effort,
                     "let each run take N times the usual steps and events, 1 to 1000 (default 1)")
        ->type_name("N");
    add_sweep_options(*compare, o, "");
    compare
        ->add_option(
            "--json",
            o.json,
            "write the tables and each run to a file ('-': standard output, instead of the "
            "text)")
        ->type_name("FILE");
    compare->footer(kCompareFooter);
}

}  // namespace podium::cli
