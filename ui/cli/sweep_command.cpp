// podium compare, and podium run --seeds: a scenario or a project on many seeds, on all cores.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <optional>
#include <unistd.h>

#include "scripting/sweep_run.hpp"
#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/events.hpp"
#include "ui/cli/job_pool.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/project_run.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/scenario_request.hpp"
#include "ui/cli/signals.hpp"
#include "ui/cli/sweep_output.hpp"

namespace podium::cli {
namespace {

// Runs one variant on one seed; called from many threads at once.
using RunOne = std::function<Result<lab::SweepRun>(const lab::Variant&, std::uint64_t seed)>;

// A line on standard error that a person watches while the runs are computed; nothing in a pipe.
class ProgressBar {
  public:
    explicit ProgressBar(std::size_t count) : on_(isatty(STDERR_FILENO) != 0), count_(count) {}

    ~ProgressBar() { clear(); }

    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void show(std::size_t done) {
        if (!on_) return;
        constexpr std::size_t kWidth = 30;
        const std::size_t full = done * kWidth / count_;
        std::string left;
        const double taken =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
        if (done > 0 && done < count_ && taken > 1) {
            const double rest =
                taken / static_cast<double>(done) * static_cast<double>(count_ - done);
            left = fmt::format(", {:.0f} s left", rest);
        }
        fmt::print(stderr,
                   "\r\x1b[2K[{}{}] {} of {} runs{}",
                   std::string(full, '#'),
                   std::string(kWidth - full, ' '),
                   done,
                   count_,
                   left);
        std::fflush(stderr);
        shown_ = true;
    }

    void clear() {
        if (shown_) fmt::print(stderr, "\r\x1b[2K");
        shown_ = false;
    }

  private:
    bool on_;
    bool shown_ = false;
    std::size_t count_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

std::string with_seed(const lab::Variant& variant, std::uint64_t seed) {
    const std::string name = variant.name();
    return fmt::format("with {}{}seed {}", name, name.empty() ? "" : " and ", seed);
}

// All runs of a sweep by number; the first one's error when some can't be made.
Result<std::vector<lab::SweepRun>> run_all(const lab::Sweep& sweep,
                                           std::size_t threads,
                                           const std::vector<std::string>& commands,
                                           const RunOne& run_one) {
    std::vector<std::optional<Result<lab::SweepRun>>> results(sweep.runs());
    const auto job = [&](std::size_t number) {
        const std::size_t variant = sweep.variant_of(number);
        const std::uint64_t seed = sweep.seed_of(number);
        set_replay_hint(fmt::format("{} --seed {}", commands[variant], seed));
        results[number] = run_one(sweep.variants[variant], seed);
        return results[number]->ok();
    };
    ProgressBar bar(sweep.runs());
    catch_signals();
    let_interrupts_end();
    run_jobs(sweep.runs(), threads, job, [&](std::size_t done) {
        if (take_interrupt() || asked_to_leave()) {
            bar.clear();
            complain(fmt::format(
                "interrupted after {} of {} runs; nothing was compared", done, sweep.runs()));
            end_by_signal();
        }
        bar.show(done);
    });
    bar.clear();
    std::vector<lab::SweepRun> out;
    out.reserve(results.size());
    for (std::size_t number = 0; number < results.size(); ++number) {
        const Result<lab::SweepRun>& result = *results[number];
        if (result) {
            out.push_back(*result);
            continue;
        }
        Error error = result.error();
        // What is wrong with an option is wrong on every seed.
        if (!error.message.starts_with("--"))
            error.message =
                with_seed(sweep.variants[sweep.variant_of(number)], sweep.seed_of(number)) + ": " +
                error.message;
        return error;
    }
    return out;
}

Result<std::size_t> threads_for(const RunOptions& options) {
    if (!options.jobs) return machine_threads();
    if (*options.jobs == 0 || *options.jobs > kMostThreads)
        return Error{fmt::format("--jobs can't be {}", *options.jobs),
                     {},
                     fmt::format("it takes 1 to {}", kMostThreads)};
    return static_cast<std::size_t>(*options.jobs);
}

// --- what is written where ---

struct Output {
    const char* option;
    const std::string* path;
    std::string (*text)(const SweepReport&);
};

std::vector<Output> outputs_of(const RunOptions& options) {
    std::vector<Output> out;
    for (const Output& output : {Output{"--csv", &options.csv, sweep_csv},
                                 Output{"--runs-csv", &options.runs_csv, sweep_runs_csv},
                                 Output{"--json", &options.json, sweep_json}}) {
        if (!output.path->empty()) out.push_back(output);
    }
    return out;
}

// What is to be written must be writable, and must not be what was read, nor each other.
Result<void> check_sweep_outputs(const RunOptions& options) {
    const std::vector<Output> outputs = outputs_of(options);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const std::string& path = *outputs[i].path;
        for (std::size_t k = 0; k < i; ++k) {
            const std::string& other = *outputs[k].path;
            if (path == other || (path != "-" && other != "-" && would_be_same_file(path, other)))
                return Error{
                    fmt::format(
                        "{} and {} name the same file", outputs[k].option, outputs[i].option),
                    Place{path, 0, 0},
                    "give each a name of its own"};
        }
        if (path == "-") continue;
        std::vector<std::string> read = options.files;
        read.insert(read.end(), options.schedulers.begin(), options.schedulers.end());
        for (const std::string& file : read) {
            if (same_file(path, file))
                return Error{"this file is what is run, and would be overwritten",
                             Place{path, 0, 0},
                             fmt::format("give {} a name of its own", outputs[i].option)};
        }
        if (Result<void> can = can_write(path); !can) return can;
    }
    return {};
}

int write_report(const SweepReport& report, const RunOptions& options) {
    bool table = true;
    for (const Output& output : outputs_of(options)) {
        if (*output.path == "-") {
            put_text(output.text(report));
            table = false;
        } else if (Result<void> written = write_whole_file(*output.path, output.text(report));
                   !written) {
            return bad_input(written.error());
        }
    }
    if (table) put_text(sweep_text(report));
    return lab::failed_runs(report.runs) == 0 ? kAllWell : kFailed;
}

// --- how to run one of them alone ---

// A word as a shell takes it.
std::string shell_word(const std::string& text) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
    if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string command_for(const RunOptions& options, const lab::Variant& variant) {
    std::string out = "podium run";
    const auto add = [&out](const std::string& text) { out += " " + shell_word(text); };
    for (const std::string& file : options.files)
        add(file);
    if (!variant.scheduler.empty()) {
        add("--scheduler");
        add(variant.scheduler);
    }
    for (const auto& [name, value] : variant.parameters) {
        add("--set");
        add(name + "=" + value);
    }
    const std::pair<const char*, const std::vector<std::string>*> lists[] = {
        {"--fault", &options.faults},
        {"--kill", &options.kills},
        {"--restart-engine", &options.engine_restarts},
        {"--remove", &options.removals},
        {"--do", &options.lines},
        {"--traffic", &options.traffic},
        {"--profile", &options.profiles}};
    for (const auto& [option, values] : lists) {
        for (const std::string& value : *values) {
            add(option);
            add(value);
        }
    }
    if (!options.duration.empty()) {
        add("--for");
        add(options.duration);
    }
    if (options.effort) {
        add("--effort");
        add(fmt::format("{}", *options.effort));
    }
    return out;
}

// --- sweeps ---

int sweep(const RunOptions& options,
          std::vector<lab::Variant> variants,
          const std::string& key,
          const RunOne& run_one) {
    SweepReport report;
    report.key = key;
    report.title = options.files.empty() ? "compose.yaml" : join(options.files, " ");
    report.services = options.services;
    report.sweep = {std::move(variants), options.seed, *options.seeds};
    for (const lab::Variant& variant : report.sweep.variants)
        report.commands.push_back(command_for(options, variant));
    if (Result<void> checked = lab::check_sweep(report.sweep); !checked)
        return bad_input(checked.error());
    const auto threads = threads_for(options);
    if (!threads) return bad_input(threads.error());
    if (Result<void> outputs = check_sweep_outputs(options); !outputs)
        return bad_input(outputs.error());
    auto runs = run_all(report.sweep, *threads, report.commands, run_one);
    if (!runs) return bad_input(runs.error());
    report.runs = std::move(*runs);
    return write_report(report, options);
}

int sweep_scenario(const RunOptions& options, Result<std::vector<lab::Variant>> variants) {
    if (!variants) return bad_input(variants.error());
    const RealFiles files;
    auto request = scenario_request(options, files);
    if (!request) return bad_input(request.error());
    request->compared = lab::all_settings(*variants);
    variants = lab::cross_schedulers(std::move(*variants), options.schedulers);
    if (!variants) return bad_input(variants.error());
    std::map<std::string, scheduler::PolicyText> policies;
    for (const std::string& name : options.schedulers) {
        auto policy = read_scheduler(name);
        if (!policy) return bad_input(policy.error());
        policies[name] = std::move(*policy);
    }
    const scripting::ScenarioRequest& common = *request;
    return sweep(options,
                 std::move(*variants),
                 "scenario",
                 [&common, &policies](const lab::Variant& variant, std::uint64_t seed) {
                     scripting::ScenarioRequest one = common;
                     one.seed = seed;
                     one.parameters = variant.parameters;
                     if (!variant.scheduler.empty()) one.scheduler = policies.at(variant.scheduler);
                     return scripting::sweep_run(std::move(one));
                 });
}

int sweep_project(const RunOptions& options) {
    const auto prepared = prepare_project_run(options);
    if (!prepared) return bad_input(prepared.error());
    const ProjectRun& common = *prepared;
    return sweep(options,
                 {lab::Variant{}},
                 "files",
                 [&](const lab::Variant&, std::uint64_t seed) -> Result<lab::SweepRun> {
                     auto session = begin_project_run(common, options, seed);
                     if (!session) return session.error();
                     lab::run_to_end(*session, common.end, common.until_quiet);
                     if (session->trouble() != nullptr) return *session->trouble();
                     return lab::sweep_run_of(*session);
                 });
}

// What says how one run is shown, of which there is none here.
Result<void> check_seeds_options(const RunOptions& options) {
    const std::pair<bool, const char*> others[] = {{!options.save.empty(), "--save"},
                                                   {!options.speed.empty(), "--speed"},
                                                   {options.quiet, "--quiet"},
                                                   {options.detail, "--detail"}};
    for (const auto& [given, option] : others) {
        if (given)
            return Error{fmt::format("{} is for one run, and --seeds makes many", option),
                         {},
                         "run one seed of them with --seed"};
    }
    return {};
}

}  // namespace

Result<void> check_without_seeds(const RunOptions& options) {
    const std::pair<bool, const char*> others[] = {{options.jobs.has_value(), "--jobs"},
                                                   {!options.csv.empty(), "--csv"},
                                                   {!options.runs_csv.empty(), "--runs-csv"},
                                                   {options.services, "--services"}};
    for (const auto& [given, option] : others) {
        if (given)
            return Error{fmt::format("{} goes with --seeds", option),
                         {},
                         "say on how many seeds, like --seeds 50"};
    }
    return {};
}

int seeds_command(const RunOptions& options) {
    if (Result<void> checked = check_seeds_options(options); !checked)
        return bad_input(checked.error());
    if (std::any_of(options.files.begin(), options.files.end(), is_saved_run))
        return bad_input(Error{"a saved run has its seed in it",
                               Place{options.files.front(), 0, 0},
                               "leave --seeds out, or run what it was made from"});
    if (std::none_of(options.files.begin(), options.files.end(), is_scenario)) {
        if (options.effort)
            return bad_input(
                Error{"--effort is for scenarios, and this is none", {}, "leave it out"});
        if (options.parameters.empty()) return sweep_project(options);
        return bad_input(Error{"--set is for scenarios, and this is none",
                               {},
                               "use environment variables in the Compose file"});
    }
    const auto variant = lab::one_variant(options.parameters);
    if (!variant) return bad_input(variant.error());
    if (const auto one = one_scheduler(options); !one) return bad_input(one.error());
    return sweep_scenario(options, std::vector{*variant});
}

int compare_command(const RunOptions& options) {
    const std::string& name = options.files.front();
    if (!is_scenario(name))
        return bad_input(Error{fmt::format("podium compare runs scenarios, and '{}' is none", name),
                               {},
                               "name one like restart/policies or FILE.lua; podium run FILE "
                               "--seeds 50 takes a project"});
    auto variants = lab::cross_settings(options.parameters);
    if (variants && variants->size() * std::max<std::size_t>(options.schedulers.size(), 1) < 2)
        return bad_input(Error{"there is only one variant, and nothing to compare it with",
                               {},
                               "give a parameter several values, like --set policy=no --set "
                               "policy=always, or several schedulers, like --scheduler spread "
                               "--scheduler mine.lua; podium run --seeds takes one variant"});
    return sweep_scenario(options, std::move(variants));
}

}  // namespace podium::cli
