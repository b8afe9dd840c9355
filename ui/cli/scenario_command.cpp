// podium run SCRIPT.lua and podium run topic/name: a scenario, its timeline, its summary and its
// verdicts.

#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <optional>

#include "scripting/bindings.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/rows.hpp"
#include "sim/lab/sweep.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/project_run.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/scenario_request.hpp"
#include "ui/cli/signals.hpp"
#include "ui/cli/timeline.hpp"
#include "ui/cli/traffic_option.hpp"
#include "ui/cli/watch.hpp"

namespace podium::cli {
namespace {

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
    return out.empty() ? out : printable(out) + "\n";
}

// Runs it, printing as it goes; false when a signal has ended it before its end.
Result<bool> watch_scenario(scripting::Scenario& scenario,
                            const RunOptions& options,
                            double speed,
                            JsonOut& json) {
    catch_signals();
    let_interrupts_end();
    std::optional<Timeline> timeline;
    Progress progress(speed <= 0);
    const bool shown = !options.quiet && options.json != "-";
    const auto began = std::chrono::steady_clock::now();
    bool more = true;
    while (more) {
        const auto stepped = scenario.step();
        const lab::Session* session = scenario.session();
        if (session != nullptr) {
            if (!timeline) {
                tell_not_simulated(scenario.not_simulated(), {});
                if (shown) put_text(header_text(scenario));
                timeline.emplace(TimelineStyle{wants_colour(stdout),
                                               options.detail,
                                               width_of(stdout),
                                               timeline_names(session->set_up())});
            }
            if (speed > 0) {
                std::fflush(stdout);
                sleep_until(began + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                        static_cast<double>(session->now().nanoseconds) / speed)));
            }
            json.write(*session);
            const std::string lines = shown ? timeline->new_lines(*session) : std::string();
            if (!lines.empty()) progress.clear();
            put_text(lines);
            progress.show(*session, kNever);
        }
        if (!stepped) return stepped.error();
        more = *stepped;
        if (session != nullptr && more && (take_interrupt() || asked_to_leave())) return false;
    }
    return true;
}

}  // namespace

int scenario_command(const RunOptions& options) {
    const RealFiles files;
    const auto parameters = lab::one_variant(options.parameters);
    if (!parameters) return bad_input(parameters.error());
    auto request = scenario_request(options, files);
    if (!request) return bad_input(request.error());
    const auto scheduler = one_scheduler(options);
    if (!scheduler) return bad_input(scheduler.error());
    if (!scheduler->empty()) {
        const auto policy = read_scheduler(*scheduler);
        if (!policy) return bad_input(policy.error());
        request->scheduler = *policy;
    }
    request->seed = options.seed;
    request->parameters = parameters->parameters;
    double speed = 0;
    if (!options.speed.empty()) {
        const auto wanted = parse_speed(options.speed);
        if (!wanted) return bad_input(wanted.error());
        speed = *wanted;
    }
    auto scenario = scripting::Scenario::create(std::move(*request));
    if (!scenario) return bad_input(scenario.error());
    JsonOut json;
    if (Result<void> opened = json.open(options.json); !opened) return bad_input(opened.error());
    const auto watched = watch_scenario(**scenario, options, speed, json);
    const lab::Session* begun = (*scenario)->session();
    // What a failed policy stops is kept; what ends by the script's own error never happened.
    const bool stopped = !watched && begun != nullptr && begun->trouble() != nullptr;
    if (!watched && !stopped) return bad_input(watched.error());
    const lab::Session& session = *begun;
    const std::vector<scripting::Verdict> verdicts =
        stopped ? std::vector<scripting::Verdict>{} : (*scenario)->verdicts();
    for (const scripting::Verdict& verdict : verdicts)
        json.write_line(scripting::verdict_row(session, verdict));
    json.write_summary(session);
    if (Result<void> finished = json.finish(); !finished) return bad_input(finished.error());
    remember_run(session);
    if (!options.save.empty()) {
        if (Result<void> saved = write_whole_file(options.save, session.save()); !saved)
            return bad_input(saved.error());
    }
    if (stopped) {
        tell_stopped(session);
        return kBadInput;
    }
    if (!*watched) {
        complain(
            fmt::format("interrupted at {}, before the checks were decided; what ran so far is "
                        "kept for: podium "
                        "why NAME",
                        format_time(session.now())));
        (void)finish_output();
        end_by_signal();
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
