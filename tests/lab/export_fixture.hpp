#pragma once

// Runs to be exported: one in which much happens, one whose texts mean harm to whoever shows them, and one of a swarm;
// and readers of what comes out.

#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::lab {

/// Two services on a host: crashes, a pause, an engine that stops and one that is killed, a power loss, traffic, faults.
Session busy_run();
/// Names, lines and narration with tags, quotes, ends of scripts, bytes that are no UTF-8, and marks that turn writing.
Session hostile_run();
/// One in which nothing happens.
Session quiet_run();
/// A service of three tasks, whose worker is lost.
Session swarm_run();

/// The rows of a table, as RFC 4180 reads them.
std::vector<std::vector<std::string>> read_csv(const std::string& text);

/// What is wrong with the form of a page: a tag that is not closed or closes nothing, an attribute without quotes, an id that
/// is there twice, a link to an id that is not there, something to be loaded. Empty: nothing is.
std::string trouble_of_page(const std::string& page);

}  // namespace podium::lab
