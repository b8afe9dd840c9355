// Dockerfiles as buildkit's parser reads them for the engine's own builder, and the words that
// instructions expand.

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

TEST_CASE("dockerfile: BuildKit's documents in line are what a shell runs, or files") {
    const auto read = [](const std::string& text) { return parse_dockerfile(text, "Dockerfile", DockerfileSyntax::BuildKit); };
    const auto file = read(
        "FROM busybox\nRUN <<EOF\n# kept\n\nls\nEOF\nRUN cat <<-A <<B > /x\n\tone\n\tA\ntwo\nB\n"
        "RUN <<EOF\n#!/usr/bin/env bash\nls\nEOF\nRUN <<EOF\n#!/usr/bin/python3\nprint()\nEOF\n"
        "COPY --link <<\"ONE\" <<TWO x /etc/\n$a\nONE\n$b\nTWO\nRUN echo 1 << 2\n");
    REQUIRE(file.ok());
    REQUIRE(file->steps.size() == 7);
    using Words = std::vector<std::string>;
    CHECK(file->steps[1].words == Words{"# kept\n\nls\n"});
    CHECK(file->steps[2].words == Words{"cat <<-A <<B > /x\none\nA\ntwo\nB"});
    CHECK(file->steps[3].words == Words{"bash", "-c", "#!/usr/bin/env bash\nls\n"});
    CHECK(file->steps[4].words == Words{"/usr/bin/python3", "/dev/pipes/EOF"});
    CHECK(file->steps[5].words == Words{"x", "/etc/"});
    REQUIRE(file->steps[5].documents.size() == 2);
    CHECK(file->steps[5].documents[0].name == "ONE");
    CHECK_FALSE(file->steps[5].documents[0].expand);
    CHECK(file->steps[5].documents[1].content == "$b\n");
    CHECK(file->steps[6].words == Words{"echo 1 << 2"});
    CHECK(read("FROM a\nRUN <<EOF cat > /x\nls\nEOF\n")->steps[1].words == Words{"<<EOF cat > /x\nls\nEOF"});
    CHECK(read("FROM a\nRUN <<EOF\nls\n").error().message == "failed to parse Dockerfile: unterminated heredoc");
    CHECK(wrong("FROM a\nCOPY --link x y\n") == "dockerfile parse error line 2: Unknown flag: link");
}

TEST_CASE("dockerfile: lines are joined, comments and empty lines dropped") {
    const Dockerfile file = good(
        "# first\n\nfrom busybox\nRUN a && \\\n    # between\n    b \\\n  c\n  CMD [\"x\", \"y "
        "z\"]\n");
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
    CHECK(good("FROM a\nCMD [\"not closed\n").steps[1].words ==
          std::vector<std::string>{"[\"not closed"});
}

TEST_CASE("dockerfile: flags of BuildKit's that may be given more than once, and one that the engine doesn't know, are read") {
    const auto file = parse_dockerfile("FROM a\nRUN --mount=type=cache,target=/x --mount=type=bind,from=b,target=/y true\nHEALTHCHECK --start-interval=1s CMD true\n", "Dockerfile",
                                       DockerfileSyntax::BuildKit);
    REQUIRE(file.ok());
    CHECK(file->steps[1].flags.count("mount") == 2);
    const auto wrong_time = parse_dockerfile("FROM a\nHEALTHCHECK --start-interval=soon CMD true\n", "Dockerfile", DockerfileSyntax::BuildKit);
    REQUIRE_FALSE(wrong_time.ok());
    CHECK(wrong_time.error().message.find("time: invalid duration \"soon\"") != std::string::npos);
}

TEST_CASE("dockerfile: pairs, flags and stages") {
    const Dockerfile file = good(
        "ARG V=1\nFROM --platform=linux/amd64 a:$V AS Build\nENV A=1 B=\"two words\"\nENV C the "
        "rest of it\nLABEL x=y\nCOPY --from=Build --chown=1:2 a b /c/\nHEALTHCHECK --interval=5s "
        "CMD curl -f x\nHEALTHCHECK NONE\nARG W\n");
    CHECK(file.steps[1].stage == "build");
    CHECK(file.steps[1].flags.find("platform")->second == "linux/amd64");
    CHECK(file.steps[2].pairs[1].first == "B");
    CHECK(file.steps[2].pairs[1].second == "\"two words\"");
    CHECK(file.steps[3].pairs[0].second == "the rest of it");
    CHECK(file.steps[5].flags.find("from")->second == "Build");
    CHECK(file.steps[5].words == std::vector<std::string>{"a", "b", "/c/"});
    CHECK(file.steps[6].words == std::vector<std::string>{"CMD-SHELL", "curl -f x"});
    CHECK(file.steps[7].words == std::vector<std::string>{"NONE"});
    CHECK_FALSE(file.steps[8].pairs[0].second);
}

TEST_CASE("dockerfile: what is wrong names its line") {
    CHECK(wrong("FROM a\nRUNN x\n") == "dockerfile parse error line 2: unknown instruction: RUNN");
    CHECK(wrong("# nothing\n") == "failed to parse Dockerfile: file with no instructions");
    CHECK(wrong("RUN x\n") == "no build stage in current context");
    CHECK(wrong("ARG A=1\n") == "no build stage in current context");
    CHECK(wrong("FROM a b\n") ==
          "dockerfile parse error line 1: FROM requires either one or three arguments");
    CHECK(wrong("FROM a\nENV X\n") == "failed to parse Dockerfile: ENV must have two arguments");
    CHECK(wrong("FROM a\nENV X=1 Y\n") ==
          "failed to parse Dockerfile: Syntax error - can't find = in \"Y\". Must be of the form: "
          "name=value");
    CHECK(wrong("FROM a\nCOPY x\n") ==
          "dockerfile parse error line 2: COPY requires at least two arguments, but only one was "
          "provided. Destination could not be determined");
    CHECK(wrong("FROM a\nCOPY --mode=1 x y\n") ==
          "dockerfile parse error line 2: Unknown flag: mode");
    CHECK(wrong("FROM a\nSHELL sh\n") ==
          "dockerfile parse error line 2: SHELL requires the arguments to be in JSON form");
    CHECK(wrong("FROM a\nHEALTHCHECK TEST x\n") ==
          "dockerfile parse error line 2: Unknown type \"TEST\" in HEALTHCHECK (try CMD)");
    CHECK(wrong("FROM a\nCOPY --from=x --from=y a b\n") ==
          "dockerfile parse error line 2: Duplicate flag specified: from");
    CHECK(wrong("FROM a\nCOPY --from a b\n") ==
          "dockerfile parse error line 2: Missing a value on flag: from");
    CHECK(wrong("FROM a\nCMD [\"a\", 1]\n") ==
          "failed to parse Dockerfile: when using JSON array syntax, arrays must be comprised of "
          "strings only");
    CHECK(wrong("FROM a\nVOLUME [\" \"]\n") ==
          "dockerfile parse error line 2: VOLUME specified can not be an empty string");
    CHECK(wrong("FROM a\nONBUILD FROM b\n") ==
          "dockerfile parse error line 2: FROM isn't allowed as an ONBUILD trigger");
    CHECK(wrong("FROM a\nONBUILD onbuild RUN x\n") ==
          "dockerfile parse error line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    // The whole file is parted before any instruction is looked at.
    CHECK(wrong("FROM a\nRUNN x\nENV X\n") ==
          "failed to parse Dockerfile: ENV must have two arguments");
    CHECK(wrong("FROM a\nWORKDIR\n") ==
          "dockerfile parse error line 2: WORKDIR requires exactly one argument");
    std::string many = "FROM a\n";
    for (std::size_t i = 0; i < kMostDockerSteps; ++i)
        many += "RUN x\n";
    CHECK(wrong(many).find("at most 500 instructions") != std::string::npos);
    CHECK(wrong(std::string(kMostDockerfileBytes + 1, '#')).find("1 MiB") != std::string::npos);
}

TEST_CASE("dockerfile: words lose their quotes and get their variables") {
    CHECK(expanded("a$A-${A}b") == "aone-oneb");
    CHECK(expanded("\"$LONG_NAME\" '$A'") == "x y $A");
    CHECK(expanded("\\$A") == "$A");
    CHECK(expanded("${NONE:-other$A}") == "otherone");
    CHECK(expanded("${EMPTY:-x}") == "x");
    CHECK(expanded("${A:+set}${NONE:+no}") == "set");
    CHECK(expanded("$NONE.") == ".");
    CHECK(expanded("$1st $$A") == "st A");
    CHECK(expanded("${A?needed}${A:?needed}") == "oneone");
    std::string nested;
    for (int i = 0; i < 100; ++i)
        nested += "${N:-";
    CHECK(expanded(nested).find("at most 64 variables") != std::string::npos);
}

// buildkit frontend/dockerfile/shell/lex.go
TEST_CASE("dockerfile: a word that can't be filled in says why") {
    CHECK(expanded("${A") == "error: failed to process \"${A\": missing ':' in substitution");
    CHECK(expanded("${") == "error: failed to process \"${\": syntax error: missing '}'");
    CHECK(expanded("${}") == "error: failed to process \"${}\": syntax error: bad substitution");
    CHECK(expanded("${A:-x") == "error: failed to process \"${A:-x\": syntax error: missing '}'");
    CHECK(expanded("${A-x}") == "error: failed to process \"${A-x}\": missing ':' in substitution");
    CHECK(expanded("${A:=x}") ==
          "error: failed to process \"${A:=x}\": unsupported modifier (=) in substitution");
    CHECK(expanded("${NONE?}") ==
          "error: failed to process \"${NONE?}\": NONE: is not allowed to be unset");
    CHECK(expanded("${EMPTY:?}") ==
          "error: failed to process \"${EMPTY:?}\": EMPTY: is not allowed to be empty");
    CHECK(expanded("${NONE:?set it}") ==
          "error: failed to process \"${NONE:?set it}\": NONE: set it");
    CHECK(expanded("'open") ==
          "error: failed to process \"'open\": unexpected end of statement while looking for "
          "matching single-quote");
    CHECK(expanded("\"open") ==
          "error: failed to process \"\"open\": unexpected end of statement while looking for "
          "matching double-quote");
}

// buildkit frontend/dockerfile/instructions/parse.go parseHealthcheck, Go's time.ParseDuration
TEST_CASE("dockerfile: a health check's times are checked before anything is built") {
    const HealthCheck check = good(
                                  "FROM a\nHEALTHCHECK --interval=1m30s --timeout=1.5s "
                                  "--start-period=2s --retries=4 CMD [\"x\"]\n")
                                  .steps[1]
                                  .check;
    CHECK(check.test == std::vector<std::string>{"CMD", "x"});
    CHECK(check.interval == seconds(90));
    CHECK(check.timeout == milliseconds(1500));
    CHECK(check.start_period == seconds(2));
    CHECK(check.retries == 4);
    const auto sentence = [](const std::string& flag) {
        return wrong("FROM a\nHEALTHCHECK --" + flag + " CMD x\n").substr(31);
    };
    CHECK(sentence("interval=30") == "time: missing unit in duration \"30\"");
    CHECK(sentence("timeout=3x") == "time: unknown unit \"x\" in duration \"3x\"");
    CHECK(sentence("timeout=1.2.3s") == "time: missing unit in duration \"1.2.3s\"");
    CHECK(sentence("interval=99999999999999h") == "time: invalid duration \"99999999999999h\"");
    CHECK(sentence("interval=10us") == "Interval \"interval\" cannot be less than 1ms");
    CHECK(sentence("interval=-5s") == "Interval \"interval\" cannot be less than 1ms");
    CHECK(sentence("retries=0") == "--retries must be at least 1 (not 0)");
    CHECK(sentence("retries=9999999999") ==
          "strconv.ParseInt: parsing \"9999999999\": value out of range");
}

// buildkit frontend/dockerfile/parser/parser.go
TEST_CASE("dockerfile: directives, long lines and escapes are as the engine has them") {
    CHECK(wrong("# escape=x\nFROM a\n") ==
          "failed to parse Dockerfile: invalid escape token 'x' does not match ` or \\");
    CHECK(wrong("# escape=`\n# escape=`\nFROM a\n") ==
          "failed to parse Dockerfile: only one escape parser directive can be used");
    CHECK(good("# about\n# escape=`\nFROM a\n").escape == '\\');
    CHECK(good("FROM a\nRUN echo \\\\\nRUN b\n").steps.size() ==
          3);  // the escape is escaped: the line ends
    CHECK(good("FROM a\r\nRUN x \\\r\n y\r\n").steps[1].text == "RUN x  y");
    CHECK(good("\xEF\xBB\xBF# escape=`\nFROM a\n").escape == '`');
    CHECK(good("FROM a\nCMD [\"x\"] # the list counts\n").steps[1].words ==
          std::vector<std::string>{"x"});
    CHECK(good("FROM a\nCOPY --chown=\"1:2\" --from=a x y\n").steps[1].flags.find("chown")->second == "1:2");
    CHECK(good("FROM a\nRUN " + std::string(kLongestDockerLine - 4, 'x') + "\n").steps.size() == 2);
    CHECK(wrong("FROM a\nRUN " + std::string(kLongestDockerLine, 'x') + "\n") ==
          "failed to parse Dockerfile: dockerfile line greater than max allowed size of 65535");
    CHECK(wrong("FROM a\n\\") == "dockerfile parse error line 2: unknown instruction: ");
}

TEST_CASE("dockerfile: changes of a commit are instructions of some kinds") {
    const auto sentence = [](const std::string& text) {
        return parse_docker_changes(text).error().message;
    };
    CHECK(parse_docker_changes("env A=1\nCMD x")->steps.size() == 2);
    CHECK(sentence("RUN ls") == "run is not a valid change command");
    CHECK(sentence("nonsense") == "nonsense is not a valid change command");
    CHECK(sentence("HEALTHCHECK x\nFROM b") == "from is not a valid change command");
    CHECK(sentence("HEALTHCHECK x") == "Unknown type \"X\" in HEALTHCHECK (try CMD)");
    CHECK(sentence("ENV X") == "ENV must have two arguments");
}
