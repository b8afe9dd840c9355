#include "sim/programs/compose_file/dotenv.hpp"

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

std::optional<std::string> shell(std::string_view name) {
    if (name == "HOME") return "/home/me";
    return std::nullopt;
}

std::vector<EnvironmentLine> lines_of(const std::string& text, bool raw = false) {
    std::vector<std::string> unset;
    Result<std::vector<EnvironmentLine>> lines = parse_dotenv(text, ".env", shell, raw, unset);
    INFO(text);
    INFO((lines ? "" : lines.error().text()));
    REQUIRE(lines.ok());
    return std::move(*lines);
}

std::string value_of(const std::string& text) {
    const std::vector<EnvironmentLine> lines = lines_of(text);
    REQUIRE(!lines.empty());
    return lines.back().value;
}

Error refused(const std::string& text) {
    std::vector<std::string> unset;
    const auto lines = parse_dotenv(text, ".env", shell, false, unset);
    INFO(text);
    REQUIRE(!lines.ok());
    return lines.error();
}

}  // namespace

TEST_CASE(".env: names and values, with their lines") {
    const auto lines = lines_of("A=1\n\n# comment\n  B = two words  \nexport C=3\nD: yaml\nE=\n");
    REQUIRE(lines.size() == 5);
    CHECK(lines[0].name == "A");
    CHECK(lines[1].value == "two words");
    CHECK(lines[1].place.line == 4);
    CHECK(lines[2].name == "C");
    CHECK(lines[3].value == "yaml");
    CHECK(lines[4].value.empty());
}

TEST_CASE(".env: a comment needs a blank before it") {
    CHECK(value_of("A=x # comment") == "x");
    CHECK(value_of("A=x#y") == "x#y");
    CHECK(value_of("A=\"x # y\" # comment") == "x # y");
}

TEST_CASE(".env: single quotes are literal") {
    CHECK(value_of("A='$HOME \\n'") == "$HOME \\n");
    CHECK(value_of("A='it\\'s'") == "it's");
    CHECK(value_of("A='one\ntwo'") == "one\ntwo");
}

TEST_CASE(".env: double quotes know escapes and variables") {
    CHECK(value_of("A=\"a\\nb\\t\\\"c\\\"\"") == "a\nb\t\"c\"");
    CHECK(value_of("A=\"$HOME/x\"") == "/home/me/x");
    CHECK(value_of("A=\"\\$HOME\"") == "$HOME");
    CHECK(value_of("A=\"\\0101\"") == "A");
    CHECK(value_of("A=\"\\q\"") == "\\q");
    CHECK(value_of("A=\"one\ntwo\"") == "one\ntwo");
}

TEST_CASE(".env: variables see the shell and the lines above") {
    CHECK(value_of("A=1\nB=$A-${C:-d}") == "1-d");
    CHECK(value_of("HOME=/other\nB=$HOME") == "/home/me");
    std::vector<std::string> unset;
    REQUIRE(parse_dotenv("A=$NOPE", ".env", shell, false, unset).ok());
    CHECK(unset == std::vector<std::string>{"NOPE"});
}

TEST_CASE(".env: a name alone takes the shell's value, or is left out") {
    const auto lines = lines_of("HOME\nNOPE\nA=1");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].value == "/home/me");
}

TEST_CASE(".env: a byte-order mark is skipped, a repeated name keeps its last value") {
    CHECK(lines_of("\xEF\xBB\xBF"
                   "A=1")[0]
              .name == "A");
    const auto lines = lines_of("A=1\nB=2\nA=3");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].value == "3");
}

TEST_CASE(".env: odd characters in names") {
    CHECK(lines_of("a.b-c[0]=1")[0].name == "a.b-c[0]");
    CHECK(lines_of("1A=1\nB=2").size() == 1);
    const Error error = refused("A=1\nB!=2");
    CHECK(error.message == "line 2: unexpected character \"!\" in variable name \"B!=2\"");
    CHECK(error.place.line == 2);
    CHECK(refused("A B=1").message == "line 1: key cannot contain a space");
}

TEST_CASE(".env: quotes must close") {
    CHECK(refused("A=1\nB=\"x\nC=2").message == "line 2: unterminated quoted value \"x");
    CHECK(refused("A=${NOPE:?no}").message == "required variable NOPE is missing a value: no");
    CHECK(refused("A=${").message == "Invalid template: \"${\"");
}

TEST_CASE(".env: raw format takes lines as they are") {
    const auto lines = lines_of("# c\nA=\"$HOME\" # x\nB='y'\nHOME\n", true);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].value == "\"$HOME\" # x");
    CHECK(lines[1].value == "'y'");
    CHECK(lines[2].value == "/home/me");
}

TEST_CASE("environment: the shell wins over .env, --env-file replaces .env") {
    Files files{{"/app/compose.yaml", web("hostname: $NAME\ndomainname: $ONLY")},
                {"/app/.env", "NAME=file\nONLY=here\n"},
                {"/app/other.env", "NAME=other\n"}};
    LoadRequest request = request_for(files);
    CHECK(load_ok(request).services[0].hostname == "file");
    CHECK(load_ok(request).services[0].domainname == "here");
    request.environment["NAME"] = "shell";
    CHECK(load_ok(request).services[0].hostname == "shell");
    request.environment.erase("NAME");
    request.env_files = {"other.env"};
    CHECK(load_ok(request).services[0].hostname == "other");
    CHECK(load_ok(request).services[0].domainname.empty());
    request.env_files = {"nope.env"};
    CHECK(load_error(request).message == "couldn't find env file: /app/nope.env");
}

TEST_CASE("environment: .env is the project directory's") {
    Files files{{"/srv/compose.yaml", web("hostname: $NAME")},
                {"/srv/.env", "NAME=there\n"},
                {"/app/.env", "X=1"}};
    LoadRequest request = request_for(files);
    request.paths = {"/srv/compose.yaml"};
    CHECK(load_ok(request).services[0].hostname == "there");
    Files bad{{"/app/compose.yaml", web("hostname: x")}, {"/app/.env", "A!=1"}};
    const Error error = load_error(request_for(bad));
    CHECK(error.message ==
          "failed to read /app/.env: line 1: unexpected character \"!\" in variable name \"A!=1\"");
    CHECK(error.place.text() == ".env:1");
}

TEST_CASE("environment of a container: environment wins over env_file, later files over earlier") {
    Files files{
        {"/app/compose.yaml",
         web("env_file: [a.env, b.env]\nenvironment:\n  - C=direct\n  - HOME\n  - NOWHERE")},
        {"/app/a.env", "A=a\nB=a\nC=a\n"},
        {"/app/b.env", "B=b\nD=${C}-${HOME}\n"}};
    const Project project = load_ok(request_for(files));
    std::map<std::string, std::optional<std::string>> found;
    for (const EnvironmentVariable& variable : project.services[0].environment)
        found[variable.name] = variable.value;
    CHECK(found["A"] == "a");
    CHECK(found["B"] == "b");
    CHECK(found["C"] == "direct");
    CHECK(found["D"] == "direct-/home/me");
    CHECK(found["HOME"] == "/home/me");
    CHECK(found.count("NOWHERE") == 1);
    CHECK(!found["NOWHERE"].has_value());
}

TEST_CASE("environment of a container: a missing env_file is refused unless it is not required") {
    const Error error = load_error(web("env_file: nope.env"));
    CHECK(error.message ==
          "env file /app/nope.env not found: stat /app/nope.env: no such file or directory");
    CHECK(at(error) == "4:15");
    CHECK(web_service("env_file: [{path: nope.env, required: false}]").env_file.size() == 1);
}

TEST_CASE("environment of a container: scalars become text as Go writes them") {
    const Service service =
        web_service("environment: {A: 1.10, B: 1e6, C: true, D: 0440, E: '0440', F: ''}");
    CHECK(service.environment[0].value == "1.1");
    CHECK(service.environment[1].value == "1e+06");
    CHECK(service.environment[2].value == "true");
    CHECK(service.environment[3].value == "288");
    CHECK(service.environment[4].value == "0440");
    CHECK(service.environment[5].value == "");
}

TEST_CASE("env_file: one that is a folder is told at the line that names it") {
    Files files{{"/app/compose.yaml", web("env_file: folder")}, {"/app/folder/x", ""}};
    const Error error = load_error(request_for(files));
    CHECK(at(error) == "4:15");
    CHECK(error.message.find("/app/folder") != std::string::npos);
}
