#include "sim/programs/format/go_template.hpp"

#include <nlohmann/json.hpp>

#include <catch2/catch.hpp>

using namespace podium;
using namespace podium::format;
using Json = nlohmann::ordered_json;

namespace {

const Json kBox = Json::parse(R"({
  "Name": "/web", "Count": 3, "On": true, "Off": false, "Nothing": null, "Ratio": 2.5,
  "List": ["a", "b", "c"], "Empty": [], "Labels": {"b": "2", "a": "1", "x.y": "dotted"},
  "Nested": {"Deep": {"Word": "here"}}, "Items": [{"N": "one"}, {"N": "two"}], "Html": "<a>&"
})");

// What a template makes of kBox, or the error.
std::string run(std::string_view text, bool missing_key_fails = false) {
    const auto parsed = GoTemplate::parse(text);
    if (!parsed) return parsed.error().message;
    const auto out = parsed->execute({&kBox, kAny, missing_key_fails});
    return out ? *out : out.error().message;
}

}  // namespace

TEST_CASE("go_template: text, fields and Go's way of printing values") {
    struct Case {
        std::string_view text;
        std::string_view out;
    };

    const Case cases[] = {
        {"plain", "plain"},
        {"{{.Name}}", "/web"},
        {"a{{.Count}}b", "a3b"},
        {"{{.On}} {{.Off}}", "true false"},
        {"{{.Nothing}}", "<no value>"},
        {"{{.Missing}}", "<no value>"},
        {"{{.Missing.Deeper}}", "<no value>"},
        {"{{.List}}", "[a b c]"},
        {"{{.Empty}}", "[]"},
        {"{{.Labels}}", "map[a:1 b:2 x.y:dotted]"},
        {"{{.Nested.Deep.Word}}", "here"},
        {"{{.Nested}}", "map[Deep:map[Word:here]]"},
        {"{{ .Name | upper }}", "/WEB"},
        {"{{(index .Items 1).N}}", "two"},
        {"{{index .Labels \"x.y\"}}", "dotted"},
        {"{{len .List}}", "3"},
        {"{{$x := .Name}}{{$x}}", "/web"},
        {"{{$x := .Nested}}{{$x.Deep.Word}}", "here"},
        {"{{$.Name}}", "/web"},
        {"{{/* a comment */}}x", "x"},
        {"a {{- /* comment */ -}} b", "ab"},
        {"a  {{- .Name -}}  b", "a/webb"},
        {"{{\"quoted \\\"text\\\"\"}}{{`raw \\n`}}", "quoted \"text\"raw \\n"},
        {"{{1}} {{-2}} {{0x1F}} {{1.5}} {{'a'}}", "1 -2 31 1.5 97"},
        {"{{true}}", "true"},
        {"{{print 1 2}} {{print \"a\" \"b\"}}", "1 2 ab"},
        {"{{println .Name}}", "/web\n"},
        {"{{slice .Name 1}}{{slice .List 1 2}}", "web[b]"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(run(c.text) == c.out);
    }
}

TEST_CASE("go_template: if, with, range and what goes on inside them") {
    CHECK(run("{{if .On}}yes{{else}}no{{end}}") == "yes");
    CHECK(run("{{if .Off}}yes{{else if .List}}list{{else}}no{{end}}") == "list");
    CHECK(run("{{if .Empty}}some{{else}}none{{end}}") == "none");
    CHECK(run("{{with .Nested.Deep}}{{.Word}}{{end}}") == "here");
    CHECK(run("{{with .Missing}}x{{else}}y{{end}}") == "y");
    CHECK(run("{{with .Missing}}x{{else with .Nested}}{{.Deep.Word}}{{end}}") == "here");
    CHECK(run("{{range .List}}<{{.}}>{{end}}") == "<a><b><c>");
    CHECK(run("{{range $i, $e := .List}}{{if $i}}, {{end}}{{$i}}={{$e}}{{end}}") ==
          "0=a, 1=b, 2=c");
    CHECK(run("{{range $k, $v := .Labels}}{{$k}}:{{$v}} {{end}}") == "a:1 b:2 x.y:dotted ");
    CHECK(run("{{range .Empty}}x{{else}}nothing{{end}}") == "nothing");
    CHECK(run("{{range .List}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}") == "ac");
    CHECK(run("{{range .List}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}") == "a");
    CHECK(run("{{range 3}}{{.}}{{end}}") == "012");
    CHECK(run("{{$s := \"\"}}{{range .List}}{{$s = .}}{{end}}{{$s}}") == "c");
    CHECK(run("{{define \"t\"}}[{{.}}]{{end}}{{template \"t\" .Name}}") == "[/web]");
    CHECK(run("{{block \"t\" .Count}}({{.}}){{end}}") == "(3)");
}

TEST_CASE("go_template: docker's and Go's functions") {
    CHECK(run("{{json .List}}") == "[\"a\",\"b\",\"c\"]");
    CHECK(run("{{json .Labels}}") == "{\"a\":\"1\",\"b\":\"2\",\"x.y\":\"dotted\"}");
    CHECK(run("{{json .Html}}") == "\"<a>&\"");
    CHECK(run("{{json .Nothing}}") == "null");
    CHECK(run("{{split .Name \"/\"}} {{split \"ab\" \"\"}}") == "[ web] [a b]");
    CHECK(run("{{join (split \"a,b\" \",\") \"+\"}}") == "a+b");
    CHECK(run("{{title \"hello big_world\"}}{{lower \"ABC\"}}") == "Hello Big_worldabc");
    CHECK(run("[{{pad \"x\" 1 2}}][{{pad \"\" 1 2}}]") == "[ x  ][]");
    CHECK(run("{{truncate .Name 2}}{{truncate \"ab\" 9}}") == "/wab");
    CHECK(run("{{and .On .Name}}{{or .Off .Empty}}{{not .On}}") == "/web[]false");
    CHECK(run("{{eq 1 2 1}}{{ne \"a\" \"b\"}}{{lt 1 2}}{{ge \"b\" \"a\"}}") == "truetruetruetrue");
    CHECK(run("{{printf \"%s|%5s|%-5s|%d|%05d|%v|%q|%t|%x\" .Name \"r\" \"l\" 7 42 .List \"q\" "
              "true 255}}") == "/web|    r|l    |7|00042|[a b c]|\"q\"|true|ff");
    CHECK(run("{{printf \"%d\" \"x\"}} {{printf \"%s\"}} {{printf \"x\" 1}} {{printf \"100%\"}}") ==
          "%!d(string=x) %!s(MISSING) x%!(EXTRA int=1) 100%!(NOVERB)");
}

TEST_CASE("go_template: what does not parse is refused in Go's words") {
    struct Case {
        std::string_view text;
        std::string_view error;
    };

    const Case cases[] = {
        {"{{.Name", "template: :1: unclosed action"},
        {"{{.Name}", "template: :1: unexpected \"}\" in operand"},
        {"{{foo}}", "template: :1: function \"foo\" not defined"},
        {"{{end}}", "template: :1: unexpected {{end}}"},
        {"{{else}}", "template: :1: unexpected {{else}}"},
        {"{{if .On}}", "template: :1: unexpected EOF"},
        {"{{range}}x{{end}}", "template: :1: missing value for range"},
        {"{{}}", "template: :1: missing value for command"},
        {"{{$x}}", "template: :1: undefined variable \"$x\""},
        {"{{(.Name}}", "template: :1: unclosed left paren"},
        {"{{.Name)}}", "template: :1: unexpected right paren"},
        {"{{\"abc}}", "template: :1: unterminated quoted string"},
        {"{{/* abc}}", "template: :1: unclosed comment"},
        {"{{.Name | 3}}", "template: :1: non executable command in pipeline stage 2"},
        {"{{1.2.3}}", "template: :1: unexpected \".3\" in operand"},
        {"{{3.Name}}", "template: :1: bad number syntax: \"3.N\""},
        {"{{break}}", "template: :1: {{break}} outside {{range}}"},
        {"a\n{{.Name", "template: :2: unclosed action"},
        {"{{if .A}}\n{{foo}}{{end}}", "template: :2: function \"foo\" not defined"},
        {"{{.Na-me}}", "template: :1: bad character U+002D '-'"},
        {"{{ .Name , }}", "template: :1: unexpected \",\" in operand"},
        {"{{html .Name}}", "template: :1: Podium does not model the template function \"html\""},
        {"{{template \"t\"}}",
         "template: :1:11: executing \"\" at <{{template \"t\"}}>: template \"t\" not defined"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(run(c.text) == c.error);
    }
}

TEST_CASE("go_template: what cannot be done is refused in Go's words, with its place") {
    CHECK(run("{{.Foo}}", true) ==
          "template: :1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\"");
    CHECK(run("{{.Nested.Foo.Bar}}", true) ==
          "template: :1:9: executing \"\" at <.Nested.Foo.Bar>: map has no entry for key \"Foo\"");
    CHECK(run("{{.Nothing.Foo}}", true) ==
          "template: :1:10: executing \"\" at <.Nothing.Foo>: nil pointer evaluating interface "
          "{}.Foo");
    CHECK(run("ab\n  {{.Name.Foo}}") ==
          "template: :2:9: executing \"\" at <.Name.Foo>: can't evaluate field Foo in type "
          "interface {}");
    CHECK(run("{{index .List 7}}") ==
          "template: :1:2: executing \"\" at <index .List 7>: error calling index: index out of "
          "range: 7");
    CHECK(run("{{index .Empty 0}}") ==
          "template: :1:2: executing \"\" at <index .Empty 0>: error calling index: reflect: slice "
          "index out of range");
    CHECK(run("{{eq 1 \"a\"}}") ==
          "template: :1:2: executing \"\" at <eq 1 \"a\">: error calling eq: incompatible types "
          "for comparison");
    CHECK(run("{{join .List \",\"}}") ==
          "template: :1:7: executing \"\" at <.List>: wrong type for value; expected []string; got "
          "[]interface {}");
    CHECK(run("{{upper 3}}") == "template: :1:8: executing \"\" at <3>: expected string; found 3");
    CHECK(
        run("{{upper}}") ==
        "template: :1:2: executing \"\" at <upper>: wrong number of args for upper: want 1 got 0");
    CHECK(run("{{len 3}}") ==
          "template: :1:2: executing \"\" at <len 3>: error calling len: len of type int");
    CHECK(run("{{range .Name}}{{end}}") ==
          "template: :1:8: executing \"\" at <.Name>: range can't iterate over /web");
    CHECK(run("{{nil}}") == "template: :1:2: executing \"\" at <nil>: nil is not a command");
}

TEST_CASE("go_template: nesting, steps and length have limits that are reached") {
    std::string nested;
    for (int i = 0; i < 300; ++i)
        nested += "{{if true}}";
    CHECK(run(nested) == "template: :1: max expression depth exceeded");
    CHECK(run("{{" + std::string(300, '(') + "1" + std::string(300, ')') + "}}") ==
          "template: :1: max expression depth exceeded");
    CHECK(run(std::string(70'000, 'x')).find("longer than 65536 bytes") != std::string::npos);
    CHECK(run("{{range 999999999}}{{end}}").find("stopped after 200000 steps") !=
          std::string::npos);
    CHECK(run("{{define \"t\"}}{{template \"t\"}}{{end}}{{template \"t\"}}")
              .find("exceeded maximum template depth (100)") != std::string::npos);
    CHECK(run("{{range 9999}}{{printf \"%9999s\" \"x\"}}{{printf \"%9999s\" \"x\"}}{{end}}")
              .find("the output is longer than") != std::string::npos);
}
