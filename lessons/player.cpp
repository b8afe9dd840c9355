#include "lessons/player.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "lessons/judge.hpp"
#include "lessons/progress.hpp"
#include "lessons/questions.hpp"
#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/foreground.hpp"
#include "sim/lab/why.hpp"

namespace podium::lessons {
namespace {

// Without a person, an interrupt is looked for this often in simulated time.
constexpr Duration kSlice = milliseconds(50);
constexpr int kInterruptedStatus = 130;

}  // namespace

// Shows what came since the last look, in the order of its moments; true when the line has ended.
bool Player::show_new(Watcher& watcher, int& status) {
    bool ended = false;
    const std::vector<Narration> narration = take_narration();
    auto said = narration.begin();
    const auto narrate_to = [&](Time moment) {
        for (; said != narration.end() && said->moment <= moment; ++said)
            watcher.narrate(said->moment, said->text);
    };
    for (const lab::Shown& shown : stage_->take_shown()) {
        narrate_to(shown.time);
        watcher.at(shown.time);
        shown_bytes_ += shown.text.size();
        if (shown.kind == lab::Shown::Kind::Output) watcher.show(shown.text);
        if (shown.kind == lab::Shown::Kind::Error) watcher.show_error(shown.text);
        if (shown.kind == lab::Shown::Kind::Done) {
            status = shown.status;
            ended = true;
        }
    }
    narrate_to(kNever);
    return ended;
}

Player::Player(std::shared_ptr<const Lesson> lesson, PlayerRequest request)
    : lesson_(std::move(lesson)), request_(std::move(request)) {}

Result<Player> Player::create(std::shared_ptr<const Lesson> lesson,
                              const PlayerRequest& request,
                              const std::optional<Attempt>& attempt) {
    Player player(std::move(lesson), request);
    Attempt wanted;
    if (attempt && !attempt->steps.empty()) {
        wanted = *attempt;
        if (wanted.version != player.lesson_->version)
            return Error{fmt::format("lesson '{}' has changed since", player.lesson_->name),
                         {},
                         "begin it again"};
        for (auto& [id, given] : wanted.answers) {
            const Question* question = find_question(*player.lesson_, id);
            if (player.lesson_->exam || (question != nullptr && question->key.empty())) given.key.clear();
        }
    } else {
        wanted.seed = request.seed;
        wanted.version = player.lesson_->version;
        wanted.steps.push_back({player.lesson_->steps.front().id, {}, {}, {}, false, false, {}});
    }
    if (Result<void> there = player.stand_at(std::move(wanted)); !there) return there.error();
    return player;
}

// Does all of an attempt again, up to where the learner is.
Result<void> Player::stand_at(Attempt attempt) {
    if (attempt.steps.size() > lesson_->steps.size())
        return Error{fmt::format("lesson '{}' has fewer steps than were done", lesson_->name),
                     {},
                     "begin it again"};
    for (std::size_t i = 0; i < attempt.steps.size(); ++i) {
        if (attempt.steps[i].step != lesson_->steps[i].id)
            return Error{
                fmt::format(
                    "lesson '{}' has no step '{}' any more", lesson_->name, attempt.steps[i].step),
                {},
                "begin it again"};
    }
    auto session = begin_run(*lesson_, request_.catalogue, attempt.seed, request_.draws);
    if (!session) return session.error();
    for (std::size_t i = 0; i + 1 < attempt.steps.size(); ++i) {
        session = replay_step(*lesson_, std::move(*session), attempt.steps[i]);
        if (!session) return session.error();
    }
    attempt_ = std::move(attempt);
    hidden_.clear();
    const Time now = record().now;
    if (Result<void> entered = enter(record().step, std::move(*session)); !entered) return entered;
    if (Result<void> done = replay_acts(*stage_, record(), now); !done) return done;
    (void)stage_->take_shown();
    record().now = stage_->session().now();
    return {};
}

Result<void> Player::enter(const std::string& id, lab::Session session) {
    before_ = std::make_unique<lab::Session>(std::move(session));
    auto stage = Stage::create(*lesson_, before_->fork(), &record().acts);
    if (!stage) return stage.error();
    stage_ = std::move(*stage);
    record().begun = before_->now();
    record().now = std::max(record().now, record().begun);
    heard_ = index() == 0 ? FactId{} : before_->journal().last();
    return stage_->begin_step(id);
}

// Ctrl-C would not end all of it: what a line has started in the background would go on.
Result<Player::LineEnd> Player::give_back(Time before, std::size_t acts_before) {
    record().acts.resize(acts_before);
    if (Result<void> back = stand_again(before); !back) return back.error();
    LineEnd end;
    end.taken_back = true;
    end.status = kInterruptedStatus;
    return end;
}

Result<void> Player::act(Act::Kind kind, const std::string& text) {
    record().acts.push_back({session().now(), kind, text, {}});
    return stage_->act(record().acts.back());
}

Result<Player::LineEnd> Player::begin_line(const std::string& line) {
    const Time before = session().now();
    const std::size_t acts_before = record().acts.size();
    if (Result<void> typed = act(Act::Kind::Line, line); !typed) {
        if (stage_->exhausted()) return give_back(before, acts_before);
        return typed.error();
    }
    record().now = session().now();
    record().passed = false;
    return LineEnd{};
}

Result<Player::LineEnd> Player::go_on(Time until,
                                      Watcher& watcher,
                                      const std::function<bool(const lab::Session&)>& enough) {
    LineEnd end;
    const Time before = session().now();
    if (Result<void> ran = stage_->advance(until, enough); !ran) {
        if (stage_->exhausted()) return give_back(before, record().acts.size());
        return ran.error();
    }
    show_new(watcher, end.status);
    record().now = session().now();
    return end;
}

Result<void> Player::interrupt(Watcher& watcher) {
    if (Result<void> stopped = act(Act::Kind::Interrupt, {}); !stopped) return stopped;
    int ignored = 0;
    show_new(watcher, ignored);
    record().now = session().now();
    return {};
}

bool Player::running() const {
    const lab::Terminal* terminal = session().terminal(learners_terminal(*lesson_));
    return terminal != nullptr && terminal->running;
}

Result<Player::LineEnd> Player::type(const std::string& line,
                                     Watcher& watcher,
                                     bool interruptible) {
    const Time before = session().now();
    const std::size_t acts_before = record().acts.size();
    stage_->allow_work(1);
    if (Result<void> passed = stage_->advance(before + kTyping); !passed) {
        if (stage_->exhausted()) return give_back(before, acts_before);
        return passed.error();
    }
    (void)stage_->take_shown();
    shown_bytes_ = 0;
    auto begun = begin_line(line);
    if (!begun) return begun;
    if (begun->taken_back) return give_back(before, acts_before);
    LineEnd end;
    const Time limit = session().now() + kLongestLine;
    // What was typed for a program that did not read it is the shell's next line.
    while (!show_new(watcher, end.status) || running()) {
        if (reading()) break;  // the next line is for what runs
        const bool flooded = shown_bytes_ > kMostShown;
        if (watcher.left() || (!interruptible && (flooded || session().now() >= limit))) {
            end.gave_up = true;
            end.flooded = flooded;
            if (Result<void> stopped = act(Act::Kind::Interrupt, {}); !stopped)
                return stopped.error();
            if (Result<void> ran = stage_->advance(session().now() + seconds(1)); !ran)
                return ran.error();
            show_new(watcher, end.status);
            end.status = kInterruptedStatus;
            break;
        }
        Time next = session().next_time();
        if (next == kNever || next > session().now() + kSlice)
            next = std::min(interruptible ? session().now() + kSlice : next, limit);
        watcher.pass(session().now(), next);
        if (watcher.interrupted()) {
            if (Result<void> stopped = act(Act::Kind::Interrupt, {}); !stopped)
                return stopped.error();
        }
        if (Result<void> ran = stage_->advance(next); !ran) {
            if (stage_->exhausted()) return give_back(before, acts_before);
            return ran.error();
        }
    }
    record().now = session().now();
    record().passed = false;
    return end;
}

std::vector<Narration> Player::take_narration() {
    std::vector<Narration> out = narrated_since(session(), heard_);
    heard_ = session().journal().last();
    return out;
}

Result<void> Player::may_write(const std::string& path) const {
    return lessons::may_write(session(), learners_terminal(*lesson_), path);
}

Result<void> Player::write(const std::string& path, const std::string& content) {
    if (Result<void> may = may_write(path); !may) return may;
    record().acts.push_back({session().now(), Act::Kind::Write, path, content});
    record().passed = false;
    return stage_->act(record().acts.back());
}

std::optional<std::string> Player::read(const std::string& path) const {
    return host_file(session(), learners_terminal(*lesson_), path);
}

Result<void> Player::rewind(Time moment) {
    if (moment > session().now())
        return Error{fmt::format("it is only {}", format_time(session().now())),
                     {},
                     "to go forward: wait 10s"};
    if (moment < record().begun)
        return Error{fmt::format("this step began at {}", format_time(record().begun)),
                     {},
                     "'back' goes to the step before"};
    std::erase_if(record().acts, [moment](const Act& act) { return act.time >= moment; });
    return stand_again(moment);
}

Result<void> Player::stand_again(Time moment) {
    record().now = moment;
    record().passed = false;
    if (Result<void> entered = enter(record().step, before_->fork()); !entered) return entered;
    if (Result<void> done = replay_acts(*stage_, record(), moment); !done) return done;
    (void)stage_->take_shown();
    (void)take_narration();
    record().now = session().now();
    return {};
}

// Its end is no longer reached.
void Player::begin_again(Attempt& attempt) const {
    attempt.finished = false;
    attempt.failed = false;
    attempt.percent_right = -1;
}

// What a step asks is asked again, but an exam asks once. Who could know more by now answers for another time.
void Player::ask_again(Attempt& attempt, const Step& step, bool later) const {
    if (lesson_->exam) return;
    for (const Question& question : step.questions) {
        const auto given = attempt.answers.find(question.id);
        if (given == attempt.answers.end()) continue;
        if (later || given->second.decided) attempt.answered_before[question.id] = given->second.tries;
        attempt.answers.erase(given);
    }
}

Result<void> Player::again() {
    record().acts.clear();
    record().now = record().begun;
    record().passed = false;
    begin_again(attempt_);
    ask_again(attempt_, step(), false);
    return enter(record().step, before_->fork());
}

Result<void> Player::back() {
    if (index() == 0) return Error{"this is the first step", {}, {}};
    Attempt attempt = attempt_;
    attempt.steps.pop_back();
    StepRecord& record = attempt.steps.back();
    record.acts.clear();
    record.now = record.begun;
    record.passed = false;
    begin_again(attempt);
    // What is asked from there on is asked again.
    for (std::size_t i = attempt.steps.size() - 1; i < lesson_->steps.size(); ++i)
        ask_again(attempt, lesson_->steps[i], true);
    for (auto& [id, given] : attempt.answers) {
        if (lesson_->exam) break;
        const Question* question = find_question(*lesson_, id);
        if (question != nullptr && lesson_->index_of(question->after) >= attempt.steps.size() - 1 &&
            !question->after.empty())
            given.decided = false;
    }
    return stand_at(std::move(attempt));
}

// --- judging ---

StepVerdict Player::check() {
    StepVerdict verdict;
    if (const Question* question = open_question()) {
        verdict.outcome = StepVerdict::Outcome::NotYet;
        verdict.condition = "every question is answered";
        verdict.sentence = fmt::format("question '{}' waits for your answer", question->id);
        verdict.when = session().now();
    } else if (step().kind == StepKind::Do || step().kind == StepKind::Check) {
        verdict = judge_on_all(true);
    }
    if (verdict.outcome == StepVerdict::Outcome::Passed) record().passed = true;
    return verdict;
}

StepVerdict Player::judge_on_all(bool hidden) {
    record().now = session().now();
    const bool whole = step().kind == StepKind::Check;
    StepVerdict verdict = whole ? judge_whole(*lesson_, session(), step(), 0)
                                : judge_step(*lesson_, *before_, record(), 0);
    if (!hidden || verdict.outcome != StepVerdict::Outcome::Passed) return verdict;
    const auto fault = [](const Error& error) {
        StepVerdict out;
        out.outcome = StepVerdict::Outcome::Fault;
        out.sentence = error.text();
        return out;
    };
    hidden_.resize(kHiddenSeeds);
    for (int number = 0; number < kHiddenSeeds; ++number) {
        Hidden& run = hidden_[static_cast<std::size_t>(number)];
        if (!run.session) {
            auto begun = begin_run(
                *lesson_, request_.catalogue, hidden_seed(*lesson_, number), request_.draws);
            if (!begun) return fault(begun.error());
            run.session = std::make_unique<lab::Session>(std::move(*begun));
        }
        for (; run.steps < index(); ++run.steps) {
            auto after = replay_step(*lesson_, std::move(*run.session), attempt_.steps[run.steps]);
            if (!after) return fault(after.error());
            *run.session = std::move(*after);
        }
        if (whole) {
            auto here = replay_step(*lesson_, run.session->fork(), record());
            if (!here) return fault(here.error());
            verdict = judge_whole(*lesson_, *here, step(), number + 1);
        } else {
            verdict = judge_step(*lesson_, *run.session, record(), number + 1);
        }
        if (verdict.outcome != StepVerdict::Outcome::Passed) return verdict;
    }
    return verdict;
}

// --- questions ---

const Question* Player::open_question() const {
    for (const Question& question : step().questions) {
        const auto given = attempt_.answers.find(question.id);
        if (given == attempt_.answers.end()) return &question;
        const bool again = step().kind == StepKind::Quiz && !lesson_->exam && !given->second.right;
        if (again) return &question;
    }
    return nullptr;
}

Result<std::string> Player::compute_key(const Question& question,
                                        std::vector<std::string>* seen) const {
    auto stage = Stage::create(*lesson_, session().fork());
    if (!stage) return stage.error();
    const FactId before = session().journal().last();
    auto key = (*stage)->key(question.key);
    if (!key) return key;
    if (seen != nullptr) *seen = told_since((*stage)->session(), before);
    auto normal = normal_key(question, *key, lesson_->lab_file);
    if (normal) return normal;
    Error wrong = normal.error();
    wrong.place = place_in_lab(*lesson_, "key", question.key);
    return wrong;
}

Judgement Player::judgement(const Question& question, const GivenAnswer& given) const {
    Judgement out;
    out.question = question.id;
    out.answer = answer_in_words(question, given.answer);
    out.decided = given.decided;
    out.right = given.right;
    if (given.decided) out.key = answer_in_words(question, given.key);
    if (given.decided && !given.right) out.because = because(question, given.answer);
    return out;
}

// A key is kept where it has been told and is known to no one else.
void Player::keep_answer(const Question& question, GivenAnswer given) {
    if (lesson_->exam || question.key.empty()) given.key.clear();
    attempt_.answers[question.id] = std::move(given);
}

Result<Judgement> Player::answer(const Question& question, const std::string& text) {
    auto normal = parse_answer(question, text);
    if (!normal) return normal.error();
    const auto before = attempt_.answers.find(question.id);
    if (lesson_->exam && before != attempt_.answers.end())
        return Error{"an exam asks each question once, and this one is answered", {}, {}};
    const auto asked_before = attempt_.answered_before.find(question.id);
    const int tries = before != attempt_.answers.end()               ? before->second.tries
                      : asked_before != attempt_.answered_before.end() ? asked_before->second
                                                                       : 0;
    GivenAnswer given{*normal, false, false, tries + 1, {}};
    std::vector<std::string> seen;
    if (question.key.empty()) {
        given.decided = true;
        given.key = right_answer(question);
    } else if (question.after.empty()) {
        const auto key = compute_key(question, &seen);
        if (!key) return key.error();
        given.decided = true;
        given.key = *key;
    }
    if (given.decided) given.right = is_right(question, given.answer, given.key);
    Judgement out = judgement(question, given);
    keep_answer(question, given);
    out.seen = std::move(seen);
    if (!out.right && question.key.empty() && !lesson_->exam)
        out.key.clear();  // it is asked again
    return out;
}

Result<std::vector<Judgement>> Player::decide_predictions() {
    std::vector<Judgement> out;
    for (const Step& asked : lesson_->steps) {
        for (const Question& question : asked.questions) {
            const auto given = attempt_.answers.find(question.id);
            if (question.after != step().id || given == attempt_.answers.end() ||
                given->second.decided)
                continue;
            const auto key = compute_key(question);
            if (!key) return key.error();
            given->second.decided = true;
            given->second.key = *key;
            given->second.right = is_right(question, given->second.answer, *key);
            out.push_back(judgement(question, given->second));
            keep_answer(question, given->second);
        }
    }
    return out;
}

int Player::percent_right() const {
    return lessons::percent_right(*lesson_, attempt_);
}

// --- hints and going on ---

Result<Player::GivenHint> Player::hint() {
    if (step().kind != StepKind::Do && step().kind != StepKind::Check)
        return GivenHint{{}, 0, step().questions.empty() ? "This step has nothing to do in the terminal; 'next' goes on." : "This step asks, and has no hints: answer, then 'next' goes on."};
    if (lesson_->exam) return GivenHint{{}, 0, "An exam gives no hints."};
    const StepVerdict verdict = judge_on_all(false);
    if (verdict.outcome == StepVerdict::Outcome::Fault) return Error{verdict.sentence, {}, {}};
    if (verdict.outcome == StepVerdict::Outcome::Passed)
        return GivenHint{{}, 0, "This looks right. Type 'check'."};
    const auto found = std::find_if(step().hints.begin(),
                                    step().hints.end(),
                                    [&](const Hint& hint) { return hint.id == verdict.hint; });
    if (found == step().hints.end())
        return GivenHint{{}, 0, fmt::format("What isn't there yet: {}.", verdict.condition), true};
    int& given = record().hints[found->id];
    const int rung = std::min(given, Hint::kRungs - 1);
    given = std::min(given + 1, Hint::kRungs);
    last_hint_ = found->id;
    return GivenHint{found->id, rung, found->rungs[rung], given == Hint::kRungs};
}

bool Player::may_see_solution() const {
    if (lesson_->exam || step().kind != StepKind::Do) return false;
    const auto& given = attempt_.steps.back().hints;
    if (step().hints.empty()) return true;
    if (const auto last = given.find(last_hint_); last != given.end()) return last->second >= Hint::kRungs;
    return std::any_of(given.begin(), given.end(), [](const auto& hint) { return hint.second >= Hint::kRungs; });
}

Result<void> Player::solve(Watcher& watcher) {
    if (Result<void> fresh = again(); !fresh) return fresh;
    record().shown = true;
    for (const ScriptPart& part : lesson_->solution.parts) {
        if (part.step != step().id) continue;
        for (const std::string& line : part.lines) {
            watcher.show(fmt::format("$ {}\n", printable(line)));
            const auto end = type(line, watcher, false);
            if (!end) return end.error();
        }
    }
    return {};
}

Result<bool> Player::next() {
    if (!record().passed)
        return Error{
            "this step isn't done yet", {}, "type 'check' when you think that it is, or 'hint'"};
    if (attempt_.steps.size() == lesson_->steps.size()) {
        attempt_.finished = true;
        attempt_.percent_right = percent_right();
        attempt_.failed = !passes(*lesson_, attempt_.percent_right);
        return false;
    }
    record().now = session().now();
    const Step& following = lesson_->steps[attempt_.steps.size()];
    const Time now = session().now();
    lab::Session session = stage_->session().fork();
    attempt_.steps.push_back({following.id, now, now, {}, false, false, {}});
    if (Result<void> entered = enter(following.id, std::move(session)); !entered)
        return entered.error();
    return true;
}

std::string Player::why(const std::string& target, std::size_t width) const {
    const auto text = lab::why(session(), target, session().now(), width);
    return text ? *text : std::string();
}

bool Player::reading() const {
    const lab::Terminal* terminal = session().terminal(learners_terminal(*lesson_));
    return terminal != nullptr && lab::waits_for_typing(session().world(), *terminal);
}

std::string Player::remote_prompt() const {
    const lab::Terminal* terminal = session().terminal(learners_terminal(*lesson_));
    return terminal == nullptr ? std::string() : lab::remote_prompt(session().world(), *terminal);
}

}  // namespace podium::lessons
