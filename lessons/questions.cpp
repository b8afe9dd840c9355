#include "lessons/questions.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "lessons/load.hpp"
#include "sim/base/text.hpp"

namespace podium::lessons {
namespace {

// An answer's number as shown (from 1), or its id.
const Answer* find_answer(const Question& question, const std::string& word) {
    std::int64_t number = 0;
    const auto found = std::find_if(question.answers.begin(),
                                    question.answers.end(),
                                    [&](const Answer& answer) { return answer.id == word; });
    if (found != question.answers.end()) return &*found;
    // Where no other is called so, capitals don't matter.
    const auto is_word = [&word](const Answer& answer) { return lower(answer.id) == lower(word); };
    if (std::count_if(question.answers.begin(), question.answers.end(), is_word) == 1)
        return &*std::find_if(question.answers.begin(), question.answers.end(), is_word);
    if (!parse_integer(word, number) || number < 1 ||
        number > static_cast<std::int64_t>(question.answers.size()))
        return nullptr;
    return &question.answers[static_cast<std::size_t>(number - 1)];
}

std::string text_of(const Question& question, const std::string& id) {
    const Answer* answer = find_answer(question, id);
    return answer == nullptr ? id : answer->text;
}

// A number as it stands in a list: "2." and "2)" are "2".
std::string without_mark(std::string word) {
    if (word.size() > 1 && (word.back() == '.' || word.back() == ')') && word.find_first_not_of("0123456789") == word.size() - 1) word.pop_back();
    return word;
}

std::string without_commas(std::string text) {
    std::replace(text.begin(), text.end(), ',', ' ');
    return text;
}

// Things are counted one by one; a share, or what lesson.md itself gives with decimals, is not.
bool counts_whole(const Question& question) {
    const std::int64_t one = unit_size(question);
    return question.measure == Measure::Count && question.unit != "%" && question.number % one == 0 &&
           question.within % one == 0;
}

bool is_order(const Question& question, std::vector<std::string> ids) {
    std::vector<std::string> all;
    for (const Answer& answer : question.answers)
        all.push_back(answer.id);
    std::sort(all.begin(), all.end());
    std::sort(ids.begin(), ids.end());
    return ids == all;
}

}  // namespace

const Question* find_question(const Lesson& lesson, const std::string& id) {
    for (const Step& step : lesson.steps) {
        for (const Question& question : step.questions) {
            if (question.id == id) return &question;
        }
    }
    return nullptr;
}

Result<std::string> parse_answer(const Question& question, const std::string& typed) {
    const std::string text(trim(typed));
    if (question.kind == Question::Kind::Number) {
        const auto amount = parse_amount(question, text);
        if (!amount) return amount.error();
        if (*amount < 0) return Error{fmt::format("'{}' is below 0", text), {}, {}};
        if (counts_whole(question) && *amount % unit_size(question) != 0)
            return Error{fmt::format("'{}' is no whole number{}", text, question.unit.empty() ? "" : " of " + question.unit), {}, {}};
        return fmt::format("{}", *amount);
    }
    if (question.kind == Question::Kind::Choice) {
        const Answer* answer = find_answer(question, without_mark(text));
        if (answer == nullptr)
            return Error{fmt::format("'{}' is none of the answers", text),
                         {},
                         fmt::format("type a number from 1 to {}", question.answers.size())};
        return answer->id;
    }
    std::vector<std::string> ids;
    for (const std::string& word : split_words(without_commas(text))) {
        const Answer* answer = find_answer(question, without_mark(word));
        ids.push_back(answer == nullptr ? word : answer->id);
    }
    if (!is_order(question, ids))
        return Error{"an order takes each of the numbers once", {}, "like: 2 1 3"};
    return join(ids, ",");
}

Result<std::string> normal_key(const Question& question,
                               const std::string& given,
                               const std::string& lab_file) {
    const Place place{lab_file, 0, 0};
    const std::string what = fmt::format("key('{}') gave '{}'", question.key, given);
    switch (question.kind) {
        case Question::Kind::Choice:
            if (std::any_of(question.answers.begin(),
                            question.answers.end(),
                            [&](const Answer& answer) { return answer.id == given; }))
                return given;
            return Error{
                fmt::format("{}, which is not among the answers of '{}'", what, question.id),
                place,
                {}};
        case Question::Kind::Order:
            if (is_order(question, split(given, ','))) return given;
            return Error{
                fmt::format("{}, which is no order of the items of '{}'", what, question.id),
                place,
                "return a table of their names, or one text with commas"};
        case Question::Kind::Number:
            break;
    }
    // A bare number is in the question's unit.
    const bool bare = given.find_first_not_of("-0123456789.") == std::string::npos;
    const auto amount = parse_amount(
        question, bare && question.measure != Measure::Count ? given + question.unit : given);
    if (!amount)
        return Error{fmt::format("{}, which is no answer to '{}'", what, question.id),
                     place,
                     amount.error().hint};
    return fmt::format("{}", *amount);
}

std::string right_answer(const Question& question) {
    if (question.kind == Question::Kind::Choice) return question.right;
    if (question.kind == Question::Kind::Order) return join(question.order, ",");
    return fmt::format("{}", question.number);
}

bool is_right(const Question& question, const std::string& answer, const std::string& key) {
    if (question.kind != Question::Kind::Number) return answer == key;
    std::int64_t given = 0;
    std::int64_t wanted = 0;
    if (!parse_integer(answer, given) || !parse_integer(key, wanted)) return false;
    return given >= wanted - question.within && given <= wanted + question.within;
}

std::string answer_in_words(const Question& question, const std::string& answer) {
    if (question.kind == Question::Kind::Choice) return text_of(question, answer);
    if (question.kind == Question::Kind::Number) {
        std::int64_t amount = 0;
        return parse_integer(answer, amount) ? format_amount(question, amount) : answer;
    }
    std::vector<std::string> texts;
    for (const std::string& id : split(answer, ','))
        texts.push_back(text_of(question, id));
    return join(texts, ", then ");
}

std::string because(const Question& question, const std::string& answer) {
    if (question.kind != Question::Kind::Choice) return question.because;
    const Answer* found = find_answer(question, answer);
    return found == nullptr ? std::string() : found->because;
}

int percent_right(const Lesson& lesson, const Attempt& attempt) {
    std::size_t all = 0;
    std::size_t right = 0;
    for (const Step& step : lesson.steps) {
        for (const Question& question : step.questions) {
            ++all;
            const auto given = attempt.answers.find(question.id);
            if (given != attempt.answers.end() && given->second.right) ++right;
        }
    }
    return all == 0 ? -1 : static_cast<int>(right * 100 / all);
}

}  // namespace podium::lessons
