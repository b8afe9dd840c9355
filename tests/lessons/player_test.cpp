#include "lessons/player.hpp"

#include <array>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "lessons/judge.hpp"
#include "lessons/load.hpp"
#include "lessons/progress.hpp"
#include "lessons/rehearsal.hpp"
#include "tests/lessons/desk.hpp"
#include "tests/lessons/shelf_of_texts.hpp"

using namespace podium;
using namespace podium::lessons;

namespace {

// A lesson whose files are the template's, changed.
std::shared_ptr<const Lesson> lesson_with(
    const std::vector<std::array<std::string, 3>>& changes = {}) {
    ShelfOfTexts shelf = shelf_with_template();
    for (const auto& [file, from, to] : changes)
        change(shelf, file, from, to);
    auto lesson = load_lesson(shelf, "course/new");
    REQUIRE(lesson);
    return std::make_shared<const Lesson>(std::move(*lesson));
}

Player player_of(std::shared_ptr<const Lesson> lesson, const std::optional<Attempt>& attempt = {}) {
    auto player = Player::create(std::move(lesson), {catalogue(), 1, false}, attempt);
    if (!player) FAIL(player.error().text());
    return std::move(*player);
}

int type(Player& player, const std::string& line) {
    QuietWatcher watcher;
    const auto end = player.type(line, watcher, false);
    if (!end) FAIL(end.error().text());
    return end->status;
}

// To the template's Do step, with the prediction answered.
Player player_at_work(std::shared_ptr<const Lesson> lesson) {
    Player player = player_of(std::move(lesson));
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    REQUIRE(*player.next());
    REQUIRE(player.answer(player.step().questions[0], "1"));
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    REQUIRE(*player.next());
    return player;
}

}  // namespace

TEST_CASE("a step passes when its checks hold, on the learner's run and the hidden ones") {
    Player player = player_at_work(lesson_with());
    const StepVerdict before = player.check();
    CHECK(before.outcome == StepVerdict::Outcome::NotYet);
    CHECK(before.condition == "the cache runs");
    CHECK(before.run == 0);
    CHECK_FALSE(player.next());
    CHECK(type(player, "docker compose up -d") == 0);
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    CHECK(*player.next());
}

TEST_CASE("a prediction's key is computed from the run when its step is passed") {
    Player player = player_at_work(lesson_with());
    type(player, "docker compose up -d");
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    auto decided = player.decide_predictions();
    REQUIRE(decided);
    REQUIRE(decided->size() == 1);
    CHECK((*decided)[0].answer == "It runs again.");
    CHECK((*decided)[0].key == "It is down.");
    CHECK_FALSE((*decided)[0].right);
    CHECK((*decided)[0].because.find("restart policy") != std::string::npos);
    // What happened in the copy did not happen to the learner.
    CHECK(player.why("cache").find("kill") == std::string::npos);

    // The same lesson with a restart policy has the other key.
    Player other = player_at_work(lesson_with({{"project/compose.yaml",
                                                "    image: redis:7\n",
                                                "    image: redis:7\n    restart: always\n"}}));
    type(other, "docker compose up -d");
    CHECK(other.check().outcome == StepVerdict::Outcome::Passed);
    decided = other.decide_predictions();
    REQUIRE(decided);
    CHECK((*decided)[0].right);
}

TEST_CASE("a line that floods the host is taken back, and what it left behind goes with the step") {
    Player player = player_at_work(lesson_with());
    QuietWatcher watcher;
    CHECK(type(player, "echo before > /root/before") == 0);
    const Time before = player.session().now();
    auto end = player.type("f() { f | f; }; f", watcher, false);
    REQUIRE(end);
    CHECK(end->taken_back);
    CHECK(player.session().now() == before);
    CHECK(player.read("/root/before") == "before\n");
    // This one ends at once, and goes on in the background.
    end = player.type(":(){ :|:& };:", watcher, false);
    REQUIRE(end);
    CHECK_FALSE(end->taken_back);
    end = player.type("docker compose up -d", watcher, false);
    REQUIRE(end);
    CHECK(end->taken_back);
    CHECK(player.check().outcome == StepVerdict::Outcome::NotYet);
    REQUIRE(player.again());
    CHECK(type(player, "docker compose up -d") == 0);
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
}

TEST_CASE("a lab.lua that never ends is told what a lesson's author can do") {
    const auto lesson = lesson_with({{"lab.lua", "key(\"after-kill\"", "begin(function() sh 'while :; do ls /; done' end)\nkey(\"after-kill\""}});
    const auto player = Player::create(lesson, {catalogue(), 1, false});
    REQUIRE_FALSE(player);
    CHECK_THAT(player.error().text(), Catch::Contains("lab.lua:") && Catch::Contains("it takes more work than a lesson may (let lab.lua do less there"));
    CHECK_THAT(player.error().text(), !Catch::Contains("--effort"));
}

TEST_CASE("a lesson's words refuse arguments that they don't take") {
    const auto lesson = lesson_with({{"lab.lua", "key(\"after-kill\"", "hint(\"cache-died\", function() return true end, \"cache\")\nkey(\"after-kill\""}});
    const auto player = Player::create(lesson, {catalogue(), 1, false});
    REQUIRE_FALSE(player);
    CHECK_THAT(player.error().text(), Catch::Contains("hint takes 2 arguments, and gets 3") && Catch::Contains("write it like hint(\"name\", function() return … end)"));
}

TEST_CASE("a line that prints without end is interrupted where nobody can do it") {
    Player player = player_at_work(lesson_with());
    QuietWatcher watcher;
    const auto end = player.type("yes", watcher, false);
    REQUIRE(end);
    CHECK(end->gave_up);
    CHECK(end->flooded);
    CHECK_FALSE(end->taken_back);
    CHECK(type(player, "timeout 1 true") == 0);
}

TEST_CASE("hints depend on what was done, and go from the concept to almost there") {
    Player player = player_at_work(lesson_with());
    auto hint = player.hint();
    REQUIRE(hint);
    CHECK(hint->id == "nothing-runs");
    CHECK(hint->rung == 0);
    CHECK(player.hint()->rung == 1);
    CHECK_FALSE(player.may_see_solution());
    CHECK(player.hint()->last);
    hint = player.hint();
    CHECK(hint->rung == 2);
    CHECK(hint->last);
    CHECK(player.may_see_solution());
    // Something else is wrong now, of which there is more to say first.
    type(player, "timeout 10 docker compose up");
    hint = player.hint();
    CHECK(hint->id == "not-in-background");
    CHECK_FALSE(hint->last);
    CHECK_FALSE(player.may_see_solution());
    CHECK_FALSE(player.hint()->last);
    CHECK(player.hint()->last);
    CHECK(player.may_see_solution());
    // What was begun before and does not come up again keeps nobody from it.
    Player other = player_at_work(lesson_with());
    CHECK(other.hint()->id == "nothing-runs");
    type(other, "timeout 10 docker compose up");
    CHECK(other.hint()->id == "not-in-background");
    CHECK_FALSE(other.may_see_solution());
    CHECK_FALSE(other.hint()->last);
    CHECK(other.hint()->last);
    CHECK(other.may_see_solution());
    type(player, "docker compose up -d");
    CHECK_FALSE(player.hint()->last);
    CHECK(player.hint()->id.empty());
}

TEST_CASE("the solution can be shown, and then passes") {
    Player player = player_at_work(lesson_with());
    QuietWatcher watcher;
    REQUIRE(player.solve(watcher));
    CHECK(watcher.heard.find("$ docker compose up -d") != std::string::npos);
    CHECK(player.attempt().steps.back().shown);
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
}

TEST_CASE("a step can be begun again, and a moment of it returned to") {
    Player player = player_at_work(lesson_with());
    const std::uint64_t fresh = player.session().fingerprint();
    type(player, "docker compose up -d");
    const Time up = player.session().now();
    const std::uint64_t after_up = player.session().fingerprint();
    type(player, "docker compose down");
    CHECK(player.check().outcome == StepVerdict::Outcome::NotYet);
    REQUIRE(player.rewind(up + milliseconds(1)));
    CHECK(player.session().now() == up + milliseconds(1));
    CHECK(player.session().fingerprint() == after_up);
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    CHECK_FALSE(player.rewind(player.session().now() + seconds(1)));
    REQUIRE(player.again());
    CHECK(player.session().fingerprint() == fresh);
    CHECK(player.check().outcome == StepVerdict::Outcome::NotYet);
    REQUIRE(player.back());
    CHECK(player.step().id == "one-process-dies");
    CHECK(player.open_question() != nullptr);
}

TEST_CASE("an attempt kept and read again stands where it stood") {
    const auto lesson = lesson_with();
    Player player = player_at_work(lesson);
    type(player, "docker compose up -d");
    REQUIRE(player.hint());
    Progress progress;
    progress.set_attempt("new", player.attempt());
    const auto again = Progress::parse(progress.text(), "progress.json");
    REQUIRE(again);
    const auto attempt = again->attempt("new");
    REQUIRE(attempt);
    CHECK(*attempt == player.attempt());
    const Player resumed = player_of(lesson, attempt);
    CHECK(resumed.step().id == "start");
    CHECK(resumed.session().now() == player.session().now());
    CHECK(resumed.session().fingerprint() == player.session().fingerprint());
}

TEST_CASE("an attempt at another version of a lesson begins anew") {
    Player player = player_at_work(lesson_with());
    const auto changed = lesson_with({{"lesson.md", "version: 1", "version: 2"}});
    const auto resumed = Player::create(changed, {catalogue(), 1, false}, player.attempt());
    REQUIRE_FALSE(resumed);
    CHECK(resumed.error().message == "lesson 'new' has changed since");
}

TEST_CASE("hidden seeds come from the lesson's name and version") {
    const Player own = player_of(lesson_with());
    const std::uint64_t first = hidden_seed(own.lesson(), 0);
    CHECK(first != hidden_seed(own.lesson(), 1));
    CHECK(first != hidden_seed(*lesson_with({{"lesson.md", "version: 1", "version: 2"}}), 0));
    CHECK(first == hidden_seed(*lesson_with(), 0));
}

TEST_CASE(
    "an answer that fits one run only does not pass, and the verdict says on which it fails") {
    // What luck the learner's seed has is found out first; then only that is right.
    const std::string begin = "step(\"start\", function()\n";
    const std::string luck = begin + "  local luck = math.random(1000000)\n";
    Player probe = player_at_work(
        lesson_with({{"lab.lua",
                      begin,
                      luck + "  stable(function() return false end, \"0s\", tostring(luck))\n"}}));
    const StepVerdict found = probe.check();
    REQUIRE(found.outcome == StepVerdict::Outcome::NotYet);
    Player player = player_at_work(
        lesson_with({{"lab.lua",
                      begin,
                      luck + "  stable(function() return luck == " + found.condition +
                          " end, \"0s\", \"the same luck\")\n"}}));
    type(player, "docker compose up -d");
    const StepVerdict verdict = player.check();
    CHECK(verdict.outcome == StepVerdict::Outcome::NotYet);
    CHECK(verdict.condition == "the same luck");
    CHECK(verdict.run == 1);
}

TEST_CASE("a mistake in lab.lua is a fault of the lesson, with its line") {
    const auto lesson =
        lesson_with({{"lab.lua", "service(\"cache\"):running()", "srvice(\"cache\"):running()"}});
    Player player = player_of(lesson);
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    REQUIRE(*player.next());
    REQUIRE(player.answer(player.step().questions[0], "1"));
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    const auto next = player.next();
    REQUIRE_FALSE(next);
    CHECK_THAT(next.error().text(), Catch::Matchers::StartsWith("course/new/lab.lua:4: "));
}

TEST_CASE("a trial is done in a copy, before the checks are decided") {
    const auto lesson = lesson_with(
        {{"lab.lua",
          "step(\"start\", function()\n",
          "step(\"start\", function()\n  trial(function() kill(\"cache\") wait(\"1s\") end)\n"}});
    Player player = player_at_work(lesson);
    type(player, "docker compose up -d");
    const StepVerdict verdict = player.check();
    CHECK(verdict.outcome == StepVerdict::Outcome::NotYet);
    CHECK(verdict.condition == "the cache runs");
    CHECK_FALSE(verdict.evidence.empty());
    CHECK(player.why("cache").find("kill") == std::string::npos);
}

TEST_CASE("a Check step's checks look at the whole run from its first moment") {
    const std::string check = "## Check: All of it {#all}\n\nLook back.\n\n## Explain: Why";
    const auto always = [&](const std::string& f) {
        return lesson_with({{"lesson.md", "## Explain: Why", check},
                            {"lab.lua",
                             "hint(\"attached\"",
                             "step(\"all\", function() " + f + " end)\nhint(\"attached\""}});
    };
    for (const auto& [f, passes] :
         {std::pair{"never(function() return service('cache'):deaths() > 0 end, 'it never died')",
                    false},
          std::pair{"never(function() return service('cache'):deaths() > 1 end, 'it died once')",
                    true}}) {
        Player player = player_at_work(always(f));
        type(player, "docker compose up -d");
        type(player, "docker compose restart");
        CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
        REQUIRE(*player.next());
        const StepVerdict verdict = player.check();
        CHECK((verdict.outcome == StepVerdict::Outcome::Passed) == passes);
        if (!passes) {
            CHECK(verdict.condition == "it never died");
            CHECK(verdict.when < player.session().now());
        }
    }
}

TEST_CASE("begin happens before the first step") {
    const auto lesson =
        lesson_with({{"lab.lua",
                      "step(\"start\"",
                      "begin(function() sh(\"docker compose up -d\") end)\nstep(\"start\""}});
    Player player = player_at_work(lesson);
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
}

TEST_CASE("files can be written, and count as done") {
    const auto lesson = lesson_with();
    Player player = player_at_work(lesson);
    CHECK(player.read("/root/shop/compose.yaml") == "services:\n  cache:\n    image: redis:7\n");
    CHECK_FALSE(player.read("/root/shop/none"));
    REQUIRE(player.write("/root/shop/compose.yaml", "services:\n  store:\n    image: redis:7\n"));
    type(player, "docker compose up -d");
    CHECK(player.check().outcome == StepVerdict::Outcome::NotYet);
    const Player resumed = player_of(lesson, player.attempt());
    CHECK(resumed.session().fingerprint() == player.session().fingerprint());
}

TEST_CASE("what can't be written is refused, and an older attempt that has it goes on") {
    const auto lesson = lesson_with();
    Player player = player_at_work(lesson);
    for (const char* path : {"/", "/root", "/root/shop", "/root/shop/compose.yaml/x", "/root/shop/compose.yaml/x/y"}) {
        INFO(path);
        CHECK_FALSE(player.write(path, "hello\n"));
    }
    CHECK(player.attempt().steps.back().acts.empty());
    REQUIRE(player.write("/root/shop/new/notes", "hello\n"));
    CHECK(player.read("/root/shop/new/notes") == "hello\n");
    Attempt older = player.attempt();
    older.steps.back().acts.push_back({older.steps.back().now, Act::Kind::Write, "/root/shop", "hello\n"});
    Player resumed = player_of(lesson, older);
    CHECK(resumed.attempt().steps.size() == 3);
    type(resumed, "docker compose up -d");
    CHECK(resumed.check().outcome == StepVerdict::Outcome::Passed);
}

TEST_CASE("who answers a prediction again, after more could be known, has not said it at once") {
    const auto lesson = lesson_with();
    Player player = player_at_work(lesson);
    const auto result = [&player] {
        type(player, "docker compose up -d");
        CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
        CHECK(player.decide_predictions());
        return player.attempt().answers.at("after-kill");
    };
    CHECK_FALSE(result().right);
    REQUIRE(player.back());
    // A change of mind before anything is done is none.
    REQUIRE(player.answer(player.step().questions[0], "1"));
    REQUIRE(player.again());
    Progress progress;
    progress.set_attempt("new", player.attempt());
    player = player_of(lesson, progress.attempt("new"));
    REQUIRE(player.answer(player.step().questions[0], "2"));
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    REQUIRE(*player.next());
    const GivenAnswer given = result();
    CHECK(given.right);
    CHECK(given.tries == 2);
    progress.set_attempt("new", player.attempt());
    CHECK_THAT(progress.report({*lesson}), Catch::Contains("after-kill: It is down. (right, at try 2)"));
    CHECK(progress.of("new").answers_right == 0);
}

TEST_CASE("an exam asks each question once, whatever is begun again") {
    const auto lesson = lesson_with({{"lesson.md", "minutes: 5", "minutes: 5\nexam: true"}});
    Player player = player_at_work(lesson);
    REQUIRE(player.back());
    CHECK(player.open_question() == nullptr);
    REQUIRE(player.again());
    CHECK(player.open_question() == nullptr);
    CHECK_FALSE(player.answer(player.step().questions[0], "2"));
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    REQUIRE(*player.next());
    type(player, "docker compose up -d");
    CHECK(player.check().outcome == StepVerdict::Outcome::Passed);
    REQUIRE(player.decide_predictions());
    REQUIRE(player.back());
    CHECK(player.attempt().answers.at("after-kill").answer == "runs");
    CHECK(player.attempt().answers.at("after-kill").key.empty());
}

TEST_CASE("a verdict shows what its check asked about, or nothing") {
    const std::string step = "step(\"start\", function()\n";
    // What the script has found out itself is no fact of the run, and least of all a line of its trial.
    Player blind = player_at_work(lesson_with(
        {{"lab.lua", step, "begin(function() sh('docker compose up -d') end)\n" + step + "  local limit = 0\n  trial(function() sh('docker stats --no-stream') end)\n"
                                  "  stable(function() return limit > 0 end, '0s', 'there is a limit')\n"}}));
    type(blind, "docker compose up -d");
    const StepVerdict none = blind.check();
    CHECK(none.condition == "there is a limit");
    CHECK(none.evidence.empty());
    // Podium's own fault is the key of what is asked.
    const std::array<std::string, 3> begin{
        "lab.lua", step,
        "begin(function() sh('docker compose up -d') memory_leak('cache', {rate = '500g', lasts = '10s'}) wait('30s') end)\n" + step};
    Player open = player_at_work(lesson_with({begin}));
    const StepVerdict told = open.check();
    CHECK(told.condition == "the cache runs");
    for (const std::string& line : told.evidence)
        CHECK_THAT(line, !Catch::Contains("fault") && !Catch::Contains("memory-leak"));
    Player exam = player_at_work(lesson_with({begin, {"lesson.md", "minutes: 5", "minutes: 5\nexam: true"}}));
    const StepVerdict silent = exam.check();
    CHECK(silent.condition == "the cache runs");
    CHECK(silent.evidence.empty());
}

TEST_CASE("a check without a name is a fault of the lesson") {
    Player player = player_at_work(lesson_with({{"lab.lua", ", \"the cache runs\")", ")"}, {"lesson.md", "  for: the cache runs\n", "  when: attached\n"}}));
    const StepVerdict verdict = player.check();
    CHECK(verdict.outcome == StepVerdict::Outcome::Fault);
    CHECK(verdict.sentence == "course/new/lab.lua:4: this 'stable' has no name (end it with a sentence that is true when it holds)");
}

TEST_CASE("the template passes its own rehearsal") {
    for (const RehearsalLine& line : rehearse(*lesson_with(), catalogue())) {
        INFO(line.what + ": " + line.why);
        CHECK(line.ok);
    }
}

TEST_CASE("a rehearsal answers numbers of every measure, and tells what the predictions were") {
    const char* const question =
        "```number\nid: how-long\nquestion: How long?\nunit: s\nright: 3h\nbecause: So.\n```\n\n"
        "```number\nid: how-big\nquestion: How big?\nunit: GiB\nright: 64 GiB\nbecause: "
        "So.\n```\n\n";
    const auto lesson = lesson_with(
        {{"lesson.md",
          "## Predict: One process dies",
          std::string("## Quiz: Amounts\n\n") + question + "## Predict: One process dies"}});
    std::string all;
    for (const RehearsalLine& line : rehearse(*lesson, catalogue())) {
        INFO(line.what + ": " + line.why);
        CHECK(line.ok);
        all += line.what + "\n";
    }
    CHECK_THAT(all, Catch::Matchers::Contains("the predictions of seed 1: after-kill = down\n"));
}

TEST_CASE("a rehearsal finds a key that is another when check comes before the solution's last lines") {
    const auto tried = [](const std::string& key) {
        const auto lesson = lesson_with({{"solution.sh", "docker compose up -d\n", "docker compose up -d\nwait 2m\n"},
                                         {"lab.lua", "  kill(\"cache\")\n  wait(\"10s\")\n  return service(\"cache\"):running()", "  return " + key}});
        std::string all;
        for (const RehearsalLine& line : rehearse(*lesson, catalogue()))
            all += line.why;
        return all;
    };
    CHECK(tried("service(\"cache\"):running()").empty());
    CHECK_THAT(tried("now() > 100"), Catch::Matchers::Contains("the key of 'after-kill' is ") &&
                                         Catch::Matchers::Contains(" when check comes at once, and ") &&
                                         Catch::Matchers::Contains(" after the solution's last line: let it wait"));
}

TEST_CASE("a rehearsal finds what is wrong with a lesson") {
    struct Wrong {
        std::array<std::string, 3> change;
        const char* why;
    };

    const Wrong wrongs[] = {
        {{"lab.lua", "service(\"cache\"):running() end, \"0s\"", "true end, \"0s\""},
         "course/new/lesson.md:37: step 'start': it passes when nothing is done"},
        {{"lab.lua", "step(\"start\"", "step(\"begin\""}, "lab.lua has no step('start')"},
        {{"lab.lua", "key(\"after-kill\"", "key(\"after\""}, "lab.lua has no key('after-kill')"},
        {{"lab.lua", "hint(\"attached\"", "hint(\"detached\""}, "lab.lua has no hint('attached')"},
        {{"lab.lua", "step(\"start\"", "step(\"stop\", function() end)\nstep(\"start\""},
         "course/new/lab.lua:3: step('stop') belongs to nothing in lesson.md"},
        {{"lab.lua", "stable(", "stabel("}, "course/new/lab.lua:"},
        {{"lab.lua", "step(\"start\"", "compose(\"compose.yaml\")\nstep(\"start\""},
         "course/new/lab.lua:3: compose sets up a run, and a lesson's is set up by lesson.md"},
        {{"lab.lua", "step(\"start\"", "compose_text(\"services: {}\")\nstep(\"start\""}, "course/new/lab.lua:3: compose_text sets up a run"},
        {{"lab.lua", "step(\"start\"", "local n = param(\"n\", 1)\nstep(\"start\""}, "course/new/lab.lua:3: param sets up a run"},
        {{"lab.lua", "step(\"start\"", "wait \"1s\"\nstep(\"start\""}, "course/new/lab.lua:3: lab.lua waits outside of its functions"},
        {{"lab.lua", "\"runs\" or \"down\"", "\"runs\" or \"dead\""},
         "course/new/lab.lua:8: key('after-kill') gave 'dead'"},
        {{"solution.sh", "up -d", "up"}, "has not ended after"},
        {{"solution.sh", "up -d", "create"}, "course/new/solution.sh:1: step 'start' (course/new/lesson.md:37): not yet: the cache runs"},
        {{"solution.sh", "docker compose up -d", "# A word before it.\n\ndocker compose up"}, "course/new/solution.sh:4: 'docker compose up' has not ended after"},
        {{"wrong-nothing.sh", "config", "up -d"}, "course/new/wrong-nothing.sh:2: it passes step 'start'"},
        {{"wrong-nothing.sh", "# hint: nothing-runs", "# hint: not-in-background"},
         "course/new/wrong-nothing.sh:2: it raises 'nothing-runs'"},
        {{"lesson.md", "images: [redis:7]", "images: [rediss:7]"}, ": there is no image 'rediss:7' here (did you mean 'redis'?)"},
        {{"lesson.md", "images: [redis:7]", "images: [redis:nosuch]"}, ": the image 'redis:nosuch' has no such tag here (without one it is redis:latest)"},
        {{"lesson.md", "for: the cache runs", "for: the cache run"},
         "which is no check of step 'start' (did you mean 'the cache runs'?)"},
        {{"lesson.md", "    image: redis:7\n```", "    image: redis:8\n```"},
         "wrote something else than the text shows"},
        {{"lesson.md", "$ cat compose.yaml", "$ ls\n$ cat compose.yaml"}, "course/new/lesson.md:16: 'ls' wrote something else than the text shows:\ncompose.yaml"},
        {{"lesson.md", "`docker compose ps` shows", "`docker compose pss` shows"},
         "ended with status"},
    };
    for (const Wrong& wrong : wrongs) {
        INFO(wrong.change[2]);
        ShelfOfTexts shelf = shelf_with_template();
        change(shelf, wrong.change[0], wrong.change[1], wrong.change[2]);
        const auto lesson = load_lesson(shelf, "course/new");
        REQUIRE(lesson);
        std::string all;
        for (const RehearsalLine& line : rehearse(*lesson, catalogue()))
            all += line.why + "\n";
        CHECK_THAT(all, Catch::Matchers::Contains(wrong.why));
    }
}

TEST_CASE("a rehearsal tells what the text's commands do otherwise by itself, with file and line, and plays the solution on") {
    const auto lesson = lesson_with({{"lesson.md", "$ cat compose.yaml", "$ ls\n$ cat compose.yaml"},
                                     {"lesson.md", "`docker compose ps` shows", "`docker compose pss` shows"}});
    std::vector<std::string> wrong;
    for (const RehearsalLine& line : rehearse(*lesson, catalogue())) {
        if (line.what.starts_with("the solution passes")) CHECK(line.ok);
        if (!line.ok) wrong.push_back(line.what + ": " + line.why);
    }
    REQUIRE(wrong.size() == 2);
    CHECK_THAT(wrong[0], Catch::Matchers::StartsWith("the text's commands do what it says: course/new/lesson.md:16: 'ls' wrote something else"));
    CHECK_THAT(wrong[1], Catch::Matchers::StartsWith("the text's commands do what it says: course/new/lesson.md:"));
}

TEST_CASE("a lab.lua that has used up its steps before a function of it begins is told the line of that function") {
    bool seen = false;
    for (int burnt = 29'988'000; burnt <= 29'996'000; burnt += 500) {
        INFO(burnt);
        const auto lesson = lesson_with({{"lab.lua", "step(\"start\"", fmt::format("for i = 1, {} do end\nstep(\"start\"", burnt)}});
        for (const RehearsalLine& line : rehearse(*lesson, catalogue())) {
            if (line.why.find("million steps") == std::string::npos) continue;
            seen = true;
            CHECK_THAT(line.why, Catch::Matchers::Contains("course/new/lab.lua:"));
            CHECK_THAT(line.why, !Catch::Matchers::Contains("lab.lua: the script"));
        }
    }
    CHECK(seen);
}

TEST_CASE("a rehearsal tells a step that passes idle by itself, and goes on") {
    const auto lesson = lesson_with({{"lab.lua", "service(\"cache\"):running() end, \"0s\"", "true end, \"0s\""}});
    const std::vector<RehearsalLine> lines = rehearse(*lesson, catalogue());
    std::vector<std::string> wrong;
    for (const RehearsalLine& line : lines) {
        if (!line.ok) wrong.push_back(line.what);
    }
    REQUIRE_FALSE(wrong.empty());
    CHECK(wrong[0] == "who does nothing at a step doesn't pass it");
    CHECK(lines[1].ok);
}

TEST_CASE("a rehearsal plays the whole lesson idle, so a look back that is always pleased is found") {
    const auto tried = [](const std::string& holds) {
        ShelfOfTexts shelf = shelf_with_template();
        shelf.files["course/new/lesson.md"] += "\n## Check: All of it {#all}\n\nLook back.\n";
        shelf.files["course/new/lab.lua"] +=
            "step('all', function() eventually(function() return " + holds + " end, '1h', 'all is well') end)\n";
        const auto lesson = load_lesson(shelf, "course/new");
        REQUIRE(lesson);
        std::string all;
        for (const RehearsalLine& line : rehearse(*lesson, catalogue()))
            all += line.why;
        return all;
    };
    CHECK(tried("service('cache'):running()").empty());
    CHECK_THAT(tried("true"),
               Catch::Matchers::Contains("step 'all': it passes when nothing was done in the whole lesson (seed 1)"));
}

TEST_CASE("a rehearsal tries wrong solutions on all its seeds") {
    // On the first seed one of the two numbers comes up, and on another seed the other.
    for (const char* number : {"1", "2"}) {
        INFO(number);
        ShelfOfTexts shelf = shelf_with_template();
        change(shelf, "lab.lua", "return typed(\"up\") > 0 and ", "return drawn and typed(\"up\") > 0 and ");
        shelf.files["course/new/lab.lua"] = fmt::format("local drawn = math.random(1, 2) == {}\n", number) + shelf.files["course/new/lab.lua"];
        const auto lesson = load_lesson(shelf, "course/new");
        REQUIRE(lesson);
        std::string all;
        for (const RehearsalLine& line : rehearse(*lesson, catalogue()))
            all += line.why + "\n";
        CHECK_THAT(all, Catch::Matchers::Contains("it raises 'nothing-runs'"));
    }
}

TEST_CASE(
    "the template for a swarm passes its test, and its text's commands run on the host they show") {
    const auto tried = [](const std::vector<std::array<std::string, 2>>& changes) {
        ShelfOfTexts shelf = shelf_with_cluster_template();
        for (const auto& [from, to] : changes)
            change(shelf, "lesson.md", from, to);
        const auto lesson = load_lesson(shelf, "course/new", "clusters");
        if (!lesson) FAIL(lesson.error().text());
        std::string all;
        for (const RehearsalLine& line : rehearse(*lesson, catalogue()))
            all += line.why;
        return all;
    };
    CHECK(tried({}).empty());
    CHECK_THAT(tried({{"one$ docker", "other$ docker"}}),
               Catch::Matchers::Contains("This node is not a swarm manager"));
    CHECK(
        tried({{"one$ docker", "one$ ssh other\nother$ hostname\nother\nother$ exit\none$ docker"}})
            .empty());
    CHECK_THAT(tried({{"one$ docker", "other$ hostname\none\none$ docker"}}),
               Catch::Matchers::Contains("wrote something else than the text shows"));
    CHECK_THAT(tried({{"swarm: formed", "swarm: bare"}}),
               Catch::Matchers::Contains("docker node ls"));
}

TEST_CASE("what a text shows fits what is written, with dots for what varies") {
    CHECK(output_fits({"a  b"}, "a b\n"));
    CHECK(output_fits({"Up ... seconds"}, "Up 12 seconds\n"));
    CHECK(output_fits({"..."}, "a\nb\n"));
    CHECK(output_fits({"a", "...", "z"}, "a\nz\n"));
    CHECK(output_fits({"a", "...", "z"}, "a\nb\nc\nz\n"));
    CHECK_FALSE(output_fits({"a", "...", "z"}, "a\nb\n"));
    CHECK_FALSE(output_fits({"a"}, "a\nb\n"));
    CHECK_FALSE(output_fits({"Up ... seconds"}, "Up 12 minutes\n"));
}
