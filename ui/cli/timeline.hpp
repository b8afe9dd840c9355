#pragma once

// Prints facts as a timeline (time, who, what, why) and a run's summary. The timeline is a table:
// each column begins at the same place in every line, and with a limited width a text goes on below
// where it began. Coloured on a terminal, plain in a pipe.

#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "sim/lab/session.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/names.hpp"

namespace podium::cli {

struct TimelineStyle {
    bool colour = false;
    bool detail = false;    ///< Networks, volumes and probes too.
    std::size_t width = 0;  ///< Columns a line may have; 0 is no limit: a line a fact.
    std::vector<std::string>
        names;  ///< Whom it will be about, as far as that is known: sets its column.
    std::set<std::string> lines;  ///< Commands below which is shown what they print.
};

class Timeline {
  public:
    explicit Timeline(TimelineStyle style);
    /// The facts recorded since the last call, as lines; only those worth telling.
    std::string new_lines(const lab::Session& session);

  private:
    [[nodiscard]] std::string printed_by(const lab::Session& session, const Fact& fact) const;
    [[nodiscard]] std::string entry(Time time, const view::Telling& telling);
    [[nodiscard]] std::string wide(const std::string& head,
                                   const view::Telling& telling,
                                   std::size_t room) const;
    [[nodiscard]] std::string narrow(const std::string& head,
                                     const view::Telling& telling,
                                     std::size_t room) const;

    TimelineStyle style_;
    view::ServiceNames names_;  // "shop/web.1" from the line on that tells of another project's web
    std::size_t who_width_;
    FactId next_{1};
};

/// The table of services at the end of a run, in at most `width` columns (0: no limit).
std::string summary_text(const lab::Session& session, bool colour, std::size_t width);

}  // namespace podium::cli
