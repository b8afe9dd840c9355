#pragma once

// A lesson tried out by itself, as `podium lesson test` does it: nothing done must not pass, neither
// at a step nor in the whole lesson; the solution must pass on several seeds and twice the same, and predictions be
// what they are also for who goes on as soon as a step passes; each
// wrong solution must raise its hint on each of them; and every command of the text must do what the
// text says.

#include <string>
#include <vector>

#include "lessons/lesson.hpp"

namespace podium::lessons {

struct RehearsalLine {
    bool ok = true;
    std::string what;  ///< "solution passes, seed 1".
    std::string why;   ///< When it is not ok: where, and what was seen.
};

/// Seeds a learner may have; each solution also passes the hidden ones.
inline constexpr int kRehearsalSeeds = 3;

std::vector<RehearsalLine> rehearse(const Lesson& lesson, const std::string& catalogue);
[[nodiscard]] bool all_ok(const std::vector<RehearsalLine>& lines);

/// Does what a command wrote fit what the text shows? A line "..." stands for any lines, "..."
/// within one for any text; blanks in a row count as one.
bool output_fits(const std::vector<std::string>& shown, const std::string& written);
/// The whole lesson for reading: texts, questions with their answers, hints, solution.
std::string preview(const Lesson& lesson, int width, bool colour);

}  // namespace podium::lessons
