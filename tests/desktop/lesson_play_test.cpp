#include "ui/desktop/lab/lesson_play.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "lessons/load.hpp"
#include "sim/lab/session.hpp"
#include "tests/desktop/small_run.hpp"
#include "tests/lessons/shelf_of_texts.hpp"

using namespace podium;
using namespace podium::desktop;

namespace {

std::shared_ptr<const lessons::Lesson> template_lesson() {
    const lessons::ShelfOfTexts shelf = lessons::shelf_with_template();
    auto lesson = lessons::load_lesson(shelf, "course/new");
    REQUIRE(lesson);
    return std::make_shared<const lessons::Lesson>(std::move(*lesson));
}

// A learner at the template's lesson, and what was kept of them.
struct Desk {
    std::optional<lessons::Attempt> kept;
    int saves = 0;
    std::unique_ptr<LessonPlay> play;

    explicit Desk(const std::optional<lessons::Attempt>& attempt = {}) {
        auto player = lessons::Player::create(template_lesson(), {desktop::test::images(), 1, false}, attempt);
        if (!player) FAIL(player.error().text());
        LessonOptions options;
        options.resumed = attempt.has_value();
        options.keep = [this](const lessons::Attempt& now) -> Result<void> {
            kept = now;
            ++saves;
            return {};
        };
        play = std::make_unique<LessonPlay>(std::move(*player), std::move(options));
    }

    Frame frame() const {
        Frame out;
        play->fill(out);
        return out;
    }

    // Until nothing goes on any more, or so much real time has passed in simulated turns.
    void settle() const {
        for (int turn = 0; turn < 20'000 && !play->idle(); ++turn) {
            play->advance(1.0 / 60);
            (void)frame();
        }
    }

    void type(const std::string& line) const {
        play->handle(intent::Type{{}, line});
        settle();
    }

    // To the Do step, with the prediction answered.
    void go_to_work() const {
        play->handle(intent::LessonNext{});
        REQUIRE(frame().lesson->kind == "Predict");
        play->handle(intent::LessonAnswer{frame().lesson->questions.at(0).id, "1"});
        play->handle(intent::LessonNext{});
        REQUIRE(frame().lesson->kind == "Do");
    }
};

std::string terminal_text(const Frame& frame) {
    std::string out;
    for (const TerminalView::Line& line : *frame.terminals->at(0).lines) out += line.text + "\n";
    return out;
}

}  // namespace

TEST_CASE("desktop: a whole lesson is done by intents") {
    const Desk desk;
    Frame frame = desk.frame();
    REQUIRE(frame.lesson);
    CHECK(frame.lesson->step == 0);
    CHECK(frame.lesson->can_next);
    CHECK_FALSE(frame.lesson->can_back);
    desk.go_to_work();
    frame = desk.frame();
    CHECK(frame.lesson->judged);
    CHECK_FALSE(frame.lesson->can_next);
    CHECK(frame.live);
    desk.type("docker compose up -d");
    desk.play->handle(intent::LessonCheck{});
    frame = desk.frame();
    CHECK(frame.lesson->outcome == LessonView::Outcome::Passed);
    CHECK(frame.lesson->can_next);
    CHECK(frame.lesson->passed[frame.lesson->step]);
    // What was predicted before is decided now.
    REQUIRE(frame.lesson->predicted.size() == 1);
    CHECK(frame.lesson->predicted[0].decided);
    CHECK_FALSE(frame.lesson->predicted[0].right);
    CHECK(frame.lesson->predicted[0].key == "It is down.");
    CHECK(frame.lesson->predicted[0].because.find("restart policy") != std::string::npos);
    REQUIRE(frame.checks);
    CHECK(frame.checks->back().passed);
    for (std::size_t i = 0; i < frame.lesson->steps.size() && !frame.lesson->finished; ++i) {
        for (const QuestionView& question : frame.lesson->questions) {
            for (std::size_t answer = 1; question.open && answer <= question.choices.size(); ++answer) {
                const auto questions = desk.frame().lesson->questions;
                const auto now = std::find_if(questions.begin(), questions.end(), [&](const QuestionView& one) { return one.id == question.id; });
                if (now != questions.end() && now->open) desk.play->handle(intent::LessonAnswer{question.id, std::to_string(answer)});
            }
        }
        desk.play->handle(intent::LessonNext{});
        frame = desk.frame();
        INFO(frame.lesson->step_title << ": " << frame.lesson->verdict << " " << frame.lesson->note);
        REQUIRE(frame.lesson->outcome != LessonView::Outcome::Fault);
    }
    CHECK(frame.lesson->finished);
    REQUIRE(desk.kept);
    CHECK(desk.kept->finished);
}

TEST_CASE("desktop: a check that isn't met says what is missing, and hints lead to the solution") {
    const Desk desk;
    desk.go_to_work();
    desk.play->handle(intent::LessonCheck{});
    Frame frame = desk.frame();
    CHECK(frame.lesson->outcome == LessonView::Outcome::NotYet);
    CHECK(frame.lesson->condition == "the cache runs");
    CHECK(frame.lesson->evidence.size() == frame.lesson->evidence_times.size());
    CHECK_FALSE(frame.lesson->may_see_solution);
    desk.play->handle(intent::LessonSolve{});
    frame = desk.frame();
    CHECK(frame.notice.find("Ask for hints first") != std::string::npos);
    for (int rung = 0; rung < 3; ++rung) desk.play->handle(intent::LessonHint{});
    frame = desk.frame();
    CHECK(frame.lesson->hints.size() == 3);
    CHECK(frame.lesson->may_see_solution);
    desk.play->handle(intent::LessonSolve{});
    desk.play->handle(intent::LessonCheck{});
    CHECK(desk.frame().lesson->outcome == LessonView::Outcome::Passed);
    CHECK(desk.kept->steps.back().shown);
}

TEST_CASE("desktop: a prediction comes before the terminal, and its answer stands") {
    const Desk desk;
    desk.play->handle(intent::LessonNext{});
    const Time before = desk.frame().horizon;
    desk.type("docker compose up -d");
    Frame frame = desk.frame();
    CHECK(frame.notice.find("First say what you expect") != std::string::npos);
    CHECK(frame.horizon == before);
    const std::string id = frame.lesson->questions.at(0).id;
    desk.play->handle(intent::LessonAnswer{id, "nonsense"});
    CHECK_FALSE(desk.frame().lesson->note.empty());
    CHECK(desk.frame().lesson->questions.at(0).given.empty());
    desk.play->handle(intent::LessonAnswer{id, "1"});
    frame = desk.frame();
    CHECK(frame.lesson->questions.at(0).given == "It runs again.");
    CHECK_FALSE(frame.lesson->questions.at(0).decided);
    desk.play->handle(intent::LessonAnswer{id, "2"});
    CHECK(desk.frame().lesson->questions.at(0).given == "It runs again.");
}

TEST_CASE("desktop: the lesson's words work in its terminal, and other hosts' terminals are refused") {
    const Desk desk;
    desk.go_to_work();
    desk.type("check");
    CHECK(desk.frame().lesson->outcome == LessonView::Outcome::NotYet);
    desk.type("hint");
    CHECK(desk.frame().lesson->hints.size() == 1);
    desk.type("help");
    CHECK(terminal_text(desk.frame()).find("is this step done?") != std::string::npos);
    const Time before = desk.frame().horizon;
    desk.play->handle(intent::Type{"elsewhere", "docker ps"});
    const Frame frame = desk.frame();
    CHECK(frame.notice.find("ssh elsewhere") != std::string::npos);
    CHECK(frame.horizon == before);
    // Within a text given with << no line is a word.
    desk.type("cat > /root/words <<'END'");
    desk.type("check");
    desk.type("END");
    CHECK(desk.play->player().read("/root/words") == "check\n");
}

TEST_CASE("desktop: looking back in a lesson changes nothing, and typing there begins another future") {
    const Desk desk;
    desk.go_to_work();
    desk.type("echo one > /root/one");
    const Time between = desk.frame().now;
    desk.type("wait 20s");
    desk.type("echo two > /root/two");
    const Time present = desk.frame().horizon;
    const std::size_t acts = desk.play->player().attempt().steps.back().acts.size();
    desk.play->handle(intent::Seek{between});
    Frame frame = desk.frame();
    CHECK_FALSE(frame.live);
    CHECK(frame.now == between);
    CHECK(frame.horizon == present);
    CHECK(terminal_text(frame).find("echo two") == std::string::npos);
    CHECK(desk.play->player().attempt().steps.back().acts.size() == acts);
    desk.play->handle(intent::GoLive{});
    frame = desk.frame();
    CHECK(frame.live);
    CHECK(terminal_text(frame).find("echo two") != std::string::npos);
    CHECK(desk.play->player().read("/root/two") == "two\n");
    // To what is still to come nobody can go.
    desk.play->handle(intent::Seek{present + seconds(60)});
    CHECK(desk.frame().now == present);
    CHECK(desk.frame().notice.find("the run has come to") != std::string::npos);

    desk.play->handle(intent::Seek{between});
    desk.type("echo three > /root/three");
    frame = desk.frame();
    CHECK(frame.live);
    CHECK(frame.horizon < present);
    CHECK_FALSE(desk.play->player().read("/root/two"));
    CHECK(desk.play->player().read("/root/three") == "three\n");
    CHECK(desk.play->player().read("/root/one") == "one\n");
    CHECK(terminal_text(frame).find("echo two") == std::string::npos);

    // Before the step began the attempt can only be looked at.
    desk.type("check");
    desk.play->handle(intent::Seek{Time{}});
    const Time last = desk.frame().horizon;
    if (desk.play->player().attempt().steps.back().begun > Time{}) {
        desk.type("echo four > /root/four");
        CHECK(desk.frame().horizon == last);
        CHECK(desk.frame().notice.find("this step began at") != std::string::npos);
    }
}

TEST_CASE("desktop: time that is let pass in a lesson counts for grading as it does for the learner") {
    const Desk desk;
    desk.go_to_work();
    desk.type("docker compose up -d");
    const Time before = desk.frame().now;
    for (int turn = 0; turn < 60; ++turn) desk.play->advance(1.0 / 60);
    CHECK(desk.frame().now == before);
    desk.play->handle(intent::Play{});
    for (int turn = 0; turn < 60; ++turn) desk.play->advance(1.0 / 60);
    desk.play->handle(intent::Pause{});
    const Time after = desk.frame().now;
    CHECK(after > before + seconds(9));
    desk.play->handle(intent::LessonCheck{});
    CHECK(desk.frame().lesson->outcome == LessonView::Outcome::Passed);
    // Who does it again from what was kept stands at the same moment, with the same facts.
    REQUIRE(desk.kept);
    const Desk again(desk.kept);
    CHECK(again.frame().now == after);
    CHECK(again.play->player().session().fingerprint() == desk.play->player().session().fingerprint());
    CHECK(terminal_text(again.frame()).find("You go on where you left off") != std::string::npos);
}

TEST_CASE("desktop: a line of a lesson runs piece by piece, and can be interrupted") {
    const Desk desk;
    desk.go_to_work();
    desk.play->handle(intent::Type{{}, "sleep 1000"});
    for (int turn = 0; turn < 30; ++turn) desk.play->advance(1.0 / 60);
    Frame frame = desk.frame();
    CHECK(frame.terminals->at(0).running);
    CHECK_FALSE(desk.play->idle());
    desk.play->handle(intent::Key{{}, "INT"});
    desk.settle();
    frame = desk.frame();
    CHECK_FALSE(frame.terminals->at(0).running);
    CHECK(frame.now < Time{} + seconds(600));
    desk.play->handle(intent::Key{{}, "EOF"});
    CHECK_FALSE(desk.frame().notice.empty());
}

TEST_CASE("desktop: a fork in a lesson is tried out beside the attempt and does not count") {
    const Desk desk;
    desk.go_to_work();
    desk.type("docker compose up -d");
    const lessons::Attempt before = desk.play->player().attempt();
    const std::uint64_t facts = desk.play->player().session().fingerprint();
    desk.play->handle(intent::Fork{{}, "docker compose down", {}});
    Frame frame = desk.frame();
    REQUIRE(frame.fork);
    CHECK(frame.title.find("does not count") != std::string::npos);
    desk.play->handle(intent::Play{});
    for (int turn = 0; turn < 60; ++turn) desk.play->advance(1.0);
    desk.play->handle(intent::LessonCheck{});
    frame = desk.frame();
    CHECK_FALSE(frame.fork);
    CHECK(frame.lesson->outcome == LessonView::Outcome::Passed);
    CHECK(desk.play->player().session().fingerprint() == facts);
    CHECK(desk.play->player().attempt().steps.back().acts == before.steps.back().acts);
}

TEST_CASE("desktop: again and back begin a step anew") {
    const Desk desk;
    desk.go_to_work();
    desk.type("echo one > /root/one");
    desk.play->handle(intent::LessonAgain{});
    Frame frame = desk.frame();
    CHECK(frame.now == desk.play->player().attempt().steps.back().begun);
    CHECK_FALSE(desk.play->player().read("/root/one"));
    CHECK(terminal_text(frame).find("echo one") == std::string::npos);
    const std::size_t step = frame.lesson->step;
    desk.play->handle(intent::LessonBack{});
    frame = desk.frame();
    CHECK(frame.lesson->step == step - 1);
    CHECK(frame.lesson->questions.at(0).open);
    desk.type("rewind 1000s");
    CHECK(terminal_text(desk.frame()).find("it is only") != std::string::npos);
}
