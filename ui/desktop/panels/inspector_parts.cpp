#include "ui/desktop/panels/inspector_parts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "ui/desktop/panels/compose_words.hpp"

namespace podium::desktop {
namespace {

// Below this share of the limit the chart is of what is used, and has no line.
constexpr std::int64_t kNearLimit = 4;

// By the command's words: which helps first with something that is down, and with something that runs.
constexpr std::array kForTrouble = {"docker start", "docker compose start", "docker service rollback", "docker restart", "docker logs", "lift", "docker service update --force", "docker service ps", "docker compose up"};
constexpr std::array kOtherwise = {"lift", "docker logs", "docker service scale", "docker service ps", "docker restart", "docker stop", "docker node update", "inject kill", "inject power-loss", "ssh", "docker compose restart", "docker service update --force"};

template <class List>
void take_in_order(const List& order, const std::vector<Action>& all, std::vector<Action>& out) {
    for (const char* begin : order) {
        for (const Action& action : all) {
            if (out.size() >= kMostUseful) return;
            const bool there = std::any_of(out.begin(), out.end(), [&](const Action& one) { return one.command == action.command; });
            if (!there && action.unable.empty() && without_project_words(action.command).starts_with(begin)) {
                out.push_back(action);
                break;
            }
        }
    }
}

// What a limit that was too low may be raised to: a line to be changed before it is typed. A swarm's task
// has its limit from its service.
bool raise_limit(const std::vector<Action>& all, const Detail& detail, Action& out) {
    const auto says = [&](const char* name, std::string_view section) {
        return std::any_of(detail.rows.begin(), detail.rows.end(), [&](const Detail::Row& row) { return row.name == name && row.section == section; });
    };
    if (!says("OOM killed", {}) || says("Task", "Identity") || detail.memory_limit_bytes <= 0) return false;
    for (const char* verb : {"docker start ", "docker restart "}) {
        for (const Action& action : all) {
            if (!action.command.starts_with(verb)) continue;
            out = action;
            const std::int64_t mebibytes = std::max<std::int64_t>(1, detail.memory_limit_bytes >> 20) * 2;
            out.label = "Raise limit…";
            out.command = fmt::format("docker update --memory {0}m --memory-swap {0}m {1}", mebibytes, action.command.substr(std::string_view(verb).size()));
            return true;
        }
    }
    return false;
}

}  // namespace

std::string_view tab_title(InspectorTab tab) {
    switch (tab) {
        case InspectorTab::Overview: return "Overview";
        case InspectorTab::Why: return "Why";
        case InspectorTab::History: return "History";
        case InspectorTab::Logs: return "Logs";
        case InspectorTab::Placement: return "Placement";
    }
    return {};
}

std::vector<InspectorTab> tabs_of(const Detail& detail) {
    std::vector<InspectorTab> out{InspectorTab::Overview};
    if (!detail.why.empty() || !detail.causes.empty()) out.push_back(InspectorTab::Why);
    if (!detail.history.empty()) out.push_back(InspectorTab::History);
    if (detail.selection.kind == Selection::Kind::Container && !detail.subtitle.starts_with("task")) out.push_back(InspectorTab::Logs);
    // A container's tile may stand for a task that has no container, and a container may be a task's. Of a task that is gone nobody
    // can be asked where it could go.
    if (!detail.task.empty()) out.push_back(InspectorTab::Placement);
    return out;
}

std::vector<InspectorSection> sections_of(const Detail& detail) {
    std::vector<InspectorSection> out;
    for (const Detail::Row& row : detail.rows) {
        auto section = std::find_if(out.begin(), out.end(), [&](const InspectorSection& one) { return one.title == row.section; });
        if (section == out.end()) section = out.insert(out.end(), InspectorSection{row.section, {}});
        section->rows.push_back(&row);
    }
    return out;
}

std::string_view why_heading(const Detail& detail) {
    switch (detail.tone) {
        case view::Tone::Bad: return "WHY IS IT FAILING?";
        case view::Tone::Warning: return "WHAT DOES IT WAIT FOR?";
        case view::Tone::Plain:
        case view::Tone::Good:
        case view::Tone::Quiet: break;
    }
    return "HOW THAT CAME";
}

std::string prose_of(std::string_view why) {
    constexpr std::string_view kBranch = "└";
    std::string out;
    for (std::size_t at = why.find(kBranch); at != std::string_view::npos; at = why.find(kBranch)) {
        out += why.substr(0, at);
        out += "↳";
        why.remove_prefix(at + kBranch.size());
    }
    return out += why;
}

std::vector<const FactLine*> short_causes(const std::vector<FactLine>& causes, std::size_t most) {
    std::vector<const FactLine*> out;
    const std::size_t begin = causes.size() > most ? causes.size() - most : 0;
    for (std::size_t i = begin; i < causes.size(); ++i) out.push_back(&causes[i]);
    if (begin > 0 && !out.empty()) out.front() = &causes.front();
    return out;
}

std::string cause_words(const FactLine& line, const Detail& detail) {
    // "swarm-moe the host is down" reads like two sentences, and is told as two.
    const bool apart = line.what.starts_with("the ") || line.what.starts_with("fault");
    std::string out = line.who.empty() || line.who == detail.title ? line.what : fmt::format("{}{} {}", line.who, apart ? ":" : "", line.what);
    if (!line.why.empty()) out += fmt::format(": {}", line.why);
    return out;
}

InspectorChart chart_of(const std::vector<std::int64_t>& values, std::int64_t limit) {
    InspectorChart out;
    if (values.empty()) return out;
    const std::int64_t most = std::max<std::int64_t>(1, *std::max_element(values.begin(), values.end()));
    const bool near = limit > 0 && most >= limit / kNearLimit;
    out.top = near ? std::max(limit + limit / 5, most) : most + most / 3;
    if (near) out.limit = static_cast<float>(static_cast<double>(limit) / static_cast<double>(out.top));
    for (const std::int64_t value : values) out.shares.push_back(static_cast<float>(static_cast<double>(std::max<std::int64_t>(0, value)) / static_cast<double>(out.top)));
    return out;
}

PlacementTable placement_table(const std::vector<Detail::Placement>& placement) {
    PlacementTable out;
    for (const Detail::Placement& line : placement) {
        if (!line.filter.empty() && std::find(out.filters.begin(), out.filters.end(), line.filter) == out.filters.end()) out.filters.push_back(line.filter);
    }
    for (const Detail::Placement& line : placement) {
        if (!line.node.empty() || out.rows.empty()) {
            out.rows.push_back({line.node, line.filter.empty(), line.chosen, std::vector<std::string>(out.filters.size()), {}});
        }
        PlacementTable::Row& row = out.rows.back();
        if (line.filter.empty()) {
            row.words = line.words;
        } else {
            const auto at = static_cast<std::size_t>(std::find(out.filters.begin(), out.filters.end(), line.filter) - out.filters.begin());
            row.refusals[at] = line.words.empty() ? std::string("no") : line.words;
            row.takes = false;
        }
    }
    std::stable_partition(out.rows.begin(), out.rows.end(), [](const PlacementTable::Row& row) { return row.chosen; });
    return out;
}

std::string row_words(const PlacementTable& table, const PlacementTable::Row& row) {
    std::string out;
    if (row.takes) out = fmt::format("{} {}", row.node, row.words.empty() ? "takes the task" : row.words);
    for (std::size_t i = 0; i < row.refusals.size(); ++i)
        if (!row.refusals[i].empty()) out += fmt::format("{}{}: {}", out.empty() ? "" : "\n", table.filters[i], row.refusals[i]);
    return out.empty() ? row.node : out;
}

std::vector<Action> useful_actions(const std::vector<Action>& all, const Detail& detail) {
    std::vector<Action> out;
    if (Action raise; raise_limit(all, detail, raise)) out.push_back(std::move(raise));
    if (detail.tone == view::Tone::Bad || detail.tone == view::Tone::Warning) take_in_order(kForTrouble, all, out);
    take_in_order(kOtherwise, all, out);
    return out;
}

}  // namespace podium::desktop
