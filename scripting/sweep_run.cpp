#include "scripting/sweep_run.hpp"

namespace podium::scripting {

Result<lab::SweepRun> sweep_run(ScenarioRequest request) {
    auto scenario = Scenario::create(std::move(request));
    if (!scenario) return scenario.error();
    if (Result<void> done = (*scenario)->run(); !done) return done.error();
    lab::SweepRun out = lab::sweep_run_of(*(*scenario)->session());
    const std::vector<Verdict> verdicts = (*scenario)->verdicts();
    out.checks = verdicts.size();
    for (const Verdict& verdict : verdicts) {
        if (!verdict.passed()) out.failed_checks.push_back(verdict.name);
    }
    return out;
}

}  // namespace podium::scripting
