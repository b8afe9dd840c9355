#pragma once

// What the facts panel works out before it draws. Pure functions over plain values.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// The place of a fact among a page's lines; nothing: it is not among them.
inline std::optional<std::size_t> line_of_fact(const FactPage& page, FactId fact) {
    const auto& lines = page.lines;
    const auto found = std::find_if(lines.begin(), lines.end(), [fact](const auto& line) { return line->fact == fact; });
    if (!fact || found == lines.end()) return {};
    return static_cast<std::size_t>(found - lines.begin());
}

/// A line as it is copied: "41.203s  web.1  died with 137 (killed)".
inline std::string copied_line(const FactLine& line) {
    std::string out = format_time(line.time) + "  " + line.who + "  " + line.what;
    if (!line.why.empty()) out += "  (" + line.why + ")";
    return out;
}

/// Whom a line is about, as a selection: its host, container, task, swarm's service or source of traffic and no other of that name, which
/// only says it of what is none of these. None: it is not there now.
Selection selection_of_line(const view::ClusterView& cluster, const FactLine& line);

/// "12 facts", "2,000 of 12,345 facts".
std::string matches_words(const FactPage& page);

}  // namespace podium::desktop
