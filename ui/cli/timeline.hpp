#pragma once

// Prints facts as a timeline (time, who, what, why) and a run's summary; coloured on a terminal, plain in
// a pipe.

#include <cstdio>
#include <string>

#include "sim/lab/session.hpp"
#include "sim/view/describe.hpp"

namespace podium::cli {

/// Whether to colour what goes to a stream: a terminal, and NO_COLOR is not set.
bool wants_colour(std::FILE* stream);

class Timeline {
  public:
    Timeline(bool colour, bool detail) : colour_(colour), detail_(detail) {}
    /// The facts recorded since the last call, as lines; only those worth telling.
    std::string new_lines(const lab::Session& session);
    /// One fact as a line, without regard to its weight.
    [[nodiscard]] std::string line(const lab::Session& session, const Fact& fact) const;

  private:
    bool colour_;
    bool detail_;
    FactId next_{1};
};

/// The table of services at the end of a run.
std::string summary_text(const lab::Session& session, bool colour);

}  // namespace podium::cli
