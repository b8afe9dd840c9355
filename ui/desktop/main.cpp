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

void describe(CLI::App& app, LabOptions& options, std::uint64_t& seed) {
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
    app.add_option("--size", options.size, "Of the window or picture (default 1280x800)")->type_name("WxH");
    app.add_option("--theme", options.theme, "dark or light")->type_name("THEME");
    app.add_option("--scale", options.scale, "Of all that is drawn, 0.75 to 3")->type_name("N");
    app.add_flag("--presenter", options.presenter, "Large type, and the keys pressed are shown");
    app.add_option("--select", options.selection, "Select a container, service or host")->type_name("NAME");
    app.add_flag("--menu", options.menu, "With --screenshot: open the menu of what is selected");
    app.add_option("--palette", options.palette, "With --screenshot: open the palette, with these letters typed")->type_name("LETTERS");
    app.add_option("--tab", options.tabs, "The panel in front at a place: bottom=facts")->allow_extra_args(false)->type_name("PLACE=PANEL");
}

int run_program(int argument_count, char** arguments) {
    LabOptions options;
    std::uint64_t seed = 0;
    CLI::App app;
    describe(app, options, seed);
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
