#include "sim/programs/compose_file/yaml_syntax.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <map>
#include <stdexcept>

#include "sim/programs/compose_file/yaml_scanner.hpp"

namespace podium::compose {
namespace {

using Kind = YamlTokenKind;

constexpr std::string_view kIndentation = "check the indentation of this line and those above";

bool is_among(Kind kind, std::initializer_list<Kind> kinds) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

class Grammar {
  public:
    Grammar(std::string_view text, Dialect dialect) : scanner_(text, dialect), dialect_(dialect) {}

    void check() {
        YamlMark root = kind() == Kind::StreamEnd || kind() == Kind::DocumentStart
                            ? begin_document()
                            : node(true, false);
        while (true) {
            while (kind() == Kind::DocumentEnd)
                scanner_.take();
            if (kind() == Kind::StreamEnd) return;
            if (kind() != Kind::DocumentStart) {
                stop(YamlStage::Parser,
                     {"",
                      "did not find expected <document start>",
                      fmt::format("expected '<document start>', but found {}", found()),
                      kIndentation},
                     std::nullopt);
            }
            if (dialect_ == Dialect::V1) {
                stop(YamlStage::Composer,
                     {"expected a single document in the stream",
                      {},
                      "but found another document",
                      "docker-compose 1.29 reads one document a file; put the second into a file "
                      "of its own"},
                     root);
            }
            root = begin_document();
        }
    }

  private:
    Kind kind() { return scanner_.peek().kind; }

    bool next_is(std::initializer_list<Kind> kinds) { return is_among(kind(), kinds); }

    std::string found() { return fmt::format("'{}'", yaml_token_name(kind())); }

    [[noreturn]] void stop(YamlStage stage, YamlWords words, std::optional<YamlMark> from) {
        throw YamlScanner::Stop{{stage, std::move(words), from, scanner_.peek().start}};
    }

    YamlMark begin_document() {
        if (kind() == Kind::StreamEnd) return scanner_.peek().start;
        scanner_.take();
        if (next_is({Kind::DocumentStart, Kind::DocumentEnd, Kind::StreamEnd}))
            return scanner_.peek().start;
        return node(true, false);
    }

    // --- nodes

    void alias() {
        const std::string name = scanner_.peek().text;
        if (!anchors_.contains(name)) {
            stop(YamlStage::Composer,
                 {"",
                  fmt::format("unknown anchor '{}' referenced", name),
                  fmt::format("found undefined alias '{}'", name),
                  "define it before its use: key: &name value"},
                 std::nullopt);
        }
        scanner_.take();
    }

    // Anchor and tag, in either order; whether there is one.
    bool properties(std::string& anchor) {
        bool tagged = false;
        while (true) {
            if (kind() == Kind::Anchor && anchor.empty()) {
                anchor = scanner_.take().text;
            } else if (kind() == Kind::Tag && !tagged) {
                tagged = true;
                scanner_.take();
            } else {
                return tagged || !anchor.empty();
            }
        }
    }

    void define(const std::string& anchor, const YamlMark& start) {
        if (anchor.empty()) return;
        const auto [there, is_new] = anchors_.emplace(anchor, start);
        if (is_new) return;
        if (dialect_ == Dialect::V1) {
            throw YamlScanner::Stop{
                {YamlStage::Composer,
                 {fmt::format("found duplicate anchor '{}'; first occurrence", anchor),
                  {},
                  "second occurrence",
                  "give each anchor a name of its own"},
                 there->second,
                 start}};
        }
        there->second = start;
    }

    YamlMark node(bool block, bool indentless) {
        const YamlMark start = scanner_.peek().start;
        if (kind() == Kind::Alias) {
            alias();
            return start;
        }
        std::string anchor;
        const bool has_properties = properties(anchor);
        const Kind next = kind();
        const bool begins =
            next == Kind::Scalar || next == Kind::FlowSequenceStart ||
            next == Kind::FlowMappingStart ||
            (block && (next == Kind::BlockSequenceStart || next == Kind::BlockMappingStart)) ||
            (indentless && next == Kind::BlockEntry);
        if (!begins && !has_properties) {
            stop(YamlStage::Parser,
                 {block ? "while parsing a block node" : "while parsing a flow node",
                  "did not find expected node content",
                  fmt::format("expected the node content, but found {}", found()),
                  next == Kind::FlowSequenceEnd || next == Kind::FlowMappingEnd
                      ? std::string_view("take the ']' or '}' away, or open it before")
                  : next == Kind::StreamEnd ? std::string_view("close what '[' or '{' opened")
                                            : std::string_view("take away what stands here")},
                 start);
        }
        define(anchor, start);
        if (begins) content(next);
        return start;
    }

    void content(Kind next) {
        if (next == Kind::Scalar) {
            scanner_.take();
        } else if (next == Kind::BlockEntry) {
            indentless_sequence();
        } else if (next == Kind::BlockSequenceStart) {
            block_sequence();
        } else if (next == Kind::BlockMappingStart) {
            block_mapping();
        } else {
            flow_collection(next == Kind::FlowSequenceStart);
        }
    }

    void block_sequence() {
        const YamlMark start = scanner_.take().start;
        while (kind() == Kind::BlockEntry) {
            scanner_.take();
            if (!next_is({Kind::BlockEntry, Kind::BlockEnd})) node(true, false);
        }
        end_block("while parsing a block collection", "did not find expected '-' indicator", start);
    }

    void indentless_sequence() {
        while (kind() == Kind::BlockEntry) {
            scanner_.take();
            if (!next_is({Kind::BlockEntry, Kind::Key, Kind::Value, Kind::BlockEnd}))
                node(true, false);
        }
    }

    void block_mapping() {
        const YamlMark start = scanner_.take().start;
        while (kind() == Kind::Key) {
            scanner_.take();
            if (!next_is({Kind::Key, Kind::Value, Kind::BlockEnd})) node(true, true);
            if (kind() != Kind::Value) continue;
            scanner_.take();
            if (!next_is({Kind::Key, Kind::Value, Kind::BlockEnd})) node(true, true);
        }
        end_block("while parsing a block mapping", "did not find expected key", start);
    }

    void end_block(std::string context, std::string problem, const YamlMark& start) {
        if (kind() != Kind::BlockEnd) {
            stop(YamlStage::Parser,
                 {std::move(context),
                  std::move(problem),
                  fmt::format("expected <block end>, but found {}", found()),
                  kIndentation},
                 start);
        }
        scanner_.take();
    }

    void flow_collection(bool list) {
        const Kind end = list ? Kind::FlowSequenceEnd : Kind::FlowMappingEnd;
        const YamlMark start = scanner_.take().start;
        for (bool first = true; kind() != end; first = false) {
            if (!first) {
                if (kind() != Kind::FlowEntry) {
                    stop(
                        YamlStage::Parser,
                        {list ? "while parsing a flow sequence" : "while parsing a flow mapping",
                         list ? "did not find expected ',' or ']'"
                              : "did not find expected ',' or '}'",
                         fmt::format("expected ',' or '{}', but got {}", list ? ']' : '}', found()),
                         list ? std::string_view("close the list with ']'")
                              : std::string_view("close the mapping with '}'"),
                         true},
                        start);
                }
                scanner_.take();
                if (kind() == end) break;
            }
            if (kind() == Kind::Key) {
                flow_pair(end);
            } else {
                node(false, false);
            }
        }
        scanner_.take();
    }

    void flow_pair(Kind end) {
        scanner_.take();
        if (!next_is({Kind::Value, Kind::FlowEntry, end})) node(false, false);
        if (kind() != Kind::Value) return;
        scanner_.take();
        if (!next_is({Kind::FlowEntry, end})) node(false, false);
    }

    YamlScanner scanner_;
    Dialect dialect_;
    std::map<std::string, YamlMark, std::less<>> anchors_;
};

std::string python_place(const Place& place) {
    const bool rooted = place.file.starts_with("/") || place.file.starts_with(".");
    return fmt::format("  in \"{}{}\", line {}, column {}",
                       rooted ? "" : "./",
                       place.file,
                       place.line,
                       place.column);
}

Place place_of(const YamlMark& mark, const std::string& file) {
    return {file, mark.line + 1, mark.column + 1};
}

// decode.go of go-yaml 3.0.1, parser.fail: the line of the context, or of the problem where that is
// the first; one too small where the grammar complains.
std::string go_sentence(const YamlComplaint& complaint) {
    if (complaint.stage == YamlStage::Composer) return fmt::format("yaml: {}", complaint.words.go);
    const YamlMark context =
        complaint.from.value_or(complaint.stage == YamlStage::Scanner ? complaint.at : YamlMark{});
    const int line = context.line != 0 ? context.line : complaint.at.line;
    if (line == 0) return fmt::format("yaml: {}", complaint.words.go);
    return fmt::format("yaml: line {}: {}",
                       line + (complaint.stage == YamlStage::Scanner ? 1 : 0),
                       complaint.words.go);
}

// error.py of PyYAML, MarkedYAMLError; config.py of docker-compose 1.29.2, load_yaml.
std::string python_sentence(const YamlComplaint& complaint, const std::string& file) {
    std::string text;
    switch (complaint.stage) {
        case YamlStage::Scanner:
            text = "yaml.scanner.ScannerError: ";
            break;
        case YamlStage::Parser:
            text = "yaml.parser.ParserError: ";
            break;
        case YamlStage::Composer:
            text = "yaml.composer.ComposerError: ";
            break;
    }
    if (!complaint.words.context.empty()) text += fmt::format("{}\n", complaint.words.context);
    const bool elsewhere = complaint.from && (complaint.from->line != complaint.at.line ||
                                              complaint.from->column != complaint.at.column);
    if (elsewhere) text += python_place(place_of(*complaint.from, file)) + "\n";
    return text + complaint.words.python + "\n" + python_place(place_of(complaint.at, file));
}

}  // namespace

std::optional<Error> yaml_syntax_error(std::string_view text,
                                       const std::string& file,
                                       Dialect dialect) {
    Grammar grammar(text, dialect);
    try {
        grammar.check();
        return std::nullopt;
    } catch (const YamlScanner::Unsure&) {
        return std::nullopt;
    } catch (const std::logic_error&) {
        // A position outside the text or the tokens: yaml-cpp has the word.
        return std::nullopt;
    } catch (const YamlScanner::Stop& stop) {
        const YamlComplaint& complaint = stop.complaint;
        const bool at_start = complaint.from && complaint.words.began_wrong;
        return Error{
            dialect == Dialect::V1 ? python_sentence(complaint, file) : go_sentence(complaint),
            place_of(at_start ? *complaint.from : complaint.at, file),
            std::string(complaint.words.hint)};
    }
}

std::string python_constructor_error(std::string_view problem, const Place& place) {
    return fmt::format("yaml.constructor.ConstructorError: {}\n{}", problem, python_place(place));
}

std::string python_unhashable(const Place& mapping, const Place& key) {
    const std::string where = mapping == key ? "" : python_place(mapping) + "\n";
    return fmt::format("yaml.constructor.ConstructorError: while constructing a mapping\n{}found "
                       "unhashable key\n{}",
                       where,
                       python_place(key));
}

}  // namespace podium::compose
