#include "ui/desktop/lab/compare.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

#include "scripting/sweep_run.hpp"
#include "sim/base/text.hpp"
#include "ui/cli/job_pool.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/scenario_request.hpp"
#include "ui/cli/sweep_output.hpp"

namespace podium::desktop {

/// What all threads read and none changes.
struct Comparison::Work {
    cli::RealFiles files;
    scripting::ScenarioRequest request;
    std::map<std::string, scheduler::PolicyText> policies;
    cli::SweepReport report;  ///< Without its runs.
    CompareView view;         ///< As it begins.
};

namespace {

// What opens one run of a variant again.
CompareView::Variant variant_made_of(const lab::Variant& variant) {
    CompareView::Variant out;
    for (const auto& [name, value] : variant.parameters) out.settings.push_back(name + "=" + value);
    out.scheduler = variant.scheduler;
    return out;
}

std::string variant_command(const std::string& scenario, const CompareView::Variant& variant) {
    std::string out = "podium run " + scenario;
    if (!variant.scheduler.empty()) out += " --scheduler " + variant.scheduler;
    for (const std::string& setting : variant.settings) out += " --set " + setting;
    return out;
}

Result<std::vector<lab::Variant>> compared_variants(const intent::Compare& wanted) {
    auto variants = lab::cross_settings(wanted.settings);
    if (!variants) return variants;
    variants = lab::cross_schedulers(std::move(*variants), wanted.schedulers);
    if (!variants) return variants;
    if (variants->size() < 2)
        return Error{"there is only one variant, and nothing to compare it with",
                     {},
                     "choose several values of a parameter, or several schedulers"};
    return variants;
}

}  // namespace

Comparison::Comparison(cli::RunOptions scenario) : scenario_(std::move(scenario)) {}

Comparison::~Comparison() {
    stop();
}

void Comparison::stop() {
    leaving_ = true;
    if (thread_.joinable()) thread_.join();
    leaving_ = false;
}

std::shared_ptr<const CompareView> Comparison::view() const {
    const std::lock_guard lock(mutex_);
    return view_;
}

void Comparison::show(CompareView view) {
    auto next = std::make_shared<const CompareView>(std::move(view));
    const std::lock_guard lock(mutex_);
    view_ = std::move(next);
}

void Comparison::begin(const intent::Compare& asked) {
    stop();
    // What isn't varied stays as it was opened.
    intent::Compare wanted = asked;
    for (const std::string& setting : scenario_.parameters) {
        const std::string name = setting.substr(0, setting.find('=') + 1);
        const bool varied = std::any_of(asked.settings.begin(), asked.settings.end(), [&](const std::string& one) { return one.starts_with(name); });
        if (!varied) wanted.settings.push_back(setting);
    }
    if (wanted.schedulers.empty()) wanted.schedulers = scenario_.schedulers;
    const auto refuse = [this](const Error& error) {
        CompareView view;
        view.error = error.text();
        show(std::move(view));
    };
    auto work = std::make_shared<Work>();
    auto variants = compared_variants(wanted);
    if (!variants) return refuse(variants.error());
    if (variants->size() > kMostVariants)
        return refuse(Error{fmt::format("these are {} variants, and at most {} are compared here", variants->size(), kMostVariants),
                            {},
                            "choose fewer values; podium compare takes more"});
    if (wanted.seeds > kMostSeeds)
        return refuse(Error{fmt::format("at most {} seeds are run here", kMostSeeds), {}, "podium compare runs more"});
    auto request = cli::scenario_request(scenario_, work->files);
    if (!request) return refuse(request.error());
    work->request = std::move(*request);
    work->request.compared = lab::all_settings(*variants);
    for (const std::string& name : wanted.schedulers) {
        auto policy = cli::read_scheduler(name);
        if (!policy) return refuse(policy.error());
        work->policies[name] = std::move(*policy);
    }
    cli::SweepReport& report = work->report;
    report.title = join(scenario_.files, " ");
    report.key = "scenario";
    report.sweep = {std::move(*variants), scenario_.seed, wanted.seeds};
    if (const Result<void> checked = lab::check_sweep(report.sweep); !checked) return refuse(checked.error());
    CompareView& view = work->view;
    view.running = true;
    view.runs = report.sweep.runs();
    view.scenario = scenario_.files.front();
    for (const lab::Variant& variant : report.sweep.variants) {
        view.variants.push_back(variant.name());
        view.made_of.push_back(variant_made_of(variant));
        report.commands.push_back(variant_command(view.scenario, view.made_of.back()));
    }
    show(view);
    thread_ = std::thread([this, work = std::shared_ptr<const Work>(std::move(work))] { run(work); });
}

void Comparison::run(std::shared_ptr<const Work> work) {
    const lab::Sweep& sweep = work->report.sweep;
    std::vector<std::optional<Result<lab::SweepRun>>> results(sweep.runs());
    const auto job = [&](std::size_t number) {
        if (leaving_) return false;
        const lab::Variant& variant = sweep.variants[sweep.variant_of(number)];
        scripting::ScenarioRequest one = work->request;
        one.files = &work->files;
        one.seed = sweep.seed_of(number);
        one.parameters = variant.parameters;
        if (!variant.scheduler.empty()) one.scheduler = work->policies.at(variant.scheduler);
        results[number] = scripting::sweep_run(std::move(one), [this] { return leaving_.load(); });
        return results[number]->ok();
    };
    CompareView view = work->view;
    // One of the machine's is left to the run in the window.
    const std::size_t threads = std::max<std::size_t>(cli::machine_threads() - 1, 1);
    cli::run_jobs(sweep.runs(), threads, job, [&](std::size_t done) {
        view.done = done;
        show(view);
    });
    if (leaving_) return;
    view.running = false;
    cli::SweepReport report = work->report;
    for (std::size_t number = 0; number < results.size(); ++number) {
        if (!results[number]) continue;
        if (!*results[number]) {
            view.error = fmt::format("with {} and seed {}: {}", sweep.variants[sweep.variant_of(number)].name(), sweep.seed_of(number),
                                     results[number]->error().text());
            show(view);
            return;
        }
        report.runs.push_back(**results[number]);
    }
    view.text = cli::sweep_text(report);
    for (cli::SweepRow& row : cli::sweep_rows(report)) {
        CompareView::Row out;
        out.measure = std::move(row.measure);
        out.values = std::move(row.means);
        out.spreads = std::move(row.spreads);
        out.differences = std::move(row.differences);
        for (const auto& ends : row.ends) {
            CompareView::Row::Ends seeds;
            if (ends && ends->apart) seeds = {ends->least_seed, ends->most_seed};
            out.ends.push_back(seeds);
        }
        view.rows.push_back(std::move(out));
    }
    show(view);
}

}  // namespace podium::desktop
