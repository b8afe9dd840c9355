#include "sim/shell/parse.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/shell/characters.hpp"
#include "sim/shell/parser.hpp"

namespace podium::shell {
namespace {

constexpr std::array<std::string_view, 8> kClosingWords{
    "then", "elif", "else", "fi", "do", "done", "esac", "}"};

bool is_reserved(std::string_view word) {
    static constexpr std::array<std::string_view, 18> kReserved{"if",
                                                                "time",
                                                                "then",
                                                                "elif",
                                                                "else",
                                                                "fi",
                                                                "do",
                                                                "done",
                                                                "case",
                                                                "esac",
                                                                "while",
                                                                "for",
                                                                "until",
                                                                "{",
                                                                "}",
                                                                "!",
                                                                "in",
                                                                "function"};
    return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

}  // namespace

Parser::Parser(std::string_view text, std::string name, int first_line, int depth, const Aliases* aliases)
    : aliases_(aliases), text_(text), name_(std::move(name)), first_line_(first_line), depth_(depth) {
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\n') line_starts_.push_back(i + 1);
    }
    if (text_.size() > kMaxScriptBytes) {
        const std::string message =
            fmt::format("the script is too long (at most {} bytes)", kMaxScriptBytes);
        fail(message, message);
    }
}

int Parser::line_at(std::size_t position) const {
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), position);
    return first_line_ + static_cast<int>(after - line_starts_.begin()) - 1;
}

void Parser::fail(std::string ash, std::string bash) {
    if (!error_) {
        const int line = line_at(position_);
        const std::size_t start = line_starts_[static_cast<std::size_t>(line - first_line_)];
        const int column = static_cast<int>(position_ - start) + 1;
        error_ = SyntaxError{
            {std::move(ash), {name_, line, column}, {}}, std::move(bash), line, {}, {}, false};
    }
    position_ = text_.size();
}

void Parser::fail_unclosed(std::string ash, char closing, std::size_t start) {
    position_ = text_.size();
    if (error_) return;
    fail(std::move(ash), fmt::format("unexpected EOF while looking for matching `{}'", closing));
    error_->bash_line = line_at(start);
    error_->incomplete = true;
}

void Parser::fail_unexpected(std::string_view expecting) {
    if (error_) return;
    std::string token;
    std::string bash_token;
    static constexpr std::array<std::string_view, 11> kOperators{
        "&&", "||", ";;&", ";;", ";&", ";", "&", "|", "(", ")", "`"};
    if (at_end()) {
        token = "end of file";
    } else if (peek() == '\n') {
        token = bash_token = "newline";
    } else if (peek() == '<' || peek() == '>') {
        token = "redirection";
        bash_token = std::string(1, peek());
    } else {
        for (const std::string_view candidate : kOperators) {
            if (bash_token.empty() && looking_at(candidate)) bash_token = candidate;
        }
        if (!bash_token.empty()) {
            token = fmt::format("\"{}\"", bash_token);
        } else {
            bash_token = plain_word();
            token = is_reserved(bash_token) ? fmt::format("\"{}\"", bash_token) : "word";
        }
    }
    std::string ash = fmt::format("syntax error: unexpected {}", token);
    if (!expecting.empty()) ash += fmt::format(" (expecting \"{}\")", expecting);
    if (at_end()) {
        fail(std::move(ash), "syntax error: unexpected end of file");
        error_->incomplete = true;
        if (!text_.ends_with('\n')) ++error_->bash_line;
        return;
    }
    const std::size_t start = text_.rfind('\n', position_ == 0 ? 0 : position_ - 1);
    const std::size_t first = start == std::string_view::npos || position_ == 0 ? 0 : start + 1;
    std::string source(text_.substr(first, text_.find('\n', position_) - first));
    fail(std::move(ash), fmt::format("syntax error near unexpected token `{}'", bash_token));
    error_->source = std::move(source);
}

void Parser::fail_quote(char quote, std::size_t start) {
    fail_unclosed(quote == '`' ? "syntax error: EOF in backquote substitution"
                               : "syntax error: unterminated quoted string",
                  quote,
                  start);
}

bool Parser::too_deep() {
    if (depth_ <= kMaxNesting) return false;
    const std::string message =
        fmt::format("the script nests too deeply (at most {} levels)", kMaxNesting);
    fail(message, message);
    return true;
}

void Parser::skip_blanks() {
    while (!at_end()) {
        if (peek() == ' ' || peek() == '\t') {
            ++position_;
        } else if (peek() == '\\' && peek(1) == '\n') {
            position_ += 2;
        } else if (peek() == '#') {
            while (!at_end() && peek() != '\n')
                ++position_;
        } else {
            return;
        }
    }
}

bool Parser::newline() {
    if (at_end() || peek() != '\n') return false;
    ++position_;
    read_documents();
    return true;
}

void Parser::skip_newlines() {
    do {
        skip_blanks();
    } while (newline());
}

std::string_view Parser::plain_word() const {
    std::size_t end = position_;
    while (end < text_.size() && !is_metacharacter(text_[end])) {
        const char c = text_[end];
        if (c == '\\' || c == '\'' || c == '"' || c == '$' || c == '`') return {};
        ++end;
    }
    return text_.substr(position_, end - position_);
}

bool Parser::take_word(std::string_view word) {
    if (plain_word() != word) return false;
    position_ += word.size();
    return true;
}

void Parser::expect_word(std::string_view word) {
    skip_newlines();
    if (!take_word(word)) fail_unexpected(word);
}

bool Parser::at_list_end() const {
    if (peek() == ')' || looking_at(";;") || looking_at(";&")) return true;
    const std::string_view word = plain_word();
    return std::find(kClosingWords.begin(), kClosingWords.end(), word) != kClosingWords.end();
}

void Parser::script(List& out) {
    list(out, true);
    if (!error_ && !at_end()) fail_unexpected();
    if (error_) {
        out.items.resize(std::min(out.items.size(), complete_items_));
    } else if (!documents_.empty()) {
        read_documents();
    }
}

void Parser::list(List& out, bool top) {
    bool begins_line = true;
    while (true) {
        skip_blanks();
        if (at_end()) return;
        if (newline()) {
            if (top) complete_items_ = out.items.size();
            begins_line = true;
            continue;
        }
        if (at_list_end()) return;
        const std::size_t start = position_;
        ListItem next;
        next.begins_line = std::exchange(begins_line, false);
        item(next);
        if (error_) return;
        skip_blanks();
        if (peek() == '&') {
            next.background = true;
            next.text = std::string(text_.substr(start, position_ - start));
            while (!next.text.empty() && is_blank(next.text.back()))
                next.text.pop_back();
            ++position_;
        } else if (peek() == ';' && peek(1) != ';' && peek(1) != '&') {
            ++position_;
        } else if (!at_end() && peek() != '\n' && !at_list_end()) {
            fail_unexpected();
            return;
        }
        out.items.push_back(std::move(next));
    }
}

void Parser::item(ListItem& out) {
    auto join = AndOrPart::Join::First;
    while (!error_) {
        AndOrPart part;
        part.join = join;
        pipeline(part.pipeline);
        out.parts.push_back(std::move(part));
        skip_blanks();
        if (looking_at("&&")) {
            join = AndOrPart::Join::And;
        } else if (looking_at("||")) {
            join = AndOrPart::Join::Or;
        } else {
            return;
        }
        position_ += 2;
        skip_newlines();
    }
}

void Parser::pipeline(Pipeline& out) {
    skip_blanks();
    // One may stand for `! false` or `time true`, and one for nothing at all.
    if (put_aliases() && (at_end() || peek() == '\n' || peek() == ';')) {
        out.commands.push_back(std::make_unique<Command>());
        return;
    }
    while (!at_end()) {
        if (take_word("!")) {
            out.negated = !out.negated;
        } else if (take_word("time")) {
            out.timed = true;
            skip_blanks();
            if (take_word("-p")) out.timed_posix = true;
        } else {
            break;
        }
        skip_blanks();
    }
    // `time` alone times nothing.
    if (out.timed && (at_end() || peek() == '\n' || peek() == ';')) return;
    while (!error_) {
        auto next = command();
        if (error_) return;
        out.commands.push_back(std::move(next));
        skip_blanks();
        if (peek() != '|' || peek(1) == '|') return;
        ++position_;
        if (peek() == '&') {  // `a |& b` is bash's short form of `a 2>&1 | b`
            ++position_;
            auto both = std::make_shared<Word>();
            add_text(*both, "1", false);
            out.commands.back()->redirections.push_back(
                {Redirection::Kind::Duplicate, 2, std::move(both)});
        }
        skip_newlines();
    }
}

void Parser::read_documents() {
    std::vector<PendingDocument> pending;
    pending.swap(documents_);
    for (PendingDocument& document : pending) {
        std::string body;
        bool closed = false;
        const int line = line_at(position_);
        while (!at_end() && !closed) {
            const std::size_t end = std::min(text_.find('\n', position_), text_.size());
            std::string_view row = text_.substr(position_, end - position_);
            position_ = std::min(end + 1, text_.size());
            if (document.strip_tabs) {
                while (!row.empty() && row.front() == '\t')
                    row.remove_prefix(1);
            }
            if (row == document.delimiter) {
                closed = true;
            } else {
                body.append(row);
                body.push_back('\n');
            }
        }
        if (!closed && !open_document_) open_document_ = OpenDocument{document.delimiter, document.strip_tabs};
        if (document.quoted) {
            add_text(*document.target, body, true);
            continue;
        }
        Parser inner(body, name_, line, depth_ + 1);
        inner.document(*document.target);
        if (inner.error_ && !error_) {
            error_ = inner.error_;
            position_ = text_.size();
        }
    }
}

Result<std::shared_ptr<const Script>> parse(std::string_view text, std::string name) {
    PartialScript parsed = parse_until_error(text, std::move(name));
    if (parsed.error) return std::move(parsed.error->error);
    return std::move(parsed.script);
}

std::optional<Word> parse_subscript(std::string_view text) {
    const std::string closed = std::string(text) + "]";
    Parser parser(closed, {}, 1, 0);
    Word out;
    parser.whole_subscript(out);
    if (parser.error()) return std::nullopt;
    return out;
}

PartialScript parse_until_error(std::string_view text, std::string name, int first_line, const Aliases* aliases) {
    auto script = std::make_shared<Script>();
    script->name = name;
    Parser parser(text, std::move(name), first_line, 0, aliases);
    if (!parser.error()) parser.script(script->body);
    return {std::move(script), parser.error(), parser.open_document()};
}

}  // namespace podium::shell
