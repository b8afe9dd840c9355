#pragma once

// The rows and header fields that only recordings of swarms have.

#include <string>

#include "sim/conform/json_row.hpp"
#include "sim/conform/recording.hpp"

namespace podium::conform {

/// Reads a row of one of a swarm's types; false: it is none of them.
bool read_swarm_row(Recording& recording, JsonRow& row, const std::string& type);
/// The cluster's nodes and the stack files.
void read_swarm_header(Recording& recording, JsonRow& row);

}  // namespace podium::conform
