#include <catch2/catch.hpp>
#include <imgui.h>
#include <imgui_internal.h>

#include "tests/desktop/null_desk.hpp"

using namespace podium;
using namespace podium::desktop;

namespace {

std::shared_ptr<LessonView> some_lesson() {
    auto lesson = std::make_shared<LessonView>();
    lesson->title = "Keep the cache alive";
    lesson->name = "07-restart-policies";
    lesson->kind = "Do";
    lesson->terminal = "host";
    lesson->judged = true;
    lesson->has_hints = true;
    lesson->can_back = true;
    lesson->step = 1;
    lesson->steps = {"Scale web", "Trigger the fault", "Look at it"};
    lesson->passed = {true, false, false};
    lesson->step_title = lesson->steps[1];
    lesson->pieces.push_back({LessonView::Piece::Kind::Text, "Type `docker compose up -d`, then look:\n\n```sh\ndocker ps\n```\n", 0});
    return lesson;
}

Frame frame_with(std::shared_ptr<const LessonView> lesson) {
    Frame frame;
    frame.lesson = std::move(lesson);
    frame.now = frame.horizon = Time{} + seconds(50);
    return frame;
}

// What an engine was asked to open; it opens nothing.
struct Asked {
    std::vector<intent::Open> opens;
    std::unique_ptr<LabEngine> engine;
    podium::test::StagedPlay* play = nullptr;

    explicit Asked(const Frame& frame) {
        auto staged = std::make_unique<podium::test::StagedPlay>();
        staged->frame = frame;
        play = staged.get();
        engine = std::make_unique<LabEngine>(std::move(staged), [this](const intent::Open& open) -> Result<std::unique_ptr<Play>> {
            opens.push_back(open);
            return Error{"nothing is opened here", {}, {}};
        });
    }
};

QuestionView some_question(const std::string& kind) {
    QuestionView question;
    question.id = "what";
    question.kind = kind;
    question.text = "What happens?";
    question.open = true;
    if (kind != "number") question.choices = {"One thing.", "Another thing with `code` in it.", "A third."};
    return question;
}

}  // namespace

TEST_CASE("desktop: the lesson's buttons say what is wanted") {
    auto lesson = some_lesson();
    lesson->may_see_solution = true;
    podium::test::NullDesk desk(frame_with(lesson));
    desk.step(3);
    desk.click("lesson.check");
    desk.click("lesson.hint");
    desk.click("lesson.back");
    desk.click("lesson.again");
    desk.click("lesson.solve");
    // The step isn't passed, so there is no way on.
    desk.click("lesson.next");
    CHECK(desk.play().all<intent::LessonCheck>().size() == 1);
    CHECK(desk.play().all<intent::LessonHint>().size() == 1);
    CHECK(desk.play().all<intent::LessonBack>().size() == 1);
    CHECK(desk.play().all<intent::LessonAgain>().size() == 1);
    CHECK(desk.play().all<intent::LessonSolve>().size() == 1);
    CHECK(desk.play().all<intent::LessonNext>().empty());
    auto passed = std::make_shared<LessonView>(*lesson);
    passed->can_next = true;
    passed->passed[1] = true;
    desk.play().frame.lesson = passed;
    desk.step(3);
    desk.click("lesson.next");
    CHECK(desk.play().all<intent::LessonNext>().size() == 1);
}

TEST_CASE("desktop: a command in a lesson's text goes into the terminal's line with one click") {
    podium::test::NullDesk desk(frame_with(some_lesson()));
    desk.step(3);
    const auto commands = desk.ids("lesson.text.0.command.");
    REQUIRE_FALSE(commands.empty());
    desk.click("lesson.text.0.command.0");
    CHECK(desk.play().all<intent::Type>().empty());
    CHECK(desk.desktop().context().terminal == "host");
    // Also from behind another panel, and with the lower side hidden: else it would go where nobody sees it.
    desk.click("tab.bottom.facts");
    REQUIRE_FALSE(desk.has("panel.terminal"));
    desk.click("lesson.text.0.command.0");
    desk.step(3);
    CHECK(desk.has("panel.terminal"));
    desk.desktop().context().wish = "bottom";
    desk.step(3);
    REQUIRE_FALSE(desk.has("panel.terminal"));
    desk.click("lesson.text.0.command.0");
    desk.step(3);
    CHECK(desk.has("panel.terminal"));
    CHECK(desk.play().all<intent::Type>().empty());
}

TEST_CASE("desktop: a choice is answered by a click, an order by clicks in order, a number by typing") {
    auto lesson = some_lesson();
    lesson->kind = "Predict";
    lesson->judged = false;
    lesson->questions = {some_question("choice")};
    lesson->pieces.push_back({LessonView::Piece::Kind::Question, {}, 0});
    podium::test::NullDesk desk(frame_with(lesson), 1280, 1200);
    desk.step(3);
    desk.click("lesson.answer.what.2");
    REQUIRE(desk.play().last<intent::LessonAnswer>() != nullptr);
    CHECK(desk.play().last<intent::LessonAnswer>()->question == "what");
    CHECK(desk.play().last<intent::LessonAnswer>()->answer == "2");

    auto ordered = std::make_shared<LessonView>(*lesson);
    ordered->step = 2;
    ordered->questions = {some_question("order")};
    desk.play().frame.lesson = ordered;
    desk.step(3);
    for (const char* item : {"3", "1", "2"}) desk.click(std::string("lesson.answer.what.") + item);
    desk.click("lesson.answer.what");
    CHECK(desk.play().last<intent::LessonAnswer>()->answer == "3 1 2");

    auto numbered = std::make_shared<LessonView>(*lesson);
    numbered->step = 0;
    numbered->questions = {some_question("number")};
    desk.play().frame.lesson = numbered;
    desk.step(3);
    desk.click("lesson.number.what");
    desk.type("12 s");
    desk.click("lesson.answer.what");
    CHECK(desk.play().last<intent::LessonAnswer>()->answer == "12 s");
}

TEST_CASE("desktop: a verdict's evidence leads to its moment, and what happened elsewhere does not") {
    auto lesson = some_lesson();
    lesson->outcome = LessonView::Outcome::NotYet;
    lesson->condition = "the cache runs";
    lesson->sentence = "12.000s  it was down";
    lesson->decided_here = true;
    lesson->decided_at = Time{} + seconds(12);
    lesson->evidence = {"11.500s  cache.1 has died", "1m30.000s  something in another run"};
    lesson->evidence_times = {Time{} + milliseconds(11'500), kNever};
    podium::test::NullDesk desk(frame_with(lesson), 1280, 1200);
    desk.step(3);
    desk.click("lesson.moment");
    REQUIRE(desk.play().last<intent::Seek>() != nullptr);
    CHECK(desk.play().last<intent::Seek>()->time == Time{} + seconds(12));
    desk.click("lesson.evidence.1");
    CHECK(desk.play().last<intent::Seek>()->time == Time{} + milliseconds(11'500));
    desk.click("lesson.evidence.2");
    CHECK(desk.play().all<intent::Seek>().size() == 2);
}

TEST_CASE("desktop: without a lesson the panel lists what can be opened, and finds it") {
    auto lists = std::make_shared<Lists>();
    for (const auto& [name, kind] : {std::pair{"01-first", "lesson"}, std::pair{"02-second", "lesson"}, std::pair{"restart/policies", "scenario"}}) {
        Lists::Openable row;
        row.name = name;
        row.title = std::string("About ") + name;
        row.kind = kind;
        lists->openables.push_back(row);
    }
    lists->openables[0].finished = true;
    Frame frame = frame_with(nullptr);
    frame.lists = lists;
    const Asked asked(frame);
    podium::test::NullDesk desk(*asked.engine);
    desk.step(3);
    desk.click("lesson.go_on");
    desk.step(2);
    REQUIRE(asked.opens.size() == 1);
    CHECK(asked.opens.back().name == "02-second");
    desk.click("lesson.open.restart/policies");
    desk.step(2);
    CHECK(asked.opens.back().name == "restart/policies");
    desk.click("lesson.filter");
    desk.type("policies");
    desk.step(2);
    CHECK_FALSE(desk.has("lesson.open.01-first"));
    CHECK(desk.has("lesson.open.restart/policies"));
}

TEST_CASE("desktop: comparing is asked for by chosen values, and a seed of the table opens its run") {
    auto lists = std::make_shared<Lists>();
    lists->comparable = true;
    lists->parameters = {"policy=no|always"};
    Frame frame = frame_with(nullptr);
    frame.lists = lists;
    Layout layout;
    layout.tabs["bottom"] = "compare";
    layout.bottom = 320;
    const Asked asked(frame);
    podium::test::NullDesk desk(*asked.engine, 1600, 1000, layout);
    desk.step(3);
    // What is long is gone through in its part alone: the panel around has nothing to scroll.
    const ImGuiWindow* around = ImGui::FindWindowByName("panel.compare");
    REQUIRE(around != nullptr);
    CHECK(around->ScrollMax.y == 0);
    desk.click("compare.seeds.20");
    desk.click("compare.run");
    desk.step(2);
    REQUIRE(asked.play->last<intent::Compare>() != nullptr);
    CHECK(asked.play->last<intent::Compare>()->seeds == 20);
    CHECK(asked.play->last<intent::Compare>()->settings == std::vector<std::string>{"policy=no", "policy=always"});
    auto compare = std::make_shared<CompareView>();
    compare->scenario = "restart/policies";
    compare->variants = {"policy=no", "policy=always"};
    compare->made_of = {{{"policy=no"}, ""}, {{"policy=always"}, ""}};
    compare->rows.push_back({"restarts", {"0.00", "4.00"}, {"", "+4.00 [+3.00, +5.00]"}, {"0 to 0", "3 to 5"}, {{0, 0}, {4, 9}}});
    asked.play->frame.compare = compare;
    desk.step(4);
    desk.click("compare.seed.restarts.2.most");
    desk.step(2);
    REQUIRE(asked.opens.size() == 1);
    CHECK(*asked.opens.back().seed == 9);
    CHECK(asked.opens.back().settings == std::vector<std::string>{"policy=always"});
}

TEST_CASE("desktop: what begins a comparison is in sight in the usual layout") {
    auto lists = std::make_shared<Lists>();
    lists->comparable = true;
    lists->parameters = {"policy=no|always|unless-stopped|on-failure", "rate=1|2|5"};
    Frame frame = frame_with(nullptr);
    frame.lists = lists;
    Layout layout;
    layout.tabs["bottom"] = "compare";
    const Asked asked(frame);
    podium::test::NullDesk desk(*asked.engine, 1280, 800, layout);
    desk.step(3);
    CHECK(desk.area("compare.run").bottom() <= desk.area("panel.compare").bottom());
    CHECK(desk.area("compare.run").y >= desk.area("panel.compare").y);
}

TEST_CASE("desktop: more variants than the table has columns can't be asked for, and the panel says so") {
    auto lists = std::make_shared<Lists>();
    lists->comparable = true;
    lists->parameters = {"n=1"};
    for (int i = 2; i <= 64; ++i) lists->parameters.front() += "|" + std::to_string(i);
    Frame frame = frame_with(nullptr);
    frame.lists = lists;
    Layout layout;
    layout.tabs["bottom"] = "compare";
    layout.bottom = 600;
    const Asked asked(frame);
    podium::test::NullDesk desk(*asked.engine, 1600, 1000, layout);
    desk.step(3);
    CHECK(desk.has("compare.too_many"));
    CHECK_FALSE(desk.desktop().marks().at("compare.run").enabled);
    desk.click("compare.run");
    CHECK(asked.play->last<intent::Compare>() == nullptr);
    desk.click("compare.value.n.64");
    CHECK_FALSE(desk.has("compare.too_many"));
    CHECK(desk.desktop().marks().at("compare.run").enabled);
    // As many as there may be are drawn.
    auto compare = std::make_shared<CompareView>();
    compare->scenario = "a/b";
    compare->rows.push_back({"restarts", {}, {}, {}, {}});
    for (std::size_t i = 0; i < CompareView::kMostVariants; ++i) {
        compare->variants.push_back("n=" + std::to_string(i));
        compare->made_of.push_back({{compare->variants.back()}, ""});
        compare->rows.back().values.emplace_back("0.00");
        compare->rows.back().differences.emplace_back();
        compare->rows.back().spreads.emplace_back("0 to 0");
        compare->rows.back().ends.push_back({0, 0});
    }
    asked.play->frame.compare = compare;
    desk.step(4);
    CHECK(desk.has("compare.table"));
}
