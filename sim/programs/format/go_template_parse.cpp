#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <utility>

#include "sim/base/utf8.hpp"
#include "sim/programs/format/go_functions.hpp"
#include "sim/programs/format/go_template_lex.hpp"
#include "sim/programs/format/go_template_tree.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::format {
namespace {

bool is_operand(NodeKind kind) {
    return kind == NodeKind::Bool || kind == NodeKind::Dot || kind == NodeKind::Nil ||
           kind == NodeKind::Number || kind == NodeKind::String;
}

// The value of a quoted text as Go's strconv.Unquote reads it; false for what it refuses.
bool unquote(std::string_view quoted, std::string& value) {
    const char quote = quoted.front();
    quoted = quoted.substr(1, quoted.size() - 2);
    if (quote == '`') {
        for (const char c : quoted) {
            if (c != '\r') value += c;
        }
        return true;
    }
    constexpr std::string_view kEscapes = "abfnrtv\\";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\";
    for (std::size_t at = 0; at < quoted.size(); ++at) {
        if (quoted[at] != '\\') {
            value += quoted[at];
            continue;
        }
        if (++at == quoted.size()) return false;
        const char c = quoted[at];
        if (const std::size_t known = kEscapes.find(c); known != std::string_view::npos) {
            value += kMeanings[known];
        } else if (c == quote) {
            value += c;
        } else {
            const std::size_t digits = c == 'x'               ? 2
                                       : c == 'u'             ? 4
                                       : c == 'U'             ? 8
                                       : c >= '0' && c <= '7' ? 3
                                                              : 0;
            const int base = c >= '0' && c <= '7' ? 8 : 16;
            const std::size_t from = base == 8 ? at : at + 1;
            if (digits == 0 || from + digits > quoted.size()) return false;
            std::uint32_t code = 0;
            const auto end = quoted.data() + from + digits;
            const auto result = std::from_chars(quoted.data() + from, end, code, base);
            if (result.ec != std::errc() || result.ptr != end) return false;
            at = from + digits - 1;
            if (digits <= 3) {
                if (code > 0xFF) return false;
                value += static_cast<char>(static_cast<unsigned char>(code));
            } else {
                if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
                append_rune(value, code);
            }
        }
    }
    return true;
}

class Parser {
  public:
    Parser(std::string_view name, std::string_view text) : tokens_(lex_template(text)) {
        tree_.name = name;
        tree_.text = text;
    }

    TemplateTree run() {
        Node root = make(NodeKind::List, peek());
        while (peek().kind != TokenKind::End) {
            if (peek().kind == TokenKind::LeftDelimiter) {
                const std::size_t before = next_;
                ++next_;
                if (next_nonspace().kind == TokenKind::Define) {
                    define();
                    continue;
                }
                next_ = before;
            }
            Node node = text_or_action();
            if (node.kind == NodeKind::End || node.kind == NodeKind::Else)
                fail("unexpected " + node_text(node));
            root.children.push_back(std::move(node));
        }
        add(tree_.name, std::move(root));
        return std::move(tree_);
    }

  private:
    // --- tokens ---
    const Token& at(std::size_t i) const { return tokens_[std::min(i, tokens_.size() - 1)]; }

    const Token& peek() {
        read_ = std::max(read_, std::min(next_, tokens_.size() - 1));
        return at(next_);
    }

    const Token& next() {
        const Token& token = peek();
        ++next_;
        return token;
    }

    const Token& next_nonspace() {
        while (peek().kind == TokenKind::Space)
            ++next_;
        return next();
    }

    const Token& peek_nonspace() {
        while (peek().kind == TokenKind::Space)
            ++next_;
        return peek();
    }

    const Token& expect(TokenKind kind, std::string_view context) {
        const Token& token = next_nonspace();
        if (token.kind != kind) unexpected(token, context);
        return token;
    }

    // --- failures ---
    [[noreturn]] void fail(const std::string& sentence) const {
        throw TemplateFailure{
            fmt::format("template: {}:{}: {}", tree_.name, at(read_).line, sentence)};
    }

    [[noreturn]] void unexpected(const Token& token, std::string_view context) const {
        if (token.kind != TokenKind::Error)
            fail(fmt::format("unexpected {} in {}", token_text(token), context));
        std::string sentence = token.text;
        if (action_line_ != 0 && action_line_ != token.line) {
            // "unclosed action" already says action.
            sentence += fmt::format("{} started at {}:{}",
                                    sentence.ends_with(" action") ? "" : " in action",
                                    tree_.name,
                                    action_line_);
        }
        fail(sentence);
    }

    // Counts how deep it is; C++'s stack has a limit that Go's has not.
    class Depth {
      public:
        explicit Depth(Parser& parser) : parser_(parser) {
            if (++parser_.depth_ > kTemplateDepthMost)
                parser_.fail("max expression depth exceeded");
        }

        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;

        ~Depth() { --parser_.depth_; }

      private:
        Parser& parser_;
    };

    static Node make(NodeKind kind, const Token& token) {
        Node node;
        node.kind = kind;
        node.position = token.position;
        node.line = token.line;
        return node;
    }

    void add(const std::string& name, Node root) {
        const auto empty = [](const Node& list) {
            for (const Node& node : list.children) {
                if (node.kind != NodeKind::Text ||
                    node.text.find_first_not_of(" \t\r\n") != std::string::npos)
                    return false;
            }
            return true;
        };
        const auto known = tree_.templates.find(name);
        if (known == tree_.templates.end() || empty(known->second)) {
            tree_.templates[name] = std::move(root);
        } else if (!empty(root)) {
            fail(fmt::format("template: multiple definition of template {}", go_quote(name)));
        }
    }

    // --- actions ---
    Node list(Node& end) {
        Node nodes = make(NodeKind::List, peek_nonspace());
        while (peek_nonspace().kind != TokenKind::End) {
            Node node = text_or_action();
            if (node.kind == NodeKind::End || node.kind == NodeKind::Else) {
                end = std::move(node);
                return nodes;
            }
            nodes.children.push_back(std::move(node));
        }
        fail("unexpected EOF");
    }

    Node text_or_action() {
        const Token& token = next_nonspace();
        if (token.kind == TokenKind::Text) {
            Node node = make(NodeKind::Text, token);
            node.text = token.text;
            return node;
        }
        if (token.kind != TokenKind::LeftDelimiter) unexpected(token, "input");
        action_line_ = token.line;
        Node node = action();
        action_line_ = 0;
        return node;
    }

    Node action() {
        const Depth depth(*this);
        const Token& token = next_nonspace();
        switch (token.kind) {
            case TokenKind::Block:
                return block();
            case TokenKind::Break:
                return leave_range(NodeKind::Break, token, "{{break}}");
            case TokenKind::Continue:
                return leave_range(NodeKind::Continue, token, "{{continue}}");
            case TokenKind::Else:
                return else_action();
            case TokenKind::EndKeyword:
                return make(NodeKind::End, expect(TokenKind::RightDelimiter, "end"));
            case TokenKind::If:
                return control(NodeKind::If, "if");
            case TokenKind::Range:
                return control(NodeKind::Range, "range");
            case TokenKind::With:
                return control(NodeKind::With, "with");
            case TokenKind::Template:
                return call_template();
            default:
                break;
        }
        --next_;
        Node node = make(NodeKind::Action, peek());
        node.children.push_back(pipeline("command", TokenKind::RightDelimiter));
        return node;
    }

    Node leave_range(NodeKind kind, const Token& token, std::string_view words) {
        Node node = make(kind, token);
        const Token& close = next_nonspace();
        if (close.kind != TokenKind::RightDelimiter) unexpected(close, words);
        if (range_depth_ == 0) fail(fmt::format("{} outside {{{{range}}}}", words));
        return node;
    }

    Node else_action() {
        const Token& token = peek_nonspace();
        // "{{else if ...}}" is read as "{{else}}{{if ...}}": the word stays where it is.
        if (token.kind == TokenKind::If || token.kind == TokenKind::With)
            return make(NodeKind::Else, token);
        return make(NodeKind::Else, expect(TokenKind::RightDelimiter, "else"));
    }

    Node control(NodeKind kind, std::string_view context) {
        const Depth depth(*this);
        const std::size_t variables = variables_.size();
        Node node = make(kind, peek_nonspace());
        node.children.push_back(pipeline(context, TokenKind::RightDelimiter));
        range_depth_ += kind == NodeKind::Range ? 1 : 0;
        Node end;
        node.children.push_back(list(end));
        range_depth_ -= kind == NodeKind::Range ? 1 : 0;
        if (end.kind == NodeKind::Else) {
            const bool chained = (kind == NodeKind::If && peek().kind == TokenKind::If) ||
                                 (kind == NodeKind::With && peek().kind == TokenKind::With);
            if (chained) {
                ++next_;
                Node otherwise;
                otherwise.position = end.position;
                otherwise.children.push_back(control(kind, context));
                node.children.push_back(std::move(otherwise));
            } else {
                node.children.push_back(list(end));
                if (end.kind != NodeKind::End) fail("expected end; found " + node_text(end));
            }
        }
        variables_.resize(variables);
        return node;
    }

    std::string template_name(const Token& token, std::string_view context) {
        if (token.kind != TokenKind::String && token.kind != TokenKind::RawString)
            unexpected(token, context);
        std::string name;
        if (!unquote(token.text, name)) fail("invalid syntax");
        return name;
    }

    // What comes between a {{define}} or {{block}} and its {{end}}: it sees no variable but $.
    void definition(const std::string& name, std::string_view context) {
        const Depth depth(*this);
        std::vector<std::string> outside{"$"};
        std::swap(outside, variables_);
        const int ranges = std::exchange(range_depth_, 0);
        Node end;
        Node root = list(end);
        if (end.kind != NodeKind::End)
            fail(fmt::format("unexpected {} in {}", node_text(end), context));
        add(name, std::move(root));
        range_depth_ = ranges;
        std::swap(outside, variables_);
    }

    void define() {
        constexpr std::string_view kContext = "define clause";
        const std::string name = template_name(next_nonspace(), kContext);
        expect(TokenKind::RightDelimiter, kContext);
        definition(name, kContext);
    }

    Node block() {
        constexpr std::string_view kContext = "block clause";
        const Token& token = next_nonspace();
        Node node = make(NodeKind::Template, token);
        node.text = template_name(token, kContext);
        node.children.push_back(pipeline(kContext, TokenKind::RightDelimiter));
        definition(node.text, kContext);
        return node;
    }

    Node call_template() {
        constexpr std::string_view kContext = "template clause";
        const Token& token = next_nonspace();
        Node node = make(NodeKind::Template, token);
        node.text = template_name(token, kContext);
        if (next_nonspace().kind != TokenKind::RightDelimiter) {
            --next_;
            node.children.push_back(pipeline(kContext, TokenKind::RightDelimiter));
        }
        return node;
    }

    // --- pipelines ---
    Node pipeline(std::string_view context, TokenKind end) {
        Node pipe = make(NodeKind::Pipe, peek_nonspace());
        declarations(pipe, context);
        while (true) {
            const Token& token = next_nonspace();
            if (token.kind == end) break;
            switch (token.kind) {
                case TokenKind::Bool:
                case TokenKind::CharacterConstant:
                case TokenKind::Dot:
                case TokenKind::Field:
                case TokenKind::Identifier:
                case TokenKind::Number:
                case TokenKind::NilKeyword:
                case TokenKind::RawString:
                case TokenKind::String:
                case TokenKind::Variable:
                case TokenKind::LeftParenthesis:
                    --next_;
                    pipe.children.push_back(command());
                    break;
                default:
                    unexpected(token, context);
            }
        }
        if (pipe.children.empty()) fail(fmt::format("missing value for {}", context));
        for (std::size_t i = 1; i < pipe.children.size(); ++i) {
            // Only the first command may be a plain value.
            if (is_operand(pipe.children[i].children.front().kind)) {
                fail(fmt::format("non executable command in pipeline stage {}", i + 1));
            }
        }
        return pipe;
    }

    // "$x :=", "$x =" or, in a range, "$i, $e :=" at the front of a pipeline.
    void declarations(Node& pipe, std::string_view context) {
        while (peek_nonspace().kind == TokenKind::Variable) {
            const std::size_t before = next_;
            const std::string variable = next().text;
            const Token& after = peek_nonspace();
            const bool comma = after.kind == TokenKind::Character && after.text == ",";
            if (!comma && after.kind != TokenKind::Assign && after.kind != TokenKind::Declare) {
                next_ = before;
                return;
            }
            pipe.flag = after.kind == TokenKind::Assign;
            next_nonspace();
            pipe.names.push_back(variable);
            variables_.push_back(variable);
            if (!comma) return;
            if (context != "range" || pipe.names.size() >= 2)
                fail(fmt::format("too many declarations in {}", context));
            const TokenKind following = peek_nonspace().kind;
            if (following != TokenKind::Variable && following != TokenKind::RightDelimiter &&
                following != TokenKind::RightParenthesis) {
                fail("range can only initialize variables");
            }
        }
    }

    Node command() {
        Node node = make(NodeKind::Command, peek_nonspace());
        while (true) {
            peek_nonspace();
            Node term;
            if (operand(term)) node.children.push_back(std::move(term));
            const Token& token = next();
            if (token.kind == TokenKind::Space) continue;
            if (token.kind == TokenKind::RightDelimiter ||
                token.kind == TokenKind::RightParenthesis) {
                --next_;
            } else if (token.kind != TokenKind::Pipe) {
                unexpected(token, "operand");
            }
            break;
        }
        if (node.children.empty()) fail("empty command");
        return node;
    }

    bool operand(Node& node) {
        if (!term(node)) return false;
        if (peek().kind != TokenKind::Field) return true;
        const std::size_t position = peek().position;
        std::vector<std::string> fields;
        while (peek().kind == TokenKind::Field)
            fields.push_back(next().text.substr(1));
        if (node.kind == NodeKind::Field || node.kind == NodeKind::Variable) {
            node.names.insert(node.names.end(), fields.begin(), fields.end());
            node.position = position;
            return true;
        }
        if (is_operand(node.kind))
            fail(fmt::format("unexpected . after term {}", go_quote(node_text(node))));
        Node chain;
        chain.kind = NodeKind::Chain;
        chain.position = position;
        chain.line = node.line;
        chain.names = std::move(fields);
        chain.children.push_back(std::move(node));
        node = std::move(chain);
        return true;
    }

    bool term(Node& node) {
        const Token& token = next_nonspace();
        switch (token.kind) {
            case TokenKind::Identifier:
                check_function(token.text);
                node = make(NodeKind::Identifier, token);
                node.text = token.text;
                return true;
            case TokenKind::Dot:
                node = make(NodeKind::Dot, token);
                return true;
            case TokenKind::NilKeyword:
                node = make(NodeKind::Nil, token);
                return true;
            case TokenKind::Variable:
                node = make(NodeKind::Variable, token);
                node.names.push_back(token.text);
                if (std::find(variables_.begin(), variables_.end(), token.text) ==
                    variables_.end()) {
                    fail(fmt::format("undefined variable {}", go_quote(token.text)));
                }
                return true;
            case TokenKind::Field:
                node = make(NodeKind::Field, token);
                node.names.push_back(token.text.substr(1));
                return true;
            case TokenKind::Bool:
                node = make(NodeKind::Bool, token);
                node.flag = token.text == "true";
                return true;
            case TokenKind::CharacterConstant:
            case TokenKind::Number:
                number(node, token);
                return true;
            case TokenKind::LeftParenthesis: {
                const Depth depth(*this);
                node = pipeline("parenthesized pipeline", TokenKind::RightParenthesis);
                return true;
            }
            case TokenKind::String:
            case TokenKind::RawString:
                node = make(NodeKind::String, token);
                node.text = token.text;
                if (!unquote(token.text, node.value)) fail("invalid syntax");
                return true;
            default:
                --next_;
                return false;
        }
    }

    void check_function(const std::string& name) const {
        if (name == "html" || name == "js" || name == "urlquery" || name == "call") {
            fail(fmt::format("Podium does not model the template function {}", go_quote(name)));
        }
        // Docker lends getDetailsOrder to the template of `docker version` alone.
        const bool lent = name != "getDetailsOrder" || tree_.name == "version";
        if (!lent || find_function(name, false) == nullptr)
            fail(fmt::format("function {} not defined", go_quote(name)));
    }

    void number(Node& node, const Token& token) {
        node = make(NodeKind::Number, token);
        node.text = token.text;
        if (token.kind == TokenKind::CharacterConstant) {
            std::string value;
            if (!unquote(token.text, value) || value.empty() ||
                decode_rune(value, 0).size != value.size()) {
                fail("malformed character constant: " + token.text);
            }
            node.is_integer = true;
            node.integer = static_cast<std::int64_t>(decode_rune(value, 0).value);
            return;
        }
        std::string digits;
        for (const char c : token.text) {
            if (c != '_') digits += c;
        }
        std::string_view rest = digits;
        const bool negative = rest.starts_with("-");
        if (negative || rest.starts_with("+")) rest.remove_prefix(1);
        int base = 10;
        if (rest.size() > 1 && rest.front() == '0') {
            const char mark = rest[1];
            base = mark == 'x' || mark == 'X' ? 16 : mark == 'b' || mark == 'B' ? 2 : 8;
            const bool marked = base != 8 || mark == 'o' || mark == 'O';
            if (rest.find_first_of(".eE") != std::string_view::npos && base != 16) base = 10;
            if (base != 10) rest.remove_prefix(marked ? 2 : 1);
        }
        std::uint64_t whole = 0;
        const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), whole, base);
        const bool integer = !rest.empty() && result.ec == std::errc() &&
                             result.ptr == rest.data() + rest.size() &&
                             whole <= static_cast<std::uint64_t>(INT64_MAX);
        if (integer) {
            node.is_integer = true;
            node.integer =
                negative ? -static_cast<std::int64_t>(whole) : static_cast<std::int64_t>(whole);
            return;
        }
        const std::string_view decimal =
            negative || digits.front() == '+' ? std::string_view(digits).substr(1) : digits;
        const auto real =
            std::from_chars(decimal.data(), decimal.data() + decimal.size(), node.real);
        if (base != 10 || decimal.empty() || real.ec != std::errc() ||
            real.ptr != decimal.data() + decimal.size()) {
            fail("illegal number syntax: " + go_quote(token.text));
        }
        if (negative) node.real = -node.real;
    }

    TemplateTree tree_;
    std::vector<Token> tokens_;
    std::size_t next_ = 0;  // the token to read next
    std::size_t read_ = 0;  // the furthest token looked at: failures name its line
    int action_line_ = 0;
    int depth_ = 0;
    int range_depth_ = 0;
    std::vector<std::string> variables_{"$"};
};

std::string list_text(const std::vector<Node>& nodes, std::string_view between) {
    std::string text;
    for (const Node& node : nodes) {
        if (!text.empty()) text += between;
        text += node_text(node);
    }
    return text;
}

std::string fields_text(const std::vector<std::string>& names, std::size_t from) {
    std::string text;
    for (std::size_t i = from; i < names.size(); ++i)
        text += "." + names[i];
    return text;
}

std::string operand_text(const Node& node) {
    return node.kind == NodeKind::Pipe ? "(" + node_text(node) + ")" : node_text(node);
}

std::string control_text(const Node& node, std::string_view word) {
    std::string text = fmt::format(
        "{{{{{} {}}}}}{}", word, node_text(node.children[0]), node_text(node.children[1]));
    if (node.children.size() > 2) text += "{{else}}" + node_text(node.children[2]);
    return text + "{{end}}";
}

}  // namespace

std::string node_text(const Node& node) {
    switch (node.kind) {
        case NodeKind::List:
            return list_text(node.children, "");
        case NodeKind::Text:
            return node.text;
        case NodeKind::Action:
            return "{{" + node_text(node.children[0]) + "}}";
        case NodeKind::If:
            return control_text(node, "if");
        case NodeKind::With:
            return control_text(node, "with");
        case NodeKind::Range:
            return control_text(node, "range");
        case NodeKind::Template:
            return "{{template " + go_quote(node.text) +
                   (node.children.empty() ? std::string() : " " + node_text(node.children[0])) +
                   "}}";
        case NodeKind::Break:
            return "{{break}}";
        case NodeKind::Continue:
            return "{{continue}}";
        case NodeKind::Else:
            return "{{else}}";
        case NodeKind::End:
            return "{{end}}";
        case NodeKind::Pipe: {
            std::string text;
            for (const std::string& name : node.names)
                text += (text.empty() ? "" : ", ") + name;
            if (!text.empty()) text += node.flag ? " = " : " := ";
            return text + list_text(node.children, " | ");
        }
        case NodeKind::Command: {
            std::string text;
            for (const Node& child : node.children)
                text += (text.empty() ? "" : " ") + operand_text(child);
            return text;
        }
        case NodeKind::Field:
            return fields_text(node.names, 0);
        case NodeKind::Variable:
            return node.names[0] + fields_text(node.names, 1);
        case NodeKind::Chain:
            return operand_text(node.children[0]) + fields_text(node.names, 0);
        case NodeKind::Identifier:
        case NodeKind::Number:
        case NodeKind::String:
            return node.text;
        case NodeKind::Dot:
            return ".";
        case NodeKind::Nil:
            return "nil";
        case NodeKind::Bool:
            return node.flag ? "true" : "false";
    }
    return {};
}

TemplateTree parse_template(std::string_view name, std::string_view text) {
    if (text.size() > kTemplateBytesMost) {
        throw TemplateFailure{fmt::format(
            "template: {}:1: the template is longer than {} bytes", name, kTemplateBytesMost)};
    }
    return Parser(name, text).run();
}

}  // namespace podium::format
