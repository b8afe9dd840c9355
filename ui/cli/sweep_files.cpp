// What a sweep came to, as CSV (RFC 4180, but with plain newlines) and as JSON. Numbers are written
// so that they read back as they were; what there is no number of is left empty, or null.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "sim/base/csv.hpp"
#include "sim/base/text.hpp"
#include "ui/cli/sweep_output.hpp"

namespace podium::cli {
namespace {

using Json = nlohmann::ordered_json;

// The shortest text that reads back as the number.
std::string number(double value) {
    return fmt::format("{}", value == 0 ? 0.0 : value);
}

std::string number(const std::optional<double>& value) {
    return value ? number(*value) : std::string();
}

std::vector<std::string> parameter_names(const lab::Sweep& sweep) {
    std::vector<std::string> out;
    if (!sweep.variants.front().scheduler.empty()) out.emplace_back("scheduler");
    for (const auto& [name, value] : sweep.variants.front().parameters)
        out.push_back(name);
    return out;
}

void add_parameters(std::vector<std::string>& cells, const lab::Variant& variant) {
    if (!variant.scheduler.empty()) cells.push_back(variant.scheduler);
    for (const auto& [name, value] : variant.parameters)
        cells.push_back(value);
}

Json json_number(const std::optional<double>& value) {
    if (!value) return nullptr;
    if (*value == std::floor(*value) && std::fabs(*value) < 9e15)
        return static_cast<std::int64_t>(*value);
    return *value;
}

Json json_interval(const std::optional<lab::Interval>& interval) {
    if (!interval) return nullptr;
    return Json::array({json_number(interval->low), json_number(interval->high)});
}

Json json_parameters(const lab::Variant& variant) {
    Json out = Json::object();
    for (const auto& [name, value] : variant.parameters)
        out[name] = value;
    return out;
}

Json json_row(const lab::OutcomeRow& row, const lab::Sweep& sweep) {
    Json out;
    out["variant"] = sweep.variants[row.variant].name();
    out["runs"] = row.values ? row.values->count : 0;
    if (row.values) {
        const lab::Distribution& values = *row.values;
        out["mean"] = json_number(values.mean);
        out["interval"] = json_interval(values.interval);
        out["deviation"] = json_number(values.deviation);
        out["least"] = json_number(values.least);
        out["lower_quartile"] = json_number(values.lower_quartile);
        out["median"] = json_number(values.median);
        out["upper_quartile"] = json_number(values.upper_quartile);
        out["most"] = json_number(values.most);
    }
    if (row.difference) {
        out["difference"] = {{"pairs", row.difference->count},
                             {"mean", json_number(row.difference->mean)},
                             {"interval", json_interval(row.difference->interval)},
                             {"deviation", json_number(row.difference->deviation)}};
    }
    return out;
}

// Of a run or of a service.
template <class Measured>
Json json_measures(const Measured& one, bool swarm) {
    Json out = Json::object();
    for (const lab::MeasureSpec& measure : lab::measures()) {
        if (measure.of_swarm && !swarm) continue;
        if (std::is_same_v<Measured, view::ServiceSummary> && !measure.of_service) continue;
        out[std::string(measure.key)] = json_number(lab::measured(one, measure.measure));
    }
    return out;
}

Json json_run(const SweepReport& report, const view::ServiceNames& names, std::size_t number) {
    const lab::SweepRun& run = report.runs[number];
    const lab::Sweep& sweep = report.sweep;
    Json out;
    out["variant"] = sweep.variants[sweep.variant_of(number)].name();
    out["seed"] = sweep.seed_of(number);
    const bool swarm = lab::any_swarm(report.runs);
    out.update(json_measures(run.outcome, swarm));
    out["lost_in_layers_bytes"] = run.outcome.lost_in_layers_bytes;
    out["lost_in_volumes_bytes"] = run.outcome.lost_in_volumes_bytes;
    out["orphaned_bytes"] = run.outcome.orphaned_bytes;
    out["left_behind_bytes"] = run.outcome.left_behind_bytes;
    out["requests_sent"] = run.outcome.requests_sent;
    out["checks"] = run.checks;
    out["failed_checks"] = run.failed_checks;
    out["not_decided_checks"] = run.undecided_checks;
    out["services"] = Json::object();
    for (const view::ServiceSummary& service : run.outcome.services)
        out["services"][names.of(service.identity())] = json_measures(service, swarm);
    return out;
}

Json json_variant(const SweepReport& report, std::size_t number) {
    const lab::Variant& variant = report.sweep.variants[number];
    Json out;
    out["name"] = variant.name();
    if (!variant.scheduler.empty()) out["scheduler"] = variant.scheduler;
    out["parameters"] = json_parameters(variant);
    out["command"] = report.commands[number];
    const std::size_t seeds = report.sweep.seeds;
    out["failed_runs"] = lab::failed_runs(std::span(report.runs).subspan(number * seeds, seeds));
    out["failed_checks"] = Json::array();
    for (const lab::FailedCheck& check : lab::failed_checks(report.sweep, report.runs, number))
        out["failed_checks"].push_back({{"check", check.name}, {"seeds", check.seeds}, {"not_decided", check.undecided}});
    return out;
}

}  // namespace

std::string sweep_csv(const SweepReport& report) {
    std::vector<std::string> heads{"outcome", "service"};
    for (const std::string& name : parameter_names(report.sweep))
        heads.push_back(name);
    for (const char* name : {"runs",
                             "mean",
                             "interval_low",
                             "interval_high",
                             "deviation",
                             "least",
                             "lower_quartile",
                             "median",
                             "upper_quartile",
                             "most",
                             "pairs",
                             "difference",
                             "difference_low",
                             "difference_high"})
        heads.emplace_back(name);
    const std::size_t width = heads.size();
    std::string out = csv_line(heads);
    for (const lab::OutcomeTable& table :
         lab::tabulate(report.sweep, report.runs, report.services)) {
        for (const lab::OutcomeRow& row : table.rows) {
            std::vector<std::string> cells{std::string(table.measure->key), table.service};
            add_parameters(cells, report.sweep.variants[row.variant]);
            if (row.values) {
                const lab::Distribution& values = *row.values;
                const auto bounds = values.interval;
                for (const std::string& cell : {fmt::format("{}", values.count),
                                                number(values.mean),
                                                bounds ? number(bounds->low) : std::string(),
                                                bounds ? number(bounds->high) : std::string(),
                                                number(values.deviation),
                                                number(values.least),
                                                number(values.lower_quartile),
                                                number(values.median),
                                                number(values.upper_quartile),
                                                number(values.most)})
                    cells.push_back(cell);
            } else {
                cells.emplace_back("0");
                cells.resize(width - 4);
            }
            if (row.difference) {
                const auto bounds = row.difference->interval;
                cells.push_back(fmt::format("{}", row.difference->count));
                cells.push_back(number(row.difference->mean));
                cells.push_back(bounds ? number(bounds->low) : std::string());
                cells.push_back(bounds ? number(bounds->high) : std::string());
            }
            cells.resize(width);
            out += csv_line(cells);
        }
    }
    return out;
}

std::string sweep_runs_csv(const SweepReport& report) {
    std::vector<std::string> heads = parameter_names(report.sweep);
    heads.emplace_back("seed");
    const bool swarm = lab::any_swarm(report.runs);
    for (const lab::MeasureSpec& measure : lab::measures()) {
        if (!measure.of_swarm || swarm) heads.emplace_back(measure.key);
    }
    heads.emplace_back("checks");
    heads.emplace_back("failed_checks");
    std::string out = csv_line(heads);
    for (std::size_t number_of_run = 0; number_of_run < report.runs.size(); ++number_of_run) {
        const lab::SweepRun& run = report.runs[number_of_run];
        std::vector<std::string> cells;
        add_parameters(cells, report.sweep.variants[report.sweep.variant_of(number_of_run)]);
        cells.push_back(fmt::format("{}", report.sweep.seed_of(number_of_run)));
        for (const lab::MeasureSpec& measure : lab::measures()) {
            if (!measure.of_swarm || swarm)
                cells.push_back(number(lab::measured(run.outcome, measure.measure)));
        }
        cells.push_back(fmt::format("{}", run.checks));
        cells.push_back(join(run.failed_checks, "; "));
        out += csv_line(cells);
    }
    return out;
}

std::string sweep_json(const SweepReport& report) {
    const lab::Sweep& sweep = report.sweep;
    Json out;
    out[report.key] = report.title;
    out["seeds"] = {{"first", sweep.first_seed}, {"count", sweep.seeds}};
    out["interval"] = "95 %, Student's t; of a difference: over the pairs of one seed";
    out["variants"] = Json::array();
    for (std::size_t i = 0; i < sweep.variants.size(); ++i)
        out["variants"].push_back(json_variant(report, i));
    out["seeds_with_other_faults"] = lab::seeds_with_other_faults(sweep, report.runs);
    out["outcomes"] = Json::array();
    for (const lab::OutcomeTable& table : lab::tabulate(sweep, report.runs, true)) {
        Json one;
        one["outcome"] = std::string(table.measure->key);
        one["service"] = table.service.empty() ? Json(nullptr) : Json(table.service);
        one["variants"] = Json::array();
        for (const lab::OutcomeRow& row : table.rows)
            one["variants"].push_back(json_row(row, sweep));
        out["outcomes"].push_back(std::move(one));
    }
    out["runs"] = Json::array();
    const view::ServiceNames names = lab::services_of(report.runs);
    for (std::size_t i = 0; i < report.runs.size(); ++i)
        out["runs"].push_back(json_run(report, names, i));
    return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace podium::cli
