#pragma once

// The desktop is a program of its own, podium-lab, so that podium needs no display's libraries. It stands
// beside this one; here it is found and put in this one's place.

#include <string>
#include <vector>

namespace podium::cli {

/// The path of podium-lab beside this program; empty: this installation has none.
std::string lab_program();
/// Whether a window could be opened and somebody looks: there is podium-lab, a display, and standard output
/// is a terminal.
bool can_show_lab();
/// Runs podium-lab in this process's place. Comes back only when that is not possible, with the exit status;
/// one sentence says why.
int start_lab(const std::vector<std::string>& arguments);

}  // namespace podium::cli
