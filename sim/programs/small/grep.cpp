#include <algorithm>
#include <deque>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/perl_pattern.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/base/regex.hpp"
#include "sim/shell/pattern.hpp"

namespace podium::programs::small {
namespace {

/// grep: 0 when something matched, 1 when nothing did, 2 for an error.
class Grep final : public Cloned<Grep, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        failed_status_ = 2;
        // The letters that can't be typed stand for long options without one.
        const bool gnu = is_gnu(system);
        const Options options = read_options(
            argv(),
            {gnu ? "vicqEFGonwxlLrRHhse:f:A:B:C:m:aP\1::\2:\3:\4:" : "vicqEFGonwxlLrRHhse:f:A:B:C:m:a\1::\2:\3:\4:",
             {{"invert-match", 'v'},   {"ignore-case", 'i'},   {"count", 'c'},
              {"quiet", 'q'},          {"silent", 'q'},        {"extended-regexp", 'E'},
              {"fixed-strings", 'F'},  {"only-matching", 'o'}, {"line-number", 'n'},
              {"word-regexp", 'w'},    {"line-regexp", 'x'},   {"files-with-matches", 'l'},
              {"recursive", 'r'},      {"with-filename", 'H'}, {"no-filename", 'h'},
              {"no-messages", 's'},    {"regexp", 'e'},        {"after-context", 'A'},
              {"before-context", 'B'}, {"context", 'C'},       {"max-count", 'm'},
              {"perl-regexp", 'P'},    {"color", '\1'},         {"colour", '\1'},
              {"include", '\2'},        {"exclude", '\3'},       {"exclude-dir", '\4'},
              {"files-without-match", 'L'}},
             gnu ? "bdDITuUyzZ" : "bdDIPTuUyzZ"},
            gnu);
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 2;
        }
        std::vector<std::string> operands = options.operands;
        std::vector<std::string> patterns;
        if (options.has('f')) {
            complain(system, "Podium does not model the option -f");
            return 2;
        }
        if (options.has('e')) {
            patterns = options.values('e');
        } else if (operands.empty()) {
            system.write(2,
                         fmt::format("{}: grep [OPTION]... PATTERNS [FILE]...\n",
                                     is_gnu(system) ? "Usage" : "usage"));
            return 2;
        } else {
            patterns = split(operands.front(), '\n');
            operands.erase(operands.begin());
        }
        set_flags(options);
        const std::string color = options.value('\1');
        if (!color.empty() && color != "never" && color != "auto") {
            complain(system, color == "always" ? "Podium's grep does not colour what it finds (--color=always)" : fmt::format("invalid argument '{}' for '--color'", color));
            return 2;
        }
        if (!set_numbers(system, options) || !compile(system, patterns, options)) return 2;
        if (options.has('r') || options.has('R')) {
            std::vector<std::string> found;
            if (operands.empty()) operands.emplace_back(".");
            for (const std::string& operand : operands)
                collect(system, operand, operand, found);
            operands = std::move(found);
            names_ = !options.has('h');
            if (operands.empty()) return 1;
        }
        names_ = (names_ || operands.size() > 1 || options.has('H')) && !options.has('h');
        input().set_files(operands);
        return std::nullopt;
    }

    void file_begins(System& /*system*/, const std::string& /*file*/) override {
        number_ = 0;
        count_ = 0;
        after_left_ = 0;
        before_.clear();
        last_printed_ = 0;
    }

    void file_ends(System& /*system*/, const std::string& file) override {
        if (counts_) out().add(fmt::format("{}{}\n", names_ ? shown(file) + ":" : "", count_));
        if (list_ && count_ > 0) out().add(shown(file) + "\n");
        if (list_without_ && count_ == 0) out().add(shown(file) + "\n");
    }

    bool line(System& system, const std::string& text) override {
        ++number_;
        const bool matched = matches(text) != invert_;
        if (!matched) {
            context_line(text);
            return true;
        }
        matched_ = true;
        ++count_;
        if (quiet_) return false;
        if (!counts_ && !list_ && !list_without_) print_match(text);
        if (list_ || list_without_ || count_ == most_) {
            const std::string file = input().name();
            file_ends(system, file);
            input().skip_file(system);
        }
        return true;
    }

    void failed(System& system) override {
        if (silent_) return;
        const bool directory = input().error() == Errno::IsDirectory;
        if (directory && is_gnu(system)) {
            complain(system, fmt::format("{}: Is a directory", input().name()));
        } else {
            LineFilter::failed(system);
        }
    }

    int end(System& /*system*/) override {
        if (status_ != 0 && !(quiet_ && matched_)) return status_;
        return matched_ ? 0 : 1;
    }

  private:
    void set_flags(const Options& options) {
        invert_ = options.has('v');
        counts_ = options.has('c');
        quiet_ = options.has('q');
        only_ = options.has('o');
        numbers_ = options.has('n');
        list_ = options.has('l');
        list_without_ = options.has('L');
        silent_ = options.has('s');
        words_ = options.has('w');
        whole_lines_ = options.has('x');
        included_ = options.values('\2');
        excluded_ = options.values('\3');
        excluded_directories_ = options.values('\4');
    }

    bool set_numbers(System& system, const Options& options) {
        for (const auto& [letter, text] : options.given) {
            std::int64_t value = 0;
            if (std::string_view("ABCm").find(letter) == std::string_view::npos) continue;
            if (!parse_integer(text, value) || value < 0) {
                complain(system, fmt::format("{}: invalid context length argument", text));
                return false;
            }
            const auto lines = static_cast<std::size_t>(value);
            if (letter == 'A' || letter == 'C') after_ = lines;
            if (letter == 'B' || letter == 'C') before_lines_ = lines;
            if (letter == 'm') most_ = lines;
        }
        return true;
    }

    bool compile(System& system, const std::vector<std::string>& patterns, const Options& options) {
        for (const std::string& pattern : patterns) {
            if (options.has('F') || name() == "fgrep") {
                patterns_.push_back(Regex::literal(pattern, options.has('i')));
                continue;
            }
            if (options.has('P')) {
                if (!compile_perl(system, pattern, options)) return false;
                continue;
            }
            const bool extended = options.has('E') || name() == "egrep";
            auto regex = Regex::compile(pattern, {extended, options.has('i')});
            if (!regex) {
                complain(system, regex.error().message);
                return false;
            }
            patterns_.push_back(std::move(*regex));
        }
        return true;
    }

    bool compile_perl(System& system, const std::string& pattern, const Options& options) {
        auto perl = read_perl_pattern(pattern, only_);
        if (!perl) {
            complain(system, perl.error().message);
            return false;
        }
        auto regex = Regex::compile(perl->extended, {true, options.has('i') || perl->ignore_case});
        if (!regex) {
            complain(system, regex.error().message);
            return false;
        }
        keeps_end_ = keeps_end_ || perl->keeps_end;
        patterns_.push_back(std::move(*regex));
        return true;
    }

    [[nodiscard]] static bool fits_any(const std::vector<std::string>& patterns, const std::string& name) {
        return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return shell::matches_pattern(pattern, name); });
    }

    /// `given`: named on the command line, and so not left out for being a directory of that name.
    void collect(System& system, const std::string& path, const std::string& given, std::vector<std::string>& found) const {
        const std::string last = base_name(path);
        if (!system.stat(path).is_directory) {
            if (!fits_any(excluded_, last) && (included_.empty() || fits_any(included_, last))) found.push_back(path);
            return;
        }
        if (path != given && fits_any(excluded_directories_, last)) return;
        std::vector<std::string> names;
        system.list(path, names);
        for (const std::string& entry : names)
            collect(system, path_below(path, entry), given, found);
    }

    [[nodiscard]] static std::string shown(const std::string& file) {
        return file == "-" ? "(standard input)" : file;
    }

    [[nodiscard]] static bool is_word_character(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    }

    [[nodiscard]] bool accepted(const std::string& text, const Regex::Match& match) const {
        if (whole_lines_) return match.begin == 0 && match.end == text.size();
        if (!words_) return true;
        const bool before = match.begin > 0 && is_word_character(text[match.begin - 1]);
        const bool after = match.end < text.size() && is_word_character(text[match.end]);
        return !before && !after;
    }

    /// The first match of any pattern at or after a place.
    [[nodiscard]] std::optional<Regex::Match> find(const std::string& text,
                                                   std::size_t from) const {
        std::optional<Regex::Match> first;
        for (const Regex& pattern : patterns_) {
            std::size_t at = from;
            auto match = pattern.search(text, at);
            while (match && !accepted(text, *match) && match->begin < text.size())
                match = pattern.search(text, at = match->begin + 1);
            if (!match || !accepted(text, *match)) continue;
            const bool better = !first || match->begin < first->begin ||
                                (match->begin == first->begin && match->end > first->end);
            if (better) first = std::move(match);
        }
        return first;
    }

    [[nodiscard]] bool matches(const std::string& text) const { return find(text, 0).has_value(); }

    [[nodiscard]] std::string prefix(std::size_t number, char separator) const {
        std::string out;
        if (names_) out += shown(input_name()) + separator;
        if (numbers_) out += fmt::format("{}{}", number, separator);
        return out;
    }

    [[nodiscard]] const std::string& input_name() const {
        return const_cast<Grep*>(this)->input().name();
    }

    void separate_groups(std::size_t number) {
        if ((after_ > 0 || before_lines_ > 0) && last_printed_ != 0 && number > last_printed_ + 1)
            out().add("--\n");
        last_printed_ = number;
    }

    void print_match(const std::string& text) {
        if (only_) {
            std::size_t from = 0;
            while (!invert_) {
                const auto match = find(text, from);
                if (!match) break;
                const std::size_t begin = keeps_end_ && match->groups.size() > 1 ? match->groups[1].second : match->begin;
                if (match->end > begin)
                    out().add(prefix(number_, ':') + text.substr(begin, match->end - begin) + "\n");
                from = std::max(match->end, match->begin + 1);
                if (from > text.size()) break;
            }
            return;
        }
        std::size_t number = number_ - before_.size();
        for (const std::string& earlier : before_) {
            separate_groups(number);
            out().add(prefix(number++, '-') + earlier + "\n");
        }
        before_.clear();
        separate_groups(number_);
        out().add(prefix(number_, ':') + text + "\n");
        after_left_ = after_;
    }

    void context_line(const std::string& text) {
        if (counts_ || quiet_ || list_ || list_without_ || only_) return;
        if (after_left_ > 0) {
            --after_left_;
            last_printed_ = number_;
            out().add(prefix(number_, '-') + text + "\n");
            return;
        }
        if (before_lines_ == 0) return;
        before_.push_back(text);
        if (before_.size() > before_lines_) before_.pop_front();
    }

    std::vector<Regex> patterns_;
    bool keeps_end_ = false;  ///< The pattern of -P has \K.
    std::vector<std::string> included_;
    std::vector<std::string> excluded_;
    std::vector<std::string> excluded_directories_;
    bool invert_ = false;
    bool counts_ = false;
    bool quiet_ = false;
    bool only_ = false;
    bool numbers_ = false;
    bool list_ = false;
    bool list_without_ = false;
    bool silent_ = false;
    bool words_ = false;
    bool whole_lines_ = false;
    bool names_ = false;
    bool matched_ = false;
    std::size_t most_ = static_cast<std::size_t>(-1);
    std::size_t after_ = 0;
    std::size_t before_lines_ = 0;
    std::size_t after_left_ = 0;
    std::size_t number_ = 0;
    std::size_t count_ = 0;
    std::size_t last_printed_ = 0;
    std::deque<std::string> before_;
};

}  // namespace

std::unique_ptr<shell::Program> make_grep(Start start) {
    return std::make_unique<Grep>(std::move(start));
}

}  // namespace podium::programs::small
