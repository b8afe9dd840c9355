#include "lessons/progress.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lessons/questions.hpp"
#include "sim/base/printable.hpp"

namespace podium::lessons {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr const char* kActKinds[] = {"line", "interrupt", "write"};

Json json_of(const Act& act) {
    Json out;
    out["at"] = act.time.nanoseconds;
    out["kind"] = kActKinds[static_cast<std::size_t>(act.kind)];
    if (!act.text.empty()) out["text"] = act.text;
    if (act.kind == Act::Kind::Write) out["content"] = act.content;
    return out;
}

Json json_of(const StepRecord& step) {
    Json out;
    out["step"] = step.step;
    out["begun"] = step.begun.nanoseconds;
    out["now"] = step.now.nanoseconds;
    out["passed"] = step.passed;
    if (step.shown) out["solution_shown"] = true;
    if (!step.hints.empty()) out["hints"] = step.hints;
    out["typed"] = Json::array();
    for (const Act& act : step.acts)
        out["typed"].push_back(json_of(act));
    return out;
}

Json json_of(const GivenAnswer& given) {
    Json out;
    out["answer"] = given.answer;
    out["decided"] = given.decided;
    out["right"] = given.right;
    out["tries"] = given.tries;
    if (!given.key.empty()) out["key"] = given.key;
    return out;
}

// What a hand has put there may be anything.
bool flag(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_boolean() && found->get<bool>();
}

// Reading throws nlohmann's exceptions where the text is not what was written; Progress::attempt
// catches.
Act act_of(const Json& json) {
    Act act;
    act.time = Time{json.at("at").get<std::int64_t>()};
    const auto kind = json.at("kind").get<std::string>();
    const auto* const found = std::find(std::begin(kActKinds), std::end(kActKinds), kind);
    act.kind = static_cast<Act::Kind>(std::min<std::ptrdiff_t>(found - std::begin(kActKinds), 2));
    act.text = json.value("text", std::string());
    act.content = json.value("content", std::string());
    return act;
}

StepRecord step_of(const Json& json) {
    StepRecord step;
    step.step = json.at("step").get<std::string>();
    step.begun = Time{json.at("begun").get<std::int64_t>()};
    step.now = Time{json.at("now").get<std::int64_t>()};
    step.passed = json.at("passed").get<bool>();
    step.shown = json.value("solution_shown", false);
    if (json.contains("hints")) step.hints = json.at("hints").get<std::map<std::string, int>>();
    for (const Json& act : json.at("typed"))
        step.acts.push_back(act_of(act));
    return step;
}

GivenAnswer answer_of(const Json& json) {
    GivenAnswer given;
    given.answer = json.at("answer").get<std::string>();
    given.decided = json.at("decided").get<bool>();
    given.right = json.at("right").get<bool>();
    given.tries = json.value("tries", 1);
    given.key = json.value("key", std::string());
    return given;
}

Attempt attempt_of(const Json& json) {
    Attempt attempt;
    attempt.seed = json.at("seed").get<std::uint64_t>();
    attempt.version = json.at("version").get<int>();
    attempt.finished = json.at("finished").get<bool>();
    attempt.failed = json.value("failed", false);
    attempt.percent_right = json.value("percent_right", -1);
    for (const Json& step : json.at("steps"))
        attempt.steps.push_back(step_of(step));
    for (const auto& [id, given] : json.at("answers").items())
        attempt.answers[id] = answer_of(given);
    if (json.contains("answered_before"))
        attempt.answered_before = json.at("answered_before").get<std::map<std::string, int>>();
    return attempt;
}

// A kept attempt, or none; what older versions did not keep of an exam is counted.
std::optional<Attempt> read_attempt(const Json& kept, const char* which, const Lesson* lesson) {
    const auto found = kept.find(which);
    if (found == kept.end()) return std::nullopt;
    try {
        Attempt attempt = attempt_of(*found);
        if (lesson != nullptr && attempt.finished && !found->contains("percent_right")) {
            attempt.percent_right = percent_right(*lesson, attempt);
            attempt.failed = !passes(*lesson, attempt.percent_right);
        }
        return attempt;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

bool nothing_done(const Attempt& attempt) {
    return attempt.steps.size() == 1 && attempt.steps[0].acts.empty() && attempt.steps[0].hints.empty() &&
           !attempt.steps[0].passed && attempt.answers.empty();
}

std::string share_of(const Lesson& lesson, int percent) {
    if (percent < 0) return {};
    return lesson.exam ? fmt::format("{} % of the answers right, {} % are needed", percent, lesson.pass_percent)
                       : fmt::format("{} % of the answers right", percent);
}

std::string status_of(const LessonProgress& progress, const Lesson& lesson) {
    const std::string share = share_of(lesson, progress.percent_right);
    if (progress.failed)
        return fmt::format("{}not passed: {}", progress.finished ? "finished; the last attempt was " : "", share);
    if (progress.finished) return share.empty() ? "finished" : "finished, " + share;
    if (!progress.begun) return "not begun";
    return fmt::format("{} of {} steps", progress.steps_passed, lesson.steps.size());
}

std::string verdict_on(const Lesson& lesson, const Attempt& attempt, const GivenAnswer& given) {
    if (lesson.exam && !attempt.finished) return "noted";
    if (!given.decided) return "open";
    if (!given.right) return "wrong";
    return given.tries == 1 ? "right" : fmt::format("right, at try {}", given.tries);
}

std::string how_many(int number, const std::string& what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

// An attempt's steps and answers, for reading.
std::string attempt_text(const Lesson& lesson, const Attempt& attempt) {
    int hints = 0;
    int solutions = 0;
    for (const StepRecord& record : attempt.steps) {
        solutions += record.shown ? 1 : 0;
        for (const auto& [_, rungs] : record.hints)
            hints += rungs;
    }
    std::string out = fmt::format("  lesson version {}, seed {}, {}, {} shown\n",
                                  attempt.version,
                                  attempt.seed,
                                  how_many(hints, "hint"),
                                  how_many(solutions, "solution"));
    for (const StepRecord& record : attempt.steps) {
        const Step* step = lesson.step(record.step);
        out += fmt::format("  {} {}\n",
                           record.passed ? "[x]" : "[ ]",
                           step == nullptr
                               ? record.step
                               : fmt::format("{}: {}", name_of(step->kind), step->title));
        for (const auto& [hint, rungs] : record.hints)
            out += fmt::format("        hint '{}', {} of {}\n", hint, rungs, Hint::kRungs);
        for (const Act& act : record.acts)
            out += fmt::format("        {:>10}  {}\n",
                               format_time(act.time),
                               act.kind == Act::Kind::Line    ? "$ " + act.text
                               : act.kind == Act::Kind::Write ? "wrote " + act.text
                                                              : "Ctrl-C");
    }
    for (const auto& [id, given] : attempt.answers) {
        const Question* question = find_question(lesson, id);
        out += fmt::format("  {}: {} ({})\n",
                           id,
                           question == nullptr ? given.answer : answer_in_words(*question, given.answer),
                           verdict_on(lesson, attempt, given));
    }
    return out;
}

// An attempt as it is kept, for a reader: numbers with their unit, and no result of an exam that is under way.
Json attempt_json(const Lesson& lesson, Json attempt) {
    const bool under_way = lesson.exam && !flag(attempt, "finished");
    const auto answers = attempt.find("answers");
    if (answers == attempt.end() || !answers->is_object()) return attempt;
    for (auto& [id, given] : answers->items()) {
        if (!given.is_object()) continue;
        if (under_way) {
            for (const char* result : {"right", "key"})
                given.erase(result);
        }
        const Question* question = find_question(lesson, id);
        if (question == nullptr || question->kind != Question::Kind::Number) continue;
        for (const char* amount : {"answer", "key"}) {
            if (given.contains(amount) && given[amount].is_string())
                given[amount] = answer_in_words(*question, given[amount].get<std::string>());
        }
    }
    return attempt;
}

}  // namespace

bool passes(const Lesson& lesson, int percent_right) {
    return !lesson.exam || percent_right < 0 || percent_right >= lesson.pass_percent;
}

struct Progress::Data {
    Json json = Json::object();

    [[nodiscard]] const Json* lesson(const std::string& name) const {
        const auto lessons = json.find("lessons");
        if (lessons == json.end() || !lessons->is_object()) return nullptr;
        const auto found = lessons->find(name);
        return found == lessons->end() || !found->is_object() ? nullptr : &*found;
    }
};

Progress::Progress() : data_(std::make_unique<Data>()) {
    data_->json["format"] = kFormat;
    data_->json["lessons"] = Json::object();
}

Progress::~Progress() = default;
Progress::Progress(Progress&&) noexcept = default;
Progress& Progress::operator=(Progress&&) noexcept = default;

Result<Progress> Progress::parse(const std::string& text, const std::string& file) {
    Progress progress;
    if (text.empty()) return progress;
    Json json = Json::parse(text, nullptr, false);
    const Place place{file, 0, 0};
    const bool sound = json.is_object() && json.contains("format") &&
                       json["format"].is_number_integer() && json.contains("lessons") &&
                       json["lessons"].is_object();
    if (!sound) return Error{"this is not a file of progress", place, "move it away to begin anew"};
    if (json["format"].get<int>() > kFormat)
        return Error{"this progress was written by a newer Podium",
                     place,
                     "use that one, or move the file away to begin anew"};
    progress.data_->json = std::move(json);
    return progress;
}

std::string Progress::text() const {
    return data_->json.dump(1) + "\n";
}

std::vector<std::string> Progress::names() const {
    std::vector<std::string> out;
    for (const auto& [name, _] : data_->json["lessons"].items())
        out.push_back(name);
    return out;
}

void Progress::rename(const std::string& lesson, const std::string& to) {
    if (data_->lesson(lesson) == nullptr || data_->lesson(to) != nullptr) return;
    Json& lessons = data_->json["lessons"];
    Json kept = std::move(lessons[lesson]);
    lessons.erase(lesson);
    lessons[to] = std::move(kept);
}

std::optional<Attempt> Progress::attempt(const std::string& lesson) const {
    const Json* kept = data_->lesson(lesson);
    if (kept == nullptr) return std::nullopt;
    return read_attempt(*kept, "attempt", nullptr);
}

void Progress::set_attempt(const std::string& lesson, const Attempt& attempt) {
    Json& kept = data_->json["lessons"][lesson];
    if (!kept.is_object()) kept = Json::object();
    const auto before = this->attempt(lesson);
    if (before && before->finished && nothing_done(attempt)) return;
    const bool unreadable = !before && kept.contains("attempt") && kept["attempt"].is_object() && kept["attempt"].contains("steps");
    if (unreadable || (before && ((before->finished && !attempt.finished) || before->version != attempt.version)))
        set_aside(lesson);
    Json& json = kept["attempt"];
    if (!json.is_object()) json = Json::object();
    json["version"] = attempt.version;
    json["seed"] = attempt.seed;
    json["finished"] = attempt.finished;
    for (const char* of_the_end : {"failed", "percent_right", "answered_before"})
        json.erase(of_the_end);
    if (attempt.finished) json["percent_right"] = attempt.percent_right;
    if (attempt.failed) json["failed"] = true;
    if (!attempt.answered_before.empty()) json["answered_before"] = attempt.answered_before;
    json["steps"] = Json::array();
    for (const StepRecord& step : attempt.steps)
        json["steps"].push_back(json_of(step));
    json["answers"] = Json::object();
    for (const auto& [id, given] : attempt.answers)
        json["answers"][id] = json_of(given);
    if (!attempt.finished || attempt.failed) return;
    kept["finished"] = true;
    kept["passed"] = true;
}

void Progress::set_aside(const std::string& lesson) {
    if (data_->lesson(lesson) == nullptr) return;
    Json& kept = data_->json["lessons"][lesson];
    if (!kept.contains("attempt")) return;
    kept["earlier"] = std::move(kept["attempt"]);
    kept.erase("attempt");
}

void Progress::drop_attempt(const std::string& lesson) {
    if (data_->lesson(lesson) != nullptr) data_->json["lessons"][lesson].erase("attempt");
}

LessonProgress Progress::of(const std::string& lesson) const {
    LessonProgress out;
    const Json* kept = data_->lesson(lesson);
    if (kept == nullptr) return out;
    out.finished = flag(*kept, "finished");
    const auto attempt = this->attempt(lesson);
    if (!attempt) return out;
    out.begun = true;
    out.failed = attempt->failed;
    out.percent_right = attempt->percent_right;
    for (const StepRecord& step : attempt->steps) {
        out.steps_passed += step.passed ? 1 : 0;
        out.solutions += step.shown ? 1 : 0;
        for (const auto& [_, rungs] : step.hints)
            out.hints += rungs;
    }
    for (const auto& [_, given] : attempt->answers) {
        ++out.answers;
        out.answers_right += given.right && given.tries == 1 ? 1 : 0;
    }
    return out;
}

LessonProgress Progress::of(const Lesson& lesson) const {
    LessonProgress out = of(lesson.kept_as);
    const Json* kept = data_->lesson(lesson.kept_as);
    if (kept == nullptr) return out;
    if (const auto attempt = read_attempt(*kept, "attempt", &lesson); attempt && attempt->finished) {
        out.failed = attempt->failed;
        out.percent_right = attempt->percent_right;
    }
    // Older versions have kept every end of an exam as finished.
    bool passed = flag(*kept, "passed");
    bool failed = false;
    for (const char* which : {"attempt", "earlier"}) {
        const auto attempt = read_attempt(*kept, which, &lesson);
        if (!attempt || !attempt->finished) continue;
        passed = passed || !attempt->failed;
        failed = failed || (attempt->failed && !kept->at(which).contains("percent_right"));
    }
    if (failed && !passed) out.finished = false;
    return out;
}

// Of lessons that are not where they were, or that the course does not have any more, only what was kept is known. Whether
// they are exams is not, so what is under way tells no results.
std::vector<Lesson> Progress::others_than(const std::vector<Lesson>& lessons) const {
    std::vector<Lesson> out;
    const auto kept = data_->json.find("lessons");
    if (kept == data_->json.end() || !kept->is_object()) return out;
    for (const auto& [name, row] : kept->items()) {
        const bool known = std::any_of(lessons.begin(), lessons.end(), [&n = name](const Lesson& lesson) { return lesson.kept_as == n; });
        if (known || !row.is_object()) continue;
        Lesson other;
        other.name = name;
        other.kept_as = name;
        const auto attempt = this->attempt(name);
        other.exam = attempt && !attempt->finished;
        out.push_back(std::move(other));
    }
    return out;
}

std::string Progress::report(const std::vector<Lesson>& lessons) const {
    std::string out = "Podium: what was learned\n";
    for (const Lesson& lesson : lessons) {
        out += fmt::format("\n{}  {}: {}\n", printable(lesson.kept_as), lesson.title, status_of(of(lesson), lesson));
        const Json* kept = data_->lesson(lesson.kept_as);
        if (kept == nullptr) continue;
        if (const auto attempt = read_attempt(*kept, "attempt", &lesson)) out += attempt_text(lesson, *attempt);
        const auto earlier = read_attempt(*kept, "earlier", &lesson);
        if (!earlier) continue;
        const std::string share = share_of(lesson, earlier->percent_right);
        out += fmt::format("  An earlier attempt, {}finished{}:\n{}",
                           earlier->finished ? "" : "not ",
                           earlier->failed  ? " and not passed: " + share
                           : share.empty() ? ""
                                           : ", " + share,
                           attempt_text(lesson, *earlier));
    }
    for (const Lesson& other : others_than(lessons)) {
        const LessonProgress progress = of(other.name);
        out += fmt::format("\n{}  Not a lesson of this course: {}\n",
                           printable(other.name),
                           progress.finished ? "finished" : how_many(static_cast<int>(progress.steps_passed), "step") + " passed");
        for (const char* which : {"attempt", "earlier"}) {
            const auto attempt = read_attempt(*data_->lesson(other.name), which, nullptr);
            if (!attempt) continue;
            if (which[0] == 'e') out += "  An earlier attempt:\n";
            out += attempt_text(other, *attempt);
        }
    }
    return out;
}

std::string Progress::report_json(const std::vector<Lesson>& lessons) const {
    Json out;
    out["format"] = kFormat;
    out["lessons"] = Json::array();
    for (const Lesson& lesson : lessons) {
        const LessonProgress progress = of(lesson);
        const Json* kept = data_->lesson(lesson.kept_as);
        Json row;
        row["lesson"] = lesson.kept_as;
        if (lesson.kept_as != lesson.name) row["of_this_course"] = false;
        row["title"] = lesson.title;
        row["version"] = lesson.version;
        row["begun"] = progress.begun;
        row["finished"] = progress.finished;
        if (lesson.exam) {
            row["passed"] = progress.finished;
            row["percent_needed"] = lesson.pass_percent;
        }
        if (progress.percent_right >= 0) row["percent_right"] = progress.percent_right;
        row["steps"] = lesson.steps.size();
        row["steps_passed"] = progress.steps_passed;
        row["hints"] = progress.hints;
        row["solutions_shown"] = progress.solutions;
        row["answers"] = progress.answers;
        const auto attempt = this->attempt(lesson.kept_as);
        if (!lesson.exam || !attempt || attempt->finished) row["answers_right_at_once"] = progress.answers_right;
        for (const char* which : {"attempt", "earlier"}) {
            if (kept != nullptr && kept->contains(which)) row[which] = attempt_json(lesson, kept->at(which));
        }
        out["lessons"].push_back(std::move(row));
    }
    for (const Lesson& other : others_than(lessons)) {
        const LessonProgress progress = of(other.name);
        const Json* kept = data_->lesson(other.name);
        Json row;
        row["lesson"] = other.name;
        row["of_this_course"] = false;
        row["begun"] = progress.begun;
        row["finished"] = progress.finished;
        row["steps_passed"] = progress.steps_passed;
        row["hints"] = progress.hints;
        row["solutions_shown"] = progress.solutions;
        row["answers"] = progress.answers;
        for (const char* which : {"attempt", "earlier"}) {
            if (kept != nullptr && kept->contains(which)) row[which] = attempt_json(other, kept->at(which));
        }
        out["lessons"].push_back(std::move(row));
    }
    return out.dump(1) + "\n";
}

}  // namespace podium::lessons
