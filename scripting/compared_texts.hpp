#pragma once

// Where a script compares what a method gives with a text: container("web.1"):state() == "running".
// Lua tells two texts apart and no more, so a text that the method never gives has to be found
// where it is written. No Lua here.

#include <string>
#include <string_view>
#include <vector>

namespace podium::scripting {

struct ComparedText {
    int line = 0;        ///< Of the method.
    std::string method;  ///< "state".
    std::string text;    ///< Without escapes: a text with any is left out.
};

/// All of a script, in order: a method called with nothing, then == or ~=, then a text in quotes.
/// Comments and texts are no part of it.
std::vector<ComparedText> compared_texts(std::string_view script);

}  // namespace podium::scripting
