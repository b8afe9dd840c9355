#include "ui/cli/scenario_about.hpp"

#include <utility>

#include "ui/cli/app.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/scenario_request.hpp"

namespace podium::cli {

Result<ScenarioAbout> about_scenario(const std::string& name) {
    const RealFiles files;
    RunOptions options;
    options.files = {name};
    auto request = scenario_request(options, files);
    if (!request) return request.error();
    auto scenario = scripting::Scenario::create(std::move(*request));
    if (!scenario) return scenario.error();
    if (const auto begun = (*scenario)->step(); !begun) return begun.error();
    return ScenarioAbout{name, (*scenario)->header().title, (*scenario)->header().goal, (*scenario)->parameters()};
}

}  // namespace podium::cli
