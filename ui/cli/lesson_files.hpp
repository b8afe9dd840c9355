#pragma once

// Lessons on the real file system: where they are, and one found by what a person calls it.

#include <memory>
#include <string>
#include <vector>

#include "lessons/lesson.hpp"
#include "lessons/progress.hpp"
#include "lessons/shelf.hpp"
#include "ui/cli/real_files.hpp"

namespace podium::cli {

using RealShelf = RealFiles;

/// The folder with the lessons that Podium brings.
Result<std::string> lessons_directory();
/// The text of scenarios/images.yaml.
Result<std::string> images_catalogue();
/// The folder of a lesson: a path to one, its number, its name, or the beginning or the end of
/// that.
Result<std::string> find_lesson(const RealShelf& shelf, const std::string& called);
/// Whether this is no file, and calls one lesson by its number, its name with or without that, or its folder.
bool is_lesson(const std::string& called);
/// The lesson in a folder; its cluster may be one that comes with Podium. One that Podium does not bring is kept_as its path.
Result<lessons::Lesson> read_lesson(const RealShelf& shelf, const std::string& folder);
/// Where a learner's progress is kept.
std::string progress_file();
/// What is kept there; a learner's beginning when nothing is.
Result<lessons::Progress> read_progress();
/// The same, where what older versions have kept of a lesson that Podium does not bring is called as it is now.
Result<lessons::Progress> read_progress(const lessons::Lesson& lesson);
/// Keeps an attempt at a lesson, beside what another podium may have kept meanwhile.
Result<void> keep_attempt(const lessons::Lesson& lesson, const lessons::Attempt& attempt);
/// Keeps the attempt that a lesson has beside the one that begins anew.
Result<void> set_attempt_aside(const lessons::Lesson& lesson);
/// All lessons that Podium brings, in order; an error is the first one's that can't be read.
Result<std::vector<lessons::Lesson>> load_all_lessons(const RealShelf& shelf);
/// The lessons besides of which something is kept, where they still are and can be read.
std::vector<lessons::Lesson> load_own_lessons(const RealShelf& shelf, const lessons::Progress& progress);

}  // namespace podium::cli
