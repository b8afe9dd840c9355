// podium-lab: its command line.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <sstream>

#include "ui/cli/app.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/output.hpp"
#include "ui/desktop/bench.hpp"
#include "ui/desktop/lab_app.hpp"

namespace {

using podium::desktop::LabOptions;

// A failed assertion has said its last words; it is a fault of Podium's own, which is status 3.
void on_abort(int) {
    std::_Exit(podium::cli::kOwnFault);
}

constexpr const char* kFooter =
    "Examples:\n"
    "  podium-lab compose.yaml                       a project of yours, in a window\n"
    "  podium-lab --cluster three-host               three empty hosts\n"
    "  podium-lab --screenshot lab.png --at 41s run.podium\n"
    "Keys: F1 shows them all. Exit status: 0 all well, 2 bad input or no display, 3 a fault of Podium's own.";

/// What is measured instead of shown.
struct BenchAsked {
    std::string name;
    std::string containers;
};

void describe(CLI::App& app, LabOptions& options, std::uint64_t& seed, BenchAsked& bench) {
    app.name("podium-lab");
    app.description("The desktop lab of Podium: a cluster live, in a window, with time in your hands.");
    app.set_version_flag("--version", "podium-lab " + podium::cli::version(), "Print the version and exit");
    app.footer(kFooter);
    app.add_option("NAME", options.names, "Compose files, a saved run, a scenario, or a lesson (none: a workshop project)")->type_name("");
    app.add_option("--cluster", options.cluster, "The hosts: a cluster file, or the name of one that comes with Podium")->type_name("CLUSTER");
    app.add_option("--scheduler", options.scheduler, "What places the tasks of a swarm")->type_name("POLICY");
    app.add_option("--set", options.settings, "Set a parameter of a scenario: policy=always")->allow_extra_args(false)->type_name("NAME=VALUE");
    app.add_option("--seed", seed, "The seed of all chance")->type_name("N");
    app.add_flag("--again", options.again, "A lesson from its beginning, whatever was done");
    app.add_option("--at", options.at, "Stand at a moment of the run, like 41s")->type_name("TIME");
    app.add_option("--speed", options.speed, "How fast simulated time passes, 0.01x to 10000x (default 1x)")->type_name("SPEED");
    app.add_option("--screenshot", options.screenshot, "Write a picture (PNG) and leave; needs no display")->type_name("FILE");
    app.add_option("--size", options.size, "Of the window (default: as it was left) or picture (default 1280x800)")->type_name("WxH");
    app.add_option("--theme", options.theme, "dark or light")->type_name("THEME");
    app.add_option("--scale", options.scale, "Of all that is drawn, 0.75 to 3")->type_name("N");
    app.add_option("--marks", options.marks, "Keep writing to a file where widgets are, for tests with a real mouse")->type_name("FILE");
    app.add_flag("--presenter", options.presenter, "Large type, and the keys pressed are shown");
    app.add_option("--select", options.selection, "Select a container, service or host")->type_name("NAME");
    CLI::Option* measured = app.add_option("--bench", bench.name, "Print how fast things are drawn, as JSON, and leave: ui or window")->type_name("NAME");
    app.add_option("--containers", bench.containers, "Of --bench: how many (default 10,1000,10000,100000)")->type_name("N,N...")->needs(measured);
    app.add_flag("--menu", options.menu, "With --screenshot: open the menu of what is selected");
    app.add_option("--palette", options.palette, "With --screenshot: open the palette, with these letters typed")->type_name("LETTERS");
    app.add_option("--tab", options.tabs, "The panel in front at a place: bottom=facts")->allow_extra_args(false)->type_name("PLACE=PANEL");
}

/// An option or name that says nothing about what is measured; empty: there is none.
std::string not_of_bench(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
        const std::string name = option->get_name();
        if (option->count() > 0 && name != "--bench" && name != "--containers") return name;
    }
    return {};
}

int run_bench(const BenchAsked& asked) {
    namespace cli = podium::cli;
    namespace desktop = podium::desktop;
    if (asked.name != "ui" && asked.name != "window")
        return cli::bad_input({fmt::format("there is no benchmark '{}' of the desktop's", asked.name), {}, "there are: ui, and window, which needs a display"});
    desktop::DrawBenchWish wish;
    if (!asked.containers.empty()) {
        const auto sizes = desktop::parse_sizes(asked.containers);
        if (!sizes) return cli::bad_input(sizes.error());
        wish.containers = *sizes;
    }
    // Each line when it is known: the large ones take a while.
    const auto say = [](const std::string& line) {
        cli::put_text(line);
        (void)cli::finish_output();
    };
    const auto done = asked.name == "ui" ? desktop::run_draw_bench(wish, say) : desktop::run_window_bench(wish, say);
    return done ? cli::kAllWell : cli::bad_input(done.error());
}

int run_program(int argument_count, char** arguments) {
    LabOptions options;
    std::uint64_t seed = 0;
    BenchAsked bench;
    CLI::App app;
    describe(app, options, seed, bench);
    try {
        app.parse(argument_count, arguments);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) return podium::cli::bad_input({error.what(), {}, "see: podium-lab --help"});
        std::ostringstream text;
        app.exit(error, text, text);
        podium::cli::put_text(text.str());
        return podium::cli::finish_output() ? podium::cli::kAllWell : podium::cli::kBadInput;
    }
    if (app.count("--seed") > 0) options.seed = seed;
    if (!bench.name.empty()) {
        if (const std::string other = not_of_bench(app); !other.empty())
            return podium::cli::bad_input({fmt::format("{} does not go with --bench, which measures fleets of its own", other), {}, "leave it out"});
        return run_bench(bench);
    }
    return podium::desktop::run_lab(options);
}

}  // namespace

int main(int argument_count, char** arguments) {
    std::signal(SIGABRT, on_abort);
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return run_program(argument_count, arguments);
    } catch (const std::bad_alloc&) {
        podium::cli::complain("a fault of Podium's own: this machine's memory does not suffice");
    } catch (const std::exception& error) {
        podium::cli::complain(fmt::format("a fault of Podium's own: {}", error.what()));
    }
    return podium::cli::kOwnFault;
}
