#pragma once

// The tree as the tidiness tests read it: every file of it once, as lines, with the code of a C++
// file apart from its comments and literals. Reads only; hidden folders and `build` are not part of
// the tree, `.ci` is.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace podium::tidy {

/// One line of a file.
struct Line {
    std::string text;  ///< As it stands, without its end.
    std::string code;  ///< C++ only: comments, and what is between quotes, replaced by spaces.
};

struct Source {
    std::string path;  ///< From the root of the tree, with '/'.
    std::vector<Line> lines;

    [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }

    [[nodiscard]] bool is_cpp() const { return path.ends_with(".cpp") || is_header(); }
};

/// What an #include line names.
struct Include {
    std::string name;
    bool quoted = false;  ///< "name" rather than <name>.
    int line = 0;         ///< Counted from 1.
};

/// A file with this path and content; what the tests of the rules use.
Source source_from(std::string path, std::string_view content);

/// All #include lines of a file, also those that stand in a string (there is no reason to write
/// one).
std::vector<Include> includes_of(const Source& source);

/// Every text file of the tree, sorted by path.
std::vector<Source> read_tree(const std::filesystem::path& root);

}  // namespace podium::tidy
