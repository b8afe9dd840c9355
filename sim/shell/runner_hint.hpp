#pragma once

// A hint for who puts a loop where a program is wanted: `timeout 30 for ((;;)) ...`. Private to this folder.

#include <string>
#include <string_view>

namespace podium::shell {

/// For a line that is wrong: what to write instead, as a line of Podium's own; empty when it has no such word after a
/// program that runs others.
std::string runner_hint(std::string_view line, std::string_view shell);

}  // namespace podium::shell
