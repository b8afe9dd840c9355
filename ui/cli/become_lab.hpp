#pragma once

// The desktop is a program of its own, podium-lab, beside this one: podium hands over to it.

#include <string>
#include <vector>

namespace podium::cli {

/// Becomes podium-lab with these arguments; comes back only when that can't be, with a sentence said and
/// the exit status.
int become_lab(const std::vector<std::string>& arguments);

}  // namespace podium::cli
