#pragma once

// A run as one page for any browser, that needs no network and no other file: what became of each service, its traffic and
// its outages, the timeline as a drawing to be zoomed into, and every fact with the chain of what caused it. Without scripts
// it can be read as well: the drawing stands still, and each fact links to its cause. Texts of the run (names, typed lines,
// narration) are escaped wherever they stand, and no script holds any of them. A pure function.

#include "sim/lab/export.hpp"

namespace podium::lab {

/// The most of everything in a page; what is beyond that is left out, and the page says so.
struct PageLimits {
    std::uint64_t facts = 4'000;    ///< At least 2.
    std::size_t lanes = 400;        ///< Of the timeline; a third of them for containers, at least.
    std::size_t spans = 20'000;     ///< Of all lanes; but each may have 20.
    std::size_t outages = 500;
};

/// Requires a session that stands at the run's end.
Exported export_html(const Session& session, const PageLimits& limits = {});

}  // namespace podium::lab
