// podium run and podium replay, and what bare podium shows.

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <optional>

#include "sim/base/text.hpp"
#include "sim/view/layout.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/events.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/learn_command.hpp"
#include "ui/cli/lesson_files.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/project_run.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/signals.hpp"
#include "ui/cli/timeline.hpp"
#include "ui/cli/traffic_option.hpp"
#include "ui/cli/typed_lines.hpp"
#include "ui/cli/watch.hpp"

namespace podium::cli {
namespace {

// The options' values, read before anything is begun.
struct Wishes {
    Watch watch;
    std::optional<Time> end;  ///< --for
};

Result<Wishes> read_wishes(const RunOptions& options) {
    Wishes out;
    out.watch.quiet = options.quiet || options.json == "-";
    out.watch.detail = options.detail;
    for (const std::string& text : options.lines) {
        if (const auto timed = parse_timed(text)) out.watch.lines.insert(timed->what);
    }
    if (options.quiet && options.detail)
        return Error{"--quiet and --detail exclude each other", {}, "leave one of them out"};
    const auto duration = parse_for(options.duration);
    if (!duration) return duration.error();
    if (*duration) out.end = Time{} + **duration;
    if (!options.speed.empty()) {
        const auto speed = parse_speed(options.speed);
        if (!speed)
            return Error{fmt::format("--speed: {}", speed.error().message), {}, speed.error().hint};
        out.watch.speed = *speed;
    }
    return out;
}

// What is to be written must be writable, and must not be what was read.
Result<void> check_outputs(const RunOptions& options) {
    if (options.save == "-")
        return Error{"--save takes the name of a file", {}, "write it like --save run.podium"};
    for (const std::string* path : {&options.save, &options.json}) {
        if (path->empty() || *path == "-") continue;
        for (const std::string& file : options.files) {
            if (same_file(*path, file))
                return Error{"this file is what the run is made from, and would be overwritten",
                             Place{*path, 0, 0},
                             "give --save and --json names of their own"};
        }
        if (Result<void> can = can_write(*path); !can) return can;
    }
    if (!options.save.empty() && !options.json.empty() && options.json != "-" &&
        would_be_same_file(options.save, options.json)) {
        return Error{"--save and --json name the same file",
                     Place{options.save, 0, 0},
                     "give each a name of its own"};
    }
    return {};
}

void print_end(const lab::Session& session, const Watch& watch) {
    const std::string_view how = interrupted()                ? "Interrupted"
                                 : session.trouble() != nullptr ? "Stopped"
                                 : session.quiet() && watch.until_quiet
                                     ? "Quiet: nothing more would happen"
                                     : "The end";
    const std::string text = fmt::format(
        "{} after {} simulated, seed {}.", how, format_time(session.now()), session.set_up().seed);
    put_text("\n" + join(view::wrapped(text, width_of(stdout)), "\n") + "\n\n");
}

// Runs a session that is ready to its end, and keeps it.
int run_session(lab::Session& session, const RunOptions& options, const Watch& watch, Time end) {
    JsonOut json;
    if (Result<void> opened = json.open(options.json); !opened) return bad_input(opened.error());
    const Result<void> watched = watch_run(session, end, watch, json);
    remember_run(session);
    if (!watched) return bad_input(watched.error());
    if (!options.save.empty()) {
        if (Result<void> saved = write_whole_file(options.save, session.save()); !saved)
            return bad_input(saved.error());
    }
    if (options.json != "-") {
        if (!options.quiet) print_end(session, watch);
        put_text(summary_text(session, wants_colour(stdout), width_of(stdout)));
        put_text(traffic_summary(session));
    }
    if (interrupted()) {
        complain(fmt::format("interrupted at {}; what ran so far is kept for: podium why NAME",
                             format_time(session.now())));
        (void)finish_output();
        end_by_signal();
    }
    if (session.trouble() != nullptr) {
        tell_stopped(session);
        return kBadInput;
    }
    tell_missed_faults(session);
    tell_missed_removals(session, options.removals);
    return tell_typed_lines(session, options.lines) ? kAllWell : kFailed;
}

// The last moment at which a log has a command that it had not before.
Time last_added(const std::vector<lab::Command>& before, const std::vector<lab::Command>& now) {
    auto old = before.rbegin();
    auto one = now.rbegin();
    while (one != now.rend() && old != before.rend() && *one == *old) {
        ++one;
        ++old;
    }
    return one == now.rend() ? Time{} : one->time;
}

// A saved run with something changed: the same until then, another future after it. It is as long as it was, but for what
// the change does within a minute; what it did itself near its end would make it longer at each change.
int run_changed(const RunOptions& options, Wishes wishes) {
    auto session = load_run(options.files.front());
    if (!session) return bad_input(session.error());
    const std::vector<lab::Command> before = session->log();
    wishes.watch.names = timeline_names(session->set_up());
    if (Result<void> added = add_events(*session, options); !added) return bad_input(added.error());
    return run_session(
        *session,
        options,
        wishes.watch,
        wishes.end.value_or(std::max(session->saved_end(), last_added(before, session->log()) + minutes(1))));
}

int run_saved(const RunOptions& options, const Wishes& wishes) {
    const Place place{options.files.front(), 0, 0};
    if (options.files.size() > 1)
        return bad_input(Error{"a saved run stands alone", place, "name it without other files"});
    if (!options.schedulers.empty())
        return bad_input(Error{"a saved run has its scheduler in it",
                               place,
                               fmt::format("leave --scheduler out; podium shell {} --scheduler goes "
                                           "on from its end with another",
                                           options.files.front())});
    if (options.seed_given)
        return bad_input(Error{"a saved run has its seed in it", place, "leave --seed out"});
    if (!options.profiles.empty())
        return bad_input(Error{"a saved run has its profiles in it", place, "leave --profile out"});
    if (changes_run(options)) return run_changed(options, wishes);
    ReplayOptions replay;
    replay.file = options.files.front();
    replay.json = options.json;
    replay.save = options.save;
    replay.quiet = options.quiet;
    replay.detail = options.detail;
    replay.speed = options.speed;
    replay.summary = true;
    return replay_command(replay);
}

int run_project(const RunOptions& options, Wishes wishes) {
    const auto run = prepare_project_run(options);
    if (!run) return bad_input(run.error());
    auto session = begin_project_run(*run, options, options.seed);
    if (!session) return bad_input(session.error());
    wishes.watch.names = timeline_names(run->set_up);
    wishes.watch.until_quiet = run->until_quiet;
    const int status = run_session(*session, options, wishes.watch, run->end);
    const EndedLine up = first_line(*session);
    if (!up.ended && status != kBadInput && session->now() > run->up)
        complain(fmt::format("'{}' was still waiting at the end, {} after it was typed", run->up_line, format_time(Time{} + (session->now() - run->up))));
    if (status == kBadInput || up.status == 0) return status;
    // The timeline has told it, where there is one.
    complain(fmt::format("the project did not come up: '{}' ended with status {}{}",
                         run->up_line,
                         up.status,
                         wishes.watch.quiet && !up.error.empty() ? ":\n" + up.error : ""));
    return kFailed;
}

// The first option given that a lesson has no use for; empty when there is none.
std::string stranger_to_lesson(const RunOptions& o) {
    const std::pair<bool, const char*> all[] = {{!o.cluster.empty(), "--cluster"},
                                                {!o.with.empty(), "--with"},
                                                {!o.schedulers.empty(), "--scheduler"},
                                                {!o.duration.empty(), "--for"},
                                                {!o.json.empty(), "--json"},
                                                {!o.save.empty(), "--save"},
                                                {o.quiet, "--quiet"},
                                                {o.detail, "--detail"},
                                                {!o.faults.empty(), "--fault"},
                                                {!o.kills.empty(), "--kill"},
                                                {!o.engine_restarts.empty(), "--restart-engine"},
                                                {!o.removals.empty(), "--remove"},
                                                {!o.lines.empty(), "--do"},
                                                {!o.traffic.empty(), "--traffic"},
                                                {!o.profiles.empty(), "--profile"},
                                                {!o.parameters.empty(), "--set"},
                                                {o.seeds.has_value(), "--seeds"},
                                                {o.jobs.has_value(), "--jobs"},
                                                {o.effort.has_value(), "--effort"},
                                                {!o.csv.empty(), "--csv"},
                                                {!o.runs_csv.empty(), "--runs-csv"},
                                                {o.services, "--services"}};
    for (const auto& [given, name] : all) {
        if (given) return name;
    }
    return {};
}

int run_lesson(const RunOptions& options) {
    const std::string& called = options.files.front();
    if (const std::string stranger = stranger_to_lesson(options); !stranger.empty())
        return bad_input(Error{fmt::format("'{}' is a lesson, and {} is not for lessons", called, stranger),
                               {},
                               "leave it out, or see: podium learn --help"});
    LearnOptions learn;
    learn.lesson = called;
    learn.speed = options.speed;
    if (options.seed_given) learn.seed = options.seed;
    return learn_command(learn);
}

}  // namespace

int run_command(const RunOptions& options) {
    if (options.files.size() == 1 && !is_scenario(options.files.front()) && is_lesson(options.files.front()))
        return run_lesson(options);
    if (options.seeds) return seeds_command(options);
    if (Result<void> checked = check_without_seeds(options); !checked)
        return bad_input(checked.error());
    const auto wishes = read_wishes(options);
    if (!wishes) return bad_input(wishes.error());
    if (Result<void> outputs = check_outputs(options); !outputs) return bad_input(outputs.error());
    if (std::any_of(options.files.begin(), options.files.end(), is_scenario))
        return scenario_command(options);
    if (!options.parameters.empty()) {
        return bad_input(Error{"--set is for scenarios, and this is none",
                               {},
                               "use environment variables in the Compose file"});
    }
    if (options.effort)
        return bad_input(Error{"--effort is for scenarios, and this is none", {}, "leave it out"});
    const bool saved = std::any_of(options.files.begin(), options.files.end(), is_saved_run);
    return saved ? run_saved(options, *wishes) : run_project(options, *wishes);
}

Result<RunOptions> demo_options() {
    const auto data = data_directory();
    if (!data) return data.error();
    RunOptions options;
    options.files = {*data + "/scenarios/workshop/compose.yaml"};
    options.duration = "6m";
    options.kills = {"ollama@2m"};
    options.engine_restarts = {"@3m"};
    options.removals = {"ollama@4m"};
    options.lines = {"docker compose up -d @4m30s"};
    return options;
}

int demo_command() {
    const auto options = demo_options();
    if (!options) {
        complain(options.error().text());
        return kOwnFault;
    }
    put_text(
        "A workshop project on one simulated host: a web interface and the model server it needs.\n"
        "Its server crashes, the engine is restarted, and a container is deleted; see what Docker "
        "does, and why.\n\n");
    const int status = run_command(*options);
    if (status == kAllWell) {
        put_text(
            "\nTry next: ./run why ollama                the causes of what last happened to it\n"
            "          ./run why ollama --at 2m1s      … at any moment\n"
            "          ./run run FILE --kill web@30s   the same with a Compose file of yours\n");
    }
    return status;
}

int replay_command(const ReplayOptions& options) {
    RunOptions outputs;
    outputs.files = {options.file};
    outputs.json = options.json;
    outputs.save = options.save;
    outputs.speed = options.speed;
    outputs.quiet = options.quiet;
    outputs.detail = options.detail;
    auto wishes = read_wishes(outputs);
    if (!wishes) return bad_input(wishes.error());
    if (Result<void> checked = check_outputs(outputs); !checked) return bad_input(checked.error());
    auto session = load_run(options.file);
    if (!session) return bad_input(session.error());
    wishes->watch.names = timeline_names(session->set_up());
    JsonOut json;
    if (Result<void> opened = json.open(options.json); !opened) return bad_input(opened.error());
    if (Result<void> watched = watch_run(*session, session->saved_end(), wishes->watch, json);
        !watched)
        return bad_input(watched.error());
    if (interrupted()) {
        complain(fmt::format("interrupted at {} of {}; nothing was compared",
                             format_time(session->now()),
                             format_time(session->saved_end())));
        (void)finish_output();
        end_by_signal();
    }
    if (!options.save.empty()) {
        if (Result<void> written = write_whole_file(options.save, session->save()); !written)
            return bad_input(written.error());
    }
    const std::string now = fmt::format("{:016x}", session->fingerprint());
    const bool same = now == session->saved_fingerprint();
    if (options.json != "-" && options.summary) {
        if (!options.quiet) print_end(*session, wishes->watch);
        put_text(summary_text(*session, wants_colour(stdout), width_of(stdout)));
        put_text(traffic_summary(*session));
    }
    if (options.json != "-") {
        put_text(fmt::format("{}{} facts, fingerprint {}{}\n",
                             wishes->watch.quiet ? "" : "\n",
                             session->journal().size(),
                             now,
                             same ? ": the same as when it was saved" : ""));
    }
    if (same) return kAllWell;
    complain(
        fmt::format("{}: the facts are not those of the saved run (fingerprint {} then, {} now); "
                    "it was made by another version of Podium, or changed since",
                    options.file,
                    session->saved_fingerprint(),
                    now));
    return kFailed;
}

}  // namespace podium::cli
