// column, paste, nl, rev, shuf: lines laid out, joined, numbered, turned round and mixed.

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

/// A LineFilter that reads its options by a syntax; a wrong one ends it with 1.
class OptionFilter : public LineFilter {
  public:
    using LineFilter::LineFilter;

  protected:
    std::optional<Options> read(System& system, const OptionSyntax& syntax) {
        Options options = read_options(argv(), syntax, is_gnu(system));
        if (options.problem.empty()) return options;
        complain_of_options(system, name(), options);
        return std::nullopt;
    }

    /// The number an option has, at least `lowest`; nothing when it is none, which is then said.
    std::optional<std::int64_t> number(System& system, const std::string& text, std::int64_t lowest, std::string_view what) {
        std::int64_t value = 0;
        if (parse_integer(text, value) && value >= lowest && value <= INT32_MAX) return value;
        complain(system, fmt::format("invalid {}: '{}'", what, text));
        return std::nullopt;
    }
};

/// util-linux's, which has -t for tables and otherwise fills a terminal's width.
class Column final : public Cloned<Column, OptionFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const auto options = read(system, {"ts:o:c:N:", {{"table", 't'}, {"separator", 's'}, {"output-separator", 'o'}, {"output-width", 'c'}, {"table-columns", 'N'}}, "CdEeHilJLmnOpRrTWx"});
        if (!options) return 1;
        table_ = options->has('t');
        blanks_ = !options->has('s');
        separators_ = blanks_ ? " \t" : options->value('s');
        if (options->has('o')) between_ = options->value('o');
        if (options->has('c')) {
            const auto width = number(system, options->value('c'), 1, "columns argument");
            if (!width) return 1;
            width_ = static_cast<std::size_t>(*width);
        }
        if (options->has('N')) rows_.push_back(split(options->value('N'), ','));
        input().set_files(options->operands);
        return std::nullopt;
    }

    bool line(System& system, const std::string& text) override {
        std::vector<std::string> cells = table_ ? cells_of(text) : std::vector<std::string>{text};
        const bool blank = std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t'; });
        if (blank) return true;
        constexpr std::size_t kCellBytes = 64;
        if (!hold(system, text.size() + kCellBytes * cells.size())) return false;
        rows_.push_back(std::move(cells));
        return true;
    }

    int end(System& system) override {
        if (table_) {
            if (!print_table(system)) return 1;
        } else {
            fill_width();
        }
        return status_;
    }

  private:
    std::vector<std::string> cells_of(const std::string& text) const {
        std::vector<std::string> cells;
        std::size_t at = blanks_ ? text.find_first_not_of(separators_) : 0;
        while (at != std::string::npos) {
            const std::size_t end = text.find_first_of(separators_, at);
            cells.push_back(text.substr(at, end - at));
            if (end == std::string::npos) break;
            at = blanks_ ? text.find_first_not_of(separators_, end) : end + 1;
        }
        return cells;
    }

    // Each cell is padded but for those of the last column; missing ones are empty.
    bool print_table(System& system) {
        std::vector<std::size_t> widths;
        for (const auto& row : rows_) {
            widths.resize(std::max(widths.size(), row.size()));
            for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
        }
        constexpr std::size_t kMostCells = 1'000'000;
        if (widths.size() > 0 && rows_.size() > kMostCells / widths.size()) {
            complain(system, "the table would have more than a million cells");
            return false;
        }
        for (const auto& row : rows_) {
            for (std::size_t i = 0; i < widths.size(); ++i) {
                const std::string cell = i < row.size() ? row[i] : std::string();
                out().add(cell);
                if (i + 1 < widths.size()) out().add(std::string(widths[i] - display_width(cell), ' ') + between_);
            }
            out().add("\n");
        }
        return true;
    }

    // Down the columns, which tabs part.
    void fill_width() {
        constexpr std::size_t kTab = 8;
        std::size_t longest = 0;
        for (const auto& row : rows_) longest = std::max(longest, display_width(row.front()));
        const std::size_t wide = (longest / kTab + 1) * kTab;
        const std::size_t columns = std::max<std::size_t>(1, width_ / wide);
        const std::size_t lines = (rows_.size() + columns - 1) / columns;
        for (std::size_t i = 0; i < lines; ++i) {
            for (std::size_t k = i; k < rows_.size(); k += lines) {
                const std::string& cell = rows_[k].front();
                out().add(cell);
                if (k + lines < rows_.size()) out().add(std::string((wide - display_width(cell) + kTab - 1) / kTab, '\t'));
            }
            out().add("\n");
        }
    }

    std::vector<std::vector<std::string>> rows_;
    std::string separators_;
    std::string between_ = "  ";
    std::size_t width_ = 80;
    bool table_ = false;
    bool blanks_ = true;
};

class Paste final : public Cloned<Paste, OptionFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const auto options = read(system, {"sd:", {{"serial", 's'}, {"delimiters", 'd'}}, "z"});
        if (!options) return 1;
        serial_ = options->has('s');
        if (options->has('d')) delimiters_ = unescaped(options->value('d'));
        files_ = options->operands;
        if (files_.empty()) files_.emplace_back("-");
        // Standard input is read once, however often it is named.
        std::vector<std::string> once;
        for (const std::string& file : files_) {
            if (std::find(once.begin(), once.end(), file) == once.end()) once.push_back(file);
        }
        input().set_files(std::move(once));
        return std::nullopt;
    }

    bool line(System& system, const std::string& text) override {
        if (!hold(system, text.size() + 32)) return false;
        lines_[input().name()].push_back(text);
        return true;
    }

    void failed(System& system) override {
        complain(system, input().cannot_open(is_gnu(system)));
        lines_[input().name()];
    }

    int end(System& /*system*/) override {
        if (serial_) {
            for (const std::string& file : files_) {
                const std::vector<std::string> lines = lines_[file];
                if (file == "-") lines_[file].clear();  // it is read up
                for (std::size_t i = 0; i < lines.size(); ++i) out().add((i > 0 ? delimiter(i - 1) : std::string()) + lines[i]);
                out().add("\n");
            }
            return status_;
        }
        // Each file has a place of its own, but for standard input, however often it is named.
        std::vector<std::size_t> next(files_.size());
        const auto place = [&](std::size_t i) -> std::size_t& { return next[files_[i] == "-" ? first_input() : i]; };
        const auto more = [&](std::size_t i) { return place(i) < lines_[files_[i]].size(); };
        while (true) {
            bool any = false;
            for (std::size_t i = 0; i < files_.size(); ++i) any = any || more(i);
            if (!any) return status_;
            for (std::size_t i = 0; i < files_.size(); ++i) {
                if (i > 0) out().add(delimiter(i - 1));
                if (more(i)) out().add(lines_[files_[i]][place(i)++]);
            }
            out().add("\n");
        }
    }

  private:
    [[nodiscard]] std::size_t first_input() const { return static_cast<std::size_t>(std::find(files_.begin(), files_.end(), "-") - files_.begin()); }

    [[nodiscard]] std::string delimiter(std::size_t i) const {
        if (delimiters_.empty()) return {};
        const char c = delimiters_[i % delimiters_.size()];
        return c == '\0' ? std::string() : std::string(1, c);
    }

    static std::string unescaped(const std::string& text) {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '\\' || i + 1 == text.size()) {
                out.push_back(text[i]);
                continue;
            }
            const char c = text[++i];
            out.push_back(c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? '\0' : c);
        }
        return out;
    }

    std::vector<std::string> files_;
    std::map<std::string, std::vector<std::string>> lines_;
    std::string delimiters_ = "\t";
    bool serial_ = false;
};

class Number final : public Cloned<Number, OptionFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const auto options = read(system, {"b:w:s:v:", {{"body-numbering", 'b'}, {"number-width", 'w'}, {"number-separator", 's'}, {"starting-line-number", 'v'}}, "dfhilnp"});
        if (!options) return 1;
        if (options->has('b')) style_ = options->value('b');
        if (style_ != "a" && style_ != "t" && style_ != "n") {
            complain(system, fmt::format("Podium does not model the numbering style '{}'", style_));
            return 1;
        }
        if (options->has('s')) separator_ = options->value('s');
        if (options->has('w')) {
            const auto width = number(system, options->value('w'), 1, "line number field width");
            if (!width) return 1;
            width_ = static_cast<int>(std::min<std::int64_t>(*width, 1000));
        }
        if (options->has('v')) {
            const auto first = number(system, options->value('v'), INT32_MIN, "starting line number");
            if (!first) return 1;
            next_ = *first;
        }
        input().set_files(options->operands);
        return std::nullopt;
    }

    bool line(System& /*system*/, const std::string& text) override {
        if (style_ == "a" || (style_ == "t" && !text.empty()))
            out().add(fmt::format("{:>{}}{}{}\n", next_++, width_, separator_, text));
        else
            out().add(std::string(static_cast<std::size_t>(width_) + separator_.size(), ' ') + text + "\n");
        return true;
    }

    int end(System& /*system*/) override { return status_; }

  private:
    std::string style_ = "t";
    std::string separator_ = "\t";
    int width_ = 6;
    std::int64_t next_ = 1;
};

class Reverse final : public Cloned<Reverse, OptionFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const auto options = read(system, {"", {}, "0"});
        if (!options) return 1;
        input().set_files(options->operands);
        return std::nullopt;
    }

    bool line(System& /*system*/, const std::string& text) override {
        // A character of several bytes stays one.
        std::string turned;
        for (std::size_t end = text.size(); end > 0;) {
            std::size_t begin = end - 1;
            while (begin > 0 && is_continuation_byte(text[begin])) --begin;
            turned.append(text, begin, end - begin);
            end = begin;
        }
        out().add(turned + (input().had_newline() ? "\n" : ""));
        return true;
    }

    int end(System& /*system*/) override { return status_; }
};

class Shuffle final : public Cloned<Shuffle, OptionFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const auto options = read(system, {"en:i:", {{"echo", 'e'}, {"head-count", 'n'}, {"input-range", 'i'}}, "orz"});
        if (!options) return 1;
        if (options->has('n')) {
            const auto most = number(system, options->value('n'), 0, "line count");
            if (!most) return 1;
            most_ = *most;
        }
        if (options->has('e')) lines_ = options->operands;
        if (options->has('i')) {
            constexpr std::int64_t kMostNumbers = 1'000'000;
            const std::string range = options->value('i');
            const std::size_t dash = range.find('-');
            std::int64_t first = 0;
            std::int64_t last = 0;
            const bool well = dash != std::string::npos && parse_integer(range.substr(0, dash), first) && parse_integer(range.substr(dash + 1), last);
            if (!well || first < 0 || last < first || last - first >= kMostNumbers) {
                complain(system, fmt::format("invalid input range: '{}'", range));
                return 1;
            }
            for (; first <= last; ++first) lines_.push_back(fmt::format("{}", first));
        }
        if (options->has('e') || options->has('i')) return end(system);
        input().set_files(options->operands);
        return std::nullopt;
    }

    bool line(System& system, const std::string& text) override {
        lines_.push_back(text);
        return hold(system, text.size() + 32);
    }

    // Fisher and Yates, from the run's seed.
    int end(System& system) override {
        for (std::size_t i = 0; i < lines_.size() && static_cast<std::int64_t>(i) < most_; ++i) {
            const std::size_t other = i + static_cast<std::size_t>(system.random() % (lines_.size() - i));
            std::swap(lines_[i], lines_[other]);
            out().add(lines_[i] + "\n");
        }
        return status_;
    }

  private:
    std::vector<std::string> lines_;
    std::int64_t most_ = INT64_MAX;
};

}  // namespace

std::unique_ptr<shell::Program> make_column(Start start) {
    return std::make_unique<Column>(std::move(start));
}

std::unique_ptr<shell::Program> make_nl(Start start) {
    return std::make_unique<Number>(std::move(start));
}

std::unique_ptr<shell::Program> make_paste(Start start) {
    return std::make_unique<Paste>(std::move(start));
}

std::unique_ptr<shell::Program> make_rev(Start start) {
    return std::make_unique<Reverse>(std::move(start));
}

std::unique_ptr<shell::Program> make_shuf(Start start) {
    return std::make_unique<Shuffle>(std::move(start));
}

}  // namespace podium::programs::small
