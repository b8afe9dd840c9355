#pragma once

// Facts of a session as rows with the recordings' keys, for rooms that see the lab only.

#include <string>

#include "sim/lab/session.hpp"

namespace podium::lab {

/// One fact as a line of JSON without a newline: see view::fact_row.
std::string row_of(const Session& session, const Fact& fact);

}  // namespace podium::lab
