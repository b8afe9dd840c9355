// The command line of podium: its subcommands and their options.

#include "ui/cli/app.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <sstream>

#include "sim/base/text.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/lab_program.hpp"
#include "ui/cli/learn_command.hpp"
#include "ui/cli/own_fault.hpp"
#include "ui/cli/sweep_options.hpp"

namespace podium::cli {
namespace {

constexpr const char* kExitText =
    "Exit status of every subcommand but shell (there the last line's):\n"
    "  0  all well\n"
    "  1  a check, a verdict or a recording failed (a check that the run's end cut off, too), or the project "
    "did not come up, or a line of --do failed\n"
    "  2  bad input or usage; one sentence on standard error says what and where\n"
    "  3  a fault of Podium's own\n"
    "Ctrl-C ends a run where it stands, keeps and saves what has happened, and then ends podium by "
    "that\n"
    "signal (130 in a shell); of many runs (compare, run --seeds) nothing is written then. A "
    "reader "
    "that\n"
    "goes away (podium run FILE | head) is no failure.\n";

constexpr const char* kRunFooter =
    "Examples:\n"
    "  podium run compose.yaml --kill web@30s --restart-engine @1m\n"
    "  podium run compose.yaml --fault 'disk-full host @30s..45s' --save full.podium\n"
    "  podium run full.podium --kill db@40s          the saved run, with one thing changed\n"
    "  podium run compose.yaml --do 'docker compose stop web @1m' --for 5m --json facts.jsonl\n"
    "  podium run restart/policies --set policy=always --seeds 100\n"
    "  podium run restart/policies --set policy=no   a scenario, with another value of its parameter\n"
    "See also: podium scenarios, podium faults, podium help exit";

constexpr const char* kShellFooter =
    "Typed there: docker, docker compose, docker-compose, curl, ping, ssh, systemctl and what is "
    "around them, and\n"
    "Podium's own words (podium docs words). Ctrl-D or exit leaves; the run is kept for podium "
    "why.\n"
    "Example: printf 'docker run -d --name web nginx\\nwait 10s\\ndocker ps\\n' | podium shell";

constexpr const char* kWhyFooter =
    "Examples:\n"
    "  podium why web                      the last thing that happened to web in the last run\n"
    "  podium why web.2 --at 1m30s         as it stood then\n"
    "  podium why db --run full.podium     in a saved run";

constexpr const char* kExportFooter =
    "The page needs no network and no other file. The trace is for ui.perfetto.dev and chrome://tracing.\n"
    "The folder gets facts.csv, services.csv, containers.csv, hosts.csv, traffic.csv and outages.csv.\n"
    "Examples:\n"
    "  podium export --html report.html                 the last run as a page for any browser\n"
    "  podium export full.podium --trace run.json --csv tables   a saved run, twice\n"
    "  podium export full.podium --png run.png --at 41s    as the desktop shows it then";

struct Options {
    RunOptions run;
    RunOptions compare;
    WhyOptions why;
    ExportOptions exported;
    ReplayOptions replay;
    std::vector<std::string> check_files;
    std::vector<std::string> check_profiles;
    std::vector<std::string> conform_directories;
    bool conform_verbose = false;
    BenchOptions bench;
    std::vector<std::string> shell_files;
    std::string shell_cluster;
    std::string shell_scheduler;
    std::string shell_speed;
    std::uint64_t shell_seed = 1;
    LearnOptions learn;
    LessonOptions lesson;
    std::string help_topic;
    std::string docs_topic;
    std::string scenarios;
    bool text = false;
};

CLI::Option* add_repeatable(CLI::App* app,
                            const std::string& name,
                            std::vector<std::string>& values,
                            const std::string& type,
                            const std::string& help) {
    return app->add_option(name, values, help)->allow_extra_args(false)->type_name(type);
}

void add_run(CLI::App& app, Options& o) {
    CLI::App* run = app.add_subcommand(
        "run",
        "simulate a Compose project (or a scenario, or a saved run) and print what happens and why");
    run->add_option("FILE",
                    o.run.files,
                    "Compose files, later ones over earlier ones (none: compose.yaml here), a saved "
                    "run, NAME.podium, a scenario, FILE.lua or topic/name (see podium scenarios), or a "
                    "lesson's number or name (see podium learn)")
        ->type_name("");
    add_repeatable(run, "-f,--file", o.run.files, "FILE", "the same, as docker compose spells it");
    run->add_option(
           "--for",
           o.run.duration,
           "how long to simulate, like 10m (default: until nothing more would happen, at most 10m)")
        ->type_name("TIME");
    run->add_option("--seed", o.run.seed, "the seed of all chance (default 1)")
        ->check(refuse_no_number)
        ->type_name("N");
    run->add_option(
           "--json",
           o.run.json,
           "write the facts to a file, one a line ('-': standard output, instead of the timeline); "
           "with --seeds the outcomes")
        ->type_name("FILE");
    run->add_option("--save", o.run.save, "save the run, to be replayed: NAME.podium")
        ->type_name("FILE");
    run->add_flag("--quiet", o.run.quiet, "print the summary only");
    run->add_flag("--detail", o.run.detail, "print networks, volumes and health probes too");
    run->add_option(
           "--speed", o.run.speed, "pace it: 1x is real time (default: as fast as it computes)")
        ->type_name("SPEED");
    add_repeatable(
        run,
        "--fault",
        o.run.faults,
        "FAULT",
        "break something: 'kill web.1 signal=KILL @30s', '… @30s..45s' (see podium faults)");
    add_repeatable(run,
                   "--kill",
                   o.run.kills,
                   "WHO@TIME",
                   "kill a service's or container's main process: web@30s");
    add_repeatable(run,
                   "--restart-engine",
                   o.run.engine_restarts,
                   "@TIME",
                   "restart the container engine: @1m");
    add_repeatable(run,
                   "--remove",
                   o.run.removals,
                   "WHO@TIME",
                   "delete a service's containers (docker rm -f): db@2m");
    add_repeatable(run,
                   "--do",
                   o.run.lines,
                   "LINE@TIME",
                   "type a line on the host: 'docker compose up -d @3m'");
    add_repeatable(run,
                   "--traffic",
                   o.run.traffic,
                   "TARGET@TIME",
                   "send requests: 'web:8080 rate=50/s @10s..5m' (see podium docs traffic)");
    add_repeatable(
        run, "--set", o.run.parameters, "NAME=VALUE", "set a parameter of a scenario: policy=always");
    run->add_option("--effort",
                    o.run.effort,
                    "let a scenario take N times the usual steps and events, 1 to 1000 (default 1)")
        ->type_name("N");
    run->add_option("--cluster",
                    o.run.cluster,
                    "the hosts: a cluster file, or the name of one that comes with Podium "
                    "(default: one host)")
        ->type_name("CLUSTER");
    run->add_option("--with",
                    o.run.with,
                    "what brings the project up on them: compose (on the first host) or stack "
                    "(docker stack deploy; bare hosts form a swarm first; default on a formed one)")
        ->type_name("WHAT");
    add_scheduler_option(*run, o.run.schedulers, "what places the tasks of a swarm");
    add_repeatable(run, "--profile", o.run.profiles, "NAME", "a Compose profile to enable");
    run->add_option(
           "--seeds",
           o.run.seeds,
           "run that many seeds, from --seed on, and tell how the outcomes are distributed "
           "and on which seeds a check failed")
        ->check(refuse_no_number)
        ->type_name("N");
    add_sweep_options(*run, o.run, "with --seeds: ");
    run->footer(kRunFooter);
}

void add_export(CLI::App& app, ExportOptions& o) {
    CLI::App* out = app.add_subcommand(
        "export", "write a run as a page, a trace or tables for those who don't have Podium");
    out->add_option("RUN", o.run, "a saved run, NAME.podium (default: the last one)")->type_name("");
    out->add_option("--html",
                    o.html,
                    "write a page: summary, timeline and what caused what ('-': standard output)")
        ->type_name("FILE");
    out->add_option("--trace",
                    o.trace,
                    "write a trace for Perfetto and Chrome: hosts as processes, containers as "
                    "threads, causes as flows ('-': standard output)")
        ->type_name("FILE");
    out->add_option("--csv", o.csv, "write tables into a folder, which is made if need be")
        ->type_name("DIR");
    CLI::Option* png = out->add_option("--png", o.png, "write a picture of the desktop as it shows the run; needs no display")
                           ->type_name("FILE");
    out->add_option("--at", o.at, "the moment of the picture, like 41s (default: the run's end)")
        ->type_name("TIME")
        ->needs(png);
    out->footer(kExportFooter);
}

void add_others(CLI::App& app, Options& o) {
    CLI::App* why = app.add_subcommand(
        "why", "the causes of the last thing that happened to a service, container or host");
    why->add_option(
           "NAME", o.why.target, "a service, SERVICE.N, container, network, volume, image or host")
        ->required()
        ->type_name("");
    why->add_option("--at", o.why.at, "as of a moment of the run, like 1m30s (default: its end)")
        ->type_name("TIME");
    why->add_option("--run", o.why.run, "a saved run (default: the last one)")->type_name("FILE");
    why->footer(kWhyFooter);
    CLI::App* replay = app.add_subcommand("replay", "run a saved run again and compare its facts");
    replay->add_option("FILE", o.replay.file, "NAME.podium")->required()->type_name("");
    replay
        ->add_option(
            "--json",
            o.replay.json,
            "write the facts to a file, one a line ('-': standard output, instead of the timeline)")
        ->type_name("FILE");
    replay
        ->add_option(
            "--speed", o.replay.speed, "pace it: 1x is real time (default: as fast as it computes)")
        ->type_name("SPEED");
    replay->add_flag("--quiet", o.replay.quiet, "print the verdict only");
    replay->add_flag("--detail", o.replay.detail, "print networks, volumes and health probes too");
    CLI::App* check = app.add_subcommand(
        "check", "read Compose files and list, with their places, what is not simulated");
    check->add_option("FILE", o.check_files, "Compose files; none: compose.yaml here")
        ->type_name("");
    add_repeatable(
        check, "-f,--file", o.check_files, "FILE", "the same, as docker compose spells it");
    add_repeatable(check, "--profile", o.check_profiles, "NAME", "a Compose profile to enable");
    CLI::App* conform =
        app.add_subcommand("conform", "replay recordings of the real programs and compare");
    conform->add_option("DIR", o.conform_directories, "folders or files of recordings")
        ->required()
        ->type_name("");
    conform->add_flag("--verbose",
                      o.conform_verbose,
                      "a line for each recording, and all differences of a failure");
    CLI::App* bench = app.add_subcommand("bench", "run a benchmark and print its figures as JSON");
    bench
        ->add_option("NAME",
                     o.bench.name,
                     "one of: churn (crashes and restarts beside the plainest program for them), health "
                     "(their checks), raft (groups of managers), swarm (a large swarm loses nodes), traffic (requests), "
                     "ui (drawing in the desktop)")
        ->required()
        ->type_name("");
    const auto amount = [&](const char* flag, std::optional<std::uint64_t>& value, const char* text, double most) {
        bench->add_option(flag, value, text)->check(CLI::Range(1.0, most))->type_name("N");
    };
    bench->add_option("--containers", o.bench.containers, "churn: how many containers (default 1000000); health: 10000, the default, at most; ui: 10,1000,10000,100000 and the like")
        ->type_name("N");
    amount("--events", o.bench.events, "churn: how many starts and crashes (default 5000000)", 1e12);
    amount("--nodes", o.bench.nodes, "swarm: how many nodes, the one manager among them (default 1000)", 10'000);
    amount("--services", o.bench.services, "swarm: how many services (default 200)", 100'000);
    amount("--tasks", o.bench.tasks, "swarm: how many tasks they have together (default 100000)", 1'000'000);
    bench->add_option("--image", o.bench.image, "swarm: what its tasks run (default registry.k8s.io/pause, which does nothing)")->type_name("IMAGE");
    bench->add_option("--seed", o.bench.seed, "the seed of all chance (default 1)")
        ->check(refuse_no_number)
        ->type_name("N");
    CLI::App* shell =
        app.add_subcommand("shell", "a terminal on the simulated host; from a pipe, a script");
    shell
        ->add_option("FILE",
                     o.shell_files,
                     "Compose files to lie ready there, or a saved run to go on from its end")
        ->type_name("");
    add_repeatable(
        shell, "-f,--file", o.shell_files, "FILE", "the same, as docker compose spells it");
    shell
        ->add_option(
            "--speed",
            o.shell_speed,
            "how fast simulated time passes while you type (default 1x; 0: only with commands)")
        ->type_name("SPEED");
    shell->add_option("--cluster",
                      o.shell_cluster,
                      "the hosts: a cluster file, or the name of one that comes with Podium "
                      "(default: one host)")
        ->type_name("CLUSTER");
    shell
        ->add_option("--scheduler",
                     o.shell_scheduler,
                     "what places the tasks of a swarm: a policy in Lua, FILE.lua, the name of one "
                     "that comes with Podium, or spread (default: spread, Swarm's own)")
        ->type_name("POLICY");
    shell->add_option("--seed", o.shell_seed, "the seed of all chance (default 1)")
        ->check(refuse_no_number)
        ->type_name("N");
    shell->footer(kShellFooter);
    // Its options are podium-lab's own to read; so is its help.
    CLI::App* lab = app.add_subcommand("lab", "the desktop: the cluster live in a window, with time in your hands (podium lab --help)");
    lab->set_help_flag();
    lab->prefix_command();
    CLI::App* scenarios = app.add_subcommand("scenarios", "the scenarios there are to run");
    scenarios->add_option("NAME", o.scenarios, "a topic, or a part of a name; none: all")
        ->type_name("");
    app.add_subcommand("faults", "what can be broken, and how to say it");
    CLI::App* docs = app.add_subcommand("docs", "reference made from the program's own tables");
    docs->add_option("TOPIC", o.docs_topic, "facts, faults, lua, outcomes, traffic or words; none: list them")
        ->type_name("");
    CLI::App* help = app.add_subcommand("help", "help on a subcommand, or on: exit");
    help->add_option("TOPIC", o.help_topic, "a subcommand, or exit")->type_name("");
}

void add_lessons(CLI::App& app, Options& o) {
    CLI::App* learn = app.add_subcommand("learn", "the lessons: list them, begin or go on with one");
    learn->add_option("LESSON", o.learn.lesson, "its number, name or folder; none: list them")
        ->type_name("");
    learn->add_flag("--again", o.learn.again, "from its beginning, whatever was done");
    learn->add_option("--seed", o.learn.seed, "the seed of all chance in your own run (default 1)")
        ->check(refuse_no_number)
        ->type_name("N");
    learn
        ->add_option("--speed",
                     o.learn.speed,
                     "how fast simulated time passes while a line runs (default 10x; 0: at once)")
        ->type_name("SPEED");
    learn
        ->add_option("--export",
                     o.learn.export_file,
                     "write what was done to a file for an instructor (.json: as JSON; '-': "
                     "standard output)")
        ->type_name("FILE");
    CLI::App* lesson =
        app.add_subcommand("lesson", "for authors: make a lesson, read it through, try it out");
    lesson->add_option("WHAT", o.lesson.what, "new, preview or test")->required()->type_name("");
    lesson
        ->add_option(
            "NAME", o.lesson.names, "lessons, by number, name or folder; test: none means all")
        ->type_name("");
    lesson
        ->add_option("--cluster",
                     o.lesson.cluster,
                     "new: a lesson on a swarm of the hosts of a cluster that comes with Podium (three-host)")
        ->type_name("CLUSTER");
}

std::string capitalized(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

// The whole command line. An app that has parsed a subcommand only helps with that one, so help
// takes a fresh app.
void describe(CLI::App& app, Options& options) {
    app.name("podium");
    app.description(
        "Podium simulates hosts, containers and their orchestrators: watch a cluster, break it, "
        "ask why.");
    app.set_version_flag("--version", "podium " + version(), "Print the version and exit");
    app.add_flag("--text", options.text, "Without a subcommand: print the workshop project's story, also where there is a display");
    app.require_subcommand(0, 1);
    add_run(app, options);
    add_compare(app, options.compare);
    add_others(app, options);
    add_export(app, options.exported);
    add_lessons(app, options);
    // Last, as a subcommand takes over what its app has so far.
    app.footer(
        "Bare `podium` shows a workshop project through a crash, an engine restart and a deleted "
        "container:\n"
        "in a window where there is a display (podium lab), else as text, which --text always asks for.\n"
        "`podium help SUBCOMMAND` says more; `podium help exit` what the exit status means.");
    for (CLI::App* sub : app.get_subcommands({})) {
        sub->description(capitalized(sub->get_description()));
        for (CLI::Option* option : sub->get_options())
            option->description(capitalized(option->get_description()));
    }
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands({}))
        names.push_back(sub->get_name());
    return names;
}

// "Could not convert: --seed = many" and the like in our own words; what has no own words stays as
// it is.
std::string own_words(const CLI::ParseError& error) {
    std::string sentence = error.what();
    std::replace(sentence.begin(), sentence.end(), '\n', ' ');
    const auto colon = sentence.find(": ");
    const auto equals = sentence.find(" = ");
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr &&
        colon != std::string::npos && equals != std::string::npos && equals > colon) {
        return fmt::format("{} can't be '{}': it takes a whole number",
                           sentence.substr(colon + 2, equals - colon - 2),
                           sentence.substr(equals + 3));
    }
    // What refuse_no_number() says.
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr &&
        colon != std::string::npos && sentence.substr(colon + 2).starts_with("can't be"))
        return sentence.substr(0, colon) + sentence.substr(colon + 1);
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr &&
        colon != std::string::npos) {
        const std::string option = sentence.substr(0, colon);
        if (sentence.find("At Most", colon) != std::string::npos) return fmt::format("{} is given more than once, and takes one value", option);
        return fmt::format("{} needs a value behind it", option);
    }
    return sentence;
}

int help_on(CLI::App& app, const std::string& topic) {
    if (topic.empty()) {
        put_text(app.help());
        return kAllWell;
    }
    if (topic == "exit") {
        put_text(kExitText);
        return kAllWell;
    }
    std::vector<std::string> names = subcommand_names(app);
    if (std::find(names.begin(), names.end(), topic) != names.end()) {
        put_text(app.get_subcommand(topic)->help("podium"));
        return kAllWell;
    }
    names.emplace_back("exit");
    const std::string near = nearest(topic, names);
    return bad_input(Error{fmt::format("there is no help on '{}'", topic),
                           {},
                           near.empty() ? "there is help on: " + join(names, ", ")
                                        : fmt::format("did you mean '{}'?", near)});
}

int dispatch(CLI::App& app, const Options& o) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    if (chosen.empty()) return !o.text && can_show_lab() ? start_lab({}) : demo_command();
    const std::string name = chosen.front()->get_name();
    if (o.text) return bad_input(Error{fmt::format("--text goes with no subcommand, and {} is one", name), {}, "leave it away"});
    if (name == "run") {
        RunOptions run = o.run;
        run.seed_given = chosen.front()->count("--seed") > 0;
        return run_command(run);
    }
    if (name == "compare") return compare_command(o.compare);
    if (name == "why") return why_command(o.why);
    if (name == "export") return export_command(o.exported);
    if (name == "replay") return replay_command(o.replay);
    if (name == "check") return check_command(o.check_files, o.check_profiles);
    if (name == "conform") return conform_command(o.conform_directories, o.conform_verbose);
    if (name == "bench") return bench_command(o.bench);
    if (name == "shell") return shell_command(o.shell_files, o.shell_cluster, o.shell_scheduler, o.shell_speed, o.shell_seed);
    if (name == "learn") return learn_command(o.learn);
    if (name == "lesson") return lesson_command(o.lesson);
    if (name == "lab") return start_lab(chosen.front()->remaining());
    if (name == "scenarios") return scenarios_command(o.scenarios);
    if (name == "faults") return faults_command();
    if (name == "docs") return docs_command(o.docs_topic);
    CLI::App fresh;
    Options unused;
    describe(fresh, unused);
    return help_on(fresh, o.help_topic);
}

// The subcommand a command line names, if it names one there is.
const CLI::App* chosen_by(const CLI::App& app, const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        if (word.starts_with('-')) continue;
        for (const CLI::App* sub : app.get_subcommands({})) {
            if (sub->get_name() == word) return sub;
        }
        return nullptr;
    }
    return nullptr;
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames())
            names.push_back("--" + name);
    }
    return names;
}

// The first word of a command line that is no option the (sub)command has; empty: it is something
// else.
std::string stranger_among(const CLI::App& app, const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        if (!word.starts_with('-') || word.size() < 2) continue;
        const std::string name = word.substr(0, word.find('='));
        if (app.get_option_no_throw(name) == nullptr && name != "--") return name;
    }
    return {};
}

// One sentence: what is wrong, and what is near or where to look.
int usage_error(const CLI::App& app,
                const CLI::ParseError& error,
                const std::vector<std::string>& words) {
    const CLI::App* sub = chosen_by(app, words);
    const CLI::App& asked = sub == nullptr ? app : *sub;
    const std::string see =
        sub == nullptr ? "see: podium help" : "see: podium help " + sub->get_name();
    const auto say = [&see](const std::string& message, const std::string& near) {
        return bad_input(
            Error{message, {}, near.empty() ? see : fmt::format("did you mean '{}'?", near)});
    };
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        if (const std::string stranger = stranger_among(asked, words); !stranger.empty()) {
            return say(fmt::format("podium{} has no option {}",
                                   sub == nullptr ? "" : " " + sub->get_name(),
                                   stranger),
                       nearest(stranger, option_names(asked)));
        }
        const auto first = std::find_if(words.begin(), words.end(), [](const std::string& word) {
            return !word.starts_with('-');
        });
        if (sub == nullptr && first != words.end())
            return say(fmt::format("there is no subcommand '{}'", *first),
                       nearest(*first, subcommand_names(app)));
        std::size_t arguments = 0;
        for (const CLI::Option* option : asked.get_options()) {
            if (option->get_positional())
                arguments += static_cast<std::size_t>(option->get_items_expected_max());
        }
        // Which word it is, only the parser knows: the last one may be an option's value.
        const std::vector<std::string> extras = app.remaining(true);
        const auto extra = std::find_if(
            extras.begin(), extras.end(), [](const std::string& word) { return word != "--"; });
        const std::string takes = arguments == 0   ? "no arguments"
                                  : arguments == 1 ? "one argument"
                                                   : fmt::format("{} arguments at most", arguments);
        return say(fmt::format("podium {} takes {}, and '{}' is one too many",
                               asked.get_name(),
                               takes,
                               extra == extras.end() ? words.back() : *extra),
                   {});
    }
    return say(own_words(error), {});
}

// The status, unless what was said could not be written.
int ended_with(int status) {
    const Result<void> written = finish_output();
    if (written) return status;
    fmt::print(stderr, "podium: {}\n", written.error().text());
    return status == kAllWell ? kBadInput : status;
}

}  // namespace

int main_command(int argument_count, char** arguments) {
    std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of a write
    Options options;
    CLI::App app;
    describe(app, options);
    std::vector<std::string> words;
    for (int i = 1; i < argument_count; ++i)
        words.emplace_back(arguments[i]);
    try {
        app.parse(argument_count, arguments);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) return usage_error(app, error, words);
        std::ostringstream text;  // the help or the version
        app.exit(error, text, text);
        put_text(text.str());
        return ended_with(kAllWell);
    }
    return ended_with(status_of([&] { return dispatch(app, options); }));
}

}  // namespace podium::cli
