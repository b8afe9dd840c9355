#include "scripting/sweep_run.hpp"

namespace podium::scripting {

Result<lab::SweepRun> sweep_run(ScenarioRequest request, const std::function<bool()>& given_up) {
    auto scenario = Scenario::create(std::move(request));
    if (!scenario) return scenario.error();
    for (bool more = true; more;) {
        if (given_up && given_up()) return Error{"the run was given up before its end", {}, {}};
        const auto stepped = (*scenario)->step();
        if (!stepped) return stepped.error();
        more = *stepped;
    }
    lab::SweepRun out = lab::sweep_run_of(*(*scenario)->session());
    const std::vector<Verdict> verdicts = (*scenario)->verdicts();
    out.checks = verdicts.size();
    for (const Verdict& verdict : verdicts) {
        if (!verdict.passed()) out.failed_checks.push_back(verdict.name);
        if (verdict.outcome == Outcome::NotDecided) out.undecided_checks.push_back(verdict.name);
    }
    return out;
}

}  // namespace podium::scripting
