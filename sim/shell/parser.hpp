#pragma once

// The parser behind parse(): recursive descent over the characters, for a shell's tokens depend on
// where they stand. After an error the position is at the end of the text, so that every loop ends.
// Private to this folder.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/shell/ast.hpp"
#include "sim/shell/parse.hpp"

namespace podium::shell {

class Parser {
  public:
    Parser(std::string_view text, std::string name, int first_line, int depth, const Aliases* aliases = nullptr);
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    /// All of the text as commands; on an error `out` keeps what was complete before its line.
    void script(List& out);
    /// All of the text as the content of a here-document.
    void document(Word& out);
    /// All of the text, which ends with "]", as a subscript and that.
    void whole_subscript(Word& out);

    [[nodiscard]] const std::optional<SyntaxError>& error() const { return error_; }

    /// The here-document that the text ended inside of.
    [[nodiscard]] const std::optional<OpenDocument>& open_document() const { return open_document_; }

  private:
    /// Where a word ends and what is special in it.
    enum class Mode : std::uint8_t {
        Plain,         // a word of a command
        DoubleQuoted,  // up to '"'
        Document,      // to the end of the text
        Arithmetic,    // up to "))"
        Braces,        // up to '}'
        BracesQuoted,  // up to '}', between double quotes
        BracesSlash,   // up to '/' or '}'
        BracesColon,   // up to ':' or '}', an arithmetic expression
        Subscript,     // up to ']' or '}', an arithmetic expression
        Clause,        // of a `for (( ))`: up to ';' or ')', an arithmetic expression
        Expression,    // a regular expression in [[ ]]: up to a blank outside of parentheses
    };

    struct PendingDocument {
        std::shared_ptr<Word> target;
        std::string delimiter;
        bool strip_tabs = false;
        bool quoted = false;
    };

    /// Counts one level of nesting for as long as it lives.
    struct Level {
        explicit Level(Parser& parser_in) : parser(parser_in) { ++parser.depth_; }

        ~Level() { --parser.depth_; }

        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        Parser& parser;
    };

    // Characters and tokens.
    [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }

    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }

    [[nodiscard]] bool looking_at(std::string_view what) const {
        return text_.substr(position_).starts_with(what);
    }

    void skip_blanks();
    bool newline();
    void skip_newlines();
    [[nodiscard]] std::string_view plain_word() const;
    bool take_word(std::string_view word);
    void expect_word(std::string_view word);
    [[nodiscard]] bool at_list_end() const;

    /// `<(` and `>(`.
    [[nodiscard]] bool at_process_substitution() const { return (peek() == '<' || peek() == '>') && peek(1) == '('; }

    [[nodiscard]] int line_at(std::size_t position) const;
    [[nodiscard]] bool too_deep();

    void fail(std::string ash, std::string bash);
    void fail_unclosed(std::string ash, char closing, std::size_t start);
    void fail_unexpected(std::string_view expecting = {});
    void fail_quote(char quote, std::size_t start);

    // Commands.
    void list(List& out, bool top);
    void item(ListItem& out);
    void pipeline(Pipeline& out);
    std::unique_ptr<Command> command();
    bool put_aliases();
    void simple(Command& out);
    bool assignment(SimpleCommand& out);
    [[nodiscard]] std::size_t after_subscript(std::size_t open) const;
    void array_elements(Assignment& out);
    bool declared_array(SimpleCommand& out);
    void compound_body(Command& out, std::string_view word);
    void if_clause(Command& out);
    void loop_clause(Command& out, bool until);
    void for_clause(Command& out);
    void reckoned_loop(Command& out);
    void bad_reckoned_loop(std::size_t start, bool too_many);
    void case_clause(Command& out);
    void case_branch(CaseBranch& out);
    void condition_clause(Command& out);
    void condition(Condition& out);
    void condition_and(Condition& out);
    /// What `part` reads, once or more, joined by `joint`.
    void condition_chain(Condition& out, std::string_view joint, Condition::Kind kind, void (Parser::*part)(Condition&));
    void condition_not(Condition& out);
    void condition_primary(Condition& out);
    void condition_operand(Condition& out);
    [[nodiscard]] std::string condition_token() const;
    void function_body(Command& out, std::string name);
    void braced_list(List& out, std::string_view first, std::string_view last);
    void end_list(const List& content, bool closed, std::string_view closing);
    void trailing_redirections(Command& out);
    bool redirection(std::vector<Redirection>& out);
    void document_start(Redirection& out, bool strip_tabs);
    void read_documents();

    // Words.
    void word(Word& out);
    void parts(Word& out, Mode mode);
    void special_part(Word& out, Mode mode);
    [[nodiscard]] bool ends_word(Mode mode, int parentheses) const;
    void backslash(Word& out, Mode mode);
    void single_quotes(Word& out);
    void dollar_quotes(Word& out);
    void double_quotes(Word& out);
    void dollar(Word& out, Mode mode);
    void braces(Word& out, bool quoted);
    void transformation(WordPart& part);
    void braces_operator(WordPart& part, bool quoted);
    [[nodiscard]] std::size_t parameter_length() const;
    bool braces_length(WordPart& part);
    /// "[subscript]"; false when that is none.
    bool subscript(WordPart& part);
    void substitution(Word& out, bool quoted);
    void process_substitution(Word& out);
    void arithmetic(Word& out, bool quoted);
    void backquotes(Word& out, bool quoted);
    void tilde(Word& out);
    void take_expression(Word& out);
    [[nodiscard]] bool closes_as_arithmetic(std::size_t position) const;

    /// An alias whose text is being read: up to its end its name is a word like any other.
    struct OpenAlias {
        std::string name;
        std::size_t end = 0;
    };

    const Aliases* aliases_;
    std::vector<OpenAlias> open_aliases_;
    int aliases_put_ = 0;
    std::size_t alias_after_ = std::string_view::npos;  // the word from here on may be an alias too
    std::string owned_;                                 // the text, once an alias was put in
    std::string_view text_;
    std::string name_;
    int first_line_;
    int depth_;
    std::size_t position_ = 0;
    std::vector<std::size_t> line_starts_;
    std::vector<PendingDocument> documents_;
    std::optional<SyntaxError> error_;
    std::size_t complete_items_ = 0;
    std::optional<OpenDocument> open_document_;
};

/// Adds characters to a word, to its last part where that is alike.
void add_text(Word& word, std::string_view text, bool quoted);

}  // namespace podium::shell
