// podium run SCRIPT.lua and podium run topic/name: a scenario, its timeline, its summary and its
// verdicts.

#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <optional>
#include <thread>

#include "scripting/bindings.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/rows.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/timeline.hpp"
#include "ui/cli/traffic_option.hpp"
#include "ui/cli/watch.hpp"

namespace podium::cli {
namespace {

// Where a scenario is: its script, and how errors name it.
struct Found {
    std::string path;
    std::string name;
};

Result<Found> find_scenario(const std::string& wanted) {
    if (wanted.ends_with(".lua")) return Found{resolve_path(working_directory(), wanted), wanted};
    const auto data = data_directory();
    if (!data) return data.error();
    const Found found{fmt::format("{}/scenarios/{}/scenario.lua", *data, wanted),
                      wanted + "/scenario.lua"};
    if (!RealFiles().exists(found.path))
        return Error{fmt::format("there is no scenario '{}'", wanted),
                     {},
                     "a scenario is named topic/name, or by its file, like scenario.lua"};
    return found;
}

Result<std::vector<std::pair<std::string, std::string>>> read_parameters(
    const std::vector<std::string>& texts) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
            return Error{fmt::format("--set '{}' sets nothing", text),
                         {},
                         "write it like --set policy=always"};
        const std::string name = text.substr(0, equals);
        for (const auto& [other, value] : out) {
            if (other == name)
                return Error{fmt::format("--set sets '{}' twice", name),
                             {},
                             "a run has one value of each parameter"};
        }
        out.emplace_back(name, text.substr(equals + 1));
    }
    return out;
}

// What a scenario says for itself.
Result<void> check_options(const RunOptions& options, const std::string& name) {
    const std::pair<bool, const char*> others[] = {
        {!options.faults.empty(), "--fault"},
        {!options.kills.empty(), "--kill"},
        {!options.engine_restarts.empty(), "--restart-engine"},
        {!options.removals.empty(), "--remove"},
        {!options.lines.empty(), "--do"},
        {!options.profiles.empty(), "--profile"}};
    for (const auto& [given, option] : others) {
        if (given)
            return Error{
                fmt::format("{} does not go with a scenario, which says itself what happens",
                            option),
                Place{name, 0, 0},
                "change the script, or give it a parameter and use --set"};
    }
    if (options.files.size() > 1)
        return Error{"a scenario is run alone", Place{name, 0, 0}, "name no other file"};
    return {};
}

std::string header_text(const scripting::Scenario& scenario) {
    const scripting::ScenarioHeader& header = scenario.header();
    std::string out;
    if (!header.title.empty()) out += header.title + "\n";
    if (!header.goal.empty()) out += fmt::format("Goal: {}\n", header.goal);
    if (!header.watch.empty()) out += fmt::format("Watch: {}\n", header.watch);
    for (const scripting::ScenarioParameter& parameter : scenario.parameters()) {
        std::vector<std::string> others = parameter.choices;
        std::erase(others, parameter.value);
        out += fmt::format("With {}={}{}\n",
                           parameter.name,
                           parameter.value,
                           others.empty() ? "" : fmt::format(" (or {})", join(others, ", ")));
    }
    return out.empty() ? out : out + "\n";
}

// Runs it, printing as it goes.
Result<void> watch_scenario(scripting::Scenario& scenario,
                            const RunOptions& options,
                            double speed,
                            JsonOut& json) {
    std::optional<Timeline> timeline;
    const bool shown = !options.quiet && options.json != "-";
    const auto began = std::chrono::steady_clock::now();
    bool more = true;
    while (more) {
        const auto stepped = scenario.step();
        const lab::Session* session = scenario.session();
        if (session != nullptr) {
            if (!timeline) {
                if (shown) put_text(header_text(scenario));
                timeline.emplace(TimelineStyle{wants_colour(stdout),
                                               options.detail,
                                               width_of(stdout),
                                               timeline_names(session->set_up())});
            }
            if (speed > 0) {
                std::fflush(stdout);
                std::this_thread::sleep_until(
                    began + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                static_cast<double>(session->now().nanoseconds) / speed)));
            }
            json.write(*session);
            if (shown) put_text(timeline->new_lines(*session));
        }
        if (!stepped) return stepped.error();
        more = *stepped;
    }
    return {};
}

Result<scripting::ScenarioRequest> make_request(const RunOptions& options,
                                                const Found& found,
                                                const FileReader& files) {
    const auto data = data_directory();
    if (!data) return data.error();
    const auto catalogue = files.read(*data + "/scenarios/images.yaml");
    if (!catalogue) return catalogue.error();
    const auto text = files.read(found.path);
    if (!text) return text.error();
    const auto parameters = read_parameters(options.parameters);
    if (!parameters) return parameters.error();
    scripting::ScenarioRequest request;
    request.text = *text;
    request.name = found.name;
    request.directory = directory_of(found.path);
    request.files = &files;
    request.catalogue = *catalogue;
    request.seed = options.seed;
    request.parameters = *parameters;
    if (!options.duration.empty()) {
        const auto duration = parse_duration(options.duration);
        if (!duration) return duration.error();
        if (duration->nanoseconds <= 0)
            return Error{fmt::format("--for '{}' is no time to run", options.duration),
                         {},
                         "write it like 90s or 10m"};
        request.duration = *duration;
    }
    return request;
}

}  // namespace

bool is_scenario(const std::string& name) {
    if (name.ends_with(".lua")) return true;
    // topic/name, of those that are here.
    if (name.empty() || name[0] == '/' || name.find('/') == std::string::npos ||
        RealFiles().exists(name))
        return false;
    return find_scenario(name).ok();
}

int scenario_command(const RunOptions& options) {
    const RealFiles files;
    const auto found = find_scenario(options.files.front());
    if (!found) return bad_input(found.error());
    if (Result<void> checked = check_options(options, found->name); !checked)
        return bad_input(checked.error());
    double speed = 0;
    if (!options.speed.empty()) {
        const auto wanted = parse_speed(options.speed);
        if (!wanted) return bad_input(wanted.error());
        speed = *wanted;
    }
    auto request = make_request(options, *found, files);
    if (!request) return bad_input(request.error());
    auto scenario = scripting::Scenario::create(std::move(*request));
    if (!scenario) return bad_input(scenario.error());
    JsonOut json;
    if (Result<void> opened = json.open(options.json); !opened) return bad_input(opened.error());
    if (Result<void> watched = watch_scenario(**scenario, options, speed, json); !watched)
        return bad_input(watched.error());
    const lab::Session& session = *(*scenario)->session();
    const std::vector<scripting::Verdict> verdicts = (*scenario)->verdicts();
    for (const scripting::Verdict& verdict : verdicts)
        json.write_line(scripting::verdict_row(session, verdict));
    json.write_summary(session);
    if (Result<void> finished = json.finish(); !finished) return bad_input(finished.error());
    remember_run(session);
    if (!options.save.empty()) {
        if (Result<void> saved = write_whole_file(options.save, session.save()); !saved)
            return bad_input(saved.error());
    }
    if (options.json != "-") {
        if (!options.quiet) {
            put_text(fmt::format(
                "\n{} after {} simulated, seed {}.\n\n",
                (*scenario)->ended_quiet() ? "Quiet: nothing more would happen" : "The end",
                format_time(session.now()),
                options.seed));
        }
        put_text(summary_text(session, wants_colour(stdout), width_of(stdout)));
        put_text(traffic_summary(session));
        if (!verdicts.empty()) put_text("\n" + scripting::verdicts_text(session, verdicts));
    }
    return (*scenario)->all_passed() ? kAllWell : kFailed;
}

int lua_docs_command() {
    put_text(scripting::bindings_text());
    return kAllWell;
}

}  // namespace podium::cli
