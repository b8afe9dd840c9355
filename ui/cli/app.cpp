// The command line of podium: its subcommands and their options.

#include "ui/cli/app.hpp"

#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "ui/cli/installation.hpp"

namespace podium::cli {
namespace {

constexpr const char* kExitText =
    "Exit status of every subcommand but shell (there the last line's):\n"
    "  0  all well\n"
    "  1  a check, a verdict or a recording failed\n"
    "  2  bad input or usage; one sentence on standard error says what and where\n"
    "  3  a fault of Podium's own\n";

struct Options {
    RunOptions run;
    WhyOptions why;
    ReplayOptions replay;
    std::vector<std::string> check_files;
    std::vector<std::string> check_profiles;
    std::vector<std::string> conform_directories;
    bool conform_verbose = false;
    std::string bench_name;
    std::uint64_t bench_containers = 1'000'000;
    std::uint64_t bench_events = 5'000'000;
    std::uint64_t bench_seed = 1;
    std::vector<std::string> shell_files;
    std::string shell_speed;
    std::uint64_t shell_seed = 1;
    std::string help_topic;
    std::string docs_topic;
};

void add_run(CLI::App& app, Options& o) {
    CLI::App* run = app.add_subcommand("run", "simulate a Compose project (or go through a saved run) and print what happens and why");
    run->add_option("FILE", o.run.files, "Compose files, later ones over earlier ones; none: compose.yaml here");
    run->add_option("-f,--file", o.run.files, "the same, as docker compose spells it")->allow_extra_args(false);
    run->add_option("--for", o.run.duration, "how long to simulate, like 10m (default: until nothing more would happen, at most 10m)");
    run->add_option("--seed", o.run.seed, "the seed of all chance (default 1)");
    run->add_option("--json", o.run.json, "write the facts to a file, one a line ('-': standard output)");
    run->add_option("--save", o.run.save, "save the run, to be replayed: NAME.podium");
    run->add_flag("--quiet", o.run.quiet, "print the summary only");
    run->add_flag("--detail", o.run.detail, "print networks, volumes and health probes too");
    run->add_option("--speed", o.run.speed, "pace it: 1x is real time (default: as fast as it computes)");
    run->add_option("--fault", o.run.faults, "break something: 'kill web.1 signal=KILL @30s', '… @30s..45s' (see podium faults)")->allow_extra_args(false);
    run->add_option("--kill", o.run.kills, "kill a service's or container's main process: web@30s")->allow_extra_args(false);
    run->add_option("--restart-engine", o.run.engine_restarts, "restart the container engine: @1m")->allow_extra_args(false);
    run->add_option("--remove", o.run.removals, "delete a service's containers (docker rm -f): db@2m")->allow_extra_args(false);
    run->add_option("--do", o.run.lines, "type a line on the host: 'docker compose up -d @3m'")->allow_extra_args(false);
    run->add_option("--traffic", o.run.traffic, "send requests: 'web:8080 rate=50/s @10s..5m' (see podium docs traffic)")->allow_extra_args(false);
    run->add_option("--profile", o.run.profiles, "a Compose profile to enable")->allow_extra_args(false);
}

void add_others(CLI::App& app, Options& o) {
    CLI::App* why = app.add_subcommand("why", "the causes of the last thing that happened to a service, container or host");
    why->add_option("NAME", o.why.target, "a service, service.N, container, network, volume or host")->required();
    why->add_option("--at", o.why.at, "as of a moment of the run, like 1m30s (default: its end)");
    why->add_option("--run", o.why.run, "a saved run (default: the last one)");
    CLI::App* replay = app.add_subcommand("replay", "run a saved run again and compare its facts");
    replay->add_option("FILE", o.replay.file, "NAME.podium")->required();
    replay->add_option("--json", o.replay.json, "write the facts to a file, one a line ('-': standard output)");
    replay->add_flag("--quiet", o.replay.quiet, "print the verdict only");
    CLI::App* check = app.add_subcommand("check", "read Compose files and list, with their places, what is not simulated");
    check->add_option("FILE", o.check_files, "Compose files; none: compose.yaml here");
    check->add_option("--profile", o.check_profiles, "a Compose profile to enable")->allow_extra_args(false);
    CLI::App* conform = app.add_subcommand("conform", "replay recordings of the real programs and compare");
    conform->add_option("DIR", o.conform_directories, "folders or files of recordings")->required();
    conform->add_flag("--verbose", o.conform_verbose, "a line for each recording, and all differences of a failure");
    CLI::App* bench = app.add_subcommand("bench", "run a benchmark and print one line of JSON");
    bench->add_option("NAME", o.bench_name, "churn, health or traffic")->required();
    bench->add_option("--containers", o.bench_containers, "how many containers (default 1000000; health: 10000 at most)");
    bench->add_option("--events", o.bench_events, "how many starts and crashes (default 5000000)");
    bench->add_option("--seed", o.bench_seed, "the seed of all chance");
    CLI::App* shell = app.add_subcommand("shell", "a terminal on the simulated host; from a pipe, a script");
    shell->add_option("FILE", o.shell_files, "a Compose project or a saved run to begin with");
    shell->add_option("--speed", o.shell_speed, "how fast simulated time passes while you type (default 1x; 0: only with commands)");
    shell->add_option("--seed", o.shell_seed, "the seed of all chance (default 1)");
    app.add_subcommand("faults", "what can be broken, and how to say it");
    CLI::App* docs = app.add_subcommand("docs", "reference made from the program's own tables");
    docs->add_option("TOPIC", o.docs_topic, "facts, faults or traffic")->required();
    CLI::App* help = app.add_subcommand("help", "help on a subcommand, or on: exit");
    help->add_option("TOPIC", o.help_topic, "a subcommand, or exit");
}

int help_on(CLI::App& app, const std::string& topic) {
    if (topic.empty()) {
        fmt::print("{}", app.help());
        return kAllWell;
    }
    if (topic == "exit") {
        fmt::print("{}", kExitText);
        return kAllWell;
    }
    std::vector<std::string> names{"exit"};
    for (const CLI::App* sub : app.get_subcommands({})) {
        names.push_back(sub->get_name());
        if (sub->get_name() != topic) continue;
        fmt::print("{}", sub->help());
        return kAllWell;
    }
    const std::string near = nearest(topic, names);
    complain(fmt::format("there is no help on '{}'{}", topic, near.empty() ? "; try: podium help" : fmt::format("; did you mean '{}'?", near)));
    return kBadInput;
}

int docs_on(const std::string& topic) {
    if (topic == "facts") return facts_command();
    if (topic == "faults") return faults_command();
    if (topic == "traffic") return traffic_docs_command();
    complain(fmt::format("there are no docs on '{}'; there are: facts, faults, traffic", topic));
    return kBadInput;
}

int dispatch(CLI::App& app, const Options& o) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    if (chosen.empty()) return demo_command();
    const std::string name = chosen.front()->get_name();
    if (name == "run") return run_command(o.run);
    if (name == "why") return why_command(o.why);
    if (name == "replay") return replay_command(o.replay);
    if (name == "check") return check_command(o.check_files, o.check_profiles);
    if (name == "conform") return conform_command(o.conform_directories, o.conform_verbose);
    if (name == "bench") return bench_command(o.bench_name, o.bench_containers, o.bench_events, o.bench_seed);
    if (name == "shell") return shell_command(o.shell_files, o.shell_speed, o.shell_seed);
    if (name == "faults") return faults_command();
    if (name == "docs") return docs_on(o.docs_topic);
    return help_on(app, o.help_topic);
}

// CLI11 says "The following argument was not expected: x"; a near subcommand or option is named too.
int usage_error(const CLI::App& app, const std::string& what, const std::vector<std::string>& words) {
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands({})) names.push_back(sub->get_name());
    std::string hint = "see: podium help";
    if (!words.empty()) {
        const bool known = std::find(names.begin(), names.end(), words.front()) != names.end();
        const std::string near = known ? std::string() : nearest(words.front(), names);
        if (known) hint = "see: podium help " + words.front();
        if (!near.empty()) hint = fmt::format("did you mean '{}'?", near);
    }
    std::string sentence = what;
    for (char& c : sentence) {
        if (c == '\n') c = ' ';
    }
    complain(fmt::format("{} ({})", sentence, hint));
    return kBadInput;
}

}  // namespace

int main_command(int argument_count, char** arguments) {
    Options options;
    CLI::App app{"Podium simulates hosts, containers and their orchestrators: watch a cluster, break it, ask why.", "podium"};
    app.set_version_flag("--version", "podium " + version());
    app.footer("Bare `podium` shows a workshop project through a crash, an engine restart and a deleted container.");
    app.require_subcommand(0, 1);
    add_run(app, options);
    add_others(app, options);
    try {
        app.parse(argument_count, arguments);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        std::vector<std::string> words;
        for (int i = 1; i < argument_count; ++i) words.emplace_back(arguments[i]);
        return usage_error(app, error.what(), words);
    }
    try {
        return dispatch(app, options);
    } catch (const std::exception& error) {
        complain(fmt::format("a fault of Podium's own: {}", error.what()));
        return kOwnFault;
    }
}

}  // namespace podium::cli
