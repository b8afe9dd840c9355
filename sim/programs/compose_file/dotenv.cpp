#include "sim/programs/compose_file/dotenv.hpp"

#include <fmt/format.h>
#include <map>

#include "sim/base/text.hpp"

namespace podium::compose {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

bool is_name_character(char c) {
    // Letters beyond ASCII are letters too; their bytes are all above 0x7F.
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '[' || c == ']' || static_cast<unsigned char>(c) >= 0x80U;
}

std::string trim_right(std::string text) {
    while (!text.empty() && (is_blank(text.back()) || text.back() == '\n'))
        text.pop_back();
    return text;
}

void append_utf8(unsigned code, std::string& out) {
    if (code < 0x80U) {
        out += static_cast<char>(code);
    } else {
        out += static_cast<char>(0xC0U | (code >> 6U));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

// The escapes of double quotes. `\$` becomes `$$`, which the expansion after it turns into '$'.
std::string expand_escapes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char escape = text[i + 1];
        switch (escape) {
            case 'a':
                out += '\a';
                break;
            case 'f':
                out += '\f';
                break;
            case 'n':
                out += '\n';
                break;
            case 'r':
                out += '\r';
                break;
            case 't':
                out += '\t';
                break;
            case 'v':
                out += '\v';
                break;
            case '"':
                out += '"';
                break;
            case '\\':
                out += '\\';
                break;
            case '$':
                out += "$$";
                break;
            case '0': {
                // Exactly three octal digits make a character, as in Go.
                unsigned code = 0;
                std::size_t digits = 0;
                while (digits < 3 && i + 2 + digits < text.size() && text[i + 2 + digits] >= '0' &&
                       text[i + 2 + digits] <= '7') {
                    code = code * 8 + static_cast<unsigned>(text[i + 2 + digits] - '0');
                    ++digits;
                }
                if (digits == 3 && code <= 0xFFU) {
                    append_utf8(code, out);
                    i += digits;
                } else {
                    out += "\\0";
                }
                break;
            }
            default:
                out += '\\';
                out += escape;
        }
        ++i;
    }
    return out;
}

class Parser {
  public:
    Parser(std::string_view text,
           const std::string& file,
           const Lookup& lookup,
           std::vector<std::string>& unset)
        : text_(text), file_(file), lookup_(lookup), unset_(unset) {
        if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    }

    Result<std::vector<EnvironmentLine>> parse() {
        while (skip_to_statement()) {
            const Result<void> read = statement();
            if (!read) return read.error();
        }
        return std::move(lines_);
    }

  private:
    [[nodiscard]] Error error(std::string message, std::string hint) const {
        return Error{std::move(message), {file_, line_, 0}, std::move(hint)};
    }

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

    // Over blank lines and comments; false at the end of the text.
    bool skip_to_statement() {
        while (!at_end()) {
            const char c = text_[at_];
            if (c == '\n') {
                ++line_;
                ++at_;
            } else if (is_blank(c)) {
                ++at_;
            } else if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else {
                return true;
            }
        }
        return false;
    }

    void skip_blanks() {
        while (!at_end() && is_blank(text_[at_]))
            ++at_;
    }

    Result<void> statement() {
        if (text_.substr(at_).starts_with("export") && at_ + 6 < text_.size() &&
            is_blank(text_[at_ + 6])) {
            at_ += 6;
            skip_blanks();
        }
        const std::size_t from = at_;
        std::size_t end = from;
        while (end < text_.size() && (is_blank(text_[end]) || is_name_character(text_[end])))
            ++end;
        const char stop = end < text_.size() ? text_[end] : '\n';
        if (stop != '=' && stop != ':' && stop != '\n') {
            const std::string_view line =
                text_.substr(from, std::min(text_.find('\n', from), text_.size()) - from);
            return error(fmt::format("line {}: unexpected character \"{}\" in variable name \"{}\"",
                                     line_,
                                     stop,
                                     line),
                         "write NAME=value; a comment begins with #");
        }
        const std::string name = trim_right(std::string(text_.substr(from, end - from)));
        if (name.find(' ') != std::string::npos) {
            return error(fmt::format("line {}: key cannot contain a space", line_),
                         "write NAME=value");
        }
        const Place place{file_, line_, 1};
        at_ = end;
        if (stop == '\n') {
            if (const auto value = lookup_(name)) put(name, *value, place);
            return {};
        }
        ++at_;
        skip_blanks();
        const Result<std::string> value = read_value();
        if (!value) return value.error();
        // A name that begins with a digit is read and dropped, as the real parser does.
        if (!name.empty() && !(name[0] >= '0' && name[0] <= '9')) put(name, *value, place);
        return {};
    }

    Result<std::string> read_value() {
        if (!at_end() && (text_[at_] == '"' || text_[at_] == '\'')) return quoted_value(text_[at_]);
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        std::string_view value = text_.substr(at_, end - at_);
        value = value.substr(0, value.find(" #"));
        const int line = line_;
        at_ = end;
        return expand(trim_right(std::string(value)), line);
    }

    Result<std::string> quoted_value(char quote) {
        std::string value;
        const int first_line = line_;
        const std::size_t from = at_;
        for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
            const char c = text_[i];
            if (c == '\n') ++line_;
            if (c == '\\' && i + 1 < text_.size()) {
                ++i;
                if (text_[i] == '\n') ++line_;
                if (text_[i] != quote) value += '\\';
                value += text_[i];
            } else if (c == quote) {
                at_ = i + 1;
                if (quote == '\'') return value;
                return expand(expand_escapes(value), first_line);
            } else {
                value += c;
            }
        }
        line_ = first_line;
        const std::string_view line =
            text_.substr(from, std::min(text_.find('\n', from), text_.size()) - from);
        return error(fmt::format("line {}: unterminated quoted value {}", line_, line),
                     "close the quotes");
    }

    Result<std::string> expand(const std::string& value, int line) {
        const Lookup lookup = [this](std::string_view name) -> std::optional<std::string> {
            if (auto outer = lookup_(name)) return outer;
            const auto earlier = position_.find(name);
            if (earlier == position_.end()) return std::nullopt;
            return lines_[earlier->second].value;
        };
        const Interpolation result = interpolate(value, lookup);
        for (const std::string& name : result.unset)
            unset_.push_back(name);
        switch (result.outcome) {
            case Interpolation::Outcome::Done:
                return result.text;
            case Interpolation::Outcome::RequiredMissing:
                return Error{fmt::format("required variable {} is missing a value{}{}",
                                         result.variable,
                                         result.reason.empty() ? "" : ": ",
                                         result.reason),
                             {file_, line, 1},
                             "set it above this line or in the shell"};
            case Interpolation::Outcome::InvalidTemplate:
            case Interpolation::Outcome::TooLong:
                break;
        }
        return Error{fmt::format("Invalid template: \"{}\"", result.template_text),
                     {file_, line, 1},
                     "write $$ for a dollar sign, or single quotes around the value"};
    }

    void put(const std::string& name, const std::string& value, const Place& place) {
        const auto [there, is_new] = position_.emplace(name, lines_.size());
        if (is_new) lines_.emplace_back();
        lines_[there->second] = {name, value, place};
    }

    std::string_view text_;
    const std::string& file_;
    const Lookup& lookup_;
    std::vector<std::string>& unset_;
    std::vector<EnvironmentLine> lines_;
    std::map<std::string, std::size_t, std::less<>> position_;
    std::size_t at_ = 0;
    int line_ = 1;
};

// format: raw, as docker run --env-file reads it: everything behind the first '=' is the value.
std::vector<EnvironmentLine> parse_raw(const std::string& text,
                                       const std::string& file,
                                       const Lookup& lookup) {
    std::vector<EnvironmentLine> lines;
    int number = 0;
    for (std::string line : split(text, '\n')) {
        ++number;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        const std::size_t first = line.find_first_not_of(" \t");
        if (first == std::string::npos || line[first] == '#') continue;
        line.erase(0, first);
        const std::size_t equals = line.find('=');
        const Place place{file, number, 1};
        const std::string name = line.substr(0, equals);
        if (equals != std::string::npos) {
            lines.push_back({name, line.substr(equals + 1), place});
        } else if (const auto value = lookup(name)) {
            lines.push_back({name, *value, place});
        }
    }
    return lines;
}

}  // namespace

Result<std::vector<EnvironmentLine>> parse_dotenv(const std::string& text,
                                                  const std::string& file,
                                                  const Lookup& lookup,
                                                  bool raw,
                                                  std::vector<std::string>& unset) {
    if (raw) return parse_raw(text, file, lookup);
    return Parser(text, file, lookup, unset).parse();
}

}  // namespace podium::compose
