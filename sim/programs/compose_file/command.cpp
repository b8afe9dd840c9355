#include "sim/programs/compose_file/command.hpp"

namespace podium::compose {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Python's shlex in POSIX mode, which docker-compose 1.29 uses.
SplitCommand split_as_shlex(std::string_view text) {
    SplitCommand result;
    std::string word;
    bool open = false;
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == '\'') {
            if (c == quote) {
                quote = '\0';
            } else {
                word += c;
            }
        } else if (c == '\\') {
            if (i + 1 == text.size()) {
                result.problem = "No escaped character";
                return result;
            }
            const char next = text[++i];
            // Within double quotes only a quote and a backslash can be escaped.
            if (quote == '"' && next != '"' && next != '\\') word += '\\';
            word += next;
            open = true;
        } else if (quote == '"') {
            if (c == quote) {
                quote = '\0';
            } else {
                word += c;
            }
        } else if (c == '"' || c == '\'') {
            quote = c;
            open = true;
        } else if (is_space(c)) {
            if (open) result.words.push_back(word);
            word.clear();
            open = false;
        } else {
            word += c;
            open = true;
        }
    }
    if (quote != '\0') result.problem = "No closing quotation";
    if (open) result.words.push_back(word);
    return result;
}

// The words of compose-go: a backslash escapes anywhere but in single quotes, \t and \n are a tab
// and a newline, backquotes and $( ) hold blanks together, an operator ends the command.
class GoWords {
  public:
    explicit GoWords(std::string_view text) : text_(text) {}

    SplitCommand split() {
        for (at_ = 0; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (escaped_) {
                word_ += c == 't' ? '\t' : c == 'n' ? '\n' : c;
                escaped_ = false;
                open_ = true;
            } else if (c == '\\') {
                if (single_) {
                    word_ += c;
                } else {
                    escaped_ = true;
                }
            } else if (is_space(c)) {
                take_space(c);
            } else if (!take(c)) {
                break;
            }
        }
        if (!result_.problem.empty()) return result_;
        if (open_) result_.words.push_back(word_);
        if (escaped_ || single_ || double_ || back_ || dollar_)
            result_.problem = "invalid command line string";
        return result_;
    }

  private:
    void take_space(char c) {
        if (single_ || double_ || back_ || dollar_) {
            word_ += c;
            return;
        }
        if (open_) result_.words.push_back(word_);
        word_.clear();
        open_ = false;
    }

    // False when the command ends here.
    bool take(char c) {
        switch (c) {
            case '`':
                if (!single_ && !double_ && !dollar_) back_ = !back_;
                break;
            case ')':
                if (!single_ && !double_ && !back_) dollar_ = !dollar_;
                break;
            case '(':
                if (single_ || double_ || back_) break;
                if (dollar_ || word_.empty() || word_.back() != '$') {
                    result_.problem = "invalid command line string";
                    return false;
                }
                dollar_ = true;
                break;
            case '"':
                if (single_ || dollar_) break;
                if (double_) open_ = true;
                double_ = !double_;
                return true;
            case '\'':
                if (double_ || dollar_) break;
                if (single_) open_ = true;
                single_ = !single_;
                return true;
            case ';':
            case '&':
            case '|':
            case '<':
            case '>':
                if (single_ || double_ || back_ || dollar_) break;
                // "2>" belongs to the redirection, not to the words.
                if (c == '>' && !word_.empty() && word_[0] >= '0' && word_[0] <= '9') {
                    open_ = false;
                    --at_;
                }
                result_.cut_text = text_.substr(at_);
                return false;
            default:
                break;
        }
        open_ = true;
        word_ += c;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    SplitCommand result_;
    std::string word_;
    bool open_ = false;
    bool escaped_ = false;
    bool single_ = false;
    bool double_ = false;
    bool back_ = false;
    bool dollar_ = false;
};

}  // namespace

SplitCommand split_command(std::string_view text, Dialect dialect) {
    return dialect == Dialect::V1 ? split_as_shlex(text) : GoWords(text).split();
}

}  // namespace podium::compose
