// What is asked, judged and hinted in a lesson, and how that is told: a part of LessonPlay.

#include <algorithm>
#include <fmt/format.h>

#include "lessons/questions.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/session.hpp"
#include "ui/desktop/lab/lesson_ear.hpp"

namespace podium::desktop {
namespace {

constexpr const char* kRungNames[] = {"To think about", "Where to look", "Almost there"};

bool lesson_is_judged(const lessons::Step& step) {
    return step.kind == lessons::StepKind::Do || step.kind == lessons::StepKind::Check;
}

// The moment before the two blanks of "12.000s  What happened."; kNever when there is none.
Time lesson_moment_of(const std::string& line) {
    const std::size_t gap = line.find("  ");
    if (gap == std::string::npos) return kNever;
    const auto moment = parse_duration(line.substr(0, gap));
    return moment && *moment >= Duration{} ? Time{moment->nanoseconds} : kNever;
}

}  // namespace

void LessonPlay::forget_verdict() {
    verdict_.reset();
    verdict_text_.clear();
    note_.clear();
    predicted_.clear();
    view_.reset();
}

void LessonPlay::fault(const std::string& sentence) {
    faulty_ = true;
    verdict_.reset();
    verdict_text_ = "This is a fault of the lesson, not yours: " + sentence;
    playing_ = false;
    view_.reset();
    refuse(verdict_text_);
}

// The run is another one from a moment on: what was kept of its future is forgotten.
void LessonPlay::run_jumped(Time kept) {
    past_.reset();
    playing_ = false;
    owed_ = 0;
    text_end_.clear();
    // What was typed at that very moment is forgotten too.
    screens_.cut(kept - Duration{1});
    run_frame_.cut(player_.session());
    if (marks_) {
        auto left = std::make_shared<std::vector<CheckMark>>(*marks_);
        std::erase_if(*left, [kept](const CheckMark& mark) { return mark.time >= kept; });
        marks_ = std::move(left);
    }
    forget_verdict();
    changed_ = true;
}

void LessonPlay::step_begins() {
    forget_verdict();
    hints_.clear();
    judged_.clear();
    Ear ear(screens_, terminal_);
    for (const lessons::Narration& said : player_.take_narration()) ear.narrate(said.moment, said.text);
    run_frame_.follow(player_.session());
    if (player_.step().kind == lessons::StepKind::Check) check();
}

// --- checks ---

void LessonPlay::do_intent(const intent::LessonCheck&) {
    past_.reset();
    check();
}

void LessonPlay::check() {
    forget_verdict();
    const lessons::StepVerdict verdict = player_.check();
    keep();
    if (verdict.outcome == lessons::StepVerdict::Outcome::Fault) {
        fault(verdict.sentence);
        return;
    }
    faulty_ = false;
    verdict_ = verdict;
    const bool passes = verdict.outcome == lessons::StepVerdict::Outcome::Passed;
    if (lesson_is_judged(player_.step()) && (passes || verdict.run == 0)) {
        auto marks = marks_ ? std::make_shared<std::vector<CheckMark>>(*marks_) : std::make_shared<std::vector<CheckMark>>();
        const Time now = player_.session().now();
        marks->push_back({passes ? now : std::min(verdict.when, now), passes ? player_.step().title : verdict.condition, passes, verdict.evidence});
        marks_ = std::move(marks);
    }
    if (passes) {
        passed();
        return;
    }
    verdict_text_ = "Not yet: " + verdict.condition;
    if (verdict.run > 0)
        note_ = fmt::format("It holds in your run, but not in another one with other chances (hidden run {} of {}).", verdict.run,
                            lessons::kHiddenSeeds);
}

void LessonPlay::passed() {
    const lessons::Step& step = player_.step();
    verdict_text_ = lesson_is_judged(step) ? fmt::format("Passed, here and in {} hidden runs with other chances.", lessons::kHiddenSeeds)
                    : step.questions.empty() ? "There is nothing to check in this step; go on when you have read it."
                                             : "All its questions are answered.";
    const auto decided = player_.decide_predictions();
    if (!decided) {
        fault(decided.error().text());
        return;
    }
    for (const lessons::Judgement& judgement : *decided) {
        judged_[judgement.question] = judgement;
        if (!player_.lesson().exam) predicted_.push_back(judgement.question);
    }
    keep();
}

void LessonPlay::do_intent(const intent::LessonNext&) {
    past_.reset();
    next();
}

void LessonPlay::next() {
    if (!player_.attempt().steps.back().passed) {
        check();
        if (faulty_ || !player_.attempt().steps.back().passed) return;
    }
    const auto more = player_.next();
    if (!more) {
        fault(more.error().text());
        return;
    }
    playing_ = false;
    keep();
    if (*more) {
        step_begins();
    } else {
        finish();
    }
}

void LessonPlay::finish() {
    const lessons::Lesson& lesson = player_.lesson();
    const int percent = player_.attempt().percent_right;
    if (player_.attempt().failed) {
        note_ = fmt::format("{} % of your answers are right; {} % are needed. Begin again when you like.", percent, lesson.pass_percent);
        return;
    }
    note_ = fmt::format("You have finished '{}'.", lesson.title);
    if (percent >= 0) note_ += fmt::format(" {} % of your answers were right in the end.", percent);
    tell(note_, view::Tone::Good);
}

// --- going back ---

void LessonPlay::do_intent(const intent::LessonBack&) {
    if (const Result<void> moved = player_.back(); !moved) {
        refuse(moved.error().text());
        return;
    }
    run_jumped(player_.session().now());
    step_begins();
    keep();
}

void LessonPlay::do_intent(const intent::LessonAgain&) {
    if (const Result<void> moved = player_.again(); !moved) {
        fault(moved.error().text());
        return;
    }
    faulty_ = false;
    run_jumped(player_.session().now());
    step_begins();
    keep();
}

// --- help ---

void LessonPlay::do_intent(const intent::LessonHint&) {
    past_.reset();
    const auto given = player_.hint();
    if (!given) {
        fault(given.error().text());
        return;
    }
    if (given->id.empty()) {
        note_ = given->text;
    } else {
        const std::string text = fmt::format("**{}** ({} of {}): {}", kRungNames[given->rung], given->rung + 1, lessons::Hint::kRungs, given->text);
        // The last rung is given again when it is asked for again.
        if (std::find(hints_.begin(), hints_.end(), text) == hints_.end()) hints_.push_back(text);
    }
    keep();
}

void LessonPlay::do_intent(const intent::LessonSolve&) {
    if (!player_.may_see_solution()) {
        refuse(player_.lesson().exam                                  ? "An exam shows no solutions."
               : player_.step().kind == lessons::StepKind::Do ? "Ask for hints first: after the last one the solution can be shown."
                                                              : "This step has nothing to do in the terminal.");
        return;
    }
    const Time begun = player_.attempt().steps.back().begun;
    past_.reset();
    // What the solution types comes upon a run that has just begun again.
    screens_.cut(begun);
    Ear ear(screens_, terminal_);
    if (const Result<void> solved = player_.solve(ear); !solved) {
        fault(solved.error().text());
        return;
    }
    run_frame_.cut(player_.session());
    forget_verdict();
    owed_ = 0;
    note_ = "The step began again, without what you typed in it, and this is how it is done. Now check it, or look around.";
    keep();
}

// --- questions ---

void LessonPlay::do_intent(const intent::LessonAnswer& wanted) {
    past_.reset();
    const auto& questions = player_.step().questions;
    const auto question = std::find_if(questions.begin(), questions.end(), [&](const lessons::Question& one) { return one.id == wanted.question; });
    if (question == questions.end()) {
        refuse(fmt::format("this step does not ask '{}'", wanted.question));
        return;
    }
    const auto given = player_.attempt().answers.find(question->id);
    const bool repeatable = player_.step().kind == lessons::StepKind::Quiz && !player_.lesson().exam &&
                            (given == player_.attempt().answers.end() || !given->second.right);
    if (given != player_.attempt().answers.end() && !repeatable) {
        refuse(player_.lesson().exam ? "this question is answered, and an exam asks each once" : "this question is answered; 'again' asks it once more");
        return;
    }
    const auto judged = player_.answer(*question, wanted.answer);
    if (!judged) {
        if (judged.error().place.file.empty()) {
            note_ = judged.error().text();
            refuse(note_);
        } else {
            fault(judged.error().text());
        }
        return;
    }
    note_.clear();
    judged_[question->id] = *judged;
    keep();
}

QuestionView LessonPlay::question_view(const lessons::Question& question) const {
    QuestionView out;
    out.id = question.id;
    out.kind = question.kind == lessons::Question::Kind::Choice  ? "choice"
               : question.kind == lessons::Question::Kind::Order ? "order"
                                                                 : "number";
    out.text = question.text;
    out.prediction = !question.key.empty();
    out.unit = question.unit;
    out.measured = question.measure != lessons::Measure::Count;
    for (const lessons::Answer& answer : question.answers) out.choices.push_back(answer.text);
    const auto given = player_.attempt().answers.find(question.id);
    if (given == player_.attempt().answers.end()) return out;
    out.given = lessons::answer_in_words(question, given->second.answer);
    out.tries = given->second.tries;
    // An exam tells only at its end.
    if (player_.lesson().exam) return out;
    out.decided = given->second.decided;
    out.right = given->second.right;
    if (out.decided && !out.right) out.because = lessons::because(question, given->second.answer);
    // A quiz asks again, so what is right isn't told before it is given.
    if (out.decided && (out.right || out.prediction))
        out.key = lessons::answer_in_words(question, out.prediction ? given->second.key : lessons::right_answer(question));
    if (const auto judged = judged_.find(question.id); judged != judged_.end()) out.seen = judged->second.seen;
    return out;
}

std::shared_ptr<const LessonView> LessonPlay::make_view() const {
    auto out = std::make_shared<LessonView>();
    const lessons::Lesson& lesson = player_.lesson();
    const lessons::Step& step = player_.step();
    const lessons::StepRecord& record = player_.attempt().steps.back();
    out->title = lesson.title;
    out->name = lesson.name;
    out->exam = lesson.exam;
    out->step_title = step.title;
    out->kind = std::string(lessons::name_of(step.kind));
    out->terminal = terminal_;
    out->step = player_.index();
    for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
        out->steps.push_back(lesson.steps[i].title);
        out->passed.push_back(i < player_.index() || (i == player_.index() && record.passed));
    }
    const lessons::Question* open = player_.open_question();
    for (const lessons::Question& question : step.questions) {
        out->questions.push_back(question_view(question));
        out->questions.back().open = &question == open;
    }
    // What comes after a question is read when it is answered.
    for (const lessons::Piece& piece : step.pieces) {
        LessonView::Piece shown;
        shown.question = piece.question;
        switch (piece.kind) {
            case lessons::Piece::Kind::Text:
                shown.text = piece.text;
                out->markdown += (out->markdown.empty() ? "" : "\n") + piece.text;
                break;
            case lessons::Piece::Kind::Why:
                shown.kind = LessonView::Piece::Kind::Why;
                shown.text = player_.why(piece.text);
                if (shown.text.empty()) shown.text = fmt::format("(nothing has happened to {} yet)", piece.text);
                break;
            case lessons::Piece::Kind::Question:
                shown.kind = LessonView::Piece::Kind::Question;
                break;
        }
        const bool ends = piece.kind == lessons::Piece::Kind::Question && &step.questions[piece.question] == open;
        out->pieces.push_back(std::move(shown));
        if (ends) break;
    }
    out->judged = lesson_is_judged(step);
    out->has_hints = lesson_is_judged(step) && !lesson.exam;
    out->hints = hints_;
    out->may_see_solution = player_.may_see_solution();
    out->can_back = player_.index() > 0;
    out->can_next = record.passed || (!lesson_is_judged(step) && open == nullptr);
    out->finished = player_.attempt().finished;
    out->note = note_;
    for (const std::string& id : predicted_) {
        if (const lessons::Question* question = lessons::find_question(lesson, id)) out->predicted.push_back(question_view(*question));
    }
    out->verdict = verdict_text_;
    if (faulty_) out->outcome = LessonView::Outcome::Fault;
    if (!verdict_) return out;
    const bool passes = verdict_->outcome == lessons::StepVerdict::Outcome::Passed;
    out->outcome = passes ? LessonView::Outcome::Passed : LessonView::Outcome::NotYet;
    if (passes) return out;
    out->condition = verdict_->condition;
    out->decided_at = verdict_->when;
    out->decided_here = verdict_->run == 0 && verdict_->when <= player_.session().now();
    if (!verdict_->sentence.empty())
        out->sentence = fmt::format("{}  {}{}", format_time(verdict_->when), verdict_->sentence,
                                    verdict_->when > player_.session().now() ? " (in a copy of the run that went on)" : "");
    out->evidence = verdict_->evidence;
    for (const std::string& line : verdict_->evidence) {
        const Time moment = lesson_moment_of(line);
        out->evidence_times.push_back(verdict_->run == 0 && moment <= player_.session().now() ? moment : kNever);
    }
    return out;
}

}  // namespace podium::desktop
