#pragma once

// lesson.md cut into its parts: front matter, and sections of text and fenced blocks, each with its
// line. No meaning yet.

#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace podium::lessons {

/// A stretch of Markdown, or a fenced block by itself.
struct Chunk {
    bool fenced = false;
    std::string info;  ///< What stands behind the fence: "choice", "console".
    std::string text;  ///< With a newline after each line.
    int line = 0;      ///< Of the text's first line.
};

struct Section {
    std::string heading;  ///< Without "## ".
    int line = 0;
    std::vector<Chunk> chunks;
};

struct Document {
    std::string front;  ///< YAML between the two "---".
    int front_line = 0;
    std::vector<Section> sections;
};

/// Errors: no front matter, text before the first "## " heading, a fence that isn't closed, be it at the end
/// or where the next one or a step begins.
Result<Document> cut(const std::string& text, const std::string& file);

}  // namespace podium::lessons
