#pragma once

// What a learner has done, over all lessons: a text of JSON that the front end keeps. What a newer
// version wrote and this one does not know is kept as it is.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lessons/attempt.hpp"
#include "lessons/lesson.hpp"

namespace podium::lessons {

/// How a lesson stands.
struct LessonProgress {
    bool begun = false;
    bool finished = false;  ///< At least once.
    std::size_t steps_passed = 0;
    int hints = 0;      ///< Rungs given, in the attempt kept.
    int solutions = 0;  ///< Steps whose solution was shown.
    int answers = 0;
    int answers_right = 0;  ///< At the first try.
};

class Progress {
  public:
    /// An empty text is a learner's beginning. Errors: no such JSON, or written by a newer version
    /// that has changed its meaning.
    static Result<Progress> parse(const std::string& text, const std::string& file);
    Progress();
    ~Progress();
    Progress(Progress&&) noexcept;
    Progress& operator=(Progress&&) noexcept;
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    [[nodiscard]] std::string text() const;
    /// The attempt at a lesson; none when there is none, or it can't be read any more.
    [[nodiscard]] std::optional<Attempt> attempt(const std::string& lesson) const;
    void set_attempt(const std::string& lesson, const Attempt& attempt);
    /// Forgets the attempt, not that the lesson was finished.
    void drop_attempt(const std::string& lesson);
    [[nodiscard]] LessonProgress of(const std::string& lesson) const;

    /// For an instructor: what was done, answered and typed, as a text or as JSON.
    [[nodiscard]] std::string report(const std::vector<Lesson>& lessons) const;
    [[nodiscard]] std::string report_json(const std::vector<Lesson>& lessons) const;

  private:
    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace podium::lessons
