#include "lessons/conversation.hpp"

#include <catch2/catch.hpp>

#include "lessons/load.hpp"
#include "lessons/progress.hpp"
#include "sim/base/text.hpp"
#include "tests/lessons/desk.hpp"
#include "tests/lessons/shelf_of_texts.hpp"

using namespace podium;
using namespace podium::lessons;

namespace {

std::shared_ptr<const Lesson> lesson_of(const ShelfOfTexts& shelf) {
    auto lesson = load_lesson(shelf, "course/new");
    if (!lesson) FAIL(lesson.error().text());
    return std::make_shared<const Lesson>(std::move(*lesson));
}

Ending converse_with(DeskOfTexts& desk,
                     const ShelfOfTexts& shelf = shelf_with_template(),
                     const std::optional<Attempt>& attempt = {}) {
    auto player = Player::create(lesson_of(shelf), {catalogue(), 1, false}, attempt);
    if (!player) FAIL(player.error().text());
    return converse(*player, desk);
}

bool read_in_order(const std::string& text, const std::vector<std::string>& parts) {
    std::size_t at = 0;
    for (const std::string& part : parts) {
        const auto found = text.find(part, at);
        if (found == std::string::npos) {
            UNSCOPED_INFO("not found: " << part << "\nin: " << text);
            return false;
        }
        at = found + part.size();
    }
    return true;
}

}  // namespace

TEST_CASE("after ssh the lesson's words still work, and exit leads back") {
    const ShelfOfTexts shelf = shelf_with_cluster_template();
    DeskOfTexts desk({"",
                      "2",
                      "",
                      "ssh other",
                      "hostname",
                      "hint",
                      "edit notes",
                      "cat > notes <<'END'",
                      "check",
                      "END",
                      "cat notes",
                      "exit",
                      "docker service create -d --name cache --replicas 2 redis:7",
                      "wait 5s",
                      "ssh other",
                      "check",
                      "next",
                      ""});
    auto lesson = load_lesson(shelf, "course/new", "clusters");
    REQUIRE(lesson);
    auto player =
        Player::create(std::make_shared<const Lesson>(std::move(*lesson)), {catalogue(), 1, false});
    if (!player) FAIL(player.error().text());
    (void)converse(*player, desk);
    CHECK(read_in_order(desk.read(),
                        {"root@one:~# ssh other\n",
                         "root@other:~# hostname\nother\n",
                         "root@other:~# hint\n",
                         "To think about (1 of 3)",
                         "root@other:~# edit notes\n",
                         "edit changes files on one; type 'exit' first",
                         "root@other:~# cat > notes <<'END'\n> check\n> END\n",
                         "root@other:~# cat notes\ncheck\n",
                         "root@other:~# exit\nlogout\nConnection to other closed.\n",
                         "root@one:~# docker service create",
                         "root@other:~# check\n",
                         "Passed",
                         "You predicted: Two.",
                         "root@other:~# next\n",
                         "Explain: Why it came back",
                         "(Enter goes on) ",
                         "You have finished 'A new lesson'."}));
}

TEST_CASE("a lesson is a conversation from the first step to the end") {
    DeskOfTexts desk({"",
                      "1",
                      "",
                      "check",
                      "hint",
                      "docker compose up -d",
                      "docker compose ps",
                      "check",
                      "next",
                      ""});
    CHECK(converse_with(desk) == Ending::Finished);
    CHECK(read_in_order(desk.read(),
                        {
                            "Step 1 of 4 · Read: What this is about",
                            "$ cat compose.yaml",
                            "Step 2 of 4 · Predict: One process dies",
                            "1  It runs again.",
                            "answer> 1",
                            "We'll see.",
                            "Step 3 of 4 · Do: Start the project",
                            "root@host:~/shop# check",
                            "Not yet: the cache runs",
                            "To think about (1 of 3)",
                            "A file only describes services.",
                            "docker compose up -d",
                            "Container shop-cache-1",
                            "Up ",
                            "Passed, here and in 3 hidden runs",
                            "You predicted: It runs again.",
                            "It went otherwise: It is down.",
                            "restart policy",
                            "Step 4 of 4 · Explain: Why it stayed down",
                            "cache.1 started, as it was asked to.",
                            "You have finished 'A new lesson'.",
                        }));
    CHECK(desk.kept.finished);
}

TEST_CASE("a learner can leave and go on later") {
    DeskOfTexts first({"", "2", "", "docker compose up -d", "quit"});
    CHECK(converse_with(first) == Ending::Left);
    DeskOfTexts second({"docker compose ps", "check", "", ""});
    CHECK(converse_with(second, shelf_with_template(), first.kept) == Ending::Finished);
    CHECK(read_in_order(
        second.read(),
        {"Step 3 of 4", "shop-cache-1", "Passed", "Right: It is down.", "You have finished"}));
}

TEST_CASE("check says so where there is nothing to check, and where it looked beyond the present") {
    DeskOfTexts desk({"check", "", "1", "check", "", "check", "quit"});
    CHECK(converse_with(desk) == Ending::NotYet);
    CHECK(read_in_order(desk.read(),
                        {"Step 1 of 4",
                         "There is nothing to check in this step; 'next' (or Enter) goes on.",
                         "Step 2 of 4",
                         "All its questions are answered; 'next' (or Enter) goes on.",
                         "Step 3 of 4",
                         "Not yet: the cache runs",
                         "(in a copy of the run"}));
}

TEST_CASE("who comes back to an answered question reads the answer, and doesn't type it into the terminal") {
    DeskOfTexts first({"", "2", "quit"});
    CHECK(converse_with(first) == Ending::Left);
    DeskOfTexts second({"2", "down", "echo 2", "text", "quit"});
    CHECK(converse_with(second, shelf_with_template(), first.kept) == Ending::Left);
    CHECK(read_in_order(second.read(),
                        {"Step 2 of 4",
                         "2  It is down.\nYou said: It is down.\n(Enter goes on) 2\n",
                         "You have said: It is down.\n(Enter goes on) down\n",
                         "You have said: It is down.\n(Enter goes on) echo 2\n2\n",
                         "(Enter goes on) text\n",
                         "You said: It is down.\n"}));
    CHECK(second.read().find("Type its number") == std::string::npos);
    CHECK(second.kept.steps.back().acts.size() == 1);
}

TEST_CASE("at a look back that isn't passed Enter looks again, and says so") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, "lesson.md", "## Explain: Why", "## Check: All of it {#all}\n\nLook back.\n\n## Explain: Why");
    change(shelf, "lab.lua", "hint(\"attached\"", "step('all', function() never(function() return service('cache'):deaths() > 0 end, 'it never died') end)\nhint(\"attached\"");
    DeskOfTexts desk({"", "1", "", "docker compose up -d", "docker compose restart", "check", "", "", "back", "docker compose up -d", "check", "", ""});
    converse_with(desk, shelf);
    CHECK(read_in_order(desk.read(),
                        {"Step 4 of 5 · Check", "Not yet: it never died", "(Enter checks again) \nNot yet", "(Enter checks again) back", "Step 4 of 5 · Check", "Passed", "(Enter goes on) \n\nStep 5 of 5"}));
}

TEST_CASE("nothing that a lesson says by itself is wider than the desk") {
    class Narrow final : public DeskOfTexts {
      public:
        using DeskOfTexts::DeskOfTexts;
        [[nodiscard]] Layout layout() const override { return {40, colour}; }
        bool colour = false;
    };
    for (const bool colour : {false, true}) {
        ShelfOfTexts shelf = shelf_with_template();
        change(shelf, "lesson.md", "  down: It is down.", "  down: It is down, and nobody has been told to start it once more.");
        Narrow desk({"help", "", "7", "2", "", "check", "solve", "rewind", "edit .", "edit", "hint", "hint", "hint", "solve", "docker compose up -d", "check", "", ""});
        desk.colour = colour;
        auto player = Player::create(lesson_of(shelf), {catalogue(), 1, false});
        REQUIRE(player);
        CHECK(converse(*player, desk) == Ending::Finished);
        std::string plain;
        for (std::size_t i = 0; i < desk.read().size(); ++i) {
            if (desk.read()[i] == '\x1b') i = desk.read().find('m', i);
            else plain += desk.read()[i];
        }
        CHECK(read_in_order(plain, {"Your turn. Then 'check'; 'hint' helps,\n'help' lists the words.\n", "Passed, here and in 3 hidden runs with\nother chances.\n"}));
        for (const std::string& line : split(plain, '\n')) {
            const bool own = line.find("root@") == std::string::npos && line.find(" Container ") == std::string::npos && line.find("Network") == std::string::npos;
            INFO(line);
            if (own) CHECK(display_width(line) <= 40);
        }
    }
}

TEST_CASE("leaving after a verdict of not yet is told apart") {
    DeskOfTexts desk({"", "1", "", "check"});
    CHECK(converse_with(desk) == Ending::NotYet);
}

TEST_CASE("the learner's words") {
    DeskOfTexts desk({"help",
                      "solve",
                      "hint",
                      "back",
                      "",
                      "1",
                      "",
                      "rewind",
                      "rewind 1h",
                      "edit compose.yaml",
                      "cat compose.yaml",
                      "again",
                      "text",
                      "back",
                      "quit"});
    CHECK(converse_with(desk) == Ending::Left);
    CHECK(read_in_order(desk.read(),
                        {
                            "rewind 30s",
                            "nothing to do in the terminal",
                            "this is the first step",
                            "rewind takes a moment",
                            "it is only",
                            "/root/shop/compose.yaml is written",
                            "# edited",
                            "Step 3 of 4",
                            "Step 3 of 4",
                            "Step 2 of 4",
                        }));
}

TEST_CASE("edit refuses what can't be written in one sentence, and nothing of it is kept") {
    DeskOfTexts desk({"", "1", "", "edit .", "edit /", "edit compose.yaml/x", "edit", "edit compose.yaml", "quit"});
    CHECK(converse_with(desk) == Ending::Left);
    CHECK(read_in_order(desk.read(),
                        {"# edit .\n'/root/shop' is a directory (name a file in it)\n",
                         "# edit /\n'/' is a directory (name a file in it)\n",
                         "# edit compose.yaml/x\n'/root/shop/compose.yaml/x' can't be written: '/root/shop/compose.yaml' is a\nfile, not a directory\n",
                         "# edit\nedit takes a file, like: edit compose.yaml\n",
                         "/root/shop/compose.yaml is written"}));
    CHECK(desk.kept.steps.back().acts.size() == 1);
}

TEST_CASE("the solution is offered with the last hint, and not with the first one of something else") {
    DeskOfTexts desk({"", "1", "", "solve", "hint", "hint", "hint", "timeout 10 docker compose up", "hint", "quit"});
    CHECK(converse_with(desk) == Ending::Left);
    const std::string text = desk.read();
    CHECK(read_in_order(text, {"Ask for hints first.", "(1 of 3)", "(2 of 3)", "(3 of 3)", "'solve' shows how it is done.", "(1 of 3)"}));
    CHECK(text.find("'solve' shows") == text.rfind("'solve' shows"));
}

TEST_CASE("the solution says that the step begins again, before it does") {
    DeskOfTexts desk({"", "1", "", "touch mine", "hint", "hint", "hint", "solve", "ls", "quit"});
    CHECK(converse_with(desk) == Ending::Left);
    CHECK(read_in_order(desk.read(),
                        {"# touch mine\n",
                         "# solve\nThis step begins again, without what was typed in it, and is done like this:\n$ ",
                         "Now 'check', or look around."}));
    CHECK(desk.read().find("mine", desk.read().find("# ls\n")) == std::string::npos);
}

TEST_CASE("a wrong answer of a quiz is explained and asked again, in an exam it counts") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, "lesson.md", "## Predict: One process dies", "## Quiz: One process dies");
    change(shelf, "lesson.md", "key: after-kill\nafter: start\n", "right: down\n");
    change(shelf, "lesson.md", "  down: Something has restarted it.\n", "");
    change(shelf, "lab.lua", "key(\"after-kill\", function()", "local function unused()");
    change(shelf, "lab.lua", "or \"down\"\nend)", "or \"down\"\nend");
    DeskOfTexts desk({"", "1", "3", "down", "", "quit"});
    converse_with(desk, shelf);
    CHECK(read_in_order(desk.read(),
                        {"answer> 1",
                         "Not right.",
                         "restart policy",
                         "answer> 3",
                         "'3' is none of the answers",
                         "answer> down",
                         "Right: It is down.",
                         "Step 3 of 4"}));
    change(shelf, "lesson.md", "minutes: 5", "minutes: 5\nexam: true\npass: 100");
    DeskOfTexts exam({"", "1", "", "hint", "docker compose up -d", "check", "next", "next"});
    CHECK(converse_with(exam, shelf) == Ending::NotYet);
    CHECK(read_in_order(exam.read(),
                        {"Noted.",
                         "Your turn. Then 'check'; 'help'",
                         "An exam gives no hints.",
                         "Passed",
                         "0 % of your answers are right; 100 % are needed."}));
}

TEST_CASE("at a quiz the terminal is there for a look, at a prediction only after the answer") {
    DeskOfTexts predict({"", "docker ps -a", "hint", "1", "docker ps -a", "quit"});
    converse_with(predict);
    CHECK(read_in_order(predict.read(),
                        {"answer> docker ps -a\n",
                         "First say what you expect",
                         "This step asks, and has no hints: answer, then 'next' goes on.",
                         "answer> 1",
                         "Noted.",
                         "docker ps -a\nCONTAINER ID"}));
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, "lesson.md", "## Predict: One process dies", "## Quiz: One process dies");
    change(shelf, "lesson.md", "key: after-kill\nafter: start\n", "right: down\n");
    change(shelf, "lesson.md", "  down: Something has restarted it.\n", "");
    change(shelf, "lab.lua", "key(\"after-kill\", function()", "local function unused()");
    change(shelf, "lab.lua", "or \"down\"\nend)", "or \"down\"\nend");
    DeskOfTexts quiz({"", "docker ps -a", "dokcer ps", "2", "quit"});
    converse_with(quiz, shelf);
    CHECK(read_in_order(quiz.read(),
                        {"answer> docker ps -a\nCONTAINER ID",
                         "'dokcer ps' is none of the answers",
                         "Right: It is down."}));
}

TEST_CASE("what happened in a copy is told from its beginning and its end, in the desk's width") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, "lesson.md", "after: start\n", "");
    change(shelf,
           "lab.lua",
           "key(\"after-kill\", function()",
           "key(\"after-kill\", function()\n  for i = 1, 20 do\n    sh(\"docker run --name "
           "a-long-name-\" "
           ".. i .. \" --restart unless-stopped no-such-image\")\n  end\n  sh(\"true last\")");
    DeskOfTexts desk({"", "1", "quit"});
    converse_with(desk, shelf);
    CHECK(read_in_order(desk.read(),
                        {"in a copy of your run:",
                         "somebody typed: docker run --name a-long-name-1",
                         " more …\n",
                         "somebody typed: true last"}));
    for (const std::string& line : split(desk.read(), '\n'))
        CHECK(line.size() <= 82);  // "…" is three bytes
}

TEST_CASE("a text given line by line may hold the learner's words and empty lines") {
    DeskOfTexts desk({"",
                      "1",
                      "",
                      "cat > notes <<'END'",
                      "check",
                      "",
                      "next",
                      "END",
                      "cat notes | wc -l",
                      "quit"});
    converse_with(desk);
    CHECK(read_in_order(desk.read(), {"> check", "> next", "> END", "# cat notes | wc -l\n3\n"}));
}

TEST_CASE("while a program reads, what is typed is for it, even the learner's words") {
    DeskOfTexts desk({"",
                      "1",
                      "",
                      "docker compose up -d",
                      "docker compose exec cache sh",
                      "echo hello from inside",
                      "check",
                      "exit",
                      "check",
                      "quit"});
    CHECK(converse_with(desk) == Ending::Left);
    CHECK(read_in_order(desk.read(),
                        {"docker compose exec cache sh",
                         "hello from inside",
                         "not found",
                         "root@host:~/shop# check",
                         "Passed"}));
}

TEST_CASE("ssh takes the next line only when what it runs there reads") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf,
           "lesson.md",
           "minutes: 5",
           "minutes: 5\nhosts:\n  - {name: desk}\n  - {name: alpha}\n  - {name: beta}");
    DeskOfTexts desk({"",
                      "1",
                      "",
                      "ssh alpha docker ps > seen",
                      "cat seen",
                      "ssh alpha ssh beta docker ps -a",
                      "ssh alpha 'read x; echo got $x there'",
                      "check",
                      "ssh alpha",
                      "hostname",
                      "exit",
                      "quit"});
    converse_with(desk, shelf);
    CHECK(read_in_order(desk.read(),
                        {"root@desk:~/shop# ssh alpha docker ps > seen\n[",
                         "root@desk:~/shop# cat seen\nCONTAINER ID",
                         "docker ps -a\nCONTAINER ID",
                         "check\ngot check there",
                         "root@desk:~/shop# ssh alpha\n",
                         "hostname\nalpha",
                         "exit\n",
                         "root@desk:~/shop# quit"}));
}

TEST_CASE("what the script narrates is told to the learner, at its moment and once") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf,
           "lab.lua",
           "step(\"start\", function()\n",
           "begin(function() narrate('Good morning.') end)\n"
           "step(\"start\", function()\n"
           "  narrate('Somebody is waiting for the **cache**.')\n"
           "  after('5s', function() narrate('Five seconds have passed.') end)\n"
           "  after('25s', function() narrate('It is late.') end)\n"
           "  trial(function() narrate('Only the copy knows.') end)\n");
    DeskOfTexts desk({"", "1", "", "for i in 1 2 3; do echo $i; sleep 1; done", "check", "quit"});
    converse_with(desk, shelf);
    CHECK(read_in_order(desk.read(),
                        {"Step 1 of 4",
                         "» [0.000s] Good morning.",
                         "Step 3 of 4",
                         "» [0.000s] Somebody is waiting for the cache.\n\nStart the service",
                         "done\n1\n2\n» [5.000s] Five seconds have passed.\n3\n",
                         "Not yet"}));
    CHECK(desk.read().find("Only the copy") == std::string::npos);
    CHECK(desk.read().find("**") == std::string::npos);  // not in the verdict's evidence either
    CHECK(desk.read().rfind("Good morning") == desk.read().find("Good morning"));

    DeskOfTexts resumed({"text", "wait 20s", "rewind 10s", "again", "quit"});
    converse_with(resumed, shelf, desk.kept);
    CHECK(read_in_order(resumed.read(),
                        {"» [0.000s] Somebody",
                         "» [5.000s] Five seconds",
                         "# text\n\nStep 3 of 4 · Do: Start the project\n\nStart the service",
                         "# wait 20s\n» [25.000s] It is late.\n",
                         "# again\n\nStep 3 of 4",
                         "» [0.000s] Somebody"}));
    CHECK(resumed.read().find("Good morning") == std::string::npos);
}

TEST_CASE("what happened in a copy is told in lines no wider than the desk") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, "lesson.md", "after: start\n", "");
    change(
        shelf, "lab.lua", "  kill(\"cache\")", "  sh('docker compose up -d')\n  kill(\"cache\")");
    DeskOfTexts desk({"", "1", "quit"});
    converse_with(desk, shelf);
    CHECK(read_in_order(desk.read(),
                        {"Here is what happened in a copy of your run:\n  0.000s  On host",
                         "The main process of cache.1 got KILL past the engine, which takes what\n"
                         "          follows",
                         "It went otherwise: It is down."}));
}

TEST_CASE("a fault of the lesson is told as such") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf,
           "lab.lua",
           "service(\"cache\"):running() end, \"0s\"",
           "nothing:running() end, \"0s\"");
    DeskOfTexts desk({"", "1", "", "check"});
    CHECK(converse_with(desk, shelf) == Ending::Fault);
    CHECK(read_in_order(desk.read(),
                        {"This is a fault of the lesson, not yours: course/new/lab.lua:4:"}));
}

TEST_CASE("a line without an end is interrupted where nobody can press Ctrl-C") {
    DeskOfTexts desk({"sleep 100000", "quit"});
    converse_with(desk);
    CHECK(read_in_order(desk.read(),
                        {"'sleep 100000' was still running after 1h0m0s and was interrupted"}));
}

TEST_CASE("progress keeps what it does not know, and refuses what it can't read") {
    const std::string newer =
        R"({"format": 1, "colour": "blue", "lessons": {"new": {"stars": 3, "attempt": {"mood": "good"}}, "other": {"finished": true}}})";
    auto progress = Progress::parse(newer, "progress.json");
    REQUIRE(progress);
    CHECK_FALSE(progress->attempt("new"));
    CHECK(progress->of("other").finished);
    Attempt attempt;
    attempt.steps.push_back({"start", {}, {}, {}, true, false, {{"hint", 2}}});
    attempt.answers["q"] = {"a", true, true, 1, "a"};
    attempt.finished = true;
    progress->set_attempt("new", attempt);
    const std::string text = progress->text();
    for (const char* kept : {"blue", "\"stars\": 3", "good"})
        CHECK(text.find(kept) != std::string::npos);
    CHECK(*progress->attempt("new") == attempt);
    CHECK(progress->of("new").hints == 2);
    CHECK(progress->of("new").answers_right == 1);
    progress->drop_attempt("new");
    CHECK_FALSE(progress->attempt("new"));
    CHECK(progress->of("new").finished);
    CHECK(Progress::parse("{]", "p.json").error().message == "this is not a file of progress");
    CHECK(Progress::parse(R"({"format": 2, "lessons": {}})", "p.json").error().message ==
          "this progress was written by a newer Podium");
}

TEST_CASE("an instructor is told of lessons that are not among the course's, too") {
    DeskOfTexts desk({"", "1", "", "docker compose up -d", "hint", "quit"});
    REQUIRE(converse_with(desk) == Ending::Left);
    Progress progress;
    progress.set_attempt("mine", desk.kept);
    const std::vector<Lesson> all{*lesson_of(shelf_with_template())};
    CHECK(read_in_order(progress.report(all),
                        {"A new lesson: not begun",
                         "mine  Not a lesson of this course: 2 steps passed",
                         "lesson version 1, seed 1, ",
                         "$ docker compose up -d",
                         "after-kill: runs (noted)"}));
    const std::string json = progress.report_json(all);
    CHECK(read_in_order(json, {"\"lesson\": \"mine\"", "\"of_this_course\": false", "docker compose up -d"}));
    // Whether it is an exam that is under way nobody knows.
    CHECK(json.find("\"right\"") == std::string::npos);
    CHECK(progress.report({}).find("mine  Not a lesson") != std::string::npos);
}

TEST_CASE("a lesson of the learner's own is kept by its path, and told with its title where it still is") {
    DeskOfTexts desk({"", "1", "", "docker compose up -d", "check", "next", ""});
    REQUIRE(converse_with(desk) == Ending::Finished);
    Progress progress;
    progress.set_attempt("new", desk.kept);  // as older versions did
    progress.rename("new", "/home/me/first/new");
    CHECK(progress.names() == std::vector<std::string>{"/home/me/first/new"});
    CHECK(progress.attempt("/home/me/first/new") == desk.kept);
    CHECK_FALSE(progress.attempt("new"));
    progress.set_attempt("new", desk.kept);
    progress.rename("new", "/home/me/first/new");  // nothing is lost
    CHECK(progress.names().size() == 2);
    std::vector<Lesson> all{*lesson_of(shelf_with_template())};
    all[0].kept_as = "/home/me/second/new";
    CHECK_FALSE(progress.of(all[0]).begun);
    all[0].kept_as = "/home/me/first/new";
    CHECK(read_in_order(progress.report(all),
                        {"/home/me/first/new  A new lesson: finished", "[x] Do: Start the project", "after-kill: It runs again. (wrong)", "new  Not a lesson of this course"}));
    CHECK(read_in_order(progress.report_json(all), {"\"lesson\": \"/home/me/first/new\"", "\"of_this_course\": false", "\"title\": \"A new lesson\""}));
}

TEST_CASE("what was finished stays until something is done anew, and then beside it") {
    DeskOfTexts desk({"", "1", "", "docker compose up -d", "check", "next", ""});
    REQUIRE(converse_with(desk) == Ending::Finished);
    Progress progress;
    progress.set_attempt("new", desk.kept);
    DeskOfTexts looked({"quit"});
    REQUIRE(converse_with(looked) == Ending::Left);
    progress.set_attempt("new", looked.kept);
    CHECK(progress.attempt("new") == desk.kept);
    DeskOfTexts anew({"", "2", "quit"});
    REQUIRE(converse_with(anew) == Ending::Left);
    progress.set_attempt("new", anew.kept);
    CHECK(progress.attempt("new") == anew.kept);
    const std::vector<Lesson> all{*lesson_of(shelf_with_template())};
    CHECK(read_in_order(progress.report(all),
                        {"A new lesson: finished",
                         "after-kill: It is down. (open)",
                         "An earlier attempt, finished, 0 % of the answers right:",
                         "$ docker compose up -d",
                         "after-kill: It runs again. (wrong)"}));
    CHECK(progress.report_json(all).find("\"earlier\"") != std::string::npos);
    // So does one that the lesson's new version can't go on with.
    Attempt newer = looked.kept;
    newer.version = 2;
    progress.set_attempt("new", newer);
    CHECK(read_in_order(progress.report(all), {"lesson version 2", "An earlier attempt, not finished:", "after-kill: It is down."}));
}

TEST_CASE("an exam that was not passed is not finished, and says how many answers were right") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, "lesson.md", "minutes: 5", "minutes: 5\nexam: true");
    const std::vector<Lesson> all{*lesson_of(shelf)};
    Progress progress;
    DeskOfTexts failing({"", "1", "", "docker compose up -d", "check", "next"});
    CHECK(converse_with(failing, shelf) == Ending::Left);
    progress.set_attempt("new", failing.kept);
    // Until then nobody hears what is right.
    CHECK(read_in_order(progress.report(all), {"A new lesson: 3 of 4 steps", "after-kill: It runs again. (noted)"}));
    for (const char* told : {"\"right\"", "\"key\"", "right_at_once"})
        CHECK(progress.report_json(all).find(told) == std::string::npos);
    CHECK(progress.text().find("\"key\"") == std::string::npos);

    DeskOfTexts end({""});
    CHECK(converse_with(end, shelf, failing.kept) == Ending::NotYet);
    progress.set_attempt("new", end.kept);
    CHECK_FALSE(progress.of(all[0]).finished);
    CHECK(progress.of(all[0]).failed);
    CHECK(read_in_order(progress.report(all),
                        {"A new lesson: not passed: 0 % of the answers right, 80 % are needed",
                         "after-kill: It runs again. (wrong)"}));
    CHECK(read_in_order(progress.report_json(all), {"\"finished\": false", "\"passed\": false", "\"percent_needed\": 80", "\"percent_right\": 0"}));

    DeskOfTexts passing({"", "2", "", "docker compose up -d", "check", "next", ""});
    CHECK(converse_with(passing, shelf) == Ending::Finished);
    progress.set_attempt("new", passing.kept);
    CHECK(progress.of(all[0]).finished);
    CHECK(progress.report(all).find("A new lesson: finished, 100 % of the answers right, 80 % are needed") != std::string::npos);
    // Whoever has passed it once has passed it.
    progress.set_attempt("new", end.kept);
    CHECK(progress.of(all[0]).finished);
    CHECK(progress.report(all).find("finished; the last attempt was not passed: 0 %") != std::string::npos);
}

TEST_CASE("an exam that an older version has kept as finished is counted again") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, "lesson.md", "minutes: 5", "minutes: 5\nexam: true");
    const std::vector<Lesson> all{*lesson_of(shelf)};
    for (const bool right : {false, true}) {
        const std::string old = std::string(
            R"({"format": 1, "lessons": {"new": {"finished": true, "attempt": {"version": 1, "seed": 1, "finished": true, "steps":
                [{"step": "what-this-is-about", "begun": 0, "now": 0, "passed": true, "typed": []}],
                "answers": {"after-kill": {"answer": "down", "decided": true, "right": )") +
                                (right ? "true" : "false") + R"(, "tries": 1, "key": "down"}}}}}})";
        const auto progress = Progress::parse(old, "progress.json");
        REQUIRE(progress);
        CHECK(progress->of(all[0]).finished == right);
        CHECK(progress->of(all[0]).percent_right == (right ? 100 : 0));
        CHECK(progress->of(all[0]).failed != right);
    }
}

TEST_CASE("a count is a whole number, and reported as it was said") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, "lesson.md", "```choice\nid: after-kill", "```number\nid: how-many\nquestion: How many run then?\nunit: containers\nkey: count\nafter: start\nbecause: So.\n```\n\n```choice\nid: after-kill");
    change(shelf, "lab.lua", "hint(\"attached\"", "key(\"count\", function() return service(\"cache\"):count() end)\nhint(\"attached\"");
    DeskOfTexts desk({"", "-1", "2.5", "2", "1", "", "docker compose up -d", "check", "quit"});
    converse_with(desk, shelf);
    CHECK(read_in_order(desk.read(),
                        {"answer> -1\n'-1' is below 0\n",
                         "answer> 2.5\n'2.5' is no whole number of containers\n",
                         "answer> 2\nNoted. We'll see.\n",
                         "You predicted: 2 containers",
                         "It went otherwise: 1 container\n"}));
    Progress progress;
    progress.set_attempt("new", desk.kept);
    CHECK(progress.attempt("new") == desk.kept);
    CHECK(read_in_order(progress.report_json({*lesson_of(shelf)}), {"\"how-many\"", "\"answer\": \"2 containers\"", "\"key\": \"1 container\""}));
}

TEST_CASE("an instructor can read what was done") {
    DeskOfTexts desk({"", "1", "", "docker compose up -d", "check", "next", ""});
    REQUIRE(converse_with(desk) == Ending::Finished);
    Progress progress;
    progress.set_attempt("new", desk.kept);
    const std::vector<Lesson> all{*lesson_of(shelf_with_template())};
    CHECK(read_in_order(progress.report(all),
                        {"A new lesson: finished",
                         "[x] Do: Start the project",
                         "$ docker compose up -d",
                         "after-kill: It runs again. (wrong)"}));
    CHECK(progress.report_json(all).find("\"steps_passed\": 4") != std::string::npos);
}
