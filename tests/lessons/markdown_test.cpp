#include "lessons/markdown.hpp"

#include <catch2/catch.hpp>

using namespace podium::lessons;

namespace {

std::string plain(const std::string& text, int width = 40) {
    return render_markdown(text, {width, false});
}

}  // namespace

TEST_CASE("markdown: a rule below more quotes than the line is wide is three hyphens") {
    std::string quotes;
    std::string bars;
    for (int i = 0; i < 30; ++i) {
        quotes += "> ";
        bars += "| ";
    }
    CHECK(plain(quotes + "---\n") == bars + "---\n");
    CHECK(plain("> ---\n", 20) == "| " + std::string(18, '-') + "\n");
}

TEST_CASE("paragraphs are filled to the width, with an empty line between them") {
    CHECK(plain("One two three four five six seven\neight nine ten.\n\nAnother one.", 20) ==
          "One two three four\nfive six seven eight\nnine ten.\n\nAnother one.\n");
}

TEST_CASE("lists have their marks, and their lines hang below the first word") {
    CHECK(plain("- one two three four five six seven\n- eight\n\n1. first\n2. second", 20) ==
          "•  one two three\n   four five six\n   seven\n•  eight\n\n1. first\n2. second\n");
    CHECK(plain("- outer\n  - inner") == "•  outer\n   •  inner\n");
}

TEST_CASE("code is kept as it is, and inline code stays in one piece") {
    CHECK(plain("```yaml\na: 1\n  b: 2\n```") == "    a: 1\n      b: 2\n");
    CHECK(plain("Type now `docker compose up -d` twice.", 30) ==
          "Type now\n`docker compose up -d` twice.\n");
    // A command that no line has room for can be copied all the same.
    CHECK(plain("Type `docker service create --name web nginx`, then `docker ps`.", 24) ==
          "Type\n`docker service create --name web nginx`,\nthen `docker ps`.\n");
    CHECK(render_markdown("Type `docker service create --name web nginx`.", {24, true}) ==
          "Type\n\x1b[36mdocker service create --name web nginx\x1b[0m.\n");
}

TEST_CASE("tables have columns as wide as they need") {
    CHECK(plain("| a | what |\n| --- | --- |\n| long one | x |\n| b | y |") ==
          "a         what\nlong one  x\nb         y\n");
    CHECK(plain("| a | what |\n| --- | --- |\n| b | `one two three four` |", 15) ==
          "a  what\nb  `one` `two`\n   `three` `four`\n");
}

TEST_CASE("headings, quotations and rules") {
    CHECK(plain("### Title\n\n> quoted\n\n---", 20) ==
          "Title\n\n| quoted\n\n--------------------\n");
}

TEST_CASE("colours show what is strong, emphasised and code") {
    CHECK(render_markdown("a **b** *c* `d`", {40, true}) ==
          "a \x1b[1mb\x1b[0m \x1b[3mc\x1b[0m \x1b[36md\x1b[0m\n");
}

TEST_CASE("a style may change within a word") {
    CHECK(plain("see `web`, and (`db`).") == "see `web`, and (`db`).\n");
}

TEST_CASE("no width is too small") {
    CHECK_FALSE(plain("- a b `c d e f g h i j k l m n o p q r s t u v w x y z`\n  - b\n    - c\n   "
                      "   - d\n\n| a | b |\n|-|-|\n| c | d |",
                      1)
                    .empty());
}

TEST_CASE("HTML is found where Markdown sees it, and nowhere else") {
    for (const char* text : {"plain", "a `<b>` in code", "```text\n<b>\n```", "3 < 4 and 4 > 3", "<https://example.com>", "a &lt;b&gt;", "\\<b>"}) {
        INFO(text);
        CHECK(find_html(text) == std::string_view::npos);
    }
    CHECK(find_html("a\n\nb <b>c</b>") == 5);
    CHECK(find_html("a\n\n<div>\n") == 3);
    CHECK(find_html("x <!-- y -->") == 2);
    CHECK(find_html("docker stop <name>") == 12);
}

TEST_CASE("the status a command is to end with is not shown to the learner") {
    const Layout layout{80, false};
    CHECK(render_markdown("```sh\ncurl localhost  # status 7\n```\n", layout) ==
          "    $ curl localhost\n");
    CHECK(render_markdown("```console\n$ false # status 1\nno # status 1\n```\n", layout) ==
          "    $ false\n    no # status 1\n");
    CHECK(render_markdown(
              "```console\nswarm-larry$ false # status 1\nno it costs 5$ # status 1\n```\n",
              layout) == "    swarm-larry$ false\n    no it costs 5$ # status 1\n");
}
