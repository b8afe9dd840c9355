#pragma once

// What the program says: its results on standard output, its complaints on standard error. A reader
// that goes away (`| head -1`) ends the printing, not the run: what was to be saved is still saved.

#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace podium::cli {

/// Writes to standard output; after a failure nothing more is written.
void put_text(std::string_view text);
/// Nobody reads standard output any more.
bool output_closed();
/// Writes out what is held back. An error when something could not be written, a closed pipe
/// excepted.
Result<void> finish_output();
/// Prints "podium: <sentence>" to standard error.
void complain(const std::string& sentence);
/// complain(), and the exit status of bad input.
int bad_input(const Error& error);

/// Columns a stream's lines may have: the terminal's, or COLUMNS; 0, no limit, in a pipe without
/// it.
std::size_t width_of(std::FILE* stream);
/// Whether to colour what goes to a stream: a terminal, and NO_COLOR is not set.
bool wants_colour(std::FILE* stream);

}  // namespace podium::cli
