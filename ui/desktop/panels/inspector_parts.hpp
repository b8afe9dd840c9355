#pragma once

// What the inspector draws, worked out of a detail without drawing: sections, tabs, the chart's scale,
// the table of nodes, and which actions are at hand. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

enum class InspectorTab : std::uint8_t { Overview, Why, History, Logs, Placement };
std::string_view tab_title(InspectorTab tab);
/// Those that there is something in; Overview always.
std::vector<InspectorTab> tabs_of(const Detail& detail);

/// Rows that stand together, in the order their sections first come.
struct InspectorSection {
    std::string title;  ///< Empty: what stands first.
    std::vector<const Detail::Row*> rows;
};
std::vector<InspectorSection> sections_of(const Detail& detail);

/// "WHY IS IT FAILING?" and the like, by how it stands.
std::string_view why_heading(const Detail& detail);
/// The answer to `why` for a font of prose, which has no letters to draw branches with as a terminal's has.
std::string prose_of(std::string_view why);
/// The end of a chain of causes, `most` at most, and its first cause; in order.
std::vector<const FactLine*> short_causes(const std::vector<FactLine>& causes, std::size_t most);
/// A step of a chain in a line: who it is about only where that is somebody else.
std::string cause_words(const FactLine& line, const Detail& detail);

/// Values as shares of a chart's height.
struct InspectorChart {
    std::vector<float> shares;  ///< 0 to 1, the newest last.
    float limit = -1;           ///< Where the limit's line stands; below 0: it is far above what is used.
    std::int64_t top = 0;       ///< What the full height stands for.
};
InspectorChart chart_of(const std::vector<std::int64_t>& values, std::int64_t limit);

/// Nodes × filters.
struct PlacementTable {
    std::vector<std::string> filters;  ///< Those that refuse some node, in the order they first do.
    struct Row {
        std::string node;
        bool takes = false;
        bool chosen = false;  ///< It got the task.
        std::vector<std::string> refusals;  ///< By filter: its figures; empty: it lets it pass.
        std::string words;                  ///< What the node has.
    };
    std::vector<Row> rows;  ///< The chosen one first.
};
PlacementTable placement_table(const std::vector<Detail::Placement>& placement);

/// What is to be said of a row to who rests on it.
std::string row_words(const PlacementTable& table, const PlacementTable::Row& row);

/// The few that help most with how it stands, of all that can be done. One whose label ends in "…" is a
/// line to be changed first.
std::vector<Action> useful_actions(const std::vector<Action>& all, const Detail& detail);
inline constexpr std::size_t kMostUseful = 4;

}  // namespace podium::desktop
