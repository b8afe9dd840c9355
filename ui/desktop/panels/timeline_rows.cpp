#include "ui/desktop/panels/timeline_rows.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace podium::desktop {
namespace {

using view::LaneKind;

constexpr std::array<LaneKind, view::kLaneKinds> kRowOrder = {LaneKind::Consensus, LaneKind::Service, LaneKind::Fault, LaneKind::Traffic, LaneKind::Host, LaneKind::Story};

std::string_view row_plural_of(LaneKind kind) {
    switch (kind) {
        case LaneKind::Consensus: return "groups";
        case LaneKind::Host: return "hosts";
        case LaneKind::Service: return "services";
        case LaneKind::Traffic: return "traffic";
        case LaneKind::Fault: return "faults";
        case LaneKind::Story: return "story";
    }
    return {};
}

// "web" of "web.1".
std::string_view row_service_part(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(0, dot);
}

// Whether a service is called so with all there is to its name.
bool is_whole_name(const view::LaneSet& lanes, std::string_view name) {
    return std::any_of(lanes.lanes.begin(), lanes.lanes.end(), [name](const auto& lane) { return lane->kind == LaneKind::Service && lane->whole() == name; });
}

// How well a lane fits whom a fact is about, "web", "web.1" or "shop/web.1": 0 not at all, 2 with all there is to its name.
int row_fit(const view::Lane& lane, std::string_view who) {
    if (lane.kind == LaneKind::Host || lane.kind == LaneKind::Traffic) return lane.name == who ? 2 : 0;
    if (lane.kind != LaneKind::Service) return 0;
    int fit = 0;
    for (const std::string_view name : {who, row_service_part(who)}) {
        if (lane.name == name) fit = lane.project.empty() ? 2 : std::max(fit, 1);
        if (!lane.project.empty() && name.ends_with(lane.name) && lane.whole() == name) fit = 2;
    }
    return fit;
}

}  // namespace

std::vector<TimelineRow> timeline_rows(const view::LaneSet& lanes, const FoldedKinds& folded) {
    std::vector<TimelineRow> rows;
    for (const LaneKind kind : kRowOrder) {
        const auto begin = std::find_if(lanes.lanes.begin(), lanes.lanes.end(), [kind](const auto& lane) { return lane->kind == kind; });
        const auto end = std::find_if(begin, lanes.lanes.end(), [kind](const auto& lane) { return lane->kind != kind; });
        const auto first = static_cast<std::uint32_t>(begin - lanes.lanes.begin());
        const auto count = static_cast<std::uint32_t>(end - begin);
        if (count == 0) continue;
        if (folded[static_cast<std::size_t>(kind)]) {
            rows.push_back({kind, first, count, true, count});
            continue;
        }
        for (std::uint32_t i = 0; i < count; ++i) rows.push_back({kind, first + i, 1, i == 0, count});
    }
    return rows;
}

std::string lane_label(const view::LaneSet& lanes, const view::Lane& lane) {
    const auto is_namesake = [&lane](const auto& other) {
        return other->kind == lane.kind && other->name == lane.name && other->project != lane.project;
    };
    const bool alone = lane.project.empty() || std::none_of(lanes.lanes.begin(), lanes.lanes.end(), is_namesake);
    return alone ? lane.name : lane.project + "/" + lane.name;
}

std::string row_label(const view::LaneSet& lanes, const TimelineRow& row) {
    if (row.lanes == 1 && row.of_kind == 1 && row.kind == LaneKind::Consensus) return "managers";
    if (row.lanes == 1) return lane_label(lanes, *lanes.lanes[row.first]);
    return fmt::format("{} {}", row.of_kind, row_plural_of(row.kind));
}

std::string_view lane_kind_id(LaneKind kind) {
    switch (kind) {
        case LaneKind::Consensus: return "consensus";
        case LaneKind::Host: return "host";
        case LaneKind::Service: return "service";
        case LaneKind::Traffic: return "traffic";
        case LaneKind::Fault: return "fault";
        case LaneKind::Story: return "story";
    }
    return {};
}

Selection lane_selection(const view::Lane& lane, Time time) {
    switch (lane.kind) {
        case LaneKind::Host: return {Selection::Kind::Host, lane.name};
        case LaneKind::Service: return {Selection::Kind::Service, lane.whole()};
        case LaneKind::Traffic: return {Selection::Kind::Traffic, lane.name};
        case LaneKind::Fault:
            for (const view::LaneSpan& span : lane.spans) {
                if (span.begin <= time && time < span.end && span.level == 1) return {Selection::Kind::Fault, span.label == lane.name ? lane.name : lane.name + " " + span.label};
            }
            return {};
        case LaneKind::Consensus:
        case LaneKind::Story: return {};
    }
    return {};
}

bool lane_is_selected(const view::LaneSet& lanes, const view::Lane& lane, const Selection& selection) {
    switch (selection.kind) {
        case Selection::Kind::Host: return lane.kind == LaneKind::Host && lane.name == selection.name;
        case Selection::Kind::Service: return lane.kind == LaneKind::Service && (lane.whole() == selection.name || (lane.is_called(selection.name) && !is_whole_name(lanes, selection.name)));
        case Selection::Kind::Container:
        case Selection::Kind::Task: return lane.kind == LaneKind::Service && (lane.name == selection.name || lane.name == row_service_part(selection.name));
        case Selection::Kind::Traffic: return lane.kind == LaneKind::Traffic && lane.name == selection.name;
        case Selection::Kind::Fault: return lane.kind == LaneKind::Fault && (selection.name == lane.name || selection.name.starts_with(lane.name + " "));
        case Selection::Kind::None:
        case Selection::Kind::Link:
        case Selection::Kind::Volume: return false;
    }
    return false;
}

bool lane_has_fact(const view::Lane& lane, FactId fact, Time time) {
    for (auto mark = std::partition_point(lane.marks.begin(), lane.marks.end(), [time](const view::LaneMark& one) { return one.time < time; });
         mark != lane.marks.end() && mark->time == time;
         ++mark) {
        if (mark->fact == fact) return true;
    }
    for (auto span = std::partition_point(lane.spans.begin(), lane.spans.end(), [time](const view::LaneSpan& one) { return one.begin < time; });
         span != lane.spans.end() && span->begin == time;
         ++span) {
        if (span->fact == fact) return true;
    }
    return false;
}

std::optional<std::size_t> row_of_fact(const view::LaneSet& lanes, const std::vector<TimelineRow>& rows, const FactLine& fact) {
    std::optional<std::size_t> named;
    int best = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::uint32_t lane = rows[i].first; lane < rows[i].first + rows[i].lanes; ++lane) {
            if (lane_has_fact(*lanes.lanes[lane], fact.fact, fact.time)) return i;
            const int fit = row_fit(*lanes.lanes[lane], fact.who);
            if (fit > best) named = i;
            best = std::max(best, fit);
        }
    }
    return named;
}

}  // namespace podium::desktop
