#pragma once

// A parsed Go template: the tree that go_template_parse.cpp makes and go_template_exec.cpp walks.
// Used inside this folder only. A tree is plain data and refers to nothing outside itself.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace podium::format {

// Limits, so that no template can exhaust the machine.
inline constexpr std::size_t kTemplateBytesMost = 65'536;
inline constexpr int kTemplateDepthMost = 100;  ///< Nested actions, parentheses, templates.
inline constexpr std::size_t kTemplateStepsMost = 200'000;  ///< Nodes walked in one execution.
inline constexpr std::size_t kTemplateOutputMost = 16'777'216;

/// Thrown and caught inside this folder: parse() and execute() turn it into an Error.
struct TemplateFailure {
    std::string message;
};

enum class NodeKind : std::uint8_t {
    List,
    Text,
    Action,    ///< children: pipe
    If,        ///< children: pipe, list[, else list]
    With,      ///< as If
    Range,     ///< as If
    Template,  ///< text: name; children: [pipe]
    Break,
    Continue,
    Else,  ///< only while parsing
    End,   ///< only while parsing
    Pipe,  ///< names: declared variables; flag: they are assigned, not declared; children: commands
    Command,     ///< children: operands
    Field,       ///< names: .a.b
    Variable,    ///< names: $x .a .b, the first with its '$'
    Chain,       ///< children: operand; names: fields
    Identifier,  ///< text: a function's name
    Dot,
    Nil,
    Bool,    ///< flag
    Number,  ///< text: as written; integer or real
    String,  ///< text: as written; value
};

struct Node {
    NodeKind kind = NodeKind::List;
    std::size_t position = 0;  ///< In the template's text, in bytes.
    int line = 0;
    bool flag = false;
    bool is_integer = false;
    std::int64_t integer = 0;
    double real = 0;
    std::string text;
    std::string value;
    std::vector<std::string> names;
    std::vector<Node> children;
};

/// The node as Go writes it in its error sentences.
std::string node_text(const Node& node);

/// All templates of one text: the main one under its own name, others as {{define}} names them.
struct TemplateTree {
    std::string name;
    std::string text;
    std::map<std::string, Node> templates;
};

/// Parses; throws TemplateFailure with Go's sentence ("template: :1: unclosed action").
TemplateTree parse_template(std::string_view name, std::string_view text);

}  // namespace podium::format
