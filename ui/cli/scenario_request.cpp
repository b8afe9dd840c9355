#include "ui/cli/scenario_request.hpp"

#include <fmt/format.h>
#include <utility>

#include "ui/cli/installation.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/real_files.hpp"

namespace podium::cli {
namespace {

// Where a scenario is: its script, and how errors name it.
struct Found {
    std::string path;
    std::string name;
};

Result<Found> find_scenario(const std::string& wanted) {
    if (wanted.ends_with(".lua")) return Found{resolve_path(working_directory(), wanted), wanted};
    const auto data = data_directory();
    if (!data) return data.error();
    const Found found{fmt::format("{}/scenarios/{}/scenario.lua", *data, wanted),
                      wanted + "/scenario.lua"};
    if (!RealFiles().exists(found.path))
        return Error{fmt::format("there is no scenario '{}'", wanted),
                     {},
                     "a scenario is named topic/name, or by its file, like scenario.lua"};
    return found;
}

// What a scenario says for itself.
Result<void> check_options(const RunOptions& options, const std::string& name) {
    const std::pair<bool, const char*> others[] = {
        {!options.faults.empty(), "--fault"},
        {!options.kills.empty(), "--kill"},
        {!options.engine_restarts.empty(), "--restart-engine"},
        {!options.removals.empty(), "--remove"},
        {!options.lines.empty(), "--do"},
        {!options.traffic.empty(), "--traffic"},
        {!options.profiles.empty(), "--profile"}};
    for (const auto& [given, option] : others) {
        if (given)
            return Error{
                fmt::format("{} does not go with a scenario, which says itself what happens",
                            option),
                Place{name, 0, 0},
                "change the script, or give it a parameter and use --set"};
    }
    if (!options.cluster.empty() || !options.with.empty())
        return Error{fmt::format("{} does not go with a scenario, which says itself what hosts there are",
                                 options.cluster.empty() ? "--with" : "--cluster"),
                     Place{name, 0, 0},
                     "call cluster in the script"};
    if (options.files.size() > 1)
        return Error{"a scenario is run alone", Place{name, 0, 0}, "name no other file"};
    return {};
}

}  // namespace

bool is_scenario(const std::string& name) {
    if (name.ends_with(".lua")) return true;
    // topic/name, of those that are here.
    if (name.empty() || name[0] == '/' || name.find('/') == std::string::npos ||
        RealFiles().exists(name))
        return false;
    return find_scenario(name).ok();
}

Result<scripting::ScenarioRequest> scenario_request(const RunOptions& options,
                                                    const FileReader& files) {
    const auto found = find_scenario(options.files.front());
    if (!found) return found.error();
    if (Result<void> checked = check_options(options, found->name); !checked)
        return checked.error();
    const auto data = data_directory();
    if (!data) return data.error();
    const auto catalogue = files.read(*data + "/scenarios/images.yaml");
    if (!catalogue) return catalogue.error();
    const auto text = files.read(found->path);
    if (!text) return text.error();
    scripting::ScenarioRequest request;
    request.text = *text;
    request.name = found->name;
    request.directory = directory_of(found->path);
    request.files = &files;
    request.catalogue = *catalogue;
    request.clusters = *data + "/scenarios/clusters";
    request.schedulers = *data + "/scenarios/schedulers";
    const auto duration = parse_for(options.duration);
    if (!duration) return duration.error();
    request.duration = *duration;
    constexpr std::uint64_t kMostEffort = 1'000;
    const std::uint64_t effort = options.effort.value_or(1);
    if (effort == 0 || effort > kMostEffort)
        return Error{fmt::format("--effort can't be {}", effort),
                     {},
                     fmt::format("it takes 1 to {}", kMostEffort)};
    request.limits = request.limits.times(effort);
    return request;
}

}  // namespace podium::cli
