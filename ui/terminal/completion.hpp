#pragma once

// Completion at a prompt: the last word of the last command of what was typed.

#include <string>
#include <vector>

#include "sim/lab/session.hpp"
#include "ui/terminal/editor.hpp"

namespace podium::terminal {

/// What may stand where the cursor is, behind the text `before` it.
Completion complete(const lab::Session& session,
                    const std::string& terminal,
                    const std::string& before);
/// Podium's own words, for greeting and help.
std::vector<std::string> own_word_names();

}  // namespace podium::terminal
