#pragma once

// Reads a lesson's folder. Every mistake is one sentence with file and line. See README.md for the
// format.

#include <string>
#include <vector>

#include "lessons/lesson.hpp"
#include "lessons/shelf.hpp"

namespace podium::lessons {

/// `folder` holds lesson.md; its last part is the lesson's name. `clusters` holds the cluster files
/// that come with Podium.
Result<Lesson> load_lesson(const Shelf& shelf,
                           const std::string& folder,
                           const std::string& clusters = {});
/// The folders in `content` that hold a lesson.md, sorted: their order is the course's.
std::vector<std::string> lesson_names(const Shelf& shelf, const std::string& content);

/// A number as a learner types it, in the measure's smallest unit: "10 s", "1m30s", "512 MiB", "3".
/// The unit may be left out only where the question's is no time and no size.
Result<std::int64_t> parse_amount(const Question& question, std::string_view text);
/// The same for reading: "10 s".
std::string format_amount(const Question& question, std::int64_t amount);
/// "s" and the like measure time, "MiB" sizes, every other word counts.
Measure measure_of(const std::string& unit);
/// How many of the smallest unit make one of the question's: "s" has 1'000'000'000.
std::int64_t unit_size(const Question& question);

}  // namespace podium::lessons
