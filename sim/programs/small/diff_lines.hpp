#pragma once

// What differs between two texts, line by line, as diff finds it: a shortest way from one to the
// other.

#include <cstddef>
#include <string>
#include <vector>

namespace podium::programs::small {

/// A text as lines, and whether the last one lacks its newline.
struct Lines {
    std::vector<std::string> text;
    bool unended = false;
};

Lines split_into_lines(const std::string& text);

/// Lines [first, first_end) of the one stand where [second, second_end) of the other do; numbers
/// from 0.
struct Change {
    std::size_t first = 0;
    std::size_t first_end = 0;
    std::size_t second = 0;
    std::size_t second_end = 0;
};

/// How lines are compared.
struct Comparison {
    bool ignores_case = false;
    bool ignores_space_change =
        false;  ///< Runs of blanks are alike, and those at the end are none.
    bool ignores_space = false;
};

/// The changes in order. Of texts that differ in more than kMostSteps lines, the part between the
/// first and the last difference is one change.
inline constexpr std::size_t kMostSteps = 3000;
std::vector<Change> find_changes(const Lines& first,
                                 const Lines& second,
                                 const Comparison& comparison);

}  // namespace podium::programs::small
