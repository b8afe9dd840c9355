#pragma once

// Answers to questions, as texts: a choice's id, an order's ids with commas, an amount in its
// smallest unit.

#include <string>
#include <vector>

#include "lessons/attempt.hpp"
#include "lessons/lesson.hpp"

namespace podium::lessons {

const Question* find_question(const Lesson& lesson, const std::string& id);
/// What a learner typed: a choice's number or id, an order's numbers or ids, a number with its
/// unit.
Result<std::string> parse_answer(const Question& question, const std::string& typed);
/// What lab.lua's key function gave, as an answer. An error names `lab_file`.
Result<std::string> normal_key(const Question& question,
                               const std::string& given,
                               const std::string& lab_file);
/// A quiz's own.
std::string right_answer(const Question& question);
bool is_right(const Question& question, const std::string& answer, const std::string& key);
std::string answer_in_words(const Question& question, const std::string& answer);
/// Why an answer is wrong.
std::string because(const Question& question, const std::string& answer);

/// A lesson's questions answered right, in percent; -1 without questions.
int percent_right(const Lesson& lesson, const Attempt& attempt);

}  // namespace podium::lessons
