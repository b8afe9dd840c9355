#include "sim/programs/compose_file/command.hpp"

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

Texts go(const std::string& text) {
    return split_command(text, Dialect::V2).words;
}

Texts python(const std::string& text) {
    return split_command(text, Dialect::V1).words;
}

}  // namespace

TEST_CASE("a command string is split at blanks outside quotes") {
    for (const Dialect dialect : {Dialect::V2, Dialect::V1}) {
        const auto words = [dialect](const std::string& text) {
            return split_command(text, dialect).words;
        };
        CHECK(words("a  b\tc\n") == Texts{"a", "b", "c"});
        CHECK(words("sh -c \"echo 'x y'\"") == Texts{"sh", "-c", "echo 'x y'"});
        CHECK(words("a'b c'd") == Texts{"ab cd"});
        CHECK(words("a '' b") == Texts{"a", "", "b"});
        CHECK(words("a\\ b") == Texts{"a b"});
        CHECK(words("'a\\b'") == Texts{"a\\b"});
        CHECK(words("\"a \\\"b\\\"\"") == Texts{"a \"b\""});
        CHECK(words("echo $HOME") == Texts{"echo", "$HOME"});
        CHECK(words("").empty());
    }
}

TEST_CASE("backslashes within double quotes: Go takes them away, Python keeps them") {
    CHECK(go("\"a\\b\"") == Texts{"ab"});
    CHECK(go("\"a\\tb\"") == Texts{"a\tb"});
    CHECK(python("\"a\\b\"") == Texts{"a\\b"});
    CHECK(python("\"a\\\\b\"") == Texts{"a\\b"});
}

TEST_CASE("an operator ends a command in docker compose, and is text in 1.29") {
    const SplitCommand split = split_command("echo a && echo b", Dialect::V2);
    CHECK(split.words == Texts{"echo", "a"});
    CHECK(split.cut_text == "&& echo b");
    CHECK(go("a > b") == Texts{"a"});
    CHECK(go("a 2> b") == Texts{"a"});
    CHECK(go("'a;b' \"c|d\"") == Texts{"a;b", "c|d"});
    CHECK(python("echo a && echo b") == Texts{"echo", "a", "&&", "echo", "b"});
    const Project project = load_ok(web("command: echo a; echo b"));
    REQUIRE(project.warnings.size() == 1);
    CHECK(project.warnings[0].own);
    CHECK(project.warnings[0].sentence.find("'; echo b'") != std::string::npos);
}

TEST_CASE("a command that cannot be split is refused with its place") {
    CHECK(split_command("f(x)", Dialect::V2).problem == "invalid command line string");
    CHECK(split_command("\"a", Dialect::V2).problem == "invalid command line string");
    CHECK(split_command("\"a", Dialect::V1).problem == "No closing quotation");
    CHECK(split_command("a\\", Dialect::V1).problem == "No escaped character");
    const Error error = load_error(web("command: f(x)"));
    CHECK(error.message == "services.web.command: invalid command line string");
    CHECK(at(error) == "4:14");
}

TEST_CASE("substitutions stay one word in docker compose") {
    CHECK(go("echo $(date +%s)") == Texts{"echo", "$(date +%s)"});
    CHECK(go("echo `date +%s`") == Texts{"echo", "`date +%s`"});
}
