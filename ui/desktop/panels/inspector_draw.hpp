#pragma once

// The inspector's pictures: a chart, boxes of health checks, a chain of causes, the table of nodes. Each
// draws at the cursor, over a width, and moves the cursor below itself.

#include "ui/desktop/panels/inspector_parts.hpp"
#include "ui/desktop/draw/context.hpp"

namespace podium::desktop {

/// A heading of a part, small and faint, with more beside it.
void put_part_heading(const Context& context, std::string_view title, std::string_view more = {});
/// A name and a value; the whole value in a hint where it does not fit, or below its name when it may take more lines.
void put_row(const Context& context, const Detail::Row& row, float width, bool lines);
void put_chart(Context& context, const std::string& id, const InspectorChart& chart, float width, std::uint32_t colour, std::string_view limit_words);
void put_probe_boxes(Context& context, const std::vector<bool>& probes, float width);
/// A click selects a step's fact, two go to its moment.
void put_chain(Context& context, const std::string& id, const std::vector<const FactLine*>& steps, const Detail& detail, float width);
/// One fact of a history, as a step of a chain acts.
void put_fact_line(Context& context, const std::string& id, const FactLine& line, const Detail& detail, float width);
void put_placement(Context& context, const PlacementTable& table, float width);

}  // namespace podium::desktop
