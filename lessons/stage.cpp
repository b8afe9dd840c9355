#include "lessons/stage.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "scripting/lesson_words.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/files.hpp"
#include "sim/lab/foreground.hpp"

namespace podium::lessons {

Result<void> may_write(const lab::Session& session, const std::string& host, const std::string& path) {
    for (const auto& row : session.world().hosts) {
        if (row.spec.name != host) continue;
        if (row.files.is_directory(path))
            return Error{fmt::format("'{}' is a directory", path), {}, "name a file in it"};
        for (std::string above = directory_of(path); above != "/" && above != "."; above = directory_of(above)) {
            if (row.files.find(above) != nullptr && !row.files.is_directory(above))
                return Error{fmt::format("'{}' can't be written: '{}' is a file, not a directory", path, above), {}, {}};
        }
    }
    return {};
}

Place place_in_lab(const Lesson& lesson, std::string_view word, std::string_view name) {
    const std::string_view text = lesson.lab;
    for (std::size_t at = text.find(name); !name.empty() && at != std::string_view::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool quoted = at > 0 && end < text.size() && (text[at - 1] == '"' || text[at - 1] == '\'') && text[end] == text[at - 1];
        if (!quoted) continue;
        std::string_view before = text.substr(0, at - 1);
        while (!before.empty() && (before.back() == ' ' || before.back() == '\t' || before.back() == '('))
            before.remove_suffix(1);
        if (before.ends_with(word))
            return Place{lesson.lab_file, 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')), 0};
    }
    return Place{lesson.lab_file, 0, 0};
}

Stage::Stage(const Lesson& lesson)
    : lesson_(lesson), words_(std::make_unique<scripting::LessonWords>()) {}

Stage::~Stage() = default;

Result<std::unique_ptr<Stage>> Stage::create(const Lesson& lesson,
                                             lab::Session session,
                                             const std::vector<Act>* acts) {
    std::unique_ptr<Stage> stage(new Stage(lesson));
    (void)session.take_shown();
    scripting::ScenarioRequest request;
    request.text = lesson.lab;
    request.name = lesson.lab_file;
    request.seed = session.set_up().seed;
    request.session = std::move(session);
    request.persons_terminal = learners_terminal(lesson);
    if (acts != nullptr) {
        stage->words_->typed = [acts](const std::string& text) {
            int count = 0;
            for (const Act& act : *acts)
                count +=
                    act.kind == Act::Kind::Line && act.text.find(text) != std::string::npos ? 1 : 0;
            return count;
        };
    }
    scripting::LessonWords* words = stage->words_.get();
    request.more_bindings = [words](lua_State* lua) { scripting::open_lesson_words(lua, *words); };
    auto scenario = scripting::Scenario::create(std::move(request));
    if (!scenario) return scenario.error();
    stage->scenario_ = std::move(*scenario);
    // The text itself runs at once: it names its functions and does nothing that takes time.
    if (Result<void> read = stage->scenario_->advance(stage->session().now()); !read)
        return read.error();
    if (!stage->scenario_->tasks_done())
        return Error{"lab.lua waits outside of its functions",
                     stage->scenario_->stands(),
                     "put what takes time into begin, step, trial or key"};
    words->closed = true;
    return stage;
}

const lab::Session& Stage::session() const {
    return *scenario_->session();
}

Result<void> Stage::set_up() {
    if (!words_->begin) return {};
    if (Result<void> started = scenario_->start(words_->begin); !started) return started;
    return finish_tasks("begin", Place{lesson_.lab_file, 0, 0});
}

Result<void> Stage::finish_tasks(const std::string& what, const Place& place) {
    const Time limit = session().now() + kLongestScript;
    const auto done = [this](const lab::Session&) { return scenario_->tasks_done(); };
    if (Result<void> ran = scenario_->advance(limit, done); !ran) return ran;
    if (scenario_->tasks_done()) return {};
    return Error{
        fmt::format(
            "{} has not ended after {} of simulated time", what, format_duration(kLongestScript)),
        place,
        "give its waits a limit, like wait_until(f, {within = \"1m\"})"};
}

Result<void> Stage::begin_step(const std::string& id) {
    const auto found = words_->steps.find(id);
    if (found == words_->steps.end()) return {};
    if (Result<void> started = scenario_->start(found->second); !started) return started;
    return advance(session().now());
}

void Stage::allow_work(std::size_t times) {
    scenario_->allow_work(times);
}

bool Stage::exhausted() const {
    return session().exhausted();
}

Result<void> Stage::act(const Act& act) {
    allow_work(1);
    const std::string terminal = learners_terminal(lesson_);
    switch (act.kind) {
        case Act::Kind::Line:
            if (Result<void> posted =
                    scenario_->post(lab::CommandKind::Line, session().now(), terminal, act.text);
                !posted)
                return posted;
            break;
        case Act::Kind::Interrupt:
            if (Result<void> posted =
                    scenario_->post(lab::CommandKind::Interrupt, session().now(), terminal, {});
                !posted)
                return posted;
            break;
        case Act::Kind::Write:
            if (!may_write(session(), terminal, act.text)) break;
            if (Result<void> posted = scenario_->post(
                    lab::CommandKind::WriteFile, session().now(), terminal, act.text, act.content);
                !posted)
                return posted;
            break;
    }
    return advance(session().now());
}

Result<void> Stage::advance(Time until, const std::function<bool(const lab::Session&)>& enough) {
    return scenario_->advance(until, enough);
}

Result<void> Stage::finish_lines() {
    const std::string name = learners_terminal(lesson_);
    const auto idle = [&name](const lab::Session& session) {
        const lab::Terminal* terminal = session.terminal(name);
        return terminal == nullptr || !terminal->running ||
               lab::waits_for_typing(session.world(), *terminal);
    };
    if (idle(session())) return {};
    return advance(session().now() + hours(1), idle);
}

Result<std::vector<scripting::Verdict>> Stage::decide() {
    // What a trial registers while others run comes after them.
    for (std::size_t i = 0; i < words_->trials.size(); ++i) {
        allow_work(1);
        if (Result<void> started = scenario_->start(words_->trials[i]); !started)
            return started.error();
        const Time limit = session().now() + kLongestScript;
        if (Result<void> ran = scenario_->advance(
                limit, [this](const lab::Session&) { return scenario_->last_started_done(); });
            !ran)
            return ran.error();
        if (!scenario_->last_started_done())
            return Error{"a trial has not ended after six hours of simulated time",
                         Place{lesson_.lab_file, 0, 0},
                         "give its waits a limit"};
    }
    allow_work(1);
    if (Result<void> ran = scenario_->advance(session().now() + lesson_.settle); !ran)
        return ran.error();
    if (Result<void> ended = scenario_->end(); !ended) return ended.error();
    return scenario_->verdicts();
}

Result<std::string> Stage::key(const std::string& name) {
    const auto found = words_->keys.find(name);
    if (found == words_->keys.end())
        return Error{fmt::format("there is no key('{}')", name),
                     Place{lesson_.lab_file, 0, 0},
                     "add one, or mend the question's 'key' in lesson.md"};
    const auto task = scripting::key_task(scenario_->sandbox(), *words_, found->second);
    if (!task) return task.error();
    if (Result<void> started = scenario_->start(*task); !started) {
        Error error = started.error();
        if (error.place.line == 0) error.place = place_in_lab(lesson_, "key", name);
        return error;
    }
    if (Result<void> done = finish_tasks(fmt::format("key('{}')", name), place_in_lab(lesson_, "key", name)); !done)
        return done.error();
    if (words_->answer.empty())
        return Error{fmt::format("key('{}') gave no answer", name),
                     place_in_lab(lesson_, "key", name),
                     "return a text, a number, true or false, or a list"};
    return words_->answer;
}

Result<bool> Stage::hint(const std::string& name) {
    const auto found = words_->hints.find(name);
    if (found == words_->hints.end())
        return Error{fmt::format("there is no hint('{}')", name),
                     Place{lesson_.lab_file, 0, 0},
                     "add one, or mend the hint's 'when' in lesson.md"};
    return scenario_->holds_now(found->second, place_in_lab(lesson_, "hint", name));
}

std::vector<std::string> Stage::names_of(std::string_view word) const {
    const auto& names = word == "step"  ? words_->steps
                        : word == "key" ? words_->keys
                                        : words_->hints;
    std::vector<std::string> out;
    for (const auto& [name, _] : names)
        out.push_back(name);
    return out;
}

std::vector<lab::Shown> Stage::take_shown() {
    return scenario_->take_shown();
}

}  // namespace podium::lessons
