// podium scenarios: what there is to run, with its parameters.

#include <cstdio>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/view/layout.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/scenario_about.hpp"
#include "ui/cli/scenario_files.hpp"

namespace podium::cli {
namespace {

struct Listed {
    std::string name;
    std::string title;
    std::vector<std::string> parameters;  ///< "--set policy=always (or no)" each.
};

Result<Listed> look_into(const std::string& name) {
    const auto about = about_scenario(name);
    if (!about) return about.error();
    Listed out{name, about->title, {}};
    for (const scripting::ScenarioParameter& parameter : about->parameters) {
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
    const auto names = scenario_names();
    if (!names) return bad_input(names.error());
    std::size_t width = 0;
    std::vector<Listed> rows;
    for (const std::string& name : *names) {
        if (name.find(wanted) == std::string::npos) continue;
        const auto row = look_into(name);
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
