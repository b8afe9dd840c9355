#include "lessons/load.hpp"

#include <tuple>

#include <catch2/catch.hpp>

#include "lessons/questions.hpp"
#include "sim/base/text.hpp"
#include "tests/lessons/shelf_of_texts.hpp"

using namespace podium;
using namespace podium::lessons;

namespace {

std::string error_of(const ShelfOfTexts& shelf) {
    const auto lesson = load_lesson(shelf, "course/new");
    return lesson ? "none" : lesson.error().text();
}

std::string error_after(const std::string& file, const std::string& from, const std::string& to) {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, file, from, to);
    return error_of(shelf);
}

}  // namespace

TEST_CASE("a lesson is read with its steps, questions, hints, commands and scripts") {
    const auto lesson = load_lesson(shelf_with_template(), "course/new");
    REQUIRE(lesson);
    CHECK(lesson->name == "new");
    CHECK(lesson->title == "A new lesson");
    CHECK(lesson->directory == "/root/shop");
    REQUIRE(lesson->files.size() == 1);
    CHECK(lesson->files[0].path == "/root/shop/compose.yaml");
    REQUIRE(lesson->steps.size() == 4);
    CHECK(lesson->steps[0].id == "what-this-is-about");
    REQUIRE(lesson->steps[0].commands.size() == 1);
    CHECK(lesson->steps[0].commands[0].line == "cat compose.yaml");
    CHECK(lesson->steps[0].commands[0].output.size() == 3);
    CHECK(lesson->steps[0].commands[0].place.line == 16);
    REQUIRE(lesson->steps[1].questions.size() == 1);
    CHECK(lesson->steps[1].questions[0].after == "start");
    CHECK(lesson->steps[2].id == "start");
    REQUIRE(lesson->steps[2].hints.size() == 2);
    CHECK(lesson->steps[2].hints[1].check == "the cache runs");
    REQUIRE(lesson->solution.parts.size() == 1);
    CHECK(lesson->solution.parts[0].lines == std::vector<std::string>{"docker compose up -d"});
    REQUIRE(lesson->wrong.size() == 2);
    CHECK(lesson->wrong[0].at == "start");
    REQUIRE(lesson->steps[3].mentions.size() == 1);
    CHECK(lesson->steps[3].mentions[0].line == "docker compose ps");
}

TEST_CASE(
    "a lesson's cluster comes with Podium or lies beside it, and its commands say on which host "
    "they are") {
    ShelfOfTexts shelf = shelf_with_cluster_template();
    auto lesson = load_lesson(shelf, "course/new", "clusters");
    if (!lesson) FAIL(lesson.error().text());
    CHECK(lesson->cluster == "two");
    REQUIRE(lesson->machines.hosts.size() == 2);
    CHECK(lesson->machines.hosts[1].address == "10.9.0.12");
    CHECK(lesson->machines.formed);
    REQUIRE(lesson->steps[0].commands.size() == 1);
    CHECK(lesson->steps[0].commands[0].line.starts_with("docker node ls"));
    CHECK(lesson->steps[0].commands[0].host.empty());

    // Another host's command; a file of the lesson's own, and its own word on the swarm.
    change(shelf, "lesson.md", "swarm: formed\n", "");
    change(shelf, "lesson.md", "cluster: two", "cluster: hosts.yaml");
    change(shelf, "lesson.md", "one$ docker node ls", "other$ docker node ls");
    shelf.files["course/new/hosts.yaml"] = "swarm: formed\nhosts: [{name: one}, {name: other}]\n";
    lesson = load_lesson(shelf, "course/new", "clusters");
    if (!lesson) FAIL(lesson.error().text());
    CHECK(lesson->machines.formed);
    CHECK(lesson->steps[0].commands[0].host == "other");
    change(shelf, "lesson.md", "cluster: hosts.yaml", "cluster: hosts.yaml\nswarm: bare");
    lesson = load_lesson(shelf, "course/new", "clusters");
    REQUIRE(lesson);
    CHECK_FALSE(lesson->machines.formed);
}

TEST_CASE("a mistake about a lesson's cluster is one sentence with file and line") {
    const std::tuple<const char*, const char*, const char*> mistakes[] = {
        {"cluster: two",
         "cluster: three",
         "course/new/lesson.md:7: there is no cluster 'three' (name one of scenarios/clusters"},
        {"cluster: two", "cluster: ../two", "there is no cluster '../two'"},
        {"cluster: two",
         "cluster: two\nhosts: [{name: a}]",
         "course/new/lesson.md:7: a lesson has either 'hosts' or a 'cluster'"},
        {"cluster: two\n", "", "course/new/lesson.md:7: 'swarm' is of a cluster"},
        {"swarm: formed", "swarm: ready", "course/new/lesson.md:8: 'swarm' can't be 'ready'"},
        {"cluster: two", "cluster: broken", "clusters/broken.yaml:1"},
        {"one$ docker",
         "$ docker",
         "this line does not say on which host it is typed (begin it with: one$)"},
        {"one$ docker", "three$ docker", "a ```console block begins with a line 'HOST$ COMMAND'"},
        {"```console", "```sh", "a ```sh block does not say on which host its lines are typed"},
    };
    for (const auto& [from, to, sentence] : mistakes) {
        ShelfOfTexts shelf = shelf_with_cluster_template();
        shelf.files["clusters/broken.yaml"] = "hosts: []\n";
        change(shelf, "lesson.md", from, to);
        const auto lesson = load_lesson(shelf, "course/new", "clusters");
        INFO(to);
        REQUIRE_FALSE(lesson);
        CHECK(lesson.error().text().find(sentence) != std::string::npos);
        INFO(lesson.error().text());
    }
}

TEST_CASE("a command within a sentence has its line, also where it goes on in the next one or stands in a hint") {
    ShelfOfTexts shelf = shelf_with_template();
    change(shelf, "lesson.md", "lies a small project with one service:\n",
           "lies a project. Look at\nit with `docker compose config` and `docker compose\n  ps -a`, not with `docker\n\nps, and `docker compose ls` too:\n");
    const auto lesson = load_lesson(shelf, "course/new");
    REQUIRE(lesson);
    const auto& mentions = lesson->steps[0].mentions;
    REQUIRE(mentions.size() == 3);
    CHECK(mentions[0].line == "docker compose config");
    CHECK(mentions[0].place.line == 14);
    CHECK(mentions[1].line == "docker compose ps -a");
    CHECK(mentions[1].place.line == 14);
    CHECK(mentions[2].line == "docker compose ls");
    CHECK(mentions[2].place.line == 17);
    const auto& advice = lesson->steps[2].advice;
    REQUIRE(advice.size() == 3);
    const std::vector<std::string> lines = split(shelf.files["course/new/lesson.md"], '\n');
    for (const ShownCommand& command : advice)
        CHECK(lines.at(static_cast<std::size_t>(command.place.line) - 1).find("`" + command.line + "`") != std::string::npos);
}

TEST_CASE("every mistake in a lesson is one sentence with file and line") {
    struct Mistake {
        const char* file;
        const char* from;
        const char* to;
        const char* sentence;
    };

    const Mistake mistakes[] = {
        {"lesson.md",
         "---\ntitle",
         "title",
         "course/new/lesson.md:1: a lesson begins with its front matter"},
        {"lesson.md",
         "minutes: 5",
         "minuts: 5",
         "course/new/lesson.md:5: unknown key 'minuts' (did you mean 'minutes'?)"},
        {"lesson.md",
         "minutes: 5",
         "minutes: long",
         "course/new/lesson.md:5: 'minutes' takes a whole number"},
        {"lesson.md", "version: 1\n", "", "course/new/lesson.md:2: 'version' is missing"},
        {"lesson.md", "version: 1\n", "version: 1\nversion: 2\n", "course/new/lesson.md:5: 'version' is there twice (take one of them out)"},
        {"lesson.md", "key: after-kill\n", "key: after-kill\nkey: after-kill\n", ": 'key' is there twice (take one of them out)"},
        {"lesson.md", "images: [redis:7]", "images:\n  - redis:7\n  - docker.io/library/redis:7", "the image 'docker.io/library/redis:7' is there twice"},
        {"lesson.md", "images: [redis:7]", "images: [redis:7, Redis]", "'Redis' is no image: "},
        {"lesson.md",
         "directory: /root/shop",
         "directory: shop",
         "course/new/lesson.md:6: 'directory' takes a whole path"},
        {"lesson.md",
         "project: project",
         "project: files",
         "there is no folder 'files' in this lesson"},
        {"lesson.md",
         "minutes: 5",
         "minutes: 5\npass: 50",
         "course/new/lesson.md:6: 'pass' is of an exam"},
        {"lesson.md", "title: A new", "title: [A new", "course/new/lesson.md:3: this is not YAML: a '[' is not closed, or a ',' is missing in it before this (put ',' between its parts, and ']' at its end)"},
        {"lesson.md", "title: A new", "title: Now: a new", "course/new/lesson.md:2: this is not YAML: a ':' stands where no value can begin (a text with ': ' in it goes between quotes"},
        {"lesson.md", "title: A new", "title: `A new", "course/new/lesson.md:2: this is not YAML: no text begins with this character (put the text between quotes)"},
        {"lesson.md",
         "## Read: What",
         "## Reed: What",
         "course/new/lesson.md:11: '## Reed: What this is about' is not the heading of a step"},
        {"lesson.md",
         "## Read: What",
         "Hello\n## Read: What",
         "course/new/lesson.md:11: text before the first step"},
        {"lesson.md",
         "redis:7\n```\n\n## Predict",
         "redis:7\n\nMore text.\n\n## Predict",
         "course/new/lesson.md:15: this fenced block is not closed before line 23, where the next step does"},
        {"lesson.md",
         "redis:7\n```\n",
         "redis:7\n\n```text\nMore\n```\n",
         "course/new/lesson.md:15: this fenced block is not closed before line 21, where another one begins"},
        {"lesson.md", "{#start}", "{#Start}", "'Start' is no name for a step"},
        {"lesson.md",
         "```choice",
         "```choise",
         "there is no block 'choise' (did you mean 'choice'?)"},
        {"lesson.md", "```choice", "```", "this block does not say what it is"},
        {"lesson.md", "key: after-kill", "right: runs", "only a prediction has 'after'"},
        {"lesson.md",
         "key: after-kill\nafter: start",
         "right: runs",
         "prediction 'after-kill' has no key"},
        {"lesson.md", "after: start", "after: stop", "there is no step 'stop'"},
        {"lesson.md", "  runs: It runs again.\n", "", "'answers' takes from 2 to 12 lines"},
        {"lesson.md",
         "  down: Something has restarted it.",
         "  gone: Something has restarted it.",
         "there is no answer 'gone'"},
        {"lesson.md",
         "## Predict: One process dies",
         "## Read: One process dies",
         "only a Predict or Quiz step asks questions"},
        {"lesson.md",
         "  almost: Type `docker compose up -d`.\n- id",
         "- id",
         "'almost' is missing"},
        {"lesson.md", "  when: attached\n", "", "says neither 'for'"},
        {"lesson.md",
         "- id: nothing-runs",
         "- id: not-in-background",
         "two hints of this step are named 'not-in-background'"},
        {"lesson.md", "```why\ncache", "```why\ncache and more", "a ```why block takes one name"},
        {"lesson.md", "cache\n```\n", "cache\n", "this fenced block is not closed"},
        {"lesson.md",
         "## Predict: One",
         "It is <b>down</b>.\n\n## Predict: One",
         "a lesson's text has no HTML (write Markdown"},
        {"lesson.md", "## Predict: One", "<!-- later -->\n\n## Predict: One", "has no HTML"},
        {"lesson.md", "  runs: It runs", "  runs: It <i>runs</i>", "has no HTML"},
        {"lesson.md",
         "title: A new",
         "title: A\x1b[2J new",
         "course/new/lesson.md:2: a lesson has no control characters, and here is \\x1b"},
        {"lesson.md",
         "title: A new",
         "title: A\u202e new",
         "course/new/lesson.md:2: a lesson has no control characters, and here is \\u202e"},
        {"lesson.md",
         "title: A new lesson",
         "title: \"A\\e[2J new lesson\"",
         "course/new/lesson.md:2: there are no control characters in it: 'A\\x1b[2J new lesson'"},
        {"lesson.md", "$ cat", "cat", "a ```console block begins with a line '$ COMMAND'"},
        {"solution.sh",
         "# step: start",
         "# step: begin",
         "course/new/solution.sh:1: there is no Do step 'begin'"},
        {"solution.sh",
         "# step: start\n",
         "",
         "course/new/solution.sh:1: a line before the first '# step: NAME'"},
        {"wrong-nothing.sh",
         "# hint: nothing-runs\n",
         "",
         "course/new/wrong-nothing.sh:1: a wrong solution names the hint"},
        {"wrong-nothing.sh",
         "# hint: nothing-runs",
         "# hint: nothing",
         "step 'start' has no hint 'nothing'"},
    };
    for (const Mistake& mistake : mistakes) {
        INFO(mistake.to);
        CHECK_THAT(error_after(mistake.file, mistake.from, mistake.to),
                   Catch::Matchers::Contains(mistake.sentence));
    }
}

TEST_CASE("a lesson with something to do has a solution and two wrong ones") {
    ShelfOfTexts shelf = shelf_with_template();
    shelf.files.erase("course/new/wrong-nothing.sh");
    CHECK(error_of(shelf).find("at least two wrong-*.sh") != std::string::npos);
    shelf = shelf_with_template();
    shelf.files.erase("course/new/solution.sh");
    CHECK(error_of(shelf).find("no solution.sh") != std::string::npos);
}

TEST_CASE("a number is read with its unit, and a bare one only where it counts things") {
    Question time;
    time.kind = Question::Kind::Number;
    time.unit = "s";
    time.measure = measure_of("s");
    CHECK(*parse_amount(time, "10 s") == 10'000'000'000);
    CHECK(*parse_amount(time, "10s") == 10'000'000'000);
    CHECK(*parse_amount(time, "1.5 seconds") == 1'500'000'000);
    CHECK(*parse_amount(time, "1m30s") == 90'000'000'000);
    CHECK(*parse_amount(time, "250 ms") == 250'000'000);
    CHECK(*parse_amount(time, "0") == 0);
    CHECK(parse_amount(time, "10").error().hint == "like: 10 s");
    CHECK(*parse_amount(time, "10 S") == 10'000'000'000);
    // What is behind a part has a unit, too, and is added.
    for (const char* wrong : {"5 s 0", "5 s 1", "1m-30s", "1m -30s"})
        CHECK_FALSE(parse_amount(time, wrong));
    CHECK(*parse_amount(time, "-5 s") == -5'000'000'000);
    CHECK_FALSE(parse_amount(time, "10 MiB"));
    CHECK_FALSE(parse_amount(time, "ten seconds"));
    CHECK_FALSE(parse_amount(time, ""));
    CHECK_FALSE(parse_amount(time, "99999999999 h"));
    CHECK(format_amount(time, 1'500'000'000) == "1.5 s");
    Question size = time;
    size.unit = "MiB";
    size.measure = measure_of("MiB");
    CHECK(*parse_amount(size, "64 MiB") == 64 << 20);
    CHECK(*parse_amount(size, "64m") == 64 << 20);
    CHECK(format_amount(size, 64 << 20) == "64 MiB");
    Question count = time;
    count.unit = "containers";
    count.measure = measure_of("containers");
    CHECK(*parse_amount(count, "2") == 2'000);
    CHECK(*parse_amount(count, "2 containers") == 2'000);
    CHECK(*parse_amount(count, "2 Containers") == 2'000);
    CHECK_FALSE(parse_amount(count, "2 hosts"));
    CHECK(*parse_amount(count, "1 container") == 1'000);
    CHECK(format_amount(count, 2'500) == "2.5 containers");
    CHECK(format_amount(count, 1'000) == "1 container");
}

TEST_CASE("answers are typed as numbers or names") {
    Question choice;
    choice.answers = {{"a", "Alpha", "no"}, {"b", "Beta", ""}};
    choice.right = "b";
    CHECK(*parse_answer(choice, "2") == "b");
    CHECK(*parse_answer(choice, "a") == "a");
    CHECK(*parse_answer(choice, " A ") == "a");
    CHECK(*parse_answer(choice, "2.") == "b");
    CHECK(*parse_answer(choice, "2)") == "b");
    CHECK_FALSE(parse_answer(choice, "."));
    CHECK_FALSE(parse_answer(choice, "a)"));
    CHECK_FALSE(parse_answer(choice, "3"));
    CHECK(is_right(choice, "b", right_answer(choice)));
    CHECK(because(choice, "a") == "no");
    Question order = choice;
    order.kind = Question::Kind::Order;
    order.order = {"b", "a"};
    CHECK(*parse_answer(order, "2 1") == "b,a");
    CHECK(*parse_answer(order, "b, a") == "b,a");
    CHECK(*parse_answer(order, "2. 1.") == "b,a");
    CHECK(*parse_answer(order, "B A") == "b,a");
    CHECK_FALSE(parse_answer(order, "1 1"));
    CHECK_FALSE(parse_answer(order, "1"));
    CHECK(answer_in_words(order, "b,a") == "Beta, then Alpha");
}

TEST_CASE("a key that is no answer is a fault of the lesson, named with its file") {
    Question choice;
    choice.id = "q";
    choice.key = "k";
    choice.answers = {{"a", "Alpha", "no"}, {"b", "Beta", ""}};
    CHECK(*normal_key(choice, "a", "lab.lua") == "a");
    CHECK(normal_key(choice, "c", "lab.lua").error().text() ==
          "lab.lua: key('k') gave 'c', which is not among the answers of 'q'");
    Question time;
    time.kind = Question::Kind::Number;
    time.unit = "s";
    time.measure = Measure::Time;
    CHECK(*normal_key(time, "1.5", "lab.lua") == "1500000000");
    CHECK(*normal_key(time, "250 ms", "lab.lua") == "250000000");
}
