// Dockerfiles as buildkit's parser reads them for the engine's own builder, and the words that instructions expand.

#include "sim/model/dockerfile.hpp"

#include <catch2/catch.hpp>

using namespace podium;
using namespace podium::model;

namespace {

Dockerfile good(const std::string& text) {
    auto file = parse_dockerfile(text, "Dockerfile");
    INFO(text);
    REQUIRE(file.ok());
    return *file;
}

std::string wrong(const std::string& text) {
    const auto file = parse_dockerfile(text, "Dockerfile");
    INFO(text);
    REQUIRE_FALSE(file.ok());
    return file.error().message;
}

std::string expanded(const std::string& word) {
    const auto out = expand_docker_word(word, {"A=one", "EMPTY=", "LONG_NAME=x y"}, '\\');
    return out.ok() ? *out : "error: " + out.error().message;
}

}  // namespace

TEST_CASE("dockerfile: lines are joined, comments and empty lines dropped") {
    const Dockerfile file = good("# first\n\nfrom busybox\nRUN a && \\\n    # between\n    b \\\n  c\n  CMD [\"x\", \"y z\"]\n");
    REQUIRE(file.steps.size() == 3);
    CHECK(file.steps[0].text == "from busybox");
    CHECK(file.steps[0].line == 3);
    CHECK(file.steps[1].text == "RUN a &&     b   c");
    CHECK(file.steps[1].line == 4);
    CHECK_FALSE(file.steps[1].json);
    CHECK(file.steps[1].words == std::vector<std::string>{"a &&     b   c"});
    CHECK(file.steps[2].json);
    CHECK(file.steps[2].words == std::vector<std::string>{"x", "y z"});
    CHECK(good("FROM a\nRUN x \\\n\n y\n").warnings.size() == 2);
    CHECK(good("# escape=`\nFROM a\nRUN x `\n y\n").steps[1].text == "RUN x  y");
    CHECK(good("FROM a\nCMD [\"not closed\n").steps[1].words == std::vector<std::string>{"[\"not closed"});
}

TEST_CASE("dockerfile: pairs, flags and stages") {
    const Dockerfile file = good("ARG V=1\nFROM --platform=linux/amd64 a:$V AS Build\nENV A=1 B=\"two words\"\nENV C the rest of it\nLABEL x=y\nCOPY --from=Build --chown=1:2 a b /c/\nHEALTHCHECK --interval=5s CMD curl -f x\nHEALTHCHECK NONE\nARG W\n");
    CHECK(file.steps[1].stage == "build");
    CHECK(file.steps[1].flags.at("platform") == "linux/amd64");
    CHECK(file.steps[2].pairs[1].first == "B");
    CHECK(file.steps[2].pairs[1].second == "\"two words\"");
    CHECK(file.steps[3].pairs[0].second == "the rest of it");
    CHECK(file.steps[5].flags.at("from") == "Build");
    CHECK(file.steps[5].words == std::vector<std::string>{"a", "b", "/c/"});
    CHECK(file.steps[6].words == std::vector<std::string>{"CMD-SHELL", "curl -f x"});
    CHECK(file.steps[7].words == std::vector<std::string>{"NONE"});
    CHECK_FALSE(file.steps[8].pairs[0].second);
}

TEST_CASE("dockerfile: what is wrong names its line") {
    CHECK(wrong("FROM a\nRUNN x\n") == "dockerfile parse error line 2: unknown instruction: RUNN");
    CHECK(wrong("# nothing\n") == "file with no instructions");
    CHECK(wrong("RUN x\n") == "no build stage in current context");
    CHECK(wrong("FROM a b\n") == "dockerfile parse error line 1: FROM requires either one or three arguments");
    CHECK(wrong("FROM a\nENV X\n") == "dockerfile parse error line 2: ENV must have two arguments");
    CHECK(wrong("FROM a\nENV X=1 Y\n") == "dockerfile parse error line 2: Syntax error - can't find = in \"Y\". Must be of the form: name=value");
    CHECK(wrong("FROM a\nCOPY x\n") == "dockerfile parse error line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined.");
    CHECK(wrong("FROM a\nCOPY --mode=1 x y\n") == "dockerfile parse error line 2: Unknown flag: mode");
    CHECK(wrong("FROM a\nSHELL sh\n") == "dockerfile parse error line 2: SHELL requires the arguments to be in JSON form");
    CHECK(wrong("FROM a\nHEALTHCHECK TEST x\n") == "dockerfile parse error line 2: Unknown type \"TEST\" in HEALTHCHECK (try CMD)");
    CHECK(wrong("FROM a\nWORKDIR\n") == "dockerfile parse error line 2: WORKDIR requires exactly one argument");
    std::string many = "FROM a\n";
    for (std::size_t i = 0; i < kMostDockerSteps; ++i) many += "RUN x\n";
    CHECK(wrong(many).find("at most 500 instructions") != std::string::npos);
    CHECK(wrong(std::string(kMostDockerfileBytes + 1, '#')).find("1 MiB") != std::string::npos);
}

TEST_CASE("dockerfile: words lose their quotes and get their variables") {
    CHECK(expanded("a$A-${A}b") == "aone-oneb");
    CHECK(expanded("\"$LONG_NAME\" '$A'") == "x y $A");
    CHECK(expanded("\\$A") == "$A");
    CHECK(expanded("${NONE:-other$A}") == "otherone");
    CHECK(expanded("${EMPTY:-x}${EMPTY-y}") == "x");
    CHECK(expanded("${A:+set}${NONE:+no}") == "set");
    CHECK(expanded("$NONE.") == ".");
    CHECK(expanded("${A") == "error: bad substitution");
    CHECK(expanded("'open") == "error: unexpected end of statement while looking for matching double-quote");
    std::string nested;
    for (int i = 0; i < 100; ++i) nested += "${N:-";
    CHECK(expanded(nested).find("at most 64 variables") != std::string::npos);
    CHECK(expanded("${A:?x}") == "error: unsupported modifier (:?) in substitution");
}
