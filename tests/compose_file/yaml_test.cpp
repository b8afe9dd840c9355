#include "sim/programs/compose_file/yaml.hpp"

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

namespace {

Node parsed(const std::string& text, Dialect dialect = Dialect::V2) {
    Result<std::vector<Node>> documents = parse_yaml(text, "a.yaml", dialect);
    INFO(text);
    INFO((documents ? "" : documents.error().text()));
    REQUIRE(documents.ok());
    REQUIRE(documents->size() == 1);
    return std::move(documents->front());
}

Error refused(const std::string& text, Dialect dialect = Dialect::V2) {
    const Result<std::vector<Node>> documents = parse_yaml(text, "a.yaml", dialect);
    INFO(text);
    REQUIRE(!documents.ok());
    return documents.error();
}

struct Scalar {
    const char* written;
    NodeKind kind;
    const char* text;
};

}  // namespace

TEST_CASE("YAML: plain scalars are what Go takes them for") {
    const Scalar scalars[] = {
        {"~", NodeKind::Null, ""},
        {"null", NodeKind::Null, ""},
        {"true", NodeKind::Boolean, "true"},
        {"False", NodeKind::Boolean, "false"},
        {"yes", NodeKind::String, "yes"},
        {"no", NodeKind::String, "no"},
        {"on", NodeKind::String, "on"},
        {"off", NodeKind::String, "off"},
        {"8080", NodeKind::Integer, "8080"},
        {"0440", NodeKind::Integer, "288"},
        {"0o17", NodeKind::Integer, "15"},
        {"0x1F", NodeKind::Integer, "31"},
        {"0b101", NodeKind::Integer, "5"},
        {"1_000", NodeKind::Integer, "1000"},
        {"-5", NodeKind::Integer, "-5"},
        {"1.10", NodeKind::Float, "1.1"},
        {"1e6", NodeKind::Float, "1e+06"},
        {".5", NodeKind::Float, "0.5"},
        {"100000.0", NodeKind::Float, "100000"},
        {"22:22", NodeKind::String, "22:22"},
        {"1.2.3", NodeKind::String, "1.2.3"},
        {"089", NodeKind::Float, "89"},
        {"'8080'", NodeKind::String, "8080"},
        {"\"true\"", NodeKind::String, "true"},
        {"!!str 12", NodeKind::String, "12"},
        {"!!int '12'", NodeKind::Integer, "12"},
        {"99999999999999999999", NodeKind::Float, "1e+20"},
    };
    for (const Scalar& scalar : scalars) {
        INFO(scalar.written);
        const Node node = parsed(std::string("a: ") + scalar.written);
        REQUIRE(node.find("a") != nullptr);
        CHECK(node.find("a")->kind == scalar.kind);
        CHECK(node.find("a")->text == scalar.text);
    }
}

TEST_CASE("YAML: plain scalars are what Python takes them for in 1.29") {
    const Scalar scalars[] = {
        {"yes", NodeKind::Boolean, "true"},
        {"no", NodeKind::Boolean, "false"},
        {"On", NodeKind::Boolean, "true"},
        {"OFF", NodeKind::Boolean, "false"},
        {"22:22", NodeKind::Integer, "1342"},
        {"1:30:00", NodeKind::Integer, "5400"},
        {"80:80", NodeKind::String, "80:80"},
        {"8080:80", NodeKind::String, "8080:80"},
        {"017", NodeKind::Integer, "15"},
        {"0o17", NodeKind::String, "0o17"},
        {"1e6", NodeKind::String, "1e6"},
        {"1.0e+6", NodeKind::Float, "1000000.0"},
        {"0.50", NodeKind::Float, "0.5"},
        {"y", NodeKind::String, "y"},
        {"'no'", NodeKind::String, "no"},
    };
    for (const Scalar& scalar : scalars) {
        INFO(scalar.written);
        const Node node = parsed(std::string("a: ") + scalar.written, Dialect::V1);
        CHECK(node.find("a")->kind == scalar.kind);
        CHECK(node.find("a")->text == scalar.text);
    }
}

TEST_CASE("YAML: every value and key knows its line and column") {
    const Node node = parsed("a:\n  b: [1, two]\n  c: |\n    text\n");
    CHECK(at(node.find_entry("a")->place) == "1:1");
    const Node* a = node.find("a");
    CHECK(at(a->find("b")->items[1].place) == "2:10");
    CHECK(at(a->find_entry("c")->place) == "3:3");
    CHECK(a->find("c")->text == "text\n");
    CHECK(at(parsed("a:\nb: 1\n").find("a")->place) == "1:1");
}

TEST_CASE("YAML: an alias is a copy of what the anchor names, with its place") {
    const Node node = parsed("x: &x {a: 1}\ny: *x\n");
    REQUIRE(node.find("y")->is_mapping());
    CHECK(node.find("y")->find("a")->text == "1");
    CHECK(at(node.find("y")->find("a")->place) == "1:11");
}

TEST_CASE("YAML: a merge key gives what is not written, and the first of several wins") {
    const Node node = parsed(
        "a: &a {image: nginx, tty: true}\n"
        "b: &b {image: redis, init: true}\n"
        "c:\n  <<: *a\n  tty: false\n"
        "d:\n  <<: [*a, *b]\n"
        "e: {<<: {image: inline}}\n");
    CHECK(node.find("c")->find("image")->text == "nginx");
    CHECK(node.find("c")->find("tty")->text == "false");
    CHECK(node.find("c")->find("<<") == nullptr);
    CHECK(node.find("d")->find("image")->text == "nginx");
    CHECK(node.find("d")->find("init")->is_true());
    CHECK(node.find("e")->find("image")->text == "inline");
}

TEST_CASE("YAML: a quoted merge key is an ordinary key") {
    CHECK(parsed("a: {'<<': 1}").find("a")->find("<<") != nullptr);
}

TEST_CASE("YAML: a merge key wants a mapping") {
    CHECK(refused("a: {<<: 5}").message ==
          "map merge requires map or sequence of maps as the value");
    CHECK(refused("x: &x {}\na:\n  <<: *x\n  <<: *x\n").message ==
          "line 4: mapping key \"<<\" already defined at line 3");
}

TEST_CASE("YAML: a key twice is refused with both lines, and Python's last one wins") {
    const Error error = refused("services:\n  web:\n    image: a\n    image: b\n");
    CHECK(error.message == "line 4: mapping key \"image\" already defined at line 3");
    CHECK(at(error) == "4:5");
    CHECK(parsed("a: 1\na: 2", Dialect::V1).find("a")->text == "2");
}

TEST_CASE("YAML: keys that are no strings are refused") {
    CHECK(refused("1: x").message == "Non-string key at top level: 1");
    CHECK(refused("services:\n  true: x").message == "Non-string key in services: true");
    CHECK(refused("? [a]\n: b").message == "Non-string key at top level: a list");
}

// Compared with PyYAML itself.
TEST_CASE("YAML: to Python a key may be any plain value, but no list and no mapping") {
    const Node root = parsed("1: a\ntrue: b\n1.50: c\n~: d\n0x10: e\n\"2\": f\n", Dialect::V1);
    std::string keys;
    for (const Entry& entry : root.entries)
        keys += entry.key + (entry.written == NodeKind::String ? "' " : " ");
    CHECK(keys == "1 1.5 None 16 2' ");
    CHECK(root.find("1")->text == "b");
    CHECK(refused("a: {[x]: y}", Dialect::V1).message ==
          "yaml.constructor.ConstructorError: while constructing a mapping\n"
          "  in \"./a.yaml\", line 1, column 4\nfound unhashable key\n  in \"./a.yaml\", line 1, column 5");
}

TEST_CASE("YAML: a tab in the indentation is named as such") {
    const Error error = refused("services:\n\tweb: x\n");
    CHECK(at(error) == "2:1");
    CHECK(error.message == "yaml: line 2: found character that cannot start any token");
    CHECK(error.hint.find("tab") != std::string::npos);
}

TEST_CASE("YAML: mistakes of form have a line, a column and a hint") {
    const char* const texts[] = {"a: b: c",
                                 "a: [1, 2",
                                 "a: {b: 1",
                                 "a: \"x",
                                 "a: *nothing",
                                 "a:\n  - b\n c",
                                 "a: @x",
                                 "a: \"\\q\"",
                                 "a: ]",
                                 "- a\nb: c"};
    for (const char* text : texts) {
        const Error error = refused(text);
        INFO(error.text());
        CHECK(error.message.rfind("yaml: ", 0) == 0);
        CHECK(error.place.line > 0);
        CHECK(error.place.column > 0);
        CHECK(!error.hint.empty());
    }
}

// Both columns were compared with PyYAML 6.0.3, and with libyaml through its binding where go-yaml looks no further ahead.
TEST_CASE("YAML: mistakes of form have the sentences of go-yaml and PyYAML, with their lines") {
    struct Mistake {
        const char* text;
        const char* place;
        const char* go;
        const char* python;
    };
    const Mistake mistakes[] = {
        {"services:\n  web:\n\timage: nginx\n",
         "3:1",
         "line 3: found character that cannot start any token",
         "scanner.ScannerError: while scanning for the next token\nfound character '\\t' that cannot start any token\n"
         "  in \"./a.yaml\", line 3, column 1"},
        {"services:\n  web:\n    image: nginx\n   tty: true\n",
         "4:4",
         "line 1: did not find expected key",
         "parser.ParserError: while parsing a block mapping\n  in \"./a.yaml\", line 2, column 3\n"
         "expected <block end>, but found '<block mapping start>'\n  in \"./a.yaml\", line 4, column 4"},
        {"services:\n  web:\n    image: \"nginx\n    tty: true\n",
         "3:12",
         "line 3: found unexpected end of stream",
         "scanner.ScannerError: while scanning a quoted scalar\n  in \"./a.yaml\", line 3, column 12\n"
         "found unexpected end of stream\n  in \"./a.yaml\", line 5, column 1"},
        {"services:\n  web:\n    ports: [\"80:80\"\n    tty: true\n",
         "3:12",
         "line 2: did not find expected ',' or ']'",
         "parser.ParserError: while parsing a flow sequence\n  in \"./a.yaml\", line 3, column 12\n"
         "expected ',' or ']', but got '<scalar>'\n  in \"./a.yaml\", line 4, column 5"},
        {"services:\n  web:\n    image: nginx: 1\n",
         "3:17",
         "line 3: mapping values are not allowed in this context",
         "scanner.ScannerError: mapping values are not allowed here\n  in \"./a.yaml\", line 3, column 17"},
        {"services:\n  web:\n    image nginx\n    tty: true\n",
         "4:8",
         "line 4: mapping values are not allowed in this context",
         "scanner.ScannerError: mapping values are not allowed here\n  in \"./a.yaml\", line 4, column 8"},
        {"services:\n  web:\n    tty: true\n    image\n    init: true\n",
         "4:5",
         "line 4: could not find expected ':'",
         "scanner.ScannerError: while scanning a simple key\n  in \"./a.yaml\", line 4, column 5\n"
         "could not find expected ':'\n  in \"./a.yaml\", line 5, column 5"},
        {"services:\n  web: {image: *base}\n",
         "2:16",
         "unknown anchor 'base' referenced",
         "composer.ComposerError: found undefined alias 'base'\n  in \"./a.yaml\", line 2, column 16"},
        {"services:\n  web:\n    image: @x\n",
         "3:12",
         "line 3: found character that cannot start any token",
         "scanner.ScannerError: while scanning for the next token\nfound character '@' that cannot start any token\n"
         "  in \"./a.yaml\", line 3, column 12"},
        {"a:\n  - b\n c: d\n",
         "3:2",
         "line 2: did not find expected key",
         "parser.ParserError: while parsing a block mapping\n  in \"./a.yaml\", line 1, column 1\n"
         "expected <block end>, but found '<block mapping start>'\n  in \"./a.yaml\", line 3, column 2"},
        {"a: \"\\q\"\n",
         "1:5",
         "found unknown escape character",
         "scanner.ScannerError: while scanning a double-quoted scalar\n  in \"./a.yaml\", line 1, column 4\n"
         "found unknown escape character 'q'\n  in \"./a.yaml\", line 1, column 6"},
    };
    for (const Mistake& one : mistakes) {
        INFO(one.text);
        CHECK(refused(one.text).message == std::string("yaml: ") + one.go);
        CHECK(at(refused(one.text)) == one.place);
        CHECK(refused(one.text, Dialect::V1).message == std::string("yaml.") + one.python);
    }
    // The place has the line already; Podium's own message has it once.
    CHECK(plain_error(load_error("a:\n\tb: 1\n")).message == "yaml: found character that cannot start any token");
    CHECK(plain_error(load_error("services: {}\nservices: {}\n")).message == "mapping key \"services\" already defined at line 1");
}

TEST_CASE("YAML: twenty thousand brackets are refused, not followed") {
    CHECK(refused(std::string(20'000, '[')).message == "values are nested more than 200 deep");
    CHECK(refused(std::string(20'000, '{')).message == "values are nested more than 200 deep");
}

TEST_CASE("YAML: aliases of aliases cannot grow without bound") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k)
            text += std::string(k > 0 ? ", " : "") + "*a" + std::to_string(i - 1);
        text += "]\n";
    }
    const Error error = refused(text);
    CHECK(error.message == "yaml: document contains excessive aliasing");
    CHECK(error.place.line == 4);
    CHECK(error.hint.find("write some of them out") != std::string::npos);
}

TEST_CASE("YAML: one long list may be named often, up to the limit on a document's values") {
    std::string text = "long: &long [";
    for (int i = 0; i < 2'000; ++i)
        text += "x, ";
    text += "]\n";
    std::string few = text;
    for (int i = 0; i < 40; ++i)
        few += "a" + std::to_string(i) + ": *long\n";
    CHECK(parse_yaml(few, "compose.yaml", Dialect::V2).ok());
    std::string many = text;
    for (int i = 0; i < 60; ++i)
        many += "a" + std::to_string(i) + ": *long\n";
    CHECK(refused(many).message.find("100000") != std::string::npos);
}

TEST_CASE("YAML: an anchor that contains itself is refused") {
    CHECK(refused("a: &a [*a]").message == "an anchor's value contains itself");
}

TEST_CASE("YAML: limits on the file, its keys and its documents hold") {
    CHECK(refused(std::string(kMaximumFileBytes + 1, '#')).message.find("bytes") !=
          std::string::npos);
    std::string keys;
    for (std::size_t i = 0; i <= kMaximumKeys; ++i)
        keys += "k" + std::to_string(i) + ": 1\n";
    CHECK(refused(keys).message == "a mapping has more than 10000 keys");
    std::string documents;
    for (std::size_t i = 0; i <= kMaximumDocuments; ++i)
        documents += "---\na: 1\n";
    CHECK(refused(documents).message == "the file has more than 1000 documents");
    CHECK(refused(std::string("a: \0b", 5)).message.find("control characters") !=
          std::string::npos);
}

TEST_CASE("YAML: what is no UTF-8 is refused at its place") {
    const Error error = refused("services:\n  web: {image: caf\xe9}\n");
    CHECK(error.message == "yaml: invalid trailing UTF-8 octet");
    CHECK(at(error) == "2:19");
    const char* const cases[][3] = {
        {"a: \xc0\xaf", "invalid length of a UTF-8 sequence", "byte 0xc0 in position 3: invalid start byte"},
        {"a: \xed\xa0\x80", "invalid Unicode character", "byte 0xed in position 3: invalid continuation byte"},
        {"a: \xf5\x80\x80\x80", "invalid Unicode character", "byte 0xf5 in position 3: invalid start byte"},
        {"a: \xe2\x82", "incomplete UTF-8 octet sequence", "bytes in position 3-4: unexpected end of data"},
        {"a: \xe2\x82z", "invalid trailing UTF-8 octet", "bytes in position 3-4: invalid continuation byte"},
        {"a: \x80", "invalid leading UTF-8 octet", "byte 0x80 in position 3: invalid start byte"},
    };
    for (const auto& one : cases) {
        CHECK(refused(one[0]).message == std::string("yaml: ") + one[1]);
        CHECK(refused(one[0], Dialect::V1).message ==
              std::string(".UnicodeDecodeError: 'utf-8' codec can't decode ") + one[2]);
    }
    CHECK(refused("a: \x01", Dialect::V1).message ==
          "yaml.reader.ReaderError: unacceptable character #x0001: special characters are not allowed\n"
          "  in \"./a.yaml\", position 3");
    CHECK(parsed("a: caf\xc3\xa9 \xf0\x9f\x90\xb3").find("a")->text ==
          "caf\xc3\xa9 \xf0\x9f\x90\xb3");
}

TEST_CASE("YAML: a token that begins nothing is refused") {
    CHECK(refused(", [a]\n: b\n").message == "yaml: did not find expected node content");
}

TEST_CASE("YAML: several documents are read in order, in 1.29 one only") {
    const auto documents = parse_yaml("a: 1\n---\na: 2\n", "a.yaml", Dialect::V2);
    REQUIRE(documents.ok());
    REQUIRE(documents->size() == 2);
    CHECK((*documents)[1].find("a")->text == "2");
    CHECK(refused("a: 1\n---\na: 2\n", Dialect::V1).message ==
          "yaml.composer.ComposerError: expected a single document in the stream\n"
          "  in \"./a.yaml\", line 1, column 1\n"
          "but found another document\n"
          "  in \"./a.yaml\", line 2, column 1");
}

TEST_CASE("YAML: unknown tags pass in V2 and are refused in 1.29") {
    CHECK(parsed("a: !mine x").find("a")->text == "x");
    CHECK(refused("a: !mine x", Dialect::V1).message ==
          "yaml.constructor.ConstructorError: could not determine a constructor for the tag '!mine'\n"
          "  in \"./a.yaml\", line 1, column 4");
}

TEST_CASE("YAML: a quoted value behind a tag stays a string") {
    CHECK(parsed("a: !override \"8080\"").find("a")->is_string());
    CHECK(parsed("a: !override 8080").find("a")->kind == NodeKind::Integer);
    CHECK(parsed("a: !override 8080").find("a")->tag == MergeTag::Override);
    CHECK(parsed("a: !reset null").find("a")->tag == MergeTag::Reset);
    CHECK(parsed("a: !reset []").find("a")->tag == MergeTag::Reset);
}

TEST_CASE("YAML: the top level must be a mapping") {
    for (const char* text : {"- a", "just text", "---\n", "5"}) {
        CHECK(load_error(text).message == "top-level object must be a mapping");
    }
    CHECK(load_error("").message == "empty compose file");
    CHECK(load_error("# nothing\n").message == "empty compose file");
    CHECK(load_error_v1("- a").message ==
          "Top level object in './docker-compose.yml' needs to be an object not '<class 'list'>'.");
}

TEST_CASE("YAML: a quote that the file does not close is refused, also behind a last newline") {
    for (const char* text : {"a: \"x\n  b: [80]\n", "a: 'x\n  b: [80]\n", "a: \"x", "a: 'x\n\n"})
        CHECK(refused(text).message.starts_with("yaml: "));
    CHECK(parsed("a: \"x\"\n").find("a")->text == "x");
    CHECK(parsed("a: |\n  x\n").find("a")->text == "x\n");
    CHECK(parsed("a: |+\n  x\n\n").find("a")->text == "x\n\n");
    CHECK(parsed("a: |\n  x").find("a")->text == "x");
}

TEST_CASE("YAML: a bracket in which no key can begin is refused as a key, and nothing breaks") {
    for (const std::string text : {"[?]: x",
                                   "[,]: x",
                                   "{?,?}: x",
                                   "{?}: x",
                                   "{,}: x",
                                   "x-a:\n  [?]: x\n",
                                   "- [?]: x",
                                   "[[?]: x]"}) {
        INFO(text);
        CHECK(refused(text).message.starts_with("yaml: "));
        CHECK(refused(text, Dialect::V1).message != "");
    }
    CHECK(refused("[?]: x").message == "yaml: did not find expected <document start>");
    CHECK(refused("x-a:\n  [?]: x\n").message == "yaml: line 1: did not find expected key");
    for (const int count : {1, 2, 3, 16, 300}) {
        for (const std::string begin : {"", "x-a:\n  ", "- ", "a: "}) {
            std::string inside = "?";
            for (int i = 1; i < count; ++i)
                inside += ",?";
            for (const std::string& text :
                 {"[" + inside + "]: x", "{" + inside + "}: x", "[{" + inside + "}: x]: y"}) {
                INFO(begin + text);
                CHECK(!refused(begin + text).message.empty());
                CHECK(!refused(begin + text, Dialect::V1).message.empty());
            }
        }
    }
}

TEST_CASE("YAML: a byte-order mark at the start is no column") {
    const std::string mark = "\xEF\xBB\xBF";
    for (const Dialect dialect : {Dialect::V2, Dialect::V1}) {
        const Node root = parsed(mark + "a: 1\nb:\n  c: 2\nd: 3\n", dialect);
        REQUIRE(root.find("d") != nullptr);
        CHECK(root.find("d")->text == "3");
        CHECK(at(root.find("a")->place) == "1:4");
        CHECK(parsed(mark + "---\na: 1\nb: 2\n", dialect).find("b")->text == "2");
        CHECK(parsed(mark + "# said\na: 1\nb: 2\n", dialect).find("b")->text == "2");
    }
    CHECK(at(refused(mark + "a: @x\n")) == "1:4");
    CHECK(at(refused(mark + "a: 1\n b: @x\n")) == at(refused("a: 1\n b: @x\n")));
    CHECK(load_ok(mark + "services:\n  web: {image: x}\nnetworks:\n  n: {}\n").services.size() ==
          1);
}
