#pragma once

// A sweep: variants of one thing, each run on the same seeds, as a list of independent jobs that a
// front end runs in any order and on any thread; what each run came to; and the tables that compare
// them. What comes out depends on the runs alone, in the order of their numbers. Plain values.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/statistics.hpp"
#include "sim/view/names.hpp"
#include "sim/view/outcome.hpp"

namespace podium::lab {

/// The most runs of one sweep.
inline constexpr std::uint64_t kMostRuns = 100'000;

/// A value of each parameter.
struct Variant {
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string scheduler;  ///< What places a swarm's tasks, by its name; empty: what the run itself says.

    /// "scheduler=spread policy=no volume=named"; empty when nothing is set.
    [[nodiscard]] std::string name() const;
};

/// Reads "policy=no". Errors name the option --set.
Result<std::pair<std::string, std::string>> parse_setting(const std::string& text);
/// One value of each name; a repeat is an error.
Result<Variant> one_variant(const std::vector<std::string>& settings);
/// Repeated values of one name are variants, different names are crossed: names in the order in
/// which they first occur, the last one's values varying fastest. Errors: a value given twice, too
/// many variants.
Result<std::vector<Variant>> cross_settings(const std::vector<std::string>& settings);
/// Every parameter with every value that some variant gives it, each once.
std::vector<std::pair<std::string, std::string>> all_settings(const std::vector<Variant>& variants);

/// Each of them under each of the schedulers, whose names vary slowest; without any they stay as they
/// are. Errors: a scheduler given twice, too many variants.
Result<std::vector<Variant>> cross_schedulers(std::vector<Variant> variants,
                                              const std::vector<std::string>& schedulers);

struct Sweep {
    std::vector<Variant> variants;
    std::uint64_t first_seed = 1;
    std::uint64_t seeds = 1;

    [[nodiscard]] std::size_t runs() const { return variants.size() * seeds; }

    /// Of run number `run`, from 0: all seeds of the first variant, then the next one's.
    [[nodiscard]] std::size_t variant_of(std::size_t run) const { return run / seeds; }

    [[nodiscard]] std::uint64_t seed_of(std::size_t run) const { return first_seed + run % seeds; }
};

/// Seeds there are none of, more runs than kMostRuns, a last seed that is no 64-bit number.
Result<void> check_sweep(const Sweep& sweep);

/// What became of one run.
struct SweepRun {
    view::RunOutcome outcome;
    std::size_t checks = 0;
    std::vector<std::string> failed_checks;  ///< The names of those that did not pass.
    std::vector<std::string> undecided_checks;  ///< The ones of these that the run's end has cut off.
    std::uint64_t faults = 0;  ///< A hash of which faults were injected and lifted, and when.
};

/// The run so far; its checks are for who knows them to add.
SweepRun sweep_run_of(const Session& session);
/// Runs to `end`, or until nothing more would happen; no further than into trouble (Session::trouble).
void run_to_end(Session& session, Time end, bool until_quiet);

enum class Measure : std::uint8_t {
    Availability,
    Restarts,
    Moves,
    Outages,
    OpenOutages,
    RecoveryTime,
    LostData,
    LostRequests,
    HostsUsed,
    Utilisation,
    PendingTime
};

/// How a measure is told.
struct MeasureSpec {
    Measure measure;
    std::string_view name;  ///< "lost data"
    std::string_view key;   ///< "lost_data_bytes"
    std::string_view unit;  ///< "%"; empty: a count.
    bool of_service;        ///< Each service has its own.
    bool of_swarm;          ///< Told of only where some run had a swarm.
    std::string_view meaning;
    std::string_view nothing;  ///< Why no run may have it.
};

std::span<const MeasureSpec> measures();
/// One number of a run, of all its services together; none when the run has no such thing.
std::optional<double> measured(const view::RunOutcome& outcome, Measure measure);
/// One service's; none of what no service has by itself (MeasureSpec::of_service), too.
std::optional<double> measured(const view::ServiceSummary& service, Measure measure);

struct OutcomeRow {
    std::size_t variant = 0;
    std::optional<Distribution> values;  ///< None when no run has any.
    std::optional<Distribution>
        difference;  ///< To the first variant on the same seed; its own is none.
};

struct OutcomeTable {
    const MeasureSpec* measure = nullptr;
    std::string service;           ///< As services_of() has it; empty: all together.
    std::vector<OutcomeRow> rows;  ///< Of each variant, in order.

    /// Some run has a value.
    [[nodiscard]] bool any() const;
};

/// The services of all runs. One that shares its name in one of them is called by its project in all.
view::ServiceNames services_of(std::span<const SweepRun> runs);
/// Whether some run has a swarm's tasks.
bool any_swarm(std::span<const SweepRun> runs);
/// A table of each measure; with `services` one of each service besides. Requires all runs, by
/// number.
std::vector<OutcomeTable> tabulate(const Sweep& sweep,
                                   std::span<const SweepRun> runs,
                                   bool services);

/// A check that did not pass on some seeds.
struct FailedCheck {
    std::string name;
    std::vector<std::uint64_t> seeds;
    std::vector<std::uint64_t> undecided;  ///< The ones of these on which it was not decided.
};

/// Of one variant, in the order in which they failed first.
std::vector<FailedCheck> failed_checks(const Sweep& sweep,
                                       std::span<const SweepRun> runs,
                                       std::size_t variant);
/// How many runs had a check that did not pass.
std::size_t failed_runs(std::span<const SweepRun> runs);
/// The seeds on which not all variants had the same faults at the same times.
std::vector<std::uint64_t> seeds_with_other_faults(const Sweep& sweep,
                                                   std::span<const SweepRun> runs);
/// "1–3, 7" of rising numbers.
std::string ranges_text(std::span<const std::uint64_t> numbers);

}  // namespace podium::lab
