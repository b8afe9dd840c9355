// podium scenarios: what there is to run, with its parameters.

#include <cstdio>
#include <fmt/format.h>

#include "scripting/scenario.hpp"
#include "sim/base/text.hpp"
#include "sim/view/layout.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/scenario_files.hpp"

namespace podium::cli {
namespace {

struct Listed {
    std::string name;
    std::string title;
    std::vector<std::string> parameters;  ///< "--set policy=always (or no)" each.
};

// A script says what it is about, and which parameters it has, before its run begins.
Result<Listed> look_into(const std::string& name,
                         const std::string& root,
                         const std::string& catalogue) {
    const RealFiles files;
    const std::string path = fmt::format("{}/{}/scenario.lua", root, name);
    const auto text = files.read(path);
    if (!text) return text.error();
    scripting::ScenarioRequest request;
    request.text = *text;
    request.name = name + "/scenario.lua";
    request.directory = directory_of(path);
    request.files = &files;
    request.catalogue = catalogue;
    request.clusters = root + "/clusters";
    request.schedulers = root + "/schedulers";
    auto scenario = scripting::Scenario::create(std::move(request));
    if (!scenario) return scenario.error();
    if (const auto begun = (*scenario)->step(); !begun) return begun.error();
    Listed out{name, (*scenario)->header().title, {}};
    for (const scripting::ScenarioParameter& parameter : (*scenario)->parameters()) {
        std::vector<std::string> others = parameter.choices;
        std::erase(others, parameter.value);
        out.parameters.push_back(
            fmt::format("--set {}={}{}",
                        parameter.name,
                        parameter.value,
                        others.empty() ? "" : fmt::format(" (or {})", join(others, ", "))));
    }
    return out;
}

void put_row(const std::string& left, const std::string& right, std::size_t left_width) {
    const std::size_t width = width_of(stdout);
    constexpr std::size_t kLeastRoom = 20;
    if (width != 0 && width < left_width + 2 + kLeastRoom) {  // one below the other
        if (!left.empty()) put_text(left + "\n");
        for (const std::string& line : view::wrapped(right, width - 2))
            put_text("  " + line + "\n");
        return;
    }
    const std::size_t room = width == 0 ? 0 : width - left_width - 2;
    bool first = true;
    for (const std::string& line : view::wrapped(right, room)) {
        put_text(view::padded(first ? left : std::string(), left_width) + "  " + line + "\n");
        first = false;
    }
}

}  // namespace

int scenarios_command(const std::string& wanted) {
    const auto data = data_directory();
    if (!data) return bad_input(data.error());
    const auto names = scenario_names();
    if (!names) return bad_input(names.error());
    const auto catalogue = RealFiles().read(*data + "/scenarios/images.yaml");
    if (!catalogue) return bad_input(catalogue.error());
    std::size_t width = 0;
    std::vector<Listed> rows;
    for (const std::string& name : *names) {
        if (name.find(wanted) == std::string::npos) continue;
        const auto row = look_into(name, *data + "/scenarios", *catalogue);
        if (!row) return bad_input(row.error());
        rows.push_back(*row);
        width = std::max(width, name.size());
    }
    if (rows.empty()) {
        const std::string near = scenario_hint(wanted);
        return bad_input(Error{fmt::format("there is no scenario '{}'", wanted),
                               {},
                               near.empty() ? "podium scenarios lists all" : near});
    }
    put_text("Run one with podium run NAME; --set gives a parameter another value.\n\n");
    for (const Listed& row : rows) {
        put_row(row.name, row.title, width);
        for (const std::string& parameter : row.parameters)
            put_row("", parameter, width);
    }
    return kAllWell;
}

}  // namespace podium::cli
