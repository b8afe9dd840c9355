#include <fmt/format.h>
#include <map>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/programs/small/sed_script.hpp"

namespace podium::programs::small {
namespace {

constexpr std::size_t kMostSpaceBytes = std::size_t{8} << 20;
constexpr int kMostSteps = 1'000'000;
constexpr int kMostUsualSteps = 1000;
constexpr std::size_t kSpaceBytesAStep = 4096;                    // Of the two spaces, for a command.
constexpr std::size_t kMostMadeBytes = std::size_t{64} << 20;     // Of output for a line.
constexpr std::size_t kMostEditedBytes = std::size_t{128} << 20;  // Of a file that is edited in place.
constexpr std::size_t kMostScriptBytes = std::size_t{1} << 20;

/// sed. A line is worked on when the next one is there, so that the last one is known; n and N stop in the middle of the script
/// until that next one has its turn.
class Sed final : public Cloned<Sed, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        gnu_ = is_gnu(system);
        const Options options = read_options(argv(),
                                             {"nEre:f:i::su",
                                              {{"quiet", 'n'},
                                               {"silent", 'n'},
                                               {"regexp-extended", 'E'},
                                               {"expression", 'e'},
                                               {"file", 'f'},
                                               {"separate", 's'},
                                               {"unbuffered", 'u'},
                                               {"in-place", 'i'}},
                                              "lz"},
                                             gnu_);
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        std::vector<std::string> operands = options.operands;
        std::vector<std::string> scripts;
        for (const auto& [letter, value] : options.given) {
            if (letter == 'e') scripts.push_back(value);
            if (letter == 'f' && !read_script_file(system, value, scripts.emplace_back())) return 1;
        }
        if (scripts.empty() && operands.empty()) {
            system.write(
                2, "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
            return 1;
        }
        if (scripts.empty()) {
            scripts.push_back(operands.front());
            operands.erase(operands.begin());
        }
        int status = 1;
        quiet_ = options.has('n');
        auto script = sed::read_script(join(scripts, "\n"), options.has('E') || options.has('r'), gnu_, status, quiet_);
        if (!script) {
            complain(system, script.error().message);
            return status;
        }
        commands_ = std::move(*script);
        in_range_.assign(commands_.size(), 0);
        in_place_ = options.has('i');
        separate_ = in_place_ || options.has('s');
        suffix_ = options.value('i');
        if (!open_outputs(system)) return 4;
        input().set_files(operands);
        return std::nullopt;
    }

    bool line(System& system, const std::string& text) override {
        if (quit_ || (held_ && !turn(system, false))) return false;
        held_ = true;
        next_ = text;
        newline_ = input().had_newline();
        return true;
    }

    void file_begins(System& /*system*/, const std::string& /*file*/) override {
        if (quit_) return;
        if (separate_) number_ = 0;
        unsaved_ = true;
    }

    void file_ends(System& system, const std::string& file) override {
        if (!separate_) return;
        if (std::exchange(held_, false)) turn(system, true);
        save(system, file);
    }

    void failed(System& system) override {
        complain(system, fmt::format(fmt::runtime(gnu_ ? "can't read {}: {}" : "{}: {}"), input().name(), errno_text(input().error())));
        failed_status_ = gnu_ ? 2 : 1;
    }

    int end(System& system) override {
        if (std::exchange(held_, false)) turn(system, true);
        // What q leaves of a file that is edited in place is gone.
        if (in_place_ && quit_) save(system, input().name());
        return quit_ ? quit_status_ : status_;
    }

  private:
    enum class Went : std::uint8_t { On, Cycle, Again, Starve, Quit };

    bool read_script_file(System& system, const std::string& file, std::string& text) {
        int descriptor = -1;
        const Errno error = system.open(file, shell::OpenMode::Read, descriptor);
        if (error != Errno::None) {
            complain(system, fmt::format(fmt::runtime(gnu_ ? "couldn't open file {}: {}" : "{}: {}"), file, errno_text(error)));
            return false;
        }
        const bool whole = read_whole(system, descriptor, text);
        system.close(descriptor);
        if (!whole) complain(system, "Podium's sed reads its script from files of up to 1 MiB only");
        if (text.ends_with('\n')) text.pop_back();
        return whole;
    }

    /// All of a file; false where it would have to wait, or is too long.
    static bool read_whole(System& system, int descriptor, std::string& text) {
        while (true) {
            const shell::ReadResult read = system.read(descriptor, kMostBytesAStep);
            if (read.kind == shell::ReadResult::Kind::EndOfFile) return true;
            if (read.kind != shell::ReadResult::Kind::Data) return false;
            text += read.data;
            if (text.size() > kMostScriptBytes) return false;
        }
    }

    bool open_outputs(System& system) {
        for (const sed::Command& command : commands_) {
            const std::string& file = command.name == 'w' ? command.text : command.file;
            if (file.empty() || command.name == 'r' || outputs_.contains(file)) continue;
            int descriptor = file == "/dev/stdout" ? 1 : file == "/dev/stderr" ? 2 : -1;
            const Errno error = descriptor > 0 ? Errno::None : system.open(file, shell::OpenMode::Write, descriptor);
            if (error != Errno::None) {
                complain(system, fmt::format(fmt::runtime(gnu_ ? "couldn't open file {}: {}" : "can't open '{}': {}"), file, errno_text(error)));
                return false;
            }
            outputs_.emplace(file, descriptor);
        }
        return true;
    }

    void save(System& system, const std::string& file) {
        if (!in_place_ || !std::exchange(unsaved_, false)) return;
        Errno error = Errno::None;
        if (!suffix_.empty()) {
            const std::size_t star = suffix_.find('*');
            const std::string backup = star == std::string::npos ? file + suffix_ : path_of(file) + suffix_.substr(0, star) + base_name(file) + suffix_.substr(star + 1);
            error = system.rename(file, backup);
        }
        int descriptor = -1;
        if (error == Errno::None) error = system.open(file, shell::OpenMode::Write, descriptor);
        if (error == Errno::None) error = system.write(descriptor, edited_);
        if (descriptor >= 0) system.close(descriptor);
        if (error != Errno::None) {
            complain(system, fmt::format("couldn't edit {}: {}", file, errno_text(error)));
            status_ = 4;
        }
        edited_.clear();
    }

    static std::string path_of(const std::string& file) { return file.substr(0, file.rfind('/') + 1); }

    // Addresses.

    bool matches(const sed::SharedRegex& pattern, std::string_view text) {
        if (pattern) last_regex_ = pattern;
        return last_regex_ && last_regex_->search(text).has_value();
    }

    bool applies(const sed::Address& address, bool last) {
        switch (address.kind) {
            case sed::Address::Kind::None:
                return true;
            case sed::Address::Kind::Number:
                return number_ == address.number;
            case sed::Address::Kind::Last:
                return last;
            case sed::Address::Kind::Pattern:
                return matches(address.pattern, line_);
            case sed::Address::Kind::Step:
                if (address.step <= 0) return number_ == address.number;
                return number_ >= address.number && (number_ - address.number) % address.step == 0;
            case sed::Address::Kind::Zero:
            case sed::Address::Kind::More:
            case sed::Address::Kind::Multiple:
                return false;
        }
        return false;
    }

    /// in_range_: 0 outside, else the number of the line it ends with, or -1 where a pattern or the last line ends it.
    bool selected(std::size_t index, bool last) {
        const sed::Command& command = commands_[index];
        std::int64_t& range = in_range_[index];
        using AddressKind = sed::Address::Kind;
        if (command.second.kind == AddressKind::None) return applies(command.first, last) != command.negated;
        // 0,/re/ has begun before the first line.
        if (command.first.kind == AddressKind::Zero && number_ == 1 && range == 0) range = -1;
        bool inside = range != 0;
        if (inside) {
            if (range > 0 && number_ >= range) {
                // A number that was passed meanwhile ends it before this line.
                if (number_ > range && command.second.kind == AddressKind::Number) inside = applies(command.first, last) && command.first.kind != AddressKind::Zero;
                range = 0;
            } else if (range < 0 && applies(command.second, last)) {
                range = 0;
            }
        } else if (applies(command.first, last)) {
            inside = true;
            range = range_end(command.second, last);
        }
        return inside != command.negated;
    }

    [[nodiscard]] std::int64_t range_end(const sed::Address& second, bool last) const {
        using AddressKind = sed::Address::Kind;
        switch (second.kind) {
            case AddressKind::Number:
                return second.number > number_ ? second.number : 0;
            case AddressKind::More:
                return second.number > 0 ? number_ + second.number : 0;
            case AddressKind::Multiple:
                // sed 4.9 goes on from a multiple to the next one.
                return second.number <= 0 ? 0 : number_ + second.number - number_ % second.number;
            case AddressKind::Last:
                return last ? 0 : -1;
            case AddressKind::None:
            case AddressKind::Pattern:
            case AddressKind::Step:
            case AddressKind::Zero:
                break;
        }
        return -1;
    }

    // Output.

    void put(std::string_view text, bool newline) {
        std::string whole = missing_newline_ ? "\n" : "";
        missing_newline_ = !newline;
        whole += text;
        if (newline) whole += '\n';
        put_whole(whole);
    }

    void put_whole(std::string_view whole) {
        made_ += whole.size();
        if (in_place_)
            edited_ += whole;
        else
            out().add(whole);
    }

    /// The pattern space: without its newline where the last line has none.
    void put_line(bool last) { put(line_, newline_ || !last); }

    void put_raw(std::string_view text) {
        if (text.empty()) return;
        if (text.ends_with('\n'))
            put(text.substr(0, text.size() - 1), true);
        else
            put(text, false);
    }

    void put_to_file(System& system, const std::string& file) {
        const int descriptor = outputs_.at(file);
        made_ += line_.size();
        if (descriptor == 1 && !in_place_) return put(line_, true);
        const Errno error = system.write(descriptor, line_ + "\n");
        if (error == Errno::None) return;
        complain(system, fmt::format("couldn't write to {}: {}", file, errno_text(error)));
        status_ = 4;
    }

    /// What a and r have left for the end of the cycle.
    void put_appended(System& system) {
        for (const auto& [is_file, text] : std::exchange(appended_, {})) {
            if (made_ > kMostMadeBytes) return;
            // Also where there is nothing to append: that is how "$a" with a backslash gives a last line its newline.
            if (std::exchange(missing_newline_, false)) put_whole("\n");
            if (!is_file) {
                put_raw(text);
                continue;
            }
            int descriptor = -1;
            std::string content;
            if (system.open(text, shell::OpenMode::Read, descriptor) != Errno::None) continue;
            if (!read_whole(system, descriptor, content)) complain(system, "Podium's sed reads files of up to 1 MiB with r");
            system.close(descriptor);
            // GNU's copies a file as it is, also one whose last line has no end; to busybox's it is lines.
            if (gnu_)
                put_whole(content);
            else
                put_raw(content.empty() || content.ends_with('\n') ? content : content + '\n');
        }
    }

    // Substitution.

    enum class Case : std::uint8_t { Same, Upper, Lower };

    static char changed(char c, Case to) {
        if (to == Case::Upper && c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
        if (to == Case::Lower && c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
        return c;
    }

    void add_replacement(const std::string& with, const std::string& text, const Regex::Match& match, std::string& out) const {
        Case run = Case::Same;
        Case once = Case::Same;
        const auto add = [&](std::string_view part) {
            for (const char c : part) out += changed(c, run);
        };
        const auto add_cased = [&](std::string_view part) {
            if (!part.empty() && once != Case::Same) {
                out += changed(part.front(), std::exchange(once, Case::Same));
                part.remove_prefix(1);
            }
            add(part);
        };
        for (std::size_t i = 0; i < with.size() && out.size() <= kMostSpaceBytes; ++i) {
            if (with[i] == '&') {
                add_cased(std::string_view(text).substr(match.begin, match.end - match.begin));
            } else if (with[i] != '\\' || i + 1 >= with.size()) {
                add_cased(std::string_view(with).substr(i, 1));
            } else {
                const char c = with[++i];
                if (c >= '0' && c <= '9') {
                    const auto group = static_cast<std::size_t>(c - '0');
                    if (group == 0) {
                        add_cased(std::string_view(text).substr(match.begin, match.end - match.begin));
                    } else if (group < match.groups.size() && match.groups[group].first != std::string::npos) {
                        add_cased(std::string_view(text).substr(match.groups[group].first, match.groups[group].second - match.groups[group].first));
                    }
                } else if (gnu_ && (c == 'U' || c == 'L' || c == 'E')) {
                    run = c == 'U' ? Case::Upper : c == 'L' ? Case::Lower : Case::Same;
                } else if (gnu_ && (c == 'u' || c == 'l')) {
                    once = c == 'u' ? Case::Upper : Case::Lower;
                } else {
                    add_cased(std::string_view(&c, 1));
                }
            }
        }
    }

    bool substitute(const sed::Command& command) {
        if (command.pattern) last_regex_ = command.pattern;
        if (!last_regex_) return false;
        std::string out;
        std::size_t from = 0;
        std::int64_t found = 0;
        bool replaced = false;
        std::size_t last_end = std::string::npos;
        while (from <= line_.size()) {
            const auto match = last_regex_->search(line_, from);
            if (!match) break;
            out.append(line_, from, match->begin - from);
            const bool empty = match->begin == match->end;
            // Nothing right after a match is no other match.
            if (!empty || match->begin != last_end) {
                if (++found >= command.occurrence && (command.everywhere || !replaced)) {
                    add_replacement(command.replacement, line_, *match, out);
                    replaced = true;
                } else {
                    out.append(line_, match->begin, match->end - match->begin);
                }
            }
            from = last_end = match->end;
            if (empty) {
                if (from < line_.size()) out += line_[from];
                ++from;
            }
            if ((replaced && !command.everywhere) || out.size() > kMostSpaceBytes) break;
        }
        if (!replaced) return false;
        if (from < line_.size()) out.append(line_, from);
        line_ = std::move(out);
        return true;
    }

    // The script.

    /// The next line has its turn: a new cycle, or n or N goes on with it. False ends the reading.
    bool turn(System& system, bool last) {
        ++number_;
        made_ = 0;
        std::size_t at = 0;
        if (starving_) {
            at = std::exchange(starving_, std::nullopt).value();
            if (commands_[at].name == 'N')
                line_ += "\n" + next_;
            else
                line_ = next_;
            ++at;
        } else {
            line_ = next_;
            replaced_ = false;
        }
        return cycle(system, at, last);
    }

    bool cycle(System& system, std::size_t at, bool last) {
        int steps = 0;
        while (true) {
            while (at < commands_.size()) {
                const std::size_t cost = 1 + (line_.size() + hold_.size()) / kSpaceBytesAStep;
                steps += static_cast<int>(cost);
                if (steps > kMostUsualSteps) worked_ += cost;
                if (const std::string limit = limit_reached(steps); !limit.empty()) return give_up(system, limit);
                const std::size_t here = at++;
                if (!selected(here, last)) {
                    if (commands_[here].name == '{') at = commands_[here].target;
                    continue;
                }
                const Went went = one(system, commands_[here], at, last);
                if (went == Went::On) continue;
                if (went == Went::Starve) {
                    starving_ = here;
                    return true;
                }
                if (went == Went::Again) {
                    put_appended(system);
                    at = 0;
                    continue;
                }
                put_appended(system);
                return went != Went::Quit;
            }
            if (const std::string limit = limit_reached(steps); !limit.empty()) return give_up(system, limit);
            if (!quiet_) put_line(last);
            put_appended(system);
            return true;
        }
    }

    /// The sentence about a limit; empty when there is none.
    [[nodiscard]] std::string limit_reached(int steps) const {
        if (steps > kMostSteps) return fmt::format("Podium's sed works through up to {} commands for a line", kMostSteps);
        if (line_.size() > kMostSpaceBytes || hold_.size() > kMostSpaceBytes) return fmt::format("Podium's sed keeps up to {} MiB of a text", kMostSpaceBytes >> 20);
        if (made_ > kMostMadeBytes) return fmt::format("Podium's sed writes up to {} MiB for a line", kMostMadeBytes >> 20);
        if (edited_.size() > kMostEditedBytes) return fmt::format("Podium's sed edits files of up to {} MiB in place", kMostEditedBytes >> 20);
        return {};
    }

    bool give_up(System& system, const std::string& sentence) {
        complain(system, sentence);
        quit_ = true;
        quit_status_ = 4;
        held_ = false;
        return false;
    }

    Went one(System& system, const sed::Command& command, std::size_t& at, bool last) {
        switch (command.name) {
            case 'a':
                appended_.emplace_back(false, command.text);
                made_ += command.text.size();
                break;
            case 'r':
                appended_.emplace_back(true, command.text);
                break;
            case 'i':
                put_raw(command.text);
                break;
            case 'c':
                if (command.second.kind == sed::Address::Kind::None || command.negated || in_range_[at - 1] == 0) put_raw(command.text);
                return Went::Cycle;
            case 'b':
                at = command.target;
                break;
            case 't':
            case 'T':
                if (std::exchange(replaced_, false) == (command.name == 't')) at = command.target;
                break;
            case 'p':
                put_line(last);
                break;
            case 'P':
                put(std::string_view(line_).substr(0, line_.find('\n')), true);
                break;
            case '=':
                put(fmt::format("{}", number_), true);
                break;
            case 's':
                if (!substitute(command)) break;
                replaced_ = true;
                if (command.prints) put_line(last);
                if (!command.file.empty()) put_to_file(system, command.file);
                break;
            case 'y':
                for (char& c : line_)
                    if (const std::size_t letter = command.text.find(c); letter != std::string::npos) c = command.to[letter];
                break;
            case 'w':
                put_to_file(system, command.text);
                break;
            case '{':
            case '}':
            case ':':
                break;
            default:
                return other(system, command, last);
        }
        return Went::On;
    }

    /// The commands that move the two spaces, and those that end a cycle.
    Went other(System& system, const sed::Command& command, bool last) {
        switch (command.name) {
            case 'd':
                return Went::Cycle;
            case 'D': {
                const std::size_t end = line_.find('\n');
                if (end == std::string::npos) return Went::Cycle;
                line_.erase(0, end + 1);
                return Went::Again;
            }
            case 'g':
                line_ = hold_;
                break;
            case 'G':
                line_ += "\n" + hold_;
                break;
            case 'h':
                hold_ = line_;
                break;
            case 'H':
                hold_ += "\n" + line_;
                break;
            case 'x':
                std::swap(line_, hold_);
                break;
            case 'z':
                line_.clear();
                break;
            case 'n':
            case 'N':
                // Without a next line the script ends here; what is there is printed.
                if (!quiet_ && (command.name == 'n' || last)) put_line(last);
                put_appended(system);
                return last ? Went::Cycle : Went::Starve;
            case 'q':
            case 'Q':
                if (!quiet_ && command.name == 'q') put_line(last);
                quit_ = true;
                quit_status_ = command.status != 0 ? command.status : status_;
                held_ = false;
                return Went::Quit;
            default:
                break;
        }
        return Went::On;
    }

    std::vector<sed::Command> commands_;
    std::vector<std::int64_t> in_range_;
    bool gnu_ = true;
    bool quiet_ = false;
    bool in_place_ = false;
    bool separate_ = false;
    std::string suffix_;
    bool held_ = false;  ///< next_ has not had its turn.
    std::string next_;
    bool newline_ = true;
    std::string line_;
    std::string hold_;
    std::string edited_;
    std::int64_t number_ = 0;
    bool replaced_ = false;
    bool missing_newline_ = false;
    std::size_t made_ = 0;  ///< Bytes written for the present line, or to be.
    bool unsaved_ = false;  ///< The file that is edited in place is yet to be written.
    std::optional<std::size_t> starving_;  ///< The n or N that waits for the next line.
    std::vector<std::pair<bool, std::string>> appended_;  ///< Of a file, or a text.
    std::map<std::string, int> outputs_;
    sed::SharedRegex last_regex_;
    bool quit_ = false;
    int quit_status_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> make_sed(Start start) {
    return std::make_unique<Sed>(std::move(start));
}

}  // namespace podium::programs::small
