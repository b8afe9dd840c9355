// What a sweep came to, as text to be read.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "sim/base/printable.hpp"
#include "sim/base/share.hpp"
#include "sim/base/text.hpp"
#include "ui/cli/sweep_output.hpp"

namespace podium::cli {
namespace {

// Numbers of one table in a unit that suits them.
struct Scale {
    double divisor = 1;
    std::string unit;
    int decimals = 2;
};

Scale scale_of(const lab::OutcomeTable& table) {
    Scale out{1, std::string(table.measure->unit), 2};
    if (out.unit == "s") out.decimals = 3;
    if (out.unit != "B") return out;
    double most = 0;
    for (const lab::OutcomeRow& row : table.rows) {
        if (row.values) most = std::max(most, row.values->most);
    }
    constexpr std::pair<double, const char*> kUnits[] = {
        {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}, {1e12, "TB"}};
    for (const auto& [divisor, unit] : kUnits) {
        if (most >= divisor) out = {divisor, unit, 2};
    }
    return out;
}

// What rounds to nothing has no sign.
std::string number(double value, const Scale& scale, bool sign = false) {
    const std::string digits =
        fmt::format("{:.{}f}", std::fabs(value / scale.divisor), scale.decimals);
    if (digits.find_first_of("123456789") == std::string::npos) return digits;
    return (value < 0 ? "-" : sign ? "+" : "") + digits;
}

// What a run has, or runs have in the mean: an availability is cut as that of one run is. (The end of an interval can
// be less than nothing or more than all.)
std::string level(double value, const lab::OutcomeTable& table, const Scale& scale) {
    const bool share = table.measure->measure == lab::Measure::Availability && value >= 0 && value <= 100;
    return share ? cut_share_text(cut_share_of_percent(value)) : number(value, scale);
}

std::string interval_of_difference(const std::optional<lab::Interval>& interval, const Scale& scale) {
    if (!interval) return "-";
    return fmt::format("[{}, {}]", number(interval->low, scale, true), number(interval->high, scale, true));
}

std::string interval_of_mean(const lab::Distribution& values, const lab::OutcomeTable& table, const Scale& scale) {
    if (!values.interval) return "-";
    return fmt::format("[{}, {}]", level(values.interval->low, table, scale), level(values.interval->high, table, scale));
}

std::string deviation(const lab::Distribution& values, const Scale& scale) {
    return values.deviation ? number(*values.deviation, scale) : "-";
}

std::string name_of(const lab::OutcomeTable& table, const Scale& scale) {
    std::string out(table.measure->name);
    if (!table.service.empty()) out += " of " + table.service;
    if (!scale.unit.empty()) out += ", " + scale.unit;
    return out;
}

// Rows of cells as lines: the first column begins at the left, the others end at the right; an
// empty row is an empty line.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string blanks(widths[i] - display_width(row[i]), ' ');
            line += i == 0 ? row[i] + blanks : "  " + blanks + row[i];
        }
        out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return out;
}

// Every run of every variant has nothing of it.
bool all_nothing(const lab::OutcomeTable& table) {
    return std::all_of(table.rows.begin(), table.rows.end(), [](const lab::OutcomeRow& row) {
        return row.values && row.values->least == 0 && row.values->most == 0;
    });
}

// The tables that say something; of the others a note says it in a line.
std::vector<const lab::OutcomeTable*> telling(const std::vector<lab::OutcomeTable>& tables) {
    std::vector<const lab::OutcomeTable*> out;
    bool told = false;  // the table of all services, which comes before those of each
    for (const lab::OutcomeTable& table : tables) {
        if (table.service.empty()) told = table.any() && !all_nothing(table);
        if (told && table.any()) out.push_back(&table);
    }
    return out;
}

// No run differs from another of its variant.
bool all_alike(const std::vector<lab::OutcomeTable>& tables) {
    return std::all_of(tables.begin(), tables.end(), [](const lab::OutcomeTable& table) {
        return std::all_of(table.rows.begin(), table.rows.end(), [](const lab::OutcomeRow& row) {
            return !row.values || row.values->least == row.values->most;
        });
    });
}

std::string tables_of_variants(const SweepReport& report,
                               const std::vector<lab::OutcomeTable>& tables) {
    std::vector<std::vector<std::string>> rows;
    for (const lab::OutcomeTable* one : telling(tables)) {
        const lab::OutcomeTable& table = *one;
        const Scale scale = scale_of(table);
        if (!rows.empty()) rows.emplace_back();
        // A service's name stays as it is.
        std::string head = upper(std::string(table.measure->name));
        if (!table.service.empty()) head += " OF " + table.service;
        if (!scale.unit.empty()) head += ", " + scale.unit;
        rows.push_back(
            {head, "RUNS", "MEAN", "SD", "MIN", "MAX", "DIFFERENCE", "95 % INTERVAL", "PAIRS"});
        for (const lab::OutcomeRow& row : table.rows) {
            std::vector<std::string> cells{report.sweep.variants[row.variant].name()};
            if (row.values) {
                const lab::Distribution& values = *row.values;
                cells.insert(cells.end(),
                             {fmt::format("{}", values.count),
                              level(values.mean, table, scale),
                              deviation(values, scale),
                              level(values.least, table, scale),
                              level(values.most, table, scale)});
            } else {
                cells.insert(cells.end(), {"0", "-", "-", "-", "-"});
            }
            if (row.difference) {
                cells.insert(cells.end(),
                             {number(row.difference->mean, scale, true),
                              interval_of_difference(row.difference->interval, scale),
                              fmt::format("{}", row.difference->count)});
            } else if (row.variant > 0) {
                cells.insert(cells.end(), {"-", "-", "0"});
            }
            rows.push_back(std::move(cells));
        }
    }
    return aligned(rows);
}

// The means of all of a run's outcomes side by side; empty where a single outcome would stand there.
std::string means_of_variants(const SweepReport& report,
                              const std::vector<lab::OutcomeTable>& tables) {
    std::vector<std::vector<std::string>> rows(1 + report.sweep.variants.size());
    rows.front().emplace_back("MEAN OF ALL RUNS");
    for (std::size_t variant = 0; variant < report.sweep.variants.size(); ++variant)
        rows[variant + 1].push_back(report.sweep.variants[variant].name());
    for (const lab::OutcomeTable* table : telling(tables)) {
        if (!table->service.empty()) continue;
        const Scale scale = scale_of(*table);
        rows.front().push_back(upper(std::string(table->measure->name)) +
                               (scale.unit.empty() ? "" : ", " + scale.unit));
        for (const lab::OutcomeRow& row : table->rows)
            rows[row.variant + 1].push_back(row.values ? level(row.values->mean, *table, scale) : "-");
    }
    return rows.front().size() > 2 ? aligned(rows) + "\n" : std::string();
}

std::string table_of_one(const std::vector<lab::OutcomeTable>& tables) {
    std::vector<std::vector<std::string>> rows{
        {"OUTCOME", "RUNS", "MEAN", "95 % INTERVAL", "SD", "MIN", "25 %", "MEDIAN", "75 %", "MAX"}};
    for (const lab::OutcomeTable* one : telling(tables)) {
        const lab::OutcomeTable& table = *one;
        const Scale scale = scale_of(table);
        const lab::Distribution& values = *table.rows.front().values;
        rows.push_back({name_of(table, scale),
                        fmt::format("{}", values.count),
                        level(values.mean, table, scale),
                        interval_of_mean(values, table, scale),
                        deviation(values, scale),
                        level(values.least, table, scale),
                        level(values.lower_quartile, table, scale),
                        level(values.median, table, scale),
                        level(values.upper_quartile, table, scale),
                        level(values.most, table, scale)});
    }
    return aligned(rows);
}

std::string plural(std::size_t count, const std::string& one) {
    return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string seeds_text(std::span<const std::uint64_t> seeds) {
    return fmt::format("seed{} {}", seeds.size() == 1 ? "" : "s", lab::ranges_text(seeds));
}

// What the tables don't say by themselves.
std::string notes(const SweepReport& report, const std::vector<lab::OutcomeTable>& tables) {
    std::string out;
    if (report.sweep.variants.size() > 1) {
        out += fmt::format(
            "DIFFERENCE is to {} on the same seed; the interval is Student's t over the paired "
            "differences{}.\n",
            report.sweep.variants.front().name(),
            report.sweep.seeds == 1 ? ", and takes two pairs at least" : "");
    } else {
        out += fmt::format("The interval is Student's t, of the mean{}.\n",
                           report.sweep.seeds == 1 ? "; it takes two runs at least" : "");
    }
    for (const lab::OutcomeTable& table : tables) {
        if (!table.service.empty()) continue;
        if (!table.any()) {
            out += fmt::format("No {}: {}.\n", table.measure->name, table.measure->nothing);
        } else if (all_nothing(table)) {
            out += fmt::format("No {} in any run.\n", table.measure->name);
        }
        if (table.measure->measure != lab::Measure::OpenOutages) continue;
        std::vector<std::string> bounded;
        for (const lab::OutcomeRow& row : table.rows) {
            if (!row.values || row.values->most == 0) continue;
            bounded.push_back(report.sweep.variants[row.variant].name());
        }
        if (bounded.empty()) continue;
        const std::string whose = bounded.front().empty() ? "" : " of " + join(bounded, ", ");
        out += fmt::format(
            "Outages that were not over at the end count up to there: the recovery time{} is a "
            "lower bound{}.\n",
            whose,
            report.sweep.variants.size() > 1 ? ", and differences with it are not exact" : "");
    }
    if (report.sweep.seeds > 1 && all_alike(tables))
        out += "All seeds came out alike: chance has no part in what is told here.\n";
    const auto other = lab::seeds_with_other_faults(report.sweep, report.runs);
    if (!other.empty()) {
        out += fmt::format(
            "Not all variants had the same faults at the same moments on {}: when the script "
            "breaks "
            "something depends on how the run goes.\n",
            seeds_text(other));
    }
    return out;
}

std::string checks(const SweepReport& report) {
    std::size_t most = 0;
    for (const lab::SweepRun& run : report.runs)
        most = std::max(most, run.checks);
    const std::size_t failed = lab::failed_runs(report.runs);
    if (most == 0) return {};
    if (failed == 0)
        return fmt::format("\nCHECKS\nall passed in {}\n", plural(report.runs.size(), "run"));
    std::string out = fmt::format(
        "\nCHECKS\n{} of {} did not pass them all\n", failed, plural(report.runs.size(), "run"));
    for (std::size_t variant = 0; variant < report.sweep.variants.size(); ++variant) {
        const auto checks = lab::failed_checks(report.sweep, report.runs, variant);
        if (checks.empty()) continue;
        const std::string name = report.sweep.variants[variant].name();
        if (report.sweep.variants.size() > 1) out += name + "\n";
        std::uint64_t first = UINT64_MAX;
        for (const lab::FailedCheck& check : checks) {
            const std::string undecided = check.undecided.empty()         ? ""
                                          : check.undecided == check.seeds ? " (not decided)"
                                                                           : fmt::format(" (not decided: {})", seeds_text(check.undecided));
            out += fmt::format("  {}: {}{}\n", printable(check.name), seeds_text(check.seeds), undecided);
            first = std::min(first, check.seeds.front());
        }
        out += fmt::format("  see one: {} --seed {}\n", report.commands[variant], first);
    }
    return out;
}

}  // namespace

std::vector<SweepRow> sweep_rows(const SweepReport& report) {
    const auto tables = lab::tabulate(report.sweep, report.runs, false);
    std::vector<SweepRow> out;
    for (const lab::OutcomeTable* table : telling(tables)) {
        const Scale scale = scale_of(*table);
        SweepRow row;
        row.measure = name_of(*table, scale);
        for (const lab::OutcomeRow& one : table->rows) {
            row.means.push_back(one.values ? level(one.values->mean, *table, scale) : "-");
            row.spreads.push_back(one.values ? fmt::format("{} to {}", level(one.values->least, *table, scale), level(one.values->most, *table, scale)) : "-");
            row.differences.push_back(one.difference ? fmt::format("{} {}", number(one.difference->mean, scale, true),
                                                                   interval_of_difference(one.difference->interval, scale))
                                                     : std::string());
            std::optional<SweepRow::Ends> ends;
            double least = 0;
            double most = 0;
            for (std::size_t run = 0; run < report.runs.size(); ++run) {
                if (report.sweep.variant_of(run) != one.variant) continue;
                const auto value = lab::measured(report.runs[run].outcome, table->measure->measure);
                if (!value) continue;
                const std::uint64_t seed = report.sweep.seed_of(run);
                if (!ends) {
                    ends = SweepRow::Ends{seed, seed, false};
                    least = most = *value;
                }
                if (*value < least) {
                    least = *value;
                    ends->least_seed = seed;
                }
                if (*value > most) {
                    most = *value;
                    ends->most_seed = seed;
                }
                ends->apart = least < most;
            }
            row.ends.push_back(ends);
        }
        out.push_back(std::move(row));
    }
    return out;
}

std::string sweep_text(const SweepReport& report) {
    const lab::Sweep& sweep = report.sweep;
    const auto tables = lab::tabulate(sweep, report.runs, report.services);
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < sweep.seeds; ++i)
        numbers.push_back(sweep.first_seed + i);
    const std::string seeds = seeds_text(numbers);
    std::string out;
    if (sweep.variants.size() > 1) {
        out += fmt::format("{}: {}, each with {}: {}.\n\n",
                           report.title,
                           plural(sweep.variants.size(), "variant"),
                           seeds,
                           plural(sweep.runs(), "run"));
        out += means_of_variants(report, tables) + tables_of_variants(report, tables);
    } else {
        const std::string name = sweep.variants.front().name();
        out += fmt::format("{}{}: {}, {}.\n\n",
                           report.title,
                           name.empty() ? "" : " with " + name,
                           seeds,
                           plural(sweep.runs(), "run"));
        out += table_of_one(tables);
    }
    return out + "\n" + notes(report, tables) + checks(report);
}

}  // namespace podium::cli
