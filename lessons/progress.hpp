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

/// Whether an exam's end is reached with so many of its answers right; true for all other lessons.
bool passes(const Lesson& lesson, int percent_right);

/// How a lesson stands.
struct LessonProgress {
    bool begun = false;
    bool finished = false;  ///< At least once; of an exam: passed.
    bool failed = false;    ///< The attempt kept has come to an exam's end with too few right answers.
    int percent_right = -1;  ///< Of the attempt kept, at its end; -1: not there yet, or there are no questions.
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
    /// What lessons are called of which something is kept.
    [[nodiscard]] std::vector<std::string> names() const;
    /// Calls one otherwise of which something is kept, unless there is something under that name.
    void rename(const std::string& lesson, const std::string& to);
    /// The attempt at a lesson; none when there is none, or it can't be read any more.
    [[nodiscard]] std::optional<Attempt> attempt(const std::string& lesson) const;
    /// Keeps an attempt. One that was finished, or that can't be gone on with, is set aside for it; and one that was
    /// finished stays as long as nothing has been done in the new one.
    void set_attempt(const std::string& lesson, const Attempt& attempt);
    /// Keeps the attempt beside the one that begins anew, instead of an earlier one set aside.
    void set_aside(const std::string& lesson);
    /// Forgets the attempt, not that the lesson was finished.
    void drop_attempt(const std::string& lesson);
    [[nodiscard]] LessonProgress of(const std::string& lesson) const;
    /// The same, where older versions have kept an exam as finished that was not passed.
    [[nodiscard]] LessonProgress of(const Lesson& lesson) const;

    /// For an instructor: what was done, answered and typed, as a text or as JSON. Of an exam that is under way it does
    /// not tell which answers are right. Lessons of which something is kept and that are not among these come after them.
    [[nodiscard]] std::string report(const std::vector<Lesson>& lessons) const;
    [[nodiscard]] std::string report_json(const std::vector<Lesson>& lessons) const;

  private:
    [[nodiscard]] std::vector<Lesson> others_than(const std::vector<Lesson>& lessons) const;

    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace podium::lessons
