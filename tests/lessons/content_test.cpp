// Lessons as they are in lessons/content: what their predictions ask the run about. That each lesson works at all,
// `podium lesson test` finds.

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "lessons/load.hpp"
#include "lessons/player.hpp"
#include "lessons/stage.hpp"
#include "tests/lessons/desk.hpp"
#include "tests/lessons/shelf_of_texts.hpp"
#include "tests/source_directory.hpp"

using namespace podium;
using namespace podium::lessons;

namespace {

// All files of a folder, under another name.
void put_folder(ShelfOfTexts& shelf, const std::filesystem::path& folder, const std::string& name) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        shelf.files[name + "/" + entry.path().lexically_relative(folder).generic_string()] = text.str();
    }
}

Lesson lesson_of_content(const std::string& name) {
    ShelfOfTexts shelf;
    put_folder(shelf, test::source_directory() + "/lessons/content/" + name, "content/" + name);
    put_folder(shelf, test::source_directory() + "/scenarios/clusters", "clusters");
    auto lesson = load_lesson(shelf, "content/" + name, "clusters");
    if (!lesson) FAIL(lesson.error().text());
    return std::move(*lesson);
}

std::unique_ptr<Stage> stage_at(const Lesson& lesson, const lab::Session& session, const std::vector<Act>* acts = nullptr) {
    auto stage = Stage::create(lesson, session, acts);
    if (!stage) FAIL(stage.error().text());
    return std::move(*stage);
}

std::string key_at(const Lesson& lesson, const lab::Session& session, const std::string& name) {
    const auto key = stage_at(lesson, session)->key(name);
    if (!key) FAIL(key.error().text());
    return *key;
}

void type_lines(Stage& stage, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        REQUIRE(stage.act({stage.session().now(), Act::Kind::Line, line, {}}));
        REQUIRE(stage.finish_lines());
    }
}

// The run after some lines of the learner's.
lab::Session after_lines(const Lesson& lesson, const lab::Session& session, const std::vector<std::string>& lines) {
    const auto stage = stage_at(lesson, session);
    type_lines(*stage, lines);
    return stage->session();
}

// What a hint's function says after some lines at a step.
bool hint_after(const Lesson& lesson,
                const lab::Session& session,
                const std::string& step,
                const std::vector<std::string>& lines,
                const std::string& hint) {
    std::vector<Act> acts;
    for (const std::string& line : lines)
        acts.push_back({Time{}, Act::Kind::Line, line, {}});
    const auto stage = stage_at(lesson, session, &acts);
    REQUIRE(stage->begin_step(step));
    type_lines(*stage, lines);
    const auto fits = stage->hint(hint);
    if (!fits) FAIL(fits.error().text());
    return *fits;
}

// The first check of a step that is not met when it is decided right after some lines; empty: all are.
std::string unmet_after(const Lesson& lesson, const lab::Session& session, const std::string& step, const std::vector<std::string>& lines) {
    const auto stage = stage_at(lesson, session);
    REQUIRE(stage->begin_step(step));
    type_lines(*stage, lines);
    const auto verdicts = stage->decide();
    if (!verdicts) FAIL(verdicts.error().text());
    REQUIRE_FALSE(verdicts->empty());
    for (const auto& verdict : *verdicts) {
        if (!verdict.passed()) return verdict.name;
    }
    return {};
}

}  // namespace

TEST_CASE("the exam asks why the mailer was down in the night, whatever was done to it since") {
    const Lesson lesson = lesson_of_content("15-exam");
    std::set<std::string> causes;
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const auto morning = begin_run(lesson, catalogue(), seed);
        REQUIRE(morning);
        const std::string cause = key_at(lesson, *morning, "cause");
        causes.insert(cause);
        const std::string again = "docker start mailer";
        for (const std::vector<std::string>& lines : std::vector<std::vector<std::string>>{
                 {again},
                 {again, "wait 5s", "docker kill mailer", again},
                 {again, "wait 5s", "docker stop mailer", again},
                 {again, "wait 5s", "docker stop mailer", again, "wait 5s", "docker kill mailer", again},
                 {"docker rm mailer", "docker run -d --name mailer redis", "wait 5s", "docker stop mailer", again}}) {
            INFO("seed " << seed << ", after " << lines.back() << ", " << lines.size() << " lines");
            CHECK(key_at(lesson, after_lines(lesson, *morning, lines), "cause") == cause);
        }
    }
    CHECK(causes == std::set<std::string>{"killed", "memory", "stopped"});
}

TEST_CASE("the lesson on causes tells what was only started or not applied, also of a file changed in the editor") {
    const Lesson lesson = lesson_of_content("11-finding-a-cause");
    const auto morning = begin_run(lesson, catalogue(), 1);
    REQUIRE(morning);
    const std::string edit = "sed -i 's/DATABASE_URL: database:5432/DATABASE_URL: data:5432/' compose.yaml";
    const auto fits = [&](const std::string& hint, const std::vector<std::string>& lines) {
        return hint_after(lesson, *morning, "web", lines, hint);
    };
    CHECK_FALSE(fits("only-started", {}));
    CHECK(fits("only-started", {"docker compose restart web"}));
    CHECK(fits("only-started", {"docker start shop-web-1"}));
    CHECK_FALSE(fits("only-started", {edit, "docker compose up -d"}));
    CHECK_FALSE(fits("not-applied", {}));
    CHECK(fits("not-applied", {edit}));
    CHECK_FALSE(fits("not-applied", {edit, "docker compose -f compose.yaml up -d"}));
    const auto stage = stage_at(lesson, *morning);
    REQUIRE(stage->begin_step("web"));
    REQUIRE(stage->act({stage->session().now(), Act::Kind::Line, "wait 1s", {}}));
    REQUIRE(stage->finish_lines());
    REQUIRE(stage->act({stage->session().now(), Act::Kind::Write, "/root/shop/compose.yaml", "services: {}\n"}));
    const auto written = stage->hint("not-applied");
    REQUIRE(written);
    CHECK(*written);
}

TEST_CASE("the lesson on limits tells a file that was not applied by what stands in the run, not by what was typed") {
    const Lesson lesson = lesson_of_content("10-limits-and-oom");
    const auto begun = begin_run(lesson, catalogue(), 1);
    REQUIRE(begun);
    const lab::Session up = after_lines(lesson, *begun, {"docker compose up -d"});
    const std::string edit = "sed -i 's/    image: busybox/    image: busybox\\n    mem_limit: 20m/' compose.yaml";
    const auto file_only = [&](const std::vector<std::string>& lines) { return hint_after(lesson, up, "limit", lines, "file-only"); };
    CHECK_FALSE(file_only({}));
    CHECK(file_only({edit}));
    CHECK(file_only({"docker compose up -d", edit}));
    CHECK(file_only({edit, "docker compose restart report"}));
    CHECK_FALSE(file_only({edit, "docker compose up -d"}));
    CHECK_FALSE(file_only({edit, "docker compose -f compose.yaml up -d"}));
    CHECK_FALSE(file_only({edit, "docker update -m 20m --memory-swap 20m todo-report-1"}));

    const lab::Session limited = after_lines(lesson, up, {edit, "docker compose up -d", "wait 30s"});
    const std::string policy = "sed -i 's/    mem_limit: 20m/    mem_limit: 20m\\n    restart: on-failure/' compose.yaml";
    const auto no_policy = [&](const std::vector<std::string>& lines) {
        return hint_after(lesson, limited, "loop", lines, "not-made-anew");
    };
    CHECK(no_policy({}));
    CHECK(no_policy({policy, "wait 1m"}));
    CHECK(no_policy({"docker compose up -d", policy}));
    CHECK_FALSE(no_policy({policy, "docker compose -f compose.yaml up -d"}));
}

TEST_CASE("the lessons on health and on scaling ask whether their file was changed, not whether its name was typed") {
    const Lesson health = lesson_of_content("08-dependencies-and-health");
    const auto begun = begin_run(health, catalogue(), 1);
    REQUIRE(begun);
    const auto changed = [&](const std::vector<std::string>& lines) { return hint_after(health, *begun, "start", lines, "file-changed"); };
    CHECK_FALSE(changed({}));
    CHECK_FALSE(changed({"docker compose up -d", "cp compose.yaml other.yaml", "sed -i s/8030/8031/ other.yaml"}));
    CHECK(changed({"docker compose up -d", "sed -i s/8030/8031/ compose.yaml"}));

    const Lesson scaling = lesson_of_content("12-scaling-on-one-host");
    const auto first = begin_run(scaling, catalogue(), 1);
    REQUIRE(first);
    const lab::Session up = after_lines(scaling, *first, {"docker compose up -d"});
    const auto again = [&](const std::vector<std::string>& lines) { return hint_after(scaling, up, "stay", lines, "scaled-again"); };
    const std::string scale = "docker compose up -d --scale web=3";
    CHECK_FALSE(again({}));
    CHECK(again({scale}));
    CHECK(again({"cat compose.yaml", scale}));
    CHECK_FALSE(again({"sed -i s/8030:8080/8030-8039:8080/ compose.yaml", scale}));
}

TEST_CASE("the lesson on what Compose is not takes the lines of its text when check follows them at once") {
    const Lesson lesson = lesson_of_content("05-compose-is-no-orchestrator");
    const auto begun = begin_run(lesson, catalogue(), 1);
    REQUIRE(begun);
    const lab::Session up =
        after_lines(lesson, *begun, {"docker compose up -d", "wait 5s", "curl -s -d item=milk http://localhost:8030/items"});
    const std::vector<std::string> lines{"docker compose up -d", "docker rm -f todo-db-1", "docker compose up -d"};
    CHECK(unmet_after(lesson, up, "delete", lines) == "");
    CHECK(unmet_after(lesson, up, "delete", {"docker compose restart db"}) == "the database's container was deleted");
}

TEST_CASE("the lesson on starting by hand takes a port of the file in whichever way it is written") {
    const Lesson lesson = lesson_of_content("03-why-not-by-hand");
    const auto begun = begin_run(lesson, catalogue(), 1);
    REQUIRE(begun);
    const lab::Session up = after_lines(lesson, *begun, {"docker compose up -d", "wait 5s"});
    const std::string apply = "docker compose up -d";
    CHECK(unmet_after(lesson, up, "edit", {"sed -i 's/8030:8080/8040:8080/' compose.yaml", apply}) == "");
    CHECK(unmet_after(lesson,
                      up,
                      "edit",
                      {"sed -i 's/      - \"8030:8080\"/      - target: 8080\\n        published: \"8040\"/' compose.yaml", apply}) == "");
    CHECK(unmet_after(lesson, up, "edit", {apply}) == "the file says port 8040");
}

TEST_CASE("the lesson on stacks asks what its file means, in whichever way it is written") {
    const Lesson lesson = lesson_of_content("18-stacks");
    const auto begun = begin_run(lesson, catalogue(), 1);
    REQUIRE(begun);
    const std::string deploy = "docker stack deploy -c stack.yaml todo";
    const lab::Session up = after_lines(lesson, *begun, {deploy, "wait 10s", "curl -s -d item=milk http://swarm-moe:8030/items"});
    const std::string three = "the file asks for three";
    CHECK(unmet_after(lesson, up, "grow", {"sed -i 's/replicas: 1/replicas:   3  # as many as hosts/' stack.yaml", deploy}) == "");
    CHECK(unmet_after(lesson, up, "grow", {"sed -i 's/replicas: 1/replicas: 30/' stack.yaml", deploy}) == three);
    CHECK(unmet_after(lesson, up, "grow", {"sed -i 's/replicas: 1/replicas: 1  # replicas: 3/' stack.yaml", deploy}) == three);
    const std::string prune = "docker stack deploy --prune -c stack.yaml todo";
    CHECK(unmet_after(lesson, up, "prune", {"sed -i '/banner:/,/nginx/s/^/#/' stack.yaml", prune}) == "");
    CHECK(unmet_after(lesson, up, "prune", {"rm stack.yaml", "docker service rm todo_banner"}) == "docker stack can read the file");
}

TEST_CASE("the lesson on scaling takes three when check follows them at once, and asks for as many visitors as it names") {
    const Lesson lesson = lesson_of_content("12-scaling-on-one-host");
    const auto begun = begin_run(lesson, catalogue(), 1);
    REQUIRE(begun);
    const lab::Session up =
        after_lines(lesson, *begun, {"docker compose up -d", "wait 5s", "curl -s -d item=milk http://localhost:8030/items"});
    CHECK(unmet_after(lesson, up, "three", {"sed -i s/8030:8080/8030-8039:8080/ compose.yaml", "docker compose up -d --scale web=3"}) == "");
    CHECK(unmet_after(lesson, up, "one", {"traffic web rate=1/s for=2s", "wait 5s"}) == "300 requests a second have been sent for a while");
    CHECK(unmet_after(lesson, up, "one", {"traffic web rate=300/s for=2s", "wait 5s"}) == "");
}
