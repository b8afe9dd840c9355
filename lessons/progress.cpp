#include "lessons/progress.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lessons/questions.hpp"

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
    if (given.decided) out["key"] = given.key;
    return out;
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

std::string status_of(const LessonProgress& progress, const Lesson& lesson) {
    if (progress.finished) return "finished";
    if (!progress.begun) return "not begun";
    return fmt::format("{} of {} steps", progress.steps_passed, lesson.steps.size());
}

}  // namespace

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

std::optional<Attempt> Progress::attempt(const std::string& lesson) const {
    const Json* kept = data_->lesson(lesson);
    if (kept == nullptr || !kept->contains("attempt")) return std::nullopt;
    try {
        const Json& json = kept->at("attempt");
        Attempt attempt;
        attempt.seed = json.at("seed").get<std::uint64_t>();
        attempt.version = json.at("version").get<int>();
        attempt.finished = json.at("finished").get<bool>();
        for (const Json& step : json.at("steps"))
            attempt.steps.push_back(step_of(step));
        for (const auto& [id, given] : json.at("answers").items())
            attempt.answers[id] = answer_of(given);
        return attempt;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

void Progress::set_attempt(const std::string& lesson, const Attempt& attempt) {
    Json& kept = data_->json["lessons"][lesson];
    if (!kept.is_object()) kept = Json::object();
    Json& json = kept["attempt"];
    if (!json.is_object()) json = Json::object();
    json["version"] = attempt.version;
    json["seed"] = attempt.seed;
    json["finished"] = attempt.finished;
    json["steps"] = Json::array();
    for (const StepRecord& step : attempt.steps)
        json["steps"].push_back(json_of(step));
    json["answers"] = Json::object();
    for (const auto& [id, given] : attempt.answers)
        json["answers"][id] = json_of(given);
    if (attempt.finished) kept["finished"] = true;
}

void Progress::drop_attempt(const std::string& lesson) {
    if (data_->lesson(lesson) != nullptr) data_->json["lessons"][lesson].erase("attempt");
}

LessonProgress Progress::of(const std::string& lesson) const {
    LessonProgress out;
    const Json* kept = data_->lesson(lesson);
    if (kept == nullptr) return out;
    const auto finished = kept->find("finished");
    out.finished = finished != kept->end() && finished->is_boolean() && finished->get<bool>();
    const auto attempt = this->attempt(lesson);
    if (!attempt) return out;
    out.begun = true;
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

std::string Progress::report(const std::vector<Lesson>& lessons) const {
    std::string out = "Podium: what was learned\n";
    for (const Lesson& lesson : lessons) {
        const LessonProgress progress = of(lesson.name);
        out +=
            fmt::format("\n{}  {}: {}\n", lesson.name, lesson.title, status_of(progress, lesson));
        const auto attempt = this->attempt(lesson.name);
        if (!attempt) continue;
        out += fmt::format("  lesson version {}, seed {}, {} hints, {} solutions shown\n",
                           attempt->version,
                           attempt->seed,
                           progress.hints,
                           progress.solutions);
        for (const StepRecord& record : attempt->steps) {
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
        for (const auto& [id, given] : attempt->answers) {
            const Question* question = find_question(lesson, id);
            out += fmt::format(
                "  {}: {}{}\n",
                id,
                question == nullptr ? given.answer : answer_in_words(*question, given.answer),
                !given.decided ? " (open)"
                : given.right  ? given.tries == 1 ? " (right)"
                                                  : fmt::format(" (right, at try {})", given.tries)
                               : " (wrong)");
        }
    }
    return out;
}

std::string Progress::report_json(const std::vector<Lesson>& lessons) const {
    Json out;
    out["format"] = kFormat;
    out["lessons"] = Json::array();
    for (const Lesson& lesson : lessons) {
        const LessonProgress progress = of(lesson.name);
        Json row;
        row["lesson"] = lesson.name;
        row["title"] = lesson.title;
        row["version"] = lesson.version;
        row["begun"] = progress.begun;
        row["finished"] = progress.finished;
        row["steps"] = lesson.steps.size();
        row["steps_passed"] = progress.steps_passed;
        row["hints"] = progress.hints;
        row["solutions_shown"] = progress.solutions;
        row["answers"] = progress.answers;
        row["answers_right_at_once"] = progress.answers_right;
        if (const Json* kept = data_->lesson(lesson.name);
            kept != nullptr && kept->contains("attempt"))
            row["attempt"] = kept->at("attempt");
        out["lessons"].push_back(std::move(row));
    }
    return out.dump(1) + "\n";
}

}  // namespace podium::lessons
