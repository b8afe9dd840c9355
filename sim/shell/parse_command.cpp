// Commands: simple, compound, functions, redirections.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/work.hpp"
#include "sim/shell/characters.hpp"
#include "sim/shell/parser.hpp"

namespace podium::shell {
namespace {

constexpr std::size_t kMaxSubscriptBytes = 1000;  // of a[subscript]=
constexpr int kMostAliases = 10'000;           // put into one text
constexpr std::size_t kTextPerWork = 128;      // characters copied

}  // namespace

std::unique_ptr<Command> Parser::command() {
    const Level level(*this);
    auto out = std::make_unique<Command>();
    if (too_deep()) return out;
    skip_blanks();
    out->line = line_at(position_);
    put_aliases();
    if (peek() == '(') {
        if (peek(1) == '(' && closes_as_arithmetic(position_ + 2)) {
            position_ += 2;
            ArithmeticCommand arithmetic_command;
            arithmetic_command.line = out->line;
            take_expression(arithmetic_command.expression);
            out->body = std::move(arithmetic_command);
        } else {
            ++position_;
            SubshellCommand subshell;
            list(subshell.body, false);
            end_list(subshell.body, peek() == ')', ")");
            if (error_) return out;
            ++position_;
            out->body = std::move(subshell);
        }
        trailing_redirections(*out);
        return out;
    }
    const std::string_view first = plain_word();
    if (first == "{" || first == "if" || first == "while" || first == "until" || first == "for" ||
        first == "case") {
        position_ += first.size();
        compound_body(*out, first);
        trailing_redirections(*out);
        return out;
    }
    if (first == "[[") {
        position_ += first.size();
        condition_clause(*out);
        trailing_redirections(*out);
        return out;
    }
    if (first == "function") {
        position_ += first.size();
        skip_blanks();
        std::string name(plain_word());
        position_ += name.size();
        skip_blanks();
        if (peek() == '(' && peek(1) == ')') position_ += 2;
        function_body(*out, std::move(name));
        return out;
    }
    if (at_end() || at_list_end()) fail_unexpected();
    simple(*out);
    return out;
}

bool Parser::put_aliases() {
    if (aliases_ == nullptr || aliases_->empty()) return false;
    bool put = false;
    while (!error_) {
        std::erase_if(open_aliases_, [this](const OpenAlias& open) { return position_ >= open.end; });
        const std::string name(plain_word());
        const auto found = aliases_->find(name);
        const bool open = std::any_of(open_aliases_.begin(), open_aliases_.end(), [&name](const OpenAlias& each) { return each.name == name; });
        if (found == aliases_->end() || open) return put;
        put = true;
        const std::string& value = found->second;
        // Each copies the text.
        count_work(1 + text_.size() / kTextPerWork);
        if (++aliases_put_ > kMostAliases) {
            const std::string message = fmt::format("aliases are put in too often (Podium's shell gives up after {})", kMostAliases);
            fail(message, message);
            return put;
        }
        if (text_.size() + value.size() > kMaxScriptBytes) {
            const std::string message = fmt::format("the script is too long (at most {} bytes)", kMaxScriptBytes);
            fail(message, message);
            return put;
        }
        // Taken apart before it is put together: the text may be the one that is replaced.
        std::string text = fmt::format("{}{}{}", text_.substr(0, position_), value, text_.substr(position_ + name.size()));
        owned_ = std::move(text);
        text_ = owned_;
        const auto moved = [&](std::size_t& place) {
            if (place > position_) place = place + value.size() - name.size();
        };
        for (std::size_t& start : line_starts_) moved(start);
        for (OpenAlias& each : open_aliases_) moved(each.end);
        if (alias_after_ != std::string_view::npos) moved(alias_after_);
        open_aliases_.push_back({name, position_ + value.size()});
        if (value.ends_with(' ') || value.ends_with('\t')) alias_after_ = position_ + value.size();
        skip_blanks();
    }
    return put;
}

void Parser::compound_body(Command& out, std::string_view word) {
    if (word == "{") {
        GroupCommand group;
        braced_list(group.body, {}, "}");
        out.body = std::move(group);
    } else if (word == "if") {
        if_clause(out);
    } else if (word == "for") {
        for_clause(out);
    } else if (word == "case") {
        case_clause(out);
    } else {
        loop_clause(out, word == "until");
    }
}

void Parser::braced_list(List& out, std::string_view first, std::string_view last) {
    if (!first.empty()) expect_word(first);
    if (error_) return;
    list(out, false);
    end_list(out, plain_word() == last, last);
    if (!error_) position_ += last.size();
}

void Parser::end_list(const List& content, bool closed, std::string_view closing) {
    if (error_ || (closed && !content.items.empty())) return;
    // Where a command is missing, any other word is wrong; else it is the closing one that is
    // missing.
    fail_unexpected(content.items.empty() && !at_end() ? std::string_view() : closing);
}

void Parser::if_clause(Command& out) {
    IfCommand clause;
    while (!error_) {
        IfBranch branch;
        list(branch.condition, false);
        end_list(branch.condition, true, "then");
        expect_word("then");
        if (error_) break;
        list(branch.body, false);
        end_list(branch.body, true, "fi");
        clause.branches.push_back(std::move(branch));
        if (take_word("elif")) continue;
        if (take_word("else")) {
            list(clause.otherwise, false);
            end_list(clause.otherwise, true, "fi");
        }
        if (!error_ && !take_word("fi")) fail_unexpected("fi");
        break;
    }
    out.body = std::move(clause);
}

void Parser::loop_clause(Command& out, bool until) {
    LoopCommand loop;
    loop.until = until;
    list(loop.condition, false);
    end_list(loop.condition, true, "do");
    if (!error_) braced_list(loop.body, "do", "done");
    out.body = std::move(loop);
}

void Parser::for_clause(Command& out) {
    ForCommand loop;
    skip_blanks();
    if (looking_at("((")) return reckoned_loop(out);
    loop.variable = plain_word();
    if (!is_name(loop.variable)) {
        if (at_end() || peek() == '\n' || is_metacharacter(peek())) {
            fail_unexpected();
        } else {
            fail("syntax error: bad for loop variable",
                 fmt::format("`{}': not a valid identifier", loop.variable));
        }
        return;
    }
    position_ += loop.variable.size();
    skip_newlines();
    loop.over_parameters = true;
    if (take_word("in")) {
        loop.over_parameters = false;
        skip_blanks();
        while (!error_ && !at_end() && !is_metacharacter(peek())) {
            loop.words.emplace_back();
            word(loop.words.back());
            skip_blanks();
        }
        if (!error_ && !at_end() && peek() != ';' && peek() != '\n') fail_unexpected();
    }
    if (peek() == ';' && peek(1) != ';') ++position_;
    if (!error_) braced_list(loop.body, "do", "done");
    out.body = std::move(loop);
}

// bash shows what stands between the parentheses, which it has read to their end before it looks at the parts.
void Parser::bad_reckoned_loop(std::size_t start, bool too_many) {
    if (error_) return;
    std::size_t end = start;
    int parentheses = 0;
    for (; end < text_.size(); ++end) {
        if (text_[end] == '(') ++parentheses;
        if (text_[end] == ')' && --parentheses == 0) break;
    }
    std::string source(text_.substr(start, std::min(end + 1, text_.size()) - start));
    fail("syntax error: bad for loop", too_many ? "syntax error: `;' unexpected" : "syntax error: arithmetic expression required");
    error_->bash_second = fmt::format("syntax error: `{}'", source);
}

void Parser::reckoned_loop(Command& out) {
    LoopCommand loop;
    loop.reckoned = true;
    const std::size_t start = position_;
    position_ += 2;
    List* const lists[] = {&loop.first, &loop.condition, &loop.step};
    for (List* list : lists) {
        const bool last = list == &loop.step;
        skip_blanks();
        ArithmeticCommand expression;
        expression.line = line_at(position_);
        expression.of_loop = true;
        parts(expression.expression, Mode::Clause);
        if (error_) return;
        if (last ? !looking_at("))") : peek() != ';') {
            bad_reckoned_loop(start, last);
            return;
        }
        position_ += last ? 2 : 1;
        // Where nothing stands, nothing is done, and the condition holds.
        if (expression.expression.parts.empty() && list != &loop.condition) continue;
        if (expression.expression.parts.empty()) add_text(expression.expression, "1", false);
        auto command = std::make_unique<Command>();
        command->line = line_at(position_);
        command->body = std::move(expression);
        ListItem item;
        item.parts.emplace_back();
        item.parts.back().pipeline.commands.push_back(std::move(command));
        list->items.push_back(std::move(item));
    }
    skip_blanks();
    if (peek() == ';' && peek(1) != ';') ++position_;
    skip_newlines();
    if (plain_word() == "{")
        braced_list(loop.body, "{", "}");
    else
        braced_list(loop.body, "do", "done");
    out.body = std::move(loop);
}

void Parser::case_clause(Command& out) {
    CaseCommand clause;
    skip_blanks();
    if (at_end() || is_metacharacter(peek())) {
        fail_unexpected();
        return;
    }
    word(clause.subject);
    expect_word("in");
    while (!error_) {
        skip_newlines();
        if (take_word("esac")) break;
        if (at_end()) {
            fail_unexpected("esac");
            break;
        }
        CaseBranch branch;
        case_branch(branch);
        clause.branches.push_back(std::move(branch));
    }
    out.body = std::move(clause);
}

void Parser::case_branch(CaseBranch& out) {
    if (peek() == '(') ++position_;
    while (!error_) {
        skip_blanks();
        if (at_end() || is_metacharacter(peek())) {
            fail_unexpected();
            return;
        }
        out.patterns.emplace_back();
        word(out.patterns.back());
        skip_blanks();
        if (peek() != '|') break;
        ++position_;
    }
    if (error_) return;
    if (peek() != ')') {
        fail_unexpected(")");
        return;
    }
    ++position_;
    list(out.body, false);
    if (error_) return;
    if (looking_at(";;&")) {
        out.then = CaseBranch::Then::Search;
        position_ += 3;
    } else if (looking_at(";&")) {
        out.then = CaseBranch::Then::Next;
        position_ += 2;
    } else if (looking_at(";;")) {
        position_ += 2;
    } else if (plain_word() != "esac") {
        fail_unexpected(";;");
    }
}

void Parser::function_body(Command& out, std::string name) {
    if (name.empty()) {
        fail("syntax error: bad function name", "syntax error near unexpected token `('");
        return;
    }
    FunctionCommand function;
    function.name = std::move(name);
    skip_newlines();
    const std::string_view first = plain_word();
    const bool compound = peek() == '(' || first == "{" || first == "if" || first == "while" ||
                          first == "until" || first == "for" || first == "case" || first == "[[";
    if (!compound) {
        fail_unexpected("{");
        return;
    }
    function.body = command();
    out.body = std::move(function);
}

void Parser::trailing_redirections(Command& out) {
    while (!error_) {
        skip_blanks();
        if (!redirection(out.redirections)) return;
    }
}

// Past the bracket that closes a subscript, or 0 when none does on this line and within kMaxSubscriptBytes.
std::size_t Parser::after_subscript(std::size_t open) const {
    int brackets = 0;
    const std::size_t end = std::min(text_.size(), open + kMaxSubscriptBytes);
    for (std::size_t i = open; i < end && text_[i] != '\n'; ++i) {
        const char c = text_[i];
        if (c == '\\') {
            ++i;
        } else if (c == '\'' || c == '"') {
            i = std::min(text_.substr(0, end).find(c, i + 1), end);
        } else if (c == '[') {
            ++brackets;
        } else if (c == ']' && --brackets == 0) {
            return i + 1;
        }
    }
    return 0;
}

void Parser::array_elements(Assignment& out) {
    const Level level(*this);
    if (too_deep()) return;
    const std::size_t start = position_;
    ++position_;
    out.is_array = true;
    while (!error_) {
        skip_newlines();
        if (at_end()) return fail_unclosed("syntax error: unexpected \"(\"", ')', start);
        if (peek() == ')') break;
        if (is_metacharacter(peek())) return fail_unexpected();
        ArrayElement element;
        const std::size_t after = peek() == '[' ? after_subscript(position_) : 0;
        element.append = text_.substr(std::min(after, text_.size())).starts_with("+=");
        if (after > position_ + 2 && (element.append || (after < text_.size() && text_[after] == '='))) {
            ++position_;
            element.subscript = std::make_unique<Word>();
            parts(*element.subscript, Mode::Subscript);
            if (!error_ && position_ + 1 != after) fail_unexpected();
            if (error_) return;
            position_ = after + (element.append ? 2 : 1);
        } else {
            element.append = false;
        }
        word(element.value);
        out.elements.push_back(std::move(element));
    }
    if (!error_) ++position_;
}

bool Parser::assignment(SimpleCommand& out) {
    const std::size_t start = position_;
    std::size_t end = position_;
    while (end < text_.size() && is_name_char(text_[end]))
        ++end;
    if (end == position_ || is_digit(peek()) || end >= text_.size()) return false;
    Assignment next;
    next.name = std::string(text_.substr(position_, end - position_));
    const std::size_t bracket = end;
    if (text_[end] == '[') end = after_subscript(end);
    if (end == 0 || end >= text_.size()) return false;
    next.append = text_[end] == '+' && end + 1 < text_.size() && text_[end + 1] == '=';
    if (!next.append && text_[end] != '=') return false;
    if (end > bracket) {
        position_ = bracket + 1;
        next.subscript = std::make_unique<Word>();
        parts(*next.subscript, Mode::Subscript);
        if (!error_ && position_ + 1 != end) fail_unexpected();
        if (error_) return true;
        next.text = std::string(text_.substr(start, end - start));
    }
    position_ = end + (next.append ? 2 : 1);
    if (peek() == '(') {
        array_elements(next);
        next.text = std::string(text_.substr(start, position_ - start));
    } else {
        word(next.value);
    }
    out.assignments.push_back(std::move(next));
    return true;
}

// `local a=(x y)`: the argument of a command that declares variables.
bool Parser::declared_array(SimpleCommand& out) {
    std::size_t end = position_;
    while (end < text_.size() && is_name_char(text_[end]))
        ++end;
    const std::string_view rest = text_.substr(end);
    if (!is_name_start(peek()) || (!rest.starts_with("=(") && !rest.starts_with("+=("))) return false;
    SimpleCommand part;
    assignment(part);
    if (error_) return true;
    out.words.emplace_back();
    add_text(out.words.back(), part.assignments.back().name, true);
    out.declared.push_back(std::move(part.assignments.back()));
    return true;
}

void Parser::simple(Command& out) {
    static constexpr std::array<std::string_view, 5> kDeclaring{"declare", "export", "local", "readonly", "typeset"};
    SimpleCommand simple_command;
    bool declares = false;
    const std::size_t start = position_;
    while (!error_) {
        skip_blanks();
        if (at_end()) break;
        if (!at_process_substitution() && redirection(out.redirections)) continue;
        if (error_ || (is_metacharacter(peek()) && !at_process_substitution())) break;
        if (simple_command.words.empty() && assignment(simple_command)) continue;
        if (!error_ && declares && declared_array(simple_command)) continue;
        if (error_) break;
        if (position_ >= alias_after_ || (simple_command.words.empty() && !simple_command.assignments.empty())) {
            alias_after_ = std::string_view::npos;
            put_aliases();
            if (at_end() || (is_metacharacter(peek()) && !at_process_substitution())) continue;
        }
        const bool first = simple_command.words.empty() && simple_command.assignments.empty();
        std::string name(first ? plain_word() : std::string_view());
        if (first) declares = std::find(kDeclaring.begin(), kDeclaring.end(), name) != kDeclaring.end();
        simple_command.words.emplace_back();
        word(simple_command.words.back());
        if (!first || name.empty() || error_) continue;
        const std::size_t after = position_;
        skip_blanks();
        if (peek() == '(' && out.redirections.empty()) {
            ++position_;
            skip_blanks();
            if (peek() != ')') {
                fail_unexpected(")");
                return;
            }
            ++position_;
            function_body(out, std::move(name));
            return;
        }
        position_ = after;
    }
    if (!error_ && position_ == start) fail_unexpected();
    out.body = std::move(simple_command);
}

bool Parser::redirection(std::vector<Redirection>& out) {
    constexpr std::size_t kMostDigits = 3;
    std::size_t digits = 0;
    while (is_digit(peek(digits)))
        ++digits;
    const bool both = digits == 0 && (looking_at("&>"));
    const char direction = both ? '>' : peek(digits);
    if (direction != '<' && direction != '>') return false;
    Redirection next;
    next.descriptor = direction == '<' ? 0 : 1;
    if (digits > kMostDigits) {
        fail("the descriptor's number is too large", "the descriptor's number is too large");
        return true;
    }
    if (digits > 0) {
        next.descriptor = 0;
        for (std::size_t i = 0; i < digits; ++i)
            next.descriptor = next.descriptor * 10 + (peek(i) - '0');
    }
    position_ += digits + (both ? 1 : 0);
    using Kind = Redirection::Kind;

    struct Form {
        std::string_view text;
        Kind kind;
    };

    static constexpr Form kForms[] = {{"<<<", Kind::HereString},
                                      {"<<-", Kind::HereDocument},
                                      {"<<", Kind::HereDocument},
                                      {"<&", Kind::Duplicate},
                                      {"<>", Kind::ReadWrite},
                                      {"<", Kind::Input},
                                      {">>", Kind::Append},
                                      {">&", Kind::Duplicate},
                                      {">|", Kind::Output},
                                      {">", Kind::Output}};
    for (const Form& form : kForms) {
        if (!looking_at(form.text)) continue;
        next.kind = form.kind;
        position_ += form.text.size();
        if (both)
            next.kind = form.kind == Kind::Append ? Kind::AppendAndError : Kind::OutputAndError;
        if (form.kind == Kind::HereDocument) {
            document_start(next, form.text == "<<-");
            out.push_back(std::move(next));
            return true;
        }
        break;
    }
    skip_blanks();
    if (at_end() || (is_metacharacter(peek()) && !at_process_substitution())) {
        fail_unexpected();
        return true;
    }
    next.target = std::make_shared<Word>();
    word(*next.target);
    out.push_back(std::move(next));
    return true;
}

void Parser::document_start(Redirection& out, bool strip_tabs) {
    skip_blanks();
    PendingDocument document;
    document.strip_tabs = strip_tabs;
    const std::size_t start = position_;
    while (!at_end() && !is_metacharacter(peek())) {
        const char c = peek();
        ++position_;
        if (c == '\\') {
            document.quoted = true;
            if (!at_end()) document.delimiter.push_back(text_[position_++]);
        } else if (c == '\'' || c == '"') {
            document.quoted = true;
            while (!at_end() && peek() != c)
                document.delimiter.push_back(text_[position_++]);
            if (at_end()) {
                fail_quote(c, start);
                return;
            }
            ++position_;
        } else {
            document.delimiter.push_back(c);
        }
    }
    if (position_ == start) {
        fail_unexpected();
        return;
    }
    out.target = std::make_shared<Word>();
    document.target = out.target;
    documents_.push_back(std::move(document));
}

}  // namespace podium::shell
