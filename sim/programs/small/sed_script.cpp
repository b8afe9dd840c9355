#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <optional>

#include "sim/programs/small/sed_script.hpp"

namespace podium::programs::small::sed {
namespace {

/// What a letter after a backslash stands for: \n, \t, \r; to GNU's sed also \a, \f, \v, \cX, \dNNN, \oNNN, \xHH (convert_number() and
/// normalize_text() of sed/compile.c). Goes on to the last letter it has taken; nothing where it is no such thing.
std::optional<char> sed_escape(const std::string& text, std::size_t& at, bool gnu) {
    static constexpr std::string_view kLetters = "ntrafv";
    static constexpr std::string_view kMeanings = "\n\t\r\a\f\v";
    constexpr std::size_t kOfBoth = 3;
    const std::size_t letter = kLetters.find(text[at]);
    if (letter < (gnu ? kLetters.size() : kOfBoth)) return kMeanings[letter];
    if (!gnu) return std::nullopt;
    if (text[at] == 'c' && at + 1 < text.size() && text[at + 1] != '\\') {
        constexpr unsigned kControl = 0x40;
        ++at;
        const char upper = text[at] >= 'a' && text[at] <= 'z' ? static_cast<char>(text[at] - 'a' + 'A') : text[at];
        return static_cast<char>(static_cast<unsigned char>(upper) ^ kControl);
    }
    const int base = text[at] == 'd' ? 10 : text[at] == 'o' ? 8 : text[at] == 'x' ? 16 : 0;
    if (base == 0) return std::nullopt;
    const std::size_t most = base == 16 ? 2 : 3;
    unsigned value = 0;
    const char* const begin = text.data() + at + 1;
    const char* const end = begin + std::min(most, text.size() - at - 1);
    const auto read = std::from_chars(begin, end, value, base);
    if (read.ptr == begin) return std::nullopt;
    at += static_cast<std::size_t>(read.ptr - begin);
    return static_cast<char>(static_cast<unsigned char>(value & 0xffU));
}

/// A text with what its escapes stand for, before which `special` letters get a backslash; an escape of another kind is left. (In a pattern
/// sed 4.9 lets \x2e be any letter, as a full stop is.)
std::string sed_unescaped(const std::string& text, bool gnu, std::string_view special) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] != '\\' || i + 1 >= text.size()) continue;
        ++i;
        if (const std::optional<char> meant = sed_escape(text, i, gnu)) {
            if (special.find(*meant) == std::string_view::npos) out.pop_back();
            out += *meant;
        } else {
            out += text[i];
        }
    }
    return out;
}

class SedReader {
  public:
    SedReader(const std::string& text, bool extended, bool gnu) : text_(text), extended_(extended), gnu_(gnu) {}

    Result<std::vector<Command>> run(int& status, bool& quiet) {
        while (error_.empty()) {
            while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == ';') ++at_;
            if (at_ >= text_.size()) break;
            if (peek() == '#') {
                const std::size_t end = std::min(text_.find('\n', at_), text_.size());
                // Only its first line says so to GNU's, any comment to busybox's.
                if (text_.compare(at_, end - at_, "#n") == 0 && (at_ == 0 || !gnu_)) quiet = true;
                at_ = end;
                continue;
            }
            one();
            if (commands_.size() > kMostCommands) error_ = fmt::format("Podium's sed runs scripts of up to {} commands", kMostCommands);
        }
        if (error_.empty() && !open_.empty()) error_ = gnu_ ? "-e expression #1, char 0: unmatched `{'" : "unterminated {";
        if (error_.empty()) resolve();
        status = status_;
        if (!error_.empty()) return Error{error_, {}, {}};
        return std::move(commands_);
    }

  private:
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void blanks() {
        while (peek() == ' ' || peek() == '\t') ++at_;
    }

    void fail(const std::string& gnus, const std::string& busyboxs) {
        if (error_.empty()) error_ = gnu_ ? fmt::format("-e expression #1, char {}: {}", at_, gnus) : busyboxs;
    }

    void one() {
        Command command;
        address(command.first);
        if (error_.empty() && peek() == ',') {
            ++at_;
            second(command);
        }
        if (!error_.empty()) return;
        if (command.first.kind == Address::Kind::Zero && command.second.kind != Address::Kind::Pattern) {
            ++at_;  // GNU says so when it has read the command.
            return fail("invalid usage of line address 0", "invalid usage of line address 0");
        }
        blanks();
        while (peek() == '!') {
            command.negated = true;
            ++at_;
            blanks();
        }
        body(command);
        if (error_.empty()) commands_.push_back(std::move(command));
    }

    std::int64_t number() {
        std::int64_t value = 0;
        for (; peek() >= '0' && peek() <= '9'; ++at_) value = std::min<std::int64_t>(value * 10 + (peek() - '0'), INT32_MAX);
        return value;
    }

    /// Takes a set of a pattern, "[...]", as it is written: a delimiter or backslash in it means itself. False where it does not end.
    bool set(std::string& out) {
        std::size_t i = at_ + 1;
        if (i < text_.size() && text_[i] == '^') ++i;
        if (i < text_.size() && text_[i] == ']') ++i;
        for (; i < text_.size() && text_[i] != ']'; ++i) {
            if (text_[i] != '[' || i + 1 >= text_.size() || std::string_view(":.=").find(text_[i + 1]) == std::string_view::npos) continue;
            const std::size_t end = text_.find(std::string{text_[i + 1], ']'}, i + 2);
            if (end != std::string::npos) i = end + 1;
        }
        if (i >= text_.size()) return false;
        out.append(text_, at_, i + 1 - at_);
        at_ = i + 1;
        return true;
    }

    /// A text up to an unescaped delimiter; an escaped one stands for itself, and so does one in a pattern's set.
    bool delimited(char delimiter, std::string& out, bool pattern = false) {
        while (at_ < text_.size() && text_[at_] != delimiter) {
            if (pattern && text_[at_] == '[') {
                if (!set(out)) return false;
                continue;
            }
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                if (text_[at_ + 1] != delimiter) out += '\\';
                ++at_;
            }
            out += text_[at_++];
        }
        if (at_ >= text_.size()) return false;
        ++at_;
        return true;
    }

    void compile(const std::string& pattern, bool ignore_case, SharedRegex& out) {
        if (pattern.empty()) return;  // The last one used.
        auto compiled = Regex::compile(sed_unescaped(pattern, gnu_, ""), {extended_, ignore_case});
        if (compiled) {
            out = std::make_shared<const Regex>(std::move(*compiled));
            return;
        }
        const std::string& why = compiled.error().message;
        if (why.starts_with("Podium"))
            error_ = why;
        else
            fail(why, fmt::format("bad regex '{}': {}", pattern, why));
    }

    void address(Address& out) {
        if (peek() == '$') {
            out.kind = Address::Kind::Last;
            ++at_;
        } else if (peek() == '/' || peek() == '\\') {
            if (peek() == '\\') ++at_;
            const char delimiter = peek();
            ++at_;
            std::string pattern;
            out.kind = Address::Kind::Pattern;
            if (delimiter == '\0' || !delimited(delimiter, pattern, true)) {
                at_ = text_.size();
                return fail("unterminated address regex", fmt::format("unmatched '{}'", delimiter));
            }
            const bool ignore_case = peek() == 'I';
            if (ignore_case) ++at_;
            compile(pattern, ignore_case, out.pattern);
        } else if (peek() >= '0' && peek() <= '9') {
            out.kind = Address::Kind::Number;
            out.number = number();
            if (peek() == '~' && gnu_) {
                ++at_;
                out.kind = Address::Kind::Step;
                out.step = number();
            } else if (out.number == 0 && gnu_) {
                out.kind = Address::Kind::Zero;
            }
        }
        blanks();
    }

    void second(Command& command) {
        blanks();
        Address& out = command.second;
        if (peek() == '+' || (peek() == '~' && gnu_)) {
            out.kind = peek() == '+' ? Address::Kind::More : Address::Kind::Multiple;
            ++at_;
            out.number = number();
            return blanks();
        }
        address(out);
        if (out.kind == Address::Kind::None) ++at_;
        if (out.kind == Address::Kind::None) return fail("unexpected `,'", "no address after comma");
        // As an end, a step is its first line.
        if (out.kind == Address::Kind::Step || out.kind == Address::Kind::Zero) out.kind = Address::Kind::Number;
    }

    void body(Command& command) {
        command.name = peek();
        if (command.name == '\0') return fail("missing command", "missing command");
        ++at_;
        switch (command.name) {
            case 'd': case 'D': case 'g': case 'G': case 'h': case 'H': case 'n': case 'N': case 'p': case 'P': case 'x': case '=': case 'z':
                break;
            case 'q': case 'Q':
                if (command.name == 'Q' && !gnu_) return fail("", "unsupported command Q");
                blanks();
                if (gnu_) command.status = static_cast<int>(number() & 0xff);
                break;
            case '{':
                open_.push_back(commands_.size());
                return;
            case '}':
                if (open_.empty()) return fail("unexpected `}'", "unexpected }");
                commands_[open_.back()].target = commands_.size();
                open_.pop_back();
                break;
            case ':': case 'b': case 't': case 'T':
                return label(command);
            case 'a': case 'i': case 'c':
                return added_text(command);
            case 'r': case 'w':
                return file_name(command);
            case 's':
                substitution(command);
                break;
            case 'y':
                transliteration(command);
                break;
            default:
                if (std::string_view("eFlRvWM").find(command.name) != std::string_view::npos && (gnu_ || command.name == 'l')) {
                    error_ = fmt::format("Podium does not model sed's command '{}'", command.name);
                    return;
                }
                return fail(fmt::format("unknown command: `{}'", command.name), fmt::format("unsupported command {}", command.name));
        }
        end_of_command();
    }

    void end_of_command() {
        if (!error_.empty()) return;
        blanks();
        if (at_ >= text_.size() || peek() == ';' || peek() == '\n' || peek() == '}' || peek() == '#') return;
        if (!gnu_) return;  // busybox takes the next command at once.
        ++at_;
        fail("extra characters after command", "");
    }

    void label(Command& command) {
        blanks();
        while (at_ < text_.size() && peek() != '\n' && peek() != ';' && (!gnu_ || peek() != '}') && (command.name == ':' || peek() != ' ')) command.text += text_[at_++];
        while (!command.text.empty() && command.text.back() == ' ') command.text.pop_back();
        if (command.name != ':') return;
        if (command.text.empty()) return fail("\":\" lacks a label", "\":\" lacks a label");
        labels_.emplace(command.text, commands_.size());
    }

    void added_text(Command& command) {
        blanks();
        if (peek() == '\\') {
            ++at_;
            const std::size_t back = at_;
            blanks();
            if (peek() == '\n')
                ++at_;
            else
                at_ = back;
        } else if (at_ >= text_.size() && gnu_) {
            return fail("expected \\ after `a', `c' or `i'", "");
        }
        if (at_ >= text_.size() && gnu_) return;
        while (at_ < text_.size() && peek() != '\n') {
            if (peek() == '\\' && at_ + 1 < text_.size()) {
                ++at_;
                command.text += sed_escape(text_, at_, gnu_).value_or(text_[at_]);
                ++at_;
            } else {
                command.text += text_[at_++];
            }
        }
        command.text += '\n';
    }

    void file_name(Command& command) {
        blanks();
        while (at_ < text_.size() && peek() != '\n') command.text += text_[at_++];
        if (command.text.empty()) fail("missing filename in r/R/w/W commands", "empty filename");
    }

    void transliteration(Command& command) {
        const char delimiter = peek();
        ++at_;
        std::string from;
        std::string to;
        if (delimiter == '\0' || !delimited(delimiter, from) || !delimited(delimiter, to)) {
            at_ = text_.size();
            return fail("unterminated `y' command", fmt::format("unmatched '{}'", delimiter));
        }
        const auto plain = [this](const std::string& text) {
            std::string out;
            for (std::size_t i = 0; i < text.size(); ++i) {
                out += text[i];
                if (text[i] != '\\' || i + 1 >= text.size()) continue;
                ++i;
                const std::optional<char> meant = text[i] == '\\' ? std::optional<char>('\\') : sed_escape(text, i, gnu_);
                if (meant || gnu_) out.pop_back();  // Of any other letter GNU's takes that alone.
                out += meant.value_or(text[i]);
            }
            return out;
        };
        command.text = plain(from);
        command.to = plain(to);
        if (command.text.size() == command.to.size()) return;
        fail("strings for `y' command are different lengths", "strings for y are different lengths");
    }

    void substitution(Command& command) {
        const char delimiter = peek();
        ++at_;
        std::string pattern;
        if (delimiter == '\0' || !delimited(delimiter, pattern, true) || !delimited(delimiter, command.replacement)) {
            at_ = text_.size();
            return fail("unterminated `s' command", fmt::format("unmatched '{}'", delimiter));
        }
        bool ignore_case = false;
        for (bool more = true; more && error_.empty();) {
            const char flag = peek();
            if (flag == 'g') {
                command.everywhere = true;
            } else if (flag == 'p') {
                command.prints = true;
            } else if (flag == 'i' || flag == 'I') {
                ignore_case = true;
            } else if (flag >= '1' && flag <= '9') {
                command.occurrence = number();
                continue;
            } else if (flag == 'w') {
                ++at_;
                blanks();
                while (at_ < text_.size() && peek() != '\n') command.file += text_[at_++];
                if (command.file.empty()) fail("missing filename in r/R/w/W commands", "empty filename");
                continue;
            } else if (gnu_ && (flag == 'e' || flag == 'm' || flag == 'M')) {
                error_ = fmt::format("Podium does not model the flag '{}' of sed's command 's'", flag);
            } else {
                more = false;
                continue;
            }
            ++at_;
        }
        if (!error_.empty()) return;
        blanks();
        if (at_ < text_.size() && peek() != ';' && peek() != '\n' && peek() != '}' && peek() != '#') {
            ++at_;
            return fail("unknown option to `s'", "bad option in substitution expression");
        }
        compile(pattern, ignore_case, command.pattern);
        command.replacement = sed_unescaped(command.replacement, gnu_, "&\\\n");
        check_references(pattern, command);
    }

    /// \2 where the pattern has one group is no reference.
    void check_references(const std::string& pattern, const Command& command) {
        if (!gnu_ || pattern.empty() || !error_.empty()) return;
        int groups = 0;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            const bool escaped = pattern[i] == '\\';
            if (escaped) ++i;
            if (i < pattern.size() && pattern[i] == '(' && escaped != extended_) ++groups;
        }
        for (std::size_t i = 0; i + 1 < command.replacement.size(); ++i) {
            if (command.replacement[i] != '\\') continue;
            const char c = command.replacement[++i];
            if (c < '1' || c > '9' || c - '0' <= groups) continue;
            return fail(fmt::format("invalid reference \\{} on `s' command's RHS", c), "");
        }
    }

    void resolve() {
        for (Command& command : commands_) {
            if (command.name != 'b' && command.name != 't' && command.name != 'T') continue;
            if (command.text.empty()) {
                command.target = commands_.size();
                continue;
            }
            const auto found = labels_.find(command.text);
            if (found == labels_.end()) {
                error_ = fmt::format(fmt::runtime(gnu_ ? "can't find label for jump to `{}'" : "can't find label for jump to '{}'"), command.text);
                if (gnu_) status_ = 4;
                return;
            }
            command.target = found->second;
        }
    }

    const std::string& text_;
    bool extended_;
    bool gnu_;
    std::size_t at_ = 0;
    std::string error_;
    int status_ = 1;
    std::vector<Command> commands_;
    std::vector<std::size_t> open_;  ///< Of the braces that are not closed yet.
    std::map<std::string, std::size_t> labels_;
};

}  // namespace

Result<std::vector<Command>> read_script(const std::string& text, bool extended, bool gnu, int& status, bool& quiet) {
    return SedReader(text, extended, gnu).run(status, quiet);
}

}  // namespace podium::programs::small::sed
