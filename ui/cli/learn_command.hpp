#pragma once

// podium learn and podium lesson: for learners, and for authors of lessons.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podium::cli {

struct LearnOptions {
    std::string lesson;  ///< A path, number or name; empty: list them.
    bool again = false;  ///< From its beginning.
    std::optional<std::uint64_t> seed;
    std::string speed;        ///< Of simulated time while a line runs; empty: 10x at a terminal.
    std::string export_file;  ///< For an instructor.
};

struct LessonOptions {
    std::string what;  ///< "new", "preview" or "test".
    std::vector<std::string> names;
    std::string cluster;  ///< --cluster: of a new lesson; empty: none.
};

int learn_command(const LearnOptions& options);
int lesson_command(const LessonOptions& options);

}  // namespace podium::cli
