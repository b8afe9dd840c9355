#include "sim/lab/sweep.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "sim/base/random.hpp"

namespace podium::lab {

std::string Variant::name() const {
    std::string out = scheduler.empty() ? "" : "scheduler=" + scheduler;
    for (const auto& [name, value] : parameters)
        out += fmt::format("{}{}={}", out.empty() ? "" : " ", name, value);
    return out;
}

// --- what is to be run ---

Result<std::pair<std::string, std::string>> parse_setting(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return Error{
            fmt::format("--set '{}' sets nothing", text), {}, "write it like --set policy=always"};
    return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

Result<Variant> one_variant(const std::vector<std::string>& settings) {
    Variant out;
    for (const std::string& text : settings) {
        const auto setting = parse_setting(text);
        if (!setting) return setting.error();
        for (const auto& [name, value] : out.parameters) {
            if (name == setting->first)
                return Error{fmt::format("--set sets '{}' twice", name),
                             {},
                             "a run has one value of each parameter; podium compare runs several"};
        }
        out.parameters.push_back(*setting);
    }
    return out;
}

Result<std::vector<Variant>> cross_settings(const std::vector<std::string>& settings) {
    std::vector<std::pair<std::string, std::vector<std::string>>> names;
    for (const std::string& text : settings) {
        const auto setting = parse_setting(text);
        if (!setting) return setting.error();
        const auto& [name, value] = *setting;
        auto found = std::find_if(
            names.begin(), names.end(), [&n = name](const auto& row) { return row.first == n; });
        if (found == names.end())
            found = names.insert(names.end(), {name, std::vector<std::string>{}});
        if (std::find(found->second.begin(), found->second.end(), value) != found->second.end())
            return Error{fmt::format("--set {} is given twice", text),
                         {},
                         "each value of a parameter is a variant of its own"};
        found->second.push_back(value);
    }
    std::vector<Variant> out(1);
    for (const auto& [name, values] : names) {
        std::vector<Variant> crossed;
        if (out.size() * values.size() > kMostRuns)
            return Error{fmt::format("these parameters make more than {} variants", kMostRuns),
                         {},
                         "leave some values out"};
        for (const Variant& variant : out) {
            for (const std::string& value : values) {
                crossed.push_back(variant);
                crossed.back().parameters.emplace_back(name, value);
            }
        }
        out = std::move(crossed);
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> all_settings(const std::vector<Variant>& variants) {
    std::set<std::pair<std::string, std::string>> seen;
    std::vector<std::pair<std::string, std::string>> out;
    for (const Variant& variant : variants) {
        for (const auto& setting : variant.parameters) {
            if (seen.insert(setting).second) out.push_back(setting);
        }
    }
    return out;
}

Result<std::vector<Variant>> cross_schedulers(std::vector<Variant> variants,
                                              const std::vector<std::string>& schedulers) {
    if (schedulers.empty()) return variants;
    if (variants.size() * schedulers.size() > kMostRuns)
        return Error{
            fmt::format("these schedulers and parameters make more than {} variants", kMostRuns),
            {},
            "leave some out"};
    std::vector<Variant> out;
    for (std::size_t i = 0; i < schedulers.size(); ++i) {
        if (std::find(schedulers.begin(),
                      schedulers.begin() + static_cast<std::ptrdiff_t>(i),
                      schedulers[i]) != schedulers.begin() + static_cast<std::ptrdiff_t>(i))
            return Error{fmt::format("--scheduler {} is given twice", schedulers[i]),
                         {},
                         "each scheduler is a variant of its own"};
        for (const Variant& variant : variants) {
            out.push_back(variant);
            out.back().scheduler = schedulers[i];
        }
    }
    return out;
}

Result<void> check_sweep(const Sweep& sweep) {
    if (sweep.seeds == 0)
        return Error{"--seeds 0 runs nothing", {}, "write how many seeds, like --seeds 50"};
    if (sweep.seeds > kMostRuns || sweep.runs() > kMostRuns)
        return Error{fmt::format("{} with --seeds {} is more than {} runs",
                                 sweep.variants.size() == 1
                                     ? "one variant"
                                     : fmt::format("{} variants", sweep.variants.size()),
                                 sweep.seeds,
                                 kMostRuns),
                     {},
                     "run fewer seeds at once"};
    if (sweep.first_seed > UINT64_MAX - (sweep.seeds - 1))
        return Error{fmt::format("--seed {} with --seeds {} goes beyond the last seed, {}",
                                 sweep.first_seed,
                                 sweep.seeds,
                                 UINT64_MAX),
                     {},
                     "begin lower"};
    return {};
}

// --- one run ---

SweepRun sweep_run_of(const Session& session) {
    SweepRun out;
    out.outcome = view::outcome_of(session.world(), fact_catalogue(), session.now());
    std::string faults;
    for (const Command& command : session.log()) {
        if (command.kind != CommandKind::Inject && command.kind != CommandKind::Lift) continue;
        faults += fmt::format("{} {} {}\n",
                              command.time.nanoseconds,
                              command.kind == CommandKind::Inject ? "inject" : "lift",
                              command.text);
    }
    out.faults = hash_text(faults);
    return out;
}

void run_to_end(Session& session, Time end, bool until_quiet) {
    if (!until_quiet) {
        session.run_until(end);
        return;
    }
    while (session.now() < end && !session.quiet() && session.trouble() == nullptr)
        session.run_until(std::min(session.next_time(), end));
}

// --- what checks say ---

std::vector<FailedCheck> failed_checks(const Sweep& sweep,
                                       std::span<const SweepRun> runs,
                                       std::size_t variant) {
    std::vector<FailedCheck> out;
    for (std::size_t run = variant * sweep.seeds; run < (variant + 1) * sweep.seeds; ++run) {
        const std::uint64_t seed = sweep.seed_of(run);
        for (const std::string& name : runs[run].failed_checks) {
            auto found = std::find_if(out.begin(), out.end(), [&name](const FailedCheck& check) {
                return check.name == name;
            });
            if (found == out.end()) found = out.insert(out.end(), FailedCheck{name, {}, {}});
            // Two checks of one name are told as one.
            if (!found->seeds.empty() && found->seeds.back() == seed) continue;
            found->seeds.push_back(seed);
            const auto& undecided = runs[run].undecided_checks;
            if (std::find(undecided.begin(), undecided.end(), name) != undecided.end()) found->undecided.push_back(seed);
        }
    }
    return out;
}

std::size_t failed_runs(std::span<const SweepRun> runs) {
    return static_cast<std::size_t>(std::count_if(
        runs.begin(), runs.end(), [](const SweepRun& run) { return !run.failed_checks.empty(); }));
}

std::vector<std::uint64_t> seeds_with_other_faults(const Sweep& sweep,
                                                   std::span<const SweepRun> runs) {
    std::vector<std::uint64_t> out;
    for (std::size_t i = 0; i < sweep.seeds; ++i) {
        for (std::size_t variant = 1; variant < sweep.variants.size(); ++variant) {
            if (runs[variant * sweep.seeds + i].faults == runs[i].faults) continue;
            out.push_back(sweep.seed_of(i));
            break;
        }
    }
    return out;
}

std::string ranges_text(std::span<const std::uint64_t> numbers) {
    std::string out;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t last = i;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1)
            ++last;
        out += fmt::format("{}{}", out.empty() ? "" : ", ", numbers[i]);
        if (last > i) out += fmt::format("{}{}", last == i + 1 ? ", " : "–", numbers[last]);
        i = last + 1;
    }
    return out;
}

}  // namespace podium::lab
