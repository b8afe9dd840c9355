#pragma once

// The rows of the timeline: which lane stands where, which kinds are folded away, and where a fact is
// found. Pure functions over plain values.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/view/lane_set.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// Which kinds of lanes are folded away, by LaneKind.
using FoldedKinds = std::array<bool, view::kLaneKinds>;

struct TimelineRow {
    view::LaneKind kind = view::LaneKind::Host;
    std::uint32_t first = 0;  ///< In LaneSet::lanes;
    std::uint32_t lanes = 1;  ///< so many of them: more than one only where the kind is folded away.
    bool heads = false;       ///< The first row of its kind,
    std::uint32_t of_kind = 1;  ///< of which there are so many lanes.
    bool operator==(const TimelineRow&) const = default;
};

/// Consensus, services, faults, traffic, hosts, story: what people come for stands first.
std::vector<TimelineRow> timeline_rows(const view::LaneSet& lanes, const FoldedKinds& folded);
/// What a lane is called among the others: "web", and "shop/web" where another project has a service of that name.
std::string lane_label(const view::LaneSet& lanes, const view::Lane& lane);
/// That of a row's lane, or "3 hosts": what stands before a row.
std::string row_label(const view::LaneSet& lanes, const TimelineRow& row);
/// "host", for ids.
std::string_view lane_kind_id(view::LaneKind kind);

/// The thing a lane is about, a service by its whole name; nothing selected for consensus and story. Of a fault the one that goes on
/// at `time`.
Selection lane_selection(const view::Lane& lane, Time time);
/// Whether that thing is selected, or something of it (a container of the service). Requires a lane of these.
bool lane_is_selected(const view::LaneSet& lanes, const view::Lane& lane, const Selection& selection);

/// Where a fact stands in a lane, if it does: as a mark or as the beginning of a span.
bool lane_has_fact(const view::Lane& lane, FactId fact, Time time);
/// The row in which a fact is to be shown: one that has it, else that of whom it is about; none: nothing.
std::optional<std::size_t> row_of_fact(const view::LaneSet& lanes, const std::vector<TimelineRow>& rows, const FactLine& fact);

}  // namespace podium::desktop
