#pragma once

// A run as tables for a spreadsheet or a data frame: every fact, and what became of services, containers, hosts,
// traffic, and each outage. Comma-separated values as in RFC 4180 but with plain newlines, a line of names first; what
// is not known is empty. Times are seconds of simulated time from the run's begin, exact to the nanosecond. Pure functions.

#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::lab {

struct CsvTable {
    std::string name;  ///< Of the file: "facts.csv".
    std::string text;
};

/// The files' names, in the order of export_csv().
const std::vector<std::string>& csv_table_names();
/// Requires a session that stands at the run's end. A table without rows has its line of names.
std::vector<CsvTable> export_csv(const Session& session);

}  // namespace podium::lab
