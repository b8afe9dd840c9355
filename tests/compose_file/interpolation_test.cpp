#include <catch2/catch.hpp>

#include "sim/programs/compose_file/interpolate.hpp"
#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

using Outcome = Interpolation::Outcome;

std::optional<std::string> lookup(std::string_view name) {
    if (name == "SET") return "value";
    if (name == "EMPTY") return "";
    if (name == "_x1") return "one";
    return std::nullopt;
}

Interpolation run(const std::string& text, Dialect dialect = Dialect::V2) {
    return interpolate(text, lookup, dialect);
}

struct Case {
    const char* text;
    const char* result;
};

}  // namespace

TEST_CASE("variables: every operator, set, empty and unset") {
    const Case cases[] = {
        {"$SET", "value"},       {"${SET}", "value"},   {"$SET.tail", "value.tail"},
        {"a${SET}b", "avalueb"}, {"$_x1", "one"},       {"${SET:-d}", "value"},
        {"${EMPTY:-d}", "d"},    {"${NOPE:-d}", "d"},   {"${SET-d}", "value"},
        {"${EMPTY-d}", ""},      {"${NOPE-d}", "d"},    {"${NOPE:-}", ""},
        {"${SET:+r}", "r"},      {"${EMPTY:+r}", ""},   {"${NOPE:+r}", ""},
        {"${SET+r}", "r"},       {"${EMPTY+r}", "r"},   {"${NOPE+r}", ""},
        {"${SET:?m}", "value"},  {"${SET?m}", "value"}, {"${EMPTY?m}", ""},
    };
    for (const Case& one : cases) {
        INFO(one.text);
        const Interpolation result = run(one.text);
        CHECK(result.outcome == Outcome::Done);
        CHECK(result.text == one.result);
        CHECK(result.unset.empty());
    }
}

TEST_CASE("variables: defaults are expanded in turn, braces balanced") {
    const Case cases[] = {
        {"${NOPE:-${SET}}", "value"},
        {"${NOPE:-${NADA:-${SET}}}", "value"},
        {"${NOPE:-a${SET}b}c", "avaluebc"},
        {"${NOPE:-{\"x\": 1}}", "{\"x\": 1}"},
        {"${SET:+${NOPE:-n}}", "n"},
        {"${NOPE:-$SET}", "value"},
        {"${NOPE:-$$}", "$"},
        {"${NOPE:-a:-b}", "a:-b"},
        {"${NOPE-a?b}", "a?b"},
        {"${SET} ${NOPE:-x} ${EMPTY:-y}", "value x y"},
    };
    for (const Case& one : cases) {
        INFO(one.text);
        CHECK(run(one.text).text == one.result);
    }
}

TEST_CASE("variables: a dollar sign that begins no variable stays") {
    const Case cases[] = {{"$$", "$"},
                          {"$$SET", "$SET"},
                          {"$$$SET", "$value"},
                          {"$1", "$1"},
                          {"$(date)", "$(date)"},
                          {"a$", "a$"},
                          {"$ x", "$ x"},
                          {"$-", "$-"}};
    for (const Case& one : cases) {
        INFO(one.text);
        CHECK(run(one.text).text == one.result);
    }
}

TEST_CASE("variables: an unset one is blank and remembered once") {
    const Interpolation result = run("$NOPE ${NOPE} ${NADA}");
    CHECK(result.text == "  ");
    CHECK(result.unset == std::vector<std::string>{"NOPE", "NADA"});
}

TEST_CASE("variables: only the branch taken is expanded") {
    CHECK(run("${SET:-${NOPE:?boom}}").outcome == Outcome::Done);
    CHECK(run("${NOPE:+${NADA?boom}}").outcome == Outcome::Done);
    const Interpolation result = run("${NOPE:-${NADA:?boom}}");
    CHECK(result.outcome == Outcome::RequiredMissing);
    CHECK(result.variable == "NADA");
}

TEST_CASE("variables: a required one that is missing gives its message, expanded") {
    const Interpolation result = run("${EMPTY:?set it to $SET}");
    CHECK(result.outcome == Outcome::RequiredMissing);
    CHECK(result.variable == "EMPTY");
    CHECK(result.reason == "set it to value");
    CHECK(run("${NOPE?}").reason.empty());
}

TEST_CASE("variables: malformed ones are invalid templates") {
    for (const char* text :
         {"${", "${}", "${1a}", "${SET", "${SET!x}", "${NOPE:x}", "${ SET}", "${NOPE:-a\nb}"}) {
        INFO(text);
        const Interpolation result = run(text);
        CHECK(result.outcome == Outcome::InvalidTemplate);
        CHECK(result.template_text == text);
    }
}

TEST_CASE("variables: nesting and length have limits") {
    std::string deep;
    for (int i = 0; i < 200; ++i)
        deep += "${A:-";
    deep += "x" + std::string(200, '}');
    CHECK(run(deep).outcome == Outcome::TooLong);
    const auto big = [](std::string_view) -> std::optional<std::string> {
        return std::string(600'000, 'x');
    };
    CHECK(interpolate("$A$A", big).outcome == Outcome::TooLong);
}

TEST_CASE("variables: 1.29 knows no nesting, no '+' and no lone dollar sign") {
    CHECK(run("${NOPE:-d}", Dialect::V1).text == "d");
    CHECK(run("${NOPE:-${SET}}", Dialect::V1).text == "${SET}");
    CHECK(run("${SET:+r}", Dialect::V1).outcome == Outcome::InvalidTemplate);
    CHECK(run("$1", Dialect::V1).outcome == Outcome::InvalidTemplate);
    CHECK(run("a$", Dialect::V1).outcome == Outcome::InvalidTemplate);
    CHECK(run("$$HOME", Dialect::V1).text == "$HOME");
}

TEST_CASE("variables in a file: errors name the path and the place") {
    const Error invalid = load_error(web("command: ${"));
    CHECK(invalid.message ==
          "invalid interpolation format for services.web.command.\nYou may need to escape any $ "
          "with another $.\n${");
    CHECK(at(invalid) == "4:14");
    const Error listed = load_error(web("command: [a, '${']"));
    CHECK(listed.message.rfind("invalid interpolation format for services.web.command.[].", 0) ==
          0);
    const Error missing = load_error(web("hostname: ${NOPE:?say who}"));
    CHECK(missing.message ==
          "error while interpolating services.web.hostname: required variable NOPE is missing a "
          "value: say who");
    CHECK(at(missing) == "4:15");
}

TEST_CASE("variables in a file: unset ones are warnings with their place") {
    const Project project = load_ok(web("hostname: h$NOPE"));
    CHECK(project.services[0].hostname == "h");
    REQUIRE(project.warnings.size() == 1);
    CHECK(project.warnings[0].sentence ==
          "The \"NOPE\" variable is not set. Defaulting to a blank string.");
    CHECK(at(project.warnings[0].place) == "4:15");
}

TEST_CASE("variables in a file: keys are left alone, values of any kind replaced") {
    const Project project =
        load_ok(web("environment: {$KEY: $SET, OTHER: 5}"), {{"SET", "x"}, {"KEY", "k"}});
    const auto& environment = project.services[0].environment;
    REQUIRE(environment.size() == 2);
    CHECK(environment[0].name == "$KEY");
    CHECK(environment[0].value == "x");
    CHECK(environment[1].value == "5");
}

TEST_CASE("variables in a file: values are cast after the replacement") {
    const Project project = load_ok(web("scale: ${N}\ntty: ${YES}\ncpus: ${HALF}\nhealthcheck: "
                                        "{retries: '${N}', test: x}\ninit: 'no'"),
                                    {{"N", "3"}, {"YES", "yes"}, {"HALF", "0.5"}});
    const Service& web_one = project.services[0];
    CHECK(web_one.scale == 3);
    CHECK(web_one.tty);
    CHECK(web_one.nano_cpus == 500'000'000);
    CHECK(web_one.healthcheck->retries == 3);
    CHECK(web_one.init == false);
    REQUIRE(project.warnings.size() == 2);
    CHECK(project.warnings[0].sentence ==
          "\"yes\" for boolean is not supported by YAML 1.2, please use `true`");
}

TEST_CASE("variables in a file: what cannot be cast is refused with its place") {
    const Error number = load_error(web("scale: many"));
    CHECK(number.message ==
          "error while interpolating services.web.scale: failed to cast to expected type: "
          "strconv.Atoi: parsing \"many\": invalid syntax");
    CHECK(at(number) == "4:12");
    CHECK(load_error(web("tty: maybe")).message ==
          "error while interpolating services.web.tty: failed to cast to expected type: invalid "
          "boolean: maybe");
    CHECK(load_error(web("cpus: lots")).message ==
          "error while interpolating services.web.cpus: failed to cast to expected type: "
          "strconv.ParseFloat: parsing "
          "\"lots\": invalid syntax");
}

TEST_CASE("variables in a file: without interpolation they stay") {
    Files files{{"/app/compose.yaml", web("hostname: ${NAME}")}};
    LoadRequest request = request_for(files);
    request.interpolate = false;
    CHECK(load_ok(request).services[0].hostname == "${NAME}");
}

TEST_CASE("variables in a file: COMPOSE_PROJECT_NAME is the project's name") {
    CHECK(load_ok("name: mine\n" + web("hostname: $COMPOSE_PROJECT_NAME")).services[0].hostname ==
          "mine");
}
