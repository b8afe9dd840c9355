#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/base/regex.hpp"

namespace podium::programs::small {
namespace {

constexpr std::size_t kMostCommands = 200;

/// Where a command applies: a line's number, the last line, or lines that match.
struct Address {
    enum class Kind : std::uint8_t { None, Number, Last, Pattern };
    Kind kind = Kind::None;
    std::int64_t number = 0;
    Regex pattern;
};

struct Command {
    Address first;
    Address second;
    bool negated = false;
    bool in_range = false;
    char name = 'p';
    Regex pattern;
    std::string replacement;
    bool everywhere = false;
    bool prints = false;
    std::int64_t occurrence = 1;
};

/// Reads a script of s, p, d, q and =.
class ScriptReader {
  public:
    ScriptReader(std::string text, bool extended) : text_(std::move(text)), extended_(extended) {}

    Result<std::vector<Command>> read() {
        while (true) {
            while (at_ < text_.size() &&
                   std::string_view(" \t\n;").find(text_[at_]) != std::string_view::npos)
                ++at_;
            if (at_ >= text_.size()) break;
            Command command;
            address(command.first);
            if (error_.empty() && peek() == ',') {
                ++at_;
                address(command.second);
                if (error_.empty() && command.second.kind == Address::Kind::None)
                    error_ = "unexpected `,'";
            }
            blanks();
            if (peek() == '!') {
                command.negated = true;
                ++at_;
                blanks();
            }
            if (error_.empty()) body(command);
            if (!error_.empty()) return Error{error_, {}, {}};
            commands_.push_back(std::move(command));
            if (commands_.size() > kMostCommands) return Error{"too many commands", {}, {}};
        }
        return commands_;
    }

  private:
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void blanks() {
        while (peek() == ' ' || peek() == '\t')
            ++at_;
    }

    /// A text up to an unescaped delimiter; an escaped one stands for itself.
    bool delimited(char delimiter, std::string& out) {
        while (at_ < text_.size() && text_[at_] != delimiter) {
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

    void compile(const std::string& pattern, bool ignore_case, Regex& regex) {
        auto compiled = Regex::compile(pattern, {extended_, ignore_case});
        if (compiled) {
            regex = std::move(*compiled);
        } else {
            error_ = compiled.error().message;
        }
    }

    void address(Address& address) {
        blanks();
        if (peek() == '$') {
            address.kind = Address::Kind::Last;
            ++at_;
        } else if (peek() == '/') {
            ++at_;
            std::string pattern;
            address.kind = Address::Kind::Pattern;
            if (!delimited('/', pattern))
                error_ = "unterminated address regex";
            else
                compile(pattern, false, address.pattern);
        } else if (peek() >= '0' && peek() <= '9') {
            address.kind = Address::Kind::Number;
            while (peek() >= '0' && peek() <= '9' && address.number < INT32_MAX)
                address.number = address.number * 10 + (text_[at_++] - '0');
        }
        blanks();
    }

    void body(Command& command) {
        command.name = peek();
        ++at_;
        switch (command.name) {
            case 'p':
            case 'd':
            case 'q':
            case '=':
                break;
            case 's':
                substitution(command);
                break;
            case '\0':
                error_ = "missing command";
                return;
            default:
                error_ =
                    std::string_view("abcDgGhHilnNPrRtTvwWxyz{}:").find(command.name) ==
                            std::string_view::npos
                        ? fmt::format("unknown command: `{}'", command.name)
                        : fmt::format("Podium does not model sed's command '{}'", command.name);
                return;
        }
        blanks();
        if (error_.empty() && at_ < text_.size() && text_[at_] != ';' && text_[at_] != '\n')
            error_ = "extra characters after command";
    }

    void substitution(Command& command) {
        const char delimiter = peek();
        ++at_;
        std::string pattern;
        if (delimiter == '\0' || !delimited(delimiter, pattern) ||
            !delimited(delimiter, command.replacement)) {
            error_ = "unterminated `s' command";
            return;
        }
        bool ignore_case = false;
        while (at_ < text_.size()) {
            const char flag = text_[at_];
            if (flag == 'g')
                command.everywhere = true;
            else if (flag == 'p')
                command.prints = true;
            else if (flag == 'i' || flag == 'I')
                ignore_case = true;
            else if (flag >= '1' && flag <= '9')
                command.occurrence = flag - '0';
            else
                break;
            ++at_;
        }
        compile(pattern, ignore_case, command.pattern);
    }

    std::string text_;
    bool extended_;
    std::size_t at_ = 0;
    std::string error_;
    std::vector<Command> commands_;
};

/// sed: s///, p, d, q and =, with addresses.
class Sed final : public Cloned<Sed, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(argv(),
                                             {"nEre:i::",
                                              {{"quiet", 'n'},
                                               {"silent", 'n'},
                                               {"regexp-extended", 'E'},
                                               {"expression", 'e'},
                                               {"in-place", 'i'}},
                                              "flsuz"},
                                             is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        std::vector<std::string> operands = options.operands;
        std::vector<std::string> scripts = options.values('e');
        if (scripts.empty() && operands.empty()) {
            system.write(
                2, "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
            return 1;
        }
        if (scripts.empty()) {
            scripts.push_back(operands.front());
            operands.erase(operands.begin());
        }
        auto script =
            ScriptReader(join(scripts, "\n"), options.has('E') || options.has('r')).read();
        if (!script) {
            const std::string& why = script.error().message;
            complain(system,
                     why.starts_with("Podium") ? why : fmt::format("-e expression #1: {}", why));
            return 1;
        }
        commands_ = std::move(*script);
        quiet_ = options.has('n');
        in_place_ = options.has('i');
        if (in_place_ && !options.value('i').empty()) {
            complain(system, "Podium does not model a suffix of the option -i");
            return 1;
        }
        input().set_files(operands);
        return std::nullopt;
    }

    // A line is worked on when the next is there, so that the last one is known.
    bool line(System& system, const std::string& text) override {
        if (held_ && !work(system, false)) return false;
        held_ = true;
        line_ = text;
        newline_ = input().had_newline();
        return true;
    }

    void file_begins(System& /*system*/, const std::string& /*file*/) override {
        if (in_place_) number_ = 0;
    }

    void file_ends(System& system, const std::string& file) override {
        if (!in_place_) return;
        finish_line(system);
        int descriptor = -1;
        Errno error = system.open(file, shell::OpenMode::Write, descriptor);
        if (error == Errno::None) error = system.write(descriptor, edited_);
        if (descriptor >= 0) system.close(descriptor);
        if (error != Errno::None) {
            complain(system, fmt::format("couldn't edit {}: {}", file, errno_text(error)));
            status_ = 4;
        }
        edited_.clear();
    }

    void failed(System& system) override {
        const bool gnu = is_gnu(system);
        complain(system,
                 fmt::format(fmt::runtime(gnu ? "can't read {}: {}" : "{}: {}"),
                             input().name(),
                             errno_text(input().error())));
        failed_status_ = gnu ? 2 : 1;
    }

    int end(System& system) override {
        finish_line(system);
        return status_;
    }

  private:
    void finish_line(System& system) {
        if (std::exchange(held_, false)) work(system, true);
    }

    [[nodiscard]] static bool applies(const Address& address,
                                      const std::string& text,
                                      std::int64_t number,
                                      bool last) {
        switch (address.kind) {
            case Address::Kind::None:
                return true;
            case Address::Kind::Number:
                return number == address.number;
            case Address::Kind::Last:
                return last;
            case Address::Kind::Pattern:
                return address.pattern.search(text).has_value();
        }
        return false;
    }

    bool selected(Command& command, bool last) const {
        if (command.second.kind == Address::Kind::None)
            return applies(command.first, line_, number_, last) != command.negated;
        bool inside = command.in_range;
        if (!inside && applies(command.first, line_, number_, last)) {
            inside = true;
            // A second number that is not beyond the first is that one line.
            command.in_range =
                command.second.kind != Address::Kind::Number || command.second.number > number_;
            if (command.second.kind == Address::Kind::Last && last) command.in_range = false;
        } else if (inside) {
            const bool ends = command.second.kind == Address::Kind::Number
                                  ? number_ >= command.second.number
                                  : applies(command.second, line_, number_, last);
            if (ends) command.in_range = false;
        }
        return inside != command.negated;
    }

    static void add_replacement(const Command& command,
                                const std::string& text,
                                const Regex::Match& match,
                                std::string& out) {
        const std::string& with = command.replacement;
        for (std::size_t i = 0; i < with.size(); ++i) {
            if (with[i] == '&') {
                out.append(text, match.begin, match.end - match.begin);
            } else if (with[i] == '\\' && i + 1 < with.size()) {
                const char c = with[++i];
                if (c >= '0' && c <= '9') {
                    const auto group = static_cast<std::size_t>(c - '0');
                    if (group < match.groups.size() &&
                        match.groups[group].first != std::string::npos) {
                        out.append(text,
                                   match.groups[group].first,
                                   match.groups[group].second - match.groups[group].first);
                    }
                } else {
                    out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
                }
            } else {
                out += with[i];
            }
        }
    }

    bool substitute(const Command& command) {
        std::string out;
        std::size_t from = 0;
        std::int64_t found = 0;
        bool replaced = false;
        while (from <= line_.size()) {
            const auto match = command.pattern.search(line_, from);
            if (!match) break;
            out.append(line_, from, match->begin - from);
            if (++found >= command.occurrence && (command.everywhere || !replaced)) {
                add_replacement(command, line_, *match, out);
                replaced = true;
            } else {
                out.append(line_, match->begin, match->end - match->begin);
            }
            from = match->end;
            if (match->end == match->begin) {
                if (from < line_.size()) out += line_[from];
                ++from;
            }
            if (replaced && !command.everywhere) break;
        }
        if (!replaced) return false;
        if (from < line_.size()) out.append(line_, from);
        line_ = std::move(out);
        return true;
    }

    void put(const std::string& text, bool newline) {
        const std::string whole = newline ? text + "\n" : text;
        if (in_place_) {
            edited_ += whole;
        } else {
            out().add(whole);
        }
    }

    /// The script over one line; false ends the reading.
    bool work(System& /*system*/, bool last) {
        ++number_;
        const bool newline = newline_ || !last;
        for (Command& command : commands_) {
            if (!selected(command, last)) continue;
            switch (command.name) {
                case 'd':
                    return true;
                case 'p':
                    put(line_, true);
                    break;
                case '=':
                    put(fmt::format("{}", number_), true);
                    break;
                case 's':
                    if (substitute(command) && command.prints) put(line_, true);
                    break;
                case 'q':
                    if (!quiet_) put(line_, newline);
                    held_ = false;
                    return false;
                default:
                    break;
            }
        }
        if (!quiet_) put(line_, newline);
        return true;
    }

    std::vector<Command> commands_;
    bool quiet_ = false;
    bool in_place_ = false;
    bool held_ = false;
    bool newline_ = true;
    std::string line_;
    std::string edited_;
    std::int64_t number_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> make_sed(Start start) {
    return std::make_unique<Sed>(std::move(start));
}

}  // namespace podium::programs::small
