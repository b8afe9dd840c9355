#pragma once

// Parts of the exported page: texts made safe, its style and its script, which are the same in every page, and the timeline. Pure
// functions; for export_html.cpp.

#include <string>
#include <string_view>
#include <vector>

#include "sim/lab/export.hpp"
#include "sim/lab/export_html.hpp"
#include "sim/lab/export_lanes.hpp"

namespace podium::lab {

/// A text of others as it stands in HTML, between tags or in an attribute in double quotes: nothing in it ends anything, what
/// would steer a terminal or turn the direction of writing is shown instead, and bytes that are no UTF-8 are replaced.
std::string html_text(std::string_view text);
/// "good", "bad", "warning", "quiet", "plain": a class of elements, and a word for those who see no colours.
std::string_view tone_name(view::Tone tone);
/// "1.2 s" and the like for how long something took.
std::string length_text(Duration length);

std::string_view page_style();
/// Holds no "</".
std::string_view page_script();

/// The drawing, and where in it each lane is.
struct PageTimeline {
    std::string svg;
    std::string legend;        ///< What its patterns mean.
    std::vector<int> lane_at;  ///< By lane: the height of its middle in the drawing; -1: it is not drawn.
};

/// `remarks` gets what is left out.
PageTimeline page_timeline(const Session& session, const Lanes& lanes, const ChosenFacts& chosen, const PageLimits& limits, std::vector<std::string>& remarks);

}  // namespace podium::lab
